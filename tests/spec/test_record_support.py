"""`record-support`: who helps, with what, how to reach them, and what they may know; and what a helper may be given."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.workflows.care_planning.edit import Edit
from carefhir.workflows.looking.overview import OVERVIEW, Overview, Picture
from carefhir.workflows.looking.worklist import WORKLIST, Worklist
from carefhir.workflows.monitoring.resolve import Resolve
from carefhir.workflows.supervision.record_death import RecordDeath
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stage import done, enrolled
from tests.support.stories import coordination
from tests.support.stories.people import alone, daughter, ending, given, helped, helping, leaving

Json = dict[str, Any]
DAY, LATER = "2026-03-09T10:00:00-05:00", "2026-03-16T10:00:00-05:00"
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
TOPICS = {"plan", "medicines", "visits", "condition", "tasks"}


@pytest.fixture
def rosa() -> Stage:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    return found


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def refused(found: Stage, command: Command, who: str = "nurse") -> str:
    result = run(found, command, who=who)
    assert isinstance(result, Refused), result
    return " ".join(result.why)


def wrote(found: Stage, command: Command, when: str = DAY) -> Done:
    result = run(found, command, when)
    assert isinstance(result, Done), result
    return result


def overview(found: Stage) -> Picture:
    occasion = found.occasion(datetime.fromisoformat(DAY))
    return found.backend.run(runner.show(OVERVIEW, Overview(patient=found.patient), occasion, found.backend.server()))


def shown(found: Stage) -> list[str]:
    """Who helps, as the overview says it."""
    return [row.words for row in overview(found).section("support").rows]


def listed(found: Stage) -> tuple[str, ...]:
    """Who helps, as the nurse's list says it."""
    page = found.backend.run(runner.show(WORKLIST, Worklist(), found.occasion(), found.backend.server()))
    (row,) = [row for row in page.rows if row.patient == found.patient]
    helpers: tuple[str, ...] = row.helpers
    return helpers


def caregivers(found: Stage) -> list[Json]:
    (team,) = Chart(found.backend, found.patient).all("CareTeam")
    return [each for each in team["participant"] if each["role"][0]["coding"][0]["code"] == "caregiver"]


def consents(found: Stage) -> list[Json]:
    return [one for one in Chart(found.backend, found.patient).all("Consent") if "provision" in one]


def named(provision: Json) -> set[str]:
    return {code["coding"][0]["code"] for code in provision.get("code", [])}


def asked(found: Stage) -> list[Json]:
    every = Chart(found.backend, found.patient).all("Task")
    return [one for one in every if "confirm-support" in json.dumps(one["code"])]


def kept_elsewhere(found: Stage, type_: str, **more: Any) -> str:
    """A Consent that another system keeps, about Rosa's daughter."""
    actor = {"role": {"text": "caregiver"}, "reference": {"reference": daughter(found)}}
    return found.backend.create(
        {
            "resourceType": "Consent",
            "status": "active",
            "scope": {"text": "privacy"},
            "category": [{"text": "who may know"}],
            "patient": {"reference": found.patient},
            "policyRule": {"text": "on paper"},
            "provision": {"type": type_, "actor": [actor], **more},
        }
    )


def coded(*topics: str) -> list[Json]:
    system = "https://carefhir.org/fhir/CodeSystem/may-know"
    return [{"coding": [{"system": system, "code": topic}]} for topic in topics]


# ---- somebody helps


def test_somebody_on_record_helps(rosa: Stage) -> None:
    wrote(rosa, helping(rosa))
    (participant,) = caregivers(rosa)
    assert participant["member"] == {"reference": daughter(rosa), "display": "Elena Delgado"}
    helps = [each["valueCodeableConcept"]["coding"][0]["code"] for each in participant["extension"]]
    assert helps == ["medicines", "visits"]
    (consent,) = consents(rosa)
    (denied,) = consent["provision"]["provision"]
    assert named(consent["provision"]) == {"plan", "visits", "tasks"}
    assert named(denied) == TOPICS - named(consent["provision"])
    assert consent["performer"] == [{"reference": rosa.patient}]
    line = (
        "Elena Delgado, daughter, +1-555-0121; may know: the plan, the visits, what they are asked to do; helps with "
    )
    assert shown(rosa) == [f"{line}medicines, visits"]
    assert listed(rosa) == (f"{line}medicines, visits",)


