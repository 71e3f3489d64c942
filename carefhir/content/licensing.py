"""The license gate: the wording of an instrument that needs a license is not shown without one.

A Questionnaire with our extension `license` is gated. Unless the site names its id among its licenses
(`CAREFHIR_LICENSES`), it is loaded without wording: no text of a question, no words of an answer. Codes, weights and
bands stay, so answers that came from elsewhere are scored all the same. That holds for our artefacts and for those of a
site: what is in a folder is not yet licensed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from carefhir.codes import BASE
from carefhir.fhir.codec import Json

LICENSE = f"{BASE}/StructureDefinition/license"
WITHHELD = f"{BASE}/StructureDefinition/text-withheld"
_WORDS = frozenset(("text", "_text", "display", "_display", "prefix", "_prefix"))
"""Elements that hold an instrument's wording, wherever they stand in an item."""


def gated(questionnaire: Json) -> bool:
    """Whether its wording needs a license."""
    return any(each.get("url") == LICENSE for each in _extensions(questionnaire))


def withheld(questionnaire: Json) -> bool:
    """Whether its wording was left out when it was loaded, or is not shipped at all."""
    return any(each.get("url") == WITHHELD for each in _extensions(questionnaire))


def licensed(artefact: Json, licenses: Collection[str]) -> Json:
    """An artefact as this site may have it: a gated instrument that it has no license for comes without wording."""
    if artefact.get("resourceType") != "Questionnaire" or not gated(artefact) or artefact.get("id") in licenses:
        return artefact
    mark = {"url": WITHHELD, "valueBoolean": True}
    kept = [each for each in artefact["extension"] if each.get("url") != WITHHELD]
    return {**artefact, "extension": [*kept, mark], "item": _without_words(artefact.get("item", []))}


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        # What a source says of a number is ours, and no wording of the instrument.
        return {name: _without_words(part) for name, part in value.items() if name not in _WORDS}
    return [_without_words(part) for part in value] if isinstance(value, list) else value


def _extensions(questionnaire: Json) -> list[Json]:
    some: list[Json] = questionnaire.get("extension", [])
    return some
