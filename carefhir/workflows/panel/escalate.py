"""`escalate`: passes on what nobody has answered to whoever is next: care manager, supervising provider, on call.

It writes an urgent Task for the next person on the ladder who has not been asked about this matter; the Task points to
the one it was raised for, so who was asked when can be read from the Tasks alone. A Task reaches nobody by itself:
where whoever is next was told, a Communication says who, when and how; who takes responsibility is said by
`acknowledge`.
Where everybody was asked, it says so and what to do. Anybody may escalate, at once. The act's cause is the Task and the
moment at which it was found unanswered. What waits too long without anybody escalating it is found by `find-work`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.content.clocks import read_clock
from carefhir.engine.step import AgainAfter, AtMoment, Case, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import alert, patient
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.panel.finds import WATCH, Watch
from carefhir.workflows.pen import Pen


class Escalate(PatientCommand):
    """Passes on what nobody has answered to whoever is next."""

    task: TaskRef = Field(description="what nobody has answered: Task/ID")
    at: Moment = Field(description="when it was found unanswered, with its UTC offset: 2026-03-09T09:00:00-05:00")
    reason: str = Field(min_length=1, description="why it cannot wait, in plain words")
    told: Literal["", "voice", "in-person", "message"] = Field(
        default="", description="how whoever is next was told; left out: nobody has told them yet"
    )
    told_at: Moment | None = Field(default=None, description="when they were told, with its UTC offset; left out: now")

    added_later: ClassVar[tuple[str, ...]] = ("told", "told_at")
    again_after: AgainAfter = ""


WAYS = {"voice": "by voice", "in-person": "in person", "message": "by message"}


NEEDS = (*charts.needs("patient", "tasks", optional=False), *charts.needs("care_teams", "episodes"))
CALL_NOW = "a Task reaches nobody by itself: call them now, by voice"
TOP = "everybody on the ladder was asked about {}: call the supervising provider now, by voice"


def cause_of(command: Escalate, occasion: Occasion) -> AtMoment:
    """The Task, and the moment at which it was found unanswered: later it may have to go up once more."""
    return AtMoment(command.task, command.at)


@dataclass(frozen=True, slots=True)
class EscalationCase(Case):
    """One Task, and whom it goes to next."""

    command: Escalate
    occasion: Occasion
    watch: Watch
    task: TaskView | None
    rung: str
    """Who is asked next: `Practitioner/ID`; "" where everybody was."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        told = [self.command.told, instant(self.command.told_at) if self.command.told_at else ""]
        return [self.command.task, instant(self.command.at), self.command.reason, *(told if any(told) else ())]

    def decide(self, act: Act) -> Plan | Refusal:
        """A Task for whoever is next; or why there is none."""
        named, chart = self.command.task, self.watch.chart
        why = patient.in_the_way(chart.patient, self.command.patient)
        if self.task is None:
            why = (
                *why,
                f"{named} is not on this server, not visible to us, or not a Task of this patient: check the id",
            )
        elif not self.task.open:
            why = (*why, f"{named} is already {self.task.status}: nothing is left to do")
        elif self.command.at > self.occasion.now:
            why = (*why, "at is in the future: give the moment when it was found unanswered")
        elif not self.rung:
            why = (*why, TOP.format(named))
        else:
            why = (*why, *self._not_told())
        if why or self.task is None:
            at_once = (TOP.format(named),) if not self.rung and self.task else ()
            return Refusal(why, at_once or ((CALL_NOW,) if self.rung and self._not_told() else ()))
        pen = Pen(self.occasion, act, self.command.patient)
        words = f"passed on from {chart.team.called(self.task.owner)}: {self.command.reason}. {self.task.description}"
        work = Work(
            code="escalation",
            words=words,
            start=pen.today,
            end=pen.today,
            owner=self.rung,
            priority="stat",
            focus=pen.refer(self.task.record),
        )
        to = chart.team.called(self.rung)
        task = pen.task("rung", work, f"now with {to}")
        plan = Plan(
            changes=(task,),
            says=(f"{named} is passed on to {to}", CALL_NOW),
            warnings=chart.not_visible,
            decided_from=(self.task.record,),
            artefacts=(self.watch.clock.canonical,),
            reason=self.command.reason,
            acting_as=self.occasion.actor.discipline,
            labels=self.task.labels,
        )
        return self._with_alert(plan, task, pen) if self.command.told else plan

    def _not_told(self) -> tuple[str, ...]:
        """Why it cannot be so that somebody was told then."""
        command = self.command
        if command.told_at and not command.told:
            return ("told_at is given without told: say how they were told, or leave both out",)
        if command.told_at and command.told_at > self.occasion.now:
            return ("told_at is in the future: tell them now, and give the moment when you did",)
        return ()

    def _with_alert(self, plan: Plan, task: Create, pen: Pen) -> Plan:
        """The same, with the alert that whoever is next was given; where a server takes no Communication, the Task is
        written all the same."""
        assert self.task is not None  # asked before
        way, to = WAYS[self.command.told], self.watch.chart.team.called(self.rung)
        at = (self.command.told_at or self.occasion.now).astimezone(self.occasion.zone)
        resource = alert.write(
            self.command.patient,
            pen.author,
            self.rung,
            sent=at.isoformat(timespec="seconds"),
            how=way,
            about=(pen.refer(self.task.record), pen.refer(task)),
            sentence=f"Nobody had answered. {self.command.reason}",
        )
        alert_words = f"{to} was told {way} at {at.isoformat(timespec='minutes')}"
        heard = "a message may not be read in time: call them now, by voice" if self.command.told == "message" else ""
        taken = "it is theirs once they say so: record that with acknowledge"
        return replace(
            plan,
            changes=(*plan.changes, Create("alert", resource, alert_words)),
            says=(plan.says[0], alert_words, *filter(None, (heard, taken))),
            instead=plan,
        )


def open_cases(records: Records, command: Escalate, occasion: Occasion) -> tuple[EscalationCase]:
    """The Task, and the next rung of its ladder."""
    chart = charts.read(records, occasion)
    watch = Watch(chart=chart, occasion=occasion, clock=read_clock(occasion.content, WATCH, occasion.today))
    task = chart.task(command.task)
    rung = (watch.next_rung(task) or "") if task else ""
    return (EscalationCase(command=command, occasion=occasion, watch=watch, task=task, rung=rung),)


ESCALATE = Step(
    name="escalate",
    title="Pass on what nobody has answered",
    command=Escalate,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task", "Communication"),
    supervised="escalate",
)
