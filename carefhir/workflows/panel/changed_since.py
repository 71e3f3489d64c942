"""Whom a sweep may concern: about whom something changed since the last one, on every home; and how far each was seen.

Each type of resource of each home has a cursor of its own, on that home's clock: an EHR that was down keeps its own
from moving and nobody else's. On the main home changes are searched for of whomever. An EHR is asked about the people
of the panel alone; where it does not take `_lastUpdated`, their records are read and held against the time here, and
what does not say when it was changed counts as changed. Whoever was linked since the last sweep is looked at as a
whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from carefhir.codes import DUE_TAG, TASK
from carefhir.content.clocks import Clock
from carefhir.fhir.codec import encode
from carefhir.fhir.commit import put, succeeded
from carefhir.fhir.gather import Gap, Records, gather
from carefhir.fhir.lists_there import SLOT, people_there
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import ChangedSince, Codes, Named, Need, OfEach
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.server_time import ServerTime
from carefhir.fhir.wire import FHIR_JSON, MAIN, Flow, Request, ask, together
from carefhir.mappers import sweep_cursor
from carefhir.mappers.task import TO_DO
from carefhir.occasion import Occasion
from carefhir.workflows.looking.panel_people import PANEL, RUNNING, about, people_of

SUBJECTS = {
    **{"Encounter": "subject", "Task": "for", "CarePlan": "subject", "EpisodeOfCare": "patient"},
    "QuestionnaireResponse": "subject",
}
"""The types whose changes may bring a find, and where they say whom they are about."""
NOTIFIED = {**SUBJECTS, "Observation": "subject"}
"""The same, with what only a notification or a look at everybody tells of: a hospital's server holds more new
Observations than a sweep can ask for, nearly all of them about others."""
ELSEWHERE = {**SUBJECTS, "Condition": "subject"}
"""What is asked for of the people of a panel on another home, besides who they are: a death is known there first."""
PEOPLE_AT_ONCE = 25
"""People in one search."""
LONGEST_WAIT = timedelta(days=10)
"""More days than any wait of panel-watch: so far back are due days asked about."""
NEVER = "no earlier sweep of this panel is on record"
NO_TIME = "the server does not say what time it is (Date, meta.lastUpdated): the next sweep begins where this one did"
NOT_KEPT = "the server keeps no cursor (Basic): the next sweep looks at everybody again"


@dataclass(frozen=True, slots=True)
class SweptType:
    """A type of resource on one home: what a cursor is kept for."""

    type: str
    home: str = MAIN

    @property
    def key(self) -> str:
        """As its cursor is called: `Encounter`, `ehr.Encounter`."""
        return self.type if self.home == MAIN else f"{self.home}.{self.type}"

    def __str__(self) -> str:
        return self.type if self.home == MAIN else f"{self.type} of {self.home}"


LINKS = SweptType("Patient")
"""The people's records on the main home, which say where they are on others; kept where there are others."""


def sources_of(server: Server) -> tuple[SweptType, ...]:
    """All that a sweep looks for changes of. A home that is away does not say what it keeps: its cursors stay."""
    main = tuple(map(SweptType, SUBJECTS))
    if not server.beside:
        return main
    others = (
        SweptType(type_, other.home.name)
        for other in server.beside
        if not other.away
        for type_ in (*ELSEWHERE, "Patient")
        if other.keeps(type_)
    )
    return (*main, LINKS, *others)


def times_of(server: Server) -> dict[str, ServerTime]:
    """A clock for each home."""
    homes = (MAIN, *(other.home.name for other in server.beside))
    return {home: ServerTime(home=home) for home in homes}


# ---- how far the last sweep came


@dataclass(frozen=True, slots=True)
class Cursors:
    """How far the last sweep of this panel came, by type and home."""

    records: Mapping[SweptType, Record | None]

    def at(self, source: SweptType) -> datetime | None:
        """The moment up to which its changes were looked at; None where no sweep has said."""
        record = self.records.get(source)
        return sweep_cursor.read(record) if record else None


def cursors_of(occasion: Occasion, server: Server) -> Flow[Cursors]:
    """The cursor of each type, where there is one."""
    needs = {source: sweep_cursor.find(occasion.actor.reference, source.key) for source in sources_of(server)}
    records = yield from _gathered(tuple(needs.values()), occasion, server)
    return Cursors({source: records.one(need.name) for source, need in needs.items()})


