"""An EHR beside the server that carefhir writes to, as a site sets it: by the command line, and by Python."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests

from carefhir import AsyncCare, BadInput, Care, commands
from carefhir.sandbox import Sandbox
from carefhir.sign_in import ReadHome
from tests.faces.conftest import NOW, Exchange, Front, invoke

Json = dict[str, Any]


class Site:
    """An EHR with Rosa and the team on it, and an empty companion."""

    def __init__(self, ehr: Front, companion: Front) -> None:
        self.ehr, self.companion = ehr, companion
        ehr.load("team", "rosa")
        self.rosa, self.nurse = ehr.find("Patient", "rosa"), ehr.find("Practitioner", "nurse")
        self.physician = ehr.find("Practitioner", "physician")

    def linked(self, place: str) -> str:
        said = invoke("link", place, "--json")
        assert said.code == 0, said.words
        return str(said.json["reference"])


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    ehr, companion = Front(Sandbox()), Front(Sandbox())
    servers = [ehr.start(), companion.start()]
    try:
        for name in ("Patient", "Patient", "Basic"):  # ids differ, as on any two servers
            companion.create(
                {"resourceType": name, "code": {"text": "x"}} if name == "Basic" else {"resourceType": name}
            )
        monkeypatch.setenv("CAREFHIR_SERVER", companion.base)
        monkeypatch.setenv("CAREFHIR_EHR", ehr.base)
        yield Site(ehr, companion)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def test_linked_enrolled_and_shown(site: Site) -> None:
    before = site.ehr.versions()
    rosa, nurse, physician = (site.linked(place) for place in (site.rosa, site.nurse, site.physician))
    assert rosa != site.rosa
    words = [
        "program=care-management",
        f"care_manager={nurse}",
        f"supervising_provider={physician}",
        "consent=verbal",
        "told=what-it-is",
        "told=care-team",
        "told=right-to-stop",
        "reason=just home",
        "care_manager_discipline=RN",
    ]
    given = [part for word in words for part in ("--set", word)]
    said = invoke("run", "enroll", "--patient", rosa, "--as", nurse, "--now", NOW, *given)
    assert said.code == 0, said.words
    page = invoke("overview", "--patient", rosa, "--now", NOW)
    assert "Rosa Delgado" in page.stdout
    assert "furosemide" in page.stdout, "from the EHR"
    assert "active, care manager Dana Whitfield" in page.stdout, "from the companion"
    assert site.ehr.versions() == before, "nothing is written to the EHR"


def enrolled(site: Site) -> Any:
    """Rosa enrolled, by the command line."""
    rosa, nurse, physician = (site.linked(place) for place in (site.rosa, site.nurse, site.physician))
    words = [
        *("program=care-management", f"care_manager={nurse}", f"supervising_provider={physician}", "consent=verbal"),
        *("told=what-it-is", "told=care-team", "told=right-to-stop", "reason=just home", "care_manager_discipline=RN"),
    ]
    given = [part for word in words for part in ("--set", word)]
    return invoke("run", "enroll", "--patient", rosa, "--as", nurse, "--now", NOW, *given)


def waiting(site: Site) -> Any:
    return invoke("deliver", "--as", site.linked(site.nurse), "--now", NOW)


def test_a_note_goes_into_the_ehr(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the step, and said; then nothing waits."""
    monkeypatch.setenv("CAREFHIR_EHR_NOTES", "enroll")
    said = enrolled(site)
    assert said.code == 0, said.words
    assert "ehr has taken it: In ehr, a note" in said.words
    assert len(site.ehr.search("DocumentReference")) == 1
    after = waiting(site)
    assert after.code == 0
    assert "nothing waits" in after.stdout


@pytest.mark.parametrize(
    ("writing", "code", "words"),
    [(True, 0, "ehr has refused it, a Task asks for it"), (False, 3, "not yet in ehr")],
)
def test_a_note_that_the_ehr_does_not_take(
    site: Site, monkeypatch: pytest.MonkeyPatch, writing: bool, code: int, words: str
) -> None:
    """The step is done all the same, and says what became of the note; what waits is said again, with an exit code."""
    monkeypatch.setenv("CAREFHIR_EHR_NOTES", "enroll")

    def refused(exchange: Exchange) -> Any:
        writes = exchange.method == "POST" and exchange.target == "DocumentReference"
        about = "DocumentReference" in exchange.target or b"DocumentReference?" in exchange.body
        return (403, {}, b"") if about and writes == writing else None

    site.ehr.trouble = refused
    said = enrolled(site)
    assert said.code == 0, said.words
    assert words in said.words
    after = waiting(site)
    assert after.code == code
    assert ("still waiting" in after.stdout) == (code == 3)


