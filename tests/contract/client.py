"""Raw HTTP to a server under test, and the few resources the contract is told with.

No code of carefhir's client is used here: a client's mistake must not hide a server's.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import requests

SYSTEM = "http://contract.example/ids"
CODES = "http://contract.example/codes"


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers, the body as text and as JSON."""

    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def entries(self) -> list[Any]:
        return self.json.get("entry", [])

    def resources(self, mode: str = "match") -> list[Any]:
        return [each["resource"] for each in self.entries if each.get("search", {}).get("mode", "match") == mode]

    @property
    def ids(self) -> list[str]:
        return [each["id"] for each in self.resources()]

    def link(self, relation: str) -> str | None:
        return next((each["url"] for each in self.json.get("link", []) if each["relation"] == relation), None)


class Server:
    """One server under test. Searches ask for fresh answers unless a test says otherwise."""

    def __init__(self, name: str, base: str) -> None:
        self.name = name
        self.base = base.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, target: str = "", body: Any = None, **headers: str) -> Reply:
        """`target` is below the base, or a whole URL; header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("Cache-Control", "no-cache")
        data = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        if data is not None:
            sent.setdefault("Content-Type", "application/fhir+json")
        if isinstance(data, str):
            data = data.encode()
        url = target if target.startswith("http") else f"{self.base}/{target}" if target else self.base
        answer = self.session.request(method, url, data=data, headers=sent, timeout=60, allow_redirects=False)
        return Reply(answer.status_code, answer.headers, answer.content.decode())

    def get(self, target: str, **headers: str) -> Reply:
        return self.call("GET", target, **headers)

    def create(self, resource: Any, **headers: str) -> Reply:
        return self.call("POST", resource["resourceType"], resource, **headers)

    def made(self, resource: Any) -> str:
        """Creates it and returns its id."""
        reply = self.create(resource)
        assert reply.status == 201, reply.text
        return str(reply.json["id"])

    def update(self, resource: Any, **headers: str) -> Reply:
        return self.call("PUT", f"{resource['resourceType']}/{resource['id']}", resource, **headers)

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    def bundle(self, kind: str, *entries: Any, **headers: str) -> Reply:
        return self.call("POST", "", {"resourceType": "Bundle", "type": kind, "entry": list(entries)}, **headers)

    def transaction(self, *entries: Any, **headers: str) -> Reply:
        return self.bundle("transaction", *entries, **headers)

    def count(self, search: str) -> int:
        return int(self.get(f"{search}&_summary=count").json["total"])


def key() -> str:
    """A value nobody used before, so that tests share a server without meeting."""
    return uuid.uuid4().hex


def urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def patient(value: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": value}], **more}


def observation(value: str, subject: str | None = None, **more: Any) -> dict[str, Any]:
    made = {
        "resourceType": "Observation",
        "identifier": [{"system": SYSTEM, "value": value}],
        "status": "final",
        "code": {"coding": [{"system": CODES, "code": "weight"}]},
        **more,
    }
    return made | ({"subject": {"reference": subject}} if subject else {})


def known_as(value: str) -> str:
    """The condition of a conditional create, and the criterion of a search."""
    return f"identifier={SYSTEM}|{value}"


def post(resource: Any, full_url: str = "", **request: str) -> dict[str, Any]:
    entry = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"], **request}}
    return {"fullUrl": full_url, **entry} if full_url else entry


def put(resource: Any, **request: str) -> dict[str, Any]:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url, **request}}


def ask(method: str, url: str) -> dict[str, Any]:
    return {"request": {"method": method, "url": url}}


def status_of(entry: Any) -> int:
    return int(entry["response"]["status"][:3])


def place_of(entry: Any) -> str:
    """`Type/id` from a response entry's location, which may be relative or absolute."""
    parts = entry["response"]["location"].partition("/_history/")[0].split("/")
    return "/".join(parts[-2:])


def issue(reply: Reply) -> Any:
    """The first issue of an OperationOutcome, having checked that it is one."""
    assert reply.json["resourceType"] == "OperationOutcome", reply.text
    return reply.json["issue"][0]
