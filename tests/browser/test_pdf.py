"""The patient's plan as a PDF: tagged, in its language. It needs Pango, so it is tested here."""

from __future__ import annotations

import re
import zlib

import pytest

from carefhir.faces.web.pages import pdf
from tests.faces.web.launch.conftest import launching_with
from tests.faces.web.pages.plans import PlanOfRosa

pytestmark = pytest.mark.browser


def test_the_copy_is_a_tagged_pdf() -> None:
    plan = PlanOfRosa.proposed(launching_with())
    answer = plan.nurse.get("plan/print.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) < 200_000
    text = answer.content + b"".join(_streams(answer.content))
    assert b"/MarkInfo" in text
    assert b"/Lang" in text
    assert b"pdfuaid" in text
    assert "as a PDF" in plan.nurse.get("plan/print").text


def test_nothing_is_fetched_while_it_is_laid_out() -> None:
    page = (
        '<html lang="en"><head><title>x</title></head><body><img src="http://127.0.0.1:1/x.png" alt="x"></body></html>'
    )
    assert pdf.pdf_of(page).startswith(b"%PDF-")


def _streams(document: bytes) -> list[bytes]:
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.S)
    opened = []
    for part in parts:
        try:
            opened.append(zlib.decompress(part))
        except zlib.error:
            opened.append(part)
    return opened
