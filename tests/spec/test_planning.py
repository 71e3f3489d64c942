"""A care plan from draft to signature, as tables: what is in it, what the patient says, who may sign, and when nobody
may. The expected values are clinical practice's own (Rosa: A1c below 8, food against insulin named, no F32 code)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from carefhir.codes import DISCIPLINE, RESTRICTED
from carefhir.engine.results import Done, Refused, Result
from carefhir.fhir.record import dig
from carefhir.workflows.care_planning.propose_plan import ProposePlan
from carefhir.workflows.care_planning.record_agreement import RecordAgreement
from carefhir.workflows.care_planning.sign_off import SignOff
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories import planning as story
from tests.support.stories.supervision import planted

Json = dict[str, Any]
WHEN = "2026-03-09T10:00:00-05:00"
LATER = "2026-03-10T10:00:00-05:00"


def in_words(result: Result) -> str:
    assert isinstance(result, Refused), result
    return "; ".join(result.why)


def staged(backend: Backend, before: Callable[[Stage], None], person: str = "rosa") -> Stage:
    found = stage(backend, person)
    before(found)
    return found


def code_of(resource: Json, element: str = "code") -> str:
    if resource["resourceType"] == "Task" and "reasonCode" in resource:
        element = "reasonCode"  # which item of the plan it is; its code says what kind of work
    coded = resource[element][0] if isinstance(resource[element], list) else resource[element]
    return str(coded["coding"][-1]["code"]) if coded.get("coding") else "own"


def item_of(backend: Backend, task: Json) -> str:
    """Which item of the plan a Task to place an order is about."""
    order = backend.get(task["focus"]["reference"])
    return code_of(order, "codeCodeableConcept" if order["resourceType"] == "DeviceRequest" else "code")


def by_code(chart: Chart, type_: str, element: str = "code") -> dict[str, Json]:
    return {code_of(one, element): one for one in chart.written(type_)}


def work(chart: Chart, code: str) -> list[Json]:
    """Our Tasks of one kind."""
    return [one for one in chart.written("Task") if one["code"]["coding"][0]["code"] == code]


def confirm_food(found: Stage) -> str:
    """Somebody confirms the food need, as confirm-concern does."""
    chart = Chart(found.backend, found.patient)
    (need,) = chart.written("Condition")
    need["verificationStatus"]["coding"][0]["code"] = "confirmed"
    found.backend.put(need)
    return f"Condition/{need['id']}"


FOOD_RUNS_OUT: Json = {
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "93031-3"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA30125-1"}]},
}


class TestAScreenThatNobodyHasJudged:
    """Food runs out, says an Observation from elsewhere (PRAPARE); there is no concern, and nobody was asked here."""

    @pytest.mark.parametrize(
        ("day", "counts"),
        [("2026-02-01T10:00:00-05:00", True), ("2024-02-01T10:00:00-05:00", False)],
        ids=["a month old", "two years old"],
    )
    def test_it_is_said_and_named_as_what_conflicting_advice_rests_on(
        self, backend: Backend, day: str, counts: bool
    ) -> None:
        found = staged(backend, lambda one: carried_out(one, enroll(one), "2026-03-09T09:00:00-05:00"))
        screen = planted(found, "Observation", ours=False, effectiveDateTime=day, **FOOD_RUNS_OUT)
        result = carried_out(found, story.proposing(found), WHEN)
        assert isinstance(result, Done), result
        said = f"a screen of {day[:10]} found food insecurity ({screen}), and nobody has judged it"
        assert any(said in warning for warning in result.told.warnings) == counts
        issues = by_code(Chart(found.backend, found.patient), "DetectedIssue")
        assert ("food-insecurity-lows" in issues) == counts
        if counts:
            assert screen in dig(issues["food-insecurity-lows"], "implicated.reference")


class TestRosasPlan:
    """Type 2 diabetes on insulin and a sulfonylurea, heart failure, food screen positive and unconfirmed."""

    @pytest.fixture
    def result(self, rosa: Stage) -> Result:
        return carried_out(rosa, story.proposing(rosa), WHEN)

    @pytest.fixture
    def rosa(self, backend: Backend) -> Stage:
        return staged(backend, story.hungry)

    @pytest.fixture
    def chart(self, rosa: Stage, result: Result) -> Chart:
        assert isinstance(result, Done), result
        return Chart(rosa.backend, rosa.patient)

    def test_one_draft_of_four_pathways(self, rosa: Stage, chart: Chart) -> None:
        (plan,) = chart.written("CarePlan")
        assert (plan["status"], plan["intent"]) == ("draft", "plan")
        assert plan["title"] == "Care plan: Depression, Type 2 diabetes, Heart failure, High blood pressure"
        assert plan["category"][0]["coding"][0]["code"] == "assess-plan"
        assert plan["period"]["start"] == "2026-03-09"
        assert {one["code"]["text"] for one in chart.all("Condition") if _in(plan["addresses"], one)} == {
            "Diabetes mellitus type 2",
            "Heart failure with reduced ejection fraction",
            "Acute on chronic systolic heart failure",
            "Major depression disorder",
            "Essential hypertension",
        }
        (episode,) = chart.written("EpisodeOfCare")
        assert _in(plan["supportingInfo"], episode)
        assert "Review by 2026-06-07." in [one["text"] for one in plan["note"]]
        assert any("Too little food" in one["text"] for one in plan["note"])
        parts = {"Goal", "ServiceRequest", "DeviceRequest", "Appointment"}
        linked = {one["reference"] for one in plan["goal"]} | {x["reference"]["reference"] for x in plan["activity"]}
        made = {f"{one['resourceType']}/{one['id']}" for type_ in parts for one in chart.written(type_)}
        assert made <= linked

    def test_a1c_below_8_for_complex_health(self, chart: Chart) -> None:
        goal = by_code(chart, "Goal", "description")["a1c"]
        assert goal["lifecycleStatus"] == "proposed"
        (target,) = goal["target"]
        assert target["measure"]["coding"][0]["code"] == "4548-4"
        assert float(target["detailQuantity"]["value"]) == 8.0
        assert target["detailQuantity"]["comparator"] == "<"
        assert target["dueDate"] == "2026-09-05"

    def test_the_patients_own_goal_stands_in_their_words(self, rosa: Stage, chart: Chart) -> None:
        own = by_code(chart, "Goal", "description")["own"]
        assert own["description"] == {"text": story.OWN_GOAL}
        assert own["expressedBy"]["reference"] == rosa.patient

    def test_food_and_insulin_are_named_and_somebody_calls_today(self, rosa: Stage, chart: Chart) -> None:
        issue = by_code(chart, "DetectedIssue")["food-insecurity-lows"]
        assert issue["status"] == "preliminary"
        implicated = {one["reference"].partition("/")[0] for one in issue["implicated"]}
        assert implicated == {"CarePlan", "Condition", "MedicationRequest"}
        (call,) = work(chart, "nurse-call")
        assert (call["owner"]["reference"], call["restriction"]["period"]["end"]) == (rosa.nurse, "2026-03-09")
        (word,) = work(chart, "inform-provider")
        assert (word["owner"]["reference"], word["restriction"]["period"]["end"]) == (rosa.physician, "2026-03-09")
        kinds = {"settle-contradiction": rosa.physician, "weigh-advice": rosa.nurse}
        for kind, owner in kinds.items():
            assert {one["owner"]["reference"] for one in work(chart, kind)} == {owner}
        decisions = [one for kind in kinds for one in work(chart, kind)]
        deciding = {one["focus"]["reference"]: one["owner"]["reference"] for one in decisions}
        issues = {f"DetectedIssue/{one['id']}": code_of(one) for one in chart.written("DetectedIssue")}
        assert {issues[focus]: owner for focus, owner in deciding.items()} == {
            "hold-never-skip": rosa.physician,
            "salt-substitute-potassium": rosa.physician,
            "food-insecurity-lows": rosa.nurse,
            "low-salt-food-pantry": rosa.nurse,
            "beta-blocker-lows": rosa.physician,
        }

    def test_no_diagnosis_is_written_and_nothing_unconfirmed_enters(self, result: Result, chart: Chart) -> None:
        written = [one for type_ in ("CarePlan", "Goal", "Task", "ServiceRequest", "DetectedIssue") for one in
                   chart.written(type_)]  # fmt: skip
        assert "F32" not in json.dumps(written, default=str)
        assert "food-referral" not in by_code(chart, "ServiceRequest")
        assert "enough-food" not in by_code(chart, "Goal", "description")
        (plan,) = chart.written("CarePlan")
        assert not any(_in(plan["addresses"], one) for one in chart.written("Condition"))
        assert any(
            one == "food insecurity is not confirmed and not in the plan: confirm it first (confirm-concern)"
            for one in result.told.warnings
        )

    def test_every_item_says_for_what_by_whom_and_when(self, chart: Chart) -> None:
        items = [one for type_ in ("Task", "ServiceRequest", "DeviceRequest", "Appointment") for one in
                 chart.written(type_) if _kind(one)]  # fmt: skip
        assert len(items) == 36
        for one in items:
            said = one.get("description", "") + one.get("comment", "") + "".join(x["text"] for x in one.get("note", []))
            for words in ("For: ", "By: ", "Takes effect: "):
                assert words in said, (one["resourceType"], words)
            assert one["status"] == ("proposed" if one["resourceType"] == "Appointment" else "draft")

    def test_what_both_pathways_ask_for_stands_once(self, chart: Chart) -> None:
        both = [one for one in chart.written("Task") if code_of(one) in ("medication-management", "vaccination")]
        assert sorted(code_of(one) for one in both) == ["medication-management", "vaccination"]
        said = {code_of(one): one["description"] for one in both}
        assert "For: type 2 diabetes, heart failure." in said["vaccination"]
        assert "For: depression, type 2 diabetes, heart failure, hypertension." in said["medication-management"]

    def test_the_visit_after_discharge_is_asked_for_in_its_window(self, chart: Chart) -> None:
        (visit,) = chart.written("Appointment")
        assert visit["requestedPeriod"] == [{"start": "2026-03-09", "end": "2026-03-13"}]

    def test_asking_again_writes_nothing_and_other_words_are_told_apart(self, rosa: Stage, chart: Chart) -> None:
        again = carried_out(rosa, story.proposing(rosa), LATER)
        assert isinstance(again, Done)
        assert again.by == "an earlier run"
        other = carried_out(rosa, ProposePlan(patient=rosa.patient, own_goal="declined"), LATER)
        assert "different details" in getattr(other, "why", "")


def _in(references: list[Json], resource: Json) -> bool:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"} in references


def _kind(resource: Json) -> str:
    return next((one["valueCode"] for one in resource.get("extension", []) if one["url"].endswith("item-class")), "")


# ---- what else may be on record when a plan is asked for


def bare(found: Stage) -> None:
    carried_out(found, enroll(found), WHEN)


def nobody(found: Stage) -> None:
    """Nothing stands before."""


def without_pressure(found: Stage) -> None:
    """Earl, whose blood pressure is no concern any more."""
    bare(found)
    (pressure,) = [
        one
        for one in Chart(found.backend, found.patient).all("Condition")
        if any(coding["code"] in ("I10", "59621000", "38341003") for coding in one["code"]["coding"])
    ]
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    found.backend.put({**pressure, "clinicalStatus": {"coding": [{"system": system, "code": "resolved"}]}})


def standing(found: Stage) -> None:
    story.proposed(found)
    # A plan of another program, which no step of ours drafted.
    found.backend.create(
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": found.patient}}
    )


@pytest.mark.parametrize(
    ("person", "before", "words"),
    [
        ("rosa", nobody, "this patient is not in the care-management program: enroll them first (enroll)"),
        (
            "earl",
            without_pressure,
            "no pathway applies and no social need is confirmed: 2 current findings were looked at (confirmed: ",
        ),
        ("earl", without_pressure, "osteoporosis"),
    ],
)
def test_no_plan_and_why(backend: Backend, person: str, before: Callable[[Stage], None], words: str) -> None:
    found = staged(backend, before, person)
    assert words in in_words(carried_out(found, story.proposing(found), WHEN))
    assert Chart(found.backend, found.patient).written("CarePlan") == []


def test_in_a_paused_program_the_step_to_resume_is_named(backend: Backend) -> None:
    found = staged(backend, bare)
    (episode,) = Chart(found.backend, found.patient).written("EpisodeOfCare")
    found.backend.put({**episode, "status": "onhold"})
    name = f"EpisodeOfCare/{episode['id']}"
    said = in_words(carried_out(found, story.proposing(found), WHEN))
    assert said == f"the care-management program ({name}) is paused: resume it first (resume)"


def test_a_declined_goal_of_ones_own_is_told_and_makes_none(backend: Backend) -> None:
    found = staged(backend, bare)
    result = carried_out(found, ProposePlan(patient=found.patient, own_goal="Declined"), WHEN)
    assert isinstance(result, Done), result
    assert "the patient did not want to name a goal of their own" in result.told.says
    assert "own" not in by_code(Chart(found.backend, found.patient), "Goal", "description")


def test_a_confirmed_need_enters_with_its_referral(backend: Backend) -> None:
    found = staged(backend, story.hungry)
    need = confirm_food(found)
    result = carried_out(found, story.proposing(found), WHEN)
    assert isinstance(result, Done), result
    chart = Chart(found.backend, found.patient)
    assert {"reference": need} in chart.written("CarePlan")[0]["addresses"]
    referral = by_code(chart, "ServiceRequest")["food-referral"]
    assert (referral["status"], _kind(referral)) == ("draft", "now")
    assert referral["reasonReference"] == [{"reference": need}]
    assert not any("confirm it first" in one for one in result.told.warnings)


@pytest.mark.parametrize(
    ("since", "asked"),
    [
        ("1957-03-14", "1957-03-14"),
        ("2025-03-08", "2025-03-08"),
        ("2025-03-09", ""),
        ("", "is on record without a date"),
    ],
)
def test_a_need_of_long_ago_is_asked_about_again(backend: Backend, since: str, asked: str) -> None:
    """Housing found wanting at 18 is on record at 85: a year is what a social screen counts for."""
    found = staged(backend, bare)
    need: Json = {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                                       "code": "active"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "105531004"}]},
        "subject": {"reference": found.patient},
    }  # fmt: skip
    backend.create({**need, "onsetDateTime": since} if since else need)
    result = carried_out(found, story.proposing(found), WHEN)
    assert isinstance(result, Done), result
    said = [one for one in result.told.warnings if "ask whether it is still so before you arrange anything" in one]
    assert [asked in one and one.startswith("housing problem") for one in said] == [True] * bool(asked)


def test_a_pathway_not_in_force_is_said_to_be(backend: Backend) -> None:
    found = staged(backend, bare)
    result = carried_out(found, story.proposing(found), "2025-12-31T10:00:00-05:00")
    assert "Heart failure would apply, but this version is not valid on 2025-12-31" in in_words(result)


@pytest.mark.parametrize("labeled", [True, False], ids=["by its label", "by what it is"])
def test_restricted_findings_stay_out(backend: Backend, labeled: bool) -> None:
    found = staged(backend, bare)
    coding = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I48.91" if labeled else "T74.11XA"}
    finding: Json = {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                                       "code": "active"}]},
        "verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                                           "code": "confirmed"}]},
        "code": {"coding": [coding], "text": "harmed at home"},
        "subject": {"reference": found.patient},
    }  # fmt: skip
    if labeled:
        finding["meta"] = {"security": [RESTRICTED]}
    name = found.backend.create(finding)
    result = carried_out(found, story.proposing(found), WHEN)
    assert isinstance(result, Done), result
    assert "1 restricted finding stays out of the plan" in result.told.warnings
    written = [one for one in Chart(found.backend, found.patient).resources if one["resourceType"] != "Condition"]
    assert name not in json.dumps(written, default=str)
    assert "harmed at home" not in json.dumps(written, default=str)


def test_a_new_plan_after_the_last_one_ended_links_what_stands(backend: Backend) -> None:
    found = staged(backend, story.requested)
    carried_out(found, story.signing(found), WHEN, actor=found.physician)
    plan = found.backend.get(story.plan_of(found))
    found.backend.put({**plan, "status": "revoked"})
    result = carried_out(found, story.proposing(found), LATER)
    assert isinstance(result, Done), result
    assert result.by == "us"
    chart = Chart(found.backend, found.patient)
    (new,) = [one for one in chart.written("CarePlan") if one["status"] == "draft"]
    goals = [one for one in chart.written("Goal") if _in(new["goal"], one)]
    assert sorted(one["lifecycleStatus"] for one in goals) == ["active"] * 9 + ["proposed"] * 2
    assert len([one for one in chart.written("Goal") if code_of(one, "description") == "a1c"]) == 1
    assert any(one.startswith("already agreed, and linked: A1c below 8") for one in result.told.says)


# ---- agreement


class TestAgreement:
    @pytest.fixture
    def rosa(self, backend: Backend) -> Stage:
        return staged(backend, story.proposed)

    def test_a_goal_that_is_not_wanted_does_not_stay_as_if_agreed(self, rosa: Stage) -> None:
        result = carried_out(rosa, story.agreeing(rosa), WHEN)
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        goals = by_code(chart, "Goal", "description")
        assert goals["less-salt"]["lifecycleStatus"] == "rejected"
        assert goals["less-salt"]["statusReason"] == "the patient does not want this goal"
        assert {one["lifecycleStatus"] for code, one in goals.items() if code != "less-salt"} == {"accepted"}
        said = {part["url"]: part for part in goals["own"]["extension"][0]["extension"]}
        assert said["individual"]["valueReference"]["reference"] == rosa.patient
        assert said["status"]["valueCode"] == "agree"
        assert said["priority"]["valueCodeableConcept"]["coding"][0]["code"] == "high-priority"
        assert [one["text"] for one in goals["own"]["note"]] == [
            "I want to sing in the choir again",
            "In the way: no ride on Sundays",
        ]

    def test_items_follow_the_goals_they_serve(self, rosa: Stage) -> None:
        carried_out(rosa, story.agreeing(rosa), WHEN)
        chart = Chart(rosa.backend, rosa.patient)
        items = {code_of(one): one["status"] for one in chart.written("Task") if _kind(one)}
        assert items["low-salt-teaching"] == "cancelled"
        assert items["zone-teach-back"] == "requested"
        assert items["medication-management"] == "requested", "serves no goal of its own: every plan has it"
        assert items["foot-check"] == "draft", "needs the signature"
        assert {one["status"] for one in chart.written("ServiceRequest")} == {"draft"}, "the prescriber's"
        (visit,) = chart.written("Appointment")
        assert [one["status"] for one in visit["participant"]] == ["accepted", "needs-action"]
        assert visit["status"] == "proposed", "R4 lets no visit without an hour be pending"
        (booking,) = work(chart, "coordinate")
        assert booking["focus"]["reference"] == f"Appointment/{visit['id']}"
        assert booking["restriction"]["period"]["end"] == "2026-03-13"

    def test_goals_nobody_talked_about_stay_and_are_named(self, rosa: Stage) -> None:
        goal = story.goals_of(rosa)["a1c"]
        command = story.agreeing(rosa, answers=[{"goal": goal, "answer": "later"}])
        result = carried_out(rosa, command, WHEN)
        assert isinstance(result, Done), result
        goals = by_code(Chart(rosa.backend, rosa.patient), "Goal", "description")
        assert {one["lifecycleStatus"] for one in goals.values()} == {"proposed"}
        assert goals["a1c"]["extension"][0]["extension"][1]["valueCode"] == "pending"
        assert "extension" not in goals["dry-weight"]
        assert len([one for one in result.told.says if one.startswith("not talked about yet: ")]) == 10

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (
                {"talked": "2026-03-09T11:00:00-05:00"},
                "talked is in the future: record the talk after it has taken place",
            ),
            ({"answers": []}, "there is nothing to record"),
            ({"answers": [{"goal": "Goal/nowhere", "answer": "agree"}]}, "Goal/nowhere is not a goal of CarePlan/"),
            ({"items": [{"item": "Task/nowhere", "answer": "agree"}]}, "Task/nowhere is not an item of CarePlan/"),
            (
                {"plan": "CarePlan/nowhere"},
                "CarePlan/nowhere is not on this server, is not visible to us, or is another patient's",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_talk_that_cannot_be_recorded(self, rosa: Stage, change: Json, words: str) -> None:
        before = story.goals_of(rosa)
        assert words in in_words(carried_out(rosa, story.agreeing(rosa, **change), WHEN))
        assert story.goals_of(rosa) == before

    def test_what_was_not_wanted_cannot_be_agreed_to_later(self, rosa: Stage) -> None:
        carried_out(rosa, story.agreeing(rosa), WHEN)
        goals = story.goals_of(rosa)
        answers = [{"goal": goals["less-salt"], "answer": "agree"}, {"goal": goals["a1c"], "answer": "later"}]
        command = story.agreeing(rosa, talked=story.SECOND_TALK, answers=answers)
        said = in_words(carried_out(rosa, command, WHEN))
        assert f"the patient rejected {goals['less-salt']}, which cannot be agreed to any more" in said
        assert f"{goals['a1c']} is already agreed to and cannot be put off" in said

    def test_the_same_moment_in_another_zone_is_the_same_talk(self, rosa: Stage) -> None:
        carried_out(rosa, story.agreeing(rosa), WHEN)
        again = carried_out(rosa, story.agreeing(rosa, talked="2026-03-09T14:00:00Z"), WHEN)
        assert isinstance(again, Done), again
        assert again.by == "an earlier run"


def test_a_referral_takes_the_patients_own_yes(backend: Backend) -> None:
    found = staged(backend, story.hungry)
    confirm_food(found)
    carried_out(found, story.proposing(found), WHEN)
    first = carried_out(found, story.agreeing(found), WHEN)
    referral = by_code(Chart(backend, found.patient), "ServiceRequest")["food-referral"]
    name = f"ServiceRequest/{referral['id']}"
    assert referral["status"] == "draft"
    assert f"needs the patient's own yes: Food: referral, with consent ({name})" in first.told.says
    goal = {"goal": story.goals_of(found)["enough-food"], "answer": "agree"}
    yes = story.agreeing(found, talked=story.SECOND_TALK, answers=[goal], items=[{"item": name, "answer": "agree"}])
    assert isinstance(carried_out(found, yes, WHEN), Done)
    chart = Chart(backend, found.patient)
    assert by_code(chart, "ServiceRequest")["food-referral"]["status"] == "active"
    assert name in [one["focus"]["reference"] for one in work(chart, "coordinate")]


def hungry_with_a_plan(backend: Backend) -> tuple[Stage, str]:
    """Somebody whose plan has a referral for food: the stage, and the referral."""
    found = staged(backend, story.hungry)
    confirm_food(found)
    carried_out(found, story.proposing(found), WHEN)
    referral = by_code(Chart(backend, found.patient), "ServiceRequest")["food-referral"]
    return found, f"ServiceRequest/{referral['id']}"


def test_the_yes_to_a_referral_counts_though_its_goal_is_declined(backend: Backend) -> None:
    found, name = hungry_with_a_plan(backend)
    goal = {"goal": story.goals_of(found)["enough-food"], "answer": "disagree", "words": "the program's goal, not mine"}
    talk = story.agreeing(found, answers=[goal], items=[{"item": name, "answer": "agree"}])
    result = carried_out(found, talk, WHEN)
    assert isinstance(result, Done), result
    assert "takes effect now: Food: referral, with consent" in result.told.says
    chart = Chart(backend, found.patient)
    assert by_code(chart, "ServiceRequest")["food-referral"]["status"] == "active"
    assert name in [task["focus"]["reference"] for task in work(chart, "coordinate")]


def test_a_referral_agreed_to_goes_on_when_its_goal_is_declined_later(backend: Backend) -> None:
    found, name = hungry_with_a_plan(backend)
    carried_out(found, story.agreeing(found, items=[{"item": name, "answer": "agree"}]), WHEN)
    goal = {"goal": story.goals_of(found)["enough-food"], "answer": "disagree"}
    result = carried_out(found, story.agreeing(found, talked=story.SECOND_TALK, answers=[goal]), WHEN)
    assert isinstance(result, Done), result
    told = f"goes on, because the patient said yes to it: Food: referral, with consent ({name})"
    assert told in result.told.says, result.told.says
    assert by_code(Chart(backend, found.patient), "ServiceRequest")["food-referral"]["status"] == "active"


def test_a_referral_nobody_said_yes_to_stops_with_its_goal(backend: Backend) -> None:
    """The near miss."""
    found, _ = hungry_with_a_plan(backend)
    goal = {"goal": story.goals_of(found)["enough-food"], "answer": "disagree"}
    assert isinstance(carried_out(found, story.agreeing(found, answers=[goal]), WHEN), Done)
    assert by_code(Chart(backend, found.patient), "ServiceRequest")["food-referral"]["status"] == "revoked"


def test_a_second_talk_takes_the_request_for_signature_back(backend: Backend) -> None:
    found = staged(backend, story.requested)
    assert isinstance(carried_out(found, story.agreeing_again(found), WHEN), Done)
    chart = Chart(backend, found.patient)
    (request,) = work(chart, "sign-off")
    assert request["status"] == "cancelled"
    assert by_code(chart, "DeviceRequest", "codeCodeableConcept")["scale"]["status"] == "revoked", (
        "it served only the goal not wanted"
    )
    own = by_code(chart, "Goal", "description")["own"]
    assert own["extension"][0]["extension"][2]["valueCodeableConcept"]["coding"][0]["code"] == "medium-priority"
    assert len(own["note"]) == 3, "what was said first is kept"
    assert isinstance(carried_out(found, story.requesting(found), LATER), Done)
    assert sorted(one["status"] for one in work(Chart(backend, found.patient), "sign-off")) == [
        "cancelled",
        "requested",
    ]


# ---- signature


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (story.proposed, ("the patient has not agreed to any goal yet", "the patient has not answered yet: Goal/")),
        (lambda found: _signed(found), (") is active: only a draft can be signed",)),
    ],
    ids=["not talked about", "signed already"],
)
def test_too_early_or_too_late_to_ask(
    backend: Backend, before: Callable[[Stage], None], words: tuple[str, ...]
) -> None:
    found = staged(backend, before)
    result = carried_out(found, story.requesting(found), LATER)
    if isinstance(result, Done):  # the request that was signed stands: asking again is that same act
        assert result.by == "an earlier run"
        assert any(words[0] in one for one in result.notes)
        return
    for one in words:
        assert one in in_words(result)


def _signed(found: Stage) -> None:
    story.requested(found)
    assert isinstance(carried_out(found, story.signing(found), WHEN, actor=found.physician), Done)


def test_a_signature_puts_plan_goals_and_items_in_effect_at_once(backend: Backend) -> None:
    found = staged(backend, story.requested)
    result = carried_out(found, story.signing(found), WHEN, actor=found.physician)
    assert isinstance(result, Done), result
    chart = Chart(backend, found.patient)
    assert chart.written("CarePlan")[0]["status"] == "active"
    goals = by_code(chart, "Goal", "description")
    assert {code for code, one in goals.items() if one["lifecycleStatus"] != "active"} == {"less-salt"}
    items = {code_of(one): one["status"] for one in chart.written("Task") if _kind(one) == "plan"}
    reviews = ("therapy-review", "treatment-review")
    assert items == dict.fromkeys(("foot-check", "vaccination", *reviews, "stand-up-pressure"), "requested")
    orders = {code_of(one) for one in chart.written("ServiceRequest")} | {"scale", "home-cuff"}
    assert {one["status"] for one in chart.written("ServiceRequest")} == {"draft"}, "a signature is no order"
    placing = work(chart, "place-order")
    assert len(placing) == len(orders) == 11
    assert {one["owner"]["reference"] for one in placing} == {found.physician}
    due = {item_of(backend, task): task["restriction"]["period"]["end"] for task in placing}
    assert due.pop("scale") == "2026-03-12", "three days: what protects the person never waits"
    assert due == dict.fromkeys(orders - {"scale"}, "2026-03-12"), "three days to place each: no pace delays an order"
    for issue in chart.written("DetectedIssue"):
        assert issue["status"] == "final"
        (mitigation,) = issue["mitigation"]
        assert mitigation["action"]["text"] == "talked over, as written"
        assert mitigation["author"]["reference"] == found.physician
    assert {one["status"] for one in work(chart, "settle-contradiction")} == {"completed"}
    assert [one["status"] for one in work(chart, "nurse-call")] == ["requested"], "a signature calls nobody"
    (request,) = work(chart, "sign-off")
    assert request["status"] == "completed"


@pytest.mark.parametrize(
    ("discipline", "may"),
    [
        ("physician", True),
        ("nurse-practitioner", True),
        ("registered-nurse", False),
        ("social-worker", False),
        ("community-health-worker", False),
        ("pharmacist", False),
        ("", False),
    ],
)
def test_who_may_sign_in_cover(backend: Backend, discipline: str, may: bool) -> None:
    found = staged(backend, story.requested)
    who = backend.create({"resourceType": "Practitioner", "active": True})
    if discipline:
        code = {"coding": [{"system": DISCIPLINE, "code": discipline}]}
        backend.create({"resourceType": "PractitionerRole", "practitioner": {"reference": who}, "code": [code]})
    result = carried_out(found, story.signing(found), WHEN, actor=who)
    (plan,) = Chart(backend, found.patient).written("CarePlan")
    if may:
        assert isinstance(result, Done), result
        assert result.told.warnings == (
            f"you signed for the supervising provider, Samuel Okafor ({found.physician}), who was asked to sign",
        )
        assert plan["status"] == "active"
    else:
        assert "activating a plan is not for" in in_words(result)
        assert plan["status"] == "draft"


def _changed(type_: str) -> Callable[[Stage], str]:
    def change(found: Stage) -> str:
        """Somebody changes one thing that was handed in."""
        one = Chart(found.backend, found.patient).written(type_)[0]
        found.backend.put({**one, "note": [*one.get("note", []), {"text": "somebody wrote on it"}]})
        return f"{type_}/{one['id']}"

    return change


@pytest.mark.parametrize("type_", ["CarePlan", "Goal", "ServiceRequest"])
def test_what_has_moved_since_it_was_handed_in_is_not_signed(backend: Backend, type_: str) -> None:
    found = staged(backend, story.requested)
    command = story.signing(found)
    name = _changed(type_)(found)
    said = in_words(carried_out(found, command, WHEN, actor=found.physician))
    now = int(found.backend.get(name)["meta"]["versionId"])
    assert f"{name} has changed since the signature was asked for: version {now - 1}, now {now}" in said
    assert "have the signature asked for again (request-sign-off), or return the plan (return-plan)" in said
    assert Chart(backend, found.patient).written("CarePlan")[0]["status"] == "draft"


@pytest.mark.parametrize("type_", ["CarePlan", "Goal", "ServiceRequest"])
def test_a_request_that_the_plan_has_left_behind_is_replaced(backend: Backend, type_: str) -> None:
    """Asking again is no "done already": what is asked for is today's plan, and it can be signed."""
    found = staged(backend, story.requested)
    name = _changed(type_)(found)
    again = carried_out(found, story.requesting(found), LATER)
    assert isinstance(again, Done), again
    assert again.by == "us"
    assert any("is taken back, because the plan has changed since" in line and name in line for line in again.told.says)
    chart = Chart(backend, found.patient)
    assert sorted(task["status"] for task in work(chart, "sign-off")) == ["cancelled", "requested"]
    repeated = carried_out(found, story.requesting(found), LATER)
    assert isinstance(repeated, Done), repeated
    assert repeated.by == "an earlier run"
    signed = carried_out(found, story.signing(found), LATER, actor=found.physician)
    assert isinstance(signed, Done), signed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "99"}, ("you read version 99 of CarePlan/", "read it again")),
        (
            {"decisions": []},
            ("conflicting advice is not decided: Hold on sick days", "not decided: Less salt, and potassium"),
        ),
        (
            {"decisions": [{"issue": "DetectedIssue/nowhere", "decision": "yes"}]},
            ("DetectedIssue/nowhere is not conflicting advice of CarePlan/",),
        ),
    ],
    ids=["another version read", "left undecided", "another plan's issue"],
)
def test_a_signature_that_cannot_be_given(backend: Backend, change: Json, words: tuple[str, ...]) -> None:
    found = staged(backend, story.requested)
    said = in_words(carried_out(found, story.signing(found, **change), WHEN, actor=found.physician))
    for one in words:
        assert one in said
    assert "Too little food" not in said, "the care manager decides that one"


