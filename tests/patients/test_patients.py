"""All 25 synthetic patients: enrolled, assessed, and their last discharge's transition opened, 24 hours after it.

What must come out stands in `expected.tsv`, one row a patient (first eight characters of the Synthea id), written by
reading each patient's records and judging them by the rules; its last column says how. Dates are local days.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carefhir.results import Done, Refused
from tests.conftest import IN_CI, NOT_ASKED, hapi_asked_for
from tests.patients import journey, synthea
from tests.patients.journey import STEPS, Ward
from tests.support.backends import Backend, sandbox_backend
from tests.support.graph import canonical_graph
from tests.support.profiles import claiming
from tests.support.validator import Report, Unavailable, built, validate

Json = dict[str, Any]
pytestmark = pytest.mark.shared

with (Path(__file__).parent / "expected.tsv").open(newline="") as lines:
    EXPECTED = {row["key"]: row for row in csv.DictReader(lines, delimiter="\t")}
KEYS = sorted(EXPECTED)
DEAD = {"acc6e2cf", "f99bbdee"}
NEVER_INSIDE = {"3a1b64f4", "85af318d", "bceeba9f"}


def _ward(backend: Backend, shared: Path) -> Ward:
    """Loads a server, runs everything, looks, runs everything again, and looks again."""
    new = synthea.load(backend, shared, lanes=2 if backend.name == "hapi" else 1)
    care_manager, supervising_provider = (synthea.find_practitioner(backend, npi) for npi in synthea.npis(shared))
    ward = Ward(backend)
    for key, id_ in synthea.patients(shared).items():
        who = journey.person(backend, key, id_)
        if not new:
            synthea.made_fresh(backend, who.reference)
        commands = journey.commands(who, care_manager, supervising_provider)
        ward.people[key] = who
        ward.first[key] = journey.run(backend, who, care_manager, commands)
        ward.seen[key] = synthea.everything(backend, who.reference)
        ward.written[key] = journey.written(backend, ward.seen[key], ward.first[key])
        ward.again[key] = journey.run(backend, who, care_manager, commands, later=7)
        ward.seen_again[key] = synthea.everything(backend, who.reference)
    return ward


@pytest.fixture(scope="session")
def sandbox_ward(shared: Path) -> Ward:
    return _ward(sandbox_backend(), shared)


@pytest.fixture(scope="session")
def hapi_ward(hapi: Backend, shared: Path) -> Ward:
    return _ward(hapi, shared)


@pytest.fixture(params=["sandbox", pytest.param("hapi", marks=pytest.mark.hapi)])
def ward(request: pytest.FixtureRequest) -> Ward:
    found: Ward = request.getfixturevalue(f"{request.param}_ward")
    return found


def test_the_table_has_every_patient(shared: Path) -> None:
    assert sorted(synthea.patients(shared)) == KEYS
    assert len(KEYS) == 25


@pytest.mark.parametrize("key", KEYS)
def test_the_outcome_is_the_one_judged_right(ward: Ward, key: str) -> None:
    found = journey.outcome(ward.people[key], ward.first[key], ward.written[key])
    assert found == {name: EXPECTED[key][name] for name in found}


@pytest.mark.parametrize("key", sorted(DEAD))
def test_the_dead_are_refused_by_name_and_nothing_is_written(ward: Ward, key: str) -> None:
    for step in STEPS:
        result = ward.first[key][step]
        assert isinstance(result, Refused)
        assert any(f"{ward.people[key].reference} is recorded as deceased" in one for one in result.why)
    assert ward.written[key] == []


@pytest.mark.parametrize("key", sorted(NEVER_INSIDE))
def test_who_never_stayed_gets_no_transition_but_all_the_rest(ward: Ward, key: str) -> None:
    result = ward.first[key]["transition"]
    assert isinstance(result, Refused)
    assert any(f"{ward.people[key].named.reference} is no stay" in one for one in result.why)
    assert all(isinstance(ward.first[key][step], Done) for step in STEPS if step != "transition")
    assert "RiskAssessment" not in {one["resourceType"] for one in ward.written[key]}


def test_what_follows_a_substance_use_stay_is_restricted(ward: Ward) -> None:
    """42 CFR Part 2 (rule 4): on all the transition writes, its receipt too, and on nobody else's."""
    for key, results in ward.first.items():
        opened = results["transition"]
        names = {line.reference for line in opened.written} if isinstance(opened, Done) else set()
        for one in ward.written[key]:
            if f"{one['resourceType']}/{one['id']}" in names:
                codes = {label["code"] for label in one["meta"].get("security", [])}
                restricted = EXPECTED[key]["stay"].startswith("substance-use-treatment")
                assert ("R" in codes) == restricted, (key, one["resourceType"])


