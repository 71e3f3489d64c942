"""Where somebody is, as far as the chart says: cared for by a hospice, in a hospital now (rules 24 and 25).

Of two readings the worse one counts: a stay nobody ended still counts, and is said to be open for long. Codes, words
and numbers are in CodeSystem whereabouts. None from `hospice_of` and `in_hospital` means "nothing on record"; `unseen`
says what could not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from carefhir.chart import facts, stays, wording
from carefhir.chart.chart import Chart
from carefhir.codes import ACT_CODE, PATIENT_CLASS, SETTING
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, moments, relative, truth
from carefhir.mappers import patient
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion

NEEDS = ("flags", "episodes", "encounters", "service_requests", "conditions", "care_teams")
"""The needs behind `hospice_of`; `charts.with_organizations` adds the hospice's name and telephone number."""

HOSPITAL_NEEDS = ("encounters",)
"""The needs behind `in_hospital`."""

UNDER_WAY = frozenset({"in-progress", "arrived", "triaged", "onleave"})
NOT_UNDER_WAY = frozenset({"planned", "finished", "cancelled", "entered-in-error"})
"""Statuses of an Encounter that nobody is in; of any other word that is not R4's nobody can say."""
_ORDERED = frozenset({"", "order", "original-order", "reflex-order", "filler-order", "instance-order", "directive"})
_OVERNIGHT_NOT = frozenset({"partial-hospitalization"})
"""Settings of a stay from which people go home at night."""


@dataclass(frozen=True, slots=True)
class Hospice:
    """That a hospice cares for somebody, and how it is known."""

    records: tuple[Record, ...]
    """What says so."""
    why: str
    """What says so, in words: `Flag/7 (Hospice care)`."""
    since: date | None = None
    name: str = ""
    """The hospice organization's name; "" where it is not on record."""
    phone: str = ""
    sure: bool = True
    """False where only palliative care is on record (ICD-10-CM Z51.5), which a hospice may or may not give, or only an
    organization whose name says hospice."""
    doubts: tuple[str, ...] = ()
    """What to find out, in sentences."""

    @property
    def cares(self) -> str:
        """What is known, in words: `a hospice cares for this person (Flag/7 (Hospice care))`."""
        return f"a hospice {'cares' if self.sure else 'may care'} for this person ({self.why})"

    @property
    def call_first(self) -> str:
        """Whom to call first, in words."""
        who = self.name or "the hospice"
        number = f"at {self.phone}" if self.phone else "(its telephone number is not on record: find it)"
        return f"call hospice first: {who} {number}"


@dataclass(frozen=True, slots=True)
class CurrentStay:
    """A stay in a hospital or another facility that somebody is in now, or was in at a moment."""

    encounter: EncounterView
    setting: Concept
    since: date | None
    open_days: int | None
    """For how many days it has been open, where that is so long that it may have been forgotten."""

    @property
    def record(self) -> Record:
        return self.encounter.record

    @property
    def where(self) -> str:
        """Where, in words, but never a restricted setting: everybody would read it (rule 4)."""
        return "a facility" if self.setting.properties.get("restricted") else self.setting.display

    @property
    def words(self) -> str:
        """`in a hospital (acute hospital) since Thu 2026-03-12 (Encounter/5)`."""
        since = f" since {self.since:%a} {self.since.isoformat()}" if self.since else ""
        long = (
            f", open for {self.open_days} days: find out whether they have come home, and have it ended"
            if self.open_days
            else ""
        )
        what = "a hospital" if _hospital(self.setting) else "a facility"
        where = what if self.where == "a facility" else f"{what} ({self.where})"
        return f"in {where}{since} ({self.encounter.reference}{long})"


def unseen(chart: Chart, *names: str) -> tuple[str, ...]:
    """What could not be seen of these needs, as words for a sentence: () where everything was."""
    spelled = {
        "encounters": "stays in hospitals",
        "flags": "Flags",
        "episodes": "programs",
        "service_requests": "referrals",
        "conditions": "conditions",
        "pregnancy_statuses": "the pregnancy status",
        "care_teams": "care teams",
    }
    return tuple(spelled.get(name, name) for name in names if name in chart.unseen)


