"""How a site's settings let a face in, and what a person is told of it."""

from __future__ import annotations

from carefhir import catalog
from carefhir.errors import BadInput
from carefhir.fhir.wire import MAIN
from carefhir.settings import EhrBeside, Settings, SignInSettings
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.registered_client import RegisteredClient


def keyring_of(settings: Settings) -> Keyring:
    """The ways in that a site has set for its servers, each for its own; an empty ring where it has set none. Raises
    `BadInput`."""
    ways: dict[str, Bearer | RegisteredClient] = {}
    ehr = settings.ehr
    if ehr.token:
        ways[ehr.name] = Bearer(ehr.token)
    elif ehr.sign_in.client_id:
        ways[ehr.name] = _client(ehr.sign_in, _scopes_there(ehr), "CAREFHIR_EHR_CLIENT_KEY_FILE")
    if settings.token:
        ways[MAIN] = Bearer(settings.token)
    elif (client := client_of(settings)) is not None:
        ways[MAIN] = client
    return Keyring(ways)


def client_of(settings: Settings) -> RegisteredClient | None:
    """How the site has registered this program; None where it has not. A client that names no scopes asks for what the
    steps need. Raises `BadInput`."""
    if not settings.sign_in.client_id:
        return None
    return _client(settings.sign_in, catalog.scopes(), "CAREFHIR_CLIENT_KEY_FILE")


def _scopes_there(ehr: EhrBeside) -> tuple[str, ...]:
    return catalog.scopes_beside(reads=ehr.types, writes=ehr.writes, notes=bool(ehr.notes))


def _client(asked: SignInSettings, scopes: tuple[str, ...], key_variable: str) -> RegisteredClient:
    key = None
    if asked.key_file is not None:
        from carefhir.transport.signing_key import SigningKey  # cryptography takes time, and a secret needs none

        try:
            key = SigningKey.read(asked.key_file, asked.key_id)
        except BadInput as error:
            raise BadInput(f"{key_variable}: {error.message}") from None
    return RegisteredClient(
        id=asked.client_id,
        secret=asked.secret,
        key=key,
        scopes=asked.scopes or scopes,
        token_url=asked.token_url,
        audience=asked.audience,
    )
