"""A person's edited copy of a record: whether it is an edit of that record at all, and of the version it names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from carefhir.codes import ACT_MARK, BASE
from carefhir.fhir import r4
from carefhir.fhir.codec import Json
from carefhir.fhir.merging import changed
from carefhir.fhir.record import Record, dig, first_text, references, relative
from carefhir.fhir.three_versions import MergeRules, same

SUBJECT = {"CarePlan": "subject", "Goal": "subject", "Task": "for"}
"""The types that can be edited, and where each says whom it is about."""


@dataclass(frozen=True, slots=True)
class EditedCopy:
    """The copy, and what is said of it."""

    patient: str
    name: str
    """The record: `Type/ID`."""
    from_version: str
    becomes: Json
    objections: tuple[str, ...]
    """What in it is not valid R4."""

    def not_of(self, record: Record) -> tuple[str, ...]:
        """Why it is no edit of this record, whichever version it started from."""
        becomes, name = self.becomes, self.name
        if relative(next(references(record.json, SUBJECT[record.type]), "")) != self.patient:
            return (f"{name} is not about {self.patient}: check which patient it belongs to",)
        if f"{becomes.get('resourceType')}/{becomes.get('id')}" != name:
            return (f"becomes is not {name}: resourceType and id are those of the record that is edited",)
        if self.objections:
            return self.objections
        if _has_modifiers(becomes) or _has_modifiers(record.json):
            return (f"{name} holds a modifierExtension, which may change what it means: it is not edited here",)
        if record.narrow:
            return (f"{name} was read in part: writing it back would destroy the rest",)
        version = first_text(becomes, "meta.versionId")
        if version not in (None, self.from_version):
            return (f"becomes is version {version} by its meta, and from_version says {self.from_version}",)
        return ()

    def not_from(self, base: Json, rules: MergeRules) -> tuple[str, ...]:
        """Why it is no edit of the version it says it started from."""
        subject = SUBJECT[str(base.get("resourceType"))]
        # A copy without meta leaves that as it is.
        becomes = self.becomes if "meta" in self.becomes else {**self.becomes, "meta": base.get("meta")}
        if not same(becomes.get(subject), base.get(subject)):
            return (f"{self.name}.{subject}: whom it is about is never edited",)
        if _of_ours(becomes) != _of_ours(base):
            return ("identifiers and tags of carefhir are never edited: take the copy again from the server",)
        if not changed(base, becomes, rules) and same(_labels(becomes), _labels(base)):
            return (f"becomes is what version {self.from_version} says: nothing is edited",)
        return ()


def read_copy(patient: str, name: str, from_version: str, *, becomes: Json, server_has: Record | None) -> EditedCopy:
    """The copy, held against a version that the server has. What R4 does not know and the copy leaves out stays as it
    is: whoever wrote the copy may have tools that show no such elements. What of it is in the version may be in the
    copy."""
    if becomes.get("resourceType") not in SUBJECT:
        return EditedCopy(patient, name, from_version, becomes, ())
    odd = set(r4.objections(server_has.json)) if server_has is not None else set()
    objections = tuple(f"not valid R4: {why}" for why in r4.objections(becomes) if why not in odd)
    if server_has is not None:
        becomes = server_has.spelled_alike(becomes)
        unknown = {path.partition(".")[2] for path in r4.unknown_elements(server_has.json)}
        becomes |= {key: value for key, value in server_has.json.items() if key in unknown and key not in becomes}
    return EditedCopy(patient, name, from_version, becomes, objections)


def unknown_lost(merged: Json, theirs: Json) -> tuple[str, ...]:
    """What R4 does not know of a record, and would not be in it any more: a copy from elsewhere has left it out."""
    lost = Counter(r4.unknown_elements(theirs)) - Counter(r4.unknown_elements(merged))
    return tuple(f"{path} is not known to R4, and the copy has left it out: take it over as it is" for path in lost)


def unmarked(resource: Json) -> Json:
    """A resource without the marks that acts leave on it: they are no change that a person made."""
    identifiers = resource.get("identifier")
    kept = [one for one in identifiers if not _is_mark(one)] if isinstance(identifiers, list) else identifiers
    rest = {name: value for name, value in resource.items() if name != "identifier"}
    return {**rest, "identifier": kept} if kept else rest


def _is_mark(identifier: Any) -> bool:
    return isinstance(identifier, dict) and identifier.get("system") == ACT_MARK


def _has_modifiers(value: Any) -> bool:
    """Whether there is a modifierExtension at any depth."""
    if isinstance(value, dict):
        return bool(value.get("modifierExtension")) or any(map(_has_modifiers, value.values()))
    return isinstance(value, list) and any(map(_has_modifiers, value))


def _labels(resource: Json) -> Json:
    meta = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return {name: meta[name] for name in ("profile", "tag", "security") if name in meta}


def _of_ours(resource: Json) -> list[tuple[str, str]]:
    """The identifiers and tags by which steps know what they wrote."""
    parts = [part for path in ("identifier", "meta.tag") for part in dig(resource, path) if isinstance(part, dict)]
    named = [(str(part.get("system", "")), str(part.get("value") or part.get("code"))) for part in parts]
    return sorted(each for each in named if each[0].startswith(f"{BASE}/sid/"))
