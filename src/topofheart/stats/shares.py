"""One share: the part of the answers, customers or decisions that has a property."""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import (
    Floats,
    Interval,
    counts,
    nan_if_empty,
    upper_tail,
)
from topofheart.stats.normal import critical_value

ROUNDING = 1e-9  # how far effective successes may exceed an effective n


def share(successes: ArrayLike, n: ArrayLike) -> Floats:
    """The share of successes among n answers, 0 <= successes <= n; nan where n is 0.

    Examples
    --------
    >>> print(share([3, 0], [40, 0]))
    [0.075   nan]
    """
    x, size = _trials(successes, n)
    return x / size


def wilson_interval(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """The Wilson score interval of a share: the default to display. Not for a complete census.

    Notes
    -----
    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``.

    References
    ----------
    Wilson (1927), JASA 22, 209-212; Brown, Cai and DasGupta (2001), Statistical Science 16,
    101-133. Checked against statsmodels 0.15.0, proportion_confint.

    Examples
    --------
    >>> lower, upper = wilson_interval([52, 0], [576, 10])
    >>> print(lower.round(4), upper.round(4))
    [0.0695 0.    ] [0.1165 0.2775]
    """
    z = critical_value(level)
    x, size = _trials(successes, n)
    p, pull = x / size, z * z / size
    centre = (p + pull / 2) / (1 + pull)
    half_width = np.sqrt(pull * (p * (1 - p) + pull / 4)) / (1 + pull)
    return np.clip(centre - half_width, 0, p), np.clip(centre + half_width, p, 1)


def jeffreys_interval(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """The equal-tailed Jeffreys interval of a share: short and honest for few answers.

    Notes
    -----
    Quantiles of ``Beta(successes + 1/2, n - successes + 1/2)``, stretched to the estimate: the
    lower limit is 0 without successes and the upper limit 1 without failures.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133, section 3.1. Checked against
    statsmodels 0.15.0, proportion_confint, which does not set the 0 and 1.

    Examples
    --------
    >>> lower, upper = jeffreys_interval([3, 20], 40)
    >>> print(lower.round(3), upper.round(3))
    [0.022 0.35 ] [0.187 0.65 ]
    """
    from scipy.special import betaincinv

    tail = upper_tail(level)
    x, size = _trials(successes, n)
    a, b, p = x + 0.5, size - x + 0.5, x / size
    return np.minimum(betaincinv(a, b, 1 - tail), p), np.maximum(betaincinv(a, b, tail), p)


def _trials(successes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    x, size = counts(successes=successes, n=n)
    impossible = np.sum(x > size * (1 + ROUNDING))
    if impossible:
        raise InvalidInput(
            f"successes exceed n in {impossible} cells.",
            hint="n counts all answers, those with the property included.",
        )
    return np.minimum(x, size), nan_if_empty(size)
