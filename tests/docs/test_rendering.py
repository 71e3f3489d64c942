"""The renderers, on small things made for them: what a new step, story or lifecycle may bring."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field

from carefhir import catalog
from carefhir.engine.step import PatientCommand, TaskRef
from scripts import rendering
from scripts.rendering import blocks, front, refusals, steps, vignettes
from scripts.rendering.fields import fields_of
from scripts.rendering.markdown import table
from tests.spec.story import Person, Row, Story, Then, in_words

DANA = Person("nurse", "Dana", "nurse")


class Part(BaseModel):
    """A part."""

    name: str = Field(description="what it is called")


class Odd(PatientCommand):
    """A command with every kind of field."""

    task: TaskRef = Field(description="a Task")
    other: TaskRef | None = Field(default=None, description="another")
    tasks: tuple[TaskRef, ...] = Field(default=(), description="many")
    parts: tuple[Part, ...] = Field(default=(), description="parts")
    answer: Literal["yes", "no"] = Field(default="yes", description="a choice")
    perhaps: Literal["low", "high"] | None = Field(default=None, description="a choice, or none")
    when: AwareDatetime = Field(description="a moment")
    at: datetime | None = Field(default=None, description="another moment")
    day: date | None = Field(default=None, description="a day")
    sure: bool = Field(default=True, description="sure")
    often: int = Field(default=3, description="how often")
    body: dict[str, Any] = Field(default_factory=dict, description="JSON | raw")


def test_every_kind_of_field_has_its_words() -> None:
    own, part = fields_of(Odd).split("\n\n`Part`: A part.\n\n")
    rows = {line.split(" | ")[0].strip("| `"): line.split(" | ")[1:] for line in own.splitlines()[2:]}
    found = {name: (kind, default) for name, (kind, default, *_) in rows.items()}
    assert found == {
        "patient": ("`Patient/ID`", "required"),
        "task": ("`Task/ID`", "required"),
        "other": ("`Task/ID`", "—"),
        "tasks": ("list of `Task/ID`", "—"),
        "parts": ("list of `Part`", "—"),
        "answer": ("code", "`yes`"),
        "perhaps": ("code", "—"),
        "when": ("date and time with UTC offset", "required"),
        "at": ("date and time", "—"),
        "day": ("date", "—"),
        "sure": ("yes or no", "yes"),
        "often": ("whole number", "`3`"),
        "body": ("JSON object", "—"),
    }
    assert rows["answer"][-1] == "a choice; one of `yes`, `no` |"
    assert rows["perhaps"][-1] == "a choice, or none; one of `low`, `high` |"
    assert "JSON \\| raw" in own
    assert "`name` | text | required | what it is called" in part


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (DANA, "Dana"),
        ("2026-03-09", "Mon 2026-03-09"),
        ("moderate", "moderate"),
        ({"b", "a"}, "a, b"),
        ((2, 1), "2, 1"),
        ([], "none"),
        (set(), "none"),
        ({"low": 1}, "1 low"),
        ({"food": "runs out", "mood": "low"}, "food: runs out; mood: low"),
        (True, "yes"),
        ("2026-03-09T09:50:00-05:00", "Mon 2026-03-09 09:50"),
        (14, "14"),
    ],
)
def test_values_are_said_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_a_story_says_what_it_asserts() -> None:
    then = (Then("the total is {}", 14, lambda after: 14),)
    told = Row("2026-03-09T09:00:00-05:00", DANA, "asks {}", lambda *_: None, "enroll", then=then, given=("twice",))
    world = Row("2026-03-10T09:00:00-05:00", None, "it rains", lambda *_: None, expect="happens")
    clocks = Row(told.when, DANA, "calls {}, and {}", lambda *_: None, given=("2026-03-09T08:50:00-05:00", world.when))
    assert str(clocks) == "calls 08:50, and Tue 2026-03-10 09:00"
    page = vignettes._page(Story("T", "t", "I", "rosa", (DANA, Person("x", "Nobody", "absent")), (told, world)))
    assert (
        "| Mon 2026-03-09 09:00 (-05:00) | Dana | asks twice ([enroll](enroll.md)) | **written**<br>· the total is 14 |"
    ) in page
    assert "| — | it rains | **outside carefhir** |" in page
    assert "Nobody" not in page


def test_refusals_are_the_steps_own_words() -> None:
    found = refusals.of("enroll")
    assert "the care manager and the supervising provider must be two different people: name another one" in found
    assert not set(found) & set(refusals.by_every_step())
    assert any("merged into" in one for one in refusals.by_every_step())


def test_a_page_tells_what_decides_and_no_numbers_of_rules() -> None:
    """Whose command stands in another module, too."""
    entries = (*catalog.STEPS, *catalog.READINGS)
    told = {one.name: steps.prose(one) for one in entries}
    assert told["record-check-in"].startswith("Gives the answers of a check-in a color")
    assert not [name for name, words in told.items() if re.search(r"rules? R?\d", words)]
    assert not [one.name for one in catalog.STEPS if "The cause is the command itself." in steps.cause(one)]


def test_every_step_has_refusals_of_its_own() -> None:
    """One without any would mean that no test meets them: scripts/record-refusals."""
    for step in catalog.STEPS:
        assert refusals.of(step.name), step.name


def test_parts_of_one_name_bear_their_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    one = type("Part", (BaseModel,), {"__annotations__": {"name": str}, "__doc__": "Another part."})

    class Even(PatientCommand):
        """Has a part of the same name."""

        parts: tuple[one, ...] = ()  # type: ignore[valid-type]

    entries = [type("Entry", (), {"command": each}) for each in (Odd, Even)]
    monkeypatch.setattr(catalog, "STEPS", tuple(entries))
    monkeypatch.setattr(catalog, "READINGS", ())
    assert front.exported() == {"Odd": Odd, "OddPart": Part, "Even": Even, "EvenPart": one}


def test_what_is_gone_is_found_and_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rendering, "ROOT", tmp_path)
    monkeypatch.setattr(rendering, "pages", lambda: {"docs/steps/new.md": "new", "docs/steps/kept.md": "kept"})
    (tmp_path / "docs" / "steps").mkdir(parents=True)
    (tmp_path / "docs" / "steps" / "old.md").write_text("old")
    (tmp_path / "docs" / "steps" / "kept.md").write_text("other")
    assert rendering.differences() == [
        "docs/steps/new.md is missing",
        "docs/steps/kept.md differs",
        "docs/steps/old.md is no longer generated",
    ]
    assert rendering.write() == ["docs/steps/new.md", "docs/steps/kept.md", "docs/steps/old.md"]
    assert rendering.differences() == []
    assert rendering.write() == []


def test_cells_hold_no_bars() -> None:
    assert table(("a",), [("x|y\nz",)]) == "| a |\n|---|\n| x\\|y z |"


def test_blocks_share_names_await_and_are_compared(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nx = 2\n```\n\nwords\n\n```python\nimport asyncio\nawait asyncio.sleep(0)\nprint(x)\n```\n\n"
        "```text\n3\n```\n\n```python\nprint('not shown')\n```\n"
    )
    told = blocks.run(page, {})
    assert [(one.line, one.shown, printed) for one, printed in told] == [
        (2, None, ""),
        (8, "3\n", "2\n"),
        (18, None, "not shown\n"),
    ]
    assert blocks.filled(page, told) == page.read_text().replace("3\n```", "2\n```")
