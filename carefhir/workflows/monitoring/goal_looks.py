"""Who looks at a goal whose readings are beyond what is safe: a Task each, and the provider today where it presses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.chart.unsafe_readings import PLAN, UnsafeReading
from carefhir.content import clocks
from carefhir.content.clocks import ClockItem
from carefhir.fhir.changes import Create
from carefhir.mappers.goal import GoalView
from carefhir.mappers.task import Work
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import ROLES, urgent_owners


@dataclass(frozen=True, slots=True)
class GoalLooks:
    """Writes the Tasks for goals whose readings are not safe."""

    pen: Pen
    chart: Chart
    unsafe: tuple[tuple[GoalView, UnsafeReading], ...]

    def artefacts(self) -> tuple[str, ...]:
        """The rules that were used, if any said that someone looks."""
        return (self.pen.content.canonical("PlanDefinition", PLAN),) if self.unsafe else ()

    def instructions(self) -> tuple[str, ...]:
        """What to do today, in words, each once."""
        pressing = (unsafe.rule for _, unsafe in self.unsafe if unsafe.rule.code == "escalation")
        return tuple(dict.fromkeys(f"{rule.title.upper()}. {rule.words}" for rule in pressing))

    def tasks(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """Writes a Task for each goal, and gives warnings about who got them."""
        creates = tuple(create for goal, unsafe in self.unsafe for create in self._of_goal(goal, unsafe))
        pressing = any(unsafe.rule.code == "escalation" for _, unsafe in self.unsafe)
        return creates, urgent_owners(self.chart.team, self.pen.occasion, "escalation")[1] if pressing else ()

    def _of_goal(self, goal: GoalView, unsafe: UnsafeReading) -> Iterator[Create]:
        item = clocks.read_clock(self.pen.content, PLAN, self.pen.today).items[unsafe.position]
        manager = (("care-manager", self.chart.care_manager or self.pen.author),)
        pressing = item.code == "escalation"
        owners = urgent_owners(self.chart.team, self.pen.occasion, "escalation")[0] if pressing else manager
        for role, owner in owners:
            if not self._asked_already(goal, item, owner):
                yield self._task(goal, item, role, owner)

    def _task(self, goal: GoalView, item: ClockItem, role: str, owner: str) -> Create:
        due = item.on(self.pen.today, self.pen.occasion.calendar)
        color = "RED, URGENT: " if item.code == "escalation" else ""
        work = Work(
            code=item.code,
            words=f"{color}{goal.words or goal.reference}: {item.title}. {item.words}",
            start=self.pen.today,
            end=due,
            owner=owner,
            priority="stat" if item.code == "escalation" else "urgent",
            focus=self.pen.refer(goal.record),
        )
        because = f"{item.title}: {ROLES.get(role, role)} looks by {due}"
        return self.pen.task(f"look/{goal.record.id}/{role}", work, because)

    def _asked_already(self, goal: GoalView, item: ClockItem, owner: str) -> bool:
        """Whether the same Task about this goal is open."""
        return any(
            task.open
            and item.code in task.codes
            and task.focus == goal.reference
            and task.owner == owner
            and item.title in task.description
            and not self.pen.act.did(task.record)
            for task in self.chart.tasks
        )
