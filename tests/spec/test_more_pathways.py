"""Lung disease, high blood pressure, kidney disease, depression, falls, stroke: what is proposed for which chart, with
a near miss for each, and what a check-in comes to at the edge of each band.

The expected values are those of the sources named in profiles/input/fsh/pathway-*.fsh, written by hand.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.commands import RecordCheckIn
from carefhir.content.loading import load
from carefhir.content.pathways import propose
from tests.spec import tables
from tests.support import five_conditions, generated_people
from tests.support.backends import sandbox_backend
from tests.support.charts import chart_of, condition, observed, occasion, taking
from tests.support.stage import Stage, done, enroll, stage
from tests.support.stories.monitoring import check_in

Json = dict[str, Any]
CONTENT = load()
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
NOW = datetime.fromisoformat("2026-04-20T10:00:00-05:00")


def of(code: str, **more: Any) -> Json:
    return condition(code, ICD, **more)


def born(year: int) -> Json:
    return {"resourceType": "Patient", "birthDate": f"{year}-01-01"}


def encounter(kind: str, day: str, reason: str) -> Json:
    """A stay of two nights (`IMP`) or an emergency visit (`EMER`) that ended on a day, for a reason."""
    types = {"IMP": "32485007", "EMER": "50849002"}
    start = f"2026-{day[:2]}-{int(day[3:]) - 2:02}T09:00:00-05:00" if kind == "IMP" else f"2026-{day}T09:00:00-05:00"
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": kind},
        "type": [{"coding": [{"system": "http://snomed.info/sct", "code": types[kind]}]}],
        "period": {"start": start, "end": f"2026-{day}T15:00:00-05:00"},
        "reasonCode": [{"coding": [{"system": ICD, "code": reason}]}],
    }


COPD, KIDNEYS, PRESSURE, MOOD, FALL = of("J44.9"), of("N18.32"), of("I10"), of("F33.1"), of("Z91.81")


@pytest.mark.parametrize(
    ("records", "item", "there"),
    [
        # lungs
        ([COPD], "inhaler-teach-back", True),
        ([of("J45.40")], "inhaler-teach-back", False),  # asthma is no COPD
        ([COPD], "treatment-review", False),
        ([COPD, of("J44.1", onsetDateTime="2025-03-10")], "treatment-review", True),  # 364 days before
        ([COPD, of("J44.1", onsetDateTime="2025-03-08")], "treatment-review", False),  # 366 days before
        ([COPD, of("J44.1")], "treatment-review", False),  # without a day it cannot be counted
        ([COPD, encounter("EMER", "02-20", "J44.1")], "treatment-review", True),
        ([COPD, encounter("EMER", "02-20", "S93.401A")], "treatment-review", False),  # an ankle
        ([COPD, encounter("IMP", "02-20", "J44.0")], "treatment-review", True),
        ([COPD, observed("59408-5", 88, "%")], "oxygen-assessment", True),
        ([COPD, observed("59408-5", 89, "%")], "oxygen-assessment", False),
        ([COPD, observed("2708-6", 88, "%")], "oxygen-assessment", True),
        ([COPD, observed("59408-5", 85, "%", "2026-02-06")], "oxygen-assessment", False),  # 31 days old
        ([COPD, observed("59408-5", 8, "%")], "oxygen-assessment", False),  # a slip, not a person
        ([COPD], "pulmonary-rehab-referral", True),
        ([COPD, of("I50.22")], "pulmonary-rehab-referral", False),  # one program, that of the heart
        ([COPD, of("Z72.0")], "tobacco-help", True),
        ([COPD], "tobacco-help", False),
        ([COPD, encounter("IMP", "03-05", "J44.1")], "follow-up-visit", True),
        ([COPD, encounter("IMP", "02-20", "J44.1")], "follow-up-visit", False),
        # blood pressure
        ([PRESSURE], "home-cuff", True),
        ([of("R03.0")], "home-cuff", False),  # one high reading is no diagnosis
        ([PRESSURE, observed("8480-6", 140, "mm[Hg]")], "treatment-review", True),
        ([PRESSURE, observed("8480-6", 139, "mm[Hg]")], "treatment-review", False),
        ([PRESSURE, observed("8462-4", 90, "mm[Hg]")], "treatment-review", True),
        ([PRESSURE, observed("8462-4", 89, "mm[Hg]")], "treatment-review", False),
        ([PRESSURE, born(1961)], "stand-up-pressure", True),
        ([PRESSURE, born(1962)], "stand-up-pressure", False),  # 64
        ([PRESSURE, born(1962), of("I95.1")], "stand-up-pressure", True),
        ([PRESSURE, of("I50.22")], "action-plan", False),  # the page for the heart holds it
        # kidneys
        ([KIDNEYS], "kidney-safe-teaching", True),
        ([of("N20.0")], "kidney-safe-teaching", False),  # stones
        ([KIDNEYS], "kidney-test", True),
        ([KIDNEYS, observed("98979-8", 50, "mL/min/{1.73_m2}", "2025-06-01")], "kidney-test", True),
        (
            [
                KIDNEYS,
                observed("98979-8", 50, "mL/min/{1.73_m2}", "2025-06-01"),
                observed("9318-7", 20, "mg/g", "2025-06-01"),
            ],
            "kidney-test",
            False,
        ),
        (
            [
                KIDNEYS,
                observed("98979-8", 50, "mL/min/{1.73_m2}", "2025-06-01"),
                observed("9318-7", 20, "mg/g", "2025-04-01"),
            ],
            "kidney-test",
            True,
        ),  # 342 days
        ([KIDNEYS, observed("62238-1", 29, "mL/min/1.73m2")], "nephrology-referral", True),
        ([KIDNEYS, observed("62238-1", 30, "mL/min/1.73m2")], "nephrology-referral", False),
        ([KIDNEYS, observed("9318-7", 300, "mg/g")], "nephrology-referral", True),
        ([KIDNEYS, observed("9318-7", 299, "mg/g")], "nephrology-referral", False),
        ([KIDNEYS, observed("14585-4", 34, "mg/mmol")], "nephrology-referral", True),  # 300.6 mg/g
        ([KIDNEYS, observed("14585-4", "33.9", "mg/mmol")], "nephrology-referral", False),  # words are no number
        (
            [
                KIDNEYS,
                observed("33914-3", 50, "mL/min/{1.73_m2}", "2025-09-01"),
                observed("33914-3", 45, "mL/min/{1.73_m2}"),
            ],
            "nephrology-referral",
            True,
        ),
        (
            [
                KIDNEYS,
                observed("33914-3", 50, "mL/min/{1.73_m2}", "2025-09-01"),
                observed("33914-3", 46, "mL/min/{1.73_m2}"),
            ],
            "nephrology-referral",
            False,
        ),
        ([KIDNEYS, observed("98979-8", 19, "mL/min/{1.73_m2}")], "kidney-choices", True),
        ([KIDNEYS, observed("98979-8", 20, "mL/min/{1.73_m2}")], "kidney-choices", False),
        ([KIDNEYS, taking("lisinopril 10 MG")], "sick-day-plan", True),
        ([KIDNEYS, taking("amlodipine 5 MG")], "sick-day-plan", False),
        # mood
        ([MOOD], "activation", True),
        ([of("F41.1")], "activation", False),  # anxiety
        ([MOOD, of("F31.9")], "activation", False),  # bipolar disorder: a psychiatrist
        ([MOOD, of("F31.9")], "psychiatric-referral", True),
        ([MOOD], "psychiatric-referral", False),
        ([MOOD, observed("44261-6", 10, "{score}")], "therapy-referral", True),
        ([MOOD, observed("44261-6", 9, "{score}")], "therapy-referral", False),
        ([MOOD, observed("44261-6", 4, "{score}")], "activation", False),
        ([MOOD], "screen-depression", True),
        ([MOOD, observed("44261-6", 9, "{score}")], "screen-depression", False),
        ([MOOD, taking("sertraline 50 MG")], "mood-medicine-support", True),
        ([MOOD, taking("lorazepam 1 MG")], "mood-medicine-support", False),
        # falls
        ([FALL, born(1961)], "falls-teach-back", True),
        ([FALL, born(1962)], "falls-teach-back", False),  # 64
        ([of("W19", onsetDateTime="2025-04-01"), born(1950)], "home-safety", True),
        ([FALL], "falls-teach-back", False),  # the age is not known
        ([FALL, born(1950), of("E11.9")], "vision-check", False),  # its own eye exam
        ([FALL, born(1950)], "vision-check", True),
        # stroke
        ([of("I69.351")], "stroke-teach-back", True),
        ([of("G45.9")], "stroke-teach-back", False),  # not a stroke
    ],
    ids=lambda value: "" if isinstance(value, list) else str(value),
)
def test_what_is_proposed(records: list[Json], item: str, there: bool) -> None:
    plan = propose(CONTENT, facts_of(chart_of(*records), occasion()), occasion().today)
    assert (item in {draft.code for draft in plan.items}) is there


@pytest.mark.parametrize(
    ("code", "pathway", "states"),
    [
        ("J44.9", "pathway-copd", {"minor", "newborn", "pregnant", "after-birth", "hospice"}),
        ("I10", "pathway-hypertension", {"minor", "newborn", "pregnant", "after-birth", "hospice", "dialysis"}),
        ("N18.32", "pathway-kidney-disease", {"minor", "newborn", "pregnant", "after-birth", "hospice", "dialysis"}),
        ("F33.1", "pathway-depression", {"minor", "newborn", "pregnant", "after-birth", "hospice"}),
        ("I69.351", "pathway-stroke", {"minor", "newborn", "pregnant", "after-birth", "hospice"}),
    ],
)
def test_whom_it_is_not_for(code: str, pathway: str, states: set[str]) -> None:
    """Rule 38: said, and nothing proposed; with type 1 diabetes these all hold."""
    known = facts_of(chart_of(of(code)), occasion())
    assert [each.id for each in propose(CONTENT, known).pathways] == [pathway]
    for state in ("minor", "newborn", "pregnant", "after-birth", "hospice", "dialysis", "type-1-diabetes"):
        plan = propose(CONTENT, known, states=frozenset({state}))
        assert bool(plan.withheld) is (state in states), state
        assert bool(plan.items) is (state not in states), state


def test_what_could_not_be_seen_is_no_number_of_none() -> None:
    """Rule R10: 0 flare-ups is said only where conditions and encounters could be seen."""
    seen, unseen = chart_of(), chart_of(unseen=("conditions", "encounters"))
    for name in ("copd_flare_ups_12_months", "copd_stays_12_months", "copd_emergency_visits_12_months"):
        assert facts_of(seen, occasion())[name] == [0]
        assert facts_of(unseen, occasion())[name] == []
    assert facts_of(Chart(), occasion())["egfr"] == []


# ---- check-ins


def person_with(code: str, *medicines: str) -> Stage:
    """Kim's server, and somebody on it of whom only this is known."""
    found = stage(sandbox_backend(), "kim")
    patient = found.backend.create({"resourceType": "Patient", "birthDate": "1950-03-01", "name": [{"family": "New"}]})
    found = Stage(**{**{name: getattr(found, name) for name in found.__dataclass_fields__}, "patient": patient})
    found.backend.create({**of(code), "subject": {"reference": patient}})
    for medicine in medicines:
        found.backend.create({**taking(medicine), "subject": {"reference": patient}})
    assert isinstance(done(found, enroll(found), NOW), Done)
    return found


