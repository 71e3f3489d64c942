"""`disenroll`: a person leaves a program, with a reason, and nothing of the program dangles.

The enrollment and its team end, and so does the consent with which the person was enrolled. The plan is completed where
its goals are met, else revoked, with its goals and with what nobody has ordered yet. Open Tasks of the program are
cancelled with the reason. What protects the person and what follows a discharge stays open with its owner, and is named
(CodeSystem care-task); so are Flags, orders in force and visits. While a red check-in or a safety review is open only a
provider disenrolls (clinical practice, "Who may do what"). The act's cause is the program and the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.codes import LEAVING_REASON, TASK
from carefhir.content import supervision
from carefhir.content.loading import Concept
from carefhir.engine.step import Moment, Step
from carefhir.fhir.changes import Act, Amend, Edit, Plan, Refusal, amend, keys_of, period_ends, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moment
from carefhir.lifecycle import ended, moves
from carefhir.mappers import care_team, consent, episode_of_care, status
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.endings import counted as ended_in_words
from carefhir.workflows.supervision.leaving import ProgramParts
from carefhir.workflows.supervision.programs import ProgramCase, ProgramCommand, cause_of, seen


class Disenroll(ProgramCommand):
    """Ends a person's time in a program, with everything that belongs to it."""

    at: Moment = Field(description="when they left, with its UTC offset: 2026-06-01T10:00:00-05:00")
    why: str = Field(
        description="the reason: goals-met, declined, not-reached, moved, cared-for-elsewhere, hospice, not-eligible, "
        "other-reason"
    )
    reason: str = Field(min_length=1, description="the reason in plain words, as the next reader needs them")


NEEDS = (
    *charts.needs("patient", "episodes", "tasks", "care_plans", optional=False),
    *charts.needs("care_teams", "goals", "flags", "appointments"),
    *charts.needs("service_requests", "device_requests", "communication_requests"),
    replace(consent.find(), optional=True),
)


@dataclass(frozen=True, slots=True)
class LeavingCase(ProgramCase):
    """One program that a person leaves."""

    command: Disenroll
    consents: tuple[Record, ...]

    def decide(self, act: Act) -> Plan | Refusal:
        """The program at its end, with all that belongs to it; or why not."""
        case = self if self.episode else replace(self, episode=self._ended_by(act))
        why = (*case.refusals(), *case._no_reason(), *case._not_begun())
        if why or case.episode is None:
            return Refusal(why)
        parts = ProgramParts(
            episode=case.episode, chart=self.chart, consents=self.consents, content=self.occasion.content, act=act
        )
        provider = supervision.may(self.occasion.content, "close-red", self.occasion.actor.discipline)
        if parts.danger and not provider:
            return Refusal(case._danger(parts))
        return ProgramEnd(case=case, parts=parts, pen=Pen(self.occasion, act, self.command.patient)).plan()

    def _ended_by(self, act: Act) -> episode_of_care.EpisodeView | None:
        """The enrollment that this very act ended, where an interrupted run is taken up without a history."""
        return next((each for each in self.chart.episodes if act.did(each.record, "amended")), None)

    def _no_reason(self) -> tuple[str, ...]:
        reasons = self.occasion.content.concepts(LEAVING_REASON)
        if self.command.why in reasons:
            return ()
        return (f"there is no reason {self.command.why!r}; the reasons are: {', '.join(reasons)}",)

    def _not_begun(self) -> tuple[str, ...]:
        if self.episode is None:
            return ()
        began = moment(self.episode.started, self.occasion.zone)
        if began and self.command.at < began:
            return (f"at is before the enrollment began ({self.episode.started}): check the time",)
        return ()

    def _danger(self, parts: ProgramParts) -> tuple[str, ...]:
        called = self.chart.team.called
        names = (
            f"{task.title or task.description} ({task.record.reference}), owner {called(task.owner)}"
            for task in parts.danger
        )
        who = supervision.refusals(self.occasion.content, "close-red", self.occasion.actor.discipline)
        return (
            f"a red check-in or a safety review is open: {'; '.join(names)}. A provider disenrolls meanwhile; or "
            "have it settled first (resolve)",
            *who,
        )


