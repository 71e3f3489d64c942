"""`$score`: answers to a questionnaire that is shipped, scored and looked through for danger. No server is asked.

It judges exactly as `record-assessment` does, and says first what must be done now. What cannot be scored is said and
is never a score, and a draft has none.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from carefhir.content import check_in, scoring
from carefhir.content.scoring import Judgment, Score
from carefhir.errors import BadInput
from carefhir.fhir.codec import Json
from carefhir.mappers import questionnaire_response as qr
from carefhir.occasion import Occasion
from carefhir.workflows import answers, safety

NOT_RECORDED = "nothing is recorded and nobody is told: act on what it says, and record the answers with a step"


@dataclass(frozen=True, slots=True)
class ScoredAnswers:
    """What answers come to."""

    instrument: str
    """`url|version`."""
    instructions: tuple[str, ...]
    """What a person must do now."""
    findings: tuple[str, ...]
    """The codes of what endangers the patient (CodeSystem finding)."""
    scores: tuple[Json, ...]
    at_least: tuple[Json, ...]
    """What the answers that were given add up to, where others are missing: no score, and not less either."""
    not_scored: tuple[str, ...]
    """Why there is no score, or not each of them."""
    note: str = NOT_RECORDED


def scored(occasion: Occasion, response: Any) -> ScoredAnswers:
    """Scores a QuestionnaireResponse. Raises `BadInput` for anything else, and for a form that is not known."""
    if not isinstance(response, dict) or response.get("resourceType") != "QuestionnaireResponse":
        raise BadInput("response: a QuestionnaireResponse was expected")
    content, other = occasion.content, answers.contained(response)
    instrument = scoring.recognize(content, answers.canonical(response), other, response)
    if instrument is None:
        ours = sorted(artefact["url"] for (type_, _), artefact in content.artefacts.items() if type_ == "Questionnaire")
        error = BadInput(f"response: its questionnaire is not one of ours; ours are: {', '.join(ours)}")
        error.instructions = answers.dangers_in_words(response, occasion)
        raise error
    whom = qr.subject(response) or ""
    judgment = answers.judged(content, response, instrument, other, patient=whom)
    why = (
        *answers.not_theirs(response, whom),
        *answers.objections(content, response, instrument, other, whom),
        *judgment.objections,
    )
    if instrument["url"] in check_in.forms(content):
        why = (*why, "this is a check-in: how urgent it is depends on the record, and record-check-in says it")
    why = tuple(dict.fromkeys(why))
    return ScoredAnswers(
        instrument=f"{instrument['url']}|{instrument.get('version', '')}",
        instructions=safety.instructions(occasion, judgment.dangers),
        findings=tuple(danger.finding for danger in judgment.dangers),
        scores=() if why else tuple(map(_plain, judgment.scores)),
        at_least=_at_least(judgment, why),
        not_scored=(*why, *judgment.unscored),
    )


def _at_least(judgment: Judgment, why: tuple[str, ...]) -> tuple[Json, ...]:
    whole = set() if why else {score.definition for score in judgment.scores}
    return tuple(_plain(score) for score in judgment.at_least if score.definition not in whole)


def _plain(score: Score) -> Json:
    values = asdict(score)
    return {
        name: values[name]
        for name in ("definition", "points", "band", "label", "finding", "note")
        if values[name] != ""
    }
