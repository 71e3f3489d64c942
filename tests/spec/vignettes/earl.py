"""Earl goes from hospital to a nursing facility, home from there, and is hard to reach."""

from __future__ import annotations

from tests.spec.story import After, Row, Scene, Story, Then
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, MARIBEL, SAMUEL, TEAM
from tests.support.stories.transitions import readmitted

INTRO = (
    "Earl Jensen, 79, had a broken hip repaired. On 2026-11-06 he moves from the hospital to a nursing facility. He "
    "goes home on Wednesday, 2026-11-25, the day before Thanksgiving. "
)
FRIDAY = "2026-11-27"
MEDICINES = "2026-12-02T14:00:00-06:00"
TAKEN = ("amlodipine", "acetaminophen")
ACETAMINOPHEN = ("acetaminophen", "added", "intended", "for the hip; taught: at most 8 tablets a day")


def _back_in_hospital(scene: Scene, moment: str) -> None:
    readmitted(scene.stage, moment)


def _attempts(after: After) -> list[str]:
    """Every attempt so far, by what came of it."""
    found = sorted(after.chart.written("Communication"), key=lambda one: str(one["sent"]))
    return ["reached" if one["status"] == "completed" else seen.code(one["statusReason"]) for one in found]


def _held(after: After) -> set[str]:
    return {one["status"] for one in after.chart.written("Task") if "partOf" in one}


def _ended(after: After) -> int:
    return len([one for one in after.chart.written("Task") if one["status"] in seen.CLOSED])


def _call(when: str, started: str, outcome: str, topics: tuple[str, ...], *then: Then) -> Row:
    words = "calls Earl ({}): {}" if not topics else "calls Earl ({}): {}; they talk about {}"
    given = (started, outcome, topics) if topics else (started, outcome)
    return Row(when, DANA, words, acts.calls, "record-contact", "written", then, given)


TO_THE_FACILITY = Row(
    when="2026-11-07T09:00:00-06:00",
    who=DANA,
    words="runs open-transition for {}, which ended with a move to a nursing facility",
    given=("earl-hospital",),
    step="open-transition",
    does=acts.opens_transition,
    then=(
        seen.new_tasks({"track-facility-stay"}, "the only new Task: {} (no deadlines start)"),
        Then("risk scores: {}", [], lambda at: at.chart.written("RiskAssessment")),
    ),
)
HOME = Row(
    when="2026-11-26T09:00:00-06:00",
    who=DANA,
    words="opens the transition after {}; he is now at home",
    given=("earl-snf",),
    step="open-transition",
    does=acts.opens_transition,
    then=(
        seen.clock(
            "contact-by", "2026-11-30", "a contact counts through {} (Thanksgiving is not a business day, Friday is)"
        ),
        seen.clock("visit-7-day", "2026-12-02", "a visit counts as within 7 days through {}"),
        seen.clock("visit-14-day", "2026-12-09", "a visit counts as within 14 days through {}"),
        seen.clock("period-end", "2026-12-24", "the period ends {}"),
        seen.clock("reconciliation-by", "2026-12-25", "a medication reconciliation counts through {}"),
        seen.due("contact-patient", "2026-11-30", "call Earl by {}"),
        seen.due("transition", "2026-12-24", "the transition lasts through {}"),
        seen.due("reconcile-medications", "2026-12-25", "reconcile his medicines by {}"),
        Then("risk scores: {}", [], lambda at: at.chart.written("RiskAssessment")),
        seen.says("no LACE score"),
    ),
)
ON_FRIDAY = _call(
    "2026-11-27T09:35:00-06:00",
    "2026-11-27T09:30:00-06:00",
    "voicemail",
    (),
    seen.state("contact-patient", "attempting", "the state of the Task to call him: {}"),
    seen.due("contact-patient", "2026-11-30", "call again by {}"),
)

