"""HOSPITAL beside LACE when a transition is opened: each input where it is on record, and a range where it is not.

Rosa, 74, was in an acute hospital from Sunday 2026-03-01, as an emergency, to Friday 2026-03-06: five days (2 points),
urgent (1). Her chart holds a hemoglobin of 12.6 g/dL of the last morning (0), no admission before (0), and nothing of a
sodium, a service or a procedure. So the form of 2016 gives 3 to 7.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from carefhir import Done
from carefhir.chart.usable_content import refusals
from carefhir.codes import LOINC
from carefhir.commands import OpenTransition
from carefhir.content.hospital_score import form_of
from carefhir.content.layers import Layer
from carefhir.content.loading import Content, content_of, load
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.errors import ContentError
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox.knobs import Knobs
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from carefhir.workflows.transitions.open_transition import OPEN_TRANSITION
from tests.spec.tables import Chart, Json
from tests.support.backends import sandbox_backend
from tests.support.panel import encounter
from tests.support.scenarios import Stage, stage

NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
SNOMED, UCUM = "http://snomed.info/sct", "http://unitsofmeasure.org"
LAST_MORNING, AFTER = "2026-03-06T06:40:00-06:00", "2026-03-08T09:00:00-05:00"
PARTS = ("hemoglobin", "oncology", "sodium", "procedure", "urgent", "admissions", "length")
AS_SHE_IS = ("0", "0-2", "0-1", "0-1", "1", "0", "2")


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    return server.copied()


def stay_of(rosa: Stage) -> str:
    return rosa.backend.find("Encounter", "rosa-stay" + rosa.mark)


def result_of(rosa: Stage, loinc: str, value: str, unit: str, at: str = LAST_MORNING, **more: Any) -> str:
    quantity = {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit}
    return rosa.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": loinc}]},
            "subject": {"reference": rosa.patient},
            "effectiveDateTime": at,
            "valueQuantity": quantity,
            **more,
        }
    )


def service_of(rosa: Stage, service: Json) -> None:
    rosa.backend.put({**rosa.backend.get(stay_of(rosa)), "serviceType": service})


def procedure_of(rosa: Stage, **more: Any) -> str:
    return rosa.backend.create(
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"coding": [{"system": SNOMED, "code": "40701008"}]},
            "subject": {"reference": rosa.patient},
            **({} if "performedPeriod" in more else {"performedDateTime": "2026-03-03T11:00:00-06:00"}),
            **more,
        }
    )


def opened(rosa: Stage, content: Content | None = None) -> Result:
    zone = NOW.tzinfo
    assert zone is not None
    occasion = Occasion(NOW, Actor(rosa.nurse), content or load(), zone)
    command = OpenTransition(patient=rosa.patient, encounter=stay_of(rosa))
    return rosa.backend.run(runner.run(OPEN_TRANSITION, command, occasion, rosa.backend.server()))


def with_form(form: str) -> Content:
    """The content of a site that means another form of the score."""
    ours = load()
    plan = ours.get("PlanDefinition", "hospital-score")
    theirs = {**plan, "version": "9.0.0", "extension": [_chosen(each, form) for each in plan["extension"]]}
    return content_of((*ours.layers, Layer("site", (theirs,))))


def _chosen(extension: Json, form: str) -> Json:
    if not extension["url"].endswith("/choice"):
        return extension
    parts = [{**each, "valueCode": form} if each["url"] == "value" else each for each in extension["extension"]]
    return {**extension, "extension": parts}


def scored(rosa: Stage) -> Json:
    """The HOSPITAL score that was written, as its parts by name."""
    (score,) = [
        each for each in Chart(rosa.backend, rosa.patient).written("RiskAssessment") if "hospital" in method(each)
    ]
    (extension,) = score["extension"]
    values = {
        part["url"]: next(value for name, value in part.items() if name.startswith("value"))
        for part in extension["extension"]
    }
    return {**values, "resource": score}


def method(assessment: Json) -> str:
    return str(assessment["method"]["coding"][0]["code"])


def parts(rosa: Stage) -> tuple[str, ...]:
    score = scored(rosa)
    return tuple(score[name] for name in PARTS)


def said(result: Result) -> tuple[str, ...]:
    assert isinstance(result, Done), result
    return result.told.says


# ---- what is on record, and what is not


def test_what_is_not_on_record_makes_a_range(rosa: Stage) -> None:
    says = said(opened(rosa))
    assert parts(rosa) == AS_SHE_IS
    score = scored(rosa)
    assert (score["variant"], score["low"], score["high"]) == ("international", 3, 7)
    assert "total" not in score
    assert "HOSPITAL (international form) 3-7, low to high" in says
    assert not any(line.startswith("HOSPITAL H") for line in says), "what is sure is in the rationale"
    assert "HOSPITAL S 0-1: no sodium of this stay is on record" in says
    assert "HOSPITAL O 0-2: the service is not on record" in says
    prediction = score["resource"]["prediction"][0]
    assert "qualitativeRisk" not in prediction
    assert "S 0-1: no sodium of this stay is on record" in prediction["rationale"]
    assert "H 0: hemoglobin 12.6 g/dL on 2026-03-06, the last of this stay" in prediction["rationale"]
    assert score["resource"]["encounter"]["reference"] == stay_of(rosa)


def test_all_of_it_on_record_is_a_number_with_its_band_and_its_sources(rosa: Stage) -> None:
    sodium = result_of(rosa, "2951-2", "133", "mmol/L")
    service_of(rosa, {"coding": [{"system": SNOMED, "code": "394593009"}]})
    procedure = procedure_of(rosa, encounter={"reference": stay_of(rosa)})
    says = said(opened(rosa))
    assert parts(rosa) == ("0", "2", "1", "1", "1", "0", "2")
    score = scored(rosa)
    assert (score["total"], score["low"], score["high"]) == (7, 7, 7)
    assert score["resource"]["prediction"][0]["qualitativeRisk"] == {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/risk-probability", "code": "high"}],
        "text": "high",
    }
    basis = {each["reference"] for each in score["resource"]["basis"]}
    assert {sodium, procedure, stay_of(rosa)} <= basis
    assert "HOSPITAL (international form) 7, high" in says


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "at", "points"),
    [
        ("718-7", "12.0", "g/dL", LAST_MORNING, "0"),
        ("718-7", "11.9", "g/dL", LAST_MORNING, "1"),
        ("20509-6", "119", "g/L", LAST_MORNING, "1"),
        ("718-7", "120", "g/L", LAST_MORNING, "0"),
        ("718-7", "9.0", "g/dL", "2026-03-02T06:00:00-06:00", "0"),  # an earlier one: the last counts
        ("718-7", "9.0", "g/dL", AFTER, "0"),  # after the discharge
        ("718-7", "9.0", "g/dL", "2026-03-06", "0"),  # a day without an hour, and a later one is on record
        ("718-7", "9.0", "mmol/L", LAST_MORNING, "0-1"),  # another unit: not read, and no older one in its place
        ("718-7", "126", "g/dL", LAST_MORNING, "0-1"),  # no person has that
        ("4548-4", "6.0", "%", LAST_MORNING, "0"),  # hemoglobin A1c is another thing
    ],
)
def test_the_last_hemoglobin_of_the_stay(rosa: Stage, loinc: str, value: str, unit: str, at: str, points: str) -> None:
    result_of(rosa, loinc, value, unit, at)
    opened(rosa)
    assert parts(rosa)[0] == points


@pytest.mark.parametrize(
    ("value", "unit", "points"),
    [("135", "mmol/L", "0"), ("134.9", "mmol/L", "1"), ("130", "meq/L", "1"), ("135", "mEq/L", "0"), ("1", "g", "0-1")],
)
def test_the_last_sodium_of_the_stay(rosa: Stage, value: str, unit: str, points: str) -> None:
    result_of(rosa, "2951-2", value, unit)
    opened(rosa)
    assert parts(rosa)[2] == points


def test_a_number_just_under_the_limit_is_shown_as_it_is(rosa: Stage) -> None:
    result_of(rosa, "718-7", "11.96", "g/dL")
    opened(rosa)
    assert parts(rosa)[0] == "1"
    assert "hemoglobin 11.96 g/dL" in scored(rosa)["resource"]["prediction"][0]["rationale"]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "preliminary"])
def test_a_result_that_does_not_count_is_none(rosa: Stage, status: str) -> None:
    result_of(rosa, "2951-2", "120", "mmol/L", status=status)
    opened(rosa)
    assert parts(rosa)[2] == "0-1"


@pytest.mark.parametrize(("second", "points"), [("11.0", "0-1"), ("13.0", "0")])
def test_two_results_of_one_moment_count_where_they_agree(rosa: Stage, second: str, points: str) -> None:
    for value in ("12.8", second):
        result_of(rosa, "718-7", value, "g/dL")
    opened(rosa)
    assert parts(rosa)[0] == points


@pytest.mark.parametrize(
    ("service", "points"),
    [
        ({"coding": [{"system": SNOMED, "code": "394592004"}]}, "2"),
        ({"text": "Hematology/Oncology"}, "2"),
        ({"coding": [{"system": "https://hospital.example/services", "code": "ONC", "display": "Oncology"}]}, "2"),
        ({"coding": [{"system": SNOMED, "code": "394579002"}]}, "0"),
        ({"coding": [{"system": "https://hospital.example/services", "code": "CAR"}]}, "0-2"),
        ({"text": "Cardiology"}, "0-2"),  # words that are not oncology prove nothing
        ({"coding": [{"system": SNOMED, "code": "394803006", "display": "Clinical hematology"}]}, "0-2"),
    ],
)
def test_the_service_that_the_stay_ended_in(rosa: Stage, service: Json, points: str) -> None:
    service_of(rosa, service)
    opened(rosa)
    assert parts(rosa)[1] == points


@pytest.mark.parametrize(
    ("more", "points"),
    [
        ({}, "1"),
        ({"performedDateTime": "2026-03-03"}, "1"),
        ({"performedDateTime": "2026-02-20"}, "0-1"),
        ({"performedDateTime": "2026-03-08"}, "0-1"),
        ({"status": "not-done"}, "0-1"),
        ({"status": "preparation"}, "0-1"),
        ({"status": "entered-in-error"}, "0-1"),
        ({"code": {"text": "something was done"}}, "0-1"),
        ({"performedPeriod": {"start": "2026-03-05T10:00:00-06:00", "end": "2026-03-07"}}, "1"),
    ],
)
def test_a_procedure_of_the_stay(rosa: Stage, more: Json, points: str) -> None:
    """None on record is no proof that none was done: a range."""
    procedure_of(rosa, **more)
    opened(rosa)
    assert parts(rosa)[3] == points


def test_a_procedure_of_another_encounter_is_not_of_this_stay(rosa: Stage) -> None:
    visit = encounter(rosa.backend, rosa.patient, "AMB", "2026-03-04T09:00:00-06:00", "2026-03-04T10:00:00-06:00")
    procedure_of(rosa, encounter={"reference": visit})
    opened(rosa)
    assert parts(rosa)[3] == "0-1"


@pytest.mark.parametrize(
    ("starts", "kind", "points"),
    [
        ((), "IMP", "0"),
        (("2025-06-10",), "IMP", "0"),  # the form of 2016 counts from two on
        (("2025-06-10", "2025-09-10"), "IMP", "2"),
        (("2025-06-10", "2025-09-10"), "OBSENC", "0"),
        (("2025-06-10", "2025-09-10"), "EMER", "0"),
        (("2025-06-10", "2025-02-28"), "IMP", "0"),  # one of them a year and a day before
        (tuple(f"2025-{month:02}-10" for month in range(5, 11)), "IMP", "5"),
        (tuple(f"2025-{month:02}-10" for month in range(5, 10)), "IMP", "2"),
        (("2025-06-10", "2025-09-10"), "unheard-of", "0-2"),
    ],
)
def test_admissions_of_the_twelve_months_before(rosa: Stage, starts: tuple[str, ...], kind: str, points: str) -> None:
    for day in starts:
        encounter(rosa.backend, rosa.patient, kind, f"{day}T10:00:00-05:00", f"{day[:8]}13T10:00:00-05:00")
    opened(rosa)
    assert parts(rosa)[5] == points


def test_an_admission_that_nobody_ended_makes_a_range(rosa: Stage) -> None:
    encounter(rosa.backend, rosa.patient, "IMP", "2025-06-10T10:00:00-05:00", "2025-06-13T10:00:00-05:00")
    left_open = encounter(rosa.backend, rosa.patient, "IMP", "2025-04-10T10:00:00-05:00", "2025-04-13T10:00:00-05:00")
    record = rosa.backend.get(left_open)
    rosa.backend.put({**record, "status": "in-progress", "period": {"start": record["period"]["start"]}})
    says = said(opened(rosa))
    assert parts(rosa)[5] == "0-2"
    assert any(line.startswith("HOSPITAL A 0-2: ") and "1 Encounters that may be admissions" in line for line in says)


# ---- the form


@pytest.mark.parametrize(
    ("form", "points"), [("original", ("0-1", "2")), ("international", ("0-1", "0")), ("simplified", ("0", "0"))]
)
def test_the_form_is_the_sites_and_is_named(rosa: Stage, form: str, points: tuple[str, str]) -> None:
    """One admission before, no procedure on record: it is a range, but where the form does not count it."""
    encounter(rosa.backend, rosa.patient, "IMP", "2025-06-10T10:00:00-05:00", "2025-06-13T10:00:00-05:00")
    says = said(opened(rosa, with_form(form)))
    assert scored(rosa)["variant"] == form
    assert (parts(rosa)[3], parts(rosa)[5]) == points
    assert any(line.startswith(f"HOSPITAL ({form} form) ") for line in says)


@pytest.mark.parametrize(("form", "points"), [("international", "0"), ("simplified", "2")])
def test_a_diagnosis_of_cancer_counts_in_the_simplified_form_only(rosa: Stage, form: str, points: str) -> None:
    service_of(rosa, {"coding": [{"system": SNOMED, "code": "394579002"}]})
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    cancer = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C34.90"}
    rosa.backend.create(
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [active]},
            "code": {"coding": [cancer]},
            "subject": {"reference": rosa.patient},
        }
    )
    opened(rosa, with_form(form))
    assert parts(rosa)[1] == points


def test_a_form_that_nobody_published_is_refused() -> None:
    (why,) = refusals(with_form("modified"))
    assert "the form is modified; it must be one of original, international, simplified" in why
    with pytest.raises(ContentError, match="the form is missing"):
        form_of(with_form(""))


# ---- where LACE is withheld, and where it is shown


def test_where_lace_does_not_apply_hospital_does_not_either() -> None:
    earl = stage(sandbox_backend(), "earl")
    zone = NOW.tzinfo
    assert zone is not None
    occasion = Occasion(datetime.fromisoformat("2026-11-26T09:00:00-06:00"), Actor(earl.nurse), load(), zone)
    command = OpenTransition(patient=earl.patient, encounter=earl.backend.find("Encounter", "earl-snf" + earl.mark))
    result = earl.backend.run(runner.run(OPEN_TRANSITION, command, occasion, earl.backend.server()))
    says = said(result)
    assert (
        "no LACE score: LACE and HOSPITAL are for acute hospital stays, and this was skilled nursing facility" in says
    )
    assert Chart(earl.backend, earl.patient).written("RiskAssessment") == []


def test_it_is_written_once(rosa: Stage) -> None:
    assert isinstance(opened(rosa), Done)
    again = opened(rosa)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert sorted(map(method, Chart(rosa.backend, rosa.patient).written("RiskAssessment"))) == ["hospital", "lace"]


def test_the_overview_shows_it_beside_lace(rosa: Stage) -> None:
    opened(rosa)
    picture = rosa.backend.run(
        runner.show(OVERVIEW, Overview(patient=rosa.patient), rosa.occasion(NOW), rosa.backend.server())
    )
    rows = {row.what: row.detail for row in picture.section("risk").rows}
    assert rows["LACE"] == "11, high"
    assert rows["HOSPITAL (international form)"] == "3 to 7, level not certain"


def test_what_the_server_does_not_show_is_said(rosa: Stage) -> None:
    """No Procedure, no Observation on this server: ranges, and the reason is that they are not visible."""
    hidden = rosa.backend.otherwise(Knobs(absent=frozenset({"Procedure", "Observation"})))
    zone = NOW.tzinfo
    assert zone is not None
    occasion = Occasion(NOW, Actor(rosa.nurse), load(), zone)
    command = OpenTransition(patient=rosa.patient, encounter=stay_of(rosa))
    says = said(hidden.run(runner.run(OPEN_TRANSITION, command, occasion, hidden.server())))
    assert "HOSPITAL P 0-1: procedures are not visible" in says
    assert "HOSPITAL H 0-1: hemoglobin: laboratory results are not visible" in says
