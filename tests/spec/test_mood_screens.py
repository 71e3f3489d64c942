"""GAD-7, PHQ-2 and PHQ-4: every band edge, every unanswered item, both codes of one answer, and who is asked what next.

The limits are those of Spitzer 2006 (GAD-7), Kroenke 2003 (PHQ-2) and Kroenke 2009 (PHQ-4), by hand.
"""

from __future__ import annotations

import pytest

from carefhir import Done, Refused
from carefhir.commands import AssignAssessment
from tests.spec.instruments import DAYS, MORE_DAYS_THAN_NOT, answered, concerns, recorded, scores, tasks
from tests.spec.tables import Chart, Json, carried_out, phq_9
from tests.spec.test_phq_9 import nine
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage

GAD_7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
PHQ_2 = ("44250-9", "44255-8")
GAD_2 = ("69725-0", "68509-9")
FEBRUARY = "2026-02-02T10:00:00-06:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


@pytest.fixture
def kim(server: Stage) -> Stage:
    """In care management: the nurse manages, the physician supervises."""
    one_more = stage(server.backend, "kim")
    carried_out(one_more, enroll(one_more), FEBRUARY)
    return one_more


def spread(total: int, items: int) -> tuple[int, ...]:
    """Answers of that sum, the first items first."""
    return tuple(min(3, max(0, total - 3 * place)) for place in range(items))


def form(name: str, items: tuple[str, ...], *points: int | None) -> Json:
    codes = (None if one is None else DAYS[one] for one in points)
    return answered(name, dict(zip(items, codes, strict=True)))


def new_tasks(kim: Stage) -> list[tuple[str, str, str]]:
    """Kind, finding and last day of the Tasks that the screen wrote; enrolling wrote others."""
    return [(kind, finding, day) for kind, finding, _, day in tasks(kim) if finding]


@pytest.mark.parametrize(
    ("total", "band", "task"),
    [
        (0, "minimal", None),
        (4, "minimal", None),
        (5, "mild", None),
        (9, "mild", None),
        (10, "moderate", "2026-03-16"),
        (14, "moderate", "2026-03-16"),
        (15, "severe", "2026-03-11"),
        (21, "severe", "2026-03-11"),
    ],
)
def test_gad_7_at_every_band_edge(kim: Stage, total: int, band: str, task: str | None) -> None:
    """From 10 a concern without a diagnosis, and a Task for the care manager: 7 days; from 15, two business days."""
    result = recorded(kim, form("gad-7", GAD_7, *spread(total, 7)))
    assert isinstance(result, Done), result
    assert scores(kim) == {"70274-6": (total, band)}
    assert concerns(kim) == ({"anxiety-screen-positive"} if task else set())
    assert new_tasks(kim) == ([("screen-follow-up", "anxiety-screen-positive", task)] if task else [])
    if task:
        assert kim.nurse in {owner for _, finding, owner, _ in tasks(kim) if finding}
    assert any(f"GAD-7: {total}, {band}" in sentence for sentence in result.told.says)


def test_gad_7_published_vector(kim: Stage) -> None:
    assert isinstance(recorded(kim, form("gad-7", GAD_7, 1, 1, 1, 1, 0, 1, 2)), Done)
    assert scores(kim) == {"70274-6": (7, "mild")}


@pytest.mark.parametrize("code", [DAYS[2], MORE_DAYS_THAN_NOT])
@pytest.mark.parametrize("name", ["gad-7", "phq-4"])
def test_both_codes_for_more_than_half_the_days(kim: Stage, name: str, code: str) -> None:
    items = GAD_7 if name == "gad-7" else (*GAD_2, *PHQ_2)
    response = answered(name, {item: code if item == "68509-9" else DAYS[0] for item in items})
    assert isinstance(recorded(kim, response), Done)
    assert {points for points, _ in scores(kim).values()} == ({2} if name == "gad-7" else {0, 2})


@pytest.mark.parametrize("item", [one for one in GAD_7 if one != "68509-9"])
def test_no_other_item_takes_the_other_code(kim: Stage, item: str) -> None:
    """A near miss: the answer of one item under another is asked again, and never counted."""
    response = answered("gad-7", {one: MORE_DAYS_THAN_NOT if one == item else DAYS[0] for one in GAD_7})
    result = recorded(kim, response)
    assert isinstance(result, Refused)
    assert f"linkId {item}: answer code is not one of its options" in result.why
    assert scores(kim) == {}


