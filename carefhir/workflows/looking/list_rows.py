"""A list of people to call or work for, a row each: what worklist and team-list show.

One call covers all that is due for a person, so a person is one row: what is due now, what this week, how much later,
and which of it a call covers. Where they are, whether a hospice cares for them, when they were last reached, when they
are seen next, and who helps them and may be told what stand in the row, because nobody should call without knowing it
(rules 19, 24, 25, 36).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from carefhir.chart import chart as charts
from carefhir.chart import support as supports
from carefhir.chart import whereabouts
from carefhir.chart.chart import Chart
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Codes, Follow, Named, Need, OfEach, Since
from carefhir.mappers import communication, patient, risk_assessment
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import covering, due, person
from carefhir.workflows.looking.due import GROUPS, Due, Group
from carefhir.workflows.looking.person import Identity, LastContact

PEOPLE = Follow("for", "Patient")
"""Whom Tasks are for."""

OF_TEAM = Follow("subject", "Patient")
"""Whose the care teams are."""

OWNER = Need("owner", "Practitioner", (Named("{actor}"),), optional=True)
"""Who asks."""

_UNDER_WAY = ("arrived", "triaged", "in-progress", "onleave", "unknown")
_RUNNING = ("active", "onhold", "on-hold", "waitlist", "planned", "unknown")


def beside(name: str, *more: Codes | Since) -> Need:
    """A need of the chart, asked for about everybody on the list."""
    return _about_each(charts.NEEDS[name], *more)


def _about_each(need: Need, *more: Codes | Since) -> Need:
    """A need about one person, asked for about everybody on the list."""
    owner = need.owner
    assert owner is not None, f"{need.name} is not about a person"
    where = (OfEach(owner.param, owner.path), *more)
    return replace(need, where=where, bounded=False, optional=True, beside=PEOPLE, follow=())


PRACTITIONERS = Follow("participant.member", "Practitioner")
"""Who is in their care teams: whom to reach about somebody, and how."""


def _and_practitioners(need: Need) -> Need:
    return replace(need, follow=(*need.follow, PRACTITIONERS)) if need.name == "care_teams" else need


AROUND = (
    *map(
        _and_practitioners,
        charts.with_organizations(
            (
                beside("flags"),
                beside("episodes", Codes("status", "status", _RUNNING)),
                beside("care_teams", Codes("status", "status", ("active",))),
                beside("encounters", Codes("status", "status", _UNDER_WAY)),
                beside("service_requests", Codes("status", "status", ("active", "on-hold"))),
            )
        ),
    ),
    beside("conditions", Codes("code", "code", ("Z51.5",))),
    beside("appointments", Codes("status", "status", ("proposed", "pending", "booked", "arrived", "waitlist"))),
    _about_each(communication.find(), Since("sent", ("sent",), "{today-90d}")),
    beside("risks", Codes("method", "method", ("care-tier",))),
    _about_each(supports.HELPERS),
    _about_each(supports.CONSENTS, Codes("status", "status", ("active",))),
)
"""What a row shows about each person besides the Tasks."""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One person, and all that the owner of the list has to do for them."""

    identity: Identity
    """Name, birth date, record number, language, telephone number."""
    namesake: str
    """That another person with this name is on this list; "" where there is none."""
    notes: tuple[str, ...]
    """In hospital, hospice, paused, deceased: what to know before a call."""
    now: tuple[Due, ...]
    """Due today, overdue, or at once."""
    this_week: tuple[Due, ...]
    later: tuple[Due, ...]
    on_hold: tuple[Due, ...]
    last_contact: LastContact
    helpers: tuple[str, ...]
    """Who helps at home, how to reach them, and what they may know: a sentence each."""
    next_visit: str
    """Day and time of the next visit, in words; "" if none is booked."""
    provider: str = ""
    """The supervising provider, or whoever is on call for them, by name; "" where nobody is named."""
    provider_phone: str = ""
    """The provider's telephone number; "" where none is on record."""
    unseen: frozenset[str] = frozenset()
    """What of this row could not be seen: `appointments`, `communications`, `risks`. Never read what rests on it as
    "none"."""
    in_hospital: bool = False
    in_hospice: bool = False
    paused: bool = False
    """Whether every program of ours waits."""
    tier: str = ""
    """The newest tier of care on record, as people say it; "" where there is none, or none can be seen (`unseen`)."""

    @property
    def patient(self) -> str:
        """`Patient/ID`."""
        return self.identity.reference

    @property
    def pressing(self) -> bool:
        """Whether anything is overdue or to be done at once."""
        return any(task.pressing for task in self.now)

    @property
    def dues(self) -> tuple[Due, ...]:
        """All there is to do, in the order of the day."""
        return (*self.now, *self.this_week, *self.later, *self.on_hold)

    @property
    def one_call_covers(self) -> tuple[Due, ...]:
        """What is due now or this week and done by talking with the person: one call, not one for each."""
        if self.identity.do_not_call:
            return ()
        return tuple(task for task in (*self.now, *self.this_week) if task.by_call)


