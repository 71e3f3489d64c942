"""What a step decides of another home: delivered there after the act, or asked of a person, in the same act (rule R7).

A record that an EHR keeps is read from there. What a step decides of it, and a note for those who read there, stands as
a Task in the one transaction of the companion: an entry of an outbox where the site lets the EHR be changed and the EHR
takes it (`mappers/delivery.py`), else work for a person, in words. It is never left out without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from carefhir.engine import physicians_note
from carefhir.engine.delivering import can_be_told
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, labeled
from carefhir.fhir.record import Record, first_text, words_of
from carefhir.fhir.server import OtherHome
from carefhir.fhir.wire import MAIN
from carefhir.mappers import delivery
from carefhir.mappers.delivery import ElementChange
from carefhir.mappers.questionnaire_response import labels_of
from carefhir.mappers.task import Work
from carefhir.mappers.task import write as write_task
from carefhir.occasion import Occasion

SHOWN = 60
"""So many characters of a value say what it is."""


@dataclass(frozen=True, slots=True)
class Teller:
    """What is told elsewhere, and by whom."""

    act: Act
    occasion: Occasion
    others: tuple[OtherHome, ...]
    title: str
    """What the step is called."""
    author: str = ""
    """The name of whoever acts, where it is on record."""
    records_read: tuple[Record, ...] = ()
    """What was read of the person."""

    @property
    def to(self) -> tuple[str, date, date]:
        """Who sees to it, from today until the next business day."""
        today = self.occasion.today
        return (self.occasion.actor.reference, today, self.occasion.calendar.add_business_days(today, 1))

    def home(self, name: str) -> OtherHome | None:
        """The home of that name."""
        return next((each for each in self.others if each.home.name == name), None)

    def created(self, part: str, work: Work, because: str) -> Create:
        """A Task of this act."""
        task = write_task(
            self.occasion.content, self.act.subject, self.occasion.actor.reference, self.occasion.stamp, work
        )
        return Create(part, task, because)


def told_elsewhere(plan: Plan, teller: Teller) -> Plan:
    """The plan with everything that belongs to another home as a Task, and the notes that the site wants there."""
    elsewhere = [change for change in plan.changes if isinstance(change, Amend) and change.home != MAIN]
    noting = [other for other in teller.others if teller.act.step in other.notes]
    if not elsewhere and not noting:
        return plan
    changes: list[Change] = []
    says = list(plan.says)
    for change in plan.changes:
        if change not in elsewhere:
            changes.append(change)
        elif isinstance(change, Amend) and change.changes_anything:
            task, sentence = _of_change(change, teller)
            own = labels_of(change.record)
            changes.append(replace(task, resource=labeled(task.resource, own)))
            says.append(sentence)
    if plan.changes:
        for other in noting:
            written, sentence = _note(plan, other, teller)
            changes += written
            says.append(sentence)
    return replace(plan, changes=tuple(changes), says=tuple(says))


def _of_change(change: Amend, teller: Teller) -> tuple[Create, str]:
    what = f"{change.type} {change.record.id.partition('.')[2]}"
    words = f"In {change.home}, {what}: {', '.join(_differences(change))}"
    because = f"{change.home} keeps {change.record.reference}: {change.because}"
    part, asked = f"elsewhere/{change.part}", f"{words}. Why: {change.because}"
    other = teller.home(change.home)
    held = tuple(_elements(change))
    if other is not None and _takes(other, change, held):
        work = delivery.of_changes(
            teller.occasion.content, change.home, change.record.reference, held, asked, teller.to
        )
        return teller.created(part, work, because), f"goes into {change.home} when this stands: {words}"
    owner, start, end = teller.to
    focus = {"reference": change.record.reference}
    by_hand = Work(code=delivery.BY_HAND, words=asked, start=start, end=end, owner=owner, focus=focus)
    return teller.created(part, by_hand, because), f"not written there, a Task asks for it: {words}"


def _takes(other: OtherHome, change: Amend, held: tuple[ElementChange, ...]) -> bool:
    """Whether the site lets it be changed there, the home states that it can be, and everything has a name there."""
    stated = bool(other.away) or other.capabilities.can(change.type, "update")
    return change.type in other.writes and stated and can_be_told([each.becomes for each in held], other.names)


def _elements(change: Amend) -> Iterator[ElementChange]:
    was, becomes = change.record.json, change.becomes
    for element in becomes | was:
        if was.get(element) != becomes.get(element):
            yield ElementChange(element, was.get(element), becomes.get(element))


def _differences(change: Amend) -> Iterator[str]:
    """What would be otherwise, element by element, as far as a few words say it."""
    for each in _elements(change):
        added = _added(each)
        words = _in_words(each.becomes)
        if added:
            yield f"{each.element} to get: {added}"
        else:
            yield f"{each.element} to be {words}" if words else f"{each.element} to be changed"


def _added(change: ElementChange) -> str:
    """What a list has in the end that it had not, where nothing else of it is otherwise; "" where that is not so."""
    was, becomes = change.was or [], change.becomes
    if not isinstance(becomes, list) or not isinstance(was, list) or becomes[: len(was)] != was:
        return ""
    return "; ".join(filter(None, map(_in_words, becomes[len(was) :])))


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        value = words_of(value) or first_text(value, "value")
    return str(value)[:SHOWN] if isinstance(value, str | int | float) else ""


def _note(plan: Plan, other: OtherHome, teller: Teller) -> tuple[tuple[Create, ...], str]:
    """The Task for a note, and what is said of it."""
    home = other.home.name
    note = physicians_note.of(
        plan,
        teller.act,
        teller.occasion,
        title=teller.title,
        author=teller.author,
        home=home,
        records_read=teller.records_read,
    )
    if note is None:
        return (), f"no note goes into {home}: all of this is restricted"
    words = f"In {home}, a note: {teller.title}"
    work = delivery.of_note(teller.occasion.content, home, note.document, words, teller.to)
    task = teller.created(f"note/{home}", work, f"{home} gets a note that can be read there")
    withheld = ", without what is restricted" if note.withheld else ""
    return (task,), f"goes into {home} when this stands: a note{withheld}"
