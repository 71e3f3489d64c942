"""Contact preference: a Consent that says by which means a person does not want to be contacted.

It is a Consent and no Flag, because it is the person's own decision, with who recorded it and when, and ends when they
decide otherwise; each means has one of its own, so that one can be taken back without the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from carefhir.codes import CONSENT_SCOPE, CONTACT_MEANS, CONTACT_PREFERENCE, concept
from carefhir.content.loading import Concept, Content
from carefhir.fhir.changes import Edit, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text

OPTED_OUT = "opted-out"


@dataclass(frozen=True, slots=True)
class OptOut:
    """A means by which a person does not want to be contacted, in force."""

    record: Record
    means: tuple[str, ...]
    """Codes of CodeSystem contact-means."""
    since: str
    """When they said so, as FHIR writes it."""


def opt_outs(consents: Iterable[Record], ended: Callable[[Record], bool] | None = None) -> tuple[OptOut, ...]:
    """The means a person has opted out of, of all their Consents in force; and of those that were `ended` only now."""
    return tuple(
        opt_out
        for record in consents
        if first_text(record.json, "status") == "active" or (ended is not None and ended(record))
        if (opt_out := _read(record)) and opt_out.means
    )


def _read(record: Record) -> OptOut | None:
    json = record.json
    if first_text(json, "provision.type") != "deny":
        return None
    if (CONTACT_PREFERENCE, OPTED_OUT) not in codings(json, "category"):
        return None
    means = (code for system, code in codings(json, "provision.code") if system == CONTACT_MEANS)
    return OptOut(record=record, means=tuple(means), since=first_text(json, "dateTime") or "")


def write(content: Content, patient: str, means: Concept, at: str, *, said_by: str) -> Json:
    """The Consent of somebody who opts out of one means; `said_by` is whoever said so, the patient or their proxy."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": concept(CONSENT_SCOPE, "patient-privacy"),
        "category": [{"coding": [content.concept(CONTACT_PREFERENCE, OPTED_OUT).coding]}],
        "patient": {"reference": patient},
        "dateTime": at,
        "performer": [{"reference": said_by}],
        "policyRule": {"text": f"does not want to be contacted by {means.display}"},
        "provision": {"type": "deny", "code": [{"coding": [means.coding]}]},
    }


def taken_back() -> Edit:
    """Ends it: they want to be contacted by this means again."""
    return put("status", "inactive")
