"""`coordinate` follows what others do for the person until its end is known: one event of one loop at a time.

A referral is sent, booked, kept or missed, booked again, and its result comes back. Equipment is ordered, delivered,
and in use by the person's own word. A community service is asked by a Task of its own (the pattern of SDOH Clinical
Care), with the person's consent; it accepts or declines, and what came of it is written beside the need. Each loop has
one Task `coordinate` with the day by which the next thing must have happened (PlanDefinition coordination). What is
late has one Task of the care manager until something happens.

A visit counts as kept by an attended Encounter only (rule 35), and a result without one needs the record it stands in.
A loop that ends without a result ends with a reason. The act's cause is the order, the event and its moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from carefhir.chart import chart as charts
from carefhir.codes import LOOP_EVENT
from carefhir.engine.step import (
    AgainAfter,
    Case,
    DocumentRef,
    EncounterRef,
    Moment,
    OrganizationRef,
    PatientCommand,
    PractitionerRef,
    RelatedPersonRef,
    ReportRef,
    ScheduleRef,
    Step,
    instant,
)
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import relative
from carefhir.fhir.search import Named, Need
from carefhir.mappers import loop as loops
from carefhir.mappers import patient, related_person
from carefhir.occasion import Occasion
from carefhir.workflows.coordination.account import Account, Event
from carefhir.workflows.coordination.happening import Happening
from carefhir.workflows.coordination.lacking import Lacking
from carefhir.workflows.coordination.loop import Loop, loop_of
from carefhir.workflows.pen import Pen


def _order(value: str) -> str:
    reference = relative(value.strip())
    if reference is None or reference.partition("/")[0] not in ("ServiceRequest", "DeviceRequest"):
        raise ValueError("expected ServiceRequest/ID or DeviceRequest/ID")
    return reference


class Coordinate(PatientCommand):
    """Records one event of something that was arranged."""

    order: Annotated[str, AfterValidator(_order)] = Field(
        description="what was arranged: ServiceRequest/ID or DeviceRequest/ID"
    )
    event: Event = Field(
        description="what happened: sent, accepted (a community service), booked, kept, missed, delivered, in-use, "
        "result, declined, cancelled; or late, where what was waited for has not happened in time"
    )
    at: Moment = Field(description="when it happened, with its UTC offset: 2026-05-14T09:00:00-05:00")
    reason: str = Field(default="", description="missed, declined, cancelled: why")
    to: str = Field(default="", description="sent, booked, delivered: who does it, by name")
    organization: OrganizationRef = Field(
        default="", description="sent, delivered: who does it, if on record: Organization/ID"
    )
    consent: Literal["", "verbal", "written"] = Field(
        default="", description="sent to a community service: how the person consented to it"
    )
    start: Moment | None = Field(default=None, description="booked: when the visit starts, with its UTC offset")
    minutes: int = Field(default=30, gt=0, le=1_440, description="booked: how long it takes, in minutes")
    with_practitioner: PractitionerRef = Field(
        default="", description="booked: who will see the person, if on record: Practitioner/ID"
    )
    place: str = Field(default="", description="booked: where the visit takes place")
    transport: str = Field(default="", description="booked: how the person gets there; empty if nobody has arranged it")
    told: bool = Field(default=False, description="booked: whether the person knows when and where it is")
    schedule: ScheduleRef = Field(
        default="", description="sent, missed: where to look for free times, if on record: Schedule/ID"
    )
    encounter: EncounterRef = Field(
        default="", description="kept: the Encounter, if it is not the one on the day of the visit: Encounter/ID"
    )
    confirmed_by: Literal["", "patient", "caregiver"] = Field(
        default="", description="in-use: who says that it is in use"
    )
    caregiver: RelatedPersonRef = Field(
        default="", description="in-use: the caregiver who says so, if it is not the person: RelatedPerson/ID"
    )
    result: str = Field(default="", description="result: what came of it, in plain words")
    report: ReportRef = Field(default="", description="result: the report, if on record: DiagnosticReport/ID")
    document: DocumentRef = Field(default="", description="result: the letter, if on record: DocumentReference/ID")
    need: Literal["", "met", "partly", "not-met"] = Field(
        default="", description="result of a community service: whether the person's need is met"
    )
    again_after: AgainAfter = ""


NEEDS = (
    *charts.needs("patient", "service_requests", "device_requests", "tasks", "appointments", optional=False),
    *charts.needs("care_teams", "episodes", "encounters", "conditions"),
    loops.find_schedules(),
    loops.find_free_slots(),
    Need("with_practitioner", "Practitioner", (Named("{command.with_practitioner}"),), optional=True),
    Need("organization", "Organization", (Named("{command.organization}"),), optional=True),
    related_person.find("caregiver"),
    Need("report", "DiagnosticReport", (Named("{command.report}"),), optional=True),
    Need("document", "DocumentReference", (Named("{command.document}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class EventOf:
    """One event of one loop, at its moment."""

    order: str
    event: str
    at: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.order, self.event, instant(self.at))


def cause_of(command: Coordinate, occasion: Occasion) -> EventOf:
    """The order, the event and its moment."""
    return EventOf(command.order, command.event, command.at)


@dataclass(frozen=True, slots=True)
class LoopCase(Case):
    """One event of one loop."""

    command: Coordinate
    occasion: Occasion
    chart: charts.Chart
    loop: Loop | None
    account: Account

    @property
    def cause(self) -> EventOf:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moments in another zone are the same."""
        command = self.command
        moments = [instant(moment) for moment in (command.at, command.start) if moment]
        return [moments, command.model_dump(mode="json", exclude={"at", "start", "again_after"})]

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the event and what follows from it; or says why not."""
        why = patient.in_the_way(self.chart.patient, self.command.patient)
        if self.loop is None:
            lost = f"{self.command.order} is not among this person's orders, or not visible to us: check the id"
            return Refusal((*why, lost), warnings=self.chart.not_visible)
        lacking = Lacking(loop=self.loop, account=self.account, occasion=self.occasion, act=act)
        why = (*why, *lacking.refusals())
        if why:
            return Refusal(why, warnings=self.chart.not_visible)
        return Happening(loop=self.loop, account=self.account, pen=Pen(self.occasion, act, self.command.patient)).plan()


def open_cases(records: Records, command: Coordinate, occasion: Occasion) -> tuple[LoopCase]:
    """Opens the case of one event."""
    chart = charts.read(records, occasion)
    account = Account(
        patient=command.patient,
        event=command.event,
        kind=occasion.content.concept(LOOP_EVENT, command.event),
        at=command.at,
        reason=command.reason,
        to=command.to,
        organization=command.organization,
        consent=command.consent,
        start=command.start,
        minutes=command.minutes,
        practitioner=command.with_practitioner,
        place=command.place,
        transport=command.transport,
        told=command.told,
        schedule=command.schedule,
        encounter=command.encounter,
        confirmed_by=command.confirmed_by,
        caregiver=command.caregiver,
        result=command.result,
        report=command.report,
        document=command.document,
        need=command.need,
        records=records,
    )
    loop = loop_of(chart, command.order, occasion.content)
    return (LoopCase(command=command, occasion=occasion, chart=chart, loop=loop, account=account),)


COORDINATE = Step(
    name="coordinate",
    title="Follow a referral, an order or a community service",
    command=Coordinate,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="ask the person",
    creates=("Task", "Appointment", "SupplyDelivery", "Consent"),
    amends=("Task", "Appointment", "ServiceRequest", "DeviceRequest", "Condition"),
    supervised="coordinate",
)
