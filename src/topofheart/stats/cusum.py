"""Watching a series as it comes in: the alarm that somebody who looked every period would have had.

Series lie along the last axis, one value per period; nan where a period has none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topofheart.stats.arguments import Floats, estimates, positives, spreads

SLACK = 0.5
ALARM = 5.0
NEVER = -1


@dataclass(frozen=True)
class Cusum:
    """The two sums after each period, and per series the first place of an alarm upwards and downwards.

    Places are `NEVER` (-1) where there was no alarm.
    """

    up: Floats
    down: Floats
    alarm_up: NDArray[np.int_]
    alarm_down: NDArray[np.int_]


def cusum(z: ArrayLike, *, slack: float = SLACK, alarm: float = ALARM) -> Cusum:
    """Tabular CUSUM of standardised values.

    Parameters
    ----------
    z : array_like, shape (..., periods)
        ``(x - target) / standard error of that period``; nan adds nothing.
    slack, alarm : float
        Half the shift to be found, and the height of the alarm, in standard errors.

    Notes
    -----
    ``C+ = max(0, C+ + z - slack)``, ``C- = max(0, C- - z - slack)``, an alarm above ``alarm``. With
    .5 and 5 a true shift of one standard error is found after about 10 periods and a false alarm
    comes once in about 465.

    References
    ----------
    Page (1954), Biometrika 41, 100-115; Montgomery (2012), Introduction to Statistical Quality
    Control, chapter 9.

    Examples
    --------
    >>> found = cusum([0.1, -0.2, 3.0, 3.5, 0.3])
    >>> print(found.up.round(1), found.alarm_up, found.alarm_down)
    [0.  0.  2.5 5.5 5.3] 3 -1
    """
    (given,) = estimates(z=z)
    positives(slack=slack, alarm=alarm)
    x = np.nan_to_num(given)
    known = np.isfinite(given)
    up, down = np.zeros(x.shape), np.zeros(x.shape)
    high = low = np.zeros(x.shape[:-1])
    for place in range(x.shape[-1]):
        step, seen = x[..., place], known[..., place]
        high = np.where(seen, np.maximum(0, high + step - slack), high)
        low = np.where(seen, np.maximum(0, low - step - slack), low)
        up[..., place], down[..., place] = high, low
    return Cusum(up, down, _first(up > alarm), _first(down > alarm))


def self_starting(values: ArrayLike, standard_error: ArrayLike) -> Floats:
    """Each period against the weighted mean of all periods before it, in standard errors.

    Notes
    -----
    ``(x_i - mean before) / sqrt(s_i² + 1 / sum of 1/s² before)``: independent standard normals while
    nothing changes, so no target or quiet beginning is needed. The first period gives nan. Soon after
    a change the mean follows it: only the first alarm counts.

    References
    ----------
    Hawkins (1987), The Statistician 36, 299-316.

    Examples
    --------
    >>> print(self_starting([1.0, 1.0, 3.0], [0.5, 0.5, 0.5]).round(3))
    [  nan 0.    3.266]
    """
    (x,), (s,) = estimates(values=values), spreads(standard_error=standard_error)
    x, s = np.broadcast_arrays(x, s)
    known = np.isfinite(x) & (s > 0)
    weight = np.where(known, 1 / np.where(known, s, 1) ** 2, 0)
    total = np.cumsum(weight, axis=-1) - weight
    weighed = weight * np.where(known, x, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (np.cumsum(weighed, axis=-1) - weighed) / total
        found = (x - mean) / np.sqrt(s**2 + 1 / total)
    return np.where(known & (total > 0), found, np.nan)


def _first(alarms: NDArray[np.bool_]) -> NDArray[np.int_]:
    return np.where(alarms.any(axis=-1), alarms.argmax(axis=-1), NEVER)
