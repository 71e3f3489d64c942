"""Diabetes, heart failure, depression and comfort in depth: which question is put to whom for which chart, with a near
miss for each; what comfort leaves out of the other pathways; what a check-in comes to where comfort comes first.

The expected values are those of the sources named in profiles/input/fsh/pathways.fsh and pathway-*.fsh, by hand.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from carefhir import Done
from carefhir.chart.facts import facts_of
from carefhir.commands import ProposePlan
from carefhir.content.check_in import pathways
from carefhir.content.loading import load
from carefhir.content.pathways import ItemDraft, Proposal, propose
from tests.spec import tables
from tests.spec.test_more_pathways import born, judged, of, person_with
from tests.support.backends import sandbox_backend
from tests.support.charts import chart_of, observed, occasion, taking
from tests.support.stage import Stage, done, enroll, stage
from tests.support.stories.contacts import not_reached
from tests.support.stories.monitoring import check_in

Json = dict[str, Any]
CONTENT = load()
TODAY = date(2026, 3, 9)
SUGAR, HEART, MOOD = of("E11.9"), of("I50.9"), of("F33.1")
REDUCED = of("I50.22")
EGFR = "mL/min/{1.73_m2}"


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def planned(*records: Json, **more: Any) -> Proposal:
    return propose(CONTENT, facts_of(chart_of(*records), occasion()), TODAY, **more)


def item(plan: Proposal, code: str) -> ItemDraft | None:
    return next((draft for draft in plan.items if draft.code == code), None)


def recorded(name: str, days: int | None, **more: Any) -> Json:
    """A medicine first ordered so many days ago; without a day where it is None."""
    return taking(name, **({} if days is None else {"authoredOn": ago(days)}), **more)


def did(code: str, days: int, status: str = "completed") -> Json:
    """An item of a plan that was done so many days ago."""
    return {
        "resourceType": "Task",
        "status": status,
        "intent": "order",
        "code": {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-item", "code": code}]},
        "lastModified": ago(days),
    }


INSULIN = taking("insulin glargine 100 UNT/ML")
GLIPIZIDE = taking("glipizide 5 MG")
METFORMIN = taking("metformin 500 MG")


@pytest.mark.parametrize(
    ("records", "code", "there"),
    [
        # glucagon: a question where lows endanger
        ([SUGAR, INSULIN], "glucagon", True),
        ([SUGAR, METFORMIN], "glucagon", False),
        ([SUGAR, INSULIN, taking("Baqsimi 3 MG nasal powder")], "glucagon", False),
        ([SUGAR, INSULIN, taking("dasiglucagon 0.6 MG injection")], "glucagon", False),
        ([SUGAR, GLIPIZIDE, born(1961)], "glucagon", True),  # 65
        ([SUGAR, GLIPIZIDE, born(1962)], "glucagon", False),  # 64
        ([SUGAR, GLIPIZIDE, born(1980), observed("98979-8", 44, EGFR)], "glucagon", True),
        ([SUGAR, GLIPIZIDE, born(1980), observed("98979-8", 45, EGFR)], "glucagon", False),
        ([SUGAR, GLIPIZIDE, born(1980), of("Z59.41")], "glucagon", True),
        # yearly checks, by what the record shows was done
        ([SUGAR], "eye-exam-referral", True),
        ([SUGAR, did("eye-exam-referral", 335)], "eye-exam-referral", False),
        ([SUGAR, did("eye-exam-referral", 336)], "eye-exam-referral", True),
        ([SUGAR, did("eye-exam-referral", 30, "cancelled")], "eye-exam-referral", True),
        ([SUGAR, did("foot-check", 335)], "foot-check", False),
        ([SUGAR, did("foot-check", 336)], "foot-check", True),
        ([SUGAR, did("eye-exam-referral", 10)], "foot-check", True),  # another check
        # tobacco, in every pathway in which it harms
        ([SUGAR, of("Z72.0")], "tobacco-help", True),
        ([SUGAR], "tobacco-help", False),
        ([HEART, of("Z72.0")], "tobacco-help", True),
        ([HEART], "tobacco-help", False),
        ([of("I10"), of("Z72.0")], "tobacco-help", True),
        ([of("I69.351"), of("Z72.0")], "tobacco-help", True),
        ([SUGAR], "diabetes-distress", True),
        ([HEART], "diabetes-distress", False),
        # potassium and kidneys
        ([HEART, recorded("spironolactone 25 MG", 10)], "potassium-test", True),
        (
            [HEART, recorded("spironolactone 25 MG", 10), observed("2823-3", 4, "mmol/L", ago(3))],
            "potassium-test",
            True,  # the kidneys were not tested
        ),
        (
            [
                *(HEART, recorded("spironolactone 25 MG", 10)),
                *(observed("2823-3", 4, "mmol/L", ago(3)), observed("98979-8", 60, EGFR, ago(3))),
            ],
            "potassium-test",
            False,
        ),
        (
            [
                *(HEART, recorded("lisinopril 5 MG", 10)),
                *(observed("6298-4", 4, "meq/L", ago(12)), observed("98979-8", 60, EGFR, ago(3))),
            ],
            "potassium-test",
            True,  # before the start
        ),
        ([HEART, recorded("amlodipine 5 MG", 10)], "potassium-test", False),
        ([HEART, recorded("furosemide 40 MG", 400)], "potassium-test", True),  # nothing on record
        (
            [
                *(HEART, recorded("furosemide 40 MG", 400)),
                *(observed("2823-3", 4, "mmol/L", ago(180)), observed("98979-8", 60, EGFR, ago(180))),
            ],
            "potassium-test",
            False,
        ),
        (
            [
                *(HEART, recorded("furosemide 40 MG", 400)),
                *(observed("2823-3", 4, "mmol/L", ago(181)), observed("98979-8", 60, EGFR, ago(180))),
            ],
            "potassium-test",
            True,
        ),
        ([HEART], "who-decides", True),
        ([SUGAR], "who-decides", False),
        # mood
        ([MOOD, recorded("sertraline 50 MG", 28)], "mood-start-call", True),
        ([MOOD, recorded("sertraline 50 MG", 29)], "mood-start-call", False),
        (
            [MOOD, recorded("sertraline 50 MG", 10), recorded("sertraline 25 MG", 90, status="stopped")],
            *("mood-start-call", False),
        ),
        ([MOOD, recorded("sertraline 50 MG", 10), recorded("sertraline 50 MG", None)], "mood-start-call", True),
        ([MOOD, recorded("sertraline 50 MG", 10, status="stopped")], "mood-start-call", False),
        ([MOOD, recorded("lisinopril 5 MG", 10)], "mood-start-call", False),
    ],
    ids=lambda value: "" if isinstance(value, list) else str(value),
)
def test_what_is_asked_for(records: list[Json], code: str, there: bool) -> None:
    assert (item(planned(*records), code) is not None) is there


FRAIL = [SUGAR, born(1945), of("Z91.81")]


@pytest.mark.parametrize(
    ("records", "code", "words", "there"),
    [
        # diabetes
        ([*FRAIL, GLIPIZIDE], "treatment-review", "less or simpler medicine", True),
        ([*FRAIL, METFORMIN], "treatment-review", "less or simpler medicine", False),
        (
            [SUGAR, born(1945), INSULIN],
            "treatment-review",
            "less or simpler medicine",
            False,
        ),  # nothing that harms more
        ([SUGAR, born(1945), INSULIN, observed("4548-4", "6.4", "%")], *("treatment-review", "less or simpler", False)),
        ([SUGAR, born(1945), INSULIN, observed("4548-4", 6.4, "%")], *("treatment-review", "less or simpler", True)),
        ([SUGAR, born(1945), INSULIN, observed("4548-4", 6.5, "%")], *("treatment-review", "less or simpler", False)),
        ([SUGAR, born(1962), of("Z91.81"), INSULIN], "treatment-review", "less or simpler", False),  # 64
        ([SUGAR, born(1986), METFORMIN], "treatment-review", "no statin on the list", True),  # 40
        ([SUGAR, born(1987), METFORMIN], "treatment-review", "no statin on the list", False),  # 39
        ([SUGAR, born(1951), METFORMIN], "treatment-review", "no statin on the list", True),  # 75
        ([SUGAR, born(1950), METFORMIN], "treatment-review", "no statin on the list", False),  # 76
        ([SUGAR, born(1970), taking("atorvastatin 40 MG")], "treatment-review", "no statin on the list", False),
        ([SUGAR, INSULIN], "treatment-review", "sensor with an alarm", True),
        ([SUGAR, METFORMIN], "treatment-review", "sensor with an alarm", False),
        # heart failure: what is not on the list is a question
        ([REDUCED, METFORMIN], "therapy-review", "no ACE inhibitor, ARB or ARNI on the list", True),
        ([REDUCED, taking("losartan 50 MG")], "therapy-review", "no ACE inhibitor, ARB or ARNI on the list", False),
        ([REDUCED, METFORMIN], "therapy-review", "no beta blocker on the list", True),
        ([REDUCED, taking("carvedilol 6.25 MG")], "therapy-review", "no beta blocker on the list", False),
        ([REDUCED, METFORMIN], "therapy-review", "no mineralocorticoid antagonist (MRA) on the list", True),
        ([REDUCED, taking("eplerenone 25 MG")], "therapy-review", "no mineralocorticoid antagonist", False),
        ([REDUCED, METFORMIN], "therapy-review", "no SGLT2 inhibitor on the list", True),
        ([REDUCED, taking("empagliflozin 10 MG")], "therapy-review", "no SGLT2 inhibitor on the list", False),
        ([of("I50.32"), METFORMIN], "therapy-review", "no SGLT2 inhibitor on the list", False),  # preserved
        ([HEART, METFORMIN, observed("10230-1", 40, "%")], "therapy-review", "no SGLT2 inhibitor on the list", True),
        ([HEART, METFORMIN, observed("10230-1", 41, "%")], "therapy-review", "no SGLT2 inhibitor on the list", False),
        ([HEART, observed("10230-1", 35, "%")], "therapy-review", "has a device", True),
        ([HEART, observed("10230-1", 36, "%")], "therapy-review", "has a device", False),
        # mood: four weeks of treatment without effect
        (
            [
                *(MOOD, recorded("sertraline 50 MG", 28)),
                *(observed("44261-6", 16, "{score}", ago(40)), observed("44261-6", 12, "{score}", ago(2))),
            ],
            *("treatment-review", "not 5 lower", True),
        ),
        (
            [
                *(MOOD, recorded("sertraline 50 MG", 28)),
                *(observed("44261-6", 17, "{score}", ago(40)), observed("44261-6", 12, "{score}", ago(2))),
            ],
            *("treatment-review", "not 5 lower", False),
        ),
        (
            [
                *(MOOD, recorded("sertraline 50 MG", 27)),
                *(observed("44261-6", 16, "{score}", ago(40)), observed("44261-6", 12, "{score}", ago(2))),
            ],
            *("treatment-review", "not 5 lower", False),
        ),
        (
            [MOOD, recorded("sertraline 50 MG", 28), observed("44261-6", 9, "{score}", ago(2))],
            *("treatment-review", "not 5 lower", False),
        ),
    ],
    ids=lambda value: "" if isinstance(value, list) else str(value),
)
def test_which_question_a_review_puts(records: list[Json], code: str, words: str, there: bool) -> None:
    """One review by one prescriber, to which each question is added."""
    review = item(planned(*records), code)
    assert (review is not None and words in review.words) is there
    assert review is None or review.done_by == "supervising-provider"


def test_a_list_that_could_not_be_read_lacks_nothing() -> None:
    """Never falsely alarming either: "not on the list" is said only of a list that was seen."""
    chart = chart_of(REDUCED, unseen=("medication_requests", "medication_statements"))
    plan = propose(CONTENT, facts_of(chart, occasion()), TODAY)
    review = item(plan, "therapy-review")
    assert review is not None
    assert "on the list" not in review.words


@pytest.mark.parametrize(
    ("year", "a1c", "days", "due"),
    [
        (1970, None, 0, 14),  # none on record
        (1970, 6.9, 90, 90),
        (1970, 6.9, 91, 30),
        (1970, 6.9, 150, 30),
        (1970, 6.9, 151, 14),
        (1970, 7.0, 45, 45),
        (1970, 7.0, 46, 14),
        (1950, 7.4, 45, 90),  # below 7.5 from 65 years
        (1950, 7.5, 45, 45),
    ],
)
def test_how_soon_the_a1c_comes_again(year: int, a1c: float | None, days: int, due: int) -> None:
    reading = [] if a1c is None else [observed("4548-4", a1c, "%", ago(days))]
    test = item(planned(SUGAR, born(year), *reading), "a1c-test")
    assert test is not None
    assert test.due == (due, "day")


def test_the_a1c_of_complex_health_is_judged_by_its_own_target() -> None:
    others = [of("I10"), of("F33.1"), of("J44.9")]
    controlled = item(planned(SUGAR, born(1950), *others, observed("4548-4", 7.9, "%", ago(30))), "a1c-test")
    near_miss = item(planned(SUGAR, born(1950), *others, observed("4548-4", 8.0, "%", ago(30))), "a1c-test")
    assert controlled
    assert near_miss
    assert (controlled.due, near_miss.due) == ((90, "day"), (45, "day"))


# ---- comfort

PALLIATIVE, SAID = frozenset({"palliative-care"}), frozenset({"comfort-first"})
OF_COMFORT = {"symptom-plan", "night-plan", "who-decides", "comfort-equipment", "hospice-question", "helper-support"}


@pytest.mark.parametrize(
    ("states", "there"),
    [
        (SAID, True),
        (PALLIATIVE, True),
        (PALLIATIVE | {"hospice"}, True),  # palliative care, which a hospice may or may not give
        (frozenset(), False),
        (frozenset({"hospice", "hospice-cares"}), False),
        (SAID | {"hospice", "hospice-cares"}, False),  # the hospice makes the plan
        (SAID | {"minor"}, False),
    ],
    ids=["said", "palliative care", "unsure", "neither", "hospice", "hospice, and said", "a child"],
)
def test_for_whom_the_comfort_pathway_is(states: frozenset[str], there: bool) -> None:
    plan = planned(SUGAR, born(1940), states=states)
    assert ("pathway-comfort" in {pathway.id for pathway in plan.pathways}) is there
    assert ({draft.code for draft in plan.items} >= OF_COMFORT) is there


@pytest.mark.parametrize(
    "records",
    [
        [of("I50.22", stage=[{"summary": {"text": "NYHA class IV"}}])],
        [of("C25.9")],
        [born(1926)],
        [of("R54")],
        [observed("44261-6", 24, "{score}")],
    ],
    ids=["NYHA IV", "cancer", "100 years", "frail", "a score"],
)
def test_comfort_is_never_inferred(records: list[Json]) -> None:
    plan = planned(*records)
    assert "pathway-comfort" not in {pathway.id for pathway in plan.pathways}


@pytest.mark.parametrize(
    ("records", "goals", "items"),
    [
        ([SUGAR, born(1950)], {"a1c", "yearly-checks", "self-management-education", "blood-pressure"}, {"a1c-test"}),
        ([SUGAR, born(1950)], set(), {"eye-exam-referral", "kidney-test", "diabetes-education"}),
        ([HEART], {"daily-weights", "less-salt"}, {"scale", "low-salt-teaching", "cardiac-rehab-referral"}),
        ([of("I10")], {"blood-pressure"}, {"home-cuff", "pressure-teach-back", "low-salt-teaching"}),
        ([of("N18.32")], {"kidneys-kept", "blood-pressure"}, {"kidney-test"}),
        ([of("J44.9"), of("Z72.0")], {"no-tobacco"}, {"tobacco-help", "pulmonary-rehab-referral"}),
    ],
)
def test_what_no_longer_serves_is_left_out_and_named(records: list[Json], goals: set[str], items: set[str]) -> None:
    before, after = planned(*records), planned(*records, states=SAID)
    assert goals <= {goal.code for goal in before.goals}
    assert items <= {draft.code for draft in before.items}
    assert not goals & {goal.code for goal in after.goals}
    assert not items & {draft.code for draft in after.items}
    named = {part.title for part in after.parts_withheld}
    assert {goal.words for goal in before.goals if goal.code in goals} <= named
    assert {draft.title for draft in before.items if draft.code in items} <= named
    assert not before.parts_withheld


def test_what_still_serves_stays() -> None:
    plan = planned(SUGAR, born(1950), HEART, INSULIN, states=SAID)
    assert {"avoid-lows-and-symptoms", "no-severe-lows", "symptoms-eased"} <= {goal.code for goal in plan.goals}
    assert {"hypoglycaemia-teach-back", "zone-teach-back", "sick-day-plan"} <= {draft.code for draft in plan.items}
    palliative = planned(SUGAR, born(1950), states=PALLIATIVE)
    assert "a1c" in {goal.code for goal in palliative.goals}, "the near miss: nobody has said that comfort comes first"


def proposed(found: Stage, **more: Any) -> Done:
    result = done(found, ProposePlan(patient=found.patient, own_goal="sit in the garden", **more))
    assert isinstance(result, Done), result
    return result


@pytest.fixture
def rosa() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    done(found, enroll(found))
    return found


def test_said_when_the_plan_is_proposed(rosa: Stage) -> None:
    """The person's word makes a goal of theirs, by which later plans and check-ins know it."""
    result = proposed(rosa, comfort_first=True)
    (line,) = [words for words in result.told.warnings if words.startswith("left out, because it does not serve")]
    assert "for whom comfort comes first (as they say)" in line
    assert "Less salt" in line or "excess sodium" in line
    goals = {goal["description"]["coding"][0]["code"] for goal in coded_goals(rosa)}
    assert {"comfort-first", "symptoms-eased"} <= goals
    assert not {"a1c", "less-salt", "daily-weights"} & goals


