"""What people say of medicines and decide about differences, and what each decision comes to (rule 11).

A nurse or pharmacist closes what matches after all, what was meant, what is only a list's mistake, and what is taught.
What nobody meant or nobody can tell, and whatever changes an order, goes to the prescriber; a prescriber who acts
decides by themselves. Words that could mean a changed order count as one: then the prescriber hears of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.codes import BASE, DISCREPANCY_WHAT, RECONCILIATION_ACTION
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.mappers import medication
from carefhir.workflows.transitions.discrepancies import Discrepancy
from carefhir.workflows.transitions.order_differences import phrases

DISCREPANCY_EXTENSION = f"{BASE}/StructureDefinition/discrepancy"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TakingAnswer(_Part):
    """One medicine as the person tells it."""

    medicine: str = Field(min_length=1, description="its name in words, or an RxNorm ingredient code")
    taking: Literal["yes", "no", "differently"] = Field(description="whether it is taken as ordered")
    how: str = Field(default="", description="dose and how often, as told; empty where it was not asked")
    why: str = Field(default="", description="why not, or why differently, in the person's words")


class ReconcileMedicationsDecision(_Part):
    """What a person decides about one difference."""

    medicine: str = Field(min_length=1, description="the medicine, as the list of differences names it")
    what: str = Field(min_length=1, description="which difference of it: a code of discrepancy-what")
    why: Literal["match", "intended", "unintended", "unknown"] = Field(description="why the lists differ")
    action: str = Field(default="", description="what is done about it, in words")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One difference, decided or passed on."""

    discrepancy: Discrepancy
    why: str
    action: str
    leaves: str
    """How the medicine stands by what is done, as a status of MedicationStatement; "" where the action does not say."""
    open: bool
    """For the prescriber to decide."""

    @property
    def words(self) -> str:
        return f"{self.discrepancy.what.replace('-', ' ')}, {self.why}{': ' + self.action if self.action else ''}"

    @property
    def extension(self) -> Json:
        """What, why and what is done, as codes: a flag or an issue has room for one concept only."""
        parts: list[Json] = [
            {"url": "what", "valueCode": self.discrepancy.what},
            {"url": "why", "valueCode": self.why},
        ]
        parts += [{"url": "action", "valueString": self.action}] if self.action else []
        return {"url": DISCREPANCY_EXTENSION, "extension": [*parts, {"url": "open", "valueBoolean": self.open}]}


@dataclass(frozen=True, slots=True)
class JudgedDecisions:
    """Every decision with its difference, and what stands against them."""

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
    """Pairs decisions with differences: every difference needs one, and nothing else takes any."""
    why: list[str] = []
    chosen: dict[str, Verdict] = {}
    for number, decision in enumerate(decisions, 1):
        meant = _meant(content, discrepancies, decision)
        if len(meant) != 1:
            why.append(f"decision {number}{_not_one(content, discrepancies, decision, meant=meant)}")
        elif meant[0].part in chosen:
            why.append(f"decision {number}: {meant[0].medicine} ({decision.what}) is decided twice; say it once")
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
    """The differences a decision may mean: those that are mainly about the medicine, before those that touch it."""
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
    """What is wrong with a decision; what was typed is said back only where it is a medicine or code known here."""
    codes = content.concepts(DISCREPANCY_WHAT)
    if decision.what not in codes:
        return f" names no kind of difference; there are: {', '.join(codes)}"
    if meant:
        return f" ({decision.what}) may mean {' or '.join(each.medicine for each in meant)}: name that one"
    named = medication.named(content, decision.medicine)
    others = [each.what for each in discrepancies if each.keys & {decision.medicine.lower(), named.key}]
    instead = f"what differs about it is: {', '.join(others)}" if others else "nothing about it needs a decision"
    about = f": {named.key} ({decision.what})" if named.known or others else f" ({decision.what})"
    return f"{about} is no difference here; {instead}"


def _verdict(
    content: Content, discrepancy: Discrepancy, decision: ReconcileMedicationsDecision, *, prescriber: bool
) -> Verdict:
    leaves, changes = action_of(content, decision.action)
    # What is not on the discharge list goes on only if a prescriber says so, however it is put.
    changes = changes or (discrepancy.what == "omitted" and leaves == "active")
    changes = changes or discrepancy.ordered_again
    return Verdict(
        discrepancy=discrepancy,
        why=decision.why,
        action=decision.action,
        leaves=leaves,
        open=not prescriber and (decision.why in ("unintended", "unknown") or changes),
    )


def _vague(verdict: Verdict, *, prescriber: bool) -> Iterator[str]:
    """A prescriber who decides what nobody meant says how the medicine stands from now on."""
    unclear = verdict.why in ("unintended", "unknown") or verdict.discrepancy.ordered_again
    if prescriber and unclear and not verdict.leaves:
        name, what = verdict.discrepancy.medicine, verdict.discrepancy.what
        yield f"{name} ({what}): say in action what is to be done: continue, start, change, hold or stop it"


def action_of(content: Content, words: str) -> tuple[str, bool]:
    """How an action leaves the medicine, by what it says first; and whether any of it changes an order."""
    places: list[tuple[int, str, bool]] = []
    text = words.lower()
    actions = list(content.concepts(RECONCILIATION_ACTION).values())
    harmless = [action for action in actions if not action.properties.get("changesOrder")]
    # "no change" first, so that its "change" is not read by itself
    for action in (*harmless, *(action for action in actions if action not in harmless)):
        for start, end in list(_places(text, phrases(action))):
            changes = bool(action.properties.get("changesOrder"))
            places.append((start, str(action.properties.get("leaves", "")), changes))
            text = text[:start] + "·" * (end - start) + text[end:]
    places.sort()
    leaves = next((status for _, status, _ in places if status), "")
    return leaves, any(changes for _, _, changes in places)


def _places(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for word in sorted(words, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            yield match.span()
