"""Communication: read leniently whatever a server holds, written with everything ours always have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from carefhir.codes import CONTACT_OUTCOME
from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.r4 import objections
from carefhir.fhir.record import Record
from carefhir.mappers import communication
from carefhir.mappers.communication import Conversation, TalkView

Json = dict[str, Any]


def read(**elements: Any) -> TalkView:
    resource = {"resourceType": "Communication", "id": "1", "subject": {"reference": "Patient/1"}, **elements}
    return communication.read(Record(encode(resource)), UTC)


def written(**changes: Any) -> Json:
    values: Json = {"based_on": "Task/1", "sent": "2026-03-09T09:00:00-05:00", "recipient": {"reference": "Patient/1"}}
    talk = Conversation(**{**values, **changes})
    return communication.write(load(), "Patient/1", "Practitioner/1", "registered-nurse", talk)


def test_what_is_written_is_read_back() -> None:
    outcome = load().concept(CONTACT_OUTCOME, "voicemail")
    topics = ({"text": "the cat"}, {"coding": [{"system": "http://any", "code": "x", "display": "an x"}]})
    made = written(not_reached=outcome, topics=topics, sentences=("call me",))
    assert objections(made) == ()
    assert made["topic"] == {"text": "the cat, an x"}
    found = read(**{name: value for name, value in made.items() if name not in ("resourceType", "subject")})
    assert (found.status, found.outcome, found.discipline) == ("not-done", "voicemail", "registered-nurse")
    assert found.sent == datetime.fromisoformat("2026-03-09T09:00:00-05:00")
    assert (found.sender, found.based_on) == ("Practitioner/1", ("Task/1",))
    assert found.topics == ("the cat", "x")
    assert not found.instruction


def test_a_talk_that_took_place_says_no_reason_and_a_lesson_is_known() -> None:
    made = written(instruction=True)
    assert made["status"] == "completed"
    assert "statusReason" not in made
    assert read(category=made["category"]).instruction


def test_an_unknown_discipline_is_left_out() -> None:
    talk = Conversation("Task/1", "2026-03-09T09:00:00-05:00", {"reference": "Patient/1"})
    assert "extension" not in communication.write(load(), "Patient/1", "Practitioner/1", "", talk)


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"sent": 3, "sender": "Practitioner/1", "basedOn": "Task/1"},
        {"sent": "yesterday", "statusReason": [], "reasonCode": ["word", {"text": 1}]},
        {"extension": ["x", {"url": "y"}], "category": {"coding": "instruction"}, "basedOn": [{"reference": "#a"}]},
    ],
)
def test_odd_elements_are_not_seen_and_harm_nothing(odd: Json) -> None:
    found = read(**odd)
    assert (found.sent, found.sender, found.based_on, found.topics) == (None, "", (), ())
