"""`book-follow-up` books the visit after a discharge, on time, and records whether the person knows about it.

It creates the Appointment and completes the book-follow-up Task. A visit after the Task's due day needs a reason.
Booking again cancels the earlier visit and says why. The act's cause is the transition and the start of the visit, so
that a late repeat never brings back a visit that has been replaced: Thursday booked, moved to Friday, and "Thursday"
sent again leaves Friday booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.codes import CLOCK_DATE
from carefhir.engine.resuming import BegunAct
from carefhir.engine.step import AtMoment, Case, Moment, PatientCommand, PractitionerRef, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import appointment, patient, practitioner
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows import talking
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import away
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.transition import NoTransition, Transition, TransitionChart, late_day_of, spoken


class BookFollowUp(PatientCommand):
    """Books the visit after the discharge."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    start: Moment = Field(description="when the visit starts, with its UTC offset: 2026-03-12T10:00:00-05:00")
    minutes: int = Field(gt=0, le=1_440, description="how long it takes, in minutes")
    with_practitioner: PractitionerRef = Field(description="who will see the person: Practitioner/ID")
    place: str = Field(min_length=1, description="where the visit takes place")
    transport: str = Field(min_length=1, description="how the person gets there")
    told: bool = Field(description="whether the person knows when and where it is, and how they will get there")
    late_because: str = Field(default="", description="if the visit is after its due day: why")


NEEDS = (
    *following.NEEDS,
    *charts.needs("appointments", optional=False),
    *charts.needs("encounters"),
    practitioner.find("with_practitioner"),
)


def cause_of(command: BookFollowUp, occasion: Occasion) -> AtMoment:
    """The transition and the start of the visit."""
    return AtMoment(command.transition, command.start)


def details(command: BookFollowUp) -> Any:
    """What makes a repeat the same request: the same moment in another time zone is the same."""
    return [instant(command.start), command.model_dump(exclude={"start"})]


@dataclass(frozen=True, slots=True)
class BookingCase(Case):
    """One visit to be booked."""

    command: BookFollowUp
    occasion: Occasion
    followed: TransitionChart
    practitioner: Record | None
    """The Practitioner the command names."""
    task: TaskView | None
    """The Task for booking it."""
    due: date
    """The day by which it must take place."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    @property
    def day(self) -> date:
        """The day of the visit."""
        return late_day_of(self.command.start, self.occasion)

    @property
    def late(self) -> bool:
        return self.day > self.due

    def decide(self, act: Act) -> Plan | Refusal:
        """Books the visit and cancels the one it replaces; or says why not."""
        command, transition = self.command, self.followed.transition
        why = (
            *patient.in_the_way(self.followed.chart.patient, command.patient),
            *following.closed(transition),
            *self._suspended(),
            *practitioner.missing(self.practitioner, "practitioner", command.with_practitioner),
        )
        if self.task is None:
            return Refusal((*why, following.lacks_task(transition, "book-follow-up")))
        booked = self._booked_by(act)
        why = (*why, *_gone(booked), *self._wrong_time(past_allowed=booked is not None))
        if why:
            return Refusal(why)
        return Booking(self, self.task, Pen(self.occasion, act, command.patient)).plan()

    def _suspended(self) -> tuple[str, ...]:
        transition = self.followed.transition
        if not transition.suspended:
            return ()
        return (
            f"{transition.reference} is suspended because the person is back in a facility: book the visit after they "
            "come home",
        )

    def _booked_by(self, act: Act) -> AppointmentView | None:
        """The visit that this same act booked earlier, if it did: by now the visit may be past, or cancelled."""
        created = act.created if isinstance(act, BegunAct) else ()
        interrupted = (appointment.read(record) for record in created if record.type == "Appointment")
        mine = (visit for visit in self.followed.visits if act.did(visit.record, "created"))
        return next(iter((*interrupted, *mine)), None)

    def _wrong_time(self, *, past_allowed: bool) -> tuple[str, ...]:
        """Why the visit cannot be booked for that time."""
        start, transition = self.command.start, self.followed.transition
        if start < transition.discharged:
            return (f"the visit would be before the discharge on {spoken(transition.day)}: check the start time",)
        if start <= self.occasion.now and not past_allowed:
            return (f"{talking.stamp(start, self.occasion)} is in the past: choose a start that is still to come",)
        if self.late and not self.command.late_because:
            return (
                f"{spoken(self.day)} is after {spoken(self.due)}, the day this visit is due: book an earlier visit, or "
                "say in late_because why that is not possible",
            )
        return ()


def _gone(booked: AppointmentView | None) -> tuple[str, ...]:
    """Why a visit that was booked and has ended since is not booked a second time."""
    if booked is None or not booked.over:
        return ()
    return (f"the visit booked for this start ({booked.reference}) is now {booked.status}: choose another start",)


def open_cases(records: Records, command: BookFollowUp, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one visit."""
    chart = charts.read(records, occasion)
    followed = following.around(chart, records, command.transition, occasion)
    if isinstance(followed, str):
        why = (*patient.in_the_way(chart.patient, command.patient), followed)
        return (NoTransition(cause_of(command, occasion), details(command), why),)
    task = followed.transition.child("book-follow-up")
    return (
        BookingCase(
            command=command,
            occasion=occasion,
            followed=followed,
            practitioner=records.one("with_practitioner"),
            task=task,
            due=(task.due if task else None) or followed.transition.dates["visit-14-day"],
        ),
    )


