"""Rosa's plan, from the concluded assessment to the closed transition; and her whole story."""

from __future__ import annotations

from typing import Any

from tests.spec.story import After, Row, Scene, Story, Then
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, SAMUEL, TEAM
from tests.spec.vignettes.rosa import HOME, INTRO
from tests.spec.vignettes.rosa_monday import MONDAY
from tests.spec.vignettes.seen import code
from tests.support.stories.transitions import visited

CONCLUDED, TALK, TALK_AGAIN = (f"2026-03-09T{clock}:00-05:00" for clock in ("12:45", "13:00", "15:20"))
SEND_BACK = "she cannot read her scale: say who does"
LEARNED = "2026-03-16T08:50:00-05:00"
CONCLUSIONS = {
    "clinical": "decompensated heart failure, now better; diabetes above its range",
    "function": "walks indoors, tires on the stairs",
    "behavioural": "moderate depressive symptoms, no thoughts of death",
    "social": "food runs out at the end of the month",
    "supports": "daughter nearby, drives and shops",
    "language-literacy": "Spanish, with an interpreter; reads large print",
}


def _is_seen(scene: Scene) -> None:
    (visit,) = [one for one in acts.standing(scene, "Appointment") if one["status"] == "booked"]
    scene.backend.put({**visit, "status": "fulfilled"})
    visited(scene.stage, visit["start"], appointment=[{"reference": f"Appointment/{visit['id']}"}])


def _tier(after: After) -> dict[str, Any]:
    return seen.parts_of(after.one("RiskAssessment"))


def _goal(after: After, about: str) -> Any:
    (found,) = [one for one in after.chart.written("Goal") if about in seen.codes(one["description"])]
    return found


def _goals(after: After) -> dict[str, int]:
    """How many goals stand in which status."""
    found = [one["lifecycleStatus"] for one in after.chart.written("Goal")]
    return {one: found.count(one) for one in sorted(set(found))}


def _a1c(after: After) -> str:
    below = _goal(after, "a1c")["target"][0]["detailQuantity"]
    assert below["comparator"] == "<"
    return f"{below['value']}{below['unit']}"


def _plan(after: After) -> str:
    (found,) = after.chart.written("CarePlan")
    status: str = found["status"]
    return status


