"""One Delta table as a list of immutable files: open, list, commit, roll back, clear up.

The files themselves are written elsewhere; a commit names those added and those removed and is
atomic. Nothing is partitioned. No identity reaches the log: a file's statistics hold its row count
and the range of the table's own time.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import LakeError
from topofheart.lake.files import Files, store_at

if TYPE_CHECKING:
    import pyarrow as pa

UNREADABLE_FEATURES = ("deletionVectors", "columnMapping")
LISTED = ("path", "size_bytes", "num_records")
LOG = "_delta_log"
PIECE = 4 << 20
OF_THE_LOG = re.compile(r"\d{20}\.[\w.-]+|_last_checkpoint")


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a table: its path below the table's folder, its size and its rows."""

    path: str
    bytes: int
    rows: int


class DeltaFolder:
    """A Delta table at an address: a folder, or an object store's `s3://…`."""

    def __init__(self, address: str, options: dict[str, str] | None = None) -> None:
        self.address = address
        self.options = options or {}
        self.local = "://" not in address
        self._opened: tuple[int, Any] | None = None

    def exists(self) -> bool:
        from deltalake import DeltaTable

        try:
            return DeltaTable.is_deltatable(self.address, storage_options=self.options)
        except OSError as error:
            raise LakeError(
                f"No lake can be reached at {self.address}.",
                code="no_store",
                hint="Check `lake` and [storage] (endpoint, region, keys) in config.toml.",
            ) from error

    def create(self, schema: pa.Schema, *, statistics: tuple[str, ...]) -> None:
        from deltalake import DeltaTable, Schema

        DeltaTable.create(
            self.address,
            Schema.from_arrow(schema),
            storage_options=self.options,
            configuration={
                "delta.dataSkippingStatsColumns": ",".join(statistics),
                # History is cut by an erasure only, and then at once.
                "delta.enableExpiredLogCleanup": "false",
                "delta.logRetentionDuration": "interval 0 seconds",
            },
        )

    def version(self) -> int:
        return int(self._open().version())

    def schema(self, version: int | None = None) -> pa.Schema:
        import pyarrow as pa

        return pa.schema(self._open(version).schema().to_arrow())

    def files(self, version: int | None = None) -> list[DataFile]:
        import pyarrow as pa

        # `pa.table`, and times as Python objects, would import pandas.
        listed = pa.RecordBatchReader.from_stream(self._open(version).get_add_actions(flatten=True))
        wanted = [name for name in LISTED if name in listed.schema.names]
        actions = listed.read_all().select(wanted).to_pylist()
        return [
            DataFile(a["path"], int(a["size_bytes"]), int(a.get("num_records") or 0))
            for a in sorted(actions, key=lambda action: str(action["path"]))
        ]

    def as_files(self, files: list[DataFile], schema: pa.Schema) -> Files:
        """These files as a relation.

        Their addresses are put together here: deltalake writes a space in a local path as `%20`.
        """
        uris = [f"{self.address}/{file.path}" for file in files]
        return Files(uris, schema, self.address, self.options)

    def read(self, version: int) -> pa.Table:
        """All of a small table. (pyarrow's own `read_table` would import pandas.)"""
        import pyarrow as pa
        import pyarrow.parquet as pq

        paths = [file.path for file in self.files(version)]
        read = [pq.ParquetFile(path, filesystem=self._store).read() for path in paths]
        empty = self.schema(version).empty_table()
        return pa.concat_tables([empty, *read], promote_options="permissive")

    def commit(
        self,
        at: int,
        *,
        add: dict[Path, dict[str, Any]],
        remove: list[DataFile],
        about: dict[str, str],
    ) -> int:
        """Move finished Parquet files into version `at` and swap them for others, in one commit.

        `add` maps each file to its Delta statistics. Returns the new version.
        """
        from deltalake.transaction import AddAction, RemoveAction

        table = self._open(at)
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            RemoveAction(file.path, True, now, file.bytes, {}) for file in remove
        ]
        for path, statistics in add.items():
            size = path.stat().st_size
            self._move_in(path)
            actions.append(AddAction(path.name, size, {}, now, True, json.dumps(statistics)))
        with self._next(about) as properties:
            table.create_write_transaction(
                actions, "append", table.schema(), commit_properties=properties
            )
        return at + 1

    def widen(self, at: int, fields: list[pa.Field]) -> int:
        """Add columns; its own commit."""
        from deltalake import Field

        added = [Field.from_arrow(field) for field in fields]
        with self._next({"act": "widen"}) as properties:
            self._open(at).alter.add_columns(added, commit_properties=properties)
        return at + 1

    def restore(self, version: int) -> int:
        """Bring back an earlier version as a new one; what came after it is orphaned."""
        with self._next({"act": "roll back"}) as properties:
            self._open().restore(version, commit_properties=properties)
        return self.version()

    def unlisted(self) -> set[str]:
        """Every file in the folder that is not of the log: data, used or not, and killed commits."""
        from pyarrow.fs import FileSelector

        found = [i for place in ("", LOG) for i in self._store.get_file_info(FileSelector(place))]
        return {
            info.path for info in found if info.is_file and not OF_THE_LOG.fullmatch(info.base_name)
        }

    def delete(self, paths: set[str]) -> int:
        """Delete files. Never beside a writer. Returns how many."""
        for path in paths:
            self._store.delete_file(path)
        return len(paths)

    def cut_log(self) -> None:
        """Checkpoint, then drop all history before it."""
        table = self._open()
        table.create_checkpoint()
        table.cleanup_metadata()

    @contextmanager
    def _next(self, about: dict[str, str]) -> Iterator[Any]:
        """Commit as the very next version or not at all: the lock knows this machine's writers only."""
        from deltalake import CommitProperties
        from deltalake.exceptions import CommitFailedError

        try:
            yield CommitProperties(about, max_commit_retries=0)
        except CommitFailedError as error:
            raise written_elsewhere() from error
        finally:
            self._opened = None

    def _move_in(self, path: Path) -> None:
        if self.local:
            shutil.move(path, Path(self.address) / path.name)
            return
        with path.open("rb") as source, self._store.open_output_stream(path.name) as target:
            shutil.copyfileobj(source, target, PIECE)
        path.unlink()

    @cached_property
    def _store(self) -> Any:
        return store_at(self.address, self.options)

    def _open(self, version: int | None = None) -> Any:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        if self._opened and self._opened[0] == version:
            return self._opened[1]
        try:
            table = DeltaTable(self.address, version=version, storage_options=self.options)
        except DeltaError as error:
            which = "The log" if version is None else f"Version {version}"
            raise LakeError(
                f"{which} of '{self.address.rsplit('/', 1)[-1]}' is gone or cannot be read.",
                code="history_gone",
                hint="An erasure removes all history before it; ask without --as-of.",
            ) from error
        features = set(table.protocol().reader_features or ())
        if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
            features.add("columnMapping")
        if features & set(UNREADABLE_FEATURES):
            raise LakeError(
                f"'{self.address}' uses {', '.join(sorted(features & set(UNREADABLE_FEATURES)))}, "
                "which Top of Heart does not read.",
                code="unreadable_feature",
                hint="Rewrite the table without these Delta features.",
            )
        self._opened = (int(table.version()), table)
        return table


def written_elsewhere() -> LakeError:
    return LakeError(
        "Another machine wrote to this lake at the same time; nothing of this run is kept.",
        code="busy",
        hint="Run the command again.",
    )
