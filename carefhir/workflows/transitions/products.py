"""Says whether two names or codes of one ingredient are two products: another strength, form, salt or concentration.

A number without a unit is still a strength ("warfarin 2.5"), and a brand says a form that its name does not spell out:
OxyContin is not plain oxycodone. What a name does not say is no difference, unless the form is one that names always
say (property `marked` of CodeSystem medicine-form). Codes of products are compared only where the names leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from carefhir.codes import MEDICINE_FORM
from carefhir.content.loading import Concept, Content
from carefhir.mappers.medication import MedicineView
from carefhir.workflows.transitions.phrases import mentions, phrases

_UNIT = r"(?:mg|mcg|ug|µg|μg|g|gm|grams?|milligrams?|micrograms?|ml|unt|units?|iu|u|meq|mmol|%)"
_strength = re.compile(
    rf"(\d+(?:\.\d+)?|\.\d+)\s*({_UNIT})(?![a-z])(?:\s*/\s*(?:(\d[\d.]*)\s*)?(ml|hr|actuat)\b)?", re.I
)
_bare = re.compile(r"(?<![\w.])(?:\d+(?:\.\d+)?|\.\d+)(?![\w%]|\.\d)|(?<=[a-z]{4})\d+(?:\.\d+)?(?![\w%]|\.\d)")
_HOURS = re.compile(r"\b\d+\s*-?\s*(?:hr|hrs|hour|hours|h)\b")
_CONTAINER = re.compile(r"^\d[\d.]*\s*(?:ml|g|actuat)\s+")
_UNITS = {
    "unt": "unit", "units": "unit", "iu": "unit", "u": "unit", "ug": "mcg", "µg": "mcg", "μg": "mcg",
    "microgram": "mcg", "micrograms": "mcg", "milligram": "mg", "milligrams": "mg", "gm": "g", "gram": "g",
    "grams": "g",
}  # fmt: skip
"""Spellings of a unit in a product's name, as one of them."""

Strength = tuple[Decimal, str, str, str]


def differ(content: Content, order: MedicineView, other: MedicineView) -> bool:
    """Whether two orders of one medicine are for different products, or nobody can tell that they are the same."""
    if _strengths_differ(order.texts, other.texts) or _codes_differ(order, other):
        return True
    pairs = zip(_forms(content, order.texts), _forms(content, other.texts), strict=True)
    return any(_form_differs(form, another) for form, another in pairs)


def another_than(content: Content, ordered: MedicineView, taken: str) -> bool:
    """Whether somebody names another product than the one ordered. A plain name says nothing of the form: who takes
    Toprol XL says "my metoprolol"."""
    if _strengths_differ(ordered.texts, (taken,)):
        return True
    pairs = zip(_forms(content, ordered.texts), _forms(content, (taken,)), strict=True)
    return any(form is not None and _form_differs(form, wanted) for wanted, form in pairs)


def _strengths_differ(texts: Iterable[str], others: Iterable[str]) -> bool:
    """Whether both names state a strength, and it differs; where one of them has no unit, by the numbers."""
    names = tuple(texts), tuple(others)
    first, second = (strengths(name) for name in names)
    if first and second:
        return first != second
    numbers = [{strength[0] for strength in strengths(name)} or bare_numbers(name) for name in names]
    return bool(numbers[0] and numbers[1] and numbers[0] != numbers[1])


def strengths(texts: Iterable[str]) -> frozenset[Strength]:
    """The strengths with a unit, without the size of the container, which comes first in a name."""
    return frozenset(
        (Decimal(amount).normalize(), _UNITS.get(unit.lower(), unit.lower()), size, per.lower())
        for text in texts
        for amount, unit, size, per in _strength.findall(_product(text))
    )


def bare_numbers(texts: Iterable[str]) -> set[Decimal]:
    """The numbers in names that state no unit: `warfarin 2.5`, `Percocet 5-325`."""
    return {Decimal(number).normalize() for text in texts for number in _bare.findall(_product(text))}


def _product(text: str) -> str:
    """A product's name without container, hours of release and commas of thousands; `2½` as `2.5`."""
    plain = re.sub(r"(\d),(?=\d{3}\b)", r"\1", text.lower().strip())
    plain = re.sub(r"(\d),(?=\d)", r"\1.", plain)
    plain = re.sub(r"(?<=\d)\s?½|(?<=\d) 1/2\b", ".5", plain)
    return _CONTAINER.sub("", _HOURS.sub(" ", plain))


def _forms(content: Content, texts: Iterable[str]) -> list[Concept | None]:
    """The form of each kind (CodeSystem medicine-form) that a name or a brand in it says: the first one of the kind."""
    text = " ; ".join(texts)
    first: dict[str, Concept | None] = {}
    for form in content.concepts(MEDICINE_FORM).values():
        kind = str(form.properties.get("kind"))
        if first.get(kind) is None:
            first[kind] = form if mentions(text, (*phrases(form), *_brands(form))) else None
    return list(first.values())


def _form_differs(form: Concept | None, other: Concept | None) -> bool:
    if form is None or other is None:
        return any(each is not None and each.properties.get("marked") is True for each in (form, other))
    return form.code != other.code


def _brands(form: Concept) -> tuple[str, ...]:
    brands = str(form.properties.get("brands", "")).split(";")
    return tuple(brand.strip() for brand in brands if len(brand.strip()) > 1)


def _codes_differ(order: MedicineView, other: MedicineView) -> bool:
    """Whether only codes tell the products, and none of them is the same. Names that both state a strength have been
    compared; doses that both state it with a unit, too."""
    named = [bool(strengths(view.texts) or bare_numbers(view.texts)) for view in (order, other)]
    if all(named):
        return False
    doses = [strengths((view.dose,)) for view in (order, other)]
    if doses[0] and doses[0] == doses[1]:
        return False
    systems = {system for system, _ in order.product} & {system for system, _ in other.product}
    first, second = ({pair for pair in view.product if pair[0] in systems} for view in (order, other))
    return bool(first and second) and not first & second
