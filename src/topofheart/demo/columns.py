"""Making Arrow tables that keep exactly to the declarations in `lake.tables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from topofheart.demo.firm import Array
from topofheart.lake.tables import table

ARROW: dict[str, Any] = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(),
    "money": pa.decimal128(18, 2), "boolean": pa.bool_(), "day": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
}  # fmt: skip


def arrange(name: str, columns: Mapping[str, Any], *, extra: Sequence[str] = ()) -> Any:
    """One table in the declared order and types; what was not given is empty."""
    declared = table(name)
    rows = len(next(iter(columns.values())))
    unknown = set(columns) - set(declared.by_name) - {declared.id, *extra}
    assert not unknown, f"{name} has no {sorted(unknown)}"
    arrays = {declared.id: columns.get(declared.id, numbered(name[:2].upper(), np.arange(rows)))}
    for column in declared.columns:
        arrays[column.name] = _typed(columns.get(column.name), ARROW[column.type], rows)
    return pa.table(arrays | {one: columns[one] for one in extra})


def numbered(prefix: str, numbers: Array) -> Any:
    """Identifiers such as `K0000042`."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=7, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def named(choices: Sequence[str | None], index: Array, *, where: Array | None = None) -> Any:
    """The choice at each index; empty where the condition does not hold."""
    mask = None if where is None else ~where
    return pa.array(list(choices), pa.string()).take(pa.array(index, mask=mask))


def only(values: Array, where: Array) -> Any:
    """The values where the condition holds, empty elsewhere."""
    return pa.array(values, mask=~where)


def money(amounts: Array, where: Array | None = None) -> Any:
    """Decimals with two places, made from whole cents."""
    cents = np.rint(np.asarray(amounts, dtype=np.float64) * 100).astype(np.int64)
    words = np.column_stack([cents, cents >> 63])
    made = pa.Array.from_buffers(ARROW["money"], len(cents), [None, pa.py_buffer(words.tobytes())])
    return made if where is None else pc.if_else(pa.array(where), made, None)


def _typed(values: Any, kind: Any, rows: int) -> Any:
    if values is None:
        return pa.nulls(rows, kind)
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values if values.type == kind else values.cast(kind)
    if isinstance(values, np.ndarray):
        if kind == ARROW["money"]:
            return money(values)
        made = pa.array(values)
        return (
            made.cast(pa.timestamp("us")).cast(kind) if kind == ARROW["time"] else made.cast(kind)
        )
    return pa.array(values, kind)
