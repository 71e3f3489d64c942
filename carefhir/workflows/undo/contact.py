"""The contact Task after an attempt was taken back: what the attempts that are left amount to (rule 7).

Its state is worked out anew, never copied: a second attempt that was evidence together with the first one is none
without it, and a contact that another talk made stays made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from carefhir.fhir.changes import Amend, Edit, amend, leave_out, put
from carefhir.mappers.released import Release
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions.attempts import Attempts, attempts
from carefhir.workflows.transitions.contact_words import times
from carefhir.workflows.transitions.transition import TransitionChart

BY_ATTEMPTS = frozenset({"waiting", "attempting", "evidence-met", "unable-to-reach", "declined", "done"})
"""The states that attempts bring the contact Task into; another one was set by another step or by a person."""


@dataclass(frozen=True, slots=True)
class ContactAgain:
    """The contact Task, and the attempts with and without the one that is taken back."""

    task: TaskView
    followed: TransitionChart
    with_it: Attempts
    left: Attempts
    release: Release | None
    """What takes back what the attempt changed; None where the server tells no history."""

    @property
    def closed(self) -> bool:
        """Whether the transition is closed: then nothing of it is opened again by itself."""
        return not self.followed.transition.parent.open

    @property
    def by_hand(self) -> tuple[str, ...]:
        """What a person has to decide."""
        if self.closed:
            parent = self.followed.transition.parent
            return (
                f"the transition ({parent.record.reference}) is {parent.status}, and its evidence counted this "
                "attempt: decide what to tell billing",
            )
        if self._set_by_somebody:
            why = f": {self.task.why}" if self.task.why else ""
            return (f"the contact Task ({self.task.record.reference}) is {self.task.status}{why}",)
        return ()

    @property
    def _set_by_somebody(self) -> bool:
        """Whether another step or a person has set the Task's state, and not an attempt."""
        if self.task.state not in BY_ATTEMPTS:
            return True
        ended_otherwise = not self.task.open and self.task.state in ("waiting", "attempting", "evidence-met")
        return ended_otherwise or bool(self.release and self.release.moved_on and not self.left.all)

    def amended(self, pen: Pen, because: str) -> Amend:
        """The contact Task as it is without the attempt."""
        record = self.task.record
        if self.by_hand or self.settled:
            return amend("contact", record, because)
        edits = self._opened(pen)
        wanted = amend("contact", record, because, *edits)
        edits = (*edits, pen.changed_now()) if wanted.changes_anything else ()
        return replace(amend("contact", record, because, *edits), releases=True)

    def _opened(self, pen: Pen) -> tuple[Edit, ...]:
        """Opens the Task again, or leaves it open, in the state that the attempts which are left amount to."""
        taken_back = self.release.edits if self.release and not self.release.moved_on else ()
        if self.left.all:
            return (*taken_back, *self._still_trying(pen))
        return taken_back or (put("status", "requested"), pen.state("waiting"), leave_out("statusReason"))

    @property
    def settled(self) -> bool:
        """Whether an attempt that is left has settled the Task."""
        if self.left.met is not None and self.task.status == "completed":
            return True
        refused = any(attempt.declined for attempt in self.left.all)
        return (self.task.state == "declined" and refused) or (
            self.task.state == "unable-to-reach" and self.left.exhausted
        )

    def _still_trying(self, pen: Pen) -> tuple[Edit, ...]:
        state = "evidence-met" if self.left.evidence else "attempting"
        return (put("status", "in-progress"), pen.state(state), pen.because(self._count))

    @property
    def _count(self) -> str:
        return f"{times(len(self.left.all))}, the last one: {self.left.all[-1]}"

    @property
    def says(self) -> tuple[str, ...]:
        """What the attempts that are left amount to."""
        name = f"the contact Task ({self.task.record.reference})"
        says = [f"attempts that are left: {self._count}" if self.left.all else "no attempt is left"]
        if self.with_it.evidence and not self.left.evidence:
            says.append("the evidence for the program is gone: the contact window is as it was")
        if self.by_hand:
            return tuple(says)
        if self.settled:
            return (*says, f"{name} stays {self.task.status}: {self.task.why or 'another attempt settled it'}")
        return (*says, f"{name} is open" + ("" if self.task.open else " again") + f", due {self.task.due}")


def contact_again(
    followed: TransitionChart, occasion: Occasion, attempt: str, *, task: TaskView, release: Release | None
) -> ContactAgain:
    """Works out what is left of the attempts for a contact Task without one of them."""
    left = tuple(talk for talk in followed.talks if talk.reference != attempt)
    without = replace(followed, talks=left)
    return ContactAgain(
        task=task,
        followed=followed,
        with_it=attempts(followed, occasion),
        left=attempts(without, occasion),
        release=release,
    )
