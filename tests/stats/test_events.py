"""Garwood's interval of a count against its published table, scipy's chi-square, and simulation."""

import numpy as np
import pytest
from scipy.stats import chi2

from topofheart.stats.events import count_interval


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.69), (1, 0.0253, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39), (30, 20.24, 42.83)],
)
def test_count_interval_is_that_of_pearson_and_hartley_table_40(
    events: int, low: float, high: float
) -> None:
    assert count_interval(events) == pytest.approx((low, high), abs=6e-3)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_count_interval_is_half_of_chi_square_quantiles(level: float) -> None:
    events, tail = np.array([1, 2, 17, 400, 10_000]), (1 - level) / 2
    low, high = count_interval(events, level=level)
    np.testing.assert_allclose(low, chi2.ppf(tail, 2 * events) / 2, rtol=1e-10)
    np.testing.assert_allclose(high, chi2.ppf(1 - tail, 2 * events + 2) / 2, rtol=1e-10)


@pytest.mark.parametrize("expected", [0.5, 3.0, 20.0, 200.0])
def test_count_interval_covers_at_least_as_often_as_it_says(expected: float) -> None:
    low, high = count_interval(np.random.default_rng(7).poisson(expected, 20_000))
    assert np.mean((low <= expected) & (expected <= high)) >= 0.948
