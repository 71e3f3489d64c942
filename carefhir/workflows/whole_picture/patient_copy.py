"""What a patient reads of their plan: plain words, warning signs with what to do, whom to call.

Only what may be shared stands in it: restricted findings, and all that would tell of them, stay out (rule 4), and that
something stayed out is said nowhere in it. Where conditions could not be seen, nobody knows what must stay out, and
there is no copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from carefhir.chart import whereabouts
from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.chart.shareable import shareable
from carefhir.codes import PLAN_SECTION, WARNING_SIGN
from carefhir.content.loading import Concept
from carefhir.content.translating import CopyWords, translation_for
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
    """Their language, where it is not English and this copy is."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The headings and sentences of CodeSystem patient-copy-text, in the language of the copy."""
    as_of: str = ""
    """The day of the copy, in its language."""
    born: str = ""
    """The birth date, in its language; "" where the record has none that can be read."""
    written_in: str = "en"
    """The language of the copy, BCP 47."""
    translated: str = ""
    """Who translated it and when, in its language; "" for English."""
    lacking: tuple[str, ...] = ()
    """For whoever makes it: what on this copy the site's translation lacks, so that it is in English."""


ROLES = ("care-manager", "covering-care-manager", "supervising-provider", "on-call")
"""The roles that a patient calls, in this order (codes of CodeSystem patient-copy-text)."""


def patient_copy(records: Records, chart: Chart, plan: CarePlanView, occasion: Occasion) -> PatientCopy:
    """The copy of one plan."""
    if against := patient.standing(chart.person):
        return PatientCopy(against)
    if "conditions" in chart.unseen:
        return PatientCopy(
            "the conditions on record could not be seen, so nobody knows what must stay out of a copy for the patient"
        )
    language = patient.language_code(chart.person) if chart.person else ""
    translation = translation_for(occasion.content, language) if language else None
    words = CopyWords(occasion.content, translation)
    copy = _in_words(records, chart, plan, words, occasion)
    if translation is None:
        return replace(copy, language=_language(chart))
    if not words.lacking:
        return replace(
            copy,
            written_in=translation.language,
            translated=words.text("translated", who=translation.by, day=_day(words, translation.day)),
        )
    english = _in_words(records, chart, plan, CopyWords(occasion.content), occasion)
    return replace(english, language=_language(chart), lacking=tuple(words.lacking))


def _in_words(records: Records, chart: Chart, plan: CarePlanView, words: CopyWords, occasion: Occasion) -> PatientCopy:
    """The copy in the words of one language."""
    shown = shareable(chart, occasion.content).chart
    hospice = whereabouts.hospice_of(chart, occasion)
    signs = tuple((str(sign.properties.get("do")), words.of(sign)) for sign in warning_signs(shown, occasion))
    birth = chart.person.json.get("birthDate") if chart.person else None
    return PatientCopy(
        why_not="",
        draft=plan.status == "draft",
        sections=tuple(_sections(shown, plan, words, occasion)),
        emergencies=tuple(text for do, text in signs if do == "call-911"),
        same_day=tuple(text for do, text in signs if do == "call-us"),
        hospice=hospice is not None,
        hospice_name=hospice.name if hospice else "",
        hospice_phone=hospice.phone if hospice else "",
        people=tuple(people_to_call(records, chart, words, occasion)),
        texts=words.all_texts(),
        as_of=words.text("as-of", day=words.day(occasion.today)),
        born=words.text("born", day=_day(words, birth)) if isinstance(birth, str) else "",
    )


def _day(words: CopyWords, written: str) -> str:
    """A day as the language writes it; what is no whole day stays as it is written."""
    try:
        return words.day(date.fromisoformat(written))
    except ValueError:
        return written


def _sections(shown: Chart, plan: CarePlanView, words: CopyWords, occasion: Occasion) -> Iterator[CopySection]:
    in_words = PlanInWords(shown, plan, shown.person.reference if shown.person else "", occasion, plain=words)
    lines = {
        "goals": in_words.goals(),
        "to-do": in_words.to_do(),
        "visits": in_words.visits(),
        "medicines": in_words.medicines(),
    }
    for code, some in lines.items():
        title = words.of(occasion.content.concept(PLAN_SECTION, code))
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


def people_to_call(records: Records, chart: Chart, words: CopyWords, occasion: Occasion) -> Iterator[PersonToCall]:
    """Whom to call, each once."""
    team, told = chart.team, set()
    roles = {**team.roles, "care-manager": chart.care_manager or team.care_manager}
    if on_call := occasion.on_call(team.on_call):
        roles["on-call"] = on_call
    by_name = {record.reference: record for name in records.by_need for record in records[name]}
    for role in ROLES:
        member = roles.get(role, "")
        if not member or member in told:
            continue
        told.add(member)
        record = by_name.get(member)
        name = patient.display(record, occasion.today) if record else team.names.get(member, "")
        if name:
            phone = patient.phone(record, occasion.today) if record else ""
            yield PersonToCall(name, words.text(role), phone, role.replace("-", " "))


def _language(chart: Chart) -> str:
    language = patient.language(chart.person) if chart.person else ""
    return "" if language.lower().startswith("english") else language.partition(",")[0]
