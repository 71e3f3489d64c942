"""The stage of the demo: a server with the imaginary people on it, who plays, and how an act is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carefhir import catalog
from carefhir.content.loading import own_folder
from carefhir.demo.front import Front
from carefhir.engine.results import Done, Preview, Refused, Result
from carefhir.engine.step import Command
from carefhir.errors import ServerUnfit
from carefhir.faces import terminal
from carefhir.faces.care import Care
from carefhir.faces.sign_in import keyring_of
from carefhir.fhir.capability import Capabilities, Limits
from carefhir.fhir.codec import Json, decode_object
from carefhir.fhir.homes import Home
from carefhir.fhir.server import OtherHome
from carefhir.settings import Settings

PEOPLE = ("team", "rosa", "earl", "kim")


class AtWork(Care):
    """Somebody at work at a moment. What the server can do is asked once for the whole story."""

    def __init__(self, server: str, answered: list[tuple[Capabilities, tuple[OtherHome, ...]]], **options: Any) -> None:
        super().__init__(server, **options)
        self._answered = answered

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do. Raises `ServerUnreachable` and `ServerUnfit`."""
        if not self._answered:
            self._answered.append((super().capabilities, self._others))
        self._capabilities, self._others = self._answered[0]
        return self._capabilities


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in it, by the ids this server gave them."""

    front: Front
    rosa: str
    earl: str
    kim: str
    nurse: str
    physician: str
    social_worker: str
    full: bool = False
    """Whether everything that is written is listed."""
    answered: list[tuple[Capabilities, tuple[OtherHome, ...]]] = field(default_factory=list)
    """What the servers can do, once they were asked."""

    def find(self, type_: str, example: str) -> str:
        """A record by the example it comes from: `Type/ID`."""
        return self.front.find(type_, example)

    def care(self, who: str, when: str) -> Care:
        """Somebody at work at a moment, with its offset."""
        settings = self.front.settings
        return AtWork(
            self.front.base,
            self.answered,
            acting=who,
            now=datetime.fromisoformat(when),
            sign_in=self.front.keyring,
            timeout=settings.timeout,
            also_known_as=settings.also_known_as,
            limits=self.front.limits,
            beside=self.front.beside,
        )


@contextlib.contextmanager
def at_server(server: str, settings: Settings, limits: Limits) -> Iterator[Front]:
    """The given server with what the site has set for it, or a sandbox of our own on a free loopback port."""
    if server:
        yield Front(Home.at(server).base, settings, limits, keyring_of(settings))
        return
    from carefhir.sandbox import Sandbox, start

    sandbox = Sandbox()
    with start(sandbox) as running:
        yield Front(running.base, sandbox=sandbox)


def load(front: Front, *, full: bool = False) -> Cast:
    """Loads the examples, created conditionally, and finds who plays."""
    for name in PEOPLE:
        front.post((own_folder() / "examples" / f"Bundle-{name}.json").read_bytes(), f"Bundle-{name}.json")
    return cast_of(front, full=full)


def cast_of(front: Front, *, full: bool = False) -> Cast:
    """Finds who plays, where the examples are loaded."""
    return Cast(
        front,
        front.find("Patient", "rosa"),
        front.find("Patient", "earl"),
        front.find("Patient", "kim"),
        front.find("Practitioner", "nurse"),
        front.find("Practitioner", "physician"),
        front.find("Practitioner", "social-worker"),
        full=full,
    )


def chapter(title: str, text: str) -> None:
    """A heading, and what happens."""
    terminal.say("")
    terminal.say(title, "bold cyan")
    terminal.tell(text, "italic")


def scene(when: str, text: str) -> None:
    """A moment within a chapter."""
    terminal.tell(f"{when}  {text}", "italic")


def act(
    care: Care,
    kind: type[Command],
    fields: Mapping[str, object],
    *,
    expect: Preview | None = None,
    refused: bool = False,
    full: bool = False,
    most: int = terminal.MOST,
) -> Result:
    """Carries a step out and tells what became of it. `refused`: the story wants a refusal here; `full`: everything
    that was written is listed; `most`: how many sentences are told otherwise.

    Raises `ServerUnfit` when it comes otherwise: a journey that goes on after that would not be the one told.
    """
    command = kind.model_validate(fields)
    with care:
        result: Result = care.run(command, expect=expect)
    if full:
        terminal.result(result, brief=True)
    else:
        terminal.account(result, most=most)
    fine = isinstance(result, Refused) if refused else isinstance(result, Done) or bool(getattr(result, "kept", None))
    if not fine:
        raise ServerUnfit(f"the journey stopped at {catalog.step_for(command).name}; the reason is above")
    return result


def example(name: str) -> Json:
    """A questionnaire's answers from the examples."""
    return decode_object((own_folder() / "responses" / f"QuestionnaireResponse-{name}.json").read_bytes())
