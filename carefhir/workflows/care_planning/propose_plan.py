"""`propose-plan`: one draft plan of what a person's confirmed findings ask for, by all pathways that hold, merged.

Writes the draft CarePlan with its review day, proposed Goals, the patient's own among them, and drafts of the items;
each item says which finding it answers, who does it, and when it takes effect. What stands already is linked, not
proposed again. Advice against other advice is named, as a DetectedIssue and a Task for whoever decides; nothing is
decided here. No diagnosis and nothing unconfirmed or restricted enters (rules 4, 5).

The act's cause is the running episode of care management and the last plan of ours in it that ended: there is one
standing plan, and a new one after that.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP
from carefhir.content import pathways
from carefhir.content.pathways import Proposal
from carefhir.content.rules import Facts
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import PatientCommand
from carefhir.fhir.changes import Act, Plan, Refusal, carries_key
from carefhir.mappers import patient
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import Seen, by_time, ours, seen
from carefhir.workflows.care_planning.drafting import Proposing

PROGRAM = "care-management"
DECLINED = "declined"


class ProposePlan(PatientCommand):
    """Drafts a care plan from what is on record, and the patient's own goal."""

    own_goal: str = Field(min_length=1, description="what the patient wants to reach, in their own words; or: declined")


NEEDS = (
    *charts.needs("patient", "episodes", "care_plans", "goals", optional=False),
    *charts.needs("care_teams", "conditions", "medication_requests", "medication_statements", "readings"),
    *charts.needs("encounters", "tasks", "flags", "conclusions"),
    *charts.needs("service_requests", "device_requests", "communication_requests"),
    *charts.needs("appointments", "risks"),
)


def running(chart: Chart) -> EpisodeView | None:
    """The episode of care management that runs."""
    return next((one for one in chart.episodes if PROGRAM in one.programs and one.status == "active"), None)


def plans_in(chart: Chart, episode: EpisodeView) -> tuple[CarePlanView, ...]:
    """The plans of ours in an episode, oldest first."""
    mine = [one for one in chart.care_plans if ours(one.record) and episode.record.reference in one.supporting]
    return tuple(sorted(mine, key=lambda one: by_time(one.record, "created")))


def causes(chart: Chart, command: ProposePlan, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The running episode, and the last plan of ours in it that ended, in error or otherwise."""
    episode = running(chart)
    if episode is None:
        return ()
    over = [one for one in plans_in(chart, episode) if one.over]
    return ((episode.record.reference, over[-1].reference if over else "first"),)


def decide(chart: Chart, command: ProposePlan, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The draft, or why there is none."""
    why = patient.in_the_way(chart.patient, command.patient) + _no_room(chart, act)
    episode = running(chart)
    if why or episode is None:
        return Refusal(why)
    content = occasion.content
    picture = seen(chart, content, act)
    facts = facts_of(picture.chart, occasion)
    groups = content.concepts(CONDITION_GROUP)
    confirmed = [one for one in facts["conditions"] if groups[one].properties.get("need")]
    feared = frozenset(facts["needs"]) - frozenset(confirmed)
    proposal = _confirmed_only(pathways.propose(content, facts, occasion.today), facts["conditions"], feared)
    if not proposal.pathways and not confirmed:
        return Refusal(_nothing(picture, facts, occasion))
    own = "" if command.own_goal.lower() == DECLINED else command.own_goal
    return Proposing(picture, command.patient, own, occasion, act, episode, proposal, tuple(confirmed)).plan()


def _confirmed_only(proposal: Proposal, confirmed: Iterable[str], feared: frozenset[str]) -> Proposal:
    """Without goals for what nobody has confirmed, without items that answer nothing but unconfirmed needs, and without
    pathways that then ask for nothing. What follows a screen up stays: it makes nobody ill (rule 5)."""
    goals = tuple(one for one in proposal.goals if not one.addresses or set(one.addresses) & set(confirmed))
    items = tuple(one for one in proposal.items if not one.addresses or set(one.addresses) - feared)
    asking = {canonical for some in (goals, items) for one in some for canonical in one.pathways}
    held = tuple(one for one in proposal.pathways if one.canonical in asking)
    return Proposal(held, goals, items)


def _no_room(chart: Chart, act: Act) -> tuple[str, ...]:
    """No programme that runs, or a plan that stands already."""
    episode = running(chart)
    if episode is None:
        held = [one for one in chart.episodes if PROGRAM in one.programs and not one.over]
        if held:
            return (f"{held[0].record.reference} is {held[0].status}: the programme has to run (resume it first)",)
        return ("no care-management programme runs: enrol first",)
    standing = [
        one for one in plans_in(chart, episode) if not one.over and not carries_key(one.record, act.part_key("plan"))
    ]
    return tuple(
        f"{one.reference} is {one.status} already: there is one plan at a time; revise it, or end it first"
        for one in standing
    )


def _nothing(picture: Seen, facts: Facts, occasion: Occasion) -> tuple[str, ...]:
    """What was looked at, where nothing asks for a plan."""
    groups = occasion.content.concepts(CONDITION_GROUP)
    known = ", ".join(groups[one].display for one in facts["conditions"]) or "none that pathways know"
    current = len([one for one in picture.chart.conditions if one.holds and one.current])
    why = f"no pathway holds and no need is confirmed: looked at {current} current findings (confirmed: {known})"
    more = [
        f"{one.title} would hold and is not in force on {occasion.today}: look for newer clinical content"
        for one in pathways.propose(occasion.content, facts).pathways
    ]
    more += [f"{one}: confirm it first" for one in picture.needs_unconfirmed(occasion.content)]
    more += [f"cannot be sure: {one}" for one in picture.chart.not_visible]
    return (why, *more)


PROPOSE_PLAN = adapted(
    name="propose-plan",
    title="Draft a care plan from what is on record",
    command=ProposePlan,
    needs=NEEDS,
    cause=FromContext(causes),
    read=charts.read,
    decide=decide,
    when_stale="decide again",
    creates=(
        "CarePlan",
        "Goal",
        "Task",
        "ServiceRequest",
        "DeviceRequest",
        "CommunicationRequest",
        "Appointment",
        "DetectedIssue",
    ),
    supervised="propose-plan",
)
