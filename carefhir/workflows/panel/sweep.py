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

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from carefhir.chart.chart import Chart
from carefhir.codes import DUE_TAG, TASK
from carefhir.content.clocks import Clock, read_clock
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Partial, Refused, Result
from carefhir.engine.step import AnyStep
from carefhir.errors import CarefhirError, ServerUnfit, where
from carefhir.fhir.changes import Refusal
from carefhir.fhir.codec import encode
from carefhir.fhir.commit import put, succeeded
from carefhir.fhir.each_person import gather_about_each, of_anybody
from carefhir.fhir.gather import Gap, Records, gather
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import ChangedSince, Codes, Need, OfEach
from carefhir.fhir.server import Server
from carefhir.fhir.server_time import ServerTime
from carefhir.fhir.wire import FHIR_JSON, Flow, Request, ask, together
from carefhir.mappers import patient, sweep_cursor
from carefhir.mappers import task as tasks
from carefhir.mappers.task import TO_DO
from carefhir.occasion import Occasion
from carefhir.workflows.looking.panel_people import PANEL, RUNNING, about, people_of
from carefhir.workflows.looking.person import Identity, identity
from carefhir.workflows.panel.find_work import NOTHING_FOUND, FindWork
from carefhir.workflows.panel.finds import WATCH

SUBJECTS = {
    **{"Encounter": "subject", "Task": "for", "CarePlan": "subject", "EpisodeOfCare": "patient"},
    "QuestionnaireResponse": "subject",
}
"""The types whose changes may bring a find, and where they say whom they are about."""
NOTIFIED = {**SUBJECTS, "Observation": "subject"}
"""The same, with what only a notification or a look at everybody tells of: a hospital's server holds more new
Observations than a sweep can ask for, nearly all of them about others."""
PEOPLE_AT_ONCE = 25
"""People in one search."""
LONGEST_WAIT = timedelta(days=10)
"""More days than any wait of panel-watch: so far back are due days asked about."""
MOST_FINDS = 50
"""Of one person in one sweep; more are found by the next."""
NEVER = "no earlier sweep of this panel is on record"
NO_TIME = "the server does not say what time it is (Date, meta.lastUpdated): the next sweep begins where this one did"
NOT_KEPT = "the server keeps no cursor (Basic): the next sweep looks at everybody again"


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


@dataclass(frozen=True, slots=True)
class _Cursors:
    """How far the last sweep of this panel came, by type."""

    records: Mapping[str, Record | None]

    def at(self, type_: str) -> datetime | None:
        """The moment up to which changes of a type were looked at; None where no sweep has said."""
        record = self.records.get(type_)
        return sweep_cursor.read(record) if record else None


def sweep(
    step: AnyStep, occasion: Occasion, server: Server, *, full: bool = False, patients: Sequence[str] = ()
) -> Flow[Swept]:
    """Looks over the panel of whoever acts, or over these patients. `step` is find-work. Raises `ServerUnreachable`
    where the server cannot be reached, and `ServerUnfit` where it does not show the panel: then no cursor has moved,
    and what was written is found again."""
    if patients:
        return (yield from _these(step, tuple(dict.fromkeys(patients)), occasion, server))
    clock = read_clock(occasion.content, WATCH, occasion.today)
    time = ServerTime()
    cursors = yield from time.hearing(_cursors(occasion, server))
    time.read(record for record in cursors.records.values() if record is not None)
    since, why = _since(cursors, clock, time.at or occasion.now, full=full)
    gaps: tuple[Gap, ...] = ()
    if why:
        people = yield from _panel(occasion, server, time)
    else:
        concerned, gaps = yield from _concerned(since, clock, occasion, server, time)
        people = yield from _of_panel(concerned, occasion, server)
    looked = yield from _look_at_all(step, people, occasion, server, time)
    gaps = tuple(dict.fromkeys((*gaps, *looked.gaps)))
    return Swept(
        owner=occasion.actor.reference,
        at=occasion.now,
        since=min(since.values(), default=None),
        why_everybody=why,
        looked_at=len(people),
        rows=_rows(looked, occasion),
        not_visible=tuple(dict.fromkeys(f"{gap.type}: {gap.why}" for gap in gaps)),
        notes=(yield from _ended(cursors, looked, {gap.type for gap in gaps}, time, occasion, server)),
    )


