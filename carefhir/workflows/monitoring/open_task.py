"""A Task somebody settles or answers for: whether that can be, and its copies with other owners.

One escalation may stand as two Tasks, the provider's and the care manager's: the same code, focus and findings. They
are one matter, heard once and closed once.
"""

from __future__ import annotations

from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.codes import STEP_KEY, TASK, TASK_STATE
from carefhir.content.loading import Concept, Content
from carefhir.fhir.changes import Act, Amend, Edit, add, amend, carries_key, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

URGENT = ("escalation", "safety-review")
"""What a provider hears of at once."""


def kind(content: Content, one: TaskView) -> Concept | None:
    """What it asks for, in our terms; None for a Task of somebody else's."""
    known = content.concepts(TASK)
    return next((known[code] for code in one.codes if code in known), None)


def closed_by(concept: Concept) -> str:
    """The supervised action that settling it takes."""
    return str(concept.properties.get("closedBy", "close-work"))


def in_the_way(chart: Chart, one: TaskView | None, asked: str, act: Act, occasion: Occasion) -> tuple[str, ...]:
    """Why nothing can be done about this Task; what this act did already is none."""
    if one is None:
        return (f"{asked} is not on this server, not visible to us, or not this patient's",)
    if kind(occasion.content, one) is None:
        return (f"{asked} is no care task of ours: settle it where it was raised",)
    if not one.open and not carries_key(one.record, own_key(act, one)):
        return (f"{asked} is {one.status} already: nothing is left to do",)
    return ()


def not_yet(moment: datetime, occasion: Occasion) -> tuple[str, ...]:
    """A moment that has not come cannot be recorded."""
    return ("the moment given lies in the future: give when it was",) if moment > occasion.now else ()


def acknowledged(one: TaskView) -> bool:
    """Whether a provider has heard it and answers for it."""
    states = {code for system, code in codings(one.record.json, "businessStatus") if system == TASK_STATE}
    return one.status in ("accepted", "in-progress") or "acknowledged" in states


def copies(chart: Chart, one: TaskView, act: Act) -> tuple[TaskView, ...]:
    """The same matter with other owners: still open, or settled by this very act before."""
    if not one.focus or not set(one.codes) & set(URGENT):
        return ()
    return tuple(
        other
        for other in chart.tasks
        if other.record.reference != one.record.reference
        and (other.codes, other.focus, other.findings) == (one.codes, one.focus, one.findings)
        and (other.open or carries_key(other.record, own_key(act, other)))
    )


def own_key(act: Act, one: TaskView) -> str:
    """The mark this act leaves on a Task: what carries it was amended by this act already."""
    return act.part_key(f"task/{one.record.id}")


def amended(act: Act, one: TaskView, because: str, *edits: Edit) -> Amend:
    """The Task amended and marked; as it stands where this act did so before."""
    part = f"task/{one.record.id}"
    if carries_key(one.record, own_key(act, one)):
        return amend(part, one.record, because)
    mark = {"system": STEP_KEY, "value": own_key(act, one)}
    return amend(part, one.record, because, *edits, add("identifier", mark))


def state(content: Content, code: str) -> Edit:
    """Sets where the Task stands in our own terms."""
    return put("businessStatus", {"coding": [content.concept(TASK_STATE, code).coding]})


def noted(who: str, at: datetime, words: str, occasion: Occasion) -> Edit:
    """Adds who said what, and when."""
    note: Json = {
        "authorReference": {"reference": who},
        "time": at.astimezone(occasion.zone).isoformat(timespec="seconds"),
        "text": words,
    }
    return add("note", note)
