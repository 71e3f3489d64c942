"""The license gate: without a license no wording, with one all of it; scored either way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carefhir.content.licensing import gated, withheld
from carefhir.content.loading import load
from carefhir.content.scoring import judge
from carefhir.errors import BadInput, ContentError
from carefhir.faces.web.pages.questionnaires import QuestionnaireForm
from carefhir.settings import Settings

GATED = {"audit-c", "barthel", "health-literacy", "katz", "prapare"}
WORDED = {"audit-c", "health-literacy"}
"""Of the gated ones, those whose wording is shipped."""


def words(value: Any) -> list[str]:
    """Every text that somebody would read as a question or an answer."""
    if isinstance(value, dict):
        mine = [str(value[name]) for name in ("text", "display", "prefix") if name in value]
        return mine + [word for part in value.values() for word in words(part)]
    return [word for part in value for word in words(part)] if isinstance(value, list) else []


def forms(**more: Any) -> dict[str, dict[str, Any]]:
    return {id_: form for (type_, id_), form in load(**more).artefacts.items() if type_ == "Questionnaire"}


def test_which_are_gated() -> None:
    assert {id_ for id_, form in forms().items() if gated(form)} == GATED


@pytest.mark.parametrize("id_", sorted(GATED))
def test_without_a_license_there_is_no_wording(id_: str) -> None:
    form = forms()[id_]
    assert withheld(form)
    assert words(form["item"]) == []
    assert form["copyright"]
    with pytest.raises(ContentError, match="CAREFHIR_LICENSES"):
        QuestionnaireForm.of(form)


@pytest.mark.parametrize("id_", sorted(WORDED))
def test_with_a_license_it_is_shown(id_: str) -> None:
    form = forms(licenses=frozenset((id_,)))[id_]
    assert not withheld(form)
    assert len(words(form["item"])) > 5
    assert QuestionnaireForm.of(form).questions


@pytest.mark.parametrize("id_", sorted(GATED - WORDED))
def test_a_license_alone_brings_no_wording_that_is_not_shipped(id_: str) -> None:
    form = forms(licenses=frozenset((id_,)))[id_]
    assert words(form["item"]) == []
    with pytest.raises(ContentError, match="its wording"):
        QuestionnaireForm.of(form)


def test_a_license_for_one_is_none_for_another() -> None:
    assert withheld(forms(licenses=frozenset(("katz",)))["audit-c"])


def test_what_is_not_gated_keeps_its_wording() -> None:
    assert all(words(form["item"]) for id_, form in forms().items() if id_ not in GATED)


def test_answers_are_scored_without_a_license() -> None:
    answers = {"68518-0": "LA18929-2", "68519-8": "LA18932-6", "68520-6": "LA18934-2"}
    items = [
        {"linkId": item, "answer": [{"valueCoding": {"system": "http://loinc.org", "code": code}}]}
        for item, code in answers.items()
    ]
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
    judgment = judge(load(), load().get("Questionnaire", "audit-c"), response)
    assert [score.points for score in judgment.scores] == [12]


def of_the_site(folder: Path) -> None:
    """The site's own wording of the Katz, in a newer version, as its license gives it."""
    form = json.loads(json.dumps(forms()["katz"]))
    form["version"] = "1.0.0"
    form["extension"] = [one for one in form["extension"] if not one["url"].endswith("/text-withheld")]
    for item in form["item"]:
        item["text"] = f"the wording of {item['linkId']}"
        for option in item["answerOption"]:
            option["valueCoding"]["display"] = option["valueCoding"]["code"]
    (folder / "Questionnaire-katz.json").write_text(json.dumps(form))


def test_a_sites_own_wording_is_gated_too(tmp_path: Path) -> None:
    of_the_site(tmp_path)
    without = load(tmp_path).get("Questionnaire", "katz")
    assert without["version"] == "1.0.0"
    assert words(without["item"]) == []
    granted = load(tmp_path, licenses=frozenset(("katz",))).get("Questionnaire", "katz")
    assert "the wording of katz-bathing" in words(granted["item"])
    assert QuestionnaireForm.of(granted).questions


def test_the_setting() -> None:
    assert Settings.read({"CAREFHIR_LICENSES": "audit-c  katz"}).licenses == ("audit-c", "katz")
    assert Settings.read({}).licenses == ()


def test_a_license_for_something_that_is_no_instrument_is_refused() -> None:
    """Somebody who mistypes an id believes that the form is shown."""
    with pytest.raises(BadInput, match="CAREFHIR_LICENSES"):
        Settings.read({"CAREFHIR_LICENSES": "Audit C!"})
