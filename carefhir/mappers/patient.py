"""Patient: who it is about, and why nothing may be written about them (rule R10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carefhir.codes import BASE
from carefhir.fhir.record import (
    Record,
    codings,
    dig,
    first_text,
    moment,
    moments,
    references,
    relative,
    truth,
    words_of,
)
from carefhir.fhir.search import Named, Need


def find() -> Need:
    """The patient by id."""
    return Need("patient", "Patient", (Named("{patient}"),))


@dataclass(frozen=True, slots=True)
class PatientView:
    """What decisions may know about a patient; names stay in the record, for pages only."""

    record: Record
    deceased: bool
    inactive: bool
    replaced_by: str
    died_at: str = ""
    """When they died, as FHIR writes it, where that is on record."""
    death_unclear: bool = False
    """Whether something is recorded about death, and nobody can read what."""


def read(record: Record | None) -> PatientView | None:
    """Reads a patient leniently."""
    if record is None:
        return None
    json = record.json
    replaced = [
        next((r for one in references(link, "other") if (r := relative(one))), "another record, not named here")
        for link in dig(json, "link")
        if isinstance(link, dict) and link.get("type") == "replaced-by"
    ]
    died_at = first_text(json, "deceasedDateTime") or ""
    died = truth(json.get("deceasedBoolean"))
    unclear = (died is None and json.get("deceasedBoolean") not in (None, "", [], {})) or bool(
        json.get("_deceasedDateTime") and not died_at
    )
    return PatientView(
        record=record,
        deceased=died is True or bool(json.get("deceasedDateTime")),
        inactive=truth(json.get("active")) is False,
        replaced_by=next(iter(replaced), ""),
        died_at=died_at,
        death_unclear=unclear,
    )


def gender(patient: PatientView | None) -> str:
    """Administrative gender, `male` or `female`; "" where it is another, or is not on record."""
    recorded = first_text(patient.record.json, "gender") if patient else None
    return recorded if recorded in ("male", "female") else ""


def age(person: Record | None, today: date) -> int | None:
    """Age in whole years; None where no birth date is on record. Below 0 for a birth date to come."""
    birth = moment(first_text(person.json, "birthDate")) if person else None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day)) if birth else None


def in_the_way(patient: PatientView | None, asked: str) -> tuple[str, ...]:
    """Why nothing may be written about this patient; () if it may."""
    if patient is None:
        return (f"{asked} is not on this server, or not visible to us",)
    name = patient.record.reference
    if patient.replaced_by:
        return (f"{name} was merged into {patient.replaced_by}: use that record",)
    if patient.deceased:
        return (f"{name} is recorded as deceased: nothing but record-death and closing steps may follow",)
    if patient.death_unclear:
        return (f"{name}: {UNCLEAR_DEATH}: have the record corrected before working from it",)
    if patient.inactive:
        return (f"{name} is marked inactive: have the record checked before working from it",)
    return ()


UNCLEAR_DEATH = "whether the person has died cannot be read (Patient.deceased)"


def standing(record: Record | None) -> str:
    """In a few words, why not to call or work for this person; "" if there is no reason."""
    view = read(record)
    if view is None:
        return ""
    if view.deceased:
        return "recorded as deceased"
    if view.replaced_by:
        return f"merged into {view.replaced_by}"
    if view.death_unclear:
        return UNCLEAR_DEATH
    return "record marked inactive" if view.inactive else ""


NO_NAME = "(no name on record)"


def display(record: Record | None, today: date | None = None) -> str:
    """A name for a page or a table; never for a log or an error. Former names are not shown."""
    if record is None:
        return "(not visible)"
    for name in dig(record.json, "name"):
        if not isinstance(name, dict) or not in_use(name, today):
            continue
        if isinstance(name.get("text"), str):
            return str(name["text"])
        given = " ".join(str(one) for one in dig(name, "given"))
        return f"{given} {name.get('family', '')}".strip() or NO_NAME
    return NO_NAME


def heading(record: Record | None, today: date) -> str:
    """A name with age and gender, and what else tells this person from another of that name, as a page is headed."""
    if record is None:
        return display(record, today)
    years = age(record, today)
    shown = "" if years is None else str(years)
    parts = (display(record, today), shown, first_text(record.json, "gender"), born(record), number(record, today))
    return ", ".join(filter(None, parts))


def born(record: Record | None) -> str:
    """The birth date, as the second identifier beside the name; that there is none is said."""
    if record is None:
        return ""
    day = first_text(record.json, "birthDate")
    return f"born {day}" if day else "no birth date on record"


def number(record: Record | None, today: date | None = None) -> str:
    """The medical record number; else another number that is in official or usual use; that there is none is said.

    A social security number never stands in for it, and neither does a number that only carefhir knows.
    """
    if record is None:
        return ""
    numbers = [
        identifier
        for identifier in dig(record.json, "identifier")
        if isinstance(identifier, dict)
        and isinstance(identifier.get("value"), str)
        and identifier["value"].strip()
        and not _is_secret(identifier)
        and in_use(identifier, today)
    ]
    of_records = [identifier for identifier in numbers if _is_of_records(identifier)]
    for identifier in sorted(of_records, key=_by_use):
        return f"MRN {identifier['value'].strip()}"
    for identifier in sorted(numbers, key=_by_use):
        if identifier.get("use") in _USES:
            return f"record number {identifier['value'].strip()}"
    return "no medical record number on record"


_USES = ("official", "usual")
TABLE_0203 = ("v2-0203", "v2/0203", "2.16.840.1.113883.12.203")
"""HL7 table 0203, identifier types, as its system is spelled in R4, in STU3 and as an OID."""
SSN = "http://hl7.org/fhir/sid/us-ssn"


def _by_use(identifier: Mapping[str, Any]) -> int:
    use = identifier.get("use")
    return _USES.index(use) if use in _USES else len(_USES)


def _is_of_records(identifier: Mapping[str, Any]) -> bool:
    """Whether a number is a medical record number: by its type's code (HL7 table 0203), else by its type's words."""
    codes = tuple(codings(identifier, "type"))
    words = (first_text(identifier, "type.text") or "").strip().lower()
    coded = {code for system, code in codes if not system or any(table in system for table in TABLE_0203)}
    return "MR" in coded or (not codes and words in ("mrn", "mr", "medical record number"))


def _is_secret(identifier: Mapping[str, Any]) -> bool:
    """Whether a number is a social security number, or one of carefhir's own."""
    system = str(identifier.get("system", ""))
    kinds = {code for _, code in codings(identifier, "type")}
    words = (first_text(identifier, "type.text") or "").lower()
    digits = identifier["value"].strip()
    return (
        system == SSN
        or "ssn" in system.lower()
        or "2.16.840.1.113883.4.1" in system.split(":")
        or "SS" in kinds
        or "social security" in words
        or "ssn" in words.split()
        or bool(_like_an_ssn.match(digits))
        or system.startswith(f"{BASE}/")
    )


