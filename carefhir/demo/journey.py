"""`carefhir demo`: a journey, told so that a nurse recognizes her day and an engineer sees what was written.

Rosa (synthetic) comes home after a stay for heart failure, and is looked after until her transition is closed, and
beyond; then Earl, by way of skilled nursing, and his hip: a case beside his chronic care. The journey runs over HTTP
like anybody's: on a sandbox of its own, or on `--server`. Loading the examples twice is harmless, for they are created
conditionally; so is telling the journey twice, for every act is done once.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from pathlib import Path

from carefhir.demo.beside import beside_ehr
from carefhir.demo.earl import Earl
from carefhir.demo.earl_hip import EarlsHip
from carefhir.demo.rosa import Rosa
from carefhir.demo.rosa_weeks import RosaWeeks
from carefhir.demo.stage import at_server, load
from carefhir.faces import terminal
from carefhir.faces.extras import service_lacks
from carefhir.fhir.capability import Limits
from carefhir.settings import Settings


def journey(
    server: str = "",
    *,
    like: str = "",
    serve: bool = True,
    full: bool = False,
    settings: Settings = Settings(),  # noqa: B008 — frozen
    limits: Limits = Limits(),  # noqa: B008 — frozen
) -> int:
    """Tells the journey; with `like` beside an EHR of that shape, which is only read, the given server being the
    companion. Raises `ServerUnreachable` or `ServerUnfit` when the given server cannot carry it."""
    began = time.monotonic()
    stage = beside_ehr(like, server, settings, limits) if like else at_server(server, settings, limits)
    with stage as front:
        base = front.base
        terminal.say("carefhir demo: Rosa comes home, and Earl", "bold")
        terminal.say(f"Everybody here is synthetic. Server: {base}")
        for ehr in front.beside:
            terminal.say(f"Beside it an EHR like {like}, which is only read: {ehr.server}")
        if front.put_here:
            lacking = ", ".join(front.put_here)
            terminal.tell(f"It does not show {lacking} about one person; an interface has put them on the server.")
        cast = load(front, full=full)
        Rosa(cast, cast.rosa).told()
        RosaWeeks(cast, cast.rosa).told()
        Earl(cast, cast.earl).told()
        EarlsHip(cast, cast.earl).told()
        terminal.say("")
        if serve and front.sandbox is not None:
            terminal.say(f"The sandbox stays at {base} until Ctrl-C; try, in another terminal:", "dim")
            terminal.say(f"  {program()} overview --server {base} --patient {cast.rosa}", "dim")
            terminal.say(f"  {program()} worklist --server {base} --as {cast.nurse}", "dim")
        terminal.say(f"journey took {time.monotonic() - began:.1f} s")
        if serve and (like or front.sandbox is not None):
            _open_to_look(like)
    return 0


def _open_to_look(like: str = "") -> None:
    """Serves two days of the story until Ctrl-C, to be opened in a browser; without the service it just stays."""
    with contextlib.suppress(KeyboardInterrupt):
        if lacks := service_lacks():
            terminal.say(f"No page to open in a browser: {lacks}", "dim")
            threading.Event().wait()
            return
        from carefhir.demo import days  # the service takes time to load, and only who stays needs it

        with days.opened(terminal.say, like):
            threading.Event().wait()


def program() -> str:
    """How this program was called, so that what is printed can be typed."""
    called = sys.argv[0]
    if Path(called).suffix == ".py":
        beside = Path(sys.executable).with_name("carefhir")
        return str(beside) if beside.exists() else f"{sys.executable} -m carefhir"
    installed_program = shutil.which("carefhir")
    return "carefhir" if installed_program and Path(installed_program).resolve() == Path(called).resolve() else called
