"""The patient's copy: plain words in large print, only what may be shared, what to do and whom to call."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from carefhir.codes import CARE_GOAL, CARE_ITEM, PATIENT_COPY_TEXT, PLAN_SECTION, WARNING_SIGN
from carefhir.content.loading import load
from carefhir.content.translating import CopyWords
from carefhir.faces.web.pages import rendering
from carefhir.workflows.whole_picture.patient_copy import PatientCopy
from tests.faces.web.launch.conftest import Launching
from tests.faces.web.pages.plans import PlanOfRosa, check_markup

CSS = (Path(rendering.__file__).parent / "carefhir.css").read_text()
HARDEST = 8.0
"""What a single text that we ship may have: NIH counts grades 7 to 8 as the most for patient material (K)."""
ALL = 6.0
"""What the sheet as a whole may have: NIH and AMA advise grade 6 or below for patient material (K)."""


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [each for each in re.split(r"[.!?:]\s+|\n", text) if re.search("[A-Za-z]", each)]


def syllables(word: str) -> int:
    """The syllables of an English word, by its groups of vowels; a silent e at its end is none."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall("[aeiouy]+", re.sub(r"(?<=[a-z]{2})(?:e|es|ed)$", "", plain)))
    return max(groups, 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade (Kincaid 1975): 0.39 words per sentence + 11.8 syllables per word - 15.59."""
    sentences = sentences_of(text)
    words = re.findall(r"[A-Za-z']+", " ".join(sentences))
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def own_words() -> list[str]:
    """Every text that we ship for a patient to read."""
    content = load()
    signs = [sign.display for sign in content.concepts(WARNING_SIGN).values()]
    plain = [concept.plain for system in (CARE_GOAL, CARE_ITEM) for concept in content.concepts(system).values()]
    copy = [concept.display for concept in content.concepts(PATIENT_COPY_TEXT).values()]
    sections = [concept.display for concept in content.concepts(PLAN_SECTION).values()]
    page = (Path(rendering.__file__).parent / "templates" / "plan_print.html").read_text()
    article = page.partition('<article class="copy">')[2].partition("</article>")[0]
    texts = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", "\n", article)
    ours = [*signs, *plain, *copy, *sections, *texts.splitlines()]
    return [text.strip() for text in ours if len(re.findall("[A-Za-z]+", text)) > 3]


def test_the_measure_itself() -> None:
    """Held to sentences whose grade is known from hand counts."""
    assert syllables("medicine") == 3
    assert syllables("breathe") == 1
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59, abs=0.01)


def test_all_texts_together_are_easy_to_read() -> None:
    assert grade(".\n".join(each.rstrip(".") for each in own_words())) <= ALL


@pytest.mark.parametrize("text", [each for each in own_words() if len(each.split()) >= 5])
def test_no_text_is_hard_to_read(text: str) -> None:
    assert grade(text) <= HARDEST, text


def test_every_goal_and_item_has_plain_words() -> None:
    content = load()
    for system in (CARE_GOAL, CARE_ITEM):
        assert [code for code, concept in content.concepts(system).items() if not concept.plain] == []


def test_what_stands_on_the_sheet(launching: Launching) -> None:
    plan = PlanOfRosa.agreed(launching)
    page = plan.nurse.get("plan/print")
    text = unescape(page.text)
    assert page.status_code == 200
    for part in (
        "Your care plan",
        "Rosa",
        "MRN",
        "This plan is not signed yet",
        "Call 911 right away if",
        "You have chest pain or pressure.",
        "You gain 3 pounds or more in 1 day",
        "Call us the same day if",
        "Dana Whitfield</strong>, your care manager",
        "I weigh myself each morning and write it down",
        "What will be done",
        "This page is in English. Your language: Spanish",
    ):
        assert part in text, part
    assert not re.search(r"\b(?:Goal|Task|Practitioner|CarePlan)/", text.partition("<article")[2].partition("</art")[0])
    assert "restricted" not in text.lower()
    check_markup(page.text)


def test_a_signed_plan_is_no_draft(launching: Launching) -> None:
    plan = PlanOfRosa.asked(launching)
    provider = plan.as_provider()
    plan.writes(provider, plan.decided(provider.get("plan").text))
    text = provider.get("plan/print").text
    assert "not signed yet" not in text
    assert "You have your eyes checked" not in text, "an order that nobody has placed is not promised"


def test_what_is_restricted_stays_out_and_nothing_tells_of_it(launching: Launching) -> None:
    """A goal that addresses a restricted finding, and a visit because of it."""
    plan = PlanOfRosa.agreed(launching)
    front = plan.nurse.ward.front
    whole = plan.nurse.get("plan/print").text
    (goal,) = [each for each in front.search("Goal") if "Weighs every" in each["description"]["text"]]
    front.change(f"Goal/{goal['id']}", meta={"security": [R_LABEL]})
    page = plan.nurse.get("plan/print").text
    assert "I weigh myself each morning" in whole
    assert "I weigh myself" not in page
    assert "restricted" not in page.lower()
    assert "left out" not in page.lower()
    assert "I weigh myself" not in unescape(page)


R_LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


def test_where_conditions_cannot_be_seen_there_is_no_copy(launching: Launching) -> None:
    plan = PlanOfRosa.agreed(launching)

    def rule(request: httpx.Request) -> httpx.Response | None:
        if b'"type":"batch"' in request.content.replace(b" ", b""):
            return httpx.Response(400)
        return httpx.Response(403) if "/Condition" in str(request.url) else None

    plan.launching.ehr.fhir_rules = [rule]
    page = plan.nurse.get("plan/print")
    assert "There is no copy: the conditions on record could not be seen" in page.text
    assert '<article class="copy">' not in page.text
    check_markup(page.text)


def test_without_a_plan(launching: Launching) -> None:
    page = PlanOfRosa.enrolled(launching).nurse.get("plan/print")
    assert "There is no plan of ours to copy" in page.text
    check_markup(page.text)


def test_nothing_is_printed_for_somebody_who_has_died(launching: Launching) -> None:
    plan = PlanOfRosa.agreed(launching)
    front = plan.nurse.ward.front
    (person,) = [each for each in front.search("Patient") if f"Patient/{each['id']}" == plan.nurse.ward.patient]
    front.change(f"Patient/{person['id']}", deceasedBoolean=True)
    page = plan.nurse.get("plan/print")
    assert "There is no copy: recorded as deceased" in page.text
    assert "Call 911" not in page.text


def test_whoever_is_cared_for_by_a_hospice_calls_them_first() -> None:
    texts = CopyWords(load()).all_texts()
    copy = PatientCopy(
        "", hospice=True, hospice_name="Prairie Hospice", hospice_phone="555", emergencies=("x",), texts=texts
    )
    page = rendering.rendered("plan_print.html", **VALUES, copy=copy, pdf=False)
    assert "Call your hospice first: Prairie Hospice, <strong>555</strong>" in page
    assert "911" not in page


class _Frame:
    """As much of a frame as the sheet takes."""

    base = "/s/1/"

    class now:  # noqa: N801  stands for a moment
        """Today."""

        @staticmethod
        def date() -> object:
            from datetime import date

            return date(2026, 3, 9)


class _Identity:
    """Who it is about."""

    name, born, number = "Rosa", "born 1951-08-14", "MRN 1"


VALUES = {"frame": _Frame, "identity": _Identity, "title": "Your care plan"}


def test_the_print_is_large() -> None:
    assert re.search(r"\.copy \{[^}]*font-size: 18pt", CSS)
    assert ".copy section { break-inside: avoid }" in CSS.partition("@media print")[2]
    assert len(CSS.encode()) <= 15_000, "the whole stylesheet"
