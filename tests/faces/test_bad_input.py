"""What people mistype, and what records stand in the way: one sentence, the right exit code, and nothing written.

The exception is protection: where a safety item is positive or unanswered, Task and Flag are written whatever is
wrong with the form, and the response is kept as a draft without scores.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faces.conftest import LATER, NOW, Json, Said, Ward, invoke, response, response_file

PHQ9_ITEM_9 = "44260-8"
SHOE_SIZE: Json = {"linkId": "shoe-size", "answer": [{"valueInteger": 43}]}
RDF = "https://carefhir.org/fhir/Questionnaire"


def refused_to_understand(said: Said, *words: str) -> None:
    """A usage error: exit 2, one sentence on standard error, nothing on standard output."""
    assert said.code == 2, said
    assert said.stdout == ""
    assert said.stderr.startswith(("carefhir: ", "Usage: ")), said.stderr
    for word in words:
        assert word in said.words, (word, said.words)


def refused(said: Said, *words: str) -> None:
    assert said.code == 3, said
    assert "refused" in said.words
    for word in words:
        assert word in said.words, (word, said.words)


class Nothing:
    """Checks that nothing at all was written meanwhile."""

    def __init__(self, ward: Ward) -> None:
        self._front = ward.front
        self._before = ward.front.versions()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            assert self._front.written_since(self._before) == []


# -- the command itself ------------------------------------------------------------------------------------------------

MALFORMED: dict[str, tuple[Callable[[Ward], Said], tuple[str, ...]]] = {
    "unknown step": (lambda w: w.step("run", "enrol"), ("'enrol'", "enroll", "record-assessment", "open-transition")),
    "unknown field": (lambda w: w.enroll(nurse="x"), ("--set: enroll has no such field", "care_manager")),
    "missing fields": (
        lambda w: w.enroll(consent=None, reason=None),
        ("consent is required: --set consent=…", "reason is required: --set reason=…"),
    ),
    "empty reason": (lambda w: w.enroll(reason=""), ("reason", "at least 1 character")),
    "consent of no known kind": (lambda w: w.enroll(consent="nodded"), ("consent", "verbal", "written")),
    "no value": (lambda w: w.step("run", "enroll", "--set", "program"), ("--set program: expected name=value",)),
    "malformed now": (lambda w: w.enroll(now="yesterday"), ("--now", "ISO 8601")),
    "now without offset": (lambda w: w.enroll(now="2026-03-09T10:00:00"), ("--now", "offset")),
    "now that is a day": (lambda w: w.enroll(now="2026-03-09"), ("--now", "offset")),
    "impossible now": (lambda w: w.enroll(now="2026-02-30T10:00:00Z"), ("--now", "ISO 8601")),
    "no patient": (
        lambda w: invoke("run", "enroll", "--server", w.front.base, "--as", w.nurse, *w.enrollment()),
        ("patient", "--patient Patient/ID"),
    ),
    "no actor": (
        lambda w: invoke("run", "enroll", "--server", w.front.base, "--patient", w.patient, *w.enrollment()),
        ("who acts", "--as Practitioner/ID", "CAREFHIR_AS"),
    ),
    "no server": (
        lambda w: invoke("run", "enroll", "--as", w.nurse, "--patient", w.patient, *w.enrollment()),
        ("which server", "--server URL", "CAREFHIR_SERVER"),
    ),
    "server that is no URL": (
        lambda w: invoke("overview", "--server", "localhost:8080/fhir", "--patient", w.patient),
        ("server", "http"),
    ),
    "password in the server's URL": (
        lambda w: invoke("overview", "--server", "http://me:secret@127.0.0.1/fhir", "--patient", w.patient),
        ("server's URL must hold no user, password",),
    ),
    "patient that is a practitioner": (
        lambda w: w.step("run", "enroll", *w.enrollment(), patient="Practitioner/1"),
        ("patient", "expected Patient/ID"),
    ),
    "patient that is a path": (
        lambda w: w.step("run", "enroll", *w.enrollment(), patient="Patient/../Practitioner/1"),
        ("patient", "expected Patient/ID"),
    ),
    "patient with a query": (
        lambda w: w.step("run", "enroll", *w.enrollment(), patient="Patient/1?x=1"),
        ("patient", "expected Patient/ID"),
    ),
    "encounter that is a patient": (lambda w: w.transition(encounter="Patient/1"), ("encounter", "Encounter/ID")),
    "care manager that is a patient": (
        lambda w: w.enroll(care_manager="Patient/1"),
        ("care_manager", "expected Practitioner/ID"),
    ),
    "retrospective that is neither": (
        lambda w: w.transition("--set", "retrospective=perhaps"),
        ("retrospective", "boolean"),
    ),
    "actor that is nobody's reference": (
        lambda w: invoke("worklist", "--server", w.front.base, "--as", "Dana Whitfield"),
        ("--as", "expected Practitioner/ID"),
    ),
    "overview of a practitioner": (
        lambda w: invoke("overview", "--server", w.front.base, "--patient", "Practitioner/1"),
        ("patient", "expected Patient/ID"),
    ),
    "overview of nobody": (lambda w: invoke("overview", "--server", w.front.base), ("patient", "required")),
    "input is not JSON": (lambda w: w.record("{response"), ("--input: ", "not JSON")),
    "input is a list": (lambda w: w.record("[]"), ("--input: ", "object was expected", "list")),
    "input is empty": (lambda w: w.record(""), ("--input: ", "not JSON")),
    "input has an unknown field": (
        lambda w: w.record('{"response": {}, "answers": 1}'),
        ("--input: a field is given that is none of this step's", "response"),
    ),
    "response is a sentence": (lambda w: w.record('{"response": "fine"}'), ("response", "dictionary")),
    "response set to no JSON": (
        lambda w: w.step("run", "record-assessment", "--set", "response=fine"),
        ("--set response", "not JSON"),
    ),
    "option nobody knows": (lambda w: w.enroll("--patint", "1"), ("--patint",)),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_command(ward: Ward, what: str) -> None:
    say, words = MALFORMED[what]
    with Nothing(ward):
        refused_to_understand(say(ward), *words)


@pytest.mark.parametrize("what", ["absent", "folder", "text", "bytes that are no text"])
def test_an_input_file(ward: Ward, tmp_path: Path, what: str) -> None:
    path = tmp_path / "fields.json"
    if what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("patient: 1")
    elif what == "bytes that are no text":
        path.write_bytes(b'{"program": "\xff\xfe"}')
    for arguments in (["--input", str(path)], ["--set", f"response=@{path}"]):
        with Nothing(ward):
            said = ward.step("run", "record-assessment", *arguments)
        refused_to_understand(said, arguments[0], "cannot be read" if what in ("absent", "folder") else "not JSON")
        assert "fields.json" not in said.words.replace(" ", ""), "a file's name may be a patient's"


def test_a_field_given_twice_over_is_the_last_one(ward: Ward) -> None:
    said = ward.enroll("--set", "consent=written", "--json", verb="preview")
    assert said.code == 0
    assert "written consent" in json.dumps(said.json)


# -- people ------------------------------------------------------------------------------------------------------------

STANDING: dict[str, tuple[Json, str]] = {
    "dead": ({"deceasedBoolean": True}, "deceased"),
    "dead since": ({"deceasedDateTime": "2026-03-08"}, "deceased"),
    "dead and inactive": ({"deceasedBoolean": True, "active": False}, "deceased"),
    "inactive": ({"active": False}, "inactive"),
}


def every_step(ward: Ward) -> dict[str, Said]:
    """One run of each step about the ward's patient."""
    return {
        "enroll": ward.enroll(),
        "record-assessment": ward.record(response("rosa-phq-9-item-9")),
        "open-transition": ward.transition(),
    }


