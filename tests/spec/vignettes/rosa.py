"""Rosa comes home after a stay for heart failure: she is enrolled and asked, and the clock runs."""

from __future__ import annotations

from typing import Any

from tests.spec.story import After, Row, Scene, Story, Then
from tests.spec.tables import Json
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, TEAM
from tests.spec.vignettes.seen import code as _code

DUE_TAG = "https://carefhir.org/fhir/sid/due"


def _corrects_the_discharge(scene: Scene, moment: str) -> None:
    stay = scene.backend.get(scene.of("Encounter", "rosa-stay"))
    stay["period"]["end"] = moment
    scene.backend.put(stay)


def _score(after: After, method: str) -> Json:
    (score,) = [one for one in after.chart.written("RiskAssessment") if method in seen.codes(one["method"])]
    return score


def _points(after: After, method: str) -> dict[str, Any]:
    parts = _score(after, method)["extension"][0]["extension"]
    return {one["url"]: one.get("valueInteger", one.get("valueString")) for one in parts}


def _lace(after: After) -> dict[str, Any]:
    return _points(after, "lace")


def _lace_level(after: After) -> str:
    return _code(_score(after, "lace")["prediction"][0]["qualitativeRisk"])


def _orphans(after: After) -> set[str]:
    """The Tasks of the transition that are not its children."""
    tasks = after.tasks()
    parent = f"Task/{tasks['transition']['id']}"
    whole = {code: one for code, one in tasks.items() if code != "transition"}
    assert whole
    return {code for code, one in whole.items() if [each["reference"] for each in one.get("partOf", ())] != [parent]}


def _without_due_tag(after: After) -> list[str]:
    """Tasks whose due day cannot be searched by its tag."""
    return [
        one["id"]
        for one in after.chart.written("Task")
        if {tag["system"]: tag["code"] for tag in one["meta"]["tag"]}.get(DUE_TAG)
        != one["restriction"]["period"]["end"]
    ]


def _need(after: After, element: str) -> str:
    (found,) = [one for one in after.chart.written("Condition") if "Z59.41" in seen.codes(one["code"])]
    return _code(found[element])


def _identities(tasks: dict[str, Json]) -> dict[str, str]:
    return {code: one["id"] for code, one in tasks.items()}


