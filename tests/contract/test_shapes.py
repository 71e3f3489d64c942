"""The shapes of servers are held to their rows: each is refused as it says, works beside it, has a source and a day,
and the CapabilityStatement says neither more nor less. A row without an exchange fails."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest

from carefhir.sandbox import SHAPES, Sandbox, described, shape, start
from carefhir.sandbox.knobs import INTERACTIONS
from carefhir.sandbox.parameters import TYPES
from tests.support.deep import some

from .client import Reply, Server
from .shape_exchanges import EXCHANGES as EHRS
from .shape_exchanges import HELD, OUTSIDE, Exchange
from .tried_shape_exchanges import TRIED

EXCHANGES = {**EHRS, **TRIED}
ROWS = [pytest.param(name, row, id=f"{name}-{row}") for name, rows in EXCHANGES.items() for row in rows]


def filled(sandbox: Sandbox) -> Sandbox:
    """The same, and it holds what a hospital holds already."""
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}} for each in HELD
    ]
    loaded = sandbox.take(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode())
    assert loaded.status == 200, loaded.diagnostics
    return sandbox


class ShapedServer(Server):
    """A sandbox asked in this process."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__("shaped", "http://localhost/fhir")
        self.sandbox = sandbox

    def call(self, method: str, target: str = "", body: Any = None, **headers: str) -> Reply:
        sent = json.dumps(body).encode() if body is not None else b""
        answer = self.sandbox.handle(method, target, headers, sent)
        return Reply(answer.status, answer.headers, answer.body.decode())


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_row_is_kept(name: str, row: str) -> None:
    hold_all(ShapedServer(filled(Sandbox(shape(name)))), EXCHANGES[name][row])


@pytest.mark.parametrize(("name", "row"), some(ROWS, 6))
def test_a_row_is_kept_over_the_wire(name: str, row: str) -> None:
    with start(filled(Sandbox(shape(name)))) as running:
        hold_all(Server("shaped", running.base), EXCHANGES[name][row])


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_row_is_what_makes_it_so(name: str, row: str) -> None:
    """On a good server at least one of the row's exchanges comes out otherwise: none is true of every server."""
    with pytest.raises(AssertionError):
        hold_all(ShapedServer(filled(Sandbox())), EXCHANGES[name][row])


def hold_all(server: Server, exchanges: Sequence[Exchange]) -> None:
    for exchange in exchanges:
        hold(server, exchange)


def hold(server: Server, exchange: Exchange) -> None:
    reply = server.call(exchange.method, exchange.target, exchange.body, **exchange.headers)
    assert reply.status == exchange.status, (exchange.method, exchange.target, reply.status, reply.text)
    if exchange.code == "-":
        assert reply.text == ""
    elif exchange.code:
        assert reply.json["issue"][0]["code"] == exchange.code, reply.text
    if exchange.shows is not None:
        assert exchange.shows(reply) == exchange.wanted, reply.text


@pytest.mark.parametrize("name", SHAPES)
def test_every_row_has_a_source_and_a_day(name: str) -> None:
    rows = described(name).rows
    assert len({row.id for row in rows}) == len(rows) > 0
    for row in rows:
        assert row.says.endswith("."), row.id
        assert row.source, row.id
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", row.day), row.id
        assert row.knobs, row.id


@pytest.mark.parametrize("name", SHAPES)
def test_every_row_has_its_exchanges(name: str) -> None:
    """And each has one that works, or is itself about what is answered where nothing is refused."""
    assert rows_without(name) == set()
    assert set(EXCHANGES[name]) <= {row.id for row in described(name).rows}
    for row, exchanges in EXCHANGES[name].items():
        assert any(exchange.status < 300 for exchange in exchanges), row
        assert any(exchange.status >= 400 or exchange.shows for exchange in exchanges), row


def rows_without(name: str) -> set[str]:
    """The rows of a shape that no exchange holds, here or in front of the server."""
    outside = {row for shape_name, row in OUTSIDE if shape_name == name}
    held = {row for row, exchanges in EXCHANGES.get(name, {}).items() if exchanges}
    return {row.id for row in described(name).rows} - held - outside


