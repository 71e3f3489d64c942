"""A FHIR server that a test can have behave otherwise, with Rosa on her Monday: planned, called, not signed yet."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from carefhir import commands
from carefhir.demo.front import Front
from carefhir.demo.rosa import Rosa
from carefhir.demo.stage import load
from carefhir.engine.results import Done
from carefhir.fhir.codec import decode_object, encode
from carefhir.sandbox import Sandbox, SandboxAnswer, start
from tests.browser.conftest import with_people
from tests.browser.fhir_in_front import FhirInFront
from tests.browser.ward import BrowserWard, serving
from tests.support.real_servers import SANDBOX

AFTERNOON = datetime.fromisoformat("2026-03-09T13:30:00-05:00")
FHIR = {"content-type": "application/fhir+json"}
CODES = {403: "forbidden", 429: "throttled"}
"""What a server says of its refusal, by status."""
CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"

Mood = Callable[[str, str, bytes], int]
"""Which status a server answers instead, by method, target and body; 0 for what it would answer anyway."""


class MoodyServer:
    """A sandbox that answers otherwise once a test asks it to."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.mood: Mood = calm

    def __call__(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> SandboxAnswer:
        """One exchange. What is asked without headers comes from the test, and is answered as ever."""
        status = self.mood(method, target, body) if headers else 0
        if status:
            issue = {"severity": "error", "code": CODES.get(status, "transient")}
            refusal = {"resourceType": "OperationOutcome", "issue": [issue]}
            return SandboxAnswer(status, {**FHIR, "retry-after": "0"}, encode(refusal))
        return self.sandbox.handle(method, target, headers, body)

    def change(self, reference: str, **elements: Any) -> None:
        """Changes a record past everything; an element that is None goes."""
        before = decode_object(self.sandbox.handle("GET", reference).body)
        after = {name: value for name, value in {**before, **elements}.items() if value is not None}
        answer = self.sandbox.handle("PUT", reference, FHIR, encode(after))
        assert answer.status == 200, answer.body

    def create(self, resource: dict[str, Any]) -> str:
        """Adds a record past everything; gives `Type/ID`."""
        answer = self.sandbox.handle("POST", resource["resourceType"], FHIR, encode(resource))
        assert answer.status == 201, answer.body
        return f"{resource['resourceType']}/{decode_object(answer.body)['id']}"


# -- moods -------------------------------------------------------------------------------------------------------------


def calm(method: str, target: str, body: bytes) -> int:
    """Everything as ever."""
    return 0


def hides(*types: str) -> Mood:
    """403 for these types, alone and in batches."""

    def mood(method: str, target: str, body: bytes) -> int:
        asked = any(target.startswith(each) or f'"{each}?'.encode() in body for each in types)
        return 403 if asked else 0

    return mood


def answers(status: int) -> Mood:
    """This status for whatever is asked, but for who the patient and the user are."""

    def mood(method: str, target: str, body: bytes) -> int:
        return 0 if target.startswith(("Patient/", "Practitioner/", "metadata")) else status

    return mood


def refuses_writes(status: int) -> Mood:
    """This status for whatever is written."""

    def mood(method: str, target: str, body: bytes) -> int:
        writes = method == "PUT" or b'"transaction"' in body or (method == "POST" and target.isalpha())
        return status if writes else 0

    return mood


# -- who is there ------------------------------------------------------------------------------------------------------


@cache
def _monday() -> Sandbox:
    """Told once in a process, to be copied."""
    sandbox = with_people()
    with start(sandbox) as running, contextlib.redirect_stdout(io.StringIO()):
        cast = load(Front(running.base))
        story = Rosa(cast, cast.rosa)
        for chapter in (story._arrives, story._helped, story._asked, story._comes_home, story._concluded):
            chapter()
        story.does(
            cast.nurse,
            "2026-03-09T11:30:00-05:00",
            commands.ProposePlan,
            own_goal="to dance at my granddaughter's wedding in June",
        )
    return sandbox


@contextmanager
def moody_ward(*, empty: bool = False) -> Iterator[tuple[BrowserWard, MoodyServer]]:
    """A service on such a server; `empty`: nobody is in a program yet."""
    moody = MoodyServer(with_people() if empty else _monday().copy())
    with serving(FhirInFront(moody), server=SANDBOX, now=AFTERNOON) as ward:
        yield ward, moody


def pause(ward: BrowserWard) -> None:
    """Rosa's program is paused."""
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


def in_hospital(rosa: str) -> dict[str, Any]:
    """A stay that goes on."""
    return {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": CLASS, "code": "IMP"},
        "subject": {"reference": rosa},
        "period": {"start": "2026-03-09T06:00:00-05:00"},
    }


def in_hospice(rosa: str) -> dict[str, Any]:
    """Palliative care, as a diagnosis."""
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z51.5"}]},
        "subject": {"reference": rosa},
    }