_like_an_ssn = re.compile(r"^\d{3}-\d{2}-\d{4}$")


def in_use(element: Mapping[str, Any], today: date | None = None) -> bool:
    """Whether a name or a number is in use: not marked old, and its period not over."""
    if element.get("use") in ("old", "maiden"):
        return False
    end = moments(first_text(element, "period.end"))
    return end is None or today is None or end[1].date() > today


def phone(record: Record, today: date | None = None) -> str:
    """The number to call: of the phones in use the first by rank; "" where there is none."""
    return phone_of(dig(record.json, "telecom"), today)


def phone_of(telecoms: Iterable[Any], today: date | None = None) -> str:
    """The number to call among these ContactPoints, of whoever they are."""
    phones = [
        telecom
        for telecom in telecoms
        if isinstance(telecom, dict)
        and telecom.get("system") in ("phone", "sms")
        and isinstance(telecom.get("value"), str)
        and in_use(telecom, today)
    ]
    best = min(phones, key=_rank, default=None)
    return str(best["value"]) if best else ""


def _rank(telecom: Mapping[str, Any]) -> int:
    rank = telecom.get("rank")
    return rank if isinstance(rank, int) and not isinstance(rank, bool) else 99


def language(record: Record) -> str:
    """The preferred language, and whether an interpreter is asked for."""
    languages = [each for each in dig(record.json, "communication") if isinstance(each, dict)]
    preferred = next((each for each in languages if each.get("preferred") is True), next(iter(languages), None))
    if preferred is None:
        return ""
    words = words_of(preferred.get("language"))
    return f"{words}, interpreter" if needs_interpreter(record) else words


def language_code(record: Record) -> str:
    """The preferred language as BCP 47 writes it, `es`; "" where the record has no code for it."""
    languages = [each for each in dig(record.json, "communication") if isinstance(each, dict)]
    preferred = next((each for each in languages if each.get("preferred") is True), next(iter(languages), None))
    codes = codings(preferred, "language") if preferred is not None else ()
    return next((code for system, code in codes if system in ("urn:ietf:bcp:47", "")), "")


def needs_interpreter(record: Record) -> bool:
    """Whether the record asks for an interpreter."""
    return any(
        isinstance(extension, dict)
        and str(extension.get("url", "")).endswith("patient-interpreterRequired")
        and extension.get("valueBoolean") is True
        for extension in dig(record.json, "extension")
    )
