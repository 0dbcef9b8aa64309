"""Making Arrow tables that keep exactly to the declarations in `lake.tables`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from topofheart.demo.firm import STORY, Array
from topofheart.lake.schema import ARROW, arrow_schema, is_extra
from topofheart.lake.tables import table


def arrange(name: str, columns: Mapping[str, Any]) -> Any:
    """One declared table. Positions become words or identifiers; what was not given is empty."""
    declared = table(name)
    rows = max(np.size(values) for values in columns.values())
    given = {declared.id: np.arange(rows), "currency": STORY["currency"], **columns}
    types = {declared.id: "text", **{one.name: one.type for one in declared.columns}}
    types |= {one: "text" if one.startswith("d_") else "number" for one in columns if is_extra(one)}
    assert columns.keys() <= types.keys(), f"{name} has no {columns.keys() - types.keys()}"
    arrays = [_typed(name, one, kind, given.get(one), rows) for one, kind in types.items()]
    return pa.table(arrays, schema=arrow_schema(types))


def positioned(values: Any, positions: Array) -> Any:
    """The value at each position, empty where the position is negative."""
    return values.take(pa.array(positions, mask=positions < 0))


def only(values: Array, where: Array) -> Any:
    """The values where the condition holds, empty elsewhere."""
    return np.ma.array(values, mask=~where)


def totals(keys: Mapping[str, Any], summed: Mapping[str, Any]) -> dict[str, Any]:
    """The sums over each combination of keys, in the order of the keys."""
    groups = pa.table({**keys, **summed}).group_by(list(keys))
    sums = groups.aggregate([(one, "sum") for one in summed])
    sums = sums.sort_by([(one, "ascending") for one in keys])
    return {one: sums[one if one in keys else f"{one}_sum"] for one in (*keys, *summed)}


def _typed(name: str, column: str, kind: str, values: Any, rows: int) -> Any:
    if values is None:
        return pa.nulls(rows, ARROW[kind])
    if np.isscalar(values):
        return pa.repeat(pa.scalar(values, ARROW[kind]), rows)
    if kind == "text" and isinstance(values, np.ndarray) and values.dtype.kind == "i":
        return _written(name, column, values)
    array = values if isinstance(values, pa.ChunkedArray) else pa.array(values, from_pandas=True)
    return array.cast(pa.float64()).cast(ARROW[kind]) if kind == "money" else array.cast(ARROW[kind])


def _written(name: str, column: str, positions: Array) -> Any:
    if column.endswith("_id"):
        return pa.array(np.char.add(column[:2].upper(), np.char.zfill(positions.astype(str), 7)))
    words = STORY["words"]
    return positioned(pa.array(words.get(name, {}).get(column) or words[column]), positions)
