"""A person on a server, who looks after them, and what a scenario is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from carefhir.catalog import step_for
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Done, Refused
from carefhir.engine.step import Command
from carefhir.occasion import Actor, Occasion
from carefhir.workflows.supervision.enroll import Enroll
from tests.support.backends import RESPONSES, Backend, new_mark, sandbox_backend
from tests.support.graph import everything

Json = dict[str, Any]
NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
ANSWERED_AT = "2026-03-09T09:00:00-05:00"
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
    acting: str = ""
    """Who acts where nobody else is named; the nurse when empty."""
    site: tuple[Path, ...] = ()
    """Folders with a site's own content."""

    def occasion(self, now: datetime = NOW, actor: str = "") -> Occasion:
        zone = now.tzinfo
        assert zone is not None
        return Occasion(now, Actor(actor or self.acting or self.nurse), load(*self.site), zone)

    def copied(self) -> Stage:
        """The same stage on a copy of its sandbox: what is written there is not written here."""
        copy = self.backend.fork()
        assert copy is not None
        return replace(self, backend=copy)


@dataclass(frozen=True)
class Scenario:
    """What stands before the act, and the act."""

    name: str
    step: str
    person: str
    before: Callable[[Stage], None]
    command: Callable[[Stage], Command]
    now: datetime = NOW
    on_real_servers: bool = False
    """Whether the kill and race tests run it on real servers too, beside the first scenario of each step."""
    by: str = "nurse"
    """Who acts, by the key of the examples; `{mark}` stands for the mark of the telling: somebody of its own."""
    site: tuple[Path, ...] = ()
    rests_on_history: bool = False
    """Whether it cannot be done on a server that tells no history."""

    def staged(self, backend: Backend) -> Stage:
        found = replace(stage(backend, self.person), site=self.site)
        self.before(found)
        return (
            replace(found, acting=backend.find("Practitioner", self.by.format(mark=found.mark)))
            if self.by != "nurse"
            else found
        )

    def begun(self, backend: Backend) -> Stage:
        """The same; but a sandbox, which must be fresh, is not told it again: the stage has a copy of one that was told
        it once in this process."""
        if backend.sandbox is None:
            return self.staged(backend)
        return _told_once(self).copied()


@cache
def _told_once(scenario: Scenario) -> Stage:
    """Nobody writes to it: it is only copied, with the indexes of what every graph asks for."""
    told = scenario.staged(sandbox_backend())
    everything(told.backend, told.patient)
    return told


def stage(backend: Backend, person: str) -> Stage:
    """One more Rosa, Earl or Kim on the server. On an empty sandbox it is a copy of what was loaded once."""
    loaded = _loaded_once(person) if backend.is_fresh else None
    if loaded is None or loaded.backend.sandbox is None:
        return _loaded(backend, person)
    backend.becomes(loaded.backend.sandbox)
    return replace(loaded, backend=backend)


@cache
def _loaded_once(person: str) -> Stage:
    """Nobody writes to it: it is only copied."""
    return _loaded(sandbox_backend(), person)


def _loaded(backend: Backend, person: str) -> Stage:
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


def done(found: Stage, command: Command, now: datetime = NOW, actor: str = "") -> Done | Refused:
    """Carries a step out beforehand."""
    server = found.backend.server()
    result = found.backend.run(runner.run(step_for(command), command, found.occasion(now, actor), server))
    assert isinstance(result, Done | Refused), result
    return result


def response(name: str, mark: str = "", **changes: Any) -> Json:
    """An example response, as another one of the same person, answered before `NOW`."""
    made: Json = json.loads((RESPONSES / f"QuestionnaireResponse-{name}.json").read_text())
    made["identifier"]["value"] += mark
    return {**made, "authored": ANSWERED_AT, **changes}


def enroll(found: Stage, **changes: Any) -> Enroll:
    return Enroll.model_validate(
        {
            "patient": found.patient,
            "program": "care-management",
            "care_manager": found.nurse,
            "supervising_provider": found.physician,
            "consent": "verbal",
            "told": ("what-it-is", "care-team", "right-to-stop"),
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


def nothing(found: Stage) -> None:
    """Nothing stands before."""


def enrolled(found: Stage) -> None:
    """In care management, with a nurse and a physician."""
    done(found, enroll(found))
