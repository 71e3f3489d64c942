"""PRAPARE by code, without its wording: what each answer is, what declining is not, and what is restricted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from carefhir import Done, Refused
from tests.spec.instruments import answered, concerns, is_restricted, recorded, scores, tasks
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage

YES, NO, DECLINED = "LA33-6", "LA32-8", "LA30122-8"
FOOD, CLOTHES, UTILITIES = "LA30125-1", "LA30126-9", "LA30124-4"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    one_more = stage(server.backend, "kim")
    carried_out(one_more, enroll(one_more), "2026-02-02T10:00:00-06:00")
    return one_more


@pytest.mark.parametrize(
    ("item", "answers", "results", "codes"),
    [
        ("71802-3", ["LA30189-7"], {"71802-3": "no-risk"}, set()),
        ("71802-3", ["LA30190-5"], {"71802-3": "at-risk"}, {"Z59.00"}),
        ("71802-3", [DECLINED], {}, set()),
        ("93033-9", [NO], {"prapare-worry": "no-risk"}, set()),
        ("93033-9", [YES], {"prapare-worry": "at-risk"}, {"Z59.811"}),
        ("93033-9", [DECLINED], {}, set()),
        ("93031-3", [FOOD], {"prapare-food": "at-risk", "prapare-utilities": "no-risk"}, {"Z59.41"}),
        ("93031-3", [UTILITIES], {"prapare-food": "no-risk", "prapare-utilities": "at-risk"}, {"Z59.87"}),
        (
            "93031-3",
            [FOOD, UTILITIES],
            {"prapare-food": "at-risk", "prapare-utilities": "at-risk"},
            {"Z59.41", "Z59.87"},
        ),
        ("93031-3", [CLOTHES], {"prapare-food": "no-risk", "prapare-utilities": "no-risk"}, set()),
        ("93031-3", [DECLINED], {}, set()),
        ("93030-5", [NO], {"prapare-transport": "no-risk"}, set()),
        ("93030-5", ["LA30133-5"], {"prapare-transport": "at-risk"}, {"Z59.82"}),
        ("93030-5", ["LA30134-3"], {"prapare-transport": "at-risk"}, {"Z59.82"}),
        ("93030-5", [DECLINED], {}, set()),
    ],
)
def test_every_answer(kim: Stage, item: str, answers: Sequence[str], results: dict[str, str], codes: set[str]) -> None:
    assert isinstance(recorded(kim, answered("prapare", {item: answers})), Done)
    assert {code: band for code, (_, band) in scores(kim).items()} == results
    assert {code for code in concerns(kim) if code.startswith("Z")} == codes


@pytest.mark.parametrize("answer", ["LA31993-1", "LA31994-9", "LA31995-6"])
def test_the_answers_of_the_ahc_to_the_same_item_are_asked_again(kim: Stage, answer: str) -> None:
    result = recorded(kim, answered("prapare", {"71802-3": answer}))
    assert isinstance(result, Refused)
    assert "linkId 71802-3: answer code is not one of its options" in result.why


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"76501-6": YES}, "positive"),
        ({"93026-3": NO}, "positive"),
        ({"76501-6": NO, "93026-3": NO, "asked-alone": YES}, "positive"),
        ({"76501-6": NO, "93026-3": YES, "asked-alone": YES}, "negative"),
        ({"76501-6": NO, "93026-3": YES}, None),
        ({"76501-6": NO, "93026-3": YES, "asked-alone": NO}, None),
        ({"76501-6": NO, "asked-alone": YES}, None),
        ({"76501-6": DECLINED, "93026-3": YES, "asked-alone": YES}, None),
    ],
)
def test_safety(kim: Stage, answers: dict[str, str], band: str | None) -> None:
    """A yes is heard in any case; a no counts only whole, and asked alone."""
    result = recorded(kim, answered("prapare", answers))
    assert isinstance(result, Done)
    written = scores(kim)
    assert (written["prapare-safety"][0] if band else written) == (band or {})
    asked = [(kind, day) for kind, finding, _, day in tasks(kim) if finding == "violence-screen-positive"]
    assert asked == [("private-contact", "2026-03-09")] * (band == "positive")
    assert all(map(is_restricted, Chart(kim.backend, kim.patient).written("Observation")))
    assert all(map(is_restricted, Chart(kim.backend, kim.patient).written("QuestionnaireResponse")))
