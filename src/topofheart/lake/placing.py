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
from topofheart.lake.duckdb_engine import DuckEngine, literal, path_literal, quoted
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
        self, writer: Writer, engine: DuckEngine, name: str, staged: Path, *, by_content: bool = False
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
        (distinct,) = self.engine.one(f"SELECT count(DISTINCT key) FROM {self._rows()} WHERE {GOOD}")
        if good < read or distinct < good:
            self.staged = self._write(self._cleaned(all_different=distinct == good))
        (left,) = self.engine.one(f"SELECT count(*) FROM {self._rows()}")
        present = self.writer.files(self.name)
        if self._matched(present):
            new, changed = self._merge(present, mapped)
        else:
            new, changed = left, 0
            if new:
                self.writer.commit(self.name, add=[self.staged], remove=[], act="add")
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
        newest = f"PARTITION BY key, {self.id} ORDER BY updated_at DESC NULLS LAST, file_row_number DESC"
        ranked = f"SELECT *, row_number() OVER ({newest}) AS ordinal FROM {source} WHERE {GOOD}"
        later = "(md5_number_lower(key::VARCHAR || '#' || ordinal::VARCHAR) >> 1)::BIGINT"
        return (
            f"SELECT CASE WHEN ordinal = 1 THEN key ELSE {later} END AS key, {others} "
            f"FROM ({ranked}) WHERE ordinal = 1 OR {self.id} IS NULL"
        )

    def _matched(self, present: list[DataFile]) -> int:
        if not present:
            return 0
        (count,) = self.engine.one(
            f"SELECT count(*) FROM {self._rows()} s SEMI JOIN "
            f"({self._lake(present, ['key', table(self.name).id])}) l ON {self._same_row('l')}"
        )
        return int(count)

    def _same_row(self, there: str) -> str:
        return f"s.key = {there}.key AND s.{self.id} IS NOT DISTINCT FROM {there}.{self.id}"

    def _merge(self, present: list[DataFile], mapped: list[str]) -> tuple[int, int]:
        """Add new rows and replace changed ones, in one commit. Returns how many of each."""
        names = self.stored.names
        lake = self._lake(present, names)
        changed = self._write(
            f"SELECT {self._filled(names, mapped)} FROM {self._rows()} s "
            f"JOIN ({lake}) l ON {self._same_row('l')} WHERE {self._differs(names, mapped)}"
        )
        every = ", ".join(f"s.{quoted(name)}" for name in self.columns)
        added = self._write(
            f"SELECT {every} FROM {self._rows()} s ANTI JOIN "
            f"({self._lake(present, ['key', table(self.name).id])}) l ON {self._same_row('l')}"
        )
        add = {path: pq.read_metadata(path).num_rows for path in (added, changed)}
        again: list[Path] = []
        remove: list[DataFile] = []
        if add[changed]:
            keys = f"read_parquet({path_literal(changed)})"
            again, remove, _ = without(self.writer, self.engine, self.name, keys, self._same_row("e"))
        again += [path for path, rows in add.items() if rows]
        if again:
            self.writer.commit(self.name, add=again, remove=remove, act="merge")
        return add[added], add[changed]

    def _differs(self, names: list[str], mapped: list[str]) -> str:
        """Where a staged row `s` says something else than the lake's `l`, and is not older."""
        compared = [name for name in mapped if name in names and name != "updated_at"]
        tests = [f"s.{quoted(name)} IS DISTINCT FROM l.{quoted(name)}" for name in compared]
        tests.append("s.updated_at > coalesce(l.updated_at, '-infinity')")
        return f"coalesce({' OR '.join(tests)}, false) AND coalesce(s.updated_at >= l.updated_at, true)"

    def _filled(self, names: list[str], mapped: list[str]) -> str:
        """The changed row: what the file speaks about from the file, the rest as it was."""
        own = {"updated_at": "coalesce(s.updated_at, l.updated_at) AS updated_at"}
        spoken = {"key", "read_from", "read_row", *mapped}
        sides = {name: f"{'s' if name in spoken else 'l'}.{quoted(name)}" for name in names}
        return ", ".join((sides | own).values())

    def _lake(self, files: list[DataFile], names: list[str]) -> str:
        folder = self.writer.lake.folder(self.name)
        schema = pa.schema([self.stored.field(name) for name in names])
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
