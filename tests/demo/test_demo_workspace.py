"""The demo as a workspace: its truth is recovered by the questions that people ask."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import topofheart as toh
from topofheart.demo.workspace import build_workspace
from topofheart.kernel.errors import LakeError

CUSTOMERS = 30_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    built = toh.open(tmp_path_factory.mktemp("demo") / "tureluur")
    build_workspace(built, customers=CUSTOMERS)
    return built


@pytest.fixture(scope="module")
def truth(workspace: toh.Workspace) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        (workspace.folder / "truth.json").read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("kind", ["relationship", "transaction"])
def test_intervals_cover_the_true_score_as_often_as_they_say(
    kind: str, workspace: toh.Workspace, truth: dict[str, object]
) -> None:
    expected: dict[str, dict[str, float]] = truth["observed_nps"][kind]  # type: ignore[index]
    covered = []
    for row in workspace.nps(by="segment", every="month", where={"kind": kind}):
        one = row.estimate
        if row.period and one.low is not None and one.high is not None and one.n >= 20:
            true = expected[str(row.group["segment"])][row.period.label]
            covered.append(one.low <= true <= one.high)
    assert len(covered) >= 60
    # Two standard errors of a share of .95 over so many cells.
    assert abs(np.mean(covered) - 0.95) < 2 * np.sqrt(0.95 * 0.05 / len(covered)) + 0.005


def test_dated_change_is_found_with_its_size(
    workspace: toh.Workspace, truth: dict[str, object]
) -> None:
    change: dict[str, dict[str, float]] = truth["change"]  # type: ignore[assignment]
    answer = workspace.compare(
        periods=("2025-04..2025-09", "2025-10..2026-03"),
        by="segment",
        where={"kind": "relationship"},
    )
    rows = {row.group["segment"]: row for row in answer}
    assert rows["consumer"].more["verdict"] == "fell"
    assert truth["change_on"] == "2025-10-01"
    low, high = rows["consumer"].estimate.low, rows["consumer"].estimate.high
    assert low is not None
    assert high is not None
    assert low <= change["consumer"]["observed_change"] <= high


def test_unit_with_a_mandate_stands_out(workspace: toh.Workspace) -> None:
    rows = {
        row.group["unit"]: row
        for row in workspace.compare(by="unit", since="2025-11", where={"kind": "transaction"})
    }
    assert rows["Zwolle"].more["verdict"] == "higher"


def test_trend_dates_the_change_and_offers_what_happened(
    workspace: toh.Workspace, truth: dict[str, object]
) -> None:
    row = workspace.trend(where={"kind": "relationship", "segment": "consumer"})[0]
    change = max(row.more["changes"], key=lambda one: abs(one["size"].value))
    assert str(truth["change_on"]).startswith(change["period"].label)
    true: dict[str, dict[str, float]] = truth["change"]  # type: ignore[assignment]
    # The trend knows a longer past than the half year before and after of the truth.
    assert change["size"].low - 0.03 <= true["consumer"]["observed_change"]
    assert change["size"].high + 0.03 >= true["consumer"]["observed_change"]
    opened = {event["what"] for event in change["events"] if event["event"] == "open_from"}
    assert "chatbot Ture" in opened
    assert change["suspects"] == []


@pytest.mark.parametrize("kind", ["relationship", "transaction"])
def test_ranking_covers_the_true_units_and_is_nearer_to_them_than_raw_scores(
    kind: str, workspace: toh.Workspace, truth: dict[str, object]
) -> None:
    true: dict[str, float] = truth["unit_observed_nps"][kind]  # type: ignore[index]
    rows = list(workspace.rank(by="unit", k=4, where={"kind": kind}))
    of_row = np.array([true[str(row.group["unit"])] for row in rows])
    value, low, high = (
        np.array([getattr(row.estimate, name) for row in rows]) for name in ("value", "low", "high")
    )
    raw = np.array([row.more["raw"].value for row in rows])
    assert np.mean((low <= of_row) & (of_row <= high)) >= 0.85
    assert np.mean((value - of_row) ** 2) < np.mean((raw - of_row) ** 2)
    best = np.argsort(of_row)[-4:]
    chances = np.array([row.more["top"] for row in rows])
    assert chances[best].mean() > 3 * 4 / len(rows)


def test_demo_in_a_folder_that_holds_data_is_refused(workspace: toh.Workspace) -> None:
    with pytest.raises(LakeError):
        build_workspace(workspace, customers=1_000)


def test_every_table_of_the_demo_is_in_the_lake(workspace: toh.Workspace) -> None:
    snapshot = workspace.lake.snapshot()
    assert snapshot.number == 1
    assert len(snapshot.versions) >= 29
    assert Path(workspace.folder, "truth.json").exists()
