"""The async driver, on `httpx`: services. The same promises as the sync one: no redirects, a size cap, no environment,
a bearer token only to the base it was issued for (rule R8)."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TypeVar

import httpx

from carefhir.fhir.homes import Home
from carefhir.fhir.wire import (
    Answer,
    Ask,
    Failure,
    Flow,
    RenewalRequest,
    Request,
    Response,
    TokenRequest,
    Wait,
    Waited,
)
from carefhir.transport import addressed
from carefhir.transport.keyring import Keyring
from carefhir.transport.observing import ExchangeObserver, Unobserved
from carefhir.transport.requests_driver import LARGEST
from carefhir.transport.signed_in import signed_in

T = TypeVar("T")


class HttpxDriver:
    """Runs flows against the homes of a site, inside an event loop.

    `client` may be the service's own `httpx.AsyncClient` (one per process: building one costs 21 ms); it must not
    follow redirects. `lanes` bounds how many requests of one round run at once. `headers` go with every request to a
    FHIR server, and with none to an authorization server; `headers_of` has those of a home that has its own. `observer`
    is told of every exchange.
    """

    def __init__(
        self,
        *homes: Home,
        client: httpx.AsyncClient | None = None,
        keyring: Keyring | None = None,
        timeout: tuple[float, float] = (5.0, 60.0),
        largest: int = LARGEST,
        lanes: int = 8,
        headers: Mapping[str, str] | None = None,
        headers_of: Mapping[str, Mapping[str, str]] | None = None,
        observer: ExchangeObserver | None = None,
    ) -> None:
        self._bases = {home.name: home.base for home in homes}
        self._own = client is None
        self._client = client or httpx.AsyncClient(
            trust_env=False, follow_redirects=False, headers={"User-Agent": "carefhir"}
        )
        self._keyring = keyring or Keyring()
        self._homes = homes
        self._timeout = httpx.Timeout(timeout[1], connect=timeout[0])
        self._largest = largest
        self._lanes = asyncio.Semaphore(lanes)
        self._headers = dict(headers or {})
        self._headers_of = {home: dict(each) for home, each in (headers_of or {}).items()}
        self._observer = observer or Unobserved()

    def signing_in_with(self, keyring: Keyring) -> HttpxDriver:
        """The same driver with other tokens: it shares connections and lanes, and closes nothing."""
        other = copy.copy(self)
        other._keyring, other._own = keyring, False
        return other

    async def __aenter__(self) -> HttpxDriver:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the client if it is ours."""
        if self._own:
            await self._client.aclose()

    async def run(self, flow: Flow[T]) -> T:
        """Runs a flow to its end, signed in, and returns its value; what the flow raises comes through."""
        flow = signed_in(flow, self._keyring, self._homes)
        try:
            asks = flow.send(None)  # type: ignore[arg-type]  # a new generator takes None
            while True:
                asks = flow.send(await self._round(asks))
        except StopIteration as stop:
            value: T = stop.value
            return value

    async def _round(self, asks: Sequence[Ask]) -> tuple[Answer, ...]:
        return tuple(await asyncio.gather(*(self._answer(one) for one in asks)))

    async def _answer(self, ask: Ask) -> Answer:
        if isinstance(ask, Wait):
            await asyncio.sleep(ask.seconds)
            return Waited()
        if isinstance(ask, RenewalRequest):
            return await ask.renew()
        async with self._lanes:
            with self._observer.exchange(ask) as ended:
                answer = await self._send(ask)
                ended(answer)
            return answer

    async def _send(self, request: Request | TokenRequest) -> Response | Failure:
        wired = addressed(request, self._bases)
        more = self._headers_of.get(request.home, self._headers) if isinstance(request, Request) else {}
        try:
            async with self._client.stream(
                wired.method,
                wired.url,
                headers={**more, **wired.headers},
                content=wired.body,
                timeout=self._timeout,
                follow_redirects=False,
            ) as answer:
                parts, size = [], 0
                async for part in answer.aiter_bytes():
                    size += len(part)
                    if size > self._largest:
                        return Failure("too-large", True)
                    parts.append(part)
                return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, b"".join(parts))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Failure("unreachable", False)
        except httpx.TimeoutException:
            return Failure("timeout", True)
        except httpx.InvalidURL as error:
            return Failure("broken", False, type(error).__name__)
        except httpx.HTTPError as error:
            return Failure("broken", True, type(error).__name__)
