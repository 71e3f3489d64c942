"""Who somebody is: the states for which a pathway may not be made (clinical practice, rule 38).

Under 18, a newborn, pregnant, up to 12 weeks after a birth, type 1 diabetes, dialysis; palliative care on record; and
that comfort comes first, by the person's own goal, never by a score or a diagnosis. Codes, words and numbers are in
CodeSystem whereabouts. Each is True, False, or None where the records that would say it could not be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart import pregnancy, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of_codes
from carefhir.content.loading import Content
from carefhir.fhir.record import Record, first_text, moment, moments
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import BEGUN
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class PersonState:
    """Something a person is or is not; None where that could not be seen."""

    code: str
    """In CodeSystem whereabouts."""
    holds: bool | None
    why: str = ""
    """What says so, or what could not be seen."""
    records: tuple[Record, ...] = ()


def states_of(chart: Chart, occasion: Occasion) -> tuple[PersonState, ...]:
    """Everything of rule 38 about a person, each True, False or None."""
    return (
        minor(chart, occasion),
        newborn(chart, occasion),
        pregnant(chart, occasion),
        postpartum_12_weeks(chart, occasion),
        type_1_diabetes(chart, occasion),
        on_dialysis(chart, occasion),
        in_palliative_care(chart, occasion),
        comfort_first(chart),
    )


def _youngest(chart: Chart) -> date | None:
    """The latest day on which the person may have been born: of `2008`, the last day of 2008."""
    born = moments(first_text(chart.person.json, "birthDate")) if chart.person else None
    return (born[1] - timedelta(seconds=1)).date() if born else None


def minor(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether they are under 18; where only the year of birth is on record, whether they may be."""
    years = wording.number(occasion.content, "minor", "years")
    born = _youngest(chart)
    if born is None or _oldest(chart, born) > occasion.today:
        return PersonState("minor", None, "the date of birth is not on record")
    today = occasion.today
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    whole = len(str(chart.person.json["birthDate"])) == 10 if chart.person else True
    return PersonState("minor", age < years, f"{age} years old" if whole else "by their year of birth")


def _oldest(chart: Chart, born: date) -> date:
    at = moment(first_text(chart.person.json, "birthDate")) if chart.person else None
    return at.date() if at else born


