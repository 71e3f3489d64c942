"""Tests 40 to 44, 46 to 48, 50 and 58 of docs/smart-launch.md: a session, its tokens, its cookie and its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from carefhir.faces.web.launch.sessions import IDLE, LaunchSession, LaunchSessions, key_of
from carefhir.faces.web.stores import ProcessStore
from tests.faces.web.launch.conftest import ATTRIBUTES, Launching
from tests.support.authorization import Clock
from tests.support.misbehaving_ehr import BASE, TOKEN, TOKENS_LAST, forms_of, seconds

Json = dict[str, Any]
HOUR = 3_600


def refreshes(launching: Launching) -> list[Json]:
    return forms_of(launching.ehr, "refresh_token")


def once_401(asked: list[str], *, of: str) -> Callable[[httpx.Request], httpx.Response | None]:
    """Says 401 to the first request of a kind, `GET` or a transaction; `asked` lists every one of that kind."""

    def rule(request: httpx.Request) -> httpx.Response | None:
        kind = "transaction" if b'"transaction"' in request.content else request.method
        if kind != of or request.url.path.endswith("/metadata"):
            return None
        asked.append(str(request.url))
        return httpx.Response(401) if len(asked) == 1 else None

    return rule


def test_40_a_token_is_renewed_before_it_ends(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(expires_in=40)
    page = launching.launched(launching.browser())
    seconds(launching.ehr, 29)
    assert page.page().status_code == 200
    assert refreshes(launching) == []
    seconds(launching.ehr, 2)
    assert page.page().status_code == 200
    assert len(refreshes(launching)) == 1
    assert not [request for request in launching.ehr.to(BASE) if request.headers.get("authorization") == "Bearer "]


@pytest.mark.parametrize("rotates", [True, False])
def test_41_refresh_tokens(launch_with: Callable[..., Launching], rotates: bool) -> None:
    """A new one replaces the old one; where none comes, the old one is kept."""
    launching = launch_with(rotates=rotates)
    page = launching.launched(launching.browser())
    for _ in range(3):
        seconds(launching.ehr, TOKENS_LAST - 10)
        assert page.page().status_code == 200
    sent = [form["refresh_token"] for form in refreshes(launching)]
    assert len(sent) == 3
    assert len(set(sent)) == (3 if rotates else 1)


def test_41_many_requests_renew_once(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    seconds(launching.ehr, TOKENS_LAST + 10)

    async def all_at_once() -> list[int]:
        answers = await asyncio.gather(*(page.browser.sends("GET", page.path) for _ in range(8)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(all_at_once()) == [200] * 8
    assert len(refreshes(launching)) == 1


def test_41_what_was_rotated_is_kept_though_its_answer_cannot_be_checked(launching: Launching) -> None:
    """The old refresh token is worth nothing by then: losing the new one would end the session."""
    page = launching.launched(launching.browser())
    seconds(launching.ehr, TOKENS_LAST - 90)
    assert page.page().status_code == 200
    launching.ehr.token_set = {"id_token": launching.ehr._id_token("")}
    launching.ehr.keys_mode = "500"
    seconds(launching.ehr, TOKENS_LAST + 100)  # the keys are not believed any more, either
    assert page.page().status_code == 503
    launching.ehr.token_set, launching.ehr.keys_mode = {}, ""
    seconds(launching.ehr, 2)
    assert page.page().status_code == 200
    assert len({form["refresh_token"] for form in refreshes(launching)}) == 2


def test_42_a_refresh_token_that_does_not_hold(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    launching.ehr.refresh.clear()
    seconds(launching.ehr, TOKENS_LAST + 10)
    for _ in range(3):
        answer = page.page()
        assert answer.status_code == 401
        assert "launch again from the EHR" in answer.text
    assert len(refreshes(launching)) == 1, "no loop"


@pytest.mark.parametrize("trouble", [httpx.Response(503), httpx.ConnectError("no"), httpx.Response(500)])
def test_42_passing_trouble_ends_nothing(launching: Launching, trouble: httpx.Response | Exception) -> None:
    page = launching.launched(launching.browser())
    launching.ehr.token_rules = [trouble]
    seconds(launching.ehr, TOKENS_LAST - 30)
    assert page.page().status_code == 200, "the token still holds"
    launching.ehr.token_rules = [trouble]
    seconds(launching.ehr, 60)
    assert page.page().status_code in (502, 503)
    assert page.page().status_code == 200
    assert len({form["refresh_token"] for form in refreshes(launching)}) == 1


def test_a_renewed_token_for_the_same_person_goes_on(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    seconds(launching.ehr, TOKENS_LAST + 10)
    launching.ehr.token_set = {"id_token": launching.ehr._id_token(""), "patient": launching.ehr.patient}
    assert page.page().status_code == 200
    assert len(refreshes(launching)) == 1


@pytest.mark.parametrize("changes", [{"patient": "17"}, {"id_token": "other"}])
def test_a_renewed_token_for_somebody_else_ends_the_session(launching: Launching, changes: Json) -> None:
    """Row 22: another patient or another person."""
    page = launching.launched(launching.browser())
    seconds(launching.ehr, TOKENS_LAST + 10)
    launching.ehr.idt_set = {"sub": "somebody-else"}
    launching.ehr.token_set = {"id_token": launching.ehr._id_token("")} if "id_token" in changes else changes
    before = len(launching.ehr.to(f"{BASE}/Patient"))
    assert [page.page().status_code for _ in range(2)] == [401, 401]
    assert len(refreshes(launching)) == 1
    assert len(launching.ehr.to(f"{BASE}/Patient")) == before


def test_43_a_token_that_the_fhir_server_refuses(launching: Launching) -> None:
    """One renewal, and what only reads is asked once more."""
    page, asked = launching.launched(launching.browser()), []
    seconds(launching.ehr, 60)
    launching.ehr.fhir_rules = [once_401(asked, of="GET")]
    assert page.page().status_code == 200
    assert len(refreshes(launching)) == 1
    assert asked.count(asked[0]) == 2


def test_43_a_token_that_was_taken_back(launching: Launching) -> None:
    """Every request with it is refused, from the first on."""
    page = launching.launched(launching.browser())
    seconds(launching.ehr, 60)
    launching.ehr.live.clear()
    assert "Rosa Delgado" in page.page().text
    assert len(refreshes(launching)) == 1


def test_43_a_server_that_refuses_every_token(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    seconds(launching.ehr, 60)
    launching.ehr.fhir_rules = [lambda request: None if request.url.path.endswith("/metadata") else httpx.Response(401)]
    for _ in range(3):
        assert "could not be read" in page.page().text
        assert page.reading().status_code >= 400
    assert len(refreshes(launching)) == 1, "not one token after another"


def test_44_a_write_whose_token_is_refused_is_not_repeated_blindly(launching: Launching) -> None:
    page, asked = launching.launched(launching.browser()), []
    own = page.fields("enroll")
    before = launching.ward.front.versions()
    seconds(launching.ehr, 60)
    launching.ehr.fhir_rules = [once_401(asked, of="transaction")]
    answer = page.submits("enroll", page.enrollment(), own=own)
    assert answer.status_code == 200, answer.text
    assert len(refreshes(launching)) == 1
    written = launching.ward.front.written_since(before)
    assert written.count("EpisodeOfCare") == 1
    looked = [request.method for request in launching.ehr.to(BASE)]
    assert looked.count("POST") >= 2


def test_46_signing_out(launching: Launching) -> None:
    """Both tokens are taken back, the refresh token first; the cookie and the session are gone."""
    browser = launching.browser()
    page, other = launching.launched(browser), launching.launched(browser)
    handle, access = page.handle, set(launching.ehr.live)
    answer = page.sign_out()
    assert (answer.status_code, "has taken the access back" in answer.text) == (200, True)
    assert [kind for kind, _ in launching.ehr.revoked] == ["refresh_token", "access_token"]
    assert access - set(launching.ehr.live) == {launching.ehr.revoked[1][1]}
    assert f"__Host-cf_{page.launch_id}" not in browser.cookies
    assert page.page().status_code == 401
    browser.cookies[f"__Host-cf_{page.launch_id}"] = handle
    assert page.page().status_code == 401, "also with the cookie of before"
    assert other.page().status_code == 200


def test_46_an_ehr_that_does_not_take_back(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(disc_remove=("revocation_endpoint",))
    page = launching.launched(launching.browser())
    assert "has not confirmed" in page.sign_out().text
    assert page.page().status_code == 401


def test_46_a_sign_out_from_elsewhere(launching: Launching) -> None:
    page = launching.launched(launching.browser())
    assert page.browser.post(f"{page.path}logout", data={"patient": launching.ward.patient}).status_code == 403
    assert page.page().status_code == 200


def test_47_every_cookie(launching: Launching) -> None:
    """The browser of these tests refuses what a browser would; here it is looked at once more."""
    browser = launching.browser()
    launching.launched(browser).sign_out()
    assert len(browser.set) == 4
    for line in browser.set:
        name, *attributes = line.split("; ")
        assert name.startswith("__Host-cf_")
        assert set(attributes) >= ATTRIBUTES
        assert not [each for each in attributes if each.lower().startswith("domain")]


def test_48_a_long_token(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(at_pad=3_000)
    browser = launching.browser()
    page = launching.launched(browser)
    assert page.page().status_code == 200
    assert max(len(line.partition(";")[0]) for line in browser.set) < 1_024


def test_no_token_leaves_the_service(launching: Launching) -> None:
    """Row 28: neither in pages nor in cookies, headers or addresses."""
    page = launching.launched(launching.browser())
    answers = [page.page(), page.reading(), page.browser.get(f"{page.path}steps/enroll")]
    secrets = {*launching.ehr.live, *launching.ehr.refresh}
    everything = "".join(f"{answer.text}{dict(answer.headers)}" for answer in answers) + str(page.browser.set)
    assert not [secret for secret in secrets if secret in everything]
    assert not [request for request in launching.ehr.sent if any(each in str(request.url) for each in secrets)]


def test_50_a_cookie_of_another_launch(launching: Launching) -> None:
    browser = launching.browser()
    first, second = launching.launched(browser), launching.launched(browser)
    handle = first.handle
    for path in (second.path, f"{second.path}readings/overview", f"{second.path}steps/enroll"):
        browser.cookies[f"__Host-cf_{second.launch_id}"] = handle
        assert browser.get(path).status_code == 401
    assert first.page().status_code == 200
    stranger = launching.browser()
    assert stranger.get(first.path).status_code == 401
    assert stranger.get("/s/nothing/").status_code == 401


def test_a_session_shows_its_own_patient(launching: Launching) -> None:
    """Two launches in one browser, each for its patient (a session per launch, never *the* current patient)."""
    launching.ward.front.load("earl")
    browser = launching.browser()
    rosa = launching.launched(browser)
    launching.ehr.patient = launching.ward.front.find("Patient", "earl").partition("/")[2]
    earl = launching.launched(browser)
    assert ["Rosa Delgado" in page.page().text for page in (rosa, earl, rosa)] == [True, False, True]
    assert earl.reading().json()["patient"] == f"Patient/{launching.ehr.patient}"


def test_a_browser_has_eight_launches_at_once(launching: Launching) -> None:
    browser = launching.browser()
    pages = []
    before: dict[str, str] = {}
    for _ in range(10):
        pages.append(launching.launched(browser))
        before = before or dict(browser.cookies)
        seconds(launching.ehr, 1)
    assert [page.page().status_code for page in pages] == [401, 401, *[200] * 8]
    browser.cookies.update(before)
    assert pages[0].page().status_code == 401, "it has ended, and not the cookie alone"


@pytest.mark.parametrize(("idle", "status"), [(IDLE - 1, 200), (IDLE + 1, 401)])
def test_a_session_that_nobody_uses_ends(launch_with: Callable[..., Launching], idle: float, status: int) -> None:
    launching = launch_with(expires_in=90_000)
    page = launching.launched(launching.browser())
    for _ in range(2):
        seconds(launching.ehr, idle)
        assert page.page().status_code == status


def test_a_session_ends_with_the_shift(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(expires_in=90_000, settings={"session_hours": 1.5})
    page = launching.launched(launching.browser())
    for status in (200, 200, 401):
        seconds(launching.ehr, 0.55 * HOUR)
        assert page.page().status_code == status


def test_58_the_token_goes_to_the_fhir_base_only(launching: Launching) -> None:
    """A next link, a Location or a reference to another place is not followed, and gets no token."""

    def elsewhere(request: httpx.Request) -> httpx.Response | None:
        if "CarePlan" not in str(request.url) or request.method != "GET":
            return None
        bundle = {
            "resourceType": "Bundle",
            "type": "searchset",
            "link": [{"relation": "next", "url": "https://evil.example/fhir?page=2"}],
            "entry": [],
        }
        return httpx.Response(200, headers={"content-type": "application/fhir+json"}, text=json.dumps(bundle))

    launching.ehr.fhir_rules = [elsewhere]
    page = launching.launched(launching.browser())
    page.reading()
    assert {request.url.host for request in launching.ehr.sent} == {"ehr.test", "login.test"}
    carried = [request for request in launching.ehr.sent if "authorization" in request.headers]
    assert carried
    assert all(str(request.url).startswith(BASE) for request in carried)
    assert launching.ehr.to(TOKEN)


# -- the store ---------------------------------------------------------------------------------------------------------


def a_session(**changes: Any) -> LaunchSession:
    values: Json = {
        "launch_id": "a",
        "ehr": "main",
        "iss": BASE,
        "patient": "Patient/16",
        "acting": "Practitioner/4",
        "subject": "nurse-1",
        "granted": "user/*.rs",
        "scope": "user/*.rs",
        "began": 0.0,
        "obtained": 0.0,
        "ends": 300.0,
        "over": 9e9,
        "access_token": "Plantedname",
        "refresh_token": "Plantedname-2",
        "context": ("Encounter/1",),
    }
    return LaunchSession(**{**values, **changes})


def test_a_store_holds_nothing_that_can_be_used() -> None:
    clock = Clock()
    store = ProcessStore(clock)
    sessions = LaunchSessions(store, clock)

    async def kept() -> str:
        handle = await sessions.begin(a_session())
        assert await sessions.find("a", handle) == a_session()
        assert await sessions.find("b", handle) is None
        assert await sessions.find("a", f"{handle}x") is None
        return handle

    handle = asyncio.run(kept())
    ((key, (_, value)),) = store._values.items()
    assert key == key_of(handle)
    assert handle not in key
    assert b"Plantedname" not in value
    assert b"Patient/16" not in value
    assert "Plantedname" not in repr(a_session())


def test_a_session_of_another_release_is_none() -> None:
    written = json.loads(a_session().written())
    assert LaunchSession.read(json.dumps(written).encode()) == a_session()
    assert LaunchSession.read(json.dumps({**written, "more": 1}).encode()) is None
    assert LaunchSession.read(b"[]") is None


def test_a_store_is_bounded() -> None:
    clock = Clock()
    store = ProcessStore(clock, largest=3)

    async def filled() -> list[bytes | None]:
        for name in "abc":
            await store.put(name, name.encode(), seconds=100)
        await store.get("a", seconds=100)
        await store.put("d", b"d", seconds=100)
        return [await store.get(name, seconds=100) for name in "abcd"]

    assert asyncio.run(filled()) == [b"a", None, b"c", b"d"], "what was used longest ago makes room"


def test_what_counts_once() -> None:
    clock = Clock()
    store = ProcessStore(clock)

    async def claimed() -> bool:
        return await store.claim("state", seconds=60)

    assert [asyncio.run(claimed()) for _ in range(3)] == [True, False, False]
    clock.now += 61
    assert asyncio.run(claimed())


def test_a_page_that_reads_twice_shows_no_refused_token_again(launching: Launching) -> None:
    """The first reading renews a token that was taken back early; the second goes on with the new one."""
    page = launching.launched(launching.browser())
    launching.ehr.live.clear()
    seconds(launching.ehr, 10)
    answer = page.page()
    assert answer.status_code == 200, answer.text
    assert "Rosa Delgado" in answer.text
    assert len(refreshes(launching)) == 1
