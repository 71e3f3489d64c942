"""A resource as a server returned it: its JSON as read, and where it came from (rules R5, R7).

Nothing here changes a record. To change one, *amend a copy* (`changes.Amend`). To look at one, use the lenient readers
below, which never raise on odd data: an element that is not what FHIR says is not seen, and the mappers name what they
could not understand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from carefhir.codes import ELSEWHERE
from carefhir.fhir.codec import Json, NotJson, Spelled, copied, decode_object
from carefhir.fhir.elsewhere import OtherNames, spell_out
from carefhir.fhir.wire import MAIN

SUBSETTED = "SUBSETTED"
T = TypeVar("T")


class _Meta(msgspec.Struct, rename="camel"):
    version_id: str | int | None = None
    tag: Any = None


class _Head(msgspec.Struct, rename="camel"):
    resource_type: str
    id: str | int | None = None
    meta: _Meta | None = None


_head = msgspec.json.Decoder(_Head)


class Record:
    """One version of one resource. `json` is parsed when first used, and must not be changed."""

    __slots__ = ("_bases", "_found", "_json", "_others", "_raw", "home", "id", "narrow", "type", "version")

    def __init__(
        self,
        raw: bytes,
        *,
        home: str = MAIN,
        narrow: bool = False,
        bases: tuple[str, ...] = (),
        others: tuple[OtherNames, ...] = (),
    ) -> None:
        """Takes the bytes as answered; raises `NotJson` if they contain no resource. An absolute reference to one of
        `bases` is a reference to this server, and is read as one; a logical one to a record of one of the `others` is
        read as the name that it has here."""
        try:
            head = _head.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotJson(f"not a resource: {error}") from None
        self._raw = raw
        self._bases = _begins(bases)
        self._others = others
        self._json: Json | None = None
        self._found: dict[Callable[[Record], Any], Any] = {}
        self.type: str = head.resource_type
        self.id: str = _text_of(head.id)
        self.home = home
        meta = head.meta or _Meta()
        self.version: str = _text_of(meta.version_id)
        tagged = meta.tag is not None and any(code == SUBSETTED for code in dig({"tag": meta.tag}, "tag.code"))
        self.narrow = narrow or tagged
        """Read with `_elements` or `_summary`: writing it back would destroy the rest, so it is read-only."""

    @property
    def json(self) -> Json:
        if self._json is None:
            self._json = decode_object(self._raw)
            if any(map(self.mentions, self._bases)):
                _spell_out(self._json, self._bases)
            if self._others and self.mentions(ELSEWHERE):
                spell_out(self._json, self._others)
        return self._json

    def seen_as(self, name: str, resource: Json, *, home: str, version: str = "", narrow: bool = False) -> Record:
        """The same record under another name (`Type/id`), with another text: as another home has it."""
        other = Record.__new__(Record)
        other._raw, other._bases, other._others, other._found = self._raw, (), (), {}
        other._json, other.home, other.narrow = resource, home, narrow
        other.type, _, other.id = name.partition("/")
        other.version = version or self.version
        return other

    def spelled_alike(self, resource: Json) -> Json:
        """A copy of a resource from elsewhere, its absolute references to this server read as the record's are."""
        read = copied(resource)
        _spell_out(read, self._bases)
        return read

    def mentions(self, text: str) -> bool:
        """Whether the text is anywhere in the resource; quick, because nothing is parsed."""
        return _bytes_of(text) in self._raw

    def once(self, look: Callable[[Record], T]) -> T:
        """What a function finds in the record: asked for by several needs, and worked out once."""
        if look not in self._found:
            self._found[look] = look(self)
        result: T = self._found[look]
        return result

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self.home, self.json) == (other.home, other.json)

    def __hash__(self) -> int:
        return hash((self.home, self.type, self.id, self.version))

    def __repr__(self) -> str:
        return f"Record({self.reference}/_history/{self.version or '?'})"


@lru_cache(maxsize=16)
def _begins(bases: tuple[str, ...]) -> tuple[str, ...]:
    """How an absolute reference to each of the bases begins."""
    return tuple(f"{base}/" for base in bases)


_bytes_of = lru_cache(maxsize=256)(str.encode)
"""The few texts that every record is looked through for."""


def _text_of(written: str | int | None) -> str:
    """An id or a version; some servers write theirs as numbers, and they are found by them."""
    return "" if written is None else str(written)