def test_what_was_written_is_what_was_reported(ward: Ward) -> None:
    for key, results in ward.first.items():
        lines = [line for one in results.values() if isinstance(one, Done) for line in one.written]
        assert {line.how for line in lines} <= {"created"}, key
        assert sorted(line.reference for line in lines) == journey.names(ward.written[key]), key


def test_every_key_is_carried_once(ward: Ward) -> None:
    held = [key for written in ward.written.values() for one in written for key in journey.keys_of(one)]
    assert len(held) == len(set(held)) > 300


def test_a_second_run_writes_nothing(ward: Ward) -> None:
    for key in KEYS:
        for step in STEPS:
            first, again = ward.first[key][step], ward.again[key][step]
            if isinstance(first, Refused):
                assert again == first, (key, step)
            else:
                assert isinstance(again, Done), (key, step, again)
                assert (again.by, again.written) == ("an earlier run", ()), (key, step)
        assert synthea.versions(ward.seen_again[key]) == synthea.versions(ward.seen[key]), key


def test_no_diagnosis_is_made_of_a_screen(ward: Ward) -> None:
    for written in ward.written.values():
        for one in written:
            if one["resourceType"] == "Condition":
                codes = {coding["code"] for coding in one["code"]["coding"]}
                assert codes in ({"depression-screen-positive"}, {"733423003", "Z59.41"}), codes
                assert one["verificationStatus"]["coding"][0]["code"] == "unconfirmed"


@pytest.mark.hapi
def test_both_servers_hold_the_same_graph(sandbox_ward: Ward, hapi_ward: Ward) -> None:
    for key in KEYS:
        ours, theirs = (canonical_graph(_neighbourhood(ward, key)) for ward in (sandbox_ward, hapi_ward))
        assert ours == theirs, key


def _neighbourhood(ward: Ward, key: str) -> list[Json]:
    """What was written, the patient, and the encounters and conditions it may refer to."""
    around = [one for one in ward.seen[key] if one["resourceType"] in ("Patient", "Encounter", "Condition")]
    return [*(one for one in around if not synthea.is_ours(one)), *ward.written[key]]


@pytest.fixture(scope="session")
def java(request: pytest.FixtureRequest) -> None:
    """The validator needs Java, as HAPI does, and is asked for with it."""
    if not hapi_asked_for(request.config):
        pytest.skip(NOT_ASKED)
    try:
        built()
    except Unavailable as missing:
        if IN_CI:
            raise
        pytest.skip(f"the validator cannot run here: {missing}")


@pytest.mark.hapi
def test_everything_written_is_valid(java: None, sandbox_ward: Ward) -> None:
    """Against our profiles, and against R4 itself, which the validator always checks besides."""
    written = [one for some in sandbox_ward.written.values() for one in some]
    reports = validate([claiming(one) for one in written])
    assert len(reports) == len(written) > 300
    assert sorted(set(_errors(reports))) == []


def _errors(reports: list[Report]) -> Iterator[str]:
    for one in reports:
        for issue in one.errors:
            yield f"{one.resource_type}: {issue}"
