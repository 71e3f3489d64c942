"""What goes wrong between a client and a server, and a proxy that does it before any server: sandbox or real.

A fault is done at one exchange, or throughout. The proxy counts exchanges from 1, and notes which of them wrote.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from carefhir.fhir.codec import encode
from carefhir.fhir.wire import Answer, Ask, Failure, Flow, Request, Response, Wait, Waited
from tests.support.backends import Backend, Killed, run_flow

T = TypeVar("T")
Json = dict[str, Any]
FHIR_JSON = "application/fhir+json"
PAGE_IN_BATCH = 20
"""So many a server that ignores `_count` in batches returns, without a next link (seen on WSO2 FHIR 1.0, 2026-11)."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: its name, what happens, and how it is done to a request."""

    name: str
    says: str
    does: Callable[[Proxy, Request], Response | Failure]
    concerns: Callable[[Request], bool] = lambda request: True
    throughout: bool = False
    lasts: bool = False
    """Whether it is still there when the act is run again."""


@dataclass
class Proxy:
    """Stands before a server and does one fault, at an exchange or throughout; may end the process after one."""

    backend: Backend
    fault: Fault | None = None
    at: int = 0
    killed_after: int = 0
    count: int = 0
    asked: list[Request] = field(default_factory=list)
    done: int = 0
    """How often the fault was done."""
    delayed: list[tuple[int, Request]] = field(default_factory=list)
    written: dict[str, Json | None] = field(default_factory=dict)
    """By reference, what this proxy saw written: how it was before, None for what was not there."""

    def run(self, flow: Flow[T]) -> T:
        """Runs a flow to its end; what is under way arrives before the end."""
        try:
            return run_flow(flow, lambda asks: tuple(self._answer(one) for one in asks))
        finally:
            self.arrive(everything=True)

    def _answer(self, one: Ask) -> Answer:
        if isinstance(one, Wait):
            return Waited()
        self.count += 1
        self.asked.append(one)
        self.arrive()
        answer = self._disturbed(one)
        if self.count == self.killed_after:
            raise Killed
        return answer

    def _disturbed(self, one: Request) -> Response | Failure:
        fault = self.fault
        if fault is None or not fault.concerns(one) or not (fault.throughout or self.count == self.at):
            return self.passed(one)
        self.done += 1
        return fault.does(self, one)

    def passed(self, request: Request) -> Response | Failure:
        """What the server answers."""
        return self.backend.exchange(request)

    def arrive(self, everything: bool = False) -> None:
        """Requests that were under way reach the server."""
        due = [request for when, request in self.delayed if everything or when <= self.count]
        self.delayed = [] if everything else [one for one in self.delayed if one[0] > self.count]
        for request in due:
            self.passed(request)

    def writes(self) -> list[int]:
        """At which exchanges something was to be written."""
        return [number for number, request in enumerate(self.asked, start=1) if is_write(request)]


def is_write(request: Request) -> bool:
    """Whether a request changes something on the server."""
    return request.method == "PUT" or (request.method == "POST" and not request.repeatable)


def is_transaction(request: Request) -> bool:
    return request.method == "POST" and request.target == "" and not request.repeatable


def is_bundle(request: Request) -> bool:
    return request.method == "POST" and request.target == ""


# -- at one exchange ------------------------------------------------------------------------------------------------


def _dropped(proxy: Proxy, request: Request) -> Failure:
    return Failure("broken", True)


def _unreachable(proxy: Proxy, request: Request) -> Failure:
    return Failure("unreachable", False)


def _lost(proxy: Proxy, request: Request) -> Failure:
    proxy.passed(request)
    return Failure("broken", True)


def _late(proxy: Proxy, request: Request) -> Failure:
    """The client has given up; the request arrives while it is looking what became of it."""
    proxy.delayed.append((proxy.count + 2, request))
    return Failure("timeout", True)


def _twice(proxy: Proxy, request: Request) -> Response | Failure:
    proxy.passed(request)
    return proxy.passed(request)


def _answering(status: int, kind: str = "", body: bytes = b"", **headers: str) -> Callable[[Proxy, Request], Response]:
    def does(proxy: Proxy, request: Request) -> Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(status, {"content-type": kind, **given} if kind else given, body)

    return does


def _error_after(proxy: Proxy, request: Request) -> Response:
    proxy.passed(request)
    return Response(500, {"content-type": "text/plain"}, b"it broke")


def _truncated(proxy: Proxy, request: Request) -> Response | Failure:
    answer = proxy.passed(request)
    return answer if isinstance(answer, Failure) else Response(answer.status, answer.headers, _half(answer.body))


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _entries_failed(proxy: Proxy, request: Request) -> Response | Failure:
    """Answered with 200: of a batch, some searches failed; of a transaction, half was carried out."""
    if is_transaction(request):
        answers = in_part(proxy, request)
        asked = len(json.loads(request.body)["entry"])
        failed = {"response": {"status": "500 Internal Server Error"}}
        return _bundle("transaction-response", [*answers, *[failed] * (asked - len(answers))])
    return _with_entries(proxy.passed(request), lambda number, entry: _failed_entry(number) if number % 3 else entry)


