"""From a declared table to the columns that are stored: system columns, local days, extra columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from topofheart.lake.tables import Table, local_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "money": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
    "day": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
}
SQL = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18,2)",
    "boolean": "BOOLEAN",
    "day": "DATE",
    "time": "TIMESTAMP WITH TIME ZONE",
}
IBIS = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "money": "decimal(18, 2)",
    "boolean": "boolean",
    "day": "date",
    "time": "timestamp('UTC', 6)",
}
SYSTEM = {"key": "integer", "read_from": "text", "read_row": "integer", "updated_at": "time"}
EXTRA_LIMIT = 300
EXTRA_NAME_LENGTH = 60


def stored_types(table: Table, extras: dict[str, str] | None = None) -> dict[str, str]:
    """Every stored column of a table in order, with its declared type."""
    types = dict(SYSTEM)
    types[table.id] = "text"
    for column in table.columns:
        types[column.name] = column.type
        if column.type == "time" and local_day(column.name) != column.name:
            types[local_day(column.name)] = "day"
    return types | (extras or {})


def arrow_schema(types: dict[str, str]) -> pa.Schema:
    return pa.schema([(name, ARROW[kind]) for name, kind in types.items()])


def type_of(field: pa.Field) -> str:
    """The declared type that an arrow field stores."""
    plain = field.type
    if pa.types.is_timestamp(plain):
        return "time"
    if pa.types.is_string_view(plain) or pa.types.is_large_string(plain):
        return "text"
    return next(kind for kind, arrow in ARROW.items() if arrow == plain)


def ibis_table(name: str, schema: pa.Schema) -> ir.Table:
    """A table of an engine as an Ibis expression, without asking the engine for its columns."""
    import ibis

    return ibis.table({field.name: IBIS[type_of(field)] for field in schema}, name=name)


def is_extra(name: str) -> bool:
    """Whether a column came with the organisation's own file instead of the contract."""
    return name.startswith(("d_", "r_"))


def extra_name(label: str, *, number: bool) -> str:
    """`Regio / Wijk` → `d_regio_wijk`; a rating becomes `r_…`."""
    plain = re.sub(r"[^a-z0-9]+", "_", _without_accents(label.lower())).strip("_") or "column"
    prefix = "r_" if number else "d_"
    return (prefix + plain.removeprefix(prefix))[:EXTRA_NAME_LENGTH].rstrip("_")


def _without_accents(text: str) -> str:
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
