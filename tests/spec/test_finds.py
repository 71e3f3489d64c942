"""What find-work finds about one person, and what it does not: each row is something on record, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from carefhir.catalog import step
from carefhir.codes import STEP_KEY, TASK
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Done, Refused
from carefhir.fhir.record import codings
from carefhir.occasion import Actor, Occasion, Site
from carefhir.sandbox.knobs import Knobs
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from carefhir.workflows.panel.find_work import NOTHING_FOUND, FindWork
from carefhir.workflows.panel.unheard import AnswersOnRecord
from carefhir.workflows.transitions.open_transition import OpenTransition
from carefhir.workflows.transitions.suspend_transition import SuspendTransition
from carefhir.workflows.undo.retract import Retract
from tests.support.backends import sandbox_backend
from tests.support.panel import NOW, Panel, encounter, gathered, task
from tests.support.stage import Stage, done, enrolled, response, stage
from tests.support.stories.monitoring import CALM, check_in

Given = Callable[[Panel, str], object]
MORNING = "2026-03-09T06:30:00-05:00"


def stay(start: str, end: str, kind: str = "IMP") -> Given:
    return lambda panel, who: encounter(panel.backend, who, kind, start, end)


def work(code: str, due: str, authored: str = "2026-03-02T09:00:00-06:00", **more: object) -> Given:
    def given(panel: Panel, who: str) -> str:
        reference = task(panel.backend, who, panel.nurse, code, due=due, authored=authored)
        if more:
            panel.backend.put({**panel.backend.get(reference), **more})
        return reference

    return given


def under_way(panel: Panel, who: str) -> None:
    """In hospital since Sunday."""
    reference = encounter(panel.backend, who, "IMP", "2026-03-08T20:00:00-05:00", "2026-03-08T21:00:00-05:00")
    record = panel.backend.get(reference)
    panel.backend.put({**record, "status": "in-progress", "period": {"start": "2026-03-08T20:00:00-05:00"}})


def followed(panel: Panel, who: str) -> None:
    """A discharge, and the transition that follows it."""
    reference = stay("2026-03-03T09:00:00-06:00", "2026-03-07T11:00:00-06:00")(panel, who)
    work("transition", "2026-04-05", focus={"reference": reference})(panel, who)


def readmitted(panel: Panel, who: str) -> None:
    """The same, and in hospital again two days later."""
    followed(panel, who)
    encounter(panel.backend, who, "IMP", "2026-03-08T20:00:00-05:00", "2026-03-09T08:00:00-05:00")


def paused(panel: Panel, who: str) -> None:
    (episode,) = panel.backend.search(f"EpisodeOfCare?patient={who}")
    panel.backend.put({**episode, "status": "onhold"})
    work("coordinate", "2026-02-20")(panel, who)


def both(*some: Given) -> Given:
    def given(panel: Panel, who: str) -> None:
        for one in some:
            one(panel, who)

    return given


def given_in_a_portal(name: str, authored: str = "2026-03-08T22:00:00-05:00", **changes: object) -> Given:
    """Answers that another program wrote, without an identifier of their own."""

    def given(panel: Panel, who: str) -> str:
        made = {**response(name), "authored": authored, "subject": {"reference": who}, **changes}
        return panel.backend.create({each: value for each, value in made.items() if each not in ("id", "identifier")})

    return given


def scored(answered: Given) -> Given:
    """The same answers, recorded by a person as they stand in the chart."""

    def given(panel: Panel, who: str) -> None:
        record(panel, who, str(answered(panel, who)))

    return given


def record(panel: Panel, who: str, reference: str) -> object:
    command = RecordAssessment(patient=who, response=panel.backend.get(reference))
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    return panel.backend.run(runner.run(step("record-assessment"), command, occasion, panel.backend.server()))


def scored_elsewhere(answered: Given) -> Given:
    """Another program has put a score beside them, and asked nobody to call."""

    def given(panel: Panel, who: str) -> None:
        survey = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}
        panel.backend.create(
            {
                "resourceType": "Observation",
                "status": "final",
                "category": [{"coding": [survey]}],
                "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
                "subject": {"reference": who},
                "effectiveDateTime": "2026-03-08T22:00:00-05:00",
                "valueInteger": 12,
                "derivedFrom": [{"reference": str(answered(panel, who))}],
            }
        )

    return given


def changed_since(answered: Given, **changes: object) -> Given:
    """Recorded, and then changed in the portal."""

    def given(panel: Panel, who: str) -> None:
        reference = str(answered(panel, who))
        record(panel, who, reference)
        panel.backend.put({**panel.backend.get(reference), "status": "amended", **changes})

    return given


CALM_ANSWERS = given_in_a_portal("rosa-phq-9")
DANGEROUS = given_in_a_portal("rosa-phq-9-item-9")
OTHER_ANSWERS = response("kim-phq-9")["item"]


def number(code: str, value: float, unit: str, at: str = "2026-03-09T07:00:00-05:00", **more: object) -> Given:
    """Something a device at home, or a laboratory, has sent."""

    def given(panel: Panel, who: str) -> str:
        quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit or "1"}
        observation = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": {"reference": who},
            "effectiveDateTime": at,
            "valueQuantity": quantity,
        }
        whole = {**observation, **more}
        return panel.backend.create({each: value for each, value in whole.items() if value is not None})

    return given


def heart_failure(panel: Panel, who: str) -> None:
    panel.backend.create(
        {
            "resourceType": "Condition",
            "subject": {"reference": who},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.22"}]},
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
        }
    )


def asked_since(panel: Panel, who: str, **numbers: tuple[str, str]) -> None:
    """A check-in of this morning, after the number; `numbers` are given in it, by their question."""
    given = {each.replace("_", "-"): number for each, number in numbers.items()}
    made = check_in("check-in-heart-failure" if given else "check-in", numbers={**CALM, **given})
    made["subject"] = {"reference": who}
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    command = RecordCheckIn(patient=who, response={**made, "authored": "2026-03-09T09:30:00-05:00"})
    panel.backend.run(runner.run(step("record-check-in"), command, occasion, panel.backend.server()))


def in_a_visit(panel: Panel, who: str) -> None:
    """Whoever measured it was there; the visit's own times are not those of the number."""
    visit = encounter(panel.backend, who, "AMB", "2026-03-08T09:00:00-05:00", "2026-03-08T09:30:00-05:00")
    number("8867-4", 128, "/min", encounter={"reference": visit})(panel, who)


