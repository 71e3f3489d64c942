"""Stories as data: who does what, when, and what the server holds then. Tests run them, `docs/steps/` shows them.

A value is written once: a row's `given` goes to the command and into the row's words, a Then's `expected` is compared
with what the server holds and put into its sentence. So a page of `docs/steps/` says only what a test has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from carefhir import catalog
from carefhir.content.calendar import Calendar
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Briefing, Conflict, Done, Partial, Refused, Result
from carefhir.engine.step import Command
from carefhir.occasion import Actor, Occasion
from tests.spec.tables import Chart, Json, carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, stage


@dataclass(frozen=True)
class Person:
    """Somebody in a story: their example resource, what they are called, and what they are."""

    example: str
    name: str
    what: str


@dataclass(frozen=True)
class Scene:
    """One telling of a story on a server: whom it is about, and how its people and records are found there."""

    stage: Stage
    people: tuple[Person, ...]

    @property
    def patient(self) -> str:
        return self.stage.patient

    @property
    def backend(self) -> Backend:
        return self.stage.backend

    def who(self, person: Person) -> str:
        """A member of the team: `Practitioner/ID`."""
        return self.backend.find("Practitioner", person.example)

    def of(self, type_: str, example: str) -> str:
        """A record of this telling's patient, by the example it comes from."""
        return self.backend.find(type_, example + self.stage.mark)

    def named(self, references: set[str]) -> set[Person]:
        """The people behind references. Somebody not in the story fails it."""
        known = {self.who(one): one for one in self.people}
        return {known[one] for one in references}


@dataclass(frozen=True)
class After:
    """What a row left: its result, and the chart before and after it."""

    scene: Scene
    result: Any
    before: Chart
    chart: Chart

    @property
    def told(self) -> Briefing:
        """What a person is told by the result."""
        found: Briefing = self.result.told
        return found

    def new(self, type_: str) -> list[Json]:
        """What this row wrote of a type."""
        old = {one["id"] for one in self.before.written(type_)}
        return [one for one in self.chart.written(type_) if one["id"] not in old]

    def one(self, type_: str) -> Json:
        """The only one of a type that this row wrote."""
        (found,) = self.new(type_)
        return found

    def tasks(self) -> dict[str, Json]:
        """The Tasks this row wrote, by their code."""
        return {one["code"]["coding"][0]["code"]: one for one in self.new("Task")}

    def owners(self, tasks: list[Json]) -> set[Person]:
        """Who has Tasks to do."""
        return self.scene.named({one["owner"]["reference"] for one in tasks})


@dataclass(frozen=True)
class Then:
    """One thing that holds after a row: a sentence with `{}` for what is expected, and where that is seen."""

    words: str
    expected: Any
    seen: Callable[[After], Any]

    def __str__(self) -> str:
        return self.words.format(in_words(self.expected))


@dataclass(frozen=True)
class Row:
    """One act, or one thing that happens in the world (then `who` is None and `does` returns None).

    `step` is its name in the catalog. `does` is given the scene and the values of `given`; `words` tell it to a
    reader, with `{}` for each of them. `expect` is one of `OUTCOMES`.
    """

    when: str
    who: Person | None
    words: str
    does: Callable[..., Command | None]
    step: str = ""
    expect: str = "written"
    then: tuple[Then, ...] = ()
    given: tuple[Any, ...] = ()
    on_call: Person | None = None

    def __str__(self) -> str:
        return self.words.format(*(_clock(one, self.when) or in_words(one) for one in self.given))


@dataclass(frozen=True)
class Story:
    """A vignette: a person, who looks after them, and what happens row after row."""

    title: str
    slug: str
    intro: str
    person: str
    people: tuple[Person, ...]
    rows: tuple[Row, ...]
    closed: tuple[str, ...] = ()
    """Days on which the office is shut, beside weekends and holidays."""


