"""What a plan does not ask for a second time, because a Task already asks for it or it was assessed not long ago.

The visit after a discharge, the list of medicines and the screens of an assessment have Tasks of their own: the plan
links these, and proposes nothing beside them (properties coveredBy and domain of CodeSystem care-item).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.chart.chart import Chart
from carefhir.codes import CARE_ITEM
from carefhir.content.pathways import ItemDraft
from carefhir.fhir.record import Record
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.planning_terms import number


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An item that pathways ask for, and what already sees to it."""

    draft: ItemDraft
    record: Record
    words: str
    """What sees to it, in words."""


def under_way(drafts: Iterable[ItemDraft], chart: Chart, occasion: Occasion) -> tuple[UnderWay, ...]:
    """The items that something sees to already."""
    return tuple(covered for draft in drafts for covered in _covering(draft, chart, occasion))


def _covering(draft: ItemDraft, chart: Chart, occasion: Occasion) -> Iterator[UnderWay]:
    """What sees to an item: at most one thing, a Task first."""
    properties = occasion.content.concept(CARE_ITEM, draft.code).properties
    kind, domain = str(properties.get("coveredBy", "")), str(properties.get("domain", ""))
    for task in chart.tasks:
        if (kind and kind in task.codes and _counts(task, chart)) or (domain in task.domains and task.to_do):
            state = "under way" if task.open else "done in this transition"
            yield UnderWay(draft, task.record, f"{state}, and linked: {draft.title} ({task.record.reference})")
            return
    days = number(occasion.content, "assessed-days")
    for conclusion in chart.conclusions:
        day = occasion.local_date(conclusion.at) if conclusion.at else None
        if domain and conclusion.concluded and conclusion.domain == domain and _within(day, days, occasion.today):
            words = f"assessed on {day}, and not asked again: {draft.title} ({conclusion.record.reference})"
            yield UnderWay(draft, conclusion.record, words)
            return


def _counts(task: TaskView, chart: Chart) -> bool:
    """Whether a Task sees to it: an open one, or one that is done in a transition that is still open."""
    if task.status == "completed":
        parents = (chart.task(reference) for reference in task.part_of)
        return any(parent is not None and parent.open for parent in parents)
    return task.to_do


def _within(day: date | None, days: int, today: date) -> bool:
    return day is not None and 0 <= (today - day).days <= days
