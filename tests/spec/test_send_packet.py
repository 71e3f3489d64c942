"""`send-packet`: what goes along with a person, and what an empty section says."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from carefhir import Done, Refused
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import NOW, Stage, stage
from tests.support.stories import coordination as story

Json = dict[str, Any]
PACIO = (
    "42348-3 48765-2 47420-5 11369-6 69730-0 46264-8 10160-0 18776-5 11450-4 47519-4 42349-1 30954-2 29762-2 8716-3"
).split()
"""PACIO's sections with a LOINC code; the behavioral one has none."""


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    """Her transition is open, and the document is to be sent."""
    found = stage(server.backend, "rosa")
    story.to_be_sent(found)
    return found


def sent(found: Stage, **said: Any) -> tuple[Done, dict[str, Json]]:
    """The result, and the sections of the document by their code."""
    result = carried_out(found, story.packing(found, **said), NOW.isoformat())
    assert isinstance(result, Done), result
    (document,) = Chart(found.backend, found.patient).written("DocumentReference")
    fhir = json.loads(b64decode(document["content"][0]["attachment"]["data"]))
    composition = fhir["entry"][0]["resource"]
    assert composition["type"]["coding"][0]["code"] == "18761-7"
    return result, {one["code"]["coding"][0]["code"]: one for one in composition["section"]}


def send_task(found: Stage) -> Json:
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (only,) = [one for one in tasks if one["code"].get("coding", [{}])[0].get("code") == "send-packet"]
    return only


def test_every_section_is_there(rosa: Stage) -> None:
    _, sections = sent(rosa)
    assert set(PACIO) <= set(sections)
    assert set(sections) - set(PACIO) == {"behavioral"}
    assert "heart failure, now at home" in sections["42349-1"]["text"]["div"]
    assert "eart failure" in sections["11450-4"]["text"]["div"]
    assert "furosemide" in sections["10160-0"]["text"]["div"]


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("11369-6", "notasked", "Care management did not collect this"),
        ("46264-8", "unavailable", "Nothing is listed here."),
    ],
)
def test_an_empty_section_says_why_and_never_none(rosa: Stage, code: str, reason: str, words: str) -> None:
    _, sections = sent(rosa)
    empty = sections[code]["emptyReason"]
    assert empty["coding"][0]["code"] == reason
    assert words in empty["text"]
    assert all(one.get("emptyReason", {}).get("coding", [{}])[0].get("code") != "nilknown" for one in sections.values())


def test_the_task_is_completed(rosa: Stage) -> None:
    sent(rosa)
    settled = send_task(rosa)
    assert settled["status"] == "completed"
    assert settled["output"][0]["valueReference"]["reference"].startswith("DocumentReference/")


def test_what_is_sent_is_no_contact_with_the_person(rosa: Stage) -> None:
    sent(rosa)
    assert Chart(rosa.backend, rosa.patient).tasks()["contact-patient"]["status"] == "requested"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"practitioner": ""}, "say who receives it"),
        ({"organization": "Organization/5"}, "one of the two"),
        ({"practitioner": "Practitioner/none"}, "is not on this server"),
        ({"at": "2026-03-09T10:01:00-05:00"}, "at is in the future"),
    ],
    ids=["nobody", "two", "nobody known", "in the future"],
)
def test_why_nothing_is_sent(rosa: Stage, said: Json, why: str) -> None:
    result = carried_out(rosa, story.packing(rosa, **said), NOW.isoformat())
    assert isinstance(result, Refused), result
    assert why in "; ".join(result.why)
    assert send_task(rosa)["status"] == "requested"
