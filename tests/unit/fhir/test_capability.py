"""CapabilityStatements: a claim, read leniently, restricted by the site, refused when it is not R4 (rule R6)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import (
    DEVIATIONS,
    SHORT,
    Capabilities,
    Limits,
    TypeCapability,
    read_capabilities,
    understand,
)
from carefhir.fhir.wire import Failure, Response
from tests.unit.fake import Fake, reply


def statement(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "software": {"name": "Example", "version": "3"},
        "rest": [
            {"mode": "client", "interaction": [{"code": "batch"}]},
            {
                "mode": "server",
                "interaction": [{"code": "transaction"}],
                "resource": [
                    {
                        "type": "Task",
                        "interaction": [{"code": "read"}, {"code": "create"}],
                        "versioning": "versioned-update",
                        "conditionalCreate": True,
                        "searchParam": [{"name": "patient"}, {"name": "status"}],
                    },
                    {
                        "type": "Patient",
                        "versioning": "versioned",
                        "searchRevInclude": ["Flag:patient", "Task:patient"],
                    },
                ],
            },
        ],
        **more,
    }


def asked(answer: Response | Failure, limits: Limits | None = None) -> Capabilities:
    server = Fake()
    for _ in range(4):
        server.fault("GET", "metadata.*", answer)
    return server.run(read_capabilities(limits or Limits()))


def test_a_statement_is_read_for_what_it_says() -> None:
    found = asked(reply(statement()))
    assert (found.software, found.version) == ("Example", "3")
    assert found.transaction
    assert found.of("Task") == TypeCapability(
        frozenset({"read", "create"}), True, True, frozenset({"patient", "status"}), frozenset()
    )
    assert found.can("Task", "create")
    assert not found.can("Task", "update")
    assert not found.of("Patient").if_match
    assert not found.of("Patient").conditional_create


def test_who_takes_transactions_takes_batches_though_it_does_not_say_so() -> None:
    assert understand(statement()).batch
    only_batch = statement(rest=[{"mode": "server", "interaction": [{"code": "batch"}]}])
    assert (understand(only_batch).batch, understand(only_batch).transaction) == (True, False)


def test_what_a_client_mode_states_is_not_the_servers() -> None:
    found = understand(statement(rest=[{"mode": "client", "interaction": [{"code": "transaction"}]}]))
    assert not found.transaction
    assert found.types == {}


def test_a_type_that_is_not_stated_can_nothing() -> None:
    found = understand(statement())
    assert not found.can("Flag", "read")
    assert found.of("Flag") == TypeCapability()


def test_reverse_includes_are_as_patient_states_them() -> None:
    found = understand(statement())
    assert found.reverse_includes("Flag", "patient")
    assert not found.reverse_includes("Flag", "subject")
    assert not found.limited(Limits(revinclude=False)).reverse_includes("Flag", "patient")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"rest": None},
        {"rest": "x"},
        {"rest": [None, 7, {"mode": "server"}]},
        {"rest": [{"mode": "server", "interaction": None, "resource": None}]},
        {"rest": [{"mode": "server", "interaction": [None, {}, {"code": 5}], "resource": [None, {}, {"type": 5}]}]},
        {
            "rest": [
                {
                    "mode": "server",
                    "interaction": [{"code": {"odd": True}}],
                    "resource": [{"type": "Task", "interaction": 7}],
                }
            ]
        },
        {"software": None},
    ],
)
def test_missing_and_odd_elements_mean_not_there(odd: dict[str, Any]) -> None:
    found = understand({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", **odd})
    assert not found.transaction
    assert not found.batch
    assert not found.can("Task", "create")


def test_the_known_deviation_of_hapi_is_applied_by_its_name() -> None:
    assert understand(statement(software={"name": "HAPI FHIR Server"})).include_cap == 1000
    assert understand(statement()).include_cap is None
    assert all(one.last_tried and one.source and one.says for one in DEVIATIONS)


def test_limits_take_away_and_never_give() -> None:
    full = understand(statement())
    none = full.limited(Limits(False, False, False, False, False))
    assert (none.transaction, none.batch, none.revinclude) == (False, False, False)
    assert (none.of("Task").conditional_create, none.of("Task").if_match) == (False, False)
    assert none.of("Task").interactions == full.of("Task").interactions
    assert Capabilities().limited(Limits()) == Capabilities()
    assert full.limited(Limits()) == full


@pytest.mark.parametrize("version", ["5.0.0", "3.0.2", "1.0.2", "6.0.0-ballot3", "", None, 40])
def test_another_fhir_version_is_refused_by_name(version: Any) -> None:
    said = statement(fhirVersion=version)
    if version is None:
        del said["fhirVersion"]
    with pytest.raises(ServerUnfit, match=r"R4 \(4\.0\.1\)"):
        asked(reply(said))


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {"content-type": "text/html"}, b"<html>Rosa</html>"),
        reply({"resourceType": "OperationOutcome"}),
        reply([]),
        Response(200, {}, b""),
    ],
)
def test_what_is_no_fhir_server_is_said_to_be_none(answer: Response) -> None:
    with pytest.raises(ServerUnfit, match="no FHIR server") as caught:
        asked(answer)
    assert "Rosa" not in caught.value.message


@pytest.mark.parametrize(("status", "words"), [(401, "answered 401"), (404, "answered 404"), (302, "answered 302")])
def test_a_refusal_names_its_status(status: int, words: str) -> None:
    with pytest.raises(ServerUnfit, match=words):
        asked(Response(status))


@pytest.mark.parametrize("sent", [True, False])
def test_no_answer_is_unreachable_after_patience(sent: bool) -> None:
    with pytest.raises(ServerUnreachable) as caught:
        asked(Failure("timeout", sent))
    assert caught.value.sent is sent


def test_an_endless_statement_is_unfit_not_unreachable() -> None:
    with pytest.raises(ServerUnfit):
        asked(Failure("too-large", True))


def test_limits_hold_from_the_first_reading() -> None:
    found = asked(Response(200, {}, json.dumps(statement()).encode()), Limits(transaction=False))
    assert not found.transaction
    assert found.batch


@pytest.mark.parametrize(
    ("name", "checked"),
    [("Example", False), ("WSO2 FHIR Server", True), ("Medplum", True), ("Helios FHIR Server", True)],
)
def test_versioned_alone_says_nothing_and_the_dated_table_may(name: str, checked: bool) -> None:
    assert understand(statement(software={"name": name})).of("Patient").if_match is checked


def test_what_a_site_has_proven_counts_as_stated() -> None:
    proven = frozenset({"if-match", "conditional-create", "batch", "revinclude"})
    found = asked(reply(statement()), Limits(proven=proven))
    assert found.of("Patient").if_match
    assert found.keeps_apart("Patient")
    assert found.reverse_includes("Goal", "patient")
    off = asked(reply(statement()), Limits(proven=proven, if_match=False))
    assert not off.of("Patient").if_match, "what is switched off is off"


def test_a_stale_version_that_was_refused_proves_it_for_all_types() -> None:
    found = understand(statement()).checking_versions()
    assert found.of("Patient").if_match
    assert found.of("Task").if_match


def asked_both_ways(short: Response, whole: Response) -> tuple[Capabilities, list[str]]:
    """What is understood of a server that answers the short question and the whole one so, and what it was asked."""
    server = Fake()
    server.fault("GET", re.escape(SHORT), short)
    server.fault("GET", "metadata", whole)
    return server.run(read_capabilities()), server.sent("GET")


def test_only_what_is_read_is_asked_for() -> None:
    whole = statement(format=["json"])
    assert asked_both_ways(reply(whole), Response(500)) == (understand(whole), [SHORT])


def _without(element: str) -> dict[str, Any]:
    """The statement of a server that has left out an element nobody asked it to leave out."""
    said = json.loads(json.dumps(statement()))
    for one in (said, *said["rest"], *said["rest"][1]["resource"]):
        one.pop(element, None)
    return said


@pytest.mark.parametrize(
    "short",
    [
        Response(400),
        Response(404),
        Response(500),
        Response(501),
        Response(200, {"content-type": "text/html"}, b"<html>"),
        reply({"resourceType": "OperationOutcome"}),
        *(
            reply(_without(element))
            for element in (
                *("fhirVersion", "software", "rest", "resource", "interaction", "conditionalCreate", "versioning"),
                *("searchParam", "searchRevInclude"),
            )
        ),
    ],
)
def test_a_server_that_does_not_take_the_short_question_is_asked_the_whole_one(short: Response) -> None:
    assert asked_both_ways(short, reply(statement())) == (understand(statement()), [SHORT, "metadata"])


@pytest.mark.parametrize("status", [401, 403])
def test_who_is_not_let_in_is_not_asked_twice(status: int) -> None:
    with pytest.raises(ServerUnfit, match=str(status)):
        asked_both_ways(Response(status), reply(statement()))
