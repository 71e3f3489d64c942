"""The command line, rendered from the catalogue (Typer, Rich).

Exit codes: 0 done or nothing to do · 1 unexpected · 2 usage · 3 refused · 4 conflict · 5 server unreachable or unfit.
With `--json` exactly one JSON document goes to standard output. No patient data goes to standard error.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import BaseModel, ValidationError

from carefhir import catalog, terminal
from carefhir.client import Care
from carefhir.errors import BadInput, CarefhirError, NotAmendable, ServerUnfit, ServerUnreachable
from carefhir.fhir.codec import Json, NotJson, decode_object, encode
from carefhir.occasion import Site
from carefhir.results import Conflict, Done, Partial, Preview, Refused, plain
from carefhir.settings import Settings, reference_to
from carefhir.steps import AnyStep, Command
from carefhir.workflows.assessment.overview import Overview
from carefhir.workflows.monitoring.worklist import Worklist

EXIT_OF_RESULT: dict[type, int] = {Done: 0, Preview: 0, Refused: 3, Conflict: 4, Partial: 5}


class Absent(CarefhirError):
    """There is nobody to show."""

    code = "not-found"


EXIT_OF_ERROR: tuple[tuple[type[CarefhirError], int], ...] = (
    (BadInput, 2),
    (NotAmendable, 3),
    (Absent, 3),
    (ServerUnreachable, 5),
    (ServerUnfit, 5),
    (CarefhirError, 1),
)

app = typer.Typer(
    name="carefhir",
    help="Care management on any FHIR R4 server: decides well, writes safely, keeps no database of its own.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ServerOption = Annotated[str, typer.Option("--server", help="FHIR base URL (or CAREFHIR_SERVER)")]
PatientOption = Annotated[str, typer.Option("--patient", help="whom it is about: Patient/ID")]
AsOption = Annotated[str, typer.Option("--as", help="who acts: Practitioner/ID (or CAREFHIR_AS)")]
NowOption = Annotated[str, typer.Option("--now", help="ISO 8601 with offset; default: now. Its zone counts the dates")]
SetOption = Annotated[list[str], typer.Option("--set", help="a field: name=value; name=@FILE reads JSON")]
InputOption = Annotated[str, typer.Option("--input", help="fields as a JSON object: FILE, or - for standard input")]
ExpectOption = Annotated[str, typer.Option("--expect", help="a preview's sha-256: anything else is refused")]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
NameArgument = Annotated[str, typer.Argument(help="the step's name; `carefhir steps` lists them")]


@app.command()
def sandbox(
    port: Annotated[int, typer.Option("--port", help="loopback port; 0 takes a free one")] = 8080,
    load: Annotated[list[Path] | None, typer.Option("--load", help="files or folders of FHIR JSON")] = None,
) -> None:
    """Serve a FHIR R4 sandbox in memory, at /fhir on the loopback address, until stopped."""

    def work() -> int:
        paths = load or []
        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            raise BadInput(f"--load: there is no file or folder {', '.join(missing)}")
        _serve_sandbox(_free(port), paths)
        return 0

    _guarded(work, as_json=False)


@app.command()
def steps(as_json: JsonOption = False) -> None:
    """List the steps and the fields each one takes."""
    if as_json:
        _print_json([_described(one) for one in catalog.STEPS])
    else:
        terminal.steps(catalog.STEPS)


@app.command()
def preview(
    step: NameArgument,
    server: ServerOption = "",
    patient: PatientOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    fields: SetOption = [],  # noqa: B006 — Typer's way
    given: InputOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what a step would write, and why, without writing."""

    def work() -> int:
        chosen, command, care, settings = _prepare(step, server, patient, acting, now, fields, given)
        with care, terminal.waiting("looking at the records"):
            result = care.preview(command)
        if as_json:
            _print_json(plain(result))
        else:
            terminal.result(result, chosen, care.occasion(), settings)
        incomplete = isinstance(result, Preview) and result.incomplete
        return EXIT_OF_RESULT[Refused if incomplete else type(result)]

    _guarded(work, as_json=as_json)


