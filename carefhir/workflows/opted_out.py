"""Whoever does not want to be called is not called: no step writes a Task that asks for a call (rule 20).

A person may say that they do not want to be contacted by some means (`record-call`). From then on each Task that is
done by talking with them says so, in a note and in an extension that the worklist reads, whichever step writes it. The
work itself is not lost: it is done by another means, and where they want none, the Task says that. What protects the
person (property despiteOptOut of CodeSystem care-task) goes on, and the step says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from carefhir.codes import CONTACT_MEANS
from carefhir.content.loading import Concept, Content
from carefhir.engine.step import AnyStep, Case, Cause, Command
from carefhir.fhir.changes import Act, Change, Create, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import consent
from carefhir.mappers import task as tasks
from carefhir.mappers.contact_preference import OptOut, opt_outs
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class RespectingCase(Case):
    """A case of somebody who does not want to be contacted by some means."""

    case: Case
    unwanted: Unwanted

    @property
    def cause(self) -> Cause:
        return self.case.cause

    @property
    def asked(self) -> Any:
        return self.case.asked

    def decide(self, act: Act) -> Plan | Refusal:
        """What the case decides, with no Task in it that asks for a call they do not want."""
        decision = self.case.decide(act)
        return decision if isinstance(decision, Refusal) else self.unwanted.respected(decision)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The means by which a person does not want to be contacted."""

    means: tuple[Concept, ...]
    content: Content

    @property
    def calls(self) -> bool:
        """Whether calls by telephone are among them."""
        return any(each.code == "phone" for each in self.means)

    @property
    def words(self) -> str:
        """What a Task says of it."""
        others = [each for each in self.content.concepts(CONTACT_MEANS).values() if each not in self.means]
        instead = f"use another means ({', '.join(each.display for each in others)})" if others else NO_MEANS
        return f"not by {', '.join(each.display for each in self.means)}: the person does not want that; {instead}"

    def respected(self, plan: Plan) -> Plan:
        """A plan whose Tasks say by which means they are not to be done."""
        calling = [change for change in plan.changes if isinstance(change, Create) and self.asks_for_a_call(change)]
        despite = [change for change in calling if tasks.protects(self.content, change.resource)]
        if not calling:
            return plan
        names = ", ".join(kind.display for change in despite for kind in tasks.kinds_of(self.content, change.resource))
        goes_on = f"the person does not want calls, and this goes on because it protects them: {names}"
        return replace(
            plan,
            changes=tuple(self._marked(change) for change in plan.changes),
            warnings=(*plan.warnings, *((goes_on,) if despite and self.calls else ())),
            instead=self.respected(plan.instead) if plan.instead else None,
        )

    def asks_for_a_call(self, change: Create) -> bool:
        """Whether it is a Task that is done by talking with the person."""
        return change.type == "Task" and tasks.by_call(self.content, change.resource)

    def _marked(self, change: Change) -> Change:
        if not isinstance(change, Create) or not self.asks_for_a_call(change):
            return change
        if tasks.protects(self.content, change.resource):
            return change
        task = dict(change.resource)
        task["extension"] = list(task.get("extension", []))
        for edit in tasks.not_by(self.means):
            edit(task)
        task["note"] = [*task.get("note", []), {"text": self.words}]
        return replace(change, resource=task)


NO_MEANS = "they want no contact at all: decide with the supervising provider what can be done without one"


def unwanted_by(content: Content, opted_out: Sequence[OptOut]) -> Unwanted:
    """The means that these opt-outs name, in the order of the code system."""
    named = {code for each in opted_out for code in each.means}
    return Unwanted(tuple(means for code, means in content.concepts(CONTACT_MEANS).items() if code in named), content)


def respecting(step: AnyStep) -> AnyStep:
    """A step whose Tasks ask for no call that the person does not want."""
    if "Task" not in step.creates:
        return step
    opens = step.open

    def open_cases(records: Records, command: Command, occasion: Occasion) -> Sequence[Case] | Refusal:
        cases = opens(records, command, occasion)
        unwanted = unwanted_by(occasion.content, opt_outs(records["consents"]))
        if isinstance(cases, Refusal) or not unwanted.means:
            return cases
        return tuple(RespectingCase(case, unwanted) for case in cases)

    asked = any(need.name == "consents" for need in step.needs)
    needs = step.needs if asked else (*step.needs, replace(consent.find(), optional=True))
    return replace(step, open=open_cases, needs=needs)
