"""The commands for a whole panel, and for the time worked: tiers, minutes, sweeps, deliveries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from carefhir.engine.results import plain
from carefhir.errors import BadInput
from carefhir.faces import fields, terminal, terminal_deliver, terminal_stratify, terminal_sweep, terminal_time
from carefhir.faces.calling import (
    AsOption,
    JsonOption,
    NowOption,
    PatientOption,
    ServerOption,
    actor_of,
    care_of,
    example,
)
from carefhir.faces.leaving import guarded, print_json, show_reading
from carefhir.settings import reference_to
from carefhir.workflows.looking.time_statement import TimeStatement

group = typer.Typer()
"""These commands, in the order of `carefhir --help`."""


@group.command(epilog=example("carefhir stratify --panel --as Practitioner/1", "carefhir stratify --patient Patient/1"))
def stratify(
    patients: Annotated[
        list[str] | None, typer.Option("--patient", metavar="Patient/ID", help="the patients, repeatable")
    ] = None,
    listed: Annotated[
        str, typer.Option("--list", metavar="FILE", help="the patients, Patient/ID on each line; - for standard input")
    ] = "",
    panel: Annotated[bool, typer.Option("--panel", help="everybody whose care manager acts (--as)")] = False,
    groups: Annotated[bool, typer.Option("--groups", help="keep each tier and the candidates as a Group")] = False,
    server: ServerOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how much care patients need by the rules, and why.

    Says who is a candidate for a program, and who may leave one: a person decides.
    Writes nothing but the Groups somebody asks for. What is not known makes a tier "at least" that tier.
    """

    def work() -> int:
        whom = [reference_to("Patient", one, "--patient") for one in (*(patients or ()), *_lines(listed))]
        if bool(whom) == panel:
            raise BadInput("whose tiers? give --patient or --list, or else --panel")
        actor = actor_of(acting) if panel or groups else ""
        with care_of(server, actor, now) as care, terminal.waiting("reading the charts"):
            people = care.stratify(patients=whom)
            kept = care.keep_groups(people) if groups else ()
        if as_json:
            print_json({**plain(people), **({"groups": plain(kept)} if groups else {})})
        else:
            terminal_stratify.page(people)
            terminal_stratify.kept(kept)
        failed = any(each.kind and not each.kept for each in kept)
        return 0 if people.known and not people.not_visible and not failed else 3

    guarded(work, as_json=as_json)


def _lines(file: str) -> list[str]:
    """The lines of a file, or of standard input, that say something. Raises `BadInput` where it cannot be read."""
    if not file:
        return []
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput("--list: the file cannot be read as text") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


@group.command(epilog=example("carefhir minutes --patient Patient/1 --month 2026-03"))
def minutes(
    patient: PatientOption,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="the calendar month")],
    server: ServerOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the minutes worked for a patient in a month.

    What payers ask for stands beside it, and what could not be seen. Writes nothing.
    """

    def work() -> int:
        whom = reference_to("Patient", patient, "--patient")
        command = fields.command(TimeStatement, {"patient": whom, "month": month})
        with care_of(server, "", now) as care, terminal.waiting("reading the month"):
            statement = care.show(command)
        absent = "" if statement.there else statement.patient
        return show_reading(statement, absent, terminal_time.page, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir sweep --as Practitioner/1", "carefhir sweep --as Practitioner/1 --full"))
def sweep(
    server: ServerOption = "",
    acting: AsOption = "",
    patients: Annotated[
        list[str] | None, typer.Option("--patient", metavar="Patient/ID", help="whom to look at instead, repeatable")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="look at everybody on the panel: every night")] = False,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Look for what nobody has noticed; write a Task for it.

    Discharges, emergency visits, readmissions, overdue work, red findings without an answer.
    Safe to run as often as you like: nothing is written twice.
    """

    def work() -> int:
        with care_of(server, actor_of(acting), now) as care, terminal.waiting("looking over the panel"):
            swept = care.sweep(full=full, patients=patients or ())
        if as_json:
            print_json(plain(swept))
        else:
            terminal_sweep.page(swept)
        return 0 if swept.whole else 3

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir deliver --as Practitioner/1"))
def deliver(
    server: ServerOption = "",
    acting: AsOption = "",
    patients: Annotated[
        list[str] | None, typer.Option("--patient", metavar="Patient/ID", help="for whom alone, repeatable")
    ] = None,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put into the EHR what was decided and is not there yet.

    Every step does this for its patient; run it for everybody, every few minutes.
    Safe to run as often as you like: what is there already is not put there again.
    """

    def work() -> int:
        whom = [reference_to("Patient", one, "--patient") for one in patients or ()]
        with care_of(server, actor_of(acting), now) as care, terminal.waiting("asking what waits"):
            deliveries = care.deliver(patients=whom)
        if as_json:
            print_json({**plain(deliveries), "whole": deliveries.whole})
        else:
            terminal_deliver.page(deliveries)
        return 0 if deliveries.whole else 3

    guarded(work, as_json=as_json)
