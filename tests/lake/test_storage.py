"""What lies on disk: odd paths, what the log may know, tables that are not ours to read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import topofheart.workspace as toh
from lake.survey import answered, answers, read, rows_of, scores, unreferenced, write
from topofheart.kernel.errors import LakeError
from topofheart.lake.adding import add_rows
from topofheart.lake.delta import DeltaFolder
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.files import delta_statistics
from topofheart.lake.lake import Lake
from topofheart.lake.snapshots import Snapshot


@pytest.mark.parametrize("name", ["Ünï 客户 [ab]", "it's 100% a*b?", "{x,y} #&="])
def test_path_odd_holds_a_workspace(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    workspace = toh.open(folder)
    read(workspace, write(tmp_path / "one.csv", answers(range(20))))
    read(workspace, write(tmp_path / "two.csv", answers(range(10, 30), score=9)))
    workspace.forget("c3")
    workspace.maintain()
    assert scores(workspace) == {f"a{n}": n % 11 if n < 10 else 9 for n in range(30) if n % 20 != 3}
    assert unreferenced(folder) == []


def test_path_that_reads_as_a_pattern_never_reads_the_neighbour(tmp_path: Path) -> None:
    for name, score in (("acme[1]", 0), ("acme1", 10)):
        workspace = toh.open(tmp_path / name)
        read(workspace, write(tmp_path / "one.csv", answers(range(5), score=score)))
    lakes = [tmp_path / name / "lake" / "answers" for name in ("acme[1]", "acme1")]
    (own,) = lakes[0].glob("*.parquet")
    (other,) = lakes[1].glob("*.parquet")
    other.rename(other.with_name(own.name))
    assert answered(toh.open(tmp_path / "acme[1]")) == (5, -1.0)


def test_lake_on_another_place_than_the_workspace_works(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "config.toml").write_text(f"lake = {json.dumps(str(tmp_path / 'disk'))}\n")
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "one.csv", answers(range(20))))
    assert (tmp_path / "disk" / "answers" / "_delta_log").is_dir()
    assert not (tmp_path / "w" / "lake").exists()
    assert answered(workspace)[0] == 20


def test_log_holds_times_and_counts_but_no_identity(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    rows = answers(range(30), customer="klant-77", comment="geheim gesprek", wijk="Dorpsstraat")
    read(workspace, write(tmp_path / "one.csv", rows))
    read(
        workspace,
        write(tmp_path / "two.csv", answers(range(5), customer="klant-77", comment="nieuw geheim")),
    )
    read(
        workspace,
        write(tmp_path / "people.csv", [{"customer": "klant-77", "since": "2020-01-01"}]),
        "customers",
    )
    workspace.forget("c4")
    workspace.maintain()
    logs = [path for path in (tmp_path / "w" / "lake").rglob("_delta_log/*") if path.is_file()]
    texts = [
        str(pq.read_table(path).to_pydict()) if path.suffix == ".parquet" else path.read_text()
        for path in logs
    ]
    assert any("numRecords" in text for text in texts)
    assert any("klant-77" in str(row) for row in rows_of(workspace))
    for secret in ("klant-77", "geheim", "Dorpsstraat"):
        assert not any(secret in text for text in texts)


def test_log_statistics_are_the_tables_own_time_only(tmp_path: Path) -> None:
    workspace = toh.open(tmp_path / "w")
    read(workspace, write(tmp_path / "one.csv", answers(range(30))))
    read(
        workspace,
        write(tmp_path / "people.csv", [{"customer": "c", "since": "2020-01-01"}]),
        "customers",
    )
    for table, time in (("answers", "answered_at"), ("customers", "customer_since")):
        log = tmp_path / "w" / "lake" / table / "_delta_log" / f"{1:020d}.json"
        added = [
            line["add"] for line in map(json.loads, log.read_text().splitlines()) if "add" in line
        ]
        statistics = json.loads(added[0]["stats"])
        assert set(statistics["minValues"]) == set(statistics["maxValues"]) == {time}
        assert workspace.lake.folder(table).files()[0].rows == statistics["numRecords"]


def test_statistics_enclose_every_instant(tmp_path: Path) -> None:
    """A reader that skips files by them must not miss the last microsecond."""
    instants = [
        datetime(2025, 1, 1, 12, 0, 0, 7, UTC),
        datetime(2025, 1, 1, 23, 59, 59, 999_999, UTC),
    ]
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"at": pa.array(instants, pa.timestamp("us", tz="UTC"))}), path)
    found = delta_statistics(path, "at")
    assert found["minValues"] == {"at": "2025-01-01T12:00:00.000Z"}
    assert found["maxValues"] == {"at": "2025-01-02T00:00:00.000Z"}


def foreign(folder: Path, protocol: dict[str, object], configuration: dict[str, str]) -> None:
    """A table as another program would write it, with one JSON commit."""
    names = {"delta.columnMapping.id": 1, "delta.columnMapping.physicalName": "a"}
    column = {"name": "a", "type": "long", "nullable": True, "metadata": names}
    metadata = {
        "id": "5c1e4a52-5d0c-4f6c-9f0e-1f7a0e0b9a11",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": [column]}),
        "partitionColumns": [],
        "configuration": configuration,
        "createdTime": 0,
    }
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    lines = [{"protocol": protocol}, {"metaData": metadata}]
    (log / f"{0:020d}.json").write_text("\n".join(map(json.dumps, lines)))


@pytest.mark.parametrize(
    ("feature", "protocol", "configuration"),
    [
        (
            "deletionVectors",
            {
                "minReaderVersion": 3,
                "minWriterVersion": 7,
                "readerFeatures": ["deletionVectors"],
                "writerFeatures": ["deletionVectors"],
            },
            {"delta.enableDeletionVectors": "true"},
        ),
        (
            "columnMapping",
            {
                "minReaderVersion": 3,
                "minWriterVersion": 7,
                "readerFeatures": ["columnMapping"],
                "writerFeatures": ["columnMapping"],
            },
            {"delta.columnMapping.mode": "none"},
        ),
        (
            "columnMapping",
            {"minReaderVersion": 2, "minWriterVersion": 5},
            {"delta.columnMapping.mode": "name"},
        ),
    ],
)
def test_table_with_a_feature_that_is_not_read_is_refused_by_name(
    tmp_path: Path, feature: str, protocol: dict[str, object], configuration: dict[str, str]
) -> None:
    foreign(tmp_path / "answers", protocol, configuration)
    with pytest.raises(LakeError, match=feature) as refused:
        DeltaFolder(str(tmp_path / "answers")).files()
    assert refused.value.code == "unreadable_feature"


def test_rows_typed_of_another_program_are_refused_or_emptied_where_wrong(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    nan, inf = float("nan"), float("inf")
    rows = [
        {"answer_id": "1", "recommend": 11, "satisfaction": 5.0, "r_price": 1.0},
        {"answer_id": "2", "recommend": 3, "satisfaction": nan, "r_price": nan},
        {"answer_id": "3", "recommend": 3, "satisfaction": 4.0, "r_price": inf},
        {"answer_id": "4", "recommend": None, "satisfaction": inf, "r_price": 1.0},
    ]
    with lake.writing() as writer:
        placed = add_rows(writer, DuckEngine(), "answers", rows)
        writer.close(Snapshot(0, {}, "import"))
    assert (placed.read, placed.refused, placed.new) == (4, 3, 1)
    (row,) = rows_of(toh.open(tmp_path))
    assert (row["answer_id"], row["satisfaction"], row["r_price"]) == ("2", None, None)


def test_rows_typed_have_their_local_day_and_a_key_without_an_id(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    late = datetime(2025, 6, 30, 22, 30)  # UTC: already July in Amsterdam
    for zone in (None, UTC):
        with lake.writing() as writer:
            rows = [{"answered_at": late.replace(tzinfo=zone), "recommend": 9, "d_vip": True}]
            add_rows(writer, DuckEngine(), "answers", rows)
            writer.close(Snapshot(0, {}, "import"))
        found = rows_of(toh.open(tmp_path))
        assert {(str(row["answered_on"]), row["d_vip"]) for row in found} == {
            ("2025-07-01", "true")
        }
        assert all(row["key"] is not None for row in found)


def test_rows_typed_with_an_unknown_column_are_refused(tmp_path: Path) -> None:
    with (
        Lake(tmp_path).writing() as writer,
        pytest.raises(Exception, match="no column 'nps'") as refused,
    ):
        add_rows(writer, DuckEngine(), "answers", [{"answer_id": "1", "nps": 9}])
    assert "recommend" in str(refused.value)


@pytest.mark.slow
def test_every_table_of_the_demo_organisation_is_stored_twice_without_doubling(
    tmp_path: Path,
) -> None:
    build = pytest.importorskip("topofheart.demo.organisation").build
    tables = build(customers=300).tables
    lake = Lake(tmp_path)
    for again in (False, True):
        with lake.writing() as writer:
            engine = DuckEngine()
            for name, rows in tables.items():
                placed = add_rows(writer, engine, name, rows)
                assert placed.refused == 0, name
                assert (placed.new, placed.same) == (
                    (0, rows.num_rows) if again else (rows.num_rows, 0)
                ), name
            writer.close(Snapshot(0, {}, "demo"))
    for name, rows in tables.items():
        stored = rows_of(toh.open(tmp_path), name)
        assert len(stored) == rows.num_rows
        for column in set(rows.column_names) & set(stored[0]):
            if not column.startswith("d_") and name not in ("answers", "contacts"):
                assert sorted(map(str, rows[column].to_pylist())) == sorted(
                    str(row[column]) for row in stored
                )
