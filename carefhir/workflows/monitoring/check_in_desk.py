"""One check-in on the desk, judged: its answers, its colour, and everything that is written for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pydantic import Field

from carefhir.chart import check_in_facts, facts
from carefhir.chart.chart import Chart
from carefhir.chart.check_in_facts import Scale
from carefhir.codes import FINDING
from carefhir.content import check_in, scoring
from carefhir.content.check_in import PRESSING, Answers, CheckInPathway, Triage
from carefhir.content.rules import Facts
from carefhir.content.scoring import Danger
from carefhir.engine.step import Moment
from carefhir.fhir.changes import (
    Act,
    Amend,
    Change,
    Create,
    Plan,
    Refusal,
    add,
    amend,
    carries_key,
    own_identifier,
    put,
    refer,
)
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, first_text, moment, refers_to
from carefhir.mappers import check_in as written
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers import reading
from carefhir.occasion import Occasion
from carefhir.workflows import answers as form
from carefhir.workflows import safety
from carefhir.workflows.monitoring.follow_up import NEXT, FollowUp
from carefhir.workflows.pen import Pen


class RecordCheckIn(form.ResponseCommand):
    """Records the answers of a check-in and says what they come to."""

    started: Moment | None = Field(default=None, description="when the call began, where the response does not say")


@dataclass(frozen=True, slots=True)
class Context:
    """What recording is decided from."""

    chart: Chart
    responses: tuple[Record, ...]
    named_alike: tuple[Record, ...]
    questionnaires: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One response on the desk, judged."""

    context: Context
    command: RecordCheckIn
    occasion: Occasion
    act: Act
    form: Json
    answers: Answers
    objections: tuple[str, ...]
    """What keeps it from counting as complete."""
    unkeepable: tuple[str, ...]
    dangers: tuple[Danger, ...]
    result: Triage
    scale: Scale
    at: datetime

    @property
    def title(self) -> str:
        return str(self.form.get("title", "check-in"))

    @property
    def color(self) -> str:
        """The colour to be told: a safety finding is red at least; its own review does what a red asks for."""
        known = self.result.color
        return known if not self.dangers or known in PRESSING else "red-urgent"

    @property
    def instructions(self) -> tuple[str, ...]:
        return (*self.result.instructions, *safety.instructions(self.occasion, self.dangers))

    @property
    def stored(self) -> Record | None:
        return qr.same_identity(self.context.responses, own_identifier(self.command.response))

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """A response that cannot be kept: what protects the patient all the same."""
        measures = self._measures(None)
        follow = self._follow_up(None)
        urgent, warnings = follow.tasks() if self.result.color in PRESSING else ((), ())
        if not measures.changes and not urgent:
            return Refusal(why, self.instructions)
        changes: tuple[Change, ...] = (*urgent, *measures.changes)
        warnings = (*warnings, *measures.warnings)
        return self._plan(changes, ("the check-in was not kept",), warnings, follow, incomplete=why)

    def recorded(self) -> Plan:
        """The response, its numbers, its colour and all that follows; kept as a draft where something is missing."""
        whole = not self.objections
        answers, reference = self._response("completed" if whole else "in-progress")
        measures, follow = self._measures(reference), self._follow_up(reference)
        tasks, warnings = follow.tasks()
        numbers = self._numbers(reference)
        color = self._color(reference, numbers, final=whole)
        after: tuple[Change, ...] = ()
        if whole:
            after = (*self._asked_for(reference), *follow.next(self._done_before()))
        # Safety before the rest: on a server that takes only part of it, that part.
        changes = (answers, *tasks, *measures.changes, color, *numbers, *after)
        warnings = (*warnings, *measures.warnings)
        says = (*self._says(), *(one.because for one in (*tasks, *after)))
        plan = self._plan(changes, says, warnings, follow, incomplete=self.objections)
        least = self.heard(())
        return replace(plan, instead=least if isinstance(least, Plan) else None)

    def _says(self) -> tuple[str, ...]:
        """What a nurse wants to read back."""
        said = [f"{self.title}: {self.color.replace('-', ' ').upper()}", *self._heard(), *self._weights()]
        said += [f"{one.title} ({one.code.replace('-', ' ')})" for one in self.result.rules]
        said += [*self._yes(), *self._missing()]
        open_ = check_in.named(self.form, self.result.unanswered)
        said += [f"not known: {'; '.join(open_)}"] if open_ else []
        return tuple(said)

    def _weights(self) -> tuple[str, ...]:
        """The newest weight beside the one before it, where the form asks for it."""
        if "weight" not in check_in.items(self.form):
            return ()
        newest = [f"{one.pounds:.1f} lb ({self.occasion.local_date(one.at)})" for one in self.scale.weights[-2:]]
        return (f"weight {' to '.join(newest)}",) if newest else ("no weight is on record",)

    def _missing(self) -> tuple[str, ...]:
        """What green would have taken; beside what is pressing it is no news."""
        return () if self.color in PRESSING else self.result.missing

    def _heard(self) -> tuple[str, ...]:
        """What was heard that endangers a life."""
        names = self.occasion.content.concepts(FINDING)
        return tuple(f"{names[one.finding].display} (red urgent)" for one in self.dangers)

    def _yes(self) -> tuple[str, ...]:
        """All that was answered with yes, whether a rule asks for it or not."""
        found = check_in.named(self.form, self.answers.yes)
        return (f"answered yes: {' '.join(found)}",) if found else ()

    def _plan(
        self,
        changes: tuple[Change, ...],
        says: tuple[str, ...],
        warnings: tuple[str, ...],
        follow: FollowUp,
        incomplete: tuple[str, ...],
    ) -> Plan:
        seen = self.context.chart
        sources = [seen.patient.record] if seen.patient else []
        groups = facts.groups_of
        used = [one for one in seen.conditions if one.holds and one.current and groups(self.occasion.content, one)]
        weighed = [one.record for one in self.scale.weights[-2:] if one.record is not None]
        sources += [*seen.team.records, *(one.record for one in used), *weighed]
        form_used = f"{self.form['url']}|{self.form.get('version', '')}"
        return Plan(
            changes,
            says,
            self.instructions,
            (*warnings, *seen.not_visible),
            tuple(sources),
            (form_used, *self.result.artefacts, follow.canonical),
            incomplete,
            f"{self.title} recorded",
            self.occasion.actor.discipline,
            tuple(qr.security(self.command.response)),
        )

    def _measures(self, response: Json | None) -> safety.Measures:
        seen = self.context.chart
        desk = safety.Safety(Pen(self.occasion, self.act, self.command.patient), seen.team, seen.tasks, seen.flags)
        return desk.measures(self.dangers, "the check-in", response)

    def _follow_up(self, response: Json | None) -> FollowUp:
        return FollowUp(self.context.chart, self.command.patient, self.occasion, self.act, self.result, response)

    def _response(self, status: str) -> tuple[Change, Json]:
        """The response as it will stand, and how others refer to it."""
        command, occasion, stored = self.command, self.occasion, self.stored
        when = command.started.isoformat(timespec="seconds") if command.started else occasion.stamp
        made = qr.write(command.response, command.patient, occasion.actor.reference, when, status=status)
        because = f"the answers: {self.title}"
        if stored is None:
            create = Create("response", made, because)
            return create, refer(create, self.act)
        return form.completing(stored, made, because), refer(stored)

    def _numbers(self, response: Json) -> tuple[Create, ...]:
        """The numbers given, as Observations by whoever measured them."""
        who = qr.source(self.command.response) or self.command.patient
        given = written.Given(self.command.patient, self.at.isoformat(timespec="seconds"), who, response)
        made = []
        for link_id in written.KINDS:
            number = self.answers.number(link_id)
            if number is not None and not self._on_record(written.KINDS[link_id][0], number.value):
                weighed = self.answers.text("weighed-at") if link_id == "weight" else ""
                when = replace(given, at=weighed) if weighed else given
                resource = written.write_number(link_id, number.value, number.unit, when)
                made.append(Create(f"number/{link_id}", resource, f"{link_id} {number.value} {number.unit}"))
        high, low = self.answers.number("systolic"), self.answers.number("diastolic")
        if high is not None and not self._on_record(reading.SYSTOLIC, high.value):
            resource = written.write_pressure(high.value, low.value if low else None, given)
            made.append(Create("number/pressure", resource, f"blood pressure {high.value}"))
        return tuple(made)

    def _on_record(self, code: str, value: Decimal) -> bool:
        """Whether the draft of this very response gave the same number."""
        keys = {self.act.part_key(f"number/{link_id}") for link_id in (*written.KINDS, "pressure")}
        return self.stored is not None and any(
            (one.code, one.value) == (code, value)
            and refers_to(one.record.json, "derivedFrom", self.stored.reference)
            and not any(carries_key(one.record, key) for key in keys)
            for one in self.context.chart.readings
        )

    def _color(self, response: Json, numbers: Iterable[Create], *, final: bool) -> Create:
        """The result, with each reason as a note."""
        at = self.at.isoformat(timespec="seconds")
        given = written.Given(self.command.patient, at, self.occasion.actor.reference, response)
        notes = [f"{one.code}: {one.title} ({one.id})" for one in self.result.rules]
        notes += [*self._heard(), *self._weights(), *self._yes(), *self._missing()]
        rests_on = [response, *(refer(one, self.act) for one in numbers)]
        made = written.write_triage(self.occasion.content, self.color, notes, given, rests_on, final=final)
        return Create("triage", made, f"the check-in came to {self.color}")

    def _asked_for(self, response: Json) -> tuple[Amend, ...]:
        """The Tasks that asked for a check-in, done now (or by this act's earlier, interrupted run)."""
        done = []
        urls = set(check_in.forms(self.occasion.content))
        for one in self.context.chart.tasks:
            asks = "check-in" in one.codes or any(form_.partition("|")[0] in urls for form_ in one.instruments)
            if not asks or carries_key(one.record, self.act.part_key(NEXT)):
                continue
            part = f"asked-for/{one.record.id}"
            because = "the check-in that was asked for is recorded"
            output = {"type": {"text": "response"}, "valueReference": response}
            if one.open:
                edits = (put("status", "completed"), put("lastModified", self.occasion.stamp), add("output", output))
                done.append(amend(part, one.record, because, *edits))
            elif one.status == "completed" and set(one.outputs) & self._own_responses():
                done.append(amend(part, one.record, because))
        return tuple(done)

    def _own_responses(self) -> set[str]:
        """The response this act wrote in an earlier run."""
        return {one.reference for one in self.context.responses if self._is_own(one)}

    def _is_own(self, one: Record) -> bool:
        identity = own_identifier(self.command.response)
        same = bool(identity) and own_identifier(one.json) == identity
        return same or carries_key(one, self.act.part_key("response"))

    def _done_before(self) -> int:
        """Check-ins since enrolment or the last discharge, whichever is later, this one aside."""
        seen, zone = self.context.chart, self.occasion.zone
        starts = [
            moment(first_text(one.record.json, "period.start"), zone)
            for one in seen.episodes
            if one.programs and not one.over
        ]
        since = [one for one in (*starts, facts.last_discharge(seen, self.occasion)) if one is not None]
        urls = set(check_in.forms(self.occasion.content))
        counted = [
            when
            for one in self.context.responses
            if form.canonical(one.json).partition("|")[0] in urls
            and one.json.get("status") in ("completed", "amended")
            and not self._is_own(one)
            and (when := moment(qr.authored(one.json, ""), zone)) is not None
        ]
        return len([when for when in counted if not since or when >= max(since)])


