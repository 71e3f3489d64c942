"""`record-check-in`: every row of both result tables of clinical practice, and a near miss of each threshold.

The person is Rosa, 74, home since Friday 2026-03-06 with heart failure and type 2 diabetes on insulin and a
sulfonylurea, called on Monday 03-09 at 10:00 and weighed every morning; what differs is in the table.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import RecordAssessment
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from tests.spec.tables import Chart, carried_out, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import check_in, weighed

Json = dict[str, Any]
WHEN = "2026-03-09T10:00:00-05:00"
CALM = {"weight": ("180.0", "[lb_av]"), "glucose-lowest": ("110", "mg/dL"), "glucose-highest": ("180", "mg/dL")}
URGENCY = {"yellow": "nurse-call", "red-urgent": "escalation", "emergency": "escalation"}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    """One more Rosa on the same sandbox, in care management."""
    found = stage(server.backend, "rosa")
    assert isinstance(carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00"), Done)
    return found


def every_morning(found: Stage) -> None:
    for day in ("07", "08"):
        weighed(found, f"2026-03-{day}T10:00:00-05:00", "180.0")


def recorded(found: Stage, response: Json, when: str = WHEN, **more: Any) -> Done | Refused:
    result = carried_out(found, RecordCheckIn(patient=found.patient, response=response), when, **more)
    assert isinstance(result, Done | Refused), result
    return result


def color_of(chart: Chart) -> tuple[str, set[str]]:
    """The newest result, and the ids of the rules that gave it."""
    triages = [one for one in chart.written("Observation") if one["code"]["coding"][0]["code"] == "triage"]
    newest = triages[-1]
    rules = {one["text"].rpartition("(")[2].rstrip(")") for one in newest.get("note", [])}
    return newest["valueCodeableConcept"]["coding"][0]["code"], rules


def came_to(found: Stage, **answers: Any) -> tuple[str, set[str]]:
    numbers = {**CALM, **answers.pop("numbers", {})}
    numbers = {name: one for name, one in numbers.items() if one}
    recorded(found, check_in(numbers=numbers, authored=WHEN, **answers))
    return color_of(Chart(found.backend, found.patient))


# ---- heart failure


@pytest.mark.parametrize(
    ("pounds", "yes", "color", "rule"),
    [
        ("182.9", (), "green", ""),  # 2.9 lb, no symptom
        ("183.0", (), "yellow", "weight-1-day"),
        ("182.0", ("dizzy",), "yellow", "weight-and-symptom"),
        ("181.9", ("dizzy",), "yellow", "symptom"),  # the symptom alone
        ("182.9", ("swelling",), "yellow", "weight-and-symptom"),  # 2.0 to 2.9 is no red
        ("183.0", ("swelling",), "red-urgent", "weight-and-congestion"),
        ("183.0", ("breath-walking",), "red-urgent", "weight-and-congestion"),
        ("183.0", ("breath-lying",), "red-urgent", "weight-and-congestion"),
        ("183.0", ("new-pillow",), "red-urgent", "weight-and-congestion"),
        ("183.0", ("dizzy",), "yellow", "weight-1-day"),  # dizziness is no congestion
        ("175.1", (), "green", ""),  # 4.9 lb lost
        ("175.0", (), "yellow", "weight-loss-7-days"),
        ("180.0", ("breath-walking",), "yellow", "symptom"),
        ("180.0", ("breath-lying",), "yellow", "symptom"),
        ("180.0", ("new-pillow",), "yellow", "symptom"),
        ("180.0", ("woken-breathless",), "yellow", "symptom"),
        ("180.0", ("swelling",), "yellow", "symptom"),
        ("180.0", ("dizzy",), "yellow", "symptom"),
        ("180.0", ("heart-racing",), "yellow", "symptom"),  # alone, without symptoms
        ("180.0", ("breath-lying", "new-pillow"), "yellow", "symptom"),  # one symptom, asked twice
        ("180.0", ("swelling", "dizzy"), "red-urgent", "two-symptoms"),
        ("180.0", ("breath-at-rest",), "emergency", "breath-at-rest"),
        ("180.0", ("chest-pain",), "emergency", "chest-pain"),
        ("180.0", ("fainted",), "emergency", "fainted"),
        ("180.0", ("pink-froth",), "emergency", "pink-froth"),
        ("180.0", ("confused",), "emergency", "confused"),
        ("180.0", ("heart-racing", "dizzy"), "emergency", "heart-racing"),
        ("180.0", (), "green", ""),
    ],
)
def test_heart_failure(rosa: Stage, pounds: str, yes: tuple[str, ...], color: str, rule: str) -> None:
    every_morning(rosa)
    found, rules = came_to(rosa, yes=yes, numbers={"weight": (pounds, "[lb_av]")})
    assert found == color
    assert rule in rules or not rule


@pytest.mark.parametrize(
    ("vital", "value", "unit", "color"),
    [
        ("systolic", "90", "mm[Hg]", "green"),
        ("systolic", "89", "mm[Hg]", "red-urgent"),
        ("heart-rate", "50", "/min", "green"),
        ("heart-rate", "49", "/min", "red-urgent"),
        ("heart-rate", "120", "/min", "green"),
        ("heart-rate", "121", "/min", "red-urgent"),
    ],
)
def test_pressure_and_heart_rate(rosa: Stage, vital: str, value: str, unit: str, color: str) -> None:
    every_morning(rosa)
    assert came_to(rosa, numbers={vital: (value, unit)})[0] == color


@pytest.mark.parametrize(
    ("before", "now", "color", "rule"),
    [
        (("2026-03-08T10:00:00-05:00", "81.6", "kg"), ("83.0", "kg"), "yellow", "weight-1-day"),  # 1.4 kg = 3.1 lb
        (("2026-03-08T10:00:00-05:00", "81.6", "kg"), ("82.9", "kg"), "green", ""),  # 1.3 kg = 2.9 lb
        (("2026-03-08T10:00:00-05:00", "81.6", "kg"), ("183.4", "[lb_av]"), "yellow", "weight-1-day"),
        (("2026-03-08T16:30:00-05:00", "177.0", "[lb_av]"), ("180.0", "[lb_av]"), "green", ""),  # 17.5 h: no day
        (("2026-03-08T16:00:00-05:00", "177.0", "[lb_av]"), ("180.0", "[lb_av]"), "yellow", "weight-1-day"),  # 18 h
        (("2026-03-07T22:00:00-05:00", "177.0", "[lb_av]"), ("180.0", "[lb_av]"), "yellow", "weight-1-day"),  # 36 h
        (("2026-03-07T21:00:00-05:00", "177.0", "[lb_av]"), ("180.0", "[lb_av]"), "yellow", "weight-gap"),  # 37 h
    ],
)
def test_a_day_is_18_to_36_hours_and_units_are_compared(
    rosa: Stage, before: tuple[str, str, str], now: tuple[str, str], color: str, rule: str
) -> None:
    weighed(rosa, *before)
    found, rules = came_to(rosa, numbers={"weight": now})
    assert found == color
    assert rule in rules or not rule


@pytest.mark.parametrize(("pounds", "color"), [("184.9", "green"), ("185.0", "yellow"), ("175.0", "yellow")])
def test_seven_days(rosa: Stage, pounds: str, color: str) -> None:
    """A gain that crept: never 3 lb in a day. What was weighed in hospital before the discharge does not count."""
    for day, found in (("14", "180.0"), ("15", "181.5"), ("16", "182.5"), ("17", "182.5")):
        weighed(rosa, f"2026-03-{day}T10:00:00-05:00", found if pounds > "180" else str(360 - float(found)))
    when = "2026-03-18T10:00:00-05:00"
    numbers = {**CALM, "weight": (pounds, "[lb_av]")}
    recorded(rosa, check_in(numbers=numbers, authored=when), when)
    assert color_of(Chart(rosa.backend, rosa.patient))[0] == color


def test_over_the_dry_weight(rosa: Stage) -> None:
    every_morning(rosa)
    dry = {"resourceType": "Observation", "status": "final", "subject": {"reference": rosa.patient},
           "code": {"coding": [{"system": "http://loinc.org", "code": "8341-0"}]},
           "effectiveDateTime": "2026-03-06T09:00:00-06:00",
           "valueQuantity": {"value": 175.1, "system": "http://unitsofmeasure.org", "code": "[lb_av]"}}  # fmt: skip
    rosa.backend.create(dry)
    assert came_to(rosa)[0] == "green"  # 4.9 lb over it
    found, rules = came_to(rosa, numbers={"weight": ("180.1", "[lb_av]")})
    assert found == "yellow"
    assert "weight-over-dry" in rules


@pytest.mark.parametrize(
    ("when", "color"),
    [
        ("2026-03-07T17:00:00-06:00", "cannot-say"),  # 35 h after the last weight, with none to compare it with
        ("2026-03-07T19:00:00-06:00", "cannot-say"),  # 37 h
        ("2026-03-08T09:00:00-05:00", "yellow"),  # 2 days without weight after discharge
        ("2026-05-11T09:00:00-05:00", "cannot-say"),  # long after it
    ],
)
def test_without_a_weight(rosa: Stage, when: str, color: str) -> None:
    numbers = {name: one for name, one in CALM.items() if name != "weight"}
    recorded(rosa, check_in(numbers=numbers, authored=when), when)
    assert color_of(Chart(rosa.backend, rosa.patient))[0] == color


# ---- type 2 diabetes


@pytest.mark.parametrize(
    ("lowest", "highest", "yes", "color", "rule"),
    [
        ("101", "180", (), "green", ""),
        ("100", "180", (), "yellow", "near-low"),
        ("70", "180", (), "yellow", "near-low"),
        ("69", "180", (), "yellow", "single-low"),
        ("54", "180", (), "yellow", "single-low"),
        ("53", "180", (), "red-urgent", "very-low"),
        ("110", "300", ("vomiting",), "yellow", "other-symptom"),
        ("110", "301", ("vomiting",), "emergency", "very-high-and-ill"),
        ("110", "301", ("fast-breathing",), "emergency", "very-high-and-ill"),
        ("110", "301", ("confused",), "emergency", "very-high-and-ill"),
        ("110", "180", ("meter-hi",), "emergency", "meter-hi"),
        ("110", "180", ("low-unresponsive",), "emergency", "low-unresponsive"),
        ("110", "180", ("low-helped",), "red-urgent", "assisted-low"),
        ("110", "180", ("lows-in-a-row",), "red-urgent", "lows-in-a-row"),
        ("110", "301", ("high-two-days",), "red-urgent", "very-high-two-days"),
        ("110", "260", ("high-twice-in-a-day",), "yellow", "high-without-symptoms"),
        ("110", "260", ("high-twice-in-a-day", "thirst"), "red-urgent", "high-with-symptoms"),
        ("110", "180", ("vomiting", "vomiting-over-6-hours"), "red-urgent", "vomiting-long"),
        ("110", "180", ("not-eating",), "red-urgent", "not-eating"),
        ("110", "180", ("cannot-take-medicine",), "red-urgent", "cannot-take-medicine"),
        ("110", "180", ("foot-infected",), "red-urgent", "foot-infected"),
        ("110", "180", ("skin-break",), "yellow", "skin-break"),
        ("110", "180", ("out-of-supplies",), "yellow", "out-of-supplies"),
        ("110", "180", ("skipping-meals",), "yellow", "skipping-meals"),
        ("110", "180", ("belly-pain",), "yellow", "other-symptom"),
        ("", "180", (), "cannot-say", ""),  # on insulin, and no lowest reading
    ],
)
def test_type_2_diabetes(rosa: Stage, lowest: str, highest: str, yes: tuple[str, ...], color: str, rule: str) -> None:
    every_morning(rosa)
    numbers = {"glucose-lowest": (lowest, "mg/dL") if lowest else None, "glucose-highest": (highest, "mg/dL")}
    found, rules = came_to(rosa, yes=yes, numbers=numbers)
    assert found == color
    assert rule in rules or not rule


@pytest.mark.parametrize("yes", ["vomiting", "belly-pain", "fast-breathing"])
def test_an_sglt2_inhibitor_makes_it_an_emergency_at_any_glucose(rosa: Stage, yes: str) -> None:
    every_morning(rosa)
    rosa.backend.create(
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "dapagliflozin 10 MG Oral Tablet"},
            "subject": {"reference": rosa.patient},
        }
    )
    found, rules = came_to(rosa, yes=(yes,))
    assert found == "emergency"
    assert "ketoacidosis-on-sglt2" in rules


def test_millimoles_are_understood(rosa: Stage) -> None:
    every_morning(rosa)
    assert came_to(rosa, numbers={"glucose-lowest": ("2.9", "mmol/L")})[0] == "red-urgent"  # 52 mg/dL


# ---- what is not known


def test_dont_know_is_no_answer_and_never_green(rosa: Stage) -> None:
    every_morning(rosa)
    assert came_to(rosa, unknown=("swelling",))[0] == "cannot-say"


@pytest.mark.parametrize(
    ("status", "days", "color"),
    [("active", 200, "cannot-say"), ("stopped", 90, "cannot-say"), ("completed", 1, "cannot-say"),
     ("stopped", 91, "green"), ("draft", 1, "green")],
)  # fmt: skip
def test_insulin_that_ended_lately_is_not_taken_as_over(server: Stage, status: str, days: int, color: str) -> None:
    """Nobody says when it ended: until the lists are reconciled, a morning without a glucose is not called green."""
    backend, found = server.backend, stage(server.backend, "kim")
    assert isinstance(carried_out(found, enroll(found), "2026-03-09T09:00:00-05:00"), Done)
    condition = {"system": "http://snomed.info/sct", "code": "44054006"}
    clinical = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    mine = {"subject": {"reference": found.patient}}
    backend.create(
        {"resourceType": "Condition", "clinicalStatus": {"coding": [clinical]}, "code": {"coding": [condition]}, **mine}
    )
    written = (datetime.fromisoformat(WHEN) - timedelta(days=days)).isoformat()
    order = {"status": status, "intent": "order", "authoredOn": written, **mine}
    backend.create(
        {"resourceType": "MedicationRequest", **order, "medicationCodeableConcept": {"text": "insulin glargine"}}
    )
    recorded(found, check_in("check-in-diabetes-type-2", authored=WHEN))
    assert color_of(Chart(backend, found.patient))[0] == color


def test_one_form_of_two_is_never_green(rosa: Stage) -> None:
    """Heart failure alone was asked; what the diabetes does nobody knows."""
    every_morning(rosa)
    recorded(rosa, check_in("check-in-heart-failure", numbers={"weight": CALM["weight"]}, authored=WHEN))
    assert color_of(Chart(rosa.backend, rosa.patient))[0] == "cannot-say"


def test_an_incomplete_form_never_hides_a_red_answer(rosa: Stage) -> None:
    every_morning(rosa)
    response = check_in(yes=("breath-at-rest",), left_out=("swelling", "dizzy"), numbers=CALM, authored=WHEN)
    result = recorded(rosa, response)
    assert isinstance(result, Refused), result
    assert result.kept is not None
    assert any("swelling" in one for one in result.why)
    assert "911" in result.told.instructions[0]
    chart = Chart(rosa.backend, rosa.patient)
    assert color_of(chart)[0] == "emergency"
    assert [one["status"] for one in chart.written("QuestionnaireResponse")] == ["in-progress"]
    assert "escalation" in chart.tasks()
    assert "check-in" not in chart.tasks()


def test_thoughts_of_death_are_heard_when_asked(rosa: Stage) -> None:
    every_morning(rosa)
    response = check_in(numbers=CALM, authored=WHEN)
    coding = {"system": "http://loinc.org", "code": "LA6569-3"}
    response["item"].append({"linkId": "thoughts-of-death", "answer": [{"valueCoding": coding}]})
    result = recorded(rosa, response)
    assert any("988" in one for one in result.told.instructions)
    chart = Chart(rosa.backend, rosa.patient)
    assert [one["code"]["coding"][0]["code"] for one in chart.written("Flag")] == ["self-harm-item-positive"]
    assert color_of(chart)[0] == "red-urgent"
    assert chart.tasks()["safety-review"]["priority"] == "stat"


def test_thoughts_of_death_asked_and_not_answered_are_heard_too(rosa: Stage) -> None:
    every_morning(rosa)
    response = check_in(numbers=CALM, authored=WHEN)
    response["item"].append({"linkId": "thoughts-of-death"})
    recorded(rosa, response)
    chart = Chart(rosa.backend, rosa.patient)
    assert [one["code"]["coding"][0]["code"] for one in chart.written("Flag")] == ["self-harm-item-unanswered"]


def test_not_asked_is_nothing_heard(rosa: Stage) -> None:
    every_morning(rosa)
    assert came_to(rosa)[0] == "green"
    assert Chart(rosa.backend, rosa.patient).written("Flag") == []


def test_a_check_in_is_not_recorded_as_an_assessment(rosa: Stage) -> None:
    result = carried_out(rosa, RecordAssessment(patient=rosa.patient, response=check_in(numbers=CALM)), WHEN)
    assert isinstance(result, Refused)
    assert "record-check-in" in result.why[0]


def test_another_form_is_refused_and_its_safety_item_heard(rosa: Stage) -> None:
    result = recorded(rosa, phq_9(0, 0, 0, 0, 0, 0, 0, 0, 2))
    assert isinstance(result, Refused)
    assert "record-assessment" in result.why[0]
    assert any("988" in one for one in result.told.instructions)


@pytest.mark.parametrize("element", ["author", "source", "encounter"])
def test_a_server_that_refuses_the_response_still_gets_what_protects_the_person(rosa: Stage, element: str) -> None:
    """It names somebody, or a visit, that is not on this server. The corrected response is recorded as usual."""
    every_morning(rosa)
    absent = {"author": "Practitioner/not-here", "source": rosa.patient + "x", "encounter": "Encounter/not-here"}
    response = _identified(rosa, yes=("chest-pain",))
    wrong = {**response, element: {"reference": absent[element]}}
    result = recorded(rosa, wrong)
    assert isinstance(result, Refused), result
    assert result.kept is not None
    assert any("911" in order for order in result.told.instructions)
    chart = Chart(rosa.backend, rosa.patient)
    assert "escalation" in chart.tasks()
    assert chart.written("QuestionnaireResponse") == []
    before = len(chart.written("Task"))
    assert isinstance(recorded(rosa, wrong), Refused)
    assert len(Chart(rosa.backend, rosa.patient).written("Task")) == before
    assert isinstance(recorded(rosa, response), Done)
    assert len(Chart(rosa.backend, rosa.patient).written("QuestionnaireResponse")) == 1


# ---- amended, and read afterwards (rules 21 and 26)

IDENTIFIER = {"system": "https://example.org/call", "value": "monday"}


def _identified(found: Stage, **more: Any) -> Json:
    identifier = {**IDENTIFIER, "value": f"monday{found.mark}"}
    return check_in(numbers={**CALM, **more.pop("numbers", {})}, authored=WHEN, identifier=identifier, **more)


def _results(found: Stage) -> list[tuple[str, bool]]:
    """Every color on record, and whether it still counts."""
    triages = [one for one in Chart(found.backend, found.patient).written("Observation")
               if one["code"]["coding"][0]["code"] == "triage"]  # fmt: skip
    superseded = "https://carefhir.org/fhir/StructureDefinition/superseded"
    return [
        (
            one["valueCodeableConcept"]["coding"][0]["code"],
            not any(e["url"] == superseded for e in one.get("extension", [])),
        )
        for one in triages
    ]


def test_an_amended_answer_is_judged_anew_and_its_danger_written(rosa: Stage) -> None:
    every_morning(rosa)
    recorded(rosa, _identified(rosa))
    assert _results(rosa) == [("green", True)]
    result = recorded(rosa, _identified(rosa, yes=("chest-pain",)))
    assert isinstance(result, Done), result
    assert any("911" in order for order in result.told.instructions)
    assert sorted(_results(rosa)) == [("emergency", True), ("green", False)]
    chart = Chart(rosa.backend, rosa.patient)
    assert "escalation" in chart.tasks()
    assert [one["status"] for one in chart.written("QuestionnaireResponse")] == ["amended"]
    assert chart.due()["check-in"] == "2026-03-10" or "2026-03-10" in {
        one["restriction"]["period"]["end"] for one in chart.written("Task") if one["status"] == "requested"
    }


def test_thoughts_of_death_in_an_amended_answer_raise_flag_and_review(rosa: Stage) -> None:
    every_morning(rosa)
    recorded(rosa, _identified(rosa))
    response = _identified(rosa)
    coding = {"system": "http://loinc.org", "code": "LA6569-3"}
    response["item"].append({"linkId": "thoughts-of-death", "answer": [{"valueCoding": coding}]})
    recorded(rosa, response)
    chart = Chart(rosa.backend, rosa.patient)
    assert len(chart.written("Flag")) == 1
    assert "safety-review" in chart.tasks()
    assert sorted(_results(rosa)) == [("green", False), ("red-urgent", True)]


def test_a_weight_that_was_amended_no_longer_counts(rosa: Stage) -> None:
    every_morning(rosa)
    recorded(rosa, _identified(rosa, numbers={"weight": ("186.0", "[lb_av]")}))
    recorded(rosa, _identified(rosa, numbers={"weight": ("181.0", "[lb_av]")}))
    assert sorted(_results(rosa)) == [("green", True), ("yellow", False)]
    later = "2026-03-10T10:00:00-05:00"
    recorded(rosa, check_in(numbers={**CALM, "weight": ("180.5", "[lb_av]")}, authored=later), later)
    assert color_of(Chart(rosa.backend, rosa.patient))[0] == "green"  # against 181.0, not 186.0


def test_a_draft_never_replaces_complete_answers_and_its_danger_is_heard(rosa: Stage) -> None:
    every_morning(rosa)
    recorded(rosa, _identified(rosa))
    result = recorded(rosa, {**_identified(rosa, yes=("breath-at-rest",)), "status": "in-progress"})
    assert isinstance(result, Refused)
    assert any("911" in order for order in result.told.instructions)
    assert "escalation" in Chart(rosa.backend, rosa.patient).tasks()
    assert _results(rosa) == [("green", True)]


def test_own_words_read_afterwards_replace_the_color(rosa: Stage) -> None:
    every_morning(rosa)
    response = _identified(rosa)
    response["item"].append({"linkId": "own-words", "answer": [{"valueString": "the garden is in bloom"}]})
    recorded(rosa, response)
    assert _results(rosa) == [("cannot-say", True)]
    command = RecordCheckIn(patient=rosa.patient, response=response, words_read="nothing-urgent")
    assert isinstance(carried_out(rosa, command, WHEN), Done)
    assert sorted(_results(rosa)) == [("cannot-say", False), ("green", True)]
    again = carried_out(rosa, command, WHEN)
    assert isinstance(again, Done)
    assert len(_results(rosa)) == 2


def test_words_are_not_repeated_where_others_read(rosa: Stage) -> None:
    """What the person said stays in the response; Tasks and the color only say that it must be read."""
    every_morning(rosa)
    response = _identified(rosa)
    response["item"].append({"linkId": "own-words", "answer": [{"valueString": "marigolds"}]})
    recorded(rosa, response)
    chart = Chart(rosa.backend, rosa.patient)
    told = str([*chart.written("Observation"), *chart.written("Task")])
    assert "marigolds" not in told
    assert "words" in told


# ---- what follows


def test_vignette_1(rosa: Stage) -> None:
    """03-09 weight 180.0 to 183.4 lb and a new extra pillow: red-urgent; provider and care manager, today."""
    numbers = {**CALM, "weight": ("183.4", "[lb_av]")}
    result = recorded(rosa, check_in(yes=("new-pillow",), numbers=numbers, authored=WHEN))
    assert isinstance(result, Done), result
    chart = Chart(rosa.backend, rosa.patient)
    found, rules = color_of(chart)
    assert found == "red-urgent"
    assert {"weight-gap", "weight-and-congestion"} <= rules
    escalations = [one for one in chart.written("Task") if one["code"]["coding"][0]["code"] == "escalation"]
    assert {one["owner"]["reference"] for one in escalations} == {rosa.physician, rosa.nurse}
    assert {(one["priority"], one["restriction"]["period"]["end"]) for one in escalations} == {("stat", "2026-03-09")}
    assert "by voice" in result.told.instructions[0]
    assert chart.due()["check-in"] == "2026-03-10"  # the day after a red one
    weight = next(one for one in chart.written("Observation") if one["code"]["coding"][0]["code"] == "29463-7")
    assert str(weight["valueQuantity"]["value"]) == "183.4"
    assert weight["performer"] == [{"reference": rosa.patient}]


def test_yellow_is_called_today_and_the_provider_told_in_a_business_day(rosa: Stage) -> None:
    every_morning(rosa)
    assert came_to(rosa, yes=("swelling",))[0] == "yellow"
    chart = Chart(rosa.backend, rosa.patient)
    assert chart.due()["nurse-call"] == "2026-03-09"
    assert chart.due()["inform-provider"] == "2026-03-10"
    assert chart.tasks()["inform-provider"]["partOf"] == [{"reference": f"Task/{chart.tasks()['nurse-call']['id']}"}]


@pytest.mark.parametrize(
    ("when", "on_call"),
    [
        ("2026-03-09T07:59:00-05:00", True),
        ("2026-03-09T08:00:00-05:00", False),
        ("2026-03-09T16:59:00-05:00", False),
        ("2026-03-09T17:00:00-05:00", True),
        ("2026-03-14T10:00:00-05:00", True),  # a Saturday
        ("2026-05-25T10:00:00-05:00", True),  # Memorial Day
    ],
)
@pytest.mark.parametrize("answers", [{"yes": ("swelling",)}, {"unknown": ("swelling",)}])
def test_a_call_out_of_hours_goes_to_whoever_is_on_call(
    rosa: Stage, when: str, on_call: bool, answers: dict[str, Any]
) -> None:
    night = rosa.backend.find("Practitioner", "nurse-practitioner")
    recorded(rosa, check_in(numbers=CALM, authored=when, **answers), when, on_call=night)
    call = Chart(rosa.backend, rosa.patient).tasks()["nurse-call"]
    assert call["owner"]["reference"] == (night if on_call else rosa.nurse)
    assert call["restriction"]["period"]["end"] == when[:10]


@pytest.mark.parametrize(
    ("answers", "when", "next_one"),
    [
        ({}, WHEN, "2026-03-16"),
        ({"yes": ("swelling",)}, "2026-03-13T10:00:00-05:00", "2026-03-16"),  # Friday: the next business day
        ({"unknown": ("swelling",)}, "2026-03-13T10:00:00-05:00", "2026-03-16"),
        ({"yes": ("not-eating",)}, "2026-03-13T10:00:00-05:00", "2026-03-14"),  # tomorrow, a Saturday
        ({"yes": ("chest-pain",)}, "2026-03-13T10:00:00-05:00", "2026-03-14"),
    ],
)
def test_the_next_check_in_comes_soon_after_a_color(
    rosa: Stage, answers: dict[str, Any], when: str, next_one: str
) -> None:
    every_morning(rosa)
    weighed(rosa, "2026-03-12T10:00:00-05:00", "180.0")
    recorded(rosa, check_in(numbers=CALM, authored=when, **answers), when)
    assert Chart(rosa.backend, rosa.patient).due()["check-in"] == next_one


def test_the_on_call_is_first_where_one_is_named(rosa: Stage) -> None:
    every_morning(rosa)
    night = rosa.backend.find("Practitioner", "nurse-practitioner")
    recorded(rosa, check_in(yes=("chest-pain",), numbers=CALM, authored=WHEN), on_call=night)
    chart = Chart(rosa.backend, rosa.patient)
    assert chart.tasks()["escalation"]["owner"]["reference"] == night


def test_the_fourth_is_weekly_no_more(rosa: Stage) -> None:
    """Weekly four times, then by tier: high is fortnightly; without a tier weekly."""
    due = []
    for day in ("09", "10", "11", "12"):
        when = f"2026-03-{day}T10:00:00-05:00"
        recorded(rosa, check_in(numbers=CALM, authored=when), when)
        chart = Chart(rosa.backend, rosa.patient)
        due.append(next(d["restriction"]["period"]["end"] for d in chart.written("Task")
                        if d["code"]["coding"][0]["code"] == "check-in" and d["status"] == "requested"))  # fmt: skip
        if day == "11":
            rosa.backend.create(_tier(rosa, "high"))
    assert due == ["2026-03-16", "2026-03-17", "2026-03-18", "2026-03-26"]


def _tier(found: Stage, tier: str) -> Json:
    base = "https://carefhir.org/fhir/CodeSystem"
    return {
        "resourceType": "RiskAssessment",
        "status": "final",
        "method": {"coding": [{"system": f"{base}/assessment-method", "code": "care-tier"}]},
        "subject": {"reference": found.patient},
        "occurrenceDateTime": "2026-03-11T12:00:00-05:00",
        "prediction": [{"outcome": {"coding": [{"system": f"{base}/care-tier", "code": tier}]}}],
    }


def test_a_social_worker_is_refused_but_never_for_a_red_one(rosa: Stage) -> None:
    every_morning(rosa)
    social_worker = rosa.backend.find("Practitioner", "social-worker")
    calm = recorded(rosa, check_in(numbers=CALM, authored=WHEN), actor=social_worker)
    assert isinstance(calm, Refused)
    assert "registered nurse" in calm.why[0]
    red = recorded(rosa, check_in(yes=("chest-pain",), numbers=CALM, authored=WHEN), actor=social_worker)
    assert isinstance(red, Done)


# ---- answers that nobody understands


def muddled(*link_ids: str, **answers: Any) -> Json:
    """A check-in in which some answers are words that nobody understands."""
    response = check_in(numbers=CALM, authored=WHEN, **answers)
    for item in response["item"]:
        if item["linkId"] in link_ids:
            item["answer"] = [{"valueString": "sort of, it depends"}]
    return response


@pytest.mark.parametrize(
    ("odd", "yes", "color"),
    [
        (("swelling",), (), "cannot-say"),
        (("swelling", "dizzy"), (), "cannot-say"),
        (("swelling", "dizzy"), ("new-pillow",), "yellow"),
        (("swelling",), ("new-pillow", "dizzy"), "red-urgent"),
        (("chest-pain",), (), "emergency"),
        (("swelling",), ("heart-racing",), "emergency"),  # it may be with a symptom
    ],
)
def test_only_understood_symptoms_count_together(
    rosa: Stage, odd: tuple[str, ...], yes: tuple[str, ...], color: str
) -> None:
    every_morning(rosa)
    recorded(rosa, muddled(*odd, yes=yes))
    chart = Chart(rosa.backend, rosa.patient)
    assert color_of(chart)[0] == color
    if color == "cannot-say":
        assert chart.due()["nurse-call"] == "2026-03-09"


COMMENT = {"url": "http://x.example/comment", "valueString": "only when walking"}


@pytest.mark.parametrize(
    ("link_id", "answer", "more", "color"),
    [
        ("", {}, {}, "green"),
        ("", {}, {"authored": "2026-03-10T10:00:00-05:00"}, "cannot-say"),
        ("", {}, {"authored": "2027-03-09"}, "cannot-say"),
        ("", {}, {"authored": "2026-03-09T17:30:00-05:00"}, "cannot-say"),
        ("", {}, {"authored": "2026-03-09"}, "green"),
        ("", {}, {"implicitRules": "http://x.example/rules"}, "cannot-say"),
        ("swelling", {"valueBoolean": False, "extension": [COMMENT]}, {}, "cannot-say"),
        ("chest-pain", {"valueBoolean": False, "extension": [COMMENT]}, {}, "emergency"),
    ],
)
def test_what_may_say_otherwise_is_never_green(rosa: Stage, link_id: str, answer: Json, more: Json, color: str) -> None:
    every_morning(rosa)
    response = check_in(numbers=CALM, **{"authored": WHEN, **more})
    for item in response["item"]:
        if item["linkId"] == link_id:
            item["answer"] = [answer]
    recorded(rosa, response)
    assert color_of(Chart(rosa.backend, rosa.patient))[0] == color


@pytest.mark.parametrize(
    ("link_id", "asked", "answer", "color"),
    [
        ("chest-pain", "Are you free of chest pain?", "no", "emergency"),
        ("chest-pain", "Are you free of chest pain?", "yes", "emergency"),
        ("chest-pain", "Any chest pain (yes/no)?", "no", "green"),
        ("chest-pain", "Chest pain", "no", "green"),
        ("chest-pain", "\u00bfTiene dolor de pecho?", "no", "green"),
        ("swelling", "No more swelling?", "no", "cannot-say"),
        ("swelling", "Is the swelling gone?", "no", "cannot-say"),
        ("not-eating", "Are you not able to eat?", "no", "green"),
        ("not-eating", "Are you able to eat?", "no", "red-urgent"),
    ],
)
def test_a_question_that_was_put_the_other_way_round(
    rosa: Stage, link_id: str, asked: str, answer: str, color: str
) -> None:
    every_morning(rosa)
    response = check_in(numbers=CALM, yes=(link_id,) if answer == "yes" else (), authored=WHEN)
    for item in response["item"]:
        if item["linkId"] == link_id:
            item["text"] = asked
    recorded(rosa, response)
    assert color_of(Chart(rosa.backend, rosa.patient))[0] == color


def test_a_lowest_glucose_above_the_highest_is_asked_again(rosa: Stage) -> None:
    every_morning(rosa)
    swapped = {"glucose-lowest": ("180", "mg/dL"), "glucose-highest": ("110", "mg/dL")}
    assert came_to(rosa, numbers=swapped)[0] == "cannot-say"


@pytest.mark.parametrize("named", ["Practitioner/nobody-here", "inactive"])
def test_a_danger_is_written_where_who_is_on_call_cannot_be_found(rosa: Stage, named: str) -> None:
    """The id in the site's settings is wrong, or the person has left: the two who are on record get it, and it is
    said. It was DO NOW, and nothing written."""
    if named == "inactive":
        named = rosa.backend.create({"resourceType": "Practitioner", "active": False})
    every_morning(rosa)
    result = recorded(rosa, check_in(yes=("chest-pain",), numbers=CALM, authored=WHEN), on_call=named)
    chart = Chart(rosa.backend, rosa.patient)
    escalations = [one for one in chart.written("Task") if one["code"]["coding"][0]["code"] == "escalation"]
    assert {one["owner"]["reference"] for one in escalations} == {rosa.physician, rosa.nurse}
    assert any("who is on call could not be found" in one and named in one for one in result.told.warnings)
    assert result.told.instructions


def test_the_site_is_asked_where_the_on_call_member_of_the_team_has_left(rosa: Stage) -> None:
    """Near it: the team's member is not active any more, the site's is; nobody else is troubled."""
    gone = rosa.backend.create({"resourceType": "Practitioner", "active": False})
    role = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/team-role", "code": "on-call"}]}
    rosa.backend.create({
        "resourceType": "CareTeam", "status": "active", "subject": {"reference": rosa.patient},
        "participant": [{"role": [role], "member": {"reference": gone}}],
    })  # fmt: skip
    night = rosa.backend.find("Practitioner", "nurse-practitioner")
    every_morning(rosa)
    recorded(rosa, check_in(yes=("chest-pain",), numbers=CALM, authored=WHEN), on_call=night)
    assert Chart(rosa.backend, rosa.patient).tasks()["escalation"]["owner"]["reference"] == night


@pytest.mark.parametrize(
    ("class_", "color"),
    [
        ({"code": "X"}, "cannot-say"),
        ({}, "cannot-say"),
        ({"code": "AMB"}, "green"),
        ({"display": "Home health"}, "green"),
    ],
)
def test_nobody_is_green_while_an_encounter_may_be_a_stay(rosa: Stage, class_: Json, color: str) -> None:
    every_morning(rosa)
    rosa.backend.create({
        "resourceType": "Encounter", "status": "in-progress", "class": class_,
        "subject": {"reference": rosa.patient}, "period": {"start": "2026-03-08"},
    })  # fmt: skip
    assert came_to(rosa)[0] == color
