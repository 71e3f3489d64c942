"""`enroll`: takes a patient into a care program.

Writes the EpisodeOfCare, the CareTeam with its two coded roles, the Consent, and the Task for the first assessment
with its due day. The act's cause is the program and its last ended episode: a patient who left can be enrolled again,
and nobody is in a program twice at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from carefhir.codes import DISCIPLINE, PROGRAM
from carefhir.content import supervision
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, InState, PatientCommand, PractitionerRef, Step
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import care_team, consent, episode_of_care, patient, practitioner
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.names import names_of
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen


class Enroll(PatientCommand):
    """Takes a patient into a program, with a care manager and a supervising provider."""

    program: str = Field(description="the program, for example care-management")
    care_manager: PractitionerRef = Field(description="the patient's single point of contact: Practitioner/ID")
    supervising_provider: PractitionerRef = Field(
        description="the physician or nurse practitioner who signs the plan: Practitioner/ID"
    )
    consent: Literal["verbal", "written"] = Field(description="how the patient consented")
    reason: str = Field(min_length=1, description="why this patient is enrolled, in plain words")
    care_manager_discipline: str = Field(default="registered-nurse", description="the care manager's discipline")
    supervising_discipline: str = Field(default="physician", description="the supervising provider's discipline")


NEEDS = (
    patient.find(),
    episode_of_care.find(),
    practitioner.find("care_manager"),
    practitioner.find("supervising_provider"),
)

ABBREVIATIONS = {
    "RN": "registered-nurse",
    "SW": "social-worker",
    "LCSW": "licensed-social-worker",
    "CHW": "community-health-worker",
    "MD": "physician",
    "NP": "nurse-practitioner",
}
"""What people type for a discipline, and its code."""


@dataclass(frozen=True, slots=True)
class EnrollmentCase(Case):
    """One person who is to be taken into one program."""

    command: Enroll
    occasion: Occasion
    patient: PatientView | None
    episodes: tuple[EpisodeView, ...]
    """All of the patient's programs, past ones too."""
    care_manager: Record | None
    supervising_provider: Record | None

    @property
    def cause(self) -> InState:
        """The program, and the episode of it that ended last."""
        program = self.command.program
        return InState(program, episode_of_care.last_ended(self.episodes, program))

    @property
    def care_manager_discipline(self) -> str:
        """The code of the care manager's discipline."""
        return _discipline(self.command.care_manager_discipline)

    @property
    def supervising_discipline(self) -> str:
        """The code of the supervising provider's discipline."""
        return _discipline(self.command.supervising_discipline)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the episode, the team, the consent and the first Task; or says why not."""
        why = (*self._about_the_patient(), *self._unknown_codes(), *self._unfit_people(), *self._already_in(act))
        if why:
            return Refusal(why)
        content = self.occasion.content
        return Enrollment(
            case=self,
            pen=Pen(self.occasion, act, self.command.patient),
            program=content.concept(PROGRAM, self.command.program),
            clock=read_clock(content, f"program-{self.command.program}", self.occasion.today),
        ).plan()

    def _about_the_patient(self) -> tuple[str, ...]:
        return patient.in_the_way(self.patient, self.command.patient)

    def _unknown_codes(self) -> list[str]:
        """Codes the command names that content does not have."""
        why = []
        programs = self.occasion.content.concepts(PROGRAM)
        if self.command.program not in programs:
            why.append(f"there is no program {self.command.program!r}; the programs are: {', '.join(programs)}")
        disciplines = self.occasion.content.concepts(DISCIPLINE)
        for code in (self.care_manager_discipline, self.supervising_discipline):
            if code not in disciplines:
                why.append(f"there is no discipline {code!r}; the disciplines are: {', '.join(disciplines)}")
        return why

    def _unfit_people(self) -> list[str]:
        """Why the people named cannot take these roles."""
        why, command = [], self.command
        if not supervision.may(self.occasion.content, "activate-plan", self.supervising_discipline):
            why.append(
                "the supervising provider must be a physician or a nurse practitioner, because they sign the plan"
            )
        why += practitioner.missing(self.care_manager, "care manager", command.care_manager)
        why += practitioner.missing(self.supervising_provider, "supervising provider", command.supervising_provider)
        if command.care_manager == command.supervising_provider:
            why.append("the care manager and the supervising provider must be two different people: name another one")
        return why

    def _already_in(self, act: Act) -> list[str]:
        """Why enrollments that are not over leave no room; the act's own one does, when it is asked for again."""
        return [
            _already(episode)
            for episode in self.episodes
            if self.command.program in episode.programs and not episode.over and not act.did(episode.record)
        ]


