"""Weights against R survey on apiclus1 (Californian schools), by hand, properties and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats import clusters, net
from topofheart.stats.weights import (
    effective_size,
    kish_size,
    merged,
    of_finite_population,
    rake,
)

# Schools per stype (E, H, M) × sch.wide (No, Yes), and those of the whole state.
SCHOOLS = np.array([12, 132, 3, 11, 8, 17])
PLACES = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]])
STATE = ([4421, 755, 1018], [1072, 5122])
BASE_WEIGHT = 6194 / 183


def test_raked_schools_have_the_weights_of_r_survey() -> None:
    """R stops raking when no margin moves by a whole school, so its digits end at the fifth."""
    weights = rake(SCHOOLS, PLACES, STATE).weights
    expected = [39.83851, 29.87046, 67.12578, 50.33015, 49.07007, 36.79218]
    np.testing.assert_allclose(weights * BASE_WEIGHT, expected, rtol=4e-5)
    kish = kish_size((weights * SCHOOLS).sum(), (weights**2 * SCHOOLS).sum())
    assert kish == pytest.approx(174.0105, abs=1e-3)
    assert 183 / kish == pytest.approx(1.051661, abs=1e-5)


def test_post_stratified_schools_weigh_population_over_sample() -> None:
    raked = rake([144, 14, 25], [[0], [1], [2]], [STATE[0]])
    expected = np.array(STATE[0]) / [144, 14, 25]
    np.testing.assert_allclose(raked.weights * BASE_WEIGHT, expected)
    assert raked.distance == pytest.approx(0, abs=1e-12)


def weighted_sums(weight: np.ndarray, x: np.ndarray) -> dict[str, float]:
    return {
        "n": weight.sum(),
        "total": (weight * x).sum(),
        "sum_s2": (weight**2 * x**2).sum(),
        "sum_sn": (weight**2 * x).sum(),
        "sum_n2": (weight**2).sum(),
    }


def test_weighted_net_of_a_hundred_answers_has_the_numbers_of_the_method() -> None:
    weight, x = np.repeat([1, 0.8, 1.5], [40, 40, 20]), np.repeat([1, 0, -1], [40, 40, 20])
    sums = weighted_sums(weight, x)
    assert sums["total"] / sums["n"] == pytest.approx(0.098039, abs=1e-6)
    assert clusters.standard_error(100, **sums) == pytest.approx(0.091929, abs=1e-6)
    kish = kish_size(weight.sum(), (weight**2).sum())
    assert (100 / kish, kish) == (
        pytest.approx(1.063053, abs=1e-6),
        pytest.approx(94.0687, abs=1e-4),
    )


@given(n=st.lists(st.integers(1, 500), min_size=6, max_size=6), data=st.data())
def test_raked_shares_are_the_wanted_ones(n: list[int], data: st.DataObject) -> None:
    share = st.floats(0.1, 1)
    wanted = [data.draw(st.lists(share, min_size=k, max_size=k)) for k in (3, 2)]
    raked = rake(n, PLACES, wanted, most=1e9)
    for place, target in zip(PLACES.T, wanted, strict=True):
        found = np.bincount(place, raked.weights * n) / sum(n)
        np.testing.assert_allclose(found, np.array(target) / sum(target), atol=1e-6)
    assert not raked.trimmed


@given(n=st.lists(st.integers(1, 500), min_size=6, max_size=6))
def test_answers_that_are_like_the_targets_keep_a_weight_of_1(n: list[int]) -> None:
    own = [np.bincount(place, n) for place in PLACES.T]
    np.testing.assert_allclose(rake(n, PLACES, own).weights, 1, atol=1e-8)


def test_trimmed_weights_stay_under_the_limit_and_tell_how_far_they_miss() -> None:
    raked = rake([500, 20, 5], [[0], [1], [2]], [[0.5, 0.3, 0.2]])
    assert raked.trimmed
    np.testing.assert_allclose(raked.weights, [0.84, 4.2, 4.2])
    assert raked.distance == pytest.approx(0.8 - 0.5)


def test_trimming_that_another_dimension_makes_up_for_reaches_the_targets() -> None:
    n, wanted = [29, 339, 188, 388], ([0.45, 0.55], [0.43, 0.57])
    places = [[0, 0], [0, 1], [1, 0], [1, 1]]
    free, raked = (rake(n, places, wanted, most=most) for most in (100, 3))
    median = 1
    assert free.weights[0] > 3 * free.weights[median]
    assert raked.trimmed
    assert raked.weights[0] <= 3 * raked.weights[median] * (1 + 1e-6)
    assert raked.distance < 1e-6


def test_wanted_category_without_answers_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no answers in 1 categories"):
        rake([10, 10], [[0], [1]], [[1, 1, 1]])


def test_categories_merge_from_the_smallest_until_all_are_large_enough() -> None:
    np.testing.assert_array_equal(merged([400, 7, 80, 15]), [0, 1, 2, 1])
    np.testing.assert_array_equal(merged([400, 3, 4, 80]), [0, 1, 1, 1])
    np.testing.assert_array_equal(merged([20, 20, 20]), [0, 1, 2])
    np.testing.assert_array_equal(merged([5, 0, 3]), [0, 0, 0])


@given(n=st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_merged_groups_are_large_or_alone(n: list[int]) -> None:
    groups = merged(n)
    sizes = np.bincount(groups, n)
    assert len(sizes) == 1 or sizes.min() >= 20
    assert sorted(set(groups)) == list(range(len(sizes)))


@given(
    sizes=st.lists(st.integers(1, 4), min_size=3, max_size=30),
    data=st.data(),
)
def test_equal_weights_are_worth_what_unweighted_clusters_are(
    sizes: list[int], data: st.DataObject
) -> None:
    n = sum(sizes)
    x = np.array(data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=n, max_size=n)))
    who = np.repeat(np.arange(len(sizes)), sizes)
    s, m = np.bincount(who, x), np.array(sizes)
    sums = {"sum_s2": (s * s).sum(), "sum_sn": (s * m).sum(), "sum_n2": (m * m).sum()}
    clustered = clusters.standard_error(len(sizes), n, x.sum(), **sums)
    alone = clusters.standard_error(n, **weighted_sums(np.ones(n), x))
    expected = clusters.effective_size(np.var(x), clustered, n, len(sizes))
    if len(sizes) == n:
        expected = np.float64(n)
    found = effective_size(n, n, len(sizes), alone=alone, clustered=clustered)
    assert found == pytest.approx(float(expected))


def test_customers_of_20_answers_that_hardly_agree_cost_a_quarter() -> None:
    """Kish's 1 + (m − 1)ρ, 1.38 with 20 answers each and a correlation of .02, on weighted sums."""
    groups, m, correlation, variance, weight = 500, 20, 0.02, 0.5, 3.0
    n = groups * m
    sum_s2 = groups * m * variance * (1 + (m - 1) * correlation)
    spread = {"sum_s2": weight**2 * sum_s2, "sum_sn": 0, "sum_n2": weight**2 * groups * m**2}
    clustered = clusters.standard_error(groups, weight * n, 0, **spread)
    alone = clusters.standard_error(
        n, weight * n, 0, sum_s2=weight**2 * n * variance, sum_sn=0, sum_n2=weight**2 * n
    )
    worth = effective_size(n, n, groups, alone=alone, clustered=clustered)
    assert n / worth == pytest.approx(1.38 * groups / (groups - 1))


