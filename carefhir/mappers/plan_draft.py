"""Writes a new plan: goals, items of five types, the CarePlan that links them, and conflicting advice.

Everything is a draft or a proposal here; `record-agreement` and `sign-off` give it effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.codes import CARE_GOAL, CARE_ITEM, CAREPLAN_CATEGORY, CONTRADICTION, GOAL_PRIORITY, LOINC, concept
from carefhir.content.loading import Content
from carefhir.content.pathways import Contradiction, GoalDraft, ItemDraft
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import task
from carefhir.mappers.request import ITEM_CLASS_EXTENSION, PERTAINS_TO_GOAL


@dataclass(frozen=True, slots=True)
class Writing:
    """Whose plan it is, who writes it, and when."""

    content: Content
    patient: str
    author: str
    today: date
    stamp: str


def write_goal(writing: Writing, draft: GoalDraft, addresses: tuple[Record, ...]) -> Json:
    """A proposed goal: coded, in words, measured and dated as far as its draft says."""
    care_goal = writing.content.concept(CARE_GOAL, draft.code)
    target: Json = {"measure": concept(LOINC, draft.measure)} if draft.measure else {}
    target |= draft.detail
    if draft.due_days is not None:
        target["dueDate"] = (writing.today + timedelta(days=draft.due_days)).isoformat()
    described = {"coding": writing.content.published_codings(care_goal), "text": draft.words}
    goal = _goal(writing, described, writing.author)
    if categories := writing.content.published_categories(care_goal):
        goal["category"] = categories
    if draft.priority:
        goal["priority"] = concept(GOAL_PRIORITY, draft.priority)
    if target:
        goal["target"] = [target]
    if addresses:
        goal["addresses"] = [{"reference": one.reference} for one in addresses]
    return goal


def write_own_goal(writing: Writing, words: str) -> Json:
    """The patient's own goal, in their own words and without a code."""
    return _goal(writing, {"text": words}, writing.patient)


def write_team_goal(writing: Writing, words: str) -> Json:
    """A goal that the team proposes, in words and without a code."""
    return _goal(writing, {"text": words}, writing.author)


