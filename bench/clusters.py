"""The same question clustered by customer, beside the bare DuckDB query that returns the same sums."""

from __future__ import annotations

from typing import Any

import duckdb
import made_answers
import numpy as np
from measuring import Result, interleaved, scratch, sizes

import topofheart as toh
from topofheart.measure.question import ask
from topofheart.stats import clusters

BARE = """
    WITH people AS (
        SELECT touchpoint, d_segment, date_trunc('month', answered_on) AS month, customer_id, count(*) AS n,
               count(*) FILTER (recommend >= 9) AS high, count(*) FILTER (recommend <= 6) AS low
        FROM read_parquet($1) WHERE recommend IS NOT NULL GROUP BY ALL
    )
    SELECT touchpoint, d_segment, month, sum(n) AS n, sum(high) AS high, sum(low) AS low,
           count(*) AS clusters, sum((high - low) * (high - low)) AS sum_s2, sum((high - low) * n) AS sum_sn,
           sum(n * n) AS sum_n2
    FROM people GROUP BY ALL ORDER BY touchpoint, d_segment, month
"""


def main() -> None:
    asked = sizes(10_000_000)
    with scratch() as folder:
        workspace = made_answers.lake(folder, asked.rows)
        paths = made_answers.files(workspace)
        agree(effective_sizes(workspace), by_duckdb(paths))
        times = interleaved(
            {"ours": lambda: ours(workspace), "DuckDB": lambda: by_duckdb(paths)}, asked.pairs
        )
    ratio = times.ratio("ours", "DuckDB")
    medians = times.median("ours"), times.median("DuckDB")
    work = "The same clustered by customer, beside DuckDB"
    print(Result(work, asked.rows, *medians, ratio, "≤ 1.3 ×", ratio <= 1.3))


def ours(workspace: toh.Workspace) -> object:
    """Intervals included, nothing kept from the last time."""
    workspace.reader().kept.forget()
    return workspace.nps(by=made_answers.BY, every="month")


def effective_sizes(workspace: toh.Workspace) -> Any:
    """Of every cell: how many independent answers it is worth."""
    question = ask("nps", by=made_answers.BY, every="month")
    return workspace.reader().cells(question)[0].effective


def by_duckdb(paths: list[str]) -> dict[str, Any]:
    return dict(duckdb.execute(BARE, [paths]).fetchnumpy())


def agree(ours: Any, sums: dict[str, Any]) -> None:
    """Stop when the bare query's sums lead to other effective sizes."""
    n, high, low = (sums[name].astype(float) for name in ("n", "high", "low"))
    groups, total = sums["clusters"].astype(float), high - low
    error = clusters.standard_error(
        groups, n, total,
        **{name: sums[name].astype(float) for name in ("sum_s2", "sum_sn", "sum_n2")},
    )  # fmt: skip
    variance = (high + low) / n - (total / n) ** 2
    size = np.where(groups < n, clusters.effective_size(variance, error, n, groups), n)
    if len(ours) != len(size) or not np.allclose(ours, size):
        raise SystemExit("DuckDB and Top of Heart do not agree on the sums over customers.")


if __name__ == "__main__":
    main()
