"""`authorization-request`: the Bundle that a site submits, whole, and what a payer will miss in it."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.engine import runner
from carefhir.workflows.case_management.authorization_request import (
    AUTHORIZATION_REQUEST,
    AuthorizationRequest,
    Submission,
)
from tests.support.backends import EXAMPLE, sandbox_backend
from tests.support.scenarios import Stage, done, stage
from tests.support.stories.case_management import TUESDAY, asking, hip, in_care, insured, request

Json = dict[str, Any]


@pytest.fixture(scope="module")
def earl() -> Stage:
    """A payer was asked, with the order, the coverage and the payer on record."""
    found = stage(sandbox_backend(), "earl")
    in_care(found)
    key = {"system": EXAMPLE, "value": f"payer{found.mark}"}
    payer = {"resourceType": "Organization", "identifier": [key], "name": "Prairie Health Plan"}
    insured(found, payor=[{"reference": found.backend.create(payer)}])
    done(found, asking(found, diagnoses=(found.backend.find("Condition", "earl-osteoporosis" + found.mark),)), TUESDAY)
    return found


def shown(found: Stage, **changes: Any) -> Submission:
    command = AuthorizationRequest.model_validate({"patient": found.patient, "claim": request(found), **changes})
    read: Submission = found.backend.run(
        runner.show(AUTHORIZATION_REQUEST, command, found.occasion(TUESDAY), found.backend.server())
    )
    return read


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["reference"]} if isinstance(value.get("reference"), str) else set()
        return found.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_the_claim_comes_first_and_everything_it_refers_to_is_there(earl: Stage) -> None:
    submission = shown(earl)
    bundle = submission.bundle
    types = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert bundle["type"] == "collection"
    assert types[0] == "Claim"
    assert sorted(types) == ["Claim", "Coverage", "Organization", "Patient", "Practitioner", "ServiceRequest"]
    assert references(bundle["entry"][0]["resource"]) <= {one["fullUrl"] for one in bundle["entry"]}
    assert submission.lacks == ("X12 codes are not in it: the clearinghouse or the site's tables add them",)


def test_it_is_the_same_each_time(earl: Stage) -> None:
    """A payer that is sent it twice can tell."""
    assert shown(earl).bundle == shown(earl).bundle


def test_what_a_payer_will_miss() -> None:
    found = stage(sandbox_backend(), "earl")
    in_care(found)
    done(found, asking(found), TUESDAY)
    order = found.backend.get(hip(found))
    found.backend.put({**order, "status": "entered-in-error"})
    lacks = shown(found).lacks
    assert "it names no coverage: find out who pays" in lacks
    assert "it names no diagnosis" in lacks
    assert any("it names no payer" in one for one in lacks)


def test_another_patients_request_is_not_shown(earl: Stage) -> None:
    other = stage(earl.backend, "rosa")
    submission = shown(earl, patient=other.patient)
    assert not submission.on_record
    assert submission.bundle == {}
