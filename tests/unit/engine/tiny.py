"""A step small enough to see all of it, for the tests of committing: it flags, notes, and completes Task/t1."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from carefhir.content.loading import Content
from carefhir.engine.step import Case, Cause, Once, PatientCommand, Step
from carefhir.fhir.capability import Capabilities, TypeCapability
from carefhir.fhir.changes import Act, Create, Plan, Refusal, amend, put, refer
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record
from carefhir.fhir.search import Need, Of
from carefhir.fhir.server import Server
from carefhir.occasion import Actor, Occasion
from tests.unit.fake import BASE, Fake

HOME = Home.at(BASE)
KINDS = ("Flag", "Task", "Provenance")
WRITES = frozenset({"read", "create", "update", "search-type"})
ALL = TypeCapability(WRITES, conditional_create=True, if_match=True)
CAPABLE = Capabilities(one_of_each=True, transaction=True, types=dict.fromkeys(KINDS, ALL))
"""A server that states no batches, so that every POST to its base is a transaction."""
OCCASION = Occasion(datetime(2026, 3, 7, 16, tzinfo=UTC), Actor("Practitioner/n"), Content({}), UTC)


class Note(PatientCommand):
    """Notes something about a patient."""

    text: str
    why: str = "cause"


@dataclass(frozen=True, slots=True)
class NoteCase(Case):
    """The open Tasks, and those that were."""

    tasks: tuple[Record, ...]
    command: Note

    @property
    def cause(self) -> Cause:
        """The cause leaves the text out, so that the same act can be asked for with other details."""
        return Once(self.command.why)

    def decide(self, act: Act) -> Plan | Refusal:
        """A Flag, a Task that points to it, Task/t1 completed."""
        text = self.command.text
        if text == "no":
            return Refusal(("the text says no",), ("say yes",))
        said = {"code": {"text": "noted"}} if text != "malformed" else {}
        about = {"subject": {"reference": self.command.patient}, **said}
        flag = Create("flag", {"resourceType": "Flag", "status": "active", **about}, "f")
        task = {"resourceType": "Task", "status": "requested", "intent": "order", "focus": refer(flag, act)}
        edits = (put("status", "completed"), *((put("statusReason", "a text"),) if text == "amended badly" else ()))
        done = [amend("done", one, "it is done", *edits) for one in self.tasks if one.id == "t1"]
        changes = (flag, Create("task", task, "t"), *done)
        return Plan(changes, ("noted",), decided_from=self.tasks, reason=text)


def step(when_stale: Literal["decide again", "ask the person"] = "decide again") -> Step[Note]:
    """The step."""
    return Step(
        name="note",
        title="Note",
        command=Note,
        needs=(Need("tasks", "Task", (Of("patient", "for"),)),),
        open=lambda records, command, occasion: [NoteCase(records["tasks"], command)],
        early=lambda command, occasion: Once(command.why),
        when_stale=when_stale,
        creates=("Flag", "Task"),
    )


def command(text: str = "why not", why: str = "cause") -> Note:
    """A command about Patient/p."""
    return Note(patient="Patient/p", text=text, why=why)


def server(capabilities: Capabilities = CAPABLE, **more: Any) -> Server:
    """A server to commit to, whose jitter is no chance."""
    return Server(HOME, capabilities, jitter=random.Random(7).random, **more)


def without(*, kinds: tuple[str, ...] = KINDS, **changes: Any) -> Capabilities:
    """What such a server can do, less something: `without(conditional_create=False)`."""
    whole = {name: changes.pop(name) for name in ("transaction", "batch") if name in changes}
    types: Mapping[str, TypeCapability] = {
        name: replace(one, **changes) if name in kinds else one for name, one in CAPABLE.types.items()
    }
    return replace(CAPABLE, types=types, **whole)


def patient() -> Fake:
    """A patient with one open Task, and who acts."""
    return Fake(
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "Practitioner", "id": "n"},
        {
            "resourceType": "Task",
            "id": "t1",
            "status": "requested",
            "intent": "order",
            "for": {"reference": "Patient/p"},
        },
    )
