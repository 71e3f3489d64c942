"""The timeline as a page of its own: linked from the patient's page, and not read with it."""

from __future__ import annotations

import httpx

from tests.faces.web.launch.conftest import Launching
from tests.faces.web.pages.after_discharge import usable, words
from tests.faces.web.pages.plans import PlanOfRosa

PAGE = {"Accept": "text/html"}


def timeline(plan: PlanOfRosa) -> httpx.Response:
    return plan.nurse.browser.get(f"{plan.nurse.path}readings/timeline", headers=PAGE)


def no_receipts(request: httpx.Request) -> httpx.Response | None:
    if b'"type":"batch"' in request.content.replace(b" ", b""):
        return httpx.Response(400)
    return httpx.Response(403) if "/Provenance" in request.url.path else None


def test_who_did_what_and_when(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    answer = timeline(plan)
    usable(answer)
    told = words(answer)
    assert "Ask the supervising provider to sign a plan" in told
    assert "Dana Whitfield" in told
    assert "Mon Mar 9, 2026" in told
    assert "T14:" not in told, "moments as the clock at the site shows them"
    assert "what others did in the record is not in it" in told


def test_it_is_linked_from_the_patient_and_not_read_with_it(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    asked: list[str] = []

    def heard(request: httpx.Request) -> None:
        asked.append(f"{request.url} {request.content.decode(errors='replace')}")

    plan.launching.ehr.fhir_rules = [heard]
    page = plan.nurse.get("")
    assert "readings/timeline" in page.text
    assert asked
    assert [each for each in asked if "Provenance" in each] == []


def test_receipts_that_cannot_be_seen_are_never_none(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    plan.launching.ehr.fhir_rules = [no_receipts]
    told = words(timeline(plan))
    assert "(Provenance): " in told
    assert "not visible: receipts" in told
    assert "no act of ours" not in told
