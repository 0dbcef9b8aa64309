"""The lake in an object store: the same acts over S3, against an emulator (moto) in a process of its own.

In a process of its own because deltalake holds the interpreter while it waits for the store.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import topofheart.workspace as toh
from lake.survey import answered, answers, read, rows_of, scores, write
from topofheart.kernel.errors import LakeError
from topofheart.lake.delta import PIECE, DeltaFolder
from topofheart.lake.lake import Lake
from topofheart.lake.snapshots import Snapshot
from topofheart.workspace import Workspace

boto3 = pytest.importorskip("boto3")
pytest.importorskip("moto")

SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()
"""
REGION = "eu-west-1"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """The address of an emulated store."""
    command = [sys.executable, "-c", SERVER]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
    }
    with subprocess.Popen(command, text=True, **pipes) as server:
        assert server.stdout
        host, port = server.stdout.readline().split()
        yield f"http://{host}:{port}"
        server.kill()


@pytest.fixture
def bucket(store: str, request: pytest.FixtureRequest) -> Any:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": REGION}
    name = f"acme-{abs(hash(request.node.name))}"
    place = {"LocationConstraint": REGION}
    bucket = boto3.resource("s3", endpoint_url=store, **keys).Bucket(name)
    bucket.create(CreateBucketConfiguration=place)
    return bucket


@pytest.fixture
def workspace(tmp_path: Path, store: str, bucket: Any) -> Workspace:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "config.toml").write_text(
        f'lake = "s3://{bucket.name}/lake/"\n[storage]\nendpoint_url = "{store}"\nallow_http = true\n'
        f'region = "{REGION}"\naccess_key_id = "x"\nsecret_access_key = "y"\n'
    )
    return toh.open(folder)


def everything_in(bucket: Any) -> dict[str, bytes]:
    return {one.key: one.get()["Body"].read() for one in bucket.objects.all()}


@pytest.mark.slow
def test_store_holds_a_lake_that_is_read_changed_erased_and_kept(
    workspace: Workspace, bucket: Any, tmp_path: Path
) -> None:
    one = write(tmp_path / "one.csv", answers(range(50)) + answers([60], customer="klant-9"))
    assert read(workspace, one).placed.new == 51
    assert read(workspace, one).placed.same == 51
    changed = read(
        workspace, write(tmp_path / "two.csv", answers(range(40, 55), score=10, wijk="zuid"))
    ).placed
    assert (changed.new, changed.changed + changed.same) == (5, 10)
    wanted = {f"a{n}": n % 11 if n < 40 else 10 for n in range(55)}
    assert scores(workspace) == wanted | {"a60": 60 % 11}
    assert answered(workspace, as_of=1)[0] == 51
    assert [row.group["wijk"] for row in workspace.nps(by="wijk").rows] == ["zuid", None]
    assert not (workspace.folder / "lake").exists()
    assert b"".join(everything_in(bucket).values()).count(b"klant-9")
    workspace.forget("klant-9")
    done = workspace.maintain()
    assert (done.erased.customers, done.erased.rows) == (1, 1)
    assert scores(workspace) == wanted
    assert b"".join(everything_in(bucket).values()).count(b"klant-9") == 0
    with pytest.raises(LakeError, match="snapshot 1 is gone"):
        workspace.nps(as_of=1)
    listed = {f"lake/answers/{file.path}" for file in workspace.lake.folder("answers").files()}
    assert {key for key in everything_in(bucket) if key.startswith("lake/answers/part-")} == listed


