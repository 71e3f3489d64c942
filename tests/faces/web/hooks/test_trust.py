"""Who may call a hook: tests 64 to 66. A call that is not one of this EHR's reads nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey

from carefhir.errors import ServerUnreachable
from carefhir.faces.web.hooks.client_tokens import UsedTokens
from carefhir.faces.web.hooks.hook_settings import HooksSettings
from tests.faces.web.hooks.conftest import STATUS, Hooks
from tests.support.cds_client import ADDRESS, EHR_ISSUER, KEY_SET, CdsClient
from tests.support.issuer import Issuer, ec, rsa

FEEDBACK = {"feedback": [{"card": "f6b95768-1c6f-4a4e-b1c6-2f7e6f7f3c11", "outcome": "overridden"}]}
PLACES = {
    "discovery": ADDRESS,
    "service": f"{ADDRESS}/{STATUS}",
    "another service": f"{ADDRESS}/order-check",
    "feedback": f"{ADDRESS}/{STATUS}/feedback",
    "with a slash": f"{ADDRESS}/{STATUS}/",
    "another EHR": f"https://care.test/other/cds-services/{STATUS}",
    "http": f"http://care.test/main/cds-services/{STATUS}",
}
ENDPOINTS = ("discovery", "service", "feedback")


def _reach(hooks: Hooks, endpoint: str, token: str) -> httpx.Response:
    if endpoint == "discovery":
        return hooks.service.call("GET", "/main/cds-services", token=token)
    if endpoint == "feedback":
        return hooks.post(f"{STATUS}/feedback", FEEDBACK, token=token)
    return hooks.post(STATUS, hooks.ehr.request("patient-view"), token=token)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_64_each_endpoint_is_an_audience_of_its_own(hooks: Hooks, endpoint: str) -> None:
    for name, address in PLACES.items():
        answer = _reach(hooks, endpoint, hooks.ehr.token(address))
        assert answer.status_code == (200 if name == endpoint else 401), name
        assert ("(aud)" in answer.text) == (name != endpoint)


def test_64_one_of_several_audiences(hooks: Hooks) -> None:
    assert _reach(hooks, "service", hooks.ehr.token(["https://other.test", PLACES["service"]])).status_code == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_64_a_site_can_name_the_audience(hooking: Callable[..., Hooks], endpoint: str) -> None:
    """At Epic it is typed in by hand, for all of a service."""
    hooks = hooking(hooks=HooksSettings((EHR_ISSUER,), (KEY_SET,), audience=("carefhir-prod",)))
    assert _reach(hooks, endpoint, hooks.ehr.token("carefhir-prod")).status_code == 200
    assert _reach(hooks, endpoint, hooks.ehr.token(PLACES[endpoint])).status_code == 401


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _parts(ehr: CdsClient) -> list[str]:
    return ehr.token(PLACES["service"]).split(".")


def _unsigned(ehr: CdsClient) -> str:
    body = _parts(ehr)[1]
    return f"{_part({'alg': 'none', 'kid': 'cds', 'jku': KEY_SET})}.{body}."


def _tampered(ehr: CdsClient) -> str:
    head, _, signature = _parts(ehr)
    return f"{head}.{_parts(ehr)[1]}.{signature}"


def _by_the_public_key(ehr: CdsClient) -> str:
    """The old trick: the public key taken for a shared secret."""
    head, body = _part({"alg": "HS256", "kid": "cds", "jku": KEY_SET}), _parts(ehr)[1]
    signature = hmac.new(ec("cds").as_pem(private=False), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _signed(**more: Any) -> Callable[[CdsClient], str]:
    return lambda ehr: ehr.token(PLACES["service"], **more)


def _at(seconds: int) -> int:
    return int(time.time()) + seconds


SECRET = OctKey.import_key("a shared secret of thirty-two letters", {"kid": "cds"})
P_256 = ECKey.generate_key("P-256", {"kid": "small"})
REFUSED: dict[str, Callable[[CdsClient], str]] = {
    "none": _unsigned,
    "hs256": _signed(key=SECRET),
    "hs256 by the public key": _by_the_public_key,
    "badsig": _tampered,
    "another key under a known name": _signed(key=ec("stranger"), header={"kid": "cds"}),
    "expired": lambda ehr: ehr.token(PLACES["service"], iat=_at(-400), exp=_at(-90)),
    "future": lambda ehr: ehr.token(PLACES["service"], iat=_at(120), exp=_at(400)),
    "not yet": lambda ehr: ehr.token(PLACES["service"], nbf=_at(120)),
    "noexp": _signed(exp=None),
    "exp in words": _signed(exp="tomorrow"),
    "exp next week": lambda ehr: ehr.token(PLACES["service"], exp=_at(604_800)),
    "noiat": _signed(iat=None),
    "nojti": _signed(jti=None),
    "jti empty": _signed(jti=""),
    "jti a number": _signed(jti=7),
    "nokid": _signed(header={"kid": None}),
    "badkid": _signed(header={"kid": "nobody"}),
    "iss_evil": _signed(iss="https://evil.test/oauth2"),
    "iss with a slash more": _signed(iss=f"{EHR_ISSUER}/"),
    "iss missing": _signed(iss=None),
    "no JWT": lambda _: "Delgado",
    "an access token of the same EHR": lambda _: Issuer().token(aud=PLACES["service"]),
    "no token": lambda _: "",
}


@pytest.mark.parametrize("how", REFUSED)
def test_65_a_token_that_does_not_hold(hooks: Hooks, how: str) -> None:
    answer = _reach(hooks, "service", REFUSED[how](hooks.ehr))
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == "Bearer"
    assert hooks.read_from_ehr() == []
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(("key", "algorithm"), [(rsa("rs"), "RS256"), (rsa("rs"), "PS384"), (P_256, "ES256")])
def test_65_only_what_cds_hooks_recommends(hooking: Callable[..., Hooks], key: Any, algorithm: str) -> None:
    """Though the key is in the EHR's key set."""
    hooks = hooking()
    hooks.network.keys = [ec("cds"), rsa("rs"), P_256]
    token = hooks.ehr.token(PLACES["service"], key=key, header={"alg": algorithm})
    assert _reach(hooks, "service", token).status_code == 401


