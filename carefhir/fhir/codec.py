"""JSON in and out without any change: one decoder for every answer (rule R5).

A float would turn 1.50 into 1.5; here a number with a fraction is a `Decimal` from the first byte to the last
(msgspec, tried against orjson, simplejson and the standard library). `canonical` is the spelling that digests are
made of: keys sorted, no white space.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, TypeVar, cast

import msgspec

Json = dict[str, Any]
S = TypeVar("S")
J = TypeVar("J")


class Spelled(str):
    """A text that is written as it was read, and means something shorter: an absolute reference to the own base."""

    __slots__ = ("means",)
    means: str

    @classmethod
    def of(cls, text: str, means: str) -> Spelled:
        spelled = cls(text)
        spelled.means = means
        return spelled

    def __str__(self) -> str:
        return self.means

    def __deepcopy__(self, memo: object) -> Spelled:
        return self


def copied(value: J) -> J:
    """JSON as a copy of its own, whatever is changed in it; several times faster than `copy.deepcopy`."""
    if isinstance(value, dict):
        return cast("J", {name: copied(item) for name, item in value.items()})
    if isinstance(value, list):
        return cast("J", [copied(item) for item in value])
    return value


def _written(value: object) -> object:
    """What msgspec does not know: a text of ours is written as the text that it is."""
    if isinstance(value, Spelled):
        return value[:]
    raise TypeError(f"{type(value).__name__} is not JSON")


def _meant(value: object) -> object:
    """A text of ours as what it means."""
    if isinstance(value, Spelled):
        return value.means
    raise TypeError(f"{type(value).__name__} is not JSON")


_anything = msgspec.json.Decoder(float_hook=Decimal)
_plain = msgspec.json.Encoder(decimal_format="number", enc_hook=_written)
_sorted = msgspec.json.Encoder(decimal_format="number", order="sorted", enc_hook=_written)
_sorted_meaning = msgspec.json.Encoder(decimal_format="number", order="sorted", enc_hook=_meant)


class NotJson(ValueError):
    """The text is not JSON, or not the JSON object that was expected; the message gives a position, no content."""


def decode(text: bytes | str) -> Any:
    """Parses any JSON; numbers with a fraction or exponent become `Decimal`. Raises `NotJson`."""
    try:
        return _anything.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJson(f"not JSON: {error}") from None


def decode_object(text: bytes | str) -> Json:
    """Parses a JSON object. Raises `NotJson` for anything else."""
    value = decode(text)
    if not isinstance(value, dict):
        raise NotJson(f"a JSON object was expected, this is a {type(value).__name__}")
    return value


def encode(value: Any) -> bytes:
    """Writes JSON with keys in the order they have, decimals as they were read."""
    return _plain.encode(value)


def canonical(value: Any) -> bytes:
    """Writes JSON in the one spelling digests are made of: keys sorted at every depth, no white space."""
    return _sorted.encode(value)


def meaning(value: Any) -> bytes:
    """The same, with an absolute reference to the own base as the relative one that it means: to compare by."""
    return _sorted_meaning.encode(value)


def digest(value: Any) -> str:
    """The sha-256 of the canonical spelling, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def indented(value: Any) -> str:
    """Writes JSON for people."""
    return msgspec.json.format(_plain.encode(value), indent=2).decode()
