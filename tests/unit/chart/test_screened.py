"""Screens that are on record as Observations only: which needs they tell of, and which they no longer do."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.chart.evidence import behind_facts
from carefhir.chart.facts import facts_of
from carefhir.chart.scores import definition_of, definitions
from carefhir.codes import FINDING
from carefhir.content.loading import load
from carefhir.mappers.conclusion import SCREENED_ITEMS, SCREENED_RESULTS, SOCIAL_SCREENS
from tests.support.charts import chart_of, condition, occasion

Json = dict[str, Any]
NOW = "2026-03-09T10:00:00-05:00"
LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
RESULT = "https://carefhir.org/fhir/CodeSystem/instrument-result"
BAND = "https://carefhir.org/fhir/CodeSystem/score-band"
YES, NO = "LA33-6", "LA32-8"


def seen(code: str, value: str | None, at: str = "2026-02-01", system: str = LOINC, **more: Any) -> Json:
    values = {"valueCodeableConcept": {"coding": [{"system": LOINC, "code": value}]}} if value else {}
    return {
        "resourceType": "Observation",
        "id": f"{code}-{at}",
        "status": "final",
        "code": {"coding": [{"system": system, "code": code}]},
        "effectiveDateTime": at,
        **values,
        **more,
    }


def needs(*resources: Json) -> set[str]:
    return set(facts_of(chart_of(*resources, when=NOW), occasion(NOW))["needs"])


@pytest.mark.parametrize(
    ("code", "value", "need"),
    [
        ("88124-3", "LA19952-3", "food-need"),
        ("88124-3", "LA19983-8", None),
        ("88122-7", "LA28397-0", "food-need"),
        ("88122-7", "LA6729-3", "food-need"),
        ("88122-7", "LA28398-8", None),
        ("88123-5", "LA6729-3", "food-need"),
        ("71802-3", "LA31993-1", None),
        ("71802-3", "LA31994-9", "housing-need"),
        ("71802-3", "LA31995-6", "homeless-tonight"),
        ("71802-3", "LA30189-7", None),
        ("71802-3", "LA30190-5", "homeless-tonight"),
        ("71802-3", "LA9-3", None),
        ("93030-5", YES, "transport-need"),
        ("93030-5", NO, None),
        ("93030-5", "LA30133-5", "transport-need"),
        ("93030-5", "LA30122-8", None),
        ("96779-4", YES, "money-need"),
        ("96779-4", "LA32002-0", "utility-need"),
        ("96779-4", NO, None),
        ("96778-6", "LA28580-1", "housing-need"),
        ("96778-6", "LA9-3", None),
        ("93031-3", "LA30125-1", "food-need"),
        ("93031-3", "LA30126-9", None),
        ("93033-9", YES, "housing-need"),
    ],
)
def test_the_answer_decides_which_form_it_was(code: str, value: str, need: str | None) -> None:
    assert needs(seen(code, value)) == ({need} if need else set())


def test_several_answers_as_components() -> None:
    """As HL7 SDOH Clinical Care writes a question that takes several answers."""
    parts = [
        {
            "code": {"coding": [{"system": LOINC, "code": "93031-3"}]},
            "valueCodeableConcept": {"coding": [{"system": LOINC, "code": answer}]},
        }
        for answer in ("LA30124-4", "LA30125-1")
    ]
    assert needs(seen("93031-3", None, component=parts)) == {"food-need", "money-need"}


def test_a_band_of_ours_is_enough() -> None:
    band = {"interpretation": [{"coding": [{"system": BAND, "code": "at-risk"}]}]}
    assert needs(seen("housing-problems", None, system=RESULT, **band)) == {"housing-need"}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([seen("93030-5", YES, "2025-12-01"), seen("93030-5", NO, "2026-02-01")], set()),
        ([seen("93030-5", NO, "2025-12-01"), seen("93030-5", YES, "2026-02-01")], {"transport-need"}),
        ([seen("93030-5", YES, "2025-03-09T10:00:00-05:00")], {"transport-need"}),
        ([seen("93030-5", YES, "2025-03-08")], set()),
        ([seen("93030-5", YES, "2026-03-10")], set()),
        ([seen("93030-5", YES, status="entered-in-error")], set()),
        ([seen("93030-5", YES, status="preliminary")], set()),
    ],
    ids=["newer no", "newer yes", "365 days", "366 days", "tomorrow", "in error", "not yet final"],
)
def test_which_one_counts(resources: list[Json], expected: set[str]) -> None:
    assert needs(*resources) == expected


@pytest.mark.parametrize(
    ("person_judged", "expected"),
    [
        ({"clinicalStatus": "resolved", "abatementDateTime": "2026-02-20"}, set()),
        ({"clinicalStatus": "resolved", "abatementDateTime": "2026-01-20"}, {"transport-need"}),
        ({"verification": "refuted", "evidence": "Observation/93030-5-2026-02-01"}, set()),
        ({"verification": "refuted", "recordedDate": "2026-02-20"}, set()),
        ({"verification": "refuted", "recordedDate": "2026-01-20"}, {"transport-need"}),
    ],
    ids=["resolved since", "resolved before", "refuted, resting on it", "refuted since", "refuted before"],
)
def test_what_a_person_judged_is_not_feared_again(person_judged: dict[str, str], expected: set[str]) -> None:
    clinical = person_judged.get("clinicalStatus", "active")
    judged = condition(
        "Z59.82",
        ICD,
        id="judged",
        clinicalStatus={"coding": [{"code": clinical}]},
        verificationStatus={"coding": [{"code": person_judged.get("verification", "confirmed")}]},
        recordedDate=person_judged.get("recordedDate", "2025-12-01"),
        **{name: person_judged[name] for name in ("abatementDateTime",) if name in person_judged},
        **(
            {"evidence": [{"detail": [{"reference": person_judged["evidence"]}]}]}
            if "evidence" in person_judged
            else {}
        ),
    )
    assert needs(seen("93030-5", YES), judged) == expected


@pytest.mark.parametrize("code", ["95614-4", "75626-2", "76501-6"])
def test_restricted_screens_are_not_read_here(code: str) -> None:
    """What is derived from them would tell; that their results from elsewhere say nothing here is a gap, and known."""
    facts = facts_of(chart_of(seen(code, YES, valueInteger=20), when=NOW), occasion(NOW))
    assert facts["conditions_or_concerns"] == []


def test_a_restricted_result_of_an_open_screen_is_not_read_here() -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    assert needs(seen("93030-5", YES, meta={"security": [label]})) == set()


def test_a_decision_cites_the_observation() -> None:
    screen = seen("71802-3", "LA31995-6")
    behind = behind_facts(chart_of(screen, when=NOW), occasion(NOW))
    assert [record.reference for record in behind["needs"]] == [f"Observation/{screen['id']}"]


def test_one_question_is_no_look_at_all_social_needs() -> None:
    facts = facts_of(chart_of(seen("93030-5", NO), when=NOW), occasion(NOW))
    assert facts["social_age_days"] == []
    assert facts_of(chart_of(seen("88124-3", "LA19983-8"), when=NOW), occasion(NOW))["social_age_days"] == [36]


def test_what_is_searched_for_is_what_the_instruments_know() -> None:
    forms = [load().get("Questionnaire", id_) for id_ in ("ahc-hrsn", "prapare", "hunger-vital-sign")]
    items, results = set(), set()
    for form in forms:
        for extension in form["extension"]:
            parts = [(one["url"], one) for one in extension.get("extension", [])]
            if not extension["url"].endswith("/score") or any(url == "restricted" for url, _ in parts):
                continue
            items |= {one["valueString"] for url, one in parts if url == "item"}
            for url, one in parts:
                if url == "result":
                    definition = one["valueReference"]["reference"].rpartition("/")[2]
                    codes = load().get("ObservationDefinition", definition)["code"]["coding"]
                    results |= {code["code"] for code in codes}
    asked = {*items, *_needs_of("ahc-hrsn-supplemental")}
    assert set(SCREENED_ITEMS) == asked
    assert results == {*SCREENED_RESULTS, *SOCIAL_SCREENS, *items} & results
    assert set(SCREENED_RESULTS) <= results


@pytest.mark.parametrize(
    ("value", "definition"), [("LA31993-1", "ahc-housing"), ("LA30190-5", "prapare-housing"), ("LA9-3", None)]
)
def test_a_score_is_of_the_instrument_that_knows_its_value(value: str, definition: str | None) -> None:
    result = definition_of(definitions(load()), seen("71802-3", value))
    assert (result["id"] if result else None) == definition


def _needs_of(form: str) -> set[str]:
    """The items of which one answer alone is a social need, of a form that asks of more than these."""
    content = load()
    needs = set()
    for extension in content.get("Questionnaire", form)["extension"]:
        parts = [(one["url"], one) for one in extension.get("extension", [])]
        definition = next(
            (one["valueReference"]["reference"].rpartition("/")[2] for url, one in parts if url == "result"), ""
        )
        if not extension["url"].endswith("/score"):
            continue
        bands = content.get("ObservationDefinition", definition)["qualifiedInterval"]
        found = {each["valueCode"] for band in bands for each in band.get("extension", [])}
        if any(content.concept(FINDING, code).properties["kind"] == "social-need" for code in found):
            needs |= {one["valueString"] for url, one in parts if url == "item"}
    return needs
