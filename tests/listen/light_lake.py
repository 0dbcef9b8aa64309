"""A lake that keeps nothing: importing into it does all of its work but the commits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from topofheart.lake.delta import DataFile
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.snapshots import EMPTY, Snapshot


class LightLake(Lake):
    """Always empty before an import; `added` says how many rows each table got."""

    def __init__(self, workspace: Path) -> None:
        super().__init__(workspace)
        self.added: dict[str, int] = {}

    def snapshot(self, number: int | None = None) -> Snapshot:
        return EMPTY

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        self.staging.mkdir(parents=True, exist_ok=True)
        try:
            yield LightWriter(self)
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)


class LightWriter(Writer):
    def __init__(self, lake: LightLake) -> None:
        self.lake: LightLake = lake
        self.before = EMPTY
        self.versions = {}
        self.schemas: dict[str, pa.Schema] = {}

    def files(self, name: str) -> list[DataFile]:
        return []

    def schema(self, name: str) -> pa.Schema:
        return self.schemas.get(name, pa.schema([]))

    def ensure(self, name: str, wanted: pa.Schema) -> None:
        have = self.schema(name)
        new = [field for field in wanted if field.name not in have.names]
        self.schemas[name] = pa.schema([*have, *new])

    def commit(self, name: str, *, add: list[Path], remove: Any, act: str) -> None:
        rows = sum(pq.read_metadata(path).num_rows for path in add)
        self.lake.added[name] = self.lake.added.get(name, 0) + rows

    def close(self, about: Snapshot) -> Snapshot:
        return replace(about, number=1)
