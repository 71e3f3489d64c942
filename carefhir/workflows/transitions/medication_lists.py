"""Sorts the medicines on record into the lists around one stay.

The lists are: before admission, in the hospital, at discharge, ordered since, and what is really taken. An R4 order
says when it was written and whether it is active *now*, but seldom when it ended. So an order that ended without a date
counts as active at admission only if the stay ordered the same ingredient again: furosemide 20 mg, stopped on an
unknown day, and furosemide 40 mg ordered at discharge were one medicine that was changed. If it was written shortly
before admission, somebody is asked to find out; if it is older, it is taken as over. Without a discharge list on
record, what is active now takes its place, and a warning says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from carefhir.chart.stays import Stay
from carefhir.content.clocks import Clock
from carefhir.fhir.record import moment, moments
from carefhir.mappers.medication import MedicineView

NEVER = frozenset({"entered-in-error", "cancelled", "draft", "intended"})
STANDING = frozenset({"active", "on-hold", "unknown", ""})
_never = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine on one list: the orders and statements that differ in product or dosage, newest first, and the
    renewals that only repeat one of them."""

    views: tuple[MedicineView, ...]
    again: tuple[MedicineView, ...] = ()

    @property
    def view(self) -> MedicineView:
        """The one that counts: an order before a statement, a newer one before an older one."""
        return self.views[0]

    @property
    def key(self) -> str:
        return self.view.key

    @property
    def ingredients(self) -> frozenset[str]:
        return frozenset(self.view.ingredients)

    @property
    def orders(self) -> tuple[MedicineView, ...]:
        """The orders that differ."""
        return tuple(view for view in self.views if view.is_order)


@dataclass(frozen=True, slots=True)
class MedicationLists:
    """The lists around one stay, each by the keys of its medicines."""

    before: dict[str, Medicine]
    hospital: dict[str, Medicine]
    after: dict[str, Medicine]
    """The discharge list; without one, what is active now."""
    since: dict[str, Medicine]
    """Ordered after the discharge; empty without a discharge list."""
    stated: tuple[MedicineView, ...]
    """Statements made after the discharge by somebody who says so: what is really taken."""
    discharge_on_record: bool
    ended: tuple[MedicineView, ...] = ()
    """Ended without a date, and written shortly before admission."""
    undated: tuple[MedicineView, ...] = ()
    nameless: tuple[MedicineView, ...] = ()
    forbidden: tuple[MedicineView, ...] = ()
    """Orders not to take something."""
    unsourced: tuple[MedicineView, ...] = ()
    """Statements that are no answer: nobody is named who said it, or it repeats an order, or it does not say whether
    the medicine is taken."""

    def all(self) -> tuple[MedicineView, ...]:
        """Every record on any of the lists."""
        medicines = [one for some in (self.before, self.hospital, self.after, self.since) for one in some.values()]
        views = [view for medicine in medicines for view in (*medicine.views, *medicine.again)]
        return tuple({view.reference: view for view in (*views, *self.stated, *self.unsourced)}.values())