@pytest.fixture(scope="module")
def people() -> dict[str, Stage]:
    return {
        "copd": person_with("J44.9"),
        "hypertension": person_with("I10"),
        "kidney-disease": person_with("N18.32"),
        "depression": person_with("F33.1", "sertraline 50 MG"),
        "falls": person_with("Z91.81", "amlodipine 5 MG"),
        "falls on warfarin": person_with("Z91.81", "warfarin 5 MG"),
    }


@pytest.mark.parametrize(
    ("who", "yes", "numbers", "color", "rule"),
    [
        ("copd", (), {}, "green", ""),
        ("copd", (), {"oxygen-saturation": ("90", "%")}, "green", ""),
        ("copd", (), {"oxygen-saturation": ("89", "%")}, "yellow", "oxygen-low"),
        ("copd", (), {"oxygen-saturation": ("88", "%")}, "yellow", "oxygen-low"),
        ("copd", (), {"oxygen-saturation": ("87", "%")}, "red-urgent", "oxygen-very-low"),
        ("copd", (), {"oxygen-saturation": ("84", "%")}, "red-urgent", "oxygen-very-low"),
        ("copd", (), {"oxygen-saturation": ("83", "%")}, "emergency", "oxygen-extreme"),
        ("copd", ("breath-walking",), {}, "yellow", "symptom"),
        ("copd", ("more-mucus",), {}, "yellow", "symptom"),
        ("copd", ("cough-or-wheeze", "fever"), {}, "yellow", "symptom"),  # neither is one of the three signs
        ("copd", ("more-mucus", "mucus-color"), {}, "red-urgent", "two-signs-of-a-flare-up"),
        ("copd", ("breath-walking", "fever"), {}, "red-urgent", "fever-and-breath"),
        ("copd", ("rescue-inhaler",), {}, "yellow", "rescue-inhaler"),
        ("copd", ("missed-inhaler",), {}, "yellow", "missed-inhaler"),
        ("copd", ("breath-at-rest",), {}, "red-urgent", "breath-at-rest"),  # with heart failure: 911
        ("copd", ("cannot-speak",), {}, "emergency", "cannot-speak"),
        ("copd", ("blue-lips",), {}, "emergency", "blue-lips"),
        ("copd", ("hard-to-wake",), {}, "emergency", "hard-to-wake"),
        ("copd", ("confused",), {}, "emergency", "confused"),
        ("copd", ("chest-pain",), {}, "emergency", "chest-pain"),
        ("copd", ("coughing-blood",), {}, "emergency", "coughing-blood"),
        ("hypertension", (), {"systolic": ("159", "mm[Hg]")}, "green", ""),
        ("hypertension", (), {"systolic": ("160", "mm[Hg]")}, "yellow", "raised-pressure"),
        ("hypertension", (), {"systolic": ("179", "mm[Hg]")}, "yellow", "raised-pressure"),
        ("hypertension", (), {"systolic": ("180", "mm[Hg]")}, "red-urgent", "very-high-pressure"),
        ("hypertension", ("dizzy",), {"systolic": ("180", "mm[Hg]")}, "emergency", "very-high-pressure-and-ill"),
        ("hypertension", ("dizzy",), {"systolic": ("110", "mm[Hg]")}, "yellow", "symptom"),
        ("hypertension", ("dizzy",), {"systolic": ("109", "mm[Hg]")}, "yellow", "low-and-dizzy"),
        ("hypertension", (), {"systolic": ("90", "mm[Hg]")}, "green", ""),
        ("hypertension", (), {"systolic": ("89", "mm[Hg]")}, "red-urgent", "low-pressure"),
        ("hypertension", ("missed-pressure-pills",), {}, "yellow", "missed-pressure-pills"),
        ("hypertension", ("fainted",), {}, "red-urgent", "fainted"),
        ("hypertension", ("stroke-signs",), {}, "emergency", "stroke-signs"),
        ("hypertension", ("chest-pain",), {}, "emergency", "chest-pain"),
        ("kidney-disease", (), {}, "green", ""),
        ("kidney-disease", ("no-appetite",), {}, "yellow", "symptom"),
        ("kidney-disease", ("vomiting",), {}, "yellow", "symptom"),
        ("kidney-disease", ("vomiting", "vomiting-over-6-hours"), {}, "red-urgent", "vomiting-long"),
        ("kidney-disease", ("little-urine",), {}, "red-urgent", "little-urine"),
        ("kidney-disease", ("pain-pill-or-salt-substitute",), {}, "yellow", "pain-pill-or-salt-substitute"),
        ("kidney-disease", ("breath-at-rest",), {}, "emergency", "breath-at-rest"),
        ("kidney-disease", ("fainted",), {}, "emergency", "fainted"),
        ("kidney-disease", (), {"systolic": ("89", "mm[Hg]")}, "red-urgent", "low-pressure"),
        ("depression", (), {}, "green", ""),
        ("depression", ("mood-worse",), {}, "yellow", "symptom"),
        ("depression", ("mood-side-effects",), {}, "yellow", "symptom"),
        ("depression", ("stopped-mood-medicine",), {}, "red-urgent", "stopped-mood-medicine"),
        ("depression", ("unusually-high",), {}, "red-urgent", "unusually-high"),
        ("depression", ("hears-or-sees",), {}, "red-urgent", "hears-or-sees"),
        ("depression", ("cannot-stay-safe",), {}, "emergency", "cannot-stay-safe"),
        ("falls", (), {}, "green", ""),
        ("falls", ("fell",), {}, "yellow", "symptom"),
        ("falls", ("unsteady",), {}, "yellow", "symptom"),
        ("falls", ("fell", "hit-head"), {}, "red-urgent", "hit-head"),
        ("falls on warfarin", ("fell", "hit-head"), {}, "emergency", "hit-head-on-blood-thinner"),
        ("falls", ("fell", "cannot-bear-weight"), {}, "red-urgent", "cannot-bear-weight"),
        ("falls", ("fainted",), {}, "red-urgent", "fainted"),
    ],
)
def test_a_check_in(
    people: dict[str, Stage],
    who: str,
    yes: tuple[str, ...],
    numbers: dict[str, tuple[str, str]],
    color: str,
    rule: str,
) -> None:
    found = people[who].copied()
    response = check_in(f"check-in-{who.partition(' ')[0]}", yes=yes, numbers=numbers, authored=NOW.isoformat())
    came_to, rules = judged(found, response)
    assert came_to == color
    assert rule in rules or not rule


