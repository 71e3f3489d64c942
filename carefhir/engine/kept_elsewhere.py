"""What a step would change on another home: a Task for a person, in the same act (rule R7).

A record that an EHR keeps is read from there and not written: most EHRs take few changes, and none of these safely.
What the step decided stands all the same, so its part there is asked of a person, in words, and is open work until
somebody has done it. It is never left out without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from carefhir.fhir.changes import Act, Amend, Change, Create, Plan
from carefhir.fhir.record import words_of
from carefhir.fhir.wire import MAIN
from carefhir.mappers.task import Work
from carefhir.mappers.task import write as write_task
from carefhir.occasion import Occasion

KIND = "do-elsewhere"
"""CodeSystem care-task."""
SHOWN = 60
"""So many characters of a value say what it is."""


def asked_of_a_person(plan: Plan, act: Act, occasion: Occasion) -> Plan:
    """The plan with everything that belongs to another home asked of whoever acts."""
    elsewhere = [change for change in plan.changes if isinstance(change, Amend) and change.home != MAIN]
    if not elsewhere:
        return plan
    changes: list[Change] = []
    says = list(plan.says)
    for change in plan.changes:
        if change not in elsewhere:
            changes.append(change)
        elif isinstance(change, Amend) and change.changes_anything:
            what = f"{change.type} {change.record.id.partition('.')[2]}"
            words = f"In {change.home}, {what}: {', '.join(_differences(change))}"
            changes.append(_task(change, words, act, occasion))
            says.append(f"not written there, a Task asks for it: {words}")
    return replace(plan, changes=tuple(changes), says=tuple(says))


def _task(change: Amend, words: str, act: Act, occasion: Occasion) -> Create:
    work = Work(
        code=KIND,
        words=f"{words}. Why: {change.because}",
        start=occasion.today,
        end=occasion.calendar.add_business_days(occasion.today, 1),
        owner=occasion.actor.reference,
        focus={"reference": change.record.reference},
    )
    task = write_task(occasion.content, act.subject, occasion.actor.reference, occasion.stamp, work)
    return Create(f"elsewhere/{change.part}", task, f"{change.home} keeps {change.record.reference}: {change.because}")


def _differences(change: Amend) -> Iterator[str]:
    """What would be otherwise, element by element, as far as a few words say it."""
    was, becomes = change.record.json, change.becomes
    for element in becomes | was:
        if was.get(element) != becomes.get(element):
            value = becomes.get(element)
            words = (
                str(value)
                if isinstance(value, str | int | float)
                else words_of(value)
                if isinstance(value, dict)
                else ""
            )
            yield f"{element} to be {words[:SHOWN]}" if words else f"{element} to be changed"
