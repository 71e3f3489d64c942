"""A Task that somebody settles or takes responsibility for: whether that is possible, and its copies.

Where nobody is on call, one escalation is two Tasks: the supervising provider's and the care manager's, with the same
code, focus and findings. They are copies of one matter: acknowledging or closing one does the same to the other.
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
"""Kinds of Task that a provider must be told about at once."""


def kind_of(content: Content, task: TaskView | None) -> Concept | None:
    """The kind of a Task (CodeSystem care-task); None for a Task that another system wrote."""
    kinds = content.concepts(TASK)
    return next((kinds[code] for code in task.codes if code in kinds), None) if task else None


def closed_by(kind: Concept) -> str:
    """The supervised action that closing a Task of this kind needs (CodeSystem supervised-action)."""
    return str(kind.properties.get("closedBy", "close-work"))


def in_the_way(content: Content, task: TaskView | None, asked: str, act: Act) -> tuple[str, ...]:
    """Says why nothing can be done about this Task; that this act itself has closed it is no reason."""
    if task is None:
        return (f"{asked} is not on this server, not visible to us, or not a Task of this patient: check the id",)
    if kind_of(content, task) is None:
        return (f"{asked} is not one of our Tasks: close it in the system that created it",)
    if not task.open and not act.did(task.record):
        return (f"{asked} is already {task.status}: nothing is left to do",)
    return ()


def not_yet(moment: datetime, occasion: Occasion) -> tuple[str, ...]:
    """Says that a moment in the future cannot be recorded."""
    return ("the moment given is in the future: give the moment when it happened",) if moment > occasion.now else ()


def acknowledged(task: TaskView) -> bool:
    """Whether a provider has been told about it and takes responsibility for it."""
    return task.status in ("accepted", "in-progress") or task.state == "acknowledged"


def copies(chart: Chart, task: TaskView) -> tuple[TaskView, ...]:
    """The open copies of a Task: the same matter with other owners."""
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
    """The part of a Task in an act that closes or acknowledges it."""
    return f"task/{task.record.id}"
