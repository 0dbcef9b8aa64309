"""100 million answers: how time grows from a tenth of them, and peak memory, each in a process of its own."""

from __future__ import annotations

import statistics
from pathlib import Path

import made_answers
from measuring import Result, Run, fresh, say, scratch, size, sizes

ASK = "answer = workspace.nps(by=['touchpoint', 'segment'], every='month', clusters=sys.argv[2] == 'clustered')"
BEFORE = (
    "import topofheart; workspace = topofheart.open(sys.argv[1]); workspace.reader().kept.forget()"
)
COUNTED = "print(json.dumps(sum(row.estimate.n for row in answer)))"


def main() -> None:
    asked = sizes(100_000_000, pairs=3)
    with scratch() as folder:
        lakes = {rows: folder / str(rows) for rows in (asked.rows // 10, asked.rows)}
        for rows, path in lakes.items():
            made_answers.lake(path, rows)
            say(f"{rows:,} answers made")
        measure("counted", lakes, asked.pairs, memory="300MB", most=0.5e9)
        measure("clustered", lakes, asked.pairs, memory="1500MB", most=2e9)


def measure(how: str, lakes: dict[int, Path], pairs: int, *, memory: str, most: float) -> None:
    """`memory` is what the engine may use (TOPOFHEART_MEMORY), `most` the promise for the process."""
    runs: dict[int, list[Run]] = {rows: [] for rows in lakes}
    for _ in range(pairs):
        for rows, path in lakes.items():
            runs[rows].append(fresh(ASK, path, how, before=BEFORE, after=COUNTED, memory=memory))
    few, many = lakes
    counted = [runs[rows][0].printed for rows in lakes]
    if not all(0.97 * rows < int(str(n)) < rows for rows, n in zip(lakes, counted, strict=True)):
        raise SystemExit(f"{counted} answers counted.")
    ratio = statistics.median(
        b.inner_seconds / a.inner_seconds for a, b in zip(runs[few], runs[many], strict=True)
    )
    peak = max(run.peak_bytes for run in runs[many])
    medians = (statistics.median(run.inner_seconds for run in runs[rows]) for rows in (many, few))
    work = f"NPS {how}, beside a tenth of it; peak {size(peak)} with TOPOFHEART_MEMORY={memory}"
    promise, kept = f"≤ 10 ×, < {size(most)}", ratio <= many / few and peak < most
    print(Result(work, many, *medians, ratio, promise, kept), flush=True)


if __name__ == "__main__":
    main()