def answered_check_in(panel: Panel, who: str) -> None:
    """In a portal: chest pain, perhaps, or nothing at all."""
    made = check_in(numbers=CALM)
    kept = {each: value for each, value in made.items() if each not in ("id", "identifier")}
    panel.backend.create({**kept, "subject": {"reference": who}, "authored": "2026-03-09T07:00:00-05:00"})


def undated(panel: Panel, who: str) -> None:
    reference = str(DANGEROUS(panel, who))
    panel.backend.put({each: value for each, value in panel.backend.get(reference).items() if each != "authored"})


def contained_oddly(panel: Panel, who: str) -> None:
    """A form of another system, in the response; one of its items has no linkId."""
    ours = [each for each in load().get("Questionnaire", "phq-9")["item"] if each.get("code")]
    theirs = [{**each, "linkId": f"q{number}"} for number, each in enumerate(ours)]
    form = {"resourceType": "Questionnaire", "id": "form", "status": "active"}
    answers = {each["linkId"]: each["answer"] for each in response("rosa-phq-9-item-9")["item"]}
    panel.backend.create(
        {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "questionnaire": "https://other.test/Questionnaire/mood",
            "subject": {"reference": who},
            "authored": "2026-03-08T22:00:00-05:00",
            "contained": [{**form, "item": [*theirs, {"text": "Thank you", "type": "display"}]}],
            "item": [
                {"linkId": each["linkId"], "answer": answers[ours[number]["linkId"]]}
                for number, each in enumerate(theirs)
                if ours[number]["linkId"] in answers
            ],
        }
    )


def unclosed(kind: str) -> Given:
    """Under way since January, or finished and nobody said when."""

    def given(panel: Panel, who: str) -> None:
        reference = encounter(panel.backend, who, kind, "2026-01-05T09:00:00-06:00", "2026-01-05T09:30:00-06:00")
        stored = panel.backend.get(reference)
        panel.backend.put({**stored, "period": {"start": "2026-01-05T09:00:00-06:00"}, "status": "finished"})

    return given


QUANTITY = {"unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"}
PULSE = number("8867-4", 128, "/min")
WEIGHED = both(
    number("29463-7", 180, "[lb_av]", "2026-03-08T07:00:00-05:00"),
    number("29463-7", 184, "[lb_av]", "2026-03-09T07:00:00-05:00"),
)


def without_check_in(panel: Panel, who: str) -> None:
    (check_in,) = panel.backend.search(f"Task?patient={who}")
    panel.backend.put({**check_in, "status": "completed"})


def plan_since(day: str) -> Given:
    def given(panel: Panel, who: str) -> None:
        (plan,) = panel.backend.search(f"CarePlan?patient={who}")
        panel.backend.put({**plan, "period": {"start": day}})

    return given


