"""Which engine answers: DuckDB in this process, or Spark at `sc://host:15002`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from topofheart.kernel.errors import InvalidInput, LakeError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from topofheart.lake.duckdb_engine import DuckEngine
    from topofheart.lake.files import Files
    from topofheart.lake.spark_engine import SparkEngine


OnBatches = Callable[["Iterator[pa.RecordBatch]"], "Iterator[pa.RecordBatch]"]


class Engine(Protocol):
    """What runs a question: DuckDB in the process, or Spark over Connect."""

    name: str

    def table(self, files: Files) -> ir.Table: ...

    def read(self, expression: ir.Table) -> pa.Table: ...


@runtime_checkable
class Cluster(Engine, Protocol):
    """An engine that can run our own code where its rows are, so that they need not come here."""

    def mapped(self, expression: ir.Table, act: OnBatches, schema: pa.Schema) -> pa.Table: ...


def engine_at(address: str) -> DuckEngine | SparkEngine:
    """Raises InvalidInput for an address that is neither `duckdb` nor `sc://…`."""
    if address == "duckdb":
        from topofheart.lake.duckdb_engine import DuckEngine

        return DuckEngine()
    if address.startswith("sc://"):
        from topofheart.lake.spark_engine import SparkEngine

        return SparkEngine(address)
    raise InvalidInput(
        f"'{address}' is not an engine.",
        code="unknown_engine",
        hint="Use 'duckdb', or the address of a Spark Connect server: sc://host:15002.",
    )


def file_vanished(error: Exception) -> bool:
    """Whether maintenance took something away between the listing of a snapshot and its reading."""
    if isinstance(error, LakeError):
        return error.code == "history_gone"
    text = str(error)
    return any(sign in text for sign in ("No files found", "FileNotFound", "No such file"))
