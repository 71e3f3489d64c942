"""A launch from a card: what the card asked for stands first, is checked like anything else, and does nothing by
itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faces.web.launch.conftest import Launching

CAME = "You came for"


def test_the_step_that_a_card_asked_for_stands_first(launching: Launching) -> None:
    stay = launching.ward.stay
    launching.ehr.token_set = {"appContext": f"open-transition:{stay}"}
    page = launching.launched(launching.browser())
    before = launching.ward.front.versions()
    first = page.page().text
    assert first.index(CAME) < first.index("Due now")
    assert f'href="{page.path}steps/open-transition?about={stay}"' in first
    form = page.browser.get(f"{page.path}steps/open-transition", params={"about": stay})
    assert form.status_code == 200
    assert f'name="encounter" aria-describedby="h-encounter" value="{stay}"' in form.text
    assert launching.ward.front.written_since(before) == [], "coming does nothing"


def test_it_is_not_lost_when_the_token_is_renewed(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(expires_in=40)
    launching.ehr.token_set = {"appContext": f"open-transition:{launching.ward.stay}"}
    page = launching.launched(launching.browser())
    launching.ehr.token_set = {}
    launching.ehr.clock.now += 35
    assert CAME in page.page().text


@pytest.mark.parametrize(
    "context",
    [
        None,
        7,
        "",
        {"step": "open-transition"},
        ["open-transition:Encounter/18"],
        "open-transition",
        "open-transition:Patient/18",
        "cure:Encounter/18",
        "open-transition:Encounter/18?x=1",
        "open-transition:Encounter/../metadata",
        "open-transition:https://evil.test/Encounter/18",
        "<script>alert(1)</script>",
        "x" * 100_000,
    ],
)
def test_what_we_do_not_write_into_a_card_is_passed_over(launching: Launching, context: Any) -> None:
    launching.ehr.token_set = {"appContext": context}
    answer = launching.launched(launching.browser()).page()
    assert answer.status_code == 200
    assert CAME not in answer.text
    assert "alert(1)" not in answer.text


def test_a_record_of_another_patient_is_refused_when_it_is_tried(launching: Launching) -> None:
    """It names a record and proves nothing: the step looks whose it is."""
    launching.ward.front.load("kim")
    kim = launching.ward.front.find("Patient", "kim")
    stay = launching.ward.front.create(
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
            "subject": {"reference": kim},
            "period": {"start": "2026-03-01T10:00:00-05:00", "end": "2026-03-05T10:00:00-05:00"},
        }
    )
    launching.ehr.token_set = {"appContext": f"open-transition:{stay}"}
    page = launching.launched(launching.browser())
    before = launching.ward.front.versions()
    answer = page.submits("open-transition", {"encounter": stay, "preview": "false"})
    assert answer.status_code in (404, 422), answer.text
    assert "Task" not in launching.ward.front.written_since(before)


@pytest.mark.parametrize("about", ["Patient/1", "Encounter/1/x", "'><script>", "Encounter/1?x"])
def test_the_address_of_a_form_is_read_as_strictly(launching: Launching, about: str) -> None:
    page = launching.launched(launching.browser())
    answer = page.browser.get(f"{page.path}steps/open-transition", params={"about": about})
    assert answer.status_code == 400
    assert "<script>" not in answer.text


def test_a_step_that_the_launch_cannot_do_is_no_link(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(drop_scopes=lambda scope: "Encounter" in scope)
    launching.ehr.token_set = {"appContext": f"open-transition:{launching.ward.stay}"}
    page = launching.launched(launching.browser())
    first = page.page().text
    assert CAME in first
    assert "?about=" not in first
    assert "did not grant" in first.partition(CAME)[2].partition("</section>")[0]