def _failed_entry(number: int) -> Json:
    return {"response": {"status": ("", "429 Too Many Requests", "500 Internal Server Error")[number % 3]}}


def _fewer(proxy: Proxy, request: Request) -> Response | Failure:
    """Answered with 200, and an entry too few."""
    if is_transaction(request):
        return _bundle("transaction-response", in_part(proxy, request))
    answer = proxy.passed(request)
    if isinstance(answer, Failure) or answer.status != 200:
        return answer
    bundle = json.loads(answer.body)
    return Response(200, answer.headers, encode({**bundle, "entry": bundle["entry"][:-1]}))


def _part_then_error(proxy: Proxy, request: Request) -> Response:
    in_part(proxy, request)
    return Response(500, {"content-type": "text/plain"}, b"it broke")


def in_part(proxy: Proxy, request: Request) -> list[Json]:
    """Writes the first half of a transaction, entry by entry, as a server does that has none; gives the answers."""
    entries = json.loads(request.body)["entry"]
    places: dict[str, str] = {}
    answers: list[Json] = []
    for entry in entries[: (len(entries) + 1) // 2]:
        asked = entry["request"]
        text = encode(entry["resource"]).decode()
        for urn, place in places.items():
            text = text.replace(urn, place)
        headers = [("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON)]
        headers += [("If-None-Exist", asked["ifNoneExist"])] if "ifNoneExist" in asked else []
        headers += [("If-Match", asked["ifMatch"])] if "ifMatch" in asked else []
        answer = proxy.passed(Request(asked["method"], asked["url"], tuple(headers), text.encode()))
        assert isinstance(answer, Response), answer
        made = json.loads(answer.body) if answer.status in (200, 201) else {}
        place = f"{made['resourceType']}/{made['id']}" if made else ""
        if entry.get("fullUrl"):
            places[entry["fullUrl"]] = place
        location = {"location": f"{place}/_history/{made['meta']['versionId']}"} if made else {}
        answers.append({"response": {"status": str(answer.status), **location}})
    return answers


def _bundle(kind: str, entries: list[Json]) -> Response:
    body = encode({"resourceType": "Bundle", "type": kind, "entry": entries})
    return Response(200, {"content-type": FHIR_JSON}, body)


def _with_entries(answer: Response | Failure, change: Callable[[int, Json], Json]) -> Response | Failure:
    """An answered Bundle with changed entries."""
    if isinstance(answer, Failure) or answer.status != 200:
        return answer
    bundle = json.loads(answer.body)
    entries = [change(number, entry) for number, entry in enumerate(bundle.get("entry", []))]
    return Response(200, answer.headers, encode({**bundle, "entry": entries}))


# -- throughout -----------------------------------------------------------------------------------------------------


def _stale(proxy: Proxy, request: Request) -> Response | Failure:
    """Searches answer as if nothing had been written since this proxy stands here."""
    if is_write(request):
        return _noted(proxy, request)
    answer = proxy.passed(request)
    if is_bundle(request):
        return _with_entries(answer, lambda number, entry: {**entry, **_as_before(proxy, entry)})
    if isinstance(answer, Response) and answer.status == 200 and _is_search(request):
        return Response(200, answer.headers, encode(_searched_before(proxy, json.loads(answer.body))))
    return answer


def _is_search(request: Request) -> bool:
    path = request.target.partition("?")[0]
    return "_history" not in path and ("?" in request.target or path.endswith("_search"))


def _noted(proxy: Proxy, request: Request) -> Response | Failure:
    """Writes, and keeps how what is written was before."""
    amended = _amended(request)
    before = {reference: _read(proxy, reference) for reference in amended if reference not in proxy.written}
    answer = proxy.passed(request)
    if isinstance(answer, Response) and answer.status in (200, 201):
        proxy.written.update(before)
        for place in _created(answer):
            proxy.written.setdefault(place, None)
    return answer


def _amended(request: Request) -> list[str]:
    if request.method == "PUT":
        return [request.target]
    entries = json.loads(request.body).get("entry", []) if is_transaction(request) else []
    return [entry["request"]["url"] for entry in entries if entry["request"]["method"] == "PUT"]


def _read(proxy: Proxy, reference: str) -> Json:
    answer = proxy.passed(Request("GET", reference, (("Cache-Control", "no-cache"),)))
    assert isinstance(answer, Response), answer
    found: Json = json.loads(answer.body)
    return found


def _created(answer: Response) -> Iterator[str]:
    """`Type/id` of what an answer says was created."""
    body = json.loads(answer.body) if answer.body else {}
    if body.get("resourceType") == "Bundle":
        for entry in body["entry"]:
            if str(entry["response"].get("status", "")).startswith("201"):
                yield entry["response"]["location"].partition("/_history")[0].lstrip("/")
    elif answer.status == 201:
        yield f"{body['resourceType']}/{body['id']}"


def _as_before(proxy: Proxy, entry: Json) -> Json:
    resource = entry.get("resource", {})
    return {"resource": _searched_before(proxy, resource)} if resource.get("type") == "searchset" else {}


def _searched_before(proxy: Proxy, bundle: Json) -> Json:
    kept: list[Json] = []
    for entry in bundle.get("entry", []):
        resource = entry.get("resource", {})
        place = f"{resource.get('resourceType')}/{resource.get('id')}"
        before = proxy.written.get(place, resource)
        kept += [{**entry, "resource": before}] if before is not None else []
    fewer = len(bundle.get("entry", [])) - len(kept)
    total = {"total": bundle["total"] - fewer} if "total" in bundle else {}
    return {**bundle, "entry": kept, **total}


def _count_ignored(proxy: Proxy, request: Request) -> Response | Failure:
    return _with_entries(proxy.passed(request), lambda number, entry: {**entry, **_first_page(entry)})


def _first_page(entry: Json) -> Json:
    resource = entry.get("resource", {})
    if resource.get("type") != "searchset" or "entry" not in resource:
        return {}
    links = [link for link in resource.get("link", []) if link["relation"] != "next"]
    rest = {name: value for name, value in resource.items() if name not in ("total", "link", "entry")}
    return {"resource": {**rest, "link": links, "entry": resource["entry"][:PAGE_IN_BATCH]}}


def never_finds(type_: str, parameter: str) -> Fault:
    """A search parameter that is taken and never finds anything, neither in a search nor as a condition."""

    def does(proxy: Proxy, request: Request) -> Response | Failure:
        if is_transaction(request):
            bundle = json.loads(request.body)
            entries = [{**entry, "request": without_condition(entry["request"])} for entry in bundle["entry"]]
            return proxy.passed(_with_body(request, {**bundle, "entry": entries}))
        if is_bundle(request):
            urls = [entry["request"]["url"] for entry in json.loads(request.body)["entry"]]
            none = {"resource": json.loads(_none().body), "response": {"status": "200"}}
            return _with_entries(proxy.passed(request), lambda number, entry: none if asks(urls[number]) else entry)
        if request.method == "POST" and request.target == type_:
            kept = tuple(one for one in request.headers if one[0] != "If-None-Exist" or not _by(one[1]))
            return proxy.passed(Request("POST", request.target, kept, request.body))
        form = (
            f"{request.target.removesuffix('/_search')}?{request.body.decode()}" if "_search" in request.target else ""
        )
        return _none() if asks(form or request.target) else proxy.passed(request)

    def asks(url: str) -> bool:
        parts = urlsplit(url)
        return parts.path == type_ and _by(parts.query)

    def _by(query: str) -> bool:
        return any(name == parameter for name, _ in parse_qsl(query, keep_blank_values=True))

    def without_condition(asked: Json) -> Json:
        hit = asked["url"] == type_ and _by(asked.get("ifNoneExist", ""))
        return {name: value for name, value in asked.items() if not (hit and name == "ifNoneExist")}

    says = f"a search of {type_} by {parameter} is taken and finds nothing, and no condition by it matches"
    return Fault(f"{type_} is never found by {parameter}", says, does, throughout=True, lasts=True)


def _none() -> Response:
    return _bundle("searchset", [])


def _with_body(request: Request, body: Json) -> Request:
    return Request(request.method, request.target, request.headers, encode(body), request.home, request.repeatable)


_PAGE = b"<!DOCTYPE html><html><body>Please sign in</body></html>"

ONCE: tuple[Fault, ...] = (
    Fault("dropped before", "the connection breaks before the server has acted", _dropped),
    Fault("unreachable", "no connection is made", _unreachable),
    Fault("answer lost", "the server acts, and its answer is lost", _lost),
    Fault("late", "the client gives up waiting, and the server acts two exchanges later", _late),
    Fault("twice", "the request reaches the server twice", _twice),
    Fault("429", "too many requests, Retry-After 1", _answering(429, retry_after="1")),
    Fault("500", "an error before the server has acted", _answering(500)),
    Fault("500 after", "the server acts, and answers with an error", _error_after),
    Fault("503", "the server is down for a moment", _answering(503)),
    Fault("a page", "200 with a web page in place of FHIR", _answering(200, "text/html", _PAGE)),
    Fault("a gateway's page", "502 with a web page", _answering(502, "text/html", _PAGE)),
    Fault("truncated", "the server acts, and half of its answer arrives", _truncated),
    Fault("entries failed", "200, and some entries of the Bundle failed", _entries_failed, is_bundle),
    Fault("entries missing", "200, and the Bundle answers fewer entries than were asked", _fewer, is_bundle),
    Fault(
        "part, then error",
        "a part of the transaction is written, and the answer is 500",
        _part_then_error,
        is_transaction,
    ),
)
"""Done at one exchange; the next one passes."""

COUNT_IGNORED = Fault(
    "_count ignored in batches",
    f"a search inside a batch gives {PAGE_IN_BATCH} entries and no next link",
    _count_ignored,
    lambda request: is_bundle(request) and request.repeatable,
    throughout=True,
    lasts=True,
)
STALE = Fault("stale searches", "searches do not see what was just written", _stale, throughout=True)
THROUGHOUT: tuple[Fault, ...] = (STALE, COUNT_IGNORED)
"""Done to every exchange that they concern."""
