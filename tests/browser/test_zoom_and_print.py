"""Pages at 200 % zoom, where nothing that has the focus may be covered; and printed, where nothing is for clicking and
no text is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.keyboard import focused
from tests.browser.looking import OVERFLOW, SCREENS
from tests.browser.moody import moody_ward
from tests.browser.test_sent_forms import PAGES, sends
from tests.browser.test_states import ACROSS, OF_ONE

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

SIZES = {"200 percent of 900 by 700": (450, 350), "a phone": (400, 700)}
MOST = 600
"""Tabs after which a page counts as endless."""
COVERED = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const bars = [...document.querySelectorAll('.identity, .save-bar')].filter(bar => !bar.contains(focused));
  const inside = [...bars].map(bar => bar.getBoundingClientRect())
    .filter(bar => box.top < bar.bottom - 1 && box.bottom > bar.top + 1);
  if (inside.length) return 'lies under a bar';
  return box.bottom > innerHeight + 1 || box.top < -1 ? 'is out of sight' : null;
}"""
"""Why not all of what has the focus is seen (WCAG 2.4.12, which asks for more than 2.4.11); null where it is."""
WRONG_ON_PAPER = """() => {
  const shown = each => each.checkVisibility() && each.getBoundingClientRect().width > 1;
  const named = each => each.tagName.toLowerCase() + [...each.classList].map(name => '.' + name).join('')
    + ' ' + (each.innerText || each.value || '').slice(0, 30);
  const forClicks = [...document.querySelectorAll('nav, button, a.button, .save-bar, input[type=submit], .skip')];
  const cut = [...document.querySelectorAll('main *')].filter(each => shown(each)
    && getComputedStyle(each).overflow !== 'visible' && !each.closest('svg')
    && each.scrollWidth > each.clientWidth + 1);
  const folded = [...document.querySelectorAll('main details:not([open]) > :not(summary)')]
    .filter(each => !each.closest('.filter') && !each.checkVisibility() && each.textContent.trim());
  const wide = document.documentElement.scrollWidth > innerWidth ? ['too wide'] : [];
  return [...wide, ...forClicks.filter(shown).map(each => 'for clicking: ' + named(each)),
    ...cut.map(each => 'cut: ' + named(each)), ...folded.map(each => 'folded: ' + named(each))];
}"""
PAPER = {"width": 720, "height": 960}
"""Letter paper at 96 dots to the inch, less its margins."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["call", "reconcile", "plan", "step"])
def test_what_has_the_focus_is_seen_whole(name: str, size: str, browse: Browse) -> None:
    """By Tab through the page: under no banner and no bar."""
    with moody_ward() as (ward, _):
        page = browse(device_scale_factor=2)
        frame = ward.launch(page, "rosa")
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        frame.goto(f"{frame.url}{PAGES[name].address}")
        assert frame.evaluate(OVERFLOW) is None
        way = _tabbed(page, frame)
        assert len(way) > 10, "the page has controls"
        assert not [f"{control} {why}" for control, why in way if why]


def _tabbed(page: Page, frame: Frame) -> list[tuple[str, str]]:
    """Each control that Tab comes to, and why it is not seen whole."""
    way: list[tuple[str, str]] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        control = focused(page)
        if control is None or control.frame != frame:
            if way:
                break
            continue
        way.append((str(control), str(frame.evaluate(COVERED) or "")))
    return way


def test_every_page_on_paper(browse: Browse) -> None:
    faults: dict[str, list[str]] = {}
    with moody_ward() as (ward, _):
        page = browse(width=PAPER["width"])
        frame = ward.launch_today(page)
        home, rosa = frame.url, ward.find("Patient", "rosa").partition("/")[2]
        places = {**ACROSS, **{name: f"patients/{rosa}/{address}" for name, address in OF_ONE.items()}}
        for name, address in places.items():
            page.emulate_media(media="screen")
            frame.goto(f"{home}{address}")
            faults[name] = _printed(page, frame, name)
        for name in ("step", "call"):
            page.emulate_media(media="screen")
            frame.goto(f"{home}patients/{rosa}/{PAGES[name].address}")
            PAGES[name].fill(frame, "mine")
            sends(frame)
            sends(frame, saves=True)
            faults[f"{name}-receipt"] = _printed(page, frame, f"{name}-receipt")
            assert frame.locator(".receipt").count()
    assert not {name: found for name, found in faults.items() if found}


def _printed(page: Page, frame: Frame, name: str) -> list[str]:
    """What is wrong with a page on paper; takes its picture."""
    page.emulate_media(media="print")
    page.set_viewport_size({**PAPER})
    height = max(PAPER["height"], frame.evaluate("() => document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": PAPER["width"], "height": height})
    page.screenshot(path=SCREENS / f"print-{name}.png")
    wrong: list[str] = frame.evaluate(WRONG_ON_PAPER)
    return wrong
