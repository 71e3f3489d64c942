"""CarePlan: the one plan of a program; its parts are linked, never copied into it (`activity.reference`)."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.fhir.record import Record, dig, first_text, references, relative, words_of
from carefhir.fhir.search import Named, Need, Of
from carefhir.lifecycle import ended


def find() -> Need:
    """All of a patient's care plans."""
    return Need("care_plans", "CarePlan", (Of("patient", "subject"),), bounded=True)


def find_named() -> Need:
    """The plan the command names, whoever it is about."""
    return Need("plan", "CarePlan", (Named("{command.plan}"),))


@dataclass(frozen=True, slots=True)
class CarePlanView:
    """A plan and what it links to."""

    record: Record
    status: str
    patient: str
    title: str
    goals: tuple[str, ...]
    activities: tuple[str, ...]
    supporting: tuple[str, ...]
    kind: str = ""
    """Its categories, in words."""
    since: str = ""
    created: str = ""
    """When it was written, as FHIR writes it."""

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that carry it out: `CareTeam/ID`."""
        return tuple(r for one in references(self.record.json, "careTeam") if (r := relative(one)))

    @property
    def over(self) -> bool:
        return ended("CarePlan", self.status)


def read(record: Record) -> CarePlanView:
    """A plan, leniently."""
    json = record.json
    return CarePlanView(
        record,
        first_text(json, "status") or "",
        next((r for one in references(json, "subject") if (r := relative(one))), ""),
        first_text(json, "title") or first_text(json, "description") or "",
        tuple(r for one in references(json, "goal") if (r := relative(one))),
        tuple(r for one in references(json, "activity.reference") if (r := relative(one))),
        tuple(r for one in references(json, "supportingInfo") if (r := relative(one))),
        ", ".join(filter(None, (words_of(each) for each in dig(json, "category")))),
        first_text(json, "period.start") or first_text(json, "created") or "",
        first_text(json, "created") or "",
    )
