"""What a site has registered at an EHR, so that it can start the service: the table `[ehr.NAME.launch]`.

The client is public, or proves itself by a secret, or by a key (SMART App Launch 2.2, Client Authentication).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from carefhir.errors import BadInput
from carefhir.faces.web import written as read
from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.signing_key import SigningKey

OF_A_LAUNCH = frozenset(
    {
        *("client_id", "client_secret_env", "client_secret_file", "client_key_file", "client_key_id"),
        *("next_key_file", "next_key_id", "iss", "aud", "token_audience", "issuer", "pinned_origins"),
        *("scope_level", "scopes", "renewal", "identity", "framed_by", "session_hours"),
    }
)
"""What can be set for the launch by an EHR."""

LONGEST_SESSION = 12.0
"""Hours after which a session ends, if the file does not say: a long shift."""


@dataclass(frozen=True, slots=True)
class LaunchSettings:
    """How one EHR starts the service."""

    client_id: str
    iss: tuple[str, ...]
    """The FHIR bases that it launches with: nothing else is believed, and nothing else is asked."""
    client: RegisteredClient | None = field(default=None, repr=False)
    """How the client proves itself; None for a public client."""
    next_key: SigningKey | None = field(default=None, repr=False)
    """A key that will sign from some later day: its public half is shown beforehand."""
    aud: str = ""
    """What is sent as `aud` instead of the launching `iss`."""
    issuer: str = ""
    """Who signs id_tokens, where discovery does not say."""
    pinned_origins: tuple[str, ...] = ()
    """Where authorization server and keys may lie, beside the FHIR base's own origin."""
    scope_level: str = "user"
    scopes: tuple[str, ...] = ()
    """What is asked for instead of what the steps declare."""
    renewal: str = ""
    """`online_access`, `offline_access` or none."""
    identity_required: bool = True
    """Whether a launch without an id_token ends; otherwise nobody acts in it, and it only reads."""
    framed_by: tuple[str, ...] = ()
    """The origins of the EHR that may show the pages in a frame."""
    session_hours: float = LONGEST_SESSION

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """The keys whose public halves are shown."""
        own = self.client.key if self.client is not None else None
        return tuple(key for key in (own, self.next_key) if key is not None)


def launch_settings(table: Any, fhir: str, *, where: str, environ: Mapping[str, str]) -> LaunchSettings:
    """Reads the table. Raises `BadInput` naming the key that cannot be used, and never its value."""
    if not isinstance(table, dict):
        raise BadInput(f"{where.rstrip('.')}: expected a table, [{where.rstrip('.')}]")
    read.only(table, OF_A_LAUNCH, where)
    client_id = read.text(table, "client_id", where)
    iss = read.texts(table, "iss", where) or (fhir,)
    for each in iss:
        read.secure_url(each, f"{where}iss")
    issuer = read.text(table, "issuer", where, default="")
    return LaunchSettings(
        client_id=client_id,
        iss=tuple(normalized(each) for each in iss),
        client=_client(table, client_id, where, environ=environ),
        next_key=_key(table, "next_key", where),
        aud=read.text(table, "aud", where, default=""),
        issuer=read.secure_url(issuer, f"{where}issuer", exact=True) if issuer else "",
        pinned_origins=_origins(table, "pinned_origins", where),
        scope_level=_choice(table, "scope_level", where, choices=("user", "patient")),
        scopes=_scopes(table, where),
        renewal=_choice(table, "renewal", where, choices=("", "online_access", "offline_access")),
        identity_required=_choice(table, "identity", where, choices=("required", "optional")) == "required",
        framed_by=_origins(table, "framed_by", where),
        session_hours=_hours(table, where),
    )


def normalized(iss: str) -> str:
    """A FHIR base as it is compared: small letters in scheme and host, no default port, no slash at its end; "" for
    what is no base."""
    try:
        parts = urlsplit(iss.strip())
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}.get(parts.scheme.lower())
    place = f"{host}:{port}" if port is not None and port != usual else host
    if parts.username or parts.password:
        return ""
    path = parts.path.removesuffix("/")
    return urlunsplit((parts.scheme.lower(), place, path, parts.query, parts.fragment))


def _client(
    table: dict[str, Any], client_id: str, where: str, *, environ: Mapping[str, str]
) -> RegisteredClient | None:
    secret = read.secret(table, "client_secret", where, environ)
    key = _key(table, "client_key", where)
    if secret and key:
        raise BadInput(f"{where}client_key_file: the client has a secret already; give one of them")
    if not secret and not key:
        return None
    return RegisteredClient(
        client_id, secret=secret, key=key, audience=read.text(table, "token_audience", where, default="")
    )


def _key(table: dict[str, Any], name: str, where: str) -> SigningKey | None:
    path = read.text(table, f"{name}_file", where, default="")
    if not path:
        return None
    try:
        key = SigningKey.read(Path(path), read.text(table, f"{name}_id", where, default=""))
    except BadInput as error:
        raise BadInput(f"{where}{name}_file: {error.message}") from None
    if not key.id:
        raise BadInput(f"{where}{name}_id: is missing; the EHR finds a key by its id")
    return key


def _origins(table: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    origins = read.texts(table, name, where)
    for each in origins:
        if urlsplit(read.secure_url(each, where + name)).path:
            raise BadInput(f"{where}{name}: expected origins, such as https://ehr.example.org, without a path")
    return tuple(each.rstrip("/") for each in origins)


def _choice(table: dict[str, Any], name: str, where: str, *, choices: tuple[str, ...]) -> str:
    """One of these; the first where it is not set."""
    value = read.text(table, name, where, default=choices[0])
    if value not in choices:
        raise BadInput(f"{where}{name}: expected {' or '.join(choice for choice in choices if choice)}")
    return value


def _scopes(table: dict[str, Any], where: str) -> tuple[str, ...]:
    scopes = read.texts(table, "scopes", where)
    if not all(re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", scope) for scope in scopes):  # RFC 6749, 3.3
        raise BadInput(f"{where}scopes: expected a list, one scope each")
    return scopes


def _hours(table: dict[str, Any], where: str) -> float:
    hours = table.get("session_hours", LONGEST_SESSION)
    if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 < hours <= 24:
        raise BadInput(f"{where}session_hours: expected a number of hours, at most 24")
    return float(hours)
