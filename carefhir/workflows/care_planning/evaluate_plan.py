"""`evaluate-plan`: records whether a care plan works, as a person judges it, with the figures it rests on.

The figures are those of `plan-progress`: goals as they were judged, scores, check-ins, use of hospitals before and
since, Tasks kept and late. They judge nothing; a person does, in words. The judgment is an Observation on the plan; its
notes are the figures as they stood (decision 0033). A plan that is judged not to work gets a Task (`review-plan`) for
the care manager, who changes it with `revise-plan`.

"Working" needs something to rest on: where no goal was judged and no score can be compared, where the person is in a
hospital now (rule 25), or while a safety review or an escalation is open, it is refused; only a provider may judge so
over an open review. What speaks against a plan that is judged to work is said, and is kept with the judgment.

The act's cause is the plan and the day of the judgment: one judgment a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import plan_progress, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.plan_progress import PlanProgress
from carefhir.codes import PLAN_EVALUATION, PLAN_JUDGMENT
from carefhir.content import supervision
from carefhir.content.loading import parameters
from carefhir.engine.step import AgainAfter, CarePlanRef, Case, InState, PatientCommand, Step
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import patient, plan_judgment
from carefhir.mappers.plan_judgment import GivenJudgment
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.care_roles import care_roles
from carefhir.workflows.looking import plan_progress as looking
from carefhir.workflows.pen import Pen

NUMBERS = "evaluating"
"""The PlanDefinition that holds the numbers."""


class EvaluatePlan(PatientCommand):
    """Records whether a care plan works, as a person judges it."""

    plan: CarePlanRef = Field(description="the plan: CarePlan/ID")
    judgment: Literal["working", "not-working", "cannot-say"] = Field(
        description="what it is judged to be; cannot-say where too little is on record"
    )
    words: str = Field(min_length=1, description="why, in plain words")
    on: date = Field(description="the day it was judged, not in the future: figures up to that day are kept with it")
    again_after: AgainAfter = ""


NEEDS = (*charts.needs("care_plans", optional=False), *(need for need in looking.NEEDS if need.name != "care_plans"))


@dataclass(frozen=True, slots=True)
class EvaluationCase(Case):
    """One plan that a person has judged, and how it is getting on."""

    command: EvaluatePlan
    occasion: Occasion
    chart: Chart
    progress: PlanProgress

    @property
    def cause(self) -> InState:
        return InState(self.command.plan, self.command.on.isoformat())

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the judgment, and the Task where the plan does not work; or says why not."""
        why = tuple(self._in_the_way(act))
        if why:
            return Refusal(why, warnings=self.chart.not_visible)
        pen = Pen(self.occasion, act, self.command.patient)
        judgment = self._judgment(pen)
        review, asked = self._review(pen, judgment) if self.command.judgment == "not-working" else (None, ())
        name = self.occasion.content.concept(PLAN_JUDGMENT, self.command.judgment).display
        return Plan(
            changes=(judgment, *([review] if review else [])),
            says=(f"the plan is judged {name}: {self.command.words}", *asked, *self._what_next(), looking.CAUTION),
            warnings=tuple(self._warnings()),
            decided_from=self.progress.records,
            artefacts=self._artefacts(),
            reason=f"plan judged {name}",
            acting_as=self.occasion.actor.discipline,
        )

    def _in_the_way(self, act: Act) -> Iterator[str]:
        """Why it cannot be judged, or not so."""
        yield from patient.in_the_way(self.chart.patient, self.command.patient)
        plan, today = self.progress.plan, self.occasion.today
        if plan.status in ("draft", "entered-in-error"):
            yield f"the plan ({plan.reference}) is {plan.status}: only a plan that has been in force can be evaluated"
        if self.command.on > today:
            yield f"{self.command.on} is in the future: give the day it was judged"
        if self.command.on < self.progress.windows.began:
            yield f"the plan began on {self.progress.windows.began}: give a day since then"
        if self.command.judgment == "working":
            yield from self._not_working_for_sure()

    def _not_working_for_sure(self) -> Iterator[str]:
        """Why nobody, or not whoever acts, may say that the plan works."""
        if not self.progress.measured:
            yield (
                "nothing that was measured says that it works: no goal was judged by readings, and no score can be "
                "compared; run evaluate-goals and ask the instruments again, or judge cannot-say"
            )
        stay = whereabouts.in_hospital(self.chart, self.occasion)
        if stay is not None:
            yield f"the person is {stay.words}: judge the plan when they are home, or judge not-working or cannot-say"
        urgent = self.progress.urgent
        if supervision.may(self.occasion.content, "close-red", self.occasion.actor.discipline):
            return
        if "tasks" in self.chart.unseen:
            yield (
                "Tasks could not be seen, so whether something urgent is open is not known: only a provider judges "
                "that the plan works; have Tasks made visible, or ask a provider"
            )
        if urgent:
            yield (
                f"while {', '.join(urgent)} is open, only a provider judges that the plan works: close it "
                "first, or ask a provider"
            )

    def _judgment(self, pen: Pen) -> Create:
        progress, content = self.progress, self.occasion.content
        given = GivenJudgment(
            judgment=self.command.judgment,
            words=self.command.words,
            on=self.command.on.isoformat(),
            lines=looking.in_lines(progress, content),
        )
        resource = plan_judgment.write(
            content, pen.patient, pen.author, pen.refer(progress.plan.record), given, progress.records
        )
        return Create("judgment", resource, f"whether the plan works: {self.command.words}")

    def _review(self, pen: Pen, judgment: Create) -> tuple[Create | None, tuple[str, ...]]:
        """The Task to look at the plan again, unless one is open; and who has it, in words."""
        plan = self.progress.plan
        open_ = [
            task.record.reference
            for task in self.chart.tasks
            if "review-plan" in task.codes and task.focus == plan.reference and task.open
        ]
        if open_:
            return None, (f"a look at the plan is already asked for ({', '.join(sorted(open_))}): revise-plan",)
        due = pen.today + timedelta(
            days=parameters(self.occasion.content.get("PlanDefinition", NUMBERS))["look-again-days"]
        )
        owner = care_roles(self.chart, pen).of("care-manager")
        work = Work(
            code="review-plan",
            words="The plan was judged not to work: look at it with the person, and change what does not fit any more "
            f"(revise-plan). {self.command.words}",
            start=pen.today,
            end=due,
            owner=owner,
            focus=pen.refer(plan.record),
            based_on=pen.refer(plan.record),
            inputs=({"type": {"text": "judgment"}, "valueReference": pen.refer(judgment)},),
        )
        task = pen.task("review", work, f"the plan does not work: to be looked at by {due}")
        return task, (f"{self.chart.team.called(owner)} looks at the plan by {due} (revise-plan)",)

    def _what_next(self) -> tuple[str, ...]:
        if self.command.judgment != "cannot-say":
            return ()
        return ("cannot say is not working: get what is missing, and judge it again",)

    def _warnings(self) -> Iterator[str]:
        """What else to know about the judgment."""
        progress = self.progress
        if self.command.judgment == "working":
            yield from (f"speaks against it, and is kept with the judgment: {line}" for line in progress.speaks_against)
        yield from (f"nobody can say: {line}" for line in progress.unknown)
        hospice = whereabouts.hospice_of(self.chart, self.occasion)
        if hospice:
            yield f"{hospice.cares}: whether a plan works is a question of comfort now; {hospice.call_first}"
        hidden = whereabouts.unseen(self.chart, *whereabouts.NEEDS)
        if hidden:
            yield f"{', '.join(hidden)} could not be seen: ask whether the person is in a hospital or has a hospice"
        if self.command.on < self.occasion.today:
            yield f"goals and Tasks are as they are today, not as they were on {self.command.on}"
        yield from self.chart.not_visible

    def _artefacts(self) -> tuple[str, ...]:
        content = self.occasion.content
        scored = sorted({str(each.now.definition["id"]) for each in self.progress.compared})
        return (
            content.canonical("PlanDefinition", NUMBERS),
            content.canonical("CodeSystem", PLAN_EVALUATION.rpartition("/")[2]),
            *(content.canonical("ObservationDefinition", name) for name in scored),
        )


def open_cases(records: Records, command: EvaluatePlan, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The plan, with how it is getting on; or that it cannot be found."""
    chart = charts.read(records, occasion)
    plan = looking.plan_of(chart, command.plan)
    if plan is None:
        why = patient.in_the_way(chart.patient, command.patient)
        return Refusal((*why, f"{command.plan} is not on this server, is not visible to us, or is another patient's"))
    progress = plan_progress.progress_of(chart, plan, looking.gathered(records), command.on, occasion)
    return (EvaluationCase(command=command, occasion=occasion, chart=chart, progress=progress),)


EVALUATE_PLAN = Step(
    name="evaluate-plan",
    title="Record whether a care plan works, as a person judges it",
    command=EvaluatePlan,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Observation", "Task"),
    supervised="evaluate-plan",
)
