"""Whether a helper may be given a Task: only under a Consent, and never what is restricted or needs a license."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carefhir.chart.support import may_know
from carefhir.codes import TASK
from carefhir.content.clocks import read_clock
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, codings, references, relative
from carefhir.fhir.search import Named, Need, Of
from carefhir.mappers import labels, related_person
from carefhir.occasion import Occasion

HELPER = "RelatedPerson"
CLOCK = "support-in-doubt"

OWNER = Need("helper_owner", HELPER, (Named("{command.helper_owner}"),), optional=True)
CONSENTS = Need("owner_consents", "Consent", (Of("patient", "patient", "{command.patient_of_helper}"),), optional=True)
NEEDS = (OWNER, CONSENTS)
"""What is read where a helper is to own a Task, and only then."""


def named(task: Json) -> str:
    """The helper a Task names as its owner: `RelatedPerson/ID`; "" where it names none, or not in this way."""
    reference = next((r for one in references(task, "owner") if (r := relative(one))), "")
    return reference if reference.startswith(f"{HELPER}/") else ""


def _spelled_otherwise(task: Json) -> bool:
    """Whether the owner is a related person, and not named as `RelatedPerson/ID`."""
    return HELPER in str(task.get("owner", "")) and not named(task)


@dataclass(frozen=True, slots=True)
class HelperOwner:
    """A helper who is to own a Task."""

    task: Record
    becomes: Json
    """The Task as it is to be."""
    patient: str
    helper: Record | None
    consents: tuple[Record, ...]
    consents_seen: bool
    occasion: Occasion

    @property
    def given(self) -> bool:
        """Whether the edit gives the Task to a helper."""
        return bool(named(self.becomes)) and named(self.becomes) != named(self.task.json)

    def warnings(self) -> tuple[str, ...]:
        """What the person must know who gives it away."""
        leaves = "it leaves the lists of the care team: nobody is reminded of it until a sweep finds it overdue"
        return (leaves,) if self.given else ()

    def refusals(self) -> Iterator[str]:
        """Why they may not be given it."""
        if _spelled_otherwise(self.becomes):
            yield "name the helper who is to own it as RelatedPerson/ID"
        name = named(self.becomes)
        if not self.given:
            return
        yield from self._nobody(name)
        if labels.restricted(self.task):
            yield f"{self.task.reference} is restricted: no helper is given it"
        if licensed := self._licensed:
            yield f"{self.task.reference} ({licensed}) needs somebody who may close it: no helper is given it"
        yield from self._no_consent(name)

    def _nobody(self, name: str) -> Iterator[str]:
        record, today = self.helper, self.occasion.today
        if record is None:
            yield f"{name} is not on this server, or not visible to us: check the ID"
            return
        if not related_person.is_of(record, self.patient):
            yield f"{name} is not a related person of {self.patient}: check the ID"
        elif lapsed := related_person.not_in_force(record, today):
            yield f"{name} {lapsed}"
        years = read_clock(self.occasion.content, CLOCK, today).number("helper-adult-years")
        if related_person.may_be_under(record, years, today):
            yield f"{name} is, or may be, under {years} by the birth date on record: name somebody else"

    @property
    def _licensed(self) -> str:
        """The kind of the Task, where not everybody who works here may close it; "" where they may."""
        kinds = self.occasion.content.concepts(TASK)
        mine = (code for system, code in codings(self.task.json, "code") if system == TASK and code in kinds)
        return next((kinds[code].display for code in mine if kinds[code].properties.get("closedBy")), "")

    def _no_consent(self, name: str) -> Iterator[str]:
        knows = may_know(self.consents, name, self.occasion.today, visible=self.consents_seen)
        ask = "ask the person, and record it (record-support, may_know: tasks)"
        if not knows.visible:
            yield "consents could not be seen: whether a helper may be given Tasks is not known"
        elif "tasks" in knows.denied:
            yield f"a Consent says that {name} is not to be given Tasks ({', '.join(knows.denying('tasks'))}): {ask}"
        elif "tasks" not in knows.permitted:
            yield f"no Consent in force says that {name} may be given Tasks: {ask}; or leave it with the care manager"


def of_edit(
    task: Record | None, becomes: Json, *, patient: str, records: Records, occasion: Occasion
) -> HelperOwner | None:
    """The owner of an edited Task, to be held against what is on record; None for anything but a Task."""
    if task is None or task.type != "Task":
        return None
    return HelperOwner(
        task=task,
        becomes=becomes,
        patient=patient,
        helper=records.one(OWNER.name),
        consents=records[CONSENTS.name],
        consents_seen=records.visible(CONSENTS.name),
        occasion=occasion,
    )
