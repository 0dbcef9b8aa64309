"""The counts behind the figures: F1, area under the curve, calibration error, and their bootstrap intervals."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import rankdata

RESAMPLES, SEED, BINS = 1_000, 20261122, 10


@lru_cache(maxsize=2)
def drawn(n: int) -> Any:
    """Resamples × texts: how often each text is drawn, n with replacement; always the same."""
    counts = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    return counts.astype(np.float32)


def interval(draws: Any) -> tuple[float, float]:
    """The middle 95 % of the draws."""
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def one_hot(places: Any, width: int) -> Any:
    return np.asarray(places)[:, None] == np.arange(width)


def f1s(truth: Any, said: Any, weights: Any = None) -> Any:
    """Resamples × labels: F1 (2 hits / (truly + said)) of boolean texts × labels; 0 where nothing is."""
    if weights is None:
        weights = np.ones((1, len(truth)), np.float32)
    hits, either = (truth & said).astype(np.float32), truth.astype(np.float32) + said
    return 2 * (weights @ hits) / np.maximum(weights @ either, 1)


def auc(truth: Any, given: Any) -> tuple[float, float, float]:
    """The chance that a yes scores above a no (ties half), with its interval."""

    def area(rows: Any) -> float:
        yes, ranks = truth[rows], rankdata(given[rows])
        count = int(yes.sum())
        return float((ranks[yes].sum() - count * (count + 1) / 2) / (count * (len(yes) - count)))

    everything = np.arange(len(truth))
    draws = [area(np.repeat(everything, one.astype(int))) for one in drawn(len(truth))]
    return area(everything), *interval(draws)


def calibration_error(truth: Any, likely: Any) -> float:
    """Mean distance between what was predicted and what came true, over ten bins of as many texts."""
    order = np.argsort(likely, kind="stable")
    gaps = [
        len(one) * abs(float(likely[one].mean() - truth[one].mean()))
        for one in np.array_split(order, BINS)
        if len(one)
    ]
    return sum(gaps) / len(truth)
