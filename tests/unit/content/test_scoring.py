"""Instruments: every band edge, every unanswered item, every way to name an item; numbers here, none in the code."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.content.loading import load
from carefhir.content.scoring import Judgment, banded, judge, recognize, respondent
from carefhir.errors import ContentError

CONTENT = load()
PHQ9 = CONTENT.get("Questionnaire", "phq-9")
HVS = CONTENT.get("Questionnaire", "hunger-vital-sign")
LOINC = "http://loinc.org"
ITEMS = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
ANSWERS = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
SELF_HARM = "44260-8"
OFTEN, SOMETIMES, NEVER, UNKNOWN = "LA28397-0", "LA6729-3", "LA28398-8", "LA15775-2"


def coded(code: str, system: str = LOINC) -> dict[str, Any]:
    return {"valueCoding": {"system": system, "code": code}}


def item(link_id: str, *codes: str) -> dict[str, Any]:
    return {"linkId": link_id, "answer": [coded(one) for one in codes]}


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items), **more}


def phq9(*points: int | None, prefix: str = "") -> dict[str, Any]:
    return response(*(item(prefix + name, ANSWERS[n]) for name, n in zip(ITEMS, points, strict=True) if n is not None))


def hvs(first: str | None, second: str | None) -> Judgment:
    pairs = zip(("88122-7", "88123-5"), (first, second), strict=True)
    return judge(CONTENT, HVS, response(*(item(name, code) for name, code in pairs if code)))


def of(judgment: Judgment) -> tuple[Any, ...]:
    return tuple((one.points, one.label, one.finding) for one in judgment.scores)


def spread(total: int) -> list[int]:
    """Answers to the first eight items, the ninth last, that add up to a total."""
    return [min(3, max(0, total - 3 * n)) for n in range(9)]


# PHQ-9 --------------------------------------------------------------------------------------------------------------

POSITIVE = "depression-screen-positive"


@pytest.mark.parametrize(
    ("total", "label", "finding"),
    [
        (0, "minimal", ""),
        (1, "minimal", ""),
        (4, "minimal", ""),
        (5, "mild", ""),
        (9, "mild", ""),
        (10, "moderate", POSITIVE),
        (14, "moderate", POSITIVE),
        (15, "moderately severe", POSITIVE),
        (19, "moderately severe", POSITIVE),
        (20, "severe", POSITIVE),
        (27, "severe", POSITIVE),
    ],
)
def test_phq9_at_every_band_edge(total: int, label: str, finding: str) -> None:
    assert of(judge(CONTENT, PHQ9, phq9(*spread(total)))) == ((total, label, finding),)


def test_phq9_published_vector() -> None:
    judgment = judge(CONTENT, PHQ9, phq9(2, 2, 2, 2, 1, 1, 2, 0, 0))
    assert of(judgment) == ((12, "moderate", POSITIVE),)
    assert (judgment.objections, judgment.dangers, judgment.unscored) == ((), (), ())
    score = judgment.scores[0]
    assert score.code["coding"][0]["code"] == "44261-6"
    assert (score.value_type, score.band) == ("integer", "moderate")


@pytest.mark.parametrize("total", [28, -1])
def test_a_total_outside_all_bands_is_an_error_not_a_guess(total: int) -> None:
    with pytest.raises(ContentError, match=f"no band for {total}"):
        banded(CONTENT, "phq-9-total", total)


@pytest.mark.parametrize("missing", range(9))
def test_phq9_without_any_one_item_has_no_total(missing: int) -> None:
    points: list[int | None] = [1] * 8 + [0]
    points[missing] = None
    judgment = judge(CONTENT, PHQ9, phq9(*points))
    assert judgment.scores == ()
    assert judgment.unscored == (f"no result for phq-9-total: unanswered {ITEMS[missing]}",)
    assert judgment.objections == (f"linkId {ITEMS[missing]}: required, and not answered",)
    assert [one.finding for one in judgment.dangers] == (["self-harm-item-unanswered"] if missing == 8 else [])


@pytest.mark.parametrize(("name", "points"), list(itertools.product(ITEMS, range(4))))
def test_phq9_every_answer_to_every_item_counts_its_points(name: str, points: int) -> None:
    answers = [points if one == name else 0 for one in ITEMS]
    assert judge(CONTENT, PHQ9, phq9(*answers)).scores[0].points == points


@pytest.mark.parametrize(("points", "dangers"), [(0, 0), (1, 1), (2, 1), (3, 1)])
def test_phq9_self_harm_escalates_whatever_the_total(points: int, dangers: int) -> None:
    judgment = judge(CONTENT, PHQ9, phq9(*[0] * 8, points))
    assert len(judgment.dangers) == dangers
    for danger in judgment.dangers:
        assert danger.link_id == SELF_HARM
        assert danger.finding == "self-harm-item-positive"
        assert danger.instruction


def test_difficulty_is_never_summed() -> None:
    with_difficulty = phq9(*[1] * 8, 0)
    with_difficulty["item"].append(item("69722-7", "LA6573-5"))
    assert judge(CONTENT, PHQ9, with_difficulty).scores[0].points == 8


@pytest.mark.parametrize("prefix", ["/", "/44249-1/", "group/"])
def test_items_are_known_by_the_last_part_of_their_link_id(prefix: str) -> None:
    judgment = judge(CONTENT, PHQ9, phq9(2, 2, 2, 2, 1, 1, 2, 0, 0, prefix=prefix))
    assert of(judgment) == ((12, "moderate", POSITIVE),)
    assert judgment.objections == ()


def foreign(system: str = LOINC) -> dict[str, Any]:
    """Somebody else's PHQ-9: their linkIds, LOINC item codes."""
    items = [
        {"linkId": f"q{n}", "type": "choice", "code": [{"system": system, "code": c}]} for n, c in enumerate(ITEMS)
    ]
    return {"resourceType": "Questionnaire", "url": "http://other.example/q", "item": [{"linkId": "g", "item": items}]}


