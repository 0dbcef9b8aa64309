"""Every text of a lake understood once per reader, and kept: later runs read only what is new or changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.engines import Cluster
from topofheart.lake.lake import Lake
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import table
from topofheart.understand.batches import read_batches, read_schema, with_keys
from topofheart.understand.columns import understood
from topofheart.understand.reader import Reader
from topofheart.understand.workers import Workers

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from topofheart.lake.engines import Engine

TEXTS = {"answers": ("comment",), "contacts": ("text", "reply")}
REPLY = "contacts.reply"
AT_ONCE = 200_000
WORTH_A_PROCESS = 20_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Understood:
    """How many texts were read now, and how many of them are in neither language."""

    read: int
    not_understood: int


def understand(
    lake: Lake,
    engine: Engine,
    reader: Reader | None = None,
    *,
    replies: bool = False,
    processes: int | None = None,
    progress: Progress | None = None,
    most: int | None = None,
) -> Understood:
    """Read what no reading of this reader covers yet; committed in parts, so that a kill loses one part.

    Replies are read only where `replies` allows it: after the works council's consent. `most` bounds how
    many texts of a column are read: the same ones each time, and as good as drawn by lot.
    """
    from topofheart.understand.model import shipped

    name = (reader or shipped()).name
    total = read = strange = 0
    snapshot = lake.snapshot()
    places = [
        (one, column, left)
        for one, texts in TEXTS.items()
        for column in texts
        if replies or f"{one}.{column}" != REPLY
        for left in (_unread_count(lake, engine, snapshot, one, column, name, most),)
        if left
    ]
    total = sum(left for *_, left in places)
    with Workers(processes or os.cpu_count() or 1) as workers:
        for one, column, left in places:
            parts = -(-left // AT_ONCE)
            for part in range(parts):
                found = _unread_rows(lake, engine, snapshot, one, column, name, most)
                assert found is not None
                texts = found.filter(found.row_key % parts == part) if parts > 1 else found
                of_replies = f"{one}.{column}" == REPLY
                if reader is None and isinstance(engine, Cluster):
                    act = partial(read_batches, model=name, replies=of_replies)
                    told = engine.mapped(texts, act, read_schema())
                else:
                    told = _told(engine.read(texts), reader, workers, replies=of_replies)
                keep(lake, "readings", _with_place(told, f"{one}.{column}", name), "understanding")
                read += told.num_rows
                strange += told["language"].to_pylist().count("other")
                if progress:
                    progress(read, total)
    return Understood(read, strange)


def _unread_count(
    lake: Lake,
    engine: Engine,
    snapshot: Snapshot,
    name: str,
    column: str,
    reader: str,
    most: int | None,
) -> int:
    found = _unread_rows(lake, engine, snapshot, name, column, reader, most)
    return (
        int(engine.read(found.agg(n=found.count())).to_pylist()[0]["n"]) if found is not None else 0
    )


def _unread_rows(
    lake: Lake,
    engine: Engine,
    snapshot: Snapshot,
    name: str,
    column: str,
    reader: str,
    most: int | None,
) -> ir.Table | None:
    """Texts without a reading by this reader, or with one of another text; none where there are no texts."""
    files = lake.files(name, snapshot)
    if not files.uris or column not in files.schema.names:
        return None
    rows = engine.table(files)
    written = rows.filter(rows[column].notnull() & (rows[column] != ""))
    if most is not None:
        # By lot, and by the row in its file: keys differ between workspaces, each with its own secret.
        lot = written.read_row.cast("string").hexdigest("md5")
        written = written.order_by([lot, written.key]).limit(most)
    texts = written.select(
        row_key=written.key,
        customer_id=written.customer_id,
        said_on=written[table(name).day or ""],
        text=written[column],
    )
    texts = texts.mutate(text_mark=texts.text.hexdigest("md5"))
    kept = lake.files("readings", snapshot)
    if not kept.uris:
        return texts
    done = engine.table(kept)
    done = done.filter((done.text_of == f"{name}.{column}") & (done.reader == reader))
    return texts.anti_join(done.select("row_key", "text_mark"), ["row_key", "text_mark"])


def _told(rows: pa.Table, reader: Reader | None, workers: Workers, *, replies: bool) -> pa.Table:
    """Readings of the rows, by several processes where there is work for them."""
    texts = rows["text"]
    if reader is not None or workers.count < 2 or len(texts) < WORTH_A_PROCESS:
        return with_keys(rows, understood(texts.to_pylist(), reader, replies=replies))
    return with_keys(rows, workers.understood(texts, replies=replies))


def _with_place(told: pa.Table, text_of: str, reader: str) -> pa.Table:
    """The readings with where their texts stand; one id for a text of a row, whatever reader's turn it is."""
    import pyarrow as pa

    count = len(told)
    ids = [f"{text_of}|{key}|{reader}" for key in told["row_key"].to_pylist()]
    told = told.append_column("text_of", pa.array([text_of] * count, pa.string()))
    told = told.append_column("reader", pa.array([reader] * count, pa.string()))
    return told.append_column("reading_id", pa.array(ids, pa.string()))


def keep(lake: Lake, name: str, rows: pa.Table, act: str) -> None:
    """Place rows that were made here in their table, as a snapshot of the lake."""
    with lake.writing() as writer:
        engine = DuckEngine(spill=lake.staging)
        try:
            placed = add_rows(writer, engine, name, rows)
            counts = {"new": placed.new, "changed": placed.changed}
            writer.close(Snapshot(0, {}, act, counts=counts))
        finally:
            engine.close()
