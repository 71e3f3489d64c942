"""A service over real HTTP on the loopback, its tiny EHR, and a page of another site that shows it in a frame.

The service is at `127.0.0.1`, the outer page at `localhost`: to a browser these are two sites. Both count as secure
without https (Secure Contexts, "potentially trustworthy origin"), so that Chromium keeps the `__Host-` cookies of a
launch, `Secure; SameSite=None; Partitioned`, in the frame as it would over https.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carefhir.faces.care import Care
from carefhir.faces.web.serving import sandbox_app
from carefhir.faces.web.tiny_ehr import PLACE, ChosenLaunch
from carefhir.fhir.codec import decode_object
from carefhir.sandbox import Sandbox, bound, start
from tests.browser.fhir_in_front import CountedRequest, FhirInFront
from tests.support.backends import EXAMPLE

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
STARTS_WITHIN = 30.0
FRAME = "app"
"""The name of the frame in which the outer page shows the launch."""


@dataclass(frozen=True, slots=True)
class PageLoad:
    """What one request to the service took."""

    method: str
    path: str
    status: int
    seconds: float
    """Server time, until the answer was whole."""
    fhir: tuple[CountedRequest, ...]
    """What reached the FHIR server meanwhile."""


@dataclass
class MovedClock:
    """The clock of launches and tokens: this machine's, and as far ahead as a test moves it."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class TimedApp:
    """Writes down every request to an application."""

    def __init__(self, app: ASGIApp, fhir: FhirInFront) -> None:
        self._app, self._fhir = app, fhir
        self.loads: list[PageLoad] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, before, status = time.perf_counter(), len(self._fhir.requests), 0

        async def sending(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                seconds, counted = time.perf_counter() - began, tuple(self._fhir.requests[before:])
                self.loads.append(PageLoad(scope["method"], scope["path"], status, seconds, counted))
            await send(message)

        await self._app(scope, receive, sending)


@dataclass
class BrowserWard:
    """A service that answers, and who is on its FHIR server."""

    server: str
    """What stands behind: `sandbox` or the name of a real server."""
    address: str
    base: str
    """The FHIR base that the service knows."""
    outer: str
    """The origin of the page that shows it in a frame."""
    fhir: FhirInFront
    timed: TimedApp
    clock: MovedClock
    companion: FhirInFront | None = None
    """What is written, where the FHIR server of the launch is an EHR that is only read."""
    companion_base: str = ""
    whole: Sandbox | None = None
    """All that such an EHR holds, past what it shows."""
    mark: str = ""
    """What the names of this test's people end in, on a server that others use too."""
    _references: dict[tuple[str, str], str] = field(default_factory=dict)

    # -- who is there --------------------------------------------------------------------------------------------------

    def find(self, type_: str, example: str) -> str:
        """A record of the examples by its name: `Type/ID`."""
        name = example if type_ == "Practitioner" else example + self.mark
        if (type_, name) not in self._references:
            (resource,) = self.search(f"{type_}?identifier={EXAMPLE}%7C{name}")
            self._references[type_, name] = f"{type_}/{resource['id']}"
        return self._references[type_, name]

    def search(self, target: str) -> list[Mapping[str, Any]]:
        """A page of a search, past the count."""
        answer = (self.whole or self.fhir).handle("GET", target)
        assert answer.status == 200, answer.body[:300]
        return [entry["resource"] for entry in decode_object(answer.body).get("entry", [])]

    # -- launching -----------------------------------------------------------------------------------------------------

    @property
    def charts(self) -> str:
        """The address of the tiny EHR's own page."""
        return self.address + PLACE

    def launch_url(self, patient: str = "rosa", who: str = "nurse") -> str:
        """Where the EHR sends a browser."""
        chosen = ChosenLaunch(
            *(self.find(*each).partition("/")[2] for each in (("Patient", patient), ("Practitioner", who)))
        )
        return f"{self.address}/sandbox/launch?{urlencode({'iss': self.base, 'launch': chosen.value})}"

    def launch(self, page: Page, patient: str = "rosa", who: str = "nurse") -> Frame:
        """Launches in the frame of the outer page; gives the frame, at the first page of the launch."""
        page.goto(f"{self.outer}/?{quote(self.launch_url(patient, who), safe='')}")
        frame = page.frame(FRAME)
        assert frame is not None
        frame.wait_for_url(f"{self.address}/s/*/")
        return frame

    def launch_today(self, page: Page, who: str = "nurse", *, only_reads: bool = False) -> Frame:
        """Opens the list of today in the frame of the outer page; gives the frame."""
        chosen = ChosenLaunch("", self.find("Practitioner", who).partition("/")[2], only_reads)
        query = urlencode({"iss": self.base, "launch": chosen.value})
        page.goto(f"{self.outer}/?{quote(f'{self.address}/sandbox/launch/today?{query}', safe='')}")
        frame = page.frame(FRAME)
        assert frame is not None
        frame.wait_for_url(f"{self.address}/s/*/")
        return frame

    def care(self, who: str = "nurse", at: datetime = NOW) -> Care:
        """Somebody at work without a browser, to set the scene."""
        return Care(self.base, acting=self.find("Practitioner", who), now=at)

    def written(self, target: str) -> list[Mapping[str, Any]]:
        """A page of a search on the server that is written."""
        answer = (self.companion or self.fhir).handle("GET", target)
        assert answer.status == 200, answer.body[:300]
        return [entry["resource"] for entry in decode_object(answer.body).get("entry", [])]

    def launch_alone(self, page: Page, patient: str = "rosa", who: str = "nurse") -> Frame:
        """Launches in a window of its own; gives its main frame, at the first page of the launch."""
        page.goto(self.launch_url(patient, who))
        page.wait_for_url(f"{self.address}/s/*/")
        return page.main_frame

    # -- what it took --------------------------------------------------------------------------------------------------

    @property
    def loads(self) -> list[PageLoad]:
        """Every request to the service, in its order, but those for stylesheets and scripts."""
        return [load for load in self.timed.loads if not load.path.endswith((".css", ".js"))]

    def last_load(self, path_ends: str = "") -> PageLoad:
        """The last request to an address that ends so: its server time, and what it asked the FHIR server."""
        return next(load for load in reversed(self.loads) if load.path.endswith(path_ends))


@contextmanager
def serving(
    fhir: FhirInFront,
    *,
    server: str,
    mark: str = "",
    now: datetime = NOW,
    companion: FhirInFront | None = None,
    whole: Sandbox | None = None,
) -> Iterator[BrowserWard]:
    """Serves everything for the length of the block; with a `companion` the FHIR server is only read, and shows less
    than the `whole` of what it holds."""
    clock, listener = MovedClock(), bound(0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with ExitStack() as stack:
        running, outer = stack.enter_context(start(fhir)), stack.enter_context(outer_page())
        written = stack.enter_context(start(companion)).base if companion is not None else ""
        app = sandbox_app(
            fhir,
            address,
            running.base,
            framed_by=(outer,),
            now=now,
            wall=clock,
            companion=written,
            records=whole or fhir,
        )
        timed = TimedApp(app, fhir)
        config = uvicorn.Config(timed, access_log=False, log_config=None, timeout_graceful_shutdown=2)
        uvicorn_server = uvicorn.Server(config)
        thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _wait_until_started(uvicorn_server)
            yield BrowserWard(
                server,
                address,
                running.base,
                outer,
                fhir=fhir,
                timed=timed,
                clock=clock,
                companion=companion,
                companion_base=written,
                whole=whole,
                mark=mark,
            )
        finally:
            uvicorn_server.should_exit = True
            thread.join()


def _wait_until_started(server: uvicorn.Server) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while not server.started:
        assert time.monotonic() < ends, "the service does not start"
        time.sleep(0.01)


@contextmanager
def outer_page() -> Iterator[str]:
    """Serves a page of another site that shows the address of its query in a frame as large as the window; gives its
    origin."""

    class OuterPage(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's word
            """Nothing: a test's output is its own."""

        def do_GET(self) -> None:
            body = _outer_html(unquote(self.path.partition("?")[2])).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), OuterPage)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _outer_html(shown: str) -> str:
    style = "body { margin: 0 } iframe { display: block; border: 0; width: 100vw; height: 100vh }"
    head = '<meta charset="utf-8"><title>An EHR</title><link rel="icon" href="data:,">'
    frame = f'<iframe name="{FRAME}" title="carefhir" src="{escape(shown, quote=True)}"></iframe>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{style}</style></head><body>{frame}</body></html>'
