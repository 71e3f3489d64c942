"""Reading leniently: odd data is not seen, never raised on; dates cover the span their precision says (rule R5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.fhir.codec import NotJson
from carefhir.fhir.record import (
    Record,
    codings,
    dig,
    first_text,
    has_code,
    moment,
    moments,
    references,
    refers_to,
    relative,
)

EARLY, LATE = datetime.fromisoformat("0002-01-01"), datetime.fromisoformat("9998-01-01")
CHICAGO = ZoneInfo("America/Chicago")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# Records ------------------------------------------------------------------------------------------------------------


def test_a_record_knows_type_id_version_and_home_without_parsing_the_rest() -> None:
    record = Record(b'{"resourceType":"Task","id":"t1","meta":{"versionId":"7"},"x":1.50}', home="companion")
    assert (record.type, record.id, record.version, record.home) == ("Task", "t1", "7", "companion")
    assert record.reference == "Task/t1"
    assert repr(record) == "Record(Task/t1/_history/7)"
    assert str(record.json["x"]) == "1.50"


def test_a_record_without_id_or_version_is_still_one() -> None:
    record = Record(b'{"resourceType":"Task"}')
    assert (record.id, record.version, record.narrow) == ("", "", False)
    assert repr(record) == "Record(Task//_history/?)"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b'{"id":"Rosa"}',
        b'{"resourceType":7,"id":"Rosa"}',
        b"<html>Rosa</html>",
        b'{"resourceType":"Patient","id":"\xff","name":"Rosa"}',
        b'{"resourceType":"Patient","id":"1","name":"Rosa","x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
)
def test_what_holds_no_resource_is_refused_without_a_word_of_it(raw: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        Record(raw)
    assert "Rosa" not in str(caught.value)


@pytest.mark.parametrize("system", ['"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue",', ""])
def test_a_subsetted_record_is_narrow(system: str) -> None:
    raw = f'{{"resourceType":"Task","id":"1","meta":{{"tag":[{{{system}"code":"SUBSETTED"}}]}}}}'
    assert Record(raw.encode()).narrow
    assert Record(b'{"resourceType":"Task","id":"1"}', narrow=True).narrow


def test_what_is_looked_for_in_a_record_is_found_once() -> None:
    looked: list[str] = []

    def look(record: Record) -> str:
        looked.append(record.id)
        return record.id.upper()

    one, other = (Record(b'{"resourceType":"Task","id":"%s"}' % id_) for id_ in (b"a", b"b"))
    assert [one.once(look), one.once(look), other.once(look)] == ["A", "A", "B"]
    assert looked == ["a", "b"]
    assert one.once(len_of_id) == 1, "what another function finds is another thing"


def len_of_id(record: Record) -> int:
    return len(record.id)


def test_records_are_equal_by_home_and_content() -> None:
    one, other = Record(b'{"resourceType":"Task","id":"1"}'), Record(b'{"id":"1", "resourceType":"Task"}')
    assert one == other
    assert hash(one) == hash(other)
    assert one != Record(b'{"resourceType":"Task","id":"1"}', home="companion")
    assert one != Record(b'{"resourceType":"Task","id":"2"}')
    assert one != "Task/1"


# Paths --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("name.given", ["Ann", "Bea", "Cy"]),
        ("name.family", ["Dee"]),
        ("active", [True]),
        ("name", [{"given": ["Ann", "Bea"], "family": "Dee"}, {"given": ["Cy"]}, "odd"]),
        ("nothing.here", []),
        ("active.deeper", []),
        ("", []),
    ],
)
def test_dig_opens_lists_on_the_way(path: str, found: list[Any]) -> None:
    person = {"active": True, "name": [{"given": ["Ann", "Bea"], "family": "Dee"}, {"given": ["Cy"]}, "odd"]}
    assert list(dig(person, path)) == found


@pytest.mark.parametrize("value", [None, 7, "text", [], [[]], [None, 3, {"a": None}], {"a": {"b": None}}])
def test_dig_never_raises_on_odd_data(value: Any) -> None:
    assert all(found is None for found in dig(value, "a.b"))


def test_first_text_is_the_first_string_there() -> None:
    assert first_text({"a": [{"b": 1}, {"b": ["x", "y"]}]}, "a.b") == "x"
    assert first_text({"a": 1}, "a") is None


def test_codings_of_codes_codings_and_concepts() -> None:
    resource = {
        "status": "final",
        "code": {"coding": [{"system": "s", "code": "1"}, {"code": "bare"}, {"system": 5, "code": "odd"}], "text": "t"},
        "category": [{"coding": [{"system": "c", "code": "a"}]}, {"coding": [{"system": "c", "code": "b"}]}],
        "class": {"system": "v3", "code": "IMP"},
    }
    assert list(codings(resource, "status")) == [("", "final")]
    assert list(codings(resource, "code")) == [("s", "1"), ("", "bare"), ("", "odd")]
    assert list(codings(resource, "category")) == [("c", "a"), ("c", "b")]
    assert list(codings(resource, "class")) == [("v3", "IMP")]


@pytest.mark.parametrize(
    "odd",
    [None, 7, {"coding": None}, {"coding": "x"}, {"coding": [None, 7, "x", {}, {"code": 5}, {"code": None}]}, [[]]],
)
def test_odd_codings_are_not_seen(odd: Any) -> None:
    assert list(codings({"code": odd}, "code")) == []


def test_has_code_wants_the_system_too() -> None:
    resource = {"code": {"coding": [{"system": "s", "code": "1"}]}}
    assert has_code(resource, "code", "s", "0", "1")
    assert not has_code(resource, "code", "other", "1")
    assert not has_code(resource, "code", "s", "0")


# References ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Patient/1", "Patient/1"),
        ("Patient/1/_history/2", "Patient/1"),
        ("Patient/a-b.C9", "Patient/a-b.C9"),
        ("Patient/" + "a" * 64, "Patient/" + "a" * 64),
        ("Patient/" + "a" * 65, None),
        ("#p1", None),
        ("urn:uuid:20000000-0000-4000-8000-000000000001", None),
        ("urn:oid:1.2.3", None),
        ("http://elsewhere.example/fhir/Patient/1", None),
        ("https://elsewhere.example/Patient/1/_history/2", None),
        ("/Patient/1", None),
        ("Patient/1/Observation/2", None),
        ("Patient?identifier=a", None),
        ("patient/1", None),
        ("Patient/", None),
        ("Patient/1#x", None),
        ("Patient/1_2", None),
        ("", None),
    ],
)
def test_relative_is_type_and_id_of_a_literal_relative_reference(reference: str, found: str | None) -> None:
    assert relative(reference) == found


def test_references_are_given_as_written_and_odd_ones_not_at_all() -> None:
    resource = {
        "performer": [{"reference": "Practitioner/1"}, {"display": "x"}, {"reference": 7}, None, "Practitioner/2"]
    }
    assert list(references(resource, "performer")) == ["Practitioner/1"]


def test_refers_to_ignores_the_version_and_nothing_else() -> None:
    resource = {"subject": {"reference": "Patient/1/_history/4"}}
    assert refers_to(resource, "subject", "Patient/1")
    assert not refers_to(resource, "subject", "Patient/11")
    assert not refers_to({"subject": {"reference": "http://x/Patient/1"}}, "subject", "Patient/1")


# Moments ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("2026-12", "2026-12-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("2026-02", "2026-02-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"),
        ("2026-03-07", "2026-03-07T00:00:00+00:00", "2026-03-08T00:00:00+00:00"),
        ("2028-02-29", "2028-02-29T00:00:00+00:00", "2028-03-01T00:00:00+00:00"),
        ("2026-12-31", "2026-12-31T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("2026-03-07T10:15Z", "2026-03-07T10:15:00+00:00", "2026-03-07T10:16:00+00:00"),
        ("2026-03-07T10:15:30Z", "2026-03-07T10:15:30+00:00", "2026-03-07T10:15:31+00:00"),
        ("2026-03-07T10:15:30.5Z", "2026-03-07T10:15:30.500000+00:00", "2026-03-07T10:15:30.500000+00:00"),
        ("2026-03-07T10:15:30.123456789Z", "2026-03-07T10:15:30.123456+00:00", "2026-03-07T10:15:30.123456+00:00"),
        ("2026-03-07T23:30:00-06:00", "2026-03-08T05:30:00+00:00", "2026-03-08T05:30:01+00:00"),
        ("2026-03-08T00:30:00+14:00", "2026-03-07T10:30:00+00:00", "2026-03-07T10:30:01+00:00"),
        ("2026-03-07T10:15:30+05:45", "2026-03-07T04:30:30+00:00", "2026-03-07T04:30:31+00:00"),
        ("2026-03-07T10:15:30-00:00", "2026-03-07T10:15:30+00:00", "2026-03-07T10:15:31+00:00"),
        ("2026-03-07T10:15:60Z", "2026-03-07T10:15:59+00:00", "2026-03-07T10:16:00+00:00"),
    ],
)
def test_moments_cover_what_their_precision_says(text: str, start: str, end: str) -> None:
    assert moments(text) == (at(start), at(end))
    assert moment(text) == at(start)


def test_a_date_without_zone_is_taken_where_the_reader_stands() -> None:
    assert moments("2026-03-08", CHICAGO) == (at("2026-03-08T06:00:00+00:00"), at("2026-03-09T05:00:00+00:00"))
    assert moments("2026-03-07T10:00:00", CHICAGO) == (at("2026-03-07T16:00:00+00:00"), at("2026-03-07T16:00:01+00:00"))
    assert moments("2026-03-07T10:00:00Z", CHICAGO) == (
        at("2026-03-07T10:00:00+00:00"),
        at("2026-03-07T10:00:01+00:00"),
    )
    assert moments("2026", timezone(timedelta(hours=2))) == (
        at("2025-12-31T22:00:00+00:00"),
        at("2026-12-31T22:00:00+00:00"),
    )


@pytest.mark.parametrize(
    "text", ["9999-12-31", "9999", "9999-12", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999+14:00"]
)
def test_the_end_of_time_that_records_are_kept_open_with_is_a_moment(text: str) -> None:
    span = moments(text)
    assert span is not None
    assert at("2026-01-01T00:00:00+00:00") < span[0] <= span[1]


def test_the_beginning_of_time_is_a_moment() -> None:
    span = moments("0001-01-01")
    assert span is not None
    assert span[1] < at("2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        7,
        "today",
        "26-03-07",
        "2026-3-7",
        "2026-00",
        "2026-13",
        "2026-02-29",
        "2026-04-31",
        "0000",
        "2026-03-07T",
        "2026-03-07T10",
        "2026-03-07T24:00:00Z",
        "2026-03-07T10:60:00Z",
        "2026-03-07T10:00:61Z",
        "2026-03-07T10:00:75Z",
        "2026-03-07T10:00:00+25:00",
        "2026-03-07T10:00:00.Z",
        "2026-03-07T10:00:00 Z",
        "2026-03-07 10:00:00",
        "2026-03-07T10:00:00Zulu",
        "2026-03T10:00:00Z",
        {"start": "2026"},
    ],
)
def test_garbage_is_no_moment(text: Any) -> None:
    assert moments(text) is None
    assert moment(text) is None


@given(st.datetimes(min_value=EARLY, max_value=LATE), st.integers(-14 * 60, 14 * 60))
def test_every_instant_is_read_as_python_reads_it(when: datetime, minutes: int) -> None:
    aware = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = aware.isoformat()
    assert moment(text) == aware


@given(st.text(max_size=40))
def test_no_text_makes_moments_raise(text: str) -> None:
    span = moments(text)
    assert span is None or span[0] <= span[1]