@dataclass(frozen=True, slots=True)
class Booking:
    """Writes one visit, and cancels what it replaces."""

    case: BookingCase
    task: TaskView
    """The Task for booking it."""
    pen: Pen

    @property
    def transition(self) -> Transition:
        return self.case.followed.transition

    @property
    def because(self) -> str:
        """The day of the visit, the day it is due, and why it is late if it is."""
        words = f"visit on {spoken(self.case.day)}, due {spoken(self.case.due)}"
        return words + (f": late because {self.case.command.late_because}" if self.case.late else "")

    def plan(self) -> Plan:
        """Books the visit, cancels the earlier one, and completes the Task."""
        chart, named = self.case.followed.chart, self.case.practitioner
        visit, replaced = self._visit(), self._replaced()
        changes: list[Change] = [visit, *replaced]
        if self.task.open or self.task.status == "completed":
            changes.append(self._task_done(self.pen.refer(visit)))
        sources = [record for record in (chart.person, named) if record is not None]
        return Plan(
            changes=tuple(changes),
            says=self._says(replaced),
            warnings=(*self._warnings(), *chart.not_visible),
            decided_from=(*sources, self.transition.parent.record),
            reason=f"follow-up visit booked; {self.because}",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.transition.labels,
        )

    def _visit(self) -> Create:
        command, zone = self.case.command, self.pen.occasion.zone
        visit = appointment.Visit(
            with_practitioner=command.with_practitioner,
            start=command.start if command.start.utcoffset() else command.start.astimezone(zone),
            minutes=command.minutes,
            place=command.place,
            transport=command.transport,
            told=command.told,
            task=self.transition.reference,
        )
        return Create("visit", appointment.write_visit(command.patient, self.pen.stamp, visit), self.because)

    def _task_done(self, visit: Json) -> Amend:
        edits = (
            put("status", "completed"),
            self.pen.state("done"),
            add("output", {"type": {"text": "visit booked"}, "valueReference": visit}),
        )
        return following.amended(self.pen, "task/book-follow-up", self.task.record, self.because, *edits)

    def _replaced(self) -> list[Amend]:
        """Cancels the visits booked earlier for this transition that are still to come."""
        words = f"replaced by the visit on {spoken(self.case.day)}"
        edits = (put("status", "cancelled"), put("cancelationReason", {"text": words}))
        return [
            amend(f"replaced/{visit.record.id}", visit.record, words, *edits)
            for visit in self.case.followed.visits
            if visit.status in ("booked", "pending") and visit.start is not None and visit.start > self.pen.occasion.now
        ]

    def _says(self, replaced: list[Amend]) -> tuple[str, ...]:
        day, due, dates = self.case.day, self.case.due, self.transition.dates
        booked = f"visit booked for {spoken(day)}, due {spoken(due)}" + (", late" if self.case.late else "")
        within = next((code for code in ("visit-7-day", "visit-14-day") if day <= dates[code]), "")
        kept: tuple[str, ...] = ()
        if within:
            words = self.pen.content.concept(CLOCK_DATE, within).display
            kept = (f"it counts as a {words} (by {spoken(dates[within])})",)
        return (booked, *kept, *(f"the earlier visit ({change.record.reference}) is cancelled" for change in replaced))

    def _warnings(self) -> tuple[str, ...]:
        chart = self.case.followed.chart
        days = self.pen.occasion.days_of(self.case.command.start)
        warnings = list(days.unsure("the start of the visit", self.case.day))
        warnings += [*away.unsure(chart, self.pen.occasion), *away.now(chart, self.transition, self.pen.occasion)]
        last = self.transition.dates["visit-14-day"]
        if self.case.day > last:
            warnings.append(f"a visit after {spoken(last)} no longer counts for the program; the person still needs it")
        if not self.case.command.told:
            warnings.append(
                "the person does not know about the visit yet: tell them when and where it is, and how to get there"
            )
        return tuple(warnings)


BOOK_FOLLOW_UP = Step(
    name="book-follow-up",
    title="Book the visit after a discharge",
    command=BookFollowUp,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Appointment",),
    amends=("Appointment", "Task"),
    supervised="contact",
)
