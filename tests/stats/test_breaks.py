"""Changes of level: the Nile, cases by hand, and how often there is a false one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.nile import NILE
from topofheart.kernel.errors import InvalidInput
from topofheart.stats.breaks import (
    breaks,
    change_points,
    dispersion,
    penalty_for,
    pettitt,
    unexplained,
)

SPREAD = float(np.std(NILE, ddof=1))


@pytest.mark.parametrize("penalty", [2 * np.log(100), None])
def test_nile_breaks_once_in_1898(penalty: float | None) -> None:
    assert change_points(NILE, SPREAD, penalty=penalty) == [[28]]
    found = breaks(NILE, SPREAD, [28])[0]
    assert found.before == pytest.approx(1097.75)
    assert found.after == pytest.approx(849.97, abs=0.005)
    assert found.earliest <= 28 <= found.latest
    np.testing.assert_allclose(unexplained([NILE], 1.0, [[]]), [2_835_156.75])
    np.testing.assert_allclose(unexplained([NILE], 1.0, [[28]]), [1_597_457.19], atol=0.005)


def test_pettitt_of_the_nile_equals_the_values_of_the_method() -> None:
    place, k, p = pettitt(NILE)
    assert (place, k) == (28, 1617)
    assert p == pytest.approx(3.6e-7, abs=5e-9)


def test_unsure_period_breaks_nothing() -> None:
    values = [0.3, 0.3, 0.3, -0.9, -0.9, -0.9, 0.3, 0.3, 0.3]
    sure, unsure = np.full(9, 0.05), np.array([0.05] * 3 + [2.0] * 3 + [0.05] * 3)
    assert change_points(values, sure) == [[3, 6]]
    assert change_points(values, unsure) == [[]]


def test_partition_is_the_best_of_all() -> None:
    """Against every possible split of a short series."""
    from itertools import combinations

    draw = np.random.default_rng(4)
    values = draw.normal(size=9) + np.repeat([0, 4, 1], 3)
    errors = draw.uniform(0.5, 1.5, 9)

    def cost(places: tuple[int, ...]) -> float:
        return float(unexplained([values], errors, [list(places)])[0] + 3.0 * len(places))

    splits = [split for size in range(5) for split in combinations(range(1, 9), size)]
    best = min(splits, key=cost)
    assert change_points(values, errors, penalty=3.0, shortest=1) == [list(best)]


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=25))
def test_levels_last_at_least_as_long_as_asked(values: list[float]) -> None:
    places = change_points(values, 0.3, penalty=1.0, shortest=3)[0]
    assert all(np.diff([0, *places, len(values)]) >= 3)


def test_missing_periods_do_not_count_and_move_nothing() -> None:
    values = [1.0, 1.2, np.nan, 0.9, 1.1, 5.0, 5.1, np.nan, 4.9, 5.2]
    assert change_points(values, 0.2) == [[5]]


@pytest.mark.parametrize("periods", [12, 36, 120])
def test_false_breaks_are_rare(periods: int) -> None:
    noise = np.random.default_rng(5).normal(size=(1500, periods))
    found = change_points(noise, np.ones_like(noise))
    assert np.mean([bool(places) for places in found]) < 0.05


def test_many_series_have_together_as_few_false_breaks_as_one() -> None:
    noise = np.random.default_rng(6).normal(size=(40, 50, 36))
    found = change_points(noise, 1.0, penalty=penalty_for(36, 50))
    any_of_fifty = np.array([bool(places) for places in found]).reshape(40, 50).any(axis=1)
    assert any_of_fifty.mean() < 0.1


def test_date_and_size_cover_the_truth() -> None:
    """Simulated: a step of 2 standard errors after 20 of 36 periods; nominal 95 %."""
    draw = np.random.default_rng(7)
    values = draw.normal(size=(400, 36)) + 2 * (np.arange(36) >= 20)
    dated, sized = [], []
    for series, places in zip(values, change_points(values, 1.0), strict=True):
        if len(places) != 1:
            continue
        found = breaks(series, 1.0, places)[0]
        dated.append(found.earliest <= 20 <= found.latest)
        sized.append(found.low <= 2 <= found.high)
    assert len(dated) > 350
    assert np.mean(dated) > 0.93
    assert np.mean(sized) > 0.90


def test_dispersion_of_honest_errors_is_one_and_of_small_ones_their_factor() -> None:
    noise = np.random.default_rng(8).normal(size=(500, 60))
    assert np.median(dispersion(noise, 1.0)) == pytest.approx(1.0, abs=0.1)
    assert np.median(dispersion(noise, 0.5)) == pytest.approx(4.0, rel=0.1)


def test_arguments_that_mean_nothing_are_refused() -> None:
    with pytest.raises(InvalidInput):
        change_points(3.0, 1.0)
    with pytest.raises(InvalidInput):
        change_points([1, 2], 1.0, penalty=-1)
