"""`carefhir demo`: a journey, told so that a nurse recognizes her day and an engineer sees what was written.

Rosa (synthetic) comes home after a stay for heart failure. The journey runs over HTTP like anybody's: on a sandbox of
its own, or on `--server`. Loading the examples twice is harmless, for they are created conditionally; so is telling the
journey twice, for every act is done once.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from carefhir import catalog, terminal
from carefhir.client import Care
from carefhir.commands import Enroll, OpenTransition, Overview, RecordAssessment, Worklist
from carefhir.content.loading import own_folder
from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.codec import Json, NotJson, decode_object
from carefhir.fhir.homes import Home
from carefhir.results import Done, Preview, Refused, Result
from carefhir.steps import Command

EXAMPLE = "https://carefhir.org/fhir/sid/example"
PEOPLE = ("team", "rosa", "earl", "kim")


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who plays in it, by the ids this server gave them."""

    base: str
    rosa: str
    nurse: str
    physician: str
    stay: str

    def care(self, clock: str) -> Care:
        """The nurse at work, that Monday at this time."""
        return Care(self.base, acting=self.nurse, now=datetime.fromisoformat(f"2026-03-09T{clock}:00-05:00"))


def journey(server: str = "", *, serve: bool = True) -> int:
    """Tells the journey. Raises `ServerUnreachable` or `ServerUnfit` when the given server cannot carry it."""
    began = time.monotonic()
    with _stage(server) as base:
        terminal.say("carefhir demo: Rosa comes home", "bold")
        terminal.say(f"Everybody here is synthetic. Server: {base}")
        cast = _load(base)
        _arrives(cast)
        _screened(cast)
        _goes_home(cast)
        terminal.say("")
        if serve and not server:
            terminal.say(f"The sandbox stays at {base} until Ctrl-C; try, in another terminal:", "dim")
            terminal.say(f"  {program()} overview --server {base} --patient {cast.rosa}", "dim")
            terminal.say(f"  {program()} worklist --server {base} --as {cast.nurse}", "dim")
        terminal.say(f"journey took {time.monotonic() - began:.1f} s")
        if serve and not server:
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    return 0


def program() -> str:
    """How this program was called, so that what is printed can be typed."""
    called = sys.argv[0]
    if Path(called).suffix == ".py":
        beside = Path(sys.executable).with_name("carefhir")
        return str(beside) if beside.exists() else f"{sys.executable} -m carefhir.cli"
    found = shutil.which("carefhir")
    return "carefhir" if found and Path(found).resolve() == Path(called).resolve() else called


def _load(base: str) -> _Cast:
    for name in PEOPLE:
        _post(base, f"Bundle-{name}.json")
    return _Cast(
        base,
        _find(base, "Patient", "rosa"),
        _find(base, "Practitioner", "nurse"),
        _find(base, "Practitioner", "physician"),
        _find(base, "Encounter", "rosa-stay"),
    )


def _arrives(cast: _Cast) -> None:
    _chapter("1. Who she is", "Monday 9 March 2026, 9:00. Dana Whitfield, nurse, opens Rosa's chart.")
    terminal.picture(cast.care("09:00").show(Overview(patient=cast.rosa)))

    _chapter("2. Enrolled", "Rosa agrees on the phone: one nurse to call, a physician behind her.")
    command = Enroll(
        patient=cast.rosa,
        program="care-management",
        care_manager=cast.nurse,
        supervising_provider=cast.physician,
        consent="verbal",
        reason="several chronic conditions, just home after a stay for heart failure",
        care_manager_discipline="RN",
    )
    _act(cast.care("09:05"), command)


def _screened(cast: _Cast) -> None:
    _chapter(
        "3. Screened: mood",
        "Dana asks the nine questions. The last one, thoughts of being better off dead, is answered 'several days'.",
    )
    _act(cast.care("09:20"), RecordAssessment(patient=cast.rosa, response=_example("rosa-phq-9-item-9")))

    _chapter("4. Screened: food", "'Sometimes' the food ran out. A need, not yet a diagnosis: Dana will confirm it.")
    _act(cast.care("09:30"), RecordAssessment(patient=cast.rosa, response=_example("rosa-hunger-vital-sign")))


def _goes_home(cast: _Cast) -> None:
    _chapter("5. The transition", "The stay ended on Friday: the clock has been running since, weekend or not.")
    care = cast.care("09:40")
    command = OpenTransition(patient=cast.rosa, encounter=cast.stay)
    seen = care.preview(command)
    if isinstance(seen, Preview):
        terminal.say(f"  previewed first: {len(seen.lines)} resources, sha-256 {seen.sha256[:12]}…; then exactly that:")
    _act(care, command, expect=seen if isinstance(seen, Preview) else None)

    _chapter("6. The same again", "A connection drops, a button is pressed twice: the act is known by its receipt.")
    _act(cast.care("09:41"), command)

    _chapter("7. What Dana does today", "Most urgent first.")
    terminal.worklist(cast.care("09:45").show(Worklist()))


def _act(care: Care, command: Command, expect: Preview | None = None) -> None:
    with care:
        found: Result = care.run(command, expect=expect)
        terminal.result(found)
    if not isinstance(found, Done) and not (isinstance(found, Refused) and found.kept):
        raise ServerUnfit(f"the journey stopped at {catalog.step_for(command).name}; the reason stands above")


def _chapter(title: str, text: str) -> None:
    terminal.say("")
    terminal.say(title, "bold cyan")
    terminal.tell(text, "italic")


def _example(name: str) -> Json:
    return decode_object((own_folder() / "responses" / f"QuestionnaireResponse-{name}.json").read_bytes())


@contextlib.contextmanager
def _stage(server: str) -> Iterator[str]:
    """The given server, or a sandbox of our own in a thread, on a free loopback port."""
    if server:
        yield Home.at(server).base
        return
    from carefhir.sandbox import Sandbox, start

    with start(Sandbox()) as running:
        yield running.base


def _post(base: str, name: str) -> None:
    body = (own_folder() / "examples" / name).read_bytes()
    answer = _request("POST", base, data=body, headers={"Content-Type": "application/fhir+json"})
    if answer.status_code != 200:
        raise ServerUnfit(f"loading the example {name}: the server answered {answer.status_code}")


def _find(base: str, type_: str, example: str) -> str:
    parameters = {"identifier": f"{EXAMPLE}|{example}"}
    answer = _request("GET", f"{base}/{type_}", params=parameters, headers={"Cache-Control": "no-cache"})
    try:
        entries = decode_object(answer.content).get("entry", [])
    except NotJson:
        entries = []
    if len(entries) != 1:
        raise ServerUnfit(f"the example {type_} {example} was loaded and is found {len(entries)} times")
    return f"{type_}/{entries[0]['resource']['id']}"


def _request(method: str, url: str, **more: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.request(method, url, timeout=60, allow_redirects=False, **more)
        except requests.RequestException as error:
            raise ServerUnreachable(f"the server could not be reached ({type(error).__name__})") from None
