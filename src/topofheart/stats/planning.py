"""How many answers are enough, and what a number of answers can show.

Valid for means (variance = sd²), shares (p(1-p), at most .25) and nets (`net.variance`, at most 1,
.5 is usual). Nets alone pass ``pseudo_answers=net.PSEUDO_ANSWERS``, the answers that their
intervals and tests add to each side. Approximations for independent answers: if customers answer
more than once, multiply a size by n divided by the effective size. References: Cochran (1977),
Sampling Techniques, 3rd ed., chapter 4; for nets Rocks (2016), The American Statistician 70,
365-372. Checked against statsmodels 0.15.0 (samplesize_confint_proportion, NormalIndPower).
"""

import numpy as np
from numpy.typing import ArrayLike

from topofheart.stats.arguments import Floats, counts, positives
from topofheart.stats.normal import critical_value, reach


def margin_sample_size(
    variance: ArrayLike, margin: ArrayLike, *, level: float = 0.95, pseudo_answers: float = 0.0
) -> Floats:
    """How many answers, a whole number, make an interval reach at most the margin either way.

    Parameters
    ----------
    variance : array_like
        Expected variance of one answer, 0 or more.
    margin : array_like
        Half the width of the interval, above 0, in the unit of the answers.
    pseudo_answers : float
        3 for nets, else 0.

    Notes
    -----
    ``z² v / margin² - pseudo_answers``, rounded up, at least 1.

    Examples
    --------
    >>> print(margin_sample_size(0.5, [0.10, 0.05], pseudo_answers=3))
    [190. 766.]
    """
    v, added = counts(variance=variance, pseudo_answers=pseudo_answers)
    (half_width,) = positives(margin=margin)
    return _whole(critical_value(level) ** 2 * v / half_width**2 - added)


def difference_sample_size(
    variance_a: ArrayLike,
    variance_b: ArrayLike,
    difference: ArrayLike,
    *,
    level: float = 0.95,
    power: float = 0.8,
    pseudo_answers: float = 0.0,
) -> Floats:
    """How many answers per group, a whole number, show a true difference with the given power.

    Parameters
    ----------
    variance_a, variance_b : array_like
        Expected variance of one answer in each group, 0 or more.
    difference : array_like
        The difference worth knowing, above 0, in the unit of the answers.
    pseudo_answers : float
        3 for nets, else 0.

    Notes
    -----
    ``(z_level + z_power)² (v_a + v_b) / difference² - pseudo_answers``, rounded up, at least 1.

    Examples
    --------
    >>> print(difference_sample_size(0.5, 0.5, [0.2, 0.1], pseudo_answers=3))
    [194. 782.]
    """
    v_a, v_b, added = counts(
        variance_a=variance_a, variance_b=variance_b, pseudo_answers=pseudo_answers
    )
    (gap,) = positives(difference=difference)
    return _whole(reach(level, power) ** 2 * (v_a + v_b) / gap**2 - added)


def detectable_difference(
    variance_a: ArrayLike,
    n_a: ArrayLike,
    variance_b: ArrayLike,
    n_b: ArrayLike,
    *,
    level: float = 0.95,
    power: float = 0.8,
    pseudo_answers: float = 0.0,
) -> Floats:
    """The smallest true difference that groups of n_a and n_b answers show with the given power.

    The inverse of `difference_sample_size`, in the unit of the answers; n_a and n_b are above 0.

    Notes
    -----
    ``(z_level + z_power) sqrt(v_a / n_a + v_b / n_b)``, with pseudo_answers added to each n.

    Examples
    --------
    >>> print(detectable_difference(0.5, 400, 0.5, 400, pseudo_answers=3).round(3))
    0.14
    """
    v_a, v_b, added = counts(
        variance_a=variance_a, variance_b=variance_b, pseudo_answers=pseudo_answers
    )
    size_a, size_b = positives(n_a=n_a, n_b=n_b)
    return reach(level, power) * np.sqrt(v_a / (size_a + added) + v_b / (size_b + added))


def _whole(n: Floats) -> Floats:
    return np.maximum(np.ceil(n), 1)