def test_nothing_is_signed_that_nobody_handed_in(backend: Backend) -> None:
    found = staged(backend, story.agreed)
    command = SignOff(patient=found.patient, plan=story.plan_of(found), version="1")
    assert "request-sign-off first" in in_words(carried_out(found, command, WHEN, actor=found.physician))


def test_a_returned_plan_goes_back_to_the_care_manager_and_comes_again(backend: Backend) -> None:
    found = staged(backend, story.requested)
    result = carried_out(found, story.returning(found), WHEN, actor=found.physician)
    assert isinstance(result, Done), result
    chart = Chart(backend, found.patient)
    (request,) = work(chart, "sign-off")
    assert request["status"] == "rejected"
    assert request["statusReason"]["text"] == "no dry weight is recorded"
    assert request["businessStatus"]["coding"][0]["code"] == "returned"
    (revise,) = work(chart, "revise-plan")
    assert (revise["owner"]["reference"], revise["restriction"]["period"]["end"]) == (found.nurse, "2026-03-16")
    assert "no dry weight is recorded" in revise["description"]
    assert chart.written("CarePlan")[0]["status"] == "draft"
    assert isinstance(carried_out(found, story.requesting(found), LATER), Done)
    chart = Chart(backend, found.patient)
    assert [one["status"] for one in work(chart, "revise-plan")] == ["completed"]
    assert sorted(one["status"] for one in work(chart, "sign-off")) == ["rejected", "requested"]
    assert isinstance(carried_out(found, story.signing(found), LATER, actor=found.physician), Done)


