"""What nobody has noticed about one person: each find names the record that shows it, and never changes its identity.

A find is what the records show and no open Task says yet: a discharge that no transition follows, an emergency visit, a
readmission, answers that nobody has looked at, a number that nobody has judged, work long overdue, a red finding that
nobody has acknowledged, a plan past its review, a missed check-in, nobody set to check in. How long each waits is in
PlanDefinition panel-watch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from carefhir.chart import stays, whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.fhir.codec import digest
from carefhir.fhir.record import Record, dig, first_text, moment, relative
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.panel.unheard import AT_ONCE, AnswersOnRecord
from carefhir.workflows.panel.unjudged import NumbersOfOneKind, NumbersOnRecord, UnjudgedNumber

WATCH = "panel-watch"
FOLLOWS = frozenset({"transition", "track-facility-stay"})
"""Tasks that follow a stay."""
OWN = frozenset({"overdue-work", "check-in", "missed-check-in", "escalation", "transition", "track-facility-stay"})
"""Kinds of Task that never count as overdue work: they have a find of their own, or last for the whole of something."""


SAID_OF_ANSWERS = {
    "pressing": "a check-in that presses, and nobody has judged it",
    "dangerous": "a safety item is not answered with no, and nobody was asked to look",
    "unjudged": "a check-in that nobody has judged",
    "changed": "changed after it was scored",
    "unscored": "never scored",
}
"""Why answers are brought to somebody, in words."""


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that nobody has noticed."""

    item: ClockItem
    """What is to be done about it, and by when."""
    about: Record
    identity: str
    """What it is found by, the same for ever."""
    words: str
    owner: str
    priority: str = "urgent"
    restricted: bool = False
    """Whether the setting itself tells what only those who treat the person may know (rule 4)."""
    instructions: tuple[str, ...] = ()
    """What a person must do now."""
    numbers: tuple[Record, ...] = ()
    """The numbers that it is about, `about` among them."""
    kind: str = ""
    """Of what these numbers are."""

    @property
    def code(self) -> str:
        """The kind of Task that asks for it (CodeSystem care-task)."""
        return self.item.code


