"""Finds the visit that was kept after a discharge: an attended Encounter with somebody who may count (rule 35).

An Appointment that says fulfilled does not say who came. A laboratory visit, a telephone call, a missed visit and a
visit with somebody who may not count are none; why not is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart import attended, wording
from carefhir.chart.chart import Chart
from carefhir.content import supervision
from carefhir.content.loading import Content
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, codings, dig, first_text, references, relative
from carefhir.fhir.search import Follow
from carefhir.mappers import practitioner
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.transition import Transition

FOLLOWED = (Follow("participant.individual", "Practitioner"), Follow("participant.individual", "PractitionerRole"))
"""Who took part in Encounters."""


@dataclass(frozen=True, slots=True)
class Providers:
    """Who may make a visit that counts, as far as the records say."""

    chart: Chart
    content: Content
    records: tuple[Record, ...] = ()
    """The Practitioners and PractitionerRoles that Encounters point to."""

    def may(self, reference: str, name: str) -> bool:
        """Whether a visit with this person counts: by their discipline, else by role, qualification or name."""
        record = next((record for record in self.records if record.reference == reference), None)
        person = next(
            (r for text in references(record.json if record else {}, "practitioner") if (r := relative(text))),
            reference,
        )
        discipline = self.chart.team.disciplines.get(person, "")
        roles = [record] if record else []
        disciplines = (discipline,) if discipline else practitioner.disciplines(roles, self.content)
        if disciplines:
            return any(supervision.may(self.content, "visit-evidence", code) for code in disciplines)
        return any(wording.says(self.content, "visit-provider", text) for text in self._titles(person, name)) or any(
            "visit-provider" in wording.meaning(self.content, system, code)
            for other in self.records
            if other.reference in (person, reference)
            for path in ("qualification.code", "code", "specialty")
            for system, code in codings(other.json, path)
        )

    def _titles(self, person: str, name: str) -> Iterable[str]:
        """The words that say what somebody is: after their name, or as their qualification or role."""
        yield name
        for record in self.records:
            if record.reference == person:
                yield from (text for path in _TITLES for text in dig(record.json, path) if isinstance(text, str))


_TITLES = ("name.suffix", "qualification.code.text", "qualification.code.coding.display", "code.text")


def providers(records: Records, chart: Chart, content: Content) -> Providers:
    """The people whom Encounters point to."""
    people = {record.reference: record for follow in FOLLOWED for record in records[follow.name]}
    return Providers(chart, content, tuple(people.values()))


def kept(
    chart: Chart, transition: Transition, some: Providers, occasion: Occasion
) -> tuple[EncounterView | None, tuple[str, ...]]:
    """The first visit kept after the discharge; and, where there is none, why the Encounters since are none."""
    since = [
        encounter
        for encounter in chart.encounters
        if encounter.start is not None
        and transition.discharged < encounter.start <= occasion.now
        and not attended.a_stay(encounter, occasion)
    ]
    in_order = sorted(since, key=lambda encounter: (encounter.start or occasion.now, encounter.reference))
    why = []
    for encounter in in_order:
        lacking = _lacking(encounter, chart, some, occasion.content)
        if not lacking:
            return encounter, ()
        why.append(f"{encounter.reference} ({lacking})")
    return None, tuple(why)


def _lacking(encounter: EncounterView, chart: Chart, some: Providers, content: Content) -> str:
    """Why an Encounter is not a visit kept; "" if it is one."""
    lacking = attended.saw_nobody(encounter, chart, content)
    if lacking:
        return lacking
    for part in attended.who_saw(encounter, content):
        reference = relative(str(part.individual.get("reference", ""))) or ""
        if some.may(reference, first_text(part.individual, "display") or ""):
            return ""
    return "with nobody on record who may count: a physician or another provider"
