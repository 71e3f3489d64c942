"""Reads a SQL on FHIR ViewDefinition, and refuses what would not be carried out exactly.

What is supported of the selects, the paths and the constants is in `docs/supported-content.md`. Everything else is
refused by name when a view is read: a part skipped in silence would be people who are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.population.view_path import Fixed, PathRefused, moment, parse
from carefhir.population.view_typing import FAMILIES, Choice, Here, Term, Touched, is_resource, typed

ABOUT = frozenset(
    "resourceType id meta language text url identifier version name title status experimental date publisher contact"
    " description useContext jurisdiction purpose copyright copyrightLabel fhirVersion".split()
)
"""Elements that say something about the view, and change no row."""
USED = frozenset(("resource", "constant", "select", "where"))
SELECT = frozenset(("id", "column", "select", "forEach", "forEachOrNull", "unionAll"))
COLUMN = frozenset(("id", "name", "path", "description", "collection", "type"))
COLUMN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
CONSTANT_TYPES = frozenset(
    "base64Binary boolean canonical code date dateTime decimal id instant integer oid positiveInt string time"
    " unsignedInt uri url uuid".split()
)


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column: its name, where its value comes from, and whether it is a list of values."""

    name: str
    term: Term
    collection: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Columns and selections whose rows are multiplied with each other, for each item of `each`, if there is one."""

    columns: tuple[ViewColumn, ...]
    selections: tuple[Selection, ...]
    branches: tuple[Selection, ...]
    """`unionAll`: their rows are put one under the other."""
    each: Term | None = None
    or_null: bool = False
    """Whether there is one row of nothing where `each` has no item."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order that SQL on FHIR says."""
        inside = [name for selection in self.selections for name in selection.names]
        union = self.branches[0].names if self.branches else ()
        return (*(column.name for column in self.columns), *inside, *union)


@dataclass(frozen=True, slots=True)
class View:
    """A ViewDefinition, parsed and checked: rows of one resource type."""

    name: str
    resource: str
    columns: tuple[str, ...]
    selection: Selection
    conditions: tuple[Term, ...]
    touched: Touched = field(repr=False, hash=False, compare=False)


def read_view(definition: Json) -> View:
    """A view, ready to be asked. Raises `ContentError`: names the view, the column or path, and what is refused."""
    return _ViewReader(definition).view()


