"""Patient: who it is about, and why nothing may be written about them (rule R10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carefhir.fhir.record import Record, dig, first_text, moment, moments, references, relative, words_of
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
    died = json.get("deceasedBoolean") is True or isinstance(json.get("deceasedDateTime"), str)
    return PatientView(record, died, json.get("active") is False, next(iter(replaced), ""), died_at)


def in_the_way(patient: PatientView | None, asked: str) -> tuple[str, ...]:
    """Why nothing may be written about this patient; () if it may."""
    if patient is None:
        return (f"{asked} is not on this server, or not visible to us",)
    name = patient.record.reference
    if patient.replaced_by:
        return (f"{name} was merged into {patient.replaced_by}: use that record",)
    if patient.deceased:
        return (f"{name} is recorded as deceased: nothing but record-death and closing steps may follow",)
    if patient.inactive:
        return (f"{name} is marked inactive: have the record checked before working from it",)
    return ()


def standing(record: Record | None) -> str:
    """In a few words, why not to call or work for this person; "" if there is no reason."""
    view = read(record)
    if view is None:
        return ""
    if view.deceased:
        return "recorded as deceased"
    if view.replaced_by:
        return f"merged into {view.replaced_by}"
    return "record marked inactive" if view.inactive else ""


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
        return f"{given} {name.get('family', '')}".strip() or "(no name)"
    return first_text(record.json, "id") or "(no name)"


def heading(record: Record | None, today: date) -> str:
    """A name with age and gender, as a page is headed."""
    if record is None:
        return display(record, today)
    born = moment(first_text(record.json, "birthDate"))
    age = "" if born is None else str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    return ", ".join(filter(None, (display(record, today), age, first_text(record.json, "gender"))))


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
    interpreter = any(
        isinstance(extension, dict)
        and str(extension.get("url", "")).endswith("patient-interpreterRequired")
        and extension.get("valueBoolean") is True
        for extension in dig(record.json, "extension")
    )
    return f"{words}, interpreter" if interpreter else words
