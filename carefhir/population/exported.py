"""An exported folder as a population: its rows by our views, and the whole charts of some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from carefhir.errors import BadInput
from carefhir.fhir.codec import NotJson
from carefhir.fhir.record import Record, references, relative
from carefhir.population import by_chart
from carefhir.population.definitions import views
from carefhir.population.engines import small_table
from carefhir.population.sources import Folder, open_folder
from carefhir.population.view_rows import rows_of
from carefhir.population.view_schema import schema_of

NAMED = r'"(?:[^"]*/)?Patient/([A-Za-z0-9.\-]{1,64})(?:/_history/[^"/]*)?"'
"""A reference to a patient, wherever it stands; which of them a record is about, each need checks by itself."""

AT_ONCE = 500
"""How many whole charts are held at a time."""


def _extracted(text: str, pattern: str, group: int) -> list[str]:
    """The engines' own function: every match of a group, as a list."""
    raise NotImplementedError


_every = ibis.udf.scalar.builtin(_extracted, name="regexp_extract_all")


@dataclass(slots=True)
class Exported:
    """A folder of NDJSON as bulk export leaves it."""

    folder: Folder
    paths: Mapping[str, tuple[Path, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.paths = self.folder.files
        if "Patient" not in self.paths:
            raise BadInput("Patient is not there: no file is named for it, and nobody can be sorted")

    @property
    def engine(self) -> BaseBackend:
        return self.folder.backend

    @property
    def types(self) -> frozenset[str]:
        """The resource types of which there is a file, be it empty."""
        return self.folder.types

    def rows(self) -> dict[str, ir.Table]:
        """By the id of each of our views, its rows; those of a type that is not there are left out."""
        here = {id_: view for id_, view in views().items() if view.resource in self.types}
        return {id_: rows_of(view, self._table(view.resource)) for id_, view in here.items()}

    def of_nobody(self) -> dict[str, int]:
        """By type, how many records name no patient by a relative reference: an absolute or logical one may be of
        anybody, and an id alone could find somebody else. They count for nobody."""
        counts = {}
        for id_, rows in self.rows().items():
            if "patient" in rows.columns and id_ != "observation-parts":
                counts[views()[id_].resource] = int(rows.filter(rows.patient.isnull()).count().to_pyarrow().as_py())
        return {type_: number for type_, number in counts.items() if number}

    def _table(self, resource: str) -> ir.Table:
        every = [view for view in views().values() if view.resource == resource]
        return self.folder.table(resource, schema_of(resource, every))

    def charts(
        self, patients: Sequence[str], types: Sequence[str] = by_chart.TYPES
    ) -> Iterator[tuple[str, tuple[Record, ...]]]:
        """The records of these types about each of some patients (by id), with the Medications they point to; some at
        a time. A line that is no resource is left out; reading by views has counted it."""
        if not patients:
            return
        wanted = self._kept(small_table([{"patient": patient} for patient in patients], {"patient": "string"}))
        parts = []
        for type_ in types:
            if type_ not in self.types or type_ == "Medication":
                continue
            lines = self._lines(type_)
            if type_ == "Patient":
                named = lines.mutate(patient=_identity(lines.line))
            else:
                named = lines.mutate(patient=_every(lines.line, NAMED, 1).unique()).unnest("patient")
            parts.append(named.semi_join(wanted, "patient").select("patient", "line", type=ibis.literal(type_)))
        every = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
        kept = self._kept(every.order_by("patient"))
        for start in range(0, len(patients), AT_ONCE):
            some = sorted(patients)[start : start + AT_ONCE]
            rows = kept.filter(kept.patient.between(some[0], some[-1])).to_pyarrow().to_pylist()
            yield from self._grouped(some, rows)

    def _kept(self, table: ir.Table) -> ir.Table:
        return self.engine.create_table(ibis.util.gen_name("kept"), table, temp=True)

    def _grouped(self, patients: Sequence[str], rows: list[dict[str, str]]) -> Iterator[tuple[str, tuple[Record, ...]]]:
        by_patient: dict[str, list[Record]] = {patient: [] for patient in patients}
        for row in rows:
            record = _record(row["line"], row["type"])
            if record is not None:
                by_patient[row["patient"]].append(record)
        pointed = {name for some in by_patient.values() for name in map(_medication, some) if name}
        medications = self._medications(pointed)
        for patient, records in by_patient.items():
            follow = dict.fromkeys(name for name in map(_medication, records) if name in medications)
            yield patient, (*records, *(medications[name] for name in follow))

    def _medications(self, names: set[str]) -> dict[str, Record]:
        if not names or "Medication" not in self.types:
            return {}
        lines = self._lines("Medication")
        wanted = small_table([{"id": name.partition("/")[2]} for name in sorted(names)], {"id": "string"})
        texts = lines.mutate(id=_identity(lines.line)).semi_join(wanted, "id").line.to_pyarrow().to_pylist()
        records = (record for line in texts if (record := _record(line, "Medication")))
        return {record.reference: record for record in records}

    def _lines(self, type_: str) -> ir.Table:
        paths = [str(path) for path in self.paths[type_]]
        if paths[0].endswith(".parquet"):
            raise BadInput(f"{type_} is there as Parquet: charts that must be read whole need NDJSON")
        quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        # The names of the user's own files, quoted: a table function of DuckDB takes no parameter here.
        lines = f"SELECT json::VARCHAR AS line FROM read_ndjson_objects([{quoted}], ignore_errors = true)"  # noqa: S608
        return self.engine.sql(lines, schema=ibis.schema({"line": "string"}))


def _identity(line: ir.StringValue) -> ir.StringValue:
    """The id of a resource: that at the top, not one of something inside."""
    return line.cast("json")["id"].str


def _record(line: str | None, type_: str) -> Record | None:
    try:
        record = Record((line or "").encode())
    except NotJson:
        return None
    return record if record.type == type_ else None


def _medication(record: Record) -> str:
    """The Medication that a record points to; "" where it points to none."""
    if not record.type.startswith("Medication"):
        return ""
    return next((name for text in references(record.json, "medicationReference") if (name := relative(text))), "")


def exported(path: Path, engine: BaseBackend) -> Exported:
    """Opens a folder. Raises `BadInput` if it is none, or says nothing of patients."""
    return Exported(open_folder(path, engine))
