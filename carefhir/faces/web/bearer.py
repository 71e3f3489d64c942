"""Bearer tokens: who calls, what they were granted, and for which patient.

A token is checked by its issuer's keys (JWT) or by asking the issuer (RFC 7662). Nothing of it is ever logged or shown.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote_plus

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError

from carefhir.errors import ServerUnreachable
from carefhir.faces.web.keys import ANSWERED_WITHIN, UNCHECKED, IssuerKeys, fetched
from carefhir.faces.web.scopes import CompanionGrants, GrantedScopes
from carefhir.faces.web.settings import EhrSettings, TokenSettings
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import NotJson, decode
from carefhir.fhir.homes import Home
from carefhir.fhir.record import relative
from carefhir.fhir.wire import Failure, Response
from carefhir.transport.keyring import Bearer

ALGORITHMS = {"RS256": "RSA", "RS384": "RSA", "ES256": "EC", "ES384": "EC"}
"""What a token may be signed with, and the kind of key; `none` and everything with a shared secret are not here."""
SKEW = 60
"""Seconds by which two clocks may differ."""
LONGEST = 16_384
"""Characters of a token that are looked at."""

EXPECTED = "the token does not hold"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by their token."""

    scopes: GrantedScopes
    patient: str = ""
    """`Patient/ID` where the token is for one patient: then it is for nobody else."""
    acting: str = ""
    """`Practitioner/ID`: who acts; "" where the token names nobody on this FHIR server who could."""
    token: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    """Whom the issuer means by it (`sub`, or the client): for nothing but to count how often somebody asks."""
    renew: Callable[[], Awaitable[Response | Failure]] | None = field(default=None, repr=False)
    """How the token is renewed, where the service holds the session."""
    latest: Callable[[], str] | None = field(default=None, repr=False)
    """The token of this moment, where the service holds the session: what came before may have renewed it, and one that
    the FHIR server has refused must not be shown to it again."""
    lasts: float = float("inf")
    """Seconds from now for which the token holds, where that is known."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Beside a companion: where they and their patient are in the EHR, by their reference on the companion."""
    beside: CompanionGrants | None = None
    """What may be done on the EHR's companion, if it has one; then the token is for reading the EHR."""

    @property
    def bearer(self) -> Bearer:
        """The token, as it goes to the FHIR server."""
        return Bearer(self.latest() if self.latest else self.token, self.renew, self.lasts)

    @property
    def level(self) -> str:
        """The level at which missing scopes are named."""
        return "patient" if self.patient else "user"

    def lacking(self, asked: Mapping[str, str], *, shown: bool = False) -> tuple[str, ...]:
        """The scopes that the token lacks for what is asked. Beside a companion these are only for reading what the EHR
        keeps; and what is only `shown` goes on without: it says what is not visible (`withheld`)."""
        if self.beside is not None:
            kept = {} if shown else {type_: letters for type_, letters in asked.items() if type_ in self.beside.kept}
            asked = {type_: "".join(each for each in letters if each in "rs") for type_, letters in kept.items()}
        return self.scopes.lacking(asked, level=self.level)

    def lacking_of_ours(self, asked: Mapping[str, str]) -> tuple[str, ...]:
        """The scopes that the service itself lacks on the companion."""
        return self.beside.granted.lacking(asked, level="system") if self.beside is not None else ()

    @property
    def withheld(self) -> frozenset[str]:
        """The types that the EHR keeps and the token does not let us read whole."""
        kept = self.beside.kept if self.beside is not None else frozenset()
        lacks = self.scopes.lacking(dict.fromkeys(kept, "rs"), level=self.level)
        return frozenset(scope.partition("/")[2].partition(".")[0] for scope in lacks)


class Bearers(Protocol):
    """Checks tokens of one EHR."""

    async def caller(self, token: str) -> Caller:
        """Who calls. Raises `Denied` for a token that does not hold, `ServerUnreachable` where nobody can tell now."""
        ...


def token_of(header: str) -> str:
    """The token of an `Authorization` header. Raises `Denied` where there is none."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Denied("not-signed-in", "sign in: send Authorization: Bearer and a token of this EHR")
    if len(token) > LONGEST:
        raise Denied("not-signed-in", EXPECTED)
    return token.strip()


class SignedTokens:
    """Tokens that are JWTs, checked by the keys of their issuer."""

    def __init__(
        self,
        ehr: EhrSettings,
        tokens: TokenSettings,
        client: httpx.AsyncClient,
        *,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ehr = ehr
        self._keys = IssuerKeys(tokens.jwks_uri, client, clock)
        self._wall = wall
        self._claims = {
            "iss": {"essential": True, "value": tokens.issuer},
            "aud": {"essential": True, "values": list(tokens.audience)},
            "exp": {"essential": True},
        }

    async def caller(self, token: str) -> Caller:
        """Who calls, by the token's own claims."""
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
        except (JoseError, ValueError, UnicodeError):
            raise Denied("not-signed-in", f"{EXPECTED}: it is not a signed JWT") from None
        algorithm, kid = header.get("alg"), header.get("kid")
        kind = ALGORITHMS.get(algorithm) if isinstance(algorithm, str) else None
        if kind is None:
            raise Denied("not-signed-in", f"{EXPECTED}: it must be signed with {', '.join(ALGORITHMS)}")
        if kid is not None and not isinstance(kid, str):
            raise Denied("not-signed-in", EXPECTED)
        key = await self._keys.key(kid, kind)
        try:
            claims = jwt.decode(token, key, algorithms=[str(algorithm)]).claims
            registry = jwt.JWTClaimsRegistry(now=int(self._wall()), leeway=SKEW, **self._claims)  # type: ignore[arg-type]
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            # Which claim is wrong helps whoever sets this up, and shows nothing of its value.
            claim = getattr(error, "claim", "") if getattr(error, "claim", "") in (*self._claims, "nbf", "iat") else ""
            raise Denied("not-signed-in", f"{EXPECTED}{f' ({claim})' if claim else ''}") from None
        return caller_of(claims, token, self._ehr)


