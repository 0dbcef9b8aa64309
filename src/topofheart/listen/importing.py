"""Reading a file into the lake: look, propose, shape, place, and account for every row."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from topofheart.kernel.errors import UnreadableFile
from topofheart.lake.duckdb_engine import IMPORT_MEMORY, DuckEngine, SqlError, literal
from topofheart.lake.erasure import Erasure
from topofheart.lake.files import new_file_name
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.placing import Placed, Placing, write_parquet
from topofheart.lake.schema import EXTRA_LIMIT, arrow_schema, is_extra
from topofheart.lake.snapshots import Snapshot
from topofheart.listen import refused
from topofheart.listen.identity import workspace_key
from topofheart.listen.mapping import Mapping, checked, read_mapping
from topofheart.listen.profile import Profile
from topofheart.listen.propose import Assumption, propose
from topofheart.listen.shaping import REFUSED, Shape
from topofheart.listen.text_rows import TextRows, open_rows

SAMPLE_ROWS = 10_000
PROGRESS_SECONDS = 0.1
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Read:
    """What reading one file did. `refused_file` holds the rows to repair and read again."""

    file: str
    table: str
    mapping: Mapping
    assumptions: tuple[Assumption, ...]
    placed: Placed
    snapshot: int
    refused_file: Path | None = None


class Importer:
    """Reads files into one lake."""

    def __init__(self, lake: Lake, *, time_zone: str) -> None:
        self.lake = lake
        self.time_zone = time_zone

    def propose(
        self, path: Path, *, table: str | None = None, source: str | None = None, sheet: str | None = None
    ) -> tuple[Mapping, tuple[Assumption, ...]]:
        """How a file would be read; nothing is written."""
        self.lake.workspace.mkdir(parents=True, exist_ok=True)
        work = self.lake.workspace / "looking"
        work.mkdir(exist_ok=True)
        try:
            engine = DuckEngine(memory=IMPORT_MEMORY)
            rows = open_rows(path, engine, work, sheet=sheet)
            return self._mapping(path, rows, engine, None, table, source)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def read(
        self,
        path: Path,
        *,
        mapping: Mapping | None = None,
        table: str | None = None,
        source: str | None = None,
        sheet: str | None = None,
        progress: Progress | None = None,
    ) -> Read:
        """Read one file. Either all of it is in the lake afterwards, or nothing is."""
        with self.lake.writing() as writer:
            careful = False
            while True:
                engine = DuckEngine(memory=IMPORT_MEMORY)
                engine.sql("SET preserve_insertion_order = true")
                rows = open_rows(path, engine, self.lake.staging, sheet=sheet, careful=careful)
                found, assumptions = self._mapping(path, rows, engine, mapping, table, source)
                try:
                    return self._read(writer, engine, rows, found, assumptions, progress, mapping is None)
                except SqlError as error:
                    if rows.careful or path.suffix.lower() == ".parquet":
                        raise _cannot_read(path, error) from error
                    careful = True
                finally:
                    engine.close()

    def _mapping(
        self,
        path: Path,
        rows: TextRows,
        engine: DuckEngine,
        given: Mapping | None,
        table: str | None,
        source: str | None,
    ) -> tuple[Mapping, tuple[Assumption, ...]]:
        if given is not None:
            return checked(given), ()
        kept = refused.mapping_beside(path) or self._kept(rows.labels, source or source_of(path, rows))
        if kept is not None:
            return kept, ()
        try:
            sample = engine.rows(f"SELECT * FROM ({rows.select}) LIMIT {SAMPLE_ROWS}")
        except SqlError as error:
            raise _cannot_read(path, error) from error
        offset = 2 if rows.careful else 0
        profiles = [
            Profile(label, [str(row[i + offset]) for row in sample if row[i + offset] is not None], len(sample))
            for i, label in enumerate(rows.labels)
        ]
        proposal = propose(
            rows.header,
            profiles,
            source=source or source_of(path, rows),
            time_zone=self.time_zone,
            table_name=table,
        )
        return checked(proposal.mapping), proposal.assumptions

    def _kept(self, labels: list[str], source: str) -> Mapping | None:
        """The mapping with which this source was read before, when the columns are the same."""
        path = self.lake.workspace / "mappings" / f"{source}.toml"
        if not path.exists():
            return None
        mapping = read_mapping(path)
        return mapping if [use.name for use in mapping.columns] == labels else None

    def _read(
        self,
        writer: Writer,
        engine: DuckEngine,
        rows: TextRows,
        mapping: Mapping,
        assumptions: tuple[Assumption, ...],
        progress: Progress | None,
        proposed: bool,
    ) -> Read:
        key = workspace_key(self.lake.workspace)
        erased = frozenset(Erasure(self.lake.workspace, self.lake, key).recorded())
        shape = Shape(mapping, rows.labels, key, erased)
        staged = self._stage(writer, engine, shape, rows, progress)
        kept_out = engine.rows(shape.refused(rows.numbered)) if _refusals(engine, staged) else []
        unread = {str(row[1]) for row in kept_out}
        extra_numbers = {use.name for use in mapping.columns if use.to.startswith("r_")} & unread
        if proposed and extra_numbers:
            staged.unlink()
            again = mapping.with_text(extra_numbers)
            return self._read(writer, engine, rows, again, assumptions, progress, False)
        writer.ensure(mapping.table, arrow_schema(shape.types))
        _check_extras(writer, mapping)
        placing = Placing(writer, engine, mapping.table, staged, by_content=shape.by_content)
        placed = placing.place(shape.mapped())
        self._note_fields(writer, engine, shape)
        refused_file = None
        number = writer.before.number
        if placed.new or placed.changed:
            counts = asdict(placed)
            number = writer.close(
                Snapshot(0, {}, "import", rows.path.name, mapping.source, counts)
            ).number
        if kept_out:
            refused_file = refused.keep(self.lake.workspace, rows, mapping, kept_out)
        if placed.new or placed.changed or placed.same:
            self._keep(mapping)
        return Read(
            rows.path.name, mapping.table, mapping, assumptions, placed, number, refused_file
        )

    def _stage(
        self,
        writer: Writer,
        engine: DuckEngine,
        shape: Shape,
        rows: TextRows,
        progress: Progress | None,
    ) -> Path:
        staged = writer.lake.staging / new_file_name()
        with _watched(engine, progress):
            write_parquet(engine, shape.staged(rows.select), staged)
        return staged

    def _note_fields(self, writer: Writer, engine: DuckEngine, shape: Shape) -> None:
        """Keep the file's own names of extra columns and of what can be split by."""
        from topofheart.lake.adding import add_rows

        dimensions = [name for name, kind in shape.types.items() if kind in ("text", "boolean")]
        extras = [
            {
                "field_id": f"{shape.mapping.table}.{use.to}",
                "table": shape.mapping.table,
                "column": use.to,
                "label": use.name,
                "source": shape.mapping.source,
            }
            for use in shape.mapping.columns
            if is_extra(use.to) or (use.to in dimensions and use.to != use.name)
        ]
        if extras:
            add_rows(writer, engine, "fields", extras)

    def _keep(self, mapping: Mapping) -> None:
        folder = self.lake.workspace / "mappings"
        folder.mkdir(exist_ok=True)
        (folder / f"{mapping.source}.toml").write_text(mapping.to_toml(), encoding="utf-8")


