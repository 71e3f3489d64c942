"""The two engines: DuckDB in this process, Spark for what one machine cannot hold. Each with a limit of memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from carefhir.errors import BadInput


def duckdb_engine(*, memory: str = "4GB", threads: int = 2, scratch: Path | None = None) -> BaseBackend:
    """DuckDB in this process.

    `memory` is a size as DuckDB writes it; what does not fit goes to files in `scratch`, which hold patient data while
    it runs (DuckDB's own place, `.tmp` in the working folder, if None).
    """
    settings: dict[str, Any] = {"memory_limit": memory, "threads": threads}
    if scratch is not None:
        settings["temp_directory"] = str(scratch)
    return ibis.duckdb.connect(**settings)


def spark_engine(*, memory: str = "4g", threads: int = 2, scratch: Path | None = None) -> BaseBackend:
    """Spark on this machine (Java 17 or 21, extra `carefhir[spark]`). A site with a cluster hands its own session to
    `ibis.pyspark.connect`; its time zone must be UTC.

    `memory` is a size as Java writes it; `scratch` as for DuckDB.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise BadInput("Spark is not installed: pip install 'carefhir[spark]', and Java 17 or 21") from None
    builder = (
        SparkSession.builder.master(f"local[{threads}]")
        .appName("carefhir")
        .config("spark.driver.memory", memory)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(threads))
        .config("spark.log.level", "ERROR")
    )
    if scratch is not None:
        builder = builder.config("spark.local.dir", str(scratch))
    return ibis.pyspark.connect(builder.getOrCreate())


def engine_errors(backend: BaseBackend) -> tuple[type[Exception], ...]:
    """What an engine raises when it cannot read or compute; the text may quote what it read."""
    if backend.name == "duckdb":
        from duckdb import Error

        return (Error,)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return (PySparkException, Py4JError)


def _stops(message: str) -> str:
    """A function of the engine's own, by which a query fails with this message."""
    raise NotImplementedError(message)


_STOPPING = {
    "duckdb": ibis.udf.scalar.builtin(_stops, name="error"),
    "pyspark": ibis.udf.scalar.builtin(_stops, name="raise_error"),
}


def refusing(backend: BaseBackend, message: str) -> ir.StringValue:
    """An expression that stops the query where it is reached. Raises `BadInput` for another engine."""
    if backend.name not in _STOPPING:
        raise BadInput(f"views are asked of DuckDB or Spark, not of {backend.name}")
    return _STOPPING[backend.name](message)


def small_table(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> ir.Table:
    """A few rows of our own, to be joined by an engine; `types` as ibis spells them. Without pandas, which warns."""
    import pyarrow

    return ibis.memtable(pyarrow.Table.from_pylist(list(rows), schema=ibis.schema(dict(types)).to_pyarrow()))
