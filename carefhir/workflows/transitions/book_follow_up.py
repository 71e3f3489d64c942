"""`book-follow-up`: the visit after the discharge, within the clock, and known to the person.

The Appointment is booked, the book-follow-up Task done. A visit after the Task's day needs a reason. Booking again
cancels the visit booked before, with the reason beside it. The act's cause is the transition and the start of the
visit, so that a repeat, however late, never brings back a visit that was replaced meanwhile: it says that it does not
stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from carefhir.chart import chart
from carefhir.codes import CLOCK_DATE, STEP_KEY
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import Moment, PatientCommand, PractitionerRef, TaskRef, instant
from carefhir.fhir.changes import Act, Change, Create, Plan, Refusal, add, amend, carries_key, put, refer
from carefhir.fhir.gather import Records
from carefhir.mappers import appointment, patient, practitioner
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.transition import Context, Transition, day_of, settled, spoken, state


class BookFollowUp(PatientCommand):
    """Books the visit after the discharge."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    start: Moment = Field(description="when the visit starts, with its offset: 2026-03-12T10:00:00-05:00")
    minutes: int = Field(gt=0, description="how long it takes")
    with_practitioner: PractitionerRef = Field(description="with whom: Practitioner/ID")
    place: str = Field(min_length=1, description="where")
    transport: str = Field(min_length=1, description="how the person gets there")
    told: bool = Field(description="the person knows when, where and how they get there")
    late_because: str = Field(default="", description="why it is later than the day it is due, if it is")


