"""The normal distribution without scipy, whose import alone takes longer than a calculation."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from topofheart.stats.arguments import Floats, probability, upper_tail

STANDARD = NormalDist()


def critical_value(level: float) -> float:
    """The standard normal quantile at the upper limit: 1.96 at a level of .95."""
    return STANDARD.inv_cdf(upper_tail(level))


def reach(level: float, power: float) -> float:
    """How many standard errors away a true difference must be to be seen: 2.80 by default."""
    return critical_value(level) + STANDARD.inv_cdf(probability("power", power))


def two_sided(z: Floats) -> Floats:
    """The p value of a standard normal statistic, on both sides; nan stays nan."""
    tail = np.frompyfunc(math.erfc, 1, 1)(np.abs(z) / math.sqrt(2))
    return np.asarray(tail, dtype=np.float64)
