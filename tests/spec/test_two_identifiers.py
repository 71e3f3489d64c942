"""Two identifiers everywhere a patient is shown, and namesakes on one list are marked (rule 36)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from carefhir.commands import Overview, Worklist
from carefhir.content.loading import load
from carefhir.engine import runner
from carefhir.faces import terminal_readings
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import namesakes, patient
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.looking.overview import OVERVIEW
from carefhir.workflows.looking.worklist import WORKLIST
from tests.spec.tables import Json
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage

TODAY = date(2026, 3, 9)
SSN = "http://hl7.org/fhir/sid/us-ssn"
V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"


def typed(code: str, value: str, system: str = V2, **more: Any) -> Json:
    return {"type": {"coding": [{"system": system, "code": code}]}, "value": value, **more}


def person(*identifiers: Json, **more: Any) -> Record:
    return Record(encode({"resourceType": "Patient", "id": "1", "identifier": list(identifiers), **more}))


NONE = "no medical record number on record"
NUMBERS: dict[str, tuple[list[Json], str]] = {
    "a record number": ([typed("MR", "77")], "MRN 77"),
    "a record number after others": ([{"use": "official", "value": "1"}, typed("MR", "77")], "MRN 77"),
    "two record numbers, one official": ([typed("MR", "1"), typed("MR", "77", use="official")], "MRN 77"),
    "two record numbers, one old": ([typed("MR", "1", use="old"), typed("MR", "77")], "MRN 77"),
    "a record number that has ended": ([typed("MR", "1", period={"end": "2020-01-01"}), typed("MR", "77")], "MRN 77"),
    "typed as in STU3": ([typed("MR", "77", "http://hl7.org/fhir/v2/0203")], "MRN 77"),
    "typed by OID": ([typed("MR", "77", "urn:oid:2.16.840.1.113883.12.203")], "MRN 77"),
    "typed in words": ([{"type": {"text": "MRN"}, "value": "77"}], "MRN 77"),
    "typed in more words": ([{"type": {"text": " Medical Record Number "}, "value": " 77 "}], "MRN 77"),
    "an official number": ([{"value": "1"}, {"use": "official", "value": "77"}], "record number 77"),
    "a usual number": ([{"use": "secondary", "value": "1"}, {"use": "usual", "value": "77"}], "record number 77"),
    "official before usual": ([{"use": "usual", "value": "1"}, {"use": "official", "value": "77"}], "record number 77"),
    "a social security number by system": ([{"use": "official", "system": SSN, "value": "123456789"}], NONE),
    "a social security number by type": ([typed("SS", "123456789", use="official")], NONE),
    "a social security number by words": (
        [{"use": "official", "type": {"text": "Social Security Number"}, "value": "123456789"}],
        NONE,
    ),
    "a social security number by OID": (
        [{"use": "official", "system": "urn:oid:2.16.840.1.113883.4.1", "value": "123456789"}],
        NONE,
    ),
    "a social security number by its form": ([{"use": "official", "value": "123-45-6789"}], NONE),
    "a number without use or type": ([{"system": "http://x.example", "value": "1"}], NONE),
    "a number of ours": ([{"use": "usual", "system": "https://carefhir.org/fhir/sid/step", "value": "1"}], NONE),
    "an empty number": ([typed("MR", " ")], NONE),
    "a number that is no text": ([{**typed("MR", ""), "value": 77}], NONE),
    "none": ([], NONE),
}


@pytest.mark.parametrize(("identifiers", "words"), NUMBERS.values(), ids=NUMBERS)
def test_which_number_is_shown(identifiers: list[Json], words: str) -> None:
    assert patient.number(person(*identifiers), TODAY) == words


@pytest.mark.parametrize(
    ("birth", "words"),
    [("1979-09-09", "born 1979-09-09"), ("1979", "born 1979"), (None, "no birth date on record")],
)
def test_the_birth_date_or_that_there_is_none(birth: str | None, words: str) -> None:
    found = person(typed("MR", "77"), **({"birthDate": birth} if birth else {}), name=[{"text": "Kim Tran"}])
    assert patient.born(found) == words
    heading = patient.heading(found, TODAY)
    assert heading.startswith("Kim Tran")
    assert heading.endswith(f"{words}, MRN 77")


def name(family: str, *given: str, **more: Any) -> list[Json]:
    return [{"family": family, "given": list(given), **more}]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (name("Tran", "Kim"), name("Tran", "Kim"), True),
        (name("Tran", "Kim"), name("TRAN", "kim"), True),
        (name("Tran", "Kim"), name("Trân", "Kím"), True),
        (name("Tran", "Kim"), name("Tran", "Kim", "Anh"), True),
        (name("Tran", "Kim"), name("Kim", "Tran"), True),
        (name("Tran", "Kim"), [{"text": "Kim Tran"}], True),
        (name("Tran", "Kim"), [{"text": "Tran, Kim"}], True),
        (name("O'Neil", "Ann"), name("O’Neil", "Ann"), True),
        (name("Tran", "Kim"), name("Tran", "Kai"), False),
        (name("Tran", "Kim"), name("Tram", "Kim"), False),
        (name("Tran", "Kim"), name("Tran", "Kim", suffix=["Jr."]), True),
        (name("Tran", "Kim"), name("Tran Jr", "Kim"), True),
        (name("Tran", "Kim"), [{"text": "Kim Tran III"}], True),
        (name("Tran", "Kim"), name("Tran", "K."), True),
        (name("Tran", "Kim"), name("Tran-Lee", "Kim"), True),
        (name("Tran Lee", "Kim"), name("Lee", "Kim"), True),
        (name("Smith", "Mary Ann"), name("Smith", "Mary"), True),
        (name("Smith", "Ann"), name("Smith", "Mary", "Ann"), True),
        (name("Tran-Lee", "Kim"), name("Tran-Lee", "Ann"), False),
        (name("Tran", "Kim", suffix=["Jr."]), name("Lee", "Ann", suffix=["Jr."]), False),
        (name("Tran", "Kim"), name("Tran", "A."), False),
        (name("Smith", "John", "Michael"), name("Smith", "David", "Michael"), False),
        (name("O'Neil", "Ann"), name("O'Brien", "Ann"), False),
        (name("Tran", "Kim"), [], False),
        ([], [], False),
    ],
)
def test_who_is_a_namesake(first: list[Json], second: list[Json], alike: bool) -> None:
    one, other = (namesakes.candidates(person(name=names), load(), TODAY) for names in (first, second))
    assert namesakes.alike(one, other) is alike
    assert namesakes.alike(other, one) is alike


# ---- as it is shown


@pytest.fixture
def kim() -> Stage:
    return stage(sandbox_backend(), "kim")


def tasked(found: Stage, who: str) -> None:
    found.backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"text": "call"},
            "for": {"reference": who},
            "owner": {"reference": found.nurse},
        }
    )


def listed(found: Stage) -> List:
    shown: List = found.backend.run(runner.show(WORKLIST, Worklist(), found.occasion(), found.backend.server()))
    return shown


def other(found: Stage, names: list[Json], **more: Any) -> str:
    return found.backend.create({"resourceType": "Patient", "name": names, **more})


def test_the_page_is_headed_by_name_birth_date_and_number(kim: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    command = Overview(patient=kim.patient)
    picture = kim.backend.run(runner.show(OVERVIEW, command, kim.occasion(), kim.backend.server()))
    for words in ("Kim", "born 1979-09-09", "MRN RB-133958"):
        assert words in picture.heading
    terminal_readings.picture(picture)
    assert "born 1979-09-09, MRN RB-133958" in " ".join(capsys.readouterr().out.split())


def test_every_row_of_a_worklist_has_both(kim: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """One row for each person; also for one who is not to be called."""
    gone = other(kim, name("Nadir", "Sam"), birthDate="1940-01-01", deceasedBoolean=True)
    for who in (kim.patient, kim.patient, gone):
        tasked(kim, who)
    rows = listed(kim).rows
    (living,) = [row for row in rows if row.patient == kim.patient]
    assert (living.identity.born, living.identity.number) == ("born 1979-09-09", "MRN RB-133958")
    (dead,) = [row for row in rows if row.patient == gone]
    assert (dead.identity.born, dead.identity.number) == ("born 1940-01-01", NONE)
    terminal_readings.worklist(listed(kim))
    shown = "".join(capsys.readouterr().out.split())
    assert shown.count("born1979-09-09,") == 1
    assert shown.count("born1940-01-01,") == 1


def test_namesakes_on_one_list_are_marked(kim: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    twin = other(kim, name("TRAN", "Kim", "Anh"), birthDate="1950-02-02")
    for who in (kim.patient, kim.patient, twin, other(kim, name("Nadir", "Sam")), other(kim, [])):
        tasked(kim, who)
    rows = listed(kim).rows
    marked = {row.patient for row in rows if row.namesake}
    assert marked == {kim.patient, twin}
    assert {row.namesake for row in rows if row.patient == twin} == {"another person with this name is on this list"}
    terminal_readings.worklist(listed(kim))
    shown = "".join(capsys.readouterr().out.split())
    assert "ANOTHERPERSON" in shown


def test_one_person_with_several_tasks_is_no_namesake_of_themselves(kim: Stage) -> None:
    for _ in range(3):
        tasked(kim, kim.patient)
    assert {row.namesake for row in listed(kim).rows} == {""}


def test_what_is_urgent_without_a_due_day_is_due_now(kim: Stage) -> None:
    """Under what is stat, above every due day; what is routine without a due day stays last."""
    task = {
        "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": kim.patient},
        "owner": {"reference": kim.nurse},
    }  # fmt: skip
    kim.backend.create({**task, "code": {"text": "routine"}})
    kim.backend.create({**task, "code": {"text": "overdue"}, "restriction": {"period": {"end": "2026-03-01"}}})
    kim.backend.create({**task, "code": {"text": "urgent"}, "priority": "urgent"})
    kim.backend.create({**task, "code": {"text": "stat"}, "priority": "stat"})
    (row,) = [row for row in listed(kim).rows if row.patient == kim.patient]
    tasks = [each for each in row.dues if each.what in ("routine", "overdue", "urgent", "stat")]
    assert [each.what for each in tasks] == ["stat", "urgent", "overdue", "routine"]
    assert [each.when for each in tasks] == ["NOW", "NOW: urgent, no due day", "overdue Sun 2026-03-01", "no due day"]
    assert [each.pressing for each in tasks] == [True, True, True, False]


@pytest.mark.parametrize(
    ("period", "over"),
    [({"end": "2026-03-01"}, True), ({"end": "2026-03-09"}, False), ({"start": "2026-01-01"}, False), ({}, False)],
)
def test_a_flag_whose_time_is_over_stands_elsewhere(kim: Stage, period: Json, over: bool) -> None:
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "Isolation"}, "period": period}
    kim.backend.create({**flag, "subject": {"reference": kim.patient}})
    page = kim.backend.run(runner.show(OVERVIEW, Overview(patient=kim.patient), kim.occasion(), kim.backend.server()))
    shown = {section.title: str(section.rows) for section in page.sections}
    assert ("Isolation" in shown["Take note"]) is not over
    assert ("Isolation" in shown.get("Flags whose time is over", "")) is over
