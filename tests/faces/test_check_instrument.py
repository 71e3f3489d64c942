"""`carefhir check-instrument`: a file or a form on a server, words or JSON, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from carefhir.content.loading import own_folder
from carefhir.sandbox import Sandbox, start
from tests.faces.conftest import invoke

PHQ_9 = json.loads((own_folder() / "definitions" / "Questionnaire" / "Questionnaire-phq-9.json").read_text())


def written(folder: Path, form: Any) -> str:
    path = folder / "form.json"
    path.write_text(form if isinstance(form, str) else json.dumps(form))
    return str(path)


def test_a_form_without_a_fault_says_what_was_not_checked(tmp_path: Path) -> None:
    said = invoke("check-instrument", written(tmp_path, PHQ_9))
    assert said.code == 0
    assert "taken for PHQ-9" in said.stdout
    assert "no fault among what was checked" in said.stdout
    assert "not checked" in said.stdout


def test_a_fault_is_told_with_its_place_and_what_to_do(tmp_path: Path) -> None:
    form = json.loads(json.dumps(PHQ_9))
    form["item"][3]["code"][0]["code"] = "44260-8"
    said = invoke("check-instrument", written(tmp_path, form), "--json")
    assert said.code == 3
    assert said.json["usable"] is False
    assert said.json["instrument"] == "PHQ-9"
    wrong = next(each for each in said.json["findings"] if each["code"] == "item-code-wrong")
    assert (wrong["level"], wrong["where"]) == ("fault", "44259-0")
    assert wrong["remedy"]
    page = invoke("check-instrument", written(tmp_path, form))
    assert page.code == 3
    assert "do not use it as it is" in page.stdout
    assert "at 44259-0" in page.stdout


@pytest.mark.parametrize("odd", ["{", "[]", ""])
def test_a_file_that_is_no_json_object_is_a_usage_error(tmp_path: Path, odd: str) -> None:
    assert invoke("check-instrument", written(tmp_path, odd)).code == 2


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert invoke("check-instrument", str(tmp_path / "nothing.json")).code == 2


def test_another_resource_is_a_fault(tmp_path: Path) -> None:
    said = invoke("check-instrument", written(tmp_path, {"resourceType": "Patient"}), "--json")
    assert (said.code, [each["code"] for each in said.json["findings"]]) == (3, ["not-a-questionnaire"])


def test_a_form_on_a_server_is_read_there() -> None:
    with start(Sandbox()) as running:
        form = {name: value for name, value in PHQ_9.items() if name != "extension"}
        kept = requests.post(f"{running.base}/Questionnaire", json=form, timeout=10)
        place = f"{running.base}/Questionnaire/{kept.json()['id']}"
        assert invoke("check-instrument", place).code == 0
        assert invoke("check-instrument", f"{running.base}/Questionnaire/nobody").code == 5
        assert invoke("check-instrument", f"{place}?_format=xml").code == 2
    assert invoke("check-instrument", place).code == 5
