"""Signing in, on a real and strict authorization server: what passes only on our own does not pass.

Behind it a FHIR server (HAPI where one runs, else the sandbox) that takes a token for as long as Keycloak's signature,
audience and end say.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from carefhir import AsyncCare, Care, ServerUnreachable, catalog, commands
from carefhir.engine.results import Done, Refused
from carefhir.fhir.wire import Response, TokenRequest
from carefhir.sign_in import Keyring, RegisteredClient, SigningKey
from tests.faces.conftest import invoke
from tests.support.backends import Backend, http_backend, sandbox_backend
from tests.support.keycloak import TOKENS_LAST, Keycloak, running
from tests.support.process import Unavailable
from tests.support.scenarios import FIRST_OF_EACH_STEP
from tests.support.served import served

pytestmark = pytest.mark.keycloak

RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"}, private=True)
EC = ECKey.generate_key("P-384", {"kid": "ec-1"}, private=True)
LIFETIMES = 3
"""So many tokens a journey outlives."""
SCOPES = catalog.scopes()


@pytest.fixture(scope="module")
def keycloak() -> Iterator[Keycloak]:
    clients = {
        "clinic-rsa": {**RSA.as_dict(private=False), "alg": "RS384"},
        "clinic-ec": {**EC.as_dict(private=False), "alg": "ES384"},
    }
    try:
        with running(clients, SCOPES) as found:
            yield found
    except Unavailable as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"Keycloak cannot run here: {missing}")


@dataclass
class Trusting:
    """What a FHIR server knows of Keycloak: where it is, and its public keys."""

    keycloak: Keycloak
    token_url: str = ""
    tokens: set[str] = field(default_factory=set)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        document = requests.get(self.keycloak.keys_url, timeout=30).json()
        self.keys = KeySet.import_key_set({"keys": [key for key in document["keys"] if key["use"] == "sig"]})

    def configuration(self) -> Response:
        document = requests.get(f"{self.keycloak.base}/.well-known/openid-configuration", timeout=30).json()
        smart = {**document, "capabilities": ["client-confidential-asymmetric", "permission-v2"]}
        return Response(200, {"content-type": "application/json"}, json.dumps(smart).encode())

    def answer(self, request: TokenRequest) -> Response:
        raise AssertionError("tokens come from Keycloak")

    def admits(self, bearer: str) -> bool:
        try:
            claims = jwt.decode(bearer, self.keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            claims = {"exp": 0}
        fine = claims["exp"] > time.time() and claims.get("iss") == self.keycloak.base
        with self.lock:
            self.tokens |= {bearer} if fine else set()
            self.refused += not fine
        return bool(fine)


def a_backend() -> Backend:
    base = os.environ.get("CAREFHIR_HAPI_BASE")
    return http_backend(base) if base else sandbox_backend()


def by_secret(keycloak: Keycloak) -> RegisteredClient:
    return RegisteredClient("clinic", secret=keycloak.secret, scopes=SCOPES)


BY_RSA = RegisteredClient("clinic-rsa", key=SigningKey(RSA, "rsa-1", "RS384"), scopes=SCOPES)
BY_EC = RegisteredClient("clinic-ec", key=SigningKey(EC, "ec-1", "ES384"), scopes=SCOPES)


# -- a journey that outlives three tokens --------------------------------------------------------------------------


def journey(keycloak: Keycloak, client: RegisteredClient, *, on_a_loop: bool) -> tuple[int, int, int]:
    """One act of each step, spread over more than three lifetimes of a token. Gives acts done, tokens, and requests
    that were refused."""
    pause = (LIFETIMES * TOKENS_LAST + 5) / len(FIRST_OF_EACH_STEP)
    trusting, acts, ring = Trusting(keycloak), 0, Keyring({"main": client})
    for story in FIRST_OF_EACH_STEP:
        began = time.monotonic()
        stage = story.begun(a_backend())
        with served(stage.backend, authorization=trusting) as at:
            options = {"acting": stage.acting or stage.nurse, "now": story.now, "content": stage.site, "sign_in": ring}
            if on_a_loop:
                result = asyncio.run(_on_a_loop(at.base, story.command(stage), stage.patient, options))
            else:
                with Care(at.base, **options) as care:  # type: ignore[arg-type]
                    result = care.run(story.command(stage))
                    assert care.show(commands.Overview(patient=stage.patient)).found
        done = result.kept if isinstance(result, Refused) else result
        assert isinstance(done, Done), (story.name, result)
        acts += 1
        time.sleep(max(0.0, pause - (time.monotonic() - began)))
    return acts, len(trusting.tokens), trusting.refused


async def _on_a_loop(base: str, command: object, patient: str, options: dict[str, object]) -> object:
    async with AsyncCare(base, **options) as care:  # type: ignore[arg-type]
        result = await care.run(command)  # type: ignore[arg-type]
        assert (await care.show(commands.Overview(patient=patient))).found
        return result


def test_a_journey_over_three_lifetimes(keycloak: Keycloak, record_property: object) -> None:
    """By secret and by each kind of key, at the same time; by the sync driver and the async one."""
    ways = [(by_secret(keycloak), False), (BY_RSA, True), (BY_EC, False)]
    with ThreadPoolExecutor(len(ways)) as pool:
        told = list(pool.map(lambda way: journey(keycloak, way[0], on_a_loop=way[1]), ways))
    for acts, tokens, refused in told:
        assert acts == len(FIRST_OF_EACH_STEP)
        assert tokens > LIFETIMES
        assert refused == 0
    record_property("acts signed in on Keycloak", sum(acts for acts, _, _ in told))  # type: ignore[operator]
    record_property("tokens of Keycloak", sum(tokens for _, tokens, _ in told))  # type: ignore[operator]


# -- what fails is a sentence ------------------------------------------------------------------------------------------


@pytest.fixture
def base(keycloak: Keycloak) -> Iterator[str]:
    with served(sandbox_backend(), authorization=Trusting(keycloak)) as at:
        yield at.base


def refused(base: str, sign_in: RegisteredClient | Keyring) -> str:
    with Care(base, sign_in=sign_in) as care, pytest.raises(ServerUnreachable) as raised:
        _ = care.capabilities
    assert raised.value.sent is False
    return raised.value.message


def test_the_scopes_that_are_granted(keycloak: Keycloak, base: str) -> None:
    with Care(base, sign_in=BY_RSA) as care:
        found = care.check_sign_in()
    assert found.accepted
    assert set(SCOPES) <= set(found.granted or ())
    assert found.withheld == ()
    assert found.lasts == TOKENS_LAST


def test_a_scope_that_nobody_knows(keycloak: Keycloak, base: str) -> None:
    client = RegisteredClient("clinic", secret=keycloak.secret, scopes=("system/Nonsense.rs",))
    assert "(invalid_scope): it does not grant the scopes" in refused(base, client)


def test_a_revoked_client(keycloak: Keycloak, base: str) -> None:
    for client in (by_secret(keycloak), BY_EC):
        keycloak.enable(client.id, enabled=False)
        try:
            words = refused(base, client)
        finally:
            keycloak.enable(client.id, enabled=True)
        assert "unknown, disabled or revoked" in words, words


def test_a_wrong_secret_and_a_wrong_key(keycloak: Keycloak, base: str) -> None:
    assert "its secret is wrong" in refused(base, RegisteredClient("clinic", secret="wrong"))
    other = RegisteredClient("clinic-ec", key=SigningKey(ECKey.generate_key("P-384", private=True), "ec-1", "ES384"))
    assert "its signature is wrong" in refused(base, other)


def test_a_wrong_audience(keycloak: Keycloak, base: str) -> None:
    client = RegisteredClient("clinic-rsa", key=BY_RSA.key, scopes=SCOPES, audience="https://elsewhere.example/token")
    assert "it expects another audience" in refused(base, client)


@pytest.mark.parametrize(("off", "words"), [(-300, "5 minutes behind"), (300, "5 minutes ahead of")])
def test_a_clock_that_is_five_minutes_off(off: int, words: str, keycloak: Keycloak, base: str) -> None:
    ring = Keyring({"main": BY_EC}, wall=lambda: time.time() + off)
    assert f"this machine's clock is {words} the server's" in refused(base, ring)


def test_the_command_line(keycloak: Keycloak, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CLIENT_ID": "clinic", "CLIENT_SECRET": keycloak.secret}.items():
        monkeypatch.setenv(f"CAREFHIR_{name}", value)
    said = invoke("login", base, "--check")
    assert said.code == 0
    assert f"signed in to {base}" in said.words
    assert keycloak.secret not in said.words
