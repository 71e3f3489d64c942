"""A service for an EHR that is only read, its companion, and all that is sent to either; nothing opens a socket."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx

from carefhir.codes import ELSEWHERE
from carefhir.faces.web.app import create_app
from carefhir.faces.web.bearer import Bearers
from carefhir.faces.web.companion_settings import CompanionSettings
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.fhir.codec import decode_object, encode
from carefhir.fhir.homes import Home
from carefhir.fhir.server import OtherHome
from carefhir.sandbox import Sandbox, shape
from carefhir.settings import Settings, SignInSettings
from tests.faces.conftest import NOW, Front, Ward, stated
from tests.faces.web.launch.conftest import ADDRESS, LaunchedPage, Launching
from tests.support.authorization import Clock
from tests.support.backends import sandbox_backend
from tests.support.misbehaving_ehr import APP, BASE, LOGIN, MisbehavingEhr
from tests.support.two_homes import as_doctor_proposes

Json = dict[str, Any]
COMPANION = "https://companion.test/fhir"
COMPANION_TOKEN = "https://companion-login.test/token"
CLIENT, SECRET = "carefhir-service", "a long secret of the companion"
LASTS = 300.0
OWN_TOKEN = f"{LOGIN}/own-token"
EHR_KEY = "registered-at-the-ehr"
"""A header that the EHR wants, and nobody else should see."""


@dataclass
class CompanionServer:
    """A FHIR server of the site's own, with an authorization server that knows one client."""

    fhir: Sandbox
    clock: Clock
    scope: str | None = None
    """What is granted instead of what was asked for."""
    down: bool = False
    live: dict[str, float] = field(default_factory=dict)
    sent: list[httpx.Request] = field(default_factory=list)

    def answers(self, request: httpx.Request) -> httpx.Response:
        """One exchange."""
        self.sent.append(request)
        if self.down:
            raise httpx.ConnectError("nobody is there", request=request)
        url = str(request.url)
        if url == COMPANION_TOKEN:
            return self._token(request)
        target = url.removeprefix(COMPANION).lstrip("/")
        if target.startswith("metadata"):
            status, headers, body = stated(self.fhir.knobs, target)
            return httpx.Response(status, headers=headers, content=body)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.live.get(token, 0.0) <= self.clock():
            return httpx.Response(401)
        answer = self.fhir.handle(request.method, target, dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        pair = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if form["grant_type"] != "client_credentials" or pair != f"{CLIENT}:{SECRET}".replace(" ", "+"):
            return httpx.Response(401, json={"error": "invalid_client"})
        token = f"companion-token-{len(self.live)}"
        self.live[token] = self.clock() + LASTS
        scope = form.get("scope", "") if self.scope is None else self.scope
        given = {"access_token": token, "token_type": "Bearer", "expires_in": LASTS, "scope": scope}
        return httpx.Response(200, json=given)

    # -- past the wire

    def search(self, target: str) -> list[Json]:
        """A page of a search."""
        return _entries(self.fhir.handle("GET", target).body)

    def create(self, resource: Json) -> str:
        """Something that is there already."""
        headers = {"Content-Type": "application/fhir+json"}
        answer = self.fhir.handle("POST", resource["resourceType"], headers, encode(resource))
        assert answer.status == 201, answer.body
        return f"{resource['resourceType']}/{decode_object(answer.body)['id']}"

    def change(self, reference: str, elsewhere: str) -> None:
        """Somebody links a record to another place."""
        record = decode_object(self.fhir.handle("GET", reference).body)
        record["identifier"] = [{"system": ELSEWHERE, "value": elsewhere}]
        headers = {"Content-Type": "application/fhir+json"}
        assert self.fhir.handle("PUT", reference, headers, encode(record)).status == 200

    def link(self, record: Json) -> None:
        """Makes the shadow of a record of the EHR."""
        place = f"{record['resourceType']}/{record['id']}"
        shadow = {name: record[name] for name in ("resourceType", "name", "birthDate", "gender") if name in record}
        self.create({**shadow, "identifier": [{"system": ELSEWHERE, "value": f"{BASE}/{place}"}]})

    def linked_to(self, place: str) -> list[str]:
        """Who is linked to somebody of the EHR."""
        type_ = place.partition("/")[0]
        return [f"{type_}/{each['id']}" for each in self.search(f"{type_}?identifier={ELSEWHERE}%7C{BASE}/{place}")]


@dataclass
class BothServers(httpx.AsyncBaseTransport):
    """The network: the EHR, its login, and the companion."""

    ehr: MisbehavingEhr
    companion: CompanionServer
    ehr_down: bool = False
    ehr_busy: bool = False
    """Whether the EHR answers 503 to whatever would write."""
    own_forms: list[Json] = field(default_factory=list)
    """What the service itself asked for at the EHR's login."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if str(request.url).startswith((COMPANION, COMPANION_TOKEN)):
            return self.companion.answers(request)
        if str(request.url) == OWN_TOKEN:
            self.own_forms.append({name: each[0] for name, each in parse_qs(request.content.decode()).items()})
            token = f"own-token-at-the-ehr-{len(self.own_forms)}"
            self.ehr.live[token] = self.ehr.clock() + LASTS
            return httpx.Response(200, json={"access_token": token, "token_type": "Bearer", "expires_in": LASTS})
        writes = request.method in ("POST", "PUT") and not str(request.url).endswith("_search")
        if self.ehr_busy and writes and str(request.url).startswith(BASE):
            return httpx.Response(503)
        if self.ehr_down and str(request.url).startswith(BASE):
            raise httpx.ConnectError("nobody is there", request=request)
        if str(request.url).startswith(f"{BASE}/metadata"):  # it asks nobody for a token, as R4 has it
            self.ehr.sent.append(request)
            status, headers, body = stated(self.ehr.fhir.knobs, "metadata")
            return httpx.Response(status, headers=headers, content=body)
        return await self.ehr.handle_async_request(request)


@dataclass
class LaunchingBeside(Launching):
    """The service, the EHR and the companion."""

    network: BothServers

    @property
    def companion(self) -> CompanionServer:
        return self.network.companion

    @property
    def patient(self) -> str:
        """Rosa on the companion."""
        (reference,) = self.companion.linked_to(self.ward.patient)
        return reference

    def known(self, place: str) -> str:
        """Who somebody of the EHR is on the companion."""
        (reference,) = self.companion.linked_to(place)
        return reference

    def link(self, *places: str) -> None:
        """Links people, as `carefhir link` would."""
        for place in places:
            self.companion.link(self.ward.front.get(place))

    def held_by_ehr(self) -> dict[str, int]:
        """Every record of the EHR with its version."""
        return self.ward.front.versions()


@cache
def _people() -> Ward:
    return Ward.of(Front(Sandbox()))


@cache
def _read_there(like: str) -> tuple[str, ...]:
    """What `carefhir doctor` proposes to read of an EHR of this shape."""
    stated = sandbox_backend(shape(like)).capabilities
    return tuple(sorted(as_doctor_proposes(OtherHome(Home.at(BASE, name="ehr"), stated)).reads))


def beside_with(
    *,
    like: str = "epic",
    linked: bool = True,
    own: bool = False,
    settings: Json | None = None,
    types: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    delivers: bool = False,
    granted: str | None = None,
    bearers: Mapping[str, Bearers] | None = None,
    **ehr: Any,
) -> LaunchingBeside:
    """A service whose EHR is only read. `like` is the EHR's shape; `linked` whether its people are known on the
    companion; `granted` what the companion grants; `bearers` check tokens; `ehr` says how the EHR misbehaves."""
    ward = replace(_people(), front=Front(_people().front.sandbox.copy()))
    shown = ward.front.sandbox.behaving(shape(like))
    misbehaving = MisbehavingEhr(shown, ward.patient.partition("/")[2], ward.nurse, **ehr)
    companion = CompanionServer(Sandbox(), misbehaving.clock, granted)
    for _ in range(100):  # or an id of the one would be an id of the other
        companion.create({"resourceType": "Basic", "code": {"text": "takes a number"}})
    for place in (ward.patient, ward.nurse, ward.physician) if linked else ():
        companion.link(ward.front.get(place))
    network = BothServers(misbehaving, companion)
    launch = LaunchSettings(
        **{
            "client_id": APP,
            "iss": (BASE,),
            "pinned_origins": (LOGIN,),
            "renewal": "offline_access",
            **(settings or {}),
        }
    )
    sign_in = SignInSettings(CLIENT, secret=SECRET, token_url=COMPANION_TOKEN)
    main = EhrSettings(
        "main",
        "the EHR",
        BASE,
        Settings(sign_in=SignInSettings("reader", secret="r", token_url=OWN_TOKEN)) if own else Settings(),
        passes_token_on=not own,
        headers={"Epic-Client-ID": EHR_KEY},
        launch=launch,
        companion=CompanionSettings(
            COMPANION,
            Settings(sign_in=sign_in),
            types=types or _read_there(like),
            notes=notes,
            deliver_as=companion.linked_to(ward.nurse)[0] if delivers else "",
        ),
    )
    service = ServiceSettings(ADDRESS, (main,))
    app = create_app(
        service,
        client=httpx.AsyncClient(transport=network),
        bearers=bearers,
        now=datetime.fromisoformat(NOW),
        wall=misbehaving.clock,
    )
    return LaunchingBeside(ward, misbehaving, app, service, network)


def spoken(requests: Iterable[httpx.Request]) -> str:
    """Everything that was said in some requests: addresses, headers, bodies."""
    return "\n".join(
        f"{each.url} {json.dumps(dict(each.headers))} {each.content.decode('utf-8', 'replace')}" for each in requests
    )


def _entries(body: bytes) -> list[Json]:
    return [entry["resource"] for entry in decode_object(body).get("entry", [])]


def enrolls(site: LaunchingBeside, page: LaunchedPage) -> Any:
    """A nurse enrolls Rosa; who is on the team is named as the companion knows them."""
    ward = site.ward
    values = page.enrollment(care_manager=site.known(ward.nurse), supervising_provider=site.known(ward.physician))
    return page.submits("enroll", values)


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the first form."""
    form = page.split("<form")[1]
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
