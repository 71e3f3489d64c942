"""A care manager's day in a frame of another site: Today, a call, its note, what it leaves; on a sandbox and on HAPI,
by keyboard alone, and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carefhir import commands
from carefhir.engine.results import Done
from tests.browser.keyboard import activate, press_until
from tests.browser.looking import PageLook
from tests.browser.ward import BrowserWard
from tests.browser.watching import PageWatch

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

LOOK = "See what will be written"
NO = ("No", "Not at all")


def set_scene(ward: BrowserWard) -> None:
    """Rosa is in the program, just home after a stay."""
    rosa = ward.find("Patient", "rosa")
    with ward.care() as care:
        enrolled = care.run(
            commands.Enroll(
                patient=rosa,
                program="care-management",
                care_manager=ward.find("Practitioner", "nurse"),
                supervising_provider=ward.find("Practitioner", "physician"),
                consent="verbal",
                told=("what-it-is", "care-team", "right-to-stop"),
                reason="several chronic conditions, just home",
                care_manager_discipline="RN",
            )
        )
        assert isinstance(enrolled, Done), enrolled
        opened = care.run(commands.OpenTransition(patient=rosa, encounter=ward.find("Encounter", "rosa-stay")))
        assert isinstance(opened, Done), opened


def press(control: Locator) -> None:
    """Presses a button or follows a link. By Enter: in a frame of another site a click goes to where the control was
    before the window changed its size, when the machine is busy."""
    control.press("Enter")


def heading(frame: Frame, words: str) -> None:
    """Waits for the page with this heading."""
    frame.get_by_role("heading", level=1, name=words).wait_for()


def answer(frame: Frame, question: str, words: str) -> None:
    frame.get_by_role("radiogroup", name=question, exact=False).first.get_by_label(words, exact=True).check()


def answer_all(frame: Frame) -> None:
    """No to every question that takes yes or no."""
    for group in frame.locator(".question [role=radiogroup]").all():
        no = group.get_by_label("No", exact=True)
        if no.count():
            no.check()


def fill_in_call(frame: Frame, *, minutes: str = "6") -> None:
    """Rosa answers; nothing alarms; she can say back the warning signs; six minutes."""
    answer(frame, "Who answered", "the person")
    frame.locator("#f-started").fill("2026-03-09T09:45")
    frame.get_by_label("medicines", exact=True).first.check()
    answer_all(frame)
    answer(frame, "Warning signs", "understood")
    frame.get_by_label("What they said: warning signs").fill("I call if my shoes get tight")
    frame.locator("#f-minutes").fill(minutes)


def communications(ward: BrowserWard) -> int:
    return len(ward.search(f"Communication?patient={ward.find('Patient', 'rosa')}&_count=50"))


def test_the_day(ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    set_scene(ward)
    frame = ward.launch_today(browse())
    heading(frame, "Today")
    look(frame, f"today-{ward.server}")
    rosa = ward.find("Patient", "rosa").partition("/")[2]
    press(frame.locator(f'h3 a[href$="patients/{rosa}/"]'))
    frame.get_by_role("heading", name="Due now").wait_for()
    look(frame, f"patient-{ward.server}")
    press(frame.get_by_role("button", name="Open call note with"))
    heading(frame, "Call note")
    look(frame, f"call-{ward.server}")
    # On a server that others use too the nurse's minutes of this hour may be logged already.
    fill_in_call(frame, minutes="" if ward.mark else "6")
    before = communications(ward)
    press(frame.get_by_role("button", name=LOOK))
    heading(frame, "To be written: Call note")
    look(frame, f"call-preview-{ward.server}")
    assert communications(ward) == before
    press(frame.get_by_role("button", name="Save 3 entries" if ward.mark else "Save 4 entries"))
    heading(frame, "Saved: Call note")
    look(frame, f"call-saved-{ward.server}")
    assert communications(ward) == before + 2
    press(frame.get_by_role("link", name="Back to the patient"))
    frame.get_by_text("GREEN").first.wait_for()
    look(frame, f"patient-after-{ward.server}")


def test_what_alarms_is_shown_while_it_is_typed(
    sandbox_ward: BrowserWard, browse: Browse, look: PageLook, watch: PageWatch
) -> None:
    """Before anything is sent: the word 911 stands beside the form, and so it does on what would be written."""
    set_scene(sandbox_ward)
    frame = sandbox_ward.launch(browse(), "rosa")
    press(frame.get_by_role("button", name="Open call note with"))
    heading(frame, "Call note")
    answer(frame, "Who answered", "the person")
    frame.locator("#f-started").fill("2026-03-09T09:45")
    answer(frame, "Do you have chest pain or pressure?", "Yes")
    frame.locator("#so-far .now").get_by_role("link", name="911").wait_for()
    look(frame, "call-emergency")
    assert sandbox_ward.search("QuestionnaireResponse?_count=5") == []
    press(frame.get_by_role("button", name=LOOK))
    heading(frame, "To be written: Call note")
    press(frame.get_by_role("button", name="Save"))
    heading(frame, "Saved: Call note")
    assert frame.get_by_role("heading", name="To do now").count() == 1
    look(frame, "call-emergency-saved")
    press(frame.get_by_role("link", name="Back to the patient").first)
    frame.get_by_role("heading", name="At once").wait_for()
    look(frame, "patient-emergency")


def test_what_is_wrong_is_said_beside_what_was_typed(
    sandbox_ward: BrowserWard, browse: Browse, look: PageLook, watch: PageWatch
) -> None:
    watch.expect("console", "status of 422")
    set_scene(sandbox_ward)
    frame = sandbox_ward.launch(browse(), "rosa")
    press(frame.get_by_role("button", name="Open call note with"))
    frame.locator("#f-words").fill("slept in the chair")
    frame.locator("#f-minutes").fill("six")
    press(frame.get_by_role("button", name=LOOK))
    frame.get_by_role("heading", name="There is a problem").wait_for()
    look(frame, "call-problem")
    assert frame.locator("#f-words").input_value() == "slept in the chair"
    press(frame.get_by_role("link", name="Minutes:"))
    assert "#c-minutes" in frame.url


def test_a_call_by_keyboard_alone(sandbox_ward: BrowserWard, browse: Browse) -> None:
    """From Today to the receipt: Tab, arrows, space and Enter."""
    set_scene(sandbox_ward)
    frame = sandbox_ward.launch_today(browse())
    activate(frame, "Rosa Delgado")
    activate(frame, "Open call note with these 3")
    press_until(frame, "[name=who][value=patient]", most=200)
    frame.page.keyboard.press("Space")
    press_until(frame, LOOK, most=200)
    frame.page.keyboard.press("Enter")
    heading(frame, "To be written: Call note")
    activate(frame, "Save 1 entry")
    heading(frame, "Saved: Call note")
    assert communications(sandbox_ward) == 1


def test_a_call_without_script(sandbox_ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    set_scene(sandbox_ward)
    frame = sandbox_ward.launch_today(browse(java_script=False))
    look(frame, "today-without-script")
    press(frame.get_by_role("link", name="Rosa Delgado").first)
    press(frame.get_by_role("button", name="Open call note with"))
    fill_in_call(frame)
    press(frame.get_by_role("button", name=LOOK))
    heading(frame, "To be written: Call note")
    look(frame, "call-preview-without-script")
    press(frame.get_by_role("button", name="Save 4 entries"))
    heading(frame, "Saved: Call note")
    assert communications(sandbox_ward) == 2


def test_every_form_of_questions(sandbox_ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    frame = sandbox_ward.launch(browse(), "rosa")
    start = frame.url
    frame.goto(f"{start}ask")
    look(frame, "assessments")
    for name in ("phq-9", "hunger-vital-sign", "check-in"):
        frame.goto(f"{start}ask/{name}")
        look(frame, f"ask-{name}")


def test_all_steps(sandbox_ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    frame = sandbox_ward.launch(browse(), "rosa")
    frame.goto(f"{frame.url}all")
    look(frame, "all-steps")
    assert frame.locator("table.menu a").count() > 40, "every step and reading"


def test_the_transition_and_its_medicines(ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    """From the checklist to the table of medicines: each asked about, each difference decided or passed on."""
    set_scene(ward)
    frame = ward.launch(browse(), "rosa")
    press(frame.get_by_role("link", name="transition", exact=False).first)
    heading(frame, "Transition")
    look(frame, f"transition-{ward.server}")
    press(frame.get_by_role("link", name="Reconcile").first)
    heading(frame, "Reconcile the medicines")
    look(frame, f"reconcile-{ward.server}")
    frame.locator("#f-started").fill("2026-03-09T09:45")
    for row in frame.locator("table.lists tbody tr").all():
        row.get_by_label("yes", exact=True).check()
        for why in row.locator("select").all():
            why.select_option(index=1)
    press(frame.get_by_role("button", name=LOOK))
    heading(frame, "To be written: Reconcile the medicines")
    look(frame, f"reconcile-looked-at-{ward.server}")
    press(frame.get_by_role("button", name="Save 1 entry"))
    heading(frame, "Saved: Reconcile the medicines")