def test_somebody_new_helps(rosa: Stage) -> None:
    said = {"helper": "", "name": "Grace Odom", "relationships": ("neighbor", "health-care-proxy"), "may_know": ()}
    wrote(rosa, helping(rosa, **said, consent="", phone="+1-555-0177"))
    (grace,) = [one for one in Chart(rosa.backend, rosa.patient).written("RelatedPerson") if "Odom" in str(one)]
    codes = [[coding["code"] for coding in each["coding"]] for each in grace["relationship"]]
    assert codes == [["neighbor", "NBOR"], ["health-care-proxy", "HPOWATT"]]
    assert consents(rosa) == []
    assert "what they may know is not recorded: ask the person" in shown(rosa)[0]
    assert "may speak for the person by the record" in shown(rosa)[0]
    assert "somebody of that name" in refused(rosa, helping(rosa, **{**said, "name": "grace odom"}, at=DAY))


def test_told_again_writes_nothing(rosa: Stage) -> None:
    first, again = wrote(rosa, helping(rosa)), wrote(rosa, helping(rosa), LATER)
    assert (first.by, again.by) == ("us", "an earlier run")


def test_a_new_number_is_the_one_to_call(rosa: Stage) -> None:
    wrote(rosa, helping(rosa, phone="+1-555-0199"))
    telecom = rosa.backend.get(daughter(rosa))["telecom"]
    assert [(each["value"], each.get("use")) for each in telecom] == [("+1-555-0121", "old"), ("+1-555-0199", None)]
    assert "+1-555-0199" in listed(rosa)[0]


def test_what_they_may_know_is_said_anew(rosa: Stage) -> None:
    wrote(rosa, helping(rosa))
    wrote(rosa, helping(rosa, at=DAY, may_know=("nothing",), helps_with=("meals",)))
    before, now = sorted(consents(rosa), key=lambda one: len(one["provision"].get("code", [])), reverse=True)
    assert (before["status"], now["status"], now["provision"]["type"]) == ("inactive", "active", "deny")
    assert "MAY KNOW NOTHING, by the person's word; helps with meals" in shown(rosa)[0]


def test_what_was_not_asked_changes_nothing(rosa: Stage) -> None:
    wrote(rosa, helping(rosa))
    result = wrote(rosa, helping(rosa, at=DAY, may_know=(), consent="", helps_with=(), strained="no"))
    assert "not asked now; may know: the plan, the visits, what they are asked to do" in result.told.says
    assert [one["status"] for one in consents(rosa)] == ["active"]
    assert "helps with medicines, visits" in shown(rosa)[0]


# ---- a Consent that others keep


@pytest.mark.parametrize(
    ("type_", "more", "allowed", "warned"),
    [
        ("permit", {}, {"plan", "visits", "tasks"}, ""),
        ("deny", {"code": coded("visits")}, {"plan", "tasks"}, "denies them the visits"),
        ("deny", {}, None, "denies them the plan"),
        ("deny", {"code": [{"text": "the chart"}]}, None, "denies them the plan"),
        (
            "deny",
            {"class": [{"system": "http://hl7.org/fhir/resource-types", "code": "Condition"}]},
            None,
            "denies them",
        ),
        ("deny", {"period": {"end": "2026-01-01"}}, {"plan", "visits", "tasks"}, ""),
    ],
    ids=["permits", "denies the visits", "denies", "denies something unread", "denies a class", "denied until January"],
)
def test_a_denial_kept_elsewhere_counts(
    rosa: Stage, type_: str, more: Json, allowed: set[str] | None, warned: str
) -> None:
    kept_elsewhere(rosa, type_, **more)
    result = wrote(rosa, helping(rosa))
    mine = [one for one in Chart(rosa.backend, rosa.patient).written("Consent") if "provision" in one]
    assert [named(one["provision"]) for one in mine] == ([] if allowed is None else [allowed])
    assert [line for line in result.told.warnings if "counts" in line] == [] or warned
    assert all(warned in line or "denies them" in line for line in result.told.warnings if "counts" in line)
    assert bool(warned) == any("counts" in line for line in result.told.warnings)
    assert caregivers(rosa), "the helper is recorded all the same"


