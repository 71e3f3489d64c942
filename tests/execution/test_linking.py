"""R7: who in the EHR is who here. Never by name; what is not one and the same beyond doubt is a person's to decide."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from carefhir.engine import linking
from carefhir.engine.linking import Linked
from carefhir.errors import BadInput, CarefhirError, ServerUnfit
from carefhir.fhir.wire import Response
from tests.support.backends import Backend, Interrupted, Killed, sandbox_backend
from tests.support.two_homes import TwoHomes, two_homes

Json = dict[str, Any]
MRN = {"system": "https://riverbend.example/mrn", "value": "RB-104471"}


@pytest.fixture
def site() -> TwoHomes:
    return two_homes()


def in_ehr(site: TwoHomes, **more: Any) -> str:
    person = {"resourceType": "Patient", "name": [{"family": "Delgado"}], "birthDate": "1951-08-14", **more}
    return site.ehr.create(person)


def here(site: TwoHomes, **more: Any) -> str:
    return Backend.create(site, {"resourceType": "Patient", "birthDate": "1951-08-14", **more})


def linked(site: TwoHomes, place: str, to: str = "") -> Linked:
    server = site.server()
    return site.run(linking.link(place, server, server.beside[0], to=to))


def patients(site: TwoHomes) -> list[Json]:
    return Backend.search(site, "Patient?_count=50")


def test_a_record_is_made_once_and_says_who_and_whence(site: TwoHomes) -> None:
    place = in_ehr(site, identifier=[MRN], generalPractitioner=[{"display": "Dr. Okafor"}])
    first, again = linked(site, place), linked(site, place)
    assert (first.how, again.how) == ("made", "linked before")
    assert first.reference == again.reference
    (record,) = patients(site)
    assert record["name"] == [{"family": "Delgado"}]
    assert record["identifier"] == [MRN, site.names.identifier(place)]
    assert record["meta"]["source"] == f"{site.ehr.base}/{place}"
    assert "generalPractitioner" not in record, "nothing that leads elsewhere"


def test_a_number_that_both_have_joins_them(site: TwoHomes) -> None:
    place, known = in_ehr(site, identifier=[MRN]), here(site, identifier=[MRN])
    assert linked(site, place) == Linked(place, known, "joined")
    assert len(patients(site)) == 1


def test_one_name_and_one_birth_date_do_not(site: TwoHomes) -> None:
    here(site, name=[{"family": "Delgado"}])
    assert linked(site, in_ehr(site)).how == "made"


def test_two_with_one_number_are_a_persons_to_decide(site: TwoHomes) -> None:
    place = in_ehr(site, identifier=[MRN])
    both = [here(site, identifier=[MRN]) for _ in range(2)]
    with pytest.raises(BadInput) as stopped:
        linked(site, place)
    assert all(each in stopped.value.message for each in both)
    assert linked(site, place, both[1]) == Linked(place, both[1], "joined")
    assert linked(site, place) == Linked(place, both[1], "linked before")


@pytest.mark.parametrize(("element", "value"), [("birthDate", "1961-08-14"), ("gender", "male")])
def test_what_contradicts_is_not_linked(site: TwoHomes, element: str, value: str) -> None:
    place = in_ehr(site, identifier=[MRN], gender="female")
    known = here(site, identifier=[MRN], **{element: value})
    for to in ("", known):
        with pytest.raises(BadInput, match=element):
            linked(site, place, to)
    assert linked_places(site, known) == []


def linked_places(site: TwoHomes, reference: str) -> list[str]:
    return list(site.names.places_of(Backend.get(site, reference)))


def test_nobody_is_two_people_of_the_ehr(site: TwoHomes) -> None:
    one_place, other_place = in_ehr(site, identifier=[MRN]), in_ehr(site)
    known = linked(site, one_place).reference
    with pytest.raises(BadInput, match="linked to"):
        linked(site, other_place, known)
    other = linked(site, other_place).reference
    with pytest.raises(BadInput, match="already"):
        linked(site, one_place, other)


def test_two_links_of_one_place_are_named(site: TwoHomes) -> None:
    place = in_ehr(site)
    both = [here(site, identifier=[site.names.identifier(place)]) for _ in range(2)]
    with pytest.raises(BadInput) as stopped:
        linked(site, place)
    assert all(each in stopped.value.message for each in both)


@pytest.mark.parametrize("place", ["Encounter/1", "Patient", "Patient/1/_history/2", "https://ehr.example/Patient/1"])
def test_what_can_be_linked(site: TwoHomes, place: str) -> None:
    with pytest.raises(BadInput, match="link: expected"):
        linked(site, place)


def test_somebody_who_is_not_there_or_not_visible(site: TwoHomes) -> None:
    with pytest.raises(BadInput, match="not on ehr"):
        linked(site, "Patient/404")
    place = in_ehr(site)
    site.ehr.exchange = lambda request: Response(403, {}, b"")
    with pytest.raises(ServerUnfit, match="ehr: "):
        linked(site, place)
    assert patients(site) == []


def test_killed_anywhere_and_run_again_there_is_one(site: TwoHomes) -> None:
    place = in_ehr(site, identifier=[MRN])
    for at in range(1, 5):
        fork = site.fork()
        assert fork is not None
        server = fork.server()
        for how in ("killed after", "answer lost"):
            with contextlib.suppress(Killed, CarefhirError):
                Interrupted(fork, at, how).run(linking.link(place, server, server.beside[0]))
            linked(fork, place)
            assert len(patients(fork)) == 1, (at, how)


def test_the_fixture_has_two_servers() -> None:
    """Ids differ, or a test could pass by chance."""
    site = two_homes(sandbox_backend())
    assert linked(site, in_ehr(site)).reference.partition("/")[2] not in {"1", "2"}
