"""Today: a row for each person, most urgent first; what cannot be seen is said, and an empty list is no promise."""

from __future__ import annotations

import functools
import operator
import re
from dataclasses import replace
from html import unescape

import httpx
import pytest

from carefhir.faces.web.pages import today as today_module
from carefhir.faces.web.pages.today import TodayFilter, _group_of, headline, tier_of
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.list_rows import PatientRow
from carefhir.workflows.looking.person import Identity, LastContact
from tests.faces.web.launch.conftest import LaunchedPage, Launching, scriptless


def due(**changes: object) -> Due:
    values: dict[str, object] = {
        "group": "now",
        "what": "teach-back",
        "when": "today",
        "why": "",
        "task": "Task/1",
        "due": None,
        "pressing": False,
        "by_call": True,
    }
    return Due(**{**values, **changes})  # type: ignore[arg-type]


def row(*now: Due, week: tuple[Due, ...] = (), **changes: object) -> PatientRow:
    identity = Identity("Patient/1", "Rosa Delgado", "born 1951-08-14", "MRN RB-1", "Spanish, interpreter", "555")
    plain = PatientRow(
        identity=identity,
        namesake="",
        notes=(),
        now=now,
        this_week=week,
        later=(),
        on_hold=(),
        last_contact=LastContact(None, 0, None, ""),
        helpers=(),
        next_visit="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


AT_ONCE = due(
    when="NOW", what="escalation", why="EMERGENCY: chest pain. Reach a provider.", pressing=True, by_call=False
)


@pytest.mark.parametrize(
    ("given", "group"),
    [
        (row(AT_ONCE), "at-once"),
        (row(due(), AT_ONCE), "at-once"),
        (row(AT_ONCE, paused=True), "at-once"),
        (row(AT_ONCE, in_hospital=True), "at-once"),
        (row(due()), "now"),
        (row(due(), in_hospital=True), "now"),
        (row(due(), paused=True), "now"),
        (row(week=(due(group="this week"),)), "week"),
        (row(week=(due(group="this week"),), in_hospice=True), "paused"),
        (row(), "paused"),
    ],
)
def test_where_a_person_stands_in_the_list(given: PatientRow, group: str) -> None:
    """Whoever waits is named apart, unless something about them cannot."""
    assert _group_of(given) == group


def test_what_cannot_wait_is_named_by_its_reason() -> None:
    assert headline(AT_ONCE) == "EMERGENCY: chest pain"
    assert headline(due()) == "Teach-back"
    assert headline(due(why="By word of the prescriber.")) == "Teach-back"


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (TodayFilter(), True),
        (TodayFilter(language="Spanish"), True),
        (TodayFilter(language="English"), False),
        (TodayFilter(words="delg"), True),
        (TodayFilter(words="RB-1"), True),
        (TodayFilter(words="Earl"), False),
        (TodayFilter(language="Spanish", words="Earl"), False),
        (TodayFilter(due="now"), True),
        (TodayFilter(due="week"), False),
        (TodayFilter(tier="none"), True),
        (TodayFilter(tier="high"), False),
    ],
)
def test_what_is_looked_for(wanted: TodayFilter, holds: bool) -> None:
    assert wanted.holds(row(due())) is holds


def test_a_tier_that_cannot_be_seen_is_not_none() -> None:
    assert tier_of(row(due())) == "none"
    assert tier_of(row(due(), tier="at least rising")) == "at least rising"
    assert tier_of(row(due(), unseen=frozenset({"risks"}))) == "not visible"


@pytest.fixture
def today(launching: Launching) -> LaunchedPage:
    return launching.for_today(launching.browser())


def enrolled(today: LaunchedPage) -> LaunchedPage:
    """Rosa's pages, once she is in the program."""
    rosa = today.of(today.ward.patient)
    answer = rosa.submits("enroll", rosa.enrollment())
    assert "Done: " in answer.text, answer.text
    return rosa


def test_an_empty_list_says_so(today: LaunchedPage) -> None:
    assert "Nothing due today." in today.page().text


def test_a_person_is_a_row_with_two_identifiers_and_one_thing_to_do(today: LaunchedPage) -> None:
    rosa = enrolled(today)
    text = unescape(today.page().text)
    assert text.count('<li class="row">') == 1
    for part in (
        "Rosa Delgado",
        "Aug 14, 1951",
        "RB-104471",
        "Spanish, interpreter",
        f'href="{rosa.path.removeprefix(today.path)}"',
    ):
        assert part in text
    assert text.count('class="button main"') <= 1, "one filled button a screen"
    assert "Practitioner/" not in text


def test_a_patient_opens_from_the_list(today: LaunchedPage) -> None:
    rosa = enrolled(today)
    page = rosa.page()
    assert page.status_code == 200
    assert "Rosa Delgado" in page.text
    assert f'<a href="{today.path}">Today</a>' in page.text


def test_the_filter_counts_whom_it_leaves_out(today: LaunchedPage) -> None:
    enrolled(today)
    text = today.browser.get(today.path, params={"words": "nobody of that name"}).text
    assert "1 left out by the filter" in text
    assert "Nothing due today" not in text
    assert "Rosa Delgado" not in text


