"""Rankings: drawn together, with chances, or no ranking at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from small_organisation import make, totals
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import State

Counts = dict[str, tuple[int, int, int]]


def answers(counts: Counts, **columns: object) -> pa.Table:
    """So many promoters, passives and detractors of each unit."""
    rows = [
        {
            "answer_id": f"{unit}{place}{columns.get('kind', '')}",
            "unit": unit or None,
            "recommend": score,
        }
        for unit, (high, middle, low) in counts.items()
        for place, score in enumerate([10] * high + [8] * middle + [3] * low)
    ]
    table = pa.Table.from_pylist(rows)
    for name, value in columns.items():
        table = table.append_column(name, pa.array([value] * len(rows)))
    return table


def drawn(true: dict[str, float], n: int, *, seed: int = 1) -> Counts:
    draw = np.random.default_rng(seed)
    found = {}
    for unit, net in true.items():
        low, middle, high = draw.multinomial(n, [0.3 - net / 2, 0.4, 0.3 + net / 2]).tolist()
        found[unit] = (high, middle, low)
    return found


def test_smallest_unit_does_not_lead_the_table(tmp_path: Path) -> None:
    counts = drawn({f"big {i}": 0.04 * i for i in range(-6, 7)}, 400) | {"tiny": (4, 0, 0)}
    answer = make(tmp_path, {"answers": [answers(counts)]}).rank(by="unit", k=1)
    rows = {row.group["unit"]: row for row in answer}
    assert rows["tiny"].more["raw"].value == 1
    assert rows["tiny"].estimate.value < 0.2  # type: ignore[operator]
    assert answer[0].group["unit"] != "tiny"
    assert answer[0].more["top"] > rows["tiny"].more["top"]
    assert sum(row.more["top"] for row in answer) == pytest.approx(1)
    assert sum(row.more["bottom"] for row in answer) == pytest.approx(1)


def test_rows_follow_the_chances_and_keep_the_raw_score(tmp_path: Path) -> None:
    counts = drawn({f"unit {i}": 0.08 * i for i in range(-3, 4)}, 200)
    answer = make(tmp_path, {"answers": [answers(counts)]}).rank(by="unit", k=2)
    balance = [row.more["top"] - row.more["bottom"] for row in answer]
    assert balance == sorted(balance, reverse=True)
    for row in answer:
        high, _, low = counts[str(row.group["unit"])]
        assert row.more["raw"].value == pytest.approx((high - low) / 200)
        assert row.estimate.low < row.estimate.value < row.estimate.high  # type: ignore[operator]


def test_equal_units_are_not_ranked(tmp_path: Path) -> None:
    counts = {name: (40, 40, 20) for name in "DBCA"} | {"E": (41, 39, 20)}
    answer = make(tmp_path, {"answers": [answers(counts)]}).rank(by="unit")
    assert {row.estimate.state for row in answer} == {State.NO_EVIDENCE}
    assert all(row.estimate.value is None and row.more["top"] is None for row in answer)
    assert [row.group["unit"] for row in answer] == list("ABCDE")
    assert "units_do_not_differ" in answer.caveats
    assert "Do not rank them" in " ".join(str(answer).split())
    assert answer.question["rank"][0]["mean"] == pytest.approx(0.202, abs=0.001)


def test_two_units_are_no_ranking(tmp_path: Path) -> None:
    counts = {"A": (90, 5, 5), "B": (5, 5, 90)}
    answer = make(tmp_path, {"answers": [answers(counts)]}).rank(by="unit")
    assert {row.estimate.state for row in answer} == {State.CANNOT_TELL}
    assert "few_units" in answer.caveats


def test_answers_without_a_unit_are_nobodys(tmp_path: Path) -> None:
    counts = drawn({"A": 0.4, "B": 0.0, "C": -0.3, "": 0.1}, 200)
    answer = make(tmp_path, {"answers": [answers(counts)]}).rank(by="unit")
    assert {row.group["unit"] for row in answer} == {"A", "B", "C"}


def test_kinds_are_ranked_apart(tmp_path: Path) -> None:
    counts = drawn({"A": 0.4, "B": 0.0, "C": -0.3}, 200)
    parts = [answers(counts, kind=kind) for kind in ("relationship", "transaction")]
    answer = make(tmp_path, {"answers": [pa.concat_tables(parts)]}).rank(by="unit", k=1)
    assert [row.group["kind"] for row in answer] == ["relationship"] * 3 + ["transaction"] * 3
    assert [family["units"] for family in answer.question["rank"]] == [3, 3]


def test_window_widens_where_nothing_could_be_told(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    parts = []
    for month in range(1, 13):
        counts = drawn({"A": 0.25, "B": 0.05, "C": -0.15, "D": 0.0}, 40, seed=month)
        stamp = datetime(2025, month, 10, tzinfo=UTC)
        part = answers(counts, answered_at=stamp)
        ids = [f"{month}-{one}" for one in part["answer_id"].to_pylist()]
        parts.append(part.set_column(0, "answer_id", pa.array(ids)))
    last = answers(dict.fromkeys("ABCD", (1, 1, 1)), answered_at=datetime(2025, 12, 31, tzinfo=UTC))
    workspace = make(tmp_path, {"answers": [pa.concat_tables([*parts, last])]})
    answer = workspace.rank(by="unit", since="2025-12-20")
    assert "window_widened" in answer.caveats
    assert str(answer.question["since"]) < "2025-12-10"
    assert {row.estimate.state for row in answer} == {State.SHOWN}
    assert answer[0].group["unit"] == "A"
    assert "window_widened" not in workspace.rank(by="unit").caveats


def test_totals_are_ranked_too(tmp_path: Path) -> None:
    table = totals()
    more = table.set_column(3, "unit", pa.array(["Utrecht"] * 12 + ["Zwolle"] * 12))
    more = more.set_column(0, "answer_count_id", pa.array([f"U{i}" for i in range(24)]))
    answer = make(tmp_path, {"answer_counts": [pa.concat_tables([table, more])]}).rank(by="unit")
    assert len(answer) == 4
    assert "from_totals" in answer.caveats


@pytest.mark.parametrize(
    ("how", "code"),
    [({"by": ()}, "nothing_to_rank"), ({"k": 0}, "bad_k"), ({"k": 9}, "bad_k")],
)
def test_rankings_that_make_no_sense_are_refused(
    how: dict[str, object], code: str, tmp_path: Path
) -> None:
    counts = drawn({"A": 0.4, "B": 0.0, "C": -0.3}, 50)
    workspace = make(tmp_path, {"answers": [answers(counts)]})
    with pytest.raises(InvalidInput) as refused:
        workspace.rank(**{"by": "unit"} | how)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize("metric", ["csat", "grade", "worry", "ces", "warmth"])
def test_every_score_can_be_ranked_within_its_domain(metric: str, tmp_path: Path) -> None:
    from small_organisation import make_all

    for row in make_all(tmp_path, 1500).rank(metric, by="touchpoint"):
        assert row.estimate.unit == row.more["raw"].unit
        if row.estimate.state is State.SHOWN and metric != "worry":
            low, high = (1, 10) if metric == "grade" else (-1, 1)
            assert low <= row.estimate.low <= row.estimate.high <= high  # type: ignore[operator]


def test_every_face_of_a_ranking_shows_the_chances(tmp_path: Path) -> None:
    counts = drawn({f"unit {i}": 0.1 * i for i in range(-3, 4)}, 100)
    answer = make(tmp_path, {"answers": [answers(counts)]}).rank(by="unit", k=2)
    assert json.loads(answer.to_json())["rows"][0]["top"] == answer[0].more["top"]
    assert answer.to_pandas()["raw_value"].notna().all()
    assert "top,bottom" in answer.to_csv().splitlines()[0]
    assert "in top 2" in str(answer)
    assert "in top 2" in answer._repr_html_()
    assert len(answer.chart().to_dict()["layer"]) == 2
