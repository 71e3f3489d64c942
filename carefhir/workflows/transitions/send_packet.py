"""`send-packet` sends the transition document to the next place of care, with the sections PACIO asks for.

It holds what the records say of the person now and what the sender writes; a section without anything says why, and
never "none". Restricted findings stay out with everything that would tell of them (rule 4); what was left out is said
to the sender only, who passes it on by voice where the person's safety needs it. The send-packet Task, where the
transition has one, is completed. The act's cause is the transition, the recipient and the moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.chart.shareable import shareable
from carefhir.engine.step import (
    AgainAfter,
    Case,
    Moment,
    OrganizationRef,
    PatientCommand,
    PractitionerRef,
    Step,
    TaskRef,
    instant,
)
from carefhir.fhir.changes import Act, Amend, Create, Plan, Refusal, add
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, truth
from carefhir.fhir.search import Named, Need
from carefhir.mappers import allergy_intolerance, communication, document, patient
from carefhir.mappers.document import Document
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.packet_sections import PacketSections
from carefhir.workflows.transitions.transition import NoTransition, TransitionChart

TRANSITION_DOCUMENT = "18761-7"
"""LOINC "Transfer summary note", as PACIO's Transitions of Care codes its Composition (V)."""


class Written(BaseModel):
    """What the sender writes into a section."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    section: Literal[
        "advance-directives", "behavioral", "function", "immunizations", "instructions", "procedures", "reason",
        "social-history",
    ] = Field(description="the section")  # fmt: skip
    words: str = Field(min_length=1, description="what it says, in plain words")


class SendPacket(PatientCommand):
    """Sends the transition document."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    practitioner: PractitionerRef = Field(default="", description="who receives it, if a person: Practitioner/ID")
    organization: OrganizationRef = Field(default="", description="who receives it, if a place: Organization/ID")
    how: Literal["mail", "portal", "fax", "secure-message"] = Field(description="how it is sent")
    at: Moment = Field(description="when it is sent, with its UTC offset: 2026-03-09T09:00:00-05:00")
    sections: tuple[Written, ...] = Field(
        default=(),
        description="what the records do not say, for each section: section (advance-directives, behavioral, function, "
        "immunizations, instructions, procedures, reason, social-history), words",
    )
    again_after: AgainAfter = ""

    @property
    def recipient(self) -> str:
        """Who receives it, as a reference; "" where nobody, or more than one, is named."""
        named = [reference for reference in (self.practitioner, self.organization) if reference]
        return named[0] if len(named) == 1 else ""


