"""Tests 30 to 35, 60, 61 and 63 of docs/smart-launch.md: what was granted, for whom, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from carefhir.faces.web.abilities import CANNOT, DOES, SHOWS, Ability, abilities, narrowed
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.scopes import GrantedScopes
from carefhir.settings import Settings, SignInSettings
from tests.faces.web.launch.conftest import Launching
from tests.support.misbehaving_ehr import BASE, TOKEN


def able(scope: str, *, acting: str = "Practitioner/4") -> dict[str, Ability]:
    return {each.name: each for each in abilities(Caller(GrantedScopes.read(scope), "Patient/16", acting))}


def test_30_scopes_for_writing_are_not_granted(launch_with: Callable[..., Launching]) -> None:
    """The steps are previewed, and say which scope is missing; nothing is tried at the FHIR server."""
    launching = launch_with(scope="openid fhirUser launch user/*.rs")
    page = launching.launched(launching.browser())
    first = page.page().text
    assert "This launch only looks" in first
    everything = page.browser.get(f"{page.path}all").text
    assert SHOWS in everything
    assert "did not grant patient/" in everything
    own = page.fields("enroll")
    form = page.browser.get(f"{page.path}steps/enroll").text
    assert "Write without looking" not in form
    assert page.submits("enroll", {**page.enrollment(), "preview": "true"}, own=own).status_code == 200
    before, asked = launching.ward.front.versions(), len(launching.ehr.to(BASE))
    for _ in range(3):
        answer = page.browser.post(f"{page.path}steps/enroll", data={**own, **page.enrollment(), "expect": "0" * 64})
        assert answer.status_code == 403
        assert "patient/EpisodeOfCare.cu" in answer.text or "EpisodeOfCare.c" in answer.text
    assert launching.ward.front.written_since(before) == []
    posted = [request for request in launching.ehr.to(BASE)[asked:] if b'"transaction"' in request.content]
    assert posted == []


def test_30_fewer_scopes_than_were_asked_for(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(drop_scopes=lambda scope: scope.startswith("user/Goal."))
    page = launching.launched(launching.browser())
    assert "patient/Goal.rs" in page.page().text
    answer = page.reading("overview")
    assert (answer.status_code, "patient/Goal.rs" in answer.json()["message"]) == (403, True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("patient/*.read patient/*.write", "patient/*.rs patient/*.cud"),
        ("patient/*.*", "patient/*.cruds"),
        ("user/*.Read USER/*.Write", "user/*.cruds"),
        ("patient/*.read patient/Task.write", "patient/*.rs patient/Task.cud"),
        ("patient/*.rs patient/Task.*", "patient/*.rs patient/Task.cruds"),
    ],
)
def test_31_both_versions_give_the_same(first: str, second: str) -> None:
    assert able(first) == able(second)


def test_31_what_a_grant_comes_to() -> None:
    whole = able("patient/*.cruds")
    assert {each.how for each in whole.values()} == {DOES}
    assert {each.how for each in able("patient/Task.cruds").values()} == {CANNOT}
    reads = able("user/*.rs")
    assert all(each.how == (SHOWS if each.writes else DOES) for each in reads.values())
    assert reads["enroll"].missing
    nobody = able("patient/*.cruds", acting="")
    assert {each.how for each in nobody.values() if each.writes} == {CANNOT}
    narrow = able("patient/*.rs patient/Task.cruds?status=requested")
    assert {each.how for each in narrow.values() if each.writes} == {SHOWS}


def test_a_renewed_token_never_widens_what_was_granted() -> None:
    assert narrowed("user/*.cruds", "user/*.rs user/Task.c") == GrantedScopes.read("user/*.rs")
    assert narrowed("user/Task.crs user/Goal.c", "user/*.rs user/Task.c") == GrantedScopes.read("user/Task.crs")


@pytest.mark.parametrize(
    "misbehavior",
    [
        pytest.param({"token_remove": ("patient",)}, id="missing"),
        pytest.param({"token_set": {"patient": ""}}, id="empty"),
        pytest.param({"token_set": {"patient": None}}, id="null"),
        pytest.param({"token_set": {"patient": ["16", "17"]}}, id="several"),
        pytest.param({"token_set": {"patient": "https://evil.example/fhir/Patient/16"}}, id="elsewhere"),
        pytest.param({"token_set": {"patient": "16/../../Practitioner/4"}}, id="climbing"),
    ],
)
def test_32_no_patient_in_context(launch_with: Callable[..., Launching], misbehavior: dict[str, Any]) -> None:
    launching = launch_with(**misbehavior)
    browser = launching.browser()
    answer = launching.returns(browser)
    assert answer.status_code == 403
    assert "no patient in context" in answer.text
    assert browser.cookies == {}
    assert {str(request.url).removeprefix(BASE).split("/")[1] for request in launching.ehr.to(BASE)} == {".well-known"}


@pytest.mark.parametrize(
    ("given", "shows"),
    [
        pytest.param({"token_set": {"need_patient_banner": True}}, True, id="true"),
        pytest.param({"token_set": {"need_patient_banner": "true"}}, True, id="text-true"),
        pytest.param({"token_set": {"need_patient_banner": False}}, False, id="false"),
        pytest.param({"token_set": {"need_patient_banner": "false"}}, False, id="text-false"),
        pytest.param({"token_remove": ("need_patient_banner",)}, True, id="missing"),
        pytest.param({"token_set": {"need_patient_banner": "nonsense"}}, True, id="nonsense"),
    ],
)
def test_33_the_banner(launch_with: Callable[..., Launching], given: dict[str, Any], shows: bool) -> None:
    launching = launch_with(**given)
    text = launching.launched(launching.browser()).page().text
    assert [part in text for part in ("Rosa Delgado", "Aug 14, 1951", "RB-104471", "female")] == [shows] * 4


def test_33_a_patient_who_cannot_be_read_is_said(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    launching.ehr.token_set = {"need_patient_banner": False}
    hidden = launching.launched(launching.browser())
    launching.ward.front.sandbox._store.types["Patient"].clear()
    for each in (page, hidden):
        assert "who this patient is could not be read" in each.page().text.lower()


def test_33_a_patient_who_has_died_is_said(launching: Launching) -> None:
    launching.ward.front.change(launching.ward.patient, deceasedBoolean=True)
    assert "recorded as deceased" in launching.launched(launching.browser()).page().text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://evil.example/style.json", "https://login.test/style.json"]
)
def test_34_the_ehrs_style_is_not_taken(launch_with: Callable[..., Launching], url: str) -> None:
    launching = launch_with(token_set={"smart_style_url": url})
    text = launching.launched(launching.browser()).page().text
    assert url not in text
    assert "<style" not in text
    assert not [request for request in launching.ehr.sent if "style" in str(request.url)]


@pytest.mark.parametrize(
    "context",
    [
        pytest.param([{"reference": "Task/1", "role": "https://ehr.test/roles/unknown"}], id="unknown-role"),
        pytest.param([{"canonical": "https://evil.example/Questionnaire/1"}], id="canonical"),
        pytest.param([{"reference": "https://evil.example/fhir/Patient/2"}], id="absolute"),
        pytest.param([{"reference": "Encounter/18"}], id="relative"),
        pytest.param([{"identifier": {"value": "1"}}, 7, None, "Task/1"], id="odd"),
        pytest.param({"reference": "Task/1"}, id="no-list"),
    ],
)
def test_35_what_else_was_open(launch_with: Callable[..., Launching], context: Any) -> None:
    launching = launch_with(token_set={"fhirContext": context})
    page = launching.launched(launching.browser())
    assert page.page().status_code == 200
    assert {request.url.host for request in launching.ehr.sent} == {"ehr.test", "login.test"}
    read = {request.url.path for request in launching.ehr.to(f"{BASE}/")}
    assert not [path for path in read if path.endswith(("Task/1", "Encounter/18", "Questionnaire/1", "Patient/2"))]


def test_a_reading_is_of_the_patient_of_the_launch(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    answer = page.browser.get(f"{page.path}readings/overview", params={"patient": "Patient/other"})
    assert answer.status_code == 403
    assert page.reading("worklist").status_code == 404
    assert page.reading("enroll").status_code == 405


def test_63_the_services_own_token_is_of_no_use_to_a_user(launch_with: Callable[..., Launching]) -> None:
    """With a sign-in of its own: `system/` scopes only, one token while it holds, and never in what a browser gets."""
    own = Settings(sign_in=SignInSettings(client_id="carefhir-app", secret="correct horse battery", token_url=TOKEN))
    launching = launch_with(site=own)
    page = launching.launched(launching.browser())
    launching.ehr.live["own-token"] = launching.ehr.clock() + 9e9
    by_itself = {"access_token": "own-token", "token_type": "Bearer", "expires_in": 300}
    answers = _granting(launching, by_itself)
    texts = [page.page().text, page.reading().text, page.reading().text, page.fields("enroll")["form_token"]]
    assert len(answers) <= 2, "one for the steps, one for the headings"
    assert all(form["grant_type"] == "client_credentials" for form in answers)
    scopes = [scope for form in answers for scope in form["scope"].split()]
    assert scopes
    assert all(scope.startswith("system/") for scope in scopes)
    assert not [text for text in texts if "own-token" in text]
    sent = {request.headers["authorization"] for request in launching.ehr.to(f"{BASE}/Patient")}
    assert sent == {"Bearer own-token"}, "the session's token stays where it is"


def _granting(launching: Launching, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Lets the token endpoint know client credentials, too; gives the forms it takes for them."""
    forms: list[dict[str, Any]] = []
    before = launching.ehr._token

    def token(request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        if form.get("grant_type") != "client_credentials":
            return before(request)
        forms.append(form)
        return httpx.Response(200, json=answer)

    launching.ehr._token = token  # type: ignore[method-assign]  # this one instance
    return forms
