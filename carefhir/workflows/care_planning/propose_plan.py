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
from dataclasses import dataclass

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP
from carefhir.content import pathways
from carefhir.content.pathways import Proposal
from carefhir.content.rules import Facts
from carefhir.engine.step import Case, InState, PatientCommand, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.risk_assessment import newest_tier
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import ChartForPlan, by_time, chart_for_plan, ours
from carefhir.workflows.care_planning.drafting import Drafting, PlanBasis
from carefhir.workflows.pen import Pen

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


@dataclass(frozen=True, slots=True)
class ProposalCase(Case):
    """One person whose programme runs, and the plans they have had in it."""

    command: ProposePlan
    occasion: Occasion
    usable: ChartForPlan
    episode: EpisodeView
    plans: tuple[CarePlanView, ...]
    """The plans of ours in this episode, oldest first."""

    @property
    def cause(self) -> InState:
        """The running episode, and the last plan of ours in it that ended, in error or otherwise."""
        over = [plan.reference for plan in self.plans if plan.over]
        return InState(self.episode.record.reference, over[-1] if over else "first")

    def decide(self, act: Act) -> Plan | Refusal:
        """The draft, or why there is none."""
        why = (*patient.in_the_way(self.usable.chart.patient, self.command.patient), *self._no_room(act))
        if why:
            return Refusal(why)
        basis = self._basis()
        if not basis.proposal.pathways and not basis.needs:
            return Refusal(self._nothing(basis.facts))
        return Drafting(basis, Pen(self.occasion, act, self.command.patient)).plan()

    def _no_room(self, act: Act) -> tuple[str, ...]:
        """The plans that are not over; the act's own is no reason when it is asked for again."""
        return tuple(
            f"{plan.reference} is {plan.status} already: there is one plan at a time; revise it, or end it first"
            for plan in self.plans
            if not plan.over and not act.did(plan.record)
        )

    def _basis(self) -> PlanBasis:
        """What the pathways ask for, of what is on record."""
        content, facts = self.occasion.content, facts_of(self.usable.chart, self.occasion)
        groups = content.concepts(CONDITION_GROUP)
        confirmed = tuple(group for group in facts["conditions"] if groups[group].properties.get("need"))
        feared = frozenset(facts["needs"]) - frozenset(confirmed)
        asked_for = pathways.propose(content, facts, self.occasion.today)
        return PlanBasis(
            usable=self.usable,
            episode=self.episode,
            facts=facts,
            proposal=_confirmed_only(asked_for, facts["conditions"], feared),
            needs=confirmed,
            tier=newest_tier(self.usable.chart.risks),
            own_goal="" if self.command.own_goal.lower() == DECLINED else self.command.own_goal,
        )

    def _nothing(self, facts: Facts) -> tuple[str, ...]:
        """What was looked at, where nothing asks for a plan."""
        content, today, chart = self.occasion.content, self.occasion.today, self.usable.chart
        groups = content.concepts(CONDITION_GROUP)
        known = ", ".join(groups[group].display for group in facts["conditions"]) or "none that pathways know"
        current = len([condition for condition in chart.conditions if condition.holds and condition.current])
        why = f"no pathway holds and no need is confirmed: looked at {current} current findings (confirmed: {known})"
        more = [
            f"{pathway.title} would hold and is not in force on {today}: look for newer clinical content"
            for pathway in pathways.propose(content, facts).pathways
        ]
        more += [f"{need}: confirm it first" for need in self.usable.needs_unconfirmed()]
        more += [f"cannot be sure: {gap}" for gap in chart.not_visible]
        return (why, *more)


def _confirmed_only(proposal: Proposal, confirmed: Iterable[str], feared: frozenset[str]) -> Proposal:
    """Without goals for what nobody has confirmed, without items that answer nothing but unconfirmed needs, and without
    pathways that then ask for nothing. What follows a screen up stays: it makes nobody ill (rule 5)."""
    goals = tuple(goal for goal in proposal.goals if not goal.addresses or set(goal.addresses) & set(confirmed))
    items = tuple(item for item in proposal.items if not item.addresses or set(item.addresses) - feared)
    asking = {canonical for goal in goals for canonical in goal.pathways}
    asking |= {canonical for item in items for canonical in item.pathways}
    held = tuple(pathway for pathway in proposal.pathways if pathway.canonical in asking)
    return Proposal(pathways=held, goals=goals, items=items)


def open_cases(records: Records, command: ProposePlan, occasion: Occasion) -> tuple[ProposalCase] | Refusal:
    """The running programme with its plans; or why there is none."""
    chart = charts.read(records, occasion)
    episodes = [episode for episode in chart.episodes if PROGRAM in episode.programs]
    episode = next((episode for episode in episodes if episode.status == "active"), None)
    if episode is None:
        return Refusal((*patient.in_the_way(chart.patient, command.patient), _not_running(episodes)))
    return (
        ProposalCase(
            command=command,
            occasion=occasion,
            usable=chart_for_plan(chart, occasion.content),
            episode=episode,
            plans=_plans_in(chart, episode),
        ),
    )


def _plans_in(chart: Chart, episode: EpisodeView) -> tuple[CarePlanView, ...]:
    """The plans of ours in an episode, oldest first."""
    mine = [plan for plan in chart.care_plans if ours(plan.record) and episode.record.reference in plan.supporting]
    return tuple(sorted(mine, key=lambda plan: by_time(plan.created, plan.record)))


def _not_running(episodes: Iterable[EpisodeView]) -> str:
    """Why no plan can be proposed in any of these."""
    held = next((episode for episode in episodes if not episode.over), None)
    if held is None:
        return "no care-management programme runs: enrol first"
    return f"{held.record.reference} is {held.status}: the programme has to run (resume it first)"


PROPOSE_PLAN = Step(
    name="propose-plan",
    title="Draft a care plan from what is on record",
    command=ProposePlan,
    needs=NEEDS,
    open=open_cases,
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
