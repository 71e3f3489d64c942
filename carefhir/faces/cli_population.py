"""The commands about a whole population: `carefhir population …`. Nothing here asks a server."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from carefhir.codes import PROGRAM
from carefhir.content.loading import load
from carefhir.engine.results import plain
from carefhir.errors import BadInput
from carefhir.faces import terminal, terminal_population
from carefhir.faces.calling import JsonOption, NowOption, example
from carefhir.faces.extras import population_lacks
from carefhir.faces.leaving import guarded, print_json
from carefhir.occasion import Actor, Occasion
from carefhir.settings import Settings

group = typer.Typer(help="Sort everybody in exported files: who needs care.", no_args_is_help=True)
"""`carefhir population …`"""


@group.callback()
def _commands() -> None:
    """Keeps the name of a single command."""


COLUMNS = (
    "patient",
    "tier",
    "at_least",
    "categories",
    "reasons",
    "not_assessed",
    "candidate_for",
    "not_sorted",
    "read",
)
"""The columns of the table for others."""


@group.command(
    epilog=example(
        "carefhir population stratify --source export/", "carefhir population stratify --source export/ --out tiers.csv"
    )
)
def stratify(
    source: Annotated[Path, typer.Option("--source", metavar="DIR", help="a folder of NDJSON, a file for each type")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="a row for each patient; refused if it is there")
    ] = None,
    memory: Annotated[str, typer.Option("--memory", metavar="SIZE", help="the most the engine holds at once")] = "2GB",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how many people need how much care, by the rules of `carefhir stratify`.

    No names. Counts under 11 are not shown, but for those of the people with no tier. The rows of --out, and --json,
    name patients by their id, and who reads them can find the person: keep them private.
    Exit code 3: something could not be read, or a type of record is not there, so that tiers may be higher.
    """

    def work() -> int:
        lacks = population_lacks()
        if lacks:
            raise BadInput(lacks)
        from carefhir.population import engines, exported, stratifying

        settings = Settings.read()
        moment = datetime.fromisoformat(now) if now else datetime.now().astimezone().replace(microsecond=0)
        if moment.tzinfo is None:
            raise BadInput("--now: expected a time with its UTC offset, such as 2026-03-09T09:00:00-05:00")
        content = load(*settings.content, licenses=frozenset(settings.licenses))
        zone = settings.zone or moment.tzinfo
        occasion = Occasion(moment, Actor(""), content, zone, zone_is_set=settings.zone is not None)
        if out is not None and out.exists():
            raise BadInput(f"--out: {out} is there already; name another file, or remove it")
        with terminal.waiting("reading the files"):
            people = stratifying.stratify(exported.exported(source, engines.duckdb_engine(memory=memory)), occasion)
        if out is not None:
            _write(out, people)
        if as_json:
            print_json(plain(people))
        else:
            programs = {code: concept.display for code, concept in content.concepts(PROGRAM).items()}
            terminal_population.page(people, programs)
            if out is not None:
                terminal.say(f"written: {out} ({len(people.rows)} rows, readable only by you)")
        return 0 if people.whole else 3

    guarded(work, as_json=as_json)


def _write(out: Path, people: object) -> None:
    """A row for each patient, for this user's eyes."""
    from carefhir.population.stratifying import Population

    assert isinstance(people, Population)
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise BadInput(f"--out: {out} cannot be written") from None
    with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in people.rows:
            where = row.where
            writer.writerow(
                (
                    row.patient,
                    where.tier,
                    str(where.at_least).lower(),
                    " ".join(where.categories),
                    "; ".join(where.reasons),
                    "; ".join(where.not_assessed),
                    " ".join(code for code, _ in where.candidate_for),
                    where.not_sorted,
                    "whole chart" if row.by_chart else "views",
                )
            )
