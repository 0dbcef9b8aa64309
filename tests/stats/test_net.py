"""Net shares against R NPS 2.0.999, R PropCIs, exact enumeration, hand and properties."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln, ndtri

from topofheart.stats.arguments import Interval
from topofheart.stats.net import adjusted_wald_interval, net_share, score_interval, variance

Function = Callable[..., Interval]

INTERVALS = [score_interval, adjusted_wald_interval]
count = st.floats(0, 1e6)
cell = st.tuples(count, count, count).filter(lambda c: sum(c) >= 0.01)
level = st.floats(0.01, 0.999)


@pytest.mark.parametrize(
    ("cell", "net", "one_answer", "standard_error"),
    [
        ((1, 2, 3), 1 / 3, 5 / 9, 0.304),
        ((1, 0, 1), 0, 1, 0.707),
        ((0, 1, 1), 0.5, 0.25, 0.354),
        ((1, 1, 1), 0, 2 / 3, 0.471),
        ((0, 1, 0), 0, 0, 0),
        ((4, 0, 0), -1, 0, 0),
    ],
)
def test_net_share_and_variance_match_r_nps(
    cell: tuple[int, int, int], net: float, one_answer: float, standard_error: float
) -> None:
    assert net_share(*cell) == pytest.approx(net)
    assert variance(*cell) == pytest.approx(one_answer)
    assert np.sqrt(variance(*cell) / sum(cell)) == pytest.approx(standard_error, abs=5e-4)


@pytest.mark.parametrize(
    ("cell", "adjusted_wald", "score"),
    [
        ((1, 2, 3), (-0.26743, 0.71188), (-0.31107, 0.75396)),
        ((10, 50, 40), (0.16683, 0.41570), (0.16922, 0.42108)),
        ((20, 40, 40), (0.04974, 0.33861), (0.04913, 0.34102)),
        ((75, 675, 250), (0.1409, 0.2081), (0.14140, 0.20878)),
        ((0, 10, 10), (0.2069, 0.6627), (0.25831, 0.70070)),
    ],
)
def test_intervals_match_r_nps_and_propcis(
    cell: tuple[int, int, int], adjusted_wald: tuple[float, float], score: tuple[float, float]
) -> None:
    assert adjusted_wald_interval(*cell) == pytest.approx(adjusted_wald, abs=5e-5)
    assert score_interval(*cell) == pytest.approx(score, abs=1e-5)


def test_score_interval_of_a_paired_table_matches_propcis_scoreci_mp() -> None:
    assert score_interval(86, 1600 - 86 - 150, 150) == pytest.approx((0.02136, 0.05900), abs=5e-6)


@pytest.mark.parametrize("n", [1, 5, 400, 0.5])
def test_score_interval_of_one_category_matches_hand_solution(n: float) -> None:
    z2 = ndtri(0.975) ** 2
    assert score_interval(0, n, 0) == pytest.approx((-z2 / (n + z2), z2 / (n + z2)))
    assert score_interval(0, 0, n) == pytest.approx(((n - z2) / (n + z2), 1))
    assert score_interval(n, 0, 0) == pytest.approx((-1, (z2 - n) / (n + z2)))


def coverage_and_width(
    interval: Function, n: int, truth: tuple[float, float, float]
) -> tuple[float, float]:
    """Exact: over all outcomes of n answers."""
    low, mid = np.array([(d, m) for d in range(n + 1) for m in range(n + 1 - d)]).T
    high = n - low - mid
    log_chance = np.full(low.shape, gammaln(n + 1))
    for k, p in zip((low, mid, high), truth, strict=True):
        log_chance = log_chance + k * np.log(p) - gammaln(k + 1)
    lower, upper = interval(low, mid, high)
    true = truth[2] - truth[0]
    covered = (lower <= true + 1e-12) & (true - 1e-12 <= upper)
    chance = np.exp(log_chance)
    return float(chance @ covered), float(chance @ (upper - lower))


@pytest.mark.parametrize(
    ("n", "truth", "adjusted_wald", "score"),
    [
        (10, (0.15, 0.45, 0.40), (0.955, 0.74), (0.968, 0.80)),
        (10, (0.04, 0.26, 0.70), (0.939, 0.69), (0.966, 0.71)),
        (10, (0.40, 0.10, 0.50), (0.940, 0.94), (0.940, 0.97)),
        (10, (0.01, 0.09, 0.90), (0.930, 0.61), (0.970, 0.62)),
        (20, (0.01, 0.09, 0.90), (0.956, 0.40), (0.952, 0.39)),
        (50, (0.15, 0.45, 0.40), (0.950, 0.37), (0.950, 0.38)),
        (50, (0.01, 0.09, 0.90), (0.955, 0.23), (0.965, 0.21)),
    ],
)
def test_exact_coverage_at_95_percent_matches_the_enumerated_table(
    n: int,
    truth: tuple[float, float, float],
    adjusted_wald: tuple[float, float],
    score: tuple[float, float],
) -> None:
    for interval, (coverage, width) in (
        (adjusted_wald_interval, adjusted_wald),
        (score_interval, score),
    ):
        found = coverage_and_width(interval, n, truth)
        assert found[0] == pytest.approx(coverage, abs=0.001)
        assert found[1] == pytest.approx(width, abs=0.0051)


def test_simulated_coverage_with_100_and_with_30_answers_is_nominal() -> None:
    random = np.random.default_rng(20160102)
    for n, least, most in ((100, 0.94, 0.96), (30, 0.93, 0.975)):
        for truth in ((0.15, 0.45, 0.40), (0.30, 0.30, 0.40), (0.05, 0.25, 0.70)):
            lower, upper = score_interval(*random.multinomial(n, truth, size=20_000).T)
            true = truth[2] - truth[0]
            assert least <= np.mean((lower <= true) & (true <= upper)) <= most


def test_emotion_net_reuses_the_counts_of_the_three_parts_of_a_7_point_scale() -> None:
    answers = np.repeat([1, 2, 3, 4, 5, 6, 7], [2, 1, 3, 10, 14, 50, 20])
    low, high = np.sum(answers <= 3), np.sum(answers >= 6)
    assert net_share(low, answers.size - low - high, high) == pytest.approx(0.64)


@pytest.mark.parametrize("interval", INTERVALS)
@given(cell=cell, level=level)
def test_interval_of_any_cell_encloses_the_estimate_within_minus_1_and_1(
    interval: Function, cell: tuple[float, float, float], level: float
) -> None:
    lower, upper = interval(*cell, level=level)
    assert -1 <= lower <= net_share(*cell) <= upper <= 1


@pytest.mark.parametrize("interval", INTERVALS)
@given(cell=cell)
def test_interval_of_the_mirrored_scale_is_mirrored(
    interval: Function, cell: tuple[float, float, float]
) -> None:
    lower, upper = interval(*cell)
    assert interval(*cell[::-1]) == pytest.approx((-upper, -lower), abs=1e-9)


@given(cell=cell, times=st.floats(1.5, 100))
def test_score_interval_with_more_of_the_same_answers_shrinks(
    cell: tuple[float, float, float], times: float
) -> None:
    lower, upper = score_interval(*cell)
    closer_lower, closer_upper = score_interval(*(times * k for k in cell))
    assert closer_upper - closer_lower < upper - lower
    assert lower - 1e-7 <= closer_lower
    assert closer_upper <= upper + 1e-7


@given(cell=cell, low=st.floats(0.1, 0.8))
def test_score_interval_at_a_higher_level_is_wider(
    cell: tuple[float, float, float], low: float
) -> None:
    lower, upper = score_interval(*cell, level=low)
    wider_lower, wider_upper = score_interval(*cell, level=low + 0.15)
    assert wider_lower <= lower
    assert upper <= wider_upper
