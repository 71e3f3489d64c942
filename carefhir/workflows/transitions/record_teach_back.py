"""`record-teach-back`: what the person could say back in their own words, topic by topic.

One talk is one Communication. The teach-back Task holds, per topic, the talk in which it was understood; it is done
when every topic of the list (CodeSystem teach-topic) has been, in whichever talk. Until then it is due again the next
business day and names what to teach again. The act's cause is the transition and the start of the talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.codes import TEACH_TOPIC
from carefhir.engine.step import AtMoment, Case, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, Refusal, add, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.mappers import communication, patient
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.discharge import due_from
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, day_of, spoken


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


def cause_of(command: RecordTeachBack, occasion: Occasion) -> AtMoment:
    """The transition and the start of the talk."""
    return AtMoment(command.transition, command.started)


def details(command: RecordTeachBack) -> Any:
    """What is asked; the same moment spelled in another zone is the same."""
    return [instant(command.started), command.model_dump(exclude={"started"})]


@dataclass(frozen=True, slots=True)
class TeachBackCase(Case):
    """One talk in which things were taught, and what had been understood before."""

    command: RecordTeachBack
    occasion: Occasion
    followed: TransitionChart
    teaching: TaskView | None
    """The Task to teach."""
    before: dict[str, str]
    """Which topics had been understood, and in which talk."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    @property
    def learned(self) -> tuple[str, ...]:
        """What was understood in this talk."""
        return tuple(taught.topic for taught in self.command.topics if taught.understood == "yes")

    @property
    def left(self) -> tuple[str, ...]:
        """What nobody has seen understood yet, in the order of the list."""
        topics = self.occasion.content.concepts(TEACH_TOPIC)
        return tuple(code for code in topics if code not in {*self.before, *self.learned})

    def decide(self, act: Act) -> Plan | Refusal:
        """The talk, and what is still to be taught; or why not."""
        command, transition = self.command, self.followed.transition
        why = (
            *patient.in_the_way(self.followed.chart.patient, command.patient),
            *following.closed(transition),
            *following.not_then(transition, command.started, self.occasion, "a talk"),
            *self._unclear(),
        )
        if self.teaching is None:
            return Refusal((*why, f"{transition.reference} has no Task to teach: run open-transition again"))
        if why:
            return Refusal(why)
        return Teaching(self, self.teaching, Pen(self.occasion, act, command.patient)).plan()

    def _unclear(self) -> tuple[str, ...]:
        """Topics given twice, or as understood without the words that show it."""
        why = []
        for topic in self.occasion.content.concepts(TEACH_TOPIC):
            given = [taught for taught in self.command.topics if taught.topic == topic]
            if len(given) > 1:
                why.append(f"{topic} is given {len(given)} times: give how it stood at the end of the talk")
            if any(taught.understood == "yes" and not taught.words for taught in given):
                why.append(
                    f"{topic} is given as understood without words: give what the person said back, in their words"
                )
        return tuple(why)


def open_cases(records: Records, command: RecordTeachBack, occasion: Occasion) -> tuple[Case]:
    """The talk, and what had been understood before."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        why = (*patient.in_the_way(chart.patient, command.patient), followed)
        return (NoTransition(cause_of(command, occasion), details(command), why),)
    teaching = followed.transition.child("teach-back")
    return (
        TeachBackCase(
            command=command,
            occasion=occasion,
            followed=followed,
            teaching=teaching,
            before=understood(teaching) if teaching else {},
        ),
    )


def understood(teaching: TaskView) -> dict[str, str]:
    """Which topics were understood, and in which talk, as the teach-back Task's outputs say."""
    return {code: reference for system, code, reference in teaching.results if system == TEACH_TOPIC}


