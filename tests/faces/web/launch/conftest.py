"""A service, an EHR that launches it, and browsers that a person drives; nothing opens a socket."""

from __future__ import annotations

import asyncio
import atexit
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from carefhir.faces.web.app import create_app
from carefhir.faces.web.launch.cookies import LARGEST
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.sandbox import Sandbox
from carefhir.settings import Settings
from tests.faces.conftest import NOW, Front, Ward
from tests.support.misbehaving_ehr import APP, BASE, LOGIN, MisbehavingEhr

ADDRESS = "https://care.test"
Json = dict[str, Any]
ATTRIBUTES = {"Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"}


@cache
def one_loop() -> asyncio.AbstractEventLoop:
    """The one loop in which the service answers, as it has one when it is served: its lanes are bound to it."""
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


@dataclass
class Browser:
    """Keeps cookies as a browser does, refuses what a browser would, and follows no redirect by itself."""

    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)
    set: list[str] = field(default_factory=list)
    """Every `Set-Cookie` it got."""

    async def sends(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request."""
        headers = dict(more.pop("headers", {}))
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            answer = await client.request(method, path, headers=headers, **more)
        for line in answer.headers.get_list("set-cookie"):
            self._keep(line)
        return answer

    def _keep(self, line: str) -> None:
        pair, *attributes = line.split("; ")
        name, _, value = pair.partition("=")
        assert len(pair) <= LARGEST, f"a browser drops {name}"
        assert name.startswith("__Host-")
        assert set(attributes) >= ATTRIBUTES, line
        self.set.append(line)
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def get(self, path: str, **more: Any) -> httpx.Response:
        return one_loop().run_until_complete(self.sends("GET", path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        """A form or JSON, as a page of the service sends it."""
        headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return one_loop().run_until_complete(self.sends("POST", path, headers=headers, **more))


@dataclass
class Launching:
    """The service and its EHR."""

    ward: Ward
    ehr: MisbehavingEhr
    app: FastAPI
    settings: ServiceSettings

    def browser(self) -> Browser:
        """A browser that nobody has used."""
        return Browser(self.app)

    def asks(self, browser: Browser, *, iss: str = "", launch: str = "l-1") -> str:
        """The EHR launches; gives where the service sends the browser."""
        answer = browser.get("/main/launch", params={"iss": iss or self.ehr.base, "launch": launch})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def calls_back(self, browser: Browser) -> str:
        """The callback that the EHR sends the browser to, relative."""
        return self.ehr.signs_in(self.asks(browser)).removeprefix(ADDRESS)

    def returns(self, browser: Browser) -> httpx.Response:
        """What the service answers to the callback."""
        return browser.get(self.calls_back(browser))

    def for_today(self, browser: Browser) -> LaunchedPage:
        """A launch for the list of today: nobody's chart is open in the EHR."""
        self.ehr.token_remove = ("patient",)
        asked = browser.get("/main/launch/today", params={"iss": self.ehr.base, "launch": "l-1"})
        assert asked.status_code == 303, asked.text
        answer = browser.get(self.ehr.signs_in(asked.headers["location"]).removeprefix(ADDRESS))
        assert answer.status_code == 303, answer.text
        return LaunchedPage(self, browser, answer.headers["location"])

    def launched(self, browser: Browser) -> LaunchedPage:
        """A whole launch: the first page."""
        answer = self.returns(browser)
        assert answer.status_code == 303, answer.text
        return LaunchedPage(self, browser, answer.headers["location"])


@dataclass
class LaunchedPage:
    """One launch in one browser."""

    launching: Launching
    browser: Browser
    path: str

    @property
    def launch_id(self) -> str:
        return self.path.split("/")[2]

    @property
    def ward(self) -> Ward:
        return self.launching.ward

    @property
    def handle(self) -> str:
        return self.browser.cookies[f"__Host-cf_{self.launch_id}"]

    def page(self) -> httpx.Response:
        return self.browser.get(self.path)

    def of(self, patient: str) -> LaunchedPage:
        """The pages about one patient, in a launch for the list of today."""
        return replace(self, path=f"{self.path}patients/{patient.partition('/')[2]}/")

    def get(self, name: str, **more: Any) -> httpx.Response:
        """A page below the first one."""
        return self.browser.get(f"{self.path}{name}", **more)

    def sends(self, name: str, values: Json, *, page: httpx.Response | None = None, **more: Any) -> httpx.Response:
        """Sends the form of a page, with its hidden fields; `page` is the one it stands on."""
        own = every_hidden_field((page or self.get(name)).text)
        return self.browser.post(f"{self.path}{name}", data={**own, **values}, **more)

    def reading(self, name: str = "overview") -> httpx.Response:
        return self.browser.get(f"{self.path}readings/{name}")

    def fields(self, step: str = "enroll") -> Json:
        """The hidden fields of a step's form."""
        answer = self.browser.get(f"{self.path}steps/{step}")
        assert answer.status_code == 200, answer.text
        return hidden_fields(answer.text)

    def submits(self, step: str, values: Json, *, own: Json | None = None, **more: Any) -> httpx.Response:
        """Sends a step's form and, unless only a preview is asked for, writes what it shows; `own` replaces its hidden
        fields."""
        seen = self.previews(step, values, own=own, **more)
        if values.get("preview") == "true" or 'name="expect"' not in seen.text:
            return seen
        return self.writes(step, seen, **more)

    def previews(self, step: str, values: Json, *, own: Json | None = None, **more: Any) -> httpx.Response:
        """What a step's form comes to at first: what would be written."""
        given = self.fields(step) if own is None else own
        return self.browser.post(f"{self.path}steps/{step}", data={**given, **values, "preview": "true"}, **more)

    def writes(self, step: str, seen: httpx.Response, **more: Any) -> httpx.Response:
        """Writes what a preview shows."""
        shown = {**hidden_fields(seen.text), "preview": "false"}
        return self.browser.post(f"{self.path}steps/{step}", data=shown, **more)

    def enrollment(self, **changes: str) -> Json:
        """What a nurse types to enroll somebody."""
        ward = self.launching.ward
        return {
            "program": "care-management",
            "care_manager": ward.nurse,
            "supervising_provider": ward.physician,
            "consent": "verbal",
            "told": "what-it-is\ncare-team\nright-to-stop",
            "reason": "several chronic conditions",
            **changes,
        }

    def sign_out(self, **more: Any) -> httpx.Response:
        return self.browser.post(f"{self.path}logout", data=hidden_fields(self.page().text), **more)


OUR_SCRIPT = '<script type="module" src="/s/carefhir.js"></script>'
"""The only script of a page, from our own origin."""


def scriptless(page: str) -> str:
    """A page without the script of ours: whatever is left of one is somebody else's."""
    return page.replace(OUR_SCRIPT, "")


def every_hidden_field(page: str) -> Json:
    """The hidden fields of the form of a page; of several of one name all values."""
    forms = page.split("<form")[1:]
    form = next(each for each in forms if 'method="post"' in each.partition(">")[0] and "/logout" not in each)
    given: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form):
        given.setdefault(unescape(name), []).append(unescape(value))
    return {name: values if len(values) > 1 else values[0] for name, values in given.items()}


