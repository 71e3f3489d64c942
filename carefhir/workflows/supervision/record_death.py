"""`record-death`: a reported death stops, in one commit, everything of ours that would still go out (rule 10).

Open Tasks with their children, Appointments and requests are cancelled, plans, goals and programmes end, Flags come
down; one bereavement Task is left. Nothing to the patient ever leaves. Only what is ours is changed: what others have
open is named, and theirs to stop. The Patient is marked as deceased where nobody has done so; a server that takes no
Patient updates gets all the rest, and registration must be told.

The act's cause is the death, of which there is one: whoever tells of it again, nothing more is written. It works for
somebody marked deceased already, and takes up its own half-done work, which it knows by its key on everything it has
changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import Field

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.codes import COMMAND_KEY, STEP_KEY, TASK, TASK_STATE
from carefhir.content.clocks import read_clock
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import Moment, PatientCommand, instant
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.changes import Act, Amend, Create, Edit, Plan, Refusal, add, amend, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, first_text, has_code
from carefhir.lifecycle import STATUS, ended, moves
from carefhir.mappers import patient, task
from carefhir.occasion import Occasion

CLOCK = "after-death"


class RecordDeath(PatientCommand):
    """Records a reported death, and stops everything that would still go out."""

    died: Moment | date | None = Field(default=None, description="when: a day, or a moment with its offset")
    told_by: str = Field(min_length=1, description="who told us, by relation (daughter, hospital), never by name")
    reason: str = Field(min_length=1, description="how it is known, in plain words")


ENDINGS: dict[str, tuple[str, ...]] = {
    "Task": ("cancelled",),
    "Appointment": ("cancelled",),
    "ServiceRequest": ("revoked",),
    "DeviceRequest": ("revoked",),
    "CommunicationRequest": ("revoked",),
    "CarePlan": ("completed", "revoked"),
    "Goal": ("cancelled",),
    "EpisodeOfCare": ("finished", "cancelled"),
    "Flag": ("inactive",),
}
"""How each type ends when somebody dies: the first status it may be taken to from where it is."""

SOURCES = {
    "Task": "tasks",
    "Appointment": "appointments",
    "ServiceRequest": "service_requests",
    "DeviceRequest": "device_requests",
    "CommunicationRequest": "communication_requests",
    "CarePlan": "care_plans",
    "Goal": "goals",
    "EpisodeOfCare": "episodes",
    "Flag": "flags",
}
"""The need each type is read by."""

PERIODS = {"CarePlan": "period", "EpisodeOfCare": "period", "Flag": "period"}
"""Where a type says until when it held."""


@dataclass(frozen=True, slots=True)
class Context:
    """What recording a death is decided from."""

    chart: Chart
    standing: tuple[Record, ...]
    """Everything that may still be open, ended or not, ours or not."""


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return Context(chart.read(records, occasion), tuple(one for need in SOURCES.values() for one in records[need]))


def cause(command: RecordDeath, occasion: Occasion) -> tuple[str, ...]:
    """A patient's death is one."""
    return ("death",)


def particulars(context: Context, command: RecordDeath, occasion: Occasion) -> object:
    """Whoever tells of it, it is the same death; another day would be another report."""
    died = command.died
    return [command.patient, instant(died) if isinstance(died, datetime) else died.isoformat() if died else ""]


def decide(context: Context, command: RecordDeath, occasion: Occasion, act: Act) -> Plan | Refusal:
    """Everything ended, one bereavement Task; or why not."""
    why = _refusals(context, command, occasion)
    return Refusal(why) if why else _Desk(context, command, occasion, act).ended()


def _refusals(context: Context, command: RecordDeath, occasion: Occasion) -> tuple[str, ...]:
    found = context.chart.patient
    if found is None or found.replaced_by:
        return patient.in_the_way(found, command.patient)
    if command.died and _day(command.died, occasion) > occasion.today:
        return ("died lies in the future: give the day it happened, or leave it out",)
    if isinstance(command.died, datetime) and command.died > occasion.now:
        return ("died lies in the future: give the moment it happened, or leave it out",)
    return ()


