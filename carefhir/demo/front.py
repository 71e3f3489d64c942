"""The server as any other system sees it: the demo loads its people, writes what others write, and looks at what is
there, with plain FHIR requests, the site's token and its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import Limits
from carefhir.fhir.changes import match_query
from carefhir.fhir.codec import Json, NotJson, decode_object, encode
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import Page, read_answers, read_page
from carefhir.fhir.record import dig, first_text
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import query_text
from carefhir.fhir.wire import FHIR_JSON, NO_CACHE, Failure, Request, Response, ask
from carefhir.settings import Settings
from carefhir.transport.keyring import Keyring
from carefhir.transport.requests_driver import RequestsDriver

if TYPE_CHECKING:
    from carefhir.sandbox import Sandbox
    from carefhir.transport.read_homes import ReadHome

EXAMPLE = "https://carefhir.org/fhir/sid/example"
_SENDS = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON))


@dataclass(frozen=True, slots=True)
class Front:
    """A server, and how a site reaches it. All requests are repeatable: creates are conditional."""

    base: str
    settings: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    keyring: Keyring = field(default_factory=Keyring)
    """How the site signs in; one token for the whole demo, renewed in time."""
    loaded: dict[str, str] = field(default_factory=dict)
    """Where the examples are, as the server answered: by `Type name`."""
    sandbox: Sandbox | None = None
    """The server itself, where it is a sandbox of the demo's own."""

    @property
    def beside(self) -> tuple[ReadHome, ...]:
        """What every step reads as well: nothing."""
        return ()

    @property
    def put_here(self) -> tuple[str, ...]:
        """The types that an EHR beside it does not show about one person, and that are here: none."""
        return ()

    @property
    def home(self) -> Home:
        """Where it is."""
        return Home.at(self.base, also_known_as=self.settings.also_known_as)

    def post(self, body: bytes, name: str) -> None:
        """Sends an example Bundle. Raises `ServerUnfit` when it is not taken."""
        answer = self._asked(Request("POST", "", _SENDS, body, repeatable=True), f"loading the example {name}")
        if answer.status != 200:
            raise ServerUnfit(f"loading the example {name}: {in_words(answer)}")
        resources = [entry["resource"] for entry in decode_object(body)["entry"]]
        try:
            answers = read_answers(answer.body, len(resources))
        except NotJson as error:
            raise ServerUnfit(f"loading the example {name}: {error}") from None
        for resource, place in zip(resources, answers, strict=True):
            if not 200 <= place.status < 300:
                raise ServerUnfit(
                    f"loading the example {name}: a {resource['resourceType']} was answered {place.status}"
                )
            self._note(resource, place.location)

    def _note(self, resource: Json, location: str) -> None:
        type_ = str(resource["resourceType"])
        place = re.search(rf"{type_}/[A-Za-z0-9.\-]+", location)
        for identifier in dig(resource, "identifier"):
            if place and isinstance(identifier, dict) and identifier.get("system") == EXAMPLE:
                self.loaded[f"{type_} {identifier['value']}"] = place[0]

    def elsewhere(self, resource: Json) -> None:
        """Something another system writes: once, by the example's identifier. Raises `ServerUnfit`."""
        key = resource["identifier"][0]["value"]
        headers = (*_SENDS, ("If-None-Exist", match_query(EXAMPLE, key)))
        request = Request("POST", str(resource["resourceType"]), headers, encode(resource), repeatable=True)
        answer = self._asked(request, f"writing the example {key}")
        if answer.status not in (200, 201):
            raise ServerUnfit(f"writing the example {key}: {in_words(answer)}")
        self._note(resource, answer.headers.get("location", ""))

    def changed_elsewhere(self, reference: str, elements: Json) -> None:
        """Something another system changes in a record of its own: once. Raises `ServerUnfit`."""
        type_ = reference.partition("/")[0]
        headers = (("Accept", FHIR_JSON), NO_CACHE)
        answer = self._asked(Request("GET", reference, headers, repeatable=True), f"reading a {type_}")
        if answer.status != 200:
            raise ServerUnfit(f"reading a {type_}: {in_words(answer)}")
        before = decode_object(answer.body)
        after = {**before, **elements}
        if after == before:
            return
        answer = self._asked(Request("PUT", reference, _SENDS, encode(after), repeatable=True), f"changing a {type_}")
        if answer.status not in (200, 201):
            raise ServerUnfit(f"changing a {type_}: {in_words(answer)}")

    def written(self, type_: str, **parameters: str) -> list[Json]:
        """What is on the server: a plain search, all of its pages, the newest last (an id tells no time). Raises
        `ServerUnfit` when the search is not answered."""
        target: str | None = f"{type_}?{query_text((('_count', '200'), *parameters.items()))}"
        resources: list[Json] = []
        while target:
            page = self._page(target, type_)
            resources += [record.json for record in page.records if record.type == type_]
            target = self.home.target_of(page.next) if page.next else None
        return sorted(resources, key=_begun)

    def find(self, type_: str, name: str) -> str:
        """A record by the example it comes from. Raises `ServerUnfit` when it is not there exactly once."""
        if place := self.loaded.get(f"{type_} {name}"):
            return place
        examples = self.written(type_, identifier=f"{EXAMPLE}|{name}")
        if len(examples) != 1:
            raise ServerUnfit(f"the example {type_} {name} was loaded and is found {len(examples)} times")
        return f"{type_}/{examples[0]['id']}"

    def _page(self, target: str, type_: str) -> Page:
        answer = self._asked(
            Request("GET", target, (("Accept", FHIR_JSON), NO_CACHE), repeatable=True), f"searching {type_}"
        )
        try:
            if answer.status == 200:
                return read_page(answer.body, self.home)
        except NotJson:
            pass
        raise ServerUnfit(f"searching {type_}: {in_words(answer)}, so nobody knows what is there")

    def _asked(self, request: Request, what: str) -> Response:
        driver = RequestsDriver(self.home, keyring=self.keyring, timeout=(5.0, self.settings.timeout), lanes=1)
        with driver:
            answer = driver.run(retrying(ask(request)))
        if isinstance(answer, Failure):
            raise ServerUnreachable(f"{what}: {in_words(answer)}", sent=answer.sent)
        return answer


_SINCE = ("authoredOn", "recordedDate", "created", "sent", "recorded", "startDate", "effectiveDateTime")


def _begun(resource: Json) -> tuple[str, int, str]:
    """Since when it is there, by what it says itself; an id only keeps those of one moment apart."""
    id_ = str(resource.get("id", ""))
    return next((text for name in _SINCE if (text := first_text(resource, name))), ""), len(id_), id_
