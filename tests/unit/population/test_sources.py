"""Folders as bulk export leaves them: which files are read, and what of them could not be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import ibis
import pyarrow
import pyarrow.parquet
import pytest

from carefhir.errors import BadInput
from carefhir.population.engines import duckdb_engine
from carefhir.population.sources import UnreadableLines, open_folder
from carefhir.population.view_definition import read_view
from carefhir.population.view_rows import rows_of
from carefhir.population.view_schema import schema_of
from tests.support.views import bag, columns, view

IDS = ibis.schema({"resourceType": "string", "id": "string"})


@pytest.fixture(scope="module")
def backend() -> Any:
    return duckdb_engine(memory="1GB", threads=1)


def line(type_: str, id_: str) -> str:
    return json.dumps({"resourceType": type_, "id": id_}) + "\n"


def ids(table: ibis.Table) -> list[str]:
    return sorted(row["id"] for row in table.to_pyarrow().to_pylist())


def test_a_type_is_all_files_that_are_named_for_it(backend: Any, tmp_path: Path) -> None:
    names = ("Patient.ndjson", "Patient.000.ndjson", "1.Patient.ndjson", "Patient-2.ndjson", "Patient.3.ndjson")
    for number, name in enumerate(names):
        (tmp_path / name).write_text(line("Patient", f"p{number}"), encoding="utf-8")
    with gzip.open(tmp_path / "9.Patient.ndjson.gz", "wt", encoding="utf-8") as packed:
        packed.write(line("Patient", "packed"))
    folder = open_folder(tmp_path, backend)
    assert ids(folder.table("Patient", IDS)) == ["p0", "p1", "p2", "p3", "p4", "packed"]
    assert (folder.types, folder.passed_over, folder.unreadable) == (frozenset(("Patient",)), (), ())


def test_a_type_with_an_empty_file_is_there_and_one_without_a_file_is_not(backend: Any, tmp_path: Path) -> None:
    (tmp_path / "Condition.ndjson").write_text("", encoding="utf-8")
    folder = open_folder(tmp_path, backend)
    assert folder.types == {"Condition"}
    assert ids(folder.table("Condition", IDS)) == []
    with pytest.raises(BadInput, match="Goal is not there"):
        folder.table("Goal", IDS)


def test_what_is_not_read_of_a_folder_is_named(backend: Any, tmp_path: Path) -> None:
    for name in ("log.ndjson", "manifest.json", "Somebody.ndjson", "Patient.csv", ".hidden"):
        (tmp_path / name).write_text("", encoding="utf-8")
    folder = open_folder(tmp_path, backend)
    assert folder.types == frozenset()
    assert folder.passed_over == ("Patient.csv", "Somebody.ndjson", "log.ndjson", "manifest.json")


def test_lines_that_cannot_be_used_are_counted_by_file_and_the_others_are_read(backend: Any, tmp_path: Path) -> None:
    broken = (
        line("Patient", "a") + "\n" + "{not json\n" + "[1]\n" + '{"id": "b"}\n' + line("Observation", "c")
        + line("Patient", "d").strip()
    )  # fmt: skip
    (tmp_path / "Patient.1.ndjson").write_text(broken, encoding="utf-8")
    (tmp_path / "Patient.2.ndjson").write_text(line("Patient", "e") + '{"resourceType": "Pat', encoding="utf-8")
    (tmp_path / "Patient.3.ndjson").write_bytes(
        line("Patient", "f").encode() + b'{"resourceType":"Patient","id":"\xff"}'
    )
    (tmp_path / "Patient.4.ndjson").write_text(line("Patient", "g"), encoding="utf-8")
    folder = open_folder(tmp_path, backend)
    assert ids(folder.table("Patient", IDS)) == ["a", "d", "e", "f", "g"]
    assert folder.unreadable == (
        UnreadableLines("Patient.1.ndjson", no_resource=3, other_type=1),
        UnreadableLines("Patient.2.ndjson", no_resource=1, other_type=0),
        UnreadableLines("Patient.3.ndjson", no_resource=1, other_type=0),
    )


def test_a_packed_file_that_ends_too_early_is_refused_and_not_read_in_part(backend: Any, tmp_path: Path) -> None:
    whole = gzip.compress(line("Goal", "planted-name").encode() * 1000)
    (tmp_path / "Goal.ndjson.gz").write_bytes(whole[:-20])
    with pytest.raises(BadInput, match="a file of Goal cannot be read") as refused:
        open_folder(tmp_path, backend).table("Goal", IDS)
    assert "planted-name" not in refused.value.message


def test_what_is_no_folder_is_refused(backend: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        open_folder(tmp_path / "missing", backend)


def test_a_folder_whose_name_is_a_pattern_is_refused(backend: Any, tmp_path: Path) -> None:
    (tmp_path / "export[1]").mkdir()
    with pytest.raises(BadInput, match="for a pattern"):
        open_folder(tmp_path / "export[1]", backend)


def test_a_table_is_read_once(backend: Any, tmp_path: Path) -> None:
    path = tmp_path / "Patient.ndjson"
    path.write_text(line("Patient", "a"), encoding="utf-8")
    folder = open_folder(tmp_path, backend)
    first = folder.table("Patient", IDS)
    path.unlink()
    assert ids(folder.table("Patient", IDS)) == ids(first) == ["a"]


CODED = view(
    "Condition",
    columns(id="id", patient="subject.getReferenceKey(Patient)", since="recordedDate", noted="note.exists()"),
    {"forEach": "code.coding", **columns(code="code", version="version")},
    where=["clinicalStatus.coding.where(code = 'active').exists()"],
)
CONDITION = {
    "resourceType": "Condition",
    "id": "c",
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "code": {"coding": [{"code": "38341003"}, {"code": "I10"}]},
    "subject": {"reference": "Patient/p"},
    "recordedDate": "2024-03-05",
    "note": [{"text": "a"}],
}


def test_parquet_says_the_same_as_ndjson(backend: Any, tmp_path: Path) -> None:
    checked = read_view(CODED)
    schema = schema_of("Condition", [checked])
    bags = []
    for name in ("ndjson", "parquet"):
        (tmp_path / name).mkdir()
        path = tmp_path / name / f"Condition.{name}"
        if name == "ndjson":
            path.write_text(json.dumps(CONDITION), encoding="utf-8")
        else:
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist([CONDITION]), path)
        table = open_folder(tmp_path / name, backend).table("Condition", schema)
        bags.append(bag(rows_of(checked, table).to_pyarrow().to_pylist()))
    assert bags[0] == bags[1]
    assert bags[0] == bag(
        {"id": "c", "patient": "p", "since": "2024-03-05", "noted": True, "code": code, "version": None}
        for code in ("38341003", "I10")
    )


def test_parquet_of_another_form_is_refused_by_its_element(backend: Any, tmp_path: Path) -> None:
    odd = {"id": "c", "code": {"coding": [{"code": 1}]}}
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([odd]), tmp_path / "Condition.parquet")
    with pytest.raises(BadInput, match=r"Condition\.code\.coding\.code is int64 in Parquet, where FHIR has string"):
        open_folder(tmp_path, backend).table("Condition", schema_of("Condition", [read_view(CODED)]))


def test_one_type_in_two_forms_is_refused(backend: Any, tmp_path: Path) -> None:
    for name in ("Goal.ndjson", "Goal.parquet"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="has Goal as NDJSON and as Parquet"):
        open_folder(tmp_path, backend)
