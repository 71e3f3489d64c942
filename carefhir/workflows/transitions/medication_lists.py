"""Which medicine stands on which list around one stay: before admission, in hospital, at discharge, ordered since, and
what is really taken.

R4 says of an order when it was written, and whether it stands *now*; when it ended it mostly does not say. So an order
that ended without a date counts as in force at admission only where the stay ordered the same ingredient anew (it was
changed then); one written shortly before is named, that somebody may ask; older ones are over. Where no discharge list
is on record, what is active now takes its place, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from carefhir.chart.stays import Stay
from carefhir.codes import STEP_KEY
from carefhir.content.clocks import Clock
from carefhir.fhir.record import codings, dig, first_text, moment, moments
from carefhir.mappers.medication import MedicineView

NEVER = frozenset({"entered-in-error", "cancelled", "draft", "intended"})
NOT_ORDERED = frozenset({"proposal", "plan", "option"})
STANDING = frozenset({"active", "on-hold", "unknown", ""})
ENDS = ("effectivePeriod.end", "dispenseRequest.validityPeriod.end", "dosageInstruction.timing.repeat.boundsPeriod.end")
"""Where a record may say when it ended."""
_never = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine on one list: the orders and statements that differ in product or dosage, the newest first, and those
    that only say the same again (renewals)."""

    views: tuple[MedicineView, ...]
    again: tuple[MedicineView, ...] = ()

    @property
    def view(self) -> MedicineView:
        """What counts: an order before a statement, a newer one before an older."""
        return self.views[0]

    @property
    def key(self) -> str:
        return self.view.key

    @property
    def ingredients(self) -> frozenset[str]:
        return frozenset(self.view.ingredients)

    @property
    def orders(self) -> tuple[MedicineView, ...]:
        """The orders among them that differ."""
        return tuple(one for one in self.views if one.record.type == "MedicationRequest")


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists, by the medicines' keys."""

    before: dict[str, Medicine]
    hospital: dict[str, Medicine]
    after: dict[str, Medicine]
    """The discharge list; what is active now where there is none."""
    since: dict[str, Medicine]
    """Ordered after the discharge, beside a discharge list."""
    stated: tuple[MedicineView, ...]
    """Statements made after the discharge: what is really taken, as far as the record knows."""
    discharge_on_record: bool
    ended: tuple[MedicineView, ...] = ()
    """Ended without a date, and written shortly before admission."""
    undated: tuple[MedicineView, ...] = ()
    nameless: tuple[MedicineView, ...] = ()
    forbidden: tuple[MedicineView, ...] = ()
    """Orders not to take something."""

    def all(self) -> tuple[MedicineView, ...]:
        """Every record on a list."""
        lists = (self.before, self.hospital, self.after, self.since)
        found = [view for one in lists for medicine in one.values() for view in (*medicine.views, *medicine.again)]
        return tuple({one.record.reference: one for one in (*found, *self.stated)}.values())


