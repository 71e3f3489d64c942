"""Earl's left hip, beside his chronic care: two programs on one person, and a payer that first says no."""

from __future__ import annotations

from typing import Any

from carefhir import commands
from carefhir.engine.step import Command
from tests.spec.story import After, Person, Row, Scene, Story, Then
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, MARIBEL, SAMUEL, TEAM
from tests.support.stories import case_management as hip

GOAL = "walk to the mailbox without a cane"
NOT_PROVEN = "six weeks of physical therapy are not on record"
FOUR_DAYS = {"number": "PA-7781", "first_day": "2027-02-15", "last_day": "2027-02-18", "level": "acute"}


# ---- what people do


def _ordered(scene: Scene, text: str) -> None:
    """The surgeon orders it, and registration knows who pays."""
    hip.ordered(scene.stage, code={"coding": hip.HIP["coding"], "text": text})
    hip.insured(scene.stage)


def _opens(scene: Scene, whom: Person, goal: str, end: str) -> Command:
    return hip.opening(scene.stage, case_manager=scene.who(whom), goals=(goal,), expected_end=end)


def _agrees(scene: Scene, talked: str) -> Command:
    """Every goal of the newest plan."""
    plan = acts.standing(scene, "CarePlan")[-1]
    answers = [{"goal": one["reference"], "answer": "agree"} for one in plan["goal"]]
    said = {"patient": scene.patient, "plan": f"CarePlan/{plan['id']}", "talked": talked, "copy_given": True}
    return commands.RecordAgreement.model_validate({**said, "answers": answers})


def _asks(scene: Scene, at: str) -> Command:
    return hip.asking(scene.stage, at=at)


def _asks_for_a_day(scene: Scene, at: str, day: str) -> Command:
    """One day more in hospital, for the case."""
    stay = scene.of("Encounter", "earl-surgery")
    item = {"words": "one more day in hospital", "quantity": 1, "unit": "days", "first_day": day, "last_day": day}
    more = {"about": stay, "provider": scene.who(SAMUEL), "case": hip.case_of(scene.stage)}
    return hip.asking(scene.stage, at=at, items=(item,), reason="the wound is still wet", **more)


def _answers(scene: Scene, at: str, outcome: str, said: str) -> Command:
    """What the payer says: why, or the number of what it authorizes."""
    more: dict[str, Any] = {"reason": said, "by": "2027-03-16"} if outcome == "denied" else {}
    more = FOUR_DAYS if outcome == "approved" else more
    return hip.answering(scene.stage, outcome, at=at, **more)


def _looks_for_an_answer(scene: Scene, at: str) -> Command:
    return hip.looking(scene.stage, at=at)


def _admitted(scene: Scene, start: str) -> None:
    hip.admitted(scene.stage, period={"start": start})


def _goes_home(scene: Scene, end: str) -> None:
    stay = scene.backend.get(scene.of("Encounter", "earl-surgery"))
    scene.backend.put({**stay, "status": "finished", "period": {**stay["period"], "end": end}})


def _reviews(scene: Scene, at: str) -> Command:
    return hip.reviewing(scene.stage, at=at)


def _closes(scene: Scene, reason: str) -> Command:
    return hip.closing(scene.stage, reason=reason)


# ---- what is looked at


def _programs(after: After) -> dict[str, str]:
    """His programs, with their status."""
    return {seen.code(one["type"][0]): one["status"] for one in after.chart.written("EpisodeOfCare")}


def _goals_of_the_plan(after: After) -> set[str]:
    """The goals that the plan of care management links, in words."""
    (plan,) = [one for one in after.chart.written("CarePlan") if one["status"] == "active" and "partOf" not in one]
    words = {f"Goal/{one['id']}": one["description"]["text"] for one in after.chart.written("Goal")}
    return {words[one["reference"]] for one in plan["goal"]} & {GOAL}


def _owner(after: After, kind: str) -> set[Person]:
    return after.owners([one for one in seen.tasks_of(after, kind) if one["status"] not in seen.CLOSED])


def _open_days(after: After) -> set[str]:
    """The days on which open reviews of the stay are due."""
    reviews = seen.tasks_of(after, "utilization-review")
    return {one["restriction"]["period"]["end"] for one in reviews if one["status"] not in seen.CLOSED}


