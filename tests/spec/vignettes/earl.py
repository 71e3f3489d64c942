"""Earl goes from hospital to a nursing facility, and home from there."""

from __future__ import annotations

from carefhir.steps import Command
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.spec.story import Row, Scene, Story, Then
from tests.spec.vignettes.people import DANA, TEAM


def _opens_transition(scene: Scene, stay: str) -> Command:
    return OpenTransition(patient=scene.patient, encounter=scene.of("Encounter", stay))


def _clock(code: str, day: str, words: str) -> Then:
    return Then(words, day, lambda after: after.chart.clock()[code])


EARL = Story(
    title="Earl takes the long way home",
    slug="earl",
    intro=(
        "Earl Jensen, 79, had a broken hip repaired. From hospital he goes to a nursing facility on 2026-11-06, and "
        "home from there on Wednesday 2026-11-25, the day before Thanksgiving."
    ),
    person="earl",
    people=TEAM,
    rows=(
        Row(
            when="2026-11-07T09:00:00-06:00",
            who=DANA,
            words="looks at the discharge of stay {}: hospital to nursing facility",
            given=("earl-hospital",),
            step="open-transition",
            does=_opens_transition,
            then=(
                Then("Tasks: only {} (no clock starts)", {"track-facility-stay"}, lambda at: set(at.chart.tasks())),
                Then("risk scores: {}", [], lambda at: at.chart.written("RiskAssessment")),
            ),
        ),
        Row(
            when="2026-11-26T09:00:00-06:00",
            who=DANA,
            words="opens the transition after stay {}: nursing facility to home",
            given=("earl-snf",),
            step="open-transition",
            does=_opens_transition,
            then=(
                _clock("contact-by", "2026-11-30", "contact counts until {} (the holiday does not count)"),
                _clock("visit-7-day", "2026-12-02", "the 7-day visit until {}"),
                _clock("visit-14-day", "2026-12-09", "the 14-day visit until {}"),
                _clock("period-end", "2026-12-24", "the period ends {}"),
                _clock("reconciliation-by", "2026-12-25", "reconciliation counts until {}"),
                Then("call Earl by {}", "2026-11-30", lambda at: at.chart.due()["contact-patient"]),
                Then("risk scores: {}", [], lambda at: at.chart.written("RiskAssessment")),
                Then(
                    "and the result says '{}'",
                    "LACE withheld",
                    lambda at: next((x[:13] for x in at.told.says if "LACE withheld" in x), ""),
                ),
            ),
        ),
    ),
)
