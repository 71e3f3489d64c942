"""Papers: what a provider reads before signing, and the next place of care. Nothing restricted is on them."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

from tests.faces.web.launch.conftest import LaunchedPage, Launching
from tests.faces.web.pages.after_discharge import at_home, words
from tests.faces.web.pages.plans import PlanOfRosa, check_markup

R_LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
PACKET, SUMMARY = "transition/print", "plan/summary"
STAYS_OFF = "Something restricted stays off this paper"


def paper_of(answer: httpx.Response) -> str:
    """What stands on the paper itself; "" where there is none."""
    return unescape(answer.text.partition('<article class="paper">')[2].partition("</article>")[0])


def hides(*types: str) -> object:
    """403 for these types, and no batch, so that each search is asked by itself."""

    def rule(request: httpx.Request) -> httpx.Response | None:
        if b'"type":"batch"' in request.content.replace(b" ", b""):
            return httpx.Response(400)
        return httpx.Response(403) if any(f"/{each}" in request.url.path for each in types) else None

    return rule


def is_paper(answer: httpx.Response) -> None:
    """Held to what every paper is held to: clean markup, nobody and nothing by the name of a record."""
    check_markup(answer.text)
    assert paper_of(answer)
    assert not re.search(r"\b(?:Goal|Task|Practitioner|CarePlan|DetectedIssue)/", paper_of(answer))
    assert len(answer.content) < 100_000


# -- the summary for a signature


def test_what_a_provider_reads_before_signing(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    answer = plan.as_provider().get(SUMMARY)
    paper = paper_of(answer)
    is_paper(answer)
    for part in (
        "Rosa Delgado",
        "MRN RB-104471",
        "Dana Whitfield asks Samuel Okafor to sign version",
        "Hold on sick days, or never skip?",
        "The supervising provider decides.",
        "Referral: dilated eye exam",
        "all of it is new",
        "to dance at my granddaughter's wedding",
        "8.6 %",
        "outside its target",
        "OPEN:",
        "never reconciled",
    ):
        assert part in paper, part
    assert "as a PDF" in answer.text or "Print this page" in answer.text
    assert "plan/summary" in plan.nurse.get("plan").text


def test_every_item_that_the_signature_is_about_stands_on_it(launching: Launching) -> None:
    """However many: nobody signs what a paper left out."""
    plan = PlanOfRosa.asked(launching)
    paper = paper_of(plan.nurse.get(SUMMARY))
    sheet = plan.nurse.browser.get(f"{plan.nurse.path}readings/show-plan").json()
    waiting = [
        item["words"]
        for concern in sheet["concerns"]
        for item in concern["items"]
        if item["kind"] in ("plan", "order") and not item["over"] and not item["in_effect"]
    ]
    assert len(waiting) > 10
    assert [each for each in waiting if each not in paper] == []


def test_what_changed_since_it_was_returned(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    plan.writes(provider, {"act": "return", "reason": "say who reads the scale"})
    front = plan.nurse.ward.front
    (goal,) = [each for each in front.search("Goal") if "Weighs every" in each["description"]["text"]]
    front.change(f"Goal/{goal['id']}", description={"text": "Weighs at noon"})
    paper = paper_of(plan.nurse.get(SUMMARY))
    assert "returned by Samuel Okafor: “say who reads the scale”" in paper
    assert "now <strong>Weighs at noon</strong>" in paper
    assert "all of it is new" not in paper


def test_what_was_signed_says_by_whom(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    plan.writes(provider, plan.decided(provider.get("plan").text))
    paper = paper_of(plan.nurse.get(SUMMARY))
    assert "Signed Mar 9, 2026 by Samuel Okafor. No revision is on record since." in paper
    assert "This plan is active." in paper


def test_what_is_restricted_is_on_no_summary(launching: Launching) -> None:
    """A goal that carries a label, and a change of it: the screen says that something stays off, the paper does not."""
    plan = PlanOfRosa.asked(launching)
    plan.writes(plan.as_provider(), {"act": "return", "reason": "see me"})
    before = plan.nurse.get(SUMMARY)
    front = plan.nurse.ward.front
    (goal,) = [each for each in front.search("Goal") if "Weighs every" in each["description"]["text"]]
    front.change(f"Goal/{goal['id']}", meta={"security": [R_LABEL]})
    answer = plan.nurse.get(SUMMARY)
    assert "Weighs every" in paper_of(before)
    assert STAYS_OFF not in before.text
    assert "Weighs every" not in answer.text
    assert "can no longer be seen" not in paper_of(answer), "that would tell of it"
    assert "restricted" not in paper_of(answer).lower()
    assert STAYS_OFF in answer.text
    assert STAYS_OFF not in paper_of(answer)


@pytest.mark.parametrize(
    ("type_", "told"),
    [
        ("Goal", "Goals could not be seen."),
        ("Task", "Tasks could not be seen."),
        ("DetectedIssue", "Conflicting advice could not be seen."),
        ("MedicationRequest", "Not all medicines could be seen."),
    ],
)
def test_what_could_not_be_seen_is_never_none(launching: Launching, type_: str, told: str) -> None:
    plan = PlanOfRosa.asked(launching)
    plan.launching.ehr.fhir_rules = [hides(type_)]
    paper = paper_of(plan.nurse.get(SUMMARY))
    assert told in paper
    assert "Not all could be seen" in paper


@pytest.mark.parametrize("address", [SUMMARY, PACKET])
def test_where_conditions_cannot_be_seen_there_is_no_paper(launching: Launching, address: str) -> None:
    plan = PlanOfRosa.asked(launching)
    plan.launching.ehr.fhir_rules = [hides("Condition")]
    answer = plan.nurse.get(address)
    assert "the conditions on record could not be seen" in answer.text
    assert paper_of(answer) == ""
    assert plan.nurse.get(f"{address}.pdf").headers["content-type"].startswith("text/html")
    check_markup(answer.text)


def test_without_a_plan_there_is_none(launching: Launching) -> None:
    answer = PlanOfRosa.enrolled(launching).nurse.get(SUMMARY)
    assert "no plan of ours is under way" in answer.text
    assert paper_of(answer) == ""


# -- the packet of a transition


def test_what_the_next_place_of_care_reads() -> None:
    page = at_home()
    answer = page.get(PACKET)
    paper = paper_of(answer)
    is_paper(answer)
    for part in (
        "Acute hospital to home; discharged Mar 6, 2026",
        "Acute on chronic systolic heart failure",
        "never reconciled",
        "1 tablet in the morning",
        "Penicillin",
        "pending at the discharge is not on record here",
        "None is booked, as far as records go",
        "You have chest pain or pressure",
        "Nothing was handed to anybody",
        "Dana Whitfield</strong>, care manager",
        "does not collect: advance directives",
        "No item of it is on record",
    ):
        assert part in paper, part
    assert "transition/print" in page.get("transition").text


def test_who_was_sent_it_and_the_visit_are_named() -> None:
    page = at_home()
    transition = parent_of(page)
    sent = {"transition": transition, "practitioner": page.ward.physician, "how": "fax", "at": "2026-03-09T09:45"}
    assert "Done: " in page.submits("send-packet", sent).text
    assert "Mar 9, 2026: Samuel Okafor" in paper_of(page.get(PACKET))


def parent_of(page: LaunchedPage) -> str:
    """The Task of the whole transition."""
    tasks = [each for each in page.launching.ward.front.search("Task") if not each.get("partOf")]
    (parent,) = [each for each in tasks if "transition" in str(each["code"])]
    return f"Task/{parent['id']}"


def test_a_restricted_condition_is_on_no_packet() -> None:
    page = at_home()
    front = page.launching.ward.front
    (mood,) = [each for each in front.search("Condition") if "depress" in str(each["code"]).lower()]
    assert "depress" in paper_of(page.get(PACKET)).lower()
    front.change(f"Condition/{mood['id']}", meta={"security": [R_LABEL]})
    answer = page.get(PACKET)
    assert "depress" not in paper_of(answer).lower()
    assert "restricted" not in paper_of(answer).lower()
    assert STAYS_OFF in answer.text


def test_a_restricted_transition_is_on_no_paper() -> None:
    page = at_home()
    page.launching.ward.front.change(parent_of(page), meta={"security": [R_LABEL]})
    answer = page.get(PACKET)
    assert "this transition is restricted" in answer.text
    assert paper_of(answer) == ""
    assert "transition/print" not in page.get("transition").text


def test_without_a_transition_there_is_no_packet(launching: Launching) -> None:
    answer = PlanOfRosa.enrolled(launching).nurse.get(PACKET)
    assert "no transition is followed now" in words(answer)
    assert paper_of(answer) == ""


def test_nothing_is_printed_for_somebody_who_has_died() -> None:
    page = at_home()
    page.launching.ward.front.change(page.launching.ward.patient, deceasedBoolean=True)
    for address in (PACKET, SUMMARY):
        answer = page.get(address)
        assert "recorded as deceased" in answer.text
        assert paper_of(answer) == ""
