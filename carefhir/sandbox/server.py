"""The sandbox's face: one call for one HTTP exchange, safe to use from many threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from carefhir.sandbox import loading
from carefhir.sandbox.capability import narrowed, statement
from carefhir.sandbox.interactions import Interactions, Reply, SandboxRequest
from carefhir.sandbox.knobs import Knobs
from carefhir.sandbox.outcome import RequestRefused
from carefhir.sandbox.store import Store, instant
from carefhir.sandbox.transaction import process
from carefhir.sandbox.wire import decode, encode

_TYPE = "application/fhir+json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class SandboxAnswer:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def _now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """A FHIR R4 server in memory."""

    def __init__(self, knobs: Knobs = Knobs(), clock: Callable[[], datetime] | None = None) -> None:  # noqa: B008
        self.knobs = knobs
        self.loading = False
        self.well_known: dict[str, Mapping[str, Any]] = {}
        """Documents under `.well-known/`, by name: where an authorization server stands in front, for example."""
        self._now = clock or _now
        self._lock = threading.RLock()
        self._store = Store()
        self._do = Interactions(self._store, knobs, self._now, time.monotonic)
        self._fill = self._filling()

    def _filling(self) -> Interactions:
        """What files are stored by: what a hospital holds did not all come in by FHIR, so no shape limits it."""
        return Interactions(self._store, Knobs(ids=self.knobs.ids), self._now, time.monotonic)

    def copy(self, knobs: Knobs | None = None) -> Sandbox:
        """Another sandbox that holds what this one holds: a story goes on from here twice, or on another server."""
        other = Sandbox(knobs or self.knobs, self._now)
        with self._lock:
            other._store = self._store.copy()
        other._do = Interactions(other._store, other.knobs, self._now, time.monotonic)
        other._fill = other._filling()
        return other

    def behaving(self, knobs: Knobs = Knobs()) -> Sandbox:  # noqa: B008
        """Another sandbox in front of the same records, that answers otherwise: a good one, if nothing is said."""
        other = Sandbox(knobs, self._now)
        other._lock, other._store = self._lock, self._store
        other._do = Interactions(other._store, knobs, self._now, time.monotonic)
        other._fill = other._filling()
        return other

    def handle(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> SandboxAnswer:
        """One exchange. `target` is below the base: `Observation?patient=1`, or empty for the base itself."""
        answer = self._handled(method, target, headers, body)
        dated = {"Date": format_datetime(self._now().astimezone(UTC), usegmt=True)} if self.knobs.dated else {}
        return replace(answer, headers={**answer.headers, **dated})

    def _handled(self, method: str, target: str, headers: Mapping[str, str] | None, body: bytes) -> SandboxAnswer:
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        base = self.knobs.stated_base or f"http://{lowered.get('host', 'localhost')}/fhir"
        try:
            if "xml" in lowered.get("content-type", ""):
                raise RequestRefused(415, "not-supported", "This server speaks JSON only.")
            with self._lock:
                self._do.requests += 1
                reply = self._guarded(method.upper(), target, base, lowered, body)
        except RequestRefused as failure:
            if failure.status in self.knobs.bodiless:
                return SandboxAnswer(failure.status)
            return SandboxAnswer(failure.status, {"Content-Type": _TYPE}, encode(failure.resource()))
        return _finished(reply, base, self._prefers(lowered), method.upper(), self.knobs)

    def _prefers(self, headers: Mapping[str, str]) -> str:
        """What the client wants to have answered; what this server does where it does not say."""
        given = headers.get("prefer", "")
        return given if "return=" in given else f"{given},return={self.knobs.returns}"

    def take(self, body: bytes) -> loading.LoadedFile:
        """Stores what a file holds: a Bundle is carried out, another resource put under its id."""
        with self._lock:
            try:
                return self._taken(decode(body))
            except RequestRefused as failure:
                return loading.LoadedFile(failure.status, failure.diagnostics, True)
            finally:
                self._store.settle()

    def _taken(self, value: Any) -> loading.LoadedFile:
        kind, id_ = (value.get("resourceType"), value.get("id")) if isinstance(value, dict) else (None, None)
        if kind == "Bundle" and value.get("type") in ("transaction", "batch"):
            status, diagnostics = _worst(decode(process(self._fill, value, "", {})))
            return loading.LoadedFile(status, diagnostics, value["type"] == "transaction")
        path = (str(kind), str(id_)) if id_ else (str(kind),)
        reply = self._fill.perform(SandboxRequest("PUT" if id_ else "POST", path, (), "", {}, value))
        return loading.LoadedFile(reply.status, "", True)

    def load(self, paths: Iterable[Path | str], progress: loading.Progress | None = None) -> int:
        """Loads files and folders; over HTTP the server answers 503 meanwhile."""
        self.loading = True
        try:
            return loading.load(self.take, paths, progress)
        finally:
            self.loading = False

    def _guarded(self, method: str, target: str, base: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """One exchange that leaves the store whole, also when this program is at fault."""
        mark = self._store.mark()
        try:
            return self._answered(method, target, base, headers, body)
        except RequestRefused:
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours; its text may hold content, its kind does not
            self._store.rollback(mark)
            raise RequestRefused(500, "exception", f"The sandbox failed with {type(error).__name__}.") from None
        finally:
            self._store.settle()

    def _answered(self, method: str, target: str, base: str, headers: Mapping[str, str], body: bytes) -> Reply:
        path, _, query = target.partition("?")
        segments = tuple(unquote(each) for each in path.split("/") if each)
        pairs = parse_qsl(query, keep_blank_values=True)
        match (method, segments):
            case ("GET", ("metadata",)):
                stated = statement(self.knobs, instant(self._now()), base)
                elements = [path for name, value in pairs if name == "_elements" for path in value.split(",")]
                return Reply(200, body=encode(narrowed(stated, elements) if elements else stated))
            case ("GET", (".well-known", name)) if name in self.well_known:
                return Reply(200, body=encode(self.well_known[name]))
            case ("POST", ()):
                return Reply(200, body=process(self._do, decode(body), base, headers))
            case ("GET", ()):
                return self._page(dict(pairs), base)
            case ("POST", (_, "_search")):
                form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
                return self._do.perform(SandboxRequest(method, segments, [*pairs, *form], base, headers))
            case (_, ()):
                raise RequestRefused(405, "not-supported", f"{method} is not supported on the base.")
        resource: Any = decode(body) if method in ("POST", "PUT") else None
        if pairs and method in ("POST", "PUT", "DELETE") and len(segments) == 1:
            raise RequestRefused(400, "not-supported", "Conditional updates and deletes are not supported.")
        return self._do.perform(SandboxRequest(method, segments, pairs, base, headers, resource))

    def _page(self, query: Mapping[str, str], base: str) -> Reply:
        offset, count = query.get("_getpagesoffset", "0"), query.get("_count", "")
        if "_getpages" not in query or not offset.isdecimal():
            raise RequestRefused(400, "not-supported", "Searches over all types are not supported.")
        wanted = int(count) if count.isdecimal() else None
        return Reply(200, body=encode(self._do.pages.further(query["_getpages"], int(offset), wanted, base)))


def _finished(reply: Reply, base: str, prefer: str, method: str, knobs: Knobs) -> SandboxAnswer:
    """Headers and body over HTTP."""
    headers = {"Content-Type": _TYPE}
    if reply.version:
        if knobs.versions:
            headers["ETag"] = f'W/"{reply.version.number}"'
        updated = datetime.fromisoformat(reply.version.updated)
        headers["Last-Modified"] = updated.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    if reply.location:
        headers["Location"] = reply.location if knobs.location == "relative" else f"{base}/{reply.location}"
        headers["Content-Location"] = headers["Location"]
    body = reply.body
    if reply.status == 304 or (method in ("POST", "PUT") and reply.version and "return=minimal" in prefer):
        body = b""
        del headers["Content-Type"]
    return SandboxAnswer(reply.status, headers, body)


def _worst(bundle: Any) -> tuple[int, str]:
    """The first failure in a batch's answer, else 200."""
    for entry in bundle.get("entry", ()):
        response = entry["response"]
        status = int(response["status"][:3])
        if status >= 400:
            return status, str(response["outcome"]["issue"][0]["diagnostics"])
    return 200, ""
