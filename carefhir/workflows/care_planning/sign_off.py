"""`sign-off`: the provider signs, and the plan takes effect in one commit.

Plan and agreed goals become active, items of class *plan* with them; an order becomes the prescriber's Task and the
request itself stays a draft, for a signature under a plan is no order. What is signed is what the request named, to the
version: anything changed since refuses the signature. Contradictions that are the prescriber's must be decided with it.

The act's cause is the plan and the version signed. The plan is the first record it amends: so a server without history
can tell by the act's mark on it whether a plan in effect was signed by this very act, half-done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.engine.step import CarePlanRef, InState, Step
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import pinned
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


class Decision(BaseModel):
    """What the prescriber decided where advice is against advice."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    issue: str = Field(
        pattern=r"^DetectedIssue/[A-Za-z0-9\-.]{1,64}$", description="the contradiction decided: DetectedIssue/ID"
    )
    decision: str = Field(min_length=1, description="what is to be done, in words")


class SignOff(PlanCommand):
    """Signs a plan."""

    plan: CarePlanRef = Field(description="the plan signed: CarePlan/ID")
    version: str = Field(min_length=1, description="the version of the plan that was read, as the request names it")
    decisions: tuple[Decision, ...] = Field(
        default=(), description="for each contradiction decided: issue (DetectedIssue/ID), decision (in words)"
    )


def cause_of(command: SignOff, occasion: Occasion) -> InState:
    """The plan, and the version signed."""
    return InState(command.plan, command.version)


@dataclass(frozen=True, slots=True)
class SigningCase(PlanCase):
    """One plan that is to be signed."""

    command: SignOff
    request: TaskView | None
    """The open request; else the newest that was signed, which may be this very act's."""
    versions: Mapping[str, str]
    """What the request names for signature, and in which version."""

    @property
    def cause(self) -> InState:
        return cause_of(self.command, self.occasion)

    def decide(self, act: Act) -> Plan | Refusal:
        """The plan in effect, or why it cannot be signed."""
        plan, request = self.plan, self.request
        if plan is None or self.why:
            return Refusal(self.why)
        begun = act.did(plan.record)
        if request is None or not (request.open or begun):
            return Refusal((f"nobody has asked for a signature under {plan.reference}: request-sign-off first",))
        why = () if begun else self._refusals(plan)
        if why:
            return Refusal(why)
        return Signing(
            plan=plan,
            request=request,
            versions=self.versions,
            decisions=self.command.decisions,
            version=self.command.version,
            pen=Pen(self.occasion, act, self.command.patient),
        ).plan_of_changes()

    def _refusals(self, plan: LinkedPlan) -> tuple[str, ...]:
        """Everything in the way, by name."""
        why = []
        if plan.status != "draft":
            why.append(f"{plan.reference} is {plan.status}: only a draft is signed")
        if self.command.version != plan.record.version:
            now = plan.record.version
            why.append(f"you read version {self.command.version} of {plan.reference}, now it is {now}: read it again")
        return (*why, *self._moved(plan), *self._undecided(plan), *self._misdecided(plan))

    def _moved(self, plan: LinkedPlan) -> list[str]:
        """What was named for signature and has changed since, with both versions."""
        current = {record.reference: record.version for record in plan.records}
        why = []
        for reference, version in self.versions.items():
            now = current.get(reference, "")
            if not now:
                why.append(f"{reference} was named for signature and cannot be seen any more")
            elif now != version:
                why.append(f"{reference} has moved since the signature was asked for: version {version}, now {now}")
        return [*why, "return the plan, so that it is asked for again"] if why else []

    def _undecided(self, plan: LinkedPlan) -> list[str]:
        """Contradictions that are the prescriber's, and left open."""
        who = deciders(self.occasion.content)
        decided = {decision.issue for decision in self.command.decisions}
        return [
            f"{issue.reference} is not decided, and yours to decide: {title_of(issue)}"
            for issue in plan.issues
            if issue.open and issue.reference not in decided and who.get(code_of(issue)) != "care-manager"
        ]

    def _misdecided(self, plan: LinkedPlan) -> list[str]:
        """Decisions about nothing of this plan, given twice, or about what is decided already."""
        named = [decision.issue for decision in self.command.decisions]
        why = [f"{name} is decided twice" for name in dict.fromkeys(named) if named.count(name) > 1]
        issues = {issue.reference: issue for issue in plan.issues}
        for name in dict.fromkeys(named):
            if name not in issues:
                why.append(f"{name} is no contradiction of {plan.reference}, or not visible")
            elif not issues[name].open:
                why.append(f"{name} is decided already: leave it out")
        return why


def open_cases(records: Records, command: SignOff, occasion: Occasion) -> tuple[SigningCase]:
    """The plan to be signed, and what the request for the signature names."""
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
