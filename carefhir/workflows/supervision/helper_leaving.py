"""Writes down that somebody helps no longer.

Whoever our steps have put on record as a helper is one no more. Somebody whom registration has on record is still the
daughter, and whoever may speak for the person still may: they leave the team, and stay on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart.support import Helper
from carefhir.codes import HELPER_RELATIONSHIP
from carefhir.fhir.changes import Change, Create, Edit, Plan, amend, keys_of, period_ends, put
from carefhir.mappers import care_team, consent, related_person
from carefhir.workflows.supervision.supporting import SupportTalk


@dataclass(frozen=True, slots=True)
class HelperLeaving:
    """Somebody who leaves the team; what they may know, and what they had to do, ends with it."""

    talk: SupportTalk

    def plan(self) -> Plan:
        """Plans the end of their part, and asks who helps now where nobody is left."""
        talk, helper = self.talk, self.talk.helper
        assert helper is not None  # asked before
        why = f"helps no longer: {talk.told.reason}"
        edits: tuple[Edit, ...] = () if self._stays else (put("active", False), period_ends(talk.stamp))
        consents, back = talk.consents_ended(why), talk.tasks_back()
        closed = [talk.closed(task, why) for task in talk.asking if task.focus == helper.reference]
        asks = [] if self._others else [self._ask()]
        changes: tuple[Change, ...] = (
            *talk.in_teams(why, care_team.helped_no_longer_by(helper.reference, talk.stamp)),
            *consents,
            *back,
            *closed,
            *asks,
            amend("helper", helper, why, *edits),
        )
        says = (
            f"{talk.name} helps no longer: {talk.told.reason}",
            *(
                (f"{talk.name} stays on record: that they are somebody of the person's does not end",)
                if self._stays
                else ()
            ),
            *((f"what they may know by our record has ended ({len(consents)})",) if consents else ()),
            *talk.given_back_in_words(back),
            *(f"closed: what asked about them ({change.record.reference})" for change in closed),
            *(f"still on record as helping: {other.view.called}" for other in self._others),
            *(f"nobody else is on record as helping. {task.because}" for task in asks),
        )
        return talk.plan(changes, says, (*self._still_permitted(), *talk.not_given_back()))

    @property
    def _stays(self) -> bool:
        """Whether they stay a related person: registration has them on record, or they may speak for the person."""
        concepts, helper = self.talk.pen.content.concepts(HELPER_RELATIONSHIP).values(), self.talk.helper
        return helper is not None and (not keys_of(helper) or related_person.is_proxy(helper, concepts))

    @property
    def _others(self) -> list[Helper]:
        return [each for each in self.talk.support.helping if each.reference != self.talk.told.helper]

    def _ask(self) -> Create:
        words = f"{self.talk.name} helps no longer. {self.talk.told.reason}"
        return self.talk.asks(words, "ask who helps now", {"reference": self.talk.pen.patient})

    def _still_permitted(self) -> Iterator[str]:
        """Consents of others that go on permitting: nothing of ours ends them."""
        talk = self.talk
        for record in talk.consents:
            word = consent.word_on(record, talk.told.helper, talk.pen.today)
            if word and (word.permits or word.unread) and not talk.ours(record):
                yield (
                    f"{record.reference} was not written by our steps and still lets {talk.name} know: ask the person, "
                    "and tell whoever keeps it"
                )
