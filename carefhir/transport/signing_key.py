"""A private key that signs what a client proves itself with: RS384 or ES384, the two that SMART servers must know
(SMART App Launch 2.2, Client Authentication: Asymmetric).

A module of its own, for the cryptography it loads takes time and whoever signs in by a secret needs none of it.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey

from carefhir.errors import BadInput

SMALLEST_RSA = 2048
"""Bits: RFC 7518, 3.3."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, its id, and the algorithm it signs with: RS384 or ES384, the two that SMART servers must know."""

    key: RSAKey | ECKey = field(repr=False)
    id: str
    algorithm: str

    @classmethod
    def read(cls, path: Path, id_: str = "") -> SigningKey:
        """Reads a private key: PEM, a JWK, or a JWK Set with one private key. `id_` (the `kid`) is needed where the
        file holds none and the server knows several. Raises `BadInput` naming what is wrong, and nothing of the key."""
        try:
            text = path.read_text()
        except (OSError, UnicodeDecodeError):
            raise BadInput("the client's key: the file cannot be read") from None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)  # too small a key is an error here, and says so
                key = _imported(text)
        except (JoseError, ValueError, KeyError, TypeError):
            raise BadInput(
                "the client's key: expected an RSA or P-384 key as PEM without a passphrase, or as a JWK"
            ) from None
        if not key.is_private:
            raise BadInput("the client's key: the file holds a public key; the private one is needed")
        return cls(key, id_ or str(key.kid or ""), _algorithm(key))

    def signed(self, claims: dict[str, Any]) -> str:
        """A JWT with these claims."""
        header = {"alg": self.algorithm, "typ": "JWT", **({"kid": self.id} if self.id else {})}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


def _imported(text: str) -> RSAKey | ECKey:
    if not text.lstrip().startswith("{"):
        try:
            return RSAKey.import_key(text)
        except (JoseError, ValueError, TypeError):
            return ECKey.import_key(text)
    document = json.loads(text)
    private = [each for each in document.get("keys", [document]) if "d" in each] or document.get("keys", [document])
    if len(private) != 1:
        raise BadInput("the client's key: the file holds several private keys")
    kinds: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    return kinds[private[0]["kty"]].import_key(private[0])


def _algorithm(key: RSAKey | ECKey) -> str:
    if isinstance(key, RSAKey):
        if key.raw_value.key_size < SMALLEST_RSA:
            raise BadInput(f"the client's key: an RSA key must have at least {SMALLEST_RSA} bits")
        return "RS384"
    if key.curve_name != "P-384":
        raise BadInput("the client's key: an elliptic-curve key must be on P-384, for ES384")
    return "ES384"