@dataclass(frozen=True, slots=True)
class List:
    """What one person has to do."""

    owner: str
    """The person who asks: `Practitioner/ID`."""
    name: str
    """Their name."""
    today: date
    """The day the list is for."""
    rows: tuple[PatientRow, ...]
    """The people, the most urgent first."""
    known: bool = True
    """Whether the person is on this server and visible."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""

    @property
    def to_do(self) -> int:
        """How many Tasks there are to do, those on hold left out."""
        return sum(len(row.dues) - len(row.on_hold) for row in self.rows)


@dataclass(frozen=True, slots=True)
class OwnersOfTasks:
    """Who owns which Task, and what a row says of that."""

    owner: Callable[[TaskView], str]
    """Whose Task it is, by name; "" for one's own."""
    notes: Callable[[str], tuple[str, ...]]
    """What to know about who works for a person: `Patient/ID`."""


def list_of(
    records: Records, needs: Iterable[Need], tasks: Iterable[TaskView], owners: OwnersOfTasks, occasion: Occasion
) -> List:
    """The list of whoever asks: a row for each person that these Tasks are about, of what these needs brought."""
    by_patient: dict[str, list[TaskView]] = {}
    for task in {task.record.reference: task for task in tasks}.values():
        by_patient.setdefault(task.patient, []).append(task)
    people = {record.reference: record for follow in (OF_TEAM, PEOPLE) for record in records[follow.name]}
    namesakes = person.namesakes({reference: people.get(reference) for reference in by_patient}, occasion)
    around = _by_person(records, needs, by_patient)
    rows = [
        _row(
            reference,
            some,
            around[reference],
            people.get(reference),
            occasion,
            namesakes=namesakes,
            owners=owners,
        )
        for reference, some in by_patient.items()
    ]
    owner = records.one("owner")
    return List(
        owner=occasion.actor.reference,
        name=patient.display(owner, occasion.today) if owner else "",
        today=occasion.today,
        rows=tuple(sorted(rows, key=_order)),
        known=owner is not None or not records.visible("owner"),
        not_visible=records.not_visible,
    )


def _by_person(records: Records, needs: Iterable[Need], people: Iterable[str]) -> Mapping[str, Records]:
    """What was found about each person, as if they had been asked about alone."""
    by_person: dict[str, dict[str, dict[str, Record]]] = {reference: {} for reference in people}
    for need in needs:
        for owner in (each for each in need.where if isinstance(each, OfEach)):
            for record in records[need.name]:
                for reference in set(owner.of(record.json)) & by_person.keys():
                    by_person[reference].setdefault(covering.plain(need.name), {})[record.reference] = record
    organizations = {follow.name: records[follow.name] for follow in (*charts.POINTING, PRACTITIONERS)}
    return {
        reference: Records(
            {**organizations, **{name: tuple(some.values()) for name, some in own.items()}},
            tuple(replace(gap, need=covering.plain(gap.need)) for gap in records.gaps if gap.concerns(reference)),
        )
        for reference, own in by_person.items()
    }