def since_of(cursors: Cursors, clock: Clock, now: datetime, *, full: bool) -> tuple[dict[SweptType, datetime], str]:
    """The moment since which the changes of each type count; or none, and why everybody is looked at. `now` is the
    main server's time: its cursors are on its clock."""
    if full:
        return {}, "a full sweep was asked for"
    moments = {source: at for source in cursors.records if (at := cursors.at(source)) is not None}
    if len(moments) < len(cursors.records):
        unswept = ", ".join(str(source) for source in cursors.records if source not in moments)
        return {}, f"no earlier sweep of this panel has looked at every {unswept}" if moments else NEVER
    overlap = timedelta(minutes=clock.number("overlap-minutes"))
    if max(at for source, at in moments.items() if source.home == MAIN) > now + overlap:
        return {}, "the last sweep lies ahead of the server's time: one of its clocks was set back"
    oldest = min(moments.values())
    if oldest < now - timedelta(days=clock.number("oldest-cursor-days")):
        return {}, f"the last sweep that could look at everything was on {oldest.date()}"
    return {source: at - overlap for source, at in moments.items()}, ""


def moved(
    cursors: Cursors, unseen: Collection[SweptType], times: Mapping[str, ServerTime], occasion: Occasion, server: Server
) -> Flow[tuple[str, ...]]:
    """Moves the cursor of every type that could be seen, to its home's own time before anything was read there. Says
    where one has not moved. `unseen` is what was not shown."""
    still = [source for source in cursors.records if source in unseen]
    if any(source.home != MAIN for source in unseen):
        still.append(LINKS)  # who was linked meanwhile is looked at once all of theirs is seen
    notes: dict[str, None] = {}
    named = ", ".join(str(source) for source in dict.fromkeys((*still, *unseen)) if source != LINKS)
    if named:
        notes[f"the next sweep looks again at every change of {named} since the last one that saw it"] = None
    moving = []
    for source in cursors.records:
        to = times[source.home].at
        if to is None:
            notes[NO_TIME if source.home == MAIN else f"{source.home}: {NO_TIME}"] = None
        elif source not in still:
            moving.append(_moved(cursors, source, to, occasion, server))
    answers = yield from together(moving)
    return tuple(notes | ({} if all(answers) else {NOT_KEPT: None}))


def _moved(cursors: Cursors, source: SweptType, to: datetime, occasion: Occasion, server: Server) -> Flow[bool]:
    """Moves one cursor; where another sweep has moved it meanwhile, its own stands. Whether one is kept."""
    record, at = cursors.records.get(source), cursors.at(source)
    if record is None:
        answer = yield from retrying(ask(_creating(source, to, occasion, server)))
    elif at is not None and at == to:
        return True
    else:
        answer = yield from put(record, sweep_cursor.moved(record, to), server.home)
    return succeeded(answer) or getattr(answer, "status", 0) in (409, 412)


def _creating(source: SweptType, at: datetime, occasion: Occasion, server: Server) -> Request:
    owner = occasion.actor.reference
    headers = (
        ("Accept", FHIR_JSON),
        ("Content-Type", FHIR_JSON),
        ("If-None-Exist", sweep_cursor.condition(owner, source.key)),
    )
    body = encode(sweep_cursor.write(owner, source.key, at))
    return Request("POST", "Basic", headers, body, home=server.home.name)


# ---- whom something may concern


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom something may concern since the last sweep."""

    people: tuple[str, ...] = ()
    """Those of the panel: `Patient/ID`."""
    gaps: tuple[Gap, ...] = ()
    """What was not shown of whomever."""
    unseen: frozenset[SweptType] = frozenset()
    """Of what changes were not shown, of one person or of all."""
    ahead: str = ""
    """Why everybody is looked at after all."""


def concerned_since(
    since: Mapping[SweptType, datetime],
    clock: Clock,
    occasion: Occasion,
    server: Server,
    times: Mapping[str, ServerTime],
) -> Flow[Concerned]:
    """Whom of the panel something may concern since then."""
    main = {source.type: at for source, at in since.items() if source.home == MAIN and source != LINKS}
    changed = [
        Need(f"changed {type_}", type_, (ChangedSince(sweep_cursor.stamp(at)),), optional=True)
        for type_, at in main.items()
    ]
    records = yield from _gathered((*changed, *_by_time(min(main.values()), occasion)), occasion, server)
    changes = [record for some in records.by_need.values() for record in some]
    times[MAIN].read(changes)
    people = {person for record in changes for person in about(record, SUBJECTS[record.type])}
    # What is unreadable about one person is said when that person is looked at.
    gaps = tuple(gap for gap in records.gaps if not gap.about)
    here = Concerned(gaps=gaps, unseen=unseen_of(gaps))
    if not server.beside:
        return Concerned((yield from _of_panel(people, occasion, server)), here.gaps, here.unseen)
    panel = yield from panel_of(occasion, server, times[MAIN])
    there = yield from _elsewhere(panel, since, occasion, server, times)
    overlap = timedelta(minutes=clock.number("overlap-minutes"))
    ahead = next((home for home in times if home != MAIN and _set_back(home, since, times[home], overlap)), "")
    return Concerned(
        tuple(person for person in panel if person in people | set(there.people)),
        (*here.gaps, *there.gaps),
        here.unseen | there.unseen,
        f"the last sweep lies ahead of the time of {ahead}: one of its clocks was set back" if ahead else "",
    )


def _set_back(home: str, since: Mapping[SweptType, datetime], time: ServerTime, overlap: timedelta) -> bool:
    """Whether a home's clock is behind a cursor of its own."""
    moments = [at for source, at in since.items() if source.home == home]
    return time.by_header is not None and bool(moments) and max(moments) > time.by_header


