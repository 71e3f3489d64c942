"""Tutorial and how-to: every block runs, in order, and prints what the page shows."""

from __future__ import annotations

import re

import pytest

from scripts.rendering.blocks import PAGES, ROOT, run


@pytest.mark.parametrize("name", PAGES)
def test_every_block_runs_and_prints_what_is_shown(name: str) -> None:
    """After a wanted change of words: scripts/render-docs --outputs, and look at what it wrote."""
    page = ROOT / name
    with PAGES[name]() as names:
        told = run(page, names)
    assert len(told) == page.read_text().count("```python\n")
    for block, printed in told:
        assert (block.shown or "") == printed, f"{name}, line {block.line}"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_shown_stands_apart_from_its_code(name: str) -> None:
    """Every `text` block is some Python block's output, or it would not be compared."""
    fences = re.findall(r"^```(\w+)$", (ROOT / name).read_text(), re.M)
    assert set(fences) <= {"python", "text"}
    for before, fence in zip(["", *fences], fences, strict=False):
        assert fence != "text" or before == "python"


def test_every_word_of_the_glossary_is_there_once_and_in_order() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    for part in text.split("\n## ")[1:]:
        words = re.findall(r"^\*\*(.+?)\*\*", part, re.M)
        assert len(words) > 5
        assert words == sorted(set(words), key=str.lower)
