"""`cover`: somebody stands in for a care manager for a time.

The care team gets a covering care manager with a first and a last day. On these days new Tasks for the care manager go
to them, and their worklist shows the care manager's Tasks beside their own. Nothing changes hands, so nothing has to be
given back: after the last day the cover is over by itself, and what went to the covering care manager meanwhile shows
on the care manager's list, too. The act's cause is the program and the first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import PROGRAM
from carefhir.engine.step import Case, InState, PatientCommand, PractitionerRef, Step
from carefhir.fhir.changes import Act, Plan, Refusal, add, amend, amendable
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import patient, team_cover
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.team_cover import CoverView, covers_of
from carefhir.occasion import Occasion
from carefhir.workflows.supervision.care_managers import NextCareManager, needs_of, next_care_manager
from carefhir.workflows.supervision.programs import find_running, not_in_program


class Cover(PatientCommand):
    """Has somebody stand in for a care manager for a time."""

    program: str = Field(description="the program, for example care-management")
    by: PractitionerRef = Field(description="who covers: Practitioner/ID")
    first_day: date = Field(description="the first day of the cover")
    last_day: date = Field(description="the last day of the cover, included")
    discipline: str = Field(
        default="", description="their discipline, where no role on record says it: RN, SW, or a code"
    )
    reason: str = Field(min_length=1, description="why, in plain words")


NEEDS = (*charts.needs("patient", "episodes", "care_teams", optional=False), *needs_of("by"))


def cause_of(command: Cover, occasion: Occasion) -> InState:
    """The program and the first day."""
    return InState(command.program, command.first_day.isoformat())


@dataclass(frozen=True, slots=True)
class CoverCase(Case):
    """One program of one person, for which somebody is to cover."""

    command: Cover
    occasion: Occasion
    chart: Chart
    episode: EpisodeView | None
    substitute: NextCareManager

    @property
    def cause(self) -> InState:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return self.command.model_dump(mode="json")

    @property
    def team(self) -> Record | None:
        """The team of the program."""
        teams = self.episode.teams if self.episode else ()
        return next((team for team in self.chart.care_teams if team.reference in teams and amendable(team)), None)

    def decide(self, act: Act) -> Plan | Refusal:
        """The covering care manager in the team; or why not."""
        why = (*self._no_program(), *self._days(), *self._who(act))
        team, episode = self.team, self.episode
        if why or team is None or episode is None:
            return Refusal(why)
        cover = CoverView(
            patient=self.command.patient,
            covering=self.command.by,
            covered=episode.care_manager,
            covered_name=self.chart.team.names.get(episode.care_manager, ""),
            covering_name=str(self.substitute.as_reference.get("display", "")),
            first=self.command.first_day,
            last=self.command.last_day,
        )
        joining = team_cover.participant(self.occasion.content, cover, self.substitute.discipline)
        edits = () if act.did(team, "amended") else (add("participant", joining),)
        return self._plan(team, cover, amend("team", team, f"cover: {self.command.reason}", *edits))

    def _plan(self, team: Record, cover: CoverView, change: Any) -> Plan:
        covered = self.chart.team.called(cover.covered)
        says = (
            f"{self.substitute.called} covers for {covered} from {cover.first} until {cover.last}",
            "new Tasks of the care manager go to them on these days, and they see the open ones on their worklist; "
            "nothing has to be given back",
        )
        doubts = (
            (f"the roles of {self.substitute.called} could not be seen: their discipline is as you gave it",)
            if self.substitute.unseen
            else ()
        )
        people = (self.chart.person, self.substitute.record)
        return Plan(
            changes=(change,),
            says=says,
            warnings=(*doubts, *self.chart.not_visible),
            decided_from=tuple(record for record in (*people, team) if record),
            reason=self.command.reason,
            acting_as=self.occasion.actor.discipline,
        )

    def _no_program(self) -> tuple[str, ...]:
        why = list(patient.in_the_way(self.chart.patient, self.command.patient))
        programs = self.occasion.content.concepts(PROGRAM)
        if self.command.program not in programs:
            why.append(f"there is no program {self.command.program!r}; the programs are: {', '.join(programs)}")
        elif self.episode is None:
            why += not_in_program(self.chart)
        elif not self.episode.care_manager:
            why.append("the program has no care manager whom somebody could cover for: hand it over first (hand-over)")
        elif self.team is None:
            why.append("the program has no care team that can be changed here: have the record checked")
        return tuple(why)

    def _days(self) -> tuple[str, ...]:
        if self.command.last_day < self.command.first_day:
            return ("last_day is before first_day: check the days",)
        if self.command.last_day < self.occasion.today:
            return ("last_day is over: a cover is recorded before it ends",)
        return ()

    def _who(self, act: Act) -> tuple[str, ...]:
        why = list(self.substitute.unfit(self.chart, self.occasion.content, "covering care manager"))
        if self.episode is not None and self.command.by == self.episode.care_manager:
            why.append(f"{self.substitute.called} is the care manager: name somebody else to cover")
        if self.team is not None and not act.did(self.team, "amended"):
            for other in covers_of(self.team):
                if other.overlaps(self.command.first_day, self.command.last_day):
                    who = other.covering_name or other.covering
                    why.append(f"{who} covers from {other.first} until {other.last} already: choose other days")
        return tuple(why)


def open_cases(records: Records, command: Cover, occasion: Occasion) -> tuple[CoverCase]:
    """The program, and whoever is to cover."""
    chart, episode = find_running(records, command.program, occasion)
    substitute = next_care_manager(
        records, "by", reference=command.by, given=command.discipline, content=occasion.content
    )
    return (CoverCase(command=command, occasion=occasion, chart=chart, episode=episode, substitute=substitute),)


COVER = Step(
    name="cover",
    title="Have somebody cover for a care manager",
    command=Cover,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=(),
    amends=("CareTeam",),
    supervised="hand-over",
)
