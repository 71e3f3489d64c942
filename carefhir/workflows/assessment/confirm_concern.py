"""`confirm-concern`: a person judges what a screen found. A screen is not a diagnosis (rule 5).

A social need with a leaf Z code is confirmed by a nurse, a social worker or a provider; a community health worker
proposes it to the care manager. A positive screen without diagnosis is confirmed by a provider alone, who gives the
diagnosis: it becomes a problem of its own, with the concern as its evidence. A nurse or social worker proposes that to
the supervising provider, and the concern stays as it is.

The act's cause is the concern; to propose and to confirm are two acts.
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
"""Verification statuses of what somebody has judged."""


class ConfirmConcern(PatientCommand):
    """Confirms a concern, or proposes that somebody who may does."""

    concern: ConditionRef = Field(description="the concern: Condition/ID")
    reason: str = Field(min_length=1, description="what it is judged by, in plain words")
    diagnosis: str = Field(default="", description="the code confirmed, as system|code (snomed|…, icd-10-cm|…)")
    diagnosis_words: str = Field(default="", description="the diagnosis in words")


NEEDS = (
    *charts.needs("patient", "care_teams", "episodes", "tasks"),
    condition.find(),
)


@dataclass(frozen=True, slots=True)
class VerdictOn:
    """A concern, and what is done about it: proposing and confirming are two acts."""

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
        """The concern confirmed; or why not."""
        content, discipline = self.occasion.content, self.occasion.actor.discipline
        why = (
            *_in_the_way(self.concern, self.command, act),
            *supervision.refusals(content, _action(self.concern.view), discipline),
            *self._lacking(),
        )
        pen = Pen(self.occasion, act, self.command.patient)
        return Refusal(why) if why else ConcernJudging(self.concern, pen).confirmed()

    def _lacking(self) -> tuple[str, ...]:
        """What the concern, or the code given, lacks."""
        if self.command.diagnosis and self.concern.given is None:
            return ("diagnosis is given as system|code: snomed|… or icd-10-cm|…, or the systems' full names",)
        if self.concern.need:
            return _no_leaf(self.occasion.content, self.concern)
        if self.concern.given is None:
            name = self.command.concern
            return (f"{name} is a positive screen, not a diagnosis: give the diagnosis (system|code) and its words",)
        words = () if self.command.diagnosis_words else ("diagnosis_words: say the diagnosis in words, too",)
        return (*words, *diagnoses.not_medical(*self.concern.given))


def _no_leaf(content: Content, concern: Concern) -> tuple[str, ...]:
    """Why a social need lacks the code it is confirmed with."""
    given = concern.given
    codes = [given[1]] if given else diagnoses.need_codes(concern.view)
    if not codes or (given is not None and given[0] != ICD10CM):
        name = concern.view.record.reference
        return (f"{name} is a social need: give its ICD-10-CM leaf code (Z55-Z65) as diagnosis",)
    return tuple(
        f"{code} is no leaf code of Z55-Z65: give the most exact code"
        for code in codes
        if not diagnoses.leaf(content, code)
    )


@dataclass(frozen=True, slots=True)
class ConcernProposalCase(Case):
    """A concern that whoever acts may not confirm, but propose to who may."""

    command: ConfirmConcern
    occasion: Occasion
    concern: Concern

    @property
    def cause(self) -> VerdictOn:
        return VerdictOn(self.command.concern, "proposed")

    def decide(self, act: Act) -> Plan | Refusal:
        """A Task for who may confirm it; or why not."""
        why = _in_the_way(self.concern, self.command, act)
        pen = Pen(self.occasion, act, self.command.patient)
        return Refusal(why) if why else ConcernJudging(self.concern, pen).proposed()


def _in_the_way(concern: Concern, command: ConfirmConcern, act: Act) -> tuple[str, ...]:
    """Why nobody judges this concern now."""
    settled = () if act.did(concern.view.record) else _settled(concern.view)
    return (*patient.in_the_way(concern.chart.patient, command.patient), *settled)


def _settled(concern: ConditionView) -> tuple[str, ...]:
    """Somebody else has judged it, or it is over."""
    name, status = concern.record.reference, concern.verification
    for word in JUDGED:
        if word in status:
            return (f"{name} is {word} already: nothing is left to confirm",)
    if not concern.current:
        return (f"{name} is over (its clinical status says so): reopen it first, if it is back",)
    unknown = status and not status & condition.UNSETTLED
    return (f"{name} has a verification status that is not known",) if unknown else ()


def open_cases(records: Records, command: ConfirmConcern, occasion: Occasion) -> Sequence[Case] | Refusal:
    """The concern, to be confirmed or only proposed."""
    chart = charts.read(records, occasion)
    view = next((each for each in chart.conditions if each.record.reference == command.concern), None)
    if view is None:
        why = patient.in_the_way(chart.patient, command.patient)
        return Refusal((*why, f"{command.concern} is not among this patient's conditions, or not visible to us"))
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
    """The line of the supervision table that confirming it takes."""
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
