"""Texts read by the executors of a cluster, in Arrow batches: the same readings as those made here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

import topofheart as toh
from small_organisation import make
from spark_cluster import SparkCluster
from topofheart.kernel.errors import MissingEngine
from topofheart.settings import Settings
from topofheart.understand.storing import understand

pytestmark = pytest.mark.spark

SAID = [
    "Wanneer krijg ik het pakket? Ik ben bang dat het te laat komt.",
    "Great service, thank you so much!",
    "Bel Jan Jansen op 0612345678, ik wacht al drie weken op een monteur.",
    "Où est ma commande ?",
    "<p>Kan het door de <b>brievenbus</b>?</p>",
    "\u3053\u3093\u306b\u3061\u306f",
    "",
]


def texts(count: int, said: list[str]) -> dict[str, list[pa.Table]]:
    numbers = range(count)
    contacts = {
        "contact_id": [f"C{i}" for i in numbers],
        "customer_id": [f"K{i % 9}" if i % 4 else None for i in numbers],
        "contacted_at": pa.array(
            [datetime(2025, 1, 1 + i % 28, tzinfo=UTC) for i in numbers], pa.timestamp("us", "UTC")
        ),
        "text": [said[i % len(said)] for i in numbers],
        "reply": ["Sorry voor het wachten, we komen morgen."] * count,
    }
    return {"contacts": [pa.table(contacts)]}


def kept(workspace: toh.Workspace) -> pa.Table:
    """The readings in the lake, in a fixed order."""
    here = toh.open(workspace.folder)
    rows = here.engine.table(here.lake.files("readings", here.lake.snapshot()))
    return here.engine.read(rows.drop("key")).sort_by("reading_id")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    settings = {"spark.sql.execution.arrow.maxRecordsPerBatch": "50"}
    folder = tmp_path_factory.mktemp("spark")
    with SparkCluster(folder, settings=settings) as running:
        yield running


def on_spark(workspace: toh.Workspace, cluster: SparkCluster) -> toh.Workspace:
    return toh.Workspace(workspace.folder, Settings(engine=cluster.url))


def test_texts_read_by_the_cluster_are_understood_as_here(
    tmp_path: Path, cluster: SparkCluster
) -> None:
    rows = texts(400, SAID)
    here, other = make(tmp_path / "here", rows), make(tmp_path / "there", rows)
    there = on_spark(other, cluster)
    ours = understand(here.lake, here.engine, replies=True)
    theirs = understand(there.lake, there.engine, replies=True)
    assert theirs == ours
    assert ours.read == 2 * 400 - sum(SAID[i % len(SAID)] == "" for i in range(400))
    assert kept(there).equals(kept(here))
    assert understand(there.lake, there.engine, replies=True).read == 0
    there.engine.close()  # type: ignore[attr-defined]


def test_texts_added_later_are_the_only_ones_read_by_the_cluster(
    tmp_path: Path, cluster: SparkCluster
) -> None:
    workspace = make(tmp_path / "later", texts(20, SAID[:2]))
    there = on_spark(workspace, cluster)
    assert understand(there.lake, there.engine).read == 20
    make(workspace.folder, texts(25, SAID[:2]))
    assert understand(there.lake, there.engine).read == 5
    there.engine.close()  # type: ignore[attr-defined]


def only_here(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return batches


def test_executors_without_the_package_are_said_to_be_so(
    tmp_path: Path, cluster: SparkCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(only_here, "__module__", "small_organisation")
    monkeypatch.setattr("small_organisation.only_here", only_here, raising=False)
    workspace = make(tmp_path / "bare", texts(3, SAID))
    there = on_spark(workspace, cluster)
    engine = there.engine
    rows = engine.table(there.lake.files("contacts", there.lake.snapshot())).select("contact_id")
    with pytest.raises(MissingEngine, match="small_organisation") as refused:
        engine.mapped(rows, only_here, pa.schema({"contact_id": pa.string()}))  # type: ignore[attr-defined]
    assert refused.value.code == "no_package"
    assert refused.value.hint
    assert "pip install" in refused.value.hint
    engine.close()  # type: ignore[attr-defined]


def test_executors_with_another_model_are_refused(
    tmp_path: Path, cluster: SparkCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from topofheart.understand.model import shipped

    monkeypatch.setitem(shipped().about, "name", "another-model")
    workspace = make(tmp_path / "model", texts(3, SAID))
    there = on_spark(workspace, cluster)
    with pytest.raises(MissingEngine, match="another-model"):
        understand(there.lake, there.engine)
    assert not there.lake.files("readings", there.lake.snapshot()).uris
    there.engine.close()  # type: ignore[attr-defined]
