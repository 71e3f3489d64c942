"""What becomes of the Tasks that are still open when a transition is closed (clinical practice, rule 25).

Nothing is closed silently: every open Task is named, and the command says for each whether it is carried into the care
plan, cancelled with a reason, or left with an owner. A Task that waits for a prescriber cannot be cancelled here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart.chart import Chart
from carefhir.engine.step import PractitionerRef, TaskRef
from carefhir.fhir.changes import Act, Amend, Edit, add, keys_of, put
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.task import TaskView
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.transition import Transition

TO_DO = {
    "contact-patient": "reach the person and record it (record-contact), or close as unable-to-reach or declined",
    "teach-back": "teach until every topic is understood (record-teach-back)",
    "book-follow-up": "book the visit (book-follow-up)",
    "reconcile-medications": "reconcile the medicines (reconcile-medications)",
}
"""What to do about an open Task, by its code."""

FOR_PRESCRIBER = ("resolve-discrepancy", "safety-review", "escalation", "place-order")
"""Tasks that end only by what a prescriber or a licensed clinician decides."""

BECOMES = {
    "carried-into-plan": "carried into the care plan",
    "cancelled": "cancelled",
    "left-with-owner": "left with its owner",
}
"""What can become of an open Task, in words."""


class OpenTask(BaseModel):
    """One Task that is still open, and what becomes of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    task: TaskRef = Field(description="the open Task: Task/ID")
    becomes: Literal["carried-into-plan", "cancelled", "left-with-owner"] = Field(description="what becomes of it")
    reason: str = Field(default="", description="why; required where it is cancelled")
    owner: PractitionerRef = Field(
        default="", description="where it is left with an owner: who does it, a member of the care team"
    )


