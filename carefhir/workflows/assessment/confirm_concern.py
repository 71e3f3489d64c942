"""`confirm-concern`: somebody confirms what a screen found, because a screen is not a diagnosis (rule 5).

A social need is confirmed with a leaf Z code by a nurse, a social worker or a provider. A community health worker
proposes it to the care manager. A positive screen is confirmed by a provider only, who gives the diagnosis: it becomes
a problem of its own, with the concern as its evidence. A nurse or a social worker proposes it to the supervising
provider, and the concern stays unconfirmed until then.

The act's cause is the concern and what is done about it: proposing and confirming are two acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.codes import ICD10CM
from carefhir.content import supervision
from carefhir.content.loading import Content
from carefhir.engine.step import Case, ConditionRef, PatientCommand, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import condition, patient
from carefhir.mappers.condition import ConditionView
from carefhir.occasion import Occasion
from carefhir.workflows.assessment import diagnoses
from carefhir.workflows.assessment.concerns import Concern, ConcernJudging
from carefhir.workflows.pen import Pen

Verdict: TypeAlias = Literal["confirmed", "proposed"]
JUDGED = ("confirmed", "refuted", "entered-in-error")
"""Verification statuses of a concern that somebody has already judged."""


class ConfirmConcern(PatientCommand):
    """Confirms a concern, or proposes it to somebody who may confirm it."""

    concern: ConditionRef = Field(description="the concern: Condition/ID")
    reason: str = Field(min_length=1, description="why it is confirmed or proposed, in plain words")
    diagnosis: str = Field(default="", description="the code to confirm, as system|code (snomed|…, icd-10-cm|…)")
    diagnosis_words: str = Field(default="", description="the diagnosis in words")


NEEDS = (
    *charts.needs("patient", "care_teams", "episodes", "tasks"),
    condition.find(),
)


@dataclass(frozen=True, slots=True)
class VerdictOn:
    """A concern, and whether it is confirmed or proposed: these are two acts."""

    concern: str
    verdict: Verdict

    def spelled(self) -> tuple[str, ...]:
        return (self.concern, self.verdict)


@dataclass(frozen=True, slots=True)
class ConfirmingCase(Case):
    """A concern that whoever acts confirms, if they may."""

    command: ConfirmConcern
    occasion: Occasion
    concern: Concern

    @property
    def cause(self) -> VerdictOn:
        return VerdictOn(self.command.concern, "confirmed")

    def decide(self, act: Act) -> Plan | Refusal:
        """Confirms the concern; or says why not."""
        content, discipline = self.occasion.content, self.occasion.actor.discipline
        why = (
            *_in_the_way(self.concern, self.command, act),
            *supervision.refusals(content, _action(self.concern.view), discipline),
            *self._lacking(),
        )
        pen = Pen(self.occasion, act, self.command.patient)
        return Refusal(why) if why else ConcernJudging(self.concern, pen).confirmed()

    def _lacking(self) -> tuple[str, ...]:
        """Says what is missing to confirm it."""
        if self.command.diagnosis and self.concern.given is None:
            return ("diagnosis is not a code: give it as system|code, for example icd-10-cm|F33.1 or snomed|…",)
        if self.concern.need:
            return _no_leaf(self.occasion.content, self.concern)
        if self.concern.given is None:
            name = self.command.concern
            return (f"{name} is a positive screen, not a diagnosis: give diagnosis (system|code) and diagnosis_words",)
        words = () if self.command.diagnosis_words else ("give diagnosis_words: the diagnosis in words",)
        return (*words, *diagnoses.not_medical(*self.concern.given))


def _no_leaf(content: Content, concern: Concern) -> tuple[str, ...]:
    """Says which code is missing to confirm a social need."""
    given = concern.given
    codes = [given[1]] if given else diagnoses.need_codes(concern.view)
    if not codes or (given is not None and given[0] != ICD10CM):
        name = concern.view.record.reference
        return (f"{name} is a social need: give its ICD-10-CM leaf code (Z55 to Z65) as diagnosis",)
    return tuple(
        f"{code} is not a leaf code of Z55 to Z65: give the most specific code"
        for code in codes
        if not diagnoses.leaf(content, code)
    )


@dataclass(frozen=True, slots=True)
class ConcernProposalCase(Case):
    """A concern that whoever acts may only propose to somebody who may confirm it."""

    command: ConfirmConcern
    occasion: Occasion
    concern: Concern

    @property
    def cause(self) -> VerdictOn:
        return VerdictOn(self.command.concern, "proposed")

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes a Task for somebody who may confirm it; or says why not."""
        why = _in_the_way(self.concern, self.command, act)
        pen = Pen(self.occasion, act, self.command.patient)
        return Refusal(why) if why else ConcernJudging(self.concern, pen).proposed()


def _in_the_way(concern: Concern, command: ConfirmConcern, act: Act) -> tuple[str, ...]:
    """Says why nobody can judge this concern now."""
    settled = () if act.did(concern.view.record) else _settled(concern.view)
    return (*patient.in_the_way(concern.chart.patient, command.patient), *settled)


def _settled(concern: ConditionView) -> tuple[str, ...]:
    """Says that it is already judged, or over."""
    name, status = concern.record.reference, concern.verification
    for word in JUDGED:
        if word in status:
            return (f"{name} is already {word}: nothing is left to confirm",)
    if not concern.current:
        return (f"{name} is no longer active: set its clinicalStatus to recurrence first, if it is back",)
    unknown = status and not status & condition.UNSETTLED
    return (f"{name} has a verificationStatus that FHIR does not know: correct it first",) if unknown else ()


def open_cases(records: Records, command: ConfirmConcern, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The concern, to be confirmed or proposed."""
    chart = charts.read(records, occasion)
    view = next((each for each in chart.conditions if each.record.reference == command.concern), None)
    if view is None:
        why = patient.in_the_way(chart.patient, command.patient)
        return Refusal(
            (*why, f"{command.concern} is not among this patient's conditions, or not visible to us: check the id")
        )
    concern = Concern(
        chart=chart,
        view=view,
        reason=command.reason,
        given=diagnoses.spelled(command.diagnosis),
        words=command.diagnosis_words,
    )
    degree = supervision.degree(occasion.content, _action(view), occasion.actor.discipline)
    if degree == "propose":
        return (ConcernProposalCase(command, occasion, concern),)
    return (ConfirmingCase(command, occasion, concern),)


def _action(concern: ConditionView) -> str:
    """The line of the supervision table that says who may confirm it."""
    return "confirm-need" if diagnoses.is_need(concern) else "confirm-diagnosis"


CONFIRM_CONCERN = Step(
    name="confirm-concern",
    title="Confirm what a screen found",
    command=ConfirmConcern,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Condition", "Task"),
    amends=("Condition", "Task"),
    supervised=("confirm-need", "confirm-diagnosis"),
)
