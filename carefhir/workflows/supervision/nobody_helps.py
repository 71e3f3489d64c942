"""Writes down that the person says nobody helps them."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.changes import Create, Plan
from carefhir.mappers import support_answer
from carefhir.workflows.supervision.supporting import SupportTalk


@dataclass(frozen=True, slots=True)
class NobodyHelping:
    """The person's own answer that nobody helps."""

    talk: SupportTalk

    def plan(self) -> Plan:
        """Plans the answer; what asked about it is answered."""
        talk, pen = self.talk, self.talk.pen
        answer = support_answer.write(pen.content, pen.patient, pen.author, talk.stamp)
        written = Create("nobody", answer, f"the person says that nobody helps, on {talk.day}")
        why = f"asked on {talk.day}: nobody helps"
        closed = [talk.closed(task, why) for task in talk.asking]
        says = (
            "recorded: the person says that nobody helps them at home; this says nothing of who lives with them",
            *(f"answered: what asked who helps ({change.record.reference})" for change in closed),
        )
        return talk.plan((written, *closed), says, ())
