"""`time-statement` (read only): the minutes worked for a person in a month, by program, discipline and activity.

It says what each program's payer asks for and what is on record, what counts and what does not and why, and what could
not be seen. It never says whether anything can be billed: that is decided by people who know what else was claimed.
Where two people worked at the same time, the same minute counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import CONSENT_FORM, DISCIPLINE, PROGRAM, TIME_ACTIVITY
from carefhir.content import billing
from carefhir.content.billing import PayersRules
from carefhir.content.loading import Concept
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import codings, moment
from carefhir.mappers import care_time, consent
from carefhir.mappers.care_time import TimeView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.looking.days import day_of
from carefhir.workflows.looking.person import Identity, identity


class TimeStatement(PatientCommand):
    """Shows the minutes worked for a patient in a month, and what each program's payer asks for."""

    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="the calendar month, for example 2026-03")


NEEDS = (
    *charts.needs("patient", "episodes", "care_teams", "conditions", "care_plans"),
    replace(care_time.find(), optional=True),
    replace(consent.find(), optional=True),
)


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Minutes that are not of the kind that payers count, and why."""

    minutes: int
    why: str


@dataclass(frozen=True, slots=True)
class ProgramMonth:
    """One program in one month."""

    program: str
    """Its name; "no program of ours" for minutes that name none."""
    payers_name: str
    """What payers know it as; "" where it is only a program of care."""
    minutes: int | None
    """All minutes logged for it; None where they could not be seen."""
    by_discipline: tuple[tuple[str, int], ...]
    by_activity: tuple[tuple[str, int], ...]
    counted: int | None
    """The minutes of the kind that payers count, each once; None where they could not be seen."""
    not_counted: tuple[NotCounted, ...]
    asks: tuple[str, ...]
    """What the payer's rules ask for, and what is on record of it."""
    excluded: tuple[str, ...]
    """Other programs of this month that its rules do not go together with."""


