"""Forgetting a customer: queued, then carried out until not one byte of them is left.

The queue holds ids only until the run that empties it. The record that stays holds a hash salted with
the workspace's key: it tells that somebody was erased, and lets a later file about them be held back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from topofheart.lake.delta import DataFile
from topofheart.lake.duckdb_engine import DuckEngine, literal
from topofheart.lake.files import Files, new_file_name
from topofheart.lake.kept_sums import KeptSums
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.placing import write_parquet
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import TABLES

QUEUE = "forget.jsonl"
RECORD = "erasures.jsonl"
PLACES_OF_TEXT = ("refused", "looking")


@dataclass(frozen=True)
class Erased:
    """What one erasure run took away."""

    customers: int
    rows: int


class Erasure:
    """The erasure queue of one workspace."""

    def __init__(self, workspace: Path, lake: Lake, key: bytes) -> None:
        self.workspace = workspace
        self.lake = lake
        self.key = key

    def queue(self, customer_ids: list[str]) -> None:
        """Ask for an erasure; `maintain` carries it out. All ids belong to one customer."""
        with (self.workspace / QUEUE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(customer_ids) + "\n")

    def queued(self) -> list[list[str]]:
        path = self.workspace / QUEUE
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]

    def hashed(self, customer_id: str) -> str:
        return hmac.new(self.key, b"erased:" + customer_id.encode(), hashlib.sha256).hexdigest()

    def recorded(self) -> set[str]:
        """The hashes of everyone erased so far."""
        path = self.workspace / RECORD
        if not path.exists():
            return set()
        lines = path.read_text("utf-8").splitlines()
        return {one for line in lines if line.strip() for one in json.loads(line)["hashes"]}

    def carry_out(self, writer: Writer, engine: DuckEngine) -> Erased:
        """Erase everyone in the queue. The caller holds the writer lock."""
        queued = self.queued()
        everyone = sorted({one for ids in queued for one in ids})
        if not everyone:
            return Erased(0, 0)
        listed = ", ".join(f"({literal(one)})" for one in everyone)
        engine.sql(f"CREATE OR REPLACE TEMP TABLE erased AS SELECT * FROM (VALUES {listed}) AS ids(id)")
        rows = sum(self._out_of(writer, engine, name) for name in writer.versions if name in TABLES)
        writer.close(Snapshot(0, {}, "erasure", counts={"customers": len(queued), "rows": rows}))
        for name in writer.versions:
            writer.delete_unused(name, history=False)
            self.lake.folder(name).cut_log()
        self._clear_copies()
        self._record(queued, rows)
        (self.workspace / QUEUE).unlink()
        return Erased(len(queued), rows)

    def _out_of(self, writer: Writer, engine: DuckEngine, name: str) -> int:
        if not TABLES[name].people:
            return 0
        gone = 0
        add: list[Path] = []
        remove: list[DataFile] = []
        schema = writer.schema(name)
        folder = writer.lake.folder(name)
        for file in writer.files(name):
            assert schema is not None
            one = Files([f"{folder.address}/{file.path}"], schema, folder.address, folder.options)
            rows, same = f"({engine.select(one)}) s", "erased e ON s.customer_id = e.id"
            (hit,) = engine.one(f"SELECT count(*) FROM {rows} SEMI JOIN {same}")
            if hit:
                kept = writer.lake.staging / new_file_name()
                write_parquet(engine, f"SELECT s.* FROM {rows} ANTI JOIN {same}", kept)
                add.append(kept)
                remove.append(file)
                gone += int(hit)
        if remove:
            writer.commit(name, add=add, remove=remove, act="erase")
        return gone

    def _clear_copies(self) -> None:
        for place in PLACES_OF_TEXT:
            shutil.rmtree(self.workspace / place, ignore_errors=True)
        KeptSums(self.workspace).forget()

    def _record(self, queued: list[list[str]], rows: int) -> None:
        today = datetime.now(UTC).date().isoformat()
        with (self.workspace / RECORD).open("a", encoding="utf-8") as file:
            for ids in queued:
                hashes = [self.hashed(one) for one in ids]
                file.write(json.dumps({"erased_on": today, "hashes": hashes, "rows_of_run": rows}) + "\n")