@pytest.mark.parametrize(
    ("type_", "more", "may"),
    [
        ("permit", {}, "may know: the plan, the medicines, the visits, how the person is, what they are asked to do"),
        ("permit", {"code": coded("visits")}, "may know: the visits"),
        ("permit", {"code": [{"text": "the chart"}]}, "a Consent names them and is not understood here"),
        ("permit", {"purpose": [{"code": "TREAT"}]}, "a Consent names them and is not understood here"),
        ("permit", {"period": {"end": "2026-03-08"}}, "ask whether they help and what they may know"),
        ("deny", {"code": coded("visits")}, "MAY KNOW NOTHING"),
        ("deny", {}, "MAY KNOW NOTHING"),
    ],
)
def test_what_a_consent_of_others_says(rosa: Stage, type_: str, more: Json, may: str) -> None:
    kept_elsewhere(rosa, type_, **more)
    assert may in shown(rosa)[0]


def test_share_plan_keeps_to_the_same_consent() -> None:
    """She may know the plan and not the medicines: the plan goes to her without them, and the sender is told."""
    nora = stage(sandbox_backend(), "nora")
    coordination.planned(nora)
    samira = nora.backend.find("RelatedPerson", "nora-daughter" + nora.mark)
    to_her = coordination.sharing(nora, to="caregiver", caregiver=samira)
    now = coordination.SENT_AT.replace("09:00", "10:00")
    said = {"patient": nora.patient, "helper": samira, "at": coordination.SENT_AT, "consent": "verbal"}
    kind = type(alone(nora))
    assert isinstance(run(nora, kind.model_validate({**said, "may_know": ("medicines",)}), now), Done)
    result = run(nora, to_her, now)
    assert isinstance(result, Refused)
    assert "may know: the medicines, and not the plan" in result.why[0]
    again = kind.model_validate({**said, "at": "2026-05-14T09:30:00-05:00", "may_know": ("plan", "visits")})
    assert isinstance(run(nora, again, now), Done)
    result = run(nora, to_her, now)
    assert isinstance(result, Done)
    assert "not shared with them, by the person's word: Your medicines" in result.told.warnings


# ---- it is too much, they help no longer, nobody helps


def test_it_is_too_much_for_a_helper(rosa: Stage) -> None:
    wrote(rosa, helping(rosa, strained="yes", reason="has not slept for a week"))
    (task,) = asked(rosa)
    assert (task["owner"]["reference"], task["focus"]["reference"]) == (rosa.nurse, daughter(rosa))
    assert task["restriction"]["period"]["end"] == "2026-03-16"
    assert "has not slept for a week" in task["description"]
    assert "SAYS THAT IT IS TOO MUCH" in shown(rosa)[0]
    again = helping(rosa, at=DAY, may_know=(), consent="", strained="yes", reason="still")
    wrote(rosa, again)
    (same,) = asked(rosa)
    assert "still" in same["note"][0]["text"], "asked about once"
    closing = Resolve(patient=rosa.patient, task=f"Task/{task['id']}", outcome="fine", at=DAY)
    assert "use record-support" in refused(rosa, closing)
    wrote(rosa, helping(rosa, at="2026-03-09T09:55:00-05:00", may_know=(), consent="", strained="no"))
    assert [one["status"] for one in asked(rosa)] == ["completed"]