@pytest.mark.slow
def test_store_keeps_readings_and_forgets_them_with_their_customer(
    workspace: Workspace, bucket: Any, tmp_path: Path
) -> None:
    said = answers(range(8), comment="Waar blijft mijn pakket toch?")
    said += answers([9], customer="klant-9", comment="Ik vrees dat mijn fiets nooit meer komt!")
    read(workspace, write(tmp_path / "one.csv", said))
    assert workspace.understand().read == 9
    assert workspace.understand().read == 0
    assert workspace.questions(of="answers").rows[0].more["count"]["n"] == 8
    kept = [one for one in everything_in(bucket) if one.startswith("lake/readings/part-")]
    assert kept
    workspace.forget("klant-9")
    workspace.maintain()
    assert b"".join(everything_in(bucket).values()).count(b"klant-9") == 0
    assert "klant-9" not in {row["customer_id"] for row in rows_of(workspace, "readings")}
    assert len(rows_of(workspace, "readings")) == 8


@pytest.mark.slow
def test_store_rolls_back_what_a_killed_import_left(
    workspace: Workspace, bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(workspace, write(tmp_path / "one.csv", answers(range(20))))
    with monkeypatch.context() as broken:
        broken.setattr("topofheart.lake.lake.Writer.close", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read(workspace, write(tmp_path / "two.csv", answers(range(10, 30), score=0)))
    assert len(rows_of(workspace)) == 20
    assert read(workspace, tmp_path / "two.csv").placed.new == 10
    before = len(everything_in(bucket))
    assert workspace.maintain().deleted > 0
    assert len(everything_in(bucket)) < before
    assert scores(workspace) == {f"a{n}": n % 11 if n < 10 else 0 for n in range(30)}


def test_store_lets_one_of_two_machines_win(workspace: Workspace, tmp_path: Path) -> None:
    lake = workspace.lake
    with lake.writing() as here:
        with Lake(tmp_path / "other", lake.address, lake.options).writing() as there:
            there.close(Snapshot(0, {}, "import"))
        with pytest.raises(LakeError, match="Another machine"):
            here.close(Snapshot(0, {}, "import"))
    folder = lake.folder("answers")
    folder.create(pa.schema([("key", pa.int64())]), statistics=("key",))
    both = [DeltaFolder(folder.address, folder.options) for _ in range(2)]
    assert both[0].widen(0, [pa.field("a", pa.string())]) == 1
    with pytest.raises(LakeError, match="Another machine"):
        both[1].widen(0, [pa.field("b", pa.string())])


@pytest.mark.slow
def test_store_whose_file_vanished_says_that_history_is_gone(
    workspace: Workspace, bucket: Any, tmp_path: Path
) -> None:
    read(workspace, write(tmp_path / "one.csv", answers(range(5))))
    answered(workspace)
    (workspace.folder / "sums.sqlite3").unlink()
    for one in bucket.objects.filter(Prefix="lake/answers/part-"):
        one.delete()
    with pytest.raises(LakeError, match="snapshot now is gone"):
        workspace.nps()


@pytest.mark.slow
def test_store_takes_a_file_of_many_pieces_whole(
    workspace: Workspace, bucket: Any, tmp_path: Path
) -> None:
    folder = workspace.lake.folder("answers")
    folder.create(pa.schema([("key", pa.int64())]), statistics=("key",))
    path = tmp_path / "large.parquet"
    pq.write_table(
        pa.table({"key": range(1_700_000)}), path, compression="none", use_dictionary=False
    )
    content = path.read_bytes()
    assert len(content) > 3 * PIECE
    folder.commit(0, add={path: {"numRecords": 1_700_000}}, remove=[], about={})
    assert everything_in(bucket)["lake/answers/large.parquet"] == content
    assert not path.exists()


def test_store_that_does_not_answer_is_told_with_its_address(tmp_path: Path) -> None:
    options = {
        "endpoint_url": "http://127.0.0.1:9",
        "allow_http": "true",
        "region": REGION,
        "max_retries": "0",
    }
    lake = Lake(
        tmp_path, "s3://acme/lake", options | {"access_key_id": "x", "secret_access_key": "y"}
    )
    with pytest.raises(LakeError, match="s3://acme/lake") as refused:
        lake.snapshot()
    assert refused.value.code == "no_store"