class IntrospectedTokens:
    """Tokens that only their issuer can read: it is asked about each (RFC 7662)."""

    def __init__(
        self,
        ehr: EhrSettings,
        tokens: TokenSettings,
        client: httpx.AsyncClient,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._ehr, self._tokens, self._client, self._wall = ehr, tokens, client, wall

    async def caller(self, token: str) -> Caller:
        """Who calls, by what the issuer says of the token."""
        pair = f"{quote_plus(self._tokens.client_id)}:{quote_plus(self._tokens.client_secret)}"
        request = self._client.build_request(
            "POST",
            self._tokens.introspection,
            data={"token": token, "token_type_hint": "access_token"},
            headers={
                "Accept": "application/json",
                "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            },
            timeout=ANSWERED_WITHIN,
        )
        status, body = await fetched(self._client, request)
        try:
            claims = decode(body) if status == 200 else None
        except NotJson:
            claims = None
        if not isinstance(claims, dict):
            raise ServerUnreachable(
                UNCHECKED.replace("the issuer's keys cannot be fetched", "the issuer does not answer")
            )
        audience = claims.get("aud")
        named = {audience} if isinstance(audience, str) else set(audience) if isinstance(audience, list) else set()
        if claims.get("active") is not True:
            raise Denied("not-signed-in", EXPECTED)
        if not named & set(self._tokens.audience):
            raise Denied("not-signed-in", f"{EXPECTED} (aud)")
        if claims.get("iss", self._tokens.issuer) != self._tokens.issuer:
            raise Denied("not-signed-in", f"{EXPECTED} (iss)")
        ends = claims.get("exp")
        if isinstance(ends, int) and ends <= self._wall() - SKEW:
            raise Denied("not-signed-in", f"{EXPECTED} (exp)")
        return caller_of(claims, token, self._ehr)


def caller_of(claims: Mapping[str, Any], token: str, ehr: EhrSettings) -> Caller:
    """Who calls, by claims that hold. Raises `Denied` where they name a patient and it cannot be read which."""
    scope = claims.get("scope", claims.get("scp", ""))
    text = " ".join(each for each in scope if isinstance(each, str)) if isinstance(scope, list) else str(scope)
    patient = ""
    if "patient" in claims:
        named = claims["patient"]
        literal = named if isinstance(named, str) and "/" in named else f"Patient/{named}"
        patient = relative(literal) or ""
        if not patient.startswith("Patient/"):
            raise Denied("not-granted", "the token's patient cannot be read as one: sign in again")
    who = claims.get("fhirUser")
    acting = acting_of(who, ehr) if isinstance(who, str) else ""
    subject = next((str(claims[name]) for name in ("sub", "client_id", "azp") if claims.get(name)), "")
    return Caller(GrantedScopes.read(text), patient, acting, token, subject)


def acting_of(who: str, ehr: EhrSettings) -> str:
    """Who acts, where they are a practitioner on this FHIR server and no other. Raises `Denied` for a patient."""
    home = Home.at(ehr.fhir, also_known_as=ehr.site.also_known_as)
    target = home.target_of(who)
    reference = relative(target) if target is not None else None
    if reference is not None and reference.startswith(("Patient/", "RelatedPerson/")):
        raise Denied("not-granted", "this service is for the people of the care team, and the token is a patient's")
    return reference if reference is not None and reference.startswith("Practitioner/") else ""


class FixedToken:
    """One token for a sandbox on this machine; a configured EHR never has one."""

    def __init__(self, token: str, acting: str) -> None:
        self._token, self._acting = token, acting

    async def caller(self, token: str) -> Caller:
        """The one caller there is."""
        if token != self._token:
            raise Denied("not-signed-in", EXPECTED)
        return Caller(GrantedScopes.read("user/*.cruds"), acting=self._acting)


class NoTokens:
    """An EHR that takes no bearer tokens: it launches the service as an app."""

    async def caller(self, token: str) -> Caller:
        """Nobody."""
        raise Denied("not-signed-in", "bearer tokens are not taken for this EHR: launch the service from it")


def bearers_of(ehr: EhrSettings, client: httpx.AsyncClient) -> Bearers:
    """How the tokens of an EHR are checked, as it is set."""
    if ehr.tokens is None:
        return NoTokens()
    if ehr.tokens.jwks_uri:
        return SignedTokens(ehr, ehr.tokens, client)
    return IntrospectedTokens(ehr, ehr.tokens, client)
