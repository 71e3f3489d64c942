"""Writes one event of a loop: what it makes, the Task that the loop is followed by, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, amend
from carefhir.fhir.record import Record, first_text
from carefhir.mappers import appointment, consent
from carefhir.mappers import loop as loops
from carefhir.mappers.appointment import ReferredVisit
from carefhir.mappers.task import Work, due_from
from carefhir.workflows.coordination.consequences import Consequences
from carefhir.workflows.coordination.lacking import kept_encounter, sources
from carefhir.workflows.coordination.loop import number
from carefhir.workflows.coordination.of_event import OfEvent
from carefhir.workflows.coordination.trips import Trips


@dataclass(frozen=True, slots=True)
class Happening(OfEvent):
    """Writing one event."""

    @property
    def _consequences(self) -> Consequences:
        return Consequences(loop=self.loop, account=self.account, pen=self.pen)

    def plan(self) -> Plan:
        """Everything the event changes, the resources it makes first."""
        new, trips = self._made(), self._trips()
        follow = self._consequences.changes()
        transport = trips.changes(self.pen.refer(new)) if trips and isinstance(new, Create) else ()
        consents = self._consent()
        evidence = new or self._found()
        changes: list[Change] = [*consents, *([new] if isinstance(new, Create) else [])]
        changes += [self._task(evidence), *self._asking(consents), *follow, *transport]
        chart = self.loop.chart
        return Plan(
            changes=tuple(changes),
            says=tuple(self._says(follow)),
            warnings=(*(trips.warnings() if trips else ()), *self._warnings(), *chart.not_visible),
            decided_from=tuple(
                record for record in (chart.person, self.loop.order.record, *sources(self.account)) if record
            ),
            reason=self.words,
            acting_as=self.pen.occasion.actor.discipline,
            labels=self.loop.labels,
        )

    # ---- the loop's own Task

    def _task(self, evidence: Create | Record | None) -> Change:
        """The Task that the loop is followed by, with the event among its outputs."""
        pen, account = self.pen, self.account
        reference = pen.refer(evidence) if evidence else None
        edits: list[Edit] = [
            *loops.event(pen.content, account.event, self.stamp, reference),
            pen.noted(self.words, at=account.at),
            pen.changed_now(),
        ]
        if account.ends:
            edits += self._ended()
        elif self.due:
            edits.append(due_from(pen.today, self.due))
        if self.loop.task is not None:
            return amend("loop", self.loop.task.record, self.words, *edits)
        work = Work(
            code="coordinate",
            words=f"See it through to its end: {self.loop.words}.",
            title=f"arrange: {self.loop.words}",
            start=pen.today,
            end=self.due or pen.today,
            owner=self.manager,
            focus=pen.refer(self.loop.order.record),
        )
        task = pen.task("loop", work, self.words)
        for edit in edits:
            edit(task.resource)
        return task

    def _ended(self) -> tuple[Edit, ...]:
        if self.account.event in ("result", "in-use"):
            return self.pen.ended("completed", "done")
        state = "declined" if self.account.event == "declined" else "ended-early"
        return self.pen.ended("cancelled", state, self.account.reason)

    # ---- what the event makes or finds

    def _made(self) -> Create | None:
        if self.account.event == "booked":
            return self._visit()
        if self.account.event != "delivered":
            return None
        delivery = loops.write_delivery(self.pen.patient, self.loop.words, self.stamp, self.account.doer)
        return Create("delivery", delivery, self.words)

    def _visit(self) -> Create:
        account, pen = self.account, self.pen
        assert account.start is not None  # asked before
        visit = ReferredVisit(
            order=self.loop.order.reference,
            words=self.loop.words,
            whom=account.doer,
            start=account.start if account.start.utcoffset() else account.start.astimezone(pen.occasion.zone),
            minutes=account.minutes,
            place=account.place,
            transport=account.transport,
            told=account.told,
        )
        return Create("visit", appointment.write_referred(pen.patient, pen.stamp, visit), self.words)

    def _found(self) -> Record | None:
        """The record that shows the event: an Encounter, a report, a letter."""
        if self.account.event == "kept":
            encounter, _ = kept_encounter(self.loop, self.account, self.pen.occasion)
            return encounter.record if encounter else None
        return self.account.records.one("report") or self.account.records.one("document")

    def _consent(self) -> tuple[Create, ...]:
        if self.account.event != "sent" or self.loop.kind != "community":
            return ()
        policy = f"Told to {self.account.doer_words}, who is asked for: {self.loop.words}"
        resource = consent.write(
            self.pen.content, self.pen.patient, self.account.consent, self.stamp, policy, scope=consent.TELLS_OTHERS
        )
        return (Create("consent", resource, f"{self.account.consent} consent to asking {self.account.doer_words}"),)

    def _asking(self, consents: tuple[Create, ...]) -> tuple[Create, ...]:
        """The Task by which a community service is asked."""
        if not consents:
            return ()
        pen = self.pen
        request = loops.write_request(
            pen.patient,
            pen.author,
            pen.stamp,
            order=pen.refer(self.loop.order.record),
            service=self.account.doer,
            words=self.loop.words,
        )
        request["input"] = [{"type": {"text": "consent"}, "valueReference": pen.refer(consents[0])}]
        return (Create("request", request, f"asks {self.account.doer_words} to help, with the person's consent"),)

    def _trips(self) -> Trips | None:
        if self.account.event != "booked" or self.account.start is None:
            return None
        replaced = [visit.reference for visit in self.replaced]
        return Trips(self.loop.chart, self.pen, self.account.start, bool(self.account.transport), replaced)

    # ---- what is said

    def _says(self, follow: list[Create | Amend]) -> list[str]:
        lines = [self.words]
        if self.account.ends:
            lines.append("the loop is closed" + ("" if self._consequences.order() else f"; {self._stays}"))
        elif self.due:
            lines.append(f"next: {self.account.kind.properties['next']}, by {self.due}")
        lines += [f"{change.type} written: {change.because}" for change in follow if isinstance(change, Create)]
        if self.loop.kind == "referral" and self.account.event in ("sent", "missed"):
            lines += self._free_times()
        return lines

    @property
    def _stays(self) -> str:
        order = self.loop.order
        return f"{order.reference} is not ours to close: it stays {order.status or 'without status'}"

    def _free_times(self) -> list[str]:
        """Free times, where somebody said where to look for them; else that nobody looked."""
        account = self.account
        if not account.schedule:
            schedules = [record.reference for record in account.records["schedules"]]
            names = ", ".join(schedules)
            where = f"; name one of these in schedule: {names}" if names else ": no schedule was named"
            return [f"free times were not searched{where}"]
        if not account.records.visible("slots"):
            return [f"free times were not searched: {account.schedule} could not be looked into on this server"]
        starts = sorted(first_text(record.json, "start") or "" for record in account.records["slots"])
        offered = starts[: number(self.pen.content, "slots-offered")]
        if not offered:
            return [f"no free time in {account.schedule}"]
        return [f"free times in {account.schedule}: {', '.join(offered)}"]

    def _warnings(self) -> tuple[str, ...]:
        account, warnings = self.account, []
        if account.event == "booked" and not account.told:
            warnings.append("the person does not know about the visit yet: tell them when and where it is")
        if account.event == "result" and "kept" not in self.loop.happened and self.loop.kind == "referral":
            warnings.append("no attended Encounter was recorded: that the person was seen rests on the result alone")
        theirs = [v.reference for v in self.loop.visits if not created_by_a_step(v.record) and not v.over]
        if theirs and account.event != "late":
            warnings.append(f"another system booked {', '.join(theirs)}: have it changed there, if it has to change")
        return tuple(warnings)
