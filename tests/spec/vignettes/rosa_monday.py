"""Rosa's Monday: the first call, a red check-in, what she is taught, the visit, her medicines."""

from __future__ import annotations

from typing import Any

from tests.spec.story import After, Row, Then
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, SAMUEL

SUNDAY = "2026-03-08T07:30:00-05:00"
CALL, CHECK_IN, BY_VOICE = (f"2026-03-09T{clock}:00-05:00" for clock in ("09:50", "09:58", "10:05"))
LESSON, MEDICINES = (f"2026-03-09T{clock}:00-05:00" for clock in ("12:05", "12:20"))
VISIT = "2026-03-12T10:00:00-05:00"
TAKEN = ("carvedilol", "furosemide", "insulin glargine", "lisinopril", "sertraline")
FUROSEMIDE = ("furosemide", "dose-changed", "intended", "taught: one of 40 mg")
GLIPIZIDE = ("glipizide", "omitted", "unknown", "for the prescriber to decide")
FOOD = "Food insecurity risk (Hunger Vital Sign)"
TOPICS = ("medicines", "whom-to-call", "next-visit", "self-care")


def _section(after: After, name: str) -> Any:
    return after.result.section(name).rows


def _scores(after: After) -> dict[str, str]:
    return {row.what: row.detail for row in _section(after, "scores")}