def _already(episode: EpisodeView) -> str:
    reference = episode.record.reference
    if episode.paused:
        return f"already in this program, which is paused ({reference}): resume it instead (resume)"
    return f"already in this program ({reference}, {episode.status}): end that enrollment in the record first"


def _discipline(typed: str) -> str:
    return ABBREVIATIONS.get(typed.upper(), typed)


def open_cases(records: Records, command: Enroll, occasion: Occasion) -> tuple[EnrollmentCase]:
    """Reads the person, their programs, and the two people named."""
    return (
        EnrollmentCase(
            command=command,
            occasion=occasion,
            patient=patient.read(records.one("patient")),
            episodes=tuple(episode_of_care.read(record) for record in records["episodes"]),
            care_manager=records.one("care_manager"),
            supervising_provider=records.one("supervising_provider"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Enrollment:
    """Writing down one enrollment."""

    case: EnrollmentCase
    pen: Pen
    program: Concept
    clock: Clock
    """What is due after enrolling in the program."""

    def plan(self) -> Plan:
        """Plans the episode, the team, the consent, and a Task for each thing the clock asks for."""
        case, command = self.case, self.case.command
        team = self._team()
        items = self.clock.tasks()
        people = (case.patient.record if case.patient else None, case.care_manager, case.supervising_provider)
        manager = names_of(people).of(command.care_manager)
        says = [f"enrolled in {self.program.display}; the care manager is {manager}"]
        return Plan(
            changes=(team, self._episode(team), self._consent(), *map(self._task, items)),
            says=(*says, *(f"{item.title} is due {self._due(item)}" for item in items)),
            decided_from=tuple(record for record in people if record is not None),
            artefacts=(self.clock.canonical,),
            reason=command.reason,
            acting_as=case.care_manager_discipline if self.pen.author == command.care_manager else "",
        )

    def _team(self) -> Create:
        command, pen = self.case.command, self.pen
        members = [
            ("care-manager", command.care_manager, self.case.care_manager_discipline),
            ("supervising-provider", command.supervising_provider, self.case.supervising_discipline),
            ("patient", command.patient, ""),
        ]
        name = f"Care team, {self.program.display}"
        resource = care_team.write(pen.content, pen.patient, name, start=pen.stamp, members=members)
        return Create("care-team", resource, "one point of contact for the patient, and the provider who supervises")

    def _episode(self, team: Create) -> Create:
        pen, manager = self.pen, self.case.command.care_manager
        resource = episode_of_care.write(
            pen.patient, self.program, pen.stamp, care_manager=manager, team=pen.refer(team)
        )
        return Create("episode", resource, f"enrolled in {self.program.display}: {self.case.command.reason}")

    def _consent(self) -> Create:
        pen, form = self.pen, self.case.command.consent
        policy = (
            f"{self.program.display}: the patient was told what it is, who is in the care team, "
            "and that they may leave at any time"
        )
        resource = consent.write(pen.content, pen.patient, form, at=pen.stamp, policy=policy)
        return Create("consent", resource, f"{form} consent, taken today")

    def _due(self, item: ClockItem) -> date:
        return item.on(self.pen.today, self.pen.occasion.calendar)

    def _task(self, item: ClockItem) -> Create:
        due = self._due(item)
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words}",
            start=self.pen.today,
            end=due,
            owner=self.case.command.care_manager,
        )
        because = f"{item.title}: due {due}, {item.count} days after enrollment"
        return self.pen.task(f"task/{item.code}", work, because)


ENROLL = Step(
    name="enroll",
    title="Enroll a patient in a care program",
    command=Enroll,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("EpisodeOfCare", "CareTeam", "Consent", "Task"),
    supervised="contact",
)
