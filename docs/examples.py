"""Runs the examples of the docs, and rewrites their output.

    python docs/examples.py docs/tutorials/first-score.md    run it, write what came out into the page

A `console` block holds commands (`$ …`) with exactly their output, both streams. A block whose fence
says `file=NAME` becomes that file first. The lines of `pycon` blocks are run together as a doctest.
Everything of one page happens in one empty folder; `$DATA` is the folder of the real data sets.
In an output, `…` stands for that folder and for the moment of running.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("TOPOFHEART_TEST_DATA", ROOT / "../shared/data"))
FENCE = re.compile(r"^```(?P<kind>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S)
COMMAND = re.compile(r"^\$ (?P<line>.*(?:(?<=\\)\n.*)*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.M)


@dataclass(frozen=True)
class Example:
    """One command of a page: what the page says comes out, and what does."""

    command: str
    said: str
    came: str


def with_examples() -> list[Path]:
    """The pages that hold something to run."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        page
        for page in found
        if any(kind in page.read_text("utf-8") for kind in ("```console", "```pycon"))
    ]


def needs_data(page: Path) -> bool:
    return "$DATA" in page.read_text("utf-8")


def run(page: Path) -> list[Example]:
    """Run every example of a page, in the order of the page; doctests last."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory(prefix="topofheart-docs-") as folder:
        place = Path(folder)
        found = [example for fence in FENCE.finditer(text) for example in _of_block(fence, place)]
        sessions = "\n".join(f["text"] for f in FENCE.finditer(text) if f["kind"] == "pycon")
        if sessions:
            (place / "session.txt").write_text(sessions, encoding="utf-8")
            found.append(
                Example("the Python session", "", _came("python -m doctest session.txt", place))
            )
    return found


def _of_block(fence: re.Match[str], place: Path) -> Iterator[Example]:
    if fence["file"]:
        (place / fence["file"]).write_text(fence["text"], encoding="utf-8")
    elif fence["kind"] == "console":
        for one in COMMAND.finditer(fence["text"]):
            yield Example(one["line"], one["output"], _came(one["line"], place))


def _came(command: str, place: Path) -> str:
    ours = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DATA": str(DATA.resolve()),
        "TOPOFHEART_LANGUAGE": "en",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=place,
        env=os.environ | ours,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=300,
    )
    text = done.stdout.decode("utf-8").replace(str(place), "…").replace(ours["DATA"], "…")
    text = re.sub(rf"{datetime.now(UTC):%Y-%m-%d} \d\d:\d\d", "…", text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def rewritten(page: Path) -> str:
    """The page with what came out."""
    came = iter(run(page))

    def block(fence: re.Match[str]) -> str:
        if fence["file"] or fence["kind"] != "console":
            return fence[0]
        return COMMAND.sub(lambda one: f"$ {one['line']}\n{next(came).came}", fence[0])

    return FENCE.sub(block, page.read_text("utf-8"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(rewritten(Path(name)), encoding="utf-8")