NEEDS = (
    *following.NEEDS,
    *chart.needs("appointments", optional=False),
    practitioner.find("with_practitioner"),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return following.read(records, occasion, "with_practitioner")


def cause(command: BookFollowUp, occasion: Occasion) -> tuple[str, ...]:
    """The transition and the start of the visit."""
    return (command.transition, instant(command.start))


def _booked(context: Context, act: Act) -> AppointmentView | None:
    """What an act has booked already."""
    key = act.part_key("visit")
    return next((one for one in context.chart.appointments if carries_key(one.record, key)), None)


def particulars(context: Context, command: BookFollowUp, occasion: Occasion) -> object:
    """The same moment spelled in another zone says the same."""
    return [instant(command.start), command.model_dump(exclude={"start"})]


def decide(context: Context, command: BookFollowUp, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The visit, and what it replaces; or why not."""
    why = list(patient.in_the_way(context.chart.patient, command.patient))
    found = following.find(context.chart.tasks, command.transition, occasion)
    if isinstance(found, str):
        return Refusal((*why, found))
    why += following.closed(found)
    if found.suspended:
        why.append(f"{found.reference} is suspended, the person is back in a facility: book after that discharge")
    why += practitioner.missing(context.named, "practitioner", command.with_practitioner)
    booking = found.child("book-follow-up")
    if booking is None:
        why.append(f"{found.reference} has no Task to book the visit: run open-transition again")
        return Refusal(tuple(why))
    own = _booked(context, act)
    if own is not None and own.over:
        why.append(f"{own.reference}, booked for this very start, is {own.status} since: choose another start")
    desk = _Booking(context, command, occasion, act, found, booking, own)
    why += desk.wrong_time()
    return Refusal(tuple(why)) if why else desk.plan()


@dataclass(frozen=True, slots=True)
class _Booking:
    """One visit on the desk."""

    context: Context
    command: BookFollowUp
    occasion: Occasion
    act: Act
    transition: Transition
    task: TaskView
    own: AppointmentView | None
    """What this act wrote in an earlier, interrupted run."""

    @property
    def day(self) -> date:
        return day_of(self.command.start, self.occasion)

    @property
    def due(self) -> date:
        return self.task.due or self.transition.dates["visit-14-day"]

    @property
    def late(self) -> bool:
        return self.day > self.due

    def wrong_time(self) -> tuple[str, ...]:
        """Why nobody can be booked for that time."""
        start = self.command.start
        if start < self.transition.discharged:
            return (f"the visit would be before the discharge on {spoken(self.transition.day)}: check the start",)
        if start <= self.occasion.now and self.own is None:
            return (f"{following.stamp(start, self.occasion)} is past: book a time to come",)
        if self.late and not self.command.late_because:
            return (
                f"{spoken(self.day)} is after {spoken(self.due)}, the day this visit is due: book an earlier one, or "
                "say why not (late_because=…)",
            )
        return ()

    def plan(self) -> Plan:
        """The visit booked, the one before cancelled, the Task done."""
        command, occasion, context = self.command, self.occasion, self.context
        visit = appointment.Visit(
            command.with_practitioner,
            command.start if command.start.utcoffset() else command.start.astimezone(occasion.zone),
            command.minutes,
            command.place,
            command.transport,
            command.told,
            self.transition.reference,
        )
        because = f"visit on {spoken(self.day)}, due {spoken(self.due)}"
        because += f": late because {command.late_because}" if self.late else ""
        made = Create("visit", appointment.write_visit(command.patient, occasion.stamp, visit), because)
        changes: list[Change] = [made, *self._replaced()]
        reference = refer(self.own.record) if self.own else refer(made, self.act)
        ours = self.own is not None and self.own.reference in self.task.outputs
        if self.task.open or self.task.status == "completed" or ours:
            output = add("output", {"type": {"text": "visit booked"}, "valueReference": reference})
            done = (put("status", "completed"), state(occasion, "done"))
            changes.append(settled("task/book-follow-up", self.task.record, because, occasion, *done, output))
        sources = [one for one in (context.chart.person, context.named) if one is not None]
        return Plan(
            tuple(changes),
            self._says(changes),
            warnings=(*self._warnings(), *context.chart.not_visible),
            decided_from=(*sources, self.transition.parent.record),
            reason=f"follow-up visit booked; {because}",
            acting_as=occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _replaced(self) -> list[Change]:
        """The visits booked before for this transition and still to come, cancelled; those this act cancelled already
        are known by its mark."""
        found: list[Change] = []
        for one in self.transition.visits(self.context.chart.appointments):
            if one is self.own:
                continue
            part = f"replaced/{one.record.id}"
            mark = {"system": STEP_KEY, "value": self.act.part_key(part)}
            words = f"booked anew for {spoken(self.day)}"
            if carries_key(one.record, mark["value"]):
                found.append(amend(part, one.record, words))
            elif one.status in ("booked", "pending") and one.start is not None and one.start > self.occasion.now:
                edits = (put("status", "cancelled"), put("cancelationReason", {"text": words}), add("identifier", mark))
                found.append(amend(part, one.record, words, *edits))
        return found

    def _says(self, changes: list[Change]) -> tuple[str, ...]:
        says = [f"visit booked for {spoken(self.day)}, due {spoken(self.due)}" + (", late" if self.late else "")]
        kept = next((code for code in ("visit-7-day", "visit-14-day") if self.day <= self.transition.dates[code]), "")
        if kept:
            words = self.occasion.content.concept(CLOCK_DATE, kept).display
            says.append(f"{words}: kept (by {spoken(self.transition.dates[kept])})")
        gone = [one.record.reference for one in changes if not isinstance(one, Create) and one.type == "Appointment"]
        return (*says, *(f"{one} is cancelled: booked anew" for one in gone))

    def _warnings(self) -> tuple[str, ...]:
        found = []
        last = self.transition.dates["visit-14-day"]
        if self.day > last:
            found.append(
                f"after {spoken(last)} the visit no longer counts for the programme; the person still needs it"
            )
        if not self.command.told:
            found.append("the person does not know of it yet: tell them when, where and how they get there")
        return tuple(found)


BOOK_FOLLOW_UP = adapted(
    name="book-follow-up",
    title="Book the visit after a discharge",
    command=BookFollowUp,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Appointment",),
    amends=("Appointment", "Task"),
    particulars=particulars,
    supervised="contact",
)
