"""Asking again: only what changes nothing, only where the trouble passes, and never for long."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from carefhir.fhir.retry import Patience, retrying
from carefhir.fhir.wire import Failure, Request, Response, Wait, Waited, ask, exchange, get

OK = Response(200, {}, b"ok")
LOST = Failure("broken", True)
READ = get("Patient/1")


def told(flow: Generator[Any, Any, Any], answers: Sequence[tuple[Any, ...]]) -> tuple[Any, list[Any]]:
    """Runs a retried flow against rounds of answers; waits are answered by themselves. Gives value and asks."""
    asked: list[Any] = []
    left = list(answers)
    try:
        asks = flow.send(None)
        while True:
            asked.append(asks)
            waiting = all(isinstance(one, Wait) for one in asks)
            asks = flow.send((Waited(),) if waiting else left.pop(0))
    except StopIteration as stop:
        assert not left, "answers were left over"
        return stop.value, asked


def waits(asked: list[Any]) -> list[float]:
    return [one.seconds for asks in asked for one in asks if isinstance(one, Wait)]


def test_a_good_answer_is_not_asked_for_again() -> None:
    assert told(retrying(ask(READ)), [(OK,)]) == (OK, [(READ,)])


@pytest.mark.parametrize("trouble", [LOST, Failure("unreachable", False), Failure("timeout", True), Response(429)])
def test_passing_trouble_of_a_read_is_asked_again(trouble: Response | Failure) -> None:
    value, asked = told(retrying(ask(READ)), [(trouble,), (OK,)])
    assert value == OK
    assert [one for one in asked if one == (READ,)] == [(READ,), (READ,)]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_passing_server_errors_are_asked_again(status: int) -> None:
    assert told(retrying(ask(READ)), [(Response(status),), (OK,)])[0] == OK


@pytest.mark.parametrize(
    "answer", [Response(500), Response(404), Response(401), Response(412), Failure("too-large", True)]
)
def test_what_will_not_pass_is_believed_at_once(answer: Response | Failure) -> None:
    assert told(retrying(ask(READ)), [(answer,)]) == (answer, [(READ,)])


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("trouble", [LOST, Failure("unreachable", False), Response(503), Response(429)])
def test_a_write_is_never_asked_twice(method: Any, trouble: Response | Failure) -> None:
    write = Request(method, "Task", (), b"{}")
    assert told(retrying(ask(write)), [(trouble,)]) == (trouble, [(write,)])


def test_in_a_mixed_round_only_the_reads_that_failed_are_asked_again() -> None:
    write = Request("POST", "Task", (), b"{}")
    other = get("Patient/2")
    value, asked = told(retrying(exchange([READ, write, other])), [(LOST, LOST, OK), (OK,)])
    assert value == (OK, LOST, OK)
    assert [asks for asks in asked if not isinstance(asks[0], Wait)] == [(READ, write, other), (READ,)]


def test_the_last_answer_counts_after_the_tries_are_used_up() -> None:
    rounds = [(LOST,), (Response(503),), (Response(429),), (Response(504),)]
    value, asked = told(retrying(ask(READ)), rounds)
    assert value == Response(504)
    assert waits(asked) == [0.25, 0.5, 1.0]


def test_no_tries_means_no_second_question() -> None:
    assert told(retrying(ask(READ), Patience(attempts=0)), [(LOST,)]) == (LOST, [(READ,)])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("86400", 10.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0.25),
        ("-1", 0.25),
        ("²", 0.25),
        ("", 0.25),
    ],
)
def test_retry_after_is_honored_and_bounded(header: str, seconds: float) -> None:
    value, asked = told(retrying(ask(READ)), [(Response(429, {"retry-after": header}),), (OK,)])
    assert (value, waits(asked)) == (OK, [seconds])


def test_the_longest_retry_after_of_a_round_counts() -> None:
    rounds = [(LOST, Response(429, {"retry-after": "7"})), (OK, OK)]
    _, asked = told(retrying(exchange([READ, get("Patient/2")])), rounds)
    assert waits(asked) == [7.0]


def test_every_round_of_the_flow_has_its_own_tries() -> None:
    def two() -> Generator[Any, Any, tuple[Any, Any]]:
        first = yield from ask(READ)
        second = yield from ask(get("Patient/2"))
        return first, second

    value, _ = told(retrying(two()), [(LOST,), (LOST,), (LOST,), (OK,), (LOST,), (LOST,), (LOST,), (OK,)])
    assert value == (OK, OK)


def test_a_flow_that_asks_nothing_returns_its_value() -> None:
    assert told(retrying(exchange([])), []) == ((), [])


def test_a_wait_of_the_flow_itself_passes_through() -> None:
    def waiting() -> Generator[Any, Any, str]:
        yield (Wait(2.0),)
        return "done"

    value, asked = told(retrying(waiting()), [])
    assert (value, waits(asked)) == ("done", [2.0])


def test_what_the_flow_raises_comes_through() -> None:
    def failing() -> Generator[Any, Any, None]:
        yield from ask(READ)
        raise LookupError("no")

    with pytest.raises(LookupError):
        told(retrying(failing()), [(OK,)])
