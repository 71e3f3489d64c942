"""The transition as a page: every state in words, what could not be seen first, one button that opens each step."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import httpx
import pytest

from carefhir.faces.web.pages import near_days
from carefhir.faces.web.pages.rendering import without_names, without_references
from tests.faces.web.launch.conftest import LaunchedPage, launching_with
from tests.faces.web.pages.after_discharge import at_home, task, usable, words

Json = dict[str, Any]
STATE = "https://carefhir.org/fhir/CodeSystem/care-task-state"


@pytest.fixture
def page() -> LaunchedPage:
    return at_home()


def shown(page: LaunchedPage) -> httpx.Response:
    return page.browser.get(f"{page.path}transition")


def line(answer: httpx.Response, title: str) -> str:
    """The markup of one line."""
    lines = answer.text.split('<li class="row part">')[1:]
    return next(each.partition("</li>")[0] for each in lines if f"<h3>{title}</h3>" in each)


def test_a_line_for_each_task_with_its_clock_and_what_counts(page: LaunchedPage) -> None:
    answer = shown(page)
    usable(answer)
    assert answer.status_code == 200
    contact = line(answer, "Reach the patient")
    assert "by tomorrow" in contact
    assert "2 business days after the discharge" in contact
    assert "A voicemail is an attempt, not a contact." in contact, "in the words of the program's clock"
    assert "No contact; 0 documented attempts in time" in contact
    assert "Dana Whitfield" in contact
    text = words(answer)
    assert "acute hospital to home discharged Fri Mar 6, 2026 LACE 11, high" in text
    assert "Contact by Tue Mar 10, 2026 (2 business days)" in text
    assert "Visit within 7 days: Fri Mar 13, 2026 (7 days)" in text
    assert answer.text.count('class="row part"') == len(
        [each for each in page.launching.ward.front.search("Task") if "partOf" in each]
    )


def test_each_line_opens_its_step(page: LaunchedPage) -> None:
    answer, parent = shown(page), task(page, "transition").replace("/", "%2F")
    for title, address in {
        "Reach the patient": "call",
        "Teach back": "call",
        "Reconcile medications": "reconcile",
        "Book the visit within 7 days": "steps/book-follow-up?transition=",
        "Get the discharge information": "steps/receive-packet?transition=",
        "Check equipment and services": "steps/resolve?about=",
    }.items():
        (target,) = re.findall(r'<a class="button[^"]*" href="([^"]*)"', line(answer, title))
        assert target.removeprefix(page.path).startswith(address)
        assert page.browser.get(target).status_code == 200, title
    assert parent.replace("%2F", "/") in answer.text


def test_the_most_urgent_line_is_first_and_the_only_filled_button(page: LaunchedPage) -> None:
    answer = shown(page)
    first = answer.text.split('<li class="row part">')[1]
    assert "<h3>Get the discharge information</h3>" in first
    assert "OVERDUE" in first
    assert "due yesterday" in first
    assert answer.text.count('class="button main"') == first.count('class="button main"') == 1


def state(code: str) -> Json:
    return {"businessStatus": {"coding": [{"system": STATE, "code": code}]}}


def due(day: str) -> Json:
    return {"restriction": {"period": {"start": "2026-03-06", "end": day}}}


STATES: dict[str, tuple[Json, str, str]] = {
    "done": ({"status": "completed", **state("done")}, "Done", "green"),
    "overdue": (due("2026-03-08"), "OVERDUE", "overdue"),
    "overdue and attempting": ({**due("2026-03-08"), **state("attempting")}, "OVERDUE, ATTEMPTING", "overdue"),
    "due": (due("2026-03-09"), "Due", "due"),
    "on hold": ({"status": "on-hold", **state("suspended")}, "On hold, suspended", "held"),
    "attempting": (state("attempting"), "Attempting", "due"),
    "kept incomplete": (state("kept-incomplete"), "Kept incomplete", "yellow"),
    "evidence met": (state("evidence-met"), "Due, evidence met", "due"),
    "declined": ({"status": "cancelled", **state("declined")}, "Declined", "open"),
    "ended without our word": ({"status": "cancelled", "businessStatus": None}, "Cancelled", "open"),
    "no day": ({"restriction": None, "meta": None}, "Due", "due"),
}


@pytest.mark.parametrize("which", STATES)
def test_every_state_is_said_by_shape_and_word(page: LaunchedPage, which: str) -> None:
    changes, word, shape = STATES[which]
    page.launching.ward.front.change(task(page, "contact-patient"), **changes)
    answer = shown(page)
    usable(answer)
    contact = line(answer, "Reach the patient")
    (badge,) = re.findall(r'<span class="badge ([^"]*)">.*?</svg> ([^<]*)</span>', contact, flags=re.S)
    assert badge == (shape, word)
    over = which in ("done", "declined", "ended without our word")
    assert ('class="button' in contact) == (not over and which != "on hold")
    assert (answer.text.index("Reach the patient") > answer.text.index('id="over"')) if over else True


def test_an_attempt_is_evidence_so_far(page: LaunchedPage) -> None:
    values = {
        "transition": task(page, "transition"),
        "started": "2026-03-09T09:30:00-05:00",
        "outcome": "voicemail",
    }
    assert "Done: " in page.submits("record-contact", values).text
    contact = line(shown(page), "Reach the patient")
    assert "1 documented attempt in time" in contact
    assert "Voicemail today" in contact
    assert "Attempting" in contact


def test_none_is_open(page: LaunchedPage) -> None:
    """The last stay is offered where no transition follows it."""
    fresh = launching_with()
    other = fresh.launched(fresh.browser())
    answer = shown(other)
    usable(answer)
    assert (
        "No transition is open, and none follows the last stay: acute hospital, discharged Fri Mar 6, 2026."
        in words(answer)
    )
    (target,) = re.findall(r'href="([^"]*steps/open-transition[^"]*)"', answer.text)
    stay = fresh.ward.front.find("Encounter", "rosa-stay")
    assert f'value="{stay}"' in other.browser.get(target).text
    page.launching.ward.front.change(task(page, "transition"), status="completed")
    assert "No transition is open. Open a transition" in words(shown(page)), "its stay is followed already"


def test_of_several_the_newest_is_shown_and_the_others_are_named(page: LaunchedPage) -> None:
    front = page.launching.ward.front
    first = front.get(task(page, "transition"))
    older = {**first, "authoredOn": "2026-01-12T09:00:00-06:00", "description": "An earlier discharge, from January."}
    for name in ("id", "meta", "identifier"):
        older.pop(name, None)
    front.create(older)
    answer = shown(page)
    assert answer.text.count('class="row part"') > 5, "the newest"
    assert "Also open: An earlier discharge, from January." in words(answer)


def readmitted(page: LaunchedPage) -> str:
    """A stay that began after the discharge, and goes on."""
    stay = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": page.launching.ward.patient},
        "period": {"start": "2026-03-08T20:00:00-05:00"},
    }
    return page.launching.ward.front.create(stay)


def test_back_in_a_hospital(page: LaunchedPage) -> None:
    stay = readmitted(page)
    answer = shown(page)
    usable(answer)
    assert "The person is in a hospital (acute hospital) since Sun Mar 8, 2026" in words(answer)
    assert "put the transition on hold, or close it as readmitted" in words(answer)
    (target,) = re.findall(r'<a class="button main" href="([^"]*)">Put it on hold</a>', answer.text)
    form = page.browser.get(target.replace("&amp;", "&")).text
    values = {"transition": task(page, "transition"), "encounter": stay}
    assert [each for each in values.values() if f'value="{each}"' not in form] == [], "its form is filled in"
    assert "Done: " in page.submits("suspend-transition", values).text
    held = shown(page)
    usable(held)
    assert "This transition is on hold" in words(held)
    assert "On hold, suspended" in line(held, "Reach the patient")
    assert 'class="button main"' not in held.text
    assert "Put it on hold" not in held.text
    assert words(held).count("ack in acute hospital") == 1, "why is said once"


def test_learned_of_late() -> None:
    answer = shown(at_home(now="2026-03-12T10:00:00-05:00"))
    assert "Notified late, 4 business days after the discharge" in words(answer)
    assert "OVERDUE" in line(answer, "Reach the patient")


@pytest.mark.parametrize("type_", ["Task", "Encounter", "Communication", "Appointment"])
def test_what_could_not_be_seen_comes_first_and_is_never_none(page: LaunchedPage, type_: str) -> None:
    hidden = re.compile(rf"\b{type_}\b(?!/)")
    page.launching.ehr.fhir_rules = [
        lambda request: (
            httpx.Response(403)
            if hidden.search(str(request.url).replace("%2F", "/")) or hidden.search(request.content.decode())
            else None
        )
    ]
    answer = shown(page)
    assert answer.status_code == 200
    assert "could not be seen, so nobody can say" in words(answer)
    assert "No transition is open" not in words(answer)
    assert "Open a transition" not in words(answer), "there may be one"
    main = answer.text.partition("<h1>")[2]
    assert "could not be seen" in main.partition('class="rows"')[0]


def test_nothing_can_be_read(page: LaunchedPage) -> None:
    page.launching.ehr.fhir_rules = [lambda request: httpx.Response(503) if request.method == "POST" else None]
    for name in ("transition", "reconcile"):
        answer = page.browser.get(f"{page.path}{name}")
        assert answer.status_code >= 500
        assert "not an empty chart" in answer.text


def test_a_transition_without_its_dates(page: LaunchedPage) -> None:
    page.launching.ward.front.change(task(page, "transition"), input=None)
    answer = shown(page)
    usable(answer)
    assert "Lacks dates that open-transition writes" in words(answer)


def test_a_restricted_transition_says_so(page: LaunchedPage) -> None:
    front, parent = page.launching.ward.front, task(page, "transition")
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    front.change(parent, meta={**front.get(parent)["meta"], "security": [label]})
    answer = shown(page)
    assert "RESTRICTED: for the care team only" in words(answer)


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"'


def test_hostile_text_is_escaped(page: LaunchedPage) -> None:
    front = page.launching.ward.front
    contact = task(page, "contact-patient")
    front.change(contact, statusReason={"text": HOSTILE}, owner={"display": HOSTILE})
    front.change(task(page, "pending-results"), code={"text": HOSTILE})
    answer = shown(page)
    usable(answer)
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<img" not in answer.text


def test_another_launch_sees_nothing(page: LaunchedPage) -> None:
    stranger = page.launching.browser()
    assert stranger.get(f"{page.path}transition").status_code == 401


# -- a step's form is filled by its address --------------------------------------------------------------------------


def test_a_form_takes_records_from_its_address(page: LaunchedPage) -> None:
    answer = page.browser.get(f"{page.path}steps/close-transition?transition=Task/12&outcome=completed")
    assert answer.status_code == 200
    assert 'value="Task/12"' in answer.text
    assert '<option value="completed" selected>' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "transition=Task/12&transition=Task/13",
        "transition=Patient/12",
        "transition=Task/12/_history/1",
        "transition=http://evil.example/Task/12",
        "transition=%3Cscript%3E",
        "reason=because",
        "patient=Patient/17",
        "nothing=Task/12",
        "outcome=perhaps",
    ],
)
def test_a_form_takes_nothing_else_from_its_address(page: LaunchedPage, query: str) -> None:
    answer = page.browser.get(f"{page.path}steps/close-transition?{query}")
    assert answer.status_code == 400
    assert "script" not in answer.text.replace('<script type="module" src="/s/carefhir.js"></script>', "")
    assert "evil" not in answer.text


# -- links ------------------------------------------------------------------------------------------------------------


def test_the_patient_leads_here(page: LaunchedPage) -> None:
    answer = page.page()
    assert f'<a href="{page.path}transition">Transition after the discharge on Mar 6, 2026</a>' in answer.text


def test_the_json_has_it_too(page: LaunchedPage) -> None:
    sheet = page.reading().json()["transition"]
    assert sheet["way"] == "acute hospital to home"
    assert {part["state"] for part in sheet["parts"]} <= {"due", "overdue"}
    json.dumps(sheet)


def test_words_without_records() -> None:
    text = "furosemide, 1 tablet [MedicationRequest/7, 2026-03-06] at discharge; Dana (Practitioner/4)"
    assert without_references(text) == "furosemide, 1 tablet at discharge; Dana"
    assert without_names(text) == "furosemide, 1 tablet at discharge; Dana"


def test_days_close_by_stand_without_on() -> None:
    today = date(2026, 3, 9)
    assert near_days.near_words("reached on Mon 2026-03-09", today) == "reached today"
    assert near_days.near_words("reached on Wed 2026-03-04", today) == "reached on Wed, Mar 4"
