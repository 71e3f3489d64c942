"""One discharge on the desk: everything found out about it, and the Tasks, dates and risk that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias

from carefhir.chart import stays
from carefhir.chart.stays import Destination, Stay
from carefhir.codes import CLOCK_DATE, DUE_TAG, RESTRICTED
from carefhir.content.clocks import Clock, Item
from carefhir.content.lace import Lace
from carefhir.fhir.changes import Act, Change, Create, Edit, Plan, Refusal, amend, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, has_code, moment
from carefhir.mappers import risk_assessment as risk
from carefhir.mappers import task
from carefhir.mappers.care_team import TeamView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.patient import PatientView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import lace_of_stay


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
    not_visible: tuple[str, ...] = ()


Kind: TypeAlias = Literal["opened", "tracked", "recorded"]
KINDS: dict[Kind, tuple[str, ...]] = {"opened": (), "tracked": ("tracked",), "recorded": ("retrospective",)}
"""What the cause of an act says of its kind, beside the stay's identity."""

HEADS: dict[Kind, str] = {"opened": "transition", "tracked": "tracking"}
"""The part of the Task that stands for the whole of an act, and holds its discharge."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a stay already: the identity it was first known under, and the head Tasks by kind."""

    identity: str
    heads: dict[Kind, TaskView]


def standing_of(context: Context, stay: Stay, patient: str) -> Standing:
    """Looks for head Tasks of ours under every identity of every Encounter of the stay: it may have grown, and an
    identifier may have been added, since."""
    for one in (stay.anchor, *stay.encounters):
        for identity in one.identities:
            heads = {
                kind: found
                for kind, part in HEADS.items()
                if (found := _carrying(context, _first(patient, identity, kind).part_key(part)))
            }
            if heads:
                return Standing(identity, heads)
    return Standing("", {})


def _first(patient: str, identity: str, kind: Kind) -> Act:
    return Act("open-transition", patient, (identity, *KINDS[kind]))


def _carrying(context: Context, key: str) -> TaskView | None:
    return next((one for one in context.tasks if carries_key(one.record, key)), None)


def corrections(first: tuple[str, ...], head: TaskView | None, stay: Stay) -> tuple[tuple[str, ...], ...]:
    """The causes of every correction of the discharge: those the head Task tells of, and the one due now, if any.

    Numbered, so that correcting there, back and there again is three acts; in UTC seconds, so that the same moment
    spelled in another zone is none.
    """
    if head is None:
        return ()
    known = [_instant(found) for text in discharges(head) if (found := moment(text))]
    told = [(*first, "corrected", str(number), text) for number, text in enumerate(known) if number > 0]
    if known and known[-1] != _instant(stay.end):
        told.append((*first, "corrected", str(len(known)), _instant(stay.end)))
    return tuple(told)


