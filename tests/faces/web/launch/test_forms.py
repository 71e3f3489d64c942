"""Tests 51 to 55 of docs/smart-launch.md: what a browser may send, where pages may be shown, headers of every page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from carefhir.transport import httpx_driver
from tests.faces.conftest import response
from tests.faces.web.launch.conftest import ADDRESS, LaunchedPage, Launching, hidden_fields, scriptless
from tests.support.misbehaving_ehr import BASE

Json = dict[str, Any]


@pytest.fixture
def page(launching: Launching) -> LaunchedPage:
    return launching.launched(launching.browser())


def nothing_written(page: LaunchedPage, before: dict[str, int]) -> bool:
    return page.launching.ward.front.written_since(before) == []


ORIGINS: dict[str, tuple[dict[str, str], bool]] = {
    "a page without a referrer": ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
    "a page with its origin": ({"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}, True),
    "a browser that sends no Sec-Fetch-Site": ({"Origin": ADDRESS, "Sec-Fetch-Site": ""}, True),
    "another site": ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, False),
    "another site that says same-origin": ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
    "a subdomain": ({"Origin": "https://other.care.test", "Sec-Fetch-Site": "same-site"}, False),
    "http": ({"Origin": "http://care.test", "Sec-Fetch-Site": "cross-site"}, False),
    "another port": ({"Origin": "https://care.test:8443", "Sec-Fetch-Site": "same-site"}, False),
    "a sandboxed frame": ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
    "null alone": ({"Origin": "null", "Sec-Fetch-Site": ""}, False),
    "nothing": ({"Origin": "", "Sec-Fetch-Site": ""}, False),
    "our origin from another site": ({"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"}, False),
}


@pytest.mark.parametrize("which", ORIGINS)
@pytest.mark.parametrize("kind", ["form", "json"])
def test_51_where_a_form_comes_from(page: LaunchedPage, which: str, kind: str) -> None:
    headers, fine = ORIGINS[which]
    own = hidden_fields(page.page().text)
    before = page.launching.ward.front.versions()
    path = f"{page.path}steps/enroll"
    if kind == "form":
        seen = page.previews("enroll", page.enrollment(), own=page.fields())
        answer = page.browser.post(path, data=hidden_fields(seen.text), headers=headers)
    else:
        told = ["what-it-is", "care-team", "right-to-stop"]
        answer = page.browser.post(path, json={**own, **page.enrollment(), "told": told}, headers=headers)
    assert answer.status_code == (200 if fine else 403), answer.text
    assert nothing_written(page, before) != fine


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"form_token": ""}, id="none"),
        pytest.param({"form_token": "0" * 64}, id="made-up"),
        pytest.param({"form_token": "é"}, id="odd"),
        pytest.param({"launch": "0" * 32}, id="other-launch"),
    ],
)
def test_51_a_form_without_its_token(page: LaunchedPage, changes: Json) -> None:
    before = page.launching.ward.front.versions()
    answer = page.submits("enroll", page.enrollment(), own={**page.fields(), **changes})
    assert (answer.status_code, nothing_written(page, before)) == (403, True)


def test_51_a_form_of_another_launch(launching: Launching) -> None:
    browser = launching.browser()
    first, second = launching.launched(browser), launching.launched(browser)
    before = launching.ward.front.versions()
    own = first.fields()
    for given in (own, {**own, "launch": second.launch_id}):
        assert second.submits("enroll", second.enrollment(), own=given).status_code == 403
    assert nothing_written(second, before)


@pytest.mark.parametrize("patient", ["Patient/17", "17", "", "Practitioner/4"])
def test_52_a_form_for_another_patient(page: LaunchedPage, patient: str) -> None:
    before = page.launching.ward.front.versions()
    answer = page.submits("enroll", page.enrollment(), own={**page.fields(), "patient": patient})
    assert (answer.status_code, nothing_written(page, before)) == (409, True)
    assert "for another patient" in answer.text


def test_52_a_body_that_names_another_patient(page: LaunchedPage) -> None:
    other = response("rosa-phq-9", subject={"reference": "Patient/other"})
    before = page.launching.ward.front.versions()
    answer = page.submits("record-assessment", {"response": json.dumps(other)}, own=page.fields("record-assessment"))
    assert (answer.status_code, nothing_written(page, before)) == (403, True)


@pytest.mark.parametrize("status", [409, 412])
def test_53_a_version_that_has_moved(page: LaunchedPage, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that goes on refusing: what was typed stands on the page, and what happened is said."""

    async def at_once(_: float) -> None:
        """Between two tries nobody waits here."""

    monkeypatch.setattr(httpx_driver.asyncio, "sleep", at_once)
    values = {**page.enrollment(), "reason": "several chronic <conditions>"}
    own = page.fields()
    page.launching.ehr.fhir_rules = [
        lambda request: httpx.Response(status) if b'"transaction"' in request.content else None,
    ]
    before = page.launching.ward.front.versions()
    answer = page.submits("enroll", values, own=own)
    assert (answer.status_code, f"answered {status}" in answer.text) == (502, True)
    assert nothing_written(page, before)
    assert "several chronic &lt;conditions&gt;" in answer.text
    assert values["care_manager"] in answer.text
    assert 'role="status"' in answer.text
    page.launching.ehr.fhir_rules = []
    kept = hidden_fields(answer.text)
    assert page.submits("enroll", values, own=kept).status_code == 200, "the page can be sent again as it is"


