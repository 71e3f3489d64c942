"""docs/click-through.md, click by click, on the day that the demo serves; its pictures are taken here."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carefhir.demo import days
from tests.browser.looking import SCREENS, PageLook

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "click-through.md").read_text()
PICTURES = ROOT / "docs" / "pictures"


@pytest.fixture
def tuesday() -> Iterator[str]:
    """Rosa's red morning, as the demo serves it: the address of its tiny EHR."""
    with days.served(days.DAYS[0]) as address:
        yield address


def heading(page: Page, words: str) -> None:
    page.locator("h1", has_text=re.compile(f"^{re.escape(words)}")).wait_for()


def picture(page: Page, name: str) -> None:
    """Takes the first screen of a page, for the document."""
    page.set_viewport_size({"width": 900, "height": 760})
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0) }")
    page.screenshot(path=SCREENS / f"{name}-top.png")


def test_every_click(tuesday: str, browse: Browse, look: PageLook) -> None:
    """What the guide says to click is there, and each picture of it is taken again."""
    page = browse()
    page.goto(tuesday)
    page.get_by_role("link", name="Today, as Dana Whitfield").click()
    heading(page, "Today")
    look(page, "guide-1-today")
    picture(page, "guide-1-today")
    page.get_by_role("link", name="Record call").click()
    page.locator("#f-acknowledged_by").wait_for()
    option = page.locator("#l-acknowledged_by option", has_text="").evaluate_all("all => all.map(each => each.value)")
    page.locator("#f-acknowledged_by").fill(next(each for each in option if each.startswith("Samuel Okafor")))
    page.locator("#f-how").select_option("voice")
    look(page, "guide-2-provider-reached")
    picture(page, "guide-2-provider-reached")
    page.get_by_role("button", name="See what would be written").click()
    heading(page, "To be written")
    page.get_by_role("button", name="Write this").click()
    heading(page, "Done")
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("heading", name="At once").wait_for()
    look(page, "guide-3-patient")
    picture(page, "guide-3-patient")
    page.get_by_role("button", name="Open call note with").click()
    heading(page, "Call note")
    page.get_by_role("radiogroup", name="Who answered").get_by_label("the person").check()
    page.locator("#f-started").fill("2026-03-10T07:40")
    page.get_by_role("radiogroup", name="Do you have chest pain or pressure?").get_by_label("Yes").check()
    page.locator("#so-far .now").get_by_role("link", name="911").wait_for()
    look(page, "guide-4-call")
    picture(page, "guide-4-call")
    page.get_by_role("button", name="See what will be written").click()
    heading(page, "To be written")
    look(page, "guide-5-seen")
    picture(page, "guide-5-seen")
    page.goto(tuesday)
    page.get_by_role("link", name="Today, as Samuel Okafor").click()
    page.get_by_role("link", name="To sign and decide").click()
    heading(page, "To sign and decide")
    look(page, "guide-6-provider")
    picture(page, "guide-6-provider")


def test_the_guide_names_pictures_that_are_there() -> None:
    named = re.findall(r"\(pictures/([a-z0-9-]+)\.png\)", GUIDE)
    assert named
    assert sorted(named) == sorted(path.stem for path in PICTURES.glob("*.png"))


def taken() -> None:
    """Puts the pictures of the last run into the documents (scripts/screenshots)."""
    PICTURES.mkdir(exist_ok=True)
    for path in SCREENS.glob("guide-*-top.png"):
        shutil.copy(path, PICTURES / f"{path.stem.removesuffix('-top')}.png")


if __name__ == "__main__":
    taken()
