"""Staged rows find their place in a table: new ones are added, changed ones replace, equal ones stay.

A staged file whose rows are all good, all new and all different is adopted as it is. Otherwise only the
data files that hold a changed row are written again, whatever the size of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from topofheart.lake.delta import DataFile
from topofheart.lake.duckdb_engine import DuckEngine, literal, quoted
from topofheart.lake.files import Files, new_file_name
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
        self, writer: Writer, engine: DuckEngine, name: str, staged: Path, *, by_content: bool
    ) -> None:
        self.writer = writer
        self.engine = engine
        self.name = name
        self.by_content = by_content
        self.id = quoted(table(name).id)
        self.staged = staged
        self.columns = [
            field.name for field in self._stored() if field.name in self._staged_names()
        ]

    def place(self, mapped: list[str]) -> Placed:
        """Commit the rows; `mapped` are the columns that the file speaks about."""
        read, refused, excluded, withheld = self._notes()
        good = read - refused - excluded
        (distinct,) = self.engine.one(
            f"SELECT count(DISTINCT (key, {self.id})) FROM {self._rows()} WHERE {GOOD}"
            if not self.by_content
            else f"SELECT count(DISTINCT key) FROM {self._rows()} WHERE {GOOD}"
        )
        repeated = 0
        if good < read or distinct < good:
            self._clean()
            if not self.by_content:
                repeated = good - distinct
        present = self.writer.files(self.name)
        matched = self._matched(present)
        if matched == 0:
            new, changed = good - repeated, 0
            if new:
                self.writer.commit(self.name, add=[self.staged], remove=[], act="add")
        else:
            new, changed = self._merge(present, mapped)
        same = good - repeated - new - changed
        return Placed(read, new, changed, same, repeated, refused, excluded, withheld)

    def _stored(self) -> pa.Schema:
        return self.writer.schema(self.name) or pa.schema([])

    def _staged_names(self) -> list[str]:
        return [str(row[0]) for row in self.engine.rows(f"DESCRIBE SELECT * FROM {self._rows()}")]

    def _rows(self) -> str:
        return f"read_parquet({literal(str(self.staged))})"

    def _notes(self) -> tuple[int, int, int, int]:
        return self.engine.one(  # type: ignore[return-value]
            f"SELECT count(*), count(*) FILTER (note & 1 = 1), count(*) FILTER (note & 2 = 2), "
            f"coalesce(sum(note >> 2), 0)::BIGINT FROM {self._rows()}"
        )

    def _clean(self) -> None:
        """Leave out bad rows. Of rows with the same id the newest stays; of rows without an id every
        one stays, and the second, third … identical one gets a key of its own."""
        partition = "key" if self.by_content else f"key, {self.id}"
        newest = "" if self.by_content else "updated_at DESC NULLS LAST, "
        order = f"{newest}file_row_number {'ASC' if self.by_content else 'DESC'}"
        ordinal = f"row_number() OVER (PARTITION BY {partition} ORDER BY {order})"
        source = f"read_parquet({literal(str(self.staged))}, file_row_number = true)"
        ranked = f"(SELECT *, {ordinal} AS ordinal FROM {source} WHERE {GOOD})"
        others = ", ".join(quoted(name) for name in self.columns if name != "key")
        if self.by_content:
            later = "(md5_number_lower(key::VARCHAR || '#' || ordinal::VARCHAR) >> 1)::BIGINT"
            select = f"SELECT CASE WHEN ordinal = 1 THEN key ELSE {later} END AS key, {others} FROM {ranked}"
        else:
            select = f"SELECT key, {others} FROM {ranked} WHERE ordinal = 1"
        self.staged = self._write(select)

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
        names = self._stored().names
        compared = [name for name in mapped if name in names and name != "updated_at"]
        differs = " OR ".join(f"s.{quoted(n)} IS DISTINCT FROM l.{quoted(n)}" for n in compared)
        newer = "coalesce(s.updated_at >= l.updated_at, true)"
        filled = ", ".join(
            f"{'s' if name in mapped or name in ('key', 'source', 'updated_at') else 'l'}.{quoted(name)}"
            for name in names
        )
        lake = self._lake(present, names)
        self.engine.sql(
            f"CREATE OR REPLACE TEMP TABLE changed AS SELECT {filled} FROM {self._rows()} s "
            f"JOIN ({lake}) l ON {self._same_row('l')} WHERE ({differs or 'false'}) AND {newer}"
        )
        every = ", ".join(
            f"s.{quoted(name)}" if name in self.columns else f"NULL AS {quoted(name)}" for name in names
        )
        added = self._write(
            f"SELECT {every} FROM {self._rows()} s ANTI JOIN "
            f"({self._lake(present, ['key', table(self.name).id])}) l ON {self._same_row('l')}"
        )
        (new,) = self.engine.one(f"SELECT count(*) FROM read_parquet({literal(str(added))})")
        (changed,) = self.engine.one("SELECT count(*) FROM changed")
        add, remove = ([added] if new else []), []
        if changed:
            add.append(self._write("SELECT * FROM changed"))
            for file in present:
                kept = self._without(file, "changed", self._same_row("l"))
                if kept:
                    remove.append(file)
                    add += kept
        if add:
            self.writer.commit(self.name, add=add, remove=remove, act="merge")
        return int(new), int(changed)

    def _without(self, file: DataFile, keys: str, same: str) -> list[Path]:
        """The file again without the rows of `keys`; nothing when it holds none of them."""
        rows = self._lake([file], self._stored().names)
        hit, kept = f"({rows}) s SEMI JOIN", f"({rows}) s ANTI JOIN"
        (count,) = self.engine.one(f"SELECT count(*) FROM {hit} {keys} l ON {same}")
        return [self._write(f"SELECT s.* FROM {kept} {keys} l ON {same}")] if count else []

    def _lake(self, files: list[DataFile], names: list[str]) -> str:
        folder = self.writer.lake.folder(self.name)
        stored = self._stored()
        schema = pa.schema([stored.field(name) for name in names])
        uris = [f"{folder.address}/{file.path}" for file in files]
        return self.engine.select(Files(uris, schema, folder.address, folder.options))

    def _write(self, select: str) -> Path:
        path = self.writer.lake.staging / new_file_name()
        write_parquet(self.engine, select, path)
        return path


def write_parquet(engine: DuckEngine, select: str, path: Path) -> None:
    """Write the rows of a SELECT as one data file."""
    engine.sql(f"COPY ({select}) TO {literal(str(path))} {PARQUET}")
