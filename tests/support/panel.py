"""A panel of made-up people, each in care management with a plan, a check-in to come, and a stay long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carefhir.catalog import step
from carefhir.codes import BASE, PROGRAM, TASK
from carefhir.content.loading import load
from carefhir.fhir.record import codings
from carefhir.occasion import Actor, Occasion
from carefhir.workflows.panel.sweep import Swept, sweep
from tests.support.backends import EXAMPLE, Backend, new_mark
from tests.support.stage import stage
from tests.support.two_homes import TwoHomes

Json = dict[str, Any]
WRITTEN = "2026-03-02T09:00:00-06:00"
NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")


def person(backend: Backend, nurse: str, physician: str, key: str) -> str:
    """Somebody in care management, with a plan, a check-in to come, and a stay long ago."""
    name = {"family": f"Number{key}", "given": ["Panel"]}
    who = admitted(
        backend,
        {"resourceType": "Patient", "identifier": [{"system": EXAMPLE, "value": key}], "name": [name], "active": True},
    )
    subject = {"reference": who}
    program = {"coding": [{"system": PROGRAM, "code": "care-management"}]}
    backend.create(
        {
            "resourceType": "EpisodeOfCare", "status": "active", "type": [program], "patient": subject,
            "careManager": {"reference": nurse}, "period": {"start": "2026-02-02"},
        }
    )  # fmt: skip
    members = [("care-manager", nurse), ("supervising-provider", physician)]
    roles = [
        {
            "role": [{"coding": [{"system": f"{BASE}/CodeSystem/care-team-role", "code": role}]}],
            "member": {"reference": member},
        }
        for role, member in members
    ]
    backend.create({"resourceType": "CareTeam", "status": "active", "subject": subject, "participant": roles})
    plan = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": subject}
    backend.create({**plan, "period": {"start": "2026-02-03"}})
    encounter(backend, who, "IMP", "2025-11-01T08:00:00-06:00", "2025-11-05T12:00:00-06:00")
    task(backend, who, nurse, "check-in", due="2026-03-12")
    return who


def admitted(backend: Backend, person: Json) -> str:
    """Somebody on the server; where an EHR stands beside it, there, and linked."""
    if isinstance(backend, TwoHomes):
        return backend.link(backend.ehr.create(person))
    return backend.create(person)


def encounter(backend: Backend, who: str, kind: str, start: str, end: str) -> str:
    """A stay or a visit that is over."""
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return backend.create(
        {
            "resourceType": "Encounter", "status": "finished", "class": {"system": system, "code": kind},
            "subject": {"reference": who}, "period": {"start": start, "end": end},
        }
    )  # fmt: skip


def task(backend: Backend, who: str, owner: str, code: str, *, due: str, authored: str = WRITTEN) -> str:
    """A Task of ours."""
    return backend.create(
        {
            "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": who},
            "meta": {"tag": [{"system": f"{BASE}/sid/due", "code": due}]},
            "code": {"coding": [{"system": TASK, "code": code}]}, "owner": {"reference": owner}, "authoredOn": authored,
            "restriction": {"period": {"start": authored[:10], "end": due}}, "description": code,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """Sixty people of one care manager."""

    backend: Backend
    nurse: str
    physician: str
    people: dict[str, str]

    def sweep(self, now: datetime = NOW, **more: Any) -> Swept:
        """A sweep by the care manager."""
        occasion = Occasion(now, Actor(self.nurse), load(), NOW.tzinfo)
        return self.backend.run(sweep(step("find-work"), occasion, self.backend.server(), **more))

    def finds(self) -> dict[str, list[str]]:
        """The kinds of the Tasks that point to what shows a find, by person."""
        by_person: dict[str, list[str]] = {}
        for key, who in self.people.items():
            for each in self.backend.search(f"Task?patient={who}&_count=100"):
                if "focus" in each:
                    by_person.setdefault(key, []).append(next(code for _, code in codings(each, "code")))
        return by_person


def gathered(backend: Backend, people: int = 60) -> Panel:
    """A care manager of their own, so that nobody else's people are on the panel."""
    mark = new_mark()
    team = stage(backend, "rosa")
    name = [{"family": "Panel", "given": ["Care"]}]
    nurse = admitted(backend, {"resourceType": "Practitioner", "name": name, "identifier": [{"value": f"panel{mark}"}]})
    backend.create(
        {
            "resourceType": "PractitionerRole", "practitioner": {"reference": nurse}, "active": True,
            "code": [{"coding": [{"system": "http://snomed.info/sct", "code": "224535009"}]}],
        }
    )  # fmt: skip
    keys = [f"p{number:02}" for number in range(people)]
    return Panel(
        backend=backend,
        nurse=nurse,
        physician=team.physician,
        people={key: person(backend, nurse, team.physician, f"{key}{mark}") for key in keys},
    )
