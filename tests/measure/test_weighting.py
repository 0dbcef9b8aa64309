"""Scores weighted to targets: by hand, as properties, and on the demo whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import topofheart as toh
from small_organisation import answers, customers, make, make_all, totals
from topofheart.demo.organisation import Organisation, build
from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.measure.targets import Targets, read_targets
from topofheart.stats import means, net, shares, weights

COUNT = 1_500
SEGMENTS = Targets((("segment", (("consumer", 800.0), ("business", 200.0))),))
RELATIONSHIP = {"kind": "relationship"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    return make_all(tmp_path_factory.mktemp("ws"), COUNT)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """All answers with the segment of their customer."""
    segments = {one["customer_id"]: one["segment"] for one in customers(COUNT // 2).to_pylist()}
    both = answers(COUNT, seed=1), answers(COUNT // 2, seed=2, first=COUNT, extra=True)
    found = [row for part in both for row in part.to_pylist()]
    return [row | {"segment": segments.get(row["customer_id"])} for row in found]


def weights_by_hand(kept: list[dict[str, object]]) -> np.ndarray:
    """Population over sample per segment; without a segment 1, the segments' part being unchanged."""
    segment = np.array([str(row["segment"]) for row in kept])
    known = (segment != "None").mean()
    wanted = {"consumer": 0.8 * known, "business": 0.2 * known, "None": 1 - known}
    return np.array([wanted[one] / (segment == one).mean() for one in segment])


def weighted_by_hand(kept: list[dict[str, object]], x: np.ndarray) -> tuple[float, float]:
    """The weighted mean, and how many answers it is worth, one customer at a time."""
    w = weights_by_hand(kept)
    mean = (w * x).sum() / w.sum()
    kish = w.sum() ** 2 / (w * w).sum()
    residuals: dict[object, float] = {}
    for place, row in enumerate(kept):
        who = row["customer_id"] or ("alone", place)
        residuals[who] = residuals.get(who, 0) + w[place] * (x[place] - mean)
    together = len(residuals) / (len(residuals) - 1) * sum(r * r for r in residuals.values())
    alone = ((w * (x - mean)) ** 2).sum()
    return mean, kish * min(1, alone / together)


