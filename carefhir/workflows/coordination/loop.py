"""One loop as the records show it: what was ordered, its Task, its visits, and what has happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.codes import CONDITION_GROUP
from carefhir.content.loading import Content, parameters
from carefhir.fhir.changes import Act
from carefhir.fhir.codec import Json
from carefhir.fhir.record import references, relative
from carefhir.mappers import loop as loops
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

CONTENT = "coordination"
"""The PlanDefinition that holds the numbers."""

Kind: TypeAlias = Literal["referral", "equipment", "community"]


def number(content: Content, name: str) -> int:
    """Reads a number of coordination from content."""
    return parameters(content.get("PlanDefinition", CONTENT))[name]


def business_days(occasion: Occasion, start: date, name: str) -> date:
    """So many business days after a day; never before today."""
    return max(occasion.calendar.add_business_days(start, number(occasion.content, name)), occasion.today)


@dataclass(frozen=True, slots=True)
class Loop:
    """What was arranged for one person, and where it stands."""

    order: ItemView
    """The ServiceRequest or DeviceRequest."""
    kind: Kind
    chart: Chart
    needs: tuple[ConditionView, ...]
    """The social needs it answers, as conditions."""
    tasks: tuple[TaskView, ...]
    """The Tasks `coordinate` about it, the open ones first."""

    @property
    def task(self) -> TaskView | None:
        """The Task it is followed by: the open one; else the newest that was."""
        return next(iter(self.tasks), None)

    @property
    def placed(self) -> bool:
        """Whether the Task that asked the prescriber to place it was done: the order stands in the prescriber's own
        system, and our record of it may still be a draft."""
        asked = (
            task for task in self.chart.tasks if "place-order" in task.codes and task.focus == self.order.reference
        )
        return any(task.status == "completed" for task in asked)

    @property
    def words(self) -> str:
        """What was ordered, in words."""
        return self.order.words or self.order.reference

    @property
    def happened(self) -> tuple[str, ...]:
        """The events on record, in the order in which they were recorded."""
        return loops.happened(self.task) if self.task else ()

    @property
    def visits(self) -> tuple[AppointmentView, ...]:
        """The appointments booked for it, in the order of their days."""
        mine = [visit for visit in self.chart.appointments if self.order.reference in visit.orders and visit.start]
        return tuple(sorted(mine, key=lambda visit: (str(visit.start), visit.reference)))

    @property
    def labels(self) -> tuple[Json, ...]:
        """Security labels of what it is about, which travel to all that is derived from it (R10)."""
        records = (self.order.record, *(need.record for need in self.needs))
        return tuple(label for record in records for label in qr.security(record.json))

    def late(self, act: Act) -> tuple[TaskView, ...]:
        """The Tasks that ask why it is late: those that are open, or that this very act has closed."""
        return tuple(
            task
            for task in self.chart.tasks
            if "late-loop" in task.codes
            and task.focus == self.order.reference
            and (task.open or act.did(task.record, "amended"))
        )

    def asked(self, act: Act) -> tuple[TaskView, ...]:
        """The Tasks by which a community service was asked: those that are open, or that this very act has ended."""
        return tuple(
            task
            for task in self.chart.tasks
            if loops.asks_a_service(task)
            and task.focus == self.order.reference
            and (task.open or act.did(task.record, "amended"))
        )


def loop_of(chart: Chart, order: str, content: Content) -> Loop | None:
    """The loop of an order; None where the order is not among this person's records."""
    item = next((item for item in chart.items if item.reference == order), None)
    if item is None:
        return None
    reasons = {r for text in references(item.record.json, "reasonReference") if (r := relative(text))}
    groups = content.concepts(CONDITION_GROUP)
    needs = tuple(
        condition
        for condition in chart.conditions
        if condition.record.reference in reasons
        and (condition.sdoh or any(groups[group].properties.get("need") for group in groups_of(content, condition)))
    )
    tasks = [task for task in chart.tasks if "coordinate" in task.codes and task.focus == order and not task.in_error]
    tasks.sort(key=lambda task: (task.authored, task.record.reference), reverse=True)
    tasks.sort(key=lambda task: not task.open)
    kind: Kind = "equipment" if item.record.type == "DeviceRequest" else "community" if needs else "referral"
    return Loop(order=item, kind=kind, chart=chart, needs=needs, tasks=tuple(tasks))
