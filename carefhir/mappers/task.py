"""Task: something a named person has to do by a certain day.

The due day is `restriction.period.end`, a plain local date. R4 has no search on it, so a tag repeats it as an index;
whoever searches by the tag checks date and status again. `executionPeriod` is never misused for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.codes import BASE, CARE_ITEM, CLOCK_DATE, DOMAIN, DUE_TAG, FINDING, TASK, TASK_STATE, TASK_STATUS
from carefhir.content.loading import Concept, Content
from carefhir.fhir.changes import Edit, add, part_in
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moments, references, relative
from carefhir.fhir.search import Codes, Need, Of
from carefhir.lifecycle import ended
from carefhir.mappers import questionnaire_response as qr

NOT_BY = f"{BASE}/StructureDefinition/not-by"
TO_DO = ("requested", "received", "accepted", "ready", "in-progress", "on-hold")
"""Statuses of work to do; a draft belongs to a plan that no one has agreed to yet."""


def find() -> Need:
    """All of a patient's Tasks."""
    return Need("tasks", "Task", (Of("patient", "for"),))


def find_open_of_actor() -> Need:
    """The Tasks a person owns and has to do."""
    return Need("tasks", "Task", (Of("owner", "owner", "{actor}"), Codes("status", "status", TO_DO)))


@dataclass(frozen=True, slots=True)
class TaskView:
    """A Task as decisions and lists see it."""

    record: Record
    status: str
    codes: tuple[str, ...]
    priority: str
    due: date | None
    owner: str
    focus: str
    patient: str
    description: str
    findings: tuple[str, ...]
    instruments: tuple[str, ...]
    outputs: tuple[str, ...]

    why: str = ""
    """Why it is in its status, in words."""
    title: str = ""
    """Its own name: what an item of a plan asks for."""
    was: str = ""
    """The status it was held in, where a pause holds it."""
    authored: str = ""
    """When it was written, as FHIR writes it."""
    domains: tuple[str, ...] = ()
    """The domains of the assessment it asks about."""

    @property
    def open(self) -> bool:
        return not ended("Task", self.status)

    @property
    def held(self) -> bool:
        """Whether it is on hold: then it is on no one's worklist, and never overdue."""
        return self.status == "on-hold"

    @property
    def draft(self) -> bool:
        """Whether it belongs to a plan that is not signed yet."""
        return self.status == "draft"

    @property
    def in_error(self) -> bool:
        """Whether it should never have been written: what asks whether somebody was asked already does not count it."""
        return self.status == "entered-in-error"

    @property
    def to_do(self) -> bool:
        """Whether it has to be done, now or by its due day."""
        return self.status in TO_DO and not self.held

    @property
    def state(self) -> str:
        """Its business status (CodeSystem care-task-state); "" where it has none of ours."""
        statuses = codings(self.record.json, "businessStatus")
        return next((code for system, code in statuses if system == TASK_STATE), "")

    @property
    def items(self) -> tuple[str, ...]:
        """Which items of a plan it is (CodeSystem care-item)."""
        return tuple(code for system, code in codings(self.record.json, "reasonCode") if system == CARE_ITEM)

    @property
    def part_of(self) -> tuple[str, ...]:
        """The Tasks it belongs to."""
        return tuple(r for one in references(self.record.json, "partOf") if (r := relative(one)))

    @property
    def based_on(self) -> tuple[str, ...]:
        """What it fulfills, as a plan or an order."""
        return tuple(r for one in references(self.record.json, "basedOn") if (r := relative(one)))

    @property
    def owner_words(self) -> str:
        """Its owner as the Task itself calls them; "" if it does not."""
        return first_text(self.record.json, "owner.display") or ""

    @property
    def requester(self) -> str:
        """Who asked for it, as a reference."""
        return next((r for one in references(self.record.json, "requester") if (r := relative(one))), "")

    @property
    def reason(self) -> str:
        """What made it what it is, where that is a resource."""
        return next((r for one in references(self.record.json, "reasonReference") if (r := relative(one))), "")

    @property
    def changed(self) -> str:
        """When it was last changed, as the record writes it."""
        return first_text(self.record.json, "lastModified") or ""

    @property
    def clock_moments(self) -> tuple[tuple[str, str], ...]:
        """(code of CodeSystem clock-date, moment as written) of each moment among its inputs."""
        return tuple(self._clock_inputs("valueDateTime"))

    @property
    def clock_days(self) -> tuple[tuple[str, str], ...]:
        """(code of CodeSystem clock-date, day as written) of each day among its inputs."""
        return tuple(self._clock_inputs("valueDate"))

    def _clock_inputs(self, element: str) -> Iterator[tuple[str, str]]:
        for given in dig(self.record.json, "input"):
            text = given.get(element) if isinstance(given, dict) else None
            if isinstance(text, str):
                yield from ((code, text) for system, code in codings(given, "type") if system == CLOCK_DATE)

    @property
    def results(self) -> tuple[tuple[str, str, str], ...]:
        """(system and code of its type, reference as written) of each coded output that refers to something."""
        return tuple(
            (system, code, written)
            for output in dig(self.record.json, "output")
            for written in references(output, "valueReference")
            for system, code in codings(output, "type")
        )

    @property
    def not_by(self) -> tuple[str, ...]:
        """The means by which it is not to be done (CodeSystem contact-means): the person does not want them."""
        marks = (each for each in dig(self.record.json, "extension") if isinstance(each, dict))
        return tuple(first_text(mark, "valueCoding.code") or "" for mark in marks if mark.get("url") == NOT_BY)

    @property
    def labels(self) -> tuple[Json, ...]:
        """Security labels, which travel to all that is derived from it (R10)."""
        return tuple(qr.security(self.record.json))


