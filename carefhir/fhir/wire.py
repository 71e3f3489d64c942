"""Flows ask, drivers send.

A *flow* is a generator: it yields requests (several at once where order does not matter, or a `Wait`), is sent the
answers in the same order, and returns a value. It imports no HTTP library and reads no clock. Failures
are values, not exceptions thrown in: throwing would lose the other answers of the round. A `Failure` says whether
bytes were *sent*, since a write that never left may simply be sent again and one that did may have been carried out.

Rules for flows (each was paid for): no `yield` inside `finally`; resuming is the only recovery; no bare `next()`
(PEP 479); several flows at once go through `together`, in lockstep rounds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

MAIN = "main"
"""The home of everything, unless a site names a companion server (rule R7)."""

NO_CACHE = ("Cache-Control", "no-cache")
"""On every read: HAPI by default repeats searches from a cache of 60 s, where a new Task is invisible."""

FHIR_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, its target relative to the base of its home and already percent-encoded ("" is the base).

    `repeatable` is true for what changes nothing on the server, however often it is sent (reads, `_search`, batches
    of reads); only such requests are ever repeated without looking first.
    """

    method: Literal["GET", "POST", "PUT"]
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    home: str = MAIN
    repeatable: bool = False
    bearer: str = field(default="", repr=False)
    """The token of its home, put on by `transport.signed_in` and by nothing else (rule R8)."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A form for an authorization server, which is no home: `url` is absolute, and no bearer token goes with it.

    Shown nowhere: the form and the headers hold what a client proves itself with.
    """

    url: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RenewalRequest:
    """Asks whoever lent a token for its successor; `renew` gives an authorization server's answer, as to a
    `TokenRequest`. Only the async driver can: the lender is a service."""

    renew: Callable[[], Awaitable[Response | Failure]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Asks the driver to let `seconds` pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Failure:
    """No usable answer. `sent` is false only when no byte of the request can have reached the server."""

    kind: Literal["unreachable", "timeout", "broken", "too-large", "not signed in", "token renewed"]
    """`not signed in`: there was no token to ask with, and `detail` is a sentence that says why. `token renewed`: the
    token was refused, the request with it, and there is a new one."""
    sent: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Waited:
    """The answer to a `Wait`."""


T = TypeVar("T")
Ask: TypeAlias = Request | TokenRequest | RenewalRequest | Wait
Answer: TypeAlias = Response | Failure | Waited
Flow: TypeAlias = Generator[tuple[Ask, ...], tuple[Answer, ...], T]


def exchange(requests: Iterable[Request]) -> Flow[tuple[Response | Failure, ...]]:
    """Asks several requests in one round; answers in the same order."""
    asks = tuple(requests)
    if not asks:
        return ()
    answers = yield asks
    return tuple(answer for answer in answers if not isinstance(answer, Waited))


def ask(request: Request) -> Flow[Response | Failure]:
    """Asks one request."""
    (answer,) = yield from exchange((request,))
    return answer


def pause(seconds: float) -> Flow[None]:
    """Lets time pass, without a clock of our own."""
    yield (Wait(seconds),)


def get(target: str, *, home: str = MAIN, headers: tuple[tuple[str, str], ...] = ()) -> Request:
    """A read, never answered from a cache."""
    return Request("GET", target, (("Accept", FHIR_JSON), NO_CACHE, *headers), home=home, repeatable=True)


def post_search(type_: str, query: str, *, home: str = MAIN) -> Request:
    """A search whose values must not be in a URL (rule R9)."""
    headers = (("Accept", FHIR_JSON), ("Content-Type", "application/x-www-form-urlencoded"), NO_CACHE)
    return Request("POST", f"{type_}/_search", headers, query.encode(), home=home, repeatable=True)


def together(flows: Sequence[Flow[Any]]) -> Flow[list[Any]]:
    """Runs several flows at once in lockstep rounds: one round asks what all of them ask now."""
    results: list[Any] = [None] * len(flows)
    waiting: dict[int, tuple[Ask, ...]] = {}

    def step(index: int, answers: tuple[Answer, ...] | None) -> None:
        try:
            waiting[index] = flows[index].send(answers)  # type: ignore[arg-type]  # a new generator takes None
        except StopIteration as stop:
            waiting.pop(index, None)
            results[index] = stop.value

    for index in range(len(flows)):
        step(index, None)
    while waiting:
        order = sorted(waiting)
        answers = yield tuple(one for index in order for one in waiting[index])
        taken = 0
        for index in order:
            size = len(waiting[index])
            step(index, answers[taken : taken + size])
            taken += size
    return results
