"""How `Care` and `AsyncCare` are let in: `Care(server, sign_in=RegisteredClient("carefhir-at-mercy", key=...))`; and
what they read beside their server: `Care(server, beside=(ReadHome("https://ehr.example/fhir", token=...),))`.

A module of its own, for it loads cryptography, and whoever needs no token should not pay for it.
"""

from __future__ import annotations

from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.login import SignIn
from carefhir.transport.read_homes import ReadHome
from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.signing_key import SigningKey

__all__ = ["Bearer", "Keyring", "ReadHome", "RegisteredClient", "SignIn", "SigningKey"]
