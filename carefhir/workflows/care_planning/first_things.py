"""Which items of a plan start in the first two weeks, and when the others do.

Nobody can begin two dozen things at once. What protects the person (an item that is urgent) never waits and is not
counted, and neither does what the prescriber orders or decides: it costs the person nothing yet, and a pace must not
delay a test or a referral (decision 45). Of the rest, five start in the first two weeks (PlanDefinition care-planning),
those that the care manager and the patient choose, else those that are due first. The others follow, five every two
weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.content.pathways import ItemDraft
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.planning_terms import due_on, number

ROUTINE = ("", "routine")
"""Priorities of items that may wait; all others protect the person."""
PRESCRIBER = "supervising-provider"
"""The role of the care team that orders and decides."""


@dataclass(frozen=True, slots=True)
class ItemTime:
    """When an item starts, and the day by which it is to be done."""

    start: date
    until: date
    wait: int
    """How many periods of two weeks it waits: 0 starts now."""


def is_urgent(draft: ItemDraft) -> bool:
    """Whether an item protects the person."""
    return draft.priority not in ROUTINE


def never_waits(draft: ItemDraft) -> bool:
    """Whether an item starts now however much else does: it is urgent, or the prescriber's to order or to decide."""
    return is_urgent(draft) or draft.kind == "order" or draft.done_by == PRESCRIBER


def item_times(drafts: Iterable[ItemDraft], chosen: Sequence[str], occasion: Occasion) -> Mapping[str, ItemTime]:
    """When each item starts and is due, by its code. `chosen` start first, however many they are."""
    drafts = tuple(drafts)
    most, days = (number(occasion.content, name) for name in ("first-things", "first-things-days"))
    waits = {draft.code: 0 for draft in drafts if never_waits(draft)}
    routine = sorted((draft for draft in drafts if draft.code not in waits), key=lambda draft: due_day(draft, occasion))
    first = [draft for draft in routine if draft.code in chosen] if chosen else routine[:most]
    waits |= {draft.code: 0 for draft in first}
    for place, draft in enumerate(draft for draft in routine if draft not in first):
        waits[draft.code] = 1 + place // most
    return {draft.code: _time(due_day(draft, occasion), waits[draft.code], days, occasion.today) for draft in drafts}


def due_day(draft: ItemDraft, occasion: Occasion) -> date:
    """The day by which the pathway asks for an item."""
    return due_on(draft.due, number(occasion.content, "item-days"), occasion)


def _time(due: date, wait: int, days: int, today: date) -> ItemTime:
    start = today + timedelta(days=wait * days)
    return ItemTime(start, until=max(due, start + timedelta(days=days - 1)) if wait else due, wait=wait)
