"""Sums kept between questions: data files never change, so what was added up once stays added up.

A kept sum knows the files that it covers. When a table has only gained files since, the new ones alone
are read and added; when any file is gone (a correction, an erasure), everything is added up again.
What cannot be added, such as sums over customers, is kept for exactly the files it was made of.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from topofheart.lake.files import Files

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "sums.sqlite3"
MOST_KEPT = 1000


class KeptSums:
    """The kept sums of one workspace, in one file that may be deleted at any time."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / NAME

    def of(
        self,
        question: str,
        files: Files,
        add_up: Callable[[Files], pa.Table],
        *,
        over: list[str] | None,
    ) -> pa.Table:
        """The sums of a question over these files.

        `over` names the columns that tell cells apart, or is None when the sums do not add up.
        """
        born, kept = self._read(question)
        wanted = {uri.rsplit("/", 1)[-1]: uri for uri in files.uris}
        if kept and kept[0] == set(wanted):
            return kept[1]
        sums = None
        if kept and over is not None and kept[0] < set(wanted):
            fresh = [uri for name, uri in wanted.items() if name not in kept[0]]
            sums = _added(kept[1], add_up(replace(files, uris=fresh)), over)
        if sums is None:
            sums = add_up(files)
        self._write(question, sorted(wanted), sums, born)
        return sums

    def forget(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(NAME + suffix).unlink(missing_ok=True)

    def _read(self, question: str) -> tuple[str | None, tuple[set[str], pa.Table] | None]:
        """Which keepsake this is, and what it keeps. Read together: an erasure begins another one, into
        which nothing from before it may come."""
        import pyarrow as pa

        try:
            with self._open() as connection, connection:
                born = _born(connection)
                row = connection.execute(
                    "SELECT files, sums FROM kept WHERE question = ?", (question,)
                ).fetchone()
            if row is None:
                return born, None
            return born, (set(json.loads(row[0])), pa.ipc.open_stream(row[1]).read_all())
        except sqlite3.OperationalError:
            # Crowded, not ours to write in, or just deleted by an erasure.
            return None, None
        except (sqlite3.DatabaseError, pa.ArrowInvalid, ValueError):
            self.forget()
            return None, None

    def _write(self, question: str, files: list[str], sums: pa.Table, born: str | None) -> None:
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, sums.schema) as writer:
            writer.write_table(sums)
        row = (question, json.dumps(files), sink.getvalue().to_pybytes(), born)
        try:
            with self._open() as connection, connection:
                connection.execute(
                    "INSERT OR REPLACE INTO kept SELECT ?, ?, ? "
                    "WHERE EXISTS (SELECT * FROM born WHERE token = ?)",
                    row,
                )
                connection.execute(
                    "DELETE FROM kept WHERE rowid <= (SELECT max(rowid) FROM kept) - ?",
                    (MOST_KEPT,),
                )
        except sqlite3.DatabaseError:
            # A read-only or crowded workspace: the answer stands, it is only not kept.
            return

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=2)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS kept "
                "(question TEXT PRIMARY KEY, files TEXT NOT NULL, sums BLOB NOT NULL)"
            )
            connection.execute("CREATE TABLE IF NOT EXISTS born (token TEXT NOT NULL)")
            yield connection


def _born(connection: sqlite3.Connection) -> str:
    found = connection.execute("SELECT token FROM born").fetchone()
    if found is None:
        found = (secrets.token_hex(8),)
        connection.execute("INSERT INTO born VALUES (?)", found)
    return str(found[0])


def _added(before: pa.Table, fresh: pa.Table, over: list[str]) -> pa.Table | None:
    """Both together, or None when an earlier release kept other sums for the question."""
    import pyarrow as pa

    if set(before.column_names) != set(fresh.column_names):
        return None
    both = pa.concat_tables([before, fresh.select(before.column_names).cast(before.schema)])
    cells = [name for name in both.column_names if name in over]
    added = [name for name in both.column_names if name not in over]
    sums = both.group_by(cells).aggregate([(name, "sum") for name in added])
    return sums.select([*cells, *(f"{name}_sum" for name in added)]).rename_columns(
        [*cells, *added]
    )