def test_finite_population_shrinks_the_standard_error_by_the_part_not_asked() -> None:
    effective = of_finite_population(60, 75, 100)
    assert np.sqrt(60 / effective) == pytest.approx(np.sqrt(1 - 75 / 100))
    low, high = net.score_interval(
        *(of_finite_population(100, 100, 100) * np.array([0.1, 0.5, 0.4]))
    )
    assert (low, high) == pytest.approx((0.3, 0.3), abs=1e-4)


def test_more_answers_than_customers_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        of_finite_population(10, 30, 20)
    assert refused.value.code == "population_too_small"


def test_simulated_coverage_of_post_stratified_scores_is_nominal() -> None:
    """Two segments that answer unequally and think unequally, 200 answers; 4,000 runs."""
    draw = np.random.default_rng(16)
    base, rates = np.array([0.8, 0.2]), np.array([0.1, 0.4])
    shares = np.array([[0.30, 0.40, 0.30], [0.05, 0.35, 0.60]])
    truth = base @ (shares[:, 2] - shares[:, 0])
    mix = base * rates / (base @ rates)
    runs = 4000
    n = draw.multinomial(200, mix, runs)
    counts = np.stack([draw.multinomial(n[:, one], shares[one]) for one in (0, 1)], axis=1)
    weight = np.array([rake(one, [[0], [1]], [base]).weights for one in n])
    weighted = np.einsum("rs,rsk->kr", weight, counts)
    kish = kish_size(weighted.sum(axis=0), (weight**2 * n).sum(axis=1))
    low, high = net.score_interval(*clusters.effective_counts(kish, *weighted))
    coverage = np.mean((low <= truth) & (truth <= high))
    low, high = net.score_interval(*counts.sum(axis=1).T)
    assert 0.94 <= coverage <= 0.96
    assert np.mean((low <= truth) & (truth <= high)) < 0.3
