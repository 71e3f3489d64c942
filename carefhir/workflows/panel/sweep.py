"""Sweeping a panel: whom may it concern since the last sweep, and `find-work` for each of them.

All is decided from what the server holds. Where each type of resource has a cursor that is not old, only those of the
care manager's people are looked at about whom something changed since (with an overlap, for a long transaction becomes
visible late), or for whom a day has come. Else everybody on the panel is. A cursor is moved after the work, under
If-Match; what was not looked at keeps it from moving. So a sweep may be broken off, run twice, at the same time, or
after a month without one: nothing is missed and nothing is written twice.

What only time brings and no due day says (a plan that nobody has looked at for long) is found by looking at everybody:
run a full sweep every night.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.content.clocks import read_clock
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Partial, Refused, Result
from carefhir.engine.step import AnyStep
from carefhir.errors import CarefhirError, ServerUnfit, where
from carefhir.fhir.changes import Refusal
from carefhir.fhir.each_person import gather_about_each, of_anybody
from carefhir.fhir.gather import Gap, Records
from carefhir.fhir.record import Record
from carefhir.fhir.server import Server
from carefhir.fhir.server_time import ServerTime
from carefhir.fhir.wire import MAIN, Flow
from carefhir.mappers import patient
from carefhir.mappers import reading as readings
from carefhir.mappers import task as tasks
from carefhir.occasion import Occasion
from carefhir.workflows.looking.person import Identity, identity
from carefhir.workflows.panel.changed_since import (
    Concerned,
    SweptType,
    concerned_since,
    cursors_of,
    moved,
    panel_of,
    since_of,
    times_of,
    unseen_of,
)
from carefhir.workflows.panel.find_work import NOTHING_FOUND, FindWork
from carefhir.workflows.panel.finds import WATCH

NOT_LOOKED_AT = "THIS PERSON WAS NOT LOOKED AT"
UNDONE = ("not everything could be looked at: the next sweep begins where this one did",)
MOST_FINDS = 50
"""Of one person in one sweep; more are found by the next."""


@dataclass(frozen=True, slots=True)
class SweptPerson:
    """What was found about one person."""

    identity: Identity
    finds: tuple[str, ...]
    """What was written, in sentences."""
    warnings: tuple[str, ...] = ()
    """What could not be seen or done about this person."""
    instructions: tuple[str, ...] = ()
    """What a person must do now."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to."""

    owner: str
    """Whose panel: `Practitioner/ID`."""
    at: datetime
    since: datetime | None
    """The moment since which changes were looked at; None where everybody was."""
    why_everybody: str
    """Why everybody was looked at; "" where only changes were."""
    looked_at: int
    """How many people were looked at."""
    rows: tuple[SweptPerson, ...]
    """Those about whom something was found, or could not be done."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show: about whom it is, nobody can say."""
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everybody could be looked at, and everything could be seen."""
        return not self.not_visible and not any(row.warnings for row in self.rows)


@dataclass(slots=True)
class _Course:
    """What came of looking at one person."""

    expected: int = 0
    """The acts that the records called for when everybody was looked at together."""
    finds: list[str] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)
    instructions: dict[str, None] = field(default_factory=dict)
    undone: bool = False


def sweep(
    step: AnyStep, occasion: Occasion, server: Server, *, full: bool = False, patients: Sequence[str] = ()
) -> Flow[Swept]:
    """Looks over the panel of whoever acts, or over these patients. `step` is find-work. Raises `ServerUnreachable`
    where the server cannot be reached, and `ServerUnfit` where it does not show the panel: then no cursor has moved,
    and what was written is found again."""
    if patients:
        return (yield from _these(step, tuple(dict.fromkeys(patients)), occasion, server))
    clock = read_clock(occasion.content, WATCH, occasion.today)
    times = times_of(server)
    time = times[MAIN]
    cursors = yield from time.hearing(cursors_of(occasion, server))
    time.read(record for record in cursors.records.values() if record is not None)
    since, why = since_of(cursors, clock, time.at or occasion.now, full=full)
    concerned = Concerned()
    if not why:
        concerned = yield from concerned_since(since, clock, occasion, server, times)
        why = concerned.ahead
    people = (yield from panel_of(occasion, server, time)) if why else concerned.people
    looked = yield from _look_at_all(step, people, occasion, server, times)
    notes = UNDONE if not looked.whole else None
    gaps = dict.fromkeys((*concerned.gaps, *looked.gaps))
    return Swept(
        owner=occasion.actor.reference,
        at=occasion.now,
        since=None if why else min(since.values(), default=None),
        why_everybody=why,
        looked_at=len(people),
        rows=_rows(looked, occasion),
        not_visible=tuple(dict.fromkeys(gap.words for gap in gaps)),
        notes=notes or (yield from moved(cursors, concerned.unseen | looked.unseen, times, occasion, server)),
    )


def _these(step: AnyStep, people: tuple[str, ...], occasion: Occasion, server: Server) -> Flow[Swept]:
    """Looks at the people somebody named; no cursor is read or moved."""
    looked = yield from _look_at_all(step, people, occasion, server, times_of(server))
    return Swept(
        owner=occasion.actor.reference,
        at=occasion.now,
        since=None,
        why_everybody="these people were named",
        looked_at=len(people),
        rows=_rows(looked, occasion),
        not_visible=tuple(dict.fromkeys(gap.words for gap in looked.gaps)),
    )


@dataclass(frozen=True, slots=True)
class _PanelLook:
    """What came of looking at everybody."""

    courses: Mapping[str, _Course]
    """By person, of those about whom there is something to say."""
    people: Mapping[str, Record]
    """The Patients that could be seen."""
    gaps: tuple[Gap, ...]
    """What the server did not show of whomever."""
    unseen: frozenset[SweptType]
    """The same by type and home; of another home also what it did not show of one person."""

    @property
    def whole(self) -> bool:
        """Whether all that was found is written."""
        return not any(course.undone for course in self.courses.values())


def _look_at_all(
    step: AnyStep, people: Sequence[str], occasion: Occasion, server: Server, times: Mapping[str, ServerTime]
) -> Flow[_PanelLook]:
    """Looks at everybody together, and runs find-work for whoever shows something: reading is cheap together, and
    deciding and writing are the step's alone, on records that it reads itself."""
    slots = {"actor": occasion.actor.reference, "today": occasion.today.isoformat(), "now": occasion.stamp}
    slots |= readings.slots(occasion.content)
    reading = gather_about_each(step.needs, people, slots, server)
    for time in times.values():
        reading = time.hearing(reading)
    by_person = yield from reading
    gaps = of_anybody(by_person.values())
    told_once = Records({}, gaps).warnings
    courses = {}
    for person, records in by_person.items():
        for time in times.values():
            time.read(record for some in records.by_need.values() for record in some)
        if unlinked := dict.fromkeys(gap.why for gap in records.gaps if gap.unlinked):
            # Their record here changes when they are linked, and then the next sweep looks at them.
            courses[person] = _Course(warnings={f"{NOT_LOOKED_AT}: {why}": None for why in unlinked})
            continue
        try:
            opened = step.open(records, FindWork(patient=person), occasion)
        except CarefhirError:
            raise
        except Exception as error:  # noqa: BLE001  one odd record must not keep everybody else from being looked at
            why = f"{NOT_LOOKED_AT}: a record of theirs cannot be read ({where(error)}): open the chart"
            courses[person] = _Course(warnings={why: None}, undone=True)
            continue
        course = _Course(expected=0 if isinstance(opened, Refusal) else min(len(opened), MOST_FINDS))
        nothing = isinstance(opened, Refusal) and opened.why == (NOTHING_FOUND,)
        if not nothing or _only_the_step_can_tell(step, records):
            yield from _look(step, person, course, told_once, occasion, server)
        if course.finds or course.warnings or course.instructions or course.undone:
            courses[person] = course
    seen_people = {person: record for person, records in by_person.items() if (record := records.one("patient"))}
    unseen = unseen_of(gap for records in by_person.values() for gap in records.gaps)
    return _PanelLook(courses=courses, people=seen_people, gaps=gaps, unseen=unseen)


