"""`worklist`: lists what the person asking has to do, most urgent first, each with its reason. It only reads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from carefhir.codes import TASK
from carefhir.engine.step import Command, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.fhir.search import Follow, Named, Need
from carefhir.mappers import namesakes as names
from carefhir.mappers import patient
from carefhir.mappers import task as task_mapper
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

URGENCY = ("stat", "asap", "urgent", "routine")
"""R4 request priorities, most pressing first."""


class Worklist(Command):
    """Shows the open Tasks of whoever acts."""


PEOPLE = Follow("for", "Patient")
"""Whom the Tasks are for."""

NEEDS = (
    replace(task_mapper.find_open_of_actor(), follow=(PEOPLE,)),
    Need("owner", "Practitioner", (Named("{actor}"),), optional=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do."""

    when: str
    """When it is due, in words, such as `NOW` or `by 2026-03-10`."""
    what: str
    """What to do, in words."""
    who: str
    """The patient's name."""
    standing: str
    """Why the person should not be called; "" if nothing is known against it."""
    language: str
    """The language the person prefers."""
    phone: str
    """The phone number; "" if none is on record or the person should not be called."""
    why: str
    """The reason, as written in the Task."""
    task: str
    """`Task/ID`."""
    patient: str
    """`Patient/ID`."""
    due: date | None
    """The due day, if there is one."""
    pressing: bool
    """Whether it is overdue or has priority stat."""
    born: str = ""
    """The birth date, in words: the second identifier beside the name."""
    number: str = ""
    """The medical record number, in words."""
    namesake: str = ""
    """That another person with this name is on this list; "" where there is none."""

    @property
    def why_in_short(self) -> str:
        """The first sentence of the reason that does not just say what it is, cut where it is long."""
        sentences = [sentence.rstrip(".") for sentence in re.split(r"(?<=[.!?])\s", self.why.strip())]
        reasons = [sentence for sentence in sentences if sentence != self.what] or sentences
        return textwrap.shorten(reasons[0], 100, placeholder=" …")


@dataclass(frozen=True, slots=True)
class List:
    """What one person has to do."""

    owner: str
    """The person who asks: `Practitioner/ID`."""
    name: str
    """Their name."""
    today: date
    """The day the list is for."""
    rows: tuple[Row, ...]
    """What to do, most urgent first."""
    known: bool = True
    """Whether the person is on this server and visible."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""


def read(records: Records, command: Worklist, occasion: Occasion) -> List:
    """The list."""
    content = occasion.content
    people = {record.reference: record for record in records[PEOPLE.name]}
    tasks = sorted(map(task_mapper.read, records["tasks"]), key=_order)
    named = {task.patient: names.candidates(people.get(task.patient), content, occasion.today) for task in tasks}
    namesakes = _namesakes(named)
    rows = tuple(_row(task, people.get(task.patient), occasion, namesakes=namesakes) for task in tasks)
    gaps = tuple(f"{gap.type}: {gap.why}" for gap in records.gaps)
    owner = records.one("owner")
    name = patient.display(owner, occasion.today) if owner else ""
    owner_known = owner is not None or not records.visible("owner")
    return List(occasion.actor.reference, name, occasion.today, rows=rows, known=owner_known, not_visible=gaps)


NAMESAKE = "another person with this name is on this list"


def _namesakes(named: Mapping[str, names.Candidates]) -> frozenset[str]:
    """The people, by reference, whose name somebody else on the list has, too, or one that is easily taken for it."""
    pairs = [pair for pair in combinations(named, 2) if names.alike(named[pair[0]], named[pair[1]])]
    return frozenset(reference for pair in pairs for reference in pair)


def _row(task: TaskView, person: Record | None, occasion: Occasion, *, namesakes: frozenset[str]) -> Row:
    standing = patient.standing(person)
    concepts = occasion.content.concepts(TASK)
    kinds = [concepts[code].display if code in concepts else code for code in task.codes]
    overdue = bool(task.due and task.due < occasion.today)
    return Row(
        when=_when(task, occasion.today),
        what=task.title or ", ".join(kinds) or "task",
        who=patient.display(person, occasion.today),
        standing=standing,
        language=patient.language(person) if person else "",
        phone=patient.phone(person, occasion.today) if person and not standing else "",
        why=task.why or task.description if task.held else task.description,
        task=task.record.reference,
        patient=task.patient,
        due=task.due,
        pressing=not task.held and (task.priority == "stat" or overdue or _due_now(task)),
        born=patient.born(person),
        number=patient.number(person, occasion.today),
        namesake=NAMESAKE if task.patient in namesakes else "",
    )


def _order(task: TaskView) -> tuple[bool, int, date, str]:
    """What is held comes last: it waits, and is nothing to do today."""
    urgency = URGENCY.index(task.priority) if task.priority in URGENCY else len(URGENCY)
    due = task.due or (date.min if _due_now(task) else date.max)
    return task.held, min(urgency, 1), due, task.record.id


def _due_now(task: TaskView) -> bool:
    """Whether it is urgent and nobody wrote down until when: it does not wait."""
    return task.due is None and task.priority in ("stat", "asap", "urgent")


def _when(task: TaskView, today: date) -> str:
    if task.held:
        return "held"
    if task.priority == "stat":
        return "NOW"
    if task.due is None:
        return "now: urgent, no due day" if _due_now(task) else "no due day"
    if task.due < today:
        return f"overdue since {task.due}"
    return "today" if task.due == today else f"by {task.due}"


WORKLIST = Reading("worklist", "What to do today, most urgent first", Worklist, NEEDS, read)
