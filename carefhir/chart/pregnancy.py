"""Whether a person is pregnant: by what Conditions, Encounters and requests say, or by a pregnancy status.

Of two readings the worse one counts: a status of pregnant is enough, and so is a Condition that no one has closed,
whatever an older or a newer status says. A status is too old after the months in PlanDefinition
medication-reconciliation; one that nobody knows ("possibly") is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.chart import person_states
from carefhir.chart.chart import Chart
from carefhir.codes import LOINC, PREGNANCY_STATUS
from carefhir.content.loading import Content, parameters
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment
from carefhir.fhir.search import Codes, Need, Of
from carefhir.occasion import Occasion

STATUS = "82810-3"
"""LOINC "Pregnancy status" (K)."""
DAYS_A_MONTH = 31
"""A month at its longest: a status a day too old is still asked about."""
COUNTS = ("final", "amended", "corrected", "preliminary")


def find() -> Need:
    """The pregnancy status of a person, as Observations."""
    codes = Codes("code", "code", (f"{LOINC}|{STATUS}",))
    return Need("pregnancy_status", "Observation", (Of("patient", "subject"), codes), optional=True)


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """A record that says the person is pregnant."""

    record: Record
    words: str


def pregnancy(chart: Chart, statuses: Iterable[Record], occasion: Occasion) -> Pregnancy | None:
    """The record that says the person is pregnant now; None if none does."""
    newest = max(_statuses(statuses, occasion), key=lambda status: (status[0], status[2].id), default=None)
    if newest is not None and newest[1] == "pregnant":
        return Pregnancy(newest[2], f"pregnancy status: pregnant, on {newest[0].date()} [{newest[2].reference}]")
    state = person_states.pregnant(chart, occasion)
    if not state.records:
        return None
    (record, *_) = state.records
    return Pregnancy(record, f"pregnant by {record.type} [{record.reference}]")


def _statuses(records: Iterable[Record], occasion: Occasion) -> Iterator[tuple[datetime, str, Record]]:
    """(when, what it says, record) of each pregnancy status that is not too old."""
    for record in records:
        json = record.json
        if first_text(json, "status") not in COUNTS:
            continue
        times = (first_text(json, path) for path in ("effectiveDateTime", "effectivePeriod.start", "issued"))
        # Without a day nobody knows how old it is: it counts as of now.
        at = next((when for text in times if (when := moment(text, occasion.zone))), None) or occasion.now
        meaning = _meaning(occasion.content, json)
        if meaning and _since(occasion) <= at.date() and at <= occasion.now:
            yield at, meaning, record


def _since(occasion: Occasion) -> date:
    months = parameters(occasion.content.get("PlanDefinition", "medication-reconciliation"))["pregnancy-months"]
    return occasion.today - timedelta(days=months * DAYS_A_MONTH)


def _meaning(content: Content, json: Json) -> str:
    """What a status says, by its code, or else by its words: a code of CodeSystem pregnancy-status; "" if nothing."""
    if isinstance(json.get("valueBoolean"), bool):
        return "pregnant" if json["valueBoolean"] else "not-pregnant"
    concepts = content.concepts(PREGNANCY_STATUS).values()
    codes = {code for _, code in codings(json, "valueCodeableConcept")}
    for concept in concepts:
        if codes & set(str(concept.properties.get("codes", "")).split()):
            return concept.code
    paths = ("valueCodeableConcept.text", "valueCodeableConcept.coding.display", "valueString")
    texts = [text for path in paths for text in dig(json, path) if isinstance(text, str)]
    spoken = f" {' '.join(' '.join(texts).lower().replace(',', ' ').replace('.', ' ').split())} "
    phrases = [
        (len(phrase.strip()), concept.code)
        for concept in concepts
        for phrase in str(concept.properties.get("words", "")).split(";")
        if f" {phrase.strip()} " in spoken
    ]
    return max(phrases)[1] if phrases else ""
