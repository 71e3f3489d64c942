"""Numbers on record that nobody has judged: from a scale or a cuff at home, say, or a laboratory.

They are judged by the rules of the check-ins, and only by what a number says alone: the red and emergency limits of
what check-ins ask for (pressure, pulse, glucose, oxygen) for everybody; changes of weight for whoever has the condition
the rule is for. A number that cannot be read counts as one that must be looked at. What a visit or a stay has measured
was seen there; a check-in settles only the kind of number that it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from carefhir.chart import check_in_facts, facts, stays
from carefhir.chart.chart import Chart
from carefhir.content import check_in, quantities
from carefhir.content.answering import Answers
from carefhir.content.check_in import WORST_LAST, CheckInPathway
from carefhir.content.quantities import Measured, NumberGiven
from carefhir.content.rules import Facts, Rule
from carefhir.fhir.record import Record, first_text, moments, references, relative
from carefhir.fhir.search import Need, Since
from carefhir.mappers import reading
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.reading import Measurement, Unread
from carefhir.occasion import Occasion
from carefhir.workflows.panel.unheard import colors

TAKEN = ("effectiveDateTime", "effectiveInstant", "effectivePeriod")
READINGS = Need(
    "readings",
    "Observation",
    (*reading.find().where, Since("date", TAKEN, "{today-16d}")),
    optional=True,
)
"""Of the last two weeks and a little more: so far back the rules compare a weight."""
TOGETHER = {reading.WEIGHT: "weight", reading.SYSTOLIC: "blood pressure", reading.DIASTOLIC: "blood pressure"}
"""What a number is called where it is not by the quantity's own name, by LOINC code: both pressures are one kind."""
AT_ONCE = frozenset({"red-urgent", "emergency"})
CALLED = frozenset({*AT_ONCE, "yellow"})
VISIT = timedelta(days=1)
"""A visit lasts no longer; what does is a program, or was never closed."""
NOBODY_THERE = frozenset({"VR", "HH"})
"""Classes of Encounter in which nobody of a facility measures: at a distance, at home."""


@dataclass(frozen=True, slots=True)
class UnjudgedNumber:
    """One number that a rule speaks of, or that cannot be read."""

    record: Record
    kind: str
    code: str
    """The color that it gives; `red-urgent` where it cannot be read."""
    why: str
    """The rule in words, or why it cannot be read."""
    at: datetime
    value: Measured | None = None

    @property
    def words(self) -> str:
        """`128 /min on 2026-03-09`."""
        shown = f"{self.value.value.normalize():f} {self.value.unit}" if self.value else "cannot be read"
        return f"{shown} on {self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class NumbersOfOneKind:
    """All numbers of one kind that nobody has looked at, the most pressing last."""

    numbers: tuple[UnjudgedNumber, ...]

    @property
    def worst(self) -> UnjudgedNumber:
        """The newest of the most pressing."""
        return max(self.numbers, key=lambda number: (WORST_LAST.index(number.code), number.at))

    @property
    def words(self) -> str:
        """Each extreme, and every rule that speaks of one."""
        read = [number for number in self.numbers if number.value is not None]
        by_value = sorted(read, key=lambda number: number.value.value if number.value else 0)
        named = [*dict.fromkeys([*by_value[:1], *by_value[-1:], *[n for n in self.numbers if n.value is None][:1]])]
        why = "; ".join(dict.fromkeys(number.why for number in self.numbers))
        more = len(self.numbers) - len(named)
        also = f", and {more} more" if more else ""
        return f"{self.worst.kind}: {', '.join(number.words for number in named)}{also} ({why})"


