"""`record-agreement`: records what the patient said to each goal of the plan, in one talk.

Writes who agrees to what (R4's own extension goal-acceptance) and makes each goal accepted or rejected: a goal that the
patient does not want never looks as if they had agreed to it. Their wording and what gets in the way are kept as notes.
Items of class *now* take effect with the goals they serve; a referral to somebody outside needs the patient's own yes
(rule 12). Items that only serve goals the patient rejected are stopped. Goals that were not talked about do not change,
and the result names them.

Once the plan is signed, one thing is still the patient's to say: whether a referral that waits for their yes is made.
Their word on it is recorded by itself, and nothing else of the plan moves.

The act's cause is the plan and the moment of the talk. If the talk changes a plan that is already sent for signature,
the request is withdrawn, because the provider signs only what the patient agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.engine.step import AtMoment, CarePlanRef, GoalRef, Moment, Step, instant
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, add, amend
from carefhir.fhir.gather import Records
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.agreed_goals import accepted, status_after, too_late
from carefhir.workflows.care_planning.agreed_items import OUTSIDE, AgreedItems
from carefhir.workflows.care_planning.linked_plan import (
    INSTEAD,
    NEEDS,
    UNANSWERED,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.care_planning.planning_terms import counted
from carefhir.workflows.pen import Pen

SIGNED = "active"
"""The status of a plan that a provider has signed."""
NOTHING_ANSWERED = "no goal and no item was answered: there is nothing to record"


class Answer(BaseModel):
    """What the patient said to one goal."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    goal: GoalRef = Field(description="the goal talked about: Goal/ID")
    answer: Literal["agree", "disagree", "later"] = Field(description="what the patient said")
    priority: Literal["high", "medium", "low"] | None = Field(
        default=None, description="how much it matters to the patient"
    )
    words: str = Field(default="", description="the goal, in the patient's own words")
    barrier: str = Field(default="", description="what gets in the way")


