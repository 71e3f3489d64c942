"""The tiny EHR of `carefhir serve --sandbox`: as strict with a launch as a real one, where it costs nothing."""

from __future__ import annotations

import asyncio
import base64
import json
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from carefhir.faces.web.serving import DEMO_TOKEN, sandbox_app
from carefhir.faces.web.tiny_ehr import PLACE
from carefhir.sandbox import Sandbox, shape
from tests.faces.conftest import Front, Ward
from tests.faces.web.launch.conftest import scriptless

ADDRESS, FHIR = "http://127.0.0.1:8090", "http://127.0.0.1:8091/fhir"
ASKED = {
    "client_id": "carefhir",
    "redirect_uri": f"{ADDRESS}/sandbox/launch/callback",
    "response_type": "code",
    "scope": "openid fhirUser launch user/*.rs",
    "state": "s",
    "aud": FHIR,
    "launch": "16~4",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
"""The pair of RFC 7636, appendix B."""


@pytest.fixture
def app() -> FastAPI:
    ward = Ward.of(Front(Sandbox()))
    return sandbox_app(ward.front.sandbox, ADDRESS, FHIR)


def asks(app: FastAPI, method: str, path: str, **more: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS) as client:
            return await client.request(method, path, **more)

    return asyncio.run(go())


def code_of(app: FastAPI, **changes: str) -> str:
    answer = asks(app, "GET", f"{PLACE}/authorize", params={**ASKED, **changes})
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s"]
    return query["code"][0]


def exchanged(app: FastAPI, **form: str) -> httpx.Response:
    return asks(app, "POST", f"{PLACE}/token", data={"grant_type": "authorization_code", **form})


def test_the_page_names_everybody(app: FastAPI) -> None:
    text = unescape(asks(app, "GET", PLACE).text)
    assert "Rosa Delgado" in text
    assert "as Dana Whitfield" in text
    assert f'href="{ADDRESS}/sandbox/launch?iss=' in text
    assert f'href="{ADDRESS}/sandbox/launch/today?iss=' in text
    assert "<script" not in scriptless(text)


def test_a_code_counts_once_and_for_its_verifier(app: FastAPI) -> None:
    assert exchanged(app, code=code_of(app), code_verifier="x" * 43).status_code == 400
    code = code_of(app)
    given = exchanged(app, code=code, code_verifier=VERIFIER).json()
    assert (given["patient"], given["scope"]) == ("16", ASKED["scope"])
    assert exchanged(app, code=code, code_verifier=VERIFIER).status_code == 400


def test_a_refresh_token_counts_once(app: FastAPI) -> None:
    given = exchanged(app, code=code_of(app), code_verifier=VERIFIER).json()
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    renewed = exchanged(app, **form)
    assert renewed.json()["patient"] == "16"
    assert exchanged(app, **form).status_code == 400
    asks(app, "POST", f"{PLACE}/revoke", data={"token": renewed.json()["refresh_token"]})
    assert exchanged(app, **{**form, "refresh_token": renewed.json()["refresh_token"]}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "another"}, 400),
        ({"redirect_uri": "https://evil.example/"}, 400),
        ({"code_challenge_method": "plain"}, 303),
        ({"aud": "https://evil.example/fhir"}, 303),
    ],
)
def test_what_is_asked_wrongly(app: FastAPI, changes: dict[str, str], status: int) -> None:
    answer = asks(app, "GET", f"{PLACE}/authorize", params={**ASKED, **changes})
    assert answer.status_code == status
    assert "code=" not in answer.headers.get("location", "")
    assert "evil" not in answer.headers.get("location", "")


def test_without_a_chart_it_asks_whose(app: FastAPI) -> None:
    standalone = {name: value for name, value in ASKED.items() if name != "launch"}
    answer = asks(app, "GET", f"{PLACE}/authorize", params=standalone)
    assert answer.status_code == 200
    link = unescape(answer.text.partition('<li><a href="')[2].partition('"')[0])
    assert asks(app, "GET", link).status_code == 303


def test_bearer_tokens_are_taken_as_before(app: FastAPI) -> None:
    answer = asks(app, "GET", "/sandbox/fhir/metadata", headers={"Authorization": f"Bearer {DEMO_TOKEN}"})
    assert answer.status_code == 200


def test_further_origins_may_frame_the_pages() -> None:
    ward = Ward.of(Front(Sandbox()))
    app = sandbox_app(ward.front.sandbox, ADDRESS, FHIR, framed_by=("https://ehr.example",))
    answer = asks(app, "GET", "/sandbox/launch", params={"iss": "https://elsewhere.example", "launch": "16~4"})
    policy = answer.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {ADDRESS} https://ehr.example")


@pytest.mark.parametrize(("name", "seconds"), [("oracle", 570), ("epic", 600)])
def test_tokens_last_as_long_as_those_of_the_server_it_is_like(name: str, seconds: int) -> None:
    ward = Ward.of(Front(Sandbox()))
    app = sandbox_app(ward.front.sandbox.copy(shape(name)), ADDRESS, FHIR)
    given = exchanged(app, code=code_of(app), code_verifier=VERIFIER).json()
    claims = json.loads(base64.urlsafe_b64decode(given["id_token"].split(".")[1] + "=="))
    assert (given["expires_in"], claims["exp"] - claims["iat"]) == (seconds, seconds)


def test_tokens_end_by_the_clock_that_is_given() -> None:
    ward = Ward.of(Front(Sandbox()))
    app = sandbox_app(ward.front.sandbox, ADDRESS, FHIR, wall=lambda: 1_800_000_000.0)
    token = exchanged(app, code=code_of(app), code_verifier=VERIFIER).json()["id_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["iat"] == 1_800_000_000
