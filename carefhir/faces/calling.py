"""What every command takes: its options, the settings of the site, who acts, when, and on which server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from carefhir.errors import BadInput
from carefhir.faces.care import Care
from carefhir.faces.content_read import content_in_force
from carefhir.faces.limits import limits_of
from carefhir.faces.sign_in import keyring_of
from carefhir.occasion import Site
from carefhir.settings import Settings, reference_to
from carefhir.transport.read_homes import ReadHome

ServerOption = Annotated[str, typer.Option("--server", metavar="URL", help="FHIR base (or CAREFHIR_SERVER)")]
PatientOption = Annotated[str, typer.Option("--patient", metavar="Patient/ID", help="the patient it is about")]
AsOption = Annotated[str, typer.Option("--as", metavar="Practitioner/ID", help="who acts (or CAREFHIR_AS)")]
NowOption = Annotated[
    str,
    typer.Option("--now", metavar="TIME", help="such as 2026-03-09T09:00:00-05:00; default: now"),
]
SetOption = Annotated[
    list[str], typer.Option("--set", metavar="NAME=VALUE", help="a field, repeatable; NAME=@FILE reads JSON")
]
InputOption = Annotated[
    str, typer.Option("--input", metavar="FILE", help="all fields as one JSON object; - for standard input")
]
ExpectOption = Annotated[
    str, typer.Option("--expect", metavar="SHA", help="a preview's sha-256: anything else is refused")
]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
NameArgument = Annotated[str, typer.Argument(metavar="STEP", help="its name; `carefhir steps` lists them")]


def example(*lines: str) -> str:
    """An epilog that keeps its layout."""
    return "\b\n" + "\n".join(("Example:", *(f"  {line}" for line in lines)))


def actor_of(acting: str) -> str:
    """Who acts, `Practitioner/ID`: as given, or as the settings say. Raises `BadInput` where nobody does."""
    who = acting or Settings.read().acting
    if not who:
        raise BadInput("who acts? give --as Practitioner/ID (or set CAREFHIR_AS)")
    return reference_to("Practitioner", who, "--as")


def care_of(server: str, acting: str, now: str, *, decides: bool = True) -> Care:
    """Steps on a server, with what the site has set. A command that decides nothing by content does not read any from
    the server. Raises `BadInput` where no server is named."""
    settings = Settings.read()
    base = server or settings.server
    if not base:
        raise BadInput("which server? give --server URL (or set CAREFHIR_SERVER)")
    return Care(
        base,
        acting=acting,
        sign_in=keyring_of(settings),
        timeout=settings.timeout,
        now=_moment(now) if now else None,
        zone=settings.zone,
        site=Site(settings.on_call),
        content=content_in_force(settings, base) if decides else settings.content,
        licenses=settings.licenses,
        also_known_as=settings.also_known_as,
        limits=limits_of(settings),
        beside=beside_of(settings),
    )


def beside_of(settings: Settings) -> tuple[ReadHome, ...]:
    """The servers that the site has read together with the one that is written."""
    ehr = settings.ehr
    if not ehr.base:
        return ()
    return (ReadHome(ehr.base, ehr.name, ehr.types, ehr.writes, ehr.notes, token=ehr.token),)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("--now: expected ISO 8601, for example 2026-03-09T09:00:00-05:00") from None
    if moment.tzinfo is None:
        raise BadInput("--now: expected an offset at the end, for example 2026-03-09T09:00:00-05:00")
    if abs(moment.utcoffset() or timedelta()) > timedelta(hours=14):
        raise BadInput("--now: expected an offset between -14:00 and +14:00")
    if not 1900 <= moment.year <= 2200:
        raise BadInput("--now: expected a year between 1900 and 2200")
    return moment
