"""Whether a value matches a criterion, type by type (http://hl7.org/fhir/R4/search.html#ptypes).

Each kind of parameter turns one alternative of a clause into a set of ids, from the index's dictionary where equality
decides, else by looking at each value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from carefhir.sandbox.index import Index, named_key
from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.query import Clause, split, unescape
from carefhir.sandbox.values import Amount, Link, Range, ReferencedIdentifier, Text, Token, day_range, fold

_PREFIXED = re.compile(r"(eq|ne|lt|le|gt|ge|sa|eb|ap)?([-+]?\d.*)", re.DOTALL)

Ids = set[str]


def matching(clause: Clause, index: Index) -> Ids:
    """The ids whose values match any alternative; `:missing` and `:not` are the caller's, who knows all ids."""
    find = _FINDERS[clause.parameter.kind]
    ids: Ids = set()
    for value in clause.values:
        ids |= find(value, clause, index)
    return ids


def _scan(index: Index, test: Callable[..., bool]) -> Ids:
    return {id_ for id_, values in index.values.items() if any(test(each) for each in values)}


def _token(value: str, clause: Clause, index: Index) -> Ids:
    parts = [unescape(each) for each in split(value, "|")]
    if len(parts) == 1:
        return set(index.posted(parts[0]))
    system, code = parts[0], "|".join(parts[1:])
    implied = clause.parameter.system

    def fits(each: Token) -> bool:
        # A bare code is of the system its definition implies; where the table knows none, it fits any.
        own = implied if each.system is None else each.system
        return (each.code == code or not code) and own in (system, None)

    return _scan(index, fits) if not code else {id_ for id_ in index.posted(code) if any(map(fits, index.values[id_]))}


def _string(value: str, clause: Clause, index: Index) -> Ids:
    wanted = unescape(value)
    folded = fold(wanted)

    def test(each: Text) -> bool:
        if clause.modifier == "exact":
            return each.raw == wanted
        return folded in each.folded if clause.modifier == "contains" else each.folded.startswith(folded)

    return _scan(index, test)


def _reference(value: str, clause: Clause, index: Index) -> Ids:
    if clause.modifier == "identifier":
        return _identifier(value, index)
    text = unescape(value)
    allowed = clause.parameter.targets
    path = text.partition("/_history/")[0]
    kind, slash, id_ = path.rpartition("/")
    type_ = kind.rpartition("/")[2] if slash else ""
    if type_ in TYPES:
        wanted = {Link(type_, id_)}
    elif "/" in text or ":" in text:  # a canonical url
        wanted = {Link("", text)}
        return {each for each in index.posted(text) if wanted & set(index.values[each])}
    else:
        id_ = text
        wanted = {Link(each, id_) for each in (allowed or TYPES)}
    if clause.modifier in TYPES:
        wanted = {each for each in wanted if each.type == clause.modifier}
    if allowed:
        wanted = {each for each in wanted if each.type in allowed}
    return {each for each in index.posted(id_) if wanted & set(index.values[each])}


def _identifier(value: str, index: Index) -> Ids:
    system, bar, code = value.rpartition("|")
    wanted = ReferencedIdentifier(unescape(system), unescape(code))
    ids = index.posted(named_key(wanted))
    return {each for each in ids if not bar or wanted in index.values[each]}


def _uri(value: str, clause: Clause, index: Index) -> Ids:
    text = unescape(value)
    if clause.modifier == "below":
        return _scan(index, lambda each: each == text or each.startswith(text.rstrip("/") + "/"))
    if clause.modifier == "above":
        return _scan(index, lambda each: each == text or text.startswith(each.rstrip("/") + "/"))
    return set(index.posted(text))


def _prefixed(value: str, clause: Clause) -> tuple[str, str]:
    match = _PREFIXED.fullmatch(value)
    if match is None:
        raise RequestRefused(400, "invalid", f"The value of {clause.parameter.code} is no {clause.parameter.kind}.")
    return match[1] or "eq", match[2]


def _date(value: str, clause: Clause, index: Index) -> Ids:
    prefix, text = _prefixed(value, clause)
    wanted = day_range(text)
    if wanted is None:
        raise RequestRefused(400, "invalid", f"The value of {clause.parameter.code} is no date.")
    low, high = wanted

    def test(each: Range) -> bool:
        within = low <= each.low and each.high <= high
        match prefix:
            case "eq":
                return within
            case "ne":
                return not within
            case "gt":
                return each.high > high
            case "ge":
                return each.high > low
            case "lt":
                return each.low < low
            case "le":
                return each.low < high
            case "sa":
                return each.low >= high
            case "eb":
                return each.high <= low
        slack = timedelta(days=1)  # ap: the specification leaves the measure open
        return each.low < high + slack and each.high > low - slack

    return _scan(index, test)


def _number(value: str, clause: Clause, index: Index) -> Ids:
    parts = [unescape(each) for each in split(value, "|")]
    prefix, text = _prefixed(parts[0], clause)
    try:
        number = Decimal(text)
        slack = Decimal(5).scaleb(int(number.as_tuple().exponent) - 1)
    except ArithmeticError:
        raise RequestRefused(400, "invalid", f"The value of {clause.parameter.code} is no number.") from None
    system, code = [*parts, "", ""][1:3]

    def test(each: Amount) -> bool:
        if system and each.system != system:
            return False
        if code and code not in ((each.code,) if system else (each.code, each.unit)):
            return False
        return _compares(each.value, prefix, number, slack)

    return _scan(index, test)


def _compares(value: Decimal, prefix: str, wanted: Decimal, slack: Decimal) -> bool:
    within = wanted - slack <= value < wanted + slack  # 5.4 means 5.35 up to 5.45
    match prefix:
        case "eq":
            return within
        case "ne":
            return not within
        case "gt" | "sa":
            return value > wanted
        case "ge":
            return value >= wanted
        case "lt" | "eb":
            return value < wanted
        case "le":
            return value <= wanted
    return abs(value - wanted) <= abs(wanted) / 10


_FINDERS: dict[str, Callable[[str, Clause, Index], Ids]] = {
    "token": _token,
    "string": _string,
    "reference": _reference,
    "uri": _uri,
    "date": _date,
    "quantity": _number,
    "number": _number,
}
