"""Answers that were filled in from the record: where each comes from, and whether a person has confirmed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.codes import BASE
from carefhir.fhir.changes import basis
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, references, relative

PREFILLED = f"{BASE}/StructureDefinition/prefilled-from"


@dataclass(frozen=True, slots=True)
class PrefilledAnswer:
    """One answer that was filled in from the record."""

    link_id: str
    source: str
    """`Observation/ID`; "" where the answer does not say it as it should."""
    confirmed: bool
    """Whether somebody has confirmed it; False where nothing says so."""


def write(source: Record) -> Json:
    """Says on an answer where it comes from, in which version; nobody has confirmed it."""
    return {
        "url": PREFILLED,
        "extension": [
            {"url": "source", "valueReference": basis(source)},
            {"url": "confirmed", "valueBoolean": False},
        ],
    }


def read(response: Json) -> tuple[PrefilledAnswer, ...]:
    """Every answer of a response that was filled in from the record, leniently."""
    return tuple(
        PrefilledAnswer(
            link_id=link_id,
            source=next(
                (name for each in references(extension, "extension.valueReference") if (name := relative(each))), ""
            ),
            confirmed=_confirmed(extension),
        )
        for link_id, answer in _answers(response)
        for extension in dig(answer, "extension")
        if isinstance(extension, dict) and extension.get("url") == PREFILLED
    )


def _confirmed(extension: Json) -> bool:
    """True where every part that says so says true."""
    parts = [part for part in dig(extension, "extension") if isinstance(part, dict) and part.get("url") == "confirmed"]
    return bool(parts) and all(part.get("valueBoolean") is True for part in parts)


def _answers(part: Any) -> Iterator[tuple[str, Json]]:
    """Each answer with the linkId of its item, at every depth."""
    for item in dig(part, "item"):
        for answer in dig(item, "answer"):
            if isinstance(answer, dict):
                yield str(item.get("linkId", "")), answer
                yield from _answers(answer)
        yield from _answers(item)
