"""The audit log: every question of the rows door, nobody's values, and every change to it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import topofheart as toh
from lake.survey import answers, read, write
from topofheart.lake.audit import AuditLog


@pytest.fixture
def workspace(tmp_path: Path) -> toh.Workspace:
    workspace = toh.open(tmp_path / "w", role="insight", purpose="quarterly report")
    read(workspace, write(tmp_path / "one.csv", answers(range(40), wijk="noord")))
    return workspace


def test_question_is_noted_with_who_why_and_what_and_without_its_answer(
    workspace: toh.Workspace,
) -> None:
    found = workspace.nps(by="wijk")
    workspace.compare(every="month")
    first, second = workspace.audit.lines()
    assert (first["role"], first["purpose"]) == ("insight", "quarterly report")
    assert (first["question"]["by"], first["question"]["door"]) == (["wijk"], "rows")
    assert second["question"]["compare"] is True
    assert str(found[0].estimate.value) not in workspace.audit.path.read_text()


def test_statistics_door_is_not_noted(workspace: toh.Workspace) -> None:
    workspace.statistics.nps()
    assert list(workspace.audit.lines()) == []


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        (lambda lines: lines, None),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [lines[0], lines[1].replace("nps", "csat"), *lines[2:]], 2),
        (lambda lines: [lines[0], "not json", *lines[2:]], 2),
    ],
)
def test_log_that_was_changed_says_where(
    tmp_path: Path, harm: Callable[[list[str]], list[str]], broken: int | None
) -> None:
    log = AuditLog(tmp_path)
    for number in range(4):
        log.note(role="r", purpose="p", question={"metric": "nps", "n": number})
    lines = log.path.read_text().splitlines()
    log.path.write_text("".join(f"{line}\n" for line in harm(lines)))
    assert log.broken_at() == broken


def test_many_at_once_make_one_chain(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: AuditLog(tmp_path).note(role="r", purpose="p", question={"n": n}),
                range(40),
            )
        )
    log = AuditLog(tmp_path)
    assert log.broken_at() is None
    assert sorted(line["question"]["n"] for line in log.lines()) == list(range(40))
    assert json.loads(log.path.read_text().splitlines()[0])["before"] == "0" * 64


def test_note_after_a_very_long_question_goes_on_in_the_chain(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    for values in (["a"], ["v" * 100] * 2_000, ["b"]):
        log.note(role="analyst", purpose="analysis", question={"where": values})
    assert log.broken_at() is None
    assert len(list(log.lines())) == 3
