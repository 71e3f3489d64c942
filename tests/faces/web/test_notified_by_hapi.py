"""HAPI's own Subscriptions make the service look a person over: nothing here is sent by us but what was changed."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from carefhir.faces.web.app import create_app
from carefhir.faces.web.notification_settings import NotificationSettings
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.fhir.record import codings
from carefhir.settings import Settings
from tests.support.backends import Backend
from tests.support.stage import Stage, enrolled, response, stage

pytestmark = pytest.mark.hapi
SECRET = "a secret of the FHIR server, long enough"
WITHIN = 60.0
"""Seconds for HAPI to send: it looks for new Subscriptions now and then."""
Json = dict[str, Any]


@dataclass
class Listening:
    """The service on a socket, which counts what reaches it."""

    address: str
    stage: Stage
    server: uvicorn.Server
    arrived: list[str]
    """What HAPI has sent: method and path."""
    answered: int = 0
    """How many of them were carried out."""
    lose: bool = False
    """Whether notifications come to nothing: they are answered, and not taken."""

    def tasks(self, code: str) -> list[Json]:
        """The person's Tasks of a kind."""
        found = self.stage.backend.search(f"Task?patient={self.stage.patient}&_count=50")
        return [each for each in found if any(kind == code for _, kind in codings(each, "code"))]


def waits(what: str, comes: Callable[[], object]) -> None:
    """Until it comes."""
    ends = time.monotonic() + WITHIN
    while not comes():
        assert time.monotonic() < ends, f"{what} does not come"
        time.sleep(0.1)


@contextlib.contextmanager
def listening(rosa: Stage) -> Iterator[Listening]:
    """The service, on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ehr = EhrSettings(
            alias="main",
            name="HAPI",
            fhir=rosa.backend.base,
            site=Settings(),
            passes_token_on=False,
            notifications=NotificationSettings(rosa.nurse, SECRET),
        )
        app = create_app(ServiceSettings(address, (ehr,)), bearers={"main": _Nobody()})  # type: ignore[dict-item]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        on = Listening(address, rosa, server, [])

        async def counting(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                on.arrived.append(f"{scope['method']} {scope['path']}")
                if on.lose:
                    await send({"type": "http.response.start", "status": 200, "headers": []})
                    await send({"type": "http.response.body", "body": b""})
                    return
            await app(scope, receive, send)
            on.answered += scope["type"] == "http"

        server.config.app = counting
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            waits("the service", lambda: server.started)
            yield on
        finally:
            server.should_exit = True
            thread.join()


class _Nobody:
    """No bearer token is taken."""


@pytest.fixture
def rosa(backend_of: Callable[[str], Backend]) -> Stage:
    """Rosa on HAPI, in care management."""
    found = stage(backend_of("hapi"), "rosa")
    enrolled(found)
    return found


@contextlib.contextmanager
def subscribed(on: Listening, *criteria: str, payload: bool) -> Iterator[None]:
    """HAPI sends what matches to the service, until the end of the block."""
    backend, made = on.stage.backend, []
    for each in criteria:
        channel: Json = {
            "type": "rest-hook",
            "endpoint": f"{on.address}/main/notifications",
            "header": [f"Authorization: Bearer {SECRET}"],
        }
        if payload:
            channel["payload"] = "application/fhir+json"
        made.append(
            backend.create(
                {
                    "resourceType": "Subscription",
                    "status": "requested",
                    "reason": "care management",
                    "criteria": each,
                    "channel": channel,
                }
            )
        )
    try:
        waits("the Subscriptions", lambda: all(backend.get(each)["status"] == "active" for each in made))
        yield
    finally:
        for each in made:
            backend.put({**backend.get(each), "status": "off"})


def answered(rosa: Stage) -> str:
    """Rosa answers in a portal that knows nothing of us: a safety item is among the answers."""
    made = {**response("rosa-phq-9-item-9", rosa.mark), "subject": {"reference": rosa.patient}}
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    kept = {name: value for name, value in made.items() if name not in ("id", "identifier")}
    return rosa.backend.create({**kept, "authored": now})


def test_answers_in_a_portal_reach_a_nurse(rosa: Stage) -> None:
    with (
        listening(rosa) as on,
        subscribed(on, f"QuestionnaireResponse?patient={rosa.patient}&status=completed,amended", payload=True),
    ):
        reference = answered(rosa)
        waits("the Task", lambda: on.tasks("hear-answers"))
        (asked,) = on.tasks("hear-answers")
        assert (asked["focus"]["reference"], asked["priority"]) == (reference, "stat")
        assert f"PUT /main/notifications/{reference}" in on.arrived
        before = on.answered
        rosa.backend.put({**rosa.backend.get(reference), "language": "en-US"})
        waits("a second notification", lambda: on.answered > before)
        assert len(on.tasks("hear-answers")) == 1


def test_a_stay_that_begins_and_ends_and_a_notification_that_was_lost(rosa: Stage) -> None:
    """Without a payload nothing says who it is about; and what was lost is made up for by the next."""
    stay: Json = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": rosa.patient},
        "period": {"start": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 90_000))},
    }
    with (
        listening(rosa) as on,
        subscribed(on, f"Encounter?patient={rosa.patient}&status=in-progress,finished", payload=False),
    ):
        on.lose = True
        reference = rosa.backend.create(stay)
        waits("the first notification", lambda: on.arrived)
        before = len(on.arrived)
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3_600))
        stored = rosa.backend.get(reference)
        rosa.backend.put({**stored, "status": "finished", "period": {**stored["period"], "end": end}})
        waits("the second", lambda: len(on.arrived) > before)
        assert [each for each in on.tasks("follow-discharge") if each["focus"]["reference"] == reference] == []
        on.lose = False
        before = len(on.arrived)
        rosa.backend.put({**rosa.backend.get(reference), "language": "en-US"})
        waits("the third", lambda: len(on.arrived) > before)
        waits("the Task", lambda: [t for t in on.tasks("follow-discharge") if t["focus"]["reference"] == reference])


def test_a_number_of_a_device_at_home_reaches_a_nurse(rosa: Stage) -> None:
    loinc = {"system": "http://loinc.org", "code": "8867-4"}
    with (
        listening(rosa) as on,
        subscribed(on, f"Observation?patient={rosa.patient}&code=http://loinc.org|8867-4", payload=True),
    ):
        number = rosa.backend.create(
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"coding": [loinc]},
                "subject": {"reference": rosa.patient},
                "effectiveDateTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60)),
                "valueQuantity": {
                    "value": 131,
                    "unit": "/min",
                    "system": "http://unitsofmeasure.org",
                    "code": "/min",
                },
            }
        )
        waits("the Task", lambda: on.tasks("look-at-number"))
        (asked,) = on.tasks("look-at-number")
        assert (asked["focus"]["reference"], asked["priority"]) == (number, "stat")
