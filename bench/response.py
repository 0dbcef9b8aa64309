"""The response by channel × month, with every outcome and reason, beside DuckDB on the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from measuring import Result, interleaved, scratch, sizes

import topofheart as toh
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.files import new_file_name
from topofheart.lake.placing import write_parquet
from topofheart.lake.schema import SQL, arrow_schema, stored_types
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import table

ROWS_PER_FILE = 2_000_000
DAYS = 1095
OUTCOMES = "['no_answer', 'no_answer', 'no_answer', 'answered', 'answered', 'bounced', 'declined', 'withheld']"
REASONS = "['asked in the last 30 days', 'no permission', 'open complaint']"
MADE = {
    "key": "i::BIGINT",
    "read_from": "'made'",
    "invitation_id": "'I' || i",
    "customer_id": "'K' || hash(i) % 3000000",
    "invited_at": f"TIMESTAMPTZ '2023-01-01 08:00:00+00' + to_days((i % {DAYS})::INTEGER)",
    "invited_on": f"DATE '2023-01-01' + (i % {DAYS})::INTEGER",
    "survey": "['order', 'delivery', 'repair'][1 + (hash(i + 1) % 3)::BIGINT]",
    "channel": "['mail', 'text message', 'web', 'shop'][1 + (hash(i + 2) % 4)::BIGINT]",
    "outcome": f"{OUTCOMES}[1 + (hash(i + 3) % 8)::BIGINT]",
    "reason": f"CASE WHEN hash(i + 3) % 8 = 7 THEN {REASONS}[1 + (hash(i + 4) % 3)::BIGINT] END",
}
Found = dict[tuple[str, str], tuple[int, int, int]]


def main() -> None:
    asked = sizes(10_000_000)
    with scratch() as folder:
        workspace = made(folder, asked.rows)
        paths = workspace.lake.files("invitations", workspace.lake.snapshot()).uris
        programs: dict[str, Any] = {
            "ours": lambda: ours(workspace),
            "DuckDB": lambda: by_duckdb(paths),
        }
        if ours(workspace) != by_duckdb(paths):
            raise SystemExit("DuckDB and Top of Heart do not agree.")
        times = interleaved(programs, asked.pairs)
    ratio = times.ratio("ours", "DuckDB")
    work = "response by channel × month, beside DuckDB"
    medians = times.median("ours"), times.median("DuckDB")
    print(Result(work, asked.rows, *medians, ratio, "≤ 1.3 ×", ratio <= 1.3))


def made(folder: Path, rows: int) -> toh.Workspace:
    """A workspace with so many invitations, put into the lake without the importer."""
    workspace = toh.open(folder)
    types = stored_types(table("invitations"))
    columns = ", ".join(
        f"({MADE.get(name, 'NULL')})::{SQL[kind]} AS {name}" for name, kind in types.items()
    )
    engine = DuckEngine(memory="2GB")
    with workspace.lake.writing() as writer:
        writer.ensure("invitations", arrow_schema(types))
        paths = []
        for first in range(0, rows, ROWS_PER_FILE):
            paths.append(workspace.lake.staging / new_file_name())
            last = min(first + ROWS_PER_FILE, rows)
            write_parquet(
                engine, f"SELECT {columns} FROM range({first}, {last}) numbers(i)", paths[-1]
            )
        writer.commit("invitations", add=paths, remove=[], act="add")
        writer.close(Snapshot(0, {}, "import", "made"))
    engine.close()
    return workspace


def ours(workspace: toh.Workspace) -> Found:
    """Intervals included, nothing kept from the last time."""
    workspace.reader().kept.forget()
    return {
        (str(row.group["channel"]), row.period.label if row.period else ""): (
            row.estimate.n,
            row.more["answered"],
            sum(row.more["reasons"].values()),
        )
        for row in workspace.response(by="channel", every="month")
    }


def by_duckdb(paths: list[str]) -> Found:
    rows = duckdb.execute(
        "SELECT channel, date_trunc('month', invited_on) AS month, outcome, reason, count(*) "
        "FROM read_parquet($1) GROUP BY ALL",
        [paths],
    ).fetchall()
    found: Found = {}
    for channel, month, outcome, _, n in rows:
        cell = channel, f"{month:%Y-%m}"
        invited, answered, withheld = found.get(cell, (0, 0, 0))
        kept = outcome == "withheld"
        found[cell] = (
            invited + n * (not kept),
            answered + n * (outcome == "answered"),
            withheld + n * kept,
        )
    return found


if __name__ == "__main__":
    main()