_TEXTS = {
    "Flag": ("code", "category"),
    "EpisodeOfCare": ("type", "diagnosis.role"),
    "Encounter": ("class", "type", "serviceType"),
    "ServiceRequest": ("code", "category", "performerType", "locationCode"),
    "CareTeam": ("name", "category"),
    "Condition": ("code",),
}
"""Where each type says that it is about hospice."""
_BY_NAME = {
    "EpisodeOfCare": ("managingOrganization",),
    "Encounter": ("serviceProvider", "location.location"),
    "ServiceRequest": ("performer", "locationReference"),
}
"""Where a type names who does it: `Valley Home Health & Hospice` does other work too, so this alone is not sure."""
_NAMED = {
    "Flag": ("author",),
    "EpisodeOfCare": ("managingOrganization",),
    "Encounter": ("serviceProvider",),
    "ServiceRequest": ("performer",),
    "CareTeam": ("managingOrganization", "participant.onBehalfOf", "participant.member"),
}
"""Where each type names the organization."""


def hospice_of(chart: Chart, occasion: Occasion) -> Hospice | None:
    """The hospice that cares for the person; None where nothing on record says so (see `unseen`).

    Flags, programs, Encounters, requests and care teams count while they run; a disposition counts where it is that of
    the last stay. What was declined, only talked about, planned or ended does not.
    """
    content = occasion.content
    under_way = tuple(running(chart, occasion))
    in_force = [record for record in under_way if _means(content, "hospice", record)]
    in_force += [one.record for one in _sent_to_hospice(chart, occasion)]
    conditions = [one for one in chart.conditions if is_current(one, occasion)]
    named = [one.record for one in conditions if _means(content, "hospice", one.record)]
    eased = [one.record for one in conditions if _means(content, "palliative-care", one.record)]
    eased += [record for record in under_way if wording.stated(content, "hospice", record, _by_name(record))]
    behind = tuple(dict.fromkeys((*in_force, *named))) or tuple(dict.fromkeys(eased))
    if not behind:
        return None
    sure = bool(in_force or named)
    name, phone = _organization(chart, behind, occasion)
    starts = [day for record in behind if (day := _start(record, occasion))]
    return Hospice(
        records=behind,
        why=", ".join(f"{record.reference} ({_said(content, record)})" for record in behind),
        since=min(starts, default=None),
        name=name,
        phone=phone,
        sure=sure,
        doubts=_doubts(chart, occasion, sure=sure, phone=phone),
    )


def _by_name(record: Record) -> tuple[str, ...]:
    return _BY_NAME.get(record.type, ())


def _means(content: Content, state: str, record: Record) -> bool:
    return bool(wording.stated(content, state, record, _TEXTS[record.type]))


def is_palliative(content: Content, record: Record) -> bool:
    """Whether a record says palliative care, which a hospice may or may not give."""
    return _means(content, "palliative-care", record)


def _said(content: Content, record: Record) -> str:
    """What a record says, in its words."""
    for state in ("hospice", "palliative-care"):
        words = wording.stated(content, state, record, (*_TEXTS.get(record.type, ()), *_by_name(record)))
        if words:
            return words
    return "discharged to hospice"


def running(chart: Chart, occasion: Occasion) -> Iterator[Record]:
    """What is in force today among the types that can say hospice."""
    for flag in chart.flags:
        if flag.active and _in_period(flag.record.json, "period", occasion):
            yield flag.record
    for episode in chart.episodes:
        if episode.status in ("active", "onhold", "") and _in_period(episode.record.json, "period", occasion):
            yield episode.record
    for encounter in chart.encounters:
        if encounter.status in UNDER_WAY and _in_period(encounter.record.json, "period", occasion):
            yield encounter.record
    for request in requests(chart):
        json = request.json
        if (
            (first_text(json, "status") or "active") in ("active", "on-hold")
            and (first_text(json, "intent") or "") in _ORDERED
            and truth(json.get("doNotPerform")) is not True
            and _in_period(json, "occurrencePeriod", occasion)
            and not _later(first_text(json, "occurrenceDateTime"), occasion)
        ):
            yield request
    for team in chart.care_teams:
        if (first_text(team.json, "status") or "active") == "active" and _in_period(team.json, "period", occasion):
            yield team


