"""What a patient reads of their plan: plain words, warning signs with what to do, whom to call.

Only what may be shared stands in it: restricted findings, and all that would tell of them, stay out (rule 4), and that
something stayed out is said nowhere in it. Where conditions could not be seen, nobody knows what must stay out, and
there is no copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart import whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.facts import groups_of
from carefhir.chart.shareable import shareable
from carefhir.codes import PLAN_SECTION, WARNING_SIGN
from carefhir.content.loading import Concept
from carefhir.fhir.gather import Records
from carefhir.mappers import patient
from carefhir.mappers.care_plan import CarePlanView
from carefhir.occasion import Occasion
from carefhir.workflows.coordination.plan_in_words import PlanInWords
from carefhir.workflows.coordination.sharing import BEHIND


@dataclass(frozen=True, slots=True)
class CopySection:
    """One part of the copy."""

    name: str
    """A code of CodeSystem plan-section."""
    title: str
    lines: tuple[str, ...]
    unseen: bool
    """Whether there may be more than could be read."""


@dataclass(frozen=True, slots=True)
class PersonToCall:
    """Somebody the patient can call."""

    name: str
    role: str
    """Who they are to the patient, in plain words."""
    phone: str
    """"" where no number is on record."""
    kind: str = ""
    """The role, as the care team calls it."""


@dataclass(frozen=True, slots=True)
class PatientCopy:
    """A plan, as the patient reads it."""

    why_not: str
    """Why there is no copy; "" where there is one."""
    draft: bool = False
    sections: tuple[CopySection, ...] = ()
    emergencies: tuple[str, ...] = ()
    """What they call 911 for."""
    same_day: tuple[str, ...] = ()
    """What they call the care team for on the same day."""
    hospice: bool = False
    """Whether a hospice is called first (rule 24)."""
    hospice_name: str = ""
    hospice_phone: str = ""
    people: tuple[PersonToCall, ...] = ()
    language: str = ""
    """Their language, where it is not English."""


ROLES = {
    "care-manager": "your care manager",
    "covering-care-manager": "stands in for your care manager",
    "supervising-provider": "the provider who signs your plan",
    "on-call": "at night and on weekends",
}
"""Roles as the patient knows them, in the order in which they are called."""


def patient_copy(records: Records, chart: Chart, plan: CarePlanView, occasion: Occasion) -> PatientCopy:
    """The copy of one plan."""
    if against := patient.standing(chart.person):
        return PatientCopy(against)
    if "conditions" in chart.unseen:
        return PatientCopy(
            "the conditions on record could not be seen, so nobody knows what must stay out of a copy for the patient"
        )
    shown = shareable(chart, occasion.content).chart
    hospice = whereabouts.hospice_of(chart, occasion)
    signs = tuple(warning_signs(shown, occasion))
    return PatientCopy(
        why_not="",
        draft=plan.status == "draft",
        sections=tuple(_sections(shown, plan, occasion)),
        emergencies=tuple(sign.display for sign in signs if sign.properties.get("do") == "call-911"),
        same_day=tuple(sign.display for sign in signs if sign.properties.get("do") == "call-us"),
        hospice=hospice is not None,
        hospice_name=hospice.name if hospice else "",
        hospice_phone=hospice.phone if hospice else "",
        people=tuple(people_to_call(records, chart, occasion)),
        language=_language(chart),
    )


def _sections(shown: Chart, plan: CarePlanView, occasion: Occasion) -> Iterator[CopySection]:
    words = PlanInWords(shown, plan, shown.person.reference if shown.person else "", occasion, plain=True)
    lines = {
        "goals": words.goals(),
        "to-do": words.to_do(),
        "visits": words.visits(),
        "medicines": words.medicines(),
    }
    for code, some in lines.items():
        title = occasion.content.concept(PLAN_SECTION, code).display
        yield CopySection(code, title, tuple(some), unseen=bool(shown.unseen & set(BEHIND[code])))


def warning_signs(shown: Chart, occasion: Occasion) -> Iterator[Concept]:
    """The warning signs of what they have, as far as it may be shared."""
    content = occasion.content
    confirmed = (each for each in shown.conditions if each.holds and each.current and each.confirmed)
    groups = {group for condition in confirmed for group in groups_of(content, condition)}
    groups |= {"heart-failure"} if groups & {"heart-failure-reduced", "heart-failure-acute"} else set()
    classes = {kind for medicine in shown.medicines if medicine.active for kind in medicine.classes}
    for sign in content.concepts(WARNING_SIGN).values():
        for_whom, medicine = str(sign.properties.get("for", "")), str(sign.properties.get("medicine", ""))
        if for_whom in groups | {"everyone"} and (not medicine or medicine in classes):
            yield sign


def people_to_call(records: Records, chart: Chart, occasion: Occasion) -> Iterator[PersonToCall]:
    """Whom to call, each once."""
    team, told = chart.team, set()
    roles = {**team.roles, "care-manager": chart.care_manager or team.care_manager}
    if on_call := occasion.on_call(team.on_call):
        roles["on-call"] = on_call
    by_name = {record.reference: record for name in records.by_need for record in records[name]}
    for role, words in ROLES.items():
        member = roles.get(role, "")
        if not member or member in told:
            continue
        told.add(member)
        record = by_name.get(member)
        name = patient.display(record, occasion.today) if record else team.names.get(member, "")
        if name:
            phone = patient.phone(record, occasion.today) if record else ""
            yield PersonToCall(name, words, phone, role.replace("-", " "))


def _language(chart: Chart) -> str:
    language = patient.language(chart.person) if chart.person else ""
    return "" if language.lower().startswith("english") else language.partition(",")[0]
