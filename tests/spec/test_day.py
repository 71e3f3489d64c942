"""The day's list and the page: one row a person, what is due when, where they are, what is not for everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from carefhir.commands import Overview, Worklist
from carefhir.engine import runner
from carefhir.workflows.looking.list_rows import List, PatientRow
from carefhir.workflows.looking.overview import OVERVIEW, Picture
from carefhir.workflows.looking.worklist import WORKLIST
from tests.support.backends import Backend
from tests.support.scenarios import Stage, stage
from tests.support.stories.monitoring import goal, measured

Json = dict[str, Any]
NOW = "2026-03-09T07:45:00-05:00"
CARE_TASK = "https://carefhir.org/fhir/CodeSystem/care-task"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
SENSITIVE = {"system": ACT, "code": "SDV"}


@pytest.fixture
def kim(backend: Backend) -> Stage:
    """With a nurse of her own: on a server that all tests share, the others' nurse has a list of thousands."""
    name = [{"family": "Whitfield", "given": ["Dana"]}]
    return replace(stage(backend, "kim"), nurse=backend.create({"resourceType": "Practitioner", "name": name}))


def listed(found: Stage) -> List:
    moment = datetime.fromisoformat(NOW)
    return found.backend.run(runner.show(WORKLIST, Worklist(), found.occasion(moment), found.backend.server()))


def row_of(found: Stage) -> PatientRow:
    (row,) = [row for row in listed(found).rows if row.patient == found.patient]
    return row


def page(found: Stage) -> Picture:
    command, moment = Overview(patient=found.patient), datetime.fromisoformat(NOW)
    return found.backend.run(runner.show(OVERVIEW, command, found.occasion(moment), found.backend.server()))


def table(found: Stage, name: str) -> str:
    return "\n".join(" | ".join(row) for row in page(found).section(name).table)


def task(found: Stage, code: str, due: str = "", **more: Any) -> str:
    restriction = {"restriction": {"period": {"end": due}}} if due else {}
    return found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": CARE_TASK, "code": code}]},
            "for": {"reference": found.patient},
            "owner": {"reference": found.nurse},
            **restriction,
            **more,
        }
    )


# ---- one row for each person


def test_all_tasks_of_a_person_are_one_row_in_three_groups(kim: Stage) -> None:
    late, today = task(kim, "nurse-call", "2026-03-06"), task(kim, "check-in", "2026-03-09")
    week, later = task(kim, "education", "2026-03-16"), task(kim, "assessment", "2026-03-17")
    held = task(kim, "check-in", "2026-03-02", status="on-hold")
    row = row_of(kim)
    groups = [tuple(each.task for each in group) for group in (row.now, row.this_week, row.later, row.on_hold)]
    assert groups == [(late, today), (week,), (later,), (held,)]
    assert [each.when for each in row.now] == ["overdue Fri 2026-03-06", "today"]
    assert row.pressing


@pytest.mark.parametrize(
    ("priority", "due", "group", "when"),
    [
        ("stat", "2026-06-01", "now", "NOW"),
        ("urgent", "", "now", "NOW: urgent, no due day"),
        ("asap", "", "now", "NOW: urgent, no due day"),
        ("urgent", "2026-03-12", "this week", "by Thu 2026-03-12"),
        ("routine", "", "this week", "no due day"),
    ],
)
def test_what_is_urgent_is_not_lost_for_want_of_a_day(
    kim: Stage, priority: str, due: str, group: str, when: str
) -> None:
    task(kim, "nurse-call", due, priority=priority)
    (only,) = row_of(kim).dues
    assert (only.group, only.when) == (group, when)


def test_one_call_covers_what_is_done_by_talking_now_and_this_week(kim: Stage) -> None:
    covered = [task(kim, "nurse-call", "2026-03-06"), task(kim, "check-in", "2026-03-12")]
    task(kim, "receive-packet", "2026-03-09")
    task(kim, "teach-back", "2026-04-30")
    assert [each.task for each in row_of(kim).one_call_covers] == covered


def test_nobody_is_called_who_must_not_be(kim: Stage) -> None:
    task(kim, "nurse-call", "2026-03-06")
    kim.backend.put({**kim.backend.get(kim.patient), "active": False})
    row = row_of(kim)
    assert row.one_call_covers == ()
    assert row.notes == ("DO NOT CALL: record marked inactive",)


