"""`sign-off`: the provider signs, and the plan takes effect in one commit.

Plan and agreed goals become active, items of class *plan* with them; an order becomes the prescriber's Task and the
request itself stays a draft, for a signature under a plan is no order. What is signed is what the request named, to the
version: anything changed since refuses the signature. Contradictions that are the prescriber's must be decided with it.

The act's cause is the plan and the version signed. The plan is written first, with this act's mark on it: an
interrupted run that finds its mark goes on without asking again what it has moved itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import CarePlanRef, PatientCommand
from carefhir.fhir.changes import (
    Act,
    Amend,
    Change,
    Create,
    Edit,
    Plan,
    Refusal,
    add,
    amend,
    carries_key,
    marked,
    put,
    refer,
)
from carefhir.mappers import task
from carefhir.mappers.request import ItemView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import plan_on_desk as desks
from carefhir.workflows.care_planning.against import code_of, deciders, title_of
from carefhir.workflows.care_planning.plan_on_desk import NEEDS, Desk


class Decision(BaseModel):
    """What the prescriber decided where advice is against advice."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    issue: str = Field(
        pattern=r"^DetectedIssue/[A-Za-z0-9\-.]{1,64}$", description="the contradiction decided: DetectedIssue/ID"
    )
    decision: str = Field(min_length=1, description="what is to be done, in words")


class SignOff(PatientCommand):
    """Signs a plan."""

    plan: CarePlanRef = Field(description="the plan signed: CarePlan/ID")
    version: str = Field(min_length=1, description="the version of the plan that was read, as the request names it")
    decisions: tuple[Decision, ...] = Field(
        default=(), description="for each contradiction decided: issue (DetectedIssue/ID), decision (in words)"
    )


def cause(command: SignOff, occasion: Occasion) -> tuple[str, ...]:
    """The plan, and the version signed."""
    return (command.plan, command.version)


