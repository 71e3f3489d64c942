"""Writes down that somebody helps: who, with what, and what they may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart.support import Helper, may_know
from carefhir.codes import HELP_GIVEN, HELPER_RELATIONSHIP, MAY_KNOW
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, amend, amendable
from carefhir.fhir.codec import Json
from carefhir.mappers import care_team, consent, labels, related_person
from carefhir.mappers.task import TaskView
from carefhir.workflows.supervision.supporting import SupportTalk


@dataclass(frozen=True, slots=True)
class HelperRecorded:
    """Somebody who helps, with their part in the care team and what they may know."""

    talk: SupportTalk

    def plan(self) -> Plan:
        """Plans the helper and all that is said of them."""
        talk, told = self.talk, self.talk.told
        helper = self._helper()
        member = {**self._reference(helper), "display": talk.name}
        joins = care_team.helped_by(talk.pen.content, member, told.helps_with, at=talk.stamp)
        back = talk.tasks_back() if self._no_tasks else []
        asked = self._asked(helper)
        changes = (helper, *self._sharing(helper), *talk.in_teams("helps at home", joins), *back, *asked)
        says = (
            f"recorded: {', '.join((talk.name, *self._relationships))}, helps at home{self._with_what}",
            *self._help_in_words(),
            *self._knowing_in_words(),
            *talk.given_back_in_words(back),
            *map(_asked_in_words, asked),
        )
        return talk.plan(changes, says, tuple(self._warnings()))

    @property
    def _with_what(self) -> str:
        """What they help with, in words; "" where it was not said."""
        concepts = self.talk.pen.content.concepts(HELP_GIVEN)
        words = ", ".join(concepts[code].display for code in self.talk.told.helps_with)
        return f" with {words}" if words else ""

    # ---- who they are

    def _helper(self) -> Change:
        """The RelatedPerson, created or amended."""
        talk, told = self.talk, self.talk.told
        concepts = [talk.pen.content.concept(HELPER_RELATIONSHIP, code) for code in told.relationships]
        because = f"helps at home, said on {talk.day}"
        if talk.helper is None:
            resource = related_person.write(talk.pen.patient, told.name, concepts, phone=told.phone, start=talk.stamp)
            return Create("helper", resource, because)
        edits: list[Edit] = [related_person.related_as(concepts)] if concepts else []
        edits += [related_person.reached_by(told.phone)] if told.phone else []
        return amend("helper", talk.helper, because, *edits)

    def _reference(self, helper: Change) -> Json:
        return self.talk.pen.refer(helper.record if isinstance(helper, Amend) else helper)

    @property
    def _relationships(self) -> tuple[str, ...]:
        concepts = self.talk.pen.content.concepts(HELPER_RELATIONSHIP)
        given = tuple(concepts[code].display for code in self.talk.told.relationships)
        return given or (self.talk.view.relationships if self.talk.view else ())

    @property
    def _before(self) -> Helper | None:
        """What was on record of them."""
        return self.talk.support.of(self.talk.told.helper)

    # ---- what they may know

    @property
    def _denied(self) -> dict[str, tuple[str, ...]]:
        """The topics they were to know and that Consents which others keep deny, with these Consents."""
        talk = self.talk
        others = [record for record in talk.consents if not talk.ours(record) and not talk.pen.act.did(record)]
        knows = may_know(others, talk.told.helper, talk.pen.today)
        return {topic: knows.denying(topic) for topic in talk.told.may_know if topic in knows.denied}

    @property
    def _allowed(self) -> frozenset[str]:
        return frozenset(self.talk.told.may_know) - {"nothing"} - self._denied.keys()

    @property
    def _no_tasks(self) -> bool:
        """Whether it was said what they may know, and they are not to have Tasks."""
        return bool(self.talk.told.may_know) and "tasks" not in self._allowed

    def _named(self, topics: frozenset[str]) -> str:
        concepts = self.talk.pen.content.concepts(MAY_KNOW)
        return ", ".join(concepts[topic].display for topic in concepts if topic in topics) or "nothing"

    def _sharing(self, helper: Change) -> list[Change]:
        """The Consent that says what they may know; those of ours from before end."""
        talk, told = self.talk, self.talk.told
        if not told.may_know:
            return []
        ended = talk.consents_ended("what they may know was said anew")
        if not self._allowed and "nothing" not in told.may_know:
            return [*ended]  # others deny all of it: that the person said "nothing" would not be true
        allowed = self._named(self._allowed)
        whom = "the guardian's" if told.guardian else "the patient's"
        resource = consent.write_sharing(
            talk.pen.content,
            talk.pen.patient,
            self._reference(helper),
            self._allowed,
            form=told.consent,
            at=talk.stamp,
            policy=f"What {talk.name} may know, by {whom} word: {allowed}",
            given_by=told.guardian,
        )
        written = Create("sharing", resource, f"{told.consent} consent: they may know {allowed}")
        return [written, *ended]

    # ---- Tasks that ask about help at home

    def _asked(self, helper: Change) -> list[Change]:
        """The Tasks that asked about this helper or about help at all, answered; a new one where it is too much."""
        talk, told = self.talk, self.talk.told
        about = [task for task in talk.asking if task.focus and task.focus == told.helper]
        general = [task for task in talk.asking if not task.focus.startswith("RelatedPerson/")]
        changes: list[Change] = [talk.closed(task, f"asked on {talk.day}: {talk.name} helps") for task in general]
        if told.strained == "no":
            return [*changes, *(talk.closed(task, f"asked on {talk.day}: it is not too much") for task in about)]
        if told.strained == "not-asked":
            return changes
        words = f"{talk.name} says that it is too much for them. {told.reason}".strip()
        if about:
            return [*changes, *(self._noted(task, words) for task in about)]
        return [*changes, talk.asks(words, f"ask {talk.name} how it goes", self._reference(helper))]

    def _noted(self, task: TaskView, words: str) -> Amend:
        note = self.talk.pen.noted(words, at=self.talk.told.at)
        return amend(f"asked/{task.record.id}", task.record, f"noted in what asks about them: {words}", note)

    # ---- in words

    def _help_in_words(self) -> Iterator[str]:
        told, view = self.talk.told, self.talk.view
        phone = told.phone or (view.phone if view else "")
        yield f"to be reached at {phone}" if phone else "no phone number on record: ask for it"
        if not told.helps_with and not (self._before and self._before.helps_with):
            yield "what they help with was not asked"

    def _knowing_in_words(self) -> Iterator[str]:
        told, before = self.talk.told, self._before
        if told.may_know and not self._allowed and "nothing" not in told.may_know:
            yield "nothing is recorded as allowed: tell them nothing"
        elif told.may_know:
            yield f"may know, by the person's word: {self._named(self._allowed)}; never what is restricted"
        elif before and before.knows.words:
            yield f"not asked now; {before.knows.in_words(self.talk.pen.content)}"
        else:
            yield "what they may know was not asked: tell them nothing until the person has said so"

    def _warnings(self) -> Iterator[str]:
        talk = self.talk
        yield from (
            f"{team.reference} cannot be changed here: it does not name them"
            for team in talk.teams
            if not amendable(team)
        )
        if not talk.told.may_know:
            return
        for topic, consents in self._denied.items():
            yield (
                f"{', '.join(consents)} denies them {self._named(frozenset({topic}))}, and no step of ours wrote that: "
                "it counts, and this is not recorded as allowed. Ask the person, and whoever keeps it"
            )
        if self._restricted:
            yield (
                "something restricted is on record: make sure that the person was alone when they said what the helper "
                "may know"
            )
        yield from talk.given.doubts()
        yield from talk.not_given_back() if self._no_tasks else ()

    @property
    def _restricted(self) -> bool:
        chart = self.talk.chart
        records = (*(flag.record for flag in chart.flags if flag.active), *(each.record for each in chart.conditions))
        return any(map(labels.restricted, records))


def _asked_in_words(change: Change) -> str:
    return change.because if isinstance(change, Create) else f"{change.because} ({change.record.reference})"