HOME_AGAIN = stay("2026-03-03T09:00:00-06:00", "2026-03-07T11:00:00-06:00")
SEEN = stay("2026-03-06T20:00:00-06:00", "2026-03-06T23:30:00-06:00", "EMER")
ADMITTED = stay("2026-03-06T23:45:00-06:00", "2026-03-08T10:00:00-05:00")
ROWS: dict[str, tuple[Given, list[str]]] = {
    "nothing new": (lambda *_: None, []),
    "a discharge": (HOME_AGAIN, ["follow-discharge"]),
    "a discharge that a transition follows": (followed, []),
    "a discharge 31 days ago": (stay("2026-02-01T09:00:00-06:00", "2026-02-06T09:00:00-06:00"), []),
    "a discharge 29 days ago": (stay("2026-02-01T09:00:00-06:00", "2026-02-08T12:00:00-06:00"), ["follow-discharge"]),
    "two beds of one stay": (
        both(HOME_AGAIN, stay("2026-03-07T12:00:00-06:00", "2026-03-08T11:00:00-05:00")),
        ["follow-discharge"],
    ),
    "an emergency visit": (SEEN, ["follow-emergency-visit"]),
    "an emergency visit eight days ago": (stay("2026-03-01T06:00:00-06:00", "2026-03-01T09:00:00-06:00", "EMER"), []),
    "an emergency visit that ended in a bed": (both(SEEN, ADMITTED), ["follow-discharge"]),
    "an office visit": (stay("2026-03-06T09:00:00-06:00", "2026-03-06T09:30:00-06:00", "AMB"), []),
    "in hospital now": (under_way, []),
    "overdue while in hospital": (both(under_way, work("coordinate", "2026-02-20")), []),
    "a readmission": (readmitted, ["readmission", "follow-discharge"]),
    "overdue for four business days": (work("coordinate", "2026-03-03"), ["overdue-work"]),
    "overdue for three business days": (work("coordinate", "2026-03-04"), []),
    "two overdue": (both(work("coordinate", "2026-02-27"), work("education", "2026-02-26")), ["overdue-work"]),
    "overdue, and already with the provider": (
        both(work("coordinate", "2026-02-27"), work("overdue-work", "2026-03-10")),
        [],
    ),
    "overdue in a paused program": (paused, []),
    "a draft is not overdue": (work("plan-item", "2026-02-20", status="draft"), []),
    "a red finding unanswered for hours": (work("escalation", "2026-03-09", MORNING), ["escalation"]),
    "a red finding an hour ago": (work("escalation", "2026-03-09", "2026-03-09T09:00:00-05:00"), []),
    "a red finding acknowledged": (work("escalation", "2026-03-09", MORNING, status="accepted"), []),
    "no check-in is set": (without_check_in, ["check-in"]),
    "a missed check-in": (both(without_check_in, work("check-in", "2026-03-05")), ["missed-check-in"]),
    "a check-in due on Friday": (both(without_check_in, work("check-in", "2026-03-06")), []),
    "a plan nobody has looked at": (plan_since("2025-12-08"), ["review-plan"]),
    "answers that nobody has scored": (CALM_ANSWERS, ["score-answers"]),
    "answers that nobody has scored, 31 days ago": (
        given_in_a_portal("rosa-phq-9", "2026-02-06T09:00:00-06:00"),
        [],
    ),
    "answers that nobody has scored, 29 days ago": (
        given_in_a_portal("rosa-phq-9", "2026-02-08T12:00:00-06:00"),
        ["score-answers"],
    ),
    "a draft is nobody's to score": (given_in_a_portal("rosa-phq-9", status="in-progress"), []),
    "answers that were entered in error": (given_in_a_portal("rosa-phq-9-item-9", status="entered-in-error"), []),
    "answers that were scored": (scored(CALM_ANSWERS), []),
    "two forms, and nobody has scored them": (
        both(CALM_ANSWERS, given_in_a_portal("rosa-hunger-vital-sign")),
        ["score-answers", "score-answers"],
    ),
    "a form that is none of ours": (
        given_in_a_portal("rosa-hunger-vital-sign", questionnaire="https://other.test/Questionnaire/x", item=[]),
        [],
    ),
    "a safety item that nobody has heard": (DANGEROUS, ["hear-answers"]),
    "a safety item in a draft": (given_in_a_portal("rosa-phq-9-item-9", status="in-progress"), ["hear-answers"]),
    "a safety item in a form that is none of ours": (
        given_in_a_portal("rosa-phq-9-item-9", questionnaire="https://other.test/Questionnaire/x"),
        ["hear-answers"],
    ),
    "a safety item that was heard": (scored(DANGEROUS), ["safety-review", "safety-review"]),
    "a safety item that another program only scored": (scored_elsewhere(DANGEROUS), ["hear-answers"]),
    "answers changed to other ones after they were scored": (
        changed_since(CALM_ANSWERS, item=OTHER_ANSWERS),
        ["hear-answers"],
    ),
    "a safety item, and nobody says when": (undated, ["hear-answers"]),
    "a safety item of two months ago": (
        given_in_a_portal("rosa-phq-9-item-9", "2026-01-09T09:00:00-06:00"),
        ["hear-answers"],
    ),
    "an item without a linkId in a form of somebody else's": (contained_oddly, ["hear-answers"]),
    "a glucose above what the meter shows": (
        number("2339-0", 600, "mg/dL", valueQuantity={**QUANTITY, "value": 600, "comparator": ">"}),
        ["look-at-number"],
    ),
    "a glucose without a unit": (number("2339-0", 500, "", valueQuantity={"value": 500}), ["look-at-number"]),
    "a glucose in words": (number("2339-0", 0, "", valueQuantity=None, valueString="HI"), ["look-at-number"]),
    "a visit that nobody closed hides no number": (both(unclosed("AMB"), PULSE), ["look-at-number"]),
    "a program at a distance hides no number": (both(unclosed("VR"), PULSE), ["look-at-number"]),
    "a check-in that nobody has judged": (answered_check_in, ["hear-answers"]),
    "a check-in that was recorded": (asked_since, ["check-in", "nurse-call"]),
    "answers changed in a way that changes no score": (changed_since(CALM_ANSWERS), []),
    "a pulse of 128": (PULSE, ["look-at-number"]),
    "a pulse of 120": (number("8867-4", 120, "/min"), []),
    "a pulse of 128, four days ago": (number("8867-4", 128, "/min", "2026-03-05T07:00:00-06:00"), []),
    "a pulse of 128 that is not final": (number("8867-4", 128, "/min", status="preliminary"), []),
    "a pulse of 128 in the hospital": (
        both(
            number("8867-4", 128, "/min", "2026-03-06T07:00:00-06:00"),
            stay("2026-03-05T09:00:00-06:00", "2026-03-06T12:00:00-06:00", "AMB"),
        ),
        [],
    ),
    "a pulse of 128 in a visit": (in_a_visit, []),
    "three fast pulses are one matter": (
        both(*(number("8867-4", 125 + n, "/min", f"2026-03-09T0{n}:30:00-05:00") for n in range(3))),
        ["look-at-number"],
    ),
    "a glucose of 50": (number("2339-0", 50, "mg/dL"), ["look-at-number"]),
    "a glucose of 95": (number("2339-0", 95, "mg/dL"), []),
    "a glucose of 50 and a fast pulse": (
        both(number("2339-0", 50, "mg/dL"), PULSE),
        ["look-at-number", "look-at-number"],
    ),
    "a glucose of 2.7 mmol/L": (number("2339-0", 2.7, "mmol/L"), ["look-at-number"]),
    "four pounds in a day, with heart failure": (both(heart_failure, WEIGHED), ["look-at-number"]),
    "four pounds in a day, without it": (WEIGHED, []),
    "two pounds in a day, with heart failure": (
        both(
            heart_failure,
            number("29463-7", 180, "[lb_av]", "2026-03-08T07:00:00-05:00"),
            number("29463-7", 182, "[lb_av]", "2026-03-09T07:00:00-05:00"),
        ),
        [],
    ),
    "a plan that is being looked at": (both(plan_since("2025-12-08"), work("review-plan", "2026-03-20")), []),
}


