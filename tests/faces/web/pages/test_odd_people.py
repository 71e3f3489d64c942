"""Pages about people whose records are odd, and of a server that asks for patience: said, and nothing breaks."""

from __future__ import annotations

from html import unescape

import httpx
import pytest

from carefhir.transport import httpx_driver
from tests.faces.web.launch.conftest import LaunchedPage, Launching, scriptless
from tests.support.odd_records_of_rosa import MARKUP, OF_ROSA, odd_records

PAGES = ("", "call", "plan", "plan/print", "transition", "reconcile", "ask/check-in", "steps/pause", "all")


@pytest.fixture
def today(launching: Launching) -> LaunchedPage:
    """The list of today, with Rosa in the program and odd records in her chart."""
    page = launching.for_today(launching.browser())
    rosa = page.of(page.ward.patient)
    assert "Done: " in rosa.submits("enroll", rosa.enrollment()).text
    for record in odd_records(page.ward.patient):
        page.ward.front.create(record)
    return page


@pytest.mark.parametrize("how", OF_ROSA)
def test_every_page_of_somebody_odd(today: LaunchedPage, how: str) -> None:
    today.ward.front.change(today.ward.patient, **OF_ROSA[how])
    rosa = today.of(today.ward.patient)
    answers = {name: rosa.get(name) for name in PAGES} | {"today": today.page(), "supervisor": today.get("supervisor")}
    for name, answer in answers.items():
        assert (name, answer.status_code) == (name, 200)
        assert "<script" not in scriptless(answer.text), name
        assert MARKUP not in answer.text, name
        assert ">None<" not in answer.text, name
        assert " None" not in unescape(answer.text).replace(" None found", "").replace(" None is", ""), name
    assert answers["today"].text.count('<li class="row">') == 1, "whoever is odd is on the list"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("no-name", "no name on record"),
        ("empty-name", "no name on record"),
        ("no-birth-date", "no birth date on record"),
        ("nothing", "language not on record"),
        ("right-to-left", "محمد بن عبد الرحمن الخوارزمي"),
        ("chinese", "娜娜 歐陽"),
    ],
)
def test_whose_page_it_is(today: LaunchedPage, how: str, words: str) -> None:
    """On the list, on the page and above every button: what is not on record is said."""
    today.ward.front.change(today.ward.patient, **OF_ROSA[how])
    rosa = today.of(today.ward.patient)
    for text in (today.page().text, rosa.page().text, rosa.get("call").text):
        assert words in unescape(text)


@pytest.mark.parametrize("name", ["", "call", "plan", "plan/print", "transition", "reconcile", "readings/overview"])
def test_a_server_that_asks_for_patience(today: LaunchedPage, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again as it wishes; then the page says what it answered, and never that there is nothing."""

    waits: list[float] = []

    async def counted(seconds: float) -> None:
        """Nobody waits here."""
        waits.append(seconds)

    monkeypatch.setattr(httpx_driver.asyncio, "sleep", counted)
    rosa = today.of(today.ward.patient)
    today.launching.ehr.fhir_rules = [lambda request: httpx.Response(429, headers={"retry-after": "7"})]
    answer = rosa.get(name, headers={"Accept": "text/html"})
    text = unescape(answer.text)
    assert 7.0 in waits, "as long as the server asked for"
    assert "429" in text
    assert "could not be read" in text
    for comfort in ("Nothing is due", "No transition is open", "No care plan of ours is under way", "no allergies"):
        assert comfort not in text


def test_a_list_of_today_that_asks_for_patience(today: LaunchedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        """Nobody waits here."""

    monkeypatch.setattr(httpx_driver.asyncio, "sleep", at_once)
    today.launching.ehr.fhir_rules = [lambda request: httpx.Response(429)]
    for answer in (today.page(), today.get("supervisor")):
        assert "429" in answer.text
        assert "Try again" in answer.text
        assert "Nothing" not in answer.text
