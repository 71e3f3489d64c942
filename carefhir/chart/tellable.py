"""What of a plan of changes may be told outside of the care team: in a note that goes into another chart (rule 4).

A note in an EHR is read by everybody who opens that chart. So nothing restricted is told, and nothing that would reveal
it: no change that is restricted, points to what is, or names it; and not a sentence of a plan that rests on something
restricted, for nobody can tell which sentence does. Of a plan that is labeled as a whole nothing is told. More stays
out than must rather than less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carefhir.chart.derived_labels import CONTAINERS, codes_in, name_of, targets_of
from carefhir.chart.shareable import pointed_to, restricted_codes
from carefhir.content.loading import Content
from carefhir.fhir.changes import Act, Change, Create, Plan, strings_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, words_of
from carefhir.mappers import labels

NAMES = ("code", "medicationCodeableConcept", "vaccineCode", "type", "title", "description")
"""Elements in which a record says what it is about, in words."""
SHORTEST = 4
"""Letters of a name that is looked for in a sentence: shorter ones stand in other words."""


@dataclass(frozen=True, slots=True)
class Tellable:
    """What of a plan may be told to others than the care team."""

    changes: tuple[Change, ...] = ()
    says: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    reason: str = ""
    withheld: bool = False
    """For the sender's eyes only: whether anything was left out. That something is missing tells, too."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.changes or self.says)


def tellable(plan: Plan, act: Act, content: Content, records_read: Iterable[Record] = ()) -> Tellable:
    """What may be told of a plan of this act. `records_read` is what else was read of the person: a change may point to
    a goal that points to what is restricted."""
    if labels.any_restricted(plan.labels):
        return Tellable(withheld=True)
    texts = {record.reference: record.json for record in (*records_read, *plan.decided_from)}
    closed = {reference for reference, text in texts.items() if _closed(text, content)}
    pointing = {reference: frozenset(pointed_to(text)) for reference, text in texts.items()}
    types = {reference: str(text.get("resourceType")) for reference, text in texts.items()}
    for change in plan.changes:
        name = name_of(change, act)
        types[name] = change.type
        pointing[name] = pointing.get(name, frozenset()) | frozenset(targets_of(change))
        if _closed_change(change, content):
            closed.add(name)
    closed = _grown(closed, pointing, types)
    names = frozenset(name for reference in closed & texts.keys() for name in _names(texts[reference]))
    shown = tuple(
        change
        for change in plan.changes
        if name_of(change, act) not in closed and not _mentions((change.because, *strings_in(_text(change))), names)
    )
    rests = any(record.reference in closed for record in plan.decided_from) or len(shown) < len(plan.changes)
    sentences = (*plan.says, *plan.instructions, plan.reason)
    if rests or _mentions(sentences, names):
        return Tellable(changes=shown, withheld=True)
    return Tellable(shown, plan.says, plan.instructions, plan.reason)


def _grown(closed: set[str], pointing: Mapping[str, frozenset[str]], types: Mapping[str, str]) -> set[str]:
    """With everything that points to what is closed, at whatever remove. What only holds many others together is
    closed by pointing there, and what points to it is not."""
    through, grown = set(closed), -1
    while grown != len(closed):
        grown = len(closed)
        closed = closed | {name for name, targets in pointing.items() if targets & through}
        through |= {name for name in closed if types.get(name) not in CONTAINERS}
    return closed


def _closed(text: Json, content: Content) -> bool:
    """Whether a resource is labeled, or a code of it, wherever in it, is of a restricted group."""
    return labels.any_restricted(labels.security(text)) or restricted_codes(codes_in(text), content)


def _closed_change(change: Change, content: Content) -> bool:
    """Whether what is written is restricted, or what was there before."""
    before = () if isinstance(change, Create) else (change.record.json,)
    return any(_closed(text, content) for text in (_text(change), *before))


def _text(change: Change) -> Json:
    return change.resource if isinstance(change, Create) else change.becomes


def _names(text: Json) -> Iterator[str]:
    """What a record calls what it is about, in small letters; of a medicine its first word, too."""
    for element in NAMES:
        for concept in dig(text, element):
            written = concept if isinstance(concept, str) else words_of(concept)
            every = [written, *_displays(concept)]
            if text.get("resourceType", "").startswith("Medication"):
                every += [words.partition(" ")[0] for words in every]
            yield from (words.casefold() for words in every if len(words) >= SHORTEST)


def _displays(concept: Any) -> Iterator[str]:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and isinstance(coding.get("display"), str):
            yield coding["display"]


def _mentions(texts: Iterable[str], names: frozenset[str]) -> bool:
    """Whether a sentence names one of them."""
    return bool(names) and any(name in text.casefold() for text in texts for name in names)