@pytest.mark.parametrize("what", STANDING)
def test_a_patient_about_whom_nothing_may_be_written(ward: Ward, what: str) -> None:
    values, word = STANDING[what]
    ward.front.change(ward.patient, **values)
    with Nothing(ward):
        for said in every_step(ward).values():
            refused(said, ward.patient, word, "nothing was written")


def test_a_merged_patient_is_refused_naming_the_record_to_use(ward: Ward) -> None:
    other = ward.front.create({"resourceType": "Patient", "active": True})
    ward.front.change(ward.patient, active=False, link=[{"other": {"reference": other}, "type": "replaced-by"}])
    with Nothing(ward):
        for said in every_step(ward).values():
            refused(said, f"{ward.patient} was merged into {other}")


def test_the_record_a_merged_one_was_replaced_by_is_in_order(ward: Ward) -> None:
    old = ward.front.create({"resourceType": "Patient", "active": False})
    ward.front.change(ward.patient, link=[{"other": {"reference": old}, "type": "replaces"}])
    assert ward.enroll().code == 0


def test_a_patient_who_said_not_to_be_dead(ward: Ward) -> None:
    ward.front.change(ward.patient, deceasedBoolean=False)
    assert ward.enroll().code == 0


def test_an_absent_patient(ward: Ward) -> None:
    with Nothing(ward):
        refused(ward.step("run", "enroll", *ward.enrollment(), patient="Patient/nobody"), "Patient/nobody", "not on")
        refused(ward.record(response("rosa-phq-9-item-9"), patient="Patient/nobody"), "Patient/nobody")
        said = ward.step("run", "open-transition", "--set", f"encounter={ward.stay}", patient="Patient/nobody")
        refused(said, "Patient/nobody", "not on this server", f"{ward.stay} does not belong to Patient/nobody")


