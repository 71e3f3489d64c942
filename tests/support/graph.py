"""The canonical graph of what stands about a patient: equal for two runs that say the same.

Left out: ids, versions, times, and what derives from them. References are replaced by the content of what they point
to, refined round by round, so that two graphs are equal only when they are linked alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from carefhir.fhir.codec import canonical, decode
from tests.support.backends import Backend

Json = dict[str, Any]

TYPES = (
    "CarePlan CareTeam Claim Communication Condition Consent Encounter EpisodeOfCare Flag Goal Observation "
    "QuestionnaireResponse RiskAssessment Task AllergyIntolerance MedicationRequest "
    "Appointment CommunicationRequest DetectedIssue DeviceRequest List MedicationStatement ServiceRequest "
    "SupplyDelivery DocumentReference RelatedPerson"
).split()
DERIVED = (
    "https://carefhir.org/fhir/sid/step",
    "https://carefhir.org/fhir/sid/act",
    "https://carefhir.org/fhir/sid/act-mark",
    "https://carefhir.org/fhir/sid/command",
    "https://carefhir.org/fhir/sid/decided",
    "https://carefhir.org/fhir/sid/document",
    "https://carefhir.org/fhir/sid/version",
    "https://carefhir.org/fhir/sid/example",
)
_time = re.compile(r"^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$")
_named_in_words = re.compile(rf"\b({'|'.join((*TYPES, 'Patient', 'Practitioner'))})/[A-Za-z0-9.\-]+\b")
"""A reference inside a sentence: which type is compared, the id is the server's own."""
_reference = re.compile(r"^[A-Z][A-Za-z]+/[A-Za-z0-9\-.]+(/_history/.+)?$")


def everything(backend: Backend, patient: str) -> list[Json]:
    """The patient, all that points at them, and the receipts of that."""
    found = [backend.get(patient)]
    for type_ in TYPES:
        found += backend.search(f"{type_}?patient={patient}&_count=200")
    names = [f"{one['resourceType']}/{one['id']}" for one in found]
    receipts: dict[str, Json] = {}
    for start in range(0, len(names), 20):
        for one in backend.search(f"Provenance?target={','.join(names[start : start + 20])}&_count=200"):
            if any(tag.get("system", "").endswith("sid/act") for tag in one.get("meta", {}).get("tag", [])):
                receipts[one["id"]] = one
    return found + list(receipts.values())


def graph(backend: Backend, patient: str) -> list[str]:
    """The canonical graph: a line per resource, sorted."""
    return canonical_graph(everything(backend, patient))


def canonical_graph(resources: list[Json]) -> list[str]:
    shapes = {f"{one['resourceType']}/{one['id']}": _shape(canonical(one)) for one in resources}
    colors = {name: _hash(_written(shape, {})) for name, shape in shapes.items()}
    for _ in range(4):
        colors = {name: _hash(_written(shape, colors)) for name, shape in shapes.items()}
    return sorted(_written(shape, colors) for shape in shapes.values())


def without_ids(resource: Json) -> str:
    """What a resource says, whatever ids and moments it has: equal for those that are one as good as the other."""
    return _written(_shape(canonical(resource)), {})


@dataclass(frozen=True)
class _Pointer:
    """Where a reference stands: what it points to is colored anew in each round."""

    name: str


@dataclass(frozen=True)
class _Unordered:
    """A list whose order carries no meaning: sorted once its references are colored."""

    items: tuple[_Shape, ...]


_Shape = tuple["str | _Pointer | _Unordered", ...]
"""A resource as text, but for its references: worked out once, since tests meet the same resource again and again."""


@lru_cache(maxsize=20_000)
def _shape(resource: bytes) -> _Shape:
    return _joined(_parts(_bare(decode(resource))))


def _written(shape: _Shape, colors: dict[str, str]) -> str:
    return "".join(
        part
        if isinstance(part, str)
        else f"{part.name.partition('/')[0]} {colors.get(part.name, '')}"
        if isinstance(part, _Pointer)
        else ",".join(sorted(_written(item, colors) for item in part.items))
        for part in shape
    )


def _joined(parts: Iterator[str | _Pointer | _Unordered]) -> _Shape:
    """Neighboring texts become one."""
    made: list[str | _Pointer | _Unordered] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        else:
            made.append(part)
    return tuple(made)


def _bare(resource: Json) -> Json:
    made = {key: value for key, value in resource.items() if key not in ("id", "text")}
    meta = made.pop("meta", {})
    tags = [tag for tag in meta.get("tag", []) if tag.get("system") not in DERIVED]
    # HAPI keeps one display for each label on the whole server, the one that it met first, or none.
    labels = [{name: label[name] for name in ("system", "code") if name in label} for label in meta.get("security", [])]
    kept = {"tag": tags, "security": labels, "profile": meta.get("profile", [])}
    made["meta"] = {key: value for key, value in kept.items() if value}
    return made


def _parts(value: Any) -> Iterator[str | _Pointer | _Unordered]:
    """JSON text in pieces: times blank, derived values left out, references to be colored."""
    if isinstance(value, dict):
        if value.get("system") in DERIVED:
            value = {"system": value["system"]}
        elif isinstance(value.get("data"), str) and "contentType" in value:
            value = {**value, "data": _inside(value)}
        for number, (key, item) in enumerate(sorted(value.items())):
            yield f"{',' if number else '{'}{canonical(key).decode()}:"
            yield from _parts(item)
        yield "}" if value else "{}"
    elif isinstance(value, list):
        yield "["
        # order carries no meaning where a list holds references only (receipt targets, team), or a receipt's sources
        if value and all(isinstance(one, dict) and set(one) in ({"reference"}, {"role", "what"}) for one in value):
            yield _Unordered(tuple(_joined(_parts(item)) for item in value))
        else:
            for number, item in enumerate(value):
                yield "," if number else ""
                yield from _parts(item)
        yield "]"
    elif isinstance(value, str):
        if _time.match(value):
            yield '"(time)"'
        elif _reference.match(value):
            yield '"-> '
            yield _Pointer(value.partition("/_history")[0])
            yield '"'
        else:
            yield canonical(_named_in_words.sub(r"\1", value)).decode()
    else:
        yield canonical(value).decode()


def _inside(attachment: Json) -> Any:
    """What an attachment holds, without the ids of the server and of the act."""
    data = b64decode(attachment["data"])
    if not attachment["contentType"].endswith("json"):
        return data.decode()
    return _without_ids(json.loads(data))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in value.items() if key != "id"}
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    return "(of the act)" if isinstance(value, str) and value.startswith("urn:uuid:") else value


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:16]
