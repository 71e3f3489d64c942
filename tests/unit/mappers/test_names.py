"""People by name in what a person reads; by reference where no name is on record."""

from __future__ import annotations

from typing import Any

from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers.names import names_of


def person(id_: str, type_: str = "Practitioner", **elements: Any) -> Record:
    return Record(encode({"resourceType": type_, "id": id_, **elements}))


def test_a_person_is_called_by_name_with_the_reference_behind_it() -> None:
    names = names_of((person("6", name=[{"given": ["Dana"], "family": "Whitfield"}]), None))
    assert names.of("Practitioner/6") == "Dana Whitfield (Practitioner/6)"


def test_a_related_person_too() -> None:
    names = names_of((person("7", "RelatedPerson", name=[{"text": "Ana, her daughter"}]),))
    assert names.of("RelatedPerson/7") == "Ana, her daughter (RelatedPerson/7)"


def test_who_has_no_name_or_is_not_on_record_is_known_by_reference() -> None:
    names = names_of((person("6"), person("8", name=[{"use": "usual"}])))
    assert [names.of(f"Practitioner/{id_}") for id_ in "689"] == ["Practitioner/6", "Practitioner/8", "Practitioner/9"]
