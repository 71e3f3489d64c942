"""The token stays home: no link a server gives leads a request off its base (rule R8)."""

from __future__ import annotations

import pytest

from carefhir.errors import BadInput
from carefhir.fhir.homes import Home

HOME = Home.at("https://fhir.example/r4/", also_known_as=("http://inner:8080/fhir/",))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://fhir.example/r4/Task?page=2", "Task?page=2"),
        ("https://fhir.example/r4?_getpages=abc&_getpagesoffset=50", "?_getpages=abc&_getpagesoffset=50"),
        ("https://fhir.example/r4/?_getpages=abc", "?_getpages=abc"),
        ("https://fhir.example/r4", ""),
        ("http://inner:8080/fhir?_getpages=abc", "?_getpages=abc"),
        ("http://inner:8080/fhir/Task?page=2", "Task?page=2"),
        ("Task?page=2", "Task?page=2"),
        ("?_getpages=abc", "?_getpages=abc"),
        ("Task?code=http://loinc.org|1&page=2", "Task?code=http://loinc.org|1&page=2"),
        ("https://fhir.example/r4/Task?code=a..b/..", "Task?code=a..b/.."),
    ],
)
def test_links_under_the_base_are_followed_on_our_base(url: str, target: str) -> None:
    assert HOME.target_of(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/r4/Task?page=2",
        "http://fhir.example/r4/Task?page=2",
        "https://fhir.example/r4X/Task",
        "https://fhir.example/r4.evil.example/Task",
        "https://fhir.example/r4@evil.example/Task",
        "https://fhir.example.evil.example/r4/Task",
        "https://fhir.example@evil.example/r4/Task",
        "https://fhir.example:8443/r4/Task",
        "https://fhir.example/other",
        "http://inner:8080/fhirX",
        "http://inner:80800/fhir/Task",
        "//evil.example/r4/Task",
        "/r4/Task",
        "///evil.example",
    ],
)
def test_links_that_lead_elsewhere_are_not(url: str) -> None:
    assert HOME.target_of(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://fhir.example/r4/../admin",
        "https://fhir.example/r4/Task/../../admin",
        "https://fhir.example/r4/%2e%2e/admin",
        "https://fhir.example/r4/.%2E/admin",
        "https://fhir.example/r4/..?x=1",
        "http://inner:8080/fhir/../admin",
        "../admin",
        "Task/../../admin",
    ],
)
def test_links_that_climb_off_the_base_are_not(url: str) -> None:
    assert HOME.target_of(url) is None


def test_a_base_without_path_cannot_be_tricked_by_its_prefix() -> None:
    home = Home.at("http://fhir.example")
    assert home.target_of("http://fhir.example/Task") == "Task"
    for url in ("http://fhir.example.evil/Task", "http://fhir.example@evil/Task", "http://fhir.example:81/Task"):
        assert home.target_of(url) is None


def test_home_at_takes_off_the_slash() -> None:
    assert HOME.base == "https://fhir.example/r4"
    assert HOME.also_known_as == ("http://inner:8080/fhir",)
    assert Home.at("  http://127.0.0.1:8080/fhir  ").base == "http://127.0.0.1:8080/fhir"
    assert Home.at("http://[::1]:8080/fhir").base == "http://[::1]:8080/fhir"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "fhir.example/r4",
        "ftp://fhir.example/r4",
        "http:///r4",
        "http://user:secret@fhir.example/r4",
        "http://user@fhir.example/r4",
        "http://fhir.example/r4?tenant=1",
        "http://fhir.example/r4#top",
        "http://[::1/r4",
    ],
)
def test_home_at_says_what_is_wrong_and_repeats_no_secret(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        Home.at(url)
    assert "secret" not in caught.value.message
