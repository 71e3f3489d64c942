"""The commands that look at a server: whether it can do what is needed, and whether one may sign in."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from carefhir.doctor.judge_site import SiteReport
from carefhir.engine.results import plain
from carefhir.errors import BadInput
from carefhir.faces import page_doctor, terminal, terminal_doctor, terminal_login, terminal_site
from carefhir.faces.calling import JsonOption, ServerOption, care_of, example
from carefhir.faces.leaving import EXIT_OF_REPORT, guarded, print_json
from carefhir.settings import reference_to

group = typer.Typer()
"""These commands, in the order of `carefhir --help`."""


@group.command(epilog=example("carefhir doctor http://127.0.0.1:8080/fhir"))
def doctor(
    url: Annotated[str, typer.Argument(metavar="URL", help="FHIR base (or CAREFHIR_SERVER)")] = "",
    patient: Annotated[
        str, typer.Option("--patient", metavar="Patient/ID", help="a patient to read about; only counts are shown")
    ] = "",
    probe_writes: Annotated[
        bool, typer.Option("--probe-writes", help="also try writing, with resources about no patient; says what stays")
    ] = False,
    page: Annotated[
        str, typer.Option("--page", metavar="FILE", help="also write one page (HTML) to forward; no patient data")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="every step and every finding, not one screen")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what works on a server, and what to ask its vendor.

    Believes what it tries, not what the server states. Reads only, unless --probe-writes is given. With an EHR beside
    the server (CAREFHIR_EHR) both are asked, and it says which records live where; the EHR is never written.
    """

    def work() -> int:
        kept = Path(page)
        if page and not kept.parent.is_dir():
            raise BadInput("--page: its folder is not there")
        whom = reference_to("Patient", patient, "--patient") if patient else ""
        mark = str(uuid.uuid4()) if probe_writes else ""
        with care_of(url, "", "", decides=False) as care, terminal.waiting("asking the server"):
            report = care.examine(patient=whom, mark=mark, about_to_write=terminal_doctor.about_to_write)
        if page:
            kept.write_text(page_doctor.rendered(report), encoding="utf-8")
        if as_json:
            print_json(terminal_doctor.document(report))
        elif isinstance(report, SiteReport):
            terminal_site.page(report, everything=everything)
        else:
            terminal_doctor.page(report, everything=everything)
        return EXIT_OF_REPORT[report.state]

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir link Patient/eq081-VQEgP8drUUqCWzHfw3"))
def link(
    place: Annotated[str, typer.Argument(metavar="TYPE/ID", help="a Patient or Practitioner, as the EHR has them")],
    to: Annotated[str, typer.Option("--to", metavar="TYPE/ID", help="who that is on the server written to")] = "",
    server: ServerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Link somebody in the EHR with a record on the server.

    Never by name: by a number both have, or with --to. Makes a record where there is none.
    """

    def work() -> int:
        with care_of(server, "", "", decides=False) as care, terminal.waiting("looking on both servers"):
            linked = care.link(place, to=to)
        if as_json:
            print_json(plain(linked))
        else:
            terminal.say(f"{linked.place} in the EHR is {linked.reference} here: {linked.how}")
        return 0

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir login http://127.0.0.1:8080/fhir --check"))
def login(
    url: Annotated[str, typer.Argument(metavar="URL", help="FHIR base (or CAREFHIR_SERVER)")] = "",
    check: Annotated[bool, typer.Option("--check", help="try it, and show what came of it")] = False,
    as_json: JsonOption = False,
) -> None:
    """Try to sign in with what is set; show what was granted.

    Every command signs in by itself; nothing is kept when it ends, and no secret is shown.
    """

    def work() -> int:
        if not check:
            raise BadInput("every command signs in by itself: carefhir login --check tries it")
        with care_of(url, "", "", decides=False) as care, terminal.waiting("signing in"):
            signed_in = care.check_sign_in()
        if as_json:
            print_json(plain(signed_in))
        else:
            terminal_login.page(signed_in)
        return 0 if signed_in.accepted else 5

    guarded(work, as_json=as_json)
