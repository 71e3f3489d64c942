"""Scopes of SMART App Launch, versions 1 and 2: what a token grants, and what of a step's need it lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from carefhir.catalog import in_order

V1 = {"read": "rs", "write": "cud", "*": "cruds"}
"""What the words of version 1 mean in the letters of version 2."""

_scope = re.compile(r"(patient|user|system)/([A-Za-z]+|\*)\.(\*|read|write|c?r?u?d?s?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GrantedScopes:
    """What a token grants: by level (`patient`, `user`, `system`), type (`*`: every one) and letter."""

    grants: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def read(cls, text: str) -> GrantedScopes:
        """Reads a list of scopes separated by spaces, in whichever case. What is no scope of a FHIR type grants nothing
        here (`launch`, `openid`), and neither does a scope that is narrowed by a search (`…?category=…`): a step reads
        all of a type, and would take the part for the whole."""
        grants = set()
        for scope in text.split():
            match = _scope.fullmatch(scope)
            if match is None:
                continue
            letters = match[3].lower()
            for letter in V1.get(letters, letters):
                grants.add((match[1].lower(), match[2].lower(), letter))
        return cls(frozenset(grants))

    def lacking(self, asked: Mapping[str, str], *, level: str) -> tuple[str, ...]:
        """The scopes that are missing for what a step asks, spelled for a level. Scopes about a patient count only at
        the level `patient`: without a patient in the token they grant nothing."""
        levels = ("patient", "user", "system") if level == "patient" else ("user", "system")
        lacks = {
            type_: in_order(
                letter for letter in letters if not any(self.holds(level, type_.lower(), letter) for level in levels)
            )
            for type_, letters in asked.items()
        }
        return tuple(f"{level}/{type_}.{letters}" for type_, letters in sorted(lacks.items()) if letters)

    def holds(self, level: str, type_: str, letter: str) -> bool:
        """Whether one letter is granted, for the type or for every one; all in small letters."""
        return any((level, each, letter) in self.grants for each in (type_, "*"))


@dataclass(frozen=True, slots=True)
class CompanionGrants:
    """What the service may do on the companion, and what is read of the EHR beside it."""

    granted: GrantedScopes
    kept: frozenset[str] = frozenset()
    """The types that are asked for in the EHR, too: with the token of whoever works there."""