@pytest.mark.parametrize("who", ["copd", "hypertension", "kidney-disease", "depression", "falls"])
def test_a_question_that_was_not_answered_keeps_it_from_green(people: dict[str, Stage], who: str) -> None:
    form = CONTENT.get("Questionnaire", f"check-in-{who}")
    for item in form["item"]:
        if item.get("required"):
            response = check_in(f"check-in-{who}", left_out=(item["linkId"],), authored=NOW.isoformat())
            assert judged(people[who].copied(), response)[0] == "cannot-say", item["linkId"]


def judged(found: Stage, response: Json) -> tuple[str, set[str]]:
    """The color, and the ids of the rules that gave it."""
    result = done(found, RecordCheckIn(patient=found.patient, response=response), NOW)
    assert isinstance(result, Done | Refused), result
    triages = [
        one
        for one in tables.Chart(found.backend, found.patient).written("Observation")
        if one["code"]["coding"][0]["code"] == "triage"
    ]
    rules = {one["text"].rpartition("(")[2].rstrip(")") for one in triages[-1].get("note", [])}
    return str(triages[-1]["valueCodeableConcept"]["coding"][0]["code"]), rules


# ---- one person with five conditions


def test_one_person_with_five_conditions_has_one_plan() -> None:
    """The decision record reads this plan line by line."""
    plan, conflicts, _ = five_conditions.planned()
    goals, items = [goal.code for goal in plan.goals], {item.code: item for item in plan.items}
    assert [pathway.id.removeprefix("pathway-") for pathway in plan.pathways] == [
        *("copd", "depression", "diabetes-type-2", "heart-failure", "kidney-disease", "social-needs")
    ]
    assert len(goals) == len(set(goals)) <= 14
    assert len(items) == len(plan.items) <= 40
    of_theirs = [item for item in plan.items if item.kind != "order" and item.done_by != "supervising-provider"]
    assert len(of_theirs) <= 26, (
        "what the person themselves takes part in; the prescriber's part costs them nothing yet"
    )
    # one page, one review, one rehabilitation, one visit, and a ride to it before it
    assert len(items["action-plan"].pathways) == 2
    assert len(items["treatment-review"].pathways) == 3
    assert "pulmonary-rehab-referral" not in items
    assert items["follow-up-visit"].due == (2, "day")
    assert (items["transport-referral"].priority, items["transport-referral"].due) == ("urgent", (1, "business-day"))
    assert "kidney-test" not in items, "both were done within the year"
    assert {"nephrology-referral", "kidney-safe-teaching", "phq-9-again", "food-referral"} <= set(items)
    codes = [conflict.code for conflict in conflicts]
    assert {"food-insecurity-lows", "heart-failure-medicine", "kidneys-diabetes-medicine"} <= set(codes)
    assert "kidneys-pain-pills" not in codes, "the question about ibuprofen is asked once"
    assert {"lungs-beta-blocker", "beta-blocker-lows", "mood-medicine-dangers"} <= set(codes)
    assert set(five_conditions.FIRST_THREE) <= set(items)


