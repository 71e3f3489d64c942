"""RelatedPerson: somebody who helps a patient or speaks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.codes import HELPER_RELATIONSHIP, ROLE_CODE
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Edit, items_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moments, refers_to, truth, words_of
from carefhir.fhir.search import Named, Need, Of
from carefhir.mappers import patient


def find(field: str) -> Need:
    """The person a field of the command names, whoever's they are."""
    return Need(field, "RelatedPerson", (Named(f"{{command.{field}}}"),), optional=True)


def find_all() -> Need:
    """Everybody on record around a patient."""
    return Need("related_people", "RelatedPerson", (Of("patient", "patient"),))


@dataclass(frozen=True, slots=True)
class RelatedView:
    """Somebody around a patient, as the record has them."""

    record: Record
    name: str
    """"" where none is on record."""
    relationships: tuple[str, ...]
    """Who they are to the patient, in words."""
    phone: str
    """The number to call; "" where none is in use."""

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def called(self) -> str:
        """As a sentence calls them: `Samira Haddad, daughter`; the reference where there is no name."""
        return ", ".join((self.name or self.reference, *self.relationships))


def read(record: Record, today: date) -> RelatedView:
    """A related person, leniently."""
    named = any(isinstance(name, dict) and patient.in_use(name, today) for name in dig(record.json, "name"))
    return RelatedView(
        record=record,
        name=patient.display(record, today) if named else "",
        relationships=tuple(dict.fromkeys(filter(None, map(words_of, dig(record.json, "relationship"))))),
        phone=patient.phone(record, today),
    )


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


def is_proxy(record: Record, relationships: Iterable[Concept]) -> bool:
    """Whether one of their relationships says that they may speak for the patient."""
    on_record = frozenset(codings(record.json, "relationship"))
    return any(
        concept.properties.get("proxy") is True and on_record & {(HELPER_RELATIONSHIP, concept.code), _role_of(concept)}
        for concept in relationships
    )


def _role_of(concept: Concept) -> tuple[str, str]:
    return (ROLE_CODE, str(concept.properties.get("role", "-")))


def relationship(concept: Concept) -> Json:
    """Who they are to the patient: our code, and that of RoleCode where there is one."""
    system, role = _role_of(concept)
    role_coding = [{"system": system, "code": role}] if role != "-" else []
    return {"coding": [concept.coding, *role_coding], "text": concept.display}


def write(patient: str, name: str, relationships: Iterable[Concept], *, phone: str, start: str) -> Json:
    """Somebody who helps a patient from a moment on."""
    written: Json = {
        "resourceType": "RelatedPerson",
        "active": True,
        "patient": {"reference": patient},
        "relationship": [relationship(concept) for concept in relationships],
        "name": [{"text": name}],
        "period": {"start": start},
    }
    if phone:
        written["telecom"] = [{"system": "phone", "value": phone}]
    return written


def related_as(concepts: Iterable[Concept]) -> Edit:
    """Adds who they are to the patient, unless the record says so already."""
    wanted = tuple(concepts)

    def edit(resource: Json) -> None:
        on_record = frozenset(codings(resource, "relationship"))
        for concept in wanted:
            if not on_record & {(HELPER_RELATIONSHIP, concept.code), _role_of(concept)}:
                items_in(resource, "relationship").append(relationship(concept))

    return edit


def reached_by(phone: str) -> Edit:
    """Makes a number the one to call: the others stay, marked old, so that nobody calls them."""

    def edit(resource: Json) -> None:
        telecoms = items_in(resource, "telecom")
        phones = [each for each in telecoms if isinstance(each, dict) and each.get("system") in ("phone", "sms")]
        for each in phones:
            if each.get("value") == phone:
                if each.get("use") == "old":
                    del each["use"]
            else:
                each["use"] = "old"
        if not any(each.get("value") == phone for each in phones):
            telecoms.append({"system": "phone", "value": phone})

    return edit
