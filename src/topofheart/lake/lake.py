"""The lake: the tables of one organisation, read through snapshots, written by one writer at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from topofheart.kernel.errors import LakeError
from topofheart.lake.delta import DataFile, DeltaFolder
from topofheart.lake.files import Files, delta_statistics
from topofheart.lake.schema import type_of
from topofheart.lake.snapshots import Snapshot, Snapshots
from topofheart.lake.tables import TABLES, table

if TYPE_CHECKING:
    import pyarrow as pa

WAIT_FOR_WRITER_SECONDS = 600
MOST_SEEN = 1000
PATIENCE = {"max_retries": "3", "retry_timeout": "30s"}


class Lake:
    """The tables under one address, as of any snapshot.

    `workspace` is the local folder for the lock and for staging; `address` where the tables are.
    """

    def __init__(
        self, workspace: Path, address: str | None = None, options: dict[str, str] | None = None
    ) -> None:
        self.workspace = workspace
        self.address = (address or str(workspace / "lake")).rstrip("/")
        self.options = (options or {}) if self.local else PATIENCE | (options or {})
        self._folders: dict[str, DeltaFolder] = {}
        self._seen: dict[tuple[str, int], Files] = {}
        self._labels: tuple[int, dict[str, str]] = (-1, {})
        self.snapshots = Snapshots(self.folder("snapshots"))

    @property
    def local(self) -> bool:
        return "://" not in self.address

    @property
    def staging(self) -> Path:
        """Where files are written before a commit moves them in; on the lake's own disk."""
        return self.workspace / "staging"

    def folder(self, name: str) -> DeltaFolder:
        if name not in self._folders:
            self._folders[name] = DeltaFolder(f"{self.address}/{name}", self.options)
        return self._folders[name]

    def snapshot(self, number: int | None = None) -> Snapshot:
        return self.snapshots.last() if number is None else self.snapshots.at(number)

    def files(self, name: str, snapshot: Snapshot) -> Files:
        """The files and columns of one table in a snapshot; none when the table is not there."""
        import pyarrow as pa

        version = snapshot.versions.get(name)
        if version is None:
            return Files([], pa.schema([]))
        if (name, version) not in self._seen:
            if len(self._seen) > MOST_SEEN:
                self._seen.clear()
            folder = self.folder(name)
            self._seen[name, version] = folder.as_files(
                folder.files(version), folder.schema(version)
            )
        return self._seen[name, version]

    def labels(self, snapshot: Snapshot) -> dict[str, str]:
        """The stored column of each of the files' own names."""
        version = snapshot.versions.get("fields")
        if version is None:
            return {}
        if self._labels[0] != version:
            names = self.folder("fields").read(version).select(["label", "column"]).to_pylist()
            self._labels = version, {str(one["label"]): str(one["column"]) for one in names}
        return self._labels[1]

    def look_again(self) -> None:
        """Forget which files were there."""
        self._seen.clear()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Be the only writer. What a killed writer left half done is rolled back first."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        try:
            held = FileLock(self.workspace / "writer.lock").acquire(timeout=WAIT_FOR_WRITER_SECONDS)
        except Timeout as error:
            raise LakeError(
                "Another import is writing to this workspace.",
                code="busy",
                hint="Wait until it has ended and run the command again.",
            ) from error
        with held:
            shutil.rmtree(self.staging, ignore_errors=True)
            self.staging.mkdir(parents=True)
            try:
                yield Writer(self)
            finally:
                shutil.rmtree(self.staging, ignore_errors=True)


class Writer:
    """The one writer: commits per table, and at the end the snapshot that makes them visible."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.before = lake.snapshots.last()
        self.versions = dict(self.before.versions)
        for name in TABLES:
            self._roll_back(name)

    def files(self, name: str) -> list[DataFile]:
        return self.lake.folder(name).files(self.versions[name]) if name in self.versions else []

    def schema(self, name: str) -> pa.Schema:
        """The columns of a table; none when it is not there."""
        import pyarrow as pa

        folder = self.lake.folder(name)
        return folder.schema(self.versions[name]) if name in self.versions else pa.schema([])

    def ensure(self, name: str, wanted: pa.Schema) -> None:
        """Make the table, or add the columns that it lacks. Refuses another type for one it has."""
        folder = self.lake.folder(name)
        if name not in self.versions:
            time = table(name).time
            folder.create(wanted, statistics=(time,) if time else ("updated_at",))
            self.versions[name] = 0
        present = {field.name: type_of(field) for field in folder.schema(self.versions[name])}
        for field in wanted:
            if present.get(field.name, type_of(field)) != type_of(field):
                raise LakeError(
                    f"'{field.name}' of '{name}' holds {present[field.name]}, not {type_of(field)}.",
                    code="other_type",
                    hint="Give the column another name in the mapping.",
                )
        missing = [field for field in wanted if field.name not in present]
        if missing:
            self.versions[name] = folder.widen(self.versions[name], missing)

    def commit(self, name: str, *, add: list[Path], remove: list[DataFile], act: str) -> None:
        statistics: dict[Path, dict[str, Any]] = {
            path: delta_statistics(path, table(name).time) for path in add
        }
        self.versions[name] = self.lake.folder(name).commit(
            self.versions[name], add=statistics, remove=remove, about={"act": act}
        )

    def close(self, about: Snapshot) -> Snapshot:
        """Write the snapshot. Until then readers see nothing of what was committed."""
        snapshot = replace(about, number=self.before.number + 1, versions=dict(self.versions))
        self.lake.snapshots.write(snapshot, self.lake.staging)
        self.before = snapshot
        return snapshot

    def delete_unused(self, name: str, *, history: bool) -> int:
        """Delete files that no snapshot uses, or with `history=False` all but the present ones."""
        folder = self.lake.folder(name)
        unused = folder.unlisted() - {file.path for file in self.files(name)}
        if history:
            earlier = {one.versions.get(name, 0) for one in self.lake.snapshots.all()}
            for version in sorted(earlier, reverse=True):
                if not unused:
                    break
                with suppress(LakeError):  # cut off by an erasure
                    unused -= {file.path for file in folder.files(version)}
        return folder.delete(unused)

    def _roll_back(self, name: str) -> None:
        folder = self.lake.folder(name)
        if not folder.exists():
            return
        known = self.versions.setdefault(name, 0)
        if folder.version() > known:
            self.versions[name] = folder.restore(known)
