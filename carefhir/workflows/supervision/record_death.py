"""`record-death`: stops, in one commit, everything of ours that would still reach a person who has died (rule 10).

Open Tasks, appointments and requests are cancelled; plans, goals and programs end; Flags are taken down. One Task is
left: a bereavement call to the family. Only what our steps created is changed; what others have open is named, so that
they can stop it. The Patient is marked as deceased unless that is done already. On a server that does not accept
updates of Patient everything else is written, and somebody must tell registration. What other steps opened while this
one was at work is ended when its writes stand.

The act's cause is the death, and a person dies once: a second report writes nothing more. The step also works for a
patient who is already marked as deceased.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.content.clocks import read_clock
from carefhir.engine.step import Case, Moment, Once, PatientCommand, ReceiptRef, Step, instant
from carefhir.fhir.changes import Act, Amend, Create, Edit, Plan, Refusal, amend, amendable, leave_out, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import care_team, patient
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision import died_meanwhile
from carefhir.workflows.supervision.endings import (
    ENDINGS,
    SOURCES,
    DeathEndings,
    counted,
    ending,
    open_of_ours,
    ours,
    written,
)

CLOCK = "after-death"


class RecordDeath(PatientCommand):
    """Records a reported death, and stops everything that would still reach the patient."""

    died: Moment | date | None = Field(
        default=None, description="when the patient died: a day, or a moment with its offset"
    )
    told_by: str = Field(min_length=1, description="who reported it, by relation (daughter, hospital), never by name")
    reason: str = Field(min_length=1, description="how it is known, in plain words")
    again_after: ReceiptRef = Field(
        default="",
        description="only where a death was recorded here before, in error, and taken back with retract: the receipt "
        "of the retraction, Provenance/ID",
    )


def cause_of(command: RecordDeath, occasion: Occasion) -> Once:
    """The death: there is only one."""
    return died_meanwhile.cause_of_death()


@dataclass(frozen=True, slots=True)
class DeathCase(Case):
    """One person who is reported to have died, and everything that may still be open for them."""

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
        """The patient and the day: whoever reports it, it is the same death; another day is another report."""
        died = self.command.died
        return [self.command.patient, instant(died) if isinstance(died, datetime) else written(died)]

    def decide(self, act: Act) -> Plan | Refusal:
        """Ends everything and leaves one bereavement Task; or says why not."""
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
            return ("died is in the future: give the day it happened, or leave it out",)
        if isinstance(died, datetime) and died > self.occasion.now:
            return ("died is in the future: give the moment it happened, or leave it out",)
        return ()


def open_cases(records: Records, command: RecordDeath, occasion: Occasion) -> tuple[DeathCase]:
    """Reads the person, and everything that may still be open."""
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
    """The day or the moment, as FHIR writes it; "" where it is not known."""

    def plan(self) -> Plan:
        """Plans the end of what is ours, one call to the family, and the mark on the Patient where that can be."""
        command, chart = self.case.command, self.case.chart
        endings = DeathEndings(self.pen, self.died)
        ends = [endings.end(record) for record in self._to_be_ended()]
        bereavement = self._bereavement()
        plan = Plan(
            changes=(bereavement, *ends),
            says=(
                self._death_in_words(),
                *counted(ends),
                bereavement.because,
                *self._helpers(),
                *self._others(),
            ),
            warnings=(*self._blind(), *chart.not_visible),
            decided_from=(self.person.record,),
            artefacts=(self.pen.content.canonical("PlanDefinition", CLOCK),),
            reason=f"death reported by {command.told_by}: {command.reason}",
            acting_as=self.pen.occasion.actor.discipline,
        )
        tell = (
            "the Patient cannot be marked as deceased here: tell registration of the death, so that everybody sees it"
        )
        unmarked = replace(plan, warnings=(tell, *plan.warnings))
        if not amendable(self.person.record):
            return unmarked
        return replace(plan, changes=(*plan.changes, self._marked_deceased()), instead=unmarked)

    def _to_be_ended(self) -> list[Record]:
        """Finds what is ours and still open, except calls to the family."""
        return [record for record in open_of_ours(self.case.records, self.pen.content) if ending(record)]

    def _marked_deceased(self) -> Amend:
        """Marks the Patient as deceased, unless that is done already: what registration wrote stays."""
        edits: tuple[Edit, ...] = ()
        if not self.person.deceased:
            mark = put("deceasedDateTime", self.died) if self.died else put("deceasedBoolean", True)
            edits = (leave_out("deceasedBoolean"), mark)
        return amend("patient", self.person.record, "recorded as deceased", *edits)

    def _bereavement(self) -> Create:
        """One call to the family, with its due day."""
        pen = self.pen
        clock = read_clock(pen.content, CLOCK, pen.today)
        item = next(iter(clock.tasks()))
        due = item.on(pen.today, pen.occasion.calendar)
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words} Reported by: {self.case.command.told_by}.",
            start=pen.today,
            end=due,
            owner=self.case.chart.care_manager or pen.author,
            focus=pen.refer(self.person.record),
        )
        return pen.task("bereavement", work, f"{item.title}: due {due}")

    # ---- words

    def _death_in_words(self) -> str:
        recorded = self.person.died_at[:10]
        if recorded and self.died and recorded != self.died[:10]:
            now = self.died[:10]
            return f"already recorded as died on {recorded}, now reported as {now}: ask registration to correct the day"
        return "already recorded as deceased" if self.person.deceased else f"died {self.died or '(day not known)'}"

    def _helpers(self) -> list[str]:
        """Whoever helped stays on record: they may be the ones to call."""
        team = self.case.chart.team
        caregivers = care_team.caregivers(self.case.chart.care_teams, self.pen.today)
        names = [f"{team.names.get(each.member, 'a caregiver')} ({each.member})" for each in caregivers]
        if not names:
            return []
        return [
            f"stay on record, for the call to the family: {', '.join(names)}; Consents on what they may know "
            "stay as they are, for a person to decide"
        ]

    def _others(self) -> list[str]:
        """What others have open, for them to stop."""
        theirs = [record.reference for record in self.case.records if not ours(record) and ending(record)]
        return (
            [f"not written by our steps and still open: {', '.join(theirs)}; tell the people responsible"]
            if theirs
            else []
        )

    def _blind(self) -> tuple[str, ...]:
        """What could not be read, and may still reach somebody."""
        unseen = [type_ for type_, need in SOURCES.items() if need in self.case.chart.unseen]
        return (
            (f"could not be read: {', '.join(unseen)}; something may still reach the patient or the family",)
            if unseen
            else ()
        )


RECORD_DEATH = Step(
    name=died_meanwhile.RECORD_DEATH,
    title="Record a death, and stop what would still reach the patient",
    command=RecordDeath,
    needs=charts.needs("patient", "care_teams", *SOURCES.values()),
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Task",),
    amends=("Patient", *ENDINGS),
    supervised="report-death",
    again="if the person has died after all, name that receipt in again_after",
    afterwards=(died_meanwhile.OF_ALL_STEPS,),
)
