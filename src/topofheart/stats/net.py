"""One net share: the share of high answers minus the share of low ones.

NPS is the best-known net (low = detractors 0-6, mid = passives 7-8, high = promoters 9-10);
effort, emotion and warmth use the same mathematics with other cuts.
"""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.stats.arguments import Floats, Interval, counts, nan_if_empty
from topofheart.stats.normal import critical_value

PSEUDO_LOW, PSEUDO_MID, PSEUDO_HIGH = 0.75, 1.5, 0.75
PSEUDO_ANSWERS = PSEUDO_LOW + PSEUDO_MID + PSEUDO_HIGH
HALVINGS = 50  # of a bracket at most 2 wide: leaves 2e-15


def net_share(low: ArrayLike, mid: ArrayLike, high: ArrayLike) -> Floats:
    """The net share of the answers counted in each category; nan where nobody answered.

    Examples
    --------
    >>> print(net_share([10, 0], [50, 0], [40, 0]))
    [0.3 nan]
    """
    low_share, high_share, _ = _shares(low, mid, high)
    return high_share - low_share


def variance(low: ArrayLike, mid: ArrayLike, high: ArrayLike) -> Floats:
    """The variance of one answer coded -1, 0, 1: from 0 to 1, nan where nobody answered.

    Notes
    -----
    ``v = p + d - (p - d)²``, divided by n and not n - 1. The standard error ``sqrt(v / n)`` is 0
    when all answers are alike, so build no interval on it: see `score_interval`.

    References
    ----------
    Rocks (2016), The American Statistician 70, 365-372. Checked against R NPS 2.0.999.

    Examples
    --------
    >>> print(variance([1, 1], [2, 0], [3, 1]).round(4))
    [0.5556 1.    ]
    """
    low_share, high_share, _ = _shares(low, mid, high)
    return low_share + high_share - (high_share - low_share) ** 2


def score_interval(
    low: ArrayLike, mid: ArrayLike, high: ArrayLike, *, level: float = 0.95
) -> Interval:
    """The score interval of a net share from the counts in each category: the default to display.

    Notes
    -----
    The limits are the net shares that a score test just does not reject, with the variance at the
    restricted maximum likelihood estimate. A net share is a difference of two discordant
    proportions, so this is Tango's interval for paired proportions. For repeated answers of one
    customer pass `clusters.effective_counts`.

    References
    ----------
    Tango (1998), Statistics in Medicine 17, 891-908; Rocks (2016), The American Statistician 70,
    365-372 (the iterative score method). Checked against R NPS 2.0.999 and PropCIs scoreci.mp.

    Examples
    --------
    >>> lower, upper = score_interval([10, 0], [50, 10], [40, 10])
    >>> print(lower.round(4), upper.round(4))
    [0.1692 0.2583] [0.4211 0.7007]
    """
    z = critical_value(level)
    low_share, high_share, n = _shares(low, mid, high)
    # The upper limit is the lower limit of the mirrored scale: one search finds both.
    lower, mirrored_upper = _lower_score_limit(
        np.stack([low_share, high_share]), np.stack([high_share, low_share]), n, z
    )
    return lower, -mirrored_upper


def _lower_score_limit(low_share: Floats, high_share: Floats, n: Floats, z: float) -> Floats:
    net = high_share - low_share
    rejected, kept = np.full_like(net, -1.0), net
    for _ in range(HALVINGS):
        trial = (rejected + kept) / 2
        rejects = net - trial > z * np.sqrt(_null_variance(low_share, high_share, trial) / n)
        rejected, kept = np.where(rejects, trial, rejected), np.where(rejects, kept, trial)
    return kept


def _null_variance(low_share: Floats, high_share: Floats, net: Floats) -> Floats:
    """The variance of one answer at the likeliest shares that have this net share."""
    b = (2 - high_share + low_share) * net - low_share - high_share
    c = -low_share * net * (1 - net)
    null_low_share = (np.sqrt(np.maximum(b * b - 8 * c, 0)) - b) / 4
    return np.maximum(2 * null_low_share + net * (1 - net), 0)


def adjusted_wald_interval(
    low: ArrayLike, mid: ArrayLike, high: ArrayLike, *, level: float = 0.95
) -> Interval:
    """The adjusted Wald interval: nearly as good as the score interval, and done by hand.

    Notes
    -----
    ``net' ± z sqrt(v' / (n + 3))`` of `adjusted_net`, truncated to -1 to 1 and, with very few
    answers, stretched to the observed net share. For extreme shares prefer the score interval.

    References
    ----------
    Rocks (2016), The American Statistician 70, 365-372. Checked against R NPS 2.0.999.

    Examples
    --------
    >>> lower, upper = adjusted_wald_interval(10, 50, 40)
    >>> print(lower.round(4), upper.round(4))
    0.1668 0.4157
    """
    net = net_share(low, mid, high)
    centre, standard_error = adjusted_net(low, mid, high)
    half_width = critical_value(level) * standard_error
    lower = np.minimum(np.maximum(centre - half_width, -1), net)
    return lower, np.maximum(np.minimum(centre + half_width, 1), net)


def adjusted_net(low: ArrayLike, mid: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats]:
    """The net share and its standard error after adding 3/4, 1 1/2 and 3/4 pseudo-answers.

    Never print this net share: it is the centre of intervals and tests, whose standard error is
    never 0 (Rocks 2016).

    Examples
    --------
    >>> net, standard_error = adjusted_net(0, 0, 9)
    >>> print(net, standard_error.round(4))
    0.75 0.1614
    """
    d, m, p = counts(low=low, mid=mid, high=high)
    answered = nan_if_empty(d + m + p)
    d, m, p = d + PSEUDO_LOW, m + PSEUDO_MID, p + PSEUDO_HIGH
    n = answered + PSEUDO_ANSWERS
    return (p - d) / n, np.sqrt(variance(d, m, p) / n)


def _shares(low: ArrayLike, mid: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats, Floats]:
    d, m, p = counts(low=low, mid=mid, high=high)
    n = nan_if_empty(d + m + p)
    return d / n, p / n, n
