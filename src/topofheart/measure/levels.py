"""On which level each series was, from when to when: beside the season, and as a watcher saw it come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.kernel.period import Period
from topofheart.measure.series import Series
from topofheart.stats import breaks, cusum, seasonality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEASONS = {"month": 12, "quarter": 4}
ROUNDS = 2

Alarm = dict[str, Any]


@dataclass(frozen=True)
class Levels:
    """Per series: the first period of each new level, the season, and the errors that were believed.

    `season` holds the effect of each period's season, 0 where no season shows.
    """

    places: list[list[int]]
    season: Floats
    shown: NDArray[np.bool_]
    known: NDArray[np.bool_]
    error: Floats


@dataclass(frozen=True)
class Watched:
    """When somebody who watched every period would have been sure of each change, and what alarms since."""

    sure: list[Period | None]
    alarm: Alarm | None


def levels_of(series: Series, every: str) -> Levels:
    """Changes of level without a season, with one wave a year, with any: what explains for least."""
    value = np.where(series.enough[:, None], series.value, np.nan)
    error = series.error * np.sqrt(breaks.dispersion(value, series.error))[:, None]
    groups, periods = value.shape
    penalty = breaks.penalty_for(periods, groups)

    def cost(values: Floats, places: list[list[int]]) -> Floats:
        return breaks.unexplained(values, error, places) + penalty * np.array([*map(len, places)])

    chosen = breaks.change_points(value, error, penalty=penalty)
    never, season = np.zeros(groups, dtype=bool), np.zeros(value.shape)
    if every not in SEASONS:
        return Levels(chosen, season, never, never, error)
    least, shown, known = cost(value, chosen) - 2 * np.log(groups), never, never
    for waves in (1, SEASONS[every] // 2):
        found, places, known = _seasonal(series, value, error, penalty, SEASONS[every], waves)
        numbers = min(2 * waves, SEASONS[every] - 1) * np.log(periods)
        with_season = cost(value - found, places) + numbers
        better = known & (with_season < least)
        least, shown = np.where(better, with_season, least), shown | better
        season = np.where(better[:, None], found, season)
        chosen = [new if one else old for one, new, old in zip(better, places, chosen, strict=True)]
    return Levels(chosen, season, shown, known, error)


def _seasonal(
    series: Series, value: Floats, error: Floats, penalty: float, seasons: int, waves: int
) -> tuple[Floats, list[list[int]], NDArray[np.bool_]]:
    """Season and changes of level by turns: each is found beside the other."""
    groups, periods = value.shape
    first = (series.periods[0].first.month - 1) * seasons // 12
    at = (np.arange(periods) + first) % seasons
    places: list[list[int]] = [[]] * groups
    for _ in range(ROUNDS):
        stretches = [np.searchsorted(one, np.arange(periods), side="right") for one in places]
        season = seasonality.season_effects(
            value, error, np.array(stretches), seasons=seasons, first=first, waves=waves
        )
        found = np.nan_to_num(season.effects)[:, at]
        places = breaks.change_points(value - found, error, penalty=penalty)
    return found, places, season.known


def watched(
    value: Floats, error: Floats, periods: list[Period], changed: list[list[breaks.Break]]
) -> list[Watched]:
    """CUSUM of each series; those that changed, from one level to the next."""
    whole = _sums(value, error)
    return [
        _level_by_level(value[one], error[one], periods, changes)
        if changes
        else Watched([], _alarm(whole.alarm_up[one], whole.alarm_down[one], periods))
        for one, changes in enumerate(changed)
    ]


def _level_by_level(
    value: Floats, error: Floats, periods: list[Period], changes: list[breaks.Break]
) -> Watched:
    starts = [0, *(each.place for each in changes)]
    ends = [*starts[2:], len(periods)]
    sure: list[Period | None] = []
    for start, each, end in zip(starts, changes, ends, strict=False):
        seen = _sums(value[start:end], error[start:end])
        sums = (seen.up if each.size > 0 else seen.down)[each.place - start :]
        over = np.flatnonzero(sums > cusum.ALARM)
        sure.append(periods[each.place + int(over[0])] if over.size else None)
    since = _sums(value[starts[-1] :], error[starts[-1] :])
    return Watched(sure, _alarm(since.alarm_up, since.alarm_down, periods[starts[-1] :]))


def _sums(value: Floats, error: Floats) -> cusum.Cusum:
    return cusum.cusum(cusum.self_starting(value, error))


def _alarm(up: Any, down: Any, periods: list[Period]) -> Alarm | None:
    """The first alarm, in either direction."""
    alarms = [(int(up), "up"), (int(down), "down")]
    seen = [one for one in alarms if one[0] != cusum.NEVER]
    if not seen:
        return None
    place, direction = min(seen)
    return {"period": periods[place], "direction": direction}