MONDAY: tuple[Row, ...] = (
    Row(
        when="2026-03-09T09:42:00-05:00",
        who=DANA,
        words="looks at the overview",
        step="overview",
        does=acts.looks,
        expect="shown",
        then=(
            Then("scores: {}", {"PHQ-9 total score": "14, moderate", FOOD: "at risk"}, _scores),
            Then("open Tasks: {}", 9, lambda at: len(_section(at, "to-do"))),
            Then("not visible: {}", (), lambda at: at.result.not_visible),
            seen.nothing_new(),
        ),
    ),
    Row(
        when="2026-03-09T09:45:00-05:00",
        who=None,
        words="the scale at home sends its reading of {}: {} lb",
        given=(SUNDAY, "180.0"),
        does=acts.weighs,
        expect="happens",
    ),
    Row(
        when="2026-03-09T09:57:00-05:00",
        who=DANA,
        words="calls Rosa ({}): {}; they talk about {}",
        given=(CALL, "reached", ("how she is", "medicines")),
        step="record-contact",
        does=acts.calls,
        then=(
            seen.status("contact-patient", "completed", "the Task to call her is {}"),
            seen.says("contact made on Mon 2026-03-09, in time"),
        ),
    ),
    Row(
        when="2026-03-09T10:00:00-05:00",
        who=DANA,
        words="does a check-in in the same call ({}): {} lb; she says yes to: {}",
        given=(CHECK_IN, "183.4", ("new-pillow",)),
        step="record-check-in",
        does=acts.checks_in,
        then=(
            Then("the color is {}", "red-urgent", lambda at: seen.color(at)),
            seen.says("weight 180.0 lb (2026-03-08) to 183.4 lb (2026-03-09)"),
            seen.do_now("by voice today", "the first instruction is to reach the provider {}"),
            seen.new_tasks({"escalation", "check-in"}),
            seen.owners("escalation", {SAMUEL, DANA}, "one escalation Task each for {}"),
            Then("due {}", {"2026-03-09"}, lambda at: seen.days_of(at, "escalation")),
            Then("with priority {}", {"stat"}, lambda at: seen.each(at, "escalation", "priority")),
            seen.due("check-in", "2026-03-10", "next check-in by {}"),
        ),
    ),
    Row(
        when="2026-03-09T10:03:00-05:00",
        who=DANA,
        words="tries to record that the {} was acknowledged by {} after a {} ({})",
        given=("escalation", SAMUEL, "message", "2026-03-09T10:02:00-05:00"),
        step="acknowledge",
        does=acts.acknowledges,
        expect="refused",
        then=(seen.refuses("needs more than a message"), seen.nothing_new()),
    ),
    Row(
        when="2026-03-09T10:07:00-05:00",
        who=DANA,
        words="records that the {} was acknowledged by {}, by {} ({})",
        given=("escalation", SAMUEL, "voice", BY_VOICE),
        step="acknowledge",
        does=acts.acknowledges,
        then=(Then("both Tasks are {}", {"acknowledged"}, lambda at: seen.states_of(at, "escalation")),),
    ),
    Row(
        when="2026-03-09T11:00:00-05:00",
        who=DANA,
        words="proposes to close the {} Task: '{}' ({})",
        given=("escalation", "she breathes easily again", "2026-03-09T10:55:00-05:00"),
        step="resolve",
        does=acts.resolves,
        then=(
            seen.says("stays open and is proposed for closing"),
            Then("escalation Tasks still open: {}", 2, lambda at: seen.open_of(at, "escalation")),
        ),
    ),
    Row(
        when="2026-03-09T12:00:00-05:00",
        who=SAMUEL,
        words="closes the {} Task: '{}' ({})",
        given=("escalation", "seen; water pill changed; call tomorrow", "2026-03-09T12:00:00-05:00"),
        step="resolve",
        does=acts.resolves,
        then=(Then("both Tasks are {}", {"done"}, lambda at: seen.states_of(at, "escalation")),),
    ),
    Row(
        when="2026-03-09T12:10:00-05:00",
        who=DANA,
        words="does a teach-back ({}); understood: {}; topics: {}",
        given=(LESSON, "yes", TOPICS),
        step="record-teach-back",
        does=acts.teaches,
    ),
    Row(
        when="2026-03-09T12:12:00-05:00",
        who=DANA,
        words="does a teach-back ({}); understood: {}; topics: {}",
        given=("2026-03-09T12:09:00-05:00", "partly", ("warning-signs",)),
        step="record-teach-back",
        does=acts.teaches,
        then=(
            seen.state("teach-back", "teach-again", "the state of the teach-back Task: {}"),
            seen.due("teach-back", "2026-03-10", "due again by {}"),
        ),
    ),
    Row(
        when="2026-03-09T12:15:00-05:00",
        who=DANA,
        words="books a visit ({}) with {}",
        given=(VISIT, SAMUEL),
        step="book-follow-up",
        does=acts.books,
        then=(
            Then("the visit is {}", "booked", lambda at: at.one("Appointment")["status"]),
            seen.status("book-follow-up", "completed", "the Task to book it is {}"),
            seen.says("it counts as a visit within 7 days"),
        ),
    ),
    Row(
        when="2026-03-09T12:25:00-05:00",
        who=DANA,
        words="compares the medication lists ({}), and decides nothing yet",
        given=(MEDICINES,),
        step="reconcile-medications",
        does=acts.reconciles,
        expect="refused",
        then=(
            seen.refuses("2 differences to decide"),
            seen.refuses("furosemide (dose-changed)"),
            seen.refuses("glipizide (omitted)"),
        ),
    ),
    Row(
        when="2026-03-09T12:40:00-05:00",
        who=DANA,
        words="asks Rosa ({}), who takes {} as ordered, and decides each difference: {}; {}",
        given=(MEDICINES, TAKEN, FUROSEMIDE, GLIPIZIDE),
        step="reconcile-medications",
        does=acts.reconciles,
        then=(
            seen.new_tasks({"resolve-discrepancy"}),
            seen.owners("resolve-discrepancy", {SAMUEL}, "this Task is for {}"),
            Then("differences on record, with their status: {}", {"omitted": "preliminary"}, seen.issues),
            Then("reconciled medication lists written: {}", 1, lambda at: len(at.new("List"))),
            seen.status("reconcile-medications", "completed", "the Task to reconcile her medicines is {}"),
        ),
    ),
)
"""From the first call to the reconciled medicines."""
