"""What a decision wants changed, as values: acts, keys, creates, amendments, plans (rules R3, R5, R7).

A created resource's identifier derives from (act, part): asking for it twice is asking for the same thing. Creates are
conditional on it; `match_query` is the one function that spells the condition, and its spelling must never change
between releases (HAPI compares the literal URL: two spellings make duplicates, then 412 forever).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from carefhir.codes import ACT_MARK, DECIDED_KEY, STEP_KEY, VERSION_KEY
from carefhir.errors import NotAmendable
from carefhir.fhir.codec import Json, canonical, copied
from carefhir.fhir.record import Record, codings, first_text
from carefhir.fhir.search import token
from carefhir.fhir.three_versions import BothSides
from carefhir.fhir.wire import MAIN

_NAMESPACE = uuid.UUID("6f1e8e0c-6c0b-5c57-9d6a-6c7a3d0f5b11")
"""Never changed: all derived ids depend on it."""

WITHOUT_IDENTIFIER = frozenset({"Provenance"})
"""Types we create that have no identifier in R4; a tag is their key."""

SINGLE_IDENTIFIER = frozenset({"QuestionnaireResponse", "Composition", "Bundle"})
"""Types with one identifier: the author's is kept, and the create is conditional on it."""

UNMARKED = frozenset({"Patient"})
"""Types that are never marked: people read a Patient's identifiers as numbers of that person."""


def derived(*parts: object) -> str:
    """A UUID (version 5) that is the same for the same parts, on any machine, at any time."""
    return _derived(canonical(list(parts)).decode())


@lru_cache(maxsize=4_096)
def _derived(text: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, text))


Written: TypeAlias = Literal["created", "amended"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act of care management: a step, the person it is for, and its cause (R3)."""

    step: str
    subject: str
    cause: tuple[str, ...]
    asked: str = field(default="", compare=False, repr=False)
    """The digest of the command; not part of the key."""
    decided_at: str = field(default="", compare=False, repr=False)
    """The moment for which it was first decided, with its offset: an act that is taken up later keeps its day."""

    @property
    def key(self) -> str:
        """Opaque, and the same forever for the same act."""
        return derived("act", self.step, self.subject, list(self.cause))

    def part_key(self, part: str) -> str:
        """The identifier value of the resource that plays `part` in this act; opaque."""
        return hashlib.sha256(canonical([self.key, part])).hexdigest()[:40]

    def again(self, retraction: Act) -> Act:
        """The act of doing the same once more after a retraction: another act, for the first one has its receipt."""
        return replace(self, cause=(*self.cause, "again", retraction.key))

    def urn(self, part: str) -> str:
        """What links point to before the server has assigned the resource's id."""
        return f"urn:uuid:{derived('urn', self.key, part)}"

    def mark(self, how: Written) -> str:
        """The mark on everything this act creates or amends: the act and the command, both opaque."""
        return f"{self.key}/{self.asked[:16]}/{how}"

    def did(self, record: Record, *how: Written) -> bool:
        """Whether this act, asked for by this very command, created or amended a record (or did that, if given)."""
        if not record.mentions(self.key):
            return False
        wanted = {self.mark(one) for one in how or ("created", "amended")}
        return any(mark in wanted for mark in marks_of(record))

    def begun_otherwise(self, record: Record) -> bool:
        """Whether this act wrote a record for a command with other details."""
        return record.mentions(f"{self.key}/") and any(
            mark.startswith(f"{self.key}/") and mark not in (self.mark("created"), self.mark("amended"))
            for mark in marks_of(record)
        )


RETRACT = "retract"
"""The step that takes back what another act did. The engine knows its name: what was taken back is not done."""


def retraction(subject: str, key: str) -> Act:
    """The act of taking back the act with that key; there is only one."""
    return Act(RETRACT, subject, (key,))


@dataclass(frozen=True, slots=True)
class Create:
    """A resource to be created, once. `part` is its role in the act; `because` the reason a person reads."""

    part: str
    resource: Json
    because: str
    home: str = MAIN

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])


@dataclass(frozen=True, slots=True)
class Amend:
    """A record to be written back with some paths changed, under the version that was read (R4, R5)."""

    part: str
    record: Record
    becomes: Json
    because: str
    releases: bool = False
    """Whether it takes back what another act did: a status then goes back the way it came (`lifecycle`)."""

    @property
    def type(self) -> str:
        return self.record.type

    @property
    def home(self) -> str:
        return self.record.home

    @property
    def changes_anything(self) -> bool:
        """False when the record already has what is wanted."""
        return self.becomes != self.record.json


Change: TypeAlias = Create | Amend
Edit: TypeAlias = Callable[[Json], None]