def decide(chart: Chart, command: SignOff, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The plan in effect, or why it cannot be signed."""
    desk = desks.laid_out(chart, command.plan)
    why = desks.in_the_way(chart, command.patient, command.plan)
    if desk is None or why:
        return Refusal(why)
    resumed = carries_key(desk.plan.record, act.part_key("plan"))
    request = _request(desk, act)
    if request is None:
        return Refusal((f"nobody has asked for a signature under {command.plan}: request-sign-off first",))
    signing = _Signing(desk, command, occasion, act, request)
    why = () if resumed else signing.refusals()
    return Refusal(why) if why else signing.plan()


def _request(desk: Desk, act: Act) -> TaskView | None:
    """The open request; or the one that this very act has closed."""
    mine = [one for one in desk.sign_offs if carries_key(one.record, act.part_key("sign-off"))]
    return next(iter(mine), desk.open_request)


@dataclass(frozen=True, slots=True)
class _Signing:
    """One signature on the desk, with everything needed to write down what follows."""

    desk: Desk
    command: SignOff
    occasion: Occasion
    act: Act
    request: TaskView

    @property
    def asked(self) -> Mapping[str, str]:
        """What is to be signed, and in which version."""
        return desks.pins(self.request)

    @property
    def items(self) -> tuple[ItemView, ...]:
        """The items that were named for signature."""
        return tuple(one for one in self.desk.items if one.reference in self.asked)

    def refusals(self) -> tuple[str, ...]:
        """Everything in the way, by name."""
        plan, why = self.desk.plan, []
        if plan.status != "draft":
            why.append(f"{plan.reference} is {plan.status}: only a draft is signed")
        if self.command.version != plan.record.version:
            now = plan.record.version
            why.append(f"you read version {self.command.version} of {plan.reference}, now it is {now}: read it again")
        return (*why, *self._moved(), *self._undecided(), *self._misdecided())

    def _moved(self) -> list[str]:
        """What was named for signature and has changed since, with both versions."""
        stands = {one.reference: one for one in self.desk.records}
        why = []
        for reference, version in self.asked.items():
            now = stands[reference].version if reference in stands else ""
            if not now:
                why.append(f"{reference} was named for signature and cannot be seen any more")
            elif now != version:
                why.append(f"{reference} has moved since the signature was asked for: version {version}, now {now}")
        return [*why, "return the plan, so that it is asked for again"] if why else []

    def _undecided(self) -> list[str]:
        """Contradictions that are the prescriber's, and left open."""
        who, told = deciders(self.occasion.content), {one.issue for one in self.command.decisions}
        return [
            f"{one.reference} is not decided, and yours to decide: {title_of(one)}"
            for one in self.desk.issues
            if one.open and one.reference not in told and who.get(code_of(one)) != "care-manager"
        ]

    def _misdecided(self) -> list[str]:
        """Decisions about nothing of this plan, given twice, or about what is decided already."""
        named = [one.issue for one in self.command.decisions]
        why = [f"{one} is decided twice" for one in dict.fromkeys(named) if named.count(one) > 1]
        known = {one.reference: one for one in self.desk.issues}
        for one in dict.fromkeys(named):
            if one not in known:
                why.append(f"{one} is no contradiction of {self.desk.plan.reference}, or not visible")
            elif not known[one].open:
                why.append(f"{one} is decided already: leave it out")
        return why

    def plan(self) -> Plan:
        """Plan first, with our mark; the request last."""
        decided = self._decided()
        changes: tuple[Change, ...] = (
            *self._orders(),
            amend("plan", self.desk.plan.record, "signed: takes effect", *self._signed()),
            *self._goals(),
            *self._items(),
            *decided,
            amend("sign-off", self.request.record, "signed", *self._closed()),
        )
        return Plan(
            changes,
            self._says(),
            warnings=(*self.desk.chart.not_visible, *self._covering()),
            decided_from=self.desk.chart.team.records,
            reason=f"version {self.command.version} of the plan was read and signed",
            acting_as=self.occasion.actor.discipline,
        )

    def _signed(self) -> tuple[Edit, ...]:
        if self.desk.plan.status != "draft":
            return ()
        return (put("status", "active"), marked(self.act, "plan"))

    def _closed(self) -> tuple[Edit, ...]:
        if not self.request.open:
            return ()
        return (*desks.closing(self.occasion, "completed", "done"), marked(self.act, "sign-off"))

    def _goals(self) -> list[Amend]:
        """The agreed goals, pursued from now on."""
        made = []
        for one in self.desk.goals:
            if one.reference not in self.asked or one.over:
                continue
            today = self.occasion.today.isoformat()
            edits = (put("lifecycleStatus", "active"), put("statusDate", today)) if one.status == "accepted" else ()
            made.append(amend(f"goal/{one.record.id}", one.record, "agreed and signed", *edits))
        return made

    def _items(self) -> list[Amend]:
        """What takes effect with the signature."""
        made = []
        for one in self.items:
            if one.kind != "plan" or one.over:
                continue
            task_ = one.record.type == "Task"
            edits = [put("status", "requested" if task_ else "active")] if one.status == "draft" else []
            edits += [put("lastModified", self.occasion.stamp)] if edits and task_ else []
            made.append(amend(f"item/{one.record.type}/{one.record.id}", one.record, "signed: takes effect", *edits))
        return made

    def _orders(self) -> list[Create]:
        """A Task for the prescriber for each order: placing it is theirs, and a signature does not do it."""
        occasion = self.occasion
        due = occasion.today + timedelta(days=desks.number(occasion.content, "order-days"))
        made = []
        for one in self.items:
            if one.kind != "order" or one.over:
                continue
            work = task.Work(
                "place-order",
                f"Place, change or decline: {one.words}",
                occasion.today,
                due,
                self._prescriber(),
                focus=refer(one.record),
                based_on=refer(self.desk.plan.record),
            )
            resource = task.write(
                occasion.content, self.command.patient, occasion.actor.reference, occasion.stamp, work
            )
            part = f"order/{one.record.type}/{one.record.id}"
            made.append(Create(part, resource, f"{one.words}: the prescriber's to place by {due}"))
        return made

    def _prescriber(self) -> str:
        return self.request.owner or self.occasion.actor.reference

    def _decided(self) -> list[Amend]:
        """The issues as decided, and the Tasks that waited for it."""
        made: list[Amend] = []
        known = {one.reference: one for one in self.desk.issues}
        for decision in self.command.decisions:
            issue = known.get(decision.issue)
            if issue is None:
                continue
            mitigation = {
                "action": {"text": decision.decision},
                "date": self.occasion.stamp,
                "author": {"reference": self.occasion.actor.reference},
            }
            edits = (put("status", "final"), add("mitigation", mitigation)) if issue.open else ()
            made.append(amend(f"issue/{issue.record.id}", issue.record, f"decided: {title_of(issue)}", *edits))
            for one in self._waiting(issue.reference):
                done = desks.closing(self.occasion, "completed", "done") if one.open else ()
                made.append(amend(f"settled/{one.record.id}", one.record, "decided with the signature", *done))
        return made

    def _waiting(self, issue: str) -> tuple[TaskView, ...]:
        """The Tasks to decide an issue, and those that tell the signer of it."""
        told = [
            one for one in self.desk.tasks_on("inform-provider", issue) if one.owner == self.occasion.actor.reference
        ]
        return (*self.desk.tasks_on("settle-contradiction", issue), *self.desk.tasks_on("weigh-advice", issue), *told)

    def _covering(self) -> tuple[str, ...]:
        if self.request.owner in ("", self.occasion.actor.reference):
            return ()
        return (f"signed in cover: the request was with {self.request.owner}",)

    def _says(self) -> tuple[str, ...]:
        title = self.desk.plan.title or self.desk.plan.reference
        says = [f"signed: version {self.command.version} of {title}"]
        says += [f"active: {one.words}" for one in self.desk.goals if one.reference in self.asked and not one.over]
        says += [f"takes effect: {one.words}" for one in self.items if one.kind == "plan" and not one.over]
        says += [f"yours to order: {one.words}" for one in self.items if one.kind == "order" and not one.over]
        known = {one.reference: title_of(one) for one in self.desk.issues}
        says += [f"decided: {known.get(one.issue, one.issue)}" for one in self.command.decisions]
        return tuple(says)


SIGN_OFF = adapted(
    name="sign-off",
    title="Sign a plan",
    command=SignOff,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=charts.read,
    decide=decide,
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
