"""Numbers on record that nobody has judged: from a scale or a cuff at home, say, or a laboratory.

They are judged by the rules of the check-ins, and only by what a number says alone: the red and emergency limits of
pressure, pulse and glucose for everybody; changes of weight for whoever has the condition the rule is for. What a
visit or a stay has measured was seen there, and what a check-in rests on, or came after, was asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from carefhir.chart import check_in_facts, facts
from carefhir.chart.chart import Chart
from carefhir.content import check_in
from carefhir.content.answering import Answers
from carefhir.content.check_in import CheckInPathway
from carefhir.content.quantities import Measured, NumberGiven
from carefhir.content.rules import Facts, Rule
from carefhir.fhir.record import Record, moment, references
from carefhir.fhir.search import Need, Since
from carefhir.mappers import check_in as triages
from carefhir.mappers import reading
from carefhir.mappers.reading import Measurement
from carefhir.occasion import Occasion

TAKEN = ("effectiveDateTime", "effectiveInstant", "effectivePeriod")
READINGS = Need(
    "readings",
    "Observation",
    (*reading.find().where, Since("date", TAKEN, "{today-16d}")),
    optional=True,
)
"""Of the last two weeks and a little more: so far back the rules compare a weight."""
ASKED = {
    reading.SYSTOLIC: "systolic",
    reading.DIASTOLIC: "diastolic",
    reading.HEART_RATE: "heart-rate",
    reading.GLUCOSE: "glucose",
}
"""The question of a check-in that asks for a number, by its LOINC code."""
AT_ONCE = frozenset({"red-urgent", "emergency"})
CALLED = frozenset({*AT_ONCE, "yellow"})


@dataclass(frozen=True, slots=True)
class UnjudgedNumber:
    """One number that a rule speaks of."""

    measurement: Measurement
    kind: str
    """The question that asks for it; `weight`."""
    rule: Rule

    @property
    def words(self) -> str:
        """`heart rate 128 /min on 2026-03-09 (Heart rate over 120)`."""
        name = self.kind.replace("-", " ")
        taken = self.measurement.at.date()
        return f"{name} {self.measurement.value} {self.measurement.unit} on {taken} ({self.rule.title})"


@dataclass
class NumbersOnRecord:
    """The numbers of one person, held against the rules."""

    chart: Chart
    occasion: Occasion
    results: tuple[Record, ...] = ()
    """Results of questionnaires, those of check-ins among them."""
    _facts: dict[str, Facts] = field(default_factory=dict)

    def unjudged(self, *, days: int) -> Iterator[UnjudgedNumber]:
        """Those of the last days, oldest first."""
        since = self.occasion.now - timedelta(days=days)
        asked = self.asked_last
        for measurement in self.chart.readings:
            recent = since <= measurement.at <= self.occasion.now
            if not recent or (asked is not None and asked >= measurement.at) or self._seen(measurement):
                continue
            kind = "weight" if measurement.code == reading.WEIGHT else ASKED.get(measurement.code, "")
            rule = self._worst(measurement, kind) if kind else None
            if rule is not None:
                yield UnjudgedNumber(measurement, kind, rule)

    def kinds(self) -> Mapping[str, str]:
        """What each number on record is of, by its reference."""
        names = {reading.WEIGHT: "weight", **ASKED}
        return {each.record.reference: names[each.code] for each in self.chart.readings if each.code in names}

    def judged(self, reference: str) -> str:
        """What has asked the person since a number was taken, in words; "" where nothing has."""
        taken = [each.at for each in self.chart.readings if each.record.reference == reference]
        asked = self.asked_last
        return f"a check-in of {asked.date()} has asked the person" if taken and asked and asked >= max(taken) else ""

    @property
    def asked_last(self) -> datetime | None:
        """When a check-in last asked the person, as far as its result says."""
        views = (triages.read(record) for record in self.results)
        asked = (moment(view.at, self.occasion.zone) for view in views if view.color)
        return max((at for at in asked if at is not None), default=None)

    def _seen(self, measurement: Measurement) -> bool:
        """Whether somebody was there when it was taken: in a visit or a stay, or in a check-in."""
        if measurement.derived_from or any(references(measurement.record.json, "encounter")):
            return True
        return any(
            stay.start is not None
            and stay.status not in ("planned", "cancelled", "entered-in-error")
            and stay.start <= measurement.at <= (stay.end or self.occasion.now)
            for stay in self.chart.encounters
        )

    def _worst(self, measurement: Measurement, kind: str) -> Rule | None:
        """The worst rule that holds because of this number, and not without it."""
        rules = [
            rule
            for pathway in check_in.pathways(self.occasion.content)
            for rule in self._because_of(measurement, kind, pathway)
        ]
        return max(rules, key=lambda rule: check_in.WORST_LAST.index(rule.code), default=None)

    def _because_of(self, measurement: Measurement, kind: str, pathway: CheckInPathway) -> Iterable[Rule]:
        chart_facts = self._chart_facts()
        if kind == "weight" and not check_in.applies_to(pathway, chart_facts):
            return []
        counts = CALLED if kind == "weight" else AT_ONCE
        without = self._holding(pathway, Answers(), weighed=None)
        if kind == "weight":
            held = self._holding(pathway, Answers(), weighed=measurement)
        else:
            given = NumberGiven((Measured(measurement.value, measurement.unit),))
            held = self._holding(pathway, Answers(numbers={kind: given}), weighed=None)
        return [rule for rule in held if rule.code in counts and rule.id not in {each.id for each in without}]

    def _holding(self, pathway: CheckInPathway, answers: Answers, *, weighed: Measurement | None) -> list[Rule]:
        """The rules that hold by these answers alone, with the weights up to the one that was taken, or with none."""
        readings = () if weighed is None else tuple(each for each in self.chart.readings if each.at <= weighed.at)
        at = weighed.at if weighed is not None else self.occasion.now
        chart = Chart(readings=readings, goals=self.chart.goals, encounters=self.chart.encounters)
        scale = check_in_facts.scale_of(chart, Answers(), at, own=frozenset(), occasion=self.occasion)
        judged = check_in_facts.facts_for(pathway, self._chart_facts(), answers, scale, self.occasion)
        return check_in.holding(pathway, dict(judged))

    def _chart_facts(self) -> Facts:
        if "chart" not in self._facts:
            self._facts["chart"] = facts.facts_of(self.chart, self.occasion)
        return self._facts["chart"]
