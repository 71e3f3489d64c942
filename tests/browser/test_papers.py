"""Papers and the timeline as people see them, on the screen and printed by a browser on Letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from carefhir import commands
from carefhir.engine.results import Done
from tests.browser.looking import PageLook
from tests.browser.test_journey import set_scene
from tests.browser.ward import BrowserWard
from tests.faces.web.pages.plans import TALKED

if TYPE_CHECKING:
    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser
PAPERS = ("plan/summary", "transition/print")
MOST_PAGES = 2


def has_plan(ward: BrowserWard) -> None:
    """Rosa just home, with a plan that waits for the signature."""
    set_scene(ward)
    rosa = ward.find("Patient", "rosa")
    with ward.care() as care:
        proposed = care.run(commands.ProposePlan(patient=rosa, own_goal="to dance at my granddaughter's wedding"))
        assert isinstance(proposed, Done), proposed
        (plan,) = ward.search(f"CarePlan?patient={rosa}&category=assess-plan")
        goals = [each["reference"] for each in plan["goal"]]
        agreed = care.run(
            commands.RecordAgreement.model_validate(
                {
                    "patient": rosa,
                    "plan": f"CarePlan/{plan['id']}",
                    "talked": f"{TALKED}:00-05:00",
                    "answers": [{"goal": goal, "answer": "agree"} for goal in goals],
                    "copy_given": False,
                }
            )
        )
        assert isinstance(agreed, Done), agreed
        asked = care.run(commands.RequestSignOff(patient=rosa, plan=f"CarePlan/{plan['id']}"))
        assert isinstance(asked, Done), asked


def test_papers_and_timeline_on_the_screen(ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    has_plan(ward)
    page = browse()
    frame = ward.launch_alone(page)
    base = frame.url
    for address, heading in (
        ("plan/summary", "Before you sign"),
        ("transition/print", "Transition of care"),
        ("readings/timeline", "What was done, when, and by whom"),
    ):
        page.goto(f"{base}{address}")
        page.get_by_role("heading", level=1, name=heading).wait_for()
        look(page, f"{address.replace('/', '-')}-{ward.server}")


@pytest.mark.parametrize("address", PAPERS)
def test_a_browser_prints_it_on_two_letter_pages_at_most(
    sandbox_ward: BrowserWard, browse: Browse, address: str
) -> None:
    has_plan(sandbox_ward)
    page = browse()
    frame = sandbox_ward.launch_alone(page)
    page.goto(f"{frame.url}{address}")
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= MOST_PAGES


def test_their_words_stand_above_the_work(sandbox_ward: BrowserWard, browse: Browse, look: PageLook) -> None:
    has_plan(sandbox_ward)
    page = browse()
    sandbox_ward.launch_alone(page)
    words = page.get_by_text("to dance at my granddaughter's wedding").first
    words.wait_for()
    due = page.get_by_role("heading", name="Due now")
    above, below = words.bounding_box(), due.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    look(page, "patient-what-matters")
