"""`worklist`: what whoever asks has to do today, most urgent first, each with its reason. Reads only."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from datetime import date

from carefhir.codes import TASK
from carefhir.engine.step import Command, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, first_text
from carefhir.fhir.search import Follow, Named, Need
from carefhir.mappers import patient, task
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

URGENCY = ("stat", "asap", "urgent", "routine")
"""R4 request priorities, most pressing first."""


class Worklist(Command):
    """Shows the open Tasks of whoever acts."""


_mine = task.find_open_of_actor()
NEEDS = (
    Need(_mine.name, _mine.type, _mine.where, follow=(Follow("for", "Patient"),)),
    Need("owner", "Practitioner", (Named("{actor}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do. Where `standing` says why the person is not to be called, there is no number."""

    when: str
    what: str
    who: str
    standing: str
    language: str
    phone: str
    why: str
    task: str
    patient: str
    due: date | None
    pressing: bool

    @property
    def why_in_short(self) -> str:
        """The first sentence of the reason that does not just say what it is, cut where it is long."""
        sentences = [one.rstrip(".") for one in re.split(r"(?<=[.!?])\s", self.why.strip())]
        told = [one for one in sentences if one != self.what] or sentences
        return textwrap.shorten(told[0], 100, placeholder=" …")


@dataclass(frozen=True, slots=True)
class List:
    """The list of one person's day."""

    owner: str
    name: str
    today: date
    rows: tuple[Row, ...]
    known: bool = True
    not_visible: tuple[str, ...] = ()


def read(records: Records, command: Worklist, occasion: Occasion) -> List:
    """The list."""
    people = {one.reference: one for one in records["Patient at for"]}
    views = sorted(map(task.read, records["tasks"]), key=_order)
    rows = tuple(_row(one, people.get(one.patient), occasion) for one in views)
    gaps = tuple(f"{gap.type}: {gap.why}" for gap in records.gaps)
    owner = records.one("owner")
    name = patient.display(owner, occasion.today) if owner else ""
    known = owner is not None or not records.visible("owner")
    return List(occasion.actor.reference, name, occasion.today, rows, known, gaps)


def _row(one: TaskView, person: Record | None, occasion: Occasion) -> Row:
    standing = patient.standing(person)
    known = occasion.content.concepts(TASK)
    kinds = [known[code].display if code in known else code for code in one.codes]
    return Row(
        when=_when(one, occasion.today),
        what=first_text(one.record.json, "code.text") or ", ".join(kinds) or "task",
        who=patient.display(person, occasion.today),
        standing=standing,
        language=_language(person.json) if person else "",
        phone=patient.phone(person, occasion.today) if person and not standing else "",
        why=one.description,
        task=one.record.reference,
        patient=one.patient,
        due=one.due,
        pressing=one.priority == "stat" or bool(one.due and one.due < occasion.today),
    )


def _order(one: TaskView) -> tuple[int, date, str]:
    urgency = URGENCY.index(one.priority) if one.priority in URGENCY else len(URGENCY)
    return min(urgency, 1), one.due or date.max, one.record.id


def _when(one: TaskView, today: date) -> str:
    if one.priority == "stat":
        return "NOW"
    if one.due is None:
        return "no due day"
    if one.due < today:
        return f"overdue since {one.due}"
    return "today" if one.due == today else f"by {one.due}"


def _language(person: dict[str, object]) -> str:
    """The preferred language, and whether an interpreter is asked for."""
    languages = [one for one in dig(person, "communication") if isinstance(one, dict)]
    preferred = next((one for one in languages if one.get("preferred") is True), next(iter(languages), None))
    if preferred is None:
        return ""
    said = first_text(preferred, "language.text") or first_text(preferred, "language.coding.display")
    said = said or first_text(preferred, "language.coding.code") or ""
    interpreter = any(
        isinstance(one, dict)
        and str(one.get("url", "")).endswith("patient-interpreterRequired")
        and one.get("valueBoolean") is True
        for one in dig(person, "extension")
    )
    return f"{said}, interpreter" if interpreter else said


WORKLIST = Reading("worklist", "What to do today, most urgent first", Worklist, NEEDS, read)
