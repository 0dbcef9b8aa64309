"""Is it a difference? Every function takes two sides and returns first minus second.

Two intervals that overlap are no test; these are. An interval leaves out 0 exactly when its p value
is below 1 - level, unless very few answers stretched it. For many comparisons see `multiple`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from topofheart.stats.arguments import (
    Floats,
    Interval,
    counts,
    estimates,
    nan_if_empty,
    spreads,
    upper_tail,
)
from topofheart.stats.means import mean_estimate
from topofheart.stats.net import adjusted_net, net_share
from topofheart.stats.normal import critical_value, two_sided
from topofheart.stats.shares import share, wilson_interval

NetCounts = tuple[ArrayLike, ArrayLike, ArrayLike]
ShareCounts = tuple[ArrayLike, ArrayLike]
MeanEstimate = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(frozen=True, eq=False, slots=True)
class Difference:
    """First minus second, in the unit of what was compared; nan where a side has too few."""

    value: Floats
    low: Floats
    high: Floats
    standard_error: Floats
    p_value: Floats


def net_difference(first: NetCounts, second: NetCounts, *, level: float = 0.95) -> Difference:
    """The difference of two independent net shares, -2 to 2; each side is (low, mid, high).

    Notes
    -----
    ``z = (net1' - net2') / sqrt(v1' / (n1 + 3) + v2' / (n2 + 3))`` after adding 3/4, 1 1/2 and 3/4
    answers to each side; `value` is the observed difference. With very few answers the interval is
    stretched to it. When the same customers answered twice `paired_difference` sees more.

    References
    ----------
    Rocks (2016), The American Statistician 70, 365-372. Checked against R NPS 2.0.999.

    Examples
    --------
    >>> change = net_difference((20, 40, 40), (30, 35, 35))
    >>> print(change.value.round(2), change.low.round(4), change.high.round(4))
    0.15 -0.0662 0.3574
    >>> print(change.p_value.round(4))
    0.1777
    """
    value = net_share(*first) - net_share(*second)
    return _normal_difference(value, adjusted_net(*first), adjusted_net(*second), 2, level)


def share_difference(first: ShareCounts, second: ShareCounts, *, level: float = 0.95) -> Difference:
    """The difference of two independent shares, -1 to 1; each side is (successes, n).

    Notes
    -----
    Wald's formula after adding one success and one failure to each side; `value` is the observed
    difference. Not for two shares of the same answers: those make a net share.

    References
    ----------
    Agresti and Caffo (2000), The American Statistician 54, 280-288. Checked against statsmodels
    0.15.0, confint_proportions_2indep.

    Examples
    --------
    >>> gap = share_difference((56, 70), (48, 80))
    >>> print(gap.value.round(2), gap.low.round(4), gap.high.round(4))
    0.2 0.0525 0.3358
    """
    value = share(*first) - share(*second)
    return _normal_difference(value, _adjusted_share(*first), _adjusted_share(*second), 1, level)


def newcombe_interval(first: ShareCounts, second: ShareCounts, *, level: float = 0.95) -> Interval:
    """The interval of a difference of shares joined from the Wilson interval of each.

    For use beside two shares shown with Wilson intervals, so that one picture has one method.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 and his example (a). Checked
    against statsmodels 0.15.0, confint_proportions_2indep.

    Examples
    --------
    >>> lower, upper = newcombe_interval((56, 70), (48, 80))
    >>> print(lower.round(4), upper.round(4))
    0.0524 0.3339
    """
    a, (low_a, high_a) = share(*first), wilson_interval(*first, level=level)
    b, (low_b, high_b) = share(*second), wilson_interval(*second, level=level)
    return a - b - np.hypot(a - low_a, high_b - b), a - b + np.hypot(high_a - a, b - low_b)


def mean_difference(
    first: MeanEstimate, second: MeanEstimate, *, level: float = 0.95
) -> Difference:
    """Welch's difference of two independent means; each side is (mean, standard error, df).

    A side comes from `means.mean_estimate`, or has the standard error of `clusters` with the number
    of clusters - 1 as df. No interval where both standard errors, or a df, are 0.

    Notes
    -----
    Student's t with ``(e1² + e2²)² / (e1⁴ / df1 + e2⁴ / df2)`` degrees of freedom. Assumes means
    that are about normal: some 30 values a side when these are skewed.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35. Checked against scipy 1.17.1, ttest_ind_from_stats.

    Examples
    --------
    >>> gap = mean_difference((8.0, 0.2, 39), (7.5, 0.1, 99))
    >>> print(gap.low.round(4), gap.high.round(4), gap.p_value.round(4))
    0.0526 0.9474 0.0291
    """
    mean_a, mean_b = estimates(first_mean=first[0], second_mean=second[0])
    a, b = spreads(first_standard_error=first[1], second_standard_error=second[1])
    df_a, df_b = map(nan_if_empty, spreads(first_df=first[2], second_df=second[2]))
    error = nan_if_empty(np.hypot(a, b))
    df = 1 / ((a / error) ** 4 / df_a + (b / error) ** 4 / df_b)
    return _t_difference(mean_a - mean_b, error, df, level)


def paired_difference(
    n: ArrayLike, total: ArrayLike, sum_of_squares: ArrayLike, *, level: float = 0.95
) -> Difference:
    """The mean change of the n customers who answered twice.

    Parameters
    ----------
    n : array_like
        Number of customers with both answers.
    total, sum_of_squares : array_like
        Sums of the change per customer and of its square; for a net code answers -1, 0, 1.

    Notes
    -----
    Student's t with n - 1 degrees of freedom; nan where every change is the same. Says nothing of
    the customers who answered only once.

    References
    ----------
    Student (1908), Biometrika 6, 1-25, and his sleep data. Checked against scipy 1.17.1,
    stats.ttest_1samp.

    Examples
    --------
    >>> change = paired_difference(10, total=15.8, sum_of_squares=38.58)
    >>> print(change.value.round(2), change.low.round(4), change.p_value.round(4))
    1.58 0.7001 0.0028
    """
    mean, error, df = mean_estimate(n, total, sum_of_squares)
    return _t_difference(mean, nan_if_empty(error), df, level)


def _adjusted_share(successes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    x, size = counts(successes=successes, n=n)
    size = nan_if_empty(size) + 2
    p = (x + 1) / size
    return p, np.sqrt(p * (1 - p) / size)


def _normal_difference(
    value: Floats,
    first: tuple[Floats, Floats],
    second: tuple[Floats, Floats],
    bound: float,
    level: float,
) -> Difference:
    centre, error = first[0] - second[0], np.hypot(first[1], second[1])
    half_width = critical_value(level) * error
    return Difference(
        value=value,
        low=np.minimum(np.maximum(centre - half_width, -bound), value),
        high=np.maximum(np.minimum(centre + half_width, bound), value),
        standard_error=error,
        p_value=two_sided(centre / error),
    )


def _t_difference(value: Floats, error: Floats, df: Floats, level: float) -> Difference:
    from scipy.special import stdtr, stdtrit

    half_width = stdtrit(df, upper_tail(level)) * error
    return Difference(
        value=value,
        low=value - half_width,
        high=value + half_width,
        standard_error=error,
        p_value=2 * stdtr(df, -np.abs(value / error)),
    )
