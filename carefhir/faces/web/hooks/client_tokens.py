"""The token with which an EHR calls a hook: a JWT of its own, for one address, once (CDS Hooks 2.0, Trusting CDS
Clients).

It says which EHR calls; it says nothing of a patient, and opens no FHIR server. Keys are fetched only from the key sets
that are configured, whatever a token says (no SSRF), and a token that was used is not taken again.
"""

from __future__ import annotations

import hashlib
import heapq
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError

from carefhir.errors import ServerUnreachable
from carefhir.faces.web.bearer import EXPECTED, SKEW, token_of
from carefhir.faces.web.hooks.hook_settings import HooksSettings
from carefhir.faces.web.keys import IssuerKeys
from carefhir.faces.web.statuses import Denied
from carefhir.faces.web.stores import ServiceStore

ALGORITHMS = {"RS384": "RSA", "ES384": "EC"}
"""What a call may be signed with, and the kind of key: those that CDS Hooks recommends. Nothing with a shared secret,
and never `none`."""
LONGEST_LIFE = 3_600
"""Seconds from issue to expiry that are believed. CDS Hooks recommends at most 300; Epic's documentation shows 900."""
REMEMBERED = 100_000
"""Tokens that are remembered until they have expired. Only tokens that hold are, so nobody else can fill this."""


class HookClients(Protocol):
    """Checks who calls the hooks of one EHR."""

    async def check(self, authorization: str, address: str) -> None:
        """Checks the `Authorization` header of a call to an address. Raises `Denied` for a token that does not hold,
        `ServerUnreachable` where nobody can tell now."""
        ...


class FirstUses(Protocol):
    """Tells the first use of a token from every further one."""

    async def first_use(self, token: tuple[str, str], *, until: float, now: float) -> bool:
        """Whether a token (issuer, `jti`) is used for the first time; it is remembered until then. Raises
        `ServerUnreachable` where that cannot be told."""
        ...


class StoredUses:
    """The tokens that any worker was called with, in a store."""

    def __init__(self, store: ServiceStore) -> None:
        self._store = store

    async def first_use(self, token: tuple[str, str], *, until: float, now: float) -> bool:
        """Whether no worker has been called with it. The clock of another machine may be behind."""
        name = hashlib.sha256("\n".join(("hook", *token)).encode()).hexdigest()
        return await self._store.claim(name, seconds=max(until - now, 0.0) + SKEW)


class UsedTokens:
    """The tokens that were used, each until it could not be used any more: for one worker."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._used: set[tuple[str, str]] = set()
        self._ends: list[tuple[float, tuple[str, str]]] = []

    async def first_use(self, token: tuple[str, str], *, until: float, now: float) -> bool:
        """Whether a token (issuer, `jti`) is used for the first time; it is remembered until then. Raises
        `ServerUnreachable` where so many are remembered that none can be added: forgetting one would let it in again.
        """
        while self._ends and self._ends[0][0] <= now:
            self._used.discard(heapq.heappop(self._ends)[1])
        if token in self._used:
            return False
        if len(self._used) >= self._most:
            raise ServerUnreachable("more calls than can be told apart: nothing was sent, try again")
        self._used.add(token)
        heapq.heappush(self._ends, (until, token))
        return True


class SignedCalls:
    """Calls that an EHR signs with its own key."""

    def __init__(
        self,
        settings: HooksSettings,
        client: httpx.AsyncClient,
        *,
        uses: FirstUses | None = None,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._keys = {url: IssuerKeys(url, client, clock) for url in settings.key_sets}
        self._wall = wall
        self._uses = uses or UsedTokens()

    async def check(self, authorization: str, address: str) -> None:
        """Checks the token of a call to an address."""
        token = token_of(authorization)
        algorithm, kid, jku = self._named(token)
        key = await self._keys[jku].key(kid, ALGORITHMS[algorithm])
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "values": list(self._settings.issuers)},
            "aud": {"essential": True, "values": list(self._settings.audience or (address,))},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "jti": {"essential": True},
        }
        now = self._wall()
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
            jwt.JWTClaimsRegistry(now=int(now), leeway=SKEW, **wanted).validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            claim = getattr(error, "claim", "")
            raise _does_not_hold(claim if claim in (*wanted, "nbf") else "") from None
        await self._once(claims, now)

    def _named(self, token: str) -> tuple[str, str, str]:
        """The algorithm, the key and the key set that a token names, all of which we know."""
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
        except (JoseError, ValueError, UnicodeError):
            raise Denied("not-signed-in", f"{EXPECTED}: it is not a signed JWT") from None
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise Denied("not-signed-in", f"{EXPECTED}: it must be signed with {' or '.join(ALGORITHMS)}")
        if not isinstance(kid, str) or not kid:
            raise _does_not_hold("kid")
        only = self._settings.key_sets[0] if len(self._settings.key_sets) == 1 else ""
        jku = header.get("jku", only)
        if not isinstance(jku, str) or jku not in self._keys:
            raise _does_not_hold("jku")
        return algorithm, kid, jku

    async def _once(self, claims: Mapping[str, Any], now: float) -> None:
        ends, issued, name = claims["exp"], claims["iat"], claims["jti"]
        if not isinstance(name, str) or not name:
            raise _does_not_hold("jti")
        if ends - issued > LONGEST_LIFE or ends > now + LONGEST_LIFE + SKEW:
            raise _does_not_hold("exp")
        if not await self._uses.first_use((str(claims["iss"]), name), until=ends + SKEW, now=now):
            raise _does_not_hold("jti")


class FixedHookToken:
    """One token for a sandbox on this machine, as often as wanted; a configured EHR never has one."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def check(self, authorization: str, address: str) -> None:
        """Checks that it is the one token there is."""
        if token_of(authorization) != self._token:
            raise Denied("not-signed-in", EXPECTED)


def _does_not_hold(claim: str) -> Denied:
    """Which part of it is wrong helps whoever sets this up, and shows nothing of its value."""
    return Denied("not-signed-in", f"{EXPECTED}{f' ({claim})' if claim else ''}")
