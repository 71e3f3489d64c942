"""Settings from the environment, for faces only; the library itself reads none."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carefhir.errors import BadInput

SWITCHES = ("transaction", "batch", "revinclude", "conditional-create", "if-match", "offset")
"""What a site can switch off or on, as `CAREFHIR_WITHOUT` and `CAREFHIR_WITH` name it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a site has set in the environment.

    `CAREFHIR_SERVER` the FHIR base; `CAREFHIR_TOKEN` a bearer token for it; `CAREFHIR_AS` who acts, `Practitioner/ID`;
    `CAREFHIR_ON_CALL` who is on call if the care team names no one, likewise; `CAREFHIR_ALSO_KNOWN_AS` further bases
    the server calls itself by, separated by spaces; `CAREFHIR_CONTENT` folders with the site's own artefacts,
    separated as PATH is; `CAREFHIR_TIMEOUT` seconds to wait for an answer; `CAREFHIR_ZONE` the site's
    time zone, in which days are counted where a record writes UTC; `CAREFHIR_WITHOUT` what not to use although
    the server states it (`carefhir doctor` says when that is needed): names from `SWITCHES`, separated by spaces;
    `CAREFHIR_WITH` what to use although the server does not state it, or states less, likewise.
    """

    server: str = ""
    token: str = ""
    acting: str = ""
    on_call: str = ""
    also_known_as: tuple[str, ...] = ()
    content: tuple[Path, ...] = ()
    timeout: float = 60.0
    zone: tzinfo | None = None
    without: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the environment. Raises `BadInput` naming the variable that cannot be used, and never its value."""
        env = os.environ if environment is None else environment
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
        )


def reference_to(type_: str, text: str, what: str) -> str:
    """`Type/ID` as a person typed it. Raises `BadInput` naming the option or variable."""
    if not re.fullmatch(rf"{type_}/[A-Za-z0-9\-.]{{1,64}}", text):
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
