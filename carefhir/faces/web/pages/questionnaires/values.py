"""What people type, as answers of FHIR, and back again; nothing is guessed.

An answer is JSON as it stands in a QuestionnaireResponse: `{"valueDecimal": Decimal("1.50")}`. What cannot be read is
said in words that never repeat what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from carefhir.faces.web.pages.questionnaires.supported import WORDS
from carefhir.fhir.codec import Json

DIGITS = 18
"""What FHIR R4 asks every system to keep of a decimal."""
FIRST_YEAR, LAST_YEAR = 1800, 2200
MOST = 2**31
"""Integers of FHIR R4 are signed and have 32 bits."""

_ISO_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_US_DATE = r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}(?:\.[0-9]{1,6})?))?(?: ?(?P<half>[aApP])[mM])?"
)
_OFFSET = re.compile(r"(.*[0-9])(Z|[+-][0-9]{2}:[0-9]{2})")
_DATES = (re.compile(_ISO_DATE), re.compile(_US_DATE))
_TIME = re.compile(_CLOCK)
_MOMENT = re.compile(r"(\S+?)(?:T| +)(.+)")
_INTEGER = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

NO_DATE = "write the day as month/day/year, as in 02/11/2026, or as 2026-02-11"
NO_TIME = "write the time as 14:30 or 2:30 PM"
NO_MOMENT = "write the day and the time, as in 02/11/2026 14:30"
COMMA = "write the number without a comma; the decimal mark is a point"


class UnreadableAnswer(Exception):
    """What was typed is no answer to the question; the message says what to write instead."""


def read_answer(kind: str, text: str, zone: tzinfo) -> Json:
    """Reads the answer to a question of that type. Raises `UnreadableAnswer`."""
    name, reader = _READERS[kind]
    return {name: reader(text.strip(), zone)}


def _boolean(text: str, _: tzinfo) -> bool:
    if text not in ("true", "false"):
        raise UnreadableAnswer("choose yes or no; this answer is not offered")
    return text == "true"


def _integer(text: str, _: tzinfo) -> int:
    _without_comma(text)
    if not _INTEGER.fullmatch(text):
        raise UnreadableAnswer("write a whole number, with digits only")
    # A very long number is not even converted: that takes time that grows with the square of its length.
    if len(text) > DIGITS or not -MOST <= int(text) < MOST:
        raise UnreadableAnswer("the number is too large to be kept")
    return int(text)


def read_number(text: str) -> Decimal:
    """Reads a number exactly as typed: `1.50` stays `1.50`. Raises `UnreadableAnswer`."""
    text = text.strip()
    _without_comma(text)
    if not _DECIMAL.fullmatch(text):
        raise UnreadableAnswer("write a number, with digits only, as in 1.5")
    if sum(char.isdigit() for char in text) > DIGITS:
        raise UnreadableAnswer("the number has too many digits to be kept exactly")
    return Decimal(text)


def _without_comma(text: str) -> None:
    # 1,500 is 1500 to one person and 1.5 to another: a dose or a weight is never guessed.
    if "," in text:
        raise UnreadableAnswer(COMMA)


def _decimal(text: str, _: tzinfo) -> Decimal:
    return read_number(text)


def _date(text: str, _: tzinfo) -> str:
    return _day(text).isoformat()


def _day(text: str) -> date:
    match = next((match for pattern in _DATES if (match := pattern.fullmatch(text))), None)
    if match is None:
        raise UnreadableAnswer(NO_DATE)
    # A date picker that is left halfway sends the year 0026.
    if not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        raise UnreadableAnswer("check the year: all four digits are needed")
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise UnreadableAnswer("there is no such day; check month and day") from None


def _time(text: str, _: tzinfo) -> str:
    return _clock(text)


def _clock(text: str) -> str:
    match = _TIME.fullmatch(text)
    if match is None:
        raise UnreadableAnswer(NO_TIME)
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise UnreadableAnswer(NO_TIME)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    written = f"{hour:02}:{match['minute']}:{match['second'] or '00'}"
    if hour > 23 or int(match["minute"]) > 59 or Decimal(match["second"] or 0) >= 60:
        raise UnreadableAnswer("there is no such time; check hours and minutes")
    return written


def _date_time(text: str, zone: tzinfo) -> str:
    """A moment with its offset; a day alone stays a day (FHIR R4 dateTime: whoever has a time has an offset)."""
    if any(pattern.fullmatch(text) for pattern in _DATES):
        return _day(text).isoformat()
    offset = _OFFSET.fullmatch(text)
    match = _MOMENT.fullmatch(offset[1] if offset else text)
    if match is None:
        raise UnreadableAnswer(NO_MOMENT)
    local = f"{_day(match[1])}T{_clock(match[2])}"
    return _with_offset(local, offset[2]) if offset else local + _offset_of(local, zone)


def _with_offset(local: str, offset: str) -> str:
    try:
        datetime.fromisoformat(local + offset.replace("Z", "+00:00"))
    except ValueError:
        raise UnreadableAnswer("there is no such offset from UTC") from None
    return local + offset


def _offset_of(local: str, zone: tzinfo) -> str:
    """The offset of a zone at a local time. An hour that the clocks skip or repeat is asked about, not guessed."""
    wall = datetime.fromisoformat(local)
    first, second = (_offset_words(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if there_and_back != wall:
        raise UnreadableAnswer("there is no such time on that day: the clocks go forward")
    if first != second:
        raise UnreadableAnswer(
            f"this time comes twice on that day, for the clocks go back: write {first} behind it for the first, "
            f"{second} for the second"
        )
    return first


def _offset_words(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[19:25]


def _string(text: str, _: tzinfo) -> str:
    # Forms send line ends as CR LF whatever was typed (HTML, "form submission"); kept is what was typed.
    text = text.replace("\r\n", "\n")
    if _UNKEEPABLE.search(text):
        raise UnreadableAnswer("it holds a character that cannot be kept; write it again without")
    return text


_READERS: dict[str, tuple[str, Callable[[str, tzinfo], Any]]] = {
    "boolean": ("valueBoolean", _boolean),
    "integer": ("valueInteger", _integer),
    "decimal": ("valueDecimal", _decimal),
    "date": ("valueDate", _date),
    "time": ("valueTime", _time),
    "dateTime": ("valueDateTime", _date_time),
    **dict.fromkeys(WORDS, ("valueString", _string)),
}


def typed_answer(kind: str, answer: Json, zone: tzinfo) -> str | None:
    """Writes an answer as people would type it, so that it reads back as the same; None where that cannot be done."""
    name, _ = _READERS[kind]
    value = answer.get(name)
    if value is None:
        return None
    typed = _as_typed(kind, value, zone)
    try:
        return typed if _same(kind, read_answer(kind, typed, zone)[name], value) else None
    except UnreadableAnswer:
        return None


def _as_typed(kind: str, value: Any, zone: tzinfo) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return number_as_typed(value)
    text = str(value)
    if kind == "time":
        return text.removesuffix(":00") if text.count(":") == 2 else text
    return _moment_as_typed(text, zone) if kind == "dateTime" else text


def number_as_typed(value: int | Decimal) -> str:
    """Writes a number with all its digits and without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _moment_as_typed(text: str, zone: tzinfo) -> str:
    """The local time in a zone; with its offset where the local time alone would mean another moment."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    if "T" not in text or moment.tzinfo is None:
        return text
    try:
        local = moment.astimezone(zone).replace(tzinfo=None).isoformat()
        _offset_of(local, zone)
    except (UnreadableAnswer, OverflowError):
        return text
    return local.removesuffix(":00")


def _same(kind: str, value: Any, other: Any) -> bool:
    if kind == "dateTime":
        return bool(measure(value) == measure(other))
    if kind in WORDS:
        return str(value) == str(other).replace("\r\n", "\n").strip()
    return bool(value == other)


def measure(value: Any, zone: tzinfo = UTC) -> Any:
    """Turns the value of an answer into what can be compared: a number, a moment, a text."""
    match value:
        case bool():
            return value
        case int():
            return Decimal(value)
        case dict():
            return measure(value["value"], zone) if "value" in value else (value.get("system"), value.get("code"))
        case str():
            return _moment_of(value, zone) or value
    return value


def _moment_of(text: str, zone: tzinfo) -> datetime | None:
    if not re.match(_ISO_DATE, text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def in_words(value: Any, zone: tzinfo = UTC) -> str:
    """Says a value as people write it: `yes`, `180.0 lb`, `Feb 11, 1952`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return number_as_typed(value)
        case {"value": number}:
            return f"{in_words(number)} {value.get('unit') or value.get('code') or ''}".strip()
        case dict():
            return str(value.get("display") or value.get("code") or "")
    return _text_in_words(str(value), zone)


def _text_in_words(text: str, zone: tzinfo) -> str:
    moment = _moment_of(text, zone)
    if moment is None:
        return text.removesuffix(":00") if re.fullmatch(r"[0-9]{2}:[0-9]{2}:00", text) else text
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        return text
    day = f"{local:%b} {local.day}, {local.year}"
    return f"{day}, {local:%H:%M}" if "T" in text else day
