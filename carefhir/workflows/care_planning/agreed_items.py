"""The items of a plan after a talk: what takes effect, what is stopped, what somebody has to arrange.

An item that an earlier talk already stopped is named among the changes and stays as it is: so the receipt of each talk
says everything that follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from carefhir.fhir.changes import Amend, Create, Edit, add, amend, put
from carefhir.mappers.appointment import accepted_by
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import Work
from carefhir.workflows.care_planning.care_roles import care_roles
from carefhir.workflows.care_planning.linked_plan import AGREED, LinkedPlan
from carefhir.workflows.care_planning.planning_terms import days_from_today
from carefhir.workflows.pen import Pen

IN_EFFECT = {"Task": "requested", "Appointment": "proposed"}
"""The status of an item in effect, where it is not `active`. A visit stays proposed until it has an hour (app-3)."""
STOPPED = {"Task": "cancelled", "Appointment": "cancelled"}
"""The status of a stopped item, where it is not `revoked`."""
OUTSIDE = frozenset({"ServiceRequest"})
"""Somebody outside the team provides these, so they need the patient's own yes (rule 12)."""
ARRANGED = frozenset({"ServiceRequest", "Appointment"})
"""These do not happen by themselves: somebody has to send or book them."""


@dataclass(frozen=True, slots=True)
class AgreedItems:
    """All items of a plan, the goals as they are after the talk, and the answers to single items."""

    plan: LinkedPlan
    pen: Pen
    answers: Mapping[str, str]
    goals: Mapping[str, str]
    """Each goal's status after the talk."""
    when: str
    """The moment of the talk."""

    def fate(self, item: ItemView) -> Literal["effect", "stop", "stays"]:
        """Says what the talk means for an item. The patient's own yes to it counts for more than what becomes of the
        goals it serves."""
        answer = self.answers.get(item.reference, "")
        if answer == "agree" and item.kind == "now":
            return "effect"
        if answer == "decline":
            return "stop"
        if self._unwanted_goals(item):
            return "stays" if self._wanted_before(item) else "stop"
        if item.kind != "now":
            return "stays"
        served = [self.goals[goal] for goal in item.goals if goal in self.goals]
        if not served:
            # Some items belong to every plan (one list of medicines, a screen): any agreed goal puts them in effect.
            served = [self.goals[goal.reference] for goal in self.plan.goals]
        agreed = item.record.type not in OUTSIDE and any(goal in AGREED for goal in served)
        return "effect" if agreed else "stays"

    def _wanted_before(self, item: ItemView) -> bool:
        """Whether the patient said yes to it in an earlier talk: only so does a referral take effect."""
        return item.record.type in OUTSIDE and item.kind == "now" and item.status == "active"

    def _unwanted_goals(self, item: ItemView) -> bool:
        """Whether the patient wants none of the goals it serves."""
        served = [self.goals[goal] for goal in item.goals if goal in self.goals]
        return bool(served) and all(status == "rejected" for status in served)

    def amended(self) -> list[Amend]:
        """Amends every item that takes effect or is stopped."""
        amendments = []
        for item in self.plan.items:
            fate, type_ = self.fate(item), item.record.type
            part = f"item/{type_}/{item.record.id}"
            if fate == "effect" and not item.over:
                amendments.append(
                    amend(part, item.record, "the patient agreed: takes effect", *self._take_effect(item))
                )
            elif fate == "stop" and (not item.over or item.status == STOPPED.get(type_, "revoked")):
                amendments.append(amend(part, item.record, self._why(item), *self._stop(item)))
        return amendments

    def to_be_arranged(self) -> list[Create]:
        """Writes a Task for the care manager for each referral or visit agreed to, unless there is one."""
        return [self._arrange(item) for item in self.plan.items if self._needs_arranging(item)]

    def _needs_arranging(self, item: ItemView) -> bool:
        if item.over or item.record.type not in ARRANGED or self.fate(item) != "effect":
            return False
        return not self.plan.tasks_on("coordinate", item.reference)

    def says(self, amended: list[Amend]) -> list[str]:
        """Gives a line for each item that changes, or that still needs the patient's own yes."""
        lines = []
        moved = {change.record.reference for change in amended if change.changes_anything}
        for item in self.plan.items:
            fate = self.fate(item)
            if item.over or (fate == "effect" and item.reference not in moved):
                continue
            if fate == "effect":
                lines.append(f"takes effect now: {item.words}")
            elif fate == "stop":
                lines.append(f"stopped: {item.words} ({self._why(item)})")
            elif self._wanted_before(item) and self._unwanted_goals(item):
                lines.append(f"goes on, because the patient said yes to it: {item.words} ({item.reference})")
            elif item.kind == "now" and item.record.type in OUTSIDE and item.status == "draft":
                lines.append(f"needs the patient's own yes: {item.words} ({item.reference})")
        return lines

    def _why(self, item: ItemView) -> str:
        if self.answers.get(item.reference) == "decline":
            return "the patient declined it"
        return "it serves only goals the patient does not want"

    def _take_effect(self, item: ItemView) -> tuple[Edit, ...]:
        type_ = item.record.type
        if type_ == "Appointment":
            return (accepted_by(self.pen.patient),)
        if item.status != "draft":
            return ()
        status = put("status", IN_EFFECT.get(type_, "active"))
        return (status, self.pen.changed_now()) if type_ == "Task" else (status,)

    def _stop(self, item: ItemView) -> tuple[Edit, ...]:
        type_, why = item.record.type, self._why(item)
        if item.over:
            return ()
        if type_ == "Task":
            return self.pen.ended("cancelled", "declined", why)
        element = {"Appointment": "cancelationReason", "CommunicationRequest": "statusReason"}.get(type_)
        reason = put(element, {"text": why}) if element else add("note", {"time": self.when, "text": why})
        return (put("status", STOPPED.get(type_, "revoked")), reason)

    def _arrange(self, item: ItemView) -> Create:
        pen = self.pen
        until = item.until or days_from_today(pen.occasion, "item-days")
        work = Work(
            code="coordinate",
            words=f"The patient agreed. Arrange it and see it through: {item.words}.",
            title=f"arrange: {item.words}" if item.words else "",
            start=pen.today,
            end=max(until, pen.today),
            owner=care_roles(self.plan.chart, pen).of("care-manager"),
            focus=pen.refer(item.record),
            based_on=pen.refer(self.plan.record),
        )
        part = f"coordinate/{item.record.type}/{item.record.id}"
        return pen.task(part, work, f"{item.words}: the patient agreed, it has to be arranged")
