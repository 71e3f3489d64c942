"""The facts that content names (`content.named_facts`), of one person's chart, with the records behind each.

Counts are of what could be seen: where the records behind a fact could not be seen, it is empty, not 0 (rule R10). A
condition counts on the day it began; one without a day is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from carefhir.chart import stays
from carefhir.chart.all_stays import every_stay, reasons_of
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of, groups_of_codes, unconfirmed
from carefhir.content.named_facts import ANSWERS, NamedFact, named_facts
from carefhir.fhir.record import Record, codings, moment
from carefhir.mappers import reading
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import BEGUN, EncounterView
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class FactOnRecord:
    """The value of a fact, and the records it was read from."""

    value: tuple[Any, ...] = ()
    """One value, or none where it is not known."""
    records: tuple[Record, ...] = ()


def on_record(chart: Chart, occasion: Occasion) -> Mapping[str, FactOnRecord]:
    """Every fact that content names and the record tells, by name."""
    return {
        name: _Looking(chart, occasion, fact).found()
        for name, fact in named_facts(occasion.content).items()
        if fact.takes not in ANSWERS
    }


@dataclass(frozen=True, slots=True)
class _Looking:
    """One fact, looked for in one chart."""

    chart: Chart
    occasion: Occasion
    fact: NamedFact

    def found(self) -> FactOnRecord:
        fact = self.fact
        if fact.takes == "conditions":
            return FactOnRecord() if "conditions" in self.chart.unseen else self._conditions()
        if fact.takes in ("stays", "emergency-visits"):
            return FactOnRecord() if {"encounters", "conditions"} & self.chart.unseen else self._encounters()
        return self._reading()

    # ---- readings

    def _reading(self) -> FactOnRecord:
        pairs = list(self._values())
        if not pairs:
            return FactOnRecord()
        newest, value = pairs[-1]
        match self.fact.takes:
            case "age-days":
                return FactOnRecord((self._days(newest),), (newest.record,))
            case "newest":
                return FactOnRecord((value,), (newest.record,))
            case "change":
                if len(pairs) < 2:
                    return FactOnRecord()
                before, earlier = pairs[-2]
                return FactOnRecord((value - earlier,), (before.record, newest.record))
        wanted = min if self.fact.takes == "lowest" else max
        measurement, extreme = wanted(pairs, key=lambda pair: pair[1])
        return FactOnRecord((extreme,), (measurement.record,))

    def _values(self) -> Iterable[tuple[Measurement, Decimal]]:
        """The readings that can be compared, oldest first; what is not plausible is no reading."""
        kind, content = self.fact.kind, self.occasion.content
        assert kind is not None
        past = [each for each in self.chart.readings if each.at <= self.occasion.now]
        for measurement in reading.of(past, kind.loinc[0]):
            value = reading.in_unit(content, measurement.value, measurement.unit, self.fact.unit)
            within = self.fact.within_days is None or self._days(measurement) <= self.fact.within_days
            if value is not None and within and not reading.doubtful(content, measurement):
                same = measurement.unit == self.fact.unit
                yield measurement, value if same else value.quantize(TENTH)

    def _days(self, measurement: Measurement) -> int:
        return (self.occasion.today - self.occasion.local_date(measurement.at)).days

    # ---- events

    def _conditions(self) -> FactOnRecord:
        """On how many days a condition of the groups began, so that one event written twice counts once."""
        began = {
            day: condition.record
            for condition in self.chart.conditions
            if condition.holds and not unconfirmed(condition) and self._is_of_groups(condition)
            for day in [self._began(condition)]
            if day is not None and self._within(day)
        }
        return FactOnRecord((len(began),), tuple(began.values()))

    def _began(self, condition: ConditionView) -> date | None:
        at = moment(condition.onset, self.occasion.zone)
        return self.occasion.local_date(at) if at else None

    def _encounters(self) -> FactOnRecord:
        content, theirs = self.occasion.content, self._conditions_of_groups()
        if self.fact.takes == "stays":
            ended = [
                stay
                for stay in every_stay(content, self.chart.encounters)
                if any(each.end for each in stay.encounters) and self._within(stay.end_day)
            ]
            for_them = [stay for stay in ended if any(self._is_for(each, theirs) for each in stay.encounters)]
            return FactOnRecord((len(for_them),), tuple(each.record for stay in for_them for each in stay.encounters))
        visits = [
            visit
            for visit in self.chart.encounters
            if visit.status in BEGUN
            and visit.start_day is not None
            and self._within(visit.start_day)
            and stays.setting_of(content, visit).code == "emergency"
            and self._is_for(visit, theirs)
        ]
        return FactOnRecord((len(visits),), tuple(visit.record for visit in visits))

    def _conditions_of_groups(self) -> frozenset[str]:
        return frozenset(each.record.reference for each in self.chart.conditions if self._is_of_groups(each))

    def _is_of_groups(self, condition: ConditionView) -> bool:
        return bool(set(self.fact.groups) & set(groups_of(self.occasion.content, condition)))

    def _is_for(self, encounter: EncounterView, conditions: frozenset[str]) -> bool:
        """Whether an encounter was for a condition of the groups, by what it points to or by its reason's code."""
        codes = codings(encounter.record.json, "reasonCode")
        groups = groups_of_codes(self.occasion.content, codes)
        return bool(reasons_of(encounter) & conditions) or bool(set(self.fact.groups) & set(groups))

    def _within(self, day: date) -> bool:
        assert self.fact.within_days is not None
        return self.occasion.today - timedelta(days=self.fact.within_days) <= day <= self.occasion.today
