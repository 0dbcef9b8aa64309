"""A file of any format as rows of text: columns `c0 … cn`, read the fast or the careful way."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from topofheart.kernel.errors import UnreadableFile
from topofheart.lake.duckdb_engine import DuckEngine, SqlError, literal, quoted
from topofheart.listen import messages
from topofheart.listen.conversations import TRANSCRIPT, Conversations
from topofheart.listen.delimited import Record, TextShape, text_records
from topofheart.listen.first_look import look_at
from topofheart.listen.header import ROWS_LOOKED_AT, Header, distinct, header_of
from topofheart.listen.records import json_objects, records_of, workbook_records
from topofheart.listen.reshapes import reshapes
from topofheart.listen.reshaping import reshaped
from topofheart.listen.spoken import SPOKEN, spoken_in
from topofheart.listen.tool import PLAIN_FILE, recognised
from topofheart.listen.workbooks import WORKBOOKS, tables

TEXT = (".csv", ".tsv", ".txt", ".tab")
JSON = (".json", ".jsonl", ".ndjson")
ROWS_READ_BOTH_WAYS = 200
BATCH_CELLS = 400_000
BATCH_LETTERS = 30_000_000
Tell = Callable[[float], None]
Headed = tuple[Header, Iterator[Record], Counter[str]]


@dataclass(frozen=True)
class TextRows:
    """The rows of a file, still as text.

    `labels` are the column names in the file; `select` and `numbered` are SELECTs that yield
    `c0 … cn` and `trouble`, the second with `row` as well. The fast way numbers rows rightly only in
    a file without empty lines. `noted` counts what a tool says beside its answers. `part` is the
    sheet, of a workbook with tables on several.
    """

    path: Path
    labels: list[str]
    header: Header
    select: str
    numbered: str
    careful: bool
    noted: Counter[str] = field(default_factory=Counter)
    part: str = ""


def open_rows(
    path: Path,
    engine: DuckEngine,
    work: Path,
    *,
    sheet: str | None = None,
    tool: str | None = None,
    ours: Sequence[str] = (),
    careful: bool = False,
    tell: Tell | None = None,
) -> TextRows:
    """Open a file as rows of text; what has to be unpacked is kept in the folder `work`.

    `tool` names the tool that wrote it, where it is not to be recognised. In conversations, `ours` are the
    speakers, addresses or domains that are not customers.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there"
        raise UnreadableFile(
            f"{path} {what}.",
            code="no_such_file",
            hint="Check the name and the folder of the file.",
        )
    try:
        return _open(path, engine, work, sheet, tool, tuple(ours), careful, tell)
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be opened: {error.strerror or error}.",
            code="cannot_open",
            hint="Check that you may read it and that no other program holds it.",
        ) from error


def _open(
    path: Path,
    engine: DuckEngine,
    work: Path,
    sheet: str | None,
    tool: str | None,
    ours: tuple[str, ...],
    careful: bool,
    tell: Tell | None,
) -> TextRows:
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _parquet(path, engine)
    talks = spoken_in(path, ours)
    if talks:
        return _written(path, _of_talks(talks), work)
    if kind in JSON:
        objects = json_objects(path)
        if messages.inner_list(objects):
            return _written(path, _of_talks(messages.of_objects(objects, ours)), work)
        return _unpacked(path, records_of(objects), work, tool, ours)
    if kind in WORKBOOKS:
        part = sheet if sheet and len(tables(path)) > 1 else ""
        rows = _unpacked(path, workbook_records(path, sheet), work, tool, ours)
        return replace(rows, part=part)
    if kind not in TEXT:
        raise UnreadableFile(
            f"{path.name}: a file that ends in '{kind}' is not known.",
            code="unknown_format",
            hint=f"Known endings: {', '.join((*TEXT, *WORKBOOKS, *JSON, *SPOKEN, '.parquet'))}.",
        )
    shape = look_at(path)
    if shape.tidy and not careful:
        fast = _fast(path, shape, engine, tool)
        if fast is not None:
            return fast
    return _unpacked(path, text_records(path, shape, tell), work, tool, ours)


def _fast(path: Path, shape: TextShape, engine: DuckEngine, tool: str | None) -> TextRows | None:
    """The engine's own reader, when it gives the first rows as the careful way does."""
    head = list(itertools.islice(text_records(path, shape), ROWS_LOOKED_AT + ROWS_READ_BOTH_WAYS))
    first = [record.cells for record in head[:ROWS_LOOKED_AT]]
    known = recognised(first, tool)
    if known and known.tool.reshape:
        return None
    header = header_of(first, known)
    width = len(header.labels)
    expected = [_checked(record, width) for record in head[header.rows :]]
    if not width or any(one.trouble for one in (*head, *expected)):
        return None
    if _otherwise(header, expected, iter(()), ()):
        return None
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    source = (
        f"read_csv({literal(file_pattern(path))}, auto_detect = false, header = false, "
        f"skip = {header.rows}, delim = {literal(shape.separator)}, quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, max_line_size = 20000000, buffer_size = 32000000, columns = {{{columns}}})"
    )
    every = f"SELECT *, NULL::VARCHAR AS trouble FROM {source}"
    select = f"SELECT * FROM ({every}) WHERE {_filled(width)}"
    try:
        found = engine.rows(f"{select} LIMIT {len(expected) + (len(head) < ROWS_READ_BOTH_WAYS)}")
    except SqlError:
        return None
    if [list(row[:width]) for row in found] != [one.cells for one in expected]:
        return None
    numbered = f"SELECT *, row_number() OVER () + {header.rows} AS row FROM ({every})"
    numbered = f"SELECT * FROM ({numbered}) WHERE {_filled(width)}"
    return TextRows(path, header.labels, header, select, numbered, careful=False)


