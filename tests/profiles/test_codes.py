"""Codes from other systems: a slip of the pen in one is a rule that never fires. Check digits find most slips."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DEFINITIONS = Path(__file__).resolve().parents[2] / "profiles" / "definitions"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"

# Verhoeff's scheme, as the SNOMED CT technical guide describes it for identifiers: products in the dihedral group D5,
# and the permutation of each position.
D5 = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]
TURNS = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    TURNS.append([TURNS[-1][digit] for digit in TURNS[1]])


def concept_id(code: str) -> bool:
    """Whether a text can be a SNOMED CT concept: digits, a concept's partition, the right check digit."""
    if not re.fullmatch(r"[1-9]\d{5,17}", code) or code[-3:-1] not in ("00", "10"):
        return False
    rest = 0
    for place, digit in enumerate(reversed(code)):
        rest = D5[rest][TURNS[place % 8][int(digit)]]
    return rest == 0


def loinc(code: str) -> bool:
    """Whether a text can be a LOINC term: Luhn's check digit. The codes of answers (LA...) are not checked."""
    if code.startswith("LA"):
        return True
    number, _, check = code.partition("-")
    if not number.isdigit() or not check.isdigit():
        return False
    total = sum(sum(divmod(2 * int(digit), 10)) if n % 2 == 0 else int(digit) for n, digit in enumerate(number[::-1]))
    return (10 - total % 10) % 10 == int(check)


def codes(element: Any, system: str) -> Iterator[str]:
    """Every code of that system in an artefact: codings, value sets' concepts, maps' sources."""
    if isinstance(element, list):
        for part in element:
            yield from codes(part, system)
    elif isinstance(element, dict):
        if element.get("system") == system:
            yield from (one["code"] for one in [element, *element.get("concept", [])] if "code" in one)
        if element.get("source") == system:
            yield from (one["code"] for one in element.get("element", []))
        for part in element.values():
            yield from codes(part, system)


FILES = sorted(DEFINITIONS.rglob("*.json"))


@pytest.mark.parametrize("check", [(SNOMED, concept_id), (LOINC, loinc)], ids=["SNOMED CT", "LOINC"])
def test_every_code_has_the_right_check_digit(check: Any) -> None:
    system, valid = check
    found = {code: path.name for path in FILES for code in codes(json.loads(path.read_text("utf-8")), system)}
    assert len(found) > 20
    assert {code: name for code, name in found.items() if not valid(code)} == {}


@pytest.mark.parametrize("code", ["84114007", "73211009", "44054006"])
def test_one_digit_wrong_is_noticed(code: str) -> None:
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert concept_id(code)
    assert not concept_id(wrong)
    assert not concept_id("9" + code[1:])


def ingredients() -> dict[str, dict[str, Any]]:
    artefact = json.loads((DEFINITIONS / "CodeSystem" / "CodeSystem-ingredient.json").read_text("utf-8"))
    return {
        concept["code"]: {
            part["code"]: next(value for name, value in part.items() if name.startswith("value"))
            for part in concept["property"]
        }
        for concept in artefact["concept"]
    }


def test_every_ingredient_says_where_its_code_comes_from() -> None:
    for code, properties in ingredients().items():
        assert ("rxnorm" in properties) == ("mark" in properties), code
        assert properties.get("mark", "K") in ("V", "S", "K"), code
        assert not (properties.get("general") and "rxnorm" in properties), code


def test_no_ingredient_code_stands_twice() -> None:
    numbers = [one["rxnorm"] for one in ingredients().values() if "rxnorm" in one]
    assert len(numbers) == len(set(numbers))
    products = {number for one in ingredients().values() for number in one.get("products", "").split()}
    assert all(number.isdigit() for number in [*numbers, *products])
    assert not products & set(numbers), "an ingredient's own code is not another one's product"


def test_every_high_alert_class_has_ingredients() -> None:
    artefact = json.loads((DEFINITIONS / "CodeSystem" / "CodeSystem-high-alert-class.json").read_text("utf-8"))
    classes = {name for one in ingredients().values() for name in one.get("classes", "").split()}
    assert {concept["code"] for concept in artefact["concept"]} <= classes