class _ViewReader:
    def __init__(self, definition: Json) -> None:
        self.definition = definition
        name = definition.get("name") or definition.get("id") or definition.get("url")
        self.name = name if isinstance(name, str) else "without a name"

    def refuse(self, what: str) -> NoReturn:
        raise ContentError(f"ViewDefinition {self.name}: {what}")

    def view(self) -> View:
        self.expect_elements(self.definition, ABOUT | USED, "the view")
        resource = self.definition.get("resource")
        if not (isinstance(resource, str) and is_resource(resource)):
            self.refuse("resource is not a resource type of R4")
        self.constants = self.read_constants()
        touched = Touched(resource, many=False)
        focus = Here(resource)
        conditions = [
            self.condition(each, focus, touched) for each in self.objects(self.definition, "where", "the view")
        ]
        selects = self.objects(self.definition, "select", "the view")
        if not selects:
            self.refuse("has no select")
        parts = tuple(self.selection(each, focus, touched, f"select[{n}]") for n, each in enumerate(selects))
        whole = Selection(columns=(), selections=parts, branches=())
        self.expect_distinct(whole.names)
        return View(
            name=self.name,
            resource=resource,
            columns=whole.names,
            selection=whole,
            conditions=tuple(conditions),
            touched=touched,
        )

    def expect_elements(self, element: Mapping[str, Any], allowed: frozenset[str], place: str) -> None:
        for name in element:
            if name not in allowed:
                self.refuse(f"{place} has {name}, which is not supported")

    def objects(self, element: Mapping[str, Any], name: str, place: str) -> list[Json]:
        values = element.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse(f"{place}: {name} is not a list of objects")
        return values

    def expect_distinct(self, names: tuple[str, ...]) -> None:
        if not names:
            self.refuse("has no column")
        earlier: set[str] = set()
        for name in names:
            if name.lower() in earlier:
                self.refuse(f"has two columns {name} (capitals do not tell columns apart)")
            earlier.add(name.lower())

    def condition(self, where: Json, focus: Here, touched: Touched) -> Term:
        self.expect_elements(where, frozenset(("id", "path", "description")), "where")
        term = self.term(where.get("path"), focus, touched, "where")[0]
        if term.type != "boolean" or term.many:
            self.refuse(f"where {where.get('path')} does not give yes or no")
        return term

    def term(self, path: object, focus: Here, touched: Touched, place: str) -> tuple[Term, Touched]:
        if not isinstance(path, str):
            self.refuse(f"{place} has no path")
        try:
            return typed(parse(path, self.constants), focus, touched)
        except PathRefused as reason:
            self.refuse(f"{place}: the path {path} {reason}")
        except RecursionError:
            self.refuse(f"{place}: the path is nested too deeply")

    def selection(self, select: Json, focus: Here, touched: Touched, place: str) -> Selection:
        self.expect_elements(select, SELECT, place)
        each = None
        loops = [name for name in ("forEach", "forEachOrNull") if name in select]
        if len(loops) > 1:
            self.refuse(f"{place} has forEach and forEachOrNull")
        for loop in loops:
            each, touched = self.term(select[loop], focus, touched, f"{place}.{loop}")
            if isinstance(each, Fixed | Here | Choice) or is_resource(each.type):
                self.refuse(f"{place}.{loop}: the path {select[loop]} is not an element with one type")
            focus = Here(each.type)
        columns = tuple(
            self.column(each_column, focus, touched, place) for each_column in self.objects(select, "column", place)
        )
        selections = tuple(
            self.selection(inner, focus, touched, f"{place}.select[{n}]")
            for n, inner in enumerate(self.objects(select, "select", place))
        )
        branches = tuple(
            self.selection(branch, focus, touched, f"{place}.unionAll[{n}]")
            for n, branch in enumerate(self.objects(select, "unionAll", place))
        )
        self.expect_alike(branches, place)
        if not (columns or selections or branches):
            self.refuse(f"{place} has no column")
        return Selection(columns, selections, branches, each=each, or_null="forEachOrNull" in loops)

    def expect_alike(self, branches: tuple[Selection, ...], place: str) -> None:
        for branch in branches[1:]:
            if branch.names != branches[0].names:
                self.refuse(f"{place}.unionAll: the columns differ, {branches[0].names} and {branch.names}")
            for first, other in zip(shapes(branches[0]), shapes(branch), strict=True):
                if first != other:
                    self.refuse(f"{place}.unionAll: the columns {first[0]} are not of one type")

    def column(self, column: Json, focus: Here, touched: Touched, place: str) -> ViewColumn:
        name = column.get("name")
        if not (isinstance(name, str) and COLUMN_NAME.fullmatch(name)):
            self.refuse(f"{place} has a column whose name is not letters, digits and _")
        self.expect_elements(column, COLUMN, f"column {name}")
        collection = column.get("collection", False)
        if not isinstance(collection, bool):
            self.refuse(f"column {name}: collection is not true or false")
        term, _ = self.term(column.get("path"), focus, touched, f"column {name}")
        family = FAMILIES.get(term.type)
        if family is None:
            self.refuse(f"column {name}: the path {column['path']} gives {term.type}, not one word or number of it")
        declared = column.get("type", term.type)
        if not isinstance(declared, str) or FAMILIES.get(declared.rpartition("/")[2]) != family:
            self.refuse(f"column {name}: its type is {declared}, but its path gives {term.type}")
        return ViewColumn(name, term, collection)

    def read_constants(self) -> dict[str, Fixed]:
        constants: dict[str, Fixed] = {}
        for constant in self.objects(self.definition, "constant", "the view"):
            name = constant.get("name")
            if not isinstance(name, str) or name in constants:
                self.refuse("has a constant without a name of its own")
            values = [key for key in constant if key not in ("id", "name")]
            type_ = values[0].removeprefix("value") if len(values) == 1 else ""
            type_ = type_[:1].lower() + type_[1:]
            if type_ not in CONSTANT_TYPES:
                self.refuse(f"constant {name} has no value, several, or one of a type that is not supported")
            try:
                constants[name] = constant_of(type_, constant[values[0]])
            except PathRefused as reason:
                self.refuse(f"constant {name} {reason}")
        return constants


def constant_of(type_: str, value: object) -> Fixed:
    """A constant of a view as a literal. Raises `PathRefused` if the value is not of its type."""
    match FAMILIES[type_], value:
        case ("boolean", bool(value)) | ("text", str(value)):
            return Fixed(value, type_)
        case ("number", int(value)) if type_ != "decimal" and not isinstance(value, bool):
            return Fixed(value, type_)
        case ("number", int() | float() | Decimal()) if type_ == "decimal" and not isinstance(value, bool):
            return Fixed(Decimal(str(value)), type_)
        case ("moment", str()):
            return Fixed(moment(f"@{value}").value, type_)
        case ("time", str()):
            return Fixed(moment(f"@T{value}").value, type_)
    raise PathRefused(f"is not a {type_}")


def shapes(selection: Selection) -> list[tuple[str, str, bool]]:
    """The columns of a selection as those of a union are compared: name, family, and whether a list."""
    shape = [(column.name, FAMILIES[column.term.type], column.collection) for column in selection.columns]
    for inner in selection.selections:
        shape += shapes(inner)
    return shape + (shapes(selection.branches[0]) if selection.branches else [])