@dataclass(frozen=True, slots=True)
class ProgramEnd:
    """Writing down the end of one program."""

    case: LeavingCase
    parts: ProgramParts
    pen: Pen

    @property
    def reason(self) -> Concept:
        """The coded reason."""
        return self.pen.content.concept(LEAVING_REASON, self.case.command.why)

    @property
    def words(self) -> str:
        """The reason by its name and in words."""
        return f"{self.reason.display}: {self.case.command.reason}"

    def plan(self) -> Plan:
        """Plans the end of everything that belongs to the program, and names what stays."""
        # The enrollment goes last: while it runs, something of it may still have to be ended.
        ends = (*self._tasks(), *self._plan_and_parts(), *self._consent(), *self._teams())
        says = (f"{self.case.title} has ended: {self.words}", *ended_in_words(ends), *self._stays())
        plan = self.case.plan((*ends, self._episode()), says)
        warnings = (*self._dangers(), *self._theirs(), *self._blind(), *plan.warnings)
        return replace(plan, reason=self.words, warnings=warnings)

    # ---- what ends

    def _end(self, record: Record, *edits: Edit) -> Amend:
        """Ends one record; one that this act has ended already is only named."""
        done = self.pen.act.did(record, "amended") and ended(record.type, status.read(record))
        return amend(f"{record.type}/{record.id}", record, f"left the program: {self.words}", *(() if done else edits))

    def _tasks(self) -> Iterator[Amend]:
        why = f"left the program: {self.words}"
        for task in self.parts.tasks:
            decided = "end-program" in task.codes and "completed" in moves("Task", task.status)
            ending = ("completed", "done") if decided else ("cancelled", "ended-early")
            yield self._end(task.record, *self.pen.ended(*ending, why=why))

    def _plan_and_parts(self) -> Iterator[Amend]:
        for item in self.parts.requests:
            yield self._end(item.record, *self._request_ends(item.record.type))
        met = self.reason.properties.get("planEnds") == "completed"
        for goal in self.parts.goals:
            reached = met and goal.achievement == "achieved" and "completed" in moves("Goal", goal.status)
            edits = [put("lifecycleStatus", "completed" if reached else "cancelled")]
            edits += [put("statusReason", f"left the program: {self.words}")]
            yield self._end(goal.record, *edits, put("statusDate", self.pen.today.isoformat()))
        for plan in self.parts.plans:
            ending = "completed" if met and "completed" in moves("CarePlan", plan.status) else "revoked"
            yield self._end(plan.record, put("status", ending), period_ends(self.case.stamp))

    def _request_ends(self, type_: str) -> tuple[Edit, ...]:
        words = put("statusReason", {"text": f"left the program: {self.words}"})
        return (put("status", "revoked"), words) if type_ == "CommunicationRequest" else (put("status", "revoked"),)

    def _consent(self) -> Iterator[Amend]:
        for record in self.parts.consent:
            yield self._end(record, put("status", "inactive"))

    def _teams(self) -> Iterator[Amend]:
        for record in self.parts.teams:
            yield self._end(record, *care_team.ended(self.case.stamp))

    def _episode(self) -> Amend:
        episode = self.parts.episode
        edits = episode_of_care.leave(episode.status, self.case.stamp, self.reason, self.case.command.reason)
        return self._end(episode.record, *edits)

    # ---- what stays, in words

    def _stays(self) -> Iterator[str]:
        chart = self.case.chart
        for task in self.parts.standing_tasks:
            if keys_of(task.record):
                yield f"stays open: {self._kind(task)} ({task.record.reference}), {self._owner(task)}"
        for plan in self.parts.shared_plans:
            yield f"the plan ({plan.reference}) goes on: another program works by it, too"
        for item in self.parts.orders:
            yield f"stays in force: {item.words or 'an order'} ({item.reference}); whoever ordered it decides"
        for visit in chart.appointments:
            if not visit.over:
                yield f"the visit ({visit.reference}) stays {visit.status}: keep it with the person, or cancel it"
        for flag in chart.flags:
            if flag.active:
                yield f"the flag stays: {flag.words or 'without words'} ({flag.record.reference})"

        yield from self._helpers()

    def _helpers(self) -> Iterator[str]:
        """Who helps at home stays on record, and so does what they may know: neither belongs to a program."""
        names, today = self.case.chart.team.names, self.pen.today
        for record in self.case.consents:
            for person in consent.named_people(record):
                word = consent.word_on(record, person, today)
                if word and word.permits:
                    yield (
                        f"what {names.get(person, 'a helper')} ({person}) may know stays in force "
                        f"({record.reference}); if the person wants it to end: record-support, says: no-longer"
                    )

    def _kind(self, task: TaskView) -> str:
        kinds = self.pen.content.concepts(TASK)
        return next((kinds[code].display for code in task.codes if code in kinds), task.title or "task")

    def _owner(self, task: TaskView) -> str:
        return f"owner {self.case.chart.team.called(task.owner)}" if task.owner else "WITHOUT AN OWNER"

    def _dangers(self) -> Iterator[str]:
        """Says first what calls for action, program or not."""
        for task in self.parts.danger:
            yield f"still open: {self._kind(task)} ({task.record.reference}), {self._owner(task)}"

    def _theirs(self) -> Iterator[str]:
        """What others have open with the person, for them to stop."""
        theirs = [task.record.reference for task in self.parts.standing_tasks if not keys_of(task.record)]
        if theirs:
            yield f"not written by our steps and still open: {', '.join(theirs)}; tell the people responsible"

    def _blind(self) -> Iterator[str]:
        if unseen := sorted(self.case.chart.unseen):
            yield f"could not be read: {', '.join(unseen)}; something of the program may still be open there"
        for record in self.parts.cannot_be_changed:
            yield f"{record.reference} cannot be changed here and stays as it is: have its owner end it"


def open_cases(records: Records, command: Disenroll, occasion: Occasion) -> tuple[LeavingCase]:
    """The enrollment that ends."""
    chart, episode = seen(records, command, occasion)
    return (
        LeavingCase(command=command, occasion=occasion, chart=chart, episode=episode, consents=records["consents"]),
    )


DISENROLL = Step(
    name="disenroll",
    title="End a person's time in a program",
    command=Disenroll,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=(),
    amends=(
        "EpisodeOfCare",
        "CareTeam",
        "CarePlan",
        "Goal",
        "Task",
        "Consent",
        "ServiceRequest",
        "DeviceRequest",
        "CommunicationRequest",
    ),
    supervised="end-program",
)
