"""Asks an authorization server for a token: the client credentials grant (RFC 6749, 4.4; SMART Backend Services 2.2).

What goes wrong is a sentence that a person can act on. An authorization server's own words are shown scrubbed, as a
FHIR server's are; its error codes (RFC 6749, 5.2) are matched by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.scrubbing import scrubbed
from carefhir.fhir.wire import Failure, Flow, RenewalRequest, Response, TokenRequest, Wait
from carefhir.transport.discovery import Authorization, checked, date_of, discovered
from carefhir.transport.keyring import SHORTEST, Access, Bearer, Keyring
from carefhir.transport.registered_client import RegisteredClient

SKEW = 60
"""Seconds by which two clocks may differ before it is said."""

ATTEMPTS = 3
"""How often a token is asked for while the authorization server has passing trouble."""

_REASONS = {
    "invalid_client": "it does not accept this client: it is unknown, disabled or revoked, or its {proof} is wrong",
    "unauthorized_client": "it does not let this client sign in: its {proof} is wrong, it is disabled, or it may not "
    "use client credentials (a service account)",
    "invalid_scope": "it does not grant the scopes that were asked for",
    "unsupported_grant_type": "it does not know client credentials",
    "invalid_grant": "it does not accept what the client has proved itself with",
    "invalid_request": "it does not understand the request",
    "access_denied": "it refused",
}


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, and what its answer says of it."""

    token: str = field(repr=False)
    lasts: float = SHORTEST
    scopes: tuple[str, ...] | None = None


def granted(access: Access, home: Home, keyring: Keyring) -> Flow[Granted | Failure]:
    """A new token for a home. Asks where tokens come from the first time."""
    client = access.how
    if isinstance(client, Bearer):
        return (yield from _renewed(client))
    if access.authorization is None:
        authorization = yield from _authorization(client, home, keyring)
        if isinstance(authorization, str):
            return _failed(authorization)
        access.authorization = authorization
    if why := _cannot(client, access.authorization):
        return _failed(why)
    return (yield from _asked(client, access.authorization, keyring))


def _renewed(bearer: Bearer) -> Flow[Granted | Failure]:
    """The successor of a token that was lent, from its lender."""
    assert bearer.renew is not None
    (answer,) = yield (RenewalRequest(bearer.renew),)
    assert isinstance(answer, Response | Failure)
    if isinstance(answer, Failure):
        return answer
    return _token_of(_document(answer))


def _failed(why: str) -> Failure:
    return Failure("not signed in", False, f"not signed in: {why}")


def _authorization(client: RegisteredClient, home: Home, keyring: Keyring) -> Flow[Authorization | str]:
    if not client.token_url:
        return (yield from discovered(home, keyring.wall))
    return checked(client.token_url) or Authorization(client.token_url)


def _cannot(client: RegisteredClient, there: Authorization) -> str:
    """Why the two cannot come together, by what the server says of itself."""
    method = client.method(there.methods)
    if there.grants and "client_credentials" not in there.grants:
        return "the authorization server says that it knows no client credentials"
    if there.methods and method not in there.methods:
        return f"the authorization server does not take {client.proves_itself_by} ({method})"
    if client.key and there.algorithms and client.key.algorithm not in there.algorithms:
        return f"the authorization server takes no signature by {client.key.algorithm}"
    return ""


def _asked(client: RegisteredClient, there: Authorization, keyring: Keyring) -> Flow[Granted | Failure]:
    method = client.method(there.methods)
    scopes = spelled(client.scopes, only_first=there.only_first_scopes)
    for attempt in range(ATTEMPTS):
        # A new assertion each time: an authorization server takes each `jti` once.
        now = keyring.wall()
        form = (
            ("grant_type", "client_credentials"),
            *((("scope", " ".join(scopes)),) if scopes else ()),
            *client.proof(method, there.token_url, now),
        )
        (answer,) = yield (TokenRequest(there.token_url, form, client.headers(method)),)
        assert isinstance(answer, Response | Failure)
        if attempt + 1 == ATTEMPTS or not _passing(answer):
            break
        yield (Wait(0.25 * 2**attempt),)
    assert isinstance(answer, Response | Failure)
    return _read(answer, client, there, now)