def _signing(when: str, who: Person, words: str, does: Any, step: str, *then: Then) -> Row:
    return Row(when=when, who=who, words=words, does=does, step=step, then=then)


BEFORE = (
    Row(
        when="2027-01-11T09:00:00-06:00",
        who=DANA,
        words="enrolls Earl in care management",
        step="enroll",
        does=acts.enrolls,
    ),
    Row(
        when="2027-01-11T09:10:00-06:00",
        who=DANA,
        words="asks about food: {} and {}",
        given=("often", "sometimes"),
        step="record-assessment",
        does=acts.asks_about_food,
    ),
    Row(
        when="2027-01-11T09:20:00-06:00",
        who=MARIBEL,
        words="confirms the need ({})",
        given=("Z59.41",),
        step="confirm-concern",
        does=acts.confirms_need,
    ),
    Row(
        when="2027-01-11T09:30:00-06:00",
        who=DANA,
        words="drafts a plan; his own goal is '{}'",
        given=("stay in my house",),
        step="propose-plan",
        does=acts.proposes,
    ),
    Row(
        when="2027-01-11T09:40:00-06:00",
        who=DANA,
        words="records that he agrees ({})",
        given=("2027-01-11T09:35:00-06:00",),
        step="record-agreement",
        does=_agrees,
    ),
    _signing("2027-01-11T09:45:00-06:00", DANA, "asks for the signature", acts.asks_to_sign, "request-sign-off"),
    _signing("2027-01-11T12:00:00-06:00", SAMUEL, "signs the plan", acts.signs, "sign-off"),
)

THE_CASE = (
    Row(
        when="2027-01-11T14:00:00-06:00",
        who=None,
        words="the surgeon orders a {}; registration knows who pays",
        given=("total replacement of the left hip",),
        does=_ordered,
        expect="happens",
    ),
    Row(
        when="2027-01-12T09:00:00-06:00",
        who=MARIBEL,
        words="opens a case around it: {} runs it, to '{}', until {}",
        given=(MARIBEL, GOAL, "2027-04-30"),
        step="open-case",
        does=_opens,
        then=(
            Then(
                "his programs: {}",
                {"care-management": "active", "case-management": "active"},
                _programs,
            ),
            seen.says("stays the person's single point of contact"),
            seen.says("part of Care plan"),
            seen.due("close-case", "2027-04-30", "the case ends, or somebody says why not, by {}"),
            Then("who closes it: {}", {MARIBEL}, lambda at: _owner(at, "close-case")),
        ),
    ),
    Row(
        when="2027-01-12T09:20:00-06:00",
        who=MARIBEL,
        words="records that he agrees to the goal of the case ({})",
        given=("2027-01-12T09:15:00-06:00",),
        step="record-agreement",
        does=_agrees,
    ),
    _signing("2027-01-12T09:25:00-06:00", MARIBEL, "asks for the signature", acts.asks_to_sign, "request-sign-off"),
    _signing("2027-01-12T09:50:00-06:00", SAMUEL, "signs the plan of the case", acts.signs, "sign-off"),
)

THE_PAYER = (
    Row(
        when="2027-01-12T10:00:00-06:00",
        who=MARIBEL,
        words="asks the payer for the new hip ({})",
        given=("2027-01-12T10:00:00-06:00",),
        step="request-authorization",
        does=_asks,
        then=(
            seen.due("authorization", "2027-01-19", "the payer must answer by {} (7 calendar days)"),
            seen.says("sent to nobody: submit it in the payer's way"),
        ),
    ),
    Row(
        when="2027-01-15T11:00:00-06:00",
        who=MARIBEL,
        words="takes down the payer's answer ({}): {}, '{}'",
        given=("2027-01-15T11:00:00-06:00", "denied", NOT_PROVEN),
        step="request-authorization",
        does=_answers,
        then=(
            seen.state("authorization", "denied", "the request is {}"),
            seen.due("appeal", "2027-01-20", "decide by {} whether to appeal"),
            seen.says("the last day to appeal is Tue 2027-03-16"),
        ),
    ),
    Row(
        when="2027-01-19T09:00:00-06:00",
        who=MARIBEL,
        words="records ({}) that the denial is {}, with {}",
        given=("2027-01-19T09:00:00-06:00", "appealed", "the therapist's notes"),
        step="request-authorization",
        does=_answers,
        then=(
            seen.status("appeal", "in-progress", "the appeal is {}"),
            seen.says("until it does, nothing is approved"),
        ),
    ),
    Row(
        when="2027-02-01T10:00:00-06:00",
        who=MARIBEL,
        words="takes down the answer ({}): {}, {}, for four days in an acute hospital",
        given=("2027-02-01T10:00:00-06:00", "approved", "PA-7781"),
        step="request-authorization",
        does=_answers,
        then=(
            seen.state("appeal", "approved", "the appeal is {}"),
            seen.state("authorization", "denied", "the first answer still reads {}"),
            seen.says("number PA-7781, from 2027-02-15 through 2027-02-18"),
        ),
    ),
)

