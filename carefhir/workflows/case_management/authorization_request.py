"""`authorization-request`: shows a request for authorization as the Bundle that a site submits. It only reads.

A collection Bundle as Da Vinci Prior Authorization Support 2.2.1 has it for `Claim/$submit`: the Claim first, then
everything that it refers to. Nothing is sent. The X12 codes that the guide binds (element 1365 for the item, for
example) are not in it: they are X12's, and a site's clearinghouse or tables add them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from carefhir.engine.step import ClaimRef, PatientCommand, Reading
from carefhir.fhir.changes import derived
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, relative
from carefhir.fhir.search import Follow
from carefhir.mappers import claim, labels
from carefhir.mappers import patient as patients
from carefhir.occasion import Occasion


class AuthorizationRequest(PatientCommand):
    """Shows a request for authorization as the Bundle that is submitted to a payer."""

    claim: ClaimRef = Field(description="the request: Claim/ID")


SERVICE = "item.extension.valueReference"
FORM = "supportingInfo.valueReference"
FOLLOWED = (
    Follow("insurance.coverage", "Coverage"),
    Follow("insurer", "Organization"),
    Follow("provider", "Practitioner"),
    Follow("provider", "PractitionerRole"),
    Follow(SERVICE, "ServiceRequest"),
    Follow(SERVICE, "DeviceRequest"),
    Follow("item.encounter", "Encounter"),
    Follow(FORM, "QuestionnaireResponse"),
)
"""What the Claim refers to, and the payer needs."""

NEEDS = (patients.find(), replace(claim.find_named("claim"), follow=FOLLOWED))


@dataclass(frozen=True, slots=True)
class Submission:
    """A request as it is submitted, and what it lacks."""

    claim: str
    """`Claim/ID`."""
    on_record: bool
    """Whether it is on this server, visible, this patient's, and a request for authorization."""
    bundle: Json
    lacks: tuple[str, ...] = ()
    """What a payer will miss, a sentence each."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""


def read(records: Records, command: AuthorizationRequest, occasion: Occasion) -> Submission:
    """The Bundle; empty where there is no such request."""
    named = records.one("claim_named")
    if named is None or claim.read(named).use != claim.PREAUTHORIZATION:
        return Submission(command.claim, on_record=False, bundle={}, not_visible=records.not_visible)
    person = records.one("patient")
    others = [record for follow in FOLLOWED for record in records[follow.name]]
    parts = tuple({one.reference: one for one in (named, *([person] if person else []), *others)}.values())
    return Submission(
        claim=command.claim,
        on_record=True,
        bundle=_bundle(parts, occasion),
        lacks=tuple(_lacks(named, parts)),
        not_visible=records.not_visible,
    )


def _bundle(parts: tuple[Record, ...], occasion: Occasion) -> Json:
    names = {one.reference: f"urn:uuid:{derived('submission', one.reference, one.version)}" for one in parts}
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": names[parts[0].reference]},
        "type": "collection",
        "timestamp": occasion.stamp,
        "entry": [{"fullUrl": names[one.reference], "resource": _linked(one.json, names)} for one in parts],
    }


def _linked(value: Any, names: Mapping[str, str]) -> Any:
    """A copy whose references lead to what is in the Bundle."""
    if isinstance(value, Mapping):
        return {
            key: _reference(item, names) if key == "reference" else _linked(item, names) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_linked(item, names) for item in value]
    return value


def _reference(written: Any, names: Mapping[str, str]) -> Any:
    return names.get(relative(written) or "", written) if isinstance(written, str) else _linked(written, names)


def _lacks(named: Record, parts: tuple[Record, ...]) -> Iterator[str]:
    """What a payer will miss."""
    there = {one.reference for one in parts}
    paths = ("patient", "insurer", "provider", "insurance.coverage", SERVICE, "item.encounter", FORM)
    for path in paths:
        for written in dig(named.json, f"{path}.reference"):
            if isinstance(written, str) and (relative(written) or written) not in there:
                yield f"{written} is not in it: it is not on this server, or not visible to us"
    if not any(dig(named.json, "insurance.coverage.reference")):
        yield "it names no coverage: find out who pays"
    if not any(dig(named.json, "insurer.reference")):
        yield "it names no payer: add the Organization that is asked"
    if not any(dig(named.json, "diagnosis")):
        yield "it names no diagnosis"
    if any(map(labels.restricted, parts)):
        yield "part of it is restricted: tell the payer only what the person has agreed to (42 CFR Part 2)"
    yield "X12 codes are not in it: the clearinghouse or the site's tables add them"


AUTHORIZATION_REQUEST = Reading(
    "authorization-request", "A request for authorization, to be submitted", AuthorizationRequest, NEEDS, read
)
