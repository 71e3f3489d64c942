"""Whether a person is pregnant, by Conditions and by the pregnancy status, and on which record that rests.

Of two readings the worse one counts: one record that says pregnant, and that no newer one takes back, is enough. A
status is too old after the months in PlanDefinition medication-reconciliation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.chart.chart import Chart
from carefhir.codes import ICD10CM, LOINC, PREGNANCY, SNOMED
from carefhir.content.loading import Concept, Content, parameters
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
    for condition in chart.conditions:
        meaning = _meaning(occasion.content, condition.codes, condition.text)
        stated = moment(condition.onset, occasion.zone)
        over = newest is not None and newest[1] == "not-pregnant" and (stated is None or stated <= newest[0])
        old = stated is not None and stated.date() < _since(occasion)
        if condition.holds and condition.current and meaning == "pregnant" and not over and not old:
            return Pregnancy(condition.record, f"{condition.text or 'pregnancy'} [{condition.record.reference}]")
    return None


def _statuses(records: Iterable[Record], occasion: Occasion) -> Iterator[tuple[datetime, str, Record]]:
    """(when, what it says, record) of each pregnancy status that is not too old."""
    for record in records:
        json = record.json
        if first_text(json, "status") not in COUNTS:
            continue
        times = (first_text(json, path) for path in ("effectiveDateTime", "effectivePeriod.start", "issued"))
        at = next((when for text in times if (when := moment(text, occasion.zone))), None)
        answers = tuple(codings(json, "valueCodeableConcept"))
        texts = (first_text(json, "valueCodeableConcept.text"), first_text(json, "valueString"))
        displays = (text for text in dig(json, "valueCodeableConcept.coding.display") if isinstance(text, str))
        meaning = _meaning(occasion.content, answers, "; ".join(filter(None, (*texts, *displays))))
        if json.get("valueBoolean") is True:
            meaning = "pregnant"
        # Without a day nobody knows how old it is: it counts as of now.
        at = at or occasion.now
        if meaning and _since(occasion) <= at.date() and at <= occasion.now:
            yield at, meaning, record


def _since(occasion: Occasion) -> date:
    months = parameters(occasion.content.get("PlanDefinition", "medication-reconciliation"))["pregnancy-months"]
    return occasion.today - timedelta(days=months * DAYS_A_MONTH)


def _meaning(content: Content, codes: Iterable[tuple[str, str]], text: str) -> str:
    """What codes, or else words, say: a code of CodeSystem pregnancy-words; "" if nothing of it."""
    concepts = content.concepts(PREGNANCY).values()
    by_code = [(length, concept.code) for concept in concepts for length in _fits(concept, codes)]
    if by_code:
        return max(by_code, key=lambda fit: fit[0])[1]
    by_words = [(length, concept.code) for concept in concepts for length in _phrases(concept, text)]
    return max(by_words, key=lambda fit: fit[0])[1] if by_words else ""


def _fits(concept: Concept, codes: Iterable[tuple[str, str]]) -> Iterator[int]:
    """How many characters of a code fit: an exact code more than the beginning of one."""
    for system, code in codes:
        plain = code.replace(".", "").upper()
        if system == SNOMED and code in str(concept.properties.get("snomed", "")).split():
            yield len(code)
        elif system == ICD10CM:
            yield from (
                len(start) for start in str(concept.properties.get("icd10", "")).split() if plain.startswith(start)
            )
        elif code in str(concept.properties.get("loinc", "")).split():
            yield len(code)


def _phrases(concept: Concept, text: str) -> Iterator[int]:
    spoken = f" {' '.join(text.lower().replace(';', ' ').replace(',', ' ').replace('.', ' ').split())} "
    for phrase in str(concept.properties.get("words", "")).split(";"):
        if phrase.strip() and f" {phrase.strip()} " in spoken:
            yield len(phrase.strip())