def discharges(head: TaskView) -> list[str]:
    """The discharge times a head Task was made for, oldest first."""
    return [
        str(one["valueDateTime"])
        for one in dig(head.record.json, "input")
        if isinstance(one, dict)
        and isinstance(one.get("valueDateTime"), str)
        and has_code(one, "type", CLOCK_DATE, "discharge")
    ]


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).replace(microsecond=0).isoformat()


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
    standing: Standing

    @property
    def discharged(self) -> date:
        return self.stay.end_day

    @property
    def dates(self) -> dict[str, date]:
        return self.clock.dates(self.discharged, self.occasion.calendar)

    @property
    def owner(self) -> str:
        """The care manager of a programme of ours, or of the team; whoever opens it where there is none."""
        ours = [one for one in self.context.episodes if one.programs and not one.over]
        managers = [one.care_manager for one in ours if one.care_manager]
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
            where = f"{again.reference} on {again.start_day}"
            return Refusal((f"admitted again ({where}): open the transition from that stay when it ends",))
        opened = self.standing.heads.get("opened")
        if opened is not None and opened.open and KINDS["tracked"][0] in self.act.cause:
            name, where = opened.record.reference, self.place.concept.display
            why = f"{name} is open for this stay, which now goes to {where} ({self.place.why}): cancel that Task, or"
            return Refusal((f"{why} have the record corrected",))
        return None

    def _readmitted(self) -> EncounterView | None:
        """A hospital stay that began after this one, later than a transfer would, and by now."""
        gap = timedelta(hours=self.clock.number("stay-gap-hours"))
        for one in stays.following(self.occasion.content, self.stay, self.context.encounters):
            hospital = stays.setting_of(self.occasion.content, one).properties.get("hospitalLevel")
            if hospital and one.start and self.stay.end + gap < one.start <= self.occasion.now:
                return one
        return None

    def opened(self) -> Plan:
        """The transition with its clock: parent Task, a Task for each thing to be done, and the risk."""
        lace, withheld = lace_of_stay.assess(self.context, self.stay, self.place, self.clock, self.occasion)
        risk_level, risk_why = lace_of_stay.follow_up_risk(self.context, self.stay, lace, self.occasion)
        parent = self._parent("waiting", "requested")
        changes: list[Change] = [parent]
        says = [
            f"discharged {self.discharged} from {self.stay.setting.display} "
            f"to {self.place.concept.display} ({self.place.why}); {_count(len(self.stay.encounters))}",
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
        changes += self._tracking_ended()
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
            inputs=(self._discharge_input(),),
        )
        made = Create("tracking", self._write(work), "no clock runs from facility to facility (rule 8)")
        says = [f"{self.stay.setting.display} to {self.place.concept.display} ({self.place.why}): tracked, no clock"]
        return self._plan((made,), says, ())

    def recorded_only(self) -> Plan:
        """After the window: that it passed, and nothing to be done."""
        parent = self._parent("recorded-retrospectively", "completed")
        return self._plan((parent,), [f"the period ended {self.dates['period-end']}; recorded afterwards"], ())

    def _tracking_ended(self) -> list[Change]:
        """A stay that was tracked into a facility, and turns out to have ended at home: its tracking is over."""
        tracking = self.standing.heads.get("tracked")
        if tracking is None or not (tracking.open or tracking.status == "cancelled"):
            return []
        why = "the person went home: the transition is open"
        edits = [put("status", "cancelled"), put("statusReason", {"text": why})] if tracking.open else []
        return [amend("tracking-ended", tracking.record, why, *edits)]

    def moved(self) -> Plan:
        """A corrected discharge, or a stay that has grown: the same Tasks, other days."""
        kind: Kind = "tracked" if KINDS["tracked"][0] in self.act.cause else "opened"
        first = _first(self.patient, self.act.cause[0], kind)
        changes: list[Change] = []
        for item in (*self.clock.tasks("high"), *self.clock.tasks("not-high")):
            known = _carrying(self.context, first.part_key(_part(item)))
            if known is None or any(change.part == _part(item) for change in changes):
                continue
            due = item.on(self.discharged, self.occasion.calendar)
            edits = [due_from(self.discharged, due)] if known.open else []
            changes.append(amend(_part(item), known.record, f"{item.title}: now due {due}", *edits))
        # The head goes last: it says for which discharge the Tasks stand, so an interrupted move is taken up again.
        head = self.standing.heads.get(kind)
        if head is not None:
            number, told = int(self.act.cause[-2]), discharges(head)
            edits = [self._discharge_noted] if len(told) <= number else []
            if head.open:
                edits += [due_from(self.discharged, self.dates["period-end"]), self._dates_in_place]
                edits += [put("description", self._words())] if kind == "opened" else []
            changes.append(amend(HEADS[kind], head.record, "the discharge was corrected", *edits))
        says = [f"the discharge was corrected to {self.discharged}: open Tasks moved; LACE stands as it was"]
        return self._plan(tuple(changes), says, ())

    def _discharge_noted(self, resource: Json) -> None:
        """Adds the discharge to those the head Task tells of, even one that was told of before."""
        resource.setdefault("input", []).append(self._discharge_input())

    def _discharge_input(self) -> Json:
        concept = self.occasion.content.concept(CLOCK_DATE, "discharge")
        stamp = self.stay.anchor.end_stamp(self.occasion.zone)
        return {"type": {"coding": [concept.coding]}, "valueDateTime": stamp}

    def _inputs(self) -> list[Json]:
        """The clock, on the parent Task: the discharge and every date that counts."""
        inputs = [self._discharge_input()]
        for code, day in self.dates.items():
            coding = self.occasion.content.concept(CLOCK_DATE, code).coding
            inputs.append({"type": {"coding": [coding]}, "valueDate": day.isoformat()})
        return inputs

    def _dates_in_place(self, resource: Json) -> None:
        """Moves our own dates among a Task's inputs; what others put there stays."""
        for one in resource.get("input", []):
            for code, day in self.dates.items():
                if has_code(one, "type", CLOCK_DATE, code) and "valueDate" in one:
                    one["valueDate"] = day.isoformat()

    def _words(self) -> str:
        dates = self.dates
        return (
            f"Transition from {self.stay.setting.display} to {self.place.concept.display}, "
            f"discharged {self.discharged}: contact by {dates['contact-by']}, visit by {dates['visit-7-day']} or "
            f"{dates['visit-14-day']} by risk, medicines reconciled by {dates['reconciliation-by']}; "
            f"the period ends {dates['period-end']}."
        )

    def _parent(self, state: str, status: str) -> Create:
        work = task.Work(
            "transition",
            self._words(),
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
        found = list(self.context.not_visible)
        if not self.clock.in_force:
            found.append(
                f"{self.clock.canonical} was not in force on {self.discharged}; its dates are used all the same"
            )
        if self.place.concept.code in ("not-stated", "against-advice"):
            where = self.place.concept.display
            found.append(f"destination {where} ({self.place.why}): taken as home until somebody finds out")
        if self.stay.setting.code == "non-acute-facility":
            found.append("the record does not say which kind of facility it was: the clock runs; find out")
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
        if not self.retrospective and known > self.clock.number("notified-late-business-days"):
            found.append(f"notified late: {known} business days after discharge; the clock runs from discharge")
        within = self.discharged - (self.dates["reconciliation-by"] - self.discharged)
        for one in self.context.tasks:
            other = one.focus and one.focus not in self.stay.references
            if one.open and "transition" in one.codes and other and one.due and one.due >= within:
                found.append(
                    f"{one.record.reference} is an earlier transition still open: only one counts in 30 days, close it"
                )
        return tuple(found)


def due_from(start: date, end: date) -> Edit:
    """Moves a Task's due day: the restriction's period and the tag that repeats it; what else stands there stays."""

    def edit(resource: Json) -> None:
        resource.setdefault("restriction", {})["period"] = {"start": start.isoformat(), "end": end.isoformat()}
        for tag in resource.get("meta", {}).get("tag", []):
            if tag.get("system") == DUE_TAG:
                tag["code"] = end.isoformat()

    return edit


def _count(encounters: int) -> str:
    return "one encounter" if encounters == 1 else f"{encounters} encounters, one stay"


def lace_sources(lace: Lace | None) -> tuple[Record, ...]:
    """The records LACE rests on."""
    if lace is None:
        return ()
    return tuple(dict.fromkeys(record for one in lace.parts.values() for record in one.rests_on))


def _part(item: Item) -> str:
    return f"task/{item.code}"
