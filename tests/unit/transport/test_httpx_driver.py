"""Faults on the async driver, by respx: what went wrong, and whether it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import respx

from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Response, ask, exchange, get, pause
from carefhir.transport.httpx_driver import HttpxDriver
from carefhir.transport.keyring import Bearer, Keyring

HOME = Home.at("http://fhir.example/r4")


def run(flow: Any, **more: Any) -> Any:
    async def inside() -> Any:
        async with HttpxDriver(HOME, **more) as driver:
            return await driver.run(flow)

    return asyncio.run(inside())


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (httpx.ConnectError, ("unreachable", False)),
        (httpx.ConnectTimeout, ("unreachable", False)),
        (httpx.ReadTimeout, ("timeout", True)),
        (httpx.WriteTimeout, ("timeout", True)),
        (httpx.PoolTimeout, ("timeout", True)),
        (httpx.ReadError, ("broken", True)),
        (httpx.WriteError, ("broken", True)),
        (httpx.RemoteProtocolError, ("broken", True)),
        (httpx.DecodingError, ("broken", True)),
    ],
)
@respx.mock
def test_what_went_wrong_and_whether_it_was_sent(error: Any, failure: tuple[str, bool]) -> None:
    respx.get("http://fhir.example/r4/Task/1").mock(side_effect=error)
    answer = run(ask(get("Task/1")))
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.sent) == failure


@respx.mock
def test_a_503_with_odd_headers_is_an_answer() -> None:
    odd = [("X-Twice", "a"), ("X-Twice", "b"), ("Content-Type", ""), ("RETRY-AFTER", "soon")]
    respx.get("http://fhir.example/r4/x").respond(503, headers=odd, content=b"busy")
    answer = run(ask(get("x")))
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (503, b"busy")
    assert (answer.headers["x-twice"], answer.headers["retry-after"]) == ("a, b", "soon")


class Truncated(httpx.AsyncByteStream):
    """Half an answer, then a lost connection."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"resourceType":"Bun'
        raise httpx.ReadError("gone")


@respx.mock
def test_half_an_answer_is_none() -> None:
    respx.get("http://fhir.example/r4/x").mock(return_value=httpx.Response(200, stream=Truncated()))
    answer = run(ask(get("x")))
    assert (answer.kind, answer.sent) == ("broken", True)


@respx.mock
def test_answers_come_in_the_order_asked_not_in_the_order_they_arrive() -> None:
    arrived: list[str] = []

    async def backwards(request: httpx.Request) -> httpx.Response:
        name = request.url.path[-1]
        for _ in range(10 - int(name)):
            await asyncio.sleep(0)
        arrived.append(name)
        return httpx.Response(200, content=name.encode())

    respx.get(url__regex=r"http://fhir\.example/r4/\d").mock(side_effect=backwards)
    answers = run(exchange(get(str(number)) for number in range(6)))
    assert [one.body for one in answers] == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert arrived != sorted(arrived)


@pytest.mark.parametrize("lanes", [1, 3])
@respx.mock
def test_lanes_bound_how_many_run_at_once(lanes: int) -> None:
    running = most = 0
    meet = asyncio.Barrier(lanes)  # not a moment's sleep: on a loaded machine the first would be gone before the next

    async def count(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.wait_for(meet.wait(), timeout=120)
        running -= 1
        return httpx.Response(200)

    respx.get(url__regex=".*").mock(side_effect=count)
    run(exchange(get(str(number)) for number in range(9)), lanes=lanes)
    assert most == lanes


@respx.mock
def test_a_redirect_is_not_followed_even_by_a_client_that_would() -> None:
    respx.get("http://fhir.example/r4/x").respond(302, headers={"Location": "http://evil.example/"})
    trap = respx.get("http://evil.example/").respond(200)

    async def inside() -> Any:
        async with httpx.AsyncClient(follow_redirects=True) as client:
            return await HttpxDriver(HOME, client=client, keyring=Keyring({"main": Bearer("secret")})).run(
                ask(get("x"))
            )

    assert asyncio.run(inside()).status == 302
    assert not trap.called


@respx.mock
def test_a_client_of_the_services_own_is_left_open() -> None:
    respx.get("http://fhir.example/r4/x").respond(200)

    async def inside() -> bool:
        async with httpx.AsyncClient() as client:
            async with HttpxDriver(HOME, client=client) as driver:
                await driver.run(ask(get("x")))
            return client.is_closed

    assert asyncio.run(inside()) is False


@respx.mock
def test_a_link_that_is_no_url_is_a_failure_and_nothing_was_sent() -> None:
    answer = run(ask(get("Task?x=\x00")))
    assert isinstance(answer, Failure)
    assert not answer.sent


def test_waiting_lets_the_loop_go_on() -> None:
    assert run(pause(0.0)) is None
