"""What has to be done about a person, and when: now, this week, later, or on hold."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from carefhir.codes import CONTACT_MEANS, DOMAIN, TASK
from carefhir.mappers import labels
from carefhir.mappers.task import TaskView, by_call
from carefhir.occasion import Occasion

Group: TypeAlias = Literal["now", "this week", "later", "on hold"]
GROUPS: tuple[Group, ...] = ("now", "this week", "later", "on hold")
THIS_WEEK = timedelta(days=7)
"""What is due within a week is this week's work; what is due in a month is nobody's day."""
AT_ONCE = "stat"
"""The R4 request priority that is due now, whatever day it names."""
ACKNOWLEDGED = "acknowledged"
"""The state of a Task that somebody who may decide has taken on (CodeSystem care-task-state)."""
URGENT = ("asap", "urgent")
"""Priorities that are due now where no day says otherwise."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do."""

    group: Group
    """Whether it is due now (today, overdue, or at once), within a week, later, or on hold."""
    what: str
    """What to do, in words."""
    when: str
    """When it is due, in words, such as `NOW` or `by 2026-03-10`."""
    why: str
    """The reason, as written in the Task."""
    task: str
    """`Task/ID`."""
    due: date | None
    """The due day, if there is one."""
    pressing: bool
    """Whether it is overdue or to be done at once."""
    by_call: bool
    """Whether a call to the person can cover it."""
    titled: bool = False
    """Whether `what` is its own name, which says enough without the reason."""
    owner: str = ""
    """Who does it, by name."""
    kinds: tuple[str, ...] = ()
    """What kind of work it is (CodeSystem care-task); nothing where it is restricted."""
    done_by: str = ""
    """The step that does it; "" where no one step does."""
    part_of: str = ""
    """The Task that it belongs to, `Task/ID`: a transition; "" where it stands alone."""
    since: str = ""
    """When it was asked for, as FHIR writes it; "" where the record does not say."""
    acknowledged: bool = False
    """Whether somebody who may decide has taken responsibility for it."""

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.when, self.what, self.owner, self.task)

    @property
    def why_in_short(self) -> str:
        """The first sentence of the reason that does not just say what it is, cut where it is long; "" if none does."""
        sentences = [sentence.rstrip(".") for sentence in re.split(r"(?<=[.!?])\s", self.why.strip())]
        reasons = [sentence for sentence in sentences if _letters(sentence) != _letters(self.what)]
        return textwrap.shorten(reasons[0], 72, placeholder=" …") if reasons else ""


def _letters(text: str) -> str:
    """A text without what does not matter when it is read: `teach-back` says what `Teach back` says."""
    return re.sub(r"[\W_]+", "", text.lower())


def due_of(task: TaskView, occasion: Occasion, owner: str = "") -> Due:
    """A Task as something to do. What is restricted says only that it is (rule 4): lists are printed and overlooked."""
    hidden = labels.restricted(task.record)
    reason = task.why or task.description if task.held else task.description
    return Due(
        group=_group(task, occasion.today),
        what="a restricted matter: open the chart" if hidden else name_of(task, occasion),
        when=_when(task, occasion.today),
        why="" if hidden else _unwanted(task, occasion) + reason,
        task=task.record.reference,
        due=task.due,
        pressing=not task.held and (_overdue(task, occasion.today) or _when(task, occasion.today).startswith("NOW")),
        by_call=_by_call(task, occasion),
        titled=bool(task.title) and not hidden,
        owner=owner,
        kinds=() if hidden else task.codes,
        done_by=_done_by(task, occasion),
        part_of=next(iter(task.part_of), ""),
        since=task.authored,
        acknowledged=task.state == ACKNOWLEDGED,
    )


def all_due(dues: Iterable[Due]) -> tuple[Due, ...]:
    """In the order of the day: what is due now first, and in it what is to be done at once."""
    return tuple(sorted(dues, key=order))


def order(due: Due) -> tuple[int, bool, bool, date, str]:
    """What is held comes last: it waits, and is nothing to do today."""
    now = due.when.startswith("NOW")
    return GROUPS.index(due.group), due.when != "NOW", not now, due.due or (date.min if now else date.max), due.task


def name_of(task: TaskView, occasion: Occasion) -> str:
    """What a Task asks for, in words."""
    concepts, domains = occasion.content.concepts(TASK), occasion.content.concepts(DOMAIN)
    kinds = ", ".join(concepts[code].display if code in concepts else code for code in task.codes)
    about = ", ".join(domains[code].display for code in task.domains if code in domains)
    return task.title or ": ".join(filter(None, (kinds, about))) or "task"


def _done_by(task: TaskView, occasion: Occasion) -> str:
    """The step that does what a Task asks for (property settledBy of CodeSystem care-task)."""
    concepts = occasion.content.concepts(TASK)
    steps = (str(concepts[code].properties.get("settledBy", "")) for code in task.codes if code in concepts)
    return next((step for step in steps if step), "")


def _by_call(task: TaskView, occasion: Occasion) -> bool:
    """Whether a call to the person can cover it: not where they do not want calls."""
    means = occasion.content.concepts(CONTACT_MEANS)
    unwanted = any(code in means and means[code].properties.get("calls") is True for code in task.not_by)
    return not unwanted and by_call(occasion.content, task.record.json)


def _unwanted(task: TaskView, occasion: Occasion) -> str:
    """By which means it is not to be done, before the reason; "" where the person said nothing of that."""
    means = occasion.content.concepts(CONTACT_MEANS)
    names = ", ".join(means[code].display for code in task.not_by if code in means)
    return f"Not by {names}: they do not want that. " if names else ""


def _overdue(task: TaskView, today: date) -> bool:
    return task.due is not None and task.due < today


def _group(task: TaskView, today: date) -> Group:
    if task.held:
        return "on hold"
    if task.priority == AT_ONCE or (task.priority in URGENT and task.due is None):
        return "now"
    if task.due is None:
        return "this week"
    if task.due <= today:
        return "now"
    return "this week" if task.due <= today + THIS_WEEK else "later"


def _when(task: TaskView, today: date) -> str:
    if task.held:
        return "on hold"
    if task.priority == AT_ONCE:
        return "NOW"
    if task.due is None:
        return "NOW: urgent, no due day" if task.priority in URGENT else "no due day"
    if task.due < today:
        return f"overdue {task.due:%a} {task.due}"
    return "today" if task.due == today else f"by {task.due:%a} {task.due}"
