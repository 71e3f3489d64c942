"""The two engines: DuckDB in this process, Spark for what one machine cannot hold. Each with a limit of memory."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from carefhir.errors import BadInput


def duckdb_engine(*, memory: str = "4GB", threads: int = 2) -> BaseBackend:
    """DuckDB, in memory; what does not fit in `memory` goes to a temporary folder of its own."""
    return ibis.duckdb.connect(memory_limit=memory, threads=threads)


@ibis.udf.scalar.builtin(name="error")
def _stops_duckdb(message: str) -> str:  # type: ignore[empty-body]
    """DuckDB's own function: the query fails with this message."""


@ibis.udf.scalar.builtin(name="raise_error")
def _stops_spark(message: str) -> str:  # type: ignore[empty-body]
    """Spark's own function: the query fails with this message."""


def refusing(engine: str, message: str) -> ir.StringValue:
    """An expression that stops the query where it is reached."""
    match engine:
        case "duckdb":
            return _stops_duckdb(message)
        case "pyspark":
            return _stops_spark(message)
    raise BadInput(f"views are asked of DuckDB or Spark, not of {engine}")
