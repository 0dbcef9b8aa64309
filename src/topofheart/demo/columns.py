"""Columns side by side, and Arrow tables that keep exactly to the declarations in `lake.tables`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from topofheart.demo.firm import STORY, Array
from topofheart.lake.schema import ARROW, arrow_schema, is_extra
from topofheart.lake.tables import table


class Rows(SimpleNamespace):
    """Arrays of one length side by side, such as contacts before they become a table."""

    def at(self, rows: Array) -> Rows:
        return Rows(**{name: values[rows] for name, values in vars(self).items()})

    def having(self, **columns: Array) -> Rows:
        return Rows(**vars(self) | columns)


def arrange(table_name: str, known: Rows | None = None, /, **columns: Any) -> Any:
    """One declared table, from what is known and the columns beside it; the rest is empty.

    Whole numbers in a column of text are positions: of words in the story, or of identifiers.
    """
    declared = table(table_name)
    types = {declared.id: "text", **{one.name: one.type for one in declared.columns}}
    types |= {one: "text" if one.startswith("d_") else "number" for one in columns if is_extra(one)}
    assert columns.keys() <= types.keys(), f"{table_name} has no {columns.keys() - types.keys()}"
    found = vars(known or Rows()) | columns
    n = max(len(values) for values in found.values() if not np.isscalar(values))
    given = {declared.id: np.arange(n), "currency": STORY["currency"]} | found
    arrays = [_typed(table_name, one, types[one], given.get(one), n) for one in types]
    return pa.table(arrays, schema=arrow_schema(types))


def _typed(table_name: str, column: str, kind: str, values: Any, rows: int) -> Any:
    if values is None or np.isscalar(values):
        return pa.repeat(pa.scalar(values, ARROW[kind]), rows)
    if kind == "text" and isinstance(values, np.ndarray) and values.dtype.kind == "i":
        return _written(table_name, column, values)
    if isinstance(values, np.ndarray):
        values = pa.array(values, from_pandas=True)
    return values.cast("float64").cast(ARROW[kind]) if kind == "money" else values.cast(ARROW[kind])


def _written(table_name: str, column: str, positions: Array) -> Any:
    if column.endswith("_id"):
        digits = pc.utf8_lpad(pa.array(positions).cast("string"), width=7, padding="0")
        return pc.binary_join_element_wise(column[:2].upper(), digits, "")
    words = STORY["words"].get(table_name, {}).get(column) or STORY["words"][column]
    return positioned(pa.array(words), positions)


def positioned(values: Any, positions: Array) -> Any:
    """The value at each position, empty where the position is negative."""
    return values.take(pa.array(positions, mask=positions < 0))


def spread(values: Any, where: Array) -> Any:
    """The values at the places where the condition holds, in order; empty elsewhere."""
    return positioned(values, np.where(where, np.cumsum(where) - 1, -1))


def only(values: Array, where: Array) -> Any:
    """The values where the condition holds, empty elsewhere."""
    return np.ma.array(values, mask=~where)


def counted(*cells: Array, shape: tuple[int, ...], weights: Array | None = None) -> Array:
    """How many rows, or how much weight, there is in each cell."""
    flat = np.ravel_multi_index(cells, shape)
    return np.bincount(flat, weights, minlength=int(np.prod(shape))).reshape(shape)


def totals(keys: Mapping[str, Any], summed: Mapping[str, Any]) -> dict[str, Any]:
    """The sums over each combination of keys, in the order of the keys; true counts for one."""
    numbers = {name: one.cast("float64") for name, one in summed.items()}
    groups = pa.table({**keys, **numbers}).group_by(list(keys))
    sums = groups.aggregate([(name, "sum") for name in summed])
    sums = sums.sort_by([(name, "ascending") for name in keys])
    return {name: sums[name if name in keys else f"{name}_sum"] for name in (*keys, *summed)}


def by_name(values: Any, *names: Iterable[Any]) -> Any:
    """An array as numbers under the names along each of its dimensions."""
    if not names:
        return float(values)
    return {str(one): by_name(row, *names[1:]) for one, row in zip(names[0], values, strict=True)}
