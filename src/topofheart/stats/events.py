"""How often something happened: a count, and a rate per order or customer."""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.stats.arguments import Interval, counts, upper_tail


def count_interval(events: ArrayLike, *, level: float = 0.95) -> Interval:
    """The exact interval of the expected number of events, of which `events` were seen.

    Parameters
    ----------
    events : array_like
        Counts, 0 or more.

    Notes
    -----
    Quantiles of the gamma distribution: ``[G(tail; n), G(1 - tail; n + 1)]``, the lower one 0 for no
    events. Assumes that events come independently; where one cause brings many at once, the interval is
    too short.

    References
    ----------
    Garwood (1936), Biometrika 28, 437-442. Checked against R 4.2, poisson.test.

    Examples
    --------
    >>> low, high = count_interval([0, 10])
    >>> print(low.round(4), high.round(4))
    [0.     4.7954] [ 3.6889 18.3904]
    """
    from scipy.special import gammaincinv

    (n,) = counts(events=events)
    tail = 1 - upper_tail(level)
    low = np.where(n > 0, gammaincinv(np.maximum(n, 1), tail), 0.0)
    return low, np.asarray(gammaincinv(n + 1, 1 - tail))
