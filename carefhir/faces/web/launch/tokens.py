"""Token endpoint and revocation: a code or a refresh token for an access token, and its end.

What an authorization server answers is never shown and never logged: error codes are matched by name (RFC 6749, 5.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from carefhir.errors import BadInput, CarefhirError, ServerUnfit, ServerUnreachable
from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.keys import fetched
from carefhir.faces.web.launch.discovery import LaunchServer
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.operations import ID
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.record import relative
from carefhir.transport.granting import seconds_of

ANSWERED_WITHIN = 15.0
"""Seconds: an authorization server may have much to look up."""
UNANSWERED = "the EHR's authorization server does not answer now: launch again in a moment"

REASONS = {
    "invalid_client": "it does not accept this service as a client: those who run the service and the EHR must look",
    "unauthorized_client": "it does not let this client launch: those who run the EHR must look",
    "invalid_grant": "it does not accept the launch any more: launch again from the EHR",
    "invalid_scope": "it does not grant the scopes that were asked for: those who run the EHR must look",
    "unsupported_grant_type": "it does not do this kind of launch",
    "invalid_request": "it does not understand the request",
}
"""What an error code of a token endpoint means."""


class GrantEnded(CarefhirError):
    """The authorization server does not renew a token any more: whoever works with it launches again."""

    code = "login"


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What a token endpoint has given."""

    access_token: str = field(repr=False)
    lasts: float
    """Seconds from when it was asked for."""
    refresh_token: str = field(default="", repr=False)
    id_token: str = field(default="", repr=False)
    scope: str = ""
    """What was granted; what was asked for where the answer does not say."""
    patient: str = ""
    """`Patient/ID`; "" where no patient is in context."""
    encounter: str = ""
    banner: bool = True
    """Whether the page must say whose it is; only a clear `false` hides it."""
    context: tuple[str, ...] = ()
    """Further records that were open, on this FHIR server only (`fhirContext` without a role, or with `launch`)."""
    came_for: str = ""
    """What a card of ours asked for (`appContext`); "" for anything that we do not write."""


class TokenEndpoint:
    """Asks one EHR's authorization server. `wall` gives seconds since 1970."""

    def __init__(self, launch: LaunchSettings, client: httpx.AsyncClient, wall: Callable[[], float]) -> None:
        self._launch, self._client, self._wall = launch, client, wall

    async def exchanged(self, server: LaunchServer, form: Sequence[tuple[str, str]], *, asked: str) -> TokenGrant:
        """What the token endpoint gives for a code or a refresh token. Raises `GrantEnded` for one that does not hold
        any more, `Denied` for an answer that must not be used, `ServerUnfit` and `ServerUnreachable`."""
        status, body = await self._posted(server, server.token_url, form)
        document = _document(body)
        if status in (429, 502, 503, 504):
            raise ServerUnreachable(UNANSWERED)
        if status != 200:
            raise _refusal(status, document)
        return granted(document, asked=asked)

    async def revoke(self, server: LaunchServer, token: str, kind: str) -> bool:
        """Takes a token back (RFC 7009), and says whether that was answered."""
        form = (("token", token), ("token_type_hint", kind))
        try:
            status, _ = await self._posted(server, server.revocation_url, form)
        except ServerUnreachable:
            return False
        return status == 200

    async def _posted(self, server: LaunchServer, url: str, form: Sequence[tuple[str, str]]) -> tuple[int, bytes]:
        proof, headers = self._proof(server)
        request = self._client.build_request(
            "POST",
            url,
            content=urlencode([*form, *proof]).encode(),
            headers={
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
                **headers,
            },
            timeout=ANSWERED_WITHIN,
        )
        return await fetched(self._client, request, unanswered=UNANSWERED)

    def _proof(self, server: LaunchServer) -> tuple[tuple[tuple[str, str], ...], dict[str, str]]:
        """By what the client proves itself: a new assertion each time."""
        client = self._launch.client
        if client is None:
            return (("client_id", self._launch.client_id),), {}
        method = client.method(server.methods)
        return client.proof(method, server.token_url, self._wall()), dict(client.headers(method))


def _refusal(status: int, document: Json) -> CarefhirError:
    code = document.get("error")
    reason = REASONS.get(code) if isinstance(code, str) else None
    if code == "invalid_grant":
        return GrantEnded(f"the EHR's authorization server answered {status} (invalid_grant): {reason}")
    if reason is None:
        return ServerUnfit(f"the EHR's authorization server answered {status}: launch again, or ask those who run it")
    return ServerUnfit(f"the EHR's authorization server answered {status} ({code}): {reason}")


def granted(document: Json, *, asked: str) -> TokenGrant:
    """Reads a token endpoint's answer (SMART App Launch 2.2, "Obtain access token"). Raises `Denied`."""
    token = document.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Denied("not-granted", "the EHR's authorization server answered without a token: launch again")
    if str(document.get("token_type", "")).lower() != "bearer":
        raise Denied("not-granted", "the EHR's authorization server gave a token that is no bearer token")
    return TokenGrant(
        access_token=token,
        lasts=seconds_of(document.get("expires_in")),
        refresh_token=_text(document.get("refresh_token")),
        id_token=_text(document.get("id_token")),
        scope=_text(document.get("scope")) or asked,
        patient=_reference("Patient", document.get("patient")),
        encounter=_reference("Encounter", document.get("encounter")),
        banner=document.get("need_patient_banner") not in (False, "false", "False"),
        context=_context(document.get("fhirContext")),
        came_for=_came_for(document.get("appContext")),
    )


def _came_for(value: Any) -> str:
    try:
        return AskedStep.read(value).spelled
    except BadInput:
        return ""  # another app's, or nobody's: it opens no step


def _reference(type_: str, value: Any) -> str:
    """`Type/ID` for an id, or for a reference to this type; "" for anything else."""
    if not isinstance(value, str):
        return ""
    id_ = value.removeprefix(f"{type_}/")
    return f"{type_}/{id_}" if ID.fullmatch(id_) else ""


def _context(value: Any) -> tuple[str, ...]:
    """References on this server, of items without a role or with `launch`. Canonicals, identifiers, other roles and
    absolute URLs are passed over: none of them is ever fetched."""
    items = value if isinstance(value, list) else []
    references = (
        item["reference"]
        for item in items
        if isinstance(item, dict)
        and item.get("role", "launch") == "launch"
        and isinstance(item.get("reference"), str)
        and "://" not in item["reference"]
    )
    return tuple(reference for each in references if (reference := relative(each)) is not None)


def _document(body: bytes) -> Json:
    try:
        document = decode(body)
    except NotJson:
        return {}
    return document if isinstance(document, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
