"""Puts the lists of medicines around a stay side by side, by the rules of `reconcile-medications` (11, 28, 29)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import DISCIPLINE, DISCREPANCY_WHAT, INGREDIENT
from carefhir.content import high_alert, supervision
from carefhir.content.clocks import read_clock
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import medication, medication_list
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.medication import MedicineView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import medicine_list
from carefhir.workflows.looking.medicine_sheet import (
    MedicineSheet,
    SheetDifference,
    SheetEntry,
    SheetMedicine,
    who_decides,
)
from carefhir.workflows.transitions import reconcile_medications as reconciling
from carefhir.workflows.transitions.decided_before import carried, decided_before
from carefhir.workflows.transitions.discrepancies import Comparison, Discrepancy, TakenMedicine, prescribers_today
from carefhir.workflows.transitions.list_comparison import compare
from carefhir.workflows.transitions.medication_lists import ListSorter, MedicationLists, Medicine
from carefhir.workflows.transitions.transition import spoken

NEEDED = {"medication_requests": "orders of medicines", "encounters": "stays", "tasks": "Tasks"}
"""Without these nothing can be compared."""
HELPFUL = {"medication_statements": "what is stated to be taken", "allergies": "allergies", "issues": "open decisions"}


def medicine_sheet(
    chart: Chart, records: Records, transition: str, *, names: Mapping[str, str], occasion: Occasion
) -> MedicineSheet | None:
    """The table of a transition's medicines; None where there is no transition."""
    parent = chart.task(transition)
    if parent is None:
        return None
    unseen = tuple(words for name, words in {**NEEDED, **HELPFUL}.items() if not records.visible(name))
    stay = reconciling.stay_followed(chart, parent, occasion)
    newest = _newest(records["medication_lists"])
    table = MedicineSheet(
        transition=transition,
        stay="",
        after_name="at discharge",
        counts_when=_counts_when(occasion),
        reconciled=medicine_list.reconciled_in_words(
            records["medication_lists"], occasion, all_visible=records.visible("medication_lists")
        ),
        version=newest,
        unseen=unseen,
        trouble=_trouble(records, on_hold=parent.held, stay_on_record=stay is not None),
    )
    if stay is None or any(not records.visible(name) for name in NEEDED):
        return table
    clock = read_clock(occasion.content, reconciling.CONTENT, occasion.today)
    lists = ListSorter(stay, clock, occasion.zone, now=occasion.now).sort(chart.medicines)
    taken, _ = reconciling.taken_of((), lists, occasion)
    compared = compare(occasion.content, lists, taken, reconciling.person_of(records, chart, occasion))
    comparison = carried(compared, decided_before(chart, stay, occasion), taken, set())
    deadline = reconciling.deadline_of(parent, stay, occasion)
    prescriber = names.get(chart.team.supervising_provider, "")
    laid_out = _SideBySide(
        lists=lists,
        taken=taken,
        comparison=comparison,
        issues=tuple(issue for issue in chart.issues if issue.open),
        prescriber=prescriber,
        occasion=occasion,
    )
    return MedicineSheet(
        transition=table.transition,
        stay=f"{spoken(stay.start_day)} to {spoken(stay.end_day)}",
        after_name="at discharge" if lists.discharge_on_record else "active now",
        rows=laid_out.rows(),
        prescriber=prescriber,
        notes=(*comparison.says, *comparison.warnings),
        counts_when=f"{table.counts_when}, by {spoken(deadline)}",
        reconciled=table.reconciled,
        version=table.version,
        trouble=table.trouble,
        unseen=unseen,
    )


def _newest(lists: Iterable[Record]) -> str:
    """The list of the last reconciliation of ours; "" where there is none."""
    ours = [view for view in map(medication_list.read, lists) if view.ours]
    newest = max(ours, key=lambda view: (view.date, view.record.id), default=None)
    return newest.reference if newest else ""


def _trouble(records: Records, *, on_hold: bool, stay_on_record: bool) -> str:
    """Why nothing can be reconciled now; "" if it can."""
    hidden = [words for name, words in NEEDED.items() if not records.visible(name)]
    if hidden:
        return f"{', '.join(hidden)} could not be seen: nothing can be compared"
    if not stay_on_record:
        return "the stay that this transition follows cannot be found: nothing can be compared"
    return "the transition is on hold because the person is back in a facility: reconcile after that stay" * on_hold