def requests(chart: Chart) -> list[Record]:
    return [item.record for item in chart.items if item.record.type == "ServiceRequest"]


def _in_period(json: Json, path: str, occasion: Occasion) -> bool:
    """Whether a period has begun and is not over; without one it counts."""
    ends = moments(first_text(json, f"{path}.end"), occasion.zone)
    return not _later(first_text(json, f"{path}.start"), occasion) and (ends is None or ends[1] > occasion.now)


def _later(text: str | None, occasion: Occasion) -> bool:
    at = moment(text, occasion.zone)
    return at is not None and at > occasion.now


def is_current(condition: ConditionView, occasion: Occasion) -> bool:
    """Whether a condition is there now: not refuted, not over."""
    ends = moments(
        first_text(condition.record.json, "abatementDateTime")
        or first_text(condition.record.json, "abatementPeriod.end"),
        occasion.zone,
    )
    return condition.holds and condition.current and (ends is None or ends[1] > occasion.now)


def _sent_to_hospice(chart: Chart, occasion: Occasion) -> list[EncounterView]:
    """The Encounters of the last stay, where its disposition is hospice."""
    use = facts.use_of(chart, occasion)
    last = use.last if use else None
    if last is None:
        return []
    return [
        encounter
        for encounter in last.encounters
        if wording.stated(occasion.content, "hospice", encounter.record, ("hospitalization.dischargeDisposition",))
    ]


_STARTS = (
    "period.start",
    "occurrencePeriod.start",
    "occurrenceDateTime",
    "onsetDateTime",
    "onsetPeriod.start",
    "authoredOn",
    "recordedDate",
)


def _start(record: Record, occasion: Occasion) -> date | None:
    """When it began, as the record says."""
    discharged = "period.end" if record.type == "Encounter" and record.json.get("status") == "finished" else ""
    paths = (discharged, *_STARTS)
    text = next((found for path in paths if path and (found := first_text(record.json, path))), None)
    at = moment(text, occasion.zone)
    return None if at is None or text is None else at.date() if len(text) <= 10 else occasion.local_date(at)


def _organization(chart: Chart, behind: Iterable[Record], occasion: Occasion) -> tuple[str, str]:
    """The hospice's name and telephone number: of the organization behind the records, else of a contact."""
    content = occasion.content
    by_reference = {record.reference: record.json for record in chart.organizations}
    name = phone = ""
    for record in (*behind, *chart.care_teams):
        about = record in tuple(behind)
        for path in _NAMED.get(record.type, ()):
            for element in dig(record.json, path):
                organization = _pointed(element, record, by_reference)
                title = str(organization.get("name") or _display(element))
                hospice = wording.says(content, "hospice", title) or _type_is(content, organization)
                if not hospice and not (about and path != "author" and organization.get("resourceType")):
                    continue
                name, phone = name or title, phone or _phone(organization, occasion)
        if about and record.type == "CareTeam":
            phone = phone or _phone(record.json, occasion)
    contacts = dig(chart.person.json if chart.person else {}, "contact")
    for contact in (contact for contact in contacts if isinstance(contact, dict)):
        words = " ".join(filter(None, (_display(contact.get("organization")), *_name_texts(contact))))
        if wording.says(content, "hospice", words):
            name, phone = name or words, phone or _phone(contact, occasion)
    return name, phone


