"""The service for an EHR that is only read, beside a companion: settings, bearer tokens, its own sign-in at both."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.app import create_app
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.scopes import GrantedScopes
from carefhir.faces.web.statuses import Denied
from tests.faces.web.launch.beside import COMPANION, LaunchingBeside, beside_with, spoken
from tests.faces.web.test_settings import EHR, OWN, TOP, read
from tests.support.misbehaving_ehr import BASE

Json = dict[str, Any]
TOKEN = "a-token-of-the-nurse"
COMPANION_TABLE = """
[ehr.hospital.companion]
fhir = "https://companion.example.org/fhir"
client_id = "carefhir-service"
client_secret_env = "SECRET_OF_COMPANION"
token_url = "https://companion-login.example.org/token"
without = ["batch"]
types = ["Condition", "MedicationRequest"]
writes = ["Appointment"]
notes = ["close-transition"]
home_name = "hospital"
"""

# ---- settings


def test_a_companion_is_set_by_the_rules_of_a_site(tmp_path: Path) -> None:
    settings = read(tmp_path, TOP + EHR + COMPANION_TABLE, SECRET_OF_COMPANION="correct horse battery")
    (hospital,) = settings.ehrs
    companion = hospital.companion
    assert companion is not None
    assert (hospital.fhir, companion.fhir) == ("https://ehr.example.org/fhir", "https://companion.example.org/fhir")
    assert (companion.site.sign_in.client_id, companion.site.sign_in.secret) == (
        "carefhir-service",
        "correct horse battery",
    )
    assert (companion.site.without, hospital.site.without) == (("batch",), ())
    assert (companion.types, companion.writes, companion.notes, companion.home_name) == (
        ("Condition", "MedicationRequest"),
        ("Appointment",),
        ("close-transition",),
        "hospital",
    )
    assert "correct horse battery" not in repr(settings)
    create_app(settings)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("[ehr.hospital]\ncompanion = 3\n", "ehr.hospital.companion"),
        ("[ehr.hospital.companion]\nclient_id = 'x'\n", "ehr.hospital.companion.fhir"),
        ("[ehr.hospital.companion]\nfhir = 'https://ehr.example.org/fhir'\n", "ehr.hospital.companion.fhir"),
        ("[ehr.hospital.companion]\nfhir = 'http://elsewhere.example.org/fhir'\n", "ehr.hospital.companion.fhir"),
        ("[ehr.hospital.companion]\nfhir = 'https://c.example/fhir'\nzone = 'UTC'\n", "ehr.hospital.companion.zone"),
        (
            "[ehr.hospital.companion]\nfhir = 'https://c.example/fhir'\nhome_name = 'main'\n",
            "ehr.hospital.companion.home_name",
        ),
        (
            "[ehr.hospital.companion]\nfhir = 'https://c.example/fhir'\ntypes = ['condition']\n",
            "ehr.hospital.companion.types",
        ),
        (
            "[ehr.hospital.companion]\nfhir = 'https://c.example/fhir'\nclient_id = 'x'\n",
            "ehr.hospital.companion.client_id",
        ),
        (
            "[ehr.hospital.companion]\nfhir = 'https://c.example/fhir'\nnotes = ['enrol']\n",
            "ehr.hospital.companion.notes",
        ),
        (
            "[ehr.hospital.companion]\nfhir = 'https://c.example/fhir'\ndeliver_as = 'Practitioner/1'\n",
            "ehr.hospital.companion.deliver_as",
        ),
    ],
)
def test_what_is_wrong_with_it_is_named(tmp_path: Path, table: str, key: str) -> None:
    text = EHR.replace("[ehr.hospital]\n", table) if table.startswith("[ehr.hospital]") else EHR + table
    with pytest.raises(BadInput, match=rf"^{key}: ") as raised:
        read(tmp_path, TOP + text)
    assert "elsewhere" not in raised.value.message


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("hooks", "[ehr.hospital.hooks]\n"),
        ("notifications", "[ehr.hospital.notifications]\nacting = 'Practitioner/1'\n"),
    ],
)
def test_what_does_not_go_together_is_said_at_the_start(tmp_path: Path, name: str, table: str) -> None:
    with pytest.raises(BadInput, match=rf"^ehr.hospital.{name}: cannot be set together with a companion yet"):
        read(tmp_path, TOP + EHR + OWN + COMPANION_TABLE + table, SECRET="s", SECRET_OF_COMPANION="c")


# ---- bearer tokens


@dataclass
class OneToken:
    """Takes one token, whose claims name people as the EHR does."""

    acting: str
    patient: str = ""

    async def caller(self, token: str) -> Caller:
        if token != TOKEN:
            raise Denied("not-signed-in", "no")
        return Caller(GrantedScopes.read("user/*.rs patient/*.rs"), self.patient, self.acting, token, "nurse-1")


def site_with(*, patient: bool = False, linked: bool = True) -> tuple[LaunchingBeside, OneToken]:
    """A service that takes one token of the nurse, for everybody or for Rosa alone."""
    token = OneToken("")
    site = beside_with(linked=linked, bearers={"main": token})
    token.acting, token.patient = site.ward.nurse, site.ward.patient if patient else ""
    site.ehr.live[TOKEN] = float("inf")
    return site, token


def calls(site: LaunchingBeside, method: str, path: str, **more: Any) -> httpx.Response:
    browser = site.browser()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return browser.get(path, headers=headers) if method == "GET" else browser.post(path, headers=headers, **more)


def enrollment(site: LaunchingBeside) -> Json:
    return {
        "program": "care-management",
        "care_manager": site.known(site.ward.nurse),
        "supervising_provider": site.known(site.ward.physician),
        "consent": "verbal",
        "told": ["what-it-is", "care-team", "right-to-stop"],
        "reason": "several chronic conditions",
    }


@pytest.mark.parametrize("patient", [False, True])
def test_a_bearer_token_acts_as_who_it_names_on_the_companion(patient: bool) -> None:
    site, _ = site_with(patient=patient)
    id_ = site.patient.partition("/")[2]
    answer = calls(site, "POST", f"/main/api/patients/{id_}/enroll", json=enrollment(site))
    assert answer.status_code == 200, answer.text
    receipts = site.companion.search(f"Provenance?target={site.patient}&_count=50")
    (episode,) = site.companion.search(f"EpisodeOfCare?patient={site.patient}")
    written = site.companion.search(f"Provenance?target=EpisodeOfCare/{episode['id']}&_count=50")
    assert {agent["who"]["reference"] for one in (*receipts, *written) for agent in one["agent"]} >= {
        site.known(site.ward.nurse)
    }
    shown = calls(site, "GET", f"/main/fhir/Patient/{id_}/$overview")
    assert shown.status_code == 200
    assert TOKEN in spoken(site.ehr.to(BASE))
    assert TOKEN not in spoken(site.companion.sent)


def test_a_token_for_one_patient_is_for_nobody_else() -> None:
    site, _ = site_with(patient=True)
    other = site.companion.create({"resourceType": "Patient", "name": [{"text": "Somebody Else"}]})
    for id_ in (other.partition("/")[2], site.ward.patient.partition("/")[2]):
        answer = calls(site, "GET", f"/main/api/patients/{id_}/overview")
        assert answer.status_code == 403, "the EHR's id names nobody here"


def test_whoever_is_not_linked_is_named_with_what_to_do() -> None:
    site, token = site_with(linked=False)
    token.patient = site.ward.patient
    for known in (site.ward.patient, site.ward.nurse):
        answer = calls(site, "GET", "/main/api/patients/1/overview")
        assert answer.status_code == 403
        assert f"carefhir link {known}" in answer.json()["message"]
        site.link(known)
    assert calls(site, "GET", f"/main/api/patients/{site.patient.partition('/')[2]}/overview").status_code == 200


def test_scores_need_no_link() -> None:
    """Nothing is read or written for them, and what endangers somebody must be said."""
    site, _ = site_with(linked=False)
    answer = calls(site, "POST", "/main/api/score", json={"resourceType": "QuestionnaireResponse"})
    assert answer.status_code != 403
    assert site.companion.sent == []


# ---- the service's own sign-in at both


def test_the_service_may_sign_in_at_the_ehr_by_itself() -> None:
    """The launch says who it is for; the EHR is then read with the service's own token, which asks for reading only."""
    site = beside_with(own=True)
    kept = site.held_by_ehr()
    page = site.launched(site.browser())
    assert page.reading().json()["not_visible"] == []
    assert site.network.own_forms
    scopes = site.network.own_forms[0]["scope"].split()
    assert {scope.rpartition(".")[2] for scope in scopes} == {"rs"}
    read_with = {
        one.headers.get("authorization", "").removeprefix("Bearer ")
        for one in site.ehr.to(f"{BASE}/")
        if "/metadata" not in str(one.url) and ".well-known" not in str(one.url)
    }
    assert read_with == {"own-token-at-the-ehr-1"}
    assert "own-token" not in spoken(site.companion.sent)
    assert site.held_by_ehr() == kept


