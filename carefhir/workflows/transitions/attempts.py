"""Counts the attempts to reach a person after a discharge, and says what they amount to (clinical practice, rule 7).

Attempts are counted from the Communications on the server, so that a call recorded by another system counts too. Two
documented attempts in the contact window are enough *evidence* for the program, but they do not help the patient: the
contact itself is a talk with clinical staff, about more than scheduling, while the person is at home. The numbers are
in PlanDefinition transition-clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from carefhir.chart import whereabouts
from carefhir.chart.whereabouts import CurrentStay
from carefhir.codes import CONTACT_OUTCOME
from carefhir.content.loading import Concept, Content
from carefhir.mappers.communication import TalkView
from carefhir.occasion import Occasion
from carefhir.workflows.talking import is_clinical, separate, substantive
from carefhir.workflows.transitions.transition import TransitionChart, days_between, late_day_of, spoken

REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when it was, its outcome, its topics, and whether clinical staff made it."""

    at: datetime
    day: date
    outcome: Concept
    topics: tuple[str, ...]
    clinical: bool
    reference: str = ""
    """Empty for the attempt being recorded now."""
    with_others: bool = False
    """Whether a caregiver was called and not the person: what they decline, the person has not declined."""
    away: CurrentStay | None = None
    """The stay the person was in then: a talk in a hospital is not the contact at home (rule 25)."""

    @property
    def counts(self) -> bool:
        """Whether it counts as a documented attempt by clinical staff to reach the person at home."""
        return self.clinical and self.away is None and bool(self.outcome.properties.get("counts"))

    @property
    def reached(self) -> bool:
        return bool(self.outcome.properties.get("reached"))

    @property
    def declined(self) -> bool:
        """Whether the person declined; a caregiver who declines does not speak for them in this."""
        return self.outcome.code == "refused" and not self.with_others

    def __str__(self) -> str:
        who = " by a caregiver" if self.outcome.code == "refused" and self.with_others else ""
        return f"{self.outcome.display}{who} on {spoken(self.day)}"


@dataclass(frozen=True, slots=True)
class Attempts:
    """All attempts for one contact Task, oldest first."""

    all: tuple[Attempt, ...]
    met: Attempt | None
    """The talk that counts as the contact."""
    in_window: tuple[Attempt, ...]
    """The documented attempts that count, made within the contact window, each separate from the one before."""
    evidence: bool
    """Whether there is enough evidence for the program: enough attempts, or the contact itself, in the window."""
    exhausted: bool
    """Whether the protocol for people who cannot be reached is finished."""


def attempts(followed: TransitionChart, occasion: Occasion, new: Attempt | None = None) -> Attempts:
    """Counts the attempts on the server for the contact Task, and the attempt being recorded now."""
    content, clock = occasion.content, followed.clock
    tried = (*_on_record(followed, occasion), *((new,) if new else ()))
    ordered = sorted(tried, key=lambda attempt: (attempt.at, attempt.reference))
    by = followed.transition.dates["contact-by"]
    apart = clock.number("attempts-apart-minutes")
    met = next((attempt for attempt in ordered if _is_contact(content, attempt)), None)
    in_window = separate((one for one in ordered if one.counts and one.day <= by), apart)
    exhausted = (
        not any(attempt.reached for attempt in ordered)
        and len(separate(ordered, apart)) >= clock.number("unable-to-reach-attempts")
        and days_between(ordered[0].at, ordered[-1].at) >= clock.number("unable-to-reach-days")
    )
    return Attempts(
        all=tuple(ordered),
        met=met,
        in_window=in_window,
        evidence=len(in_window) >= clock.number("attempts-for-evidence") or (met is not None and met.day <= by),
        exhausted=exhausted,
    )


def _is_contact(content: Content, attempt: Attempt) -> bool:
    """Whether it is the contact itself: a talk with clinical staff, about more than scheduling, with the person at
    home."""
    return attempt.reached and attempt.clinical and substantive(content, attempt.topics) and attempt.away is None


def _on_record(followed: TransitionChart, occasion: Occasion) -> list[Attempt]:
    """The attempts on the server since the discharge."""
    contact = followed.transition.child("contact-patient")
    task = contact.record.reference if contact else ""
    attempted = [one for talk in followed.talks if (one := _read(talk, task, followed, occasion))]
    return [one for one in attempted if one.at >= followed.transition.discharged]


def _read(talk: TalkView, task: str, followed: TransitionChart, occasion: Occasion) -> Attempt | None:
    """Reads a Communication as an attempt; None if it is not one, belongs to another Task, or has no time."""
    code = REACHED if talk.status == "completed" else talk.outcome if talk.status == "not-done" else ""
    outcomes = occasion.content.concepts(CONTACT_OUTCOME)
    if code not in outcomes or task not in talk.based_on or talk.instruction or talk.sent is None:
        return None
    discipline = talk.discipline or followed.chart.team.disciplines.get(talk.sender, "")
    return Attempt(
        at=talk.sent,
        day=late_day_of(talk.sent, occasion),
        outcome=outcomes[code],
        topics=talk.topics,
        clinical=is_clinical(occasion.content, discipline),
        reference=talk.reference,
        with_others=talk.with_others,
        away=whereabouts.in_hospital(followed.chart, occasion, talk.sent),
    )
