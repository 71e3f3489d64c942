"""`docs/lifecycles.md`, drawn from the status tables of `carefhir/lifecycle.py`."""

from __future__ import annotations

from carefhir.lifecycle import ENDED, MOVES, STATUS
from scripts.rendering import markdown
from scripts.rendering.markdown import table


def _drawn(type_: str) -> str:
    """A drawing and a table of one type."""
    moves = MOVES[type_]
    reached = {target for targets in moves.values() for target in targets.split()}
    lines = ["```mermaid", "stateDiagram-v2"]
    shown = sorted(set(moves) | reached)
    lines += [f'    state "{one}" as {_name(one)}' for one in shown if _name(one) != one]
    lines += [f"    {_name(one)} --> {_name(target)}" for one, targets in moves.items() for target in targets.split()]
    lines += [f"    {_name(one)} --> [*]" for one in shown if one in ENDED.get(type_, ())]
    lines.append("```")
    never = sorted(STATUS[type_][1] - set(shown) - {"entered-in-error"})
    rows = [
        (f"`{one}`", ", ".join(f"`{target}`" for target in moves.get(one, "").split()) or "—", _end(type_, one))
        for one in (*moves, *sorted(reached - set(moves)))
    ]
    return "\n\n".join(
        (
            f"## {type_}",
            "\n".join(lines),
            table(("from", "a step may change it to", "final"), rows),
            f"No step changes a status to or from: {', '.join(f'`{one}`' for one in never)}." if never else "",
        )
    ).strip()


def page() -> str:
    """The whole page."""
    unmoved = sorted(set(STATUS) - set(MOVES))
    return markdown.page(
        "carefhir/lifecycle.py",
        "# Lifecycles",
        "Which changes of status carefhir makes, for each type of resource. It refuses every other change and names "
        "the "
        "two statuses (`MOVES` in `carefhir/lifecycle.py`). Other systems may change their resources in other ways. "
        "Every "
        "status may also become `entered-in-error`, which the drawings leave out.",
        *(_drawn(one) for one in sorted(MOVES)),
        "## Types whose status no step changes",
        "carefhir only checks that their status is valid when it writes them: " + ", ".join(unmoved) + "."
        if unmoved
        else "",
    )


def _name(status: str) -> str:
    """A state's name in Mermaid, which takes no hyphens in them."""
    return status.replace("-", "_")


def _end(type_: str, status: str) -> str:
    return "yes" if status in ENDED.get(type_, ()) else ""
