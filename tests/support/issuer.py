"""An issuer of tokens, and a network on which a service meets it and a FHIR server; both can be made to misbehave."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from carefhir.sandbox import Sandbox

Json = dict[str, Any]
ISSUER = "https://login.test/realm"
JWKS = "https://login.test/realm/keys"
INTROSPECTION = "https://login.test/realm/introspect"
TOKENS = "https://login.test/realm/token"
FHIR = "https://ehr.test/fhir"
CLIENT, SECRET_OF_CLIENT = "carefhir", "correct horse battery"
LISTED_SECRET = {"kty": "oct", "k": b64encode(b"a secret in public").decode(), "kid": "secret"}


@cache
def rsa(name: str) -> RSAKey:
    """A key, made once in a process: that takes time."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@cache
def ec(name: str) -> ECKey:
    return ECKey.generate_key("P-384", {"kid": name, "use": "sig"})


@dataclass
class Issuer:
    """Signs tokens, shows its public keys, and says of a token whether it holds."""

    keys: list[RSAKey | ECKey] = field(default_factory=lambda: [rsa("first")])
    broken: bool = False
    """Whether its keys cannot be had."""
    fetches: int = 0
    active: dict[str, Json] = field(default_factory=dict)
    """What it says of tokens that hold."""

    def claims(self, **changes: Any) -> Json:
        """The claims of a good token; None takes one away."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": FHIR,
            "exp": now + 300,
            "nbf": now - 5,
            "iat": now,
            "scope": "openid fhirUser user/*.cruds",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self,
        *,
        key: RSAKey | ECKey | None = None,
        algorithm: str = "",
        kid: str | None = "",
        **changes: Any,
    ) -> str:
        """A signed token; `kid` "" is the key's own name, None leaves it out."""
        by = key or self.keys[0]
        name = by.kid if kid == "" else kid
        algorithm = algorithm or ("RS256" if isinstance(by, RSAKey) else "ES384")
        header = {"alg": algorithm, "typ": "JWT", **({"kid": name} if name else {})}
        return jwt.encode(header, self.claims(**changes), by, algorithms=[algorithm])

    def opaque(self, name: str, **changes: Any) -> str:
        """A token that only the issuer can read."""
        self.active[name] = {"active": True, **self.claims(**changes)}
        return name

    def answer(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == JWKS:
            self.fetches += 1
            if self.broken:
                return httpx.Response(500, text="no")
            public = [key.as_dict(private=False) for key in self.keys]
            return httpx.Response(200, json={"keys": [LISTED_SECRET, *public]})
        if str(request.url) == INTROSPECTION:
            pair = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
            if pair != f"{CLIENT}:{SECRET_OF_CLIENT.replace(' ', '+')}":
                return httpx.Response(401, json={"error": "invalid_client"})
            token = parse_qs(request.content.decode())["token"][0]
            return httpx.Response(200, json=self.active.get(token, {"active": False}))
        if str(request.url) == TOKENS:
            granted = {"access_token": "token-1", "token_type": "Bearer", "expires_in": 300}
            return httpx.Response(200, json=granted)
        return httpx.Response(404)


Trouble = Callable[[httpx.Request], httpx.Response | Exception | None]


@dataclass
class Network(httpx.AsyncBaseTransport):
    """Everything the service sends goes through here, to the issuer or the FHIR server. `trouble` happens instead."""

    issuer: Issuer
    fhir: Sandbox
    trouble: Trouble | None = None
    sent: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.sent.append(request)
        instead = self.trouble(request) if self.trouble else None
        if isinstance(instead, Exception):
            raise instead
        if instead is not None:
            return instead
        if request.url.host == "login.test":
            return self.issuer.answer(request)
        target = request.url.raw_path.decode().removeprefix("/fhir").lstrip("/")
        answer = self.fhir.handle(request.method, target, dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def to_the_ehr(self) -> list[httpx.Request]:
        return [request for request in self.sent if request.url.host == "ehr.test"]