def _these(step: AnyStep, people: tuple[str, ...], occasion: Occasion, server: Server) -> Flow[Swept]:
    """Looks at the people somebody named; no cursor is read or moved."""
    looked = yield from _look_at_all(step, people, occasion, server, ServerTime())
    return Swept(
        owner=occasion.actor.reference,
        at=occasion.now,
        since=None,
        why_everybody="these people were named",
        looked_at=len(people),
        rows=_rows(looked, occasion),
        not_visible=tuple(dict.fromkeys(f"{gap.type}: {gap.why}" for gap in looked.gaps)),
    )


def _since(cursors: _Cursors, clock: Clock, now: datetime, *, full: bool) -> tuple[dict[str, datetime], str]:
    """The moment since which the changes of each type count; or none, and why everybody is looked at. `now` is the
    server's time: cursors are on its clock."""
    if full:
        return {}, "a full sweep was asked for"
    moments = {type_: at for type_ in SUBJECTS if (at := cursors.at(type_)) is not None}
    if len(moments) < len(SUBJECTS):
        unswept = ", ".join(type_ for type_ in SUBJECTS if type_ not in moments)
        return {}, f"no earlier sweep of this panel has looked at every {unswept}" if moments else NEVER
    overlap = timedelta(minutes=clock.number("overlap-minutes"))
    if max(moments.values()) > now + overlap:
        return {}, "the last sweep lies ahead of the server's time: one of its clocks was set back"
    oldest = min(moments.values())
    if oldest < now - timedelta(days=clock.number("oldest-cursor-days")):
        return {}, f"the last sweep that could look at everything was on {oldest.date()}"
    return {type_: at - overlap for type_, at in moments.items()}, ""


def _gathered(needs: Sequence[Need], occasion: Occasion, server: Server, **slots: str) -> Flow[Records]:
    slots = {"actor": occasion.actor.reference, **slots}
    return (yield from gather(needs, slots, server.capabilities, server.home, way=server.way))


def _cursors(occasion: Occasion, server: Server) -> Flow[_Cursors]:
    """The cursor of each type, where there is one."""
    needs = {type_: sweep_cursor.find(occasion.actor.reference, type_) for type_ in SUBJECTS}
    records = yield from _gathered(tuple(needs.values()), occasion, server)
    return _Cursors({type_: records.one(need.name) for type_, need in needs.items()})


def _panel(occasion: Occasion, server: Server, time: ServerTime) -> Flow[tuple[str, ...]]:
    """Everybody in a program of ours whose care manager acts."""
    records = yield from _gathered((PANEL,), occasion, server)
    time.read(records["panel"])
    return people_of(records["panel"])


def _of_panel(people: Iterable[str], occasion: Occasion, server: Server) -> Flow[tuple[str, ...]]:
    """Those of them who are on the panel."""
    everybody = sorted(people)
    needs = tuple(
        Need(
            f"panel {start}",
            "EpisodeOfCare",
            (OfEach("patient", "patient", " ".join(everybody[start : start + PEOPLE_AT_ONCE])), *RUNNING),
        )
        for start in range(0, len(everybody), PEOPLE_AT_ONCE)
    )
    if not needs:
        return ()
    records = yield from _gathered(needs, occasion, server)
    return people_of(record for need in needs for record in records[need.name])


def _concerned(
    since: Mapping[str, datetime], clock: Clock, occasion: Occasion, server: Server, time: ServerTime
) -> Flow[tuple[set[str], tuple[Gap, ...]]]:
    """Whom something may concern since then; and what the server did not show of whomever."""
    changed = [
        Need(f"changed {type_}", type_, (ChangedSince(sweep_cursor.stamp(at)),), optional=True)
        for type_, at in since.items()
    ]
    records = yield from _gathered((*changed, *_by_time(min(since.values()), occasion)), occasion, server)
    elsewhere = tuple(
        Gap(f"changed {type_}", type_, f"{other.home.name}: only a full sweep (--full) looks for what changed there")
        for other in server.beside
        for type_ in since
        if other.keeps(type_)
    )
    records = replace(records, gaps=(*records.gaps, *elsewhere))
    changes = [record for some in records.by_need.values() for record in some]
    time.read(changes)
    people = {person for record in changes for person in about(record, SUBJECTS[record.type])}
    # What is unreadable about one person is said when that person is looked at.
    return people, tuple(gap for gap in records.gaps if not gap.about)


