"""The Plan page: talked over with the patient, sent for signature, signed or returned. What is seen is written once."""

from __future__ import annotations

import json
import re
from html import unescape

import httpx
import pytest

from carefhir.faces.web.pages.rendering import in_names
from tests.faces.web.launch.conftest import LaunchedPage, Launching, every_hidden_field
from tests.faces.web.pages.plans import OWN_GOAL, PlanOfRosa, check_markup, form_of

REASON = "she cannot read her scale: say who does"


def text_of(page: httpx.Response) -> str:
    """What a person reads."""
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text.partition("<main")[2])))


# -- states ------------------------------------------------------------------------------------------------------------


def test_without_a_plan_one_is_proposed(launching: Launching) -> None:
    page = PlanOfRosa.enrolled(launching).nurse.get("plan")
    assert "No care plan of ours is under way" in page.text
    assert "steps/propose-plan" in page.text
    check_markup(page.text)


def test_a_draft_is_grouped_by_concern(launching: Launching) -> None:
    page = PlanOfRosa.proposed(launching).nurse.get("plan")
    words = text_of(page)
    assert words.index("What matters to the patient") < words.index("Heart failure with") < words.rindex("Vaccines")
    assert OWN_GOAL in words.replace("To dance", "to dance")
    assert re.search(r"\d+ of \d+ goals still need the patient's answer", words)
    assert "starts when the patient agrees · Dana Whitfield · by Mar" in words
    assert "needs the supervising provider's signature" in words
    assert "an order: only the prescriber can place it · Samuel Okafor" in words
    assert "First three things" in words
    assert "The care manager decides" in words or "The supervising provider decides, with the signature" in words
    assert "Practitioner/" not in words
    assert " checked>" not in page.text, "nothing is answered beforehand"
    assert "Sign version" not in page.text
    check_markup(page.text)


def test_every_state_says_where_the_plan_is(launching: Launching) -> None:
    plan = PlanOfRosa.agreed(launching)
    assert "Agreed with the patient. Ask Samuel Okafor to sign it" in text_of(plan.nurse.get("plan"))
    plan.writes(plan.nurse, {"act": "request"}, button='value="request"')
    waiting = plan.nurse.get("plan")
    assert "asks Samuel Okafor to sign version" in text_of(waiting)
    check_markup(waiting.text)
    provider = plan.as_provider()
    mine = provider.get("plan")
    assert "asks you to sign version" in text_of(mine)
    assert mine.text.index('id="decide"') < mine.text.index('id="orders"'), "conflicts come before orders"
    check_markup(mine.text)
    plan.writes(provider, {"act": "return", "reason": REASON})
    returned = plan.nurse.get("plan")
    assert f"Returned unsigned by Samuel Okafor: “{REASON}”" in text_of(returned)
    check_markup(returned.text)


# -- the patient's answers ---------------------------------------------------------------------------------------------


