"""`carefhir content`: what is in force, whence and how sure; what of a site cannot be used, by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from carefhir.content.loading import own_folder
from carefhir.sandbox import Sandbox, start
from tests.faces.conftest import invoke

LACE = json.loads((own_folder() / "definitions" / "PlanDefinition" / "PlanDefinition-lace.json").read_text())


def site(folder: Path, monkeypatch: pytest.MonkeyPatch, **more: object) -> Path:
    (folder / "PlanDefinition-lace.json").write_text(json.dumps({**LACE, **more}))
    monkeypatch.setenv("CAREFHIR_CONTENT", str(folder))
    return folder


def test_everything_of_ours_is_listed_with_its_marks() -> None:
    document = invoke("content", "--json").json
    by_name = {f"{each['type']}/{each['id']}": each for each in document["artefacts"]}
    assert {each["origin"] for each in document["artefacts"]} == {"package"}
    phq_9 = by_name["Questionnaire/phq-9"]
    assert (phq_9["marks"], phq_9["status"]) == ({"V": 2}, "active")
    assert "Pfizer" in phq_9["copyright"]
    files = list((own_folder() / "definitions").rglob("*.json"))
    types = ("CodeSystem", "ConceptMap", "ObservationDefinition", "PlanDefinition", "Questionnaire")
    assert set(by_name) == {path.stem.replace("-", "/", 1) for path in files if path.name.startswith(types)}


def test_one_is_shown_with_its_sources_by_url_id_or_type_and_id() -> None:
    for name in ("lace", "PlanDefinition/lace", LACE["url"], f"{LACE['url']}|{LACE['version']}"):
        shown = invoke("content", name)
        assert shown.code == 0
        assert "van Walraven" in shown.words
    assert invoke("content", "lacey").code == 2
    near = invoke("content", "lac")
    assert near.code == 2
    assert "PlanDefinition/lace" in near.words


def test_a_code_system_is_shown_with_its_codes() -> None:
    (groups,) = invoke("content", "CodeSystem/condition-group", "--json").json["artefacts"]
    assert groups["codes"]["copd"]
    assert "heart-failure-reduced" in invoke("content", "CodeSystem/condition-group").stdout


def test_a_folder_is_named_and_what_it_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = site(tmp_path, monkeypatch, version="3.0.0")
    document = invoke("content", "--json").json
    lace = next(each for each in document["artefacts"] if (each["type"], each["id"]) == ("PlanDefinition", "lace"))
    assert (lace["version"], lace["origin"]) == ("3.0.0", str(folder))
    assert document["not_in_force"] == []


def test_what_a_folder_has_and_is_not_in_force_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site(tmp_path, monkeypatch, version="0.0.1")
    (passed,) = invoke("content", "--json").json["not_in_force"]
    assert passed["name"] == "PlanDefinition/lace"
    assert passed["why"] == f"version {LACE['version']} is in force (package)"
    assert "not in force" in invoke("content").stdout


def test_what_cannot_be_used_is_named_and_nothing_is_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site(tmp_path, monkeypatch, version="3.0.0", extension=[])
    listed = invoke("content")
    assert listed.code == 3
    assert "it lacks the parameter" in listed.words
    with start(Sandbox()) as running:
        decided = invoke("overview", "--patient", "Patient/1", "--server", running.base)
    assert decided.code == 2
    assert "PlanDefinition/lace" in decided.words


def test_a_newer_version_on_the_server_is_in_force_where_the_site_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with start(Sandbox()) as running:
        newer = {**LACE, "version": "3.0.0"}
        assert requests.post(f"{running.base}/PlanDefinition", json=newer, timeout=10).status_code == 201
        monkeypatch.setenv("CAREFHIR_SERVER", running.base)
        assert json.loads(invoke("content", "lace", "--json").stdout)["artefacts"][0]["origin"] == "package"
        monkeypatch.setenv("CAREFHIR_CONTENT_ON_SERVER", "yes")
        (lace,) = [each for each in invoke("content", "lace", "--json").json["artefacts"] if each["id"] == "lace"]
        assert (lace["version"], lace["origin"]) == ("3.0.0", "server")
        monkeypatch.setenv("CAREFHIR_CONTENT_ON_SERVER", "perhaps")
        assert invoke("content").code == 2
    monkeypatch.setenv("CAREFHIR_CONTENT_ON_SERVER", "yes")
    assert invoke("content").code == 5