def amend(part: str, record: Record, because: str, *edits: Edit) -> Amend:
    """Applies edits to a copy of what was read; everything they don't touch stays to the digit and in its order.

    Raises `NotAmendable` for a narrow view (`_elements`, `_summary`, SUBSETTED) and for a resource with a
    modifierExtension, whose meaning we cannot know.
    """
    if record.narrow:
        raise NotAmendable(f"{record.reference} was read in part; writing it back would destroy the rest")
    if record.json.get("modifierExtension"):
        raise NotAmendable(f"{record.reference} has a modifierExtension, which may change what it means")
    becomes = copied(record.json)
    for edit in edits:
        edit(becomes)
    for element, was in record.json.items():
        if becomes.get(element) != was and any(True for _ in _modifiers(was)):
            raise NotAmendable(
                f"{record.reference}.{element} holds a modifierExtension, which may change what it means"
            )
    return Amend(part, record, becomes, because)


def amendable(record: Record) -> bool:
    """Whether a record as a whole may be written back (see `amend`)."""
    return not record.narrow and not record.json.get("modifierExtension")


def _modifiers(value: Any) -> Iterator[Any]:
    """Every modifierExtension inside an element, at any depth."""
    if isinstance(value, dict):
        if value.get("modifierExtension"):
            yield value["modifierExtension"]
        for item in value.values():
            yield from _modifiers(item)
    elif isinstance(value, list):
        for item in value:
            yield from _modifiers(item)


def put(element: str, value: Any) -> Edit:
    """Sets one top-level element."""

    def edit(resource: Json) -> None:
        resource[element] = value

    return edit


def items_in(resource: Json, element: str) -> list[Any]:
    """The items of a list element, to be changed in place; an item that a server wrote without brackets becomes a list
    of one."""
    written = resource.get(element)
    items = written if isinstance(written, list) else [] if written is None else [written]
    resource[element] = items
    return items


def part_in(resource: Json, element: str) -> Json:
    """A part with elements of its own, to be changed in place. Raises `NotAmendable` where something else is written
    there: it would be lost."""
    part = resource.get(element)
    if part is None:
        part = resource[element] = {}
    if not isinstance(part, dict):
        raise NotAmendable(f"{resource.get('resourceType')}/{resource.get('id')}: {element} cannot be read")
    return part


def period_ends(at: str, element: str = "period") -> Edit:
    """Ends a resource's `period`, or the period of that name; its start stays."""

    def edit(resource: Json) -> None:
        period = part_in(resource, element)
        period["end"] = end_of_period(period, at)

    return edit


def end_of_period(period: Json, at: str) -> str:
    """The end of a period that ends at that moment or day: never before its start, and written as finely as its start
    is where that is a day, a month or a year. R4 holds a day and a moment of the same day to be in no order (per-1)."""
    start = first_text(period, "start") or ""
    if at[:10] < start[:10]:
        return start
    return at[: len(start)] if start and len(start) <= len("2026-03-09") else at


def add(element: str, value: Any) -> Edit:
    """Adds an item to a list element, unless an equal one is there; the other items stay as they are."""

    def edit(resource: Json) -> None:
        items = items_in(resource, element)
        if value not in items:
            items.append(value)

    return edit


def leave_out(element: str) -> Edit:
    """Removes one top-level element."""

    def edit(resource: Json) -> None:
        resource.pop(element, None)

    return edit


def labeled(resource: Json, labels: tuple[Json, ...]) -> Json:
    """A resource with security labels added to those it has (labels are passed on to what is derived: R10)."""
    meta = resource.get("meta") or {}
    present_labels = list(_each(meta.get("security")))
    more = [one for one in labels if one not in present_labels]
    return {**resource, "meta": {**meta, "security": [*present_labels, *more]}} if more else resource


def refer(to: Record | Create, act: Act | None = None) -> Json:
    """A Reference to a record, or to a resource that the same act creates."""
    if isinstance(to, Record):
        return {"reference": to.reference}
    assert act is not None, "a reference to a resource not yet created needs its act"
    return {"reference": act.urn(to.part)}


def basis(record: Record) -> Json:
    """A Reference to the exact version a decision was made from."""
    return {
        "reference": record.reference,
        "identifier": {"system": VERSION_KEY, "value": f"{record.reference}/_history/{record.version}"},
    }


