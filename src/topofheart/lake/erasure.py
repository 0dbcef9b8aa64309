"""Forgetting a customer: queued, then carried out until not one byte of them is left.

The queue holds ids only until the run that empties it. The record that stays holds a hash salted with
the workspace's key: it tells that somebody was erased, and lets a later file about them be held back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from topofheart.lake.duckdb_engine import DuckEngine, literal
from topofheart.lake.kept_sums import KeptSums
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.placing import without
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import TABLES

QUEUE = "forget"
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
        folder = self.workspace / QUEUE
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{secrets.token_hex(8)}.json").write_text(json.dumps(customer_ids), "utf-8")

    def queued(self) -> dict[Path, list[str]]:
        """One file per request, so that none is lost that comes while others are carried out."""
        paths = sorted((self.workspace / QUEUE).glob("*.json"))
        texts = {path: path.read_text("utf-8") for path in paths}
        return {path: json.loads(text) for path, text in texts.items() if text}

    def hashed(self, customer_id: str) -> str:
        return hmac.new(self.key, b"erased:" + customer_id.encode(), hashlib.sha256).hexdigest()

    def recorded(self) -> set[str]:
        """The hashes of everyone erased so far."""
        return {one for line in self._record() for one in line["hashes"]}

    def carry_out(self, writer: Writer, engine: DuckEngine) -> Erased:
        """Erase everyone in the queue. The caller holds the writer lock.

        Killed at any moment, it is done again in full by the next run.
        """
        queued = self.queued()
        if not queued:
            return Erased(0, 0)
        rows = self._out_of_tables(
            writer, engine, sorted({one for ids in queued.values() for one in ids})
        )
        writer.close(Snapshot(0, {}, "erasure", counts={"customers": len(queued), "rows": rows}))
        for name in writer.versions:
            writer.delete_unused(name, history=False)
            self.lake.folder(name).cut_log()
        for place in PLACES_OF_TEXT:
            shutil.rmtree(self.workspace / place, ignore_errors=True)
        KeptSums(self.workspace).forget()
        self._note(queued)
        for path in queued:
            path.unlink()
        return Erased(len(queued), rows)

    def _out_of_tables(self, writer: Writer, engine: DuckEngine, customer_ids: list[str]) -> int:
        listed = ", ".join(f"({literal(one)})" for one in customer_ids)
        engine.sql(
            f"CREATE OR REPLACE TEMP TABLE erased AS SELECT * FROM (VALUES {listed}) AS ids(id)"
        )
        gone = 0
        for name in [name for name in writer.versions if TABLES[name].people]:
            again, hit, rows = without(writer, engine, name, "erased", "s.customer_id = e.id")
            if hit:
                writer.commit(name, add=again, remove=hit, act="erase")
            gone += rows
        return gone

    def _record(self) -> list[dict[str, Any]]:
        path = self.workspace / RECORD
        return (
            [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            if path.exists()
            else []
        )

    def _note(self, queued: dict[Path, list[str]]) -> None:
        noted = {line["request"] for line in self._record()}
        day = datetime.now(UTC).date().isoformat()
        lines = [
            {"request": path.stem, "erased_on": day, "hashes": [self.hashed(one) for one in ids]}
            for path, ids in queued.items()
            if path.stem not in noted
        ]
        with (self.workspace / RECORD).open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines))
