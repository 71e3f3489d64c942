"""Pairs each difference with the decision about it, and says whether it is closed or goes to the prescriber (rule 11).

A nurse or a pharmacist closes a difference that matches after all, was intended, is only a mistake in a list, or is
settled by teaching. A difference that was unintended or unknown, or whose action changes an order, goes to the
prescriber; a prescriber who does the reconciliation decides it directly. Words that could mean a changed order count as
one, so that the prescriber hears of it: "hold until the visit" is passed on even if the nurse only noted a plan; so
do words that are not understood (`chart/medicine_actions`). What is of a high-alert class, dangerous together,
against an allergy or in pregnancy always goes to the prescriber.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import medicine_actions
from carefhir.codes import BASE, DISCREPANCY_WHAT
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.mappers import medication
from carefhir.workflows.transitions.discrepancies import Discrepancy, prescribers_today

DISCREPANCY_EXTENSION = f"{BASE}/StructureDefinition/discrepancy"


class CommandPart(BaseModel):
    """A part of a command that a person fills in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TakingAnswer(CommandPart):
    """One medicine, as the person says they take it."""

    medicine: str = Field(min_length=1, description="its name, or an RxNorm ingredient code")
    taking: Literal["yes", "no", "differently"] = Field(description="whether it is taken as ordered")
    how: str = Field(default="", description="dose and how often, in the person's words; or: as ordered")
    why: str = Field(default="", description="why not, or why differently, in the person's words")


class ReconcileMedicationsDecision(CommandPart):
    """A person's decision about one difference."""

    medicine: str = Field(min_length=1, description="the medicine, as named in the list of differences")
    what: str = Field(min_length=1, description="which of its differences: a code of discrepancy-what")
    why: Literal["match", "intended", "unintended", "unknown"] = Field(description="why the lists differ")
    action: str = Field(default="", description="what is done about it, in words")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One difference with its decision: closed, or passed on to the prescriber."""

    discrepancy: Discrepancy
    why: str
    action: str
    leaves: str
    """The status (of MedicationStatement) in which the action leaves the medicine; "" if the action does not say."""
    open: bool
    """Whether the prescriber must decide it."""
    unclear: bool = False
    """Whether only the words of its action are the reason for that: they are not understood."""

    @property
    def words(self) -> str:
        return f"{self.discrepancy.what.replace('-', ' ')}, {self.why}{': ' + self.action if self.action else ''}"

    @property
    def extension(self) -> Json:
        """The kind, the reason and the action as codes: a flag or an issue has room for only one concept."""
        parts: list[Json] = [
            {"url": "what", "valueCode": self.discrepancy.what},
            {"url": "why", "valueCode": self.why},
        ]
        parts += [{"url": "action", "valueString": self.action}] if self.action else []
        return {"url": DISCREPANCY_EXTENSION, "extension": [*parts, {"url": "open", "valueBoolean": self.open}]}


@dataclass(frozen=True, slots=True)
class JudgedDecisions:
    """All decisions paired with their differences, and what is wrong with them."""

    verdicts: tuple[Verdict, ...]
    undecided: tuple[Discrepancy, ...]
    why: tuple[str, ...]


def judge(
    content: Content,
    discrepancies: tuple[Discrepancy, ...],
    decisions: tuple[ReconcileMedicationsDecision, ...],
    *,
    prescriber: bool,
) -> JudgedDecisions:
    """Pairs decisions with differences: every difference needs one decision, and every decision a difference."""
    why: list[str] = []
    chosen: dict[str, Verdict] = {}
    for number, decision in enumerate(decisions, 1):
        meant = _meant(content, discrepancies, decision)
        if len(meant) != 1:
            why.append(f"decision {number}{_not_one(content, discrepancies, decision, meant=meant)}")
        elif meant[0].part in chosen:
            why.append(f"decision {number}: {meant[0].medicine} ({decision.what}) is decided twice; decide it once")
        else:
            verdict = _verdict(content, meant[0], decision, prescriber=prescriber)
            chosen[meant[0].part] = verdict
            why += _vague(verdict, prescriber=prescriber)
    return JudgedDecisions(
        verdicts=tuple(chosen[each.part] for each in discrepancies if each.part in chosen),
        undecided=tuple(each for each in discrepancies if each.part not in chosen),
        why=tuple(why),
    )


def _meant(
    content: Content, discrepancies: tuple[Discrepancy, ...], decision: ReconcileMedicationsDecision
) -> list[Discrepancy]:
    """The differences a decision may mean: those named for the medicine, or else those that involve it."""
    names = {decision.medicine.lower(), medication.named(content, decision.medicine).key}
    kind = [each for each in discrepancies if each.what == decision.what]
    return [each for each in kind if each.medicine in names] or [each for each in kind if each.keys & names]


def _not_one(
    content: Content,
    discrepancies: tuple[Discrepancy, ...],
    decision: ReconcileMedicationsDecision,
    *,
    meant: list[Discrepancy],
) -> str:
    """What is wrong with a decision. What was typed is repeated only if it is a medicine or code known here."""
    codes = content.concepts(DISCREPANCY_WHAT)
    if decision.what not in codes:
        return f": what must be one of: {', '.join(codes)}"
    if meant:
        return f" ({decision.what}) could mean {' or '.join(each.medicine for each in meant)}: say which"
    named = medication.named(content, decision.medicine)
    others = [each.what for each in discrepancies if each.keys & {decision.medicine.lower(), named.key}]
    instead = f"its differences are: {', '.join(others)}" if others else "nothing about it needs a decision"
    about = f": {named.key} ({decision.what})" if named.in_code_system or others else f" ({decision.what})"
    return f"{about} is not a difference here; {instead}"


def _verdict(
    content: Content, discrepancy: Discrepancy, decision: ReconcileMedicationsDecision, *, prescriber: bool
) -> Verdict:
    over = content.concept(DISCREPANCY_WHAT, discrepancy.what).properties.get("over") is True
    action = medicine_actions.read(content, decision.action, discrepancy.told, discrepancy.keys, over=over)
    # A medicine that is not on the list now to be taken continues only if a prescriber says so, whatever the words.
    changes = action.changes or (over and action.leaves == "active")
    changes = changes or discrepancy.ordered_again
    # What harms soonest nobody else closes, however well the words sound (rule 28).
    theirs = decision.why in ("unintended", "unknown") or changes or prescribers_today(content, discrepancy)
    return Verdict(
        discrepancy=discrepancy,
        why=decision.why,
        action=decision.action,
        leaves=action.leaves,
        open=not prescriber and (theirs or not action.understood),
        unclear=not prescriber and not theirs and not action.understood,
    )


def _vague(verdict: Verdict, *, prescriber: bool) -> Iterator[str]:
    """Asks a prescriber who decides an unintended difference to say what becomes of the medicine."""
    unclear = verdict.why in ("unintended", "unknown") or verdict.discrepancy.ordered_again
    if prescriber and unclear and not verdict.leaves:
        name, what = verdict.discrepancy.medicine, verdict.discrepancy.what
        yield f"{name} ({what}): say in action what to do with it: continue, start, change, hold or stop"
