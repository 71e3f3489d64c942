"""A translator's files: which are used, which of their texts still count, and what a translator is given."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carefhir.codes import PATIENT_COPY_TEXT, WARNING_SIGN
from carefhir.content.loading import Content, load
from carefhir.content.translating import TRANSLATED, CopyWords, files_to_translate, translation_for

Json = dict[str, Any]
MADE_UP = "x-test"
DAY = date(2026, 3, 1)
BY = "A. Translator"


def turned(text: str) -> str:
    """A text in no language, with what is filled in where it was."""
    return f"¡{text}!"


def filled(language: str = MADE_UP, by: str = BY) -> dict[str, Json]:
    """The files, all of them filled in."""
    files = files_to_translate(load(), language, by=by, day=DAY)
    for document in files.values():
        for concept in document["concept"]:
            english = concept["designation"][0]["value"]
            concept["designation"].append({"language": language, "value": turned(english)})
    return files


def content_with(folder: Path, files: dict[str, Json]) -> Content:
    for name, document in files.items():
        (folder / name).write_text(json.dumps(document))
    load.cache_clear()
    return load(folder)


def sign_file(files: dict[str, Json]) -> Json:
    return files[f"CodeSystem-warning-sign-{MADE_UP}.json"]


def fainted(content: Content) -> tuple[str, tuple[str, ...]]:
    """How one sign is said, and what lacks."""
    words = CopyWords(content, translation_for(content, MADE_UP))
    return words.of(content.concept(WARNING_SIGN, "fainted")), tuple(words.lacking)


def test_every_text_of_ours_is_given_to_the_translator() -> None:
    content, files = load(), files_to_translate(load(), MADE_UP, by=BY, day=DAY)
    assert len(files) == len(TRANSLATED)
    for system in (PATIENT_COPY_TEXT, WARNING_SIGN):
        document = files[f"CodeSystem-{system.rpartition('/')[2]}-{MADE_UP}.json"]
        assert document["supplements"].startswith(f"{system}|")
        assert {each["code"] for each in document["concept"]} == set(content.concepts(system))
    assert all(len(concept["designation"]) == 1 for each in files.values() for concept in each["concept"])


def test_a_file_that_is_filled_in_is_used_whole(tmp_path: Path) -> None:
    content = content_with(tmp_path, filled())
    assert fainted(content) == ("¡You faint.!", ())
    words = CopyWords(content, translation_for(content, MADE_UP))
    assert words.text("by-day", what="walk", day=words.day(date(2026, 5, 4))) == "¡walk, by ¡¡May! 4, 2026!!"
    assert words.all_texts().keys() == content.concepts(PATIENT_COPY_TEXT).keys()
    assert not words.lacking


def test_a_region_takes_what_there_is_of_the_language(tmp_path: Path) -> None:
    content = content_with(tmp_path, filled("qq"))
    translation = translation_for(content, "qq-XX")
    assert translation is not None
    assert (translation.language, translation.by, translation.day) == ("qq", BY, "2026-03-01")
    assert translation_for(content, "rr") is None
    assert translation_for(content, "") is None


def test_what_our_english_no_longer_says_does_not_count(tmp_path: Path) -> None:
    files = filled()
    concept = next(each for each in sign_file(files)["concept"] if each["code"] == "fainted")
    concept["designation"][0]["value"] = "You swoon."
    assert fainted(content_with(tmp_path, files)) == ("You faint.", ("You faint.",))


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_translation_is_none(tmp_path: Path, value: str) -> None:
    files = filled()
    concept = next(each for each in sign_file(files)["concept"] if each["code"] == "fainted")
    concept["designation"][1]["value"] = value
    assert fainted(content_with(tmp_path, files)) == ("You faint.", ("You faint.",))


def test_a_translation_that_lost_what_is_filled_in_does_not_count(tmp_path: Path) -> None:
    """A medicine without its name would be read as any medicine."""
    files = filled()
    texts = files[f"CodeSystem-patient-copy-text-{MADE_UP}.json"]["concept"]
    next(each for each in texts if each["code"] == "medicine-stopped")["designation"][1]["value"] = "¡do not!"
    content = content_with(tmp_path, files)
    words = CopyWords(content, translation_for(content, MADE_UP))
    assert words.text("medicine-stopped", medicine="X") == "X: do not take it (stopped)"
    assert words.lacking


@pytest.mark.parametrize("name", ["publisher", "date"])
def test_a_file_for_which_nobody_answers_is_not_used(tmp_path: Path, name: str) -> None:
    files = filled()
    for document in files.values():
        del document[name]
    assert translation_for(content_with(tmp_path, files), MADE_UP) is None


def test_what_was_translated_is_kept_when_the_files_are_written_again(tmp_path: Path) -> None:
    files = filled()
    concept = next(each for each in sign_file(files)["concept"] if each["code"] == "fainted")
    concept["designation"][0]["value"] = "You swoon."
    content = content_with(tmp_path, files)
    again = files_to_translate(content, MADE_UP, by=BY, day=DAY)
    left = [each["code"] for document in again.values() for each in document["concept"] if len(each["designation"]) < 2]
    assert left == ["fainted"]


def test_no_translation_of_ours_is_shipped() -> None:
    supplements = [each for each in load().artefacts.values() if each.get("content") == "supplement"]
    assert supplements == []
