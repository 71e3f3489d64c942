"""Draft orders held against what is on record, by the rules of `reconcile-medications` and of conflicting advice.

It names what a prescriber should look at before signing: an allergy, medicines that do not go together, an order not
to take it, a pregnancy; advice that conflicts; a difference that nobody has decided; a reconciliation that is open.
What could not be compared is named. It never says that an order is safe, and it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field, computed_field

from carefhir.chart import allergies, person_states
from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONTRADICTION, DISCREPANCY_WHAT, INGREDIENT
from carefhir.content import pathways
from carefhir.content.clocks import read_clock
from carefhir.content.loading import Content
from carefhir.content.pathways import Contradiction
from carefhir.content.protocols import contradictions_of
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import moment
from carefhir.fhir.search import Named, Need
from carefhir.mappers import allergy_intolerance, labels, medication
from carefhir.mappers.medication import MedicineView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import due
from carefhir.workflows.transitions import draft_orders
from carefhir.workflows.transitions.dangers import Held, not_to_be_taken, together
from carefhir.workflows.transitions.discrepancies import without_references
from carefhir.workflows.transitions.medication_lists import NEVER, STANDING, MedicationLists, Medicine
from carefhir.workflows.transitions.person_dangers import Person
from carefhir.workflows.transitions.reconcile_medications import CONTENT

RECONCILE = "reconcile-medications"
DRAFT_MEDICATIONS = "draft_medications"


class CheckOrders(PatientCommand):
    """Shows what on record speaks against draft orders."""

    orders: tuple[dict[str, Any], ...] = Field(description="the draft orders, a FHIR resource each")

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def medications(self) -> str:
        """The Medications to be looked up for them, separated by spaces."""
        return " ".join(draft_orders.medications_elsewhere(self.orders))


NEEDS = (
    *charts.needs("patient", "medication_requests", "medication_statements"),
    replace(allergy_intolerance.find(), optional=True),
    *charts.needs("conditions", "pregnancy_statuses", "encounters", "tasks", "issues", "goals"),
    *charts.needs("service_requests", "readings", "conclusions"),
    Need(DRAFT_MEDICATIONS, "Medication", (Named("{command.medications}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class OrderRemark:
    """One thing that speaks against an order, or that nobody has decided yet."""

    title: str
    words: str
    prescriber: bool = False
    """Whether only a prescriber may decide it, the same day."""


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """One draft order for a medicine."""

    name: str
    dangers: tuple[OrderRemark, ...]
    """What is dangerous by a rule: an allergy, two that do not go together."""
    conflicts: tuple[OrderRemark, ...]
    """Advice that conflicts with it."""
    undecided: tuple[OrderRemark, ...]
    """Differences about this medicine that nobody has decided."""
    not_compared: str
    """Why it could not be compared, or by its name only; "" if it was."""
    named: bool = True
    """Whether it names a medicine at all."""


@dataclass(frozen=True, slots=True)
class CheckedOrders:
    """What on record speaks against draft orders. That nothing does is never "safe"."""

    patient: str
    there: bool
    """Whether the patient is on this server and visible."""
    orders: tuple[CheckedOrder, ...]
    reconciliation: tuple[str, ...]
    """The reconciliations that are open, each with its day."""
    not_checked: tuple[str, ...]
    """What could not be checked for any order."""
    unseen: frozenset[str]
    """The needs that could not be seen, by name."""
    not_visible: tuple[str, ...]
    """What the server did not show, and why."""


def read(records: Records, command: CheckOrders, occasion: Occasion) -> CheckedOrders:
    """What speaks against each order."""
    chart = charts.read(records, occasion)
    pools = (records[medication.FOLLOWED.name], records[DRAFT_MEDICATIONS])
    referenced = {record.reference: record for pool in pools for record in pool}
    drafts, illegible = draft_orders.medicines(command.orders, referenced, occasion.content)
    check = DraftCheck(chart, _person(records, chart, occasion), drafts, occasion)
    return CheckedOrders(
        patient=command.patient,
        there=chart.person is not None,
        orders=tuple(map(check.checked, drafts)),
        reconciliation=_open_reconciliations(chart, occasion) if drafts else (),
        not_checked=(*check.not_checked(), *_illegible(illegible)) if drafts or illegible else (),
        unseen=chart.unseen,
        not_visible=records.not_visible,
    )


def _person(records: Records, chart: Chart, occasion: Occasion) -> Person:
    """What makes medicines dangerous for this person. That no allergy is known, as the record says, is nothing to
    remark on before an order is signed."""
    content, visible = occasion.content, records.visible("allergies")
    allergens = tuple(allergies.read(content, allergy_intolerance.read(each)) for each in records["allergies"])
    to_tell = tuple(each for each in allergens if not (each.allergy.holds and allergies.none_known(content, each)))
    return Person(
        allergens=to_tell,
        allergies_read=visible and len(to_tell) == len(allergens),
        allergies_hidden=not visible,
        diagnoses=tuple(allergies.of_conditions(content, chart.conditions)),
        pregnant=person_states.pregnant(chart, occasion),
    )


def _open_reconciliations(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    tasks = (task for task in chart.tasks if task.to_do and RECONCILE in task.codes)
    dues = due.all_due(due.due_of(task, occasion, task.owner_words) for task in tasks)
    return tuple(f"{each.what}, {each.when}" for each in dues)


def _illegible(count: int) -> tuple[str, ...]:
    return (f"orders that cannot be read at all: {count}",) if count else ()


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """One person's record, and the orders that are about to be signed."""

    chart: Chart
    person: Person
    drafts: tuple[MedicineView, ...]
    occasion: Occasion

    @property
    def content(self) -> Content:
        return self.occasion.content

    def checked(self, draft: MedicineView) -> CheckedOrder:
        """What speaks against one order."""
        conflicts = self._conflicts(draft)
        return CheckedOrder(
            name=draft.name or "an order that names no medicine",
            dangers=tuple(self._dangers(draft)),
            conflicts=tuple(OrderRemark(each.title, each.words) for each in conflicts),
            undecided=tuple(self._undecided(draft, {each.code for each in conflicts})),
            not_compared=self._not_compared(draft),
            named=bool(draft.key),
        )

    def not_checked(self) -> tuple[str, ...]:
        """What could not be looked at, whatever is ordered: allergies, a pregnancy, what is taken."""
        hidden = {"medication_requests", "medication_statements"} & self.chart.unseen
        words = ("other medicines could not be seen: these orders were not compared with them",) if hidden else ()
        about_person = self.person.says(self.content, tuple(map(_held, self.drafts)))
        nameless = [view for view in self._current() if not view.key]
        many = f"{len(nameless)} medicines on record" if len(nameless) > 1 else "a medicine on record"
        unnamed = (f"{many} without a name that can be read: not compared",) if nameless else ()
        return (*words, *map(without_references, about_person), *unnamed)

    def _current(self) -> tuple[MedicineView, ...]:
        """What is ordered or taken now."""
        return tuple(
            view for view in self.chart.medicines if view.status in STANDING and view.ordered and not view.forbidden
        )

    def _dangers(self, draft: MedicineView) -> Iterator[OrderRemark]:
        """Dangers that this order is part of, beside what is taken and what is ordered with it."""
        concepts, mine = self.content.concepts(DISCREPANCY_WHAT), _held(draft)
        others = (*self._current(), *(each for each in self.drafts if each is not draft))
        beside = {view.key: _held(view) for view in others if view.key and view.key != draft.key}
        if not draft.key:
            return
        found_by_rules = (
            *self.person.dangers(self.content, (mine,)),
            *together(self.content, (mine, *beside.values()), self._lists(beside)),
            *not_to_be_taken(self.content, self._lists({}), (mine,)),
        )
        words_told: set[str] = set()
        for danger in found_by_rules:
            words = without_references(danger.words).removeprefix(f"{mine.words}; ")
            if danger.medicine == draft.key and words not in words_told:
                words_told.add(words)
                what = concepts[danger.what]
                yield OrderRemark(what.display, words, prescriber=what.properties.get("prescriber") is True)

    def _lists(self, beside: dict[str, Held]) -> MedicationLists:
        """What is taken now as the list before, what ended lately beside it: between some medicines time must pass."""
        before = {view.key: Medicine((view,)) for view in self._current() if view.key in beside}
        return MedicationLists(
            before=before,
            hospital={},
            after={},
            since={},
            stated=(),
            discharge_on_record=False,
            ended=tuple(self._lately_ended()),
            forbidden=tuple(view for view in self.chart.medicines if view.forbidden and view.status in STANDING),
        )

    def _lately_ended(self) -> Iterator[MedicineView]:
        clock = read_clock(self.content, CONTENT, self.occasion.today)
        for view in self.chart.medicines:
            if view.status in STANDING or view.status in NEVER or view.forbidden or not (view.ordered and view.key):
                continue
            written = moment(view.authored, self.occasion.zone)
            if written is None or (self.occasion.now - written).days <= clock.number("undated-end-days"):
                yield view

    def _conflicts(self, draft: MedicineView) -> tuple[Contradiction, ...]:
        """Advice that conflicts with the order, or because of it: by the rules that a plan is judged by."""
        without = {each.code for each in self._holding(self.chart)}
        names = {*draft.classes, *draft.ingredients}
        about = {act.rule.code for act in contradictions_of(self.content) if names & set(act.rule.names)}
        with_it = self._holding(replace(self.chart, medicines=(*self.chart.medicines, draft)))
        return tuple(each for each in with_it if each.code in about or each.code not in without)

    def _holding(self, chart: Chart) -> tuple[Contradiction, ...]:
        return pathways.contradictions(self.content, facts_of(chart, self.occasion))

    def _undecided(self, draft: MedicineView, conflicts: set[str]) -> Iterator[OrderRemark]:
        """What somebody has to decide about this medicine, and has not."""
        for issue in self.chart.issues:
            codes = {code for system, code in issue.codes if system == CONTRADICTION}
            about = (issue.what and issue.medicine == draft.key) or codes & conflicts
            if issue.open and about and not labels.restricted(issue.record):
                yield OrderRemark(issue.title or "a difference nobody has decided", without_references(issue.words))

    def _not_compared(self, draft: MedicineView) -> str:
        """Why an order could not be compared with anything, or by its name only."""
        ingredients = self.content.concepts(INGREDIENT).keys()
        unknown = [code for code in draft.ingredients if code not in ingredients]
        if not draft.key:
            return "it names no medicine that can be read: it was compared with nothing"
        if unknown:
            code = "" if draft_orders.coded(draft) else ", and it has no code"
            return f"its ingredients are not known here{code}: it was compared by its name only"
        return ""


def _held(view: MedicineView) -> Held:
    how = ", ".join(words for words in (view.dose, view.route) if words)
    words = f"{view.name or view.key}{f', {how}' if how else ''}"
    return Held(
        key=view.key,
        ingredients=frozenset(view.ingredients),
        classes=view.classes,
        words=words,
        records=(view.record,),
    )


ORDER_CHECK = Reading("order-check", "What on record speaks against draft orders", CheckOrders, NEEDS, read)