def _row(
    reference: str,
    tasks: Iterable[TaskView],
    around: Records,
    record: Record | None,
    occasion: Occasion,
    *,
    namesakes: frozenset[str],
    owners: OwnersOfTasks,
) -> PatientRow:
    chart = replace(charts.read(around, occasion), person=record, patient=patient.read(record))
    dues = due.all_due(due.due_of(task, occasion, owners.owner(task)) for task in tasks)
    talks = [communication.read(talk, occasion.zone) for talk in around["communications"]]
    decider = occasion.on_call(chart.team.on_call) or chart.team.supervising_provider
    provider = next((each for each in around[PRACTITIONERS.name] if each.reference == decider), None)
    return PatientRow(
        identity=person.identity(chart, reference, occasion.today),
        namesake=person.NAMESAKE if reference in namesakes else "",
        notes=(*owners.notes(reference), *_notes(chart, occasion), *_not_linked(around)),
        now=_of_group(dues, "now"),
        this_week=_of_group(dues, "this week"),
        later=_of_group(dues, "later"),
        on_hold=_of_group(dues, "on hold"),
        last_contact=person.last_contact(talks, occasion),
        helpers=_helpers(around, chart, occasion),
        next_visit=_next_visit(chart, occasion),
        provider=patient.display(provider, occasion.today) if provider else chart.team.names.get(decider, ""),
        provider_phone=patient.phone(provider, occasion.today) if provider else "",
        unseen=frozenset(name for name in ("appointments", "communications", "risks") if not around.visible(name)),
        in_hospital=whereabouts.in_hospital(chart, occasion) is not None,
        in_hospice=whereabouts.hospice_of(chart, occasion) is not None,
        paused=chart.paused,
        tier=_tier(chart, occasion),
    )


def _of_group(dues: Iterable[Due], group: Group) -> tuple[Due, ...]:
    return tuple(task for task in dues if task.group == group)


def _notes(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Where the person is; that this could not be seen is said, because nobody is "at home" by default."""
    unseen = [name for name in ("flags", "episodes", "encounters") if name in chart.unseen]
    words = f"not visible: {', '.join(unseen)}: ask where they are" if unseen else ""
    return tuple(filter(None, (*person.whereabouts_of(chart, occasion), words)))


def _not_linked(around: Records) -> tuple[str, ...]:
    """That nothing is seen of what another home keeps of this person, and what to do about it."""
    return tuple(dict.fromkeys(gap.why for gap in around.gaps if gap.unlinked and gap.about))


def _helpers(around: Records, chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Who helps. Where nobody is on record as helping, the list says nothing of it: the overview does."""
    if patient.standing(chart.person):
        return ()
    support = supports.read(around, chart, occasion)
    lines = tuple(helper.in_words(occasion.content) for helper in support.helping)
    unseen = (f"not visible: {', '.join(support.unseen)}: ask who helps",) if support.unseen else ()
    return (*lines, *unseen)


def _next_visit(chart: Chart, occasion: Occasion) -> str:
    visit = next(iter(person.visits_to_come(chart, occasion)), None)
    if visit is None or visit.start is None:
        return ""
    return f"{visit.start.astimezone(occasion.zone):%a %Y-%m-%d %H:%M}"


def _order(row: PatientRow) -> tuple[bool, bool, int, date, str]:
    """Whoever is to be called at once, then overdue, then today, then this week; who waits comes last."""
    first = row.dues[0]
    at_once = any(task.when.startswith("NOW") for task in row.now)
    return not at_once, not row.pressing, GROUPS.index(first.group), first.due or date.max, row.patient


def _tier(chart: Chart, occasion: Occasion) -> str:
    newest = risk_assessment.newest(chart.risks, occasion.zone)
    return "" if newest is None else f"at least {newest.tier}" if newest.at_least else newest.tier
