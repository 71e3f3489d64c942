"""What is in force: each artefact with where it comes from, its version, how sure its statements are, its notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from carefhir.codes import BASE
from carefhir.content.layers import origins
from carefhir.content.loading import Content, parts_of
from carefhir.errors import BadInput
from carefhir.fhir.codec import Json

MARKS = ("V", "S", "D", "K")
"""Read in the named source, seen on one page, our default, general knowledge that is to be confirmed."""
_SOURCE = f"{BASE}/StructureDefinition/source"


@dataclass(frozen=True, slots=True)
class StatedSource:
    """Where a statement of an artefact comes from, and where in the artefact it stands."""

    where: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class ListedArtefact:
    """One artefact in force."""

    type: str
    id: str
    url: str
    version: str
    status: str
    title: str
    origin: str
    """`package`, `server`, or the folder as the site names it."""
    marks: dict[str, int]
    """How many statements carry each mark."""
    copyright: str
    sources: tuple[StatedSource, ...]
    codes: dict[str, str]
    """Of a code system that is shown by itself: its codes and what each is called."""


def listed(content: Content) -> tuple[ListedArtefact, ...]:
    """Everything in force, by type and id."""
    whence = origins(content.layers)
    return tuple(_listed(key, content.artefacts[key], whence.get(key, "")) for key in sorted(content.artefacts))


def named(content: Content, name: str) -> tuple[ListedArtefact, ...]:
    """What somebody means by a url, an id, or `Type/id`. Raises `BadInput` where there is none."""
    wanted = name.partition("|")[0]
    whole = listed(content)
    fitting = [each for each in whole if wanted in (each.url, each.id, f"{each.type}/{each.id}")]
    if not fitting:
        near = sorted(f"{each.type}/{each.id}" for each in whole if wanted.lower() in f"{each.id} {each.title}".lower())
        more = f"; there is {', '.join(near[:5])}" if near else ""
        raise BadInput(f"URL|ID: nothing in force is called {name}{more}")
    return tuple(replace(each, codes=_codes(content.artefacts[each.type, each.id])) for each in fitting)


def _codes(artefact: Json) -> dict[str, str]:
    return {str(concept["code"]): str(concept.get("display", "")) for concept in artefact.get("concept", [])}


def _listed(key: tuple[str, str], artefact: Json, origin: str) -> ListedArtefact:
    sources = tuple(_sources(artefact, ""))
    counts = Counter(source.mark for source in sources)
    return ListedArtefact(
        type=key[0],
        id=key[1],
        url=str(artefact.get("url", "")),
        version=str(artefact.get("version", "")),
        status=str(artefact.get("status", "")),
        title=str(artefact.get("title") or artefact.get("preferredReportName") or key[1]),
        origin=origin,
        marks={mark: counts[mark] for mark in MARKS if counts[mark]},
        copyright=str(artefact.get("copyright", "")),
        sources=sources,
        codes={},
    )


def _sources(element: Any, where: str) -> Iterator[StatedSource]:
    """The sources in an artefact, at every depth, in its order."""
    if isinstance(element, list):
        for n, part in enumerate(element):
            yield from _sources(part, f"{where}[{_name(part, n)}]")
    elif isinstance(element, dict):
        if element.get("url") == _SOURCE:
            parts = parts_of(element)
            place = where.rpartition(".extension")[0]
            yield StatedSource(place, str(parts.get("mark", "")), str(parts.get("text", "")))
            return
        for name, part in element.items():
            yield from _sources(part, f"{where}.{name}" if where else name)


def _name(part: Any, number: int) -> str:
    """How an element of a list is told from the others: by its id, code, linkId or title, else by its number."""
    if isinstance(part, dict):
        for key in ("id", "code", "linkId", "title"):
            if isinstance(part.get(key), str):
                return str(part[key])
    return str(number)
