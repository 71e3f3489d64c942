"""Who needs how much, and who is a candidate: rows of what is on record, and what follows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.content import program_criteria
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.mappers import risk_assessment
from carefhir.occasion import Actor, Occasion
from carefhir.sandbox import Knobs
from carefhir.workflows.looking import stratify_list
from carefhir.workflows.looking.stratify import STRATIFY, Stratified, Stratify
from carefhir.workflows.looking.stratify_list import StratifiedList
from tests.support.backends import Backend, sandbox_backend
from tests.support.panel import NOW, Panel, encounter, gathered
from tests.support.stage import enrolled, stage

ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def stratified(backend: Backend, patient: str) -> Stratified:
    occasion = Occasion(NOW, Actor("Practitioner/none"), load(), NOW.tzinfo)
    found: Stratified = backend.run(runner.show(STRATIFY, Stratify(patient=patient), occasion, backend.server()))
    return found


def somebody(backend: Backend, *codes: str) -> str:
    """Somebody with these diagnoses, and no more."""
    who = backend.create({"resourceType": "Patient", "active": True, "name": [{"family": "Tier"}]})
    for code in codes:
        backend.create(
            {
                "resourceType": "Condition", "subject": {"reference": who},
                "clinicalStatus": _coded("condition-clinical", "active"),
                "verificationStatus": _coded("condition-ver-status", "confirmed"),
                "code": {"coding": [{"system": ICD, "code": code}]},
            }
        )  # fmt: skip
    return who


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def test_rosa_just_home_from_hospital_is_high_and_a_candidate() -> None:
    found = stage(sandbox_backend(), "rosa")
    seen = stratified(found.backend, found.patient)
    assert (seen.tier, seen.at_least, seen.programs) == ("high", False, ())
    assert seen.candidate_for == ("care management: the tier is high",)
    assert seen.reasons


def test_whoever_is_in_the_program_is_no_candidate_for_it() -> None:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    seen = stratified(found.backend, found.patient)
    assert (seen.candidate_for, seen.programs) == ((), ("care management",))


@pytest.mark.parametrize(
    ("codes", "tier", "at_least"),
    [
        ((), "low", True),
        (("I50.22",), "low", True),
        (("I50.22", "N18.32", "E11.9"), "low", True),
        (("F20.9", "Z59.41"), "rising", False),
    ],
    ids=["nothing on record", "one condition", "three conditions", "mind and food: nothing else is unknown"],
)
def test_by_diagnoses_alone(codes: tuple[str, ...], tier: str, at_least: bool) -> None:
    backend = sandbox_backend()
    seen = stratified(backend, somebody(backend, *codes))
    assert (seen.tier, seen.at_least, bool(seen.not_assessed)) == (tier, at_least, at_least)
    assert bool(seen.candidate_for) == (tier == "rising")
    assert seen.may_leave == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deceasedBoolean": True}, "recorded as deceased"),
        ({"active": False}, "record marked inactive"),
        ({"link": [{"type": "replaced-by", "other": {"reference": "Patient/kim"}}]}, "merged into Patient/"),
    ],
    ids=["dead", "inactive", "merged"],
)
def test_nobody_to_care_for_is_not_sorted_and_no_candidate(changes: dict[str, Any], words: str) -> None:
    """Found on the synthetic patients: two who had died years ago were candidates for a program."""
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    found.backend.load("kim")
    kim = found.backend.find("Patient", "kim")
    made = json.loads(json.dumps(changes).replace("Patient/kim", kim))
    found.backend.put({**found.backend.get(found.patient), **made})
    seen = stratified(found.backend, found.patient)
    assert (seen.tier, seen.words, seen.reasons, seen.candidate_for, seen.criteria) == ("", "no tier", (), (), ())
    assert seen.identity.do_not_call.startswith(words)
    assert seen.programs == ("care management",), "that somebody still has to end it is shown"


def test_an_unplanned_stay_and_a_serious_mental_illness_make_a_candidate() -> None:
    backend = sandbox_backend()
    who = somebody(backend, "F20.9")
    reference = encounter(backend, who, "IMP", "2026-02-01T09:00:00-06:00", "2026-02-04T09:00:00-06:00")
    priority = _coded("v3-ActPriority", "EM")
    backend.put({**backend.get(reference), "priority": priority})
    seen = stratified(backend, who)
    assert seen.categories == ("A", "B")
    assert seen.candidate_for


def test_what_is_not_visible_makes_it_at_least_and_is_said() -> None:
    backend = sandbox_backend()
    who = somebody(backend, "I50.22")
    answer = backend.exchange

    def blind(request: Request) -> Response:
        if request.body and b"Encounter" in request.body:
            return Response(403, {"content-type": "application/fhir+json"}, b'{"resourceType":"OperationOutcome"}')
        if request.target.startswith("Encounter"):
            return Response(403, {"content-type": "application/fhir+json"}, b'{"resourceType":"OperationOutcome"}')
        return answer(request)  # type: ignore[return-value]

    backend.exchange = blind
    seen = stratified(backend, who)
    assert seen.at_least
    assert any("Encounter" in gap for gap in seen.not_visible)
    assert "not visible: encounters" in seen.not_assessed


def test_a_restricted_finding_is_not_named_on_a_list() -> None:
    """F10.20 is alcohol dependence, T74.11XA physical abuse of an adult: what they call for is said, and not why."""
    backend = sandbox_backend()
    seen = stratified(backend, somebody(backend, "F10.20", "T74.11XA"))
    assert seen.tier == "high"
    assert "high: a restricted matter: open the chart" in seen.reasons
    assert not any(word in str(seen.reasons) for word in ("violence", "substance", "alcohol"))


def test_who_is_not_there_has_no_tier() -> None:
    backend = sandbox_backend()
    assert not stratified(backend, "Patient/404").there


# ---- a list


def listed(panel: Panel, **more: Any) -> StratifiedList:
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    people: StratifiedList = panel.backend.run(stratify_list.stratified(occasion, panel.backend.server(), **more))
    return people


def ill(panel: Panel, key: str, *codes: str) -> None:
    """Somebody of the panel has these diagnoses."""
    for code in codes:
        panel.backend.create(
            {
                "resourceType": "Condition", "subject": {"reference": panel.people[key]},
                "clinicalStatus": _coded("condition-clinical", "active"),
                "verificationStatus": _coded("condition-ver-status", "confirmed"),
                "code": {"coding": [{"system": ICD, "code": code}]},
            }
        )  # fmt: skip


def test_a_panel_is_listed_the_highest_tier_first_and_each_as_if_asked_about_alone() -> None:
    panel = gathered(sandbox_backend(), people=30)
    ill(panel, "p11", "F20.9", "Z59.41")
    ill(panel, "p23", "F10.20", "T74.11XA")
    people = listed(panel)
    assert len(people.rows) == 30
    assert [row.patient for row in people.rows[:2]] == [panel.people["p23"], panel.people["p11"]]
    assert people.whose == panel.nurse
    for row in people.rows:
        alone = stratified(panel.backend, row.patient)
        assert replace(row, namesake="") == alone


def test_a_list_costs_few_requests() -> None:
    """Fifty people, three searches for each twenty-three of them."""
    panel = gathered(sandbox_backend(), people=50)
    asked, answer = [], panel.backend.exchange

    def counting(request: Request) -> Response | Failure:
        asked.append(request)
        return answer(request)

    panel.backend.exchange = counting
    assert len(listed(panel).rows) == 50
    assert len(asked) <= 12


def test_the_people_somebody_names_are_listed_and_who_is_not_there_comes_last_and_is_said() -> None:
    panel = gathered(sandbox_backend(), people=2)
    found = stage(panel.backend, "rosa")
    people = listed(panel, patients=["Patient/404", panel.people["p01"], found.patient])
    assert [row.patient for row in people.rows] == [found.patient, panel.people["p01"], "Patient/404"]
    assert (people.whose, people.known) == ("", False)
    assert people.rows[0].candidate_for == ("care management: the tier is high",)


def test_what_is_not_visible_makes_every_tier_at_least() -> None:
    panel = gathered(sandbox_backend(Knobs(unreadable=frozenset({"Condition"}))), people=3)
    people = listed(panel)
    assert len(people.not_visible) == 1
    assert all(row.at_least and "not visible: conditions" in row.not_assessed for row in people.rows)


def test_namesakes_are_marked() -> None:
    panel = gathered(sandbox_backend(), people=3)
    twin = panel.backend.get(panel.people["p00"])
    panel.backend.put({**panel.backend.get(panel.people["p01"]), "name": twin["name"]})
    marked = {row.patient for row in listed(panel).rows if row.namesake}
    assert {panel.people["p00"], panel.people["p01"]} <= marked


# ---- who may leave

SURE = {"tier": "low", "tier_unknown": [], "safety_open": False, "goals_met": 2, "goals_not_met": 0}
LEAVING: dict[str, tuple[dict[str, Any], bool]] = {
    "every goal met, and low for six months": ({"low_tier_days": 180}, True),
    "low for less": ({"low_tier_days": 179}, False),
    "a goal is left": ({"low_tier_days": 200, "goals_not_met": 1}, False),
    "no goal was ever met": ({"low_tier_days": 200, "goals_met": 0}, False),
    "a safety review is open": ({"low_tier_days": 200, "safety_open": True}, False),
    "goals are not visible": ({"low_tier_days": 200, "goals_met": [], "goals_not_met": []}, False),
    "no tier was low for long": ({}, False),
}


@pytest.mark.parametrize(("facts", "leaves"), LEAVING.values(), ids=LEAVING)
def test_who_may_leave_for_having_met_their_goals(facts: dict[str, Any], leaves: bool) -> None:
    values = {name: value if isinstance(value, list) else [value] for name, value in {**SURE, **facts}.items()}
    empty = facts_of(Chart(), Occasion(NOW, Actor("Practitioner/1"), load(), NOW.tzinfo))
    known = {**empty, "behavioural_age_days": [10], "social_age_days": [10], "unplanned_stays_12_months": [1], **values}
    stratum = program_criteria.judge(load(), known)
    assert bool(stratum.may_leave("care-management")) == leaves


@pytest.mark.parametrize(
    ("tiers", "days"),
    [
        ([("2025-09-01", "low", False), ("2026-01-01", "low", False)], [189]),
        ([("2025-09-01", "low", False), ("2025-12-01", "rising", False), ("2026-01-01", "low", False)], [67]),
        ([("2025-09-01", "low", False), ("2026-01-01", "low", True)], []),
        ([("2025-09-01", "low", False), ("2026-02-01", "high", False)], []),
        ([], []),
    ],
    ids=["low throughout", "higher in between", "not sure any more", "high now", "none on record"],
)
def test_for_how_long_the_tier_has_been_low(tiers: list[tuple[str, str, bool]], days: list[int]) -> None:
    risks = []
    for number, (day, tier, unsure) in enumerate(tiers):
        parts = {
            "tier": tier, "atLeast": unsure, "categories": (), "notAssessed": (), "byRule": tier, "setBy": "rules",
            "words": tier, "rationale": "as it was",
        }  # fmt: skip
        risk = risk_assessment.write_tier(load(), "Patient/1", f"{day}T10:00:00-06:00", "Practitioner/1", parts, ())
        risks.append(Record(encode({**risk, "id": str(number)})))
    chart = Chart(risks=tuple(risks))
    assert facts_of(chart, Occasion(NOW, Actor("Practitioner/1"), load(), NOW.tzinfo))["low_tier_days"] == days
