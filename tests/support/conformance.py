"""Records held against `profiles/conformance.toml`: each has a kind, and meets what that kind is said to meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fhirpathpy import compile as compiled
from fhirpathpy.models import models

from scripts.rendering.conformance import ConformanceTable, RecordKind, Requirement
from tests.support.profiles import profile_for
from tests.support.validator import DEFINITIONS, Issue, validate

Json = dict[str, Any]
CURSOR = "sweep-cursor"
PUBLISHED = "us-core-6"
"""The guide whose package is at hand."""
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


@dataclass(frozen=True)
class Failure:
    """A record of a kind that does not have what a profile demands."""

    kind: str
    guide: str
    shape: str
    element: str


def sort_of(resource: Json) -> str:
    """Our profile of a record; for those that no profile of ours is for, what they are."""
    if resource["resourceType"] in ("Patient", "Practitioner"):
        return f"shadow-{resource['resourceType']}"
    return CURSOR if resource["resourceType"] == "Basic" else profile_for(resource)


def kind_of(table: ConformanceTable, resource: Json) -> RecordKind | None:
    """The first kind that fits a record; None for one of a type that no guide profiles."""
    sort = sort_of(resource)
    fitting = (kind for kind in table.kinds if sort in kind.ours and (not kind.where or is_true(kind.where, resource)))
    return next(fitting, None)


def failures(table: ConformanceTable, resource: Json) -> Iterator[Failure]:
    """What a record lacks of the profiles its kind is held against, what is known not to be met as well."""
    kind = kind_of(table, resource)
    if kind is None:
        return
    for id_ in kind.meets:
        shape = table.shapes[id_]
        for guide in shape.guides:
            for need in shape.demands(guide):
                if not is_met(need, resource):
                    yield Failure(kind.title, guide, id_, need.element)


def unmet(table: ConformanceTable) -> set[Failure]:
    """What the table says is not met, in each guide where the profile demands it."""
    return {
        Failure(kind.title, guide, each.shape, each.element)
        for kind in table.kinds
        for each in kind.but
        for guide in table.shapes[each.shape].guides
    }


def is_met(need: Requirement, resource: Json) -> bool:
    return is_true(need.holds, resource)


def is_true(expression: str, resource: Json) -> bool:
    """Whether an expression is true of a record. Raises `ValueError` where it answers neither true nor false."""
    values = _compiled(expression)(resource)
    if values not in ([True], [False], []):
        raise ValueError(f"{expression} gives {values!r}")
    return values == [True]


@cache
def _compiled(expression: str) -> Callable[[Json], list[Any]]:
    evaluate: Callable[[Json], list[Any]] = compiled(expression, models["r4"])
    return evaluate


def by_engine(table: ConformanceTable, resources: Iterable[Json], shared: Path) -> tuple[int, set[Failure]]:
    """What the HL7 engine finds by the published package of US Core 6.1.0: how many records it held against how many
    profiles, and what they lack. Raises `Unavailable`."""
    held = [
        (kind, id_, resource)
        for resource in resources
        if (kind := kind_of(table, resource)) is not None
        for id_ in kind.meets
        if PUBLISHED in table.shapes[id_].guides
    ]
    folder = shared / "data" / "us-core"
    reports = validate(
        [as_claimed(resource, US_CORE + id_) for _, id_, resource in held],
        (DEFINITIONS, folder),
        (folder / "us_core_610.tgz",),
    )
    found = {
        Failure(kind.title, PUBLISHED, id_, element_of(issue))
        for (kind, id_, _), report in zip(held, reports, strict=True)
        for issue in report.errors
    }
    return len(held), found


def unmet_by_engine(table: ConformanceTable) -> set[Failure]:
    """What the table says the engine finds."""
    return {
        Failure(kind.title, PUBLISHED, each.shape, each.element)
        for kind in table.kinds
        for each in kind.but
        if PUBLISHED in table.shapes[each.shape].guides and not each.engine
    }


def as_claimed(resource: Json, profile: str) -> Json:
    return {**resource, "meta": {**resource.get("meta", {}), "profile": [profile]}}


def element_of(issue: Issue) -> str:
    """The element that is not as a profile wants it: named in front of the message, else where it stands; with the
    message where that says no more than the type."""
    named = re.match(r"(?:Slice ')?([A-Z][A-Za-z]+(?:\.[A-Za-z\[\]]+(?::[A-Za-z-]+)?)+)", issue.message)
    place = re.sub(r"\[\d+\]", "", issue.location)
    return named[1] if named else place if "." in place else f"{place}: {issue.message}"
