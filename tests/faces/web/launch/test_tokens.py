"""Tests 21 to 29 and 36 to 39 of docs/smart-launch.md: token answers, id_tokens, and how the client proves itself."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.signing_key import SigningKey
from tests.faces.web.launch.conftest import ADDRESS, Launching
from tests.support.issuer import ec, rsa
from tests.support.misbehaving_ehr import APP, APP_SECRET, BASE, KEYS, TOKEN, TOKENS_LAST, forms_of, seconds, spoken_of

JsonRule = dict[str, Any]
LEAK = "Delgado"


def refused(launching: Launching, *statuses: int) -> httpx.Response:
    """What a launch comes to that must not become a session."""
    browser = launching.browser()
    answer = launching.returns(browser)
    assert answer.status_code in (statuses or tuple(range(400, 500))), answer.text
    assert browser.cookies == {}, "neither a session nor what was remembered of the launch"
    assert launching.ehr.to(f"{BASE}/Patient") == []
    assert LEAK not in answer.text
    return answer


TROUBLE: dict[str, tuple[httpx.Response | Exception, int, str]] = {
    "400 invalid_grant": (httpx.Response(400, json={"error": "invalid_grant"}), 403, "launch again"),
    "401 invalid_client": (httpx.Response(401, json={"error": "invalid_client"}), 502, "does not accept this service"),
    "400 with words": (httpx.Response(400, json={"error": LEAK, "error_description": LEAK}), 502, "answered 400"),
    "500": (httpx.Response(500, text=f"<b>{LEAK}</b>"), 502, "answered 500"),
    "503": (httpx.Response(503, text=LEAK), 503, "does not answer now"),
    "timeout": (httpx.ReadTimeout(LEAK), 503, "does not answer now"),
    "html": (httpx.Response(200, text=f"<html>{LEAK}</html>"), 403, "without a token"),
    "redirect": (httpx.Response(302, headers={"Location": "https://evil.example/"}), 502, "answered 302"),
    "too large": (httpx.Response(200, text=" " * 300_000), 503, "does not answer now"),
    "a list": (httpx.Response(200, json=[LEAK]), 403, "without a token"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_21_a_token_endpoint_with_trouble(launch_with: Callable[..., Launching], trouble: str) -> None:
    answer, status, words = TROUBLE[trouble]
    launching = launch_with(token_rules=[answer])
    page = refused(launching, status)
    assert words in page.text
    assert len(launching.ehr.forms) == 1, "a code is never sent twice"


@pytest.mark.parametrize(
    "misbehavior",
    [
        {"token_set": {"token_type": "mac"}},
        {"token_remove": ("token_type",)},
        {"token_remove": ("access_token",)},
        {"token_set": {"access_token": "two words"}},
        {"token_set": {"access_token": "line\nbreak"}},
        {"token_set": {"access_token": 7}},
    ],
)
def test_22_no_bearer_token(launch_with: Callable[..., Launching], misbehavior: JsonRule) -> None:
    refused(launch_with(**misbehavior))


@pytest.mark.parametrize(
    ("given", "later", "renewed"),
    [
        pytest.param("3600", 3_000, 0, id="text"),
        pytest.param("3600", 3_541, 1, id="text-near-its-end"),
        pytest.param(None, 200, 0, id="missing-lasts-five-minutes"),
        pytest.param(None, 241, 1, id="missing-near-its-end"),
        pytest.param("soon", 241, 1, id="no-number"),
        pytest.param(0, 0, 1, id="zero-is-renewed-first"),
        pytest.param(-5, 0, 1, id="less-than-nothing"),
    ],
)
def test_23_how_long_a_token_holds(
    launch_with: Callable[..., Launching], given: Any, later: float, renewed: int
) -> None:
    launching = launch_with(expires_in=given)
    page = launching.launched(launching.browser())
    seconds(launching.ehr, later)
    assert page.reading().status_code == 200
    assert len(forms_of(launching.ehr, "refresh_token")) == renewed


def test_23_one_that_has_ended_and_cannot_be_renewed(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(expires_in=0, gives_refresh=False)
    assert launching.launched(launching.browser()).page().status_code == 401


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        pytest.param({"iss": BASE}, "iss", id="iss-is-the-fhir-base"),
        pytest.param({"iss": None}, "iss", id="no-iss"),
        pytest.param({"aud": "another-app"}, "aud", id="aud"),
        pytest.param({"aud": [APP, "another-app"]}, "azp", id="several-aud-without-azp"),
        pytest.param({"azp": "another-app"}, "azp", id="azp"),
        pytest.param({"nonce": "another"}, "nonce", id="nonce"),
        pytest.param({"nonce": None}, "nonce", id="no-nonce"),
        pytest.param({"exp": 1_771_999_939}, "exp", id="exp-61-seconds-ago"),
        pytest.param({"exp": None}, "exp", id="no-exp"),
        pytest.param({"iat": 1_772_000_061}, "iat", id="iat-in-61-seconds"),
        pytest.param({"iat": None}, "iat", id="no-iat"),
        pytest.param({"sub": None}, "sub", id="no-sub"),
    ],
)
def test_24_an_id_token_with_a_wrong_claim(launch_with: Callable[..., Launching], claims: JsonRule, named: str) -> None:
    assert f"does not hold: {named}" in refused(launch_with(idt_set=claims)).text


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_771_999_941},
        {"iat": 1_772_000_059},
        {"aud": [APP]},
        {"aud": [APP, "another-app"], "azp": APP},
        {"name": LEAK},
    ],
)
def test_an_id_token_that_holds(launch_with: Callable[..., Launching], claims: JsonRule) -> None:
    """Clocks may differ by a minute."""
    launching = launch_with(idt_set=claims)
    assert "Dana Whitfield acts" in launching.launched(launching.browser()).page().text


@pytest.mark.parametrize("mode", ["bad-signature", "wrong-key", "garbage"])
def test_25_an_id_token_that_nobody_signed(launch_with: Callable[..., Launching], mode: str) -> None:
    refused(launch_with(idt_mode=mode))


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d.e", "x" * 20_000])
def test_25_an_id_token_that_is_none(launch_with: Callable[..., Launching], token: str) -> None:
    refused(launch_with(token_set={"id_token": token}))


def test_25_an_id_token_without_a_signature(launch_with: Callable[..., Launching]) -> None:
    parts = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (b'{"alg":"none"}', b'{"sub":"1"}'))
    refused(launch_with(token_set={"id_token": f"{'.'.join(parts)}."}))


def test_26_a_key_that_is_not_known(launching: Launching) -> None:
    """The keys are fetched once more, since that is what a rotation looks like, and not for every try."""
    launching.launched(launching.browser())
    assert len(launching.ehr.to(KEYS)) == 1
    launching.ehr.idt_mode = "kid"
    seconds(launching.ehr, 61)
    refused(launching)
    assert len(launching.ehr.to(KEYS)) == 2
    refused(launching)
    assert len(launching.ehr.to(KEYS)) == 2


@pytest.mark.parametrize("mode", ["500", "empty"])
def test_27_keys_that_cannot_be_had(launch_with: Callable[..., Launching], mode: str) -> None:
    launching = launch_with(keys_mode=mode)
    refused(launching, 503)
    launching.ehr.keys_mode = ""
    seconds(launching.ehr, 2)
    assert launching.launched(launching.browser()).page().status_code == 200


def test_28_no_id_token(launch_with: Callable[..., Launching]) -> None:
    """A launch ends, or it only reads: as it is set."""
    assert "openid and fhirUser" in refused(launch_with(idt_mode="none")).text
    launching = launch_with(idt_mode="none", settings={"identity_required": False})
    page = launching.launched(launching.browser())
    assert "nobody acts: this launch only reads" in page.page().text
    assert page.reading().status_code == 200
    before = launching.ward.front.versions()
    assert page.browser.get(f"{page.path}steps/enroll").status_code == 403
    answer = page.submits("enroll", page.enrollment(), own=form_of(page))
    assert (answer.status_code, launching.ward.front.written_since(before)) == (403, [])


def test_28_a_wrong_id_token_is_never_passed_over(launch_with: Callable[..., Launching]) -> None:
    refused(launch_with(idt_mode="wrong-key", settings={"identity_required": False}))


def form_of(page: Any) -> JsonRule:
    """The hidden fields of the first page: those of every form of the launch."""
    from tests.faces.web.launch.conftest import hidden_fields

    return hidden_fields(page.page().text)


@pytest.mark.parametrize(
    ("user", "acts"),
    [
        pytest.param("https://evil.example/fhir/Practitioner/4", False, id="other-host"),
        pytest.param(f"{BASE}2/Practitioner/4", False, id="base-that-begins-alike"),
        pytest.param("PractitionerRole/4", False, id="role"),
        pytest.param("Device/1", False, id="device"),
        pytest.param(7, False, id="number"),
        pytest.param("Practitioner/4", True, id="relative"),
        pytest.param(f"{BASE}/Practitioner/4", True, id="absolute"),
    ],
)
def test_29_who_is_signed_in(launch_with: Callable[..., Launching], user: Any, acts: bool) -> None:
    launching = launch_with(idt_set={"fhirUser": user})
    page = launching.launched(launching.browser()).page()
    assert ("Dana Whitfield acts" in page.text) == acts
    assert ("nobody acts" in page.text) != acts
    assert {request.url.host for request in launching.ehr.sent} == {"ehr.test", "login.test"}


def test_29_a_patient_who_is_signed_in(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(idt_set={"fhirUser": "Patient/16"})
    assert "for the people of the care team" in refused(launching, 403).text


# -- how the client proves itself --------------------------------------------------------------------------------------


def test_a_public_client_sends_its_id_and_nothing_else(launching: Launching) -> None:
    launching.launched(launching.browser())
    (form,) = launching.ehr.forms
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier", "client_id"}


def test_36_a_client_with_a_secret(launch_with: Callable[..., Launching]) -> None:
    """Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1); the body holds neither."""
    client = RegisteredClient(APP, secret=APP_SECRET)
    launching = launch_with(methods=("client_secret_basic",), settings={"client": client})
    launching.launched(launching.browser())
    (request,) = launching.ehr.to(TOKEN)
    pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == f"{APP}:{APP_SECRET.replace(' ', '+')}"
    assert b"secret" not in request.content
    assert "client_id" not in launching.ehr.forms[0]


def by_key(launch_with: Callable[..., Launching], key: RSAKey | ECKey, algorithm: str) -> Launching:
    signing = SigningKey(key, str(key.kid), algorithm)
    client = RegisteredClient(APP, key=signing)
    return launch_with(methods=("private_key_jwt",), client_keys=[key], settings={"client": client})


@pytest.mark.parametrize(("key", "algorithm"), [(rsa("app"), "RS384"), (ec("app-ec"), "ES384")])
def test_37_a_client_with_a_key(launch_with: Callable[..., Launching], key: RSAKey | ECKey, algorithm: str) -> None:
    launching = by_key(launch_with, key, algorithm)
    launching.launched(launching.browser())
    token = jwt.decode(launching.ehr.forms[0]["client_assertion"], KeySet([key]), algorithms=[algorithm])
    now = launching.ehr.clock()
    assert (token.header["alg"], token.header["kid"], token.header["typ"]) == (algorithm, key.kid, "JWT")
    assert token.claims["iss"] == token.claims["sub"] == APP
    assert token.claims["aud"] == TOKEN
    assert now < token.claims["exp"] <= now + 300
    assert token.claims["exp"] - token.claims["iat"] <= 300
    assert "client_secret" not in launching.ehr.forms[0]


def test_38_an_assertion_for_every_request(launch_with: Callable[..., Launching]) -> None:
    launching = by_key(launch_with, rsa("app"), "RS384")
    page = launching.launched(launching.browser())
    for _ in range(2):
        seconds(launching.ehr, TOKENS_LAST - 10)
        assert page.reading().status_code == 200
    assert len(forms_of(launching.ehr, "refresh_token")) == 2
    assert len(set(launching.ehr.jtis)) == len(launching.ehr.jtis) == 3


def test_39_the_public_keys_of_the_client(launch_with: Callable[..., Launching]) -> None:
    """Both keys while one follows the other; nothing private of either."""
    now, next_ = SigningKey(rsa("app"), "app", "RS384"), SigningKey(ec("app-ec"), "app-ec", "ES384")
    launching = launch_with(settings={"client": RegisteredClient(APP, key=now), "next_key": next_})
    answer = launching.browser().get("/main/launch/jwks.json")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["cache-control"]
    keys = {key["kid"]: key for key in answer.json()["keys"]}
    assert set(keys) == {"app", "app-ec"}
    assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & {name for key in keys.values() for name in key}
    assert (keys["app"]["alg"], keys["app-ec"]["alg"]) == ("RS384", "ES384")
    signed = now.signed({"sub": APP})
    assert jwt.decode(signed, KeySet.import_key_set(answer.json()), algorithms=["RS384"]).claims == {"sub": APP}
    assert "private" not in spoken_of(answer.json())
    assert launching.browser().get(f"{ADDRESS}/other/launch/jwks.json").status_code == 404


def test_39_a_public_client_has_no_keys(launching: Launching) -> None:
    assert launching.browser().get("/main/launch/jwks.json").json() == {"keys": []}