def hidden_fields(page: str) -> Json:
    """The hidden fields of the last form of a page that is not for signing out; of that one where there is no other."""
    forms = page.split("<form")[1:]
    form = next((each for each in reversed(forms) if "/logout" not in each.partition(">")[0]), forms[-1])
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {unescape(name): unescape(value) for name, value in pairs}


@cache
def _ward() -> Ward:
    """Rosa and the team, loaded once in a process and copied for each test."""
    return Ward.of(Front(Sandbox()))


def launching_with(
    *,
    settings: Json | None = None,
    site: Settings | None = None,
    content: tuple[Path, ...] = (),
    now: str = NOW,
    **ehr: Any,
) -> Launching:
    """A service and an EHR; `settings` are those of the launch, `content` the folders of the site's own, `ehr` says how
    the EHR misbehaves."""
    ward = replace(_ward(), front=Front(_ward().front.sandbox.copy()))
    misbehaving = MisbehavingEhr(ward.front._weak, ward.patient.partition("/")[2], ward.nurse, **ehr)
    launch = LaunchSettings(
        **{
            "client_id": APP,
            "iss": (BASE,),
            "pinned_origins": (LOGIN,),
            "renewal": "offline_access",
            **(settings or {}),
        }
    )
    main = EhrSettings(
        "main", "the EHR", BASE, site or Settings(content=content), passes_token_on=site is None, launch=launch
    )
    service = ServiceSettings(ADDRESS, (main,))
    app = create_app(
        service,
        client=httpx.AsyncClient(transport=misbehaving),
        now=datetime.fromisoformat(now),
        wall=misbehaving.clock,
    )
    return Launching(ward, misbehaving, app, service)


@pytest.fixture
def launch_with() -> Callable[..., Launching]:
    """Makes services with EHRs."""
    return launching_with


@pytest.fixture
def launching() -> Launching:
    """A service, and an EHR that behaves."""
    return launching_with()