@dataclass(slots=True)
class _Piles:
    """The records of each list while they are being sorted."""

    before: list[MedicineView] = field(default_factory=list)
    hospital: list[MedicineView] = field(default_factory=list)
    discharge: list[MedicineView] = field(default_factory=list)
    since: list[MedicineView] = field(default_factory=list)
    stated: list[MedicineView] = field(default_factory=list)
    ended: list[MedicineView] = field(default_factory=list)
    undated: list[MedicineView] = field(default_factory=list)
    nameless: list[MedicineView] = field(default_factory=list)
    forbidden: list[MedicineView] = field(default_factory=list)
    unsourced: list[MedicineView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListSorter:
    """Sorts medicines around one stay; the clock says how far back an order is looked at."""

    stay: Stay
    clock: Clock
    zone: tzinfo
    now: datetime

    def sort(self, medicines: Iterable[MedicineView]) -> MedicationLists:
        """Sorts every medicine into its lists."""
        piles = self._piles(medicines)
        ended = self._replaced(piles)
        listed = {view.key for view in (*piles.before, *piles.discharge, *piles.since)}
        piles.since += [view for view in piles.unsourced if view.status in STANDING and view.key not in listed]
        on_record = bool(piles.discharge)
        stated = sorted(piles.stated, key=lambda view: (self._when(view), view.record.id), reverse=True)
        return MedicationLists(
            before=self._grouped(piles.before),
            hospital=self._grouped(piles.hospital),
            after=self._grouped(piles.discharge if on_record else self._active_now(piles), in_force_first=True),
            since=self._grouped(piles.since) if on_record else {},
            stated=tuple(stated),
            discharge_on_record=on_record,
            ended=ended,
            undated=tuple(piles.undated),
            nameless=tuple(piles.nameless),
            forbidden=tuple(piles.forbidden),
            unsourced=tuple(piles.unsourced),
        )

    def _piles(self, medicines: Iterable[MedicineView]) -> _Piles:
        piles = _Piles()
        for view in medicines:
            if view.status in NEVER or not view.ordered or self._when(view) > self.now:
                continue
            if view.forbidden:
                piles.forbidden += [view] if view.status in STANDING else []
            elif not view.key:
                piles.nameless += [view] if view.status in STANDING else []
            elif view.is_order:
                self._order(view, piles)
            else:
                self._statement(view, piles)
        return piles

    def _order(self, view: MedicineView, piles: _Piles) -> None:
        """Sorts one MedicationRequest."""
        stay, when = self.stay, moment(view.authored, self.zone)
        of_stay = view.encounter in stay.references
        inpatient = "inpatient" in view.categories
        if when is None and not of_stay:
            piles.undated += [view] if view.status in STANDING else []
            self._as_before(view, piles)
        elif self._discharge(view):
            piles.discharge.append(view)
        elif of_stay or (inpatient and when is not None and stay.start <= when <= stay.end) or self._on_the_way(view):
            piles.hospital.append(view)
        elif when is not None and when >= stay.start:
            piles.since += [view] if view.status in STANDING else []
        else:
            self._as_before(view, piles)

    def _discharge(self, view: MedicineView) -> bool:
        """Whether an order belongs to this discharge: by its category, or ordered for the stay on its last day."""
        of_stay = view.encounter in self.stay.references
        if "discharge" in view.categories:
            return (of_stay or not view.encounter) and self._since_admission(view)
        return of_stay and "inpatient" not in view.categories and self._day(view) == self.stay.end_day

    def _on_the_way(self, view: MedicineView) -> bool:
        """Whether it was given where the stay began (operating room, emergency room): ordered that day, and over."""
        return view.status not in STANDING and self._day(view) == self.stay.start_day

    def _statement(self, view: MedicineView, piles: _Piles) -> None:
        """Sorts one MedicationStatement: made after the discharge by somebody, it says what is taken. One without a
        date, or from before, says what was taken before. Statements of our own since the discharge are left out: they
        are conclusions, not evidence."""
        asserted = moment(view.asserted, self.zone) or self._effective(view)
        if asserted is None or asserted < self.stay.end:
            piles.undated += [view] if asserted is None and view.status in STANDING else []
            if view.status != "not-taken":
                self._as_before(view, piles)
        elif not view.ours and view.status != "completed":
            (piles.stated if _told(view) else piles.unsourced).append(view)

    def _as_before(self, view: MedicineView, piles: _Piles) -> None:
        """Puts an order on the list before admission, if it was active then."""
        if view.status in STANDING:
            piles.before.append(view)
            return
        ends = [span[1] for text in view.ends if (span := moments(text, self.zone))]
        if not ends:  # what another stay gave while it lasted is not a medicine taken at home
            piles.ended += [view] if "inpatient" not in view.categories else []
        elif max(ends) > self.stay.start:
            piles.before.append(view)

    def _replaced(self, piles: _Piles) -> tuple[MedicineView, ...]:
        """Counts orders that ended without a date, and that the stay ordered again, as active before; returns those to
        ask about."""
        here = {view.key for view in piles.before}
        again = {view.key for view in (*piles.hospital, *piles.discharge, *piles.since)}
        asked: list[MedicineView] = []
        for view in sorted(piles.ended, key=self._when, reverse=True):
            if view.key in here:
                continue
            here.add(view.key)
            if view.key in again and self._within(view, "replaced-order-days"):
                piles.before.append(view)
            elif self._within(view, "undated-end-days"):
                asked.append(view)
        return tuple(asked)

    def _active_now(self, piles: _Piles) -> list[MedicineView]:
        """The medicines active now, whoever ordered them and whenever."""
        return [view for view in (*piles.since, *piles.hospital, *piles.before) if view.status in STANDING]

    def _grouped(self, views: Iterable[MedicineView], *, in_force_first: bool = False) -> dict[str, Medicine]:
        """Groups records by key; among those with the same product and dosage, the newest counts. On the list now one
        that is over counts less than one that replaced it."""
        differing: dict[str, list[MedicineView]] = {}
        again: dict[str, list[MedicineView]] = {}
        newest_first = sorted(views, key=lambda view: (self._when(view), view.record.id), reverse=True)
        over = {view.reference for view in newest_first if in_force_first and view.status not in STANDING}
        for view in sorted(newest_first, key=lambda view: (not view.is_order, view.reference in over)):
            same = any(_product_and_dosage(other) == _product_and_dosage(view) for other in differing.get(view.key, ()))
            (again if same else differing).setdefault(view.key, []).append(view)
        return {key: Medicine(tuple(some), tuple(again.get(key, ()))) for key, some in sorted(differing.items())}

    def _when(self, view: MedicineView) -> datetime:
        return moment(view.authored, self.zone) or self._effective(view) or _never

    def _effective(self, view: MedicineView) -> datetime | None:
        return moment(view.effective, self.zone)

    def _within(self, view: MedicineView, parameter: str) -> bool:
        """Whether it was written at most that many days before admission (a parameter of the clock)."""
        return self._when(view) >= self.stay.start - timedelta(days=self.clock.number(parameter))

    def _since_admission(self, view: MedicineView) -> bool:
        """Whether it was written on the day of admission or later; an undated order of the stay counts as such."""
        day = self._day(view)
        return day is None or day >= self.stay.start_day

    def _day(self, view: MedicineView) -> date | None:
        """The day it was written: as the record states it; in the reader's time zone when the record has UTC."""
        at = moment(view.authored, self.zone)
        if at is None:
            return None
        named = len(view.authored) <= 10 or not view.authored.endswith(("Z", "+00:00", "-00:00"))
        return at.date() if named else at.astimezone(self.zone).date()


def _told(view: MedicineView) -> bool:
    """Whether somebody said it, and says whether the medicine is taken: the person or a caregiver; or a professional,
    unless it only repeats an order or a supply."""
    if view.status in ("unknown", ""):
        return False
    asked = view.told_by in ("Patient", "RelatedPerson")
    return asked or (view.told_by in ("Practitioner", "PractitionerRole") and not view.derived_from_orders)


def _product_and_dosage(view: MedicineView) -> tuple[object, ...]:
    """What two orders must share to say the same: the product (as written, or else as coded) and the dosage."""
    return (view.name.lower() or view.codes, view.dose.lower(), view.route.lower())
