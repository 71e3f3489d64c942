"""One person of the story: what the team does for them, and what the server holds, found as anybody would find it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from carefhir import commands
from carefhir.codes import CARE_GOAL, CONTRADICTION, TASK, VERSION_KEY
from carefhir.demo.stage import Cast, act
from carefhir.engine.step import Command
from carefhir.faces import terminal
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig


@dataclass(frozen=True, slots=True)
class StoryPerson:
    """Somebody the story is about, on one server."""

    cast: Cast
    patient: str
    """`Patient/ID`."""

    # ---- what is done for them

    def does(
        self,
        who: str,
        when: str,
        kind: type[Command],
        *,
        most: int = terminal.MOST,
        refused: bool = False,
        **fields: Any,
    ) -> None:
        """Carries out a step about this person, in somebody's name, and tells it. Raises `ServerUnfit` (see `act`)."""
        care, given = self.cast.care(who, when), {"patient": self.patient, **fields}
        act(care, kind, given, full=self.cast.full, most=most, refused=refused)

    def settles(self, who: str, when: str, task: str, outcome: str, *, most: int = terminal.MOST, **more: Any) -> None:
        """Closes a Task."""
        self.does(who, when, commands.Resolve, most=most, task=task, outcome=outcome, at=when, **more)

    def talks(self, who: str, when: str, answers: Sequence[dict[str, str]], *, plan: str = "", most: int = 1) -> None:
        """Goes through goals of a plan with them."""
        fields: dict[str, Any] = {"talked": when, "answers": answers, "copy_given": True}
        self.does(who, when, commands.RecordAgreement, plan=plan or self.plan(), most=most, **fields)

    def signs(
        self, who: str, when: str, decisions: Sequence[dict[str, str]] = (), *, plan: str = "", most: int = 1
    ) -> None:
        """Signs the version of a plan that the newest request for it names."""
        plan = plan or self.plan()
        fields: dict[str, Any] = {"plan": plan, "version": self._version_asked_for(plan), "decisions": decisions}
        self.does(who, when, commands.SignOff, most=most, **fields)

    # ---- what the server holds

    def stands(self, type_: str) -> list[Json]:
        """All of a type about this person, the newest last."""
        return self.cast.front.written(type_, patient=self.patient)

    def newest(self, type_: str, wanted: Callable[[Json], bool] = lambda _: True) -> str:
        """The newest of a type that is wanted: `Type/ID`."""
        newest = [one for one in self.stands(type_) if wanted(one)][-1]
        return f"{type_}/{newest['id']}"

    def tasks(self, code: str) -> list[str]:
        """The Tasks of a kind, the newest last."""
        return [f"Task/{one['id']}" for one in self.stands("Task") if (TASK, code) in codings(one, "code")]

    def task(self, code: str) -> str:
        """The newest Task of a kind."""
        return self.tasks(code)[-1]

    def titled(self, title: str) -> str:
        """The Task of that name."""
        return self.newest("Task", lambda one: one["code"].get("text") == title)

    def plan(self) -> str:
        """The plan of care: not that of a case, which is a part of it."""
        return self.newest("CarePlan", lambda one: "assess-plan" in codes(one, "category") and "partOf" not in one)

    def plan_of_case(self) -> str:
        """The plan of the case, a part of the plan of care."""
        return self.newest("CarePlan", lambda one: "partOf" in one)

    def goal(self, words: str) -> str:
        """The goal in these words."""
        return self.newest("Goal", lambda one: one["description"].get("text") == words)

    def item(self, type_: str, code: str) -> str:
        """The request of the plan that has this code."""
        return self.newest(type_, lambda one: code in codes(one, "code") | codes(one, "codeCodeableConcept"))

    def goals(self) -> dict[str, str]:
        """The goals by what they are about; the person's own as `own`."""
        goals = {}
        for goal in self.stands("Goal"):
            code = next((code for system, code in codings(goal, "description") if system == CARE_GOAL), "own")
            goals[code] = f"Goal/{goal['id']}"
        return goals

    def goals_of_care(self) -> list[str]:
        """The goals of the plan of care but for those of a case, which joined it later."""
        plans = self.stands("CarePlan")
        of_cases = {goal for one in plans if "partOf" in one for goal in dig(one, "goal.reference")}
        plan = next(one for one in plans if f"CarePlan/{one['id']}" == self.plan())
        return [str(goal) for goal in dig(plan, "goal.reference") if goal not in of_cases]

    def conflicting_advice(self) -> dict[str, str]:
        """The contradictions of the plan by their code."""
        advice = {}
        for issue in self.stands("DetectedIssue"):
            code = next((code for system, code in codings(issue, "code") if system == CONTRADICTION), "")
            if code:
                advice[code] = f"DetectedIssue/{issue['id']}"
        return advice

    def _version_asked_for(self, plan: str) -> str:
        """The version of a plan that the newest request for a signature of it names."""
        asked = [one for one in self.stands("Task") if (TASK, "sign-off") in codings(one, "code")]
        named = [one for task in asked for one in dig(task, "input.valueReference.identifier")]
        versions = [str(one["value"]).split("/") for one in named if one.get("system") == VERSION_KEY]
        return next((parts[-1] for parts in reversed(versions) if "/".join(parts[:2]) == plan), "")


def codes(resource: Json, path: str) -> set[str]:
    """The codes of an element, of any system."""
    return {code for _, code in codings(resource, path)}
