"""Many comparisons at once: p values corrected for how many there were."""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, estimates


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """P values adjusted so that among those below q at most a share q is expected to be false.

    Parameters
    ----------
    p : array_like
        P values of one family of tests, any shape, 0 to 1; nan stays nan and counts as no test.

    Notes
    -----
    ``min over j >= i of p_(j) m / j`` for the i-th smallest of m. Assumes independent or
    positively dependent tests; for other families see `benjamini_yekutieli`.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57, 289-300. Checked against statsmodels 0.15.0,
    multipletests.

    Examples
    --------
    >>> print(benjamini_hochberg([0.01, float("nan"), 0.04, 0.03]))
    [0.03  nan 0.04 0.04]
    """
    return _step_up(p, any_dependence=False)


def benjamini_yekutieli(p: ArrayLike) -> Floats:
    """The same promise under any dependence between the tests, at the price of power.

    Notes
    -----
    The Benjamini-Hochberg values times ``1 + 1/2 + ... + 1/m``, at most 1.

    References
    ----------
    Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188, theorem 1.3. Checked
    against statsmodels 0.15.0, multipletests.

    Examples
    --------
    >>> print(benjamini_yekutieli([0.01, 0.04, 0.03]).round(4))
    [0.055  0.0733 0.0733]
    """
    return _step_up(p, any_dependence=True)


def _step_up(p: ArrayLike, *, any_dependence: bool) -> Floats:
    (given,) = estimates(p=p)
    if np.any((given < 0) | (given > 1)):
        raise InvalidInput("p must lie between 0 and 1.", hint="Pass p values, not z scores.")
    flat = given.ravel()
    order = np.argsort(flat)[: np.count_nonzero(~np.isnan(flat))]  # nan sorts last
    ranks = np.arange(1, order.size + 1)
    penalty = np.sum(1 / ranks) if any_dependence else 1.0
    scaled = flat[order] * (order.size / ranks) * penalty
    adjusted = np.full_like(flat, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted.reshape(given.shape)
