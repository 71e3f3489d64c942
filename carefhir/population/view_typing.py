"""What a path means for a resource of R4: of what type each part is, and whether it can have several values.

Typing is done once, when a view is read, and everything odd is refused there: an element that R4 does not have, a
comparison of a date with a number, a condition that is no yes or no. What is left are terms that `view_rows` turns into
expressions without asking again, and the elements that were touched, of which `view_schema` makes a schema.

Where this says less than FHIRPath it refuses and never answers otherwise. One thing it cannot see: extensions of a
value that is one word or number (`_birthDate`). A birth date that has only the reason why it is absent is absent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from carefhir.population.view_path import (
    COMPARISONS,
    Applied,
    ElementNode,
    Fixed,
    Focus,
    Node,
    Operated,
    PathRefused,
    Picked,
)

FAMILIES = {
    "boolean": "boolean",
    "integer": "number",
    "positiveInt": "number",
    "unsignedInt": "number",
    "decimal": "number",
    "date": "moment",
    "dateTime": "moment",
    "instant": "moment",
    "time": "time",
    **dict.fromkeys("base64Binary canonical code id markdown oid string uri url uuid xhtml".split(), "text"),
}
"""The types whose value is one word or number, and what each can be compared with: others of its family."""
FAMILY_WORDS = {"boolean": "yes or no", "number": "a number", "moment": "a date", "time": "a time", "text": "a text"}


@dataclass(slots=True)
class Touched:
    """An element that paths touch, with what they touch inside it."""

    type: str
    many: bool
    parts: dict[str, Touched] = field(default_factory=dict)

    def part(self, name: str, type_: str, many: bool) -> Touched:
        """An element inside, by its name in JSON."""
        return self.parts.setdefault(name, Touched(type_, many))

    def merge(self, other: Touched) -> None:
        """Adds what another has touched of the same element."""
        for name, part in other.parts.items():
            self.part(name, part.type, part.many).merge(part)


@dataclass(frozen=True, slots=True)
class Here:
    """What the path is asked of: the resource, the row of a forEach, the item of a where."""

    type: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class PartTerm:
    """An element, by its name in JSON (`valueQuantity`); of several bases, all of theirs."""

    base: Term
    name: str
    type: str
    many: bool
    repeats: bool
    """Whether one base alone can have several."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An `element[x]` whose type was not chosen yet: its parts, one for each type."""

    parts: tuple[PartTerm, ...]
    many: bool

    @property
    def type(self) -> str:
        return "one of several types"


@dataclass(frozen=True, slots=True)
class Kept:
    """What of the base fulfills a condition; an unknown condition is not fulfilled."""

    base: Term
    condition: Term

    @property
    def type(self) -> str:
        return self.base.type

    @property
    def many(self) -> bool:
        return self.base.many


@dataclass(frozen=True, slots=True)
class ItemTerm:
    """One of several values, counted from 0."""

    base: Term
    place: int

    @property
    def type(self) -> str:
        return self.base.type

    @property
    def many(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts put together; of none, nothing."""

    base: Term
    separator: str
    type: str = "string"
    many: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """Whether there is any value; never unknown."""

    base: Term
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite; of unknown, unknown."""

    base: Term
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True, slots=True)
class ComparedTerm:
    """A comparison of two values of one family; of nothing, unknown. Several values equal no single one."""

    operator: str
    left: Term
    right: Term
    family: str
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """`and` or `or`, with unknown as SQL has it."""

    operator: str
    left: Term
    right: Term
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """The id in a relative reference (`Patient/16`), if it is to `target`; of any other reference, nothing.

    An absolute reference, an identifier and a contained resource have no key here: what they mean is on another server
    or inside this resource, and an id alone would find somebody else.
    """

    base: Term
    target: str
    type: str = "string"

    @property
    def many(self) -> bool:
        return self.base.many


Term = Fixed | Here | PartTerm | Choice | Kept | ItemTerm | Joined | Present | Negated | ComparedTerm | Combined | Key


@cache
def r4_types() -> dict[str, dict[str, str]]:
    """Every type of R4 with its elements, as scripts/make-type-table wrote them."""
    text = files("carefhir.population").joinpath("r4_types.json").read_text(encoding="utf-8")
    types: dict[str, dict[str, str]] = json.loads(text)
    return types


def is_resource(type_: str) -> bool:
    """Whether a type is one of R4's resources."""
    return "meta" in r4_types().get(type_, ())


def typed(node: Node, focus: Here, touched: Touched) -> tuple[Term, Touched]:
    """A path with its types, asked of `focus`; what it touches is added to `touched`. Raises `PathRefused`."""
    match node:
        case Fixed():
            return node, Touched(node.type, False)
        case Focus():
            return focus, touched
        case ElementNode(base, name):
            return _element(*typed(base, focus, touched), name)
        case Picked(base, place):
            if place < 0:
                raise PathRefused("has an index below 0")
            return _item(*typed(base, focus, touched), place)
        case Operated(operator, left, right):
            return _operated(operator, typed(left, focus, touched)[0], typed(right, focus, touched)[0])
        case Applied(base, function, arguments):
            return _applied(function, *typed(base, focus, touched), arguments)


def _element(base: Term, touched: Touched, name: str) -> tuple[Term, Touched]:
    if isinstance(base, Choice):
        raise PathRefused(f"looks for {name} in an element that may have several types; choose one with ofType()")
    elements = r4_types().get(base.type, {})
    if name in elements:
        return _part(base, touched, name, elements[name])
    options = elements.get(f"{name}[x]", "")
    if options:
        parts = []
        for option in options.split("|"):
            type_ = option.removeprefix("*")
            physical = f"{name}{type_[0].upper()}{type_[1:]}"
            parts.append(PartTerm(base, physical, type_, base.many, repeats=False))
        return Choice(tuple(parts), base.many), touched
    for element in elements:
        stem = element.removesuffix("[x]")
        if stem != element and name.startswith(stem):
            raise PathRefused(f"has {name}, which R4 does not have in {base.type}; write {stem}.ofType(...)")
    raise PathRefused(f"has {name}, which R4 does not have in {base.type}")


