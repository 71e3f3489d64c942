"""One next check-in, where two check-ins recorded at once have each set one.

The earliest due stays; of two due on one day the one with the lowest id, so that both runs come to the same without
talking to each other. The others are cancelled with the reason. No other Task is touched: an escalation stays open
until somebody settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from carefhir.chart import chart as charts
from carefhir.engine.afterwards import looks
from carefhir.engine.step import NOTHING, Afterwards, Case, LookAfter, Looked, Step
from carefhir.fhir.bundle import created_by_a_step
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, amend, amendable
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, first_text
from carefhir.fhir.withdrawn import in_order
from carefhir.mappers import task as tasks
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen

NAME = "keep-one-next-check-in"


@dataclass(frozen=True, slots=True)
class NextCheckIns(Case):
    """The check-ins that are set for one person."""

    command: LookAfter
    occasion: Occasion
    look: Looked
    records: tuple[Record, ...]
    """All Tasks for a check-in that a step of ours wrote, open or not."""

    @property
    def cause(self) -> Looked:
        return self.look

    def decide(self, act: Act) -> Plan | Refusal:
        """Keeps the earliest, and cancels the others."""
        pen = Pen(self.occasion, act, self.command.patient)
        kept, others = _kept(self.records)
        cancels = [_cancelled(task, kept, pen) for task in others if kept]
        # Without a history, what an interrupted run has cancelled shows as it is now.
        begun = (record for record in self.records if act.did(record, "amended") and not tasks.read(record).open)
        cancels += [amend(_part(record), record, "cancelled: another one is the next check-in") for record in begun]
        if not cancels or kept is None:
            return Refusal(NOTHING)
        return Plan(
            changes=tuple(cancels),
            says=(f"{_in_words(kept)} is the next check-in", *(change.because for change in cancels)),
            decided_from=(kept.record,),
            reason="check-ins were recorded at the same time, and one next check-in stays",
            acting_as=self.occasion.actor.discipline,
        )


def _kept(records: Iterable[Record]) -> tuple[TaskView | None, list[TaskView]]:
    """The check-in that stays, and the others to do: the earliest due, of these the one that was set first."""
    views = (tasks.read(record) for record in in_order(records))
    to_do = sorted((task for task in views if task.to_do), key=lambda task: (task.due or date.max, *_set(task)))
    return next(iter(to_do), None), to_do[1:]


def _set(task: TaskView) -> tuple[str, str]:
    """When and why a check-in was set; only two that say the same are told apart by their ids."""
    texts = (first_text(task.record.json, element) for element in ("authoredOn", "description"))
    when, why = (text or "" for text in texts)
    return when, why


def _cancelled(task: TaskView, kept: TaskView, pen: Pen) -> Amend:
    """Cancels a check-in in favor of an earlier one."""
    why = f"another check-in was recorded at the same time, and {_in_words(kept)} is the next one"
    because = f"{_in_words(task)} is cancelled: {why}"
    return amend(_part(task.record), task.record, because, *pen.ended("cancelled", "ended-early", why))


def _part(record: Record) -> str:
    return f"next-check-in/{record.id}"


def _in_words(task: TaskView) -> str:
    return f"{task.record.reference}, due {task.due}," if task.due else task.record.reference


def _of_ours(records: Records) -> tuple[Record, ...]:
    """The Tasks for a check-in that a step of ours wrote and may change."""
    return tuple(
        record
        for record in records["tasks"]
        if "check-in" in tasks.read(record).codes and created_by_a_step(record) and amendable(record)
    )


def open_cases(records: Records, command: LookAfter, occasion: Occasion) -> Sequence[Case]:
    """Reads the check-ins that are set."""
    case = NextCheckIns(command=command, occasion=occasion, look=Looked(command.act, 0), records=_of_ours(records))
    return tuple(replace(case, look=look) for look in looks(NAME, command, records))


def more_than_one(records: Records, command: LookAfter, occasion: Occasion) -> bool:
    """Whether several are set, or an earlier look may have been interrupted."""
    return bool(_kept(_of_ours(records))[1]) or len(looks(NAME, command, records)) > 1


NEEDS = charts.needs("tasks")
ONE_NEXT_CHECK_IN = Afterwards(
    needs=NEEDS,
    calls=more_than_one,
    step=Step(
        name=NAME,
        title="Keep one next check-in",
        command=LookAfter,
        needs=NEEDS,
        open=open_cases,
        when_stale="decide again",
        creates=(),
        amends=("Task",),
    ),
    about="whether another check-in was recorded at the same time",
)