def unseen_of(gaps: Iterable[Gap]) -> frozenset[SweptType]:
    """What was not shown, of the gaps that do not say that somebody is not linked: linking brings those."""
    return frozenset(
        SweptType(gap.type, gap.home)
        for gap in gaps
        if not gap.unlinked and (not gap.about if gap.home == MAIN else not gap.in_part)
    )


def _elsewhere(
    panel: Sequence[str],
    since: Mapping[SweptType, datetime],
    occasion: Occasion,
    server: Server,
    times: Mapping[str, ServerTime],
) -> Flow[Concerned]:
    """Those of the panel about whom something changed on another home, or who were linked or changed here; and those
    who are not linked, for nobody knows whether anything did."""
    chunks = [panel[start : start + PEOPLE_AT_ONCE] for start in range(0, len(panel), PEOPLE_AT_ONCE)]
    needs = [Need(f"people {n}", "Patient", (Named(" ".join(some)),), optional=True) for n, some in enumerate(chunks)]
    people = yield from _gathered(needs, occasion, server)
    read = {record.reference: record for need in needs for record in people[need.name]}
    slots = {"actor": occasion.actor.reference}
    flows = [
        times[other.home.name].hearing(people_there(other, _needs_there(other, since), panel, slots, server, read=read))
        for other in server.beside
    ]
    parts: list[Records] = yield from together(flows)
    concerned = {record.reference for record in read.values() if _changed(record, since.get(LINKS))}
    for other, records in zip(server.beside, parts, strict=True):
        home = other.home.name
        times[home].read(record for some in records.by_need.values() for record in some)
        whole = since.get(SweptType("Patient", home))
        concerned |= {record.reference for record in records["people there"] if _changed(record, whole)}
        concerned |= {
            person
            for type_, path in ELSEWHERE.items()
            for record in records[f"changed {type_}"]
            for person in about(record, path)
        }
    gaps = (*people.gaps, *(gap for records in parts for gap in records.gaps))
    concerned |= {person for gap in gaps if gap.unlinked for person in gap.about}
    not_shown = (gap for gap in gaps if not gap.unlinked and not gap.in_part)
    return Concerned(tuple(concerned), tuple(dict.fromkeys(not_shown)), unseen_of(gaps))


def _needs_there(other: OtherHome, since: Mapping[SweptType, datetime]) -> tuple[Need, ...]:
    """What another home is asked for: who they are, and what changed of what it keeps."""
    home = other.home.name
    changed = (
        Need(
            f"changed {type_}",
            type_,
            (OfEach("patient", path), *((ChangedSince(sweep_cursor.stamp(at)),) if at else ())),
            optional=True,
        )
        for type_, path in ELSEWHERE.items()
        for at in (since.get(SweptType(type_, home)),)
    )
    return (Need("people there", "Patient", (Named(SLOT),), optional=True), *changed)


def _changed(record: Record, since: datetime | None) -> bool:
    """Whether a record was changed since then, or does not say when it was."""
    return since is None or ChangedSince(sweep_cursor.stamp(since)).holds(record.json, {})


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


# ---- the panel


def _gathered(needs: Sequence[Need], occasion: Occasion, server: Server, **slots: str) -> Flow[Records]:
    slots = {"actor": occasion.actor.reference, **slots}
    return (yield from gather(needs, slots, server.capabilities, server.home, way=server.way))


def panel_of(occasion: Occasion, server: Server, time: ServerTime) -> Flow[tuple[str, ...]]:
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
