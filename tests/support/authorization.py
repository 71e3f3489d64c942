"""An authorization server as strict as the real ones, with a clock that a test moves, and a FHIR server behind it.

It is held to the truth by `tests/keycloak`: what passes only here does not pass.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, TypeVar
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Answer, Ask, Failure, Flow, Request, Response, TokenRequest, Wait, Waited
from carefhir.transport.keyring import Keyring
from carefhir.transport.registered_client import ASSERTION_TYPE, RegisteredClient
from carefhir.transport.signed_in import signed_in
from tests.support.backends import Backend, run_flow

T = TypeVar("T")
Json = dict[str, Any]

START = 1_772_000_000.0
"""Seconds since 1970 at which the clock stands first."""


@dataclass
class Clock:
    """Seconds, moved by hand."""

    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Authorization:
    """Knows clients by secret or by public key, gives tokens that end, and takes each assertion once."""

    clock: Any = field(default_factory=Clock)
    """Seconds since 1970: one that a test moves, or the machine's."""
    token_url: str = "https://login.example/token"
    secrets: dict[str, str] = field(default_factory=dict)
    keys: dict[str, RSAKey | ECKey] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    lasts: Any = 60
    audience: str = ""
    """Whom an assertion must be for; the token URL if empty."""
    document: Json = field(default_factory=dict)
    """What the discovery document says beyond the token endpoint."""
    answers: list[Response | Failure] = field(default_factory=list)
    """Answers to the next requests for a token, in place of the right ones."""
    tokens: dict[str, float] = field(default_factory=dict)
    """When each token ends."""
    forms: list[dict[str, str]] = field(default_factory=list)
    """Every form that was sent."""
    seen: set[str] = field(default_factory=set)

    # -- what it tells -------------------------------------------------------------------------------------------------

    def configuration(self) -> Response:
        return _json(200, {"token_endpoint": self.token_url, **self.document})

    def admits(self, bearer: str) -> bool:
        """Whether a FHIR server that trusts it takes a token now."""
        return self.tokens.get(bearer, 0.0) > self.clock()

    # -- the token endpoint --------------------------------------------------------------------------------------------

    def answer(self, request: TokenRequest) -> Response | Failure:
        form = dict(request.form)
        self.forms.append(form)
        if self.answers:
            return self.answers.pop(0)
        assert request.url == self.token_url, request.url
        if form.get("grant_type") != "client_credentials":
            return self._no(400, "unsupported_grant_type")
        client = self._client(form, dict(request.headers).get("Authorization", ""))
        if isinstance(client, Response):
            return client
        if client in self.revoked:
            return self._no(401, "invalid_client", "Invalid client or Invalid client credentials")
        token = f"token-{len(self.tokens) + 1}"
        lasts = float(self.lasts) if isinstance(self.lasts, int | float) else 60.0
        self.tokens[token] = self.clock() + lasts
        granted = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.lasts,
            "scope": form.get("scope", ""),
        }
        return _json(200, granted, self._date())

    def _client(self, form: dict[str, str], authorization: str) -> str | Response:
        """Who it is, or the refusal."""
        if authorization:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            name, secret = unquote_plus(pair[0]), unquote_plus(pair[2])
            return name if self.secrets.get(name) == secret else self._no(401, "invalid_client", "Invalid credentials")
        if "client_secret" in form:
            fits = self.secrets.get(form["client_id"]) == form["client_secret"]
            return form["client_id"] if fits else self._no(401, "invalid_client")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            return self._no(400, "invalid_request")
        return self._asserted(form["client_assertion"])

    def _asserted(self, assertion: str) -> str | Response:
        try:
            known = KeySet(list(self.keys.values()))
            decoded = jwt.decode(assertion, known, algorithms=["RS384", "ES384"])
        except (JoseError, ValueError):
            return self._no(401, "invalid_client", "Invalid signature")
        claims, now = decoded.claims, self.clock()
        assert decoded.header["typ"] == "JWT"
        if claims["iss"] != claims["sub"] or claims["iss"] not in self.keys:
            return self._no(401, "invalid_client", "Invalid client")
        if claims["aud"] != (self.audience or self.token_url):
            return self._no(401, "invalid_client", "Invalid token audience")
        if claims["exp"] <= now or claims["exp"] - claims["iat"] > 300 or claims["iat"] > now + 10:
            return self._no(401, "invalid_client", "Token is not active")
        if claims["jti"] in self.seen:
            return self._no(401, "invalid_client", "Token reuse detected")
        self.seen.add(str(claims["jti"]))
        return str(claims["iss"])

    def _no(self, status: int, error: str, words: str = "") -> Response:
        return _json(status, {"error": error, **({"error_description": words} if words else {})}, self._date())

    def _date(self) -> str:
        return formatdate(self.clock(), usegmt=True)


def _json(status: int, document: Json, day: str = "") -> Response:
    headers = {"content-type": "application/json", **({"date": day} if day else {})}
    return Response(status, headers, json.dumps(document).encode())


@dataclass
class Guarded:
    """A FHIR server that asks for tokens, and the flows that are let in."""

    backend: Backend
    authorization: Authorization
    asked: list[Request] = field(default_factory=list)
    waited: float = 0.0
    paced: float = 0.0
    """Seconds that every round takes."""

    def keyring(self, client: RegisteredClient, *, off: float = 0.0) -> Keyring:
        """A ring on a machine whose clock is `off` seconds ahead."""
        clock = self.authorization.clock
        return Keyring({"main": client}, clock=clock, wall=lambda: clock() + off)

    def run(self, flow: Flow[T], keyring: Keyring) -> T:
        return run_flow(signed_in(flow, keyring, (Home.at(self.backend.base),)), self.round)

    def round(self, asks: Sequence[Ask]) -> tuple[Answer, ...]:
        """One round, on the server's clock."""
        self.authorization.clock.now += self.paced
        return tuple(self._answer(one) for one in asks)

    def _answer(self, one: Ask) -> Answer:
        if isinstance(one, Wait):
            self.waited += one.seconds
            self.authorization.clock.now += one.seconds
            return Waited()
        if isinstance(one, TokenRequest):
            return self.authorization.answer(one)
        if one.target == ".well-known/smart-configuration":
            return self.authorization.configuration()
        if one.target.startswith(".well-known/"):
            return Response(404)
        self.asked.append(one)
        if not self.authorization.admits(one.bearer):
            return Response(401, {"www-authenticate": 'Bearer error="invalid_token"'})
        return self.backend.exchange(one)