def newborn(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether they were born less than 28 days ago."""
    born = _youngest(chart)
    if born is None or _oldest(chart, born) > occasion.today:
        return PersonState("newborn", None, "the date of birth is not on record")
    days = (occasion.today - born).days
    return PersonState(
        "newborn", days < wording.number(occasion.content, "newborn", "days"), f"{max(days, 0)} days old"
    )


def pregnant(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether they are pregnant: a status or a due date says so, or a current condition, Encounter or request, recorded
    not longer ago than a pregnancy lasts; an undated one counts."""
    content = occasion.content
    lasts = wording.number(content, "pregnant", "days")
    behind = list(pregnancy.observed(chart.pregnancy_statuses, occasion))
    behind += [
        condition.record
        for condition in chart.conditions
        if whereabouts.is_current(condition, occasion)
        and _within(_day(condition.onset, occasion), lasts, occasion)
        and _coded(content, "pregnant", condition)
    ]
    behind += [
        encounter.record
        for encounter in chart.encounters
        if encounter.status in whereabouts.UNDER_WAY and _about(content, "pregnant", encounter.record)
    ]
    behind += [
        request
        for request in whereabouts.requests(chart)
        if first_text(request.json, "status") == "active"
        and _about(content, "pregnant", request)
        and _within(_day(first_text(request.json, "authoredOn") or "", occasion), lasts, occasion)
    ]
    return _state(chart, "pregnant", behind, "conditions", "pregnancy_statuses")


def postpartum_12_weeks(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether a birth was within 12 weeks: a condition or an Encounter says so, or a pregnancy ended, or
    must have ended, within that time."""
    content = occasion.content
    weeks, lasts = wording.number(content, "after-birth", "days"), wording.number(content, "pregnant", "days")
    behind = []
    for condition in chart.conditions:
        if not condition.holds:
            continue
        began = _day(condition.onset, occasion)
        ended = _day(_abated(condition), occasion)
        if _coded(content, "after-birth", condition):
            undated = condition.current and began is None
            if undated or (began and _within(ended or began, weeks, occasion)):
                behind.append(condition.record)
        elif _coded(content, "pregnant", condition) and (ended or began):
            over = ended is not None or not condition.current
            recent = _within(ended, weeks, occasion) if ended else _within(began, lasts + weeks, occasion)
            if recent and (over or not _within(began, lasts, occasion)):
                behind.append(condition.record)
    behind += [
        encounter.record
        for encounter in chart.encounters
        if encounter.status in BEGUN
        and _about(content, "after-birth", encounter.record)
        and _within(encounter.end_day or encounter.start_day, weeks, occasion)
    ]
    return _state(chart, "after-birth", behind, "conditions")


def type_1_diabetes(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether they have type 1 diabetes: confirmed or not, by code or by words; beside type 2 it still counts."""
    return _by_condition(chart, occasion, "type-1-diabetes", "diabetes-type-1")


def on_dialysis(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether they depend on dialysis, by a condition, or by a request or an Encounter of dialysis under way."""
    state = _by_condition(chart, occasion, "dialysis", "dialysis")
    content = occasion.content
    more = [record for record in whereabouts.running(chart, occasion) if _about(content, "dialysis", record)]
    return _state(chart, "dialysis", [*state.records, *more], "conditions")


COMFORT = "comfort-first"
"""The state, and the goal of the person's own (CodeSystem care-goal) that says it."""


def comfort_first(chart: Chart) -> PersonState:
    """Whether comfort comes first for them, as a goal of their own says that is not over."""
    behind = [goal.record for goal in chart.goals if COMFORT in goal.codes and not goal.over]
    return _state(chart, COMFORT, behind, "goals")


def in_palliative_care(chart: Chart, occasion: Occasion) -> PersonState:
    """Whether palliative care is on record and in force. It goes with treatment of the disease or without it."""
    behind = [
        condition.record
        for condition in chart.conditions
        if whereabouts.is_current(condition, occasion) and _coded(occasion.content, "palliative-care", condition)
    ]
    running = whereabouts.running(chart, occasion)
    behind += [record for record in running if whereabouts.is_palliative(occasion.content, record)]
    return _state(chart, "palliative-care", behind, "conditions")


def _by_condition(chart: Chart, occasion: Occasion, state: str, group: str) -> PersonState:
    content = occasion.content
    behind = [
        condition.record
        for condition in chart.conditions
        if whereabouts.is_current(condition, occasion)
        and (
            group in groups_of_codes(content, _spelled(condition.codes))
            or wording.stated(content, state, condition.record, ("code",))
        )
    ]
    return _state(chart, state, behind, "conditions")


def _spelled(codes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(wording.system_of(system, code), code) for system, code in codes]


def _state(chart: Chart, code: str, behind: list[Record], *needs: str) -> PersonState:
    """True with what says so; None where nothing says so and something could not be seen; else False."""
    records = tuple(dict.fromkeys(behind))
    if records:
        return PersonState(code, True, ", ".join(record.reference for record in records), records)
    hidden = whereabouts.unseen(chart, *needs)
    return PersonState(code, None, f"{' and '.join(hidden)} could not be seen") if hidden else PersonState(code, False)


def _coded(content: Content, state: str, condition: ConditionView) -> bool:
    return bool(wording.stated(content, state, condition.record, ("code",)))


def _about(content: Content, state: str, record: Record) -> bool:
    paths = ("code", "type", "serviceType", "reasonCode", "reason", "category")
    return bool(wording.stated(content, state, record, paths))


def _abated(condition: ConditionView) -> str:
    json = condition.record.json
    return first_text(json, "abatementDateTime") or first_text(json, "abatementPeriod.end") or ""


def _day(text: str, occasion: Occasion) -> date | None:
    span = moments(text, occasion.zone)
    return (span[1] - timedelta(seconds=1)).astimezone(occasion.zone).date() if span else None


def _within(day: date | None, days: int, occasion: Occasion) -> bool:
    """Whether a day is at most so many days ago; one that is not known counts."""
    return day is None or (occasion.today - day).days <= days
