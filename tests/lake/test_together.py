"""Several at once: writers wait for each other, readers never see anything but a snapshot."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

import topofheart.workspace as toh
from lake import killing
from lake.survey import answered, answers, children, read, scores, unreferenced, write


def together(*work: tuple[Any, ...]) -> list[int]:
    """Run calls in processes of their own, at once; returns how each ended."""
    started = [children().Process(target=target, args=args) for target, *args in work]
    for child in started:
        child.start()
    for child in started:
        child.join(120)
    return [child.exitcode for child in started]


@pytest.mark.parametrize("same", [False, True], ids=["two files", "the same file"])
def test_imports_at_once_both_arrive_and_nothing_doubles(tmp_path: Path, same: bool) -> None:
    one = write(tmp_path / "one.csv", answers(range(3000)))
    two = one if same else write(tmp_path / "two.csv", answers(range(2000, 5000), wijk="zuid"))
    folder = tmp_path / "w"
    work = [(killing.import_file, folder, path) for path in (one, two, one)]
    assert together(*work) == [0, 0, 0]
    workspace = toh.open(folder)
    assert scores(workspace) == {f"a{n}": n % 11 for n in range(3000 if same else 5000)}
    assert workspace.lake.snapshot().number == (1 if same else workspace.lake.snapshot().number)
    workspace.maintain()
    assert unreferenced(folder) == []


def test_first_use_at_once_agrees_on_one_identity_key(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.csv", answers(range(n, n + 1))) for n in range(4)]
    assert together(*((killing.import_file, tmp_path / "w", path) for path in paths)) == [0] * 4
    assert len(scores(toh.open(tmp_path / "w"))) == 4


@pytest.mark.slow
def test_reader_beside_imports_and_erasures_sees_snapshots_only(tmp_path: Path) -> None:
    folder, stop = tmp_path / "w", tmp_path / "stop"
    rounds = 10
    read(toh.open(folder), write(tmp_path / "first.csv", answers(range(1000), score=9)))
    paths = [
        write(tmp_path / f"{n}.csv", answers(range(n * 500, n * 500 + 1000), score=n))
        for n in range(rounds)
    ]
    forgotten = [f"c{n}" for n in range(rounds)]
    context = children()
    found = [tmp_path / f"found {n}" for n in range(2)]
    readers = [context.Process(target=killing.ask_until, args=(folder, stop, one)) for one in found]
    writer = context.Process(target=killing.import_and_maintain, args=(folder, paths, forgotten))
    for child in (*readers, writer):
        child.start()
    writer.join(300)
    stop.touch()
    for child in readers:
        child.join(60)
    assert writer.exitcode == 0
    lines = [line for one in found for line in one.read_text().splitlines()]
    assert not [line for line in lines if line.startswith("failed")]
    assert [child.exitcode for child in readers] == [0, 0]
    seen = {tuple(line.split()) for line in lines}
    assert len({snapshot for snapshot, _, _ in seen}) > rounds
    assert len(seen) == len({snapshot for snapshot, _, _ in seen}), "one snapshot, two numbers"
    assert {(n, value) for _, n, value in seen} <= fitting(rounds)


def fitting(rounds: int) -> set[tuple[str, str]]:
    """Every score that any state of the lake may show: after each import, and after each erasure."""
    state = {n: 9 for n in range(1000)}
    found = set()

    def note() -> None:
        net = sum((score >= 9) - (score <= 6) for score in state.values()) / len(state)
        found.add((str(len(state)), f"{net:.9f}"))

    note()
    for number in range(rounds):
        erased = set(range(number))
        state |= {
            n: number for n in range(number * 500, number * 500 + 1000) if n % 20 not in erased
        }
        note()
        state = {n: score for n, score in state.items() if n % 20 != number}
        note()
    return found


@pytest.mark.parametrize("clusters", [True, False])
def test_threads_reading_at_once_all_get_their_own_answer(tmp_path: Path, clusters: bool) -> None:
    workspace = toh.open(tmp_path / "w")
    for part, score in enumerate((10, 8, 0)):
        rows = answers(range(part * 100, part * 100 + 100), score=score, wijk=f"wijk {part}")
        read(workspace, write(tmp_path / f"{part}.csv", rows))
    failures: list[object] = []
    begin = threading.Barrier(12)

    def ask(thread: int) -> None:
        begin.wait()
        part = thread % 3
        wanted = (100, (1.0, 0.0, -1.0)[part])
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            try:
                found = answered(workspace, where={"wijk": f"wijk {part}"}, clusters=clusters)
            except Exception as error:
                failures.append(error)
                return
            if found != wanted:
                failures.append((found, wanted))
            (workspace.folder / "sums.sqlite3").unlink(missing_ok=True)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_thread_imports_while_others_read(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "0.csv", answers(range(100), score=9)))
    paths = [
        write(tmp_path / f"{n}.csv", answers(range(n * 100, n * 100 + 100), score=9))
        for n in range(1, 5)
    ]
    writer = threading.Thread(target=lambda: [read(workspace, path) for path in paths])
    writer.start()
    sizes = []
    while writer.is_alive():
        n, value = answered(workspace)
        assert value == 1.0
        sizes.append(n)
    assert set(sizes) <= {100, 200, 300, 400, 500}
    assert sizes == sorted(sizes)
    assert answered(workspace) == (500, 1.0)
