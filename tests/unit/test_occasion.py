"""Business days and local dates: what programme deadlines are counted by (clinical practice, rule 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.content.calendar import Calendar
from carefhir.content.loading import Content
from carefhir.occasion import Actor, Occasion

CALENDAR = Calendar()
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",
        "2026-01-19",
        "2026-02-16",
        "2026-05-25",
        "2026-06-19",
        "2026-07-03",
        "2026-09-07",
        "2026-10-12",
        "2026-11-11",
        "2026-11-26",
        "2026-12-25",
        "2027-06-18",
        "2021-12-31",
        "2027-12-31",
        "2026-03-07",
        "2026-03-08",
    ],
)
def test_federal_holidays_observed_days_and_weekends_do_not_count(day: str) -> None:
    assert not CALENDAR.is_business_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-27", "2026-07-02", "2026-07-06", "2026-12-24", "2026-03-09", "2020-06-19"])
def test_days_that_are_only_customary_or_were_no_holiday_yet_count(day: str) -> None:
    assert CALENDAR.is_business_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        ("2026-03-06", 2, "2026-03-10"),
        ("2026-11-25", 2, "2026-11-30"),
        ("2026-03-06", 0, "2026-03-06"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-07-02", 1, "2026-07-06"),
        ("2026-12-23", 2, "2026-12-28"),
        ("2026-12-30", 2, "2027-01-04"),
        ("2027-12-30", 1, "2028-01-03"),
        ("2026-03-09", 5, "2026-03-16"),
    ],
)
def test_business_days_are_counted_from_the_day_after(day: str, count: int, due: str) -> None:
    assert CALENDAR.add_business_days(date.fromisoformat(day), count) == date.fromisoformat(due)


@given(DAYS, st.integers(1, 40))
def test_adding_and_counting_business_days_agree(day: date, count: int) -> None:
    due = CALENDAR.add_business_days(day, count)
    assert CALENDAR.is_business_day(due)
    assert CALENDAR.business_days_between(day, due) == count


def test_no_business_days_lie_backwards() -> None:
    assert CALENDAR.business_days_between(date(2026, 3, 10), date(2026, 3, 6)) == 0


def test_a_sites_own_closed_days_move_no_programme_deadline() -> None:
    closed = Calendar(frozenset({date(2026, 3, 9)}))
    assert closed.is_business_day(date(2026, 3, 9))
    assert closed.add_business_days(date(2026, 3, 6), 2) == date(2026, 3, 10)


def occasion(now: datetime, zone: str) -> Occasion:
    return Occasion(now, Actor("Practitioner/1"), Content({}), ZoneInfo(zone))


def test_today_and_the_stamp_are_local() -> None:
    here = occasion(datetime(2026, 3, 7, 3, 30, 15, 999, tzinfo=UTC), "America/Chicago")
    assert here.today == date(2026, 3, 6)
    assert here.stamp == "2026-03-06T21:30:15-06:00"
    assert here.local_date(datetime(2026, 3, 8, 5, 59, tzinfo=UTC)) == date(2026, 3, 7)


def test_the_offset_follows_daylight_saving() -> None:
    assert occasion(datetime(2026, 3, 8, 12, tzinfo=UTC), "America/Chicago").stamp == "2026-03-08T07:00:00-05:00"
    assert occasion(datetime(2026, 3, 8, 12, tzinfo=UTC), "UTC").stamp == "2026-03-08T12:00:00+00:00"


def test_an_occasion_without_a_zone_would_ask_the_machine_and_is_refused() -> None:
    """`astimezone` of a naive time asks the machine for its zone, so that a decision would differ by where it runs."""
    with pytest.raises(ValueError, match="zone"):
        Occasion(datetime(2026, 3, 7, 3, 30), Actor("Practitioner/1"), Content({}), UTC)  # noqa: DTZ001
