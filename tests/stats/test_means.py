"""Means against scipy 1.17.1, hand and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.means import mean_estimate, mean_interval, sample_variance, t_interval

samples = st.lists(st.integers(1, 10).map(float), min_size=2, max_size=40)


def sums(values: list[float], shift: float = 0.0) -> tuple[int, float, float]:
    x = np.array(values) - shift
    return x.size, float(x.sum()), float((x**2).sum())


def test_mean_interval_of_1_to_10_answers_matches_scipy_t_interval() -> None:
    lower, upper = mean_interval(*sums([6, 7, 8, 9, 10]))
    assert (lower, upper) == pytest.approx((6.036756838, 9.963243161))


def test_mean_interval_of_four_weighted_emotions_has_the_published_mean() -> None:
    """Weights -1, .33, .66, 1 of Feedbackly's index; 20, 30, 25 and 25 answers give 31.4."""
    values = list(np.repeat([-1, 0.33, 0.66, 1], [20, 30, 25, 25]))
    lower, upper = mean_interval(*sums(values))
    assert (lower + upper) / 2 == pytest.approx(0.314)
    assert (upper - lower) / 2 == pytest.approx(1.9842 * np.std(values, ddof=1) / 10, rel=1e-4)


def test_t_interval_with_many_degrees_of_freedom_is_normal() -> None:
    assert t_interval(0, 1, 1e9) == pytest.approx((-1.959964, 1.959964), abs=1e-6)


def test_simulated_coverage_of_twelve_grades_is_nominal() -> None:
    random = np.random.default_rng(11)
    grades = random.choice(np.arange(1, 11), size=(20_000, 12))
    lower, upper = mean_interval(12, grades.sum(axis=1), (grades**2).sum(axis=1))
    assert 0.94 <= np.mean((lower <= 5.5) & (upper >= 5.5)) <= 0.96


@given(values=samples, shift=st.integers(-1000, 1000).map(float))
def test_mean_estimate_from_shifted_sums_is_the_same(values: list[float], shift: float) -> None:
    plain, shifted = mean_estimate(*sums(values)), mean_estimate(*sums(values, shift), shift=shift)
    np.testing.assert_allclose(shifted, plain, rtol=1e-6, atol=1e-12)


def test_sample_variance_of_dates_needs_the_shift_that_it_asks_for() -> None:
    seconds = list(1.7e9 + np.arange(100.0))
    assert sample_variance(*sums(seconds, 1.7e9)) == pytest.approx(np.var(seconds, ddof=1))


@pytest.mark.parametrize("value", [8.0, 7.3, 1e-9, 1.1e12])
def test_sample_variance_of_equal_values_is_0_and_the_interval_unknown(value: float) -> None:
    assert sample_variance(*sums([value] * 7)) == 0
    assert np.isnan(mean_interval(*sums([value] * 7))).all()


def test_sample_variance_of_sums_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidInput, match="below total² / n in 1 cells"):
        sample_variance([3, 3], [6, 6], [14, 11])


@given(values=samples)
def test_mean_interval_from_twice_the_sums_shrinks(values: list[float]) -> None:
    n, total, squares = sums(values)
    lower, upper = mean_interval(n, total, squares)
    closer_lower, closer_upper = mean_interval(2 * n, 2 * total, 2 * squares)
    assert np.isnan(lower) or closer_upper - closer_lower < upper - lower


def test_mean_of_four_values_is_the_weighted_index() -> None:
    """METHOD's index of emotions: shares .20, .30, .25, .25 of the values -1, .33, .66, 1 make .314."""
    counts, values = np.array([20, 30, 25, 25]), np.array([-1, 0.33, 0.66, 1])
    n, total, squares = counts.sum(), counts @ values, counts @ values**2
    mean, _, _ = mean_estimate(n, total, squares)
    assert mean == pytest.approx(0.314, abs=5e-7)
    np.testing.assert_allclose(
        mean_interval(n, total, squares), mean_interval(*sums(list(np.repeat(values, counts))))
    )
