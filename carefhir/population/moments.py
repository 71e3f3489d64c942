"""Compares dates and times that are strings, as FHIR writes them.

A date says how exact it is by its length: `2024`, `2024-03`, `2024-03-05`, or with a time and its zone. Two dates are
compared as far as both go. Where that does not decide (`2024-03` and `2024-03-05`), the answer is unknown, as in
FHIRPath, and never a guess. Two that have a time are compared as instants.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

Operator = Callable[[ir.Value, ir.Value], ir.Value]
DAY = 10
"""How long a date is that names a day; a longer one has a time."""
ZONED = r"(Z|[+-]\d\d:\d\d)$"
SECOND = 8
FRACTION = 18


def compare_moments(operator: Operator, left: ir.StringValue, right: ir.StringValue, *, ties: bool) -> ir.BooleanValue:
    """`ties`: what the comparison says of two that are equal."""
    lengths = (left.length(), right.length())
    shared = ibis.least(*lengths, DAY)
    days = (left.substr(0, shared), right.substr(0, shared))
    return ibis.cases(
        ((lengths[0] > DAY) & (lengths[1] > DAY), operator(instant(left), instant(right))),
        (days[0] != days[1], operator(*days)),
        ((lengths[0] == lengths[1]) & (lengths[0] <= DAY), ibis.literal(ties)),
        else_=ibis.null(bool),
    )


def compare_times(operator: Operator, left: ir.StringValue, right: ir.StringValue) -> ir.BooleanValue:
    """Times of day, with or without fractions of a second."""
    return operator(padded(left), padded(right))


def instant(moment: ir.StringValue) -> ir.TimestampValue:
    """A date with a time as an instant; null where it cannot be read, or does not say its zone: an engine would take
    the one of the machine."""
    return ibis.ifelse(moment.re_search(ZONED), moment, ibis.null(str)).try_cast("timestamp('UTC')")


def padded(time: ir.StringValue) -> ir.StringValue:
    """A time of day with nine digits after the second."""
    return ibis.ifelse(time.length() == SECOND, time + ".", time).rpad(FRACTION, "0")
