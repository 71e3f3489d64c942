"""What of each type a token lets us see, by the scopes it was granted (SMART App Launch; rule R10).

A server filters by scope without a word: 200 with fewer rows. Nothing in the answer tells that from a patient who has
no more; what was granted does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_scope = re.compile(r"(?:patient|user|system)/([A-Za-z]+|\*)\.(\*|read|write|c?r?u?d?s?)(\?\S+)?", re.IGNORECASE)


def seen_in_part(scopes: str, types: Iterable[str]) -> dict[str, str]:
    """Why less than all of a type may be seen, by type: no scope for it was granted, or only one narrowed by a search
    (`patient/Condition.rs?category=…`). Of scopes that are not known (""), nothing can be said. The types are given as
    FHIR spells them."""
    whole: set[str] = set()
    narrowed: dict[str, list[str]] = {}
    granted = scopes.split()
    for text in granted:
        match = _scope.fullmatch(text)
        if match is None or not _searches(match[2].lower()):
            continue
        if match[3]:
            narrowed.setdefault(match[1].lower(), []).append(text)
        else:
            whole.add(match[1].lower())
    if not granted or "*" in whole:
        return {}
    why = {}
    for type_ in types:
        parts = (*narrowed.get(type_.lower(), ()), *narrowed.get("*", ()))
        if type_.lower() not in whole:
            lacking = "the token was not granted it"
            why[type_] = f"the token lets us see a part of it: {', '.join(parts)}" if parts else lacking
    return why


def _searches(letters: str) -> bool:
    """Whether a type may be searched; version 1 has one word for reading and searching."""
    return letters in ("*", "read") or (letters != "write" and "s" in letters)
