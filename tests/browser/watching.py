"""What a browser complains about while a test uses it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

COMES_WITHIN = 20.0
LOOPBACK = ("127.0.0.1", "localhost")
POLICY = "Content Security Policy"
ABANDONED = "net::ERR_ABORTED"


@dataclass(frozen=True, slots=True)
class BrowserComplaint:
    """One thing that no page should cause."""

    kind: str
    """`console`, `policy` (the Content-Security-Policy), `page error`, `failed request` or `foreign request`."""
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


@dataclass
class PageWatch:
    """Collects what a browser complains about, in every page and frame of a context."""

    complaints: list[BrowserComplaint] = field(default_factory=list)
    _expected: list[tuple[str, str]] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        """Watches a context from now on."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)

    def expect(self, kind: str, part: str) -> None:
        """Says that the test causes a complaint of this kind with these words: it must come, and is not held against
        the page."""
        self._expected.append((kind, part))

    def wait_for(self, page: Page, kind: str, part: str = "") -> None:
        """Waits until the browser complains so. Raises `AssertionError` where it does not."""
        ends = time.monotonic() + COMES_WITHIN
        while not any(_is(complaint, kind, part) for complaint in self.complaints):
            assert time.monotonic() < ends, f"no {kind} {part} came, but {self.complaints}"
            page.wait_for_timeout(10)  # lets the browser's events come

    def check(self) -> None:
        """Raises `AssertionError` for what was not expected, and for what was and did not come."""
        unexpected = [str(each) for each in self.complaints if not any(_is(each, *pair) for pair in self._expected)]
        absent = [pair for pair in self._expected if not any(_is(each, *pair) for each in self.complaints)]
        assert not unexpected, "the browser complains:\n" + "\n".join(unexpected)
        assert not absent, f"the browser was expected to complain, and did not: {absent}"

    def _add(self, kind: str, text: str) -> None:
        self.complaints.append(BrowserComplaint(kind, text))

    def _console(self, message: ConsoleMessage) -> None:
        self._add("policy" if POLICY in message.text else "console", f"{message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self._add("page error", str(error.error))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOOPBACK:
            self._add("foreign request", request.url)

    def _failed(self, request: Request) -> None:
        if request.url.endswith("/so-far") and request.failure == ABANDONED:
            return  # a page that is left asks no further what its answers come to
        self._add("failed request", f"{request.method} {request.url}: {request.failure}")


def _is(complaint: BrowserComplaint, kind: str, part: str) -> bool:
    return complaint.kind == kind and part in complaint.text
