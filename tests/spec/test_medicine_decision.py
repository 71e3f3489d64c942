"""What a prescriber decides moves the list (rule 27): the statement, the list, the issue, and who tells the person.
Expected values are written by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import Overview, Resolve
from carefhir.engine import runner
from carefhir.engine.results import Result
from carefhir.occasion import Actor, Occasion
from carefhir.workflows.looking import overview
from tests.spec.tables import Chart, carried_out
from tests.spec.test_reconciliation import CONTENT, rosa, run
from tests.support.backends import by_age
from tests.support.scenarios import Stage
from tests.support.stage import NOW
from tests.support.stories import medications as story

__all__ = ["rosa"]

Json = dict[str, Any]
DECIDED_AT = "2026-03-09T15:30:00-05:00"


@pytest.fixture
def passed_on(rosa: Stage) -> Stage:
    """The nurse has passed on glipizide (left off), insulin (not taken) and furosemide (nobody knows why)."""
    taking = story.asked(
        {"medicine": "insulin glargine", "taking": "no", "why": "afraid of lows"},
        {"medicine": "furosemide", "taking": "yes", "how": "as ordered"},
    )
    insulin = {"medicine": "insulin-glargine", "what": "adherence", "why": "unintended"}
    decisions = ({**story.FUROSEMIDE, "why": "unknown"}, story.GLIPIZIDE, insulin)
    assert isinstance(run(rosa, taking=taking, decisions=decisions), Done)
    return rosa


def decides(
    found: Stage, medicine: str, *decided: Json, who: str = "physician", when: str = DECIDED_AT, **more: Any
) -> Result:
    command = story.decide(found, medicine, *decided, **more)
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", who))


def statement(found: Stage, word: str) -> Json:
    """The newest statement of a medicine that says how it is taken."""
    written = Chart(found.backend, found.patient).written("MedicationStatement")
    named = [one for one in written if word in str(one["medicationCodeableConcept"]) and one["status"] != "completed"]
    return max(named, key=lambda one: (one["status"] != "not-taken", by_age(one)))


def entry(found: Stage, word: str) -> Json:
    """The entry of the current list that points to the newest statement of a medicine."""
    (made,) = [one for one in Chart(found.backend, found.patient).written("List") if one["status"] == "current"]
    wanted = f"MedicationStatement/{statement(found, word)['id']}"
    (line,) = [one for one in made["entry"] if one["item"]["reference"] == wanted]
    return line


def told(found: Stage) -> Json:
    return Chart(found.backend, found.patient).tasks()["tell-patient"]


CASES: dict[str, tuple[str, Json, str, str, str]] = {
    # medicine, decision, status, dose, due of the telling
    "stop": ("glipizide", {"what": "stop"}, "stopped", "1 tablet with breakfast", "2026-03-09"),
    "hold": ("glipizide", {"what": "hold", "instruction": "until the visit"}, "on-hold", "", "2026-03-09"),
    "start again": ("glipizide", {"what": "start", "instruction": "2.5 mg with breakfast"}, "active",
                    "2.5 mg with breakfast", "2026-03-09"),
    "continue": ("glipizide", {"what": "continue"}, "active", "", "2026-03-09"),
    "change": ("furosemide", {"what": "change", "instruction": "40 mg twice a day"}, "active", "40 mg twice a day",
               "2026-03-10"),
    "change what is not taken": ("insulin-glargine", {"what": "change", "instruction": "10 units at bedtime"},
                                 "active", "10 units at bedtime", "2026-03-09"),
    "stop what is not taken": ("insulin-glargine", {"what": "stop"}, "stopped", "", "2026-03-09"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_list_says_what_was_decided(passed_on: Stage, name: str) -> None:
    medicine, decision, status, dose, due = CASES[name]
    task = story.open_question(passed_on, medicine)
    result = decides(passed_on, medicine, decision)
    assert isinstance(result, Done), result
    word = medicine.partition("-")[0]
    moved = statement(passed_on, word)
    assert moved["status"] == status
    if decision.get("instruction") and decision["what"] != "hold":
        assert moved["dosage"] == [{"text": dose}]
    assert "lows when food runs out" in moved["note"][-1]["text"]
    line = entry(passed_on, word)
    assert line["flag"]["text"].startswith(f"{status.replace('-', ' ')}; decided by the prescriber")
    parts = {part["url"]: part for part in line["extension"][0]["extension"]}
    assert parts["open"]["valueBoolean"] is False
    assert "lows when food runs out" in parts["action"]["valueString"]
    assert passed_on.backend.get(task)["status"] == "completed"
    issue = passed_on.backend.get(passed_on.backend.get(task)["focus"]["reference"])
    assert issue["status"] == "final"
    assert issue["mitigation"][0]["author"]["reference"] == passed_on.physician
    telling = told(passed_on)
    assert telling["restriction"]["period"]["end"] == due
    assert telling["owner"]["reference"] == passed_on.nurse
    assert medicine in telling["description"]
    assert telling["partOf"] == passed_on.backend.get(task)["partOf"]


def test_stopped_a_month_ago_is_not_active(passed_on: Stage) -> None:
    """The example: the order of the glipizide is still active, and the page says that it is stopped."""
    assert isinstance(decides(passed_on, "glipizide", {"what": "stop"}), Done)
    rows = medicines(passed_on)
    (glipizide,) = [row for row in rows if "glipizide" in row[0]]
    assert glipizide[1] == "STOPPED"
    assert "THE ORDER IS STILL ACTIVE" in glipizide[3]
    standings = [row[1] for row in rows]
    assert standings == sorted(standings, key=lambda standing: standing in ("STOPPED", "NOT TAKEN")), "it comes last"
    assert standings.count("STOPPED") == 1


def medicines(found: Stage) -> tuple[tuple[str, ...], ...]:
    """The medicines on the page of a month later."""
    zone = NOW.tzinfo
    assert zone is not None
    occasion = Occasion(NOW + timedelta(days=30), Actor(found.nurse), CONTENT, zone)
    command = Overview(patient=found.patient)
    page = found.backend.run(runner.show(overview.OVERVIEW, command, occasion, found.backend.server()))
    return page.section("medicines").table


REFUSED: dict[str, tuple[str, tuple[Json, ...], str]] = {
    "nothing decided": ("glipizide", (), "asks what becomes of a medicine: say it in decided"),
    "change without an instruction": ("glipizide", ({"what": "change"},), "to change a medicine, give its new"),
    "start without an instruction": ("glipizide", ({"what": "start"},), "to start a medicine, give its new"),
    "an instruction against it": ("furosemide", ({"what": "change", "instruction": "stop it"},),
                                  "the instruction of 'change' in decided says to stop it: give the what"),
    "another instruction against it": ("glipizide", ({"what": "continue", "instruction": "held"},),
                                       "the instruction of 'continue' in decided says to hold it"),
    "another medicine": ("glipizide", ({"what": "stop", "medicine": "lisinopril"},), "medicine 1 in decided is no"),
    "twice": ("glipizide", ({"what": "stop"}, {"what": "hold", "medicine": "Glucotrol"}),
              "a medicine is decided twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(passed_on: Stage, name: str) -> None:
    medicine, decided, words = REFUSED[name]
    result = decides(passed_on, medicine, *decided)
    assert isinstance(result, Refused), result
    assert any(words in one for one in result.why), result.why
    assert "tell-patient" not in Chart(passed_on.backend, passed_on.patient).tasks()


@pytest.mark.parametrize("who", ["nurse", "pharmacist", "social-worker"])
def test_only_a_prescriber_decides(passed_on: Stage, who: str) -> None:
    result = decides(passed_on, "glipizide", {"what": "stop"}, who=who)
    assert isinstance(result, Refused), result
    assert "changing a medicine is not for" in result.why[0]
    assert statement(passed_on, "glipizide")["status"] == "unknown"


def test_decided_belongs_to_no_other_task(passed_on: Stage) -> None:
    task = Chart(passed_on.backend, passed_on.patient).tasks()["check-equipment"]
    values = {
        "patient": passed_on.patient, "task": f"Task/{task['id']}", "outcome": "all there", "at": DECIDED_AT,
        "decided": [{"what": "stop"}],
    }  # fmt: skip
    result = carried_out(passed_on, Resolve.model_validate(values), DECIDED_AT)
    assert isinstance(result, Refused), result
    assert "asks for no decision about a medicine: leave decided out" in result.why[0]


def test_on_a_saturday_whoever_decides_tells_it(passed_on: Stage) -> None:
    when = "2026-03-14T11:00:00-05:00"
    assert isinstance(decides(passed_on, "glipizide", {"what": "stop"}, when=when, at=when), Done)
    telling = told(passed_on)
    assert telling["owner"]["reference"] == passed_on.physician
    assert telling["restriction"]["period"]["end"] == "2026-03-14"


def test_the_next_reconciliation_starts_from_what_was_decided(passed_on: Stage) -> None:
    assert isinstance(decides(passed_on, "glipizide", {"what": "stop"}), Done)
    assert statement(passed_on, "glipizide")["status"] == "stopped"
    assert not [
        one for one in Chart(passed_on.backend, passed_on.patient).written("DetectedIssue")
        if one["status"] == "preliminary" and one["detail"].startswith("glipizide")
    ]  # fmt: skip


def test_what_was_asked_for_before_this_field_stays_the_same_request() -> None:
    command = Resolve.model_validate(
        {"patient": "Patient/1", "task": "Task/1", "outcome": "done", "at": "2026-03-09T10:00:00-05:00"}
    )
    assert "decided" not in command.details()


# ---- two open differences about one medicine


@pytest.fixture
def two_open(rosa: Stage) -> Stage:
    """Furosemide: its dose has changed and nobody knows why, and she takes it otherwise."""
    taking = story.asked({"medicine": "furosemide", "taking": "differently", "how": "20 mg", "why": "the old bottle"})
    adherence = {"medicine": "furosemide", "what": "adherence", "why": "unintended"}
    decisions = ({**story.FUROSEMIDE, "why": "unknown"}, story.GLIPIZIDE, adherence)
    assert isinstance(run(rosa, taking=taking, decisions=decisions), Done)
    return rosa


def of_kind(found: Stage, kind: str, *decided: Json, when: str, **more: Any) -> Result:
    """Decides the difference of that kind about the furosemide."""
    tasks = Chart(found.backend, found.patient).written("Task")
    (task,) = [each for each in tasks if str(each.get("description")).startswith(f"Decide: furosemide, {kind}")]
    values = {"patient": found.patient, "task": f"Task/{task['id']}", "outcome": "kidneys", "at": when, **more}
    command = Resolve.model_validate({**values, "decided": decided})
    return carried_out(found, command, when, actor=found.backend.find("Practitioner", "physician"))


CHANGED = {"what": "change", "instruction": "40 mg in the morning"}
SECOND: dict[str, tuple[Json, Json, bool]] = {
    # first, second, whether the second is refused
    "stop and continue": ({"what": "stop"}, {"what": "continue"}, True),
    "continue and stop": ({"what": "continue"}, {"what": "stop"}, True),
    "hold and change": ({"what": "hold"}, CHANGED, True),
    "two instructions": (CHANGED, {"what": "change", "instruction": "20 mg in the morning"}, True),
    "the same": ({"what": "stop"}, {"what": "stop"}, False),
    "the same instruction": (CHANGED, {"what": "change", "instruction": "40 MG in the morning"}, False),
    "changed, and to be gone on with": (CHANGED, {"what": "continue"}, False),
}


@pytest.mark.parametrize("name", SECOND)
def test_the_second_decision_does_not_undo_the_first_unseen(two_open: Stage, name: str) -> None:
    first, second, refused = SECOND[name]
    assert isinstance(of_kind(two_open, "dose changed", first, when=DECIDED_AT), Done)
    later = "2026-03-10T09:00:00-05:00"
    result = of_kind(two_open, "adherence", second, when=later)
    assert isinstance(result, Refused) == refused, result
    if isinstance(result, Refused):
        (why,) = result.why
        assert why.startswith(
            "furosemide (dose-changed) was decided on 2026-03-09 by the supervising provider, Samuel Okafor (Pract"
        )
        assert "or set instead: true" in why
        again = of_kind(two_open, "adherence", second, when=later, instead=True)
        assert isinstance(again, Done), again
        assert any("still asks to tell the patient the earlier decision" in line for line in again.told.warnings)


# ---- seen again at a second reconciliation

AGAIN = {"when": "2026-03-12T10:30:00-05:00", "started": "2026-03-12T10:00:00-05:00"}


@pytest.fixture
def stopped(rosa: Stage) -> Stage:
    """The glipizide that was left off is stopped by the prescriber."""
    assert isinstance(run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE)), Done)
    assert isinstance(decides(rosa, "glipizide", {"what": "stop"}), Done)
    return rosa


def test_what_was_stopped_is_named_with_its_day_and_not_asked_again(stopped: Stage) -> None:
    result = run(stopped, decisions=(story.FUROSEMIDE,), **AGAIN)
    assert isinstance(result, Done), result
    (line,) = [line for line in result.told.says if line.startswith("glipizide (omitted) was decided")]
    assert "on 2026-03-09 by the supervising provider" in line
    assert "lows when food runs out" in line
    assert line.endswith("it is stopped since")
    assert statement(stopped, "glipizide")["status"] == "stopped"
    third = run(
        stopped, decisions=(story.FUROSEMIDE,), when="2026-03-13T10:30:00-05:00", started="2026-03-13T10:00-05:00"
    )
    assert isinstance(third, Done), third
    assert statement(stopped, "glipizide")["status"] == "stopped"


def test_what_was_stopped_and_is_taken_is_the_prescribers_today(stopped: Stage) -> None:
    taking = story.asked({"medicine": "glipizide", "taking": "yes", "how": "as ordered"})
    first = run(stopped, taking=taking, decisions=(story.FUROSEMIDE,), **AGAIN)
    assert isinstance(first, Refused), first
    (line,) = [line for line in first.why if line.startswith("glipizide (adherence)")]
    assert "was decided on 2026-03-09" in line
    adherence = {"medicine": "glipizide", "what": "adherence", "why": "intended", "action": "taught"}
    result = run(stopped, taking=taking, decisions=(story.FUROSEMIDE, adherence), **AGAIN)
    assert isinstance(result, Done), result
    assert "glipizide (adherence), due 2026-03-12" in " ".join(result.told.says).replace(
        "not taken as ordered", "adherence"
    )
    assert statement(stopped, "glipizide")["status"] == "stopped"


def test_stopped_while_every_list_still_has_it(rosa: Stage) -> None:
    """The insulin is on both lists, and the prescriber has stopped it: no list may say active."""
    taking = story.asked({"medicine": "insulin glargine", "taking": "no", "why": "afraid of lows"})
    insulin = {"medicine": "insulin-glargine", "what": "adherence", "why": "unintended"}
    assert isinstance(run(rosa, taking=taking, decisions=(story.FUROSEMIDE, story.GLIPIZIDE, insulin)), Done)
    assert isinstance(decides(rosa, "insulin-glargine", {"what": "stop"}), Done)
    result = run(rosa, taking=taking, decisions=(story.FUROSEMIDE, story.GLIPIZIDE), **AGAIN)
    assert isinstance(result, Done), result
    assert any(line.startswith("insulin-glargine (adherence) was decided on 2026-03-09") for line in result.told.says)
    assert statement(rosa, "insulin")["status"] == "stopped"


def test_a_newer_order_makes_the_decision_history(stopped: Stage) -> None:
    order = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "glipizide 2.5 MG"}, "authoredOn": "2026-03-11T09:00:00-05:00",
        "subject": {"reference": stopped.patient},
    }  # fmt: skip
    stopped.backend.create(order)
    result = run(stopped, decisions=(story.FUROSEMIDE,), **AGAIN)
    assert isinstance(result, Refused), result
    assert any(line.startswith("glipizide (omitted)") for line in result.why)
