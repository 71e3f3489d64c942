"""What is set for an EHR's hooks: `[ehr.NAME.hooks]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carefhir.errors import BadInput
from carefhir.faces.web import written

OF_THE_HOOKS = frozenset({"issuer", "jku", "audience", "app"})


@dataclass(frozen=True, slots=True)
class HooksSettings:
    """Whose calls of hooks are taken, and where a card leads."""

    issuers: tuple[str, ...]
    """Whom a call's token may be issued by: one of these, letter by letter."""
    key_sets: tuple[str, ...]
    """Where the issuers' public keys are (`jku`). Nothing else is ever fetched for a token."""
    audience: tuple[str, ...] = ()
    """Whom a token must be for, where that is not the address that is called; empty: exactly that address."""
    app: str = ""
    """The launch address of the app that cards lead to; "": cards have no link."""


def hooks_of(table: Any, where: str) -> HooksSettings:
    """Reads the table. `where` is its place in the file. Raises `BadInput` naming a key, never its value."""
    if not isinstance(table, dict):
        raise BadInput(f"{where.removesuffix('.')}: expected a table, [{where.removesuffix('.')}]")
    written.only(table, OF_THE_HOOKS, where)
    issuers = written.texts(table, "issuer", where)
    key_sets = written.texts(table, "jku", where)
    for name, values in (("issuer", issuers), ("jku", key_sets)):
        if not values:
            raise BadInput(f"{where}{name}: is missing; whose calls are taken, and where are their public keys?")
    app = written.text(table, "app", where, default="")
    return HooksSettings(
        issuers=issuers,
        key_sets=tuple(written.secure_url(each, f"{where}jku", exact=True) for each in key_sets),
        audience=written.texts(table, "audience", where),
        app=written.secure_url(app, f"{where}app", exact=True) if app else "",
    )