@pytest.fixture(scope="module")
def empty() -> Panel:
    return gathered(sandbox_backend(), people=1)


@pytest.fixture
def panel(empty: Panel) -> Iterator[Panel]:
    copy = empty.backend.fork()
    assert copy is not None
    return Panel(copy, empty.nurse, empty.physician, empty.people)  # type: ignore[return-value]


def found(panel: Panel, now: datetime = NOW) -> list[str]:
    """The kinds of Task that running it again and again writes."""
    (who,) = panel.people.values()
    while isinstance(result := run(panel, who, now), Done) and result.by == "us":
        pass
    tasks = panel.backend.search(f"Task?patient={who}&_count=100")
    written = [one for one in tasks if STEP_KEY in str(one.get("identifier"))]
    return [code for one in sorted(written, key=lambda one: len(one["id"])) for _, code in codings(one, "code")]


def run(panel: Panel, who: str, now: datetime = NOW, site: Site | None = None) -> object:
    occasion = Occasion(now, Actor(panel.nurse), load(), NOW.tzinfo, site=site or Site())
    return panel.backend.run(runner.run(step("find-work"), FindWork(patient=who), occasion, panel.backend.server()))


@pytest.mark.parametrize(("given", "expected"), ROWS.values(), ids=ROWS)
def test_what_is_found(given: Given, expected: list[str], panel: Panel) -> None:
    (who,) = panel.people.values()
    given(panel, who)
    assert sorted(found(panel)) == sorted(expected)


@pytest.mark.parametrize(("given", "expected"), ROWS.values(), ids=ROWS)
def test_an_hour_later_nothing_more_is_found(given: Given, expected: list[str], panel: Panel) -> None:
    (who,) = panel.people.values()
    given(panel, who)
    found(panel)
    assert sorted(found(panel, NOW + timedelta(minutes=50))) == sorted(expected)


def test_a_red_finding_goes_up_rung_by_rung_and_the_last_one_is_said(panel: Panel) -> None:
    (who,) = panel.people.values()
    work("escalation", "2026-03-09", MORNING)(panel, who)
    first = run(panel, who)
    assert isinstance(first, Done)
    (second,) = [one for one in panel.backend.search(f"Task?patient={who}&_count=100") if "focus" in one]
    assert second["owner"]["reference"] == panel.physician
    last = run(panel, who, NOW + timedelta(hours=3))
    assert isinstance(last, Done | Refused)
    assert any("NOBODY HAS ANSWERED" in one for one in last.told.instructions)


