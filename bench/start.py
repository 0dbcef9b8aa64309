"""From a cold process: help, a calculation, the import, and the first score of a workspace."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import made_answers
from measuring import Result, scratch, seconds, sizes

import topofheart

COMMAND = "from topofheart.cli.main import main; main()"
COUNTS = ("--promoters", "40", "--passives", "30", "--detractors", "30")
PROMISES = {"--help": 0.3, "calc nps": 0.3, "import topofheart": 0.15, "the first score": 1.5}


def main() -> None:
    asked = sizes(150_000, pairs=7)
    with scratch() as folder:
        workspace = made_answers.lake(folder / "workspace", asked.rows)
        score = str(workspace.folder)
        programs: dict[str, Callable[[], float]] = {
            "python": lambda: cold("pass"),
            "--help": lambda: cold(COMMAND, "--help"),
            "calc nps": lambda: cold(COMMAND, "calc", "nps", *COUNTS),
            "import topofheart": lambda: cold("import topofheart"),
            "the first score": lambda: first_score(workspace, score),
        }
        taken: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(asked.pairs + 1):
            for name, program in programs.items():
                taken[name].append(program())
    python = statistics.median(taken["python"][1:])
    for name, promise in PROMISES.items():
        median = statistics.median(taken[name][1:])
        rows = asked.rows if name == "the first score" else 0
        promised = f"≤ {seconds(promise)}"
        work = f"Start: {name}, beside an empty Python"
        print(Result(work, rows, median, python, median / python, promised, median <= promise))


def cold(code: str, *arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def first_score(workspace: topofheart.Workspace, folder: str) -> float:
    """Nothing kept from before; by quarter, as the demo asks it."""
    workspace.reader().kept.forget()
    return cold(COMMAND, "nps", folder, "--every", "quarter")


if __name__ == "__main__":
    main()