def read(record: Record) -> TaskView:
    """A Task, leniently."""
    json = record.json
    due = moments(first_text(json, "restriction.period.end"))
    return TaskView(
        record,
        first_text(json, "status") or "",
        tuple(code for system, code in codings(json, "code") if system == TASK),
        first_text(json, "priority") or "routine",
        due[0].date() if due else None,
        next((r for one in references(json, "owner") if (r := relative(one))), ""),
        next((r for one in references(json, "focus") if (r := relative(one))), ""),
        next((r for one in references(json, "for") if (r := relative(one))), ""),
        first_text(json, "description") or "",
        tuple(code for system, code in codings(json, "reasonCode") if system == FINDING),
        tuple(str(one) for one in dig(json, "input.valueCanonical") if isinstance(one, str)),
        tuple(r for one in references(json, "output.valueReference") if (r := relative(one))),
        first_text(json, "statusReason.text") or "",
        first_text(json, "code.text") or "",
        next((code for system, code in codings(json, "statusReason") if system == TASK_STATUS), ""),
        first_text(json, "authoredOn") or "",
        tuple(code for system, code in codings(json, "reasonCode") if system == DOMAIN),
    )


@dataclass(frozen=True, slots=True)
class Work:
    """The content of a new Task."""

    code: str
    words: str
    start: date
    end: date
    owner: str
    priority: str = "routine"
    state: str = "waiting"
    status: str = "requested"
    focus: Json | None = None
    part_of: Json | None = None
    finding: Concept | None = None
    inputs: tuple[Json, ...] = ()
    reason: Concept | None = None
    """What it is about, if that is not a finding."""
    answers: Json | None = None
    """The condition it answers, as a reference."""
    based_on: Json | None = None
    item: Concept | None = None
    """Which item of a plan it is (CodeSystem care-item), as its reason: its code says what kind of work."""
    title: str = ""
    extensions: tuple[Json, ...] = ()


def kinds_of(content: Content, resource: Json) -> tuple[Concept, ...]:
    """What kind of work a Task is: its kind, and the item of a plan that it is."""
    concepts = ((content.concepts(TASK), TASK, "code"), (content.concepts(CARE_ITEM), CARE_ITEM, "reasonCode"))
    return tuple(
        kinds[code]
        for kinds, of_system, path in concepts
        for system, code in codings(resource, path)
        if system == of_system and code in kinds
    )


def by_call(content: Content, resource: Json) -> bool:
    """Whether talking with the person is how it is done (property byCall of CodeSystems care-task and care-item)."""
    return any(kind.properties.get("byCall") is True for kind in kinds_of(content, resource))


def protects(content: Content, resource: Json) -> bool:
    """Whether the person is called for it although they do not want calls (property despiteOptOut)."""
    return any(kind.properties.get("despiteOptOut") is True for kind in kinds_of(content, resource))


def not_by(means: tuple[Concept, ...]) -> tuple[Edit, ...]:
    """Says by which means a Task is not to be done; each only once."""
    return tuple(add("extension", {"url": NOT_BY, "valueCoding": each.coding}) for each in means)


def by_again(means: tuple[Concept, ...]) -> Edit:
    """Says no more that a Task is not to be done by these means."""
    gone = [{"url": NOT_BY, "valueCoding": each.coding} for each in means]

    def edit(resource: Json) -> None:
        kept = [each for each in resource.get("extension", []) if each not in gone]
        if kept:
            resource["extension"] = kept
        else:
            resource.pop("extension", None)

    return edit


def due_from(start: date, end: date) -> Edit:
    """Moves a Task's due day: the restriction's period and the tag that repeats it; everything else stays."""

    def edit(resource: Json) -> None:
        part_in(resource, "restriction")["period"] = {"start": start.isoformat(), "end": end.isoformat()}
        for tag in dig(resource, "meta.tag"):
            if isinstance(tag, dict) and tag.get("system") == DUE_TAG:
                tag["code"] = end.isoformat()

    return edit


def due_repeated(resource: Json) -> None:
    """Makes the tag that repeats the due day say what the restriction says, where there is one."""
    due = moments(first_text(resource, "restriction.period.end"))
    for tag in dig(resource, "meta.tag"):
        if due and isinstance(tag, dict) and tag.get("system") == DUE_TAG:
            tag["code"] = due[0].date().isoformat()


def write(content: Content, patient: str, requester: str, authored: str, work: Work) -> Json:
    """Writes a Task."""
    task: Json = {
        "resourceType": "Task",
        "meta": {"tag": [{"system": DUE_TAG, "code": work.end.isoformat()}]},
        "status": work.status,
        "businessStatus": {"coding": [content.concept(TASK_STATE, work.state).coding]},
        "intent": "order",
        "priority": work.priority,
        "code": {"coding": [content.concept(TASK, work.code).coding]},
        "description": work.words,
        "for": {"reference": patient},
        "authoredOn": authored,
        "requester": {"reference": requester},
        "owner": {"reference": work.owner},
        "restriction": {"period": {"start": work.start.isoformat(), "end": work.end.isoformat()}},
    }
    if work.item:
        task["reasonCode"] = {"coding": [work.item.coding]}
    if work.title:
        task["code"]["text"] = work.title
    if work.extensions:
        task["extension"] = list(work.extensions)
    if work.based_on:
        task["basedOn"] = [work.based_on]
    if work.answers:
        task["reasonReference"] = work.answers
    if work.focus:
        task["focus"] = work.focus
    if about := work.finding or work.reason:
        task["reasonCode"] = {"coding": [about.coding]}
    if work.part_of:
        task["partOf"] = [work.part_of]
    if work.inputs:
        task["input"] = list(work.inputs)
    return task
