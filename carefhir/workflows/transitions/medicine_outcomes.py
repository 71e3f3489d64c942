"""Says for each medicine whether it is taken from now on, once every difference is decided or passed on.

A medicine on the list now is active as ordered. One that was only on the list before admission is stopped if that was
meant; if not, it is "unknown" until the prescriber decides: glipizide left off the discharge list by mistake is neither
active nor stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from carefhir.mappers.medication import MedicineView
from carefhir.workflows.transitions.discrepancies import TakenMedicine, side
from carefhir.workflows.transitions.medication_lists import MedicationLists
from carefhir.workflows.transitions.reconciliation_decisions import Verdict

ENDED = ("omitted", "stopped", "completed")
"""Kinds of difference of a medicine on the list now whose order is over."""
NOT_TAKEN = ("adherence", "not-filled", "cannot-afford")


@dataclass(frozen=True, slots=True)
class MedicineOutcome:
    """One medicine after the reconciliation: its status (of MedicationStatement), and what it rests on."""

    key: str
    status: str
    view: MedicineView | None
    taken: TakenMedicine | None
    verdicts: tuple[Verdict, ...]

    @property
    def words(self) -> str:
        if self.view is not None:
            return side(self.view)
        assert self.taken is not None
        return f"{self.taken.named.name}, {self.taken.words}"


def outcomes(
    lists: MedicationLists,
    taken: tuple[TakenMedicine, ...],
    verdicts: tuple[Verdict, ...],
    before: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[MedicineOutcome]:
    """The outcome of every medicine on a list, and of what is taken besides; an order since the discharge wins. What a
    prescriber has decided `before` (the status it left) stays, unless somebody decides otherwise now."""
    now = {**lists.after, **lists.since}
    answers = {answer.key: answer for answer in taken}
    decided = {key for verdict in verdicts for key in verdict.discrepancy.keys}
    for key in sorted(now.keys() | lists.before.keys() | decided):
        about = tuple(verdict for verdict in verdicts if key in verdict.discrepancy.keys)
        answer = answers.get(key)
        if key in now:
            view: MedicineView | None = now[key].view
            status = _status_now(now[key].view, answer, about)
        elif key in lists.before:
            view, status = lists.before[key].view, _status_before(key, about)
        else:
            view, status = None, _status_unlisted(about) if answer else ""
        if key in before and not any(verdict.leaves and not verdict.open for verdict in about):
            status = before[key]
        if status:
            yield MedicineOutcome(key=key, status=status, view=view, taken=answer, verdicts=about)


def _status_now(view: MedicineView, taken: TakenMedicine | None, about: tuple[Verdict, ...]) -> str:
    """The status of a medicine on the list now: as decided, else as taken, else as ordered."""
    mine = [verdict for verdict in about if verdict.leaves and not verdict.open and _main(verdict, view.key)]
    # Stopped for one reason is stopped, though another difference of it was decided otherwise.
    decided = next((verdict for verdict in mine if verdict.leaves != "active"), next(iter(mine), None))
    if decided:
        return decided.leaves
    if taken is not None and taken.taking == "no" and any(one.discrepancy.what in NOT_TAKEN for one in about):
        return "not-taken"
    if any(verdict.discrepancy.what in ENDED for verdict in about):
        return _status_before(view.key, about) or "stopped"
    return {"": "active", "unknown": "active"}.get(view.status, view.status)


def _main(verdict: Verdict, key: str) -> bool:
    """Whether an action is about this medicine: if a difference is about several, the one on the list now."""
    return verdict.discrepancy.medicine == key


def _status_before(key: str, about: tuple[Verdict, ...]) -> str:
    """The status of a medicine not on the list now; "" if it is a listed medicine in other words."""
    if any(verdict.open for verdict in about):
        return "unknown"
    decided = next((verdict for verdict in about if verdict.leaves), None)
    if decided is not None and _main(decided, key):
        return decided.leaves
    if decided is not None:  # the action is about the medicine that replaced it
        return "stopped" if decided.leaves == "active" else "active"
    return "" if about and all(verdict.why == "match" for verdict in about) else "stopped"


def _status_unlisted(about: tuple[Verdict, ...]) -> str:
    """The status of a medicine taken though it is on no list; "" if it is a listed medicine in other words, and nobody
    still has to decide that."""
    if all(verdict.why == "match" and not verdict.open for verdict in about):
        return ""
    return next((verdict.leaves for verdict in about if verdict.leaves and not verdict.open), "active")
