"""Settings from the environment or a file, for faces only; the library itself reads none."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carefhir.errors import BadInput

SWITCHES = ("transaction", "batch", "revinclude", "conditional-create", "if-match", "offset")
"""What a site can switch off or on, as `CAREFHIR_WITHOUT` and `CAREFHIR_WITH` name it."""


VARIABLES = (
    "SERVER",
    "TOKEN",
    "AS",
    "ON_CALL",
    "ALSO_KNOWN_AS",
    "CONTENT",
    "CONTENT_ON_SERVER",
    "LICENSES",
    "TIMEOUT",
    "ZONE",
    "WITHOUT",
    "WITH",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CLIENT_SECRET_FILE",
    "CLIENT_KEY_FILE",
    "CLIENT_KEY_ID",
    "TOKEN_URL",
    "TOKEN_AUDIENCE",
    "SCOPES",
    "EHR",
    "EHR_NAME",
    "EHR_TYPES",
    "EHR_TOKEN",
    "EHR_WRITES",
    "EHR_NOTES",
    "EHR_CLIENT_ID",
    "EHR_CLIENT_SECRET",
    "EHR_CLIENT_SECRET_FILE",
    "EHR_CLIENT_KEY_FILE",
    "EHR_CLIENT_KEY_ID",
    "EHR_TOKEN_URL",
    "EHR_TOKEN_AUDIENCE",
    "EHR_SCOPES",
)
"""What can be set: in the environment with `CAREFHIR_` before it, in a file in small letters (`client_id = "…"`)."""


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How a site has registered this program with an authorization server; without a client id it has not."""

    client_id: str = ""
    secret: str = field(default="", repr=False)
    key_file: Path | None = None
    key_id: str = ""
    token_url: str = ""
    audience: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EhrBeside:
    """An EHR that is read together with the server that carefhir writes to; without a base there is none."""

    base: str = ""
    name: str = "ehr"
    types: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    writes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sign_in: SignInSettings = SignInSettings()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a site has set in the environment, or in the TOML file that `CAREFHIR_SETTINGS` names; what is set in both
    is taken from the environment.

    `CAREFHIR_SERVER` the FHIR base; `CAREFHIR_TOKEN` a bearer token for it; `CAREFHIR_AS` who acts, `Practitioner/ID`;
    `CAREFHIR_ON_CALL` who is on call if the care team names no one, likewise; `CAREFHIR_ALSO_KNOWN_AS` further bases
    the server calls itself by, separated by spaces; `CAREFHIR_CONTENT` folders with the site's own artefacts,
    separated as PATH is; `CAREFHIR_CONTENT_ON_SERVER` `yes` to read newer versions of our artefacts from the server,
    too, at the start; `CAREFHIR_LICENSES` the gated instruments whose wording the site may show, by id, separated by
    spaces; `CAREFHIR_TIMEOUT` seconds to wait for an answer; `CAREFHIR_ZONE` the site's
    time zone, in which days are counted where a record writes UTC; `CAREFHIR_WITHOUT` what not to use although
    the server states it (`carefhir doctor` says when that is needed): names from `SWITCHES`, separated by spaces;
    `CAREFHIR_WITH` what to use although the server does not state it, or states less, likewise.

    Instead of a token, how to get one: `CAREFHIR_CLIENT_ID`, and either `CAREFHIR_CLIENT_SECRET` (or
    `CAREFHIR_CLIENT_SECRET_FILE`, which holds it) or `CAREFHIR_CLIENT_KEY_FILE`, a private key as PEM or JWK, with
    `CAREFHIR_CLIENT_KEY_ID` where the file does not name it; `CAREFHIR_TOKEN_URL` where to ask, if the FHIR server does
    not say; `CAREFHIR_TOKEN_AUDIENCE` whom what is signed is for, if that is not the token URL; `CAREFHIR_SCOPES` what
    to ask for, separated by spaces, if not what the steps need.

    An EHR that takes no care plan is read beside the server that carefhir writes to: `CAREFHIR_EHR` its FHIR base;
    `CAREFHIR_EHR_TYPES` what is read there, separated by spaces, if not all that it states; `CAREFHIR_EHR_TOKEN` a
    token for it; `CAREFHIR_EHR_NAME` how its records are called, if not `ehr`; `CAREFHIR_EHR_WRITES` the types of
    which records there may be changed; `CAREFHIR_EHR_NOTES` the steps after which a note is put there. How to get a
    token for it is set as for the server: `CAREFHIR_EHR_CLIENT_ID` and so on.
    """

    server: str = ""
    token: str = field(default="", repr=False)
    acting: str = ""
    on_call: str = ""
    also_known_as: tuple[str, ...] = ()
    content: tuple[Path, ...] = ()
    timeout: float = 60.0
    zone: tzinfo | None = None
    without: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()
    sign_in: SignInSettings = SignInSettings()
    ehr: EhrBeside = EhrBeside()
    licenses: tuple[str, ...] = ()
    content_on_server: bool = False

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the environment, and the file that it names. Raises `BadInput` naming the variable that cannot be used,
        and never its value."""
        env = _with_file(os.environ if environment is None else environment)
        on_call = env.get("CAREFHIR_ON_CALL", "")
        folders = tuple(Path(one) for one in env.get("CAREFHIR_CONTENT", "").split(os.pathsep) if one)
        if not all(folder.is_dir() for folder in folders):
            raise BadInput("CAREFHIR_CONTENT: names a folder that is not there")
        return cls(
            env.get("CAREFHIR_SERVER", ""),
            _token(env.get("CAREFHIR_TOKEN", "")),
            env.get("CAREFHIR_AS", ""),
            reference_to("Practitioner", on_call, "CAREFHIR_ON_CALL") if on_call else "",
            tuple(env.get("CAREFHIR_ALSO_KNOWN_AS", "").split()),
            folders,
            _seconds(env.get("CAREFHIR_TIMEOUT", "60")),
            _zone(env.get("CAREFHIR_ZONE", "")),
            _switches(env, "CAREFHIR_WITHOUT"),
            _switches(env, "CAREFHIR_WITH"),
            _sign_in(env),
            _ehr(env),
            _licenses(env.get("CAREFHIR_LICENSES", "")),
            content_on_server=_yes_or_no(env, "CAREFHIR_CONTENT_ON_SERVER"),
        )


