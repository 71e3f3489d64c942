"""RiskAssessment: LACE, HOSPITAL and the tier of care, with everything they are based on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from carefhir.codes import BASE, METHOD, RISK, TIER
from carefhir.content.hospital_score import LETTERS, HospitalScore
from carefhir.content.lace import Lace, Points
from carefhir.content.loading import Content, value_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, has_code, moment, references, relative
from carefhir.fhir.search import Need, Of

LACE_EXTENSION = f"{BASE}/StructureDefinition/lace"
HOSPITAL_EXTENSION = f"{BASE}/StructureDefinition/hospital"
TIER_EXTENSION = f"{BASE}/StructureDefinition/tier"
COUNTS = frozenset({"final", "amended", "corrected"})


def find() -> Need:
    """All of a patient's risk assessments."""
    return Need("risks", "RiskAssessment", (Of("patient", "subject"),), bounded=True, optional=True)


def lace_parts(record: Record) -> tuple[Mapping[str, Any], ...]:
    """The points of a LACE that counts; () for anything else."""
    return _scored(record, LACE_EXTENSION)


def hospital_parts(record: Record) -> tuple[Mapping[str, Any], ...]:
    """The points of a HOSPITAL score that counts, and its form (`variant`); () for anything else."""
    return _scored(record, HOSPITAL_EXTENSION)


def _scored(record: Record, url: str) -> tuple[Mapping[str, Any], ...]:
    if first_text(record.json, "status") not in COUNTS:
        return ()
    extensions = (each for each in dig(record.json, "extension") if isinstance(each, dict) and each.get("url") == url)
    return tuple(_parts(extension) for extension in extensions)


def _parts(extension: Json) -> Mapping[str, Any]:
    """The parts of a complex extension by name, leniently."""
    return {str(one.get("url")): value_of(one) for one in _inner(extension)}


def newest_tier(records: Iterable[Record]) -> Record | None:
    """The newest tier of care among risk assessments, whoever set it."""
    tiers = [record for record in records if has_code(record.json, "method", METHOD, "care-tier")]
    return max(tiers, key=lambda tier: (first_text(tier.json, "occurrenceDateTime") or "", tier.id), default=None)


@dataclass(frozen=True, slots=True)
class TierView:
    """A tier on record."""

    record: Record
    tier: str
    at: datetime | None
    categories: tuple[str, ...] = ()
    """Categories of need, A to E (CodeSystem tier-rule)."""
    set_by: str = ""
    """What set it (CodeSystem tier-set-by)."""
    at_least: bool = False
    """Whether it may have to be higher."""


def _inner(extension: Json) -> Iterator[Json]:
    return (one for one in dig(extension, "extension") if isinstance(one, dict))


def tier_of(record: Record, zone: tzinfo) -> TierView | None:
    """A tier that counts; None for any other assessment."""
    if first_text(record.json, "status") not in COUNTS:
        return None
    for extension in dig(record.json, "extension"):
        if isinstance(extension, dict) and extension.get("url") == TIER_EXTENSION:
            at = moment(first_text(record.json, "occurrenceDateTime"), zone)
            parts = _parts(extension)
            categories = (value_of(one) for one in _inner(extension) if one.get("url") == "category")
            return TierView(
                record=record,
                tier=str(parts.get("tier", "")),
                at=at,
                categories=tuple(str(category) for category in categories),
                set_by=str(parts.get("setBy", "")),
                at_least=parts.get("atLeast") is not False,
            )
    return None


def newest(records: Iterable[Record], zone: tzinfo) -> TierView | None:
    """The newest tier that counts and has a day."""
    views = (tier_of(record, zone) for record in records)
    dated = [view for view in views if view and view.at]
    return max(dated, key=lambda view: (view.at, view.record.id), default=None)


@dataclass(frozen=True, slots=True)
class RiskView:
    """Any assessment of risk, as a list shows it."""

    counts: bool
    """False where it was entered in error or is not final."""
    method: str
    low: int | None
    high: int | None
    level: str
    """In words; "" where it is not certain."""
    at: str
    encounter: str = ""
    """The stay it is about, `Encounter/ID`; "" where it names none."""

    @property
    def score(self) -> str:
        """Its points, or their range: `11`, `4 to 7`; "" where it has none."""
        if self.low is None:
            return ""
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def read(record: Record) -> RiskView:
    """An assessment, leniently; a tier is told in its own words ("at least rising, not assessed: …")."""
    json = record.json
    parts = next(iter((*lace_parts(record), *hospital_parts(record))), {})
    tier = tier_of(record, UTC)
    risk = "prediction.qualitativeRisk"
    level = first_text(json, f"{risk}.coding.code") or first_text(json, f"{risk}.text")
    method = first_text(json, "method.coding.display") or first_text(json, "method.text") or "risk"
    form = parts.get("variant")
    if tier and not level:
        level = first_text(json, "prediction.outcome.text") or tier.tier
    return RiskView(
        counts=first_text(json, "status") in COUNTS,
        method=f"{method} ({form} form)" if form else method,
        low=parts.get("low"),
        high=parts.get("high"),
        level=level or "",
        at=first_text(json, "occurrenceDateTime") or "",
        encounter=next((r for one in references(json, "encounter") if (r := relative(one))), ""),
    )


