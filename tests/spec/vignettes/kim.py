"""Kim answers a questionnaire alone, on a Saturday night."""

from __future__ import annotations

from typing import Any

from carefhir.engine.step import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from tests.spec.story import After, Person, Row, Scene, Story, Then
from tests.spec.tables import Json, phq_9
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, INES, LENA, SAMUEL, TEAM
from tests.support.scenarios import enroll

AUTHORED = "2026-04-18T21:40:00-05:00"
ANSWERS = (1, 1, 1, 1, 1, 1, 1, 0, 1)
TOTAL, BAND = 8, "mild"
INTRO = (
    "Kim Tran, 46, has type 2 diabetes. On Saturday night, at home, Kim fills in the PHQ-9, nine questions about "
    "depression. The answer to the ninth question, about being better off dead, is 'several days'. "
)
ASKS = "records Kim's PHQ-9 answers: {} (form status: {})"


def _enrolls(scene: Scene) -> Command:
    return enroll(scene.stage)


def _records(scene: Scene, answers: tuple[int, ...], status: str) -> Command:
    return RecordAssessment(patient=scene.patient, response=phq_9(*answers, authored=AUTHORED, status=status))


def _records_named(scene: Scene, answers: tuple[int, ...], status: str) -> Command:
    """The form names the response, so that a draft and its completion are one."""
    named = {"system": "http://forms.example", "value": "kim-1" + scene.stage.mark}
    response = phq_9(*answers, authored=AUTHORED, status=status, identifier=named)
    return RecordAssessment(patient=scene.patient, response=response)


def _code(element: Json) -> str:
    found: str = element["coding"][0]["code"]
    return found


def _says_988(after: After) -> str:
    return "988" if "988" in after.told.instructions[0] else ""


def _reviews(after: After) -> list[Json]:
    return [one for one in after.chart.written("Task") if _code(one["code"]) == "safety-review"]


def _review(after: After) -> Json:
    (found,) = _reviews(after)
    return found


def _screener(after: After) -> str:
    words = _review(after)["description"]
    return "C-SSRS" if "asks a suicide screener (for example the C-SSRS)" in words else words


def _flag(after: After) -> Json:
    (found,) = after.chart.written("Flag")
    return found


def _scores(after: After) -> list[Any]:
    return [(one["valueInteger"], _code(one["interpretation"][0])) for one in after.chart.written("Observation")]


def _list(after: After) -> list[Any]:
    return [one for one in after.result.rows if one.patient == after.scene.patient]


def _tier(after: After) -> dict[str, Any]:
    return seen.parts_of(after.one("RiskAssessment"))


def _kept(after: After) -> str:
    (found,) = after.chart.written("QuestionnaireResponse")
    status: str = found["status"]
    return status


CALL_988 = Then("the first instruction is to call or text {}", "988", _says_988)
NOTHING_NEW = Then("resources written: {}", 0, lambda at: len(at.chart.resources) - len(at.before.resources))
PROTECTS = (
    CALL_988,
    Then("one safety review Task, for {}", {INES}, lambda at: at.owners(_reviews(at))),
    Then("due {}, the same night", "2026-04-18", lambda at: _review(at)["restriction"]["period"]["end"]),
    Then("it asks for a suicide screener, such as the {}", "C-SSRS", _screener),
    Then("its priority is {}", "stat", lambda at: _review(at)["priority"]),
    Then("the Flag in the chart is {}", "active", lambda at: _flag(at)["status"]),
    Then("the Flag's code is {}", "self-harm-item-positive", lambda at: _code(_flag(at)["code"])),
    Then("concerns and diagnoses written: {}", [], lambda at: at.chart.written("Condition")),
)
NOT_HERS = seen.refuses("judging a safety item is not for community health worker")
SCORED = Then("scores: {}", [(TOTAL, BAND)], _scores)
NOT_SCORED = Then("scores: {}", [], _scores)


def _kept_as(status: str) -> Then:
    return Then("the response is kept as {}", status, _kept)


