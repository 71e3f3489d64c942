"""Pathways: which A1c for whom, which advice is against which, and one plan for a person with several conditions.

The expected values are those of clinical practice, written by hand.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.content.loading import load
from carefhir.content.pathways import Proposal, contradictions, propose
from carefhir.content.rules import Facts
from tests.support.charts import chart_of, condition, example, observed, occasion, taking

Json = dict[str, Any]
CONTENT = load()
FOOD = {"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z59.41"}]}}
UNCONFIRMED = {"verificationStatus": {"coding": [{"code": "unconfirmed"}]}}


def facts(**known: Any) -> Facts:
    """Somebody of whom only this is known."""
    return facts_of(Chart(), occasion(), **known)


def diabetic(age: int | None, *others: str, **known: Any) -> Facts:
    """Somebody with type 2 diabetes, and what else they have."""
    groups = CONTENT.concepts("https://carefhir.org/fhir/CodeSystem/condition-group")
    counted = [one for one in others if groups[one].properties.get("coexisting")]
    return facts(
        age=[] if age is None else age,
        conditions=("diabetes-type-2", *others),
        conditions_or_concerns=("diabetes-type-2", *others),
        coexisting_count=len(counted),
        **known,
    )


def a1c(found: Facts) -> str:
    """The A1c goal in short: `<8`, `no target`, `prescriber` where only they can tell."""
    goals = {one.code: one for one in propose(CONTENT, found).goals}
    assert ("a1c" in goals) is not ("avoid-lows-and-symptoms" in goals)
    if "a1c" not in goals:
        assert (goals["avoid-lows-and-symptoms"].measure, goals["avoid-lows-and-symptoms"].detail) == ("", {})
        return "no target"
    goal = goals["a1c"]
    if not goal.detail:
        return "prescriber"
    quantity = goal.detail["detailQuantity"]
    assert (goal.measure, quantity["code"]) == ("4548-4", "%")
    assert goal.due_days == 180
    return f"{quantity['comparator']}{quantity['value']}"


HF, MOOD, PRESSURE = "heart-failure", "depression", "hypertension"


@pytest.mark.parametrize(
    ("who", "found", "target"),
    [
        ("Rosa: heart failure NYHA II, depression, hypertension", diabetic(74, HF, MOOD, PRESSURE, nyha=2), "<8"),
        ("74, heart failure and depression: two, not three", diabetic(74, HF, MOOD, nyha=2), "<7.5"),
        ("Kim, 46", diabetic(46), "<7"),
        ("64, the last year before", diabetic(64, HF, MOOD, PRESSURE, nyha=3), "<7"),
        ("65, nothing else", diabetic(65), "<7.5"),
        ("65, three others", diabetic(65, "arthritis", "stroke", "falls"), "<8"),
        (
            "70, four that do not count",
            diabetic(70, "hyperlipidaemia", "sleep-apnoea", "osteoporosis", "anxiety"),
            "<7.5",
        ),
        ("70, one IADL lost", diabetic(70, iadl_losses=1), "<7.5"),
        ("70, two IADLs lost", diabetic(70, iadl_losses=2), "<8"),
        ("70, one ADL lost", diabetic(70, adl_losses=1), "<7.5"),
        ("70, two ADLs lost", diabetic(70, adl_losses=2), "no target"),
        ("70, mild cognitive impairment", diabetic(70, "cognitive-impairment"), "<8"),
        ("70, dementia of unknown degree", diabetic(70, "dementia"), "<8"),
        ("70, dementia and two ADLs lost", diabetic(70, "dementia", adl_losses=2), "no target"),
        ("80, NYHA II", diabetic(80, HF, nyha=2), "<7.5"),
        ("80, NYHA III", diabetic(80, HF, nyha=3), "no target"),
        ("80, NYHA IV, three others", diabetic(80, HF, MOOD, PRESSURE, nyha=4), "no target"),
        ("80, NYHA not known", diabetic(80, HF), "<7.5"),
        ("66, dialysis", diabetic(66, "kidney-disease", "dialysis"), "no target"),
        ("66, kidney disease without dialysis", diabetic(66, "kidney-disease"), "<7.5"),
        ("90, in a nursing home", diabetic(90, "long-term-care"), "no target"),
        ("age not on record", diabetic(None, HF, MOOD, PRESSURE, nyha=3), "prescriber"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_a1c_goal_by_class(who: str, found: Facts, target: str) -> None:
    assert a1c(found) == target


def test_whatever_is_known_there_is_one_a1c_goal_or_none() -> None:
    """The classes exclude each other and leave nobody out, whatever is not known."""
    edges: tuple[tuple[Any, ...], ...] = ((None, 64, 65), ([], [2], [3]), ([], [1], [2]), ([], [2], [3]))
    for age, nyha, lost, count in product(*edges):
        found = diabetic(age, nyha=nyha, adl_losses=lost, iadl_losses=lost)
        assert a1c({**found, "coexisting_count": count}), (age, nyha, lost, count)


def test_no_a1c_is_ordered_where_there_is_no_target() -> None:
    def ordered(found: Facts) -> bool:
        return "a1c-test" in {one.code for one in propose(CONTENT, found).items}

    assert not ordered(diabetic(80, HF, nyha=3))
    assert ordered(diabetic(80, HF, nyha=2))
    assert ordered(diabetic(40, HF, nyha=3))
    assert ordered(diabetic(None))


def named(found: Facts) -> set[str]:
    return {one.code for one in contradictions(CONTENT, found)}


TEACHING = {"items": ("sick-day-plan", "take-every-day")}
NEAR: dict[str, list[tuple[str, bool, Json]]] = {
    "drink-more-fluid-limit": [
        ("sick-day plan, fluid limit ordered", True, {"items": ("sick-day-plan",), "orders": ("fluid-limit",)}),
        ("constipation, fluid limit ordered", True, {"items": ("constipation-advice",), "orders": ("fluid-limit",)}),
        ("fluid limit only proposed", False, {"items": ("sick-day-plan", "fluid-limit")}),
        ("no advice to drink more", False, {"items": ("zone-teach-back",), "orders": ("fluid-limit",)}),
    ],
    "hold-never-skip": [
        ("both pathways, ACE inhibitor", True, {**TEACHING, "medicine_classes": ("ace-inhibitor",)}),
        ("both pathways, SGLT2 inhibitor", True, {**TEACHING, "medicine_classes": ("sglt2-inhibitor",)}),
        ("both pathways, metformin", True, {**TEACHING, "medicine_classes": ("metformin",)}),
        ("both pathways, water pill", True, {**TEACHING, "medicine_classes": ("diuretic", "loop-diuretic")}),
        ("nothing that would be held", False, {**TEACHING, "medicine_classes": ("ssri", "beta-blocker")}),
        ("no sick-day plan", False, {"items": ("take-every-day",), "medicine_classes": ("arb",)}),
        ("nobody says never skip", False, {"items": ("sick-day-plan",), "medicine_classes": ("arb",)}),
    ],
    "salt-substitute-potassium": [
        ("less salt, ARB", True, {"goals": ("less-salt",), "medicine_classes": ("arb",)}),
        ("less salt, ARNI", True, {"goals": ("less-salt",), "medicine_classes": ("arni",)}),
        ("teaching salt, MRA", True, {"items": ("low-salt-teaching",), "medicine_classes": ("mra",)}),
        ("less salt, kidney disease", True, {"goals": ("less-salt",), "conditions_or_concerns": ("kidney-disease",)}),
        (
            "substitute used, ACE inhibitor",
            True,
            {"medicines": ("salt-substitute",), "medicine_classes": ("ace-inhibitor",)},
        ),
        (
            "less salt, nothing that raises potassium",
            False,
            {"goals": ("less-salt",), "medicine_classes": ("loop-diuretic",)},
        ),
        ("no advice on salt", False, {"goals": ("dry-weight",), "medicine_classes": ("arb",)}),
    ],
    "heart-failure-medicine": [
        ("NSAID", True, {"conditions_or_concerns": (HF,), "medicine_classes": ("nsaid",)}),
        ("glitazone", True, {"conditions_or_concerns": (HF,), "medicine_classes": ("glitazone",)}),
        (
            "saxagliptin, alogliptin",
            True,
            {"conditions_or_concerns": (HF,), "medicine_classes": ("dpp4-heart-failure",)},
        ),
        (
            "diltiazem, reduced ejection fraction",
            True,
            {"conditions_or_concerns": (HF, "heart-failure-reduced"), "medicine_classes": ("heart-rate-ccb",)},
        ),
        (
            "verapamil, ejection fraction 40",
            True,
            {"conditions_or_concerns": (HF,), "ejection_fraction": 40, "medicine_classes": ("heart-rate-ccb",)},
        ),
        (
            "verapamil, ejection fraction 41",
            False,
            {"conditions_or_concerns": (HF,), "ejection_fraction": 41, "medicine_classes": ("heart-rate-ccb",)},
        ),
        (
            "diltiazem, ejection not known",
            False,
            {"conditions_or_concerns": (HF,), "medicine_classes": ("heart-rate-ccb",)},
        ),
        ("sitagliptin, amlodipine", False, {"conditions_or_concerns": (HF,), "medicine_classes": ("dpp4", "ccb")}),
        ("NSAID without heart failure", False, {"conditions_or_concerns": (PRESSURE,), "medicine_classes": ("nsaid",)}),
    ],
    "tight-a1c": [
        ("target 7 on record, complex", True, {"goals": ("a1c",), "a1c_targets": 7, "coexisting_count": 3, "age": 74}),
        (
            "target 6.5 on record, insulin",
            True,
            {"goals": ("a1c",), "a1c_targets": 6.5, "medicine_classes": ("insulin",)},
        ),
        ("target 7, falls", True, {"goals": ("a1c",), "a1c_targets": 7, "conditions_or_concerns": ("falls",)}),
        ("under 65, sulfonylurea", True, {"goals": ("a1c",), "age": 46, "medicine_classes": ("sulfonylurea",)}),
        ("target 7.5 on record", False, {"goals": ("a1c",), "a1c_targets": 7.5, "medicine_classes": ("insulin",)}),
        ("target 7, nothing that makes lows", False, {"goals": ("a1c",), "a1c_targets": 7, "coexisting_count": 2}),
        ("74, the pathway's own target", False, {"goals": ("a1c",), "age": 74, "medicine_classes": ("insulin",)}),
        ("no A1c goal", False, {"a1c_targets": [], "age": 46, "medicine_classes": ("insulin",)}),
    ],
    "food-insecurity-lows": [
        ("insulin", True, {"needs": ("food-need",), "medicine_classes": ("insulin",)}),
        ("sulfonylurea", True, {"needs": ("food-need",), "medicine_classes": ("sulfonylurea",)}),
        ("a sugar pill", True, {"needs": ("food-need",), "medicine_classes": ("glucose-lowering-unknown",)}),
        ("metformin", False, {"needs": ("food-need",), "medicine_classes": ("metformin",)}),
        ("insulin, another need", False, {"needs": ("transport-need",), "medicine_classes": ("insulin",)}),
    ],
    "low-salt-food-pantry": [
        ("less salt, too little food", True, {"goals": ("less-salt",), "needs": ("food-need",)}),
        ("less salt, food referral", True, {"items": ("low-salt-teaching", "food-referral")}),
        ("less salt only", False, {"goals": ("less-salt",), "items": ("low-salt-teaching",)}),
        ("too little food only", False, {"needs": ("food-need",), "items": ("food-referral",)}),
    ],
    "exercise-unsafe": [
        ("foot ulcer", True, {"goals": ("exercise",), "conditions_or_concerns": ("foot-ulcer",)}),
        (
            "heart failure just got worse",
            True,
            {"items": ("exercise",), "conditions_or_concerns": ("heart-failure-acute",)},
        ),
        ("NYHA IV", True, {"goals": ("exercise",), "nyha": 4}),
        ("stable heart failure", False, {"goals": ("exercise",), "conditions_or_concerns": (HF,), "nyha": 3}),
        ("foot ulcer, no exercise", False, {"goals": ("daily-weights",), "conditions_or_concerns": ("foot-ulcer",)}),
    ],
    "weight-loss-dry-weight": [
        ("two goals of ours", True, {"goals": ("dry-weight", "weight-loss")}),
        ("a weight goal of another system", True, {"goals": ("dry-weight",), "other_goal_measures": ("29463-7",)}),
        ("the dry weight alone", False, {"goals": ("dry-weight", "daily-weights")}),
        (
            "the other goal measures something else",
            False,
            {"goals": ("dry-weight",), "other_goal_measures": ("4548-4",)},
        ),
        ("weight loss without a dry weight", False, {"goals": ("weight-loss",)}),
    ],
    "pressure-too-low": [
        ("falls", True, {"goals": ("blood-pressure",), "conditions_or_concerns": ("falls",)}),
        ("dizziness on record", True, {"goals": ("blood-pressure",), "conditions_or_concerns": ("low-pressure",)}),
        ("109 in the last month", True, {"goals": ("blood-pressure",), "systolic_lowest_30_days": 109}),
        ("110 in the last month", False, {"goals": ("blood-pressure",), "systolic_lowest_30_days": 110}),
        ("falls, no goal", False, {"goals": ("a1c",), "conditions_or_concerns": ("falls",)}),
    ],
    "beta-blocker-lows": [
        ("insulin", True, {"medicine_classes": ("beta-blocker", "insulin")}),
        ("sulfonylurea", True, {"medicine_classes": ("beta-blocker", "sulfonylurea")}),
        ("metformin", False, {"medicine_classes": ("beta-blocker", "metformin")}),
        ("insulin alone", False, {"medicine_classes": ("insulin", "ccb")}),
    ],
    "mood-medicine-dangers": [
        ("SSRI, anticoagulant", True, {"medicine_classes": ("antidepressant", "ssri", "anticoagulant")}),
        ("SSRI, NSAID", True, {"medicine_classes": ("antidepressant", "ssri", "nsaid")}),
        ("SSRI, thiazide", True, {"medicine_classes": ("antidepressant", "ssri", "thiazide", "diuretic")}),
        ("citalopram, amiodarone", True, {"medicines": ("citalopram",), "medicine_classes": ("antiarrhythmic", "qt")}),
        ("SSRI, furosemide", False, {"medicine_classes": ("antidepressant", "ssri", "loop-diuretic", "diuretic")}),
        ("bupropion, NSAID", False, {"medicine_classes": ("antidepressant", "nsaid")}),
        ("citalopram alone", False, {"medicines": ("citalopram",), "medicine_classes": ("ssri", "qt")}),
    ],
    "kidneys-pain-pills": [
        ("kidney disease", True, {"conditions_or_concerns": ("kidney-disease",), "medicine_classes": ("nsaid",)}),
        ("eGFR 59", True, {"egfr": 59, "medicine_classes": ("nsaid",)}),
        ("eGFR 60", False, {"egfr": 60, "medicine_classes": ("nsaid",)}),
        ("acetaminophen", False, {"conditions_or_concerns": ("kidney-disease",), "medicine_classes": ("pain",)}),
        (
            "heart failure as well, which asks it already",
            False,
            {"conditions_or_concerns": ("kidney-disease", HF), "medicine_classes": ("nsaid",)},
        ),
    ],
    "kidneys-diabetes-medicine": [
        ("metformin, eGFR 44", True, {"egfr": 44, "medicine_classes": ("metformin",)}),
        ("metformin, eGFR 45", False, {"egfr": 45, "medicine_classes": ("metformin",)}),
        ("SGLT2 inhibitor, eGFR 19", True, {"egfr": 19, "medicine_classes": ("sglt2-inhibitor",)}),
        ("SGLT2 inhibitor, eGFR 20", False, {"egfr": 20, "medicine_classes": ("sglt2-inhibitor",)}),
        ("metformin, eGFR not known", False, {"medicine_classes": ("metformin",)}),
        ("neither, eGFR 12", False, {"egfr": 12, "medicine_classes": ("insulin",)}),
    ],
    "lungs-beta-blocker": [
        ("lungs, carvedilol", True, {"conditions_or_concerns": ("copd",), "medicines": ("carvedilol",)}),
        ("asthma, propranolol", True, {"conditions_or_concerns": ("asthma",), "medicines": ("propranolol",)}),
        ("lungs, metoprolol", False, {"conditions_or_concerns": ("copd",), "medicines": ("metoprolol",)}),
        ("carvedilol, no lungs", False, {"conditions_or_concerns": (HF,), "medicines": ("carvedilol",)}),
    ],
    "lungs-sedatives": [
        ("opioid", True, {"conditions_or_concerns": ("copd",), "medicine_classes": ("opioid",)}),
        ("benzodiazepine", True, {"conditions_or_concerns": ("copd",), "medicine_classes": ("benzodiazepine",)}),
        ("gabapentin", False, {"conditions_or_concerns": ("copd",), "medicine_classes": ("gabapentinoid",)}),
        ("opioid, no lungs", False, {"conditions_or_concerns": (HF,), "medicine_classes": ("opioid",)}),
    ],
    "falls-sedatives": [
        ("benzodiazepine", True, {"conditions_or_concerns": ("falls",), "medicine_classes": ("benzodiazepine",)}),
        ("gabapentin", True, {"conditions_or_concerns": ("falls",), "medicine_classes": ("gabapentinoid",)}),
        ("no sedative", False, {"conditions_or_concerns": ("falls",), "medicine_classes": ("statin",)}),
        ("no falls", False, {"conditions_or_concerns": (HF,), "medicine_classes": ("benzodiazepine",)}),
    ],
    "falls-blood-thinner": [
        ("anticoagulant", True, {"conditions_or_concerns": ("falls",), "medicine_classes": ("anticoagulant",)}),
        ("aspirin", False, {"conditions_or_concerns": ("falls",), "medicine_classes": ("antiplatelet",)}),
        ("no falls", False, {"conditions_or_concerns": (HF,), "medicine_classes": ("anticoagulant",)}),
    ],
    "exercise-falls": [
        ("falls", True, {"goals": ("exercise",), "conditions_or_concerns": ("falls",)}),
        ("falls, no exercise", False, {"goals": ("no-falls",), "conditions_or_concerns": ("falls",)}),
        ("exercise, no falls", False, {"items": ("exercise",), "conditions_or_concerns": (HF,)}),
    ],
    "comfort-targets": [
        ("the goal, an A1c goal of before", True, {"goals": ("comfort-first", "a1c")}),
        ("said now, a blood pressure goal", True, {"states": ("comfort-first",), "goals": ("blood-pressure",)}),
        ("no lows and no symptoms", False, {"goals": ("comfort-first", "avoid-lows-and-symptoms")}),
        ("palliative care alone", False, {"states": ("palliative-care",), "goals": ("a1c",)}),
        ("an A1c goal alone", False, {"goals": ("a1c",)}),
    ],
    "comfort-salt": [
        ("less salt", True, {"goals": ("comfort-first", "less-salt")}),
        ("teaching of before", True, {"goals": ("comfort-first",), "items": ("low-salt-teaching",)}),
        ("less salt alone", False, {"goals": ("less-salt",)}),
        ("no advice on salt", False, {"goals": ("comfort-first",), "items": ("zone-teach-back",)}),
    ],
    "comfort-weighing": [
        ("weighed every day", True, {"goals": ("comfort-first", "daily-weights")}),
        ("the dry weight", True, {"goals": ("comfort-first", "dry-weight")}),
        ("weighed every day alone", False, {"goals": ("daily-weights",)}),
        ("a weight loss of their own", False, {"goals": ("comfort-first", "weight-loss")}),
    ],
    "comfort-statin": [
        ("a statin", True, {"goals": ("comfort-first",), "medicine_classes": ("statin",)}),
        ("another medicine", False, {"goals": ("comfort-first",), "medicine_classes": ("opioid",)}),
        ("a statin alone", False, {"medicine_classes": ("statin",)}),
    ],
    "comfort-checks": [
        ("yearly checks", True, {"goals": ("comfort-first", "yearly-checks")}),
        ("an end of tobacco", True, {"states": ("comfort-first",), "goals": ("no-tobacco",)}),
        ("mood", False, {"goals": ("comfort-first", "phq-9")}),
        ("yearly checks alone", False, {"goals": ("yearly-checks",)}),
    ],
    "opioid-sedatives": [
        ("benzodiazepine", True, {"medicine_classes": ("opioid", "benzodiazepine")}),
        ("gabapentin", True, {"medicine_classes": ("opioid", "gabapentinoid")}),
        ("butalbital", True, {"medicine_classes": ("opioid", "barbiturate")}),
        ("an opioid alone", False, {"medicine_classes": ("opioid", "statin")}),
        ("a benzodiazepine alone", False, {"medicine_classes": ("benzodiazepine", "gabapentinoid")}),
        (
            "with lung disease, which asks it already",
            False,
            {"conditions_or_concerns": ("copd",), "medicine_classes": ("opioid", "benzodiazepine")},
        ),
    ],
    "opioid-naloxone": [
        ("65 years", True, {"age": 65, "medicine_classes": ("opioid",)}),
        ("64 years", False, {"age": 64, "medicine_classes": ("opioid",)}),
        ("benzodiazepine", True, {"medicine_classes": ("opioid", "benzodiazepine")}),
        ("eGFR 29", True, {"egfr": 29, "medicine_classes": ("opioid",)}),
        ("eGFR 30", False, {"egfr": 30, "medicine_classes": ("opioid",)}),
        ("naloxone at home", False, {"age": 70, "medicine_classes": ("opioid",), "medicines": ("naloxone",)}),
        (
            "naloxone in a tablet with buprenorphine",
            True,
            {"age": 70, "medicine_classes": ("opioid",), "medicines": ("naloxone", "buprenorphine")},
        ),
        ("comfort first", False, {"age": 70, "medicine_classes": ("opioid",), "states": ("comfort-first",)}),
    ],
}


@pytest.mark.parametrize(
    ("code", "case", "fires", "known"),
    [(code, *one) for code, cases in NEAR.items() for one in cases],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_contradiction_and_its_near_misses(code: str, case: str, fires: bool, known: Json) -> None:
    assert (code in named(facts(**known))) is fires


def test_every_contradiction_is_in_the_table() -> None:
    ours = CONTENT.concepts("https://carefhir.org/fhir/CodeSystem/contradiction")
    assert set(NEAR) == set(ours)
    for cases in NEAR.values():
        assert {fires for _, fires, _ in cases} == {True, False}


def test_too_little_food_beside_insulin_is_a_call_the_same_day_and_the_prescriber_is_told() -> None:
    (found,) = contradictions(CONTENT, facts(needs="food-need", medicine_classes="insulin"))
    assert (found.decided_by, found.priority, found.due) == ("care-manager", "urgent", (0, "day"))
    assert found.told == ("supervising-provider",)


def test_who_decides() -> None:
    """A target, a limit or a medicine is the prescriber's to decide."""
    decided = {
        code: next(one for one in contradictions(CONTENT, facts(**cases[0][2])) if one.code == code).decided_by
        for code, cases in NEAR.items()
    }
    assert {code for code, who in decided.items() if who == "care-manager"} == {
        "food-insecurity-lows",
        "low-salt-food-pantry",
    }
    assert {who for code, who in decided.items()} == {"care-manager", "supervising-provider"}