def newest_tier_code(risks: Iterable[Record]) -> str:
    """The code of the newest tier on record, whoever wrote it; "" where there is none."""
    tiers = [record for record in risks if _is_tier(record)]
    newest = max(tiers, key=lambda record: first_text(record.json, "occurrenceDateTime") or "", default=None)
    if newest is None:
        return ""
    return next((code for system, code in codings(newest.json, "prediction.outcome") if system == TIER), "")


def _is_tier(record: Record) -> bool:
    return first_text(record.json, "status") in COUNTS and has_code(record.json, "method", METHOD, "care-tier")


def write_tier(content: Content, patient: str, at: str, performer: str, tier: Json, basis: Iterable[Json]) -> Json:
    """A final tier; `tier` holds what its extension and its prediction say."""
    parts: list[Json] = [
        {"url": "tier", "valueCode": tier["tier"]},
        {"url": "atLeast", "valueBoolean": tier["atLeast"]},
        *({"url": "category", "valueCode": one} for one in tier["categories"]),
        *({"url": "notAssessed", "valueString": one} for one in tier["notAssessed"]),
        {"url": "byRule", "valueCode": tier["byRule"]},
        {"url": "setBy", "valueCode": tier["setBy"]},
    ]
    outcome = {"coding": [content.concept(TIER, tier["tier"]).coding], "text": tier["words"]}
    return {
        "resourceType": "RiskAssessment",
        "extension": [{"url": TIER_EXTENSION, "extension": parts}],
        "status": "final",
        "method": {"coding": [content.concept(METHOD, "care-tier").coding]},
        "subject": {"reference": patient},
        "occurrenceDateTime": at,
        "performer": {"reference": performer},
        "basis": list(basis),
        "prediction": [{"outcome": outcome, "rationale": tier["rationale"]}],
    }


def write_lace(content: Content, patient: str, stay: Record, at: str, performer: str, result: Lace) -> Json:
    """A final assessment; a qualitative risk only where both ends of the range lie in one band."""
    points = {
        "length": result.length,
        "acuity": result.acuity,
        "comorbidity": result.comorbidity,
        "emergency": result.emergency,
    }
    scored = _at_discharge(patient, stay, at, performer, parts=result.parts)
    extension = {"url": LACE_EXTENSION, "extension": [*_ends(result.low, result.high), *_as_parts(points)]}
    prediction: Json = {"outcome": {"text": "death or unplanned readmission within 30 days of discharge"}}
    if result.low_band == result.high_band:
        prediction["qualitativeRisk"] = {"coding": [{"system": RISK, "code": result.low_band}]}
    return {
        **scored,
        "extension": [extension],
        "method": {"coding": [content.concept(METHOD, "lace").coding]},
        "prediction": [{**prediction, "rationale": _rationale(result.parts)}],
    }


def write_hospital(
    content: Content, patient: str, stay: Record, at: str, performer: str, result: HospitalScore
) -> Json:
    """A final assessment, its form named; a qualitative risk only where both ends of the range lie in one band."""
    scored = _at_discharge(patient, stay, at, performer, parts=result.parts)
    points = {LETTERS[letters]: part for letters, part in result.parts.items()}
    parts = [{"url": "variant", "valueCode": result.variant}, *_ends(result.low, result.high), *_as_parts(points)]
    prediction: Json = {"outcome": {"text": "potentially avoidable readmission within 30 days of discharge"}}
    if result.risk:
        prediction["qualitativeRisk"] = {"coding": [{"system": RISK, "code": result.risk}], "text": result.low_band}
    return {
        **scored,
        "extension": [{"url": HOSPITAL_EXTENSION, "extension": parts}],
        "method": {"coding": [content.concept(METHOD, "hospital").coding]},
        "prediction": [{**prediction, "rationale": _rationale(result.parts)}],
    }


def _at_discharge(patient: str, stay: Record, at: str, performer: str, *, parts: Mapping[str, Points]) -> Json:
    """What every score of a stay says: of whom, of which stay, by whom, and what it rests on."""
    basis = {stay.reference: None} | {record.reference: None for part in parts.values() for record in part.rests_on}
    return {
        "resourceType": "RiskAssessment",
        "status": "final",
        "subject": {"reference": patient},
        "encounter": {"reference": stay.reference},
        "occurrenceDateTime": at,
        "performer": {"reference": performer},
        "basis": [{"reference": reference} for reference in basis],
    }


def _ends(low: int, high: int) -> list[Json]:
    """A score, or the ends of its range."""
    total: list[Json] = [{"url": "total", "valueInteger": low}] if low == high else []
    return [*total, {"url": "low", "valueInteger": low}, {"url": "high", "valueInteger": high}]


def _as_parts(points: Mapping[str, Points]) -> list[Json]:
    return [{"url": name, "valueString": str(part)} for name, part in points.items()]


def _rationale(parts: Mapping[str, Points]) -> str:
    return "; ".join(f"{letter} {part}: {part.why}" for letter, part in parts.items())
