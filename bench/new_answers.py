"""The same count question after new answers came in: only the new file is read, the rest was kept."""

from __future__ import annotations

import statistics
import time

import made_answers
from measuring import Result, say, scratch, seconds, sizes
from scores import by_duckdb, cell_of

import topofheart as toh
from topofheart.answer.answer import Answer

NEW = 200
PROMISE_SECONDS = 0.030


def main() -> None:
    asked = sizes(10_000_000, pairs=9)
    with scratch() as folder:
        workspace = made_answers.lake(folder, asked.rows)
        ask(workspace)
        taken, whole = [], []
        for number in range(asked.pairs):
            path = folder / f"export-{number}.csv"
            made_answers.csv(path, NEW, first=asked.rows + number * NEW)
            say(f"read {workspace.read(path, source='made').placed.new} new answers")
            started = time.perf_counter()
            answer = ask(workspace)
            taken.append(time.perf_counter() - started)
            started = time.perf_counter()
            counts = by_duckdb(made_answers.files(workspace))
            whole.append(time.perf_counter() - started)
            if {cell_of(row): row.estimate.n for row in answer} != {
                c: n for c, (n, _) in counts.items()
            }:
                raise SystemExit("DuckDB and Top of Heart do not agree after new answers.")
    ours, beside = statistics.median(taken), statistics.median(whole)
    work = f"The same after {NEW} new answers, beside DuckDB counting all"
    promise = f"≤ {seconds(PROMISE_SECONDS)}"
    print(Result(work, asked.rows, ours, beside, ours / beside, promise, ours <= PROMISE_SECONDS))


def ask(workspace: toh.Workspace) -> Answer:
    return workspace.nps(by=made_answers.BY, every="month", clusters=False)


if __name__ == "__main__":
    main()
