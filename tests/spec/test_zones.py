"""Rule 37: a time in UTC beside a site without a zone may be of another day. Both are named; the earlier one starts the
clock, the later one is held against it. Rosa's stay ends on Saturday 2026-03-07 at 03:30 UTC: Friday evening there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from carefhir import Done
from carefhir.catalog import step_for
from carefhir.commands import OpenTransition
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.step import Command
from carefhir.occasion import Actor, Occasion, days_of
from tests.spec.tables import Chart
from tests.support.backends import Backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.transitions import call

Json = dict[str, Any]
UNSET, SET = False, True


def done(found: Stage, command: Command, when: str, *, zone_is_set: bool) -> str:
    now = datetime.fromisoformat(when)
    assert now.tzinfo is not None
    occasion = Occasion(now, Actor(found.nurse), load(), now.tzinfo, zone_is_set=zone_is_set)
    result = found.backend.run(runner.run(step_for(command), command, occasion, found.backend.server()))
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def discharged(backend: Backend, end: str) -> tuple[Stage, Command]:
    found = stage(backend, "rosa")
    reference = backend.find("Encounter", "rosa-stay" + found.mark)
    stay = backend.get(reference)
    backend.put({**stay, "period": {**stay["period"], "end": end}})
    return found, OpenTransition(patient=found.patient, encounter=reference)


@pytest.mark.parametrize(
    ("end", "now", "zone_is_set", "contact", "named"),
    [
        ("2026-03-07T03:30:00Z", "2026-03-09T15:00:00+00:00", UNSET, "2026-03-10", True),
        ("2026-03-07T03:30:00Z", "2026-03-09T09:00:00-06:00", UNSET, "2026-03-10", True),
        ("2026-03-07T03:30:00+00:00", "2026-03-09T15:00:00+00:00", UNSET, "2026-03-10", True),
        ("2026-03-07T03:30:00Z", "2026-03-09T09:00:00-06:00", SET, "2026-03-10", False),
        ("2026-03-07T03:30:00Z", "2026-03-09T15:00:00+00:00", SET, "2026-03-10", False),
        ("2026-03-06T03:30:00Z", "2026-03-09T15:00:00+00:00", UNSET, "2026-03-09", True),
        ("2026-03-06T03:30:00Z", "2026-03-09T15:00:00+00:00", SET, "2026-03-10", False),
        ("2026-03-05T21:30:00-06:00", "2026-03-09T15:00:00+00:00", UNSET, "2026-03-09", False),
        ("2026-03-06T18:00:00Z", "2026-03-09T15:00:00+00:00", UNSET, "2026-03-10", False),
        ("2026-03-06", "2026-03-09T15:00:00+00:00", UNSET, "2026-03-10", False),
    ],
)
def test_the_earlier_day_starts_the_clock(
    backend: Backend, end: str, now: str, zone_is_set: bool, contact: str, named: bool
) -> None:
    found, command = discharged(backend, end)
    words = done(found, command, now, zone_is_set=zone_is_set)
    assert Chart(backend, found.patient).due()["contact-patient"] == contact
    assert ("the discharge is written in UTC, which names no place" in words) is named
    if named:
        day = int(end[8:10])
        assert f"2026-03-0{day - 1} or" in words
        assert f" 2026-03-0{day};" in words


def test_the_later_day_is_held_against_the_deadline(backend: Backend) -> None:
    """Reached on Tuesday evening, written as Wednesday in UTC: nobody knows whether in time, so it is late."""
    found, command = discharged(backend, "2026-03-06T20:30:00Z")
    done(found, command, "2026-03-09T15:00:00+00:00", zone_is_set=UNSET)
    talk = call(found, "2026-03-11T01:00:00Z", "reached", topics=["medicines"])
    words = done(found, talk, "2026-03-11T15:00:00+00:00", zone_is_set=UNSET)
    assert "contact made on Wed 2026-03-11, late (due by Tue 2026-03-10)" in words
    assert "the day is Tue 2026-03-10 or Wed 2026-03-11" in words


def test_days() -> None:
    evening = datetime(2026, 3, 7, 3, 30, tzinfo=UTC)
    assert days_of(evening, UTC, zone_is_set=True).sure
    assert not days_of(evening, UTC, zone_is_set=False).sure
    assert days_of(datetime(2026, 3, 7, 10, 0, tzinfo=UTC), UTC, zone_is_set=False).sure
    assert not days_of(datetime(2026, 3, 7, 9, 59, tzinfo=UTC), UTC, zone_is_set=False).sure
