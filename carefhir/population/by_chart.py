"""Where somebody stands, by their whole chart: the same reading and the same rules as for one patient on a server.

A population is sorted by views (`plain`). Whoever's records say more than a view reads for certain is read here, so
that a view never has to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from carefhir.chart import chart as charts
from carefhir.chart import placing
from carefhir.chart.placing import Placement
from carefhir.fhir.gather import Gap, Records
from carefhir.fhir.record import Record
from carefhir.mappers import medication, reading
from carefhir.occasion import Occasion

NEEDS = charts.needs(
    "patient",
    "episodes",
    "care_teams",
    "conditions",
    "medication_requests",
    "medication_statements",
    "readings",
    "encounters",
    "tasks",
    "risks",
    "conclusions",
    "flags",
    "goals",
    "appointments",
)
"""What is asked about one patient (`stratify`), and about each of a population: a test holds the two together."""

TYPES = tuple(dict.fromkeys((*(need.type for need in NEEDS), "Medication")))
"""The resource types that count."""
ABSENT = "there is no file of it"


def place(patient: str, resources: Iterable[Record], occasion: Occasion, *, absent: Sequence[str] = ()) -> Placement:
    """Where a patient (`Patient/ID`) stands by these records, their own and the Medications that those point to.
    `absent`: resource types of which there is no file; nobody knows whether there are any."""
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
    gaps = tuple(Gap(need.name, need.type, ABSENT) for need in NEEDS if need.type in absent)
    return placing.place(charts.read(Records(by_need, gaps), occasion), occasion)
