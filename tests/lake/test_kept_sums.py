"""Kept sums: only new files are read again, and a broken keepsake never costs an answer."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import topofheart.workspace as toh
from lake.survey import answered, answers, read, scores, write
from topofheart.lake import kept_sums
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.files import Files
from topofheart.workspace import Workspace


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files of every relation that an engine opens, question by question."""
    found: list[list[str]] = []
    table = DuckEngine.table

    def counted(engine: DuckEngine, files: Files) -> Any:
        found.append(files.uris)
        return table(engine, files)

    monkeypatch.setattr(DuckEngine, "table", counted)
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "one.csv", answers(range(40), wijk="noord")))
    read(workspace, write(tmp_path / "two.csv", answers(range(40, 90), wijk="zuid")))
    return workspace


def expected(scores: dict[str, int]) -> tuple[int, float]:
    sides = [(score >= 9) - (score <= 6) for score in scores.values()]
    return len(sides), round(sum(sides) / len(sides), 9)


def of_answers(asked: list[list[str]]) -> list[int]:
    return [len(uris) for uris in asked if any("/answers/" in uri for uri in uris)]


def test_question_asked_again_opens_no_file(workspace: Workspace, asked: list[list[str]]) -> None:
    first = answered(workspace, clusters=False)
    assert of_answers(asked) == [2]
    asked.clear()
    assert answered(workspace, clusters=False) == first == expected(scores(workspace))
    assert of_answers(asked)[:-1] == []  # the last is `scores` itself


@pytest.mark.parametrize("by", [None, "wijk"])
def test_file_new_is_the_only_one_read(
    workspace: Workspace, tmp_path: Path, asked: list[list[str]], by: str | None
) -> None:
    workspace.nps(by=by, clusters=False, every="month")
    read(workspace, write(tmp_path / "three.csv", answers(range(90, 99), wijk="noord")))
    asked.clear()
    workspace.nps(by=by, clusters=False, every="month")
    assert of_answers(asked) == [1]
    asked.clear()
    (workspace.folder / "sums.sqlite3").unlink()
    whole = workspace.nps(by=by, clusters=False, every="month")
    assert of_answers(asked) == [3]
    read(workspace, write(tmp_path / "four.csv", answers(range(99, 105), wijk="oost")))
    grown = workspace.nps(by=by, clusters=False, every="month")
    (workspace.folder / "sums.sqlite3").unlink()
    assert grown.rows == workspace.nps(by=by, clusters=False, every="month").rows
    assert whole.rows != grown.rows


def test_sums_over_customers_are_never_added(
    workspace: Workspace, tmp_path: Path, asked: list[list[str]]
) -> None:
    answered(workspace)
    read(workspace, write(tmp_path / "three.csv", answers(range(90, 99))))
    asked.clear()
    answered(workspace)
    assert of_answers(asked) == [3]


def test_file_gone_has_everything_added_up_again(
    workspace: Workspace, tmp_path: Path, asked: list[list[str]]
) -> None:
    answered(workspace, clusters=False)
    read(workspace, write(tmp_path / "three.csv", answers([1, 2], score=10)))
    asked.clear()
    assert answered(workspace, clusters=False) == expected(scores(workspace))
    assert of_answers(asked)[0] == len(
        workspace.lake.files("answers", workspace.lake.snapshot()).uris
    )


def test_dimension_whose_name_ends_in_sum_keeps_its_name(
    workspace: Workspace, tmp_path: Path
) -> None:
    from topofheart.listen.mapping import ColumnUse, Mapping

    columns = (
        ColumnUse("id", "id"),
        ColumnUse("score", "recommend"),
        ColumnUse("lump", "d_lump_sum"),
    )
    for part in (1, 2):
        path = write(tmp_path / "sum.csv", [{"id": f"s{part}", "score": 9, "lump": "yes"}])
        workspace.read(path, mapping=Mapping("answers", "sum", columns=columns))
        found = workspace.nps(by="d_lump_sum", clusters=False)
    assert {(row.group["d_lump_sum"], row.estimate.n) for row in found.rows} == {
        (None, 90),
        ("yes", 2),
    }


@pytest.mark.parametrize("harm", ["text", "cut off", "empty", "page", "cell", "folder"])
def test_kept_file_broken_is_made_again(workspace: Workspace, harm: str) -> None:
    path = workspace.folder / "sums.sqlite3"
    right = answered(workspace, clusters=False)
    content = path.read_bytes()
    if harm == "cell":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE kept SET sums = x'00ff'")
        connection.close()
    elif harm == "folder":
        path.unlink()
        path.mkdir()
    else:
        broken = {
            "text": b"no database at all" * 500,
            "cut off": content[: len(content) // 2],
            "empty": b"",
            "page": content[:4096] + b"\xff" * (len(content) - 4096),
        }
        path.write_bytes(broken[harm])
    assert answered(workspace, clusters=False) == right
    if harm == "folder":
        return
    assert answered(workspace, clusters=False) == right
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    connection.close()


def test_kept_sums_beyond_the_most_lose_the_oldest(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_sums, "MOST_KEPT", 3)
    for until in ("2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01", "2025-06-01"):
        workspace.nps(until=until, clusters=False)
    with sqlite3.connect(workspace.folder / "sums.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (3,)
    connection.close()


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become another"
)
@pytest.mark.parametrize("kept", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_folder_read_only_answers_all_the_same(
    workspace: Workspace, tmp_path: Path, kept: bool
) -> None:
    right = answered(workspace, clusters=False)
    if not kept:
        (workspace.folder / "sums.sqlite3").unlink()
    warm = shutil.copytree(workspace.folder, tmp_path / "warm")
    for path in [workspace.folder, *workspace.folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for folder in workspace.folder.parents:
        if folder.stat().st_uid == 0 and len(folder.parts) > 2:
            folder.chmod(folder.stat().st_mode | 0o055)
    program = (
        f"import os; import topofheart as toh; toh.open({str(warm)!r}).nps(); os.setuid(65534)\n"
        f"ws = toh.open({str(workspace.folder)!r})\n"
        "e = [ws.nps(clusters=False).rows[0].estimate for _ in range(2)][0]\n"
        "print(e.n, round(e.value, 9), os.access(ws.folder, os.W_OK))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ran.stdout.split() == [str(right[0]), str(right[1]), "False"], ran.stderr[-2000:]


def test_sums_of_before_an_erasure_are_not_kept_after_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that is slow: the erasure empties the keepsake while it is still adding up."""
    read_all, kept = DuckEngine.read, kept_sums.KeptSums(workspace.folder)

    def slow(engine: DuckEngine, expression: Any) -> Any:
        found = read_all(engine, expression)
        kept.forget()
        kept.of("somebody else's", Files([], found.schema), lambda _: found, over=None)
        return found

    with monkeypatch.context() as busy:
        busy.setattr(DuckEngine, "read", slow)
        answered(workspace, clusters=False)
    with sqlite3.connect(kept.path) as connection:
        assert connection.execute("SELECT question FROM kept").fetchall() == [("somebody else's",)]
    connection.close()


def test_question_is_asked_again_while_files_vanish(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, read_all, left = answered(workspace), DuckEngine.read, [3]
    (workspace.folder / "sums.sqlite3").unlink()

    def vanishing(engine: DuckEngine, expression: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise FileNotFoundError(2, "No such file or directory", "part-1.parquet")
        return read_all(engine, expression)

    monkeypatch.setattr(DuckEngine, "read", vanishing)
    assert answered(workspace) == right
    assert left == [0]
