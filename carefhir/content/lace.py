"""LACE: the risk of death or unplanned readmission within 30 days of an acute discharge to the community, 0–19.

van Walraven C et al., CMAJ 2010;182:551 (PMC2845681): length of stay, acuity of admission, comorbidity (its own
Charlson weights), emergency visits in the six months before. The tables are in `profiles/`. A missing input makes a
range, never a guess; every point cites what it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from carefhir.codes import ICD10CM, SNOMED
from carefhir.content.loading import Content, parameters
from carefhir.content.scoring import banded
from carefhir.fhir.record import Record, codings

COMORBIDITY = "https://carefhir.org/fhir/CodeSystem/lace-comorbidity"


@dataclass(frozen=True, slots=True)
class Points:
    """Points known exactly (low == high) or as a range, with the reason and the records they are based on."""

    low: int
    high: int
    why: str
    rests_on: tuple[Record, ...] = ()

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Lace:
    """The index with its parts; `low` and `high` differ where an input is missing."""

    length: Points
    acuity: Points
    comorbidity: Points
    emergency: Points
    low: int
    high: int
    low_band: str
    high_band: str

    @property
    def total(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    @property
    def parts(self) -> dict[str, Points]:
        return {"L": self.length, "A": self.acuity, "C": self.comorbidity, "E": self.emergency}


@dataclass(frozen=True, slots=True)
class Illness:
    """A condition as LACE sees it."""

    record: Record
    current: bool
    before: bool = True
    """Whether it began before the stay."""


def length_points(content: Content, admitted: date, discharged: date) -> Points:
    """L: days between the local dates of admission and discharge."""
    days = (discharged - admitted).days
    for interval in content.get("ObservationDefinition", "lace-length").get("qualifiedInterval", []):
        low = interval.get("range", {}).get("low", {}).get("value", 0)
        high = interval.get("range", {}).get("high", {}).get("value")
        if low <= days and (high is None or days <= high):
            points = int(next(code for _, code in codings(interval, "context")))
            return Points(points, points, f"{days} day{'' if days == 1 else 's'} in hospital")
    return Points(0, 0, f"{days} day{'' if days == 1 else 's'} in hospital")


def acuity_points(content: Content, emergent: bool | None, why: str, rests_on: tuple[Record, ...]) -> Points:
    """A: whether the admission was emergent; None if nothing says so."""
    most = parameters(content.get("PlanDefinition", "lace"))["acuity-emergent"]
    if emergent is None:
        return Points(0, most, why, rests_on)
    points = most if emergent else 0
    return Points(points, points, why, rests_on)


def comorbidity_points(content: Content, illnesses: Sequence[Illness], visible: bool) -> Points:
    """C: the weights of the groups found, without superseded ones, capped; unmapped conditions are counted and
    named."""
    numbers = parameters(content.get("PlanDefinition", "lace"))
    capped = numbers["comorbidity-capped"]
    if not visible or not illnesses:
        return Points(0, capped, "no conditions are on record" if visible else "conditions are not visible")
    groups = content.concepts(COMORBIDITY)
    records_by_group: dict[str, list[Record]] = {}
    unmapped = 0
    for illness in illnesses:
        targets = tuple(groups_of(content, illness.record))
        unmapped += not targets
        for group in targets:
            properties = groups[group].properties
            if (illness.current or properties.get("history")) and (illness.before or not properties.get("prior")):
                records_by_group.setdefault(group, []).append(illness.record)
    superseded = {str(groups[group].properties.get("supersedes", "")) for group in records_by_group}
    # In the order of the code system: the order in which records come depends on their ids, and says nothing.
    counted = [group for group in groups if group in records_by_group and group not in superseded]
    total = sum(int(groups[group].properties["weight"]) for group in counted)
    points = capped if total >= numbers["comorbidity-cap-from"] else total
    names = ", ".join(groups[group].display for group in counted) or "no comorbidity that counts"
    why = f"{names}; {unmapped} of {len(illnesses)} conditions on record are not in the LACE map"
    return Points(points, points, why, tuple(record for group in counted for record in records_by_group[group]))


def groups_of(content: Content, record: Record) -> Iterable[str]:
    """The LACE comorbidity groups a condition falls into."""
    groups: dict[str, None] = {}
    for system, code in codings(record.json, "code"):
        if system == SNOMED:
            groups |= dict.fromkeys(content.mapped("lace-comorbidities", system, code))
        elif system == ICD10CM:
            groups |= dict.fromkeys(content.mapped_by_prefix("lace-comorbidities", system, code))
    return groups


def emergency_points(content: Content, visits: Sequence[Record], visible: bool) -> Points:
    """E: emergency visits in the months before, the index visit excluded."""
    most = parameters(content.get("PlanDefinition", "lace"))["emergency-max"]
    if not visible:
        return Points(0, most, "encounters are not visible")
    points = min(len(visits), most)
    return Points(points, points, f"emergency visits in the months before: {len(visits)}", tuple(visits))


def lace(content: Content, length: Points, acuity: Points, comorbidity: Points, emergency: Points) -> Lace:
    """Adds up the parts and finds the bands of both ends."""
    parts = (length, acuity, comorbidity, emergency)
    low, high = sum(one.low for one in parts), sum(one.high for one in parts)
    low_band = banded(content, "lace-total", low).label
    return Lace(length, acuity, comorbidity, emergency, low, high, low_band, banded(content, "lace-total", high).label)
