"""The commands about content: whether somebody's form can be used, and what is in force here."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from carefhir.chart.usable_content import refusals
from carefhir.content import content_list
from carefhir.content.form_check import check_form
from carefhir.content.layers import passed_over
from carefhir.content.loading import load
from carefhir.engine.results import plain
from carefhir.errors import BadInput, ServerUnfit, ServerUnreachable
from carefhir.faces import terminal, terminal_content
from carefhir.faces.calling import JsonOption, ServerOption, example
from carefhir.faces.content_read import content_in_force
from carefhir.faces.leaving import guarded, print_json
from carefhir.faces.sign_in import keyring_of
from carefhir.fhir import wire
from carefhir.fhir.codec import Json, NotJson, decode_object
from carefhir.fhir.homes import Home
from carefhir.settings import Settings
from carefhir.transport.keyring import Keyring
from carefhir.transport.requests_driver import RequestsDriver

group = typer.Typer()
"""These commands, in the order of `carefhir --help`."""

LARGEST = 16 * 1024 * 1024
"""The most bytes of a form that are read."""


@group.command(
    name="check-instrument",
    epilog=example(
        "carefhir check-instrument gad-7.json", "carefhir check-instrument http://127.0.0.1:8080/fhir/Questionnaire/12"
    ),
)
def check_instrument(
    form: Annotated[str, typer.Argument(metavar="FILE|URL", help="a Questionnaire (FHIR R4) as JSON")],
    as_json: JsonOption = False,
) -> None:
    """Check a Questionnaire before anybody is asked by it.

    Codes, answers, points, order, notices and features, against our table of instruments. Says what was not checked.
    Exit code 3: do not use it as it is.
    """

    def work() -> int:
        settings = Settings.read()
        questionnaire = _form_at(form, settings) if form.startswith(("http://", "https://")) else _form_in(Path(form))
        report = check_form(load(*settings.content), questionnaire)
        if as_json:
            print_json(plain(report) | {"usable": report.usable})
        else:
            terminal_content.form_page(report)
        return 0 if report.usable else 3

    guarded(work, as_json=as_json)


def _form_in(path: Path) -> Json:
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"FILE: larger than {LARGEST} bytes")
        return decode_object(path.read_bytes())
    except OSError:
        raise BadInput("FILE: cannot be read") from None
    except NotJson as error:
        raise BadInput(f"FILE: {error}") from None


def _form_at(url: str, settings: Settings) -> Json:
    """A form on a server; our token goes only to the server that it is for (rule R8)."""
    base, _, name = url.rpartition("/")
    server = settings.server.rstrip("/")
    ours = bool(server) and url.startswith(f"{server}/")
    if ours:
        base, name = server, url[len(server) + 1 :]
    parts = urlsplit(url)
    if not name or parts.query or parts.fragment:
        raise BadInput(
            "URL: expected where one Questionnaire is, for example http://127.0.0.1:8080/fhir/Questionnaire/12"
        )
    keyring = keyring_of(settings) if ours else None
    request = wire.Request("GET", name, (("Accept", wire.FHIR_JSON), wire.NO_CACHE), repeatable=True)
    timeout = (5.0, settings.timeout)
    with (
        RequestsDriver(Home.at(base), keyring=keyring or Keyring(), timeout=timeout, largest=LARGEST) as driver,
        terminal.waiting("asking the server"),
    ):
        answer = driver.run(wire.ask(request))
    if isinstance(answer, wire.Failure):
        raise ServerUnreachable(f"the form was not read: {answer.detail or answer.kind}", sent=answer.sent)
    if answer.status != 200:
        raise ServerUnfit(f"the form was not read: the server answers {answer.status}")
    try:
        return decode_object(answer.body)
    except NotJson as error:
        raise ServerUnfit(f"the form was not read: {error}") from None


@group.command(
    epilog=example("carefhir content", "carefhir content heart-failure", "carefhir content PlanDefinition/lace --json")
)
def content(
    name: Annotated[str, typer.Argument(metavar="URL|ID", help="show one, with its sources")] = "",
    server: ServerOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the clinical content in force, and from where.

    With versions and how sure. Of the package, of the site's folders
    (CAREFHIR_CONTENT) and of the server (CAREFHIR_CONTENT_ON_SERVER=yes). Exit
    code 3: something of the site cannot be used.
    """

    def work() -> int:
        whole = content_in_force(Settings.read(), server)
        refused = refusals(whole)
        if name:
            artefacts = content_list.named(whole, name)
            if as_json:
                print_json({"outcome": "content", "artefacts": [asdict(each) for each in artefacts]})
            else:
                for each in artefacts:
                    terminal_content.artefact_page(each)
            return 0
        listed, over = content_list.listed(whole), passed_over(whole.layers)
        if as_json:
            document = {"artefacts": [asdict(each) for each in listed], "refused": list(refused)}
            print_json({"outcome": "content", **document, "not_in_force": [asdict(each) for each in over]})
        else:
            terminal_content.content_page(listed, over, refused)
        return 3 if refused else 0

    guarded(work, as_json=as_json)