def _counts_when(occasion: Occasion) -> str:
    """Who may close a reconciliation so that it counts (rule 11)."""
    content = occasion.content
    names = content.concepts(DISCIPLINE)
    able = [names[code].display for code in names if supervision.may(content, "reconcile-list", code)]
    return f"It counts when somebody was asked about every medicine, and it is done by: {', '.join(able)}"


@dataclass(frozen=True, slots=True)
class _SideBySide:
    """The lists of one stay, row by row."""

    lists: MedicationLists
    taken: tuple[TakenMedicine, ...]
    comparison: Comparison
    issues: tuple[IssueView, ...]
    """What waits for a decision."""
    prescriber: str
    occasion: Occasion

    def rows(self) -> tuple[SheetMedicine, ...]:
        """A row for each medicine: those to be decided first, then those to be asked about, then the rest."""
        rows = [self._row(key) for key in self._keys()]
        return tuple(
            sorted(
                rows,
                key=lambda row: (
                    not any(each.urgent for each in row.differences),
                    not row.differences,
                    not row.ask,
                    row.name.lower(),
                ),
            )
        )

    def _keys(self) -> tuple[str, ...]:
        lists = self.lists
        named = (each.medicine for each in self.comparison.discrepancies)
        told = (answer.key for answer in self.taken)
        sides = (*lists.before, *lists.hospital, *lists.after, *lists.since)
        return tuple(dict.fromkeys((*sides, *told, *named, *self.comparison.silent)))

    def _row(self, key: str) -> SheetMedicine:
        lists = self.lists
        sides = [each[key] for each in (lists.since, lists.after, lists.before, lists.hospital) if key in each]
        answer = next((answer for answer in self.taken if answer.key == key), None)
        named = medication.named(self.occasion.content, key)
        classes = frozenset(name for side in sides for name in side.view.classes) | named.classes
        return SheetMedicine(
            key=key,
            name=self._name(key, sides, answer),
            before=tuple(_entries(lists.before.get(key))),
            hospital=tuple(_entries(lists.hospital.get(key))),
            after=(*_entries(lists.after.get(key)), *_entries(lists.since.get(key), since=True)),
            stated=f"on record: {answer.words}" if answer else "",
            ask=key in self.comparison.silent,
            high_alert=high_alert.harms_soonest(self.occasion.content, classes),
            differences=tuple(self._difference(each) for each in self.comparison.discrepancies if each.medicine == key),
        )

    def _name(self, key: str, sides: list[Medicine], answer: TakenMedicine | None) -> str:
        """What it is called: by its ingredients where they are known, for its strength stands on each list."""
        if any(view.reference == key for view in self.lists.nameless):
            return "a medicine whose name cannot be read"
        concepts = self.occasion.content.concepts(INGREDIENT)
        names = [concepts[code].display if code in concepts else code for code in key.split("+")]
        return " with ".join(filter(None, names)) or (answer.named.name if answer else "") or sides[0].view.name

    def _difference(self, discrepancy: Discrepancy) -> SheetDifference:
        content = self.occasion.content
        urgent = prescribers_today(content, discrepancy)
        issue = next((each for each in self.issues if each.is_of(discrepancy.what, discrepancy.medicine)), None)
        return SheetDifference(
            medicine=discrepancy.medicine,
            what=discrepancy.what,
            kind=content.concept(DISCREPANCY_WHAT, discrepancy.what).display,
            words=discrepancy.told,
            decides=who_decides(self.prescriber, urgent=urgent, theirs=discrepancy.ordered_again),
            waiting=f"passed on {issue.identified[:10]}, not decided yet" if issue else "",
            beyond=discrepancy.by_rule or discrepancy.ordered_again or len(discrepancy.keys) > 1,
            urgent=urgent,
        )


def _entries(medicine: Medicine | None, *, since: bool = False) -> Iterator[SheetEntry]:
    """Every order and statement of one list that differs from the others."""
    for view in medicine.views if medicine else ():
        how = ", ".join(filter(None, (view.dose, view.route))) or "dose not stated"
        yield SheetEntry(f"{view.name or view.key}, {how}", _source(view, since=since))


def _source(view: MedicineView, *, since: bool) -> str:
    """Whether it was ordered or stated, when, and what became of it."""
    kind = f"{'ordered' if view.is_order else 'stated'}{' since the discharge' if since else ''}"
    over = "" if view.status in ("active", "") else f"now {view.status.replace('-', ' ')}"
    return ", ".join(filter(None, (f"{kind} {view.authored[:10] or 'on a day not on record'}", over)))
