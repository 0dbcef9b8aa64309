"""Rows with a text in them, read as Arrow batches: what a cluster runs where its rows are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from topofheart.kernel.errors import InvalidInput
from topofheart.understand.columns import understood
from topofheart.understand.model import shipped

if TYPE_CHECKING:
    import pyarrow as pa

KEYS = ("row_key", "customer_id", "said_on", "text_mark")


def read_batches(
    batches: Iterator[pa.RecordBatch], *, model: str, replies: bool
) -> Iterator[pa.RecordBatch]:
    """What is understood of each batch of rows.

    Raises InvalidInput where the package here holds another model: readings would bear the wrong name.
    """
    import pyarrow as pa

    if shipped().name != model:
        raise InvalidInput(f"The package here reads with {shipped().name}, not with {model}.")
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        told = with_keys(rows, understood(rows["text"].to_pylist(), replies=replies))
        yield from told.combine_chunks().to_batches()


def read_schema() -> pa.Schema:
    """The columns that `read_batches` gives."""
    import pyarrow as pa

    kinds = (pa.int64(), pa.string(), pa.date32(), pa.string())
    nothing = pa.table({name: pa.array([], kind) for name, kind in zip(KEYS, kinds, strict=True)})
    return with_keys(nothing, understood([])).schema


def with_keys(rows: pa.Table, told: pa.Table) -> pa.Table:
    """The readings with the keys of their rows."""
    for name in KEYS:
        told = told.append_column(name, _plain(rows[name]))
    return told


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    kind = column.type
    views = pa.types.is_string_view(kind) or pa.types.is_large_string(kind)
    return column.cast(pa.string()) if views else column
