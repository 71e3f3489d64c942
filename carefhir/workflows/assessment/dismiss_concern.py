"""`dismiss-concern`: somebody judges that a concern does not hold, with a reason.

Whoever may confirm a concern may dismiss it: a social need is dismissed by a nurse, a social worker or a provider; a
positive screen by a provider, because saying that there is no condition is a diagnosis, too. Anybody else proposes it,
and the concern stays unconfirmed until then. The concern is refuted and not deleted: it stays on record, with the
reason, and a later screen may raise a new one. What a draft plan rests on it is named. What protects the person (a
safety review, a Flag) has its own steps and stays open.

The act's cause is the concern and what is done about it: proposing to dismiss it and dismissing it are two acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.content import supervision
from carefhir.engine.step import AgainAfter, Case, ConditionRef, PatientCommand, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import condition, patient
from carefhir.mappers.condition import ConditionView
from carefhir.occasion import Occasion
from carefhir.workflows.assessment import diagnoses
from carefhir.workflows.assessment.concerns import Concern, ConcernJudging
from carefhir.workflows.assessment.dismissals import Dismissal
from carefhir.workflows.pen import Pen


class DismissConcern(PatientCommand):
    """Dismisses a concern that does not hold, or proposes it to somebody who may."""

    concern: ConditionRef = Field(description="the concern: Condition/ID")
    reason: str = Field(min_length=1, description="why it does not hold, in plain words")
    again_after: AgainAfter = ""


NEEDS = (
    *charts.needs("patient", "care_teams", "episodes", "tasks", "flags", "care_plans", "goals"),
    *charts.needs("service_requests", "device_requests", "communication_requests", "appointments"),
    condition.find(),
)


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A concern, and whether it is dismissed or that is proposed."""

    concern: str
    how: Literal["dismissed", "dismissal-proposed"]

    def spelled(self) -> tuple[str, ...]:
        return (self.concern, self.how)


@dataclass(frozen=True, slots=True)
class DismissalCase(Case):
    """A concern that somebody says does not hold."""

    command: DismissConcern
    occasion: Occasion
    concern: Concern
    proposes: bool
    """Whether whoever acts may only propose it."""

    @property
    def cause(self) -> Dismissed:
        return Dismissed(self.command.concern, "dismissal-proposed" if self.proposes else "dismissed")

    def decide(self, act: Act) -> Plan | Refusal:
        """Refutes the concern, or writes the proposal; or says why not."""
        why = self._in_the_way(act)
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        dismissal = Dismissal(self.concern, pen)
        if not self.proposes:
            return dismissal.dismissed()
        return dismissal.proposed_again() if self.concern.asked_about else ConcernJudging(self.concern, pen).proposed()

    def _in_the_way(self, act: Act) -> tuple[str, ...]:
        """Says why nobody, or not whoever acts, can dismiss it now."""
        view, content, discipline = self.concern.view, self.occasion.content, self.occasion.actor.discipline
        why = patient.in_the_way(self.concern.chart.patient, self.command.patient)
        if not self.proposes:
            why = (*why, *supervision.refusals(content, _action(view), discipline))
        return why if act.did(view.record) else (*why, *_settled(view))


def _settled(concern: ConditionView) -> tuple[str, ...]:
    """Says that it is no concern that is still to be judged."""
    name, status = concern.record.reference, concern.verification
    if not concern.holds:
        return (f"{name} is already {', '.join(sorted(status))}: nothing is left to dismiss",)
    if concern.confirmed:
        return (f"{name} is confirmed, not proposed: whoever treats it corrects the record, with their own reason",)
    return () if concern.current else (f"{name} is no longer active: nothing is left to dismiss",)


def open_cases(records: Records, command: DismissConcern, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The concern, to be dismissed or proposed for it."""
    chart = charts.read(records, occasion)
    view = next((each for each in chart.conditions if each.record.reference == command.concern), None)
    if view is None:
        why = patient.in_the_way(chart.patient, command.patient)
        return Refusal(
            (*why, f"{command.concern} is not among this patient's conditions, or not visible to us: check the id")
        )
    degree = supervision.degree(occasion.content, _action(view), occasion.actor.discipline)
    concern = Concern(chart=chart, view=view, reason=command.reason, given=None, words=PROPOSED)
    return (DismissalCase(command=command, occasion=occasion, concern=concern, proposes=degree == "propose"),)


PROPOSED = "dismiss it, it does not hold"
"""What a proposal asks for, in words."""


def _action(concern: ConditionView) -> str:
    """The line of the supervision table that says who may judge it."""
    return "confirm-need" if diagnoses.is_need(concern) else "confirm-diagnosis"


DISMISS_CONCERN = Step(
    name="dismiss-concern",
    title="Dismiss a concern that does not hold",
    command=DismissConcern,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    amends=("Condition", "Task"),
    supervised=("confirm-need", "confirm-diagnosis"),
)
