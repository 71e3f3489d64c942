"""Loads the artefacts that decisions use, once, into one frozen value.

The package's own are in `profiles/definitions`, as `Type/Type-id.json`. A site may name folders of its own, whose newer
versions of an artefact override ours (the highest active version wins), and whose fragments add to ours
(`content.fragments`). Artefacts are read completely at the start, so that `decide` touches no file (rule R1). What is
odd in an artefact is refused when it is loaded or first used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from carefhir.codes import BASE
from carefhir.content import composing, fragments, layers
from carefhir.content.layers import Layers
from carefhir.content.licensing import licensed
from carefhir.errors import ContentError
from carefhir.fhir import r4
from carefhir.fhir.codec import Json, NotJson, decode_object
from carefhir.fhir.record import dig, moments

USED = ("CodeSystem", "ConceptMap", "ObservationDefinition", "PlanDefinition", "Questionnaire")


@dataclass(frozen=True, slots=True)
class Concept:
    """A code with its display, definition and properties."""

    system: str
    code: str
    display: str
    definition: str
    properties: Mapping[str, Any]
    plain: str = ""
    """What the person a plan is about reads instead (its first designation); "" where it has none."""

    @property
    def coding(self) -> Json:
        return {"system": self.system, "code": self.code, "display": self.display}


@dataclass(frozen=True, slots=True)
class Content:
    """The clinical content in force: artefacts by type and id."""

    artefacts: Mapping[tuple[str, str], Json] = field(repr=False)
    layers: Layers = field(default=(), repr=False)
    """What it was joined from, the package first (`content.layers`)."""
    licenses: frozenset[str] = field(default=frozenset(), repr=False)
    """The gated instruments whose wording may be shown."""

    def get(self, type_: str, id_: str) -> Json:
        """An artefact. Raises `ContentError` if it is missing."""
        artefact = self.find(type_, id_)
        if artefact is None:
            raise ContentError(f"the clinical content holds no {type_}/{id_}")
        return artefact

    def find(self, type_: str, id_: str) -> Json | None:
        """An artefact, or the check-in form that its id composes; None if there is none."""
        artefact = self.artefacts.get((type_, id_))
        return artefact or (composing.composed(self.artefacts, id_) if type_ == "Questionnaire" else None)

    def form(self, url: str) -> Json | None:
        """The Questionnaire of a url, composed ones too; None if there is none."""
        whole = (artefact for (type_, _), artefact in self.artefacts.items() if type_ == "Questionnaire")
        return next((each for each in whole if each.get("url") == url), None) or composing.by_url(self.artefacts, url)

    def canonical(self, type_: str, id_: str) -> str:
        """`url|version`, as every decision records it."""
        artefact = self.get(type_, id_)
        return f"{artefact.get('url', f'{BASE}/{type_}/{id_}')}|{artefact.get('version', '')}"

    def concept(self, system: str, code: str) -> Concept:
        """A concept of one of our code systems. Raises `ContentError` if there is none."""
        concept = self.concepts(system).get(code)
        if concept is None:
            raise ContentError(f"CodeSystem {system.rpartition('/')[2]} has no code {code}")
        return concept

    def concepts(self, system: str) -> Mapping[str, Concept]:
        """All concepts of one of our code systems, by code."""
        return _concepts(_ArtefactKey(self.get("CodeSystem", system.rpartition("/")[2])))

    def mapped(self, map_id: str, system: str, code: str) -> tuple[str, ...]:
        """What a code maps to, by exact code; () if the map does not know it."""
        return _mapping(_ArtefactKey(self.get("ConceptMap", map_id))).get((system, code), ())

    def mapped_by_prefix(self, map_id: str, system: str, code: str) -> tuple[str, ...]:
        """What a code maps to if entries are prefixes (ICD-10-CM): without dots, the longest prefix wins."""
        by_plain = _without_dots(_ArtefactKey(self.get("ConceptMap", map_id)), system)
        plain = code.replace(".", "").upper()
        return next((by_plain[plain[:n]] for n in range(len(plain), 0, -1) if plain[:n] in by_plain), ())

    def published_codings(self, concept: Concept) -> list[Json]:
        """A concept as records carry it: with its own coding, and with the published codes that mean the same."""
        return [concept.coding, *self.published_codes(concept)]

    def published_codes(self, concept: Concept) -> list[Json]:
        """The published codes alone; [] where there are none."""
        return self._published("published-codes", concept)

    def published_categories(self, concept: Concept) -> list[Json]:
        """The categories of a record with this concept, by which published profiles sort; [] where there are none."""
        return [{"coding": [coding]} for coding in self._published("published-categories", concept)]

    def _published(self, map_id: str, concept: Concept) -> list[Json]:
        targets = _published(_ArtefactKey(self.get("ConceptMap", map_id))).get((concept.system, concept.code), ())
        return [dict(coding) for coding in targets]

    def in_force(self, plan_id: str, day: date) -> tuple[Json, bool]:
        """A PlanDefinition, and whether its effective period includes that day."""
        plan = self.get("PlanDefinition", plan_id)
        start = moments(next(dig(plan, "effectivePeriod.start"), None))
        end = moments(next(dig(plan, "effectivePeriod.end"), None))
        return plan, (start is None or start[0].date() <= day) and (end is None or day < end[1].date())


def parameters(plan: Json) -> dict[str, int]:
    """The named whole numbers of a PlanDefinition."""
    numbers = {}
    for extension in extensions(plan, "parameter"):
        parts = parts_of(extension)
        if isinstance(parts.get("name"), str) and isinstance(parts.get("value"), int):
            numbers[parts["name"]] = parts["value"]
    return numbers


def choices(plan: Json) -> dict[str, str]:
    """The named choices of a PlanDefinition among published forms."""
    return {
        str(parts["name"]): str(parts["value"]) for each in extensions(plan, "choice") for parts in [parts_of(each)]
    }


def extensions(element: Json, name: str) -> Iterator[Json]:
    """Our own extensions of that name on an element."""
    for extension in element.get("extension", []):
        if extension.get("url") == f"{BASE}/StructureDefinition/{name}":
            yield extension


def value_of(element: Json) -> Any:
    """The value[x] of an extension, property or answer."""
    return next((value for key, value in element.items() if key.startswith("value")), None)


def parts_of(extension: Json) -> dict[str, Any]:
    """The values of a complex extension by name; the last one where a name repeats (see `all_parts`)."""
    return {one["url"]: value_of(one) for one in extension.get("extension", [])}


def all_parts(extension: Json, name: str) -> tuple[Any, ...]:
    """Every value of a repeating part of a complex extension."""
    return tuple(value_of(one) for one in extension.get("extension", []) if one["url"] == name)


class ContentKey:
    """Content as the key of a cache, by identity; content never changes."""

    __slots__ = ("content",)

    def __init__(self, content: Content) -> None:
        self.content = content

    def __hash__(self) -> int:
        return id(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContentKey) and other.content is self.content


class _ArtefactKey:
    """Makes an artefact hashable by identity, for the caches below; artefacts are never changed."""

    __slots__ = ("artefact",)

    def __init__(self, artefact: Json) -> None:
        self.artefact = artefact

    def __hash__(self) -> int:
        return id(self.artefact)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ArtefactKey) and other.artefact is self.artefact


@lru_cache(maxsize=256)
def _concepts(hold: _ArtefactKey) -> Mapping[str, Concept]:
    system = str(hold.artefact.get("url", ""))
    return {
        concept["code"]: Concept(
            system,
            concept["code"],
            concept.get("display", concept["code"]),
            concept.get("definition", ""),
            {
                prop["code"]: value_of({k: v for k, v in prop.items() if k != "code"})
                for prop in concept.get("property", [])
            },
            next((str(each["value"]) for each in concept.get("designation", []) if "value" in each), ""),
        )
        for concept in hold.artefact.get("concept", [])
    }


@lru_cache(maxsize=256)
def _mapping(hold: _ArtefactKey) -> Mapping[tuple[str, str], tuple[str, ...]]:
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    for group in hold.artefact.get("group", []):
        for element in group.get("element", []):
            targets = tuple(one["code"] for one in element.get("target", []) if "code" in one)
            key = (group.get("source", ""), element["code"])
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *targets)))
    return table


@lru_cache(maxsize=256)
def _published(hold: _ArtefactKey) -> Mapping[tuple[str, str], tuple[Json, ...]]:
    """Codings of other systems by code of ours, in the order of the map."""
    table: dict[tuple[str, str], tuple[Json, ...]] = {}
    for group in hold.artefact.get("group", []):
        for element in group.get("element", []):
            key = (str(group.get("source", "")), str(element["code"]))
            table[key] = (*table.get(key, ()), *(_coding(group, target) for target in element.get("target", [])))
    return table


def _coding(group: Json, target: Json) -> Json:
    display = {"display": target["display"]} if "display" in target else {}
    return {"system": group.get("target", ""), "code": target["code"], **display}


@lru_cache(maxsize=64)
def _without_dots(hold: _ArtefactKey, system: str) -> Mapping[str, tuple[str, ...]]:
    table = _mapping(hold)
    return {entry.replace(".", "").upper(): targets for (of, entry), targets in table.items() if of == system}


def own_folder() -> Path:
    """The folder of the package's artefacts: inside an installed wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_profiles"
    return installed if installed.is_dir() else package.parent / "profiles"


