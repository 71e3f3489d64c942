"""`sign-off`: signs a plan, which takes effect in one commit.

The plan, the agreed goals and the items of class *plan* become active. An order becomes a Task for the prescriber and
the request itself stays a draft, because a signature on a plan is not an order. Exactly what the request named is
signed: if anything has changed since, the signature is refused. Conflicting advice that the prescriber has to decide
must be decided with it.

The act's cause is the plan and the version signed. The plan is the first record that the step amends. So even on a
server without history, an active plan with this act's mark was signed by this act, which was then interrupted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.engine.step import CarePlanRef, InState, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import pinned
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.conflicting_advice import code_of, deciders, title_of
from carefhir.workflows.care_planning.linked_plan import (
    NEEDS,
    LinkedPlan,
    PlanCase,
    PlanCommand,
    in_the_way,
    linked_plan,
)
from carefhir.workflows.care_planning.signing import Signing
from carefhir.workflows.pen import Pen


class SignOffDecision(BaseModel):
    """What the prescriber decided about one conflict."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    issue: str = Field(
        pattern=r"^DetectedIssue/[A-Za-z0-9\-.]{1,64}$", description="the conflicting advice decided: DetectedIssue/ID"
    )
    decision: str = Field(min_length=1, description="what to do, in words")


class SignOff(PlanCommand):
    """Signs a plan."""

    plan: CarePlanRef = Field(description="the plan signed: CarePlan/ID")
    version: str = Field(min_length=1, description="the version of the plan that was read, as named in the request")
    decisions: tuple[SignOffDecision, ...] = Field(
        default=(),
        description="for each piece of conflicting advice decided: issue (DetectedIssue/ID), decision (in words)",
    )


def cause_of(command: SignOff, occasion: Occasion) -> InState:
    """The plan, and the version signed."""
    return InState(command.plan, command.version)


@dataclass(frozen=True, slots=True)
class SigningCase(PlanCase):
    """One plan that is to be signed."""

    command: SignOff
    request: TaskView | None
    """The open request; else the newest one that was signed, possibly by this very act."""
    versions: Mapping[str, str]
    """What the request names for signature, and in which version."""

    @property
    def cause(self) -> InState:
        return cause_of(self.command, self.occasion)

    def decide(self, act: Act) -> Plan | Refusal:
        """Puts the plan in effect; or says why it cannot be signed."""
        plan, request = self.plan, self.request
        if plan is None or self.why:
            return Refusal(self.why)
        begun = act.did(plan.record)
        if request is None or not (request.open or begun):
            return Refusal((f"nobody has asked for a signature on {plan.reference}: request-sign-off first",))
        why = self._moved_unsigned(plan, act) if begun else self._refusals(plan)
        if why:
            undecided = tuple(self._undecided(plan))
            return Refusal(why, to_fill_in=self._blanks(plan) if undecided and undecided == why else {})
        return Signing(
            plan=plan,
            request=request,
            versions=self.versions,
            decisions=self.command.decisions,
            version=self.command.version,
            pen=Pen(self.occasion, act, self.command.patient),
        ).plan_of_changes()

    def _refusals(self, plan: LinkedPlan) -> tuple[str, ...]:
        """Says everything that is in the way."""
        why = []
        if plan.status != "draft":
            why.append(f"the plan ({plan.reference}) is {plan.status}: only a draft can be signed")
        if not plan.record.version:
            return (*why, "this server gives no versions: what is signed cannot be told from what was read")
        if self.command.version != plan.record.version:
            now = plan.record.version
            why.append(f"you read version {self.command.version} of {plan.reference}, now version {now}: read it again")
        return (*why, *self._moved(plan), *self._undecided(plan), *self._misdecided(plan))

    def _moved(self, plan: LinkedPlan) -> list[str]:
        """Names what has changed since the signature was asked for, with both versions."""
        why = [
            f"{reference} has changed since the signature was asked for: version {version}, now {now}"
            if now
            else f"{reference} was to be signed and can no longer be seen"
            for reference, (version, now) in plan.moved_since(self.versions).items()
        ]
        return (
            [*why, "have the signature asked for again (request-sign-off), or return the plan (return-plan)"]
            if why
            else []
        )

    def _moved_unsigned(self, plan: LinkedPlan, act: Act) -> tuple[str, ...]:
        """Names what an interrupted signature has not reached yet, and is not any more what the provider read."""
        signed = {record.reference for record in plan.records if act.did(record)}
        return tuple(
            f"{reference} has changed since the signature was asked for: version {version}, now {now or 'not visible'}"
            for reference, (version, now) in plan.moved_since(self.versions).items()
            if reference not in signed
        )

    def _undecided(self, plan: LinkedPlan) -> list[str]:
        """Names conflicting advice that the prescriber has to decide and did not."""
        decided = {decision.issue for decision in self.command.decisions}
        return [
            f"conflicting advice is not decided: {title_of(issue)} ({issue.reference}); add your decision"
            for issue in self._to_decide(plan)
            if issue.reference not in decided
        ]

    def _to_decide(self, plan: LinkedPlan) -> list[IssueView]:
        """The conflicting advice that is the prescriber's to decide, and open."""
        who = deciders(self.occasion.content)
        return [issue for issue in plan.issues if issue.open and who.get(code_of(issue)) != "care-manager"]

    def _blanks(self, plan: LinkedPlan) -> dict[str, Any]:
        """The decisions given, and a blank for each that is missing."""
        named = {decision.issue for decision in self.command.decisions}
        given = [decision.model_dump(exclude_defaults=True) for decision in self.command.decisions]
        missing = [issue.reference for issue in self._to_decide(plan) if issue.reference not in named]
        return {"decisions": [*given, *({"issue": issue, "decision": ""} for issue in missing)]}

    def _misdecided(self, plan: LinkedPlan) -> list[str]:
        """Names decisions given twice, about nothing in this plan, or about what is already decided."""
        named = [decision.issue for decision in self.command.decisions]
        why = [f"{name} is decided twice: give one decision" for name in dict.fromkeys(named) if named.count(name) > 1]
        issues = {issue.reference: issue for issue in plan.issues}
        for name in dict.fromkeys(named):
            if name not in issues:
                why.append(f"{name} is not conflicting advice of {plan.reference}, or is not visible to us")
            elif not issues[name].open:
                why.append(f"{name} is already decided: leave it out")
        return why


def open_cases(records: Records, command: SignOff, occasion: Occasion) -> tuple[SigningCase]:
    """Reads the plan to be signed, and what the request for the signature names."""
    chart = charts.read(records, occasion)
    plan = linked_plan(chart, command.plan)
    request = (plan.open_request or plan.newest_request("completed")) if plan else None
    return (
        SigningCase(
            command=command,
            occasion=occasion,
            plan=plan,
            why=in_the_way(chart, plan, command),
            request=request,
            versions=pinned.read(request.record) if request else {},
        ),
    )


SIGN_OFF = Step(
    name="sign-off",
    title="Sign a plan",
    command=SignOff,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="ask the person",
    creates=("Task",),
    amends=(
        "CarePlan",
        "Goal",
        "Task",
        "ServiceRequest",
        "DeviceRequest",
        "CommunicationRequest",
        "Appointment",
        "DetectedIssue",
    ),
    supervised="activate-plan",
)
