"""Care time: from when to when somebody worked for a person, for which program, on what.

It is an Observation: most of this work is no contact, so no Encounter took place (and one would say that it did); what
is charged is the biller's, so it is no ChargeItem. Whoever worked is its performer, and their minutes are found by
that, whomever they worked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from carefhir.codes import CARE_TIME, DISCIPLINE, PROGRAM, TIME_ACTIVITY, UCUM
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, first_text, moment, references, relative
from carefhir.fhir.search import Codes, Need, Of

MINUTES = "minutes"
COUNTS = frozenset({"final", "amended", "corrected"})
_CODES = Codes("code", "code", (f"{CARE_TIME}|{MINUTES}",))


def find() -> Need:
    """All minutes anybody worked for a patient."""
    return Need("care_times", "Observation", (Of("patient", "subject"), _CODES))


def find_of_actor() -> Need:
    """All minutes that whoever acts worked, for anybody."""
    return Need("own_times", "Observation", (Of("performer", "performer", "{actor}"), _CODES))


@dataclass(frozen=True, slots=True)
class TimeView:
    """Minutes somebody worked for a person."""

    record: Record
    start: datetime
    end: datetime
    minutes: int
    """As logged: the whole minutes between start and end."""
    worker: str
    """`Practitioner/ID`."""
    discipline: str
    program: str
    """Code of CodeSystem care-program; "" where it says none of ours."""
    activity: str
    patient: str
    """`Patient/ID`."""

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether it shares a moment with another time."""
        return self.start < end and start < self.end


def read(record: Record, zone: tzinfo) -> TimeView | None:
    """Minutes on record; None for what does not count, and for what nobody can read as a time."""
    json = record.json
    start = moment(first_text(json, "effectivePeriod.start"), zone)
    end = moment(first_text(json, "effectivePeriod.end"), zone)
    if first_text(json, "status") not in COUNTS or start is None or end is None or end <= start:
        return None
    return TimeView(
        record=record,
        start=start,
        end=end,
        minutes=(end - start) // timedelta(minutes=1),
        worker=next((r for one in references(json, "performer") if (r := relative(one))), ""),
        discipline=_part(json, DISCIPLINE),
        program=_part(json, PROGRAM),
        activity=_part(json, TIME_ACTIVITY),
        patient=next((r for one in references(json, "subject") if (r := relative(one))), ""),
    )


def _part(json: Json, of_system: str) -> str:
    """The code of a system among its components."""
    return next((code for system, code in codings(json, "component.valueCodeableConcept") if system == of_system), "")


def write(
    content: Content,
    patient: str,
    worker: str,
    *,
    start: str,
    end: str,
    minutes: int,
    about: tuple[tuple[str, Concept | None], ...],
) -> Json:
    """Minutes somebody worked; `about` says what each component is (CodeSystem care-time), and its code."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [content.concept(CARE_TIME, MINUTES).coding]},
        "subject": {"reference": patient},
        "effectivePeriod": {"start": start, "end": end},
        "performer": [{"reference": worker}],
        "valueQuantity": {"value": minutes, "unit": "minutes", "system": UCUM, "code": "min"},
        "component": [
            {
                "code": {"coding": [content.concept(CARE_TIME, what).coding]},
                "valueCodeableConcept": {"coding": [concept.coding]},
            }
            for what, concept in about
            if concept is not None
        ],
    }
