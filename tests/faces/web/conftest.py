"""A service in this process: its EHR is a sandbox, its issuer one of ours, and all it sends can be looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from carefhir.faces.web.app import create_app
from carefhir.faces.web.notification_settings import NotificationSettings
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings, TokenSettings
from carefhir.faces.web.tracing import Tracing
from carefhir.sandbox import Knobs, Sandbox
from carefhir.settings import Settings
from tests.faces.conftest import NOW, Front, Ward
from tests.support.issuer import FHIR, ISSUER, JWKS, Issuer, Network
from tests.support.planted import watch

watch.watch_service()

Json = dict[str, Any]
ADDRESS = "https://care.test"


@dataclass
class Service:
    """The application, and who works with it."""

    ward: Ward
    issuer: Issuer
    network: Network
    app: FastAPI
    token: str = ""
    peer: tuple[str, int] = ("127.0.0.1", 40_000)
    """From where requests come."""

    @property
    def id(self) -> str:
        return self.ward.patient.partition("/")[2]

    def call(self, method: str, path: str, *, token: str | None = None, **more: Any) -> httpx.Response:
        """One request; `token` None is the nurse's own, "" none at all."""
        headers = dict(more.pop("headers", {}))
        bearer = self.token if token is None else token
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=self.peer)
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(go())

    def api(self, step: str, values: Json, *, query: str = "", patient: str = "", **more: Any) -> httpx.Response:
        """A step as plain JSON."""
        return self.call("POST", f"/main/api/patients/{patient or self.id}/{step}{query}", json=values, **more)

    def show(self, reading: str, **more: Any) -> httpx.Response:
        return self.call("GET", f"/main/api/patients/{self.id}/{reading}", **more)

    def enrollment(self, **changes: Any) -> Json:
        """The fields of an enrollment, without its patient."""
        return {
            "program": "care-management",
            "care_manager": self.ward.nurse,
            "supervising_provider": self.ward.physician,
            "consent": "verbal",
            "told": ["what-it-is", "care-team", "right-to-stop"],
            "reason": "several chronic conditions",
            **changes,
        }

    def acting(self, **changes: Any) -> str:
        """A token of the nurse."""
        return self.issuer.token(**{"fhirUser": f"{FHIR}/{self.ward.nurse}", **changes})


def service_on(
    issuer: Issuer,
    *,
    tokens: TokenSettings | None = None,
    largest: int = 50_000,
    site: Settings | None = None,
    operating: OperatingSettings | None = None,
    tracing: Tracing | None = None,
    notified_by: str = "",
    **knobs: Any,
) -> Service:
    """A service whose EHR is a sandbox, good or bad by its knobs; `notified_by` is the secret of its notifications."""
    ward = Ward.of(Front(Sandbox(), Knobs(**knobs)))
    network = Network(issuer, ward.front._weak)
    taken = tokens or TokenSettings(ISSUER, (FHIR, "another"), JWKS)
    ehr = EhrSettings(
        alias="main",
        name="the EHR",
        fhir=FHIR,
        site=site or Settings(),
        tokens=taken,
        passes_token_on=site is None,
        headers={"Epic-Client-ID": "registered"},
        notifications=NotificationSettings(ward.nurse, notified_by) if notified_by else None,
    )
    settings = ServiceSettings(ADDRESS, (ehr,), largest_request=largest, operating=operating or OperatingSettings())
    client = httpx.AsyncClient(transport=network)
    app = create_app(settings, client=client, now=datetime.fromisoformat(NOW), tracing=tracing)
    service = Service(ward, issuer, network, app)
    service.token = service.acting()
    return service


@pytest.fixture
def serving() -> Callable[..., Service]:
    """Makes services."""
    return lambda **more: service_on(more.pop("issuer", Issuer()), **more)


@pytest.fixture
def service(serving: Callable[..., Service]) -> Service:
    return serving()
