"""A session beside a companion while one of two servers does not answer: it goes on, and nothing is said to be none."""

from __future__ import annotations

import asyncio
from html import unescape

import pytest

from carefhir import catalog
from carefhir.faces.web.parameters import is_patients
from carefhir.transport import httpx_driver, silence
from tests.faces.web.launch.beside import LaunchingBeside, beside_with, enrolls


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer is asked again after a moment; here the moment is none."""
    turn = asyncio.sleep

    async def at_once(seconds: float) -> None:
        await turn(0)

    monkeypatch.setattr(httpx_driver.asyncio, "sleep", at_once)


def answers_again(site: LaunchingBeside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both servers are back, and the moment is over in which they are not asked."""
    site.companion.down = site.network.ehr_down = False
    monkeypatch.setattr(silence, "SILENT_FOR", 0.0)


def test_the_companion_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session goes on: what the EHR has is shown, the rest is a gap with the companion's name, and steps
    are refused."""
    site = beside_with()
    page = site.launched(site.browser())
    assert enrolls(site, page).status_code == 200
    form = page.get("steps/record-contact")
    site.companion.down = True
    shown = page.page()
    words = unescape(shown.text)
    assert shown.status_code == 200
    assert "Rosa Delgado" in words
    assert "companion: " in words
    overview = page.reading().json()
    rows = {section["name"]: section for section in overview["sections"]}
    assert rows["medicines"]["rows"], "from the EHR"
    assert "penicillin, perhaps more (not visible: allergies)" in words
    for name in ("people", "plans", "to-do", "goals", "consents"):
        assert rows[name]["not_visible"], f"{name}: nothing is said to be none"
    assert any(gap.startswith("Task: companion: ") for gap in overview["not_visible"])
    asked = page.get("steps/enroll")
    assert asked.status_code == 200
    refused = page.previews(
        "enroll", page.enrollment(care_manager="Practitioner/1", supervising_provider="Practitioner/1")
    )
    assert refused.status_code == 503
    assert (
        "the companion, where everything of carefhir is written, does not answer now" in unescape(refused.text).lower()
    )
    assert form.status_code == 200
    answers_again(site, monkeypatch)
    assert "companion: " not in unescape(page.page().text)
    assert page.reading().json()["not_visible"] == []


SAID_TO_BE_NONE = (
    "not in the care-management program",
    "no act of ours",
    "There is no plan",
    "No care plan",
    "Nothing due",
    "never reconciled",
    "Nothing is due",
    "No medicines",
)
"""What pages say where something was looked for and is not there."""


@pytest.mark.parametrize("server", ["companion", "ehr"])
def test_while_a_server_is_away_no_page_says_that_there_is_nothing(server: str) -> None:
    """Every page and reading about a patient, and both lists: what is unseen is said with the server's name, or the
    page says that it could not be read."""
    site = beside_with()
    page = site.launched(site.browser())
    assert enrolls(site, page).status_code == 200
    today = site.for_today(site.browser())
    assert today.page().status_code == 200
    site.companion.down, site.network.ehr_down = server == "companion", server == "ehr"
    readings = [f"readings/{reading.name}" for reading in catalog.READINGS if is_patients(reading.command)]
    whole = ["", "transition", "plan", "call", *readings, "readings/time-statement?month=2026-03"]
    looked = {path: page.get(path, headers={"accept": "text/html"}) for path in whole}
    looked |= {f"today {path}": today.get(path) for path in ("", "?whose=team", "?whose=nobody", "supervisor")}
    for path, answer in looked.items():
        words = unescape(answer.text)
        assert answer.status_code in (200, 404, 503), path
        assert f"{server}: " in words or "does not answer now" in words, path
        assert not [said for said in SAID_TO_BE_NONE if said in words], path


def test_the_ehr_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    site = beside_with()
    page = site.launched(site.browser())
    assert enrolls(site, page).status_code == 200
    site.network.ehr_down = True
    shown = page.page()
    words = unescape(shown.text)
    assert shown.status_code == 200
    assert "ehr: " in words
    overview = page.reading().json()
    rows = {section["name"]: section for section in overview["sections"]}
    assert rows["people"]["rows"], "from the companion"
    for name in ("medicines", "allergies", "stays", "vitals"):
        assert rows[name]["not_visible"], f"{name}: nothing is said to be none"
    assert "ask for the name" in words
    answers_again(site, monkeypatch)
    assert page.reading().json()["not_visible"] == []


def test_both_are_away_and_the_session_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    site = beside_with()
    page = site.launched(site.browser())
    assert page.page().status_code == 200
    site.companion.down = site.network.ehr_down = True
    assert page.page().status_code in (200, 404, 503)
    answers_again(site, monkeypatch)
    assert "Rosa Delgado" in unescape(page.page().text)
