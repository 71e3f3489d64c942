"""What a launch can do: every step and reading about a patient against the scopes that were granted.

A step that lacks a scope is shown as what it is, with the scope's name. It is never tried: a person must not learn from
an error in the middle of their work what could have been said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from carefhir import catalog
from carefhir.engine.step import AnyReading, AnyStep, Step
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.parameters import is_patients
from carefhir.faces.web.scopes import GrantedScopes

DOES, SHOWS, CANNOT = "can be done", "can only be previewed", "cannot be done"


@dataclass(frozen=True, slots=True)
class Ability:
    """One step or reading, and how far it goes in this launch."""

    name: str
    title: str
    writes: bool
    how: str
    """`DOES`, `SHOWS` or `CANNOT`."""
    missing: tuple[str, ...] = ()
    """The scopes that the rest of it needs."""
    missing_of_ours: tuple[str, ...] = ()
    """Those that the service itself lacks on the EHR's companion."""
    why: str = ""
    """What else is in the way."""


def abilities(caller: Caller) -> tuple[Ability, ...]:
    """All of them, in the order of the catalog."""
    asked = {entry: _asked(entry) for entry in catalog.ENTRIES if is_patients(entry.command)}
    letters = {(type_, letter) for each in asked.values() for type_, some in each.items() for letter in some}
    # What many entries ask for is looked up once.
    lacks = {each for each in letters if caller.lacking(dict([each]))}
    ours = {each for each in letters if caller.lacking_of_ours(dict([each]))}
    return tuple(
        _ability(entry, caller, missing=_missing(each, lacks), ours=_missing(each, ours))
        for entry, each in asked.items()
    )


def _missing(asked: Mapping[str, str], lacks: set[tuple[str, str]]) -> dict[str, str]:
    return {
        type_: short
        for type_, letters in asked.items()
        if (short := "".join(letter for letter in letters if (type_, letter) in lacks))
    }


def _ability(
    entry: AnyStep | AnyReading, caller: Caller, *, missing: Mapping[str, str], ours: Mapping[str, str]
) -> Ability:
    writes = isinstance(entry, Step)
    if caller.beside is not None and not writes:
        missing = {}  # shown without what the EHR withholds, which is said
    scopes = tuple(f"{caller.level}/{type_}.{letters}" for type_, letters in missing.items())
    own = tuple(f"system/{type_}.{letters}" for type_, letters in ours.items())
    unread = any(set(letters) & set("rs") for letters in (*missing.values(), *ours.values()))
    nobody = "" if caller.acting or not writes else "the EHR does not say which practitioner is signed in"
    if unread or nobody:
        return Ability(entry.name, entry.title, writes, CANNOT, scopes, own, why=nobody)
    return Ability(entry.name, entry.title, writes, SHOWS if scopes or own else DOES, scopes, own)


@cache
def _asked(entry: AnyStep | AnyReading) -> Mapping[str, str]:
    """What an entry of the catalog asks a server for; the catalog never changes."""
    return catalog.asked_of(entry)


def narrowed(scope: str, granted: str) -> GrantedScopes:
    """The scopes of a refreshed token, as far as the launch was granted them: a refresh never widens (RFC 6749, 6)."""
    first = GrantedScopes.read(granted)
    return GrantedScopes(frozenset(each for each in GrantedScopes.read(scope).grants if first.holds(*each)))
