"""`hand-over` and `cover`: who is the care manager, whose Tasks are whose, and who sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.codes import DISCIPLINE, STEP_KEY
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.engine.step import Command
from carefhir.lifecycle import ended
from carefhir.workflows.looking.list_rows import PatientRow
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from carefhir.workflows.looking.worklist import WORKLIST, Worklist
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stage import done, enrolled
from tests.support.stories.monitoring import CALM, check_in
from tests.support.stories.people import covered, covering, handing_over
from tests.support.stories.supervision import busy

Json = dict[str, Any]
DAY, AFTER = "2026-03-09T10:00:00-05:00", "2026-03-16T10:00:00-05:00"


def having(before: Any) -> Stage:
    found = stage(sandbox_backend(), "rosa")
    before(found)
    return found


def run(found: Stage, command: Command, when: str = DAY, who: str = "nurse") -> Result:
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def other(found: Stage) -> str:
    return found.backend.find("Practitioner", "social-worker")


def open_tasks(found: Stage, owner: str) -> set[str]:
    """The open Tasks of ours that somebody owns."""
    return {
        str(each["id"])
        for each in Chart(found.backend, found.patient).all("Task")
        if each["owner"]["reference"] == owner
        and not ended("Task", each["status"])
        and any(key.get("system") == STEP_KEY for key in each["identifier"])
    }


def team(found: Stage) -> Json:
    (only,) = Chart(found.backend, found.patient).all("CareTeam")
    return only


def in_role(found: Stage, role: str) -> list[Json]:
    return [each for each in team(found)["participant"] if each["role"][0]["coding"][0]["code"] == role]


def somebody(found: Stage, discipline: str) -> str:
    who = found.backend.create({"resourceType": "Practitioner", "active": True, "name": [{"family": "Somebody"}]})
    code = {"coding": [{"system": DISCIPLINE, "code": discipline}]}
    role = {"resourceType": "PractitionerRole", "active": True, "practitioner": {"reference": who}, "code": [code]}
    found.backend.create(role)
    return who


def row(found: Stage, who: str, when: str = DAY) -> PatientRow | None:
    """The person's row on somebody's worklist."""
    occasion = found.occasion(datetime.fromisoformat(when), who)
    shown = found.backend.run(runner.show(WORKLIST, Worklist(), occasion, found.backend.server()))
    return next((each for each in shown.rows if each.patient == found.patient), None)


# ---- hand-over


def test_everything_the_one_had_is_the_others() -> None:
    found = having(busy)
    before = open_tasks(found, found.nurse)
    result = run(found, handing_over(found))
    assert isinstance(result, Done), result
    assert before
    assert open_tasks(found, found.nurse) == set()
    new = open_tasks(found, other(found)) - before
    (take_over,) = [found.backend.get(f"Task/{each}") for each in new]
    assert take_over["code"]["coding"][0]["code"] == "take-over"
    assert take_over["restriction"]["period"]["end"] == "2026-03-11"  # two business days after Monday
    (episode,) = Chart(found.backend, found.patient).all("EpisodeOfCare")
    assert episode["careManager"]["reference"] == other(found)
    assert episode["status"] == "active"


def test_the_team_says_who_it_was_and_since_when() -> None:
    found = having(busy)
    assert isinstance(run(found, handing_over(found)), Done)
    times = {each["member"]["reference"]: each.get("period", {}) for each in in_role(found, "care-manager")}
    assert times == {found.nurse: {"end": DAY}, other(found): {"start": DAY}}


def test_new_work_goes_to_the_new_care_manager_the_same_day() -> None:
    found = having(busy)
    assert isinstance(run(found, handing_over(found)), Done)
    before = open_tasks(found, other(found))
    answers = check_in(authored=DAY, numbers=CALM, yes=("dizzy",))
    assert isinstance(run(found, RecordCheckIn(patient=found.patient, response=answers)), Done)
    assert open_tasks(found, other(found)) - before
    assert open_tasks(found, found.nurse) == set()


def test_two_programs_of_one_nurse_only_what_can_be_told_is_handed_over() -> None:
    found = having(enrolled)
    done(found, enroll(found, program="case-management"))
    before = open_tasks(found, found.nurse)
    result = run(found, handing_over(found))
    assert isinstance(result, Done)
    assert open_tasks(found, found.nurse) == before
    said = " ".join(result.told.says)
    assert all(f"(Task/{each}); which program" in said for each in before)


@pytest.mark.parametrize(
    ("discipline", "why"),
    [
        ("community-health-worker", "cannot be the new care manager"),
        ("pharmacist", "it is for: registered nurse"),
    ],
)
def test_an_unfit_discipline_is_refused(discipline: str, why: str) -> None:
    found = having(enrolled)
    result = run(found, handing_over(found, to=somebody(found, discipline)))
    assert isinstance(result, Refused), result
    assert any(why in sentence for sentence in result.why), result.why


def test_why_nobody_takes_over() -> None:
    found = having(enrolled)
    for changes, why in (
        ({"to": found.nurse}, "is the care manager already"),
        ({"to": found.physician}, "must be two different people"),
        ({"to": "Practitioner/none"}, "is not on this server"),
        ({"discipline": "RN"}, "is on record as"),
        ({"program": "case-management"}, "this person is not in the program"),
        ({"at": AFTER}, "at is in the future"),
    ):
        result = run(found, handing_over(found, **changes))
        assert isinstance(result, Refused), (changes, result)
        assert any(why in sentence for sentence in result.why), (changes, result.why)
    assert in_role(found, "care-manager")[0]["member"]["reference"] == found.nurse


def test_who_has_no_role_on_record_is_asked_for_their_discipline() -> None:
    found = having(enrolled)
    who = found.backend.create({"resourceType": "Practitioner", "active": True, "name": [{"family": "Somebody"}]})
    result = run(found, handing_over(found, to=who))
    assert isinstance(result, Refused)
    assert any("give it in discipline" in sentence for sentence in result.why)
    assert isinstance(run(found, handing_over(found, to=who, discipline="RN")), Done)


def test_a_cover_ends_with_the_time_of_whoever_was_covered() -> None:
    found = having(covered)
    to = somebody(found, "registered-nurse")
    assert isinstance(run(found, handing_over(found, to=to)), Done)
    (cover,) = in_role(found, "covering-care-manager")
    assert cover["period"]["end"] == "2026-03-09"
    answers = check_in(authored=DAY, numbers=CALM, yes=("dizzy",))
    before = open_tasks(found, to)
    assert isinstance(run(found, RecordCheckIn(patient=found.patient, response=answers)), Done)
    assert open_tasks(found, to) - before


# ---- cover


def test_new_work_goes_to_who_covers_and_what_was_there_stays() -> None:
    found = having(busy)
    hers = open_tasks(found, found.nurse)
    assert isinstance(run(found, covering(found)), Done)
    assert open_tasks(found, found.nurse) == hers
    before = open_tasks(found, other(found))
    answers = check_in(authored=DAY, numbers=CALM, yes=("dizzy",))
    assert isinstance(run(found, RecordCheckIn(patient=found.patient, response=answers)), Done)
    assert open_tasks(found, other(found)) - before
    assert open_tasks(found, found.nurse) == hers


def test_after_the_last_day_new_work_is_the_care_managers_again() -> None:
    found = having(covered)
    before = open_tasks(found, found.nurse), open_tasks(found, other(found))
    answers = check_in(authored=AFTER, numbers=CALM, yes=("dizzy",))
    assert isinstance(run(found, RecordCheckIn(patient=found.patient, response=answers), AFTER), Done)
    assert open_tasks(found, found.nurse) - before[0]
    assert open_tasks(found, other(found)) == before[1]


def test_before_the_first_day_nothing_changes() -> None:
    found = having(busy)
    assert isinstance(run(found, covering(found, first_day="2026-03-16", last_day="2026-03-20")), Done)
    before = open_tasks(found, other(found))
    answers = check_in(authored=DAY, numbers=CALM, yes=("dizzy",))
    assert isinstance(run(found, RecordCheckIn(patient=found.patient, response=answers)), Done)
    assert open_tasks(found, other(found)) == before
    assert row(found, other(found)) is None


def test_who_covers_sees_the_tasks_of_who_is_away_and_for_how_long() -> None:
    found = having(covered)
    shown = row(found, other(found))
    assert shown is not None
    listed = {due.task.partition("/")[2] for due in shown.dues}
    assert open_tasks(found, found.nurse) <= listed
    assert shown.notes[0].startswith("covering for ")
    assert shown.notes[0].endswith("until Fri 2026-03-13")
    assert found.nurse not in shown.notes[0], "by name, where the team has it"
    assert {due.owner for due in shown.dues} == {shown.notes[0].removeprefix("covering for ").partition(" until")[0]}
    assert shown.identity.name


def test_the_cover_is_over_by_itself() -> None:
    found = having(covered)
    assert row(found, other(found), AFTER) is None
    assert row(found, found.nurse, AFTER) is not None


def test_what_went_to_who_covered_is_not_lost_afterwards() -> None:
    """Nothing has to be given back: the care manager sees it until it is done."""
    found = having(covered)
    answers = check_in(authored=DAY, numbers=CALM, yes=("dizzy",))
    assert isinstance(run(found, RecordCheckIn(patient=found.patient, response=answers)), Done)
    theirs = open_tasks(found, other(found))
    shown = row(found, found.nurse, AFTER)
    assert theirs
    assert shown is not None
    assert theirs <= {due.task.partition("/")[2] for due in shown.dues}
    assert any("covered for you until Fri 2026-03-13, and still has Tasks" in note for note in shown.notes)


def test_somebody_elses_tasks_about_the_person_are_not_shown() -> None:
    found = having(covered)
    physicians = open_tasks(found, found.physician)
    shown = row(found, other(found))
    assert physicians
    assert shown is not None
    assert not physicians & {due.task.partition("/")[2] for due in shown.dues}


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [
        ("2026-03-09", "2026-03-13", True),
        ("2026-03-13", "2026-03-14", True),
        ("2026-03-14", "2026-03-16", False),
    ],
)
def test_overlapping_covers_are_refused(first: str, last: str, overlaps: bool) -> None:
    found = having(covered)
    result = run(
        found, covering(found, by=somebody(found, "registered-nurse"), first_day=first, last_day=last, reason="other")
    )
    assert isinstance(result, Done) is not overlaps, result
    if first != "2026-03-09" and overlaps:
        assert isinstance(result, Refused)
        assert any("until 2026-03-13 already" in sentence for sentence in result.why)
    assert len(in_role(found, "covering-care-manager")) == (1 if overlaps else 2)


def test_why_nobody_covers() -> None:
    found = having(enrolled)
    for changes, why in (
        ({"by": found.nurse}, "is the care manager: name somebody else"),
        ({"by": somebody(found, "community-health-worker")}, "cannot be the covering care manager"),
        ({"last_day": "2026-03-08", "first_day": "2026-03-02"}, "last_day is over"),
        ({"last_day": "2026-03-08"}, "last_day is before first_day"),
        ({"program": "case-management"}, "this person is not in the program"),
    ):
        result = run(found, covering(found, **changes))
        assert isinstance(result, Refused), (changes, result)
        assert any(why in sentence for sentence in result.why), (changes, result.why)


def test_the_overview_says_who_covers() -> None:
    found = having(covered)
    shown = found.backend.run(
        runner.show(OVERVIEW, Overview(patient=found.patient), found.occasion(), found.backend.server())
    )
    (cover,) = [each for each in shown.section("people").rows if each.what == "cover"]
    assert "until 2026-03-13" in cover.detail