def _only_the_step_can_tell(step: AnyStep, records: Records) -> bool:
    """Whether the step must read for itself: something of this person could not be read, or nothing of anybody's that
    it requires; or a red finding is open, for the step alone knows who of those on call can be found."""
    required = {need.name for need in step.needs if not need.optional}
    views = map(tasks.read, records["tasks"])
    return any(gap.about or gap.need in required for gap in records.gaps) or any(
        task.open and "escalation" in task.codes for task in views
    )


def _look(
    step: AnyStep, person: str, course: _Course, told_once: Collection[str], occasion: Occasion, server: Server
) -> Flow[None]:
    """Runs find-work for one person until what was found is written. What comes up of its own writes is found by the
    next sweep, for they are changes."""
    for _ in range(max(course.expected, 1)):
        try:
            result: Result = yield from runner.run(step, FindWork(patient=person), occasion, server)
        except ServerUnfit as error:
            course.warnings[error.message] = None
            course.undone = True
            return
        course.instructions |= dict.fromkeys(result.told.instructions)
        course.warnings |= dict.fromkeys(words for words in result.told.warnings if words not in told_once)
        if isinstance(result, Done) and result.by == "us":
            course.finds.append("; ".join(result.told.says))
            continue
        if isinstance(result, Refused):
            course.warnings |= dict.fromkeys(why for why in result.why if why != NOTHING_FOUND)
            # It could not be written; or what was there a moment ago is not seen any more, and nobody knows why.
            course.undone = NOTHING_FOUND not in result.why or len(course.finds) < course.expected
        if isinstance(result, Conflict | Partial):
            course.warnings[result.why] = None
            course.undone = True
        return
    if course.expected == MOST_FINDS:
        course.warnings[f"more than {MOST_FINDS} finds: the next sweep goes on"] = None
        course.undone = True


def _rows(looked: _PanelLook, occasion: Occasion) -> tuple[SweptPerson, ...]:
    """A row for everybody about whom there is something to say; a name alone never identifies anybody."""
    return tuple(
        SweptPerson(
            identity=_identity(looked.people.get(who), who, occasion),
            finds=tuple(course.finds),
            warnings=tuple(course.warnings),
            instructions=tuple(course.instructions),
        )
        for who, course in looked.courses.items()
    )


def _identity(record: Record | None, who: str, occasion: Occasion) -> Identity:
    return identity(Chart(patient=patient.read(record), person=record), who, occasion.today)
