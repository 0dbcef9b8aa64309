"""What the lake was, import by import: the version of every table, written last, read first."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from topofheart.kernel.errors import LakeError
from topofheart.lake.delta import DeltaFolder
from topofheart.lake.files import new_file_name

SCHEMA = pa.schema(
    [
        ("snapshot", pa.int64()),
        ("made_at", pa.timestamp("us", tz="UTC")),
        ("act", pa.string()),
        ("file", pa.string()),
        ("source", pa.string()),
        ("versions", pa.string()),
        ("counts", pa.string()),
    ]
)


@dataclass(frozen=True)
class Snapshot:
    """One state of the lake: its number and the version of each table in it."""

    number: int
    versions: dict[str, int]
    act: str = "empty"
    file: str = ""
    source: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    made_at: datetime | None = None


EMPTY = Snapshot(0, {})


class Snapshots:
    """The table of snapshots."""

    def __init__(self, folder: DeltaFolder) -> None:
        self.folder = folder
        self._read: tuple[int, list[Snapshot]] = (-1, [])

    def all(self) -> list[Snapshot]:
        if not self.folder.exists():
            return []
        version = self.folder.version()
        if version != self._read[0]:
            self._read = (version, self._load())
        return self._read[1]

    def last(self) -> Snapshot:
        return max(self.all(), key=lambda one: one.number, default=EMPTY)

    def at(self, number: int) -> Snapshot:
        """One snapshot by number; an unknown one is refused with the range that exists."""
        every = self.all()
        found = next((one for one in every if one.number == number), None)
        if found is None:
            span = f"{every[0].number} to {every[-1].number}" if every else "none yet"
            raise LakeError(
                f"There is no snapshot {number}.", code="unknown_snapshot", hint=f"Known: {span}."
            )
        return found

    def write(self, snapshot: Snapshot, staging: Path) -> None:
        """Append one snapshot; from this commit on readers see it."""
        if not self.folder.exists():
            self.folder.create(SCHEMA, statistics=("snapshot",))
        row = {
            "snapshot": [snapshot.number],
            "made_at": [datetime.fromtimestamp(time.time(), UTC)],
            "act": [snapshot.act],
            "file": [snapshot.file],
            "source": [snapshot.source],
            "versions": [json.dumps(snapshot.versions, sort_keys=True)],
            "counts": [json.dumps(snapshot.counts)],
        }
        path = staging / new_file_name()
        pq.write_table(pa.table(row, schema=SCHEMA), path)
        self.folder.commit(add={path: {"numRecords": 1}}, remove=[], about={"act": snapshot.act})

    def _load(self) -> list[Snapshot]:
        from deltalake import DeltaTable

        table = DeltaTable(self.folder.address, storage_options=self.folder.options)
        rows = pa.table(table.to_pyarrow_table()).to_pylist()
        return [
            Snapshot(
                number=row["snapshot"],
                versions=json.loads(row["versions"]),
                act=row["act"],
                file=row["file"],
                source=row["source"],
                counts=json.loads(row["counts"]),
                made_at=row["made_at"],
            )
            for row in sorted(rows, key=lambda row: int(row["snapshot"]))
        ]