EARL = Story(
    title="Earl takes the long way home",
    slug="earl",
    intro=INTRO
    + "The office is closed on the Friday after Thanksgiving, but the program counts that Friday as a business day.",
    person="earl",
    people=TEAM,
    closed=(FRIDAY,),
    rows=(
        TO_THE_FACILITY,
        HOME,
        ON_FRIDAY,
        _call(
            "2026-11-30T10:05:00-06:00",
            "2026-11-30T10:00:00-06:00",
            "voicemail",
            (),
            seen.says("2 attempts by Mon 2026-11-30: enough evidence for the program"),
            seen.state("contact-patient", "evidence-met", "the state of the Task to call him: {}"),
            seen.status("contact-patient", "in-progress", "its status is still {}"),
            seen.due("contact-patient", "2026-12-01", "call again by {}"),
        ),
        Row(
            when="2026-12-02T10:00:00-06:00",
            who=DANA,
            words="tries to close the transition as {}: '{}'",
            given=("completed", "two attempts are enough"),
            step="close-transition",
            does=acts.closes,
            expect="refused",
            then=(seen.refuses("reach the person and record it"), seen.nothing_new()),
        ),
        _call(
            "2026-12-02T11:20:00-06:00",
            "2026-12-02T11:00:00-06:00",
            "reached",
            ("his hip", "medicines"),
            seen.status("contact-patient", "completed", "the Task to call him is {}"),
            Then("attempts: {}", ["voicemail", "voicemail", "reached"], _attempts),
            seen.says("contact made on Wed 2026-12-02, late (due by Mon 2026-11-30)"),
        ),
        Row(
            when="2026-12-02T11:30:00-06:00",
            who=DANA,
            words="books a visit ({}) with {}",
            given=("2026-12-02T15:00:00-06:00", SAMUEL),
            step="book-follow-up",
            does=acts.books,
            then=(seen.says("it counts as a visit within 7 days"),),
        ),
        Row(
            when="2026-12-02T14:10:00-06:00",
            who=MARIBEL,
            words="tries to reconcile his medicines ({}); he takes {} as ordered: {}",
            given=(MEDICINES, TAKEN, ACETAMINOPHEN),
            step="reconcile-medications",
            does=acts.reconciles,
            expect="refused",
            then=(
                seen.refuses("a social worker cannot close a reconciliation"),
                seen.status("reconcile-medications", "requested", "the Task to reconcile is {}"),
                seen.nothing_new(),
            ),
        ),
        Row(
            when="2026-12-02T14:20:00-06:00",
            who=DANA,
            words="reconciles his medicines ({}); he takes {} as ordered: {}",
            given=(MEDICINES, TAKEN, ACETAMINOPHEN),
            step="reconcile-medications",
            does=acts.reconciles,
            then=(seen.status("reconcile-medications", "completed", "the Task to reconcile is {}"),),
        ),
    ),
)

BACK = Story(
    title="Earl falls again",
    slug="earl-readmitted",
    intro=INTRO
    + "On Saturday he is back in the hospital. The transition is put on hold, and cannot be closed as completed.",
    person="earl",
    people=TEAM,
    closed=(FRIDAY,),
    rows=(
        HOME,
        ON_FRIDAY,
        Row(
            when="2026-11-28T22:00:00-06:00",
            who=None,
            words="the hospital admits him ({})",
            given=("2026-11-28T22:00:00-06:00",),
            does=_back_in_hospital,
            expect="happens",
        ),
        Row(
            when="2026-11-30T09:00:00-06:00",
            who=DANA,
            words="puts the transition on hold because of {}",
            given=("again",),
            step="suspend-transition",
            does=acts.suspends,
            then=(
                seen.status("transition", "on-hold", "the transition is {}"),
                Then("every open Task of the transition is {}", {"on-hold"}, _held),
                Then("Tasks closed: {}", 0, _ended),
            ),
        ),
        _call(
            "2026-11-30T10:00:00-06:00",
            "2026-11-30T09:55:00-06:00",
            "voicemail",
            (),
            seen.says("recorded as evidence, and nothing is due"),
            seen.status("contact-patient", "on-hold", "the Task to call him is still {}"),
        ),
        Row(
            when="2026-12-28T09:00:00-06:00",
            who=DANA,
            words="tries to close the transition as {}: '{}'",
            given=("completed", "30 days are over"),
            step="close-transition",
            does=acts.closes,
            expect="refused",
            then=(seen.refuses("close with outcome readmitted"), seen.nothing_new()),
        ),
    ),
)
EARLS = (EARL, BACK)
