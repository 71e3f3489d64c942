"""Sorts a population: the tier of everybody, why, and who is a candidate for which program.

Views count for everybody whose records are plain; the rules that sort one patient judge each different situation once.
Whoever's records a view does not read for certain is placed by their whole chart. Both ways give what `stratify` gives
of that patient alone: a test compares them, row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from carefhir.chart import placing
from carefhir.chart.placing import Placement
from carefhir.codes import CONDITION_GROUP
from carefhir.content import program_criteria
from carefhir.content.loading import Content
from carefhir.content.rules import Facts
from carefhir.occasion import Occasion
from carefhir.population import by_chart
from carefhir.population.exported import Exported
from carefhir.population.plain import PlainFacts, cuts_of
from carefhir.population.sources import UnreadableLines


@dataclass(frozen=True, slots=True)
class SortedPatient:
    """One patient of a population: where they stand, and how that was found out."""

    patient: str
    """`Patient/ID`."""
    where: Placement
    by_chart: bool
    """Whether the whole chart was read; else views were enough."""


def facts_of(content: Content, row: Mapping[str, Any], unseen: frozenset[str]) -> Facts:
    """The facts that rules ask, of a row that was counted; as `chart.facts` gives them of the same records. `unseen`:
    by the names of needs, what could not be seen."""
    groups = content.concepts(CONDITION_GROUP)
    held, feared = (sorted(row.get(name) or ()) for name in ("held", "feared"))

    def count(name: str, *needs: str) -> list[int]:
        return [] if unseen & set(needs) else [int(row.get(name) or 0)]

    def known(name: str) -> list[int]:
        value = row.get(name)
        return [] if value is None else [int(value)]

    facts: dict[str, list[Any]] = {
        "conditions": held,
        "conditions_or_concerns": feared,
        "needs": [group for group in feared if groups[group].properties.get("need")],
        "chronic_count": [len([group for group in held if groups[group].properties.get("chronic")])]
        if "conditions" not in unseen
        else [],
        "medicine_count": count("medicine_count", "medication_requests", "medication_statements"),
        "adl_losses": [],
        "referred": [],
        "behavioural_age_days": known("behavioural_age_days"),
        "social_age_days": known("social_age_days"),
        "not_visible": sorted(unseen),
        "safety_open": [] if "tasks" in unseen else [False],
        "lace_low": [],
        "lace_high": [],
        "lace_expected": [True] if row.get("lace_expected") else [],
        "days_since_discharge": known("days_since_discharge"),
        "days_since_unplanned_discharge": known("days_since_unplanned_discharge"),
        "goals_met": [],
        "goals_not_met": [],
        "low_tier_days": [],
    }
    for name in COUNTED:
        facts[name] = count(name, "encounters")
    for name in ("a1c", "phq_9"):
        values = [Decimal(each) for each in (row.get(name) or "").split()]
        facts[name] = values[:1]
        facts[f"{name}_change"] = [values[0] - values[1]] if len(values) > 1 else []
    return facts


COUNTED = (
    "unplanned_stays_90_days",
    "unplanned_stays_12_months",
    "unclear_stays_90_days",
    "unclear_stays_12_months",
    "psychiatric_stays_12_months",
    "heart_failure_stays_12_months",
    "emergency_visits_12_months",
)


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody in a source, sorted."""

    rows: tuple[SortedPatient, ...]
    absent: tuple[str, ...]
    """Resource types of which there is no file: nobody knows whether there are any, and every tier may be higher."""

    unreadable: tuple[UnreadableLines, ...] = ()
    """What of the files could not be used."""
    of_nobody: Mapping[str, int] = field(default_factory=dict)
    """By type, how many records name no patient by a relative reference; they count for nobody."""
    passed_over: tuple[str, ...] = ()
    """Files that are named for no type of record."""

    @property
    def whole(self) -> bool:
        """Whether everything that decides a tier was there, and could be read."""
        return not (self.absent or self.unreadable or self.of_nobody)

    @property
    def by_tier(self) -> Counter[str]:
        """How many people are in each tier, in words; "no tier" for those whom nobody sorts."""
        return Counter(tier_words(row.where) for row in self.rows)


def tier_words(where: Placement) -> str:
    """The tier as people say it."""
    if not where.tier:
        return "no tier"
    return f"at least {where.tier}" if where.at_least else where.tier


OF_THE_BARRED = ("Patient", "EpisodeOfCare")
"""What has to be read of somebody who has died, or whose record is inactive or merged: nobody sorts them."""


def stratify(source: Exported, occasion: Occasion) -> Population:
    """Sorts everybody in a source."""
    absent = tuple(type_ for type_ in by_chart.TYPES if type_ not in source.types)
    rows_by_view = source.rows()
    of_nobody = source.of_nobody()
    unsure = {*absent, *of_nobody, *(type_ for type_, lines in source.folder.counted.items() if lines)} - {"Patient"}
    unsure |= {"MedicationRequest", "MedicationStatement"} if "Medication" in unsure - {*absent} else set()
    unseen = frozenset(need.name for need in by_chart.NEEDS if need.type in unsure)
    engine = source.engine
    counted = PlainFacts(engine, occasion, cuts_of(occasion.content)).facts(rows_by_view)
    held = engine.create_table("counted", counted, temp=True)
    plain = held.filter(~held.careful).drop("careful", "barred")
    facts = [name for name in plain.columns if name != "patient"]
    cells: dict[tuple[Any, ...], Placement] = {}
    rows = []
    for batch in plain.to_pyarrow().to_batches():
        columns = [batch.column(name).to_pylist() for name in facts]
        patients = batch.column("patient").to_pylist()
        for patient, *values in zip(patients, *columns, strict=True):
            key = tuple(tuple(value) if isinstance(value, list) else value for value in values)
            where = cells.get(key)
            if where is None:
                row = facts_of(occasion.content, dict(zip(facts, values, strict=True)), unseen)
                stratum = program_criteria.judge(occasion.content, row)
                where = cells[key] = placing.placed(occasion.content, stratum, (), unseen=unseen)
            rows.append(SortedPatient(f"Patient/{patient}", where, by_chart=False))
    alive = []
    for patient, records in source.charts(_of(held, barred=True), OF_THE_BARRED):
        name = f"Patient/{patient}"
        where = by_chart.place(name, records, occasion, unsure=unsure)
        if where.not_sorted:
            rows.append(SortedPatient(name, where, by_chart=True))
        else:  # "has not died" is on record, say
            alive.append(patient)
    for patient, records in source.charts([*_of(held, barred=False), *alive]):
        name = f"Patient/{patient}"
        rows.append(SortedPatient(name, by_chart.place(name, records, occasion, unsure=unsure), by_chart=True))
    return Population(
        rows=tuple(sorted(rows, key=lambda row: row.patient)),
        absent=absent,
        unreadable=source.folder.unreadable,
        passed_over=source.folder.passed_over,
        of_nobody=of_nobody,
    )


def _of(held: ir.Table, *, barred: bool) -> list[str]:
    """Whose charts must be read."""
    patients: list[str] = held.filter(held.careful & (held.barred == barred)).patient.to_pyarrow().to_pylist()
    return patients
