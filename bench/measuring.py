"""How things are measured: in interleaved pairs, as ratios, memory in a process of its own.

A shared machine is noisy, so nothing here compares times of different runs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HEADER = (
    "| Work | Rows | Top of Heart | Beside it | Ratio | Promise | Kept | Load |\n"
    "| --- | ---: | ---: | ---: | ---: | --- | --- | ---: |"
)


@dataclass(frozen=True)
class Result:
    """One row of the results table."""

    work: str
    rows: int
    ours: float
    beside: float
    ratio: float
    promise: str
    kept: bool

    def __str__(self) -> str:
        times = (seconds(self.ours), seconds(self.beside), f"{self.ratio:.2f} ×")
        cells = (self.work, f"{self.rows:,}", *times, self.promise)
        load = f"{os.getloadavg()[0]:.1f}"
        return f"| {' | '.join(cells)} | {'yes' if self.kept else '**no**'} | {load} |"


class Times(dict[str, list[float]]):
    """Seconds per program, one for each pair."""

    def median(self, name: str) -> float:
        return statistics.median(self[name])

    def ratio(self, over: str, under: str) -> float:
        """Median over the pairs of the ratio within each pair."""
        return statistics.median(a / b for a, b in zip(self[over], self[under], strict=True))


def interleaved(programs: Mapping[str, Callable[[], object]], pairs: int) -> Times:
    """Run A B A B …; one round before warms both up."""
    times = Times({name: [] for name in programs})
    for round_ in range(pairs + 1):
        for name, program in programs.items():
            started = time.perf_counter()
            program()
            if round_:
                times[name].append(time.perf_counter() - started)
    return times


@dataclass(frozen=True)
class Run:
    """What one process took from its start to its end, the code in it alone, and what it printed."""

    seconds: float
    inner_seconds: float
    peak_bytes: int
    printed: object


_AROUND = """
import json, sys, time
arguments = sys.argv[1:]
{before}
started = time.perf_counter()
{code}
seconds = time.perf_counter() - started
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
{after}
print(json.dumps([seconds, peak]))
"""


def fresh(
    code: str, *arguments: object, before: str = "", after: str = "", memory: str | None = None
) -> Run:
    """Run `code` in a new interpreter; `before` and `after`, which may print JSON, are not part of the inner time.

    Peak memory is the process's own high-water mark: `ru_maxrss` would be that of its parent.
    """
    text = _AROUND.format(before=before, code=code, after=after)
    environment = os.environ | ({"TOPOFHEART_MEMORY": memory} if memory else {})
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        check=True, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    *printed, (inner, peak) = (json.loads(line) for line in done.stdout.splitlines())
    return Run(seconds, inner, peak, printed[0] if printed else None)


def sizes(rows: int, pairs: int = 5) -> argparse.Namespace:
    """`--rows` and `--pairs` of a program, from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--pairs", type=int, default=pairs)
    return parser.parse_args()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards; TMPDIR says on which disk."""
    with TemporaryDirectory(prefix="topofheart-bench-") as folder:
        yield Path(folder)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def size(value: float) -> str:
    return f"{value / 1e6:.0f} MB"
