"""Compiles a checked view to ibis: rows of a table, on whatever engine the table is.

Everything is one pass over the table. A path becomes list functions on the row it is in; only `forEach` makes rows of
items, and siblings are multiplied by doing so one after the other. Where rows differ in what they are for (a branch of
`unionAll`, the row of nothing of a `forEachOrNull`), a column says whether a selection is *active* in a row: one that
is not leaves the row as it is, and its own columns empty.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir

from carefhir.population.engines import refusing
from carefhir.population.moments import compare_moments, compare_times
from carefhir.population.view_definition import Selection, View, ViewColumn
from carefhir.population.view_path import Fixed
from carefhir.population.view_schema import primitive
from carefhir.population.view_typing import (
    Choice,
    Combined,
    ComparedTerm,
    Here,
    ItemTerm,
    Joined,
    Kept,
    Key,
    Negated,
    PartTerm,
    Present,
    Term,
)

OPERATORS: dict[str, Callable[[ir.Value, ir.Value], ir.Value]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
RELATIVE = r"^[A-Z][A-Za-z]+/([A-Za-z0-9.\-]{1,64})(/_history/[A-Za-z0-9.\-]{1,64})?$"
"""A relative reference, as R4 writes it."""


def rows_of(view: View, table: ibis.Table) -> ibis.Table:
    """The rows of a view over a table of its resource type, made with `schema_of` for this view or more.

    A column that may have several values and is no collection stops the query where it has: the message names view and
    column. Raises nothing itself: ibis tables are asked later.
    """
    return _Compiler(view, table).rows()


@dataclass(frozen=True, slots=True)
class _Within:
    """The resource, if a condition holds: a table has no row that is null."""

    table: ibis.Table
    condition: ir.BooleanValue

    def __getitem__(self, name: str) -> ir.Value:
        value = self.table[name]
        return ibis.ifelse(self.condition, value, ibis.null(value.type()))


Scope: TypeAlias = Any
"""What a path is asked of: a value, the table (its row is the resource), or a `_Within`; ibis itself is not typed."""
Outputs = list[tuple[str, str]]
"""Columns of a view, each with the column of the table that holds it meanwhile."""


class _Compiler:
    def __init__(self, view: View, table: ibis.Table) -> None:
        self.view = view
        self.table = table
        self.backend = table.get_backend()
        self.numbers = count()

    def alias(self) -> str:
        """A name that no element of FHIR has."""
        return f"_view{next(self.numbers)}"

    def rows(self) -> ibis.Table:
        for condition in self.view.conditions:
            self.table = self.table.filter(value(condition, self.table).fill_null(False))
        outputs = self.select(self.view.selection, focus="", active="")
        return self.table.select(**{name: self.table[alias] for name, alias in outputs})

    def add(self, added: ir.Value) -> str:
        """Puts a value beside the others; the name by which it is found again."""
        alias = self.alias()
        self.table = self.table.mutate(**{alias: added})
        return alias

    def scope(self, focus: str) -> Scope:
        return self.table[focus] if focus else self.table

    def select(self, selection: Selection, focus: str, active: str) -> Outputs:
        if selection.each is not None:
            focus, active = self.each(selection.each, selection.or_null, focus, active)
        outputs = [(column.name, self.column(column, focus, active)) for column in selection.columns]
        for inner in selection.selections:
            outputs += self.select(inner, focus, active)
        return outputs + self.union(selection.branches, focus, active)

    def each(self, term: Term, or_null: bool, focus: str, active: str) -> tuple[str, str]:
        """A row for each item: the column of the item, and the one that says whether there is any."""
        optional = or_null or bool(active)
        items = settled(term, self.scope(focus)) if optional and term.many else value(term, self.scope(focus))
        if active:
            items = ibis.ifelse(self.table[active], items, ibis.null(items.type()))
        item = self.add(items)
        if term.many:
            self.table = self.unnested(item, optional)
        if not or_null:
            present = self.table[item].notnull()
            self.table = self.table.filter(present | ~self.table[active] if active else present)
        return item, self.add(self.table[item].notnull()) if optional else ""

    def unnested(self, alias: str, keep_empty: bool) -> ibis.Table:
        items = self.table[alias]
        if keep_empty:
            none = ibis.null(items.type().value_type)
            items = ibis.ifelse(items.length() > 0, items, ibis.array([none]))
        return self.table.mutate(**{alias: items.unnest()})

    def column(self, column: ViewColumn, focus: str, active: str) -> str:
        scope = self.scope(focus)
        given = settled(column.term, scope) if column.term.many else value(column.term, scope)
        if column.term.many and not column.collection:
            given = self.single(given, column.name)
        elif column.collection:
            none = ibis.null(given.type() if column.term.many else f"array<{given.type()}>")
            items = given if column.term.many else ibis.ifelse(given.notnull(), ibis.array([given]), none)
            given = items.fill_null(ibis.literal([], items.type()))
        if active:
            given = ibis.ifelse(self.table[active], given, ibis.null(given.type()))
        return self.add(given)

    def single(self, items: ir.ArrayValue, name: str) -> ir.Value:
        """The only item; where there are several, the query stops."""
        only = first_of(items, 0)
        message = f"ViewDefinition {self.view.name}: column {name} has several values in a row"
        return ibis.ifelse(items.length() > 1, refusing(self.backend, message).cast(only.type()), only)

    def union(self, branches: tuple[Selection, ...], focus: str, active: str) -> Outputs:
        """The rows of each branch: every row once for each, in which only that branch is active."""
        if len(branches) < 2:
            return self.select(branches[0], focus, active) if branches else []
        numbers = ibis.array(list(range(len(branches))))
        if active:
            numbers = ibis.ifelse(self.table[active], numbers, ibis.array([-1]))
        which = self.add(numbers.unnest())
        outputs = []
        for number, branch in enumerate(branches):
            turn = self.add(self.table[which] == number)
            outputs.append((turn, self.select(branch, focus, turn)))
        merged = []
        for place, name in enumerate(branches[0].names):
            turns = [(self.table[turn], self.table[branch[place][1]]) for turn, branch in outputs]
            merged.append((name, self.add(ibis.cases(*turns))))
        return merged


_parameters = count()


def per_item(body: Callable[[ir.Value], ir.Value]) -> Callable[..., ir.Value]:
    """A function of a list's item whose parameter has a name of its own, so that functions can stand in each other."""

    def of(**items: ir.Value) -> ir.Value:
        return body(*items.values())

    name = f"item{next(_parameters)}"
    of.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)])  # type: ignore[attr-defined]
    return of


