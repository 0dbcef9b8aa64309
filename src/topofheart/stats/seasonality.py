"""How much of a series is the time of year: one effect per season, when there are two years to see it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.arguments import Floats, estimates, spreads

YEARS = 2


@dataclass(frozen=True)
class Season:
    """Per series: the effect of each season (they add up to 0), and what knowing it saves.

    `saved` is in weighted squares; effects are nan where the season is unknown.
    """

    effects: Floats
    saved: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(self.effects).all(axis=-1))


def season_effects(
    values: ArrayLike,
    standard_error: ArrayLike,
    levels: ArrayLike,
    *,
    seasons: int = 12,
    first: int = 0,
    waves: int | None = None,
) -> Season:
    """The effect of each season of the year beside the level that a series had at the time.

    Parameters
    ----------
    values, standard_error : array_like, shape (series, periods)
        nan where a period has no value.
    levels : array_like, shape (series, periods)
        A number for each stretch of one level, from 0: see `breaks.change_points`.
    seasons : int
        12 for months, 4 for quarters.
    first : int
        The season of the first period, from 0.
    waves : int
        1 for effects that rise and fall once a year, which takes two numbers only; all by default, so
        that each season has its own effect.

    Notes
    -----
    Weighted least squares of ``value = level + effect``. Unknown with under two years of periods
    that have a value, or when a season never had one. With exactly two years an unusual month is
    half a season: effects then have wide errors.

    References
    ----------
    Cleveland e.a. (1990), Journal of Official Statistics 6, 3-73, on why two years are the least.

    Examples
    --------
    >>> found = season_effects([[1, 2, 1, 2, 1, 2]], 0.1, [[0] * 6], seasons=2)
    >>> print(found.effects.round(2))
    [[-0.5  0.5]]
    """
    (x, at), (s,) = estimates(values=values, levels=levels), spreads(standard_error=standard_error)
    if x.ndim != 2 or seasons < 2:
        raise InvalidInput("values must be series × periods, and seasons 2 or more.")
    x, s, at = np.broadcast_arrays(x, s, at)
    known = np.isfinite(x) & (s > 0)
    weight = np.where(known, 1 / np.where(known, s, 1) ** 2, 0)
    value = np.where(known, x, 0)
    season = (np.arange(x.shape[1]) + first) % seasons
    contrasts = _waves(seasons, seasons // 2 if waves is None else waves)
    stretches = at[..., None] == np.arange(int(at.max(initial=0)) + 1)
    whole = np.concatenate(
        [stretches, np.broadcast_to(contrasts[season], (*x.shape, contrasts.shape[1]))], axis=-1
    ).astype(float)
    fitted, cost = _least_squares(whole, value, weight)
    _, plain = _least_squares(stretches.astype(float), value, weight)
    effects = fitted[:, -contrasts.shape[1] :] @ contrasts.T
    seen = np.array([(known & (season == one)).any(axis=1) for one in range(seasons)]).all(axis=0)
    enough = seen & (known.sum(axis=1) >= YEARS * seasons)
    return Season(
        np.where(enough[:, None], effects, np.nan),
        np.where(enough, np.maximum(plain - cost, 0), 0.0),
    )


def _waves(seasons: int, waves: int) -> Floats:
    """Cosines and sines that fit in a year; all of them together are as free as the seasons."""
    angle = 2 * np.pi * np.outer(np.arange(seasons), np.arange(1, waves + 1)) / seasons
    return np.hstack([np.cos(angle), np.sin(angle)])[:, : seasons - 1]


def _least_squares(columns: Floats, value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Coefficients and weighted squares left over, of every series at once."""
    scale = np.maximum(weight.max(axis=1, keepdims=True), 1e-300)
    weighed = columns * (weight / scale)[..., None]
    normal = np.swapaxes(weighed, 1, 2) @ columns
    moments = (np.swapaxes(weighed, 1, 2) @ value[..., None])[..., 0]
    fitted = (np.linalg.pinv(normal, hermitian=True, rcond=1e-10) @ moments[..., None])[..., 0]
    left = value - (columns @ fitted[..., None])[..., 0]
    return fitted, (weight * left**2).sum(axis=1)
