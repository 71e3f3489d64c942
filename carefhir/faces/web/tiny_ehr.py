"""A tiny EHR around a sandbox: a page with its patients and practitioners, and an authorization server that lets in
whoever is chosen there. It is for trying a launch on this machine, and protects nothing.

It is mounted by `carefhir serve --sandbox` alone, which listens on the loopback address only.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from carefhir.faces.web.launch.registration import LaunchSettings, normalized
from carefhir.faces.web.pages.rendering import page
from carefhir.fhir.codec import Json, decode_object, encode
from carefhir.fhir.record import Record, dig, first_text
from carefhir.mappers import patient
from carefhir.sandbox import Sandbox

CLIENT = "carefhir"
PLACE = "/sandbox/ehr"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class ChosenLaunch:
    """Whose chart is open, and who has opened it: by id."""

    patient: str
    practitioner: str
    only_reads: bool = False
    """Whether nothing is granted but reading."""

    @classmethod
    def read(cls, value: str) -> ChosenLaunch:
        """Out of a launch value; of a refresh token it is the part before the dot."""
        whose, _, rest = value.partition("~")
        who, _, reads = rest.partition("~")
        return cls(whose, who, only_reads=bool(reads))

    @property
    def value(self) -> str:
        """As a launch value."""
        return f"{self.patient}~{self.practitioner}{'~reads' if self.only_reads else ''}"

    def granted(self, scope: str) -> str:
        """What is granted of the scopes that were asked for."""
        if not self.only_reads:
            return scope
        narrowed = (re.sub(r"(/[A-Za-z*]+\.)c?(r?)u?d?(s?)$", r"\1\2\3", each) for each in scope.split())
        return " ".join(each for each in narrowed if not each.endswith("."))


@dataclass(frozen=True, slots=True)
class TinyEhrPerson:
    """Somebody who may sign in."""

    id: str
    name: str
    role: str


@dataclass
class TinyEhr:
    """The EHR of one sandbox. `address` is where it is itself, `fhir` the sandbox's base."""

    sandbox: Sandbox
    address: str
    fhir: str
    service: str = ""
    """Where the service that it launches knows it: `ADDRESS/ALIAS`; left out, both are one application."""
    framed_by: tuple[str, ...] = ()
    """Further origins that may show the service's pages in a frame."""
    wall: Callable[[], float] = time.time
    """Seconds since 1970."""
    records: Sandbox | None = None
    """All that it holds, where the sandbox shows less, as a real EHR does."""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-384", {"kid": "tiny", "use": "sig"}))
    _codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)
    """The scope of each refresh token."""

    def __post_init__(self) -> None:
        self.service = self.service or f"{self.address}/sandbox"

    @property
    def base(self) -> str:
        """Where it is; also the name by which it signs."""
        return self.address + PLACE

    def announce(self) -> None:
        """Has the sandbox say where its authorization server is (SMART App Launch 2.2, Conformance)."""
        self.sandbox.well_known["smart-configuration"] = {
            "issuer": self.base,
            "jwks_uri": f"{self.base}/keys",
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "revocation_endpoint": f"{self.base}/revoke",
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": [
                *("launch-ehr", "launch-standalone", "client-public", "sso-openid-connect", "context-banner"),
                *("context-ehr-patient", "context-standalone-patient", "permission-offline", "permission-user"),
                *("permission-patient", "permission-v1", "permission-v2"),
            ],
        }

    def launch(self) -> LaunchSettings:
        """How it launches the service."""
        return LaunchSettings(
            client_id=CLIENT,
            iss=(normalized(self.fhir),),
            pinned_origins=(self.address,),
            renewal="offline_access",
            framed_by=(self.address, *self.framed_by),
        )

    def mount(self, app: FastAPI) -> None:
        """Puts it on the service's application."""
        for name, endpoint, method in (
            ("", self.charts, "GET"),
            ("/authorize", self.authorize, "GET"),
            ("/token", self.token, "POST"),
            ("/keys", self.keys, "GET"),
            ("/revoke", self.revoke, "POST"),
        ):
            app.add_route(PLACE + name, endpoint, methods=[method])

    # -- what a person sees --------------------------------------------------------------------------------------------

    async def charts(self, _: Request) -> Response:
        """Every patient with a link to launch for each practitioner."""
        launch = f"{self.service}/launch?iss={quote(self.fhir)}&launch="
        today = f"{self.service}/launch/today?iss={quote(self.fhir)}&launch="
        return self._page(
            "A tiny EHR",
            launch,
            intro="Everybody here is imaginary. Choose who you are: carefhir opens with your list of today, or with "
            "one patient's chart.",
            today=tuple((person, today + quote(ChosenLaunch("", person.id).value)) for person in self._people()),
            standalone=f"{self.service}/launch/standalone",
        )

    def _page(
        self,
        title: str,
        link: str,
        *,
        intro: str,
        today: tuple[tuple[TinyEhrPerson, str], ...] = (),
        standalone: str = "",
    ) -> Response:
        """Everybody's chart, with a link for each practitioner."""
        people, now = self._people(), date.today()  # noqa: DTZ011  the day of whoever sits here
        charts = [
            (
                patient.display(record, now),
                f"{patient.born(record)}, {patient.number(record)}",
                tuple((person, link + quote(ChosenLaunch(record.id, person.id).value)) for person in people),
            )
            for record in (Record(encode(each)) for each in self._all("Patient"))
        ]
        return page("tiny_ehr.html", title=title, intro=intro, today=today, charts=charts, standalone=standalone)

    def _people(self) -> tuple[TinyEhrPerson, ...]:
        """Who may sign in."""
        roles = {
            first_text(role, "practitioner.reference"): first_text(role, "code.text")
            or first_text(role, "code.coding.display")
            for role in self._all("PractitionerRole")
        }
        now = date.today()  # noqa: DTZ011
        return tuple(
            TinyEhrPerson(record.id, patient.display(record, now), roles.get(record.reference) or "")
            for record in (Record(encode(each)) for each in self._all("Practitioner"))
        )

    def _all(self, type_: str) -> list[Json]:
        document = decode_object((self.records or self.sandbox).handle("GET", f"{type_}?_count=200").body)
        return list(dig(document, "entry.resource"))

    # -- the authorization server --------------------------------------------------------------------------------------

    async def authorize(self, request: Request) -> Response:
        """Lets in whoever was chosen, or asks who it is."""
        given = dict(request.query_params)
        if given.get("client_id") != CLIENT or given.get("redirect_uri") != f"{self.service}/launch/callback":
            return page("outside.html", status=400, title="No such app here", problem="", lines=(), typed=())
        if given.get("code_challenge_method") != "S256" or given.get("aud", "").rstrip("/") != self.fhir:
            return self._back(given, {"error": "invalid_request"})
        chosen = given.get("launch", "")
        if not chosen:
            link = f"{self.base}/authorize?{urlencode(given)}&launch="
            return self._page("Who are you, and whose chart?", link, intro="Everybody here is imaginary.")
        code = secrets.token_urlsafe(16)
        self._codes[code] = {**given, "launch": chosen}
        return self._back(given, {"code": code})

    def _back(self, given: Mapping[str, str], answer: Mapping[str, str]) -> Response:
        query = urlencode({**answer, "state": given.get("state", ""), "iss": self.base})
        return RedirectResponse(f"{given['redirect_uri']}?{query}", 303)

    async def token(self, request: Request) -> Response:
        """Tokens for a code or a refresh token, each once."""
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("grant_type") == "refresh_token":
            token = form.get("refresh_token", "")
            if token not in self._refresh:
                return _json({"error": "invalid_grant"}, 400)
            return self._given(ChosenLaunch.read(token.partition(".")[0]), self._refresh.pop(token))
        code = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if code is None or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        return self._given(ChosenLaunch.read(code["launch"]), code["scope"], nonce=code.get("nonce", ""))

    def _given(self, chosen: ChosenLaunch, scope: str, *, nonce: str = "") -> Response:
        refresh = f"{chosen.value}.{secrets.token_urlsafe(16)}"
        self._refresh[refresh] = scope
        now = int(self.wall())
        claims: dict[str, Any] = {
            "iss": self.base,
            "aud": CLIENT,
            "sub": chosen.practitioner,
            "iat": now,
            "exp": now + self.sandbox.knobs.token_seconds,
            "fhirUser": f"Practitioner/{chosen.practitioner}",
            **({"nonce": nonce} if nonce else {}),
        }
        return _json(
            {
                "access_token": secrets.token_urlsafe(24),
                "token_type": "Bearer",
                "expires_in": self.sandbox.knobs.token_seconds,
                "scope": chosen.granted(scope),
                "refresh_token": refresh,
                "id_token": jwt.encode({"alg": "ES384", "kid": "tiny"}, claims, self.key, algorithms=["ES384"]),
                **({"patient": chosen.patient} if chosen.patient else {}),
                "need_patient_banner": True,
            }
        )

    async def keys(self, _: Request) -> Response:
        """The public key of its id_tokens."""
        return _json({"keys": [self.key.as_dict(private=False)]})

    async def revoke(self, request: Request) -> Response:
        """Takes a token back (RFC 7009)."""
        self._refresh.pop(dict(parse_qsl((await request.body()).decode())).get("token", ""), None)
        return _json({})


def _json(document: Json, status: int = 200) -> Response:
    return Response(encode(document), status, media_type=JSON)