HOLDS: dict[str, Callable[[CdsClient], str]] = {
    "ES384": _signed(),
    "RS384": _signed(key=rsa("rs")),
    "as Epic signs": lambda ehr: ehr.token(
        PLACES["service"],
        key=rsa("a kid=="),
        sub="client",
        nbf=_at(-300),
        exp=_at(900),
    ),
    "without jku, where there is one key set": _signed(header={"jku": None}),
    "clocks that differ by half a minute": lambda ehr: ehr.token(PLACES["service"], iat=_at(30), exp=_at(300)),
}


@pytest.mark.parametrize("how", HOLDS)
def test_65_a_token_that_holds(hooking: Callable[..., Hooks], how: str) -> None:
    hooks = hooking()
    hooks.network.keys = [ec("cds"), rsa("rs"), rsa("a kid==")]
    assert _reach(hooks, "service", HOLDS[how](hooks.ehr)).status_code == 200


def test_65_replay(hooks: Hooks) -> None:
    token = hooks.ehr.token(PLACES["service"])
    assert _reach(hooks, "service", token).status_code == 200
    read = len(hooks.read_from_ehr())
    assert _reach(hooks, "service", token).status_code == 401
    assert len(hooks.read_from_ehr()) == read
    same_name = {"jti": "once"}
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"], **same_name)).status_code == 200
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"], **same_name)).status_code == 401


def test_65_a_token_that_is_refused_is_not_used_up(hooks: Hooks) -> None:
    """Nobody who overhears a name can spend it: only a token that holds counts."""
    evil = hooks.ehr.token(PLACES["service"], key=ec("stranger"), header={"kid": "cds"}, jti="theirs")
    assert _reach(hooks, "service", evil).status_code == 401
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"], jti="theirs")).status_code == 200


def test_65_a_used_token_is_remembered_until_it_has_expired() -> None:
    used = UsedTokens(most=2)

    async def go() -> None:
        assert await used.first_use(("ehr", "a"), until=100, now=0)
        assert not await used.first_use(("ehr", "a"), until=100, now=99.9)
        assert await used.first_use(("another", "a"), until=100, now=1)
        with pytest.raises(ServerUnreachable):
            await used.first_use(("ehr", "b"), until=100, now=2)
        assert not await used.first_use(("ehr", "a"), until=100, now=3), "a full memory forgets nothing"
        assert await used.first_use(("ehr", "b"), until=300, now=101)
        assert await used.first_use(("ehr", "a"), until=300, now=101)

    asyncio.run(go())


@pytest.mark.parametrize(
    "jku",
    [
        "https://evil.test/jwks",
        f"{KEY_SET}/../evil",
        f"{KEY_SET}?next=https://evil.test",
        "https://keys.test@evil.test/cds/jwks",
        "http://keys.test/cds/jwks",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:9/",
        "https://keys.test/",
    ],
)
def test_66_only_key_sets_that_are_configured_are_fetched(hooks: Hooks, jku: Any) -> None:
    """Neither an evil one, though its key signs the token, nor one inside our own network."""
    hooks.network.keys = [ec("cds"), ec("evil")]
    answer = _reach(hooks, "service", hooks.ehr.token(PLACES["service"], key=ec("evil"), header={"jku": jku}))
    assert answer.status_code == 401
    hooks.network.keys = [ec("cds")]
    assert hooks.network.sent == []


def test_66_a_key_in_the_token_itself_is_not_believed(hooks: Hooks) -> None:
    evil = ec("evil")
    header = {"jwk": evil.as_dict(private=False), "kid": "evil"}
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"], key=evil, header=header)).status_code == 401
    assert hooks.network.hosts() <= {"keys.test"}


def test_66_without_jku_several_key_sets_are_not_guessed_at(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking(hooks=HooksSettings((EHR_ISSUER,), (KEY_SET, "https://keys.test/other")))
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"], header={"jku": None})).status_code == 401
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"])).status_code == 200


def test_66_a_key_set_that_cannot_be_had_is_no_refusal(hooking: Callable[..., Hooks]) -> None:
    hooks = hooking()
    hooks.network.keys = []
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"])).status_code == 503


def test_66_a_redirect_is_not_followed(hooking: Callable[..., Hooks], monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = hooking()

    async def redirects(request: httpx.Request) -> httpx.Response:
        hooks.network.sent.append(request)
        return httpx.Response(302, headers={"location": "http://127.0.0.1:9/"})

    monkeypatch.setattr(hooks.network, "handle_async_request", redirects)
    assert _reach(hooks, "service", hooks.ehr.token(PLACES["service"])).status_code == 503
    assert [str(request.url) for request in hooks.network.sent] == [KEY_SET]