def _by_time(since: datetime, occasion: Occasion) -> tuple[Need, ...]:
    """Tasks that only time makes a find of: due days that have come, and red findings that nobody has acknowledged."""
    first = min(occasion.local_date(since), occasion.today) - LONGEST_WAIT  # the server's clock may be ahead of ours
    days = [first + timedelta(days=number) for number in range((occasion.today - first).days + 1)]
    tags = tuple(f"{DUE_TAG}|{day.isoformat()}" for day in days)
    to_do = Codes("status", "status", TO_DO)
    return (
        Need("due", "Task", (Codes("_tag", "meta.tag", tags), to_do), optional=True),
        Need("red", "Task", (Codes("code", "code", (f"{TASK}|escalation",)), to_do), optional=True),
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

    @property
    def whole(self) -> bool:
        """Whether all that was found is written."""
        return not any(course.undone for course in self.courses.values())


def _look_at_all(
    step: AnyStep, people: Sequence[str], occasion: Occasion, server: Server, time: ServerTime
) -> Flow[_PanelLook]:
    """Looks at everybody together, and runs find-work for whoever shows something: reading is cheap together, and
    deciding and writing are the step's alone, on records that it reads itself."""
    slots = {"actor": occasion.actor.reference, "today": occasion.today.isoformat(), "now": occasion.stamp}
    by_person = yield from gather_about_each(step.needs, people, slots, server)
    gaps = of_anybody(by_person.values())
    told_once = Records({}, gaps).warnings
    courses = {}
    for person, records in by_person.items():
        time.read(record for some in records.by_need.values() for record in some)
        try:
            opened = step.open(records, FindWork(patient=person), occasion)
        except CarefhirError:
            raise
        except Exception as error:  # noqa: BLE001  one odd record must not keep everybody else from being looked at
            why = f"THIS PERSON WAS NOT LOOKED AT: a record of theirs cannot be read ({where(error)}): open the chart"
            courses[person] = _Course(warnings={why: None}, undone=True)
            continue
        course = _Course(expected=0 if isinstance(opened, Refusal) else min(len(opened), MOST_FINDS))
        nothing = isinstance(opened, Refusal) and opened.why == (NOTHING_FOUND,)
        if not nothing or _only_the_step_can_tell(step, records):
            yield from _look(step, person, course, told_once, occasion, server)
        if course.finds or course.warnings or course.instructions or course.undone:
            courses[person] = course
    seen_people = {person: record for person, records in by_person.items() if (record := records.one("patient"))}
    return _PanelLook(courses=courses, people=seen_people, gaps=gaps)


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


def _ended(
    cursors: _Cursors, looked: _PanelLook, unseen: Collection[str], time: ServerTime, occasion: Occasion, server: Server
) -> Flow[tuple[str, ...]]:
    """Moves the cursor of every type that could be seen, to the server's own time before anything was read. Says where
    one has not moved. `unseen` are the types that the server did not show."""
    if not looked.whole:
        return ("not everything could be looked at: the next sweep begins where this one did",)
    if time.at is None:
        return (NO_TIME,)
    notes: dict[str, None] = {}
    still = [type_ for type_ in SUBJECTS if type_ in unseen]
    if still:
        notes[f"the next sweep looks again at every change of {', '.join(still)} since the last one that saw it"] = None
    answers = yield from together(
        [_moved(cursors, type_, time.at, occasion, server) for type_ in SUBJECTS if type_ not in still]
    )
    notes |= {NOT_KEPT: None} if not all(answers) else {}
    return tuple(notes)


def _moved(cursors: _Cursors, type_: str, to: datetime, occasion: Occasion, server: Server) -> Flow[bool]:
    """Moves one cursor; where another sweep has moved it meanwhile, its own stands. Whether one is kept."""
    record, at = cursors.records.get(type_), cursors.at(type_)
    if record is None:
        answer = yield from retrying(ask(_creating(type_, to, occasion, server)))
    elif at is not None and at == to:
        return True
    else:
        answer = yield from put(record, sweep_cursor.moved(record, to), server.home)
    return succeeded(answer) or getattr(answer, "status", 0) in (409, 412)


def _creating(type_: str, at: datetime, occasion: Occasion, server: Server) -> Request:
    owner = occasion.actor.reference
    headers = (
        ("Accept", FHIR_JSON),
        ("Content-Type", FHIR_JSON),
        ("If-None-Exist", sweep_cursor.condition(owner, type_)),
    )
    body = encode(sweep_cursor.write(owner, type_, at))
    return Request("POST", "Basic", headers, body, home=server.home.name)
