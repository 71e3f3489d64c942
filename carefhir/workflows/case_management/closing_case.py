"""Writes the end of a case: what goes to the care manager, and what ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import TASK, TASK_STATE
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, add, amend, keys_of, period_ends, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, references, relative
from carefhir.mappers import care_team, episode_of_care, hand_over, labels
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.names import names_of
from carefhir.mappers.task import TaskView
from carefhir.workflows.case_management.remains import Remains
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class CaseClosing:
    """Writing down the end of one case."""

    pen: Pen
    chart: Chart
    case: EpisodeView
    remains: Remains
    care_manager: str
    """Who takes over, `Practitioner/ID`; "" where nothing remains and there is nobody."""
    named: Record | None
    """The care manager the command names."""
    reason: str

    def plan(self) -> Plan:
        """Plans what is handed over, then the end of the plan and the team, and of the case last: while it is open,
        there may be work left."""
        remains = self.remains
        standing = [remains.standing.record] if remains.standing else []
        return Plan(
            changes=tuple(self._changes()),
            says=(f"the case is closed: {self.reason}", *self._says()),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=tuple(
                record for record in (self.chart.person, self.case.record, *standing, self.named) if record
            ),
            reason=self.reason,
            acting_as=self.pen.occasion.actor.discipline,
            labels=tuple(self._labels()),
        )

    def _labels(self) -> Iterator[Json]:
        """What the case is labeled with, what is said of it is labeled with."""
        if labels.restricted(self.case.record):
            security = self.case.record.json.get("meta", {}).get("security", [])
            yield from (one for one in security if isinstance(one, dict))

    def _changes(self) -> Iterator[Change]:
        remains, why = self.remains, f"the case is closed: {self.reason}"
        yield from (self._handed_over(task) for task in remains.tasks)
        if self.care_manager:
            yield self._told()
        if remains.standing and remains.goals:
            yield self._goals_go_on(remains.standing)
        for task in remains.closing:
            yield amend(f"closing/{task.record.id}", task.record, why, *self.pen.ended("completed", "done", why))
        for task in remains.about_plan:
            edits = self.pen.ended("cancelled", "ended-early", why)
            yield amend(f"about-plan/{task.record.id}", task.record, why, *edits)
        yield from (self._ended(plan, why) for plan in remains.plans)
        yield from self._team_ended(why)
        # A server without history shows the case as this same act, interrupted, has ended it.
        edits = () if self.case.over else episode_of_care.finish(self.case.status, self.pen.stamp)
        yield amend("episode", self.case.record, why, *edits)

    def _handed_over(self, task: TaskView) -> Amend:
        edits: list[Edit] = [put("owner", {"reference": self.care_manager})]
        if self.remains.standing:
            edits.append(add("basedOn", self.pen.refer(self.remains.standing.record)))
        note = self.pen.noted(f"Handed over when the case was closed: {self.reason}")
        because = f"handed over to {self._manager}"
        return amend(f"task/{task.record.id}", task.record, because, *edits, note, self.pen.changed_now())

    def _goals_go_on(self, standing: CarePlanView) -> Amend:
        edits = [add("goal", self.pen.refer(goal.record)) for goal in self.remains.goals]
        return amend("standing-plan", standing.record, "goals of the case go on in the care plan", *edits)

    def _ended(self, plan: CarePlanView, why: str) -> Amend:
        """A plan that was signed has been carried out; one that never was is withdrawn."""
        to = plan.status if plan.over else "revoked" if plan.status == "draft" else "completed"
        edits = (put("status", to), period_ends(self.pen.stamp), self.pen.noted(why))
        return amend(f"plan/{plan.record.id}", plan.record, why, *edits)

    def _team_ended(self, why: str) -> Iterator[Amend]:
        """The case's own team; nobody else's."""
        teams = {relative(one) for one in references(self.case.record.json, "team")}
        for record in self.chart.care_teams:
            if record.reference in teams and keys_of(record):
                edits = care_team.ended_with("case-manager", self.pen.stamp)
                yield amend(f"team/{record.id}", record, why, *edits)

    def _told(self) -> Create:
        about = self.pen.refer(self.case.record)
        sentences = (f"The case is closed: {self.reason}", *self._says())
        resource = hand_over.write(
            self.pen.patient,
            self.pen.author,
            self.care_manager,
            sent=self.pen.stamp,
            about=about,
            sentences=sentences,
        )
        return Create("hand-over", resource, f"{self._manager} is told what remains")

    @property
    def _manager(self) -> str:
        names = {**self.chart.team.names, **names_of((self.named,)).by_reference}
        name = names.get(self.care_manager, "")
        return f"{name} ({self.care_manager})" if name else self.care_manager

    def _says(self) -> Iterator[str]:
        """What is handed over and what goes on, each by name."""
        remains = self.remains
        if self.care_manager:
            yield f"handed over to {self._manager}"
        for task in remains.tasks:
            what = remains.requests.get(task.focus, "what was asked for could not be seen")
            more = f", not settled ({self._state(task)}): {what} ({task.focus})" if task in remains.payers else ""
            late = "OVERDUE, was due" if task.due and task.due < self.pen.today and task.to_do else "due"
            due = f", {late} {task.due}" if task.due else ""
            held = ", on hold" if task.held else ""
            yield f"open: {self._kind(task)} ({task.record.reference}){due}{held}{more}"
        for goal in remains.goals:
            where = f"goes on in {remains.standing.title or 'the care plan'}" if remains.standing else "goes on"
            yield f"goal that {where}: {goal.words} ({goal.reference})"
        for goal in remains.unsigned:
            yield f"goal that was not signed ({goal.status}): {goal.words} ({goal.reference}); ask the person"
        if not remains.anything:
            yield "nothing of the case is open"

    def _state(self, task: TaskView) -> str:
        states = self.pen.content.concepts(TASK_STATE)
        return states[task.state].display if task.state in states else task.status

    def _kind(self, task: TaskView) -> str:
        kinds = self.pen.content.concepts(TASK)
        return next((kinds[code].display for code in task.codes if code in kinds), "task")

    def _warnings(self) -> Iterator[str]:
        remains = self.remains
        if remains.goals and remains.standing is None:
            yield "no care plan is in force: the goals of the case are in no plan until a new one is signed"
        for plan in remains.plans:
            if plan.status == "draft":
                yield f"nobody signed the plan of the case ({plan.reference}): it is withdrawn, not completed"
        for task in remains.not_ours:
            what = f"{self._kind(task)} ({task.record.reference})"
            yield f"stays with the case manager, for it is not of this case: {what}"
        if len(list(dig(self.case.record.json, "team"))) > len(self.case.teams):
            yield f"{self.case.record.reference} names a team that cannot be read: see that it has ended, too"
        if "claims" in self.chart.unseen:
            yield "what payers were asked could not be seen: a request may be open that is not handed over here"
