"""The step `open-case`: the case of one event. What it is stands with its command (`open_case_command`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import DISCIPLINE
from carefhir.content import supervision
from carefhir.engine.step import Case, InState, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import claim, patient, practitioner, related_person
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion
from carefhir.workflows.case_management.cases import CaseEvent, cases_around, event_of
from carefhir.workflows.case_management.open_case_command import OpenCase
from carefhir.workflows.case_management.opening_case import CaseOpening
from carefhir.workflows.consenting import ConsentGiven
from carefhir.workflows.pen import Pen

NEEDS = (
    *charts.needs("patient", "episodes", optional=False),
    *charts.needs("care_plans"),
    *charts.with_organizations(charts.needs("flags", "conditions", "encounters", "service_requests", "care_teams")),
    claim.find_named("claim"),
    practitioner.find("case_manager"),
    practitioner.find("supervising_provider"),
    related_person.find("guardian"),
)


@dataclass(frozen=True, slots=True)
class OpenCaseCase(Case):
    """One event of one person, to open a case around."""

    command: OpenCase
    occasion: Occasion
    chart: Chart
    event: CaseEvent | None
    cases: tuple[EpisodeView, ...]
    """The cases around the event, those that are over too."""
    case_manager: Record | None
    provider: Record | None
    """The supervising provider the command names."""
    guardian: Record | None

    @property
    def cause(self) -> InState:
        """The event, and the last case around it that ended."""
        over = [one for one in self.cases if one.over and one.status != "entered-in-error"]
        last = max(over, key=lambda one: (one.ended_at, one.record.id), default=None)
        return InState(self.command.event, last.record.reference if last else "first")

    @property
    def asked(self) -> Any:
        """The command's fields: what is worked out of them says nothing more."""
        return self.command.model_dump(mode="json", exclude={"claim"})

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

    def decide(self, act: Act) -> Plan | Refusal:
        """Opens the case; or says why not."""
        why = (
            *patient.in_the_way(self.chart.patient, self.command.patient),
            *self._unfit_event(act),
            *self._unfit_people(),
            *self.consent_given.refusals(),
        )
        if self.command.expected_end <= self.occasion.today:
            why = (*why, "expected_end is not after today: a case has an end in sight, name a later day")
        if why or self.event is None:
            return Refusal(why, warnings=self.chart.not_visible)
        return CaseOpening(
            command=self.command,
            pen=Pen(self.occasion, act, self.command.patient),
            chart=self.chart,
            event=self.event,
            consent=self.consent_given,
            people=tuple(one for one in (self.case_manager, self.provider, self.guardian) if one is not None),
        ).plan()

    def _unfit_event(self, act: Act) -> tuple[str, ...]:
        """Why there can be no case around the event; the act's own case is no reason, when it is asked for again."""
        named = self.command.event
        if self.event is None:
            return (f"{named} is not on this server, is not visible to us, or is another patient's: check the ID",)
        if self.event.gone:
            return (f"{named} is {self.event.gone}: name an event that takes place",)
        return tuple(
            f"there is already a case around this event ({case.record.reference}, {case.status}): go on with it, or "
            "close it first (close-case)"
            for case in self.cases
            if not case.over and not act.did(case.record)
        )

    def _unfit_people(self) -> list[str]:
        """Why the people named cannot take these roles, or who is missing."""
        command, content = self.command, self.occasion.content
        why = list(practitioner.missing(self.case_manager, "case manager", command.case_manager))
        disciplines = content.concepts(DISCIPLINE)
        for typed in (command.case_manager_discipline, command.supervising_discipline):
            if supervision.discipline_named(typed) not in disciplines:
                why.append(f"there is no discipline {typed!r}; the disciplines are: {', '.join(disciplines)}")
        if not command.supervising_provider:
            if not self.chart.team.supervising_provider:
                why.append("the care team has no supervising provider: name one in supervising_provider")
            return why
        why += practitioner.missing(self.provider, "supervising provider", command.supervising_provider)
        if not supervision.may(content, "activate-plan", supervision.discipline_named(command.supervising_discipline)):
            why.append("the supervising provider must be a physician or a nurse practitioner: they sign the plan")
        if command.case_manager == command.supervising_provider:
            why.append("the case manager and the supervising provider must be two different people: name another one")
        return why


def open_cases(records: Records, command: OpenCase, occasion: Occasion) -> tuple[OpenCaseCase]:
    """Reads the event, the cases around it, and the people named."""
    chart = charts.read(records, occasion)
    return (
        OpenCaseCase(
            command=command,
            occasion=occasion,
            chart=chart,
            event=event_of(chart, records["claim_named"], command.event, occasion.content),
            cases=cases_around(chart, command.event, occasion),
            case_manager=records.one("case_manager"),
            provider=records.one("supervising_provider"),
            guardian=records.one("guardian"),
        ),
    )


OPEN_CASE = Step(
    name="open-case",
    title="Open a case around one event",
    command=OpenCase,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("EpisodeOfCare", "CareTeam", "Consent", "CarePlan", "Goal", "Task"),
    supervised="case-management",
)
