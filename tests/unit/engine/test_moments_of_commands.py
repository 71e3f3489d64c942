"""Days and moments that a command names: what FHIR cannot hold, or cannot be reckoned with, is refused by its field."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.errors import BadInput
from carefhir.faces import fields
from carefhir.workflows.monitoring.log_time import LogTime
from carefhir.workflows.monitoring.record_call import RecordCall
from carefhir.workflows.supervision.record_death import RecordDeath


def logged(started: str) -> LogTime:
    values = {
        "patient": "1",
        "program": "care-management",
        "started": started,
        "ended": "2026-03-09T10:00:00-05:00",
        "activity": "talk",
    }
    return fields.command(LogTime, values)


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2026-03-09T09:00:00+16:00", "at most 14 hours"),
        ("2026-03-09T09:00:00-14:01", "at most 14 hours"),
        ("2026-03-09T09:00:00", "timezone"),
        ("0001-01-01T00:00:00+05:00", "between the years 1900 and 2199"),
        ("9999-12-31T23:59:59-05:00", "between the years 1900 and 2199"),
        ("1385-10-26T20:57:19+01:00", "between the years 1900 and 2199"),
    ],
)
def test_a_moment_that_cannot_be_written(moment: str, why: str) -> None:
    with pytest.raises(BadInput) as error:
        logged(moment)
    assert "started (" in error.value.message
    assert why in error.value.message
    assert moment not in error.value.message


@pytest.mark.parametrize("died", ["0001-01-01", "2200-01-01", "9999-12-31T23:59:59-05:00"])
def test_a_day_that_cannot_be_reckoned_with(died: str) -> None:
    values: dict[str, Any] = {"patient": "1", "died": died}
    with pytest.raises(BadInput, match="between the years 1900 and 2199"):
        fields.command(RecordDeath, values)


def test_an_empty_text_among_several() -> None:
    values: dict[str, Any] = {"patient": "1", "started": "2026-03-09T09:00:00Z", "topics": ["diet", " "]}
    with pytest.raises(BadInput, match="expected no empty text"):
        fields.command(RecordCall, values)


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+05:45", "Z"])
def test_offsets_that_there_are(offset: str) -> None:
    assert logged(f"2026-03-09T09:00:00{offset}").started.replace(tzinfo=None).hour == 9
