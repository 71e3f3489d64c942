"""Finds Encounters in progress of which nobody can tell whether they are a stay in a hospital or a visit (rule 25).

A class without its system, in a code of the site's own, or missing is common. What is understood as a visit (`AMB`,
home health) is no stay, and what is understood as a stay is one (`whereabouts.in_hospital`); what is neither is asked
about, for somebody in a hospital is not at home because a code is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from carefhir.chart import stays, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.content.loading import Content
from carefhir.fhir.record import codings, dig
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion

_SAYS_WHERE = ("class", "class.code", "type", "type.coding.code", "serviceType", "location.physicalType")


def unclear(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Says which Encounters in progress may be a stay in a hospital, as a clause for a sentence."""
    return tuple(
        f"{encounter.reference} is {encounter.status or 'without a status'}{_since(encounter)}, and its class "
        f"({_class_of(encounter)}) does not say whether it is a stay in a hospital"
        for encounter in chart.encounters
        if _may_be_under_way(encounter, occasion) and not _is_known(encounter, occasion)
    )


def asked(chart: Chart, occasion: Occasion) -> tuple[str, ...]:
    """Asks where the person is, for each of these Encounters, and says what clears it up."""
    return tuple(
        f"{what}: ask where the person is, and have the Encounter ended or its class corrected"
        for what in unclear(chart, occasion)
    )


def _may_be_under_way(encounter: EncounterView, occasion: Occasion) -> bool:
    """Whether somebody may be in it now."""
    over = encounter.end is not None and encounter.end <= occasion.now
    later = encounter.start is not None and encounter.start > occasion.now
    if over or later:
        return False
    if encounter.status in whereabouts.UNDER_WAY:
        return True
    # A status that says nothing, long ago, is an Encounter that nobody closed; without a start it may be of today.
    stale = wording.number(occasion.content, "acute", "days")
    recent = encounter.start_day is None or (occasion.today - encounter.start_day).days <= stale
    return encounter.status not in whereabouts.NOT_UNDER_WAY and recent


def _is_known(encounter: EncounterView, occasion: Occasion) -> bool:
    """Whether it is understood as a stay that counts already, or as a visit."""
    content = occasion.content
    if whereabouts.facility_of(content, encounter) is not None:
        return encounter.status in whereabouts.UNDER_WAY or encounter.start is not None
    meanings = set(_meanings(content, encounter))
    if "unclear-place" in meanings:
        return _visit_in_words(content, encounter)
    return bool(meanings & {"visit", "not-a-visit", "hospice"}) or _visit_in_words(content, encounter)


def _meanings(content: Content, encounter: EncounterView) -> Iterator[str]:
    """What class and types mean by our maps; a type that the map of settings knows and no stay is a visit."""
    for system, code in (*codings(encounter.record.json, "class"), *encounter.types):
        yield from whereabouts.class_meaning(content, system, code)
        yield from whereabouts.class_meaning(content, "", code)
    if any(stays.is_mapped(content, *pair) for pair in encounter.types):
        yield "visit"


def _visit_in_words(content: Content, encounter: EncounterView) -> bool:
    return any(wording.stated(content, state, encounter.record, _SAYS_WHERE) for state in ("visit", "not-a-visit"))


def _class_of(encounter: EncounterView) -> str:
    """The class as the record writes it: its code, else its words."""
    words = (text for path in ("class.display", "class.text") for text in dig(encounter.record.json, path))
    return encounter.class_code[1] or next((str(text) for text in words), "") or "none"


def _since(encounter: EncounterView) -> str:
    return f" since {encounter.start_day:%a} {encounter.start_day.isoformat()}" if encounter.start_day else ""
