"""What of a draft is otherwise now than in the version that was returned unsigned: was and is, in words.

Where none was returned, it is the version that was asked for before and taken back, for somebody may have read that.

The request for a signature names each record with its version. Where that version can still be read, what it said
stands beside what it says now; where the server does not tell it, only that it changed is said, and never "the same".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carefhir.fhir.history import version_named
from carefhir.fhir.record import Record
from carefhir.mappers import goal as goals
from carefhir.mappers import pinned
from carefhir.mappers import request as items
from carefhir.mappers.task import TaskView
from carefhir.workflows.care_planning.linked_plan import LinkedPlan

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One thing that is otherwise now."""

    what: str
    """The goal or item, by name."""
    part: str
    """Which part of it, in words."""
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class ChangedPlan:
    """A draft beside the version that was to be signed before."""

    version: str
    """That version."""
    returned: bool
    """Whether it was returned; else the request for its signature was taken back."""
    reason: str
    """Why it was returned."""
    by: str
    """Who was asked to sign it, by name."""
    changes: tuple[PlanChange, ...]
    untold: tuple[str, ...]
    """What has changed, and the server does not tell what it said before."""


def asked_before(plan: LinkedPlan) -> TaskView | None:
    """The newest request for a signature that was returned, else the newest that was taken back; None once it is
    signed."""
    if plan.status != "draft":
        return None
    return plan.newest_request("rejected") or plan.newest_request("cancelled")


def versions_before(plan: LinkedPlan) -> tuple[str, ...]:
    """The references of earlier versions that have to be read: of what has another version now."""
    task = asked_before(plan)
    versions = pinned.read(task.record) if task else {}
    moved = plan.moved_since(versions)
    return tuple(
        version_named(name, versions[name]) for name, (_, now) in moved.items() if now and name != plan.reference
    )


def changed_plan(
    plan: LinkedPlan,
    histories: Mapping[str, tuple[Record, ...]],
    names: Mapping[str, str],
    *,
    without: frozenset[str] = frozenset(),
) -> ChangedPlan | None:
    """What has changed since the signature was asked for before; None where it was not. `names` are people's, by
    reference; nothing is said of the records `without`, by reference: a paper must not tell of them."""
    task = asked_before(plan)
    if task is None:
        return None
    versions = pinned.read(task.record)
    moved = plan.moved_since(versions)
    changes: list[PlanChange] = []
    untold: list[str] = []
    for name, (version, now) in moved.items():
        if name == plan.reference or name in without:
            continue  # what it says of itself is when a copy was given; goals and items speak for themselves
        before = next(iter(histories.get(version_named(name, version), ())), None)
        after = next((record for record in plan.records if record.reference == name), None)
        if after is None or before is None:
            untold.append(_called(after, name) if now else "something that was part of it can no longer be seen")
        else:
            changes += _differences(before, after, names)
    changes += _new(plan, versions)
    return ChangedPlan(
        version=versions.get(plan.reference, ""),
        returned=task.status == "rejected",
        reason=task.why if task.status == "rejected" else "",
        by=names.get(task.owner, task.owner_words),
        changes=tuple(changes),
        untold=tuple(untold),
    )


def _new(plan: LinkedPlan, versions: Mapping[str, str]) -> Iterator[PlanChange]:
    """What would be signed now and was not named before."""
    for goal in plan.goals:
        if goal.reference not in versions and goal.status in ("accepted", "active", "on-hold"):
            yield PlanChange(goal.words, "goal", NOTHING, "agreed to")
    for item in plan.items:
        if item.reference not in versions and item.kind in ("plan", "order") and not item.over:
            yield PlanChange(item.words, "item", NOTHING, item.words)


def _called(record: Record | None, name: str) -> str:
    if record is None:
        return name
    return goals.read(record).words if record.type == "Goal" else items.read(record).words


def _differences(before: Record, after: Record, names: Mapping[str, str]) -> Iterator[PlanChange]:
    was, now = _parts(before, names), _parts(after, names)
    for part, words in now.items():
        if was[part] != words:
            yield PlanChange(_called(after, after.reference), part, was[part] or NOTHING, words or NOTHING)


def _parts(record: Record, names: Mapping[str, str]) -> dict[str, str]:
    """What a record says, part by part."""
    if record.type == "Goal":
        goal = goals.read(record)
        return {
            "what is to be reached": goal.words,
            "target": goal.number,
            "due": goal.due,
            "the patient's answer": goal.acceptance.replace("-", " "),
            "how much it matters to the patient": goal.matters,
            "in the patient's words, and what gets in the way": "; ".join(goal.notes),
        }
    item = items.read(record)
    return {
        "what is to be done": item.words,
        "due": item.until.isoformat() if item.until else "",
        "status": item.status,
        "who does it": names.get(item.doer, "somebody who is not named" if item.doer else ""),
    }