class TestRosa:
    """74: diabetes on glargine and glipizide, HFrEF NYHA II, depression; home since three days; too little food."""

    def planned(self, *more: Json) -> tuple[Proposal, Facts]:
        chart = chart_of(*example("rosa"), *more)
        found = facts_of(chart, occasion())
        plan = propose(CONTENT, found, occasion().today)
        codes = {"goals": [one.code for one in plan.goals], "items": [one.code for one in plan.items]}
        return plan, facts_of(chart, occasion(), **codes)

    def test_four_pathways_one_plan(self) -> None:
        plan, _ = self.planned()
        assert [one.id for one in plan.pathways] == [
            "pathway-depression",
            "pathway-diabetes-type-2",
            "pathway-heart-failure",
            "pathway-hypertension",
        ]
        goals = {one.code: one for one in plan.goals}
        items = {one.code: one for one in plan.items}
        assert len(goals) == len(plan.goals)
        assert len(items) == len(plan.items)
        assert goals["a1c"].detail["detailQuantity"]["value"] == 8
        assert not {"visit-after-discharge", "therapy-review"} & goals.keys(), (
            "the team's work is no goal of the person"
        )
        assert items["follow-up-visit"].due == (4, "day")  # discharged 03-06, at most 7 days: 03-13
        for shared, asked_by in (("medication-management", 4), ("vaccination", 2), ("screen-depression", 3)):
            assert len(items[shared].pathways) == asked_by, shared
        assert len(goals["blood-pressure"].pathways) == 2
        assert goals["blood-pressure"].words == "Blood pressure below 130/80, if tolerated."
        assert len(items["low-salt-teaching"].pathways) == 1, "with heart failure it goes with the goal of less salt"
        assert items["vaccination"].addresses == ("diabetes-type-2", "heart-failure")

    def test_what_takes_effect_when(self) -> None:
        """Education and community help at once; equipment, tests and referrals are the prescriber's orders."""
        kinds = {one.code: (one.kind, one.makes) for one in self.planned({**condition(""), **FOOD})[0].items}
        now = ("now", "Task")
        for teaching in (
            "hypoglycaemia-teach-back",
            "zone-teach-back",
            "action-plan-diabetes",
            "action-plan-heart-failure",
        ):
            assert kinds[teaching] == now, teaching
        assert kinds["scale"] == ("order", "DeviceRequest")
        for order in ("sick-day-plan", "eye-exam-referral", "kidney-test", "cardiac-rehab-referral", "dry-weight"):
            assert kinds[order] == ("order", "ServiceRequest"), order
        assert kinds["food-referral"] == ("now", "ServiceRequest")
        assert kinds["follow-up-visit"] == ("now", "Appointment")
        assert kinds["therapy-review"] == ("plan", "Task")
        assert "food-screen" not in kinds

    @pytest.mark.parametrize(("days", "there"), [([], True), ([31], True), ([30], False), ([0], False)])
    def test_who_was_asked_about_food_is_not_asked_again(self, days: list[int], there: bool) -> None:
        known = facts_of(chart_of(*example("rosa")), occasion())
        plan = propose(CONTENT, {**known, "needs": [], "social_age_days": days}, occasion().today)
        assert ("food-screen" in [one.code for one in plan.items]) is there

    def test_too_little_food_is_named_and_answered(self) -> None:
        plan, found = self.planned({**condition(""), **FOOD, **UNCONFIRMED})
        assert "food-insecurity-lows" in named(found)
        assert named(found) == {
            "hold-never-skip",
            "salt-substitute-potassium",
            "food-insecurity-lows",
            "low-salt-food-pantry",
            "beta-blocker-lows",
        }
        assert "enough-food" in {one.code for one in plan.goals}
        (referral,) = [one for one in plan.items if one.code == "food-referral"]
        assert (referral.addresses, referral.goals) == (("food-need",), ("enough-food",))

    def test_ibuprofen_from_the_shelf(self) -> None:
        _, found = self.planned(taking("ibuprofen 200 MG", resourceType="MedicationStatement"))
        assert "heart-failure-medicine" in named(found)

    def test_after_a_positive_mood_screen_it_is_followed_up_not_repeated(self) -> None:
        finding = {"system": "https://carefhir.org/fhir/CodeSystem/finding", "code": "depression-screen-positive"}
        screen = {"resourceType": "Condition", "code": {"coding": [finding]}, **UNCONFIRMED}
        score = observed("44261-6", 0, valueQuantity=None, valueInteger=14)
        plan, _ = self.planned(screen, score)
        items = {one.code: one for one in plan.items}
        assert "screen-depression" not in items
        assert (items["depression-follow-up"].due, items["depression-follow-up"].goals) == ((30, "day"), ("phq-9",))
        (goal,) = [one for one in plan.goals if one.code == "phq-9"]
        assert goal.addresses == ("depression",)
        assert len(goal.pathways) == 3
        assert goal.words.count("Mood better") == 1

    @pytest.mark.parametrize(("total", "days"), [(14, 30), (15, 7), (19, 7), (20, 7), (27, 7)])
    def test_a_high_mood_score_is_followed_up_within_a_week(self, total: int, days: int) -> None:
        """Rule 30; also where no concern of it is left, because somebody has confirmed or dismissed it."""
        finding = {"system": "https://carefhir.org/fhir/CodeSystem/finding", "code": "depression-screen-positive"}
        screen = {"resourceType": "Condition", "code": {"coding": [finding]}, **UNCONFIRMED}
        score = observed("44261-6", 0, valueQuantity=None, valueInteger=total)
        plan, _ = self.planned(screen, score)
        assert [one.due for one in plan.items if one.code == "depression-follow-up"] == [(days, "day")]
        alone, _ = self.planned(score)
        found = [one.due for one in alone.items if one.code == "depression-follow-up"]
        assert found == ([(7, "day")] if days == 7 else [])

    def test_eight_days_after_discharge_the_seven_day_visit_is_not_asked_for_any_more(self) -> None:
        chart = chart_of(*example("rosa"))
        found = facts_of(chart, occasion("2026-03-14T10:00:00-05:00"))
        assert "follow-up-visit" not in {one.code for one in propose(CONTENT, found).items}

    @pytest.mark.parametrize(
        ("status", "day", "asked"),
        [
            ("booked", "2026-03-12", False),
            ("booked", "2026-03-13", False),
            ("fulfilled", "2026-03-09", False),
            ("booked", "2026-03-14", True),
            ("cancelled", "2026-03-12", True),
            ("proposed", "2026-03-12", True),
        ],
    )
    def test_a_visit_within_the_week_that_is_booked_is_not_asked_for_again(
        self, status: str, day: str, asked: bool
    ) -> None:
        visit = {
            "resourceType": "Appointment",
            "status": status,
            "start": f"{day}T10:00:00-05:00",
            "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}],
        }
        plan, _ = self.planned(visit)
        assert ("follow-up-visit" in {one.code for one in plan.items}) is asked


