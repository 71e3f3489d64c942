"""What comes of a form that is sent, for every form: unfilled, refused, the server away, somebody faster, the session
over, saved. What was typed is kept or given back; "saved" is said of what has its receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looking import PageLook
from tests.browser.moody import answers, moody_ward, refuses_writes
from tests.browser.test_journey import answer, answer_all, press
from tests.browser.ward import BrowserWard
from tests.browser.watching import PageWatch

if TYPE_CHECKING:
    from playwright.sync_api import Frame

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

TYPED = """() => {
  const form = [...document.querySelectorAll('main form[method=post]')].find(form => form.querySelector('.save-bar'));
  const hidden = new Set([...form.querySelectorAll('input[type=hidden]')].map(each => each.name));
  return Object.fromEntries([...new FormData(form)].filter(([name, value]) => value && !hidden.has(name)));
}"""
"""What stands in the form, but for what it carries itself."""


@dataclass(frozen=True)
class SentPage:
    """A form of ours, and somebody who fills it in."""

    address: str
    fill: Callable[[Frame, str], None]
    """With these words in one field."""
    saved: str = "Saved"
    """How the page begins once it is written."""
    overtaken: str = "not saved"
    """What is said where somebody else was faster; "" where nobody can be."""
    given_back: str = "mine"
    """Words that stand among what is given back after the session."""


def call(frame: Frame, words: str) -> None:
    answer(frame, "Who answered", "the person")
    frame.locator("#f-started").fill("2026-03-09T12:45")
    answer_all(frame)
    answer(frame, "Warning signs", "understood")
    frame.get_by_label("What they said: warning signs").fill(words)


def phq_9(frame: Frame, words: str) -> None:
    for group in frame.locator(".question [role=radiogroup]").all():
        group.get_by_role("radio").nth(1 if words == "mine" else 0).check()


def plan(frame: Frame, words: str) -> None:
    for group in frame.locator("[role=radiogroup]").all():
        yes = group.get_by_label("Yes", exact=True)
        if yes.count():
            yes.check()
    frame.locator(".plan-goal summary").first.press("Enter")
    frame.get_by_label("What gets in the way").first.fill(words)


def reconcile(frame: Frame, words: str) -> None:
    frame.locator("#f-started").fill("2026-03-09T12:45")
    for row in frame.locator("table.lists tbody tr").all():
        row.get_by_label("yes", exact=True).check()
        for why in row.locator("select").all():
            why.select_option(index=1)
        for action in row.get_by_placeholder("what is done").all():
            action.fill(words)


def pause(frame: Frame, words: str) -> None:
    frame.locator("#f-program").select_option("care-management")
    frame.locator("#f-at").fill("2026-03-09T13:00")
    frame.locator("#f-reason").fill(words)
    frame.locator("#f-look_again").fill("2026-04-06")


PAGES = {
    "call": SentPage("call", call),
    "ask": SentPage("ask/phq-9", phq_9, overtaken="", given_back="Several days"),
    "plan": SentPage("plan", plan),
    "reconcile": SentPage("reconcile", reconcile, overtaken="Somebody has reconciled these medicines"),
    "step": SentPage("steps/pause", pause, saved="Done", overtaken="Nothing was written"),
}
PARAMETERS = pytest.mark.parametrize("name", PAGES)


def opened(ward: BrowserWard, browse: Browse, name: str) -> Frame:
    """The form in a browser of its own."""
    frame = ward.launch(browse(), "rosa")
    frame.goto(f"{frame.url}{PAGES[name].address}")
    return frame


def sends(frame: Frame, *, saves: bool = False) -> None:
    """Looks at what would be written, or writes it."""
    with frame.expect_navigation():
        press(frame.locator(".save-bar button.main").first)
    assert saves or frame.locator("h1").inner_text()


def typed(frame: Frame) -> dict[str, Any]:
    values: dict[str, Any] = frame.evaluate(TYPED)
    return values


@PARAMETERS
def test_unfilled(name: str, browse: Browse, look: PageLook, watch: PageWatch) -> None:
    watch.expect("console", "status of 4")
    with moody_ward() as (ward, _):
        frame = opened(ward, browse, name)
        sends(frame)
        look(frame, f"sent-{name}-unfilled")
        assert frame.locator(".problems, .note[role=status]").count(), "what is missing is said"
        assert "Nothing was written" in frame.content() or frame.locator(".problems").count()


@PARAMETERS
def test_saved(name: str, browse: Browse, look: PageLook) -> None:
    with moody_ward() as (ward, _):
        frame = opened(ward, browse, name)
        PAGES[name].fill(frame, "mine")
        sends(frame)
        assert frame.locator("h1").inner_text().startswith("To be written")
        look(frame, f"sent-{name}-looked-at")
        sends(frame, saves=True)
        assert frame.locator("h1").inner_text().startswith(PAGES[name].saved)
        assert "Receipt Provenance/" in frame.locator("main").inner_text()
        look(frame, f"sent-{name}-saved")


@PARAMETERS
def test_the_server_does_not_take_it(name: str, browse: Browse, look: PageLook, watch: PageWatch) -> None:
    """Nothing is called saved, everything typed stands in the form, and it can be sent again."""
    watch.expect("console", "status of ")
    with moody_ward() as (ward, moody):
        frame = opened(ward, browse, name)
        PAGES[name].fill(frame, "mine")
        before = typed(frame)
        sends(frame)
        moody.mood = refuses_writes(403)
        sends(frame, saves=True)
        look(frame, f"sent-{name}-refused")
        assert not frame.locator(".receipt").count()
        assert not frame.locator("h1").inner_text().startswith(PAGES[name].saved)
        assert typed(frame) == before
        moody.mood = answers(0)
        sends(frame)
        sends(frame, saves=True)
        assert frame.locator("h1").inner_text().startswith(PAGES[name].saved)


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.overtaken])
def test_somebody_was_faster(name: str, browse: Browse, look: PageLook, watch: PageWatch) -> None:
    watch.expect("console", "status of 4")
    with moody_ward() as (ward, _):
        frame, other = (opened(ward, browse, name) for _ in range(2))
        PAGES[name].fill(frame, "mine")
        before = typed(frame)
        sends(frame)
        PAGES[name].fill(other, "theirs")
        sends(other)
        sends(other, saves=True)
        assert other.locator("h1").inner_text().startswith(PAGES[name].saved)
        sends(frame, saves=True)
        look(frame, f"sent-{name}-overtaken")
        assert PAGES[name].overtaken in frame.locator("main").inner_text()
        assert typed(frame) == before


@PARAMETERS
def test_the_session_is_over(name: str, browse: Browse, look: PageLook, watch: PageWatch) -> None:
    """Thirteen hours later: it says so, and what was typed is given back."""
    watch.expect("console", "status of 401")
    with moody_ward() as (ward, _):
        frame = opened(ward, browse, name)
        PAGES[name].fill(frame, "mine")
        ward.clock.ahead = 13 * 3600.0
        sends(frame)
        look(frame, f"sent-{name}-session-over")
        assert frame.locator("h1").inner_text() == "This launch ends here"
        back = frame.locator("table").inner_text()
        assert PAGES[name].given_back in back
        assert not re.search(r"[A-Z][a-z]+/\d+|LA\d+", back), "in words, and no code that nobody can copy from"


@pytest.mark.parametrize("name", ["call", "step"])
def test_impatience_sends_it_once(name: str, browse: Browse) -> None:
    """While the server works the page says so, and further presses send nothing."""
    with moody_ward() as (ward, _):
        frame = opened(ward, browse, name)
        PAGES[name].fill(frame, "mine")
        sends(frame)
        before = len(ward.loads)
        with frame.expect_navigation():
            words = frame.evaluate(PRESSED_THREE_TIMES)
        assert words == "Sent. Waiting for the server: once is enough."
        frame.locator(".receipt").first.wait_for()
        assert [load.method for load in ward.loads[before:]] == ["POST"]


PRESSED_THREE_TIMES = """() => {
  const button = document.querySelector('.save-bar button.main');
  for (const time of [1, 2, 3]) button.click();
  return document.querySelector('[role=status].working').textContent;
}"""
