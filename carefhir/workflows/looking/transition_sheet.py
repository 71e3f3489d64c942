"""What follows a discharge, as a page shows it: a line for each Task, with its clock, what counts, and what there is.

Here are only the values. They are worked out by the same rules as the steps of a transition
(`whole_picture/transition_part`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

PartState: TypeAlias = Literal["done", "overdue", "due", "on hold", "attempting", "kept incomplete", "ended"]


@dataclass(frozen=True, slots=True)
class TransitionPart:
    """One thing to do after the discharge."""

    code: str
    """What kind of work it is (CodeSystem care-task)."""
    title: str
    state: PartState
    words: str
    """The state in words, with what the Task itself says of it: `overdue, attempting`."""
    due: date | None
    counts_by: date | None
    """The last day on which the program counts it; None where no clock of a program says so."""
    counted: str
    """How that day is counted: `2 business days after the discharge`."""
    counts: str
    """What counts for it, as the program's clock or the kind of work says."""
    evidence: tuple[str, ...]
    """What is on record for it so far."""
    owner: str
    """Who does it, by name."""
    task: str
    """`Task/ID`."""
    step: str
    """The step that does it; "" where no one step does."""
    by_call: bool
    """Whether a call to the person can cover it."""

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in ("done", "ended")


@dataclass(frozen=True, slots=True)
class TransitionSheet:
    """The transition that is followed now; without a reference there is none. Never read `unseen` as "none"."""

    unseen: str = ""
    """What could not be seen, so that nobody can say whether there is a transition; "" if everything could."""
    trouble: str = ""
    """Why the transition cannot be followed."""
    reference: str = ""
    """`Task/ID` of the parent Task."""
    way: str = ""
    """From where to where, in words."""
    discharged: date | None = None
    program: str = ""
    """Which clock counts, in words."""
    window: tuple[str, ...] = ()
    """The dates that count, in words."""
    risk: str = ""
    """The LACE index and the HOSPITAL score of this stay, in words."""
    restricted: bool = False
    """Whether it carries a restricted label: not for prints, family or others."""
    attention: tuple[str, ...] = ()
    """What changes the work: on hold, back in a hospital, learned of late."""
    readmission: str = ""
    """`Encounter/ID` of a stay since the discharge for which it is not on hold yet; "" where there is none."""
    parts: tuple[TransitionPart, ...] = ()
    missing: tuple[str, ...] = ()
    """What a claim would be missing if it were closed today."""
    others: tuple[str, ...] = ()
    """Other transitions that are open, and stays in facilities that are only watched."""
    to_open: str = ""
    """`Encounter/ID` of an ended stay that no transition follows; "" where there is none."""
    to_open_words: str = ""
