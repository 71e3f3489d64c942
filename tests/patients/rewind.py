"""A patient's records as they stood 24 hours after their last stay.

The archive goes on for years after most of those stays. A chart that knows the future proposes care for illnesses to
come, so what begins later is left out, and an illness that ended later is active again. The archive does not date the
end of an order; but where the same medicine was ordered again later, the last order before ran at the time. Other
orders stay as they are, and so does a death: the dead are here to be refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from carefhir.chart import stays
from carefhir.chart.stays import Stay
from carefhir.content.loading import Content
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record, dig, moment
from carefhir.mappers import encounter
from carefhir.mappers.encounter import EncounterView

Json = dict[str, Any]

AFTER = timedelta(hours=24)
BEGINS = (
    "period.start performedPeriod.start onsetDateTime effectiveDateTime occurrenceDateTime authoredOn recordedDate "
    "date startDate"
).split()
"""What says when a resource begins, the first there is."""
PARTS = ("goal", "result")
"""References to what may begin later than what refers to it."""


def last_stay(content: Content, views: list[EncounterView]) -> tuple[Stay | None, EncounterView, datetime]:
    """The last stay, any Encounter that names it, and when it ended; of who never stayed, the last visit."""
    inside = [one for one in views if stays.is_facility(stays.setting_of(content, one))]
    ended = [one for one in inside or views if one.end]
    last = max(ended, key=lambda one: (one.end, one.reference))
    stay = stays.stay_of(content, last, views, 24)
    end = stay.end if stay else last.end
    assert end is not None
    # not the Encounter it ends with, but the first
    return stay, stay.encounters[0] if stay else last, end


def rewound(content: Content, bundle: Json) -> Json:
    """The Bundle without what came later."""
    entries = bundle["entry"]
    found = [one["resource"] for one in entries]
    views = [encounter.read(Record(encode(one))) for one in found if one["resourceType"] == "Encounter"]
    now = last_stay(content, views)[2] + AFTER
    later = {one["fullUrl"] for one in entries if _begins_after(one["resource"], now)}
    while more := {one["fullUrl"] for one in entries if later & set(_rests_on(one["resource"]))} - later:
        later |= more
    ran = _orders_that_ran(found, now)
    kept = [
        {**one, "resource": _as_it_stood(one["resource"], later, now, ran)}
        for one in entries
        if one["fullUrl"] not in later
    ]
    return {**bundle, "entry": kept}


def _begins_after(resource: Json, now: datetime) -> bool:
    begins = next((said for path in BEGINS for said in dig(resource, path)), None)
    at = moment(begins) if isinstance(begins, str) else None
    return at is not None and at > now


def _rests_on(resource: Json) -> Iterator[str]:
    """What a resource cannot stand without."""
    yield from (str(one) for path in ("encounter", "context", "context.encounter", "medicationReference")
                for one in dig(resource, f"{path}.reference"))  # fmt: skip


def _orders_that_ran(resources: list[Json], now: datetime) -> set[str]:
    """The last order so far of each medicine that was ordered again later, by id."""
    last: dict[str, Json] = {}
    again: set[str] = set()
    orders = [one for one in resources if one["resourceType"] == "MedicationRequest"]
    for one in sorted(orders, key=lambda order: str(order["authoredOn"])):
        medicine = one.get("medicationCodeableConcept", {}).get("text", "")
        if _begins_after(one, now):
            again.add(medicine)
        else:
            last[medicine] = one
    return {str(one["id"]) for medicine, one in last.items() if medicine and medicine in again}


def _as_it_stood(resource: Json, later: set[str], now: datetime, ran: set[str]) -> Json:
    made = {
        name: [one for one in value if one.get("reference") not in later] if name in PARTS else value
        for name, value in resource.items()
    }
    if made["resourceType"] == "MedicationRequest" and made["id"] in ran:
        made["status"] = "active"
    over = moment(made.get("abatementDateTime")) if made["resourceType"] == "Condition" else None
    if over is not None and over > now:
        del made["abatementDateTime"]
        (status,) = made["clinicalStatus"]["coding"]
        made["clinicalStatus"] = {"coding": [{**status, "code": "active"}]}
    return made
