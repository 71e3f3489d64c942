"""uri parameters: http://hl7.org/fhir/R4/search.html#uri"""

from __future__ import annotations

from typing import Any

import pytest

from . import ledger
from .client import Server, key, known_as, patient


def questionnaire(url: str, version: str) -> dict[str, Any]:
    return {"resourceType": "Questionnaire", "status": "active", "url": url, "version": version}


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    """A url that two versions share."""
    url = f"http://contract.example/q/{key()}"
    for version in ("1.0", "2.0"):
        server.made(questionnaire(url, version))
    return url


@pytest.mark.parametrize(
    ("criteria", "versions"),
    [
        ("url={url}", {"1.0", "2.0"}),
        ("url={url}&version=2.0", {"2.0"}),
        ("url={url}|2.0", set()),
        ("url={url}/deeper", set()),
        ("url={url}&status=draft", set()),
    ],
)
def test_finds(server: Server, url: str, criteria: str, versions: set[str]) -> None:
    found = server.get(f"Questionnaire?{criteria.format(url=url)}").resources()
    assert {each["version"] for each in found} == versions


def test_a_canonical_reference_is_found_by_its_url(server: Server, url: str) -> None:
    answers = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": f"{url}|2.0"}
    id_ = server.made(answers)
    assert server.get(f"QuestionnaireResponse?questionnaire={url}|2.0").ids == [id_]
    assert server.get(f"QuestionnaireResponse?questionnaire={url}").ids == [id_]
    assert server.get(f"QuestionnaireResponse?questionnaire={url}|1.0").ids == []


def test_by_profile(server: Server) -> None:
    profile = f"http://contract.example/p/{key()}"
    id_ = server.made(patient(key(), meta={"profile": [profile]}))
    assert server.get(f"Patient?_profile={profile}").ids == [id_]
    assert server.get(f"Patient?_profile={profile}/other").ids == []


def test_with_and_without_a_profile(server: Server) -> None:
    mine = key()
    server.made(patient(mine, meta={"profile": ["http://contract.example/p"]}))
    server.made(patient(mine))
    counts = [server.count(f"Patient?{known_as(mine)}&_profile:missing={each}") for each in ("true", "false")]
    ledger.expect("profile-missing", server, " ".join(map(str, counts)))
