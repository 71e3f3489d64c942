"""What both drivers promise, tried on loopback: no redirects, a cap, a token for its own home only (rule R8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Request, Response, Wait, Waited, ask, exchange, get
from carefhir.transport.httpx_driver import HttpxDriver
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.requests_driver import RequestsDriver
from tests.unit.transport.loopback import Loopback, refusing, serving

Run = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[Loopback]:
    """One for each test: what a test gave up waiting for may arrive while the next one looks at what was seen."""
    with serving() as one:
        yield one


@pytest.fixture
def nobody() -> Iterator[str]:
    with refusing() as base:
        yield base


def by_requests(flow: Any, *homes: Home, **more: Any) -> Any:
    with RequestsDriver(*homes, **more) as driver:
        return driver.run(flow)


def by_httpx(flow: Any, *homes: Home, **more: Any) -> Any:
    async def inside() -> Any:
        async with HttpxDriver(*homes, **more) as driver:
            return await driver.run(flow)

    return asyncio.run(inside())


@pytest.fixture(params=[by_requests, by_httpx])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


def heard(run: Run, server: Loopback, target: str, **more: Any) -> Any:
    return run(ask(get(target)), Home.at(server.base), **more)


def test_an_answer_has_status_headers_in_lower_case_and_bytes(run: Run, server: Loopback) -> None:
    answer = heard(run, server, "Task/1?a=b%7Cc,d&e=http:%2F%2Fx%20y")
    assert (answer.status, answer.body) == (200, b"/r4/Task/1?a=b%7Cc,d&e=http:%2F%2Fx%20y")
    assert (answer.headers["etag"], answer.headers["x-odd"]) == ('W/"3"', "a b")


@pytest.mark.parametrize(("target", "path"), [("", "/r4"), ("?_getpages=x", "/r4?_getpages=x"), ("Task", "/r4/Task")])
def test_a_target_is_put_onto_the_base(run: Run, server: Loopback, target: str, path: str) -> None:
    heard(run, server, target)
    assert server.seen[0][1] == path


def test_a_request_arrives_as_it_was_written(run: Run, server: Loopback) -> None:
    headers = (("Content-Type", "application/fhir+json"), ("If-None-Exist", "identifier=a%7Cb"), ("If-Match", 'W/"3"'))
    run(ask(Request("PUT", "Task/1", headers, b'{"a":1.50}')), Home.at(server.base))
    method, _, seen, body = server.seen[0]
    assert (method, body) == ("PUT", b'{"a":1.50}')
    assert (seen["content-type"], seen["if-none-exist"]) == ("application/fhir+json", "identifier=a%7Cb")
    assert (seen["if-match"], seen["user-agent"]) == ('W/"3"', "carefhir")
    assert "authorization" not in seen


def test_a_redirect_is_an_answer_and_not_followed(run: Run, server: Loopback) -> None:
    answer = heard(run, server, "redirect", keyring=Keyring({"main": Bearer("secret")}))
    assert answer.status == 302
    assert [path for _, path, _, _ in server.seen] == ["/r4/redirect"]


@pytest.mark.parametrize("target", ["big", "bomb"])
def test_an_answer_over_the_cap_is_not_held(run: Run, server: Loopback, target: str) -> None:
    assert heard(run, server, target, largest=4095) == Failure("too-large", True)


def test_an_answer_at_the_cap_is(run: Run, server: Loopback) -> None:
    assert len(heard(run, server, "big", largest=4096).body) == 4096


def test_compressed_answers_are_unpacked(run: Run, server: Loopback) -> None:
    assert heard(run, server, "zipped").body == b'{"a":1.50}'


def test_an_empty_answer_is_an_answer(run: Run, server: Loopback) -> None:
    answer = heard(run, server, "empty")
    assert (answer.status, answer.body) == (204, b"")


def test_an_error_status_is_an_answer_not_a_failure(run: Run, server: Loopback) -> None:
    answer = heard(run, server, "error")
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, b"busy", "2")


def test_where_nobody_listens_nothing_was_sent(run: Run, nobody: str) -> None:
    answer = run(ask(get("metadata")), Home.at(nobody))
    assert (answer.kind, answer.sent) == ("unreachable", False)


@pytest.mark.parametrize("target", ["hang", "stall"])
def test_who_does_not_answer_in_time_may_have_received_it(run: Run, server: Loopback, target: str) -> None:
    answer = heard(run, server, target, timeout=(5.0, 0.2))
    assert (answer.kind, answer.sent) == ("timeout", True)


@pytest.mark.parametrize("target", ["short", "hangup"])
def test_a_broken_answer_may_have_been_carried_out(run: Run, server: Loopback, target: str) -> None:
    answer = heard(run, server, target)
    assert (answer.kind, answer.sent) == ("broken", True)


def test_a_token_goes_to_its_own_home_only(run: Run, server: Loopback) -> None:
    with serving() as other:
        homes = (Home.at(server.base), Home.at(other.base, name="companion"))
        run(exchange([get("a"), get("b", home="companion")]), *homes, keyring=Keyring({"main": Bearer("secret")}))
        assert server.seen[0][2]["authorization"] == "Bearer secret"
        assert "authorization" not in other.seen[0][2]


def test_each_home_has_its_own_token(run: Run, server: Loopback) -> None:
    with serving() as other:
        homes = (Home.at(server.base), Home.at(other.base, name="companion"))
        run(
            exchange([get("a"), get("b", home="companion")]),
            *homes,
            keyring=Keyring({"main": Bearer("one"), "companion": Bearer("two")}),
        )
        assert server.seen[0][2]["authorization"] == "Bearer one"
        assert other.seen[0][2]["authorization"] == "Bearer two"


def test_the_environment_is_not_asked(
    run: Run, server: Loopback, nobody: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert heard(run, server, "a", keyring=Keyring({"main": Bearer("secret")})).status == 200
    assert heard(run, server, "b").status == 200
    assert server.seen[0][2]["authorization"] == "Bearer secret"
    assert "authorization" not in server.seen[1][2]


@pytest.mark.parametrize("lanes", [1, 2, 6])
def test_lanes_keep_the_order(run: Run, server: Loopback, lanes: int) -> None:
    answers = run(exchange(get(f"n{number}") for number in range(20)), Home.at(server.base), lanes=lanes)
    assert [one.body for one in answers] == [f"/r4/n{number}".encode() for number in range(20)]


def test_a_failure_in_a_round_leaves_the_others_their_answers(run: Run, server: Loopback) -> None:
    answers = run(exchange([get("a"), get("hangup"), get("b")]), Home.at(server.base))
    assert [type(one) for one in answers] == [Response, Failure, Response]


def test_the_flows_value_and_its_exceptions_come_through(run: Run, server: Loopback) -> None:
    def flow(fails: bool) -> Generator[Any, Any, str]:
        yield from ask(get("a"))
        if fails:
            raise LookupError("no")
        return "value"

    assert run(flow(False), Home.at(server.base)) == "value"
    with pytest.raises(LookupError):
        run(flow(True), Home.at(server.base))
    assert run(exchange([]), Home.at(server.base)) == ()


def test_a_wait_is_answered_in_its_place(run: Run, server: Loopback) -> None:
    def flow() -> Generator[Any, Any, Any]:
        answers = yield (Wait(0.0), get("a"))
        return answers

    answers = run(flow(), Home.at(server.base))
    assert answers[0] == Waited()
    assert answers[1].status == 200


@pytest.mark.parametrize("target", ["Task?x=\n\x00\x7f", "Task?x=" + "y" * 70_000, "Task?x=é", "a b"])
def test_no_target_a_server_names_makes_a_driver_raise(run: Run, server: Loopback, target: str) -> None:
    assert isinstance(heard(run, server, target), Response | Failure)


def test_both_drivers_give_equal_answers_for_one_flow(server: Loopback) -> None:
    def flow() -> Generator[Any, Any, Any]:
        first = yield from exchange(
            get(one) for one in ("ok", "redirect", "zipped", "empty", "error", "hangup", "short", "Task?a=b%7Cc")
        )
        second = yield from ask(Request("POST", "", (("Content-Type", "application/fhir+json"),), b"{}"))
        return [
            (one.kind, one.sent)
            if isinstance(one, Failure)
            else (one.status, one.body, {k: v for k, v in one.headers.items() if k != "date"})
            for one in (*first, second)
        ]

    home = Home.at(server.base)
    assert by_requests(flow(), home) == by_httpx(flow(), home)