def _with_file(env: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, and under it what the file sets."""
    path = env.get("CAREFHIR_SETTINGS", "")
    if not path:
        return env
    try:
        written = tomllib.loads(Path(path).read_text())
    except (OSError, UnicodeDecodeError):
        raise BadInput("CAREFHIR_SETTINGS: the file cannot be read") from None
    except tomllib.TOMLDecodeError:
        raise BadInput("CAREFHIR_SETTINGS: the file is not TOML") from None
    names = {name.lower(): f"CAREFHIR_{name}" for name in VARIABLES}
    unknown = sorted(set(written) - set(names))
    if unknown:
        raise BadInput(f"CAREFHIR_SETTINGS: {unknown[0]!r} is not a setting; there are {', '.join(sorted(names))}")
    return {names[name]: _plain(name, value) for name, value in written.items()} | dict(env)


def _plain(name: str, value: object) -> str:
    """A value of the file as the environment would hold it."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return (os.pathsep if name == "content" else " ").join(value)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise BadInput(f"CAREFHIR_SETTINGS: {name} must be a text, a number or a list of texts")


def _sign_in(env: Mapping[str, str], of: str = "CAREFHIR_") -> SignInSettings:
    """How a token is got, by the variables that begin so."""
    secret = env.get(f"{of}CLIENT_SECRET", "")
    secret_file = env.get(f"{of}CLIENT_SECRET_FILE", "")
    key_file = env.get(f"{of}CLIENT_KEY_FILE", "")
    client_id = env.get(f"{of}CLIENT_ID", "")
    if bool(secret) + bool(secret_file) + bool(key_file) > 1:
        raise BadInput(f"{of}CLIENT_SECRET, {of}CLIENT_SECRET_FILE, {of}CLIENT_KEY_FILE: only one of them can be set")
    if (secret or secret_file or key_file) and not client_id:
        raise BadInput(f"{of}CLIENT_ID: is missing; a secret or a key needs the id it belongs to")
    if client_id and not (secret or secret_file or key_file):
        raise BadInput(f"{of}CLIENT_ID: needs {of}CLIENT_SECRET_FILE, {of}CLIENT_SECRET or {of}CLIENT_KEY_FILE")
    if client_id and env.get(f"{of}TOKEN", ""):
        raise BadInput(f"{of}TOKEN and {of}CLIENT_ID: only one of them can be set")
    return SignInSettings(
        client_id=client_id,
        secret=_from_file(secret_file, f"{of}CLIENT_SECRET_FILE") if secret_file else secret,
        key_file=Path(key_file) if key_file else None,
        key_id=env.get(f"{of}CLIENT_KEY_ID", ""),
        token_url=env.get(f"{of}TOKEN_URL", ""),
        audience=env.get(f"{of}TOKEN_AUDIENCE", ""),
        scopes=tuple(env.get(f"{of}SCOPES", "").split()),
    )


EHR_MORE = tuple(name.removeprefix("EHR_") for name in VARIABLES if name.startswith("EHR_"))


def _ehr(env: Mapping[str, str]) -> EhrBeside:
    base = env.get("CAREFHIR_EHR", "")
    if not base and any(env.get(f"CAREFHIR_EHR_{name}", "") for name in EHR_MORE):
        raise BadInput("CAREFHIR_EHR: is missing; the settings beside it say how it is read")
    token = env.get("CAREFHIR_EHR_TOKEN", "")
    if token and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise BadInput("CAREFHIR_EHR_TOKEN: holds characters a token cannot have (a line break, perhaps)")
    types, writes, notes = (tuple(env.get(f"CAREFHIR_EHR_{name}", "").split()) for name in ("TYPES", "WRITES", "NOTES"))
    name = env.get("CAREFHIR_EHR_NAME", "") or "ehr"
    return EhrBeside(base, name, types, token, writes, notes, _sign_in(env, "CAREFHIR_EHR_"))


def _from_file(path: str, variable: str) -> str:
    try:
        secret = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{variable}: the file cannot be read") from None
    if not secret:
        raise BadInput(f"{variable}: the file is empty")
    return secret


def reference_to(type_: str, text: str, what: str) -> str:
    """`Type/ID` as a person typed it. Raises `BadInput` naming the option or variable."""
    if not re.fullmatch(rf"{type_}/[A-Za-z0-9\-.]{{1,96}}", text):
        raise BadInput(f"{what}: expected {type_}/ID")
    return text


def _zone(text: str) -> tzinfo | None:
    if not text:
        return None
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("CAREFHIR_ZONE: expected the name of a time zone, for example America/Chicago") from None


def _switches(env: Mapping[str, str], variable: str) -> tuple[str, ...]:
    names = tuple(env.get(variable, "").split())
    if not set(names) <= set(SWITCHES):
        raise BadInput(f"{variable}: expected names out of {', '.join(SWITCHES)}, separated by blanks")
    return names


def _yes_or_no(env: Mapping[str, str], variable: str) -> bool:
    text = env.get(variable, "") or "no"
    if text not in ("yes", "no"):
        raise BadInput(f"{variable}: expected yes or no")
    return text == "yes"


def _licenses(text: str) -> tuple[str, ...]:
    ids = tuple(text.split())
    if not all(re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,63}", each) for each in ids):
        raise BadInput("CAREFHIR_LICENSES: expected ids of instruments, separated by blanks, for example audit-c")
    return ids


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[\x21-\x7e]+", text):
        raise BadInput("CAREFHIR_TOKEN: holds characters a token cannot have (a line break, perhaps)")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise BadInput("CAREFHIR_TIMEOUT: expected a number of seconds above 0")
    return seconds
