"""The official tests of SQL on FHIR, on DuckDB: each passes, or its view is refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from carefhir.errors import ContentError
from carefhir.population.engines import duckdb_engine
from carefhir.population.view_definition import read_view
from tests.population.oracle import OfficialTest, official_tests
from tests.support.views import bag, rows_on

pytestmark = pytest.mark.views

NOT_SUPPORTED = re.compile(r"uses (lowBoundary|highBoundary)\(\)|has repeat, which|uses %rowIndex|the operator \+")
"""All for which an official test may be refused."""
TESTS = tuple(official_tests())
REFUSED = 37
"""Boundaries 8, arithmetic 1, `repeat` and `%rowIndex` the others. Fewer would be good news: then lower it."""


@pytest.fixture(scope="module")
def backend() -> Any:
    return duckdb_engine(memory="1GB", threads=1)


def refusal(test: OfficialTest) -> str:
    """Why a view is refused; "" if it is not."""
    try:
        read_view(test.definition)
    except ContentError as error:
        return error.message
    return ""


@pytest.mark.parametrize("test", [test for test in TESTS if not NOT_SUPPORTED.search(refusal(test))], ids=str)
def test_an_official_test_passes(test: OfficialTest, backend: Any, tmp_path: Path) -> None:
    if test.refused:
        with pytest.raises(Exception, match="ViewDefinition"):
            rows_on(backend, test.definition, test.resources, tmp_path)
        return
    rows = rows_on(backend, test.definition, test.resources, tmp_path)
    assert bag(rows) == bag(test.rows)
    if test.columns:
        assert read_view(test.definition).columns == test.columns


def test_all_official_tests_were_asked_and_so_many_are_not_supported() -> None:
    refused = [test.title for test in TESTS if not test.refused and NOT_SUPPORTED.search(refusal(test))]
    print(f"official tests of SQL on FHIR: {len(TESTS)}, of which {len(refused)} ask for what is refused by name")
    assert (len(TESTS), len(refused)) == (144, REFUSED)
