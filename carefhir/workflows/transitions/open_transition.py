"""`open-transition`: a discharge starts the transition, from the stay an Encounter belongs to.

Writes a parent Task for the whole period and a Task for each thing to be done, due by the programme clock; and the LACE
index, as a range where an input is missing, withheld where LACE does not hold (rule 13). A move to another facility
starts no clock, only a Task to track it (rule 8). The clock starts at discharge, not when we learn of it (rule 6). The
act's cause is the anchor Encounter's identifier, the one the stay was first known under even when it has grown since.
When the discharge is corrected later, that correction is an act of its own, possible once the opening is whole, which
moves the open Tasks' dates and leaves their identity alone.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from carefhir.chart import stays
from carefhir.chart.stays import Stay
from carefhir.content.clocks import Clock, read_clock
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import EncounterRef, PatientCommand
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import care_team, condition, encounter, episode_of_care, patient, task
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discharge import KINDS, Context, Discharge, Kind, corrections, standing_of

CLOCK = "transition-clock"


class OpenTransition(PatientCommand):
    """Opens the transition that follows a stay."""

    encounter: EncounterRef = Field(description="any Encounter of the stay: Encounter/ID")
    retrospective: bool = Field(default=False, description="the window is over: record only that it was")


NEEDS = (
    patient.find(),
    encounter.find_named(),
    encounter.find(),
    replace(condition.find(), optional=True),
    replace(care_team.find(), optional=True),
    replace(episode_of_care.find(), optional=True),
    task.find(),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context; conditions, team and programmes that cannot be seen are told as such."""
    named = records.one("encounter")
    return Context(
        patient.read(records.one("patient")),
        encounter.read(named, occasion.zone) if named else None,
        tuple(encounter.read(one, occasion.zone) for one in records["encounters"]),
        tuple(condition.read(one) for one in records["conditions"]),
        records.visible("conditions"),
        care_team.read(records["care_teams"], occasion.today),
        tuple(episode_of_care.read(one) for one in records["episodes"]),
        tuple(task.read(one) for one in records["tasks"]),
        tuple(f"{gap.type} not visible: {gap.why}" for gap in records.gaps),
    )


def causes(context: Context, command: OpenTransition, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The stay's anchor, by the identity it was first known under, and what became of it: opened, tracked or recorded
    afterwards; then each correction of its discharge since."""
    stay = _stay(context, occasion)
    if stay is None or not any(one.end for one in stay.encounters):
        return ()
    standing = standing_of(context, stay, command.patient)
    kind = _kind(context, stay, command, occasion)
    first = (standing.identity or stay.anchor.identities[0], *KINDS[kind])
    if kind == "recorded":
        return (first,)
    return (first, *corrections(first, standing.heads.get(kind), stay))


def particulars(context: Context, command: OpenTransition, occasion: Occasion) -> object:
    """Any Encounter of the stay says the same."""
    stay = _stay(context, occasion)
    named = sorted(stay.references)[0] if stay else command.encounter
    return [command.patient, command.retrospective, named if stay is None else "stay"]


def decide(context: Context, command: OpenTransition, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The Tasks of the transition, or its tracking, or why not."""
    why = _refusals(context, command, occasion)
    stay = _stay(context, occasion)
    if why or stay is None:
        return Refusal(why or (f"{command.encounter} is no stay that can be found",))
    clock = _clock(occasion, stay)
    place = stays.destination_of(occasion.content, stay, context.encounters, clock.number("stay-gap-hours"))
    standing = standing_of(context, stay, command.patient)
    case = Discharge(context, command.patient, command.retrospective, occasion, act, stay, place, clock, standing)
    if "corrected" in act.cause:
        return case.moved()
    late = case.too_late()
    if late:
        return late
    kind = _kind(context, stay, command, occasion)
    if kind == "tracked":
        return case.tracked()
    return case.recorded_only() if kind == "recorded" else case.opened()


def _kind(context: Context, stay: Stay, command: OpenTransition, occasion: Occasion) -> Kind:
    """What a discharge asks for (rule 8)."""
    gap = _clock(occasion, stay).number("stay-gap-hours")
    place = stays.destination_of(occasion.content, stay, context.encounters, gap)
    if not place.community or not stay.setting.properties.get("tcmOrigin"):
        return "tracked"
    return "recorded" if command.retrospective else "opened"


def _stay(context: Context, occasion: Occasion) -> Stay | None:
    if context.named is None or context.named.start is None:
        return None
    day = context.named.end_day or context.named.start_day or occasion.today
    gap = read_clock(occasion.content, CLOCK, day).number("stay-gap-hours")
    mine = next((one for one in context.encounters if one.reference == context.named.reference), None)
    return stays.stay_of(occasion.content, mine, context.encounters, gap) if mine else None


def _clock(occasion: Occasion, stay: Stay) -> Clock:
    return read_clock(occasion.content, CLOCK, stay.end_day)


def _refusals(context: Context, command: OpenTransition, occasion: Occasion) -> tuple[str, ...]:
    """Everything that stands in the way, by name."""
    why = list(patient.in_the_way(context.patient, command.patient))
    named = context.named
    if named is None:
        return (*why, f"{command.encounter} is not on this server, or not visible to us")
    if named.patient != command.patient:
        return (*why, f"{command.encounter} is not {command.patient}'s")
    if named.status not in encounter.BEGUN:
        return (*why, f"{command.encounter} is {named.status or 'without status'}: no stay has taken place")
    setting = stays.setting_of(occasion.content, named)
    if not stays.class_is_known(occasion.content, named):
        unknown = named.class_code[1] or "(none)"
        return (*why, f"{command.encounter}: class {unknown} and its types are not in our map of settings; add them")
    if not stays.is_facility(setting):
        kind = f" ({setting.display})" if setting.code != "other" else ""
        return (*why, f"{command.encounter} is no stay but a visit{kind}; a transition follows a stay")
    died = stays.died_in(occasion.content, context.encounters)
    if died is not None:
        why.append(f"{died.reference} ended with the patient's death: no transition follows")
    stay = _stay(context, occasion)
    if stay is None:
        return (*why, f"{command.encounter} has no start that can be read")
    for one in stay.encounters:
        if one.status != "finished" or one.end is None:
            why.append(f"the stay is not finished: {one.reference} is {one.status}")
    if not why and stay.end > occasion.now:
        why.append(f"the stay ends in the future ({stay.end_day})")
    return tuple(why)


OPEN_TRANSITION = adapted(
    name="open-transition",
    title="Open the transition that follows a stay",
    command=OpenTransition,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Task", "RiskAssessment"),
    amends=("Task",),
    particulars=particulars,
    supervised="contact",
)
