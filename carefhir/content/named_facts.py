"""Facts that content names: CodeSystem named-fact, a concept for each, so that a new disease needs no code of ours.

A fact is a reading (the newest, its change, the lowest or highest of a time, how old it is), a number of events within
so many days (conditions that began, stays, emergency visits, for conditions of some groups), or the number that a
check-in was given; or for how many days a medicine of some classes has been taken, how many days ago some test was
done, or something that a plan asked for. Its code is the name by which expressions ask for it. What it takes is a
property of the concept; what is not supported is refused when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from carefhir.codes import CARE_ITEM, CONDITION_GROUP, INGREDIENT, NAMED_FACT
from carefhir.content import quantities
from carefhir.content.loading import Concept, Content, ContentKey
from carefhir.content.quantities import Kind
from carefhir.errors import ContentError

READINGS = ("newest", "change", "lowest", "highest", "age-days")
EVENTS = ("conditions", "stays", "emergency-visits")
ANSWERS = ("answered-lowest", "answered-highest")
STARTED = "started-days"
"""Days since the first record of a medicine of some classes."""
OBSERVED = "observed-days"
"""Days since a number of some LOINC codes was taken, whatever it is."""
DONE = "done-days"
"""Days since an item of a plan was done, by its codes."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PROPERTIES = frozenset({"takes", "quantity", "unit", "withinDays", "groups", "classes", "items", "loinc"})


@dataclass(frozen=True, slots=True)
class NamedFact:
    """One fact that content names."""

    name: str
    takes: str
    kind: Kind | None
    """What is measured; None for a number of events."""
    unit: str
    """The UCUM unit the number is given in."""
    within_days: int | None
    """How many days back it looks; None: as far as the record goes."""
    groups: tuple[str, ...]
    """Condition groups that events are counted for."""
    classes: tuple[str, ...] = ()
    """Classes of medicines, where it counts the days since one was started."""
    items: tuple[str, ...] = ()
    """Codes of care-item, where it counts the days since one was done."""
    loinc: tuple[str, ...] = ()
    """LOINC codes, where it counts the days since one of them was observed."""


def named_facts(content: Content) -> Mapping[str, NamedFact]:
    """All of them, by name. Raises `ContentError` for one that cannot be read."""
    if ("CodeSystem", "named-fact") not in content.artefacts:
        return {}
    return _facts(ContentKey(content))


@lru_cache(maxsize=8)
def _facts(key: ContentKey) -> Mapping[str, NamedFact]:
    return {code: _fact(key.content, concept) for code, concept in key.content.concepts(NAMED_FACT).items()}


def _fact(content: Content, concept: Concept) -> NamedFact:
    given = concept.properties
    where = f"CodeSystem/named-fact: {concept.code}"
    takes = str(given.get("takes", ""))
    odd = sorted(set(given) - _PROPERTIES)
    if odd:
        raise ContentError(f"{where}: the property {odd[0]} is not supported")
    if not _NAME.fullmatch(concept.code):
        raise ContentError(f"{where} cannot be named in an expression: small letters, digits and _ only")
    if takes not in (*READINGS, *EVENTS, *ANSWERS, STARTED, OBSERVED, DONE):
        raise ContentError(f"{where}: takes is {takes or 'missing'}; it must be one of those that are supported")
    within = given.get("withinDays")
    if within is not None and (type(within) is not int or within < 1):
        raise ContentError(f"{where}: withinDays is not a number of days")
    if within is None and takes in (*EVENTS, "lowest", "highest"):
        raise ContentError(f"{where}: withinDays is missing")
    measured = takes in (*READINGS, *ANSWERS)
    kind = _kind(content, str(given.get("quantity", "")), where) if measured else None
    unit = str(given.get("unit", kind.unit.ucum if kind else "1"))
    units = quantities.units_of(content, unit)
    if kind and units and all(ours.dimension != kind.dimension for ours in units):
        raise ContentError(f"{where}: {kind.code} is not measured in {unit}")
    return NamedFact(
        name=concept.code,
        takes=takes,
        kind=kind,
        unit=unit,
        within_days=within,
        groups=_groups(content, str(given.get("groups", "")), where) if takes in EVENTS else (),
        classes=_classes(content, str(given.get("classes", "")), where) if takes == STARTED else (),
        loinc=_loinc(str(given.get("loinc", "")), where) if takes == OBSERVED else (),
        items=_items(content, str(given.get("items", "")), where) if takes == DONE else (),
    )


def _kind(content: Content, code: str, where: str) -> Kind:
    kind = quantities.kinds(content).get(code)
    if kind is None:
        raise ContentError(f"{where}: CodeSystem/measured-quantity has no code {code or '(none given)'}")
    return kind


def _groups(content: Content, text: str, where: str) -> tuple[str, ...]:
    groups = tuple(text.split())
    if not groups:
        raise ContentError(f"{where}: groups is missing")
    return tuple(content.concept(CONDITION_GROUP, group).code for group in groups)


def _classes(content: Content, text: str, where: str) -> tuple[str, ...]:
    """Classes of medicines. Raises `ContentError` for one that no ingredient belongs to: it would never be started."""
    every = {
        name
        for ingredient in content.concepts(INGREDIENT).values()
        for name in str(ingredient.properties.get("classes", "")).split()
    }
    classes = tuple(text.split())
    odd = [name for name in classes if name not in every]
    if odd or not classes:
        raise ContentError(f"{where}: " + (f"no medicine is of the class {odd[0]}" if odd else "classes is missing"))
    return classes


def _items(content: Content, text: str, where: str) -> tuple[str, ...]:
    items = tuple(text.split())
    if not items:
        raise ContentError(f"{where}: items is missing")
    return tuple(content.concept(CARE_ITEM, item).code for item in items)


def _loinc(text: str, where: str) -> tuple[str, ...]:
    if not text.split():
        raise ContentError(f"{where}: loinc is missing")
    return tuple(text.split())
