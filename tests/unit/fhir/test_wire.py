"""Flows: lockstep, order, return values; nothing here needs a network or a clock."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from carefhir.fhir.wire import (
    Failure,
    Request,
    Response,
    Wait,
    Waited,
    ask,
    exchange,
    get,
    pause,
    together,
)


def drive(flow: Generator[Any, Any, Any]) -> tuple[Any, list[tuple[str, ...]]]:
    """Runs a flow by hand; every request is answered with its own target as body. Gives value and rounds."""
    rounds: list[tuple[str, ...]] = []
    try:
        asks = flow.send(None)
        while True:
            rounds.append(tuple("wait" if isinstance(one, Wait) else one.target for one in asks))
            asks = flow.send(
                tuple(Waited() if isinstance(one, Wait) else Response(200, {}, one.target.encode()) for one in asks)
            )
    except StopIteration as stop:
        return stop.value, rounds


def chain(name: str, length: int) -> Generator[Any, Any, str]:
    """A flow of `length` rounds that returns what it was answered."""
    heard = []
    for number in range(length):
        answer = yield from ask(get(f"{name}{number}"))
        assert isinstance(answer, Response)
        heard.append(answer.body.decode())
    return "+".join(heard)


def test_together_asks_in_lockstep_and_keeps_every_return_value_in_its_place() -> None:
    value, rounds = drive(together([chain("a", 1), chain("b", 3), chain("c", 0), chain("d", 2)]))
    assert value == ["a0", "b0+b1+b2", "", "d0+d1"]
    assert rounds == [("a0", "b0", "d0"), ("b1", "d1"), ("b2",)]


def test_together_of_nothing_asks_nothing() -> None:
    assert drive(together([])) == ([], [])
    assert drive(together([chain("a", 0)])) == ([""], [])


def test_together_hands_each_flow_its_own_answers_when_one_asks_several_at_once() -> None:
    def wide() -> Generator[Any, Any, list[bytes]]:
        answers = yield from exchange([get("x"), get("y")])
        return [one.body for one in answers if isinstance(one, Response)]

    value, rounds = drive(together([chain("a", 2), wide(), chain("b", 1)]))
    assert value == ["a0+a1", [b"x", b"y"], "b0"]
    assert rounds == [("a0", "x", "y", "b0"), ("a1",)]


def test_together_nests() -> None:
    value, rounds = drive(together([together([chain("a", 2), chain("b", 1)]), chain("c", 2)]))
    assert value == [["a0+a1", "b0"], "c0+c1"]
    assert rounds == [("a0", "b0", "c0"), ("a1", "c1")]


def test_together_lets_an_exception_of_one_flow_through() -> None:
    def failing() -> Generator[Any, Any, None]:
        yield from ask(get("f0"))
        raise LookupError("not here")

    with pytest.raises(LookupError, match="not here"):
        drive(together([chain("a", 3), failing()]))


def test_a_stop_iteration_inside_a_flow_is_no_return_value() -> None:
    def bare() -> Generator[Any, Any, None]:
        yield from ask(get("x"))
        next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        drive(together([bare()]))


def test_exchange_of_nothing_makes_no_round() -> None:
    assert drive(exchange([])) == ((), [])


def test_exchange_answers_in_the_order_asked_and_keeps_failures_as_values() -> None:
    flow = exchange([get("a"), get("b")])
    next(flow)
    lost = Failure("timeout", True)
    with pytest.raises(StopIteration) as stop:
        flow.send((lost, Response(200)))
    assert stop.value.value == (lost, Response(200))


def test_pause_asks_for_time() -> None:
    assert drive(pause(1.5)) == (None, [("wait",)])


def test_get_is_never_answered_from_a_cache_and_may_be_repeated() -> None:
    request = get("Patient/1", home="shadow", headers=(("X", "y"),))
    assert ("Cache-Control", "no-cache") in request.headers
    assert ("X", "y") in request.headers
    assert (request.method, request.home, request.repeatable) == ("GET", "shadow", True)


def test_a_request_is_not_repeatable_unless_somebody_says_so() -> None:
    assert Request("POST", "Task").repeatable is False
    assert Request("PUT", "Task/1").repeatable is False
