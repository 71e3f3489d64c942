"""Reconciliation counts only what somebody was asked: which statements are answers, which words mean as ordered, and
what becomes of a reconciliation in which medicines were left out. Expected values are written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import medication
from carefhir.workflows.transitions.list_comparison import compare
from tests.spec.tables import Chart
from tests.spec.test_reconciliation import CONTENT, b, d, differing, lists, request, rosa, run, told
from tests.support.scenarios import Stage
from tests.support.stories import medications as story

__all__ = ["rosa"]

Json = dict[str, Any]
WARFARIN = "warfarin sodium 5 MG Oral Tablet"
LISINOPRIL = "lisinopril 10 MG Oral Tablet"


def statement(name: str = WARFARIN, **more: Any) -> Record:
    """A MedicationStatement of another system."""
    made = {
        "resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": name}, **more,
    }  # fmt: skip
    return Record(encode({key: value for key, value in made.items() if value is not None}))


SAID = {"dateAsserted": "2026-03-08", "informationSource": {"reference": "Patient/p"}}
ANSWERS: dict[str, tuple[Json, bool]] = {
    "said by the person after the discharge": (SAID, True),
    "said by a daughter": ({**SAID, "informationSource": {"reference": "RelatedPerson/1"}}, True),
    "asked by a pharmacist": ({**SAID, "informationSource": {"reference": "Practitioner/1"}}, True),
    "an absolute reference": ({**SAID, "informationSource": {"reference": "https://x/fhir/Patient/p"}}, True),
    "it holds from after the discharge on": ({"effectiveDateTime": "2026-03-08", **SAID, "dateAsserted": None}, True),
    "without any date": ({**SAID, "dateAsserted": None}, False),
    "from before the discharge": ({**SAID, "dateAsserted": "2026-03-05"}, False),
    "a month says nothing": ({**SAID, "dateAsserted": "2026-03"}, False),
    "a year says nothing": ({**SAID, "dateAsserted": "2026"}, False),
    "a date that is none": ({**SAID, "dateAsserted": "last week"}, False),
    "it holds from long before on": ({"effectivePeriod": {"start": "2020"}, **SAID, "dateAsserted": None}, False),
    "nobody said it": ({**SAID, "informationSource": None}, False),
    "an organization said it": ({**SAID, "informationSource": {"reference": "Organization/1"}}, False),
    "a name without a reference": ({**SAID, "informationSource": {"display": "her"}}, False),
    "a professional who repeats an order": (
        {**SAID, "informationSource": {"reference": "Practitioner/1"},
         "derivedFrom": [{"reference": "MedicationRequest/1"}]}, False,
    ),
    "a supply": (
        {**SAID, "informationSource": {"reference": "PractitionerRole/1"},
         "derivedFrom": [{"reference": "https://x/MedicationDispense/1"}]}, False,
    ),
    "it does not say whether it is taken": ({**SAID, "status": "unknown"}, False),
    "no status": ({**SAID, "status": None}, False),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_which_statement_is_an_answer(name: str) -> None:
    fields, answer = ANSWERS[name]
    sorted_ = lists(b(WARFARIN), d(WARFARIN), statement(**fields))
    assert bool(sorted_.stated) == answer


def test_one_undated_statement_is_a_medicine_from_before_and_nobody_was_asked() -> None:
    """The example: a warfarin statement without a date, on no discharge list."""
    found = compare(CONTENT, lists(d(LISINOPRIL), b(LISINOPRIL), statement()), ())
    assert differing(found) == [("warfarin", "omitted")]
    assert found.silent == ("lisinopril", "warfarin")


def test_a_statement_of_nobody_is_on_the_list_and_to_be_asked_about() -> None:
    nobody = statement(dateAsserted="2026-03-08")
    found = compare(CONTENT, lists(d(LISINOPRIL), b(LISINOPRIL), nobody), (told("lisinopril"),))
    assert differing(found) == [("warfarin", "added")]
    assert found.silent == ("warfarin",)
    assert any("MedicationStatement/s (warfarin) does not say who said it" in one for one in found.warnings)


def test_an_order_that_names_no_medicine_cannot_be_asked_about() -> None:
    blank = request(1, "", on="discharge", medicationCodeableConcept={"extension": []})
    found = compare(CONTENT, lists(blank, d(LISINOPRIL, n=2), b(LISINOPRIL)), (told("lisinopril"),))
    assert found.silent == ("MedicationRequest/discharge-1",)


HOW: dict[str, bool] = {
    "": True, "as ordered": True, "As prescribed.": True, "takes it exactly as directed": True,
    "same as the list": True, "like it says on the bottle": True, "per label": True, "as ordered, daily": True,
    "she takes it as the doctor ordered": True, "daily": True,
    "not as ordered": False, "as ordered except Sundays": False, "as ordered, but twice": False,
    "as ordered when I remember": False, "mostly as prescribed": False, "same as before": False, "no change": False,
    "half as prescribed": False, "every other day": False,
}  # fmt: skip
"""What the person says, and whether that is as ordered (daily)."""


@pytest.mark.parametrize("how", HOW)
def test_as_ordered_is_no_difference(how: str) -> None:
    found = compare(CONTENT, lists(b(LISINOPRIL, "daily"), d(LISINOPRIL, "daily")), (told("lisinopril", "yes", how),))
    assert differing(found) == ([] if HOW[how] else [("lisinopril", "adherence")])


def test_an_order_without_a_dose_of_what_harms_soonest_is_looked_at() -> None:
    orders = lists(b(WARFARIN), d(WARFARIN), b(LISINOPRIL, n=2), d(LISINOPRIL, n=2))
    taken = (told("warfarin", "yes", "two a day"), told("lisinopril", "yes", "two a day"))
    assert differing(compare(CONTENT, orders, taken)) == [("warfarin", "adherence")]


def test_a_reason_counts_even_beside_yes() -> None:
    taken = (told("lisinopril", "yes", "as ordered", "she can't afford all of it"),)
    found = compare(CONTENT, lists(b(LISINOPRIL), d(LISINOPRIL)), taken)
    assert differing(found) == [("lisinopril", "cannot-afford")]


# ---- on a server


DECIDED = (story.FUROSEMIDE, story.GLIPIZIDE)


def task_of(found: Stage) -> Json:
    return Chart(found.backend, found.patient).tasks()["reconcile-medications"]


def test_nothing_asked_is_refused_by_name(rosa: Stage) -> None:
    result = run(rosa, taking=(), decisions=DECIDED)
    assert isinstance(result, Refused)
    assert result.why[0] == "every difference is decided"
    names = "carvedilol, furosemide, glipizide, insulin-glargine, lisinopril, sertraline"
    assert any(one.startswith(f"nobody has said whether these are taken: {names}; ask") for one in result.why)
    assert task_of(rosa)["status"] == "requested"


def test_one_left_out_is_refused(rosa: Stage) -> None:
    taking = [one for one in story.ROSA_ASKED if one["medicine"] != "sertraline"]
    result = run(rosa, taking=taking, decisions=DECIDED)
    assert isinstance(result, Refused)
    assert any(one.startswith("nobody has said whether these are taken: sertraline; ask") for one in result.why)


@pytest.mark.parametrize("medicine", ["Zoloft", "sertraline", "all", "ALL"])
def test_with_a_reason_it_is_written_and_does_not_count(rosa: Stage, medicine: str) -> None:
    taking = [one for one in story.ROSA_ASKED if one["medicine"] != "sertraline"]
    reason = {"medicine": medicine, "why": "the bottle is at her daughter's"}
    result = run(rosa, taking=taking, not_asked=(reason,), decisions=DECIDED)
    assert isinstance(result, Done), result
    words = "NOT COMPLETE, does not count: on 2026-03-09 nobody was asked about sertraline"
    assert any(one.startswith(words) for one in result.told.says)
    assert not any(one.startswith("reconciled on") for one in result.told.says)
    task = task_of(rosa)
    assert task["status"] == "requested"
    assert "output" not in task
    assert task["note"][0]["text"].startswith(words)
    (made,) = Chart(rosa.backend, rosa.patient).written("List")
    assert made["note"][0]["text"].startswith(words)


def test_asked_later_it_counts(rosa: Stage) -> None:
    reason = {"medicine": "all", "why": "she was asleep"}
    assert isinstance(run(rosa, taking=(), not_asked=(reason,), decisions=DECIDED), Done)
    later = {"when": "2026-03-09T16:00:00-05:00", "started": "2026-03-09T15:50:00-05:00"}
    assert isinstance(run(rosa, decisions=DECIDED, **later), Done)
    assert task_of(rosa)["status"] == "completed"


def test_a_reason_for_what_was_asked_is_refused(rosa: Stage) -> None:
    result = run(rosa, not_asked=({"medicine": "lisinopril", "why": "forgot"},), decisions=DECIDED)
    assert isinstance(result, Refused)
    assert result.why[0] == "lisinopril in not_asked needs no reason: it is answered in taking, or on no list"


# ---- what a medicine is called


def named(json: Json, *referenced: Json) -> str:
    record = Record(encode({"resourceType": "MedicationRequest", "id": "1", **json}))
    known = {f"Medication/{one['id']}": Record(encode(one)) for one in referenced}
    return medication.read(record, known, CONTENT).name


CODE = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "11289"}
PILL: Json = {"resourceType": "Medication", "id": "9"}
NAMED: dict[str, tuple[Json, list[Json], str]] = {
    "text": ({"medicationCodeableConcept": {"text": "warfarin 5 mg"}}, [], "warfarin 5 mg"),
    "display": ({"medicationCodeableConcept": {"coding": [{**CODE, "display": "warfarin"}]}}, [], "warfarin"),
    "the second display": (
        {"medicationCodeableConcept": {"text": " ", "coding": [CODE, {"code": "x", "display": "Coumadin"}]}}, [],
        "Coumadin",
    ),
    "contained": (
        {"medicationReference": {"reference": "#m"},
         "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "warfarin"}}]}, [], "warfarin",
    ),
    "referenced": ({"medicationReference": {"reference": "Medication/9"}}, [{**PILL, "code": {"text": "warfarin"}}],
                   "warfarin"),
    "referenced by a version": (
        {"medicationReference": {"reference": "Medication/9/_history/2"}}, [{**PILL, "code": {"text": "warfarin"}}],
        "warfarin",
    ),
    "referenced by an absolute address": (
        {"medicationReference": {"reference": "https://x/fhir/Medication/9"}}, [{**PILL, "code": {"text": "warfarin"}}],
        "warfarin",
    ),
    "the display of a reference that cannot be read": (
        {"medicationReference": {"reference": "Medication/9", "display": "warfarin"}}, [], "warfarin",
    ),
    "the display of a reference to a Medication without words": (
        {"medicationReference": {"reference": "Medication/9", "display": "warfarin"}}, [{**PILL, "code": {}}],
        "warfarin",
    ),
    "a display beside a code without words": (
        {"medicationReference": {"reference": "Medication/9", "display": "warfarin"}},
        [{**PILL, "code": {"coding": [CODE]}}], "warfarin",
    ),
    "only a display": ({"medicationReference": {"display": "warfarin"}}, [], "warfarin"),
    "an empty code beside a contained one": (
        {"medicationCodeableConcept": {}, "medicationReference": {"reference": "#m"},
         "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "warfarin"}}]}, [], "warfarin",
    ),
    "what it is mixed of": (
        {"medicationReference": {"reference": "Medication/9"}},
        [{**PILL, "ingredient": [{"itemCodeableConcept": {"text": "warfarin"}}]}], "warfarin",
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", NAMED)
def test_a_medicine_is_named_from_wherever_its_record_names_it(where: str) -> None:
    json, referenced, name = NAMED[where]
    assert named(json, *referenced) == name