def _day(when: datetime | date, occasion: Occasion) -> date:
    return occasion.local_date(when) if isinstance(when, datetime) else when


@dataclass(frozen=True, slots=True)
class _Desk:
    """One death on the desk."""

    context: Context
    command: RecordDeath
    occasion: Occasion
    act: Act

    @property
    def person(self) -> Record:
        """The Patient; decide has refused where there is none."""
        found = self.context.chart.person
        assert found is not None
        return found

    def ended(self) -> Plan:
        """The whole wanted graph."""
        found = self.context.chart
        ends = [end for one in self.context.standing for end in self._end(one)]
        bereavement, words = self._bereavement()
        marked = self._marked_deceased()
        plan = Plan(
            (bereavement, *ends),
            (*self._death_in_words(), *self._counted(ends), words, *self._others()),
            warnings=(*self._blind(), *found.not_visible),
            decided_from=(self.person,),
            artefacts=(self.occasion.content.canonical("PlanDefinition", CLOCK),),
            reason=f"death reported by {self.command.told_by}: {self.command.reason}",
            acting_as=self.occasion.actor.discipline,
        )
        told = "the Patient could not be marked here: tell registration of the death, so that everybody sees it"
        without = replace(plan, warnings=(told, *plan.warnings))
        if marked is None:
            return without
        return replace(plan, changes=(*plan.changes, marked), instead=without)

    # ---- what ends

    def _end(self, record: Record) -> list[Amend]:
        """How one thing of ours ends; what this act has ended already is kept among its targets."""
        part = f"{record.type}/{record.id}"
        own = self.act.part_key(part)
        if carries_key(record, own):
            return [amend(part, record, "the person has died")]
        if not _ours(record) or has_code(record.json, "code", TASK, "bereavement"):
            return []
        to = self._ending(record)
        if not to:
            return []
        element = STATUS[record.type][0]
        edits = [put(element, to), add("identifier", {"system": STEP_KEY, "value": own}), *self._more(record)]
        return [amend(part, record, f"the person has died: {to}", *edits)]

    def _ending(self, record: Record) -> str:
        """The status it is taken to; "" where it has ended, or cannot."""
        status = first_text(record.json, STATUS[record.type][0]) or ""
        onward = moves(record.type, status)
        # A draft was never carried out: it is withdrawn, not completed.
        return next((one for one in ENDINGS[record.type] if one in onward), "") if _open(record) else ""

    def _more(self, record: Record) -> list[Edit]:
        """What a type says beside its status."""
        words = {"text": "the person has died"}
        if record.type == "Task":
            state = {"coding": [self.occasion.content.concept(TASK_STATE, "died").coding]}
            stamp = put("lastModified", self.occasion.stamp)
            return [put("statusReason", words), put("businessStatus", state), stamp]
        if record.type == "Goal":
            return [put("statusReason", words), put("statusDate", self.occasion.today.isoformat())]
        if record.type == "Appointment":
            return [put("cancelationReason", words)]
        if record.type in PERIODS:
            return [self._until(PERIODS[record.type])]
        return [put("statusReason", words)] if record.type == "CommunicationRequest" else []

    def _until(self, element: str) -> Edit:
        """Ends a period at the death; at this moment where that is not known, or not after its start."""

        def edit(resource: Json) -> None:
            period = resource.setdefault(element, {})
            died = _written(self.command.died)
            after = died[:10] > str(period.get("start", ""))[:10]
            period.setdefault("end", died if died and after else self.occasion.stamp)

        return edit

    def _marked_deceased(self) -> Amend | None:
        """The Patient, marked where nobody has marked it; what registration wrote stays. None where it cannot be."""
        if not _changeable(self.person):
            return None
        edits: list[Edit] = []
        if not self._was_deceased():
            died = _written(self.command.died)
            edits += [
                _without("deceasedBoolean"),
                put(*(("deceasedDateTime", died) if died else ("deceasedBoolean", True))),
            ]
        return amend("patient", self.person, "recorded as deceased", *edits)

    # ---- what is left

    def _bereavement(self) -> tuple[Create, str]:
        """One call to the family, and when it is due."""
        clock = read_clock(self.occasion.content, CLOCK, self.occasion.today)
        item = next(iter(clock.tasks()))
        today = self.occasion.today
        due = item.on(today, self.occasion.calendar)
        owner = self._owner() or self.occasion.actor.reference
        words = f"{item.title}. {item.words} Told by: {self.command.told_by}."
        work = task.Work(item.code, words, today, due, owner, focus=refer(self.person))
        actor, stamp = self.occasion.actor.reference, self.occasion.stamp
        resource = task.write(self.occasion.content, self.command.patient, actor, stamp, work)
        said = f"{item.title}: due {due}"
        return Create("bereavement", resource, said), said

    def _owner(self) -> str:
        """The care manager; of a programme that this act's earlier run has ended, too."""
        found = self.context.chart
        ended_here = [
            one.care_manager
            for one in found.episodes
            if carries_key(one.record, self.act.part_key(f"EpisodeOfCare/{one.record.id}"))
        ]
        return found.care_manager if not ended_here else next((one for one in ended_here if one), found.care_manager)

    # ---- words

    def _death_in_words(self) -> tuple[str, ...]:
        known = first_text(self.person.json, "deceasedDateTime")
        died = _written(self.command.died)
        if known and died and known[:10] != died[:10]:
            return (
                f"recorded as died on {known[:10]} already, now told {died[:10]}: have registration settle the day",
            )
        return ("recorded as deceased already",) if self._was_deceased() else (f"died {died or '(day not told)'}",)

    def _was_deceased(self) -> bool:
        return bool(self.context.chart.patient and self.context.chart.patient.deceased)

    def _counted(self, ends: list[Amend]) -> list[str]:
        """What was ended, by type."""
        counts: dict[str, int] = {}
        for one in ends:
            counts[one.type] = counts.get(one.type, 0) + 1
        return [f"ended: {', '.join(f'{count} {type_}' for type_, count in counts.items())}"] if counts else []

    def _others(self) -> list[str]:
        """What others have open, which is theirs to stop."""
        theirs = [one.reference for one in self.context.standing if not _ours(one) and self._ending(one)]
        return [f"not ours, still open: {', '.join(theirs)}: tell whoever runs them"] if theirs else []

    def _blind(self) -> tuple[str, ...]:
        """What could not be looked through, and may still go out."""
        unseen = [type_ for type_, need in SOURCES.items() if need in self.context.chart.unseen]
        return (f"{', '.join(unseen)} could not be looked through: something may still go out",) if unseen else ()


