"""`share-plan` gives the plan away in plain words: to the person, a caregiver, or somebody who treats them.

The document holds what the person agreed to, what will be done, visits, medicines and the team, as they are now, and
keeps it so (mappers/document). Restricted findings stay out with everything that would tell of them (rule 4), whoever
receives it; what was left out is said to the sender only. A section without anything says so. A caregiver receives it
only under a Consent that names them. That it was handed over, how and when, is a Communication.

Where conditions cannot be seen, nobody knows what must stay out, and nothing is shared. The act's cause is the plan,
the recipient and the moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.shareable import shareable
from carefhir.chart.support import MayKnow, may_know
from carefhir.engine.step import (
    AgainAfter,
    CarePlanRef,
    Case,
    Moment,
    OrganizationRef,
    PatientCommand,
    PractitionerRef,
    RelatedPersonRef,
    Step,
    instant,
)
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, truth
from carefhir.fhir.search import Named, Need
from carefhir.mappers import consent, patient, related_person
from carefhir.mappers.care_plan import CarePlanView
from carefhir.occasion import Occasion
from carefhir.workflows.coordination.sharing import PlanSharing
from carefhir.workflows.pen import Pen


class SharePlan(PatientCommand):
    """Gives the plan to somebody, in plain words."""

    plan: CarePlanRef = Field(description="the plan: CarePlan/ID")
    to: Literal["patient", "caregiver", "practitioner", "organization"] = Field(description="who receives it")
    caregiver: RelatedPersonRef = Field(default="", description="the caregiver, if it is one: RelatedPerson/ID")
    practitioner: PractitionerRef = Field(
        default="", description="the practitioner who treats the person, if it is one: Practitioner/ID"
    )
    organization: OrganizationRef = Field(
        default="", description="the organization that treats the person, if it is one: Organization/ID"
    )
    how: Literal["in-person", "mail", "portal", "fax", "secure-message"] = Field(description="how it is handed over")
    at: Moment = Field(description="when it is handed over, with its UTC offset: 2026-03-09T09:00:00-05:00")
    again_after: AgainAfter = ""

    @property
    def recipient(self) -> str:
        """Who receives it, as a reference; "" where nobody is named."""
        named = {"caregiver": self.caregiver, "practitioner": self.practitioner, "organization": self.organization}
        return named.get(self.to, self.patient)


NEEDS = (
    *charts.needs("patient", "care_plans", "goals", "conditions", optional=False),
    *charts.needs("care_teams", "episodes", "service_requests", "device_requests", "communication_requests"),
    *charts.needs("tasks", "appointments", "issues", "medication_requests", "medication_statements"),
    consent.find(),
    related_person.find("caregiver"),
    Need("practitioner", "Practitioner", (Named("{command.practitioner}"),), optional=True),
    Need("organization", "Organization", (Named("{command.organization}"),), optional=True),
    Need("author", "Practitioner", (Named("{actor}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class SharedWith:
    """A plan is shared with somebody at a moment."""

    plan: str
    recipient: str
    at: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.plan, self.recipient, instant(self.at))


def cause_of(command: SharePlan, occasion: Occasion) -> SharedWith:
    """The plan, the recipient and the moment."""
    return SharedWith(command.plan, command.recipient or command.to, command.at)


@dataclass(frozen=True, slots=True)
class SharingCase(Case):
    """One plan, given to one recipient."""

    command: SharePlan
    occasion: Occasion
    chart: Chart
    records: Records
    plan: CarePlanView | None

    @property
    def cause(self) -> SharedWith:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at", "again_after"})]

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the document and that it was handed over; or says why not."""
        why = (*patient.in_the_way(self.chart.patient, self.command.patient), *self._not_now(), *self._not_to_them())
        if why or self.plan is None or self.chart.person is None:
            return Refusal(why, warnings=self.chart.not_visible)
        return PlanSharing(
            shown=shareable(self.chart, self.occasion.content),
            plan=self.plan,
            person=self.chart.person,
            recipient=self.command.recipient,
            how=self.command.how,
            at=self.command.at,
            author=self.records.one("author"),
            topics=self._topics,
            pen=Pen(self.occasion, act, self.command.patient),
        ).plan_of_changes()

    def _not_now(self) -> tuple[str, ...]:
        """Why this plan cannot be shared."""
        plan, why = self.plan, []
        if plan is None:
            why.append(f"{self.command.plan} is not a plan of this person, or not visible to us: check the id")
        elif plan.status == "draft":
            why.append(f"{plan.reference} is a draft: it can be shared once it is signed (sign-off)")
        elif plan.status != "active":
            why.append(f"{plan.reference} is {plan.status or 'without status'}: only a plan in effect is shared")
        if self.command.at > self.occasion.now:
            why.append("at is in the future: record it when it is handed over")
        if "conditions" in self.chart.unseen:
            why.append("conditions could not be seen: what is restricted is not known, and nothing is shared")
        return tuple(why)

    def _not_to_them(self) -> tuple[str, ...]:
        """Why this recipient does not receive it."""
        to, named = self.command.to, self.command.recipient
        if not named:
            return (f"say who receives it: {to}",)
        if to == "patient":
            return ()
        record = self.records.one(to)
        if record is None:
            return (f"the {to} {named} is not on this server, or not visible to us",)
        if to == "caregiver":
            return self._no_consent(record)
        return (f"the {to} {named} is marked inactive",) if truth(record.json.get("active")) is False else ()

    def _no_consent(self, caregiver: Record) -> tuple[str, ...]:
        """A caregiver learns of it only where the person has said so, in a Consent that names them."""
        name, today = caregiver.reference, self.occasion.today
        if not related_person.is_of(caregiver, self.command.patient):
            return (f"{name} is not on record as somebody of this person's",)
        lapsed = related_person.not_in_force(caregiver, today)
        if lapsed:
            return (f"{name} {lapsed}",)
        knows = self._knows
        if not knows.visible:
            return ("consents could not be seen: whether the caregiver may know is not known",)
        if "plan" in knows.permitted:
            return ()
        ask = "ask the person, and have it recorded (record-support)"
        if knows.permitted:
            return (f"{name} {knows.in_words(self.occasion.content)}, and not the plan: {ask}",)
        if "plan" in knows.denied:
            return (f"a Consent says that {name} is not to know ({', '.join(knows.denying('plan'))}): {ask}",)
        if knows.unread:
            return (f"{', '.join(knows.unread)} lets {name} know a part only, in a way not understood here: {ask}",)
        return (f"no Consent in force says that {name} may know: {ask}",)

    @property
    def _knows(self) -> MayKnow:
        """What the caregiver may know."""
        visible = self.records.visible("consents")
        return may_know(self.records["consents"], self.command.caregiver, self.occasion.today, visible=visible)

    @property
    def _topics(self) -> frozenset[str]:
        """What of the plan goes to this recipient: all of it, unless it is a caregiver who may know a part."""
        return self._knows.permitted if self.command.to == "caregiver" else frozenset(consent.TOPICS)


def open_cases(records: Records, command: SharePlan, occasion: Occasion) -> tuple[SharingCase]:
    """Opens the case of one recipient."""
    chart = charts.read(records, occasion)
    plan = next((plan for plan in chart.care_plans if plan.reference == command.plan), None)
    return (SharingCase(command=command, occasion=occasion, chart=chart, records=records, plan=plan),)


SHARE_PLAN = Step(
    name="share-plan",
    title="Share a plan",
    command=SharePlan,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("DocumentReference", "Communication"),
    supervised="share-plan",
)
