"""The status of one person in care management, in a few lines: for whoever opens the chart in the EHR. It only reads.

It says what cannot wait, what is overdue, which programs the person is in and how much care they need, and for which
program they are a candidate: by the rules of `stratify` and the worklist's own words. What could not be seen is named,
and nothing is said of what rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.occasion import Occasion
from carefhir.workflows.looking import due, person, stratify
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.stratify import Stratify

ESCALATION = "escalation"
"""The kind of Task that passes on what nobody has answered (CodeSystem care-task)."""


class ShowCareStatus(PatientCommand):
    """Shows the status of one patient in care management."""


@dataclass(frozen=True, slots=True)
class CareStatus:
    """Where one person stands in care management. Never read what is not visible as "none"."""

    patient: str
    """`Patient/ID`."""
    there: bool
    """Whether the person is on this server and visible."""
    notes: tuple[str, ...]
    """Deceased, in hospital, hospice, paused: a sentence each."""
    at_once: tuple[Due, ...]
    """Open escalations, and what is to be done now; the escalations first."""
    escalations: int
    """How many of these are escalations."""
    overdue: tuple[Due, ...]
    """What is overdue besides."""
    programs: tuple[str, ...]
    tier: str
    """The tier on record, in words; "" where there is none."""
    tier_by_rules: str
    """The tier by the rules, in words: `at least rising`."""
    candidate_for: tuple[str, ...]
    """Programs the person would gain from, each with why. Empty where their programs could not be seen: they may be in
    it."""
    unseen: frozenset[str]
    """The needs that could not be seen, by name."""
    not_visible: tuple[str, ...]
    """What the server did not show, and why."""


def read(records: Records, command: ShowCareStatus, occasion: Occasion) -> CareStatus:
    """The status."""
    chart = charts.read(records, occasion)
    stratified = stratify.read(records, Stratify(patient=command.patient), occasion)
    escalations, rest = _to_do(chart, occasion)
    at_once = tuple(each for each in rest if each.when.startswith("NOW"))
    candidates = not patient.standing(chart.person) and "episodes" not in chart.unseen
    return CareStatus(
        patient=command.patient,
        there=stratified.there,
        notes=person.whereabouts_of(chart, occasion),
        at_once=(*escalations, *at_once),
        escalations=len(escalations),
        overdue=tuple(each for each in rest if each.pressing and each not in at_once),
        programs=stratified.programs,
        tier=stratified.on_record,
        tier_by_rules=stratified.words,
        candidate_for=stratified.candidate_for if candidates else (),
        unseen=chart.unseen,
        not_visible=records.not_visible,
    )


def _to_do(chart: Chart, occasion: Occasion) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
    """The open escalations, and everything else there is to do, each in the order of the day."""
    open_tasks = [task for task in chart.tasks if task.to_do]
    escalations = [task for task in open_tasks if ESCALATION in task.codes]
    rest = [task for task in open_tasks if ESCALATION not in task.codes]
    dues = (due.all_due(due.due_of(task, occasion, task.owner_words) for task in some) for some in (escalations, rest))
    first, others = dues
    return first, others


CARE_STATUS = Reading(
    "care-management-status", "Where a patient stands in care management", ShowCareStatus, stratify.NEEDS, read
)