def desk_of(context: Context, command: RecordCheckIn, occasion: Occasion, act: Act) -> Desk | None:
    """The response judged; None where it answers no check-in of ours."""
    content, response = occasion.content, command.response
    other = form.contained(response) or form.newest(context.questionnaires)
    mine = check_in.recognize(content, form.canonical(response), other)
    if mine is None:
        return None
    foreign = None if form.canonical(response).partition("|")[0] == mine["url"] else other
    judgment = scoring.judge(content, mine, response, foreign)
    answers = check_in.read_answers(content, mine, response, foreign)
    stored = qr.same_identity(context.responses, own_identifier(response))
    unkeepable = form.not_r4(response, command.patient)
    unkeepable = unkeepable or form.clashes(stored, context.named_alike, response, command.patient)
    objections = form.objections(content, response, mine, other, command.patient)
    at = _at(command, occasion)
    scale = check_in_facts.scale_of(context.chart, answers, at, _own(context.chart, act, stored), occasion)
    return Desk(
        context,
        command,
        occasion,
        act,
        mine,
        answers,
        (*objections, *judgment.objections, *answers.odd),
        unkeepable,
        tuple(one for one in judgment.dangers if one.link_id in answers.asked),
        _judged(context.chart, mine, answers, scale, occasion),
        scale,
        at,
    )


