"""Tasks that ask for what a step does: the step closes them when it does it, in the same commit.

A sweep writes Tasks such as "follow a discharge" for what nobody has noticed. Whoever then opens the transition has
done what was asked for, and should not have to close the Task beside it. Which steps do what a kind of Task asks for
is in CodeSystem care-task (`metBy`). Such a Task may also be closed in words (`resolve`): the work may have been done
elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.codes import TASK
from carefhir.content.loading import Content
from carefhir.fhir.changes import Amend, amend, amendable
from carefhir.mappers.task import TaskView
from carefhir.workflows.pen import Pen


def met(
    step: str, tasks: Iterable[TaskView], pen: Pen, because: str, *, about: Collection[str] | None = None
) -> Iterator[Amend]:
    """Completes the Tasks to do that ask for what this step does. `about`: of those, only the ones whose `focus` is one
    of these records. What is on hold, or may not be written back, stays as it is."""
    for task in tasks:
        if not asks_for(step, task, pen.content) or (about is not None and task.focus not in about):
            continue
        if pen.act.did(task.record, "amended"):
            yield amend(_part(task), task.record, because)
        elif task.to_do and amendable(task.record):
            yield amend(_part(task), task.record, because, *pen.ended("completed", "done", because))


def asks_for(step: str, task: TaskView, content: Content) -> bool:
    """Whether a Task is of a kind that this step does."""
    kinds = content.concepts(TASK)
    return any(step in str(kinds[code].properties.get("metBy", "")).split() for code in task.codes if code in kinds)


def met_by_talking(
    step: str, chart: Chart, pen: Pen, at: datetime, *, about_care: bool, but: Collection[str] = ()
) -> Iterator[Amend]:
    """Completes the Tasks to do that ask to reach the person: they were reached at that moment.

    A Task about a visit is met only by a talk after it that was about care. What asks to decide because nobody could
    reach the person is settled with it. `but`: Tasks that the step closes by itself, by reference.
    """
    day = pen.occasion.local_date(at)
    asked = [task for task in chart.tasks if asks_for(step, task, pen.content) and task.record.reference not in but]
    reaching = [
        task
        for task in asked
        if not task.focus.startswith("Encounter/") or (about_care and _after(task.focus, chart, at))
    ]
    names = {task.record.reference for task in reaching}
    decisions = [task for task in chart.tasks if "inform-provider" in task.codes and names & set(task.part_of)]
    for task in (*reaching, *decisions):
        because = f"reached on {day} ({step})"
        if pen.act.did(task.record, "amended"):
            yield amend(_part(task), task.record, because)
        elif task.open and amendable(task.record):
            yield amend(_part(task), task.record, because, *pen.ended("completed", "done", because))


def _after(visit: str, chart: Chart, at: datetime) -> bool:
    """Whether a visit is known to have ended before a moment."""
    return any(each.reference == visit and each.end is not None and each.end <= at for each in chart.encounters)


def _part(task: TaskView) -> str:
    return f"met/{task.record.id}"
