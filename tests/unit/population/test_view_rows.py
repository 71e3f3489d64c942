"""What views say, on DuckDB: a vector for each rule (`tests/support/view_vectors.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from carefhir.population.engines import duckdb_engine
from carefhir.population.view_definition import read_view
from carefhir.population.view_rows import rows_of
from carefhir.population.view_schema import schema_of
from tests.support.view_vectors import ANNA, VECTORS, Vector
from tests.support.views import bag, columns, rows_on, view


@pytest.fixture(scope="module")
def backend() -> Any:
    return duckdb_engine(memory="1GB", threads=1)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_view_says_what_its_vector_says(vector: Vector, backend: Any, tmp_path: Path) -> None:
    assert bag(rows_on(backend, vector.definition, vector.resources, tmp_path)) == bag(vector.rows)


def test_columns_come_in_the_order_of_the_view(backend: Any, tmp_path: Path) -> None:
    union = [columns(e="id"), columns(e="gender")]
    definition = view("Patient", {**columns(b="id"), "select": [columns(a="id")], "unionAll": union}, columns(c="id"))
    assert list(rows_on(backend, definition, [ANNA], tmp_path)[0]) == ["b", "a", "e", "c"]


def test_several_values_where_one_is_expected_stop_the_query_and_tell_nothing_of_the_person(
    backend: Any, tmp_path: Path
) -> None:
    with pytest.raises(duckdb.Error, match="ViewDefinition tried: column family has several values") as stopped:
        rows_on(backend, view("Patient", columns(family="name.family")), [ANNA], tmp_path)
    assert "anna" not in str(stopped.value)


def test_several_values_stop_nothing_where_the_row_is_not_wanted(backend: Any, tmp_path: Path) -> None:
    definition = view("Patient", columns(family="name.family"), where=["active.not()"])
    assert rows_on(backend, definition, [ANNA], tmp_path) == []


def test_a_schema_holds_what_the_views_touch_and_nothing_else() -> None:
    names = read_view(view("Patient", columns(family="name.family.first()")))
    there = read_view(view("Patient", columns(there="deceased.exists()", named="name.exists()")))
    schema = schema_of("Patient", [names, there])
    assert {name: str(dtype) for name, dtype in schema.items()} == {
        "resourceType": "string",
        "deceasedBoolean": "boolean",
        "deceasedDateTime": "string",
        "name": "array<struct<family: string>>",
    }


def test_a_view_is_one_pass_over_its_table(backend: Any) -> None:
    definition = view(
        "Patient",
        columns(id="id"),
        {"unionAll": [{"forEach": "name", **columns(a="family")}, {"forEachOrNull": "contact", **columns(a="gender")}]},
        {"forEach": "telecom", **columns(b="value")},
    )
    checked = read_view(definition)
    table = backend.create_table("read_once", schema=schema_of("Patient", [checked]), temp=True)
    assert backend.compile(rows_of(checked, table)).count("read_once") == 1
