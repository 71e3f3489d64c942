"""What a trial of writing makes, under which keys, and how it is looked for afterward (rule R6).

What an answer says is a claim: what was written is read, by its identifier and by its tag, for a server may never find
one of them. A server that finds what is new only later is given that time before "nothing was kept" is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from carefhir.doctor.probe import page_of
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import SINGLE_IDENTIFIER, derived, match_query
from carefhir.fhir.codec import Json, NotJson, encode
from carefhir.fhir.commit import record_of
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import EntryAnswer, read_answers
from carefhir.fhir.record import Record, dig, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import FHIR_JSON, Failure, Flow, Request, Response, ask, exchange, get, pause

WORDS = "carefhir doctor: a trial of this server, about nobody; may be ignored"
NO_PATIENT: Json = {"display": "nobody (a trial of this server)"}
WRONG = "entered-in-error"

TRIALS: Mapping[str, Json] = {
    "Task": {"status": "draft", "intent": "proposal", "description": WORDS},
    "Basic": {"code": {"text": WORDS}},
}
"""Types to try with, best first: no patient needed, an identifier, and (Task) a status `entered-in-error`."""

_NOTHING: Mapping[str, object] = MappingProxyType({})
_LINK = {"Task": "focus", "Basic": "subject"}
HEADERS = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON))


@dataclass(slots=True)
class Bench:
    """One trial: what is made, under which keys, and what is known of the server by now."""

    type: str
    home: Home
    system: str
    mark: str
    first: str = ""
    """The resource that the single trials use."""
    stale: str = ""
    """A version of it that If-Match was shown to refuse."""
    names: list[str] = field(default_factory=list)
    wait: float = 0.0
    """Seconds after which a search finds what was just written."""
    blind: bool = False
    """Whether no search finds what was written, though it can be read: then nothing found says nothing."""
    records: dict[str, Record] = field(default_factory=dict)
    """By reference, everything of this trial that was read."""
    receipts: dict[str, None] = field(default_factory=dict)

    def key(self, name: str) -> str:
        if name not in self.names:
            self.names.append(name)
        return f"{self.mark}-{self.names.index(name)}"

    def match(self, name: str) -> str:
        return match_query(self.system, self.key(name))

    def made(self, name: str, more: Mapping[str, object] = _NOTHING, *, group: str = "", type_: str = "") -> Json:
        """A resource under the key of `name`; one of a group can be found with all of it by one tag."""
        codes = [self.mark, self.key(name), *([self.key(group)] if group else [])]
        identifier: Json = {"system": self.system, "value": self.key(name)}
        kind = type_ or self.type
        return {
            "resourceType": kind,
            "meta": {"tag": [{"system": self.system, "code": code} for code in codes]},
            "identifier": identifier if kind in SINGLE_IDENTIFIER else [identifier],
            **({} if type_ else TRIALS[self.type]),
            **more,
        }

    @property
    def wrong_from_the_start(self) -> dict[str, object]:
        """What marks a resource that is made in numbers, so that nothing is left to be cleared up."""
        return {"status": WRONG} if self.type == "Task" else {}

    def link(self, reference: str) -> dict[str, object]:
        return {_LINK[self.type]: {"reference": reference}}

    @property
    def link_path(self) -> str:
        return f"{_LINK[self.type]}.reference"

    def carries(self, record: Record, name: str) -> bool:
        return self.key(name) in dig(record.json, "identifier.value")

    def urn(self, name: str) -> str:
        return f"urn:uuid:{derived('probe', self.mark, name)}"

    def entry(self, name: str, more: Mapping[str, object] = _NOTHING, *, group: str = "") -> Json:
        """A conditional create, as an entry of a transaction."""
        request = {"method": "POST", "url": self.type, "ifNoneExist": self.match(name)}
        return {"fullUrl": self.urn(name), "resource": self.made(name, more, group=group), "request": request}


def trial_type(capabilities: Capabilities) -> str:
    """The type to try with: the first that the server says it takes; "" if there is none."""
    writable = (one for one in TRIALS if capabilities.can(one, "create") and capabilities.can(one, "update"))
    return next(writable, "")


# -- sending -----------------------------------------------------------------------------------------------------------


def creating(bench: Bench, resource: Json, match: str = "") -> Request:
    headers = (*HEADERS, ("If-None-Exist", match)) if match else HEADERS
    return Request("POST", str(resource["resourceType"]), headers, encode(resource), bench.home.name)


def updating(bench: Bench, reference: str, resource: Json, version: str) -> Request:
    headers = (*HEADERS, ("If-Match", f'W/"{version}"'))
    return Request("PUT", reference, headers, encode(resource), bench.home.name)


def send_bundle(bench: Bench, entries: Iterable[Json]) -> Flow[Response | Failure]:
    """POSTs a transaction."""
    body = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
    return (yield from ask(Request("POST", "", HEADERS, encode(body), bench.home.name)))


def written(answer: Response | Failure) -> bool:
    return isinstance(answer, Response) and answer.status in (200, 201)


def entry_answers(answer: Response | Failure, expected: int) -> tuple[EntryAnswer, ...]:
    """What a Bundle answers to each entry; nothing where it does not answer that many."""
    if isinstance(answer, Failure) or answer.status != 200:
        return ()
    try:
        return read_answers(answer.body, expected)
    except NotJson:
        return ()


def said(answer: Response | Failure) -> str:
    """An answer in words, without who gave it."""
    return in_words(answer).removeprefix("the server answered ")


# -- looking -----------------------------------------------------------------------------------------------------------


def standing(bench: Bench, name: str) -> Flow[list[Record] | None]:
    """The resources under a key now; None if that cannot be told."""
    standing = yield from standing_of(bench, (name,), tag=bench.key(name))
    return None if standing is None else standing[name]


def standing_of(bench: Bench, names: Sequence[str], *, tag: str) -> Flow[dict[str, list[Record]] | None]:
    """By name, the resources under several keys, searched by each key, and all of them by a tag that they share; None
    if that cannot be told."""
    if bench.wait:
        yield from pause(bench.wait)
    targets = [bench.match(one) for one in names] + [f"{match_query(bench.system, tag, '_tag')}&_count=200"]
    requests = [get(f"{bench.type}?{one}", home=bench.home.name) for one in targets]
    answers = yield from retrying(exchange(requests))
    pages = [page_of(one, bench.home)[0] for one in answers]
    *by_key, by_tag = pages
    if by_tag is None and any(one is None for one in by_key):
        return None
    records = {one.reference: one for page in pages if page for one in page.records if one.type == bench.type}
    by_name = {name: [one for one in records.values() if bench.carries(one, name)] for name in names}
    bench.records.update((one.reference, one) for many in by_name.values() for one in many)
    return None if bench.blind and not any(by_name.values()) else by_name


def read(bench: Bench, reference: str) -> Flow[Record | None]:
    """A resource as it is now."""
    answer = yield from retrying(ask(get(reference, home=bench.home.name)))
    return record_of(answer, bench.home)


def place_of(answer: Response | Failure, home: Home) -> str:
    """`Type/id` of what an answer says was created; "" where it does not say."""
    location = answer.headers.get("location", "") if isinstance(answer, Response) else ""
    named = relative("/".join(location.partition("/_history")[0].rsplit("/", 2)[-2:]))
    record = record_of(answer, home)
    return named or (record.reference if record else "")
