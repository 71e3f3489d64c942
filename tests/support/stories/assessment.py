"""Stories of assessment: what it came to, the tier, and concerns that a person judges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.codes import DUE_TAG, STEP_KEY, TASK
from carefhir.engine.step import Command
from carefhir.workflows.assessment.conclude_assessment import ConcludeAssessment
from carefhir.workflows.assessment.confirm_concern import ConfirmConcern
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.assessment.set_tier import SetTier
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.support.graph import everything
from tests.support.stage import ANSWERED_AT, NOW, Scenario, Stage, done, enrolled, nothing, response

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


def concluded(found: Stage) -> None:
    """Every domain concluded in the morning; a check-in for the summer is set, as for a low tier."""
    screened(found)
    done(found, conclude(found))
    found.backend.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": found.patient},
            "meta": {"tag": [{"system": DUE_TAG, "code": "2026-06-01"}]},
            "code": {"coding": [{"system": TASK, "code": "check-in"}]}, "owner": {"reference": found.nurse},
            "authoredOn": "2026-03-02T10:00:00-06:00", "description": "Check in by 2026-06-01 (tier low).",
            "restriction": {"period": {"start": "2026-03-02", "end": "2026-06-01"}},
            "identifier": [{"system": STEP_KEY, "value": f"planted-check-in{found.mark}"}],
        }
    )  # fmt: skip


def tier_set(found: Stage, **changes: Any) -> SetTier:
    """The tier as the rules give it in the afternoon, unless changed."""
    fields = {"at": "2026-03-09T15:00:00-05:00", "reason": "looked at the whole chart", **changes}
    return SetTier.model_validate({"patient": found.patient, **fields})


def by_rules(found: Stage) -> Command:
    return tier_set(found)


def otherwise(found: Stage) -> Command:
    return tier_set(found, tier="rising", at_least=True, reason="her daughter moves in with her")


def _in_no_program(found: Stage) -> Command:
    return tier_set(found, at_least=True)


AFTERNOON = datetime.fromisoformat("2026-03-09T16:00:00-05:00")


def _answers(form: str, answers: dict[str, str], mark: str) -> dict[str, Any]:
    """A response of ours: LOINC answers by item, words where it is no code."""
    items = [
        {
            "linkId": item,
            "answer": [
                {"valueCoding": {"system": "http://loinc.org", "code": answer}}
                if answer.startswith("LA")
                else {"valueString": answer}
            ],
        }
        for item, answer in answers.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "https://carefhir.org/fhir/sid/example", "value": f"{form}{mark}"},
        "questionnaire": f"https://carefhir.org/fhir/Questionnaire/{form}",
        "status": "completed",
        "authored": ANSWERED_AT,
        "item": items,
    }


def _violence(found: Stage) -> RecordAssessment:
    """Hurt often, no reliable transport: one restricted finding beside an open one."""
    hits = dict.fromkeys(("95618-5", "95617-7", "95616-9", "95615-1"), "LA6482-9")
    answers = {"93030-5": "LA33-6", "asked-alone": "LA33-6", **hits, "safe-number": "555 0100, mornings"}
    return RecordAssessment(patient=found.patient, response=_answers("ahc-hrsn", answers, found.mark))


def _two_questions(found: Stage) -> RecordAssessment:
    answers = dict.fromkeys(("44250-9", "44255-8"), "LA6571-9")
    return RecordAssessment(patient=found.patient, response=_answers("phq-2", answers, found.mark))


def _alcohol(found: Stage) -> RecordAssessment:
    answers = {"68518-0": "LA18929-2", "68519-8": "LA18932-6", "68520-6": "LA18934-2"}
    return RecordAssessment(patient=found.patient, response=_answers("audit-c", answers, found.mark))


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("two domains concluded, the rest asked for", "conclude-assessment", "rosa", screened, _partly),
    Scenario("every domain concluded by now", "conclude-assessment", "rosa", _half_concluded, _whole),
    Scenario("the tier as the rules give it now", "set-tier", "rosa", concluded, by_rules, now=AFTERNOON),
    Scenario("a tier for somebody in no program", "set-tier", "rosa", nothing, _in_no_program, now=AFTERNOON),
    Scenario("a lower tier set by a nurse", "set-tier", "rosa", concluded, otherwise, now=AFTERNOON),
    Scenario("a need confirmed by a nurse", "confirm-concern", "rosa", screened, _need),
    Scenario("a diagnosis proposed by a nurse", "confirm-concern", "rosa", screened, _proposed),
    Scenario(
        "a diagnosis confirmed as proposed", "confirm-concern", "rosa", _proposed_before, _diagnosed, by="physician"
    ),
    Scenario("a screen positive for violence", "record-assessment", "rosa", nothing, _violence),
    Scenario("two questions that ask for the PHQ-9", "record-assessment", "rosa", nothing, _two_questions),
    Scenario("a positive alcohol screen", "record-assessment", "rosa", nothing, _alcohol),
)
