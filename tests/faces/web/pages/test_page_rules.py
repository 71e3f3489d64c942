"""What holds for every page: where scripts and styles may stand, how large they are, what a new step gets."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from carefhir import catalog
from carefhir.faces.web import abilities
from carefhir.faces.web.pages import rendering
from carefhir.faces.web.pages.near_days import near_words
from carefhir.faces.web.pages.questionnaires.supported import SUPPORTED
from carefhir.faces.web.pages.typed_moments import typed_moment
from tests.faces.web.launch.conftest import LaunchedPage, Launching

TEMPLATES = sorted((rendering.FOLDER / "templates").glob("*.html"))
NOW = "2026-03-10"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_a_script_a_style_or_a_handler_in_it(template: object) -> None:
    text = template.read_text()  # type: ignore[attr-defined]
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert re.findall(r"<script[^>]*>", text) in ([], ['<script type="module" src="{{ script }}">'])
    assert "safe" not in re.findall(r"\|\s*(\w+)", text), "words are escaped"


def test_the_stylesheet_is_ours_and_small() -> None:
    style = (rendering.FOLDER / "carefhir.css").read_bytes()
    assert len(style) <= 15_000
    assert not re.findall(rb"url\(|@import|http", style)


def test_the_script_is_small_and_talks_to_nobody_else() -> None:
    script = (rendering.FOLDER / "carefhir.js").read_text()
    assert len(script) <= 6_000
    assert not re.findall(r"https?:|innerHTML\s*=[^=]|eval|localStorage|sessionStorage|document\.cookie", script)


def test_what_is_not_given_to_a_template_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        rendering.rendered("outside.html", title="x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("by Tue 2026-03-10", "by today"),
        ("overdue Mon 2026-03-09", "overdue yesterday"),
        ("2026-03-11", "tomorrow"),
        ("Thu 2026-03-12 10:00", "Thu, Mar 12 10:00"),
        ("on 2026-04-08", "on Apr 8"),
        ("since 2025-04-08", "since Apr 8, 2025"),
        ("2026-13-45 is no day", "2026-13-45 is no day"),
        ("number 12026-03-10-1", "number 12026-03-10-1"),
    ],
)
def test_days_are_said_as_somebody_at_work_says_them(text: str, words: str) -> None:
    from datetime import date

    assert near_words(text, date.fromisoformat(NOW)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("asked of Samuel Okafor (Practitioner/6) today", "asked of Samuel Okafor today"),
        ("written: Provenance/3", "written: Provenance/3"),
        ("HOSPICE?: call first (Condition/82 (Z51.5))", "HOSPICE?: call first"),
        ("give caregiver (RelatedPerson)", "give caregiver (RelatedPerson)"),
    ],
)
def test_people_are_called_by_name(text: str, words: str) -> None:
    assert rendering.without_names(text) == words


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-09T07:40", "2026-03-09T07:40:00-05:00"),
        ("2026-03-09 07:40", "2026-03-09T07:40:00-05:00"),
        ("2026-03-09T07:40:00-06:00", "2026-03-09T07:40:00-06:00"),
        ("2026-03-08T02:30", None),
        ("2026-11-01T01:30", "2026-11-01T01:30:00-05:00"),
        ("1026-03-09T07:40", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_moment_is_one_of_the_site(text: str, moment: str | None) -> None:
    """An hour that the clocks skip is none."""
    typed = typed_moment(text, ZoneInfo("America/Chicago"))
    assert (typed.isoformat() if typed else None) == moment


@pytest.mark.parametrize(
    ("number", "dialed"),
    [
        ("+1-555-0120", "+15550120"),
        ("(555) 0120 ext. 5", "5550120"),
        ("555-0120x9", "5550120"),
        ("1-800-FLOWERS", ""),
        ("call the office", ""),
    ],
)
def test_a_number_that_cannot_be_dialed_is_no_link(number: str, dialed: str) -> None:
    assert rendering.dialed(number) == dialed


def test_the_page_about_pages_says_what_is_supported() -> None:
    page = (rendering.FOLDER.parents[3] / "docs" / "pages.md").read_text()
    assert [row for row in (f"| {what} | {how} |" for what, how in SUPPORTED) if row not in page] == []


def test_a_step_that_is_new_in_the_catalog_is_on_the_pages(
    launching: Launching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the menu, with a form of its own, with a preview and a receipt: by nothing but being in the catalog."""
    pause = catalog.step("enroll")
    new = replace(pause, name="enroll-anew", title="Enroll anew, a step that was not there before")
    monkeypatch.setattr(catalog, "STEPS", (*catalog.STEPS, new))
    monkeypatch.setattr(catalog, "ENTRIES", (*catalog.STEPS, *catalog.READINGS))
    monkeypatch.setattr(catalog, "step_for", lambda command: new if type(command) is new.command else None)
    abilities._asked.cache_clear()
    page: LaunchedPage = launching.launched(launching.browser())
    assert f'href="{page.path}steps/enroll-anew"' in page.get("all").text
    assert "a step that was not there before" in page.get("steps/enroll-anew").text
    done = page.submits("enroll-anew", page.enrollment())
    assert "Done: Enroll anew" in done.text, done.text
