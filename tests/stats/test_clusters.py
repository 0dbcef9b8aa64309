"""Repeated answers against statsmodels, hand and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from topofheart.stats.clusters import effective_counts, effective_size, standard_error
from topofheart.stats.net import score_interval, variance


def sums_by_customer(answers: list[float], customers: list[int]) -> dict[str, float]:
    n_i = np.bincount(customers)
    s_i = np.bincount(customers, weights=answers)[n_i > 0]
    n_i = n_i[n_i > 0]
    return {
        "clusters": n_i.size,
        "n": n_i.sum(),
        "total": s_i.sum(),
        "sum_s2": (s_i**2).sum(),
        "sum_sn": (s_i * n_i).sum(),
        "sum_n2": (n_i**2).sum(),
    }


@pytest.mark.parametrize(
    ("answers", "customers", "expected"),
    [
        ([1, 1, 0, -1, -1, 0, 1, 1, 1, -1], [1, 1, 2, 3, 3, 3, 4, 5, 5, 6], 0.40987803),
        ([7, 8, 9, 9.5, 3, 4, 6, 10], [1, 1, 1, 2, 2, 3, 4, 4], 0.69888770),
    ],
)
def test_standard_error_matches_statsmodels_0_15_cluster_robust_ols(
    answers: list[float], customers: list[int], expected: float
) -> None:
    assert standard_error(**sums_by_customer(answers, customers)) == pytest.approx(expected)


def test_standard_error_of_one_answer_each_is_the_textbook_one() -> None:
    answers = [8.0, 7.0, 9.0, 3.0, 10.0, 6.0]
    found = standard_error(**sums_by_customer(answers, [1, 2, 3, 4, 5, 6]))
    assert found == pytest.approx(np.std(answers, ddof=1) / np.sqrt(6))


def test_effective_size_of_copied_answers_counts_customers() -> None:
    answers, customers = [1.0, 0.0, -1.0, 1.0, 0.0, 1.0], [1, 2, 3, 4, 5, 6]
    copied = sums_by_customer(answers * 5, customers * 5)
    size = effective_size(np.var(answers), standard_error(**copied), 30, 6)
    assert size == pytest.approx(6 - 1)  # v / SE² loses the one degree of freedom


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("v", "error", "n", "clusters", "expected"),
    [
        (0.0, 0.0, 50, 20, 20),  # all alike
        (0.5, 0.0, 50, 20, 50),  # clusters that all have the same mean
        (0.5, np.nan, 50, 1, 1),  # one customer
        (0.0, np.nan, 50, 1, 1),
        (0.5, 0.9, 50, 20, 1),
        (np.nan, np.nan, 0, 0, 0),
        (1e9, 1e3, 2000, 1900, 1000),  # any unit
    ],
)
def test_effective_size_at_the_edges_is_stated(
    v: float, error: float, n: int, clusters: int, expected: float
) -> None:
    assert effective_size(v, error, n, clusters) == pytest.approx(expected)


@given(
    n=st.floats(1, 1e6),
    v=st.just(0.0) | st.floats(1e-12, 1e4),
    error=st.floats(0, 1e4),
    share=st.floats(0.1, 1),
)
def test_effective_size_of_anything_lies_between_1_and_n(
    n: float, v: float, error: float, share: float
) -> None:
    assert 1 <= effective_size(v, error, n, max(1, n * share)) <= n


@pytest.mark.filterwarnings("error")
def test_effective_counts_keep_the_shares_and_add_up() -> None:
    low, mid, high = effective_counts([50, 0], [10, 0], [50, 0], [40, 0])
    np.testing.assert_allclose(low + mid + high, [50, 0])
    np.testing.assert_allclose([low[0], mid[0], high[0]], [5, 25, 20])


def simulated_cells(
    customers: int, stickiness: float, runs: int, seed: int
) -> tuple[NDArray[np.float64], ...]:
    """Customers answer 1 to 8 times; an answer repeats their first one with this chance."""
    random = np.random.default_rng(seed)
    n_i = random.integers(1, 9, size=(runs, customers, 1))
    answers = random.choice([-1, 0, 1], p=[0.15, 0.45, 0.40], size=(runs, customers, 8))
    repeats = random.random(answers.shape) < stickiness
    answers = np.where(repeats, answers[..., :1], answers)
    given_ = np.arange(8) < n_i
    s_i, n_i = np.sum(answers * given_, axis=2), n_i[..., 0]
    low, mid, high = (np.sum((answers == code) & given_, axis=(1, 2)) for code in (-1, 0, 1))
    error = standard_error(
        customers,
        n_i.sum(axis=1),
        s_i.sum(axis=1),
        sum_s2=(s_i**2).sum(axis=1),
        sum_sn=(s_i * n_i).sum(axis=1),
        sum_n2=(n_i**2).sum(axis=1),
    )
    return low, mid, high, error


@pytest.mark.parametrize(("customers", "stickiness"), [(60, 0.7), (100, 0.3), (100, 1.0)])
def test_score_interval_of_effective_counts_covers_95_percent_of_clustered_samples(
    customers: int, stickiness: float
) -> None:
    low, mid, high, error = simulated_cells(customers, stickiness, runs=10_000, seed=7)
    size = effective_size(variance(low, mid, high), error, low + mid + high, customers)

    lower, upper = score_interval(*effective_counts(size, low, mid, high))
    assert 0.94 <= np.mean((lower <= 0.25) & (upper >= 0.25)) <= 0.96

    lower, upper = score_interval(low, mid, high)
    assert np.mean((lower <= 0.25) & (upper >= 0.25)) < 0.93  # what it would be without
