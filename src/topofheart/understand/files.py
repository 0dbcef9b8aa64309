"""A file's texts understood without a workspace: its rows, with what was understood beside them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from topofheart.kernel.errors import InvalidInput, UnknownName, UnreadableFile
from topofheart.lake.duckdb_engine import DuckEngine, SqlError, path_literal
from topofheart.understand.columns import understood
from topofheart.understand.reading import prepared

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 50_000


def understand_file(path: Path, column: str, out: Path) -> int:
    """Read the texts of one column of a CSV or Parquet file; returns how many rows were written.

    The text itself is written redacted. Killed half-way, nothing stands under the name of `out`.

    Raises UnknownName where the file has no such column, UnreadableFile where it is no table.
    """
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    if not out.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {out.parent}.", code="no_folder", hint="Make it.")
    beside = out.with_name(out.name + ".part")
    count = 0
    writer: pq.ParquetWriter | csv.CSVWriter | None = None
    try:
        for batch in _batches(path, column):
            rows = _understood(batch, column)
            if writer is None:
                wanted = csv.CSVWriter if out.suffix == ".csv" else pq.ParquetWriter
                writer = wanted(beside, rows.schema)
            writer.write_table(rows)
            count += rows.num_rows
    except BaseException:
        if writer is not None:
            writer.close()
        beside.unlink(missing_ok=True)
        raise
    if writer is not None:
        writer.close()
        beside.replace(out)
    return count


def _understood(batch: pa.Table, column: str) -> pa.Table:
    """The rows with their text redacted, and behind them the columns of what is understood."""
    import pyarrow as pa

    texts = batch[column].cast(pa.string()).to_pylist()
    told = understood(texts)
    shown = pa.array([prepared(text) if text else None for text in texts], pa.string())
    rows = batch.set_column(batch.column_names.index(column), column, shown)
    for name in told.column_names:
        rows = rows.append_column(_free(name, rows.column_names), told[name])
    return rows


def _batches(path: Path, column: str) -> Iterator[pa.Table]:
    """The file's rows, some at a time; of an empty file one table without rows."""
    import pyarrow as pa

    engine = DuckEngine()
    try:
        reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
        how = "" if path.suffix == ".parquet" else ", all_varchar = true"
        found = engine.connection.sql(f"SELECT * FROM {reader}({path_literal(path)}{how})")
        if column not in found.columns:
            raise UnknownName(
                f"{path} has no column '{column}'.", hint=f"It has: {', '.join(found.columns)}."
            )
        batches = found.to_arrow_reader(AT_ONCE)
        first = next(batches, None)
        if first is None:
            yield batches.schema.empty_table()
            return
        for batch in chain([first], batches):
            yield pa.Table.from_batches([batch])
    except SqlError as error:
        raise UnreadableFile(
            f"{path} cannot be read as a table.", hint=str(error).splitlines()[0]
        ) from error
    finally:
        engine.close()


def _free(name: str, taken: list[str]) -> str:
    """A name that the file does not have itself."""
    while name in taken:
        name = f"understood_{name}"
    return name
