"""Filling a sandbox from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carefhir.sandbox import Sandbox
from carefhir.sandbox.loading import LoadError, files

from .calls import ask, bundle, flag, ids, post


def put_file(folder: Path, name: str, value: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(value))
    return path


def test_hospitals_and_practitioners_come_first(tmp_path: Path) -> None:
    for name in ("Adam.json", "practitionerInformation1.json", "hospitalInformation1.json", "Zoe.json"):
        put_file(tmp_path, name, {})
    names = [each.name for each in files([tmp_path])]
    assert names == ["hospitalInformation1.json", "practitionerInformation1.json", "Adam.json", "Zoe.json"]


def test_bundles_are_carried_out_and_resources_keep_their_ids(tmp_path: Path) -> None:
    put_file(tmp_path, "hospital.json", bundle("batch", post({"resourceType": "Organization", "name": "Home"})))
    link = "urn:uuid:1"
    entries = (post({"resourceType": "Patient"}, link), post({**flag("1"), "subject": {"reference": link}}))
    put_file(tmp_path, "patient.json", bundle("transaction", *entries))
    put_file(tmp_path, "single.json", {"resourceType": "Questionnaire", "id": "q", "status": "draft"})
    put_file(tmp_path, "without-id.json", {"resourceType": "Location", "name": "Ward"})
    steps: list[tuple[int, int]] = []
    sandbox = Sandbox()
    assert sandbox.load([tmp_path], lambda done, total: steps.append((done, total))) == 4
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert ids(ask(sandbox, "Questionnaire")) == ["q"]
    for name in ("Organization", "Patient", "Flag", "Location"):
        assert ask(sandbox, f"{name}?_summary=count")["total"] == 1
    assert sandbox.loading is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"resourceType": "Nonsense", "id": "x"},
        ["Mustermann"],
        bundle("batch", post({**flag("nobody")})),
        bundle("transaction", post({**flag("nobody")})),
    ],
)
def test_a_refusal_stops_and_names_no_file(tmp_path: Path, wrong: object) -> None:
    put_file(tmp_path, "Mustermann.json", wrong)
    sandbox = Sandbox()
    with pytest.raises(LoadError) as refused:
        sandbox.load([tmp_path])
    assert "File 1 was refused with 4" in str(refused.value)
    assert "Mustermann" not in str(refused.value)
    assert sandbox.loading is False


def test_a_file_may_refer_to_a_later_one(tmp_path: Path) -> None:
    put_file(tmp_path, "a.json", {**flag("p"), "id": "f"})
    put_file(tmp_path, "b.json", {"resourceType": "Patient", "id": "p"})
    sandbox = Sandbox()
    steps: list[tuple[int, int]] = []
    assert sandbox.load([tmp_path], lambda done, total: steps.append((done, total))) == 2
    assert steps == [(1, 2), (2, 2)]
    assert ids(ask(sandbox, "Flag")) == ["f"]


def test_a_batch_refused_in_part_is_not_repeated(tmp_path: Path) -> None:
    organization = {"resourceType": "Organization", "name": "Home"}
    put_file(tmp_path, "a.json", bundle("batch", post(organization), post(flag("p"))))
    put_file(tmp_path, "b.json", {"resourceType": "Patient", "id": "p"})
    sandbox = Sandbox()
    with pytest.raises(LoadError, match="File 1"):
        sandbox.load([tmp_path])
    assert len(ids(ask(sandbox, "Organization"))) == 1