OUTCOMES: dict[str, Callable[[Any], bool]] = {
    "happens": lambda found: found is None,
    "shown": lambda found: found is not None and not isinstance(found, Result),
    "written": lambda found: isinstance(found, Done) and found.by == "us",
    "already done": lambda found: isinstance(found, Done) and found.by == "an earlier run",
    "refused": lambda found: isinstance(found, Refused) and found.kept is None,
    "refused, but what protects the patient is written": lambda found: (
        isinstance(found, Refused) and _by(found) == "us"
    ),
    "refused; what protects the patient was already written": lambda found: (
        isinstance(found, Refused) and _by(found) == "an earlier run"
    ),
    "conflict": lambda found: isinstance(found, Conflict),
    "partly written": lambda found: isinstance(found, Partial),
}
"""The possible outcomes of a row, as the page names them, and how each is recognized."""

CALLED = {
    "rosa-stay": "her hospital stay",
    "rosa-emergency": "her emergency department visit",
    "nora-daughter": "Samira",
    "earl-hospital": "his hospital stay",
    "earl-snf": "his stay in the nursing facility",
    "again": "the new hospital stay",
    "new-pillow": "sleeping on more pillows",
    "breath-at-rest": "short of breath at rest",
    "less-salt": "less salt",
    "daily-weights": "weighing every day",
    "behavioural": "mood and behavior",
    "language-literacy": "language and reading",
}
"""What the pages call examples and codes that do not explain themselves."""


def _by(found: Refused) -> str:
    return found.kept.by if found.kept else ""


def told(story: Story, backend: Backend) -> None:
    """Tells a story on a server: each row done by its step; every outcome and every Then is asserted as it goes."""
    scene = Scene(stage(backend, story.person), story.people)
    chart = Chart(backend, scene.patient)
    for number, row in enumerate(story.rows, 1):
        where = f"{story.slug}, row {number} ({row.when}): {row}"
        command = row.does(scene, *row.given)
        assert _step_of(command) == row.step, where
        result = None if command is None else _carried_out(scene, row, command, story.closed)
        assert OUTCOMES[row.expect](result), f"{where}\nexpected: {row.expect}\nfound: {result}"
        after = After(scene, result, chart, Chart(backend, scene.patient))
        for then in row.then:
            found = then.seen(after)
            assert found == then.expected, f"{where}\nthen: {then}\nexpected: {then.expected!r}\nfound: {found!r}"
        chart = after.chart


def _step_of(command: Command | None) -> str:
    """The name of the step or reading a command belongs to; "" for what happens in the world."""
    entries = (*catalog.STEPS, *catalog.READINGS)
    return next((one.name for one in entries if type(command) is one.command), "")


def _carried_out(scene: Scene, row: Row, command: Command, closed: tuple[str, ...]) -> Any:
    assert row.who is not None, f"somebody must act: {row.words}"
    actor = scene.who(row.who)
    for reading in catalog.READINGS:
        if type(command) is reading.command:
            now = datetime.fromisoformat(row.when)
            assert now.tzinfo is not None
            occasion = Occasion(now, Actor(actor), load(), now.tzinfo)
            return scene.backend.run(runner.show(reading, command, occasion, scene.backend.server()))
    on_call = scene.who(row.on_call) if row.on_call else ""
    days = Calendar(frozenset(map(date.fromisoformat, closed)))
    return carried_out(scene.stage, command, row.when, actor=actor, on_call=on_call, calendar=days)


def in_words(value: Any) -> str:
    """A value as the page says it: names for people, weekdays for dates, "none" for nothing."""
    if isinstance(value, Person):
        return value.name
    if isinstance(value, str):
        return CALLED.get(value) or _day(value)
    if isinstance(value, dict):
        if all(isinstance(one, int) for one in value.values()):
            return ", ".join(f"{number} {name}" for name, number in value.items()) or "none"
        return "; ".join(f"{in_words(name)}: {in_words(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(map(in_words, value))) or "none"
    if isinstance(value, tuple | list):
        return ", ".join(map(in_words, value)) or "none"
    return str(value)


def _day(text: str) -> str:
    """A day with its weekday, a moment with its clock; anything else as it is."""
    try:
        return date.fromisoformat(text).strftime("%a %Y-%m-%d")
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).strftime("%a %Y-%m-%d %H:%M")
    except ValueError:
        return text


def _clock(value: Any, when: str) -> str:
    """The clock alone, for a moment of the row's own day; else ""."""
    text = value if isinstance(value, str) and value[:11] == when[:11] else ""
    return text[11:16] if text else ""
