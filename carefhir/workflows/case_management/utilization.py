"""Writes the review of a stay: what is covered, what is not, and the Task for the next review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.codes import SETTING
from carefhir.content.clocks import Clock
from carefhir.fhir.changes import Amend, Change, Create, Plan, amend
from carefhir.mappers.authorization import FOLLOWING, Authorized
from carefhir.mappers.claim import ClaimView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.case_management.authorizations import on_day, on_the_wall
from carefhir.workflows.case_management.cases import cases_around, plans_of
from carefhir.workflows.case_management.covered_days import Coverage
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class Review:
    """Writing down one review of a stay."""

    pen: Pen
    chart: Chart
    stay: Stay
    claims: tuple[ClaimView, ...]
    at: datetime
    coverage: Coverage
    set_aside: tuple[Authorized, ...]
    """Authorizations without days that name no stay: they may be for this one, and are not counted."""
    clock: Clock

    def plan(self) -> Plan:
        """Plans the record of the review, and the Task for the next one."""
        asking = [task for task in self.chart.tasks if self._asked(task)]
        changes: list[Change] = [self._reviewed(task) for task in asking] or [self._on_record()]
        due = self.next_day
        if due is not None:
            changes.append(self._next(due))
        says = [*self.findings, *([f"the next review is due {on_day(due)}"] if due else ["no further review is due"])]
        records = [
            self.chart.person,
            *(one.record for one in self.stay.encounters),
            *(cover.granted.task.record for cover in self.coverage.covers),
        ]
        return Plan(
            changes=tuple(changes),
            says=tuple(says),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=tuple(dict.fromkeys(record for record in records if record)),
            artefacts=(self.clock.canonical,),
            reason=f"the stay since {self.stay.start_day} was held against what was authorized",
            acting_as=self.pen.occasion.actor.discipline,
        )

    def _asked(self, task: TaskView) -> bool:
        """Whether a Task asks for this review; on a server without history, also the one this act has ended."""
        mine = "utilization-review" in task.codes and task.focus in self.stay.references
        return mine and (task.open or self.pen.act.did(task.record, "amended"))

    @property
    def findings(self) -> tuple[str, ...]:
        """What the review found, a sentence each."""
        coverage, stay = self.coverage, self.coverage.stay
        until = "so far" if stay.ongoing else f"until {on_day(self.stay.end_day)}"
        sentences = [f"the stay since {on_day(stay.first)}: {_days(len(stay.days))} {until}"]
        if not coverage.covers:
            return (*sentences, "no authorization for this stay was found: no day is authorized")
        sentences.append(f"{_days(coverage.used)} of it authorized: {', '.join(map(_named, self._counted()))}")
        if coverage.uncovered:
            sentences.append(f"not authorized: {_spans(coverage.uncovered)}")
        if stay.ongoing and coverage.through:
            sentences.append(f"{_days(coverage.left)} left after today, through {on_day(coverage.through)}")
        if coverage.first_not_covered:
            sentences.append(f"the first day not covered is {on_day(coverage.first_not_covered)}")
        return tuple(sentences)

    def _counted(self) -> Iterator[Authorized]:
        return (cover.granted for cover in self.coverage.covers if cover.counted_from is not None)

    def _warnings(self) -> Iterator[str]:
        coverage, levels = self.coverage, self.pen.content.concepts(SETTING)
        setting = self.stay.setting
        where = "a facility" if setting.properties.get("restricted") else setting.display
        for authorized in coverage.other_levels(setting):
            level = levels[authorized.level].display if authorized.level in levels else authorized.level
            yield f"the level of care differs: {_named(authorized)} is for {level}, and the person is in {where}"
        for authorized in coverage.without_level:
            yield f"{_named(authorized)} names no level of care: ask which one it is for"
        for authorized in coverage.states_too_little:
            yield f"{_named(authorized)} names neither days nor a first and a last one: it is not counted; ask"
        for authorized in coverage.without_first_day:
            if authorized.days is not None:
                yield f"{_named(authorized)} names no first day: its days are counted from the day of admission; ask"
        for authorized in self.set_aside:
            yield f"{_named(authorized)} may be for this stay: name it in authorizations if it is; it is not counted"
        yield from (f"asked for, and not answered: {one.words} ({one.reference})" for one in self._pending())
        if "claims" in self.chart.unseen:
            yield "what payers were asked could not be seen: an authorization may be missing here"

    def _pending(self) -> Iterator[ClaimView]:
        """The requests about this stay, or about what a counted authorization is about, that nobody has answered."""
        for asked in self.claims:
            follows = (task for task in self.chart.tasks if task.focus == asked.reference)
            if set(asked.about) & self._about and any(task.open and _follows(task) for task in follows):
                yield asked

    @property
    def _about(self) -> set[str]:
        """What the stay is for: its Encounters, and what was asked for with what covers it."""
        by_reference = {one.reference: one.about for one in self.claims}
        covered = [by_reference.get(cover.granted.claim, ()) for cover in self.coverage.covers]
        return {*self.stay.references, *(reference for about in covered for reference in about)}

    @property
    def next_day(self) -> date | None:
        """The day of the next review: today where a day is not covered, else before the last day that is; None where
        the stay is over and all of it is covered."""
        coverage, today = self.coverage, self.pen.today
        if coverage.uncovered:
            return today
        if not coverage.stay.ongoing or coverage.through is None:
            return None
        return max(
            coverage.through - timedelta(days=self.clock.number("review-before-days")), today + timedelta(days=1)
        )

    @property
    def _case(self) -> EpisodeView | None:
        """The open case around the stay, or around what it is for."""
        cases = (case for about in sorted(self._about) for case in cases_around(self.chart, about, self.pen.occasion))
        return next((case for case in cases if not case.over), None)

    @property
    def _owner(self) -> str:
        return (self._case.care_manager if self._case else "") or self.chart.care_manager or self.pen.author

    def _work(self, words: str, end: date, **more: str) -> Work:
        plans = [plan for plan in plans_of(self.chart, self._case) if not plan.over] if self._case else []
        return Work(
            code="utilization-review",
            words=words,
            start=self.pen.today,
            end=end,
            owner=self._owner,
            focus=self.pen.refer(self.stay.encounters[0].record),
            based_on=self.pen.refer(plans[-1].record) if plans else None,
            **more,  # type: ignore[arg-type]  # priority, status and state are texts
        )

    @property
    def _words(self) -> str:
        return f"Reviewed on {on_day(on_the_wall(self.at, self.pen.occasion).date())}: {'; '.join(self.findings)}."

    def _reviewed(self, task: TaskView) -> Amend:
        """The Task that asked for this review, done."""
        note = self.pen.noted(self._words, at=self.at)
        return amend(f"reviewed/{task.record.id}", task.record, self._words, *self.pen.ended("completed", "done"), note)

    def _on_record(self) -> Create:
        """The review where nobody had asked for it: it stands on record all the same."""
        return self.pen.task(
            "reviewed", self._work(self._words, self.pen.today, status="completed", state="done"), self._words
        )

    def _next(self, due: date) -> Create:
        urgent = bool(self.coverage.uncovered)
        ask = "Ask the payer now (request-authorization), and tell the person what it may cost them. " if urgent else ""
        words = f"{ask}Review the stay against what is authorized (review-utilization). {self._words}"
        work = self._work(words, due, priority="urgent" if urgent else "routine")
        return self.pen.task("next", work, f"the next review is due {on_day(due)}")


def _follows(task: TaskView) -> bool:
    return any(code in task.codes for code in FOLLOWING)


def _named(granted: Authorized) -> str:
    """An authorization, as people call it."""
    return f"authorization {granted.number or 'without a number'} ({granted.task.record.reference})"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _spans(days: Iterable[date]) -> str:
    """Days as spans: `2027-02-17 to 2027-02-19`."""
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans)
