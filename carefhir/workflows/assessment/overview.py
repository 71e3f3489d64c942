"""`overview`: the whole picture on one page, with what could not be read or was not visible. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date

from carefhir.codes import BAND, DOMAIN, PROGRAM, TASK
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Gap, Records
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.fhir.search import Follow, Need, Of, Since
from carefhir.mappers import (
    appointment,
    care_team,
    condition,
    detected_issue,
    encounter,
    episode_of_care,
    flag,
    patient,
    task,
)
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers import risk_assessment as risk
from carefhir.mappers.conclusion import read as read_conclusion
from carefhir.mappers.risk_assessment import LACE_EXTENSION
from carefhir.occasion import Occasion


class Overview(PatientCommand):
    """Shows the whole picture of one patient."""


def _seen(need: Need) -> Need:
    """The same need, but what cannot be seen is a named gap."""
    return replace(need, optional=True)


NEEDS = (
    patient.find(),
    *(
        _seen(need)
        for need in (
            replace(episode_of_care.find(), follow=(Follow("careManager", "Practitioner"),)),
            replace(care_team.find(), follow=(Follow("participant.member", "Practitioner"),)),
            flag.find(),
            risk.find(),
            Need("consents", "Consent", (Of("patient", "patient"),), bounded=True),
            Need("care_plans", "CarePlan", (Of("patient", "subject"),), bounded=True),
            Need("goals", "Goal", (Of("patient", "subject"),), bounded=True),
            Need("allergies", "AllergyIntolerance", (Of("patient", "patient"),), bounded=True),
            condition.find(),
            encounter.find(),
            Need(
                "medication_requests",
                "MedicationRequest",
                (Of("patient", "subject"),),
                follow=(Follow("medicationReference", "Medication"),),
            ),
            Need(
                "observations",
                "Observation",
                (
                    Of("patient", "subject"),
                    Since(
                        "date",
                        ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming.event"),
                        "{today-365d}",
                    ),
                ),
            ),
            qr.find(),
            task.find(),
            appointment.find(),
            detected_issue.find(),
        )
    ),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: a title, and rows of plain words."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    empty: str = "none on record"


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture. `not_visible` is never to be read as "none"."""

    patient: str
    heading: str
    found: bool
    sections: tuple[Section, ...] = ()
    not_visible: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def read(records: Records, command: Overview, occasion: Occasion) -> Picture:
    """The page."""
    person = records.one("patient")
    heading = patient.display(person, occasion.today)
    born = moment(first_text(person.json, "birthDate")) if person else None
    if born:
        years = occasion.today.year - born.year - ((occasion.today.month, occasion.today.day) < (born.month, born.day))
        heading += f", {years}"
    if person and first_text(person.json, "gender"):
        heading += f", {first_text(person.json, 'gender')}"
    view = patient.read(person)
    stands = patient.in_the_way(view, command.patient)
    take_note = tuple((one,) for one in stands) + _flags(records)
    sections = (
        _section(records, "Take note", ("flags",), take_note, "no flags"),
        _section(records, "Allergies", ("allergies",), _allergies(records)),
        _section(records, "Programmes", ("episodes", "care_teams"), _programs(records, occasion)),
        _section(records, "Open tasks", ("tasks",), _tasks(records, occasion), "no open tasks"),
        _section(records, "To be decided", ("issues",), _issues(records), "nothing open"),
        _section(records, "Visits to come", ("appointments",), _visits(records, occasion), "none booked"),
        _section(records, "Risk", ("risks",), _risks(records, occasion)),
        _section(records, "Scores in the last year", ("observations",), _scores(records, occasion)),
        _section(records, "Assessment, by domain", ("observations",), _conclusions(records, occasion)),
        _section(records, "Conditions, current", ("conditions",), _conditions(records)),
        _section(records, "Medicines ordered, active", ("medication_requests",), _medicines(records)),
        _section(records, "Care plans", ("care_plans",), _care_plans(records, occasion)),
        _section(records, "Goals, open", ("goals",), _goals(records)),
        _section(records, "Consents", ("consents",), _consents(records, occasion)),
        _section(records, "Last stays and emergency visits", ("encounters",), _stays(records, occasion)),
    )
    counts = {name: len(found) for name, found in records.found.items()}
    return Picture(
        command.patient, heading, person is not None, sections, _not_visible(records.gaps), records.odd, counts
    )


