"""Security labels: what must stay out of everything that others than the care team may see."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import ACT_CODE, RESTRICTED
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import questionnaire_response as qr

_CLOSED = ("R", "V")
"""Restricted and very restricted, in v3-Confidentiality."""


def restricted(record: Record) -> bool:
    """Whether a record is labeled restricted, or with a sensitivity (v3-ActCode: violence, substance use, HIV …).

    Such findings stay out of banners, prints, packets, shared plans and proxy views (clinical practice, rule 4).
    A label that cannot be read counts as restricted.
    """
    return any_restricted(qr.security(record.json))


def any_restricted(some: Iterable[Json]) -> bool:
    """Whether one of these labels says so."""
    return any(
        (label.get("system") == RESTRICTED["system"] and label.get("code") in _CLOSED)
        or label.get("system") == ACT_CODE
        for label in some
    )


security = qr.security
"""The labels of a resource; one that cannot be read means restricted."""
