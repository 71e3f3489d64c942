"""The same views on Spark: the same rows, by our own vectors and by the official tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carefhir.errors import BadInput
from carefhir.population.engines import engine_errors, spark_engine
from carefhir.population.sources import UnreadableLines, open_folder
from tests.population.oracle import OfficialTest
from tests.population.test_official import NOT_SUPPORTED, TESTS, refusal
from tests.support.view_vectors import ANNA, VECTORS, Vector
from tests.support.views import bag, columns, rows_on, view

pytestmark = [
    pytest.mark.spark,
    # PySpark leaves its sockets to whenever Python collects them.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    engine = spark_engine(memory="1g", threads=2, scratch=tmp_path_factory.mktemp("spark"))
    yield engine
    engine.disconnect()


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_spark_says_what_duckdb_says(vector: Vector, backend: Any, tmp_path: Path) -> None:
    assert bag(rows_on(backend, vector.definition, vector.resources, tmp_path)) == bag(vector.rows)


@pytest.mark.parametrize(
    "test", [test for test in TESTS if not (test.refused or NOT_SUPPORTED.search(refusal(test)))], ids=str
)
def test_an_official_test_passes_on_spark(test: OfficialTest, backend: Any, tmp_path: Path) -> None:
    assert bag(rows_on(backend, test.definition, test.resources, tmp_path)) == bag(test.rows)


def test_several_values_where_one_is_expected_stop_the_query(backend: Any, tmp_path: Path) -> None:
    with pytest.raises(engine_errors(backend), match="ViewDefinition tried: column family has several values"):
        rows_on(backend, view("Patient", columns(family="name.family")), [ANNA], tmp_path)


def test_lines_that_cannot_be_used_are_counted_by_file(backend: Any, tmp_path: Path) -> None:
    import ibis

    lines = [json.dumps(ANNA), "{not json", "", json.dumps({"resourceType": "Goal", "id": "g"}), '{"resourceType": "P']
    (tmp_path / "Patient.1.ndjson").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "Patient.2.ndjson").write_text(json.dumps({"resourceType": "Patient", "id": "b"}), encoding="utf-8")
    folder = open_folder(tmp_path, backend)
    table = folder.table("Patient", ibis.schema({"resourceType": "string", "id": "string"}))
    assert sorted(row["id"] for row in table.to_pyarrow().to_pylist()) == ["anna", "b"]
    assert folder.unreadable == (UnreadableLines("Patient.1.ndjson", no_resource=2, other_type=1),)
    with pytest.raises(BadInput, match="Goal is not there"):
        folder.table("Goal", ibis.schema({"resourceType": "string"}))
