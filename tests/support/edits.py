"""Records with everything in them, and edits of them, chosen by a die: for the property tests of merging.

Every value that tells one thing from another is a marker that occurs once (`~b7~` of the base, `~m3~` of mine, `~t3~`
of theirs, `~s3~` of both). So whoever counts markers knows what became of each edit, by no rule of the merger.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from carefhir.fhir.codec import encode

Json = dict[str, Any]
MARKER = re.compile(r"~[bmts]\d+~")
STATUS = {"CarePlan": "status", "Goal": "lifecycleStatus", "Task": "status"}
STOPS = {
    "CarePlan": ("revoked", "completed", "on-hold", "entered-in-error"),
    "Goal": ("cancelled", "completed", "on-hold", "rejected", "entered-in-error"),
    "Task": ("cancelled", "completed", "failed", "rejected", "on-hold", "entered-in-error"),
}


class Marks:
    """Markers of one side; no two are the same."""

    def __init__(self, side: str) -> None:
        self.side, self.numbers = side, count()

    def new(self) -> str:
        return f"~{self.side}{next(self.numbers)}~"

    def number(self) -> Json:
        """A quantity that nobody else has, and would look otherwise as a float."""
        return {"value": Decimal(f"{next(self.numbers)}.50"), "unit": self.new()}


def markers(value: Any) -> Counter[str]:
    """How often each marker occurs."""
    return Counter(MARKER.findall(encode(value).decode()))


# ---- items of lists, as R4 has them

Maker = Callable[[Marks, Random], Json]


def _coded(marks: Marks) -> Json:
    return {"coding": [{"system": "http://example.org/codes", "code": marks.new()}]}


def _note(marks: Marks, die: Random) -> Json:
    named = {"time": "2026-03-09T10:00:00Z", "authorString": marks.new()} if die.random() < 0.7 else {}
    return {**named, "text": marks.new()}


def _reference(marks: Marks, die: Random) -> Json:
    return {"reference": f"Condition/{marks.new()}"}


def _linked(marks: Marks, die: Random) -> Json:
    return {"reference": {"reference": f"ServiceRequest/{marks.new()}"}, "progress": [_note(marks, die)]}


def _detailed(marks: Marks, die: Random) -> Json:
    detail: Json = {"kind": "ServiceRequest", "status": "in-progress", "description": marks.new()}
    if die.random() < 0.7:
        detail["code"] = _coded(marks)
    detail |= {"scheduledString": marks.new(), "dailyAmount": marks.number()}
    detail |= {"location": {"display": marks.new()}, "goal": [{"reference": f"Goal/{marks.new()}"}]}
    named = {"id": marks.new()} if die.random() < 0.2 else {}
    return {**named, "progress": [_note(marks, die)], "detail": detail}


def _activity(marks: Marks, die: Random) -> Json:
    return _linked(marks, die) if die.random() < 0.4 else _detailed(marks, die)


def _target(marks: Marks, die: Random) -> Json:
    measure = {"measure": _coded(marks)} if die.random() < 0.8 else {}
    return {**measure, "detailQuantity": marks.number(), "dueDate": f"2026-01-{die.randint(10, 28)}"}


def _input(marks: Marks, die: Random) -> Json:
    return {"type": _coded(marks), "valueString": marks.new()}


def _extension(marks: Marks, die: Random) -> Json:
    return {"url": f"http://example.org/{marks.new()}", "valueString": marks.new()}


def _identifier(marks: Marks, die: Random) -> Json:
    return {"system": "http://example.org/ids", "value": marks.new()}


ITEMS: dict[str, dict[str, Maker]] = {
    "CarePlan": {
        "identifier": _identifier,
        "extension": _extension,
        "addresses": _reference,
        "note": _note,
        "activity": _activity,
    },
    "Goal": {
        "identifier": _identifier,
        "extension": _extension,
        "addresses": _reference,
        "note": _note,
        "target": _target,
    },
    "Task": {
        "identifier": _identifier,
        "extension": _extension,
        "basedOn": _reference,
        "note": _note,
        "input": _input,
        "output": _input,
    },
}


def _period(marks: Marks) -> Json:
    return {"start": marks.new(), "end": marks.new()}


PARTS: dict[str, dict[str, Callable[[Marks], Any]]] = {
    "CarePlan": {
        "title": Marks.new,
        "description": Marks.new,
        "period": _period,
        "author": lambda marks: {"reference": f"Practitioner/{marks.new()}"},
        "created": Marks.new,
    },
    "Goal": {
        "description": lambda marks: {"text": marks.new()},
        "startDate": Marks.new,
        "statusReason": Marks.new,
        "priority": _coded,
        "expressedBy": lambda marks: {"reference": f"Practitioner/{marks.new()}"},
    },
    "Task": {
        "description": Marks.new,
        "statusReason": lambda marks: {"text": marks.new()},
        "owner": lambda marks: {"reference": f"Practitioner/{marks.new()}"},
        "restriction": lambda marks: {"period": _period(marks), "repetitions": 1},
        "code": _coded,
        "reasonCode": _coded,
    },
}


def record(type_: str, die: Random) -> Json:
    """A record with some of everything."""
    marks = Marks("b")
    subject = "for" if type_ == "Task" else "subject"
    resource: Json = {"resourceType": type_, "id": "1", "meta": {"versionId": "3", "tag": [], "security": []}}
    for label in ("tag", "security"):
        resource["meta"][label] = [{"system": "http://example.org", "code": marks.new()}]
    resource |= {STATUS[type_]: "active" if type_ != "Task" else "requested", subject: {"reference": "Patient/1"}}
    for name, part in PARTS[type_].items():
        if die.random() < 0.8:
            resource[name] = part(marks)
    for name, item in ITEMS[type_].items():
        if items := [item(marks, die) for _ in range(die.choice((0, 1, 2, 3, 4)))]:
            resource[name] = items
    return resource


def marked(resource: Json) -> Json:
    """A record of the examples, with a marker in every text that no rule rests on."""
    marks = Marks("b")

    def change(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: change(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [change(item, name) for item in value]
        free = isinstance(value, str) and name in ("text", "title", "description", "display", "value", "code", "end")
        return marks.new() if free else value

    made = change(resource, "")
    return {**made, "meta": resource.get("meta", {})}


# ---- edits

KEPT = ("resourceType", "id", "meta", "subject", "for", "url", "system", "kind", "time", "unit", "repetitions")


@dataclass
class Script:
    """What one side did, in words, and what of it the tests must know."""

    did: list[str] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    """The lists whose items it put in another order."""
    stopped: bool = False


Spot = tuple[Any, Any]
"""A container and the key or index in it."""


def _texts(value: Any, name: str = "") -> Iterator[Spot]:
    """Every text that an edit may change: not of an item that both sides have added, and the version they started from
    has not; changed by one of them it is another item."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        if key in KEPT or (isinstance(key, str) and key.lower().endswith("status")):
            continue
        if isinstance(item, str) and MARKER.search(item) and "~s" not in item:
            yield value, key
        yield from _texts(item, str(key))


