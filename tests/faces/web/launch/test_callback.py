"""Tests 11 to 20, 49, 56, 57, 59 of docs/smart-launch.md: from launch to callback, once and in one browser."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from carefhir.faces.web.launch.transaction import LaunchTransaction
from tests.faces.web.launch.conftest import ADDRESS, Browser, Launching, scriptless
from tests.support.misbehaving_ehr import APP, BASE, forms_of, seconds


def asked(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def rejected(launching: Launching, browser: Browser, callback: str) -> bool:
    """A 4xx page, no session, and no token was asked for."""
    before = len(launching.ehr.forms)
    answer = browser.get(callback)
    assert 400 <= answer.status_code < 500, answer.status_code
    assert "location" not in answer.headers
    assert not [name for name in browser.cookies if not name.startswith("__Host-cf_tx_")]
    return len(launching.ehr.forms) == before


def test_what_is_asked_of_the_ehr(launching: Launching) -> None:
    """Rows 5 to 8: response type, client, redirect URI, audience as received, launch value, scopes."""
    sent = asked(launching.asks(launching.browser(), iss=f"{BASE}/", launch="opaque value/1"))
    assert (sent["response_type"], sent["client_id"], sent["aud"]) == ("code", APP, f"{BASE}/")
    assert (sent["redirect_uri"], sent["launch"]) == (f"{ADDRESS}/main/launch/callback", "opaque value/1")
    scopes = sent["scope"].split()
    assert {"openid", "fhirUser", "launch", "offline_access"} <= set(scopes)
    assert "user/Task.crus" in scopes
    assert not [scope for scope in scopes if scope.startswith("system/") or "*" in scope]


def test_a_standalone_launch_asks_for_a_patient(launching: Launching) -> None:
    answer = launching.browser().get("/main/launch/standalone")
    sent = asked(answer.headers["location"])
    assert "launch" not in sent
    assert "launch/patient" in sent["scope"].split()
    assert "launch" not in sent["scope"].split()
    browser = launching.browser()
    callback = launching.ehr.signs_in(browser.get("/main/launch/standalone").headers["location"])
    assert browser.get(callback.removeprefix(ADDRESS)).status_code == 303


def test_an_audience_may_be_set_for_an_ehr_that_wants_another(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(settings={"aud": "https://api.ehr.test/fhir/r4"})
    assert asked(launching.asks(launching.browser()))["aud"] == "https://api.ehr.test/fhir/r4"


def test_scopes_of_smart_1_where_the_ehr_knows_no_others(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(disc_set={"capabilities": ["permission-v1"]})
    scopes = asked(launching.asks(launching.browser()))["scope"].split()
    assert {"user/Task.read", "user/Task.write"} <= set(scopes)
    assert not [scope for scope in scopes if scope.endswith(".crus")]


def test_11_pkce(launching: Launching) -> None:
    browser, challenges, verifiers = launching.browser(), set(), set()
    for _ in range(3):
        sent = asked(launching.asks(browser))
        assert (sent["code_challenge_method"], len(sent["code_challenge"])) == ("S256", 43)
        challenges.add(sent["code_challenge"])
    for _ in range(2):
        launching.launched(browser)
        verifier = launching.ehr.forms[-1]["code_verifier"]
        assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier)
        verifiers.add(verifier)
    assert (len(challenges), len(verifiers)) == (3, 2)
    transaction = LaunchTransaction("main", BASE, 0)
    digest = hashlib.sha256(transaction.verifier.encode()).digest()
    assert transaction.challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_12_state() -> None:
    states = {LaunchTransaction("main", BASE, 0).state for _ in range(1_000)}
    assert len(states) == 1_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", state) for state in states)


def test_13_a_state_that_was_altered(launching: Launching) -> None:
    browser = launching.browser()
    callback = launching.calls_back(browser)
    assert rejected(launching, browser, f"{callback[:-1]}{'A' if callback[-1] != 'A' else 'B'}")


def test_14_a_state_that_is_missing(launching: Launching) -> None:
    browser = launching.browser()
    assert rejected(launching, browser, launching.calls_back(browser).partition("&state")[0])


def test_15_a_state_that_is_used_again(launching: Launching) -> None:
    browser = launching.browser()
    callback = launching.calls_back(browser)
    kept = dict(browser.cookies)
    page = browser.get(callback).headers["location"]
    again = Browser(launching.app, kept)
    assert rejected(launching, again, callback), "also in a browser that kept its cookie"
    assert rejected(launching, launching.browser(), callback)
    assert browser.get(page).status_code == 200, "the first session is as it was"


def test_16_a_callback_in_another_browser(launching: Launching) -> None:
    victim, attacker = launching.browser(), launching.browser()
    callback = launching.calls_back(attacker)
    assert rejected(launching, victim, callback)
    launching.calls_back(victim)
    assert rejected(launching, victim, callback), "nor with a launch of their own under way"


@pytest.mark.parametrize(("later", "holds"), [(600, True), (602, False)])
def test_17_a_state_that_is_too_old(launching: Launching, later: float, holds: bool) -> None:
    browser = launching.browser()
    callback = launching.calls_back(browser)
    seconds(launching.ehr, later)
    if holds:
        assert browser.get(callback).status_code == 303
    else:
        assert rejected(launching, browser, callback)


@pytest.mark.parametrize("query", ["error=access_denied", "", "code="])
def test_18_no_code(launching: Launching, query: str) -> None:
    browser = launching.browser()
    state = asked(launching.asks(browser))["state"]
    answer = browser.get(f"/main/launch/callback?state={state}&{query}")
    assert (answer.status_code, launching.ehr.forms) == (403, [])
    assert "Nothing was written" in answer.text
    assert browser.cookies == {}, "the launch is over"


def test_18_an_error_without_a_state_is_a_neutral_page(launching: Launching) -> None:
    words = quote("your password has expired, call 555-1234")
    answer = launching.browser().get(f"/main/launch/callback?error=access_denied&error_description={words}")
    assert answer.status_code == 403
    assert "password" not in answer.text, "anybody can write such a link"


def test_19_a_script_in_the_words_of_an_error(launching: Launching) -> None:
    browser = launching.browser()
    state = asked(launching.asks(browser))["state"]
    words = quote("<script>alert(1)</script> the requested scope is not allowed")
    answer = browser.get(f"/main/launch/callback?state={state}&error=invalid_scope&error_description={words}")
    assert "<script" not in scriptless(answer.text)
    assert "alert(1)" not in answer.text
    assert "the requested scope is not allowed" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize("name", ["code", "state", "error", "iss"])
def test_20_a_parameter_that_stands_there_twice(launching: Launching, name: str) -> None:
    browser = launching.browser()
    callback = launching.calls_back(browser)
    given = asked(callback).get(name, "x")
    assert rejected(launching, browser, f"{callback}&{name}={quote(given)}&{name}={quote(given)}")


@pytest.mark.parametrize(
    ("announced", "sender", "begins"),
    [
        (True, "https://login.test/oauth2", True),
        (True, "https://evil.example", False),
        (True, "", False),
        (False, "https://evil.example", False),
        (False, "", True),
    ],
)
def test_who_sends_the_callback(
    launch_with: Callable[..., Launching], announced: bool, sender: str, begins: bool
) -> None:
    """RFC 9207, row 9: a sender is compared with the issuer, and never taken for a FHIR base."""
    launching = launch_with(disc_set={"authorization_response_iss_parameter_supported": announced})
    browser = launching.browser()
    callback = launching.calls_back(browser) + (f"&iss={quote(sender)}" if sender else "")
    if begins:
        assert browser.get(callback).status_code == 303
    else:
        assert rejected(launching, browser, callback)


def test_launches_in_two_tabs_do_not_disturb_each_other(launching: Launching) -> None:
    browser = launching.browser()
    first, second = launching.calls_back(browser), launching.calls_back(browser)
    pages = [browser.get(callback).headers["location"] for callback in (second, first)]
    assert [browser.get(page).status_code for page in pages] == [200, 200]


def test_of_many_launches_that_come_to_nothing_a_browser_keeps_eight(launching: Launching) -> None:
    browser = launching.browser()
    for _ in range(12):
        launching.asks(browser)
        seconds(launching.ehr, 1)
    assert len(browser.cookies) == 8
    assert browser.get(launching.calls_back(browser)).status_code == 303


def test_49_a_handle_is_new_and_never_the_clients_own(launching: Launching) -> None:
    browser = launching.browser()
    browser.cookies["__Host-cf_main-" + "0" * 32] = "chosen-by-somebody"
    before = dict(browser.cookies)
    page = launching.launched(browser)
    assert page.handle not in before.values()
    assert page.launch_id != "main-" + "0" * 32
    assert len(page.handle) >= 43
    assert page.handle not in {launching.launched(browser).handle, launching.launched(launching.browser()).handle}
    transaction = next(line for line in browser.set if line.startswith("__Host-cf_tx_"))
    assert page.handle not in transaction


def test_56_the_callback_leads_to_a_clean_address(launching: Launching) -> None:
    answer = launching.returns(launching.browser())
    assert answer.status_code == 303
    assert re.fullmatch(r"/s/main-[0-9a-f]{32}/", answer.headers["location"])


@pytest.mark.parametrize(
    "more", ["next=//evil.example", "redirect_uri=https://evil.example/", "return_to=%2F%2Fevil.example"]
)
def test_57_nobody_is_sent_anywhere_else(launching: Launching, more: str) -> None:
    browser = launching.browser()
    answer = browser.get(f"/main/launch?iss={quote(BASE)}&launch=1&{more}")
    location = answer.headers["location"]
    assert "evil" not in location
    callback = launching.ehr.signs_in(location).removeprefix(ADDRESS)
    assert browser.get(f"{callback}&{more}").headers["location"].startswith("/s/")


def test_59_headers_of_a_proxy_move_nothing(launching: Launching) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"}
    browser = launching.browser()
    answer = browser.get("/main/launch", params={"iss": BASE, "launch": "1"}, headers={**headers, "Host": "evil.test"})
    assert asked(answer.headers["location"])["redirect_uri"] == f"{ADDRESS}/main/launch/callback"


def test_a_code_counts_once_though_two_callbacks_come_together(launching: Launching) -> None:
    browser = launching.browser()
    callback = launching.calls_back(browser)

    async def both() -> list[int]:
        browsers = [Browser(launching.app, dict(browser.cookies)) for _ in range(2)]
        answers = await asyncio.gather(*(each.sends("GET", callback) for each in browsers))
        return sorted(answer.status_code for answer in answers)

    assert asyncio.run(both()) == [303, 400]
    assert len(forms_of(launching.ehr, "authorization_code")) == 1
