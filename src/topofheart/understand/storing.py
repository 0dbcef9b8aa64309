"""Every text of a lake understood once per reader, and kept: later runs read only what is new or changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.lake import Lake
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import table
from topofheart.understand.columns import understood
from topofheart.understand.reader import Reader

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from topofheart.lake.engines import Engine

TEXTS = {"answers": ("comment",), "contacts": ("text", "reply")}
REPLY = "contacts.reply"
AT_ONCE = 400_000
SHARE = 5_000
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
) -> Understood:
    """Read what no reading of this reader covers yet; committed in parts, so that a kill loses one part.

    Replies are read only where `replies` allows it: after the works council's consent.
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
        for left in (_unread_count(lake, engine, snapshot, one, column, name),)
        if left
    ]
    total = sum(left for *_, left in places)
    for one, column, left in places:
        parts = -(-left // AT_ONCE)
        for part in range(parts):
            rows = _unread(lake, engine, snapshot, one, column, name, part=part, parts=parts)
            told = _told(rows, reader, replies=f"{one}.{column}" == REPLY, processes=processes)
            _keep(lake, _with_place(rows, told, f"{one}.{column}", name))
            read += rows.num_rows
            strange += told["language"].to_pylist().count("other")
            if progress:
                progress(read, total)
    return Understood(read, strange)


def _unread_count(
    lake: Lake, engine: Engine, snapshot: Snapshot, name: str, column: str, reader: str
) -> int:
    found = _unread_rows(lake, engine, snapshot, name, column, reader)
    return (
        int(engine.read(found.agg(n=found.count())).to_pylist()[0]["n"]) if found is not None else 0
    )


def _unread(
    lake: Lake,
    engine: Engine,
    snapshot: Snapshot,
    name: str,
    column: str,
    reader: str,
    *,
    part: int,
    parts: int,
) -> pa.Table:
    found = _unread_rows(lake, engine, snapshot, name, column, reader)
    assert found is not None
    return engine.read(found.filter(found.row_key % parts == part) if parts > 1 else found)


def _unread_rows(
    lake: Lake, engine: Engine, snapshot: Snapshot, name: str, column: str, reader: str
) -> ir.Table | None:
    """Texts without a reading by this reader, or with one of another text; none where there are no texts."""
    files = lake.files(name, snapshot)
    if not files.uris or column not in files.schema.names:
        return None
    rows = engine.table(files)
    texts = rows.filter(rows[column].notnull() & (rows[column] != "")).select(
        row_key=rows.key,
        customer_id=rows.customer_id,
        said_on=rows[table(name).day or ""],
        text=rows[column],
    )
    texts = texts.mutate(text_mark=texts.text.hexdigest("md5"))
    kept = lake.files("readings", snapshot)
    if not kept.uris:
        return texts
    done = engine.table(kept)
    done = done.filter((done.text_of == f"{name}.{column}") & (done.reader == reader))
    return texts.anti_join(done.select("row_key", "text_mark"), ["row_key", "text_mark"])


def _told(
    rows: pa.Table, reader: Reader | None, *, replies: bool, processes: int | None
) -> pa.Table:
    """Readings of the rows, by as many processes as there are cores where there is work for them."""
    import pyarrow as pa

    texts = rows["text"].to_pylist()
    several = processes or os.cpu_count() or 1
    if reader is not None or several < 2 or len(texts) < WORTH_A_PROCESS:
        return understood(texts, reader, replies=replies)
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    shares = [texts[first : first + SHARE] for first in range(0, len(texts), SHARE)]
    # A fresh interpreter: an engine's threads do not survive a fork.
    with ProcessPoolExecutor(several, mp_context=get_context("spawn")) as pool:
        return pa.concat_tables(pool.map(_share, shares, [replies] * len(shares)))


def _share(texts: list[str], replies: bool) -> pa.Table:
    return understood(texts, replies=replies)


def _with_place(rows: pa.Table, told: pa.Table, text_of: str, reader: str) -> pa.Table:
    """The readings with where their texts stand; one id for a text of a row, whatever reader's turn it is."""
    import pyarrow as pa

    for column in ("row_key", "customer_id", "said_on", "text_mark"):
        told = told.append_column(column, rows[column].cast(_plain(rows[column].type)))
    count = len(told)
    told = told.append_column("text_of", pa.array([text_of] * count))
    told = told.append_column("reader", pa.array([reader] * count))
    ids = [f"{text_of}|{key}|{reader}" for key in rows["row_key"].to_pylist()]
    return told.append_column("reading_id", pa.array(ids))


def _plain(kind: Any) -> Any:
    import pyarrow as pa

    return pa.string() if pa.types.is_string_view(kind) or pa.types.is_large_string(kind) else kind


def _keep(lake: Lake, rows: pa.Table) -> None:
    with lake.writing() as writer:
        engine = DuckEngine(spill=lake.staging)
        try:
            placed = add_rows(writer, engine, "readings", rows)
            writer.close(Snapshot(0, {}, "understanding", counts={"new": placed.new}))
        finally:
            engine.close()