def test_whoever_cannot_wait_stands_first(kim: Stage) -> None:
    others = [
        kim.backend.create({"resourceType": "Patient", "name": [{"text": name}], "active": True})
        for name in ("Adam Week", "Bea Overdue", "Cy Now")
    ]
    for patient, due, priority in zip(
        others, ("2026-03-12", "2026-03-02", "2026-03-20"), ("routine", "routine", "stat"), strict=True
    ):
        task(kim, "nurse-call", due, priority=priority, **{"for": {"reference": patient}})
    assert [row.patient for row in listed(kim).rows if row.patient in others] == [others[2], others[1], others[0]]


# ---- where they are


def encounter(found: Stage, **more: Any) -> str:
    made = {"resourceType": "Encounter", "status": "in-progress", "class": {"system": ACT, "code": "IMP"}}
    period = {"period": {"start": "2026-03-08T20:00:00-05:00"}}
    return found.backend.create({**made, "subject": {"reference": found.patient}, **period, **more})


def test_in_a_hospital_is_said_on_both(kim: Stage) -> None:
    task(kim, "check-in", "2026-03-09")
    stay = encounter(kim)
    (note,) = row_of(kim).notes
    assert note == f"NOT AT HOME: in a hospital (acute hospital) since Sun 2026-03-08 ({stay})"
    assert note in table(kim, "take-note")


def test_a_visit_to_the_office_is_no_stay(kim: Stage) -> None:
    task(kim, "check-in", "2026-03-09")
    encounter(kim, **{"class": {"system": ACT, "code": "AMB"}})
    assert row_of(kim).notes == ()


@pytest.mark.parametrize("where", ["Flag", "EpisodeOfCare", "CareTeam"])
def test_hospice_is_said_with_its_number(kim: Stage, where: str) -> None:
    task(kim, "check-in", "2026-03-09")
    phone = [{"system": "phone", "value": "+1-555-0177"}]
    hospice = kim.backend.create({"resourceType": "Organization", "name": "Valley Hospice", "telecom": phone})
    records: dict[str, Json] = {
        "Flag": {"code": {"text": "Hospice care"}, "subject": {}, "author": {"reference": hospice}},
        "EpisodeOfCare": {"type": [{"text": "Hospice"}], "patient": {}, "managingOrganization": {"reference": hospice}},
        "CareTeam": {"name": "Hospice team", "subject": {}, "participant": [{"member": {"reference": hospice}}]},
    }
    record = {"resourceType": where, "status": "active", **records[where]}
    kim.backend.create({**record, ("patient" if where == "EpisodeOfCare" else "subject"): {"reference": kim.patient}})
    (note,) = row_of(kim).notes
    assert note.startswith("HOSPICE: call hospice first: Valley Hospice at +1-555-0177 (")
    assert note in table(kim, "take-note")


# ---- contact and visits


def attempt(found: Stage, sent: str, outcome: str = "") -> None:
    made: Json = {"resourceType": "Communication", "subject": {"reference": found.patient}, "sent": sent}
    code = {"system": "https://carefhir.org/fhir/CodeSystem/contact-outcome", "code": outcome}
    not_done = {"status": "not-done", "statusReason": {"coding": [code]}}
    found.backend.create({**made, **(not_done if outcome else {"status": "completed"})})


def test_the_last_contact_and_the_attempts_since(kim: Stage) -> None:
    task(kim, "check-in", "2026-03-09")
    assert row_of(kim).last_contact.words == "no contact on record"
    attempt(kim, "2026-03-02T09:00:00-06:00")
    attempt(kim, "2026-03-05T23:30:00-06:00", "voicemail")
    attempt(kim, "2026-03-06T01:00:00+00:00", "no-answer")
    expected = "reached Mon 2026-03-02; since then 2 attempts, the last: voicemail on Thu 2026-03-05"
    assert row_of(kim).last_contact.words == expected
    assert page(kim).last_contact.words == expected


# ---- what everybody must not read


@pytest.mark.parametrize("label", [RESTRICTED, SENSITIVE], ids=["restricted", "sensitive"])
def test_what_is_restricted_stands_apart_and_not_in_the_banner(kim: Stage, label: Json) -> None:
    meta = {"security": [label]}
    about = {"subject": {"reference": kim.patient}}
    kim.backend.create(
        {"resourceType": "Flag", "meta": meta, "status": "active", "code": {"text": "hurt by her partner"}, **about}
    )
    kim.backend.create({"resourceType": "Condition", "meta": meta, "code": {"text": "partner violence"}, **about})
    task(kim, "safety-review", "2026-03-09", meta=meta, description="ask about her partner")
    picture = page(kim)
    banner = table(kim, "take-note") + table(kim, "concerns") + table(kim, "to-do")
    assert "partner" not in banner
    assert "a restricted finding is on record" in banner
    assert picture.sections[-1].name == "restricted"
    assert "for the care team only" in picture.section("restricted").note
    assert "hurt by her partner" in table(kim, "restricted")
    assert "partner violence" in table(kim, "restricted")
    assert "partner" not in repr(row_of(kim))
    assert [each.what for each in row_of(kim).now] == ["a restricted matter: open the chart"]


