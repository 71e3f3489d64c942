"""Released again: what an act changed in a record goes back to what it was, element by element.

The version before the act's own says what it was. Nothing that somebody has changed since is written over: where one
element moved on, what goes together with it (a status and its reason) is left as it is, and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from carefhir.codes import DUE_TAG
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.changes import Edit, leave_out, marks_of, put, strings_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record

KEPT = frozenset({"resourceType", "id", "meta", "text", "identifier", "lastModified"})
"""Elements that are never taken back: what a resource is known by, and when it was changed."""


@dataclass(frozen=True, slots=True)
class Around:
    """A record in the version before an act changed it, and in the act's own version."""

    before: Record
    after: Record


@dataclass(frozen=True, slots=True)
class Release:
    """The edits that take back what an act changed, and the elements that somebody has changed since."""

    edits: tuple[Edit, ...] = ()
    moved_on: tuple[str, ...] = ()


def marked(record: Record, act: str) -> bool:
    """Whether a record carries a mark of the act with that key."""
    return record.mentions(f"{act}/") and any(mark.startswith(f"{act}/") for mark in marks_of(record))


def around(versions: Sequence[Record], act: str) -> Around | None:
    """The versions around what the act with that key did; None where the history does not reach back so far."""
    first = max((number for number, version in enumerate(versions) if marked(version, act)), default=None)
    if first is None or first + 1 >= len(versions):
        return None
    return Around(before=versions[first + 1], after=versions[first])


def written_first(versions: Sequence[Record], act: str) -> Record | None:
    """The version in which the act with that key created a record; None where the history does not tell."""
    return next((version for version in reversed(versions) if marked(version, act)), None)


def differing(before: Json, after: Json) -> list[str]:
    """The elements in which two versions differ, but for those that never count."""
    return [name for name in {**before, **after} if name not in KEPT and before.get(name) != after.get(name)]


def released(now: Record, versions: Around) -> Release:
    """Takes back what the act changed."""
    before, after = versions.before.json, versions.after.json
    changed = differing(before, after)
    lists = [name for name in changed if _is_list(before.get(name)) and _is_list(after.get(name))]
    whole = [name for name in changed if name not in lists]
    moved_on = [name for name in whole if now.json.get(name) not in (before.get(name), after.get(name))]
    edits = [] if moved_on else [_back(name, before.get(name)) for name in whole]
    if "restriction" in whole and not moved_on:
        edits.append(_due_tag(before))
    for name in lists:
        kept, whole_list = _without_added(now.json, before, after, name)
        if not whole_list:
            moved_on.append(name)
        else:
            edits.append(_back(name, kept or None))
    return Release(tuple(edits), tuple(moved_on))


def without(now: Record, references: Iterable[str]) -> tuple[Edit, ...]:
    """Takes the items that point to what is taken back out of a record's lists; for a server that tells no history."""
    gone = frozenset(references)
    edits = []
    for name, items in now.json.items():
        if name in KEPT or not isinstance(items, list):
            continue
        kept = [item for item in items if not gone & set(strings_in(item))]
        if kept != items:
            edits.append(_back(name, kept or None))
    return tuple(edits)


def _is_list(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _without_added(now: Json, before: Json, after: Json, name: str) -> tuple[list[Any], bool]:
    """A list without the items the act added; and whether that takes back all it did to the list."""
    items, first, then = now.get(name) or [], before.get(name) or [], after.get(name) or []
    if items == then:
        return list(first), True
    added = [item for item in then if item not in first]
    return [item for item in items if item not in added], all(item in then for item in first)


def _back(name: str, value: Any) -> Edit:
    return leave_out(name) if value is None else put(name, value)


def _due_tag(before: Json) -> Edit:
    """The due day's tag, which repeats it for searches, as it was."""
    day = next(tags_of(before, DUE_TAG), "")

    def edit(resource: Json) -> None:
        for tag in resource.get("meta", {}).get("tag", []):
            if day and tag.get("system") == DUE_TAG:
                tag["code"] = day

    return edit
