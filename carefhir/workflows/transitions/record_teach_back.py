"""`record-teach-back` records what the person could say back in their own words, topic by topic.

Each talk is a Communication. The teach-back Task notes for each topic the talk in which it was understood. It is
completed when every topic (CodeSystem teach-topic) has been understood, in one talk or in several: nobody learns five
things at once on the day after a stay. Until then it is due again the next business day, and names what to teach again.
What is taught while the person is in a hospital is recorded, and taught again at home (rule 25). The act's cause is the
transition and the start of the talk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.chart import whereabouts
from carefhir.chart.whereabouts import CurrentStay
from carefhir.codes import TEACH_TOPIC
from carefhir.engine.step import AtMoment, Case, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, Refusal, add, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.mappers import communication, patient
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows import talking
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import away
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.discharge import due_from
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, day_of, spoken


class Taught(BaseModel):
    """One topic of a talk, and what the person said back."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    topic: Literal["medicines", "warning-signs", "whom-to-call", "next-visit", "self-care"] = Field(
        description="what was taught"
    )
    understood: Literal["yes", "partly", "no"] = Field(description="whether they could say it back")
    words: str = Field(default="", description="what they said, in their own words")


class RecordTeachBack(PatientCommand):
    """Records a teaching talk, and what the person said back."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    started: Moment = Field(description="when the talk began, with its UTC offset: 2026-03-09T09:00:00-05:00")
    topics: tuple[Taught, ...] = Field(
        min_length=1,
        description="for each topic: topic (medicines, warning-signs, whom-to-call, next-visit, self-care), understood "
        "(yes, partly, no), words (what the person said)",
    )


NEEDS = (*following.NEEDS, *charts.needs("encounters"), communication.find())

SAID = {"yes": "understood", "partly": "partly understood", "no": "not understood"}


def cause_of(command: RecordTeachBack, occasion: Occasion) -> AtMoment:
    """The transition and the start of the talk."""
    return AtMoment(command.transition, command.started)


def details(command: RecordTeachBack) -> Any:
    """What makes a repeat the same request: the same moment in another time zone is the same."""
    return [instant(command.started), command.model_dump(exclude={"started"})]


@dataclass(frozen=True, slots=True)
class TeachBackCase(Case):
    """One teaching talk, and what had been understood before it."""

    command: RecordTeachBack
    occasion: Occasion
    followed: TransitionChart
    teaching: TaskView | None
    """The Task for teaching."""
    before: dict[str, str]
    """Topics understood before this talk, each with the talk in which it was."""
    stay: CurrentStay | None
    """The stay the person was in at the talk: what is taught in a hospital is taught again at home (rule 25)."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    @property
    def learned(self) -> tuple[str, ...]:
        """The topics understood in this talk; none where the person was in a hospital."""
        if self.stay is not None:
            return ()
        return tuple(taught.topic for taught in self.command.topics if taught.understood == "yes")

    @property
    def left(self) -> tuple[str, ...]:
        """The topics not understood so far, in the order of the code system."""
        topics = self.occasion.content.concepts(TEACH_TOPIC)
        return tuple(code for code in topics if code not in {*self.before, *self.learned})

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the talk and updates the teach-back Task; or says why not."""
        command, transition = self.command, self.followed.transition
        why = (
            *patient.in_the_way(self.followed.chart.patient, command.patient),
            *following.closed(transition),
            *following.not_then(transition, command.started, self.occasion, "a talk"),
            *self._unclear(),
        )
        if self.teaching is None:
            return Refusal((*why, following.lacks_task(transition, "teach-back")))
        if why:
            return Refusal(why)
        return Teaching(self, self.teaching, Pen(self.occasion, act, command.patient)).plan()

    def _unclear(self) -> tuple[str, ...]:
        """Topics given twice, or given as understood without the words that show it."""
        why = []
        for topic in self.occasion.content.concepts(TEACH_TOPIC):
            given = [taught for taught in self.command.topics if taught.topic == topic]
            if len(given) > 1:
                why.append(f"{topic} is given {len(given)} times: give it once, as it was at the end of the talk")
            if any(taught.understood == "yes" and not taught.words for taught in given):
                why.append(
                    f"{topic} is given as understood without words: add what the person said back, in their own words"
                )
        return tuple(why)


def open_cases(records: Records, command: RecordTeachBack, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one talk."""
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
            stay=whereabouts.in_hospital(chart, occasion, command.started),
        ),
    )


