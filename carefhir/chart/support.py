"""Who helps a person at home: how to reach them, what they help with, and what they may know by the person's word.

All of it is read from what the server has: a RelatedPerson, their part in the care team, and the Consents that name
them. A Consent that denies counts more than one that permits. That nobody is on record never means that nobody helps:
only the person's own answer says so, and it says nothing of who lives with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from carefhir.chart.chart import Chart
from carefhir.codes import HELPER_RELATIONSHIP, MAY_KNOW
from carefhir.content.loading import Content
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moments
from carefhir.fhir.search import Need
from carefhir.mappers import care_team, consent, related_person, support_answer
from carefhir.mappers.consent import ConsentWord
from carefhir.mappers.related_person import RelatedView
from carefhir.mappers.support_answer import NobodyHelps
from carefhir.occasion import Occasion

HELPERS, CONSENTS, ANSWERS = related_person.find_all(), consent.find(), support_answer.find()
IN_DOUBT = "confirm-support"
"""The kind of Task that asks whether help at home still stands."""


def needs(*, optional: bool = True) -> tuple[Need, ...]:
    """What is read to know who helps, beside the care teams and the Tasks."""
    return tuple(replace(need, optional=optional) for need in (HELPERS, CONSENTS, ANSWERS))


@dataclass(frozen=True, slots=True)
class MayKnow:
    """What one person may know, by all the Consents in force that name them."""

    words: tuple[ConsentWord, ...] = ()
    visible: bool = True
    """Whether Consents could be seen at all: where not, nothing is permitted, and nothing is known to be denied."""

    @property
    def permitted(self) -> frozenset[str]:
        """What is permitted, and denied by no other Consent (codes of CodeSystem may-know)."""
        return frozenset(topic for word in self.words for topic in word.permits) - self.denied

    @property
    def denied(self) -> frozenset[str]:
        return frozenset(topic for word in self.words for topic in word.denies)

    def denying(self, topic: str) -> tuple[str, ...]:
        """The Consents that deny it."""
        return tuple(word.record.reference for word in self.words if topic in word.denies)

    @property
    def unread(self) -> tuple[str, ...]:
        """The Consents that permit a part in a way that is not understood here."""
        return tuple(word.record.reference for word in self.words if word.unread)

    def in_words(self, content: Content) -> str:
        """`may know: the plan, the visits`; that nothing is recorded is no permission, and is said."""
        if not self.visible:
            return "what they may know could not be seen: tell them nothing until it is"
        names = content.concepts(MAY_KNOW)
        if self.permitted:
            return f"may know: {', '.join(names[topic].display for topic in names if topic in self.permitted)}"
        if self.denied:
            return "MAY KNOW NOTHING, by the person's word"
        if self.unread:
            return f"a Consent names them and is not understood here ({', '.join(self.unread)}): read it first"
        return "what they may know is not recorded: ask the person"


def may_know(consents: Iterable[Record], person: str, today: date, *, visible: bool = True) -> MayKnow:
    """What somebody may know, by these Consents."""
    words = (consent.word_on(record, person, today) for record in consents)
    return MayKnow(words=tuple(word for word in words if word), visible=visible)


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody around the person, and their part in the care."""

    view: RelatedView
    helps: bool
    """Whether the care team has them as a caregiver today; somebody else is only on record as a relative."""
    helps_with: tuple[str, ...]
    """In words; () where nobody has said."""
    knows: MayKnow
    strained: bool
    """Whether a Task asks about them because it is too much for them."""
    proxy: bool
    until: str = ""
    """The day on which they stopped helping, where they are known to have helped."""

    @property
    def who(self) -> str:
        """Their name, who they are to the person, and the number to call."""
        return f"{self.view.called}, {self.view.phone or 'no phone number on record'}"

    @property
    def reference(self) -> str:
        return self.view.reference

    @property
    def may_own_tasks(self) -> bool:
        return "tasks" in self.knows.permitted

    def in_words(self, content: Content) -> str:
        """One line, for whoever picks up the telephone: `Samira Haddad, daughter, +1-555-0151; may know: the plan;
        helps with visits`."""
        proxy = "may speak for the person by the record: check the papers" if self.proxy else ""
        if self.helps:
            words = ", ".join(self.helps_with)
            part = f"helps with {words}" if words else "what they help with was not asked"
            strain = "SAYS THAT IT IS TOO MUCH: ask how it goes" if self.strained else ""
            return "; ".join(filter(None, (self.who, self.knows.in_words(content), part, strain, proxy)))
        ask = "ask whether they help" if self.knows.words else "ask whether they help and what they may know"
        part = f"helped until {self.until}" if self.until else f"on record, {ask}"
        topics = self.knows.in_words(content) if self.knows.words else ""
        return "; ".join(filter(None, (self.who, topics, part, proxy)))


