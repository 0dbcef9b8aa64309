"""Verdicts: what rose, what fell, what cannot be told, and when it can."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import topofheart as toh
from small_organisation import make
from topofheart.kernel.errors import InvalidInput, LakeError
from topofheart.kernel.period import parse_period


def build(folder: Path, months: dict[str, tuple[int, int, int]], **columns: str) -> toh.Workspace:
    """A workspace with so many promoters, passives and detractors in each month, spread over it."""
    rows = []
    for label, counts in months.items():
        period = parse_period(label)
        scores = [10] * counts[0] + [8] * counts[1] + [3] * counts[2]
        for place, score in enumerate(scores):
            day = period.first + timedelta(days=place * period.days // len(scores))
            rows.append(
                {
                    "answer_id": f"{label}-{columns.get('unit', '')}-{place}",
                    "answered_at": day,
                    "recommend": score,
                    **columns,
                }
            )
    stamps = (
        pa.array([row.pop("answered_at") for row in rows], pa.date32())
        .cast(pa.timestamp("us"))
        .cast(pa.timestamp("us", "UTC"))
    )
    return make(
        folder, {"answers": [pa.Table.from_pylist(rows).append_column("answered_at", stamps)]}
    )


def test_large_rise_is_said_with_its_interval(tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (100, 100, 100), "2026-02": (180, 80, 40)})
    row = workspace.compare(every="month")[0]
    assert row.more["verdict"] == "rose"
    assert row.estimate.value == pytest.approx(140 / 300)
    assert row.estimate.low is not None
    assert row.estimate.low > 0


def test_fall_is_a_fall(tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (180, 80, 40), "2026-02": (100, 100, 100)})
    assert workspace.compare(every="month")[0].more["verdict"] == "fell"


def test_many_answers_without_change_show_no_change(tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (900, 900, 600), "2026-02": (905, 895, 600)})
    row = workspace.compare(every="month")[0]
    assert row.more["verdict"] == "no_change"
    assert row.more["detectable"] < 0.10


def test_few_answers_cannot_tell_and_name_the_month_from_which_they_can(tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (20, 20, 20), "2026-02": (22, 20, 18)})
    row = workspace.compare(every="month")[0]
    assert row.more["verdict"] == "cannot_tell"
    assert row.more["detectable"] > 0.10
    assert row.more["answers_needed"] > 60
    assert row.more["decidable_on"] > date(2026, 2, 28)
    assert "cannot tell" in str(workspace.compare(every="month"))


def test_window_is_widened_by_itself_until_it_can_tell(tmp_path: Path) -> None:
    months = {f"2025-{m:02d}": (120, 50, 30) for m in range(1, 7)} | {
        f"2025-{m:02d}": (70, 60, 70) for m in range(7, 13)
    }
    row = build(tmp_path, months).compare(every="month")[0]
    assert row.more["verdict"] == "cannot_tell"
    assert row.more["wider"]["verdict"] == "fell"
    assert row.more["wider"]["later"].days > 31


def test_unfinished_month_is_left_for_the_last_whole_one(tmp_path: Path) -> None:
    workspace = build(
        tmp_path, {"2026-01": (50, 50, 50), "2026-02": (50, 50, 50), "2026-03-04": (9, 0, 0)}
    )
    row = workspace.compare(every="month")[0]
    assert row.more["later"].label == "2026-02"


def test_two_given_periods_are_compared_in_time_order(tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (10, 80, 10), "2026-04": (60, 30, 10)})
    row = workspace.compare(periods=("2026-04", "2026-01"))[0]
    assert (row.more["earlier"].label, row.more["later"].label) == ("2026-01", "2026-04")
    assert row.more["verdict"] == "rose"


def test_groups_are_compared_with_the_rest_and_corrected_together(tmp_path: Path) -> None:
    workspace = make(
        tmp_path,
        {
            "answers": [
                _units(
                    {"A": (90, 50, 60), "B": (90, 52, 58), "C": (150, 40, 10), "D": (88, 50, 62)}
                )
            ]
        },
    )
    rows = {row.group["unit"]: row for row in workspace.compare(by="unit")}
    assert rows["C"].more["verdict"] == "higher"
    assert all(row.more["p_adjusted"] >= row.more["p"] for row in rows.values())
    rest = rows["C"].more["before"]
    assert rest.value == pytest.approx((90 + 90 + 88 - 60 - 58 - 62) / 600)


def test_two_groups_are_compared_once(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answers": [_units({"A": (90, 50, 60), "B": (90, 52, 58)})]})
    assert len(workspace.compare(by="unit")) == 1


def test_relevant_change_is_the_askers_own(tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (90, 90, 60), "2026-02": (91, 89, 60)})
    assert workspace.compare(every="month")[0].more["verdict"] == "cannot_tell"
    assert workspace.compare(every="month", relevant=0.4)[0].more["verdict"] == "no_change"


def test_answers_without_days_cannot_be_followed(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answers": [_units({"A": (5, 5, 5)})]})
    with pytest.raises(LakeError) as refused:
        workspace.compare(every="month")
    assert refused.value.code == "no_days"


@pytest.mark.parametrize(
    "how", [{}, {"periods": ("2026-01", "2026-Q1")}, {"periods": ("2026-01",)}]
)
def test_comparisons_that_make_no_sense_are_refused(how: dict[str, object], tmp_path: Path) -> None:
    workspace = build(tmp_path, {"2026-01": (5, 5, 5)})
    with pytest.raises(InvalidInput):
        workspace.compare(**how)  # type: ignore[arg-type]


def _units(counts: dict[str, tuple[int, int, int]]) -> pa.Table:
    rows = [
        {"answer_id": f"{unit}{place}", "unit": unit, "recommend": score}
        for unit, (up, middle, down) in counts.items()
        for place, score in enumerate([10] * up + [8] * middle + [3] * down)
    ]
    return pa.Table.from_pylist(rows)


def test_group_of_one_answer_is_never_said_to_be_the_same(tmp_path: Path) -> None:
    workspace = make(
        tmp_path, {"answers": [_units({"A": (90, 60, 50), "B": (1, 0, 0), "C": (0, 3, 0)})]}
    )
    rows = {row.group["unit"]: row for row in workspace.compare(by="unit")}
    assert rows["B"].more["verdict"] == "cannot_tell"
    assert rows["C"].more["verdict"] == "cannot_tell"
    assert rows["B"].more["detectable"] > 0.3


def test_periods_of_other_kinds_are_not_comparable(tmp_path: Path) -> None:
    rows = [
        {
            "answer_id": f"{month}-{i}",
            "recommend": 9 - i % 5,
            "kind": kind,
            "answered_at": date(2026, month, 3),
        }
        for month, kind in ((1, "relationship"), (2, "transaction"))
        for i in range(40)
    ]
    stamps = (
        pa.array([row.pop("answered_at") for row in rows], pa.date32())
        .cast(pa.timestamp("us"))
        .cast(pa.timestamp("us", "UTC"))
    )
    workspace = make(
        tmp_path, {"answers": [pa.Table.from_pylist(rows).append_column("answered_at", stamps)]}
    )
    row = workspace.compare(periods=("2026-01", "2026-02"))[0]
    assert str(row.estimate.state) == "not_comparable"
    assert row.estimate.value is None


def test_comparison_in_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    for how in ({"every": "month"}, {"by": "unit"}, {"periods": ("2026-01", "2026-02")}):
        with pytest.raises(LakeError) as refused:
            toh.open(tmp_path / "empty").compare(**how)  # type: ignore[arg-type]
        assert refused.value.code == "no_answers"


def test_interval_of_a_grade_stays_on_its_scale(tmp_path: Path) -> None:
    rows = [
        {"answer_id": str(i), "satisfaction": grade, "satisfaction_scale": "1-10"}
        for i, grade in enumerate((1.0, 10.0, 4.0))
    ]
    one = make(tmp_path, {"answers": [pa.Table.from_pylist(rows)]}).grade()[0].estimate
    assert (one.low, one.high) == (1.0, 10.0)
