"""The note of an act that a physician reads in the EHR: what was found, what was decided, what comes next.

It is text in a DocumentReference, for an EHR that takes no care plan and no Task. Nothing restricted is in it
(clinical practice, rule 4), and no word that only the companion's ids explain.
"""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carefhir.chart.tellable import Tellable, tellable
from carefhir.codes import DISCIPLINE, DOCUMENT_CATEGORY, LOINC, STEP_KEY, concept
from carefhir.fhir.changes import Act, Create, Plan
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, first_text, references
from carefhir.occasion import Occasion

TYPE = {"coding": [{"system": LOINC, "code": "34109-9", "display": "Note"}]}
"""LOINC's code for a note of any kind: EHRs differ in which kinds of notes they take, and most know this one."""
CATEGORY = concept(DOCUMENT_CATEGORY, "clinical-note", "Clinical Note")
"""US Core 6.1.0, DocumentReference.category."""
TEXT = "text/plain; charset=utf-8"
WIDTH = 88
"""Characters in a line: what is read on a narrow screen and in a fixed font."""
_here = re.compile(r" ?\((?:[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(?:, )?)+\)")
_theirs = re.compile(r"\b([A-Z][A-Za-z]+)/[a-z][a-z0-9-]{0,15}\.([A-Za-z0-9\-.]{1,64})")


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is delivered."""

    document: Json
    """A DocumentReference whose references are named as the main home names them."""
    withheld: bool = False
    """Whether something restricted was left out: for the sender's eyes."""


def of(
    plan: Plan, act: Act, occasion: Occasion, *, title: str, author: str, home: str, records_read: Iterable[Record] = ()
) -> Note | None:
    """The note of a plan; None where nothing of it may be told. `known` is what was read of the person, which says what
    points to something restricted."""
    told = tellable(plan, act, occasion.content, records_read)
    if not told.anything:
        return None
    text = text_of(told, act, occasion, title=title, author=author)
    actor: Json = {"reference": occasion.actor.reference}
    document: Json = {
        "resourceType": "DocumentReference",
        "identifier": [{"system": STEP_KEY, "value": act.part_key(f"note/{home}")}],
        "status": "current",
        "docStatus": "final",
        "type": TYPE,
        "category": [CATEGORY],
        "subject": {"reference": act.subject},
        "date": occasion.stamp,
        "author": [{**actor, "display": author} if author else actor],
        "description": f"Care management: {title}",
        "content": [
            {
                "attachment": {
                    "contentType": TEXT,
                    "data": base64.b64encode(text.encode()).decode(),
                    "title": f"Care management: {title}",
                    "creation": occasion.stamp,
                }
            }
        ],
    }
    return Note(document, told.withheld)


def text_of(told: Tellable, act: Act, occasion: Occasion, *, title: str, author: str) -> str:
    """The text, in lines that are short enough to read."""
    discipline = occasion.content.concepts(DISCIPLINE).get(occasion.actor.discipline)
    by = author or "somebody whose name is not on record here"
    head = (
        "CARE MANAGEMENT NOTE",
        f"{occasion.now.astimezone(occasion.zone):%A, %B %-d, %Y, %H:%M} (UTC{occasion.stamp[-6:]})",
        f"Written by {by}{f', {discipline.display}' if discipline else ''}.",
        f"What was done: {title[:1].lower()}{title[1:]}.",
    )
    parts = (
        ("TO BE DONE AT ONCE, WHEN THIS WAS WRITTEN", told.instructions),
        ("WHAT WAS FOUND AND DECIDED", told.says or (told.reason,)),
        ("WHAT IS STILL TO BE DONE", tuple(_to_do(told, act))),
    )
    body = [line for name, sentences in parts for line in _section(name, sentences)]
    foot = (
        "",
        *textwrap.wrap(
            "Plan, goals and tasks are kept in the care-management record and not here. Ask the care manager for them.",
            WIDTH,
        ),
    )
    return "\n".join((*head, *body, *foot)) + "\n"


def _section(name: str, sentences: Iterable[str]) -> Iterator[str]:
    spoken = [_legible(each) for each in dict.fromkeys(sentences) if each.strip()]
    if spoken:
        yield from ("", name)
        for each in spoken:
            yield from textwrap.wrap(each, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _to_do(told: Tellable, act: Act) -> Iterator[str]:
    """The Tasks that the act opens, each with its last day; not what only holds others together."""
    opened = [change for change in told.changes if isinstance(change, Create) and change.type == "Task"]
    parents = {written for change in opened for written in references(change.resource, "partOf")}
    for change in opened:
        if change.resource.get("status") != "draft" and act.urn(change.part) not in parents:
            due = first_text(change.resource, "restriction.period.end") or ""
            words = change.because.rstrip(".")
            yield words if due in words else f"{words} (by {due})"


def _legible(sentence: str) -> str:
    """Without ids that are the companion's, and with those of the EHR as the EHR has them."""
    return _here.sub("", _theirs.sub(r"\1 \2", sentence)).strip().replace(", for you", ", for whoever writes this")
