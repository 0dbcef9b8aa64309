"""A file's texts understood without a workspace: its rows, with what was understood beside them."""

from __future__ import annotations

from pathlib import Path

from topofheart.kernel.errors import UnknownName
from topofheart.lake.duckdb_engine import DuckEngine, path_literal
from topofheart.understand.columns import understood

AT_ONCE = 50_000


def understand_file(path: Path, column: str, out: Path) -> int:
    """Read the texts of one column of a CSV or Parquet file; returns how many rows were written.

    The text itself is written redacted. Killed half-way, nothing stands under the name of `out`.

    Raises UnknownName where the file has no such column.
    """
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    from topofheart.understand.reading import prepared

    beside = out.with_name(out.name + ".part")
    count = 0
    writer: pq.ParquetWriter | csv.CSVWriter | None = None
    try:
        for batch in _batches(path, column):
            texts = batch[column].cast(pa.string()).to_pylist()
            told = understood(texts)
            place = batch.column_names.index(column)
            shown = pa.array([prepared(text) if text else None for text in texts], pa.string())
            rows = batch.set_column(place, column, shown)
            for name in told.column_names:
                rows = rows.append_column(_free(name, batch.column_names), told[name])
            if writer is None:
                csv_wanted = out.suffix == ".csv"
                writer = (csv.CSVWriter if csv_wanted else pq.ParquetWriter)(beside, rows.schema)
            writer.write_table(rows)
            count += rows.num_rows
    finally:
        if writer is not None:
            writer.close()
    if writer is not None:
        beside.replace(out)
    return count


def _batches(path: Path, column: str):  # type: ignore[no-untyped-def]
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
        for batch in found.fetch_arrow_reader(AT_ONCE):
            yield pa.Table.from_batches([batch])
    finally:
        engine.close()


def _free(name: str, taken: list[str]) -> str:
    """A name that the file does not have itself."""
    return f"understood_{name}" if name in taken else name
