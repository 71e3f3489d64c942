"""Drivers: they send and sleep, nothing else. Every decision about a network is in the flows they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from carefhir.fhir.wire import Request, TokenRequest


@dataclass(frozen=True, slots=True)
class Addressed:
    """What goes over the wire."""

    method: str
    url: str
    headers: dict[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


def addressed(request: Request | TokenRequest, bases: Mapping[str, str]) -> Addressed:
    """A request with its URL, built from the home's base and nothing else, and a token only where one was put on for
    that home (R8); a form for an authorization server as it is."""
    headers = dict(request.headers)
    if isinstance(request, TokenRequest):
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return Addressed("POST", request.url, headers, urlencode(request.form).encode())
    if request.bearer:
        headers["Authorization"] = f"Bearer {request.bearer}"
    separator = "" if not request.target or request.target.startswith("?") else "/"
    return Addressed(request.method, f"{bases[request.home]}{separator}{request.target}", headers, request.body or None)
