"""A launch from an EHR like Epic's, that is only read: who is not known yet is linked, a call is saved, and what is
written stands on the companion; then one of the two servers is away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

from carefhir import commands
from carefhir.engine.results import Done
from carefhir.faces.care import Care
from carefhir.sandbox import Sandbox, SandboxAnswer, shape
from carefhir.transport.read_homes import ReadHome
from tests.browser.conftest import with_people
from tests.browser.fhir_in_front import FhirInFront
from tests.browser.looking import PageLook
from tests.browser.test_journey import LOOK, fill_in_call, heading, press
from tests.browser.ward import NOW, BrowserWard, serving
from tests.browser.watching import PageWatch

if TYPE_CHECKING:
    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

AWAY = SandboxAnswer(503, {"content-type": "text/plain"}, b"")


class Switch:
    """A server that can be switched off."""

    def __init__(self, behind: Sandbox) -> None:
        self._behind, self.off = behind, False

    def __call__(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> SandboxAnswer:
        """One exchange; what the tests ask past HTTP is always answered."""
        return AWAY if self.off and headers else self._behind.handle(method, target, headers, body)


@pytest.fixture
def companion() -> Switch:
    """A companion on which nobody is yet; its ids are not the EHR's."""
    sandbox = Sandbox()
    for _ in range(60):
        sandbox.take(
            b'{"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {"resourceType": "Basic", '
            b'"code": {"text": "takes a number"}}, "request": {"method": "POST", "url": "Basic"}}]}'
        )
    return Switch(sandbox)


@pytest.fixture
def ward_beside(companion: Switch) -> Iterator[BrowserWard]:
    """A service whose EHR is like Epic's, and its companion."""
    whole = with_people()
    shown = FhirInFront(whole.behaving(shape("epic")).handle)
    with serving(shown, server="epic", companion=FhirInFront(companion), whole=whole) as ward:
        yield ward


def held_by(ward: BrowserWard) -> dict[str, int]:
    """How much the EHR holds, by type."""
    types = ("Communication", "Task", "Observation", "QuestionnaireResponse", "Provenance", "EpisodeOfCare", "Patient")
    return {type_: len(ward.search(f"{type_}?_count=200")) for type_ in types}


def in_the_program(ward: BrowserWard) -> None:
    """Rosa is in the program, just home after a stay: told on both servers, where the nurse and she are linked."""
    assert ward.companion_base
    with Care(ward.companion_base, now=NOW, beside=(ReadHome(ward.base),)) as care:
        rosa, nurse, physician = (
            care.link(ward.find(*each)).reference
            for each in (("Patient", "rosa"), ("Practitioner", "nurse"), ("Practitioner", "physician"))
        )
    stay = ward.find("Encounter", "rosa-stay").replace("/", "/ehr.")
    with Care(ward.companion_base, acting=nurse, now=NOW, beside=(ReadHome(ward.base),)) as care:
        for command in (
            commands.Enroll(
                patient=rosa,
                program="care-management",
                care_manager=nurse,
                supervising_provider=physician,
                consent="verbal",
                told=("what-it-is", "care-team", "right-to-stop"),
                reason="several chronic conditions, just home",
                care_manager_discipline="RN",
            ),
            commands.OpenTransition(patient=rosa, encounter=stay),
        ):
            assert isinstance(result := care.run(command), Done), result


def test_a_day_beside_an_ehr(
    ward_beside: BrowserWard, companion: Switch, browse: Browse, look: PageLook, watch: PageWatch
) -> None:
    ward, page = ward_beside, browse()
    held = held_by(ward)
    page.goto(ward.launch_url())
    page.wait_for_url(f"{ward.address}/s/*/link")
    frame = page.main_frame
    heading(frame, "Not in carefhir yet")
    look(frame, "beside-not-linked")
    press(frame.get_by_role("button", name="Link"))
    heading(frame, "Linked")
    look(frame, "beside-linked")
    press(frame.get_by_role("link", name="Open the chart"))
    frame.get_by_role("heading", name="Due now").wait_for()
    look(frame, "beside-patient-new")

    in_the_program(ward)
    today = ward.launch_today(page)
    heading(today, "Today")
    look(today, "beside-today")
    press(today.get_by_role("link", name="Rosa Delgado").first)
    today.get_by_role("heading", name="Due now").wait_for()
    look(today, "beside-patient")
    press(today.get_by_role("button", name="Open call note with"))
    heading(today, "Call note")
    fill_in_call(today)
    frame = today
    press(frame.get_by_role("button", name=LOOK))
    heading(frame, "To be written: Call note")
    look(frame, "beside-call-preview")
    press(frame.get_by_role("button", name="Save"))
    heading(frame, "Saved: Call note")
    look(frame, "beside-call-saved")
    (rosa,) = ward.written("Patient?_count=50")
    assert len(ward.written(f"Communication?patient=Patient/{rosa['id']}&_count=50")) == 2, (
        "the call, and what was said"
    )
    assert ward.written("Provenance?_count=200"), "receipts"
    press(frame.get_by_role("link", name="Back to the patient").first)
    frame.get_by_role("heading", name="Due now").wait_for()
    assert held_by(ward) == held, "nothing is written to the EHR"

    watch.expect("console", "status of 503")
    companion.off = True
    frame.goto(frame.url)
    frame.get_by_text("Nothing can be saved now").wait_for()
    look(frame, "beside-companion-away")
    assert frame.get_by_text("carvedilol").count(), "what the EHR has is still there"
    frame.goto(f"{ward.address}/s/{frame.url.split('/')[4]}/")
    frame.get_by_text("who is on it is not known now").wait_for()
    look(frame, "beside-today-away")
