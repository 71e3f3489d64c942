"""Consent to a program, as `enroll` and `open-case` take it.

A Consent says what the command says the person was told, and nothing else (rule 39); for somebody under 18 a guardian
consents (rule 38).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from carefhir.chart import person_states, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.chart.person_states import PersonState
from carefhir.codes import CONSENT_TOPIC
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Create
from carefhir.fhir.record import Record, dig, words_of
from carefhir.mappers import consent, related_person
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen

Form: TypeAlias = Literal["verbal", "written"]
Topic: TypeAlias = Literal[
    "what-it-is", "care-team", "right-to-stop", "cost-sharing", "one-practitioner", "record-sharing"
]
"""What a person can be told before they consent (CodeSystem consent-topic)."""


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A consent as a command records it."""

    patient: str
    form: Form
    told: tuple[Topic, ...]
    guardian: str
    """Who consented for the patient, `RelatedPerson/ID`; "" where it is the patient."""
    guardian_record: Record | None
    chart: Chart
    occasion: Occasion

    @property
    def minor(self) -> PersonState:
        """Whether the patient is under 18."""
        return person_states.minor(self.chart, self.occasion)

    def refusals(self) -> list[str]:
        """Why there is no consent yet: what was told is not entered, or somebody under 18 consents by themselves."""
        why = []
        topics = self.occasion.content.concepts(CONSENT_TOPIC)
        missing = [code for code, topic in topics.items() if topic.properties.get("required")]
        missing = [code for code in missing if code not in self.told]
        if missing:
            names = ", ".join(f"{code} ({topics[code].display})" for code in missing)
            why.append(
                f"the consent lacks what the patient was told: {names}; tell them, and name it in told. "
                "The record says only what you enter"
            )
        return [*why, *self.not_theirs_to_give()]

    def not_theirs_to_give(self) -> list[str]:
        """Why whoever consented cannot: somebody under 18, or a guardian who is none."""
        if self.minor.holds and not self.guardian:
            return [
                f"the patient is under 18 ({self.minor.why}), and a minor's consent is a guardian's: name the guardian "
                "who consented in guardian (RelatedPerson/ID)"
            ]
        return self._unfit_guardian()

    def _unfit_guardian(self) -> list[str]:
        """Why the person named cannot consent for the patient."""
        named, record = self.guardian, self.guardian_record
        if not named:
            return []
        if record is None:
            return [f"the guardian {named} is not on this server, or not visible to us: check the ID"]
        if not related_person.is_of(record, self.patient):
            return [f"{named} is not a related person of {self.patient}: check the ID"]
        today = self.occasion.today
        if over := related_person.not_in_force(record, today):
            return [f"the guardian {named} {over}: name another one, or have the record corrected"]
        years = wording.number(self.occasion.content, "minor", "years")
        if related_person.may_be_under(record, years, today):
            return [
                f"the guardian {named} is, or may be, under {years} by the birth date on record, and cannot consent: "
                "name another one, or have the birth date corrected"
            ]
        related = list(dig(record.json, "relationship"))
        if related and not wording.stated(self.occasion.content, "guardian", record, ("relationship",)):
            words = ", ".join(filter(None, map(words_of, related)))
            return [f"{named} is on record as {words}, not as parent or guardian: have the record checked"]
        return []

    def written(self, pen: Pen, program: Concept) -> Create:
        """The Consent to a program."""
        topics = pen.content.concepts(CONSENT_TOPIC)
        told = "; ".join(topic.display for code, topic in topics.items() if code in self.told)
        whom = "the guardian" if self.guardian else "the patient"
        policy = f"{program.display}: {whom} was told {told}"
        resource = consent.write(
            pen.content, pen.patient, self.form, at=pen.stamp, policy=policy, given_by=self.guardian
        )
        return Create("consent", resource, f"{self.form} consent, recorded today")

    def doubts(self) -> list[str]:
        """What is not known of whoever consented."""
        doubts = []
        if self.minor.holds is None and not self.guardian:
            doubts.append(f"{self.minor.why}: if the patient is under 18, only a guardian can consent")
        if self.guardian_record is not None and not list(dig(self.guardian_record.json, "relationship")):
            doubts.append(f"{self.guardian}: the record does not say that this is the guardian; check it")
        return doubts

    def warnings(self) -> tuple[str, ...]:
        """Says what is known of age and hospice, and what nobody could see (rules 24 and 38)."""
        warnings = self.doubts()
        hospice = whereabouts.hospice_of(self.chart, self.occasion)
        if hospice is not None:
            warnings += [f"{hospice.cares}: {hospice.call_first}", *hospice.doubts]
            warnings.append("goals against the disease are not for this person: plan for comfort, with the hospice")
        return tuple(warnings)