@app.command()
def run(
    step: NameArgument,
    server: ServerOption = "",
    patient: PatientOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    fields: SetOption = [],  # noqa: B006 — Typer's way
    given: InputOption = "",
    expect: ExpectOption = "",
    as_json: JsonOption = False,
) -> None:
    """Carry a step out. Safe to run again: what stands is not written twice."""

    def work() -> int:
        chosen, command, care, settings = _prepare(step, server, patient, acting, now, fields, given)
        with care, terminal.waiting("reading, deciding, writing"):
            result = care.run(command, expect=expect or None)
        if as_json:
            _print_json(plain(result))
        else:
            terminal.result(result, chosen, care.occasion(), settings)
        return EXIT_OF_RESULT[type(result)]

    _guarded(work, as_json=as_json)


@app.command()
def overview(
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the whole picture of one patient, and what could not be seen. Reads only."""

    def work() -> int:
        command = _command(Overview, {"patient": patient} if patient else {})
        with _care(server, "", now)[0] as care, terminal.waiting("gathering the records"):
            picture = care.show(command)
        if not picture.found:
            raise Absent(f"{picture.patient} is not on this server, or not visible to us")
        if as_json:
            _print_json(plain(picture))
        else:
            terminal.picture(picture)
        return 0

    _guarded(work, as_json=as_json)


@app.command()
def worklist(
    server: ServerOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what somebody has to do today, most urgent first. Reads only."""

    def work() -> int:
        with _care(server, _actor(acting), now)[0] as care, terminal.waiting("gathering the tasks"):
            found = care.show(Worklist())
        if not found.known:
            raise Absent(f"{found.owner} is not on this server, or not visible to us")
        if as_json:
            _print_json(plain(found))
        else:
            terminal.worklist(found)
        return 0

    _guarded(work, as_json=as_json)


@app.command()
def demo(
    server: ServerOption = "",
    no_serve: Annotated[bool, typer.Option("--no-serve", help="end after the journey")] = False,
) -> None:
    """Tell one patient's journey on a sandbox (or on --server): what was found, decided and why, and written."""
    from carefhir.demo import journey

    _guarded(lambda: journey(server, serve=not no_serve and not server), as_json=False)


def _free(port: int) -> int:
    """The port, or a free one for 0. Raises `BadInput` when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise BadInput(f"--port {port}: cannot be used, or is in use; 0 takes a free one") from None
        return int(probe.getsockname()[1])


def _serve_sandbox(port: int, paths: list[Path]) -> None:
    from carefhir.sandbox import Sandbox, serve
    from carefhir.sandbox.loading import LoadError

    terminal.say(f"sandbox at http://127.0.0.1:{port}/fhir" + (", loading (503 meanwhile)" if paths else ""))

    def ready() -> None:
        terminal.say("ready; stop it with Ctrl-C")

    try:
        serve(Sandbox(), port, paths=paths, on_ready=ready)
    except LoadError as error:
        raise BadInput(f"--load: {error}") from None


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
    if "--json" in sys.argv:
        _print_json({"outcome": "error", "code": "invalid", "message": words, "instructions": []})
    terminal.error(words)
    sys.exit(2)


def _prepare(
    name: str, server: str, patient: str, acting: str, now: str, fields: list[str], given: str
) -> tuple[AnyStep, Command, Care, Settings]:
    chosen = catalog.step(name)
    values = _fields(chosen, fields, given)
    if patient:
        if values.get("patient", patient) != patient:
            raise BadInput("--patient and the given fields name two different patients")
        values["patient"] = patient
    command = _command(chosen.command, values)
    care, settings = _care(server, _actor(acting), now)
    return chosen, command, care, settings


def _actor(acting: str) -> str:
    who = acting or Settings.read().acting
    if not who:
        raise BadInput("who acts? give --as Practitioner/ID (or set CAREFHIR_AS)")
    return reference_to("Practitioner", who, "--as")


def _care(server: str, acting: str, now: str) -> tuple[Care, Settings]:
    settings = Settings.read()
    base = server or settings.server
    if not base:
        raise BadInput("which server? give --server URL (or set CAREFHIR_SERVER)")
    care = Care(
        base,
        acting=acting,
        token=settings.token,
        timeout=settings.timeout,
        now=_moment(now) if now else None,
        site=Site(settings.on_call),
        content=settings.content,
        also_known_as=settings.also_known_as,
    )
    return care, settings


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("--now: expected ISO 8601, for example 2026-03-09T09:00:00-05:00") from None
    if found.tzinfo is None:
        raise BadInput("--now: expected an offset at the end, for example 2026-03-09T09:00:00-05:00")
    if abs(found.utcoffset() or timedelta()) > timedelta(hours=14):
        raise BadInput("--now: expected an offset between -14:00 and +14:00")
    if not 1900 <= found.year <= 2200:
        raise BadInput("--now: expected a year between 1900 and 2200")
    return found


def _fields(step: AnyStep, pairs: list[str], given: str) -> dict[str, Any]:
    values: dict[str, Any] = _object(given, "--input") if given else {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise BadInput(f"--set {name}: expected name=value")
        if name not in step.command.model_fields:
            raise BadInput(f"--set {name}: {step.name} has no such field; it has {_names(step)}")
        wants_json = "dict" in str(step.command.model_fields[name].annotation)
        if text.startswith("@"):
            values[name] = _object(text[1:], f"--set {name}")
        elif wants_json:
            values[name] = _parse(text.encode(), f"--set {name}")
        else:
            values[name] = text
    return values


def _names(step: AnyStep) -> str:
    return ", ".join(step.command.model_fields)


def _object(where: str, what: str) -> Json:
    try:
        text = sys.stdin.buffer.read() if where == "-" else Path(where).read_bytes()
    except OSError as error:
        raise BadInput(f"{what}: {where} cannot be read ({error.strerror})") from None
    return _parse(text, f"{what} {where}")


def _parse(text: bytes, what: str) -> Json:
    try:
        return decode_object(text)
    except NotJson as error:
        raise BadInput(f"{what}: {error}") from None


def _command(kind: type[Command], values: dict[str, Any]) -> Command:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = []
        for one in error.errors(include_input=False, include_url=False):
            name = ".".join(map(str, one["loc"])) or "the command"
            hint = " (--patient Patient/ID)" if name == "patient" else ""
            problems.append(f"{name}{hint}: {one['msg'].removeprefix('Value error, ')}")
        raise BadInput("; ".join(problems)) from None


def _described(step: AnyStep) -> Json:
    schema: type[BaseModel] = step.command
    return {
        "name": step.name,
        "title": step.title,
        "writes": list(step.writes),
        "fields": schema.model_json_schema(),
    }


def _print_json(value: Any) -> None:
    sys.stdout.buffer.write(encode(value) + b"\n")
    sys.stdout.buffer.flush()


def _guarded(work: Callable[[], int | None], *, as_json: bool) -> NoReturn:
    """Runs a command's work and leaves with its exit code; every error becomes a sentence."""
    try:
        code = work() or 0
    except CarefhirError as error:
        _fail(error, as_json=as_json)
    except (KeyboardInterrupt, BrokenPipeError):
        raise typer.Exit(130) from None
    except Exception as error:
        if os.environ.get("CAREFHIR_DEBUG"):
            raise
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
        words = f"unexpected: {type(error).__name__} at {where}; CAREFHIR_DEBUG=1 shows where it comes from"
        _leave(words, "exception", 1, as_json=as_json)
    raise typer.Exit(code)


def _fail(error: CarefhirError, *, as_json: bool) -> NoReturn:
    code = next(code for kind, code in EXIT_OF_ERROR if isinstance(error, kind))
    _leave(error.message, error.code, code, error.instructions, as_json=as_json)


def _leave(message: str, issue: str, code: int, instructions: tuple[str, ...] = (), *, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"outcome": "error", "code": issue, "message": message, "instructions": list(instructions)})
        instructions = ()
    terminal.error(message, instructions)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
