"""A Task somebody settles or answers for: whether that can be, and its copies with other owners.

One escalation may stand as two Tasks, the provider's and the care manager's: the same code, focus and findings. They
are one matter, heard once and closed once.
"""

from __future__ import annotations

from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.codes import TASK
from carefhir.content.loading import Concept, Content
from carefhir.fhir.changes import Act
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

URGENT = ("escalation", "safety-review")
"""What a provider hears of at once."""


def kind_of(content: Content, task: TaskView | None) -> Concept | None:
    """What it asks for, in our terms; None for a Task of somebody else's."""
    kinds = content.concepts(TASK)
    return next((kinds[code] for code in task.codes if code in kinds), None) if task else None


def closed_by(kind: Concept) -> str:
    """The supervised action that settling it takes."""
    return str(kind.properties.get("closedBy", "close-work"))


def in_the_way(content: Content, task: TaskView | None, asked: str, act: Act) -> tuple[str, ...]:
    """Why nothing can be done about this Task; what this act did already is none."""
    if task is None:
        return (f"{asked} is not on this server, not visible to us, or not this patient's",)
    if kind_of(content, task) is None:
        return (f"{asked} is no care task of ours: settle it where it was raised",)
    if not task.open and not act.did(task.record):
        return (f"{asked} is {task.status} already: nothing is left to do",)
    return ()


def not_yet(moment: datetime, occasion: Occasion) -> tuple[str, ...]:
    """A moment that has not come cannot be recorded."""
    return ("the moment given lies in the future: give when it was",) if moment > occasion.now else ()


def acknowledged(task: TaskView) -> bool:
    """Whether a provider has heard it and answers for it."""
    return task.status in ("accepted", "in-progress") or task.state == "acknowledged"


def copies(chart: Chart, task: TaskView) -> tuple[TaskView, ...]:
    """The same matter with other owners, still open."""
    if not task.focus or not set(task.codes) & set(URGENT):
        return ()
    return tuple(
        other
        for other in chart.tasks
        if other.open
        and other.record.reference != task.record.reference
        and (other.codes, other.focus, other.findings) == (task.codes, task.focus, task.findings)
    )


def part_of(task: TaskView) -> str:
    """The part a Task plays in an act that settles it or answers for it."""
    return f"task/{task.record.id}"
