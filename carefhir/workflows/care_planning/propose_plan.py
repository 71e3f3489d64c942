"""`propose-plan`: drafts one plan for a person's confirmed findings, merged from all pathways that apply.

Writes the draft CarePlan with its review day, the proposed Goals (the patient's own among them) and drafts of the
items. Each item says which finding it is for, who does it, and when it takes effect. Goals and items already in effect
are linked, not proposed again. Conflicting advice becomes a DetectedIssue and a Task for the person who decides it;
nothing is decided here. The plan makes no diagnosis, and leaves out what is unconfirmed or restricted (rules 4, 5).
Pathways that are not for the person (under 18, pregnant, on dialysis, cared for by a hospice …) are named and not
proposed (rules 24, 38); nor is, where comfort comes first, what no longer serves.

The act's cause is the active episode of care management and the last plan of ours in it that ended: there is one plan
at a time, and a new one can be proposed after the last one has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP
from carefhir.content import pathways
from carefhir.content.pathways import Proposal
from carefhir.engine.step import Case, InState, PatientCommand, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.risk_assessment import newest_tier
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import ChartForPlan, by_time, chart_for_plan, ours
from carefhir.workflows.care_planning.drafting import PlanBasis, drafted
from carefhir.workflows.care_planning.first_things import never_waits
from carefhir.workflows.care_planning.for_whom import ForWhom, for_whom
from carefhir.workflows.care_planning.under_way import under_way
from carefhir.workflows.pen import Pen

PROGRAM = "care-management"
DECLINED = "declined"


class ProposePlan(PatientCommand):
    """Drafts a care plan from what is on record and from the patient's own goal."""

    added_later = ("first_things", "comfort_first")

    own_goal: str = Field(
        min_length=1, description="what the patient wants to achieve, in their own words; or: declined"
    )
    first_things: tuple[str, ...] = Field(
        default=(),
        description="what starts in the first two weeks beside what is urgent or the prescriber's: codes of CodeSystem "
        "care-item, as many as the patient can take; if left out, the five that are due first",
    )
    comfort_first: bool = Field(
        default=False,
        description="the patient, or who decides for them, says that comfort comes first now: a comfort pathway is "
        "proposed, and goals that no longer serve are left out",
    )


NEEDS = charts.with_organizations(
    (
        *charts.needs("patient", "episodes", "care_plans", "goals", optional=False),
        *charts.needs("care_teams", "conditions", "medication_requests", "medication_statements", "readings"),
        *charts.needs("pregnancy_statuses"),
        *charts.needs("encounters", "tasks", "flags", "conclusions"),
        *charts.needs("service_requests", "device_requests", "communication_requests"),
        *charts.needs("appointments", "risks"),
    )
)


