"""The RESTful interactions on one resource or type: http://hl7.org/fhir/R4/http.html.

Each takes a `SandboxRequest` and gives a `Reply`, and each is also what an entry of a batch does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from carefhir.sandbox.demands import check_new, taken
from carefhir.sandbox.forms import check_forms
from carefhir.sandbox.knobs import WRITES, Knobs
from carefhir.sandbox.outcome import RequestRefused, gone, missing, outcome, unknown_type
from carefhir.sandbox.paging import Pages
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.query import Pairs, parse
from carefhir.sandbox.references import resolve
from carefhir.sandbox.search import Searcher
from carefhir.sandbox.showing import check_readable, place, shown
from carefhir.sandbox.store import Store, Version, instant
from carefhir.sandbox.wire import Json, embedded, encode

_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")


@dataclass(frozen=True, slots=True)
class SandboxRequest:
    """One interaction, from HTTP or from an entry of a Bundle. Header names are in small letters."""

    method: str
    segments: tuple[str, ...]
    pairs: Pairs
    base: str
    headers: Mapping[str, str] = field(default_factory=dict)
    resource: Any = None
    in_batch: bool = False
    in_transaction: bool = False

    @property
    def lenient(self) -> bool:
        return "handling=lenient" in self.headers.get("prefer", "").replace(" ", "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What an interaction answers: a version of a resource, or some other body."""

    status: int
    version: Version | None = None
    body: bytes = b""
    location: str | None = None