def test_violence_that_nobody_labeled_is_restricted_all_the_same(kim: Stage) -> None:
    """Other systems write the code and no label."""
    abuse = {"coding": [{"system": "http://snomed.info/sct", "code": "706893006"}], "text": "Victim of partner abuse"}
    about = {"subject": {"reference": kim.patient}, "recordedDate": "1997-03-06"}
    kim.backend.create({"resourceType": "Condition", "code": abuse, **about})
    assert "abuse" not in table(kim, "concerns")
    assert "Victim of partner abuse" in table(kim, "restricted")


def test_without_anything_restricted_there_is_no_such_part(kim: Stage) -> None:
    assert "restricted" not in [part.name for part in page(kim).sections]


# ---- vitals


def test_an_unreadable_newest_reading_is_not_hidden_behind_an_older_one(kim: Stage) -> None:
    def weight(at: str, unit: str) -> None:
        code = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
        quantity = {"value": 180, "unit": unit}
        about = {"subject": {"reference": kim.patient}, "effectiveDateTime": at, "valueQuantity": quantity}
        kim.backend.create({"resourceType": "Observation", "status": "final", "code": code, **about})

    weight("2026-03-01T08:00:00-06:00", "lb")
    weight("2026-03-08T08:00:00-05:00", "hertz")
    (row,) = [line for line in table(kim, "vitals").splitlines() if line.startswith("body weight")]
    assert "cannot be read" in row
    assert "2026-03-08" in row
    assert "before: 180 lb (2026-03-01)" in row


@pytest.mark.parametrize(("systolic", "words"), [(78, "BELOW"), (118, "")])
def test_a_reading_that_is_not_safe_is_marked_whether_a_goal_watches_it_or_not(
    kim: Stage, systolic: int, words: str
) -> None:
    parts = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", systolic), ("8462-4", 60))
    ]
    panel = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    about = {"subject": {"reference": kim.patient}, "effectiveDateTime": "2026-03-08T08:00:00-05:00"}
    kim.backend.create({"resourceType": "Observation", "status": "final", "code": panel, "component": parts, **about})
    (row,) = [line for line in table(kim, "vitals").splitlines() if line.startswith("blood pressure")]
    assert f"{systolic}/60 mmHg" in row
    assert words in row.rpartition(" | ")[2]
    assert bool(row.rpartition(" | ")[2]) is bool(words)


@pytest.mark.parametrize(
    ("day", "standing"),
    [("2026-03-01", "AT ITS GOAL"), ("2025-12-09", "AT ITS GOAL"), ("2025-12-08", "TOO OLD TO SAY: 91 DAYS")],
)
def test_a_reading_of_long_ago_is_at_no_goal(kim: Stage, day: str, standing: str) -> None:
    kim = replace(kim, patient=kim.backend.create({"resourceType": "Patient", "name": [{"text": "Ann Old"}]}))
    goal(kim, "blood-pressure", "8480-6", {"detailQuantity": {"value": 130, "comparator": "<", "unit": "mm[Hg]"}})
    measured(kim, "8480-6", f"{day}T10:00:00-06:00", "124", "mm[Hg]")
    (row,) = [line for line in table(kim, "vitals").splitlines() if "blood pressure" in line]
    assert standing in row


@pytest.mark.parametrize(
    ("lower", "standing"),
    [("98", "| goal < 130 mmHg, NOT AT ITS GOAL: THE OTHER NUMBER, 98 MMHG, IS NOT BELOW 80"), ("72", "AT ITS GOAL")],
)
def test_a_pressure_is_at_its_goal_by_both_numbers(kim: Stage, lower: str, standing: str) -> None:
    kim = replace(kim, patient=kim.backend.create({"resourceType": "Patient", "name": [{"text": "Ann Two"}]}))
    goal(kim, "blood-pressure", "8480-6", {"detailQuantity": {"value": 130, "comparator": "<", "unit": "mm[Hg]"}})
    measured(kim, "8480-6", "2026-03-05T10:00:00-06:00", "124", "mm[Hg]")
    measured(kim, "8462-4", "2026-03-05T10:00:00-06:00", lower, "mm[Hg]")
    (row,) = [line for line in table(kim, "vitals").splitlines() if "blood pressure" in line]
    assert row.endswith(standing)
