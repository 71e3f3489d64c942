"""Who a person is and where they are, as every page and every row of a list is headed (rules 24, 25, 36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from carefhir.chart import unclear_places, whereabouts
from carefhir.chart.chart import Chart
from carefhir.codes import CONTACT_OUTCOME, PROGRAM
from carefhir.fhir.record import Record
from carefhir.mappers import labels, patient
from carefhir.mappers import namesakes as names
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.communication import TalkView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.looking.days import day_of


@dataclass(frozen=True, slots=True)
class Identity:
    """How a person is told apart and called. A name alone never identifies anybody."""

    reference: str
    """`Patient/ID`."""
    name: str
    born: str
    """The birth date, in words."""
    number: str
    """The medical record number, in words."""
    language: str
    """The preferred language, and whether an interpreter is needed."""
    phone: str
    """The number to call; "" if none is on record, or if nobody should call."""
    do_not_call: str = ""
    """Why nobody should call; "" if nothing is known against it."""


def identity(chart: Chart, reference: str, today: date) -> Identity:
    """Who the person of a chart is."""
    person = chart.person
    against = patient.standing(person)
    return Identity(
        reference=reference,
        name=patient.display(person, today),
        born=patient.born(person),
        number=patient.number(person, today),
        language=patient.language(person) if person else "",
        phone=patient.phone(person, today) if person and not against else "",
        do_not_call=against,
    )


NAMESAKE = "another person with this name is on this list"


def namesakes(people: Mapping[str, Record | None], occasion: Occasion) -> frozenset[str]:
    """The people, by reference, whose name somebody else on the list has, too, or one that is easily taken for it
    (rule 36)."""
    named = {who: names.candidates(record, occasion.content, occasion.today) for who, record in people.items()}
    pairs = [pair for pair in combinations(named, 2) if names.alike(named[pair[0]], named[pair[1]])]
    return frozenset(reference for pair in pairs for reference in pair)


def whereabouts_of(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """In hospital, hospice, paused, deceased: what everybody must know before they call, in words."""
    against = patient.standing(chart.person)
    stay = whereabouts.in_hospital(chart, occasion)
    hospice = whereabouts.hospice_of(chart, occasion)
    sentences = [f"DO NOT CALL: {against}"] if against else []
    if stay:
        sentences.append(f"NOT AT HOME: {stay.words}")
    sentences += [f"WHERE IS THE PERSON? {words}" for words in unclear_places.asked(chart, occasion)]
    if hospice:
        sure = "HOSPICE" if hospice.sure else "HOSPICE?"
        sentences.append(f"{sure}: {hospice.call_first} ({hospice.why})")
    sentences += [f"PAUSED: {pause(episode, occasion)}" for episode in chart.episodes if episode.paused]
    return tuple(sentences)


def pause(episode: EpisodeView, occasion: Occasion) -> str:
    """Which program waits, since when, and why."""
    since = f" since {day_of(episode.paused_since, occasion)}" if episode.paused_since else ""
    return f"{program(episode, occasion)}{since}: {episode.pause_reason or 'no reason on record'}"


def program(episode: EpisodeView, occasion: Occasion) -> str:
    """The programs of an episode, by name."""
    concepts = occasion.content.concepts(PROGRAM)
    names = ", ".join(concepts[code].display if code in concepts else code for code in episode.programs)
    return names or episode.kind or "program"


def flags(chart: Chart, today: date) -> tuple[str, ...]:
    """What the Flags in force say; a restricted one says only that it is there, since everybody reads it (rule 4)."""
    active = [flag for flag in chart.flags if flag.in_force(today)]
    shown = [flag.words or "(a flag without words)" for flag in active if not labels.restricted(flag.record)]
    hidden = len(active) - len(shown)
    return (
        *shown,
        *(["a restricted finding is on record: see below, and say nothing of it to others"] if hidden else ()),
    )


@dataclass(frozen=True, slots=True)
class LastContact:
    """The last time somebody talked with the person, and the attempts since."""

    day: date | None
    """None where nobody has been reached, as far as records go."""
    attempts_since: int
    """How often somebody has tried since, in vain."""
    last_attempt: date | None
    outcome: str
    """What became of the last attempt, in words."""

    @property
    def words(self) -> str:
        """`reached Mon 2026-03-09; since then 2 attempts, the last: voicemail on Wed 2026-03-11`."""
        reached = f"reached {self.day:%a} {self.day}" if self.day else "not reached yet"
        if not self.attempts_since:
            return reached if self.day else "no contact on record"
        times = f"{self.attempts_since} attempt{'' if self.attempts_since == 1 else 's'}"
        last = f", the last: {self.outcome} on {self.last_attempt:%a} {self.last_attempt}" if self.last_attempt else ""
        return f"{reached}; {'since then ' if self.day else ''}{times}{last}"


def last_contact(talks: Iterable[TalkView], occasion: Occasion) -> LastContact:
    """When the person was last reached; attempts since are counted, whoever made them. What staff tell one another is
    no talk with the person."""
    concepts = occasion.content.concepts(CONTACT_OUTCOME)
    spoken = (talk for talk in talks if not talk.between_staff and not talk.hands_over)
    attempts = [(talk.sent, talk) for talk in spoken if talk.sent and talk.sent <= occasion.now]
    reached = max((sent for sent, talk in attempts if talk.status == "completed"), default=None)
    tried = [
        (sent, talk.outcome)
        for sent, talk in attempts
        if talk.status == "not-done" and (reached is None or sent > reached)
    ]
    last, outcome = max(tried, default=(None, ""))
    return LastContact(
        day=occasion.days_of(reached).earliest if reached else None,
        attempts_since=len(tried),
        last_attempt=occasion.days_of(last).earliest if last else None,
        outcome=concepts[outcome].display if outcome in concepts else "not reached",
    )


def visits_to_come(chart: Chart, occasion: Occasion) -> tuple[AppointmentView, ...]:
    """What is booked or proposed from now on, the next one first."""
    visits = [(visit.start, visit) for visit in chart.appointments if visit.start and not visit.over]
    coming = [(start, visit) for start, visit in visits if start >= occasion.now]
    return tuple(visit for _, visit in sorted(coming, key=lambda pair: (pair[0], pair[1].reference)))
