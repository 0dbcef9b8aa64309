"""Rows that already have the table's own columns: typed data from a program, not from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.lake.duckdb_engine import DuckEngine, literal, quoted
from topofheart.lake.files import new_file_name
from topofheart.lake.lake import Writer
from topofheart.lake.placing import Placed, Placing, write_parquet
from topofheart.lake.schema import SQL, arrow_schema, is_extra, stored_types, type_of
from topofheart.lake.tables import local_day, table

if TYPE_CHECKING:
    import pyarrow as pa

HERE = "topofheart"


def add_rows(
    writer: Writer,
    engine: DuckEngine,
    name: str,
    rows: pa.Table | list[dict[str, Any]],
    *,
    source: str = HERE,
    time_zone: str = "Europe/Amsterdam",
) -> Placed:
    """Place typed rows in a table; columns it does not declare must begin with d_ or r_."""
    import pyarrow as pa

    arrow = pa.Table.from_pylist(rows) if isinstance(rows, list) else rows
    declared = table(name)
    extras = {field.name: type_of(field) for field in arrow.schema if is_extra(field.name)}
    types = stored_types(declared, extras)
    writer.ensure(name, arrow_schema(types))
    of_source = "" if declared.id == "customer_id" else f"{source}|"
    key = f"(md5_number_lower({literal(of_source)} || {quoted(declared.id)}) >> 1)::BIGINT"
    columns = [f"{key} AS key", f"{literal(source)} AS source"]
    for column, kind in list(types.items())[2:]:
        columns.append(f"{_value(column, arrow.column_names, time_zone)}::{SQL[kind]} AS {quoted(column)}")
    staged = writer.lake.staging / new_file_name()
    engine.connection.register("typed_rows", arrow)
    write_parquet(engine, f"SELECT {', '.join(columns)}, 0 AS note FROM typed_rows", staged)
    engine.connection.unregister("typed_rows")
    placing = Placing(writer, engine, name, staged, by_content=False)
    return placing.place([column for column in types if column in arrow.column_names])


def _value(column: str, present: list[str], time_zone: str) -> str:
    if column in present:
        return quoted(column)
    instant = next((name for name in present if name.endswith("_at") and local_day(name) == column), None)
    return f"timezone('{time_zone}', {quoted(instant)})::DATE" if instant else "NULL"