def test_a_request_that_somebody_else_rejected_is_not_returned(backend: Backend) -> None:
    found = staged(backend, story.requested)
    (request,) = work(Chart(backend, found.patient), "sign-off")
    backend.put({**request, "status": "rejected"})
    result = carried_out(found, story.returning(found), WHEN, actor=found.physician)
    assert "there is nothing to return" in in_words(result)
    assert work(Chart(backend, found.patient), "revise-plan") == []


def test_the_same_request_twice_is_not_said_to_be_in_its_own_way(backend: Backend) -> None:
    found = staged(backend, story.requested)
    for command in (story.proposing(found), story.requesting(found)):
        again = carried_out(found, command, LATER)
        assert isinstance(again, Done), again
        assert again.by == "an earlier run"
        assert not any("there is already a plan" in one or "is already asked for" in one for one in again.notes)


def test_there_is_nothing_to_return_before_it_was_handed_in(backend: Backend) -> None:
    found = staged(backend, story.agreed)
    assert "there is nothing to return" in in_words(
        carried_out(found, story.returning(found), WHEN, actor=found.physician)
    )


def test_a_signed_plan_is_no_longer_talked_into_another_shape(backend: Backend) -> None:
    found = staged(backend, _signed)
    command: RecordAgreement = story.agreeing_again(found)
    assert "is active: only a draft can be changed. To change a plan that is in effect" in in_words(
        carried_out(found, command, WHEN)
    )
    back = carried_out(found, story.returning(found), WHEN, actor=found.physician)
    assert "there is nothing to return" in in_words(back)


