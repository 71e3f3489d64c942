"""The command that serves the steps over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from carefhir.errors import BadInput
from carefhir.faces import terminal
from carefhir.faces.calling import example
from carefhir.faces.extras import service_lacks
from carefhir.faces.leaving import guarded

group = typer.Typer()
"""This command, as `carefhir --help` has it."""


@group.command(epilog=example("carefhir serve --sandbox", "carefhir serve --config /etc/carefhir/service.toml"))
def serve(
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="the settings, as TOML")] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="try it: its own server in memory, imaginary people")
    ] = False,
    port: Annotated[int, typer.Option("--port", metavar="N", help="(--sandbox) loopback port; 0: a free one")] = 8090,
    like: Annotated[
        str,
        typer.Option("--like", "--shape", metavar="NAME", help="(--sandbox) as a real server does: epic ..."),
    ] = "",
) -> None:
    """Serve the steps over HTTP, until stopped.

    As FHIR operations and as plain JSON. With --config, for the EHRs that the file names. With --sandbox, on the
    loopback address, with a token that is printed.
    """

    def work() -> int:
        if (config is not None) == sandbox:
            raise BadInput("what to serve? give either --config FILE or --sandbox")
        if like and not sandbox:
            raise BadInput("--like: only with --sandbox")
        if lacks := service_lacks():
            raise BadInput(lacks)
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            raise BadInput("PROMETHEUS_MULTIPROC_DIR: is set; the service has a folder of its own for that: unset it")
        from carefhir.faces.web import serving  # the service takes time to load, and no other command needs it

        if config is not None:
            serving.serve(config, terminal.say)
        else:
            serving.serve_sandbox(port, terminal.say, like)
        return 0

    guarded(work, as_json=False)
