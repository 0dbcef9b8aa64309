"""Reading a file into the lake: look, propose, shape, place, and account for every row."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from topofheart.kernel.errors import UnreadableFile
from topofheart.lake.duckdb_engine import IMPORT_MEMORY, DuckEngine, SqlError, literal
from topofheart.lake.erasure import Erasure
from topofheart.lake.files import new_file_name
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.placing import Placed, Placing, write_parquet
from topofheart.lake.schema import EXTRA_LIMIT, arrow_schema, is_extra
from topofheart.lake.secret import workspace_key
from topofheart.lake.snapshots import Snapshot
from topofheart.listen import refused
from topofheart.listen.assumptions import Assumption
from topofheart.listen.first_look import has_empty_lines
from topofheart.listen.mapping import ID, Mapping, checked, read_mapping
from topofheart.listen.profile import Profile
from topofheart.listen.propose import propose
from topofheart.listen.shaping import EXCLUDED, REFUSED, WITHHELD, Shape
from topofheart.listen.text_rows import TEXT, TextRows, file_pattern, open_rows
from topofheart.listen.tool import Recognised
from topofheart.listen.tool_checks import disagreeing_groups
from topofheart.listen.workbooks import TABLE, WORKBOOKS, Sheet, sheets

SAMPLE_ROWS = 10_000
NUMBERED_BYTES = 50_000_000
PROGRESS_SECONDS = 0.1
SURVEY_DIGITS = range(5, 8)
Progress = Callable[[float], None]
_NONE = pa.schema([])


@dataclass(frozen=True)
class Read:
    """What reading one file did. `refused_file` holds the rows to repair and read again.

    `excluded` counts rows that are no answers by what says so, `noted` what a tool tells beside its answers.
    `beside` are the other sheets of a workbook that were read, `unread` those without a table.
    """

    file: str
    table: str
    mapping: Mapping
    assumptions: tuple[Assumption, ...]
    placed: Placed
    snapshot: int
    refused_file: Path | None = None
    recognised: Recognised | None = None
    excluded: dict[str, int] = field(default_factory=dict)
    noted: dict[str, int] = field(default_factory=dict)
    sheet: str = ""
    beside: tuple[Read, ...] = ()
    unread: tuple[Sheet, ...] = ()


@dataclass(frozen=True)
class _Opened:
    """A file as rows of text, the engine that holds them, and the mapping for them; `seen` is the size and
    the time of the file when it was opened."""

    engine: DuckEngine
    rows: TextRows
    mapping: Mapping
    assumptions: tuple[Assumption, ...]
    seen: tuple[int, int]


class Importer:
    """Reads files into one lake."""

    def __init__(self, lake: Lake, *, time_zone: str) -> None:
        self.lake = lake
        self.time_zone = time_zone

    def propose(
        self,
        path: Path,
        *,
        table: str | None = None,
        source: str | None = None,
        sheet: str | None = None,
        tool: str | None = None,
    ) -> tuple[Mapping, tuple[Assumption, ...]]:
        """How a file would be read; nothing is written."""
        with tempfile.TemporaryDirectory() as work:
            opened = self._opened(path, Path(work), None, table, source, sheet, tool, Rising(None))
            with closing(opened.engine):
                return opened.mapping, opened.assumptions

    def read(
        self,
        path: Path,
        *,
        mapping: Mapping | None = None,
        table: str | None = None,
        source: str | None = None,
        sheet: str | None = None,
        tool: str | None = None,
        progress: Progress | None = None,
    ) -> Read:
        """Read one file. Either all of it is in the lake afterwards, or nothing is.

        Of a workbook every sheet that holds a table is read, each as a whole, unless one is named or it is
        said what the rows are.
        """
        named = sheet or mapping or table or source
        parts = [] if named or path.suffix.lower() not in WORKBOOKS else sheets(path)
        held = [one.name for one in parts if one.holds == TABLE]
        one_of = partial(
            self._read_one,
            path,
            mapping=mapping,
            table=table,
            source=source,
            tool=tool,
            progress=progress,
        )
        reads = [one_of(sheet=name) for name in (held if len(held) > 1 else [sheet])]
        main = max(reads, key=lambda one: (one.table == "answers", one.placed.read))
        return replace(
            main,
            beside=tuple(one for one in reads if one is not main),
            unread=tuple(one for one in parts if one.holds != TABLE),
        )

    def _read_one(
        self,
        path: Path,
        *,
        mapping: Mapping | None,
        table: str | None,
        source: str | None,
        sheet: str | None,
        tool: str | None,
        progress: Progress | None,
    ) -> Read:
        rising = Rising(progress)
        given = checked(mapping) if mapping else None
        with self.lake.writing() as writer:
            for careful in (False, True):
                opened = self._opened(
                    path,
                    self.lake.staging,
                    given,
                    table,
                    source,
                    sheet,
                    tool,
                    rising,
                    careful=careful,
                )
                with closing(opened.engine):
                    try:
                        done = self._read(writer, opened, rising, proposed=given is None)
                    except SqlError as error:
                        if _state(path) != opened.seen:
                            raise _changed(path) from error
                        if careful or opened.rows.careful or path.suffix.lower() not in TEXT:
                            raise _cannot_read(path, error) from error
                    else:
                        rising(1.0)
                        return done
        raise AssertionError

    def _opened(
        self,
        path: Path,
        work: Path,
        given: Mapping | None,
        table: str | None,
        source: str | None,
        sheet: str | None,
        tool: str | None,
        rising: Rising,
        *,
        careful: bool = False,
    ) -> _Opened:
        """The file as rows of text with its mapping: the fast way, or if that stumbles the careful."""
        seen = _state(path)
        engine = DuckEngine(memory=IMPORT_MEMORY, spill=work)
        engine.sql("SET preserve_insertion_order = true")
        try:
            repaired = refused.mapping_beside(path)
            known = given or repaired
            named = tool or (known.tool if known else "") or None
            ours = known.ours if known else ()
            rows = open_rows(
                path, engine, work, sheet=sheet, tool=named, ours=ours, careful=careful,
                tell=rising.half,
            )  # fmt: skip
            rows = refused.as_they_were(rows) if repaired else rows
            mapping, assumptions = (
                (known, ()) if known else self._mapping(rows, engine, table, source)
            )
            if mapping.ours != ours:
                rows = open_rows(path, engine, work, sheet=sheet, tool=named, ours=mapping.ours)
        except SqlError as error:
            engine.close()
            if careful or path.suffix.lower() not in TEXT:
                raise _cannot_read(path, error) from error
            return self._opened(path, work, given, table, source, sheet, tool, rising, careful=True)
        except BaseException:
            engine.close()
            raise
        return _Opened(engine, rows, mapping, assumptions, seen)

    def _mapping(
        self, rows: TextRows, engine: DuckEngine, table: str | None, source: str | None
    ) -> tuple[Mapping, tuple[Assumption, ...]]:
        sample = engine.rows(
            f"SELECT * FROM ({rows.select}) WHERE trouble IS NULL LIMIT {SAMPLE_ROWS}"
        )
        profiles = [
            Profile(label, [str(row[i]) for row in sample if row[i] is not None], len(sample))
            for i, label in enumerate(rows.labels)
        ]
        proposal = propose(
            rows.header,
            profiles,
            source=source or source_of(rows),
            time_zone=self.time_zone,
            table_name=table,
        )
        kept, name = self._kept(proposal.mapping, rows.labels, table, exactly=source is not None)
        if _numbers_are_its_own(rows) and proposal.mapping.of(ID):
            proposal = replace(proposal, mapping=replace(proposal.mapping, kept_as=name))
        else:
            proposal = replace(proposal, mapping=replace(proposal.mapping, source=name))
        if kept is None:
            return checked(proposal.mapping), proposal.assumptions
        fresh = {use.name for use in kept.columns} - {
            use.name for use in self._stored(name).columns
        }
        return (
            checked(replace(kept, kept_as=name)),
            tuple(one for one in proposal.assumptions if one.column in fresh),
        )

    def _kept(
        self, proposed: Mapping, labels: list[str], table: str | None, *, exactly: bool
    ) -> tuple[Mapping | None, str]:
        """The mapping with which these columns were read before, and the name of the source.

        A file with the name of another one but without its columns is another source: its rows must
        not take the place of that one's. Only the numbers of a tool stay the same rows in every file.
        """
        name, count = proposed.source, 1
        while self._place(name).exists():
            stored = self._stored(name)
            kept = stored.fitted(labels, proposed) if table in (None, stored.table) else None
            if kept or exactly:
                return kept, name
            count += 1
            name = f"{proposed.source}-{count}"
        return None, name

    def _place(self, source: str) -> Path:
        return (
            self.lake.workspace
            / "mappings"
            / f"{re.sub(r'[^a-z0-9-]+', '-', source.lower())[:80]}.toml"
        )

    def _stored(self, source: str) -> Mapping:
        return read_mapping(self._place(source))

    def _read(self, writer: Writer, opened: _Opened, rising: Rising, *, proposed: bool) -> Read:
        engine, rows, mapping = opened.engine, opened.rows, opened.mapping
        key = workspace_key(self.lake.workspace)
        erased = frozenset(Erasure(self.lake.workspace, self.lake, key).recorded())
        shape = Shape(mapping, rows.labels, key, erased, days_of=self.time_zone)
        _check_extras(writer, mapping)
        staged = writer.lake.staging / new_file_name()
        small = rows.path.stat().st_size < NUMBERED_BYTES
        numbered = rows.careful or (small and not _miscounted(rows))
        text = rows.numbered if numbered else rows.select
        with Watched(engine, rising):
            write_parquet(engine, shape.staged(text, numbered=numbered), staged)
        counts = _counted(engine, staged)
        kept_out = self._refused(opened, shape) if counts.refused else []
        numbers = {use.name for use in mapping.columns if use.to.startswith("r_")}
        unread = numbers & {str(row[1]) for row in kept_out}
        if proposed and unread:
            staged.unlink()
            again = replace(opened, mapping=mapping.with_text(unread))
            return self._read(writer, again, rising, proposed=False)
        if _state(rows.path) != opened.seen:
            raise _changed(rows.path)
        number = writer.before.number
        if counts.read > counts.refused + counts.excluded:
            writer.ensure(mapping.table, arrow_schema(shape.types))
            placing = Placing(writer, engine, mapping.table, staged)
            counts = placing.place(shape.mapped())
            if rows.path.parent.name != refused.FOLDER:
                self._keep(mapping)
        kept_in = refused.keep(self.lake.workspace, rows, mapping, kept_out) if kept_out else None
        if counts.new or counts.changed:
            self._note_fields(writer, engine, shape)
            about = Snapshot(0, {}, "import", rows.path.name, mapping.source, asdict(counts))
            number = writer.close(about).number
        left_out = engine.rows(shape.excluded(text)) if counts.excluded and shape.excludes else []
        noted = rows.noted + disagreeing_groups(engine, rows, mapping)
        return Read(
            rows.path.name, mapping.table, mapping, opened.assumptions, counts, number, kept_in,
            rows.header.recognised,
            {f"{name}: {value}": count for name, value, count in left_out},
            dict(+noted),
            rows.part,
        )  # fmt: skip

    def _refused(self, opened: _Opened, shape: Shape) -> list[tuple[Any, ...]]:
        """The refused rows, numbered as a spreadsheet does."""
        rows = opened.rows
        if _miscounted(rows):
            rows = open_rows(
                rows.path, opened.engine, self.lake.staging, tool=rows.header.tool, careful=True
            )
        return opened.engine.rows(shape.refused(rows.numbered))

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
        place = self._place(mapping.kept_as or mapping.source)
        place.write_text(mapping.to_toml(), encoding="utf-8")


def source_of(rows: TextRows) -> str:
    """The tool, or the file's name without its dates: next month's export is the same source.

    A tool whose numbers begin again in every survey is a source per file name, in which a number of five to
    seven digits is the survey's.
    """
    stem, tool = f"{rows.path.stem} {rows.part}".strip().lower(), rows.header.recognised
    if tool and _numbers_are_its_own(rows):
        return tool.tool.name
    if tool:
        stem = f"{tool.tool.name}-{stem}"
        stem = re.sub(r"\d+", lambda one: one[0] if len(one[0]) in SURVEY_DIGITS else "-", stem)
        return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
    plain = re.sub(r"[^a-z]+", "-", stem).strip("-")
    return plain or "file"


def _numbers_are_its_own(rows: TextRows) -> bool:
    """Whether the ids in this file mean the same row in any other file of the tool."""
    return bool(rows.header.recognised and rows.header.recognised.tool.ids == "of the tool")


def _miscounted(rows: TextRows) -> bool:
    """Whether the engine's reader passes over empty lines, so that its row numbers are too low."""
    return not rows.careful and rows.path.suffix.lower() in TEXT and has_empty_lines(rows.path)


