"""All 25 synthetic patients: 24 hours after their last discharge, from enrolment to a signed plan and a check-in.

What must come out stands in `expected.tsv`, one row a patient (first eight characters of the Synthea id), written by
reading each patient's records and judging them by the rules; its last column says how. Dates are local days.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from carefhir.engine.results import Done, Refused
from scripts.rendering.conformance import conformance
from tests.patients import synthea
from tests.patients import ward as wards
from tests.patients.columns import outcome
from tests.patients.ward import Ward, ward_of
from tests.support.backends import Backend, sandbox_backend
from tests.support.conformance import by_engine, failures, kind_of, unmet, unmet_by_engine
from tests.support.graph import canonical_graph
from tests.support.profiles import claiming
from tests.support.validator import Report, validate
from tests.support.written import distinct

Json = dict[str, Any]
pytestmark = [pytest.mark.shared, pytest.mark.deep]

with (Path(__file__).parent / "expected.tsv").open(newline="") as lines:
    EXPECTED = {row["key"]: row for row in csv.DictReader(lines, delimiter="\t")}
KEYS = sorted(EXPECTED)
DEAD = {"acc6e2cf", "f99bbdee"}
NEVER_INSIDE = {"3a1b64f4", "85af318d", "bceeba9f"}
MAY_REFUSE = {"transition", "medicines", "plan", "goals"}
"""What the living may be refused: no stay, no discharge list, nothing to plan for, nothing measured."""
AROUND = ("Patient", "Encounter", "Condition", "Observation", "Goal")


@pytest.fixture(scope="session")
def sandbox_ward(shared: Path) -> Ward:
    return ward_of(sandbox_backend(), shared)


@pytest.fixture(scope="session")
def hapi_ward(backend_of: Callable[[str], Backend], shared: Path) -> Ward:
    return ward_of(backend_of("hapi"), shared)


@pytest.fixture(params=["sandbox", pytest.param("hapi", marks=pytest.mark.hapi)])
def ward(request: pytest.FixtureRequest) -> Ward:
    found: Ward = request.getfixturevalue(f"{request.param}_ward")
    return found


def test_the_table_has_every_patient(shared: Path) -> None:
    assert sorted(synthea.patients(shared)) == KEYS
    assert len(KEYS) == 25


@pytest.mark.parametrize("key", KEYS)
def test_the_outcome_is_the_one_judged_right(ward: Ward, key: str) -> None:
    found = outcome(ward.stories[key])
    assert found == {name: EXPECTED[key][name] for name in found}


@pytest.mark.parametrize("key", sorted(DEAD))
def test_the_dead_are_refused_by_name_and_nothing_is_written(ward: Ward, key: str) -> None:
    story = ward.stories[key]
    for result in story.results.values():
        assert isinstance(result, Refused)
        assert any(f"{story.who.reference} is recorded as deceased" in one for one in result.why)
    assert story.written == []


@pytest.mark.parametrize("key", sorted(NEVER_INSIDE))
def test_who_never_stayed_gets_no_transition_but_all_the_rest(ward: Ward, key: str) -> None:
    story = ward.stories[key]
    result = story.results["transition"]
    assert isinstance(result, Refused)
    assert any(f"{story.who.named.reference} is a visit" in one for one in result.why)
    assert all(isinstance(story.results[step], Done) for step in ("enroll", "phq-9", "hunger", "conclude", "plan"))
    assert not any("lace" in str(one.get("method")) for one in story.written)


@pytest.mark.parametrize("key", KEYS)
def test_every_step_is_done_or_refused_by_name(ward: Ward, key: str) -> None:
    for name, result in ward.stories[key].results.items():
        assert isinstance(result, Done | Refused), (name, result)
        if isinstance(result, Refused):
            assert result.kept is None, name
            assert result.why, name
            assert key in DEAD or name in MAY_REFUSE, (name, result.why)


def test_what_follows_a_substance_use_stay_is_restricted(ward: Ward) -> None:
    """42 CFR Part 2 (rule 4): on all the transition writes, its receipt too, and on nobody else's."""
    for key, story in ward.stories.items():
        opened = story.results["transition"]
        names = {line.reference for line in opened.written} if isinstance(opened, Done) else set()
        for one in story.written:
            if f"{one['resourceType']}/{one['id']}" in names:
                codes = {label["code"] for label in one["meta"].get("security", [])}
                restricted = EXPECTED[key]["stay"].startswith("substance-use-treatment")
                assert ("R" in codes) == restricted, (key, one["resourceType"])


