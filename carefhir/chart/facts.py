"""Facts: what rules may ask about a person, by name. A list each; empty if not known.

These are the names that every expression under `profiles/` may use, with those of CodeSystem named-fact: pathways,
conflicting advice, tier, triage. A new disease names its facts there and needs no code here. A fact says what is, never
what it means; the numbers it is compared with are in the artefacts. Counts are of what could be seen: if the records
behind a fact could not be seen, it is empty, not 0 (rule R10).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from operator import attrgetter
from typing import Any

from carefhir.chart import named_facts, screened, stays
from carefhir.chart.all_stays import every_stay, hours, reasons_of
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import by_words, groups_of, groups_of_codes, unconfirmed
from carefhir.codes import CONDITION_GROUP, FINDING, LOINC
from carefhir.content.loading import Content, parameters
from carefhir.content.rules import Facts
from carefhir.errors import ContentError
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references
from carefhir.mappers import condition as conditions
from carefhir.mappers import patient, reading, risk_assessment
from carefhir.mappers.conclusion import ConclusionView
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import BEGUN, EncounterView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.medication import MedicineView
from carefhir.occasion import Occasion

TENTH = Decimal("0.1")
"""To this a number is rounded that was converted from another unit: no laboratory gives more of an A1c."""
STAYS = (
    "stays_12_months",
    "unplanned_stays_90_days",
    "unplanned_stays_12_months",
    "unclear_stays_90_days",
    "unclear_stays_12_months",
    "psychiatric_stays_12_months",
    "heart_failure_stays_12_months",
    "emergency_visits_12_months",
    "days_since_discharge",
    "days_since_unplanned_discharge",
    "lace_expected",
    "lace_low",
    "lace_high",
)
"""Facts of stays and visits."""


def facts_of(chart: Chart, occasion: Occasion, **more: Any) -> Facts:
    """All facts of a chart; `more` is what a command or a step knows in addition (a list each, or one value)."""
    content = occasion.content
    counted = [one for one in chart.conditions if one.holds and one.current]
    confirmed = [one for one in counted if not unconfirmed(one)]
    groups = content.concepts(CONDITION_GROUP)
    held = sorted({group for one in confirmed for group in groups_of(content, one)})
    feared = sorted({group for one in counted for group in groups_of(content, one) or by_words(content, one)})
    screens = screened.screened(chart, occasion)
    feared = sorted({*feared, *(group for each in screens for group in groups_of_finding(content, each.finding))})
    taken = [one for one in chart.medicines if one.active]
    seen_conditions = "conditions" not in chart.unseen
    seen_medicines = not chart.unseen & {"medication_requests", "medication_statements"}
    values: dict[str, list[Any]] = {
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
        "classes_perhaps_taken": sorted({code for one in (*taken, *_lately(chart, occasion)) for code in one.classes}),
        "medicine_count": [len({one.key or one.record.reference for one in taken})] * seen_medicines,
        "nyha": _nyha(confirmed),
        "safety_open": [bool(open_safety_reviews(chart))] * ("tasks" not in chart.unseen),
        "not_visible": sorted(chart.unseen),
        "referred": _referred(chart, occasion),
        "low_tier_days": _low_tier_days(chart, occasion),
        "goals_met": _goals(chart, met=True),
        "goals_not_met": _goals(chart, met=False),
        "categories": [],
        "states": [],
        **_looked_at(chart, occasion),
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
    values["booked_visit_days"] = _booked(chart, values["days_since_discharge"], occasion)
    for name, fact in named_facts.on_record(chart, occasion).items():
        if name in values:
            raise ContentError(f"CodeSystem/named-fact: {name} is a fact of ours and cannot be named anew")
        values[name] = list(fact.value)
    for name, value in more.items():
        values[name] = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    return values


def groups_of_finding(content: Content, finding: str) -> tuple[str, ...]:
    """The condition groups of a finding of a screen."""
    return groups_of_codes(content, conditions.concern_codes(content.concept(FINDING, finding)))


def _age(chart: Chart, occasion: Occasion) -> list[int]:
    age = patient.age(chart.person, occasion.today)
    return [age] if age is not None and age >= 0 else []  # a birth date to come is a slip of the pen, not a newborn


def _lately(chart: Chart, occasion: Occasion) -> list[MedicineView]:
    """Medicines that may still be taken: the order ended recently, at an unknown time. A hospital's own orders are left
    out."""
    days = parameters(occasion.content.get("PlanDefinition", "medication-reconciliation"))["undated-end-days"]
    medicines = []
    for medicine in chart.medicines:
        ordered = medicine.record.type == "MedicationRequest" and "inpatient" not in medicine.categories
        written = (
            moment(medicine.authored, occasion.zone)
            if medicine.status in ("stopped", "completed") and ordered
            else None
        )
        if written is not None and (occasion.today - occasion.local_date(written)).days <= days:
            medicines.append(medicine)
    return medicines


def _measures(goal: GoalView) -> set[str]:
    """The LOINC codes a goal is measured by."""
    return {code for system, code in codings(goal.record.json, "target.measure") if system == LOINC}


def _a1c_targets(goal: GoalView) -> Iterable[Decimal]:
    """The highest A1c a goal allows, in percent."""
    for target in dig(goal.record.json, "target"):
        if not isinstance(target, dict) or (LOINC, reading.A1C) not in codings(target, "measure"):
            continue
        for path in ("detailQuantity", "detailRange.high"):
            for quantity in dig(target, path):
                value = (
                    quantity.get("value")
                    if isinstance(quantity, dict) and quantity.get("code", quantity.get("unit")) == "%"
                    else None
                )
                if isinstance(value, int | Decimal) and not isinstance(value, bool):
                    yield number(value)


_NYHA = {"420300004": 1, "421704003": 2, "420913000": 3, "422293003": 4}
"""SNOMED CT codes of the New York Heart Association classes I to IV (K)."""


def _nyha(conditions: Iterable[ConditionView]) -> list[int]:
    """The NYHA class, from the stage of a condition: by code, else as `NYHA class II` in its words; of II-III, III."""
    classes = []
    for condition in conditions:
        for stage in dig(condition.record.json, "stage.summary"):
            classes += [_NYHA[code] for system, code in codings({"it": stage}, "it") if code in _NYHA]
            words = (first_text(stage, "text") or "").upper()
            classes += [
                _CLASSES.index(each) % 4 + 1 for numerals in _nyha_words.findall(words) for each in numerals if each
            ]
    return [max(classes)] if classes else []


_CLASSES = ("I", "II", "III", "IV", "1", "2", "3", "4")
_class = r"(IV|I{1,3}|[1-4])[A-C]?\b"
_nyha_words = re.compile(
    rf"NYHA(?: FUNCTIONAL)?(?: CLASS(?:IFICATION)?)?[\s:=]*{_class}(?:\s*(?:-|–|/|TO)\s*{_class})?"
)


def _booked(chart: Chart, since: list[int], occasion: Occasion) -> list[int]:
    """For each visit booked or kept: how many days after the last discharge it is."""
    if not since:
        return []
    discharged = occasion.today - timedelta(days=since[0])
    stand = ("booked", "arrived", "checked-in", "fulfilled")
    days = [occasion.local_date(one.start) for one in chart.appointments if one.status in stand and one.start]
    return sorted((day - discharged).days for day in days if day >= discharged)


def _readings(chart: Chart, occasion: Occasion) -> dict[str, list[Any]]:
    """The newest of each kind, and how far it moved from the one before."""
    past = [one for one in chart.readings if one.at <= occasion.now]

    def newest(code: str, unit: str) -> list[Decimal]:
        """The values that can be compared, oldest first."""
        values = ((each, reading.in_unit(content, each.value, each.unit, unit)) for each in reading.of(past, code))
        return [value if each.unit == unit else value.quantize(TENTH) for each, value in values if value is not None]

    content = occasion.content
    values: dict[str, list[Any]] = {}
    for name, code, unit in (("a1c", reading.A1C, "%"), ("phq_9", reading.PHQ_9, "{score}")):
        some = newest(code, unit)
        values[name] = some[-1:]
        values[f"{name}_change"] = [some[-1] - some[-2]] if len(some) > 1 else []
    quarter = [one for one in past if (occasion.today - occasion.local_date(one.at)).days <= 90]
    scores = [one.value for one in reading.of(quarter, reading.PHQ_9)]
    values["phq_9_highest_90_days"] = [max(scores)] if scores else []
    values["ejection_fraction"] = newest(reading.EJECTION_FRACTION, "%")[-1:]
    values["systolic"] = newest(reading.SYSTOLIC, "mm[Hg]")[-1:]
    return values


@dataclass(frozen=True, slots=True)
class Use:
    """Stays and emergency visits as facts count them, with their records."""

    year: tuple[stays.Stay, ...]
    """Ended within 365 days."""
    quarter: tuple[stays.Stay, ...]
    """Ended within 90 days."""
    visits: tuple[EncounterView, ...]
    """Emergency visits within 365 days."""
    last: stays.Stay | None
    last_unplanned: stays.Stay | None
    urgency: Mapping[frozenset[str], bool | None]
    """By the references of a stay: whether it was unplanned."""

    def count(self, some: Iterable[stays.Stay], urgency: bool | None) -> int:
        """How many of some stays are of that urgency."""
        return len([one for one in some if self.urgency[one.references] is urgency])


def use_of(chart: Chart, occasion: Occasion) -> Use | None:
    """The use of hospitals and emergency departments; None if encounters cannot be seen."""
    if "encounters" in chart.unseen:
        return None
    content, now = occasion.content, occasion.now
    done = [one for one in _all_stays(content, chart.encounters) if one.end <= now]

    def within(day: date | None, days: int) -> bool:
        return day is not None and (occasion.today - day).days <= days

    year = tuple(one for one in done if within(one.end_day, 365))
    urgency = {one.references: unplanned(content, one, chart.encounters) for one in done}
    visits = tuple(
        visit
        for visit in chart.encounters
        if visit.status in BEGUN
        and visit.start is not None
        and visit.start <= now
        and within(visit.start_day, 365)
        and stays.setting_of(content, visit).code == "emergency"
    )
    last, last_unplanned = (
        max(some, key=lambda one: (one.end, one.anchor.reference), default=None)
        for some in (done, [one for one in done if urgency[one.references]])
    )
    quarter = tuple(one for one in year if within(one.end_day, 90))
    return Use(year, quarter, visits, last, last_unplanned, urgency)


def _stays(chart: Chart, occasion: Occasion) -> dict[str, list[Any]]:
    """Stays and emergency visits that ended within a time, and what they were for."""
    use = use_of(chart, occasion)
    if use is None:
        return {name: [] for name in STAYS}
    failing = {one.record.reference for one in chart.conditions if "heart-failure" in groups_of(occasion.content, one)}
    last, last_unplanned = use.last, use.last_unplanned
    lace = lace_of(chart, last_unplanned)
    scored = dict(lace[1]) if lace else {}
    return {
        "stays_12_months": [len(use.year)],
        "unplanned_stays_90_days": [use.count(use.quarter, True)],
        "unplanned_stays_12_months": [use.count(use.year, True)],
        "unclear_stays_90_days": [use.count(use.quarter, None)],
        "unclear_stays_12_months": [use.count(use.year, None)],
        "psychiatric_stays_12_months": [len([one for one in use.year if one.setting.code == "psychiatric"])],
        "heart_failure_stays_12_months": [len([one for one in use.year if _reasons(one) & failing])],
        "emergency_visits_12_months": [len(use.visits)],
        "days_since_discharge": [(occasion.today - last.end_day).days] if last else [],
        "days_since_unplanned_discharge": [(occasion.today - last_unplanned.end_day).days] if last_unplanned else [],
        "lace_expected": [True] if last_unplanned and last_unplanned.setting.properties.get("lace") else [],
        "lace_low": [scored["low"]] if isinstance(scored.get("low"), int) else [],
        "lace_high": [scored["high"]] if isinstance(scored.get("high"), int) else [],
    }


def lace_of(chart: Chart, stay: stays.Stay | None) -> tuple[Record, Mapping[str, Any]] | None:
    """The newest LACE that was made for a stay, and its parts."""
    lace_scores = [
        (first_text(assessment.json, "occurrenceDateTime") or "", assessment, parts)
        for assessment in chart.risks
        if stay and set(references(assessment.json, "encounter")) & stay.references
        for parts in risk_assessment.lace_parts(assessment)
    ]
    _, record, parts = max(lace_scores, key=lambda one: (one[0], one[1].id), default=("", None, {}))
    return (record, parts) if record else None


def open_safety_reviews(chart: Chart) -> tuple[Record, ...]:
    """The safety reviews that no one has settled yet."""
    return tuple(one.record for one in chart.tasks if one.open and "safety-review" in one.codes)


def newest_look(chart: Chart, domain: str) -> ConclusionView | None:
    """The newest conclusion of a domain, or screen that looks at it."""
    looks = [(one.at, one) for one in chart.conclusions if one.domain == domain and one.at is not None]
    return max(looks, key=lambda pair: (pair[0], pair[1].record.id), default=(None, None))[1]


LOSSES = {
    "adl_losses": attrgetter("adl_losses"),
    "iadl_losses": attrgetter("iadl_losses"),
}
"""Facts of lost function: how a conclusion, or a total, tells each."""


def newest_losses(chart: Chart, fact: str) -> ConclusionView | None:
    """The newest conclusion, or total of an instrument, that tells this fact; of two at one moment the worse one."""
    told = LOSSES[fact]
    counted = [(view.at, told(view), view) for view in chart.conclusions if view.at and told(view) is not None]
    return max(counted, key=lambda each: (each[0], each[1], each[2].record.id), default=(None, None, None))[2]


MET = frozenset({"achieved", "sustaining"})
"""Achievement of a goal that is met (HL7 goal-achievement)."""
AGREED = frozenset({"planned", "accepted", "active", "on-hold", "completed"})
"""Status of a goal that was agreed on; one that was given up, rejected or never agreed on is no goal that was met."""


def _goals(chart: Chart, *, met: bool) -> list[int]:
    """How many goals that were agreed on are met; or how many that are not over are not. Nothing where goals are not
    visible."""
    if "goals" in chart.unseen:
        return []
    if met:
        return [len([goal for goal in chart.goals if goal.status in AGREED and goal.achievement in MET])]
    return [len([goal for goal in chart.goals if not goal.over and goal.achievement not in MET])]


def _low_tier_days(chart: Chart, occasion: Occasion) -> list[int]:
    """For how many days every tier on record has been low, and sure; nothing where the newest is not."""
    views = (risk_assessment.tier_of(record, occasion.zone) for record in chart.risks)
    dated = sorted(
        ((view.at, view.record.id, view) for view in views if view and view.at and view.at <= occasion.now),
        key=lambda each: each[:2],
        reverse=True,
    )
    low = list(takewhile(lambda each: each[2].tier == "low" and not each[2].at_least, dated))
    return [(occasion.today - occasion.local_date(low[-1][0])).days] if low else []


def _referred(chart: Chart, occasion: Occasion) -> list[str]:
    """That somebody referred the person to care management, by the newest tier on record: nobody refers twice."""
    newest = risk_assessment.newest(chart.risks, occasion.zone)
    return ["on-record"] if newest and "E" in newest.categories else []


def _looked_at(chart: Chart, occasion: Occasion) -> dict[str, list[Any]]:
    """How long ago mood and social needs were assessed, and which function is lost."""
    scores = [one.at for one in reading.of(chart.readings, *reading.BEHAVIORAL) if one.at <= occasion.now]
    concluded = newest_look(chart, "behavioural")
    behavioral = [*scores, *([concluded.at] if concluded and concluded.at else [])]
    social = newest_look(chart, "social")

    def days(moments: list[datetime]) -> list[int]:
        return [(occasion.today - occasion.local_date(max(moments))).days] if moments else []

    return {
        "behavioural_age_days": days(behavioral),
        "social_age_days": days([social.at] if social and social.at else []),
        **{fact: [told(view)] if (view := newest_losses(chart, fact)) else [] for fact, told in LOSSES.items()},
    }


def last_discharge(chart: Chart, occasion: Occasion) -> datetime | None:
    """When the last completed stay ended; None if there is none, or if none could be seen."""
    if "encounters" in chart.unseen:
        return None
    ends = [one.end for one in _all_stays(occasion.content, chart.encounters) if one.end <= occasion.now]
    return max(ends, default=None)


def _all_stays(content: Content, encounters: tuple[EncounterView, ...]) -> list[stays.Stay]:
    """Every stay once, those whose end is known."""
    return [stay for stay in every_stay(content, encounters) if any(each.end for each in stay.encounters)]


def unplanned(content: Content, stay: stays.Stay, encounters: Iterable[EncounterView]) -> bool | None:
    """Whether a stay began as an emergency: by priority or admission source, else by an emergency visit that led to it;
    None where nothing says."""
    lookback = timedelta(hours=hours(content, "emergency-lookback-hours"))
    for encounter in stay.encounters:
        for system, code in (*encounter.priorities, *encounter.admit_sources):
            for urgency in content.mapped("urgent-admission", system, code):
                return urgency == "emergent"
    for encounter in encounters:
        until = encounter.end or encounter.start
        if encounter.start is None or until is None or stays.setting_of(content, encounter).code != "emergency":
            continue
        if encounter.start <= stay.start and until >= stay.start - lookback:
            return True
    return None


def _reasons(stay: stays.Stay) -> set[str]:
    """The conditions a stay was for."""
    return {reference for each in stay.encounters for reference in reasons_of(each)}


def number(value: Any) -> Decimal:
    """A number as facts hold it: never a binary fraction."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