def _part(base: Term, touched: Touched, name: str, types: str) -> tuple[PartTerm, Touched]:
    repeats = types.startswith("*")
    type_ = types.removeprefix("*")
    if type_ == "Resource":
        raise PathRefused(f"has {name}: resources inside resources are not read")
    return PartTerm(base, name, type_, base.many or repeats, repeats), touched.part(name, type_, repeats)


def _item(base: Term, touched: Touched, place: int) -> tuple[Term, Touched]:
    if isinstance(base, Choice):
        raise PathRefused("takes one of an element that may have several types; choose one with ofType()")
    if base.many:
        return ItemTerm(base, place), touched
    return (base if place == 0 else Kept(base, Fixed(False, "boolean"))), touched


def _operated(operator: str, left: Term, right: Term) -> tuple[Term, Touched]:
    truth = Touched("boolean", False)
    if operator not in COMPARISONS:
        for operand in (left, right):
            _expect_boolean(operand, f"gives to {operator}")
        return Combined(operator, left, right), truth
    families = [FAMILIES.get(operand.type) for operand in (left, right)]
    for operand, family in zip((left, right), families, strict=True):
        if family is None:
            raise PathRefused(f"compares a value of type {operand.type}, not one word or number of it")
    if families[0] != families[1]:
        words = [FAMILY_WORDS[str(family)] for family in families]
        raise PathRefused(f"compares {words[0]} with {words[1]}")
    ordered = operator not in ("=", "!=")
    if ordered and families[0] not in ("number", "moment", "time"):
        raise PathRefused(f"compares {FAMILY_WORDS[str(families[0])]} by {operator}, which is not supported")
    if (left.many or right.many) and ordered:
        raise PathRefused(f"compares several values by {operator}; use first() or where()")
    if left.many and right.many:
        raise PathRefused(f"compares several values with several by {operator}, which is not supported")
    return ComparedTerm(operator, left, right, str(families[0])), truth


def _expect_boolean(term: Term, how: str) -> None:
    if term.type != "boolean" or term.many:
        several = "several values" if term.many else f"a value of type {term.type}"
        raise PathRefused(f"{how} {several} where yes or no is expected")


def _applied(function: str, base: Term, touched: Touched, arguments: tuple[Node, ...]) -> tuple[Term, Touched]:
    truth = Touched("boolean", False)
    match function:
        case "where":
            return _kept(base, touched, arguments[0]), touched
        case "exists":
            return Present(_kept(base, touched, arguments[0]) if arguments else _any(base, touched)), truth
        case "empty":
            return Negated(Present(_any(base, touched))), truth
        case "not":
            _expect_boolean(base, "gives to not()")
            return Negated(base), truth
        case "first":
            return _item(base, touched, 0)
        case "join":
            if FAMILIES.get(base.type) != "text":
                raise PathRefused(f"joins values of type {base.type}; join() takes texts")
            return Joined(base, _text(arguments[0], "join()") if arguments else ""), Touched("string", False)
        case "ofType":
            return _of_type(base, touched, _type_name(arguments[0]))
        case "extension":
            url = Fixed(_text(arguments[0], "extension()"), "string")
            extensions, inside = _element(base, touched, "extension")
            address, _ = _element(Here("Extension"), inside, "url")
            return Kept(extensions, ComparedTerm("=", address, url, "text")), inside
        case "getResourceKey":
            if not is_resource(base.type) or base.many:
                raise PathRefused("asks getResourceKey() of something that is not the resource")
            return _part(base, touched, "id", "id")
        case _:
            if base.type != "Reference":
                raise PathRefused(f"asks getReferenceKey() of a value of type {base.type}")
            target = _type_name(arguments[0]) if arguments else ""
            if target and not is_resource(target):
                raise PathRefused(f"asks getReferenceKey() for {target}, which is no resource of R4")
            reference, inside = _part(base, touched, "reference", "string")
            return Key(reference, target), inside


def _any(base: Term, touched: Touched) -> Term:
    """What `exists()` and `empty()` ask about: of an `element[x]` all types are looked at."""
    if isinstance(base, Choice):
        for part in base.parts:
            touched.part(part.name, part.type, False)
    return base


def _kept(base: Term, touched: Touched, condition: Node) -> Kept:
    if isinstance(base, Choice):
        raise PathRefused("filters an element that may have several types; choose one with ofType()")
    term, _ = typed(condition, Here(base.type), touched)
    _expect_boolean(term, "has a condition that gives")
    return Kept(base, term)


def _of_type(base: Term, touched: Touched, name: str) -> tuple[Term, Touched]:
    if not isinstance(base, Choice):
        if base.type != name:
            raise PathRefused(f"asks ofType({name}) of a value that is always of type {base.type}")
        return base, touched
    for part in base.parts:
        if part.type == name:
            return part, touched.part(part.name, part.type, False)
    raise PathRefused(f"asks ofType({name}): {base.parts[0].name} and its like are never of that type")


def _type_name(argument: Node) -> str:
    match argument:
        case ElementNode(Focus(), name) | ElementNode(ElementNode(Focus(), "FHIR"), name):
            return name
    raise PathRefused("has something else where the name of a type is expected")


def _text(argument: Node, function: str) -> str:
    if isinstance(argument, Fixed) and isinstance(argument.value, str):
        return argument.value
    raise PathRefused(f"gives to {function} something that is not a fixed text")
