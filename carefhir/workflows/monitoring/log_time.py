"""`log-time` logs minutes that whoever acts has worked for a person: from when to when, for which program, on what.

Minutes are logged once: the act's cause is who worked, and the start. Nobody works for two people at once, so minutes
that overlap with others of the same worker are refused, whomever those were for. Two workers at the same time are
named. What payers ask is said, never whether anything can be billed (`time-statement` shows a month).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import BILLING_PROGRAM, DISCIPLINE, PROGRAM, TIME_ACTIVITY
from carefhir.content import billing
from carefhir.content.loading import parameters
from carefhir.engine.step import AgainAfter, AtMoment, Case, Moment, PatientCommand, Step, instant
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment
from carefhir.mappers import care_time, patient
from carefhir.mappers.care_time import TimeView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows import talking
from carefhir.workflows.pen import Pen

RULES = "time-log"


class LogTime(PatientCommand):
    """Logs minutes that whoever acts has worked for a patient."""

    program: str = Field(description="the program it was for, for example care-management")
    started: Moment = Field(description="when it began, with its UTC offset: 2026-03-09T09:00:00-05:00")
    ended: Moment = Field(description="when it ended, with its UTC offset")
    activity: Literal[
        "talk",
        "assessment",
        "planning",
        "coordination",
        "medication",
        "chart-review",
        "education",
        "scheduling",
        "travel",
        "clerical",
    ] = Field(description="what it was spent on")
    again_after: AgainAfter = ""


NEEDS = (
    *charts.needs("patient", "episodes", "care_teams", optional=False),
    care_time.find(),
    replace(care_time.find_of_actor(), optional=True),
)


def cause_of(command: LogTime, occasion: Occasion) -> AtMoment:
    """Who worked, and when they began; the person is the act's subject."""
    return AtMoment(occasion.actor.reference, command.started)


