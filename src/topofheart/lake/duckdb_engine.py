"""DuckDB in the process: the default engine for questions, and always the one that imports.

The only module that names DuckDB.
"""

from __future__ import annotations

import itertools
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from topofheart.lake.files import Files
from topofheart.lake.schema import SQL, ibis_table, type_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

MEMORY_LIMIT = "TOPOFHEART_MEMORY"
DEFAULT_MEMORY = "70%"
IMPORT_MEMORY = "640MB"
MOST_COMPILED = 500

SqlError = duckdb.Error


class DuckEngine:
    """Questions over Parquet files in this process.

    Questions may come from many threads at once; statements (`sql`, `rows`, `one`) from one. What does
    not fit in memory spills to the folder `spill`, or to one that is nobody else's and gone afterwards.
    """

    name = "duckdb"

    def __init__(self, *, memory: str | None = None, spill: Path | None = None) -> None:
        self._memory = memory or os.environ.get(MEMORY_LIMIT, DEFAULT_MEMORY)
        self._spill = spill
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._opening = threading.Lock()
        self._naming = threading.Lock()
        self._numbers = itertools.count()
        self._asked: dict[str, Files] = {}
        self._compiled: dict[Any, tuple[str, set[str]]] = {}

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        with self._opening:
            if self._connection is None:
                self._own = tempfile.TemporaryDirectory(prefix="topofheart-")
                self._connection = duckdb.connect(
                    config={
                        "memory_limit": self._memory,
                        "temp_directory": str(self._spill or self._own.name),
                        "allow_unsigned_extensions": "false",
                        "autoinstall_known_extensions": "false",
                        "autoload_known_extensions": "false",
                    }
                )
                self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
                self._connection.execute("SET enable_progress_bar_print = false")
            return self._connection

    def table(self, files: Files) -> ir.Table:
        """The rows of these files with exactly the columns of their schema."""
        with self._naming:
            # The same names again, so that the same question is compiled once.
            numbers = (f"files_{i}" for i in itertools.count())
            name = next(name for name in numbers if name not in self._asked)
            self._asked[name] = files
        return ibis_table(name, files.schema)

    def select(self, files: Files, cursor: duckdb.DuckDBPyConnection | None = None) -> str:
        """A SELECT over data files; older ones lack the newer columns, which are then empty."""
        columns = ", ".join(quoted(name) for name in files.schema.names)
        if not files.uris:
            kinds = ((field.name, SQL[type_of(field)]) for field in files.schema)
            empty = ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in kinds)
            return f"SELECT {empty} WHERE false"
        if files.remote:
            name = f"remote_{next(self._numbers)}"
            (cursor or self.connection).register(name, files.dataset())
            return f"SELECT {columns} FROM {name}"
        uris = ", ".join(path_literal(uri) for uri in files.uris)
        declared = ", ".join(
            f"{literal(field.name)}: {{name: {literal(field.name)}, "
            f"type: {literal(SQL[type_of(field)])}, default_value: NULL}}"
            for field in files.schema
        )
        return f"SELECT {columns} FROM read_parquet([{uris}], schema = MAP {{{declared}}})"

    def read(self, expression: ir.Table) -> pa.Table:
        """Run a question, once."""
        query, names = self._query(expression)
        with self.connection.cursor() as cursor:
            for name in names:
                rows = self.select(self._asked.pop(name), cursor)
                cursor.execute(f"CREATE TEMP VIEW {name} AS {rows}")
            return cursor.sql(query).to_arrow_table()

    def _query(self, expression: ir.Table) -> tuple[str, set[str]]:
        """A question as SQL, and the tables it reads. Compiled here: no data frame library is needed."""
        from ibis.backends.sql.compilers.duckdb import compiler
        from sqlglot.expressions import Table

        question = expression.op()
        if question not in self._compiled:
            if len(self._compiled) >= MOST_COMPILED:
                self._compiled.clear()
            query = compiler.to_sqlglot(expression)
            names = {table.name for table in query.find_all(Table)} & self._asked.keys()
            self._compiled[question] = query.sql("duckdb"), names
        return self._compiled[question]

    def sql(self, text: str) -> None:
        """Run a statement to its end."""
        self.connection.execute(text).fetchall()

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(text).fetchall())

    def one(self, text: str) -> tuple[Any, ...]:
        return self.rows(text)[0]

    def progress(self) -> float:
        """How far the running statement is, 0–1; 0 while unknown."""
        return max(0.0, float(self.connection.query_progress())) / 100

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._own.cleanup()


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def key_sql(text: str) -> str:
    """A 63-bit key of a text that every version of every engine would give: half of its MD5, without sign."""
    return f"(md5_number({text}) >> 65)::BIGINT"


def path_literal(path: Path | str) -> str:
    """A file's own name where the engine would read a pattern."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path)))
