"""What a person reads: whom not to call, what a page holds, how it stands at 80 columns, what is never said back."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from carefhir.demo import journey as demo
from carefhir.faces import care as client
from carefhir.faces import cli, terminal
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import patient
from tests.faces.conftest import NOW, Json, Said, Ward, invoke, response
from tests.support.stories.monitoring import check_in

OLD_PHONE = {"system": "phone", "value": "+1-555-0199", "use": "old", "period": {"end": "2019-05-01"}}
ENDED_PHONE = {"system": "phone", "value": "+1-555-0198", "rank": 1, "period": {"end": "2019-05-01"}}
PHONE = {"system": "phone", "value": "+1-555-0120", "use": "mobile"}


def day(ward: Ward, *more: str, who: str = "") -> Said:
    said = invoke("worklist", "--server", ward.front.base, "--as", who or ward.nurse, "--now", NOW, *more)
    assert said.code == 0, said
    return said


def page(ward: Ward, *more: str, now: str = NOW) -> Said:
    said = invoke("overview", "--server", ward.front.base, "--patient", ward.patient, "--now", now, *more)
    assert said.code == 0, said
    return said


def section(ward: Ward, name: str, now: str = NOW) -> list[Json]:
    """The typed rows of one part of the page."""
    (found,) = [part for part in page(ward, "--json", now=now).json["sections"] if part["name"] == name]
    rows: list[Json] = found["rows"]
    return rows


def entries(ward: Ward, name: str, now: str = NOW) -> list[tuple[str, ...]]:
    """The rows of a part that is of entries: what, detail, day and reference."""
    return [(row["what"], row["detail"], row["day"], row["reference"]) for row in section(ward, name, now)]


# -- the worklist ------------------------------------------------------------------------------------------------------

NOT_TO_BE_CALLED: dict[str, tuple[Json, str]] = {
    "dead": ({"deceasedBoolean": True}, "recorded as deceased"),
    "dead since": ({"deceasedDateTime": "2026-03-08"}, "recorded as deceased"),
    "merged": ({"link": [{"type": "replaced-by", "other": {"reference": "KIM"}}]}, "merged into Patient/"),
    "merged by identifier": (
        {"link": [{"type": "replaced-by", "other": {"identifier": {"system": "urn:x", "value": "1"}}}]},
        "merged into another record",
    ),
    "inactive": ({"active": False}, "record marked inactive"),
}


@pytest.mark.parametrize("what", NOT_TO_BE_CALLED)
def test_nobody_is_asked_to_call_them(ward: Ward, what: str) -> None:
    changes, words = NOT_TO_BE_CALLED[what]
    assert ward.transition().code == 0
    ward.front.load("kim")
    kim = ward.front.find("Patient", "kim")
    ward.front.change(ward.patient, **json.loads(json.dumps(changes).replace("KIM", kim)))
    said = day(ward)
    assert f"DO NOT CALL: {words}" in said.words
    assert "555" not in said.words
    for row in day(ward, "--json").json["rows"]:
        identity = row["identity"]
        assert (identity["phone"], identity["do_not_call"].startswith(words)) == ("", True)


@pytest.mark.parametrize(
    ("named", "description", "shown"),
    [
        ("Salt: where it hides", "Salt: where it hides. Teach reading labels. And more.", "NOW Salt: where it hides"),
        ("Salt: where it hides", "Salt: where it hides.", "NOW Salt: where it hides"),
        ("", "Teach reading labels. And more.", "NOW plan item: Teach reading labels"),
    ],
)
def test_an_item_of_the_plan_is_called_by_its_name_and_not_twice(
    ward: Ward, named: str, description: str, shown: str
) -> None:
    coding = {"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "plan-item"}
    task: Json = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [coding], **({"text": named} if named else {})},
        "description": description,
        "for": {"reference": ward.patient},
        "owner": {"reference": ward.nurse},
    }
    ward.front.create(task)
    ward.front.create({**task, "status": "draft", "description": "of a plan that nobody has agreed to"})
    (row,) = day(ward, "--json").json["rows"]
    assert [task["what"] for task in row["this_week"]] == [named or "plan item"]
    assert (row["now"], row["later"]) == ([], [])
    ward.front.create({**task, "priority": "stat"})
    assert shown in day(ward).words
    assert "of a plan that nobody" not in day(ward).words


@pytest.mark.parametrize("telecom", [[OLD_PHONE, PHONE], [ENDED_PHONE, PHONE], [{**PHONE, "rank": 2}, OLD_PHONE]])
def test_a_number_no_longer_theirs_is_not_called(ward: Ward, telecom: list[Json]) -> None:
    assert ward.enroll().code == 0
    ward.front.change(ward.patient, telecom=telecom)
    assert {row["identity"]["phone"] for row in day(ward, "--json").json["rows"]} == {"+1-555-0120"}


def test_nothing_but_old_numbers_is_no_number(ward: Ward) -> None:
    assert ward.enroll().code == 0
    ward.front.change(ward.patient, telecom=[OLD_PHONE, ENDED_PHONE])
    assert {row["identity"]["phone"] for row in day(ward, "--json").json["rows"]} == {""}


def test_an_odd_rank_does_not_hide_the_day() -> None:
    telecom: list[Json] = [{**PHONE, "rank": "1"}, {**PHONE, "value": "+1-555-0121", "rank": 2}, {"system": "phone"}]
    record = Record(encode({"resourceType": "Patient", "id": "1", "telecom": telecom}))
    assert patient.phone(record) == "+1-555-0121"


def test_a_name_no_longer_borne_is_not_shown(ward: Ward) -> None:
    former = {"use": "old", "family": "Former", "given": ["Rosa"]}
    ended = {"use": "usual", "text": "Rosa Ended", "period": {"end": "2020"}}
    ward.front.change(ward.patient, name=[former, ended, {"use": "official", "text": "Rosa Present"}])
    assert ward.enroll().code == 0
    for said in (day(ward), page(ward)):
        assert "Rosa Present" in said.words
        assert "Former" not in said.words
        assert "Ended" not in said.words


def test_the_list_says_whose_it_is_and_why(ward: Ward) -> None:
    assert ward.transition().code == 0
    said = day(ward)
    assert said.stdout.startswith(f"Dana Whitfield ({ward.nurse}): ")
    assert "no contact on record, no visit booked" in said.words
    assert said.stdout.count("+1-555-0120") == 1, "once for each person"
    assert day(ward, "--json").json["name"] == "Dana Whitfield"


# -- the page ----------------------------------------------------------------------------------------------------------


def test_allergies_are_shown_the_dangerous_first(ward: Ward) -> None:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance"
    made: Json = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": f"{system}-clinical", "code": "active"}]},
        "criticality": "high",
        "code": {"text": "peanut"},
        "patient": {"reference": ward.patient},
        "reaction": [{"manifestation": [{"text": "anaphylaxis"}], "severity": "severe"}],
    }
    ward.front.create(made)
    refuted = {"coding": [{"system": f"{system}-verification", "code": "refuted"}]}
    ward.front.create({**made, "code": {"text": "latex"}, "verificationStatus": refuted})
    assert entries(ward, "allergies") == [
        ("peanut", "HIGH RISK, anaphylaxis (severe)", "", ""),
        ("penicillin", "low risk, hives", "", ""),
    ]
    assert "latex" not in page(ward).words


def test_care_plans_and_consents_are_shown(ward: Ward) -> None:
    plan: Json = {"resourceType": "CarePlan", "intent": "plan", "subject": {"reference": ward.patient}}
    where = ward.front.create({**plan, "status": "active", "title": "Stay home", "created": "2026-03-02"})
    ward.front.create({**plan, "status": "revoked", "title": "Given up"})
    assert ward.enroll().code == 0
    assert entries(ward, "plans") == [("Stay home", "active", "since 2026-03-02", f"{where}, version 1")]
    ((about, form, at, _),) = entries(ward, "consents")
    assert about.startswith("care management: ")
    assert (form, at) == ("verbal, active", "2026-03-09")


def test_what_is_to_be_decided_and_what_is_booked_are_shown(ward: Ward) -> None:
    issue: Json = {"resourceType": "DetectedIssue", "patient": {"reference": ward.patient}, "detail": "salt or no salt"}
    open_one = ward.front.create({**issue, "status": "preliminary"})
    ward.front.create({**issue, "status": "final"})
    ward.front.create({**issue, "status": "preliminary", "mitigation": [{"action": {"text": "no salt"}}]})
    visit: Json = {
        "resourceType": "Appointment",
        "start": "2026-03-12T16:00:00Z",
        "end": "2026-03-12T16:30:00Z",
        "description": "follow-up",
        "participant": [{"actor": {"reference": ward.patient}, "status": "accepted"}],
    }
    booked = ward.front.create({**visit, "status": "booked"})
    ward.front.create({**visit, "status": "cancelled"})
    ward.front.create({**visit, "status": "booked", "start": "2026-03-02T16:00:00Z", "end": "2026-03-02T16:30:00Z"})
    assert entries(ward, "to-decide") == [("salt or no salt", "", "", open_one)]
    ((_, what, status, where),) = entries(ward, "visits")
    assert (what, status, where) == ("follow-up", "booked", booked)


def test_a_declined_consent_says_so(ward: Ward) -> None:
    assert ward.enroll().code == 0
    (one,) = ward.front.search(f"Consent?patient={ward.patient}")
    ward.front.change(f"Consent/{one['id']}", provision={"type": "deny"})
    ((_, form, *_),) = entries(ward, "consents")
    assert form == "DECLINED, verbal, active"


@pytest.mark.parametrize(
    ("end", "now", "shown"),
    [
        ("2026-03-06T23:30:00-05:00", "2026-03-09T10:00:00-05:00", "2026-03-06"),
        ("2026-03-06T23:30:00-05:00", "2026-03-09T15:00:00+00:00", "2026-03-06"),
        ("2026-03-07T04:30:00Z", "2026-03-09T10:00:00-05:00", "2026-03-06 or 2026-03-07"),
        ("2026-03-07T04:30:00+00:00", "2026-03-09T15:00:00+00:00", "2026-03-06 or 2026-03-07"),
        ("2026-03-07T18:30:00Z", "2026-03-09T15:00:00+00:00", "2026-03-07"),
        ("2026-03-06", "2026-03-09T10:00:00-05:00", "2026-03-06"),
    ],
)
def test_the_days_of_a_stay_are_those_of_its_own_clock(ward: Ward, end: str, now: str, shown: str) -> None:
    ward.front.change(ward.stay, period={"start": "2026-03-01", "end": end})
    days = {row[3]: row[1] for row in entries(ward, "stays", now)}
    assert days[ward.stay] == f"2026-03-01 to {shown}"


def test_the_page_names_people_and_programs(ward: Ward) -> None:
    assert ward.enroll().code == 0
    assert "care-management" not in page(ward).words
    assert entries(ward, "people") == [
        ("care management", "active, care manager Dana Whitfield", "", ward.nurse),
        ("team", "supervising provider Samuel Okafor", "", ward.physician),
    ]
    assert section(ward, "to-do")[0]["owner"] == "Dana Whitfield"


def test_what_cannot_wait_leads_the_open_tasks(ward: Ward) -> None:
    assert ward.transition().code == 0
    assert ward.record(response("rosa-phq-9-item-9")).code == 0
    names = [(row["what"], row["when"]) for row in section(ward, "to-do")]
    assert names[0] == ("safety review", "NOW")
    assert ("receive packet", "overdue Sun 2026-03-08") in names


@pytest.mark.parametrize("columns", [80, 120])
def test_wrapped_cells_stay_under_their_column(ward: Ward, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr(terminal.out, "_width", columns)
    assert ward.enroll(reason="many words " * 20).code == 0
    for said in (page(ward), ward.enroll(reason="many words " * 20), day(ward), invoke("steps")):
        assert all(len(line) <= columns for line in said.stdout.splitlines())
    titles = [one["title"] for one in page(ward, "--json").json["sections"]]
    for line in page(ward).stdout.splitlines()[1:]:
        assert line.startswith("  ") or line.startswith((*titles, "Spanish, interpreter", "None on record")), line


# -- what must not be read wrongly ------------------------------------------------------------------------------------


def medicine(ward: Ward, name: str, **more: Any) -> str:
    values = {"status": "active", "intent": "order", "authoredOn": "2026-03-06", **more}
    about = {"subject": {"reference": ward.patient}, "medicationCodeableConcept": {"text": name}}
    return ward.front.create({"resourceType": "MedicationRequest", **about, **values})


def medicine_rows(ward: Ward, name: str) -> list[Json]:
    return [row for row in section(ward, "medicines") if row["name"].startswith(name)]


def test_a_proposal_is_no_medicine_and_an_order_not_to_give_says_so(ward: Ward) -> None:
    where = medicine(ward, "warfarin 5 MG", doNotPerform=True)
    medicine(ward, "digoxin 125 MCG", intent="proposal")
    medicine(ward, "colchicine 0.6 MG", intent="plan")
    medicine(ward, "allopurinol 100 MG")
    names = [row["name"].split()[0] for row in section(ward, "medicines")]
    assert "allopurinol" in names
    assert not {"digoxin", "colchicine"} & set(names)
    (warfarin,) = medicine_rows(ward, "warfarin")
    assert warfarin["standing"] == "not to be taken"
    assert warfarin["sources"] == [f"AN ORDER NOT TO TAKE IT 2026-03-06 ({where})"]


def test_a_medicine_ordered_twice_and_stated_is_one_row(ward: Ward) -> None:
    dose = [{"text": "1 tablet in the evening"}]
    medicine(ward, "allopurinol 100 MG Oral Tablet", dosageInstruction=dose)
    medicine(ward, "allopurinol 100 MG Oral Tablet", dosageInstruction=dose, authoredOn="2025-01-02")
    ward.front.create(
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": {"reference": ward.patient},
            "medicationCodeableConcept": {"text": "allopurinol 100 MG Oral Tablet"},
            "dosage": dose,
            "dateAsserted": "2026-03-08",
        }
    )
    (row,) = medicine_rows(ward, "allopurinol")
    assert (row["name"], row["doses"]) == ("allopurinol 100 MG Oral Tablet", ["1 tablet in the evening"])
    assert row["sources"] == ["ordered 2026-03-06", "stated 2026-03-08"]
    assert (row["standing"], row["reconciled"]) == ("", ""), "nobody has reconciled anything yet"


def test_doses_that_differ_are_both_shown_with_their_sources(ward: Ward) -> None:
    medicine(ward, "allopurinol 100 MG", dosageInstruction=[{"text": "1 tablet"}])
    medicine(ward, "allopurinol 300 MG", dosageInstruction=[{"text": "2 tablets"}], authoredOn="2026-03-07")
    (row,) = medicine_rows(ward, "allopurinol")
    assert row["doses"] == ["2 tablets (ordered 2026-03-07)", "1 tablet (ordered 2026-03-06)"]


def test_an_item_of_a_plan_is_called_by_its_name(ward: Ward) -> None:
    ward.front.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {
                "coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "plan-item"}],
                "text": "Screen: frailty",
            },
            "for": {"reference": ward.patient},
        }
    )
    assert section(ward, "to-do")[0]["what"] == "Screen: frailty"


def test_what_is_held_is_never_overdue_and_comes_last(ward: Ward) -> None:
    """On both lists, with the reason; whatever its priority was."""
    assert ward.transition().code == 0
    (contact,) = [task for task in ward.front.search(f"Task?patient={ward.patient}") if _is(task, "contact-patient")]
    held = {"status": "on-hold", "priority": "stat", "statusReason": {"text": "back in hospital"}}
    ward.front.change(f"Task/{contact['id']}", **held)
    last = section(ward, "to-do", "2026-04-01T10:00:00-05:00")[-1]
    assert (last["group"], last["when"], last["why"]) == ("on hold", "on hold", "back in hospital")
    assert (last["task"], last["pressing"]) == (f"Task/{contact['id']}", False)
    (row,) = day(ward, "--json").json["rows"]
    assert row["on_hold"] == [{**last, "owner": ""}]
    assert "on hold: contact the patient (back in hospital)" in day(ward).words


def _is(task: Json, code: str) -> bool:
    return any(coding.get("code") == code for coding in task["code"].get("coding", ()))


def test_a_paused_program_is_noted_first(ward: Ward) -> None:
    assert ward.enroll().code == 0
    (episode,) = ward.front.search(f"EpisodeOfCare?patient={ward.patient}")
    pause = [{"url": "since", "valueDateTime": NOW}, {"url": "reason", "valueString": "away until April"}]
    extension = [{"url": "https://carefhir.org/fhir/StructureDefinition/pause", "extension": pause}]
    ward.front.change(f"EpisodeOfCare/{episode['id']}", status="onhold", extension=extension)
    assert section(ward, "take-note") == [{"words": "PAUSED: care management since 2026-03-09: away until April"}]
    assert section(ward, "people")[0]["detail"].startswith("paused")
    (row,) = day(ward, "--json").json["rows"]
    assert row["notes"] == ["PAUSED: care management since 2026-03-09: away until April"]


# -- the printed preview command ---------------------------------------------------------------------------------------


class Clock(datetime):
    """Moves on by more than a second whenever it is looked at."""

    at = datetime(2026, 3, 9, 15, 0, 0, 700_000, tzinfo=UTC)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        cls.at += timedelta(seconds=1.2)
        return cls.at.astimezone(tz or timezone(timedelta(hours=-5)))


@pytest.mark.parametrize("as_json", [False, True])
def test_the_moment_a_preview_names_is_the_one_it_was_decided_for(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    monkeypatch.setattr(client, "datetime", Clock)
    whom = ["--patient", ward.patient, "--as", ward.nurse, "--server", ward.front.base]
    said = invoke("preview", "enroll", *whom, *ward.enrollment(), *(["--json"] if as_json else []))
    if as_json:
        now, sha = said.json["now"], said.json["sha256"]
    else:
        now, sha = re.findall(r"--now (\S+) --expect ([0-9a-f]{64})$", said.stdout, re.M)[0]
    done = invoke("run", "enroll", *whom, *ward.enrollment(), "--now", now, "--expect", sha)
    assert done.code == 0, done


# -- help and mistakes -------------------------------------------------------------------------------------------------


def test_help_is_whole_at_80_columns() -> None:
    said = invoke("--help")
    assert "..." not in said.stdout.replace("[ARGS]...", "")
    for name in ("sandbox", "steps", "preview", "run", "overview", "worklist", "doctor", "demo"):
        told = invoke(name, "--help")
        assert "Example:\n    carefhir " + name in told.stdout, told.stdout
        assert "{" not in told.stdout
        assert "list[str]" not in told.stdout
        assert all(len(line) <= 80 for line in told.stdout.splitlines()), told.stdout


def test_the_steps_say_which_values_a_field_takes() -> None:
    said = invoke("steps")
    for words in (
        "one of: care-management, case-management",
        "one of: verbal, written",
        "one of: registered-nurse, social-worker",
        "--set response=@FILE",
        "--patient Patient/ID",
    ):
        assert words in said.words, words
    (enroll,) = [one for one in invoke("steps", "--json").json if one["name"] == "enroll"]
    assert enroll["choices"]["consent"] == ["verbal", "written"]
    assert "case-management" in enroll["choices"]["program"]


def test_a_missing_field_says_how_it_is_given(ward: Ward) -> None:
    said = ward.enroll(program=None, care_manager=None)
    assert said.code == 2
    assert "program is required: --set program=…; care_manager is required: --set care_manager=…" in said.words
    assert "response is required: --set response=@FILE" in ward.step("run", "record-assessment").words


LEAKS: dict[str, list[str]] = {
    "no equals sign": ["--set", "Rosa Delgado born 1951"],
    "no such field": ["--set", "Rosa Delgado=1951"],
    "a file that is not there": ["--input", "/nowhere/delgado.json"],
    "a file of a field": ["--set", "reason=@/nowhere/delgado.json"],
    "an impossible file": ["--input", "delgado\x00"],
    "a second word without quotes": ["--set", "reason=Rosa", "Delgado"],
}


@pytest.mark.parametrize("what", LEAKS)
def test_a_mistake_is_not_said_back(
    ward: Ward, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    whom = ["--patient", ward.patient, "--as", ward.nurse, "--server", ward.front.base]
    monkeypatch.setattr(sys, "argv", ["carefhir", "run", "enroll", *whom, *LEAKS[what]])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.err.startswith("carefhir: ")
    for secret in ("delgado", "Delgado", "1951", "nowhere"):
        assert secret not in said.err + said.out


def test_an_unknown_field_of_a_file_is_not_said_back(ward: Ward) -> None:
    said = ward.step("run", "enroll", "--input", "-", given=b'{"Rosa Delgado": 1951}')
    assert said.code == 2
    assert "Delgado" not in said.words


def test_a_file_to_load_is_not_said_back(tmp_path: Path) -> None:
    said = invoke("sandbox", "--port", "0", "--load", str(tmp_path), "--load", str(tmp_path / "delgado.json"))
    assert said.code == 2
    assert "number 2 of 2" in said.words
    assert "delgado" not in said.words


@pytest.mark.parametrize(
    ("called", "printed"),
    [
        ("/x/carefhir/__main__.py", str(Path(sys.executable).with_name("carefhir"))),
        (".venv/bin/carefhir", ".venv/bin/carefhir"),
    ],
)
def test_the_demo_prints_how_it_was_called(monkeypatch: pytest.MonkeyPatch, called: str, printed: str) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setenv("PATH", "")
    assert demo.program() == printed


def test_the_demo_found_on_the_path_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "carefhir"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert demo.program() == "carefhir"


def test_what_is_wrong_inside_a_list_is_named_by_its_place() -> None:
    """Which item and which of its fields; what was written there is not said back."""
    answers = json.dumps([{"goal": "Goal/1", "answer": "agree"}, {"goal": "Goal/2", "Rosa Delgado": "x"}])
    said = invoke(
        "run", "record-agreement", "--server", "http://127.0.0.1:9/fhir", "--as", "Practitioner/1", "--patient", "1",
        "--set", "plan=1", "--set", "talked=2026-03-09T10:00:00-05:00", "--set", "copy_given=true",
        "--set", f"answers={answers}",
    )  # fmt: skip
    assert said.code == 2, said
    assert "answers (--set answers=@FILE), number 2, answer: is required" in said.stderr
    assert "Delgado" not in said.stderr


def test_an_emergency_is_said_though_nothing_listens(tmp_path: Path) -> None:
    """Rule 1: the Task records the act, it is not the act."""
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(check_in(yes=("breath-at-rest",)), default=float))
    said = invoke(
        "run", "record-check-in", "--server", "http://127.0.0.1:9/fhir", "--as", "Practitioner/1", "--patient", "1",
        "--set", f"response=@{answers}",
    )  # fmt: skip
    assert said.code == 5, said
    assert "DO NOW" in said.stdout
    assert "911" in said.stdout
