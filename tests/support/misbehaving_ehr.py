"""An EHR in this process that launches apps: an authorization server as strict as SMART App Launch 2.2 asks, and its
FHIR server behind it. A test tells it how to misbehave; its clock is moved by hand.

It is held to the truth by `tests/keycloak`: what passes only here does not pass.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from carefhir.sandbox import Sandbox
from carefhir.transport.registered_client import ASSERTION_TYPE
from tests.faces.conftest import stated
from tests.support.authorization import Clock
from tests.support.issuer import rsa

Json = dict[str, Any]
BASE = "https://ehr.test/x/fhir"
LOGIN = "https://login.test"
ISSUER = f"{LOGIN}/oauth2"
AUTHORIZE, TOKEN, REVOKE, KEYS = (f"{LOGIN}/{name}" for name in ("authorize", "token", "revoke", "keys"))
APP = "carefhir-app"
APP_SECRET = "correct horse battery"
TOKENS_LAST = 1_800
"""Seconds."""

Rule = Callable[[httpx.Request], httpx.Response | Exception | None]
"""What happens instead of an answer; None for the right one."""


@dataclass
class Code:
    """What a code stands for, once."""

    challenge: str
    redirect_uri: str
    nonce: str
    scope: str


@dataclass
class MisbehavingEhr(httpx.AsyncBaseTransport):
    """Everything that the service sends goes through here. Without misbehavior it does what SMART asks."""

    fhir: Sandbox
    patient: str
    """The patient whose chart is open, by id."""
    user: str
    """`Practitioner/ID`: who is signed in."""
    clock: Clock = field(default_factory=Clock)
    base: str = BASE
    redirect_uris: tuple[str, ...] = ("https://care.test/main/launch/callback",)
    methods: tuple[str, ...] = ()
    """How clients prove themselves; () for public ones."""
    client_keys: list[RSAKey | ECKey] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: rsa("ehr"))
    # -- misbehavior of discovery
    disc_mode: str = ""
    """`redirect:URL`, `html`, `500` or `bad-json`."""
    disc_set: Json = field(default_factory=dict)
    disc_remove: tuple[str, ...] = ()
    relative: bool = False
    openid: Json = field(default_factory=dict)
    """What `.well-known/openid-configuration` says; nothing: there is none."""
    # -- of the token endpoint
    token_rules: list[httpx.Response | Exception] = field(default_factory=list)
    token_set: Json = field(default_factory=dict)
    token_remove: tuple[str, ...] = ()
    expires_in: Any = TOKENS_LAST
    at_pad: int = 0
    scope: str | None = None
    """What is granted instead of what was asked for."""
    drop_scopes: Callable[[str], bool] = lambda scope: False
    rotates: bool = True
    gives_refresh: bool = True
    # -- of id_tokens and keys
    idt_set: Json = field(default_factory=dict)
    idt_mode: str = ""
    """`bad-signature`, `wrong-key`, `garbage`, `kid` or `none`."""
    keys_mode: str = ""
    """`500` or `empty`."""
    # -- of the FHIR server
    fhir_rules: list[Rule] = field(default_factory=list)
    # -- what happened
    sent: list[httpx.Request] = field(default_factory=list)
    forms: list[Json] = field(default_factory=list)
    """Every form that the token endpoint took."""
    revoked: list[tuple[str, str]] = field(default_factory=list)
    live: dict[str, float] = field(default_factory=dict)
    """Access tokens, and when they end."""
    refresh: dict[str, str] = field(default_factory=dict)
    """Refresh tokens that hold, and their scope."""
    codes: dict[str, Code] = field(default_factory=dict)
    jtis: list[str] = field(default_factory=list)

    # -- the person at the EHR -----------------------------------------------------------------------------------------

    def signs_in(self, location: str) -> str:
        """Whoever is signed in follows the redirect to the authorization server; gives the callback's address."""
        assert location.partition("?")[0] == AUTHORIZE, location
        asked = parse_qs(urlsplit(location).query, keep_blank_values=True)
        assert all(len(values) == 1 for values in asked.values())
        given = {name: values[0] for name, values in asked.items()}
        assert (given["response_type"], given["client_id"]) == ("code", APP)
        assert given["redirect_uri"] in self.redirect_uris
        assert given["code_challenge_method"] == "S256", "never plain"
        assert ("launch" in given) == ("launch" in given["scope"].split())
        code = secrets.token_urlsafe(12)
        self.codes[code] = Code(given["code_challenge"], given["redirect_uri"], given["nonce"], given["scope"])
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    # -- the network ---------------------------------------------------------------------------------------------------

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.sent.append(request)
        url = str(request.url)
        if url.partition("?")[0].startswith(f"{self.base}/.well-known/"):
            return self._discovery(url.rpartition("/")[2])
        if url.startswith(self.base):
            return self._fhir(request)
        if url == TOKEN:
            await asyncio.sleep(0)  # whoever else wants a token has their turn meanwhile
            return self._token(request)
        if url == REVOKE:
            return self._revoke(request)
        if url == KEYS:
            return self._keys()
        raise AssertionError(f"somebody asked {request.url.host}, which is nobody's business")

    def to(self, url: str) -> list[httpx.Request]:
        """What was sent to an address, or below it."""
        return [request for request in self.sent if str(request.url).startswith(url)]

    # -- discovery and keys --------------------------------------------------------------------------------------------

    def document(self) -> Json:
        """What a well-behaved one says of itself."""
        return {
            "issuer": ISSUER,
            "jwks_uri": KEYS,
            "authorization_endpoint": AUTHORIZE,
            "token_endpoint": TOKEN,
            "revocation_endpoint": REVOKE,
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["launch-ehr", "client-public", "permission-v1", "permission-v2", "sso-openid-connect"],
            **({"token_endpoint_auth_methods_supported": list(self.methods)} if self.methods else {}),
        }

    def _discovery(self, name: str) -> httpx.Response:
        if name != "smart-configuration":
            return httpx.Response(200, json=self.openid) if self.openid else httpx.Response(404)
        if self.disc_mode.startswith("redirect:"):
            return httpx.Response(302, headers={"Location": self.disc_mode.partition(":")[2]})
        if self.disc_mode:
            broken = {"html": (200, "<html>Login</html>"), "500": (500, "oops"), "bad-json": (200, '{"token')}
            status, text = broken[self.disc_mode]
            return httpx.Response(status, text=text)
        document = {**self.document(), **self.disc_set}
        if self.relative:
            document |= {"authorization_endpoint": "auth/authorize", "token_endpoint": "auth/token"}
        return httpx.Response(200, json={name: document[name] for name in document if name not in self.disc_remove})

    def _keys(self) -> httpx.Response:
        if self.keys_mode:
            return httpx.Response(500) if self.keys_mode == "500" else httpx.Response(200, json={"keys": []})
        return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})

    # -- the token endpoint --------------------------------------------------------------------------------------------

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.forms.append(form)
        if self.token_rules:
            instead = self.token_rules.pop(0)
            if isinstance(instead, Exception):
                raise instead
            return instead
        if not self._knows(form, request.headers.get("authorization", "")):
            return _no(401, "invalid_client")
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form["refresh_token"])
        code = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if code is None or code.challenge != challenge or code.redirect_uri != form.get("redirect_uri"):
            return _no(400, "invalid_grant")
        granted = self.scope if self.scope is not None else _kept(code.scope.split(), self.drop_scopes)
        return httpx.Response(200, json=self._answer(granted, code.nonce))

    def _refreshed(self, token: str) -> httpx.Response:
        if token not in self.refresh:
            return _no(400, "invalid_grant")
        scope = self.refresh.pop(token) if self.rotates else self.refresh[token]
        answer = self._answer(scope, None)
        if not self.rotates:
            self.refresh.pop(answer.pop("refresh_token", ""), None)
        return httpx.Response(200, json=answer)

    def _answer(self, scope: str, nonce: str | None) -> Json:
        access = f"{secrets.token_urlsafe(16)}{'x' * self.at_pad}"
        lasts = int(self.expires_in) if str(self.expires_in).lstrip("-").isdecimal() else TOKENS_LAST
        self.live[access] = self.clock() + max(lasts, 1)
        answer: Json = {
            "access_token": access,
            "token_type": "Bearer",
            "scope": scope,
            "patient": self.patient,
            "need_patient_banner": True,
        }
        if self.expires_in is not None:
            answer["expires_in"] = self.expires_in
        if self.gives_refresh:
            answer["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh[answer["refresh_token"]] = scope
        if self.idt_mode != "none" and nonce is not None:
            answer["id_token"] = self._id_token(nonce)
        answer |= self.token_set
        return {name: value for name, value in answer.items() if name not in self.token_remove}

    def _id_token(self, nonce: str) -> str:
        now = int(self.clock())
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "sub": "nurse-1",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "fhirUser": f"{self.base}/{self.user}",
            **self.idt_set,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.idt_mode == "garbage":
            return "Delgado.Rosa.x"
        by = rsa("stranger") if self.idt_mode in ("wrong-key", "kid") else self.key
        kid = "stranger" if self.idt_mode == "kid" else "ehr"
        token = jwt.encode({"alg": "RS256", "kid": kid}, claims, by, algorithms=["RS256"])
        if self.idt_mode == "bad-signature":
            head, body, signature = token.split(".")
            return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
        return token

    def _knows(self, form: Json, authorization: str) -> bool:
        """Whether the client proves itself the way it is registered, and no other way."""
        if not self.methods:
            return form.get("client_id") == APP and not authorization and "client_secret" not in form
        if "client_secret_basic" in self.methods:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            by_basic = (unquote_plus(pair[0]), unquote_plus(pair[2])) == (APP, APP_SECRET)
            return by_basic and "client_secret" not in form and "client_id" not in form
        return form.get("client_assertion_type") == ASSERTION_TYPE and self._asserted(form["client_assertion"])

    def _asserted(self, assertion: str) -> bool:
        try:
            token = jwt.decode(assertion, KeySet(self.client_keys), algorithms=["RS384", "ES384"])
        except (JoseError, ValueError):
            return False
        claims, header = token.claims, token.header
        fresh = claims["jti"] not in self.jtis
        self.jtis.append(str(claims["jti"]))
        return (
            fresh
            and header["typ"] == "JWT"
            and bool(header["kid"])
            and claims["iss"] == claims["sub"] == APP
            and claims["aud"] == TOKEN
            and self.clock() < claims["exp"] <= self.clock() + 300
        )

    def _revoke(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.revoked.append((form["token_type_hint"], form["token"]))
        self.live.pop(form["token"], None)
        self.refresh.pop(form["token"], None)
        return httpx.Response(200)

    # -- FHIR ----------------------------------------------------------------------------------------------------------

    def _fhir(self, request: httpx.Request) -> httpx.Response:
        for rule in self.fhir_rules:
            instead = rule(request)
            if isinstance(instead, Exception):
                raise instead
            if instead is not None:
                return instead
        target = str(request.url).removeprefix(self.base).lstrip("/")
        if target == "metadata":
            status, headers, body = stated(self.fhir.knobs, target)
            return httpx.Response(status, headers=headers, content=body)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.live.get(token, 0.0) <= self.clock():
            return httpx.Response(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        answer = self.fhir.handle(request.method, target, dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)


def _kept(scopes: Iterable[str], dropped: Callable[[str], bool]) -> str:
    return " ".join(scope for scope in scopes if not dropped(scope))


def _no(status: int, error: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "error_description": "Delgado, Rosa <script>alert(1)</script>"})


def seconds(ehr: MisbehavingEhr, count: float) -> None:
    """Moves its clock."""
    ehr.clock.now += count


def forms_of(ehr: MisbehavingEhr, grant: str) -> list[Json]:
    """The forms of one grant type."""
    return [form for form in ehr.forms if form.get("grant_type") == grant]


def spoken_of(document: Json) -> str:
    """A document as it went over the wire."""
    return json.dumps(document)
