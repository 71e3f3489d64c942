"""A service whose EHR calls hooks, and the EHR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import httpx
import pytest

from carefhir.faces.web.app import create_app
from carefhir.faces.web.hooks.hook_settings import HooksSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings, TokenSettings
from carefhir.sandbox import Knobs, Sandbox
from carefhir.settings import Settings
from tests.faces.conftest import NOW, Front, Ward
from tests.faces.web.conftest import ADDRESS, Service
from tests.support.cds_client import ADDRESS as HOOKS
from tests.support.cds_client import EHR_ISSUER, KEY_SET, CdsClient, HookNetwork
from tests.support.issuer import FHIR, ISSUER, JWKS, Issuer

Json = dict[str, Any]
APP = "https://care.test/main/launch"
STATUS, DISCHARGE, ORDERS = "care-management-status", "open-transition", "order-check"
HOOK_OF = {STATUS: "patient-view", DISCHARGE: "encounter-discharge", ORDERS: "order-sign"}


@dataclass
class Hooks:
    """The service, and the EHR that calls it."""

    service: Service
    network: HookNetwork
    ehr: CdsClient

    @property
    def ward(self) -> Ward:
        return self.service.ward

    def post(self, path: str, body: Any, *, token: str | None = None) -> httpx.Response:
        """Posts to an address below the services, with a token for it."""
        given = self.ehr.token(f"{HOOKS}/{path}") if token is None else token
        return self.service.call("POST", f"/main/cds-services/{path}", token=given, json=body)

    def call(self, service: str, **more: Any) -> httpx.Response:
        """Calls a service as a good EHR does."""
        return self.post(service, self.ehr.request(HOOK_OF[service], **more))

    def cards(self, service: str, **more: Any) -> list[Json]:
        """The cards that a service gives."""
        answer = self.call(service, **more)
        assert answer.status_code == 200, answer.text
        assert answer.json().keys() == {"cards"}, "no systemActions"
        cards: list[Json] = answer.json()["cards"]
        assert [broken for card in cards for broken in rules_of_a_card(card)] == []
        return cards

    def discovery(self) -> dict[str, Json]:
        """The services, by id."""
        answer = self.service.call("GET", "/main/cds-services", token=self.ehr.token(HOOKS))
        assert answer.status_code == 200, answer.text
        return {each["id"]: each for each in answer.json()["services"]}

    def read_from_ehr(self) -> list[httpx.Request]:
        """What the service has asked the FHIR server."""
        return self.network.to_the_ehr()

    def denied(self, type_: str, status: int = 403) -> None:
        """The FHIR server answers no search of a type."""
        self.network.trouble = lambda request: (
            httpx.Response(status) if request.url.path.startswith(f"/fhir/{type_}") else None
        )


def hooks_on(*, hooks: HooksSettings | None = None, now: str = NOW, **knobs: Any) -> Hooks:
    """A service with hooks on a sandbox with Rosa and the team."""
    ward = Ward.of(Front(Sandbox(), Knobs(stated_base=FHIR, **knobs)))
    issuer = Issuer()
    network = HookNetwork(issuer, ward.front._weak)
    ehr = EhrSettings(
        alias="main",
        name="the EHR",
        fhir=FHIR,
        site=Settings(),
        tokens=TokenSettings(ISSUER, (FHIR,), JWKS),
        hooks=hooks or HooksSettings((EHR_ISSUER,), (KEY_SET,), app=APP),
    )
    settings = ServiceSettings(ADDRESS, (ehr,), largest_request=2_000_000)
    app = create_app(settings, client=httpx.AsyncClient(transport=network), now=datetime.fromisoformat(now))
    service = Service(ward, issuer, network, app)
    service.token = service.acting()
    return Hooks(service, network, CdsClient(ward.front._weak, ward.patient, ward.nurse))


@pytest.fixture
def hooking() -> Callable[..., Hooks]:
    """Makes services with hooks."""
    return hooks_on


def enrolled() -> Hooks:
    """Rosa is in care management, and her transition is open."""
    hooks = hooks_on()
    assert hooks.service.api("enroll", hooks.service.enrollment()).status_code == 200
    assert hooks.service.api("open-transition", {"encounter": hooks.ward.stay}).status_code == 200
    return hooks


def rules_of_a_card(card: Json) -> list[str]:
    """What of a card breaks the rules of CDS Hooks 2.0 (CDS Service Response)."""
    required = {"uuid", "summary", "indicator", "source"}
    optional = {"detail", "links", "suggestions", "selectionBehavior", "overrideReasons"}
    broken = [f"lacks {name}" for name in required - card.keys()] + [
        f"has {name}" for name in card.keys() - required - optional
    ]
    broken += ["summary too long"] if len(card.get("summary", "")) >= 140 else []
    broken += ["indicator"] if card.get("indicator") not in ("info", "warning", "critical") else []
    broken += ["source.label"] if not card.get("source", {}).get("label") else []
    broken += ["selectionBehavior"] if ("suggestions" in card) != ("selectionBehavior" in card) else []
    for link in card.get("links", []):
        broken += ["link"] if not {"label", "url", "type"} <= link.keys() else []
        broken += ["link type"] if link["type"] not in ("absolute", "smart") else []
        broken += ["appContext of no SMART app"] if "appContext" in link and link["type"] != "smart" else []
    return broken + list(empty_in(card, "card"))


def empty_in(value: Any, where: str) -> Iterator[str]:
    """Where something is null or empty, which CDS Hooks forbids."""
    if value is None or value in ("", [], {}):
        yield f"{where} is empty"
    for name, held in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from empty_in(held, f"{where}.{name}")


_shared, _shared_enrolled = cache(hooks_on), cache(enrolled)


@pytest.fixture
def hooks() -> Hooks:
    """The service that all tests of a process share, for a hook writes nothing. Who changes its records or its keys
    makes one of their own (`hooking`)."""
    return _as_new(_shared())


@pytest.fixture
def with_rosa_enrolled() -> Hooks:
    """The same, with Rosa in care management and her transition open."""
    return _as_new(_shared_enrolled())


def _as_new(shared: Hooks) -> Hooks:
    shared.network.sent.clear()
    shared.network.trouble = None
    return shared
