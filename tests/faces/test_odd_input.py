"""Odd values in odd places: settings, moments, texts, and a response with each of its elements replaced by junk.

Nothing here may end in an unforeseen fault (exit 1) or a stack trace: `sound`, inside `invoke`, fails on both.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from carefhir.engine.results import Preview, Refused
from carefhir.errors import BadInput
from carefhir.faces.care import Care
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from tests.faces.conftest import NOW, Json, Ward, invoke, response

JUNK: tuple[Any, ...] = (None, 5, -1.5, "", "x", True, [], [None], [[]], {}, {"x": 1}, ["x"], [{"url": 5}])


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside, the first of each list only."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0))


def _with(made: Json, path: tuple[Any, ...], junk: Any) -> Json:
    made = copy.deepcopy(made)
    where: Any = made
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = junk
    return made


def whole_response(ward: Ward) -> Json:
    """A response with everything in it that we look at."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    return response(
        "rosa-phq-9-item-9",
        meta={"security": [label]},
        subject={"reference": ward.patient},
        source={"reference": ward.patient},
        author={"reference": ward.nurse},
        contained=[{"resourceType": "Questionnaire", "id": "q", "status": "active", "item": [{"linkId": "1"}]}],
        extension=[{"url": "https://example.org/x", "valueString": "x"}],
    )


@pytest.mark.parametrize("junk", JUNK, ids=json.dumps)
def test_junk_in_every_place_of_a_response(ward: Ward, junk: Any) -> None:
    """No fault whatever the junk; and item 9, positive or made unreadable, is heard every time."""
    made = whole_response(ward)
    before = ward.front.versions()
    faults = []
    with Care(ward.front.base, acting=ward.nurse, now=datetime.fromisoformat(NOW)) as care:
        for path in _places(made):
            try:
                found = care.preview(RecordAssessment(patient=ward.patient, response=_with(made, path, junk)))
            except BadInput:
                continue
            except Exception as error:  # noqa: BLE001 — each one is a finding
                faults.append((path, type(error).__name__))
                continue
            assert isinstance(found, Preview | Refused)
            if "988" not in " ".join(found.told.instructions):
                faults.append((path, "988 is not said"))
    assert faults == []
    assert ward.front.written_since(before) == []


@pytest.mark.parametrize(
    "now",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-03-09T10:00:00+23:59", "2026-03-09T10:00Z"],
)
def test_a_moment_at_the_end_of_time(ward: Ward, now: str) -> None:
    for said in (ward.enroll(now=now, verb="preview"), ward.transition(now=now, verb="preview")):
        assert said.code in (0, 2, 3), said
    for command in (["overview", "--patient", ward.patient], ["worklist", "--as", ward.nurse]):
        assert invoke(*command, "--server", ward.front.base, "--now", now).code in (0, 2)


@pytest.mark.parametrize(
    "reason", ["a\x00b", "\udcff", "\u202eright to left", "\x1b[31mred", "[bold]marked up[/bold]", "æ" * 5000]
)
def test_an_odd_reason(ward: Ward, reason: str) -> None:
    """Printed as it is, without effect on the terminal; or refused. `sound` fails on a code for colour."""
    said = ward.enroll(reason=reason, verb="preview")
    assert said.code in (0, 2, 3), said
    if reason.startswith("[bold]"):
        assert "[bold]marked up[/bold]" in said.words


@pytest.mark.parametrize("name", ["\x1b[31mRosa\x1b[0m", "[red]Rosa[/red]", "[/]"])
def test_an_odd_name_on_the_server_has_no_effect_on_the_terminal(ward: Ward, name: str) -> None:
    ward.front.change(ward.patient, name=[{"text": name}])
    said = invoke("overview", "--server", ward.front.base, "--patient", ward.patient, "--now", NOW)
    assert said.code == 0
    if name == "[/]":
        assert "[/]" in said.words


SETTINGS = {
    "CAREFHIR_TIMEOUT": ["0", "-1", "soon", "²", "1e9", ".", "1.5"],
    "CAREFHIR_TOKEN": ["a\nb", "ærø", " "],
    "CAREFHIR_ALSO_KNOWN_AS": ["nonsense", "http://"],
    "CAREFHIR_CONTENT": ["/nowhere"],
    "CAREFHIR_ON_CALL": ["Dana", "Patient/1"],
}


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, values in SETTINGS.items() for one in values])
def test_an_odd_setting_is_named_or_harmless(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    before = ward.front.versions()
    said = ward.record(response("rosa-phq-9-item-9"))
    if said.code != 0:
        assert said.code == 2, said
        assert name in said.words
        assert ward.front.written_since(before) == []


@pytest.mark.parametrize(
    "server",
    [
        "http://[::1",
        "http://127.0.0.1:99999/fhir",
        "http://127.0.0.1:port/fhir",
        "http://a b/fhir",
        "http://",
        "ftp://x",
        "http://\udcff/",
    ],
)
def test_an_odd_server(ward: Ward, server: str) -> None:
    said = invoke("overview", "--server", server, "--patient", ward.patient)
    assert said.code in (2, 5), said
    assert "server" in said.words


@pytest.mark.parametrize("who", ["Patient/1", "Organization/1", "Practitioner/", "Practitioner/1/_history/2", "x"])
def test_who_acts_must_be_a_practitioner(ward: Ward, who: str) -> None:
    before = ward.front.versions()
    arguments = ["--server", ward.front.base, "--patient", ward.patient, "--as", who, "--now", NOW]
    said = invoke("run", "enroll", *arguments, *ward.enrollment())
    assert said.code == 2, said
    assert "expected Practitioner/ID" in said.words
    assert ward.front.written_since(before) == []


def test_somebody_who_is_not_on_the_server_cannot_act(ward: Ward) -> None:
    before = ward.front.versions()
    arguments = ["--server", ward.front.base, "--patient", ward.patient, "--as", "Practitioner/nobody", "--now", NOW]
    said = invoke("run", "enroll", *arguments, *ward.enrollment())
    assert said.code in (3, 5), said
    assert "nothing was written" in said.words
    assert ward.front.written_since(before) == []


def test_the_worklist_of_somebody_who_is_not_on_the_server_says_so(ward: Ward) -> None:
    said = invoke("worklist", "--server", ward.front.base, "--as", "Practitioner/nobody", "--now", NOW)
    assert "Practitioner/nobody is not on this server" in said.words


def test_a_response_nested_too_deep_is_no_fault(ward: Ward) -> None:
    made = response("rosa-hunger-vital-sign")
    deep = '{"linkId": "x", "item": [' * 900 + '{"linkId": "y"}' + "]}" * 900
    text = json.dumps({"response": made}).replace('"item": [', f'"item": [{deep}, ', 1)
    said = ward.record(text, "--json")
    assert said.code in (0, 2, 3), said


def test_a_response_of_every_size_of_number(ward: Ward) -> None:
    text = json.dumps({"response": response("rosa-phq-9")})
    for number in ("1e400", "-0.0", "9" * 400, "1.50"):
        extra = f'"extension": [{{"url": "https://example.org/n", "valueDecimal": {number}}}], "item"'
        said = ward.record(text.replace('"item"', extra, 1), "--json")
        assert said.code in (0, 2, 3, 4), said
