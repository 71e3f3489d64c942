"""A person without a mouse: moves by Tab alone, and must see where they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.looking import parts_of

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

MOST = 80
"""Tabs after which something counts as out of reach."""

SEEN = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect(), style = getComputedStyle(focused);
  if (style.outlineStyle === 'none' && style.boxShadow === 'none') return 'has no visible focus';
  const x = box.left + Math.min(box.width, 20) / 2, y = box.top + Math.min(box.height, 20) / 2;
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return 'is out of sight';
  const top = document.elementFromPoint(x, y);
  return top && (focused.contains(top) || top.contains(focused)) ? null : 'is covered by ' + top?.tagName.toLowerCase();
}"""
HAS_FOCUS = """() => document.hasFocus() && document.activeElement !== null && document.activeElement !== document.body
  && document.activeElement.tagName !== 'IFRAME'"""

HELD = """() => {
  const focused = document.activeElement;
  return focused.tagName === 'SELECT' ? focused.selectedOptions[0]?.text : focused.value;
}"""


@dataclass(frozen=True, slots=True)
class FocusedControl:
    """Where the keyboard is."""

    frame: Frame
    role: str
    name: str
    """The accessible name."""

    def __str__(self) -> str:
        return f"{self.role} {self.name!r}"

    def matches(self, target: str) -> bool:
        """Whether it has this accessible name, or is what this selector (`#id`, `.class`, `[attribute]`) means."""
        if not re.match(r"[#.\[]", target):
            return self.name == target
        return bool(self.frame.evaluate("target => document.activeElement.matches(target)", target))


def focused(shown: Page | Frame) -> FocusedControl | None:
    """Where the keyboard is, in whichever frame of the page; None for nowhere."""
    page, _ = parts_of(shown)
    for frame in reversed(page.frames):
        if frame.evaluate(HAS_FOCUS):
            # By a mark and not by `:focus`: within a date a part of it has the focus, which no selector comes to.
            frame.evaluate("() => document.activeElement.setAttribute('data-has-keyboard', '')")
            snapshot = frame.locator("[data-has-keyboard]").aria_snapshot()
            frame.evaluate("() => document.querySelector('[data-has-keyboard]').removeAttribute('data-has-keyboard')")
            return FocusedControl(frame, *_role_and_name(snapshot))
    return None


def _role_and_name(snapshot: str) -> tuple[str, str]:
    """Reads the first line of a snapshot: `- button "Go on"`, the whole in single quotes where YAML wants it."""
    line = (snapshot.splitlines() or [""])[0].removeprefix("- ")
    if line.startswith("'"):
        line = line.strip("':").replace("''", "'")
    match = re.match(r'(\S+?):?(?: ("(?:[^"\\]|\\.)*"))?(?:[: ]|$)', line)
    return (match[1], json.loads(match[2]) if match[2] else "") if match else (line, "")


def press_until(shown: Page | Frame, target: str, *, key: str = "Tab", most: int = MOST) -> FocusedControl:
    """Presses Tab until the focus is on `target`, an accessible name or a selector (`#id`, `.class`, `[attribute]`).
    Never clicks. Each control on the way must be seen where it is. Raises `AssertionError` naming what was focused."""
    page, _ = parts_of(shown)
    way: list[str] = []
    for _ in range(most):
        page.keyboard.press(key)
        control = focused(page)
        if control is None:
            way.append("nothing")
            continue
        way.append(str(control))
        unseen = control.frame.evaluate(SEEN)
        assert unseen is None, f"the focus {unseen}: {control}"
        if control.matches(target):
            return control
    raise AssertionError(f"{most} times {key} did not come to {target!r}; focused were: {', '.join(way)}")


def activate(shown: Page | Frame, target: str, *, key: str = "Enter") -> None:
    """Goes to a link or a button by Tab, and presses Enter there; waits for the page that comes of it."""
    control = press_until(shown, target)
    with control.frame.expect_navigation():
        control.frame.page.keyboard.press(key)


def type_into(shown: Page | Frame, target: str, text: str) -> None:
    """Goes to a field by Tab, and types; in a list of choices typing chooses. Raises `AssertionError` where the field
    then holds something else."""
    control = press_until(shown, target)
    control.frame.page.keyboard.type(text)
    held = control.frame.evaluate(HELD)
    assert held == text, f"{control} holds {held!r}, and {text!r} was typed"
