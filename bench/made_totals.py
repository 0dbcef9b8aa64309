"""Monthly totals of many units made up for measuring: the same for the same size, on every machine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

import topofheart as toh
from topofheart.kernel.period import Period, period_of
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.snapshots import Snapshot

LAST = date(2025, 12, 1)
MIDDLE = 0.4


def lake(folder: Path, units: int, months: int, *, answers: int) -> toh.Workspace:
    """A workspace of units that truly differ; one in ten falls halfway."""
    draw = np.random.default_rng(20260101)
    true = np.repeat(draw.normal(0.1, 0.1, units)[:, None], months, axis=1)
    true[::10, months // 2 :] -= 0.2
    n = draw.poisson(answers, (units, months)) + 1
    low = draw.binomial(n, np.clip((1 - MIDDLE - true) / 2, 0.01, 0.59))
    high = draw.binomial(n - low, np.clip((1 - MIDDLE + true) / (1 + MIDDLE + true), 0.01, 0.99))
    days = [period.first for period in _months(months)]
    rows = pa.table(
        {
            "answer_count_id": [f"T{i}" for i in range(units * months)],
            "counted_on": pa.array(days * units, pa.date32()),
            "unit": np.repeat([f"U{i:05d}" for i in range(units)], months),
            "promoters": high.ravel().astype(float),
            "passives": (n - low - high).ravel().astype(float),
            "detractors": low.ravel().astype(float),
        }
    )
    # The last month is over: totals carry the first day of their period only.
    over = rows.slice(rows.num_rows - 1).set_column(0, "answer_count_id", pa.array(["last"]))
    over = over.set_column(1, "counted_on", pa.array([period_of(LAST, "month").last]))
    workspace = toh.open(folder)
    engine = DuckEngine()
    with workspace.lake.writing() as writer:
        add_rows(writer, engine, "answer_counts", pa.concat_tables([rows, over]), source="made")
        writer.close(Snapshot(0, {}, "import", "made"))
    engine.close()
    return workspace


def _months(count: int) -> list[Period]:
    last = period_of(LAST, "month")
    return [last.before(steps) for steps in range(count - 1, -1, -1)]
