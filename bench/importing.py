"""A 1 GB CSV into a lake of 10 million answers, beside DuckDB's COPY of that file into a table on disk.

Each run is a process of its own, so that memory is its own too.
"""

from __future__ import annotations

import os
import shutil
import statistics
from dataclasses import dataclass
from pathlib import Path

import made_answers
from measuring import Result, Run, fresh, say, scratch, size, sizes

GIGABYTE = 1e9
OURS = "read = topofheart.open(sys.argv[1]).read(sys.argv[2], source='export')"
COUNTS = "print(json.dumps([read.placed.new, read.placed.same, read.placed.refused]))"
BESIDE = """
connection = duckdb.connect(sys.argv[1])
connection.execute("SET enable_progress_bar = false")
connection.execute("CREATE TABLE answers (id VARCHAR, customer VARCHAR, answered_at TIMESTAMP, recommend VARCHAR, "
                   "kind VARCHAR, touchpoint VARCHAR, segment VARCHAR, comment VARCHAR)")
connection.execute(f"COPY answers FROM '{sys.argv[2]}' (HEADER)")
connection.close()
"""


@dataclass(frozen=True)
class Case:
    """One file and what its rows must become: new, already there, refused."""

    name: str
    path: Path
    expected: list[int]
    again: bool = False


def main() -> None:
    asked = sizes(9_000_000, pairs=3)
    with scratch() as folder:
        start = folder / "start"
        made_answers.lake(start, asked.rows)
        clean, dirty = folder / "clean.csv", folder / "dirty.csv"
        made_answers.csv(clean, asked.rows, first=asked.rows)
        made_answers.csv(dirty, asked.rows, first=asked.rows, bad_share=0.001)
        bad = len(range(asked.rows + (7 - asked.rows) % 1000, 2 * asked.rows, 1000))
        say(f"the file: {size(clean.stat().st_size)}")
        cases = [
            Case("Reading a CSV", clean, [asked.rows, 0, 0]),
            Case("the same file again", clean, [0, asked.rows, 0], again=True),
            Case("a CSV with 0.1 % bad rows", dirty, [asked.rows - bad, 0, bad]),
        ]
        for case in cases:
            measure(case, asked.rows, asked.pairs, start, folder)


def measure(case: Case, rows: int, pairs: int, start: Path, folder: Path) -> None:
    ours, beside = [], []
    for _ in range(pairs):
        ours.append(read_once(case, start, folder / "work"))
        beside.append(copy_once(case.path, folder / "table.duckdb"))
    ratio = statistics.median(
        a.inner_seconds / b.inner_seconds for a, b in zip(ours, beside, strict=True)
    )
    peak = max(run.peak_bytes for run in ours)
    gigabytes = case.path.stat().st_size / GIGABYTE
    medians = (statistics.median(run.inner_seconds for run in runs) for runs in (ours, beside))
    work = f"{case.name}, {gigabytes:.1f} GB, beside DuckDB's COPY; peak {size(peak)}"
    kept = ratio <= 1.5 and peak < GIGABYTE
    print(Result(work, rows, *medians, ratio, "≤ 1.5 ×, < 1 GB", kept), flush=True)


def read_once(case: Case, start: Path, work: Path) -> Run:
    """Read the file into a copy of the lake; where asked, a second time, which alone is measured."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(start, work, copy_function=os.link)
    if case.again:
        fresh(OURS, work, case.path, before="import topofheart")
    run = fresh(OURS, work, case.path, before="import topofheart", after=COUNTS)
    if run.printed != case.expected:
        raise SystemExit(
            f"{case.name}: {run.printed} new, same, refused; expected {case.expected}."
        )
    shutil.rmtree(work)
    return run


def copy_once(path: Path, into: Path) -> Run:
    run = fresh(BESIDE, into, path, before="import duckdb")
    into.unlink()
    return run


if __name__ == "__main__":
    main()
