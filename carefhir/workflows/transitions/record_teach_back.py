"""`record-teach-back`: what the person could say back in their own words, topic by topic.

One talk is one Communication. The teach-back Task holds, per topic, the talk in which it was understood; it is done
when every topic of the list (CodeSystem teach-topic) has been, in whichever talk. Until then it is due again the next
business day and names what to teach again. The act's cause is the transition and the start of the talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.codes import TEACH_TOPIC
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import Moment, PatientCommand, TaskRef, instant
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, Refusal, add, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import codings, dig
from carefhir.mappers import communication, patient
from carefhir.mappers.communication import TalkView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.discharge import due_from
from carefhir.workflows.transitions.transition import Context, Transition, day_of, settled, spoken, state


class Taught(BaseModel):
    """One topic of a talk, and what the person could say back."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    topic: Literal["medicines", "warning-signs", "whom-to-call", "next-visit", "self-care"] = Field(
        description="what was taught"
    )
    understood: Literal["yes", "partly", "no"] = Field(description="whether they could say it back")
    words: str = Field(default="", description="how, in their own words")


class RecordTeachBack(PatientCommand):
    """Records a talk in which things were taught, and heard back."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    started: Moment = Field(description="when the talk began, with its offset: 2026-03-09T09:00:00-05:00")
    topics: tuple[Taught, ...] = Field(
        min_length=1,
        description="per topic: topic (medicines, warning-signs, whom-to-call, next-visit, self-care), understood "
        "(yes, partly, no), words (the person's own)",
    )


NEEDS = (*following.NEEDS, communication.find())

SAID = {"yes": "understood", "partly": "partly understood", "no": "not understood"}


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return following.read(records, occasion)


def cause(command: RecordTeachBack, occasion: Occasion) -> tuple[str, ...]:
    """The transition and the start of the talk."""
    return (command.transition, instant(command.started))


def particulars(context: Context, command: RecordTeachBack, occasion: Occasion) -> object:
    """The same moment spelled in another zone says the same."""
    return [instant(command.started), command.model_dump(exclude={"started"})]


def decide(context: Context, command: RecordTeachBack, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The talk, and what is still to be taught; or why not."""
    why = list(patient.in_the_way(context.chart.patient, command.patient))
    found = following.find(context.chart.tasks, command.transition, occasion)
    if isinstance(found, str):
        return Refusal((*why, found))
    why += following.closed(found)
    why += following.not_then(found, command.started, occasion, "a talk")
    for topic in occasion.content.concepts(TEACH_TOPIC):
        said = [one for one in command.topics if one.topic == topic]
        if len(said) > 1:
            why.append(f"{topic} is given {len(said)} times: give how it stood at the end of the talk")
        if any(one.understood == "yes" and not one.words for one in said):
            why.append(f"{topic} is given as understood without words: give what the person said back, in their words")
    teaching = found.child("teach-back")
    if teaching is None:
        why.append(f"{found.reference} has no Task to teach: run open-transition again")
    if why or teaching is None:
        return Refusal(tuple(why))
    own = next((one for one in context.talks if carries_key(one.record, act.part_key("talk"))), None)
    return _Lesson(context, command, occasion, act, found, teaching, own).plan()