@dataclass(slots=True)
class _Piles:
    """Records as they are sorted."""

    before: list[MedicineView] = field(default_factory=list)
    hospital: list[MedicineView] = field(default_factory=list)
    discharge: list[MedicineView] = field(default_factory=list)
    since: list[MedicineView] = field(default_factory=list)
    stated: list[MedicineView] = field(default_factory=list)
    ended: list[MedicineView] = field(default_factory=list)
    undated: list[MedicineView] = field(default_factory=list)
    nameless: list[MedicineView] = field(default_factory=list)
    forbidden: list[MedicineView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """The stay that lists are sorted around, and how far back they are read."""

    stay: Stay
    clock: Clock
    zone: tzinfo
    now: datetime

    def sort(self, medicines: Iterable[MedicineView]) -> Lists:
        """Every medicine on its lists."""
        piles = _Piles()
        for view in medicines:
            if view.status in NEVER or view.intent in NOT_ORDERED or self._when(view) > self.now:
                continue
            if view.record.json.get("doNotPerform") is True:
                piles.forbidden += [view] if view.status in STANDING else []
            elif not view.key:
                piles.nameless += [view] if view.status in STANDING else []
            elif view.record.type == "MedicationStatement":
                self._statement(view, piles)
            else:
                self._order(view, piles)
        ended = self._replaced(piles)
        on_record = bool(piles.discharge)
        after = piles.discharge if on_record else self._active_now(piles)
        return Lists(
            self._grouped(piles.before),
            self._grouped(piles.hospital),
            self._grouped(after),
            self._grouped(piles.since) if on_record else {},
            tuple(sorted(piles.stated, key=lambda one: (self._when(one), one.record.id), reverse=True)),
            on_record,
            ended,
            tuple(piles.undated),
            tuple(piles.nameless),
            tuple(piles.forbidden),
        )

    def _order(self, view: MedicineView, piles: _Piles) -> None:
        """Where a MedicationRequest belongs."""
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
        """Whether an order is one of this discharge: by its category, or ordered with the stay on its last day."""
        of_stay = view.encounter in self.stay.references
        if "discharge" in view.categories:
            return (of_stay or not view.encounter) and self._since_admission(view)
        return of_stay and "inpatient" not in view.categories and self._day(view) == self.stay.end_day

    def _on_the_way(self, view: MedicineView) -> bool:
        """Whether it was given where the stay began (theatre, emergency room): ordered on that day, and over."""
        return view.status not in STANDING and self._day(view) == self.stay.start_day

    def _statement(self, view: MedicineView, piles: _Piles) -> None:
        """Where a MedicationStatement belongs: made after the discharge it says what is taken, else what was before.
        Conclusions of ours since the discharge are no evidence for the next ones."""
        made = moment(first_text(view.record.json, "dateAsserted"), self.zone) or self._effective(view)
        if made is not None and made < self.stay.end:
            if view.status != "not-taken":
                self._as_before(view, piles)
        elif not any(system == STEP_KEY for system, _ in _identifiers(view)):
            piles.stated += [view] if view.status != "completed" else []

    def _as_before(self, view: MedicineView, piles: _Piles) -> None:
        """On the list before admission, if it was in force then."""
        if view.status in STANDING:
            piles.before.append(view)
            return
        ends = [span[1] for path in ENDS for text in dig(view.record.json, path) if (span := moments(text, self.zone))]
        if not ends:  # what another stay gave while it lasted is nobody's home medicine
            piles.ended += [view] if "inpatient" not in view.categories else []
        elif max(ends) > self.stay.start:
            piles.before.append(view)

    def _replaced(self, piles: _Piles) -> tuple[MedicineView, ...]:
        """Of orders that ended without a date, those the stay changed were in force; gives those to ask about."""
        here = {one.key for one in piles.before}
        anew = {one.key for one in (*piles.hospital, *piles.discharge, *piles.since)}
        asked: list[MedicineView] = []
        for view in sorted(piles.ended, key=self._when, reverse=True):
            if view.key in here:
                continue
            here.add(view.key)
            if view.key in anew and self._within(view, "replaced-order-days"):
                piles.before.append(view)
            elif self._within(view, "undated-end-days"):
                asked.append(view)
        return tuple(asked)

    def _active_now(self, piles: _Piles) -> list[MedicineView]:
        """What is active now, whoever ordered it and when."""
        return [one for one in (*piles.since, *piles.hospital, *piles.before) if one.status in STANDING]

    def _grouped(self, views: Iterable[MedicineView]) -> dict[str, Medicine]:
        """By key; of one product and dosage the newest counts."""
        found: dict[str, list[MedicineView]] = {}
        again: dict[str, list[MedicineView]] = {}
        newest_first = sorted(views, key=lambda one: (self._when(one), one.record.id), reverse=True)
        for view in sorted(newest_first, key=lambda one: one.record.type != "MedicationRequest"):
            same = [one for one in found.setdefault(view.key, []) if _said(one) == _said(view)]
            (again.setdefault(view.key, []) if same else found[view.key]).append(view)
        return {key: Medicine(tuple(some), tuple(again.get(key, ()))) for key, some in sorted(found.items())}

    def _when(self, view: MedicineView) -> datetime:
        return moment(view.authored, self.zone) or self._effective(view) or _never

    def _effective(self, view: MedicineView) -> datetime | None:
        json = view.record.json
        return moment(first_text(json, "effectiveDateTime") or first_text(json, "effectivePeriod.start"), self.zone)

    def _within(self, view: MedicineView, parameter: str) -> bool:
        """Whether it was written at most so many days before admission."""
        return self._when(view) >= self.stay.start - timedelta(days=self.clock.number(parameter))

    def _since_admission(self, view: MedicineView) -> bool:
        """Whether it was written on the day of admission or later; one of the stay without a date was."""
        day = self._day(view)
        return day is None or day >= self.stay.start_day

    def _day(self, view: MedicineView) -> date | None:
        """The day as written; one in UTC, which names no place, in the reader's zone."""
        found = moment(view.authored, self.zone)
        if found is None:
            return None
        named = len(view.authored) <= 10 or not view.authored.endswith(("Z", "+00:00", "-00:00"))
        return found.date() if named else found.astimezone(self.zone).date()


def _identifiers(view: MedicineView) -> list[tuple[str, str]]:
    found = (one for one in dig(view.record.json, "identifier") if isinstance(one, dict))
    return [(str(one.get("system")), str(one.get("value"))) for one in found]


def _said(view: MedicineView) -> tuple[object, ...]:
    """What makes two orders say the same: the product and the dosage, as written or as coded."""
    codes = frozenset(codings(view.record.json, "medicationCodeableConcept"))
    return (view.name.lower() or codes, view.dose.lower(), view.route.lower())
