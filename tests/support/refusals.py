"""Every refusal a test run meets, by step: what the pages of the steps list, and what is checked for steps it names.

Sentences are kept without what was filled in: references, days, moments and numbers are shown as ‹…›, so that the list
is the same for every run. Numbers that belong to a name stay: PHQ-9, Z59.41, type 2 diabetes. It is collected only
where CAREFHIR_RECORD_REFUSALS names a file (scripts/record-refusals).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from pathlib import Path
from typing import Any

from carefhir.engine.results import Refused

FILLED = (
    (re.compile(r"https?://[^\s,;|]+(?:\|[\d.]+)?"), lambda _: "‹url›"),
    (re.compile(r"linkId [^\s:,]+"), lambda _: "linkId ‹linkId›"),
    (
        re.compile(r"\b[A-Z][A-Za-z]+/[A-Za-z0-9\-.]+(?:/_history/\S+)?"),
        lambda found: f"‹{found[0].partition('/')[0]}›",
    ),
    (re.compile(r"\b\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?"), lambda _: "‹moment›"),
    (re.compile(r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{4}-\d{2}-\d{2}\b"), lambda _: "‹day›"),
    (re.compile(r"'[^']*'"), lambda _: "‹word›"),
    (re.compile(r"\bsha-256 [0-9a-f]+…|now [0-9a-f]{12}…"), lambda _: "‹digest›"),
    (re.compile(r"(?<![\w.|-])(?<!Type )(?<!type )\d+(?:\.\d+)*\b"), lambda _: "‹n›"),
)


def bare(sentence: str) -> str:
    """A refusal without what was filled in."""
    for pattern, word in FILLED:
        sentence = pattern.sub(word, sentence)
    return sentence


class Collected:
    """The refusals of one test run."""

    def __init__(self) -> None:
        self.by_step: dict[str, set[str]] = {}

    def start(self) -> None:
        """Sees every refusal that is made from now on."""
        init: Any = Refused.__init__

        def seen(refused: Refused, *given: Any, **named: Any) -> None:
            init(refused, *given, **named)
            self.by_step.setdefault(refused.step, set()).update(map(bare, refused.why))

        Refused.__init__ = seen  # type: ignore[method-assign]

    def write(self, path: Path) -> None:
        """Adds what was seen to a file, one worker of a run after the other."""
        with path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = json.loads(file.read() or "{}")
            for step, sentences in self.by_step.items():
                known[step] = sorted({*known.get(step, ()), *sentences})
            file.truncate(0)
            file.write(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


collected = Collected()
WANTED = os.environ.get("CAREFHIR_RECORD_REFUSALS", "")
