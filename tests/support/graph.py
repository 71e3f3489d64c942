"""The canonical graph of what stands about a patient: equal for two runs that say the same.

Left out: ids, versions, times, and what derives from them. References are replaced by the content of what they point
to, refined round by round, so that two graphs are equal only when they are linked alike.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from carefhir.fhir.codec import canonical
from tests.support.backends import Backend

Json = dict[str, Any]

TYPES = (
    "CarePlan CareTeam Communication Condition Consent Encounter EpisodeOfCare Flag Goal Observation "
    "QuestionnaireResponse RiskAssessment Task AllergyIntolerance MedicationRequest "
    "Appointment CommunicationRequest DetectedIssue DeviceRequest List MedicationStatement ServiceRequest"
).split()
DERIVED = (
    "https://carefhir.org/fhir/sid/step",
    "https://carefhir.org/fhir/sid/act",
    "https://carefhir.org/fhir/sid/act-mark",
    "https://carefhir.org/fhir/sid/command",
    "https://carefhir.org/fhir/sid/decided",
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
    bare = {f"{one['resourceType']}/{one['id']}": _bare(one) for one in resources}
    colors = {name: _hash(_linked(one, {})) for name, one in bare.items()}
    for _ in range(4):
        colors = {name: _hash(_linked(one, colors)) for name, one in bare.items()}
    lines = [canonical(_linked(one, colors)).decode() for one in bare.values()]
    return sorted(lines)


def _bare(resource: Json) -> Json:
    made = {key: value for key, value in resource.items() if key not in ("id", "text")}
    meta = made.pop("meta", {})
    tags = [tag for tag in meta.get("tag", []) if tag.get("system") not in DERIVED]
    # HAPI keeps one display for each label on the whole server, the one that it met first, or none.
    labels = [{name: label[name] for name in ("system", "code") if name in label} for label in meta.get("security", [])]
    kept = {"tag": tags, "security": labels, "profile": meta.get("profile", [])}
    made["meta"] = {key: value for key, value in kept.items() if value}
    return made


def _linked(value: Any, colors: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if value.get("system") in DERIVED:
            return {"system": value["system"]}
        return {key: _linked(item, colors) for key, item in sorted(value.items())}
    if isinstance(value, list):
        items = [_linked(item, colors) for item in value]
        # order carries no meaning where a list holds references only (receipt targets, team), or a receipt's sources
        plain = all(isinstance(one, dict) and set(one) in ({"reference"}, {"role", "what"}) for one in items)
        return sorted(items, key=canonical) if plain else items
    if isinstance(value, str):
        if _time.match(value):
            return "(time)"
        if _reference.match(value):
            name = value.partition("/_history")[0]
            return f"-> {name.partition('/')[0]} {colors.get(name, '')}"
        return _named_in_words.sub(r"\1", value)
    return value


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()[:16]
