"""The facts that content names (`content.named_facts`), of one person's chart, with the records behind each.

Counts are of what could be seen: where the records behind a fact could not be seen, it is empty, not 0 (rule R10). A
condition counts on the day it began; one without a day is not counted. A medicine was started on the day of its first
record, of any status; a record without a day does not count, so that a call comes too often rather than never.
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
from carefhir.content.named_facts import ANSWERS, DONE, OBSERVED, STARTED, NamedFact, named_facts
from carefhir.fhir.record import Record, codings, first_text, moment
from carefhir.mappers import reading
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import BEGUN, EncounterView
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion

TENTH = Decimal("0.1")
_DONE_AT = ("executionPeriod.end", "lastModified", "start", "occurrenceDateTime", "authoredOn")
"""Where an item says when it was done; at last when it was asked for, which is earlier and so asks again too soon."""


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
        if fact.takes == STARTED:
            return self._started()
        if fact.takes == OBSERVED:
            return self._observed()
        if fact.takes == DONE:
            return self._done()
        return self._reading()

    # ---- medicines and what was done

    def _started(self) -> FactOnRecord:
        """For how many days a medicine of the classes has been on record, where one is taken now."""
        if {"medication_requests", "medication_statements"} & self.chart.unseen:
            return FactOnRecord()
        wanted = set(self.fact.classes)
        on_record = [
            medicine
            for medicine in self.chart.medicines
            if medicine.classes & wanted and medicine.ordered and not medicine.forbidden
        ]
        days = [self._day_of(medicine.effective or medicine.authored or medicine.asserted) for medicine in on_record]
        first = min((day for day in days if day is not None), default=None)
        if not any(medicine.active for medicine in on_record) or first is None:
            return FactOnRecord()
        age = (self.occasion.today - first).days
        within = age >= 0 and (self.fact.within_days is None or age <= self.fact.within_days)
        return FactOnRecord((age,), tuple(medicine.record for medicine in on_record)) if within else FactOnRecord()

    def _observed(self) -> FactOnRecord:
        """How many days ago a number of the codes was taken."""
        past = [each for each in self.chart.readings if each.at <= self.occasion.now]
        newest = next(reversed(reading.of(past, *self.fact.loinc)), None)
        return FactOnRecord((self._days(newest),), (newest.record,)) if newest else FactOnRecord()

    def _done(self) -> FactOnRecord:
        """How many days ago an item of the codes was last done. What is not known to be done is not counted."""
        done = [
            (day, item.record)
            for item in self.chart.items
            if set(item.codes) & set(self.fact.items) and item.status in ("completed", "fulfilled")
            for day in [self._done_on(item.record)]
            if day is not None and day <= self.occasion.today
        ]
        if not done:
            return FactOnRecord()
        last, record = max(done, key=lambda pair: pair[0])
        return FactOnRecord(((self.occasion.today - last).days,), (record,))

    def _done_on(self, record: Record) -> date | None:
        days = [text for path in _DONE_AT if (text := first_text(record.json, path))]
        return self._day_of(days[0]) if days else None

    def _day_of(self, text: str) -> date | None:
        at = moment(text, self.occasion.zone)
        return self.occasion.local_date(at) if at else None

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
