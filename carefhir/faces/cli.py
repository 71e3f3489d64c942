"""The command line, rendered from the catalog (Typer, Rich).

Exit codes: 0 done or nothing to do · 1 unexpected · 2 usage · 3 refused · 4 conflict · 5 server unreachable or unfit.
With `--json` exactly one JSON document goes to standard output. No patient data goes to standard error.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from typer.core import TyperCommand

from carefhir import catalog
from carefhir.content.loading import load as load_content
from carefhir.engine.results import Conflict, Done, Partial, Preview, Refused, plain
from carefhir.engine.step import Command
from carefhir.errors import BadInput, CarefhirError, NotAmendable, ServerUnfit, ServerUnreachable
from carefhir.faces import fields, terminal, terminal_doctor, terminal_login, terminal_readings
from carefhir.faces.care import Care
from carefhir.faces.sign_in import keyring_of
from carefhir.fhir.capability import Limits
from carefhir.fhir.codec import encode
from carefhir.occasion import Site
from carefhir.settings import SWITCHES, Settings, reference_to
from carefhir.workflows.looking.check_in_questions import CheckInQuestions
from carefhir.workflows.looking.overview import Overview
from carefhir.workflows.looking.worklist import Worklist

T = TypeVar("T")

EXIT_OF_RESULT: dict[type, int] = {Done: 0, Preview: 0, Refused: 3, Conflict: 4, Partial: 5}

EXIT_OF_REPORT = {"works": 0, "degraded": 0, "refused": 3, "unfit": 5}


class Absent(CarefhirError):
    """There is no patient to show."""

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


class _Plain(TyperCommand):
    """A command whose usage line says STEP, not {STEP}."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [one.strip("{}") for one in super().collect_usage_pieces(ctx)]


def example(*lines: str) -> str:
    """An epilog that keeps its layout."""
    return "\b\n" + "\n".join(("Example:", *(f"  {line}" for line in lines)))


@app.command(epilog=example("carefhir sandbox --port 8080 --load profiles/examples"))
def sandbox(
    port: Annotated[int, typer.Option("--port", metavar="N", help="loopback port; 0 takes a free one")] = 8080,
    load: Annotated[
        list[Path] | None, typer.Option("--load", metavar="PATH", help="a file or folder of FHIR JSON, repeatable")
    ] = None,
    like: Annotated[
        str, typer.Option("--like", metavar="NAME", help="as a real server does: helios, medplum, wso2 ...")
    ] = "",
) -> None:
    """Serve a FHIR R4 server in memory, until stopped.

    At /fhir on the loopback address. Nothing is kept when it stops. With --like
    it behaves as that server did when it was tried, at its worst.
    """

    def work() -> int:
        paths = load or []
        missing = [str(number) for number, path in enumerate(paths, 1) if not path.exists()]
        if missing:
            raise BadInput(f"--load: there is no such file or folder (number {', '.join(missing)} of {len(paths)})")
        _serve_sandbox(port, paths, like)
        return 0

    guarded(work, as_json=False)


@app.command(epilog=example("carefhir steps"))
def steps(as_json: JsonOption = False) -> None:
    """List the steps, their fields and the values these take."""

    def work() -> int:
        content = load_content(*Settings.read().content)
        if as_json:
            _print_json([fields.described(one, content) for one in catalog.STEPS])
        else:
            terminal.steps((one, fields.listed(one, content)) for one in catalog.STEPS)
        return 0

    guarded(work, as_json=as_json)


