"""Snapshots: what an import did is seen all at once, and can be seen as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

import topofheart.workspace as toh
from lake.survey import answered, answers, mapping, read, rows_of, scores, unreferenced, write
from topofheart.kernel.errors import LakeError
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.lake import Lake, Writer
from topofheart.lake.snapshots import Snapshot


class Died(Exception):
    """Stands for a process that ends in the middle."""


def die(*_: object, **__: object) -> None:
    raise Died


def test_import_before_its_snapshot_is_invisible(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "one.csv", answers(range(100))))
    with workspace.lake.writing() as writer:
        add_rows(writer, DuckEngine(), "answers", [{"answer_id": "x", "recommend": 10}])
        assert "x" not in scores(toh.open(tmp_path / "w"))
        writer.close(Snapshot(0, {}, "import"))
    assert scores(toh.open(tmp_path / "w"))["x"] == 10


def test_snapshot_earlier_number_gives_the_earlier_score(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    first = read(workspace, write(tmp_path / "one.csv", answers(range(50), score=10)))
    second = read(workspace, write(tmp_path / "two.csv", answers(range(25, 75), score=0)))
    assert (first.snapshot, second.snapshot) == (1, 2)
    assert answered(workspace, as_of=1) == (50, 1.0)
    assert answered(workspace, as_of=2) == answered(workspace) == (75, round((25 - 50) / 75, 9))


def test_snapshot_unknown_number_is_refused_with_those_known(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "one.csv", answers(range(5))))
    with pytest.raises(LakeError, match="no snapshot 7") as refused:
        workspace.nps(as_of=7)
    assert refused.value.code == "unknown_snapshot"
    assert refused.value.hint == "Known: 1 to 1."


@pytest.mark.parametrize("extra", [{}, {"wijk": "noord"}])
def test_commit_without_snapshot_is_rolled_back_and_not_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: dict[str, str]
) -> None:
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "one.csv", answers(range(100))))
    two = write(tmp_path / "two.csv", answers(range(50, 150), score=3, **extra))
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "close", die)
        with pytest.raises(Died):
            read(workspace, two)
    delta = workspace.lake.folder("answers")
    assert delta.version() > workspace.lake.snapshot().versions["answers"]
    assert len(scores(workspace)) == 100
    fresh = toh.open(tmp_path / "w")
    placed = read(fresh, two).placed
    # 58 and 147 … had a 3 already: 10 × 11 numbers, of which those ≡ 3 (mod 11) do not change.
    unchanged = sum(number % 11 == 3 for number in range(50, 100)) if not extra else 0
    assert (placed.new, placed.changed, placed.same) == (50, 50 - unchanged, unchanged)
    assert scores(fresh) == {f"a{n}": n % 11 if n < 50 else 3 for n in range(150)}
    fresh.maintain()
    assert unreferenced(tmp_path / "w") == []


def test_first_import_that_died_leaves_no_table_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = toh.open(tmp_path / "w")
    one = write(tmp_path / "one.csv", answers(range(100)))
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "close", die)
        with pytest.raises(Died):
            read(workspace, one)
    with pytest.raises(LakeError, match="no answers yet"):
        workspace.nps()
    workspace.maintain()
    assert unreferenced(tmp_path / "w") == []
    assert rows_of(workspace) == []
    assert read(workspace, one).placed.new == 100


def test_import_of_several_tables_is_one_snapshot(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "w")
    with lake.writing() as writer:
        engine = DuckEngine()
        add_rows(
            writer, engine, "answers", [{"answer_id": "1", "recommend": 9, "customer_id": "c"}]
        )
        add_rows(writer, engine, "customers", [{"customer_id": "c", "segment": "old"}])
        assert lake.snapshot().number == 0
        snapshot = writer.close(Snapshot(0, {}, "import"))
    assert snapshot.number == 1
    assert set(lake.snapshot().versions) == {"answers", "customers"}
    workspace = toh.open(tmp_path / "w")
    assert workspace.nps(by="segment").rows[0].group == {"segment": "old"}


def test_snapshot_of_another_machine_is_not_overwritten(tmp_path: Path) -> None:
    """Two machines have no lock in common: the store itself lets only one of them win."""
    with Lake(tmp_path / "w").writing() as here:
        there = Lake(tmp_path / "other", address=str(tmp_path / "w" / "lake"))
        with there.writing() as elsewhere:
            add_rows(elsewhere, DuckEngine(), "agenda", [{"agenda_id": "1", "subject": "cost"}])
            elsewhere.close(Snapshot(0, {}, "import"))
        with pytest.raises(LakeError, match="Another machine"):
            here.close(Snapshot(0, {}, "import"))


def test_commit_of_another_machine_in_between_is_refused(tmp_path: Path) -> None:
    first = [{"agenda_id": "1", "subject": "cost"}]
    with Lake(tmp_path / "w").writing() as writer:
        add_rows(writer, DuckEngine(), "agenda", first)
        writer.close(Snapshot(0, {}, "import"))
    with Lake(tmp_path / "w").writing() as here:
        there = Lake(tmp_path / "other", address=str(tmp_path / "w" / "lake"))
        with there.writing() as elsewhere:
            add_rows(elsewhere, DuckEngine(), "agenda", [{"agenda_id": "2", "subject": "sales"}])
        with pytest.raises(LakeError, match="Another machine") as refused:
            add_rows(here, DuckEngine(), "agenda", [{"agenda_id": "3", "subject": "people"}])
    assert refused.value.code == "busy"
    with Lake(tmp_path / "w").writing() as writer:
        add_rows(writer, DuckEngine(), "agenda", [{"agenda_id": "3", "subject": "people"}])
        writer.close(Snapshot(0, {}, "import"))
    assert {row["agenda_id"] for row in rows_of(toh.open(tmp_path / "w"), "agenda")} == {"1", "3"}


def test_snapshots_many_are_one_file_to_read(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "w")
    for number in range(12):
        with lake.writing() as writer:
            writer.close(Snapshot(0, {}, "import", file=f"{number}.csv"))
    assert [one.number for one in lake.snapshots.all()] == list(range(1, 13))
    assert [one.file for one in lake.snapshots.all()] == [f"{n}.csv" for n in range(12)]
    assert len(lake.folder("snapshots").files()) == 1


def test_writer_second_waits_and_then_says_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("topofheart.lake.lake.WAIT_FOR_WRITER_SECONDS", 0.1)
    with (
        Lake(tmp_path / "w").writing(),
        pytest.raises(LakeError, match="Another import") as refused,
    ):
        with Lake(tmp_path / "w").writing():
            pass
    assert refused.value.code == "busy"


def test_mapping_of_another_type_for_a_stored_column_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa

    workspace = toh.open(tmp_path / "w")
    one = write(tmp_path / "one.csv", answers(range(5), wijk="noord"))
    workspace.read(one, mapping=mapping(one))
    with (
        workspace.lake.writing() as writer,
        pytest.raises(LakeError, match="'d_wijk' of 'answers' holds text, not boolean"),
    ):
        writer.ensure("answers", pa.schema([("d_wijk", pa.bool_())]))
