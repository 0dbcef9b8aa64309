"""Rogan–Gladen and double sampling against cases done by hand, its limits, and simulated classifiers whose truth is known."""

import numpy as np
import pytest

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats
from topofheart.stats.misclassified import (
    LEAST_INFORMATION,
    checked_share,
    corrected_share,
    counted_share,
)

REPEATS = 4_000
FAR = 1_000_000


def test_corrected_share_is_that_of_rogan_and_gladen_by_hand() -> None:
    """Of 1,000, 300 were said to have it; it finds 80 % and rightly denies 90 %: .2 / .7."""
    value, low, high = corrected_share(300, 1_000, 80, 100, 180, 200)
    assert value == pytest.approx(2 / 7)
    p, sensitivity, specificity = 300.5 / 1_001, 80.5 / 101, 180.5 / 201
    variance = (
        p * (1 - p) / 1_000
        + (2 / 7) ** 2 * sensitivity * (1 - sensitivity) / 100
        + (5 / 7) ** 2 * specificity * (1 - specificity) / 200
    )
    half = 1.959964 * variance**0.5 / 0.7
    assert (low, high) == pytest.approx((2 / 7 - half, 2 / 7 + half), abs=1e-7)


@pytest.mark.parametrize("said", [1, 37, 500, 999])
def test_perfect_classifier_gives_the_share_as_it_was_said(said: int) -> None:
    value, low, high = corrected_share(said, 1_000, FAR, FAR, FAR, FAR)
    assert value == pytest.approx(said / 1_000, abs=1e-12)
    assert low < value < high


def test_classifier_tried_on_few_texts_gives_a_wider_interval() -> None:
    _, low, high = corrected_share(300, 1_000, [80, 8], [100, 10], [180, 18], [200, 20])
    assert high[1] - low[1] > 2 * (high[0] - low[0])


@pytest.mark.parametrize(("said", "expected"), [(0, 0.0), (20, 0.0), (800, 1.0)])
def test_share_that_errors_alone_explain_stays_between_0_and_1(said: int, expected: float) -> None:
    value, low, high = corrected_share(said, 1_000, 80, 100, 180, 200)
    assert value == expected
    assert 0 <= low <= high <= 1
    assert low < high


@pytest.mark.parametrize("said", [810, 950, 1_000])
def test_more_said_than_there_could_be_gives_nan(said: int) -> None:
    """A classifier that finds 80 of 100 cannot say it of more than 80 %, unless it errs otherwise here."""
    assert np.isnan(corrected_share(said, 1_000, 80, 100, 180, 200)).all()


@pytest.mark.parametrize("found", [10, 50, 69])
def test_classifier_that_hardly_tells_anything_gives_nan(found: int) -> None:
    """Sensitivity .7 at most, specificity .6: information under .3."""
    assert np.isnan(corrected_share(30, 100, found, 100, 60, 100)).all()
    assert not np.isnan(corrected_share(30, 100, 71, 100, 60, 100)).any()
    assert LEAST_INFORMATION == 0.3


@pytest.mark.parametrize(
    "given",
    [
        (11, 10, 8, 10, 9, 10),
        (3, 10, 11, 10, 9, 10),
        (3, 10, 8, 10, 11, 10),
        (-1, 10, 8, 10, 9, 10),
    ],
)
def test_part_larger_than_its_whole_is_refused(given: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput):
        corrected_share(*given)


@pytest.mark.parametrize("tried", [(100, 300), (300, 1_000)])
@pytest.mark.parametrize("n", [200, 2_000])
@pytest.mark.parametrize(("sensitivity", "specificity"), [(0.7, 0.95), (0.8, 0.9), (0.9, 0.98)])
@pytest.mark.parametrize("truth", [0.1, 0.2, 0.5, 0.8])
def test_interval_covers_the_truth_as_often_as_it_says(
    truth: float, sensitivity: float, specificity: float, n: int, tried: tuple[int, int]
) -> None:
    low, high = _simulated(truth, sensitivity, specificity, n, tried)
    assert 0.93 <= np.mean((low <= truth) & (truth <= high)) <= 0.97


@pytest.mark.parametrize("truth", [0.0, 0.01, 0.05])
def test_interval_of_a_share_near_0_covers_at_least_as_often(truth: float) -> None:
    """Held at 0, the interval is on the safe side."""
    low, high = _simulated(truth, 0.7, 0.9, 500, (100, 300))
    assert np.mean((low <= truth) & (truth <= high)) >= 0.94


def _simulated(
    truth: float, sensitivity: float, specificity: float, n: int, tried: tuple[int, int]
) -> tuple[Floats, Floats]:
    draw = np.random.default_rng(2026)
    yes, no = tried
    said = truth * sensitivity + (1 - truth) * (1 - specificity)
    _, low, high = corrected_share(
        draw.binomial(n, said, REPEATS),
        n,
        draw.binomial(yes, sensitivity, REPEATS),
        yes,
        draw.binomial(no, specificity, REPEATS),
        no,
    )
    return low, high


