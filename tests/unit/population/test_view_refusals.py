"""What a view may not have: each is refused by its name when the view is read, before any patient is."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir.errors import ContentError
from carefhir.population.view_definition import read_view
from tests.support.views import Json, columns, view

PATHS = {
    "birthDate.lowBoundary()": r"lowBoundary\(\), which is not supported",
    "name.repeat(given)": r"repeat\(\), which is not supported",
    "name.count()": r"count\(\), which is not supported",
    "name[0].family + 'x'": r"the operator \+, which is not supported",
    "-active": "the operator -, which is not supported",
    "name.first().family | id": r"the operator \|, which is not supported",
    "active is boolean": "the operator is, which is not supported",
    "active implies active": "the operator implies, which is not supported",
    "gender ~ 'x'": "the operator ~, which is not supported",
    "name.where($index = 0).first().family": r"\$index, which is not supported",
    "%rowIndex": "%rowIndex, which the view does not define",
    "%missing": "%missing, which the view does not define",
    "": "is empty",
    "name.": "ends too early",
    "name.where(": "ends too early",
    "(active": "ends too early",
    "name.first(1)": r"calls first\(\) with 1 arguments",
    "name.where()": r"calls where\(\) with 0 arguments",
    "@@": "cannot be read from character 1",
    "name 'x'": "has 'x', which is not expected there",
    "active = true = true": "compares twice in a row",
    "@2024-03-05T10:00 = birthDate": "a time needs seconds, and with a date a time zone",
    "surname": "has surname, which R4 does not have in Patient",
    "name.given.first().length": "which R4 does not have in string",
    "deceasedBoolean": r"write deceased.ofType\(...\)",
    "deceased": "gives one of several types",
    "deceased.id": r"choose one with ofType\(\)",
    "deceased.ofType(Quantity)": "never of that type",
    "gender.ofType(string)": "always of type code",
    "contained.id": "resources inside resources are not read",
    "maritalStatus": "gives CodeableConcept, not one word or number of it",
    "maritalStatus = 'x'": "compares a value of type CodeableConcept",
    "birthDate = '2024-01-01'": "compares a date with a text",
    "multipleBirth.ofType(integer) = '1'": "compares a number with a text",
    "gender < 'm'": "compares a text by <, which is not supported",
    "name.period.start < @2024": r"several values by <; use first\(\) or where\(\)",
    "name.given = name.family": "several values with several",
    "name.family and active": "gives to and several values",
    "gender or active": "gives to or a value of type code",
    "gender.not()": r"gives to not\(\) a value of type code",
    "name.where(family).exists()": "a value of type string where yes or no is expected",
    "contact.telecom.rank.join(',')": r"joins values of type positiveInt",
    "name.given.join(gender)": r"gives to join\(\) something that is not a fixed text",
    "extension(gender).exists()": r"gives to extension\(\) something that is not a fixed text",
    "name.getResourceKey()": "something that is not the resource",
    "name.getReferenceKey()": r"getReferenceKey\(\) of a value of type HumanName",
    "managingOrganization.getReferenceKey(Somebody)": "Somebody, which is no resource of R4",
    "name[-1].family": "has an index below 0",
    "name[active].family": "an index that is no whole number",
    "name.$this.family": r"\$this inside a path",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_refused_by_its_name(path: str) -> None:
    with pytest.raises(ContentError, match=PATHS[path]) as refused:
        read_view(view("Patient", columns(id="id"), {"column": [{"name": "tried_path", "path": path}]}))
    assert refused.value.message.startswith("ViewDefinition tried: column tried_path: the path")


def patients(*selects: Json, **more: Any) -> Json:
    return view("Patient", *selects, **more)


VIEWS = {
    "resource is not a resource type": view("HumanName", columns(a="family")),
    "the view has profile, which is not supported": patients(columns(id="id"), profile=["http://a"]),
    "has no select": patients(),
    "has no column": patients({"select": []}),
    r"select\[0\] has repeat, which is not supported": patients({"repeat": ["contact"], **columns(id="id")}),
    "has forEach and forEachOrNull": patients({"forEach": "name", "forEachOrNull": "name", **columns(a="family")}),
    r"select\[0\].forEach has no path": patients({"forEach": 1, **columns(a="id")}),
    "is not an element with one type": patients({"forEach": "deceased", **columns(a="id")}),
    "the path where": patients({"forEach": "where(active)", **columns(a="id")}),
    "has two columns ID": patients(columns(id="id"), columns(ID="id")),
    "a column whose name": patients({"column": [{"name": "a-b", "path": "id"}]}),
    "column a has tag": patients({"column": [{"name": "a", "path": "id", "tag": [{"name": "x", "value": "y"}]}]}),
    "column a has no path": patients({"column": [{"name": "a"}]}),
    "its type is integer, but its path gives id": patients(
        {"column": [{"name": "a", "path": "id", "type": "integer"}]}
    ),
    "collection is not true or false": patients({"column": [{"name": "a", "path": "id", "collection": 1}]}),
    "column is not a list of objects": patients({"column": {"name": "a", "path": "id"}}),
    "where name.family does not give yes or no": patients(columns(id="id"), where=["name.family"]),
    "where gender does not give yes or no": patients(columns(id="id"), where=["gender"]),
    "unionAll: the columns differ": patients({"unionAll": [columns(a="id"), columns(b="id")]}),
    "the columns a are not of one type": patients({"unionAll": [columns(a="id"), columns(a="active")]}),
    "constant a has no value": patients(columns(id="id"), constant=[{"name": "a"}]),
    "constant b has no value, several": patients(
        columns(id="id"), constant=[{"name": "b", "valueQuantity": {"value": 1}}]
    ),
    "constant c is not a integer": patients(columns(id="id"), constant=[{"name": "c", "valueInteger": "1"}]),
    "constant d has @2024-1: a time needs": patients(columns(id="id"), constant=[{"name": "d", "valueDate": "2024-1"}]),
    "a constant without a name of its own": patients(columns(id="id"), constant=[{"valueInteger": 1}]),
}


@pytest.mark.parametrize("words", VIEWS)
def test_a_view_is_refused_by_what_it_has(words: str) -> None:
    with pytest.raises(ContentError, match=f"ViewDefinition tried: .*{words}"):
        read_view(VIEWS[words])


def test_a_path_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(ContentError, match="nested too deeply"):
        read_view(patients(columns(a="(" * 5000 + "active" + ")" * 5000)))


def test_a_view_without_a_name_is_called_so() -> None:
    with pytest.raises(ContentError, match="ViewDefinition without a name: resource is not"):
        read_view({})
