"""An instrument answered again: the score then and now, what changed, and what is never dropped by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir.engine import runner
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.looking.compare_assessments import (
    COMPARE_ASSESSMENTS,
    CompareAssessments,
    ComparedAssessments,
    ItemRow,
)
from tests.spec.tables import hunger
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, done, stage
from tests.support.stage import enrolled
from tests.support.stories.assessment import confirm
from tests.support.stories.revising import IN_JUNE, asked_mood

Json = dict[str, Any]
HIGH = (2, 2, 2, 2, 1, 1, 2, 2, 0)
LOW = (1, 1, 1, 1, 0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    asked_mood(found, "2026-03-09", *HIGH)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    """Rosa, PHQ-9 14 on 2026-03-09."""
    return told.copied()


def compared(found: Stage, instrument: str = "") -> ComparedAssessments:
    command = CompareAssessments(patient=found.patient, instrument=instrument)
    occasion = found.occasion(IN_JUNE)
    page: ComparedAssessments = found.backend.run(
        runner.show(COMPARE_ASSESSMENTS, command, occasion, found.backend.server())
    )
    return page


def text(page: ComparedAssessments, name: str) -> str:
    (part,) = [part for part in page.sections if part.name == name]
    return "\n".join(" ".join(cells) for cells in part.table) or part.empty


def items(page: ComparedAssessments, name: str = "items-phq-9") -> list[ItemRow]:
    (part,) = [part for part in page.sections if part.name == name]
    return [row for row in part.rows if isinstance(row, ItemRow)]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (LOW, "-10 better; a change of 5 or more counts"),
        ((2, 2, 2, 2, 1, 1, 0, 0, 0), "-4 no change; a change under 5 is none"),
        ((2, 2, 2, 2, 1, 1, 3, 3, 0), "+2 no change; a change under 5 is none"),
        ((3, 3, 3, 3, 1, 1, 3, 3, 0), "+6 worse; a change of 5 or more counts"),
    ],
)
def test_the_score_then_and_now(rosa: Stage, answers: tuple[int, ...], words: str) -> None:
    asked_mood(rosa, "2026-06-01", *answers)
    assert text(compared(rosa), "scores-phq-9").endswith(words)


def test_answers_that_changed_and_the_safety_item_always(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 2, 0, 2, 2, 1, 1, 2, 2, 0)
    changed, safety = items(compared(rosa))
    assert (changed.then, changed.now, changed.safety) == ("More than half the days", "Not at all", False)
    assert changed.question == "Feeling down, depressed, or hopeless"
    assert (safety.link_id, safety.changed, safety.safety) == ("44260-8", False, True)
    assert safety.cells[1:] == ("Not at all, as before", "SAFETY")


def test_what_was_answered_once_shows_its_safety_item(rosa: Stage) -> None:
    page = compared(rosa)
    assert text(page, "scores-phq-9") == "nothing to compare: 14, moderate (2026-03-09)"
    (safety,) = items(page)
    assert (safety.then, safety.now) == ("not asked before", "Not at all")


def test_a_lower_score_clears_nobody(rosa: Stage) -> None:
    asked_mood(rosa, "2026-04-01", *HIGH[:8], 1)
    asked_mood(rosa, "2026-06-01", *LOW)
    assert "a lower score clears nobody" in text(compared(rosa), "unknown")


def test_a_finding_no_longer_given_is_proposed_and_never_dropped(rosa: Stage) -> None:
    before = rosa.backend.search(f"Condition?patient={rosa.patient}")
    asked_mood(rosa, "2026-06-01", *LOW)
    page = compared(rosa)
    (concern,) = [one for one in before if "depression-screen-positive" in str(one)]
    line = text(page, "no-longer-given")
    assert f"Condition/{concern['id']}" in line
    assert "PHQ-9 total score 14, moderate (2026-03-09), not by 4, minimal (2026-06-01)" in line
    assert "dismiss-concern, with a reason" in line
    assert rosa.backend.search(f"Condition?patient={rosa.patient}") == before


def test_a_finding_that_is_given_again_is_not_proposed(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 2, 2, 2, 2, 1, 1, 0, 0, 0)
    assert text(compared(rosa), "no-longer-given") == "none on record"


def answer_hunger(found: Stage, day: str, first: str, second: str) -> None:
    at = f"{day}T09:00:00-05:00"
    identifier = {"system": "https://example.org/forms", "value": f"hunger-{day}{found.mark}"}
    given = hunger(first, second, authored=at, identifier=identifier)
    done(found, RecordAssessment(patient=found.patient, response=given), datetime.fromisoformat(at))


def test_a_confirmed_need_stays_and_an_instrument_without_an_important_difference_says_so(rosa: Stage) -> None:
    answer_hunger(rosa, "2026-03-09", "sometimes", "never")
    done(rosa, confirm(rosa, "Z59.41"))
    answer_hunger(rosa, "2026-06-01", "never", "never")
    page = compared(rosa, "hunger-vital-sign")
    assert "at risk (2026-03-09) to no risk (2026-06-01)" in text(page, "scores-hunger-vital-sign")
    assert "cannot say; no important difference is on record" in text(page, "scores-hunger-vital-sign")
    assert "it was confirmed and stays: whoever treats it decides" in text(page, "no-longer-given")
    assert [row.now for row in items(page, "items-hunger-vital-sign")] == ["Never true"]


def test_another_version_is_named_and_not_compared(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", *LOW)
    (answered,) = rosa.backend.search(f"QuestionnaireResponse?patient={rosa.patient}&authored=2026-06-01")
    rosa.backend.put({**answered, "questionnaire": answered["questionnaire"].partition("|")[0] + "|0.0.9"})
    page = compared(rosa)
    assert text(page, "scores-phq-9").startswith("nothing to compare")
    assert "answers in another version of the form (0.1.0) are not compared" in text(page, "unknown")
    assert [row.link_id for row in items(page)] == ["44260-8"]


def test_a_draft_is_named_and_not_compared(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", *LOW)
    (answered,) = rosa.backend.search(f"QuestionnaireResponse?patient={rosa.patient}&authored=2026-06-01")
    rosa.backend.put({**answered, "status": "in-progress"})
    page = compared(rosa)
    assert "a draft of 2026-06-01 is not compared" in text(page, "unknown")
    assert [row.then for row in items(page)] == ["not asked before"]


def test_restricted_answers_are_not_shown_and_that_they_are_there_is_said(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", *LOW)
    (answered,) = rosa.backend.search(f"QuestionnaireResponse?patient={rosa.patient}&authored=2026-06-01")
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    rosa.backend.put({**answered, "meta": {**answered.get("meta", {}), "security": [label]}})
    page = compared(rosa)
    assert "1 restricted records are not shown here" in text(page, "unknown")
    assert [row.then for row in items(page)] == ["not asked before"]


def test_an_instrument_that_nobody_answered(rosa: Stage) -> None:
    assert "no answers to gad-7 are on record" in text(compared(rosa, "gad-7"), "unknown")
