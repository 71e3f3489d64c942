"""Writes what follows from a discharge: the transition with its dates, the tracking, or moved dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date

from carefhir.chart import stays, whereabouts
from carefhir.codes import CLOCK_DATE, RESTRICTED
from carefhir.content.clocks import ClockItem
from carefhir.content.lace import Lace
from carefhir.fhir.changes import Change, Create, Plan, amend, items_in, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, has_code
from carefhir.mappers import risk_assessment as risk
from carefhir.mappers.task import Work
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import hospital_of_stay, lace_of_stay
from carefhir.workflows.transitions.discharge import (
    HEADS,
    Discharge,
    StayCause,
    discharges,
    due_from,
    task_with_key,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Writes what follows from one discharge."""

    discharge: Discharge
    pen: Pen
    no_hospice: str = ""
    """Who says that no hospice cares for the person, where that is not sure."""

    @property
    def day(self) -> date:
        """The day of discharge."""
        return self.discharge.day

    @property
    def dates(self) -> dict[str, date]:
        return self.discharge.dates(self.pen.occasion)

    @property
    def owner(self) -> str:
        """The care manager of one of our programs, or of the team; without one, whoever opens it."""
        return self.discharge.chart.care_manager or self.pen.author

    def opened(self) -> Plan:
        """Opens the transition: a parent Task with its dates, a Task for each thing to do, and the risk."""
        discharge = self.discharge
        lace, withheld = lace_of_stay.assess(
            discharge.chart, discharge.stay, discharge.place, clock=discharge.clock, occasion=self.pen.occasion
        )
        risk_level, risk_why = lace_of_stay.follow_up_risk(
            discharge.chart, discharge.stay, lace, occasion=self.pen.occasion
        )
        parent = self._parent("waiting", "requested")
        changes: list[Change] = [parent]
        says = [
            f"discharged {self.day} from {self.discharge.origin} "
            f"to {self.discharge.destination} ({discharge.place.why}); {_count(len(discharge.stay.encounters))}",
        ]
        for item in self.discharge.clock.tasks(risk_level):
            changes.append(self._task(item, parent))
        if lace is not None:
            text = f"LACE {lace.total}: " + ", ".join(f"{letter} {points}" for letter, points in lace.parts.items())
            resource = risk.write_lace(
                self.pen.content,
                self.pen.patient,
                self.discharge.stay.anchor.record,
                at=self.pen.stamp,
                performer=self.pen.author,
                result=lace,
            )
            changes.append(Create("risk/lace", resource, text))
            says += [text + f" ({lace.low_band if lace.low_band == lace.high_band else 'band not certain'})"]
            says += [f"LACE {letter} {points}: {points.why}" for letter, points in lace.parts.items()]
        else:
            says.append(f"no LACE score: {withheld}")
        hospital, because = self._hospital()
        changes += [hospital] if hospital else []
        changes += self._tracking_ended()
        says += [f"follow-up visit by {self._visit_by(risk_level)}: {risk_why}", *because]
        return self._plan(tuple(changes), says, lace)

    def _hospital(self) -> tuple[Create | None, tuple[str, ...]]:
        """The HOSPITAL score of the stay, and what is said of it; nothing where neither it nor LACE applies."""
        discharge = self.discharge
        score = hospital_of_stay.assess(
            discharge.chart,
            discharge.stay,
            discharge.place,
            before=discharge.before,
            clock=discharge.clock,
            occasion=self.pen.occasion,
        )
        if score is None:
            return None, ()
        resource = risk.write_hospital(
            self.pen.content,
            self.pen.patient,
            discharge.stay.anchor.record,
            at=self.pen.stamp,
            performer=self.pen.author,
            result=score,
        )
        # Why each part has its points is in the rationale; a person hears what makes it a range.
        unsure = {letters: points for letters, points in score.parts.items() if points.low != points.high}
        ranges = (f"HOSPITAL {letters} {points}: {points.why}" for letters, points in unsure.items())
        return Create("risk/hospital", resource, score.words), (score.words, *ranges)

    def _visit_by(self, level: str) -> date:
        return self.dates["visit-7-day" if level == "high" else "visit-14-day"]

    def tracked(self) -> Plan:
        """Tracks a move to another facility, or from one whose discharges start no clock: one Task, no deadlines."""
        words = (
            f"The person went from {self.discharge.origin} to {self.discharge.destination} on {self.day}. Nothing is "
            "due until they come home: stay in touch with the facility, and open the transition when that stay ends."
        )
        end = self.dates["period-end"]
        work = Work(
            code="track-facility-stay",
            words=words,
            start=self.day,
            end=end,
            owner=self.owner,
            state="tracking-only",
            focus=self.pen.refer(self.discharge.stay.anchor.record),
            inputs=(self._discharge_input(),),
        )
        tracking = self.pen.task("tracking", work, "a move from facility to facility starts no clock (rule 8)")
        way = f"{self.discharge.origin} to {self.discharge.destination}"
        says = [f"{way} ({self.discharge.place.why}): tracked, nothing is due"]
        return self._plan((tracking,), says)

    def recorded_only(self) -> Plan:
        """Records after the period that there was a transition; nothing is left to do."""
        parent = self._parent("recorded-retrospectively", "completed")
        return self._plan((parent,), [f"the period ended on {self.dates['period-end']}; recorded afterwards"])

    def _tracking_ended(self) -> list[Change]:
        """Ends the tracking of a stay that turns out to have ended at home."""
        tracking = self.discharge.stay_tasks.heads.get("tracked")
        if tracking is None or not (tracking.open or tracking.status == "cancelled"):
            return []
        why = "the person went home, and the transition is open"
        edits = [put("status", "cancelled"), put("statusReason", {"text": why})] if tracking.open else []
        return [amend("tracking-ended", tracking.record, why, *edits)]

    def moved(self, cause: StayCause) -> Plan:
        """Moves the Tasks to other days after a correction of the discharge, or after the stay has grown."""
        assert cause.correction is not None
        opening = cause.opening(self.pen.patient)
        changes: list[Change] = []
        for item in (*self.discharge.clock.tasks("high"), *self.discharge.clock.tasks("not-high")):
            task = task_with_key(self.discharge.chart.tasks, opening.part_key(_part(item)))
            if task is None or any(change.part == _part(item) for change in changes):
                continue
            due = item.on(self.day, self.pen.occasion.calendar)
            edits = [due_from(self.day, due)] if task.open else []
            changes.append(amend(_part(item), task.record, f"{item.title}: now due {due}", *edits))
        # The head Task is written last: it records the discharge, and until then the move counts as unfinished.
        head = self.discharge.stay_tasks.heads.get(cause.kind)
        if head is not None:
            edits = [self._discharge_noted] if len(discharges(head)) <= cause.correction.number else []
            if head.open:
                edits += [due_from(self.day, self.dates["period-end"]), self._dates_in_place]
                edits += [put("description", self._words())] if cause.kind == "opened" else []
            changes.append(amend(HEADS[cause.kind], head.record, "the discharge was corrected", *edits))
        says = [
            f"the discharge was corrected to {self.day}: open Tasks have new due days; LACE and HOSPITAL are unchanged"
        ]
        return self._plan(tuple(changes), says)

    def _discharge_noted(self, resource: Json) -> None:
        """Adds the discharge to those recorded on the head Task, even one recorded before."""
        items_in(resource, "input").append(self._discharge_input())

    def _discharge_input(self) -> Json:
        concept = self.pen.content.concept(CLOCK_DATE, "discharge")
        occasion = self.pen.occasion
        stamp = self.discharge.stay.anchor.end_stamp(occasion.zone if occasion.zone_is_set else UTC)
        return {"type": {"coding": [concept.coding]}, "valueDateTime": stamp}

    def _inputs(self) -> list[Json]:
        """The discharge and every date that counts, as inputs of the parent Task."""
        inputs = [self._discharge_input()]
        for code, day in self.dates.items():
            coding = self.pen.content.concept(CLOCK_DATE, code).coding
            inputs.append({"type": {"coding": [coding]}, "valueDate": day.isoformat()})
        return inputs

    def _dates_in_place(self, resource: Json) -> None:
        """Moves our own dates among a Task's inputs, and leaves those of others as they are."""
        for given in resource.get("input", []):
            for code, day in self.dates.items():
                if has_code(given, "type", CLOCK_DATE, code) and "valueDate" in given:
                    given["valueDate"] = day.isoformat()

    def _words(self) -> str:
        dates = self.dates
        return (
            f"Transition from {self.discharge.origin} to {self.discharge.destination}, "
            f"discharged on {self.day}: contact by {dates['contact-by']}, visit by {dates['visit-7-day']} if the risk "
            f"is high or else by {dates['visit-14-day']}, medicines reconciled by {dates['reconciliation-by']}. "
            f"The period ends on {dates['period-end']}."
        )

    def _parent(self, state: str, status: str) -> Create:
        work = Work(
            code="transition",
            words=self._words(),
            start=self.day,
            end=self.dates["period-end"],
            owner=self.owner,
            state=state,
            status=status,
            focus=self.pen.refer(self.discharge.stay.anchor.record),
            inputs=tuple(self._inputs()),
        )
        parent = self.pen.task("transition", work, f"discharged {self.day} to {self.discharge.destination}")
        if self.no_hospice:
            self.pen.noted(f"No hospice cares for the person, as told: {self.no_hospice}")(parent.resource)
        return parent

    def _task(self, item: ClockItem, parent: Create) -> Create:
        due = item.on(self.day, self.pen.occasion.calendar)
        unit = "business days" if item.unit == "business-day" else "days"
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words}",
            start=self.day,
            end=due,
            owner=self.owner,
            focus=self.pen.refer(self.discharge.stay.anchor.record),
            part_of=self.pen.refer(parent),
        )
        return self.pen.task(_part(item), work, f"{item.title}: due {due}, {item.count} {unit} after discharge")

    def _plan(self, changes: tuple[Change, ...], says: list[str], lace: Lace | None = None) -> Plan:
        discharge = self.discharge
        sources = [discharge.chart.person] if discharge.chart.person else []
        sources += [encounter.record for encounter in discharge.stay.encounters]
        sources += [record for record in lace_sources(lace) if record not in sources]
        return Plan(
            changes=changes,
            says=tuple(says),
            warnings=self._warnings(),
            decided_from=tuple(sources),
            artefacts=(discharge.clock.canonical,),
            reason=f"discharged {self.day} to {discharge.destination}",
            acting_as=discharge.chart.team.disciplines.get(self.pen.author, ""),
            labels=(RESTRICTED,) if discharge.stay.setting.properties.get("restricted") else (),
        )

    def _hospice(self) -> tuple[str, ...]:
        """Says what is known of a hospice, and what nobody could see."""
        chart = self.discharge.chart
        told = (f"no hospice cares for the person, as told: {self.no_hospice}",) if self.no_hospice else ()
        hidden = [name for name in ("flags", "service_requests") if name in chart.unseen]
        if hidden and self.discharge.kind == "opened":
            told = (*told, "Flags or referrals could not be seen: ask whether a hospice cares for the person")
        hospice = whereabouts.hospice_of(chart, self.pen.occasion) if self.discharge.kind != "opened" else None
        return (*told, hospice.call_first, *hospice.doubts) if hospice else told

    def _forgotten(self) -> tuple[str, ...]:
        """Names stays that nobody has ended, and that this one cannot be part of."""
        chart, content = self.discharge.chart, self.pen.content
        return tuple(
            f"{encounter.reference}, a stay begun on {encounter.start_day}, has never been ended: it is left out here; "
            "have it ended in the record"
            for encounter in stays.forgotten_of(content, self.discharge.stay, chart.encounters)
        )

    def _warnings(self) -> tuple[str, ...]:
        ended = self.discharge.stay.anchor.end_days
        warnings = list(ended.unsure("the discharge", self.day)) if ended else []
        warnings += [*self._hospice(), *self._forgotten(), *self.discharge.chart.not_visible]
        if not self.discharge.clock.in_force:
            warnings.append(
                f"{self.discharge.clock.canonical} was not in force on {self.day}; its dates are used anyway"
            )
        warnings += self._where_they_went()
        if self.discharge.stay.setting.code == "non-acute-facility":
            warnings.append(
                "the record does not say what kind of facility it was: the dates count until somebody finds out"
            )
        if self.discharge.place.concept.code == "assisted-living":
            warnings.append(
                "assisted living or custodial care: find out whether it is a nursing facility, for which no dates count"
            )
        if self.discharge.stay.setting.code == "substance-use-treatment":
            warnings.append(
                "substance use treatment: find out whether it was a residential program, which is not a TCM stay"
            )
            warnings.append("what is written carries a restricted label and stays out of shared documents")
        if self.discharge.place.concept.code.startswith("hospice"):
            warnings.append("hospice: call the hospice first")
        if self.owner == self.pen.author and self.owner != self.discharge.chart.team.care_manager:
            warnings.append("no care manager is on record: the Tasks are assigned to you")
        days = self.pen.occasion.calendar.business_days_between(self.day, self.pen.today)
        if not self.discharge.retrospective and days > self.discharge.clock.number("notified-late-business-days"):
            warnings.append(
                f"notified late, {days} business days after the discharge: the dates still count from the discharge"
            )
        within = self.day - (self.dates["reconciliation-by"] - self.day)
        for task in self.discharge.chart.tasks:
            other = task.focus and task.focus not in self.discharge.stay.references
            if task.open and "transition" in task.codes and other and task.due and task.due >= within:
                warnings.append(
                    f"an earlier transition ({task.record.reference}) is open, and only one in 30 days counts: close it"
                )
        return tuple(warnings)

    def _where_they_went(self) -> tuple[str, ...]:
        """Says what to find out about where the person went."""
        place = self.discharge.place
        if place.concept.code == "not-stated":
            return (
                f"destination {self.discharge.destination} ({place.why}): treated as home until somebody finds out",
            )
        if place.concept.code not in ("not-understood", "against-advice"):
            return ()
        return (
            f"destination {self.discharge.destination} ({place.why}): ask today where the person is, and have the "
            "disposition corrected if it is wrong; the deadlines run meanwhile so that none is missed. If they are in "
            "a facility, close the transition",
        )


def _count(encounters: int) -> str:
    return "one encounter" if encounters == 1 else f"{encounters} encounters, one stay"


def lace_sources(lace: Lace | None) -> tuple[Record, ...]:
    """The records that LACE is based on."""
    if lace is None:
        return ()
    return tuple(dict.fromkeys(record for points in lace.parts.values() for record in points.rests_on))


def _part(item: ClockItem) -> str:
    return f"task/{item.code}"
