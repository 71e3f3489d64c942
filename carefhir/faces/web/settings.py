"""The settings of the service: one TOML file, checked whole before anything listens.

Every error names its key and never its value. Secrets are not in the file: `…_env` names a variable, `…_file` a file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carefhir.errors import BadInput
from carefhir.faces.web.companion_settings import CompanionSettings, companion_of
from carefhir.faces.web.hooks.hook_settings import HooksSettings, hooks_of
from carefhir.faces.web.notification_settings import NotificationSettings, notifications_of
from carefhir.faces.web.operating import OPERATING, OperatingSettings
from carefhir.faces.web.written import listener, whole
from carefhir.faces.web.written import only as _only
from carefhir.faces.web.written import origin as _origin
from carefhir.faces.web.written import secret as _secret
from carefhir.faces.web.written import secure_url as _secure_url
from carefhir.faces.web.written import site as _site
from carefhir.faces.web.written import text as _text
from carefhir.faces.web.written import texts as _list
from carefhir.settings import Settings

if TYPE_CHECKING:
    from carefhir.faces.web.launch.registration import LaunchSettings

LARGEST_REQUEST = 2_000_000
"""Bytes of a request's body, if the file does not say: a long QuestionnaireResponse has some 100,000."""

OF_THE_SERVICE = frozenset({"address", "listen", "largest_request", "ehr"}) | OPERATING

OF_THE_SITE = (
    *("on_call", "also_known_as", "content", "licenses", "timeout", "zone", "without", "with"),
    *("client_id", "client_key_file", "client_key_id", "client_secret_file", "token_url", "token_audience", "scopes"),
)
"""What is set for an EHR as the command line has it (`carefhir.settings`)."""

OF_THE_TOKENS = (
    *("issuer", "audience", "jwks_uri", "introspection", "introspection_client"),
    *("introspection_secret_env", "introspection_secret_file", "pinned_origins"),
)
OF_AN_EHR = frozenset(
    {
        "name",
        "fhir",
        "headers",
        "sign_in",
        "client_secret_env",
        "companion",
        "hooks",
        "launch",
        "notifications",
        *OF_THE_SITE,
        *OF_THE_TOKENS,
    }
)

NOT_AN_EHR = frozenset({"health", "launch", "metrics", "openapi", "ready", "s"})
"""Places in the URLs that are taken."""

NOT_A_HEADER = frozenset({"authorization", "host", "cookie", "content-length", "transfer-encoding", "connection"})
"""Headers that the service sets itself, or that would let somebody in."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Whose bearer tokens are taken for an EHR, and how they are checked: by the issuer's keys, or by asking it."""

    issuer: str
    audience: tuple[str, ...] = ()
    """Whom a token must be for: one of these."""
    jwks_uri: str = ""
    introspection: str = ""
    client_id: str = ""
    """As whom the issuer is asked about a token (RFC 7662)."""
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EhrSettings:
    """One EHR: its FHIR server, its tokens, and how the site works on it."""

    alias: str
    """Its place in every URL: `/ALIAS/fhir`."""
    name: str
    fhir: str
    site: Settings = field(repr=False)
    tokens: TokenSettings | None = None
    passes_token_on: bool = True
    """Whether the caller's token goes to the FHIR server; otherwise the service signs in there by itself."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hooks: HooksSettings | None = None
    """Whose calls of CDS Hooks are taken; None: this EHR has none."""
    notifications: NotificationSettings | None = None
    """Whose notifications are taken, and who acts on them; None: none are."""
    launch: LaunchSettings | None = None
    """How the EHR starts the service as an app (SMART App Launch); None where it does not."""
    companion: CompanionSettings | None = None
    """The server that is written, where the EHR is only read; None: the EHR is read and written."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Everything the service is told when it starts."""

    address: str
    """The base under which it is reached from outside, without a slash at its end."""
    ehrs: tuple[EhrSettings, ...]
    host: str = "127.0.0.1"
    port: int = 8090
    largest_request: int = LARGEST_REQUEST
    operating: OperatingSettings = field(default_factory=OperatingSettings)

    @classmethod
    def read(cls, path: Path, environment: Mapping[str, str] | None = None) -> ServiceSettings:
        """Reads the file, then what the environment sets instead (`CAREFHIR_SERVICE_ADDRESS`, `_LISTEN`). Raises
        `BadInput` naming the key that cannot be used, and never its value."""
        environ = os.environ if environment is None else environment
        written = _file(path)
        for name in ("address", "listen"):
            if given := environ.get(f"CAREFHIR_SERVICE_{name.upper()}", ""):
                written[name] = given
        _only(written, OF_THE_SERVICE, "")
        host, port = listener(_text(written, "listen", "", default="127.0.0.1:8090"), "listen")
        ehrs = written.get("ehr")
        if not isinstance(ehrs, dict) or not ehrs:
            raise BadInput("ehr: no EHR is set; give at least one table, for example [ehr.hospital]")
        return cls(
            address=_secure_url(_text(written, "address", ""), "address"),
            ehrs=tuple(_ehr(alias, table, environ) for alias, table in ehrs.items()),
            host=host,
            port=port,
            largest_request=whole(
                written, "largest_request", (1_000, 100_000_000), unit="bytes", default=LARGEST_REQUEST
            ),
            operating=OperatingSettings.of(written, environ),
        )


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise BadInput("--config: the file cannot be read") from None
    except tomllib.TOMLDecodeError:
        raise BadInput("--config: the file is not TOML") from None


