"""One discharge on the desk: everything found out about it, and the Tasks, dates and risk that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.codes import CLOCK_DATE, RESTRICTED, STEP_KEY
from carefhir.content.clocks import Clock, Item
from carefhir.content.lace import Lace
from carefhir.fhir.changes import Act, Change, Create, Plan, Refusal, amend, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig
from carefhir.mappers import risk_assessment as risk
from carefhir.mappers import task
from carefhir.mappers.care_team import TeamView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import lace_of_stay, stays
from carefhir.workflows.transitions.stays import Destination, Stay


@dataclass(frozen=True, slots=True)
class Context:
    """What a transition is decided from."""

    patient: PatientView | None
    named: EncounterView | None
    encounters: tuple[EncounterView, ...]
    conditions: tuple[ConditionView, ...]
    conditions_visible: bool
    team: TeamView
    episodes: tuple[EpisodeView, ...]
    tasks: tuple[TaskView, ...]


@dataclass(frozen=True, slots=True)
class Discharge:
    """One discharge, with all that was found out about it."""

    context: Context
    patient: str
    retrospective: bool
    occasion: Occasion
    act: Act
    stay: Stay
    place: Destination
    clock: Clock

    @property
    def discharged(self) -> date:
        return self.occasion.local_date(self.stay.end)

    @property
    def dates(self) -> dict[str, date]:
        return self.clock.dates(self.discharged, self.occasion.calendar)

    @property
    def owner(self) -> str:
        """The care manager of the programme or team; whoever opens it where there is none."""
        managers = [one.care_manager for one in self.context.episodes if not one.over and one.care_manager]
        return next(iter(managers), "") or self.context.team.care_manager or self.occasion.actor.reference

    def too_late(self) -> Refusal | None:
        """The window is wholly past, or a later stay has overtaken this one."""
        over = self.dates["period-end"] < self.occasion.today
        if over and not self.retrospective:
            day = self.dates["period-end"]
            why = f"the transition's period ended {day}; --set retrospective=true records only that it passed"
            return Refusal((why,))
        if self.retrospective and not over:
            return Refusal((f"the period runs to {self.dates['period-end']}: open the transition itself",))
        again = self._readmitted()
        if again is not None and not self.retrospective:
            where = f"{again.reference} on {self.occasion.local_date(again.start or self.stay.end)}"
            return Refusal((f"admitted again ({where}): open the transition from that stay when it ends",))
        another = self._another()
        if another:
            return Refusal((f"{another.record.reference} is the open transition of this very stay already",))
        return None

    def _readmitted(self) -> EncounterView | None:
        """A hospital stay that began after this one, later than a transfer would, and by now."""
        gap = timedelta(hours=self.clock.number("stay-gap-hours"))
        for one in stays.following(self.occasion.content, self.stay, self.context.encounters):
            hospital = stays.setting_of(self.occasion.content, one).properties.get("hospitalLevel")
            if hospital and one.start and self.stay.end + gap < one.start <= self.occasion.now:
                return one
        return None

    def _another(self) -> TaskView | None:
        """A transition opened for this stay under an earlier anchor (the stay has grown since)."""
        own = self.act.part_key("transition")
        for one in self.context.tasks:
            if one.open and "transition" in one.codes and one.focus in self.stay.references:
                return None if carries_key(one.record, own) else one
        return None

    def opened(self) -> Plan:
        """The transition with its clock: parent Task, a Task for each thing to be done, and the risk."""
        lace, withheld = lace_of_stay.assess(self.context, self.stay, self.place, self.clock, self.occasion)
        risk_level, risk_why = lace_of_stay.follow_up_risk(self.context, self.stay, lace, self.occasion)
        parent = self._parent("waiting", "requested")
        changes: list[Change] = [parent]
        says = [
            f"discharged {self.discharged} from {self.stay.setting.display} "
            f"({len(self.stay.encounters)} encounter(s)) to {self.place.concept.display}: {self.place.why}",
        ]
        for item in self.clock.tasks(risk_level):
            changes.append(self._task(item, parent))
        if lace is not None:
            text = f"LACE {lace.total}: " + ", ".join(f"{letter} {one}" for letter, one in lace.parts.items())
            resource = risk.write_lace(
                self.occasion.content,
                self.patient,
                self.stay.anchor.record,
                self.occasion.stamp,
                self.occasion.actor.reference,
                lace,
            )
            changes.append(Create("risk/lace", resource, text))
            says += [text + f" ({lace.low_band if lace.low_band == lace.high_band else 'band not certain'})"]
            says += [f"LACE {letter} {one}: {one.why}" for letter, one in lace.parts.items()]
        else:
            says.append(f"LACE withheld: {withheld}")
        says.append(f"follow-up visit by {self._visit_by(risk_level)}: {risk_why}")
        return self._plan(tuple(changes), says, lace_sources(lace))

    def _visit_by(self, level: str) -> date:
        return self.dates["visit-7-day" if level == "high" else "visit-14-day"]

    def tracked(self) -> Plan:
        """A move to another facility, or from one whose discharges start no clock: one Task, no clock."""
        words = (
            f"From {self.stay.setting.display} to {self.place.concept.display} on {self.discharged}. No clock runs "
            "until the person comes home: keep in touch with the facility, and open the transition from that stay."
        )
        end = self.dates["period-end"]
        work = task.Work(
            "track-facility-stay",
            words,
            self.discharged,
            end,
            self.owner,
            state="tracking-only",
            focus=refer(self.stay.anchor.record),
        )
        made = Create("tracking", self._write(work), "no clock runs from facility to facility (rule 8)")
        says = [f"{self.stay.setting.display} to {self.place.concept.display} ({self.place.why}): tracked, no clock"]
        return self._plan((made,), says, ())

    def recorded_only(self) -> Plan:
        """After the window: that it passed, and nothing to be done."""
        parent = self._parent("recorded-retrospectively", "completed")
        return self._plan((parent,), [f"the period ended {self.dates['period-end']}; recorded afterwards"], ())

    def moved(self) -> Plan:
        """A corrected discharge time: the same Tasks, other days."""
        first = Act("open-transition", self.patient, (self.stay.anchor.identifier,))
        by_key = {_key_of(one.record): one for one in self.context.tasks}
        changes: list[Change] = []
        for item in (*self.clock.tasks("high"), *self.clock.tasks("not-high")):
            known = by_key.get(first.part_key(_part(item)))
            if known is None or not known.open or any(change.part == _part(item) for change in changes):
                continue
            due = item.on(self.discharged, self.occasion.calendar)
            edit = put("restriction", self._restriction(due))
            changes.append(amend(_part(item), known.record, f"now due {due}", edit))
        # The parent goes last: it says for which discharge the Tasks stand, so an interrupted move is taken up again.
        parent = by_key.get(first.part_key("transition"))
        if parent is not None and parent.open:
            edits = [put("restriction", self._restriction(self.dates["period-end"])), put("input", self._inputs())]
            changes.append(amend("transition", parent.record, "the discharge time was corrected", *edits))
        says = [f"the discharge was corrected to {stamp_of(self.stay.end, self.occasion)}: open Tasks moved"]
        return self._plan(tuple(changes), says, ())

    def _restriction(self, end: date) -> Json:
        return {"period": {"start": self.discharged.isoformat(), "end": end.isoformat()}}

    def _inputs(self) -> list[Json]:
        """The clock, on the parent Task: the discharge and every date that counts."""
        concept = self.occasion.content.concept(CLOCK_DATE, "discharge")
        inputs = [{"type": {"coding": [concept.coding]}, "valueDateTime": stamp_of(self.stay.end, self.occasion)}]
        for code, day in self.dates.items():
            coding = self.occasion.content.concept(CLOCK_DATE, code).coding
            inputs.append({"type": {"coding": [coding]}, "valueDate": day.isoformat()})
        return inputs

    def _parent(self, state: str, status: str) -> Create:
        words = (
            f"Transition from {self.stay.setting.display} to {self.place.concept.display}, "
            f"discharged {self.discharged}: contact by {self.dates['contact-by']}, "
            f"visit by {self.dates['visit-7-day']} or "
            f"{self.dates['visit-14-day']} by risk, medicines reconciled by {self.dates['reconciliation-by']}; "
            f"the period ends {self.dates['period-end']}."
        )
        work = task.Work(
            "transition",
            words,
            self.discharged,
            self.dates["period-end"],
            self.owner,
            state=state,
            status=status,
            focus=refer(self.stay.anchor.record),
            inputs=tuple(self._inputs()),
        )
        return Create("transition", self._write(work), f"discharged {self.discharged} to {self.place.concept.display}")

    def _task(self, item: Item, parent: Create) -> Create:
        due = item.on(self.discharged, self.occasion.calendar)
        unit = "business days" if item.unit == "business-day" else "days"
        work = task.Work(
            item.code,
            f"{item.title}. {item.words}",
            self.discharged,
            due,
            self.owner,
            focus=refer(self.stay.anchor.record),
            part_of=refer(parent, self.act),
        )
        return Create(_part(item), self._write(work), f"{item.title}: due {due}, {item.count} {unit} after discharge")

    def _write(self, work: task.Work) -> Json:
        actor = self.occasion.actor.reference
        return task.write(self.occasion.content, self.patient, actor, self.occasion.stamp, work)

    def _plan(self, changes: tuple[Change, ...], says: list[str], more: tuple[Record, ...]) -> Plan:
        sources = [self.context.patient.record] if self.context.patient else []
        sources += [one.record for one in self.stay.encounters]
        sources += [one for one in more if one not in sources]
        actor = self.occasion.actor.reference
        return Plan(
            changes,
            tuple(says),
            warnings=self._warnings(),
            decided_from=tuple(sources),
            artefacts=(self.clock.canonical,),
            reason=f"discharged {self.discharged} to {self.place.concept.display}",
            acting_as=self.context.team.disciplines.get(actor, ""),
            labels=(RESTRICTED,) if self.stay.setting.properties.get("restricted") else (),
        )

    def _warnings(self) -> tuple[str, ...]:
        found = []
        if not self.clock.in_force:
            found.append(
                f"{self.clock.canonical} was not in force on {self.discharged}; its dates are used all the same"
            )
        if self.place.concept.code in ("not-stated", "against-advice"):
            found.append(f"destination {self.place.concept.display}: taken as home until somebody finds out")
        if self.place.concept.code == "assisted-living":
            found.append("assisted living or custodial care: if it is a nursing facility no clock runs; find out")
        if self.stay.setting.code == "substance-use-treatment":
            found.append("substance use treatment: a residential programme is no TCM stay; find out which it was")
            found.append("what is written carries a restricted label and stays out of shared documents")
        if self.place.concept.code.startswith("hospice"):
            found.append("hospice: call the hospice first")
        if self.owner == self.occasion.actor.reference and self.owner != self.context.team.care_manager:
            found.append("no care manager is on record: the Tasks are yours")
        known = self.occasion.calendar.business_days_between(self.discharged, self.occasion.today)
        if known > self.clock.number("notified-late-business-days"):
            found.append(f"notified late: {known} business days after discharge; the clock runs from discharge")
        within = self.stay.end - timedelta(days=30)
        for one in self.context.tasks:
            other = one.focus and one.focus not in self.stay.references
            if one.open and "transition" in one.codes and other and one.due and one.due >= within.date():
                found.append(
                    f"{one.record.reference} is an earlier transition still open: suspend it, one counts in 30 days"
                )
        return tuple(found)


def recorded_discharge(context: Context, act: Act) -> str | None:
    """The discharge time a transition of this anchor was opened for."""
    own = act.part_key("transition")
    for one in context.tasks:
        if carries_key(one.record, own):
            for entry in dig(one.record.json, "input"):
                if isinstance(entry, dict) and isinstance(entry.get("valueDateTime"), str):
                    return str(entry["valueDateTime"])
    return None


def stamp_of(moment: datetime, occasion: Occasion) -> str:
    return moment.astimezone(occasion.zone).isoformat(timespec="seconds")


def lace_sources(lace: Lace | None) -> tuple[Record, ...]:
    """The records LACE rests on."""
    if lace is None:
        return ()
    return tuple(dict.fromkeys(record for one in lace.parts.values() for record in one.rests_on))


def _part(item: Item) -> str:
    return f"task/{item.code}"


def _key_of(record: Record) -> str:
    for one in dig(record.json, "identifier"):
        if isinstance(one, dict) and one.get("system") == STEP_KEY:
            return str(one.get("value", ""))
    return ""
