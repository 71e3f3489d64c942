"""What a prescriber has decided since the discharge, seen at a later reconciliation.

The orders still say otherwise, because the system that placed them owns them: a glipizide stopped on Monday is still on
the list on Friday. So a difference that was decided is named with its decision and its day instead of asked again, and
the medicine is left as decided. A newer order makes the decision history. Whoever takes what was stopped is a
difference of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from carefhir.chart import medicines_decided
from carefhir.chart.chart import Chart
from carefhir.chart.medicines_decided import MedicineDecided
from carefhir.chart.stays import Stay
from carefhir.fhir.record import moment
from carefhir.mappers.medication import MedicineView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discrepancies import Comparison, Discrepancy, TakenMedicine
from carefhir.workflows.transitions.medication_lists import STANDING

NOT_TAKEN = ("stopped", "on-hold")
ABOUT_TAKING = ("adherence", "not-filled", "cannot-afford", "over-the-counter", "not-matched")
"""Kinds of difference between the lists and what is taken: to have stopped a medicine settles all others."""


@dataclass(frozen=True, slots=True)
class DecidedBefore:
    """The newest decision about one medicine, and the statement it left."""

    decided: tuple[MedicineDecided, ...]
    statement: MedicineView

    @property
    def status(self) -> str:
        return self.statement.status

    @property
    def words(self) -> str:
        dose = f", {self.statement.dose}" if self.statement.dose and self.status == "active" else ""
        return f"{self.decided[-1].words}; it is {self.status.replace('-', ' ')}{dose} since"

    def settles(self, discrepancy: Discrepancy) -> bool:
        """Whether a difference was decided: the very same one, or that its list does not show what was decided."""
        same = any(each.issue.is_of(discrepancy.what, discrepancy.medicine) for each in self.decided)
        return same or (discrepancy.what not in ABOUT_TAKING and self.status in NOT_TAKEN)


def decided_before(chart: Chart, stay: Stay, occasion: Occasion) -> dict[str, DecidedBefore]:
    """The decisions that still hold, by medicine."""
    by_medicine: dict[str, list[MedicineDecided]] = {}
    for decided in medicines_decided.decisions(chart, occasion, stay.end):
        by_medicine.setdefault(decided.medicine, []).append(decided)
    standing = {}
    for medicine, several in by_medicine.items():
        statement = medicines_decided.statement_of(chart, medicine)
        if statement is None or statement.status == "unknown" or _ordered_since(chart, several[-1], occasion):
            continue
        standing[medicine] = DecidedBefore(tuple(several), statement)
    return standing


def _ordered_since(chart: Chart, decided: MedicineDecided, occasion: Occasion) -> bool:
    """Whether the medicine was ordered after the decision."""
    orders = (view for view in chart.medicines if view.is_order and view.key == decided.medicine)
    days = [moment(view.authored, occasion.zone) for view in orders if view.status in STANDING and not view.forbidden]
    return any(day is not None and day > decided.at for day in days)


def carried(
    comparison: Comparison,
    before: dict[str, DecidedBefore],
    taken: Iterable[TakenMedicine],
    named: set[tuple[str, str]],
) -> Comparison:
    """The comparison without the differences that are decided; those that the command decides again (`named`: kind and
    medicine) are kept. Every decision is named."""
    kept = tuple(_kept(comparison, before, named))
    gone = {each.part for each in comparison.discrepancies} - {each.part for each in kept}
    taken_though = tuple(_taken_though(before, taken, kept))
    asked = {key for each in (*kept, *taken_though) for key in each.keys}
    return replace(
        comparison,
        discrepancies=(*kept, *taken_though) if gone or taken_though else comparison.discrepancies,
        matched=tuple(key for key in comparison.matched if key not in asked and not _over(before.get(key))),
        says=(*comparison.says, *(decided.words for _, decided in sorted(before.items()))),
    )


def _over(decided: DecidedBefore | None) -> bool:
    return decided is not None and decided.status in NOT_TAKEN


def _kept(
    comparison: Comparison, before: dict[str, DecidedBefore], named: set[tuple[str, str]]
) -> Iterator[Discrepancy]:
    for discrepancy in comparison.discrepancies:
        decided = before.get(discrepancy.medicine)
        again = (discrepancy.what, discrepancy.medicine) in named
        if decided is None or again or discrepancy.by_rule or not decided.settles(discrepancy):
            yield discrepancy


def _taken_though(
    before: dict[str, DecidedBefore], taken: Iterable[TakenMedicine], kept: tuple[Discrepancy, ...]
) -> Iterator[Discrepancy]:
    """Names what is taken though a prescriber has stopped it or put it on hold."""
    for answer in taken:
        decided = before.get(answer.key)
        if decided is None or not _over(decided) or answer.taking == "no":
            continue
        if any(each.what == "adherence" and each.medicine == answer.key for each in kept):
            continue
        yield Discrepancy(
            what="adherence",
            medicine=answer.key,
            words=f"{answer.words}; {decided.words}",
            records=(decided.statement.record, *((answer.record,) if answer.record else ())),
            classes=answer.named.classes | decided.statement.classes,
            keys=frozenset({answer.key}),
        )