def understood(teaching: TaskView) -> dict[str, str]:
    """The topics understood so far, each with the talk in which it was, from the outputs of the teach-back Task."""
    return {code: reference for system, code, reference in teaching.results if system == TEACH_TOPIC}


@dataclass(frozen=True, slots=True)
class Teaching:
    """Writes one talk, and what is left to teach."""

    case: TeachBackCase
    task: TaskView
    """The Task for teaching."""
    pen: Pen

    @property
    def transition(self) -> Transition:
        return self.case.followed.transition

    @property
    def again_by(self) -> date:
        """The day by which the remaining topics must be taught again."""
        started = day_of(self.case.command.started, self.pen.occasion)
        return following.next_business_day(started, self.pen.occasion)

    def plan(self) -> Plan:
        """Writes the talk and updates the teach-back Task."""
        content, chart = self.pen.content, self.case.followed.chart
        topics = content.concepts(TEACH_TOPIC)
        talk = Create("talk", self._written(), "a teaching talk, with what the person said back")
        changes: tuple[Change, ...] = (talk, self._moved(self.pen.refer(talk))) if self.task.open else (talk,)
        says = [f"{topics[one.topic].display}: {SAID[one.understood]}" for one in self.case.command.topics]
        person = (chart.person,) if chart.person else ()
        talks = tuple(earlier.record for earlier in self.case.followed.talks)
        stay = (self.case.stay.record,) if self.case.stay else ()
        return Plan(
            changes=changes,
            says=(*says, self._next()),
            warnings=(*self._away(), *self._lost(), *chart.not_visible),
            decided_from=(*person, self.transition.parent.record, *talks, *stay),
            artefacts=(content.canonical("CodeSystem", "teach-topic"),),
            reason="teach-back after a discharge",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _written(self) -> Json:
        content, command = self.pen.content, self.case.command
        topics = tuple(content.concept(TEACH_TOPIC, taught.topic) for taught in command.topics)
        sentences = tuple(
            f"{topic.display}, {SAID[taught.understood]}" + (f": {taught.words}" if taught.words else "")
            for topic, taught in zip(topics, command.topics, strict=True)
        )
        talk = communication.Conversation(
            based_on=self.task.record.reference,
            sent=talking.stamp(command.started, self.pen.occasion),
            recipient={"reference": command.patient},
            instruction=True,
            topics=tuple({"coding": [topic.coding]} for topic in topics),
            sentences=sentences,
        )
        return talking.written(self.pen.occasion, command.patient, talk)

    def _moved(self, talk: Json) -> Amend:
        """Adds what was learned in a talk (a reference) to the Task, and completes it or makes it due again."""
        left = self.case.left
        words = f"teach again: {self._names(left)}" if left else "every topic was understood"
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
            return "every topic was understood: the teach-back Task is completed"
        if self.transition.suspended:
            return f"teach again when the person is home: {self._names(left)}"
        return f"teach again by {spoken(self.again_by)}: {self._names(left)}"

    def _away(self) -> tuple[str, ...]:
        """Warns that the person was, or is, not at home."""
        chart, stay = self.case.followed.chart, self.case.stay
        if stay is None:
            return (*away.unsure(chart, self.pen.occasion), *away.now(chart, self.transition, self.pen.occasion))
        return (
            f"the person was {stay.words} at that moment: the talk is recorded, and every topic is taught again when "
            f"they are home; {away.offer(stay, self.transition)}",
        )

    def _lost(self) -> tuple[str, ...]:
        """Warns of topics that were understood before and are not now, because the Task does not reopen for them."""
        unclear = (taught.topic for taught in self.case.command.topics if taught.understood != "yes")
        lost = [topic for topic in unclear if topic in self.case.before]
        if not lost:
            return ()
        return (
            f"understood before, but not in this talk: {self._names(lost)}; teach it again, though no Task asks for it",
        )

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