def _alone(slug: str, title: str, status: str, ends: tuple[str, str], scores: Then, more: str) -> Story:
    """The response as it comes in, and the same once more."""
    first, again = ends
    return Story(
        title=title,
        slug=slug,
        intro=INTRO + more,
        person="kim",
        people=TEAM,
        rows=(
            Row(
                when=AUTHORED,
                who=DANA,
                words=ASKS,
                given=(ANSWERS, status),
                step="record-assessment",
                does=_records,
                on_call=INES,
                expect=first,
                then=(*PROTECTS, scores, _kept_as(status)),
            ),
            Row(
                when="2026-04-18T21:45:00-05:00",
                who=DANA,
                words="the same again: " + ASKS,
                given=(ANSWERS, status),
                step="record-assessment",
                does=_records,
                on_call=INES,
                expect=again,
                then=(CALL_988, NOTHING_NEW),
            ),
        ),
    )


COMPLETED = _alone(
    "kim-saturday-night",
    "Kim on Saturday night",
    "completed",
    ("written", "already done"),
    SCORED,
    "What protects Kim is written and shown at once. The nurse practitioner is on call.",
)
DRAFT = _alone(
    "kim-saved-draft",
    "Kim's draft, saved and not sent",
    "in-progress",
    ("refused, but what protects the patient is written", "refused; what protects the patient was already written"),
    NOT_SCORED,
    "The form is a saved draft. It is not scored, but the answer to the ninth question is acted on.",
)
DRAFT_COMPLETED = Story(
    title="Kim's draft, sent ten minutes later",
    slug="kim-draft-completed",
    intro=INTRO + "The form is first saved as a draft and sent ten minutes later. Only one safety review is asked for.",
    person="kim",
    people=TEAM,
    rows=(
        Row(
            when=AUTHORED,
            who=DANA,
            words=ASKS,
            given=(ANSWERS, "in-progress"),
            step="record-assessment",
            does=_records_named,
            expect="refused, but what protects the patient is written",
        ),
        Row(
            when="2026-04-18T21:50:00-05:00",
            who=DANA,
            words=ASKS,
            given=(ANSWERS, "completed"),
            step="record-assessment",
            does=_records_named,
            then=(
                Then("Tasks in total: {}", 1, lambda at: len(at.chart.written("Task"))),
                Then("Flags in total: {}", 1, lambda at: len(at.chart.written("Flag"))),
                _kept_as("completed"),
                Then("score: {}", [TOTAL], lambda at: [one["valueInteger"] for one in at.chart.written("Observation")]),
            ),
        ),
    ),
)
NOBODY_ON_CALL = Story(
    title="Kim, with nobody on call",
    slug="kim-nobody-on-call",
    intro=INTRO + "Kim is enrolled. Neither the care team nor the site names anyone who is on call.",
    person="kim",
    people=TEAM,
    rows=(
        Row(when="2026-04-18T12:00:00-05:00", who=DANA, words="enrolls Kim", step="enroll", does=_enrolls),
        Row(
            when=AUTHORED,
            who=DANA,
            words=ASKS,
            given=(ANSWERS, "completed"),
            step="record-assessment",
            does=_records,
            then=(
                Then("one safety review Task each for {}", {DANA, SAMUEL}, lambda at: at.owners(_reviews(at))),
                Then(
                    "a warning says that nobody is {}",
                    "on call",
                    lambda at: "on call" if any("on call" in one for one in at.told.warnings) else "",
                ),
            ),
        ),
    ),
)
CONCLUDED = {"behavioural": "thoughts of being better off dead; screener still to be asked"}
CLEARED = {"behavioural": "mild symptoms; no intent, no plan; a safety plan is made"}
SETTLED = "asked the C-SSRS: no intent, no plan, no behavior; safety plan made, sister stays the night"
ANSWERED = {
    "instrument": "C-SSRS",
    "ideation": "yes",
    "intent": "no",
    "plan": "no",
    "behavior_3_months": "no",
    "means": "no",
    "safety_plan": "made",
}
DENIED = {**ANSWERED, "ideation": "no"}
NEEDS_ANSWERS = seen.refuses("closes only with the answers to a suicide screener")


def _settles(
    when: str, who: Person, outcome: str, expect: str, *then: Then, screener: dict[str, str] | None = None
) -> Row:
    """Somebody closes the review, or tries to; with what was answered to a screener, where one was asked."""
    words = "closes the {} Task: '{}' ({})" if expect == "written" else "tries to close the {} Task: '{}' ({})"
    given: tuple[Any, ...] = ("safety-review", outcome, when)
    if screener:
        words, given = f"{words}, with the screener's answers: {{}}", (*given, screener)
    return Row(when, who, words, acts.resolves, "resolve", expect, then, given)