@dataclass(frozen=True, slots=True)
class OpenAtClosing:
    """The open Tasks of a transition, and what the command says about them."""

    chart: Chart
    transition: Transition
    entries: tuple[OpenTask, ...]
    """What the command says, a line for each Task."""

    @property
    def members(self) -> tuple[TaskView, ...]:
        """The Tasks that belong to the transition, also by way of another Task, in the order of the chart."""
        members = {self.transition.reference}
        while more := {
            task.record.reference
            for task in self.chart.tasks
            if set(task.part_of) & members and task.record.reference not in members
        }:
            members |= more
        members.discard(self.transition.reference)
        return tuple(task for task in self.chart.tasks if task.record.reference in members)

    @property
    def tasks(self) -> tuple[TaskView, ...]:
        """Those that are open."""
        return tuple(task for task in self.members if task.open)

    def ended_by(self, act: Act) -> tuple[TaskView, ...]:
        """Those that are open, and those that this act itself has ended already."""
        return tuple(task for task in self.members if task.open or act.did(task.record, "amended"))

    @property
    def plan(self) -> CarePlanView | None:
        """The care plan of ours that is in force, the newest."""
        plans = [plan for plan in self.chart.care_plans if plan.status == "active" and keys_of(plan.record)]
        return max(plans, key=lambda plan: (plan.created, plan.reference), default=None)

    def refusals(self, act: Act) -> tuple[str, ...]:
        """Why the closing would leave Tasks behind silently, or does something with them that cannot be."""
        named = {task.task for task in self.entries}
        by_reference = {task.record.reference: task for task in self.chart.tasks}
        why = [self._unsaid(task) for task in self.tasks if task.record.reference not in named]
        for reference in dict.fromkeys(task.task for task in self.entries):
            if len([task for task in self.entries if task.task == reference]) > 1:
                why.append(f"{reference} is named more than once in open_tasks: say once what becomes of it")
        mine = {task.record.reference for task in self.tasks}
        for entry in self.entries:
            task = by_reference.get(entry.task)
            if task is not None and entry.task not in mine and act.did(task.record, "amended"):
                continue
            if task is None or entry.task not in mine:
                why.append(f"{entry.task} is not an open Task of this transition: leave it out of open_tasks")
            else:
                why += self._unfit(entry, task)
        return tuple(why)

    def blanks(self) -> dict[str, Any]:
        """What the command says of the open Tasks, and a blank for each that it says nothing about."""
        named = {entry.task for entry in self.entries}
        given = [entry.model_dump(exclude_defaults=True) for entry in self.entries]
        unsaid = [task.record.reference for task in self.tasks if task.record.reference not in named]
        blank = {"becomes": "", "reason": "", "owner": ""}
        return {"open_tasks": [*given, *({"task": reference, **blank} for reference in unsaid)]}

    def only_unsaid(self, act: Act) -> bool:
        """Whether nothing but what becomes of some Tasks is missing."""
        named = {entry.task for entry in self.entries}
        unsaid = tuple(self._unsaid(task) for task in self.tasks if task.record.reference not in named)
        return bool(unsaid) and unsaid == self.refusals(act)

    def _unsaid(self, task: TaskView) -> str:
        """Names an open Task that the command says nothing about."""
        kind = next(iter(task.codes), "Task")
        what, due = TO_DO.get(kind, "complete it"), task.due or "on no set day"
        return (
            f"{task.record.reference} ({kind}, due {due}) is open: {what}; or say in open_tasks "
            "what becomes of it: carried-into-plan, cancelled with a reason, or left-with-owner with the owner"
        )

    def _unfit(self, entry: OpenTask, task: TaskView) -> list[str]:
        """Why what the command says cannot become of a Task."""
        why = []
        if entry.becomes == "cancelled" and not entry.reason:
            why.append(f"{entry.task} is cancelled without a reason: give the reason")
        if entry.becomes == "cancelled" and set(task.codes) & set(FOR_PRESCRIBER):
            kind = next(code for code in task.codes if code in FOR_PRESCRIBER)
            why.append(
                f"{entry.task} ({kind}) cannot be cancelled by closing a transition, because a prescriber or a "
                "licensed clinician decides it: settle it first (resolve), or use left-with-owner or carried-into-plan"
            )
        if entry.becomes == "left-with-owner" and entry.owner not in self._team():
            whom = entry.owner or "nobody"
            why.append(
                f"{entry.task} would be left with {whom}: name a member of the care team in owner ({self._names()})"
            )
        if entry.becomes == "carried-into-plan" and self.plan is None:
            why.append(
                f"{entry.task} cannot be carried into a care plan, because none of ours is active: propose one and "
                "have it signed (propose-plan), or use cancelled or left-with-owner"
            )
        return why

    def _team(self) -> tuple[str, ...]:
        """Who can own a Task: the members of active care teams, and the care manager of a program."""
        members = (member for member in self.chart.team.members if member.startswith("Practitioner/"))
        managers = (episode.care_manager for episode in self.chart.episodes if not episode.over)
        return tuple(dict.fromkeys(filter(None, (*members, *managers))))

    def _names(self) -> str:
        return ", ".join(self.chart.team.called(member) for member in self._team()) or "nobody is on record"

    def changes(self, pen: Pen, act: Act, words: str) -> list[Amend]:
        """What the closing does with each open Task; `words` say how the transition ended."""
        named = {entry.task: entry for entry in self.entries}
        tasks = [
            task
            for task in self.chart.tasks
            if task.record.reference in named and (task.open or act.did(task.record, "amended"))
        ]
        return [self._change(pen, task, named[task.record.reference], words) for task in tasks]

    def _change(self, pen: Pen, task: TaskView, entry: OpenTask, words: str) -> Amend:
        edits = {
            "cancelled": self._cancelled,
            "carried-into-plan": self._carried,
            "left-with-owner": self._left,
        }[entry.becomes](pen, task, entry)
        because = f"{BECOMES[entry.becomes]}: {entry.reason or words}"
        return following.amended(pen, f"child/{task.record.id}", task.record, because, *edits)

    def _cancelled(self, pen: Pen, task: TaskView, entry: OpenTask) -> tuple[Edit, ...]:
        return (put("status", "cancelled"), pen.state("ended-early"), pen.because(entry.reason))

    def _carried(self, pen: Pen, task: TaskView, entry: OpenTask) -> tuple[Edit, ...]:
        plan = self.plan
        based_on = (add("basedOn", pen.refer(plan.record)),) if plan else ()
        return (*self._released(pen, task), *based_on, pen.noted(self._note("carried into the care plan", entry)))

    def _left(self, pen: Pen, task: TaskView, entry: OpenTask) -> tuple[Edit, ...]:
        return (
            *self._released(pen, task),
            put("owner", {"reference": entry.owner}),
            pen.noted(self._note(f"left with {self.chart.team.called(entry.owner)}", entry)),
        )

    def _released(self, pen: Pen, task: TaskView) -> tuple[Edit, ...]:
        """Takes a Task off hold that a suspended transition holds: nobody would look at it again."""
        if not task.held or task.state != "suspended":
            return ()
        return (put("status", "in-progress"), pen.state("attempting"))

    def _note(self, what: str, entry: OpenTask) -> str:
        return f"Open when the transition was closed, and {what}" + (f": {entry.reason}" if entry.reason else "") + "."

    def says(self) -> tuple[str, ...]:
        """Names each Task and what becomes of it."""
        by_reference = {task.record.reference: task for task in self.chart.tasks}
        lines = []
        for entry in self.entries:
            task = by_reference.get(entry.task)
            kind = next(iter(task.codes), "Task") if task else "Task"
            whom = f" ({self.chart.team.called(entry.owner)})" if entry.becomes == "left-with-owner" else ""
            why = f": {entry.reason}" if entry.reason else ""
            lines.append(f"{entry.task} ({kind}): {BECOMES[entry.becomes]}{whom}{why}")
        return tuple(lines)
