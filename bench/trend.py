"""Trend of 120 months × 500 groups: slopes, changes of level, alarms, season; beside scipy's slopes alone, group by group."""

from __future__ import annotations

import sys

import made_totals
import numpy as np
from measuring import Result, interleaved, scratch, sizes
from scipy import stats

import topofheart as toh

MONTHS = 120
Slopes = dict[str | None, tuple[float, float, float]]


def main() -> None:
    asked = sizes(60_000, pairs=3)
    with scratch() as folder:
        workspace = made_totals.lake(folder, max(1, asked.rows // MONTHS), MONTHS, answers=100)
        agree(ours(workspace), by_scipy(workspace))
        times = interleaved(
            {"ours": lambda: ours(workspace), "scipy": lambda: by_scipy(workspace)}, asked.pairs
        )
    ratio = times.ratio("ours", "scipy")
    medians = times.median("ours"), times.median("scipy")
    work = "Trend of months × groups, changes included, beside scipy's slopes alone"
    print(Result(work, asked.rows, *medians, ratio, "≤ 1.5 ×", ratio <= 1.5))


def ours(workspace: toh.Workspace) -> Slopes:
    """The whole answer, nothing kept from the last time."""
    workspace.reader().kept.forget()
    return {
        row.group["unit"]: (
            row.estimate.value or 0.0,
            row.estimate.low or 0.0,
            row.estimate.high or 0.0,
        )
        for row in workspace.trend(by="unit")
    }


def by_scipy(workspace: toh.Workspace) -> Slopes:
    """Theil–Sen with its interval and Kendall's test, one group after the other, from the same scores."""
    workspace.reader().kept.forget()
    series: dict[str | None, list[float]] = {}
    for row in workspace.nps(by="unit", every="month"):
        series.setdefault(row.group["unit"], []).append(row.estimate.value or 0.0)
    found = {}
    for unit, values in series.items():
        slope = stats.theilslopes(values)
        stats.kendalltau(np.arange(len(values)), values)
        found[unit] = (float(slope.slope), float(slope.low_slope), float(slope.high_slope))
    return found


def agree(ours: Slopes, theirs: Slopes) -> None:
    one, other = (
        np.array([found[unit] for unit in sorted(theirs, key=str)]) for found in (ours, theirs)
    )
    if not np.allclose(one, other):
        sys.exit("scipy and Top of Heart do not agree.")


if __name__ == "__main__":
    main()
