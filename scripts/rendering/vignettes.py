"""A page per story: when, who, what, and what the server holds afterwards."""

from __future__ import annotations

from datetime import datetime

from scripts.rendering.markdown import page, table
from tests.spec.story import Row, Story
from tests.spec.vignettes import STORIES


def pages() -> dict[str, str]:
    """Every story's page, by its slug."""
    return {story.slug: _page(story) for story in STORIES}


def telling(step: str) -> list[Story]:
    """The stories in which a step is taken."""
    return [story for story in STORIES if any(row.step == step for row in story.rows)]


def _page(story: Story) -> str:
    acting = {row.who for row in story.rows} | {row.on_call for row in story.rows}
    cast = "\n".join(f"- {one.name}, {one.what}" for one in story.people if one in acting)
    rows = ((_when(row.when), row.who.name if row.who else "—", _what(row), _then(row)) for row in story.rows)
    return page(
        f"tests/spec/vignettes ({story.slug})",
        f"# {story.title}",
        story.intro.strip(),
        "A test (`tests/spec/test_vignettes.py`) carries out every row, in this order, on the sandbox and on a real "
        "HAPI "
        "FHIR server, and checks everything in the last column. Every person is synthetic.",
        cast,
        table(("when", "who", "does what", "result"), rows),
    )


def _when(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{moment:%a %Y-%m-%d %H:%M} ({moment.isoformat()[-6:]})"


def _what(row: Row) -> str:
    step = f" ([{row.step}]({row.step}.md))" if row.step else ""
    return f"{row}{step}"


def _then(row: Row) -> str:
    outcome = "outside carefhir" if row.expect == "happens" else row.expect
    return "<br>".join((f"**{outcome}**", *(f"· {one}" for one in row.then)))
