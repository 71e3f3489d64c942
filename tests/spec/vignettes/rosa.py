"""Rosa comes home after a stay for heart failure."""

from __future__ import annotations

from typing import Any

from carefhir.steps import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.spec.story import After, Row, Scene, Story, Then
from tests.spec.tables import Json, hunger, phq_9
from tests.spec.vignettes.people import DANA, TEAM
from tests.support.scenarios import enroll

DUE_TAG = "https://carefhir.org/fhir/sid/due"


def _enrolls(scene: Scene) -> Command:
    return enroll(scene.stage)


def _asks_phq_9(scene: Scene, answers: tuple[int, ...]) -> Command:
    return RecordAssessment(patient=scene.patient, response=phq_9(*answers))


def _asks_about_food(scene: Scene, first: str, second: str) -> Command:
    return RecordAssessment(patient=scene.patient, response=hunger(first, second))


def _opens_transition(scene: Scene) -> Command:
    return OpenTransition(patient=scene.patient, encounter=scene.of("Encounter", "rosa-stay"))


def _corrects_the_discharge(scene: Scene, moment: str) -> None:
    stay = scene.backend.get(scene.of("Encounter", "rosa-stay"))
    stay["period"]["end"] = moment
    scene.backend.put(stay)


def _code(element: Json) -> str:
    found: str = element["coding"][0]["code"]
    return found


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


def _identities(tasks: dict[str, Json]) -> dict[str, str]:
    return {code: one["id"] for code, one in tasks.items()}


def _due(code: str, day: str, words: str) -> Then:
    return Then(words, day, lambda after: after.chart.due()[code])


def _clock(code: str, day: str, words: str) -> Then:
    return Then(words, day, lambda after: after.chart.clock()[code])


ROSA = Story(
    title="Rosa comes home",
    slug="rosa",
    intro=(
        "Rosa Delgado, 74, has type 2 diabetes, heart failure with reduced ejection fraction, depression and "
        "hypertension. An emergent stay for heart failure, Sunday 2026-03-01 to Friday 2026-03-06, after one other "
        "visit to the emergency department; then home."
    ),
    person="rosa",
    people=TEAM,
    rows=(
        Row(
            when="2026-03-09T09:00:00-05:00",
            who=DANA,
            words="enrols Rosa, who agrees on the phone",
            step="enroll",
            does=_enrolls,
        ),
        Row(
            when="2026-03-09T09:20:00-05:00",
            who=DANA,
            words="asks the nine questions of the PHQ-9; Rosa's answers: {}",
            given=((2, 2, 2, 2, 1, 1, 2, 2, 0),),
            step="record-assessment",
            does=_asks_phq_9,
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
            does=_asks_about_food,
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
            when="2026-03-09T09:40:00-05:00",
            who=DANA,
            words="opens the transition",
            step="open-transition",
            does=_opens_transition,
            then=(
                _due("contact-patient", "2026-03-10", "call Rosa by {}"),
                _due("book-follow-up", "2026-03-13", "book the visit by {}"),
                _due("transition", "2026-04-04", "the transition lasts to {}"),
                _due("reconcile-medications", "2026-04-05", "reconcile her medicines by {}"),
                _clock("visit-7-day", "2026-03-13", "the 7-day visit counts until {}"),
                _clock("visit-14-day", "2026-03-20", "the 14-day visit counts until {}"),
                _clock("discharge-information-by", "2026-03-08", "the discharge information is due {}"),
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
            words="opens the transition again",
            step="open-transition",
            does=_opens_transition,
            then=(
                Then(
                    "Tasks that are no longer the same: {}",
                    set(),
                    lambda at: _identities(at.chart.tasks()).items() ^ _identities(at.before.tasks()).items(),
                ),
                _due("contact-patient", "2026-03-11", "call Rosa by {}"),
                _due("transition", "2026-04-07", "the transition lasts to {}"),
                Then("discharged {}", "2026-03-09", lambda at: at.chart.clock()["discharge"][:10]),
            ),
        ),
        Row(
            when="2026-03-10T09:05:00-05:00",
            who=DANA,
            words="presses the button once more",
            step="open-transition",
            does=_opens_transition,
            expect="stands already",
        ),
    ),
)
