"""Staged rows find their place in a table: new ones are added, changed ones replace, equal ones stay.

A staged file whose rows are all good, all new and all different is adopted as it is. Otherwise only the
data files that hold a changed row are written again, whatever the size of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from topofheart.lake.delta import DataFile
from topofheart.lake.duckdb_engine import DuckEngine, key_sql, literal, path_literal, quoted
from topofheart.lake.files import new_file_name
from topofheart.lake.lake import Writer
from topofheart.lake.tables import table

PARQUET = "(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)"
GOOD = "note & 3 = 0"


@dataclass(frozen=True)
class Placed:
    """What became of the staged rows. `withheld` counts cells, all others rows."""

    read: int
    new: int
    changed: int
    same: int
    repeated: int
    refused: int
    excluded: int
    withheld: int


class Placing:
    """One staged Parquet file (the stored columns and `note`) going into one table."""

    def __init__(
        self,
        writer: Writer,
        engine: DuckEngine,
        name: str,
        staged: Path,
    ) -> None:
        self.writer = writer
        self.engine = engine
        self.name = name
        self.id = quoted(table(name).id)
        self.staged = staged
        self.stored = writer.schema(name)
        there = {row[0] for row in engine.rows(f"DESCRIBE SELECT * FROM {self._rows()}")}
        self.columns = [column for column in self.stored.names if column in there]

    def place(self, mapped: list[str]) -> Placed:
        """Commit the rows; `mapped` are the columns that the file speaks about."""
        read, refused, excluded, withheld = self._notes()
        good = read - refused - excluded
        (distinct,) = self.engine.one(
            f"SELECT count(DISTINCT key) FROM {self._rows()} WHERE {GOOD}"
        )
        if good < read or distinct < good:
            self.staged = self._write(self._cleaned(all_different=distinct == good))
        (left,) = self.engine.one(f"SELECT count(*) FROM {self._rows()}")
        known = self._known()
        new = left - pq.read_metadata(known).num_rows
        changed, add, remove = 0, [self.staged], list[DataFile]()
        if new < left:
            changed, add, remove = self._changed(mapped)
            add += [self._write(self._unknown(known))] if new else []
        if new or changed:
            self.writer.commit(self.name, add=add, remove=remove, act="merge" if remove else "add")
        same = left - new - changed
        return Placed(read, new, changed, same, good - left, refused, excluded, withheld)

    def _rows(self) -> str:
        return f"read_parquet({path_literal(self.staged)})"

    def _notes(self) -> tuple[int, int, int, int]:
        return self.engine.one(  # type: ignore[return-value]
            f"SELECT count(*), count(*) FILTER (note & 1 = 1), count(*) FILTER (note & 2 = 2), "
            f"coalesce(sum(note >> 2), 0)::BIGINT FROM {self._rows()}"
        )

    def _cleaned(self, *, all_different: bool) -> str:
        """Good rows only. Of rows with the same id the newest stays; of rows without an id every one
        stays, and the second, third … identical one gets a key of its own."""
        others = ", ".join(quoted(name) for name in self.columns if name != "key")
        if all_different:
            return f"SELECT key, {others} FROM {self._rows()} WHERE {GOOD}"
        source = f"read_parquet({path_literal(self.staged)}, file_row_number = true)"
        newest = (
            f"PARTITION BY key, {self.id} ORDER BY updated_at DESC NULLS LAST, file_row_number DESC"
        )
        ranked = f"SELECT *, row_number() OVER ({newest}) AS ordinal FROM {source} WHERE {GOOD}"
        later = key_sql("key::VARCHAR || '#' || ordinal::VARCHAR")
        return (
            f"SELECT CASE WHEN ordinal = 1 THEN key ELSE {later} END AS key, {others} "
            f"FROM ({ranked}) WHERE ordinal = 1 OR {self.id} IS NULL"
        )

    def _known(self) -> Path:
        """A file with the key and id of each staged row that the lake has already."""
        lake = self._lake(["key", table(self.name).id])
        return self._write(
            f"SELECT s.key, s.{self.id} FROM {self._rows()} s SEMI JOIN ({lake}) e ON {self._same_row()}"
        )

    def _unknown(self, known: Path) -> str:
        """The staged rows that the lake does not have."""
        every = ", ".join(f"s.{quoted(name)}" for name in self.columns)
        there = f"read_parquet({path_literal(known)})"
        return f"SELECT {every} FROM {self._rows()} s ANTI JOIN {there} e ON {self._same_row()}"

    def _same_row(self) -> str:
        return f"s.key = e.key AND s.{self.id} IS NOT DISTINCT FROM e.{self.id}"

    def _changed(self, mapped: list[str]) -> tuple[int, list[Path], list[DataFile]]:
        """How many rows are changed, the files that take in the changes, and those that they replace.

        Both sides are compared by a 64-bit hash of what the file speaks about: a join of whole rows
        would not fit in memory. One change in 10¹⁹ would be overlooked.
        """
        stored = self.stored.names
        compared = ", ".join(quoted(n) for n in mapped if n in stored and n != "updated_at") or "0"
        row = f"SELECT key, {self.id}, updated_at, hash({compared}) AS said FROM"
        keys = self._write(
            f"SELECT s.key, s.{self.id} FROM ({row} {self._rows()}) s "
            f"JOIN ({row} ({self._lake(stored)})) e ON {self._same_row()} "
            "WHERE (s.said <> e.said OR s.updated_at > coalesce(e.updated_at, '-infinity')) "
            "AND coalesce(s.updated_at >= e.updated_at, true)"
        )
        count = pq.read_metadata(keys).num_rows
        if not count:
            return 0, [], []
        gone = f"read_parquet({path_literal(keys)})"
        sides = [f"SELECT s.* FROM ({rows}) s SEMI JOIN {gone} e ON {self._same_row()}"
                 for rows in (f"FROM {self._rows()}", self._lake(stored))]  # fmt: skip
        changed = self._write(
            f"SELECT {self._filled(mapped)} FROM ({sides[0]}) s JOIN ({sides[1]}) e ON {self._same_row()}"
        )
        again, remove, _ = without(self.writer, self.engine, self.name, gone, self._same_row())
        return count, [*again, changed], remove

    def _filled(self, mapped: list[str]) -> str:
        """The changed row: what the file speaks about from the file, the rest as it was."""
        own = {"updated_at": "coalesce(s.updated_at, e.updated_at) AS updated_at"}
        spoken = {"key", "read_from", "read_row", *mapped}
        sides = {
            name: f"{'s' if name in spoken else 'e'}.{quoted(name)}" for name in self.stored.names
        }
        return ", ".join((sides | own).values())

    def _lake(self, names: list[str]) -> str:
        """These columns of all that the table holds."""
        schema = pa.schema([self.stored.field(name) for name in names])
        folder, files = self.writer.lake.folder(self.name), self.writer.files(self.name)
        return self.engine.select(folder.as_files(files, schema))

    def _write(self, select: str) -> Path:
        path = self.writer.lake.staging / new_file_name()
        write_parquet(self.engine, select, path)
        return path


def without(
    writer: Writer, engine: DuckEngine, name: str, gone: str, same: str
) -> tuple[list[Path], list[DataFile], int]:
    """A table without the rows that `same` joins, as `s`, to the relation `gone`, as `e`.

    Returns the files that hold such rows written again, those files, and how many rows went.
    """
    again: list[Path] = []
    hit: list[DataFile] = []
    rows = 0
    schema, folder = writer.schema(name), writer.lake.folder(name)
    for file in writer.files(name):
        there = f"FROM ({engine.select(folder.as_files([file], schema))}) s"
        (found,) = engine.one(f"SELECT count(*) {there} SEMI JOIN {gone} e ON {same}")
        if found:
            kept = writer.lake.staging / new_file_name()
            write_parquet(engine, f"SELECT s.* {there} ANTI JOIN {gone} e ON {same}", kept)
            again += [kept] if pq.read_metadata(kept).num_rows else []
            hit.append(file)
            rows += int(found)
    return again, hit, rows


def write_parquet(engine: DuckEngine, select: str, path: Path) -> None:
    """Write the rows of a SELECT as one data file."""
    engine.sql(f"COPY ({select}) TO {literal(str(path))} {PARQUET}")
