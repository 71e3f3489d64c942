"""R7: what an EHR is to get: one by one, in order, never twice, and never called done where it is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from carefhir import commands
from carefhir.catalog import step_for
from carefhir.codes import ELSEWHERE, STEP_KEY
from carefhir.engine import runner
from carefhir.engine.results import Done, Preview
from carefhir.fhir.codec import decode, encode
from carefhir.fhir.wire import Failure, Request, Response, get
from carefhir.workflows.delivery import deliver
from carefhir.workflows.delivery.deliver import Deliveries
from tests.execution.test_two_homes import in_ehr
from tests.support.backends import Backend, http_backend
from tests.support.delivering import (
    CHANGED,
    Befallen,
    delivered,
    delivering,
    done,
    ehr_down,
    notes_there,
    tasks,
    text_of,
    writes,
)
from tests.support.scenarios import SCENARIOS, Scenario, Stage
from tests.support.two_homes import EHR, TwoHomes, two_homes

Json = dict[str, Any]


def story(name: str) -> Scenario:
    (found,) = (one for one in SCENARIOS if one.name == name)
    return found


DEATH, HELPED = story("a death is told"), story("a community service has helped")


def site_of(found: Stage) -> TwoHomes:
    assert isinstance(found.backend, TwoHomes)
    return found.backend


def appointment(found: Stage, task: Json) -> Json:
    """The record in the EHR that a delivery is about."""
    place = site_of(found).names.place_of(task["focus"]["reference"])
    assert place is not None
    read: Json = site_of(found).ehr.get(place)
    return read


def change_of(found: Stage) -> Json:
    (task,) = (each for each in tasks(found, "deliver") if "focus" in each)
    return task


def note_of(found: Stage) -> Json:
    (task,) = (each for each in tasks(found, "deliver") if "focus" not in each)
    return task


def answering(found: Stage, befalls: Any) -> Befallen:
    case = Befallen(site_of(found), befalls)
    case.committed = True
    return case


def held(found: Stage, scenario: Scenario) -> Befallen:
    """The act stands, and the EHR was down: its deliveries wait."""
    case = Befallen(site_of(found), ehr_down)
    result = done(found, scenario)
    assert isinstance(result, Done)
    assert any(f"not yet in {EHR}" in note for note in result.notes)
    assert {each["status"] for each in tasks(found, "deliver")} == {"requested"}
    return case


# ---- a change


def test_the_act_and_its_delivery() -> None:
    """The EHR has the change, the Task says where, and the result says so."""
    found = delivering(DEATH)
    result = done(found, DEATH)
    assert isinstance(result, Done)
    task = change_of(found)
    assert task["status"] == "completed"
    assert appointment(found, task)["status"] == "cancelled"
    assert any(f"{EHR} has taken it" in note and "Appointment" in note for note in result.notes)
    assert task["output"][0]["valueString"].startswith("Appointment/")


def test_a_preview_shows_what_the_ehr_is_to_get_and_gives_it_nothing() -> None:
    found = delivering(DEATH)
    before, command = in_ehr(site_of(found)), DEATH.command(found)
    occasion, server = found.occasion(DEATH.now), found.backend.server()
    shown = found.backend.run(runner.preview(step_for(command), command, occasion, server))
    assert isinstance(shown, Preview)
    assert sum(f"goes into {EHR} when this stands" in line for line in shown.told.says) == 2
    assert in_ehr(site_of(found)) == before
    assert tasks(found, "deliver") == []


@pytest.mark.parametrize("types", [frozenset(), CHANGED - {"Appointment"}])
def test_what_the_site_does_not_let_be_changed_there_is_asked_of_a_person(types: frozenset[str]) -> None:
    found = delivering(DEATH)
    site_of(found).writes, site_of(found).notes = types, frozenset()
    before = in_ehr(site_of(found))
    done(found, DEATH)
    assert tasks(found, "deliver") == []
    (by_hand,) = tasks(found, "do-elsewhere")
    assert by_hand["status"] == "requested"
    assert in_ehr(site_of(found)) == before


def test_what_was_changed_there_meanwhile_is_theirs() -> None:
    """Somebody has moved the appointment to another status: nothing is written over it, and a person decides."""
    found = delivering(DEATH)
    held(found, DEATH).end()
    theirs = appointment(found, change_of(found))
    site_of(found).ehr.put({**theirs, "status": "arrived"})
    said = delivered(found, DEATH)
    assert not said.whole
    assert appointment(found, change_of(found))["status"] == "arrived"
    assert change_of(found)["status"] == "failed"
    assert "changed it there meanwhile: status" in change_of(found)["statusReason"]["text"]
    (by_hand,) = tasks(found, "do-elsewhere")
    assert "status" in by_hand["description"]


def test_what_was_changed_there_beside_it_stays() -> None:
    """Another element of the same record: both stand."""
    found = delivering(DEATH)
    held(found, DEATH).end()
    theirs = appointment(found, change_of(found))
    site_of(found).ehr.put({**theirs, "comment": "asked for a wheelchair"})
    assert delivered(found, DEATH).whole
    now = appointment(found, change_of(found))
    assert (now["status"], now["comment"]) == ("cancelled", "asked for a wheelchair")


def test_what_somebody_else_has_noted_there_stays_beside_what_we_note() -> None:
    """Both add to one list: both are kept, in the order in which they came."""
    found = delivering(HELPED)
    held(found, HELPED).end()
    theirs = appointment(found, change_of(found))
    noted = [*theirs.get("note", ()), {"text": "seen at the front desk"}]
    site_of(found).ehr.put({**theirs, "note": noted})
    assert delivered(found, HELPED).whole
    texts = [note["text"] for note in appointment(found, change_of(found))["note"]]
    assert texts[: len(noted)] == [note["text"] for note in noted]
    assert len(texts) == len(noted) + 1
    assert "Rides" in texts[-1]


def test_what_the_ehr_adds_of_its_own_is_not_a_refusal() -> None:
    """It puts a code beside our words: what was to be there is there."""
    found = delivering(DEATH)
    coding = {"system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason", "code": "pat-dec"}

    def enriched(case: Befallen, request: Request) -> Response | Failure | None:
        if request.home != EHR or request.method != "PUT":
            return None
        body = decode(request.body or b"")
        body["cancelationReason"] = {**body["cancelationReason"], "coding": [coding]}
        return case.answers(replace(request, body=encode(body)))

    Befallen(site_of(found), enriched)
    done(found, DEATH)
    assert change_of(found)["status"] == "completed"
    assert appointment(found, change_of(found))["cancelationReason"]["coding"] == [coding]


def test_a_record_that_has_gone_is_a_persons_to_look_for() -> None:
    found = delivering(DEATH)
    held(found, DEATH).end()
    place = f"Appointment/{appointment(found, change_of(found))['id']}"

    def gone(case: Befallen, request: Request) -> Response | None:
        return Response(404, {}, b"") if request.home == EHR and request.target == place else None

    answering(found, gone)
    delivered(found, DEATH)
    assert change_of(found)["status"] == "failed"
    assert "not there any more" in change_of(found)["statusReason"]["text"]


def test_taken_and_not_kept_is_not_done() -> None:
    """An EHR that answers 200 and keeps nothing of it."""
    found = delivering(DEATH)

    def keeps_nothing(case: Befallen, request: Request) -> Response | Failure | None:
        if request.home != EHR or request.method != "PUT":
            return None
        return case.answers(replace(request, method="GET", body=None))

    Befallen(site_of(found), keeps_nothing)
    result = done(found, DEATH)
    assert isinstance(result, Done)
    assert change_of(found)["status"] == "failed"
    assert "does not show it: status" in change_of(found)["statusReason"]["text"]
    assert any("has refused it" in note for note in result.notes)


def test_an_ehr_without_versions() -> None:
    """No ETag, no version: what is there is read before and after, and is right."""
    found = delivering(DEATH)
    site = site_of(found)
    sandbox = site.ehr.sandbox
    assert sandbox is not None
    shaped = site.shaped(replace(sandbox.knobs, versions=False, if_match=False))
    shaped.writes, shaped.notes = site.writes, site.notes
    found = replace(found, backend=shaped)
    done(found, DEATH)
    assert change_of(found)["status"] == "completed"


def test_one_that_waits_holds_up_the_next_of_the_same_record_alone() -> None:
    """The note goes through while the appointment cannot be written; a change decided later waits for the first."""
    found = delivering(DEATH)

    def no_appointments(case: Befallen, request: Request) -> Response | None:
        busy = request.home == EHR and request.target.startswith("Appointment/") and writes(request)
        return Response(503, {}, b"") if busy else None

    case = Befallen(site_of(found), no_appointments)
    done(found, DEATH)
    assert (change_of(found)["status"], note_of(found)["status"]) == ("requested", "completed")
    first = change_of(found)
    later = {name: value for name, value in first.items() if name not in ("id", "meta", "identifier")}
    found.backend.create({**later, "authoredOn": "2026-03-09T11:00:00-05:00"})
    waiting = delivered(found, DEATH)
    assert [one.attempt.outcome for one in waiting.settled] == ["waits", "waits"]
    assert waiting.settled[1].attempt.why == deliver.BEFORE
    case.end()
    assert [one.attempt.outcome for one in delivered(found, DEATH).settled] == ["accepted", "accepted"]


def test_two_that_deliver_at_once_write_one_thing_and_one_receipt() -> None:
    """Another run is through between the look at the EHR and the write: it is there once, and settled once."""
    found = delivering(DEATH)
    held(found, DEATH).end()
    site, inner = site_of(found), []

    def meanwhile(case: Befallen, request: Request) -> None:
        if not inner and request.home == EHR and writes(request):
            inner.append(request)
            case.over = True
            assert delivered(found, DEATH).whole
            case.over = False

    answering(found, meanwhile)
    assert delivered(found, DEATH).whole
    assert inner
    assert {each["status"] for each in tasks(found, "deliver")} == {"completed"}
    assert len(notes_there(found)) == 1
    for each in tasks(found, "deliver"):
        assert len(Backend.search(site, f"Provenance?target=Task/{each['id']}")) == 2, "the act, and one delivery"


@pytest.mark.hapi
@pytest.mark.parametrize("scenario", [DEATH, HELPED], ids=lambda one: f"{one.step}: {one.name}")
def test_an_outbox_on_a_real_server(scenario: Scenario, base_of: Callable[[str], str]) -> None:
    """The Task, what it holds, and how it ends, on HAPI; the EHR was down at first."""
    found = delivering(scenario, two_homes(http_backend(base_of("hapi"))))
    held(found, scenario).end()
    assert delivered(found, scenario).whole
    assert {each["status"] for each in tasks(found, "deliver")} == {"completed"}
    assert len(notes_there(found)) == 1
    assert isinstance(done(found, scenario), Done)
    assert delivered(found, scenario).settled == ()


# ---- a note


def test_the_note_is_what_a_physician_can_read() -> None:
    """Who, when, what was found, what comes next; no id of the companion, and no code."""
    found = delivering(HELPED)
    done(found, HELPED)
    (note,) = notes_there(found)
    text = text_of(note)
    assert note["subject"]["reference"].startswith("Patient/")
    assert site_of(found).ehr.get(note["subject"]["reference"])["resourceType"] == "Patient"
    assert site_of(found).ehr.get(note["author"][0]["reference"])["resourceType"] == "Practitioner"
    assert "Dana Whitfield, registered nurse" in text
    assert "Rides to visits; rides to every visit" in text
    assert not any(word in text for word in ("Task/", "Condition/", "carefhir.org"))
    assert max(map(len, text.splitlines())) <= 88


def test_a_note_that_is_taken_twice_is_named() -> None:
    found = delivering(HELPED)

    def twice(case: Befallen, request: Request) -> None:
        if request.home == EHR and request.method == "POST" and request.target == "DocumentReference":
            body = decode(request.body or b"")
            case.site.ehr.create(body)

    Befallen(site_of(found), twice)
    site_of(found).ehr_limits = replace(site_of(found).ehr_limits, conditional_create=False)
    result = done(found, HELPED)
    assert isinstance(result, Done)
    assert len(notes_there(found)) == 2
    assert note_of(found)["status"] == "completed"
    assert any("more than once" in note for note in result.notes)
    (by_hand,) = (each for each in tasks(found, "do-elsewhere") if "more than once" in each["description"])
    assert all(f"DocumentReference/{each['id']}" in by_hand["description"] for each in notes_there(found))
    assert delivered(found, HELPED).settled == ()


def without_identifiers(case: Befallen, request: Request) -> Response | Failure | None:
    """An EHR that keeps no identifier of ours."""
    if request.home != EHR or request.method != "POST" or request.target != "DocumentReference":
        return None
    body = decode(request.body or b"")
    del body["identifier"]
    headers = tuple(each for each in request.headers if each[0] != "If-None-Exist")
    case.answers(replace(request, body=encode(body), headers=headers))
    return Failure("timeout", True)


def test_a_note_whose_identifier_is_not_kept_is_found_by_moment_and_title() -> None:
    """And whose answer was lost: it is not put there twice."""
    found = delivering(HELPED)
    case = Befallen(site_of(found), without_identifiers)
    result = done(found, HELPED)
    assert isinstance(result, Done)
    assert note_of(found)["status"] == "completed"
    (note,) = notes_there(found)
    assert not any(one.get("system") == STEP_KEY for one in note.get("identifier", ()))
    case.end()
    done(found, HELPED)
    assert len(notes_there(found)) == 1


@pytest.mark.parametrize(
    ("element", "other"), [("date", "2026-05-22T09:00:01-05:00"), ("description", "Care management: x")]
)
def test_another_note_is_not_taken_for_it(element: str, other: str) -> None:
    """Near misses: a second earlier, or of another step."""
    found = delivering(HELPED)
    held(found, HELPED)
    _, theirs = in_the_way(found)
    theirs.pop("identifier")
    site_of(found).ehr.create({**theirs, element: other})
    site_of(found).exchange = found.backend.exchange
    end_of(found)
    delivered(found, HELPED)
    assert len([each for each in notes_there(found) if "identifier" in each]) == 1
    assert len(notes_there(found)) == 2


def in_the_way(found: Stage) -> tuple[Stage, Json]:
    """The same story undisturbed on a copy: the note as the EHR then has it."""
    fork = found.backend.fork()
    assert fork is not None
    copy = replace(found, backend=fork)
    delivered(copy, HELPED)
    (note,) = notes_there(copy)
    return copy, {name: value for name, value in note.items() if name not in ("id", "meta")}


def end_of(found: Stage) -> None:
    """The EHR is well again."""
    site = site_of(found)
    fresh = site.fork()
    assert fresh is not None
    site.exchange = fresh.exchange
    site.ehr, site.sandbox = fresh.ehr, fresh.sandbox


def test_where_nobody_can_look_whether_a_note_is_there_none_is_put() -> None:
    """A search that is refused: it waits, for a second one would be worse than a late one."""
    found = delivering(HELPED)

    def no_look(case: Befallen, request: Request) -> Response | None:
        refused = request.home == EHR and request.target.startswith("DocumentReference") and not writes(request)
        return Response(403, {}, b"") if refused else None

    Befallen(site_of(found), no_look)
    done(found, HELPED)
    assert notes_there(found) == []
    assert note_of(found)["status"] == "requested"


def test_a_patient_who_is_not_linked_any_more() -> None:
    found = delivering(HELPED)
    held(found, HELPED).end()
    record = Backend.get(found.backend, found.patient)
    kept = [one for one in record["identifier"] if one["system"] != ELSEWHERE]
    Backend.put(found.backend, {**record, "identifier": kept})
    delivered(found, HELPED)
    assert note_of(found)["status"] == "failed"
    assert "not linked" in note_of(found)["statusReason"]["text"]


def test_a_link_that_cannot_be_read_is_not_a_missing_one() -> None:
    found = delivering(HELPED)
    held(found, HELPED).end()

    def no_people(case: Befallen, request: Request) -> Response | None:
        return Response(503, {}, b"") if request.home != EHR and request.target.startswith("Patient") else None

    case = answering(found, no_people)
    delivered(found, HELPED)
    assert note_of(found)["status"] == "requested"
    case.end()
    assert delivered(found, HELPED).whole


@pytest.mark.parametrize("visits", [True, False])
def test_an_ehr_that_takes_no_note_without_a_visit(visits: bool) -> None:
    """As Epic: the latest visit is named; where none can be seen, a person is asked."""
    found = delivering(HELPED)
    site = site_of(found)
    sandbox = site.ehr.sandbox
    assert sandbox is not None
    wants = frozenset({"DocumentReference.context.encounter"})
    shaped = site.shaped(replace(sandbox.knobs, refuses_without=wants, batch=False, transaction=False))
    shaped.writes, shaped.notes, shaped.seen = site.writes, site.notes, replace(shaped.seen, note_of_a_visit=True)
    found = replace(found, backend=shaped)
    held(found, HELPED).end()
    begun = {f"Encounter/{each['id']}": each["period"]["start"] for each in site.ehr.search("Encounter?_count=50")}

    def no_visits(case: Befallen, request: Request) -> Response | None:
        empty = b'{"resourceType":"Bundle","type":"searchset","entry":[]}'
        hidden = request.home == EHR and request.target.startswith("Encounter") and not visits
        return Response(200, {"content-type": "application/fhir+json"}, empty) if hidden else None

    answering(found, no_visits)
    delivered(found, HELPED)
    task = note_of(found)
    if visits:
        answer = shaped.exchange(get(task["output"][0]["valueString"], home=EHR))
        assert isinstance(answer, Response)
        named = decode(answer.body)["context"]["encounter"][0]["reference"]
        assert named == max(begun, key=lambda place: begun[place])
    else:
        assert task["status"] == "failed"
        assert "has to name a visit" in task["statusReason"]["text"]


def test_what_is_restricted_is_in_no_note() -> None:
    """The concern about transport is labeled in the EHR: the note says nothing of what rests on it, and the nurse is
    told that something is left out, or that there is none."""
    found = delivering(HELPED)
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    for concern in site_of(found).ehr.search("Condition?_count=200"):
        site_of(found).ehr.put({**concern, "meta": {"security": [label]}})
    result = done(found, HELPED)
    assert isinstance(result, Done)
    assert all("Rides" not in text_of(note) and "ride" not in text_of(note) for note in notes_there(found))
    assert any("restricted" in line for line in result.told.says)


def test_an_author_whom_nobody_has_linked_is_named_in_words() -> None:
    found = delivering(HELPED)
    held(found, HELPED).end()
    record = Backend.get(found.backend, found.nurse)
    kept = [one for one in record["identifier"] if one["system"] != ELSEWHERE]
    Backend.put(found.backend, {**record, "identifier": kept})
    delivered(found, HELPED)
    (note,) = notes_there(found)
    assert note["author"] == [{"display": "Dana Whitfield"}]


# ---- what is left


def test_a_task_of_which_nothing_can_be_read_is_refused_and_said() -> None:
    found = delivering(DEATH)
    held(found, DEATH).end()
    task = change_of(found)
    found.backend.put({**task, "input": task["input"][:1]})
    delivered(found, DEATH)
    assert change_of(found)["status"] == "failed"
    assert "cannot be read" in change_of(found)["statusReason"]["text"]


def test_an_ehr_of_another_name_waits_and_says_so() -> None:
    found = delivering(DEATH)
    held(found, DEATH).end()
    server = found.backend.server()
    alone = replace(server, beside=())
    said: Deliveries = found.backend.run(deliver.deliver(found.occasion(DEATH.now), alone))
    assert {one.attempt.why for one in said.settled} == {deliver.NO_HOME}
    assert not said.whole


def test_what_waits_and_cannot_be_seen_is_not_nothing() -> None:
    found = delivering(DEATH)

    def no_tasks(case: Befallen, request: Request) -> Response | None:
        return Response(403, {}, b"") if request.home != EHR and request.target.startswith("Task") else None

    answering(found, no_tasks)
    said = delivered(found, DEATH)
    assert said.settled == ()
    assert not said.whole
    assert any("not known" in each for each in said.sentences)


def test_what_a_person_has_done_there_by_hand_is_not_delivered() -> None:
    """Its Task is closed as any other, and the EHR is not written."""
    found = delivering(DEATH)
    site_of(found).notes = frozenset()
    held(found, DEATH).end()
    before = in_ehr(site_of(found))
    command = commands.Resolve(
        patient=found.patient, task=f"Task/{change_of(found)['id']}", outcome="canceled there by phone", at=DEATH.now
    )
    result = found.backend.run(
        runner.run(step_for(command), command, found.occasion(DEATH.now), found.backend.server())
    )
    assert isinstance(result, Done), result
    assert change_of(found)["status"] == "completed"
    assert delivered(found, DEATH).settled == ()
    assert in_ehr(site_of(found)) == before


def test_a_companion_that_finds_no_task_by_its_code() -> None:
    """It takes the parameter and finds nothing by it, or does not state it: for a patient all is delivered, and for
    everybody it is not said that nothing waits where that cannot be known."""
    found = delivering(HELPED)
    held(found, HELPED).end()
    site = site_of(found)

    def by_code(case: Befallen, request: Request) -> Response | None:
        empty = b'{"resourceType":"Bundle","type":"searchset","entry":[]}'
        asked = request.home != EHR and request.target.startswith("Task") and "code=" in request.target
        return Response(200, {"content-type": "application/fhir+json"}, empty) if asked else None

    answering(found, by_code)
    server = site.server()
    task = server.capabilities.of("Task")
    unstated = {**server.capabilities.types, "Task": replace(task, parameters=task.parameters - {"code"})}
    silent = replace(server, capabilities=replace(server.capabilities, types=unstated))
    everybody: Deliveries = found.backend.run(deliver.deliver(found.occasion(HELPED.now), silent))
    assert not everybody.whole
    assert deliver.BY_CODE in everybody.not_visible
    mine: Deliveries = found.backend.run(deliver.deliver(found.occasion(HELPED.now), server, patient=found.patient))
    assert {one.attempt.outcome for one in mine.settled} == {"accepted"}
    assert len(mine.settled) == 2


def retracted(found: Stage) -> Any:
    command = commands.Retract(
        patient=found.patient, what=found.patient, reason="it was another patient with the same name"
    )
    occasion, server = found.occasion(DEATH.now), found.backend.server()
    return found.backend.run(deliver.run(step_for(command), command, occasion, server))


def test_an_act_that_is_taken_back_before_it_was_delivered_is_not_delivered() -> None:
    found = delivering(DEATH)
    site_of(found).notes = frozenset()
    case = held(found, DEATH)
    case.over = True  # the EHR is read by the retraction, and gets nothing before it
    before = in_ehr(site_of(found))
    assert isinstance(retracted(found), Done)
    assert change_of(found)["status"] == "entered-in-error"
    assert delivered(found, DEATH).settled == ()
    assert in_ehr(site_of(found)) == before


def test_an_act_that_is_taken_back_after_it_was_delivered_is_put_right_there_by_a_person() -> None:
    found = delivering(DEATH)
    site_of(found).notes = frozenset()
    done(found, DEATH)
    result = retracted(found)
    assert isinstance(result, Done)
    assert change_of(found)["status"] == "completed"
    (left,) = tasks(found, "finish-retraction")
    assert f"{EHR} has been given it" in left["description"]


def test_what_is_withdrawn_while_the_ehr_takes_it_is_asked_back() -> None:
    found = delivering(DEATH)
    held(found, DEATH).end()

    def withdrawn(case: Befallen, request: Request) -> None:
        if request.home == EHR and request.method == "PUT":
            found.backend.put({**change_of(found), "status": "cancelled"})

    answering(found, withdrawn)
    delivered(found, DEATH)
    (by_hand,) = (each for each in tasks(found, "do-elsewhere") if "withdrawn meanwhile" in each["description"])
    assert by_hand["status"] == "requested"


def test_a_death_ends_no_delivery() -> None:
    """What the EHR has yet to be told of somebody who died is told, whatever else is ended then."""
    found = delivering(HELPED)
    held(found, HELPED).end()
    waiting = len(tasks(found, "deliver"))
    command = commands.RecordDeath(
        patient=found.patient, died="2026-05-21", told_by="daughter", reason="the daughter called"
    )
    occasion, server = found.occasion(HELPED.now), found.backend.server()
    site_of(found).notes = frozenset()
    result = found.backend.run(runner.run(step_for(command), command, occasion, replace(server, beside=server.beside)))
    assert isinstance(result, Done), result
    assert len([each for each in tasks(found, "deliver") if each["status"] == "requested"]) >= waiting
    assert delivered(found, HELPED).whole


@pytest.mark.parametrize("writes", [CHANGED, frozenset()])
def test_what_is_asked_of_a_restricted_record_is_restricted(writes: frozenset[str]) -> None:
    """The Task says what the record is to say: it carries the record's label."""
    found = delivering(HELPED)
    site_of(found).writes, site_of(found).notes = writes, frozenset()
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    for concern in site_of(found).ehr.search("Condition?_count=200"):
        site_of(found).ehr.put({**concern, "meta": {"security": [label]}})
    case = Befallen(site_of(found), ehr_down)
    done(found, HELPED)
    case.end()
    asked = [*tasks(found, "deliver"), *tasks(found, "do-elsewhere")]
    assert asked
    assert all(
        {"system": label["system"], "code": "R"}.items() <= each["meta"]["security"][0].items() for each in asked
    )
