"""A document that is given away: a FHIR document, and the same in plain text, inside one DocumentReference.

It is kept whole in the DocumentReference, and neither the Bundle nor the Composition is stored by itself. Few servers
take a Bundle of type document as a resource, and those that do may write its references anew; a Composition whose
sections point to records says something else as soon as they change. A DocumentReference with its content inside is
one resource, written at once, that any R4 server keeps to the byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from carefhir.codes import ACT_MARK, BASE, DOCUMENT_CATEGORY, ELSEWHERE, LOINC, STEP_KEY, concept
from carefhir.fhir.codec import Json, encode
from carefhir.fhir.record import Record, dig

EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
DOCUMENT_KEY = f"{BASE}/sid/document"
"""Identifier system of a document Bundle; the value derives from the act."""


_IDENTIFYING = frozenset(
    {"resourceType", "id", "identifier", "active", "name", "telecom", "gender", "birthDate", "address", "communication"}
)
"""What of the patient goes along: who they are, and nothing that points elsewhere."""


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """One section: its heading, its lines; where there are none, why."""

    code: Json
    """A Coding."""
    title: str
    lines: tuple[str, ...]
    empty: str = "unavailable"
    """Code of HL7's list-empty-reason."""
    why: str = ""
    """Why it is empty, in words."""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a document says, and about whom, by whom, when."""

    key: str
    """What its ids derive from: a UUID for the document, one for its Composition, one for the patient."""
    composition_key: str
    patient_key: str
    type_code: str
    """LOINC."""
    title: str
    at: str
    author: str
    author_name: str
    person: Record
    heading: tuple[str, ...]
    """Whose it is: two identifiers (rule 36)."""
    sections: Sequence[DocumentSection]
    about: tuple[str, ...]
    """What it is made of, as references."""


def text(document: Document) -> str:
    """The document in plain text."""
    parts = [document.title, *document.heading, ""]
    for section in document.sections:
        parts += [section.title, *(f"- {line}" for line in section.lines or (section.why,)), ""]
    return "\n".join(parts)


def bundle(document: Document) -> Json:
    """The FHIR document: a Bundle whose first entry is the Composition; it holds the patient too, and nothing that it
    does not say in words."""
    patient = {key: value for key, value in document.person.json.items() if key in _IDENTIFYING}
    patient["identifier"] = [one for one in dig(patient, "identifier") if not _within(one)]
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": concept(LOINC, document.type_code),
        "subject": {"reference": f"urn:uuid:{document.patient_key}"},
        "date": document.at,
        "author": [{"display": document.author_name}],
        "title": document.title,
        "section": [_section(section) for section in document.sections],
    }
    return {
        "resourceType": "Bundle",
        "identifier": {"system": DOCUMENT_KEY, "value": document.key},
        "type": "document",
        "timestamp": document.at,
        "entry": [
            {"fullUrl": f"urn:uuid:{document.composition_key}", "resource": composition},
            {"fullUrl": f"urn:uuid:{document.patient_key}", "resource": patient},
        ],
    }


def _within(identifier: Any) -> bool:
    """Whether an identifier is of no use outside: our own keys and marks, and where else the record is."""
    return isinstance(identifier, dict) and identifier.get("system") in (STEP_KEY, ACT_MARK, ELSEWHERE)


def _section(section: DocumentSection) -> Json:
    lines = "".join(f"<li>{escape(line)}</li>" for line in section.lines)
    body = f"<ul>{lines}</ul>" if lines else f"<p>{escape(section.why)}</p>"
    written: Json = {
        "title": section.title,
        "code": {"coding": [section.code]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'},
    }
    if not section.lines:
        written["emptyReason"] = concept(EMPTY_REASON, section.empty, text=section.why)
    return written


def write(patient: str, document: Document) -> Json:
    """The DocumentReference that holds it."""
    contents = (("application/fhir+json", encode(bundle(document))), ("text/plain", text(document).encode()))
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": concept(LOINC, document.type_code),
        "category": [concept(DOCUMENT_CATEGORY, "clinical-note", "Clinical Note")],
        "subject": {"reference": patient},
        "date": document.at,
        "author": [{"reference": document.author}],
        "content": [
            {"attachment": {"contentType": kind, "data": b64encode(data).decode(), "title": document.title}}
            for kind, data in contents
        ],
        "context": {"related": [{"reference": reference} for reference in document.about]},
    }