def test_the_overview_of_an_absent_patient_says_so(ward: Ward) -> None:
    said = invoke("overview", "--server", ward.front.base, "--patient", "Patient/nobody", "--now", NOW)
    assert "Patient/nobody is not on this server, or not visible to us" in said.words


# -- enrolment ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["rosa-again", "other reason"])
def test_enrolled_already(ward: Ward, other: str) -> None:
    assert ward.enroll().code == 0
    with Nothing(ward):
        if other == "rosa-again":
            said = ward.enroll()
            assert (said.code, "done already" in said.words) == (0, True)
        else:
            said = ward.enroll(reason="another reason")
            assert said.code == 4
            assert "with different details" in said.words
            assert "nothing of this" in said.words


@pytest.mark.parametrize(
    ("status", "words"),
    [("active", "end that enrollment first (disenroll)"), ("onhold", "is paused"), ("onhold", "(resume)")],
)
def test_enrolled_by_another_system(ward: Ward, status: str, words: str) -> None:
    episode = ward.front.create(
        {
            "resourceType": "EpisodeOfCare",
            "status": status,
            "patient": {"reference": ward.patient},
            "type": [
                {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-program", "code": "care-management"}]}
            ],
        }
    )
    with Nothing(ward):
        refused(ward.enroll(), "already in this program", episode, words)


UNSUITABLE: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "unknown program": ({"program": "weight-watchers"}, ("'weight-watchers'", "care-management")),
    "unknown discipline": ({"care_manager_discipline": "astrologer"}, ("'astrologer'", "registered-nurse")),
    "absent care manager": ({"care_manager": "Practitioner/nobody"}, ("care manager Practitioner/nobody", "not on")),
    "absent supervisor": (
        {"supervising_provider": "Practitioner/nobody"},
        ("supervising provider Practitioner/nobody", "not on"),
    ),
}


@pytest.mark.parametrize("what", UNSUITABLE)
def test_an_enrollment_that_cannot_be(ward: Ward, what: str) -> None:
    values, words = UNSUITABLE[what]
    with Nothing(ward):
        refused(ward.enroll(**values), *words)


def test_every_reason_is_named_at_once(ward: Ward) -> None:
    with Nothing(ward):
        said = ward.enroll(program="p", care_manager_discipline="d", supervising_provider="Practitioner/nobody")
        refused(said, "'p'", "'d'", "Practitioner/nobody")


def test_one_person_in_both_roles(ward: Ward) -> None:
    with Nothing(ward):
        refused(ward.enroll(supervising_provider=ward.nurse), "two different people")


@pytest.mark.parametrize("role", ["care_manager", "supervising_provider"])
def test_an_inactive_practitioner(ward: Ward, role: str) -> None:
    who = {"care_manager": ward.nurse, "supervising_provider": ward.physician}[role]
    ward.front.change(who, active=False)
    with Nothing(ward):
        refused(ward.enroll(), role.replace("_", " "), who, "inactive")


