"""Pages with questions: what is seen is written, once; what is wrong or missing is said, and what was typed stays."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from carefhir.workflows.looking.call_sheet import CallSheet, ProgramOfCall, Reachable, TopicToTeach
from tests.faces.web.launch.conftest import LaunchedPage, Launching, every_hidden_field

Json = dict[str, Any]
STARTED = "2026-03-09T09:50"
TAUGHT = {"teach.warning-signs": "yes", "teach.warning-signs.words": "I call you if my shoes get tight"}
LITTLE = {"q.44250-9": "0", "q.44255-8": "0"}
"""Answers to two of nine questions."""


def options(page: str, name: str) -> list[str]:
    """What can be posted for a question, in the order of the page."""
    return [unescape(value) for value in re.findall(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', page)]


NOT_ASKED = {"q.thoughts-of-death": -1, "q.same-scale": -1}
"""What need not be asked, and is not."""


def answers(page: str, number: int, *, but: Json | None = None) -> Json:
    """Every question of a page that has buttons, answered with the same one of them; `but` is answered otherwise."""
    names = dict.fromkeys(re.findall(r'type="radio" name="(q\.[^"]+)"', page))
    return {name: options(page, name)[{**NOT_ASKED, **(but or {})}.get(name, number)] for name in names}


def checked(page: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'value="([^"]*)" checked', page)]


@pytest.fixture
def rosa(launching: Launching) -> LaunchedPage:
    page = launching.launched(launching.browser())
    assert "Done: " in page.submits("enroll", page.enrollment()).text
    return page


@pytest.fixture
def home(rosa: LaunchedPage) -> LaunchedPage:
    """Rosa, just home: her transition is followed."""
    answer = rosa.submits("open-transition", {"encounter": rosa.ward.stay})
    assert "Done: " in answer.text, answer.text
    return rosa


# -- any Questionnaire -------------------------------------------------------------------------------------------------


def test_answers_are_seen_then_written_and_scored(rosa: LaunchedPage) -> None:
    form = rosa.get("ask/phq-9")
    seen = rosa.sends("ask/phq-9", {**answers(form.text, 1, but={"q.44260-8": 0}), "way": "look"}, page=form)
    assert (seen.status_code, "To be written" in seen.text) == (200, True), seen.text
    before = rosa.ward.front.versions()
    done = rosa.sends("ask/phq-9", {"way": "write"}, page=seen)
    assert "Saved: " in done.text, done.text
    (score,) = rosa.ward.front.search("Observation?code=44261-6")
    assert score["valueInteger"] == 8
    assert "QuestionnaireResponse" in rosa.ward.front.written_since(before)


def test_the_same_answers_sent_twice_are_written_once(rosa: LaunchedPage) -> None:
    """A double click, the back button."""
    form = rosa.get("ask/phq-9")
    given = {**answers(form.text, 0), "way": "look"}
    seen = rosa.sends("ask/phq-9", given, page=form)
    assert "Saved: " in rosa.sends("ask/phq-9", {"way": "write"}, page=seen).text
    before = rosa.ward.front.versions()
    assert "written before" in rosa.sends("ask/phq-9", {"way": "write"}, page=seen).text
    again = rosa.sends("ask/phq-9", given, page=form)
    assert "saved already" in again.text
    assert rosa.ward.front.written_since(before) == []


def test_what_was_not_seen_is_not_written(rosa: LaunchedPage) -> None:
    """Answers that were changed behind the page that showed what would be written."""
    form = rosa.get("ask/phq-9")
    seen = rosa.sends("ask/phq-9", {**answers(form.text, 0), "way": "look"}, page=form)
    worse = {**every_hidden_field(seen.text), **answers(form.text, 3), "way": "write"}
    before = rosa.ward.front.versions()
    answer = rosa.browser.post(f"{rosa.path}ask/phq-9", data=worse)
    assert (answer.status_code, "otherwise than you have seen" in answer.text) == (409, True)
    assert rosa.ward.front.written_since(before) == []
    assert options(form.text, "q.44250-9")[3] in checked(answer.text), "what was typed stays"


def test_nothing_answered_is_nothing_to_write(rosa: LaunchedPage) -> None:
    answer = rosa.sends("ask/phq-9", {"way": "look"})
    assert (answer.status_code, "Nothing is answered yet" in answer.text) == (422, True)


def test_a_draft_is_kept_and_not_scored(rosa: LaunchedPage) -> None:
    form = rosa.get("ask/phq-9")
    some = {name: value for name, value in answers(form.text, 1).items() if name in LITTLE}
    seen = rosa.sends("ask/phq-9", {**some, "draft": "true"}, page=form)
    assert "kept as a draft" in seen.text
    before = rosa.ward.front.versions()
    rosa.sends("ask/phq-9", {"way": "write"}, page=seen)
    (kept,) = rosa.ward.front.search("QuestionnaireResponse?status=in-progress")
    assert len(kept["item"]) >= 2
    assert "Observation" not in rosa.ward.front.written_since(before)


def test_a_draft_is_gone_on_with(rosa: LaunchedPage) -> None:
    """The patient page names it; answered to the end it is the same response, scored, and no second one."""
    form = rosa.get("ask/phq-9")
    some = {name: value for name, value in answers(form.text, 1).items() if name in LITTLE}
    seen = rosa.sends("ask/phq-9", {**some, "draft": "true"}, page=form)
    rosa.sends("ask/phq-9", {"way": "write"}, page=seen)
    (draft,) = rosa.ward.front.search("QuestionnaireResponse")
    address = f"ask/phq-9?draft=QuestionnaireResponse/{draft['id']}"
    assert f'href="{rosa.path}{address}"' in rosa.page().text
    again = rosa.get(address)
    assert set(some.values()) <= set(checked(again.text))
    whole = {**answers(again.text, 1, but={"q.44260-8": 0}), "way": "look"}
    seen = rosa.sends("ask/phq-9", whole, page=again)
    assert "Saved: " in rosa.sends("ask/phq-9", {"way": "write"}, page=seen).text
    statuses = sorted(each["status"] for each in rosa.ward.front.search("QuestionnaireResponse"))
    assert "completed" in statuses or "amended" in statuses
    assert "Begun, not finished" not in rosa.page().text
    for odd in ("QuestionnaireResponse/none", "Patient/1", "<script>"):
        assert rosa.get("ask/phq-9", params={"draft": odd}).status_code == 404


def test_a_danger_stands_first_before_anything_is_saved(rosa: LaunchedPage) -> None:
    """Item 9 of the PHQ-9: 988 and 911 are links to call, on the form and on what would be written."""
    form = rosa.get("ask/phq-9")
    given = answers(form.text, 0, but={"q.44260-8": 1})
    before = rosa.ward.front.versions()
    so_far = rosa.sends("ask/phq-9/so-far", given, page=form)
    assert 'href="tel:988"' in so_far.text
    assert 'href="tel:911"' in so_far.text
    seen = rosa.sends("ask/phq-9", {**given, "way": "look"}, page=form)
    assert seen.text.index("To do now") < seen.text.index("<form")
    assert rosa.ward.front.written_since(before) == []


def test_the_score_so_far(rosa: LaunchedPage) -> None:
    form = rosa.get("ask/phq-9")
    text = rosa.sends("ask/phq-9/so-far", answers(form.text, 1, but={"q.44260-8": 0}), page=form).text
    assert "So far: 8, mild" in text
    little = {name: value for name, value in answers(form.text, 3).items() if name in LITTLE}
    assert "at least 6" in rosa.sends("ask/phq-9/so-far", little, page=form).text


def test_what_somebody_types_asks_no_server(rosa: LaunchedPage) -> None:
    form = rosa.get("ask/phq-9")
    sent = len(rosa.launching.ehr.sent)
    rosa.sends("ask/phq-9/so-far", answers(form.text, 1), page=form)
    assert len(rosa.launching.ehr.sent) == sent


def test_every_questionnaire_has_a_page(rosa: LaunchedPage) -> None:
    listed = re.findall(r'href="[^"]*/ask/([^"]+)"', rosa.get("ask").text)
    assert {"phq-9", "hunger-vital-sign", "check-in"} <= set(listed)
    for name in listed:
        page = rosa.get(f"ask/{name}")
        assert (page.status_code, "<form" in page.text) == (200, True), name
        assert len(page.content) <= 100_000, name
    assert rosa.get("ask/none").status_code == 404


# -- a call note -------------------------------------------------------------------------------------------------------


def call(page: LaunchedPage, form: httpx.Response, **more: str) -> Json:
    """A whole call: Rosa is reached, nothing alarms, warning signs are understood, six minutes."""
    given = {"who": "patient", "started": STARTED, "minutes": "6", "topic.medicines": "yes", "way": "look"}
    return {**given, **answers(form.text, 1), **TAUGHT, **more}


def test_one_call_is_four_entries_with_four_receipts(home: LaunchedPage) -> None:
    form = home.get("call")
    seen = home.sends("call", call(home, form), page=form)
    assert "Save 4 entries" in seen.text, seen.text
    before = home.ward.front.versions()
    done = home.sends("call", {"way": "write"}, page=seen)
    assert (done.status_code, done.text.count("Receipt Provenance/")) == (200, 4), done.text
    written = home.ward.front.written_since(before)
    assert written.count("Communication") == 2, "the contact and the talk that taught"
    assert written.count("QuestionnaireResponse") == 1
    assert written.count("Provenance") == 4


def test_a_number_has_the_unit_of_the_time_before(home: LaunchedPage) -> None:
    """And nothing else: a number is never filled in, and a unit alone is no answer."""
    form = home.get("call")
    assert '<option value="">unit</option>' in form.text
    weighed = {"q.weight": "180", "q.weight.unit": options_of_select(form.text, "q.weight.unit")["lb"]}
    seen = home.sends("call", call(home, form, **weighed), page=form)
    assert "Saved: " in home.sends("call", {"way": "write"}, page=seen).text
    again = home.get("call").text
    select = again.partition('name="q.weight.unit"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="[^"]*" selected>([^<]*)<', select) == ["lb"]
    assert 'name="q.weight" id="q-weight.input" value=""' in again
    nothing = home.sends("call", {"way": "look", "who": "patient", "started": "2026-03-09T09:55"})
    assert "Save 1 entry" in nothing.text


def options_of_select(page: str, name: str) -> dict[str, str]:
    """What can be chosen from a list, by its words."""
    select = page.partition(f'name="{name}"')[2].partition("</select>")[0]
    return {words: unescape(value) for value, words in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', select)}


def test_a_call_that_is_sent_twice_is_recorded_once(home: LaunchedPage) -> None:
    form = home.get("call")
    seen = home.sends("call", call(home, form), page=form)
    assert "Saved: " in home.sends("call", {"way": "write"}, page=seen).text
    before = home.ward.front.versions()
    assert home.sends("call", {"way": "write"}, page=seen).text.count("written before") == 4
    assert home.sends("call", call(home, form), page=form).text.count("saved already") == 4
    assert home.ward.front.written_since(before) == []


def test_nobody_answered(home: LaunchedPage) -> None:
    form = home.get("call")
    seen = home.sends("call", {"who": "voicemail", "started": STARTED, "way": "look"}, page=form)
    assert "Save 1 entry" in seen.text
    assert "Not in this note, and not written: the check-in" in seen.text
    assert "Saved: " in home.sends("call", {"way": "write"}, page=seen).text
    (attempt,) = home.ward.front.search("Communication")
    assert attempt["status"] == "not-done"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": ""}, "say who answered"),
        ({"who": "the neighbor"}, "say who answered"),
        ({"started": "yesterday"}, "give day and time"),
        ({"started": "2026-03-09T23:50"}, "a call cannot begin in the future"),
        ({"minutes": "six"}, "give a whole number of minutes"),
        ({"minutes": "0"}, "give a whole number of minutes"),
        ({"minutes": "60"}, "the call would end in the future"),
        ({"who": "no-answer"}, "nobody was spoken with, but questions are answered"),
        ({"words_read": ""}, "say how urgent these words are"),
        ({"words": "", "words_read": "emergency"}, "write what they said"),
        ({"who": "voicemail", **dict.fromkeys(TAUGHT, "")}, "nobody was spoken with"),
        ({"teach.warning-signs": ""}, "without that the words are not written"),
        ({"minutes": "0600999999999"}, "give a whole number of minutes"),
        ({"started": "1026-03-09T09:50"}, "give day and time"),
        ({"q.weight": "one stone", "q.weight.unit": ""}, "number"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(home: LaunchedPage, changes: Json, words: str) -> None:
    form = home.get("call")
    before = home.ward.front.versions()
    said = {"words": "slept in the <chair>", "words_read": "nothing-urgent", **changes}
    answer = home.sends("call", {**call(home, form), **said}, page=form)
    assert (answer.status_code, words in answer.text) == (422, True), answer.text
    assert ("slept in the &lt;chair&gt;" in answer.text) == bool(said["words"])
    assert home.ward.front.written_since(before) == []
    assert answer.text.index("There is a problem") < answer.text.index('name="who"')


def test_every_way_leads_back_to_what_was_typed(home: LaunchedPage) -> None:
    form = home.get("call")
    seen = home.sends("call", call(home, form, words="more beans", words_read="nothing-urgent"), page=form)
    again = home.sends("call", {"way": "change"}, page=seen)
    assert "more beans" in again.text
    assert {"patient", "yes"} <= set(checked(again.text))
    assert 'value="6"' in again.text


def no_communication(request: httpx.Request) -> httpx.Response | None:
    """What a server answers that takes no Communication, in a transaction or by itself."""
    alone = request.method == "POST" and request.url.path.endswith("/Communication")
    together = b'"resourceType":"Communication"' in request.content and b'"transaction"' in request.content
    return httpx.Response(422) if alone or together else None


def test_one_entry_that_fails_keeps_no_other_back(home: LaunchedPage) -> None:
    """A server that takes no more Communications: check-in and minutes are saved, and the page says what is not."""
    form = home.get("call")
    seen = home.sends("call", call(home, form), page=form)
    home.launching.ehr.fhir_rules = [no_communication]
    answer = home.sends("call", {"way": "write"}, page=seen)
    assert answer.status_code == 409
    assert answer.text.count(": not saved") == 2
    assert answer.text.count(": saved") == 2
    home.launching.ehr.fhir_rules = []
    seen = home.sends("call", {**call(home, form)}, page=form)
    assert seen.text.count("saved already") == 2
    assert "Saved: " in home.sends("call", {"way": "write"}, page=seen).text


def test_an_emergency_is_said_at_once_and_stays_on_top(home: LaunchedPage) -> None:
    form = home.get("call")
    given = call(home, form, **answers(form.text, 1, but={"q.chest-pain": 0}))
    assert "911" in home.sends("call/so-far", given, page=form).text
    seen = home.sends("call", given, page=form)
    done = home.sends("call", {"way": "write"}, page=seen)
    assert "Saved: " in done.text
    assert done.text.index("To do now") < done.text.index("Receipt Provenance/")


def test_words_that_alarm_are_heard_without_a_check_in(home: LaunchedPage) -> None:
    form = home.get("call")
    words = "she says she does not want to live anymore"
    text = home.sends("call/so-far", {"who": "patient", "started": STARTED, "words": words}, page=form).text
    assert "To do now" in text
    form = home.get("call")
    given = {"who": "patient", "started": STARTED, "topic.needs": "yes", "words": words, "way": "look"}
    unjudged = home.sends("call", given, page=form)
    assert (unjudged.status_code, "say how urgent these words are" in unjudged.text) == (422, True)
    given["words_read"] = "thoughts-of-death"
    seen = home.sends("call", given, page=form)
    assert "Saved: " in home.sends("call", {"way": "write"}, page=seen).text or "kept" in seen.text
    reviews = [task for task in home.ward.front.search("Task?_count=200") if task["priority"] == "stat"]
    assert reviews, "somebody is asked to act now"


def test_a_call_outside_a_transition(rosa: LaunchedPage) -> None:
    form = rosa.get("call")
    assert "Teach-back" not in form.text
    given = {
        "who": "patient",
        "started": STARTED,
        "interpreter": "professional",
        "words": "all is well",
        "words_read": "nothing-urgent",
        "way": "look",
    }
    seen = rosa.sends("call", given, page=form)
    assert "Saved: " in rosa.sends("call", {"way": "write"}, page=seen).text


@pytest.mark.parametrize("sheet", ["", "{}", "[]", '{"form": 7}', '{"form": "check-in", "doubt": ""}'])
def test_a_sheet_that_is_none_of_ours(home: LaunchedPage, sheet: str) -> None:
    form = home.get("call")
    answer = home.sends("call", {**call(home, form), "sheet": sheet}, page=form)
    assert (answer.status_code, "open the call note again" in answer.text) == (400, True)


def test_a_sheet_is_read_as_it_was_written() -> None:
    sheet = CallSheet(
        form="check-in",
        doubt="",
        previous={"weight": "180 lb"},
        previous_day="2026-03-08",
        transition="Task/1",
        contact_open=True,
        topics=(TopicToTeach("medicines", "medicines", understood=True),),
        helpers=(Reachable("RelatedPerson/1", "Elena"),),
        programs=(ProgramOfCall("care-management", "care management"),),
    )
    assert CallSheet.read(sheet.written()) == sheet


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("words", "he wants to kill himself, took all his pills last night"),
        ("words", "quiero morirme"),
        ("words", "very short of breath at rest"),
        ("teach.warning-signs.words", "he has crushing chest pain now"),
        ("teach.medicines.words", "she says she does not want to live anymore"),
    ],
)
def test_danger_is_heard_in_every_field_of_a_call(home: LaunchedPage, field: str, words: str) -> None:
    """In the words of whoever writes it down, too; and somebody is asked to act."""
    form = home.get("call")
    given = {"who": "patient", "started": STARTED, field: words, "words_read": "", "way": "look"}
    given |= {field.removesuffix(".words"): "partly"} if field.startswith("teach.") else {"words_read": "call-today"}
    text = home.sends("call/so-far", {**given, "words_read": ""}, page=form).text
    assert "To do now" in text
    if field == "words":
        given["words_read"] = "emergency"
    seen = home.sends("call", given, page=form)
    assert "To do now" in seen.text, seen.text
    home.sends("call", {"way": "write"}, page=seen)
    assert [task for task in home.ward.front.search("Task?_count=200") if task["priority"] == "stat"]


@pytest.mark.parametrize("started", ["", "2026-03-09T09:50"])
def test_danger_is_heard_in_every_form(home: LaunchedPage, started: str) -> None:
    """Some steps do not hear words; their pages do, whether or not the form is whole."""
    (transition,) = [
        f"Task/{task['id']}"
        for task in home.ward.front.search("Task?_count=200")
        if any(coding["code"] == "transition" for coding in task["code"]["coding"])
    ]
    values = {"outcome": "reached", "words": "crushing chest pain", "started": started, "transition": transition}
    answer = home.previews("record-contact", values, own=home.fields("record-contact"))
    assert "To do now" in answer.text
    assert "into a call note" in answer.text


def test_the_check_in_of_a_call_is_of_its_time_and_of_whoever_answered(home: LaunchedPage) -> None:
    helper = home.ward.front.find("RelatedPerson", "rosa-daughter")
    form = home.get("call")
    given = {**call(home, form), "started": "2026-03-08T09:00", "who": helper}
    if helper not in form.text:
        given["who"] = "patient"
    seen = home.sends("call", given, page=form)
    home.sends("call", {"way": "write"}, page=seen)
    (response,) = home.ward.front.search("QuestionnaireResponse")
    assert response["authored"].startswith("2026-03-08T09:00")
    assert response["source"]["reference"] == (helper if given["who"] == helper else home.ward.patient)


def test_two_tabs_record_one_call_once(home: LaunchedPage) -> None:
    """Also two nurses: a call has one check-in, whoever writes it down."""
    first, second = home.get("call"), home.get("call")
    for form in (first, second):
        seen = home.sends("call", call(home, form), page=form)
        home.sends("call", {"way": "write"}, page=seen)
    assert len(home.ward.front.search("QuestionnaireResponse")) == 1


def test_a_hospice_is_named_before_911_while_somebody_types(home: LaunchedPage) -> None:
    home.ward.front.create(
        {
            "resourceType": "Condition",
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z51.5"}]},
            "subject": {"reference": home.ward.patient},
        }
    )
    form = home.get("call")
    given = call(home, form, **answers(form.text, 1, but={"q.chest-pain": 0}))
    text = home.sends("call/so-far", given, page=form).text
    assert 0 < text.index("HOSPICE") < text.index("911")


def test_chest_pain_is_heard_in_a_form_composed_of_several(home: LaunchedPage) -> None:
    """Lungs beside her four conditions: no form is written for that, and the answers are a check-in all the same."""
    home.ward.front.create(
        {
            "resourceType": "Condition",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J44.9"}]},
            "subject": {"reference": home.ward.patient},
        }
    )
    form = home.get("call")
    assert "q.rescue-inhaler" in form.text
    calm = home.sends("call/so-far", call(home, form, **answers(form.text, 1)), page=form).text
    assert "911" not in calm
    given = call(home, form, **answers(form.text, 1, but={"q.chest-pain": 0}))
    assert "911" in home.sends("call/so-far", given, page=form).text


def test_what_to_know_before_dialing_stands_on_top(home: LaunchedPage) -> None:
    home.launching.ehr.fhir_rules = [
        lambda request: httpx.Response(403) if "Consent" in str(request.url) or b"Consent" in request.content else None
    ]
    text = home.get("call").text
    assert "Not visible, so not on this page: consents" in text
    assert text.index("Not visible") < text.index('name="who"')


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_a_form_of_questions_for_another_patient(home: LaunchedPage) -> None:
    form = home.get("call")
    before = home.ward.front.versions()
    answer = home.sends("call", {**call(home, form), "patient": "Patient/other"}, page=form)
    assert (answer.status_code, "for another patient" in answer.text) == (409, True)
    assert home.ward.front.written_since(before) == []


def test_a_session_that_ends_meanwhile_gives_back_what_was_typed(home: LaunchedPage) -> None:
    """Refused in words, and nothing that somebody typed is lost; to another site nothing is given."""
    form = home.get("call")
    home.launching.ehr.clock.now += 13 * 3_600
    given = call(home, form, words="slept in the <chair>", **TAUGHT)
    answer = home.sends("call", given, page=form)
    assert (answer.status_code, "launch again from the EHR" in answer.text) == (401, True)
    for control in ("who answered", "in their words", "teach-back: warning signs: in their words"):
        assert f">{control}</th>" in answer.text, "as a person calls it"
    assert "slept in the &lt;chair&gt;" in answer.text
    assert "form_token" not in answer.text
    foreign = home.sends("call", given, page=form, headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, "slept in" in foreign.text) == (401, False)


def test_what_somebody_else_did_meanwhile_can_be_read(home: LaunchedPage) -> None:
    """The same call, recorded by somebody with other words: what was typed stays, a link leads to what was done."""
    form = home.get("call")
    given = call(home, form, **TAUGHT)
    seen = home.sends("call", given, page=form)
    other = home.sends("call", {**given, "teach.warning-signs.words": "I call when I feel odd"}, page=form)
    assert "Saved: " in home.sends("call", {"way": "write"}, page=seen).text
    overtaken = home.sends("call", {"way": "write"}, page=other)
    assert "with different details" in overtaken.text
    assert "I call when I feel odd" in overtaken.text
    assert f'<a href="{home.path}readings/timeline">What was done' in overtaken.text


def test_a_launch_that_only_reads_shows_and_does_not_write(launching: Launching) -> None:
    launching.ehr.scope = "openid fhirUser launch user/*.rs"
    page = launching.launched(launching.browser())
    form = page.get("ask/phq-9")
    before = launching.ward.front.versions()
    seen = page.sends("ask/phq-9", {**answers(form.text, 0), "way": "look"}, page=form)
    assert seen.status_code == 200
    answer = page.sends("ask/phq-9", {"way": "write"}, page=seen)
    assert (answer.status_code, "not saved" in answer.text) == (409, True)
    assert launching.ward.front.written_since(before) == []
