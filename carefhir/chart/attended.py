"""Whether an Encounter is a visit in which somebody saw the person (rule 35).

An Appointment that says fulfilled does not say who came. A telephone call, a laboratory visit, a missed visit and a
stay are none; why not is said.
"""

from __future__ import annotations

from carefhir.chart import stays, whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.content.loading import Content
from carefhir.mappers import encounter as encounter_mapper
from carefhir.mappers.encounter import EncounterView, Participant
from carefhir.occasion import Occasion

ATTENDED = frozenset({"in-progress", "finished"})
"""Statuses of Encounters in which somebody was seen; who has only arrived may leave again."""

_MISSED = frozenset({"noshow", "cancelled", "entered-in-error"})
_SAYS_WHAT = ("class", "type", "serviceType", "class.code", "type.coding.code")
"""Where an Encounter says what it is."""


def a_stay(encounter: EncounterView, occasion: Occasion) -> bool:
    """Whether it is a stay in a facility, or a visit to the emergency department."""
    setting = whereabouts.setting_of(occasion.content, encounter)
    return setting.code == "emergency" or stays.is_facility(setting)


def saw_nobody(encounter: EncounterView, chart: Chart, content: Content) -> str:
    """Why nobody saw the person in an Encounter, or nobody is on record who did; "" if somebody is."""
    if encounter.status not in ATTENDED:
        return f"status {encounter.status or 'not on record'}"
    booked = {visit.reference: visit.status for visit in chart.appointments}
    missed = [booked[visit] for visit in encounter.appointments if booked.get(visit) in _MISSED]
    if missed:
        return f"its Appointment is {missed[0]}"
    no_visit = _missed(encounter, chart, content) or _clerical(encounter, content)
    if no_visit:
        return no_visit
    taking_part = encounter_mapper.participants(encounter.record)
    people = who_saw(encounter, content)
    if taking_part and not people:
        return "only with somebody who referred, ordered or wrote: who saw the person is not on record"
    return "" if people else "who saw the person is not on record"


def who_saw(encounter: EncounterView, content: Content) -> tuple[Participant, ...]:
    """Who took part in an Encounter in another way than by referring, ordering or writing."""
    return tuple(part for part in encounter_mapper.participants(encounter.record) if not _did_not_see(part, content))


def _missed(encounter: EncounterView, chart: Chart, content: Content) -> str:
    """What an Encounter or its Appointment says in words where nobody was seen; "" where nothing."""
    booked = (visit.record for visit in chart.appointments if visit.reference in encounter.appointments)
    paths = (*_SAYS_WHAT, "reasonCode", "hospitalization.dischargeDisposition")
    of_appointment = ("cancelationReason", "comment", "description")
    stated = (wording.stated(content, "missed", record, of_appointment) for record in booked)
    return wording.stated(content, "missed", encounter.record, paths) or next(filter(None, stated), "")


def _clerical(encounter: EncounterView, content: Content) -> str:
    """What an Encounter is where it is no visit. A reason says so only where nothing says what it is: people come to
    the office for a refill, too."""
    told = wording.stated(content, "not-a-visit", encounter.record, _SAYS_WHAT)
    return told or ("" if encounter.kind else wording.stated(content, "not-a-visit", encounter.record, ("reasonCode",)))


def _did_not_see(part: Participant, content: Content) -> bool:
    """Whether all that somebody's part says is that they referred, ordered or wrote."""
    elsewhere = [wording.element_says(content, "did-not-see", type_) for type_ in part.types]
    return bool(elsewhere) and all(elsewhere)