def _pointed(element: Any, record: Record, by_reference: dict[str, Json]) -> Json:
    """The organization a Reference points to: contained, or gathered; {} where it was not."""
    text = element.get("reference") if isinstance(element, dict) else None
    if isinstance(text, str) and text.startswith("#"):
        return next((one for one in dig(record.json, "contained") if one.get("id") == text[1:]), {})
    return by_reference.get(relative(text) or "", {}) if isinstance(text, str) else {}


def _type_is(content: Content, organization: Json) -> bool:
    return any(wording.says(content, "hospice", text) for text in _words(dig(organization, "type")))


def _words(elements: Iterable[Any]) -> Iterator[str]:
    for element in elements:
        yield first_text(element, "text") or ""
        yield first_text(element, "coding.display") or ""


def _name_texts(contact: Any) -> Iterator[str]:
    yield first_text(contact, "name.text") or ""
    yield from _words(dig(contact, "relationship"))


def _display(element: Any) -> str:
    return first_text(element, "display") or ""


def _phone(json: Json, occasion: Occasion) -> str:
    """The number to call, of any resource or element with telecom."""
    return patient.phone_of((*dig(json, "telecom"), *dig(json, "contact.telecom")), occasion.today)


def _doubts(chart: Chart, occasion: Occasion, *, sure: bool, phone: str) -> tuple[str, ...]:
    """What to find out about the hospice."""
    doubts = []
    if not sure:
        doubts.append(
            "only palliative care, or an organization whose name says hospice, is on record: find out whether a "
            "hospice cares for them"
        )
    ended = [
        episode.record.reference
        for episode in chart.episodes
        if episode.status in ("finished", "cancelled") and _means(occasion.content, "hospice", episode.record)
    ]
    if ended and sure:
        doubts.append(
            f"a hospice program has ended ({', '.join(ended)}): find out whether a hospice still cares for them"
        )
    if not phone:
        doubts.append("the hospice's telephone number is not on record: find it and have it recorded")
    return tuple(doubts)


def in_hospital(chart: Chart, occasion: Occasion, at: datetime | None = None) -> CurrentStay | None:
    """The stay the person is in now, or was in at a moment; None where nothing on record says so (see `unseen`).

    A hospital, an emergency department, observation, and every other facility one stays in: the person is not at home.
    """
    stay = [found for encounter in chart.encounters if (found := _stay_at(encounter, occasion, at))]
    stay = [each for each in stay if not _left_since(each, chart, occasion, at)]
    return max(stay, key=lambda one: (one.open_days is None, str(one.since), one.encounter.reference), default=None)


def _left_since(stay: CurrentStay, chart: Chart, occasion: Occasion, at: datetime | None) -> bool:
    """Whether a stay that was open for long has been forgotten: the person has been in another facility since, and has
    left it."""
    if stay.open_days is None or stay.encounter.start is None:
        return False
    when = at or occasion.now
    return any(
        later.status == "finished"
        and later.start is not None
        and later.end is not None
        and stay.encounter.start < later.start
        and later.end <= when
        and facility_of(occasion.content, later) is not None
        for later in chart.encounters
    )


def stay_since(chart: Chart, occasion: Occasion, discharged: datetime, but: frozenset[str]) -> CurrentStay | None:
    """The first stay that began after a discharge, whether it is over or not; `but` are the Encounters of the stay
    before. Emergency visits from which people went home are not stays."""
    later = []
    for encounter in chart.encounters:
        begun = encounter.status in UNDER_WAY or encounter.status in ("finished", "unknown")
        setting = facility_of(occasion.content, encounter)
        if (
            begun
            and encounter.reference not in but
            and _began_after(encounter, discharged, occasion)
            and setting is not None
            and (setting.code != "emergency" or _stay_at(encounter, occasion, None) is not None)
        ):
            later.append(CurrentStay(encounter, setting, encounter.start_day, _long(encounter, occasion)))
    return min(later, key=lambda one: (one.encounter.start or occasion.now, one.encounter.reference), default=None)


