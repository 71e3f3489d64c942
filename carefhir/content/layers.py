"""Where content comes from: the package, a site's folders, a FHIR server; and which of several versions is in force.

An artefact is the same as another by its url (an ObservationDefinition, to which R4 gives none, by its id): a server
names what it keeps by ids of its own. The highest active version of each is in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from carefhir.errors import ContentError
from carefhir.fhir.codec import Json

Key: TypeAlias = tuple[str, str]
PACKAGE = "package"
SERVER = "server"


@dataclass(frozen=True, slots=True)
class Layer:
    """The artefacts of one place."""

    origin: str
    """`package`, `server`, or a folder as the site names it."""
    artefacts: tuple[Json, ...] = field(repr=False)


Layers: TypeAlias = tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An artefact that is not in force, and why."""

    origin: str
    name: str
    version: str
    why: str


def in_force(layers: Layers) -> dict[Key, Json]:
    """The artefacts in force, by type and id."""
    return {key: artefact for key, (_, artefact) in _chosen(layers)[0].items()}


def origins(layers: Layers) -> dict[Key, str]:
    """Where each artefact in force comes from."""
    return {key: origin for key, (origin, _) in _chosen(layers)[0].items()}


def passed_over(layers: Layers) -> tuple[PassedOver, ...]:
    """What is not in force of what a site gave: not active, or not newer. Ours that a site's replaced is not named."""
    return tuple(each for each in _chosen(layers)[1] if each.origin != PACKAGE)


def version_of(artefact: Json) -> tuple[int, ...]:
    """The version as numbers, so that 10 is more than 9."""
    return tuple(int(part) for part in re.findall(r"\d+", str(artefact.get("version", ""))))


def _chosen(layers: Layers) -> tuple[dict[Key, tuple[str, Json]], list[PassedOver]]:
    chosen: dict[Key, tuple[str, Json]] = {}
    over: list[PassedOver] = []
    keys_of_urls: dict[tuple[str, str], Key] = {}
    for origin, artefact in _each(layers):
        key = _key(artefact, keys_of_urls)
        name, version = f"{key[0]}/{key[1]}", str(artefact.get("version", ""))
        holder, held = chosen.get(key, ("", {}))
        if artefact.get("status", "active") != "active":
            over.append(PassedOver(origin, name, version, f"its status is {artefact.get('status')}"))
        elif held and held.get("url") != artefact.get("url"):
            raise ContentError(f"{name} ({origin}): an artefact of another url has that id ({holder}); give it its own")
        elif version_of(artefact) < version_of(held):
            over.append(PassedOver(origin, name, version, f"version {held.get('version')} is in force ({holder})"))
        else:
            if held:
                over.append(PassedOver(holder, name, str(held.get("version", "")), f"{origin} has version {version}"))
            chosen[key] = origin, _as(key, artefact)
        if key in chosen and _stands_for_itself(artefact):
            keys_of_urls.setdefault((key[0], str(artefact.get("url", ""))), key)
    return chosen, over


def _each(layers: Layers) -> Iterator[tuple[str, Json]]:
    for layer in layers:
        yield from ((layer.origin, artefact) for artefact in layer.artefacts)


def _key(artefact: Json, keys_of_urls: Mapping[tuple[str, str], Key]) -> Key:
    type_, url = str(artefact.get("resourceType")), artefact.get("url")
    same = keys_of_urls.get((type_, str(url))) if url and _stands_for_itself(artefact) else None
    return same or (type_, str(artefact.get("id")))


def _stands_for_itself(artefact: Json) -> bool:
    """Whether it is an artefact of its own: a fragment has the url of what it adds to."""
    return artefact.get("content") != "fragment"


def _as(key: Key, artefact: Json) -> Json:
    """An artefact under the id by which it is known here."""
    return artefact if artefact.get("id") == key[1] else {**artefact, "id": key[1]}