def test_what_waits_is_delivered_by_the_clock(caplog: pytest.LogCaptureFixture) -> None:
    """In the name that is set; the log has numbers and no words. An EHR that is away is asked again."""
    site = beside_with(own=True, notes=("enroll",), delivers=True)
    page = site.launched(site.browser())
    site.network.ehr_busy = True
    values = page.enrollment(
        care_manager=site.known(site.ward.nurse), supervising_provider=site.known(site.ward.physician)
    )
    assert page.submits("enroll", values).status_code == 200
    assert site.ward.front.search("DocumentReference?_count=50") == []
    (rounds,) = site.app.state.delivery_rounds
    site.network.ehr_busy = False
    caplog.set_level("INFO", logger="carefhir.web")
    asyncio.run(rounds.once())
    (note,) = site.ward.front.search("DocumentReference?_count=50")
    assert note["subject"]["reference"] == site.ward.patient
    (line,) = (json.loads(each.message) for each in caplog.records if "delivered" in each.message)
    assert {name: line[name] for name in ("event", "ehr", "outcome", "accepted")} == {
        "event": "delivered",
        "ehr": "main",
        "outcome": "whole",
        "accepted": 1,
    }
    asyncio.run(rounds.once())
    assert len(site.ward.front.search("DocumentReference?_count=50")) == 1


def test_ready_asks_both_servers_and_nobodys_token_goes_along() -> None:
    site = beside_with()
    answer = site.browser().get("/ready")
    assert answer.status_code == 200
    said = answer.json()["ehrs"]["main"]
    assert (said["answers"], said["companion"]["answers"]) == (True, True)
    assert not [one for one in (*site.ehr.sent, *site.companion.sent) if "authorization" in one.headers]
    assert {str(one.url).partition("/metadata")[0] for one in site.companion.sent} == {COMPANION}


def test_ready_names_the_one_that_is_away() -> None:
    site = beside_with()
    site.companion.down = True
    answer = site.browser().get("/ready")
    assert answer.status_code == 503
    said = answer.json()["ehrs"]["main"]
    assert said["software"]
    assert (said["answers"], said["companion"]["answers"]) == (False, False)
