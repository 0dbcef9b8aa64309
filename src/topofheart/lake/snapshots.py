"""What the lake was, import by import: the version of every table, written last, read first.

They are one small file, written anew with each snapshot, so that reading them stays one read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from topofheart.kernel.errors import LakeError
from topofheart.lake.delta import DeltaFolder, written_elsewhere
from topofheart.lake.files import new_file_name

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = pa.int64()
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
            self._read = (version, self._load(version))
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
        """Add one snapshot; from this commit on readers see it."""
        if not self.folder.exists():
            self.folder.create(SCHEMA, statistics=("snapshot",))
        version = self.folder.version()
        earlier = self._load(version)
        if earlier and earlier[-1].number >= snapshot.number:
            raise written_elsewhere()
        every = [*earlier, replace(snapshot, made_at=datetime.now(UTC))]
        path = staging / new_file_name()
        pq.write_table(pa.Table.from_pylist([_row(one) for one in every], SCHEMA), path)
        self.folder.commit(
            version,
            add={path: {"numRecords": len(every)}},
            remove=self.folder.files(version),
            about={"act": snapshot.act},
        )

    def tidy(self) -> int:
        """Delete what earlier snapshots were written in; returns how many files."""
        if not self.folder.exists():
            return 0
        unused = self.folder.unlisted() - {file.path for file in self.folder.files()}
        if unused:
            self.folder.cut_log()
        return self.folder.delete(unused)

    def _load(self, version: int) -> list[Snapshot]:
        # Instants as numbers: as such, pyarrow would import pandas for them.
        numbers = pa.schema([(f.name, INSTANT if f.name == "made_at" else f.type) for f in SCHEMA])
        rows = self.folder.read(version).select(SCHEMA.names).cast(numbers).to_pylist()
        return sorted((_snapshot(row) for row in rows), key=lambda one: one.number)


def _row(one: Snapshot) -> dict[str, Any]:
    return {
        "snapshot": one.number,
        "made_at": one.made_at,
        "act": one.act,
        "file": one.file,
        "source": one.source,
        "versions": json.dumps(one.versions, sort_keys=True),
        "counts": json.dumps(one.counts),
    }


def _snapshot(row: dict[str, Any]) -> Snapshot:
    texts = {name: json.loads(row[name]) for name in ("versions", "counts")}
    plain = {name: row[name] for name in ("act", "file", "source")}
    made_at = BEGIN + timedelta(microseconds=row["made_at"])
    return Snapshot(number=row["snapshot"], made_at=made_at, **texts, **plain)