@dataclass(frozen=True, slots=True)
class ProposalCase(Case):
    """One person in active care management, and the plans they have had in it."""

    command: ProposePlan
    occasion: Occasion
    usable: ChartForPlan
    for_whom: ForWhom
    episode: EpisodeView
    plans: tuple[CarePlanView, ...]
    """The plans of ours in this episode, oldest first."""

    @property
    def cause(self) -> InState:
        """The active episode, and the last plan of ours in it that ended, in error or otherwise."""
        over = [plan.reference for plan in self.plans if plan.over]
        return InState(self.episode.record.reference, over[-1] if over else "first")

    def decide(self, act: Act) -> Plan | Refusal:
        """Drafts the plan; or says why not."""
        why = (*patient.in_the_way(self.usable.chart.patient, self.command.patient), *self.no_room(act))
        if why:
            return Refusal(why)
        basis = self.basis()
        if not basis.proposal.pathways and not basis.needs:
            return Refusal(self._nothing(basis))
        if unknown := self._unknown(basis.proposal):
            return Refusal(unknown)
        return drafted(basis, Pen(self.occasion, act, self.command.patient))

    def no_room(self, act: Act | None = None) -> tuple[str, ...]:
        """Why plans that are not over leave no room; the act's own one does, when it is asked for again."""
        return tuple(
            f"there is already a plan ({plan.reference}, {plan.status}): {_instead(plan)}"
            for plan in self.plans
            if not plan.over and not (act and act.did(plan.record))
        )

    def basis(self) -> PlanBasis:
        """Works out what the pathways ask for, from what is on record."""
        content, states = self.occasion.content, self.for_whom.holding
        facts = facts_of(self.usable.chart, self.occasion, states=sorted(states))
        groups = content.concepts(CONDITION_GROUP)
        confirmed = tuple(group for group in facts["conditions"] if groups[group].properties.get("need"))
        feared = frozenset(facts["needs"]) - frozenset(confirmed)
        asked_for = pathways.propose(content, facts, self.occasion.today, states)
        asked_for = _confirmed_only(asked_for, facts["conditions"], feared)
        covered = under_way(asked_for.items, self.usable.chart, self.occasion)
        codes = {each.draft.code for each in covered}
        return PlanBasis(
            usable=self.usable,
            for_whom=self.for_whom,
            episode=self.episode,
            facts=facts,
            proposal=replace(asked_for, items=tuple(item for item in asked_for.items if item.code not in codes)),
            covered=covered,
            first_things=self.command.first_things,
            needs=confirmed,
            tier=newest_tier(self.usable.chart.risks),
            own_goal="" if self.command.own_goal.lower() == DECLINED else self.command.own_goal,
        )

    def _unknown(self, proposal: Proposal) -> tuple[str, ...]:
        """Names what is to start first and is no item that could be chosen, with those that could."""
        open_to_choice = [item.code for item in proposal.items if not never_waits(item)]
        return tuple(
            f"first_things: {code} is no item of this plan that could wait; choose among: {', '.join(open_to_choice)}"
            for code in self.command.first_things
            if code not in open_to_choice
        )

    def _nothing(self, basis: PlanBasis) -> tuple[str, ...]:
        """Says what was looked at, where nothing asks for a plan."""
        content, today, chart, facts = self.occasion.content, self.occasion.today, self.usable.chart, basis.facts
        groups = content.concepts(CONDITION_GROUP)
        confirmed = "; ".join(groups[group].display for group in facts["conditions"]) or "none that a pathway uses"
        current = len([condition for condition in chart.conditions if condition.holds and condition.current])
        looked_at = f"{current} current findings were looked at (confirmed: {confirmed})"
        why = f"no pathway applies and no social need is confirmed: {looked_at}"
        more = [
            f"{pathway.title} would apply, but this version is not valid on {today}: look for newer clinical content"
            for pathway in pathways.propose(content, facts, states=self.for_whom.holding).pathways
        ]
        more += [*self.for_whom.says(basis.proposal), *self.for_whom.warnings()]
        more += [
            f"{need} is not confirmed: confirm it first (confirm-concern)" for need in self.usable.needs_unconfirmed()
        ]
        more += [f"this may be incomplete: {gap}" for gap in chart.not_visible]
        return (why, *more)


def _instead(plan: CarePlanView) -> str:
    """What can be done where a plan is there already."""
    if plan.status == "draft":
        return "go on with it (record-agreement, request-sign-off)"
    return "revise it (revise-plan), or close it before you propose another one (close-plan)"


def _confirmed_only(proposal: Proposal, confirmed: Iterable[str], feared: frozenset[str]) -> Proposal:
    """Takes out goals for what nobody has confirmed, items that are only for unconfirmed needs, and pathways that then
    ask for nothing. The follow-up of a positive screen stays: it makes no diagnosis (rule 5)."""
    goals = tuple(goal for goal in proposal.goals if not goal.addresses or set(goal.addresses) & set(confirmed))
    items = tuple(item for item in proposal.items if not item.addresses or set(item.addresses) - feared)
    asking = {canonical for goal in goals for canonical in goal.pathways}
    asking |= {canonical for item in items for canonical in item.pathways}
    held = tuple(pathway for pathway in proposal.pathways if pathway.canonical in asking)
    return replace(proposal, pathways=held, goals=goals, items=items)


def open_cases(records: Records, command: ProposePlan, occasion: Occasion) -> tuple[ProposalCase] | Refusal:
    """Reads the active program with its plans; or says why there is none."""
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
            for_whom=for_whom(chart, occasion, comfort_said=command.comfort_first),
            episode=episode,
            plans=_plans_in(chart, episode),
        ),
    )


def _plans_in(chart: Chart, episode: EpisodeView) -> tuple[CarePlanView, ...]:
    """Finds the plans of ours in an episode, oldest first."""
    mine = [plan for plan in chart.care_plans if ours(plan.record) and episode.record.reference in plan.supporting]
    return tuple(sorted(mine, key=lambda plan: by_time(plan.created, plan.record)))


def _not_running(episodes: Iterable[EpisodeView]) -> str:
    """Says why no plan can be proposed in any of these episodes."""
    held = next((episode for episode in episodes if not episode.over), None)
    if held is None:
        return "this patient is not in the care-management program: enroll them first (enroll)"
    if held.paused:
        return f"the care-management program ({held.record.reference}) is paused: resume it first (resume)"
    return f"the care-management program ({held.record.reference}) is {held.status}: it must be active first"


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
