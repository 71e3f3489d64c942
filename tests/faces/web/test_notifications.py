"""Notifications of a FHIR server: a hint that a person is to be looked over, and nothing is believed of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.settings import ServiceSettings
from carefhir.settings import Settings
from tests.faces.web.conftest import ADDRESS, Service

SECRET = "a secret of the FHIR server, long enough"
PLACE = "/main/notifications"


@pytest.fixture
def enrolled(serving: Callable[..., Service]) -> Service:
    """Rosa is in care management, and nobody has followed her discharge."""
    service = serving(site=Settings(), notified_by=SECRET)
    assert service.api("enroll", service.enrollment()).status_code == 200
    return service


def send(
    service: Service, place: str = PLACE, method: str = "POST", secret: str = SECRET, **more: Any
) -> httpx.Response:
    return service.call(method, place, token=secret, **more)


def test_a_finished_stay_that_nobody_follows_gets_its_task_once(enrolled: Service) -> None:
    first = send(enrolled, f"{PLACE}/{enrolled.ward.stay}", "PUT")
    assert first.status_code == 200, first.text
    assert first.json()["looked_at"] == 1
    assert first.json()["found"] >= 1
    stands = enrolled.ward.front.versions()
    for place, method, body in (
        (f"{PLACE}/{enrolled.ward.stay}", "PUT", None),
        (f"{PLACE}/{enrolled.ward.stay}", "POST", None),
        (PLACE, "POST", enrolled.ward.front.get(enrolled.ward.stay)),
    ):
        again = send(enrolled, place, method, json=body) if body else send(enrolled, place, method)
        assert (again.status_code, again.json()["found"]) == (200, 0), again.text
    assert enrolled.ward.front.written_since(stands) == []


def test_one_that_was_lost_is_made_up_for_by_the_next_that_says_nothing(enrolled: Service) -> None:
    swept = send(enrolled)
    assert swept.status_code == 200, swept.text
    assert swept.json()["found"] >= 1
    assert send(enrolled, f"{PLACE}/{enrolled.ward.stay}", "PUT").json()["found"] == 0


def test_several_at_once_write_nothing_twice(enrolled: Service) -> None:
    async def go() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=enrolled.app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            headers = {"Authorization": f"Bearer {SECRET}"}
            place = f"{PLACE}/{enrolled.ward.stay}"
            return list(await asyncio.gather(*(client.put(place, headers=headers) for _ in range(4))))

    answers = [each.json()["found"] for each in asyncio.run(go())]
    assert sorted(answers)[:3] == [0, 0, 0]
    assert max(answers) >= 1


def test_nothing_of_what_comes_along_is_believed(enrolled: Service) -> None:
    """The body names another person; the Encounter is read, and is Rosa's."""
    enrolled.ward.front.load("kim")
    kim = enrolled.ward.front.find("Patient", "kim")
    lie = {"resourceType": "Encounter", "id": enrolled.ward.stay.partition("/")[2], "subject": {"reference": kim}}
    before = enrolled.ward.front.versions()
    assert send(enrolled, json=lie).json()["looked_at"] == 1
    assert "Task" in enrolled.ward.front.written_since(before)
    assert enrolled.ward.front.search(f"Task?patient={kim}") == []


@pytest.mark.parametrize("secret", ["", "another secret of the same length as ours"])
def test_without_the_secret_nothing_is_looked_at(enrolled: Service, secret: str) -> None:
    before = enrolled.ward.front.versions()
    assert send(enrolled, secret=secret).status_code == 401
    assert enrolled.ward.front.written_since(before) == []


@pytest.mark.parametrize(
    ("place", "body", "status"),
    [
        (f"{PLACE}/MedicationRequest/1", None, 400),
        (f"{PLACE}/Encounter/{'x' * 65}", None, 400),
        (PLACE, {"resourceType": "Encounter"}, 400),
        (PLACE, ["Encounter"], 400),
        ("/other/notifications", None, 404),
        (f"{PLACE}/Encounter/gone", None, 200),
    ],
)
def test_what_cannot_be_looked_at_is_said(enrolled: Service, place: str, body: Any, status: int) -> None:
    before = enrolled.ward.front.versions()
    answered = send(enrolled, place, json=body) if body else send(enrolled, place)
    assert answered.status_code == status, answered.text
    if status == 200:
        assert answered.json()["looked_at"] == 0
    assert enrolled.ward.front.written_since(before) == []


def test_where_none_are_taken(service: Service) -> None:
    assert send(service).status_code == 404


OWN = """sign_in = "own"
client_id = "carefhir"
client_secret_env = "NOTIFIED"
"""
GOOD = f"""
address = "https://care.example.org"
[ehr.main]
fhir = "https://ehr.example.org/fhir"
name = "EHR"
issuer = "https://login.example.org"
jwks_uri = "https://login.example.org/keys"
audience = "https://ehr.example.org/fhir"
{OWN}[ehr.main.notifications]
acting = "Practitioner/1"
secret_env = "NOTIFIED"
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (OWN, "", 'ehr.main.notifications: needs sign_in = "own"'),
        ("Practitioner/1", "Patient/1", "ehr.main.notifications.acting"),
        ('\nsecret_env = "NOTIFIED"', '\nsecret_env = "SHORT"', "at least 32 characters"),
        ('\nsecret_env = "NOTIFIED"', '\nsecret_env = "ABSENT"', "ehr.main.notifications.secret_env"),
        ("acting =", "actor =", "ehr.main.notifications.actor"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "service.toml"
    environment = {"NOTIFIED": SECRET, "SHORT": "Delgado"}
    path.write_text(GOOD)
    settings = ServiceSettings.read(path, environment).ehrs[0].notifications
    assert settings is not None
    assert (settings.acting, settings.secret) == ("Practitioner/1", SECRET)
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(BadInput) as refused:
        ServiceSettings.read(path, environment)
    assert words in refused.value.message
    assert "Delgado" not in refused.value.message
