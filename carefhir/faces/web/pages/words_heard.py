"""Words that may tell of danger, wherever on a page somebody typed them (CodeSystem alarming-words).

Steps hear the words that are theirs to hear. A page hears all of them, for a person says what frightens them in answer
to any question; what must be done now then stands on top, whatever becomes of the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from carefhir.chart.chart import Chart
from carefhir.fhir.changes import strings_in
from carefhir.occasion import Occasion
from carefhir.workflows import safety
from carefhir.workflows.monitoring import call_words

NOT_WRITTEN_HERE = (
    "words on this page raise no alarm by themselves: write them into a call note, so that somebody is asked to act"
)


def instructions_for(texts: Iterable[str], occasion: Occasion, judged: str = "") -> tuple[str, ...]:
    """What must be done now by words; `judged`: how urgent whoever heard them says they are."""
    chart = Chart(unseen=frozenset({"encounters"}))
    instructions: list[str] = []
    for text in texts:
        urgency = call_words.urgency(text, judged, chart, occasion)
        instructions += urgency.instructions if urgency else ()
        instructions += safety.instructions(occasion, call_words.dangers(occasion.content, text, judged))
    return tuple(dict.fromkeys(instructions))


def in_values(values: Mapping[str, Any], occasion: Occasion) -> tuple[str, ...]:
    """What must be done now by anything that was typed."""
    words = (text for text in strings_in(dict(values)) if " " in text.strip())
    return instructions_for(words, occasion)
