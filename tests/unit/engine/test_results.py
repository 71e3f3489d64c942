"""Results and errors: values every face renders; none of them holds a status of HTTP."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime

import pytest

from carefhir import errors
from carefhir.engine.results import Briefing, ChangedMeanwhile, Conflict, Done, Line, Partial, Preview, Refused, plain
from carefhir.fhir.changes import Act

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
LINE = Line("flag", "Flag", "created", "because", "Flag/1", "1")


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (Done("s", "key", "us", "Provenance/1", (LINE,)), "done"),
        (Refused("s", ("no",), told=Briefing(instructions=("call",))), "refused"),
        (Conflict("s", "why", (ChangedMeanwhile("Task/1", "1", "2"),), {"flag": ("Flag/1", "Flag/2")}), "conflict"),
        (Partial("s", "why", (LINE,), ()), "partly written"),
        (
            Preview(
                "s",
                Act("s", "Patient/1", ()),
                "0" * 64,
                {},
                "transaction",
                (LINE,),
                Briefing(),
                NOON,
            ),
            "preview",
        ),
    ],
)
def test_a_result_is_plain_data_with_its_kind(result: object, outcome: str) -> None:
    data = plain(result)
    assert data["outcome"] == outcome
    assert data["step"] == "s"
    assert json.loads(json.dumps(data))["step"] == "s"


@pytest.mark.parametrize("other", ["text", 5, None, Done])
def test_nothing_else_is_made_plain(other: object) -> None:
    with pytest.raises(TypeError, match="only results"):
        plain(other)


def test_every_error_has_an_issue_type_of_fhir_and_its_message() -> None:
    kinds = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.CarefhirError)]
    assert len(kinds) >= 6
    for kind in kinds:
        error = kind("what and where")
        assert error.message == str(error) == "what and where"
        assert error.code in {"exception", "invalid", "business-rule", "transient", "not-supported"}


def test_whether_something_may_have_been_sent_travels_with_the_error() -> None:
    assert errors.ServerUnreachable("x", sent=True).sent
    assert not errors.ServerUnreachable("x").sent
