"""How a program is registered with an authorization server, and how it proves that it is that program.

Two ways: a shared secret (RFC 6749, 2.3.1), or a key of its own that signs an assertion each time (`private_key_jwt`:
RFC 7523; SMART App Launch 2.2, Client Authentication: Asymmetric). The second is what SMART Backend Services asks for.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from carefhir.errors import BadInput

if TYPE_CHECKING:
    from carefhir.transport.signing_key import SigningKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""RFC 7523, 2.2."""

BACKDATED = 30
"""Seconds by which an assertion is dated back: a server whose clock is a little behind refuses one from its future
(Keycloak issue 8966: one second was enough)."""

LASTS = 240
"""Seconds for which an assertion is good from now. With `BACKDATED` no more than the five minutes that SMART allows."""


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """Who this program is to an authorization server. Raises `BadInput` unless it has either a secret or a key."""

    id: str
    secret: str = field(default="", repr=False)
    key: SigningKey | None = None
    scopes: tuple[str, ...] = ()
    """What to ask for; none: what the steps need (`catalog.scopes`)."""
    token_url: str = ""
    """Where to ask for tokens; none: what the FHIR server names."""
    audience: str = ""
    """Whom an assertion is for, where that is not the token URL: behind a proxy, the inner one."""

    def __post_init__(self) -> None:
        if not self.id:
            raise BadInput("signing in: the client id is missing")
        if bool(self.secret) == (self.key is not None):
            raise BadInput("signing in: the client needs either a secret or a key, and not both")

    @property
    def proves_itself_by(self) -> str:
        """In words."""
        return f"a key ({self.key.algorithm})" if self.key else "a secret"

    def method(self, offered: Collection[str]) -> str:
        """How it authenticates, out of `token_endpoint_auth_methods_supported`; nothing stated means Basic, as RFC 8414
        says."""
        if self.key:
            return "private_key_jwt"
        return "client_secret_post" if offered and "client_secret_basic" not in offered else "client_secret_basic"

    def proof(self, method: str, audience: str, now: float) -> tuple[tuple[str, str], ...]:
        """The fields of the form by which it proves itself; `now` in seconds since 1970."""
        if method == "client_secret_basic":
            return ()
        if self.key is None:
            return (("client_id", self.id), ("client_secret", self.secret))
        issued = int(now)
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": self.audience or audience,
            "jti": str(uuid.uuid4()),
            "iat": issued - BACKDATED,
            "exp": issued + LASTS,
        }
        return (("client_assertion_type", ASSERTION_TYPE), ("client_assertion", self.key.signed(claims)))

    def headers(self, method: str) -> tuple[tuple[str, str], ...]:
        """Basic authentication, id and secret form-encoded as RFC 6749, 2.3.1 says, or nothing."""
        if method != "client_secret_basic":
            return ()
        pair = f"{quote_plus(self.id)}:{quote_plus(self.secret)}"
        return (("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"),)
