"""The command line, rendered from the catalog (Typer, Rich).

Exit codes: 0 done or nothing to do · 1 unexpected · 2 usage · 3 refused · 4 conflict · 5 server unreachable or unfit.
With `--json` exactly one JSON document goes to standard output. No patient data goes to standard error.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from carefhir.faces import (
    cli_content,
    cli_doctor,
    cli_panel,
    cli_population,
    cli_readings,
    cli_serve,
    cli_steps,
    cli_translate,
    terminal,
)
from carefhir.faces.leaving import print_json

app = typer.Typer(
    name="carefhir",
    help="Care management on any FHIR R4 server: decides well, writes safely, keeps no database of its own.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _group in (
    cli_steps.group,
    cli_readings.group,
    cli_panel.group,
    cli_doctor.group,
    cli_serve.group,
    cli_translate.group,
    cli_content.group,
):
    app.registered_commands += _group.registered_commands
app.add_typer(cli_population.group, name="population")


def main() -> NoReturn:
    """The entry point: usage errors and everything else leave with their exit code, never with a stack trace."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Exit as left:
        sys.exit(left.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except typer.TyperException as error:
        _usage(error)


def _usage(error: typer.TyperException) -> NoReturn:
    """What Typer itself found wrong with the words of a call."""
    words = str(getattr(error, "message", "") or "the call's words are not understood; see --help")
    if "unexpected extra argument" in words:  # said back, it may be the second half of somebody's name
        words = 'there is one word too many; put a value with spaces in quotes: --set "reason=just home"'
    if "--json" in sys.argv:
        print_json({"outcome": "error", "code": "invalid", "message": words, "instructions": []})
    terminal.error(words)
    sys.exit(2)
