"""Appointment: a visit as it is booked."""

from __future__ import annotations

from datetime import datetime

import pytest

from carefhir.fhir.codec import encode
from carefhir.fhir.r4 import objections
from carefhir.fhir.record import Record
from carefhir.mappers import appointment
from carefhir.mappers.appointment import Visit


@pytest.mark.parametrize(("told", "part"), [(True, "accepted"), (False, "needs-action")])
def test_a_booked_visit(told: bool, part: str) -> None:
    start = datetime.fromisoformat("2026-03-12T10:00:00-05:00")
    visit = Visit("Practitioner/1", start, 45, "Main Street Clinic", "by bus", told, "Task/1")
    made = appointment.write_visit("Patient/1", "2026-03-09T10:00:00-05:00", visit)
    assert objections(made) == ()
    assert (made["start"], made["end"]) == ("2026-03-12T10:00:00-05:00", "2026-03-12T10:45:00-05:00")
    assert [one["status"] for one in made["participant"]] == [part, "accepted"]
    assert made["supportingInformation"] == [{"reference": "Task/1"}]
    found = appointment.read(Record(encode({**made, "id": "1"})))
    assert (found.status, found.start, found.over) == ("booked", start, False)
    assert found.with_ == ("Patient/1", "Practitioner/1")