def test_items_of_a_foreign_questionnaire_are_known_by_their_codes() -> None:
    answers = response({"linkId": "g", "item": [item(f"q{n}", ANSWERS[1]) for n in range(9)]}, item("extra", "x"))
    judgment = judge(CONTENT, PHQ9, answers, foreign())
    assert of(judgment) == ((9, "mild", ""),)
    assert judgment.objections == ()
    assert [one.finding for one in judgment.dangers] == ["self-harm-item-positive"]


def test_a_foreign_questionnaire_is_recognized_by_its_items_or_its_code() -> None:
    assert recognize(CONTENT, "http://other.example/q", foreign()) is PHQ9
    assert recognize(CONTENT, "http://other.example/q", {"code": [{"system": LOINC, "code": "88121-9"}]}) is HVS
    assert recognize(CONTENT, "http://other.example/q", foreign("http://other.example")) is None
    assert recognize(CONTENT, "http://other.example/q", None) is None
    assert recognize(CONTENT, "", {}) is None


@pytest.mark.parametrize("version", ["", "|0.1.0", "|99.0"])
def test_our_own_is_recognized_by_its_url_whatever_its_version(version: str) -> None:
    assert recognize(CONTENT, f"{PHQ9['url']}{version}", None) is PHQ9


def test_a_form_nobody_knows_is_heard_for_its_safety_item() -> None:
    assert recognize(CONTENT, "http://other.example/q", None, response(item(f"/x/{SELF_HARM}", ANSWERS[0]))) is PHQ9
    assert recognize(CONTENT, "http://other.example/q", None, response(item("1", ANSWERS[0]))) is None


@pytest.mark.parametrize("codes", [(ANSWERS[0], ANSWERS[3]), (ANSWERS[3], ANSWERS[3])])
def test_an_item_answered_twice_is_no_answer_and_endangers_if_it_is_the_ninth(codes: tuple[str, str]) -> None:
    twice = phq9(*[0] * 8, None)
    twice["item"].append(item(SELF_HARM, *codes))
    apart = phq9(*[0] * 8, None)
    apart["item"] += [item(SELF_HARM, codes[0]), item(f"/{SELF_HARM}", codes[1])]
    for one in (twice, apart):
        judgment = judge(CONTENT, PHQ9, one)
        assert judgment.objections == (f"linkId {SELF_HARM}: answered 2 times, takes one answer",)
        assert judgment.scores == ()
        assert [danger.link_id for danger in judgment.dangers] == [SELF_HARM]


