"""`enroll`: takes a patient into a care programme.

Writes the EpisodeOfCare, the CareTeam with its two coded roles, the Consent, and the Task for the first assessment
with its due day (programme clock). The act's cause is the programme and its last ended episode, so a patient may be
enrolled again after leaving, and never twice at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from carefhir.codes import DISCIPLINE, PROGRAM
from carefhir.content import supervision
from carefhir.content.clocks import read_clock
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import PatientCommand, PractitionerRef
from carefhir.fhir.changes import Act, Create, Plan, Refusal, carries_key, refer
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import care_team, consent, episode_of_care, patient, practitioner, task
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.patient import PatientView
from carefhir.occasion import Occasion


class Enroll(PatientCommand):
    """Takes a patient into a programme, with a care manager and a supervising provider behind them."""

    program: str = Field(description="the programme, for example care-management")
    care_manager: PractitionerRef = Field(description="the single point of contact: Practitioner/ID")
    supervising_provider: PractitionerRef = Field(description="the physician or nurse practitioner: Practitioner/ID")
    consent: Literal["verbal", "written"] = Field(description="how the patient agreed")
    reason: str = Field(min_length=1, description="why this patient, in plain words")
    care_manager_discipline: str = Field(default="registered-nurse", description="the care manager's discipline")
    supervising_discipline: str = Field(default="physician", description="the supervising provider's discipline")


@dataclass(frozen=True, slots=True)
class Context:
    """What enrolment is decided from."""

    patient: PatientView | None
    episodes: tuple[EpisodeView, ...]
    care_manager: Record | None
    supervising_provider: Record | None


NEEDS = (
    patient.find(),
    episode_of_care.find(),
    practitioner.find("care_manager"),
    practitioner.find("supervising_provider"),
)

ABBREVIATIONS = {
    "RN": "registered-nurse",
    "SW": "social-worker",
    "CHW": "community-health-worker",
    "MD": "physician",
    "NP": "nurse-practitioner",
}
"""What people type for a discipline."""


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return Context(
        patient.read(records.one("patient")),
        tuple(episode_of_care.read(one) for one in records["episodes"]),
        records.one("care_manager"),
        records.one("supervising_provider"),
    )


def causes(context: Context, command: Enroll, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The programme, and the episode of it that ended last."""
    return ((command.program, episode_of_care.last_ended(context.episodes, command.program)),)


def decide(context: Context, command: Enroll, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The episode, the team, the consent, the first Task; or why not."""
    why = _refusals(context, command, occasion, act)
    if why:
        return Refusal(why)
    content = occasion.content
    program = content.concept(PROGRAM, command.program)
    clock = read_clock(content, f"program-{command.program}", occasion.today)
    members = [
        ("care-manager", command.care_manager, _discipline(command.care_manager_discipline)),
        ("supervising-provider", command.supervising_provider, _discipline(command.supervising_discipline)),
        ("patient", command.patient, ""),
    ]
    words = f"Care team, {program.display}"
    team = Create(
        "care-team",
        care_team.write(content, command.patient, words, occasion.stamp, members),
        "one point of contact, and the provider who stands behind them",
    )
    agreed = f"{program.display}: what it is, who is in it and that it may be left at any time was explained"
    changes = [
        team,
        Create(
            "episode",
            episode_of_care.write(command.patient, program, occasion.stamp, command.care_manager, refer(team, act)),
            f"enrolled in {program.display}: {command.reason}",
        ),
        Create(
            "consent",
            consent.write(content, command.patient, command.consent, occasion.stamp, agreed),
            f"{command.consent} consent, taken today",
        ),
    ]
    says = [f"enrolled in {program.display}; care manager {command.care_manager}"]
    for item in clock.tasks():
        due = item.on(occasion.today, occasion.calendar)
        work = task.Work(item.code, f"{item.title}. {item.words}", occasion.today, due, command.care_manager)
        made = task.write(content, command.patient, occasion.actor.reference, occasion.stamp, work)
        changes.append(Create(f"task/{item.code}", made, f"{item.title}: due {due}, {item.count} days after enrolment"))
        says.append(f"{item.title} is due {due}")
    return Plan(
        tuple(changes),
        tuple(says),
        decided_from=tuple(one for one in _sources(context) if one is not None),
        artefacts=(clock.canonical,),
        reason=command.reason,
        acting_as=_discipline(command.care_manager_discipline)
        if occasion.actor.reference == command.care_manager
        else "",
    )


def _sources(context: Context) -> tuple[Record | None, ...]:
    return (
        context.patient.record if context.patient else None,
        context.care_manager,
        context.supervising_provider,
    )


def _discipline(typed: str) -> str:
    return ABBREVIATIONS.get(typed.upper(), typed)


def _refusals(context: Context, command: Enroll, occasion: Occasion, act: Act) -> tuple[str, ...]:
    why = list(patient.in_the_way(context.patient, command.patient))
    programs = occasion.content.concepts(PROGRAM)
    if command.program not in programs:
        why.append(f"there is no programme {command.program!r}; there are: {', '.join(programs)}")
    disciplines = occasion.content.concepts(DISCIPLINE)
    for typed in (command.care_manager_discipline, command.supervising_discipline):
        if _discipline(typed) not in disciplines:
            why.append(f"there is no discipline {_discipline(typed)!r}; there are: {', '.join(disciplines)}")
    if not supervision.may(occasion.content, "activate-plan", _discipline(command.supervising_discipline)):
        why.append("the supervising provider must be a physician or a nurse practitioner: they sign the plan")
    why += practitioner.missing(context.care_manager, "care manager", command.care_manager)
    why += practitioner.missing(context.supervising_provider, "supervising provider", command.supervising_provider)
    if command.care_manager == command.supervising_provider:
        why.append("care manager and supervising provider must be two people: one stands behind the other")
    own = act.part_key("episode")
    for episode in context.episodes:
        if episode.over or command.program not in episode.programs or carries_key(episode.record, own):
            continue
        why.append(f"already in this programme: {episode.record.reference} ({episode.status}); disenrol first")
    return tuple(why)


ENROLL = adapted(
    name="enroll",
    title="Enrol a patient in a care programme",
    command=Enroll,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("EpisodeOfCare", "CareTeam", "Consent", "Task"),
    supervised="contact",
)
