"""Facts about everybody whose records are plain, as one query: what rules ask, counted from views.

What a record means is looked up (`meanings`), never decided in a query; a query joins, counts and compares days.
Whoever has a record that this does not read for certain is *careful*: two stays that may be one, a date without a day,
a score in an unknown unit, anything of our own programs. Their charts are read whole (`by_chart`), so a view never
guesses.

Days are compared as the records write them. A number is put into a bin between the numbers that the rules compare it
with (`Cuts`): two people who differ only by what no rule asks stand in the same row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from carefhir.codes import PROGRAM_CRITERION, TIER_RULE
from carefhir.content import program_criteria, quantities, tiers
from carefhir.content.loading import Content
from carefhir.content.rules import names_in, read_rules
from carefhir.errors import ContentError
from carefhir.mappers import conclusion, reading
from carefhir.occasion import Occasion
from carefhir.population import meanings
from carefhir.population.engines import small_table

RECENT = 400
"""Days of encounters that are looked at: facts about stays are of the last 365, and a stay may have begun before."""
WITH_ZONE = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$"
UTC_TIME = r"^.{19}(\.\d+)?(Z|[+-]00:00)$"
LOCAL = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?[+-](0[1-9]|1\d):\d{2}$"
"""A time that names a place by its offset: its day is the one it writes."""
Tables = Mapping[str, ir.Table]


@dataclass(frozen=True, slots=True)
class Cuts:
    """The whole numbers that rules compare each fact with."""

    by_fact: Mapping[str, tuple[int, ...]]

    def of(self, fact: str) -> tuple[int, ...]:
        """The numbers of one fact, lowest first."""
        return self.by_fact.get(fact, ())

    def most(self, fact: str) -> int:
        """One more than the highest: from there on nothing differs."""
        return max(self.of(fact), default=0) + 1


def cuts_of(content: Content) -> Cuts:
    """Reads the rules of tiers and programs. A number in an expression counts for every fact that it names."""
    asked: dict[str, set[int]] = {}
    for plan, system in ((tiers.PLAN, TIER_RULE), (program_criteria.PLAN, PROGRAM_CRITERION)):
        for rule in read_rules(content, plan, system):
            numbers = {int(float(each)) for each in re.findall(r"(?<![\w'.])\d+(?:\.\d+)?", rule.expression)}
            for name in names_in(rule.expression):
                asked.setdefault(name, set()).update(numbers)
    for name in ("days_since_discharge", "days_since_unplanned_discharge"):
        if max(asked.get(name, {0})) >= RECENT - 1:
            raise ContentError(f"a rule compares {name} with {max(asked[name])}; populations look at {RECENT} days")
    return Cuts({name: tuple(sorted(numbers)) for name, numbers in asked.items()})


@dataclass(frozen=True, slots=True)
class PlainFacts:
    """Counting facts about a population at one moment."""

    engine: Any
    """An ibis backend, for what is looked up."""
    occasion: Occasion
    cuts: Cuts

    def day(self, ago: int) -> str:
        """The day so many days ago, as records write days."""
        return (self.occasion.today - timedelta(days=ago)).isoformat()

    def midnight(self, ago: int) -> datetime:
        """When the day so many days ago began here."""
        return datetime.combine(self.occasion.today - timedelta(days=ago), time(), tzinfo=self.occasion.zone)

    def facts(self, rows: Tables) -> ir.Table:
        """A row for each patient: `patient`, whether to read the whole chart (`careful`), and what was counted. A kind
        of records that is not among `rows` is counted as none; whoever reads the result knows that it is not there."""
        people = rows["people"]
        barred = people.deceased | people.inactive.fill_null(False) | people.linked
        whole = people.select(patient=people.id, careful=barred, barred=barred)
        parts: dict[str, Callable[[ir.Table], ir.Table]] = {
            "conditions": self._conditions,
            "encounters": self._encounters,
            "observations": partial(self._observations, rows.get("observation-parts")),
            **{
                f"medicines-{kind}": partial(self._medicines, kind, rows.get("medications"))
                for kind in ("ordered", "stated")
            },
            **dict.fromkeys(("tasks", "risks", "episodes"), self._only_there),
        }
        taken = [parts[name](rows[name]) for name in parts if name in rows and name.startswith("medicines")]
        counted = [parts[name](rows[name]) for name in parts if name in rows and not name.startswith("medicines")]
        if taken:
            counted.append(self._medicine_count(taken))
        for number, part in enumerate(counted):
            part = part.rename({f"odd_{number}": "odd"})
            joined = whole.left_join(part, whole.patient == part.patient)
            whole = joined.drop("patient_right").mutate(
                careful=joined.careful | joined[f"odd_{number}"].fill_null(False)
            )
            whole = whole.drop(f"odd_{number}")
        if "failing" in whole.columns and "with_reasons" in whole.columns:
            both = whole.failing.fill_null(False) & whole.with_reasons.fill_null(False)
            whole = whole.mutate(careful=whole.careful | both).drop("failing", "with_reasons")
        return whole

    def _day(self, text: ir.StringValue) -> ir.StringValue:
        """The day of a time: the one that it writes, or of a time in UTC the day that it was here."""
        instant = text.try_cast("timestamp('UTC')")
        here = ibis.cases(
            *((instant >= _utc(since), instant + ibis.interval(seconds=offset)) for since, offset in self._offsets()),
            else_=instant,
        )
        return ibis.ifelse(text.re_search(UTC_TIME), here.strftime("%Y-%m-%d"), text.substr(0, 10))

    def _offsets(self) -> list[tuple[datetime, int]]:
        """Since when which offset from UTC holds here, in seconds, the newest first: of the days that are looked at."""
        zone, end = self.occasion.zone, self.occasion.now + timedelta(days=2)
        changes: list[tuple[datetime, int]] = []
        hour = (self.midnight(RECENT + 3)).astimezone(UTC).replace(minute=0)
        while hour < end:
            offset = int((hour.astimezone(zone).utcoffset() or timedelta()).total_seconds())
            if not changes or changes[-1][1] != offset:
                changes.append((hour, offset))
            hour += timedelta(hours=1)
        return changes[::-1]

    # ---- looking up

    def _meant(
        self,
        table: ir.Table,
        columns: Sequence[str],
        meaning: Callable[[Mapping[str, Any]], dict[str, Any]],
        schema: Mapping[str, str],
    ) -> ir.Table:
        """The table with what its rows mean: `meaning` of each different way of saying it in these columns."""
        parts = [table[name].cast("string").fill_null("\x00") for name in columns]
        keyed = table.mutate(key=ibis.literal("\x1e").join(parts))
        ways = keyed.select("key", *columns).distinct()
        read = [meaning(row) for row in ways.to_pyarrow().to_pylist()]
        whole = {"key": "string", "odd": "boolean", **schema}
        looked_up = small_table([{name: row.get(name) for name in whole} for row in read], whole)
        return keyed.left_join(looked_up, "key").drop("key_right")

    def _meaning(
        self, read: Callable[..., Iterable[tuple[str, Any]]], *first: Any
    ) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        content = self.occasion.content
        return lambda row: meanings.odd_or(row, read(content, *first, row))

    # ---- kinds of records

    def _only_there(self, rows: ir.Table) -> ir.Table:
        return rows.filter(rows.patient.notnull()).select("patient").distinct().mutate(odd=True)

    def _conditions(self, rows: ir.Table) -> ir.Table:
        columns = [name for name in rows.columns if name not in ("id", "patient")]
        schema = {"held": "array<string>", "feared": "array<string>", "failing": "boolean"}
        meant = self._meant(rows, columns, self._meaning(meanings.of_condition), schema)
        return meant.group_by("patient").agg(
            odd=meant.odd.any(),
            failing=meant.failing.fill_null(False).any(),
            held=meant.held.collect().flatten().unique().sort(),
            feared=meant.feared.collect().flatten().unique().sort(),
        )

    def _medicines(self, kind: str, medications: ir.Table | None, rows: ir.Table) -> ir.Table:
        type_ = {"ordered": "MedicationRequest", "stated": "MedicationStatement"}[kind]
        if medications is not None:
            rows = _with_medications(rows, medications)
        columns = [name for name in rows.columns if name not in ("id", "patient", "medication")]
        read = self._meaning(meanings.of_medicine, type_)
        meant = self._meant(rows, columns, read, {"taken": "boolean", "medicine": "string"})
        own = ibis.ifelse(meant.medicine == "", ibis.literal(f"{type_}/") + meant.id, meant.medicine)
        return meant.select("patient", "odd", taken=meant.taken.fill_null(False), medicine=own)

    def _medicine_count(self, parts: Sequence[ir.Table]) -> ir.Table:
        """How many different medicines are taken. Of fewer records than any rule asks for, none has to be read."""
        every = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
        few = self.cuts.most("medicine_count") - 1
        grouped = every.group_by("patient").agg(
            records=every.count(), unread=every.odd.any(), medicines=every.medicine.nunique(where=every.taken)
        )
        return grouped.select(
            "patient",
            odd=grouped.unread & (grouped.records >= few),
            medicine_count=ibis.least(grouped.medicines, self.cuts.most("medicine_count")).cast("int64"),
        )

    def _encounters(self, rows: ir.Table) -> ir.Table:
        columns = [
            "class_system",
            "class_code",
            "status",
            *(f"{name}_{part}" for name in ("type", "priority", "source") for part in ("systems", "codes", "bare")),
        ]
        schema = dict.fromkeys(("begun", "facility", "emergency", "psychiatric", "scored", "urgent"), "boolean")
        e = self._meant(rows, columns, self._meaning(meanings.of_encounter), schema)
        start, until = e.start.fill_null(""), e.until.fill_null("")
        first, last = self._day(start), self._day(until)
        old = (until != "") & until.re_search(WITH_ZONE) & (last < self.day(RECENT))
        told = WITH_ZONE if self.occasion.zone_is_set else LOCAL
        placed = start.re_search(told) & ((until == "") | until.re_search(told))
        unclear = (e.facility & (~e.begun | ~placed | (until == "") | (last >= self.day(0)))) | (
            e.emergency & (~placed | (first >= self.day(0)))
        )
        old_clear = old & e.begun & start.re_search(WITH_ZONE)
        e = e.mutate(
            odd=e.odd | ((e.facility | e.emergency) & ~old_clear & unclear).fill_null(False),
            in_bed=(e.facility & ~old).fill_null(False),
            long_ago=(e.facility & old).fill_null(False),
            came=(e.emergency & ~old).fill_null(False),
            seen=(e.emergency & e.begun & (first >= self.day(365))).fill_null(False),
            end=last,
            early=(first <= self.day(RECENT - 10)) | e.part,
        )
        g = e.group_by("patient").agg(
            odd=e.odd.any(),
            beds=e.in_bed.sum(),
            long_ago=e.long_ago.any(),
            came=e.came.any(),
            emergency_visits_12_months=e.seen.sum(),
            end=e.end.max(where=e.in_bed),
            early=e.early.any(where=e.in_bed),
            urgent=e.urgent.max(where=e.in_bed),
            psychiatric=e.psychiatric.any(where=e.in_bed),
            scored=e.scored.any(where=e.in_bed),
            with_reasons=(e.reasons & e.in_bed).any(),
        )
        once = (g.beds == 1).fill_null(False)
        careful = (
            g.odd
            | (g.beds > 1)
            | (once & (g.came | (g.early.fill_null(False) & g.long_ago) | g.early.fill_null(False)))
        )
        year, quarter = once & (g.end >= self.day(365)), once & (g.end >= self.day(90))

        def count(what: ir.BooleanValue) -> ir.IntegerValue:
            return what.fill_null(False).cast("int64")

        unknown = g.urgent.isnull()
        since = self._days(
            "days_since_discharge", lambda ago: g.end < self.day(ago), lambda ago: g.end == self.day(ago)
        )
        since_unplanned = self._days(
            "days_since_unplanned_discharge", lambda ago: g.end < self.day(ago), lambda ago: g.end == self.day(ago)
        )
        return g.select(
            "patient",
            odd=careful.fill_null(False),
            with_reasons=g.with_reasons & once,
            stays_12_months=count(year),
            unplanned_stays_90_days=count(quarter & g.urgent),
            unplanned_stays_12_months=count(year & g.urgent),
            unclear_stays_90_days=count(quarter & unknown),
            unclear_stays_12_months=count(year & unknown),
            psychiatric_stays_12_months=count(year & g.psychiatric),
            emergency_visits_12_months=ibis.least(
                g.emergency_visits_12_months.fill_null(0), self.cuts.most("emergency_visits_12_months")
            ).cast("int64"),
            days_since_discharge=ibis.ifelse(once, since, ibis.null("int64")),
            days_since_unplanned_discharge=ibis.ifelse(once & g.urgent, since_unplanned, ibis.null("int64")),
            lace_expected=(once & g.urgent & g.scored).fill_null(False),
        )

    def _days(
        self, fact: str, before: Callable[[int], ir.BooleanValue], on: Callable[[int], ir.BooleanValue]
    ) -> ir.IntegerValue:
        """How many days ago something was, as a number in the right bin between those that the rules ask for."""
        branches: list[tuple[Any, Any]] = []
        for cut in reversed(self.cuts.of(fact)):
            branches += [(before(cut), ibis.literal(cut + 1, "int64")), (on(cut), ibis.literal(cut, "int64"))]
        return ibis.cases(*branches, else_=ibis.literal(0, "int64")) if branches else ibis.literal(0, "int64")

    def _observations(self, parts: ir.Table | None, rows: ir.Table) -> ir.Table:
        content = self.occasion.content
        asked = sorted(asked_codes(content))
        rows = rows.mutate(part=False)
        if parts is not None:
            rows = rows.union(parts.mutate(part=True).select(*rows.columns))
        rows = rows.filter(rows.code_codes.split(meanings.BETWEEN).intersect(ibis.array(asked)).length() > 0)
        columns = [
            name for name in rows.columns if name not in ("id", "patient", "at", "at_instant", "at_start", "superseded")
        ]
        schema = {**dict.fromkeys(meanings.MEASURED, "string"), **dict.fromkeys(("mood", "social", "need"), "boolean")}
        o = self._meant(rows, columns, self._meaning(meanings.of_observation), schema)
        at = ibis.coalesce(o.at, o.at_instant, o.at_start).fill_null("")
        instant = at.try_cast("timestamp('UTC')")
        counts = (
            o.mood.fill_null(False)
            | o.social.fill_null(False)
            | o.need.fill_null(False)
            | o.a1c.notnull()
            | o.phq_9.notnull()
        )
        o = o.mutate(
            instant=instant,
            odd=o.odd
            | (o.social & o.at.isnull())
            | (counts & (~at.re_search(WITH_ZONE) | instant.isnull() | o.superseded)),
        )
        now = _utc(self.occasion.now)
        past = o.instant <= now
        window = _utc(self.midnight(RECENT))
        behavioral = o.instant.max(where=past & o.mood)
        g = o.group_by("patient").agg(
            odd=(o.odd | (o.need & past & (o.instant >= window))).any(),
            mood_at=behavioral,
            social_at=o.instant.max(where=o.social),
            **{f"{name}_all": self._newest_two(o, name, past) for name in meanings.MEASURED},
        )

        def ago(fact: str, moment: ir.TimestampValue) -> ir.IntegerValue:
            def midnight(days: int) -> ir.TimestampValue:
                return _utc(self.midnight(days))

            days = self._days(fact, lambda cut: moment < midnight(cut), lambda cut: moment < midnight(cut - 1))
            return ibis.ifelse(moment.isnull(), ibis.null("int64"), days)

        return g.select(
            "patient",
            odd=g.odd.fill_null(False),
            behavioural_age_days=ago("behavioural_age_days", g.mood_at),
            social_age_days=ago("social_age_days", g.social_at),
            **{name: g[f"{name}_all"] for name in meanings.MEASURED},
        )

    def _newest_two(self, o: ir.Table, name: str, past: ir.BooleanValue) -> ir.StringValue:
        """The newest value and the one before it, as `7.1 8.0`."""
        value = o[name]
        newest = value.collect(where=past & value.notnull(), order_by=[o.instant.desc(), o.id.desc()])
        return newest[:2].join(" ")


def _with_medications(rows: ir.Table, medications: ir.Table) -> ir.Table:
    """Orders or statements with the name of the Medication that they point to in place of the reference."""
    named = ("medicine_systems", "medicine_codes", "medicine_bare", "words", "displays")
    joined = rows.left_join(medications, rows.medication == medications.id)
    plain = joined.elsewhere & joined.id_right.notnull() & ~joined.compound
    plain = plain & joined.medicine_codes.isnull() & joined.words.isnull()
    kept = [name for name in rows.columns if name not in named and name != "elsewhere"]
    return joined.select(
        *(joined[name] for name in kept),
        elsewhere=joined.elsewhere & ~plain.fill_null(False),
        pointed=plain.fill_null(False),
        **{name: ibis.ifelse(plain.fill_null(False), joined[f"{name}_right"], joined[name]) for name in named},
    )


def _utc(moment: datetime) -> ir.TimestampValue:
    """A moment as a query compares it with what records write."""
    return ibis.literal(moment.astimezone(UTC).isoformat()).cast("timestamp('UTC')")


def asked_codes(content: Content) -> frozenset[str]:
    """The codes of observations that rules may rest on: readings of the measured kinds, moods and screens."""
    measured = {code for name, (code, _) in meanings.MEASURED.items()} | set(reading.BEHAVIORAL)
    kinds = (quantities.kind_of_loinc(content, code) for code, _ in meanings.MEASURED.values())
    measured |= {code for kind in kinds if kind for code in kind.loinc}
    screens = (code.rpartition("|")[2] for each in conclusion.find().where[1:] for code in getattr(each, "among", ()))
    return frozenset((*measured, *screens))
