"""For every step of the catalogue: people it is about, what stands before, and the command. Kill, race and validation
tests run over all of them; a step without a scenario fails the suite."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carefhir import runner
from carefhir.catalog import step_for
from carefhir.content.loading import load
from carefhir.occasion import Actor, Occasion
from carefhir.results import Done, Refused
from carefhir.steps import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.supervision.enroll import Enroll
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.support.backends import RESPONSES, Backend, new_mark

Json = dict[str, Any]
NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
LATER = datetime.fromisoformat("2026-11-08T10:00:00-06:00")
"""After Earl's move to the nursing facility."""


@dataclass(frozen=True)
class Stage:
    """A person on a server, and who looks after them."""

    backend: Backend
    patient: str
    nurse: str
    physician: str
    mark: str

    def occasion(self, now: datetime = NOW, actor: str = "") -> Occasion:
        zone = now.tzinfo
        assert zone is not None
        return Occasion(now, Actor(actor or self.nurse), load(), zone)


@dataclass(frozen=True)
class Scenario:
    """What stands before the act, and the act."""

    name: str
    step: str
    person: str
    before: Callable[[Stage], None]
    command: Callable[[Stage], Command]
    now: datetime = NOW

    def staged(self, backend: Backend) -> Stage:
        found = stage(backend, self.person)
        self.before(found)
        return found


def stage(backend: Backend, person: str) -> Stage:
    """One more Rosa, Earl or Kim on the server."""
    mark = new_mark()
    backend.load("team")
    backend.load(person, mark)
    return Stage(
        backend,
        backend.find("Patient", person + mark),
        backend.find("Practitioner", "nurse"),
        backend.find("Practitioner", "physician"),
        mark,
    )


def done(found: Stage, command: Command, now: datetime = NOW) -> Done | Refused:
    """Carries a step out beforehand."""
    server = found.backend.server()
    result = found.backend.run(runner.run(step_for(command), command, found.occasion(now), server))
    assert isinstance(result, Done | Refused), result
    return result


def response(name: str, mark: str = "", **changes: Any) -> Json:
    """An example response, as another one of the same person."""
    made: Json = json.loads((RESPONSES / f"QuestionnaireResponse-{name}.json").read_text())
    made["identifier"]["value"] += mark
    return {**made, **changes}


def enroll(found: Stage, **changes: Any) -> Enroll:
    return Enroll.model_validate(
        {
            "patient": found.patient,
            "program": "care-management",
            "care_manager": found.nurse,
            "supervising_provider": found.physician,
            "consent": "verbal",
            "reason": "several chronic conditions, just home",
            "care_manager_discipline": "RN",
            **changes,
        }
    )


def assign(found: Stage, questionnaire: str) -> str:
    """An assigned questionnaire, as any system may write it."""
    return found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"text": "please answer"},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
            "input": [
                {"type": {"text": "form"}, "valueCanonical": f"https://carefhir.org/fhir/Questionnaire/{questionnaire}"}
            ],
        }
    )


def _nothing(found: Stage) -> None:
    pass


def _enrolled(found: Stage) -> None:
    done(found, enroll(found))


def _enrolled_and_asked(found: Stage) -> None:
    _enrolled(found)
    assign(found, "phq-9")


def _drafted(found: Stage) -> None:
    """A draft was saved, and its safety part written."""
    _enrolled_and_asked(found)
    result = done(found, RecordAssessment(patient=found.patient, response=_kims(found, status="in-progress")))
    assert isinstance(result, Refused), result


def _kims(found: Stage, **changes: Any) -> Json:
    return response("kim-phq-9", found.mark, **changes)


def _without_last_answer(found: Stage) -> Json:
    made = _kims(found)
    made["item"] = made["item"][:-1]
    return made


def _anonymous(found: Stage) -> Json:
    made = response("rosa-hunger-vital-sign")
    del made["identifier"]
    return made


def _stay(found: Stage, name: str) -> str:
    return found.backend.find("Encounter", name + found.mark)


def _recorded(make: Callable[[Stage], Json]) -> Callable[[Stage], Command]:
    return lambda found: RecordAssessment(patient=found.patient, response=make(found))


def _opened(name: str) -> Callable[[Stage], Command]:
    return lambda found: OpenTransition(patient=found.patient, encounter=_stay(found, name))


def _corrected(found: Stage) -> None:
    """Opened, and then the hospital corrects the discharge by three days."""
    _enrolled(found)
    done(found, _opened("rosa-stay")(found))
    move_discharge(found, "rosa-stay", "2026-03-09T08:00:00-06:00")


def move_discharge(found: Stage, stay: str, end: str) -> None:
    encounter = found.backend.get(_stay(found, stay))
    encounter["period"]["end"] = end
    found.backend.put(encounter)


def _tracked_then_home(found: Stage) -> None:
    """Tracked into a nursing facility by a wrong disposition, which is then corrected to home."""
    stay = found.backend.get(_stay(found, "rosa-stay"))
    home = stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"]
    stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] = "03"
    found.backend.put(stay)
    result = done(found, _opened("rosa-stay")(found))
    assert [line.part for line in getattr(result, "written", ())] == ["tracking", "receipt"]
    stay = found.backend.get(_stay(found, "rosa-stay"))
    stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] = home
    found.backend.put(stay)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("enroll", "enroll", "rosa", _nothing, enroll),
    Scenario(
        "answers that were asked for, item 9 positive",
        "record-assessment",
        "kim",
        _enrolled_and_asked,
        _recorded(_kims),
    ),
    Scenario("answers after a saved draft", "record-assessment", "kim", _drafted, _recorded(_kims)),
    Scenario("item 9 unanswered", "record-assessment", "kim", _enrolled, _recorded(_without_last_answer)),
    Scenario(
        "food, response without identifier, nobody enrolled",
        "record-assessment",
        "rosa",
        _nothing,
        _recorded(_anonymous),
    ),
    Scenario("home from hospital", "open-transition", "rosa", _enrolled, _opened("rosa-stay")),
    Scenario("hospital to nursing facility", "open-transition", "earl", _nothing, _opened("earl-hospital"), LATER),
    Scenario("a corrected discharge", "open-transition", "rosa", _corrected, _opened("rosa-stay")),
    Scenario("tracked, and home after all", "open-transition", "rosa", _tracked_then_home, _opened("rosa-stay")),
)
