"""Fixtures of the tests in a real browser: a service, a Chromium, and a look at pages.

Playwright comes with `scripts/test-browser` alone: nothing here imports it before a test asks for a browser.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from carefhir.content.loading import own_folder
from carefhir.faces.web.serving import PEOPLE
from carefhir.sandbox import Sandbox
from tests.browser.fhir_in_front import FhirInFront, HapiRelay
from tests.browser.looking import AXE, HEIGHT, SCREENS, PageLook
from tests.browser.ward import NOW, BrowserWard, serving
from tests.browser.watching import PageWatch
from tests.support.backends import http_backend, new_mark
from tests.support.real_servers import SANDBOX, in_ci, marked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Browse = Callable[..., Page]
    """Opens a page: `browse()`, `browse(width=400)`, `browse(java_script=False)`."""

WIDTH = 900
WAITS = 20_000.0
"""Milliseconds after which something that a test waits for counts as not coming."""
NOT_ASKED = "a browser was not asked for: run scripts/test-browser"
OPTIONS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # whatever is foreign fails
    "--font-render-hinting=none",
)
CALLED = pytest.StashKey[bool]()
"""Whether a test has failed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="only the browser tests that take pictures")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--pictures", False):
        return
    without = [item for item in items if "look" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[CALLED] = report.failed
    return report


# -- the browser -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Debian's Chromium, for one module: while it lives, this thread runs an event loop; others do without."""
    marks = str(request.config.getoption("-m"))
    if not (re.search(r"(?<!\bnot )browser\b", marks) or in_ci()):
        pytest.skip(NOT_ASKED)
    path = shutil.which(os.environ.get("CAREFHIR_CHROMIUM", "chromium"))
    if path is None or not AXE.is_file():
        pytest.fail(f"{'axe-core' if path else 'Chromium'} is missing: run scripts/test-browser, which installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def watch() -> PageWatch:
    """What the browser complains about; `watch.expect(kind, words)` where the test means it to."""
    return PageWatch()


@pytest.fixture
def browse(request: pytest.FixtureRequest, chromium: Browser, watch: PageWatch) -> Iterator[Browse]:
    """Opens pages, each in a browser that nobody has used; at the end none may have complained."""
    pages: list[Page] = []

    def opened(*, java_script: bool = True, width: int = WIDTH, **options: Any) -> Page:
        size = {"width": width, "height": HEIGHT}
        context = chromium.new_context(viewport=size, java_script_enabled=java_script, locale="en-US", **options)
        context.set_default_timeout(WAITS)
        watch.attach(context)
        pages.append(context.new_page())
        return pages[-1]

    yield opened
    if request.node.stash.get(CALLED, False):
        _picture_of_failure(pages, request.node.name)
    for page in pages:
        page.context.close()
    watch.check()


def _picture_of_failure(pages: list[Page], test: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        page.screenshot(path=SCREENS / f"failed-{re.sub(r'[^a-z0-9]+', '-', test.lower())}-{number}.png")


@pytest.fixture
def look(record_property: Callable[[str, object], None]) -> Iterator[PageLook]:
    """Looks at a page: `look(page_or_frame, name)`."""
    looks = PageLook()
    yield looks
    record_property("pages looked at in a browser, at three widths each", looks.count)


# -- the service -------------------------------------------------------------------------------------------------------


@cache
def _loaded() -> Sandbox:
    """A sandbox with the imaginary people, to be copied."""
    sandbox = Sandbox()
    sandbox.load([own_folder() / "examples" / f"Bundle-{name}.json" for name in PEOPLE])
    return sandbox


def with_people() -> Sandbox:
    """A sandbox of its own with the imaginary people."""
    return _loaded().copy()


@pytest.fixture
def sandbox_ward() -> Iterator[BrowserWard]:
    """A service on a sandbox of its own with the imaginary people."""
    with serving(FhirInFront(with_people().handle), server=SANDBOX) as ward:
        yield ward


@pytest.fixture(params=[SANDBOX, marked("hapi")])
def ward(request: pytest.FixtureRequest, base_of: Callable[[str], str]) -> Iterator[BrowserWard]:
    """The same, and once more on a real HAPI where one was asked for, with people of this test alone."""
    if request.param == SANDBOX:
        yield request.getfixturevalue("sandbox_ward")
        return
    with marked_ward(base_of(request.param), request.param) as served:
        yield served


@contextmanager
def marked_ward(base: str, server: str, *, now: datetime = NOW) -> Iterator[BrowserWard]:
    """A service on a real server that others use too, with people of this test alone."""
    mark, backend, relay = new_mark(), http_backend(base, server), HapiRelay(base)
    for name in PEOPLE:
        backend.load(name, "" if name == "team" else mark)
    with serving(FhirInFront(relay), server=server, mark=mark, now=now) as served:
        yield served
    relay.close()