@dataclass(frozen=True, slots=True)
class Teaching:
    """Writing down one talk, and what it leaves to be taught."""

    case: TeachBackCase
    task: TaskView
    """The Task to teach."""
    pen: Pen

    @property
    def transition(self) -> Transition:
        return self.case.followed.transition

    @property
    def again_by(self) -> date:
        """The day by which what is left is taught again."""
        started = day_of(self.case.command.started, self.pen.occasion)
        return following.next_business_day(started, self.pen.occasion)

    def plan(self) -> Plan:
        """The talk, and the teach-back Task as it stands after it."""
        content, chart = self.pen.content, self.case.followed.chart
        topics = content.concepts(TEACH_TOPIC)
        talk = Create("talk", self._written(), "taught, and heard back")
        changes: tuple[Change, ...] = (talk, self._moved(self.pen.refer(talk))) if self.task.open else (talk,)
        says = [f"{topics[one.topic].display}: {SAID[one.understood]}" for one in self.case.command.topics]
        person = (chart.person,) if chart.person else ()
        talks = tuple(earlier.record for earlier in self.case.followed.talks)
        return Plan(
            changes=changes,
            says=(*says, self._next()),
            warnings=(*self._lost(), *chart.not_visible),
            decided_from=(*person, self.transition.parent.record, *talks),
            artefacts=(content.canonical("CodeSystem", "teach-topic"),),
            reason="teaching after a discharge, heard back in the person's own words",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _written(self) -> Json:
        content, command, actor = self.pen.content, self.case.command, self.pen.occasion.actor
        topics = tuple(content.concept(TEACH_TOPIC, taught.topic) for taught in command.topics)
        sentences = tuple(
            f"{topic.display}, {SAID[taught.understood]}" + (f": {taught.words}" if taught.words else "")
            for topic, taught in zip(topics, command.topics, strict=True)
        )
        talk = communication.Conversation(
            based_on=self.task.record.reference,
            sent=following.stamp(command.started, self.pen.occasion),
            recipient={"reference": command.patient},
            instruction=True,
            topics=tuple({"coding": [topic.coding]} for topic in topics),
            said=sentences,
        )
        return communication.write(content, command.patient, actor.reference, discipline=actor.discipline, talk=talk)

    def _moved(self, talk: Json) -> Amend:
        """The Task with what was learned, done or due again; `talk` refers to where it was learned."""
        left = self.case.left
        words = f"to be taught again: {self._names(left)}" if left else "every topic was understood"
        edits: list[Edit] = [self._learned(code, talk) for code in self.case.learned if code not in self.case.before]
        if not left:
            edits += [put("status", "completed"), self.pen.state("done"), self.pen.because(words)]
        elif not self.transition.suspended:
            edits += [put("status", "in-progress"), self.pen.state("teach-again")]
            edits += [due_from(self.transition.day, self.again_by), self.pen.because(words)]
        return following.amended(self.pen, "task/teach-back", self.task.record, f"teach-back: {words}", *edits)

    def _learned(self, code: str, talk: Json) -> Edit:
        topic = self.pen.content.concept(TEACH_TOPIC, code)
        return add("output", {"type": {"coding": [topic.coding]}, "valueReference": talk})

    def _next(self) -> str:
        left = self.case.left
        if not left:
            return "every topic was understood: teach-back is done"
        if self.transition.suspended:
            return f"to be taught again when the person is home: {self._names(left)}"
        return f"teach again by {spoken(self.again_by)}: {self._names(left)}"

    def _lost(self) -> tuple[str, ...]:
        """What was understood once and is not now: said, for the Task does not open again for it."""
        unclear = (taught.topic for taught in self.case.command.topics if taught.understood != "yes")
        lost = [topic for topic in unclear if topic in self.case.before]
        return (f"understood before and not now: {self._names(lost)}; teach it again all the same",) if lost else ()

    def _names(self, codes: Sequence[str]) -> str:
        return ", ".join(self.pen.content.concept(TEACH_TOPIC, code).display for code in codes)


RECORD_TEACH_BACK = Step(
    name="record-teach-back",
    title="Record what the person could say back",
    command=RecordTeachBack,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Communication",),
    amends=("Task",),
    supervised="contact",
)
