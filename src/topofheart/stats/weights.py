"""Weights that make the answers look like the customers they speak for, and what weighting costs.

Weights are per answer and average 1. `clusters.standard_error` takes weighted sums as well: the
weight of the answers for n, and sums over customers of squared weighted answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, counts, nan_if_empty, spreads

Positions = NDArray[np.int64]
CONVERGED = 1e-9
SWEEPS = 1000
TRIMMINGS = 20
CENSUS = 1e9  # a complete count is worth this many times its answers


@dataclass(frozen=True)
class Raked:
    """The weight of one answer in each cell; whether weights were trimmed, and the largest
    distance that is left between a weighted and a wanted share."""

    weights: Floats
    trimmed: bool
    distance: float


def rake(
    n: ArrayLike, categories: ArrayLike, shares: Sequence[ArrayLike], *, most: float = 5.0
) -> Raked:
    """Weights by which the answers have the wanted shares on every dimension.

    Parameters
    ----------
    n : array_like, shape (cells,)
        Answers per combination of categories.
    categories : array_like of int, shape (cells, dimensions)
        The category of each cell on each dimension, from 0.
    shares : sequence of array_like
        For each dimension the wanted share of each category; they are scaled to add up to 1.
    most : float
        Weights above this many times the median weight of an answer are trimmed.

    Raises
    ------
    InvalidInput
        When a category that is wanted has no answers.

    Notes
    -----
    Iterative proportional fitting: every dimension in turn is scaled to its shares, until nothing
    moves. With one dimension this is post-stratification, and done in one step. Trimmed weights
    are raked again; where the targets cannot be reached under the limit the raked weights are cut
    once, and `distance` says by how much the targets are missed. Assumes that within a category those who answer are like those who do
    not: no weight repairs a survey that the unhappy leave.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Kolenikov (2014),
    Stata Journal 14, 22-59. Checked against R survey 4, `rake` and `postStratify` on apiclus1.

    Examples
    --------
    >>> raked = rake([60, 40], [[0], [1]], [[0.5, 0.5]])
    >>> print(raked.weights.round(4), raked.trimmed)
    [0.8333 1.25  ] False
    """
    (size,) = counts(n=n)
    places = np.asarray(categories, dtype=np.int64).reshape(size.size, len(shares))
    wanted = [_scaled(one, position) for position, one in enumerate(shares)]
    for dimension, target in enumerate(wanted):
        empty = np.bincount(places[:, dimension], size, len(target)) == 0
        if (empty & (target > 0)).any():
            raise InvalidInput(
                f"Dimension {dimension} has no answers in {int((empty & (target > 0)).sum())} categories.",
                hint="Merge them with others first.",
            )
    raked = weights = _fitted(np.ones_like(size), size, places, wanted)
    rounds = 0
    while (cut := _trimmed(weights, size, most)) is not weights and rounds < TRIMMINGS:
        weights = _fitted(cut, size, places, wanted)
        rounds += 1
    if cut is not weights:
        cut = _trimmed(raked, size, most)
        weights = cut * (size.sum() / (cut * size).sum())
    return Raked(weights, rounds > 0, _distance(weights, size, places, wanted))


def _trimmed(weights: Floats, n: Floats, most: float) -> Floats:
    """The same array when nothing is above the limit."""
    order = np.argsort(weights)
    below = np.cumsum(n[order])
    limit = most * weights[order][np.searchsorted(below, below[-1] / 2)]
    above = (weights > limit * (1 + CONVERGED)) & (n > 0)
    return np.where(above, limit, weights) if above.any() else weights


def _scaled(shares: ArrayLike, dimension: int) -> Floats:
    (wanted,) = counts(**{f"shares of dimension {dimension}": shares})
    if wanted.sum() <= 0:
        raise InvalidInput(f"The shares of dimension {dimension} add up to nothing.")
    scaled: Floats = wanted / wanted.sum()
    return scaled


def _fitted(weights: Floats, n: Floats, places: Positions, wanted: list[Floats]) -> Floats:
    total = n.sum()
    for _ in range(SWEEPS):
        before = weights
        for dimension, target in enumerate(wanted):
            place = places[:, dimension]
            found = np.bincount(place, weights * n, len(target))
            factor: Floats = target * total / np.where(found > 0, found, 1)
            weights = weights * factor[place]
        if len(wanted) == 1 or np.abs(weights - before).max(initial=0) < CONVERGED:
            break
    return weights


def _distance(weights: Floats, n: Floats, places: Positions, wanted: list[Floats]) -> float:
    return max(
        float(np.abs(np.bincount(place, weights * n, len(target)) / n.sum() - target).max())
        for place, target in zip(places.T, wanted, strict=True)
    )


def merged(n: ArrayLike, *, least: float = 20) -> Positions:
    """The group of each category, so that every group has at least `least` answers.

    Notes
    -----
    The smallest group joins the next smallest until all are large enough or one is left. Groups
    are numbered in the order of their first category.

    References
    ----------
    Kish (1992), Journal of Official Statistics 8, 183-200, for why small cells should not be
    weighted on their own.

    Examples
    --------
    >>> print(merged([400, 7, 80, 15]))
    [0 1 2 1]
    """
    (size,) = counts(n=n)
    groups = [[place] for place in range(size.size)]
    while len(groups) > 1:
        groups.sort(key=lambda group: (size[group].sum(), group))
        if size[groups[0]].sum() >= least:
            break
        groups[:2] = [sorted(groups[0] + groups[1])]
    found = np.zeros(size.size, dtype=np.int64)
    for number, group in enumerate(sorted(groups)):
        found[group] = number
    return found


def kish_size(weight: ArrayLike, weight_squares: ArrayLike) -> Floats:
    """How many equally weighted answers know as much: `(sum w)² / sum w²`; nan without weight.

    Notes
    -----
    The design effect is n divided by this. Right when weights have nothing to do with the answer.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7. Checked against R survey on raked apiclus1.

    Examples
    --------
    >>> print(kish_size(40 * 1.0 + 40 * 0.8 + 20 * 1.5, 40 * 1.0**2 + 40 * 0.8**2 + 20 * 1.5**2).round(4))
    94.0687
    """
    total, squares = counts(weight=weight, weight_squares=weight_squares)
    return total**2 / nan_if_empty(squares)


def effective_size(
    kish: ArrayLike,
    n: ArrayLike,
    clusters: ArrayLike,
    *,
    alone: ArrayLike,
    clustered: ArrayLike,
) -> Floats:
    """The Kish size, less what is lost because customers answered more than once.

    Parameters
    ----------
    kish, n, clusters : array_like
        Kish size, number of answers, number of customers.
    alone, clustered : array_like
        The weighted standard error with every answer, and with every customer, as a cluster of
        `clusters.standard_error`; nan allowed.

    Notes
    -----
    ``kish * min(1, (n - 1) / n * (alone / clustered)²)``, at least 1; ``kish * clusters / n``
    where all answers are alike, 1 for one customer. With equal weights this is
    `clusters.effective_size`.

    Examples
    --------
    >>> print(effective_size(90.0, 100, 60, alone=0.08, clustered=0.10).round(2))
    57.02
    """
    size, answers, groups = counts(kish=kish, n=n, clusters=clusters)
    single, together = spreads(alone=alone, clustered=clustered)
    answered = nan_if_empty(answers)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.minimum((answers - 1) / answered * (single / together) ** 2, 1)
    worth = np.where(together == 0, groups / answered, worth)
    repeated = np.where(groups < 2, 1.0, np.maximum(size * worth, 1))
    effective = np.where(groups < answers, repeated, size)
    return np.where(answers > 0, np.minimum(effective, answers), 0.0)


def of_finite_population(effective: ArrayLike, n: ArrayLike, population: ArrayLike) -> Floats:
    """The effective size when n customers answered out of so many in all.

    Notes
    -----
    ``effective / (1 - n / population)``: the same as multiplying the standard error by
    ``sqrt(1 - n / population)``. For a small list of customers of which most answered. A complete
    count has no sampling error: its effective size is a billion times larger.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 2.6.

    Examples
    --------
    >>> print(of_finite_population(80, 80, [100, 100_000]).round(2))
    [400.    80.06]
    """
    size, answered, everybody = counts(effective=effective, n=n, population=population)
    more = int((answered > everybody).sum())
    if more:
        raise InvalidInput(
            f"More customers answered than the population has, in {more} cells.",
            code="population_too_small",
            hint="The population counts all customers whose score is asked for.",
        )
    left = 1 - answered / nan_if_empty(everybody)
    return np.where(everybody > 0, size / np.maximum(left, 1 / CENSUS), size)
