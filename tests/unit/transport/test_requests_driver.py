"""What only the sync driver has: a session of the site's own, and a sleep that a test can watch."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest
import requests

from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Flow, RenewalRequest, Response, ask, exchange, get, pause
from carefhir.transport.requests_driver import RequestsDriver

HOME = Home.at("http://fhir.example/r4")


class Answering(requests.Session):
    """A session of a site's own, which answers or raises what it is told to."""

    def __init__(self, what: Any) -> None:
        super().__init__()
        self.what = what
        self.closed = 0
        self.asked: list[str] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def request(self, method: Any, url: Any, **more: Any) -> Any:  # type: ignore[override]
        with self._lock:
            self.asked.append(str(url))
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            if isinstance(self.what, Exception):
                raise self.what
            return self.what(url, **more)
        finally:
            with self._lock:
                self._now -= 1

    def close(self) -> None:
        self.closed += 1
        super().close()


def plain(url: str, **more: Any) -> requests.Response:
    answer = requests.Response()
    answer.status_code = 200
    answer.raw = io.BytesIO(url.encode())
    return answer


def test_a_session_of_the_sites_own_is_used_and_left_open() -> None:
    session = Answering(plain)
    with RequestsDriver(HOME, session=session) as driver:
        answer = driver.run(ask(get("Task/1")))
    assert isinstance(answer, Response)
    assert session.asked == ["http://fhir.example/r4/Task/1"]
    assert session.closed == 0


def test_redirects_timeouts_and_the_cap_are_asked_of_any_session() -> None:
    seen: dict[str, Any] = {}

    def note(url: str, **more: Any) -> requests.Response:
        seen.update(more)
        return plain(url)

    RequestsDriver(HOME, session=Answering(note), timeout=(1.0, 2.0), lanes=1).run(ask(get("x")))
    assert (seen["allow_redirects"], seen["timeout"], seen["stream"]) == (False, (1.0, 2.0), True)


def test_waiting_goes_through_the_sleep_given() -> None:
    slept: list[float] = []
    RequestsDriver(HOME, session=Answering(plain), sleep=slept.append, lanes=1).run(pause(1.5))
    assert slept == [1.5]


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (requests.exceptions.ConnectTimeout("x"), ("unreachable", False)),
        (requests.exceptions.ReadTimeout("x"), ("timeout", True)),
        (requests.exceptions.ConnectionError("reset"), ("broken", True)),
        (requests.exceptions.ConnectionError(), ("broken", True)),
        (requests.exceptions.SSLError("certificate"), ("broken", True)),
        (requests.exceptions.ChunkedEncodingError("x"), ("broken", True)),
        (requests.exceptions.InvalidURL("x"), ("broken", True)),
    ],
)
def test_what_went_wrong_and_whether_it_was_sent(error: Exception, failure: tuple[str, bool]) -> None:
    answer = RequestsDriver(HOME, session=Answering(error), lanes=1).run(ask(get("x")))
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.sent) == failure


def test_a_name_that_resolves_to_nothing_was_not_sent() -> None:
    answer = RequestsDriver(Home.at("http://nowhere.invalid/r4"), lanes=1).run(ask(get("x")))
    assert answer == Failure("unreachable", False)


@pytest.mark.parametrize("lanes", [2, 3])
def test_lanes_bound_how_many_run_at_once(lanes: int) -> None:
    meet = threading.Barrier(lanes, timeout=120)

    def together(url: str, **more: Any) -> requests.Response:
        meet.wait()
        return plain(url)

    session = Answering(together)
    with RequestsDriver(HOME, session=session, lanes=lanes) as driver:
        driver.run(exchange(get(f"n{number}") for number in range(lanes * 3)))
    assert session.most == lanes


def test_one_lane_asks_one_after_the_other() -> None:
    session = Answering(plain)
    with RequestsDriver(HOME, session=session, lanes=1) as driver:
        driver.run(exchange(get(f"n{number}") for number in range(5)))
    assert session.most == 1
    assert session.asked == [f"http://fhir.example/r4/n{number}" for number in range(5)]


def test_a_certificate_that_is_not_there_is_a_failure_and_no_bare_error() -> None:
    session = requests.Session()
    session.cert = ("/nowhere/client.pem", "/nowhere/client.key")
    with RequestsDriver(HOME, session=session) as driver:
        answer = driver.run(ask(get("Task/1")))
    session.close()
    assert answer == Failure("unreachable", True, "OSError")


def test_a_token_that_a_service_lent_cannot_be_renewed_here() -> None:
    """Its lender lives on an event loop: the request for it fails, and nothing is sent."""

    async def renew() -> Response:
        raise AssertionError("nobody awaits it here")

    def asking() -> Flow[object]:
        (answer,) = yield (RenewalRequest(renew),)
        return answer

    session = Answering(plain)
    with RequestsDriver(HOME, session=session) as driver:
        answer = driver.run(asking())
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.sent, session.asked) == ("not signed in", False, [])
