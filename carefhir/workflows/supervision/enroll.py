"""`enroll`: takes a patient into a care program.

Writes the EpisodeOfCare, the CareTeam with its two coded roles, the Consent, and the Task for the first assessment
with its due day. The Consent says what the command says the patient was told, and nothing else (rule 39); for somebody
under 18 a guardian consents (rule 38). Where the rules of a payer's program are to be kept (CCM, APCM …), what is
missing is named, and nobody is enrolled in that; care management without them is always possible (rule 17). The act's
cause is the program and its last ended episode: a patient who left can be enrolled again, and nobody is in a program
twice at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import BILLING_PROGRAM, CONSENT_TOPIC, DISCIPLINE, PROGRAM
from carefhir.content import billing, supervision
from carefhir.content.billing import PayersRules
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.content.loading import Concept
from carefhir.engine.step import Case, InState, PatientCommand, PractitionerRef, RelatedPersonRef, Step, asked_without
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import care_team, episode_of_care, patient, practitioner, related_person
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.names import names_of
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.consenting import ConsentGiven, Form, Topic
from carefhir.workflows.pen import Pen


class Enroll(PatientCommand):
    """Takes a patient into a program, with a care manager and a supervising provider."""

    program: str = Field(description="the program, for example care-management")
    care_manager: PractitionerRef = Field(description="the patient's single point of contact: Practitioner/ID")
    supervising_provider: PractitionerRef = Field(
        description="the physician or nurse practitioner who signs the plan: Practitioner/ID"
    )
    consent: Form = Field(description="how the patient consented")
    told: tuple[Topic, ...] = Field(
        default=(), description="what the patient, or their guardian, was told before they consented"
    )
    guardian: RelatedPersonRef = Field(
        default="", description="who consented for the patient, for everybody under 18: RelatedPerson/ID"
    )
    reason: str = Field(min_length=1, description="why this patient is enrolled, in plain words")
    care_manager_discipline: str = Field(default="registered-nurse", description="the care manager's discipline")
    supervising_discipline: str = Field(default="physician", description="the supervising provider's discipline")
    billing: Literal["", "ccm", "apcm", "pcm", "tcm"] = Field(
        default="", description="what payers know the program as, where its rules are to be kept; none if left out"
    )


NEEDS = (
    patient.find(),
    episode_of_care.find(),
    practitioner.find("care_manager"),
    practitioner.find("supervising_provider"),
    related_person.find("guardian"),
    *charts.with_organizations(charts.needs("flags", "conditions", "encounters", "service_requests", "care_teams")),
)


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
        return asked_without(self.command, "told", "guardian", "billing")

    @property
    def cause(self) -> InState:
        """The program, and the episode of it that ended last."""
        program = self.command.program
        return InState(program, episode_of_care.last_ended(self.episodes, program))

    @property
    def care_manager_discipline(self) -> str:
        """The code of the care manager's discipline."""
        return supervision.discipline_named(self.command.care_manager_discipline)

    @property
    def supervising_discipline(self) -> str:
        """The code of the supervising provider's discipline."""
        return supervision.discipline_named(self.command.supervising_discipline)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the episode, the team, the consent and the first Task; or says why not."""
        why = (
            *self._about_the_patient(),
            *self._unknown_codes(),
            *self._unfit_people(),
            *self.consent_given.refusals(),
            *self._already_in(act),
            *self._payers_rules_unmet(),
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

    @property
    def payers_rules(self) -> PayersRules | None:
        """What payers ask of the program, today; None where no rules of theirs are to be kept."""
        code = self.command.billing
        return billing.rules_of(self.occasion.content, code, self.occasion.today) if code else None

    @property
    def chronic_conditions(self) -> int | None:
        """How many chronic conditions are on record; None where that cannot be seen."""
        counts = facts_of(self.chart, self.occasion)["chronic_count"]
        return int(counts[0]) if counts else None

    def _payers_rules_unmet(self) -> list[str]:
        """What is missing by the rules of payers. Care itself does not wait for it, and safety work never does."""
        rules = self.payers_rules
        if rules is None:
            return []
        why = []
        topics = self.occasion.content.concepts(CONSENT_TOPIC)
        missing = [code for code in rules.told if code not in self.command.told]
        if missing:
            names = ", ".join(f"{code} ({topics[code].display})" for code in missing)
            why.append(f"the consent lacks what the patient must be told: {names}; tell them, and name it in told")
        count = self.chronic_conditions
        if count is None and rules.conditions:
            why.append(f"it asks for {rules.conditions} chronic conditions, and the conditions could not be seen")
        elif count is not None and count < rules.conditions:
            why.append(
                f"it asks for {rules.conditions} chronic conditions, and {count} that our list knows as chronic "
                f"{'is' if count == 1 else 'are'} on record: have the conditions recorded, if there are more"
            )
        if not rules.in_force:
            why.append(f"its rules ({rules.canonical}) do not hold today")
        if not why:
            return []
        instead = (
            f"leave billing out to enroll them in {self.command.program} all the same; what protects the person does "
            "not wait for any of this"
        )
        return [*(f"{rules.program.display}: {each}" for each in why), instead]

    @property
    def consent_given(self) -> ConsentGiven:
        """The consent, as the command records it."""
        command = self.command
        return ConsentGiven(
            patient=command.patient,
            form=command.consent,
            told=command.told,
            guardian=command.guardian,
            guardian_record=self.guardian,
            chart=self.chart,
            occasion=self.occasion,
        )

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
    return f"already in this program ({reference}, {episode.status}): end that enrollment first (disenroll)"


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
            changes=(
                team,
                self._episode(team),
                case.consent_given.written(self.pen, self.program),
                *map(self._task, items),
            ),
            says=(*says, *(f"{item.title} is due {self._due(item)}" for item in items)),
            warnings=(*case.consent_given.warnings(), *self._about_payers()),
            decided_from=tuple(record for record in people if record is not None),
            artefacts=(self.clock.canonical, *((case.payers_rules.canonical,) if case.payers_rules else ())),
            reason=command.reason,
            acting_as=case.care_manager_discipline if self.pen.author == command.care_manager else "",
        )

    def _about_payers(self) -> Iterator[str]:
        """What the record cannot say of a payer's rules, and which programs exclude each other in one month."""
        rules, programs = self.case.payers_rules, self.pen.content.concepts(BILLING_PROGRAM)
        if rules is None:
            return
        if rules.conditions:
            yield (
                f"{rules.program.display}: that the conditions are expected to last {rules.expected_months} months, "
                "and put the person at risk, is the supervising provider's to say"
            )
        if "one-practitioner" in rules.told:
            yield f"{rules.program.display}: only one practitioner can claim a month; ask whether another one does"
        for episode in self.case.episodes:
            running = episode.billing in programs and not episode.over
            if running and billing.excluding(self.pen.content, rules.code, (episode.billing,)):
                yield (
                    f"the person is in {programs[episode.billing].display} ({episode.record.reference}): it and "
                    f"{rules.program.display} exclude each other for one month; end one, or let your biller decide"
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
            pen.patient,
            self.program,
            pen.stamp,
            care_manager=manager,
            team=pen.refer(team),
            billing=self.case.payers_rules.program if self.case.payers_rules else None,
        )
        return Create("episode", resource, f"enrolled in {self.program.display}: {self.case.command.reason}")

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