THE_STAY = (
    Row(
        when="2027-02-15T07:00:00-06:00",
        who=None,
        words="the hospital admits him ({})",
        given=("2027-02-15T07:00:00-06:00",),
        does=_admitted,
        expect="happens",
    ),
    Row(
        when="2027-02-16T10:00:00-06:00",
        who=MARIBEL,
        words="reviews the stay ({})",
        given=("2027-02-16T10:00:00-06:00",),
        step="review-utilization",
        does=_reviews,
        then=(
            seen.says("2 days left after today, through Thu 2027-02-18"),
            Then("the next review is due {}", {"2027-02-17"}, _open_days),
        ),
    ),
    Row(
        when="2027-02-19T09:00:00-06:00",
        who=MARIBEL,
        words="reviews the stay ({}): he is still there",
        given=("2027-02-19T09:00:00-06:00",),
        step="review-utilization",
        does=_reviews,
        then=(
            seen.says("not authorized: 2027-02-19"),
            seen.says("the first day not covered is Fri 2027-02-19"),
            Then("the next review is due {}", {"2027-02-19"}, _open_days),
        ),
    ),
    Row(
        when="2027-02-19T09:30:00-06:00",
        who=MARIBEL,
        words="asks the payer ({}) for one more day, {}",
        given=("2027-02-19T09:30:00-06:00", "2027-02-19"),
        step="request-authorization",
        does=_asks_for_a_day,
    ),
    Row(
        when="2027-02-20T11:00:00-06:00",
        who=None,
        words="he goes home ({})",
        given=("2027-02-20T11:00:00-06:00",),
        does=_goes_home,
        expect="happens",
    ),
    Row(
        when="2027-02-26T17:00:00-06:00",
        who=MARIBEL,
        words="looks ({}) whether the payer has answered",
        given=("2027-02-26T17:00:00-06:00",),
        step="request-authorization",
        does=_looks_for_an_answer,
        then=(
            seen.says("No answer by Fri 2027-02-26 09:30: nothing is approved. Call the payer."),
            Then(
                "the states of the requests: {}",
                {"denied", "no-answer"},
                lambda at: seen.states_of(at, "authorization"),
            ),
        ),
    ),
)

THE_END = (
    Row(
        when="2027-04-12T10:00:00-05:00",
        who=MARIBEL,
        words="closes the case: '{}'",
        given=("he is home and walks with a cane",),
        step="close-case",
        does=_closes,
        then=(
            Then(
                "his programs: {}",
                {"care-management": "active", "case-management": "finished"},
                _programs,
            ),
            Then("who follows the payer now: {}", {DANA}, lambda at: _owner(at, "authorization")),
            Then("who reviews the stay now: {}", {DANA}, lambda at: _owner(at, "utilization-review")),
            seen.says("not settled (no answer in time): one more day in hospital"),
            Then("goals of the case in his care plan: {}", {GOAL}, _goals_of_the_plan),
            Then(
                "Communications to the care manager: {}",
                1,
                lambda at: len(at.new("Communication")),
            ),
            seen.status("close-case", "completed", "the Task to close the case is {}"),
        ),
    ),
)

EARLS_HIP = Story(
    title="Earl gets a new hip",
    slug="earl-hip",
    intro=(
        "Earl Jensen, 79, is in care management with Dana. In January 2027 his left hip is to be replaced. Maribel "
        "runs a case around it, beside his chronic care: the payer says no, and then yes; the stay lasts a day longer "
        "than was authorized; and what remains goes back to Dana."
    ),
    person="earl",
    people=TEAM,
    rows=(*BEFORE, *THE_CASE, *THE_PAYER, *THE_STAY, *THE_END),
)
