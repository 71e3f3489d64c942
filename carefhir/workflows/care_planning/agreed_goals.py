"""One goal as the patient answered it: R4's goal-acceptance, and where that takes the goal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.codes import GOAL_PRIORITY, concept
from carefhir.fhir.changes import Edit, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import references, relative
from carefhir.mappers.goal import ACCEPTANCE, GoalView

ACCEPTS = {"agree": "agree", "disagree": "disagree", "later": "pending"}
"""Our words as R4's codes of acceptance."""

PURSUED = frozenset({"active", "on-hold"})
UNANSWERED = frozenset({"proposed", "planned"})


def answered(goal: GoalView, answer: str) -> str:
    """Why a goal can no longer be answered so; "" when it can. What a talk has written already is no reason."""
    name = goal.reference
    if goal.status == "rejected" and answer != "disagree":
        return f"{name} was not wanted and is rejected: it cannot be agreed to any more, revise-plan adds a new one"
    if goal.over and goal.status != "rejected":
        return f"{name} is {goal.status} and stays so"
    if goal.status in PURSUED and answer != "agree":
        return f"{name} is {goal.status} by an earlier plan: revise-plan stops it, with a reason"
    if goal.status == "accepted" and answer == "later":
        return f"{name} is agreed already and cannot be put off: agree or disagree"
    return ""


def accepted(
    goal: GoalView, patient: str, answer: str, priority: str | None, words: str, talked: datetime
) -> tuple[Edit, ...]:
    """What the answer changes; nothing where it stands so already."""
    edits = [_acceptance(patient, ACCEPTS[answer], priority)]
    becomes = {"agree": "accepted", "disagree": "rejected"}.get(answer, goal.status)
    if goal.status not in PURSUED and becomes != goal.status:
        edits += [put("lifecycleStatus", becomes), put("statusDate", talked.date().isoformat())]
    if answer == "disagree":
        edits.append(put("statusReason", words or "the patient does not want this goal"))
    return tuple(edits)


def _acceptance(patient: str, status: str, priority: str | None) -> Edit:
    """Sets the patient's acceptance, in the place it has where it was given before."""

    def edit(resource: Json) -> None:
        extensions = resource.setdefault("extension", [])
        mine = next((one for one in extensions if _is_of(one, patient)), None)
        if mine is None:
            mine = {"url": ACCEPTANCE, "extension": [{"url": "individual", "valueReference": {"reference": patient}}]}
            extensions.append(mine)
        _set(mine, "status", {"valueCode": status})
        if priority:
            _set(mine, "priority", {"valueCodeableConcept": concept(GOAL_PRIORITY, f"{priority}-priority")})

    return edit


def _is_of(extension: Any, patient: str) -> bool:
    """Whether it is the acceptance of this patient."""
    if not isinstance(extension, dict) or extension.get("url") != ACCEPTANCE:
        return False
    parts = extension.get("extension", [])
    return any(
        one.get("url") == "individual" and relative(found) == patient
        for one in parts
        for found in references(one, "valueReference")
    )


def _set(extension: Json, name: str, value: Json) -> None:
    """One part of a complex extension, replaced where it is or added."""
    parts = extension["extension"]
    for index, one in enumerate(parts):
        if one.get("url") == name:
            parts[index] = {"url": name, **value}
            return
    parts.append({"url": name, **value})
