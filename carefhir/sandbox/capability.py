"""The CapabilityStatement: http://hl7.org/fhir/R4/capabilitystatement.html, rendered from the table and the knobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from carefhir.sandbox.knobs import INTERACTIONS, Knobs
from carefhir.sandbox.parameters import TYPES, TypeTable
from carefhir.sandbox.wire import Json


def statement(knobs: Knobs, date: str, base: str) -> Json:
    """What this server does, and nothing it does not."""
    bundles = (("transaction", knobs.transaction or knobs.boasts), ("batch", knobs.batch))
    system = [code for code, there in bundles if there]
    there = (each for each in TYPES.values() if knobs.has(each.name))
    rest: Json = {"mode": "server", "resource": [_resource(each, knobs) for each in there]}
    if system:
        rest["interaction"] = [{"code": code} for code in system]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": knobs.software, "version": "1"},
        "implementation": {"description": "FHIR R4 in memory, for tests and demonstrations", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [rest],
    }


def narrowed(stated: Any, paths: Sequence[str]) -> Any:
    """The elements at these paths, with all that is in them, and the type. Servers differ in what they leave besides
    (R4 wants whatever is mandatory): a client must not count on more."""
    if isinstance(stated, list):
        return [narrowed(each, paths) for each in stated]
    if not isinstance(stated, dict):
        return stated
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, []).append(rest)
    return {
        name: value if "" in below.get(name, [""]) else narrowed(value, below[name])
        for name, value in stated.items()
        if name in below or name == "resourceType"
    }


def _resource(table: TypeTable, knobs: Knobs) -> Json:
    interactions = [code for code in INTERACTIONS if knobs.takes_of(table.name, code)]
    searchable = "search-type" in interactions
    params = [each for code, each in table.params.items() if searchable and knobs.knows(table.name, code)]
    stated: dict[str, Any] = {
        "type": table.name,
        "interaction": [{"code": code} for code in interactions],
        "readHistory": "history-instance" in interactions,
        "updateCreate": "update" in interactions and knobs.update_create,
        "conditionalCreate": "create" in interactions and (knobs.conditional_create or knobs.boasts),
        "conditionalRead": "not-match" if knobs.versions else "not-supported",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "logical", "enforced", "local"],
        "searchParam": [{"name": each.code, "type": each.kind} for each in sorted(params, key=lambda each: each.code)],
    }
    if knobs.versioning != "not stated":
        stated["versioning"] = _versioning(knobs)
    includes = sorted(f"{table.name}:{each.code}" for each in params if each.kind == "reference")
    if includes and "_include" not in knobs.refuses:
        stated["searchInclude"] = includes
    if searchable and (reverse := [each for each in _REVERSE.get(table.name, ()) if _brings(each, knobs)]):
        stated["searchRevInclude"] = reverse
    return stated


def _versioning(knobs: Knobs) -> str:
    if not knobs.versions:
        return "no-version"
    return knobs.versioning or ("versioned-update" if knobs.if_match or knobs.boasts else "versioned")


def _brings(reverse: str, knobs: Knobs) -> bool:
    """Whether a reverse include is taken, of a type that is there."""
    source, _, code = reverse.partition(":")
    return knobs.has(source) and knobs.reverse_includes(source, code)


def _reverse() -> dict[str, list[str]]:
    """For each type, the parameters by which others refer to it; those open to any type count for all."""
    by_target: dict[str, list[str]] = {name: [] for name in TYPES}
    for table in TYPES.values():
        for each in table.params.values():
            if each.kind == "reference":
                for target in each.targets or TYPES:
                    if target in by_target:
                        by_target[target].append(f"{table.name}:{each.code}")
    return {name: sorted(each) for name, each in by_target.items() if each}


_REVERSE = _reverse()
