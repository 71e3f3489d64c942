"""Drivers: they send and sleep, nothing else. Every decision about a network is in the flows they run."""

from __future__ import annotations

from collections.abc import Mapping

from carefhir.fhir.wire import Request


def addressed(request: Request, bases: Mapping[str, str], tokens: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The URL, built from the home's base and nothing else, and the headers, with a token only for that home (R8)."""
    separator = "" if not request.target or request.target.startswith("?") else "/"
    headers = dict(request.headers)
    if request.home in tokens:
        headers["Authorization"] = f"Bearer {tokens[request.home]}"
    return f"{bases[request.home]}{separator}{request.target}", headers
