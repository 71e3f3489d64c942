"""`close-case`: ends a case, and hands what remains of it to the care manager.

Every open Task of the case goes to the care manager, requests to a payer that are not settled among them, each by name;
the goals that were signed go on in the standing plan; one Communication tells the care manager all of it. Then the
case's plan is completed (or withdrawn, where nobody ever signed it), its team ends, and its EpisodeOfCare is finished.
Nothing is closed silently, and nothing is left without an owner: where something remains and there is no care manager,
the case is not closed before somebody is named. The act's cause is the case, which is closed once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.engine.step import Case, EpisodeRef, Once, PatientCommand, PractitionerRef, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import claim, communication, patient, practitioner
from carefhir.mappers.claim import ClaimView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.case_management.cases import case_of
from carefhir.workflows.case_management.closing_case import CaseClosing
from carefhir.workflows.case_management.remains import Remains, remains_of
from carefhir.workflows.pen import Pen


class CloseCase(PatientCommand):
    """Closes a case, and hands over what remains of it."""

    case: EpisodeRef = Field(description="the case: EpisodeOfCare/ID")
    reason: str = Field(min_length=1, description="how it ended, in plain words")
    care_manager: PractitionerRef = Field(
        default="",
        description="who takes over what remains: Practitioner/ID; if left out, the care manager on record",
    )


NEEDS = (
    *charts.needs("patient", "episodes", "tasks", "care_plans", "goals", "care_teams", optional=False),
    *charts.needs("encounters", "conditions", "service_requests"),
    claim.find(),
    # What it writes itself: an interrupted run finds by it that it was begun, and on which day.
    replace(communication.find(), optional=True),
    practitioner.find("care_manager"),
)


def cause_of(command: CloseCase, occasion: Occasion) -> Once:
    """The case: it is closed only once."""
    return Once(command.case)


@dataclass(frozen=True, slots=True)
class CloseCaseCase(Case):
    """One case, to be closed."""

    command: CloseCase
    occasion: Occasion
    chart: Chart
    case: EpisodeView | None
    claims: tuple[ClaimView, ...]
    named: Record | None
    """The care manager the command names."""

    @property
    def cause(self) -> Once:
        return cause_of(self.command, self.occasion)

    @property
    def care_manager(self) -> str:
        """Who takes over: as named, else the care manager of a program or of the team; "" if there is nobody."""
        if self.command.care_manager:
            return self.command.care_manager
        running = (one for one in self.chart.episodes if one.programs and not one.over and not one.event)
        return next((one.care_manager for one in running if one.care_manager), "") or self.chart.team.care_manager

    def decide(self, act: Act) -> Plan | Refusal:
        """Hands over what remains and closes the case; or says why not."""
        remains = remains_of(self.chart, self.case, self.claims, act) if self.case else None
        why = (
            *patient.in_the_way(self.chart.patient, self.command.patient),
            *self._not_open(act),
            *self._nobody(remains),
        )
        if why or self.case is None or remains is None:
            return Refusal(why, warnings=self.chart.not_visible)
        return CaseClosing(
            pen=Pen(self.occasion, act, self.command.patient),
            chart=self.chart,
            case=self.case,
            remains=remains,
            care_manager=self.care_manager,
            named=self.named,
            reason=self.command.reason,
        ).plan()

    def _not_open(self, act: Act) -> tuple[str, ...]:
        """Why there is nothing to close; the act's own closing is no reason, when it is asked for again."""
        named = self.command.case
        if self.case is None:
            return (f"{named} is no case of this patient that we can see: name one that open-case has opened",)
        if self.case.over and not act.did(self.case.record):
            return (f"{named} is {self.case.status}: it is closed already",)
        return ()

    def _nobody(self, remains: Remains | None) -> tuple[str, ...]:
        """Why nobody can take over what remains."""
        if self.command.care_manager:
            return practitioner.missing(self.named, "care manager", self.command.care_manager)
        if self.care_manager or remains is None or not remains.anything:
            return ()
        return (
            f"there is no care manager to hand over to, and this remains: {'; '.join(remains.in_short)}. Name who "
            "takes it over in care_manager, or enroll the person in care management first (enroll)",
        )


def open_cases(records: Records, command: CloseCase, occasion: Occasion) -> tuple[CloseCaseCase]:
    """Reads the case and what belongs to it."""
    chart = charts.read(records, occasion)
    return (
        CloseCaseCase(
            command=command,
            occasion=occasion,
            chart=chart,
            case=case_of(chart, command.case),
            claims=tuple(claim.read(one) for one in records["claims"]),
            named=records.one("care_manager"),
        ),
    )


CLOSE_CASE = Step(
    name="close-case",
    title="Close a case, and hand over what remains",
    command=CloseCase,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Communication",),
    amends=("Task", "CarePlan", "CareTeam", "EpisodeOfCare"),
    supervised="case-management",
)
