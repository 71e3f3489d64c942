"""Writes one revision of a plan in force: old goals ended and new ones beside them, items added, moved and stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.fhir.changes import Amend, Change, Create, Edit, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig
from carefhir.mappers import goal as goals
from carefhir.mappers import plan_draft, revised_goal
from carefhir.mappers import task as tasks
from carefhir.mappers.appointment import accepted_by
from carefhir.mappers.goal import GoalView
from carefhir.mappers.plan_draft import Item, Writing
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.care_planning.agreed_items import ARRANGED, IN_EFFECT, STOPPED
from carefhir.workflows.care_planning.care_roles import care_roles
from carefhir.workflows.care_planning.linked_plan import LinkedPlan
from carefhir.workflows.care_planning.planning_terms import days_from_today
from carefhir.workflows.care_planning.revision import GoalRevision, ItemRevision, draft_of, unit_of
from carefhir.workflows.pen import Pen

WITH_A_STOPPED_ITEM = frozenset({"coordinate", "place-order"})
"""Kinds of Task that have nothing left to do when the item they are about is stopped."""


@dataclass(frozen=True, slots=True)
class GoalRevising:
    """Writing what becomes of one goal."""

    plan: LinkedPlan
    pen: Pen
    revision: GoalRevision
    part: str
    """The part it plays among those of the act."""

    @property
    def old(self) -> GoalView | None:
        return self.plan.goal(self.revision.goal) if self.revision.goal else None

    @property
    def new(self) -> Create | None:
        """The goal that is pursued from now on; None where one is only stopped."""
        revision, old, pen = self.revision, self.old, self.pen
        if revision.does == "stop":
            return None
        if old is None:
            resource = revised_goal.written(pen.patient, revision.words, pen.patient, pen.today)
        else:
            resource = revised_goal.instead_of(old.record, revision.words, pen.today)
        revised_goal.aimed(
            resource,
            measure=revision.measure,
            at_least=revision.at_least,
            at_most=revision.at_most,
            unit=revision.unit or (unit_of(old) if old else ""),
            due=revision.due,
        )
        goals.accepted_by(pen.patient, "agree", None)(resource)
        add("note", {"time": pen.stamp, "text": f"Why: {revision.reason}"})(resource)
        return Create(f"goal/{self.part}", resource, self.line)

    def changes(self) -> Iterator[Change]:
        """The new goal, and the end of the old one."""
        if new := self.new:
            yield new
        if old := self.old:
            word = "stopped" if self.revision.does == "stop" else "changed"
            edits = revised_goal.stopped(f"{word}: {self.revision.reason}", self.pen.today)
            yield _amended(self.pen, f"old-goal/{old.record.id}", old.record, self.line, edits)

    @property
    def line(self) -> str:
        """The change as patient and provider read it."""
        revision, old = self.revision, self.old
        if old is None:
            return f"New goal: {_aimed(revision.words, self._aims())}. Why: {revision.reason}"
        was = _aimed(old.words, revised_goal.aim_of(old.record.json))
        if revision.does == "stop":
            return f"Goal stopped: {was}. Why: {revision.reason}"
        return f"Goal changed: {was} -> {_aimed(revision.words or old.words, self._aims())}. Why: {revision.reason}"

    def _aims(self) -> str:
        """What the new goal aims for, in words."""
        revision, old = self.revision, self.old
        resource: Json = {"target": [dict(one) for one in dig(old.record.json, "target")]} if old else {}
        revised_goal.aimed(
            resource,
            measure=revision.measure,
            at_least=revision.at_least,
            at_most=revision.at_most,
            unit=revision.unit or (unit_of(old) if old else ""),
            due=revision.due,
        )
        return revised_goal.aim_of(resource)


def _aimed(words: str, aim: str) -> str:
    return f"{words} ({aim})" if aim else words


@dataclass(frozen=True, slots=True)
class ItemRevising:
    """Writing what becomes of one item."""

    plan: LinkedPlan
    pen: Pen
    revision: ItemRevision
    part: str

    @property
    def item(self) -> ItemView | None:
        return self.plan.item(self.revision.item) if self.revision.item else None

    @property
    def until(self) -> date:
        return self.revision.until or days_from_today(self.pen.occasion, "item-days")

    @property
    def new(self) -> Create | None:
        """The item that is added; an order stays a draft, until the prescriber places it."""
        draft = draft_of(self.pen.content, self.revision.code, self.pen.today) if self.revision.code else None
        if self.revision.does != "add" or draft is None:
            return None
        pen = self.pen
        served = [self.plan.goal(goal) for goal in self.revision.serves]
        item = Item(
            draft=draft,
            words=draft.words,
            doer=care_roles(self.plan.chart, pen).of(draft.done_by),
            start=pen.today,
            until=self.until,
            goals=tuple(pen.refer(goal.record) for goal in served if goal),
            reasons=(),
        )
        writing = Writing(content=pen.content, patient=pen.patient, author=pen.author, today=pen.today, stamp=pen.stamp)
        resource = plan_draft.write_item(writing, item)
        if draft.kind != "order":
            resource["status"] = IN_EFFECT.get(draft.makes, "active")
        if draft.makes == "Appointment":
            accepted_by(pen.patient)(resource)
        return Create(f"item/{self.part}", resource, self.line)

    def changes(self) -> Iterator[Change]:
        """What is added with the Task to see to it; or what is moved, or stopped with the Tasks about it."""
        if new := self.new:
            yield new
            yield from self._seen_to(new)
        item = self.item
        if item and self.revision.does == "change":
            yield _amended(self.pen, f"item/{self.part}", item.record, self.line, self._moved(item))
        elif item and self.revision.does == "stop":
            yield _amended(self.pen, f"item/{self.part}", item.record, self.line, self._stopped(item))
            for task in self.waiting:
                why = f"what it is about was stopped: {self.revision.reason}"
                yield amend(
                    f"with/{task.record.id}", task.record, why, *self.pen.ended("cancelled", "ended-early", why)
                )

    @property
    def waiting(self) -> tuple[TaskView, ...]:
        """The open Tasks that have nothing left to do when it is stopped."""
        about = (self.plan.tasks_on(code, self.revision.item) for code in sorted(WITH_A_STOPPED_ITEM))
        return tuple(task for some in about for task in some if task.open)

    @property
    def line(self) -> str:
        """The change as patient and provider read it."""
        item, revision = self.item, self.revision
        if item is None:
            draft = draft_of(self.pen.content, revision.code, self.pen.today)
            words = draft.title if draft else revision.code
            order = "; the prescriber decides whether to order it" if draft and draft.kind == "order" else ""
            return f"New: {words} (by {self.until}{order}). Why: {revision.reason}"
        words = item.words or item.reference
        if revision.does == "stop":
            return f"Stopped: {words}. Why: {revision.reason}"
        was = f"by {item.until}" if item.until else "without a day"
        return f"Moved: {words} ({was} -> by {revision.until}). Why: {revision.reason}"

    def _seen_to(self, new: Create) -> Iterator[Create]:
        """A Task for what does not happen by itself: the prescriber's for an order, else the care manager's."""
        draft = draft_of(self.pen.content, self.revision.code, self.pen.today)
        kind, title = (draft.kind, draft.title) if draft else ("", "")
        if kind != "order" and new.type not in ARRANGED:
            return
        roles, pen = care_roles(self.plan.chart, self.pen), self.pen
        order = kind == "order"
        due = min(self.until, days_from_today(pen.occasion, "order-days")) if order else self.until
        words = f"Place, change or decline: {title}" if order else f"The patient agreed. Arrange it: {title}."
        work = Work(
            code="place-order" if order else "coordinate",
            words=words,
            title=f"place order: {title}" if order else f"arrange: {title}",
            start=pen.today,
            end=max(due, pen.today),
            owner=roles.of("supervising-provider" if order else "care-manager"),
            focus=pen.refer(new),
            based_on=pen.refer(self.plan.record),
        )
        yield pen.task(f"see-to/{self.part}", work, f"{title}: added to the plan, somebody has to see to it")

    def _moved(self, item: ItemView) -> tuple[Edit, ...]:
        """Another day, and who moved it from which day and why."""
        start = min(item.start or self.pen.today, self.until)
        note = self.pen.noted(self.line)
        if item.record.type == "Task":
            return (tasks.due_from(start, self.until), note, self.pen.changed_now())
        period = {"start": start.isoformat(), "end": self.until.isoformat()}
        if item.record.type == "Appointment":
            return (put("requestedPeriod", [period]), put("comment", self.line))
        return (put("occurrencePeriod", period), note)

    def _stopped(self, item: ItemView) -> tuple[Edit, ...]:
        type_, why = item.record.type, self.revision.reason
        if type_ == "Task":
            return self.pen.ended("cancelled", "ended-early", why)
        element = {"Appointment": "cancelationReason", "CommunicationRequest": "statusReason"}.get(type_)
        reason = put(element, {"text": why}) if element else self.pen.noted(self.line)
        return (put("status", STOPPED.get(type_, "revoked")), reason)


def linked(plan: LinkedPlan, pen: Pen, parts: list[GoalRevising | ItemRevising], text: str) -> Amend:
    """Links what is new to the plan, and keeps there what was changed, when, by whom and why."""
    edits: list[Edit] = []
    for part in parts:
        new = part.new
        if new and new.type == "Goal":
            edits.append(add("goal", pen.refer(new)))
        elif new:
            edits.append(add("activity", {"reference": pen.refer(new)}))
    return _amended(pen, "plan", plan.record, "revised", (*edits, pen.noted(text)))


def _amended(pen: Pen, part: str, record: Record, because: str, edits: tuple[Edit, ...]) -> Amend:
    """Amends a record, but for one that this very act has amended before it was interrupted."""
    return amend(part, record, because, *(() if pen.act.did(record) else edits))
