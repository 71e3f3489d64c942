"""A page as a tagged PDF (PDF/UA-1), by WeasyPrint: an extra, `carefhir[pdf]`, that needs Pango from the system.

Without it the page is printed from the browser, and says so. Nothing is fetched while a page is laid out.
"""

from __future__ import annotations

import asyncio
from functools import cache
from importlib import import_module
from typing import Any

from starlette.responses import Response

from carefhir.faces.web.pages.rendering import FOLDER

UNIVERSAL_ACCESS = "pdf/ua-1"


@cache
def _weasyprint() -> Any:
    """The library; None where it or what it needs is not installed."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        return None


def can_make() -> bool:
    """Whether a PDF can be made here."""
    return _weasyprint() is not None


def pdf_of(html: str) -> bytes:
    """Lays a page out as it is printed. It takes a second of CPU: call it beside the event loop."""
    library = _weasyprint()
    assert library is not None, "ask can_make first"
    styles = [library.CSS(filename=FOLDER / "carefhir.css")]
    nothing = import_module("weasyprint.urls").URLFetcher(allowed_protocols=frozenset(), allow_redirects=False)
    page = library.HTML(string=html, url_fetcher=nothing)
    document: bytes = page.write_pdf(stylesheets=styles, pdf_variant=UNIVERSAL_ACCESS)
    return document


PAPER = b"<article"
"""What a page that is made for paper holds; one that says why there is no paper does not."""


async def as_pdf(page: Response, filename: str) -> Response:
    """A page for paper as a PDF; where none can be made, or there is no paper, the page that says so."""
    if page.status_code != 200 or not can_make() or PAPER not in bytes(page.body):
        return page
    document = await asyncio.to_thread(pdf_of, bytes(page.body).decode())
    headers = {"Content-Disposition": f'inline; filename="{filename}"'}
    return Response(document, headers=headers, media_type="application/pdf")
