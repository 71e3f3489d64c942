"""The records behind each fact, by its name, so that a decision made from facts can cite them."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.chart import facts, named_facts
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.chart.screened import screened
from carefhir.codes import CONDITION_GROUP
from carefhir.content.loading import Content
from carefhir.fhir.record import Record
from carefhir.mappers import reading
from carefhir.mappers.condition import ConditionView
from carefhir.occasion import Occasion

WEIGHED = ("chronic", "behavioural", "need", "restricted")
"""Properties of a condition group that make a condition count for care management."""


def records_of(chart: Chart, occasion: Occasion, names: Iterable[str]) -> tuple[Record, ...]:
    """The records that the facts of these names were read from, each once, in the order of the facts."""
    behind = behind_facts(chart, occasion)
    return tuple(dict.fromkeys(record for name in names for record in behind.get(name, ())))


def behind_facts(chart: Chart, occasion: Occasion) -> dict[str, tuple[Record, ...]]:
    """The records behind each fact that rests on some."""
    conditions = tuple(one.record for one in chart.conditions if weighed(occasion.content, one))
    screens = tuple(dict.fromkeys(each.record for each in screened(chart, occasion)))
    medicines = tuple(one.record for one in chart.medicines if one.active)
    behind = {
        "conditions": conditions,
        "conditions_or_concerns": (*conditions, *screens),
        "needs": (*conditions, *screens),
        "chronic_count": conditions,
        "medicine_count": medicines,
        "safety_open": facts.open_safety_reviews(chart),
        **_readings(chart, occasion),
        **_use(chart, occasion),
        **_looked_at(chart),
        **{name: fact.records for name, fact in named_facts.on_record(chart, occasion).items()},
    }
    return {name: records for name, records in behind.items() if records}


def weighed(content: Content, condition: ConditionView) -> bool:
    """Whether rules look at this condition, confirmed or suspected."""
    groups = content.concepts(CONDITION_GROUP)
    return (
        condition.holds
        and condition.current
        and any(groups[group].properties.get(name) for group in groups_of(content, condition) for name in WEIGHED)
    )


def _readings(chart: Chart, occasion: Occasion) -> dict[str, tuple[Record, ...]]:
    """The newest reading of each kind, and the one it is compared with."""
    past = [one for one in chart.readings if one.at <= occasion.now]
    behind: dict[str, tuple[Record, ...]] = {}
    for name, code in (("a1c", reading.A1C), ("phq_9", reading.PHQ_9)):
        some = tuple(one.record for one in reading.of(past, code))
        behind[name], behind[f"{name}_change"] = some[-1:], some[-2:]
    return behind


def _use(chart: Chart, occasion: Occasion) -> dict[str, tuple[Record, ...]]:
    use = facts.use_of(chart, occasion)
    if use is None:
        return {}
    of_stays = tuple(one.record for stay in use.year for one in stay.encounters)
    last = tuple(one.record for stay in (use.last, use.last_unplanned) if stay for one in stay.encounters)
    lace = facts.lace_of(chart, use.last_unplanned)
    scored = (lace[0],) if lace else ()
    counted = dict.fromkeys((name for name in facts.STAYS if name.endswith(("_days", "_months"))), of_stays)
    return {
        **counted,
        "emergency_visits_12_months": tuple(one.record for one in use.visits),
        "days_since_discharge": last,
        "days_since_unplanned_discharge": last,
        "lace_low": scored,
        "lace_high": scored,
    }


def _looked_at(chart: Chart) -> dict[str, tuple[Record, ...]]:
    views = {
        "behavioural_age_days": facts.newest_look(chart, "behavioural"),
        "social_age_days": facts.newest_look(chart, "social"),
        **{fact: facts.newest_losses(chart, fact) for fact in facts.LOSSES},
    }
    return {name: (view.record,) for name, view in views.items() if view}
