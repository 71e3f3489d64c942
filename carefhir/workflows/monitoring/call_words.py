"""What the words of a call call for, at once: nobody writes "chest pain" into a note, and nothing follows.

The words are read as the own words of a check-in are (CodeSystem alarming-words, PlanDefinition
check-in-rules-everyone): until somebody who has read them says how urgent they are, they count as what they may mean,
and words of death are never taken back. A note gives no color: only what is urgent is said.
"""

from __future__ import annotations

from dataclasses import replace

from carefhir.chart.chart import Chart
from carefhir.content import alarms, check_in, scoring
from carefhir.content.check_in import WORST_LAST, Triage
from carefhir.content.loading import Content
from carefhir.content.scoring import Danger
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring.hospice_order import for_hospice

EVERYONE = "check-in-rules-everyone"
THOUGHTS_OF_DEATH = "thoughts-of-death"
CALLS_FOR = ("yellow", "red-urgent", "emergency")


def urgency(words: str, words_read: str, chart: Chart, occasion: Occasion) -> Triage | None:
    """How urgent words are, and why; None where nothing in them is."""
    content = occasion.content
    alarming = () if words_read else alarms.alarming(content, words)
    facts = {
        "yes_to": [],
        "unanswered": [],
        "not_understood": [],
        "own_words": [words] if words else [],
        "own_words_judged": [words_read] if words_read else [],
        "alarming_words": list(alarming),
    }
    rules = tuple(pathway for pathway in check_in.pathways(content) if pathway.id == EVERYONE)
    result = check_in.triage(rules, lambda pathway: facts)
    color = max((rule.code for rule in result.rules), key=WORST_LAST.index, default="")
    if color not in CALLS_FOR:
        return None
    return for_hospice(replace(result, color=color, missing=(), unanswered=()), chart, occasion)


def dangers(content: Content, words: str, words_read: str) -> tuple[Danger, ...]:
    """Thoughts of death, by the words or by whoever has read them; only a screener closes that."""
    if words_read != THOUGHTS_OF_DEATH and THOUGHTS_OF_DEATH not in alarms.alarming(content, words):
        return ()
    forms = (form for form in check_in.forms(content).values() if THOUGHTS_OF_DEATH in check_in.items(form))
    return scoring.positive(next(forms), THOUGHTS_OF_DEATH)
