"""Settings from the environment, for faces only; the library itself reads none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What a site has put into the environment.

    `CAREFHIR_SERVER` the FHIR base; `CAREFHIR_TOKEN` a bearer token for it; `CAREFHIR_AS` who acts, `Practitioner/ID`;
    `CAREFHIR_ON_CALL` who is on call where a care team names nobody; `CAREFHIR_ALSO_KNOWN_AS` further bases the server
    calls itself by, separated by spaces; `CAREFHIR_CONTENT` folders with the site's own artefacts, separated as PATH
    is; `CAREFHIR_TIMEOUT` seconds to wait for an answer.
    """

    server: str = ""
    token: str = ""
    acting: str = ""
    on_call: str = ""
    also_known_as: tuple[str, ...] = ()
    content: tuple[Path, ...] = ()
    timeout: float = 60.0

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the environment; a timeout that is no number counts as unset."""
        env = os.environ if environment is None else environment
        wanted = env.get("CAREFHIR_TIMEOUT", "")
        return cls(
            env.get("CAREFHIR_SERVER", ""),
            env.get("CAREFHIR_TOKEN", ""),
            env.get("CAREFHIR_AS", ""),
            env.get("CAREFHIR_ON_CALL", ""),
            tuple(env.get("CAREFHIR_ALSO_KNOWN_AS", "").split()),
            tuple(Path(one) for one in env.get("CAREFHIR_CONTENT", "").split(os.pathsep) if one),
            float(wanted) if wanted.replace(".", "", 1).isdigit() else 60.0,
        )
