"""Numbers and units as content: which spelling is which unit, which LOINC code which quantity, what is plausible.

A number that these tables do not know is not read, and whoever asked says so; it is never skipped (clinical practice,
rules 22 and 23). A number without a unit, or with a unit that is not known, can be read in several ways: the caller
gets all of them, and the worst one counts (rule 21).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from carefhir.codes import LOINC, MEASURE_UNIT, MEASURED_QUANTITY
from carefhir.content.loading import Concept, Content, ContentKey
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings

_number = re.compile(r"(?<![\w.,])[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its UCUM code, and how a number in it becomes one in the base unit of its dimension."""

    ucum: str
    dimension: str
    factor: Decimal
    offset: Decimal

    def to_base(self, value: Decimal) -> Decimal:
        return value * self.factor + self.offset

    def from_base(self, value: Decimal) -> Decimal:
        return (value - self.offset) / self.factor


@dataclass(frozen=True, slots=True)
class Kind:
    """What is measured, and the range of plausible numbers, in `unit`."""

    code: str
    display: str
    dimension: str
    unit: Unit
    low: Decimal
    high: Decimal
    loinc: tuple[str, ...]
    """The first is the code that we write."""
    change: Decimal | None
    """The largest plausible change since the last reading; None where there is no such limit."""
    words: Mapping[str, tuple[str, ...]]
    """What a meter shows in place of a number that is too `low` or too `high` for it."""
    category: str
    """The category of an Observation that holds it: `vital-signs`, `laboratory` or `survey`."""
    high_means: str
    """The question of a check-in that such a `high` answers with yes; "" where there is none."""

    @property
    def counted(self) -> bool:
        """Whether it is a score or a count, which has no unit to mistake."""
        return self.dimension in ("score", "count")

    @property
    def beyond(self) -> Mapping[str, Decimal]:
        """A number just beyond each end of the plausible range."""
        return {"low": self.low - 1, "high": self.high + 1}

    def shows_high(self, text: str) -> bool:
        """Whether a text tells what a meter shows in place of a number that is too high for it."""
        return bool(set(re.findall(r"\w+", text.lower())) & set(self.words["high"]))


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as it was given or can be read, in a UCUM unit."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """A given number: every way it can be read, and why it does not count as read."""

    ways: tuple[Measured, ...] = ()
    odd: str = ""
    """Why it is not clear; "" for a number that can be read in one way only."""

    @property
    def clear(self) -> Measured | None:
        """The number, where it is clear."""
        return self.ways[0] if len(self.ways) == 1 and not self.odd else None


@lru_cache(maxsize=8)
def _units(key: ContentKey) -> Mapping[str, tuple[Unit, ...]]:
    """Units by spelling: one spelling may name a unit of each of several dimensions (mmol/L of glucose, of sodium)."""
    units: dict[str, tuple[Unit, ...]] = {}
    for concept in key.content.concepts(MEASURE_UNIT).values():
        properties = concept.properties
        unit = Unit(
            ucum=str(properties["ucum"]),
            dimension=str(properties["dimension"]),
            factor=Decimal(str(properties["factor"])),
            offset=Decimal(str(properties.get("offset", 0))),
        )
        spellings = str(properties.get("spellings", "")).split(";")
        for spelling in (unit.ucum, concept.display, *spellings):
            others = (other for other in units.get(_plain(spelling), ()) if other.dimension != unit.dimension)
            units[_plain(spelling)] = (*others, unit)
    return units


def _plain(spelling: str) -> str:
    """A spelling without what does not matter: case, spaces, a final period."""
    return re.sub(r"\s+", " ", spelling.strip().lower()).rstrip(".").strip()


def units_of(content: Content, spelling: str) -> tuple[Unit, ...]:
    """The units that a spelling names, of a dimension each; () if it is not known."""
    return _units(ContentKey(content)).get(_plain(spelling), ()) if spelling.strip() else ()


def unit_of(content: Content, spelling: str, dimension: str) -> Unit | None:
    """The unit of a dimension that a spelling names; None if there is none."""
    return next((unit for unit in units_of(content, spelling) if unit.dimension == dimension), None)


def kinds(content: Content) -> Mapping[str, Kind]:
    """Everything that is measured, by code of CodeSystem measured-quantity."""
    return _kinds(ContentKey(content))


@lru_cache(maxsize=8)
def _kinds(key: ContentKey) -> Mapping[str, Kind]:
    return {code: _kind(key.content, concept) for code, concept in key.content.concepts(MEASURED_QUANTITY).items()}


def _kind(content: Content, concept: Concept) -> Kind:
    properties = concept.properties
    unit = unit_of(content, str(properties["unit"]), str(properties["dimension"]))
    assert unit is not None, f"CodeSystem measured-quantity: {concept.code} has a unit that measure-unit lacks"
    change = properties.get("plausibleChange")
    return Kind(
        code=concept.code,
        display=concept.display,
        dimension=str(properties["dimension"]),
        unit=unit,
        low=Decimal(str(properties["plausibleLow"])),
        high=Decimal(str(properties["plausibleHigh"])),
        loinc=tuple(str(properties["loinc"]).split()),
        change=None if change is None else Decimal(str(change)),
        words={
            end: tuple(_plain(word) for word in str(properties.get(name, "")).split(";") if word.strip())
            for end, name in (("low", "lowWords"), ("high", "highWords"))
        },
        category=str(properties.get("category", "vital-signs")),
        high_means=str(properties.get("highMeans", "")),
    )


@lru_cache(maxsize=8)
def _by_loinc(key: ContentKey) -> Mapping[str, Kind]:
    return {code: kind for kind in kinds(key.content).values() for code in kind.loinc}


def kinds_by_loinc(content: Content) -> Mapping[str, Kind]:
    """Everything that is measured, by each of its LOINC codes."""
    return _by_loinc(ContentKey(content))


def kind_of_loinc(content: Content, code: str) -> Kind | None:
    """What a LOINC code measures; None if the table does not know it."""
    return kinds_by_loinc(content).get(code)


def kind_of_item(content: Content, item: Json, quantity_of: Mapping[str, Concept]) -> Kind | None:
    """What the question of a form measures: by its LOINC code, or by the property `quantity` of its own code."""
    for system, code in codings(item, "code"):
        if system == LOINC and (kind := kind_of_loinc(content, code)) is not None:
            return kind
        if code in quantity_of and (named := quantity_of[code].properties.get("quantity")):
            return kinds(content).get(str(named))
    return None


def converted(content: Content, measured: Measured, ucum: str) -> Decimal | None:
    """A number in another unit of its dimension; None if the two cannot be compared."""
    if measured.unit == ucum:
        return measured.value
    for here in units_of(content, measured.unit):
        there = unit_of(content, ucum, here.dimension)
        if there is not None:
            return measured.value if here == there else there.from_base(here.to_base(measured.value))
    return None


def implausible(content: Content, kind: Kind, measured: Measured) -> bool:
    """Whether a number is more likely a slip than a person."""
    value = converted(content, measured, kind.unit.ucum)
    return value is None or not kind.low <= value <= kind.high


def read_quantity(content: Content, kind: Kind, quantity: Json) -> NumberGiven:
    """A FHIR Quantity. Where code and unit disagree, or none of them is known, every unit of the kind is a way to read
    it. A comparator (`<70`) says where the number lies, not what it is: it is read as just inside, and is not clear."""
    value = _decimal(quantity.get("value"))
    if value is None:
        return NumberGiven(odd="holds no number")
    comparator = quantity.get("comparator")
    if comparator:
        value = {"<": value - _step(value), ">": value + _step(value)}.get(str(comparator), value)
    spellings = [str(text) for name in ("code", "unit") if (text := quantity.get(name))]
    units = [unit for spelling in spellings if (unit := unit_of(content, spelling, kind.dimension))]
    ways = tuple(dict.fromkeys(Measured(value, unit.ucum) for unit in units)) or _every_way(content, kind, value)
    odd = ""
    if isinstance(quantity.get("value"), str):
        odd = "is not given as a number"
    elif not spellings:
        odd = "has no unit"
    elif len(units) < len(spellings):
        odd = "has a unit that is not understood"
    elif len(ways) > 1:
        odd = "has two units that disagree"
    elif comparator:
        odd = "is a limit, not a number"
    return NumberGiven(ways, odd)


def read_text(content: Content, kind: Kind, text: str) -> NumberGiven:
    """A number in words, `195 lb`, or what a meter shows, `HI`. Never clear: a person reads it and enters it as a
    number."""
    beyond = {word: kind.beyond[end] for end in ("low", "high") for word in kind.words[end]}
    if _plain(text) in beyond:
        return NumberGiven((Measured(beyond[_plain(text)], kind.unit.ucum),), "is not given as a number")
    step = _beyond(text)
    values = [
        value + step for match in _number.findall(text) if (value := _decimal(match.replace(",", "."))) is not None
    ]
    rest = _plain(_number.sub(" ", text)).strip("/ ")
    unit = unit_of(content, rest, kind.dimension)
    ways: tuple[Measured, ...] = ()
    for value in values:
        ways += (Measured(value, unit.ucum),) if unit else _every_way(content, kind, value)
    return NumberGiven(ways, "is not given as a number")


def _beyond(text: str) -> int:
    """Which way from its number a text points: `over 600` is more, `<70` is less."""
    if re.search(r"[>≥]|\b(?:over|above|more than)\b", text.lower()):
        return 1
    return -1 if re.search(r"[<≤]|\b(?:under|below|less than)\b", text.lower()) else 0


def read_bare(content: Content, kind: Kind, value: object) -> NumberGiven:
    """A number without a unit (`valueInteger`, `valueDecimal`)."""
    number = _decimal(value)
    return (
        NumberGiven(_every_way(content, kind, number), "has no unit") if number is not None else NumberGiven((), "odd")
    )


def _every_way(content: Content, kind: Kind, value: Decimal) -> tuple[Measured, ...]:
    """The number in each unit in which it is plausible; else in the unit of the plausible range."""
    units = dict.fromkeys(unit for some in _units(ContentKey(content)).values() for unit in some)
    ways = (Measured(value, unit.ucum) for unit in units if unit.dimension == kind.dimension)
    plausible = tuple(way for way in ways if not implausible(content, kind, way))
    return plausible or (Measured(value, kind.unit.ucum),)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _step(value: Decimal) -> Decimal:
    """The smallest step of a number as it is written: 0.1 for 3.5, 1 for 70."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(1)