def test_a_helper_helps_no_longer(rosa: Stage) -> None:
    helped(rosa)
    task = given(rosa)
    theirs = kept_elsewhere(rosa, "permit")
    result = wrote(rosa, ending(rosa))
    assert rosa.backend.get(daughter(rosa))["active"] is True, "she is her daughter still"
    assert [each["period"].get("end") for each in caregivers(rosa)] == ["2026-03-09T09:50:00-05:00"]
    assert {one["status"] for one in consents(rosa) if f"Consent/{one['id']}" != theirs} == {"inactive"}
    assert rosa.backend.get(task)["owner"]["reference"] == rosa.nurse
    assert any(line.startswith(f"{theirs} was not written by our steps") for line in result.told.warnings)
    (who_now,) = asked(rosa)
    assert who_now["focus"]["reference"] == rosa.patient
    line = "Elena Delgado, daughter, +1-555-0121; may know: "
    assert shown(rosa)[0].startswith(line), "the Consent that others keep stands"
    assert shown(rosa)[0].endswith("helped until 2026-03-09")
    assert shown(rosa)[1:] == ["who helps now is not recorded: ask"]
    assert "not on record as helping" in refused(rosa, ending(rosa, at=DAY))


def test_whoever_may_speak_for_the_person_stays_on_record(rosa: Stage) -> None:
    wrote(rosa, helping(rosa, relationships=("health-care-proxy",)))
    wrote(rosa, ending(rosa))
    assert rosa.backend.get(daughter(rosa))["active"] is True
    assert [one["status"] for one in consents(rosa)] == ["inactive"]
    assert listed(rosa) == ()
    assert "may speak for the person by the record: check the papers" in shown(rosa)[0]


def test_whoever_our_steps_recorded_is_a_helper_no_more(rosa: Stage) -> None:
    new = helping(rosa, helper="", name="Grace Odom", relationships=("neighbor",))
    wrote(rosa, new)
    (grace,) = [one for one in Chart(rosa.backend, rosa.patient).written("RelatedPerson") if "Odom" in str(one)]
    wrote(rosa, ending(rosa, helper=f"RelatedPerson/{grace['id']}"))
    ended = rosa.backend.get(f"RelatedPerson/{grace['id']}")
    assert (ended["active"], ended["period"]["end"]) == (False, "2026-03-09T09:50:00-05:00")


def test_a_relative_who_never_helped_has_nothing_to_end(rosa: Stage) -> None:
    assert "there is nothing to end" in refused(rosa, ending(rosa))


def test_nobody_helps_is_the_persons_own_answer(rosa: Stage) -> None:
    rosa.backend.put({**rosa.backend.get(daughter(rosa)), "active": False})
    assert shown(rosa) == ["who helps now is not recorded: ask"]
    result = wrote(rosa, alone(rosa))
    (answer,) = [one for one in Chart(rosa.backend, rosa.patient).written("Observation") if "nobody-helps" in str(one)]
    assert answer["performer"] == [{"reference": rosa.nurse}]
    assert shown(rosa) == ["nobody helps, by the person's own answer of 2026-03-09"]
    assert not any("alone" in line for line in result.told.says)
    new = helping(rosa, helper="", name="Grace Odom", relationships=("neighbor",), at="2026-03-09T09:30:00-05:00")
    wrote(rosa, new)
    (grace,) = [one for one in Chart(rosa.backend, rosa.patient).written("RelatedPerson") if "Odom" in str(one)]
    wrote(rosa, ending(rosa, helper=f"RelatedPerson/{grace['id']}"))
    assert shown(rosa) == ["who helps now is not recorded: ask"], "the answer is older than the help"


