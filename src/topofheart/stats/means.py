"""One mean, from sums that any table engine can make."""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import (
    Floats,
    Interval,
    counts,
    estimates,
    nan_if_empty,
    spreads,
    sums,
    upper_tail,
)

NOISE = 8 * np.finfo(float).eps  # relative: a smaller sum of squared deviations is rounding
IMPOSSIBLE = 1e-9  # relative: a sum of squares that far below total² / n is no rounding


def sample_variance(n: ArrayLike, total: ArrayLike, sum_of_squares: ArrayLike) -> Floats:
    """The variance of n values around their mean, divided by n - 1; nan where n < 2.

    Parameters
    ----------
    n : array_like
        Number of values.
    total, sum_of_squares : array_like
        Sums of ``x - shift`` and ``(x - shift)²``, with any constant shift.

    Notes
    -----
    ``(sum_of_squares - total² / n) / (n - 1)``. The subtraction loses its digits when the mean is
    over a million standard deviations: shift such values (dates) before summing.

    References
    ----------
    Chan, Golub and LeVeque (1983), The American Statistician 37, 242-247.

    Examples
    --------
    >>> print(sample_variance(3, total=6, sum_of_squares=14))
    1.0
    """
    size, squares = counts(n=n, sum_of_squares=sum_of_squares)
    (s,) = sums(total=total)
    deviations = squares - s**2 / nan_if_empty(size)
    impossible = np.sum(deviations < -IMPOSSIBLE * squares)
    if impossible:
        raise InvalidInput(
            f"sum_of_squares is below total² / n in {impossible} cells.",
            hint="Take n, total and sum of squares over the same rows with the same shift.",
        )
    deviations = np.where(deviations <= NOISE * squares, 0 * deviations, deviations)
    return deviations / np.where(size >= 2, size - 1, np.nan)


def mean_estimate(
    n: ArrayLike, total: ArrayLike, sum_of_squares: ArrayLike, *, shift: ArrayLike = 0.0
) -> tuple[Floats, Floats, Floats]:
    """The mean, its standard error and its degrees of freedom, from sums of ``x - shift``.

    Examples
    --------
    >>> mean, standard_error, df = mean_estimate(3, total=6, sum_of_squares=14, shift=100)
    >>> print(mean, standard_error.round(4), df)
    102.0 0.5774 2.0
    """
    size, s, constant = nan_if_empty(counts(n=n)[0]), *sums(total=total, shift=shift)
    error = np.sqrt(sample_variance(n, total, sum_of_squares) / size)
    return constant + s / size, error, np.maximum(size - 1, 0)


def mean_interval(
    n: ArrayLike,
    total: ArrayLike,
    sum_of_squares: ArrayLike,
    *,
    shift: ArrayLike = 0.0,
    level: float = 0.95,
) -> Interval:
    """Student's t interval of a mean, from sums of ``x - shift``.

    Notes
    -----
    Assumes a mean that is about normal: some 30 values when they are skewed, such as waiting
    times, for which a median says more. Ignores the ends of the scale. nan where n < 2 and where
    all values are alike, which does not tell how far off the next one may be.

    References
    ----------
    Student (1908), Biometrika 6, 1-25. Checked against scipy 1.17.1, stats.t.interval.

    Examples
    --------
    >>> lower, upper = mean_interval(5, total=5, sum_of_squares=15, shift=7)
    >>> print(lower.round(4), upper.round(4))
    6.0368 9.9632
    """
    return t_interval(*mean_estimate(n, total, sum_of_squares, shift=shift), level=level)


def t_interval(
    mean: ArrayLike, standard_error: ArrayLike, df: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Student's t interval around a mean with a given standard error; nan allowed in all three.

    The degrees of freedom of `clusters.standard_error` are the number of clusters - 1. nan where
    df or the standard error is 0.

    Examples
    --------
    >>> lower, upper = t_interval(8.0, 0.1, df=[4, 400])
    >>> print(lower.round(3), upper.round(3))
    [7.722 7.803] [8.278 8.197]
    """
    from scipy.special import stdtrit

    tail = upper_tail(level)
    (centre,) = estimates(mean=mean)
    error, freedom = map(nan_if_empty, spreads(standard_error=standard_error, df=df))
    half_width = stdtrit(freedom, tail) * error
    return centre - half_width, centre + half_width