INTRO = (
    "Rosa Delgado, 74, has type 2 diabetes, heart failure with reduced ejection fraction, depression and hypertension. "
    "She was in the hospital for heart failure, admitted as an emergency, from Sunday, 2026-03-01 to Friday, "
    "2026-03-06. "
    "She had been in the emergency department once before. Now she is at home. "
)
HOME: tuple[Row, ...] = (
    Row(
        when="2026-03-09T09:00:00-05:00",
        who=DANA,
        words="enrolls Rosa, who agrees on the phone",
        step="enroll",
        does=acts.enrolls,
    ),
    Row(
        when="2026-03-09T09:20:00-05:00",
        who=DANA,
        words="asks the nine questions of the PHQ-9; Rosa's answers: {}",
        given=((2, 2, 2, 2, 1, 1, 2, 2, 0),),
        step="record-assessment",
        does=acts.asks_phq_9,
        then=(
            Then(
                "the total is an Observation with LOINC {}",
                "44261-6",
                lambda at: _code(at.one("Observation")["code"]),
            ),
            Then("the total is {}", 14, lambda at: at.one("Observation")["valueInteger"]),
            Then("its band is {}", "moderate", lambda at: _code(at.one("Observation")["interpretation"][0])),
            Then(
                "new concerns: {}",
                {"depression-screen-positive"},
                lambda at: at.chart.codes() - at.before.codes(),
            ),
            Then(
                "diagnosis codes for depression: {} (a screen is not a diagnosis)",
                set(),
                lambda at: {one for one in at.chart.codes() if one.startswith("F32")},
            ),
            Then("Flags: {}", [], lambda at: at.chart.written("Flag")),
            Then(
                "safety review Tasks: {}",
                set(),
                lambda at: set(at.chart.tasks()) & {"safety-review"},
            ),
        ),
    ),
    Row(
        when="2026-03-09T09:30:00-05:00",
        who=DANA,
        words="asks the two questions about food; Rosa answers '{}' and '{}'",
        given=("sometimes", "never"),
        step="record-assessment",
        does=acts.asks_about_food,
        then=(
            Then("an Observation with LOINC {}", "88124-3", lambda at: _code(at.one("Observation")["code"])),
            Then(
                "the result is at risk ({})",
                "LA19952-3",
                lambda at: _code(at.one("Observation")["valueCodeableConcept"]),
            ),
            Then(
                "one new concern, coded {}",
                {"Z59.41", "733423003"},
                lambda at: {one["code"] for one in at.one("Condition")["code"]["coding"]},
            ),
            Then(
                "the concern is {} until somebody confirms it",
                "unconfirmed",
                lambda at: _code(at.one("Condition")["verificationStatus"]),
            ),
        ),
    ),
    Row(
        when="2026-03-09T09:35:00-05:00",
        who=DANA,
        words="asks more about it and confirms the social need, code {} (a nurse may confirm a need, but only "
        "propose a diagnosis)",
        given=("Z59.41",),
        step="confirm-concern",
        does=acts.confirms_need,
        then=(
            Then("the concern is {}", "confirmed", lambda at: _need(at, "verificationStatus")),
            Then("Conditions written by carefhir so far: {}", 2, lambda at: len(at.chart.written("Condition"))),
        ),
    ),
    Row(
        when="2026-03-09T09:40:00-05:00",
        who=DANA,
        words="opens the transition after {}",
        given=("rosa-stay",),
        step="open-transition",
        does=acts.opens_transition,
        then=(
            seen.due("contact-patient", "2026-03-10", "call Rosa by {}"),
            seen.due("book-follow-up", "2026-03-13", "book the visit by {}"),
            seen.due("transition", "2026-04-04", "the transition lasts through {}"),
            seen.due("reconcile-medications", "2026-04-05", "reconcile her medicines by {}"),
            seen.clock("visit-7-day", "2026-03-13", "a visit counts as within 7 days through {}"),
            seen.clock("visit-14-day", "2026-03-20", "a visit counts as within 14 days through {}"),
            seen.clock("discharge-information-by", "2026-03-08", "the discharge information is due {}"),
            Then("LACE (risk of readmission), total: {}", 11, lambda at: _lace(at)["total"]),
            Then(
                "its points for length of stay, acuity, comorbidity, emergency visits: {}",
                ("4", "3", "3", "1"),
                lambda at: tuple(_lace(at)[one] for one in ("length", "acuity", "comorbidity", "emergency")),
            ),
            Then(
                "lowest and highest possible total (no input is missing): {}",
                (11, 11),
                lambda at: (_lace(at)["low"], _lace(at)["high"]),
            ),
            Then("LACE risk: {}", "high", _lace_level),
            Then(
                "HOSPITAL, lowest and highest possible total (sodium, service and procedure are not on record): {}",
                (3, 7),
                lambda at: (_points(at, "hospital")["low"], _points(at, "hospital")["high"]),
            ),
            Then("Tasks that are not part of the transition: {}", set(), _orphans),
            Then("all Tasks are for {}", {DANA}, lambda at: at.owners(at.chart.written("Task"))),
            Then("Tasks whose due day cannot be searched: {}", [], _without_due_tag),
            Then(
                "Tasks that already have a time of execution: {}",
                [],
                lambda at: [one for one in at.chart.written("Task") if "executionPeriod" in one],
            ),
        ),
    ),
)
"""Enrolled, asked, and the transition opened."""

CORRECTED = Story(
    title="Rosa's discharge, corrected",
    slug="rosa-corrected-discharge",
    intro=INTRO
    + "The hospital first recorded the wrong day of discharge. After the correction the due dates move, and no Task "
    "is written twice.",
    person="rosa",
    people=TEAM,
    rows=(
        *HOME,
        Row(
            when="2026-03-09T12:00:00-05:00",
            who=None,
            words="the hospital corrects the discharge: it was this morning at {}",
            given=("2026-03-09T08:00:00-06:00",),
            does=_corrects_the_discharge,
            expect="happens",
        ),
        Row(
            when="2026-03-10T09:00:00-05:00",
            who=DANA,
            words="opens the transition after {} again",
            given=("rosa-stay",),
            step="open-transition",
            does=acts.opens_transition,
            then=(
                Then(
                    "Tasks added or replaced: {}",
                    set(),
                    lambda at: _identities(at.chart.tasks()).items() ^ _identities(at.before.tasks()).items(),
                ),
                seen.due("contact-patient", "2026-03-11", "call Rosa by {}"),
                seen.due("transition", "2026-04-07", "the transition lasts through {}"),
                Then("day of discharge: {}", "2026-03-09", lambda at: at.chart.clock()["discharge"][:10]),
            ),
        ),
        Row(
            when="2026-03-10T09:05:00-05:00",
            who=DANA,
            words="opens the transition after {} once more",
            given=("rosa-stay",),
            step="open-transition",
            does=acts.opens_transition,
            expect="already done",
        ),
    ),
)