class ItemAnswer(BaseModel):
    """What the patient said to one item: a referral needs their own yes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    item: str = Field(pattern=r"^[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96}$", description="the item asked about: Type/ID")
    answer: Literal["agree", "decline"] = Field(description="what the patient said")


class RecordAgreement(PlanCommand):
    """Records what the patient said to the goals of their plan."""

    plan: CarePlanRef = Field(description="the plan talked about: CarePlan/ID")
    talked: Moment = Field(description="when the talk began, with its offset: 2026-03-09T09:00:00-05:00")
    answers: tuple[Answer, ...] = Field(
        default=(),
        description="for each goal talked about: goal, answer (agree, disagree, later) and, if given, priority (high, "
        "medium, low), words (the patient's own wording), barrier",
    )
    items: tuple[ItemAnswer, ...] = Field(
        default=(), description="for each referral asked about: item (Type/ID), answer (agree, decline)"
    )
    copy_given: bool = Field(description="whether the patient was given a copy of the plan")


def cause_of(command: RecordAgreement, occasion: Occasion) -> AtMoment:
    """The plan, and the moment of the talk."""
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
        """Writes the goals as answered and what follows for the items; or says why not."""
        plan = self.plan
        if plan is None or self.why:
            return Refusal(self.why)
        waiting = self._waiting(plan, act)
        why = (
            *self._untimely(plan, waiting),
            *self._unfit_answers(plan),
            *(self._unfit_item_answers(plan) if plan.status != SIGNED else self._not_waiting(waiting)),
        )
        if why == (NOTHING_ANSWERED,):
            return Refusal((*why, *self._to_answer(plan)), to_fill_in=self._blanks(plan))
        if why:
            return Refusal(why)
        return PlanTalk(plan, self.command, Pen(self.occasion, act, self.command.patient)).plan_of_changes()

    def _waiting(self, plan: LinkedPlan, act: Act) -> list[ItemView]:
        """The referrals of a signed plan that wait for the patient's own yes, and those that this act has answered."""
        if plan.status != SIGNED:
            return []
        items = (item for item in plan.items if item.kind == "now" and item.record.type in OUTSIDE)
        return [item for item in items if item.status == "draft" or act.did(item.record, "amended")]

    def _not_waiting(self, waiting: list[ItemView]) -> list[str]:
        """Names answers to what does not wait for the patient's word, in a plan that is signed."""
        names = {item.reference for item in waiting}
        return [
            f"{answer.item} does not wait for the patient's word, and the plan is in effect. {INSTEAD}"
            for answer in self.command.items
            if answer.item not in names
        ]

    def _untimely(self, plan: LinkedPlan, waiting: list[ItemView]) -> list[str]:
        """Says why no talk, or not this one, can be recorded now."""
        why = []
        if plan.status == SIGNED and waiting and self.command.answers:
            names = ", ".join(f"{item.words} ({item.reference})" for item in waiting)
            why.append(
                f"the plan ({plan.reference}) is signed, and only this waits for the patient's word: {names}; "
                f"leave answers out. {INSTEAD}"
            )
        elif plan.status != "draft" and not waiting:
            why.append(f"the plan ({plan.reference}) is {plan.status}: only a draft can be changed. {INSTEAD}")
        if self.command.talked > self.occasion.now:
            why.append("talked is in the future: record the talk after it has taken place")
        if not self.command.answers and not self.command.items:
            why.append(NOTHING_ANSWERED)
        return why

    def _to_answer(self, plan: LinkedPlan) -> list[str]:
        """What the patient has not answered yet, by name."""
        goals = [f"goal: {goal.words} ({goal.reference})" for goal in self._open_goals(plan)]
        return goals + [
            f"needs the patient's own yes: {item.words} ({item.reference})" for item in self._referrals(plan)
        ]

    def _blanks(self, plan: LinkedPlan) -> dict[str, Any]:
        """A blank for each goal that is not answered yet, and for each referral that needs the patient's own yes."""
        blank = {"answer": "", "priority": "", "words": ""}
        return {
            "answers": [{"goal": goal.reference, **blank} for goal in self._open_goals(plan)],
            "items": [{"item": item.reference, "answer": ""} for item in self._referrals(plan)],
        }

    def _open_goals(self, plan: LinkedPlan) -> list[GoalView]:
        if plan.status == SIGNED:
            return []
        return [goal for goal in plan.goals if goal.status in UNANSWERED]

    def _referrals(self, plan: LinkedPlan) -> list[ItemView]:
        items = [item for item in plan.items if item.kind == "now" and item.record.type in OUTSIDE and not item.over]
        return items if plan.status != SIGNED else [item for item in items if item.status == "draft"]

    def _unfit_answers(self, plan: LinkedPlan) -> list[str]:
        """Names answers given twice, and answers to goals that are not in this plan or can no longer be answered so."""
        named = [answer.goal for answer in self.command.answers]
        named += [answer.item for answer in self.command.items]
        why = [f"{name} is answered twice: give one answer" for name in dict.fromkeys(named) if named.count(name) > 1]
        for answer in self.command.answers:
            goal = plan.goal(answer.goal)
            if goal is None:
                why.append(f"{answer.goal} is not a goal of {plan.reference}, or is not visible to us")
            elif late := too_late(goal, answer.answer):
                why.append(late)
        return why

    def _unfit_item_answers(self, plan: LinkedPlan) -> list[str]:
        """Names answers to items that are not in this plan, not the patient's to decide, or over."""
        why = []
        for answer in self.command.items:
            item = plan.item(answer.item)
            if item is None:
                why.append(f"{answer.item} is not an item of {plan.reference}, or is not visible to us")
            elif answer.answer == "agree" and item.kind != "now":
                who = "a prescriber's order" if item.kind == "order" else "the supervising provider's signature"
                why.append(f"{answer.item} needs {who}, not the patient's yes: leave it out")
            elif answer.answer == "agree" and item.over:
                why.append(f"{answer.item} is already {item.status} and cannot be agreed to any more: leave it out")
            elif answer.answer == "decline" and item.status == "completed":
                why.append(f"{answer.item} is already completed and cannot be declined: leave it out")
        return why


