"""Each search against a record that it must find: what it means where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from carefhir import catalog
from carefhir.codes import BASE
from carefhir.doctor.ask import questions
from carefhir.doctor.known import some_records, try_known
from carefhir.doctor.probe import SearchSeen, Shape, try_searches
from carefhir.fhir.homes import Home
from carefhir.fhir.search import Identified, Named, Need, Of, Since, Slots
from carefhir.fhir.wire import Request, Response
from tests.support.backends import Backend, sandbox_backend

PATIENT: dict[str, Any] = {"resourceType": "Patient"}


def encounter(backend: Backend) -> str:
    """A stay with an identifier, of a new patient."""
    patient = backend.create(PATIENT)
    backend.create(
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": "IMP"},
            "identifier": [{"system": "http://h.example", "value": "E-1"}],
            "subject": {"reference": patient},
            "period": {"start": "2019-05-01", "end": "2019-05-04"},
        }
    )
    return patient


NEEDS = (
    Need("stays", "Encounter", (Of("patient", "subject"),)),
    Need("stay", "Encounter", (Named("{command.encounter}"),)),
    Need("stay by number", "Encounter", (Identified("{command.identifier}"),)),
    Need("recent stays", "Encounter", (Of("patient", "subject"), Since("date", ("period",), "{today-365d}"))),
)


def tried(backend: Backend, patient: str, needs: tuple[Need, ...] = NEEDS) -> dict[Shape, SearchSeen]:
    slots = {"patient": patient, "today": "2026-03-09", "command.encounter": "Encounter/nobody"}
    asked: list[tuple[Need, Slots]] = [(one, {**slots, "command.identifier": "urn:x|nobody"}) for one in needs]
    home = Home.at(backend.base)
    searches, records = backend.run(try_searches(asked, home))
    more = backend.run(some_records(asked, backend.capabilities, home, patient=patient))
    return backend.run(try_known(asked, [*records, *more], searches, home))


def results(searches: dict[Shape, SearchSeen]) -> dict[tuple[str, ...], str]:
    return {
        parameters: one.proof if one.meaning == "answered" else one.meaning for (_, parameters), one in searches.items()
    }


def test_a_sound_server_finds_what_it_has() -> None:
    backend = sandbox_backend()
    assert set(results(tried(backend, encounter(backend))).values()) == {"finds"}


def test_where_there_is_no_record_nothing_is_said() -> None:
    backend = sandbox_backend()
    assert set(results(tried(backend, backend.create(PATIENT))).values()) == {"not tried"}


@pytest.mark.parametrize("parameter", [("patient",), ("_id",), ("identifier",), ("patient", "date")])
def test_a_search_that_never_finds(parameter: tuple[str, ...]) -> None:
    """WSO2 FHIR 1.0, 2026-11: Encounter?identifier is answered with 200 and finds nothing."""
    backend = sandbox_backend()
    patient = encounter(backend)
    real = backend.exchange
    empty = real(Request("GET", "Encounter?_id=nobody"))

    def never(one: Request) -> Any:
        query = one.target.partition("?")[2] or one.body.decode()
        names = tuple(pair.partition("=")[0] for pair in query.split("&") if not pair.startswith("_count"))
        return (
            empty
            if one.target.startswith("Encounter") and "?" in one.target + "?" and names == parameter
            else real(one)
        )

    backend.exchange = never
    found = results(tried(backend, patient))
    assert found.pop(parameter) == "never finds"
    assert set(found.values()) == {"finds"}


def test_a_record_that_is_gone_meanwhile_accuses_nobody() -> None:
    backend = sandbox_backend()
    patient = encounter(backend)
    real = backend.exchange
    empty = real(Request("GET", "Encounter?_id=nobody"))
    backend.exchange = lambda one: (
        Response(410)
        if one.target.startswith("Encounter/") and "_search" not in one.target
        else empty
        if "identifier" in one.body.decode()
        else real(one)
    )
    assert results(tried(backend, patient))[("identifier",)] == "not tried"


def test_a_record_on_a_later_page_is_found() -> None:
    backend = sandbox_backend()
    patient = encounter(backend)
    real = backend.exchange
    backend.exchange = lambda one: real(replace(one, target=one.target.replace("_count=200", "_count=1")))
    for _ in range(2):
        backend.create(
            {
                "resourceType": "Encounter",
                "status": "finished",
                "class": {"code": "AMB"},
                "subject": {"reference": patient},
            }
        )
    assert results(tried(backend, patient))[("patient",)] == "finds"


def test_other_systems_identifiers_stay_out_of_urls() -> None:
    backend = sandbox_backend()
    patient = encounter(backend)
    real, sent = backend.exchange, []
    backend.exchange = lambda one: (sent.append(one.target), real(one))[1]  # type: ignore[func-returns-value]
    assert results(tried(backend, patient))[("identifier",)] == "finds"
    assert not [one for one in sent if "E-1" in one]


def test_no_patient_is_read_unless_one_is_named() -> None:
    backend = sandbox_backend()
    asked = questions(catalog.STEPS, catalog.READINGS, backend.capabilities, "", date(2026, 3, 9))
    sent: list[str] = []
    real = backend.exchange
    backend.exchange = lambda one: (sent.append(one.target), real(one))[1]  # type: ignore[func-returns-value]
    backend.run(some_records(asked, backend.capabilities, Home.at(backend.base), patient=""))
    assert {one.partition("?")[0] for one in sent} == {
        "Medication",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Questionnaire",
    }
    assert BASE not in "".join(sent)
