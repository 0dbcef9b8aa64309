"""Shrinkage of small units: published values, and what is promised over many samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.net import variance
from topofheart.stats.shrinkage import borrowed_errors, extreme_probabilities, shrink

N = np.array([12, 25, 40, 60, 150, 300])
NPS = np.array([0.58, 0.05, 0.35, 0.10, 0.22, 0.27])
V = np.array([0.45, 0.62, 0.50, 0.60, 0.55, 0.52])
EIGHT_SCHOOLS = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
REST_OF_SEASON = np.array(
    [.346, .298, .276, .222, .273, .270, .263, .210, .269, .230, .264, .256, .303, .264, .226, .285,
     .316, .200]
)  # fmt: skip


def test_six_units_equal_the_values_of_the_method() -> None:
    found = shrink(NPS, np.sqrt(V / N))
    assert found.q == pytest.approx(8.0354, abs=5e-5)
    assert found.between_variance == pytest.approx(0.004286, abs=5e-7)
    assert found.mean == pytest.approx(0.24172, abs=5e-6)
    np.testing.assert_allclose(found.weight, [0.103, 0.147, 0.255, 0.300, 0.539, 0.712], atol=5e-4)
    np.testing.assert_allclose(
        found.value, [0.2764, 0.2135, 0.2694, 0.1992, 0.2300, 0.2619], atol=5e-5
    )


def test_eight_schools_show_no_evidence_that_they_differ() -> None:
    """Rubin (1981)."""
    found = shrink(*EIGHT_SCHOOLS)
    assert found.mean == pytest.approx(7.6856, abs=5e-5)
    assert found.mean_error == pytest.approx(4.0719, abs=5e-5)
    assert found.q == pytest.approx(4.7071, abs=5e-5)
    assert not found.differ
    np.testing.assert_allclose(found.value, found.mean)
    np.testing.assert_allclose(found.error, found.mean_error)


def test_batters_are_drawn_to_their_mean_as_by_james_and_stein() -> None:
    """Efron and Morris (1975) with equal errors: the same direction, and Clemente still first."""
    averages = HITS / 45
    found = shrink(averages, np.full(18, np.sqrt(0.0043328)))
    assert found.mean == pytest.approx(0.26543, abs=5e-6)
    # DerSimonian–Laird divides by k - 1 = 17 where James and Stein have k - 3 = 15.
    james_stein = 1 - (1 - found.weight[0]) * 15 / 17
    assert james_stein == pytest.approx(0.21165, abs=5e-5)
    assert found.mean + james_stein * (averages[0] - found.mean) == pytest.approx(0.29391, abs=5e-5)
    assert found.mean + james_stein * (averages[-1] - found.mean) == pytest.approx(
        0.24218, abs=5e-5
    )


def test_batters_drawn_to_their_mean_are_nearer_the_rest_of_the_season() -> None:
    """Efron and Morris (1975), table 1: sums of squared errors .07532 and .02131."""
    averages = HITS / 45
    mean = shrink(averages, np.full(18, np.sqrt(0.0043328))).mean
    drawn = mean + 0.21165 * (averages - mean)
    assert np.sum((averages - REST_OF_SEASON) ** 2) == pytest.approx(0.07532, abs=5e-6)
    assert np.sum((drawn - REST_OF_SEASON) ** 2) == pytest.approx(0.02131, abs=5e-6)


def test_batters_on_the_arcsine_scale_have_an_error_of_1() -> None:
    """Efron and Morris (1975): S = 18.9627 and the factor 1 - 15 / S = .20897."""
    found = shrink(np.sqrt(45) * np.arcsin(2 * HITS / 45 - 1), np.ones(18))
    assert found.q == pytest.approx(18.9627, abs=5e-5)
    assert 1 - (1 - found.weight[0]) * 15 / 17 == pytest.approx(0.20897, abs=5e-6)


def test_posterior_error_holds_the_error_of_the_mean() -> None:
    """By hand: B s² + (1 - B)² var(mean)."""
    found = shrink(NPS, np.sqrt(V / N))
    by_hand = found.weight * V / N + (1 - found.weight) ** 2 * found.mean_error**2
    np.testing.assert_allclose(found.error, np.sqrt(by_hand))


def test_probabilities_equal_those_of_a_closed_case() -> None:
    """Two units: the chance that one is truly above the other is that of a normal difference."""
    found = shrink([0.3, 0.1], [0.05, 0.05])
    top, bottom = extreme_probabilities(found, 1)
    gap = (found.value[0] - found.value[1]) / np.hypot(*found.own_error)
    from statistics import NormalDist

    assert top[0] == pytest.approx(NormalDist().cdf(gap), abs=0.02)
    np.testing.assert_allclose(top[0], bottom[1])


def test_probabilities_of_equal_units_are_all_alike() -> None:
    top, bottom = extreme_probabilities(shrink(*EIGHT_SCHOOLS), 2)
    np.testing.assert_allclose(top, 2 / 8)
    np.testing.assert_allclose(bottom, 2 / 8)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=12), st.integers(1, 3))
def test_probabilities_add_up_to_k(values: list[float], k: int) -> None:
    found = shrink(values, np.full(len(values), 0.05))
    top, bottom = extreme_probabilities(found, k, draws=200)
    assert top.sum() == pytest.approx(k)
    assert bottom.sum() == pytest.approx(k)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=12), st.floats(0.01, 1))
def test_shrunken_value_lies_between_the_unit_and_the_mean(
    values: list[float], error: float
) -> None:
    found = shrink(values, np.full(len(values), error))
    low, high = np.minimum(values, found.mean), np.maximum(values, found.mean)
    assert np.all((found.value >= low - 1e-9) & (found.value <= high + 1e-9))


def test_same_draws_whatever_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shrink(NPS, np.sqrt(V / N))
    whole, _ = extreme_probabilities(found, 2)
    monkeypatch.setattr("topofheart.stats.shrinkage.VALUES_AT_ONCE", 700)
    np.testing.assert_array_equal(extreme_probabilities(found, 2)[0], whole)


def test_unit_without_an_estimate_is_left_out() -> None:
    found = shrink([*NPS, np.nan], np.sqrt([*(V / N), np.nan]))
    assert found.mean == pytest.approx(0.24172, abs=5e-6)
    top, _ = extreme_probabilities(found, 1)
    assert np.isnan(top[-1])
    assert top[:-1].sum() == pytest.approx(1)


@pytest.mark.parametrize("k", [0, 7])
def test_k_outside_the_units_is_refused(k: int) -> None:
    with pytest.raises(InvalidInput, match="k must lie"):
        extreme_probabilities(shrink(NPS, np.sqrt(V / N)), k)


def test_intervals_cover_true_units_and_equal_units_seldom_differ() -> None:
    """Simulated: 300 units of 5 to 200 answers, 40 samples; nominal 95 % and 5 %."""
    draw = np.random.default_rng(5)
    covered, told = [], []
    for spread in (0.1, 0.0):
        for _ in range(40):
            true = 0.24 + np.clip(draw.normal(0, spread, 300), -0.34, 0.34)
            n = draw.integers(5, 200, 300)
            counts = np.array(
                [
                    draw.multinomial(size, [0.3 - one / 2, 0.4, 0.3 + one / 2])
                    for size, one in zip(n, true, strict=True)
                ]
            ).T
            value = (counts[2] - counts[0]) / n
            found = shrink(value, borrowed_errors(variance(*counts), n))
            if spread:
                covered.append(np.mean(np.abs(found.value - true) < 1.96 * found.error))
            else:
                told.append(found.p_value < 0.05)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)
    assert np.mean(told) <= 0.15


def test_ten_thousand_units_stay_small() -> None:
    """Chunks of draws: the peak of numpy's own memory stays far under 300 MB."""
    import tracemalloc

    draw = np.random.default_rng(6)
    found = shrink(draw.normal(0, 0.2, 10_000), draw.uniform(0.05, 0.3, 10_000))
    tracemalloc.start()
    top, _ = extreme_probabilities(found, 10, draws=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert top.sum() == pytest.approx(10)
    assert peak < 100e6
