"""Computes LACE for one stay from the patient's records, and says when it does not apply (rule 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from carefhir.chart import stays
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Destination, Stay
from carefhir.content import lace
from carefhir.content.clocks import Clock
from carefhir.content.lace import COMORBIDITY, Illness, Lace
from carefhir.fhir.record import Record, moment
from carefhir.mappers.encounter import BEGUN, EncounterView
from carefhir.occasion import Occasion

HEART_FAILURE = "heart-failure"
"""The comorbidity group that requires a visit within 7 days, whatever the score."""


def assess(
    chart: Chart, stay: Stay, place: Destination, *, clock: Clock, occasion: Occasion
) -> tuple[Lace | None, str]:
    """The index; or None, and why: LACE was developed for acute discharges to the community."""
    why = not_for(stay, place)
    if why:
        return None, why
    content = occasion.content
    length = lace.length_points(content, stay.start_day, stay.end_day)
    before = _emergency_visits(chart.encounters, stay, occasion)
    index = [one for one in before if _led_to(one, stay, clock)]
    months = clock.number("emergency-history-months")
    earliest = months_before(stay.start, months)
    urgency = _urgency(stay, index, occasion)
    counted = [one.record for one in before if one not in index and one.start is not None and one.start >= earliest]
    return (
        lace.lace(
            content,
            length,
            lace.acuity_points(content, urgency.emergent, urgency.why, urgency.records),
            lace.comorbidity_points(content, illnesses(chart, stay), "conditions" not in chart.unseen),
            lace.emergency_points(content, counted, visible=True),
        ),
        "",
    )


def not_for(stay: Stay, place: Destination) -> str:
    """Why LACE does not apply to a stay (rule 13), and HOSPITAL neither; "" where both do."""
    if not stay.setting.properties.get("lace"):
        return f"LACE and HOSPITAL are for acute hospital stays, and this was {stay.setting.display}"
    if not place.community:
        return f"LACE and HOSPITAL are for discharges to the community, and this one went to {place.concept.display}"
    return ""


def follow_up_risk(chart: Chart, stay: Stay, result: Lace | None, *, occasion: Occasion) -> tuple[str, str]:
    """`high` (visit within 7 days) or `not-high`, and why. An unknown risk counts as high, because an earlier visit
    harms nobody."""
    failing = [one for one in illnesses(chart, stay) if one.current and _is_heart_failure(one, occasion)]
    if failing:
        return "high", "people with heart failure are always seen within 7 days"
    if result is None:
        return "high", "there is no score, so the visit is the earlier one"
    if result.high_band == "high":
        sure = result.low_band == "high"
        return "high", f"LACE {result.total} is high" if sure else f"LACE {result.total} may be high"
    return "not-high", f"LACE {result.total} is not high"


def _is_heart_failure(illness: Illness, occasion: Occasion) -> bool:
    groups = occasion.content.concepts(COMORBIDITY)
    return HEART_FAILURE in groups and HEART_FAILURE in lace.groups_of(occasion.content, illness.record)


def illnesses(chart: Chart, stay: Stay) -> list[Illness]:
    """The conditions the person had by the time of discharge."""
    some = []
    for condition in chart.conditions:
        began = moment(condition.onset)
        if condition.holds and (began is None or began <= stay.end):
            some.append(Illness(condition.record, condition.current, began is None or began < stay.start))
    return some


def _emergency_visits(encounters: Sequence[EncounterView], stay: Stay, occasion: Occasion) -> list[EncounterView]:
    return [
        visit
        for visit in encounters
        if visit.status in BEGUN
        and visit.start is not None
        and visit.start <= stay.start
        and stays.setting_of(occasion.content, visit).code == "emergency"
    ]


def _led_to(visit: EncounterView, stay: Stay, clock: Clock) -> bool:
    """Whether an emergency visit led to the stay: it ended only hours before the stay, or during it."""
    end = visit.end or visit.start
    return end is not None and end >= stay.start - timedelta(hours=clock.number("emergency-lookback-hours"))


@dataclass(frozen=True, slots=True)
class Urgency:
    """Whether a stay began as an emergency; None where nothing says so. And what says it."""

    emergent: bool | None
    why: str
    records: tuple[Record, ...] = ()


def urgency_of(chart: Chart, stay: Stay, *, clock: Clock, occasion: Occasion) -> Urgency:
    """Whether a stay began as an emergency."""
    before = _emergency_visits(chart.encounters, stay, occasion)
    return _urgency(stay, [visit for visit in before if _led_to(visit, stay, clock)], occasion)


def _urgency(stay: Stay, index: list[EncounterView], occasion: Occasion) -> Urgency:
    """From priority or admitSource of the stay, else from an emergency visit just before, else unknown."""
    content = occasion.content
    for encounter in stay.encounters:
        for system, code in (*encounter.priorities, *encounter.admit_sources):
            for urgency in content.mapped("urgent-admission", system, code):
                return Urgency(urgency == "emergent", f"admission recorded as {urgency}", (encounter.record,))
    if index:
        visits = tuple(one.record for one in index)
        return Urgency(True, "inferred: an emergency visit led to the admission", visits)
    return Urgency(None, "neither priority nor admission source is recorded")


def months_before(when: datetime, months: int) -> datetime:
    """The moment so many months earlier; the last day of a month that is too short."""
    total = when.year * 12 + when.month - 1 - months
    year, month = divmod(total, 12)
    day = when.day
    while True:
        try:
            return when.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1