def test_not_said(rosa: Stage) -> None:
    """The near miss."""
    result = proposed(rosa)
    assert not [words for words in result.told.warnings if words.startswith("left out")]
    goals = {goal["description"]["coding"][0]["code"] for goal in coded_goals(rosa)}
    assert "comfort-first" not in goals
    assert {"a1c", "less-salt"} <= goals


def coded_goals(found: Stage) -> list[Json]:
    written = tables.Chart(found.backend, found.patient).written("Goal")
    return [goal for goal in written if goal["description"].get("coding")]


def test_goals_of_before_are_questions_and_not_stopped(rosa: Stage) -> None:
    """An A1c goal that is pursued stays, and the conflict with comfort is the prescriber's to decide."""
    rosa.backend.create(
        {
            "resourceType": "Goal",
            "lifecycleStatus": "active",
            "description": {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-goal", "code": "a1c"}]},
            "subject": {"reference": rosa.patient},
        }
    )
    proposed(rosa, comfort_first=True)
    issues = tables.Chart(rosa.backend, rosa.patient).written("DetectedIssue")
    assert "comfort-targets" in {issue["code"]["coding"][0]["code"] for issue in issues}


# ---- comfort: the check-in


@pytest.fixture(scope="module")
def at_home() -> Stage:
    return person_with("Z51.5")


@pytest.mark.parametrize(
    ("yes", "color", "rule"),
    [
        ((), "green", ""),
        (("restless",), "yellow", "symptom"),
        (("no-stool",), "yellow", "symptom"),
        (("new-sore",), "yellow", "symptom"),
        (("helper-exhausted",), "yellow", "helper-exhausted"),
        (("nobody-tonight",), "yellow", "nobody-tonight"),
        (("helper-exhausted", "nobody-tonight"), "red-urgent", "exhausted-and-alone"),
        (("wishes-changed",), "yellow", "wishes-changed"),
        (("pain-not-eased",), "red-urgent", "pain-not-eased"),
        (("breath-not-eased",), "red-urgent", "breath-not-eased"),
        (("comfort-medicine-not-kept",), "red-urgent", "comfort-medicine-not-kept"),
        (("confused",), "red-urgent", "confused"),
        (("heavy-bleeding",), "emergency", "heavy-bleeding"),
    ],
)
def test_a_check_in(at_home: Stage, yes: tuple[str, ...], color: str, rule: str) -> None:
    response = check_in("check-in-comfort", yes=yes, authored="2026-04-20T10:00:00-05:00")
    came_to, rules = judged(at_home.copied(), response)
    assert came_to == color
    assert rule in rules or not rule


def test_a_question_of_comfort_that_was_not_answered_keeps_it_from_green(at_home: Stage) -> None:
    for question in CONTENT.get("Questionnaire", "check-in-comfort")["item"]:
        if question.get("required"):
            left_out = (question["linkId"],)
            response = check_in("check-in-comfort", left_out=left_out, authored="2026-04-20T10:00:00-05:00")
            assert judged(at_home.copied(), response)[0] == "cannot-say", question["linkId"]


# ---- treatment of mood without effect


@pytest.mark.parametrize(
    ("started", "highest", "now", "asked_days", "there"),
    [
        (28, 16, 12, 2, True),
        (27, 16, 12, 2, False),  # not four weeks yet
        (84, 16, 12, 2, True),
        (85, 16, 12, 2, False),
        (28, 17, 12, 2, False),  # 5 lower
        (28, 12, 10, 2, True),
        (28, 12, 9, 2, False),
        (28, 16, 12, 36, False),  # an old score says nothing of today
        (None, 16, 12, 2, False),
    ],
)
def test_treatment_of_mood_without_effect_is_yellow(
    started: int | None, highest: int, now: int, asked_days: int, there: bool
) -> None:
    (rules,) = [each.rules for each in pathways(CONTENT) if each.id == "check-in-rules-depression"]
    (rule,) = [each for each in rules if each.id == "treatment-without-effect"]
    facts = {
        "antidepressant_started_days": [] if started is None else [started],
        "phq_9": [now],
        "phq_9_highest_90_days": [highest],
        "behavioural_age_days": [asked_days],
    }
    assert rule.code == "yellow"
    assert rule.holds(facts) is there


# ---- missed contacts in depression


def decisions(found: Stage) -> list[Json]:
    written = tables.Chart(found.backend, found.patient).written("Task")
    return [task for task in written if task["code"]["coding"][0]["code"] == "inform-provider"]


@pytest.mark.parametrize(
    ("condition", "attempts", "asked"),
    [("F33.1", 1, 0), ("F33.1", 2, 1), ("F33.1", 3, 1), ("J44.9", 3, 0)],
    ids=["once", "twice", "nobody is asked twice", "another condition"],
)
def test_two_missed_contacts_in_depression_are_told(condition: str, attempts: int, asked: int) -> None:
    found = person_with(condition)
    for day in range(attempts):
        when = f"2026-04-2{day + 1}T10:00:00-05:00"
        result = done(found, not_reached(found, started=when), datetime.fromisoformat(when) + timedelta(minutes=30))
        assert isinstance(result, Done), result
    tasks = decisions(found)
    assert len(tasks) == asked
    for task in tasks:
        assert task["restriction"]["period"]["end"].startswith("2026-04-23"), "one business day after the second"
