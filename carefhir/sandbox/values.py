"""What an index holds: one plain tuple for each value a search parameter sees, by the parameter's type.

Dates are ranges (http://hl7.org/fhir/R4/search.html#date): `2026` is a whole year, a Period without an end reaches to
the end of time. A date without a zone is read as UTC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)


class Token(NamedTuple):
    """A code; `system` is None where the element is a bare code, whose system its definition implies."""

    system: str | None
    code: str


class Text(NamedTuple):
    """A string as it stands, and folded (no case, no accents) for the ordinary match."""

    raw: str
    folded: str


class Range(NamedTuple):
    """From `low` up to but not including `high`."""

    low: datetime
    high: datetime


class Link(NamedTuple):
    """A reference: type and id, or a canonical url (then `type` is empty)."""

    type: str
    id: str


class ReferencedIdentifier(NamedTuple):
    """The identifier inside a reference, for `:identifier`."""

    system: str | None
    code: str


class Amount(NamedTuple):
    """A quantity, or a number (then without unit)."""

    value: Decimal
    system: str
    code: str
    unit: str


def fold(text: str) -> str:
    """Without case and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def day_range(text: str) -> Range | None:
    """The span of time a FHIR date, dateTime or instant stands for; None when it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    try:
        low = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), micro, UTC
        )
        if zone and zone != "Z":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
            low = low + offset if zone[0] == "-" else low - offset
        return Range(low, _end(low, month, day, hour, second, fraction))
    except (ValueError, OverflowError):
        return None


def _end(low: datetime, month: str, day: str, hour: str, second: str, fraction: str) -> datetime:
    """Where the span ends that begins at `low` and is as long as the last part given."""
    try:
        if fraction:
            return low + timedelta(microseconds=max(1, 10 ** (6 - min(6, len(fraction)))))
        if second:
            return low + timedelta(seconds=1)
        if hour:
            return low + timedelta(minutes=1)
        if day:
            return low + timedelta(days=1)
        if month:
            return low.replace(year=low.year + low.month // 12, month=low.month % 12 + 1)
        return low.replace(year=low.year + 1)
    except (ValueError, OverflowError):
        return END


def extract(kind: str, value: Any) -> Iterator[Any]:
    """The index's tuples for one value found in a resource; nothing for a shape that does not fit."""
    match kind:
        case "token":
            yield from _tokens(value)
        case "string":
            for raw in _strings(value):
                yield Text(raw, fold(raw))
        case "date":
            yield from _ranges(value)
        case "reference":
            yield from _links(value)
        case "quantity" | "number":
            yield from _amounts(value)
        case "uri":
            if isinstance(value, str):
                yield value


def _tokens(value: Any) -> Iterator[Token]:
    if isinstance(value, bool):
        yield Token(None, "true" if value else "false")
    elif isinstance(value, str):
        yield Token(None, value)
    elif isinstance(value, dict):
        codings = value.get("coding")
        if isinstance(codings, list):
            for each in codings:
                yield from _tokens(each)
            return
        code = value.get("code", value.get("value"))
        if isinstance(code, str):
            yield Token(str(value.get("system", "")), code)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):  # HumanName and Address: any part of them
        for name in ("text", "family", "given", "prefix", "suffix", "line", "city", "district", "state"):
            part = value.get(name)
            for each in part if isinstance(part, list) else [part]:
                if isinstance(each, str):
                    yield each
        for name in ("postalCode", "country"):
            if isinstance(value.get(name), str):
                yield value[name]


def _ranges(value: Any) -> Iterator[Range]:
    if isinstance(value, str):
        if span := day_range(value):
            yield span
    elif isinstance(value, dict):
        events = value.get("event")
        if isinstance(events, list):
            for each in events:
                yield from _ranges(each)
        repeat = value.get("repeat")
        if isinstance(repeat, dict):
            yield from _ranges(repeat.get("boundsPeriod"))
        start = day_range(str(value["start"])) if "start" in value else None
        end = day_range(str(value["end"])) if "end" in value else None
        if start or end:
            yield Range(start.low if start else BEGINNING, end.high if end else END)


def _links(value: Any) -> Iterator[Link | ReferencedIdentifier]:
    if isinstance(value, str):
        yield Link("", value.partition("|")[0])
        if "|" in value:
            yield Link("", value)
    elif isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and not reference.startswith("#"):
            kind, slash, rest = reference.partition("/")
            yield Link(kind, rest.partition("/")[0]) if slash and kind.isalpha() else Link("", reference)
        identifier = value.get("identifier")
        if isinstance(identifier, dict):
            for token in _tokens(identifier):
                yield ReferencedIdentifier(token.system, token.code)


def _amounts(value: Any) -> Iterator[Amount]:
    if isinstance(value, dict):
        number = _decimal(value.get("value"))
        if number is not None:
            parts = (str(value.get(name, "")) for name in ("system", "code", "unit"))
            yield Amount(number, *parts)
    else:
        number = _decimal(value)
        if number is not None:
            yield Amount(number, "", "", "")


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:  # pragma: no cover  msgspec lets no such number through
        return None