def open_cases(records: Records, command: RecordAgreement, occasion: Occasion) -> tuple[TalkCase]:
    """Reads the plan talked about."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    return (TalkCase(command=command, occasion=occasion, plan=plan, why=in_the_way(chart, plan, command)),)


@dataclass(frozen=True, slots=True)
class PlanTalk:
    """Writing down one talk."""

    plan: LinkedPlan
    command: RecordAgreement
    pen: Pen

    @property
    def when(self) -> str:
        return instant(self.command.talked)

    def plan_of_changes(self) -> Plan:
        """Plans the goals and items as answered; a request for a signature is taken back before they change."""
        items = self._items()
        moved = items.amended()
        amended = [*map(self._goal, self.command.answers), *moved, *self._copy()]
        says = [*([] if self._signed else self._goal_lines()), *items.says(moved)]
        says += ["the patient was given a copy of the plan"] if self.command.copy_given else []
        warnings = (
            [] if self.command.copy_given or self._signed else ["the patient has no copy of the plan: give them one"]
        )
        chart = self.plan.chart
        return Plan(
            changes=(*items.to_be_arranged(), *self._taken_back(amended), *amended),
            says=tuple(says),
            warnings=(*chart.not_visible, *warnings),
            decided_from=(chart.person,) if chart.person else (),
            reason=f"talk with the patient at {self.when}",
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
        return amend(f"goal/{goal.record.id}", goal.record, f"the patient's answer: {WORDS[answer.answer]}", *edits)

    def _note(self, text: str) -> Edit:
        """Adds to a goal what the patient said."""
        return add("note", {"authorReference": {"reference": self.pen.patient}, "time": self.when, "text": text})

    @property
    def _signed(self) -> bool:
        return self.plan.status == SIGNED

    def _items(self) -> AgreedItems:
        """Reads the items with every goal as it is after the talk; of a signed plan, only those answered."""
        answers = {answer.goal: answer.answer for answer in self.command.answers}
        by_item = {answer.item: answer.answer for answer in self.command.items}
        answered = tuple(item for item in self.plan.items if item.reference in by_item)
        return AgreedItems(
            plan=replace(self.plan, items=answered) if self._signed else self.plan,
            pen=self.pen,
            answers=by_item,
            goals={
                goal.reference: status_after(goal, answers.get(goal.reference, "")) for goal in self.plan.chart.goals
            },
            when=self.when,
        )

    def _copy(self) -> list[Amend]:
        if not self.command.copy_given:
            return []
        note = {"time": self.when, "text": "A copy of the plan was given to the patient."}
        return [amend("plan", self.plan.record, "the patient was given a copy of the plan", add("note", note))]

    def _taken_back(self, amended: list[Amend]) -> list[Amend]:
        """Takes back the open request for a signature, where what it asks to have signed has changed."""
        request = self.plan.open_request
        if request is None or not any(change.changes_anything for change in amended):
            return []
        why = "the plan was talked over with the patient again: ask for the signature again (request-sign-off)"
        return [amend("sign-off", request.record, why, *self.pen.ended("cancelled", "returned", why))]

    def _goal_lines(self) -> list[str]:
        """Gives a line for each goal, also for those not talked about; what is not wanted first."""
        answers = {answer.goal: answer for answer in self.command.answers}
        unwanted = {answer.goal for answer in self.command.answers if answer.answer == "disagree"}
        lines = []
        for goal in sorted(self.plan.goals, key=lambda goal: goal.reference not in unwanted):
            if answer := answers.get(goal.reference):
                lines.append(f"{WORDS[answer.answer]}: {goal.words}{_weight(answer)}")
            elif goal.status == "proposed":
                lines.append(f"not talked about yet: {goal.words} ({goal.reference})")
        rest = [goal for goal in self.plan.goals if goal.reference not in answers and not goal.over]
        settled = len([goal for goal in rest if goal.status != "proposed"])
        if settled:
            lines.append(f"{counted(settled, 'other goal')} {'is' if settled == 1 else 'are'} unchanged")
        return lines


WORDS = {"agree": "agreed", "disagree": "not wanted", "later": "to be talked about again"}
"""An answer, in words."""


def _weight(answer: Answer) -> str:
    return f" ({answer.priority} priority to the patient)" if answer.priority else ""


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