def _goal(writing: Writing, description: Json, expressed_by: str) -> Json:
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "proposed",
        "description": description,
        "subject": {"reference": writing.patient},
        "startDate": writing.today.isoformat(),
        "expressedBy": {"reference": expressed_by},
    }


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done, with everything its resource says."""

    draft: ItemDraft
    words: str
    doer: str
    start: date
    until: date
    goals: tuple[Json, ...]
    reasons: tuple[Record, ...]


def write_item(writing: Writing, item: Item) -> Json:
    """A draft of the type its pathway makes. Raises `ContentError` for a type that has no writer."""
    if item.draft.makes == "Task":
        return _task(writing, item)
    extra = _OWN.get(item.draft.makes)
    if extra is None:
        raise ContentError(f"item {item.draft.code} makes a {item.draft.makes}, which no plan item is written as")
    resource: Json = {"resourceType": item.draft.makes, "extension": _extensions(item), **extra(writing, item)}
    if item.reasons:
        resource["reasonReference"] = [{"reference": one.reference} for one in item.reasons]
    return resource


def _extensions(item: Item) -> list[Json]:
    serves = [{"url": PERTAINS_TO_GOAL, "valueReference": one} for one in item.goals]
    return [{"url": ITEM_CLASS_EXTENSION, "valueCode": item.draft.kind}, *serves]


def _code(writing: Writing, item: Item) -> Json:
    care_item = writing.content.concept(CARE_ITEM, item.draft.code)
    return {"coding": writing.content.published_codings(care_item), "text": item.draft.title}


def _period(item: Item) -> Json:
    return {"start": item.start.isoformat(), "end": item.until.isoformat()}


def _request(writing: Writing, item: Item) -> Json:
    return {
        "status": "draft",
        "priority": item.draft.priority or "routine",
        "subject": {"reference": writing.patient},
        "occurrencePeriod": _period(item),
        "authoredOn": writing.stamp,
        "requester": {"reference": writing.author},
    }


def _service(writing: Writing, item: Item) -> Json:
    categories = writing.content.published_categories(writing.content.concept(CARE_ITEM, item.draft.code))
    return {
        "intent": "plan",
        **_request(writing, item),
        **({"category": categories} if categories else {}),
        "code": _code(writing, item),
        "performer": [{"reference": item.doer}],
        "note": [{"text": item.words}],
    }


def _device(writing: Writing, item: Item) -> Json:
    return {
        "intent": "plan",
        **_request(writing, item),
        "codeCodeableConcept": _code(writing, item),
        "performer": {"reference": item.doer},
        "note": [{"text": item.words}],
    }


def _communication(writing: Writing, item: Item) -> Json:
    return {
        **_request(writing, item),
        "category": [_code(writing, item)],
        "payload": [{"contentString": item.words}],
        "recipient": [{"reference": writing.patient}],
        "sender": {"reference": item.doer},
    }


def _appointment(writing: Writing, item: Item) -> Json:
    """A visit without a time yet: R4 allows that only for proposed, cancelled and waitlisted ones (invariant app-3)."""
    people = dict.fromkeys((writing.patient, item.doer))
    return {
        "status": "proposed",
        "serviceType": [_code(writing, item)],
        "description": item.draft.title,
        "created": writing.stamp,
        "comment": item.words,
        "participant": [{"actor": {"reference": one}, "status": "needs-action"} for one in people],
        "requestedPeriod": [_period(item)],
    }


_OWN = {
    "ServiceRequest": _service,
    "DeviceRequest": _device,
    "CommunicationRequest": _communication,
    "Appointment": _appointment,
}
"""What each type says besides its class, its goals and its reason."""


def _task(writing: Writing, item: Item) -> Json:
    care_item = writing.content.concept(CARE_ITEM, item.draft.code)
    work = task.Work(
        str(care_item.properties.get("task", "plan-item")),
        item.words,
        item.start,
        item.until,
        item.doer,
        priority=item.draft.priority or "routine",
        status="draft",
        answers={"reference": item.reasons[0].reference} if item.reasons else None,
        item=care_item,
        title=item.draft.title,
        extensions=tuple(_extensions(item)),
    )
    return task.write(writing.content, writing.patient, writing.author, writing.stamp, work)


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What the CarePlan links and says."""

    title: str
    addresses: tuple[Record, ...]
    goals: tuple[Json, ...]
    activities: tuple[Json, ...]
    supporting: tuple[Json, ...]
    teams: tuple[Record, ...]
    notes: tuple[str, ...]
    part_of: Json | None = None
    """The standing plan that this one is part of."""


def write_plan(writing: Writing, draft: PlanDraft) -> Json:
    """A draft plan: it links what belongs to it, and copies nothing."""
    plan: Json = {
        "resourceType": "CarePlan",
        "status": "draft",
        "intent": "plan",
        "category": [concept(CAREPLAN_CATEGORY, "assess-plan")],
        "title": draft.title,
        "subject": {"reference": writing.patient},
        "period": {"start": writing.today.isoformat()},
        "created": writing.stamp,
        "author": {"reference": writing.author},
        "supportingInfo": list(draft.supporting),
        "note": [{"text": text} for text in draft.notes],
    }
    linked: dict[str, list[Json]] = {
        "careTeam": [{"reference": one.reference} for one in draft.teams],
        "addresses": [{"reference": one.reference} for one in draft.addresses],
        "goal": list(draft.goals),
        "activity": [{"reference": one} for one in draft.activities],
        "partOf": [draft.part_of] if draft.part_of else [],
    }
    return plan | {element: some for element, some in linked.items() if some}


def write_contradiction(writing: Writing, contradiction: Contradiction, implicated: tuple[Json, ...]) -> Json:
    """Writes conflicting advice, for a person to decide."""
    coding = writing.content.concept(CONTRADICTION, contradiction.code).coding
    return {
        "resourceType": "DetectedIssue",
        "status": "preliminary",
        "code": {"coding": [coding], "text": contradiction.title},
        "patient": {"reference": writing.patient},
        "identifiedDateTime": writing.stamp,
        "author": {"reference": writing.author},
        "implicated": list(implicated),
        "detail": contradiction.words,
    }
