"""What a prescriber decides about a medicine moves the reconciled list (rule 27).

A difference between medication lists is closed with what becomes of the medicine: stop, continue, change, hold or
start. The statement of our reconciliation takes that status and the new instruction, its list says so, and a Task asks
somebody to tell the person: today for a medicine that harms soonest. Orders are never changed: the system that placed
them owns them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import medicine_actions, medicines_decided
from carefhir.chart.chart import Chart
from carefhir.chart.medicines_decided import MedicineDecided
from carefhir.content import high_alert
from carefhir.content.clocks import Clock, read_clock
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Change, Create, amend
from carefhir.fhir.codec import Json
from carefhir.fhir.record import first_text, moment, references, relative
from carefhir.lifecycle import moves
from carefhir.mappers import medication, medication_list, medication_statement
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.medication_list import ListView
from carefhir.mappers.medication_statement import Statement
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.pen import Pen

ASKS = "resolve-discrepancy"
"""The kind of Task that asks for such a decision."""
CONTENT = "medication-reconciliation"
LEAVES = {"stop": "stopped", "continue": "active", "change": "active", "hold": "on-hold", "start": "active"}
"""The status (of MedicationStatement) in which each decision leaves the medicine."""
WITH_INSTRUCTION = ("change", "start")
WORDS = {"stop": "stopped", "continue": "continued", "change": "changed", "hold": "put on hold", "start": "started"}


class ResolveDecided(BaseModel):
    """What becomes of one medicine."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    what: Literal["stop", "continue", "change", "hold", "start"] = Field(description="what becomes of the medicine")
    instruction: str = Field(
        default="", description="how it is taken from now on, in words for the person; needed to change or start it"
    )
    medicine: str = Field(default="", description="which medicine; leave it out for the one the Task is about")

    @property
    def words(self) -> str:
        return f"{WORDS[self.what]}{': ' + self.instruction if self.instruction else ''}"


