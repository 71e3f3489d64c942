"""Tests 1 to 10 of docs/smart-launch.md: who may launch, and where the authorization server may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faces.web.launch.conftest import Launching
from tests.support.misbehaving_ehr import AUTHORIZE, BASE, KEYS, REVOKE, TOKEN, seconds


def nobody_was_asked(launching: Launching) -> bool:
    return launching.ehr.sent == []


def test_01_discovery_lies_under_the_path_of_the_base(launching: Launching) -> None:
    launching.asks(launching.browser())
    assert [str(request.url) for request in launching.ehr.sent] == [f"{BASE}/.well-known/smart-configuration"]
    assert launching.ehr.sent[0].url.path == "/x/fhir/.well-known/smart-configuration"


@pytest.mark.parametrize(
    "iss",
    [
        pytest.param("https://evil.example/fhir", id="02-unknown"),
        pytest.param("https://ehr.test.evil/x/fhir", id="03-host-that-begins-alike"),
        pytest.param("https://ehr.test/x/fhirX", id="03-path-that-begins-alike"),
        pytest.param("https://ehr.test/x/fhir/../fhir2", id="03-path-that-climbs"),
        pytest.param("https://ehr.test@evil.example/x/fhir", id="03-user-that-looks-like-the-host"),
        pytest.param("https://ehr.test:8443/x/fhir", id="03-other-port"),
        pytest.param("https://ehr.test:none/x/fhir", id="03-port-that-is-none"),
        pytest.param("https://[", id="03-host-that-is-none"),
        pytest.param("http://ehr.test/x/fhir", id="05-http"),
        pytest.param("", id="04-empty"),
        pytest.param(None, id="04-missing"),
    ],
)
@pytest.mark.parametrize("address", ["/launch", "/main/launch"])
def test_02_to_05_an_iss_that_is_not_the_ehrs(launching: Launching, iss: str | None, address: str) -> None:
    answer = launching.browser().get(address, params={"launch": "1", **({} if iss is None else {"iss": iss})})
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    assert nobody_was_asked(launching)


@pytest.mark.parametrize("query", [f"iss={BASE}&iss={BASE}&launch=1", f"iss={BASE}&launch=1&launch=2", f"iss={BASE}"])
def test_04_an_iss_that_stands_there_twice(launching: Launching, query: str) -> None:
    answer = launching.browser().get(f"/main/launch?{query}")
    assert (answer.status_code, nobody_was_asked(launching)) == (400, True)


@pytest.mark.parametrize("iss", ["https://EHR.test/x/fhir", "https://ehr.test:443/x/fhir", f"{BASE}/"])
def test_an_iss_is_compared_by_what_it_means(launching: Launching, iss: str) -> None:
    answer = launching.browser().get("/launch", params={"iss": iss, "launch": "1"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(AUTHORIZE)


def test_an_ehr_that_launches_nothing_and_one_that_is_not_there(launching: Launching) -> None:
    answer = launching.browser().get("/other/launch", params={"iss": BASE, "launch": "1"})
    assert (answer.status_code, nobody_was_asked(launching)) == (404, True)


@pytest.mark.parametrize(
    "misbehavior",
    [
        pytest.param({"disc_mode": "redirect:http://127.0.0.1:9/"}, id="06-redirect"),
        pytest.param({"disc_mode": "html"}, id="07-html"),
        pytest.param({"disc_mode": "500"}, id="07-500"),
        pytest.param({"disc_mode": "bad-json"}, id="07-bad-json"),
        pytest.param({"disc_remove": ("token_endpoint",)}, id="08-no-token-endpoint"),
        pytest.param({"disc_remove": ("authorization_endpoint",)}, id="08-no-authorization-endpoint"),
    ],
)
def test_06_to_08_discovery_that_cannot_be_used(launch_with: Callable[..., Launching], misbehavior: Any) -> None:
    launching = launch_with(**misbehavior)
    answer = launching.browser().get("/main/launch", params={"iss": BASE, "launch": "1"})
    assert answer.status_code == 502
    assert "Traceback" not in answer.text
    assert "oops" not in answer.text, "what the EHR answered is not repeated"
    assert {request.url.host for request in launching.ehr.sent} == {"ehr.test"}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/t", "https://evil.example/t", "http://login.test/t", "https://login.test:444/t"]
)
def test_09_an_endpoint_on_a_foreign_origin(launch_with: Callable[..., Launching], name: str, url: str) -> None:
    launching = launch_with(disc_set={name: url})
    answer = launching.browser().get("/main/launch", params={"iss": BASE, "launch": "1"})
    assert 400 <= answer.status_code < 500
    assert "location" not in answer.headers
    assert name in answer.text
    assert url not in answer.text


def test_09_a_foreign_revocation_endpoint_gets_no_token(launch_with: Callable[..., Launching]) -> None:
    launching = launch_with(disc_set={"revocation_endpoint": "https://evil.example/revoke"})
    page = launching.launched(launching.browser())
    assert "has not confirmed" in page.sign_out().text
    assert "evil.example" not in {request.url.host for request in launching.ehr.sent}


def test_10_relative_endpoints_are_resolved_against_the_base_and_then_pinned(
    launch_with: Callable[..., Launching],
) -> None:
    answer = launch_with(relative=True).browser().get("/main/launch", params={"iss": BASE, "launch": "1"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{BASE}/auth/authorize?")
    climbing = launch_with(disc_set={"token_endpoint": "//evil.example/token"})
    answer = climbing.browser().get("/main/launch", params={"iss": BASE, "launch": "1"})
    assert 400 <= answer.status_code < 500


def test_what_only_openid_configuration_says_is_taken_from_there(launch_with: Callable[..., Launching]) -> None:
    """A real Epic named neither issuer nor keys in the first document (row 4)."""
    named = {"issuer": "https://login.test/oauth2", "jwks_uri": KEYS, "token_endpoint": "https://login.test/other"}
    launching = launch_with(disc_remove=("issuer", "jwks_uri"), openid=named)
    assert launching.launched(launching.browser()).page().status_code == 200
    assert launching.ehr.to(KEYS)
    assert launching.ehr.to(TOKEN), "what the first document says counts"


def test_a_document_is_believed_for_five_minutes(launching: Launching) -> None:
    browser = launching.browser()
    for pause, documents in ((0, 1), (299, 1), (2, 2)):
        seconds(launching.ehr, pause)
        launching.asks(browser)
        assert len(launching.ehr.to(f"{BASE}/.well-known/")) == documents
    assert not launching.ehr.to(REVOKE)