# -- transitions -------------------------------------------------------------------------------------------------------


def test_a_stay_that_is_not_finished(ward: Ward) -> None:
    ward.front.change(ward.stay, status="in-progress", period={"start": "2026-03-01T04:20:00-06:00"})
    with Nothing(ward):
        refused(ward.transition(), "not finished", ward.stay, "in-progress")


def test_a_stay_that_ends_tomorrow(ward: Ward) -> None:
    with Nothing(ward):
        refused(ward.transition(now="2026-03-06T10:00:00-06:00"), "future", "2026-03-06")


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_stay_that_never_was(ward: Ward, status: str) -> None:
    ward.front.change(ward.stay, status=status)
    with Nothing(ward):
        refused(ward.transition(), ward.stay, status)


@pytest.mark.parametrize(("code", "word"), [("EMER", "emergency"), ("AMB", "visit"), ("VR", "visit"), ("HH", "visit")])
def test_a_visit_is_no_stay(ward: Ward, code: str, word: str) -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    ward.front.change(ward.stay, **{"class": {"system": system, "code": code}, "type": None})
    with Nothing(ward):
        refused(ward.transition(), ward.stay, "not a stay: a transition follows a stay", word)


def test_no_such_encounter(ward: Ward) -> None:
    with Nothing(ward):
        refused(ward.transition(encounter="Encounter/none"), "Encounter/none", "not on this server")


def test_somebody_elses_encounter(ward: Ward) -> None:
    ward.front.load("earl")
    theirs = ward.front.find("Encounter", "earl-hospital")
    with Nothing(ward):
        refused(ward.transition(encounter=theirs, now=LATER), f"{theirs} does not belong to {ward.patient}")


def test_a_window_wholly_past(ward: Ward) -> None:
    with Nothing(ward):
        refused(ward.transition(now="2026-06-01T10:00:00-05:00"), "2026-04-04", "retrospective=true")


def test_a_window_wholly_past_recorded_afterwards(ward: Ward) -> None:
    before = ward.front.versions()
    said = ward.transition("--set", "retrospective=true", now="2026-06-01T10:00:00-05:00")
    assert said.code == 0, said
    assert ward.front.written_since(before) == ["Provenance", "Task"]
    (parent,) = ward.front.search(f"Task?patient={ward.patient}")
    assert parent["status"] == "completed"


def test_retrospective_while_the_window_runs(ward: Ward) -> None:
    with Nothing(ward):
        refused(ward.transition("--set", "retrospective=true"), "2026-04-04", "leave retrospective out")


def test_a_stay_after_which_the_person_was_admitted_again(ward: Ward) -> None:
    stay = ward.front.get(ward.stay)
    again = {key: value for key, value in stay.items() if key not in ("id", "meta", "identifier", "partOf")}
    again |= {"status": "in-progress", "period": {"start": "2026-03-08T20:00:00-05:00"}}
    where = ward.front.create(again)
    with Nothing(ward):
        refused(ward.transition(), "admitted again", where, "2026-03-08")


def test_a_stay_that_ended_in_death(ward: Ward) -> None:
    stay = copy.deepcopy(ward.front.get(ward.stay)["hospitalization"])
    (coding,) = stay["dischargeDisposition"]["coding"]
    coding["code"] = "20" if coding["code"].isdigit() else "exp"
    ward.front.change(ward.stay, hospitalization=stay)
    with Nothing(ward):
        refused(ward.transition(), ward.stay, "death")


# -- responses: refused, nothing written -------------------------------------------------------------------------------


def hunger(**changes: Any) -> Json:
    return response("rosa-hunger-vital-sign", **changes)


def mood(**changes: Any) -> Json:
    return response("rosa-phq-9-item-9", **changes)


