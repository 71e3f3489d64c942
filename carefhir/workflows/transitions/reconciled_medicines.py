"""What a reconciliation leaves behind: the list that stands, a statement per medicine, what goes to the prescriber.

A medicine on the list now stands as ordered; one that was only on the list before has stopped where that was meant, and
is "unknown" until the prescriber has decided where it was not. Orders themselves are not touched: they are changed
where they are placed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from carefhir.codes import DISCIPLINE, DISCREPANCY_WHAT, DISCREPANCY_WHY, HIGH_ALERT, STEP_KEY, TASK_STATE
from carefhir.content import supervision
from carefhir.content.clocks import Clock
from carefhir.content.stays import Stay
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, add, amend, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, refers_to
from carefhir.mappers import detected_issue, medication, medication_list, task
from carefhir.mappers.chart import Chart
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discrepancies import Discrepancy, Found, Taken, side, without_references
from carefhir.workflows.transitions.medication_lists import Lists
from carefhir.workflows.transitions.reconciliation_decisions import Verdict

CONTENT = "medication-reconciliation"
"""The PlanDefinition with this step's numbers."""
NOT_TAKEN = ("adherence", "not-filled", "cannot-afford")
REPLACED = ("active", "on-hold", "unknown", "intended")
"""Statements of an earlier reconciliation that would go on saying what is taken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One medicine as it stands from now on."""

    key: str
    status: str
    view: MedicineView | None
    taken: Taken | None
    verdicts: tuple[Verdict, ...]

    @property
    def words(self) -> str:
        if self.view is not None:
            return side(self.view)
        assert self.taken is not None
        return f"{self.taken.named.name}, {self.taken.words}"


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

    def plan(self) -> Plan:
        """Everything that follows, in one commit."""
        standing = tuple(self._standing())
        statements = {one.key: self._statement(one) for one in standing}
        passed_on, sent = self._passed_on(statements)
        task_done = self._task_done()
        reconciled = self._list(standing, statements)
        changes: list[Change] = [*statements.values(), reconciled, *passed_on]
        changes += [*self._settled(), *self._replaced(statements)]
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

    # -- how each medicine stands

    def _standing(self) -> Iterator[Standing]:
        lists = self.lists
        now = {**lists.since, **lists.after}
        known = {one.named.key: one for one in self.taken}
        for key in sorted(
            now.keys() | lists.before.keys() | {key for v in self.verdicts for key in v.discrepancy.keys}
        ):
            about = tuple(one for one in self.verdicts if key in one.discrepancy.keys)
            if key in now:
                view = now[key].view
                yield Standing(key, self._status_now(key, view, known.get(key), about), view, known.get(key), about)
            elif key in lists.before:
                status = _status_before(key, about)
                if status:
                    yield Standing(key, status, lists.before[key].view, known.get(key), about)
            elif key in known and not all(one.why == "match" for one in about):
                status = next((one.leaves for one in about if one.leaves and not one.open), "") or "active"
                yield Standing(key, status, None, known[key], about)

    def _status_now(self, key: str, view: MedicineView, taken: Taken | None, about: tuple[Verdict, ...]) -> str:
        """Of a medicine on the list now: as decided, else as taken, else as ordered."""
        decided = next((one.leaves for one in about if one.leaves and not one.open and _main(one, key)), "")
        if decided:
            return decided
        if taken is not None and taken.taking == "no" and any(one.discrepancy.what in NOT_TAKEN for one in about):
            return "not-taken"
        if any(one.discrepancy.what == "omitted" for one in about):  # ordered at discharge, and stopped since
            return _status_before(key, about) or "stopped"
        return {"": "active", "unknown": "active"}.get(view.status, view.status)

    def _statement(self, one: Standing) -> Create:
        view, taken = one.view, one.taken
        told = taken is not None and taken.record is None
        medicine: Json = {"medicationCodeableConcept": {"text": taken.named.name if taken else one.key}}
        made = medication.write_statement(
            self.patient,
            one.status,
            medication.medicine_of(view.record) if view else medicine,
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
            entry: Json = {"item": refer(statements[one.key], self.act)}
            flag = self._flag(one)
            entries.append({"flag": flag, **entry} if flag else entry)
        actor = self.occasion.actor.reference
        anchor = self.stay.anchor.reference
        made = medication_list.write(self.patient, anchor, self.occasion.stamp, actor, tuple(entries))
        made["note"] = [self._note(self._evidence())]
        return Create("list", made, f"the medicines that stand: {len(standing)}")

    def _flag(self, one: Standing) -> Json:
        """What differed and why, and how it stands where it is not simply taken."""
        content = self.occasion.content
        coded = []
        for verdict in one.verdicts:
            coded.append(content.concept(DISCREPANCY_WHAT, verdict.discrepancy.what).coding)
            coded.append(content.concept(DISCREPANCY_WHY, verdict.why).coding)
        coding = [each for n, each in enumerate(coded) if each not in coded[:n]]
        state = [] if one.status == "active" else [one.status.replace("-", " ")]
        words = [verdict.words + (", with the prescriber" if verdict.open else "") for verdict in one.verdicts]
        if not coding and not state:
            return {}
        return {**({"coding": coding} if coding else {}), "text": "; ".join([*state, *words])}

    # -- what is the prescriber's

    def _passed_on(self, statements: dict[str, Create]) -> tuple[list[Create], tuple[str, ...]]:
        """An issue and a Task for each open difference; a settled issue for what a prescriber decided here."""
        made: list[Create] = []
        sent: list[str] = []
        for one in self.verdicts:
            what = one.discrepancy
            known = self._known(what)
            if one.open:
                due = self._due(what)
                sent.append(f"{what.medicine} ({what.what.replace('-', ' ')}), due {due}")
            if known is None and (one.open or one.why in ("unintended", "unknown")):
                issue = self._issue(one, statements)
                made += [issue, self._task(one, issue)] if one.open else [issue]
        return made, tuple(sent)

    def _issue(self, verdict: Verdict, statements: dict[str, Create]) -> Create:
        one, occasion = verdict.discrepancy, self.occasion
        implicated = [refer(record) for record in one.records] or [
            refer(statements[key], self.act) for key in sorted(one.keys) if key in statements
        ]
        words = f"{one.medicine}: {one.told}. Why: {verdict.why}."
        words += f" Suggested: {verdict.action}." if verdict.action and verdict.open else ""
        actor, at = occasion.actor.reference, occasion.stamp
        resource = detected_issue.write_discrepancy(
            occasion.content, self.patient, one.what, at, actor, tuple(implicated), words
        )
        resource["severity"] = "high" if self._high_alert(one) else "moderate"
        if not verdict.open:
            resource["status"] = "final"
            resource["mitigation"] = [self._mitigation(verdict)]
        return Create(f"issue/{one.part}", resource, f"{one.medicine} ({one.what}): {verdict.why}")

    def _task(self, verdict: Verdict, issue: Create) -> Create:
        one, occasion = verdict.discrepancy, self.occasion
        due = self._due(one)
        words = f"Decide: {one.medicine}, {one.what.replace('-', ' ')} ({verdict.why}). {one.told}."
        words += f" Suggested: {verdict.action}." if verdict.action else ""
        work = task.Work(
            "resolve-discrepancy",
            words,
            min(occasion.today, due),
            due,
            self._prescriber() or occasion.actor.reference,
            priority="urgent",
            focus=refer(issue, self.act),
            part_of=refer(self.parent.record),
        )
        resource = task.write(occasion.content, self.patient, occasion.actor.reference, occasion.stamp, work)
        return Create(f"task/{one.part}", resource, f"{one.medicine} ({one.what}): the prescriber decides by {due}")

    def _prescriber(self) -> str:
        team = self.chart.team
        return team.supervising_provider or team.on_call or self.occasion.site.on_call

    def _due(self, one: Discrepancy) -> date:
        """The same day for what harms soonest, else the next business day (content)."""
        risk = "high" if self._high_alert(one) else "not-high"
        item = next(each for each in self.clock.tasks(risk) if each.code == "resolve-discrepancy" and each.risk == risk)
        return item.on(self.occasion.today, self.occasion.calendar)

    def _high_alert(self, one: Discrepancy) -> bool:
        return bool(one.classes & self.occasion.content.concepts(HIGH_ALERT).keys())

    def _mitigation(self, verdict: Verdict) -> Json:
        said = verdict.action or verdict.why
        actor = {"reference": self.occasion.actor.reference}
        return {"action": {"text": said}, "date": self.occasion.stamp, "author": actor}

    def _known(self, one: Discrepancy) -> IssueView | None:
        """The same difference as an earlier reconciliation passed it on, still open, or settled by this very act."""
        for issue in self.chart.issues:
            same = issue.codes == ((DISCREPANCY_WHAT, one.what),) and issue.words.startswith(f"{one.medicine}: ")
            own = carries_key(issue.record, self.act.part_key(f"issue/{one.part}"))
            if same and not own and (issue.open or self._carries("settled", issue.record)):
                return issue
        return None

    def _settled(self) -> Iterator[Amend]:
        """What an earlier reconciliation passed on and a prescriber now decides: its issue and its Task are over."""
        if not supervision.may(self.occasion.content, "change-medicine", self.occasion.actor.discipline):
            return
        for verdict in self.verdicts:
            issue = self._known(verdict.discrepancy)
            if issue is None:
                continue
            edits = (put("status", "final"), add("mitigation", self._mitigation(verdict)))
            why = f"{verdict.discrepancy.medicine}: decided by a prescriber"
            yield self._marked("settled", issue.record, why, *edits)
            for one in self.chart.tasks:
                asked = "resolve-discrepancy" in one.codes and one.focus == issue.reference
                if asked and (one.open or self._carries("settled", one.record)):
                    yield self._marked("settled", one.record, why, *self._done_edits())

    # -- what was before

    def _replaced(self, statements: dict[str, Create]) -> Iterator[Amend]:
        """An earlier list of ours is retired, and its statements end: they would go on saying what is taken."""
        why = "a later reconciliation takes its place"
        for record in self.lists_on_record:
            ours = _ours(record) and not carries_key(record, self.act.part_key("list"))
            if ours and (record.json.get("status") == "current" or self._carries("retired", record)):
                yield self._marked("retired", record, why, put("status", "retired"))
        own = {self.act.part_key(one.part) for one in statements.values()}
        for view in self.chart.medicines:
            record = view.record
            if record.type != "MedicationStatement" or not _ours(record) or own & _keys(record):
                continue
            if view.status in REPLACED or self._carries("superseded", record):
                period = {**(record.json.get("effectivePeriod") or {}), "end": self._stamp(self.started)}
                edits = (put("status", "completed"), put("effectivePeriod", period))
                yield self._marked("superseded", record, why, *edits)

    def _task_done(self) -> tuple[TaskView, ...]:
        """The Task that asked for this reconciliation, open or completed by this very act."""
        return tuple(
            one
            for one in self.chart.tasks
            if "reconcile-medications" in one.codes
            and refers_to(one.record.json, "partOf", self.parent.record.reference)
            and (one.open or self._carries("reconciled", one.record))
        )

    def _completed(self, one: TaskView, reconciled: Create) -> Amend:
        output = {"type": {"text": "reconciled medicines"}, "valueReference": refer(reconciled, self.act)}
        edits = (*self._done_edits(), add("output", output), add("note", self._note(self._evidence())))
        return self._marked("reconciled", one.record, "the medicines are reconciled", *edits)

    def _done_edits(self) -> tuple[Edit, ...]:
        done = {"coding": [self.occasion.content.concept(TASK_STATE, "done").coding]}
        return (put("status", "completed"), put("businessStatus", done), put("lastModified", self.occasion.stamp))

    def _marked(self, name: str, record: Record, why: str, *edits: Edit) -> Amend:
        """An amendment that carries our key, so that an interrupted act knows its own."""
        part = f"{name}/{record.id}"
        if carries_key(record, self.act.part_key(part)):
            return amend(f"{name}/{record.reference}", record, why)
        mark = add("identifier", {"system": STEP_KEY, "value": self.act.part_key(part)})
        return amend(f"{name}/{record.reference}", record, why, *edits, mark)

    def _carries(self, name: str, record: Record) -> bool:
        return carries_key(record, self.act.part_key(f"{name}/{record.id}"))

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
        for one in standing:
            state = "stands" if one.status == "active" else one.status.replace("-", " ")
            notes = "".join(f" ({verdict.words})" for verdict in one.verdicts)
            yield f"{state}: {one.words}{notes}"
        yield from (f"the prescriber decides: {one}" for one in sent)
        yield from self.found.says

    def _warnings(self, standing: tuple[Standing, ...], asked: bool, sent: bool) -> Iterator[str]:
        visits = [one for one in self.chart.appointments if one.start and one.status not in ("cancelled", "noshow")]
        days = [(self.occasion.local_date(one.start), one) for one in visits if one.start and one.start > self.stay.end]
        visit = min((one for one in days if one[0] <= self.deadline), key=lambda one: one[0], default=None)
        day = self.occasion.local_date(self.started)
        if visit is not None and day > visit[0]:
            yield f"after the visit of {visit[0]} ({visit[1].reference}): for TCM it counts only until that day"
        if day > self.deadline:
            yield f"the last day to count was {self.deadline}: reconciled for the person's sake, not for the measure"
        if not asked:
            yield f"no open Task of {self.parent.record.reference} asked for it: none was completed"
        if sent and not self._prescriber():
            yield "no supervising provider is on record: the Tasks are yours; reach a prescriber"
        still = self._still_ordered(standing)
        if still:
            names = ", ".join(still)
            yield f"still active as ordered, though it no longer stands so: {names}; change them where they are placed"
        for verdict in self.verdicts:
            known = self._known(verdict.discrepancy)
            if known is not None and verdict.open:
                yield f"{verdict.discrepancy.medicine} is with the prescriber already ({known.reference})"

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


def _main(verdict: Verdict, key: str) -> bool:
    """Whether an action is about this medicine: the one that is on the list now, where a difference is of several."""
    return verdict.discrepancy.medicine == key


def _status_before(key: str, about: tuple[Verdict, ...]) -> str:
    """Of a medicine that is not on the list now; "" where it is another one's in other words."""
    if any(one.open for one in about):
        return "unknown"
    decided = next((one for one in about if one.leaves), None)
    if decided is not None and _main(decided, key):
        return decided.leaves
    if decided is not None:  # the action is about the one in its place
        return "stopped" if decided.leaves == "active" else "active"
    return "" if about and all(one.why == "match" for one in about) else "stopped"


def _ours(record: Record) -> bool:
    return bool(_keys(record))


def _keys(record: Record) -> set[str]:
    """Our keys on a record."""
    found = (one for one in dig(record.json, "identifier") if isinstance(one, dict) and one.get("system") == STEP_KEY)
    return {str(one.get("value")) for one in found}
