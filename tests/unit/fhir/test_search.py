"""Searches as data: each filter asks for what FHIR's search means, and judges the same again on what came back."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.fhir.search import (
    Canonical,
    Codes,
    Filter,
    Follow,
    Identified,
    Named,
    Need,
    Of,
    OfEach,
    Since,
    Tagged,
    filled,
    query_text,
)
from carefhir.lifecycle import STATUS

SLOTS = {
    "patient": "Patient/1",
    "command.encounter": "Encounter/2",
    "today": "2026-03-07",
    "act": "k-1",
    "key": "http://sid.example|17",
    "empty": "",
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{patient}", "Patient/1"),
        ("{command.encounter}", "Encounter/2"),
        ("system|{act}", "system|k-1"),
        ("{today}", "2026-03-07"),
        ("{today-0d}", "2026-03-07"),
        ("{today-7d}", "2026-02-28"),
        ("{today-365d}", "2025-03-07"),
        ("{today-739d}", "2024-02-27"),
        ("no slot", "no slot"),
        ("{patient} and {act}", "Patient/1 and k-1"),
        ("{unknown}", None),
        ("{empty}", None),
        ("{patient} {unknown}", None),
        ("{unknown-3d}", None),
    ],
)
def test_slots_are_filled_or_there_is_nothing_to_ask(text: str, result: str | None) -> None:
    assert filled(text, SLOTS) == result


def test_a_value_that_looks_like_a_slot_or_a_pattern_stays_as_it_is() -> None:
    assert filled("{a}", {"a": r"{b}\1", "b": "no"}) == r"{b}\1"


def concept(*codings: tuple[str | None, str]) -> dict[str, Any]:
    return {"coding": [{"system": s, "code": c} if s else {"code": c} for s, c in codings]}


MINE = {"reference": "Patient/1"}

HOLDS: list[tuple[Filter, dict[str, Any], bool]] = [
    (Of("patient", "subject"), {"subject": MINE}, True),
    (Of("patient", "subject"), {"subject": {"reference": "Patient/1/_history/3"}}, True),
    (Of("patient", "subject"), {"subject": {"reference": "Patient/10"}}, False),
    (Of("patient", "subject"), {"subject": {"reference": "Group/1"}}, False),
    (Of("patient", "subject"), {"subject": {"display": "Patient/1"}}, False),
    (Of("patient", "subject"), {}, False),
    (Of("encounter", "encounter", "{command.encounter}"), {"encounter": {"reference": "Encounter/2"}}, True),
    (
        Of("participant", "participant.member"),
        {"participant": [{"member": {"reference": "Patient/2"}}, {"member": MINE}]},
        True,
    ),
    (Of("owner", "owner", "{unknown}"), {"owner": MINE}, False),
    (Codes("status", "status", ("active", "on-hold")), {"status": "on-hold"}, True),
    (Codes("status", "status", ("active", "on-hold")), {"status": "revoked"}, False),
    (Codes("status", "status", ("active",)), {}, False),
    (Codes("code", "code", ("s|1",)), {"code": concept(("s", "1"))}, True),
    (Codes("code", "code", ("s|1",)), {"code": concept(("other", "1"))}, False),
    (Codes("code", "code", ("s|1",)), {"code": concept((None, "1"))}, False),
    (Codes("code", "code", ("1",)), {"code": concept(("any", "1"))}, True),
    (Codes("code", "code", ("|1",)), {"code": concept((None, "1"))}, True),
    (Codes("code", "code", ("|1",)), {"code": concept(("s", "1"))}, False),
    (Codes("code", "code", ("s|1", "s|2")), {"code": concept(("x", "9"), ("s", "2"))}, True),
    (Codes("class", "class", ("EMER",)), {"class": {"system": "v3", "code": "EMER"}}, True),
    (Codes("code", "code", ("s|1",)), {"code": {"text": "1"}}, False),
    (Identified("{key}"), {"identifier": [{"value": "0"}, {"system": "http://sid.example", "value": "17"}]}, True),
    (Identified("{key}"), {"identifier": {"system": "http://sid.example", "value": "17"}}, True),
    (Identified("{key}"), {"identifier": [{"system": "http://other.example", "value": "17"}]}, False),
    (Identified("{key}"), {"identifier": [{"value": "17"}]}, False),
    (Identified("{unknown}"), {"identifier": [{}]}, False),
    (Identified("{key}"), {"identifier": ["odd", None]}, False),
    (Tagged("s|{act}"), {"meta": {"tag": [{"system": "s", "code": "k-1"}]}}, True),
    (Tagged("s|{act}"), {"meta": {"tag": [{"system": "t", "code": "k-1"}]}}, False),
    (Tagged("s|{act}"), {"meta": {"security": [{"system": "s", "code": "k-1"}]}}, False),
    (Tagged("s|{act}"), {}, False),
    (Named("{patient}"), {"id": "1"}, True),
    (Named("{patient}"), {"id": "10"}, False),
    (Named("{unknown}"), {}, False),
    (Canonical("{url}"), {}, False),
    (Canonical("{act}"), {"url": "k-1"}, True),
    (Canonical("{act}"), {"url": "k-1|1.0"}, False),
]


@pytest.mark.parametrize(("one", "resource", "holds"), HOLDS)
def test_a_filter_judges_as_the_search_means(one: Filter, resource: dict[str, Any], holds: bool) -> None:
    assert one.holds(resource, SLOTS) is holds


SINCE = Since("date", ("effectiveDateTime", "effectivePeriod"), "{today-7d}")


@pytest.mark.parametrize(
    ("resource", "holds"),
    [
        ({"effectiveDateTime": "2026-02-28T00:00:00Z"}, True),
        ({"effectiveDateTime": "2026-02-27T23:59:59Z"}, False),
        ({"effectiveDateTime": "2026-02-27T23:59:59.999Z"}, False),
        ({"effectiveDateTime": "2026-02-28T00:00:00.000Z"}, True),
        ({"effectiveDateTime": "2026-02-27T18:00:00-06:00"}, True),
        ({"effectiveDateTime": "2026-02-27T17:59:59-06:00"}, False),
        ({"effectiveDateTime": "2026-02-28"}, True),
        ({"effectiveDateTime": "2026-02-27"}, False),
        ({"effectiveDateTime": "2026-02"}, True),
        ({"effectiveDateTime": "2026"}, True),
        ({"effectiveDateTime": "2025"}, False),
        ({"effectivePeriod": {"start": "2020-01-01", "end": "2026-02-28"}}, True),
        ({"effectivePeriod": {"start": "2020-01-01", "end": "2026-02-27"}}, False),
        ({"effectivePeriod": {"start": "2020-01-01"}}, True),
        ({"effectivePeriod": {"end": "2026-03-01"}}, True),
        ({"effectivePeriod": {"end": "2026-01-01"}}, False),
        ({"effectivePeriod": {"start": "2020-01-01", "end": "9999-12-31"}}, True),
        ({"effectiveDateTime": "9999-12-31"}, True),
        ({"effectivePeriod": {}}, False),
        ({"effectiveDateTime": "soon"}, False),
        ({}, False),
    ],
)
def test_since_reaches_as_ge_does(resource: dict[str, Any], holds: bool) -> None:
    assert SINCE.query(SLOTS) == "ge2026-02-28T00:00:00Z"
    assert SINCE.holds(resource, SLOTS) is holds


def test_since_without_a_day_asks_nothing_and_holds_nothing() -> None:
    one = Since("date", ("x",), "{unknown}")
    assert one.query(SLOTS) is None
    assert not one.holds({"x": "2026"}, SLOTS)


@pytest.mark.parametrize(
    ("one", "query"),
    [
        (Of("patient", "subject"), "Patient/1"),
        (Codes("status", "status", ("a", "b")), "a,b"),
        (Identified("{key}"), "http://sid.example|17"),
        (Tagged("s|{act}"), "s|k-1"),
        (Named("{command.encounter}"), "2"),
        (Canonical("{act}"), "k-1"),
        (Named("{unknown}"), None),
        (Of("owner", "owner", "{unknown}"), None),
        (Identified("{unknown}"), None),
        (Tagged("s|{unknown}"), None),
        (Canonical("{unknown}"), None),
    ],
)
def test_what_a_filter_asks(one: Filter, query: str | None) -> None:
    assert one.query(SLOTS) == query


def test_a_comma_in_an_identifier_is_no_or() -> None:
    slots = {"key": "http://sid.example|20,26"}
    assert Identified("{key}").query(slots) == r"http://sid.example|20\,26"
    assert Identified("{key}").holds({"identifier": [{"system": "http://sid.example", "value": "20,26"}]}, slots)


def test_a_query_is_percent_encoded_one_way() -> None:
    pairs = (
        ("patient", "Patient/1"),
        ("code", "http://loinc.org|1,http://loinc.org|2"),
        ("_revinclude", "Flag:patient"),
    )
    assert query_text(pairs) == (
        "patient=Patient%2F1&code=http:%2F%2Floinc.org%7C1,http:%2F%2Floinc.org%7C2&_revinclude=Flag:patient"
    )
    assert query_text((("q", "a&b=c#d é+ %"),)) == "q=a%26b%3Dc%23d%20%C3%A9%2B%20%25"


NEED = Need(
    "open",
    "Task",
    (Of("patient", "for"), Codes("status", "status", ("requested",))),
    follow=(Follow("owner", "Practitioner"),),
)


def test_a_need_asks_with_all_its_filters_or_not_at_all() -> None:
    assert NEED.query(SLOTS) == (("patient", "Patient/1"), ("status", "requested"))
    assert NEED.query({}) is None


def test_a_need_wants_its_type_and_every_filter() -> None:
    task = {"resourceType": "Task", "for": MINE, "status": "requested"}
    assert NEED.wants(task, SLOTS)
    assert not NEED.wants({**task, "resourceType": "Flag"}, SLOTS)
    assert not NEED.wants({**task, "status": "completed"}, SLOTS)
    assert not NEED.wants({**task, "for": {"reference": "Patient/2"}}, SLOTS)


def test_the_owner_is_the_filter_that_ties_to_the_patient() -> None:
    assert NEED.owner == Of("patient", "for")
    assert Need("mine", "Task", (Of("owner", "owner", "{actor}"),)).owner is None


PEOPLE = OfEach("patient", "subject", "Patient/p Patient/q")


def test_several_people_may_be_asked_about_by_what_is_not_wanted() -> None:
    """Every status of R4 is either wanted or excluded; what has none, or another, is looked at here."""
    need = Need("stays", "Encounter", (PEOPLE, Codes("status", "status", ("arrived", "in-progress"))))
    excluding = need.for_several()
    pairs = excluding.query({})
    assert pairs is not None
    assert pairs[0] == ("patient", "Patient/p,Patient/q")
    assert {name for name, _ in pairs[1:]} == {"status:not"}
    assert {value for _, value in pairs[1:]} == STATUS["Encounter"][1] - {"arrived", "in-progress"}
    for status in (*STATUS["Encounter"][1], "odd", None):
        stay = {"resourceType": "Encounter", "subject": {"reference": "Patient/q"}, "status": status}
        assert excluding.wants(stay, {}) or not need.wants(stay, {}), status


def test_several_people_are_asked_about_with_both_ends_of_a_time() -> None:
    """The end leaves nothing out."""
    need = Need("talks", "Communication", (PEOPLE, Since("sent", ("sent",), "{today-90d}")))
    slots = {"today": "2026-03-16"}
    asked = need.for_several()
    assert asked.query(slots) == (
        ("patient", "Patient/p,Patient/q"),
        ("sent", "ge2025-12-16T00:00:00Z"),
        ("sent", "lt9999-12-31"),
    )
    for sent in ("2025-12-15", "2026-03-01", "2099-01-01"):
        talk = {"resourceType": "Communication", "subject": {"reference": "Patient/q"}, "sent": sent}
        assert asked.wants(talk, slots) == need.wants(talk, slots) == (sent != "2025-12-15"), sent


@pytest.mark.parametrize(
    "need",
    [
        Need("one", "Encounter", (Of("patient", "subject"), Codes("status", "status", ("arrived",)))),
        Need("since", "Communication", (Of("patient", "subject"), Since("sent", ("sent",), "{today}"))),
        Need("coded", "Condition", (PEOPLE, Codes("code", "code", ("Z51.5",)))),
        Need("unknown", "Basic", (PEOPLE, Codes("status", "status", ("arrived",)))),
    ],
)
def test_what_is_not_slow_is_asked_for_as_it_is(need: Need) -> None:
    assert need.for_several() == need
