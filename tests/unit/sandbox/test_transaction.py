"""What a failed transaction says; the rest is told by the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carefhir.sandbox import Sandbox

from .calls import ask, bundle, flag, ids, make, post, said, send

SECRET = "Mustermann"


def person(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": SECRET}], **more}


def test_a_failure_names_entry_and_element_and_no_content() -> None:
    sandbox = Sandbox()
    wrong = {**flag("1"), "subject": {"reference": f"http://{SECRET}/Patient/1"}}
    answer = send(sandbox, "POST", "", bundle("transaction", post(person()), post(wrong)))
    assert answer.status == 400
    issue = said(answer)
    assert "Bundle.entry[1]" in issue["diagnostics"]
    assert issue["expression"] == ["Bundle.entry[1].resource.subject.reference"]
    assert SECRET not in answer.body.decode()
    assert ids(ask(sandbox, "Patient")) == []


def test_a_late_failure_undoes_updates_and_deletes() -> None:
    sandbox = Sandbox()
    kept, changed = make(sandbox, person()), make(sandbox, person())
    answer = send(
        sandbox,
        "POST",
        "",
        bundle(
            "transaction",
            {"request": {"method": "DELETE", "url": f"Patient/{kept}"}},
            {
                "resource": person(id=changed, active=True),
                "request": {"method": "PUT", "url": f"Patient/{changed}"},
            },
            {"request": {"method": "GET", "url": "Patient/nobody"}},
        ),
    )
    assert answer.status == 404
    assert said(answer)["diagnostics"].startswith("Bundle.entry[2]")
    assert ids(ask(sandbox, "Patient")) == [kept, changed]
    assert ask(sandbox, f"Patient/{changed}")["meta"]["versionId"] == "1"


def test_equal_conditions_are_answered_both_in_their_places() -> None:
    sandbox = Sandbox()
    entry = post(person(identifier=[{"value": "v"}]), ifNoneExist="identifier=v")
    answer = send(sandbox, "POST", "", bundle("transaction", entry, entry))
    first, second = (each["response"] for each in json.loads(answer.body)["entry"])
    assert (first["status"], second["status"]) == ("201 Created", "200 OK")
    assert first["location"] == second["location"]


def test_conditions_that_wait_for_each_other_end() -> None:
    sandbox = Sandbox()
    one, other = "urn:uuid:1", "urn:uuid:2"
    entries = (
        post({"resourceType": "Basic", "code": {"text": "a"}}, one, ifNoneExist=f"subject={other}"),
        post({"resourceType": "Basic", "code": {"text": "b"}}, other, ifNoneExist=f"subject={one}"),
    )
    answer = send(sandbox, "POST", "", bundle("transaction", *entries))
    assert answer.status == 200
    assert len(ids(ask(sandbox, "Basic"))) == 2


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "nonsense"])
def test_other_methods_are_refused(method: str) -> None:
    entry = {"request": {"method": method, "url": "Patient/1"}}
    assert send(Sandbox(), "POST", "", bundle("transaction", entry)).status == 400


@pytest.mark.parametrize("entries", ["x", [1], [{}], [{"request": {"method": 1, "url": 2}}]])
def test_nonsense_is_refused(entries: Any) -> None:
    answer = send(Sandbox(), "POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status == 400
    assert said(answer)["expression"][0].startswith("Bundle.entry")
