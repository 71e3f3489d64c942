"""Short ways to ask a sandbox, without HTTP."""

from __future__ import annotations

import json
from typing import Any

from carefhir.sandbox import Sandbox, SandboxAnswer


def send(sandbox: Sandbox, method: str, target: str, body: Any = None, **headers: str) -> SandboxAnswer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return sandbox.handle(method, target, sent, b"" if body is None else json.dumps(body).encode())


def ask(sandbox: Sandbox, target: str, **headers: str) -> Any:
    """A GET that must succeed, as JSON."""
    answer = send(sandbox, "GET", target, **headers)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def make(sandbox: Sandbox, resource: Any) -> str:
    """Creates it and returns its id."""
    answer = send(sandbox, "POST", resource["resourceType"], resource)
    assert answer.status == 201, answer.body
    return str(json.loads(answer.body)["id"])


def said(answer: SandboxAnswer) -> Any:
    """The first issue of an OperationOutcome."""
    return json.loads(answer.body)["issue"][0]


def ids(bundle: Any, mode: str = "match") -> list[str]:
    return [each["resource"]["id"] for each in bundle.get("entry", []) if each["search"]["mode"] == mode]


def flag(patient: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": "careful"},
        "subject": {"reference": f"Patient/{patient}"},
        **more,
    }


def bundle(kind: str, *entries: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def post(resource: Any, full_url: str = "", **request: str) -> dict[str, Any]:
    made = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"], **request}}
    return {"fullUrl": full_url, **made} if full_url else made
