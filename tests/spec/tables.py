"""Spec tables: what a step does, as given / when / then. Tests run them; the docs may render them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from carefhir.catalog import step_for
from carefhir.content.calendar import Calendar
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.occasion import Actor, Occasion, Site
from tests.support.backends import Backend
from tests.support.graph import everything
from tests.support.scenarios import Stage

Json = dict[str, Any]
PHQ_9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
HUNGER = {"often": "LA28397-0", "sometimes": "LA6729-3", "never": "LA28398-8", "unknown": "LA15775-2"}


def phq_9(*answers: int | None, **more: Any) -> Json:
    """A PHQ-9 as answered; None leaves an item out."""
    items = [
        {"linkId": code, "answer": [{"valueCoding": {"system": "http://loinc.org", "code": FREQUENCY[answer]}}]}
        for code, answer in zip(PHQ_9, answers, strict=True)
        if answer is not None
    ]
    return _response("phq-9", items, more)


def hunger(first: str | None, second: str | None, **more: Any) -> Json:
    """A Hunger Vital Sign as answered."""
    items = [
        {"linkId": code, "answer": [{"valueCoding": {"system": "http://loinc.org", "code": HUNGER[answer]}}]}
        for code, answer in (("88122-7", first), ("88123-5", second))
        if answer is not None
    ]
    return _response("hunger-vital-sign", items, more)


def _response(name: str, items: list[Json], more: Json) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"https://carefhir.org/fhir/Questionnaire/{name}",
        "status": "completed",
        "item": items,
        **more,
    }


def carried_out(
    found: Stage, command: Command, when: str, *, actor: str = "", on_call: str = "", calendar: Calendar | None = None
) -> Result:
    """Runs a step at a moment."""
    now = datetime.fromisoformat(when)
    zone = now.tzinfo
    assert zone is not None
    days = calendar or Calendar()
    occasion = Occasion(now, Actor(actor or found.nurse), load(), zone, calendar=days, site=Site(on_call))
    return found.backend.run(runner.run(step_for(command), command, occasion, found.backend.server()))


class Chart:
    """What stands about a patient, asked as a reader would."""

    def __init__(self, backend: Backend, patient: str) -> None:
        self.resources = everything(backend, patient)

    def all(self, type_: str) -> list[Json]:
        return [one for one in self.resources if one["resourceType"] == type_]

    def written(self, type_: str) -> list[Json]:
        """Only what carries a key of ours, or answers."""
        ours = "https://carefhir.org/fhir/sid/command"
        return [
            one for one in self.all(type_) if any(t.get("system") == ours for t in one.get("meta", {}).get("tag", []))
        ]

    def tasks(self) -> dict[str, Json]:
        """Our Tasks by their code."""
        return {one["code"]["coding"][0]["code"]: one for one in self.written("Task")}

    def due(self) -> dict[str, str]:
        return {code: one["restriction"]["period"]["end"] for code, one in self.tasks().items()}

    def clock(self) -> dict[str, str]:
        """The dates on the transition Task."""
        return {
            one["type"]["coding"][0]["code"]: one.get("valueDate") or one["valueDateTime"]
            for one in self.tasks()["transition"]["input"]
        }

    def codes(self) -> set[str]:
        """Every code of every Condition we wrote."""
        return {coding["code"] for one in self.written("Condition") for coding in one["code"]["coding"]}
