"""One discharge: the stay that ended, where the person went, and the Tasks already written for this stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from carefhir.chart import stays
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Destination, Stay
from carefhir.codes import DUE_TAG
from carefhir.content.clocks import Clock, read_clock
from carefhir.content.loading import Content
from carefhir.engine.step import instant
from carefhir.fhir.changes import Act, Edit, carries_key
from carefhir.fhir.codec import Json
from carefhir.fhir.record import moment
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

CLOCK = "transition-clock"
"""The PlanDefinition whose days and numbers a transition counts by."""

Kind: TypeAlias = Literal["opened", "tracked", "recorded"]
"""What a discharge asks for: a transition, tracking only, or (its window past) that it is recorded."""

KINDS: dict[Kind, tuple[str, ...]] = {"opened": (), "tracked": ("tracked",), "recorded": ("retrospective",)}
"""What the cause of an act says of its kind, beside the stay's identity."""

HEADS: dict[Kind, str] = {"opened": "transition", "tracked": "tracking"}
"""The part of the Task that stands for the whole of an act, and holds its discharge."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A discharge that was corrected: the how many-th time, and to which moment (UTC, whole seconds)."""

    number: int
    moment: str


@dataclass(frozen=True, slots=True)
class StayCause:
    """A stay, by the identity it was first known under; what became of it; and which correction, if it is one."""

    identity: str
    kind: Kind
    correction: Correction | None = None

    def spelled(self) -> tuple[str, ...]:
        first = (self.identity, *KINDS[self.kind])
        if self.correction is None:
            return first
        return (*first, "corrected", str(self.correction.number), self.correction.moment)

    def opening(self, patient: str) -> Act:
        """The act that opened (or tracked) the stay this cause is about: its parts are what corrections move."""
        first = StayCause(self.identity, self.kind)
        return Act("open-transition", patient, first.spelled())


@dataclass(frozen=True, slots=True)
class StayTasks:
    """The head Tasks already written for a stay, by kind, and the identity the stay was then known under."""

    identity: str
    heads: dict[Kind, TaskView]


def tasks_of_stay(tasks: Iterable[TaskView], stay: Stay, patient: str) -> StayTasks:
    """Looks for head Tasks under every identity of every Encounter of the stay: it may have grown, and an identifier
    may have been added, since."""
    tasks = tuple(tasks)
    for encounter in (stay.anchor, *stay.encounters):
        for identity in encounter.identities:
            heads = {
                kind: head
                for kind, part in HEADS.items()
                if (head := task_with_key(tasks, StayCause(identity, kind).opening(patient).part_key(part)))
            }
            if heads:
                return StayTasks(identity, heads)
    return StayTasks("", {})


def task_with_key(tasks: Iterable[TaskView], key: str) -> TaskView | None:
    """The Task that plays that part in an act."""
    return next((task for task in tasks if carries_key(task.record, key)), None)


def corrections(first: StayCause, head: TaskView | None, stay: Stay) -> tuple[StayCause, ...]:
    """Every correction of the discharge: those the head Task tells of, and the one due now, if any.

    Numbered, so that correcting there, back and there again is three acts; in UTC seconds, so that the same moment
    spelled in another zone is none.
    """
    if head is None:
        return ()
    known = [instant(at) for text in discharges(head) if (at := moment(text))]
    numbered = [Correction(number, at) for number, at in enumerate(known) if number > 0]
    if known and known[-1] != instant(stay.end):
        numbered.append(Correction(len(known), instant(stay.end)))
    return tuple(StayCause(first.identity, first.kind, correction) for correction in numbered)


def discharges(head: TaskView) -> list[str]:
    """The discharge times a head Task was made for, oldest first."""
    return [text for code, text in head.clock_moments if code == "discharge"]


def transition_clock(content: Content, day: date) -> Clock:
    """The clock of transitions in force on a day."""
    return read_clock(content, CLOCK, day)


def stay_gap_hours(content: Content, day: date) -> int:
    """How many hours may lie between two Encounters of one stay."""
    return transition_clock(content, day).number("stay-gap-hours")


@dataclass(frozen=True, slots=True)
class Discharge:
    """Everything found out about one discharge."""

    chart: Chart
    stay: Stay
    place: Destination
    clock: Clock
    known: StayTasks
    retrospective: bool

    @property
    def day(self) -> date:
        """The day of discharge."""
        return self.stay.end_day

    @property
    def origin(self) -> str:
        """Where the person was, in words."""
        return self.stay.setting.display

    @property
    def destination(self) -> str:
        """Where the person went, in words."""
        return self.place.concept.display

    @property
    def kind(self) -> Kind:
        """What it asks for (rule 8)."""
        if not self.place.community or not self.stay.setting.properties.get("tcmOrigin"):
            return "tracked"
        return "recorded" if self.retrospective else "opened"

    def dates(self, occasion: Occasion) -> dict[str, date]:
        """The days that count, by their code."""
        return self.clock.dates(self.day, occasion.calendar)


def discharge_of(chart: Chart, stay: Stay, patient: str, occasion: Occasion, *, retrospective: bool) -> Discharge:
    """What is known of the discharge that ended a stay."""
    clock = transition_clock(occasion.content, stay.end_day)
    gap = clock.number("stay-gap-hours")
    return Discharge(
        chart=chart,
        stay=stay,
        place=stays.destination_of(occasion.content, stay, chart.encounters, gap),
        clock=clock,
        known=tasks_of_stay(chart.tasks, stay, patient),
        retrospective=retrospective,
    )


def due_from(start: date, end: date) -> Edit:
    """Moves a Task's due day: the restriction's period and the tag that repeats it; everything else stays."""

    def edit(resource: Json) -> None:
        resource.setdefault("restriction", {})["period"] = {"start": start.isoformat(), "end": end.isoformat()}
        for tag in resource.get("meta", {}).get("tag", []):
            if tag.get("system") == DUE_TAG:
                tag["code"] = end.isoformat()

    return edit
