"""Keys: the same row is the same row, whichever file it comes in."""

from __future__ import annotations

from pathlib import Path

import pytest

import topofheart.workspace as toh
from lake.survey import answers, read, rows_of, scores, write
from topofheart.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return toh.open(tmp_path / "w")


def files(workspace: Workspace, table: str = "answers") -> set[str]:
    return set(workspace.lake.files(table, workspace.lake.snapshot()).uris)


def by_id(workspace: Workspace) -> dict[str, dict[str, object]]:
    return {row["answer_id"]: row for row in rows_of(workspace)}


def test_file_same_twice_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", answers(range(200)))
    first = read(workspace, one)
    before = {
        path: path.read_bytes() for path in sorted((tmp_path / "w").rglob("*.*")) if path.is_file()
    }
    again = read(workspace, one)
    after = {
        path: path.read_bytes() for path in sorted((tmp_path / "w").rglob("*.*")) if path.is_file()
    }
    assert (first.placed.new, first.snapshot) == (200, 1)
    assert (again.placed.same, again.placed.new, again.placed.changed, again.snapshot) == (
        200,
        0,
        0,
        1,
    )
    assert after == before


def test_file_overlapping_adds_only_the_new_rows(workspace: Workspace, tmp_path: Path) -> None:
    read(workspace, write(tmp_path / "one.csv", answers(range(100))))
    before = files(workspace)
    placed = read(workspace, write(tmp_path / "two.csv", answers(range(60, 160)))).placed
    assert (placed.new, placed.changed, placed.same) == (60, 0, 40)
    assert before < files(workspace)
    assert scores(workspace) == {f"a{n}": n % 11 for n in range(160)}


def test_row_changed_replaces_and_columns_not_in_the_file_are_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    read(workspace, write(tmp_path / "one.csv", answers(range(10), wijk="noord", score=2)))
    changed = [{"id": "a3", "score": 9}, {"id": "a4", "score": 2}]
    placed = read(workspace, write(tmp_path / "two.csv", changed)).placed
    assert (placed.new, placed.changed, placed.same) == (0, 1, 1)
    row = by_id(workspace)["a3"]
    assert (row["recommend"], row["comment"], row["d_wijk"]) == (9, "opmerking 3", "noord")
    assert str(row["answered_on"]) == "2025-04-04"


def test_row_emptied_in_the_file_is_emptied(workspace: Workspace, tmp_path: Path) -> None:
    read(workspace, write(tmp_path / "one.csv", answers(range(3))))
    read(workspace, write(tmp_path / "two.csv", [{"id": "a1", "comment": "", "score": 1}]))
    assert by_id(workspace)["a1"]["comment"] is None


def test_row_with_an_older_time_of_change_loses(workspace: Workspace, tmp_path: Path) -> None:
    def named(name: str, score: int, changed: str) -> object:
        rows = [{"id": "a1", "score": score, "changed": changed}]
        return read(workspace, write(tmp_path / f"{name}.csv", rows)).placed.changed

    assert named("first", 5, "2025-02-02 12:00") == 0
    assert named("older", 1, "2025-01-01 12:00") == 0
    assert scores(workspace) == {"a1": 5}
    assert named("newer", 8, "2025-03-03 12:00") == 1
    assert named("unknown", 7, "") == 1
    assert named("older than what is known", 2, "2025-02-20 12:00") == 0
    assert scores(workspace) == {"a1": 7}