def test_irritable_and_afraid_are_not_swapped() -> None:
    from carefhir.content.loading import load

    texts = {item["linkId"]: item["text"] for item in load().get("Questionnaire", "gad-7")["item"]}
    assert "irritable" in texts["69689-8"]
    assert "afraid" in texts["69736-7"]


@pytest.mark.parametrize(("name", "items"), [("gad-7", GAD_7), ("phq-2", PHQ_2), ("phq-4", (*GAD_2, *PHQ_2))])
def test_every_unanswered_item(kim: Stage, name: str, items: tuple[str, ...]) -> None:
    for left_out in items:
        response = answered(name, {item: None if item == left_out else DAYS[3] for item in items})
        result = recorded(kim, response)
        assert isinstance(result, Refused), left_out
        assert f"linkId {left_out}: required, and not answered" in result.why
    assert scores(kim) == {}
    assert concerns(kim) == set()


@pytest.mark.parametrize(
    ("first", "second", "band"),
    [
        (0, 0, "negative"),
        (2, 0, "negative"),
        (1, 1, "negative"),
        (3, 0, "positive"),
        (1, 2, "positive"),
        (3, 3, "positive"),
    ],
)
def test_phq_2_hands_over_to_the_phq_9(kim: Stage, first: int, second: int, band: str) -> None:
    """From 3 a Task asks for the PHQ-9; the PHQ-2 itself never says anything of self-harm."""
    result = recorded(kim, form("phq-2", PHQ_2, first, second))
    assert isinstance(result, Done), result
    assert scores(kim) == {"55758-7": (first + second, band)}
    asked = [
        one
        for one in Chart(kim.backend, kim.patient).written("Task")
        if any("phq-9" in each.get("valueCanonical", "") for each in one.get("input", []))
    ]
    assert len(asked) == (band == "positive")
    assert all(one["restriction"]["period"]["end"] == "2026-03-11" for one in asked)
    assert Chart(kim.backend, kim.patient).written("Flag") == []
    assert "safety-review" not in {kind for kind, *_ in tasks(kim)}


def test_the_phq_9_that_was_asked_for_closes_its_task(kim: Stage) -> None:
    recorded(kim, form("phq-2", PHQ_2, 3, 3))
    recorded(kim, phq_9(*nine(12)), "2026-03-10T10:00:00-05:00")
    (task,) = [
        one
        for one in Chart(kim.backend, kim.patient).written("Task")
        if one["code"]["coding"][0]["code"] == "assessment"
    ]
    assert task["status"] == "completed"


def test_the_phq_9_is_not_asked_twice(kim: Stage) -> None:
    command = AssignAssessment(patient=kim.patient, reason="tired since March", instruments=("phq-9",))
    assert isinstance(carried_out(kim, command, "2026-03-09T09:00:00-05:00"), Done)
    recorded(kim, form("phq-4", (*GAD_2, *PHQ_2), 0, 0, 2, 2))
    kinds = [kind for kind, *_ in tasks(kim)]
    # Due in 14 days is later than the two business days that the screen asks for: so it is asked for then, once more.
    assert kinds.count("assessment") == 2
    recorded(kim, form("phq-2", PHQ_2, 3, 3), "2026-03-09T11:00:00-05:00")
    assert [kind for kind, *_ in tasks(kim)].count("assessment") == 2


