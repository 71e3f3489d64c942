"""`record-agreement`: what the patient said to each goal of the plan, in one talk.

Writes who agrees to what (R4's own extension goal-acceptance) and takes each goal to accepted or rejected: a goal the
patient does not want never stays as if agreed. Their wording and what stands in the way are kept as notes. Items of
class *now* take effect with the goals they serve, a referral to somebody outside only with the patient's own yes
(rule 12); items that serve only goals not wanted are stopped. Goals nobody talked about stay as they are and are named.

The act's cause is the plan and the moment of the talk. A talk that changes what was handed in for signature takes that
request back, for a provider signs what the patient agreed to and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.engine.step import AtMoment, CarePlanRef, GoalRef, Moment, Step, instant
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, add, amend
from carefhir.fhir.gather import Records
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.agreed_goals import accepted, status_after, too_late
from carefhir.workflows.care_planning.agreed_items import AgreedItems
from carefhir.workflows.care_planning.linked_plan import (
    NEEDS,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.pen import Pen


class Answer(BaseModel):
    """What the patient said to one goal."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    goal: GoalRef = Field(description="the goal talked about: Goal/ID")
    answer: Literal["agree", "disagree", "later"] = Field(description="what the patient said")
    priority: Literal["high", "medium", "low"] | None = Field(default=None, description="how much it matters to them")
    words: str = Field(default="", description="the goal, in their own words")
    barrier: str = Field(default="", description="what gets in the way")


class ItemAnswer(BaseModel):
    """What the patient said to one item: a referral needs their own yes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    item: str = Field(pattern=r"^[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}$", description="the item asked about: Type/ID")
    answer: Literal["agree", "decline"] = Field(description="what the patient said")


class RecordAgreement(PlanCommand):
    """Records what the patient said to the goals of their plan."""

    plan: CarePlanRef = Field(description="the plan talked about: CarePlan/ID")
    talked: Moment = Field(description="when the talk began, with its offset")
    answers: tuple[Answer, ...] = Field(
        description="for each goal talked about: goal, answer (agree, disagree, later), and if given priority (high, "
        "medium, low), words (their own wording), barrier"
    )
    items: tuple[ItemAnswer, ...] = Field(
        default=(), description="for each referral asked about: item (Type/ID), answer (agree, decline)"
    )
    copy_given: bool = Field(description="whether the patient was given a copy of the plan")


def cause_of(command: RecordAgreement, occasion: Occasion) -> AtMoment:
    """The plan and the moment of the talk."""
    return AtMoment(command.plan, command.talked)


@dataclass(frozen=True, slots=True)
class TalkCase(PlanCase):
    """One talk about one plan."""

    command: RecordAgreement

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same talk."""
        return [{**self.command.model_dump(mode="json"), "talked": instant(self.command.talked)}]

    def decide(self, act: Act) -> Plan | Refusal:
        """The goals as answered and what follows for the items, or why not."""
        plan = self.plan
        if plan is None or self.why:
            return Refusal(self.why)
        why = (*self._untimely(plan), *self._unfit_answers(plan), *self._unfit_item_answers(plan))
        if why:
            return Refusal(why)
        return Talk(plan, self.command, Pen(self.occasion, act, self.command.patient)).plan_of_changes()

    def _untimely(self, plan: LinkedPlan) -> list[str]:
        why = []
        if plan.status != "draft":
            why.append(f"{plan.reference} is {plan.status}: what was signed changes by revise-plan")
        if self.command.talked > self.occasion.now:
            why.append("the talk lies in the future: record it when it has taken place")
        if not self.command.answers and not self.command.items:
            why.append("no goal and no item was answered: there is nothing to record")
        return why

    def _unfit_answers(self, plan: LinkedPlan) -> list[str]:
        """Answers given twice, and answers to goals that are not of this plan or can no longer be answered so."""
        named = [answer.goal for answer in self.command.answers]
        named += [answer.item for answer in self.command.items]
        why = [f"{name} is answered twice" for name in dict.fromkeys(named) if named.count(name) > 1]
        for answer in self.command.answers:
            goal = plan.goal(answer.goal)
            if goal is None:
                why.append(f"{answer.goal} is no goal of {plan.reference}, or not visible")
            elif late := too_late(goal, answer.answer):
                why.append(late)
        return why

    def _unfit_item_answers(self, plan: LinkedPlan) -> list[str]:
        """Answers to items that are not of this plan, not the patient's to decide, or over."""
        why = []
        for answer in self.command.items:
            item = plan.item(answer.item)
            if item is None:
                why.append(f"{answer.item} is no item of {plan.reference}, or not visible")
            elif answer.answer == "agree" and item.kind != "now":
                how = "is the prescriber's to order" if item.kind == "order" else "takes effect with the signature"
                why.append(f"{answer.item} {how}, not with the patient's yes: leave it out")
            elif answer.answer == "agree" and item.over:
                why.append(f"{answer.item} is {item.status} and stays so")
            elif answer.answer == "decline" and item.status == "completed":
                why.append(f"{answer.item} is completed already")
        return why


