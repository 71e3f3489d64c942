"""Artefacts: loaded once, a site's newer version over ours, what is missing named (ContentError)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carefhir.content.loading import Content, load, parameters, value_of
from carefhir.errors import ContentError

OURS = load()
BASE = "https://carefhir.org/fhir"


def site(folder: Path, **more: Any) -> Path:
    plan = {
        "resourceType": "PlanDefinition",
        "id": "lace",
        "url": f"{BASE}/PlanDefinition/lace",
        "version": "9.0.0",
        "status": "active",
        "effectivePeriod": {"start": "2026-02-01", "end": "2026-03-31"},
        **more,
    }
    (folder / "PlanDefinition-lace.json").write_text(json.dumps(plan))
    return folder


def test_a_sites_newer_version_takes_the_place_of_ours(tmp_path: Path) -> None:
    assert load(site(tmp_path)).canonical("PlanDefinition", "lace") == f"{BASE}/PlanDefinition/lace|9.0.0"


@pytest.mark.parametrize("more", [{"version": "0.0.1"}, {"status": "draft"}, {"status": "retired"}])
def test_an_older_or_inactive_one_does_not(tmp_path: Path, more: dict[str, str]) -> None:
    assert load(site(tmp_path, **more)).get("PlanDefinition", "lace") == OURS.get("PlanDefinition", "lace")


def test_versions_are_compared_as_numbers(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    content = load(site(tmp_path / "a", version="10.0.0"), site(tmp_path / "b", version="9.9.9"))
    assert content.canonical("PlanDefinition", "lace").endswith("|10.0.0")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "CodeSystem-broken.json").write_text('{"resourceType": "CodeSystem", ')
    with pytest.raises(ContentError, match=r"CodeSystem-broken\.json"):
        load(tmp_path)


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(ContentError, match="no PlanDefinition/nothing"):
        OURS.get("PlanDefinition", "nothing")
    with pytest.raises(ContentError, match="care-task has no code nothing"):
        OURS.concept(f"{BASE}/CodeSystem/care-task", "nothing")
    with pytest.raises(ContentError, match="CodeSystem/nothing"):
        OURS.concepts(f"{BASE}/CodeSystem/nothing")


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-01-31", False), ("2026-02-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_an_artefact_is_in_force_from_its_first_day_to_its_last(tmp_path: Path, day: str, holds: bool) -> None:
    assert load(site(tmp_path)).in_force("lace", date.fromisoformat(day))[1] is holds


@pytest.mark.parametrize(
    ("period", "holds"),
    [({}, True), ({"end": "2026"}, True), ({"end": "2025-12"}, False), ({"start": "2026-04"}, False)],
)
def test_an_open_period_holds_on(tmp_path: Path, period: dict[str, str], holds: bool) -> None:
    assert load(site(tmp_path, effectivePeriod=period)).in_force("lace", date(2026, 3, 7))[1] is holds


def test_a_concept_has_its_words_and_properties() -> None:
    found = OURS.concept(f"{BASE}/CodeSystem/lace-comorbidity", "metastatic-tumour")
    assert (found.properties["weight"], found.properties["supersedes"]) == (6, "any-tumour")
    assert found.coding == {"system": found.system, "code": "metastatic-tumour", "display": found.display}


ICD = "http://hl7.org/fhir/sid/icd-10-cm"


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("I50.23", ("heart-failure",)),
        ("I5023", ("heart-failure",)),
        ("i50.23", ("heart-failure",)),
        ("I50", ("heart-failure",)),
        ("E11.9", ("diabetes-uncomplicated",)),
        ("E11.22", ("diabetes-end-organ",)),
        ("I10", ()),
        ("I5", ()),
        ("", ()),
    ],
)
def test_icd_codes_map_by_their_longest_prefix(code: str, groups: tuple[str, ...]) -> None:
    assert OURS.mapped_by_prefix("lace-comorbidities", ICD, code) == groups


def test_other_codes_map_exactly() -> None:
    assert OURS.mapped("lace-comorbidities", "http://snomed.info/sct", "84114007") == ("heart-failure",)
    assert OURS.mapped("lace-comorbidities", "http://snomed.info/sct", "8411400") == ()
    assert OURS.mapped("lace-comorbidities", "http://other.example", "84114007") == ()


def test_parameters_are_the_named_whole_numbers() -> None:
    assert parameters(OURS.get("PlanDefinition", "lace")) == {
        "acuity-emergent": 3,
        "comorbidity-cap-from": 4,
        "comorbidity-capped": 5,
        "emergency-max": 4,
    }
    assert parameters({}) == {}


def test_value_of_any_value() -> None:
    assert value_of({"url": "u", "valueCode": "x"}) == "x"
    assert value_of({"url": "u", "_valueCode": {}}) is None


def test_content_shows_no_artefacts_when_printed() -> None:
    assert repr(Content({("A", "b"): {"x": 1}})) == "Content()"