def test_53_somebody_else_was_faster(launching: Launching) -> None:
    """The same act with other details is a conflict: nothing is written, and nothing that was typed is lost."""
    page, colleague = (launching.launched(launching.browser()) for _ in range(2))
    own = page.fields()
    assert "Done: " in colleague.submits("enroll", colleague.enrollment(reason="a fall")).text
    before = launching.ward.front.versions()
    answer = page.submits("enroll", page.enrollment(reason="just home"), own=own)
    assert (answer.status_code, nothing_written(page, before)) == (409, True)
    assert 'value="just home"' in answer.text


def test_53_what_was_seen_is_no_longer_so(page: LaunchedPage) -> None:
    preview = page.submits("enroll", {**page.enrollment(), "preview": "true"})
    shown = hidden_fields(preview.text)
    before = page.launching.ward.front.versions()
    answer = page.browser.post(f"{page.path}steps/enroll", data={**shown, "reason": "something else"})
    assert (answer.status_code, nothing_written(page, before)) == (422, True)
    assert "something else" in answer.text
    done = page.browser.post(f"{page.path}steps/enroll", data=shown)
    assert "Done: " in done.text


def test_what_is_wrong_with_a_field_is_said_beside_what_was_typed(page: LaunchedPage) -> None:
    answer = page.submits("record-assessment", {"response": "{Delgado"}, own=page.fields("record-assessment"))
    assert answer.status_code == 400
    assert "response: expected JSON" in answer.text
    assert "{Delgado</textarea>" in answer.text


