"""`docs/shapes.md`, from the rows of `carefhir/sandbox/shapes/`."""

from __future__ import annotations

from carefhir.sandbox import SHAPES, described
from scripts.rendering import markdown
from scripts.rendering.markdown import table


def page() -> str:
    """The whole page."""
    return markdown.page(
        "carefhir/sandbox/shapes/",
        "# Shapes of servers",
        "What `carefhir sandbox --like NAME` does otherwise than a good server, row by row, with the document that "
        "says so, or who tried it, and of what day that is. A shape is nobody's server, and sites differ: what passes "
        "on a shape has still to pass on the server itself. The contract suite holds each row to its exchanges, what "
        "is refused and what works beside it (`tests/contract/test_shapes.py`), and the "
        "CapabilityStatement of every shape to what it does. What carefhir does on each: [servers.md](servers.md).",
        *(_shape(name) for name in SHAPES),
    )


def _shape(name: str) -> str:
    shape = described(name)
    rows = [(row.says, row.source, row.day) for row in shape.rows]
    return f"## {name}\n\n{shape.says}; {shape.seen_how}.\n\n{table(('what it does', 'source', 'of'), rows)}"