PLANNED: tuple[Row, ...] = (
    Row(
        when="2026-03-09T12:50:00-05:00",
        who=DANA,
        words="concludes the assessment ({}): {}",
        given=(CONCLUDED, CONCLUSIONS),
        step="conclude-assessment",
        does=acts.concludes,
        then=(
            Then("tier of care: {}", "high", lambda at: _tier(at)["tier"]),
            Then("tier categories: {}", ("A", "B", "C", "D"), lambda at: tuple(_tier(at)["category"])),
            Then("the tier is only a minimum: {}", False, lambda at: _tier(at)["atLeast"]),
            Then("domains concluded: {}", 6, lambda at: len(at.new("Observation"))),
            Then("Tasks for domains not assessed yet: {}", 2, lambda at: len(seen.tasks_of(at, "assessment"))),
            seen.diagnoses(),
        ),
    ),
    Row(
        when="2026-03-09T12:55:00-05:00",
        who=DANA,
        words="drafts a care plan with Rosa's own goal: '{}'",
        given=("to dance at my granddaughter's wedding",),
        step="propose-plan",
        does=acts.proposes,
        then=(
            Then("the plan is a {}", "draft", _plan),
            Then("goals: {}", {"proposed": 12}, _goals),
            Then("the goal for A1c: below {}", "8%", _a1c),
            Then(
                "conflicting advice for a person to decide: {}",
                {
                    "beta-blocker-lows",
                    "food-insecurity-lows",
                    "hold-never-skip",
                    "low-salt-food-pantry",
                    "salt-substitute-potassium",
                },
                lambda at: {one for one, status in seen.issues(at).items() if status == "preliminary"} - {"omitted"},
            ),
            seen.owners(
                "nurse-call", {DANA}, "because food runs short and she takes glipizide: a nurse call Task for {}"
            ),
            seen.due("nurse-call", "2026-03-09", "due {}"),
            seen.owners("inform-provider", {SAMUEL}, "and a Task to inform the provider, for {}"),
            seen.due("inform-provider", "2026-03-09", "due {}"),
            seen.diagnoses(),
        ),
    ),
    Row(
        when="2026-03-09T13:20:00-05:00",
        who=DANA,
        words="goes through the plan with Rosa ({}), who agrees to every goal but one: {}",
        given=(TALK, "less-salt"),
        step="record-agreement",
        does=acts.agrees,
        then=(Then("goals: {}", {"accepted": 11, "rejected": 1}, _goals),),
    ),
    Row(
        when="2026-03-09T13:25:00-05:00",
        who=DANA,
        words="closes the {} Task, which is due today: '{}' ({}; {})",
        given=(
            "nurse-call",
            "no lows yet; she eats at noon; the daughter shops today",
            "2026-03-09T13:10:00-05:00",
            "reached",
        ),
        step="resolve",
        does=acts.resolves,
        then=(seen.status("nurse-call", "completed", "the nurse call Task is {}"),),
    ),
    Row(
        when="2026-03-09T13:30:00-05:00",
        who=DANA,
        words="asks the supervising provider to sign the plan",
        step="request-sign-off",
        does=acts.asks_to_sign,
        then=(
            seen.owners("sign-off", {SAMUEL}, "the Task is for {}"),
            seen.due("sign-off", "2026-03-12", "before the scale is due: {}"),
        ),
    ),
    Row(
        when="2026-03-09T15:00:00-05:00",
        who=SAMUEL,
        words="returns the plan unsigned: '{}'",
        given=(SEND_BACK,),
        step="return-plan",
        does=acts.returns,
        then=(
            seen.owners("revise-plan", {DANA}, "a Task to revise the plan, for {}"),
            Then("the plan is still a {}", "draft", _plan),
            seen.state("sign-off", "returned", "the request for a signature is {}"),
        ),
    ),
    Row(
        when="2026-03-09T15:30:00-05:00",
        who=DANA,
        words="talks with Rosa again ({}) about a goal, {}; what gets in the way: '{}'",
        given=(TALK_AGAIN, "daily-weights", "cannot read the scale: her daughter reads it"),
        step="record-agreement",
        does=acts.agrees_again,
        then=(Then("goals: {}", {"accepted": 11, "rejected": 1}, _goals),),
    ),
    Row(
        when="2026-03-09T15:35:00-05:00",
        who=DANA,
        words="asks for the signature again",
        step="request-sign-off",
        does=acts.asks_to_sign,
        then=(seen.status("revise-plan", "completed", "the Task to revise the plan is {}"),),
    ),
    Row(
        when="2026-03-09T15:40:00-05:00",
        who=DANA,
        words="tries to sign the plan herself",
        step="sign-off",
        does=acts.signs,
        expect="refused",
        then=(seen.refuses("registered nurse may propose it"),),
    ),
    Row(
        when="2026-03-09T16:00:00-05:00",
        who=SAMUEL,
        words="decides the conflicting advice, and signs the plan",
        step="sign-off",
        does=acts.signs,
        then=(
            Then("the plan is {}", "active", _plan),
            Then("goals: {}", {"active": 11, "rejected": 1}, _goals),
            Then("conflicting advice not decided yet: {}", set(), lambda at: seen.undecided(at) - {"omitted"}),
            seen.new_tasks({"place-order"}),
            seen.owners(
                "place-order",
                {SAMUEL},
                "the Task to place the order is for {} (signing a plan does not place an order)",
            ),
        ),
    ),
    Row(
        when="2026-03-09T16:10:00-05:00",
        who=SAMUEL,
        words="closes the {} Task: '{}' ({}), and decides: {}",
        given=("resolve-discrepancy", "lows when food runs out", "2026-03-09T16:10:00-05:00", "stop"),
        step="resolve",
        does=acts.resolves,
        then=(
            Then("differences and conflicting advice not decided yet: {}", set(), seen.undecided),
            seen.says("glipizide is stopped"),
            seen.new_tasks({"tell-patient"}),
            seen.due("tell-patient", "2026-03-09", "she is told by {}, the same day"),
            seen.owners("tell-patient", {DANA}, "by {}"),
        ),
    ),
    Row(
        when="2026-03-09T16:30:00-05:00",
        who=DANA,
        words="closes the {} Task: '{}' ({})",
        given=("tell-patient", "told, and she said it back: no more glipizide", "2026-03-09T16:25:00-05:00"),
        step="resolve",
        does=acts.resolves,
        then=(seen.status("tell-patient", "completed", "the Task to tell her is {}"),),
    ),
    Row(
        when="2026-03-12T10:40:00-05:00",
        who=None,
        words="Rosa comes to her visit",
        does=_is_seen,
        expect="happens",
    ),
    Row(
        when="2026-03-16T09:00:00-05:00",
        who=DANA,
        words="does another teach-back ({}); understood: {}; topics: {}",
        given=(LEARNED, "yes", ("warning-signs",)),
        step="record-teach-back",
        does=acts.teaches,
        then=(seen.status("teach-back", "completed", "the teach-back Task is {}"),),
    ),
    *(
        Row(
            when="2026-03-16T09:20:00-05:00",
            who=DANA,
            words="closes the {} Task: '{}' ({})",
            given=(kind, words, "2026-03-16T09:10:00-05:00"),
            step="resolve",
            does=acts.resolves,
        )
        for kind, words in (
            ("check-equipment", "scale there and used; strips there"),
            ("pending-results", "potassium came back, seen by the physician"),
        )
    ),
    Row(
        when="2026-03-16T09:25:00-05:00",
        who=DANA,
        words="reads what the hospital sent, item by item ({}); asked for it: {}",
        given=("2026-03-16T09:22:00-05:00", "Riverbend Hospital"),
        step="receive-packet",
        does=acts.reads_packet,
        then=(seen.status("receive-packet", "completed", "the receive-packet Task is {}"),),
    ),
    Row(
        when="2026-04-03T09:00:00-05:00",
        who=DANA,
        words="asks the nine questions of the PHQ-9 again; Rosa's answers: {}",
        given=((1, 1, 1, 1, 1, 1, 1, 1, 0),),
        step="record-assessment",
        does=acts.asks_phq_9,
        then=(Then("the total is {}", 8, lambda at: at.one("Observation")["valueInteger"]),),
    ),
    Row(
        when="2026-04-04T09:00:00-05:00",
        who=DANA,
        words="tries to close the transition as {}: '{}'",
        given=("completed", "30 days at home"),
        step="close-transition",
        does=acts.closes,
        expect="refused",
        then=(seen.refuses("the period runs through Sat 2026-04-04"), seen.nothing_new()),
    ),
    Row(
        when="2026-04-05T09:00:00-05:00",
        who=DANA,
        words="evaluates the goals",
        step="evaluate-goals",
        does=acts.evaluates,
        then=(
            Then("the goal for mood: {}", "improving", lambda at: code(_goal(at, "phq-9")["achievementStatus"])),
            Then("the goal for weight: {}", "no-change", lambda at: code(_goal(at, "dry-weight")["achievementStatus"])),
            Then(
                "the goal for A1c is judged without a new reading: {}",
                False,
                lambda at: "achievementStatus" in _goal(at, "a1c"),
            ),
        ),
    ),
    Row(
        when="2026-04-05T09:10:00-05:00",
        who=DANA,
        words="closes the transition as {}: '{}'",
        given=("completed", "30 days at home, no readmission"),
        step="close-transition",
        does=acts.closes,
        then=(
            seen.status("transition", "completed", "the transition is {}"),
            seen.says("TCM evidence is complete: 99496"),
            seen.evidence("contact", "contact made on Mon 2026-03-09, in time (due by Tue 2026-03-10)"),
            seen.evidence("visit", "visit on Thu 2026-03-12: visit within 7 days"),
            seen.evidence("reconciliation", "medicines reconciled on Mon 2026-03-09, in time (by Sun 2026-04-05)"),
            seen.evidence("teach-back", "understood: medicines, warning signs, whom to call, next visit, self-care"),
        ),
    ),
)
"""From the conclusions to the closed transition."""

ROSA = Story(
    title="Rosa comes home",
    slug="rosa",
    intro=INTRO + "This is the whole story: the first call, a red check-in, her medicines, her plan, and the 30 days.",
    person="rosa",
    people=TEAM,
    rows=(*HOME, *MONDAY, *PLANNED),
)