def present_items(items: ir.ArrayValue) -> ir.ArrayValue:
    """A list without its nulls."""
    return items.filter(per_item(lambda item: item.notnull()))


def settled(term: Term, scope: Scope) -> ir.ArrayValue:
    """The list that a term gives, without nulls: a collection of FHIRPath has none, and only now does it matter."""
    items = value(term, scope)
    return items if isinstance(term, Kept) else present_items(items)


def first_of(items: ir.ArrayValue, place: int) -> ir.Value:
    """An item, or null where the list is shorter: Spark would stop there."""
    return ibis.ifelse(items.length() > place, items[place], ibis.null(items.type().value_type))


def value(term: Term, scope: Scope) -> ir.Value:
    """A term as an expression over the resource, or the item, that `scope` is."""
    match term:
        case Fixed(fixed, type_):
            return literal(fixed, type_)
        case Here():
            return scope
        case PartTerm(base, name, repeats=repeats):
            return _part(value(base, scope), name, repeats) if base.many else value(base, scope)[name]
        case Kept(base, condition):
            return _kept(value(base, scope), base.many, condition)
        case ItemTerm(PartTerm(Kept() | PartTerm() as base, name, many=True, repeats=False), place):
            items = value(base, scope).filter(per_item(lambda item: item[name].notnull()))
            return first_of(items, place)[name]
        case ItemTerm(base, place):
            return first_of(settled(base, scope), place)
        case Joined(base, separator):
            if not base.many:
                return value(base, scope)
            items = settled(base, scope)
            return ibis.ifelse(items.length() > 0, items.join(separator), ibis.null(str))
        case Present(base):
            return _present(base, scope)
        case Negated(base):
            return ~value(base, scope)
        case Combined(operator, left, right):
            values = (value(left, scope), value(right, scope))
            return values[0] & values[1] if operator == "and" else values[0] | values[1]
        case ComparedTerm():
            return _compared(term, scope)
        case Key(base, target):
            references = value(base, scope)
            if base.many:
                return references.map(per_item(lambda item: key_of(item, target)))
            return key_of(references, target)
    raise AssertionError(f"{type(term).__name__} has no value of its own")


