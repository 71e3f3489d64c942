"""Works out what follows the last discharge, by the rules of the steps of a transition (clinical practice 6 to 9, 35).

Dates are those of the parent Task, what counts is in the words of PlanDefinition transition-clock, and what there is so
far is the evidence that `close-transition` would write today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from carefhir.chart import stays, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.chart.whereabouts import CurrentStay
from carefhir.codes import PACKET_ITEM, TASK, TASK_STATE
from carefhir.content.clocks import ClockItem
from carefhir.fhir.gather import Records
from carefhir.fhir.record import moment
from carefhir.mappers import communication, labels, medication_list, packet, risk_assessment
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import due
from carefhir.workflows.looking.transition_sheet import PartState, TransitionPart, TransitionSheet
from carefhir.workflows.transitions import discharge, evidence, kept_visit
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.transitions.attempts import attempts
from carefhir.workflows.transitions.evidence import Evidence, EvidenceItem
from carefhir.workflows.transitions.transition import Transition, TransitionChart, spoken

HEADS = ("transition", "track-facility-stay")
"""Tasks for a whole discharge."""
UNSEEN = {"tasks": "Tasks", "encounters": "stays", "communications": "calls", "appointments": "appointments"}
"""What a transition is read from, in words."""


def transition_sheet(
    chart: Chart, records: Records, names: Mapping[str, str], *, occasion: Occasion
) -> TransitionSheet:
    """The newest open transition of a person; where there is none, what could be opened."""
    unseen = ", ".join(words for name, words in UNSEEN.items() if not records.visible(name))
    heads = [task for task in chart.tasks if task.to_do or task.held]
    open_ones = sorted(
        (task for task in heads if "transition" in task.codes), key=lambda task: (task.authored, task.record.id)
    )
    watched = tuple(task.description for task in heads if "track-facility-stay" in task.codes)
    if not open_ones:
        encounter = _to_open(chart, occasion)
        return TransitionSheet(
            unseen=unseen,
            others=watched,
            to_open=encounter.reference if encounter else "",
            to_open_words=_stay_in_words(encounter, occasion) if encounter else "",
        )
    *others, newest = open_ones
    more = (*(task.description for task in reversed(others)), *watched)
    found_transition = following.find(chart.tasks, newest.record.reference, occasion)
    if isinstance(found_transition, str):
        return TransitionSheet(unseen=unseen, others=more, trouble=found_transition, reference=newest.record.reference)
    return _Following.of(chart, records, found_transition, names=names, occasion=occasion).sheet(unseen, more)


def _to_open(chart: Chart, occasion: Occasion) -> EncounterView | None:
    """The stay that ended last, if no Task for a whole discharge is about it and its program would still run."""
    content = occasion.content
    ended = [
        encounter
        for encounter in chart.encounters
        if encounter.end is not None
        and encounter.end <= occasion.now
        and encounter.status == "finished"
        and stays.is_facility(stays.setting_of(content, encounter))
    ]
    newest = max(ended, key=lambda encounter: (encounter.end or occasion.now, encounter.reference), default=None)
    if newest is None:
        return None
    stay = stays.stay_of(content, newest, chart.encounters, discharge.stay_gap_hours(content, occasion.today))
    followed = {task.focus for task in chart.tasks if set(HEADS) & set(task.codes) and not task.in_error}
    return None if stay is None or followed & stay.references else newest


def _stay_in_words(encounter: EncounterView, occasion: Occasion) -> str:
    setting = stays.setting_of(occasion.content, encounter)
    where = "a facility" if setting.properties.get("restricted") else setting.display
    return f"{where}, discharged {spoken(encounter.end_day)}" if encounter.end_day else where


@dataclass(frozen=True, slots=True)
class _Following:
    """One transition with everything that is on record about it."""

    followed: TransitionChart
    stay: Stay | None
    gathered: Evidence
    names: Mapping[str, str]
    occasion: Occasion

    @classmethod
    def of(
        cls, chart: Chart, records: Records, transition: Transition, *, names: Mapping[str, str], occasion: Occasion
    ) -> _Following:
        clock = discharge.transition_clock(occasion.content, transition.day)
        talks = [communication.read(record, occasion.zone) for record in records["communications"]]
        followed = TransitionChart(
            chart=chart,
            transition=transition,
            clock=clock,
            talks=tuple(sorted(talks, key=lambda talk: (talk.sent or occasion.now, talk.reference))),
            lists=tuple(medication_list.read(record) for record in records["medication_lists"]),
        )
        anchor = next((each for each in chart.encounters if each.reference == transition.parent.focus), None)
        gap = clock.number("stay-gap-hours")
        people = kept_visit.providers(records, chart, occasion.content)
        return cls(
            followed=followed,
            stay=stays.stay_of(occasion.content, anchor, chart.encounters, gap) if anchor else None,
            gathered=evidence.gather(followed, attempts(followed, occasion), people, occasion=occasion),
            names=names,
            occasion=occasion,
        )

    @property
    def transition(self) -> Transition:
        return self.followed.transition

    def sheet(self, unseen: str, others: tuple[str, ...]) -> TransitionSheet:
        """Everything about it, for a page."""
        transition = self.transition
        return TransitionSheet(
            unseen=unseen,
            reference=transition.reference,
            way=self._way(),
            discharged=transition.day,
            program=str(self.occasion.content.get("PlanDefinition", discharge.CLOCK).get("title", "")),
            window=tuple(self._window()),
            risk=self._risk(),
            restricted=labels.restricted(transition.parent.record),
            attention=tuple(self._attention()),
            readmission=self._again.encounter.reference if self._again and not transition.suspended else "",
            parts=tuple(map(self._part, self._tasks())),
            missing=self.gathered.missing,
            others=others,
        )

    def _way(self) -> str:
        """From where to where; a restricted setting is not named."""
        if self.stay is None:
            return ""
        gap = self.followed.clock.number("stay-gap-hours")
        place = stays.destination_of(self.occasion.content, self.stay, self.followed.chart.encounters, gap)
        hidden = self.stay.setting.properties.get("restricted")
        return f"{'a facility' if hidden else self.stay.setting.display} to {place.concept.display}"

    def _window(self) -> Iterator[str]:
        """The dates that count, each with how it is counted."""
        for code, day in self.transition.dates.items():
            item = next((item for item in self.followed.clock.items if item.code == code), None)
            if item is not None:
                title = item.title if item.title.endswith(" by") else f"{item.title}:"
                yield f"{title} {spoken(day)} ({_counted(item)})"

    def _risk(self) -> str:
        """LACE and HOSPITAL of this very stay, as they were recorded last: `LACE 11, high; HOSPITAL (…) 3 to 5, …`."""
        references = self.stay.references if self.stay else frozenset({self.transition.parent.focus})
        risks = [risk_assessment.read(record) for record in self.followed.chart.risks]
        scores = [risk for risk in risks if risk.counts and risk.low is not None and risk.encounter in references]
        newest = {risk.method: risk for risk in sorted(scores, key=lambda risk: (risk.at, risk.method))}
        return "; ".join(
            f"{method} {risk.score}, {risk.level or 'level not certain'}"
            for method, risk in sorted(newest.items(), key=lambda each: not each[0].startswith("LACE"))
        )

    @property
    def _again(self) -> CurrentStay | None:
        """The first stay that began since the discharge (rule 25)."""
        first = self.stay.references if self.stay else frozenset({self.transition.parent.focus})
        return whereabouts.stay_since(self.followed.chart, self.occasion, self.transition.discharged, first)

    def _attention(self) -> Iterator[str]:
        """On hold, back in a facility, learned of late (rules 6, 9 and 25)."""
        transition, chart, occasion = self.transition, self.followed.chart, self.occasion
        if transition.suspended:
            why = transition.parent.why or "no reason is on record"
            yield f"this transition is on hold: {why}"
        again = self._again
        now = whereabouts.in_hospital(chart, occasion) if again else None
        if again is not None and not (transition.suspended and now):
            when = f"is {now.words}" if now else f"was {again.words}, after this discharge"
            what = "it is on hold" if transition.suspended else "put the transition on hold, or close it as readmitted"
            yield f"the person {when}: {what}"
        learned = moment(transition.parent.authored, occasion.zone)
        late = self.followed.clock.number("notified-late-business-days")
        if learned is not None:
            days = occasion.calendar.business_days_between(transition.day, occasion.local_date(learned))
            if days > late:
                yield (
                    f"notified late, {days} business days after the discharge: the dates still count from the discharge"
                )

    # -- its parts

    def _tasks(self) -> list[TaskView]:
        """The Tasks of the transition: in the order of the clock, then by due day."""
        order = {item.code: number for number, item in enumerate(self.followed.clock.tasks("high"))}
        tasks = [task for task in self.transition.children if not task.in_error]
        last = date.max
        return sorted(
            tasks,
            key=lambda task: (
                min((order.get(code, len(order)) for code in task.codes), default=len(order)),
                not task.open,
                task.due or last,
                task.record.id,
            ),
        )

    def _part(self, task: TaskView) -> TransitionPart:
        item = self._item(task)
        entry = due.due_of(task, self.occasion, self.names.get(task.owner, task.owner_words))
        state = self._state(task)
        return TransitionPart(
            code=next(iter(task.codes), ""),
            title=item.title if item else entry.what,
            state=state,
            words=self._in_words(task, state),
            due=task.due,
            counts_by=item.on(self.transition.day, self.occasion.calendar) if item else None,
            counted=f"{_counted(item)} after the discharge" if item else "",
            counts=item.words if item else self._meaning(task),
            evidence=tuple(self._evidence(task)),
            owner=entry.owner,
            task=task.record.reference,
            step=entry.done_by,
            by_call=entry.by_call,
        )

    def _item(self, task: TaskView) -> ClockItem | None:
        """The line of the clock that a Task is of; of two for different risks, the one whose title or day it has."""
        items = [item for item in self.followed.clock.items if item.system == TASK and item.code in task.codes]
        written = [item for item in items if task.description.startswith(item.title)]
        return next(iter((*written, *items)), None)

    def _meaning(self, task: TaskView) -> str:
        concepts = self.occasion.content.concepts(TASK)
        return next((concepts[code].definition for code in task.codes if code in concepts), "")

    def _state(self, task: TaskView) -> PartState:
        if task.status == "completed":
            return "done"
        if not task.open:
            return "ended"
        if task.held:
            return "on hold"
        if task.due is not None and task.due < self.occasion.today:
            return "overdue"
        states: dict[str, PartState] = {"attempting": "attempting", "kept-incomplete": "kept incomplete"}
        return states.get(task.state, "due")

    def _in_words(self, task: TaskView, state: PartState) -> str:
        """The state, and what the Task itself says of it where that is more."""
        concepts = self.occasion.content.concepts(TASK_STATE)
        own = concepts[task.state].display if task.state in concepts and task.state not in ("waiting", "done") else ""
        first = (own or task.status) if state == "ended" else state
        return ", ".join(dict.fromkeys(filter(None, (first, own))))

    def _evidence(self, task: TaskView) -> Iterator[str]:
        """What is on record for a part, in words."""
        gathered, code = self.gathered, next(iter(task.codes), "")
        items: dict[str, tuple[EvidenceItem, ...]] = {
            "contact-patient": (gathered.contact, *gathered.attempts),
            "reconcile-medications": (gathered.reconciliation,),
            "book-follow-up": (gathered.visit,),
            "teach-back": (gathered.teaching,),
        }
        to_come = tuple(self._visits()) if code == "book-follow-up" else ()
        if not to_come or gathered.visit.counts:
            yield from (item.words for item in items.get(code, ()))
        yield from to_come
        if self._item(task) is None and not labels.restricted(task.record):
            yield task.description
        if code == "receive-packet":
            yield from self._packet(task)
        if task.why and not (task.held and self.transition.suspended):  # said once, above
            yield task.why

    def _visits(self) -> Iterator[str]:
        """The visits booked for the transition that are still to come."""
        zone = self.occasion.zone
        for visit in self.followed.visits:
            if visit.start is not None and not visit.over and visit.start >= self.occasion.now:
                ride = f", {visit.transport}" if visit.transport else ""
                yield f"booked for {visit.start.astimezone(zone):%a %Y-%m-%d %H:%M}{ride}; it counts once it was kept"

    def _packet(self, task: TaskView) -> Iterator[str]:
        items, there = self.occasion.content.concepts(PACKET_ITEM), packet.on_record(task)
        came = [items[code].display for code in items if code in there]
        missing = [items[code].display for code in items if code not in there]
        yield f"there: {', '.join(came)}" if came else "no item of it is on record"
        if missing and came:
            yield f"missing: {', '.join(missing)}"


def _counted(item: ClockItem) -> str:
    unit = "business day" if item.unit == "business-day" else "day"
    return f"{item.count} {unit}{'' if item.count == 1 else 's'}"