def test_a_relative_is_named_beside_the_answer_that_nobody_helps(rosa: Stage) -> None:
    wrote(rosa, alone(rosa))
    answer = "nobody helps, by the person's own answer of 2026-03-09"
    assert shown(rosa) == [answer, "on record: Elena Delgado, daughter, +1-555-0121"]


def test_nobody_is_not_recorded_beside_somebody(rosa: Stage) -> None:
    wrote(rosa, helping(rosa))
    assert "Elena Delgado, daughter" in refused(rosa, alone(rosa))


# ---- what stays


def test_leaving_the_program_leaves_what_helpers_may_know(rosa: Stage) -> None:
    wrote(rosa, helping(rosa))
    result = wrote(rosa, leaving(rosa))
    (consent,) = consents(rosa)
    assert consent["status"] == "active"
    name = f"what Elena Delgado ({daughter(rosa)}) may know stays in force (Consent/{consent['id']})"
    assert any(line.startswith(name) for line in result.told.says)
    wrote(rosa, ending(rosa))
    assert [one["status"] for one in consents(rosa)] == ["inactive"]


def test_a_death_names_who_helped(rosa: Stage) -> None:
    wrote(rosa, helping(rosa))
    result = wrote(rosa, RecordDeath(patient=rosa.patient, told_by="daughter", reason="she called"))
    assert any(f"Elena Delgado ({daughter(rosa)})" in line for line in result.told.says)


# ---- why not


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"helper": "RelatedPerson/none"}, "is not on this server"),
        ({"helper": ""}, "say who helps"),
        ({"name": "Elena"}, "say who helps"),
        ({"helper": "", "name": "Elena Delgado", "relationships": ("daughter",)}, "on record already: give helper"),
        ({"helper": "", "name": "Grace Odom"}, "who they are to the person"),
        ({"relationships": ("aunt",)}, "there is no 'aunt'"),
        ({"helps_with": ("dancing",)}, "there is no 'dancing'"),
        ({"consent": ""}, "verbal or written"),
        ({"may_know": ("plan", "nothing")}, "nothing, and something"),
        ({"may_know": ()}, "consent or guardian is given"),
        ({"guardian": "RelatedPerson/none"}, "guardian"),
        ({"at": "2026-03-09T10:01:00-05:00"}, "in the future"),
        ({"says": "no-longer", "reason": "moved"}, "leave out helps_with, may_know, consent"),
        ({"says": "nobody"}, "leave out helper"),
    ],
)
def test_why_it_is_not_recorded(rosa: Stage, changes: Json, why: str) -> None:
    before = Chart(rosa.backend, rosa.patient).resources
    assert why in refused(rosa, helping(rosa, **changes))
    assert Chart(rosa.backend, rosa.patient).resources == before


def test_somebody_elses_daughter(rosa: Stage) -> None:
    earl = stage(rosa.backend, "earl")
    wife = rosa.backend.find("RelatedPerson", "earl-wife" + earl.mark)
    assert "is not a related person of" in refused(rosa, helping(rosa, helper=wife))


def test_in_no_program() -> None:
    found = stage(sandbox_backend(), "rosa")
    assert "enroll" in refused(found, helping(found))


@pytest.mark.parametrize(("guardian", "written"), [(False, False), (True, True)])
def test_for_a_child_a_guardian_says_what_helpers_may_know(rosa: Stage, guardian: bool, written: bool) -> None:
    rosa.backend.put({**rosa.backend.get(rosa.patient), "birthDate": "2015-01-01"})
    role = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}
    mother = rosa.backend.create(
        {"resourceType": "RelatedPerson", "patient": {"reference": rosa.patient}, "relationship": [role]}
    )
    command = helping(rosa, **({"guardian": mother} if guardian else {}))
    if not written:
        assert "a minor's consent is a guardian's" in refused(rosa, command)
        return
    wrote(rosa, command)
    (consent,) = consents(rosa)
    assert consent["performer"] == [{"reference": mother}]


