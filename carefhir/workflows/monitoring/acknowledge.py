"""`acknowledge`: a provider has heard of an escalation or a safety review, and answers for it from now on.

Whoever reached them records it: who, how, and when. The Task then says who knew what from when on; its copy with the
other owner says the same. What is red or an emergency counts only by voice or in person. The cause is the Task: it is
acknowledged once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.content import supervision
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import Moment, PatientCommand, PractitionerRef, TaskRef
from carefhir.fhir.changes import Act, Edit, Plan, Refusal, carries_key, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Need, Of
from carefhir.mappers import patient, practitioner
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.monitoring import open_task

ROLES = "roles of whoever acknowledged"


class Acknowledge(PatientCommand):
    """Records that a provider acknowledged an escalation or a safety review."""

    task: TaskRef = Field(description="the escalation or safety review: Task/ID")
    acknowledged_by: PractitionerRef = Field(description="the provider who answers for it now: Practitioner/ID")
    how: Literal["voice", "in-person", "message"] = Field(
        description="how they were reached; a message does not count for an escalation"
    )
    at: Moment = Field(description="when, with its offset, for example 2026-03-09T10:20:00-05:00")


@dataclass(frozen=True, slots=True)
class Context:
    """What it is decided from."""

    chart: Chart
    acknowledger: Record | None
    roles: tuple[Record, ...]


NEEDS = (
    *chart.needs("patient", "care_teams", "tasks"),
    practitioner.find("acknowledged_by"),
    Need(ROLES, "PractitionerRole", (Of("practitioner", "practitioner", "{command.acknowledged_by}"),), optional=True),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return Context(chart.read(records, occasion), records.one("acknowledged_by"), records[ROLES])


def cause(command: Acknowledge, occasion: Occasion) -> tuple[str, ...]:
    """The Task."""
    return (command.task,)


def decide(context: Context, command: Acknowledge, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The Task accepted, with who answers for it; or why not."""
    one = context.chart.task(command.task)
    why = (
        *patient.in_the_way(context.chart.patient, command.patient),
        *open_task.in_the_way(context.chart, one, command.task, act, occasion),
        *open_task.not_yet(command.at, occasion),
        *practitioner.missing(context.acknowledger, "acknowledging provider", command.acknowledged_by),
    )
    if why or one is None:
        return Refusal(why)
    why = _refusals(context, command, occasion, act, one)
    if why:
        return Refusal(why)
    how = command.how.replace("-", " ")
    words = f"Acknowledged ({how})."
    edits = (
        open_task.state(occasion.content, "acknowledged"),
        open_task.noted(command.acknowledged_by, command.at, words, occasion),
        put("lastModified", occasion.stamp),
    )
    because = f"acknowledged by {command.acknowledged_by} ({how})"
    every = (one, *(copy for copy in open_task.copies(context.chart, one, act) if _unheard(copy, act)))
    changes = tuple(open_task.amended(act, each, because, *edits, *_accepted(each)) for each in every)
    when = command.at.astimezone(occasion.zone).isoformat(timespec="minutes")
    says = [f"{command.task}: acknowledged by {command.acknowledged_by} at {when} ({how})"]
    says += [f"so is {each.record.reference}, the same matter with {each.owner}" for each in every[1:]]
    return Plan(
        changes,
        (*says, "it stays open until it is resolved"),
        warnings=context.chart.not_visible,
        decided_from=tuple(each.record for each in every),
        reason=because,
        acting_as=occasion.actor.discipline,
    )


def _accepted(one: TaskView) -> tuple[Edit, ...]:
    """Work that has begun stays begun."""
    return (put("status", "accepted"),) if one.status in ("requested", "received") else ()


def _unheard(one: TaskView, act: Act) -> bool:
    return carries_key(one.record, open_task.own_key(act, one)) or not open_task.acknowledged(one)


def _refusals(context: Context, command: Acknowledge, occasion: Occasion, act: Act, one: TaskView) -> tuple[str, ...]:
    """What is against it, by name."""
    found = []
    concept = open_task.kind(occasion.content, one)
    assert concept is not None  # in_the_way has looked
    if concept.code not in open_task.URGENT:
        return (f"{command.task} is a {concept.display}: only escalations and safety reviews are acknowledged",)
    if not _unheard(one, act):
        found.append(f"{command.task} was acknowledged already; its notes say by whom")
    if concept.code == "escalation" and command.how == "message":
        found.append("a message is no acknowledgement of a red or an emergency: reach them by voice or in person")
    team = context.chart.team
    on_call = team.on_call or occasion.site.on_call
    theirs = practitioner.disciplines(context.roles, occasion.content)
    known = theirs or tuple(filter(None, (team.disciplines.get(command.acknowledged_by, ""),)))
    action = open_task.closed_by(concept)
    if command.acknowledged_by != on_call and not any(supervision.may(occasion.content, action, d) for d in known):
        refused = supervision.refusals(occasion.content, action, known[0] if known else "")
        found += [f"{command.acknowledged_by} cannot acknowledge it: {one}" for one in refused]
    return tuple(found)


ACKNOWLEDGE = adapted(
    name="acknowledge",
    title="Record that a provider acknowledged an escalation",
    command=Acknowledge,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=(),
    amends=("Task",),
    supervised="contact",
)
