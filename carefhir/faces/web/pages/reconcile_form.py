"""The medicines after a stay, as somebody fills them in: what is taken, and what is decided about each difference.

The lists stand side by side and nothing is chosen for anybody: one act, `reconcile-medications`, judges the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from carefhir import catalog
from carefhir.codes import DISCREPANCY_WHAT
from carefhir.content import high_alert
from carefhir.faces.web.pages.acts import PageAct
from carefhir.faces.web.pages.questionnaires.items import FormProblem
from carefhir.faces.web.pages.rendering import without_references
from carefhir.faces.web.pages.typed_moments import typed_moment
from carefhir.mappers import medication
from carefhir.occasion import Occasion
from carefhir.workflows.looking.medicine_sheet import MedicineSheet, SheetDifference, SheetMedicine, who_decides
from carefhir.workflows.transitions.discrepancies import without_references as without_sources
from carefhir.workflows.transitions.reconcile_medications import sides_of

NOT_ASKED = "not-asked"
TAKING = {"yes": "yes", "no": "no", "differently": "differently", NOT_ASKED: "not asked"}
"""Whether a medicine is taken as ordered."""
WHY = {
    "match": "no difference after all",
    "intended": "intended",
    "unintended": "not intended",
    "unknown": "nobody knows",
}
"""Why the lists differ (`ReconcileMedicationsDecision`)."""
MOST_OTHERS = 20
"""How many medicines beyond the lists a page takes."""


@dataclass(frozen=True, slots=True)
class ReconcileForm:
    """The table as far as it is filled in."""

    sheet: MedicineSheet
    occasion: Occasion
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    refused: bool = False
    """Whether answers are missing, as the step has said: then each row says which."""
    changed: str = ""
    """What somebody else has written since the page was opened; "" if nothing."""

    @classmethod
    def opened(cls, sheet: MedicineSheet, occasion: Occasion) -> ReconcileForm:
        """A table for a talk that begins now."""
        return cls(sheet, occasion, {"started": occasion.now.astimezone(occasion.zone).strftime("%Y-%m-%dT%H:%M")})

    @classmethod
    def sent(cls, sheet: MedicineSheet, occasion: Occasion, values: Mapping[str, Any]) -> ReconcileForm:
        """A table as it was sent."""
        return cls(sheet, occasion, {name: str(value) for name, value in values.items()})

    # -- what the page shows -------------------------------------------------------------------------------------------

    def value(self, *name: str) -> str:
        """What was typed into a field: `value("taking", "furosemide")`."""
        return self.values.get(".".join(name), "")

    def asks(self, row: SheetMedicine) -> bool:
        """Whether it can be said of a medicine that it is taken: what only the hospital gave is not asked about."""
        return row.ask or bool(row.before or row.after or row.stated)

    @property
    def others(self) -> tuple[int, ...]:
        """The numbers of the rows for what is taken besides: those that were typed, and two more."""
        typed = [number for number in range(1, MOST_OTHERS + 1) if self._other(number)]
        last = max(typed, default=0)
        return tuple(range(1, min(last + 2, MOST_OTHERS) + 1))

    @property
    def given_in_hospital(self) -> bool:
        """Whether anything is on record of what was given in the hospital."""
        return any(row.hospital for row in self.sheet.rows)

    @property
    def to_decide(self) -> int:
        """How many differences there are."""
        return sum(len(row.differences) for row in self.sheet.rows)

    def problem_at(self, html_id: str) -> str:
        """What is wrong at one control, beside it."""
        return "; ".join(problem.what for problem in self.problems() if problem.html_id == html_id)

    # -- what is wrong -------------------------------------------------------------------------------------------------

    def problems(self) -> tuple[FormProblem, ...]:
        """What must be mended before anything is written."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[FormProblem]:
        if self._started is None:
            yield _problem("f-started", "Began", "give day and time, such as 2026-03-10 07:34")
        elif self._started > self.occasion.now:
            yield _problem("f-started", "Began", "a talk cannot begin in the future")
        for number, row in enumerate(self.sheet.rows, 1):
            name, here = row.name[:1].upper() + row.name[1:], f"f-{number}"
            yield from (_problem(f"{here}-yes", name, what) for what in self._wrong_taking(row))
            if self.refused and self._not_said(row):
                what = "say whether it is taken, or why nobody was asked"
                yield _problem(f"{here}-yes", name, what, missing=True)
            for place, each in enumerate(row.differences, 1):
                if self._why(each) in WHY:
                    continue
                if self._action(each) or self.refused:
                    what = f"{each.kind}: say why the lists differ"
                    yield _problem(f"{here}-{place}-why", name, what, missing=not self._action(each))
        for number in self.others:
            if self.value("other", str(number), "how").strip() and not self._other(number):
                yield _problem(f"f-other-{number}", "Taken besides", "name the medicine")

    def _wrong_taking(self, row: SheetMedicine) -> Iterator[str]:
        taking, words = self.value("taking", row.key), self.value("how", row.key).strip()
        if taking and taking not in TAKING:
            yield "choose whether it is taken"
        if taking == NOT_ASKED and not words:
            yield "say why nobody was asked about it"
        if not taking and words:
            yield "say whether it is taken"

    def _not_said(self, row: SheetMedicine) -> bool:
        """Whether an answer is missing without which the step refuses."""
        return row.ask and not self.value("taking", row.key) and not self.value("how", row.key).strip()

    def _why(self, difference: SheetDifference) -> str:
        return self.value("why", difference.what, difference.medicine)

    def _action(self, difference: SheetDifference) -> str:
        return self.value("action", difference.what, difference.medicine).strip()

    def _other(self, number: int) -> str:
        return self.value("other", str(number), "medicine").strip()

    @property
    def _started(self) -> datetime | None:
        return typed_moment(self.value("started"), self.occasion.zone)

    # -- what it becomes -----------------------------------------------------------------------------------------------

    def acts(self) -> tuple[PageAct, ...]:
        """One reconciliation; nothing while nothing is answered."""
        parts = {"taking": [*self._taking()], "not_asked": [*self._not_asked()], "decisions": [*self._decisions()]}
        given = {name: some for name, some in parts.items() if some}
        if self._started is None or not given:
            return ()
        values = {"transition": self.sheet.transition, "started": self._started.isoformat(), **given}
        return (PageAct(catalog.step("reconcile-medications"), "Medicines reconciled", values),)

    def _taking(self) -> Iterator[dict[str, str]]:
        for row in self.sheet.rows:
            taking, words = self.value("taking", row.key), self.value("how", row.key).strip()
            if taking in ("yes", "no", "differently"):
                yield _filled({"medicine": row.key, "taking": taking, **_how_and_why(taking, words)})
        for number in self.others:
            if medicine := self._other(number):
                how = self.value("other", str(number), "how").strip()
                yield _filled({"medicine": medicine, "taking": "yes", "how": how})

    def _not_asked(self) -> Iterator[dict[str, str]]:
        for row in self.sheet.rows:
            if self.value("taking", row.key) == NOT_ASKED:
                yield {"medicine": row.key, "why": self.value("how", row.key).strip()}

    def _decisions(self) -> Iterator[dict[str, str]]:
        for row in self.sheet.rows:
            for each in row.differences:
                if self._why(each) in WHY:
                    decision = {"medicine": each.medicine, "what": each.what, "why": self._why(each)}
                    yield _filled({**decision, "action": self._action(each)})

    # -- what the step has said ----------------------------------------------------------------------------------------

    def with_blanks(self, blanks: Mapping[str, Any], lines: Sequence[str]) -> ReconcileForm:
        """The same table with a row for each answer that the step says is missing, and its reason beside it."""
        silent = [each["medicine"] for each in blanks.get("taking", ()) if not each["taking"]]
        undecided = [each for each in blanks.get("decisions", ()) if not each["why"]]
        differences = [self._difference(each["medicine"], each["what"], lines) for each in undecided]
        return replace(self, sheet=self.sheet.asking(silent).with_differences(differences), refused=True)

    def _difference(self, medicine: str, what: str, lines: Sequence[str]) -> SheetDifference:
        concepts = self.occasion.content.concepts(DISCREPANCY_WHAT)
        kind = concepts[what].display if what in concepts else what
        words = without_references(without_sources(sides_of(lines, medicine, what)))
        urgent = self._prescribers_today(medicine, what)
        decides = who_decides(self.sheet.prescriber, urgent=urgent)
        return SheetDifference(medicine, what, kind, words=words, decides=decides, urgent=urgent)

    def _prescribers_today(self, medicine: str, what: str) -> bool:
        """Whether only the prescriber closes it, the same day (clinical practice, rule 28)."""
        content, row = self.occasion.content, next((row for row in self.sheet.rows if row.key == medicine), None)
        harmful = high_alert.harms_soonest(content, medication.named(content, medicine).classes)
        return harmful or bool(row and row.high_alert) or high_alert.always_prescribers(content, what)

    def read_anew(self, sheet: MedicineSheet) -> ReconcileForm:
        """The same answers on the lists as they are now; what was reconciled meanwhile is said."""
        if sheet.version == self.sheet.version:
            return self
        return replace(self, sheet=sheet, changed=sheet.reconciled)


def _how_and_why(taking: str, words: str) -> dict[str, str]:
    """Of what is taken the words say how; of what is not, why; of what is taken differently, how."""
    return {"why": words} if taking == "no" else {"how": words}


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _problem(html_id: str, question: str, what: str, *, missing: bool = False) -> FormProblem:
    return FormProblem("", html_id, question, what=what, missing=missing)
