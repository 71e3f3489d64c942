"""The tier of care: every category at its edge, what they make together, "at least", and who may set it otherwise.

The expected values are those of clinical practice ("Tier"), written by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import CONDITION_GROUP, DOMAIN
from carefhir.content import tiers
from carefhir.content.loading import load
from carefhir.engine.results import Done, Refused, Result
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import encounter
from carefhir.occasion import Actor, Occasion
from tests.spec.tables import Chart as Standing
from tests.spec.tables import carried_out
from tests.support.backends import Backend, by_age
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.assessment import WORDS, conclude, newest, screened
from tests.support.stories.supervision import planted

Json = dict[str, Any]
NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
OCCASION = Occasion(NOW, Actor("Practitioner/1"), load(), NOW.tzinfo)  # type: ignore[arg-type]
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
NOTHING = facts_of(Chart(), OCCASION)
"""Nothing on record, all of it visible."""
LOOKED_AT = {"behavioural_age_days": [10], "social_age_days": [10]}


def judged(**known: Any) -> tiers.Tier:
    facts = {name: value if isinstance(value, list) else [value] for name, value in known.items()}
    return tiers.judge(load(), {**NOTHING, **LOOKED_AT, **facts})


# ---- categories


@pytest.mark.parametrize(
    ("category", "fact", "below", "at"),
    [
        ("A", "phq_9", Decimal(9), Decimal(10)),
        ("A", "conditions", ["depression"], ["serious-mental-illness"]),
        ("A", "conditions_or_concerns", ["anxiety"], ["substance-use"]),
        ("A", "psychiatric_stays_12_months", 0, 1),
        ("B", "unplanned_stays_90_days", 0, 1),
        ("B", "unplanned_stays_12_months", 1, 2),
        ("B", "emergency_visits_12_months", 2, 3),
        ("C", "chronic_count", 2, 3),
        ("C", "a1c", Decimal("9.0"), Decimal("9.1")),
        ("C", "heart_failure_stays_12_months", 0, 1),
        ("C", "medicine_count", 9, 10),
        ("C", "adl_losses", 1, 2),
        ("D", "needs", [], ["food-need"]),
        ("E", "referred", [], ["family"]),
    ],
)
def test_a_category_at_its_edge(category: str, fact: str, below: Any, at: Any) -> None:
    assert category not in judged(**{fact: below}).categories
    assert judged(**{fact: at}).categories == (category,)


def stay(days_ago: int, priority: str = "EM", kind: str = "IMP") -> Json:
    """A stay of two days that ended so many days ago, at four in the afternoon."""
    end = NOW.replace(hour=16) - timedelta(days=days_ago)
    act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return {
        "resourceType": "Encounter",
        "id": f"e{days_ago}-{kind}",
        "status": "finished",
        "class": {"system": act, "code": kind},
        "priority": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": priority}]},
        "period": {"start": (end - timedelta(days=2)).isoformat(), "end": end.isoformat()},
    }


@pytest.mark.parametrize(
    ("stays", "met"),
    [
        ([90], True),
        ([91], False),
        ([91, 200], True),
        ([91, 365], True),
        ([91, 366], False),
    ],
)
def test_unplanned_stays_are_counted_in_days(stays: list[int], met: bool) -> None:
    views = tuple(encounter.read(Record(encode(stay(days)))) for days in stays)
    facts = facts_of(Chart(encounters=views), OCCASION)
    assert ("B" in tiers.judge(load(), facts).categories) is met


@pytest.mark.parametrize(("visits", "met"), [(2, False), (3, True)])
def test_emergency_visits_are_counted(visits: int, met: bool) -> None:
    views = tuple(encounter.read(Record(encode(stay(20 * n + 100, kind="EMER")))) for n in range(visits))
    facts = facts_of(Chart(encounters=views), OCCASION)
    assert ("B" in tiers.judge(load(), facts).categories) is met


def test_a_planned_stay_is_no_use_and_one_that_says_nothing_is_a_doubt() -> None:
    planned, unsaid = stay(30, "EL"), stay(30)
    del unsaid["priority"]
    for one, unknown in ((planned, False), (unsaid, True)):
        facts = facts_of(Chart(encounters=(encounter.read(Record(encode(one))),)), OCCASION)
        tier = tiers.judge(load(), {**facts, **LOOKED_AT})
        assert tier.categories == ()
        assert ("B, whether a stay was planned" in tier.unknown) is unknown


# ---- tiers

A, B, C, D = {"phq_9": 12}, {"unplanned_stays_90_days": 1}, {"chronic_count": 4}, {"needs": ["food-need"]}
E = {"referred": ["clinician"]}


@pytest.mark.parametrize(
    ("known", "tier"),
    [
        ({}, "low"),
        (A, "low"),
        (E, "low"),
        (A | E, "rising"),
        (A | B, "rising"),
        (C | D, "rising"),
        (A | B | E, "rising"),
        (A | B | C, "high"),
        (B | C | D, "high"),
        (A | B | C | D, "high"),
        ({"a1c_change": Decimal("0.9")}, "low"),
        ({"a1c_change": Decimal("1.0")}, "rising"),
        ({"phq_9_change": Decimal(4)}, "low"),
        ({"phq_9_change": Decimal(5)}, "rising"),
        ({"days_since_unplanned_discharge": 30, "lace_low": 10, "lace_high": 10}, "high"),
        ({"days_since_unplanned_discharge": 31, "lace_low": 10, "lace_high": 10}, "low"),
        ({"days_since_unplanned_discharge": 30, "lace_low": 9, "lace_high": 9}, "low"),
        ({"days_since_unplanned_discharge": 30, "conditions": ["heart-failure"]}, "high"),
        ({"conditions": ["heart-failure"]}, "low"),
        ({"safety_open": True}, "high"),
        ({"conditions_or_concerns": ["violence"]}, "high"),
        ({"conditions_or_concerns": ["homeless-tonight"]}, "high"),
    ],
)
def test_what_the_categories_make(known: Json, tier: str) -> None:
    found = judged(**known)
    assert (found.code, found.unknown) == (tier, ())


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"behavioural_age_days": []}, "at least low, not assessed: A, mood and behavior"),
        ({"behavioural_age_days": 366}, "at least low, not assessed: A, mood and behavior"),
        ({"behavioural_age_days": 365}, "low"),
        ({"social_age_days": []}, "at least low, not assessed: D, social needs"),
        ({"social_age_days": []} | D, "low"),
        ({"social_age_days": []} | A | B, "at least rising, not assessed: D, social needs"),
        ({"social_age_days": []} | A | B | C, "high"),
        ({"emergency_visits_12_months": []}, "at least low, not assessed: B, use of hospitals"),
        ({"medicine_count": []}, "at least low, not assessed: C, illness and medicines"),
        ({"safety_open": []}, "at least low, not assessed: open safety reviews"),
        (
            {"days_since_unplanned_discharge": 5, "lace_low": 8, "lace_high": 11},
            "at least low, not assessed: LACE of the last unplanned discharge",
        ),
        (
            {"days_since_unplanned_discharge": 5, "lace_expected": True},
            "at least low, not assessed: LACE of the last unplanned discharge",
        ),
        ({"days_since_unplanned_discharge": 5}, "low"),
    ],
)
def test_what_is_not_known_makes_it_at_least(known: Json, words: str) -> None:
    assert judged(**known).words == words


def test_a_chart_that_cannot_be_seen_is_never_low() -> None:
    unseen = frozenset({"encounters", "conditions", "medication_requests", "tasks"})
    tier = tiers.judge(load(), facts_of(Chart(unseen=unseen), OCCASION))
    assert tier.code == "low"
    assert len(tier.unknown) == 6


def test_every_group_the_rules_name_exists() -> None:
    groups = set(load().concepts(CONDITION_GROUP))
    assert {"serious-mental-illness", "substance-use", "heart-failure", "violence", "homeless-tonight"} <= groups


# ---- the step


def tier_of(found: Stage) -> Json:
    """The newest tier as it stands."""
    names = [one for one in Standing(found.backend, found.patient).written("RiskAssessment") if "encounter" not in one]
    return max(names, key=by_age)


def parts(risk: Json) -> Json:
    made: Json = {"category": [], "notAssessed": []}
    for one in risk["extension"][0]["extension"]:
        value = next(v for k, v in one.items() if k.startswith("value"))
        made[one["url"]] = [*made[one["url"]], value] if one["url"] in ("category", "notAssessed") else value
    return made


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    found = stage(backend, "rosa")
    screened(found)
    return found


def concluded(
    found: Stage, *domains: str, when: str = "2026-03-09T11:00:00-05:00", actor: str = "", **more: Any
) -> Result:
    return carried_out(found, conclude(found, *domains, concluded=when, **more), when, actor=actor)


def test_rosa_is_high_by_all_four(rosa: Stage) -> None:
    score = newest(rosa, "Observation", "44261-6")
    said = [{"domain": one, "words": words} for one, words in WORDS.items()]
    said[2] |= {"evidence": [score]}
    result = concluded(rosa, conclusions=said, adl_losses=1)
    assert isinstance(result, Done), result
    risk = tier_of(rosa)
    assert parts(risk) == {
        "tier": "high", "atLeast": False, "category": ["A", "B", "C", "D"], "notAssessed": [], "byRule": "high",
        "setBy": "rules",
    }  # fmt: skip
    assert risk["prediction"][0]["outcome"]["coding"][0]["code"] == "high"
    cited = {one["reference"] for one in risk["basis"]}
    assert score in cited
    assert rosa.backend.find("Encounter", "rosa-stay" + rosa.mark) in cited
    assert {one.partition("/")[0] for one in cited} == {
        "Condition", "Encounter", "MedicationRequest", "Observation", "RiskAssessment",
    }  # fmt: skip
    chart = Standing(rosa.backend, rosa.patient)
    words = {
        one["code"]["coding"][0]["code"]: one["valueString"]
        for one in chart.written("Observation")
        if "valueString" in one
    }
    assert words == WORDS
    assert chart.tasks()["first-assessment"]["status"] == "completed"
    assert "assessment" not in chart.tasks()
    again = concluded(rosa, conclusions=said, adl_losses=1)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"


def test_what_was_not_assessed_is_asked_for_once_and_settled_later(rosa: Stage) -> None:
    assert isinstance(concluded(rosa, "clinical", "social"), Done)
    asked = [one for one in Standing(rosa.backend, rosa.patient).written("Task") if _kind(one) == "assessment"]
    domains = {one["reasonCode"]["coding"][0]["code"]: one for one in asked}
    assert set(domains) == set(WORDS) - {"clinical", "social"}
    assert {one["restriction"]["period"]["end"] for one in asked} == {"2026-03-23"}
    assert {one["owner"]["reference"] for one in asked} == {rosa.nurse}

    later = "2026-03-10T09:00:00-05:00"
    rest = [one for one in WORDS if one not in ("clinical", "social", "supports")]
    assert isinstance(concluded(rosa, *rest, when=later), Done)
    tasks = [one for one in Standing(rosa.backend, rosa.patient).written("Task") if _kind(one) == "assessment"]
    assert len(tasks) == 6
    assert [one["reasonCode"]["coding"][0]["code"] for one in tasks if one["status"] == "requested"] == ["supports"]
    assert isinstance(concluded(rosa, "supports", when="2026-03-11T09:00:00-05:00"), Done)
    chart = Standing(rosa.backend, rosa.patient)
    assert chart.tasks()["first-assessment"]["status"] == "completed"
    assert {one["status"] for one in chart.written("Task") if _kind(one) == "assessment"} == {"completed"}


def test_the_first_assessment_is_done_once_each_domain_is_concluded_or_has_its_own_task(rosa: Stage) -> None:
    """Nobody assesses everything on the first day; what is left has Tasks of its own, with days of their own."""
    asked = work(rosa, "supports")
    result = concluded(rosa, "clinical", "social")
    assert isinstance(result, Done), result
    chart = Standing(rosa.backend, rosa.patient)
    first = chart.tasks()["first-assessment"]
    assert first["status"] == "completed"
    assert first["businessStatus"]["coding"][0]["code"] == "done"
    assert first["output"][0]["valueReference"]["reference"] == f"RiskAssessment/{tier_of(rosa)['id']}"
    left = [domain for domain in WORDS if domain not in ("clinical", "social")]
    assert sorted(open_domains(rosa)) == sorted(left), "one Task each, none beside the one there was"
    (said,) = [one for one in result.told.says if "first assessment" in one]
    displays = [load().concept(DOMAIN, domain).display for domain in left]
    assert said.endswith(f"still to be assessed, each with a Task of its own: {', '.join(displays)}")
    assert f"still to be assessed: supports and caregivers (already asked for with {asked})" in result.told.says


def test_a_conclusion_of_two_years_ago_is_asked_for_again(rosa: Stage) -> None:
    assert isinstance(concluded(rosa, *WORDS), Done)
    assert isinstance(concluded(rosa, "clinical", when="2028-03-09T11:00:00-05:00"), Done)
    assert sorted(open_domains(rosa)) == sorted(domain for domain in WORDS if domain != "clinical")


def work(found: Stage, domain: str) -> str:
    """An open Task that asks to assess a domain, whoever wrote it."""
    coded = load().concept("https://carefhir.org/fhir/CodeSystem/care-task", "assessment")
    return found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [coded.coding]},
            "reasonCode": {"coding": [load().concept(DOMAIN, domain).coding]},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
        }
    )


def open_domains(found: Stage) -> list[str]:
    """The domains that open Tasks ask to assess."""
    tasks = Standing(found.backend, found.patient).all("Task")
    asked = [one for one in tasks if _kind(one) == "assessment" and one["status"] == "requested"]
    return [one["reasonCode"]["coding"][0]["code"] for one in asked]


def _kind(one: Json) -> str:
    return str(one["code"]["coding"][0]["code"])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"conclusions": [{"domain": "weather", "words": "fine"}]}, "there is no domain 'weather'"),
        ({"conclusions": [{"domain": "social", "words": "a"}, {"domain": "social", "words": "b"}]}, "concluded twice"),
        ({"adl_losses": 2}, "belong to the domain function"),
        ({"conclusions": [{"domain": "social", "words": "a", "evidence": ["Observation/none"]}]}, "not on this server"),
        ({"conclusions": [{"domain": "social", "words": "a", "evidence": ["a letter"]}]}, "give each as Type/ID"),
        ({"concluded": "2026-03-09T12:00:00-05:00"}, "is in the future"),
        ({"tier": "low"}, "needs a reason"),
        ({"tier": "middle", "tier_reason": "so I feel"}, "there is no tier 'middle'"),
        ({"tier_reason": "so I feel"}, "give the tier, too"),
    ],
)
def test_what_is_refused(rosa: Stage, changes: Json, why: str) -> None:
    command = conclude(rosa, "social", **changes)
    result = carried_out(rosa, command, "2026-03-09T11:00:00-05:00")
    assert isinstance(result, Refused), result
    assert any(why in one for one in result.why), result.why


def test_who_is_not_in_care_management_is_refused(backend: Backend) -> None:
    result = concluded(stage(backend, "rosa"), "social")
    assert isinstance(result, Refused)
    assert result.why == ("the patient is not in care management: enroll the patient first",)


def test_evidence_about_another_person_is_refused(rosa: Stage) -> None:
    other = stage(rosa.backend, "kim")
    theirs = planted(other, "Observation", ours=False, status="final", code={"text": "weight"})
    said = [{"domain": "social", "words": "a", "evidence": [theirs]}]
    result = concluded(rosa, conclusions=said)
    assert isinstance(result, Refused)
    assert result.why == (f"{theirs} is not {rosa.patient}'s: leave it out",)


@pytest.mark.parametrize(
    ("who", "done"), [("nurse", True), ("physician", True), ("nurse-practitioner", True), ("social-worker", False)]
)
def test_who_may_set_it_otherwise(rosa: Stage, who: str, done: bool) -> None:
    actor = rosa.backend.find("Practitioner", who)
    result = concluded(rosa, "social", actor=actor, tier="rising", tier_reason="her daughter has moved in")
    assert isinstance(result, Done if done else Refused), result
    if done:
        assert parts(tier_of(rosa)) | {"category": [], "notAssessed": []} == {
            "tier": "rising", "atLeast": False, "category": [], "notAssessed": [], "byRule": "high", "setBy": "person",
        }  # fmt: skip
        assert "her daughter has moved in" in tier_of(rosa)["prediction"][0]["rationale"]
        assert result.told.warnings == (
            "the tier is set lower than high against a rule: no step down within 30 days of discharge",
        )


def test_a_lower_tier_while_a_safety_review_is_open_is_for_a_provider(backend: Backend) -> None:
    kim = stage(backend, "kim")
    assert isinstance(carried_out(kim, enroll(kim), "2026-03-09T09:00:00-05:00"), Done)
    task = {"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "safety-review"}
    kim.backend.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "code": {"coding": [task]},
            "for": {"reference": kim.patient},
        }
    )  # fmt: skip
    more = {"tier": "low", "tier_reason": "settled, she says"}
    refused = concluded(kim, "social", "behavioural", **more)
    assert isinstance(refused, Refused)
    assert "only a provider may set a lower tier" in refused.why[0]
    assert isinstance(concluded(kim, "social", "behavioural", actor=kim.physician, **more), Done)


def test_nobody_steps_down_within_30_days_of_discharge(rosa: Stage) -> None:
    """High by a person's word while the rules give less; then the rules alone, 29 and 31 days after the discharge."""
    for one in ("Condition", "MedicationRequest", "Observation", "Encounter"):
        _only_a_planned_stay(rosa, one)
    assert isinstance(concluded(rosa, *WORDS, tier="high", tier_reason="alone at home"), Done)
    assert isinstance(concluded(rosa, "social", when="2026-04-05T11:00:00-05:00"), Done)
    assert (parts(tier_of(rosa))["tier"], parts(tier_of(rosa))["setBy"]) == ("high", "held")
    assert isinstance(concluded(rosa, "social", when="2026-04-06T11:00:00-05:00"), Done)
    found = parts(tier_of(rosa))
    assert found["setBy"] == "rules"
    assert found["tier"] != "high"


