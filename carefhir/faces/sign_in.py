"""How a site's settings let a face in, and what a person is told of it."""

from __future__ import annotations

from carefhir import catalog
from carefhir.errors import BadInput
from carefhir.fhir.wire import MAIN
from carefhir.settings import Settings
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.registered_client import RegisteredClient


def keyring_of(settings: Settings) -> Keyring:
    """The ways in that a site has set for its servers, each for its own; an empty ring where it has set none. Raises
    `BadInput`."""
    ways: dict[str, Bearer | RegisteredClient] = {}
    if settings.ehr.token:
        ways[settings.ehr.name] = Bearer(settings.ehr.token)
    if settings.token:
        return Keyring({**ways, MAIN: Bearer(settings.token)})
    client = client_of(settings)
    return Keyring({**ways, MAIN: client} if client is not None else ways)


def client_of(settings: Settings) -> RegisteredClient | None:
    """How the site has registered this program; None where it has not. A client that names no scopes asks for what the
    steps need. Raises `BadInput`."""
    asked = settings.sign_in
    if not asked.client_id:
        return None
    key = None
    if asked.key_file is not None:
        from carefhir.transport.signing_key import SigningKey  # cryptography takes time, and a secret needs none

        try:
            key = SigningKey.read(asked.key_file, asked.key_id)
        except BadInput as error:
            raise BadInput(f"CAREFHIR_CLIENT_KEY_FILE: {error.message}") from None
    return RegisteredClient(
        id=asked.client_id,
        secret=asked.secret,
        key=key,
        scopes=asked.scopes or catalog.scopes(),
        token_url=asked.token_url,
        audience=asked.audience,
    )
