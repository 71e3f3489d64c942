"""Stories of editing: a nurse saves a copy, and somebody else has changed the record meanwhile."""

from __future__ import annotations

import copy
from typing import Any

from carefhir.workflows.care_planning.edit import Edit
from tests.support.stage import Scenario, Stage, enrolled
from tests.support.stories.planning import goals_of, proposed

Json = dict[str, Any]
MEMO = "memo of the tests"
REMARK = {"time": "2026-03-09T08:00:00-05:00", "authorString": "the clinic", "text": "prefers mornings"}


def ride(found: Stage) -> Json:
    """A Task of another system, with what it may hold."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": {"text": "find a ride"},
        "description": "Find a ride to the clinic.",
        "for": {"reference": found.patient},
        "owner": {"reference": found.nurse},
        "restriction": {"repetitions": 1, "period": {"start": "2026-03-09", "end": "2026-03-20"}},
        "note": [{"time": "2026-03-08T08:00:00-05:00", "authorString": "the clinic", "text": "no car"}],
    }


def walking(found: Stage) -> Json:
    """A plan of another system."""
    return {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "title": "Walking again",
        "subject": {"reference": found.patient},
        "period": {"start": "2026-03-01", "end": "2026-06-01"},
        "activity": [
            {
                "detail": {
                    "code": {"coding": [{"system": "http://example.org/items", "code": "walk"}]},
                    "status": "in-progress",
                    "description": "Walk",
                    "scheduledString": "every day",
                    "dailyAmount": {"value": 10, "unit": "min"},
                }
            }
        ],
    }


def remember(found: Stage, reference: str) -> None:
    """Keeps which version it is now, where each run of a story finds it again: servers number them in their ways."""
    version = found.backend.get(reference)["meta"]["versionId"]
    memo = {"resourceType": "Task", "status": "completed", "intent": "order", "code": {"text": MEMO}}
    found.backend.create(
        {**memo, "for": {"reference": found.patient}, "description": f"{reference} {version}", "owner": _owner(found)}
    )


def _owner(found: Stage) -> Json:
    return {"reference": found.nurse}


def remembered(found: Stage) -> tuple[str, str]:
    """The record that is edited, and the version the edit starts from."""
    tasks = found.backend.search(f"Task?patient={found.patient}&_count=200")
    (memo,) = [task for task in tasks if task["code"].get("text") == MEMO]
    reference, _, version = memo["description"].rpartition(" ")
    return reference, version


def changed_by_another(found: Stage, reference: str, **changes: Any) -> None:
    """Another system changes some elements."""
    found.backend.put({**found.backend.get(reference), **changes})


def a_ride(found: Stage) -> None:
    enrolled(found)
    remember(found, found.backend.create(ride(found)))


def a_goal_and_a_remark(found: Stage) -> None:
    proposed(found)
    reference = goals_of(found)["own"]
    remember(found, reference)
    changed_by_another(found, reference, note=[REMARK])


def a_plan_and_a_remark(found: Stage) -> None:
    enrolled(found)
    reference = found.backend.create(walking(found))
    remember(found, reference)
    changed_by_another(found, reference, note=[REMARK], title="Walking to church again")


def saving(found: Stage, **changes: Any) -> Edit:
    """The copy of the version that was remembered, with some elements changed."""
    reference, version = remembered(found)
    base = found.backend.get(f"{reference}/_history/{version}")
    return edit(found, base, version, **changes)


def edit(found: Stage, base: Json, version: str = "", **changes: Any) -> Edit:
    """An edit of a version: elements changed, or taken out where they are None."""
    becomes = {name: value for name, value in {**copy.deepcopy(base), **changes}.items() if value is not None}
    return Edit(
        patient=found.patient,
        record=f"{base['resourceType']}/{base['id']}",
        from_version=version or base["meta"]["versionId"],
        becomes=becomes,
        reason="talked it over",
    )


def of_the_ride(found: Stage) -> Edit:
    """Another day, and who drives. The copy is made without the server's history."""
    reference, version = remembered(found)
    base = {**ride(found), "id": reference.partition("/")[2], "meta": {"versionId": version}}
    restriction = {"repetitions": 1, "period": {"start": "2026-03-09", "end": "2026-03-13"}}
    return edit(found, base, description="Her niece drives; ask her.", restriction=restriction)


def of_the_goal(found: Stage) -> Edit:
    return saving(found, startDate="2026-03-16", note=[{**REMARK, "authorString": "the nurse", "text": "in spring"}])


def of_the_plan(found: Stage) -> Edit:
    return saving(found, status="revoked")


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("a Task edited", "edit", "rosa", a_ride, of_the_ride),
    Scenario(
        "a goal edited by two",
        "edit",
        "rosa",
        a_goal_and_a_remark,
        of_the_goal,
        on_real_servers=True,
        rests_on_history=True,
    ),
    Scenario(
        "a plan stopped while it was edited",
        "edit",
        "rosa",
        a_plan_and_a_remark,
        of_the_plan,
        by="physician",
        rests_on_history=True,
    ),
)