def test_a_row_without_an_exchange_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any shape: one that nobody wrote an exchange for, and one whose exchanges are gone."""
    monkeypatch.setitem(EXCHANGES, "epic", {**EHRS["epic"], "types": ()})
    monkeypatch.delitem(EXCHANGES, "wso2")
    assert rows_without("epic") == {"types"}
    assert rows_without("wso2") == {row.id for row in described("wso2").rows}


def asked(sandbox: Sandbox, method: str, target: str, body: Any = None) -> tuple[int, str]:
    """Status and issue code."""
    answer = sandbox.handle(method, target, {}, json.dumps(body).encode() if body is not None else b"")
    content = json.loads(answer.body) if answer.body else {}
    issues = content.get("issue") if content.get("resourceType") == "OperationOutcome" else None
    return answer.status, issues[0]["code"] if issues else ""


def offered(sandbox: Sandbox, type_: str, interaction: str) -> bool:
    """Whether the type answers this as something it has, whatever becomes of it."""
    body = {"resourceType": type_, "id": "x1"}
    method, target, sent = {
        "read": ("GET", f"{type_}/x1", None),
        "vread": ("GET", f"{type_}/x1/_history/1", None),
        "history-instance": ("GET", f"{type_}/x1/_history", None),
        "search-type": ("GET", f"{type_}?_id=x1", None),
        "create": ("POST", type_, {"resourceType": type_}),
        "update": ("PUT", f"{type_}/x1", body),
        "delete": ("DELETE", f"{type_}/x1", None),
    }[interaction]
    return asked(sandbox, method, target, sent)[1] != "not-supported"


def statement(sandbox: Sandbox) -> dict[str, Any]:
    stated = json.loads(sandbox.handle("GET", "metadata").body)["rest"][0]
    return {**stated, "resource": {each["type"]: each for each in stated["resource"]}}


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_stated_of_a_type_is_what_it_does(name: str) -> None:
    """What is stated and not granted (403) counts as stated: a client learns of it by asking."""
    sandbox = Sandbox(shape(name))
    stated = {
        type_: [each["code"] for each in resource["interaction"]]
        for type_, resource in statement(sandbox)["resource"].items()
    }
    done = {type_: [each for each in INTERACTIONS if offered(sandbox, type_, each)] for type_ in TYPES}
    assert stated == {type_: interactions for type_, interactions in done.items() if interactions}


@pytest.mark.parametrize("name", [name for name in SHAPES if not shape(name).lenient])
def test_the_stated_search_parameters_are_those_it_knows(name: str) -> None:
    sandbox = Sandbox(shape(name))
    for type_, resource in statement(sandbox)["resource"].items():
        if {"code": "search-type"} in resource["interaction"]:
            stated = {each["name"] for each in resource["searchParam"]}
            known = {
                code for code in TYPES[type_].params if asked(sandbox, "GET", f"{type_}?{code}=1")[1] != "not-supported"
            }
            assert known == stated, type_


@pytest.mark.parametrize("name", EHRS)
def test_the_stated_includes_are_those_it_takes(name: str) -> None:
    sandbox = Sandbox(shape(name))
    for type_, resource in statement(sandbox)["resource"].items():
        if {"code": "search-type"} not in resource["interaction"]:
            assert "searchRevInclude" not in resource
            continue
        for word, element in (("_include", "searchInclude"), ("_revinclude", "searchRevInclude")):
            for include in resource.get(element, []):
                assert asked(sandbox, "GET", f"{type_}?_id=1&{word}={include}") == (200, ""), (type_, include)
    if "searchRevInclude" not in statement(sandbox)["resource"]["Patient"]:
        assert asked(sandbox, "GET", "Patient?_id=1&_revinclude=Flag:patient")[0] == 400


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_bundles_are_stated_where_they_are_taken(name: str, kind: str) -> None:
    sandbox = Sandbox(shape(name))
    taken = asked(sandbox, "POST", "", {"resourceType": "Bundle", "type": kind})[0] == 200
    assert ({"code": kind} in statement(sandbox).get("interaction", [])) is taken


@pytest.mark.parametrize("name", SHAPES)
def test_versions_and_conditions_are_stated_as_they_are(name: str) -> None:
    """A server may state less than it does of versions; that it keeps them where it does not is stated of none."""
    sandbox = filled(Sandbox(shape(name)))
    tag = sandbox.handle("GET", "Goal/g1").headers.get("ETag")
    for type_, resource in statement(sandbox)["resource"].items():
        assert (tag is None) == (resource.get("versioning") == "no-version"), type_
        conditional = sandbox.knobs.conditional_create and {"code": "create"} in resource["interaction"]
        assert resource["conditionalCreate"] is conditional, type_


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_good_server_is_not_refused_what_a_shape_refuses_for_being_loaded(name: str) -> None:
    """What a hospital holds came in by other ways than FHIR: a shape limits what clients write, not what is there."""
    sandbox = filled(Sandbox(shape(name)))
    there = {f"{type_}/{id_}" for type_, records in sandbox._store.types.items() for id_ in records}
    assert there == {f"{each['resourceType']}/{each['id']}" for each in HELD}