@pytest.mark.parametrize(
    "answer",
    [
        coded("LA9999-9"),
        coded(ANSWERS[3], "http://other.example"),
        {"valueCoding": {"code": ANSWERS[3]}},
        {"valueString": "Nearly every day"},
        {"valueInteger": 3},
        {"valueCoding": "x"},
    ],
)
def test_an_unknown_answer_is_named_not_guessed_and_endangers(answer: dict[str, Any]) -> None:
    odd = phq9(*[0] * 8, None)
    odd["item"].append({"linkId": SELF_HARM, "answer": [answer]})
    judgment = judge(CONTENT, PHQ9, odd)
    assert len(judgment.objections) == 1
    assert SELF_HARM in judgment.objections[0]
    assert "Nearly" not in judgment.objections[0]
    assert judgment.scores == ()
    assert [one.link_id for one in judgment.dangers] == [SELF_HARM]


def test_an_unknown_item_is_named() -> None:
    odd = phq9(*[0] * 9)
    odd["item"].append(item("99999-9", ANSWERS[0]))
    assert judge(CONTENT, PHQ9, odd).objections == ("linkId 99999-9: not an item of this questionnaire",)


@pytest.mark.parametrize(("claimed", "objections"), [(0, 0), (1, 1)])
def test_a_total_that_is_given_is_checked_not_read(claimed: int, objections: int) -> None:
    with_total = phq9(*[0] * 9)
    with_total["item"].append({"linkId": "44261-6", "answer": [{"valueInteger": claimed}]})
    judgment = judge(CONTENT, PHQ9, with_total)
    assert judgment.scores[0].points == 0
    assert len(judgment.objections) == objections


def test_only_the_patient_answers_the_phq9() -> None:
    assert respondent(PHQ9) == "patient"
    assert respondent(HVS) == "anyone"
    assert respondent({}) == "anyone"


def test_an_empty_response_is_unanswered_throughout() -> None:
    judgment = judge(CONTENT, PHQ9, response())
    assert len(judgment.objections) == 9
    assert [one.link_id for one in judgment.dangers] == [SELF_HARM]


# Hunger Vital Sign --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), list(itertools.product((OFTEN, SOMETIMES, NEVER, UNKNOWN), repeat=2)))
def test_hvs_every_pair_of_answers(first: str, second: str) -> None:
    judgment = hvs(first, second)
    assert judgment.objections == ()
    if {first, second} & {OFTEN, SOMETIMES}:
        assert of(judgment) == ((1, "at risk", "food-insecurity"),)
        assert [one["code"] for one in judgment.scores[0].codings if one["system"] == LOINC] == ["LA19952-3"]
    elif UNKNOWN in (first, second):
        assert judgment.scores == ()
        assert "unanswered" in judgment.unscored[0]
    else:
        assert of(judgment) == ((0, "no risk", ""),)
        assert [one["code"] for one in judgment.scores[0].codings if one["system"] == LOINC] == ["LA19983-8"]


@pytest.mark.parametrize(("first", "risk"), [(OFTEN, True), (NEVER, False)])
def test_hvs_half_answered(first: str, risk: bool) -> None:
    judgment = hvs(first, None)
    assert bool(judgment.scores) is risk
    assert judgment.objections == ("linkId 88123-5: required, and not answered",)


# Garbage ------------------------------------------------------------------------------------------------------------

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([*ITEMS, *ANSWERS, "", "44261-6"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["linkId", "answer", "item", "valueCoding", "valueDecimal", "code"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(ODD)
def test_no_response_makes_scoring_raise_and_a_missing_answer_always_endangers(odd: Any) -> None:
    """A crash would swallow a safety finding."""
    judgment = judge(CONTENT, PHQ9, {"resourceType": "QuestionnaireResponse", "item": odd})
    assert judgment.scores == ()
    assert judgment.dangers


@pytest.mark.parametrize("odd", [None, "x", 5, {}, {"valueCoding": {}}])
def test_an_answer_that_is_no_list_is_no_answer(odd: Any) -> None:
    answers = phq9(*[0] * 8, None)
    answers["item"].append({"linkId": SELF_HARM, "answer": odd})
    judgment = judge(CONTENT, PHQ9, answers)
    assert [one.link_id for one in judgment.dangers] == [SELF_HARM]
