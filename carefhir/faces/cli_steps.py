"""The commands that carry out steps, and the sandbox to try them on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from carefhir import catalog
from carefhir.content.loading import load as load_content
from carefhir.engine.results import Preview, Refused, plain
from carefhir.engine.step import Command
from carefhir.errors import BadInput
from carefhir.faces import fields, terminal
from carefhir.faces.calling import (
    AsOption,
    ExpectOption,
    InputOption,
    JsonOption,
    NameArgument,
    NowOption,
    PatientOption,
    ServerOption,
    SetOption,
    actor_of,
    care_of,
    example,
)
from carefhir.faces.care import Care
from carefhir.faces.leaving import EXIT_OF_RESULT, guarded, print_json
from carefhir.settings import Settings

group = typer.Typer()
"""These commands, in the order of `carefhir --help`."""


class _Plain(TyperCommand):
    """A command whose usage line says STEP, not {STEP}."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [one.strip("{}") for one in super().collect_usage_pieces(ctx)]


@group.command(epilog=example("carefhir sandbox --port 8080 --load profiles/examples"))
def sandbox(
    port: Annotated[int, typer.Option("--port", metavar="N", help="loopback port; 0 takes a free one")] = 8080,
    load: Annotated[
        list[Path] | None, typer.Option("--load", metavar="PATH", help="a file or folder of FHIR JSON, repeatable")
    ] = None,
    like: Annotated[
        str, typer.Option("--like", "--shape", metavar="NAME", help="as a real server does: epic, oracle, helios ...")
    ] = "",
) -> None:
    """Serve a FHIR R4 server in memory, until stopped.

    At /fhir on the loopback address. Nothing is kept when it stops. With --like
    it behaves as that server did when it was tried, or as its maker says that it
    does, at its worst; what that is, is said at the start.
    """

    def work() -> int:
        paths = load or []
        missing = [str(number) for number, path in enumerate(paths, 1) if not path.exists()]
        if missing:
            raise BadInput(f"--load: there is no such file or folder (number {', '.join(missing)} of {len(paths)})")
        _serve_sandbox(port, paths, like)
        return 0

    guarded(work, as_json=False)


@group.command(epilog=example("carefhir steps"))
def steps(as_json: JsonOption = False) -> None:
    """List the steps, their fields and the values these take."""

    def work() -> int:
        settings = Settings.read()
        content = load_content(*settings.content, licenses=frozenset(settings.licenses))
        if as_json:
            print_json([fields.described(one, content) for one in catalog.STEPS])
        else:
            terminal.steps((one, fields.listed(one, content)) for one in catalog.STEPS)
        return 0

    guarded(work, as_json=as_json)


@group.command(
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
            print_json(plain(result))
        else:
            terminal.result(result)
        if isinstance(result, Refused) and result.to_fill_in:
            return 0  # looking at what is to be answered is no refusal
        incomplete = isinstance(result, Preview) and result.incomplete
        return EXIT_OF_RESULT[Refused if incomplete else type(result)]

    guarded(work, as_json=as_json)


@group.command(
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
            print_json(plain(result))
        else:
            terminal.result(result)
        return EXIT_OF_RESULT[type(result)]

    guarded(work, as_json=as_json)


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
    return command, care_of(server, actor_of(acting), now)


def _serve_sandbox(port: int, paths: list[Path], like: str) -> None:
    from carefhir.sandbox import Knobs, Sandbox, UnknownShape, bound, described, serve, shape
    from carefhir.sandbox.loading import LoadError

    try:
        knobs, ways = (shape(like), described(like)) if like else (Knobs(), None)
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
            terminal.say(f"like {ways.says} ({ways.seen_how})")
            for row in ways.rows:
                terminal.say(f"  {row.says}")
        terminal.say("ready; stop it with Ctrl-C")

    try:
        serve(Sandbox(knobs), at, paths=paths, on_ready=ready)
    except LoadError as error:
        raise BadInput(f"--load: {error}") from None
