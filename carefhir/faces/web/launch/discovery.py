"""The authorization server of an EHR, by the EHR's own document (SMART App Launch 2.2, Conformance).

The document lies under a FHIR base that the site has set. What it names must lie on pinned origins: it may have been
replaced, and a code or a secret sent elsewhere cannot be taken back. No redirect is followed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from carefhir.errors import ServerUnfit
from carefhir.faces.web.keys import ANSWERED_WITHIN, fetched
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.statuses import Denied
from carefhir.faces.web.written import origin
from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.transport.discovery import DOCUMENTS, checked

KEPT = 300.0
"""Seconds for which a document is believed."""
NOT_ANSWERED = (
    "the EHR does not say where its authorization server is: it does not answer now; launch again in a moment"
)


@dataclass(frozen=True, slots=True)
class LaunchServer:
    """An authorization server, as far as a launch needs it. Every URL is absolute, and on a pinned origin."""

    authorize_url: str
    token_url: str
    issuer: str = ""
    jwks_url: str = ""
    revocation_url: str = ""
    methods: tuple[str, ...] = ()
    """How clients may prove themselves; empty where it does not say."""
    capabilities: tuple[str, ...] = ()
    names_itself: bool = False
    """Whether it sends its name with every callback (`iss`, RFC 9207)."""

    @property
    def only_first_scopes(self) -> bool:
        """Whether it says that it knows scopes of SMART 1 and not those of SMART 2."""
        return "permission-v1" in self.capabilities and "permission-v2" not in self.capabilities


class LaunchDiscovery:
    """Finds the authorization server of one EHR, and remembers it for a while. `clock` gives seconds."""

    def __init__(self, launch: LaunchSettings, client: httpx.AsyncClient, clock: Callable[[], float]) -> None:
        self._launch, self._client, self._clock = launch, client, clock
        self._servers: dict[str, tuple[float, LaunchServer]] = {}

    async def server(self, iss: str) -> LaunchServer:
        """The authorization server for a FHIR base of this EHR. Raises `Denied` where it lies elsewhere than pinned,
        `ServerUnfit` where the document cannot be used, `ServerUnreachable` where there is none to be had."""
        at, server = self._servers.get(iss, (float("-inf"), None))
        if server is None or self._clock() - at >= KEPT:
            server = await self._discovered(iss)
            self._servers[iss] = (self._clock(), server)
        return server

    async def _discovered(self, iss: str) -> LaunchServer:
        smart, why = await self._document(f"{iss}/{DOCUMENTS[0]}")
        document = smart
        if not all(isinstance(document.get(name), str) for name in ("token_endpoint", "issuer", "jwks_uri")):
            # A real Epic named keys and issuer in this one only.
            openid, _ = await self._document(f"{iss}/{DOCUMENTS[1]}")
            document = {**openid, **smart}
        for name in ("authorization_endpoint", "token_endpoint"):
            if not isinstance(document.get(name), str):
                raise ServerUnfit(
                    f"the EHR does not say where its authorization server is (.well-known/smart-configuration: "
                    f"{why or f'it names no {name}'}): ask those who run the EHR"
                )
        return self._read(document, iss)

    async def _document(self, url: str) -> tuple[Json, str]:
        """A document, and why there is none."""
        request = self._client.build_request(
            "GET", url, headers={"Accept": "application/json"}, timeout=ANSWERED_WITHIN
        )
        status, body = await fetched(self._client, request, unanswered=NOT_ANSWERED)
        if status != 200:
            return {}, f"the server answered {status}"
        try:
            document = decode(body)
        except NotJson:
            return {}, "it is not JSON"
        return (document, "") if isinstance(document, dict) else ({}, "it is not a JSON object")

    def _read(self, document: Json, iss: str) -> LaunchServer:
        return LaunchServer(
            authorize_url=self._pinned(document, "authorization_endpoint", iss),
            token_url=self._pinned(document, "token_endpoint", iss),
            issuer=self._launch.issuer or _text(document.get("issuer")),
            jwks_url=self._pinned(document, "jwks_uri", iss) if _text(document.get("jwks_uri")) else "",
            revocation_url=self._revocation(document, iss),
            methods=_texts(document.get("token_endpoint_auth_methods_supported")),
            capabilities=_texts(document.get("capabilities")),
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _pinned(self, document: Json, name: str, iss: str) -> str:
        url = urljoin(f"{iss}/", _text(document.get(name)))
        allowed = {origin(iss), *map(origin, self._launch.pinned_origins)}
        if checked(url) or origin(url) not in allowed:
            raise Denied(
                "not-granted",
                f"the EHR names an authorization server elsewhere than this service expects ({name}): nothing was "
                "sent there; whoever runs this service adds its origin to pinned_origins, if that is meant",
            )
        return url

    def _revocation(self, document: Json, iss: str) -> str:
        """Where tokens are revoked; "" where nothing safe is named: a session can end without it."""
        if not _text(document.get("revocation_endpoint")):
            return ""
        try:
            return self._pinned(document, "revocation_endpoint", iss)
        except Denied:
            return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