def test_row_seen_unchanged_later_is_not_overruled_by_one_in_between(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name, score, changed in (
        ("a", 5, "2025-01-01"),
        ("b", 5, "2025-03-01"),
        ("c", 1, "2025-02-01"),
    ):
        rows = [{"id": "a1", "score": score, "changed": f"{changed} 12:00"}]
        read(workspace, write(tmp_path / f"{name}.csv", rows))
    assert scores(workspace) == {"a1": 5}


def test_rows_identical_without_id_keep_their_number(workspace: Workspace, tmp_path: Path) -> None:
    row = {"day": "2025-01-01", "score": 9, "comment": "goed"}
    other = row | {"comment": "slecht"}
    first = read(workspace, write(tmp_path / "one.csv", [row, other, row, row])).placed
    assert (first.new, first.repeated) == (4, 0)
    again = read(workspace, write(tmp_path / "two.csv", [row] * 5)).placed
    assert (again.new, again.same, again.repeated) == (2, 3, 0)
    assert read(workspace, tmp_path / "two.csv").placed.same == 5
    comments = [one["comment"] for one in rows_of(workspace)]
    assert (comments.count("goed"), comments.count("slecht")) == (5, 1)


def test_rows_identical_whose_id_is_empty_keep_their_number(
    workspace: Workspace, tmp_path: Path
) -> None:
    row = {"id": "", "day": "2025-01-01", "score": 9}
    named = {"id": "a1", "day": "2025-01-01", "score": 9}
    placed = read(workspace, write(tmp_path / "one.csv", [row, named, row, named, row])).placed
    assert (placed.new, placed.repeated) == (4, 1)
    assert read(workspace, tmp_path / "one.csv").placed.same == 4
    assert len(rows_of(workspace)) == 4


def test_id_repeated_in_a_file_keeps_the_newest(workspace: Workspace, tmp_path: Path) -> None:
    last = answers([1], score=1) + answers([2]) + answers([1], score=3)
    placed = read(workspace, write(tmp_path / "one.csv", last)).placed
    assert (placed.new, placed.repeated) == (2, 1)
    assert scores(workspace)["a1"] == 3
    timed = [
        {"id": "a9", "score": score, "changed": f"2025-0{month}-01 12:00"}
        for score, month in ((1, 2), (7, 5), (2, 3))
    ]
    read(workspace, write(tmp_path / "two.csv", timed))
    assert scores(workspace)["a9"] == 7


def test_same_id_of_two_sources_is_two_answers_but_one_customer(
    workspace: Workspace, tmp_path: Path
) -> None:
    one = write(tmp_path / "one.csv", answers(range(5)))
    read(workspace, one, source="north")
    assert read(workspace, one, source="south").placed.new == 5
    assert len(rows_of(workspace)) == 10
    people = write(tmp_path / "people.csv", [{"customer": "c1", "segment": "small"}])
    read(workspace, people, table="customers", source="north")
    assert read(workspace, people, table="customers", source="south").placed.same == 1


def test_column_new_later_is_empty_in_older_rows(workspace: Workspace, tmp_path: Path) -> None:
    read(workspace, write(tmp_path / "one.csv", answers(range(10))))
    read(workspace, write(tmp_path / "two.csv", answers(range(10, 20), wijk="zuid")))
    read(workspace, write(tmp_path / "three.csv", answers(range(20, 30))))
    found = by_id(workspace)
    assert {found[f"a{n}"]["d_wijk"] for n in range(10, 20)} == {"zuid"}
    assert {found[f"a{n}"]["d_wijk"] for n in (*range(10), *range(20, 30))} == {None}
    assert [row.group["wijk"] for row in workspace.nps(by="wijk").rows] == ["zuid", None]
    read(workspace, write(tmp_path / "four.csv", answers(range(5), wijk="noord")))
    assert sum(row["d_wijk"] == "noord" for row in rows_of(workspace)) == 5


def test_row_changed_rewrites_only_the_file_that_holds_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name, numbers in (("a", range(50)), ("b", range(50, 100)), ("c", range(100, 150))):
        read(workspace, write(tmp_path / f"{name}.csv", answers(numbers)))
    before = files(workspace)
    placed = read(workspace, write(tmp_path / "d.csv", answers([60, 61, 200], score=0))).placed
    after = files(workspace)
    assert (placed.new, placed.changed) == (1, 2)
    assert len(before) == 3
    assert len(before - after) == 1
    assert len(after - before) == 3  # without the two, the two, and the new one
    assert len(scores(workspace)) == 151


def test_file_with_refused_and_excluded_rows_counts_each(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = answers(range(4)) + answers([4], score=11) + answers([5, 5])
    found = read(workspace, write(tmp_path / "one.csv", rows))
    assert (found.placed.read, found.placed.new) == (7, 5)
    assert (found.placed.refused, found.placed.repeated) == (1, 1)
    assert found.refused_file is not None
    assert "a4" in found.refused_file.read_text()
    assert "a4" not in scores(workspace)


@pytest.mark.parametrize("wrong", ["nan", "inf", "-Infinity", "1e400", "NaN"])
def test_number_that_is_none_never_enters(workspace: Workspace, tmp_path: Path, wrong: str) -> None:
    from topofheart.listen.mapping import ColumnUse, Mapping

    path = write(tmp_path / "one.csv", [{"id": "1", "price": "2.5"}, {"id": "2", "price": wrong}])
    uses = (ColumnUse("id", "id"), ColumnUse("price", "r_price"))
    workspace.read(path, mapping=Mapping("answers", "tool", columns=uses))
    assert [row["r_price"] for row in rows_of(workspace) if row["answer_id"] == "1"] == [2.5]
    assert [row["r_price"] for row in rows_of(workspace) if row["answer_id"] == "2"] in ([], [None])
