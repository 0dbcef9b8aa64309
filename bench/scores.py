"""NPS by touchpoint × segment × month with intervals, beside DuckDB, pandas and polars on the same files."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import made_answers
import pandas
import polars
from measuring import Result, interleaved, scratch, sizes

import topofheart as toh
from topofheart.answer.answer import Row

COLUMNS = ["touchpoint", "d_segment", "answered_on", "recommend"]
PROMISES = {
    "DuckDB": ("≤ 1.3 ×", 1.3),
    "pandas": ("≥ 8 × faster", 1 / 8),
    "polars": ("none", 1e9),
}
Cell = tuple[str | None, str | None, str]
Counts = dict[Cell, tuple[int, int]]


def main() -> None:
    asked = sizes(10_000_000)
    with scratch() as folder:
        workspace = made_answers.lake(folder, asked.rows)
        paths = made_answers.files(workspace)
        peers: dict[str, Callable[[], Counts]] = {
            "DuckDB": lambda: by_duckdb(paths),
            "polars": lambda: by_polars(paths),
            "pandas": lambda: by_pandas(paths),
        }
        for name, peer in peers.items():
            if peer() != ours(workspace):
                raise SystemExit(f"{name} and Top of Heart do not agree.")
            times = interleaved({"ours": lambda: ours(workspace), name: peer}, asked.pairs)
            ratio, (promise, most) = times.ratio("ours", name), PROMISES[name]
            work = f"NPS by touchpoint × segment × month, beside {name}"
            medians = times.median("ours"), times.median(name)
            print(Result(work, asked.rows, *medians, ratio, promise, ratio <= most), flush=True)


def ours(workspace: toh.Workspace) -> Counts:
    """Intervals included, nothing kept from the last time."""
    workspace.reader().kept.forget()
    answer = workspace.nps(by=made_answers.BY, every="month", clusters=False)
    return {
        cell_of(row): (row.estimate.n, round((row.estimate.value or 0) * row.estimate.n))
        for row in answer
    }


def cell_of(row: Row) -> Cell:
    assert row.period
    assert row.estimate.low is not None
    return row.group["touchpoint"], row.group["segment"], row.period.label


def by_duckdb(paths: list[str]) -> Counts:
    rows = duckdb.execute(
        "SELECT touchpoint, d_segment, date_trunc('month', answered_on) AS month, "
        "count(*) AS n, count(*) FILTER (recommend >= 9), count(*) FILTER (recommend <= 6) "
        "FROM read_parquet($1) WHERE recommend IS NOT NULL GROUP BY ALL",
        [paths],
    ).fetchall()
    return {(t, s, f"{month:%Y-%m}"): (n, high - low) for t, s, month, n, high, low in rows}


def by_polars(paths: list[str]) -> Counts:
    score = polars.col("recommend")
    month = polars.col("answered_on").dt.truncate("1mo").alias("month")
    found = (
        polars.scan_parquet(paths)
        .filter(score.is_not_null())
        .group_by("touchpoint", "d_segment", month)
        .agg(polars.len(), (score >= 9).sum().alias("high"), (score <= 6).sum().alias("low"))
        .collect()
    )
    return {
        (t, s, f"{month:%Y-%m}"): (n, high - low) for t, s, month, n, high, low in found.iter_rows()
    }


def by_pandas(paths: list[str]) -> Counts:
    answers = pandas.read_parquet(paths, columns=COLUMNS).dropna(subset=["recommend"])
    answers["month"] = pandas.to_datetime(answers["answered_on"]).dt.to_period("M")
    answers["high"] = answers["recommend"] >= 9
    answers["low"] = answers["recommend"] <= 6
    found = answers.groupby(["touchpoint", "d_segment", "month"]).agg(
        n=("recommend", "size"), high=("high", "sum"), low=("low", "sum")
    )
    return {
        (t, s, str(month)): (int(n), int(high - low))
        for (t, s, month), n, high, low in found.itertuples()
    }


if __name__ == "__main__":
    main()
