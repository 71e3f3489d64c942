"""`evaluate-plan`: figures before and since, put side by side; and what a person concludes from them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.fhir.wire import Request, Response
from carefhir.workflows.looking.plan_progress import PLAN_PROGRESS, ShownProgress, ShowPlanProgress
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend, sandbox_backend
from tests.support.panel import encounter
from tests.support.scenarios import Stage, stage
from tests.support.stories.planning import goals_of, plan_of, proposed
from tests.support.stories.revising import IN_JUNE, asked_mood, evaluating, in_force

Json = dict[str, Any]
WHEN = IN_JUNE.isoformat()
BASE = "https://carefhir.org/fhir"
MODERATE = (2, 2, 2, 2, 1, 1, 2, 2, 0)
"""14 points."""


@pytest.fixture(scope="module")
def told() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    in_force(found)
    asked_mood(found, "2026-03-09", *MODERATE)
    return found


@pytest.fixture
def rosa(told: Stage) -> Stage:
    """Rosa, whose plan was signed on 2026-03-09, PHQ-9 14 that day."""
    return told.copied()


def shown(found: Stage, when: Any = IN_JUNE) -> ShownProgress:
    command = ShowPlanProgress(patient=found.patient, plan=plan_of(found))
    seen: ShownProgress = found.backend.run(
        runner.show(PLAN_PROGRESS, command, found.occasion(when), found.backend.server())
    )
    return seen


def rows(progress: ShownProgress, name: str) -> tuple[tuple[str, ...], ...]:
    (part,) = [part for part in progress.sections if part.name == name]
    return part.table


def row(progress: ShownProgress, name: str, first: str) -> tuple[str, ...]:
    (cells,) = [cells for cells in rows(progress, name) if cells[0] == first]
    return cells[1:]


def text(progress: ShownProgress, name: str) -> str:
    return "\n".join(" ".join(cells) for cells in rows(progress, name))


def judged(found: Stage, actor: str = "", **changes: Any) -> Result:
    return carried_out(found, evaluating(found, **changes), WHEN, actor=actor)


def judgments(found: Stage) -> list[Json]:
    return [one for one in Chart(found.backend, found.patient).written("Observation") if "plan-evaluation" in str(one)]


def reviews(found: Stage) -> list[Json]:
    return [one for one in Chart(found.backend, found.patient).written("Task") if "'review-plan'" in str(one["code"])]


# ---- scores: more than noise, and only of the same form


@pytest.mark.parametrize(
    ("answers", "direction"),
    [
        ((1, 1, 1, 1, 1, 1, 1, 2, 0), "better"),
        ((1, 1, 1, 1, 1, 1, 2, 2, 0), "no change"),
        ((2, 2, 2, 2, 2, 2, 3, 3, 0), "no change"),
        ((2, 2, 2, 2, 2, 3, 3, 3, 0), "worse"),
    ],
    ids=["14 to 9", "14 to 10", "14 to 18", "14 to 19"],
)
def test_a_change_counts_from_the_important_difference_on(
    rosa: Stage, answers: tuple[int, ...], direction: str
) -> None:
    asked_mood(rosa, "2026-06-01", *answers)
    progress = shown(rosa)
    (words,) = row(progress, "scores", "PHQ-9 total score")
    assert words.startswith("14, moderate (2026-03-09) to ")
    assert f": {direction}; " in words
    assert ("PHQ-9" in text(progress, "for"), "PHQ-9" in text(progress, "against")) == (
        direction == "better",
        direction == "worse",
    )


@pytest.mark.parametrize("version", ["0.0.9", ""])
def test_another_version_of_the_form_is_named_and_not_compared(rosa: Stage, version: str) -> None:
    asked_mood(rosa, "2026-06-01", *MODERATE)
    (answered,) = rosa.backend.search(f"QuestionnaireResponse?patient={rosa.patient}&authored=2026-06-01")
    named = answered["questionnaire"].partition("|")[0]
    rosa.backend.put({**answered, "questionnaire": f"{named}|{version}" if version else named})
    progress = shown(rosa)
    assert "nothing to compare it with" in row(progress, "scores", "PHQ-9 total score")[0]
    assert "another version of the form was asked (0.1.0)" in text(progress, "unknown")


def test_a_score_whose_answers_nobody_can_see_is_named_and_not_compared(rosa: Stage) -> None:
    rosa.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": f"{HL7}/observation-category", "code": "survey"}]}],
            "subject": {"reference": rosa.patient},
            "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
            "valueInteger": 3,
            "effectiveDateTime": "2026-06-02",
        }
    )
    progress = shown(rosa)
    assert "nobody can say which form was asked" in text(progress, "unknown")
    assert "PHQ-9" not in text(progress, "for")


def test_a_restricted_score_is_not_shown_and_that_it_is_there_is_said(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    (score,) = [one for one in Chart(rosa.backend, rosa.patient).all("Observation") if one.get("valueInteger") == 0]
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    rosa.backend.put({**score, "meta": {**score["meta"], "security": [label]}})
    progress = shown(rosa)
    assert "2026-06-01" not in text(progress, "scores")
    assert "1 restricted records are not shown here" in text(progress, "unknown")


HL7 = "http://terminology.hl7.org/CodeSystem"

# ---- use of hospitals: equal windows, 91 days each: 2025-12-08 to 2026-03-09 to 2026-06-08


@pytest.mark.parametrize(
    ("start", "before", "since"),
    [
        ("2025-12-07T12:00:00-06:00", 0, 0),
        ("2025-12-08T12:00:00-06:00", 1, 0),
        ("2026-03-08T12:00:00-06:00", 1, 0),
        ("2026-03-09T12:00:00-05:00", 0, 1),
        ("2026-06-08T08:00:00-05:00", 0, 1),
    ],
)
def test_a_visit_counts_in_the_window_it_began_in(rosa: Stage, start: str, before: int, since: int) -> None:
    was = row(shown(rosa), "use", "visits to an emergency department")
    encounter(rosa.backend, rosa.patient, "EMER", start, start)
    assert was == ("before: 1", "since: 0")
    now = row(shown(rosa), "use", "visits to an emergency department")
    assert now == (f"before: {1 + before}", f"since: {since}")


def test_a_stay_counts_where_it_began_and_its_nights_where_they_were(rosa: Stage) -> None:
    before = row(shown(rosa), "use", "nights in them")
    encounter(rosa.backend, rosa.patient, "IMP", "2025-12-01T12:00:00-06:00", "2025-12-10T12:00:00-06:00")
    progress = shown(rosa)
    assert before == ("before: 5", "since: 0")
    assert row(progress, "use", "nights in them") == ("before: 7", "since: 0")
    assert row(progress, "use", "stays in hospitals") == ("before: 1", "since: 0")


def test_more_use_since_speaks_against_and_less_use_never_speaks_for(rosa: Stage) -> None:
    assert "hospital" not in text(shown(rosa), "for")
    for day in ("2026-04-01", "2026-05-01"):
        encounter(rosa.backend, rosa.patient, "EMER", f"{day}T12:00:00-05:00", f"{day}T15:00:00-05:00")
    assert "emergency visits 1 to 2" in text(shown(rosa), "against")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"period": {}}, "they have no readable beginning"),
        ({"class": {"system": "urn:x", "code": "?"}}, "their class is not one we know"),
    ],
)
def test_what_cannot_be_placed_is_named_and_not_counted(rosa: Stage, changes: Json, words: str) -> None:
    visit = encounter(rosa.backend, rosa.patient, "EMER", "2026-04-01T12:00:00-05:00", "2026-04-01T15:00:00-05:00")
    rosa.backend.put({**rosa.backend.get(visit), **changes})
    progress = shown(rosa)
    assert row(progress, "use", "visits to an emergency department") == ("before: 1", "since: 0")
    (line,) = [cells[0] for cells in rows(progress, "unknown") if words in cells[0]]
    assert visit in line


def test_a_bed_that_nobody_has_ended_for_years_counts_no_nights(rosa: Stage) -> None:
    bed = encounter(rosa.backend, rosa.patient, "IMP", "2024-01-01T12:00:00-06:00", "2024-01-01T12:00:00-06:00")
    old = rosa.backend.get(bed)
    rosa.backend.put({**old, "status": "in-progress", "period": {"start": "2024-01-01T12:00:00-06:00"}})
    progress = shown(rosa)
    assert row(progress, "use", "nights in them") == ("before: 5", "since: 0")
    assert f"they were never ended: {bed}" in text(progress, "unknown")


def test_a_window_that_is_not_whole_is_said(rosa: Stage) -> None:
    assert "the first Encounter on record is of 2025-12-14" in text(shown(rosa), "unknown")
    encounter(rosa.backend, rosa.patient, "AMB", "2025-11-01T12:00:00-05:00", "2025-11-01T12:30:00-05:00")
    assert "may not be whole" not in text(shown(rosa), "unknown")


def test_a_month_is_too_short_to_tell(rosa: Stage) -> None:
    early = IN_JUNE.replace(month=4, day=7)
    assert "fewer than 30 days tell nothing" in text(shown(rosa, early), "unknown")
    assert "fewer than 30 days tell nothing" not in text(shown(rosa, early.replace(day=8)), "unknown")


def test_encounters_that_are_not_visible_are_never_none(rosa: Stage) -> None:
    blind(rosa.backend, "Encounter")
    progress = shown(rosa)
    assert rows(progress, "use") == ()
    (part,) = [part for part in progress.sections if part.name == "use"]
    assert part.empty == "not visible: encounters"
    assert "use of hospitals is not known" in text(progress, "unknown")
    assert progress.not_visible


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("Task", "whether anything urgent is open, is not known"),
        ("Observation", "whether one was red is not known"),
    ],
)
def test_what_is_not_visible_is_what_nobody_can_say(rosa: Stage, type_: str, words: str) -> None:
    blind(rosa.backend, type_)
    progress = shown(rosa)
    assert words in text(progress, "unknown")
    assert "no signature is on record" not in str(progress)


def test_a_nurse_does_not_say_that_it_works_where_an_open_escalation_would_not_be_seen(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 0, 0, 0, 0, 0, 0, 1, 1, 0)
    blind(rosa.backend, "Task")
    refused = judged(rosa, judgment="working", words="her mood has lifted")
    assert isinstance(refused, Refused)
    assert "whether something urgent is open is not known" in " ".join(refused.why)
    assert isinstance(judged(rosa, rosa.physician, judgment="working", words="lifted"), Done)


def blind(backend: Backend, type_: str) -> None:
    answer = backend.exchange

    def exchange(request: Request) -> Response:
        if type_ in request.target.partition("?")[0] or (request.body and f'"{type_}?'.encode() in request.body):
            return Response(403, {"content-type": "application/fhir+json"}, b'{"resourceType":"OperationOutcome"}')
        return answer(request)  # type: ignore[return-value]

    backend.exchange = exchange


# ---- goals, check-ins, Tasks


def test_a_goal_is_as_it_was_judged_and_never_judged_here(rosa: Stage) -> None:
    goal = rosa.backend.get(goals_of(rosa)["a1c"])
    words = goal["description"]["text"]
    assert row(shown(rosa), "goals", words)[0] == "never judged by readings"
    status = {"coding": [{"system": f"{HL7}/goal-achievement", "code": "worsening"}]}
    rosa.backend.put({**goal, "achievementStatus": status})
    progress = shown(rosa)
    assert row(progress, "goals", words)[0] == "never judged by readings (recorded as worsening)"
    assert words in text(progress, "unknown")
    reading = rosa.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
            "subject": {"reference": rosa.patient},
            "effectiveDateTime": "2026-05-20T09:00:00-05:00",
            "valueQuantity": {"value": 9.4, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
        }
    )
    judged_goal = {**goal, "achievementStatus": status, "outcomeReference": [{"reference": reading}]}
    rosa.backend.put(judged_goal)
    progress = shown(rosa)
    assert row(progress, "goals", words)[:2] == ("worsening", "by readings up to 2026-05-20")
    assert f"goal worsening: {words}" in text(progress, "against")
    assert words not in text(progress, "unknown")


def triage(found: Stage, color: str, day: str, *, after: str = "") -> str:
    resource: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": f"{HL7}/observation-category", "code": "survey"}]}],
        "subject": {"reference": found.patient},
        "code": {"coding": [{"system": f"{BASE}/CodeSystem/check-in-item", "code": "triage"}]},
        "valueCodeableConcept": {"coding": [{"system": f"{BASE}/CodeSystem/check-in-triage", "code": color}]},
        "effectiveDateTime": f"{day}T09:00:00-05:00",
        "note": [{"text": "a new extra pillow"}],
    }
    return found.backend.create({**resource, "derivedFrom": [{"reference": after}]} if after else resource)


def test_check_ins_by_month_and_a_color_that_was_lowered_stays(rosa: Stage) -> None:
    red = triage(rosa, "red-urgent", "2026-04-10")
    triage(rosa, "yellow", "2026-04-11", after=red)
    triage(rosa, "green", "2026-04-20")
    triage(rosa, "green", "2026-05-04")
    triage(rosa, "green", "2026-02-01")
    progress = shown(rosa)
    assert rows(progress, "check-ins") == (("2026-04", "1 green, 1 red, urgent"), ("2026-05", "1 green"))
    assert rows(progress, "symptoms") == (("2026-04-10", "red, urgent (later yellow)", "a new extra pillow"),)
    assert "check-in red, urgent on 2026-04-10" in text(progress, "against")


@pytest.mark.parametrize(
    ("status", "changed", "state"),
    [
        ("completed", "2026-05-04T23:30:00-05:00", "1 kept"),
        ("completed", "2026-05-05T04:30:00Z", "1 kept"),
        ("completed", "2026-05-05T09:00:00-05:00", "1 late"),
        ("completed", "", "1 done, no record says when"),
        ("requested", "", "1 overdue"),
        ("on-hold", "", "1 on hold"),
        ("cancelled", "2026-05-01T09:00:00-05:00", "1 ended without being done"),
    ],
)
def test_tasks_kept_and_late(rosa: Stage, status: str, changed: str, state: str) -> None:
    task: Json = {
        "resourceType": "Task",
        "status": status,
        "intent": "order",
        "code": {"coding": [{"system": f"{BASE}/CodeSystem/care-task", "code": "check-in"}]},
        "for": {"reference": rosa.patient},
        "restriction": {"period": {"start": "2026-05-04", "end": "2026-05-04"}},
    }
    rosa.backend.create({**task, "lastModified": changed} if changed else task)
    assert row(shown(rosa), "tasks", "check-in") == ("1 due", state)


# ---- what a person concludes


def test_a_plan_that_does_not_work_is_looked_at_again(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 2, 2, 2, 2, 2, 3, 3, 3, 0)
    result = judged(rosa)
    assert isinstance(result, Done), result
    (judgment,) = judgments(rosa)
    assert judgment["valueCodeableConcept"]["coding"][0]["code"] == "not-working"
    assert judgment["valueCodeableConcept"]["text"] == "her mood is no better and she skips the visits"
    assert judgment["basedOn"] == [{"reference": plan_of(rosa)}]
    assert judgment["effectiveDateTime"] == "2026-06-08"
    notes = [note["text"] for note in judgment["note"]]
    assert any(note.startswith("Speaks against it: PHQ-9 total score worse: 14, moderate") for note in notes)
    assert any("prove no cause" in note for note in notes)
    scores = [one for one in Chart(rosa.backend, rosa.patient).all("Observation") if "44261-6" in str(one["code"])]
    assert {f"Observation/{one['id']}" for one in scores} <= {one["reference"] for one in judgment["derivedFrom"]}
    (task,) = reviews(rosa)
    assert task["owner"]["reference"] == rosa.nurse
    assert task["focus"]["reference"] == plan_of(rosa)
    assert task["restriction"]["period"]["end"] == "2026-06-15"
    assert task["input"][0]["valueReference"]["reference"] == f"Observation/{judgment['id']}"


def test_the_same_judgment_again_writes_nothing_and_another_that_day_is_a_conflict(rosa: Stage) -> None:
    judged(rosa)
    before = Chart(rosa.backend, rosa.patient).resources
    again = judged(rosa)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
    assert not isinstance(judged(rosa, words="we think otherwise now"), Done)
    assert Chart(rosa.backend, rosa.patient).resources == before


def test_a_second_look_is_not_asked_for_while_one_is_open(rosa: Stage) -> None:
    judged(rosa, on="2026-06-01")
    result = judged(rosa)
    assert isinstance(result, Done)
    assert any("already asked for" in line for line in result.told.says)
    assert len(judgments(rosa)) == 2
    assert len(reviews(rosa)) == 1
    assert "2026-06-01 not working" in text(shown(rosa), "judgments")


def test_working_needs_something_that_was_measured(rosa: Stage) -> None:
    refused = judged(rosa, judgment="working", words="she says she feels better")
    assert isinstance(refused, Refused)
    assert "nothing that was measured says that it works" in refused.why[0]
    assert judgments(rosa) == []
    said = judged(rosa, judgment="cannot-say", words="nothing was asked since March")
    assert isinstance(said, Done)
    assert "cannot say is not working: get what is missing, and judge it again" in said.told.says
    assert reviews(rosa) == []


def test_working_keeps_what_speaks_against_it(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 0, 0, 0, 0, 0, 0, 1, 1, 0)
    triage(rosa, "red-urgent", "2026-05-10")
    result = judged(rosa, judgment="working", words="her mood has lifted")
    assert isinstance(result, Done), result
    assert any(
        line.startswith("speaks against it") and "red, urgent on 2026-05-10" in line for line in result.told.warnings
    )
    assert any("never judged by readings" in line for line in result.told.warnings)
    (judgment,) = judgments(rosa)
    assert "red, urgent on 2026-05-10" in str(judgment["note"])
    assert reviews(rosa) == []


def test_an_open_safety_review_is_the_providers_to_weigh(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 0, 0, 0, 0, 0, 0, 1, 1, 1)
    refused = judged(rosa, judgment="working", words="her mood has lifted")
    assert isinstance(refused, Refused)
    assert "only a provider judges that the plan works" in refused.why[0]
    assert isinstance(judged(rosa, words="she thinks of death"), Done), "that it does not work, a nurse may say"
    by_physician = judged(rosa, rosa.physician, judgment="working", words="lifted; screened today", on="2026-06-07")
    assert isinstance(by_physician, Done), by_physician
    assert any("open, and urgent" in line for line in by_physician.told.warnings)


def test_nobody_says_that_it_works_while_the_person_is_in_a_hospital(rosa: Stage) -> None:
    asked_mood(rosa, "2026-06-01", 0, 0, 0, 0, 0, 0, 1, 1, 0)
    bed = encounter(rosa.backend, rosa.patient, "IMP", "2026-06-06T12:00:00-05:00", "2026-06-07T12:00:00-05:00")
    there = rosa.backend.get(bed)
    rosa.backend.put({**there, "status": "in-progress", "period": {"start": "2026-06-06T12:00:00-05:00"}})
    refused = judged(rosa, judgment="working", words="her mood has lifted")
    assert isinstance(refused, Refused)
    assert "judge the plan when they are home" in refused.why[0]
    assert isinstance(judged(rosa), Done)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on": date(2026, 6, 9)}, "is in the future"),
        ({"on": date(2026, 3, 8)}, "the plan began on 2026-03-09"),
        ({"plan": "CarePlan/404"}, "is not on this server"),
    ],
)
def test_refused(rosa: Stage, changes: Json, words: str) -> None:
    refused = judged(rosa, **changes)
    assert isinstance(refused, Refused)
    assert words in refused.why[0]


def test_a_draft_has_nothing_to_evaluate() -> None:
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    refused = judged(found)
    assert isinstance(refused, Refused)
    assert "only a plan that has been in force can be evaluated" in refused.why[0]
