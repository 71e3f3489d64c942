"""One goal as the patient answered it: R4's goal-acceptance, and where that takes the goal."""

from __future__ import annotations

from datetime import datetime

from carefhir.fhir.changes import Edit, put
from carefhir.mappers.goal import GoalView, accepted_by

ACCEPTS = {"agree": "agree", "disagree": "disagree", "later": "pending"}
"""Our words as R4's codes of acceptance."""

BECOMES = {"agree": "accepted", "disagree": "rejected"}
"""The status an answer takes a goal to that nobody pursues yet."""

PURSUED = frozenset({"active", "on-hold"})


def too_late(goal: GoalView, answer: str) -> str:
    """Why a goal can no longer be answered so; "" when it can."""
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


def status_after(goal: GoalView, answer: str) -> str:
    """The status of a goal once it has been answered so: one that is pursued already stays as it is."""
    return goal.status if goal.status in PURSUED else BECOMES.get(answer, goal.status)


def accepted(
    goal: GoalView, answer: str, *, patient: str, priority: str | None, words: str, talked: datetime
) -> tuple[Edit, ...]:
    """What the answer changes; nothing where it is so already."""
    edits = [accepted_by(patient, ACCEPTS[answer], priority)]
    becomes = status_after(goal, answer)
    if becomes != goal.status:
        edits += [put("lifecycleStatus", becomes), put("statusDate", talked.date().isoformat())]
    if answer == "disagree":
        edits.append(put("statusReason", words or "the patient does not want this goal"))
    return tuple(edits)
