"""Conclusions: the result for a domain of the assessment, in words, and when; and social screens, which look at a
domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from carefhir.codes import DOMAIN, FUNCTION_LOSS, INSTRUMENT_RESULT, LOINC, OBSERVATION_CATEGORY, concept
from carefhir.content.loading import Concept, Content
from carefhir.content.scoring import losses_by_points
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, has_code, moment, references, relative
from carefhir.fhir.search import Codes, Need, Of
from carefhir.mappers.superseded import superseded

DOMAINS = (
    "clinical",
    "function",
    "behavioural",
    "social",
    "supports",
    "language-literacy",
    "what-matters",
    "advance-directives",
)
"""The codes of CodeSystem assessment-domain, for the search."""

SOCIAL_SCREENS = ("88124-3", "93025-5", "96777-8")
"""LOINC codes of social screens: Hunger Vital Sign result, PRAPARE, AHC health-related social needs (K)."""

SCREENED_ITEMS = (
    *("71802-3", "93030-5", "96779-4", "96778-6", "93031-3", "93033-9", "88122-7", "88123-5"),
    *("76513-1", "96780-2", "96782-8"),
)
"""LOINC codes of single questions about social needs, as EHRs keep them: housing, transport, utilities, problems with
the home, needs that were not met, worry about housing, food, money, work, schooling. A test holds these and the results
to the instruments."""
SCREENED_RESULTS = ("housing-problems", "prapare-worry", "prapare-food", "prapare-utilities", "prapare-transport")
"""Codes of our own for results of social screens (CodeSystem instrument-result)."""

FUNCTION_RESULTS = {(LOINC, "96761-2"): "barthel-total", (INSTRUMENT_RESULT, "katz-total"): "katz-total"}
"""Totals that tell which function is lost, with their ObservationDefinition. A test holds them to the instruments."""

COUNTS = frozenset({"final", "amended", "corrected"})


def find() -> Need:
    """What has been concluded about a patient, and social screens."""
    among = (
        *(f"{DOMAIN}|{domain}" for domain in DOMAINS),
        *(f"{LOINC}|{code}" for code in (*SOCIAL_SCREENS, *SCREENED_ITEMS)),
        *(f"{INSTRUMENT_RESULT}|{code}" for code in SCREENED_RESULTS),
        *(f"{system}|{code}" for system, code in FUNCTION_RESULTS),
    )
    return Need("conclusions", "Observation", (Of("patient", "subject"), Codes("code", "code", among)))


@dataclass(frozen=True, slots=True)
class ConclusionView:
    """One domain that was assessed: when, and the conclusion; a screen has no conclusion, and a single question of one
    has no domain: it is no look at all of it."""

    record: Record
    domain: str
    concluded: bool
    at: datetime | None
    words: str
    adl_losses: int | None = None
    iadl_losses: int | None = None


def read(record: Record, zone: tzinfo, content: Content) -> ConclusionView | None:
    """A conclusion or a screen, or a total that tells of lost function; None if it does not count."""
    json = record.json
    if first_text(json, "status") not in COUNTS or superseded(json):
        return None
    domain = next((code for system, code in codings(json, "code") if system == DOMAIN), "")
    losses = _told_losses(json, content)
    return ConclusionView(
        record,
        domain or ("social" if {code for _, code in codings(json, "code")} & set(SOCIAL_SCREENS) else ""),
        bool(domain),
        moment(first_text(json, "effectiveDateTime"), zone),
        first_text(json, "valueString") or "",
        losses.get("adl"),
        losses.get("iadl"),
    )


def _told_losses(json: Json, content: Content) -> Mapping[str, int]:
    """Losses of function by kind: as they are counted in the record, else as its total tells them."""
    counted = {kind: count for kind in ("adl", "iadl") if (count := _losses(json, kind)) is not None}
    definition = next((FUNCTION_RESULTS[pair] for pair in codings(json, "code") if pair in FUNCTION_RESULTS), "")
    points = json.get("valueInteger")
    quantity = next(dig(json, "valueQuantity.value"), None)
    total = quantity if points is None else points
    if counted or not definition or isinstance(total, bool | str) or total is None or total != int(total):
        return counted
    return dict(losses_by_points(content, definition, int(total)))


def _losses(json: Json, code: str) -> int | None:
    for part in dig(json, "component"):
        if isinstance(part, dict) and has_code(part, "code", FUNCTION_LOSS, code):
            count = part.get("valueInteger")
            return count if isinstance(count, int) and not isinstance(count, bool) else None
    return None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What a conclusion may rest on: whom it is about, and whether it was a mistake or was superseded."""

    record: Record
    about: frozenset[str]
    in_error: bool
    superseded: bool


def read_evidence(record: Record) -> EvidenceView:
    """Anything named as evidence, leniently."""
    about = (relative(one) for path in ("subject", "patient", "for") for one in references(record.json, path))
    in_error = record.json.get("status") == "entered-in-error"
    return EvidenceView(
        record, frozenset(reference for reference in about if reference), in_error, superseded(record.json)
    )


def write(
    content: Content,
    patient: str,
    domain: Concept,
    words: str,
    at: str,
    performer: str,
    derived_from: Iterable[str] = (),
    losses: Iterable[tuple[str, int]] = (),
) -> Json:
    """A domain's conclusion, final."""
    observation: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": [concept(OBSERVATION_CATEGORY, "survey"), *content.published_categories(domain)],
        "code": {"coding": content.published_codings(domain)},
        "subject": {"reference": patient},
        "effectiveDateTime": at,
        "performer": [{"reference": performer}],
        "valueString": words,
    }
    if evidence := [{"reference": one} for one in derived_from]:
        observation["derivedFrom"] = evidence
    if parts := [
        {"code": {"coding": [content.concept(FUNCTION_LOSS, code).coding]}, "valueInteger": count}
        for code, count in losses
    ]:
        observation["component"] = parts
    return observation
