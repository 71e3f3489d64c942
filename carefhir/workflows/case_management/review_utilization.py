"""`review-utilization`: holds a stay against the days and the level of care that a payer has authorized.

The stay is the whole chain of Encounters (`chart/stays`). It says how many of its days are covered, how many are left,
the first day that is not covered, and whether the level of care differs; what an authorization does not state is named
and never assumed, and a stay for which none is found has none. The review is recorded in the Task that asked for it,
or in one of its own, and the next one has a Task: before the last day that is covered, or today where a day is not.
The act's cause is the stay that is named and the moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import stays
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.content.clocks import read_clock
from carefhir.engine.step import AtMoment, Case, EncounterRef, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import authorization, claim, encounter, patient
from carefhir.mappers.authorization import Authorized
from carefhir.mappers.claim import ClaimView
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion
from carefhir.workflows.case_management import authorizations
from carefhir.workflows.case_management.covered_days import covered_days, days_of_stay
from carefhir.workflows.case_management.utilization import Review
from carefhir.workflows.pen import Pen


class ReviewUtilization(PatientCommand):
    """Holds a stay against what was authorized."""

    encounter: EncounterRef = Field(description="the stay, or one Encounter of it: Encounter/ID")
    at: Moment = Field(description="when it is reviewed, with its UTC offset: 2026-03-09T10:00:00-05:00")
    authorizations: tuple[TaskRef, ...] = Field(
        default=(),
        description="which authorizations are for this stay: Task/ID of each; if left out, those that name the stay, "
        "and those whose days fall into it",
    )


NEEDS = (
    *charts.needs("patient", "tasks", "encounters", optional=False),
    *charts.needs("episodes", "care_teams", "care_plans"),
    claim.find(),
)


def cause_of(command: ReviewUtilization, occasion: Occasion) -> AtMoment:
    """The stay that is named, and the moment."""
    return AtMoment(command.encounter, command.at)


@dataclass(frozen=True, slots=True)
class ReviewCase(Case):
    """One stay, and what was authorized for it."""

    command: ReviewUtilization
    occasion: Occasion
    chart: Chart
    encounter: EncounterView | None
    stay: Stay | None
    claims: tuple[ClaimView, ...]

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at"})]

    def decide(self, act: Act) -> Plan | Refusal:
        """Records the review and asks for the next one; or says why not."""
        why = (*patient.in_the_way(self.chart.patient, self.command.patient), *self._no_stay(), *self._unknown())
        if self.command.at > self.occasion.now:
            why = (*why, "at is in the future: record it when that time has come")
        if why or self.stay is None:
            return Refusal(why, warnings=self.chart.not_visible)
        clock = authorizations.clock_of(self.occasion)
        counts = bool(clock.number("discharge-day-counts"))
        today = authorizations.on_the_wall(self.command.at, self.occasion).date()
        days = days_of_stay(self.stay, today, discharge_day_counts=counts)
        mine, others = self._split(days.first, days.last)
        return Review(
            pen=Pen(self.occasion, act, self.command.patient),
            chart=self.chart,
            stay=self.stay,
            claims=self.claims,
            at=self.command.at,
            coverage=covered_days(days, mine),
            set_aside=others,
            clock=clock,
        ).plan()

    def _no_stay(self) -> tuple[str, ...]:
        """Why there is nothing to review."""
        named = self.command.encounter
        if self.encounter is None:
            return (f"{named} is not on this server, is not visible to us, or is another patient's: check the ID",)
        if self.encounter.status not in encounter.BEGUN:
            return (f"{named} is {self.encounter.status or 'without status'}: no stay has begun yet",)
        if self.encounter.start is None:
            return (f"{named} does not say when it began: have the record corrected",)
        if self.stay is None:
            return (f"{named} is a visit, not a stay: there are no days to review",)
        return ()

    def _unknown(self) -> tuple[str, ...]:
        """The authorizations named that authorize nothing."""
        authorized = {one.task.record.reference for one in self._granted()}
        return tuple(
            f"{named} is no Task in which a payer has authorized anything: check the ID"
            for named in self.command.authorizations
            if named not in authorized
        )

    def _granted(self) -> list[Authorized]:
        return [one for task in self.chart.tasks if (one := authorization.granted(task))]

    def _split(self, first: date, last: date) -> tuple[tuple[Authorized, ...], tuple[Authorized, ...]]:
        """The authorizations that are for this stay, and those without days that may be and are not counted."""
        granted = self._granted()
        if self.command.authorizations:
            return tuple(one for one in granted if one.task.record.reference in self.command.authorizations), ()
        about = {one.reference: one.about for one in self.claims}
        mine = tuple(one for one in granted if self._is_for(one, about.get(one.claim, ()), first, last))
        undated = (one for one in granted if one not in mine and not (one.first_day and one.last_day))
        other = {one.claim for one in granted if _of_a_stay(about.get(one.claim, ()))}
        return mine, tuple(one for one in undated if one.claim not in other)

    def _is_for(self, granted: Authorized, asked: tuple[str, ...], first: date, last: date) -> bool:
        """Whether an authorization is for this stay: it names it, or names no other one and its days fall into it."""
        if self.stay is not None and set(asked) & self.stay.references:
            return True
        if _of_a_stay(asked) or granted.first_day is None or granted.last_day is None:
            return False
        return granted.first_day <= last and granted.last_day >= first


def _of_a_stay(asked: tuple[str, ...]) -> bool:
    return any(reference.startswith("Encounter/") for reference in asked)


def open_cases(records: Records, command: ReviewUtilization, occasion: Occasion) -> tuple[ReviewCase]:
    """Reads the stay, and the requests to payers."""
    chart = charts.read(records, occasion)
    named = next((one for one in chart.encounters if one.reference == command.encounter), None)
    gap = read_clock(occasion.content, "transition-clock", occasion.today).number("stay-gap-hours")
    begun = named is not None and named.status in encounter.BEGUN
    return (
        ReviewCase(
            command=command,
            occasion=occasion,
            chart=chart,
            encounter=named,
            stay=stays.stay_of(occasion.content, named, chart.encounters, gap) if named and begun else None,
            claims=tuple(claim.read(one) for one in records["claims"]),
        ),
    )


REVIEW_UTILIZATION = Step(
    name="review-utilization",
    title="Hold a stay against what was authorized",
    command=ReviewUtilization,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task",),
    amends=("Task",),
    supervised="authorization",
)