def test_answers_that_ask_for_a_call_say_so_first(panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = DANGEROUS(panel, who)
    HOME_AGAIN(panel, who)
    result = run(panel, who)
    assert isinstance(result, Done)
    assert any("988" in line for line in result.told.instructions), result.told
    (asked,) = of_code(panel, who, "hear-answers")
    assert (asked["priority"], asked["focus"]["reference"]) == ("stat", reference)
    assert asked["restriction"]["period"]["end"] == "2026-03-09"
    assert asked["owner"]["reference"] == panel.nurse


def test_answers_are_changed_to_worse_ones_after_they_were_found(panel: Panel) -> None:
    """Each set of answers is heard, though the record is the same; and a review of the first is none of the second."""
    (who,) = panel.people.values()
    reference = str(CALM_ANSWERS(panel, who))
    assert found(panel) == ["score-answers"]
    record(panel, who, reference)
    worse = {"item": response("rosa-phq-9-item-9")["item"], "authored": "2026-03-09T09:55:00-05:00"}
    panel.backend.put({**panel.backend.get(reference), "status": "amended", **worse})
    assert found(panel) == ["score-answers", "hear-answers"]
    again = record(panel, who, reference)
    assert isinstance(again, Done), again
    found(panel)
    assert [each["status"] for each in of_code(panel, who, "hear-answers")] == ["completed"]
    results = panel.backend.search(f"Observation?subject={who}")
    assert sorted("superseded" in str(each) for each in results) == [False, True], "the first score does not count"
    once_more = {**worse, "item": OTHER_ANSWERS}
    panel.backend.put({**panel.backend.get(reference), **once_more, "authored": "2026-03-09T12:00:00-05:00"})
    found(panel, NOW + timedelta(hours=3))
    states = [each["status"] for each in of_code(panel, who, "hear-answers")]
    assert sorted(states) == ["completed", "requested"], "other answers, later: asked anew"


def test_recording_the_answers_as_they_stand_in_the_chart_settles_the_find(panel: Panel) -> None:
    (who,) = panel.people.values()
    references = [str(CALM_ANSWERS(panel, who)), str(DANGEROUS(panel, who))]
    assert sorted(found(panel)) == ["hear-answers", "score-answers"]
    for reference in references:
        assert isinstance(record(panel, who, reference), Done)
    assert len(panel.backend.search(f"QuestionnaireResponse?subject={who}")) == 2, "none was written a second time"
    found(panel)
    asked = [*of_code(panel, who, "hear-answers"), *of_code(panel, who, "score-answers")]
    assert [each["status"] for each in asked] == ["completed", "completed"]


def test_a_score_alone_does_not_settle_what_a_safety_item_asks_for(panel: Panel) -> None:
    (who,) = panel.people.values()
    scored_elsewhere(DANGEROUS)(panel, who)
    assert found(panel) == ["hear-answers"]
    found(panel)
    assert [each["status"] for each in of_code(panel, who, "hear-answers")] == ["requested"]


def test_where_results_are_not_shown_nothing_is_called_unscored_and_danger_is_heard(panel: Panel) -> None:
    (who,) = panel.people.values()
    CALM_ANSWERS(panel, who)
    DANGEROUS(panel, who)
    hidden = replace(panel, backend=panel.backend.otherwise(Knobs(unreadable=frozenset({"Observation"}))))
    result = run(hidden, who)
    assert isinstance(result, Done)
    assert any("Observation" in words for words in result.told.warnings)
    assert found(hidden) == ["hear-answers"]


def test_a_check_in_settles_the_numbers_that_it_was_given_anew_and_no_others(panel: Panel) -> None:
    (who,) = panel.people.values()
    PULSE(panel, who)
    number("2339-0", 50, "mg/dL")(panel, who)
    assert found(panel) == ["look-at-number", "look-at-number"]
    asked_since(panel, who, heart_rate=("80", "/min"))
    found(panel)
    states = {each["description"].split(":")[1].strip(): each["status"] for each in of_code(panel, who, LOOK)}
    assert states == {"heart rate": "completed", "glucose": "requested"}


def test_a_check_in_that_was_not_given_the_number_settles_nothing(panel: Panel) -> None:
    (who,) = panel.people.values()
    PULSE(panel, who)
    assert found(panel) == [LOOK]
    asked_since(panel, who)
    found(panel)
    assert [each["status"] for each in of_code(panel, who, LOOK)] == ["requested"]


LOOK = "look-at-number"


def closed(panel: Panel, who: str, status: str = "completed") -> None:
    """Somebody has closed every Task about a number."""
    for asked in of_code(panel, who, LOOK):
        panel.backend.put({**asked, "status": status, "lastModified": "2026-03-09T10:30:00-05:00"})


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (PULSE, number("8867-4", 131, "/min", "2026-03-09T11:00:00-05:00")),
        (PULSE, number("8867-4", 150, "/min", "2026-03-09T06:00:00-05:00")),
        (
            number("8480-6", 240, "mm[Hg]", "2026-03-09T07:00:00-05:00"),
            number("8480-6", 250, "mm[Hg]", "2026-03-09T11:00:00-05:00"),
        ),
        (
            number("8480-6", 240, "mm[Hg]", "2026-03-09T07:00:00-05:00"),
            number("8462-4", 135, "mm[Hg]", "2026-03-09T11:00:00-05:00"),
        ),
    ],
    ids=["taken later", "taken before, and sent later", "the same of a pressure", "the other of a pressure"],
)
def test_a_number_that_nobody_was_asked_about_is_a_matter_of_its_own(first: Given, later: Given, panel: Panel) -> None:
    (who,) = panel.people.values()
    first(panel, who)
    assert found(panel) == [LOOK]
    closed(panel, who)
    later(panel, who)
    assert found(panel, NOW + timedelta(hours=2)) == [LOOK, LOOK]
    assert found(panel, NOW + timedelta(hours=3)) == [LOOK, LOOK]


