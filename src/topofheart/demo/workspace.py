"""The simulated organisation as a workspace: all its tables in one snapshot, its truth beside it."""

from __future__ import annotations

from topofheart.demo.organisation import build
from topofheart.kernel.errors import LakeError
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.placing import Placed
from topofheart.lake.snapshots import Snapshot
from topofheart.workspace import Workspace

TRUTH = "truth.json"
SOURCE = "demo"


def build_workspace(workspace: Workspace, *, seed: int = 2026, customers: int = 200_000) -> Placed:
    """Make the demo in an empty workspace; returns what became of its answers."""
    if workspace.lake.snapshot().number:
        raise LakeError(
            f"{workspace.folder} already holds data.",
            code="not_empty",
            hint="Give another folder for the demo.",
        )
    organisation = build(seed=seed, customers=customers)
    engine = DuckEngine()
    with workspace.lake.writing() as writer:
        placed = {
            name: add_rows(
                writer, engine, name, rows, source=SOURCE, time_zone=workspace.settings.time_zone
            )
            for name, rows in organisation.tables.items()
        }
        counts = {name: one.new for name, one in placed.items()}
        (workspace.folder / TRUTH).write_text(organisation.truth.to_json(), encoding="utf-8")
        writer.close(Snapshot(0, {}, "import", "the simulated organisation", SOURCE, counts))
    engine.close()
    return placed["answers"]
