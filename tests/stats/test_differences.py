"""Differences against R NPS 2.0.999, statsmodels 0.15.0, scipy 1.17.1 and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.stats.differences import (
    mean_difference,
    net_difference,
    newcombe_interval,
    paired_difference,
    share_difference,
)
from topofheart.stats.means import mean_estimate

count = st.floats(0, 1e4)
cell = st.tuples(count, count, count).filter(lambda c: sum(c) >= 1)
trials = st.tuples(st.floats(0, 1), st.floats(1, 1e4)).map(lambda t: (t[0] * t[1], t[1]))


def test_net_difference_matches_r_nps_adjusted_wald_test() -> None:
    change = net_difference((20, 40, 40), (30, 35, 35))
    assert change.value == pytest.approx(0.15)
    assert change.p_value == pytest.approx(0.17775, abs=1e-5)
    assert (change.low, change.high) == pytest.approx((-0.06616, 0.35742), abs=1e-5)


def test_net_difference_of_opposite_populations_passes_1_as_done_by_hand() -> None:
    change = net_difference((10, 0, 90), (90, 0, 10))
    assert (change.value, change.low, change.high) == pytest.approx(
        (1.6, 1.38456, 1.72224), abs=1e-5
    )


@pytest.mark.parametrize(("n", "least", "most"), [(20, 0.035, 0.052), (100, 0.045, 0.055)])
def test_net_difference_of_equal_populations_is_a_false_alarm_in_5_percent_or_less(
    n: int, least: float, most: float
) -> None:
    random = np.random.default_rng(3)
    first, second = (random.multinomial(n, (0.15, 0.45, 0.40), size=20_000).T for _ in range(2))
    change = net_difference(tuple(first), tuple(second))
    assert least <= np.mean(change.p_value < 0.05) <= most
    assert least <= np.mean((change.low > 0) | (change.high < 0)) <= most


def test_net_difference_with_837_answers_a_side_sees_10_points_with_80_percent_power() -> None:
    random = np.random.default_rng(5)
    first = random.multinomial(837, (0.15, 0.40, 0.45), size=20_000).T  # variance .51
    second = random.multinomial(837, (0.20, 0.40, 0.40), size=20_000).T  # variance .56
    change = net_difference(tuple(first), tuple(second))
    assert np.mean(change.p_value < 0.05) == pytest.approx(0.797, abs=0.01)


@given(first=cell, second=cell, level=st.floats(0.01, 0.999))
def test_net_difference_encloses_its_value_and_turns_sign_with_its_sides(
    first: tuple[float, float, float], second: tuple[float, float, float], level: float
) -> None:
    there = net_difference(first, second, level=level)
    back = net_difference(second, first, level=level)
    assert -2 <= there.low <= there.value <= there.high <= 2
    assert (back.value, back.low, back.high) == (-there.value, -there.high, -there.low)
    assert back.p_value == there.p_value


@given(first=cell, second=cell)
def test_net_difference_at_95_percent_leaves_out_0_when_p_is_below_5(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> None:
    change = net_difference(first, second)
    if abs(change.p_value - 0.05) > 1e-9 and min(sum(first), sum(second)) >= 5:
        assert (change.low > 0 or change.high < 0) == (change.p_value < 0.05)


@pytest.mark.parametrize(
    ("first", "second", "agresti_caffo", "newcombe"),
    [
        ((56, 70), (48, 80), (0.05245293, 0.33575846), (0.05243147, 0.33387265)),
        ((9, 10), (3, 10), (0.16000080, 0.83999920), (0.17052272, 0.80901797)),
        ((0, 10), (0, 20), (-0.14109010, 0.21684767), (-0.16112516, 0.27753280)),
        ((5, 56), (0, 29), (-0.02886585, 0.17124627), (-0.03813715, 0.19256001)),
    ],
)
def test_share_difference_matches_statsmodels_confint_proportions_2indep(
    first: tuple[int, int],
    second: tuple[int, int],
    agresti_caffo: tuple[float, float],
    newcombe: tuple[float, float],
) -> None:
    gap = share_difference(first, second)
    assert (gap.low, gap.high) == pytest.approx(agresti_caffo, abs=1e-8)
    assert newcombe_interval(first, second) == pytest.approx(newcombe, abs=1e-8)


@given(first=trials, second=trials, level=st.floats(0.01, 0.999))
def test_share_difference_and_newcombe_enclose_the_value_within_minus_1_and_1(
    first: tuple[float, float], second: tuple[float, float], level: float
) -> None:
    gap = share_difference(first, second, level=level)
    lower, upper = newcombe_interval(first, second, level=level)
    assert -1 <= gap.low <= gap.value <= gap.high <= 1
    assert -1 - 1e-12 <= lower <= gap.value <= upper <= 1 + 1e-12


def test_mean_difference_matches_scipy_welch_test() -> None:
    gap = mean_difference((8.0, 0.2, 39), (7.5, 0.1, 99))
    assert gap.value / gap.standard_error == pytest.approx(2.2360679775)
    assert gap.p_value == pytest.approx(0.0291118696)


def test_mean_difference_with_one_certain_side_has_the_df_of_the_other() -> None:
    gap = mean_difference((8.0, 0.2, 39), (7.5, 0.0, 0.5))
    assert gap.high - gap.value == pytest.approx(2.0226909 * 0.2)  # t table, 39 df


def test_mean_difference_without_spread_on_both_sides_cannot_tell() -> None:
    gap = mean_difference(mean_estimate(3, 24, 192), mean_estimate(3, 21, 147))
    assert gap.value == 1
    assert np.isnan([gap.low, gap.high, gap.p_value]).all()


def test_paired_difference_of_student_sleep_data_matches_scipy_ttest_1samp() -> None:
    change = paired_difference(10, 15.8, 38.58)
    assert change.p_value == pytest.approx(0.0028328902)
    assert (change.low, change.high) == pytest.approx((0.7001142, 2.4598858))


def test_paired_difference_of_equal_changes_cannot_tell() -> None:
    change = paired_difference(3, 3, 3)
    assert change.value == 1
    assert np.isnan([change.low, change.high, change.p_value]).all()


def test_paired_difference_of_the_same_customers_is_sharper_than_two_samples() -> None:
    random = np.random.default_rng(9)
    before = random.choice([-1, 0, 1], size=200)
    after = np.where(random.random(200) < 0.8, before, random.choice([-1, 0, 1], size=200))
    change = after - before
    paired = paired_difference(200, change.sum(), (change**2).sum())
    apart = net_difference(*(tuple(np.sum(x == k) for k in (-1, 0, 1)) for x in (after, before)))
    assert paired.value == pytest.approx(apart.value)
    assert paired.high - paired.low < 0.7 * (apart.high - apart.low)
