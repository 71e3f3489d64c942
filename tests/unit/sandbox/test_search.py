"""What the sandbox finds beyond the contract: number, uri, order, includes."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from carefhir.sandbox import Sandbox

from .calls import ask, flag, ids, make, said, send


def test_without_sort_the_order_is_that_of_creation() -> None:
    sandbox = Sandbox()
    made = [make(sandbox, {"resourceType": "Patient", "gender": "other"}) for _ in range(12)]
    assert ids(ask(sandbox, "Patient")) == made
    assert ids(ask(sandbox, "Patient?gender=other")) == made


def test_sorted_by_when_it_was_written() -> None:
    """A clock that moves a millisecond at each look; and one that stands, where the order of creation is kept."""
    began = datetime(2026, 3, 1, 12, tzinfo=UTC)
    ticks = itertools.count()
    moving = Sandbox(clock=lambda: began + timedelta(milliseconds=next(ticks)))
    made = [make(moving, {"resourceType": "Patient"}) for _ in range(12)]
    assert ids(ask(moving, "Patient?_sort=_lastUpdated")) == made
    assert ids(ask(moving, "Patient?_sort=-_lastUpdated")) == made[::-1]
    standing = Sandbox(clock=lambda: began)
    made = [make(standing, {"resourceType": "Patient"}) for _ in range(12)]
    assert ids(ask(standing, "Patient?_sort=_lastUpdated")) == ids(ask(standing, "Patient?_sort=-_lastUpdated")) == made


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("url=http://x/a", ["a"]),
        ("url:below=http://x", ["a", "b"]),
        ("url:above=http://x/a/deeper", ["a"]),
        ("url=http://x/a,http://x/b", ["a", "b"]),
        ("version=1.0&url=http://x/a", ["a"]),
        ("url=http://x/a|1.0", []),
    ],
)
def test_uri(criterion: str, found: list[str]) -> None:
    sandbox = Sandbox()
    for name in "ab":
        body = {"resourceType": "Questionnaire", "id": name, "url": f"http://x/{name}", "version": "1.0"}
        send(sandbox, "PUT", f"Questionnaire/{name}", body)
    assert ids(ask(sandbox, f"Questionnaire?{criterion}")) == found


@pytest.mark.parametrize(("criterion", "count"), [("gt0.5", 1), ("0.7", 1), ("0.700", 0), ("lt0.5", 0), ("ap0.75", 1)])
def test_number(criterion: str, count: int) -> None:
    sandbox = Sandbox()
    make(sandbox, {"resourceType": "RiskAssessment", "prediction": [{"probabilityDecimal": 0.71}]})
    assert len(ids(ask(sandbox, f"RiskAssessment?probability={criterion}"))) == count


def test_canonical_references() -> None:
    sandbox = Sandbox()
    made = make(sandbox, {"resourceType": "QuestionnaireResponse", "questionnaire": "http://x/q|2"})
    assert ids(ask(sandbox, "QuestionnaireResponse?questionnaire=http://x/q")) == [made]
    assert ids(ask(sandbox, "QuestionnaireResponse?questionnaire=http://x/q|2")) == [made]
    assert ids(ask(sandbox, "QuestionnaireResponse?questionnaire=http://x/q|1")) == []


def test_by_the_identifier_inside_a_reference() -> None:
    sandbox = Sandbox()
    named = {"identifier": {"system": "s", "value": "v"}}
    made = make(sandbox, {**flag("1"), "subject": named})
    assert ids(ask(sandbox, "Flag?subject:identifier=s|v")) == [made]
    assert ids(ask(sandbox, "Flag?subject:identifier=s|w")) == []


def test_a_comma_in_a_value_can_be_escaped() -> None:
    sandbox = Sandbox()
    made = make(sandbox, {"resourceType": "Organization", "name": "Heart, Lung"})
    assert ids(ask(sandbox, r"Organization?name=Heart\,")) == [made]
    assert ids(ask(sandbox, "Organization?name:exact=Lung")) == []


def test_all_includes_of_a_type() -> None:
    sandbox = Sandbox()
    patient = make(sandbox, {"resourceType": "Patient"})
    made = make(sandbox, flag(patient))
    found = ask(sandbox, "Flag?_include=*")
    assert (ids(found), ids(found, "include")) == ([made], [patient])


def test_a_deleted_match_is_no_longer_on_the_page() -> None:
    sandbox = Sandbox()
    made = [make(sandbox, {"resourceType": "Patient"}) for _ in range(3)]
    first = ask(sandbox, "Patient?_count=1")
    following = next(each["url"] for each in first["link"] if each["relation"] == "next").partition("/fhir")[2]
    send(sandbox, "DELETE", f"Patient/{made[1]}")
    second = ask(sandbox, following)
    assert ids(second) == []
    assert "next" in [each["relation"] for each in second["link"]]


def test_a_page_nobody_keeps_is_gone() -> None:
    assert send(Sandbox(), "GET", "?_getpages=unknown&_getpagesoffset=0").status == 410


@pytest.mark.parametrize(
    "query",
    ["code=x&nonsense=1", "patient.name=x", "_has:Flag:patient:code=x", "code:text=x", "_include=Nonsense:x"],
)
def test_leniency_leaves_out_what_is_not_supported(query: str) -> None:
    sandbox = Sandbox()
    answer = send(sandbox, "GET", f"Flag?{query}")
    assert answer.status == 400
    assert said(answer)["code"] == "not-supported"
    found = ask(sandbox, f"Flag?{query}", Prefer="handling=lenient")
    assert found["link"][0]["url"].endswith(("/Flag", "/Flag?code=x"))


def test_values_are_never_repeated_in_a_refusal() -> None:
    answer = send(Sandbox(), "GET", "Patient?birthdate=Mustermann")
    assert answer.status == 400
    assert "Mustermann" not in answer.body.decode()


def test_summary_keeps_what_the_definition_says() -> None:
    sandbox = Sandbox()
    make(sandbox, {"resourceType": "Patient", "gender": "male", "communication": [{"language": {"text": "x"}}]})
    [entry] = ask(sandbox, "Patient?_summary=true")["entry"]
    assert "gender" in entry["resource"]
    assert "communication" not in entry["resource"]
    assert entry["resource"]["meta"]["tag"][-1]["code"] == "SUBSETTED"
