"""A launch in a frame of another site, from the first page to the receipt, as a person meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser.keyboard import activate, type_into
from tests.browser.looking import PageLook
from tests.browser.ward import BrowserWard, outer_page
from tests.browser.watching import PageWatch

if TYPE_CHECKING:
    from playwright.sync_api import Frame

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

ENROLL = "Enroll a patient in a care program"
LOOK_FIRST = "See what would be written"
WRITE = "Write this"
ALL = "All steps"


def enrollment(ward: BrowserWard) -> dict[str, str]:
    """What a nurse types to enroll Rosa, by the field's name."""
    return {
        "program": "care-management",
        "care_manager": ward.find("Practitioner", "nurse"),
        "supervising_provider": ward.find("Practitioner", "physician"),
        "consent": "verbal",
        "told": "what-it-is\ncare-team\nright-to-stop",
        "reason": "several chronic conditions, just home",
    }


def fill_in(frame: Frame, values: dict[str, str]) -> None:
    """Fills in a form, by the fields' ids."""
    for name, value in values.items():
        control = frame.locator(f"#f-{name}")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def heading(frame: Frame) -> str:
    return frame.locator("h1").inner_text()


def open_step(frame: Frame, title: str) -> None:
    frame.get_by_role("link", name=ALL, exact=True).click()
    frame.get_by_role("link", name=title, exact=True).click()
    frame.wait_for_url("**/steps/*")


def press(frame: Frame, name: str, *, then: str) -> None:
    """Presses a button, and waits for the heading of the page that comes."""
    frame.get_by_role("button", name=name, exact=True).press("Enter")  # see test_journey.press
    frame.get_by_role("heading", level=1, name=then).wait_for()


def episodes(ward: BrowserWard) -> int:
    return len(ward.search(f"EpisodeOfCare?patient={ward.find('Patient', 'rosa')}&_count=50"))


def test_from_the_first_page_to_the_receipt(ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    """On a sandbox and on HAPI: nothing is written by looking, and one episode by writing."""
    frame = ward.launch(browse(), "rosa")
    look(frame, f"first-page-{ward.server}")
    before = episodes(ward)
    open_step(frame, ENROLL)
    look(frame, f"step-form-{ward.server}")
    fill_in(frame, enrollment(ward))
    press(frame, LOOK_FIRST, then=f"To be written: {ENROLL}")
    look(frame, f"preview-{ward.server}")
    assert episodes(ward) == before
    press(frame, WRITE, then=f"Done: {ENROLL}")
    look(frame, f"receipt-{ward.server}")
    assert episodes(ward) == before + 1


def test_a_reading(ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    frame = ward.launch(browse(), "rosa")
    frame.goto(f"{frame.url}readings/overview")
    assert "Rosa" in frame.locator(".identity").inner_text()
    look(frame, f"reading-{ward.server}")
    load = ward.last_load("/readings/overview")
    assert load.status == 200
    assert load.fhir, "the reading asked the FHIR server nothing"


def test_a_refused_step_keeps_what_was_typed(
    sandbox_ward: BrowserWard, browse: Browse, look: PageLook, watch: PageWatch
) -> None:
    watch.expect("console", "status of 422")
    frame = sandbox_ward.launch(browse(), "rosa")
    open_step(frame, ENROLL)
    fill_in(frame, {**enrollment(sandbox_ward), "program": "care-management", "care_manager": "nobody"})
    press(frame, LOOK_FIRST, then=ENROLL)
    frame.get_by_text("Nothing was written", exact=False).first.wait_for()
    assert frame.locator("#f-care_manager").input_value() == "nobody"
    look(frame, "refused")


def test_by_keyboard_alone(sandbox_ward: BrowserWard, browse: Browse) -> None:
    """From the outer page into the frame, to a step, through its form, to the receipt: no click anywhere."""
    frame = sandbox_ward.launch(browse(), "rosa")
    activate(frame, ALL)
    activate(frame, ENROLL)
    for name, value in enrollment(sandbox_ward).items():
        type_into(frame, f"#f-{name}", "care management" if name == "program" else value)
    activate(frame, LOOK_FIRST, key="Space")
    assert heading(frame) == f"To be written: {ENROLL}"
    activate(frame, WRITE)
    assert heading(frame) == f"Done: {ENROLL}"


def test_without_script(sandbox_ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    frame = sandbox_ward.launch(browse(java_script=False), "rosa")
    open_step(frame, ENROLL)
    fill_in(frame, enrollment(sandbox_ward))
    press(frame, LOOK_FIRST, then=f"To be written: {ENROLL}")
    look(frame, "preview-without-script")
    press(frame, WRITE, then=f"Done: {ENROLL}")
    assert episodes(sandbox_ward) == 1


def test_a_launch_in_a_window_of_its_own(sandbox_ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    page = browse()
    page.goto(sandbox_ward.charts)
    look(page, "tiny-ehr")
    frame = sandbox_ward.launch_alone(page)
    look(frame, "first-page-alone")
    assert "Rosa" in frame.locator(".identity").inner_text()


def test_the_cookies_of_a_frame_are_kept_apart(sandbox_ward: BrowserWard, browse: Browse) -> None:
    """One of them, of this host alone, and kept for the site of the outer page (CHIPS)."""
    page = browse()
    sandbox_ward.launch(page, "rosa")
    (cookie,) = page.context.cookies()
    assert cookie["name"].startswith("__Host-cf_")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "None")
    assert cookie["partitionKey"] == "http://localhost"


def test_a_page_of_another_origin_cannot_frame_it(sandbox_ward: BrowserWard, browse: Browse, watch: PageWatch) -> None:
    blocked = (("policy", "frame-ancestors"), ("failed request", "/s/"))
    for kind, words in blocked:
        watch.expect(kind, words)
    page = browse()
    with outer_page() as stranger:
        page.goto(f"{stranger}/?{quote(sandbox_ward.launch_url(), safe='')}")
        for kind, words in blocked:
            watch.wait_for(page, kind, words)
        assert not any("Rosa Delgado" in frame.content() for frame in page.frames)


def test_a_session_that_is_over(sandbox_ward: BrowserWard, browse: Browse, look: PageLook, watch: PageWatch) -> None:
    """Thirteen hours later."""
    watch.expect("console", "status of 401")
    frame = sandbox_ward.launch(browse(), "rosa")
    sandbox_ward.clock.ahead = 13 * 3600.0
    frame.get_by_role("link", name=ALL, exact=True).click()
    frame.get_by_role("heading", level=1, name="This launch ends here").wait_for()
    look(frame, "session-over")
