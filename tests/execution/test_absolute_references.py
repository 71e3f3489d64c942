"""Absolute references to the own base, or to one it is also known as, are legal: a server that answers with them shows
the same chart, and every act leaves the same graph. What is not touched is written back as it was spelled."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from carefhir.engine.results import Done, Refused
from carefhir.fhir.codec import decode_object, encode
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record, references, refers_to, relative
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from tests.execution.test_kill import act
from tests.support.backends import Backend, sandbox_backend
from tests.support.graph import graph
from tests.support.scenarios import SOME, Scenario

RELATIVE = re.compile(rb'"reference":"([A-Z][A-Za-z]+/)')
BASE = "https://fhir.example/r4"


def absolute(backend: Backend) -> Backend:
    """The same server, with every reference in its answers spelled out, and taken so, too."""
    spelled = backend.otherwise(Knobs())
    exchange, base = spelled.exchange, spelled.base.encode()

    def spelled_out(request: Request) -> Response | Failure:
        body = request.body.replace(b'"reference":"' + base + b"/", b'"reference":"')
        answer = exchange(replace(request, body=body))
        if isinstance(answer, Failure):
            return answer
        return replace(answer, body=RELATIVE.sub(rb'"reference":"' + base + rb"/\1", answer.body))

    spelled.exchange = spelled_out
    return spelled


@pytest.mark.parametrize("scenario", SOME, ids=lambda scenario: scenario.name)
def test_the_same_graph(scenario: Scenario) -> None:
    calm = scenario.begun(sandbox_backend())
    spelled = replace(calm, backend=absolute(calm.backend))
    as_usual = replace(calm, backend=calm.backend.otherwise(Knobs()))
    asked = replace(calm, backend=calm.backend.otherwise(Knobs()))
    wanted = act(as_usual, scenario, "transaction", as_usual.backend)
    result = act(asked, scenario, "transaction", spelled.backend)
    assert type(result) is type(wanted), result
    assert isinstance(result, Done | Refused)
    told = lambda one: (one.told.says, one.told.instructions, one.told.warnings)  # noqa: E731
    assert told(result) == told(wanted)
    plain = replace(spelled, backend=spelled.backend.otherwise(Knobs()))
    assert graph(plain.backend, plain.patient) == graph(as_usual.backend, as_usual.patient)
    singly = replace(calm, backend=absolute(calm.backend))
    again = act(asked, scenario, "single writes", singly.backend)
    assert type(again) is type(wanted), again


@pytest.mark.parametrize("base", [BASE, "http://inner.example:8080/fhir"])
def test_what_it_means_and_how_it_is_written(base: str) -> None:
    home = Home.at(BASE, also_known_as=("http://inner.example:8080/fhir/",))
    text = {
        "resourceType": "Task",
        "id": "1",
        "for": {"reference": f"{base}/Patient/1"},
        "note": [{"text": f"{base}/"}],
    }
    record = Record(encode(text), bases=home.bases)
    assert refers_to(record.json, "for", "Patient/1")
    assert list(references(record.json, "for")) == ["Patient/1"]
    assert relative(record.json["for"]["reference"]) == "Patient/1"
    assert decode_object(encode(record.json)) == text


def test_another_server_is_another_server() -> None:
    text = {"resourceType": "Task", "id": "1", "for": {"reference": f"{BASE}-test/Patient/1"}}
    record = Record(encode(text), bases=Home.at(BASE).bases)
    assert not refers_to(record.json, "for", "Patient/1")
