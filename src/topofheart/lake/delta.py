"""One Delta table as a list of immutable files: open, list, commit, roll back, clear up.

The files themselves are written elsewhere; a commit names those added and those removed and is
atomic. Nothing is partitioned. No identity reaches the log: a file's statistics hold its row count
and the range of the table's own time.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import LakeError

if TYPE_CHECKING:
    import pyarrow as pa

UNREADABLE_FEATURES = ("deletionVectors", "columnMapping")


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

    def exists(self) -> bool:
        from deltalake import DeltaTable

        return DeltaTable.is_deltatable(self.address, storage_options=self.options)

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

    def uris(self, version: int | None = None) -> list[str]:
        """The addresses of the files that make up a version.

        Put together here: deltalake writes a space in a local path as `%20`.
        """
        return [f"{self.address}/{file.path}" for file in self.files(version)]

    def files(self, version: int | None = None) -> list[DataFile]:
        import pyarrow as pa

        actions = pa.table(self._open(version).get_add_actions(flatten=True)).to_pylist()
        return [
            DataFile(a["path"], int(a["size_bytes"]), int(a.get("num_records") or 0))
            for a in sorted(actions, key=lambda action: str(action["path"]))
        ]

    def commit(
        self, *, add: dict[Path, dict[str, Any]], remove: list[DataFile], about: dict[str, str]
    ) -> int:
        """Move finished Parquet files into the table and swap them for others, in one commit.

        `add` maps each file to its Delta statistics. Returns the new version.
        """
        from deltalake import CommitProperties
        from deltalake.transaction import AddAction, RemoveAction

        table = self._open()
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            RemoveAction(file.path, True, now, file.bytes, {}) for file in remove
        ]
        for path, statistics in add.items():
            size = path.stat().st_size
            self._move_in(path)
            actions.append(AddAction(path.name, size, {}, now, True, json.dumps(statistics)))
        table.create_write_transaction(
            actions, "append", table.schema(), commit_properties=CommitProperties(about)
        )
        return self.version()

    def widen(self, fields: list[pa.Field]) -> int:
        """Add columns; its own commit."""
        from deltalake import Field

        self._open().alter.add_columns([Field.from_arrow(field) for field in fields])
        return self.version()

    def restore(self, version: int) -> int:
        """Bring back an earlier version as a new one; what came after it is orphaned."""
        self._open().restore(version)
        return self.version()

    def delete_unused(self, keep: set[str]) -> int:
        """Delete data files that are not in `keep`. Never beside a writer. Returns how many."""
        from pyarrow.fs import FileSelector

        store = self._store()
        names = {info.base_name for info in store.get_file_info(FileSelector("", recursive=False))}
        unused = sorted(name for name in names - keep if name.endswith(".parquet"))
        for name in unused:
            store.delete_file(name)
        return len(unused)

    def cut_log(self) -> None:
        """Checkpoint, then drop all history before it."""
        table = self._open()
        table.create_checkpoint()
        table.cleanup_metadata()

    def _move_in(self, path: Path) -> None:
        if self.local:
            path.replace(Path(self.address) / path.name)
            return
        with path.open("rb") as source, self._store().open_output_stream(path.name) as target:
            shutil.copyfileobj(source, target, 1 << 22)
        path.unlink()

    def _store(self) -> Any:
        from pyarrow.fs import LocalFileSystem, PyFileSystem, SubTreeFileSystem

        if self.local:
            return SubTreeFileSystem(self.address, LocalFileSystem())
        from deltalake.fs import DeltaStorageHandler

        return PyFileSystem(DeltaStorageHandler(self.address, self.options))

    def _open(self, version: int | None = None) -> Any:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            table = DeltaTable(self.address, version=version, storage_options=self.options)
        except DeltaError as error:
            raise LakeError(
                f"Version {version} of '{self.address.rsplit('/', 1)[-1]}' is gone.",
                code="history_gone",
                hint="An erasure removes all history before it; ask without --as-of.",
            ) from error
        features = set(table.protocol().reader_features or ()) & set(UNREADABLE_FEATURES)
        if features:
            raise LakeError(
                f"'{self.address}' uses {', '.join(sorted(features))}, which Top of Heart does "
                "not read.",
                code="unreadable_feature",
                hint="Rewrite the table without these Delta features.",
            )
        return table
