"""Customers who answer more than once: what their answers are worth together.

Answers of one customer resemble each other, so n answers know less than n customers would.
"""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.stats.arguments import Floats, counts, nan_if_empty, spreads, sums


def standard_error(
    clusters: ArrayLike,
    n: ArrayLike,
    total: ArrayLike,
    *,
    sum_s2: ArrayLike,
    sum_sn: ArrayLike,
    sum_n2: ArrayLike,
) -> Floats:
    """The standard error of a mean, share or net share; nan below two clusters.

    Parameters
    ----------
    clusters, n : array_like
        Number of customers G and of answers; customer i gave n_i answers that add up to s_i.
    total : array_like
        Sum of all answers, coded -1, 0, 1 for a net and 0, 1 for a share.
    sum_s2, sum_sn, sum_n2 : array_like
        Sums over customers of s_i², s_i n_i and n_i².

    Notes
    -----
    Linearised ratio mean: ``SE² = G / (G - 1) * sum((s_i - mean * n_i)²) / n²``. Assumes
    independent clusters; too small on average below some 20 of them.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., chapters 6 and 9. Checked against statsmodels
    0.15.0: OLS on a constant, cov_type="cluster".

    Examples
    --------
    Three customers gave 1, 1 and 2 answers with sums 1, 0 and 2.

    >>> print(standard_error(3, 4, 3, sum_s2=5, sum_sn=5, sum_n2=6).round(4))
    0.2864
    """
    g, answers, s2, n2 = counts(clusters=clusters, n=n, sum_s2=sum_s2, sum_n2=sum_n2)
    s, sn = sums(total=total, sum_sn=sum_sn)
    g, answers = np.where(g >= 2, g, np.nan), nan_if_empty(answers)
    mean = s / answers
    squared_residuals = np.maximum(s2 - 2 * mean * sn + mean**2 * n2, 0)
    return np.sqrt(g / (g - 1) * squared_residuals) / answers


def effective_size(
    variance: ArrayLike, standard_error: ArrayLike, n: ArrayLike, clusters: ArrayLike
) -> Floats:
    """How many independent answers would have the same standard error, from 1 to n.

    Parameters
    ----------
    variance : array_like
        Variance of one answer, divided by n and not n - 1; nan allowed.
    standard_error : array_like
        From the function of that name; nan allowed.
    n, clusters : array_like
        Number of answers and of customers.

    Notes
    -----
    ``v / SE²``, at most n: a lucky negative correlation is not believed. The number of clusters
    where all answers are alike, 1 for one cluster, 0 where nobody answered.

    References
    ----------
    Kish (1965), Survey Sampling; Korn and Graubard (1998), Survey Methodology 24, 193-201.
    Coverage together with the score interval checked by simulation.

    Examples
    --------
    >>> print(effective_size(variance=0.5, standard_error=0.1, n=[40, 90], clusters=30))
    [40. 50.]
    """
    v, se = spreads(variance=variance, standard_error=standard_error)
    answers, g = counts(n=n, clusters=clusters)
    independent_error = nan_if_empty(v) / nan_if_empty(answers)
    effective = nan_if_empty(v) / np.maximum(se**2, independent_error)
    effective = np.where(g < 2, 1.0, np.where(v == 0, g, effective))
    return np.where(answers > 0, np.minimum(np.maximum(effective, 1), answers), 0.0)


def effective_counts(effective_n: ArrayLike, *categories: ArrayLike) -> list[Floats]:
    """The counts of all categories of an answer, shrunk alike until they add up to effective_n.

    Examples
    --------
    >>> low, mid, high = effective_counts(50, 10, 50, 40)
    >>> print(low, mid, high)
    5.0 25.0 20.0
    """
    named = {f"category {i}": count for i, count in enumerate(categories, start=1)}
    size, *given = counts(effective_n=effective_n, **named)
    n = sum(given, start=np.zeros(()))
    factor = size / np.where(n > 0, n, 1)
    return [count * factor for count in given]