def _began_after(encounter: EncounterView, discharged: datetime, occasion: Occasion) -> bool:
    """Whether it began after a discharge; one under way, whose start is not on record, may have."""
    if encounter.start is None:
        return encounter.status in UNDER_WAY and _stay_at(encounter, occasion, None) is not None
    return discharged < encounter.start <= occasion.now


def _stay_at(encounter: EncounterView, occasion: Occasion, at: datetime | None) -> CurrentStay | None:
    """The stay, if the person was in it at that moment; now where none is given."""
    when = at or occasion.now
    if encounter.start is not None and encounter.start > when:
        return None
    if encounter.end is not None and encounter.end <= when:
        return None
    stale = wording.number(occasion.content, "acute", "days")
    days = _days_open(encounter, occasion)
    under_way = encounter.status in UNDER_WAY
    if encounter.status == "finished":
        under_way = encounter.end is not None
    elif encounter.status not in NOT_UNDER_WAY | UNDER_WAY:
        under_way = days is not None and days <= stale
    setting = facility_of(occasion.content, encounter) if under_way else None
    if setting is None:
        return None
    return CurrentStay(encounter, setting, encounter.start_day, _long(encounter, occasion))


def _days_open(encounter: EncounterView, occasion: Occasion) -> int | None:
    return (occasion.today - encounter.start_day).days if encounter.start_day else None


def _long(encounter: EncounterView, occasion: Occasion) -> int | None:
    """For how many days an Encounter without an end has been open, where that is long."""
    days = _days_open(encounter, occasion)
    stale = wording.number(occasion.content, "acute", "days")
    return days if days is not None and days > stale and encounter.end is None else None


def facility_of(content: Content, encounter: EncounterView) -> Concept | None:
    """The facility an Encounter is a stay in, by its class, its types or its words; None if it is a visit."""
    if _means(content, "hospice", encounter.record):
        return None
    setting = stays.setting_of(content, encounter)
    codes = [setting.code, *_by_class(content, encounter), *_by_words(content, encounter)]
    away = next((code for code in codes if code == "emergency" or code in stays.FACILITY), None)
    return content.concept(SETTING, away) if away and away not in _OVERNIGHT_NOT else None


def setting_of(content: Content, encounter: EncounterView) -> Concept:
    """The setting of an Encounter, however its class is spelled; `other` for a visit."""
    setting = stays.setting_of(content, encounter)
    if stays.class_is_known(content, encounter):
        return setting
    return facility_of(content, encounter) or setting


def _by_class(content: Content, encounter: EncounterView) -> list[str]:
    """What the class says, though a type may say otherwise, and however it is spelled: `imp`, `I` of HL7 v2."""
    codes: list[str] = []
    for system, code in (encounter.class_code, *codings(encounter.record.json, "class"), *encounter.types):
        for name, spelled in ((system, code), (system, code.upper()), (ACT_CODE, code.upper())):
            codes += content.mapped("care-setting-from-encounter", name, spelled)
        codes += [found for found in class_meaning(content, system, code) if found in _HOSPITAL_WORDS]
    return codes


def class_meaning(content: Content, system: str, code: str) -> tuple[str, ...]:
    """What a class or type means by the map; a class without its system is read as one of HL7 (`I`, `E`, `SS`)."""
    systems = (system,) if system else ("", ACT_CODE, PATIENT_CLASS)
    return tuple(meaning for name in systems for meaning in wording.meaning(content, name, code))


_HOSPITAL_WORDS = ("acute", "emergency", "observation")


def _by_words(content: Content, encounter: EncounterView) -> list[str]:
    """What class, type and service say in words; their codes too, which some systems fill with words."""
    paths = ("class", "class.code", "type", "type.coding.code", "serviceType", "location.physicalType")
    return [code for code in _HOSPITAL_WORDS if wording.stated(content, code, encounter.record, paths)]


def _hospital(setting: Concept) -> bool:
    return setting.code not in ("skilled-nursing", "non-acute-facility", "substance-use-treatment")
