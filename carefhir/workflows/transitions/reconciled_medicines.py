"""Writes one reconciliation: the reconciled list, a statement for each medicine, and what goes to the prescriber.

Orders are never changed here, because the system that placed them owns them: an order of a stopped medicine that is
still active is named in a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.codes import DISCIPLINE, DISCREPANCY_WHAT
from carefhir.fhir.changes import Amend, Change, Create, Plan, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.mappers import medication, medication_list, medication_statement
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.medication_statement import Statement
from carefhir.mappers.task import TaskView
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions.discrepancies import without_references
from carefhir.workflows.transitions.medicine_outcomes import MedicineOutcome
from carefhir.workflows.transitions.prescribers_part import PrescribersPart
from carefhir.workflows.transitions.reconciliation import Reconciliation

REPLACED = ("active", "on-hold", "unknown", "intended")
"""Statuses in which a statement of an earlier reconciliation would go on saying what is taken."""


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Writes one reconciliation, with every difference decided or passed on."""

    reconciliation: Reconciliation
    pen: Pen

    @property
    def prescribers(self) -> PrescribersPart:
        """The part that goes to the prescriber."""
        return PrescribersPart(self.reconciliation, self.pen)

    def plan(self) -> Plan:
        """Everything to write, in one commit."""
        chart, stay, content = self.reconciliation.chart, self.reconciliation.stay, self.pen.content
        views = self.reconciliation.lists.all()
        person = (chart.person,) if chart.person else ()
        return Plan(
            changes=self._changes(),
            says=tuple(self._says()),
            warnings=(*self._warnings(), *self.reconciliation.comparison.warnings, *chart.not_visible),
            decided_from=(
                *person,
                self.reconciliation.parent.record,
                stay.anchor.record,
                *(view.record for view in views),
            ),
            artefacts=(
                self.reconciliation.clock.canonical,
                *(content.canonical("CodeSystem", system) for system in ("discrepancy-what", "ingredient")),
            ),
            reason=f"medicines {self._how_far} after the discharge of {stay.end_day}",
            acting_as=self.pen.occasion.actor.discipline,
            labels=self._labels(views),
        )

    def _changes(self) -> tuple[Change, ...]:
        statements = {outcome.key: self._statement(outcome) for outcome in self.reconciliation.outcomes}
        reconciled = self._list(statements)
        return (
            *statements.values(),
            reconciled,
            *self.prescribers.passed_on(statements),
            *self.prescribers.settled(),
            *self._replaced(),
            *(self._answered(task, reconciled) for task in self.reconciliation.tasks if task.open),
        )

    def _statement(self, outcome: MedicineOutcome) -> Create:
        view, taken = outcome.view, outcome.taken
        told = taken is not None and taken.record is None
        source = view.record if view else taken.record if taken else None
        named: Json = {"medicationCodeableConcept": {"text": taken.named.name if taken else outcome.key}}
        records = [view.record] if view else []
        records += [taken.record] if taken and taken.record else []
        statement = Statement(
            status=outcome.status,
            medicine=medication.medicine_of(source) if source else named,
            context=self.reconciliation.stay.anchor.reference,
            start=self._started,
            source=self.pen.patient if told else self.pen.author,
            derived_from=tuple(self.pen.refer(record) for record in records),
            note=self._outcome_note(outcome),
            dose=view.dose if view else (taken.how if taken else ""),
        )
        resource = medication_statement.write(self.pen.patient, self.pen.stamp, statement)
        because = f"{outcome.key} is {outcome.status.replace('-', ' ')}: {outcome.words}"
        return Create(f"statement/{outcome.key}", resource, because)

    def _outcome_note(self, outcome: MedicineOutcome) -> Json | None:
        """What was decided about a medicine, and how it is taken if that is not as ordered."""
        notes = [verdict.words for verdict in outcome.verdicts]
        taken = outcome.taken
        notes += [without_references(taken.words)] if taken and taken.taking != "yes" else []
        unasked = dict(self.reconciliation.asked.unasked).get(outcome.key)
        notes += [f"nobody was asked whether it is taken: {unasked}"] if unasked else []
        return self._note("; ".join(notes)) if notes else None

    def _list(self, statements: dict[str, Create]) -> Create:
        outcomes = self.reconciliation.outcomes
        resource = medication_list.write(
            self.pen.patient,
            self.reconciliation.stay.anchor.reference,
            self.pen.stamp,
            source=self.pen.author,
            entries=tuple(self._entry(outcome, statements[outcome.key]) for outcome in outcomes),
            note=self._note(self._evidence()),
        )
        return Create("list", resource, f"the reconciled list: {len(outcomes)} medicines")

    def _entry(self, outcome: MedicineOutcome, statement: Create) -> Json:
        entry: Json = {}
        if outcome.verdicts:
            entry["extension"] = [verdict.extension for verdict in outcome.verdicts]
        flag = self._flag(outcome)
        if flag:
            entry["flag"] = flag
        return {**entry, "item": self.pen.refer(statement)}

    def _flag(self, outcome: MedicineOutcome) -> Json:
        """What differed and why, and the status of the medicine if it is not active."""
        status = [] if outcome.status == "active" else [outcome.status.replace("-", " ")]
        words = [verdict.words + (", with the prescriber" if verdict.open else "") for verdict in outcome.verdicts]
        flag: Json = {"text": "; ".join([*status, *words])} if status or words else {}
        if outcome.verdicts:
            what = outcome.verdicts[0].discrepancy.what
            flag["coding"] = [self.pen.content.concept(DISCREPANCY_WHAT, what).coding]
        return flag

    # -- earlier reconciliations

    def _replaced(self) -> Iterator[Amend]:
        """Retires the list of an earlier reconciliation and ends its statements: they no longer say what is taken."""
        why = "replaced by a later reconciliation"
        for earlier in self.reconciliation.lists_on_record:
            if earlier.ours and earlier.status == "current":
                yield amend(f"retired/{earlier.reference}", earlier.record, why, put("status", "retired"))
        for view in self.reconciliation.chart.medicines:
            if not view.is_order and view.ours and view.status in REPLACED:
                ended = medication_statement.ended(self._started)
                yield amend(f"superseded/{view.reference}", view.record, why, ended)

    def _answered(self, task: TaskView, reconciled: Create) -> Amend:
        """Completes a Task that asked for this reconciliation; one that is not complete is only noted on it."""
        if self.reconciliation.asked.complete:
            return self._completed(task, reconciled)
        edits = (add("note", self._note(self._evidence())), self.pen.changed_now())
        return amend(f"reconciled/{task.record.reference}", task.record, "not complete: it stays open", *edits)

    def _completed(self, task: TaskView, reconciled: Create) -> Amend:
        """Completes a Task that asked for this reconciliation."""
        output = {"type": {"text": "reconciled medicines"}, "valueReference": self.pen.refer(reconciled)}
        edits = (
            *self.pen.ended("completed", "done"),
            add("output", output),
            add("note", self._note(self._evidence())),
        )
        return amend(f"reconciled/{task.record.reference}", task.record, "the medicines are reconciled", *edits)

    # -- in words

    @property
    def _how_far(self) -> str:
        return "reconciled" if self.reconciliation.asked.complete else "compared, and not all of them asked about,"

    def _evidence(self) -> str:
        """Says who did it, when, and whether it counts."""
        if not self.reconciliation.asked.complete:
            asked = self.reconciliation.asked.words
            return f"NOT COMPLETE, does not count: on {self.reconciliation.day} nobody was asked about {asked}"
        names = self.pen.content.concepts(DISCIPLINE)
        discipline = self.pen.occasion.actor.discipline
        who = f"a {names[discipline].display}" if discipline in names else "somebody whose discipline is not on record"
        day, deadline = self.reconciliation.day, self.reconciliation.deadline
        when = "in time" if day <= deadline else "too late to count"
        gap = "" if self.reconciliation.lists.discharge_on_record else "; no discharge list was on record"
        return f"reconciled on {day} by {who}, {when} (due by {deadline}){gap}"

    def _says(self) -> Iterator[str]:
        comparison, sent = self.reconciliation.comparison, self.prescribers.sent()
        closed = sum(not verdict.open for verdict in self.reconciliation.verdicts)
        same = "match" if self.reconciliation.lists.discharge_on_record else "unchanged"
        decided = f"{closed} difference{'' if closed == 1 else 's'} decided"
        yield f"{len(comparison.matched)} {same}, {decided}, {len(sent)} for the prescriber"
        yield self._evidence()
        visit = self.reconciliation.visit(self.pen.occasion)
        if not self.reconciliation.asked.complete:
            yield "the Task to reconcile stays open: ask about the rest, and run reconcile-medications again"
        elif visit is None:
            yield "no visit is booked yet: for TCM, medicines must be reconciled by the day of the visit"
        elif self.reconciliation.day <= visit[0]:
            yield f"reconciled by the day of the visit on {visit[0]} ({visit[1]}), as TCM requires"
        yield from (f"the prescriber decides: {words}" for words in sent)
        for outcome in self.reconciliation.outcomes:
            notes = "".join(f" ({verdict.words})" for verdict in outcome.verdicts)
            yield f"{outcome.status.replace('-', ' ')}: {outcome.words}{notes}"
        yield from comparison.says

    def _warnings(self) -> Iterator[str]:
        visit, deadline = self.reconciliation.visit(self.pen.occasion), self.reconciliation.deadline
        if visit is not None and self.reconciliation.day > visit[0]:
            yield f"reconciled after the visit on {visit[0]} ({visit[1]}): for TCM it had to be done by that day"
        if self.reconciliation.day > deadline:
            yield f"the last day to count was {deadline}: it helps the person, but does not count for the measure"
        yield from self._no_task()
        yield from self._not_understood()
        yield from self.prescribers.warnings()
        still = self.reconciliation.still_ordered
        if still:
            names = ", ".join(still)
            yield f"orders still active that no longer match: {names}; change them in the system that placed them"
        yield from self._with_the_prescriber()

    def _no_task(self) -> Iterator[str]:
        """Warns that this reconciliation completes no Task, and says why."""
        tasks = self.reconciliation.tasks
        earlier = [task.record.reference for task in tasks if task.status == "completed"]
        if any(task.open for task in tasks) or not self.reconciliation.asked.complete:
            return
        if earlier:
            yield f"{', '.join(earlier)}: completed by an earlier reconciliation, which this one replaces"
        else:
            parent = self.reconciliation.parent.record.reference
            yield f"the transition ({parent}) has no open reconciliation Task, so none was completed"

    def _not_understood(self) -> Iterator[str]:
        """Says which actions went to the prescriber only because of their words, and which words would not."""
        for verdict in self.reconciliation.verdicts:
            if verdict.unclear:
                name, what = verdict.discrepancy.medicine, verdict.discrepancy.what
                yield (
                    f"{name} ({what}): the words of its action are not understood as harmless, so the prescriber "
                    "decides it; what a nurse or pharmacist closes is said so: no change, taught, correct the list"
                )

    def _with_the_prescriber(self) -> Iterator[str]:
        """Warns of differences that an earlier reconciliation has already passed on."""
        for verdict in self.reconciliation.verdicts:
            issue = self.prescribers.earlier(verdict.discrepancy)
            if issue is not None and verdict.open:
                yield f"{verdict.discrepancy.medicine} is already with the prescriber ({issue.reference})"

    def _note(self, text: str) -> Json:
        return {"authorReference": {"reference": self.pen.author}, "time": self.pen.stamp, "text": text}

    @property
    def _started(self) -> str:
        """When the talk began, as FHIR writes it."""
        return self.reconciliation.started.astimezone(self.pen.occasion.zone).isoformat(timespec="seconds")

    def _labels(self, views: tuple[MedicineView, ...]) -> tuple[Json, ...]:
        """The security labels of everything it rests on (R10)."""
        made_from = (self.reconciliation.parent.record, self.reconciliation.stay.anchor.record)
        records = (*made_from, *(view.record for view in views))
        labels = [label for record in records for label in qr.security(record.json)]
        return tuple(label for n, label in enumerate(labels) if label not in labels[:n])
