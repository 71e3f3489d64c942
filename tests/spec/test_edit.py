"""`edit`: two people edit one CarePlan, Goal or Task. What merges, what a person decides, and who may edit what."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from carefhir import Conflict, Done, Refused
from carefhir.engine.results import Result, plain
from carefhir.engine.step import Command
from carefhir.faces import terminal
from carefhir.fhir.codec import encode
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from carefhir.workflows.care_planning.edit import Edit
from tests.spec.tables import carried_out
from tests.support.backends import Backend, sandbox_backend
from tests.support.stage import Stage, enrolled, stage
from tests.support.stories.editing import REMARK, changed_by_another, edit, ride, walking
from tests.support.stories.planning import goals_of, proposed

Json = dict[str, Any]
DAY = "2026-03-09T10:00:00-05:00"
MEASURE = {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    found = stage(backend, "rosa")
    enrolled(found)
    return found


@pytest.fixture(scope="module")
def planned() -> Stage:
    """With a plan drafted; nobody changes it."""
    found = stage(sandbox_backend(), "rosa")
    proposed(found)
    return found


def run(found: Stage, command: Command, who: str = "nurse") -> Result:
    return carried_out(found, command, DAY, actor=who if "/" in who else found.backend.find("Practitioner", who))


def created(found: Stage, resource: Json) -> Json:
    return found.backend.get(found.backend.create(resource))


def goal(found: Stage, **more: Any) -> Json:
    """A goal of another system: A1c below 8 by September."""
    target = {"measure": MEASURE, "detailQuantity": {"value": 8, "unit": "%"}, "dueDate": "2026-09-05"}
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "A1c below 8 percent"},
        "subject": {"reference": found.patient},
        "target": [target],
        **more,
    }


def target(**changes: Any) -> list[Json]:
    was = {"measure": MEASURE, "detailQuantity": {"value": 8, "unit": "%"}, "dueDate": "2026-09-05"}
    return [{**was, **changes}]


def detail(**changes: Any) -> list[Json]:
    """The activity of the plan, with some of its detail changed."""
    activity: Json = copy.deepcopy(walking(stage_of_nobody())["activity"])[0]
    return [{"detail": {**activity["detail"], **changes}}]


def stage_of_nobody() -> Stage:
    return Stage(sandbox_backend(), "Patient/nobody", "Practitioner/nobody", "Practitioner/nobody", "")


# ---- what merges


def test_both_edits_are_saved(rosa: Stage) -> None:
    """A nurse and a physician start from one version; each changes something else."""
    base = created(rosa, ride(rosa))
    first = edit(rosa, base, description="Her niece drives; ask her.")
    second = edit(rosa, base, note=[*base["note"], REMARK], owner={"reference": rosa.physician})
    assert isinstance(run(rosa, first), Done)
    result = run(rosa, second, "physician")
    assert isinstance(result, Done), result
    now = rosa.backend.get(first.record)
    assert now["description"] == "Her niece drives; ask her."
    assert now["owner"] == {"reference": rosa.physician}
    assert [note["text"] for note in now["note"]] == ["no car", "prefers mornings"]
    assert now["lastModified"] == DAY
    assert f"kept: what was changed since version {second.from_version}: description" in result.told.says
    (receipt,) = [one for one in result.written if one.type == "Provenance"]
    assert rosa.backend.get(receipt.reference)["target"] == [{"reference": first.record}]


def test_saving_again_writes_nothing(rosa: Stage) -> None:
    """The same copy is one act, whoever saves it and for whatever reason."""
    base = created(rosa, ride(rosa))
    command = edit(rosa, base, description="Her niece drives.")
    assert isinstance(run(rosa, command), Done)
    version = rosa.backend.get(command.record)["meta"]["versionId"]
    result = run(rosa, command.model_copy(update={"reason": "she said so"}), "physician")
    assert isinstance(result, Done)
    assert result.by == "an earlier run"
    assert rosa.backend.get(command.record)["meta"]["versionId"] == version


def test_the_same_change_of_both_is_one_change(rosa: Stage) -> None:
    base = created(rosa, ride(rosa))
    changed_by_another(rosa, f"Task/{base['id']}", note=[*base["note"], REMARK])
    result = run(rosa, edit(rosa, base, note=[*base["note"], REMARK]))
    assert isinstance(result, Done)
    assert rosa.backend.get(f"Task/{base['id']}")["note"] == [*base["note"], REMARK]
    assert "says all of it already" in " ".join(result.told.says)


def test_what_is_changed_between_reading_and_writing_is_merged_too() -> None:
    """The write finds another version than was read: it is decided again, with both."""
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    base = created(found, ride(found))
    asked: list[str] = []

    def interfering(request: Request) -> Response | Failure:
        if request.method == "POST" and request.target == "" and not asked:
            asked.append("once")
            changed_by_another(found, f"Task/{base['id']}", note=[REMARK])
        return found.backend.exchange(request)

    beside = object.__new__(Backend)
    beside.name, beside.base, beside.sandbox = "beside", found.backend.base, found.backend.sandbox
    beside.capabilities, beside.exchange = found.backend.capabilities, interfering
    result = run(replace(found, backend=beside), edit(found, base, description="Her niece drives."))
    assert isinstance(result, Done), result
    now = found.backend.get(f"Task/{base['id']}")
    assert (now["description"], now["note"]) == ("Her niece drives.", [REMARK])


def test_the_due_day_is_repeated_where_searches_look(planned: Stage) -> None:
    found = replace(planned, backend=planned.backend.fork() or planned.backend)
    base = _task_of_ours(found, "first-assessment")
    period = {"start": base["restriction"]["period"]["start"], "end": "2026-03-20"}
    assert isinstance(run(found, edit(found, base, restriction={"period": period})), Done)
    tags = {tag["system"].rpartition("/")[2]: tag["code"] for tag in found.backend.get(_of(base))["meta"]["tag"]}
    assert tags["due"] == "2026-03-20"


def _task_of_ours(found: Stage, code: str) -> Json:
    (task,) = [
        one
        for one in found.backend.search(f"Task?patient={found.patient}&_count=200")
        if one["code"].get("coding", [{}])[0].get("code") == code
    ]
    return task


def _of(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


@pytest.mark.parametrize("in_the_copy", [True, False], ids=["in the copy", "left out of the copy"])
def test_what_r4_does_not_know_is_kept(in_the_copy: bool) -> None:
    """Whatever tool made the copy."""
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    base = created(found, {**ride(found), "zebra": {"kept": [1]}})
    changes: Json = {"description": "Her niece drives."} | ({} if in_the_copy else {"zebra": None})
    assert isinstance(run(found, edit(found, base, **changes)), Done)
    now = found.backend.get(_of(base))
    assert (now["description"], now["zebra"]) == ("Her niece drives.", {"kept": [1]})


def test_what_r4_does_not_know_is_not_lost_inside_an_item() -> None:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    base = created(found, {**ride(found), "note": [{"text": "no car", "zebra": 1}]})
    assert "not known to R4, and the copy has left it out" in refused(found, base, note=[{"text": "has no car"}])
    assert isinstance(run(found, edit(found, base, description="x")), Done)


def test_an_absolute_reference_in_the_copy_is_no_edit(rosa: Stage) -> None:
    base = created(rosa, ride(rosa))
    absolute = {"reference": f"{rosa.backend.base}/{rosa.patient}"}
    assert isinstance(run(rosa, edit(rosa, base, description="x", **{"for": absolute})), Done)
    assert rosa.backend.get(_of(base))["for"] == base["for"]


# ---- what a person decides

Make = Callable[[Stage], Json]
CLASHES: dict[str, tuple[Make, Json, Json, str]] = {
    "two due days": (
        ride,
        {"restriction": {"repetitions": 1, "period": {"start": "2026-03-09", "end": "2026-03-13"}}},
        {"restriction": {"repetitions": 1, "period": {"start": "2026-03-10", "end": "2026-03-20"}}},
        "Task.restriction",
    ),
    "two values of one target": (
        goal,
        {"target": target(detailQuantity={"value": 7, "unit": "%"})},
        {"target": target(detailQuantity={"value": 9, "unit": "%"})},
        "Goal.target[http://loinc.org|4548-4]",
    ),
    "a value and a day of one target": (
        goal,
        {"target": target(detailQuantity={"value": 7, "unit": "%"})},
        {"target": target(dueDate="2026-12-01")},
        "Goal.target[http://loinc.org|4548-4]",
    ),
    "two starts": (goal, {"startDate": "2026-03-10"}, {"startDate": "2026-03-11"}, "Goal.start"),
    "two amounts": (
        walking,
        {"activity": detail(dailyAmount={"value": 20, "unit": "min"})},
        {"activity": detail(dailyAmount={"value": 30, "unit": "min"})},
        "CarePlan.activity[http://example.org/items|walk].detail.dailyAmount",
    ),
    "an amount and how often": (
        walking,
        {"activity": detail(dailyAmount={"value": 20, "unit": "min"})},
        {"activity": detail(scheduledString="twice a day")},
        "CarePlan.activity[http://example.org/items|walk].detail.dailyAmount",
    ),
    "the two ends of a period": (
        walking,
        {"period": {"start": "2026-03-05", "end": "2026-06-01"}},
        {"period": {"start": "2026-03-01", "end": "2026-07-01"}},
        "CarePlan.period",
    ),
    "edited, and stopped by somebody": (walking, {"title": "Walking far"}, {"status": "revoked"}, "CarePlan.title"),
    "two different stops": (walking, {"status": "completed"}, {"status": "revoked"}, "CarePlan.status"),
}


@pytest.mark.parametrize("case", CLASHES.values(), ids=CLASHES.keys())
def test_a_person_decides_and_nothing_is_changed(rosa: Stage, case: tuple[Make, Json, Json, str]) -> None:
    make, mine, theirs, path = case
    base = created(rosa, make(rosa))
    changed_by_another(rosa, _of(base), **theirs)
    before = rosa.backend.get(_of(base))
    result = run(rosa, edit(rosa, base, **mine), "physician")
    assert isinstance(result, Conflict), result
    assert result.written == ()
    assert "nothing of this request was written" in result.why
    assert path in {side.path for side in result.sides}, result.sides
    shown = encode([[side.mine, side.theirs] for side in result.sides]).decode()
    for side in (*mine.values(), *theirs.values()):
        assert any(text in shown for text in _texts(side)), side
    assert rosa.backend.get(_of(base)) == before


def _texts(value: Any) -> list[str]:
    """Every value in it, as JSON has it."""
    if isinstance(value, dict | list):
        return [text for item in (value.values() if isinstance(value, dict) else value) for text in _texts(item)]
    return [encode(value).decode()]


def test_a_clash_shows_both_sides_on_every_face(rosa: Stage) -> None:
    base = created(rosa, goal(rosa))
    changed_by_another(rosa, _of(base), target=target(dueDate="2026-12-01"))
    result = run(rosa, edit(rosa, base, target=target(dueDate="2026-10-01")), "physician")
    assert isinstance(result, Conflict)
    (side,) = plain(result)["sides"]
    assert side["started_from"]["dueDate"] == "2026-09-05"
    assert side["mine"]["dueDate"] == "2026-10-01"
    assert side["theirs"]["dueDate"] == "2026-12-01"
    with terminal.out.capture() as shown:
        terminal.result(result)
    words = shown.get()
    for part in (
        "you started from",
        "on the server",
        "2026-09-05",
        "2026-10-01",
        "2026-12-01",
        "both sides changed it",
    ):
        assert part in words, part


def test_a_stop_is_written_over_an_edit(rosa: Stage) -> None:
    """Whoever stops a plan has stopped it, though somebody reworded it meanwhile; the result says so."""
    base = created(rosa, walking(rosa))
    changed_by_another(rosa, _of(base), title="Walking far")
    result = run(rosa, edit(rosa, base, status="revoked"), "physician")
    assert isinstance(result, Done)
    now = rosa.backend.get(_of(base))
    assert (now["status"], now["title"]) == ("revoked", "Walking far")
    assert any("stopped all the same" in warning for warning in result.told.warnings)


def test_a_stop_beside_a_clash_says_how_to_stop(rosa: Stage) -> None:
    base = created(rosa, walking(rosa))
    changed_by_another(rosa, _of(base), title="Walking far")
    result = run(rosa, edit(rosa, base, status="revoked", title="Walking near"), "physician")
    assert isinstance(result, Conflict)
    assert "save the stop alone, to stop it now" in result.why
    assert isinstance(run(rosa, edit(rosa, base, status="revoked"), "physician"), Done)
    assert rosa.backend.get(_of(base))["status"] == "revoked"


def test_where_the_version_is_gone_both_copies_are_shown() -> None:
    """A server without history: nobody can tell what was edited."""
    found = stage(sandbox_backend(Knobs(history=False)), "rosa")
    enrolled(found)
    base = created(found, ride(found))
    newest = run(found, edit(found, base, description="Her niece drives."))
    assert isinstance(newest, Done), "from the newest version no history is needed"
    result = run(found, edit(found, base, note=[REMARK]))
    assert isinstance(result, Conflict)
    assert "cannot be read on this server" in result.why
    sides = {side.path: side for side in result.sides}
    assert sides["Task.note"].mine == [REMARK]
    assert sides["Task.description"].theirs == "Her niece drives."
    assert all(side.started_from is None for side in result.sides)


# ---- who may edit what


def refused(found: Stage, base: Json, who: str = "nurse", **changes: Any) -> str:
    before = found.backend.get(_of(base))
    result = run(found, edit(found, base, **changes), who)
    assert isinstance(result, Refused), result
    assert found.backend.get(_of(base)) == before
    return "; ".join(result.why)


def test_a_target_is_the_prescribers(rosa: Stage) -> None:
    base = created(rosa, goal(rosa))
    lower = target(detailQuantity={"value": 7, "unit": "%"})
    assert "setting a clinical target is not for registered nurse" in refused(rosa, base, target=lower)
    assert "setting a clinical target" in refused(rosa, base, description={"text": "A1c below 6"})
    assert isinstance(run(rosa, edit(rosa, base, target=lower), "physician"), Done)


def test_a_due_day_of_a_target_is_not(rosa: Stage) -> None:
    base = created(rosa, goal(rosa))
    assert isinstance(run(rosa, edit(rosa, base, target=target(dueDate="2026-10-01"))), Done)


def test_a_dose_is_the_prescribers(rosa: Stage) -> None:
    base = created(rosa, {**walking(rosa), "status": "draft"})
    for changes in ({"dailyAmount": {"value": 20, "unit": "min"}}, {"scheduledString": "twice a day"}):
        assert "changing a medicine is not for" in refused(rosa, base, activity=detail(**changes))


def test_a_plan_in_effect_is_edited_by_whoever_may_sign(rosa: Stage) -> None:
    base = created(rosa, walking(rosa))
    assert "activating a plan is not for" in refused(rosa, base, title="Walking far")
    assert "activating a plan is not for" in refused(rosa, base, status="revoked")
    assert isinstance(run(rosa, edit(rosa, base, note=[REMARK])), Done), "a remark changes nothing that is signed"
    draft = created(rosa, {**walking(rosa), "status": "draft"})
    assert isinstance(run(rosa, edit(rosa, draft, title="Walking far")), Done)
    assert "activating a plan is not for" in refused(rosa, draft, status="active")


OURS: dict[str, tuple[str, Json]] = {
    "a Task is settled by a step": ("Task", {"status": "completed"}),
    "its kind": ("Task", {"code": {"text": "anything"}}),
    "how urgent it is": ("Task", {"priority": "asap"}),
    "a later day": ("Task", {"restriction": {"period": {"start": "2026-03-09", "end": "2027-01-01"}}}),
    "no day": ("Task", {"restriction": None}),
    "evidence": ("Task", {"output": [{"type": {"text": "evidence"}, "valueString": "seen"}]}),
    "a plan takes effect by signature": ("CarePlan", {"status": "active"}),
    "what a plan rests on": ("CarePlan", {"goal": None}),
    "what a plan asks for": ("CarePlan", {"activity": None}),
    "the patient's word": ("Goal", {"extension": [{"url": "http://example.org/agreed", "valueBoolean": True}]}),
    "a goal takes effect by agreement": ("Goal", {"lifecycleStatus": "accepted"}),
    "how far it is reached": ("Goal", {"achievementStatus": {"text": "achieved"}}),
}


@pytest.mark.parametrize(("type_", "changes"), OURS.values(), ids=OURS.keys())
def test_what_only_a_step_changes(planned: Stage, type_: str, changes: Json) -> None:
    """Of what a step wrote; whoever acts."""
    if type_ == "Task":
        base = _task_of_ours(planned, "first-assessment")
    else:
        reference = goals_of(planned)["own"] if type_ == "Goal" else ""
        (base,) = [
            one
            for one in planned.backend.search(f"{type_}?patient={planned.patient}&_count=200")
            if not reference or _of(one) == reference
        ]
    why = refused(planned, base, "physician", **changes)
    assert "is changed by steps only, where a step wrote it" in why or "may come earlier, not later" in why


WRONG: dict[str, tuple[Json, str]] = {
    "nothing edited": ({}, "nothing is edited"),
    "about another person": ({"for": {"reference": "Patient/another"}}, "whom it is about is never edited"),
    "another record": ({"id": "another"}, "becomes is not Task/"),
    "another type": ({"resourceType": "Goal"}, "becomes is not Task/"),
    "no status of R4": ({"status": "someday"}, "Task.status is not one of R4's codes"),
    "no element of R4": ({"mood": "calm"}, "not valid R4: Task.mood"),
    "a modifier": (
        {"modifierExtension": [{"url": "http://example.org/not", "valueBoolean": True}]},
        "modifierExtension",
    ),
    "another version": ({"meta": {"versionId": "77"}}, "becomes is version 77 by its meta"),
    "a mark of ours": (
        {"identifier": [{"system": "https://carefhir.org/fhir/sid/step", "value": "x"}]},
        "identifiers and tags of carefhir are never edited",
    ),
}


@pytest.mark.parametrize(("changes", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_edit(changes: Json, why: str) -> None:
    found = stage(sandbox_backend(), "rosa")
    enrolled(found)
    base = created(found, ride(found))
    command = edit(found, base, **changes).model_copy(update={"record": _of(base)})
    result = run(found, command)
    assert isinstance(result, Refused), result
    assert why in "; ".join(result.why), result.why
    assert found.backend.get(_of(base)) == base


def test_what_cannot_be_found_or_is_anothers(rosa: Stage) -> None:
    other = stage(rosa.backend, "kim")
    theirs = created(other, ride(other))
    result = run(rosa, edit(rosa, theirs, description="x"))
    assert isinstance(result, Refused)
    assert "is not about Patient/" in " ".join(result.why)
    gone = edit(rosa, {**theirs, "id": "nowhere"}, description="x")
    result = run(rosa, gone)
    assert isinstance(result, Refused)
    assert "Task/nowhere is not on this server" in " ".join(result.why)
    with pytest.raises(ValidationError, match="expected CarePlan/ID, Goal/ID or Task/ID"):
        Edit(patient=rosa.patient, record="Patient/1", from_version="1", becomes={})


def test_what_is_over_stays_as_a_record(rosa: Stage) -> None:
    base = created(rosa, {**ride(rosa), "status": "completed"})
    assert "is over: what it says stays as a record" in refused(rosa, base, description="x")


def test_nobody_edits_for_the_dead(rosa: Stage) -> None:
    base = created(rosa, ride(rosa))
    person = rosa.backend.get(rosa.patient)
    rosa.backend.put({**person, "deceasedBoolean": True})
    assert "recorded as deceased" in refused(rosa, base, description="x")


def test_a_status_goes_only_where_the_tables_let_it(rosa: Stage) -> None:
    base = created(rosa, {**ride(rosa), "status": "in-progress"})
    assert "is in-progress and cannot become draft" in refused(rosa, base, status="draft")


def test_a_label_is_never_taken_off(rosa: Stage) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    base = created(rosa, {**ride(rosa), "meta": {"security": [label]}})
    result = run(rosa, edit(rosa, base, meta={"versionId": base["meta"]["versionId"]}, description="x"))
    assert isinstance(result, Conflict)
    assert [side.why for side in result.sides] == ["an edit takes no label off"]
    saved = run(rosa, edit(rosa, base, description="x"))
    assert isinstance(saved, Done)
    (receipt,) = [one for one in saved.written if one.type == "Provenance"]
    assert label["code"] in {one["code"] for one in rosa.backend.get(receipt.reference)["meta"]["security"]}