REFUSED: dict[str, tuple[Callable[[Ward], Json], tuple[str, ...]]] = {
    "no questionnaire": (lambda w: hunger(questionnaire=None), ("names no questionnaire", f"{RDF}/phq-9")),
    "unknown questionnaire": (
        lambda w: hunger(questionnaire="https://example.org/Questionnaire/mood"),
        ("https://example.org/Questionnaire/mood", f"{RDF}/phq-9"),
    ),
    "about somebody else": (
        lambda w: hunger(subject={"reference": "Patient/somebody"}),
        ("about Patient/somebody",),
    ),
    "entered in error": (lambda w: hunger(status="entered-in-error"), ("entered-in-error",)),
    "no response at all": (
        lambda w: {"resourceType": "Observation", "status": "final"},
        ("not a QuestionnaireResponse",),
    ),
    "no resource": (lambda w: {"questionnaire": f"{RDF}/phq-9"}, ("not a QuestionnaireResponse",)),
    "empty": (lambda w: {}, ("not a QuestionnaireResponse",)),
    "an element R4 does not know": (lambda w: hunger(mood="low"), ("R4", "mood")),
    "items that are no list": (lambda w: hunger(item={"linkId": "1"}), ("R4", "item")),
    "items that are words": (lambda w: hunger(item=["yes"]), ("R4", "item")),
    "an answer in a word": (lambda w: hunger(item=[{"linkId": "88122-7", "answer": "yes"}]), ("R4", "answer")),
    "a questionnaire that is a number": (lambda w: hunger(questionnaire=9), ("names no questionnaire",)),
    "authored some day": (lambda w: hunger(authored="some day"), ("R4", "authored")),
    "a subject that is a word": (lambda w: hunger(subject="Rosa"), ("subject",)),
    "a subject by name only": (lambda w: hunger(subject={"display": "Earl"}), ("subject",)),
    "a subject by identifier only": (
        lambda w: hunger(subject={"identifier": {"system": "urn:x", "value": "1"}}),
        ("subject",),
    ),
    "a subject on another server": (
        lambda w: hunger(subject={"reference": "https://other.example/fhir/Patient/1"}),
        ("about https://other.example/fhir/Patient/1",),
    ),
    "an identifier that is a word": (lambda w: hunger(identifier="rosa"), ("R4", "identifier")),
    "contained that is a word": (lambda w: hunger(contained="rosa"), ("R4", "contained")),
    "a source that is a number": (lambda w: hunger(source=5), ("R4", "source")),
    "meta that is a word": (lambda w: hunger(meta="x"), ("R4", "meta")),
    "labels that are words": (lambda w: hunger(meta={"security": ["R"]}), ("R4", "meta")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_response_that_is_refused(ward: Ward, what: str) -> None:
    make, words = REFUSED[what]
    made = make(ward)
    with Nothing(ward):
        refused(ward.record(made), *words)


# -- responses: kept as a draft, without scores ------------------------------------------------------------------------


def _answer(made: Json, link: str, *codes: str) -> Json:
    """The response with other answers to one item; no code takes the item away."""
    items = []
    for one in copy.deepcopy(made["item"]):
        if one["linkId"] == link:
            if not codes:
                continue
            one["answer"] = [{"valueCoding": {"system": "http://loinc.org", "code": code}} for code in codes]
        items.append(one)
    assert items != made["item"]
    return {**made, "item": items}


FIRST = "44250-9"
HUNGER_FIRST = "88122-7"
HARMLESS: dict[str, tuple[Callable[[Ward], Json], tuple[str, ...]]] = {
    "unknown answer code": (lambda w: _answer(hunger(), HUNGER_FIRST, "LA0-0"), (HUNGER_FIRST,)),
    "missing required item": (lambda w: _answer(hunger(), HUNGER_FIRST), (HUNGER_FIRST,)),
    "two answers": (lambda w: _answer(hunger(), HUNGER_FIRST, "LA28397-0", "LA6729-3"), (HUNGER_FIRST,)),
    "unknown linkId": (lambda w: {**hunger(), "item": [*hunger()["item"], SHOE_SIZE]}, ("shoe-size",)),
    "draft": (lambda w: hunger(status="in-progress"), ("in-progress",)),
    "no status": (lambda w: hunger(status=None), ("without status",)),
    "stopped": (lambda w: hunger(status="stopped"), ("stopped",)),
    "a status that is a list": (lambda w: hunger(status=["completed"]), ("completed",)),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_a_harmless_response_with_a_fault_is_kept_without_scores(ward: Ward, what: str) -> None:
    make, words = HARMLESS[what]
    before = ward.front.versions()
    said = ward.record(make(ward))
    refused(said, *words)
    assert ward.front.written_since(before) == ["Provenance", "QuestionnaireResponse"]
    (kept,) = ward.front.search(f"QuestionnaireResponse?patient={ward.patient}")
    assert kept["status"] == "in-progress"
    assert "nothing was written" not in said.words


def without_item_9(**changes: Any) -> Json:
    return _answer(mood(**changes), PHQ9_ITEM_9)


DANGEROUS: dict[str, tuple[Callable[[Ward], Json], tuple[str, ...]]] = {
    "item 9 unanswered": (lambda w: without_item_9(), (PHQ9_ITEM_9,)),
    "item 9 without answer": (
        lambda w: {**without_item_9(), "item": [*without_item_9()["item"], {"linkId": PHQ9_ITEM_9}]},
        (PHQ9_ITEM_9,),
    ),
    "item 9 of an unknown code": (lambda w: _answer(mood(), PHQ9_ITEM_9, "LA0-0"), (PHQ9_ITEM_9,)),
    "item 9 answered twice, once with none": (
        lambda w: _answer(mood(), PHQ9_ITEM_9, "LA6568-5", "LA6569-3"),
        (PHQ9_ITEM_9,),
    ),
    "another item missing, item 9 positive": (lambda w: _answer(mood(), FIRST), (FIRST,)),
    "another item of an unknown code, item 9 positive": (lambda w: _answer(mood(), FIRST, "LA0-0"), (FIRST,)),
    "draft, item 9 positive": (lambda w: mood(status="in-progress"), ("in-progress",)),
    "draft without answers": (lambda w: mood(status="in-progress", item=None), ("in-progress",)),
    "unknown linkId, item 9 positive": (
        lambda w: {**mood(), "item": [*mood()["item"], SHOE_SIZE]},
        ("shoe-size",),
    ),
    "answered by a relative, item 9 positive": (
        lambda w: mood(source={"reference": w.front.find("RelatedPerson", "rosa-daughter")}),
        ("only when the patient answers", "RelatedPerson"),
    ),
    "of another version, item 9 positive": (lambda w: mood(questionnaire=f"{RDF}/phq-9|9.9.9"), ("9.9.9",)),
    "of an unknown questionnaire, item 9 positive": (
        lambda w: mood(questionnaire="https://example.org/Questionnaire/mood"),
        ("https://example.org/Questionnaire/mood",),
    ),
}


@pytest.mark.parametrize("what", DANGEROUS)
def test_no_refusal_swallows_a_safety_finding(ward: Ward, what: str) -> None:
    make, words = DANGEROUS[what]
    before = ward.front.versions()
    said = ward.record(make(ward))
    refused(said, *words)
    assert "DO NOW" in said.stdout
    assert "988" in said.words
    written = ward.front.written_since(before)
    assert sorted(set(written)) == ["Flag", "Provenance", "QuestionnaireResponse", "Task"]
    (kept,) = ward.front.search(f"QuestionnaireResponse?patient={ward.patient}")
    assert kept["status"] == "in-progress"
    for one in ward.front.search(f"Task?patient={ward.patient}"):
        assert one["priority"] == "stat"
        assert one["restriction"]["period"]["end"] == "2026-03-09"
    assert not ward.front.search(f"Observation?patient={ward.patient}&date=ge2026-03-09")


UNKEEPABLE: dict[str, Callable[[Ward], Json]] = {
    "an element R4 does not know": lambda w: mood(mood="low"),
    "authored some day": lambda w: mood(authored="some day"),
}


@pytest.mark.parametrize("what", UNKEEPABLE)
def test_what_r4_does_not_allow_cannot_be_kept_but_what_to_do_now_is_said(ward: Ward, what: str) -> None:
    said = ward.record(UNKEEPABLE[what](ward))
    refused(said, "R4", "988")


def test_what_to_do_now_is_said_even_for_a_record_nobody_may_write_to(ward: Ward) -> None:
    ward.front.change(ward.patient, active=False)
    with Nothing(ward):
        refused(ward.record(mood()), "inactive", "988")


def test_the_instructions_are_said_again_when_the_same_draft_comes_again(ward: Ward) -> None:
    first = ward.record(mood(status="in-progress"))
    with Nothing(ward):
        again = ward.record(mood(status="in-progress"))
    assert "988" in first.words
    assert "988" in again.words
    assert (first.code, again.code) == (3, 3)
    assert "written before" in again.words


def test_a_refusal_is_one_json_document(ward: Ward) -> None:
    said = ward.record(without_item_9(), "--json")
    assert said.code == 3
    assert said.json["outcome"] == "refused"
    kept = said.json["kept"]
    assert "988" in " ".join(kept["told"]["instructions"])
    assert {one["type"] for one in kept["written"]} == {"QuestionnaireResponse", "Task", "Flag", "Provenance"}


# -- responses that came before ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["us", "another system"])
def test_the_same_identifier_with_other_answers(ward: Ward, by: str) -> None:
    """Amended answers are a new fact (rule 26); a draft of them replaces nothing."""
    if by == "us":
        assert ward.record(hunger()).code == 0
    else:
        ward.front.create({**hunger(id=None), "subject": {"reference": ward.patient}})
    (stored,) = ward.front.search(f"QuestionnaireResponse?patient={ward.patient}")
    amended = _answer(hunger(), HUNGER_FIRST, "LA6729-3")
    with Nothing(ward):
        refused(
            ward.record({**amended, "status": "in-progress"}),
            f"QuestionnaireResponse/{stored['id']} has the same identifier",
            "a draft does not replace",
            "nothing was written",
        )
    said = ward.record(amended)
    assert said.code == 0, said
    assert "the answers are amended" in said.words
    assert ward.front.get(f"QuestionnaireResponse/{stored['id']}")["status"] == "amended"


@pytest.mark.parametrize("by", ["us", "another system"])
def test_the_same_identifier_with_other_answers_and_item_9_positive(ward: Ward, by: str) -> None:
    """What protects the person is written in the same commit as the new score."""
    if by == "us":
        assert ward.record(mood()).code == 0
    else:
        ward.front.create({**mood(id=None), "subject": {"reference": ward.patient}})
    (stored,) = ward.front.search(f"QuestionnaireResponse?patient={ward.patient}")
    before = ward.front.versions()
    said = ward.record(_answer(mood(), FIRST, "LA6568-5"))
    assert said.code == 0, said
    assert "988" in said.words
    written = set(ward.front.written_since(before))
    assert {"Provenance", "Observation", "QuestionnaireResponse"} <= written
    reviews = [one for one in ward.front.search(f"Task?patient={ward.patient}") if one.get("priority") == "stat"]
    assert len(reviews) == 1, "the review of the first answers is open, or there were none"
    assert written <= {"Task", "Provenance", "Observation", "QuestionnaireResponse", "Flag", "Condition"}
    assert ward.front.get(f"QuestionnaireResponse/{stored['id']}")["status"] == "amended"
    assert len(ward.front.search(f"Flag?patient={ward.patient}")) == 1


def test_the_same_identifier_of_somebody_else(ward: Ward) -> None:
    """Identifiers of one system are one space: the answers of another person must never be taken for these."""
    ward.front.load("kim")
    kim = ward.front.find("Patient", "kim")
    theirs = ward.front.create({**mood(id=None), "subject": {"reference": kim}})
    before = ward.front.versions()
    said = ward.record(mood())
    assert said.code in (3, 4), said
    assert theirs in said.words
    assert "QuestionnaireResponse" not in ward.front.written_since(before)
    assert ward.front.get(theirs)["subject"] == {"reference": kim}
    assert not ward.front.search(f"Observation?patient={ward.patient}&date=ge2026-03-09")


def test_reading_a_response_from_a_file_says_nothing_of_its_content(ward: Ward, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(response_file("rosa-phq-9").read_text().replace('"resourceType"', '"resourceTyp'))
    said = ward.step("run", "record-assessment", "--set", f"response=@{path}")
    refused_to_understand(said, "not JSON")
    assert "LA6570-1" not in said.words
