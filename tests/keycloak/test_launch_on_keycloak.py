"""A launch on a real and strict authorization server: signing in, renewing with rotation, signing out.

Its token answers name the patient by a hardcoded claim. The FHIR server behind it is the sandbox, which takes a token
for as long as Keycloak's signature and end say.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
import requests
from fastapi import FastAPI
from joserfc.jwk import ECKey

from carefhir.faces.web.app import create_app
from carefhir.faces.web.launch.asking import asked_scopes
from carefhir.faces.web.launch.discovery import LaunchServer
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.sandbox import Sandbox
from carefhir.settings import Settings
from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.signing_key import SigningKey
from tests.faces.conftest import Front, Ward
from tests.faces.web.launch.conftest import one_loop
from tests.keycloak.test_keycloak import Trusting
from tests.support.keycloak import Keycloak, LaunchedApp, running
from tests.support.process import Unavailable

pytestmark = pytest.mark.keycloak

ADDRESS, FHIR = "http://127.0.0.1:8090", "https://ehr.test/fhir"
KEY = ECKey.generate_key("P-384", {"kid": "app-1"}, private=True)
SIGNING = SigningKey(KEY, "app-1", "ES384")
SCOPES = asked_scopes(LaunchSettings("app", ()), LaunchServer("", ""), standalone=True)
Json = dict[str, Any]


@dataclass
class Setting:
    """Keycloak, the app it knows, and the chart that its answers name."""

    keycloak: Keycloak
    app: LaunchedApp
    ward: Ward


@pytest.fixture(scope="module")
def setting() -> Iterator[Setting]:
    ward = Ward.of(Front(Sandbox()))
    app = LaunchedApp(
        f"{ADDRESS}/main/launch/callback",
        tuple(scope for scope in SCOPES if scope != "openid"),
        {**KEY.as_dict(private=False), "alg": "ES384"},
        patient=ward.patient.partition("/")[2],
        fhir_user=ward.nurse,
    )
    try:
        with running({}, (), app) as keycloak:
            yield Setting(keycloak, app, ward)
    except Unavailable as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"Keycloak cannot run here: {missing}")


@dataclass
class Around(httpx.AsyncBaseTransport):
    """The network of the service: Keycloak is real; the FHIR server is a sandbox that trusts it."""

    setting: Setting
    trusting: Trusting
    sent: list[Json] = field(default_factory=list)
    """The forms that went to Keycloak."""
    answers: list[Json] = field(default_factory=list)
    taken_back: set[str] = field(default_factory=set)
    """Access tokens that the FHIR server takes no more."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        url = str(request.url)
        if not url.startswith(FHIR):
            async with httpx.AsyncHTTPTransport() as real:
                answer = await real.handle_async_request(request)
                await answer.aread()
            if request.method == "POST":
                self.sent.append(dict(parse_qsl(request.content.decode())))
                self.answers.append(answer.json() if answer.content else {})
            return httpx.Response(
                answer.status_code, headers={"content-type": "application/json"}, content=answer.content
            )
        target = url.removeprefix(FHIR).lstrip("/")
        if target == ".well-known/smart-configuration":
            return httpx.Response(200, content=self.trusting.configuration().body)
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if target != "metadata" and (bearer in self.taken_back or not self.trusting.admits(bearer)):
            return httpx.Response(401)
        done = self.setting.ward.front.sandbox.handle(request.method, target, dict(request.headers), request.content)
        return httpx.Response(done.status, headers=dict(done.headers), content=done.body)


