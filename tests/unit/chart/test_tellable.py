"""What of a plan may be told in another chart: nothing restricted, and nothing that would reveal it (rule 4)."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.chart.tellable import Tellable, tellable
from carefhir.codes import ACT_CODE, RESTRICTED
from carefhir.content.loading import load
from carefhir.fhir.changes import Act, Amend, Create, Plan
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record

Json = dict[str, Any]
ACT = Act("propose-plan", "Patient/1", ("x",))
CONTENT = load()
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
CONFIDENTIALITY = RESTRICTED["system"]
DIABETES, ABUSE, OPIOIDS = "E11.9", "T74.11XA", "F11.20"


def record(type_: str, id_: str, *labels: Json, **elements: Any) -> Record:
    meta = {"meta": {"security": list(labels)}} if labels else {}
    return Record(encode({"resourceType": type_, "id": id_, **meta, **elements}))


def condition(id_: str, code: str, *labels: Json, text: str = "a condition") -> Record:
    return record("Condition", id_, *labels, code={"coding": [{"system": ICD, "code": code}], "text": text})


def goal(part: str, *addresses: str, **elements: Any) -> Create:
    resource = {"resourceType": "Goal", "addresses": [{"reference": one} for one in addresses], **elements}
    return Create(part, resource, f"a goal: {part}")


def told(*changes: Any, records_read: tuple[Record, ...] = (), **plan: Any) -> Tellable:
    plan = {"says": ("a plan is proposed",), "instructions": ("call the patient",), "reason": "asked", **plan}
    return tellable(Plan(changes=changes, **plan), ACT, CONTENT, records_read)


def parts(found: Tellable) -> list[str]:
    return [change.part for change in found.changes]


def silent(found: Tellable) -> bool:
    """Whether no sentence is told, and the sender is told that something is missing."""
    return found.withheld and not found.says and not found.instructions and not found.reason


LABELS = [
    {"system": CONFIDENTIALITY, "code": "R"},
    {"system": CONFIDENTIALITY, "code": "V"},
    {"system": ACT_CODE, "code": "ETH"},
    {"system": ACT_CODE, "code": "VIO"},
]
OPEN_LABELS = [
    {"system": CONFIDENTIALITY, "code": "N"},
    {"system": CONFIDENTIALITY, "code": "L"},
    {"system": "http://example.org/labels", "code": "R"},
]


def test_a_plan_about_nothing_restricted_is_told_whole() -> None:
    diabetes = condition("1", DIABETES)
    found = told(goal("a1c", "Condition/1"), decided_from=(diabetes,), records_read=(condition("2", "I10"),))
    assert (parts(found), found.withheld) == (["a1c"], False)
    assert (found.says, found.instructions, found.reason) == (("a plan is proposed",), ("call the patient",), "asked")


@pytest.mark.parametrize("label", LABELS, ids=str)
def test_of_a_plan_that_is_labeled_as_a_whole_nothing_is_told(label: Json) -> None:
    found = told(goal("a1c"), labels=(label,))
    assert not found.anything
    assert silent(found)


@pytest.mark.parametrize("label", OPEN_LABELS, ids=str)
def test_a_label_that_restricts_nothing_leaves_nothing_out(label: Json) -> None:
    found = told(goal("a1c", meta={"security": [label]}), labels=(label,), decided_from=(condition("1", "I10", label),))
    assert (parts(found), found.withheld) == (["a1c"], False)


@pytest.mark.parametrize("labels", [[LABELS[0]], "R", [{"system": CONFIDENTIALITY, "code": 7}], {"code": "R"}])
def test_a_labeled_change_stays_out_and_so_does_every_sentence(labels: Any) -> None:
    """A label that cannot be read restricts."""
    found = told(goal("a1c"), goal("safety", meta={"security": labels}))
    assert parts(found) == ["a1c"]
    assert silent(found)


@pytest.mark.parametrize(
    "closed",
    [condition("9", ABUSE), condition("9", OPIOIDS), condition("9", "I10", LABELS[0])],
    ids=["violence", "substance use", "labeled"],
)
@pytest.mark.parametrize("how", ["decided from", "known"])
def test_what_points_to_a_restricted_record_stays_out(closed: Record, how: str) -> None:
    given: Any = {"decided_from": (closed,)} if how == "decided from" else {"records_read": (closed,)}
    found = told(goal("a1c", "Condition/1"), goal("safety", "Condition/9"), **given)
    assert parts(found) == ["a1c"]
    assert silent(found)


def test_what_points_there_through_others_stays_out() -> None:
    """A Task for a request that this plan creates, because of a goal on record, because of the condition."""
    closed, standing = condition("9", ABUSE), record("Goal", "5", addresses=[{"reference": "Condition/9"}])
    request = Create(
        "request",
        {"resourceType": "ServiceRequest", "reasonReference": [{"reference": "Goal/5/_history/2"}]},
        "a visit",
    )
    task = Create("task", {"resourceType": "Task", "focus": {"reference": ACT.urn("request")}}, "to book it")
    other = Create("other", {"resourceType": "Task", "focus": {"reference": ACT.urn("elsewhere")}}, "to book it")
    found = told(request, task, other, records_read=(closed, standing))
    assert parts(found) == ["other"]


def test_an_amended_record_stays_out_for_what_it_was_and_for_what_it_becomes() -> None:
    was = record("Task", "3", LABELS[0], description="x")
    opened = Amend("opened", was, {"resourceType": "Task", "id": "3", "description": "x"}, "changed")
    plain = record("Task", "4", description="x")
    closing = Amend("closing", plain, {**plain.json, "reasonCode": {"coding": [{"system": ICD, "code": ABUSE}]}}, "why")
    fine = Amend("fine", record("Task", "5"), {"resourceType": "Task", "id": "5", "status": "completed"}, "done")
    assert parts(told(opened, closing, fine)) == ["fine"]


def test_a_code_of_a_restricted_group_closes_wherever_it_is() -> None:
    inside = {
        "resourceType": "Goal",
        "target": [{"detailCodeableConcept": {"coding": [{"system": ICD, "code": ABUSE}]}}],
    }
    near = {
        "resourceType": "Goal",
        "target": [{"detailCodeableConcept": {"coding": [{"system": SNOMED, "code": ABUSE}]}}],
    }
    assert parts(told(Create("inside", inside, "a"), Create("near", near, "b"))) == ["near"]


def test_a_change_that_only_names_it_in_words_stays_out() -> None:
    methadone = record(
        "MedicationRequest", "8", LABELS[0], medicationCodeableConcept={"text": "Methadone 10 mg tablet"}
    )
    naming = Create("naming", {"resourceType": "Task", "description": "ask about METHADONE and the others"}, "to ask")
    because = Create("because", {"resourceType": "Task"}, "she takes methadone")
    other = Create("other", {"resourceType": "Task", "description": "ask about metformin"}, "to ask")
    found = told(naming, because, other, records_read=(methadone,))
    assert parts(found) == ["other"]


@pytest.mark.parametrize("where", ["says", "instructions", "reason"])
def test_a_sentence_that_names_it_silences_all(where: str) -> None:
    closed = condition("9", "I10", LABELS[0], text="Hepatitis C")
    sentence = "call about the hepatitis c visit"
    given: Any = {where: sentence if where == "reason" else (sentence,)}
    assert silent(told(goal("a1c"), records_read=(closed,), **given))


def test_a_restricted_record_that_has_nothing_to_do_with_it_withholds_nothing() -> None:
    """It is on the chart, and the plan neither rests on it nor names it."""
    found = told(
        goal("a1c", "Condition/1"), records_read=(condition("9", ABUSE, text="spouse abuse"), condition("1", DIABETES))
    )
    assert (parts(found), found.withheld) == (["a1c"], False)


def test_what_holds_a_whole_chart_together_does_not_close_all_of_it() -> None:
    """The plan on record points to a restricted goal: it is not told of, and what belongs to it is."""
    closed, restricted_goal = condition("9", ABUSE), record("Goal", "5", addresses=[{"reference": "Condition/9"}])
    plan = record("CarePlan", "2", goal=[{"reference": "Goal/5"}, {"reference": "Goal/6"}])
    amended = Amend("plan", plan, {**plan.json, "status": "active"}, "signed")
    task = Create("task", {"resourceType": "Task", "basedOn": [{"reference": "CarePlan/2"}]}, "to call")
    assert parts(told(amended, task, records_read=(closed, restricted_goal))) == ["task"]


def test_of_a_person_whose_own_record_is_restricted_nothing_is_told() -> None:
    person = record("Patient", "1", LABELS[0])
    found = told(Create("t", {"resourceType": "Task", "for": {"reference": "Patient/1"}}, "x"), decided_from=(person,))
    assert not found.anything
    assert silent(found)


def test_a_restricted_record_of_the_ehr_closes_by_the_name_it_has_here() -> None:
    theirs = condition("ehr.9", "I10", LABELS[0])
    assert parts(told(goal("a1c", "Condition/ehr.8"), goal("x", "Condition/ehr.9"), records_read=(theirs,))) == ["a1c"]