def test_what_must_be_done_now_stands_first(page: LaunchedPage) -> None:
    """Also where the service itself refuses."""
    danger = json.dumps(response("rosa-phq-9-item-9"))
    page.launching.ehr.fhir_rules = [
        lambda request: httpx.Response(403) if request.url.path.endswith("/metadata") else None
    ]
    answer = page.submits("record-assessment", {"response": danger}, own=page.fields("record-assessment"))
    assert answer.status_code >= 400
    assert answer.text.index('class="now"') < answer.text.index('class="note"')


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"a=1&a=2", b"&".join(b"a%d=1" % each for each in range(1_001))])
def test_a_form_that_cannot_be_read(page: LaunchedPage, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert page.browser.post(f"{page.path}steps/enroll", content=body, headers=headers).status_code == 400


def test_a_body_that_is_too_large_or_of_another_kind(page: LaunchedPage) -> None:
    assert page.browser.post(f"{page.path}steps/enroll", data={"a": "x" * 2_000_001}).status_code == 413
    headers = {"Content-Type": "text/plain"}
    assert page.browser.post(f"{page.path}steps/enroll", content=b"x", headers=headers).status_code == 415
    assert page.browser.post(f"{page.path}steps/none", data=hidden_fields(page.page().text)).status_code == 404


def test_the_same_as_json(page: LaunchedPage) -> None:
    """With the form's token in a header, too."""
    own = page.fields()
    values = {**page.enrollment(), "told": ["what-it-is", "care-team", "right-to-stop"], "patient": own["patient"]}
    headers = {"Carefhir-Form-Token": own["form_token"]}
    path = f"{page.path}steps/enroll"
    preview = page.browser.post(path, json={**values, "preview": True}, headers=headers).json()
    assert preview["outcome"] == "preview"
    done = page.browser.post(path, json={**values, "expect": preview["sha256"], "now": preview["now"]}, headers=headers)
    assert (done.status_code, done.json()["outcome"], done.json()["sha256"]) == (200, "done", preview["sha256"])
    assert page.browser.post(path, json=values).status_code == 403
    assert page.browser.post(path, json={**values, "preview": "perhaps"}, headers=headers).status_code == 400


def test_the_receipt_names_who_is_signed_in(page: LaunchedPage) -> None:
    page.submits("enroll", page.enrollment())
    receipts = page.launching.ward.front.search("Provenance")
    assert page.launching.ward.nurse in json.dumps(receipts[-1]["agent"])


# -- where pages may be shown, and how ---------------------------------------------------------------------------------


def ancestors(answer: httpx.Response) -> str:
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    return policy["frame-ancestors"]


def test_54_frames(launch_with: Callable[..., Launching]) -> None:
    framed = "https://ehr.test https://portal.ehr.test"
    launching = launch_with(settings={"framed_by": tuple(framed.split())})
    browser = launching.browser()
    page = launching.launched(browser)
    mine = [page.page(), browser.get(f"{page.path}steps/enroll"), browser.get("/main/launch?iss=x&launch=1")]
    assert [ancestors(answer) for answer in mine] == [framed] * 3
    over = browser.get(f"/s/main-{'0' * 32}/")
    assert (over.status_code, ancestors(over)) == (401, framed), "whoever works in a frame is told there"
    strangers = ["/launch?iss=https://evil.example&launch=1", "/other/launch?iss=x&launch=1", "/s/none/", "/health"]
    for path in strangers:
        answer = browser.get(path)
        assert ancestors(answer) == "'none'"
        assert "x-frame-options" not in answer.headers


def test_54_nobody_frames_an_ehr_that_names_nobody(page: LaunchedPage) -> None:
    assert ancestors(page.page()) == "'none'"


def every_page(page: LaunchedPage) -> dict[str, httpx.Response]:
    browser, path = page.browser, page.path
    return {
        "first": page.page(),
        "form": browser.get(f"{path}steps/enroll"),
        "preview": page.submits("enroll", {**page.enrollment(), "preview": "true"}),
        "refused": page.submits("enroll", page.enrollment(program="none")),
        "done": page.submits("enroll", page.enrollment()),
        "reading": page.reading(),
        "launch": browser.get("/main/launch", params={"iss": BASE, "launch": "1"}),
        "callback": page.launching.returns(browser),
        "no launch": browser.get("/launch"),
        "no session": browser.get("/s/none/"),
        "error": browser.get("/main/launch/callback?error=access_denied"),
        "signed out": page.sign_out(),
    }


def test_55_headers_of_every_page(page: LaunchedPage) -> None:
    for name, answer in every_page(page).items():
        headers = answer.headers
        assert headers["cache-control"] == "no-store", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert headers["x-content-type-options"] == "nosniff", name
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "access-control-allow-origin" not in headers, "row 32: no other site reads a page"
        assert "<script" not in scriptless(answer.text), name
        assert "style=" not in answer.text, name


def test_a_page_can_be_used_without_a_mouse_or_eyes(page: LaunchedPage) -> None:
    """Every field has its label and its hint; a page has a language, a title, one first heading and a main part."""
    for name, answer in every_page(page).items():
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        text = answer.text
        assert '<html lang="en">' in text, name
        assert len(re.findall("<h1[ >]", text)) == text.count('<main id="main">') == text.count("<title>") == 1, name
        for part in text.split(' id="f-')[1:]:
            field = part.partition('"')[0]
            assert f'<label for="f-{field}">' in text, (name, field)
            assert f'id="h-{field}"' in text, (name, field)


def test_the_stylesheet(launching: Launching) -> None:
    answer = launching.browser().get("/s/carefhir.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in answer.text