def literal(fixed: str | int | bool | Decimal, type_: str) -> ir.Value:
    """A value that stands in the view, with the precision of its own if it is a decimal."""
    if isinstance(fixed, Decimal):
        places = max(0, -int(fixed.as_tuple().exponent))
        return ibis.literal(fixed, f"decimal(38, {max(places, 6)})" if places > 6 else "decimal(18, 6)")
    return ibis.literal(fixed, primitive(type_))


def _part(items: ir.ArrayValue, name: str, repeats: bool) -> ir.ArrayValue:
    parts = items.map(per_item(lambda item: item[name]))
    return present_items(parts).flatten() if repeats else parts  # Spark's flatten gives up where an inner list is null


def _kept(base: Scope, base_many: bool, condition: Term) -> Scope:
    if base_many:
        return base.filter(per_item(lambda item: item.notnull() & value(condition, item).fill_null(False)))
    holds = value(condition, base).fill_null(False)
    if isinstance(base, ibis.Table):
        return _Within(base, holds)
    if isinstance(base, _Within):
        return _Within(base.table, base.condition & holds)
    return ibis.ifelse(holds, base, ibis.null(base.type()))


def _present(base: Term, scope: Scope) -> ir.BooleanValue:
    if isinstance(base, Choice):
        return any_of(_present(part, scope) for part in base.parts)
    if base.many:
        return (settled(base, scope).length() > 0).fill_null(False)
    values = value(base, scope)
    if isinstance(values, ibis.Table):
        return ibis.literal(True)
    return values.condition if isinstance(values, _Within) else values.notnull()


def any_of(conditions: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether any of the conditions holds."""
    whole = ibis.literal(False)
    for condition in conditions:
        whole = whole | condition
    return whole


def _compared(term: ComparedTerm, scope: Scope) -> ir.BooleanValue:
    if not (term.left.many or term.right.many):
        return compare(term.operator, value(term.left, scope), value(term.right, scope), term.family)
    many, single = (term.left, term.right) if term.left.many else (term.right, term.left)
    items, other = settled(many, scope), value(single, scope)
    alone = compare(term.operator, first_of(items, 0), other, term.family)
    several = ibis.ifelse(other.notnull(), ibis.literal(term.operator == "!="), ibis.null(bool))
    return ibis.ifelse(items.length() > 1, several, alone)


def compare(operator: str, left: ir.Value, right: ir.Value, family: str) -> ir.BooleanValue:
    """A comparison of two single values."""
    if family == "moment":
        return compare_moments(OPERATORS[operator], left, right, ties=operator in ("=", "<=", ">="))
    if family == "time":
        return compare_times(OPERATORS[operator], left, right)
    return OPERATORS[operator](left, right)


def key_of(reference: ir.StringValue, target: str) -> ir.StringValue:
    """The id of a relative reference to a type, or to any where `target` is ""; null for every other reference."""
    if not target:
        matched = reference.re_search(RELATIVE)
        return ibis.ifelse(matched, reference.re_extract(RELATIVE, 1), ibis.null(str))
    rest = reference.substr(len(target) + 1)
    plain = ibis.ifelse(rest.contains("/"), _versioned(reference), rest.nullif(""))
    return ibis.ifelse(reference.startswith(f"{target}/"), plain, ibis.null(str))


def _versioned(reference: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(reference.re_search(RELATIVE), reference.re_extract(RELATIVE, 1), ibis.null(str))
