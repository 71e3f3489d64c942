"""Writes down one revision of a plan: what changes now, what waits for a signature, and the plan that keeps both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from carefhir.fhir.changes import Amend, Change, Create, Plan, amend
from carefhir.fhir.record import Record, dig
from carefhir.mappers import pinned
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.care_planning.linked_plan import LinkedPlan
from carefhir.workflows.care_planning.planning_terms import days_from_today
from carefhir.workflows.care_planning.revising import GoalRevising, ItemRevising, linked
from carefhir.workflows.care_planning.revision import Proposed
from carefhir.workflows.pen import Pen

SIGN = "sign-revision"
"""The kind of Task that asks for the signature."""
ASK_TO_LOOK = frozenset({"revise-plan", "review-plan"})
"""Kinds of Task that ask somebody to look at the plan again."""


@dataclass(frozen=True, slots=True)
class Revising:
    """Writing down one revision."""

    plan: LinkedPlan
    reason: str
    """Why the plan is revised, in plain words."""
    pen: Pen
    now: Proposed
    later: Proposed
    proposal: TaskView | None
    answered: tuple[TaskView, ...]

    def _parts(self, some: Proposed, when: str) -> list[GoalRevising | ItemRevising]:
        plan, pen = self.plan, self.pen
        goals = [GoalRevising(plan, pen, one, f"{when}-{n}") for n, one in enumerate(some.goals)]
        items = [ItemRevising(plan, pen, one, f"{when}-{n}") for n, one in enumerate(some.items)]
        return [*goals, *items]

    def plan_of_changes(self) -> Plan:
        """Plans what changes, the request for a signature, and the plan that keeps both in words."""
        chart, pen = self.plan.chart, self.pen
        done, waits = self._parts(self.now, "now"), self._parts(self.later, "later")
        lines = [part.line for part in done]
        lines += [f"Waits for the provider's signature: {part.line}" for part in waits]
        text = f"Plan changed. Why: {self.reason}\n" + "\n".join(f"- {line}" for line in lines)
        request = [self._request([part.line for part in waits])] if waits else []
        parts = [change for part in done for change in part.changes()]
        # What is created goes first, then the plan that links it; the old goals end when the plan has the new ones.
        created: list[Change] = [change for change in parts if isinstance(change, Create)]
        amended: list[Change] = [change for change in parts if isinstance(change, Amend)]
        return Plan(
            changes=(*created, *request, linked(self.plan, pen, done, text), *amended, *self._closed()),
            says=(*lines, *self._says(waits != [])),
            warnings=(*chart.not_visible, *self._left_behind()),
            decided_from=(self.plan.record, *chart.team.records),
            reason=self.reason,
            acting_as=pen.occasion.actor.discipline,
        )

    def _request(self, lines: list[str]) -> Create:
        """Asks the supervising provider to sign what waits, word for word."""
        pen, chart = self.pen, self.plan.chart
        named = {each.goal for each in self.later.goals} | {each.item for each in self.later.items}
        old = (self.plan.goal(name or "") or self.plan.item(name or "") for name in sorted(filter(None, named)))
        data = {"type": {"text": PROPOSED}, "valueString": self.later.model_dump_json(exclude_defaults=True)}
        work = Work(
            code=SIGN,
            words=f"Sign a change of the plan (revise-plan with this Task as proposal), or decline it with a reason "
            f"(resolve). Why: {self.reason}. " + " ".join(lines),
            start=pen.today,
            end=days_from_today(pen.occasion, "sign-off-days"),
            owner=chart.team.supervising_provider or chart.care_manager or pen.author,
            focus=pen.refer(self.plan.record),
            based_on=pen.refer(self.plan.record),
            inputs=(data, *(pinned.write(one.record) for one in old if one)),
        )
        return pen.task("sign-revision", work, "a change of the plan needs the provider's signature")

    def _closed(self) -> Iterator[Amend]:
        """The Tasks that this answers, and the proposal that is signed."""
        pen = self.pen
        for task in self.answered:
            edits = pen.ended("completed", "done", f"the plan was revised: {self.reason}")
            yield amend(f"answered/{task.record.id}", task.record, "the plan was revised", *edits)
        if self.proposal:
            yield amend("proposal", self.proposal.record, "signed", *pen.ended("completed", "done"))

    def _says(self, waits: bool) -> Iterator[str]:
        chart = self.plan.chart
        if waits:
            who = chart.team.called(chart.team.supervising_provider) if chart.team.supervising_provider else ""
            until = days_from_today(self.pen.occasion, "sign-off-days")
            yield f"{who or 'nobody supervises the plan, so whoever owns the Task'} is asked to sign by {until}"
            yield "nothing that waits for the signature has taken effect"
        if self.proposal:
            yield f"signed: the change that was proposed ({self.proposal.record.reference})"
        for task in self.answered:
            yield f"answered: {task.description} ({task.record.reference})"
        for task in self._still_open():
            yield f"still open: {task.description} ({task.record.reference})"

    def _still_open(self) -> list[TaskView]:
        answered = {task.record.reference for task in self.answered}
        about = ("", self.plan.reference)
        return [
            task
            for task in self.plan.chart.tasks
            if task.open
            and ASK_TO_LOOK & set(task.codes)
            and task.focus in about
            and task.record.reference not in answered
        ]

    def _left_behind(self) -> Iterator[str]:
        """Names items that go on although every goal they serve was stopped."""
        stopped = {each.goal for each in self.now.goals if each.does == "stop"}
        ended = {each.item for each in self.now.items if each.does == "stop"}
        over = {goal.reference for goal in self.plan.goals if goal.over}
        for item in self.plan.items:
            served = set(item.goals)
            if served & stopped and served <= stopped | over and not item.over and item.reference not in ended:
                yield f"goes on although its goals were stopped: {item.words} ({item.reference}); stop it, or keep it"


PROPOSED = "the change that is proposed"
"""What the input of the Task is called that holds the proposal."""


def proposed(task: Record | None) -> Proposed:
    """What a Task asks to have signed; nothing where it cannot be read."""
    for given in dig(task.json, "input") if task else ():
        if isinstance(given, dict) and next(iter(dig(given, "type.text")), "") == PROPOSED:
            try:
                return Proposed.model_validate_json(str(given.get("valueString", "")))
            except ValidationError:
                return Proposed()
    return Proposed()
