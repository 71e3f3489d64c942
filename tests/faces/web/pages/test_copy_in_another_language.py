"""The patient's copy in their language: from a translator's files, whole or not at all, and it says by whom."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from carefhir.content.loading import load
from carefhir.content.translating import files_to_translate
from tests.faces.web.launch.conftest import launching_with
from tests.faces.web.pages.plans import OWN_GOAL, PlanOfRosa

Json = dict[str, Any]
ROSAS = "es"
"""Her language by her record. The words of the file are no Spanish: none of it is ours to translate."""
BY = "Ana Ruiz"
PREFERS = "This page is in English. Your language: Spanish"


def pseudo(text: str) -> str:
    """A text in no language, so that English that was left is seen: its letters as others, what is filled in kept."""
    parts = re.split(r"(\{[a-z]+\})", text)
    return "".join(part if part.startswith("{") else re.sub("[A-Za-z]", "¤", part) for part in parts)


def translated(folder: Path, *, without: str = "", language: str = ROSAS) -> PlanOfRosa:
    """Rosa's plan at a site with a translator's files; `without` a text."""
    files = files_to_translate(load(), language, by=BY, day=date(2026, 2, 3))
    for name, document in files.items():
        for concept in document["concept"]:
            english = concept["designation"][0]["value"]
            if english != without:
                concept["designation"].append({"language": language, "value": pseudo(english)})
        (folder / name).write_text(json.dumps(document))
    load.cache_clear()
    return PlanOfRosa.agreed(launching_with(content=(folder,)))


def copy_of(plan: PlanOfRosa) -> tuple[str, str]:
    """The whole page, and the copy on it as it is read."""
    page = plan.nurse.get("plan/print").text
    article = page.partition('<article class="copy">')[2].partition("</article>")[0]
    return page, unescape(re.sub(r"<[^>]+>", "\n", article))


def test_it_is_given_in_their_language(tmp_path: Path) -> None:
    page, copy = copy_of(translated(tmp_path))
    assert f'<html lang="{ROSAS}">' in page
    assert '<header class="top screen" lang="en">' in page, "what the nurse reads stays hers"
    assert PREFERS not in copy
    assert BY in copy
    assert "3, 2026" in copy, "the day of the translation"
    for english in (
        "Your care plan",
        "Call 911",
        "You have chest pain",
        "Whom to call",
        "your care manager",
        "I weigh",
    ):
        assert english not in copy, english
    assert "In English:" not in page


def test_what_the_record_says_stays_as_it_was_written(tmp_path: Path) -> None:
    """And nothing else is left in English: every other letter is the translator's."""
    _, copy = copy_of(translated(tmp_path))
    lines = [line.strip(" ,:") for line in copy.splitlines() if re.search("[A-Za-z]", line)]
    recorded = (OWN_GOAL[1:], "MG Oral Tablet", "Injectable Solution", "MRN", "Rosa Delgado", "Dana", "Samuel", BY)
    assert [line for line in lines if not any(each in line for each in recorded)] == []
    assert [each for each in recorded if each not in copy] == []


@pytest.mark.parametrize("text", ["You faint.", "Whom to call", "your care manager", "Your medicines"])
def test_one_text_that_lacks_and_it_is_in_english_and_says_so(tmp_path: Path, text: str) -> None:
    """Half a language is worse than an interpreter: what is left out may be the sign to call for."""
    page, copy = copy_of(translated(tmp_path, without=text))
    assert '<html lang="en">' in page
    assert PREFERS in copy
    assert "¤" not in copy
    assert f"lacks 1 of its texts (“{text}”)" in unescape(page)
    assert BY not in copy


def test_a_translation_into_another_language_is_not_used(tmp_path: Path) -> None:
    page, copy = copy_of(translated(tmp_path, language="x-test"))
    assert PREFERS in copy
    assert "¤" not in page


def test_without_any_translation_it_is_in_english_and_says_so() -> None:
    page, copy = copy_of(PlanOfRosa.agreed(launching_with()))
    assert PREFERS in copy
    assert "lacks" not in page.partition("<article")[0]
