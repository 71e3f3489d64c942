"""`record-death`: a reported death stops, in one commit, everything of ours that would still go out (rule 10).

Open Tasks with their children, Appointments and requests are cancelled, plans, goals and programmes end, Flags come
down; one bereavement Task is left. Nothing to the patient ever leaves. Only what is ours is changed: what others have
open is named, and theirs to stop. The Patient is marked as deceased where nobody has done so; a server that takes no
Patient updates gets all the rest, and registration must be told.

The act's cause is the death, of which there is one: whoever tells of it again, nothing more is written. It works for
somebody marked deceased already.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.content.clocks import read_clock
from carefhir.engine.step import Case, Moment, Once, PatientCommand, Step, instant
from carefhir.fhir.changes import Act, Amend, Create, Edit, Plan, Refusal, amend, amendable, leave_out, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import patient
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.endings import ENDINGS, SOURCES, DeathEndings, ending, ours, written

CLOCK = "after-death"


class RecordDeath(PatientCommand):
    """Records a reported death, and stops everything that would still go out."""

    died: Moment | date | None = Field(default=None, description="when: a day, or a moment with its offset")
    told_by: str = Field(min_length=1, description="who told us, by relation (daughter, hospital), never by name")
    reason: str = Field(min_length=1, description="how it is known, in plain words")


def cause_of(command: RecordDeath, occasion: Occasion) -> Once:
    """A patient's death is one."""
    return Once("death")


@dataclass(frozen=True, slots=True)
class DeathCase(Case):
    """One person who is said to have died, and everything that may still be open for them."""

    command: RecordDeath
    occasion: Occasion
    chart: Chart
    records: tuple[Record, ...]
    """All of the types that end, ended or not, ours or not."""

    @property
    def cause(self) -> Once:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """Whoever tells of it, it is the same death; another day would be another report."""
        died = self.command.died
        return [self.command.patient, instant(died) if isinstance(died, datetime) else written(died)]

    def decide(self, act: Act) -> Plan | Refusal:
        """Everything ended, one bereavement Task; or why not."""
        person = self.chart.patient
        if person is None or person.replaced_by:
            return Refusal(patient.in_the_way(person, self.command.patient))
        why = self._to_come()
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        return Death(case=self, pen=pen, person=person, died=written(self.command.died)).plan()

    def _to_come(self) -> tuple[str, ...]:
        died = self.command.died
        day = self.occasion.local_date(died) if isinstance(died, datetime) else died
        if day and day > self.occasion.today:
            return ("died lies in the future: give the day it happened, or leave it out",)
        if isinstance(died, datetime) and died > self.occasion.now:
            return ("died lies in the future: give the moment it happened, or leave it out",)
        return ()


def open_cases(records: Records, command: RecordDeath, occasion: Occasion) -> tuple[DeathCase]:
    """The person, and everything that may still be open."""
    chart = charts.read(records, occasion)
    may_be_open = tuple(record for need in SOURCES.values() for record in records[need])
    return (DeathCase(command=command, occasion=occasion, chart=chart, records=may_be_open),)


@dataclass(frozen=True, slots=True)
class Death:
    """Writing down one death."""

    case: DeathCase
    pen: Pen
    person: PatientView
    died: str
    """The day or the moment, as FHIR writes it; "" where none is told."""

    def plan(self) -> Plan:
        """What is ours ended, one call to the family left, and the Patient marked where that can be."""
        command, chart = self.case.command, self.case.chart
        endings = DeathEndings(self.pen, self.died)
        ends = [endings.end(record) for record in self._to_be_ended()]
        bereavement = self._bereavement()
        plan = Plan(
            changes=(bereavement, *ends),
            says=(self._death_in_words(), *_counted(ends), bereavement.because, *self._others()),
            warnings=(*self._blind(), *chart.not_visible),
            decided_from=(self.person.record,),
            artefacts=(self.pen.content.canonical("PlanDefinition", CLOCK),),
            reason=f"death reported by {command.told_by}: {command.reason}",
            acting_as=self.pen.occasion.actor.discipline,
        )
        tell = "the Patient could not be marked here: tell registration of the death, so that everybody sees it"
        unmarked = replace(plan, warnings=(tell, *plan.warnings))
        if not amendable(self.person.record):
            return unmarked
        return replace(plan, changes=(*plan.changes, self._marked_deceased()), instead=unmarked)

    def _to_be_ended(self) -> list[Record]:
        """What is ours and still open, but for the call to the family."""
        calls = {task.record.reference for task in self.case.chart.tasks if "bereavement" in task.codes}
        return [
            record for record in self.case.records if ours(record) and record.reference not in calls and ending(record)
        ]

    def _marked_deceased(self) -> Amend:
        """The Patient, marked where nobody has marked it; what registration wrote stays."""
        edits: tuple[Edit, ...] = ()
        if not self.person.deceased:
            mark = put("deceasedDateTime", self.died) if self.died else put("deceasedBoolean", True)
            edits = (leave_out("deceasedBoolean"), mark)
        return amend("patient", self.person.record, "recorded as deceased", *edits)

    def _bereavement(self) -> Create:
        """One call to the family, and when it is due."""
        pen = self.pen
        clock = read_clock(pen.content, CLOCK, pen.today)
        item = next(iter(clock.tasks()))
        due = item.on(pen.today, pen.occasion.calendar)
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words} Told by: {self.case.command.told_by}.",
            start=pen.today,
            end=due,
            owner=self.case.chart.care_manager or pen.author,
            focus=pen.refer(self.person.record),
        )
        return pen.task("bereavement", work, f"{item.title}: due {due}")

    # ---- words

    def _death_in_words(self) -> str:
        known = self.person.died_at[:10]
        if known and self.died and known != self.died[:10]:
            return f"recorded as died on {known} already, now told {self.died[:10]}: have registration settle the day"
        return "recorded as deceased already" if self.person.deceased else f"died {self.died or '(day not told)'}"

    def _others(self) -> list[str]:
        """What others have open, which is theirs to stop."""
        theirs = [record.reference for record in self.case.records if not ours(record) and ending(record)]
        return [f"not ours, still open: {', '.join(theirs)}: tell whoever runs them"] if theirs else []

    def _blind(self) -> tuple[str, ...]:
        """What could not be looked through, and may still go out."""
        unseen = [type_ for type_, need in SOURCES.items() if need in self.case.chart.unseen]
        return (f"{', '.join(unseen)} could not be looked through: something may still go out",) if unseen else ()


def _counted(ends: list[Amend]) -> list[str]:
    """What was ended, by type."""
    counts = Counter(change.type for change in ends)
    return [f"ended: {', '.join(f'{count} {type_}' for type_, count in counts.items())}"] if counts else []


RECORD_DEATH = Step(
    name="record-death",
    title="Record a death, and stop what would still go out",
    command=RecordDeath,
    needs=charts.needs("patient", "care_teams", *SOURCES.values()),
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task",),
    amends=("Patient", *ENDINGS),
    supervised="report-death",
)