def test_what_was_written_is_what_was_reported(ward: Ward) -> None:
    for key, story in ward.stories.items():
        lines = [line for one in story.results.values() if isinstance(one, Done) for line in one.written]
        assert {line.how for line in lines} <= {"created", "amended"}, key
        assert sorted(one.reference for one in lines if one.how == "created") == wards.names(story.written), key


def test_every_key_is_carried_once(ward: Ward) -> None:
    held = [key for story in ward.stories.values() for one in story.written for key in wards.keys_of(one)]
    assert len(held) == len(set(held)) > 1000


def test_a_second_run_writes_nothing(ward: Ward) -> None:
    for key, story in ward.stories.items():
        for first, again in zip(story.acts, story.again, strict=True):
            if isinstance(first.result, Refused):
                assert again.result == first.result, (key, first.name)
            else:
                assert isinstance(again.result, Done), (key, first.name, again.result)
                assert (again.result.by, again.result.written) == ("an earlier run", ()), (key, first.name)
        assert synthea.versions(story.seen_again) == synthea.versions(story.seen), key


def test_no_diagnosis_is_made_of_a_screen(ward: Ward) -> None:
    """The nurse confirms a need; a positive mood screen stays a concern."""
    standing = {"depression-screen-positive": "unconfirmed", "733423003": "confirmed"}
    for story in ward.stories.values():
        for one in story.written:
            if one["resourceType"] == "Condition":
                code = one["code"]["coding"][0]["code"]
                assert one["verificationStatus"]["coding"][0]["code"] == standing[code], code


def test_nothing_is_due_before_the_day_it_was_asked_for(ward: Ward) -> None:
    for key, story in ward.stories.items():
        today = story.who.now.date().isoformat()
        dues = [one["restriction"]["period"]["end"] for one in story.written if "restriction" in one]
        assert key not in DEAD or not dues
        assert all(due[:10] >= today for due in dues), key


@pytest.mark.hapi
def test_both_servers_hold_the_same_graph(sandbox_ward: Ward, hapi_ward: Ward) -> None:
    for key in KEYS:
        ours, theirs = (canonical_graph(_neighborhood(ward, key)) for ward in (sandbox_ward, hapi_ward))
        assert ours == theirs, key


def _neighborhood(ward: Ward, key: str) -> list[Json]:
    """What was written, the patient, and what else it may refer to."""
    around = [one for one in ward.stories[key].seen if one["resourceType"] in AROUND and not synthea.is_ours(one)]
    # without what a server adds to it or puts in its own order
    return [
        *({name: part for name, part in one.items() if name != "meta"} for one in around),
        *ward.stories[key].written,
    ]


@pytest.mark.hapi
def test_everything_written_is_valid(java: None, sandbox_ward: Ward) -> None:
    """Against our profiles, and against R4 itself, which the validator always checks besides."""
    written = [one for story in sandbox_ward.stories.values() for one in story.written]
    reports = validate([claiming(one) for one in written])
    assert len(reports) == len(written) > 1000
    assert sorted(set(_errors(reports))) == []


def test_everything_written_meets_the_published_profiles_that_the_table_names(sandbox_ward: Ward) -> None:
    table = conformance()
    found = {failure for one in _distinct(sandbox_ward) for failure in failures(table, one)}
    assert found <= unmet(table)
    assert Counter(kind.title for one in _distinct(sandbox_ward) if (kind := kind_of(table, one)))["Other goal"] > 20


@pytest.mark.hapi
def test_the_engine_finds_nothing_against_us_core(java: None, sandbox_ward: Ward, shared: Path) -> None:
    table = conformance()
    held, found = by_engine(table, _distinct(sandbox_ward), shared)
    assert held > 300
    assert found <= unmet_by_engine(table)


def _distinct(ward: Ward) -> list[Json]:
    """One of those that differ by ids and moments alone."""
    return distinct(one for story in ward.stories.values() for one in story.written)


def _errors(reports: list[Report]) -> Iterator[str]:
    for one in reports:
        for issue in one.errors:
            yield f"{one.resource_type}: {issue}"