@dataclass(frozen=True, slots=True)
class MedicineDecision:
    """What was decided about the medicines of one Task, and the records it moves."""

    chart: Chart
    lists: tuple[ListView, ...]
    task: TaskView
    kind: Concept
    decided: tuple[ResolveDecided, ...]
    instead: bool = False
    """Whether they take the place of an earlier decision about the same medicine."""

    @property
    def issue(self) -> IssueView | None:
        """The difference that the Task is about."""
        return next((issue for issue in self.chart.issues if issue.reference == self.task.focus), None)

    @property
    def current(self) -> ListView | None:
        """The list of our newest reconciliation."""
        ours = [each for each in self.lists if each.ours and each.status == "current"]
        return max(ours, key=lambda each: (each.date, each.record.id), default=None)

    @property
    def statements(self) -> tuple[MedicineView, ...]:
        """The statements of our newest reconciliation."""
        items = self.current.items if self.current else ()
        ours = (view for view in self.chart.medicines if view.ours and not view.is_order and view.status != "completed")
        return tuple(view for view in ours if view.reference in items or view.status != "stopped")

    @property
    def asked(self) -> bool:
        """Whether the Task asks for a decision about a medicine; after a death nobody takes one any more."""
        person = self.chart.patient
        return self.kind.code == ASKS and not (person is not None and person.deceased)

    # -- whether it can be decided so

    def not_so(self, pen: Pen) -> tuple[str, ...]:
        """Says why the Task is not closed with this decision."""
        task = self.task.record.reference
        if not self.asked:
            about = f"{task} ({self.kind.display}) asks for no decision about a medicine: leave decided out"
            return (about,) if self.decided else ()
        if not self.decided:
            return (
                f"{task} asks what becomes of a medicine: say it in decided (what: stop, continue, change, hold or "
                "start; instruction: how it is taken from now on), so that the list of medicines says so",
            )
        return (
            *self._without_instruction(),
            *self._against_itself(pen),
            *(() if self.instead else self._against_an_earlier_one(pen)),
            *self._not_of_this(pen),
            *self._left_out(pen),
        )

    def _without_instruction(self) -> Iterator[str]:
        for each in self.decided:
            if each.what in WITH_INSTRUCTION and not each.instruction:
                yield f"to {each.what} a medicine, give its new instruction in decided: dose, and how often"

    def _against_itself(self, pen: Pen) -> Iterator[str]:
        """Asks again where the words of an instruction say the opposite of the decision."""
        for each in self.decided:
            opposite = medicine_actions.against(pen.content, each.what, each.instruction, self._key(each, pen))
            if opposite:
                yield (
                    f"the instruction of '{each.what}' in decided says to {opposite} it: give the what that is meant "
                    "(stop, continue, change, hold, start), or an instruction that says the same; reasons go in outcome"
                )

    def _against_an_earlier_one(self, pen: Pen) -> Iterator[str]:
        """Names a decision about the same medicine, of another difference that was open together with this one, which
        left the medicine otherwise."""
        for each in self.decided:
            earlier, left = self._earlier(each, pen), self._statement(self._key(each, pen))
            if earlier is None or left is None:
                continue
            otherwise = each.instruction and left.dose and each.instruction.lower() != left.dose.lower()
            if LEAVES[each.what] != left.status or (each.what in WITH_INSTRUCTION and otherwise):
                how = f", {left.dose}" if left.dose and left.status == "active" else ""
                yield (
                    f"{earlier.words}; it is {left.status.replace('-', ' ')}{how} since: decide the same, or set "
                    "instead: true if the new decision takes the place of that one"
                )

    def _earlier(self, decision: ResolveDecided, pen: Pen) -> MedicineDecided | None:
        """The newest decision about the same medicine since this difference was found."""
        identified = moment(self.issue.identified, pen.occasion.zone) if self.issue else None
        others = medicines_decided.decisions(self.chart, pen.occasion, identified)
        mine = [each for each in others if each.issue != self.issue and each.medicine == self._key(decision, pen)]
        return next((each for each in reversed(mine) if not pen.act.did(each.issue.record)), None)

    def _not_of_this(self, pen: Pen) -> Iterator[str]:
        """Says that a medicine is given twice, or is no part of this difference."""
        if self.issue is None or not self.issue.medicine:
            yield f"the difference that {self.task.record.reference} is about cannot be seen: check its focus"
            return
        keys = [self._key(each, pen) for each in self.decided]
        if len(set(keys)) < len(keys):
            yield "a medicine is decided twice in decided: decide it once"
        of_this = {self.issue.medicine, *(view.key for view in self._involved())}
        for number, key in enumerate(keys, 1):
            if key not in of_this:
                about = ", ".join(sorted(of_this))
                yield f"medicine {number} in decided is no part of this difference: it is about {about}"

    def _left_out(self, pen: Pen) -> Iterator[str]:
        """Names the medicines of the same difference that nobody would have decided."""
        keys = {self._key(each, pen) for each in self.decided}
        for view in self._involved():
            if view.key not in keys and view.status == "unknown":
                yield f"{view.key} is part of the same difference and not decided: give it in decided, too"

    def _key(self, decision: ResolveDecided, pen: Pen) -> str:
        if not decision.medicine:
            return self.issue.medicine if self.issue else ""
        keys = {view.key for view in self._involved()} | ({self.issue.medicine} if self.issue else set())
        named = medication.named(pen.content, decision.medicine).key
        return decision.medicine if decision.medicine in keys else named

    def _involved(self) -> tuple[MedicineView, ...]:
        """The statements that rest on what the difference is about."""
        implicated = set(self.issue.implicated) if self.issue else set()
        return tuple(
            view
            for view in self.statements
            if view.reference in implicated
            or implicated & {relative(text) for text in references(view.record.json, "derivedFrom")}
        )

    # -- what it changes

    def changes(self, pen: Pen, outcome: str) -> Iterator[tuple[Change, str]]:
        """Moves the statements and the list, and asks somebody to tell the person."""
        if not self.asked or self.issue is None:
            return
        edits = []
        for each in self.decided:
            key = self._key(each, pen)
            view = self._statement(key)
            if view is None:
                continue
            change = self._moved(pen, view, each, outcome)
            yield change, f"{key} is {each.words}"
            item = pen.refer(change) if isinstance(change, Create) else None
            flag = f"{LEAVES[each.what].replace('-', ' ')}; decided by the prescriber: {each.words}"
            edits.append(medication_list.decided(view.reference, flag, f"{each.words}; {outcome}", item))
        if edits and self.current is not None:
            record = self.current.record
            yield (
                amend("list", record, "the list says what was decided", *edits),
                f"the list ({record.reference}) says so",
            )
        yield self._told(pen, outcome)

    def warnings(self, pen: Pen) -> tuple[str, ...]:
        """Says what could not be moved, and which orders still say otherwise."""
        if not self.asked:
            return ()
        keys = {self._key(each, pen): each for each in self.decided}
        missing = sorted(key for key in keys if self._statement(key) is None)
        where = ", ".join(missing)
        told = [self._also_told(each, pen) for each in self.decided] if self.instead else []
        lost = [f"no reconciled list of ours holds {where}: nothing was moved, reconcile again"] if missing else []
        over = [key for key, each in keys.items() if each.what != "continue"]
        more = [f"the orders of {', '.join(over)} are not changed here: change them in the system that placed them"]
        return (*lost, *(more if over else ()), *filter(None, told))

    def _also_told(self, decision: ResolveDecided, pen: Pen) -> str:
        """Names the open Task that tells the patient what was decided before."""
        earlier = self._earlier(decision, pen)
        tasks = [task for task in self.chart.tasks if task.open and "tell-patient" in task.codes]
        task = next((task for task in tasks if earlier and task.focus == earlier.issue.reference), None)
        return f"{task.record.reference} still asks to tell the patient the earlier decision: close it" if task else ""

    def _statement(self, key: str) -> MedicineView | None:
        """The statement that our newest reconciliation made of a medicine."""
        items = self.current.items if self.current else ()
        of_key = [view for view in self.statements if view.key == key]
        return max(of_key, key=lambda view: (view.reference in items, view.asserted, view.record.id), default=None)

    def _moved(self, pen: Pen, view: MedicineView, decision: ResolveDecided, outcome: str) -> Change:
        """The statement as decided; where its status is an end (not taken), a new one beside it."""
        status = LEAVES[decision.what]
        was = f" (before: {view.dose})" if decision.instruction and view.dose else ""
        text = f"decided by the prescriber: {decision.words}{was}; {outcome}"
        note = {"authorReference": {"reference": pen.author}, "time": pen.stamp, "text": text}
        because = f"{view.key}: {decision.words}"
        dose = decision.instruction if decision.what in (*WITH_INSTRUCTION, "continue") else ""
        if view.status == status or status in moves("MedicationStatement", view.status):
            edit = medication_statement.decided(status, note, dose)
            return amend(f"statement/{view.record.id}", view.record, because, edit)
        statement = Statement(
            status=status,
            medicine=medication.medicine_of(view.record),
            context=next((r for one in references(view.record.json, "context") if (r := relative(one))), ""),
            start=pen.stamp,
            source=pen.author,
            derived_from=(pen.refer(view.record),),
            note=note,
            dose=dose or view.dose,
        )
        resource = medication_statement.write(pen.patient, pen.stamp, statement)
        return Create(f"statement/{view.key}", resource, because)

    def _told(self, pen: Pen, outcome: str) -> tuple[Change, str]:
        """Asks somebody to tell the person what was decided."""
        assert self.issue is not None
        clock = read_clock(pen.content, CONTENT, pen.today)
        high = self._high_alert(pen)
        item = next(item for item in clock.tasks("high" if high else "not-high") if item.code == "tell-patient")
        due = item.on(pen.today, pen.occasion.calendar)
        named = "; ".join(f"{self._key(each, pen)} is {each.words}" for each in self.decided)
        work = Work(
            code="tell-patient",
            words=f"{'Tell the patient today' if high else 'Tell the patient'}: {named}. {outcome}. Hear it back.",
            start=min(pen.today, due),
            end=due,
            owner=self._teller(pen, clock, high=high),
            priority="urgent" if high else "routine",
            focus=pen.refer(self.issue.record),
            part_of=self._parent(),
        )
        says = f"somebody tells the patient by {due}: {named}"
        return pen.task("tell", work, says), says

    def _teller(self, pen: Pen, clock: Clock, *, high: bool) -> str:
        """The care manager; what cannot wait for a closed office, whoever decides."""
        now = pen.occasion.now.astimezone(pen.occasion.zone)
        if high and high_alert.office_closed(clock, pen.occasion.calendar, now):
            return pen.author
        return self.chart.care_manager or pen.author

    def _parent(self) -> Json | None:
        """The transition that the Task belongs to."""
        return next(({"reference": parent} for parent in self.task.part_of), None)

    def _high_alert(self, pen: Pen) -> bool:
        """Whether the difference cannot wait: by its kind, by the medicines' classes, or by how it was written down."""
        assert self.issue is not None
        keys = {self.issue.medicine, *(self._key(each, pen) for each in self.decided)}
        classes = {name for key in keys for name in medication.named(pen.content, key).classes}
        classes |= {name for view in self._involved() for name in view.classes}
        severe = first_text(self.issue.record.json, "severity") == "high"
        kind = high_alert.always_prescribers(pen.content, self.issue.what)
        return severe or kind or high_alert.harms_soonest(pen.content, classes)
