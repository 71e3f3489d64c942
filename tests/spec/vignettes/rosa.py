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


def _lace(after: After) -> dict[str, Any]:
    parts = after.one("RiskAssessment")["extension"][0]["extension"]
    return {one["url"]: one.get("valueInteger", one.get("valueString")) for one in parts}


def _lace_level(after: After) -> str:
    return _code(after.one("RiskAssessment")["prediction"][0]["qualitativeRisk"])


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
    "An emergent stay for heart failure, Sunday 2026-03-01 to Friday 2026-03-06, after one other visit to the "
    "emergency department; then home. "
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
                "codes of a depressive disorder: {} (a screen diagnoses nothing)",
                set(),
                lambda at: {one for one in at.chart.codes() if one.startswith("F32")},
            ),
            Then("Flags: {}", [], lambda at: at.chart.written("Flag")),
            Then(
                "Tasks to review safety: {}",
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
                "it says at risk ({})",
                "LA19952-3",
                lambda at: _code(at.one("Observation")["valueCodeableConcept"]),
            ),
            Then(
                "one new concern, coded {}",
                {"Z59.41", "733423003"},
                lambda at: {one["code"] for one in at.one("Condition")["code"]["coding"]},
            ),
            Then(
                "it is {} until somebody confirms it",
                "unconfirmed",
                lambda at: _code(at.one("Condition")["verificationStatus"]),
            ),
        ),
    ),
    Row(
        when="2026-03-09T09:35:00-05:00",
        who=DANA,
        words="asks what that is like, and confirms the need coded {}; for a diagnosis she could only propose it",
        given=("Z59.41",),
        step="confirm-concern",
        does=acts.confirms_need,
        then=(
            Then("it is {}", "confirmed", lambda at: _need(at, "verificationStatus")),
            Then("Conditions in all, beside those of others: {}", 2, lambda at: len(at.chart.written("Condition"))),
        ),
    ),
    Row(
        when="2026-03-09T09:40:00-05:00",
        who=DANA,
        words="opens the transition after the stay {}",
        given=("rosa-stay",),
        step="open-transition",
        does=acts.opens_transition,
        then=(
            seen.due("contact-patient", "2026-03-10", "call Rosa by {}"),
            seen.due("book-follow-up", "2026-03-13", "book the visit by {}"),
            seen.due("transition", "2026-04-04", "the transition lasts to {}"),
            seen.due("reconcile-medications", "2026-04-05", "reconcile her medicines by {}"),
            seen.clock("visit-7-day", "2026-03-13", "the 7-day visit counts until {}"),
            seen.clock("visit-14-day", "2026-03-20", "the 14-day visit counts until {}"),
            seen.clock("discharge-information-by", "2026-03-08", "the discharge information is due {}"),
            Then("LACE total {}", 11, lambda at: _lace(at)["total"]),
            Then(
                "of which length of stay, acuity, comorbidity, emergency visits: {}",
                ("4", "3", "3", "1"),
                lambda at: tuple(_lace(at)[one] for one in ("length", "acuity", "comorbidity", "emergency")),
            ),
            Then(
                "nothing unknown in it: lowest and highest {}",
                (11, 11),
                lambda at: (_lace(at)["low"], _lace(at)["high"]),
            ),
            Then("LACE says {}", "high", _lace_level),
            Then("Tasks that are not part of the transition: {}", set(), _orphans),
            Then("all of them for {}", {DANA}, lambda at: at.owners(at.chart.written("Task"))),
            Then("Tasks whose due day cannot be searched: {}", [], _without_due_tag),
            Then(
                "Tasks that claim to have been done: {}",
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
    intro=INTRO + "The hospital had the wrong day: the dates move, and the Tasks stay the same Tasks.",
    person="rosa",
    people=TEAM,
    rows=(
        *HOME,
        Row(
            when="2026-03-09T12:00:00-05:00",
            who=None,
            words="the hospital corrects the discharge to {}",
            given=("2026-03-09T08:00:00-06:00",),
            does=_corrects_the_discharge,
            expect="happens",
        ),
        Row(
            when="2026-03-10T09:00:00-05:00",
            who=DANA,
            words="opens the transition after the stay {} again",
            given=("rosa-stay",),
            step="open-transition",
            does=acts.opens_transition,
            then=(
                Then(
                    "Tasks that are no longer the same: {}",
                    set(),
                    lambda at: _identities(at.chart.tasks()).items() ^ _identities(at.before.tasks()).items(),
                ),
                seen.due("contact-patient", "2026-03-11", "call Rosa by {}"),
                seen.due("transition", "2026-04-07", "the transition lasts to {}"),
                Then("discharged {}", "2026-03-09", lambda at: at.chart.clock()["discharge"][:10]),
            ),
        ),
        Row(
            when="2026-03-10T09:05:00-05:00",
            who=DANA,
            words="presses the button once more, for the stay {}",
            given=("rosa-stay",),
            step="open-transition",
            does=acts.opens_transition,
            expect="stands already",
        ),
    ),
)
