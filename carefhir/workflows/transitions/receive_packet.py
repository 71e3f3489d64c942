"""`receive-packet` checks the discharge information item by item, and asks for what is missing.

Each item (CodeSystem packet-item) is there, not there, or not legible; one that is there names the document it stands
in. What came with an earlier check still counts. The receive-packet Task is completed only when every item is there.
Until then it stays open, one Task asks the care manager to get the rest, and a message asks whoever discharged the
person. Where nothing came at all, that is recorded, and nothing is complete. An item nobody looked for is missing. The
act's cause is the transition and the moment of the check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.codes import PACKET_ITEM
from carefhir.content.loading import parameters
from carefhir.engine.step import AgainAfter, AtMoment, Case, DocumentRef, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import packet, patient
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.packet_check import PacketCheck
from carefhir.workflows.transitions.transition import NoTransition, TransitionChart

Item = Literal["practitioner", "procedures", "diagnoses", "medicines", "allergies", "results", "instructions"]
"""The codes of CodeSystem packet-item."""


class Checked(BaseModel):
    """One item of the discharge information, looked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    item: Item = Field(description="what was looked for")
    presence: Literal["there", "not-there", "not-legible"] = Field(description="whether it is there and can be read")
    document: DocumentRef = Field(
        default="", description="the document it stands in, if on record: DocumentReference/ID"
    )
    where: str = Field(default="", description="the document it stands in, in words: fax of March 7, page 2")


class ReceivePacket(PatientCommand):
    """Checks the discharge information item by item."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    at: Moment = Field(description="when it was checked, with its UTC offset: 2026-03-09T09:00:00-05:00")
    asked_of: str = Field(min_length=1, description="who discharged the person, and is asked for what is missing")
    nothing_came: bool = Field(default=False, description="whether nothing has come at all")
    items: tuple[Checked, ...] = Field(
        default=(),
        description="for each item: item (practitioner, procedures, diagnoses, medicines, allergies, results, "
        "instructions), presence (there, not-there, not-legible), document or where",
    )
    again_after: AgainAfter = ""


NEEDS = (*following.NEEDS, *charts.needs("communication_requests"), packet.find_documents())


def cause_of(command: ReceivePacket, occasion: Occasion) -> AtMoment:
    """The transition and the moment of the check."""
    return AtMoment(command.transition, command.at)


def details(command: ReceivePacket) -> Any:
    """What makes a repeat the same request: the same moment in another time zone is the same."""
    return [instant(command.at), command.model_dump(exclude={"at", "again_after"})]


@dataclass(frozen=True, slots=True)
class PacketCase(Case):
    """One check of the discharge information of one transition."""

    command: ReceivePacket
    occasion: Occasion
    followed: TransitionChart
    task: TaskView | None
    """The Task for getting it."""
    documents: tuple[Record, ...]

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes what came, and asks for the rest; or says why not."""
        command, transition = self.command, self.followed.transition
        why = (
            *patient.in_the_way(self.followed.chart.patient, command.patient),
            *following.closed(transition),
            *following.not_then(transition, command.at, self.occasion, "a check"),
            *self._unclear(),
        )
        if self.task is None:
            return Refusal((*why, following.lacks_task(transition, "receive-packet")))
        if not self.task.open and not act.did(self.task.record):
            why = (*why, f"{self.task.record.reference} is {self.task.status}: the discharge information is settled")
        if why:
            return Refusal(why, warnings=self.followed.chart.not_visible)
        items = self.occasion.content.concepts(PACKET_ITEM)
        came = {checked.item: checked for checked in command.items if checked.presence == "there"}
        before = packet.on_record(self.task)
        return PacketCheck(
            followed=self.followed,
            task=self.task,
            pen=Pen(self.occasion, act, command.patient),
            at=command.at,
            asked_of=command.asked_of,
            came=tuple((code, came[code].document, came[code].where) for code in items if code in came),
            unreadable=tuple(checked.item for checked in command.items if checked.presence == "not-legible"),
            missing=tuple(code for code in items if code not in before and code not in came),
            days=parameters(self.occasion.content.get("PlanDefinition", "packet"))["complete-days"],
        ).plan()

    def _unclear(self) -> tuple[str, ...]:
        """What is said twice, or of no document."""
        command, why = self.command, []
        if command.nothing_came == bool(command.items):
            why.append("say nothing_came, or check the items: one of the two")
        named = [checked.item for checked in command.items]
        why += [f"{code} is checked twice: give it once" for code in dict.fromkeys(named) if named.count(code) > 1]
        documents = {record.reference for record in self.documents}
        for checked in command.items:
            if checked.presence == "there" and not (checked.document or checked.where):
                why.append(f"{checked.item} is there: say in which document (document or where)")
            if checked.document and checked.document not in documents:
                why.append(f"{checked.document} is not among this person's documents, or not visible to us")
        return tuple(why)


def open_cases(records: Records, command: ReceivePacket, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one check."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        why = (*patient.in_the_way(chart.patient, command.patient), followed)
        return (NoTransition(cause_of(command, occasion), details(command), why),)
    return (
        PacketCase(
            command=command,
            occasion=occasion,
            followed=followed,
            task=followed.transition.child("receive-packet"),
            documents=records["documents"],
        ),
    )


RECEIVE_PACKET = Step(
    name="receive-packet",
    title="Check the discharge information",
    command=ReceivePacket,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task", "CommunicationRequest"),
    amends=("Task", "CommunicationRequest"),
    supervised="packet",
)
