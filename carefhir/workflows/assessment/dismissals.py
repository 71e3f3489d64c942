"""A concern that a person judges not to hold: what becomes of it, and what else rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart.condition_groups import groups_of
from carefhir.codes import CONDITION_CLINICAL, CONDITION_VERIFICATION, FINDING, concept
from carefhir.content.protocols import protocols_of
from carefhir.fhir.changes import Amend, Change, Plan, amend, put
from carefhir.fhir.record import Record, references, relative
from carefhir.mappers import condition
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.workflows.assessment.concerns import Concern
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Writes down that a concern does not hold."""

    concern: Concern
    pen: Pen

    def dismissed(self) -> Plan:
        """Refutes the concern, closes the Tasks that asked about it, and names what rests on it."""
        concern, chart = self.concern, self.concern.chart
        asked = concern.asked_about
        says = [f"dismissed: {concern.view.text or 'the concern'} does not hold: {concern.reason}"]
        says += [f"closed: the Task that asked about it ({task.record.reference})" for task in asked]
        return Plan(
            changes=(self._refuted(), *map(self._answered, asked)),
            says=(*says, *self._rests_on_it()),
            warnings=(*self._still_open(), *chart.not_visible),
            decided_from=(*((chart.person,) if chart.person else ()), concern.view.record),
            artefacts=(),
            reason=concern.reason,
            acting_as=self.pen.occasion.actor.discipline,
            labels=qr.labels_of(concern.view.record),
        )

    def proposed_again(self) -> Plan:
        """Adds the proposal to the Task that already asks about the concern: nobody is asked twice."""
        concern, chart = self.concern, self.concern.chart
        task = concern.asked_about[0]
        note = self.pen.noted(f"Proposed: dismiss it, it does not hold. {concern.reason}")
        because = "proposed: the concern does not hold"
        changes: tuple[Change, ...] = (amend("proposal", task.record, because, note, self.pen.changed_now()),)
        who = chart.team.called(task.owner) or "its owner"
        says = f"the Task that already asks {who} about it ({task.record.reference}) says so now"
        return Plan(
            changes=changes,
            says=(f"{says}; the concern stays unconfirmed",),
            warnings=chart.not_visible,
            decided_from=(*((chart.person,) if chart.person else ()), concern.view.record),
            reason=concern.reason,
            acting_as=self.pen.occasion.actor.discipline,
            labels=qr.labels_of(concern.view.record),
        )

    def _refuted(self) -> Amend:
        """Marks it as refuted, and as no longer active: whoever reads only one of the two is not misled."""
        return amend(
            "concern",
            self.concern.view.record,
            f"dismissed: {self.concern.reason}",
            put("verificationStatus", concept(CONDITION_VERIFICATION, "refuted")),
            put("clinicalStatus", concept(CONDITION_CLINICAL, "inactive")),
            self.pen.noted(f"Dismissed: {self.concern.reason}"),
        )

    def _answered(self, task: TaskView) -> Amend:
        edits = self.pen.ended("completed", "done", f"dismissed: {self.concern.reason}")
        return amend(f"proposal/{task.record.id}", task.record, "the concern was dismissed", *edits)

    # ---- what rests on it

    def _rests_on_it(self) -> tuple[str, ...]:
        """Names every goal and item for this concern that is not over, and the plan it is in."""
        chart, asked_for = self.concern.chart, self._asked_for()
        lines = []
        for plan in (plan for plan in chart.care_plans if not plan.over):
            linked = {*plan.goals, *plan.activities}
            parts: list[tuple[str, GoalView | ItemView]] = [("goal", each) for each in chart.goals]
            parts += [("item", each) for each in chart.items]
            for kind, each in parts:
                if each.reference not in linked or each.over:
                    continue
                if self._is_for(each.record) or asked_for & set(each.codes):
                    lines.append(f"{_in(plan)} the {kind} {each.words!r} ({each.reference}) is for it")
        return (*lines, *((_WHAT_NOW,) if lines else ()))

    def _is_for(self, record: Record) -> bool:
        name = self.concern.view.record.reference
        paths = ("addresses", "reasonReference")
        return any(relative(one) == name for path in paths for one in references(record.json, path))

    def _asked_for(self) -> frozenset[str]:
        """The goals and items that pathways ask for because of such a concern (codes of care-goal and care-item): a
        plan links no finding that nobody has confirmed."""
        content = self.pen.content
        names = {*self._findings(), *groups_of(content, self.concern.view)}
        protocols = protocols_of(content, self.pen.today)
        aims = [(aim.code, aim.applies) for protocol in protocols for aim in protocol.aims]
        acts = [(act.rule.code, act.rule.expression) for protocol in protocols for act in protocol.acts]
        return frozenset(
            code
            for code, condition in (*aims, *acts)
            if ".not()" not in condition and any(f"'{name}' in " in condition for name in names)
        )

    def _still_open(self) -> Iterator[str]:
        """A safety finding is closed by its review only: what the screen raised beside the concern stays."""
        findings = self._findings()
        for task in self.concern.chart.tasks:
            if task.open and findings & set(task.findings):
                yield f"not closed by this, and still to be done: {task.description} ({task.record.reference})"
        for flag in self.concern.chart.flags:
            if flag.in_force(self.pen.today) and findings & set(flag.findings):
                yield f"not lifted by this: the flag {flag.words!r} ({flag.record.reference})"

    def _findings(self) -> set[str]:
        """Our findings that are written as a concern with one of its codes."""
        codes = set(self.concern.view.codes)
        return {code for code, finding in self.pen.content.concepts(FINDING).items() if codes & set(_codes_of(finding))}


_codes_of = condition.concern_codes
_WHAT_NOW = "nothing of the plan was changed: say with the patient what becomes of each (record-agreement in a draft)"


def _in(plan: CarePlanView) -> str:
    words = "the draft plan" if plan.status == "draft" else f"the plan that is {plan.status or 'without status'}"
    return f"in {words} ({plan.reference})"
