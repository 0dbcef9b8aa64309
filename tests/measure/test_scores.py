"""Scores over a small organisation, against the same sums done by hand in numpy."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import topofheart as toh
from small_organisation import answers, make, make_all, totals
from topofheart.kernel.errors import InvalidInput, LakeError, UnknownName
from topofheart.stats import clusters, means, net, shares

COUNT = 1_500


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    return make_all(tmp_path_factory.mktemp("ws"), COUNT)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """All answers as the workspace holds them."""
    return (
        answers(COUNT, seed=1).to_pylist()
        + answers(COUNT // 2, seed=2, first=COUNT, extra=True).to_pylist()
    )


def by_hand(scores: list[float], customers: list[object]) -> tuple[float, float, float]:
    """Net share and its clustered score interval, one customer at a time."""
    x = np.array([(s >= 9) - (s <= 6) for s in scores], dtype=float)
    groups: dict[object, list[float]] = {}
    for place, (value, customer) in enumerate(zip(x, customers, strict=True)):
        groups.setdefault(customer if customer is not None else ("alone", place), []).append(value)
    n, total = len(x), x.sum()
    s = np.array([sum(one) for one in groups.values()])
    size = np.array([len(one) for one in groups.values()])
    error = clusters.standard_error(
        len(s), n, total, sum_s2=(s * s).sum(), sum_sn=(s * size).sum(), sum_n2=(size * size).sum()
    )
    variance = (x * x).mean() - x.mean() ** 2
    effective = clusters.effective_size(variance, error, n, len(s))
    low, high = net.score_interval(
        *clusters.effective_counts(effective, (x < 0).sum(), (x == 0).sum(), (x > 0).sum())
    )
    return x.mean(), float(low), float(high)


@pytest.mark.parametrize("kind", ["relationship", "transaction"])
def test_nps_clustered_by_customer_equals_the_sums_done_by_hand(
    kind: str, workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    kept = [row for row in rows if row["kind"] == kind and row["recommend"] is not None]
    value, low, high = by_hand(
        [row["recommend"] for row in kept], [row["customer_id"] for row in kept]
    )  # type: ignore[misc]
    answer = workspace.nps(where={"kind": kind})
    estimate = answer[0].estimate
    assert estimate.n == len(kept)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (value, low, high), abs=1e-9
    )


def test_nps_of_each_answer_alone_is_narrower_and_says_so(workspace: toh.Workspace) -> None:
    clustered = workspace.nps(where={"kind": "relationship"})
    alone = workspace.nps(where={"kind": "relationship"}, clusters=False)
    assert clustered[0].estimate.value == alone[0].estimate.value
    assert "repeats_ignored" in alone.caveats
    assert "repeats_ignored" not in clustered.caveats


def test_kinds_without_a_filter_are_not_pooled(workspace: toh.Workspace) -> None:
    answer = workspace.nps()
    assert [row.group["kind"] for row in answer] == ["relationship", "transaction"]
    assert "kinds_not_pooled" in answer.caveats


def test_csat_scales_are_not_pooled_and_use_their_own_top(
    workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    answer = workspace.csat(where={"kind": "relationship"}, clusters=False)
    tops = {"1-5": 4, "1-7": 6, "1-10": 8}
    for row in answer:
        scale = str(row.group["scale"])
        kept = [
            float(one["satisfaction"]) >= tops[scale]  # type: ignore[arg-type]
            for one in rows
            if one["kind"] == "relationship" and one["satisfaction_scale"] == scale
        ]
        low, high = shares.wilson_interval(sum(kept), len(kept))
        found = row.estimate
        assert (found.value, found.low, found.high) == pytest.approx(
            (np.mean(kept), float(low), float(high))
        )
    assert {row.group["scale"] for row in answer} == set(tops)
    assert "scales_not_pooled" in answer.caveats


def test_grade_is_a_mean_with_the_shares_at_both_ends(
    workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    kept = np.array(
        [
            float(one["satisfaction"])  # type: ignore[arg-type]
            for one in rows
            if one["kind"] == "transaction" and one["satisfaction_scale"] == "1-10"
        ]
    )
    row = workspace.grade(where={"kind": "transaction"}, clusters=False)[0]
    low, high = means.mean_interval(len(kept), kept.sum(), (kept**2).sum())
    assert (row.estimate.value, row.estimate.low, row.estimate.high) == pytest.approx(
        (kept.mean(), float(low), float(high)), rel=1e-9
    )
    assert row.more["share_high"].value == pytest.approx((kept >= 8).mean())
    assert row.more["share_low"].value == pytest.approx((kept <= 5).mean())


def test_worry_is_the_mean_drop_and_warmth_a_net_share(
    workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    kept = [one for one in rows if one["kind"] == "relationship"]
    drop = np.mean([one["worry_before"] - one["worry_after"] for one in kept])  # type: ignore[operator]
    warm = np.array([np.mean([one[f"warmth_{i}"] for i in range(1, 5)]) for one in kept])  # type: ignore[misc]
    where = {"kind": "relationship"}
    assert workspace.worry(where=where)[0].estimate.value == pytest.approx(drop)
    assert workspace.warmth(where=where)[0].estimate.value == pytest.approx(
        (warm >= 6).mean() - (warm <= 3).mean()
    )


def test_ces_counts_five_to_seven(workspace: toh.Workspace, rows: list[dict[str, object]]) -> None:
    kept = [one["effort"] >= 5 for one in rows if one["kind"] == "relationship"]  # type: ignore[operator]
    assert workspace.ces(where={"kind": "relationship"})[0].estimate.value == pytest.approx(
        np.mean(kept)
    )


def test_split_by_segment_of_the_customer_adds_up_to_the_whole(workspace: toh.Workspace) -> None:
    whole = workspace.nps(where={"kind": "relationship"})[0].estimate
    parts = workspace.nps(by="segment", where={"kind": "relationship"})
    assert {row.group["segment"] for row in parts} == {"consumer", "business", None}
    assert sum(row.estimate.n for row in parts) == whole.n


def test_extra_column_of_a_later_file_splits_and_leaves_the_rest_without_value(
    workspace: toh.Workspace,
) -> None:
    answer = workspace.nps(by="device", where={"kind": "relationship"})
    assert {row.group["device"] for row in answer} == {"phone", "laptop", None}


@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year"])
def test_periods_cover_every_answer_once(every: str, workspace: toh.Workspace) -> None:
    whole = workspace.nps(where={"kind": "relationship"})[0].estimate
    answer = workspace.nps(every=every, where={"kind": "relationship"})
    assert sum(row.estimate.n for row in answer) == whole.n
    periods = [row.period for row in answer]
    assert all(period is not None and period.every == every for period in periods)
    assert len(set(periods)) == len(periods)


def test_since_and_until_are_both_included(workspace: toh.Workspace) -> None:
    every = {
        row.period.label: row.estimate.n
        for row in workspace.nps(every="month", where={"kind": "relationship"})
        if row.period
    }
    chosen = workspace.nps(since="2025-03", until="2025-04", where={"kind": "relationship"})
    assert chosen[0].estimate.n == every["2025-03"] + every["2025-04"]


def test_a_filter_that_nobody_meets_is_no_evidence(workspace: toh.Workspace) -> None:
    answer = workspace.nps(where={"unit": "Nowhere"})
    assert [str(row.estimate.state) for row in answer] == ["no_evidence"]
    assert answer[0].estimate.value is None


def test_totals_answer_where_no_single_answers_are(tmp_path: Path) -> None:
    answer = make(tmp_path / "t", {"answer_counts": [totals()]}).nps(by="unit")
    counts = totals().to_pylist()
    breda = [one for one in counts if one["unit"] == "Breda"]
    up, down = (sum(one[name] for one in breda) for name in ("promoters", "detractors"))
    n = up + down + sum(one["passives"] for one in breda)
    assert answer[0].estimate.value == pytest.approx((up - down) / n)
    assert answer[0].estimate.n == n
    assert "from_totals" in answer.caveats


def test_json_of_a_score_has_rows_question_and_caveats(workspace: toh.Workspace) -> None:
    found = workspace.nps(by="unit", every="year").as_dict()
    assert set(found) == {"rows", "question", "caveats"}
    for row in found["rows"]:
        assert {"state", "value", "low", "high", "n", "unit"} <= set(row)
        assert -1 <= row["low"] <= row["value"] <= row["high"] <= 1
    assert found["question"]["snapshot"] == 2


def test_unknown_dimension_is_refused_with_the_known_ones(workspace: toh.Workspace) -> None:
    with pytest.raises(UnknownName) as refused:
        workspace.nps(by="regoin")
    assert "region" in str(refused.value.hint)
    assert "customer_id" not in str(refused.value.hint)


@pytest.mark.parametrize(
    "how",
    [
        {"level": 1.0},
        {"level": 0.1},
        {"every": "fortnight"},
        {"since": "yesterday"},
        {"since": "2025-05", "until": "2025-04"},
    ],
)
def test_questions_that_make_no_sense_are_refused(
    how: dict[str, object], workspace: toh.Workspace
) -> None:
    with pytest.raises(InvalidInput):
        workspace.nps(**how)


def test_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LakeError) as refused:
        toh.open(tmp_path / "empty").nps()
    assert refused.value.code == "no_answers"
    assert not (tmp_path / "empty").exists()


def test_levels_widen_the_interval(workspace: toh.Workspace) -> None:
    where = {"kind": "relationship"}
    widths = []
    for level in (0.8, 0.95, 0.99):
        one = workspace.nps(level=level, where=where)[0].estimate
        assert one.low is not None
        assert one.high is not None
        widths.append(one.high - one.low)
    assert widths == sorted(widths)
    assert not math.isclose(widths[0], widths[1])
