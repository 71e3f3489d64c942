"""Signing in, as a flow around a flow: written once, for both drivers.

Before a request to a home that has a way in, it sees to it that there is a token that holds; after a 401 it renews the
token once. Reads are then asked again. A write is not: its answer becomes a `Failure` that says so, and the runner
finds out by reading whether it may be sent again (rule R4). A token goes only to the home it was issued for (rule R8).

Several flows may run at once, in threads or on an event loop: one renews, the others wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Answer, Ask, Failure, Flow, Request, Response, pause
from carefhir.transport.granting import Granted, granted
from carefhir.transport.keyring import RENEWED_BEFORE, Access, Bearer, HeldToken, Keyring, RequestKind

T = TypeVar("T")

LOOKED_AGAIN = 0.05
"""Seconds after which a flow looks again whether another one has renewed the token."""

WAITED_AT_MOST = 60.0
"""Seconds for which a flow waits for another one to renew; then it does so itself."""


def signed_in(flow: Flow[T], keyring: Keyring, homes: Sequence[Home] = ()) -> Flow[T]:
    """Runs a flow, its requests with the tokens of their homes."""
    by_name = {home.name: home for home in homes}
    try:
        asks = flow.send(None)  # type: ignore[arg-type]  # a new generator takes None
        while True:
            asks = flow.send((yield from _round(asks, keyring, by_name)))
    except StopIteration as stop:
        value: T = stop.value
        return value


def _round(asks: tuple[Ask, ...], keyring: Keyring, homes: dict[str, Home]) -> Flow[tuple[Answer, ...]]:
    """One round of the flow within."""
    names = {ask.home for ask in asks if isinstance(ask, Request) and not ask.bearer}
    ways = {name: access for name in sorted(names) if (access := keyring.access(name)) is not None}
    if not ways:
        return (yield asks)
    held: dict[str, HeldToken | Failure] = {}
    for name, access in ways.items():
        held[name] = yield from _token(access, homes[name], keyring)
    answers = yield from _sent(asks, held)
    refused = [index for index, answer in enumerate(answers) if _refused(asks[index], answer, held)]
    _taken(zip(asks, answers, strict=True), held, ways)
    worth = [index for index in refused if _worth_another(asks[index], held, ways)]
    if not worth:
        return answers
    for name in sorted({_home(asks[index]) for index in worth}):
        held[name] = yield from _token(ways[name], homes[name], keyring)
    reads = [index for index in worth if _repeatable(asks[index])]
    again = yield from _sent(tuple(asks[index] for index in reads), held)
    _taken(zip((asks[index] for index in reads), again, strict=True), held, ways)
    fresh = dict(zip(reads, again, strict=True))
    renewed = Failure("token renewed", True)
    settled = {index: fresh.get(index, _or_why(held[_home(asks[index])], renewed)) for index in worth}
    return tuple(settled.get(index, answer) for index, answer in enumerate(answers))


def _or_why(held: HeldToken | Failure, renewed: Failure) -> Failure:
    """That a write was refused with its token; why there is no other one, where there is none."""
    return held if isinstance(held, Failure) else renewed


def _sent(asks: tuple[Ask, ...], held: dict[str, HeldToken | Failure]) -> Flow[tuple[Answer, ...]]:
    """Asks with the tokens; what has none is answered with why."""
    given: dict[int, Answer] = {}
    out: list[Ask] = []
    for index, ask in enumerate(asks):
        token = held.get(ask.home) if isinstance(ask, Request) else None
        if isinstance(token, Failure):
            given[index] = token
        else:
            out.append(replace(ask, bearer=token.token) if isinstance(ask, Request) and token else ask)
    came = iter((yield tuple(out)) if out else ())
    return tuple(given[index] if index in given else next(came) for index in range(len(asks)))


def _kind(ask: Ask) -> RequestKind:
    assert isinstance(ask, Request)
    return ask.method, ask.target.partition("?")[0]


def _home(ask: Ask) -> str:
    assert isinstance(ask, Request)
    return ask.home


def _repeatable(ask: Ask) -> bool:
    return isinstance(ask, Request) and ask.repeatable


def _refused(ask: Ask, answer: Answer, held: dict[str, HeldToken | Failure]) -> bool:
    return (
        isinstance(ask, Request)
        and isinstance(held.get(ask.home), HeldToken)
        and isinstance(answer, Response)
        and answer.status == 401
    )


def _taken(
    exchanged: Iterable[tuple[Ask, Answer]], held: dict[str, HeldToken | Failure], ways: dict[str, Access]
) -> None:
    """Notes which tokens the servers took, and for what."""
    for ask, answer in exchanged:
        token = held.get(ask.home) if isinstance(ask, Request) else None
        if isinstance(token, HeldToken) and isinstance(answer, Response) and answer.status != 401:
            ways[_home(ask)].accept(token.number, _kind(ask))


def _worth_another(ask: Ask, held: dict[str, HeldToken | Failure], ways: dict[str, Access]) -> bool:
    token = held[_home(ask)]
    return isinstance(token, HeldToken) and ways[_home(ask)].give_up(token.number, _kind(ask))


def _token(access: Access, home: Home, keyring: Keyring) -> Flow[HeldToken | Failure]:
    """A token that holds. One flow obtains it, others wait; a failure is a value, and says why."""
    waited = 0.0
    while True:
        with access.lock:
            held = access.held
            if isinstance(access.how, Bearer) and (held is None or access.how.renew is None):
                access.held = held = held or _lent(access.how, keyring)
                return held
            if held is not None and keyring.clock() < held.until:
                return held
            mine = not access.renewing or waited >= WAITED_AT_MOST
            access.renewing = access.renewing or mine
        if mine:
            break
        yield from pause(LOOKED_AGAIN)
        waited += LOOKED_AGAIN
    try:
        answer = yield from granted(access, home, keyring)
        if isinstance(answer, Failure):
            return answer
        with access.lock:
            access.held = _held_token(answer, access.held, keyring)
            return access.held
    finally:
        access.renewing = False


def _lent(bearer: Bearer, keyring: Keyring) -> HeldToken:
    """A token that was lent. One that can be renewed was obtained for this FHIR server a while ago: a refusal is taken
    for its end."""
    if bearer.renew is None:
        return HeldToken(bearer.token, 1, float("inf"))
    life = bearer.lasts
    until = keyring.clock() + life - min(RENEWED_BEFORE, life / 4)
    return HeldToken(bearer.token, 1, until, lasts=life, accepted=True)


def _held_token(granted_token: Granted, before: HeldToken | None, keyring: Keyring) -> HeldToken:
    life = granted_token.lasts
    return HeldToken(
        granted_token.token,
        before.number + 1 if before else 1,
        keyring.clock() + life - min(RENEWED_BEFORE, life / 4),
        granted_token.scopes,
        life,
    )