@dataclass(frozen=True, slots=True)
class Support:
    """Who helps one person."""

    helpers: tuple[Helper, ...]
    """Those who help first; nobody whose time is over."""
    nobody: NobodyHelps | None
    """The person's own answer that nobody helps, where no helper was recorded since."""
    unseen: tuple[str, ...]
    """What could not be seen; never read it as "nobody"."""
    content: Content

    @property
    def helping(self) -> tuple[Helper, ...]:
        return tuple(helper for helper in self.helpers if helper.helps)

    def of(self, reference: str) -> Helper | None:
        return next((helper for helper in self.helpers if helper.reference == reference), None)

    def lines(self) -> tuple[str, ...]:
        """A line for each helper; else for each relative on record; where there is nobody, what is known of that. ()
        where something could not be seen and there is nothing to show: that is not "nobody"."""
        if not self.helping and self.nobody and not self.unseen:
            answer = f"nobody helps, by the person's own answer of {self.nobody.at[:10]}"
            return (answer, *(f"on record: {helper.who}" for helper in self.helpers))
        lines = tuple(helper.in_words(self.content) for helper in self.helping or self.helpers)
        if self.unseen or any(not helper.until for helper in self.helping or self.helpers):
            return lines
        return (*lines, "who helps now is not recorded: ask")


def read(records: Records, chart: Chart, occasion: Occasion) -> Support:
    """Who helps, of what was gathered."""
    today, content = occasion.today, occasion.content
    parts = {part.member: part for part in care_team.caregivers(chart.care_teams, today)}
    until = care_team.helped_until(chart.care_teams)
    consents_seen = records.visible(CONSENTS.name)
    helpers = [
        Helper(
            view=related_person.read(record, today),
            helps=record.reference in parts,
            helps_with=parts[record.reference].helps_with if record.reference in parts else (),
            knows=may_know(records[CONSENTS.name], record.reference, today, visible=consents_seen),
            strained=any(_asks_about(chart, record.reference)),
            until="" if record.reference in parts else until.get(record.reference, ""),
            proxy=related_person.is_proxy(record, content.concepts(HELPER_RELATIONSHIP).values()),
        )
        for record in records[HELPERS.name]
        if not related_person.not_in_force(record, today)
    ]
    answers = [answer for record in records[ANSWERS.name] if (answer := support_answer.read(record))]
    gaps = [name for name in (HELPERS.name, ANSWERS.name, "care_teams") if not records.visible(name)]
    return Support(
        helpers=tuple(sorted(helpers, key=lambda helper: (not helper.helps, helper.view.called, helper.reference))),
        nobody=_newest(answers, care_team.last_caregiver_change(chart.care_teams)),
        unseen=tuple(name.replace("_", " ") for name in gaps),
        content=content,
    )


def _newest(answers: Iterable[NobodyHelps], helped: datetime | None) -> NobodyHelps | None:
    """The newest answer that nobody helps, unless somebody began or ended to help after it."""
    told = [(when[0], answer) for answer in answers if (when := moments(answer.at))]
    at, newest = max(told, key=lambda pair: pair[0], default=(None, None))
    return None if at is None or (helped is not None and at < helped) else newest


def _asks_about(chart: Chart, reference: str) -> Iterator[bool]:
    for task in chart.tasks:
        yield task.open and IN_DOUBT in task.codes and task.focus == reference