def _spell_out(value: Any, bases: tuple[str, ...]) -> None:
    """Gives every absolute reference to the own base its short meaning, in place."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            _spell_out(item, bases)
    reference = value.get("reference") if isinstance(value, dict) else None
    if isinstance(reference, str):
        base = next((base for base in bases if reference.startswith(base)), None)
        if base is not None:
            value["reference"] = Spelled.of(reference, reference.removeprefix(base))


def dig(value: Any, path: str) -> Iterator[Any]:
    """All values at a dotted element path, through lists: `dig(patient, "name.given")`."""
    if isinstance(value, dict) and "." not in path:  # most of what is asked, and of every record
        if path not in value:
            return iter(())
        child = value[path]
        return iter(child if isinstance(child, list) else (child,))
    return _dug(value, path)


def _dug(value: Any, path: str) -> Iterator[Any]:
    head, _, rest = path.partition(".")
    if isinstance(value, list):
        for item in value:
            yield from dig(item, path)
    elif isinstance(value, (dict, Mapping)) and head in value:
        child = value[head]
        if rest:
            yield from dig(child, rest)
        elif isinstance(child, list):
            yield from child
        else:
            yield child


def first_text(value: Any, path: str) -> str | None:
    """The first string at a path."""
    if isinstance(value, dict) and "." not in path and isinstance(value.get(path), str):
        text: str = value[path]
        return text
    return next((found for found in dig(value, path) if isinstance(found, str)), None)


def codings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(system, code) of everything coded at a path: codes, Codings, CodeableConcepts, Identifiers' neighbors."""
    for coded_value in dig(value, path):
        if isinstance(coded_value, str):
            yield "", coded_value
        elif isinstance(coded_value, (dict, Mapping)):
            for coding in (*dig(coded_value, "coding"), coded_value):
                code = coding.get("code") if isinstance(coding, (dict, Mapping)) else None
                if isinstance(code, str):
                    system = coding.get("system")
                    yield (system if isinstance(system, str) else ""), code


def truth(value: Any) -> bool | None:
    """A boolean, also one that a server has written as a text; None for what is neither."""
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def has_code(value: Any, path: str, system: str, *codes: str) -> bool:
    """Whether one of these codes of that system is at the path."""
    return any(found_system == system and code in codes for found_system, code in codings(value, path))


def words_of(concept: Any) -> str:
    """A CodeableConcept in words: its text, else a display, else a code."""
    words = first_text(concept, "text") or first_text(concept, "coding.display")
    return words or next((code for _, code in codings({"concept": concept}, "concept")), "")


def references(value: Any, path: str) -> Iterator[str]:
    """The literal references at a path, as written; those to the own base as relative ones."""
    for element in dig(value, path):
        if isinstance(element, (dict, Mapping)) and isinstance(element.get("reference"), str):
            reference = element["reference"]
            yield reference.means if isinstance(reference, Spelled) else reference


_versioned = re.compile(r"/_history/[^/]+$")
# An id of FHIR; what another home keeps has the home's name before it (`fhir/elsewhere.py`).
_relative = re.compile(r"^([A-Z][A-Za-z]+)/((?:[a-z][a-z0-9-]{0,15}\.)?[A-Za-z0-9\-.]{1,64})$")


def relative(reference: str) -> str | None:
    """`Type/id` of a literal relative reference without its version; None for contained, urn and absolute ones."""
    return _without_version(reference.means if isinstance(reference, Spelled) else reference)


@lru_cache(maxsize=4096)
def _without_version(literal: str) -> str | None:
    """Kept, for one patient's records name the same few resources over and over."""
    match = _relative.match(_versioned.sub("", literal))
    return f"{match[1]}/{match[2]}" if match else None


def refers_to(value: Any, path: str, wanted: str) -> bool:
    """Whether a reference at the path points to `Type/id`."""
    return wanted in map(relative, references(value, path))


_moment = re.compile(
    r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$"
)


def moment(text: str | None, zone: tzinfo = UTC) -> datetime | None:
    """The earliest instant a FHIR date, dateTime or instant can mean; a date without zone is taken in `zone`."""
    span = moments(text, zone)
    return span[0] if span else None


def moments(text: str | None, zone: tzinfo = UTC) -> tuple[datetime, datetime] | None:
    """The span [start, end) a FHIR date, dateTime or instant of any precision covers; None when it is none."""
    return _span_of(str(text), zone) if isinstance(text, str) else None


@lru_cache(maxsize=8192)
def _span_of(text: str, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Kept, for a time on record is asked about several times: by a filter, by a check of its form, by a reader."""
    match = _moment.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        start_day = date(int(year), int(month or 1), int(day or 1))
        if hour is None:
            start = datetime.combine(start_day, time(), tzinfo=zone)
            return start, _next_span(start_day, month, day, zone)
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        clock = time(int(hour), int(minute), 59 if second == "60" else int(second or 0), micro)
        where: tzinfo = zone if offset is None else _offset(offset)
        start = datetime.combine(start_day, clock, tzinfo=where)
        width = timedelta(minutes=1) if second is None else timedelta(seconds=1) if fraction is None else timedelta(0)
        return start, _after(start, width)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> tzinfo:
    """The zone of `Z` or `+05:00` (strptime was a quarter of the time a large patient took to read)."""
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _after(start: datetime, width: timedelta) -> datetime:
    """Later by `width`, and never past the end of time: 9999-12-31 is what many systems write for "still open"."""
    try:
        return start + width
    except OverflowError:
        return datetime.max.replace(tzinfo=start.tzinfo)


def _next_span(day_one: date, month: str | None, day: str | None, zone: tzinfo) -> datetime:
    if (day_one.year, month or "12", day or "31") == (9999, "12", "31"):
        return datetime.max.replace(tzinfo=zone)
    if day is not None:
        after = day_one + timedelta(days=1)
    elif month is not None:
        after = date(day_one.year + day_one.month // 12, day_one.month % 12 + 1, 1)
    else:
        after = date(day_one.year + 1, 1, 1)
    return datetime.combine(after, time(), tzinfo=zone)
