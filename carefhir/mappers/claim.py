"""Claim with use preauthorization: what a payer is asked to authorize before it is done.

Shaped as the PAS Claim of Da Vinci Prior Authorization Support 2.2.1 (`profile-claim`): its items, diagnoses, insurance
and supporting information stand where the guide has them. The X12 codes it binds are not ours to write: a site's
clearinghouse or its own tables add them before it submits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from carefhir.codes import CLAIM_TYPE, PROCESS_PRIORITY, concept
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, references, relative, words_of
from carefhir.fhir.search import Codes, Named, Need, Of

REQUESTED_SERVICE = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-requestedService"
SUPPORTING_INFO = "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASSupportingInfoType"
PREAUTHORIZATION = "preauthorization"
_PRIORITY = {"expedited": "stat", "standard": "normal"}


def find() -> Need:
    """All of a patient's requests for authorization."""
    return Need("claims", "Claim", (Of("patient", "patient"), Codes("use", "use", (PREAUTHORIZATION,))), optional=True)


def find_named(field: str) -> Need:
    """The Claim a field of the command names, of whatever use."""
    return Need(f"{field}_named", "Claim", (Of("patient", "patient"), Named(f"{{command.{field}}}")), optional=True)


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A request for authorization, or another claim."""

    record: Record
    status: str
    use: str
    words: str
    """What is asked for."""
    about: tuple[str, ...]
    """The requests and stays it asks for, by reference."""
    created: str
    """When it was written, as FHIR writes it."""
    expedited: bool

    @property
    def reference(self) -> str:
        return self.record.reference


def read(record: Record) -> ClaimView:
    """A claim, leniently."""
    json = record.json
    items = [words_of(item.get("productOrService")) for item in dig(json, "item") if isinstance(item, dict)]
    return ClaimView(
        record,
        first_text(json, "status") or "",
        first_text(json, "use") or "",
        "; ".join(filter(None, items)) or words_of(json.get("type")),
        tuple(dict.fromkeys(_about(json))),
        first_text(json, "created") or "",
        "stat" in set(_codes(json)),
    )


def _codes(json: Json) -> Iterator[str]:
    yield from (code for code in dig(json, "priority.coding.code") if isinstance(code, str))


def _about(json: Json) -> Iterator[str]:
    """What it asks for: in the item's extension of the guide, as R4's `encounter`, or as the referral."""
    for item in dig(json, "item"):
        for extension in dig(item, "extension"):
            if isinstance(extension, dict) and extension.get("url") == REQUESTED_SERVICE:
                yield from (r for one in references(extension, "valueReference") if (r := relative(one)))
    yield from (r for path in ("item.encounter", "referral") for one in references(json, path) if (r := relative(one)))


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """One service, stay or thing that is to be authorized."""

    words: str
    codings: tuple[Json, ...] = ()
    quantity: Decimal | None = None
    unit: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class PayerRequest:
    """What a payer is asked."""

    about: Json
    """The request or stay, as a reference."""
    stay: bool
    """Whether it is a stay: `item.encounter`; else the extension of the guide."""
    items: tuple[ClaimItem, ...]
    diagnoses: tuple[Json, ...]
    """A CodeableConcept each."""
    provider: str
    expedited: bool
    institutional: bool
    coverage: Json
    """The Coverage, as a reference; words where there is none."""
    insurer: Json | None = None
    supporting: tuple[Json, ...] = ()
    """References to what supports it, a form say."""
    words: str = ""
    """What else the payer is told."""


def write(patient: str, created: str, request: PayerRequest) -> Json:
    """An active request for authorization."""
    claim: Json = {
        "resourceType": "Claim",
        "status": "active",
        "type": concept(CLAIM_TYPE, "institutional" if request.institutional else "professional"),
        "use": PREAUTHORIZATION,
        "patient": {"reference": patient},
        "created": created,
    }
    if request.insurer:
        claim["insurer"] = request.insurer
    claim["provider"] = {"reference": request.provider}
    claim["priority"] = concept(PROCESS_PRIORITY, _PRIORITY["expedited" if request.expedited else "standard"])
    if supporting := _supporting(request):
        claim["supportingInfo"] = supporting
    if request.diagnoses:
        claim["diagnosis"] = [
            {"sequence": number, "diagnosisCodeableConcept": one} for number, one in enumerate(request.diagnoses, 1)
        ]
    claim["insurance"] = [{"sequence": 1, "focal": True, "coverage": request.coverage}]
    claim["item"] = [_item(number, item, request) for number, item in enumerate(request.items, 1)]
    return claim


def _supporting(request: PayerRequest) -> list[Json]:
    """What supports the request: forms by reference, then words."""
    told: list[tuple[str, Json]] = [("additionalInformation", {"valueReference": one}) for one in request.supporting]
    told += [("freeFormMessage", {"valueString": request.words})] if request.words else []
    return [
        {"sequence": number, "category": concept(SUPPORTING_INFO, category), **value}
        for number, (category, value) in enumerate(told, 1)
    ]


def _item(number: int, item: ClaimItem, request: PayerRequest) -> Json:
    written: Json = {"sequence": number}
    if not request.stay:
        written["extension"] = [{"url": REQUESTED_SERVICE, "valueReference": request.about}]
    if request.diagnoses:
        written["diagnosisSequence"] = list(range(1, len(request.diagnoses) + 1))
    coded: Json = {"coding": list(item.codings)} if item.codings else {}
    written["productOrService"] = {**coded, "text": item.words}
    days = {"start": item.first_day, "end": item.last_day}
    if any(days.values()):
        written["servicedPeriod"] = {end: day.isoformat() for end, day in days.items() if day}
    if item.quantity is not None:
        written["quantity"] = {"value": item.quantity, **({"unit": item.unit} if item.unit else {})}
    if request.stay:
        written["encounter"] = [request.about]
    return written
