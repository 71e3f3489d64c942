"""`enroll`: takes a patient into a care program.

Writes the EpisodeOfCare, the CareTeam with its two coded roles, the Consent, and the Task for the first assessment
with its due day. The Consent says what the command says the patient was told, and nothing else (rule 39); for somebody
under 18 a guardian consents (rule 38). The act's cause is the program and its last ended episode: a patient who left
can be enrolled again, and nobody is in a program twice at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import person_states, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.chart.person_states import PersonState
from carefhir.codes import CONSENT_TOPIC, DISCIPLINE, PROGRAM
from carefhir.content import supervision
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, InState, PatientCommand, PractitionerRef, RelatedPersonRef, Step, asked_without
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, words_of
from carefhir.mappers import care_team, consent, episode_of_care, patient, practitioner, related_person
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
    told: tuple[
        Literal["what-it-is", "care-team", "right-to-stop", "cost-sharing", "one-practitioner", "record-sharing"], ...
    ] = Field(default=(), description="what the patient, or their guardian, was told before they consented")
    guardian: RelatedPersonRef = Field(
        default="", description="who consented for the patient, for everybody under 18: RelatedPerson/ID"
    )
    reason: str = Field(min_length=1, description="why this patient is enrolled, in plain words")
    care_manager_discipline: str = Field(default="registered-nurse", description="the care manager's discipline")
    supervising_discipline: str = Field(default="physician", description="the supervising provider's discipline")


NEEDS = (
    patient.find(),
    episode_of_care.find(),
    practitioner.find("care_manager"),
    practitioner.find("supervising_provider"),
    related_person.find("guardian"),
    *charts.with_organizations(charts.needs("flags", "conditions", "encounters", "service_requests", "care_teams")),
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
    guardian: Record | None
    chart: Chart

    @property
    def asked(self) -> Any:
        """The command's fields, without those that came later and are not given."""
        return asked_without(self.command, "told", "guardian")

    @property
    def minor(self) -> PersonState:
        """Whether the patient is under 18."""
        return person_states.minor(self.chart, self.occasion)

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
        why = (
            *self._about_the_patient(),
            *self._unknown_codes(),
            *self._unfit_people(),
            *self._unfit_consent(),
            *self._already_in(act),
        )
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

    def _unfit_consent(self) -> list[str]:
        """Why there is no consent yet: what was told is not entered, or somebody under 18 consents by themselves."""
        why = []
        topics = self.occasion.content.concepts(CONSENT_TOPIC)
        missing = [code for code, topic in topics.items() if topic.properties.get("required")]
        missing = [code for code in missing if code not in self.command.told]
        if missing:
            names = ", ".join(f"{code} ({topics[code].display})" for code in missing)
            why.append(
                f"the consent lacks what the patient was told: {names}; tell them, and name it in told. "
                "The record says only what you enter"
            )
        if self.minor.holds and not self.command.guardian:
            why.append(
                f"the patient is under 18 ({self.minor.why}), and a minor's consent is a guardian's: name the guardian "
                "who consented in guardian (RelatedPerson/ID)"
            )
        return [*why, *self._unfit_guardian()]

    def _unfit_guardian(self) -> list[str]:
        """Why the person named cannot consent for the patient."""
        named = self.command.guardian
        if not named:
            return []
        if self.guardian is None:
            return [f"the guardian {named} is not on this server, or not visible to us: check the ID"]
        if not related_person.is_of(self.guardian, self.command.patient):
            return [f"{named} is not a related person of {self.command.patient}: check the ID"]
        today = self.occasion.today
        if over := related_person.not_in_force(self.guardian, today):
            return [f"the guardian {named} {over}: name another one, or have the record corrected"]
        years = wording.number(self.occasion.content, "minor", "years")
        if related_person.may_be_under(self.guardian, years, today):
            return [
                f"the guardian {named} is, or may be, under {years} by the birth date on record, and cannot consent: "
                "name another one, or have the birth date corrected"
            ]
        related = list(dig(self.guardian.json, "relationship"))
        if related and not wording.stated(self.occasion.content, "guardian", self.guardian, ("relationship",)):
            words = ", ".join(filter(None, map(words_of, related)))
            return [f"{named} is on record as {words}, not as parent or guardian: have the record checked"]
        return []

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
            guardian=records.one("guardian"),
            chart=charts.read(records, occasion),
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
        people = (
            case.patient.record if case.patient else None,
            case.care_manager,
            case.supervising_provider,
            case.guardian,
        )
        manager = names_of(people).of(command.care_manager)
        says = [f"enrolled in {self.program.display}; the care manager is {manager}"]
        return Plan(
            changes=(team, self._episode(team), self._consent(), *map(self._task, items)),
            says=(*says, *(f"{item.title} is due {self._due(item)}" for item in items)),
            warnings=self._warnings(),
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
        names = names_of((self.case.care_manager, self.case.supervising_provider)).by_reference
        name = f"Care team, {self.program.display}"
        resource = care_team.write(pen.content, pen.patient, name, start=pen.stamp, members=members, names=names)
        return Create("care-team", resource, "one point of contact for the patient, and the provider who supervises")

    def _episode(self, team: Create) -> Create:
        pen, manager = self.pen, self.case.command.care_manager
        resource = episode_of_care.write(
            pen.patient, self.program, pen.stamp, care_manager=manager, team=pen.refer(team)
        )
        return Create("episode", resource, f"enrolled in {self.program.display}: {self.case.command.reason}")

    def _consent(self) -> Create:
        pen, command = self.pen, self.case.command
        topics = pen.content.concepts(CONSENT_TOPIC)
        told = "; ".join(topic.display for code, topic in topics.items() if code in command.told)
        whom = "the guardian" if command.guardian else "the patient"
        policy = f"{self.program.display}: {whom} was told {told}"
        resource = consent.write(
            pen.content, pen.patient, command.consent, at=pen.stamp, policy=policy, given_by=command.guardian
        )
        return Create("consent", resource, f"{command.consent} consent, recorded today")

    def _warnings(self) -> tuple[str, ...]:
        """Says what is known of age and hospice, and what nobody could see (rules 24 and 38)."""
        case = self.case
        warnings = []
        if case.minor.holds is None and not case.command.guardian:
            warnings.append(f"{case.minor.why}: if the patient is under 18, only a guardian can consent")
        if case.guardian is not None and not list(dig(case.guardian.json, "relationship")):
            warnings.append(f"{case.command.guardian}: the record does not say that this is the guardian; check it")
        hospice = whereabouts.hospice_of(case.chart, self.pen.occasion)
        if hospice is not None:
            warnings += [f"{hospice.cares}: {hospice.call_first}", *hospice.doubts]
            warnings.append("goals against the disease are not for this person: plan for comfort, with the hospice")
        return tuple(warnings)

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