@dataclass(frozen=True, slots=True)
class Watch:
    """Looking over one person's chart."""

    chart: Chart
    occasion: Occasion
    clock: Clock
    answers: AnswersOnRecord = field(default_factory=AnswersOnRecord)
    numbers: NumbersOnRecord | None = None
    """None where numbers were not read."""

    def finds(self) -> tuple[Find, ...]:
        """All of them, the most pressing first."""
        return (
            *self._unheard(),
            *self._unanswered(),
            *self._unjudged(),
            *self._readmissions(),
            *self._discharges(),
            *self._emergency_visits(),
            *self._missed_check_ins(),
            *self._overdue(),
            *self._nobody_checks_in(),
            *self._past_review(),
        )

    def _find(
        self, code: str, about: Record, identity: str, words: str, *, owner: str = "", priority: str = "urgent"
    ) -> Find:
        item = next(item for item in self.clock.tasks() if item.code == code)
        return Find(
            item=item, about=about, identity=identity, words=words, owner=owner or self.manager, priority=priority
        )

    @property
    def manager(self) -> str:
        """The care manager, or whoever looks where none is on record."""
        return self.chart.care_manager or self.occasion.actor.reference

    @property
    def waits(self) -> bool:
        """Whether every program of the person is paused: then nothing is overdue."""
        return self.chart.paused

    def _tasks(self, *codes: str) -> Iterator[TaskView]:
        return (task for task in self.chart.tasks if set(codes) & set(task.codes))

    def _since(self, days: int) -> datetime:
        return self.occasion.now - timedelta(days=days)

    # ---- answers

    def _unheard(self) -> Iterator[Find]:
        """Answers that nobody has looked at."""
        days, dangerous = self.clock.number("answers-days"), self.clock.number("dangerous-answers-days")
        for each in self.answers.unheard(self.occasion, days=days, dangerous_days=dangerous):
            about = f"{each.title} of {each.day or 'a day that cannot be read'}"
            words = f"{about}: {SAID_OF_ANSWERS[each.why]}"
            if each.why in AT_ONCE:
                heard_now = self._find("hear-answers", each.record, each.identity, words, priority="stat")
                yield replace(heard_now, instructions=each.instructions)
            else:
                yield self._find("score-answers", each.record, each.identity, words, priority="routine")

    # ---- numbers

    def _unjudged(self) -> Iterator[Find]:
        """Numbers that nobody has judged, one find for all of a kind until somebody has looked at them."""
        if self.numbers is None:
            return
        looks = [task for task in self._tasks("look-at-number") if not task.in_error]
        named = {reference for task in looks for _, reference in numbers_of(task)}
        mistaken = sum(task.in_error for task in self._tasks("look-at-number"))
        by_kind: dict[str, list[UnjudgedNumber]] = {}
        for number in self.numbers.unjudged(days=self.clock.number("numbers-days")):
            if number.record.reference not in named:
                by_kind.setdefault(number.kind, []).append(number)
        for kind, some in by_kind.items():
            numbers = NumbersOfOneKind(tuple(some))
            priority = "urgent" if numbers.worst.code == "yellow" else "stat"
            waiting = [task for task in looks if task.open and kind in dict(numbers_of(task))]
            if any(priority in ("urgent", task.priority) for task in waiting):
                continue  # whoever looks at those sees these; only what presses more does not wait for them
            records = tuple({number.record.reference: number.record for number in some}.values())
            identity = f"{kind}/{digest(sorted(record.reference for record in records))[:16]}/{mistaken}"
            find = self._find("look-at-number", numbers.worst.record, identity, numbers.words, priority=priority)
            yield replace(find, numbers=records, kind=kind)

    # ---- facilities

    def _gap(self, day: date) -> int:
        return read_clock(self.occasion.content, "transition-clock", day).number("stay-gap-hours")

    def _stays(self) -> Iterator[Stay]:
        """The stays on record, each once, by end."""
        named: set[str] = set()
        for encounter in sorted(self.chart.encounters, key=lambda one: (one.end or self.occasion.now, one.reference)):
            if encounter.reference in named or encounter.end is None or encounter.status != "finished":
                continue
            day = encounter.end_day or encounter.end.date()
            stay = stays.stay_of(self.occasion.content, encounter, self.chart.encounters, self._gap(day))
            if stay is not None:
                named |= stay.references
                yield stay

    def _over(self, stay: Stay) -> bool:
        """Whether all of it has ended by now."""
        return all(one.status == "finished" and one.end for one in stay.encounters) and stay.end <= self.occasion.now

    def _discharges(self) -> Iterator[Find]:
        """Discharges that no transition follows, and no Task tracks."""
        followed = {reference for task in self._tasks(*FOLLOWS) for reference in (task.focus, task.reason)}
        for stay in self._stays():
            if not self._over(stay) or stay.end < self._since(self.clock.number("discharge-days")):
                continue
            place = stays.destination_of(
                self.occasion.content, stay, self.chart.encounters, self._gap(stay.end_day)
            ).concept
            if followed & stay.references or place.code == "expired":
                continue
            where = place.display if place.code != "not-stated" else "where to is not on record"
            words = f"left {_setting(stay)} on {stay.end_day} ({where}), and nothing follows it"
            find = self._find("follow-discharge", stay.anchor.record, stay.anchor.identities[0], words)
            yield replace(find, restricted=bool(stay.setting.properties.get("restricted")))

    def _emergency_visits(self) -> Iterator[Find]:
        """Emergency visits after which the person went home."""
        for visit in self.chart.encounters:
            if visit.status != "finished" or visit.end is None or visit.start is None:
                continue
            if stays.setting_of(self.occasion.content, visit).code != "emergency" or self._admitted_after(visit):
                continue
            if self._since(self.clock.number("emergency-visit-days")) <= visit.end <= self.occasion.now:
                words = (
                    f"was in the emergency department on {visit.start_day or visit.start.date()} and was not admitted"
                )
                yield self._find("follow-emergency-visit", visit.record, visit.identities[0], words)

    def _admitted_after(self, visit: EncounterView) -> bool:
        """Whether a stay in a facility overlaps the visit, or follows it at once."""
        assert visit.start is not None  # asked before
        assert visit.end is not None
        reach = visit.end + timedelta(hours=self._gap(visit.end_day or visit.end.date()))
        return any(
            stays.is_facility(stays.setting_of(self.occasion.content, other))
            and other.start is not None
            and other.start <= reach
            and (other.reach or other.start) >= visit.start
            for other in self.chart.encounters
            if other.reference != visit.reference and other.status not in stays.GONE and other.status != "planned"
        )

    def _readmissions(self) -> Iterator[Find]:
        """Hospital stays that began after the discharge an open transition follows."""
        for task in self._tasks("transition"):
            anchor = next((one for one in self.chart.encounters if one.reference == task.focus), None)
            if not task.to_do or anchor is None or anchor.end is None:
                continue
            gap = self._gap(anchor.end_day or anchor.end.date())
            stay = stays.stay_of(self.occasion.content, anchor, self.chart.encounters, gap)
            if stay is None:
                continue
            for again in stays.following(self.occasion.content, stay, self.chart.encounters):
                hospital = stays.setting_of(self.occasion.content, again).properties.get("hospitalLevel")
                if hospital and again.start and stay.end < again.start <= self.occasion.now:
                    words = f"admitted on {again.start_day or again.start.date()} while {task.record.reference} is open"
                    identity = f"{task.record.reference}/{again.identities[0]}"
                    yield self._find("readmission", again.record, identity, words)
                    break

    # ---- work

    def _unanswered(self) -> Iterator[Find]:
        """Red findings that nobody has acknowledged for too long: they go one rung up."""
        late = self.occasion.now - timedelta(minutes=self.clock.number("unanswered-minutes"))
        for task in self._tasks("escalation"):
            raised = moment(task.authored, self.occasion.zone)
            if task.status != "requested" or task.state == "acknowledged" or raised is None or raised > late:
                continue
            if self._answered(task) or any(other.focus == task.record.reference for other in self._tasks("escalation")):
                continue
            rung = self.next_rung(task)
            asked = self.chart.team.called(task.owner)
            words = f"raised at {raised:%Y-%m-%d %H:%M}, and {asked} has not acknowledged it: {task.description}"
            if rung is None:
                continue
            yield self._find("escalation", task.record, task.record.reference, words, owner=rung, priority="stat")

    def _answered(self, task: TaskView) -> bool:
        """Whether a copy of the same matter, or the finding it was raised for, was acknowledged."""
        return any(
            other.status in ("accepted", "in-progress", "completed") or other.state == "acknowledged"
            for other in self._tasks("escalation")
            if other.record.reference in self._matter(task)
        )

    def _matter(self, task: TaskView) -> set[str]:
        """The escalations of one matter: with the same focus, those it was raised for, and those raised for it."""
        matter = {task.record.reference}
        grown = True
        while grown:
            before = len(matter)
            mine = [one for one in self._tasks("escalation") if one.record.reference in matter]
            focuses = {one.focus for one in mine if one.focus}
            matter |= {one.record.reference for one in self._tasks("escalation") if one.focus in focuses | matter}
            matter |= {one.record.reference for one in self._tasks("escalation") if one.record.reference in focuses}
            grown = len(matter) > before
        return matter

    def ladder(self) -> tuple[str, ...]:
        """Whom a red finding goes to, one after the other."""
        team = self.chart.team
        on_call = self.occasion.on_call(team.on_call)
        return tuple(dict.fromkeys(who for who in (self.manager, team.supervising_provider, on_call) if who))

    def next_rung(self, task: TaskView) -> str | None:
        """The next person who has not been asked about this matter; None where everybody was."""
        matter = self._matter(task)
        passed_on = [each for each in self._tasks("escalation") if not each.in_error]
        asked = {task.owner, *(each.owner for each in passed_on if each.record.reference in matter)}
        rungs = self.ladder()
        above = rungs[rungs.index(task.owner) + 1 :] if task.owner in rungs else rungs
        return next((who for who in (*above, *rungs) if who not in asked), None)

    def at_the_top(self) -> tuple[str, ...]:
        """Red findings that everybody was asked about and nobody has acknowledged, in words."""
        late = self.occasion.now - timedelta(minutes=self.clock.number("unanswered-minutes"))
        return tuple(
            f"NOBODY HAS ANSWERED {task.record.reference}, and there is nobody left to ask: call the supervising "
            "provider now, by voice"
            for task in self._tasks("escalation")
            if task.status == "requested"
            and (raised := moment(task.authored, self.occasion.zone)) is not None
            and raised <= late
            and not self._answered(task)
            and self.next_rung(task) is None
        )

    def _missed_check_ins(self) -> Iterator[Find]:
        days = self.clock.number("missed-check-in-business-days")
        for task in self._late("check-in", business_days=days):
            words = f"a check-in was due on {task.due} and did not take place"
            yield self._find("missed-check-in", task.record, f"{task.record.reference}/{task.due}", words)

    def _long_overdue(self) -> list[TaskView]:
        days = self.clock.number("overdue-business-days")
        return [task for task in self._late(business_days=days) if not OWN & set(task.codes)]

    def up_to_date(self) -> bool:
        """Whether no work is long overdue. Where the program waits, or the person is in hospital, nobody knows: the
        work is still there when they are back."""
        away = self.waits or whereabouts.in_hospital(self.chart, self.occasion) is not None
        return not away and not self._long_overdue()

    def _overdue(self) -> Iterator[Find]:
        """The work that is overdue longest; one find for all of it, until somebody has looked at it."""
        late = self._long_overdue()
        if not late or any(task.open for task in self._tasks("overdue-work")):
            return
        first = min(late, key=lambda task: (task.due or date.max, task.record.id))
        names = ", ".join(f"{task.record.reference} (due {task.due})" for task in late)
        owner = self.chart.team.supervising_provider or self.manager
        words = f"overdue for more than {self.clock.number('overdue-business-days')} business days: {names}"
        yield self._find("overdue-work", first.record, f"{first.record.reference}/{first.due}", words, owner=owner)

    def _late(self, *codes: str, business_days: int) -> list[TaskView]:
        """Tasks to do whose due day passed more than so many business days ago."""
        if self.waits or whereabouts.in_hospital(self.chart, self.occasion) is not None:
            return []
        tasks = self._tasks(*codes) if codes else iter(self.chart.tasks)
        calendar = self.occasion.calendar
        return [
            task
            for task in tasks
            if task.to_do
            and task.due is not None
            and calendar.add_business_days(task.due, business_days) < self.occasion.today
        ]

    # ---- the plan

    def _nobody_checks_in(self) -> Iterator[Find]:
        """A plan in force, and no check-in that is to come."""
        if self.waits or whereabouts.in_hospital(self.chart, self.occasion) is not None:
            return
        if "tasks" in self.chart.unseen or any(task.open for task in self._tasks("check-in", "missed-check-in")):
            return
        last = max(
            (task.record.id for task in self._tasks("check-in")), key=lambda id_: (len(id_), id_), default="first"
        )
        for plan in self.chart.care_plans:
            if plan.status == "active":
                words = "a plan is in force, and nobody is set to check in"
                yield self._find("check-in", plan.record, f"{plan.record.reference}/{last}", words, priority="routine")
                return

    def _past_review(self) -> Iterator[Find]:
        """A plan that nobody has looked at for long."""
        days = self.clock.number("review-days")
        for plan in self.chart.care_plans:
            began = moment(first_text(plan.record.json, "period.start"), self.occasion.zone)
            if plan.status != "active" or began is None or self.waits:
                continue
            looks = [began, *(looked for task in self._reviews() if (looked := _changed(task, self.occasion)))]
            rounds = (self.occasion.now - max(looks)).days // days
            if rounds < 1 or any(task.open for task in self._tasks("review-plan")):
                continue
            words = f"in force since {began:%Y-%m-%d}, and not looked at for {days} days"
            identity = f"{plan.record.reference}/{max(looks):%Y-%m-%d}"
            yield self._find("review-plan", plan.record, identity, words, priority="routine")

    def _reviews(self) -> list[TaskView]:
        return [task for task in self._tasks("review-plan") if task.status == "completed"]


def numbers_of(task: TaskView) -> tuple[tuple[str, str], ...]:
    """The numbers that a Task asks to look at: of what, and which record."""
    return tuple(
        (first_text(given, "type.text") or "", reference)
        for given in dig(task.record.json, "input")
        if isinstance(given, dict) and (reference := relative(first_text(given, "valueReference.reference") or ""))
    )


def _changed(task: TaskView, occasion: Occasion) -> datetime | None:
    return moment(task.changed, occasion.zone) if task.changed else None


def _setting(stay: Stay) -> str:
    """The setting in words, but never a restricted one (rule 4)."""
    return "a facility" if stay.setting.properties.get("restricted") else stay.setting.display