def _section(
    records: Records,
    title: str,
    needs: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    empty: str = "none on record",
) -> Section:
    """A section; where something it rests on cannot be seen it says so, and never "none" (R10)."""
    unseen = [need for need in needs if not records.visible(need)]
    words = f"not visible: {', '.join(unseen)}".replace("_", " ")
    if unseen and rows:
        rows = (*rows, (words,))
    return Section(title, rows, words if unseen else empty)


def _not_visible(gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    return tuple(f"{gap.type}: {gap.why}" for gap in gaps)


def _flags(records: Records) -> tuple[tuple[str, ...], ...]:
    found = (flag.read(one) for one in records["flags"])
    return tuple((one.words,) for one in found if one.active)


def _allergies(records: Records) -> tuple[tuple[str, ...], ...]:
    """Substance, reactions with their severity, and how dangerous it is; what was refuted or resolved is not told."""
    rows = []
    for one in records["allergies"]:
        standing = {code for _, code in codings(one.json, "clinicalStatus")}
        sure = {code for _, code in codings(one.json, "verificationStatus")}
        if standing & {"inactive", "resolved"} or sure & {"entered-in-error", "refuted"}:
            continue
        reactions = []
        for reaction in dig(one.json, "reaction"):
            told = ", ".join(filter(None, (_words(each) for each in dig(reaction, "manifestation"))))
            severity = first_text(reaction, "severity") or ""
            reactions.append(f"{told} ({severity})" if told and severity else told or severity)
        risk_of = first_text(one.json, "criticality") or ""
        danger = {"high": "HIGH RISK", "low": "low risk", "unable-to-assess": "risk not known"}.get(risk_of, risk_of)
        doubt = "unconfirmed" if "unconfirmed" in sure else ""
        said = ", ".join(dict.fromkeys(filter(None, reactions))) or "reaction not stated"
        rows.append((_words(one.json.get("code")) or "(not named)", said, ", ".join(filter(None, (danger, doubt)))))
    return tuple(sorted(rows, key=lambda row: (not row[2].startswith("HIGH"), row)))


def _named(records: Records, reference: str, occasion: Occasion) -> str:
    """A name with its reference, where the person came along with a programme or a team; else the reference."""
    for path in ("careManager", "participant.member"):
        for one in records[f"Practitioner at {path}"]:
            if one.reference == reference:
                return f"{patient.display(one, occasion.today)} ({reference})"
    return reference


def _programs(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    rows = []
    known = occasion.content.concepts(PROGRAM)
    team = care_team.read(records["care_teams"], occasion.today)
    for one in (episode_of_care.read(record) for record in records["episodes"]):
        names = ", ".join(known[code].display if code in known else code for code in one.programs)
        names = names or ", ".join(filter(None, (_words(each) for each in dig(one.record.json, "type"))))
        manager = _named(records, one.care_manager, occasion) or "not named"
        rows.append((names or "programme", one.status, f"care manager {manager}"))
    if team.supervising_provider:
        rows.append(("team", "", f"supervising provider {_named(records, team.supervising_provider, occasion)}"))
    return tuple(rows)


def _tasks(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    views = sorted(
        (one for one in map(task.read, records["tasks"]) if one.status in task.TO_DO),
        key=lambda one: (one.priority != "stat", one.due or date.max, one.record.id),
    )
    known = occasion.content.concepts(TASK)
    rows = []
    for one in views:
        late = "overdue since" if one.due and one.due < occasion.today else "due"
        name = ", ".join(known[code].display if code in known else code for code in one.codes) or "task"
        day = "NOW" if one.priority == "stat" else f"{late} {one.due}" if one.due else "no due day"
        owner = _named(records, one.owner, occasion).removesuffix(f" ({one.owner})")
        rows.append((name, day, owner, one.record.reference))
    return tuple(rows)


def _risks(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    rows = []
    for one in records["risks"]:
        parts = {
            part.get("url"): part.get("valueInteger")
            for extension in dig(one.json, "extension")
            if isinstance(extension, dict) and extension.get("url") == LACE_EXTENSION
            for part in dig(extension, "extension")
            if isinstance(part, dict)
        }
        method = first_text(one.json, "method.coding.display") or first_text(one.json, "method.text") or "risk"
        low, high = parts.get("low"), parts.get("high")
        # A tier is told in words: "at least rising, not assessed: ...".
        level = first_text(one.json, "prediction.qualitativeRisk.coding.code") or _tier(one) or "level not certain"
        score = "" if low is None else str(low) if low == high else f"{low} to {high}"
        rows.append((method, score, level, _day(first_text(one.json, "occurrenceDateTime"), occasion)))
    return tuple(rows)


def _tier(record: Record) -> str:
    """A tier in words; "" for any other assessment."""
    found = risk.tier_of(record, UTC)
    return (first_text(record.json, "prediction.outcome.text") or found.tier) if found else ""


def _conclusions(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The newest conclusion of each domain, in the order of the domains."""
    known = occasion.content.concepts(DOMAIN)
    views = [found for one in records["observations"] if (found := read_conclusion(one, occasion.zone))]
    newest = {one.domain: one for one in sorted(views, key=lambda one: str(one.at)) if one.concluded}
    return tuple(
        (
            known[domain].display,
            newest[domain].words,
            _day(first_text(newest[domain].record.json, "effectiveDateTime"), occasion),
        )
        for domain in known
        if domain in newest
    )


def _scores(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    rows = []
    for one in records["observations"]:
        band = next((code for system, code in codings(one.json, "interpretation") if system == BAND), None)
        if band is None:
            continue
        value = one.json.get("valueInteger")
        name = first_text(one.json, "code.text") or first_text(one.json, "code.coding.display")
        name = name or first_text(one.json, "code.coding.code") or "score"
        day = _day(first_text(one.json, "effectiveDateTime"), occasion)
        rows.append((name, "" if value is None else str(value), band.replace("-", " "), day))
    return tuple(sorted(rows, key=lambda row: row[3], reverse=True))


def _conditions(records: Records) -> tuple[tuple[str, ...], ...]:
    views = [one for one in map(condition.read, records["conditions"]) if one.holds and one.current]
    rows = []
    for one in sorted(views, key=lambda one: one.onset, reverse=True):
        sure = {code for _, code in codings(one.record.json, "verificationStatus")}
        rows.append((one.text or "(no text)", "unconfirmed" if "unconfirmed" in sure else "", one.onset[:10]))
    return tuple(rows)


def _medicines(records: Records) -> tuple[tuple[str, ...], ...]:
    known = {one.reference: one for one in records["Medication at medicationReference"]}
    rows = []
    for one in records["medication_requests"]:
        if first_text(one.json, "status") != "active":
            continue
        said = first_text(one.json, "medicationCodeableConcept.text")
        said = said or first_text(one.json, "medicationCodeableConcept.coding.display")
        for reference in references(one.json, "medicationReference"):
            medication = known.get(relative(reference) or "")
            if medication is not None:
                said = first_text(medication.json, "code.text") or first_text(medication.json, "code.coding.display")
        dose = first_text(one.json, "dosageInstruction.text") or "dose not stated"
        rows.append((said or "(not named)", dose))
    return tuple(sorted(rows))


def _care_plans(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    rows = []
    for one in records["care_plans"]:
        status = first_text(one.json, "status") or ""
        if status not in ("active", "draft", "on-hold"):
            continue
        kind = ", ".join(filter(None, (_words(each) for each in dig(one.json, "category"))))
        name = first_text(one.json, "title") or first_text(one.json, "description") or kind or "(no title)"
        since = _day(first_text(one.json, "period.start") or first_text(one.json, "created"), occasion)
        rows.append((name, status, f"since {since}" if since else "", f"{one.reference}, version {one.version}"))
    return tuple(sorted(rows))


def _issues(records: Records) -> tuple[tuple[str, ...], ...]:
    """What nobody has decided yet: advice against advice, one list against another."""
    found = (detected_issue.read(one) for one in records["issues"])
    return tuple(sorted((one.words or "(not stated)", one.reference) for one in found if one.open))


def _visits(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """What is booked or proposed from today on."""
    rows = []
    for one in (appointment.read(record) for record in records["appointments"]):
        if one.over or one.start is None or one.start < occasion.now:
            continue
        when = one.start.astimezone(occasion.zone).strftime("%a %Y-%m-%d %H:%M")
        words = first_text(one.record.json, "description") or _words(one.record.json.get("appointmentType")) or "visit"
        rows.append((one.start, (when, words, one.status, one.reference)))
    return tuple(row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1][3])))


def _goals(records: Records) -> tuple[tuple[str, ...], ...]:
    rows = []
    for one in records["goals"]:
        status = first_text(one.json, "lifecycleStatus") or ""
        if status in ("proposed", "planned", "accepted", "active", "on-hold"):
            rows.append((first_text(one.json, "description.text") or "(no text)", status))
    return tuple(sorted(rows))


def _consents(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """What was agreed to or declined, newest first; one that was withdrawn stays visible by its status."""
    rows = []
    for one in records["consents"]:
        status = first_text(one.json, "status") or ""
        if status == "entered-in-error":
            continue
        kind = ", ".join(filter(None, (_words(each) for each in dig(one.json, "category"))))
        about = first_text(one.json, "policyRule.text") or _words(one.json.get("scope"))
        said = "DECLINED, " if first_text(one.json, "provision.type") == "deny" else ""
        day = _day(first_text(one.json, "dateTime"), occasion)
        rows.append((about or kind or "(not stated)", f"{said}{kind}" if about else said, status, day))
    return tuple(sorted(rows, key=lambda row: row[3], reverse=True))


def _stays(records: Records, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    views = [encounter.read(one) for one in records["encounters"]]
    of_note = [one for one in views if one.class_code[1] in ("IMP", "ACUTE", "NONAC", "OBSENC", "EMER") and one.start]
    rows = []
    for one in sorted(of_note, key=lambda one: str(one.start), reverse=True)[:6]:
        kind = first_text(one.record.json, "type.text") or first_text(one.record.json, "type.coding.display")
        start = _day(first_text(one.record.json, "period.start"), occasion)
        end = _day(first_text(one.record.json, "period.end"), occasion) or one.status
        rows.append((kind or one.class_code[1], start if start == end else f"{start} to {end}", one.reference))
    return tuple(rows)


def _day(text: str | None, occasion: Occasion) -> str:
    """The day as the record's own wall clock wrote it; where it was written in UTC, the day in the occasion's zone."""
    at = moment(text, occasion.zone)
    if text and at and "T" in text and text.endswith(("Z", "+00:00", "-00:00")):
        return occasion.local_date(at).isoformat()
    return (text or "")[:10]


def _words(concept: object) -> str:
    """A CodeableConcept in words."""
    said = first_text(concept, "text") or first_text(concept, "coding.display")
    return said or next((code for _, code in codings({"it": concept}, "it")), "")


OVERVIEW = Reading("overview", "The whole picture of one patient", Overview, NEEDS, read)