@lru_cache(maxsize=8)
def load(*folders: Path, licenses: frozenset[str] = frozenset()) -> Content:
    """Loads our artefacts and a site's own; `licenses` are the gated instruments whose wording may be shown, by id.
    Raises `ContentError` naming the file that cannot be read, or what of a site's is not FHIR R4."""
    own = layers.Layer(layers.PACKAGE, tuple(_read(own_folder() / "definitions")))
    site = (layers.Layer(str(folder), tuple(map(as_r4, _read(folder)))) for folder in folders)
    return content_of((own, *site), licenses)


def content_of(read: Layers, licenses: frozenset[str] = frozenset()) -> Content:
    """Content of these layers: of each artefact the highest active version, fragments joined. Raises `ContentError` for
    what cannot be joined."""
    whole = {key: licensed(artefact, licenses) for key, artefact in layers.in_force(read).items()}
    return Content(fragments.joined(whole), read, licenses)


def as_r4(artefact: Json) -> Json:
    """A site's artefact. Raises `ContentError` where it is not FHIR R4, naming it and the element. A translator's
    file may be half done: what is empty in it is no translation."""
    if artefact.get("content") == "supplement":
        return artefact
    reasons = ("an element that is null",) if _null_inside(artefact) else r4.objections(artefact)
    if reasons:
        raise ContentError(f"{artefact.get('resourceType')}/{artefact.get('id')} is not FHIR R4: {reasons[0]}")
    return artefact


def _null_inside(value: Any) -> bool:
    """Whether an element is null, which FHIR allows in a list only."""
    if isinstance(value, dict):
        return any(part is None or _null_inside(part) for part in value.values())
    return isinstance(value, list) and any(_null_inside(part) for part in value)


def _read(folder: Path) -> Iterator[Json]:
    for path in sorted(folder.rglob("*-*.json")):
        if path.name.partition("-")[0] not in USED:
            continue
        try:
            yield decode_object(path.read_bytes())
        except (OSError, NotJson) as error:
            raise ContentError(f"{path.name}: {error}") from None