@dataclass
class NumbersOnRecord:
    """The numbers of one person, held against the rules."""

    chart: Chart
    occasion: Occasion
    results: tuple[Record, ...] = ()
    """Results of questionnaires, those of check-ins among them."""
    _facts: dict[str, Facts] = field(default_factory=dict)

    def kind(self, code: str) -> str:
        """What a number is called that some check-in asks for, by its LOINC code; "" for any other."""
        if code == reading.WEIGHT or code in self.asked_by():
            return TOGETHER.get(code, quantities.kinds_by_loinc(self.occasion.content)[code].display)
        return ""

    def asked_by(self) -> Mapping[str, str]:
        """The question of a check-in that asks for a number, by its LOINC code. Weights are judged by their changes."""
        asked = check_in.written_as(self.occasion.content).items()
        return {kind.loinc[0]: link_id for link_id, kind in asked if kind.loinc[0] != reading.WEIGHT}

    def unjudged(self, *, days: int) -> Iterator[UnjudgedNumber]:
        """Those of the last days, oldest first."""
        since = self.occasion.now - timedelta(days=days)
        asked = self.asked_last()
        for measurement in self.chart.readings:
            kind = self.kind(measurement.code)
            first, last = self._taken(measurement)
            if not kind or last < since or first > self.occasion.now or self._seen(measurement.record, last):
                continue
            if kind in asked and asked[kind] > last:
                continue
            rule = self._worst(measurement)
            if rule is not None:
                value = Measured(measurement.value, measurement.unit)
                yield UnjudgedNumber(measurement.record, kind, rule.code, rule.title, measurement.at, value)
        yield from self._unreadable(since, asked)

    def _unreadable(self, since: datetime, asked: dict[str, datetime]) -> Iterator[UnjudgedNumber]:
        """The worst numbers come so: above what a meter shows, or without a unit."""
        for unread in self.chart.unread:
            kind, at = self.kind(unread.code), unread.at
            if not kind or at is None or not since <= at <= self.occasion.now or self._seen(unread.record, at):
                continue
            if kind not in asked or asked[kind] <= at:
                yield UnjudgedNumber(unread.record, kind, "red-urgent", _why(unread), at)

    def asked_last(self) -> dict[str, datetime]:
        """When a check-in that was judged was last given a number of each kind; nothing of the future."""
        judged = {name for view in colors(self.results) for name in view.rests_on}
        last: dict[str, datetime] = {}
        for measurement in self.chart.readings:
            kind = self.kind(measurement.code)
            if kind and judged & set(measurement.derived_from) and measurement.at <= self.occasion.now:
                last[kind] = max(measurement.at, last.get(kind, measurement.at))
        return last

    def judged(self, references_: Iterable[str]) -> str:
        """What has asked the person since for numbers of this kind, in words; "" where nothing has."""
        named = set(references_)
        taken = [each for each in self.chart.readings if each.record.reference in named and self.kind(each.code)]
        if not named or {each.record.reference for each in taken} != named:
            return ""
        asked, kind = self.asked_last(), self.kind(taken[0].code)
        newest = max(self._taken(each)[1] for each in taken)
        if kind not in asked or asked[kind] <= newest:
            return ""
        return f"a check-in of {asked[kind]:%Y-%m-%d} was given a newer number of this kind"

    def _taken(self, measurement: Measurement) -> tuple[datetime, datetime]:
        """The first and the last moment at which it may have been taken."""
        json, zone = measurement.record.json, self.occasion.zone
        written = [
            first_text(json, path) or "" for path in (*TAKEN[:2], "effectivePeriod.start", "effectivePeriod.end")
        ]
        spans = [span for text in written if (span := moments(text, zone)) is not None]
        if not spans:
            return measurement.at, measurement.at
        return min(first for first, _ in spans), max(last for _, last in spans)

    def _seen(self, record: Record, at: datetime) -> bool:
        """Whether somebody was there when it was taken: in a visit or a stay, or in a check-in that was judged."""
        judged = {name for view in colors(self.results) for name in view.rests_on}
        sources = {name for each in references(record.json, "derivedFrom") if (name := relative(each))}
        if judged & sources:
            return True
        named = {name for each in references(record.json, "encounter") if (name := relative(each))}
        return any(self._was_there(visit, at, named) for visit in self.chart.encounters)

    def _was_there(self, visit: EncounterView, at: datetime, named: set[str]) -> bool:
        if visit.status in ("planned", "cancelled", "entered-in-error") or visit.class_code[1] in NOBODY_THERE:
            return False
        setting = stays.setting_of(self.occasion.content, visit)
        inside = stays.is_facility(setting) or setting.code == "emergency"
        if visit.start is None or (visit.end is None and not (inside and visit.status == "in-progress")):
            return False
        end = visit.end or self.occasion.now
        if not inside and end - visit.start > VISIT:
            return False
        return visit.reference in named or visit.start <= at <= end

    # ---- the rules

    def _worst(self, measurement: Measurement) -> Rule | None:
        """The worst rule that holds because of this number, and not without it."""
        rules = [
            rule
            for pathway in check_in.pathways(self.occasion.content)
            for rule in self._because_of(measurement, pathway)
        ]
        return max(rules, key=lambda rule: WORST_LAST.index(rule.code), default=None)

    def _because_of(self, measurement: Measurement, pathway: CheckInPathway) -> Iterable[Rule]:
        question = self.asked_by().get(measurement.code, "")
        if not question and not check_in.applies_to(pathway, self._chart_facts()):
            return []
        if question:
            given = NumberGiven((Measured(measurement.value, measurement.unit),))
            held = self._holding(pathway, Answers(numbers={question: given}), weighed=None)
        else:
            held = self._holding(pathway, Answers(), weighed=measurement)
        without = {rule.id for rule in self._holding(pathway, Answers(), weighed=None)}
        counts = AT_ONCE if question else CALLED
        return [rule for rule in held if rule.code in counts and rule.id not in without]

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


def _why(unread: Unread) -> str:
    return f"it cannot be read: {unread.why}" if unread.why else "it cannot be read"