class Interactions:
    """All interactions over one store."""

    def __init__(self, store: Store, knobs: Knobs, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.store = store
        self.knobs = knobs
        self.now = now
        self.requests = 0
        """How many have come in."""
        self.created_by: dict[str, int] = {}
        """By `Type/id`, the number of the request that created it."""
        self.searcher = Searcher(store, knobs, self.created_by)
        self.pages = Pages(store, self.searcher, knobs, monotonic)

    def perform(self, request: SandboxRequest) -> Reply:
        """Routes by method and path below a resource type."""
        type_, *rest = request.segments
        if type_ not in TYPES or not self.knobs.has(type_):
            raise unknown_type(type_)
        match (request.method, rest):
            case ("GET", []):
                return self.search(request, type_)
            case ("POST", ["_search"]) if self.knobs.post_search:
                return self.search(request, type_)
            case ("POST", []):
                return self.create(request, type_)
            case ("GET", [id_]) if not id_.startswith(("_", "$")):
                return self.read(request, type_, id_)
            case ("PUT", [id_]):
                return self.update(request, type_, id_)
            case ("DELETE", [id_]):
                return self.delete(request, type_, id_)
            case ("GET", [id_, "_history"]):
                return self.history(request, type_, id_)
            case ("GET", [id_, "_history", number]):
                return self.vread(request, type_, id_, number)
        raise RequestRefused(405, "not-supported", f"{request.method} is not supported here.")

    # Reading

    def search(self, request: SandboxRequest, type_: str) -> Reply:
        self.check_taken(request, type_, "search-type")
        query = parse(type_, request.pairs, self.knobs, lenient=request.lenient or self.knobs.lenient)
        fresh = "no-cache" in request.headers.get("cache-control", "")
        size = self.knobs.page_in_batch if request.in_batch else None
        if size is not None:
            query = replace(query, count=size)
        page = self.pages.first(query, request.base, instant(self.now()), fresh=fresh)
        if size is not None:
            page["link"] = [link for link in page["link"] if link["relation"] != "next"]
        return Reply(200, body=encode(page))

    def read(self, request: SandboxRequest, type_: str, id_: str) -> Reply:
        self.check_taken(request, type_, "read")
        version = self.store.living(type_, id_)
        check_readable(version, self.knobs)
        unchanged = request.headers.get("if-none-match", "").strip() == f'W/"{version.number}"'
        if unchanged and self.knobs.versions:
            return Reply(304, version)
        return Reply(200, version, shown(version, self.knobs))

    def vread(self, request: SandboxRequest, type_: str, id_: str, number: str) -> Reply:
        self.check_taken(request, type_, "vread")
        for version in self.store.versions(type_, id_):
            if str(version.number) == number:
                if version.resource is None:
                    raise gone(f"{type_}/{id_}")
                check_readable(version, self.knobs)
                return Reply(200, version, shown(version, self.knobs))
        raise RequestRefused(404, "not-found", f"{type_}/{id_} has no such version.")

    def history(self, request: SandboxRequest, type_: str, id_: str) -> Reply:
        """All versions, newest first. `_count` cuts; there are no further pages, and the total says so."""
        self.check_taken(request, type_, "history-instance")
        versions = self.store.versions(type_, id_)[::-1]
        check_readable(versions[0], self.knobs)
        count = dict(request.pairs).get("_count", "")
        shown = versions[: int(count)] if count.isdecimal() else versions
        bundle: Json = {
            "resourceType": "Bundle",
            "type": "history",
            "meta": {"lastUpdated": instant(self.now())},
            "total": len(versions),
            "link": [{"relation": "self", "url": f"{request.base}/{type_}/{id_}/_history"}],
            "entry": [_history_entry(each, request.base, self.knobs) for each in shown],
        }
        return Reply(200, body=encode(bundle))

    # Writing

    def create(self, request: SandboxRequest, type_: str) -> Reply:
        resource = self.writable(request, type_)
        condition = request.headers.get("if-none-exist", "")
        if condition and self.knobs.conditional_create and (existing_id := self.existing(type_, condition)):
            version = self.store.living(type_, existing_id)
            return self.written(200, version)
        check_new(resource, self.knobs, self.store)
        targets = self.checked(resource)
        version = self.store.write(type_, self.new_id(), resource, targets, "POST", self.now())
        self.created_by[version.key] = self.requests
        return self.written(201, version)

    def update(self, request: SandboxRequest, type_: str, id_: str) -> Reply:
        resource = self.writable(request, type_)
        self.check_id(type_, id_, resource)
        before = self.store.current(type_, id_)
        self.check_there(type_, id_)
        self.check_version(type_, id_, request.headers.get("if-match", ""))
        targets = self.checked(resource)
        version = self.store.write(type_, id_, resource, targets, "PUT", self.now())
        status = 200 if before and before.resource is not None else 201
        return self.written(status, version)

    def delete(self, request: SandboxRequest, type_: str, id_: str) -> Reply:
        self.check_taken(request, type_, "delete")
        self.check_version(type_, id_, request.headers.get("if-match", ""))
        if self.store.exists(f"{type_}/{id_}") and (by := self.store.referrers(f"{type_}/{id_}") - {f"{type_}/{id_}"}):
            raise referenced(f"{type_}/{id_}", min(by))
        version = self.store.delete(type_, id_, self.now())
        words = f"{type_}/{id_} is deleted." if version else f"{type_}/{id_} was not there to delete."
        return Reply(200, version, encode(outcome("information", "informational", words)))

    def written(self, status: int, version: Version) -> Reply:
        """The answer to a write."""
        return Reply(status, version, shown(version, self.knobs), place(version, self.knobs))

    # What transactions need too

    def new_id(self) -> str:
        """An id nobody has."""
        number = self.store.new_number()
        if self.knobs.ids == "falling":
            return f"n{10**9 - number}"
        if self.knobs.ids == "scattered":
            return hashlib.sha256(str(number).encode()).hexdigest()[:32]
        return str(number)

    def writable(self, request: SandboxRequest, type_: str) -> Json:
        """The resource of a create or update, or why it can be none."""
        creating = request.method == "POST"
        self.check_taken(request, type_, "create" if creating else "update")
        resource = resource_of(request.resource, type_)
        check_forms(resource)
        return taken(resource, self.knobs, creating=creating)

    def check_taken(self, request: SandboxRequest, type_: str, interaction: str) -> None:
        """Whether the type has this interaction, and the client may use it."""
        if not self.knobs.takes_of(type_, interaction, in_transaction=request.in_transaction):
            code = "forbidden" if self.knobs.status_not_taken == 403 else "not-supported"
            raise RequestRefused(self.knobs.status_not_taken, code, f"{type_} has no {interaction} on this server.")
        closed = self.knobs.not_granted if interaction in WRITES else self.knobs.unreadable
        if type_ in closed and interaction in (*WRITES, "search-type"):
            raise RequestRefused(403, "forbidden", f"{type_} is not granted to this client.")

    def check_there(self, type_: str, id_: str) -> None:
        """Some servers let no client choose an id."""
        if not self.knobs.update_create and self.store.current(type_, id_) is None:
            raise missing(f"{type_}/{id_}")

    def check_id(self, type_: str, id_: str, resource: Json) -> None:
        """The body's id must be the URL's; a new id must not be a number, for those the server gives."""
        given = resource.get("id")
        if given is None:
            raise RequestRefused(400, "invalid", f"{type_}.id is missing from the body of an update.", f"{type_}.id")
        if given != id_:
            raise RequestRefused(400, "invalid", f"{type_}.id is not the id in the URL.", f"{type_}.id")
        if not _ID.fullmatch(id_):
            raise RequestRefused(400, "value", f"{type_}.id is not a valid id.", f"{type_}.id")
        if id_.isdecimal() and self.store.current(type_, id_) is None:
            raise RequestRefused(
                400, "processing", f"{type_}.id: a client cannot assign a purely numeric id.", f"{type_}.id"
            )

    def check_version(self, type_: str, id_: str, if_match: str, *, in_transaction: bool = False) -> None:
        """If-Match against the version stored now."""
        if not self.knobs.if_match:
            return
        if not if_match:
            if self.knobs.if_match_wanted and self.store.exists(f"{type_}/{id_}"):
                words = f"An update of {type_} needs If-Match here."
                raise RequestRefused(self.knobs.if_match_wanted, "required", words)
            return
        match = re.fullmatch(r'(?:W/)?"?([^"]+)"?', if_match.strip())
        version = self.store.current(type_, id_)
        if version is None or match is None or match[1] != str(version.number):
            stands = f"is at version {version.number}" if version else "does not exist"
            words = f"{type_}/{id_} {stands}, while If-Match names another version."
            inside = self.knobs.status_stale_in_transaction if in_transaction else None
            raise RequestRefused(inside or self.knobs.status_stale, "conflict", words)

    def existing(self, type_: str, condition: str) -> str | None:
        """The one id that a conditional create finds: some servers do not see what another request has just created."""
        id_ = self.matched(type_, condition)
        created_by = self.created_by.get(f"{type_}/{id_}", self.requests)
        return id_ if created_by == self.requests or created_by < self.requests - self.knobs.blind_for else None

    def matched(self, type_: str, condition: str) -> str | None:
        """The one id a condition matches, None when none; 412 when several."""
        text = condition.partition("?")[2] if "?" in condition.partition("=")[0] else condition
        ids = self.searcher.match(type_, text, parse_qsl(text))
        if len(ids) > 1:
            raise RequestRefused(412, "multiple-matches", f"The condition on {type_} matches {len(ids)} resources.")
        return ids[0] if ids else None

    def find(self, type_: str, condition: str) -> str:
        """The target of a conditional reference."""
        matched_id = self.matched(type_, condition)
        if matched_id is None:
            raise RequestRefused(404, "not-found", f"the conditional reference matches no {type_}.")
        return f"{type_}/{matched_id}"

    def checked(self, resource: Json) -> frozenset[str]:
        """Resolves a resource's references and refuses absent targets."""
        targets = resolve(resource, {}, self.find, keep=not self.knobs.atomic)
        self.check_targets(resource["resourceType"], targets, f"{resource['resourceType']}/{resource.get('id')}")
        return targets

    def check_targets(self, type_: str, targets: frozenset[str], itself: str) -> None:
        absent = sorted(each for each in targets if not self.store.exists(each) and each != itself)
        if absent:
            raise RequestRefused(400, "processing", f"{type_} refers to {absent[0]}, which is not on this server.")


def resource_of(value: Any, type_: str) -> Json:
    """The value as a resource of this type."""
    if not isinstance(value, dict):
        raise RequestRefused(400, "structure", "The body is not a JSON object.")
    named = value.get("resourceType")
    if not isinstance(named, str):
        raise RequestRefused(400, "structure", "The body has no resourceType.")
    if named != type_:
        raise RequestRefused(400, "invalid", f"The body is not of the type in the URL, {type_}.")
    if "meta" in value and not isinstance(value["meta"], dict):
        raise RequestRefused(400, "structure", f"{type_}.meta is not an object.", f"{type_}.meta")
    return value


def referenced(key: str, by: str) -> RequestRefused:
    """Deleting would leave a reference without its target."""
    return RequestRefused(409, "conflict", f"{key} cannot be deleted: {by} refers to it.")


def _history_entry(version: Version, base: str, knobs: Knobs) -> Json:
    url = version.key if version.method != "POST" else version.type
    entry: Json = {"fullUrl": f"{base}/{version.key}"}
    if version.resource is not None:
        entry["resource"] = embedded(shown(version, knobs))
    status = {"POST": "201 Created", "PUT": "200 OK", "DELETE": "204 No Content"}[version.method]
    if version.number == 1:
        status = "201 Created"
    entry["request"] = {"method": version.method, "url": url}
    entry["response"] = {"status": status, "etag": f'W/"{version.number}"', "lastModified": version.updated}
    return entry
