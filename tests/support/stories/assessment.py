"""Stories of assessment: what it came to, the tier, and concerns that a person judges."""

from __future__ import annotations

from typing import Any

from carefhir.engine.step import Command
from carefhir.workflows.assessment.conclude_assessment import ConcludeAssessment
from carefhir.workflows.assessment.confirm_concern import ConfirmConcern
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.support.graph import everything
from tests.support.stage import NOW, Scenario, Stage, done, enrolled, response

WORDS = {
    "clinical": "Home after decompensated heart failure; diabetes above target; ten medicines to watch.",
    "function": "Walks with a frame; needs help with bathing.",
    "behavioural": "Low mood for weeks, takes sertraline; no thoughts of death.",
    "social": "Food runs short at the end of the month.",
    "supports": "Her daughter shops and calls every day.",
    "language-literacy": "Spanish at home; reads large print.",
    "what-matters": "To cook for her grandchildren again.",
    "advance-directives": "Her daughter decides for her; no written directive yet.",
}


def conclude(found: Stage, *domains: str, **changes: Any) -> ConcludeAssessment:
    """The domains concluded, all where none is named."""
    chosen = domains or tuple(WORDS)
    return ConcludeAssessment.model_validate(
        {
            "patient": found.patient,
            "concluded": NOW,
            "conclusions": [{"domain": one, "words": WORDS[one]} for one in chosen],
            **changes,
        }
    )


def screened(found: Stage) -> None:
    """Enrolled, home with a transition open, PHQ-9 and food answered."""
    enrolled(found)
    done(
        found,
        OpenTransition(patient=found.patient, encounter=found.backend.find("Encounter", "rosa-stay" + found.mark)),
    )
    for name in ("rosa-phq-9", "rosa-hunger-vital-sign"):
        done(found, RecordAssessment(patient=found.patient, response=response(name, found.mark)))


def newest(found: Stage, type_: str, text: str) -> str:
    """The resource of a type whose JSON holds a text."""
    names = [
        one for one in everything(found.backend, found.patient) if one["resourceType"] == type_ and text in str(one)
    ]
    return f"{type_}/{names[-1]['id']}"


def _half_concluded(found: Stage) -> None:
    """Two domains concluded on the day before, the rest asked for."""
    screened(found)
    done(found, conclude(found, "clinical", "what-matters", concluded="2026-03-08T16:00:00-05:00"))


def _partly(found: Stage) -> Command:
    return conclude(found, "clinical", "social", referred_by="clinician")


def _whole(found: Stage) -> Command:
    score = newest(found, "Observation", "44261-6")
    said = [
        {"domain": one, "words": words, "evidence": [score] if one == "behavioural" else []}
        for one, words in WORDS.items()
        if one not in ("clinical", "what-matters")
    ]
    return conclude(found, conclusions=said, adl_losses=1, iadl_losses=2)


def confirm(found: Stage, concern: str, **changes: Any) -> ConfirmConcern:
    """A concern confirmed, by the text in it."""
    return ConfirmConcern.model_validate(
        {
            "patient": found.patient,
            "concern": newest(found, "Condition", concern),
            "reason": "talked it through with her",
            **changes,
        }
    )


def _need(found: Stage) -> Command:
    return confirm(found, "Z59.41")


def _diagnosed(found: Stage) -> Command:
    return confirm(
        found,
        "depression-screen-positive",
        diagnosis="icd-10-cm|F33.1",
        diagnosis_words="Major depressive disorder, recurrent, moderate",
    )


def _proposed(found: Stage) -> Command:
    return confirm(found, "depression-screen-positive")


def _proposed_before(found: Stage) -> None:
    screened(found)
    done(found, _proposed(found))


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("two domains concluded, the rest asked for", "conclude-assessment", "rosa", screened, _partly),
    Scenario("every domain concluded by now", "conclude-assessment", "rosa", _half_concluded, _whole),
    Scenario("a need confirmed by a nurse", "confirm-concern", "rosa", screened, _need),
    Scenario("a diagnosis proposed by a nurse", "confirm-concern", "rosa", screened, _proposed),
    Scenario(
        "a diagnosis confirmed as proposed", "confirm-concern", "rosa", _proposed_before, _diagnosed, by="physician"
    ),
)
