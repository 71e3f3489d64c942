"""A form filled in from the record: a proposal with its sources, which counts for nothing until somebody confirms it.

Rosa, 74, has heart failure; she is home since Friday 2026-03-06 and weighed 180.0 lb on Sunday. It is Monday
2026-03-09, ten o'clock.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from carefhir import Done
from carefhir.content.loading import load
from carefhir.content.prefilling import filled_for
from carefhir.content.scoring import safety_items
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.errors import BadInput
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.looking.pre_fill import PRE_FILL, FilledRow, PreFill, Prefilled
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from tests.spec.tables import Chart, carried_out, phq_9
from tests.support.backends import sandbox_backend
from tests.support.panel import encounter
from tests.support.scenarios import Stage, stage
from tests.support.stage import NOW, enrolled

Json = dict[str, Any]
FORM, WEIGHT, POUND = "check-in", "29463-7", "[lb_av]"
SUNDAY, THIS_MORNING = "2026-03-08T10:00:00-05:00", "2026-03-09T07:10:00-05:00"
PREFILLED = "https://carefhir.org/fhir/StructureDefinition/prefilled-from"


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    measured(found, WEIGHT, "180.0", POUND, SUNDAY)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    return told.copied()


def measured(found: Stage, code: str, value: str, unit: str, at: str, **more: Any) -> str:
    return found.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": {"reference": found.patient},
            "effectiveDateTime": at,
            "valueQuantity": {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit},
            "performer": [{"display": "the scale in her kitchen"}],
            **more,
        }
    )


UCUM = "http://unitsofmeasure.org"


def filled(found: Stage, instrument: str = FORM) -> Prefilled:
    command = PreFill(patient=found.patient, instrument=instrument)
    page: Prefilled = found.backend.run(runner.show(PRE_FILL, command, found.occasion(NOW), found.backend.server()))
    return page


def rows(page: Prefilled, name: str) -> dict[str, FilledRow]:
    (part,) = [part for part in page.sections if part.name == name]
    return {row.link_id: row for row in part.rows if isinstance(row, FilledRow)}


def answers(response: Json) -> Iterator[tuple[str, Json]]:
    for item in response["item"]:
        for answer in item.get("answer", []):
            yield item["linkId"], answer


def asked(page: Prefilled, *, confirmed: bool = True, **changes: Json) -> Json:
    """What the nurse makes of it: everything else is no, and she has confirmed what was filled in, or not."""
    response = copy.deepcopy(page.to_fill_in["response"])
    response |= {"status": "completed", "identifier": {"system": "https://example.org/forms", "value": "monday"}}
    form = load().get("Questionnaire", FORM)
    yes_or_no = {item["linkId"] for item in form["item"] if item["type"] == "choice"}
    sugar = {"glucose-lowest": 110, "glucose-highest": 180}
    system = "https://carefhir.org/fhir/CodeSystem/check-in-answer"
    for item in response["item"]:
        if item["linkId"] in yes_or_no:
            item["answer"] = [
                {"valueCoding": {"system": system, "code": "yes" if item["linkId"] == "same-scale" else "no"}}
            ]
        if item["linkId"] in sugar:
            mgdl = {"unit": "mg/dL", "system": UCUM, "code": "mg/dL"}
            item["answer"] = [{"valueQuantity": {"value": sugar[item["linkId"]], **mgdl}}]
        if item["linkId"] in changes:
            item["answer"][0] |= changes[item["linkId"]]
    for _, answer in answers(response):
        for extension in answer.get("extension", []):
            extension["extension"][1]["valueBoolean"] = confirmed
    response["item"] = [item for item in response["item"] if item.get("answer")]
    return response


def recorded(found: Stage, response: Json) -> Result:
    return carried_out(found, RecordCheckIn(patient=found.patient, response=response), NOW.isoformat())


def color(found: Stage) -> str:
    triages = [one for one in Chart(found.backend, found.patient).written("Observation") if "'triage'" in str(one)]
    (one,) = triages
    return str(one["valueCodeableConcept"]["coding"][0]["code"])


def weights(found: Stage) -> list[Json]:
    return [one for one in Chart(found.backend, found.patient).all("Observation") if WEIGHT in str(one["code"])]


# ---- the proposal


def test_a_fresh_number_is_filled_in_with_its_source_and_nothing_is_written(rosa: Stage) -> None:
    reference = measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)
    before = Chart(rosa.backend, rosa.patient).resources
    page = filled(rosa)
    row = rows(page, "filled")["weight"]
    assert (row.value, row.at, row.by) == ("181.2 lb", "2026-03-09T07:10-05:00", "the scale in her kitchen")
    assert row.source == f"{reference}/_history/1"
    response = page.to_fill_in["response"]
    assert response["status"] == "in-progress"
    given = dict(answers(response))
    assert set(given) == {"weight", "weighed-at"}
    assert given["weighed-at"]["valueDateTime"] == THIS_MORNING
    assert given["weight"]["extension"] == [
        {
            "url": PREFILLED,
            "extension": [
                {
                    "url": "source",
                    "valueReference": {
                        "reference": reference,
                        "identifier": {
                            "system": "https://carefhir.org/fhir/sid/version",
                            "value": f"{reference}/_history/1",
                        },
                    },
                },
                {"url": "confirmed", "valueBoolean": False},
            ],
        }
    ]
    assert Chart(rosa.backend, rosa.patient).resources == before


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-03-08T22:00:00-05:00", ""),
        ("2026-03-08T21:59:00-05:00", "older than 12 hours"),
    ],
)
def test_a_stale_number_is_shown_and_not_filled_in(rosa: Stage, at: str, why: str) -> None:
    measured(rosa, WEIGHT, "181.2", POUND, at)
    page = filled(rosa)
    assert rows(page, "not-filled" if why else "filled")["weight"].why == why
    assert bool(dict(answers(page.to_fill_in["response"]))) == (not why)


def test_numbers_that_differ_are_asked_about(rosa: Stage) -> None:
    """The lower of two pressures hides the higher."""
    for value, at in (("190", "2026-03-09T08:00:00-05:00"), ("130", "2026-03-09T09:00:00-05:00")):
        measured(rosa, "8480-6", value, "mm[Hg]", at)
    row = rows(filled(rosa), "not-filled")["systolic"]
    assert (row.value, row.why) == ("130 mmHg", "several that are as fresh differ: ask which one counts")


def test_two_halves_of_two_pressures_are_no_pressure(rosa: Stage) -> None:
    measured(rosa, "8480-6", "130", "mm[Hg]", "2026-03-09T08:00:00-05:00")
    measured(rosa, "8462-4", "80", "mm[Hg]", "2026-03-09T09:00:00-05:00")
    page = filled(rosa)
    assert {row.why for row in rows(page, "not-filled").values() if row.link_id != "weight"} == {
        "the two numbers are of two measurements: ask again"
    }
    assert dict(answers(page.to_fill_in["response"])) == {}


def test_a_number_that_is_not_plausible_or_cannot_be_read_is_not_filled_in(rosa: Stage) -> None:
    measured(rosa, "8867-4", "1200", "/min", THIS_MORNING)
    measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)
    measured(rosa, WEIGHT, "13", "stone of the old kind", "2026-03-09T08:00:00-05:00")
    left = rows(filled(rosa), "not-filled")
    assert left["heart-rate"].why == "not plausible: ask again"
    assert left["weight"].why == "another one that is as fresh cannot be read: ask which one counts"


def test_nothing_is_filled_in_while_the_person_is_in_a_hospital(rosa: Stage) -> None:
    measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)
    bed = encounter(rosa.backend, rosa.patient, "IMP", "2026-03-09T06:00:00-05:00", "2026-03-09T07:00:00-05:00")
    there = rosa.backend.get(bed)
    rosa.backend.put({**there, "status": "in-progress", "period": {"start": "2026-03-09T06:00:00-05:00"}})
    assert "the person is in a hospital" in rows(filled(rosa), "not-filled")["weight"].why


def test_a_weight_from_before_the_discharge_is_not_one_at_home(rosa: Stage) -> None:
    measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)
    encounter(rosa.backend, rosa.patient, "IMP", "2026-03-08T23:00:00-05:00", "2026-03-09T08:00:00-05:00")
    assert rows(filled(rosa), "not-filled")["weight"].why == "from before the last discharge"


def test_an_instrument_is_the_persons_own(rosa: Stage) -> None:
    page = filled(rosa, "phq-9")
    assert rows(page, "filled") == {}
    assert list(answers(page.to_fill_in["response"])) == []
    never = next(part for part in page.sections if part.name == "never")
    assert "safety items are never filled in: Thoughts that you would be better off dead" in str(never.table)
    assert "no earlier answer is put in their mouth" in str(never.table)


def test_no_safety_item_can_be_filled_in_whatever_content_says() -> None:
    link = {
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationLinkPeriod",
        "valueDuration": {"value": 12, "code": "h"},
    }
    for (kind, _), form in load().artefacts.items():
        for link_id, item in safety_items(form).items() if kind == "Questionnaire" else ():
            assert filled_for(form, link_id, {**item, "extension": [*item["extension"], link]}) is None
    assert filled_for({}, "weight", {"extension": [link]}) == timedelta(hours=12)
    link["valueDuration"] = {"value": 12, "code": "fortnight"}
    assert filled_for({}, "weight", {"extension": [link]}) is None


def test_an_instrument_that_does_not_exist(rosa: Stage) -> None:
    with pytest.raises(BadInput, match="there is no instrument 'no-such-form'; ours are: "):
        filled(rosa, "no-such-form")


# ---- recorded


def test_a_confirmed_number_counts_is_not_filed_twice_and_keeps_its_source(rosa: Stage) -> None:
    """Compared with Sunday, and not with itself: a gain of 3.4 lb is yellow."""
    reference = measured(rosa, WEIGHT, "183.4", POUND, THIS_MORNING)
    before = len(weights(rosa))
    result = recorded(rosa, asked(filled(rosa)))
    assert isinstance(result, Done), result
    assert color(rosa) == "yellow"
    assert len(weights(rosa)) == before, "it is on record already"
    chart = Chart(rosa.backend, rosa.patient)
    (kept,) = chart.all("QuestionnaireResponse")
    assert kept["status"] == "completed"
    given = dict(answers(kept))
    assert given["weight"]["extension"][0]["extension"][0]["valueReference"]["reference"] == reference
    (triage,) = [one for one in chart.written("Observation") if "'triage'" in str(one)]
    assert reference in {one["reference"] for one in triage["derivedFrom"]}
    (receipt,) = [one for one in chart.all("Provenance") if f"QuestionnaireResponse/{kept['id']}" in str(one)]
    assert f"{reference}/_history/1" in str(receipt["entity"])


def test_a_calm_confirmed_number_is_green(rosa: Stage) -> None:
    measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)
    assert isinstance(recorded(rosa, asked(filled(rosa))), Done)
    assert color(rosa) == "green"


@pytest.mark.parametrize(("value", "expected"), [("181.2", "cannot-say"), ("183.4", "yellow")])
def test_what_nobody_has_confirmed_is_never_green_and_its_danger_is_heard(
    rosa: Stage, value: str, expected: str
) -> None:
    measured(rosa, WEIGHT, value, POUND, THIS_MORNING)
    before = len(weights(rosa))
    result = recorded(rosa, asked(filled(rosa), confirmed=False))
    assert "linkId weight: filled in from the record and confirmed by nobody" in str(result)
    assert color(rosa) == expected
    assert len(weights(rosa)) == before
    (kept,) = Chart(rosa.backend, rosa.patient).all("QuestionnaireResponse")
    assert kept["status"] == "in-progress"


def test_a_number_that_was_corrected_is_the_persons_own(rosa: Stage) -> None:
    measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)
    before = len(weights(rosa))
    other = {"valueQuantity": {"value": Decimal("181.9"), "unit": "lb", "system": UCUM, "code": POUND}}
    recorded(rosa, asked(filled(rosa), weight=other))
    assert [one["valueQuantity"]["value"] for one in weights(rosa)][-1] == Decimal("181.9")
    assert len(weights(rosa)) == before + 1


def test_the_same_response_again_writes_nothing(rosa: Stage) -> None:
    measured(rosa, WEIGHT, "183.4", POUND, THIS_MORNING)
    response = asked(filled(rosa))
    recorded(rosa, response)
    before = Chart(rosa.backend, rosa.patient).resources
    again = recorded(rosa, response)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert Chart(rosa.backend, rosa.patient).resources == before


def test_an_instrument_with_an_answer_nobody_confirmed_is_not_scored(rosa: Stage) -> None:
    response = phq_9(2, 2, 2, 2, 1, 1, 2, 2, 0)
    source = {"url": "source", "valueReference": {"reference": measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)}}
    copied = {"url": PREFILLED, "extension": [source, {"url": "confirmed", "valueBoolean": False}]}
    response["item"][0]["answer"][0]["extension"] = [copied]
    command = RecordAssessment(patient=rosa.patient, response=response)
    result = carried_out(rosa, command, NOW.isoformat())
    assert "linkId 44250-9: filled in from the record and confirmed by nobody" in str(result)
    assert not [one for one in Chart(rosa.backend, rosa.patient).written("Observation") if "44261-6" in str(one)]


def test_a_safety_item_copied_from_the_record_is_asked_by_somebody_now(rosa: Stage) -> None:
    """Even where it says that somebody confirmed it: a Task, a Flag, and no score."""
    response = phq_9(2, 2, 2, 2, 1, 1, 2, 2, 0)
    source = {"url": "source", "valueReference": {"reference": measured(rosa, WEIGHT, "181.2", POUND, THIS_MORNING)}}
    copied = {"url": PREFILLED, "extension": [source, {"url": "confirmed", "valueBoolean": True}]}
    response["item"][-1]["answer"][0]["extension"] = [copied]
    result = carried_out(rosa, RecordAssessment(patient=rosa.patient, response=response), NOW.isoformat())
    assert "a safety item is never filled in from the record: ask it" in str(result)
    chart = Chart(rosa.backend, rosa.patient)
    assert "safety-review" in chart.tasks()
    assert not [one for one in chart.written("Observation") if "44261-6" in str(one)]