def test_what_may_tell_of_violence_is_restricted(rosa: Stage) -> None:
    """Rule 4: the tier, and the domains whose words are likely to tell of it; what matters to her is not."""
    planted(
        rosa,
        "Condition",
        ours=False,
        verificationStatus={"coding": [{"system": VERIFICATION, "code": "unconfirmed"}]},
        code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "T74.11XA"}]},
    )
    assert isinstance(concluded(rosa, "social", "what-matters"), Done)
    chart = Standing(rosa.backend, rosa.patient)
    labels = {
        one["code"]["coding"][0]["code"]: [label["code"] for label in one["meta"].get("security", [])]
        for one in chart.written("Observation")
        if "valueString" in one
    }
    assert labels == {"social": ["R"], "what-matters": []}
    assert [one["code"] for one in tier_of(rosa)["meta"]["security"]] == ["R"]
    assert "violence" in tier_of(rosa)["prediction"][0]["rationale"]


def _only_a_planned_stay(found: Stage, type_: str) -> None:
    """Takes what makes Rosa high off the record: a planned stay, and nothing else that counts."""
    for one in Standing(found.backend, found.patient).all(type_):
        if type_ == "Condition":
            one["verificationStatus"]["coding"] = [{**one["verificationStatus"]["coding"][0], "code": "refuted"}]
            one.pop("clinicalStatus", None)
        elif type_ == "Observation":
            one["status"] = "cancelled"
        elif type_ == "Encounter":
            one["priority"] = {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EL"}]
            }
        else:
            continue
        found.backend.put(one)