def _counted(engine: DuckEngine, staged: Path) -> Placed:
    """The rows of a staged file by their notes, before any has found its place."""
    read, bad, excluded, withheld = engine.one(
        f"SELECT count(*), count(*) FILTER (note & {REFUSED} > 0), "
        f"count(*) FILTER (note & {EXCLUDED} > 0), coalesce(sum(note // {WITHHELD}), 0)::BIGINT "
        f"FROM read_parquet({literal(file_pattern(staged))})"
    )
    return Placed(read, 0, 0, 0, 0, bad, excluded, withheld)


def _check_extras(writer: Writer, mapping: Mapping) -> None:
    names = {use.to for use in mapping.columns} | set((writer.schema(mapping.table) or _NONE).names)
    extras = sum(map(is_extra, names))
    if extras > EXTRA_LIMIT:
        raise UnreadableFile(
            f"'{mapping.table}' would have {extras} extra columns; {EXTRA_LIMIT} is the most.",
            code="too_many_columns",
            hint="Leave `to` empty in the mapping for columns that nobody splits by.",
        )


class Rising:
    """Progress that only rises: careful reading takes its first half, and only the end is 1."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.share = -1.0
        self.begin = 0.0

    def __call__(self, share: float) -> None:
        if self.progress and share > self.share:
            self.share = share
            self.progress(share)

    def half(self, share: float) -> None:
        self.begin = 0.5
        self(share / 2)

    def rest(self, share: float) -> None:
        self(min(self.begin + share * (1 - self.begin), 0.99))


class Watched:
    """Tell how far the running statement is, from a thread of its own."""

    def __init__(self, engine: DuckEngine, rising: Rising) -> None:
        self.engine = engine
        self.rising = rising
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self.rising.rest(0.0)
        if self.rising.progress:
            self.engine.sql("SET enable_progress_bar = true")
            self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.done.set()
        if self.rising.progress:
            self.thread.join()

    def _watch(self) -> None:
        while not self.done.wait(PROGRESS_SECONDS):
            self.rising.rest(self.engine.progress())


def _state(path: Path) -> tuple[int, int]:
    """By which it is told whether a file is still the same."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_size, found.st_mtime_ns


def _changed(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} was changed while it was read; nothing of it is stored.",
        code="file_changed",
        hint="Read it again when the program that writes it is done, or read a copy.",
    )


def _cannot_read(path: Path, error: Exception) -> UnreadableFile:
    first = str(error).strip().splitlines()[0][:300]
    return UnreadableFile(
        f"{path.name} cannot be read: {first}",
        code="unreadable_file",
        hint="Give --mapping with the columns as they are, or export the file again.",
    )
