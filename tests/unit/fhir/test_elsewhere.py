"""R7: what a record of another server is called here, in what is read and in what is written."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.codes import ELSEWHERE, VERSION_KEY
from carefhir.fhir.codec import encode
from carefhir.fhir.elsewhere import OtherNames, read_as_ours, spell_out, written_out
from carefhir.fhir.record import Record, references, relative

Json = dict[str, Any]
EHR = OtherNames("ehr", "https://ehr.example/fhir")
LAB = OtherNames("lab", "https://lab.example/r4")
LONG = "e" * 64


@pytest.mark.parametrize("id_", ["123", "eq081-VQEgP8drUUqCWzHfw3", "ehr.5", LONG])
def test_a_name_is_a_reference_and_leads_back(id_: str) -> None:
    """Also of the longest id that FHIR allows, and of one that looks like a name itself."""
    name = EHR.named(f"Condition/{id_}")
    assert relative(name) == name
    assert EHR.place_of(name) == f"Condition/{id_}"
    assert LAB.place_of(name) is None


@pytest.mark.parametrize("name", ["Condition/123", "Condition/ehr.", "Condition/lab.1", "Condition/ehrx.1", "ehr.1"])
def test_what_is_not_of_that_server(name: str) -> None:
    assert EHR.place_of(name) is None


@pytest.mark.parametrize("id_", ["123", LONG])
def test_what_is_written_leads_nowhere_and_is_read_as_the_name_again(id_: str) -> None:
    goal: Json = {
        "resourceType": "Goal",
        "subject": {"reference": "Patient/12"},
        "addresses": [{"reference": EHR.named(f"Condition/{id_}"), "display": "heart failure"}],
    }
    written = written_out(goal, (LAB, EHR))
    assert written["subject"] == {"reference": "Patient/12"}, "what is here stays as it is"
    (address,) = written["addresses"]
    assert "reference" not in address
    place = {"system": ELSEWHERE, "value": f"https://ehr.example/fhir/Condition/{id_}"}
    assert address == {"type": "Condition", "display": "heart failure", "identifier": place}
    assert goal["addresses"][0]["reference"] == EHR.named(f"Condition/{id_}"), "a copy was changed"
    again = Record(encode({**written, "id": "7"}), others=(LAB, EHR))
    assert list(references(again.json, "addresses")) == [EHR.named(f"Condition/{id_}")]


def test_a_version_that_a_decision_rests_on_goes_with_it() -> None:
    name = EHR.named("Condition/123")
    basis = {"reference": name, "identifier": {"system": VERSION_KEY, "value": f"{name}/_history/3"}}
    (written,) = written_out([basis], (EHR,))
    assert written["identifier"]["value"] == "https://ehr.example/fhir/Condition/123/_history/3"
    spell_out(written, (EHR,))
    assert written["reference"] == name
    assert written["identifier"] == basis["identifier"]


def test_what_somebody_else_identifies_stays_theirs() -> None:
    """An identifier of another system, or of a server that is not read, is no name of ours."""
    theirs = [
        {"identifier": {"system": "urn:mrn", "value": "https://ehr.example/fhir/Condition/1"}},
        {"identifier": {"system": ELSEWHERE, "value": "https://other.example/fhir/Condition/1"}},
        {"identifier": {"system": ELSEWHERE, "value": "https://ehr.example/fhir/not a place"}},
        {"display": "somebody"},
    ]
    for each in theirs:
        before = {**each}
        spell_out(each, (EHR, LAB))
        assert each == before


def test_a_record_of_theirs_is_read_with_the_names_of_here() -> None:
    record: Json = {
        "resourceType": "Observation",
        "subject": {"reference": "Patient/epic-1"},
        "performer": [{"reference": "https://ehr.example/fhir/Practitioner/p1"}, {"reference": "#contained"}],
        "encounter": {"reference": "Encounter/e7/_history/2"},
        "focus": [{"reference": "https://elsewhere.example/Patient/1"}],
    }
    ours = read_as_ours(record, EHR, {"Patient/epic-1": "Patient/12"})
    assert ours["subject"] == {"reference": "Patient/12"}
    assert ours["performer"] == [{"reference": "Practitioner/ehr.p1"}, {"reference": "#contained"}]
    assert ours["encounter"] == {"reference": "Encounter/ehr.e7/_history/2"}
    assert ours["focus"] == [{"reference": "https://elsewhere.example/Patient/1"}], "a third server stays one"
    assert record["subject"] == {"reference": "Patient/epic-1"}
