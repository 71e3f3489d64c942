"""A program somebody is in, and the moment at which somebody decides about it: what `pause` and `resume` share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import PROGRAM
from carefhir.engine.step import AtMoment, Case, Moment, PatientCommand, instant
from carefhir.fhir.changes import Change, Plan
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion

NEEDS = (*charts.needs("patient", "episodes", "tasks", optional=False), *charts.needs("care_teams"))


class ProgramCommand(PatientCommand):
    """A decision about a program somebody is in."""

    program: str = Field(description="the program, for example care-management")
    at: Moment = Field(description="when it starts, with its UTC offset: 2026-03-09T09:00:00-05:00")
    reason: str = Field(min_length=1, description="why, in plain words")


def cause_of(command: ProgramCommand, occasion: Occasion) -> AtMoment:
    """The program and the moment."""
    return AtMoment(command.program, command.at)


@dataclass(frozen=True, slots=True)
class ProgramCase(Case):
    """One program of one person."""

    command: ProgramCommand
    occasion: Occasion
    chart: Chart
    episode: EpisodeView | None
    """The enrollment that is not over."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at"})]

    @property
    def title(self) -> str:
        """The program's name."""
        return self.occasion.content.concept(PROGRAM, self.command.program).display

    @property
    def stamp(self) -> str:
        """The moment, as FHIR writes it."""
        return self.command.at.astimezone(self.occasion.zone).isoformat(timespec="seconds")

    def refusals(self) -> tuple[str, ...]:
        """What prevents any decision about the program."""
        why = list(patient.in_the_way(self.chart.patient, self.command.patient))
        programs = self.occasion.content.concepts(PROGRAM)
        if self.command.program not in programs:
            why.append(f"there is no program {self.command.program!r}; the programs are: {', '.join(programs)}")
        elif self.episode is None:
            why += not_in_program(self.chart)
        if self.command.at > self.occasion.now:
            why.append("at is in the future: record it when that time has come")
        return tuple(why)

    def plan(self, changes: tuple[Change, ...], says: tuple[str, ...]) -> Plan:
        """The plan, decided from the person and the enrollment."""
        episode = self.episode.record if self.episode else None
        return Plan(
            changes=changes,
            says=says,
            warnings=self.chart.not_visible,
            decided_from=tuple(record for record in (self.chart.person, episode) if record),
            reason=self.command.reason,
            acting_as=self.occasion.actor.discipline,
        )


def not_in_program(chart: Chart) -> tuple[str, ...]:
    """Says that the person is not in the program, and names each enrollment that may be one in it: its type has no
    code."""
    unclear = (episode.unclear for episode in chart.episodes if episode.unclear)
    return ("this person is not in the program: enroll them first", *unclear)


def seen(records: Records, command: ProgramCommand, occasion: Occasion) -> tuple[Chart, EpisodeView | None]:
    """The chart, and the enrollment in the program that is not over."""
    return find_running(records, command.program, occasion)


def find_running(records: Records, program: str, occasion: Occasion) -> tuple[Chart, EpisodeView | None]:
    """The chart, and the enrollment in a program that is not over."""
    chart = charts.read(records, occasion)
    mine = (episode for episode in chart.episodes if program in episode.programs and not episode.over)
    return chart, next(mine, None)


def counted(tasks: int) -> str:
    """So many Tasks, in words."""
    return "1 Task is" if tasks == 1 else f"{tasks} Tasks are"
