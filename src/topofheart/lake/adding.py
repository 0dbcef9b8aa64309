"""Rows that already have the table's own columns: typed data from a program, not from a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import UnknownName
from topofheart.lake.duckdb_engine import DuckEngine, key_sql, literal, quoted
from topofheart.lake.erasure import RECORD, Erasure
from topofheart.lake.files import new_file_name
from topofheart.lake.lake import Writer
from topofheart.lake.placing import Placed, Placing, write_parquet
from topofheart.lake.schema import SQL, arrow_schema, is_extra, stored_types
from topofheart.lake.secret import workspace_key
from topofheart.lake.tables import Table, local_day, table

if TYPE_CHECKING:
    import pyarrow as pa

HERE = "topofheart"
EXTRA_TYPES = {"d_": "text", "r_": "number"}


def add_rows(
    writer: Writer,
    engine: DuckEngine,
    name: str,
    rows: pa.Table | list[dict[str, Any]],
    *,
    source: str = HERE,
    time_zone: str = "Europe/Amsterdam",
) -> Placed:
    """Place typed rows in a table; columns it does not declare must begin with d_ or r_.

    nan is an empty cell; a row with a number that is infinite or out of range is refused. Rows of erased
    customers are excluded.
    """
    import pyarrow as pa

    arrow = pa.Table.from_pylist(rows) if isinstance(rows, list) else rows
    declared = table(name)
    extras = {column: EXTRA_TYPES[column[:2]] for column in arrow.column_names if is_extra(column)}
    types = stored_types(declared, extras)
    stray = [column for column in arrow.column_names if column not in types]
    if stray:
        raise UnknownName(
            f"The table '{name}' has no column '{stray[0]}'.",
            hint=f"Its columns: {', '.join(declared.by_name)}; extra ones begin with d_ or r_.",
        )
    writer.ensure(name, arrow_schema(types))
    values = {
        column: f"{_value(column, kind, arrow.column_names, time_zone)}::{SQL[kind]}"
        for column, kind in types.items()
    }
    of_source = "" if declared.id == "customer_id" else f"{source}|"
    content = f"concat_ws(chr(31), {literal(source)}, {', '.join(map(quoted, arrow.column_names))})"
    identity = f"coalesce({literal(of_source)} || {values[declared.id]}, {content})"
    values["key"] = key_sql(identity)
    values["read_from"] = literal(source)
    columns = [f"{value} AS {quoted(column)}" for column, value in values.items()]
    wrong = " OR ".join(_outside(declared, types, values)) or "false"
    note = f"coalesce({wrong}, false)::INTEGER + 2 * ({_erased(writer, arrow)})::INTEGER"
    columns.append(f"{note} AS note")
    staged = writer.lake.staging / new_file_name()
    engine.connection.register("typed_rows", arrow)
    write_parquet(engine, f"SELECT {', '.join(columns)} FROM typed_rows", staged)
    engine.connection.unregister("typed_rows")
    placing = Placing(writer, engine, name, staged)
    return placing.place([column for column in types if column in arrow.column_names])


def _erased(writer: Writer, rows: pa.Table) -> str:
    """Whether a row is of somebody who was erased, as SQL."""
    workspace = writer.lake.workspace
    if "customer_id" not in rows.column_names or not (workspace / RECORD).exists():
        return "false"
    record = Erasure(workspace, writer.lake, workspace_key(workspace))
    hashes = record.recorded()
    ids = rows["customer_id"].unique().to_pylist()
    erased = [one for one in ids if one is not None and record.hashed(one) in hashes]
    listed = ", ".join(map(literal, erased)) or "NULL"
    return f"coalesce(customer_id IN ({listed}), false)"


def _value(column: str, kind: str, present: list[str], time_zone: str) -> str:
    if column in present:
        return f"nullif({quoted(column)}::DOUBLE, 'nan')" if kind == "number" else quoted(column)
    instant = next(
        (name for name in present if name.endswith("_at") and local_day(name) == column), None
    )
    return (
        f"timezone({literal(time_zone)}, {quoted(instant)}::TIMESTAMPTZ)::DATE"
        if instant
        else "NULL"
    )


def _outside(declared: Table, types: dict[str, str], values: dict[str, str]) -> Iterator[str]:
    """Where a number is infinite or outside its declared range."""
    for column, kind in types.items():
        known = declared.by_name.get(column)
        if known and known.low is not None:
            high = 1e15 if known.high is None else known.high
            yield f"{values[column]} NOT BETWEEN {known.low:g} AND {high:.15g}"
        elif kind == "number":
            yield f"isinf({values[column]})"
