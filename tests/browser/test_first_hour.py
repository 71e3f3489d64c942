"""A nurse's first hour, from Today to the signature, in a frame of another site: on a sandbox, where clicks and page
loads are counted; on HAPI; without script; and by keyboard alone.

The table in docs/first-hour.md is held to what is counted here.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carefhir import catalog
from carefhir.demo.front import Front
from carefhir.demo.rosa import Rosa
from carefhir.demo.stage import cast_of
from tests.browser.conftest import marked_ward, with_people
from tests.browser.fhir_in_front import FhirInFront
from tests.browser.hands import Hand, KeyboardHand
from tests.browser.looking import PageLook
from tests.browser.ward import BrowserWard, serving
from tests.support.real_servers import SANDBOX, marked

if TYPE_CHECKING:
    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

AFTERNOON = datetime.fromisoformat("2026-03-09T13:00:00-05:00")
TABLE = Path(__file__).resolve().parents[2] / "docs" / "first-hour.md"
LOOK = "See what will be written"
EXAMPLES = (("Patient", "rosa"), ("Patient", "earl"), ("Patient", "kim"), ("Encounter", "rosa-stay"))


@pytest.fixture
def monday() -> Iterator[BrowserWard]:
    """Rosa's Monday: enrolled, asked about mood and food, concluded; her transition is open, nobody has called."""
    with serving(FhirInFront(with_people().handle), server=SANDBOX, now=AFTERNOON) as ward:
        tell_monday(ward)
        yield ward


def tell_monday(ward: BrowserWard) -> None:
    """What has happened before; with the people of this ward, whatever they are called there."""
    people = (*EXAMPLES, ("RelatedPerson", "rosa-daughter"))
    front = Front(ward.base, loaded={f"{type_} {name}": ward.find(type_, name) for type_, name in people})
    with contextlib.redirect_stdout(io.StringIO()):
        story = Rosa(cast_of(front), ward.find("Patient", "rosa"))
        for told in (story._arrives, story._helped, story._asked, story._comes_home, story._concluded):
            told()


def work(hand: Hand, ward: BrowserWard, look: Callable[[object, str], None]) -> None:
    """The whole hour."""
    _call(hand, ward)
    _reconcile(hand)
    _agree(hand, look)
    _sign(hand, ward, look)
    (plan,) = ward.search(f"CarePlan?patient={ward.find('Patient', 'rosa')}&category=assess-plan&_count=50")
    assert plan["status"] == "active", "signed, and in effect"


def _unseen(shown: object, name: str) -> None:
    """Looks at nothing: the pages are looked at in another test."""


def test_a_first_hour(monday: BrowserWard, browse: Browse, look: PageLook) -> None:
    hand = Hand(monday.launch_today(browse()))
    work(hand, monday, look)
    assert hand.clicks.keys() == _table().keys()
    for task, (clicks, loads) in _table().items():
        assert (task, hand.clicks[task], hand.loads[task]) == (task, clicks, loads)


def test_without_script(monday: BrowserWard, browse: Browse) -> None:
    work(Hand(monday.launch_today(browse(java_script=False))), monday, _unseen)


def test_by_keyboard_alone(monday: BrowserWard, browse: Browse) -> None:
    """Tab, arrows, space and Enter; every control on the way is seen where it is."""
    work(KeyboardHand(monday.launch_today(browse())), monday, _unseen)


@pytest.mark.parametrize("server", [marked("hapi")])
def test_on_a_real_server(server: str, base_of: Callable[[str], str], browse: Browse) -> None:
    with marked_ward(base_of(server), server, now=AFTERNOON) as ward:
        tell_monday(ward)
        work(Hand(ward.launch_today(browse())), ward, _unseen)


def _call(hand: Hand, ward: BrowserWard) -> None:
    hand.begins("record the call")
    rosa = ward.find("Patient", "rosa").partition("/")[2]
    row = hand.frame.locator("li.row").filter(has=hand.frame.locator(f'h3 a[href$="patients/{rosa}/"]'))
    hand.click(row.get_by_role("link", name="Open call note"), "Call note")
    frame = hand.frame
    hand.says(frame.get_by_role("radiogroup", name="Who answered").get_by_label("the person"))
    hand.says(frame.get_by_label("Began"), "2026-03-09T12:40")
    hand.says(frame.get_by_label("medicines", exact=True).first)
    for group in frame.locator(".question [role=radiogroup]").all():
        no = group.get_by_label("No", exact=True)
        if no.count():
            hand.says(no)
    hand.says(frame.get_by_role("radiogroup", name="Warning signs").get_by_label("understood"))
    hand.says(frame.get_by_label("What they said: warning signs"), "I call if my shoes get tight")
    if not ward.mark:  # on a server that others use too the nurse's minutes of this hour may be logged already
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
            hand.chooses_first(why)
    hand.press(LOOK, "To be written")
    hand.press("Save", "Saved")


def _agree(hand: Hand, look: Callable[[object, str], None]) -> None:
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


def _sign(hand: Hand, ward: BrowserWard, look: Callable[[object, str], None]) -> None:
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
    rosa = ward.find("Patient", "rosa").partition("/")[2]
    hand.click(frame.locator(f'.sign a.button[href*="patients/{rosa}/plan"]').first, "Plan")
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