@dataclass
class Shift:
    """Somebody's work with the app, in one browser. `ahead` moves the service's clock, and not Keycloak's."""

    setting: Setting
    client_id: str
    ahead: float = 0.0
    cookies: dict[str, str] = field(default_factory=dict)
    path: str = ""

    def __post_init__(self) -> None:
        self.network = Around(self.setting, Trusting(self.setting.keycloak))
        signs = self.client_id == "app-key"
        launch = LaunchSettings(
            client_id=self.client_id,
            iss=(FHIR,),
            client=RegisteredClient(self.client_id, key=SIGNING) if signs else None,
            pinned_origins=(self.setting.keycloak.admin,),
        )
        ehr = EhrSettings("main", "the EHR", FHIR, Settings(), launch=launch)
        self.app: FastAPI = create_app(
            ServiceSettings(ADDRESS, (ehr,)),
            client=httpx.AsyncClient(transport=self.network),
            wall=lambda: time.time() + self.ahead,
        )

    def asks(self, method: str, url: str, **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            headers = {"Cookie": "; ".join(f"{name}={self.cookies[name]}" for name in self.cookies)}
            headers |= {"Origin": ADDRESS} if method == "POST" else {}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=ADDRESS) as client:
                return await client.request(method, url, headers=headers, **more)

        answer = one_loop().run_until_complete(go())
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def begins(self) -> str:
        """A standalone launch, signed in to by Keycloak's own form; gives the callback."""
        location = self.asks("GET", "/main/launch/standalone").headers["location"]
        form, cookies = self._fetched("GET", location, {})
        action = unescape(re.search(r'action="([^"]+)"', form.text)[1])  # type: ignore[index]  # it has a form
        data = {"username": "dana", "password": self.setting.app.password}
        back, _ = self._fetched("POST", action, cookies, data=data)
        assert back.status_code in (302, 303), back.status_code
        callback = back.headers["location"]
        answer = self.asks("GET", callback)
        assert answer.status_code == 303, answer.text
        self.path = answer.headers["location"]
        return str(callback)

    def _fetched(
        self, method: str, url: str, cookies: dict[str, str], **more: Any
    ) -> tuple[requests.Response, dict[str, str]]:
        """As a browser that takes secure cookies on this machine, which `requests` does not."""
        header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = requests.request(method, url, headers=header, allow_redirects=False, timeout=60, **more)
        lines = answer.raw.headers.getlist("Set-Cookie")
        given = dict(line.partition(";")[0].partition("=")[::2] for line in lines)
        return answer, {**cookies, **given}

    def refused(self, **form: str) -> str:
        """What Keycloak says to a form; it must say no."""
        given = form if self.client_id == "app-key" else {"client_id": "app", **form}
        answer = requests.post(self.setting.keycloak.token_url, data=given, timeout=30)
        assert answer.status_code in (400, 401), answer.text
        return str(answer.json()["error"])


@pytest.mark.parametrize("client", ["app", "app-key"])
def test_a_shift(setting: Setting, client: str) -> None:
    """Launched, renewed, signed out: Keycloak checks every request as strictly as an EHR's server may."""
    shift = Shift(setting, client)
    callback = shift.begins()
    page = shift.asks("GET", shift.path)
    assert "Rosa Delgado" in page.text
    assert "Dana Whitfield acts" in page.text
    assert shift.asks("GET", f"{shift.path}readings/overview").json()["found"] is True
    query = parse_qs(urlsplit(callback).query)
    assert query["iss"] == [setting.keycloak.base], "the sender that RFC 9207 asks for"

    first = shift.network.answers[-1]["refresh_token"]
    shift.network.taken_back = {shift.network.answers[-1]["access_token"]}
    shift.ahead = 10.0  # a token that is refused a moment after it was given is not renewed
    assert shift.asks("GET", shift.path).status_code == 200
    assert [form["grant_type"] for form in shift.network.sent] == ["authorization_code", "refresh_token"]
    second = shift.network.answers[-1]["refresh_token"]
    assert second != first
    assert len(shift.network.trusting.tokens) == 2

    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text))
    answer = shift.asks("POST", f"{shift.path}logout", data=fields)
    assert "has taken the access back" in answer.text
    assert shift.asks("GET", shift.path).status_code == 401
    if client == "app":
        assert shift.refused(grant_type="refresh_token", refresh_token=second) == "invalid_grant"


def test_what_counts_once(setting: Setting) -> None:
    """A code, a refresh token that was rotated, and a verifier: Keycloak takes none of them again."""
    shift = Shift(setting, "app")
    callback = shift.begins()
    form = shift.network.sent[-1]
    assert shift.refused(**{name: form[name] for name in form if name != "client_id"}) == "invalid_grant"
    assert shift.asks("GET", callback).status_code == 400

    other = Shift(setting, "app")
    other.begins()
    first = other.network.answers[-1]["refresh_token"]
    other.ahead = 50.0
    assert other.asks("GET", other.path).status_code == 200
    assert other.refused(grant_type="refresh_token", refresh_token=first) == "invalid_grant"
    other.ahead = 100.0
    assert other.asks("GET", other.path).status_code == 401, "Keycloak has ended it: launch again"


def test_an_assertion_is_taken_once(setting: Setting) -> None:
    shift = Shift(setting, "app-key")
    shift.begins()
    form = {**shift.network.sent[-1], "grant_type": "client_credentials"}
    assert shift.refused(**form) in ("invalid_client", "unauthorized_client")
    assert json.dumps(form).count("client_assertion") == 2