REVIEWED = Story(
    title="Kim's safety review, done the same night",
    slug="kim-reviewed",
    intro=INTRO + "Kim is in care management. The nurse practitioner is on call.",
    person="kim",
    people=TEAM,
    rows=(
        Row(when="2026-04-17T12:00:00-05:00", who=DANA, words="enrolls Kim", step="enroll", does=_enrolls),
        Row(
            when="2026-04-17T12:10:00-05:00",
            who=DANA,
            words="asks the two questions about food; Kim answers '{}' and '{}'",
            given=("never", "never"),
            step="record-assessment",
            does=acts.asks_about_food,
        ),
        Row(
            when=AUTHORED,
            who=DANA,
            words=ASKS,
            given=(ANSWERS, "completed"),
            step="record-assessment",
            does=_records,
            on_call=INES,
            then=PROTECTS,
        ),
        Row(
            when="2026-04-18T21:42:00-05:00",
            who=INES,
            words="looks at her worklist",
            step="worklist",
            does=acts.looks_at_own_work,
            expect="shown",
            then=(
                Then(
                    "on the list for Kim: {}",
                    ["safety review"],
                    lambda at: [task.what for row in _list(at) for task in row.now],
                ),
                Then("marked as pressing: {}", [True], lambda at: [one.pressing for one in _list(at)]),
            ),
        ),
        Row(
            when="2026-04-18T21:50:00-05:00",
            who=INES,
            words="concludes the assessment while the review is open ({}): {}",
            given=("2026-04-18T21:50:00-05:00", CONCLUDED),
            step="conclude-assessment",
            does=acts.concludes,
            then=(
                Then("the tier of care is {}", "high", lambda at: _tier(at)["tier"]),
                seen.says("high: a safety review is open"),
                Then("tier categories: {}", [], lambda at: _tier(at)["category"]),
                seen.diagnoses(),
            ),
        ),
        _settles("2026-04-18T21:55:00-05:00", LENA, "she sounded fine", "refused", NOT_HERS, seen.nothing_new()),
        _settles("2026-04-18T21:57:00-05:00", INES, "she sounded fine", "refused", NEEDS_ANSWERS, seen.nothing_new()),
        Row(
            when="2026-04-18T22:05:00-05:00",
            who=INES,
            words="records who acknowledged the {}: {}, by {} ({})",
            given=("safety-review", INES, "voice", "2026-04-18T22:00:00-05:00"),
            step="acknowledge",
            does=acts.acknowledges,
            then=(seen.state("safety-review", "acknowledged", "the Task is {}"),),
        ),
        _settles(
            "2026-04-18T22:40:00-05:00",
            INES,
            SETTLED,
            "written",
            seen.status("safety-review", "completed", "the Task is {}"),
            Then("the Flag is {}", "inactive", lambda at: _flag(at)["status"]),
            screener=ANSWERED,
        ),
        Row(
            when="2026-04-19T10:00:00-05:00",
            who=INES,
            words="concludes the assessment again ({}): {}",
            given=("2026-04-19T10:00:00-05:00", CLEARED),
            step="conclude-assessment",
            does=acts.concludes,
            then=(
                Then(
                    "the tier of care is {}, because no safety review is open any more",
                    "low",
                    lambda at: _tier(at)["tier"],
                ),
            ),
        ),
    ),
)
NURSE = Story(
    title="Kim's safety review, closed by a nurse",
    slug="kim-reviewed-by-nurse",
    intro=INTRO + "The nurse herself is on call. A registered nurse may judge the answer, so she closes the review.",
    person="kim",
    people=TEAM,
    rows=(
        Row(
            when=AUTHORED,
            who=DANA,
            words=ASKS,
            given=(ANSWERS, "completed"),
            step="record-assessment",
            does=_records,
            on_call=DANA,
            then=(Then("one Task to review safety, for {}", {DANA}, lambda at: at.owners(_reviews(at))),),
        ),
        _settles(
            "2026-04-18T22:40:00-05:00",
            DANA,
            SETTLED,
            "written",
            Then("the Flag is {}", "inactive", lambda at: _flag(at)["status"]),
            screener=DENIED,
        ),
    ),
)
KIM = (COMPLETED, DRAFT, DRAFT_COMPLETED, NOBODY_ON_CALL, REVIEWED, NURSE)