def _written(when: datetime | date | None) -> str:
    """A day or a moment as FHIR writes it; "" where none is told."""
    if isinstance(when, datetime):
        return when.isoformat(timespec="seconds")
    return when.isoformat() if when else ""


def _ours(record: Record) -> bool:
    """Whether a resource carries an identifier or a tag of ours, and nothing that keeps us from changing it."""
    keyed = any(isinstance(one, dict) and one.get("system") == STEP_KEY for one in dig(record.json, "identifier"))
    return _changeable(record) and (keyed or any(True for _ in tags_of(record.json, COMMAND_KEY)))


def _changeable(record: Record) -> bool:
    """One resource that must be left alone does not keep all others from being ended."""
    return not record.narrow and not record.json.get("modifierExtension")


def _open(record: Record) -> bool:
    return not ended(record.type, first_text(record.json, STATUS[record.type][0]) or "")


def _without(element: str) -> Edit:
    def edit(resource: Json) -> None:
        resource.pop(element, None)

    return edit


RECORD_DEATH = adapted(
    name="record-death",
    title="Record a death, and stop what would still go out",
    command=RecordDeath,
    needs=chart.needs("patient", "care_teams", *SOURCES.values()),
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Task",),
    amends=("Patient", *ENDINGS),
    particulars=particulars,
    supervised="report-death",
)
