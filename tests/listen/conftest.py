from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.workspace import Workspace, open


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open(tmp_path / "acme")


@pytest.fixture(scope="session")
def shared_engine() -> Iterator[DuckEngine]:
    engine = DuckEngine(memory="640MB")
    engine.sql("SET preserve_insertion_order = true")
    yield engine
    engine.close()
