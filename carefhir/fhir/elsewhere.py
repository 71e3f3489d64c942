"""Records of another home, as those of the main one name them (rule R7).

A site may read some types from a second server: an EHR that keeps conditions, medicines and visits, and takes no care
plan. Everything of ours is written to the main home, the companion, where no reference may lead to another server: HAPI
answers 400 to an absolute one (tried 2026-11). So a record of the other home has two names:

- within carefhir `Condition/ehr.123`: the home's short name, a dot, and its id there, which is an id as FHIR spells
  them, so that a person can give it in a command;
- in what is written a *logical* reference: its type, and an identifier that holds base and place
  (`https://ehr.example/fhir/Condition/123`). It leads nowhere by itself, and no server refuses it (HAPI: 201).

Whoever is on record in both has a record of their own on the main home, a *shadow*, that carries the other one's place
as an identifier: a reference to the one is then a reference to the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carefhir.codes import ELSEWHERE, VERSION_KEY
from carefhir.fhir.codec import Json, Spelled, copied

_place = re.compile(r"^([A-Z][A-Za-z]+)/((?:[a-z][a-z0-9-]{0,15}\.)?[A-Za-z0-9\-.]{1,64})(/_history/[^/]+)?$")


@dataclass(frozen=True, slots=True)
class OtherNames:
    """How the records of one other home are named on the main one."""

    home: str
    """Its short name: `ehr`."""
    base: str
    """Without a slash at its end."""

    def named(self, place: str) -> str:
        """What `Condition/123` of that home is called here: `Condition/ehr.123`."""
        type_, _, rest = place.partition("/")
        return f"{type_}/{self.home}.{rest}"

    def place_of(self, name: str) -> str | None:
        """The place on that home of what is called so here; None for what is not of it."""
        type_, _, rest = name.partition("/")
        id_ = rest.removeprefix(f"{self.home}.")
        return f"{type_}/{id_}" if id_ != rest and id_ else None

    def identifier(self, place: str) -> Json:
        """What a shadow carries, and a logical reference names: where the record is."""
        return {"system": ELSEWHERE, "value": f"{self.base}/{place}"}

    def place_in(self, identifier: Any) -> str | None:
        """The place that such an identifier names on that home; None for any other."""
        if not isinstance(identifier, dict) or identifier.get("system") != ELSEWHERE:
            return None
        value = str(identifier.get("value", ""))
        return value.removeprefix(f"{self.base}/") if value.startswith(f"{self.base}/") else None

    def places_of(self, resource: Json) -> Iterator[str]:
        """The places of which a record on the main home is the shadow."""
        identifiers = resource.get("identifier")
        for identifier in identifiers if isinstance(identifiers, list) else (identifiers,):
            if place := self.place_in(identifier):
                yield place


def read_as_ours(resource: Json, names: OtherNames, shadows: Mapping[str, str]) -> Json:
    """A record of the other home with its references as the main home has them: to a shadow where there is one
    (`shadows`: place there, reference here), else by its name here."""
    ours = copied(resource)
    _rename(ours, names, shadows)
    return ours


def _rename(value: Any, names: OtherNames, shadows: Mapping[str, str]) -> None:
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            _rename(item, names, shadows)
    written = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(written, str):
        return
    literal = (written.means if isinstance(written, Spelled) else written).removeprefix(f"{names.base}/")
    if match := _place.match(literal):
        type_, id_, version = match.groups()
        place = f"{type_}/{id_}"
        value["reference"] = shadows.get(place) or f"{names.named(place)}{version or ''}"


def spell_out(value: Any, others: tuple[OtherNames, ...]) -> None:
    """Gives every logical reference to a record of another home the name that it has here, in place."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            spell_out(item, others)
    if not isinstance(value, dict) or "reference" in value:
        return
    for names in others:
        place = names.place_in(value.get("identifier"))
        match = _place.match(place) if place else None
        if match:
            type_, id_, version = match.groups()
            value["reference"] = names.named(f"{type_}/{id_}")
            if version:
                value["identifier"] = {"system": VERSION_KEY, "value": f"{value['reference']}{version}"}


def written_out(value: Any, others: tuple[OtherNames, ...]) -> Any:
    """A copy as it is written: a reference to a record of another home is a logical one."""
    if isinstance(value, list):
        return [written_out(item, others) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: written_out(item, others) for name, item in value.items()}
    written = copy.get("reference")
    match = _place.match(written) if isinstance(written, str) and not isinstance(written, Spelled) else None
    for names in others if match else ():
        place = names.place_of(f"{match[1]}/{match[2]}")  # type: ignore[index]
        if place:
            version = _version(copy.get("identifier"), f"{match[1]}/{match[2]}")  # type: ignore[index]
            del copy["reference"]
            return {"type": match[1], **copy, "identifier": names.identifier(f"{place}{version}")}  # type: ignore[index]
    return copy


def _version(identifier: Any, name: str) -> str:
    """The version that a reference of ours names beside the record: `/_history/3`."""
    if isinstance(identifier, dict) and identifier.get("system") == VERSION_KEY:
        value = str(identifier.get("value", ""))
        return value.removeprefix(name) if value.startswith(f"{name}/_history/") else ""
    return ""
