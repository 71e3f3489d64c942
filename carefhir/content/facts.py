"""Facts: what rules may ask about a person, by name. A list each; empty where it is not known.

This is the vocabulary of every expression under `profiles/`: pathways, contradictions, tier, triage. A fact says what
is, never what it means; numbers it is compared with stand in the artefacts. Counts are of what could be seen: where the
records a fact rests on could not, it is empty, not 0 (rule R10).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from carefhir.codes import CONDITION_GROUP, FINDING, ICD10CM, LOINC, SNOMED
from carefhir.content import stays
from carefhir.content.loading import Content, parameters
from carefhir.content.rules import Facts
from carefhir.errors import ContentError
from carefhir.fhir.record import codings, dig, first_text, moment, references, relative
from carefhir.mappers import reading
from carefhir.mappers.chart import Chart
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import BEGUN, EncounterView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.reading import Reading
from carefhir.occasion import Occasion

STAYS = (
    "stays_12_months",
    "unplanned_stays_90_days",
    "unplanned_stays_12_months",
    "unclear_stays_90_days",
    "psychiatric_stays_12_months",
    "heart_failure_stays_12_months",
    "emergency_visits_12_months",
    "days_since_discharge",
    "days_since_unplanned_discharge",
)
"""Facts of stays and visits."""


def facts_of(chart: Chart, occasion: Occasion, **more: Any) -> Facts:
    """All facts of a chart; `more` are what a command or a step knows beside it (a list each, or one value)."""
    content = occasion.content
    counted = [one for one in chart.conditions if one.holds and one.current]
    confirmed = [one for one in counted if not unconfirmed(one)]
    groups = content.concepts(CONDITION_GROUP)
    held = sorted({group for one in confirmed for group in groups_of(content, one)})
    feared = sorted({group for one in counted for group in groups_of(content, one)})
    taken = [one for one in chart.medicines if one.active]
    seen_conditions = "conditions" not in chart.unseen
    seen_medicines = not chart.unseen & {"medication_requests", "medication_statements"}
    found: dict[str, list[Any]] = {
        "age": _age(chart, occasion),
        "conditions": held,
        "conditions_or_concerns": feared,
        "needs": [one for one in feared if groups[one].properties.get("need")],
        "findings": sorted({code for one in counted for system, code in one.codes if system == FINDING}),
        "flags": sorted({code for one in chart.flags if one.active for code in one.findings}),
        "chronic_count": [len([one for one in held if groups[one].properties.get("chronic")])] * seen_conditions,
        "coexisting_count": [len([one for one in held if groups[one].properties.get("coexisting")])] * seen_conditions,
        "medicines": sorted({code for one in taken for code in one.ingredients}),
        "medicine_classes": sorted({code for one in taken for code in one.classes}),
        "medicine_count": [len({one.key or one.record.reference for one in taken})] * seen_medicines,
        "nyha": _nyha(confirmed),
        "adl_losses": [],
        "iadl_losses": [],
        "goals": sorted({code for one in chart.goals if not one.over for code in one.codes}),
        "a1c_targets": sorted({value for one in chart.goals if not one.over for value in _a1c_targets(one)}),
        "other_goal_measures": sorted(
            {code for one in chart.goals if not one.over and not one.codes for code in _measures(one)}
        ),
        "items": sorted({code for one in chart.items if not one.over for code in one.codes}),
        "orders": sorted({code for one in chart.items if one.status == "active" for code in one.codes}),
        **_readings(chart, occasion),
        **_stays(chart, occasion),
    }
    for name, value in more.items():
        found[name] = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    return found


def unconfirmed(one: ConditionView) -> bool:
    """Whether nobody has confirmed it yet."""
    return any(code in ("unconfirmed", "provisional", "differential") for _, code in _verification(one))


def _verification(one: ConditionView) -> Iterable[tuple[str, str]]:
    return codings(one.record.json, "verificationStatus")


def groups_of(content: Content, one: ConditionView) -> tuple[str, ...]:
    """The condition groups a condition falls into: by SNOMED exactly, by ICD-10-CM prefix, the longest one."""
    found: dict[str, None] = {}
    for system, code in one.codes:
        if system == SNOMED:
            found |= dict.fromkeys(content.mapped("condition-groups", system, code))
        elif system == ICD10CM:
            found |= dict.fromkeys(content.mapped_by_prefix("condition-groups", system, code))
    return tuple(found)


def _age(chart: Chart, occasion: Occasion) -> list[int]:
    born = moment(first_text(chart.person.json, "birthDate")) if chart.person else None
    if born is None:
        return []
    today = occasion.today
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return [age] if age >= 0 else []  # a birth date to come is a slip of the pen, not a newborn


def _measures(goal: GoalView) -> set[str]:
    """The LOINC codes a goal is measured by; those of other systems are known by nothing else."""
    return {code for system, code in codings(goal.record.json, "target.measure") if system == LOINC}


def _a1c_targets(goal: GoalView) -> Iterable[Decimal]:
    """The highest A1c a goal allows, in percent."""
    for target in dig(goal.record.json, "target"):
        if not isinstance(target, dict) or (LOINC, reading.A1C) not in codings(target, "measure"):
            continue
        for path in ("detailQuantity", "detailRange.high"):
            for one in dig(target, path):
                value = one.get("value") if isinstance(one, dict) and one.get("code", one.get("unit")) == "%" else None
                if isinstance(value, int | Decimal) and not isinstance(value, bool):
                    yield number(value)


_NYHA = {"420300004": 1, "421704003": 2, "420913000": 3, "422293003": 4}
"""SNOMED CT codes of the New York Heart Association classes I to IV (K)."""


def _nyha(conditions: Iterable[ConditionView]) -> list[int]:
    """The NYHA class, from the stage of a condition: by code, else as `NYHA class II` in its words; of II-III, III."""
    found = []
    for one in conditions:
        for stage in dig(one.record.json, "stage.summary"):
            found += [_NYHA[code] for system, code in codings({"it": stage}, "it") if code in _NYHA]
            words = (first_text(stage, "text") or "").upper()
            found += [_CLASSES.index(each) % 4 + 1 for said in _nyha_words.findall(words) for each in said if each]
    return [max(found)] if found else []


_CLASSES = ("I", "II", "III", "IV", "1", "2", "3", "4")
_class = r"(IV|I{1,3}|[1-4])[A-C]?\b"
_nyha_words = re.compile(
    rf"NYHA(?: FUNCTIONAL)?(?: CLASS(?:IFICATION)?)?[\s:=]*{_class}(?:\s*(?:-|–|/|TO)\s*{_class})?"
)


def _readings(chart: Chart, occasion: Occasion) -> dict[str, list[Any]]:
    """The newest of each kind, and how far it moved from the one before."""
    past = [one for one in chart.readings if one.at <= occasion.now]

    def newest(*codes: str) -> tuple[Reading, ...]:
        return reading.of(past, *codes)

    found: dict[str, list[Any]] = {}
    for name, code in (("a1c", reading.A1C), ("phq_9", reading.PHQ_9)):
        some = tuple(one for one in newest(code) if one.unit in ("%", "", "{score}"))
        found[name] = [some[-1].value] if some else []
        found[f"{name}_change"] = [some[-1].value - some[-2].value] if len(some) > 1 else []
    for name, code, units in (
        ("ejection_fraction", reading.EJECTION_FRACTION, ("%",)),
        ("systolic", reading.SYSTOLIC, ("mm[Hg]", "mmHg")),
    ):
        some = tuple(one for one in newest(code) if one.unit in units)
        found[name] = [some[-1].value] if some else []
    return found


def _stays(chart: Chart, occasion: Occasion) -> dict[str, list[Any]]:
    """Stays and emergency visits that ended within a time, and what they were for."""
    if "encounters" in chart.unseen:
        return {name: [] for name in STAYS}
    content, now = occasion.content, occasion.now
    done = [one for one in _all_stays(content, chart.encounters) if one.end <= now]
    year = [one for one in done if one.end > now - timedelta(days=365)]
    quarter = [one for one in year if one.end > now - timedelta(days=90)]
    urgency = {id(one): unplanned(content, one, chart.encounters) for one in done}
    unplanned_ = [one for one in done if urgency[id(one)]]
    failing = {one.record.reference for one in chart.conditions if "heart-failure" in groups_of(content, one)}
    visits = [
        one
        for one in chart.encounters
        if one.status in BEGUN
        and one.start is not None
        and now - timedelta(days=365) < one.start <= now
        and stays.setting_of(content, one).code == "emergency"
    ]
    last, last_unplanned = (max((one.end_day for one in some), default=None) for some in (done, unplanned_))
    return {
        "stays_12_months": [len(year)],
        "unplanned_stays_90_days": [len([one for one in quarter if urgency[id(one)]])],
        "unplanned_stays_12_months": [len([one for one in year if urgency[id(one)]])],
        "unclear_stays_90_days": [len([one for one in quarter if urgency[id(one)] is None])],
        "psychiatric_stays_12_months": [len([one for one in year if one.setting.code == "psychiatric"])],
        "heart_failure_stays_12_months": [len([one for one in year if _reasons(one) & failing])],
        "emergency_visits_12_months": [len(visits)],
        "days_since_discharge": [(occasion.today - last).days] if last else [],
        "days_since_unplanned_discharge": [(occasion.today - last_unplanned).days] if last_unplanned else [],
    }


def last_discharge(chart: Chart, occasion: Occasion) -> datetime | None:
    """When the last stay that is over ended; None where there is none, or none could be seen."""
    if "encounters" in chart.unseen:
        return None
    ends = [one.end for one in _all_stays(occasion.content, chart.encounters) if one.end <= occasion.now]
    return max(ends, default=None)


def _all_stays(content: Content, encounters: tuple[EncounterView, ...]) -> list[stays.Stay]:
    """Every stay once, those whose end is known."""
    gap = _hours(content, "stay-gap-hours")
    found: dict[frozenset[str], stays.Stay] = {}
    taken: set[str] = set()
    for one in encounters:
        if one.reference in taken:
            continue
        stay = stays.stay_of(content, one, encounters, gap)
        if stay is not None and any(each.end for each in stay.encounters):
            taken |= stay.references
            found[stay.references] = stay
    return list(found.values())


def _hours(content: Content, name: str) -> int:
    """A number of hours that the transition clock sets. Raises `ContentError` when it does not."""
    known = parameters(content.get("PlanDefinition", "transition-clock"))
    if name not in known:
        raise ContentError(f"PlanDefinition/transition-clock lacks the parameter {name}")
    return known[name]


def unplanned(content: Content, stay: stays.Stay, encounters: Iterable[EncounterView]) -> bool | None:
    """Whether a stay began as an emergency: by priority or admission source, else by an emergency visit that led to it;
    None where nothing says."""
    lookback = timedelta(hours=_hours(content, "emergency-lookback-hours"))
    for one in stay.encounters:
        for system, code in (*one.priorities, *one.admit_sources):
            for found in content.mapped("urgent-admission", system, code):
                return found == "emergent"
    for one in encounters:
        until = one.end or one.start
        if one.start is None or until is None or stays.setting_of(content, one).code != "emergency":
            continue
        if one.start <= stay.start and until >= stay.start - lookback:
            return True
    return None


def _reasons(stay: stays.Stay) -> set[str]:
    """The conditions a stay was for."""
    return {
        found
        for each in stay.encounters
        for path in ("diagnosis.condition", "reasonReference")
        for one in references(each.record.json, path)
        if (found := relative(one))
    }


def number(value: Any) -> Decimal:
    """A number as facts hold it: never a binary fraction."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