def test_something_restricted_is_on_record(rosa: Stage) -> None:
    """Who is asked about a helper beside the helper may not be free to answer."""
    rosa.backend.create(
        {
            "resourceType": "Condition",
            "meta": {"security": [RESTRICTED]},
            "subject": {"reference": rosa.patient},
            "code": {"text": "hit by somebody at home"},
        }
    )
    result = wrote(rosa, helping(rosa))
    (line,) = [line for line in result.told.warnings if "restricted" in line]
    assert "alone" in line
    assert "hit by" not in json.dumps([result.told.says, result.told.warnings])


# ---- a Task for a helper


def handing(found: Stage, task: str, **changes: Any) -> Edit:
    record = found.backend.get(task)
    becomes = {**record, "owner": {"reference": daughter(found)}, **changes}
    return Edit(patient=found.patient, record=task, from_version=record["meta"]["versionId"], becomes=becomes)


def ride(found: Stage, **changes: Any) -> str:
    given_now = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"text": "find a ride"},
        "description": "Find a ride to the clinic.",
        "for": {"reference": found.patient},
        "owner": {"reference": found.nurse},
    }
    return found.backend.create({**given_now, **changes})


def test_a_helper_is_given_a_task_only_under_consent(rosa: Stage) -> None:
    task = ride(rosa)
    assert "no Consent in force" in refused(rosa, handing(rosa, task))
    wrote(rosa, helping(rosa, may_know=("plan",)))
    assert "is not to be given Tasks" in refused(rosa, handing(rosa, task))
    wrote(rosa, helping(rosa, at=DAY, may_know=("plan", "tasks")))
    result = wrote(rosa, handing(rosa, task))
    assert any("leaves the lists of the care team" in line for line in result.told.warnings)
    assert rosa.backend.get(task)["owner"]["reference"] == daughter(rosa)
    page = overview(rosa)
    (owner,) = [row.owner for row in page.section("to-do").rows if row.task == task]
    assert owner == "Elena Delgado"


ESCALATION = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "escalation"}]}


@pytest.mark.parametrize(
    ("task", "person", "owner", "why"),
    [
        ({"meta": {"security": [RESTRICTED]}}, {}, "", "is restricted"),
        ({"code": ESCALATION}, {}, "", "needs somebody who may close it"),
        ({}, {"birthDate": "2012-01-01"}, "", "under 18"),
        ({}, {"active": False}, "", "is marked inactive"),
        ({}, {}, "https://elsewhere.example/fhir/RelatedPerson/1", "as RelatedPerson/ID"),
        ({}, {}, "RelatedPerson/none", "is not on this server"),
    ],
    ids=["restricted", "needs a license", "a child", "no longer", "elsewhere", "nobody"],
)
def test_what_no_helper_is_given(rosa: Stage, task: Json, person: Json, owner: str, why: str) -> None:
    wrote(rosa, helping(rosa))
    rosa.backend.put({**rosa.backend.get(daughter(rosa)), **person})
    changes = {"owner": {"reference": owner}} if owner else {}
    assert why in refused(rosa, handing(rosa, ride(rosa, **task), **changes))


def test_a_task_goes_back_when_they_are_not_to_have_any(rosa: Stage) -> None:
    helped(rosa)
    task = given(rosa)
    result = wrote(rosa, helping(rosa, at=DAY, may_know=("plan",)))
    assert rosa.backend.get(task)["owner"]["reference"] == rosa.nurse
    assert any(line.startswith("goes back to the care manager, Dana Whitfield") for line in result.told.says)


@pytest.mark.parametrize(
    ("who", "does"), [("community-health-worker", True), ("pharmacist", True), ("physician", True)]
)
def test_who_may_record_it(rosa: Stage, who: str, does: bool) -> None:
    assert isinstance(run(rosa, helping(rosa), who=who), Done) is does
    assert done(rosa, helping(rosa)).by == "an earlier run"  # type: ignore[union-attr]