def test_a_positive_screen_is_followed_up_and_makes_no_goal(backend: Backend) -> None:
    """Kim has no depression on record: a screen is not a diagnosis (rule 5)."""
    found = staged(backend, bare, "kim")
    concern = backend.create(
        {
            "resourceType": "Condition",
            "verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                                               "code": "unconfirmed"}]},
            "code": {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/finding",
                                 "code": "depression-screen-positive"}]},
            "subject": {"reference": found.patient},
        }
    )  # fmt: skip
    result = carried_out(found, story.proposing(found), WHEN)
    assert isinstance(result, Done), result
    assert f"{concern} is not confirmed: no goal is based on it" in result.told.warnings
    chart = Chart(backend, found.patient)
    assert "phq-9" not in by_code(chart, "Goal", "description")
    assert "depression-follow-up" in by_code(chart, "Task")
    assert concern not in json.dumps(chart.written("CarePlan"), default=str)


def test_half_a_signature_is_finished_and_not_returned(backend: Backend) -> None:
    """On a server without transactions a signature may stop halfway: the plan is in effect then, and goes on."""
    found = staged(backend, story.requested)
    plan = backend.get(story.plan_of(found))
    backend.put({**plan, "status": "active"})
    back = carried_out(found, story.returning(found), WHEN, actor=found.physician)
    assert "is active: only a draft can be returned. To change a plan that is in effect" in in_words(back)
