"""Each knob makes a worse server, and the CapabilityStatement says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carefhir.sandbox import SHAPES, Knobs, Sandbox, UnknownShape, described, shape

from .calls import ask, bundle, flag, ids, make, post, said, send

PATIENT = {"resourceType": "Patient", "identifier": [{"system": "s", "value": "v"}]}


def stated(sandbox: Sandbox, name: str) -> Any:
    [found] = [each for each in ask(sandbox, "metadata")["rest"][0]["resource"] if each["type"] == name]
    return found


def test_include_cap_loses_the_newest_silently() -> None:
    sandbox = Sandbox(Knobs(include_cap=2))
    patient = make(sandbox, PATIENT)
    made = [make(sandbox, flag(patient)) for _ in range(3)]
    found = ask(sandbox, f"Patient?_id={patient}&_revinclude=Flag:patient")
    assert ids(found, "include") == made[:2]
    assert [each["relation"] for each in found["link"]] == ["self"]


def test_include_cap_counts_each_path_for_itself() -> None:
    sandbox = Sandbox(Knobs(include_cap=1))
    patient = make(sandbox, PATIENT)
    one, other = make(sandbox, flag(patient)), make(sandbox, {**flag(patient), "resourceType": "Basic"})
    found = ask(sandbox, f"Patient?_id={patient}&_revinclude=Flag:patient&_revinclude=Basic:patient")
    assert set(ids(found, "include")) == {one, other}


def test_pages_are_never_larger_than_the_maximum() -> None:
    sandbox = Sandbox(Knobs(page_default=2, page_max=3))
    for _ in range(4):
        make(sandbox, PATIENT)
    assert len(ids(ask(sandbox, "Patient"))) == 2
    assert len(ids(ask(sandbox, "Patient?_count=100"))) == 3


def test_search_cache_answers_from_before_until_told_not_to() -> None:
    sandbox = Sandbox(Knobs(search_cache_seconds=3600))
    assert ids(ask(sandbox, "Patient")) == []
    made = make(sandbox, PATIENT)
    assert ids(ask(sandbox, "Patient")) == []
    assert ids(ask(sandbox, "Patient?identifier=v")) == [made]
    assert ids(ask(sandbox, "Patient", Cache_Control="no-cache")) == [made]
    assert ids(ask(sandbox, "Patient")) == [made]


def test_search_cache_shows_what_matched_before_as_it_is_now() -> None:
    sandbox = Sandbox(Knobs(search_cache_seconds=3600))
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}
    made = make(sandbox, task)
    ask(sandbox, "Task?status=requested")
    send(sandbox, "PUT", f"Task/{made}", {**task, "id": made, "status": "completed"})
    [entry] = ask(sandbox, "Task?status=requested")["entry"]
    assert entry["resource"]["status"] == "completed"


def test_search_cache_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    sandbox = Sandbox(Knobs(search_cache_seconds=60))
    ask(sandbox, "Patient")
    made = make(sandbox, PATIENT)
    now[0] += 59
    assert ids(ask(sandbox, "Patient")) == []
    now[0] += 2
    assert ids(ask(sandbox, "Patient")) == [made]


@pytest.mark.parametrize(
    ("knobs", "kind", "interactions"),
    [
        (Knobs(transaction=False), "transaction", [{"code": "batch"}]),
        (Knobs(batch=False), "batch", [{"code": "transaction"}]),
        (Knobs(batch=False, transaction=False), "transaction", None),
    ],
)
def test_bundles_can_be_refused(knobs: Knobs, kind: str, interactions: object) -> None:
    sandbox = Sandbox(knobs)
    assert send(sandbox, "POST", "", bundle(kind, post(PATIENT))).status in (400, 405)
    assert ids(ask(sandbox, "Patient")) == []
    assert ask(sandbox, "metadata")["rest"][0].get("interaction") == interactions


def test_without_conditional_create_a_repeat_makes_a_duplicate() -> None:
    sandbox = Sandbox(Knobs(conditional_create=False))
    assert send(sandbox, "POST", "Patient", PATIENT, If_None_Exist="identifier=s|v").status == 201
    assert send(sandbox, "POST", "Patient", PATIENT, If_None_Exist="identifier=s|v").status == 201
    answer = send(sandbox, "POST", "", bundle("transaction", post(PATIENT, ifNoneExist="identifier=s|v")))
    assert answer.status == 200
    assert len(ids(ask(sandbox, "Patient"))) == 3
    assert stated(sandbox, "Patient")["conditionalCreate"] is False


def test_without_if_match_an_update_is_lost() -> None:
    sandbox = Sandbox(Knobs(if_match=False))
    made = make(sandbox, PATIENT)
    for active in (True, False):
        changed = {**PATIENT, "id": made, "active": active}
        assert send(sandbox, "PUT", f"Patient/{made}", changed, If_Match='W/"1"').status == 200
    assert ask(sandbox, f"Patient/{made}")["active"] is False
    assert stated(sandbox, "Patient")["versioning"] == "versioned"


def test_read_only_types() -> None:
    sandbox = Sandbox(Knobs(read_only=frozenset({"Patient"})))
    assert send(sandbox, "POST", "Patient", PATIENT).status == 405
    assert send(sandbox, "PUT", "Patient/x", {**PATIENT, "id": "x"}).status == 405
    assert send(sandbox, "DELETE", "Patient/x").status == 405
    assert send(sandbox, "POST", "", bundle("transaction", post(PATIENT))).status == 405
    found = stated(sandbox, "Patient")
    assert [each["code"] for each in found["interaction"]] == ["read", "vread", "history-instance", "search-type"]
    assert found["conditionalCreate"] is False
    assert {"code": "create"} in stated(sandbox, "Flag")["interaction"]


def test_searches_without_category_can_be_refused() -> None:
    sandbox = Sandbox(Knobs(require_category=frozenset({"Observation"})))
    answer = send(sandbox, "GET", "Observation?patient=1")
    assert answer.status == 400
    assert said(answer)["code"] == "required"
    for criterion in ("category=vital-signs", "code=x"):
        assert ids(ask(sandbox, f"Observation?patient=1&{criterion}")) == []
    assert ids(ask(sandbox, "Flag?patient=1")) == []


def test_without_revinclude() -> None:
    sandbox = Sandbox(Knobs(revinclude=False))
    assert send(sandbox, "GET", "Patient?_revinclude=Flag:patient").status == 400
    assert "searchRevInclude" not in stated(sandbox, "Patient")
    assert "searchInclude" in stated(sandbox, "Patient")


def test_tags_that_cannot_be_searched() -> None:
    sandbox = Sandbox(Knobs(tags_searchable=False))
    assert send(sandbox, "GET", "Patient?_tag=x").status == 400
    assert "_tag" not in [each["name"] for each in stated(sandbox, "Patient")["searchParam"]]


@pytest.mark.parametrize("status", [409, 412])
def test_the_status_of_a_stale_version(status: Any) -> None:
    sandbox = Sandbox(Knobs(status_stale=status))
    made = make(sandbox, PATIENT)
    answer = send(sandbox, "PUT", f"Patient/{made}", {**PATIENT, "id": made, "active": True}, If_Match='W/"7"')
    assert answer.status == status


def test_a_base_wrongly_stated() -> None:
    sandbox = Sandbox(Knobs(stated_base="http://inner.example/fhir", page_max=1))
    make(sandbox, PATIENT)
    answer = send(sandbox, "POST", "Patient", PATIENT, Host="outer.example")
    assert answer.headers["Location"].startswith("http://inner.example/fhir/Patient/")
    links = {each["relation"]: each["url"] for each in ask(sandbox, "Patient")["link"]}
    assert links["next"].startswith("http://inner.example/fhir?")


def test_types_that_are_absent() -> None:
    sandbox = Sandbox(Knobs(absent=frozenset({"Task"})))
    assert send(sandbox, "GET", "Task").status == 404
    assert send(sandbox, "POST", "Task", {"resourceType": "Task", "status": "draft", "intent": "plan"}).status == 404
    assert "Task" not in [each["type"] for each in ask(sandbox, "metadata")["rest"][0]["resource"]]


def test_types_that_can_only_be_amended() -> None:
    sandbox = Sandbox(Knobs(no_create=frozenset({"Patient"})))
    assert send(sandbox, "POST", "Patient", PATIENT).status == 405
    assert send(sandbox, "PUT", "Patient/x", {**PATIENT, "id": "x"}).status == 201
    assert send(sandbox, "POST", "", bundle("transaction", post(PATIENT))).status == 405
    assert {"code": "create"} not in stated(sandbox, "Patient")["interaction"]
    assert {"code": "update"} in stated(sandbox, "Patient")["interaction"]
    assert stated(sandbox, "Patient")["conditionalCreate"] is False


def test_types_that_can_only_be_created() -> None:
    sandbox = Sandbox(Knobs(no_update=frozenset({"Patient"})))
    made = make(sandbox, PATIENT)
    assert send(sandbox, "PUT", f"Patient/{made}", {**PATIENT, "id": made}).status == 405
    assert {"code": "update"} not in stated(sandbox, "Patient")["interaction"]


def test_unknown_parameters_can_be_ignored() -> None:
    sandbox = Sandbox(Knobs(lenient=True, tags_searchable=False))
    made = make(sandbox, PATIENT)
    for criterion in ("nonsense=x", "_tag=x"):
        assert ids(ask(sandbox, f"Patient?{criterion}")) == [made]


def test_a_server_can_state_what_it_does_not_do() -> None:
    sandbox = Sandbox(Knobs(boasts=True, transaction=False, conditional_create=False, if_match=False))
    found = stated(sandbox, "Patient")
    assert (found["conditionalCreate"], found["versioning"]) == (True, "versioned-update")
    assert {"code": "transaction"} in ask(sandbox, "metadata")["rest"][0]["interaction"]
    assert send(sandbox, "POST", "", bundle("transaction", post(PATIENT))).status == 400


def test_the_good_server_states_everything() -> None:
    statement = ask(Sandbox(), "metadata")
    assert json.dumps(statement["software"]["name"]) == '"carefhir sandbox"'
    assert statement["rest"][0]["interaction"] == [{"code": "transaction"}, {"code": "batch"}]
    found = stated(Sandbox(), "Task")
    assert found["conditionalUpdate"] is False
    assert found["versioning"] == "versioned-update"
    assert {"name": "_tag", "type": "token"} in found["searchParam"]


def made_unless_there(sandbox: Sandbox) -> str:
    """A conditional create: the id of what is there then."""
    answer = send(sandbox, "POST", "Patient", PATIENT, If_None_Exist="identifier=s%7Cv")
    return str(json.loads(answer.body)["id"])


def test_count_can_be_ignored_in_batches() -> None:
    sandbox = Sandbox(Knobs(page_in_batch=2))
    for _ in range(3):
        make(sandbox, PATIENT)
    batch = bundle("batch", {"request": {"method": "GET", "url": "Patient?_count=50"}})
    page = json.loads(send(sandbox, "POST", "", batch).body)["entry"][0]["resource"]
    assert len(page["entry"]) == 2
    assert [link["relation"] for link in page["link"]] == ["self"]
    assert len(ids(ask(sandbox, "Patient?_count=50"))) == 3


def test_a_parameter_can_be_taken_and_never_find() -> None:
    sandbox = Sandbox(Knobs(never_finds=frozenset({"Patient.identifier"})))
    made = make(sandbox, PATIENT)
    assert ids(ask(sandbox, "Patient?identifier=s%7Cv")) == []
    assert ids(ask(sandbox, f"Patient?_id={made}")) == [made]
    assert made_unless_there(sandbox) != made, "nor does a condition"


def test_a_conditional_create_can_be_blind_for_what_was_just_created() -> None:
    sandbox = Sandbox(Knobs(blind_for=2))
    first = made_unless_there(sandbox)
    second = made_unless_there(sandbox)
    assert first != second


def test_a_conditional_create_sees_what_was_created_a_while_ago() -> None:
    sandbox = Sandbox(Knobs(blind_for=2))
    first = made_unless_there(sandbox)
    for _ in range(2):
        ask(sandbox, "Patient")
    assert made_unless_there(sandbox) == first


def test_more_can_be_wanted_than_r4_asks_for() -> None:
    sandbox = Sandbox(Knobs(refuses_without=frozenset({"RiskAssessment.prediction.probabilityDecimal"})))
    risk = {"resourceType": "RiskAssessment", "status": "final", "subject": {"display": "x"}, "prediction": [{}]}
    refused = send(sandbox, "POST", "RiskAssessment", risk)
    assert (refused.status, "probabilityDecimal" in refused.body.decode()) == (400, True)
    assert send(sandbox, "POST", "RiskAssessment", {**risk, "prediction": [{"probabilityDecimal": 1}]}).status == 201


def test_a_stale_version_inside_a_transaction_can_have_an_answer_of_its_own() -> None:
    sandbox = Sandbox(Knobs(status_stale_in_transaction=400))
    made = make(sandbox, PATIENT)
    put = {
        "resource": {**PATIENT, "id": made},
        "request": {"method": "PUT", "url": f"Patient/{made}", "ifMatch": 'W/"9"'},
    }
    assert send(sandbox, "POST", "", bundle("transaction", put)).status == 400
    assert send(sandbox, "PUT", f"Patient/{made}", {**PATIENT, "id": made}, If_Match='W/"9"').status == 412


def test_what_is_stated_of_versions_can_be_less_than_what_is_done() -> None:
    sandbox = Sandbox(Knobs(versioning="versioned"))
    assert stated(sandbox, "Patient")["versioning"] == "versioned"
    made = make(sandbox, PATIENT)
    assert send(sandbox, "PUT", f"Patient/{made}", {**PATIENT, "id": made}, If_Match='W/"9"').status == 412


@pytest.mark.parametrize("order", ["rising", "falling", "scattered"])
def test_ids_come_in_the_order_that_is_wanted(order: str) -> None:
    sandbox = Sandbox(Knobs(ids=order))  # type: ignore[arg-type]
    made = [make(sandbox, PATIENT) for _ in range(9)]
    in_order = {"rising": sorted(made, key=int) if order == "rising" else [], "falling": sorted(made, reverse=True)}
    assert len(set(made)) == 9
    assert made == in_order[order] if order in in_order else made not in (sorted(made), sorted(made, reverse=True))


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_a_server_otherwise_than_the_good_one(name: str) -> None:
    assert shape(name) != Knobs()
    assert described(name).says
    assert ask(Sandbox(shape(name)), "metadata")["software"]["name"] == shape(name).software


def test_an_unknown_shape_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownShape, match="acme is no shape of a server; there are bare, epic, fut, helios, medplum"):
        shape("acme")


@pytest.mark.parametrize("status", [412, 428])
def test_an_update_can_need_the_version_it_began_from(status: Any) -> None:
    sandbox = Sandbox(Knobs(if_match_wanted=status))
    made = make(sandbox, PATIENT)
    changed = {**PATIENT, "id": made, "active": True}
    put = {"resource": changed, "request": {"method": "PUT", "url": f"Patient/{made}"}}
    assert send(sandbox, "PUT", f"Patient/{made}", changed).status == status
    assert send(sandbox, "POST", "", bundle("transaction", put)).status == status
    assert "active" not in ask(sandbox, f"Patient/{made}")
    assert send(sandbox, "PUT", f"Patient/{made}", changed, If_Match='W/"1"').status == 200


@pytest.mark.parametrize("status", [400, 403, 404, 405])
def test_what_a_type_has_not_is_refused_as_wanted_also_in_bundles(status: Any) -> None:
    sandbox = Sandbox(Knobs(takes=frozenset({("Patient", "read"), ("Flag", "create")}), status_not_taken=status))
    assert send(sandbox, "POST", "Patient", PATIENT).status == status
    assert send(sandbox, "GET", "Patient?identifier=v").status == status
    assert send(sandbox, "POST", "", bundle("transaction", post(PATIENT))).status == status
    assert send(sandbox, "GET", "Task/1").status == 404
    assert send(sandbox, "POST", "Flag", {"resourceType": "Flag", "status": "active"}).status == 201


def test_a_refusal_can_come_without_a_word() -> None:
    sandbox = Sandbox(Knobs(not_granted=frozenset({"Patient"}), bodiless=frozenset({403})))
    refused = send(sandbox, "POST", "Patient", PATIENT)
    assert (refused.status, refused.body, "Content-Type" in refused.headers) == (403, b"", False)
    assert send(sandbox, "GET", "Patient/none").body != b""


def test_files_are_loaded_past_what_clients_may_write() -> None:
    sandbox = Sandbox(Knobs(takes=frozenset({("Patient", "read")}), elements=frozenset({("Patient", "name")})))
    taken = sandbox.take(json.dumps({**PATIENT, "id": "p1"}).encode())
    assert taken.status == 201
    assert ask(sandbox, "Patient/p1")["identifier"] == PATIENT["identifier"]
    assert send(sandbox, "PUT", "Patient/p1", {**PATIENT, "id": "p1"}).status == 405


def test_hidden_records_are_not_brought_along_either() -> None:
    sandbox = Sandbox(Knobs(hidden_labels=frozenset({"R"})))
    patient = make(sandbox, PATIENT)
    seen = make(sandbox, flag(patient))
    make(sandbox, {**flag(patient), "meta": {"security": [{"code": "R"}]}})
    assert ids(ask(sandbox, f"Patient?_id={patient}&_revinclude=Flag:patient"), "include") == [seen]
    assert ids(ask(sandbox, f"Flag?patient={patient}")) == [seen]


def test_a_choice_is_there_in_any_of_its_types() -> None:
    sandbox = Sandbox(Knobs(fails_on_missing=True))
    order = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"display": "x"}}
    whole = make(sandbox, {**order, "medicationCodeableConcept": {"text": "x"}})
    assert send(sandbox, "GET", f"MedicationRequest/{whole}").status == 200
    lacking = make(sandbox, order)
    assert said(send(sandbox, "GET", f"MedicationRequest/{lacking}"))["severity"] == "fatal"
    assert send(sandbox, "GET", "MedicationRequest").status == 500