@dataclass(frozen=True, slots=True)
class TimeCase(Case):
    """One stretch of time, and the time on record."""

    command: LogTime
    occasion: Occasion
    chart: Chart
    times: tuple[TimeView, ...]
    """The time on record for the person."""
    own: tuple[TimeView, ...]
    """The time on record of whoever acts, for anybody."""
    own_seen: bool
    """Whether their time for other people could be seen."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        command = self.command
        return [instant(command.started), instant(command.ended), command.program, command.activity]

    @property
    def minutes(self) -> int:
        return (self.command.ended - self.command.started) // timedelta(minutes=1)

    @property
    def episode(self) -> EpisodeView | None:
        """The person's time in the program at that moment."""
        mine = (each for each in self.chart.episodes if self.command.program in each.programs)
        return next((each for each in mine if _covers(each, self.command.started, self.occasion)), None)

    def decide(self, act: Act) -> Plan | Refusal:
        """Logs the minutes; or says why not."""
        why = (
            *patient.in_the_way(self.chart.patient, self.command.patient),
            *self._not_a_stretch(),
            *self._not_in_the_program(),
            *self._overlaps(act),
        )
        return Refusal(why) if why else self._plan(Pen(self.occasion, act, self.command.patient))

    def _not_a_stretch(self) -> Iterator[str]:
        """Why the two moments are no stretch of time that can be logged."""
        command, occasion = self.command, self.occasion
        longest = parameters(occasion.content.get("PlanDefinition", RULES))["longest-minutes"]
        if command.ended > occasion.now:
            yield "ended is in the future: log the time once it has been worked"
        if self.minutes < 1:
            yield "less than a minute lies between started and ended: correct the one that is wrong"
        elif self.minutes > longest:
            yield f"{self.minutes} minutes are more than {longest} in one stretch: check the moments, or log the parts"
        first, last = occasion.local_date(command.started), occasion.local_date(command.ended)
        if (first.year, first.month) != (last.year, last.month):
            yield "it reaches into another month: log the part of each month by itself"

    def _not_in_the_program(self) -> Iterator[str]:
        programs = self.occasion.content.concepts(PROGRAM)
        program = self.command.program
        if program not in programs:
            yield f"there is no program {program!r}; the programs are: {', '.join(programs)}"
        elif self.episode is None:
            day = self.occasion.local_date(self.command.started)
            yield f"this person was not in {programs[program].display} on {day}: name the program they were in"

    def _overlaps(self, act: Act) -> Iterator[str]:
        """Minutes of the same worker that are on record already, whomever they were for."""
        started, ended = self.command.started, self.command.ended
        every = {each.record.reference: each for each in (*self.times, *self.own)}
        for each in every.values():
            mine = each.worker == self.occasion.actor.reference and not act.did(each.record)
            if mine and each.overlaps(started, ended):
                whom = "" if each.patient == self.command.patient else " for another person"
                yield (
                    f"you have logged {self._clock(each.start)} to {self._clock(each.end)}{whom} already "
                    f"({each.record.reference}): nobody works twice at one time; correct the moments"
                )

    def _clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.occasion.zone):%Y-%m-%d %H:%M}"

    def _plan(self, pen: Pen) -> Plan:
        command, content = self.command, pen.content
        program, activity = (
            content.concept(PROGRAM, command.program),
            content.concept(TIME_ACTIVITY, command.activity),
        )
        discipline = content.concepts(DISCIPLINE).get(self.occasion.actor.discipline)
        resource = care_time.write(
            content,
            command.patient,
            pen.author,
            start=talking.stamp(command.started, self.occasion),
            end=talking.stamp(command.ended, self.occasion),
            minutes=self.minutes,
            about=(("program", program), ("activity", activity), ("discipline", discipline)),
        )
        what = f"{self.minutes} minute{'' if self.minutes == 1 else 's'} for {program.display}: {activity.display}"
        return Plan(
            changes=(Create("time", resource, what),),
            says=(what,),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=tuple(self._sources()),
            artefacts=(content.canonical("PlanDefinition", RULES), content.canonical("CodeSystem", "time-activity")),
            reason=what,
            acting_as=self.occasion.actor.discipline,
        )

    def _sources(self) -> Iterator[Record]:
        if self.chart.person:
            yield self.chart.person
        if self.episode:
            yield self.episode.record

    def _warnings(self) -> Iterator[str]:
        """What keeps the minutes from counting where minutes are counted, and what could not be seen."""
        content, command = self.occasion.content, self.command
        why = billing.why_not_counted(content, command.activity, self.occasion.actor.discipline)
        if why:
            yield f"where a payer counts minutes, these are not of that kind: {why}"
        for each in self.times:
            if each.worker != self.occasion.actor.reference and each.overlaps(command.started, command.ended):
                yield (
                    f"somebody else worked for this person at the same time ({each.record.reference}): where a payer "
                    "counts minutes, the same minute counts once"
                )
        if self.episode and self.episode.paused:
            yield f"the program is paused ({self.episode.record.reference})"
        yield from self._exclusive()
        if not self.own_seen:
            yield "your minutes for other people could not be seen: whether these overlap with them is not known"

    def _exclusive(self) -> Iterator[str]:
        """Other programs that count this month for themselves."""
        mine, programs = self.episode.billing if self.episode else "", self.occasion.content.concepts(BILLING_PROGRAM)
        for each in self.chart.episodes:
            other = each.billing
            if each is self.episode or other not in programs or not self._in_this_month(each):
                continue
            if mine and billing.excluding(self.occasion.content, mine, (other,)):
                yield (
                    f"this month the person is in {programs[other].display}, too ({each.record.reference}): it and "
                    f"{programs[mine].display} exclude each other for one month; ask your biller which one counts"
                )
            elif not mine:
                yield (
                    f"this month the person is in {programs[other].display}, too ({each.record.reference}): these "
                    "minutes are not logged for it"
                )

    def _in_this_month(self, episode: EpisodeView) -> bool:
        """Whether any of somebody's time in a program lies in the month of the minutes."""
        day = self.occasion.local_date(self.command.started)
        first = self.command.started.astimezone(self.occasion.zone).replace(day=1, hour=0, minute=0, second=0)
        start, end = moment(episode.started, self.occasion.zone), moment(episode.ended_at, self.occasion.zone)
        began = start is None or self.occasion.local_date(start) <= day or start <= self.command.ended
        return began and (end is None or end >= first)


def _covers(episode: EpisodeView, at: datetime, occasion: Occasion) -> bool:
    """Whether somebody was in a program at a moment: on the day on which it began, all day."""
    start, end = moment(episode.started, occasion.zone), moment(episode.ended_at, occasion.zone)
    day = occasion.local_date(at)
    began = start is not None and occasion.local_date(start) <= day
    return began and (end is None or day <= occasion.local_date(end)) and episode.status != "entered-in-error"


def open_cases(records: Records, command: LogTime, occasion: Occasion) -> tuple[TimeCase]:
    """Opens the case of one stretch of time."""
    return (
        TimeCase(
            command=command,
            occasion=occasion,
            chart=charts.read(records, occasion),
            times=_read(records["care_times"], occasion),
            own=_read(records["own_times"], occasion),
            own_seen=records.visible("own_times"),
        ),
    )


def _read(records: tuple[Record, ...], occasion: Occasion) -> tuple[TimeView, ...]:
    return tuple(view for record in records if (view := care_time.read(record, occasion.zone)))


LOG_TIME = Step(
    name="log-time",
    title="Log minutes worked for a person",
    command=LogTime,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Observation",),
    supervised="log-time",
)
