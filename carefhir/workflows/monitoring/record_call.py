"""The step `record-call`: the case of one contact outside transitions. What it is stands with its command
(`call_on_record`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefhir.engine.step import AtMoment, Case, Step, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring.call_on_record import NEEDS, RecordCall, ToldContact, at_once, read
from carefhir.workflows.monitoring.call_recording import CallRecording
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class CallCase(Case):
    """One contact outside transitions."""

    on_record: ToldContact

    @property
    def cause(self) -> AtMoment:
        on_record = self.on_record
        about = "what was said in a call" if on_record.urgent and on_record.why else "call"
        return AtMoment(about, on_record.command.started)

    @property
    def asked(self) -> Any:
        command = self.on_record.command
        return [instant(command.started), command.model_dump(mode="json", exclude={"started", "again_after"})]

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the contact and what follows; or says why not, and writes what protects the person all the same."""
        on_record = self.on_record
        blocked = patient.in_the_way(on_record.chart.patient, on_record.command.patient)
        if blocked:
            return Refusal(blocked, on_record.instructions)
        recording = CallRecording(on_record.for_act(act), Pen(on_record.occasion, act, on_record.command.patient))
        return recording.heard() if on_record.why else recording.plan()


def open_cases(records: Records, command: RecordCall, occasion: Occasion) -> tuple[CallCase]:
    """Opens the case of one contact."""
    return (CallCase(read(records, command, occasion)),)


RECORD_CALL = Step(
    name="record-call",
    title="Record a contact outside transitions, or an attempt",
    command=RecordCall,
    needs=NEEDS,
    open=open_cases,
    at_once=at_once,
    when_stale="decide again",
    creates=("Communication", "Consent", "Flag", "Task"),
    amends=("Consent", "Task"),
    supervised="contact",
)
