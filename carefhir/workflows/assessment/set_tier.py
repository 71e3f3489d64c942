"""`set-tier`: sets the tier of care between two assessments: as the rules give it now, or as a person judges.

Writes a RiskAssessment that cites everything it rests on, who set it and why. Where something that the tier depends on
is not known, whoever sets it must say that this was seen (`at_least`), and the tier on record is "at least" that one.
The check-in that is set moves to an earlier day where the new tier asks for one; to a later day it is never moved. For
somebody in no program who is a candidate for one by it, a Task asks to consider enrollment. The act's cause is the
moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import PROGRAM, RESTRICTED, TIER
from carefhir.content import cadence, program_criteria, supervision, tiers
from carefhir.content.clocks import read_clock
from carefhir.engine.step import AgainAfter, AtMoment, Case, Moment, PatientCommand, Step, instant
from carefhir.fhir.changes import Act, Amend, Create, Plan, Refusal, amend, amendable, keys_of, labeled
from carefhir.fhir.gather import Records
from carefhir.fhir.record import moment
from carefhir.mappers import patient, risk_assessment
from carefhir.mappers.task import TaskView, Work, due_from
from carefhir.occasion import Occasion
from carefhir.workflows.assessment.conclusions import labels_of_all, restricted_groups
from carefhir.workflows.assessment.tier_setting import TierSetting, set_tier, unsigned_step_down
from carefhir.workflows.looking.stratify import NEEDS
from carefhir.workflows.pen import Pen

WATCH = "panel-watch"
RULES = (tiers.PLAN, program_criteria.PLAN, cadence.CADENCE)
"""What the decision is made by."""
CONSIDER = "consider-enrollment"


class SetTier(PatientCommand):
    """Sets the tier of care between two assessments."""

    at: Moment = Field(description="when it was decided, with its UTC offset: 2026-03-09T09:00:00-05:00")
    reason: str = Field(min_length=1, description="why, in plain words")
    tier: str = Field(default="", description="the tier (low, rising, high); left out: as the rules give it now")
    at_least: bool = Field(
        default=False, description="that something it depends on is not known, and the tier may have to be higher"
    )
    referred_by: Literal["on-record", "nobody", "clinician", "patient", "family", "plan"] = Field(
        default="on-record", description="who referred the person to care management; left out: as on record"
    )
    again_after: AgainAfter = ""


@dataclass(frozen=True, slots=True)
class _TierQuestion:
    """What the tier depends on beside the chart."""

    tier: str
    tier_reason: str
    referred_by: str
    adl_losses: int | None = None


def cause_of(command: SetTier, occasion: Occasion) -> AtMoment:
    """The moment at which it was decided."""
    return AtMoment("tier", command.at)


@dataclass(frozen=True, slots=True)
class TierCase(Case):
    """One decision about a person's tier."""

    command: SetTier
    occasion: Occasion
    chart: Chart
    setting: TierSetting
    unknown: tuple[str, ...]
    """What the tier depends on and nobody knows, in words."""
    candidate_for: tuple[str, ...]
    """Programs the person would gain from at this tier, each with why."""
    unread: tuple[str, ...]
    """What could not be seen and the decision needs, in words."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at", "again_after"})]

    @property
    def unsure(self) -> bool:
        """Whether the tier may have to be higher."""
        return bool(self.unknown) and self.setting.code != tiers.HIGHEST

    @property
    def words(self) -> str:
        """The tier as people say it."""
        return f"at least {self.setting.code}" if self.unsure else self.setting.code

    @property
    def lowered_from(self) -> str:
        """The higher tier, by the rules or on record; "" where the tier does not fall."""
        content, setting = self.occasion.content, self.setting
        codes = (setting.by_rule.code, setting.before.tier if setting.before else "")
        highest = max(codes, key=lambda code: tiers.rank(content, code))
        return highest if tiers.rank(content, setting.code) < tiers.rank(content, highest) else ""

    def decide(self, act: Act) -> Plan | Refusal:
        """The tier, and the check-in that follows it; or why not."""
        why = self._refusals()
        if why:
            return Refusal(why)
        pen = Pen(self.occasion, act, self.command.patient)
        risk = self._risk(pen)
        moved, asked = tuple(self._earlier(pen)), tuple(self._consider(pen))
        because = (*(create.because for create in asked), *(change.because for change in moved))
        setting = self.setting
        return Plan(
            changes=(risk, *asked, *moved),
            says=(
                f"tier {self.words}",
                *((f"not known: {'; '.join(self.unknown)}",) if self.unsure else ()),
                *setting.why,
                *setting.by_rule.reasons,
                *because,
                *(() if moved else self._check_in_stays()),
            ),
            warnings=(*self._warnings(), *self.chart.not_visible),
            decided_from=tuple(dict.fromkeys((*([self.chart.person] if self.chart.person else []), *setting.basis))),
            artefacts=tuple(self.occasion.content.canonical("PlanDefinition", name) for name in RULES),
            # Why a person set it is said in the tier alone: the tier may be restricted, the receipt is not.
            reason="tier set by a person" if setting.set_by == "person" else "tier set as the rules give it",
            acting_as=self.occasion.actor.discipline,
        )

    # ---- why not

    def _refusals(self) -> tuple[str, ...]:
        command, content, setting = self.command, self.occasion.content, self.setting
        why = [*patient.in_the_way(self.chart.patient, command.patient), *self.unread]
        if command.at > self.occasion.now:
            why.append("at is in the future: give the moment when it was decided")
        if command.tier and tiers.rank(content, command.tier) < 0:
            return (*why, f"there is no tier {command.tier!r}; the tiers are: {', '.join(content.concepts(TIER))}")
        newest = setting.before
        if newest and newest.at and newest.at > command.at:
            day = self.occasion.local_date(newest.at)
            why.append(f"a newer tier is on record ({newest.tier}, {day}): give the moment when you decided after it")
        if self.unsure and not command.at_least:
            why.append(
                f"the tier may have to be higher, for this is not known: {'; '.join(self.unknown)}. Find it out first, "
                f'or give at_least, and "at least {setting.code}" is recorded'
            )
        if setting.set_by == "person" and setting.code != setting.by_rule.code:
            why += supervision.refusals(content, "override-tier", self.occasion.actor.discipline)
        if not setting.basis:
            why.append("nothing on record says how this person is: record an assessment first")
        return (*why, *unsigned_step_down(self.lowered_from, self.chart, self.occasion))

    # ---- what is written

    def _risk(self, pen: Pen) -> Create:
        setting = self.setting
        parts = {
            **setting.parts,
            "atLeast": self.unsure,
            "notAssessed": self.unknown if self.unsure else (),
            "words": f"{self.words}, not known: {'; '.join(self.unknown)}" if self.unsure else self.words,
            "rationale": "; ".join(dict.fromkeys((f"decided: {self.command.reason}", *setting.why, *self._by_rules()))),
        }
        resource = risk_assessment.write_tier(
            pen.content,
            pen.patient,
            self.command.at.astimezone(self.occasion.zone).isoformat(timespec="seconds"),
            performer=pen.author,
            tier=parts,
            basis=map(pen.refer, setting.basis),
        )
        restricted = (RESTRICTED,) if restricted_groups(self.chart, pen.content) else ()
        return Create("tier", labeled(resource, (*labels_of_all(setting.basis), *restricted)), f"tier {self.words}")

    def _by_rules(self) -> tuple[str, ...]:
        return self.setting.by_rule.reasons or ("no rule calls for more",)

    def _consider(self, pen: Pen) -> Iterator[Create]:
        """A Task for whoever acts, to consider a program with somebody who is in none and would gain from one."""
        content, tasks = self.occasion.content, self.chart.tasks
        running = [episode for episode in self.chart.episodes if episode.programs and not episode.over]
        asked = [task for task in tasks if task.open and CONSIDER in task.codes and not pen.act.did(task.record)]
        if running or asked or "episodes" in self.chart.unseen or not self.candidate_for:
            return
        item = next(each for each in read_clock(content, WATCH, self.occasion.today).tasks() if each.code == CONSIDER)
        due = item.on(self.occasion.today, self.occasion.calendar)
        work = Work(
            code=CONSIDER,
            words=f"{item.title}: {'; '.join(self.candidate_for)}. {item.words}",
            start=self.occasion.today,
            end=due,
            owner=pen.author,
        )
        yield pen.task(CONSIDER, work, f"{item.title}: due {due}")

    def _check_ins(self) -> list[TaskView]:
        return [task for task in self.chart.tasks if task.to_do and "check-in" in task.codes and task.due is not None]

    def _earlier(self, pen: Pen) -> Iterator[Amend]:
        """Moves the check-in that is set to the day by which the new tier asks for it, where that is earlier."""
        for task in self._check_ins():
            if pen.act.did(task.record, "amended"):
                yield amend(
                    _part(task), task.record, f"the check-in is due on {task.due} now ({task.record.reference})"
                )
                continue
            day = self._day(task)
            if task.due is None or day >= task.due or not keys_of(task.record) or not amendable(task.record):
                continue
            because = f"the check-in due on {task.due} is due on {day} now ({task.record.reference})"
            yield amend(
                _part(task),
                task.record,
                because,
                due_from(min(self._set_on(task), day), day),
                pen.noted(f"due on {day} in place of {task.due}: the tier of care was set", at=self.command.at),
                pen.changed_now(),
            )

    def _day(self, task: TaskView) -> date:
        """The day by which a check-in falls due at the tier: counted from the day it was set, and not before today."""
        today, calendar = self.occasion.today, self.occasion.calendar
        days = cadence.days_between(self.occasion.content, self.setting.code)
        counted = self._set_on(task) + timedelta(days=days)
        return cadence.day_in_office(max(counted, today), today, calendar)

    def _set_on(self, task: TaskView) -> date:
        """The day on which a check-in was set, which is that of the one before it."""
        at = moment(task.authored, self.occasion.zone)
        return self.occasion.local_date(at) if at else self.occasion.today

    def _check_in_stays(self) -> tuple[str, ...]:
        """What becomes of the check-ins, where none is moved."""
        if self.chart.paused:
            return ("the program is paused: no check-in is set",)
        days = cadence.days_between(self.occasion.content, self.setting.code)
        check_ins = self._check_ins()
        if not check_ins:
            return ("no check-in is set: find-work asks for one where a plan is in force",)
        named = ", ".join(f"due on {task.due} ({task.record.reference})" for task in check_ins)
        return (f"the check-in stays {named}; after it, they come every {days} days once the weekly ones are over",)

    def _warnings(self) -> tuple[str, ...]:
        rule, highest = self.setting.by_rule.no_step_down, self.lowered_from
        if rule and highest:
            return (f"the tier is set lower than {highest} against a rule: {rule}",)
        return ()


def _part(task: TaskView) -> str:
    return f"check-in/{task.record.id}"


def open_cases(records: Records, command: SetTier, occasion: Occasion) -> tuple[TierCase]:
    """The decision, and what the rules say now."""
    chart = charts.read(records, occasion)
    asked = _TierQuestion(command.tier, command.reason, command.referred_by)
    setting = set_tier(chart, asked, (), occasion)
    by_rule = setting.by_rule
    unseen = tuple(f"not visible: {name.replace('_', ' ')}" for name in sorted(chart.unseen))
    unread = []
    if "risks" in chart.unseen:
        unread.append("the tiers on record are not visible (RiskAssessment): ask for access")
    if "tasks" in chart.unseen:
        unread.append("whether something urgent is open is not known, for Tasks are not visible: ask for access")
    stratum = program_criteria.judge(occasion.content, facts_of(chart, occasion), set_to=setting.code)
    programs = occasion.content.concepts(PROGRAM).items()
    return (
        TierCase(
            command=command,
            occasion=occasion,
            chart=chart,
            setting=setting,
            unknown=(*by_rule.unknown, *unseen),
            candidate_for=tuple(
                f"{program.display} ({'; '.join(why)})"
                for code, program in programs
                if (why := stratum.candidate_for(code))
            ),
            unread=tuple(unread),
        ),
    )


SET_TIER = Step(
    name="set-tier",
    title="Set the tier of care between two assessments",
    command=SetTier,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("RiskAssessment", "Task"),
    amends=("Task",),
    supervised="set-tier",
)
