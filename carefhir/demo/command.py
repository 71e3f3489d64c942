"""`carefhir demo`, put on the command line beside the others."""

from __future__ import annotations

from typing import Annotated

import typer

from carefhir.errors import BadInput
from carefhir.faces.calling import ServerOption, example
from carefhir.faces.cli import app
from carefhir.faces.leaving import guarded
from carefhir.faces.limits import limits_of
from carefhir.settings import Settings


@app.command(epilog=example("carefhir demo --no-serve"))
def demo(
    server: ServerOption = "",
    like: Annotated[
        str, typer.Option("--like", "--shape", metavar="NAME", help="beside an EHR like this, only read: epic, oracle")
    ] = "",
    companion: Annotated[
        str, typer.Option("--companion", metavar="URL", help="with --like: where it is written; default: a sandbox")
    ] = "",
    no_serve: Annotated[bool, typer.Option("--no-serve", help="end after the journey")] = False,
    full: Annotated[bool, typer.Option("--full", help="list everything that is written")] = False,
) -> None:
    """Tell one patient's journey, on a sandbox or on --server.

    What was found, what was decided and why, and what was written. Every person in it is synthetic.
    """
    from carefhir.demo.journey import journey

    def work() -> int:
        settings = Settings.read()
        if companion and not like:
            raise BadInput("--companion: what is it beside? give --like NAME")
        serve = not no_serve and not server and not companion
        return journey(
            companion or server, like=like, serve=serve, full=full, settings=settings, limits=limits_of(settings)
        )

    guarded(work, as_json=False)