def _ehr(alias: str, table: Any, environ: Mapping[str, str]) -> EhrSettings:
    where = f"ehr.{alias}."
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", alias) or alias in NOT_AN_EHR:
        raise BadInput(
            "ehr: an EHR's name is its place in the URLs: small letters, digits and -, and none of "
            f"{', '.join(sorted(NOT_AN_EHR))}"
        )
    if not isinstance(table, dict):
        raise BadInput(f"ehr.{alias}: expected a table, [ehr.{alias}]")
    _only(table, OF_AN_EHR, where)
    fhir = _secure_url(_text(table, "fhir", where), f"{where}fhir")
    passes_on = _text(table, "sign_in", where, default="token")
    if passes_on not in ("token", "own"):
        raise BadInput(
            f'{where}sign_in: expected "token" (the caller\'s token is passed on) or "own" (the service signs in)'
        )
    site = _site(table, OF_THE_SITE, where, environ)
    if passes_on == "own" and not site.sign_in.client_id:
        raise BadInput(
            f'{where}client_id: is missing; sign_in = "own" needs the client that the service is registered as'
        )
    if passes_on == "token" and site.sign_in.client_id:
        raise BadInput(f'{where}client_id: is for sign_in = "own"; with "token" the caller\'s token is passed on')
    companion = _companion(table, fhir, where, environ, signs_in=passes_on == "own")
    return EhrSettings(
        alias=alias,
        name=_text(table, "name", where, default=alias),
        fhir=fhir,
        site=site,
        tokens=_tokens(table, where, environ),
        launch=_launch(table, fhir, where, environ),
        passes_token_on=passes_on == "token",
        headers=_headers(table, where),
        hooks=hooks_of(table["hooks"], f"{where}hooks.") if "hooks" in table else None,
        notifications=_notifications(table, where, environ, signs_in=passes_on == "own"),
        companion=companion,
    )


ONE_SERVER_ALONE = {
    "hooks": "a card reads one server, and would not show what the companion holds",
    "notifications": "a notification does not say which of the two servers it is of",
}
"""What cannot be set beside a companion, and why."""


def _companion(
    table: dict[str, Any], fhir: str, where: str, environ: Mapping[str, str], *, signs_in: bool
) -> CompanionSettings | None:
    if "companion" not in table:
        return None
    for name, why in ONE_SERVER_ALONE.items():
        if name in table:
            raise BadInput(f"{where}{name}: cannot be set together with a companion yet: {why}")
    return companion_of(table["companion"], f"{where}companion.", environ, ehr=fhir, signs_in=signs_in)


def _notifications(
    table: dict[str, Any], where: str, environ: Mapping[str, str], *, signs_in: bool
) -> NotificationSettings | None:
    if "notifications" not in table:
        return None
    return notifications_of(table["notifications"], f"{where}notifications.", environ, signs_in=signs_in)


def _launch(table: dict[str, Any], fhir: str, where: str, environ: Mapping[str, str]) -> LaunchSettings | None:
    if "launch" not in table:
        return None
    from carefhir.faces.web.launch.registration import launch_settings  # it loads cryptography, and needs this module

    return launch_settings(table["launch"], fhir, where=f"{where}launch.", environ=environ)


def _tokens(table: dict[str, Any], where: str, environ: Mapping[str, str]) -> TokenSettings | None:
    if "launch" in table and not any(name in table for name in OF_THE_TOKENS):
        return None  # an app that the EHR starts, and no bearer tokens beside it
    issuer = _secure_url(_text(table, "issuer", where), f"{where}issuer", exact=True)
    jwks, introspection = (_text(table, name, where, default="") for name in ("jwks_uri", "introspection"))
    if bool(jwks) == bool(introspection):
        raise BadInput(f"{where}jwks_uri: give either jwks_uri or introspection: how a token is checked")
    name = "jwks_uri" if jwks else "introspection"
    asked = _secure_url(jwks or introspection, where + name, exact=True)
    pinned = _list(table, "pinned_origins", where)
    if _origin(asked) not in {_origin(issuer), *map(_origin, pinned)}:
        raise BadInput(
            f"{where}{name}: lies elsewhere than the issuer; name its origin in pinned_origins if that is meant"
        )
    audience = _list(table, "audience", where)
    if not audience:
        raise BadInput(f"{where}audience: is missing; whom must a token be for? Often it is the FHIR base")
    secret = _secret(table, "introspection_secret", where, environ)
    client = _text(table, "introspection_client", where, default="")
    if introspection and not (client and secret):
        raise BadInput(f"{where}introspection_client: is missing, or its introspection_secret_env or _file")
    return TokenSettings(issuer, audience, jwks, introspection, client_id=client, client_secret=secret)


def _headers(table: dict[str, Any], where: str) -> dict[str, str]:
    headers = table.get("headers", {})
    if not isinstance(headers, dict):
        raise BadInput(f"{where}headers: expected a table of texts")
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or name.lower() in NOT_A_HEADER:
            raise BadInput(
                f"{where}headers: one of them cannot be set here (a name that is none, or one of the service's own)"
            )
        if not isinstance(value, str) or not re.fullmatch(r"[\x20-\x7e]+", value):
            raise BadInput(f"{where}headers.{name}: expected a text without line breaks")
    return dict(headers)