def test_without_a_discharge_the_ride_is_not_urgent() -> None:
    known = facts_of(chart_of(of("Z59.82")), occasion())
    (ride,) = [item for item in propose(CONTENT, known).items if item.code == "transport-referral"]
    assert (ride.priority, ride.due) == ("routine", (7, "day"))


# ---- sixty people nobody chose


def test_sixty_generated_people_get_a_plan_that_can_be_read() -> None:
    """No mixture of conditions makes two pathways contradict each other in what they ask for: every plan merges, each
    thing is in it once, nobody gets what is not for them."""
    outcomes = [generated_people.outcome_of(person) for person in generated_people.people()]
    assert len(outcomes) == 60
    for outcome in outcomes:
        codes = [item.code for item in outcome.plan.items]
        assert len(codes) == len(set(codes))
        assert len(codes) <= 40, outcome.person.codes
        # social needs go on where a hospice may care for them, and comfort beside palliative care; nothing else does
        if "Z51.5" in outcome.person.codes:
            assert "comfort" in outcome.pathways
            assert set(outcome.pathways) <= {"social-needs", "comfort"}
        if "I10" in outcome.person.codes and not {"Z51.5", "N18.6"} & set(outcome.person.codes):
            assert "hypertension" in outcome.pathways
        if not outcome.pathways:
            assert not set(outcome.person.codes) & {"J44.9", "I50.9", "Z59.41"} or outcome.withheld
    assert generated_people.people() == generated_people.people(), "the same for the same seed"
