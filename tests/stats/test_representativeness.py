"""The R-indicator against scipy's optimiser, by hand, and by simulation of bias and coverage."""

import numpy as np
import pytest
from scipy.optimize import minimize

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.representativeness import r_indicator

CATEGORIES = np.array([(i, j) for i in range(2) for j in range(3)])


def test_two_halves_with_rates_of_20_and_40_percent_have_an_indicator_of_80() -> None:
    """sd(p) = .1, and the noise in it is far smaller with ten thousand customers."""
    found = r_indicator([5000, 5000], [1000, 2000], [[0], [1]])
    assert found.value == pytest.approx(0.8, abs=1e-3)
    assert found.partial == pytest.approx((0.1,), abs=1e-6)
    assert found.low < 0.8 < found.high


def test_fit_on_main_effects_equals_maximum_likelihood() -> None:
    n, came = np.array([90, 60, 80, 70, 50, 100]), np.array([20, 30, 30, 10, 20, 30])
    design = np.column_stack(
        [np.ones(6), CATEGORIES[:, 0] == 1, CATEGORIES[:, 1] == 1, CATEGORIES[:, 1] == 2]
    ).astype(float)

    def unlikely(coefficients: np.ndarray) -> float:
        position = design @ coefficients
        return float(-(came * position - n * np.log1p(np.exp(position))).sum())

    chance = 1 / (1 + np.exp(-design @ minimize(unlikely, np.zeros(4), tol=1e-12).x))
    overall = n @ chance / n.sum()
    for variable, partial in enumerate(r_indicator(n, came, CATEGORIES).partial):
        place = CATEGORIES[:, variable]
        means = np.bincount(place, n * chance) / np.bincount(place, n)
        between = np.sqrt(np.bincount(place, n / n.sum()) @ (means - overall) ** 2)
        assert partial == pytest.approx(between, abs=1e-5)


@pytest.mark.parametrize("effect", [0.0, 0.6])
def test_simulated_variance_is_unbiased_and_the_interval_covers(effect: float) -> None:
    draw = np.random.default_rng(7)
    n = np.full(6, 150)
    chance = 1 / (1 + np.exp(1 - effect * (CATEGORIES @ [0.8, 0.5])))
    truth = float(np.std(chance))
    found = [r_indicator(n, draw.binomial(n, chance), CATEGORIES) for _ in range(1000)]
    covered = np.mean([one.low <= 1 - 2 * truth <= one.high + 1e-12 for one in found])
    assert covered >= 0.93
    if effect:
        assert np.mean([one.value for one in found]) == pytest.approx(1 - 2 * truth, abs=0.005)


def test_categories_that_nobody_or_everybody_answered_do_not_break_the_fit() -> None:
    found = r_indicator([50, 50, 50], [0, 25, 50], [[0], [1], [2]])
    assert found.value == pytest.approx(1 - 2 * np.std([0, 0.5, 1]), abs=0.01)


def test_more_answers_than_asked_are_refused() -> None:
    with pytest.raises(InvalidInput):
        r_indicator([10, 10], [5, 11], [[0], [1]])