def understood(teaching: TaskView) -> dict[str, str]:
    """Which topics were understood, and in which talk, as the teach-back Task's outputs say."""
    found: dict[str, str] = {}
    for one in dig(teaching.record.json, "output"):
        reference = one.get("valueReference") if isinstance(one, dict) else None
        if isinstance(reference, dict):
            found |= {
                code: str(reference.get("reference", ""))
                for system, code in codings(one, "type")
                if system == TEACH_TOPIC
            }
    return found


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One talk on the desk."""

    context: Context
    command: RecordTeachBack
    occasion: Occasion
    act: Act
    transition: Transition
    teaching: TaskView
    own: TalkView | None
    """What this act wrote in an earlier, interrupted run."""

    @property
    def day(self) -> date:
        return day_of(self.command.started, self.occasion)

    def plan(self) -> Plan:
        """The talk, and the teach-back Task as it stands after it."""
        content = self.occasion.content
        topics = content.concepts(TEACH_TOPIC)
        made = Create("talk", self._written(), "taught, and heard back")
        reference = refer(self.own.record) if self.own else refer(made, self.act)
        changes: list[Change] = [made]
        before = understood(self.teaching)
        ours = self.own is not None and self.own.reference in self.teaching.outputs
        learned = [one.topic for one in self.command.topics if one.understood == "yes"]
        left = [code for code in topics if code not in {*before, *learned}]
        if self.teaching.open or ours:
            new = [code for code in learned if code not in before]
            changes.append(self._moved(new, left, reference))
        says = [f"{topics[one.topic].display}: {SAID[one.understood]}" for one in self.command.topics]
        talks = tuple(one.record for one in self.context.talks if one is not self.own)
        chart = self.context.chart
        return Plan(
            tuple(changes),
            (*says, self._next(left)),
            warnings=(*self._lost(before), *chart.not_visible),
            decided_from=(*((chart.patient.record,) if chart.patient else ()), self.transition.parent.record, *talks),
            artefacts=(content.canonical("CodeSystem", "teach-topic"),),
            reason="teaching after a discharge, heard back in the person's own words",
            acting_as=self.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _written(self) -> Json:
        content, actor = self.occasion.content, self.occasion.actor
        topics = tuple(content.concept(TEACH_TOPIC, one.topic) for one in self.command.topics)
        said = tuple(
            f"{topic.display}, {SAID[one.understood]}" + (f": {one.words}" if one.words else "")
            for topic, one in zip(topics, self.command.topics, strict=True)
        )
        talk = communication.Conversation(
            self.teaching.record.reference,
            following.stamp(self.command.started, self.occasion),
            {"reference": self.command.patient},
            instruction=True,
            topics=tuple({"coding": [one.coding]} for one in topics),
            said=said,
        )
        return communication.write(content, self.command.patient, actor.reference, actor.discipline, talk)

    def _moved(self, new: Sequence[str], left: Sequence[str], reference: Json) -> Amend:
        content = self.occasion.content
        edits: list[Edit] = [
            add(
                "output", {"type": {"coding": [content.concept(TEACH_TOPIC, code).coding]}, "valueReference": reference}
            )
            for code in new
        ]
        if left:
            words = f"to be taught again: {self._names(left)}"
            if not self.transition.suspended:
                due = following.next_business_day(self.day, self.occasion)
                edits += [put("status", "in-progress"), state(self.occasion, "teach-again")]
                edits += [due_from(self.transition.day, due)]
        else:
            words = "every topic was understood"
            edits += [put("status", "completed"), state(self.occasion, "done")]
        if not (left and self.transition.suspended):
            edits.append(following.because(words))
        return settled("task/teach-back", self.teaching.record, f"teach-back: {words}", self.occasion, *edits)

    def _next(self, left: Sequence[str]) -> str:
        if not left:
            return "every topic was understood: teach-back is done"
        if self.transition.suspended:
            return f"to be taught again when the person is home: {self._names(left)}"
        due = following.next_business_day(self.day, self.occasion)
        return f"teach again by {spoken(due)}: {self._names(left)}"

    def _lost(self, before: dict[str, str]) -> tuple[str, ...]:
        """What was understood once and is not now: said, for the Task does not open again for it."""
        own = self.own.reference if self.own else ""
        unclear = [one.topic for one in self.command.topics if one.understood != "yes"]
        lost = [code for code in unclear if before.get(code, own) != own]
        return (f"understood before and not now: {self._names(lost)}; teach it again all the same",) if lost else ()

    def _names(self, codes: Sequence[str]) -> str:
        return ", ".join(self.occasion.content.concept(TEACH_TOPIC, code).display for code in codes)


RECORD_TEACH_BACK = adapted(
    name="record-teach-back",
    title="Record what the person could say back",
    command=RecordTeachBack,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Communication",),
    amends=("Task",),
    particulars=particulars,
    supervised="contact",
)
