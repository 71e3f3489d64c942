"""Who is signed in at the EHR: the id_token (OpenID Connect Core 1.0, 3.1.3.7; SMART App Launch 2.2, fhirUser)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError

from carefhir.errors import ServerUnfit
from carefhir.faces.web.bearer import ALGORITHMS, LONGEST, SKEW, acting_of
from carefhir.faces.web.keys import IssuerKeys
from carefhir.faces.web.launch.discovery import LaunchServer
from carefhir.faces.web.settings import EhrSettings
from carefhir.faces.web.statuses import Denied

WRONG = "who is signed in could not be made sure of (the EHR's id_token does not hold{}): launch again"


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """Who is signed in."""

    subject: str
    """The issuer's own name for them, compared and never shown."""
    acting: str = ""
    """`Practitioner/ID`; "" where they are nobody of the care team on this FHIR server."""


class IdentityCheck:
    """Checks id_tokens of one EHR. `wall` gives seconds since 1970."""

    def __init__(self, ehr: EhrSettings, client: httpx.AsyncClient, wall: Callable[[], float]) -> None:
        self._ehr, self._client, self._wall = ehr, client, wall
        self._keys: dict[str, IssuerKeys] = {}

    async def user(self, token: str, server: LaunchServer, *, client_id: str, nonce: str = "") -> SignedInUser:
        """Who is signed in; `nonce` is what the launch has sent (a refreshed id_token need not repeat it). Raises
        `Denied` for a token that does not hold, `ServerUnfit` where it cannot be checked at all, `ServerUnreachable`
        where the keys cannot be fetched now."""
        if not server.issuer or not server.jwks_url:
            raise ServerUnfit(
                "who is signed in cannot be made sure of: the EHR names no issuer or no keys of its id_tokens"
            )
        claims = await self._claims(token, server, client_id)
        if nonce and claims.get("nonce") != nonce:
            raise Denied("not-granted", WRONG.format(": nonce"))
        audience = claims.get("aud")
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != client_id:
            raise Denied("not-granted", WRONG.format(": azp"))
        who = claims.get("fhirUser", claims.get("profile"))
        return SignedInUser(str(claims["sub"]), acting_of(who, self._ehr) if isinstance(who, str) else "")

    async def _claims(self, token: str, server: LaunchServer, client_id: str) -> dict[str, Any]:
        algorithm, kid = _header(token)
        keys = self._keys.setdefault(server.jwks_url, IssuerKeys(server.jwks_url, self._client, self._wall))
        try:
            key = await keys.key(kid, ALGORITHMS[algorithm])
        except Denied:
            raise Denied("not-granted", WRONG.format(": its key is not one of the issuer's")) from None
        wanted: Any = {
            "iss": {"essential": True, "value": server.issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
            jwt.JWTClaimsRegistry(now=int(self._wall()), leeway=SKEW, **wanted).validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            claim = getattr(error, "claim", "")
            raise Denied("not-granted", WRONG.format(f": {claim}" if claim in wanted else "")) from None
        return claims


def _header(token: str) -> tuple[str, str | None]:
    """Algorithm and key id. Raises `Denied`."""
    try:
        if len(token) > LONGEST:
            raise ValueError
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, UnicodeError):
        raise Denied("not-granted", WRONG.format(": it is not a signed JWT")) from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or not isinstance(kid, str | None):
        raise Denied("not-granted", WRONG.format(": how it is signed"))
    return str(algorithm), kid
