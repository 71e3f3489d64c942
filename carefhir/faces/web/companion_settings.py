"""What is set for the companion of an EHR: `[ehr.NAME.companion]`.

The EHR is read with the token of whoever launched there; everything of ours is written to the companion, where the
service signs in by itself (decision 41). Each token goes to its own server (rule R8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carefhir.errors import BadInput
from carefhir.faces.web import written
from carefhir.settings import Settings
from carefhir.transport.read_homes import ReadHome

OF_ITS_SITE = (
    *("also_known_as", "without", "with", "client_id", "client_key_file", "client_key_id", "client_secret_file"),
    *("token_url", "token_audience", "scopes"),
)
"""What is set for the companion as the command line has it (`carefhir.settings`)."""
OF_A_COMPANION = frozenset({"fhir", "client_secret_env", "types", "writes", "notes", "home_name", *OF_ITS_SITE})


@dataclass(frozen=True, slots=True)
class CompanionSettings:
    """The server that is written, beside an EHR that is read."""

    fhir: str
    site: Settings = field(default_factory=Settings, repr=False)
    """How the service signs in there; without a client, it asks for nothing."""
    types: tuple[str, ...] = ()
    """What is read in the EHR; left out, all that it states."""
    writes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    home_name: str = "ehr"
    """How the EHR's records are called: `Condition/ehr.123`."""


def companion_of(table: Any, where: str, environ: Mapping[str, str], *, ehr: str) -> CompanionSettings:
    """Reads the table; `ehr` is the FHIR base of the EHR. Raises `BadInput` naming a key, never its value."""
    if not isinstance(table, dict):
        raise BadInput(f"{where.removesuffix('.')}: expected a table, [{where.removesuffix('.')}]")
    written.only(table, OF_A_COMPANION, where)
    fhir = written.secure_url(written.text(table, "fhir", where), f"{where}fhir")
    if fhir == ehr:
        raise BadInput(f"{where}fhir: is the EHR itself; an EHR that takes everything needs no companion")
    name = written.text(table, "home_name", where, default="ehr")
    try:
        _ = ReadHome(ehr, name).home
    except BadInput as error:
        raise BadInput(f"{where}home_name: {error.message}") from None
    return CompanionSettings(
        fhir,
        written.site(table, OF_ITS_SITE, where, environ),
        types=_types(table, "types", where),
        writes=_types(table, "writes", where),
        notes=written.texts(table, "notes", where),
        home_name=name,
    )


def _types(table: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    types = written.texts(table, name, where)
    if not all(re.fullmatch(r"[A-Z][A-Za-z]+", each) for each in types):
        raise BadInput(f"{where}{name}: expected resource types, such as Condition")
    return types
