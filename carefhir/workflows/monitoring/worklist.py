"""`worklist`: what this person does today, most urgent first, and why. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.fhir.gather import Records
from carefhir.fhir.record import dig, first_text
from carefhir.fhir.search import Follow, Named, Need
from carefhir.mappers import patient, task
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.steps import Command, Reading

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
    """One thing to do."""

    when: str
    what: str
    who: str
    language: str
    phone: str
    why: str
    task: str
    patient: str
    due: date | None
    pressing: bool


@dataclass(frozen=True, slots=True)
class List:
    """The list of one person's day."""

    owner: str
    today: date
    rows: tuple[Row, ...]
    known: bool = True
    not_visible: tuple[str, ...] = ()


def read(records: Records, command: Worklist, occasion: Occasion) -> List:
    """The list."""
    people = {one.reference: one for one in records["Patient at for"]}
    views = sorted(map(task.read, records["tasks"]), key=_order)
    rows = []
    for one in views:
        person = people.get(one.patient)
        rows.append(
            Row(
                _when(one, occasion.today),
                ", ".join(one.codes).replace("-", " ") or "task",
                patient.display(person),
                _language(person.json) if person else "",
                _phone(person.json) if person else "",
                one.description,
                one.record.reference,
                one.patient,
                one.due,
                one.priority == "stat" or bool(one.due and one.due < occasion.today),
            )
        )
    gaps = tuple(f"{gap.type}: {gap.why}" for gap in records.gaps)
    known = records.one("owner") is not None or not records.visible("owner")
    return List(occasion.actor.reference, occasion.today, tuple(rows), known, gaps)


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


def _phone(person: dict[str, object]) -> str:
    """The number to call: the first by rank that is a phone."""
    phones = [one for one in dig(person, "telecom") if isinstance(one, dict) and one.get("system") in ("phone", "sms")]
    best = min(phones, key=lambda one: one.get("rank", 99), default=None)
    return str(best.get("value", "")) if best else ""


WORKLIST = Reading("worklist", "What to do today, most urgent first", Worklist, NEEDS, read)