def test_a_list_longer_than_a_page_says_so(today: LaunchedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left out unsaid, and whoever cannot wait is on the first page."""
    front = today.ward.front
    front.load("kim")
    kim = today.of(front.find("Patient", "kim"))
    enrolled(today)
    assert "Done: " in kim.submits("enroll", kim.enrollment()).text
    monkeypatch.setattr(today_module, "PER_PAGE", 1)
    first = unescape(today.page().text)
    assert ("2 people" in first, "here 1 to 1" in first, ">1 more<" in first) == (True, True, True)
    second = unescape(today.browser.get(today.path, params={"page": "2"}).text)
    assert "here 2 to 2" in second
    names = (
        [name for name in ("Rosa Delgado", "Kim") if name in first],
        [name for name in ("Rosa Delgado", "Kim") if name in second],
    )
    assert sorted(functools.reduce(operator.iadd, names, [])) == ["Kim", "Rosa Delgado"]
    assert today.browser.get(today.path, params={"page": "<b>"}).status_code == 200
    assert "here 2 to 2" in today.browser.get(today.path, params={"page": "99"}).text, "the last page is the last"


def test_what_cannot_be_seen_stands_before_the_list(today: LaunchedPage) -> None:
    enrolled(today)
    today.launching.ehr.fhir_rules = [
        lambda request: httpx.Response(403) if "Flag" in str(request.url) or b"Flag" in request.content else None
    ]
    text = today.page().text
    assert 0 < text.index("Not on this page") < text.index('class="rows"')


def test_a_server_that_does_not_answer_is_no_empty_list(today: LaunchedPage) -> None:
    today.launching.ehr.fhir_rules = [lambda request: httpx.Response(503)]
    answer = today.page()
    assert answer.status_code in (502, 503)
    assert "Nothing due" not in answer.text
    assert "Try again" in answer.text


def test_a_launch_for_one_patient_has_no_list_and_no_other_patient(launching: Launching) -> None:
    launching.ward.front.load("kim")
    page = launching.launched(launching.browser())
    assert 'id="list"' not in page.page().text
    kim = launching.ward.front.find("Patient", "kim").partition("/")[2]
    for name in ("", "call", "all", "steps/enroll", "readings/overview", "ask/phq-9"):
        answer = page.browser.get(f"{page.path}patients/{kim}/{name}", headers={"Accept": "text/html"})
        assert answer.status_code == 403, name
        assert "Kim" not in answer.text, name


def test_a_launch_that_gives_a_patient_is_for_that_patient_alone(launching: Launching) -> None:
    browser = launching.browser()
    asked = browser.get("/main/launch/today", params={"iss": launching.ehr.base, "launch": "l-1"})
    answer = browser.get(launching.ehr.signs_in(asked.headers["location"]).removeprefix("https://care.test"))
    page = LaunchedPage(launching, browser, answer.headers["location"])
    assert "Rosa Delgado" in page.page().text
    assert page.get("patients/999/").status_code == 403


def test_no_patient_is_asked_for(launching: Launching) -> None:
    location = launching.browser().get("/main/launch/today").headers["location"]
    assert "launch" not in re.findall(r"launch(?:%2Fpatient)?", location.partition("scope=")[2].partition("&")[0])
    assert "launch%2Fpatient" not in location


@pytest.mark.parametrize("odd", ["a b", "é", "x" * 65, "<script>"])
def test_an_odd_patient_in_the_address(today: LaunchedPage, odd: str) -> None:
    answer = today.browser.get(f"{today.path}patients/{odd}/")
    assert answer.status_code == 404
    assert "<script" not in scriptless(answer.text)


def test_two_tabs_with_two_patients(today: LaunchedPage) -> None:
    """A form for one is refused on the pages of the other, whichever way round."""
    front = today.ward.front
    front.load("kim")
    rosa, kim = today.of(today.ward.patient), today.of(front.find("Patient", "kim"))
    of_rosa, of_kim = rosa.fields("enroll"), kim.fields("enroll")
    before = front.versions()
    for page, of_other in ((rosa, of_kim), (kim, of_rosa)):
        answer = page.submits("enroll", page.enrollment(), own=of_other)
        assert (answer.status_code, "for another patient" in answer.text) == (409, True)
    assert front.written_since(before) == []
    assert "Done: " in rosa.submits("enroll", rosa.enrollment(), own=of_rosa).text


def test_three_lists(today: LaunchedPage) -> None:
    """Mine, my teams', nobody's: what has no owner is on the second and the third, and says so."""
    rosa = enrolled(today)
    ward = today.ward
    unowned = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "description": "Bring the scale.",
        "for": {"reference": ward.patient},
        "restriction": {"period": {"end": "2026-03-09"}},
    }
    ward.front.create(unowned)
    mine, team, nobody = (unescape(today.get(f"?whose={name}").text) for name in ("mine", "team", "nobody"))
    assert "nobody" not in mine.partition('id="list"')[2]
    for text in (team, nobody):
        assert f'href="{rosa.path.removeprefix(today.path)}"' in text
        assert "· nobody" in text.partition('id="list"')[2]
    assert '<strong aria-current="page">Nobody' in nobody


def test_a_filter_keeps_the_list(today: LaunchedPage) -> None:
    enrolled(today)
    text = unescape(today.get("?whose=team&words=Earl").text)
    assert '<input type="hidden" name="whose" value="team">' in text
    assert 'href="' + today.path + '?whose=team">Show everybody' in text
    assert "1 left out by the filter" in text
