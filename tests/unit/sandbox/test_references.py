"""References resolved, refused, and named by their place."""

from __future__ import annotations

import pytest

from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.references import resolve


def nobody(type_: str, condition: str) -> str:
    raise RequestRefused(404, "not-found", "no match.")


def test_targets_are_found_everywhere_but_in_documents() -> None:
    resource = {
        "resourceType": "CarePlan",
        "subject": {"reference": "Patient/1"},
        "contained": [{"resourceType": "Goal", "subject": {"reference": "Patient/2"}}],
        "extension": [{"valueReference": {"reference": "Task/3/_history/4"}}],
        "goal": [{"reference": "#g"}],
    }
    assert resolve(resource, {}, nobody) == {"Patient/1", "Patient/2", "Task/3"}
    document = {"resourceType": "Bundle", "entry": [{"resource": {"subject": {"reference": "urn:uuid:1"}}}]}
    assert resolve(document, {}, nobody) == set()


def test_links_are_replaced_in_references_and_uris_but_not_in_names() -> None:
    link = "urn:uuid:1"
    resource = {
        "resourceType": "Basic",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": link}],
        "subject": {"reference": link},
        "extension": [{"url": "http://x", "valueUri": link}],
    }
    assert resolve(resource, {link: "Patient/1"}, nobody) == {"Patient/1"}
    assert resource["subject"] == {"reference": "Patient/1"}
    assert resource["extension"] == [{"url": "http://x", "valueUri": "Patient/1"}]
    assert resource["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": link}]


@pytest.mark.parametrize("text", ["http://x/Patient/1", "urn:uuid:9", "Patient", "Nonsense/1", "", "Patient/a b"])
def test_a_refusal_names_the_place_and_not_the_value(text: str) -> None:
    resource = {"resourceType": "CarePlan", "activity": [{}, {"reference": {"reference": text or "?"}}]}
    with pytest.raises(RequestRefused) as refused:
        resolve(resource, {}, nobody)
    assert refused.value.status == 400
    assert refused.value.expression == "CarePlan.activity[1].reference.reference"
    assert text == "" or text not in refused.value.diagnostics.replace("CarePlan.activity[1]", "") or text == "Patient"
