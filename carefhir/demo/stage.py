"""The stage of the demo: a server with the imaginary people on it, who plays, and how an act is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from carefhir import catalog
from carefhir.content.loading import own_folder
from carefhir.engine.results import Done, Preview, Refused, Result
from carefhir.engine.step import Command
from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.faces import terminal
from carefhir.faces.care import Care
from carefhir.fhir.codec import Json, NotJson, decode_object, encode
from carefhir.fhir.homes import Home

EXAMPLE = "https://carefhir.org/fhir/sid/example"
PEOPLE = ("team", "rosa", "earl", "kim")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in it, by the ids this server gave them."""

    base: str
    rosa: str
    earl: str
    nurse: str
    physician: str
    social_worker: str
    full: bool = False
    """Whether everything that is written is listed."""

    def find(self, type_: str, example: str) -> str:
        """A record by the example it comes from: `Type/ID`."""
        return find(self.base, type_, example)

    def care(self, who: str, when: str) -> Care:
        """Somebody at work at a moment, with its offset."""
        return Care(self.base, acting=who, now=datetime.fromisoformat(when))


@contextlib.contextmanager
def at_server(server: str) -> Iterator[str]:
    """The given server, or a sandbox of our own on a free loopback port."""
    if server:
        yield Home.at(server).base
        return
    from carefhir.sandbox import Sandbox, start

    with start(Sandbox()) as running:
        yield running.base


def load(base: str, *, full: bool = False) -> Cast:
    """Loads the examples, created conditionally, and finds who plays."""
    for name in PEOPLE:
        _post(base, f"Bundle-{name}.json")
    return Cast(
        base,
        find(base, "Patient", "rosa"),
        find(base, "Patient", "earl"),
        find(base, "Practitioner", "nurse"),
        find(base, "Practitioner", "physician"),
        find(base, "Practitioner", "social-worker"),
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


def written(base: str, type_: str, **parameters: str) -> list[Json]:
    """What is on the server: a plain FHIR search, as any other system would ask it. Newest last."""
    query = {"_count": "200", **parameters}
    answer = request("GET", f"{base}/{type_}", params=query, headers={"Cache-Control": "no-cache"})
    try:
        resources = [one["resource"] for one in decode_object(answer.content).get("entry", [])]
    except NotJson:
        resources = []
    return sorted(resources, key=lambda one: (len(one["id"]), one["id"]))


def elsewhere(base: str, resource: Json) -> None:
    """Something another system writes: once, by the example's identifier. Raises `ServerUnfit` when it is not taken."""
    key = resource["identifier"][0]["value"]
    match = {"If-None-Exist": f"identifier={EXAMPLE}|{key}", "Content-Type": "application/fhir+json"}
    answer = request("POST", f"{base}/{resource['resourceType']}", data=encode(resource), headers=match)
    if answer.status_code not in (200, 201):
        raise ServerUnfit(f"writing the example {key}: the server answered {answer.status_code}")


def example(name: str) -> Json:
    """A questionnaire's answers from the examples."""
    return decode_object((own_folder() / "responses" / f"QuestionnaireResponse-{name}.json").read_bytes())


def find(base: str, type_: str, name: str) -> str:
    """A record by the example it comes from. Raises `ServerUnfit` when it is not there exactly once."""
    parameters = {"identifier": f"{EXAMPLE}|{name}"}
    answer = request("GET", f"{base}/{type_}", params=parameters, headers={"Cache-Control": "no-cache"})
    try:
        entries = decode_object(answer.content).get("entry", [])
    except NotJson:
        entries = []
    if len(entries) != 1:
        raise ServerUnfit(f"the example {type_} {name} was loaded and is found {len(entries)} times")
    return f"{type_}/{entries[0]['resource']['id']}"


def _post(base: str, name: str) -> None:
    body = (own_folder() / "examples" / name).read_bytes()
    answer = request("POST", base, data=body, headers={"Content-Type": "application/fhir+json"})
    if answer.status_code != 200:
        raise ServerUnfit(f"loading the example {name}: the server answered {answer.status_code}")


def request(method: str, url: str, **more: Any) -> requests.Response:
    """One exchange by hand. Raises `ServerUnreachable`."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.request(method, url, timeout=60, allow_redirects=False, **more)
        except requests.RequestException as error:
            raise ServerUnreachable(f"the server could not be reached ({type(error).__name__})") from None