@dataclass(frozen=True, slots=True)
class MonthOfTime:
    """The minutes of one person in one month."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    there: bool
    """Whether the person is on this server and visible."""
    month: str
    minutes_visible: bool
    """Whether the minutes could be seen: if not, there may be any number of them."""
    programs: tuple[ProgramMonth, ...]
    unreadable: tuple[str, ...]
    """Records of time that nobody can read, or that are marked as mistakes: their minutes are in no sum."""
    not_visible: tuple[str, ...] = ()


NOT_DECIDED = "This says what is asked for and what is on record; what is claimed is for whoever bills to decide."


def read(records: Records, command: TimeStatement, occasion: Occasion) -> MonthOfTime:
    """The month of one person."""
    chart = charts.read(records, occasion)
    views = [(record, care_time.read(record, occasion.zone)) for record in records["care_times"]]
    times = [view for _, view in views if view and occasion.local_date(view.start).isoformat()[:7] == command.month]
    month = MonthRead(records=records, chart=chart, month=command.month, times=tuple(times), occasion=occasion)
    return MonthOfTime(
        patient=command.patient,
        identity=identity(chart, command.patient, occasion.today),
        there=chart.person is not None,
        month=command.month,
        minutes_visible=records.visible("care_times"),
        programs=tuple(month.programs()),
        unreadable=tuple(record.reference for record, view in views if view is None),
        not_visible=records.not_visible,
    )


@dataclass(frozen=True, slots=True)
class MonthRead:
    """What is on record of one person's month."""

    records: Records
    chart: Chart
    month: str
    times: tuple[TimeView, ...]
    occasion: Occasion

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def last(self) -> date:
        """The last day of the month."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def _visible(self) -> bool:
        """Whether the minutes could be seen."""
        return self.records.visible("care_times")

    def programs(self) -> Iterator[ProgramMonth]:
        """The programs somebody was in this month, and those that minutes were logged for."""
        concepts = self.occasion.content.concepts(PROGRAM)
        episodes = [each for each in self.chart.episodes if each.programs and self._in_month(each)]
        codes = (*(code for each in episodes for code in each.programs), *(each.program for each in self.times))
        for code in dict.fromkeys(codes):
            mine = [each for each in episodes if code in each.programs]
            name = concepts[code].display if code in concepts else code or "no program of ours"
            yield self._program(name, mine, [each for each in self.times if each.program == code], episodes)

    def _in_month(self, episode: EpisodeView) -> bool:
        start, end = moment(episode.started, self.occasion.zone), moment(episode.ended_at, self.occasion.zone)
        began = start is None or self.occasion.local_date(start) <= self.last
        runs = episode.status not in ("entered-in-error", "cancelled")
        return runs and began and (end is None or self.occasion.local_date(end) >= self.first)

    def _program(
        self, name: str, mine: list[EpisodeView], times: list[TimeView], episodes: list[EpisodeView]
    ) -> ProgramMonth:
        content = self.occasion.content
        code = next((each.billing for each in mine if each.billing), "")
        rules = billing.rules_of(content, code, self.first) if code else None
        reasons = [billing.why_not_counted(content, each.activity, each.discipline) for each in times]
        counting = [each for each, why in zip(times, reasons, strict=True) if not why]
        counted = _once(counting)
        twice = sum(each.minutes for each in counting) - counted
        left_out: dict[str, int] = {}
        for each, why in zip(times, reasons, strict=True):
            if why:
                left_out[why] = left_out.get(why, 0) + each.minutes
        if twice:
            left_out["two people at the same time: the same minute counts once"] = twice
        others = tuple(each.billing for each in episodes if each not in mine and each.billing)
        return ProgramMonth(
            program=name,
            payers_name=rules.program.display if rules else "",
            minutes=sum(each.minutes for each in times) if self._visible else None,
            by_discipline=_summed(((each.discipline, each.minutes) for each in times), content.concepts(DISCIPLINE)),
            by_activity=_summed(((each.activity, each.minutes) for each in times), content.concepts(TIME_ACTIVITY)),
            counted=counted if self._visible else None,
            not_counted=tuple(NotCounted(minutes, why) for why, minutes in left_out.items()),
            asks=tuple(self._asks(rules, counted)) if rules else (),
            excluded=tuple(each.display for each in billing.excluding(content, code, others)) if code else (),
        )

    def _asks(self, rules: PayersRules, counted: int) -> Iterator[str]:
        """What the rules ask for, and what is on record of it."""
        if not rules.in_force:
            yield f"the rules at hand ({rules.canonical}) do not hold for {self.month}: ask your biller"
        if not self._visible:
            yield f"asks for {rules.minutes} minutes in the month; the minutes could not be seen"
        elif rules.minutes:
            yield f"asks for {rules.minutes} minutes in the month; on record, of the kind that counts: {counted}"
        else:
            yield "asks for no minutes"
        for element in billing.elements_of(self.occasion.content, rules.code):
            yield f"asks for {element.display}; {self._shown(element)}"

    def _shown(self, element: Concept) -> str:
        """What is on record of an element."""
        by = element.properties.get("shownBy")
        if by == "consent":
            consents = [
                f"{view.record.reference} of {day_of(view.at, self.occasion)}"
                for view in map(consent.read, self.records["consents"])
                if view.status == "active" and not view.declined
                if any(system == CONSENT_FORM for system, _ in codings(view.record.json, "category"))
            ]
            return self._on_record("consents", consents)
        if by == "plan":
            plans = [plan.record.reference for plan in self.chart.care_plans if plan.status == "active"]
            return self._on_record("care_plans", plans)
        return "this record does not show it"

    def _on_record(self, need: str, names: list[str]) -> str:
        if not self.records.visible(need):
            return "it could not be seen"
        return f"on record: {', '.join(names)}" if names else "none is on record"


def _once(times: Iterable[TimeView]) -> int:
    """The minutes in which anybody worked: where two worked at the same time, the same minute counts once."""
    total, until = timedelta(), None
    for each in sorted(times, key=lambda each: (each.start, each.end)):
        start: datetime = each.start if until is None or each.start >= until else until
        if each.end > start:
            total += each.end - start
            until = each.end
    return total // timedelta(minutes=1)


def _summed(pairs: Iterable[tuple[str, int]], concepts: Mapping[str, Concept]) -> tuple[tuple[str, int], ...]:
    """Minutes by name, in the order in which they were first logged."""
    sums: dict[str, int] = {}
    for code, minutes in pairs:
        name = concepts[code].display if code in concepts else code or "not on record"
        sums[name] = sums.get(name, 0) + minutes
    return tuple(sums.items())


TIME_STATEMENT = Reading(
    "time-statement", "The minutes worked for a patient in a month, by program", TimeStatement, NEEDS, read
)