@pytest.mark.parametrize(
    ("needs", "goals", "items"),
    [
        ((), [], []),
        (("stress-need",), [], []),
        (("violence",), [], []),
        (("food-need",), ["enough-food"], ["food-referral"]),
        (("transport-need",), ["transport"], ["transport-referral"]),
        (("utility-need",), ["utilities"], ["utility-referral"]),
        (("housing-need",), ["stable-housing"], ["housing-referral"]),
        (("homeless-tonight",), ["stable-housing"], ["housing-referral", "shelter-tonight"]),
    ],
)
def test_a_need_gets_a_goal_and_a_referral(needs: tuple[str, ...], goals: list[str], items: list[str]) -> None:
    """Violence stays out of shared plans: it is a social worker's, elsewhere (rule 4)."""
    found = propose(CONTENT, facts(needs=needs))
    assert ([one.code for one in found.goals], [one.code for one in found.items]) == (goals, items)
    assert all(one.kind == "now" for one in found.items)


def test_homeless_tonight_does_not_wait() -> None:
    (found,) = [one for one in propose(CONTENT, facts(needs="homeless-tonight")).items if one.code == "shelter-tonight"]
    assert (found.priority, found.due, found.done_by) == ("stat", (0, "day"), "care-manager")


def test_no_milligrams_of_salt_and_no_fluid_limit_of_ours() -> None:
    found = propose(CONTENT, facts(conditions=HF))
    assert "fluid-limit" not in {one.code for one in found.items}
    (salt,) = [one for one in found.goals if one.code == "less-salt"]
    assert (salt.measure, salt.detail) == ("", {})
    (dry,) = [one for one in found.goals if one.code == "dry-weight"]
    assert dry.detail == {}, "the prescriber's number, never ours"


@pytest.mark.parametrize("concern", ["heart-failure", "diabetes-type-2"])
def test_a_concern_nobody_confirmed_opens_no_pathway(concern: str) -> None:
    assert propose(CONTENT, facts(conditions_or_concerns=concern)) == Proposal()