def file_pattern(path: Path) -> str:
    """The path as the engine's file patterns spell it: `export[1].csv` is one file, not a pattern."""
    return re.sub(r"([\[*?{])", r"[\1]", str(path))


def _filled(width: int) -> str:
    """SQL that leaves out rows with nothing in them, as empty lines are left out."""
    cells = ", ".join(f"nullif(trim(c{i}), '')" for i in range(width))
    return f"(trouble IS NOT NULL OR coalesce({cells}) IS NOT NULL)"


def _unpacked(
    path: Path,
    records: Iterator[Record],
    work: Path,
    tool: str | None,
    ours: tuple[str, ...],
) -> TextRows:
    return _written(path, _headed(records, tool, ours), work)


def _written(path: Path, headed: Headed, work: Path) -> TextRows:
    """Write the records to a Parquet file of text, so that they can be read more than once."""
    header, rows, noted = headed
    width = len(header.labels)
    if not width:
        raise UnreadableFile(
            f"{path.name} holds no rows.", code="empty_file", hint="Export it again."
        )
    schema = pa.schema(
        [(f"c{i}", pa.string()) for i in range(width)]
        + [("trouble", pa.string()), ("row", pa.int64())]
    )
    unpacked = work / f"rows-{path.stem[:40]}.parquet"
    with pq.ParquetWriter(unpacked, schema, compression="lz4") as writer:
        for batch in _batches((_checked(record, width) for record in rows), width):
            columns = [
                *(pa.array([one.cells[i] for one in batch], pa.string()) for i in range(width)),
                pa.array([one.trouble for one in batch], pa.string()),
                pa.array([one.row for one in batch], pa.int64()),
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    stored = f"read_parquet({literal(file_pattern(unpacked))})"
    numbered = f"SELECT * FROM {stored} WHERE {_filled(width)}"
    select = f"SELECT * EXCLUDE (row) FROM ({numbered})"
    return TextRows(path, header.labels, header, select, numbered, careful=True, noted=noted)


def _headed(records: Iterator[Record], tool: str | None, ours: tuple[str, ...]) -> Headed:
    """The header, the records below it, and what a tool's own way of reading counts meanwhile."""
    head = list(itertools.islice(records, ROWS_LOOKED_AT + ROWS_READ_BOTH_WAYS))
    first = [record.cells for record in head[:ROWS_LOOKED_AT]]
    known = recognised(first, tool)
    if known and known.tool.reshape and head:
        made = reshaped(itertools.chain(head, records), known)
        header = Header(
            made.labels, 1, known, made.questions, made.kinds, own_names=made.own_names,
            time_zone=known.tool.clock,
        )  # fmt: skip
        return header, made.records, made.noted
    header = header_of(first, known)
    rows = itertools.chain(head[header.rows :], records)
    return _otherwise(header, head[header.rows :], rows, ours) or (header, rows, Counter())


def _otherwise(
    header: Header, head: list[Record], rows: Iterator[Record], ours: tuple[str, ...]
) -> Headed | None:
    """Rows that are not yet rows of a table: messages become conversations, totals become counts."""
    if header.recognised and header.recognised.tool.table == "answers":
        return None
    cells = [record.cells for record in head]
    turns = messages.columns_of(header.labels, cells)
    if turns and header.tool in (PLAIN_FILE, TRANSCRIPT):
        checked = (_checked(record, len(header.labels)) for record in rows)
        return _of_talks(messages.of_table(header.labels, checked, turns, ours))
    ways, width = reshapes(header.labels, cells), len(header.labels)
    rows = (_checked(record, width) for record in rows)
    for way in ways:
        rows = way.records(rows)
        worked = (*header.worked, *way.worked)
        header = replace(header, labels=distinct(way.labels), worked=worked)
    return (header, rows, Counter()) if ways else None


def _of_talks(talks: Conversations) -> Headed:
    return talks.header(), talks.records(), talks.counted()


def _batches(records: Iterator[Record], width: int) -> Iterator[list[Record]]:
    """Batches that fit in memory, however wide the table or long the cells."""
    batch: list[Record] = []
    letters = 0
    for record in records:
        batch.append(record)
        letters += sum(len(cell) for cell in record.cells if cell)
        if len(batch) * width >= BATCH_CELLS or letters >= BATCH_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


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
    source = f"read_parquet({literal(file_pattern(path))}, file_row_number = true)"
    try:
        described = engine.rows(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}")
    except SqlError as error:
        raise UnreadableFile(
            f"{path.name} is not a Parquet file that can be read.",
            code="broken_parquet",
            hint="It may be cut off; copy it again.",
        ) from error
    labels = distinct([str(name) for name, *_ in described])
    texts = ", ".join(
        f"nullif({_typed_text(quoted(name), kind)}, '') AS c{i}"
        for i, (name, kind, *_) in enumerate(described)
    )
    every = f"SELECT {texts}, NULL::VARCHAR AS trouble, file_row_number + 2 AS row FROM {source}"
    numbered = f"SELECT * FROM ({every}) WHERE {_filled(len(labels))}"
    select = f"SELECT * EXCLUDE (row) FROM ({numbered})"
    return TextRows(path, labels, Header(labels, 1), select, numbered, careful=False)


def _typed_text(column: str, kind: str) -> str:
    """A typed cell as it would stand in a CSV: whole numbers without `.0`, lists with commas."""
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{column} = floor({column}) AND abs({column}) < 1e15"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
    if kind.endswith("[]") and "(" not in kind:
        return f"array_to_string({column}, ', ')"
    return (
        f"to_json({column})::VARCHAR"
        if "(" in kind and "DECIMAL" not in kind
        else f"{column}::VARCHAR"
    )
