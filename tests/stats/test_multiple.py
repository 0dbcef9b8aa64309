"""Corrected p values against the 1995 paper, statsmodels 0.15.0 and properties."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats
from topofheart.stats.multiple import benjamini_hochberg, benjamini_yekutieli

PAPER = np.array([1, 4, 19, 95, 201, 278, 298, 344, 459, 3240, 4262, 5719, 6528, 7590, 1e4]) / 1e4
families = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


def test_benjamini_hochberg_of_the_1995_example_rejects_4_where_bonferroni_rejects_3() -> None:
    adjusted = benjamini_hochberg(PAPER)
    expected = [0.0015, 0.0030, 0.0095, 0.03562, 0.0603, 0.06386, 0.06386, 0.0645, 0.0765]
    expected += [0.486, 0.58118, 0.71487, 0.75323, 0.81321, 1]
    np.testing.assert_allclose(adjusted, expected, atol=1e-5)
    assert np.sum(adjusted <= 0.05) == 4
    assert np.sum(PAPER * 15 <= 0.05) == 3


def test_benjamini_yekutieli_of_the_1995_example_matches_statsmodels_and_rejects_3() -> None:
    adjusted = benjamini_yekutieli(PAPER)
    expected = [0.0049773435, 0.0099546870, 0.0315231754, 0.1182119079, 0.2000892083]
    expected += [0.2118926229, 0.2118926229, 0.2140257701, 0.2538445180] + [1.0] * 6
    np.testing.assert_allclose(adjusted, expected, atol=1e-9)
    assert np.sum(adjusted <= 0.05) == 3


@pytest.mark.parametrize("adjust", [benjamini_hochberg, benjamini_yekutieli])
def test_adjusted_p_values_with_nan_are_those_without_it(adjust: Callable[..., Floats]) -> None:
    given_ = np.array([[0.04, np.nan, 0.01], [np.nan, 0.03, 0.20]])
    adjusted = adjust(given_)
    tested = ~np.isnan(given_)
    np.testing.assert_array_equal(np.isnan(adjusted), ~tested)
    np.testing.assert_allclose(adjusted[tested], adjust(given_[tested]))


def test_adjusted_p_values_of_no_tests_are_empty() -> None:
    assert benjamini_hochberg([]).shape == (0,)
    assert np.isnan(benjamini_yekutieli([np.nan, np.nan])).all()


@given(p=families)
def test_adjusted_p_values_keep_the_order_and_only_rise(p: Floats) -> None:
    hochberg, yekutieli = benjamini_hochberg(p), benjamini_yekutieli(p)
    order = np.argsort(p)
    assert np.all(np.diff(hochberg[order]) >= 0)
    assert np.all(hochberg >= p)
    assert np.all((yekutieli >= hochberg) & (yekutieli <= 1))


@given(p=families, q=st.floats(0.001, 0.5))
def test_benjamini_hochberg_rejects_what_the_step_up_rule_rejects(p: Floats, q: float) -> None:
    ordered = np.sort(p)
    adjusted = np.sort(benjamini_hochberg(p))
    if np.min(np.abs(adjusted - q)) > 1e-9:
        passed = np.flatnonzero(ordered <= np.arange(1, p.size + 1) * q / p.size)
        assert np.sum(adjusted <= q) == (passed[-1] + 1 if passed.size else 0)


def test_twenty_teams_without_differences_raise_a_false_alarm_in_5_percent_not_64() -> None:
    p = np.random.default_rng(1995).random((2_000, 20))
    alarms = [np.any(benjamini_hochberg(teams) < 0.05) for teams in p]
    assert np.mean(np.any(p < 0.05, axis=1)) == pytest.approx(0.64, abs=0.03)
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.015)


def test_p_value_above_1_is_refused() -> None:
    with pytest.raises(InvalidInput, match="p must lie between 0 and 1"):
        benjamini_hochberg([0.2, 1.96])
