"""From the launch to the callback: what the service must remember until the EHR sends the browser back.

The browser itself keeps it, in one sealed cookie for each `state` (RFC 7516, direct encryption, A256GCM), so that a
callback counts only in the browser that was launched, and launches in other tabs do not disturb it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field, fields

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from carefhir.faces.web.launch.cookies import TRANSACTION

LASTS = 600
"""Seconds in which somebody may sign in."""
AT_MOST = 8
"""Launches under way that a browser keeps; of more the oldest is forgotten."""

CLOCKS_DIFFER = 60
"""Seconds by which the clocks of two workers may differ."""

_HEADER = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class LaunchTransaction:
    """One launch under way."""

    ehr: str
    iss: str
    """The FHIR base, exactly as it was received."""
    began: int
    """Seconds since 1970."""
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    """Of PKCE (RFC 7636): 64 characters."""
    standalone: bool = False
    """Whether it began here and not in the EHR: then other scopes were asked for."""
    across: bool = False
    """Whether it is for the list of today, and needs no patient."""

    @property
    def challenge(self) -> str:
        """S256 of the verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    @property
    def cookie(self) -> str:
        """The name of its cookie."""
        return cookie_of(self.state)

    def over(self, now: float) -> bool:
        """Whether its time is over, or has not begun."""
        return self.began > now + CLOCKS_DIFFER or now - self.began > LASTS


def cookie_of(state: str) -> str:
    """The name of the cookie for a `state`."""
    return TRANSACTION + hashlib.sha256(state.encode()).hexdigest()[:8]


class TransactionSeal:
    """Seals and opens transactions with a key of 32 bytes, the service's."""

    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(key)

    def seal(self, transaction: LaunchTransaction) -> str:
        """The value of its cookie: some 600 bytes."""
        return jwe.encrypt_compact(_HEADER, json.dumps(asdict(transaction)).encode(), self._key)

    def open(self, value: str) -> LaunchTransaction | None:
        """The transaction; None for what we have not sealed."""
        try:
            plain = jwe.decrypt_compact(value, self._key, algorithms=["dir", "A256GCM"]).plaintext
            values = json.loads(plain or b"")
        except (JoseError, ValueError, TypeError):
            return None
        if not isinstance(values, dict) or set(values) != {each.name for each in fields(LaunchTransaction)}:
            return None
        return LaunchTransaction(**values)
