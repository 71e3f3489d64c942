"""The cards of `patient-view`: what cannot wait, what is overdue, where the person stands, what could not be seen."""

from __future__ import annotations

from collections.abc import Iterator

from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.hooks.cards import Card, CardLink, listed, paragraphs
from carefhir.faces.web.hooks.unseen import could_not_see
from carefhir.workflows.looking.care_status import CareStatus
from carefhir.workflows.looking.due import Due

UNSEEN: dict[str, str] = {
    "tasks": "whether anything is open or overdue",
    "episodes": "whether they are in a program",
    "flags": "what everybody must know first",
    "encounters": "whether they are in a hospital",
}
"""What cannot be said where a need could not be seen; of all others, how much care they need."""
OTHERS = "how much care they need, and whether they are a candidate for a program"


def cards(status: CareStatus, app: str) -> Iterator[Card]:
    """The cards, at most four. `app` is the launch address of the app; "": no links."""
    if not status.there:
        yield could_not_see("this patient", status.not_visible)
        return
    if status.at_once:
        yield _at_once(status, app)
    if status.overdue:
        yield _overdue(status, app)
    if status.programs or status.candidate_for:
        yield _standing(status, app)
    if status.unseen:
        lacks = [words for need, words in UNSEEN.items() if need in status.unseen]
        lacks += [OTHERS] if status.unseen - UNSEEN.keys() else []
        yield could_not_see(", ".join(lacks), status.not_visible)


def _at_once(status: CareStatus, app: str) -> Card:
    number = status.escalations or len(status.at_once)
    kind = "escalation" if status.escalations else "urgent task"
    first = status.at_once[0]
    return Card(
        f"Care management: {number} open {kind}{'' if number == 1 else 's'}, to be answered now",
        "critical",
        paragraphs(listed(map(_line, status.at_once)), "A card reaches nobody by itself: call whoever has to know."),
        links(app, AskedStep("acknowledge", first.task)),
    )


def _overdue(status: CareStatus, app: str) -> Card:
    number = len(status.overdue)
    return Card(
        f"Care management: {number} overdue task{'' if number == 1 else 's'}",
        "warning",
        listed(map(_line, status.overdue)),
        links(app),
    )


def _line(task: Due) -> str:
    why = task.why_in_short
    words = f"{task.when}: {task.what}{f', {task.owner}' if task.owner else ''}"
    return f"{words}: {why}" if why else words


def _standing(status: CareStatus, app: str) -> Card:
    """Where the person stands. What must be known before anybody calls them leads."""
    tier = f"tier on record: {status.tier}" if status.tier else "no tier on record"
    enrolled = f"Enrolled in {', '.join(status.programs)}; {tier}" if status.programs else ""
    candidate = [f"Candidate for {each}" for each in status.candidate_for]
    lines = [*status.notes, f"{enrolled}; by the rules: {status.tier_by_rules}"] if enrolled else []
    summary = next(iter((*status.notes, enrolled))) if enrolled else candidate[0]
    return Card(summary, "info", listed([*lines, *candidate]), links(app))


def links(app: str, context: AskedStep | None = None) -> tuple[CardLink, ...]:
    """The link to the app, where one is set."""
    return (CardLink(app, context),) if app else ()
