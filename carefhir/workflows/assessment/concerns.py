"""Confirming a concern that a screen raised, or proposing it to somebody who may confirm it."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import CONDITION_VERIFICATION, RESTRICTED, concept
from carefhir.content.clocks import read_clock
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.mappers import condition
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.assessment import diagnoses
from carefhir.workflows.pen import Pen

ASK_TO_CONFIRM = frozenset({"confirm-need", "confirm-diagnosis"})
"""Kinds of Task that ask somebody to confirm a concern."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One concern, and what whoever acts says about it."""

    chart: Chart
    view: ConditionView
    reason: str
    given: tuple[str, str] | None
    """The code to confirm, as (system, code)."""
    words: str
    """The diagnosis in words; "" where none is given."""

    @property
    def need(self) -> bool:
        """Whether it is a social need; otherwise it is a positive screen."""
        return diagnoses.is_need(self.view)

    @property
    def asked_about(self) -> tuple[TaskView, ...]:
        """The open Tasks that ask somebody to judge this concern."""
        reference = self.view.record.reference
        return tuple(
            task
            for task in self.chart.tasks
            if task.open and task.focus == reference and ASK_TO_CONFIRM & set(task.codes)
        )


@dataclass(frozen=True, slots=True)
class ConcernJudging:
    """Writes down that a concern is confirmed or proposed."""

    concern: Concern
    pen: Pen

    # ---- confirmed

    def confirmed(self) -> Plan:
        """Confirms the concern, and adds the diagnosis as a problem of its own."""
        concern = self.concern
        problem = None if concern.need else self._problem()
        result = self.pen.refer(problem or concern.view.record)
        changes: list[Change] = [problem] if problem else []
        changes += [self._verified(), *(self._answered(task, result) for task in self.concern.asked_about)]
        says = [f"confirmed: {concern.words or concern.view.text or 'the concern'}"]
        if not concern.need and problem is None:
            says.append("this diagnosis is already on record; no second one was added")
        leaves = self.pen.content.canonical(*diagnoses.LEAVES)
        return self._plan(changes=tuple(changes), says=tuple(says), artefact=leaves)

    def _verified(self) -> Amend:
        """Marks the concern as confirmed, and gives a social need the code that was named."""
        edits: list[Edit] = [put("verificationStatus", concept(CONDITION_VERIFICATION, "confirmed"))]
        if self.concern.need and self.concern.given and self.concern.given not in self.concern.view.codes:
            edits.append(condition.coded(*self.concern.given))
        return amend("concern", self.concern.view.record, f"confirmed: {self.concern.reason}", *edits)

    def _problem(self) -> Create | None:
        """Writes the diagnosis as a problem, unless it is already confirmed on record or is the concern's own code."""
        given = self.concern.given
        assert given is not None  # a positive screen is never confirmed without
        if given in self.concern.view.codes or self._on_record(given):
            return None
        resource = condition.write_problem(
            self.pen.patient,
            given,
            self.concern.words,
            recorded=self.pen.stamp,
            asserter=self.pen.author,
            evidence=self.pen.refer(self.concern.view.record),
        )
        return Create("diagnosis", resource, f"diagnosis confirmed: {self.concern.words}")

    def _on_record(self, code: tuple[str, str]) -> bool:
        return any(
            code in condition.codes and condition.current and condition.holds and condition.confirmed
            for condition in self.concern.chart.conditions
        )

    def _answered(self, task: TaskView, result: Json) -> Amend:
        edits = (
            *self.pen.ended("completed", "done"),
            add("output", {"type": {"text": "confirmed"}, "valueReference": result}),
        )
        return amend(f"proposal/{task.record.id}", task.record, "the proposed concern is confirmed", *edits)

    # ---- proposed

    def proposed(self) -> Plan:
        """Writes a Task for somebody who may confirm the concern, which stays unconfirmed."""
        concern, today = self.concern, self.pen.today
        code, role = ("confirm-need", "care manager") if concern.need else ("confirm-diagnosis", "supervising provider")
        asked = concern.chart.care_manager if concern.need else concern.chart.team.supervising_provider
        clock = read_clock(self.pen.content, "assessment-work", today)
        item = next(item for item in clock.tasks() if item.code == code)
        due = item.on(today, self.pen.occasion.calendar)
        more = f" Proposed: {concern.words}." if concern.words else ""
        work = Work(
            code=code,
            words=f"{item.title}: {concern.view.text}. {concern.reason}.{more} {item.words}",
            start=today,
            end=due,
            owner=asked or self._somebody,
            focus=self.pen.refer(concern.view.record),
        )
        return self._plan(
            changes=(self.pen.task("proposal", work, f"proposed to the {role}, due {due}"),),
            says=(f"proposed to the {role}, due {due}; the concern stays unconfirmed",),
            warnings=()
            if asked
            else (f"no {role} is on record: the Task goes to {concern.chart.team.called(work.owner)}",),
            artefact=clock.canonical,
        )

    @property
    def _somebody(self) -> str:
        """Who gets the Task where the role it is for is not on record."""
        chart = self.concern.chart
        return chart.team.supervising_provider or chart.care_manager or self.pen.author

    def _plan(
        self, *, changes: tuple[Change, ...], says: tuple[str, ...], artefact: str, warnings: tuple[str, ...] = ()
    ) -> Plan:
        chart = self.concern.chart
        return Plan(
            changes=changes,
            says=says,
            warnings=(*warnings, *chart.not_visible),
            decided_from=(*((chart.person,) if chart.person else ()), self.concern.view.record),
            artefacts=(artefact,),
            reason=self.concern.reason,
            acting_as=self.pen.occasion.actor.discipline,
            labels=self._labels(),
        )

    def _labels(self) -> tuple[Json, ...]:
        """The concern's own labels, and the restricted label where its codes ask for it (rule 4)."""
        given = self.concern.given
        codes = (*self.concern.view.codes, *((given,) if given else ()))
        labels = qr.labels_of(self.concern.view.record)
        more = diagnoses.restricted(self.pen.content, codes) and RESTRICTED not in labels
        return (*labels, RESTRICTED) if more else labels