def test_nps_weighted_by_segment_equals_the_answers_weighted_by_hand(
    workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    kept = [r for r in rows if r["kind"] == "relationship" and r["recommend"] is not None]
    x = np.array([(r["recommend"] >= 9) - (r["recommend"] <= 6) for r in kept], dtype=float)  # type: ignore[operator]
    mean, worth = weighted_by_hand(kept, x)
    row = workspace.nps(where=RELATIONSHIP, targets=SEGMENTS)[0]
    w = weights_by_hand(kept)
    part = np.array([(w * (x == one)).sum() for one in (-1, 0, 1)]) / w.sum()
    low, high = net.score_interval(*(part * worth))
    assert (row.estimate.value, row.estimate.n) == (pytest.approx(mean), len(kept))
    assert row.more["n_effective"] == pytest.approx(worth)
    assert row.more["unweighted"] == pytest.approx(x.mean())
    assert row.more["design_effect"] == pytest.approx(len(kept) / worth)
    assert (row.estimate.low, row.estimate.high) == pytest.approx((low, high))


def test_share_and_mean_weighted_by_segment_equal_the_answers_weighted_by_hand(
    workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    kept = [r for r in rows if r["kind"] == "relationship"]
    easy = np.array([r["effort"] >= 5 for r in kept], dtype=float)  # type: ignore[operator]
    mean, worth = weighted_by_hand(kept, easy)
    found = workspace.ces(where=RELATIONSHIP, targets=SEGMENTS)[0].estimate
    low, high = shares.wilson_interval(mean * worth, worth)
    assert (found.value, found.low, found.high) == pytest.approx((mean, float(low), float(high)))
    fell = np.array([r["worry_before"] - r["worry_after"] for r in kept], dtype=float)  # type: ignore[operator]
    mean, worth = weighted_by_hand(kept, fell)
    found = workspace.worry(where=RELATIONSHIP, targets=SEGMENTS)[0].estimate
    w = weights_by_hand(kept)
    variance = ((w * fell**2).sum() / w.sum() - mean**2) * len(kept) / (len(kept) - 1)
    low, high = means.t_interval(mean, np.sqrt(variance / worth), worth - 1)
    assert (found.value, found.low, found.high) == pytest.approx((mean, float(low), float(high)))


def test_targets_that_the_answers_already_meet_change_nothing(
    workspace: toh.Workspace, rows: list[dict[str, object]]
) -> None:
    kept = [r for r in rows if r["kind"] == "relationship" and r["recommend"] is not None]
    own = tuple((s, float(sum(r["segment"] == s for r in kept))) for s in ("consumer", "business"))
    plain = workspace.nps(where=RELATIONSHIP)[0].estimate
    weighted = workspace.nps(where=RELATIONSHIP, targets=Targets((("segment", own),)))[0].estimate
    assert (weighted.value, weighted.low, weighted.high, weighted.n) == pytest.approx(
        (plain.value, plain.low, plain.high, plain.n), abs=1e-9
    )


def test_weights_are_made_per_period_over_all_groups(workspace: toh.Workspace) -> None:
    """Of a group that is a value of the targets all answers weigh alike: its score is its own."""
    how = {"by": "segment", "every": "year", "where": RELATIONSHIP, "clusters": False}
    plain, weighted = workspace.nps(**how), workspace.nps(**how, targets=SEGMENTS)
    assert len(plain) == 6
    for one, other in zip(plain, weighted, strict=True):
        assert (one.group, one.period) == (other.group, other.period)
        assert one.estimate.value == pytest.approx(other.estimate.value)
        assert one.estimate.n == pytest.approx(other.more["n_effective"])


def test_two_dimensions_are_raked(workspace: toh.Workspace) -> None:
    targets = Targets(
        (
            ("segment", (("consumer", 0.7), ("business", 0.3))),
            ("unit", (("Breda", 0.2), ("Gouda", 0.2), ("Utrecht", 0.6))),
        )
    )
    both = workspace.nps(where=RELATIONSHIP, targets=targets, clusters=False)
    cells = workspace.nps(by=["segment", "unit"], where=RELATIONSHIP, clusters=False)
    n = np.array([row.estimate.n for row in cells])
    segments, units = ["consumer", "business", None], ["Breda", "Gouda", "Utrecht"]
    places = [
        [segments.index(row.group["segment"]), units.index(row.group["unit"])] for row in cells
    ]  # type: ignore[arg-type]
    unknown = n[[place[0] == 2 for place in places]].sum() / n.sum()
    raked = weights.rake(
        n, places, [[0.7 * (1 - unknown), 0.3 * (1 - unknown), unknown], [2, 2, 6]]
    )
    scores = np.array([row.estimate.value for row in cells])
    assert both[0].estimate.value == pytest.approx((raked.weights * n * scores).sum() / n.sum())
    assert {"weighted", "category_unknown"} <= set(both.caveats)
    assert "repeats_across_targets" in workspace.nps(targets=targets).caveats


def test_small_and_missing_values_share_a_weight_and_it_is_said(tmp_path: Path) -> None:
    unit = ["A"] * 100 + ["B"] * 60 + ["C"] * 5
    score = [10] * 50 + [7] * 50 + [3] * 60 + [10] * 5
    workspace = make(tmp_path, {"answers": [_answers(unit, score)]})
    targets = Targets((("unit", (("A", 50.0), ("B", 30.0), ("C", 10.0), ("D", 10.0))),))
    answer = workspace.nps(targets=targets)
    # C and D together are still fewer than 20, so B joins them: half of the weight for 65 answers.
    assert answer[0].estimate.value == pytest.approx(0.5 * 0.5 + 0.5 * (5 - 60) / 65)
    assert "cells_merged" in answer.caveats


def test_too_few_answers_to_weight_stay_as_they_are(tmp_path: Path) -> None:
    workspace = make(
        tmp_path, {"answers": [_answers(["A"] * 18 + ["B"] * 12, [10] * 18 + [0] * 12)]}
    )
    answer = workspace.nps(targets=Targets((("unit", (("A", 1.0), ("B", 9.0))),)))
    assert answer[0].estimate.value == pytest.approx(6 / 30)
    assert answer[0].more["n_effective"] == pytest.approx(30)
    assert "too_few_to_weight" in answer.caveats


def test_heavy_weights_are_trimmed_and_it_is_said(tmp_path: Path) -> None:
    workspace = make(
        tmp_path, {"answers": [_answers(["A"] * 300 + ["B"] * 25, [10] * 300 + [0] * 25)]}
    )
    answer = workspace.nps(targets=Targets((("unit", (("A", 40.0), ("B", 60.0))),)))
    assert {"weights_trimmed", "targets_missed"} <= set(answer.caveats)
    assert answer[0].estimate.value == pytest.approx((300 - 125) / (300 + 125))


def test_value_that_the_targets_do_not_name_is_refused_with_its_answers(
    workspace: toh.Workspace,
) -> None:
    with pytest.raises(InvalidInput, match=r"segment = business \(.*answers\)") as refused:
        workspace.nps(targets=Targets((("segment", (("consumer", 1.0),)),)))
    assert refused.value.code == "not_in_targets"


def test_dimension_that_does_not_exist_is_refused(workspace: toh.Workspace) -> None:
    with pytest.raises(UnknownName, match="shoe_size"):
        workspace.nps(targets=Targets((("shoe_size", (("40", 1.0),)),)))


def test_kind_of_survey_is_nothing_to_weight_on(workspace: toh.Workspace) -> None:
    kinds = (("relationship", 1.0), ("transaction", 1.0))
    with pytest.raises(InvalidInput) as refused:
        workspace.nps(targets=Targets((("kind", kinds),)))
    assert refused.value.code == "never_pooled"


def test_totals_are_weighted_too(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answer_counts": [totals()]})
    targets = Targets((("unit", (("Breda", 3.0), ("Gouda", 1.0))),))
    units = [row.estimate.value for row in workspace.nps(by="unit")]
    weighted = workspace.nps(targets=targets)
    assert weighted[0].estimate.value == pytest.approx(0.75 * units[0] + 0.25 * units[1])  # type: ignore[operator]
    assert "from_totals" in weighted.caveats


def test_population_narrows_the_interval_by_the_customers_who_answered(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answers": [_answers(["A"] * 60, [10] * 30 + [7] * 20 + [2] * 10)]})
    row = workspace.nps(population=80)[0]
    low, high = net.score_interval(*(np.array([10, 20, 30]) / (1 - 60 / 80)))
    assert (row.estimate.value, row.estimate.low, row.estimate.high) == pytest.approx(
        (1 / 3, float(low), float(high))
    )
    assert "finite_population" in workspace.nps(population=80).caveats
    for wrong in ({"population": 40}, {"population": 80, "by": "unit"}):
        with pytest.raises(InvalidInput, match="population"):
            workspace.nps(**wrong)


def test_targets_file_as_csv_and_toml_say_the_same(tmp_path: Path) -> None:
    csv, toml = tmp_path / "targets.csv", tmp_path / "targets.toml"
    csv.write_text(
        "\ufeffDimension;Value;Share\nsegment;consumer;80%\nsegment;business;20\n", "utf-8"
    )
    toml.write_text("[segment]\nconsumer = 80\nbusiness = 20.0\n", "utf-8")
    expected = (("segment", (("consumer", 80.0), ("business", 20.0))),)
    assert read_targets(csv).dimensions == read_targets(toml).dimensions == expected


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "value,count\na,1\n", "columns value, count"),
        ("a.csv", "", "columns"),
        ("a.csv", "dimension,value,count\nsegment,a,many\n", "segment = a the number 'many'"),
        ("a.csv", "dimension,value,count\nsegment,a,-1\n", "'-1'"),
        ("a.csv", "dimension,value,count\nsegment,a,1\nsegment,a,2\n", "twice"),
        ("a.csv", "dimension,value,count\nsegment,a,0\n", "only zeros"),
        ("a.csv", "dimension,value,count\nsegment,a\n", "''"),
        ("a.toml", "[segment\n", "not TOML"),
        ("a.toml", "segment = 3\n", "gives segment no values"),
        ("a.toml", "", "no targets"),
    ],
)
def test_targets_file_that_cannot_be_used_says_why(
    name: str, text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=said) as refused:
        read_targets(tmp_path / name)
    assert refused.value.code == "bad_targets"
    assert refused.value.hint


def _answers(unit: list[str], score: list[int]) -> pa.Table:
    return pa.table(
        {
            "answer_id": [f"A{i}" for i in range(len(unit))],
            "customer_id": [f"K{i}" for i in range(len(unit))],
            "unit": unit,
            "recommend": pa.array(score, pa.int64()),
        }
    )


# The demo, of which only lease customers still answer as readily as they did --------------------

SHARES = {"consumer": 0.70, "business": 0.20, "lease": 0.10}
STILL_ANSWERING = 0.15


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return build(customers=60_000)


@pytest.fixture(scope="module")
def thinned(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    answered, everybody = (organisation.tables[name] for name in ("answers", "customers"))
    lease = everybody.filter(pc.equal(everybody["segment"], "lease"))["customer_id"]
    stays = pc.is_in(answered["customer_id"], lease.combine_chunks())
    draw = np.random.default_rng(4).random(answered.num_rows) < STILL_ANSWERING
    kept = answered.filter(pc.or_(stays, pa.array(draw)))
    return make(tmp_path_factory.mktemp("thinned"), {"answers": [kept], "customers": [everybody]})


def test_weighting_to_the_customer_base_recovers_the_true_scores(
    organisation: Organisation, thinned: toh.Workspace, tmp_path: Path
) -> None:
    """Month by month the interval covers, and after the chatbot, which lease customers mind least,
    the bias is gone. The truth is of those who answer within a segment: no weight knows more."""
    scores = json.loads(organisation.truth.to_json())["observed_nps"]["relationship"]
    true = {
        month: sum(share * scores[name][month] for name, share in SHARES.items())
        for month in scores["lease"]
    }
    targets = tmp_path / "base.csv"
    lines = [f"segment,{name},{share}" for name, share in SHARES.items()]
    targets.write_text("\n".join(["dimension,value,share", *lines]), "utf-8")
    covered = []
    for row in thinned.nps(where=RELATIONSHIP, every="month", targets=targets):
        assert row.period
        low, high = row.estimate.low, row.estimate.high
        assert low is not None
        assert high is not None
        covered.append(low <= true[row.period.label] <= high)
    assert len(covered) == 36
    assert np.mean(covered) >= 0.89
    late = np.mean([score for month, score in true.items() if month >= "2025-11"])
    how = {"where": RELATIONSHIP, "since": "2025-11"}
    plain, weighted = (
        thinned.nps(**how)[0].estimate,
        thinned.nps(**how, targets=targets)[0].estimate,
    )
    assert not plain.low <= late <= plain.high  # type: ignore[operator]
    assert weighted.low <= late <= weighted.high  # type: ignore[operator]
    assert abs(weighted.value - late) < abs(plain.value - late) / 3  # type: ignore[operator]
