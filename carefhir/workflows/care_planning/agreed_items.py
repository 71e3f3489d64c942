"""The items of a plan after a talk: what takes effect, what is stopped, what somebody has to arrange.

Each says the wanted end: an item that is there already, by this talk or an earlier one, is wanted all the same and not
written again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from carefhir.fhir.changes import Act, Amend, Create, Edit, add, amend, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import dig, first_text, moment, refers_to
from carefhir.mappers import task
from carefhir.mappers.request import ItemView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import plan_on_desk as desks
from carefhir.workflows.care_planning.people import people_of
from carefhir.workflows.care_planning.plan_on_desk import AGREED, Desk

IN_EFFECT = {"Task": "requested", "Appointment": "proposed"}
"""What takes effect becomes; active where nothing is said. A visit stays proposed until it has an hour (app-3)."""
STOPPED = {"Task": "cancelled", "Appointment": "cancelled"}
"""What is stopped becomes; revoked, where nothing is said."""
OUTSIDE = frozenset({"ServiceRequest"})
"""A service of class now is given by somebody outside the team: it takes the patient's own yes (rule 12)."""
ARRANGED = frozenset({"ServiceRequest", "Appointment"})
"""What does not happen by itself: somebody has to send or to book it."""


@dataclass(frozen=True, slots=True)
class Items:
    """All items of a plan, the goals as they stand after the talk, and the answers to single items."""

    desk: Desk
    patient: str
    answers: Mapping[str, str]
    goals: Mapping[str, str]
    when: str
    occasion: Occasion
    act: Act

    def fate(self, item: ItemView) -> Literal["effect", "stop", "stays"]:
        """What the talk means for an item."""
        answer = self.answers.get(item.reference, "")
        served = [self.goals[one] for one in item.goals if one in self.goals]
        if answer == "decline" or (served and all(one == "rejected" for one in served)):
            return "stop"
        if item.kind != "now":
            return "stays"
        if not served:
            # What belongs to every plan (one list of medicines, a screen) serves no goal of its own.
            served = [self.goals[one.reference] for one in self.desk.goals]
        agreed = answer == "agree" or (item.record.type not in OUTSIDE and any(one in AGREED for one in served))
        return "effect" if agreed else "stays"

    def amended(self) -> list[Amend]:
        """Every item that takes effect or is stopped."""
        found = []
        for item in self.desk.items:
            fate, type_ = self.fate(item), item.record.type
            part = f"item/{type_}/{item.record.id}"
            if fate == "effect" and not item.over:
                found.append(amend(part, item.record, "agreed: takes effect", *self._take_effect(item)))
            elif fate == "stop" and (not item.over or item.status == STOPPED.get(type_, "revoked")):
                found.append(amend(part, item.record, self._why(item), *self._stop(item)))
        return found

    def to_be_arranged(self) -> list[Create]:
        """A Task for the care manager for each referral or visit agreed to, unless one is there."""
        made = []
        for item in self.desk.items:
            part = f"coordinate/{item.record.type}/{item.record.id}"
            own = self.act.part_key(part)
            asked = self.desk.tasks_on("coordinate", item.reference)
            wanted = self.fate(item) == "effect" and item.record.type in ARRANGED and not item.over
            if wanted and all(carries_key(one.record, own) for one in asked):
                made.append(Create(part, self._arrange(item), f"{item.words}: agreed, and now to be arranged"))
        return made

    def says(self) -> list[str]:
        """A line for each item the talk moves, or that still waits for the patient's own yes."""
        says = []
        moved = {one.record.reference for one in self.amended() if one.changes_anything}
        for item in self.desk.items:
            fate = self.fate(item)
            if item.over or (fate == "effect" and item.reference not in moved):
                continue
            if fate == "effect":
                says.append(f"takes effect now: {item.words}")
            elif fate == "stop":
                says.append(f"stopped: {item.words} ({self._why(item)})")
            elif item.kind == "now" and item.record.type in OUTSIDE and item.status == "draft":
                says.append(f"needs the patient's own yes: {item.words} ({item.reference})")
        return says

    def _why(self, item: ItemView) -> str:
        if self.answers.get(item.reference) == "decline":
            return "the patient declined it"
        return "it serves only goals the patient does not want"

    def _take_effect(self, item: ItemView) -> tuple[Edit, ...]:
        type_ = item.record.type
        if type_ == "Appointment":
            return (_accepting(self.patient),)
        if item.status != "draft":
            return ()
        edits = [put("status", IN_EFFECT.get(type_, "active"))]
        return (*edits, put("lastModified", self.occasion.stamp)) if type_ == "Task" else tuple(edits)

    def _stop(self, item: ItemView) -> tuple[Edit, ...]:
        type_, why = item.record.type, self._why(item)
        if item.over:
            return ()
        if type_ == "Task":
            return desks.closing(self.occasion, "cancelled", "declined", why)
        where = {"Appointment": "cancelationReason", "CommunicationRequest": "statusReason"}.get(type_)
        said: Edit = put(where, {"text": why}) if where else add("note", {"time": self.when, "text": why})
        return (put("status", STOPPED.get(type_, "revoked")), said)

    def _arrange(self, item: ItemView) -> Json:
        occasion, content = self.occasion, self.occasion.content
        people = people_of(self.desk.chart, content, self.patient, occasion.actor.reference)
        late = occasion.today + timedelta(days=desks.number(content, "item-days"))
        work = task.Work(
            "coordinate",
            f"The patient agreed. Arrange it and see it through: {item.words}.",
            occasion.today,
            max(until(item) or late, occasion.today),
            people.of("care-manager"),
            focus=refer(item.record),
            based_on=refer(self.desk.plan.record),
        )
        return task.write(content, self.patient, occasion.actor.reference, occasion.stamp, work)


def until(item: ItemView) -> date | None:
    """The day by which an item is to be done, where it says one."""
    paths = ("restriction.period.end", "occurrencePeriod.end", "requestedPeriod.end")
    found = next((text for path in paths if (text := first_text(item.record.json, path))), None)
    when = moment(found)
    return when.date() if when else None


def _accepting(patient: str) -> Edit:
    """The patient's own place in a visit: accepted."""

    def edit(resource: Json) -> None:
        some: Any = dig(resource, "participant")
        for one in some:
            if isinstance(one, dict) and refers_to(one, "actor", patient):
                one["status"] = "accepted"

    return edit
