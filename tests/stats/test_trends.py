"""Slopes and their test: the Nile, scipy, and samples without a trend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stats.nile import NILE
from topofheart.kernel.errors import InvalidInput
from topofheart.stats.trends import trend


def test_nile_equals_the_values_of_the_method() -> None:
    found = trend(NILE)
    assert found.s == -1387
    assert found.variance == pytest.approx(112_728.33, abs=0.005)
    assert found.z == pytest.approx(-4.128, abs=5e-4)
    assert found.slope == pytest.approx(-2.6)
    assert found.low == pytest.approx(-3.63, abs=0.005)
    assert found.high == pytest.approx(-1.43, abs=0.005)


@pytest.mark.parametrize("seed", range(5))
def test_slope_and_interval_equal_scipy_also_with_ties(seed: int) -> None:
    values = np.random.default_rng(seed).normal(0, 3, 30).round() + np.arange(30) * 0.2
    found = trend(values)
    theirs = stats.theilslopes(values, np.arange(30))
    np.testing.assert_allclose(
        [found.slope, found.low, found.high], [theirs.slope, theirs.low_slope, theirs.high_slope]
    )
    tau = stats.kendalltau(np.arange(30), values, method="asymptotic")
    assert np.sign(found.s) == np.sign(tau.statistic)


def test_missing_period_is_left_out_and_keeps_its_place() -> None:
    with_gap = trend([1.0, 2.0, np.nan, 4.0, 5.0])
    assert with_gap.slope == pytest.approx(1)
    assert with_gap.s == 6


def test_season_is_no_trend_when_months_are_compared_with_the_same_month() -> None:
    """Hirsch, Slack and Smith (1982): S and its variance add up over seasons."""
    season = np.tile([0, 0, 0, 5, 9, 9, 9, 5, 0, 0, 0, -5], 4) + np.repeat([0, 1, 2, 3], 12)
    found = trend(season, seasons=12)
    assert found.s == 12 * 6
    assert found.variance == pytest.approx(12 * 4 * 3 * 13 / 18)
    assert found.slope == pytest.approx(1 / 12)


def test_many_series_at_once_equal_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=(7, 25))
    values[2, 3:9] = np.nan
    monkeypatch.setattr("topofheart.stats.trends.PAIRS_AT_ONCE", 900)
    together = trend(values, seasons=4)
    for one, series in enumerate(values):
        alone = trend(series, seasons=4)
        assert (together.slope[one], together.p_value[one]) == (alone.slope, alone.p_value)


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=20), st.floats(-50, 50))
def test_adding_a_line_adds_its_slope(values: list[float], step: float) -> None:
    line = step * np.arange(len(values))
    plain, moved = trend(values), trend(np.array(values) + line)
    assert moved.slope == pytest.approx(plain.slope + step, abs=1e-6)


def test_series_turned_around_has_the_opposite_trend() -> None:
    plain, turned = trend(NILE), trend(NILE[::-1])
    assert turned.slope == -plain.slope
    assert turned.z == -plain.z


@pytest.mark.parametrize("periods", [12, 36])
def test_noise_shows_a_trend_in_five_of_a_hundred_samples(periods: int) -> None:
    found = trend(np.random.default_rng(3).normal(size=(4000, periods)))
    assert np.mean(found.p_value < 0.05) == pytest.approx(0.045, abs=0.01)
    assert np.mean((found.low <= 0) & (found.high >= 0)) == pytest.approx(0.95, abs=0.012)


def test_single_value_is_no_series() -> None:
    with pytest.raises(InvalidInput):
        trend(3.0)
    assert np.isnan(trend([3.0]).slope)
