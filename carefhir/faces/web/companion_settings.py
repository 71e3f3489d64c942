"""What is set for the companion of an EHR: `[ehr.NAME.companion]`.

The EHR is read with the token of whoever launched there; everything of ours is written to the companion, where the
service signs in by itself (decision 41). Each token goes to its own server (rule R8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carefhir import catalog
from carefhir.errors import BadInput
from carefhir.faces.web import written
from carefhir.settings import Settings, reference_to
from carefhir.transport.read_homes import ReadHome

OF_ITS_SITE = (
    *("also_known_as", "without", "with", "client_id", "client_key_file", "client_key_id", "client_secret_file"),
    *("token_url", "token_audience", "scopes"),
)
"""What is set for the companion as the command line has it (`carefhir.settings`)."""
OF_A_COMPANION = frozenset(
    {
        *("fhir", "client_secret_env", "types", "writes", "notes", "home_name", "deliver_as", "deliver_every"),
        *OF_ITS_SITE,
    }
)


DELIVER_EVERY = 300
"""Seconds between two rounds of deliveries, if the file does not say."""


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
    deliver_as: str = ""
    """In whose name the service delivers by itself what the EHR has not taken yet (`Practitioner/ID` of the companion);
    "" where only the steps do."""
    deliver_every: int = DELIVER_EVERY
    """Seconds between two such rounds."""


def companion_of(table: Any, where: str, environ: Mapping[str, str], *, ehr: str, signs_in: bool) -> CompanionSettings:
    """Reads the table; `ehr` is the FHIR base of the EHR, `signs_in` whether the service does so there by itself.
    Raises `BadInput` naming a key, never its value."""
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
    for step in (notes := written.texts(table, "notes", where)):
        _step(step, f"{where}notes")
    by = written.text(table, "deliver_as", where, default="")
    if by and not signs_in:
        why = 'with "token" the EHR is written while somebody works'
        raise BadInput(f'{where}deliver_as: needs sign_in = "own"; {why}')
    return CompanionSettings(
        fhir,
        written.site(table, OF_ITS_SITE, where, environ),
        types=_types(table, "types", where),
        writes=_types(table, "writes", where),
        notes=notes,
        home_name=name,
        deliver_as=reference_to("Practitioner", by, f"{where}deliver_as") if by else "",
        deliver_every=written.whole(table, "deliver_every", (10, 86_400), unit="seconds", default=DELIVER_EVERY),
    )


def _step(name: str, key: str) -> None:
    try:
        catalog.step(name)
    except BadInput as error:
        raise BadInput(f"{key}: {error.message}") from None


def _types(table: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    types = written.texts(table, name, where)
    if not all(re.fullmatch(r"[A-Z][A-Za-z]+", each) for each in types):
        raise BadInput(f"{where}{name}: expected resource types, such as Condition")
    return types