def test_a_task_that_was_entered_in_error_has_settled_nothing(panel: Panel) -> None:
    (who,) = panel.people.values()
    PULSE(panel, who)
    assert found(panel) == [LOOK]
    closed(panel, who, "entered-in-error")
    assert found(panel) == [LOOK, LOOK]


def test_the_worst_number_is_named_and_what_presses_more_does_not_wait(panel: Panel) -> None:
    (who,) = panel.people.values()
    both(heart_failure, WEIGHED)(panel, who)
    assert found(panel) == [LOOK]
    (asked,) = of_code(panel, who, LOOK)
    assert asked["priority"] == "urgent"
    number("2339-0", 50, "mg/dL", "2026-03-09T06:00:00-05:00")(panel, who)
    number("2339-0", 20, "mg/dL", "2026-03-09T08:00:00-05:00")(panel, who)
    assert found(panel) == [LOOK, LOOK]
    (glucose,) = [each for each in of_code(panel, who, LOOK) if each["priority"] == "stat"]
    assert "20 mg/dL" in glucose["description"]
    assert "50 mg/dL" in glucose["description"]
    assert len(glucose["input"]) == 2


def test_labels_of_every_number_and_of_what_is_settled_go_along(panel: Panel) -> None:
    (who,) = panel.people.values()
    secret = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    number("8867-4", 150, "/min", "2026-03-09T06:00:00-05:00")(panel, who)
    number("8867-4", 125, "/min", "2026-03-09T07:00:00-05:00", meta={"security": [secret]})(panel, who)
    found(panel)
    (asked,) = of_code(panel, who, LOOK)
    assert secret["code"] in [each["code"] for each in asked["meta"]["security"]]
    asked_since(panel, who, heart_rate=("80", "/min"))
    found(panel)
    receipts = panel.backend.search(f"Provenance?target=Task/{asked['id']}")
    assert len(receipts) == 2
    assert all(secret["code"] in [label["code"] for label in each["meta"]["security"]] for each in receipts)


# ---- answers that are changed


def judged(panel: Panel, who: str) -> str:
    """A calm check-in of this morning, recorded as it stood in the chart; and where it stands."""
    answered_check_in(panel, who)
    (stored,) = panel.backend.search(f"QuestionnaireResponse?subject={who}")
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    command = RecordCheckIn(patient=who, response=stored)
    result = panel.backend.run(runner.run(step("record-check-in"), command, occasion, panel.backend.server()))
    assert isinstance(result, Done), result
    return f"QuestionnaireResponse/{stored['id']}"


