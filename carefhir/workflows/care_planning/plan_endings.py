"""What becomes of each goal and item when a plan is closed: nothing that is open is left without a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.engine.step import GoalRef, PractitionerRef
from carefhir.fhir.changes import Act, Change, Edit, amend, put
from carefhir.lifecycle import moves
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import Work
from carefhir.workflows.care_planning.agreed_items import STOPPED
from carefhir.workflows.care_planning.care_roles import care_roles
from carefhir.workflows.care_planning.linked_plan import LinkedPlan
from carefhir.workflows.care_planning.planning_terms import days_from_today
from carefhir.workflows.pen import Pen

GOAL_STATUS = {"reached": "completed", "cancel": "cancelled"}
DONE = {"Appointment": "fulfilled"}
"""The status of an item that is done, where it is not `completed`."""


class GoalEnding(BaseModel):
    """What becomes of one goal."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    goal: GoalRef = Field(description="the goal: Goal/ID")
    becomes: Literal["reached", "cancel", "carry"] = Field(
        description="reached; cancel, with a reason; or carry: it goes on, and the next plan links it"
    )
    reason: str = Field(default="", description="why it is cancelled, in plain words")


class ItemEnding(BaseModel):
    """What becomes of one item."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    item: str = Field(pattern=r"^[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96}$", description="the item: Type/ID")
    becomes: Literal["done", "cancel", "carry"] = Field(
        description="done; cancel, with a reason; or carry: it goes on with its owner"
    )
    reason: str = Field(default="", description="why it is cancelled, in plain words")
    owner: PractitionerRef | None = Field(
        default=None, description="who sees to it from now on; if left out, who owns it now, else the care manager"
    )


@dataclass(frozen=True, slots=True)
class PlanEndings:
    """The endings of all goals and items of one plan, as somebody decided them."""

    plan: LinkedPlan
    goals: dict[str, GoalEnding]
    items: dict[str, ItemEnding]

    def open_goals(self, act: Act | None = None) -> list[GoalView]:
        """The goals that are not over; those too that the act itself has ended."""
        return [goal for goal in self.plan.goals if not goal.over or (act and act.did(goal.record))]

    def open_items(self, act: Act | None = None) -> list[ItemView]:
        """The items that are not over; those too that the act itself has ended."""
        return [item for item in self._own() if not item.over or (act and act.did(item.record))]

    def _own(self) -> list[ItemView]:
        """The items this plan made; what it links of a transition or an assessment goes on without it."""
        return [item for item in self.plan.items if item.kind]

    def undecided(self, act: Act) -> Iterator[str]:
        """Names what is open and has no ending yet."""
        for goal in self.open_goals(act):
            if goal.reference not in self.goals:
                yield f"still open, say what becomes of it: the goal {goal.words} ({goal.reference})"
        for item in self.open_items(act):
            if item.reference not in self.items:
                yield f"still open, say what becomes of it: {item.words} ({item.reference}, {item.status})"

    def unfit(self, act: Act) -> Iterator[str]:
        """Says which endings cannot be."""
        goals = {goal.reference: goal for goal in self.open_goals(act)}
        items = {item.reference: item for item in self.open_items(act)}
        for name in (*(self.goals.keys() - goals.keys()), *(self.items.keys() - items.keys())):
            yield f"{name} is not open in {self.plan.reference}, or is not visible to us: leave it out"
        given: list[tuple[str, str, str]] = [(name, goal.becomes, goal.reason) for name, goal in self.goals.items()]
        given += [(name, item.becomes, item.reason) for name, item in self.items.items()]
        for name, becomes, reason in given:
            if becomes == "cancel" and not reason:
                yield f"{name}: give the reason why it is cancelled"
        for name, goal in goals.items():
            to = GOAL_STATUS.get(self.goals[name].becomes, "") if name in self.goals else ""
            if to and not act.did(goal.record) and to not in moves("Goal", goal.status):
                yield f"{name} is {goal.status} and was not pursued, so it is not reached: cancel it, with a reason"
        for name, item in items.items():
            if name in self.items and not act.did(item.record):
                yield from self._impossible(item, self.items[name])

    def _impossible(self, item: ItemView, ending: ItemEnding) -> Iterator[str]:
        to = status_of(item, ending)
        if to and to not in moves(item.record.type, item.status):
            yield f"{item.reference} is {item.status} and cannot become {to}: choose another ending"
        if ending.becomes == "carry" and item.status == "draft" and item.kind != "order":
            yield f"{item.reference} never took effect, so that nobody can go on with it: cancel it, with a reason"

    # ---- writing

    def changes(self, pen: Pen) -> Iterator[Change]:
        """Each goal and item as it ends, or with the Task that keeps it from being forgotten."""
        for goal in self.open_goals(pen.act):
            ending = self.goals[goal.reference]
            if ending.becomes != "carry":
                edits = (
                    put("lifecycleStatus", GOAL_STATUS[ending.becomes]),
                    put("statusDate", pen.today.isoformat()),
                    put("statusReason", ending.reason or "reached"),
                )
                yield amend(f"goal/{goal.record.id}", goal.record, f"the plan is closed: {ending.becomes}", *edits)
        for item in self.open_items(pen.act):
            yield from self._item(item, self.items[item.reference], pen)

    def _item(self, item: ItemView, ending: ItemEnding, pen: Pen) -> Iterator[Change]:
        part, type_ = f"item/{item.record.type}/{item.record.id}", item.record.type
        because = f"the plan is closed: {ending.becomes}"
        if ending.becomes == "carry":
            yield from self._carried(item, ending, pen)
        elif type_ == "Task":
            how = ("completed", "done") if ending.becomes == "done" else ("cancelled", "ended-early")
            yield amend(part, item.record, because, *pen.ended(*how, ending.reason))
        else:
            edits: tuple[Edit, ...] = (put("status", status_of(item, ending)),)
            element = {"Appointment": "cancelationReason", "CommunicationRequest": "statusReason"}.get(type_)
            if ending.reason:
                edits += (put(element, {"text": ending.reason}) if element else pen.noted(ending.reason),)
            yield amend(part, item.record, because, *edits)

    def _carried(self, item: ItemView, ending: ItemEnding, pen: Pen) -> Iterator[Change]:
        """A Task goes on with its owner; anything else with a Task of its own, unless one is open."""
        owner = self.owner_of(item, ending, pen)
        if item.record.type == "Task":
            if ending.owner:
                because = "the plan is closed; it goes on"
                edits = (put("owner", {"reference": owner}), pen.changed_now())
                yield amend(f"item/Task/{item.record.id}", item.record, because, *edits)
            return
        if self._seen_to(item):
            return
        work = Work(
            code="coordinate",
            words=f"The plan was closed, and this goes on. See it through: {item.words}.",
            title=f"see through: {item.words}" if item.words else "",
            start=pen.today,
            end=max(item.until or days_from_today(pen.occasion, "item-days"), pen.today),
            owner=owner,
            focus=pen.refer(item.record),
            based_on=pen.refer(self.plan.record),
        )
        yield pen.task(f"carry/{item.record.type}/{item.record.id}", work, "it goes on after the plan is closed")

    def _seen_to(self, item: ItemView) -> str:
        """Who sees to it already, by a Task of their own."""
        open_ = [task for code in ("coordinate", "place-order") for task in self.plan.tasks_on(code, item.reference)]
        return next((task.owner for task in open_ if task.open), "")

    def owner_of(self, item: ItemView, ending: ItemEnding, pen: Pen) -> str:
        """Who sees to it from now on."""
        task = self.plan.chart.task(item.reference)
        now = (task.owner if task else "") or self._seen_to(item)
        return ending.owner or now or care_roles(self.plan.chart, pen).of("care-manager")

    def says(self, pen: Pen) -> Iterator[str]:
        """A line for each goal and item, also for what is not the plan's own."""
        words = {"reached": "reached", "done": "done", "cancel": "cancelled", "carry": "goes on"}
        for goal in self.open_goals(pen.act):
            end = self.goals[goal.reference]
            yield f"{words[end.becomes]}: {goal.words}{_why(end.reason)}"
        for item in self.open_items(pen.act):
            ending = self.items[item.reference]
            called = self.plan.chart.team.called(self.owner_of(item, ending, pen))
            who = f" with {called}" if ending.becomes == "carry" else ""
            yield f"{words[ending.becomes]}{who}: {item.words}{_why(ending.reason)}"
        for item in self.plan.items:
            if not item.kind and not item.over:
                yield f"goes on beside the plan: {item.words} ({item.reference})"


def status_of(item: ItemView, ending: ItemEnding) -> str:
    """The status an item ends in; "" where it goes on."""
    if ending.becomes == "carry":
        return ""
    type_ = item.record.type
    return DONE.get(type_, "completed") if ending.becomes == "done" else STOPPED.get(type_, "revoked")


def _why(reason: str) -> str:
    return f" ({reason})" if reason else ""
