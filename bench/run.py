"""Run every benchmark and write the results into docs/explanation/performance.md.

`python bench/run.py [--share 0.1] [--only scores]`: a share of the full sizes, which is not written down;
some of the programs, whose results then stand there alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from measuring import HEADER

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- results: written by bench/run.py -->", "<!-- end of results -->"
FULL_ROWS = {
    "scores": 10_000_000,
    "clusters": 10_000_000,
    "response": 10_000_000,
    "ranking": 10_000,
    "trend": 60_000,
    "new_answers": 10_000_000,
    "door": 10_000_000,
    "importing": 9_000_000,
    "redaction": 20_000,
    "understanding": 200_000,
    "start": 150_000,
    "hundred_million": 100_000_000,
}
PACKAGES = (
    "topofheart",
    "duckdb",
    "deltalake",
    "ibis-framework",
    "numpy",
    "pyarrow",
    "pandas",
    "polars",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the full sizes")
    parser.add_argument("--only", choices=FULL_ROWS, action="append")
    asked = parser.parse_args()
    rows: list[str] = []
    for name in asked.only or FULL_ROWS:
        print(name, file=sys.stderr, flush=True)
        rows += table_rows(name, round(FULL_ROWS[name] * asked.share))
    print("\n".join((HEADER, *rows)))
    if asked.share == 1:
        write(rows)


def table_rows(name: str, rows: int, *more: str) -> list[str]:
    """The rows that one program prints; raises when it fails or finds that results do not agree."""
    command = [sys.executable, str(HERE / f"{name}.py"), "--rows", str(rows), *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()


def write(rows: list[str]) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    found = "\n".join((BEGIN, "", machine(), "", HEADER, *rows, "", END))
    PAGE.write_text(before + found + after, encoding="utf-8")


def machine() -> str:
    info = dict(
        line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line
    )
    model = info.get("model name\t", " unknown processor").strip()
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores of {model}, {gigabytes:.0f} GB, "
        f"{platform.system()}, Python {platform.python_version()}, {versions}."
    )


if __name__ == "__main__":
    main()
