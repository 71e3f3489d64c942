"""A FHIR server of a hundred lines, run by hand: it answers a flow's requests from a dictionary, without a network.

It exists so that a test can see every request and put any answer in place of the right one (`fault`). It knows only
what these tests ask; what FHIR means in full is the sandbox's work, checked against a real server by contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import parse_qsl, unquote

from carefhir.fhir.wire import Failure, Request, Response, Wait, Waited

OF_OFFSET = ("_offset", "_sort", "_total")
BASE = "http://fhir.example/r4"
REFERENCES = {"patient": ("subject", "patient", "for"), "subject": ("subject",), "owner": ("owner",)}


class Fake:
    """Holds resources by `Type/id`, counts what it was asked, and lets a test spoil any answer."""

    def __init__(self, *resources: dict[str, Any], page: int = 100, total: bool = True) -> None:
        self.store: dict[str, dict[str, Any]] = {}
        self.page, self.total = page, total
        self.include_cap: int | None = None
        self.refuses_batch: int | None = None
        self.page_in_batch: int | None = None
        self.ignores: set[str] = set()
        self.asked: list[Request] = []
        self.rounds: list[tuple[Request | Wait, ...]] = []
        self.waits: list[float] = []
        self._faults: list[tuple[str, str, Response | Failure, bool]] = []
        self._after: list[tuple[str, str, Callable[[], None]]] = []
        for one in resources:
            self.put(one)

    def put(self, resource: dict[str, Any]) -> str:
        """Stores a resource under its id, or a new one, with the next version."""
        made = json.loads(json.dumps(resource))
        made.setdefault("id", f"new-{len(self.store) + 1}")
        key = f"{made['resourceType']}/{made['id']}"
        was = self.store.get(key, {}).get("meta", {}).get("versionId", "0")
        made.setdefault("meta", {})["versionId"] = str(int(was) + 1)
        self.store[key] = made
        return key

    def fault(self, method: str, target: str, answer: Response | Failure, *, carried_out: bool = False) -> None:
        """The next request whose target matches gets this answer; `carried_out`: only after it has been obeyed."""
        self._faults.append((method, target, answer, carried_out))

    def meanwhile(self, method: str, target: str, act: Callable[[], None]) -> None:
        """Does something just before the next matching request is answered: another client's work."""
        self._after.append((method, target, act))

    def run(self, flow: Generator[Any, Any, Any]) -> Any:
        """Runs a flow to its end."""
        try:
            asks = flow.send(None)
            while True:
                self.rounds.append(asks)
                asks = flow.send(tuple(self._one(ask) for ask in asks))
        except StopIteration as stop:
            return stop.value

    def sent(self, method: str) -> list[str]:
        """The targets of all requests of one method."""
        return [one.target for one in self.asked if one.method == method]

    def _one(self, ask: Request | Wait) -> Response | Failure | Waited:
        if isinstance(ask, Wait):
            self.waits.append(ask.seconds)
            return Waited()
        self.asked.append(ask)
        for each in list(self._after):
            if each[0] == ask.method and re.fullmatch(each[1], ask.target):
                self._after.remove(each)
                each[2]()
                break
        for fault in list(self._faults):
            method, target, answer, carried_out = fault
            if method == ask.method and re.fullmatch(target, ask.target):
                self._faults.remove(fault)
                if carried_out:
                    self.answer(ask.method, ask.target, dict(ask.headers), ask.body)
                return answer
        return self.answer(ask.method, ask.target, dict(ask.headers), ask.body)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        """What a decent server would say."""
        if method == "GET":
            return self._read(target)
        if target.endswith("/_search"):
            return self._read(f"{target.removesuffix('/_search')}?{body.decode()}")
        resource = json.loads(body)
        if method == "PUT":
            return self._update(target, resource, headers.get("If-Match"))
        if resource["resourceType"] != "Bundle":
            return self._create(resource, headers.get("If-None-Exist"))
        if resource["type"] == "transaction":
            return self._transaction(resource)
        if self.refuses_batch:
            return Response(self.refuses_batch, {"content-type": "application/fhir+json"}, b"{}")
        answers = [self._read(one["request"]["url"]) for one in resource["entry"]]
        bodies = [self._cut(json.loads(one.body)) for one in answers]
        entry = [
            {"resource": body, "response": {"status": f"{one.status}"}}
            for body, one in zip(bodies, answers, strict=True)
        ]
        return reply({"resourceType": "Bundle", "type": "batch-response", "entry": entry})

    def _cut(self, body: dict[str, Any]) -> dict[str, Any]:
        """A page of a batch as some servers give it: without a next link, whatever was asked for."""
        if self.page_in_batch is None or "entry" not in body:
            return body
        return {"resourceType": "Bundle", "type": body["type"], "entry": body["entry"][: self.page_in_batch]}

    def _read(self, target: str) -> Response:
        path, _, query = target.partition("?")
        if "/" in path:
            found = self.store.get(path)
            return reply(found) if found else reply({"resourceType": "OperationOutcome", "issue": []}, 404)
        pairs = parse_qsl(query, keep_blank_values=True)
        matches = sorted(
            key for key, one in self.store.items() if key.startswith(f"{path}/") and self._fits(one, pairs)
        )
        included = [key for name, value in pairs if name == "_revinclude" for key in self._neighbors(value, matches)]
        if ("_summary", "count") in pairs:
            return reply({"resourceType": "Bundle", "type": "searchset", "total": len(matches)})
        start = int(dict(pairs).get("_from" if "_offset" in self.ignores else "_offset", dict(pairs).get("_from", "0")))
        shown = matches[start : start + self.page]
        bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
        if self.total:
            bundle["total"] = len(matches)
        if start + self.page < len(matches):
            rest = re.sub(r"&_from=\d+", "", target) + f"&_from={start + self.page}"
            bundle["link"] = [{"relation": "next", "url": f"{BASE}/{rest}"}]
        bundle["entry"] = [{"resource": self.store[key], "search": {"mode": "match"}} for key in shown]
        bundle["entry"] += [{"resource": self.store[key], "search": {"mode": "include"}} for key in included]
        return reply(bundle)

    def _neighbors(self, path: str, patients: list[str]) -> list[str]:
        type_, _, param = path.partition(":")
        found = [
            key
            for key, one in self.store.items()
            if key.startswith(f"{type_}/") and any(self._fits(one, [(param, patient)]) for patient in patients)
        ]
        return sorted(found)[: self.include_cap]

    def _fits(self, one: dict[str, Any], pairs: list[tuple[str, str]]) -> bool:
        for name, value in pairs:
            if name in self.ignores or name in (*("_count", "_from", "_summary", "_revinclude"), *OF_OFFSET):
                continue
            wanted = [re.sub(r"\\(.)", r"\1", each) for each in re.split(r"(?<!\\),", value)]
            if not set(wanted) & self._values(one, name):
                return False
        return True

    @staticmethod
    def _values(one: dict[str, Any], name: str) -> set[str]:
        if name in REFERENCES:
            found = [one[field] for field in REFERENCES[name] if field in one]
            return {each["reference"] for each in found if "reference" in each}
        if name in ("_id", "status", "url"):
            return {str(one.get(name.lstrip("_")))}
        if name == "identifier":
            held = one.get("identifier", [])
            return {
                f"{each.get('system', '')}|{each['value']}" for each in (held if isinstance(held, list) else [held])
            }
        codes = one.get("meta", {}).get("tag", []) if name == "_tag" else one.get(name, {}).get("coding", [])
        return {each["code"] for each in codes} | {f"{each.get('system', '')}|{each['code']}" for each in codes}

    def _create(self, resource: dict[str, Any], condition: str | None) -> Response:
        if condition:
            there = self._matching(resource["resourceType"], condition)
            if len(there) > 1:
                return reply({"resourceType": "OperationOutcome", "issue": [{"code": "processing"}]}, 412)
            if there:
                return self._said(there[0], 200)
        return self._said(self.put({key: value for key, value in resource.items() if key != "id"}), 201)

    def _matching(self, type_: str, condition: str) -> list[str]:
        pairs = [(name, unquote(value)) for name, _, value in (one.partition("=") for one in condition.split("&"))]
        return [key for key, one in self.store.items() if key.startswith(f"{type_}/") and self._fits(one, pairs)]

    def _update(self, key: str, resource: dict[str, Any], condition: str | None) -> Response:
        if condition and condition != f'W/"{self.store[key]["meta"]["versionId"]}"':
            return reply({"resourceType": "OperationOutcome", "issue": [{"code": "conflict"}]}, 412)
        self.put(resource)
        return self._said(key, 200)

    def _said(self, key: str, status: int) -> Response:
        one = self.store[key]
        version = one["meta"]["versionId"]
        place = {"location": f"{BASE}/{key}/_history/{version}", "etag": f'W/"{version}"'}
        return Response(status, {"content-type": "application/fhir+json", **place}, json.dumps(one).encode())

    def _transaction(self, bundle: dict[str, Any]) -> Response:
        """All or nothing; links by urn are resolved in the order given (these tests' links point backwards)."""
        before = json.dumps(self.store)
        known: dict[str, str] = {}
        entry = []
        for one in bundle["entry"]:
            text = json.dumps(one["resource"])
            for urn, reference in known.items():
                text = text.replace(urn, reference)
            request = one["request"]
            if request["method"] == "POST":
                said = self._create(json.loads(text), request.get("ifNoneExist"))
            else:
                said = self._update(request["url"], json.loads(text), request.get("ifMatch"))
            if said.status >= 400:
                self.store = json.loads(before)
                return said
            key = said.headers["location"].removeprefix(f"{BASE}/")
            known[one.get("fullUrl", "none")] = key.partition("/_history")[0]
            entry.append({"response": {"status": f"{said.status} OK", "location": key}})
        return reply({"resourceType": "Bundle", "type": "transaction-response", "entry": entry})


def reply(body: Any, status: int = 200) -> Response:
    """A FHIR answer."""
    return Response(status, {"content-type": "application/fhir+json"}, json.dumps(body).encode())
