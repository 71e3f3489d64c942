"""One goal as the patient answered it: R4's goal-acceptance, and the status the goal then has."""

from __future__ import annotations

from datetime import datetime

from carefhir.fhir.changes import Edit, put
from carefhir.mappers.goal import GoalView, accepted_by

ACCEPTS = {"agree": "agree", "disagree": "disagree", "later": "pending"}
"""R4's codes of acceptance, by our words."""

BECOMES = {"agree": "accepted", "disagree": "rejected"}
"""The status an answer gives a goal that is not pursued yet."""

PURSUED = frozenset({"active", "on-hold"})


def too_late(goal: GoalView, answer: str) -> str:
    """Says why a goal can no longer be answered so; "" when it can."""
    name = goal.reference
    if goal.status == "rejected" and answer != "disagree":
        return f"the patient rejected {name}, which cannot be agreed to any more: the next plan can propose it again"
    if goal.over and goal.status != "rejected":
        return f"{name} is {goal.status} and can no longer be answered: leave it out"
    if goal.status in PURSUED and answer != "agree":
        return f"{name} is already {goal.status} under an earlier plan: answer agree, or leave it out"
    if goal.status == "accepted" and answer == "later":
        return f"{name} is already agreed to and cannot be put off: answer agree or disagree"
    return ""


def status_after(goal: GoalView, answer: str) -> str:
    """Gives the status of a goal after an answer; one that is already pursued stays as it is."""
    return goal.status if goal.status in PURSUED else BECOMES.get(answer, goal.status)


def accepted(
    goal: GoalView, answer: str, *, patient: str, priority: str | None, words: str, talked: datetime
) -> tuple[Edit, ...]:
    """Edits a goal as answered; changes nothing where it is so already."""
    edits = [accepted_by(patient, ACCEPTS[answer], priority)]
    becomes = status_after(goal, answer)
    if becomes != goal.status:
        edits += [put("lifecycleStatus", becomes), put("statusDate", talked.date().isoformat())]
    if answer == "disagree":
        edits.append(put("statusReason", words or "the patient does not want this goal"))
    return tuple(edits)