@pytest.mark.parametrize(
    ("anxiety", "depression", "total", "asked"),
    [
        ((0, 0), (0, 0), "minimal", []),
        ((0, 0), (2, 0), "minimal", []),
        ((1, 1), (1, 0), "mild", []),
        ((2, 0), (2, 1), "mild", ["phq-9"]),
        ((2, 1), (2, 0), "mild", ["gad-7"]),
        ((3, 0), (3, 0), "moderate", ["gad-7", "phq-9"]),
        ((3, 2), (3, 0), "moderate", ["gad-7", "phq-9"]),
        ((3, 3), (3, 0), "severe", ["gad-7", "phq-9"]),
        ((3, 3), (3, 3), "severe", ["gad-7", "phq-9"]),
    ],
)
def test_phq_4_and_its_two_halves(
    kim: Stage, anxiety: tuple[int, int], depression: tuple[int, int], total: str, asked: list[str]
) -> None:
    assert isinstance(recorded(kim, form("phq-4", (*GAD_2, *PHQ_2), *anxiety, *depression)), Done)
    written = scores(kim)
    assert written["70272-0"] == (sum(anxiety) + sum(depression), total)
    assert written["gad-2-total"] == (sum(anxiety), "positive" if sum(anxiety) >= 3 else "negative")
    assert written["55758-7"] == (sum(depression), "positive" if sum(depression) >= 3 else "negative")
    forms = [
        each["valueCanonical"].partition("|")[0].rpartition("/")[2]
        for one in Chart(kim.backend, kim.patient).written("Task")
        for each in one.get("input", [])
        if "valueCanonical" in each
    ]
    assert sorted(forms) == asked


def test_a_gad_7_answered_by_somebody_else_is_not_scored(kim: Stage) -> None:
    response = form("gad-7", GAD_7, *spread(15, 7)) | {"source": {"reference": kim.physician}}
    assert isinstance(recorded(kim, response), Refused)
    assert scores(kim) == {}


def test_a_form_of_somebody_else_with_all_nine_items_is_the_phq_9_and_not_the_phq_2() -> None:
    """Both ask the first two items; the form that asks more of them is the one that was answered."""
    from carefhir.content.loading import load
    from carefhir.content.scoring import recognize

    items = [
        {"linkId": str(place), "code": [{"system": "http://loinc.org", "code": item["code"][0]["code"]}]}
        for place, item in enumerate(load().get("Questionnaire", "phq-9")["item"])
        if item["type"] == "choice"
    ]
    whole = {"resourceType": "Questionnaire", "item": items}
    two = {"resourceType": "Questionnaire", "item": items[:2]}
    for theirs, ours in ((whole, "phq-9"), (two, "phq-2")):
        instrument = recognize(load(), "https://elsewhere.example/form", theirs)
        assert instrument is not None
        assert instrument["id"] == ours


def combined(*forms: str) -> Json:
    """A form of somebody else that asks several instruments in one, without a panel code."""
    from carefhir.content.loading import load

    items = [
        {"linkId": item["linkId"], "type": "choice", "text": item["text"], "code": item["code"]}
        for form in forms
        for item in load().get("Questionnaire", form)["item"]
        if item["type"] == "choice" and item.get("required")
    ]
    unique = list({item["linkId"]: item for item in items}.values())
    return {"resourceType": "Questionnaire", "status": "active", "item": unique}


@pytest.mark.parametrize(
    ("forms", "warned"), [(("phq-9", "gad-7"), ["GAD-7"]), (("phq-9",), []), (("phq-4",), []), (("gad-7",), [])]
)
def test_a_form_that_asks_two_instruments_says_which_one_is_not_scored(
    kim: Stage, forms: tuple[str, ...], warned: list[str]
) -> None:
    """The longest one is scored; the PHQ-2 inside a PHQ-9, or a PHQ-4, is no instrument of its own."""
    other = combined(*forms)
    response = {
        **answered("x", {item["linkId"]: DAYS[0] for item in other["item"]}),
        "questionnaire": "https://elsewhere.example/form",
        "contained": [{**other, "id": "form"}],
    }
    result = recorded(kim, response)
    said = [one for one in result.told.warnings if one.startswith("the form also asks")]
    assert [one.split(",")[0].rpartition(" ")[2] for one in said] == warned


def test_what_is_asked_where_nobody_names_an_instrument(kim: Stage) -> None:
    """The short screens are asked by name only: nobody gets twelve forms because none was named."""
    result = carried_out(
        kim, AssignAssessment(patient=kim.patient, reason="first assessment"), "2026-03-09T09:00:00-05:00"
    )
    assert isinstance(result, Done)
    forms = {
        each["valueCanonical"].partition("|")[0].rpartition("/")[2]
        for one in Chart(kim.backend, kim.patient).written("Task")
        for each in one.get("input", [])
        if "valueCanonical" in each
    }
    assert forms == {"phq-9", "hunger-vital-sign"}