@app.command(
    cls=_Plain,
    epilog=example(
        "carefhir preview enroll --patient Patient/1 --as Practitioner/2 \\",
        "  --set program=care-management --set consent=verbal \\",
        "  --set told=what-it-is --set told=care-team --set told=right-to-stop \\",
        "  --set care_manager=Practitioner/2 \\",
        "  --set supervising_provider=Practitioner/3 \\",
        '  --set reason="three chronic conditions"',
    ),
)
def preview(
    step: NameArgument,
    server: ServerOption = "",
    patient: PatientOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    words: SetOption = [],  # noqa: B006 — Typer's way
    given: InputOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what a step would write, and why; write nothing."""

    def work() -> int:
        command, care = _prepare(step, server, patient, acting, now, words, given)
        with care, terminal.waiting("looking at the records"):
            result = care.preview(command)
        if as_json:
            _print_json(plain(result))
        else:
            terminal.result(result)
        if isinstance(result, Refused) and result.to_fill_in:
            return 0  # looking at what is to be answered is no refusal
        incomplete = isinstance(result, Preview) and result.incomplete
        return EXIT_OF_RESULT[Refused if incomplete else type(result)]

    guarded(work, as_json=as_json)


@app.command(
    cls=_Plain,
    epilog=example(
        "carefhir run open-transition --patient Patient/1 --as Practitioner/2 \\", "  --set encounter=Encounter/4"
    ),
)
def run(
    step: NameArgument,
    server: ServerOption = "",
    patient: PatientOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    words: SetOption = [],  # noqa: B006 — Typer's way
    given: InputOption = "",
    expect: ExpectOption = "",
    as_json: JsonOption = False,
) -> None:
    """Carry out a step; safe to run again.

    Nothing is written twice. A questionnaire's answers are given as --set response=@FILE.
    """

    def work() -> int:
        command, care = _prepare(step, server, patient, acting, now, words, given)
        with care, terminal.waiting("reading, deciding, writing"):
            result = care.run(command, expect=expect or None)
        if as_json:
            _print_json(plain(result))
        else:
            terminal.result(result)
        return EXIT_OF_RESULT[type(result)]

    guarded(work, as_json=as_json)


def _shown(reading: T, absent: str, page: Callable[[T], None], *, as_json: bool) -> int:
    """Prints what a reading shows. Raises `Absent` where whom it is about is not there."""
    if absent:
        raise Absent(f"{absent} is not on this server, or not visible to us")
    if as_json:
        _print_json(plain(reading))
    else:
        page(reading)
    return 0


@app.command(epilog=example("carefhir overview --server http://127.0.0.1:8080/fhir --patient Patient/1"))
def overview(
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show one patient's whole picture, and what cannot be seen."""

    def work() -> int:
        command = fields.command(Overview, {"patient": patient} if patient else {})
        with _care(server, "", now) as care, terminal.waiting("gathering the records"):
            picture = care.show(command)
        absent = "" if picture.found else picture.patient
        return _shown(picture, absent, terminal_readings.picture, as_json=as_json)

    guarded(work, as_json=as_json)


@app.command(epilog=example("carefhir questions --server http://127.0.0.1:8080/fhir --patient Patient/1"))
def questions(
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what to ask a patient at the next check-in.

    With --json, to_fill_in has the fields of record-check-in, with a response that lacks only its answers.
    """

    def work() -> int:
        command = fields.command(CheckInQuestions, {"patient": patient} if patient else {})
        with _care(server, "", now) as care, terminal.waiting("gathering the records"):
            asked = care.show(command)
        absent = "" if asked.on_record else asked.patient
        return _shown(asked, absent, terminal_readings.questions, as_json=as_json)

    guarded(work, as_json=as_json)


@app.command(epilog=example("carefhir worklist --server http://127.0.0.1:8080/fhir --as Practitioner/2"))
def worklist(
    server: ServerOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what a person has to do today, most urgent first."""

    def work() -> int:
        with _care(server, _actor(acting), now) as care, terminal.waiting("gathering the tasks"):
            todo_list = care.show(Worklist())
        absent = "" if todo_list.known else todo_list.owner
        return _shown(todo_list, absent, terminal_readings.worklist, as_json=as_json)

    guarded(work, as_json=as_json)


@app.command(epilog=example("carefhir doctor http://127.0.0.1:8080/fhir"))
def doctor(
    url: Annotated[str, typer.Argument(metavar="URL", help="FHIR base (or CAREFHIR_SERVER)")] = "",
    patient: Annotated[
        str, typer.Option("--patient", metavar="Patient/ID", help="a patient to read about; only counts are shown")
    ] = "",
    probe_writes: Annotated[
        bool, typer.Option("--probe-writes", help="also try writing, with resources about no patient; says what stays")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="every step and every finding, not one screen")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what works on a server, and what to ask its vendor.

    Believes what it tries, not what the server states. Reads only, unless --probe-writes is given.
    """

    def work() -> int:
        whom = reference_to("Patient", patient, "--patient") if patient else ""
        mark = str(uuid.uuid4()) if probe_writes else ""
        with _care(url, "", "") as care, terminal.waiting("asking the server"):
            report = care.examine(patient=whom, mark=mark, about_to_write=terminal_doctor.about_to_write)
        if as_json:
            _print_json(terminal_doctor.document(report))
        else:
            terminal_doctor.page(report, everything=everything)
        return EXIT_OF_REPORT[report.state]

    guarded(work, as_json=as_json)


@app.command(epilog=example("carefhir login http://127.0.0.1:8080/fhir --check"))
def login(
    url: Annotated[str, typer.Argument(metavar="URL", help="FHIR base (or CAREFHIR_SERVER)")] = "",
    check: Annotated[bool, typer.Option("--check", help="try it, and show what came of it")] = False,
    as_json: JsonOption = False,
) -> None:
    """Try to sign in with what is set, and show what was granted.

    Every command signs in by itself; nothing is kept when it ends, and no secret is shown.
    """

    def work() -> int:
        if not check:
            raise BadInput("every command signs in by itself: carefhir login --check tries it")
        with _care(url, "", "") as care, terminal.waiting("signing in"):
            signed_in = care.check_sign_in()
        if as_json:
            _print_json(plain(signed_in))
        else:
            terminal_login.page(signed_in)
        return 0 if signed_in.accepted else 5

    guarded(work, as_json=as_json)


def _serve_sandbox(port: int, paths: list[Path], like: str) -> None:
    from carefhir.sandbox import Knobs, Sandbox, UnknownShape, bound, described, serve, shape
    from carefhir.sandbox.loading import LoadError

    try:
        knobs, (ways, day) = (shape(like), described(like)) if like else (Knobs(), ("", ""))
    except UnknownShape as error:
        raise BadInput(f"--like: {error}") from None
    try:
        at = bound(port)
    except (OSError, OverflowError):
        raise BadInput(f"--port {port}: cannot be used, or is in use; 0 takes a free one") from None
    where = f"http://127.0.0.1:{at.getsockname()[1]}/fhir"
    terminal.say(f"sandbox at {where}" + (", loading (503 meanwhile)" if paths else ""))

    def ready() -> None:
        if ways:
            terminal.say(f"like {ways} (tried {day})")
        terminal.say("ready; stop it with Ctrl-C")

    try:
        serve(Sandbox(knobs), at, paths=paths, on_ready=ready)
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
    if "unexpected extra argument" in words:  # said back, it may be the second half of somebody's name
        words = 'there is one word too many; put a value with spaces in quotes: --set "reason=just home"'
    if "--json" in sys.argv:
        _print_json({"outcome": "error", "code": "invalid", "message": words, "instructions": []})
    terminal.error(words)
    sys.exit(2)


def _prepare(
    name: str, server: str, patient: str, acting: str, now: str, words: list[str], given: str
) -> tuple[Command, Care]:
    chosen = catalog.step(name)
    values = fields.read(chosen, words, given)
    if patient:
        if values.get("patient", patient) != patient:
            raise BadInput("--patient and the given fields name two different patients")
        values["patient"] = patient
    command = fields.command(chosen.command, values)
    return command, _care(server, _actor(acting), now)


def _actor(acting: str) -> str:
    who = acting or Settings.read().acting
    if not who:
        raise BadInput("who acts? give --as Practitioner/ID (or set CAREFHIR_AS)")
    return reference_to("Practitioner", who, "--as")


def _care(server: str, acting: str, now: str) -> Care:
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
        content=settings.content,
        also_known_as=settings.also_known_as,
        limits=limits_of(settings),
    )


def limits_of(settings: Settings) -> Limits:
    """What a site has said of the features of its server."""
    used = {name: name not in settings.without for name in SWITCHES}
    return Limits(
        transaction=used["transaction"],
        batch=used["batch"],
        revinclude=used["revinclude"],
        conditional_create=used["conditional-create"],
        if_match=used["if-match"],
        proven=frozenset(settings.proven),
    )


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


def _print_json(value: Any) -> None:
    sys.stdout.buffer.write(encode(value) + b"\n")
    sys.stdout.buffer.flush()


def guarded(work: Callable[[], int | None], *, as_json: bool) -> NoReturn:
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
