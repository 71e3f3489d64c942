"""How each medicine stands once every difference is decided or passed on.

A medicine on the list now stands as ordered; one that was only on the list before has stopped where that was meant, and
is "unknown" until the prescriber has decided where it was not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.mappers.medication import MedicineView
from carefhir.workflows.transitions.discrepancies import Taken, side
from carefhir.workflows.transitions.medication_lists import Lists
from carefhir.workflows.transitions.reconciliation_decisions import Verdict

NOT_TAKEN = ("adherence", "not-filled", "cannot-afford")


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


def standing(lists: Lists, taken: tuple[Taken, ...], verdicts: tuple[Verdict, ...]) -> Iterator[Standing]:
    """How every medicine on a list stands, and what is taken beside them; an order since the discharge is the newer."""
    now = {**lists.after, **lists.since}
    known = {one.named.key: one for one in taken}
    for key in sorted(now.keys() | lists.before.keys() | {key for v in verdicts for key in v.discrepancy.keys}):
        about = tuple(one for one in verdicts if key in one.discrepancy.keys)
        if key in now:
            view = now[key].view
            yield Standing(key, _status_now(key, view, known.get(key), about), view, known.get(key), about)
        elif key in lists.before:
            status = _status_before(key, about)
            if status:
                yield Standing(key, status, lists.before[key].view, known.get(key), about)
        elif key in known and not all(one.why == "match" for one in about):
            status = next((one.leaves for one in about if one.leaves and not one.open), "") or "active"
            yield Standing(key, status, None, known[key], about)


def _status_now(key: str, view: MedicineView, taken: Taken | None, about: tuple[Verdict, ...]) -> str:
    """Of a medicine on the list now: as decided, else as taken, else as ordered."""
    decided = next((one.leaves for one in about if one.leaves and not one.open and _main(one, key)), "")
    if decided:
        return decided
    if taken is not None and taken.taking == "no" and any(one.discrepancy.what in NOT_TAKEN for one in about):
        return "not-taken"
    if any(one.discrepancy.what == "omitted" for one in about):  # ordered at discharge, and stopped since
        return _status_before(key, about) or "stopped"
    return {"": "active", "unknown": "active"}.get(view.status, view.status)


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
