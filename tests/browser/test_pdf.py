"""The patient's plan and other papers as PDF: tagged, in their language. It needs Pango, so it is tested here."""

from __future__ import annotations

import re
import zlib

import pytest

from carefhir.faces.web.pages import pdf
from tests.faces.web.launch.conftest import launching_with
from tests.faces.web.pages.plans import PlanOfRosa

pytestmark = pytest.mark.browser
LETTER, MOST_PAGES = b"612 792", 2


def test_the_copy_is_a_tagged_pdf() -> None:
    plan = PlanOfRosa.proposed(launching_with())
    answer = plan.nurse.get("plan/print.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) < 200_000
    text = answer.content + b"".join(streams(answer.content))
    assert b"/MarkInfo" in text
    assert b"/Lang" in text
    assert b"pdfuaid" in text
    assert "as a PDF" in plan.nurse.get("plan/print").text


@pytest.mark.parametrize("address", ["plan/summary", "transition/print"])
def test_a_paper_is_a_tagged_pdf_of_two_letter_pages_at_most(address: str) -> None:
    plan = PlanOfRosa.asked(launching_with())
    stay = plan.nurse.launching.ward.front.find("Encounter", "rosa-stay")
    assert "Done: " in plan.nurse.submits("open-transition", {"encounter": stay}).text
    answer = plan.nurse.get(f"{address}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = answer.content + b"".join(streams(answer.content))
    assert b"/MarkInfo" in text
    assert b"/Lang" in text
    assert b"pdfuaid" in text
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", text)
    assert 1 <= len(pages) <= MOST_PAGES
    assert re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+(\d+ \d+)\s*\]", text) == [LETTER] * len(pages)


def test_nothing_is_fetched_while_it_is_laid_out() -> None:
    page = (
        '<html lang="en"><head><title>x</title></head><body><img src="http://127.0.0.1:1/x.png" alt="x"></body></html>'
    )
    assert pdf.pdf_of(page).startswith(b"%PDF-")


def streams(document: bytes) -> list[bytes]:
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.S)
    opened = []
    for part in parts:
        try:
            opened.append(zlib.decompress(part))
        except zlib.error:
            opened.append(part)
    return opened
