"""What in a check-in puts a life at risk. A check-in offers its safety item, and need not ask it."""

from __future__ import annotations

from carefhir.content import alarms, check_in, scoring
from carefhir.content.answering import Answers
from carefhir.content.loading import Content
from carefhir.content.scoring import Danger, Judgment
from carefhir.fhir.codec import Json

THOUGHTS_OF_DEATH = "thoughts-of-death"


def check_in_dangers(
    content: Content, form: Json, response: Json, *, answers: Answers, judgment: Judgment, words_read: str = ""
) -> tuple[Danger, ...]:
    """The answers that put a life at risk: the safety item where it was asked, and the person's own words."""
    unasked = set(check_in.items(form)) - answers.asked - scoring.safety_asked(form, response)
    silent = set(scoring.unanswered_findings(form))
    dangers = [each for each in judgment.dangers if not (each.link_id in unasked and each.finding in silent)]
    # Whoever has read the words may add to the alarm, and never takes this one away: only a screener closes it.
    alarming = THOUGHTS_OF_DEATH in alarms.alarming(content, answers.all_words)
    if (alarming or words_read == THOUGHTS_OF_DEATH) and not any(each.link_id == THOUGHTS_OF_DEATH for each in dangers):
        dangers += scoring.positive(form, THOUGHTS_OF_DEATH)
    return tuple(dangers)
