"""Shares against statsmodels 0.15.0, published values and properties."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Interval
from topofheart.stats.shares import jeffreys_interval, share, wilson_interval

Function = Callable[..., Interval]
trials = st.tuples(st.floats(0, 1), st.floats(0.01, 1e6)).map(lambda t: (t[0] * t[1], t[1]))


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [
        (52, 576, 0.06950889, 0.11647549),
        (0, 10, 0.0, 0.27753280),
        (10, 10, 0.72246720, 1.0),
        (3, 40, 0.02583603, 0.19864234),
    ],
)
def test_wilson_interval_matches_statsmodels_proportion_confint(
    successes: int, n: int, lower: float, upper: float
) -> None:
    assert wilson_interval(successes, n) == pytest.approx((lower, upper), abs=1e-8)


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [
        (3, 40, 0.02157667, 0.18681430),
        (12, 40, 0.17561981, 0.45215831),
        (20, 40, 0.34960350, 0.65039650),
        (52, 576, 0.06892111, 0.11573775),
    ],
)
def test_jeffreys_interval_matches_statsmodels_proportion_confint(
    successes: int, n: int, lower: float, upper: float
) -> None:
    assert jeffreys_interval(successes, n) == pytest.approx((lower, upper), abs=1e-8)


def test_jeffreys_interval_without_successes_or_failures_touches_the_end() -> None:
    lower, upper = jeffreys_interval([0, 10], 10)
    assert (lower[0], upper[1]) == (0, 1)
    assert upper[0] == pytest.approx(0.21719627)  # statsmodels 0.15.0


@pytest.mark.parametrize("interval", [wilson_interval, jeffreys_interval])
@given(trials=trials, level=st.floats(0.01, 0.999))
def test_interval_of_any_share_encloses_it_within_0_and_1(
    interval: Function, trials: tuple[float, float], level: float
) -> None:
    lower, upper = interval(*trials, level=level)
    assert 0 <= lower <= share(*trials) <= upper <= 1


@pytest.mark.parametrize("interval", [wilson_interval, jeffreys_interval])
@given(trials=trials)
def test_interval_of_failures_mirrors_that_of_successes(
    interval: Function, trials: tuple[float, float]
) -> None:
    x, n = trials
    lower, upper = interval(x, n)
    mirrored = interval(n - x, n)
    assert mirrored == pytest.approx((1 - upper, 1 - lower), abs=1e-7)


@given(trials=trials)
def test_wilson_interval_with_twice_the_answers_shrinks(trials: tuple[float, float]) -> None:
    lower, upper = wilson_interval(*trials)
    closer_lower, closer_upper = wilson_interval(2 * trials[0], 2 * trials[1])
    assert closer_upper - closer_lower < upper - lower


def test_share_with_more_successes_than_answers_is_refused_but_rounding_is_not() -> None:
    with pytest.raises(InvalidInput, match="successes exceed n in 1 cells"):
        wilson_interval([2, 6], 5)
    assert share(np.nextafter(5, 6), 5) == 1
