"""`kill -9` at any moment: readers see the state before or after, and running it again completes it.

Every step that an import or an erasure takes is a place to die; random moments are added to them.
"""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

import topofheart.workspace as toh
from lake import killing
from lake.survey import answers, children, places_of, read, rows_of, scores, unreferenced, write
from topofheart.lake.secret import workspace_key
from topofheart.listen.identity import pseudonym

Model = dict[str, dict[str, Any]]
KILLED = -signal.SIGKILL
KILLS_AT_RANDOM = 60
MAIL = "weg@example.nl"


def run(target: Any, *args: Any, seconds: float | None = None) -> int:
    """Run in a process of its own, killed after some seconds if given; returns how it ended."""
    child = children().Process(target=target, args=args)
    child.start()
    if seconds is not None:
        time.sleep(seconds)
        child.kill()
    child.join(60)
    assert child.exitcode is not None, "it hangs"
    return int(child.exitcode)


def steps_of(target: Any, folder: Path, *args: Any) -> int:
    tally = folder.parent / "tally"
    assert run(target, folder, *args, None, tally) == 0
    return int(tally.read_text())


def rows_in(folder: Path) -> Model:
    rows = rows_of(toh.open(folder))
    found = {
        row["answer_id"]: {"score": row["recommend"], "wijk": row.get("d_wijk")} for row in rows
    }
    assert len(found) == len(rows), "an answer is there twice"
    return found


def after(model: Model, rows: list[dict[str, Any]]) -> Model:
    """What an import should make of the answers: refused rows stay out, columns not named are kept."""
    found = {key: dict(row) for key, row in model.items()}
    for row in rows:
        if row["score"] <= 10:
            told = {name: row[name] for name in ("score", "wijk") if name in row}
            found[row["id"]] = {"score": None, "wijk": None} | found.get(row["id"], {}) | told
    return found


ONE = answers(range(60))
TWO = answers(range(40, 90), score=3, wijk="noord") + answers([90], score=11, wijk="noord")


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False], ids=["first import", "changing import"])
def test_import_killed_at_each_step_is_seen_before_or_after(tmp_path: Path, first: bool) -> None:
    one, two = write(tmp_path / "one.csv", ONE), write(tmp_path / "two.csv", TWO)
    template = tmp_path / "template"
    template.mkdir()
    if not first:
        read(toh.open(template), one)
    path, rows = (one, ONE) if first else (two, TWO)
    before = rows_in(template)
    wanted = after(before, rows)
    folder = killing.copied(template, tmp_path / "w")
    steps = steps_of(killing.import_file, folder, path, "answers")
    print(f"{steps} steps of an import")
    assert rows_in(folder) == wanted
    assert steps >= 25
    states = set()
    for step in range(steps):
        folder = killing.copied(template, tmp_path / "w")
        assert run(killing.import_file, folder, path, "answers", step) == KILLED, step
        seen = rows_in(folder)
        assert seen in (before, wanted), step
        states.add(seen == wanted)
        read(toh.open(folder), path)
        assert rows_in(folder) == wanted, step
        toh.open(folder).maintain()
        assert rows_in(folder) == wanted, step
        assert unreferenced(folder) == [], step
    assert states == {True, False}


@pytest.mark.slow
def test_imports_killed_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    draw = random.Random(2026)
    files: list[tuple[Path, list[dict[str, Any]]]] = []
    for number in range(8):
        start = draw.randrange(400)
        extra = {"wijk": f"wijk {number}"} if number % 3 else {}
        bad = answers([1000 + number], score=12, **extra) if number % 2 else []
        changed = answers(range(start, start + 150), score=draw.randrange(11), **extra) + bad
        files.append((write(tmp_path / f"{number}.csv", changed), changed))
    folder = tmp_path / "w"
    started = time.monotonic()
    assert run(killing.import_file, folder, files[0][0]) == 0
    longest = (time.monotonic() - started) * 1.2
    model = after({}, files[0][1])
    ends = []
    for number in range(KILLS_AT_RANDOM):
        path, rows = files[draw.randrange(len(files))]
        ends.append(run(killing.import_file, folder, path, seconds=draw.uniform(0.02, longest)))
        wanted = after(model, rows)
        seen = rows_in(folder)
        assert seen in (model, wanted), number
        model = seen
    assert ends.count(KILLED) >= KILLS_AT_RANDOM // 2
    workspace = toh.open(folder)
    for path, rows in files:
        read(workspace, path)
        model = after(model, rows)
    assert rows_in(folder) == model
    assert sum(scores(workspace).values()) == sum(row["score"] for row in model.values())
    workspace.maintain()
    assert rows_in(folder) == model
    assert unreferenced(folder) == []
    assert not list((folder / "staging").glob("*"))


@pytest.mark.slow
def test_erasure_killed_at_each_step_is_completed_by_the_next_run(tmp_path: Path) -> None:
    template = tmp_path / "template"
    workspace = toh.open(template)
    read(workspace, write(tmp_path / "one.csv", ONE))
    read(workspace, write(tmp_path / "two.csv", TWO))
    gone = answers(range(200, 210), customer="weg-17", comment="voorgoed weg")
    bad = answers([210], score=11, customer="weg-17", comment="voorgoed weg")
    read(workspace, write(tmp_path / "gone.csv", gone + bad))
    calls = [
        {"id": str(n), "mail": mail, "words": mail} for n, mail in enumerate((MAIL, "b@example.nl"))
    ]
    read(workspace, write(tmp_path / "calls.csv", calls), "contacts")
    workspace.nps(by="wijk")
    needles = ["weg-17", "voorgoed weg", MAIL, pseudonym(MAIL, workspace_key(template))]
    before = rows_in(template)
    wanted = {key: row for key, row in before.items() if int(key[1:]) < 200}
    workspace.forget("weg-17")
    workspace.forget(MAIL)
    assert all(places_of(template, needles).values())
    folder = killing.copied(template, tmp_path / "w")
    steps = steps_of(killing.maintain, folder)
    print(f"{steps} steps of an erasure")
    assert steps >= 30
    assert places_of(folder, needles) == {needle: set() for needle in needles}
    states = set()
    for step in range(steps):
        folder = killing.copied(template, tmp_path / "w")
        assert run(killing.maintain, folder, step) == KILLED, step
        seen = rows_in(folder)
        assert seen in (before, wanted), step
        states.add(seen == wanted)
        if not list((folder / "forget").iterdir()):
            assert places_of(folder, needles) == {needle: set() for needle in needles}, step
        toh.open(folder).nps(by="wijk")
        toh.open(folder).maintain()
        assert rows_in(folder) == wanted, step
        assert places_of(folder, needles) == {needle: set() for needle in needles}, step
        assert unreferenced(folder) == [], step
        assert not list((folder / "forget").iterdir())
        record = (folder / "erasures.jsonl").read_text().splitlines()
        assert len(record) == 2, step
    assert read(toh.open(folder), tmp_path / "gone.csv").placed.excluded == 11
    assert states == {True, False}
