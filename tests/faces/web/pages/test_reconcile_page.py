"""The medicines after a stay as a table: looked at, written with a receipt, and nothing that was typed is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from carefhir.transport import httpx_driver
from carefhir.workflows.looking.medicine_sheet import MedicineSheet, SheetDifference, SheetMedicine
from tests.faces.web.launch.conftest import LaunchedPage, hidden_fields, launching_with
from tests.faces.web.pages.after_discharge import at_home, fields, task, usable, words

Json = dict[str, Any]
TAKEN = ("carvedilol", "furosemide", "insulin-glargine", "lisinopril", "sertraline")
DECIDED = {"why.dose-changed.furosemide": "intended", "action.dose-changed.furosemide": "taught: one of 40 mg"}
ALL = {
    **{f"taking.{name}": "yes" for name in TAKEN},
    "taking.glipizide": "no",
    **DECIDED,
    "why.omitted.glipizide": "unknown",
}


@pytest.fixture
def page() -> LaunchedPage:
    return at_home()


def opened(page: LaunchedPage) -> httpx.Response:
    return page.browser.get(f"{page.path}reconcile")


def sends(page: LaunchedPage, values: Json, way: str = "look", own: Json | None = None) -> httpx.Response:
    given = fields(opened(page)) if own is None else own
    return page.browser.post(f"{page.path}reconcile", data={**given, **values, "way": way})


def writes(page: LaunchedPage, seen: httpx.Response) -> httpx.Response:
    return page.browser.post(f"{page.path}reconcile", data={**hidden_fields(seen.text), "way": "write"})


def row(answer: httpx.Response, name: str) -> str:
    """The markup of one medicine."""
    rows = answer.text.partition("<tbody>")[2].split("<tr>")[1:]
    return next(each for each in rows if f"<strong>{name}</strong>" in each)


def test_the_lists_stand_side_by_side_and_nothing_is_chosen(page: LaunchedPage) -> None:
    answer = opened(page)
    usable(answer)
    assert answer.status_code == 200
    furosemide = row(answer, "Furosemide")
    assert re.search(
        r'data-label="Before">.*furosemide 20 MG.*data-label="At discharge">.*furosemide 40 MG', furosemide, re.S
    )
    assert "Dose changed" in furosemide
    assert "you, or Samuel Okafor if it was not intended" in furosemide
    glipizide = row(answer, "Glipizide")
    assert "high alert" in glipizide
    assert "Samuel Okafor decides, the same day" in glipizide
    assert " checked" not in answer.text
    assert " selected" not in answer.text
    assert (
        answer.text.index("<strong>Glipizide") < answer.text.index("<strong>Furosemide") < answer.text.index("Lisino")
    )
    text = words(answer)
    assert "6 medicines, 2 differences to decide" in text
    assert "registered nurse, pharmacist" in text
    assert "nothing is on record of what was given in the hospital" in text


def test_it_is_looked_at_written_and_has_a_receipt(page: LaunchedPage) -> None:
    before = page.launching.ward.front.versions()
    seen = sends(page, ALL)
    usable(seen)
    assert seen.status_code == 200
    assert page.launching.ward.front.written_since(before) == [], "a look writes nothing"
    assert "the prescriber decides: glipizide (omitted), due Mar 9, 2026" in words(seen)
    done = writes(page, seen)
    usable(done)
    assert "Medicines reconciled: saved" in words(done)
    assert "Receipt Provenance/" in words(done)
    written = page.launching.ward.front.written_since(before)
    assert {"List", "MedicationStatement", "DetectedIssue", "Provenance", "Task"} <= set(written)
    assert "MedicationRequest" not in written, "orders are never changed"
    assert "Done" in words(page.browser.get(f"{page.path}transition"))
    again = row(opened(page), "Glipizide")
    assert "passed on Mar 9, 2026, not decided yet" in again


def test_what_is_sent_twice_is_written_once(page: LaunchedPage) -> None:
    seen = sends(page, ALL)
    assert "saved" in writes(page, seen).text
    before = page.launching.ward.front.versions()
    second = writes(page, seen)
    assert "it was written before" in second.text
    assert page.launching.ward.front.written_since(before) == []
    looked = sends(page, {}, own=hidden_fields(seen.text))
    assert "saved already" in looked.text


def test_change_it_goes_back_with_everything(page: LaunchedPage) -> None:
    seen = sends(page, {**ALL, "how.lisinopril": "as ordered"})
    back = sends(page, {}, way="change", own=hidden_fields(seen.text))
    usable(back)
    assert back.status_code == 200
    typed = fields(back)
    assert {name: typed[name] for name in ALL} == ALL
    assert typed["how.lisinopril"] == "as ordered"


def test_nothing_is_answered(page: LaunchedPage) -> None:
    answer = sends(page, {})
    assert (answer.status_code, "Nothing is answered yet" in answer.text) == (422, True)


def test_missing_answers_become_rows_with_their_reason(page: LaunchedPage) -> None:
    typed = {"taking.lisinopril": "differently", "how.lisinopril": "half a tablet", "taking.carvedilol": "yes"}
    before = page.launching.ward.front.versions()
    answer = sends(page, {**typed, **DECIDED})
    usable(answer)
    assert answer.status_code == 422
    assert page.launching.ward.front.written_since(before) == []
    assert '<a href="#f-1-1-why">Glipizide: omitted: say why the lists differ</a>' in answer.text
    assert 'id="f-1-1-why"' in answer.text
    assert "Sertraline: say whether it is taken, or why nobody was asked" in words(answer)
    assert '">Carvedilol: ' not in answer.text.partition("<form")[0], "it is answered"
    lisinopril = row(answer, "Lisinopril")
    assert "Not taken as ordered" in lisinopril, "the answer itself has made a difference"
    assert "taken differently, half a tablet, the person says" in words(answer)
    assert "MedicationRequest/" not in words(answer)
    assert {**fields(answer), **typed} == fields(answer), "everything typed is there"
    more = {**ALL, **typed, "why.adherence.lisinopril": "unknown"}
    done = writes(page, sends(page, more, own=fields(answer)))
    assert "Medicines reconciled: saved" in done.text


def test_a_difference_that_harms_soonest_is_the_prescribers(page: LaunchedPage) -> None:
    answer = sends(page, {**ALL, "taking.insulin-glargine": "differently", "how.insulin-glargine": "half of it"})
    insulin = row(answer, "Insulin glargine")
    assert "Samuel Okafor decides, the same day" in insulin
    assert "half of it" in insulin


def test_thirty_medicines_fit_on_a_page(page: LaunchedPage) -> None:
    front, patient = page.launching.ward.front, page.launching.ward.patient
    for letter in "abcdefghijklmnopqrstuvwx":
        front.create(
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "subject": {"reference": patient},
                "authoredOn": "2025-05-05",
                "medicationCodeableConcept": {"text": f"{letter}zimol hydrochloride 40 MG Oral Tablet"},
                "dosageInstruction": [{"text": "1 tablet in the morning with a large glass of water"}],
            }
        )
    answer = opened(page)
    usable(answer)
    assert "30 medicines" in words(answer)
    looked = sends(page, DECIDED)
    usable(looked)
    assert looked.status_code == 422


def test_what_is_on_no_list_gets_a_row(page: LaunchedPage) -> None:
    answer = sends(page, {**ALL, "other.1.medicine": "ibuprofen", "other.1.how": "two when my knee hurts"})
    assert answer.status_code == 422
    assert "Ibuprofen" in answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    asked = next(name for name in fields(answer) if name.startswith("why.over-the-counter"))
    seen = sends(page, {asked: "unintended"}, own=fields(answer))
    assert "ibuprofen" in words(seen)
    assert "Medicines reconciled: saved" in writes(page, seen).text


MISTAKES: dict[str, tuple[Json, str]] = {
    "not asked, no reason": ({"taking.glipizide": "not-asked"}, "say why nobody was asked about it"),
    "words without an answer": ({"how.glipizide": "sometimes", "taking.glipizide": ""}, "say whether it is taken"),
    "an answer of nobody": ({"taking.glipizide": "perhaps"}, "choose whether it is taken"),
    "an action without a reason": (
        {"action.omitted.glipizide": "restart", "why.omitted.glipizide": ""},
        "omitted: say why the lists differ",
    ),
    "no day": ({"started": "yesterday"}, "give day and time"),
    "the future": ({"started": "2026-03-10T10:00"}, "a talk cannot begin in the future"),
    "how, but not what": ({"other.2.how": "two"}, "name the medicine"),
}


@pytest.mark.parametrize("which", MISTAKES)
def test_what_is_wrong_is_said_at_its_control(page: LaunchedPage, which: str) -> None:
    values, problem = MISTAKES[which]
    page.launching.ehr.sent.clear()
    answer = sends(page, {**ALL, **values})
    usable(answer)
    assert answer.status_code == 422
    assert problem in answer.text
    (target,) = re.findall(r'<a href="#(f-[^"]*)">', answer.text)
    assert f'id="{target}"' in answer.text
    kept = {name: value for name, value in values.items() if not name.startswith("taking.")}
    assert {**fields(answer), **kept} == fields(answer)


def test_who_was_not_asked_is_written_with_the_reason_and_does_not_count(page: LaunchedPage) -> None:
    values = {**ALL, "taking.sertraline": "not-asked", "how.sertraline": "no interpreter today"}
    seen = sends(page, values)
    assert "no interpreter today" in words(seen)
    assert "Medicines reconciled: saved" in writes(page, seen).text
    assert "Medicines not reconciled" in words(page.browser.get(f"{page.path}transition"))


def test_a_refusal_that_names_no_blank_is_said_in_words(page: LaunchedPage) -> None:
    answer = sends(page, {**ALL, "other.1.medicine": "furosemide"})
    usable(answer)
    assert answer.status_code == 422
    assert "furosemide is given twice in taking" in words(answer)
    assert "Nothing was written." in words(answer)
    assert {**fields(answer), **ALL} == fields(answer)


@pytest.mark.parametrize("patient", ["Patient/17", "", "Practitioner/4"])
def test_a_form_for_another_patient_is_refused(page: LaunchedPage, patient: str) -> None:
    own = fields(opened(page))
    before = page.launching.ward.front.versions()
    for way in ("look", "write"):
        answer = sends(page, ALL, way=way, own={**own, "patient": patient})
        assert (answer.status_code, "for another patient" in answer.text) == (409, True)
    assert page.launching.ward.front.written_since(before) == []


@pytest.mark.parametrize("sheet", ["", "{}", "[1]", "nonsense", '{"transition": 5}'])
def test_a_table_that_is_none_of_ours(page: LaunchedPage, sheet: str) -> None:
    assert sends(page, {**ALL, "sheet": sheet}).status_code == 400


def colleague(page: LaunchedPage) -> None:
    """Somebody else reconciles in a talk of their own."""
    done = writes(page, sends(page, {**ALL, "started": "2026-03-09T09:00"}))
    assert "Medicines reconciled: saved" in done.text


@pytest.mark.parametrize("when", ["before the look", "between look and write"])
def test_somebody_reconciled_meanwhile(page: LaunchedPage, when: str) -> None:
    own, typed = fields(opened(page)), {**ALL, "how.lisinopril": "as ordered"}
    seen = None if when == "before the look" else sends(page, typed, own=own)
    colleague(page)
    before = page.launching.ward.front.versions()
    answer = sends(page, typed, own=own) if seen is None else writes(page, seen)
    usable(answer)
    assert answer.status_code == 409
    assert page.launching.ward.front.written_since(before) == []
    assert "Somebody has reconciled these medicines since you opened this page: reconciled on Mar 9, 2026" in words(
        answer
    )
    assert {**fields(answer), **typed} == fields(answer), "everything typed is kept"
    done = writes(page, sends(page, {}, own=fields(answer)))
    assert "Medicines reconciled: saved" in done.text, "looked at again, it is saved"


def test_a_server_that_refuses_the_write(page: LaunchedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        """Between two tries nobody waits here."""

    monkeypatch.setattr(httpx_driver.asyncio, "sleep", at_once)
    seen = sends(page, ALL)
    page.launching.ehr.fhir_rules = [
        lambda request: httpx.Response(409) if b'"transaction"' in request.content else None,
    ]
    before = page.launching.ward.front.versions()
    answer = writes(page, seen)
    usable(answer)
    assert answer.status_code == 409
    assert "Medicines reconciled: not saved" in words(answer)
    assert page.launching.ward.front.written_since(before) == []
    assert {**fields(answer), **ALL} == fields(answer)
    page.launching.ehr.fhir_rules = []
    assert "saved" in writes(page, sends(page, {}, own=fields(answer))).text


def hides(page: LaunchedPage, type_: str) -> None:
    hidden = re.compile(rf"\b{type_}\b(?!/)")
    page.launching.ehr.fhir_rules = [
        lambda request: (
            httpx.Response(403) if hidden.search(str(request.url)) or hidden.search(request.content.decode()) else None
        )
    ]


def test_orders_that_cannot_be_seen_are_no_empty_list(page: LaunchedPage) -> None:
    hides(page, "MedicationRequest")
    answer = opened(page)
    usable(answer)
    assert "orders of medicines could not be seen: nothing can be compared" in words(answer).lower()
    assert "<table" not in answer.text
    assert "0 medicines" not in words(answer)


def test_what_else_could_not_be_seen_comes_first(page: LaunchedPage) -> None:
    hides(page, "AllergyIntolerance")
    answer = opened(page)
    usable(answer)
    assert "Not on this page: allergies" in words(answer)
    assert "ask about allergies before anything is decided" in words(answer)
    assert answer.text.index("Not on this page") < answer.text.index("<table")


def test_without_a_transition_the_page_says_so() -> None:
    launching = launching_with()
    page = launching.launched(launching.browser())
    answer = opened(page)
    assert answer.status_code == 200
    assert "No transition is open" in words(answer)


def test_a_transition_on_hold(page: LaunchedPage) -> None:
    page.launching.ward.front.change(task(page, "transition"), status="on-hold")
    answer = opened(page)
    assert "reconcile after that stay" in answer.text
    assert 'name="way"' not in answer.text


HOSTILE = '"><script>alert(1)</script>'


def test_hostile_text_is_escaped(page: LaunchedPage) -> None:
    front = page.launching.ward.front
    order = front.search("MedicationRequest")[0]
    named = {"coding": [{"system": "http://evil.example", "code": "x"}], "text": HOSTILE}
    front.change(f"MedicationRequest/{order['id']}", medicationCodeableConcept=named)
    answer = opened(page)
    usable(answer)
    assert "&lt;script&gt;" in answer.text
    typed = {"how.lisinopril": HOSTILE, "taking.lisinopril": "differently", "other.1.medicine": HOSTILE}
    looked = sends(page, typed)
    usable(looked)
    assert looked.status_code == 422
    assert fields(looked)["how.lisinopril"] == HOSTILE


def test_a_social_worker_cannot_close_it(page: LaunchedPage) -> None:
    """Rule 11: they may collect the answers, and what they typed is there for a nurse to read."""
    launching = page.launching
    launching.ehr.user = launching.ward.front.find("Practitioner", "social-worker")
    other = launching.launched(launching.browser())
    before = launching.ward.front.versions()
    answer = sends(other, ALL)
    usable(answer)
    assert answer.status_code == 422
    assert "a social worker cannot close a reconciliation" in words(answer)
    assert launching.ward.front.written_since(before) == []
    assert {**fields(answer), **ALL} == fields(answer)


def test_the_same_in_a_session_for_nobody_in_particular(page: LaunchedPage) -> None:
    launching = page.launching
    of_rosa = launching.for_today(launching.browser()).of(launching.ward.patient)
    transition = of_rosa.get("transition")
    usable(transition)
    assert f'href="{of_rosa.path}reconcile"' in transition.text
    done = writes(of_rosa, sends(of_rosa, ALL))
    assert "Medicines reconciled: saved" in done.text
    assert f'href="{of_rosa.path}transition"' in done.text


def test_a_session_that_ends_gives_back_what_was_typed(page: LaunchedPage) -> None:
    own = fields(opened(page))
    page.browser.cookies.clear()
    answer = sends(page, {**ALL, "how.lisinopril": "after breakfast"}, own=own)
    assert answer.status_code == 401
    assert "after breakfast" in words(answer)
    assert "furosemide 20 MG" not in answer.text, "only what was typed, not the table"


def test_a_launch_that_may_not(page: LaunchedPage) -> None:
    own = fields(opened(page))
    narrow = launching_with(drop_scopes=lambda scope: "MedicationRequest" in scope)
    other = narrow.launched(narrow.browser())
    answer = other.browser.post(f"{other.path}reconcile", data={**own, **hidden_fields(other.page().text), **ALL})
    assert answer.status_code == 403
    assert "cannot be done" in words(answer)


def test_a_table_is_kept_as_it_was() -> None:
    difference = SheetDifference("a", "omitted", "omitted", "words", "you")
    sheet = MedicineSheet("Task/1", "stay", "at discharge", rows=(SheetMedicine("a", "A", differences=(difference,)),))
    assert MedicineSheet.read(sheet.written()) == sheet
    grown = sheet.with_differences([difference, SheetDifference("b", "added", "added", "words", "you")])
    assert [each.key for each in grown.rows] == ["a", "b"]
    assert len(grown.rows[0].differences) == 1, "the same difference stands there once"
    assert [each.ask for each in grown.asking(["b", "c"]).rows] == [False, True, True]
    json.loads(sheet.written())


def test_danger_is_heard_beside_a_medicine(page: LaunchedPage) -> None:
    """Why somebody does not take a pill may be the most urgent thing they say."""
    words = "she says she does not want to live anymore"
    answer = sends(page, {**ALL, "taking.lisinopril": "no", "how.lisinopril": words})
    assert 0 < answer.text.index("To do now") < answer.text.index("nto a call note") < answer.text.index('name="way"')
    assert "988" in answer.text
