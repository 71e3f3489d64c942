"""`open-transition`: a discharge starts the transition, from the stay an Encounter belongs to.

Writes a parent Task for the whole period and a Task for each thing to be done, due by the programme clock; and the LACE
index, as a range where an input is missing, withheld where LACE does not hold (rule 13). A move to another facility
starts no clock, only a Task to track it (rule 8). The clock starts at discharge, not when we learn of it (rule 6). The
act's cause is the anchor Encounter's identifier; when its discharge time is corrected later, that correction is an act
of its own which moves the open Tasks' dates and leaves their identity alone.
"""

from __future__ import annotations

from pydantic import Field

from carefhir.content.clocks import Clock, read_clock
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import care_team, condition, encounter, episode_of_care, patient, task
from carefhir.occasion import Occasion
from carefhir.steps import EncounterRef, FromContext, PatientCommand, Step
from carefhir.workflows.transitions import stays
from carefhir.workflows.transitions.discharge import Context, Discharge, recorded_discharge, stamp_of
from carefhir.workflows.transitions.stays import Stay

CLOCK = "transition-clock"


class OpenTransition(PatientCommand):
    """Opens the transition that follows a stay."""

    encounter: EncounterRef = Field(description="any Encounter of the stay: Encounter/ID")
    retrospective: bool = Field(default=False, description="the window is over: record only that it was")


NEEDS = (
    patient.find(),
    encounter.find_named(),
    encounter.find(),
    condition.find(),
    care_team.find(),
    episode_of_care.find(),
    task.find(),
)


def read(records: Records) -> Context:
    """The context."""
    named = records.one("encounter")
    return Context(
        patient.read(records.one("patient")),
        encounter.read(named) if named else None,
        tuple(encounter.read(one) for one in records["encounters"]),
        tuple(condition.read(one) for one in records["conditions"]),
        records.visible("conditions"),
        care_team.read(records["care_teams"]),
        tuple(episode_of_care.read(one) for one in records["episodes"]),
        tuple(task.read(one) for one in records["tasks"]),
    )


def cause(context: Context, command: OpenTransition, occasion: Occasion) -> tuple[str, ...] | None:
    """The stay's anchor; with its discharge time when that was corrected since the transition was opened."""
    stay = _stay(context, occasion)
    if stay is None:
        return None
    anchor = stay.anchor.identifier
    first = Act("open-transition", command.patient, (anchor,))
    recorded = recorded_discharge(context, first)
    if recorded is not None and recorded != stamp_of(stay.end, occasion):
        return anchor, "corrected", stamp_of(stay.end, occasion)
    return (anchor,)


def decide(context: Context, command: OpenTransition, occasion: Occasion) -> Plan | Refusal:
    """The Tasks of the transition, or its tracking, or why not."""
    why = _refusals(context, command, occasion)
    stay = _stay(context, occasion)
    if why or stay is None:
        return Refusal(why or (f"{command.encounter} is no stay that can be found",))
    clock = _clock(occasion, stay)
    place = stays.destination_of(occasion.content, stay, context.encounters, clock.number("stay-gap-hours"))
    found = cause(context, command, occasion)
    act = Act("open-transition", command.patient, found or ())
    case = Discharge(context, command.patient, command.retrospective, occasion, act, stay, place, clock)
    if len(act.cause) > 1:
        return case.moved()
    late = case.too_late()
    if late:
        return late
    if place.concept.code == "expired":
        return Refusal((f"{stay.anchor.reference} ended with the patient's death: no transition; see record-death",))
    if not place.community or not stay.setting.properties.get("tcmOrigin"):
        return case.tracked()
    return case.recorded_only() if command.retrospective else case.opened()


def _stay(context: Context, occasion: Occasion) -> Stay | None:
    if context.named is None or context.named.start is None:
        return None
    day = occasion.local_date(context.named.end or context.named.start)
    gap = read_clock(occasion.content, CLOCK, day).number("stay-gap-hours")
    mine = next((one for one in context.encounters if one.reference == context.named.reference), None)
    return stays.stay_of(occasion.content, mine, context.encounters, gap) if mine else None


def _clock(occasion: Occasion, stay: Stay) -> Clock:
    return read_clock(occasion.content, CLOCK, occasion.local_date(stay.end))


def _refusals(context: Context, command: OpenTransition, occasion: Occasion) -> tuple[str, ...]:
    """Everything that stands in the way, by name."""
    why = list(patient.in_the_way(context.patient, command.patient))
    named = context.named
    if named is None:
        return (*why, f"{command.encounter} is not on this server, or not visible to us")
    if named.patient != command.patient:
        return (*why, f"{command.encounter} is not {command.patient}'s")
    if named.status in stays.GONE:
        return (*why, f"{command.encounter} is {named.status}")
    setting = stays.setting_of(occasion.content, named)
    if not stays.is_facility(setting):
        kind = f" ({setting.display})" if setting.code != "other" else ""
        return (*why, f"{command.encounter} is no stay but a visit{kind}; a transition follows a stay")
    stay = _stay(context, occasion)
    if stay is None:
        return (*why, f"{command.encounter} has no start that can be read")
    for one in stay.encounters:
        if one.status != "finished" or one.end is None:
            why.append(f"the stay is not finished: {one.reference} is {one.status}")
    if not why and stay.end > occasion.now:
        why.append(f"the stay ends in the future ({stamp_of(stay.end, occasion)})")
    return tuple(why)


OPEN_TRANSITION = Step(
    name="open-transition",
    title="Open the transition that follows a stay",
    command=OpenTransition,
    needs=NEEDS,
    cause=FromContext(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    writes=("Task", "RiskAssessment"),
)
