"""A file of any format as rows of text: columns `c0 … cn`, read the fast or the careful way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from topofheart.kernel.errors import UnreadableFile
from topofheart.lake.duckdb_engine import DuckEngine, SqlError, literal, quoted
from topofheart.listen.first_look import TextShape, look_at
from topofheart.listen.header import Header, distinct, header_of
from topofheart.listen.records import Record, json_records, text_records, workbook_records

TEXT = (".csv", ".tsv", ".txt", ".tab")
JSON = (".json", ".jsonl", ".ndjson")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
BATCH = 20_000


@dataclass(frozen=True)
class TextRows:
    """The rows of a file, still as text.

    `labels` are the column names in the file; `select` and `numbered` are SELECTs that yield
    `c0 … cn` and `trouble`, the second with `row` as well (slower on the fast way).
    """

    path: Path
    labels: list[str]
    header: Header
    select: str
    numbered: str
    careful: bool


def open_rows(
    path: Path, engine: DuckEngine, work: Path, *, sheet: str | None = None, careful: bool = False
) -> TextRows:
    """Open a file as rows of text; what has to be unpacked is kept in the folder `work`."""
    if not path.is_file():
        raise UnreadableFile(
            f"There is no file {path}.", code="no_such_file", hint="Check the name and the folder."
        )
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _parquet(path, engine)
    if kind in JSON:
        return _unpacked(path, json_records(path), work)
    if kind in WORKBOOKS:
        return _unpacked(path, workbook_records(path, sheet), work)
    if kind not in TEXT:
        raise UnreadableFile(
            f"{path.name}: a file that ends in '{kind}' is not known.",
            code="unknown_format",
            hint=f"Known endings: {', '.join((*TEXT, *WORKBOOKS, *JSON, '.parquet'))}.",
        )
    shape = look_at(path)
    if shape.tidy and not careful:
        fast = _fast(path, shape, engine)
        if fast is not None:
            return fast
    return _unpacked(path, text_records(path, shape), work)


def _fast(path: Path, shape: TextShape, engine: DuckEngine) -> TextRows | None:
    head = list(itertools.islice(text_records(path, shape), 4))
    header = header_of([record.cells for record in head])
    if not head or header.rows > len(head) or any(one.trouble for one in head):
        return None
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.labels)))
    source = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, "
        f"skip = {header.lines(path, shape)}, delim = {literal(shape.separator)}, quote = '\"', "
        f"escape = '\"', nullstr = '', strict_mode = true, max_line_size = 20000000, "
        f"columns = {{{columns}}})"
    )
    try:
        engine.sql(f"SELECT count(*) FROM (SELECT c0 FROM {source} LIMIT 5000)")
    except SqlError:
        return None
    select = f"SELECT *, NULL::VARCHAR AS trouble FROM {source}"
    numbered = f"SELECT *, row_number() OVER () + {header.rows} AS row FROM ({select})"
    return TextRows(path, header.labels, header, select, numbered, careful=False)


def _unpacked(path: Path, records: Iterator[Record], work: Path) -> TextRows:
    """Write the records to a Parquet file of text, so that they can be read more than once."""
    head = list(itertools.islice(records, 4))
    if not head:
        raise UnreadableFile(
            f"{path.name} holds no rows.", code="empty_file", hint="Export it again."
        )
    header = header_of([record.cells for record in head])
    width = len(header.labels)
    schema = pa.schema(
        [("row", pa.int64()), ("trouble", pa.string())] + [(f"c{i}", pa.string()) for i in range(width)]
    )
    unpacked = work / f"rows-{path.stem[:40]}.parquet"
    with pq.ParquetWriter(unpacked, schema, compression="lz4") as writer:
        rows = itertools.chain(head[header.rows :], records)
        while batch := list(itertools.islice(rows, BATCH)):
            checked = [_checked(record, width) for record in batch]
            columns = [
                pa.array([one.row for one in checked], pa.int64()),
                pa.array([one.trouble for one in checked], pa.string()),
                *(pa.array([one.cells[i] for one in checked], pa.string()) for i in range(width)),
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    select = f"SELECT * FROM read_parquet({literal(str(unpacked))})"
    return TextRows(path, header.labels, header, select, select, careful=True)


def _checked(record: Record, width: int) -> Record:
    """A record of exactly `width` cells, with its trouble when it had another number of them."""
    found = len(record.cells)
    if found == width:
        return record
    trouble = record.trouble
    if trouble is None and any(record.cells[width:]):
        trouble = f"{found} cells where {width} are expected"
    elif trouble is None and found < width:
        trouble = f"{found} cells where {width} are expected (cut off?)"
    cells = record.cells[:width] + [None] * (width - found)
    if trouble and found > width:
        cells[-1] = " ".join(cell or "" for cell in record.cells[width - 1 :])
    return Record(record.row, cells, trouble)


def _parquet(path: Path, engine: DuckEngine) -> TextRows:
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        described = engine.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})")
    except SqlError as error:
        raise UnreadableFile(
            f"{path.name} is not a Parquet file that can be read.",
            code="broken_parquet",
            hint="It may be cut off; copy it again.",
        ) from error
    labels = [str(name) for name, *_ in described]
    texts = ", ".join(
        f"nullif({quoted(name)}::VARCHAR, '') AS c{i}" for i, name in enumerate(labels)
    )
    numbered = f"SELECT {texts}, NULL::VARCHAR AS trouble, file_row_number + 1 AS row FROM {source}"
    return TextRows(path, labels, Header(distinct(labels), 1), numbered, numbered, careful=False)
