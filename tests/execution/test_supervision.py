"""Who may do what, at write time: every step of the catalogue, asked for by every discipline of the table.

The table itself is held against clinical practice in `tests/unit/content/test_supervision.py`; here it is held against
what the runner lets through. What protects a life is let through whoever asks.
"""

from __future__ import annotations

import pytest

from carefhir.catalog import STEPS, step_for
from carefhir.codes import DISCIPLINE, SUPERVISED
from carefhir.content import supervision
from carefhir.content.loading import load
from carefhir.engine import considering, runner
from carefhir.engine.results import Done, Refused
from carefhir.engine.step import AnyStep
from carefhir.fhir.gather import Records, gather
from carefhir.mappers import care_team, practitioner
from tests.support.backends import Backend, sandbox_backend
from tests.support.deep import depth
from tests.support.scenarios import FIRST_OF_EACH_STEP, Scenario
from tests.support.stage import Stage, enrolled, stage

DISCIPLINES = (*load().concepts(DISCIPLINE), "")
FAR_FROM_IT = ("community-health-worker", "")
"""Who may do little: tried with every step also where a run goes less deep."""


def test_every_step_has_its_line_in_the_table() -> None:
    for one in STEPS:
        assert lines(one), one.name
        assert set(lines(one)) <= load().concepts(SUPERVISED).keys(), one.name


def lines(step: AnyStep) -> tuple[str, ...]:
    return (step.supervised,) if isinstance(step.supervised, str) else step.supervised


def person(found: Stage, discipline: str) -> str:
    """Somebody of that discipline by PractitionerRole, and in nobody's care team; "" has none on record."""
    backend: Backend = found.backend
    who = backend.create({"resourceType": "Practitioner", "active": True, "name": [{"family": "Somebody"}]})
    if discipline:
        code = {"coding": [{"system": DISCIPLINE, "code": discipline}]}
        role = {"resourceType": "PractitionerRole", "active": True, "practitioner": {"reference": who}, "code": [code]}
        backend.create(role)
    return who


@pytest.mark.parametrize("discipline", depth(FAR_FROM_IT, DISCIPLINES), ids=lambda one: one or "not on record")
@pytest.mark.parametrize("scenario", FIRST_OF_EACH_STEP, ids=lambda one: one.name)
def test_the_table_decides_who_may(scenario: Scenario, discipline: str) -> None:
    found = scenario.begun(sandbox_backend())
    command = scenario.command(found)
    step = step_for(command)
    who = person(found, discipline)
    before = len(found.backend.search("Provenance?_count=200"))
    occasion = found.occasion(scenario.now, who)
    result = found.backend.run(runner.run(step, command, occasion, found.backend.server()))
    if not isinstance(step.supervised, str):
        return  # which line holds depends on what is asked: tests/spec has the table
    no = supervision.refusals(occasion.content, step.supervised, discipline)
    if isinstance(result, Refused) and result.kept is None:
        assert len(found.backend.search("Provenance?_count=200")) == before, "refused, and written all the same"
    if not no:
        refused = isinstance(result, Refused) and any(one in result.why for one in no)
        assert not refused, result
    elif result.told.instructions:
        assert isinstance(result, Done | Refused), "what protects a life is written whoever asks"
    else:
        assert isinstance(result, Refused), result
        # The step may have a stricter line for what was asked: whichever it is, who was refused and why is said.
        who = occasion.content.concept(DISCIPLINE, discipline).display if discipline else "discipline is not on record"
        assert any(who in one for one in result.why), result.why


def test_the_care_team_says_who_acts_where_no_role_is_on_record() -> None:
    """The discipline of a team member stands in the team; a role on record that says otherwise wins."""
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    team = found.backend.search(f"CareTeam?patient={found.patient}")[0]
    member = person(found, "")
    coding = {"system": DISCIPLINE, "code": "registered-nurse"}
    extension = {"url": "https://carefhir.org/fhir/StructureDefinition/discipline", "valueCoding": coding}
    role = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-team-role", "code": "caregiver"}]}
    team["participant"].append({"extension": [extension], "role": [role], "member": {"reference": member}})
    found.backend.put(team)
    records = _gathered(found, member)
    assert considering.discipline_of_actor(records, found.occasion(actor=member)) == "registered-nurse"
    social = person(found, "social-worker")
    team = found.backend.get(f"CareTeam/{team['id']}")
    team["participant"].append({"extension": [extension], "role": [role], "member": {"reference": social}})
    found.backend.put(team)
    assert considering.discipline_of_actor(_gathered(found, social), found.occasion(actor=social)) == "social-worker"


def _gathered(found: Stage, actor: str) -> Records:
    server = found.backend.server()
    slots = {"patient": found.patient, "actor": actor, "today": "2026-03-09"}
    needs = (care_team.find(), practitioner.find_roles_of_actor())
    return found.backend.run(gather(needs, slots, server.capabilities, server.home))
