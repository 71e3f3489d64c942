"""RelatedPerson: a caregiver named in a command."""

from __future__ import annotations

from datetime import date, timedelta

from carefhir.fhir.record import Record, first_text, moments, refers_to, truth
from carefhir.fhir.search import Named, Need


def find(field: str) -> Need:
    """The person a field of the command names, whoever's they are."""
    return Need(field, "RelatedPerson", (Named(f"{{command.{field}}}"),), optional=True)


def is_of(record: Record, patient: str) -> bool:
    """Whether this is somebody of that patient's."""
    return refers_to(record.json, "patient", patient)


def not_in_force(record: Record, today: date) -> str:
    """Why somebody is no related person now: inactive, not yet, or no more; "" where they are one."""
    if truth(record.json.get("active")) is False:
        return "is marked inactive"
    start, end = moments(first_text(record.json, "period.start")), moments(first_text(record.json, "period.end"))
    if end is not None and end[0].date() < today:
        return f"was a related person until {end[0].date()}"
    if start is not None and start[0].date() > today:
        return f"is a related person only from {start[0].date()} on"
    return ""


def may_be_under(record: Record, years: int, today: date) -> bool:
    """Whether the birth date on record says that they are, or may be, younger than so many years."""
    born = moments(first_text(record.json, "birthDate"))
    if born is None:
        return False
    latest = (born[1] - timedelta(seconds=1)).date()
    return today.year - latest.year - ((today.month, today.day) < (latest.month, latest.day)) < years
