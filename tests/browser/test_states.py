"""Pages in their states, each looked at: empty, partly visible, server away, deceased, in hospital, hospice, paused,
refused, somebody faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from carefhir import commands
from carefhir.engine.results import Done
from carefhir.fhir.codec import decode_object, encode
from carefhir.sandbox import SandboxAnswer
from tests.browser.conftest import with_people
from tests.browser.fhir_in_front import Answering, FhirInFront
from tests.browser.looking import PageLook
from tests.browser.test_journey import press, set_scene
from tests.browser.ward import BrowserWard, serving
from tests.browser.watching import PageWatch
from tests.support.real_servers import SANDBOX

if TYPE_CHECKING:
    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

NO = b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden"}]}'
CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


class Moody:
    """A server that answers otherwise once a test asks it to."""

    def __init__(self) -> None:
        self._handle = with_people().handle
        self.instead: Callable[[str, bytes], int] = lambda target, body: 0

    def __call__(self, method: str, target: str, headers: Any, body: bytes) -> SandboxAnswer:
        """One exchange."""
        status = self.instead(target, body)
        if status:
            return SandboxAnswer(status, {"content-type": "application/fhir+json"}, NO)
        return self._handle(method, target, headers, body)

    def change(self, reference: str, **elements: Any) -> None:
        """Changes a record past everything."""
        resource = {**decode_object(self._handle("GET", reference).body), **elements}
        answer = self._handle("PUT", reference, {"content-type": "application/fhir+json"}, encode(resource))
        assert answer.status == 200, answer.body

    def create(self, resource: dict[str, Any]) -> None:
        """Adds a record past everything."""
        kind = {"content-type": "application/fhir+json"}
        answer = self._handle("POST", resource["resourceType"], kind, encode(resource))
        assert answer.status == 201, answer.body


@contextmanager
def moody_ward() -> Iterator[tuple[BrowserWard, Moody]]:
    moody = Moody()
    answering: Answering = moody
    with serving(FhirInFront(answering), server=SANDBOX) as ward:
        yield ward, moody


def hides(*types: str) -> Callable[[str, bytes], int]:
    """403 for these types, alone and in batches."""

    def instead(target: str, body: bytes) -> int:
        asked = any(target.startswith(each) or f'"{each}?'.encode() in body for each in types)
        return 403 if asked else 0

    return instead


def test_nothing_is_due(browse: Browse, look: PageLook) -> None:
    with moody_ward() as (ward, _):
        frame = ward.launch_today(browse())
        frame.get_by_text("Nothing due today").wait_for()
        look(frame, "state-today-empty")
        assert frame.locator("li.row").count() == 0


def test_part_of_it_is_not_visible(browse: Browse, look: PageLook) -> None:
    with moody_ward() as (ward, moody):
        set_scene(ward)
        moody.instead = hides("Flag", "Appointment", "Consent")
        frame = ward.launch_today(browse())
        frame.get_by_text("Not on this page").first.wait_for()
        look(frame, "state-today-partly")
        press(frame.get_by_role("link", name="Rosa Delgado").first)
        frame.get_by_role("heading", name="Due now").wait_for()
        look(frame, "state-patient-partly")
        press(frame.get_by_role("button", name="Open call note with"))
        frame.get_by_text("Not visible, so not on this page").wait_for()
        look(frame, "state-call-partly")
        assert "consents" in frame.locator("section[aria-label='Not on this page']").inner_text()


def test_the_server_is_away(browse: Browse, look: PageLook, watch: PageWatch) -> None:
    watch.expect("console", "status of 50")
    with moody_ward() as (ward, moody):
        set_scene(ward)
        frame = ward.launch(browse(), "rosa")
        moody.instead = lambda target, body: 0 if target.startswith(("Patient/", "Practitioner/")) else 503
        for name in ("", "transition", "plan", "reconcile"):
            frame.goto(f"{frame.url.partition('/s/')[0]}/s/{frame.url.split('/s/')[1].split('/')[0]}/{name}")
            look(frame, f"state-away-{name or 'patient'}")
            assert "Nothing is due" not in frame.content()


WHERE: dict[str, Callable[[BrowserWard, Moody], None]] = {
    "deceased": lambda ward, moody: moody.change(ward.find("Patient", "rosa"), deceasedBoolean=True),
    "in-hospital": lambda ward, moody: moody.create(
        {
            "resourceType": "Encounter",
            "status": "in-progress",
            "class": {"system": CLASS, "code": "IMP"},
            "subject": {"reference": ward.find("Patient", "rosa")},
            "period": {"start": "2026-03-09T06:00:00-05:00"},
        }
    ),
    "hospice": lambda ward, moody: moody.create(
        {
            "resourceType": "Condition",
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z51.5"}]},
            "subject": {"reference": ward.find("Patient", "rosa")},
        }
    ),
    "paused": lambda ward, moody: _paused(ward),
}


def _paused(ward: BrowserWard) -> None:
    with ward.care() as care:
        result = care.run(
            commands.Pause.model_validate(
                {
                    "patient": ward.find("Patient", "rosa"),
                    "program": "care-management",
                    "at": "2026-03-09T09:55:00-05:00",
                    "reason": "visits her sister",
                    "look_again": "2026-04-06",
                }
            )
        )
        assert isinstance(result, Done), result


@pytest.mark.parametrize("where", WHERE)
def test_where_somebody_is(browse: Browse, look: PageLook, where: str) -> None:
    """It stands on Today, on the patient's page and on the call note, before anybody dials."""
    with moody_ward() as (ward, moody):
        set_scene(ward)
        WHERE[where](ward, moody)
        frame = ward.launch_today(browse())
        look(frame, f"state-today-{where}")
        rosa = ward.find("Patient", "rosa").partition("/")[2]
        frame.goto(f"{frame.url}patients/{rosa}/")
        look(frame, f"state-patient-{where}")
        frame.goto(f"{frame.url}call")
        look(frame, f"state-call-{where}")
        warned = frame.locator(".standing, section[aria-label='Know before you call']")
        assert warned.count(), "nobody dials without knowing"
