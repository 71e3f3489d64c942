"""What is derived from a restricted record is restricted, too (rule R10; clinical practice, rule 4).

A step labels what it knows to be restricted. Whatever else a plan writes that points to a restricted record (a score
that rests on a condition that the EHR has labeled, a Task about it) is given that record's labels here, and so is what
points to that: the EHR may show the record to the next reader no more, and what was derived from it still says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from carefhir.chart.shareable import pointed_to, restricted_codes
from carefhir.codes import RESTRICTED
from carefhir.content.loading import Content
from carefhir.fhir.changes import Act, Change, Create, Plan, labeled, strings_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.fhir.wire import MAIN
from carefhir.mappers import labels

CONTAINERS = ("CarePlan", "CareTeam", "EpisodeOfCare", "List", "Patient")
"""What nearly everything of a person points to, and which points to nearly everything: what is restricted in it is so
by itself."""


def with_labels_passed_on(plan: Plan, act: Act, content: Content, records_read: Iterable[Record]) -> Plan:
    """The plan, everything that it creates labeled as what it points to is. `records_read` is what was read."""
    named = {record.reference: _labels_of(record.json, content) for record in (*records_read, *plan.decided_from)}
    closed = {reference: some for reference, some in named.items() if some}
    if not closed:
        return plan
    passed: dict[str, dict[str, Json]] = {}
    growing = True
    while growing:
        growing = False
        for change in plan.changes:
            growing |= _takes(change) and _take(change, act, closed, passed)
    changes = tuple(_labeled(change, passed.get(name_of(change, act), {}).values()) for change in plan.changes)
    least = with_labels_passed_on(plan.instead, act, content, records_read) if plan.instead else None
    return replace(plan, changes=changes, instead=least)


def labels_of_receipt(plan: Plan) -> tuple[Json, ...]:
    """The labels that the receipt of an act takes from what it writes: its reason, and which records stand together in
    it, would tell of a restricted one to everybody who reads receipts."""
    taken: dict[str, Json] = {}
    for change in plan.changes:
        text = change.resource if isinstance(change, Create) else change.becomes
        own = labels.security(text)
        if labels.any_restricted(own):
            taken |= {f"{label.get('system')}|{label.get('code')}": label for label in own}
    return tuple(taken.values())


def _takes(change: Change) -> bool:
    """Whether it takes labels: what is created, and what is amended anyway, on the main home."""
    written = isinstance(change, Create) or change.changes_anything
    return written and change.home == MAIN and change.type not in CONTAINERS


def _labeled(change: Change, some: Iterable[Json]) -> Change:
    if isinstance(change, Create):
        return replace(change, resource=labeled(change.resource, tuple(some)))
    return replace(change, becomes=labeled(change.becomes, tuple(some)))


def _take(change: Change, act: Act, closed: Mapping[str, tuple[Json, ...]], passed: dict[str, dict[str, Json]]) -> bool:
    """Takes the labels of all that a change points to; whether there was one that it did not have yet."""
    mine = passed.get(name_of(change, act), {})
    theirs = {
        f"{label.get('system')}|{label.get('code')}": label
        for target in targets_of(change)
        for label in (*closed.get(target, ()), *passed.get(target, {}).values())
    }
    if theirs.keys() <= mine.keys():
        return False
    passed[name_of(change, act)] = {**mine, **theirs}
    return True


def _labels_of(text: Json, content: Content) -> tuple[Json, ...]:
    """The labels that a restricted record passes on; nothing where it is not restricted."""
    if labels.any_restricted(own := labels.security(text)):
        return tuple(own)
    coded = text.get("resourceType") == "Condition" and restricted_codes(codes_in(text.get("code")), content)
    return (RESTRICTED,) if coded else ()


def name_of(change: Change, act: Act) -> str:
    """What others of a plan point to it by."""
    return act.urn(change.part) if isinstance(change, Create) else change.record.reference


def targets_of(change: Change) -> Iterator[str]:
    """Everything that a change points to, what the same act creates among it."""
    text = change.resource if isinstance(change, Create) else change.becomes
    yield from pointed_to(text)
    yield from (written for written in strings_in(text) if written.startswith("urn:uuid:"))


def codes_in(value: Any) -> Iterator[tuple[str, str]]:
    """Every code in a value, with its system, wherever in it."""
    if isinstance(value, dict):
        system, code = value.get("system"), value.get("code")
        if isinstance(system, str) and isinstance(code, str):
            yield system, code
        for part in value.values():
            yield from codes_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from codes_in(part)