def _passing(answer: Response | Failure) -> bool:
    if isinstance(answer, Failure):
        return answer.kind != "too-large"
    return answer.status in (429, 502, 503, 504)


def _read(answer: Response | Failure, client: RegisteredClient, there: Authorization, now: float) -> Granted | Failure:
    if isinstance(answer, Failure):
        return _failed(in_words(answer).replace("the server", "the authorization server", 1))
    document = _document(answer)
    if answer.status != 200:
        return _failed(_why(answer, document, client, there, now))
    return _token_of(document)


def _token_of(document: Json) -> Granted | Failure:
    """The token of an answer."""
    token = document.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
        return _failed("the authorization server answered without a token")
    if str(document.get("token_type", "")).lower() != "bearer":
        return _failed("the authorization server gave a token that is no bearer token")
    scope = document.get("scope")
    return Granted(
        token, seconds_of(document.get("expires_in")), tuple(scope.split()) if isinstance(scope, str) else None
    )


def _why(answer: Response, document: Json, client: RegisteredClient, there: Authorization, now: float) -> str:
    code = document.get("error")
    reason = _REASONS.get(code if isinstance(code, str) else "")
    if reason is None:
        return in_words(Response(answer.status, answer.headers, b"")).replace(
            "the server", "the authorization server", 1
        )
    description = document.get("error_description")
    text = description if isinstance(description, str) else ""
    words = scrubbed(text)
    proof = "signature" if client.key else "secret"
    parts = [f"the authorization server answered {answer.status} ({code}): {reason.format(proof=proof)}"]
    parts += [f'it says "{words}"'] if words else []
    if client.key:
        parts += _about_the_signature(text.lower(), _ahead(answer, there, now))
    return "; ".join(parts)


_OF_TIME = re.compile(r"\b(expired|not active|not yet valid|future|exp|iat|nbf)\b")
"""How authorization servers name a signature that is not of now; only for a hint, never to decide by."""


def _about_the_signature(description: str, ahead: float | None) -> Iterator[str]:
    """What may be wrong with what the client has signed."""
    if ahead is not None and abs(ahead) > SKEW:
        minutes, way = round(abs(ahead) / 60) or 1, "ahead of" if ahead > 0 else "behind"
        off = f"this machine's clock is {minutes} minutes {way} the server's"
        yield f"{off}, and a signature holds only for a few minutes: set the clock"
    elif _OF_TIME.search(description):
        yield "this machine's clock or the authorization server's may be off: a signature holds only for a few minutes"
    if "audience" in description:
        yield "it expects another audience in what the client signs than the token URL it was asked at"


def _ahead(answer: Response, there: Authorization, now: float) -> float | None:
    """Seconds by which this machine's clock is ahead of the authorization server's, or, where that sends no `Date`
    (Keycloak 26 does not), of the FHIR server's when it was asked where tokens come from."""
    day = date_of(answer)
    return there.ahead if day is None else now - day


def _document(answer: Response) -> Json:
    try:
        document = decode(answer.body)
    except NotJson:
        return {}
    return document if isinstance(document, dict) else {}


def seconds_of(value: Any) -> float:
    """How long a token holds. Some servers write the number as a text."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return SHORTEST
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0 if seconds <= 0 else SHORTEST


def spelled(scopes: Sequence[str], *, only_first: bool) -> tuple[str, ...]:
    """Scopes as this server knows them: `system/Task.cruds`, or `system/Task.read` and `.write` with SMART 1."""
    if not only_first:
        return tuple(scopes)
    return tuple(dict.fromkeys(old for scope in scopes for old in _first(scope)))


def _first(scope: str) -> tuple[str, ...]:
    second = re.fullmatch(r"((?:system|user|patient)/[A-Za-z*]+)\.(c?r?u?d?s?)", scope)
    if second is None:
        return (scope,)
    reads, writes = set(second[2]) & set("rs"), set(second[2]) & set("cud")
    return (*((f"{second[1]}.read",) if reads else ()), *((f"{second[1]}.write",) if writes else ()))
