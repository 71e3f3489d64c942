"""Looks at a page as a picture and by machine, at several widths: pictures, overflow, axe, and how large it is.

Works on a page of its own and on a frame of another site; there the frame is as large as the window.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / ".work" / "screens"
AXE = ROOT / ".work" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (400, 900, 1400)
NARROWEST = 320
"""A page at 400 % zoom on a window of 1280 (WCAG 1.4.10): it must not overflow either."""
HEIGHT = 700
LARGEST = 100_000
"""Bytes of HTML."""
LAID_OUT_WITHIN = 20.0
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

OVERFLOW = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return null;
  const all = [...document.querySelectorAll('body *')];
  const wide = all.filter(each => each.getBoundingClientRect().right > innerWidth + 1);
  const named = wide.slice(0, 3).map(each => each.tagName.toLowerCase() + (each.id ? '#' + each.id : '')
    + [...each.classList].map(name => '.' + name).join(''));
  return `${document.documentElement.scrollWidth} px wide (${named.join(', ')})`;
}"""
RUN_AXE = """async tags => {
  const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'], iframes: false };
  const result = await axe.run(document, options);
  return result.violations.map(each => ({ rule: each.id, help: each.help,
    selectors: each.nodes.slice(0, 3).map(node => node.target.join(' ')), count: each.nodes.length }));
}"""
SIZE = """() => Math.max(performance.getEntriesByType('navigation')[0]?.decodedBodySize ?? 0,
  new TextEncoder().encode(document.documentElement.outerHTML).length)"""


@dataclass
class PageLook:
    """Looks at pages. Everything that is wrong with one is told at once. Where script is off axe cannot run: nothing
    that it waits for comes."""

    folder: Path = SCREENS
    """Where the pictures go."""
    count: int = 0
    """Pages looked at."""
    _axe: str = field(default="", repr=False)

    def __call__(self, shown: Page | Frame, name: str) -> None:
        """Takes pictures of a page (`.work/screens/NAME-WIDTH.png`). Raises `AssertionError` with all its faults."""
        self.count += 1
        page, frame = parts_of(shown)
        before = page.viewport_size
        faults = list(self._faults(page, frame, name))
        if before is not None:
            _set_size(page, frame, width=before["width"], height=before["height"])
        assert not faults, f"{name}, at {frame.url}:\n" + "\n".join(faults)

    def _faults(self, page: Page, frame: Frame, name: str) -> Iterator[str]:
        scripts = not frame.evaluate("() => matchMedia('(scripting: none)').matches")
        for width in (NARROWEST, *WIDTHS):
            _set_size(page, frame, width=width, height=HEIGHT)
            if wide := frame.evaluate(OVERFLOW):
                yield f"{width} px: overflows, {wide}"
            if width in WIDTHS:
                # As high as its content: a bar that sticks to an edge covers nothing then.
                _make_whole(page, frame, width)
                yield from (f"{width} px: {fault}" for fault in self.axe(frame)) if scripts else ()
                _picture(page, self.folder / f"{name}-{width}.png")
        size = frame.evaluate(SIZE)
        if size > LARGEST:
            yield f"{size} bytes of HTML, more than {LARGEST}"

    def axe(self, frame: Frame) -> list[str]:
        """What axe holds against a page as it is laid out now: rule, words and where."""
        self._axe = self._axe or AXE.read_text(encoding="utf-8")
        if not frame.evaluate("() => 'axe' in window"):
            frame.evaluate(self._axe)
        violations: list[dict[str, Any]] = frame.evaluate(RUN_AXE, list(TAGS))
        return [_violation(**each) for each in violations]


def parts_of(shown: Page | Frame) -> tuple[Page, Frame]:
    """The page, and the frame of it that is meant: of a page its main frame."""
    main = getattr(shown, "main_frame", None)
    return (shown, main) if main is not None else (shown.page, shown)  # type: ignore[union-attr,return-value]


def _violation(*, rule: str, help: str, selectors: list[str], count: int) -> str:  # noqa: A002  axe's word
    more = f" and {count - len(selectors)} more" if count > len(selectors) else ""
    return f"{rule} ({help}): {'; '.join(selectors)}{more}"


def _make_whole(page: Page, frame: Frame, width: int) -> None:
    """Makes the window as high as what is in the page, or in its frame."""
    height = max(HEIGHT, frame.evaluate("() => document.documentElement.scrollHeight"))
    _set_size(page, frame, width=width, height=height)


def _picture(page: Page, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)


def _set_size(page: Page, frame: Frame, *, width: int, height: int) -> None:
    """Waits until the frame has the size too: one of another site is laid out by a process of its own."""
    page.set_viewport_size({"width": width, "height": height})
    ends = time.monotonic() + LAID_OUT_WITHIN
    while frame.evaluate("() => [innerWidth, innerHeight]") != [width, height]:  # each time round is one exchange
        assert time.monotonic() < ends, f"the frame does not become {width} px wide: {frame.url}"
