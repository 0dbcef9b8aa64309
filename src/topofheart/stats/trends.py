"""Does a series go up or down: the slope that most pairs of periods agree on, and its test.

Series lie along the last axis, one value per period at equal distances; nan where a period has none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, estimates
from topofheart.stats.normal import critical_value, two_sided

PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Trend:
    """One value per series: slope per period with its interval, Mann-Kendall S, its variance, z and p."""

    slope: Floats
    low: Floats
    high: Floats
    s: Floats
    variance: Floats
    z: Floats
    p_value: Floats


def trend(values: ArrayLike, *, seasons: int = 1, level: float = 0.95) -> Trend:
    """Theil-Sen slope with the Mann-Kendall test, of each series.

    Parameters
    ----------
    values : array_like, shape (..., periods)
        In any unit, finite or nan.
    seasons : int
        12 compares each month with the same month of other years only, so that the season is no
        trend; 1 compares all periods.

    Notes
    -----
    The slope is the median of ``(x_j - x_i) / (j - i)``. ``S = sum of sign(x_j - x_i)``, its variance
    ``[n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 18`` for ties of size t, added over seasons, and
    ``z = (S - sign S) / sqrt(variance)``. The interval holds the slopes at ranks
    ``(pairs -+ z sqrt(variance)) / 2``. Assumes periods that vary independently around the trend:
    after a sudden change of level a slope is found although nothing slopes, so look at `breaks` too.
    Under some six periods the normal approximation is poor; nan under two.

    References
    ----------
    Sen (1968), JASA 63, 1379-1389, eq. 2.6; Mann (1945), Econometrica 13, 245-259; Hirsch, Slack and
    Smith (1982), Water Resources Research 18, 107-121. Checked against scipy 1.17.1,
    stats.theilslopes.

    Examples
    --------
    >>> found = trend([1.0, 3.0, 2.0, 5.0, 6.0, 8.0])
    >>> print(found.slope.round(4), found.s, found.p_value.round(4))
    1.3333 13.0 0.0242
    """
    (x,) = estimates(values=values)
    if x.ndim == 0 or seasons < 1:
        raise InvalidInput("values must be a series, and seasons 1 or more.")
    z_level = critical_value(level)
    periods = x.shape[-1]
    series = x.reshape(-1, periods)
    first, second = np.triu_indices(periods, 1)
    same = (second - first) % seasons == 0
    first, second = first[same], second[same]
    rows = max(1, PAIRS_AT_ONCE // max(1, first.size))
    parts = [
        _of_rows(series[start : start + rows], first, second, seasons, z_level)
        for start in range(0, len(series), rows)
    ]
    columns = np.concatenate(parts, axis=1) if parts else np.zeros((5, 0))
    slope, low, high, s, variance = columns.reshape(5, *x.shape[:-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(variance > 0, (s - np.sign(s)) / np.sqrt(variance), s * 0)
    return Trend(slope, low, high, s, variance, z, two_sided(z))


def _of_rows(x: Floats, first: Floats, second: Floats, seasons: int, z: float) -> Floats:
    steps = x[:, second] - x[:, first]
    pairs = np.isfinite(steps).sum(axis=1)
    s = np.where(pairs > 0, np.nansum(np.sign(steps), axis=1), np.nan)
    variance = sum((_variance(x[:, one::seasons]) for one in range(seasons)), np.zeros(len(x)))
    slopes = np.sort(steps / (second - first), axis=1)  # nan sorts last
    half_width = z * np.sqrt(variance)
    low = np.maximum(np.round((pairs - half_width) / 2) - 1, 0)
    high = np.minimum(np.round((pairs + half_width) / 2), pairs - 1)

    def at(rank: Floats) -> Floats:
        place = np.clip(rank, 0, max(0, slopes.shape[1] - 1)).astype(int)
        if not slopes.shape[1]:
            return np.full(len(x), np.nan)
        return np.take_along_axis(slopes, place[:, None], axis=1)[:, 0]

    median = (at((pairs - 1) // 2) + at(pairs // 2)) / 2
    found = np.array([median, at(low), at(high), s, variance])
    return np.where(pairs > 0, found, np.nan)


def _variance(x: Floats) -> Floats:
    """Variance of S without a trend; each of t equal values stands for (t-1)(2t+5)."""
    known = np.isfinite(x)
    n = known.sum(axis=1)
    ties = (x[:, :, None] == x[:, None, :]).sum(axis=2)
    tied = np.where(known, (ties - 1) * (2 * ties + 5), 0).sum(axis=1)
    return np.asarray((n * (n - 1) * (2 * n + 5) - tied) / 18)