def _at(command: RecordCheckIn, occasion: Occasion) -> datetime:
    """The moment the answers speak of: as written, else the start of the call, else now."""
    said = moment(qr.authored(command.response, ""), occasion.zone)
    found = said or command.started or occasion.now
    return min(found, occasion.now).astimezone(occasion.zone)


def _own(seen: Chart, act: Act, stored: Record | None) -> frozenset[str]:
    """The Observations that an earlier run of this act, or the draft of this response, wrote."""
    keys = [act.part_key(f"number/{link_id}") for link_id in written.KINDS]
    return frozenset(
        one.record.reference
        for one in seen.readings
        if any(carries_key(one.record, key) for key in keys)
        or (stored is not None and refers_to(one.record.json, "derivedFrom", stored.reference))
    )


def _judged(seen: Chart, mine: Json, answers: Answers, scale: Scale, occasion: Occasion) -> Triage:
    """What the answers come to, by every pathway in force."""
    known = facts.facts_of(seen, occasion)

    def facts_for(pathway: CheckInPathway) -> Facts:
        return check_in_facts.facts_for(pathway, known, answers, scale, occasion)

    found = check_in.triage(check_in.in_force(occasion.content, mine, known), facts_for)
    if found.color == "green" and "conditions" in seen.unseen:
        return replace(found, color="cannot-say", missing=("green takes: the conditions on record, not visible here",))
    return found
