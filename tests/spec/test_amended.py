"""Amended answers are a new fact (rule 26): the same identifier with other answers is judged anew.

Given: complete answers on record. When: other answers come under the same identifier. Then: what protects the patient
is written in the same commit; the new score stands; the old one is marked as superseded, and nothing reads it again.
"""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Conflict, Done, Limits, Refused
from carefhir.catalog import step_for
from carefhir.commands import ConcludeAssessment, EvaluateGoals, Overview, RecordAssessment
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.mappers import check_in
from carefhir.workflows.looking.overview import OVERVIEW
from tests.spec.tables import PHQ_9, Chart, Json, carried_out, hunger, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import CALM_SCREENER, goal, quantity, resolve, task_of

MONDAY, LATER, TUESDAY = "2026-03-09T10:00:00-05:00", "2026-03-09T11:00:00-05:00", "2026-03-10T10:00:00-05:00"
SUPERSEDED = "https://carefhir.org/fhir/StructureDefinition/superseded"
CALM = (1, 0, 0, 0, 0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    return stage(server.backend, "kim")


def form(kim: Stage, *answers: int | None, **more: Any) -> Json:
    return phq_9(
        *answers,
        **{
            "identifier": {"system": "http://forms.example", "value": kim.mark},
            "source": {"reference": kim.patient},
            **more,
        },
    )


def recorded(kim: Stage, response: Json, when: str = MONDAY) -> Result:
    return carried_out(kim, RecordAssessment(patient=kim.patient, response=response), when)


def old(one: Json) -> bool:
    return any(extension["url"] == SUPERSEDED for extension in one.get("extension", []))


def standing(kim: Stage) -> list[int]:
    """The totals that count."""
    return [one["valueInteger"] for one in Chart(kim.backend, kim.patient).written("Observation") if not old(one)]


def replaced(kim: Stage) -> list[int]:
    """The totals that are superseded."""
    return [one["valueInteger"] for one in Chart(kim.backend, kim.patient).written("Observation") if old(one)]


def reviews(kim: Stage) -> int:
    tasks = Chart(kim.backend, kim.patient).written("Task")
    return len([one for one in tasks if one["code"]["coding"][0]["code"] == "safety-review"])


@pytest.mark.parametrize(
    ("answers", "more", "dangers"),
    [
        ((1, 0, 0, 0, 0, 0, 0, 0, 2), {}, 1),
        ((1, 0, 0, 0, 0, 0, 0, 0, 1), {"status": "amended"}, 1),
        ((3, 3, 3, 3, 3, 3, 3, 0, 0), {"authored": "2026-03-09T10:30:00-05:00"}, 0),
        ((0, 0, 0, 0, 0, 0, 0, 0, 0), {"status": "amended", "authored": "2026-03-09"}, 0),
    ],
    ids=["item 9 now positive", "marked as amended", "seven items worse", "better than before"],
)
def test_other_answers_are_judged_anew(kim: Stage, answers: tuple[int, ...], more: Json, dangers: int) -> None:
    assert isinstance(recorded(kim, form(kim, *CALM)), Done)
    result = recorded(kim, form(kim, *answers, **more), LATER)
    assert isinstance(result, Done), result
    assert result.by == "us"
    assert (standing(kim), replaced(kim)) == ([sum(answers)], [1])
    chart = Chart(kim.backend, kim.patient)
    (response,) = chart.written("QuestionnaireResponse")
    assert response["status"] == "amended"
    assert len(chart.written("Flag")) == reviews(kim) == dangers
    assert bool(result.told.instructions) is bool(dangers)
    assert any("superseded: PHQ-9 total score 1" in one for one in result.told.says)
    again = recorded(kim, form(kim, *answers, **more), TUESDAY)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert (standing(kim), replaced(kim), reviews(kim)) == ([sum(answers)], [1], dangers)


def test_old_and_new_score_name_each_other_and_the_old_one_stays_final(kim: Stage) -> None:
    recorded(kim, form(kim, *CALM))
    recorded(kim, form(kim, *CALM[:-1], 1), LATER)
    (before,) = [one for one in Chart(kim.backend, kim.patient).written("Observation") if old(one)]
    (after,) = [one for one in Chart(kim.backend, kim.patient).written("Observation") if not old(one)]
    (mark,) = [one for one in before["extension"] if one["url"] == SUPERSEDED]
    assert mark["valueReference"]["reference"] == f"Observation/{after['id']}"
    (names,) = after["extension"]
    assert names["url"] == "http://hl7.org/fhir/StructureDefinition/observation-replaces"
    assert names["valueReference"]["reference"] == f"Observation/{before['id']}"
    assert before["status"] == "final"
    assert before["note"][0]["text"].startswith("Superseded")


def test_the_first_answers_again_are_an_old_message_and_change_nothing(kim: Stage) -> None:
    first, second = form(kim, *CALM), form(kim, *CALM[:-1], 2)
    recorded(kim, first)
    recorded(kim, second, LATER)
    again = recorded(kim, first, TUESDAY)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert any("amended since" in note for note in again.notes)
    assert standing(kim) == [3]


def test_back_to_the_first_answers_is_a_new_fact_where_the_response_says_so(kim: Stage) -> None:
    first, second = form(kim, *CALM), form(kim, *CALM[:-1], 2)
    back = {**first, "status": "amended", "authored": "2026-03-09T12:00:00-05:00"}
    forth = {**second, "status": "amended", "authored": "2026-03-09T13:00:00-05:00"}
    for response, when, total in ((first, MONDAY, 1), (second, LATER, 3), (back, TUESDAY, 1), (forth, TUESDAY, 3)):
        result = recorded(kim, response, when)
        assert isinstance(result, Done), result
        assert result.by == "us"
        assert standing(kim) == [total]
    old_message = recorded(kim, back, TUESDAY)
    assert isinstance(old_message, Done)
    assert any("amended since" in note for note in old_message.notes)
    assert standing(kim) == [3]


def test_changed_on_the_server_by_another_system_and_then_recorded(kim: Stage) -> None:
    """The server has the new answers already; nobody has judged them."""
    recorded(kim, form(kim, *CALM))
    (stored,) = Chart(kim.backend, kim.patient).written("QuestionnaireResponse")
    changed = form(kim, *CALM[:-1], 3, status="amended")
    kim.backend.put({**stored, "status": "amended", "item": changed["item"]})
    result = recorded(kim, changed, LATER)
    assert isinstance(result, Done), result
    assert (standing(kim), replaced(kim), reviews(kim)) == ([4], [1], 1)
    spelled_otherwise = recorded(kim, {**changed, "authored": "2026-03-09T11:00:00-05:00"}, TUESDAY)
    assert isinstance(spelled_otherwise, Refused)
    assert "on record already" in spelled_otherwise.why[0]
    assert spelled_otherwise.told.instructions
    assert (standing(kim), reviews(kim)) == ([4], 1)


def test_answers_that_another_system_completed_are_amended_too(kim: Stage) -> None:
    """Nothing of it was recorded by us before."""
    stored = {**form(kim, *CALM), "subject": {"reference": kim.patient}}
    kim.backend.create(stored)
    result = recorded(kim, form(kim, *CALM[:-1], 1), LATER)
    assert isinstance(result, Done), result
    assert (standing(kim), reviews(kim)) == ([2], 1)


NOT_REPLACED: dict[str, tuple[Json, str]] = {
    "a draft": ({"status": "in-progress"}, "a draft does not replace"),
    "an item left out": ({"without": 3}, PHQ_9[3]),
    "item 9 left out": ({"without": 8}, PHQ_9[8]),
    "answered by somebody else": ({"source": {"display": "her son"}}, "only when the patient answers"),
    "answered before": ({"authored": "2026-03-09T08:00:00-05:00"}, "was answered later"),
    "answered on an earlier day": ({"authored": "2026-03-08"}, "was answered later"),
}


@pytest.mark.parametrize(("more", "words"), NOT_REPLACED.values(), ids=NOT_REPLACED)
def test_what_cannot_replace_the_answers_is_heard_all_the_same(kim: Stage, more: Json, words: str) -> None:
    """Item 9 is positive, or left out, in every one of them."""
    recorded(kim, form(kim, *CALM, authored="2026-03-09T09:00:00-05:00"))
    answers: list[int | None] = [0, 0, 0, 0, 0, 0, 0, 0, 2]
    if "without" in more:
        answers[more["without"]] = None
    changed = form(kim, *answers, **{name: value for name, value in more.items() if name != "without"})
    result = recorded(kim, changed, LATER)
    assert isinstance(result, Refused), result
    assert any(words in why for why in result.why), result.why
    assert result.kept is not None
    assert result.told.instructions
    assert (standing(kim), replaced(kim), reviews(kim)) == ([1], [], 1)
    (stored,) = Chart(kim.backend, kim.patient).written("QuestionnaireResponse")
    assert stored["status"] == "completed"


@pytest.mark.parametrize("more", [{"without": 3}, {"source": {"display": "her son"}}])
def test_where_the_old_score_stays_that_is_said(kim: Stage, more: Json) -> None:
    recorded(kim, form(kim, *CALM))
    answers: list[int | None] = [3, 3, 3, 3, 3, 0, 0, 0, 0]
    if "without" in more:
        answers[more["without"]] = None
    result = recorded(kim, form(kim, *answers, **{k: v for k, v in more.items() if k != "without"}), LATER)
    assert isinstance(result, Refused)
    assert any("their result still stands" in why for why in result.why)
    assert standing(kim) == [1]


def test_the_same_answers_again_are_no_amendment(kim: Stage) -> None:
    """The near miss: nothing was changed."""
    for when in (MONDAY, LATER):
        result = recorded(kim, form(kim, *CALM), when)
        assert isinstance(result, Done)
    assert (standing(kim), replaced(kim)) == ([1], [])
    otherwise = recorded(kim, form(kim, *CALM, authored="2026-03-09T10:00:00-05:00"), LATER)
    assert isinstance(otherwise, Conflict)
    assert standing(kim) == [1]


def test_without_an_identifier_two_responses_are_two(kim: Stage) -> None:
    """The near miss: nothing says that the second is the first one, changed."""
    for answers in (CALM, (*CALM[:-1], 1)):
        assert isinstance(recorded(kim, phq_9(*answers, source={"reference": kim.patient})), Done)
    assert (sorted(standing(kim)), replaced(kim)) == ([1, 2], [])


def test_the_identifier_of_another_patients_response_is_refused_and_heard(kim: Stage) -> None:
    other = stage(kim.backend, "kim")
    recorded(other, form(kim, *CALM, source={"reference": other.patient}))
    result = recorded(kim, form(kim, *CALM[:-1], 2), LATER)
    assert isinstance(result, Refused)
    assert (standing(other), reviews(kim), reviews(other)) == ([1], 1, 0)


def test_an_answer_that_gives_no_result_any_more(kim: Stage) -> None:
    """Food: at risk, then nobody knows. The old result no longer counts, though there is no new one."""
    named = {"identifier": {"system": "http://forms.example", "value": kim.mark}}
    recorded(kim, hunger("often", "never", **named))
    result = recorded(kim, hunger("unknown", "unknown", **named), LATER)
    assert isinstance(result, Done), result
    (before,) = Chart(kim.backend, kim.patient).written("Observation")
    assert old(before)
    assert any("no result" in one for one in result.told.says)
    assert any("rests on the earlier answers: decide it with confirm-concern" in one for one in result.told.says)


def test_a_positive_screen_that_was_amended_away_leaves_its_concern_to_a_person(kim: Stage) -> None:
    recorded(kim, form(kim, 3, 3, 3, 3, 0, 0, 0, 0, 0))
    result = recorded(kim, form(kim, *CALM), LATER)
    assert isinstance(result, Done)
    (concern,) = Chart(kim.backend, kim.patient).written("Condition")
    words = next(one for one in result.told.says if "confirm-concern" in one)
    assert f"Condition/{concern['id']}" in words


# ---- nothing reads what is superseded


def test_no_reader_reads_the_old_score(kim: Stage) -> None:
    """The page, the tier, the trend and the evidence of a conclusion."""
    aim = {"detailQuantity": {**quantity("5", "{score}"), "comparator": "<"}}
    goal(kim, "phq-9", "44261-6", aim, "2026-03-01")
    recorded(kim, form(kim, 3, 3, 3, 3, 3, 3, 0, 0, 0))
    recorded(kim, form(kim, *CALM), LATER)
    (before,) = [one for one in Chart(kim.backend, kim.patient).written("Observation") if old(one)]

    page = Overview(patient=kim.patient)
    picture = kim.backend.run(runner.show(OVERVIEW, page, kim.occasion(), kim.backend.server()))
    assert [row[1] for row in picture.section("scores").table] == ["1, minimal"]

    evaluated = carried_out(kim, EvaluateGoals(patient=kim.patient), TUESDAY)
    assert isinstance(evaluated, Done), evaluated
    assert not any("18" in one for one in evaluated.told.says), evaluated.told.says

    concluded = carried_out(
        kim,
        ConcludeAssessment.model_validate(
            {
                "patient": kim.patient,
                "concluded": TUESDAY,
                "conclusions": [{"domain": "behavioural", "words": "low", "evidence": [f"Observation/{before['id']}"]}],
            }
        ),
        TUESDAY,
    )
    assert isinstance(concluded, Refused)
    assert any("superseded" in why for why in concluded.why), concluded.why


def test_what_a_person_concluded_or_asked_is_not_superseded_and_is_named(kim: Stage) -> None:
    """A conclusion and a suicide screener rest on the answers, and are somebody's own work: they look at it again."""
    carried_out(kim, enroll(kim), MONDAY)
    recorded(kim, form(kim, *CALM[:-1], 1))
    review = task_of(kim, "safety-review", kim.physician)
    closing = resolve(kim, review, screener=CALM_SCREENER, at=LATER)
    assert isinstance(carried_out(kim, closing, LATER, actor=kim.physician), Done)
    (score,) = [one for one in Chart(kim.backend, kim.patient).written("Observation") if "valueInteger" in one]
    words = {"domain": "behavioural", "words": "low", "evidence": [f"Observation/{score['id']}"]}
    concluding = {"patient": kim.patient, "concluded": LATER, "conclusions": [words]}
    assert isinstance(carried_out(kim, ConcludeAssessment.model_validate(concluding), LATER), Done)
    result = recorded(kim, form(kim, 2, *CALM[1:]), TUESDAY)
    assert isinstance(result, Done), result
    observations = Chart(kim.backend, kim.patient).written("Observation")
    assert [one["id"] for one in observations if old(one)] == [score["id"]]
    named = next(one for one in result.told.says if "is not changed: look at it again" in one)
    others = [one["id"] for one in observations if "valueInteger" not in one]
    assert len(others) == 2
    for reference in others:
        assert f"Observation/{reference}" in named


def test_a_color_that_is_superseded_is_none() -> None:
    coding = {"system": "https://carefhir.org/fhir/CodeSystem/check-in-triage", "code": "green"}
    color = {"resourceType": "Observation", "id": "1", "status": "final", "valueCodeableConcept": {"coding": [coding]}}
    mark = {"url": SUPERSEDED, "valueReference": {"reference": "Observation/2"}}
    assert check_in.read(Record(encode(color))).color == "green"
    assert check_in.read(Record(encode({**color, "extension": [mark]}))).color == ""


def test_scores_that_cannot_be_seen_are_not_said_to_be_superseded(kim: Stage) -> None:
    recorded(kim, form(kim, *CALM))
    shut = kim.backend.exchange

    def closed(request: Request) -> Response | Failure:
        if request.repeatable and request.target.startswith("Observation?") and "identifier" not in request.target:
            return Response(403)
        return shut(request)

    kim.backend.exchange = closed
    try:
        command = RecordAssessment(patient=kim.patient, response=form(kim, *CALM[:-1], 2))
        server = kim.backend.server(limits=Limits(batch=False, transaction=False))
        result = kim.backend.run(runner.run(step_for(command), command, kim.occasion(), server))
    finally:
        kim.backend.exchange = shut
    assert isinstance(result, Done), result
    assert any("not marked as superseded" in warning for warning in result.told.warnings)
    assert reviews(kim) == 1
