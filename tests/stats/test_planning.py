"""Sample sizes against the printed tables, statsmodels 0.15.0 and each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.net import PSEUDO_ANSWERS, adjusted_wald_interval
from topofheart.stats.planning import (
    detectable_difference,
    difference_sample_size,
    margin_sample_size,
)

variances = st.floats(0.05, 1)


@pytest.mark.parametrize(
    ("variance", "for_margin", "for_difference"),
    [
        (0.4, [151, 612, 1705], [154, 625, 2509]),
        (0.5, [190, 766, 2132], [194, 782, 3137]),
        (0.6, [228, 919, 2558], [233, 939, 3765]),
        (1.0, [382, 1534, 4266], [390, 1567, 6277]),
    ],
)
def test_sample_sizes_of_a_net_match_the_table(
    variance: float, for_margin: list[int], for_difference: list[int]
) -> None:
    margin = margin_sample_size(variance, [0.10, 0.05, 0.03], pseudo_answers=PSEUDO_ANSWERS)
    np.testing.assert_array_equal(margin, for_margin)
    groups = difference_sample_size(variance, variance, [0.20, 0.10, 0.05], pseudo_answers=3)
    np.testing.assert_array_equal(groups, for_difference)


def test_detectable_difference_of_a_net_matches_the_table() -> None:
    n = [50, 100, 200, 400, 1000, 2500]
    points = 100 * detectable_difference(0.5, n, 0.5, n, pseudo_answers=PSEUDO_ANSWERS)
    np.testing.assert_allclose(points, [38.5, 27.6, 19.7, 14.0, 8.8, 5.6], atol=0.05)


def test_difference_sample_size_of_unequal_variances_is_the_simulated_837() -> None:
    assert difference_sample_size(0.51, 0.56, 0.10, pseudo_answers=PSEUDO_ANSWERS) == 837


def test_sample_sizes_of_a_share_and_a_mean_match_statsmodels() -> None:
    """samplesize_confint_proportion(.3, .04): 504.19; NormalIndPower, effect size .4: 98.11."""
    assert margin_sample_size(0.3 * 0.7, 0.04) == 505
    assert difference_sample_size(1, 1, 0.4) == 99


def test_detectable_difference_at_80_and_90_percent_power_uses_the_known_z_sums() -> None:
    found = [detectable_difference(0.5, 1, 0.5, 1, power=power) for power in (0.8, 0.9)]
    assert found == pytest.approx([2.80159, 3.24152], abs=1e-5)


@given(
    variance_a=variances,
    variance_b=variances,
    difference=st.floats(0.02, 0.5),
    power=st.floats(0.5, 0.99),
    level=st.floats(0.5, 0.999),
)
def test_detectable_difference_of_the_planned_size_is_the_difference_and_one_less_is_not(
    variance_a: float, variance_b: float, difference: float, power: float, level: float
) -> None:
    chances = {"power": power, "level": level, "pseudo_answers": PSEUDO_ANSWERS}
    n = difference_sample_size(variance_a, variance_b, difference, **chances)
    assert detectable_difference(variance_a, n, variance_b, n, **chances) <= difference + 1e-12
    if n > 1:
        n = n - 1
        assert detectable_difference(variance_a, n, variance_b, n, **chances) > difference - 1e-12


def test_margin_sample_size_gives_an_interval_of_that_margin() -> None:
    n = margin_sample_size(1 - 1e-12, 0.05, pseudo_answers=PSEUDO_ANSWERS)
    lower, upper = adjusted_wald_interval(n / 2, 0, n / 2)
    assert (upper - lower) / 2 == pytest.approx(0.05, rel=1e-3)


@pytest.mark.parametrize("power", [0, 1, 80])
def test_power_outside_0_to_1_is_refused(power: float) -> None:
    with pytest.raises(InvalidInput, match="power"):
        difference_sample_size(0.5, 0.5, 0.1, power=power)


def test_margin_of_0_is_refused() -> None:
    with pytest.raises(InvalidInput, match="margin must be finite and above 0"):
        margin_sample_size(0.5, 0)