@pytest.mark.parametrize(("sensitivity", "specificity"), [(0.7, 0.9), (0.9, 0.8), (0.1, 0.98)])
@pytest.mark.parametrize("truth", [0.12, 0.3, 0.7])
def test_check_of_some_of_the_texts_themselves_covers_their_truth(
    truth: float, sensitivity: float, specificity: float
) -> None:
    """As `words check` does it: a random part of the texts that the share is of is judged.

    Double sampling is sharper than the judged texts alone and than Rogan–Gladen, which takes the part for
    another source; it also tells where the reader hardly finds the label.
    """
    draw = np.random.default_rng(2026)
    n, checked = 3_000, 200
    held: dict[str, list[bool]] = {"double": [], "rogan": []}
    off: dict[str, list[float]] = {"double": [], "rogan": [], "alone": []}
    for _ in range(1_000):
        label = draw.random(n) < truth
        said = draw.random(n) < np.where(label, sensitivity, 1 - specificity)
        own, told = label[:checked], said[:checked]
        if min(own.sum(), (~own).sum()) < 10:
            continue
        errors = ((own & told).sum(), own.sum(), (~own & ~told).sum(), (~own).sum())
        off["alone"].append(own.mean() - label.mean())
        for name, way in (("double", checked_share), ("rogan", corrected_share)):
            value, low, high = way(said.sum(), n, *errors)
            held[name].append(bool(low <= label.mean() <= high))
            # Rogan and Gladen cannot always tell; double sampling must.
            told_nothing = name == "rogan" and bool(np.isnan(value))
            off[name] += [] if told_nothing else [float(value - label.mean())]
    assert len(held["double"]) >= 200
    assert 0.93 <= np.mean(held["double"]) <= 0.99
    error = {name: np.sqrt(np.mean(np.square(one))) for name, one in off.items() if one}
    assert error["double"] < error["alone"] * 1.02
    if sensitivity > 0.5:
        assert 0.93 <= np.mean(held["rogan"]) <= 0.99
        assert error["double"] < 0.9 * error["alone"]
        assert error["double"] < 0.75 * error["rogan"]


def test_checked_share_by_hand() -> None:
    """Of 1,000, 300 were said to have it; of 200 judged, 40 of 55 said and 10 of 145 others have it."""
    value, low, high = checked_share(300, 1_000, 40, 50, 135, 150)
    v, w = 40 / 55, 10 / 145
    assert value == pytest.approx(0.3 * v + 0.7 * w)
    parts = [(40.5 / 56, 55), (10.5 / 146, 145), (300.5 / 1_001, 1_000)]
    variances = [p * (1 - p) / n for p, n in parts]
    weights = (0.3, 0.7, v - w)
    half = 1.959964 * sum(a * a * b for a, b in zip(weights, variances, strict=True)) ** 0.5
    assert (low, high) == pytest.approx((value - half, value + half), abs=1e-7)


def test_checked_share_of_all_texts_judged_is_their_share() -> None:
    value, low, high = checked_share(55, 200, 40, 50, 135, 150)
    assert value == pytest.approx(50 / 200)
    assert low < value < high


def test_checked_share_where_nothing_said_was_judged_is_wide() -> None:
    value, low, high = checked_share(500, 1_000, 0, 10, 100, 100)
    assert high - low > 0.4
    assert low < value < high
    assert np.isnan(checked_share(5, 10, 0, 0, 0, 0)).all()


@pytest.mark.parametrize("given", [(11, 10, 1, 2, 3, 4), (1, 10, 3, 2, 3, 4), (1, 10, 1, 2, 5, 4)])
def test_checked_share_refuses_parts_larger_than_their_whole(given: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput):
        checked_share(*given)


def test_counted_share_by_hand() -> None:
    """Odds of 300.5 to 700.5; the variance of their logit is 1/300.8 or so, beside .5 squared."""
    value, low, high = counted_share(300, 1_000, error=0.5)
    p = 300.5 / 1_001
    half = 1.959964 * (1 / (1_001 * p * (1 - p)) + 0.25) ** 0.5
    odds = p / (1 - p)
    limits = [odds * np.exp(side * half) / (1 + odds * np.exp(side * half)) for side in (-1, 1)]
    assert value == 0.3
    assert (low, high) == pytest.approx(tuple(limits), abs=1e-7)


@pytest.mark.parametrize("said", [0, 10])
def test_counted_share_at_an_end_holds_that_end(said: int) -> None:
    value, low, high = counted_share(said, 10, error=1.0)
    assert low <= value == said / 10 <= high
    assert low < high


@pytest.mark.parametrize("error", [0.3, 1.1])
@pytest.mark.parametrize("n", [100, 5_000])
@pytest.mark.parametrize("truth", [0.05, 0.3, 0.8])
def test_counted_share_covers_a_truth_that_sources_scatter_around(
    truth: float, n: int, error: float
) -> None:
    draw = np.random.default_rng(2026)
    odds = truth / (1 - truth) * np.exp(draw.normal(0, error, REPEATS))
    _, low, high = counted_share(draw.binomial(n, odds / (1 + odds)), n, error=error)
    assert 0.93 <= np.mean((low <= truth) & (truth <= high)) <= 0.98


@pytest.mark.parametrize("given", [{"error": -0.1}, {"error": float("nan")}, {"said": 11}])
def test_counted_share_refuses_what_cannot_be(given: dict[str, float]) -> None:
    asked = {"said": 3, "error": 0.5} | given
    with pytest.raises(InvalidInput):
        counted_share(asked["said"], 10, error=asked["error"])
