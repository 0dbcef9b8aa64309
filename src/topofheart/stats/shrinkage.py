"""Many small units: their scores drawn towards each other, and who is really at the top.

A league table of raw scores is led and closed by the smallest units. Empirical Bayes asks first how much
units truly differ, then believes each unit as far as its own answers reach.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, counts, estimates, spreads

BORROWED_ANSWERS = 100
DRAWS = 4000
SEED = 20260101
VALUES_AT_ONCE = 2_000_000  # 16 MB of draws


@dataclass(frozen=True)
class Shrunken:
    """Units after shrinkage. Arrays have one value per unit, nan where a unit gave no estimate.

    `own_error` is what a unit's own answers leave open and `common_error` what the uncertain mean of
    all units adds, the same way for all; `error` is both.
    """

    value: Floats
    error: Floats
    own_error: Floats
    common_error: Floats
    weight: Floats
    mean: float
    mean_error: float
    between_variance: float
    q: float
    p_value: float

    @property
    def differ(self) -> bool:
        """Whether there is any sign that units differ."""
        return self.between_variance > 0


def borrowed_errors(variance: ArrayLike, n: ArrayLike) -> Floats:
    """Standard errors in which small cells borrow the variance of all cells of the last axis.

    Parameters
    ----------
    variance : array_like
        Of one answer around the mean of its cell, divided by n; nan where it is not known.
    n : array_like
        Answers per cell; 0 gives nan.

    Notes
    -----
    ``sqrt(v / n)`` with v the cell's own variance averaged with the pooled variance
    ``sum n v / sum (n - 1)``, which counts as 100 answers. A handful of answers that happen to be
    alike would otherwise claim certainty, and extreme cells weigh too much: simulated with 500 equal
    units of 12 answers, own variances find a difference in 76 % of the samples, these in 7 %.

    Examples
    --------
    >>> print(borrowed_errors([0.5, 0.5, 0.0], n=[50, 50, 2]).round(3))
    [0.1   0.1   0.498]
    """
    (own,), (size,) = spreads(variance=variance), counts(n=n)
    own, size = np.broadcast_arrays(own, size)
    known = np.isfinite(own) & (size > 0)
    squares = np.where(known, size * np.nan_to_num(own), 0)
    freedom = np.where(known, np.maximum(size - 1, 0), 0).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = squares.sum(axis=-1, keepdims=True) / freedom
        answers = np.where(known, size, 0)
        variance_used = (squares + BORROWED_ANSWERS * pooled) / (answers + BORROWED_ANSWERS)
        return np.asarray(np.where(size > 0, np.sqrt(variance_used / size), np.nan))


def shrink(value: ArrayLike, standard_error: ArrayLike) -> Shrunken:
    """Normal-normal empirical Bayes over all units given.

    Parameters
    ----------
    value, standard_error : array_like
        Estimate and standard error of each unit, above 0, any one unit; nan leaves a unit out.

    Notes
    -----
    ``w = 1/s²``, ``Q = sum w (y - sum wy / sum w)²`` and the variance between units
    ``(Q - (k-1)) / (sum w - sum w² / sum w)``, at least 0 (DerSimonian and Laird). Then
    ``B = between / (between + s²)`` and ``mean + B (y - mean)``, with variance
    ``B s² + (1-B)² var(mean)``. The uncertainty of the variance between units is not in it: with
    under some ten units intervals are too narrow. Assumes that sizes and true scores of units have
    nothing to do with each other. A variance of 0 means no evidence that units differ.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188; Efron and Morris (1975),
    JASA 70, 311-319; Morris (1983), JASA 78, 47-55. Checked against the eight schools of Rubin
    (1981).

    Examples
    --------
    >>> found = shrink([0.5, 0.1, 0.3], [0.2, 0.05, 0.05])
    >>> print(found.value.round(3), round(found.between_variance, 4))
    [0.327 0.117 0.294] 0.0187
    """
    from scipy.special import chdtrc

    (y,), (s,) = estimates(value=value), spreads(standard_error=standard_error)
    y, s = (np.asarray(one, dtype=np.float64) for one in np.broadcast_arrays(y, s))
    used = np.isfinite(y) & (s > 0)
    units = int(used.sum())
    if units < 2:
        nothing = np.full(y.shape, np.nan)
        empty = float("nan")
        return Shrunken(*(nothing,) * 5, empty, empty, 0.0, empty, empty)
    weights = 1 / s[used] ** 2
    total = weights.sum()
    fixed = (weights * y[used]).sum() / total
    q = float((weights * (y[used] - fixed) ** 2).sum())
    between = max(0.0, (q - (units - 1)) / float(total - (weights**2).sum() / total))
    precision = 1 / (between + s[used] ** 2)
    mean = float((precision * y[used]).sum() / precision.sum())
    mean_error = float(np.sqrt(1 / precision.sum()))
    weight = np.where(used, between / (between + s**2), np.nan)
    own = np.sqrt(weight) * s
    common = (1 - weight) * mean_error
    return Shrunken(
        mean + weight * (y - mean), np.hypot(own, common), own, common, weight,
        mean, mean_error, between, q, float(chdtrc(units - 1, q)),
    )  # fmt: skip


def extreme_probabilities(
    units: Shrunken, k: int, *, draws: int = DRAWS, seed: int = SEED
) -> tuple[Floats, Floats]:
    """The probability of each unit to be truly among the k highest, and among the k lowest.

    Parameters
    ----------
    units : Shrunken
        Units along one axis; those without an estimate get nan.
    k : int
        From 1 to the number of units with an estimate.

    Notes
    -----
    Ranks of ``draws`` seeded draws from the joint posterior, in which the error of the common mean
    moves all units together; the same input gives the same output. Their Monte Carlo error is at most
    ``sqrt(.25 / draws)``: .008. Without a difference between units all are equally likely.

    References
    ----------
    Laird and Louis (1989), Journal of Educational Statistics 14, 29-46; Goldstein and Spiegelhalter
    (1996), JRSS A 159, 385-443.

    Examples
    --------
    >>> top, bottom = extreme_probabilities(shrink([0.9, 0.1, 0.2], [0.05, 0.05, 0.05]), 1)
    >>> print(top.round(2))
    [1. 0. 0.]
    """
    used = np.isfinite(units.value)
    size = int(used.sum())
    if not 1 <= k <= size:
        raise InvalidInput(
            f"k must lie between 1 and the {size} units, got {k}.",
            hint="Ask for fewer units at the top.",
        )
    top, bottom = (np.full(units.value.shape, np.nan) for _ in range(2))
    if not units.differ:
        top[used] = bottom[used] = k / size
        return top, bottom
    value, own, common = (
        one[used].astype(np.float32) for one in (units.value, units.own_error, units.common_error)
    )
    random = np.random.default_rng(seed)
    high, low = np.zeros(size), np.zeros(size)
    rows = max(1, VALUES_AT_ONCE // size)
    for start in range(0, draws, rows):
        count = min(rows, draws - start)
        drawn = random.standard_normal((count, size + 1), dtype=np.float32)
        shift = drawn[:, :1] * common
        drawn = drawn[:, 1:]
        drawn *= own
        drawn += value
        drawn += shift
        ordered = np.partition(drawn, (k - 1, size - k), axis=1)
        high += (drawn >= ordered[:, size - k, None]).sum(axis=0)
        low += (drawn <= ordered[:, k - 1, None]).sum(axis=0)
    top[used], bottom[used] = high / draws, low / draws
    return top, bottom
