"""Readings as pages of a launch: what could not be seen comes first, and an answer that failed is no empty chart."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from carefhir.catalog import READINGS
from carefhir.faces.web.parameters import is_patients
from tests.faces.web.launch.conftest import Launching, scriptless

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
COMMANDS = {entry.name: entry.command for entry in READINGS}
NAMES = [entry.name for entry in READINGS if is_patients(entry.command)]


class Heard(HTMLParser):
    """What a page holds: its words, tags and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


@pytest.mark.parametrize("name", NAMES)
def test_every_reading_of_a_patient_opens_in_a_browser(launching: Launching, name: str) -> None:
    page = launching.launched(launching.browser())
    answer = page.browser.get(f"{page.path}readings/{name}", headers=PAGE)
    if answer.headers["content-type"].startswith("application/json"):  # a reading without parts
        assert answer.status_code == 200
        return
    heard = Heard(answer.text)
    assert "Rosa Delgado" in heard.words
    assert "script" not in Heard(scriptless(answer.text)).tags
    assert not [each for each in heard.attributes if each.startswith("on") or each == "style"]
    assert heard.tags.count("h1") == 1
    assert answer.status_code == 200 or "not an empty chart" in heard.words
    required = [
        each for each, shown in COMMANDS[name].model_fields.items() if shown.is_required() and each != "patient"
    ]
    forms = heard.tags.count("form") - 1  # one signs out
    assert forms == bool(required), "it asks for what it must be told"


def test_a_program_gets_json_as_before(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    assert page.reading().json()["outcome"] == "picture"


def test_the_overview_says_what_the_json_says(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    assert page.submits("enroll", page.enrollment(preview="false")).status_code == 200
    sections = page.reading().json()["sections"]
    words = re.sub(r"\s+", " ", Heard(page.browser.get(f"{page.path}readings/overview", headers=PAGE).text).words)
    assert len(sections) > 10
    assert [each["title"] for each in sections if each["title"] not in words] == []


def test_what_is_not_visible_comes_first(launching: Launching) -> None:
    launching.ehr.fhir_rules = [
        lambda request: httpx.Response(403) if "Flag" in str(request.url) or b"Flag" in request.content else None
    ]
    page = launching.launched(launching.browser())
    answer = page.browser.get(f"{page.path}readings/overview", headers=PAGE)
    assert answer.status_code == 200, answer.text
    assert answer.text.index("not visible: ") < answer.text.index("<h2")


def test_a_server_that_is_away_is_no_empty_chart(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    launching.ehr.fhir_rules = [lambda request: httpx.Response(503)]
    answer = page.browser.get(f"{page.path}readings/overview", headers=PAGE)
    assert answer.status_code in (502, 503)
    assert "not an empty chart" in answer.text
    assert "Nothing on record" not in answer.text


def test_a_session_that_is_over_is_said_as_a_page(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    assert page.sign_out().status_code == 200
    answer = page.browser.get(f"{page.path}readings/overview", headers=PAGE)
    assert (answer.status_code, "launch again from the EHR" in answer.text) == (401, True)


def test_words_of_records_are_no_markup(launching: Launching) -> None:
    launching.ward.front.create(
        {
            "resourceType": "Condition",
            "subject": {"reference": launching.ward.patient},
            "code": {"text": "<script>alert(1)</script><b>pain</b>"},
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
        }
    )
    page = launching.launched(launching.browser())
    answer = page.browser.get(f"{page.path}readings/overview", headers=PAGE)
    assert "&lt;script&gt;" in answer.text
    assert not {"script", "b"} & set(Heard(scriptless(answer.text)).tags)


def test_what_was_asked_wrongly_is_said_and_kept(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    answer = page.browser.get(f"{page.path}readings/time-statement", headers=PAGE, params={"month": "<March>"})
    assert answer.status_code == 400
    assert 'value="&lt;March&gt;"' in answer.text
    assert "month" in Heard(answer.text).words
    good = page.browser.get(f"{page.path}readings/time-statement", headers=PAGE, params={"month": "2026-03"})
    assert good.status_code == 200


def test_a_reading_that_is_not_there(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    for name in ("nothing", "enroll", "worklist"):
        answer = page.browser.get(f"{page.path}readings/{name}", headers=PAGE)
        assert answer.status_code in (404, 405), name
        assert answer.headers["content-type"].startswith("text/html")
