"""What a discharge that is about to happen calls for, by the rules of `open-transition`. It only reads.

An EHR asks while the Encounter is still open, so the stay is judged as if it ended now, and that is said. Once it has
ended, it is judged by its own end. Nothing is opened by this: a person does that, with the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import stays
from carefhir.chart.chart import Chart
from carefhir.engine.step import Case, EncounterRef, PatientCommand, Reading
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.codec import encode
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import encounter
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import open_transition
from carefhir.workflows.transitions.discharge import Kind
from carefhir.workflows.transitions.open_transition import DischargeCase, OpenTransition

OPEN_ENCOUNTER = ("arrived", "triaged", "in-progress", "onleave")


class NoticeDischarge(PatientCommand):
    """Shows what the discharge from an Encounter calls for."""

    encounter: EncounterRef = Field(description="the Encounter the patient is discharged from: Encounter/ID")


NEEDS = tuple(replace(need, optional=need.name != "patient", follow=()) for need in open_transition.NEEDS)
"""What the step reads; what is missing is named, for nothing is written."""


@dataclass(frozen=True, slots=True)
class DischargeNotice:
    """What a discharge calls for."""

    patient: str
    there: bool
    """Whether the patient is on this server and visible."""
    encounter: str
    """`Encounter/ID`."""
    encounter_seen: bool
    """Whether the Encounter could be seen."""
    is_stay: bool
    """Whether it is a stay in a facility; a visit calls for no transition."""
    kind: Kind | None
    """What would be opened; None where nothing can be."""
    already: str
    """The Task that already follows this stay, `Task/ID`; "" where there is none."""
    closed: bool
    """Whether that Task is closed."""
    as_if_today: bool
    """Whether the Encounter has not ended, and is judged as if it ended now."""
    contact_by: date | None
    """The last day for the first contact, where a transition would be opened."""
    restricted: bool
    """Whether the stay itself tells what only those who treat the person may know (rule 4): nothing is said of it."""
    says: tuple[str, ...]
    """What the step would say."""
    tasks: tuple[str, ...]
    """What there will be to do, each with its day."""
    why_not: tuple[str, ...]
    """Why nothing can be opened."""
    warnings: tuple[str, ...]
    unseen: frozenset[str]
    not_visible: tuple[str, ...]


def read(records: Records, command: NoticeDischarge, occasion: Occasion) -> DischargeNotice:
    """What the discharge calls for."""
    named = records.one("encounter")
    ended, as_if_today = _as_if_ended(records, named, occasion)
    chart = charts.read(ended, occasion)
    asked = OpenTransition(patient=command.patient, encounter=command.encounter)
    opened = open_transition.open_cases(ended, asked, occasion)
    case = None if isinstance(opened, Refusal) else _first(opened)
    decision = case.decide(_act(case, occasion)) if case else opened
    assert isinstance(decision, Plan | Refusal)  # without a case there is a refusal
    restricted = isinstance(decision, Plan) and bool(decision.labels)
    heads = case.discharge.stay_tasks.heads if case else {}
    head = next(iter(sorted(heads.values(), key=lambda each: not each.open)), None)
    kind = case.discharge.kind if case and isinstance(decision, Plan) else None
    return DischargeNotice(
        patient=command.patient,
        there=chart.person is not None,
        encounter=command.encounter,
        encounter_seen=named is not None,
        is_stay=_is_stay(chart, command.encounter, occasion),
        kind=kind,
        already=head.record.reference if head else "",
        closed=head is not None and not head.open,
        as_if_today=as_if_today,
        contact_by=case.discharge.dates(occasion)["contact-by"] if case and kind == "opened" else None,
        restricted=restricted,
        says=decision.says if isinstance(decision, Plan) and not restricted else (),
        tasks=_tasks(decision),
        why_not=decision.why if isinstance(decision, Refusal) else (),
        warnings=tuple(words for words in decision.warnings if words not in records.warnings and not restricted),
        unseen=chart.unseen,
        not_visible=records.not_visible,
    )


def _first(cases: Sequence[Case]) -> DischargeCase:
    """The case of the discharge itself, before any correction of it."""
    return next(case for case in cases if isinstance(case, DischargeCase))


def _act(case: DischargeCase, occasion: Occasion) -> Act:
    return Act("open-transition", case.command.patient, case.cause.spelled(), "", occasion.stamp)


def _as_if_ended(records: Records, named: Record | None, occasion: Occasion) -> tuple[Records, bool]:
    """The records with the Encounter as ended, by its own end if it has come, else as if it ended now; and whether that
    was so. EHRs write the end of a stay before they close it."""
    if named is None:
        return records, False
    view = encounter.read(named, occasion.zone, zone_is_set=occasion.zone_is_set)
    if view.status not in OPEN_ENCOUNTER:
        return records, False
    written, has_ended = named.json.get("period"), view.end is not None and view.end <= occasion.now
    period = written if isinstance(written, dict) else {}
    ended = {
        **named.json,
        "status": "finished",
        "period": period if has_ended else {**period, "end": occasion.stamp},
    }
    record = Record(encode(ended), home=named.home)
    by_need = {
        name: tuple(record if each.reference == named.reference else each for each in some)
        if name in ("encounter", "encounters")
        else some
        for name, some in records.by_need.items()
    }
    return replace(records, by_need=by_need), not has_ended


def _is_stay(chart: Chart, reference: str, occasion: Occasion) -> bool:
    """Whether the Encounter is a stay; one whose class nobody knows may be one."""
    view: EncounterView | None = next((each for each in chart.encounters if each.reference == reference), None)
    if view is None or not stays.class_is_known(occasion.content, view):
        return True
    return stays.is_facility(stays.setting_of(occasion.content, view))


def _tasks(decision: Plan | Refusal) -> tuple[str, ...]:
    if isinstance(decision, Refusal):
        return ()
    creates = (change for change in decision.changes if isinstance(change, Create) and change.part.startswith("task/"))
    return tuple(change.because for change in creates)


DISCHARGE_NOTICE = Reading("discharge-notice", "What the discharge from a stay calls for", NoticeDischarge, NEEDS, read)
