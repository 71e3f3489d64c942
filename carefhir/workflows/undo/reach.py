"""The Task to reach a person after an attempt outside transitions was taken back: what the attempts that are left come
to. Attempts are counted from the Communications on the server, so the next one counts right by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carefhir.fhir.changes import Amend, amend
from carefhir.mappers.communication import TalkView
from carefhir.mappers.task import TaskView
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions.contact_words import times


@dataclass(frozen=True, slots=True)
class ReachAgain:
    """A Task to reach the person that other attempts have moved on, and the attempts that are left."""

    task: TaskView
    left: tuple[TalkView, ...]

    @property
    def says(self) -> str:
        """What becomes of the Task."""
        name = f"the Task to reach the person ({self.task.record.reference})"
        if self.task.open:
            return f"{name} stays open: {self._count} left"
        return (
            f"{name} is {self.task.status}, and this attempt was counted: {self._count} left. Decide whether to go on"
        )

    def amended(self, pen: Pen, because: str) -> Amend:
        """The open Task, with the attempts that are left."""
        words = f"{self._count}, after one was taken back"
        return amend("reach", self.task.record, because, pen.because(words), pen.changed_now())

    @property
    def _count(self) -> str:
        return times(len(self.left))


def reach_again(task: TaskView, talks: Sequence[TalkView], attempt: str) -> ReachAgain | None:
    """What is left of the attempts; None where none is, or the Task is no Task to reach the person."""
    left = tuple(
        talk
        for talk in talks
        if talk.reference != attempt and talk.status == "not-done" and task.record.reference in talk.based_on
    )
    return ReachAgain(task=task, left=left) if left and "reach-person" in task.codes else None
