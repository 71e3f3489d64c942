"""How another home is asked about somebody: by what it takes, and never for everybody's (rule R7)."""

from __future__ import annotations

import pytest

from carefhir.fhir.asked_elsewhere import Links, keeps, not_asked, stops, variants
from carefhir.fhir.capability import AskedBy, Capabilities, TypeCapability
from carefhir.fhir.homes import Home
from carefhir.fhir.search import ChangedSince, Codes, Named, Need, Of, OfEach, Since, Tagged
from carefhir.fhir.server import OtherHome

PATIENT = {"patient": "Patient/9", "people": "Patient/8 Patient/9"}


def ehr(type_: str, *parameters: str, asked_by: AskedBy | None = None) -> OtherHome:
    stated = TypeCapability(frozenset({"search-type"}), parameters=frozenset(parameters))
    by = {type_: asked_by} if asked_by else {}
    return OtherHome(Home.at("https://ehr.example/fhir", name="ehr"), Capabilities(types={type_: stated}, asked_by=by))


def queries(other: OtherHome, need: Need) -> list[tuple[tuple[str, str], ...] | None]:
    return [each.query(PATIENT) for each in variants(need, other.capabilities)]


STAYS = Need("stays", "Encounter", (Of("patient", "subject"), Codes("status", "status", ("finished",))))
EVERYBODYS = Need("stays", "Encounter", (OfEach("patient", "subject"),))


def test_it_is_asked_by_what_it_takes() -> None:
    assert queries(ehr("Encounter", "patient", "status"), STAYS) == [(("patient", "Patient/9"), ("status", "finished"))]
    assert queries(ehr("Encounter", "patient"), STAYS) == [(("patient", "Patient/9"),)]


@pytest.mark.parametrize("need", [STAYS, EVERYBODYS], ids=["one", "several"])
def test_one_that_states_the_other_parameter_of_a_person_is_asked_by_that(need: Need) -> None:
    other = ehr("Encounter", "subject")
    assert not_asked(other, need) == ""
    (query,) = queries(other, need)
    assert query is not None
    assert [name for name, _ in query] == ["subject"]


@pytest.mark.parametrize("need", [STAYS, EVERYBODYS], ids=["one", "several"])
def test_what_could_only_be_read_of_everybody_is_not_asked_for(need: Need) -> None:
    assert "cannot be asked for by patient" in not_asked(ehr("Encounter", "status", "date"), need)


def test_a_record_is_asked_for_by_its_id_whatever_is_stated() -> None:
    assert not_asked(ehr("Patient"), Need("patient", "Patient", (Named("{patient}"),))) == ""


def test_a_list_that_is_about_nobody_is_not_asked_for() -> None:
    assert not_asked(ehr("Encounter", "date"), Need("all", "Encounter", (Since("date", ("period",), "{today}"),)))


def test_what_changed_is_asked_for_where_it_is_taken_and_held_against_what_comes_elsewhere() -> None:
    need = Need("changed", "Encounter", (OfEach("patient", "subject"), ChangedSince("2026-03-09T10:00:00Z")))
    people = ("patient", "Patient/8,Patient/9")
    since = ("_lastUpdated", "ge2026-03-09T10:00:00Z")
    assert keeps(ehr("Encounter", "patient"), need)
    assert queries(ehr("Encounter", "patient", "_lastUpdated"), need) == [(people, since)]
    assert queries(ehr("Encounter", "patient"), need) == [(people,)]


def test_what_only_we_write_is_not_asked_for() -> None:
    assert not keeps(ehr("Task", "patient", "_tag"), Need("ours", "Task", (Tagged("x|y"),)))
    assert not keeps(ehr("Provenance", "patient"), Need("ours", "Provenance", (Of("patient", "target"),)))


def test_categories_are_asked_for_in_turn() -> None:
    by = AskedBy(("category",), (("category", "a"), ("category", "b")))
    need = Need("readings", "Observation", (Of("patient", "subject"),))
    asked = queries(ehr("Observation", "patient", "category", asked_by=by), need)
    assert asked == [(("patient", "Patient/9"), ("category", "a")), (("patient", "Patient/9"), ("category", "b"))]


@pytest.mark.parametrize(
    ("type_", "optional", "stop"),
    [("Condition", False, True), ("Condition", True, False), ("Communication", False, False)],
)
def test_only_what_decisions_rest_on_stops_a_step(type_: str, optional: bool, stop: bool) -> None:
    assert stops(Need("x", type_, (Of("patient", "subject"),), optional=optional)) == stop


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("Patient/3", "carefhir link Patient/ID-THERE --to Patient/3"),
        ("Patient/ehr.7", "carefhir link Patient/7"),
        ("Patient/4", "could not be read: 503"),
        ("Patient/5", "a person must decide"),
    ],
)
def test_why_it_is_not_known_who_somebody_is_there(who: str, words: str) -> None:
    links = Links(unread={"Patient/4": "503"}, twice=frozenset({"Patient/5"}))
    assert words in links.why_not(who, ehr("Patient").names)
