"""Joins what adds to an artefact of ours: a site's own codes, maps and conflicts of advice, without a copy of ours.

    CodeSystem    `content` is `fragment`, and its url is that of the code system it adds concepts to
    ConceptMap    extension `adds-to` names the map that it adds groups to
    PlanDefinition  extension `adds-to` names the one that it adds actions to, behind its own

What adds never changes what is there: a code that the code system already has is refused. To change an artefact, ship
it whole, with the same id and a higher version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from carefhir.codes import BASE
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json

Key = tuple[str, str]
ADDS_TO = f"{BASE}/StructureDefinition/adds-to"
_PART = {"ConceptMap": "group", "PlanDefinition": "action"}


def joined(artefacts: Mapping[Key, Json]) -> dict[Key, Json]:
    """The artefacts, each with what others add to it; those stay there too, under their own ids. Raises `ContentError`
    for one that adds to nothing, or repeats a code."""
    whole = dict(artefacts)
    for key in sorted(artefacts):
        added = artefacts[key]
        url = _adds_to(added)
        if not url:
            continue
        base = next((of for of in artefacts if of != key and of[0] == key[0] and _is(artefacts[of], url)), None)
        if base is None:
            raise ContentError(f"{key[0]}/{key[1]} adds to {url}, which is not there")
        part = "concept" if key[0] == "CodeSystem" else _PART[key[0]]
        old, new = whole[base].get(part, []), added.get(part, [])
        if part == "concept":
            _no_code_twice(key[1], base[1], old, new)
        whole[base] = {**whole[base], part: [*old, *new]}
    return whole


def _adds_to(artefact: Json) -> str:
    """The url of what an artefact adds to; "" for one that stands for itself."""
    if artefact.get("resourceType") == "CodeSystem":
        return str(artefact.get("url", "")) if artefact.get("content") == "fragment" else ""
    if artefact.get("resourceType") not in _PART:
        return ""
    named = (each for each in artefact.get("extension", []) if each.get("url") == ADDS_TO)
    return next((str(each.get("valueCanonical", "")).partition("|")[0] for each in named), "")


def _is(artefact: Json, url: str) -> bool:
    return artefact.get("url") == url and not _adds_to(artefact)


def _no_code_twice(added: str, base: str, old: Iterable[Json], new: Iterable[Json]) -> None:
    codes = {concept.get("code") for concept in old}
    for concept in new:
        if concept.get("code") in codes:
            raise ContentError(f"CodeSystem/{added}: CodeSystem/{base} has a code {concept.get('code')} already")
        codes.add(concept.get("code"))
