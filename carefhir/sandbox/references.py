"""References on their way in: links inside a Bundle replaced, conditional ones resolved, absent targets refused.

Like HAPI, the sandbox keeps referential integrity and takes no absolute reference, not even to itself: a server that
takes any text as a reference would hide a client's mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.wire import Json

Find = Callable[[str, str], str]
"""(type, query) -> the one `Type/id` that matches, or a Failure."""

_LOCAL = re.compile(r"([A-Za-z]+)/([A-Za-z0-9.\-]{1,64})(?:/_history/[A-Za-z0-9.\-]+)?")
_CONDITIONAL = re.compile(r"([A-Za-z]+)\?(.+)", re.DOTALL)
_URIS = frozenset({"uri", "url", "valueUri", "valueUrl", "valueCanonical", "instantiatesUri", "definitionUri"})
"""Elements other than Reference.reference where a Bundle's urn:uuid is a link. Never Identifier.value: a document's
identifier often is the same urn, and there it is a name."""


def resolve(resource: Json, links: Mapping[str, str], find: Find, *, keep: bool = False) -> frozenset[str]:
    """Rewrites the resource's references in place and returns their targets, `Type/id`; `keep`: a link to no entry is
    kept as it is."""
    if resource.get("resourceType") == "Bundle":  # a stored Bundle is a document of its own; its inside is not ours
        return frozenset()
    targets = set()
    for holder, name in _holders(resource):
        text = holder[name]
        replaced = links.get(text)
        if replaced is not None:
            holder[name] = text = replaced
        if name != "reference" or text.startswith("#") or (keep and text.startswith("urn:")):
            continue
        try:
            holder[name], target = _resolved(text, find)
        except RequestRefused as failure:
            place = f"{resource.get('resourceType')}{_path(resource, holder)}.{name}"
            raise RequestRefused(failure.status, failure.code, f"{place}: {failure.diagnostics}", place) from None
        targets.add(target)
    return frozenset(targets)


def _holders(resource: Json) -> Iterator[tuple[Json, str]]:
    """Each object with a reference, or another element in which a link may stand."""
    stack: list[Any] = [resource]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            for name, child in value.items():
                if isinstance(child, dict | list):
                    stack.append(child)
                elif isinstance(child, str) and (name == "reference" or (name in _URIS and child.startswith("urn:"))):
                    yield value, name
        else:
            stack.extend(each for each in value if isinstance(each, dict | list))


def _resolved(text: str, find: Find) -> tuple[str, str]:
    """(the reference as it is stored, its target)."""
    if match := _LOCAL.fullmatch(text):
        if match[1] not in TYPES:
            raise RequestRefused(400, "processing", "the reference names an unknown resource type.")
        return text, f"{match[1]}/{match[2]}"
    if (match := _CONDITIONAL.fullmatch(text)) and match[1] in TYPES:
        target = find(match[1], match[2])
        return target, target
    if "://" in text or text.startswith("urn:"):
        kind = "link to no entry of this Bundle" if text.startswith("urn:") else "absolute reference"
        raise RequestRefused(400, "processing", f"{kind}; references must be relative to this server.")
    raise RequestRefused(400, "processing", "not a reference of the form Type/id.")


def _path(value: Any, wanted: Json) -> str | None:
    """Where in the resource an object is, as FHIRPath; slow, and only walked to name a failure."""
    if value is wanted:
        return ""
    children: Iterator[tuple[str, Any]] = iter(())
    if isinstance(value, dict):
        children = ((f".{name}", child) for name, child in value.items())
    elif isinstance(value, list):
        children = ((f"[{number}]", child) for number, child in enumerate(value))
    for step, child in children:
        below = _path(child, wanted)
        if below is not None:
            return step + below
    return None
