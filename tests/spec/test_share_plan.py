"""`share-plan`: what a plan says in plain words, to whom, and what it never tells."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from carefhir import Done, Refused
from tests.spec.tables import Chart, carried_out
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage
from tests.support.stories import coordination as story

Json = dict[str, Any]
WHEN = "2026-05-14T10:00:00-05:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "nora")


@pytest.fixture
def nora(server: Stage) -> Stage:
    """Her plan is in effect."""
    found = stage(server.backend, "nora")
    story.planned(found)
    return found


def shared(found: Stage, **said: Any) -> tuple[Done, str, Json]:
    """The result, the words of the document, and its FHIR document."""
    result = carried_out(found, story.sharing(found, **said), WHEN)
    assert isinstance(result, Done), result
    (document,) = Chart(found.backend, found.patient).written("DocumentReference")
    fhir, plain = (b64decode(each["attachment"]["data"]) for each in document["content"])
    return result, plain.decode(), json.loads(fhir)


def refused(found: Stage, **said: Any) -> str:
    result = carried_out(found, story.sharing(found, **said), WHEN)
    assert isinstance(result, Refused), result
    assert not Chart(found.backend, found.patient).written("DocumentReference")
    return "; ".join(result.why)


def test_the_plan_in_plain_words(nora: Stage) -> None:
    _, words, fhir = shared(nora)
    assert words.startswith("Care plan\nNora Haddad\n")
    assert "born 1954-10-22" in words or "1954-10-22" in words
    assert "RB-118840" in words
    for line in ("to tend the tomatoes again", "Rides to visits", "furosemide", "Dana Whitfield, care manager"):
        assert line in words, words
    assert fhir["type"] == "document"
    composition, patient = (entry["resource"] for entry in fhir["entry"])
    assert (composition["resourceType"], patient["resourceType"]) == ("Composition", "Patient")
    assert composition["subject"]["reference"] == fhir["entry"][1]["fullUrl"]
    assert [one["title"] for one in composition["section"]][:2] == ["What you want to reach", "What will be done"]


def test_a_section_without_anything_says_so(nora: Stage) -> None:
    _, words, fhir = shared(nora)
    (visits,) = [one for one in fhir["entry"][0]["resource"]["section"] if one["title"] == "Your visits"]
    assert visits["emptyReason"]["text"] == "Nothing is listed here."
    assert "Your visits\n- Nothing is listed here." in words


def test_that_it_was_handed_over_is_on_record(nora: Stage) -> None:
    shared(nora)
    (handed,) = Chart(nora.backend, nora.patient).written("Communication")
    (document,) = Chart(nora.backend, nora.patient).written("DocumentReference")
    assert handed["status"] == "completed"
    assert handed["recipient"] == [{"reference": nora.patient}]
    assert handed["medium"] == [{"text": "in-person"}]
    assert handed["payload"] == [{"contentReference": {"reference": f"DocumentReference/{document['id']}"}}]


@pytest.mark.parametrize("to", ["patient", "practitioner"])
def test_what_is_restricted_stays_out_with_all_that_tells_of_it(nora: Stage, to: str) -> None:
    """Rule 4, whoever receives it; that something was left out is said to the sender only."""
    withheld = story.secret(nora)
    given = {"to": to, "practitioner": nora.physician} if to == "practitioner" else {}
    result, words, fhir = shared(nora, **given)
    everything = words + json.dumps(fhir) + json.dumps(Chart(nora.backend, nora.patient).written("DocumentReference"))
    for secret in ("hit by somebody", "safe place", "shelter", *withheld, "restricted", "withheld"):
        assert secret not in everything, secret
    assert "Your visits\n- Nothing is listed here." in words
    (told,) = [line for line in result.told.says if line.startswith("left out")]
    assert all(reference in told for reference in withheld)
    written = json.dumps(
        [one for one in Chart(nora.backend, nora.patient).resources if one["resourceType"] == "Provenance"]
    )
    assert "left out" not in written


@pytest.mark.parametrize(
    ("consent", "why"),
    [("permit", ""), ("deny", "is not to know"), ("", "no Consent in force")],
    ids=["a consent names her", "a consent keeps her out", "no consent"],
)
def test_a_caregiver_needs_the_persons_consent(nora: Stage, consent: str, why: str) -> None:
    daughter = nora.backend.find("RelatedPerson", "nora-daughter" + nora.mark)
    if consent:
        story.agreeing_to_tell(nora, consent)
    if why:
        assert why in refused(nora, to="caregiver", caregiver=daughter)
        return
    shared(nora, to="caregiver", caregiver=daughter)
    (handed,) = Chart(nora.backend, nora.patient).written("Communication")
    assert handed["recipient"] == [{"reference": daughter}]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"to": "caregiver"}, "say who receives it"),
        ({"to": "practitioner", "practitioner": "Practitioner/none"}, "is not on this server"),
        ({"at": "2026-05-14T10:01:00-05:00"}, "at is in the future"),
        ({"plan": "CarePlan/none"}, "is not a plan of this person"),
    ],
    ids=["nobody named", "nobody known", "in the future", "no such plan"],
)
def test_why_nothing_is_shared(nora: Stage, said: Json, why: str) -> None:
    assert why in refused(nora, **said)


def test_a_draft_is_not_shared(nora: Stage) -> None:
    (plan,) = nora.backend.search(f"CarePlan?patient={nora.patient}")
    nora.backend.put({**plan, "status": "draft"})
    assert "sign-off" in refused(nora)


def test_somebody_elses_relative_receives_nothing(nora: Stage, server: Stage) -> None:
    other = server.backend.find("RelatedPerson", "nora-daughter" + server.mark)
    assert "somebody of this person's" in refused(nora, to="caregiver", caregiver=other)