def _lists(resource: Json) -> list[str]:
    return [name for name in ITEMS[resource["resourceType"]] if resource.get(name)]


def edited(base: Json, side: str, die: Random, most: int = 4) -> tuple[Json, Script]:
    """A copy with some edits, and what they were."""
    resource, script, marks = copy.deepcopy(base), Script(), Marks(side)
    for _ in range(die.randint(1, most)):
        die.choice(EDITS)(resource, marks, die, script)
    return resource, script


def _set_text(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    spots = list(_texts(resource))
    if spots:
        container, key = die.choice(spots)
        container[key] = MARKER.sub(lambda _: marks.new(), container[key], count=1)
        script.did.append(f"set {key}")


def _add_item(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    name, item = die.choice(list(ITEMS[resource["resourceType"]].items()))
    items = resource.setdefault(name, [])
    items.insert(die.randint(0, len(items)), item(marks, die))
    script.did.append(f"add to {name}")


def _take_item(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    if names := _lists(resource):
        name = die.choice(names)
        del resource[name][die.randrange(len(resource[name]))]
        if not resource[name]:
            del resource[name]
        script.did.append(f"take from {name}")


def _set_part(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    name, part = die.choice(list(PARTS[resource["resourceType"]].items()))
    resource[name] = part(marks)
    script.did.append(f"put {name}")


def _take_part(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    names = [name for name in PARTS[resource["resourceType"]] if name in resource]
    if names:
        name = die.choice(names)
        del resource[name]
        script.did.append(f"take {name}")


def _move(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    names = [name for name in _lists(resource) if len(resource[name]) > 1]
    if names and die.random() < 0.3:
        name = die.choice(names)
        items = resource[name]
        items.append(items.pop(die.randrange(len(items) - 1)))
        script.moved.add(name)
        script.did.append(f"move in {name}")


def _stop(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    if die.random() < 0.15:
        type_ = resource["resourceType"]
        resource[STATUS[type_]] = die.choice(STOPS[type_])
        script.stopped = True
        script.did.append("stop")


def _add_label(resource: Json, marks: Marks, die: Random, script: Script) -> None:
    name = die.choice(("tag", "security"))
    resource["meta"].setdefault(name, []).append({"system": "http://example.org", "code": marks.new()})
    script.did.append(f"add {name}")


EDITS = (
    _set_text,
    _set_text,
    _set_text,
    _add_item,
    _add_item,
    _take_item,
    _set_part,
    _take_part,
    _move,
    _stop,
    _add_label,
)


def anchors(resource: Json) -> dict[str, list[str]]:
    """For each list of a record, the first marker of each item, in order: what tells an item from its neighbors."""
    found: dict[str, list[str]] = {}
    for name in ITEMS[resource["resourceType"]]:
        texts = (MARKER.search(json.dumps(item, default=str)) for item in resource.get(name, []))
        found[name] = [text[0] for text in texts if text]
    return found
