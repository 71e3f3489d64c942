"""One discharge: the stay that ended, where the person went, and the Tasks already written for that stay."""

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
from carefhir.fhir.changes import Act, Edit, carries_key, part_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import dig, moment
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.hospital_of_stay import BeforeDischarge

CLOCK = "transition-clock"
"""The PlanDefinition with the days and numbers of a transition."""

Kind: TypeAlias = Literal["opened", "tracked", "recorded"]
"""What a discharge leads to: a transition, tracking only, or, once the period is over, a record of it."""

KINDS: dict[Kind, tuple[str, ...]] = {"opened": (), "tracked": ("tracked",), "recorded": ("retrospective",)}
"""What the cause of an act adds to the stay's identity, by kind."""

HEADS: dict[Kind, str] = {"opened": "transition", "tracked": "tracking"}
"""The part that the head Task plays in an act: the Task for the whole, which holds the discharge."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of a discharge: its number, and the corrected moment (UTC, whole seconds)."""

    number: int
    moment: str


@dataclass(frozen=True, slots=True)
class StayCause:
    """A stay (by the identity it was first known under), what it led to, and which correction this is, if any."""

    identity: str
    kind: Kind
    correction: Correction | None = None

    def spelled(self) -> tuple[str, ...]:
        first = (self.identity, *KINDS[self.kind])
        if self.correction is None:
            return first
        return (*first, "corrected", str(self.correction.number), self.correction.moment)

    def opening(self, patient: str) -> Act:
        """The act that opened or tracked this stay: corrections move the Tasks it wrote."""
        first = StayCause(self.identity, self.kind)
        return Act("open-transition", patient, first.spelled())


@dataclass(frozen=True, slots=True)
class StayTasks:
    """The head Tasks already written for a stay, by kind, and the identity the stay was then known under."""

    identity: str
    heads: dict[Kind, TaskView]


def tasks_of_stay(tasks: Iterable[TaskView], stay: Stay, patient: str) -> StayTasks:
    """Finds the head Tasks under any identity of any Encounter of the stay: since they were written, the stay may have
    grown, or an identifier may have been added."""
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
    """The Task that carries that key."""
    return next((task for task in tasks if carries_key(task.record, key)), None)


def corrections(first: StayCause, head: TaskView | None, stay: Stay) -> tuple[StayCause, ...]:
    """All corrections of the discharge: those recorded on the head Task, and the one needed now, if any.

    They are numbered, so that Friday to Monday, back to Friday and to Monday again are three acts. They are compared in
    UTC seconds, so that the same moment written in another time zone is not a correction.
    """
    if head is None:
        return ()
    recorded_times = [instant(at) for text in discharges(head) if (at := moment(text))]
    numbered = [Correction(number, at) for number, at in enumerate(recorded_times) if number > 0]
    if recorded_times and recorded_times[-1] != instant(stay.end):
        numbered.append(Correction(len(recorded_times), instant(stay.end)))
    return tuple(StayCause(first.identity, first.kind, correction) for correction in numbered)


def discharges(head: TaskView) -> list[str]:
    """The discharge times recorded on a head Task, oldest first."""
    return [text for code, text in head.clock_moments if code == "discharge"]


def transition_clock(content: Content, day: date) -> Clock:
    """The clock of transitions in force on a day."""
    return read_clock(content, CLOCK, day)


def stay_gap_hours(content: Content, day: date) -> int:
    """How many hours may pass between two Encounters of one stay."""
    return transition_clock(content, day).number("stay-gap-hours")


@dataclass(frozen=True, slots=True)
class Discharge:
    """Everything known about one discharge before anything is decided."""

    chart: Chart
    stay: Stay
    place: Destination
    clock: Clock
    stay_tasks: StayTasks
    retrospective: bool
    before: BeforeDischarge
    """Laboratory results and procedures of the time before, for the HOSPITAL score."""

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
        """What it leads to (rule 8)."""
        if not self.place.community or not self.stay.setting.properties.get("tcmOrigin"):
            return "tracked"
        return "recorded" if self.retrospective else "opened"

    def dates(self, occasion: Occasion) -> dict[str, date]:
        """The dates that count, by their code."""
        return self.clock.dates(self.day, occasion.calendar)


def discharge_of(
    chart: Chart, stay: Stay, patient: str, occasion: Occasion, *, before: BeforeDischarge, retrospective: bool
) -> Discharge:
    """Finds out everything about the discharge that ended a stay."""
    clock = transition_clock(occasion.content, stay.end_day)
    gap = clock.number("stay-gap-hours")
    return Discharge(
        chart=chart,
        stay=stay,
        place=stays.destination_of(occasion.content, stay, chart.encounters, gap),
        clock=clock,
        stay_tasks=tasks_of_stay(chart.tasks, stay, patient),
        retrospective=retrospective,
        before=before,
    )


def due_from(start: date, end: date) -> Edit:
    """Moves a Task's due day: the restriction period, and the tag that repeats it."""

    def edit(resource: Json) -> None:
        part_in(resource, "restriction")["period"] = {"start": start.isoformat(), "end": end.isoformat()}
        for tag in dig(resource, "meta.tag"):
            if isinstance(tag, dict) and tag.get("system") == DUE_TAG:
                tag["code"] = end.isoformat()

    return edit
