"""What a reconciliation leaves behind: the list that stands, a statement per medicine, what goes to the prescriber.

Orders themselves are not touched: they are changed where they are placed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.codes import DISCIPLINE, DISCREPANCY_WHAT
from carefhir.content.clocks import Clock
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, add, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, refers_to
from carefhir.mappers import medication, medication_list
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discrepancies import Found, Taken, without_references
from carefhir.workflows.transitions.medication_lists import Lists
from carefhir.workflows.transitions.own_marks import is_marked, keys_of, marked
from carefhir.workflows.transitions.prescribers_part import PrescribersPart, done
from carefhir.workflows.transitions.reconciliation_decisions import Verdict
from carefhir.workflows.transitions.standing_medicines import Standing
from carefhir.workflows.transitions.standing_medicines import standing as standing_of

CONTENT = "medication-reconciliation"
"""The PlanDefinition with this step's numbers."""
REPLACED = ("active", "on-hold", "unknown", "intended")
"""Statements of an earlier reconciliation that would go on saying what is taken."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One reconciliation on the desk, every difference decided or passed on."""

    chart: Chart
    lists_on_record: tuple[Record, ...]
    patient: str
    started: datetime
    parent: TaskView
    stay: Stay
    clock: Clock
    lists: Lists
    taken: tuple[Taken, ...]
    found: Found
    verdicts: tuple[Verdict, ...]
    occasion: Occasion
    act: Act
    deadline: date

    @property
    def prescribers(self) -> PrescribersPart:
        """What of it is the prescriber's."""
        return PrescribersPart(
            self.chart, self.patient, self.parent, self.clock, self.verdicts, self.occasion, self.act
        )

    def plan(self) -> Plan:
        """Everything that follows, in one commit."""
        standing = tuple(standing_of(self.lists, self.taken, self.verdicts))
        statements = {one.key: self._statement(one) for one in standing}
        passed_on, sent = self.prescribers.passed_on(statements)
        task_done = self._task_done()
        reconciled = self._list(standing, statements)
        changes: list[Change] = [*statements.values(), reconciled, *passed_on]
        changes += [*self.prescribers.settled(), *self._replaced(statements)]
        changes += [self._completed(one, reconciled) for one in task_done]
        views = self.lists.all()
        sources = [self.chart.patient.record] if self.chart.patient else []
        sources += [self.parent.record, self.stay.anchor.record, *(one.record for one in views)]
        content = self.occasion.content
        return Plan(
            tuple(changes),
            tuple(self._says(standing, sent)),
            warnings=(
                *self._warnings(standing, bool(task_done), bool(sent)),
                *self.found.warnings,
                *self.chart.not_visible,
            ),
            decided_from=tuple(sources),
            artefacts=(
                self.clock.canonical,
                *(content.canonical("CodeSystem", one) for one in ("discrepancy-what", "ingredient")),
            ),
            reason=f"medicines reconciled after the discharge of {self.stay.end_day}",
            acting_as=self.occasion.actor.discipline,
            labels=self._labels(views),
        )

    def _statement(self, one: Standing) -> Create:
        view, taken = one.view, one.taken
        told = taken is not None and taken.record is None
        source = view.record if view else taken.record if taken else None
        medicine: Json = {"medicationCodeableConcept": {"text": taken.named.name if taken else one.key}}
        made = medication.write_statement(
            self.patient,
            one.status,
            medication.medicine_of(source) if source else medicine,
            self.stay.anchor.reference,
            self._stamp(self.started),
            self.occasion.stamp,
            self.patient if told else self.occasion.actor.reference,
        )
        records = [view.record] if view else []
        records += [taken.record] if taken and taken.record else []
        if records:
            made["derivedFrom"] = [refer(each) for each in records]
        notes = [verdict.words for verdict in one.verdicts]
        notes += [without_references(taken.words)] if taken and taken.taking != "yes" else []
        if notes:
            made["note"] = [self._note("; ".join(notes))]
        dose = view.dose if view else (taken.how if taken else "")
        if dose:
            made["dosage"] = [{"text": dose}]
        because = f"{one.key} is {one.status.replace('-', ' ')}: {one.words}"
        return Create(f"statement/{one.key}", made, because)

    def _list(self, standing: tuple[Standing, ...], statements: dict[str, Create]) -> Create:
        entries = []
        for one in standing:
            entry: Json = {"extension": [verdict.extension for verdict in one.verdicts]} if one.verdicts else {}
            flag = self._flag(one)
            entries.append({**entry, **({"flag": flag} if flag else {}), "item": refer(statements[one.key], self.act)})
        actor = self.occasion.actor.reference
        anchor = self.stay.anchor.reference
        made = medication_list.write(self.patient, anchor, self.occasion.stamp, actor, tuple(entries))
        made["note"] = [self._note(self._evidence())]
        return Create("list", made, f"the medicines that stand: {len(standing)}")

    def _flag(self, one: Standing) -> Json:
        """What differed and why, and how it stands where it is not simply taken."""
        content = self.occasion.content
        main = one.verdicts[0].discrepancy.what if one.verdicts else ""
        coding = [content.concept(DISCREPANCY_WHAT, main).coding] if main else []
        state = [] if one.status == "active" else [one.status.replace("-", " ")]
        words = [verdict.words + (", with the prescriber" if verdict.open else "") for verdict in one.verdicts]
        if not coding and not state:
            return {}
        return {**({"coding": coding} if coding else {}), "text": "; ".join([*state, *words])}

    # -- what was before

    def _replaced(self, statements: dict[str, Create]) -> Iterator[Amend]:
        """An earlier list of ours is retired, and its statements end: they would go on saying what is taken."""
        why = "a later reconciliation takes its place"
        for record in self.lists_on_record:
            ours = keys_of(record) and not carries_key(record, self.act.part_key("list"))
            if ours and (record.json.get("status") == "current" or is_marked(self.act, "retired", record)):
                yield marked(self.act, "retired", record, why, put("status", "retired"))
        own = {self.act.part_key(one.part) for one in statements.values()}
        for view in self.chart.medicines:
            record = view.record
            if record.type != "MedicationStatement" or not keys_of(record) or own & keys_of(record):
                continue
            if view.status in REPLACED or is_marked(self.act, "superseded", record):
                period = {**(record.json.get("effectivePeriod") or {}), "end": self._stamp(self.started)}
                edits = (put("status", "completed"), put("effectivePeriod", period))
                yield marked(self.act, "superseded", record, why, *edits)

    def _task_done(self) -> tuple[TaskView, ...]:
        """The Task that asked for this reconciliation, open or completed by this very act."""
        return tuple(one for one in self._tasks() if one.open or is_marked(self.act, "reconciled", one.record))

    def _tasks(self) -> tuple[TaskView, ...]:
        """The Tasks of this transition that ask for a reconciliation."""
        parent = self.parent.record.reference
        asking = (one for one in self.chart.tasks if "reconcile-medications" in one.codes)
        return tuple(one for one in asking if refers_to(one.record.json, "partOf", parent))

    def _completed(self, one: TaskView, reconciled: Create) -> Amend:
        output = {"type": {"text": "reconciled medicines"}, "valueReference": refer(reconciled, self.act)}
        edits = (*done(self.occasion), add("output", output), add("note", self._note(self._evidence())))
        return marked(self.act, "reconciled", one.record, "the medicines are reconciled", *edits)

    # -- in words

    def _evidence(self) -> str:
        """Who did it, when, and whether it counts."""
        names = self.occasion.content.concepts(DISCIPLINE)
        discipline = self.occasion.actor.discipline
        who = f"a {names[discipline].display}" if discipline in names else "somebody whose discipline is not on record"
        day = self.occasion.local_date(self.started)
        clock = "within the clock" if day <= self.deadline else "too late to count"
        gap = "" if self.lists.discharge_on_record else "; no discharge list was on record"
        return f"reconciled on {day} by {who}; {clock}, which ends {self.deadline}{gap}"

    def _says(self, standing: tuple[Standing, ...], sent: tuple[str, ...]) -> Iterator[str]:
        closed = sum(not one.open for one in self.verdicts)
        same = "match" if self.lists.discharge_on_record else "unchanged"
        yield f"{len(self.found.matched)} {same}, {closed} decided, {len(sent)} for the prescriber"
        yield self._evidence()
        visit, day = self._visit(), self.occasion.local_date(self.started)
        if visit is None:
            yield "no visit is booked yet: for TCM the medicines are reconciled no later than the day of the visit"
        elif day <= visit[0]:
            yield f"no later than the visit of {visit[0]} ({visit[1]}), as TCM asks"
        for one in standing:
            state = "stands" if one.status == "active" else one.status.replace("-", " ")
            notes = "".join(f" ({verdict.words})" for verdict in one.verdicts)
            yield f"{state}: {one.words}{notes}"
        yield from (f"the prescriber decides: {one}" for one in sent)
        yield from self.found.says

    def _warnings(self, standing: tuple[Standing, ...], asked: bool, sent: bool) -> Iterator[str]:
        visit, day = self._visit(), self.occasion.local_date(self.started)
        if visit is not None and day > visit[0]:
            yield f"after the visit of {visit[0]} ({visit[1]}): for TCM it counts only until that day"
        if day > self.deadline:
            yield f"the last day to count was {self.deadline}: reconciled for the person's sake, not for the measure"
        earlier = [one.record.reference for one in self._tasks() if one.status == "completed"]
        if not asked and earlier:
            yield f"{', '.join(earlier)}: completed by an earlier reconciliation, which this one replaces"
        elif not asked:
            yield f"no open Task of {self.parent.record.reference} asked for it: none was completed"
        if sent and not self.prescribers.prescriber:
            yield "no supervising provider is on record: the Tasks are yours; reach a prescriber"
        still = self._still_ordered(standing)
        if still:
            names = ", ".join(still)
            yield f"still active as ordered, though it no longer stands so: {names}; change them where they are placed"
        for verdict in self.verdicts:
            known = self.prescribers.known(verdict.discrepancy)
            if known is not None and verdict.open:
                yield f"{verdict.discrepancy.medicine} is with the prescriber already ({known.reference})"

    def _visit(self) -> tuple[date, str] | None:
        """The day of the first visit after the discharge that is booked or took place, within the clock."""
        gone = ("cancelled", "noshow", "entered-in-error", "proposed")
        booked = [one for one in self.chart.appointments if one.start and one.status not in gone]
        days = [(self.occasion.local_date(one.start), one.reference) for one in booked if one.start]
        return min((one for one in days if self.stay.end_day <= one[0] <= self.deadline), default=None)

    def _still_ordered(self, standing: tuple[Standing, ...]) -> tuple[str, ...]:
        """Active orders of what has been stopped or is held, or of what was there before a changed one."""
        found: list[str] = []
        for one in standing:
            listed = self.lists.before.get(one.key)
            views = [*listed.views, *listed.again] if listed else []
            changed = any(verdict.discrepancy.what.endswith("-changed") for verdict in one.verdicts)
            views = views if one.status in ("stopped", "on-hold") or changed else []
            views += [one.view] if one.view and one.status in ("stopped", "on-hold") else []
            orders = (view for view in views if view.record.type == "MedicationRequest" and view.status == "active")
            found += [view.record.reference for view in orders if one.status != "active" or view != one.view]
        return tuple(dict.fromkeys(found))

    def _note(self, text: str) -> Json:
        return {
            "authorReference": {"reference": self.occasion.actor.reference},
            "time": self.occasion.stamp,
            "text": text,
        }

    def _stamp(self, when: datetime) -> str:
        return when.astimezone(self.occasion.zone).isoformat(timespec="seconds")

    def _labels(self, views: tuple[MedicineView, ...]) -> tuple[Json, ...]:
        """Security labels of what it was made from travel (R10)."""
        records = [self.parent.record, self.stay.anchor.record, *(one.record for one in views)]
        found = [one for record in records for one in dig(record.json, "meta.security") if isinstance(one, dict)]
        return tuple(one for n, one in enumerate(found) if one not in found[:n] and "code" in one)
