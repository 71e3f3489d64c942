"""What steps about authorizations share: the clock, the Task that follows a request, and how both are said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from carefhir.content.clocks import Clock, read_clock
from carefhir.fhir.changes import Edit
from carefhir.fhir.codec import Json
from carefhir.fhir.record import dig
from carefhir.mappers import authorization
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion


def clock_of(occasion: Occasion) -> Clock:
    """By when payers answer, denials are appealed and stays are reviewed."""
    return read_clock(occasion.content, "authorization-clock", occasion.today)


def answered_by(clock: Clock, asked: datetime, *, expedited: bool, appeal: bool = False) -> datetime:
    """The moment by which a payer must have decided a request, or an appeal."""
    if expedited:
        return asked + timedelta(hours=clock.number("appeal-expedited-hours" if appeal else "expedited-hours"))
    return asked + timedelta(days=clock.number("appeal-standard-days" if appeal else "standard-days"))


def following(tasks: Iterable[TaskView], claim: str) -> tuple[TaskView, ...]:
    """The Tasks that follow a request to a payer, oldest first."""
    mine = [
        task for task in tasks if task.focus == claim and any(code in task.codes for code in authorization.FOLLOWING)
    ]
    return tuple(sorted(mine, key=lambda task: (task.authored, len(task.record.id), task.record.id)))


def overdue(task: TaskView, occasion: Occasion) -> bool:
    """Whether the payer must have decided by now, and has not."""
    by = authorization.answer_by(task, occasion.zone)
    return task.open and by is not None and by < occasion.now


def on_the_wall(moment: datetime, occasion: Occasion) -> datetime:
    """A moment as it was written, with the offset of its place; one in UTC, which names no place, in the site's zone.
    So it reads the same whoever asks, and from wherever."""
    return moment if moment.utcoffset() else moment.astimezone(occasion.zone)


def stamp(moment: datetime, occasion: Occasion) -> str:
    """A moment as FHIR writes it."""
    return on_the_wall(moment, occasion).isoformat(timespec="seconds")


def in_words(moment: datetime, occasion: Occasion) -> str:
    """A moment as the clock on the wall shows it."""
    return f"{on_the_wall(moment, occasion):%a %Y-%m-%d %H:%M}"


def on_day(day: date) -> str:
    """A day with its weekday."""
    return f"{day:%a} {day}"


def replaced(element: str, detail: Json) -> Edit:
    """Sets a detail among a Task's inputs, in the place of an earlier one of its kind."""

    def edit(resource: Json) -> None:
        others = [other for other in dig(resource, element) if not _alike(other, detail)]
        resource[element] = [*others, detail]

    return edit


def _alike(other: object, detail: Json) -> bool:
    return isinstance(other, dict) and other.get("type") == detail["type"]
