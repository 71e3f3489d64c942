"""Whoever works in the pages: with a mouse, counting every click; or by keyboard alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.browser.keyboard import press_until

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Keyboard, Locator

FAR = 400
"""Tabs after which a control of a long form counts as out of reach."""
AIM = "[data-aim]"
GROUP = """radio => {
  const group = [...radio.form.elements].filter(each => each.type === 'radio' && each.name === radio.name);
  return group.length;
}"""
ENTRY = """radio => {
  const group = [...radio.form.elements].filter(each => each.type === 'radio' && each.name === radio.name);
  (group.find(each => each.checked) ?? group[0]).setAttribute('data-aim', '');
}"""


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
        self._press(locator)
        self.frame.locator("h1", has_text=re.compile(f"^{re.escape(then)}")).wait_for(state="attached")

    def press(self, name: str, then: str) -> None:
        self.click(self.frame.get_by_role("button", name=name).first, then)

    def follow(self, name: str, then: str) -> None:
        self.click(self.frame.get_by_role("link", name=name).first, then)

    def says(self, locator: Locator, text: str = "") -> None:
        """Chooses an option, or types."""
        self.answers[self.task] += 1
        if text:
            self._type(locator, text)
        else:
            self._check(locator)

    def chooses_first(self, choices: Locator) -> None:
        """Chooses the first of a list of choices that says something."""
        self.answers[self.task] += 1
        self._choose(choices)

    # -- how

    def _press(self, locator: Locator) -> None:
        locator.press("Enter")  # see test_journey.press

    def _type(self, locator: Locator, text: str) -> None:
        locator.fill(text)

    def _check(self, locator: Locator) -> None:
        locator.check()

    def _choose(self, choices: Locator) -> None:
        choices.select_option(index=1)


class KeyboardHand(Hand):
    """The same by Tab, arrows, space and Enter alone: what Tab does not come to cannot be used."""

    def _press(self, locator: Locator) -> None:
        self._reach(locator)
        with self.frame.expect_navigation():
            self._keyboard.press("Enter")

    def _type(self, locator: Locator, text: str) -> None:
        self._reach(locator)
        moment = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)", text)
        if moment is None:
            self._keyboard.type(text)
        else:
            year, month, day, hour, minute = moment.groups()
            self._keyboard.type(f"{month}{day}{year}")
            self._keyboard.press("ArrowRight")
            self._keyboard.type(f"{int(hour) % 12 or 12:02}{minute}{'PM' if int(hour) >= 12 else 'AM'}")
        assert locator.input_value() == text

    def _check(self, locator: Locator) -> None:
        if locator.get_attribute("type") == "radio":
            locator.evaluate(ENTRY)
            self._come()
            for _ in range(locator.evaluate(GROUP)):
                if locator.evaluate("radio => radio === document.activeElement"):
                    break
                self._keyboard.press("ArrowDown")
        else:
            self._reach(locator)
        if not locator.is_checked():
            self._keyboard.press("Space")
        assert locator.is_checked()

    def _choose(self, choices: Locator) -> None:
        self._reach(choices)
        self._keyboard.press("ArrowDown")
        assert choices.input_value()

    @property
    def _keyboard(self) -> Keyboard:
        return self.frame.page.keyboard

    def _reach(self, locator: Locator) -> None:
        locator.evaluate("control => control.setAttribute('data-aim', '')")
        self._come()

    def _come(self) -> None:
        """By Tab to where the aim is; stays where it is there already."""
        aimed = self.frame.locator(AIM)
        if not aimed.evaluate("control => control === document.activeElement"):
            press_until(self.frame, AIM, most=FAR)
        aimed.evaluate("control => control.removeAttribute('data-aim')")
