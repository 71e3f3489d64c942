"""What an answer shows of a stored resource, and whose answer it is: real servers leave out more than they say."""

from __future__ import annotations

import re
from typing import Any

from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.store import Version
from carefhir.sandbox.wire import Json, encode


def shown(version: Version, knobs: Knobs) -> bytes:
    """A version as this server answers it."""
    return encode(cut(version.resource, knobs)) if version.resource and _cuts(version.type, knobs) else version.body


def cut(resource: Json, knobs: Knobs) -> Json:
    """The resource without what this server never shows."""
    hidden = _never_shown(str(resource["resourceType"]), knobs)
    rest = {name: value for name, value in resource.items() if name not in hidden}
    if not knobs.versions and isinstance(rest.get("meta"), dict):
        rest["meta"] = {name: value for name, value in rest["meta"].items() if name != "versionId"}
    return rest


def place(version: Version, knobs: Knobs) -> str:
    """Where a version is, below the base."""
    return version.path if knobs.versions and knobs.location == "versioned" else version.key


def withheld(version: Version, knobs: Knobs) -> bool:
    """Whether a record carries a label that this client may not see."""
    meta = (version.resource or {}).get("meta")
    labels: Any = meta.get("security") if isinstance(meta, dict) else None
    codes = {each.get("code") for each in labels if isinstance(each, dict)} if isinstance(labels, list) else set()
    return not knobs.hidden_labels.isdisjoint(codes)


def check_readable(version: Version, knobs: Knobs) -> None:
    """Raises `RequestRefused` for a record that this server does not hand out: 403 or 500."""
    if withheld(version, knobs):
        raise RequestRefused(403, "forbidden", f"{version.key} may not be seen by this client.")
    if knobs.fails_on_missing:
        check_whole(version)


def check_whole(version: Version) -> None:
    """Raises 500 for a record without an element that R4 demands; of `medication[x]` one is enough."""
    there = {_stem(name) for name in version.resource or {}}
    for element in sorted(TYPES[version.type].required):
        if _stem(element) not in there:
            path = f"{version.type}.{element}"
            words = f"{path} is missing in a record of this answer."
            raise RequestRefused(500, "required", words, path, severity="fatal")


def _stem(name: str) -> str:
    """An element's name up to its first capital, which is where the type of a choice begins."""
    return re.split("[A-Z]", name, maxsplit=1)[0]


def _cuts(type_: str, knobs: Knobs) -> bool:
    return not knobs.versions or bool(_never_shown(type_, knobs))


def _never_shown(type_: str, knobs: Knobs) -> set[str]:
    return {path.partition(".")[2] for path in knobs.never_shown if path.partition(".")[0] == type_}
