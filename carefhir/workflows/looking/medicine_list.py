"""One list of medicines: what is taken, from where that is known, since when it is reconciled, and what is open.

Orders, statements of others and our own reconciled statements are brought together by ingredient. Where they differ,
every dose is shown with its source; none is chosen. An order that is newer than the reconciliation is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import DISCREPANCY_WHAT
from carefhir.fhir.record import Record
from carefhir.mappers import medication_list
from carefhir.mappers.medication import MedicineView
from carefhir.occasion import Occasion
from carefhir.workflows.looking.days import day_of

ENDED = ("completed", "entered-in-error")
"""Statuses of a statement of ours that no longer says anything: a later reconciliation has replaced it."""


@dataclass(frozen=True, slots=True)
class ListedMedicine:
    """One medicine, once."""

    name: str
    doses: tuple[str, ...]
    """How it is taken, each dose that somebody states with who does."""
    standing: str
    """`taken`, `stopped`, `on hold`, `not taken`; `not reconciled` where nobody has asked since it was ordered;
    "" while no medicine of this person has been reconciled."""
    sources: tuple[str, ...]
    """Where it is on record, each with the newest day."""
    reconciled: str
    """The day of the reconciliation that covers it; "" if none does."""
    open: tuple[str, ...]
    """What nobody has decided yet, in words."""
    note: str = ""
    """What the reconciliation says of it, in words."""

    @property
    def cells(self) -> tuple[str, ...]:
        opened = tuple(f"OPEN: {words}" for words in self.open)
        standing = self.standing.upper() if self.standing in _LOUD else self.standing
        since = f"reconciled {self.reconciled}" if self.reconciled else ""
        last = "; ".join(filter(None, (*opened, since, *self.sources, self.note)))
        return (self.name, standing, "\n".join(self.doses), last)


_LOUD = ("stopped", "on hold", "not taken", "not to be taken", "not reconciled", "not known")


def medicine_list(chart: Chart, occasion: Occasion) -> tuple[ListedMedicine, ...]:
    """The medicines in the order of their names; what was stopped comes last."""
    by_key: dict[str, list[MedicineView]] = {}
    for medicine in chart.medicines:
        if _says_something(medicine):
            by_key.setdefault(medicine.key or medicine.name or medicine.reference, []).append(medicine)
    anything_reconciled = any(view.ours and not view.is_order for view in chart.medicines)
    unreconciled = "not reconciled" if anything_reconciled else ""
    rows = [
        _medicine(views, _open_about(chart, views, occasion), occasion, unreconciled=unreconciled)
        for views in by_key.values()
    ]
    return tuple(
        sorted(rows, key=lambda row: (row.standing in ("stopped", "not taken", "not to be taken"), row.name.lower()))
    )


UNSEEN = "whether they were reconciled could not be seen"


def reconciled_in_words(lists: Iterable[Record], occasion: Occasion, *, all_visible: bool = True) -> str:
    """When the list was reconciled, by whom, and whether that counts; or that it never was, where all are visible."""
    ours = [view for view in map(medication_list.read, lists) if view.ours and view.status == "current"]
    newest = max(ours, key=lambda view: (view.date, view.record.id), default=None)
    if newest is None:
        return "never reconciled, as far as records go" if all_visible else UNSEEN
    return medication_list.note_of(newest.record) or f"reconciled {day_of(newest.date, occasion)}"


def _says_something(medicine: MedicineView) -> bool:
    """Whether it says that something is or was to be taken: an active order or statement, or a statement of ours."""
    if medicine.ours and not medicine.is_order:
        return medicine.status not in ENDED
    return medicine.active or _not_to_take(medicine)


def _not_to_take(medicine: MedicineView) -> bool:
    """Whether it is an order in force *not* to take it."""
    return medicine.forbidden and medicine.status == "active"


def _medicine(
    views: list[MedicineView], open_words: tuple[str, ...], occasion: Occasion, *, unreconciled: str
) -> ListedMedicine:
    ours = [view for view in views if view.ours and not view.is_order]
    others = [view for view in views if view not in ours and not _not_to_take(view)]
    forbidden = [view for view in views if _not_to_take(view)]
    reconciled = max(ours, key=lambda view: (view.asserted, view.reference), default=None)
    newer = [view for view in others if reconciled and view.authored > reconciled.asserted]
    return ListedMedicine(
        name=next((view.name for view in (*others, *ours, *forbidden) if view.name), "(not named)"),
        doses=_doses(reconciled, newer if reconciled else others, occasion),
        standing=_standing(reconciled, unreconciled, newer=bool(newer)) if ours or others else "not to be taken",
        sources=(*_forbidding(forbidden, occasion), *_sources(others, reconciled, occasion)),
        reconciled=day_of(reconciled.asserted, occasion) if reconciled else "",
        open=open_words,
        note=_note(reconciled, others),
    )


def _standing(reconciled: MedicineView | None, unreconciled: str, *, newer: bool) -> str:
    if reconciled is None or newer:
        return "not reconciled" if newer else unreconciled
    words = {"active": "taken", "unknown": "not known", "intended": "to be taken"}
    return words.get(reconciled.status, reconciled.status.replace("-", " "))


def _doses(reconciled: MedicineView | None, others: Iterable[MedicineView], occasion: Occasion) -> tuple[str, ...]:
    """Every dose, once; where there are several, each with its source."""
    doses: dict[str, tuple[str, str]] = {}
    for view in (*((reconciled,) if reconciled else ()), *sorted(others, key=lambda view: view.authored, reverse=True)):
        same = " ".join(view.dose.lower().split())
        source = "as reconciled" if view is reconciled else f"{_kind(view)} {day_of(view.authored, occasion)}".strip()
        doses.setdefault(same, (view.dose or "dose not stated", source))
    if len(doses) == 1:
        return tuple(dose for dose, _ in doses.values())
    return tuple(f"{dose} ({source})" for dose, source in doses.values())


def _kind(view: MedicineView) -> str:
    return "ordered" if view.is_order else "stated"


def _sources(others: Iterable[MedicineView], reconciled: MedicineView | None, occasion: Occasion) -> tuple[str, ...]:
    """Whether it is ordered or stated, each with its newest day; that a stopped one is still ordered is said."""
    days: dict[str, str] = {}
    for view in others:
        days[_kind(view)] = max(days.get(_kind(view), ""), day_of(view.authored, occasion))
    words = [f"{kind} {day}".strip() for kind, day in sorted(days.items())]
    stopped = reconciled is not None and reconciled.status in ("stopped", "on-hold", "not-taken")
    if stopped and "ordered" in days:
        words.append("THE ORDER IS STILL ACTIVE")
    return tuple(words)


def _forbidding(forbidden: Iterable[MedicineView], occasion: Occasion) -> tuple[str, ...]:
    return tuple(
        f"AN ORDER NOT TO TAKE IT {day_of(view.authored, occasion)}".strip() + f" ({view.reference})"
        for view in forbidden
    )


def _note(reconciled: MedicineView | None, others: list[MedicineView]) -> str:
    if reconciled is None:
        return ""
    words = "" if others else "no active order"
    return "; ".join(filter(None, (*reconciled.notes, words)))


def _open_about(chart: Chart, views: list[MedicineView], occasion: Occasion) -> tuple[str, ...]:
    """What nobody has decided yet about a medicine: the issue, who decides, and by when."""
    references = {view.reference for view in views}
    deciding = _deciders(chart)
    kinds = occasion.content.concepts(DISCREPANCY_WHAT)
    words = []
    for issue in chart.issues:
        named = issue.medicine and issue.medicine in {view.key for view in views}
        if issue.open and (named or references & set(issue.implicated)):
            kind = kinds[issue.what].display if issue.what in kinds else issue.title or "to be decided"
            words.append(f"{kind}{deciding.get(issue.reference, '')} ({issue.reference})")
    return tuple(words)


def _deciders(chart: Chart) -> Mapping[str, str]:
    """By issue: by when the Task about it is due."""
    return {
        task.focus: f", due {task.due}" for task in chart.tasks if task.open and task.focus and task.due is not None
    }
