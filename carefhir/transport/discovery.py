"""Where a FHIR server's tokens come from: SMART discovery (SMART App Launch 2.2, Conformance).

The document lies under the base, so it is as trustworthy as the base. A token endpoint may lie on another host, and
usually does; it must be https, or on this machine. No redirect is followed (the drivers follow none).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import Failure, Flow, Request, Response, exchange

DOCUMENTS = (".well-known/smart-configuration", ".well-known/openid-configuration")
"""In the order in which they are believed; a real Epic has had only the second with all of it."""

LARGEST = 256 * 1024
"""Bytes of a discovery document that are read."""

ON_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Authorization:
    """An authorization server, as far as signing in needs it."""

    token_url: str
    methods: tuple[str, ...] = ()
    """How clients may prove themselves; empty where it does not say."""
    algorithms: tuple[str, ...] = ()
    """What an assertion may be signed with; empty where it does not say."""
    grants: tuple[str, ...] = ()
    """Grant types; empty where it does not say."""
    ahead: float | None = None
    """Seconds by which this machine's clock was ahead of the FHIR server's; None where that did not tell the time."""
    only_first_scopes: bool = False
    """Whether it says that it knows scopes of SMART 1 (`system/Task.read`) and not those of SMART 2."""


def date_of(answer: Response) -> float | None:
    """Seconds since 1970 by the `Date` of an answer; None without one."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return None


def discovered(home: Home, wall: Callable[[], float]) -> Flow[Authorization | str]:
    """What the FHIR server says of its authorization server; or a sentence that says why nobody knows."""
    asked = (
        Request("GET", path, (("Accept", "application/json"),), home=home.name, repeatable=True) for path in DOCUMENTS
    )
    answers = yield from retrying(exchange(asked))
    for answer in answers:
        document = _document(answer)
        if document is not None and isinstance(document.get("token_endpoint"), str):
            day = date_of(answer) if isinstance(answer, Response) else None
            return _read(document, home, None if day is None else wall() - day)
    smart = answers[0]
    if isinstance(smart, Failure):
        return f"where tokens come from is not known: {in_words(smart)}"
    return (
        "the server does not say where tokens come from (.well-known/smart-configuration: "
        f"{in_words(smart) if smart.status != 200 else 'it names no token endpoint'}): set the token URL"
    )


def checked(token_url: str) -> str:
    """Why a token URL must not be used; "" for one that may."""
    try:
        parts = urlsplit(token_url)
        host = parts.hostname
    except ValueError:
        return "the token URL cannot be read as one"
    if not host or parts.username or parts.password or parts.fragment:
        return "the token URL must be an https URL, without user, password or fragment"
    if parts.scheme not in ("http", "https") or in_the_clear(token_url):
        return "the token URL is not https: the secret or the token would go over the network in the clear"
    return ""


def in_the_clear(url: str) -> bool:
    """Whether what is sent to a URL can be read on its way: http, and not to this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in ON_THIS_MACHINE


def _document(answer: Response | Failure) -> Json | None:
    if isinstance(answer, Failure) or answer.status != 200 or len(answer.body) > LARGEST:
        return None
    try:
        document = decode(answer.body)
    except NotJson:
        return None
    return document if isinstance(document, dict) else None


def _read(document: Json, home: Home, ahead: float | None) -> Authorization | str:
    token_url = urljoin(f"{home.base}/", str(document["token_endpoint"]))
    if why := checked(token_url):
        return why
    capabilities = _texts(document.get("capabilities"))
    return Authorization(
        token_url=token_url,
        methods=_texts(document.get("token_endpoint_auth_methods_supported")),
        algorithms=_texts(document.get("token_endpoint_auth_signing_alg_values_supported")),
        grants=_texts(document.get("grant_types_supported")),
        ahead=ahead,
        only_first_scopes="permission-v1" in capabilities and "permission-v2" not in capabilities,
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
