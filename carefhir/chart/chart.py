"""One person's chart, read once and shared by all parts of a decision.

A step names what it needs from `NEEDS`; everything else is empty in its chart. What could not be seen is in
`not_visible`; it never means "none" (rule R10).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Follow, Need
from carefhir.mappers import (
    appointment,
    care_plan,
    care_team,
    conclusion,
    condition,
    detected_issue,
    encounter,
    episode_of_care,
    flag,
    goal,
    medication,
    patient,
    pregnancy_status,
    reading,
    request,
    risk_assessment,
    task,
)
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.care_team import TeamView
from carefhir.mappers.conclusion import ConclusionView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.flag import FlagView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.patient import PatientView
from carefhir.mappers.pregnancy_status import PregnancyView
from carefhir.mappers.reading import Measurement, Unread
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

NEEDS: dict[str, Need] = {
    need.name: need
    for need in (
        patient.find(),
        episode_of_care.find(),
        care_team.find(),
        condition.find(),
        medication.find_requests(),
        medication.find_statements(),
        reading.find(),
        pregnancy_status.find(),
        encounter.find(),
        task.find(),
        flag.find(),
        goal.find(),
        care_plan.find(),
        request.find_services(),
        request.find_devices(),
        request.find_communications(),
        appointment.find(),
        detected_issue.find(),
        risk_assessment.find(),
        conclusion.find(),
    )
}


_TO_ORGANIZATIONS = {
    "flags": "author",
    "episodes": "managingOrganization",
    "service_requests": "performer",
    "care_teams": "participant.member",
}
"""By the name of a need: where its records point to an organization."""

POINTING = tuple(Follow(path, "Organization") for path in _TO_ORGANIZATIONS.values())


def with_organizations(some: tuple[Need, ...]) -> tuple[Need, ...]:
    """The same needs, with the organizations their records point to: a hospice's name and telephone number."""
    return tuple(
        replace(need, follow=(*need.follow, Follow(_TO_ORGANIZATIONS[need.name], "Organization")))
        if need.name in _TO_ORGANIZATIONS
        else need
        for need in some
    )


def needs(*names: str, optional: bool = True) -> tuple[Need, ...]:
    """The needs with these names. What cannot be seen is a named gap; only the patient is required."""
    return tuple(replace(NEEDS[name], optional=optional and name != "patient") for name in names)


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything about one person that a decision may use."""

    patient: PatientView | None = None
    person: Record | None = None
    team: TeamView = field(default_factory=TeamView)
    episodes: tuple[EpisodeView, ...] = ()
    conditions: tuple[ConditionView, ...] = ()
    medicines: tuple[MedicineView, ...] = ()
    readings: tuple[Measurement, ...] = ()
    encounters: tuple[EncounterView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    flags: tuple[FlagView, ...] = ()
    goals: tuple[GoalView, ...] = ()
    care_plans: tuple[CarePlanView, ...] = ()
    items: tuple[ItemView, ...] = ()
    """Service, device and communication requests, Tasks and Appointments, as items of a plan."""
    appointments: tuple[AppointmentView, ...] = ()
    issues: tuple[IssueView, ...] = ()
    risks: tuple[Record, ...] = ()
    not_visible: tuple[str, ...] = ()
    unseen: frozenset[str] = frozenset()
    """The needs that could not be seen."""
    conclusions: tuple[ConclusionView, ...] = ()
    """Domains concluded, and social screens."""
    unread: tuple[Unread, ...] = ()
    """Numbers on record that cannot be read."""
    care_teams: tuple[Record, ...] = ()
    """All care teams, those of other organizations too."""
    organizations: tuple[Record, ...] = ()
    """The organizations that other records point to, where a step asks for them (`with_organizations`)."""
    pregnancy_statuses: tuple[PregnancyView, ...] = ()

    @property
    def care_manager(self) -> str:
        """The single point of contact: the care manager of a running program, else of the team; during a cover, whoever
        stands in for them; where there is none, whoever runs a case around one event. "" if there is nobody."""
        running = [one for one in self.episodes if one.programs and not one.over and one.care_manager]
        manager = next((one.care_manager for one in running if not one.event), "")
        contact = self.team.stand_in(manager) or self.team.care_manager
        return contact or next((one.care_manager for one in running), "")

    @property
    def paused(self) -> bool:
        """Whether every program of ours that is not over waits: nothing falls due meanwhile."""
        ours = [episode for episode in self.episodes if episode.programs and not episode.over]
        return bool(ours) and all(episode.paused for episode in ours)

    @property
    def left(self) -> bool:
        """Whether they were in programs of ours, and have left every one: nobody follows them now."""
        ours = [episode for episode in self.episodes if episode.programs and episode.status != "entered-in-error"]
        return bool(ours) and all(episode.over for episode in ours)

    def task(self, reference: str) -> TaskView | None:
        """This patient's Task with that reference."""
        return next((one for one in self.tasks if one.record.reference == reference), None)


def read(records: Records, occasion: Occasion) -> Chart:
    """The chart, of what was gathered."""
    referenced = {one.reference: one for one in records[medication.FOLLOWED.name]}
    content, zone = occasion.content, occasion.zone
    medicines = (*records["medication_requests"], *records["medication_statements"])
    items = ("service_requests", "device_requests", "communication_requests", "tasks", "appointments")
    return Chart(
        patient.read(records.one("patient")),
        records.one("patient"),
        care_team.read(records["care_teams"], occasion.today),
        tuple(episode_of_care.read(one) for one in records["episodes"]),
        tuple(condition.read(one) for one in records["conditions"]),
        tuple(medication.read(one, referenced, content) for one in medicines),
        tuple(found for one in records["readings"] for found in reading.read(one, content, zone)),
        tuple(encounter.read(one, zone, zone_is_set=occasion.zone_is_set) for one in records["encounters"]),
        tuple(task.read(one) for one in records["tasks"]),
        tuple(flag.read(one) for one in records["flags"]),
        tuple(goal.read(one) for one in records["goals"]),
        tuple(care_plan.read(one) for one in records["care_plans"]),
        tuple(request.read(one) for name in items for one in records[name]),
        tuple(appointment.read(one) for one in records["appointments"]),
        tuple(detected_issue.read(one) for one in records["issues"]),
        records["risks"],
        records.warnings,
        frozenset(gap.need for gap in records.gaps),
        tuple(found for one in records["conclusions"] if (found := conclusion.read(one, zone, content))),
        unread=tuple(number for one in records["readings"] for number in reading.unread(one, content, zone)),
        care_teams=records["care_teams"],
        organizations=tuple({one.reference: one for follow in POINTING for one in records[follow.name]}.values()),
        pregnancy_statuses=tuple(
            view for one in records["pregnancy_statuses"] if (view := pregnancy_status.read(one, content, zone))
        ),
    )