def source_of(path: Path, rows: TextRows) -> str:
    """The tool, or the file's name without its dates: next month's export is the same source."""
    if rows.header.tool != "file":
        return rows.header.tool
    plain = re.sub(r"[^a-z]+", "-", path.stem.lower()).strip("-")
    return plain or "file"


def _refusals(engine: DuckEngine, staged: Path) -> bool:
    (bad,) = engine.one(
        f"SELECT count(*) FROM read_parquet({literal(str(staged))}) WHERE note & {REFUSED} = 1"
    )
    return bool(bad)


def _check_extras(writer: Writer, mapping: Mapping) -> None:
    schema = writer.schema(mapping.table)
    extras = sum(is_extra(field.name) for field in schema or ())
    if extras > EXTRA_LIMIT:
        raise UnreadableFile(
            f"'{mapping.table}' would have {extras} extra columns; {EXTRA_LIMIT} is the most.",
            code="too_many_columns",
            hint="Leave `to` empty in the mapping for columns that nobody splits by.",
        )


class _watched:
    """Report how far the running statement is, from a thread of its own."""

    def __init__(self, engine: DuckEngine, progress: Progress | None) -> None:
        self.engine = engine
        self.progress = progress
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        if self.progress:
            self.engine.sql("SET enable_progress_bar = true")
            self.engine.sql("SET enable_progress_bar_print = false")
            self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.done.set()
        if self.progress:
            self.thread.join()
            self.progress(1.0)

    def _watch(self) -> None:
        while not self.done.wait(PROGRESS_SECONDS):
            assert self.progress
            self.progress(self.engine.progress())


def _cannot_read(path: Path, error: Exception) -> UnreadableFile:
    first = str(error).strip().splitlines()[0][:300]
    return UnreadableFile(
        f"{path.name} cannot be read: {first}",
        code="unreadable_file",
        hint="Give --mapping with the columns as they are, or export the file again.",
    )

