"""A difference with a medicine that harms soonest is never closed by a nurse, whatever she calls it (rule 28).

Each case is a set of lists around a stay, drawn at random from a fixed seed, and a decision for every difference in the
words that would close it most easily. Which medicine harms soonest is written here by hand, by ingredient, brand and
product. `scripts/test --deep` throws more than 10,000; the number is printed at the end of every run.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from carefhir.fhir.record import Record
from carefhir.workflows.transitions.list_comparison import compare
from carefhir.workflows.transitions.reconciliation_decisions import ReconcileMedicationsDecision, judge
from tests.spec.test_reconciliation import CONTENT, b, d, lists, told
from tests.support.deep import depth

HARMS_SOONEST = {
    "warfarin": ("warfarin 5 MG Oral Tablet", "Coumadin 2.5 mg", "JANTOVEN 5 MG"),
    "apixaban": ("apixaban 5 MG", "Eliquis 5mg tablet"),
    "enoxaparin": ("enoxaparin 40 MG/0.4 ML", "Lovenox syringe"),
    "heparin": ("heparin 5000 UNT/ML",),
    "insulin-glargine": ("insulin glargine 100 UNT/ML", "Lantus SoloStar", "Basaglar KwikPen"),
    "insulin-lispro": ("insulin lispro", "HumaLOG KwikPen 100 unit/mL"),
    "glipizide": ("glipizide 5 MG", "Glucotrol XL 5 mg"),
    "glyburide": ("glyburide 5 MG", "glibenclamide 5 mg"),
    "oxycodone": ("oxycodone 5 MG", "OxyContin 10 mg"),
    "tramadol": ("tramadol 50 MG", "Ultram"),
    "fentanyl": ("fentanyl 25 MCG/HR patch", "Duragesic 25"),
    "digoxin": ("digoxin 0.125 MG", "Lanoxin 125 mcg"),
    "methotrexate": ("methotrexate 2.5 MG", "Trexall 5 mg"),
    "amiodarone": ("amiodarone 200 MG", "Pacerone 200 mg"),
    "tacrolimus": ("tacrolimus 1 MG", "Prograf 1 mg capsule"),
    "azathioprine": ("azathioprine 50 MG", "Imuran 50 mg"),
}
OTHERS = ("lisinopril 10 MG", "metformin 500 MG", "sertraline 50 MG", "omeprazole 20 MG", "atorvastatin 40 MG")
DOSES = ("", "1 tablet daily", "1 tablet twice a day", "2 tablets weekly", "as directed")
ACTIONS = ("", "no change", "continue as ordered", "taught again", "corrected the list", "stop it", "match", "fine")
WHY = ("match", "intended", "unintended", "unknown")


def medicine(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chance.choice(OTHERS)
    return chance.choice(HARMS_SOONEST[chance.choice(tuple(HARMS_SOONEST))])


def orders(chance: random.Random) -> list[Record]:
    """Orders before and at discharge: some on both, some changed, some on one list only."""
    records = []
    for number in range(1, chance.randrange(2, 6)):
        name = medicine(chance)
        other = chance.choice((name, name, medicine(chance)))
        if chance.random() < 0.8:
            records.append(b(name, chance.choice(DOSES), n=number))
        if chance.random() < 0.8:
            records.append(d(other, chance.choice(DOSES), n=number))
    return records


def harms_soonest(keys: frozenset[str]) -> bool:
    return any(part in HARMS_SOONEST for key in keys for part in key.split("+"))


@pytest.mark.parametrize("chunk", range(10))
def test_a_nurse_never_closes_what_harms_soonest(chunk: int, record_property: Callable[[str, object], None]) -> None:
    chance = random.Random(f"never closed {chunk}")
    tried = open_ones = 0
    for _ in range(depth(4, 420)):
        taking = ("yes", "no", "differently")
        taken = tuple(told(medicine(chance), chance.choice(taking)) for _ in range(chance.randrange(3)))
        compared = compare(CONTENT, lists(*orders(chance)), taken)
        decisions = tuple(
            ReconcileMedicationsDecision.model_validate(
                {
                    "medicine": difference.medicine,
                    "what": difference.what,
                    "why": chance.choice(WHY),
                    "action": chance.choice(ACTIONS),
                }
            )
            for difference in compared.discrepancies
        )
        judged = judge(CONTENT, compared.discrepancies, decisions, prescriber=False)
        for verdict in judged.verdicts:
            tried += 1
            if harms_soonest(verdict.discrepancy.keys):
                open_ones += 1
                assert verdict.open, (verdict.discrepancy.part, verdict.words)
    assert open_ones
    record_property("decisions of a nurse judged", tried)
