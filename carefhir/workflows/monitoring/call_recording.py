"""Writes one contact outside transitions, or one attempt, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.codes import CONTACT_MEANS, INTERPRETER
from carefhir.content.clocks import ClockItem
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, Refusal, add, amend, keys_of, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import communication, contact_preference, patient
from carefhir.mappers import task as tasks
from carefhir.mappers.task import TaskView, Work, due_from
from carefhir.workflows import talking
from carefhir.workflows.met_tasks import met_by_talking
from carefhir.workflows.monitoring.call_on_record import ToldContact
from carefhir.workflows.monitoring.follow_up import FollowUp
from carefhir.workflows.monitoring.reach_protocol import AttemptCount
from carefhir.workflows.opted_out import Unwanted, unwanted_by
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import Measures, Safety

RULES = ("contact-means", "supervised-action")
"""The code systems that define what counts."""


@dataclass(frozen=True, slots=True)
class CallRecording:
    """Writes one contact."""

    call: ToldContact
    pen: Pen

    # ---- the two ways it ends

    def heard(self) -> Plan | Refusal:
        """Writes what protects the person, for a contact that cannot be recorded as it was told."""
        changes, warnings = self._protection(None)
        if not changes:
            return Refusal(self.call.why, self.call.instructions)
        return self._plan(
            changes=changes,
            says=("the contact is not recorded; what was said in it is acted on",),
            warnings=warnings,
            incomplete=self.call.why,
        )

    def plan(self) -> Plan:
        """Everything to write for this contact."""
        opening = self._opened()
        attempt = Create("call", self._written(opening), f"{self.call.means.display}: {self.call.outcome.display}")
        reference = self.pen.refer(attempt)
        protection, warnings = self._protection(reference)
        preferences = tuple(self._preferences())
        asked = tuple(self._asked_for())
        return self._plan(
            # First what protects the person: where single writes are interrupted, it is there before the rest.
            changes=(
                *((opening,) if opening else ()),
                attempt,
                *protection,
                *self._protocol(reference),
                *asked,
                *self._leaving(),
                *preferences,
                *self._marked(),
            ),
            says=(*self._says(), *(change.because for change in (*protection, *asked, *preferences))),
            warnings=(*warnings, *self._warnings()),
        )

    def _plan(
        self,
        *,
        changes: tuple[Change, ...],
        says: tuple[str, ...],
        warnings: tuple[str, ...],
        incomplete: tuple[str, ...] = (),
    ) -> Plan:
        call = self.call
        person = (call.chart.person,) if call.chart.person else ()
        task = (call.reaching.task.record,) if call.reaching.task else ()
        away = (call.away.record,) if call.away else ()
        return Plan(
            changes=changes,
            says=says,
            instructions=call.instructions,
            warnings=(*warnings, *call.chart.not_visible),
            decided_from=(*person, *task, *away, *(opt_out.record for opt_out in call.opted_out)),
            artefacts=(
                call.reaching.clock.canonical,
                *(self.pen.content.canonical("CodeSystem", rule) for rule in RULES),
            ),
            incomplete=incomplete,
            reason=f"{call.means.display}: {call.outcome.display}",
            acting_as=self.pen.occasion.actor.discipline,
        )

    # ---- the contact itself

    def _written(self, opening: Create | None) -> Json:
        call, command, content = self.call, self.call.command, self.pen.content
        task = call.reaching.task or next(iter(call.reaching.decisions), None)
        talk = communication.Conversation(
            based_on="",
            sent=talking.stamp(command.started, self.pen.occasion),
            recipient=call.callee.recipient,
            not_reached=None if call.reached else call.outcome,
            topics=talking.coded(content, command.topics),
            sentences=(command.words,) if command.words else (),
            means=call.means,
            language=command.language,
            interpreter=content.concept(INTERPRETER, command.interpreter) if command.interpreter else None,
        )
        resource = talking.written(self.pen.occasion, command.patient, talk)
        if opening or task:
            based_on = self.pen.refer(opening) if opening else self._reach_task_of(task)
            resource["basedOn"] = [based_on]
        return resource

    def _reach_task_of(self, task: TaskView | None) -> Json:
        """The Task to reach the person, as a reference: itself, or the one that a decision belongs to."""
        assert task is not None  # asked before
        reaching = "reach-person" in task.codes
        return {"reference": task.record.reference if reaching else task.part_of[0]}

    def _protection(self, source: Json | None) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        """What was said calls for, with warnings about who got it."""
        call, chart = self.call, self.call.chart
        measures: Measures = Safety(self.pen, chart.team, chart.tasks, chart.flags).measures(
            call.dangers, "a call", source
        )
        if call.urgency is None:
            return measures.changes, measures.warnings
        follow = FollowUp(pen=self.pen, chart=chart, facts={}, result=call.urgency, response=source)
        follow_up, warnings = follow.tasks()
        return (*follow_up, *measures.changes), (*warnings, *measures.warnings)

    # ---- the protocol for people who cannot be reached

    def _asked_for(self) -> Iterator[Amend]:
        """Completes the Tasks of a sweep that asked for this talk, where the person themselves was reached at home."""
        call, protocol = self.call, self.call.reaching
        if not call.reached or call.declined or call.command.with_whom != "patient" or call.away:
            return
        own = {task.record.reference for task in (*protocol.protocols, *protocol.asked)}
        about_care = talking.substantive(self.pen.content, call.command.topics)
        yield from met_by_talking(
            "record-call", call.chart, self.pen, call.command.started, about_care=about_care, but=own
        )

    def _opened(self) -> Create | None:
        """The Task to reach the person, where the first attempt did not and nobody has to decide about it yet."""
        call, protocol = self.call, self.call.reaching
        if call.reached or call.declined or protocol.task or protocol.decisions:
            return None
        item = protocol.item("reach-person")
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words}",
            start=self.pen.today,
            end=protocol.due(item.code),
            owner=call.chart.care_manager or self.pen.author,
            state="attempting",
        )
        return self.pen.task("reach-person", work, f"{item.title}: try again by {self._day(work.end)}")

    def _protocol(self, attempt: Json) -> Iterator[Change]:
        """What becomes of the Tasks of the protocol; `attempt` is a reference to this contact."""
        call, task = self.call, self.call.reaching.task
        output = add("output", {"type": {"text": call.outcome.display}, "valueReference": attempt})
        if call.reached or call.declined:
            on = f"on {self._day(self._started)}"
            words = f"declined {on}" if call.declined else f"reached {on} by {call.means.display}"
            ends = ("cancelled", "declined") if call.declined else ("completed", "done")
            for open_task in (*((task,) if task else ()), *call.reaching.decisions):
                yield self._amended(open_task, words, *self.pen.ended(*ends, words), output)
        elif task is not None:
            yield from self._tried_again(task, output)

    def _tried_again(self, task: TaskView, output: Edit) -> Iterator[Change]:
        tried, words = self.call.tried, self._count(self.call.tried)
        if tried.finished:
            unable = self.pen.state("unable-to-reach")
            for decision in self.call.reaching.decisions:  # asked early: its earlier day stands
                yield self._amended(decision, words, unable, self.pen.because(words))
            if not self.call.reaching.decisions:
                yield self._to_decide(task)
            yield self._amended(task, words, *self.pen.ended("failed", "unable-to-reach", words), output)
            return
        early = self.call.reaching.told_early(tried, self.call.chart)
        if early is not None:
            yield self._decision("missed-contacts", early, task)
        due = due_from(self.pen.today, self.call.reaching.due("reach-person"))
        edits = (put("status", "in-progress"), self.pen.state("attempting"), self.pen.because(words))
        yield self._amended(task, words, *edits, due, self.pen.changed_now())

    def _to_decide(self, task: TaskView) -> Create:
        """The Task in which the supervising provider decides, because nothing is left to try."""
        return self._decision("decide", self.call.reaching.item("inform-provider"), task)

    def _decision(self, name: str, item: ClockItem, task: TaskView) -> Create:
        """A Task in which the supervising provider decides."""
        protocol, team = self.call.reaching, self.call.chart.team
        work = Work(
            code=item.code,
            words=f"{item.title}: {self._count(self.call.tried)}. {item.words}",
            start=self.pen.today,
            end=item.on(self.pen.today, protocol.occasion.calendar),
            owner=team.supervising_provider or self.call.chart.care_manager or self.pen.author,
            state="unable-to-reach" if name == "decide" else "attempting",
            focus=self.pen.refer(task.record),
            part_of=self.pen.refer(task.record),
        )
        because = "nothing is left to try" if name == "decide" else item.title.lower()
        return self.pen.task(name, work, f"{because}: the supervising provider decides")

    def _amended(self, task: TaskView, because: str, *edits: Edit) -> Amend:
        return amend(f"task/{task.record.id}", task.record, because, *edits)

    def _count(self, tried: AttemptCount) -> str:
        times = "1 attempt" if len(tried.all) == 1 else f"{len(tried.all)} attempts"
        if tried.lacks:
            return f"{times}; still to be tried: {', '.join(tried.lacks)}, then a letter"
        return f"{times}; now send a letter" if tried.letter_next else f"{times}, and a letter"

    # ---- what the person does not want

    def _leaving(self) -> Iterator[Create]:
        """Asks whether the program ends, where the person does not want it; once."""
        chart = self.call.chart
        asked = any(task.open and "end-program" in task.codes for task in chart.tasks)
        if self.call.declined != "the-program" or asked:
            return
        item = self.call.reaching.item("end-program")
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words}",
            start=self.pen.today,
            end=self.call.reaching.due(item.code),
            owner=chart.care_manager or self.pen.author,
        )
        yield self.pen.task("end-program", work, f"{item.title}: due {self._day(work.end)}")

    def _preferences(self) -> Iterator[Change]:
        """The means they opt out of, and those they want again."""
        call, command, means = self.call, self.call.command, self.pen.content.concepts(CONTACT_MEANS)
        gone = {code for opt_out in call.opted_out for code in opt_out.means}
        said_by = command.patient if command.with_whom == "patient" else command.caregiver
        stamp = talking.stamp(command.started, self.pen.occasion)
        for code in dict.fromkeys(command.opts_out):
            if code not in gone:
                resource = contact_preference.write(
                    self.pen.content, self.pen.patient, means[code], stamp, said_by=said_by
                )
                yield Create(f"not-by/{code}", resource, f"does not want to be contacted by {means[code].display}")
        for opt_out in call.opted_out:
            again = [means[code].display for code in opt_out.means if code in command.opts_in]
            if again:
                because = f"wants to be contacted by {', '.join(again)} again"
                yield amend(f"by-again/{opt_out.record.id}", opt_out.record, because, contact_preference.taken_back())

    def _marked(self) -> Iterator[Amend]:
        """The open Tasks that are done by calling: they say by which means not, from now on, or no longer."""
        command, means = self.call.command, self.pen.content.concepts(CONTACT_MEANS)
        new = tuple(means[code] for code in dict.fromkeys(command.opts_out))
        again = tuple(means[code] for code in dict.fromkeys(command.opts_in))
        protocol = self.call.reaching
        touched = {task.record.reference for task in (protocol.task, *protocol.decisions) if task}
        for task in self.call.chart.tasks:
            if not (new or again) or task.record.reference in touched or not self._asks_for_a_call(task):
                continue
            wanted = f"they want to be contacted by {', '.join(each.display for each in again)} again" if again else ""
            unwanted = Unwanted(new, self.pen.content).words if new else ""
            words = "; ".join(filter(None, (unwanted, wanted)))
            edits = (*tasks.not_by(new), tasks.by_again(again), self.pen.noted(words), self.pen.changed_now())
            yield amend(f"unwanted/{task.record.id}", task.record, words, *edits)

    def _asks_for_a_call(self, task: TaskView) -> bool:
        """Whether an open Task of ours is done by talking with the person, and does not protect them."""
        record: Record = task.record
        ours = task.open and bool(keys_of(record)) and tasks.by_call(self.pen.content, record.json)
        return ours and not tasks.protects(self.pen.content, record.json)

    # ---- in words

    @property
    def _started(self) -> date:
        return self.pen.occasion.days_of(self.call.command.started).latest

    def _day(self, day: date) -> str:
        return f"{day:%a} {day.isoformat()}"

    def _says(self) -> Iterator[str]:
        """What it was, and what follows for reaching the person."""
        call, protocol = self.call, self.call.reaching
        whom = "" if call.command.with_whom == "patient" else f" ({call.command.with_whom})"
        yield f"{call.means.display}{whom}: {call.outcome.display} on {self._day(self._started)}"
        if call.declined:
            what = "the program" if call.declined == "the-program" else "this contact"
            yield f"the person declined {what}: it is not done"
            yield from self._goes_on()
        elif not call.reached:
            yield from self._not_reached()
        elif protocol.task or protocol.decisions:
            yield "reached: what was open for reaching them is settled"

    def _not_reached(self) -> Iterator[str]:
        call, protocol = self.call, self.call.reaching
        if protocol.decisions and not protocol.task:
            yield "not reached; the supervising provider has been asked to decide, and this attempt stands beside it"
        elif call.tried.finished:
            yield "not reached, and nothing is left to try: a new Task asks the supervising provider to decide"
        else:
            yield f"not reached: {self._count(call.tried)}; try again by {self._day(protocol.due('reach-person'))}"

    def _goes_on(self) -> Iterator[str]:
        """What protects the person goes on, whatever they decline."""
        protecting = [
            task.record.reference
            for task in self.call.chart.tasks
            if task.open and (tasks.protects(self.pen.content, task.record.json) or "escalation" in task.codes)
        ]
        if protecting:
            yield f"what protects the person goes on: {', '.join(protecting)}"

    def _warnings(self) -> tuple[str, ...]:
        return (
            *self._about_whom(),
            *self._about_language(),
            *self._about_the_place(),
            *self._about_means(),
            *self._about_the_transition(),
        )

    def _about_whom(self) -> Iterator[str]:
        call, command = self.call, self.call.command
        knows = call.knows
        if command.with_whom == "patient":
            return
        if call.speaks:
            if knows.permitted:
                yield f"{command.caregiver} {knows.in_words(self.pen.content)}: tell them no more than that"
        elif knows.permitted:
            yield (
                f"{command.caregiver} {knows.in_words(self.pen.content)}, and not how the person is, so the person was "
                "not reached: ask the person whom you may talk to"
            )
        elif knows.denied:
            yield f"the person does not let {command.caregiver} know about their care: tell them nothing of it"
        else:
            yield (
                "no consent that can be seen lets them know about the person's care, so the person was not reached: "
                "ask the person whom you may talk to, and tell nobody else anything"
            )

    def _about_language(self) -> Iterator[str]:
        command, person = self.call.command, self.call.chart.person
        needs = person is not None and patient.needs_interpreter(person)
        if needs and self.call.reached and command.interpreter not in ("professional", "staff"):
            who = "no professional has" if command.interpreter else "nobody is said to have"
            yield (
                f"the person needs an interpreter, and {who} interpreted: what was said may not have been understood; "
                "talk again with one"
            )

    def _about_the_place(self) -> Iterator[str]:
        away = self.call.away
        if away is not None:
            yield f"the person was {away.words} at that moment: what was said there says nothing about home"

    def _about_means(self) -> Iterator[str]:
        unwanted = unwanted_by(self.pen.content, self.call.opted_out)
        if self.call.means in unwanted.means and self.call.command.by not in self.call.command.opts_in:
            yield f"the person had opted out of {self.call.means.display}: use another means"
        if self.call.command.opts_out:
            yield from self._goes_on()
        gone = {code for opt_out in self.call.opted_out for code in opt_out.means}
        for code in self.call.command.opts_in:
            if code not in gone:
                yield f"they had not opted out of {code}, by what can be seen: nothing changes"
        if self.call.outcome.code == "wrong-number":
            yield "a call to a wrong number is no attempt: find the right number"
        if self.call.reached and not self.call.command.topics and not self.call.command.words:
            yield "what it was about is not said: name it in topics or words"

    def _about_the_transition(self) -> Iterator[str]:
        contact = [task for task in self.call.chart.tasks if task.open and "contact-patient" in task.codes]
        for task in contact:
            yield (
                f"a discharge is being followed, and its contact ({task.record.reference}) stays open: this one does "
                "not count for it; record it with record-contact if it was the one"
            )
