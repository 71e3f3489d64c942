"""Stories of monitoring: check-ins of every color, who hears of them, who settles them, and where goals stand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from carefhir.content.loading import load
from carefhir.engine.results import Done, Refused
from carefhir.engine.step import Command
from carefhir.workflows.monitoring.acknowledge import Acknowledge
from carefhir.workflows.monitoring.evaluate_goals import EvaluateGoals
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from carefhir.workflows.monitoring.resolve import Resolve
from tests.support.backends import EXAMPLE
from tests.support.stage import Scenario, Stage, done, enrolled, nothing

Json = dict[str, Any]
BASE = "https://carefhir.org/fhir"
UCUM = "http://unitsofmeasure.org"
AT = "2026-03-09T09:30:00-05:00"
CALM = {"weight": ("180.0", "[lb_av]"), "glucose-lowest": ("110", "mg/dL"), "glucose-highest": ("180", "mg/dL")}
OURS = [{"system": f"{BASE}/sid/command", "code": "an earlier step"}]
"""What a step of ours would have written before."""


def check_in(
    form: str = "check-in",
    *,
    yes: tuple[str, ...] = (),
    no: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
    numbers: dict[str, tuple[str, str]] | None = None,
    **more: Any,
) -> Json:
    """A check-in as answered: no to every question but these; numbers as (value, UCUM unit); a weight is from the same
    scale as before unless `no` says otherwise."""
    items: list[Json] = []
    for one in load().get("Questionnaire", form)["item"]:
        link_id = one["linkId"]
        if link_id in (numbers or {}):
            items.append({"linkId": link_id, "answer": [{"valueQuantity": quantity(*(numbers or {})[link_id])}]})
        elif link_id == "same-scale" and "weight" in (numbers or {}) and link_id not in left_out:
            coding = {"system": f"{BASE}/CodeSystem/check-in-answer", "code": "no" if link_id in no else "yes"}
            items.append({"linkId": link_id, "answer": [{"valueCoding": coding}]})
        elif (one.get("required") or link_id in yes) and link_id not in left_out:
            code = "yes" if link_id in yes else "dont-know" if link_id in unknown else "no"
            coding = {"system": f"{BASE}/CodeSystem/check-in-answer", "code": code}
            items.append({"linkId": link_id, "answer": [{"valueCoding": coding}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{BASE}/Questionnaire/{form}",
        "status": "completed",
        "item": items,
        **more,
    }


def quantity(value: str, unit: str) -> Json:
    shown = {"[lb_av]": "lb", "mm[Hg]": "mmHg", "/min": "per minute", "%": "percent"}
    return {"value": Decimal(value), "unit": shown.get(unit, unit), "system": UCUM, "code": unit}


def measured(found: Stage, loinc: str, at: str, value: str, unit: str) -> str:
    """A reading, as any system may write it."""
    return found.backend.create(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
            "subject": {"reference": found.patient},
            "effectiveDateTime": at,
            "valueQuantity": quantity(value, unit),
        }
    )


def weighed(found: Stage, at: str, value: str, unit: str = "[lb_av]") -> None:
    measured(found, "29463-7", at, value, unit)


def goal(found: Stage, code: str, loinc: str, detail: Json, start: str = "2026-03-01", **more: Any) -> str:
    """An active goal, as a signed plan has it."""
    words = load().concept(f"{BASE}/CodeSystem/care-goal", code)
    return found.backend.create(
        {
            "resourceType": "Goal",
            "meta": {"tag": OURS},
            "identifier": [{"system": EXAMPLE, "value": f"goal-{code}{found.mark}"}],
            "lifecycleStatus": "active",
            "description": {"coding": [words.coding], "text": words.display},
            "subject": {"reference": found.patient},
            "startDate": start,
            "target": [{"measure": {"coding": [{"system": "http://loinc.org", "code": loinc}]}, **detail}],
            "expressedBy": {"reference": found.physician},
            **more,
        }
    )


def task_of(found: Stage, code: str, owner: str = "") -> str:
    """The open Task of a kind, and of an owner where one is named."""
    tasks = [
        f"Task/{one['id']}"
        for one in found.backend.search(f"Task?patient={found.patient}&_count=200")
        if {coding["code"] for coding in one["code"].get("coding", [])} == {code}
        and one["status"] not in ("completed", "cancelled")
        and owner in ("", one["owner"]["reference"])
    ]
    assert tasks, code
    return sorted(tasks)[0]


def asked(found: Stage) -> None:
    """In care management, weighed yesterday, and a check-in is due."""
    enrolled(found)
    weighed(found, "2026-03-08T09:30:00-05:00", "180.0")
    found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": f"{BASE}/CodeSystem/care-task", "code": "check-in"}]},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
        }
    )


def said(found: Stage, name: str = "check-in", **answers: Any) -> RecordCheckIn:
    numbers = {**CALM, **answers.pop("numbers", {})}
    identifier = {"system": EXAMPLE, "value": name + found.mark}
    response = check_in(authored=AT, identifier=identifier, numbers=numbers, **answers)
    return RecordCheckIn(patient=found.patient, response=response)


def _recorded(**answers: Any) -> Callable[[Stage], Command]:
    return lambda found: said(found, **answers)


def _nobody_knows(found: Stage) -> Command:
    """No identifier, no numbers, an answer nobody knows, and a call that says when it began."""
    response = check_in("check-in-diabetes-type-2", unknown=("thirst",))
    return RecordCheckIn.model_validate({"patient": found.patient, "response": response, "started": AT})


def _was_green(found: Stage) -> None:
    """A green check-in was recorded."""
    asked(found)
    result = done(found, said(found))
    assert isinstance(result, Done), result


def _in_own_words(found: Stage, **more: Any) -> RecordCheckIn:
    """A check-in that is calm but for words in which nobody has looked for anything yet."""
    command = said(found)
    command.response["item"].append({"linkId": "own-words", "answer": [{"valueString": "my feet feel heavy"}]})
    return command.model_copy(update=more)


def _words_unread(found: Stage) -> None:
    """A check-in with own words was recorded, and nobody has read them."""
    asked(found)
    result = done(found, _in_own_words(found))
    assert isinstance(result, Done), result


def _words_read(found: Stage) -> Command:
    return _in_own_words(found, words_read="call-today")


RED: Json = {"yes": ("new-pillow",), "numbers": {"weight": ("183.4", "[lb_av]")}}


def red(found: Stage) -> None:
    """A check-in was red."""
    asked(found)
    result = done(found, said(found, **RED))
    assert isinstance(result, Done), result


def _draft(found: Stage) -> None:
    """A draft with a red answer was kept."""
    asked(found)
    result = done(found, said(found, left_out=("dizzy",), **RED))
    assert isinstance(result, Refused), result


def acknowledged(found: Stage) -> None:
    """The physician was reached."""
    red(found)
    result = done(found, _acknowledge(found))
    assert isinstance(result, Done), result


def _acknowledge(found: Stage) -> Command:
    return Acknowledge.model_validate(
        {
            "patient": found.patient,
            "task": task_of(found, "escalation", found.physician),
            "acknowledged_by": found.physician,
            "how": "voice",
            "at": "2026-03-09T09:45:00-05:00",
        }
    )


def _resolve(code: str, owner: str = "", **more: Any) -> Callable[[Stage], Command]:
    """The Task is found once: a repeated command names the one that is closed by then."""
    seen: dict[str, str] = {}

    def made(found: Stage) -> Command:
        key = found.patient + found.backend.name
        if key not in seen:
            seen[key] = task_of(found, code, found.physician if owner else "")
        return resolve(found, seen[key], **more)

    return made


def resolve(found: Stage, task: str, **more: Any) -> Resolve:
    """Whom a call reached is said where the Task is one."""
    kind = found.backend.get(task)["code"]["coding"][0]["code"]
    values = {
        "contact": "reached" if kind in ("nurse-call", "mood-contact") else "",
        "patient": found.patient,
        "task": task,
        "outcome": "water pill doubled for three days, called back",
        "at": "2026-03-09T09:50:00-05:00",
        **more,
    }
    return Resolve.model_validate(values)


CALM_SCREENER = {
    "instrument": "C-SSRS",
    "ideation": "no",
    "intent": "no",
    "plan": "no",
    "behavior_3_months": "no",
    "means": "no",
    "safety_plan": "made",
}
"""What somebody without thoughts of death answers to a suicide screener."""
INTENT = {**CALM_SCREENER, "ideation": "yes", "intent": "yes", "plan": "unknown", "safety_plan": "none"}


def screener_form(**changed: str | None) -> dict[str, Any]:
    """The form of a suicide screener, filled in for somebody without thoughts of death; None leaves a question out."""
    base = "https://carefhir.org/fhir"
    answers: dict[str, str | None] = {
        "screener": "c-ssrs",
        **dict.fromkeys(("ideation", "intent", "plan", "behavior-3-months", "means"), "no"),
        "safety-plan": "made",
        "level": "no-risk",
        "done": "talked for half an hour, the plan is on the kitchen door",
        **{name.replace("_", "-"): answer for name, answer in changed.items()},
    }
    systems = {"screener": f"{base}/CodeSystem/suicide-instrument"}
    items = []
    for name, answer in answers.items():
        system = systems.get(name, f"{base}/CodeSystem/suicide-screener-answer")
        words = name in ("done", "contradiction")
        value = {"valueString": answer} if words else {"valueCoding": {"system": system, "code": answer}}
        if answer is not None:
            items.append({"linkId": name, "answer": [value]})
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{base}/Questionnaire/suicide-screener-result",
        "status": "completed",
        "item": items,
    }


def _yellow(found: Stage) -> None:
    asked(found)
    done(found, said(found, yes=("swelling",)))


def _heard_of_death(found: Stage) -> None:
    """A check-in with thoughts of death: a safety review and a Flag."""
    enrolled(found)
    command = said(found)
    coding = {"system": "http://loinc.org", "code": "LA6569-3"}
    command.response["item"].append({"linkId": "thoughts-of-death", "answer": [{"valueCoding": coding}]})
    done(found, command)


def _contradiction(found: Stage) -> None:
    """A contradiction of the plan, and the Task for whoever decides it."""
    enrolled(found)
    concept = load().concept(f"{BASE}/CodeSystem/contradiction", contradiction())
    issue = found.backend.create(
        {
            "resourceType": "DetectedIssue",
            "meta": {"tag": OURS},
            "identifier": [{"system": EXAMPLE, "value": f"issue{found.mark}"}],
            "status": "preliminary",
            "code": {"coding": [concept.coding], "text": concept.display},
            "patient": {"reference": found.patient},
            "identifiedDateTime": "2026-03-09T09:00:00-05:00",
            "author": {"reference": found.nurse},
            "implicated": [{"reference": found.patient}],
            "detail": concept.definition,
        }
    )
    coded = load().concept(f"{BASE}/CodeSystem/care-task", "settle-contradiction").coding
    found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [coded]},
            "focus": {"reference": issue},
            "for": {"reference": found.patient},
            "owner": {"reference": found.physician},
        }
    )


def contradiction() -> str:
    """Any contradiction of ours."""
    return sorted(load().concepts(f"{BASE}/CodeSystem/contradiction"))[0]


def _goals(found: Stage) -> None:
    """A1c and weight, each with readings since."""
    a1c = {"detailQuantity": {**quantity("8.0", "%"), "comparator": "<"}}
    goal(found, "a1c", "4548-4", a1c)
    goal(found, "dry-weight", "29463-7", {"detailQuantity": quantity("180", "[lb_av]")}, "2026-03-06")
    weighed(found, "2026-03-08T09:30:00-05:00", "182.0")


def _evaluate(found: Stage) -> Command:
    return EvaluateGoals(patient=found.patient)


def in_hospice(found: Stage) -> str:
    """A Flag as any system may write it."""
    return found.backend.create(
        {
            "resourceType": "Flag",
            "status": "active",
            "code": {"text": "Hospice care"},
            "subject": {"reference": found.patient},
        }
    )


def _goals_and_hospice(found: Stage) -> None:
    _goals(found)
    in_hospice(found)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("check-in: green, and it was asked for", "record-check-in", "rosa", asked, _recorded()),
    Scenario("check-in: yellow", "record-check-in", "rosa", asked, _recorded(yes=("swelling",))),
    Scenario("check-in: red", "record-check-in", "rosa", asked, _recorded(**RED)),
    Scenario(
        "check-in: emergency, nobody enrolled",
        "record-check-in",
        "rosa",
        nothing,
        _recorded(yes=("breath-at-rest",), numbers={"systolic": ("84", "mm[Hg]"), "heart-rate": ("118", "/min")}),
    ),
    Scenario("check-in: cannot say", "record-check-in", "kim", enrolled, _nobody_knows),
    Scenario("check-in: incomplete, and red", "record-check-in", "rosa", asked, _recorded(left_out=("dizzy",), **RED)),
    Scenario("check-in: completed after a draft", "record-check-in", "rosa", _draft, _recorded(**RED)),
    Scenario("check-in: amended from green to red", "record-check-in", "rosa", _was_green, _recorded(**RED)),
    Scenario("check-in: own words nobody has read", "record-check-in", "rosa", asked, _in_own_words),
    Scenario("check-in: own words read afterwards", "record-check-in", "rosa", _words_unread, _words_read),
    Scenario("the provider acknowledged", "acknowledge", "rosa", red, _acknowledge),
    Scenario(
        "the provider settles a red and lowers it",
        "resolve",
        "rosa",
        acknowledged,
        _resolve("escalation", "physician", lowered_to="yellow"),
        by="physician",
    ),
    Scenario("the nurse proposes to close a red", "resolve", "rosa", acknowledged, _resolve("escalation", "physician")),
    Scenario("the nurse settles a yellow", "resolve", "rosa", _yellow, _resolve("nurse-call")),
    Scenario(
        "a safety review is settled",
        "resolve",
        "rosa",
        _heard_of_death,
        _resolve("safety-review", "physician", screener=CALM_SCREENER),
    ),
    Scenario(
        "a safety review is closed with the form of a screener",
        "resolve",
        "rosa",
        _heard_of_death,
        _resolve("safety-review", "physician", screener_form=screener_form()),
    ),
    Scenario(
        "the form of a screener tells of an emergency",
        "resolve",
        "rosa",
        _heard_of_death,
        _resolve("safety-review", "physician", screener_form=screener_form(intent="yes", level="high-risk")),
    ),
    Scenario(
        "a safety review finds an emergency",
        "resolve",
        "rosa",
        _heard_of_death,
        _resolve("safety-review", "physician", screener=INTENT),
    ),
    Scenario(
        "a contradiction is settled",
        "resolve",
        "rosa",
        _contradiction,
        _resolve("settle-contradiction"),
        by="physician",
    ),
    Scenario("goals are evaluated", "evaluate-goals", "rosa", _goals, _evaluate),
    Scenario("a hospice: goals are proposed for stopping", "evaluate-goals", "rosa", _goals_and_hospice, _evaluate),
)
