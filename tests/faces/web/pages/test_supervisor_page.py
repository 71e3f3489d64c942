"""To sign and decide: what waits for whoever acts, over all patients, and what opens it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import httpx
import pytest

from carefhir.faces.web.pages.frame import ChartHeading, LaunchFrame
from carefhir.faces.web.pages.supervisor import KINDS, supervisor_page
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.list_rows import List, PatientRow
from carefhir.workflows.looking.person import NAMESAKE, Identity, LastContact
from tests.faces.web.launch.conftest import Launching
from tests.faces.web.pages.plans import PlanOfRosa, check_markup
from tests.faces.web.pages.test_forms_of_questions import answers

FRAME = LaunchFrame(
    ehr="the EHR",
    server="https://ehr.test",
    launch_id="main-1",
    patient="",
    form_token="t",
    banner=True,
    heading=ChartHeading("", who="Samuel Okafor"),
    now=datetime.fromisoformat("2026-03-09T15:40:00-05:00"),
    across=True,
)
NAMES = {
    "escalation": "Record call",
    "sign-off": "Read and sign",
    "sign-revision": "Read and sign",
    "resolve-discrepancy": "Decide",
    "settle-contradiction": "Decide",
    "place-order": "Decide",
}


def due(kind: str, **changes: object) -> Due:
    plain = Due(
        group="now",
        what=kind,
        when="today",
        why=f"About {kind}. More of it.",
        task=f"Task/{kind}",
        due=date(2026, 3, 9),
        pressing=False,
        by_call=False,
        kinds=(kind,),
        since="2026-03-08T23:30:00-05:00",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def row(*now: Due, **changes: object) -> PatientRow:
    identity = Identity("Patient/1", "Rosa <Delgado>", "born 1951-08-14", "MRN RB-1", "Spanish", "555")
    plain = PatientRow(
        identity=identity,
        namesake=NAMESAKE,
        notes=("NOT AT HOME: in the hospital",),
        now=now,
        this_week=(),
        later=(),
        on_hold=(),
        last_contact=LastContact(None, 0, None, ""),
        helpers=(),
        next_visit="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def page_of(*rows: PatientRow, not_visible: tuple[str, ...] = ()) -> str:
    shown = List("Practitioner/6", "Samuel Okafor", date(2026, 3, 9), rows, not_visible=not_visible)
    page = bytes(supervisor_page(FRAME, shown).body).decode()
    check_markup(page)
    return page


@pytest.mark.parametrize("kind", NAMES)
def test_each_has_its_patient_since_when_and_one_button(kind: str) -> None:
    page = page_of(row(due(kind, when="NOW")))
    for part in ("Rosa &lt;Delgado&gt;", "Aug 14, 1951 · MRN RB-1", "asked yesterday", NAMESAKE, "NOT AT HOME"):
        assert part in page, part
    assert page.count('class="button') == 1
    assert f"{NAMES[kind]}<span" in page
    assert f"About {kind}" in page
    where = "plan" if kind.startswith("sign") else f"?about=Task/{kind}"
    assert re.search(rf'href="/s/main-1/patients/1/[^"]*{re.escape(where)}"', page)


def test_reds_come_first_also_those_that_are_acknowledged_and_still_open() -> None:
    page = page_of(row(due("sign-off"), due("escalation", when="NOW"), due("escalation", acknowledged=True)))
    assert page.index("At once") < page.index("Waiting for your signature")
    assert page.count("steps/acknowledge?about=") == 1
    assert page.count("Record outcome") == 1
    assert page.count("button main") == 1
    assert page.index("button main") < page.index("Waiting for your signature")


@pytest.mark.parametrize("kinds", [("safety-review",), ("hear-answers",), ()])
def test_whatever_cannot_wait_is_there(kinds: tuple[str, ...]) -> None:
    """Of whichever kind, a restricted matter too: the page never says that nothing waits."""
    page = page_of(row(due("matter", kinds=kinds, when="NOW", pressing=True)))
    assert "AT ONCE" in page
    assert "Nothing waits for your signature or your decision" not in page


def test_a_review_of_self_harm_waits_for_the_provider(launching: Launching) -> None:
    """Item 9 of a PHQ-9, as its step asks for it."""
    page = launching.launched(launching.browser())
    page.submits("enroll", page.enrollment())
    form = page.get("ask/phq-9")
    seen = page.sends("ask/phq-9", {**answers(form.text, 0, but={"q.44260-8": 2}), "way": "look"}, page=form)
    assert "Saved: " in page.sends("ask/phq-9", {"way": "write"}, page=seen).text
    launching.ehr.user = launching.ward.physician
    text = launching.for_today(launching.browser()).get("supervisor").text
    assert "steps/acknowledge?about=" in text
    assert "Nothing waits for your signature or your decision" not in text


def test_what_has_no_name_here_is_not_left_out() -> None:
    page = page_of(row(due("matter", kinds=())))
    assert "Other matters" in page
    assert "Nothing waits for your signature or your decision" not in page


def test_what_is_part_of_an_unsigned_plan_is_decided_there() -> None:
    page = page_of(row(due("sign-off"), due("settle-contradiction")))
    assert "patients/1/plan#decide" in page
    assert "steps/resolve?about=Task/settle-contradiction" in page_of(row(due("settle-contradiction")))


def test_what_is_on_hold_or_the_nurses_is_left_out() -> None:
    held = due("sign-off", group="on hold")
    page = page_of(row(due("teach-back"), on_hold=(held,)))
    assert "Nothing waits for your signature or your decision." in page
    assert 'class="button' not in page


def test_nothing_is_said_for_each_part() -> None:
    page = page_of(row(due("sign-off")))
    for kind in KINDS:
        assert (kind.none in page) == (kind.name != "sign"), kind.name


def test_empty_where_not_all_could_be_seen_promises_nothing() -> None:
    page = page_of(not_visible=("Task: answered 403",))
    assert "Nothing waits for your signature or your decision, as far as could be seen." in page
    assert "not visible: tasks (Task): answered 403" in page


def test_it_is_linked_from_today_and_opens_the_plan(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    launching.ehr.user = plan.nurse.ward.physician
    today = launching.for_today(launching.browser())
    assert f'href="{today.path}supervisor">To sign and decide</a>' in today.page().text
    page = today.get("supervisor")
    assert page.status_code == 200
    assert "Rosa" in page.text
    address = page.text.partition("button main")[2].partition('href="')[2].partition('"')[0]
    opened = today.browser.get(address)
    assert "Sign version" in opened.text
    check_markup(page.text)


def test_a_launch_for_one_patient_has_none(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    answer = page.get("supervisor")
    assert (answer.status_code, "launch is for one patient" in answer.text) == (403, True)
    assert "To sign and decide</a>" not in page.page().text


def test_a_list_that_cannot_be_read_is_no_empty_list(launching: Launching) -> None:
    today = launching.for_today(launching.browser())
    launching.ehr.fhir_rules = [lambda request: httpx.Response(403)]
    page = today.get("supervisor")
    assert "Nothing waits" not in page.text or "as far as could be seen" in page.text
    assert "could not be read" in page.text or "not visible" in page.text


def test_what_is_on_hold_waits_and_is_not_nothing() -> None:
    """Nothing is to be done about it now; that it is there is said, with whose it is."""
    held = due("settle-contradiction", group="on hold", when="on hold")
    page = page_of(row(on_hold=(held, due("check-in", group="on hold"))))
    assert "On hold, with a paused program or a stay: Rosa &lt;Delgado&gt;: 1." in page
    assert "On hold" not in page_of(row(due("sign-off")))
