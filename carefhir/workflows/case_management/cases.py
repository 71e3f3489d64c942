"""A case: the event it is around, its plan, and the standing plan that it is part of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart import stays
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of_codes
from carefhir.codes import CONDITION_GROUP
from carefhir.content.clocks import read_clock
from carefhir.content.loading import Content
from carefhir.fhir.changes import keys_of
from carefhir.fhir.record import Record, codings, dig, first_text, words_of
from carefhir.lifecycle import STATUS
from carefhir.mappers import claim, labels, status
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.occasion import Occasion

PROGRAM = "case-management"
STANDING = "care-management"
"""The program whose plan is the standing one."""
EVENTS = ("Encounter", "Condition", "ServiceRequest", "Claim")
"""What a case can be around."""
_NOT_TAKING_PLACE = frozenset({"entered-in-error", "cancelled", "revoked", "refuted"})


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """The event of a case."""

    record: Record
    words: str
    """What happened, or will; never what is restricted."""
    restricted: bool
    gone: str
    """The status that says it does not take place; "" where it does."""

    @property
    def reference(self) -> str:
        return self.record.reference


def event_of(chart: Chart, claims: Iterable[Record], reference: str, content: Content) -> CaseEvent | None:
    """The event with that reference, if it is this patient's and visible."""
    records = [
        *(one.record for one in chart.encounters),
        *(one.record for one in chart.conditions),
        *(one.record for one in chart.items),
        *claims,
    ]
    record = next((one for one in records if one.reference == reference), None)
    if record is None or record.type not in EVENTS:
        return None
    restricted = _restricted(content, record)
    words = "a restricted matter" if restricted else _words(record)
    return CaseEvent(record, words, restricted, _gone(record))


def _words(record: Record) -> str:
    """What an event is, in words."""
    json = record.json
    if record.type == "Claim":
        return claim.read(record).words or "a claim"
    if record.type == "Encounter":
        reasons = [words_of(one) for one in dig(json, "reasonCode")]
        return next(filter(None, (*reasons, *(words_of(one) for one in dig(json, "type")))), "a stay")
    return words_of(json.get("code")) or "an event without words"


def _restricted(content: Content, record: Record) -> bool:
    """Whether everybody who reads the case would read something restricted (rule 4)."""
    groups = content.concepts(CONDITION_GROUP)
    kinds = groups_of_codes(content, codings(record.json, "code"))
    kinds += groups_of_codes(content, codings(record.json, "reasonCode"))
    return labels.restricted(record) or any(groups[kind].properties.get("restricted") for kind in kinds)


def _gone(record: Record) -> str:
    """The status of an event that does not take place."""
    if record.type == "Condition":
        stated = {code for _, code in codings(record.json, "verificationStatus")}
        return next(iter(sorted(stated & _NOT_TAKING_PLACE)), "")
    stated_status = status.read(record) if record.type in STATUS else first_text(record.json, "status") or ""
    return stated_status if stated_status in _NOT_TAKING_PLACE else ""


def same_event(chart: Chart, first: str, second: str, occasion: Occasion) -> bool:
    """Whether two references name one event: the same record, or two Encounters of one stay."""
    if first == second:
        return True
    encounter = next((one for one in chart.encounters if one.reference == first), None)
    if encounter is None:
        return False
    gap = read_clock(occasion.content, "transition-clock", occasion.today).number("stay-gap-hours")
    stay = stays.stay_of(occasion.content, encounter, chart.encounters, gap)
    return stay is not None and second in stay.references


def cases_around(chart: Chart, event: str, occasion: Occasion) -> tuple[EpisodeView, ...]:
    """The cases around an event, those that are over too."""
    return tuple(
        episode for episode in chart.episodes if episode.event and same_event(chart, event, episode.event, occasion)
    )


def case_of(chart: Chart, reference: str) -> EpisodeView | None:
    """The case with that reference."""
    return next((one for one in chart.episodes if one.event and one.record.reference == reference), None)


def plans_of(chart: Chart, episode: EpisodeView) -> tuple[CarePlanView, ...]:
    """The plans of ours in a program."""
    mine = (plan for plan in chart.care_plans if keys_of(plan.record))
    return tuple(plan for plan in mine if episode.record.reference in plan.supporting)


def standing_plan(chart: Chart) -> CarePlanView | None:
    """The plan of care management that is in force."""
    running = [one for one in chart.episodes if STANDING in one.programs and not one.over]
    plans = [plan for episode in running for plan in plans_of(chart, episode)]
    return next((plan for plan in plans if plan.status in ("active", "on-hold")), None)