NEEDS = (
    *following.NEEDS,
    *charts.needs("conditions", optional=False),
    *charts.needs("medication_requests", "medication_statements", "readings", "goals", "issues", "appointments"),
    *charts.needs("service_requests", "device_requests"),
    replace(allergy_intolerance.find(), optional=True),
    Need("practitioner", "Practitioner", (Named("{command.practitioner}"),), optional=True),
    Need("organization", "Organization", (Named("{command.organization}"),), optional=True),
    Need("author", "Practitioner", (Named("{actor}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class SentTo:
    """A packet is sent to somebody at a moment."""

    transition: str
    recipient: str
    at: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.transition, self.recipient, instant(self.at))


def cause_of(command: SendPacket, occasion: Occasion) -> SentTo:
    """The transition, the recipient and the moment."""
    return SentTo(command.transition, command.recipient, command.at)


def details(command: SendPacket) -> Any:
    """What makes a repeat the same request: the same moment in another time zone is the same."""
    return [instant(command.at), command.model_dump(mode="json", exclude={"at", "again_after"})]


@dataclass(frozen=True, slots=True)
class SendingCase(Case):
    """One transition document to one recipient."""

    command: SendPacket
    occasion: Occasion
    followed: TransitionChart
    records: Records

    @property
    def cause(self) -> SentTo:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the document and that it was sent; or says why not."""
        chart, person = self.followed.chart, self.followed.chart.person
        why = (
            *patient.in_the_way(chart.patient, self.command.patient),
            *following.closed(self.followed.transition),
            *(("at is in the future: record it when it is sent",) if self.command.at > self.occasion.now else ()),
            *self._no_recipient(),
        )
        if why or person is None:
            return Refusal(why, warnings=chart.not_visible)
        return self._sent(person, Pen(self.occasion, act, self.command.patient))

    def _no_recipient(self) -> tuple[str, ...]:
        """Why nobody can receive it."""
        named = self.command.recipient
        if not named:
            return ("say who receives it: practitioner or organization, one of the two",)
        record = self.records.one("practitioner") or self.records.one("organization")
        if record is None:
            return (f"{named} is not on this server, or not visible to us",)
        return (f"{named} is marked inactive",) if truth(record.json.get("active")) is False else ()

    def _sent(self, person: Record, pen: Pen) -> Plan:
        shown = shareable(self.followed.chart, pen.content)
        transition, command = self.followed.transition, self.command
        reason = f"the transition document was sent to {command.recipient} ({command.how})"
        packet = Create("document", document.write(pen.patient, self._document(person, shown.chart, pen)), reason)
        names = ", ".join(record.reference for record in shown.withheld)
        left_out = (
            f"left out, because it is restricted or would tell of what is: {names}; tell by voice only what the "
            "person's safety needs, and look through the words of what was sent"
        )
        task = transition.child("send-packet")
        settled = self._settled(pen, reason, packet)
        none = () if task else ("the transition has no send-packet Task: none is completed",)
        return Plan(
            changes=(packet, self._communication(pen, packet, reason), *settled),
            says=(reason, *none, *((left_out,) if names else ())),
            warnings=self.followed.chart.not_visible,
            decided_from=(person, transition.parent.record),
            artefacts=(pen.content.canonical("CodeSystem", "transition-section"),),
            reason=reason,
            acting_as=pen.occasion.actor.discipline,
        )

    def _document(self, person: Record, shown: charts.Chart, pen: Pen) -> Document:
        command, occasion = self.command, self.occasion
        today, author = occasion.days_of(command.at).earliest, self.records.one("author")
        stamp = command.at.isoformat(timespec="seconds")
        gone = frozenset(gap.need for gap in self.records.gaps)
        sections = PacketSections(
            shown=shown,
            allergies=self.records["allergies"],
            unseen=gone,
            written={written.section: written.words for written in command.sections},
            occasion=occasion,
        )
        identity = (patient.display(person, today), patient.born(person), patient.number(person, today))
        return Document(
            key=pen.act.part_key("document"),
            composition_key=pen.act.part_key("document/composition"),
            patient_key=pen.act.part_key("document/patient"),
            type_code=TRANSITION_DOCUMENT,
            title="Transition document",
            at=stamp,
            author=pen.author,
            author_name=patient.display(author, today) if author else "care team",
            person=person,
            heading=tuple(filter(None, (*identity, f"as of {stamp[:10]}"))),
            sections=sections.all(),
            about=(self.followed.transition.reference,),
        )

    def _communication(self, pen: Pen, packet: Create, reason: str) -> Create:
        actor, command = self.occasion.actor, self.command
        about = self.followed.transition.child("send-packet") or self.followed.transition.parent
        talk = communication.Conversation(
            based_on=about.record.reference,
            sent=command.at.isoformat(timespec="seconds"),
            recipient={"reference": command.recipient},
            hands_over=True,
        )
        written = communication.write(pen.content, pen.patient, actor.reference, discipline=actor.discipline, talk=talk)
        written["medium"] = [{"text": command.how}]
        written["payload"] = [{"contentReference": pen.refer(packet)}]
        return Create("sent", written, reason)

    def _settled(self, pen: Pen, reason: str, packet: Create) -> tuple[Amend, ...]:
        """The Task for sending it, completed."""
        task = self.followed.transition.child("send-packet")
        if task is None or not (task.open or pen.act.did(task.record)):
            return ()
        output = add("output", {"type": {"text": "transition document"}, "valueReference": pen.refer(packet)})
        edits = (*pen.ended("completed", "done"), output)
        return (following.amended(pen, "task/send-packet", task.record, reason, *edits),)


def open_cases(records: Records, command: SendPacket, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one document."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        why = (*patient.in_the_way(chart.patient, command.patient), followed)
        return (NoTransition(cause_of(command, occasion), details(command), why),)
    return (SendingCase(command=command, occasion=occasion, followed=followed, records=records),)


SEND_PACKET = Step(
    name="send-packet",
    title="Send the transition document",
    command=SendPacket,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("DocumentReference", "Communication"),
    amends=("Task",),
    supervised="packet",
)
