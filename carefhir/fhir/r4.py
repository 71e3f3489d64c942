"""Strict checks of what we are about to write: the only module that imports fhir.resources, and only its R4B.

(The package's top level is R5 and refuses an R4 care plan with activity details.) Models are loaded when first used:
all of R4B costs 2.2 s and 111 MiB, one class some tens of milliseconds.
"""

from __future__ import annotations

import hashlib
import importlib
from functools import cache
from typing import Any

from carefhir.fhir.codec import Json, encode
from carefhir.lifecycle import STATUS


def objections(resource: Json) -> tuple[str, ...]:
    """Why a resource is not valid R4: element paths and rules, no values. Empty if it may be written. Remembered by
    digest, for a resource that is settled again is the same one: a check costs more than all else in an act."""
    text = encode(resource)
    name = hashlib.sha256(text).digest()
    reasons = _remembered.get(name)
    if reasons is None:
        reasons = _objections(resource, text)
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[name] = reasons
    return reasons


MOST_REMEMBERED = 1_024
_remembered: dict[bytes, tuple[str, ...]] = {}
"""Digest of a resource to its objections: nothing of a person is kept."""


def _objections(resource: Json, text: bytes) -> tuple[str, ...]:
    type_ = str(resource.get("resourceType", ""))
    reasons = []
    element, allowed = STATUS.get(type_, ("", frozenset()))
    status = resource.get(element)
    if element and not (isinstance(status, str) and status in allowed):
        reasons.append(f"{type_}.{element} is not one of R4's codes")
    model = _model(type_)
    if model is None:
        return (*reasons, f"{type_ or 'a resource without type'} is not a resource type of R4")
    try:
        model.model_validate_json(text)
    except ValueError as error:
        problems = error.errors() if hasattr(error, "errors") else [{"loc": (), "msg": "not valid"}]
        reasons += [f"{type_}.{'.'.join(map(str, one['loc']))}: {one['type']}" for one in problems]
    except (TypeError, KeyError, AttributeError):
        reasons.append(
            f"{type_}: holds something that is no resource or element R4 knows"
        )  # fhir.resources trips over it
    return tuple(reasons)


UNKNOWN = ": extra_forbidden"
"""How an objection to an element ends that R4 does not have."""


def unknown_elements(resource: Json) -> tuple[str, ...]:
    """The elements of a resource that R4 does not have, as paths without numbers of items: `Task.input.zebra`."""
    paths = (one.removesuffix(UNKNOWN).split(".") for one in objections(resource) if one.endswith(UNKNOWN))
    return tuple(".".join(name for name in path if not name.isdigit()) for path in paths)


def is_type(name: str) -> bool:
    """Whether R4 has a resource type of this name."""
    return _model(name) is not None


@cache
def _model(type_: str) -> Any:
    try:
        module = importlib.import_module(f"fhir.resources.R4B.{type_.lower()}")
    except ModuleNotFoundError:
        return None
    return getattr(module, type_, None)
