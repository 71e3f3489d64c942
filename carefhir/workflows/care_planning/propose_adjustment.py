"""`propose-adjustment`: asks the care manager to look at a plan again, where something has happened that speaks for it.

What counts, since the plan was signed or last adjusted: a red or emergency check-in, a new confirmed condition or
need, a goal that `evaluate-goals` found worsening, missed visits, and missed check-ins. How many of each is content
(PlanDefinition adjusting). Everything goes into one Task (`review-plan`) that cites each record in its version; a
person decides, with `revise-plan`. What an earlier Task has cited already is not proposed again, whatever became of
that Task. Where there is nothing new the step says so, names what it could not see, and writes nothing.

The act's cause is the plan and all that speaks for a look, so each new record makes a new act.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.content.loading import parameters
from carefhir.engine.step import AgainAfter, CarePlanRef, Step
from carefhir.fhir.changes import Act, Create, Plan, Refusal, basis
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import dig, references, relative
from carefhir.mappers import check_in
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.adjustment_reasons import NUMBERS, AdjustmentReasons, Reason
from carefhir.workflows.care_planning.care_roles import care_roles
from carefhir.workflows.care_planning.linked_plan import (
    NEEDS as OF_PLAN,
)
from carefhir.workflows.care_planning.linked_plan import (
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.pen import Pen

CITED = "what speaks for it"
"""What an input of the Task is called that cites a reason."""


class ProposeAdjustment(PlanCommand):
    """Asks to look at a plan again, where something new speaks for it."""

    plan: CarePlanRef = Field(description="the plan in force: CarePlan/ID")
    again_after: AgainAfter = ""


NEEDS = (*OF_PLAN, *charts.needs("conditions"), check_in.find_triages())


@dataclass(frozen=True, slots=True)
class PlanAndReasons:
    """The plan, and everything that speaks for a look at it."""

    plan: str
    evidence: tuple[str, ...]

    def spelled(self) -> tuple[str, ...]:
        return (self.plan, *self.evidence)


@dataclass(frozen=True, slots=True)
class AdjustmentCase(PlanCase):
    """One plan, and what has happened since it was last looked at."""

    command: ProposeAdjustment
    reasons: tuple[Reason, ...]
    since: str
    """The day since which it was looked; "" where nothing tells."""

    @property
    def cause(self) -> PlanAndReasons:
        return PlanAndReasons(self.command.plan, tuple(sorted({reason.evidence for reason in self.reasons})))

    def decide(self, act: Act) -> Plan | Refusal:
        """One Task with every new reason; or that there is none."""
        plan = self.plan
        if plan is None or self.why:
            return Refusal(self.why)
        if plan.status != "active":
            return Refusal((f"the plan ({plan.reference}) is {plan.status}: only a plan in force is looked at again",))
        cited = self._cited(plan, act)
        new = tuple(reason for reason in self.reasons if reason.evidence not in cited)
        if not new:
            return Refusal(self._nothing(), warnings=plan.chart.not_visible)
        pen = Pen(self.occasion, act, self.command.patient)
        return Plan(
            changes=(self._task(plan, new, pen),),
            says=(*(f"{reason.words} ({reason.record.reference})" for reason in new), self._asked(plan, pen)),
            warnings=plan.chart.not_visible,
            decided_from=(plan.record, *(reason.record for reason in new)),
            artefacts=(self.occasion.content.canonical("PlanDefinition", NUMBERS),),
            reason=new[0].words,
            acting_as=self.occasion.actor.discipline,
        )

    def _cited(self, plan: LinkedPlan, act: Act) -> frozenset[str]:
        """What earlier Tasks have cited already."""
        every = plan.tasks_on("review-plan", plan.reference)
        tasks = [task for task in every if not act.did(task.record) and not task.in_error]
        inputs = (given for task in tasks for given in dig(task.record.json, "input") if isinstance(given, dict))
        mine = (given for given in inputs if next(iter(dig(given, "type.text")), "") == CITED)
        return frozenset(r for given in mine for one in references(given, "valueReference") if (r := relative(one)))

    def _nothing(self) -> tuple[str, ...]:
        since = f"since {self.since}" if self.since else "so far"
        before = f"; {len(self.reasons)} were proposed before" if self.reasons else ""
        looked = "red check-ins, new conditions and needs, worsening goals, missed visits and check-ins"
        return (f"nothing new speaks for another plan {since}{before}: nothing was written. Looked at: {looked}",)

    def _due_days(self) -> int:
        return parameters(self.occasion.content.get("PlanDefinition", NUMBERS))["look-again-days"]

    def _asked(self, plan: LinkedPlan, pen: Pen) -> str:
        who = plan.chart.team.called(care_roles(plan.chart, pen).of("care-manager"))
        open_ = [task.record.reference for task in plan.tasks_on("review-plan", plan.reference) if task.open]
        beside = f"; another look is open ({', '.join(open_)})" if open_ else ""
        return f"{who} looks at the plan by {self.occasion.today + timedelta(days=self._due_days())}{beside}"

    def _task(self, plan: LinkedPlan, new: tuple[Reason, ...], pen: Pen) -> Create:
        work = Work(
            code="review-plan",
            words="Look at the plan with the person, and change what does not fit any more (revise-plan): "
            + "; ".join(reason.words for reason in new),
            start=pen.today,
            end=pen.today + timedelta(days=self._due_days()),
            owner=care_roles(plan.chart, pen).of("care-manager"),
            focus=pen.refer(plan.record),
            based_on=pen.refer(plan.record),
            inputs=tuple(part for reason in new for part in _cite(reason)),
        )
        return pen.task("review", work, f"{len(new)} new since the plan was last looked at")


def _cite(reason: Reason) -> tuple[Json, ...]:
    """The record in the version it was read, and the newest thing it rests on where that is another one."""
    record = {"type": {"text": CITED}, "valueReference": basis(reason.record)}
    if reason.evidence == reason.record.reference:
        return (record,)
    return ({**record, "type": {"text": "is about"}}, {**record, "valueReference": {"reference": reason.evidence}})


def open_cases(records: Records, command: ProposeAdjustment, occasion: Occasion) -> tuple[AdjustmentCase]:
    """Reads the plan, and what has happened since."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    triages = tuple(map(check_in.read, records[check_in.find_triages().name]))
    reasons = AdjustmentReasons(plan=plan, chart=chart, triages=triages, occasion=occasion) if plan else None
    since = reasons.since if reasons else None
    return (
        AdjustmentCase(
            command=command,
            occasion=occasion,
            plan=plan,
            why=in_the_way(chart, plan, command),
            reasons=reasons.found() if reasons else (),
            since=occasion.local_date(since).isoformat() if since else "",
        ),
    )


PROPOSE_ADJUSTMENT = Step(
    name="propose-adjustment",
    title="Ask to look at a plan again, where something new speaks for it",
    command=ProposeAdjustment,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    supervised="propose-plan",
)
