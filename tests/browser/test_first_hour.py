"""A nurse's first hour, counted: how many clicks and page loads each task takes, from Today to the signature.

The table in docs/first-hour.md is held to what is counted here.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carefhir import catalog
from carefhir.demo.front import Front
from carefhir.demo.rosa import Rosa
from carefhir.demo.stage import load
from tests.browser.conftest import with_people
from tests.browser.fhir_in_front import FhirInFront
from tests.browser.looking import PageLook
from tests.browser.ward import BrowserWard, serving
from tests.support.real_servers import SANDBOX

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

AFTERNOON = datetime.fromisoformat("2026-03-09T13:00:00-05:00")
TABLE = Path(__file__).resolve().parents[2] / "docs" / "first-hour.md"
LOOK = "See what will be written"


@dataclass
class Hand:
    """Clicks, answers and page loads, by task. A click opens, looks, goes on or saves; an answer says something."""

    frame: Frame
    clicks: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    task: str = ""

    def __post_init__(self) -> None:
        self.frame.page.on("framenavigated", self._loaded)

    def _loaded(self, frame: Frame) -> None:
        if frame == self.frame and self.task:
            self.loads[self.task] += 1

    def begins(self, task: str) -> None:
        """From here on everything counts for this task."""
        self.task = task
        for counted in (self.clicks, self.answers, self.loads):
            counted[task] = 0

    def click(self, locator: Locator, then: str) -> None:
        """Clicks, and waits for the page with a first heading that begins so."""
        self.clicks[self.task] += 1
        locator.press("Enter")  # see test_journey.press
        self.frame.locator("h1", has_text=re.compile(f"^{re.escape(then)}")).wait_for()

    def press(self, name: str, then: str) -> None:
        self.click(self.frame.get_by_role("button", name=name).first, then)

    def follow(self, name: str, then: str) -> None:
        self.click(self.frame.get_by_role("link", name=name).first, then)

    def says(self, locator: Locator, text: str = "") -> None:
        """Chooses an option, or types."""
        self.answers[self.task] += 1
        locator.fill(text) if text else locator.check()


@pytest.fixture
def monday() -> Iterator[BrowserWard]:
    """Rosa's Monday: enrolled, asked about mood and food, concluded; her transition is open, nobody has called."""
    with serving(FhirInFront(with_people().handle), server=SANDBOX, now=AFTERNOON) as ward:
        with contextlib.redirect_stdout(io.StringIO()):
            cast = load(Front(ward.base))
            story = Rosa(cast, cast.rosa)
            for told in (story._arrives, story._helped, story._asked, story._comes_home, story._concluded):
                told()
        yield ward


def test_a_first_hour(monday: BrowserWard, browse: Browse, look: PageLook) -> None:
    frame = monday.launch_today(browse())
    hand = Hand(frame)
    _call(hand)
    _reconcile(hand)
    _agree(hand, look)
    _sign(hand, monday, look)
    assert hand.clicks.keys() == _table().keys()
    for task, (clicks, loads) in _table().items():
        assert (task, hand.clicks[task], hand.loads[task]) == (task, clicks, loads)


def _call(hand: Hand) -> None:
    frame = hand.frame
    hand.begins("record the call")
    hand.follow("Open call note", "Call note")
    hand.says(frame.get_by_role("radiogroup", name="Who answered").get_by_label("the person"))
    hand.says(frame.get_by_label("Began"), "2026-03-09T12:40")
    hand.says(frame.get_by_label("medicines", exact=True).first)
    for group in frame.locator(".question [role=radiogroup]").all():
        no = group.get_by_label("No", exact=True)
        if no.count():
            hand.says(no)
    hand.says(frame.get_by_role("radiogroup", name="Warning signs").get_by_label("understood"))
    hand.says(frame.get_by_label("What they said: warning signs"), "I call if my shoes get tight")
    hand.says(frame.locator("#f-minutes"), "12")
    hand.press(LOOK, "To be written")
    hand.press("Save", "Saved")


def _reconcile(hand: Hand) -> None:
    frame = hand.frame
    hand.begins("reconcile the medicines")
    hand.follow("Back to the patient", "Patient")
    hand.click(frame.locator('h2 a[href$="/reconcile"]'), "Reconcile")
    hand.says(frame.get_by_label("The talk about the medicines began"), "2026-03-09T12:45")
    for row in frame.locator("table.lists tbody tr").all():
        hand.says(row.get_by_label("yes", exact=True))
        for why in row.locator("select").all():
            hand.answers[hand.task] += 1
            why.select_option(index=1)
    hand.press(LOOK, "To be written")
    hand.press("Save", "Saved")


def _agree(hand: Hand, look: PageLook) -> None:
    frame = hand.frame
    hand.begins("propose a plan and agree it")
    hand.follow("Back to the patient", "Patient")
    hand.click(frame.locator('a[href$="/plan"]').first, "Plan")
    look(frame, "plan-none")
    hand.follow("Propose a plan", catalog.step("propose-plan").title)
    hand.says(frame.get_by_label("Own goal"), "to dance at my granddaughter's wedding in June")
    hand.press("See what would be written", "To be written")
    hand.press("Write this", "Done")
    hand.follow("Go on", "Patient")
    hand.click(frame.locator('a[href$="/plan"]').first, "Plan")
    look(frame, "plan-draft")
    for group in frame.locator("[role=radiogroup]").all():
        yes = group.get_by_label("Yes", exact=True)
        if yes.count() and yes.is_visible():
            hand.says(yes)
    hand.press(LOOK, "To be written")
    hand.press("Save", "Saved")


def _sign(hand: Hand, ward: BrowserWard, look: PageLook) -> None:
    frame = hand.frame
    hand.begins("ask for the signature")
    hand.follow("Back to", "P")
    if frame.locator("h1").inner_text() == "Patient":
        hand.click(frame.locator('a[href$="/plan"]').first, "Plan")
    look(frame, "plan-agreed")
    hand.press("Ask for the signature", "To be written")
    hand.press("Ask for the signature", "Saved")
    hand.frame = frame = ward.launch_today(frame.page, "physician")
    hand.begins("sign it")
    hand.follow("To sign and decide", "To sign and decide")
    look(frame, "supervisor")
    hand.click(frame.locator('a[href$="/plan"], a[href*="/plan?"]').first, "Plan")
    look(frame, "plan-to-sign")
    for conflict in frame.locator("fieldset.sides").all():
        if conflict.is_visible():
            hand.says(conflict.get_by_role("radio").first)
    hand.press("Sign version", "To be written")
    hand.press("Sign version", "Saved")
    look(frame, "plan-signed")


def _table() -> dict[str, tuple[int, int]]:
    """Clicks and page loads by task, as the document has them."""
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+) \| (\d+) \|", TABLE.read_text(), re.M)
    return {task: (int(clicks), int(loads)) for task, clicks, loads in rows}