def test_a_check_in_that_is_changed_after_it_was_judged(panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = judged(panel, who)
    found(panel)
    assert of_code(panel, who, "hear-answers") == []
    worse = check_in("check-in-heart-failure", yes=("chest-pain",))["item"]
    later = {"item": worse, "status": "amended", "authored": "2026-03-09T09:45:00-05:00"}
    panel.backend.put({**panel.backend.get(reference), **later})
    result = run(panel, who)
    assert isinstance(result, Done)
    assert any("911" in line for line in result.told.instructions), result.told
    assert len(of_code(panel, who, "hear-answers")) == 1


def test_chest_pain_in_a_check_in_that_was_never_finished(panel: Panel) -> None:
    (who,) = panel.people.values()
    made = check_in("check-in-heart-failure", yes=("chest-pain",))
    kept = {each: value for each, value in made.items() if each not in ("id", "identifier")}
    given = {"subject": {"reference": who}, "authored": "2026-03-09T07:00:00-05:00", "status": "stopped"}
    panel.backend.create({**kept, **given})
    assert found(panel) == ["hear-answers"]


def test_an_observation_of_somebody_elses_judges_no_check_in(panel: Panel) -> None:
    (who,) = panel.people.values()
    answered_check_in(panel, who)
    (stored,) = panel.backend.search(f"QuestionnaireResponse?subject={who}")
    scored_elsewhere(lambda *_: f"QuestionnaireResponse/{stored['id']}")(panel, who)
    assert found(panel) == ["hear-answers"]


def test_the_same_dangerous_answers_given_again_days_later_are_heard_again(panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = str(DANGEROUS(panel, who))
    record(panel, who, reference)
    found(panel)
    calm = {"item": response("rosa-phq-9")["item"], "status": "amended", "authored": "2026-03-09T12:00:00-05:00"}
    dangerous = {"item": response("rosa-phq-9-item-9")["item"], "authored": "2026-03-12T09:00:00-05:00"}
    panel.backend.put({**panel.backend.get(reference), **calm})
    panel.backend.put({**panel.backend.get(reference), **dangerous})
    assert "hear-answers" in found(panel, NOW + timedelta(days=3))


@pytest.mark.parametrize("status", ["amended", "completed"])
def test_answers_that_are_changed_and_keep_their_time_are_heard_again(status: str, panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = str(DANGEROUS(panel, who))
    record(panel, who, reference)
    found(panel)
    assert of_code(panel, who, "hear-answers") == []
    panel.backend.put({**panel.backend.get(reference), "status": status, "item": OTHER_ANSWERS})
    found(panel)
    assert [each["status"] for each in of_code(panel, who, "hear-answers")] == ["requested"]


def test_a_safety_review_does_not_settle_what_is_not_scored(panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = str(given_in_a_portal("rosa-phq-9-item-9", status="in-progress")(panel, who))
    record(panel, who, reference)
    found(panel)
    panel.backend.put({**panel.backend.get(reference), "status": "completed"})
    found(panel)
    assert [each["status"] for each in of_code(panel, who, "score-answers")] == ["requested"]


def test_answers_that_were_recorded_for_the_wrong_person_are_not_heard_again(panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = str(DANGEROUS(panel, who))
    record(panel, who, reference)
    (receipt,) = panel.backend.search(f"Provenance?target={reference}")
    command = Retract(patient=who, what=f"Provenance/{receipt['id']}", reason="it was another patient")
    occasion = Occasion(NOW, Actor(panel.physician), load(), NOW.tzinfo)
    result = panel.backend.run(runner.run(step("retract"), command, occasion, panel.backend.server()))
    assert isinstance(result, Done), result
    found(panel)
    assert of_code(panel, who, "hear-answers") == []


# ---- answers that stand in the chart, recorded


def test_what_was_changed_since_it_was_read_is_not_recorded_beside_itself(panel: Panel) -> None:
    (who,) = panel.people.values()
    reference = str(CALM_ANSWERS(panel, who))
    read = panel.backend.get(reference)
    panel.backend.put({**read, "item": response("rosa-phq-9-item-9")["item"]})
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    command = RecordAssessment(patient=who, response=read)
    result = panel.backend.run(runner.run(step("record-assessment"), command, occasion, panel.backend.server()))
    assert isinstance(result, Refused), result
    assert f"{reference} says something else" in " ".join(result.why)
    assert len(panel.backend.search(f"QuestionnaireResponse?subject={who}")) == 1


def test_who_answered_is_not_corrected_by_the_way(panel: Panel) -> None:
    (who,) = panel.people.values()
    daughter = panel.backend.create({"resourceType": "RelatedPerson", "patient": {"reference": who}})
    reference = str(given_in_a_portal("rosa-phq-9", source={"reference": daughter})(panel, who))
    read = {**panel.backend.get(reference), "source": {"reference": who}}
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    command = RecordAssessment(patient=who, response=read)
    result = panel.backend.run(runner.run(step("record-assessment"), command, occasion, panel.backend.server()))
    assert isinstance(result, Refused), result


def test_a_label_that_stands_on_the_answers_is_not_lost_by_leaving_it_out(panel: Panel) -> None:
    (who,) = panel.people.values()
    secret = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    reference = str(given_in_a_portal("rosa-phq-9-item-9", meta={"security": [secret]})(panel, who))
    read = {each: value for each, value in panel.backend.get(reference).items() if each != "meta"}
    occasion = Occasion(NOW, Actor(panel.nurse), load(), NOW.tzinfo)
    command = RecordAssessment(patient=who, response=read)
    result = panel.backend.run(runner.run(step("record-assessment"), command, occasion, panel.backend.server()))
    assert isinstance(result, Done), result
    made = [panel.backend.get(line.reference) for line in result.written if line.how == "created"]
    assert len(made) > 2
    assert all("R" in [label["code"] for label in each["meta"]["security"]] for each in made)


def test_one_odd_record_does_not_keep_everybody_else_from_being_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    three = gathered(sandbox_backend(), people=3)
    odd, second, _ = three.people.values()
    DANGEROUS(three, odd)
    HOME_AGAIN(three, second)
    real = AnswersOnRecord.unheard

    def fails(self: AnswersOnRecord, *args: Any, **more: Any) -> Any:
        if self.responses:
            raise KeyError("Delgado")
        return real(self, *args, **more)

    monkeypatch.setattr(AnswersOnRecord, "unheard", fails)
    swept = three.sweep()
    warnings = {row.identity.reference: row.warnings for row in swept.rows}
    assert any("NOT LOOKED AT" in words for words in warnings[odd])
    assert "Delgado" not in str(swept.rows)
    assert [row.finds for row in swept.rows if row.identity.reference == second] != [()]
    assert not swept.whole


def of_code(panel: Panel, who: str, code: str) -> list[dict[str, Any]]:
    tasks = panel.backend.search(f"Task?patient={who}&_count=100")
    return [each for each in tasks if any(kind == code for _, kind in codings(each, "code"))]


def test_nothing_found_is_said(panel: Panel) -> None:
    (who,) = panel.people.values()
    result = run(panel, who)
    assert isinstance(result, Refused)
    assert result.why == (NOTHING_FOUND,)


def test_nobody_is_watched_over_in_no_program(panel: Panel) -> None:
    (who,) = panel.people.values()
    (episode,) = panel.backend.search(f"EpisodeOfCare?patient={who}")
    panel.backend.put({**episode, "status": "finished"})
    HOME_AGAIN(panel, who)
    result = run(panel, who)
    assert isinstance(result, Refused)
    assert any("in no program" in why for why in result.why)


# ---- what closes a find


@pytest.fixture
def rosa() -> Stage:
    """Rosa, enrolled, just home: her discharge was found by find-work."""
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    done(found, FindWork(patient=found.patient))
    return found


def opening(found: Stage) -> OpenTransition:
    stay_of_rosa = found.backend.find("Encounter", "rosa-stay" + found.mark)
    return OpenTransition(patient=found.patient, encounter=stay_of_rosa)


def of_kind(found: Stage, code: str) -> list[dict[str, Any]]:
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=100")
    return [each for each in tasks if any(kind == code for _, kind in codings(each, "code"))]


def test_opening_the_transition_closes_the_task_that_asked_for_it(rosa: Stage) -> None:
    (asked,) = of_kind(rosa, "follow-discharge")
    assert asked["status"] == "requested"
    result = done(rosa, opening(rosa))
    (closed,) = of_kind(rosa, "follow-discharge")
    assert (closed["status"], closed["id"]) == ("completed", asked["id"])
    assert "is followed now" in closed["statusReason"]["text"]
    assert any(f"Task/{asked['id']}" in line for line in result.told.says)
    again = done(rosa, FindWork(patient=rosa.patient))
    assert f"Task/{asked['id']}" not in str(again), "nothing is left to settle"


def test_opening_it_closes_no_task_about_another_stay(rosa: Stage) -> None:
    before = encounter(rosa.backend, rosa.patient, "IMP", "2026-02-20T09:00:00-06:00", "2026-02-22T11:00:00-06:00")
    done(rosa, FindWork(patient=rosa.patient))
    assert len(of_kind(rosa, "follow-discharge")) == 2
    done(rosa, opening(rosa))
    (left,) = [each for each in of_kind(rosa, "follow-discharge") if each["status"] == "requested"]
    assert left["focus"]["reference"] == before


def test_suspending_the_transition_closes_the_task_about_the_readmission(rosa: Stage) -> None:
    done(rosa, opening(rosa))
    again = encounter(rosa.backend, rosa.patient, "IMP", "2026-03-08T20:00:00-05:00", "2026-03-09T08:00:00-05:00")
    while done(rosa, FindWork(patient=rosa.patient)).__class__ is Done and not of_kind(rosa, "readmission"):
        pass
    (transition,) = of_kind(rosa, "transition")
    command = SuspendTransition(patient=rosa.patient, transition=f"Task/{transition['id']}", encounter=again)
    assert isinstance(done(rosa, command), Done)
    (closed,) = of_kind(rosa, "readmission")
    assert closed["status"] == "completed"


def test_a_check_in_closes_the_one_that_was_missed(rosa: Stage) -> None:
    missed = task(rosa.backend, rosa.patient, rosa.nurse, "check-in", due="2026-03-04")
    late = task(rosa.backend, rosa.patient, rosa.nurse, "missed-check-in", due="2026-03-09")
    rosa.backend.put({**rosa.backend.get(late), "focus": {"reference": missed}})
    assert isinstance(done(rosa, RecordCheckIn(patient=rosa.patient, response=check_in(numbers=CALM))), Done)
    assert [rosa.backend.get(each)["status"] for each in (missed, late)] == ["completed", "completed"]


def test_overdue_work_that_was_done_closes_the_task_that_asked_to_look_at_it(panel: Panel) -> None:
    (who,) = panel.people.values()
    late = work("coordinate", "2026-02-27")(panel, who)
    assert found(panel) == ["overdue-work"]
    panel.backend.put({**panel.backend.get(late), "status": "completed"})  # type: ignore[arg-type]
    result = run(panel, who)
    assert isinstance(result, Done)
    assert "nothing is overdue any more" in str(result.told.says)


def test_overdue_work_of_somebody_in_hospital_is_not_up_to_date(panel: Panel) -> None:
    (who,) = panel.people.values()
    work("coordinate", "2026-02-27")(panel, who)
    found(panel)
    under_way(panel, who)
    result = run(panel, who)
    assert "nothing is overdue" not in str(result)


def test_whoever_was_enrolled_need_not_be_considered(panel: Panel) -> None:
    (who,) = panel.people.values()
    work("consider-enrollment", "2026-03-20")(panel, who)
    result = run(panel, who)
    assert isinstance(result, Done)
    assert "is in a program" in str(result.told.says)


def test_every_step_that_a_kind_of_task_names_exists() -> None:
    kinds = load().concepts(TASK).values()
    named = {
        name for kind in kinds for each in ("metBy", "settledBy") for name in str(kind.properties.get(each, "")).split()
    }
    assert {step(each).name for each in named} == named
