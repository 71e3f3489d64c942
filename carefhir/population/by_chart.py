"""Where somebody stands, by their whole chart: the same reading and the same rules as for one patient on a server.

A population is sorted by views (`plain`). Whoever's records say more than a view reads for certain is read here, so
that a view never has to guess.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from carefhir.chart import chart as charts
from carefhir.chart import placing
from carefhir.chart.placing import Placement
from carefhir.fhir.gather import Gap, Records
from carefhir.fhir.record import Record
from carefhir.mappers import medication, reading
from carefhir.occasion import Occasion

NEEDS = placing.NEEDS

TYPES = tuple(dict.fromkeys((*(need.type for need in NEEDS), "Medication")))
"""The resource types that count."""
UNSURE = "not all of it could be read"


def place(patient: str, resources: Iterable[Record], occasion: Occasion, *, unsure: Collection[str] = ()) -> Placement:
    """Where a patient (`Patient/ID`) stands by these records, their own and the Medications that those point to.
    `unsure`: resource types of which there is no file, or not all could be read: nobody knows what there is more."""
    slots = {"patient": patient, "actor": occasion.actor.reference, "today": occasion.today.isoformat()}
    slots |= {"now": occasion.stamp} | reading.slots(occasion.content)
    by_type: dict[str, list[Record]] = {}
    for record in resources:
        by_type.setdefault(record.type, []).append(record)
    by_need = {
        need.name: tuple(record for record in by_type.get(need.type, ()) if need.wants(record.json, slots))
        for need in NEEDS
    }
    by_need[medication.FOLLOWED.name] = tuple(by_type.get("Medication", ()))
    gaps = tuple(Gap(need.name, need.type, UNSURE) for need in NEEDS if need.type in unsure)
    return placing.place(charts.read(Records(by_need, gaps), occasion), occasion)
