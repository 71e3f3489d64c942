"""The sync driver, on `requests`: scripts, notebooks, the command line.

A site's own `requests.Session` (proxy, Kerberos, mutual TLS) plugs in. Ours has `trust_env` off, for a netrc entry
would replace our token. No redirect is followed, answers have a size cap, and a bearer token goes only to the base it
was issued for (rule R8): requests are built from a home's base and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

import requests
from requests import exceptions as trouble

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
from carefhir.transport.signed_in import signed_in

T = TypeVar("T")

LARGEST = 256 * 1024 * 1024
"""The most bytes of one answer that are read."""


class RequestsDriver:
    """Runs flows against the homes of a site.

    `keyring` signs in, for each home by itself. `timeout` is (connect, read) in seconds. `lanes` bounds how many
    requests of one round run at once; a Session of your own whose authentication is not thread-safe wants `lanes=1`.
    """

    def __init__(
        self,
        *homes: Home,
        session: requests.Session | None = None,
        keyring: Keyring | None = None,
        timeout: tuple[float, float] = (5.0, 60.0),
        largest: int = LARGEST,
        lanes: int = 8,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bases = {home.name: home.base for home in homes}
        self._own = session is None
        self._session = session or _session(lanes)
        self._keyring = keyring or Keyring()
        self._homes = homes
        self._timeout = timeout
        self._largest = largest
        self._sleep = sleep
        self._pool = ThreadPoolExecutor(max_workers=lanes, thread_name_prefix="carefhir") if lanes > 1 else None

    def __enter__(self) -> RequestsDriver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the lanes, and the session if it is ours."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        if self._own:
            self._session.close()

    def run(self, flow: Flow[T]) -> T:
        """Runs a flow to its end, signed in, and returns its value; what the flow raises comes through."""
        flow = signed_in(flow, self._keyring, self._homes)
        try:
            asks = flow.send(None)  # type: ignore[arg-type]  # a new generator takes None
            while True:
                asks = flow.send(self._round(asks))
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _round(self, asks: Sequence[Ask]) -> tuple[Answer, ...]:
        if self._pool is None or len(asks) == 1:
            return tuple(self._answer(one) for one in asks)
        return tuple(self._pool.map(self._answer, asks))

    def _answer(self, ask: Ask) -> Answer:
        if isinstance(ask, Wait):
            self._sleep(ask.seconds)
            return Waited()
        if isinstance(ask, RenewalRequest):
            return Failure(
                "not signed in", False, "not signed in: the token has ended, and is renewed by a service only"
            )
        return self._send(ask)

    def _send(self, request: Request | TokenRequest) -> Response | Failure:
        wired = addressed(request, self._bases)
        try:
            with self._session.request(
                wired.method,
                wired.url,
                headers=wired.headers,
                data=wired.body,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                body = self._read(answer)
                if body is None:
                    return Failure("too-large", True)
                return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)
        except trouble.ConnectTimeout:
            return Failure("unreachable", False)
        except trouble.Timeout:
            return Failure("timeout", True)
        except trouble.ConnectionError as error:
            if error.args and type(error.args[0]).__name__ == "ReadTimeoutError":
                return Failure("timeout", True)
            return Failure("unreachable", False) if _never_connected(error) else Failure("broken", True)
        except trouble.RequestException as error:
            return Failure("broken", True, type(error).__name__)
        except OSError as error:  # raised bare by requests where a session's certificate file is not there
            return Failure("unreachable", True, type(error).__name__)

    def _read(self, answer: requests.Response) -> bytes | None:
        parts, size = [], 0
        for part in answer.iter_content(64 * 1024):
            size += len(part)
            if size > self._largest:
                return None
            parts.append(part)
        return b"".join(parts)


def _session(lanes: int) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    adapter = requests.adapters.HTTPAdapter(pool_connections=lanes, pool_maxsize=lanes, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers["User-Agent"] = "carefhir"
    return session


def _never_connected(error: trouble.ConnectionError) -> bool:
    """Whether no connection was made, so that no byte can have been sent."""
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}
