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
from carefhir.chart.chart import Chart
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import CarePlanRef, GoalRef, Moment, PatientCommand, instant
from carefhir.fhir.changes import Act, Amend, Change, Plan, Refusal, add, amend, carries_key, marked
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import plan_on_desk as desks
from carefhir.workflows.care_planning.agreed_goals import accepted, answered
from carefhir.workflows.care_planning.agreed_items import Items
from carefhir.workflows.care_planning.plan_on_desk import NEEDS, Desk


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


class RecordAgreement(PatientCommand):
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


def cause(command: RecordAgreement, occasion: Occasion) -> tuple[str, ...]:
    """The plan and the moment of the talk."""
    return (command.plan, instant(command.talked))


def particulars(chart: Chart, command: RecordAgreement, occasion: Occasion) -> Any:
    """The same moment in another zone is the same talk."""
    return [{**command.model_dump(mode="json"), "talked": instant(command.talked)}]


def decide(chart: Chart, command: RecordAgreement, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The goals as answered and what follows for the items, or why not."""
    desk = desks.laid_out(chart, command.plan)
    why = desks.in_the_way(chart, command.patient, command.plan)
    if desk is None or why:
        return Refusal(why)
    why = (*_untimely(desk, command, occasion), *_unfit(desk, command))
    return Refusal(why) if why else _Talk(desk, command, occasion, act).plan()


def _untimely(desk: Desk, command: RecordAgreement, occasion: Occasion) -> tuple[str, ...]:
    why = []
    if desk.plan.status != "draft":
        why.append(f"{desk.plan.reference} is {desk.plan.status}: what was signed changes by revise-plan")
    if command.talked > occasion.now:
        why.append("the talk lies in the future: record it when it has taken place")
    if not command.answers and not command.items:
        why.append("no goal and no item was answered: there is nothing to record")
    return tuple(why)


def _unfit(desk: Desk, command: RecordAgreement) -> tuple[str, ...]:
    """Answers to what is not of this plan, given twice, or given too late, by name."""
    named = [*(one.goal for one in command.answers), *(one.item for one in command.items)]
    why = [f"{one} is answered twice" for one in dict.fromkeys(named) if named.count(one) > 1]
    for one in command.answers:
        goal = desk.goal(one.goal)
        why += [answered(goal, one.answer)] if goal else [f"{one.goal} is no goal of {command.plan}, or not visible"]
    for each in command.items:
        item = desk.item(each.item)
        if item is None:
            why.append(f"{each.item} is no item of {command.plan}, or not visible")
        elif each.answer == "agree" and item.kind != "now":
            how = "is the prescriber's to order" if item.kind == "order" else "takes effect with the signature"
            why.append(f"{each.item} {how}, not with the patient's yes: leave it out")
        elif each.answer == "agree" and item.over:
            why.append(f"{each.item} is {item.status} and stays so")
        elif each.answer == "decline" and item.status == "completed":
            why.append(f"{each.item} is completed already")
    return tuple(one for one in why if one)


@dataclass(frozen=True, slots=True)
class _Talk:
    """One talk on the desk, with everything needed to write it down."""

    desk: Desk
    command: RecordAgreement
    occasion: Occasion
    act: Act

    @property
    def when(self) -> str:
        return instant(self.command.talked)

    def plan(self) -> Plan:
        """The request taken back first, so that an interrupted talk still knows it has to be."""
        goals = [self._goal(one) for one in self.command.answers]
        items = self._items()
        amended = [*goals, *items.amended(), *self._copy()]
        changes: tuple[Change, ...] = (*items.to_be_arranged(), *self._taken_back(amended), *amended)
        says = [*self._said(), *items.says()]
        says += ["a copy of the plan was given"] if self.command.copy_given else []
        warnings = [] if self.command.copy_given else ["no copy of the plan was given: give one"]
        return Plan(
            changes,
            tuple(says),
            warnings=(*self.desk.chart.not_visible, *warnings),
            decided_from=tuple(one for one in (self.desk.chart.person,) if one is not None),
            reason=f"talked with the patient at {self.when}",
            acting_as=self.occasion.actor.discipline,
        )

    def _goal(self, one: Answer) -> Amend:
        goal = self.desk.goal(one.goal)
        assert goal is not None  # asked before
        edits = accepted(goal, self.command.patient, one.answer, one.priority, one.words, self.command.talked)
        if one.words:
            edits += (self._note(one.words, self.command.patient),)
        if one.barrier:
            edits += (self._note(f"In the way: {one.barrier}", self.command.patient),)
        return amend(f"goal/{goal.record.id}", goal.record, f"the patient: {one.answer}", *edits)

    def _note(self, text: str, author: str) -> Any:
        return add("note", {"authorReference": {"reference": author}, "time": self.when, "text": text})

    def _items(self) -> Items:
        """The items, seen with every goal as it stands after the talk."""
        after = {one.reference: one.status for one in self.desk.chart.goals}
        for one in self.command.answers:
            becomes = {"agree": "accepted", "disagree": "rejected"}.get(one.answer, "")
            if becomes and after[one.goal] not in ("active", "on-hold"):
                after[one.goal] = becomes
        answers = {one.item: one.answer for one in self.command.items}
        return Items(self.desk, self.command.patient, answers, after, self.when, self.occasion, self.act)

    def _copy(self) -> list[Amend]:
        if not self.command.copy_given:
            return []
        note = {"time": self.when, "text": "A copy of the plan was given to the patient."}
        return [amend("plan", self.desk.plan.record, "a copy of the plan was given", add("note", note))]

    def _taken_back(self, amended: list[Amend]) -> list[Change]:
        """The open request for a signature, where what it asks to sign is no longer so."""
        why = "the patient was talked to again: ask for the signature of what was agreed"
        changed = any(one.changes_anything for one in amended)
        for one in self.desk.sign_offs:
            if carries_key(one.record, self.act.part_key("sign-off")):
                return [amend("sign-off", one.record, why)]
            if one.open and changed:
                edits = (*desks.closing(self.occasion, "cancelled", "returned", why), marked(self.act, "sign-off"))
                return [amend("sign-off", one.record, why, *edits)]
        return []

    def _said(self) -> list[str]:
        """A line for each goal, those not talked about too."""
        told = {one.goal: one for one in self.command.answers}
        words = {"agree": "agreed", "disagree": "not wanted", "later": "to be talked about again"}
        says = []
        for goal in self.desk.goals:
            one = told.get(goal.reference)
            if one is not None:
                weight = f", {one.priority} priority to the patient" if one.priority else ""
                says.append(f"{words[one.answer]}: {goal.words}{weight}")
            elif goal.status == "proposed":
                says.append(f"not talked about yet: {goal.words} ({goal.reference})")
        rest = [one for one in self.desk.goals if one.reference not in told and not one.over]
        settled = [one for one in rest if one.status != "proposed"]
        if settled:
            says.append(
                f"{len(settled)} other {'goal stands' if len(settled) == 1 else 'goals stand'} as agreed before"
            )
        return says


RECORD_AGREEMENT = adapted(
    name="record-agreement",
    title="Record what the patient said to the plan",
    command=RecordAgreement,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=charts.read,
    decide=decide,
    when_stale="decide again",
    creates=("Task",),
    amends=("CarePlan", "Goal", "Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment"),
    particulars=particulars,
    supervised="own-goals",
)
