"""`carefhir doctor --page`: one HTML page to forward. It loads nothing, holds no patient data, and takes a server's own
words as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.faces.conftest import EHRS, Exchange, invoke
from tests.faces.test_doctor import steps_of
from tests.faces.test_doctor_site import routes
from tests.support.deep import some
from tests.support.planted import NAMES


class Page(HTMLParser):
    """What a page loads, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("like", some(EHRS, 2))
def test_the_page_to_forward(beside: Any, like: str, tmp_path: Path) -> None:
    site, file = beside(like), tmp_path / "page.html"
    found = site.report("--patient", site.patient, "--page", str(file))
    text = file.read_text()
    page = Page(text)
    assert page.loads == []
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert "@import" not in text
    assert "url(" not in text
    ehr = found["beside"][0]
    for each in (
        found["server"],
        ehr["server"],
        found["verdict"],
        *found["settings"],
        *steps_of(found),
        *routes(found),
    ):
        assert each in page.words, each
    for each in (*ehr["says"], *ehr["asks"], *ehr["not_proven"]):
        assert each[1:] in page.words, each
    assert f"Asked on {found['at']}" in page.words
    assert "without the companion" in page.words
    for name in NAMES:
        assert not re.search(rf"\b{re.escape(name)}\b", text), name
    for reference in (site.patient, site.place):
        assert not re.search(rf"{re.escape(reference)}\b", text)


def test_the_page_about_one_server(ward: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert invoke("doctor", ward.front.base, "--page", str(file)).code == 0
    page = Page(file.read_text())
    assert "companion" not in page.words
    assert "enroll" in page.words


def test_the_page_calls_nothing_working_that_nobody_tried_to_write(ward: Any, tmp_path: Path) -> None:
    read, written = tmp_path / "read.html", tmp_path / "written.html"
    for file, more in ((read, ()), (written, ("--probe-writes",))):
        assert invoke("doctor", ward.front.base, "--page", str(file), *more).code == 0
    enroll = re.compile(r'<td class="name">enroll</td><td[^>]*><span class="(\w+)">')
    assert enroll.findall(read.read_text()) == ["stated"]
    assert enroll.findall(written.read_text()) == ["works"]


def test_a_page_in_a_folder_that_is_not_there(ward: Any, tmp_path: Path) -> None:
    said = invoke("doctor", ward.front.base, "--page", str(tmp_path / "none" / "page.html"))
    assert said.code == 2
    assert "--page" in said.stderr


def test_the_page_says_what_a_server_says_as_text(beside: Any, tmp_path: Path) -> None:
    """A server's own words are no markup."""
    site, file = beside("epic"), tmp_path / "page.html"

    def trouble(exchange: Exchange) -> Any:
        if exchange.target.partition("?")[0] != "metadata":
            return None
        status, headers, body = exchange.real()
        return status, headers, body.replace(b'"Epic"', b'"Epic <script>alert(1)</script>"')

    site.ehr.trouble = trouble
    site.report("--page", str(file))
    page = Page(file.read_text())
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.words
