"""What each step refuses, in its own words: the sentences its tests meet (scripts/record-refusals collects them)."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("refusals.json")
SHARED_BY = 3
"""A sentence that so many steps say is every step's."""


@cache
def collected() -> dict[str, tuple[str, ...]]:
    """The sentences by step; what was filled in is shown as ‹…›."""
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {step: tuple(sentences) for step, sentences in found.items()}


def by_every_step() -> tuple[str, ...]:
    """What may stop every step: the patient, who acts, and what the lifecycle of a resource allows."""
    counts = Counter(sentence for sentences in collected().values() for sentence in sentences)
    return (
        *sorted(sentence for sentence, steps in counts.items() if steps >= SHARED_BY),
        "‹action› is not for ‹discipline›; it is for: ‹those who may› (unless a life must be protected now)",
        "‹reference› is ‹status› and cannot become ‹status› (see [lifecycles](../lifecycles.md))",
    )


def of(step: str) -> tuple[str, ...]:
    """The step's own refusals."""
    shared = set(by_every_step())
    return tuple(sentence for sentence in collected().get(step, ()) if sentence not in shared)
