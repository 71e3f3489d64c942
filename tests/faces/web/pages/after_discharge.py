"""A launch for Rosa after her discharge: enrolled, with her transition open."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.faces.web.launch.conftest import LaunchedPage, hidden_fields, launching_with, scriptless

Json = dict[str, Any]
CONTROLS = ("input", "select", "textarea")


def at_home(**more: Any) -> LaunchedPage:
    """Rosa's chart on the Monday after her discharge, or at another moment."""
    launching = launching_with(**more)
    page = launching.launched(launching.browser())
    assert "Done: " in page.submits("enroll", page.enrollment()).text
    stay = launching.ward.front.find("Encounter", "rosa-stay")
    assert "Done: " in page.submits("open-transition", {"encounter": stay}).text
    return page


def task(page: LaunchedPage, code: str) -> str:
    """The newest Task of one kind, by reference."""
    tasks = [each for each in page.launching.ward.front.search("Task") if code in str(each["code"])]
    return f"Task/{max(tasks, key=lambda each: int(each['id']))['id']}"


def words(answer: httpx.Response) -> str:
    """What a page says to a reader."""
    text = re.sub(r"<(title|style|script)[^>]*>.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


class PageHeard(HTMLParser):
    """Controls, labels, ids and addresses of a page."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[Json] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self.main: list[str] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= set(values)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "label" and "for" in values:
            self.labels.add(values["for"])
        if tag in CONTROLS and values.get("type") != "hidden":
            self.controls.append(values)
        if "main" in values.get("class", "").split():
            self.main.append(tag)


def usable(answer: httpx.Response) -> None:
    """Holds a page to what every page is held to: labels, unique ids, no foreign script, no style in the page."""
    heard = PageHeard(answer)
    assert [each for each, count in Counter(heard.ids).items() if count > 1] == []
    assert [each for each in heard.controls if each.get("id") not in heard.labels] == []
    assert [each for each in heard.attributes if each.startswith("on") or each == "style"] == []
    assert "<script" not in scriptless(answer.text)
    assert "tabindex" not in heard.attributes or heard.ids.count("problems") == 1, "the order is that of the page"
    assert heard.tags.count("h1") == 1
    assert len(heard.main) <= 1, "at most one filled button"
    assert len(answer.content) < 100_000
    unreferenced = answer.text if 'class="receipt"' not in answer.text else ""  # a receipt names what was written
    assert not re.search(r">[^<]*(Practitioner|Patient|Encounter|List)/\d", unreferenced), "people and stays by name"


def fields(answer: httpx.Response) -> Json:
    """The fields of the page's form as a browser would send them: hidden ones, and what stands in the controls."""
    form = answer.text.rpartition("<form")[0].partition("</footer>")[0]
    values = hidden_fields(answer.text)
    for control in re.findall(r"<input[^>]*>", form):
        given = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', control)}
        chosen = given.get("type") not in ("radio", "checkbox") or " checked" in control
        if "name" in given and given.get("type") != "hidden" and chosen:
            values[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, flags=re.S):
        selected = re.search(r'value="([^"]*)" selected', options)
        values[unescape(name)] = unescape(selected[1]) if selected else ""
    return values
