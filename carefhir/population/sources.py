"""Where many patients' resources are read from: a folder as bulk export leaves it, of NDJSON or of Parquet.

A type without a file is *not there*, which is something else than a type with an empty file: of the first nothing is
known. Lines that cannot be read are counted by file and are never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from carefhir.errors import BadInput
from carefhir.population.engines import engine_errors
from carefhir.population.view_typing import is_resource

FILE_NAME = re.compile(r"(?:\d+[._-])?(?P<type>[A-Z][A-Za-z]+)(?:[._-]\d+)*\.(?P<form>ndjson(?:\.gz)?|parquet)")
"""`Condition.ndjson`, `Condition.000.ndjson`, `1.Condition.ndjson`, each also packed by gzip."""
PATTERN = re.compile(r"[*?\[\]{}]")
FILE = "_file"


@dataclass(frozen=True, slots=True)
class UnreadableLines:
    """What of a file could not be used: its name, and how many lines of each kind."""

    file: str
    no_resource: int
    """Lines that are no JSON, or say no resource type."""
    other_type: int
    """Resources of another type than the file is named for."""


class PatientSource(Protocol):
    """Resources of many patients."""

    @property
    def types(self) -> frozenset[str]:
        """The resource types that are there, some perhaps with no resource; of all others nothing is known."""

    @property
    def unreadable(self) -> tuple[UnreadableLines, ...]:
        """What could not be used of the files that were read so far."""

    def table(self, resource: str, schema: ibis.Schema) -> ibis.Table:
        """The resources of a type, read once however many views ask. Raises `BadInput` if the type is not there."""


def open_folder(path: Path, backend: BaseBackend) -> Folder:
    """A folder of files by type. Raises `BadInput` if it is none, or has one type as NDJSON and as Parquet."""
    if not path.is_dir():
        raise BadInput(f"{path} is not a folder")
    if PATTERN.search(str(path.absolute())):
        raise BadInput(f"{path}: the engines would take *, ?, brackets or braces in its name for a pattern")
    files: dict[str, list[Path]] = {}
    passed_over = []
    for each in sorted(path.iterdir()):
        match = FILE_NAME.fullmatch(each.name)
        if match and is_resource(match["type"]):
            files.setdefault(match["type"], []).append(each)
        elif not each.name.startswith("."):
            passed_over.append(each.name)
    for resource, paths in files.items():
        if len({each.suffix == ".parquet" for each in paths}) > 1:
            raise BadInput(f"{path} has {resource} as NDJSON and as Parquet; keep one of the two")
    return Folder(backend, {resource: tuple(paths) for resource, paths in files.items()}, tuple(passed_over))


@dataclass(slots=True)
class Folder:
    """Files by type; see `open_folder`."""

    backend: BaseBackend
    files: Mapping[str, tuple[Path, ...]]
    passed_over: tuple[str, ...]
    """The names of all else in the folder: nothing of it is read."""
    counted: dict[str, tuple[UnreadableLines, ...]] = field(default_factory=dict)
    tables: dict[tuple[str, ibis.Schema], ibis.Table] = field(default_factory=dict)

    @property
    def types(self) -> frozenset[str]:
        """The resource types that have a file."""
        return frozenset(self.files)

    @property
    def unreadable(self) -> tuple[UnreadableLines, ...]:
        """By file, of the types that were read so far; files that could be read whole are not named."""
        return tuple(lines for each in self.counted.values() for lines in each)

    def table(self, resource: str, schema: ibis.Schema) -> ibis.Table:
        """The resources of a type. Raises `BadInput` if it is not there, or a file cannot be read at all."""
        if resource not in self.files:
            raise BadInput(f"{resource} is not there: no file is named for it")
        if (resource, schema) not in self.tables:
            self.tables[resource, schema] = self.read(resource, schema)
        return self.tables[resource, schema]

    def read(self, resource: str, schema: ibis.Schema) -> ibis.Table:
        """Parses the files once and keeps what the schema names."""
        paths = [str(each) for each in self.files[resource]]
        try:
            if paths[0].endswith(".parquet"):
                return kept(self.backend, conformed(self.backend.read_parquet(paths), resource, schema))
            whole = kept(self.backend, ndjson(self.backend, paths, schema))
            self.counted[resource] = counted(whole, resource)
        except engine_errors(self.backend) as error:  # whose texts may quote a line
            raise BadInput(f"a file of {resource} cannot be read ({type(error).__name__})") from None
        return whole.filter(whole.resourceType == resource).drop(FILE)


def ndjson(backend: BaseBackend, paths: list[str], schema: ibis.Schema) -> ibis.Table:
    """Lines as rows; a line that is no JSON object is a row of nulls. `_file` says where it was."""
    if backend.name == "duckdb":
        from ibis.backends.sql.datatypes import DuckDBType

        columns = {name: DuckDBType.to_string(dtype) for name, dtype in schema.items()}
        return backend.read_json(paths, columns=columns, format="newline_delimited", ignore_errors=True, filename=FILE)
    from ibis.backends.pyspark.datatypes import PySparkSchema
    from pyspark.sql.functions import col

    reader = backend._session.read.schema(PySparkSchema.from_ibis(schema))
    frame = reader.json(paths, mode="PERMISSIVE").withColumn(FILE, col("_metadata.file_name")).persist()
    name = ibis.util.gen_name("ndjson")
    frame.createOrReplaceTempView(name)
    return backend.table(name)


def kept(backend: BaseBackend, table: ibis.Table) -> ibis.Table:
    """The rows, held by DuckDB from now on: files are parsed once. Spark was told so when it was given the files."""
    if backend.name != "duckdb":
        return table
    name = ibis.util.gen_name("resources")
    backend.raw_sql(f'CREATE TEMP TABLE "{name}" AS {backend.compile(table)}')
    return backend.table(name)


def counted(table: ibis.Table, resource: str) -> tuple[UnreadableLines, ...]:
    """What of the files cannot be used, by file."""
    type_ = table.resourceType
    counts: Any = (
        table.group_by(FILE)
        .aggregate(no_resource=type_.isnull().sum(), other_type=(type_ != resource).sum())
        .filter(lambda each: (each.no_resource > 0) | (each.other_type > 0))
        .order_by(FILE)
        .to_pyarrow()
        .to_pylist()
    )
    return tuple(
        UnreadableLines(Path(each[FILE]).name, int(each["no_resource"] or 0), int(each["other_type"] or 0))
        for each in counts
    )


def conformed(table: ibis.Table, resource: str, schema: ibis.Schema) -> ibis.Table:
    """A table of Parquet in the schema that views read by: what is not there is null."""
    columns = {}
    for name, dtype in schema.items():
        if name in table.columns:
            columns[name] = _conform(table[name], dtype, f"{resource}.{name}")
        else:
            columns[name] = ibis.literal(resource) if name == "resourceType" else ibis.null(dtype)
    return table.select(**columns)


def _conform(value: ir.Value, dtype: dt.DataType, path: str) -> ir.Value:
    """Raises `BadInput` where a column of Parquet has another form than FHIR's JSON."""
    form = value.type()
    if dtype.is_array() and form.is_array():
        return value.map(lambda item: _conform(item, dtype.value_type, path))
    if dtype.is_struct() and form.is_struct():
        parts = {
            name: _conform(value[name], inner, f"{path}.{name}") if name in form.names else ibis.null(inner)
            for name, inner in dtype.items()
        }
        return ibis.ifelse(value.notnull(), ibis.struct(parts), ibis.null(dtype))
    if dtype.is_string() and (form.is_struct() or form.is_array()):
        return ibis.ifelse(value.notnull(), ibis.literal("{}"), ibis.null(str))  # only whether it is there is asked
    if dtype.is_string() and (form.is_string() or form.is_date()):
        return value.cast(str)
    if (dtype.is_numeric() and form.is_numeric()) or form == dtype:
        return value.cast(dtype)
    raise BadInput(f"{path} is {form} in Parquet, where FHIR has {dtype}")