@dataclass(frozen=True, slots=True)
class Plan:
    """All wanted changes, with reasons; what a person should be told; what it was decided from.

    `incomplete` is set where an act was refused for its form but what protects the patient is written anyway; it
    then says why, a sentence each. `labels` are security labels that everything created, the receipt too, carries.
    `instead` is what to do at least where a server does not take all of it; `instead_as` is the cause of the act that
    this is then, so that the whole is not taken for done. `acting_as` is the discipline the actor acts in, where the
    care team says so.
    """

    changes: tuple[Change, ...] = ()
    says: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    decided_from: tuple[Record, ...] = ()
    artefacts: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    reason: str = ""
    acting_as: str = ""
    labels: tuple[Json, ...] = ()
    instead: Plan | None = None
    instead_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing may be written, and why: sentences that say what to do."""

    why: tuple[str, ...]
    instructions: tuple[str, ...] = field(default=())
    to_fill_in: Mapping[str, Any] = field(default_factory=dict)
    """Where nothing but a person's answers is missing: the fields of the command that take them, with what was given
    already and a blank for each answer. Then it is a worksheet, and nobody is refused anything."""
    warnings: tuple[str, ...] = ()
    """What else to know: what was not visible may be what was not found."""
    sides: tuple[BothSides, ...] = ()
    """Where two people changed one record, and it cannot be merged: what each side made of it."""


def match_query(system: str, value: str, parameter: str = "identifier") -> str:
    """The condition of a conditional create: one function, one parameter, one encoding; never changed."""
    return f"{parameter}={quote(token(system, value), safe='')}"


def own_identifier(resource: Json) -> tuple[str, str] | None:
    """(system, value) of the identifier a single-identifier resource came with."""
    identifier = resource.get("identifier")
    if isinstance(identifier, dict) and isinstance(identifier.get("value"), str) and identifier["value"]:
        return str(identifier.get("system", "")), identifier["value"]
    return None


def _each(value: Any) -> Iterator[Any]:
    """The items of a list; of one that a server wrote without brackets, the only one."""
    yield from value if isinstance(value, list) else () if value is None else (value,)


def keys_of(record: Record) -> frozenset[str]:
    """The keys of ours that a resource carries; none where another system wrote it."""
    items = _each(record.json.get("identifier"))
    return frozenset(str(one.get("value")) for one in items if isinstance(one, dict) and one.get("system") == STEP_KEY)


def marks_of(record: Record) -> Iterator[str]:
    """The marks of acts that a record carries: identifiers; tags, on types with one identifier."""
    for identifier in _each(record.json.get("identifier")):
        if isinstance(identifier, dict) and identifier.get("system") == ACT_MARK:
            yield str(identifier.get("value"))
    meta = record.json.get("meta")
    for tag in _each(meta.get("tag")) if isinstance(meta, dict) else ():
        if isinstance(tag, dict) and tag.get("system") == ACT_MARK:
            yield str(tag.get("code"))


def written_for(record: Record, asked: str, how: Written) -> bool:
    """Whether what was asked (its digest) made an act create or amend a record, whichever act that was: an interrupted
    one has another name by now, where others have changed what makes it a new one."""
    return any(mark.endswith(f"/{asked[:16]}/{how}") for mark in marks_of(record))


def marked_by(act: Act, resource: Json, how: Written) -> Json:
    """A copy of a resource with the act's mark on it."""
    kind = resource["resourceType"]
    if kind in UNMARKED or kind in WITHOUT_IDENTIFIER:
        return resource
    if kind in SINGLE_IDENTIFIER:
        meta = resource.get("meta") or {}
        tags = [*_each(meta.get("tag")), {"system": ACT_MARK, "code": act.mark(how)}]
        tags += [{"system": DECIDED_KEY, "code": act.decided_at}] if act.decided_at else []
        return {**resource, "meta": {**meta, "tag": tags}}
    identifiers = list(_each(resource.get("identifier")))
    if any(True for _ in _modifiers(identifiers)):
        raise NotAmendable(f"{kind}.identifier holds a modifierExtension, which may change what it means")
    mark: Json = {"system": ACT_MARK, "value": act.mark(how)}
    if act.decided_at:
        mark["period"] = {"start": act.decided_at}
    return {**resource, "identifier": [*identifiers, mark]}


def decided_at(act: Act, record: Record) -> str | None:
    """The moment for which an act that wrote a record was decided; None where its mark does not say."""
    marks = {act.mark("created"), act.mark("amended")}
    for identifier in _each(record.json.get("identifier")):
        if isinstance(identifier, dict) and identifier.get("system") == ACT_MARK and identifier.get("value") in marks:
            return first_text(identifier, "period.start")
    tags = dict(codings(record.json, "meta.tag"))
    return tags.get(DECIDED_KEY) if tags.get(ACT_MARK) in marks else None


def carries_key(record: Record, key: str) -> bool:
    """Whether a resource carries this key of ours: an act's own, half-done, is no reason to refuse or to repeat."""
    return key in keys_of(record)


def marked(act: Act, part: str) -> Edit:
    """Puts an act's own key on what it amends, where nothing else would tell an interrupted run what it did."""
    return add("identifier", {"system": STEP_KEY, "value": act.part_key(part)})


def strings_in(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
