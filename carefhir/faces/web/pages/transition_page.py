"""The transition after a discharge: a line for each thing to do, with its clock, what counts and what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from starlette.responses import Response

from carefhir.faces.web.abilities import CANNOT, Ability
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.near_days import near, near_words
from carefhir.faces.web.pages.reading_pages import unseen
from carefhir.faces.web.pages.rendering import without_references
from carefhir.workflows.looking.overview import Picture
from carefhir.workflows.looking.transition_sheet import PartState, TransitionPart, TransitionSheet

SHAPES: Mapping[PartState, str] = {
    "done": "green",
    "overdue": "overdue",
    "due": "due",
    "on hold": "held",
    "attempting": "due",
    "kept incomplete": "yellow",
    "ended": "open",
}
"""The shape beside each state: color alone says nothing to who cannot see it."""

BY_CALL_NOTE = ("record-contact", "record-teach-back")
"""Steps that a call note records, each with a receipt of its own."""
RECONCILE = "reconcile-medications"


@dataclass(frozen=True, slots=True)
class PartStep:
    """What the button of a line opens."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class PartLine:
    """One thing to do, as the page shows it."""

    title: str
    shape: str
    word: str
    when: str
    clock: str
    counts: str
    evidence: tuple[str, ...]
    owner: str
    step: PartStep | None
    first: bool = False
    """Whether it is the next thing to do: it has the only filled button of the page."""


@dataclass(frozen=True, slots=True)
class TransitionLines:
    """The lines of one transition: what is left to do, the most urgent first, and what is over."""

    open: tuple[PartLine, ...]
    over: tuple[PartLine, ...]

    @classmethod
    def of(cls, frame: LaunchFrame, sheet: TransitionSheet, can: Mapping[str, bool], today: date) -> TransitionLines:
        """The lines in order; the first one that has a button is the next to do."""
        left = sorted(
            (part for part in sheet.parts if not part.over),
            key=lambda part: (part.state == "on hold", part.due or date.max),
        )
        steps = {part.task: _step(frame, sheet, part, can) for part in sheet.parts}
        # Whoever is back in a hospital is not called first: the transition is put on hold.
        ready = (part.task for part in left if steps[part.task] is not None and not sheet.readmission)
        first = next(ready, "")
        return cls(
            open=tuple(_line(part, steps[part.task], today, first=part.task == first) for part in left),
            over=tuple(_line(part, steps[part.task], today, first=False) for part in sheet.parts if part.over),
        )


def transition_page(frame: LaunchFrame, picture: Picture, able: Iterable[Ability]) -> Response:
    """The page."""
    sheet = picture.transition or TransitionSheet(unseen="the transition")
    can = {each.name: each.how != CANNOT for each in able}
    return frame.page(
        "transition.html",
        "Transition",
        sheet=sheet,
        lines=TransitionLines.of(frame, sheet, can, frame.now.date()),
        unseen=tuple(_unseen(picture, sheet)),
        can=can,
        on_hold=_whole(frame, sheet, ON_HOLD, can) if sheet.readmission else None,
        ways_out=tuple(way for each in WAYS_OUT if (way := _whole(frame, sheet, each, can)) is not None),
    )


def _unseen(picture: Picture, sheet: TransitionSheet) -> Iterator[str]:
    """What could not be seen comes first: what rests on it may be wrong."""
    if sheet.unseen:
        yield f"{sheet.unseen} could not be seen, so nobody can say from this page what has been done"
    yield from unseen(picture)


def _line(part: TransitionPart, step: PartStep | None, today: date, *, first: bool) -> PartLine:
    return PartLine(
        title=part.title[:1].upper() + part.title[1:],
        shape=SHAPES[part.state],
        word=part.words.upper() if part.state == "overdue" else part.words[:1].upper() + part.words[1:],
        when=_when(part, today),
        clock=_clock(part, today),
        counts=part.counts,
        evidence=tuple(near_words(without_references(words), today) for words in part.evidence),
        owner=part.owner or "nobody named",
        step=step,
        first=first,
    )


def _when(part: TransitionPart, today: date) -> str:
    """The due day as somebody at work says it; of what is over or held there is none."""
    if part.over or part.state == "on hold" or part.due is None:
        return "" if part.over else "no due day" if part.due is None else ""
    day = near(part.due, today)
    if part.state == "overdue":
        return f"due {day}"
    return day if part.due == today else f"by {day}"


def _clock(part: TransitionPart, today: date) -> str:
    """How the day is counted; and which day the program counts, where the Task is due on another one."""
    if part.counts_by is None or part.counts_by == part.due:
        return part.counted
    return f"{part.counted}: counts by {near(part.counts_by, today)}"


def _step(frame: LaunchFrame, sheet: TransitionSheet, part: TransitionPart, can: Mapping[str, bool]) -> PartStep | None:
    """What does it: a call note, the table of medicines, or the form of its step; None where nothing can here."""
    if part.step == RECONCILE and part.state == "done" and can.get(part.step):
        return PartStep("Reconcile again", f"{frame.base}reconcile")
    if part.over or part.state == "on hold":
        return None
    if part.step in BY_CALL_NOTE and can.get(part.step):
        return PartStep("Open call note", f"{frame.base}call")
    if part.step == RECONCILE and can.get(part.step):
        return PartStep("Reconcile", f"{frame.base}reconcile")
    if part.step and can.get(part.step):
        words = {"book-follow-up": "Book the visit", "receive-packet": "Check it in"}.get(part.step, "Record it")
        return PartStep(words, f"{frame.base}steps/{part.step}?transition={quote(sheet.reference)}")
    if not part.step and can.get("resolve"):
        return PartStep("Record the outcome", f"{frame.base}steps/resolve?about={quote(part.task)}")
    return None


ON_HOLD = ("suspend-transition", "Put it on hold")
WAYS_OUT = (("send-packet", "Send the transition document"), ("close-transition", "Close the transition"))
"""Steps for the transition as a whole, and what their buttons say."""


def _whole(
    frame: LaunchFrame, sheet: TransitionSheet, way: tuple[str, str], can: Mapping[str, bool]
) -> PartStep | None:
    """The button of a step for the transition as a whole; None where it cannot be done."""
    step, words = way
    if not sheet.reference or not can.get(step):
        return None
    stay = f"&encounter={quote(sheet.readmission)}" if step == ON_HOLD[0] else ""
    return PartStep(words, f"{frame.base}steps/{step}?transition={quote(sheet.reference)}{stay}")