@pytest.mark.parametrize(("name", "value"), [("NOTES", "enrol"), ("WRITES", "Conditions")])
def test_what_may_be_put_into_the_ehr_is_checked(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CAREFHIR_EHR_{name}", value)
    said = invoke("overview", "--patient", "Patient/1")
    assert said.code == 2
    assert value in said.words


def test_the_worklist_says_who_is_in_the_hospital_that_the_ehr_is_of(site: Site) -> None:
    rosa, nurse = site.linked(site.rosa), site.linked(site.nurse)
    site.companion.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "description": "call her",
            "for": {"reference": rosa}, "owner": {"reference": nurse},
            "restriction": {"period": {"end": NOW[:10]}},
        }
    )  # fmt: skip
    assert "in a hospital" not in invoke("worklist", "--as", nurse, "--now", NOW).stdout
    site.ehr.create(
        {
            "resourceType": "Encounter", "status": "in-progress", "subject": {"reference": site.rosa},
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
            "period": {"start": f"{NOW[:10]}T01:00:00-05:00"},
        }
    )  # fmt: skip
    page = invoke("worklist", "--as", nurse, "--now", NOW)
    assert page.code == 0, page.words
    assert "Rosa Delgado" in page.stdout
    assert "in a hospital" in page.stdout
    assert "not visible" not in page.stdout


def test_an_ehr_that_is_away_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa = site.linked(site.rosa)
    monkeypatch.setenv("CAREFHIR_EHR", "http://127.0.0.1:9/fhir")
    page = invoke("overview", "--patient", rosa, "--now", NOW)
    assert page.code == 0
    assert "not visible: " in page.stdout
    assert "ehr: " in page.stdout
    assert "furosemide" not in page.stdout


def test_what_is_not_linked_is_named_with_the_way_out(site: Site) -> None:
    stranger = site.companion.create({"resourceType": "Patient", "active": True, "name": [{"family": "Stone"}]})
    page = invoke("overview", "--patient", stranger, "--now", NOW)
    assert "carefhir link" in page.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [("CAREFHIR_EHR_NAME", "main"), ("CAREFHIR_EHR_NAME", "The EHR"), ("CAREFHIR_EHR", "ehr.example")],
)
def test_settings_that_cannot_be_used(site: Site, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    said = invoke("overview", "--patient", "Patient/1", "--now", NOW)
    assert said.code == 2
    assert "Traceback" not in said.stderr


def test_nothing_is_linked_without_an_ehr(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAREFHIR_EHR")
    said = invoke("link", site.rosa)
    assert said.code == 2
    assert "CAREFHIR_EHR" in said.stderr


def test_both_loops_read_both(site: Site) -> None:
    rosa, nurse = site.linked(site.rosa), site.linked(site.nurse)
    beside, now = (ReadHome(site.ehr.base),), datetime.fromisoformat(NOW)
    command = commands.Overview(patient=rosa)
    with Care(site.companion.base, acting=nurse, now=now, beside=beside) as care:
        page = care.show(command)

    async def shown() -> Any:
        async with AsyncCare(site.companion.base, acting=nurse, now=now, beside=beside) as other:
            return await other.show(command)

    assert page == asyncio.run(shown())
    assert page.section("medicines").rows


class Watched(requests.Session):
    """Keeps which token went to which server."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: set[tuple[str, str]] = set()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        base = str(request.url).partition("/fhir")[0]
        self.tokens.add((base, str(request.headers.get("Authorization", ""))))
        return super().send(request, **options)


def test_a_token_goes_to_its_own_server_alone(site: Site) -> None:
    """R8: each server gets its own token, and not the other's."""
    rosa, watched, now = site.linked(site.rosa), Watched(), datetime.fromisoformat(NOW)
    beside = (ReadHome(site.ehr.base, token="for-the-ehr"),)
    with Care(site.companion.base, token="for-ours", now=now, beside=beside, session=watched) as care:
        care.show(commands.Overview(patient=rosa))
    ehr, ours = (front.base.partition("/fhir")[0] for front in (site.ehr, site.companion))
    assert watched.tokens == {(ehr, "Bearer for-the-ehr"), (ours, "Bearer for-ours")}


def test_a_nurse_is_not_linked_with_a_patient(site: Site) -> None:
    rosa = site.linked(site.rosa)
    before = site.companion.versions()
    with Care(site.companion.base, beside=(ReadHome(site.ehr.base),)) as care, pytest.raises(BadInput):
        care.link(site.nurse, to=rosa)
    assert site.companion.versions() == before
