"""Earlier versions: all of them, or the one that is named; what a server does not tell is no version."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.fhir.codec import encode
from carefhir.fhir.history import histories_of, version_named
from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Answer, Failure, Request, Response
from tests.support.backends import run_flow

Json = dict[str, Any]
HOME = Home("https://fhir.example/r4")


def goal(version: str, id_: str = "2") -> Json:
    return {"resourceType": "Goal", "id": id_, "meta": {"versionId": version}}


def told(reference: str, answer: Answer) -> tuple[list[str], list[str]]:
    """What is asked of the server, and the versions that come of its answer."""
    asked: list[str] = []

    def exchange(requests: Any) -> tuple[Answer, ...]:
        asked.extend(request.target for request in requests if isinstance(request, Request))
        return tuple(answer for _ in requests)

    versions = run_flow(histories_of([reference], HOME), exchange)
    return asked, [record.version for record in versions[reference]]


def test_one_version_is_asked_for_by_its_name() -> None:
    reference = version_named("Goal/2", "3")
    assert told(reference, Response(200, {}, encode(goal("3")))) == (["Goal/2/_history/3"], ["3"])


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {}, encode(goal("5"))),
        Response(200, {}, encode(goal("3", "9"))),
        Response(404, {}, b""),
        Response(410, {}, b""),
        Response(200, {}, b"<html>"),
        Failure("broken", True),
    ],
    ids=["the newest instead", "another resource", "not found", "gone", "no JSON", "no answer"],
)
def test_another_answer_is_not_that_version(answer: Answer) -> None:
    assert told(version_named("Goal/2", "3"), answer)[1] == []


def test_all_versions_newest_first() -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "history",
        "entry": [{"resource": goal(one)} for one in ("2", "10", "9")],
    }
    assert told("Goal/2", Response(200, {}, encode(bundle))) == (["Goal/2/_history"], ["10", "9", "2"])