def open_cases(records: Records, command: RecordAgreement, occasion: Occasion) -> tuple[TalkCase]:
    """The plan talked about."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    return (TalkCase(command=command, occasion=occasion, plan=plan, why=in_the_way(chart, plan, command)),)


@dataclass(frozen=True, slots=True)
class Talk:
    """Writing down one talk."""

    plan: LinkedPlan
    command: RecordAgreement
    pen: Pen

    @property
    def when(self) -> str:
        return instant(self.command.talked)

    def plan_of_changes(self) -> Plan:
        """The goals and items as answered, and the request for a signature taken back before they change."""
        items = self._items()
        moved = items.amended()
        amended = [*map(self._goal, self.command.answers), *moved, *self._copy()]
        says = [*self._goal_lines(), *items.says(moved)]
        says += ["a copy of the plan was given"] if self.command.copy_given else []
        warnings = [] if self.command.copy_given else ["no copy of the plan was given: give one"]
        chart = self.plan.chart
        return Plan(
            changes=(*items.to_be_arranged(), *self._taken_back(amended), *amended),
            says=tuple(says),
            warnings=(*chart.not_visible, *warnings),
            decided_from=(chart.person,) if chart.person else (),
            reason=f"talked with the patient at {self.when}",
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _goal(self, answer: Answer) -> Amend:
        goal, command = self.plan.goal(answer.goal), self.command
        assert goal is not None  # asked before
        edits = accepted(
            goal,
            answer.answer,
            patient=command.patient,
            priority=answer.priority,
            words=answer.words,
            talked=command.talked,
        )
        if answer.words:
            edits += (self._note(answer.words),)
        if answer.barrier:
            edits += (self._note(f"In the way: {answer.barrier}"),)
        return amend(f"goal/{goal.record.id}", goal.record, f"the patient: {answer.answer}", *edits)

    def _note(self, text: str) -> Edit:
        """Adds what the patient said to a goal."""
        return add("note", {"authorReference": {"reference": self.pen.patient}, "time": self.when, "text": text})

    def _items(self) -> AgreedItems:
        """The items, judged with every goal as it is after the talk."""
        said = {answer.goal: answer.answer for answer in self.command.answers}
        return AgreedItems(
            plan=self.plan,
            pen=self.pen,
            answers={answer.item: answer.answer for answer in self.command.items},
            goals={goal.reference: status_after(goal, said.get(goal.reference, "")) for goal in self.plan.chart.goals},
            when=self.when,
        )

    def _copy(self) -> list[Amend]:
        if not self.command.copy_given:
            return []
        note = {"time": self.when, "text": "A copy of the plan was given to the patient."}
        return [amend("plan", self.plan.record, "a copy of the plan was given", add("note", note))]

    def _taken_back(self, amended: list[Amend]) -> list[Amend]:
        """The open request for a signature, where what it asks to sign is no longer so."""
        request = self.plan.open_request
        if request is None or not any(change.changes_anything for change in amended):
            return []
        why = "the patient was talked to again: ask for the signature of what was agreed"
        return [amend("sign-off", request.record, why, *self.pen.ended("cancelled", "returned", why))]

    def _goal_lines(self) -> list[str]:
        """A line for each goal, those not talked about too."""
        answers = {answer.goal: answer for answer in self.command.answers}
        lines = []
        for goal in self.plan.goals:
            if answer := answers.get(goal.reference):
                lines.append(f"{WORDS[answer.answer]}: {goal.words}{_weight(answer)}")
            elif goal.status == "proposed":
                lines.append(f"not talked about yet: {goal.words} ({goal.reference})")
        rest = [goal for goal in self.plan.goals if goal.reference not in answers and not goal.over]
        settled = len([goal for goal in rest if goal.status != "proposed"])
        if settled:
            lines.append(f"{settled} other {'goal stands' if settled == 1 else 'goals stand'} as agreed before")
        return lines


WORDS = {"agree": "agreed", "disagree": "not wanted", "later": "to be talked about again"}
"""What an answer means, in a line that tells of it."""


def _weight(answer: Answer) -> str:
    return f", {answer.priority} priority to the patient" if answer.priority else ""


RECORD_AGREEMENT = Step(
    name="record-agreement",
    title="Record what the patient said to the plan",
    command=RecordAgreement,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task",),
    amends=("CarePlan", "Goal", "Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment"),
    supervised="own-goals",
)