def test_the_answers_are_written_with_a_receipt(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    goals = plan.goals(plan.nurse.get("plan").text)
    more = {
        f"goal.{goals[0]}": "disagree",
        f"words.{goals[0]}": "not this one",
        f"barrier.{goals[1]}": "no scale",
        f"matters.{goals[1]}": "high",
        "copy_given": "yes",
    }
    before = plan.nurse.ward.front.versions()
    seen = plan.looks(plan.nurse, plan.answers("agree", **more))
    assert (seen.status_code, plan.written_since(before)) == (200, []), "looking writes nothing"
    assert "Save the answers" in seen.text
    assert not re.search(r"\((?:Goal|ServiceRequest|Task)/", text_of(seen)), "things are called by name"
    done = plan.writes_seen(plan.nurse, seen)
    assert "Saved: Plan" in done.text
    assert "Receipt Provenance/" in done.text
    by_id = {f"Goal/{goal['id']}": goal for goal in plan.nurse.ward.front.search("Goal")}
    assert by_id[goals[0]]["lifecycleStatus"] == "rejected"
    assert by_id[goals[0]]["statusReason"] == "not this one"
    assert by_id[goals[1]]["lifecycleStatus"] == "accepted"
    assert by_id[goals[1]]["note"][0]["text"] == "In the way: no scale"
    assert "A copy of the plan was given" in json.dumps(plan.plan()["note"])
    check_markup(seen.text)
    check_markup(done.text)


def test_danger_is_heard_beside_a_goal(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    goal = plan.goals(plan.nurse.get("plan").text)[0]
    words = {f"words.{goal}": "what for, I want to die"}
    seen = plan.looks(plan.nurse, plan.answers("agree", **words))
    assert 0 < seen.text.index("To do now") < seen.text.index("into a call note")
    assert "To do now" in plan.writes_seen(plan.nurse, seen).text


def test_the_same_answers_sent_twice_are_written_once(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    seen = plan.looks(plan.nurse, plan.answers("agree"))
    assert "Saved: " in plan.writes_seen(plan.nurse, seen).text
    before = plan.nurse.ward.front.versions()
    again = plan.writes_seen(plan.nurse, seen)
    assert "it was written before" in again.text
    assert plan.written_since(before) == []


def test_nothing_answered_and_words_without_an_answer(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    nothing = plan.looks(plan.nurse, {"talked": "2026-03-09T09:30", "way": "look"})
    assert (nothing.status_code, "nothing is answered yet" in nothing.text) == (422, True)
    goal = plan.goals(nothing.text)[0]
    words = plan.looks(plan.nurse, {f"words.{goal}": "sugar <steady>", "talked": "soon", "way": "look"})
    assert words.status_code == 422
    assert "you typed words and no answer" in words.text
    assert "it is not a day and time" in words.text
    assert 'value="sugar &lt;steady&gt;"' in words.text, "what was typed stays, escaped"
    check_markup(words.text)


def test_change_it_goes_back_with_what_was_typed(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    goal = plan.goals(plan.nurse.get("plan").text)[0]
    seen = plan.looks(plan.nurse, plan.answers("agree", **{f"words.{goal}": "supper every day"}))
    kept = {**every_hidden_field(seen.text), "way": "change"}
    back = plan.nurse.browser.post(f"{plan.nurse.path}plan", data=kept)
    assert back.status_code == 200
    assert 'value="supper every day"' in back.text
    assert f'name="goal.{goal}" value="agree" checked' in back.text


def test_what_was_changed_behind_the_page_is_not_written(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    seen = plan.looks(plan.nurse, plan.answers("agree"))
    goal = plan.goals(plan.nurse.get("plan").text)[0]
    before = plan.nurse.ward.front.versions()
    data = {**every_hidden_field(seen.text), f"goal.{goal}": "disagree", "way": "write"}
    answer = plan.nurse.browser.post(f"{plan.nurse.path}plan", data=data)
    assert (answer.status_code, plan.written_since(before)) == (409, [])
    assert "otherwise than you have seen it" in answer.text
    assert f'name="goal.{goal}" value="disagree" checked' in answer.text


def test_a_form_for_another_patient_is_refused(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    before = plan.nurse.ward.front.versions()
    answer = plan.looks(plan.nurse, plan.answers("agree", patient="Patient/other"))
    assert (answer.status_code, "for another patient" in answer.text) == (409, True)
    assert plan.written_since(before) == []


@pytest.mark.parametrize("spoiled", [{"act": "other"}, {"plan": ""}, {"plan": "CarePlan/none"}, {"plan": "Goal/1"}])
def test_a_form_that_is_not_of_this_page(launching: Launching, spoiled: dict[str, str]) -> None:
    plan = PlanOfRosa.proposed(launching)
    before = plan.nurse.ward.front.versions()
    answer = plan.looks(plan.nurse, {**plan.answers("agree"), **spoiled})
    assert 400 <= answer.status_code < 500
    assert plan.written_since(before) == []


def test_hostile_words_are_escaped(launching: Launching) -> None:
    hostile = '"><script>alert(1)</script><b onclick="x'
    plan = PlanOfRosa.proposed(launching, own_goal=hostile)
    for name in ("plan", "plan/print"):
        page = plan.nurse.get(name).text
        assert "<script>alert" not in page
        assert "<b onclick" not in page
        check_markup(page)
    goal = plan.goals(plan.nurse.get("plan").text)[0]
    seen = plan.looks(plan.nurse, plan.answers("disagree", **{f"words.{goal}": hostile}))
    assert "<script>alert" not in seen.text
    assert "<script>alert" not in plan.writes_seen(plan.nurse, seen).text


# -- asking, signing, returning ----------------------------------------------------------------------------------------


def test_too_early_a_request_is_refused_in_words(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    own = form_of(plan.nurse.get("plan").text, 'value="look"')
    before = plan.nurse.ward.front.versions()
    seen = plan.nurse.browser.post(f"{plan.nurse.path}plan", data={**own, "act": "request"})
    assert (seen.status_code, plan.written_since(before)) == (422, [])
    assert "the patient has not agreed to any goal yet" in text_of(seen)
    assert "Goal/" not in text_of(seen), "goals are called by name"


def test_a_nurse_who_presses_sign_is_refused_in_words(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    page = plan.nurse.get("plan")
    before = plan.nurse.ward.front.versions()
    seen = plan.looks(plan.nurse, plan.decided(page.text), page=page)
    assert (seen.status_code, plan.written_since(before)) == (422, [])
    assert "is not for registered nurse" in text_of(seen)
    assert 'value="write"' not in seen.text
    forced = plan.writes_seen(plan.nurse, seen)
    assert (forced.status_code, plan.written_since(before)) == (409, [])
    assert "checked" in forced.text, "what was chosen stays"


def test_a_signature_is_written_and_orders_nothing(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    page = provider.get("plan")
    version = plan.plan()["meta"]["versionId"]
    assert f"Sign version {version}" in page.text
    assert " checked>" not in page.text
    assert "Your signature orders nothing" in page.text
    issues = plan.conflicts(page.text)
    given = plan.decided(page.text, **{f"side.{issues[0]}": "own", f"own.{issues[0]}": "call me first"})
    seen = plan.looks(provider, given, page=page)
    assert f'value="write">Sign version {version}</button>' in seen.text
    assert "You decide: call me first" in text_of(seen), "what is signed is read once more"
    before = provider.ward.front.versions()
    behind = {**every_hidden_field(seen.text), f"own.{issues[0]}": "something else", "way": "write"}
    assert provider.browser.post(f"{provider.path}plan", data=behind).status_code == 409
    assert plan.written_since(before) == [], "what nobody has seen is not signed"
    done = plan.writes_seen(provider, seen)
    assert "Saved: Plan" in done.text, done.text
    assert plan.plan()["status"] == "active"
    decided = {f"DetectedIssue/{each['id']}": each for each in provider.ward.front.search("DetectedIssue")}
    assert decided[issues[0]]["mitigation"][0]["action"]["text"] == "call me first"
    other = decided[issues[1]]["mitigation"][0]["action"]["text"]
    assert other in unescape(page.text), "the words of the side that was chosen"
    assert all(each["status"] == "draft" for each in provider.ward.front.search("ServiceRequest?intent=plan"))
    before = provider.ward.front.versions()
    assert "it was written before" in plan.writes_seen(provider, seen).text
    assert plan.written_since(before) == []
    active = provider.get("plan")
    assert "Signed, and in effect" in active.text
    check_markup(active.text)


def test_a_signature_without_a_decision_says_which(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    page = provider.get("plan")
    answer = plan.looks(provider, {"act": "sign"}, page=page)
    assert answer.status_code == 422
    assert "choose a side, or decide in your words" in answer.text
    issue = plan.conflicts(page.text)[0]
    answer = plan.looks(provider, plan.decided(page.text, **{f"side.{issue}": "own"}), page=page)
    assert "say in your words what to do" in answer.text
    check_markup(answer.text)


def test_a_return_needs_a_reason_and_is_written(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    answer = plan.looks(provider, {"act": "return"})
    assert (answer.status_code, "say what has to change" in answer.text) == (422, True)
    done = plan.writes(provider, {"act": "return", "reason": REASON})
    assert "Receipt Provenance/" in done.text
    assert plan.plan()["status"] == "draft"


def test_what_changed_since_it_was_returned_comes_first(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    plan.writes(provider, {"act": "return", "reason": REASON})
    nurse = plan.as_somebody(plan.nurse.ward.nurse)
    goal = plan.goals(nurse.get("plan").text)[1]
    talk = {f"goal.{goal}": "agree", f"barrier.{goal}": "her daughter reads it", "talked": "2026-03-09T09:45"}
    plan.writes(nurse, {**talk, "way": "look"})
    plan.writes(nurse, {"act": "request"}, button='value="request"')
    page = plan.as_provider().get("plan")
    words = text_of(page)
    assert words.index("Changed since version") < words.index("Conflicting advice")
    assert f"returned it: “{REASON}”" in words
    assert "Was nothing Is In the way: her daughter reads it" in words
    check_markup(page.text)


def test_a_plan_that_somebody_changed_meanwhile_is_not_signed(launching: Launching) -> None:
    """The version stands in the form: what was read is signed, and nothing else."""
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    page = provider.get("plan")
    given = plan.decided(page.text, **{f"own.{plan.conflicts(page.text)[0]}": "as I said"})
    seen = plan.looks(provider, given, page=page)
    nurse = plan.as_somebody(plan.nurse.ward.nurse)
    goal = plan.goals(nurse.get("plan").text)[0]
    talk = {f"goal.{goal}": "agree", f"words.{goal}": "in new words", "talked": "2026-03-09T09:50", "copy_given": "yes"}
    plan.writes(nurse, {**talk, "way": "look"})
    again = plan.writes(nurse, {"act": "request"}, button='value="request"')
    assert "Saved: " in again.text
    before = nurse.ward.front.versions()
    plan.launching.ehr.user = nurse.ward.physician
    answer = plan.writes_seen(provider, seen)
    assert (answer.status_code, plan.written_since(before)) == (409, [])
    assert re.search(r"you read version \d+ of .*, now version \d+: read it again", text_of(answer))
    assert "as I said" in answer.text, "what was typed stays"
    assert "CarePlan/" not in text_of(answer), "the plan is called by name"


# -- what cannot be seen -----------------------------------------------------------------------------------------------


def test_what_is_not_visible_is_said_and_never_none(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    plan.launching.ehr.fhir_rules = [hidden("DetectedIssue")]
    page = plan.nurse.get("plan")
    assert "This may not be the whole plan: issues could not be seen" in page.text
    assert "None found in this plan" not in page.text
    plan.launching.ehr.fhir_rules = [hidden("CarePlan")]
    none = plan.nurse.get("plan")
    assert "Care plans could not be seen: there may be one" in none.text
    check_markup(none.text)


def hidden(type_: str) -> object:
    """A server that does not show one type."""

    def rule(request: httpx.Request) -> httpx.Response | None:
        if b'"type":"batch"' in request.content.replace(b" ", b""):
            return httpx.Response(400)
        return httpx.Response(403) if f"/{type_}" in str(request.url) else None

    return rule


def test_a_server_that_does_not_answer_is_no_empty_plan(launching: Launching) -> None:
    plan = PlanOfRosa.proposed(launching)
    plan.launching.ehr.fhir_rules = [lambda request: httpx.Response(403)]
    page = plan.nurse.get("plan")
    assert "not an empty chart" in page.text or "could not be" in page.text
    check_markup(page.text)


def test_people_and_things_are_called_by_name() -> None:
    names = {"Goal/1": "less salt", "Practitioner/6": "Samuel Okafor"}
    assert in_names("Goal/1 is over: leave it out", names) == "“less salt” is over: leave it out"
    assert in_names("less salt (Goal/1), Practitioner/6", names) == "less salt, Samuel Okafor"
    assert in_names("Goal/2 and (Task/3)", names) == "Goal/2 and"


def test_the_page_stays_small(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    sizes = [len(plan.nurse.get("plan").content), len(plan.as_provider().get("plan").content)]
    assert max(sizes) < 100_000


def test_the_links_to_it(launching: Launching) -> None:
    plan: LaunchedPage = PlanOfRosa.proposed(launching).nurse
    assert f'href="{plan.path}plan"' in plan.page().text


def test_what_starts_first_is_ticked_when_a_plan_is_proposed(launching: Launching) -> None:
    """In words, not in codes; what was ticked is still ticked where the form is shown again, and is what starts."""
    rosa = PlanOfRosa.enrolled(launching)
    form = rosa.nurse.get("steps/propose-plan").text
    legend = re.search(r"<fieldset.*?</fieldset>", form, re.S)
    assert legend is not None
    assert "codes of CodeSystem" not in legend[0]
    assert "starts in any case: " in legend[0]
    offered = re.findall(r'name="q.first_things" value="([^"]+)"', legend[0])
    assert len(offered) > 5
    assert "foot-check" in offered
    typed = {"own_goal": "to dance", "q.first_things": ["foot-check", "low-salt-teaching"]}
    seen = rosa.nurse.previews("propose-plan", typed)
    assert "first two weeks: 2 items" in seen.text
    again = rosa.nurse.submits("propose-plan", {**typed, "again": "true"})
    ticked = re.findall(r'value="([^"]+)" checked', again.text)
    assert sorted(ticked) == ["foot-check", "low-salt-teaching"]
    assert "Done: " in rosa.nurse.writes("propose-plan", seen).text
