"""Where a score is going: its slope, the dates on which its level changed, and what may explain them.

Per group the slope that most pairs of periods agree on with its test, the changes of level weighted by
how sure each period is, the alarm that a watcher would have had, and the season. A period that is not
over is left out; periods with too few answers are widened.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.period import Period
from topofheart.measure.cells import Cells
from topofheart.measure.compare import RELEVANT
from topofheart.measure.explanations import explained
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import caveats_of, estimates_of
from topofheart.measure.series import IN_A_YEAR, Series, series_of
from topofheart.stats import breaks, cusum, multiple, seasonality, trends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "Theil–Sen slope, Mann–Kendall test"
SEASONS = {"month": 12, "quarter": 4}
SEASON_ROUNDS = 2


@dataclass(frozen=True)
class Levels:
    """Where each series changed its level, and what of it is the season."""

    places: list[list[int]]
    season: Floats
    shown: NDArray[np.bool_]
    known: NDArray[np.bool_]
    error: Floats


@dataclass(frozen=True)
class Found:
    """What was found of all series; every part has one value per series."""

    trend: trends.Trend
    adjusted: Floats
    levels: Levels
    alarms: list[dict[str, Any] | None]
    changes: list[list[dict[str, Any]]]


def trend(reader: Reader, question: Question) -> Answer:
    """Answer how a score moved over the periods of `every` (months when it is not given)."""
    series, understood, notes = series_of(
        reader, replace(question, every=question.every or "month")
    )
    every = understood.every or ""
    asked = understood.as_dict() | {"trend": True}
    if not series.keys:
        unit = f"{series.cells.metric.unit} per {every}"
        nothing = Estimate(None, None, None, 0, unit, METHOD, question.level, State.NO_EVIDENCE)
        return Answer((Row(nothing),), asked, notes)
    levels = _levels(series, understood)
    calm = series.value - np.where(levels.shown[:, None], levels.season, 0)
    slopes = _trends(series, levels, every, question.level)
    changed = [
        breaks.breaks(calm[one], levels.error[one], places, level=question.level)
        for one, places in enumerate(levels.places)
    ]
    changes = explained(reader, understood, series.keys, series.periods, series.n, changed)
    whole = _sums(calm, levels.error)
    watched = [
        _watched(calm[one], levels.error[one], series.periods, changed[one])
        if changed[one]
        else ([], _alarm(whole.alarm_up[one], whole.alarm_down[one], series.periods))
        for one in range(len(series.keys))
    ]
    found = Found(
        slopes,
        multiple.benjamini_hochberg(np.where(series.enough, slopes.p_value, np.nan)),
        levels,
        [alarm for _, alarm in watched],
        [
            [change | {"noticed": noticed} for change, noticed in zip(found, seen, strict=True)]
            for found, (seen, _) in zip(changes, watched, strict=True)
        ],
    )
    scores = estimates_of(series.cells, question.level)
    rows = [_row(series, scores, one, understood, found) for one in range(len(series.keys))]
    caveats = (*notes, *_caveats(found, series, every), *caveats_of(series.cells, understood))
    return Answer(tuple(rows), asked, tuple(code for code in caveats if code != "few_answers"))


def _levels(series: Series, question: Question) -> Levels:
    """Changes of level without a season, with one wave a year, with any: what explains for least."""
    value = np.where(series.enough[:, None], series.value, np.nan)
    error = series.error * np.sqrt(breaks.dispersion(value, series.error))[:, None]
    groups, periods = value.shape
    penalty = breaks.penalty_for(periods, groups)
    plain = breaks.change_points(value, error, penalty=penalty)
    never, nothing = np.zeros(groups, dtype=bool), np.zeros(value.shape)
    seasons = SEASONS.get(question.every or "")
    if not seasons or not groups:
        return Levels(plain, nothing, never, never, error)
    first = (series.periods[0].first.month - 1) * seasons // 12
    at = (np.arange(periods) + first) % seasons
    shared = 2 * np.log(groups)
    least = breaks.unexplained(value, error, plain) + penalty * _lengths(plain) - shared
    chosen, effects, shown = list(plain), nothing, never
    for waves in (1, seasons // 2):
        places: list[list[int]] = [[]] * groups
        for _ in range(SEASON_ROUNDS):
            season = seasonality.season_effects(
                value, error, _numbered(places, periods), seasons=seasons, first=first, waves=waves
            )
            found = np.nan_to_num(season.effects)[:, at]
            places = breaks.change_points(value - found, error, penalty=penalty)
        numbers = min(2 * waves, seasons - 1) * np.log(periods)
        cost = breaks.unexplained(value - found, error, places) + penalty * _lengths(places)
        better = season.known & (cost + numbers < least)
        least, shown = np.where(better, cost + numbers, least), shown | better
        effects = np.where(better[:, None], found, effects)
        chosen = [new if one else old for one, new, old in zip(better, places, chosen, strict=True)]
    return Levels(chosen, effects, shown, season.known, error)


def _lengths(places: list[list[int]]) -> NDArray[np.int_]:
    return np.array([len(one) for one in places])


def _numbered(places: list[list[int]], periods: int) -> NDArray[np.int_]:
    """The number of the stretch that each period belongs to."""
    return np.array([np.searchsorted(one, np.arange(periods), side="right") for one in places])


def _trends(series: Series, levels: Levels, every: str, level: float) -> trends.Trend:
    """The slope of each series; months against the same months where a season shows."""
    found = trends.trend(series.value, level=level)
    if not levels.shown.any():
        return found
    seasonal = trends.trend(series.value, seasons=SEASONS[every], level=level)
    return trends.Trend(
        *(
            np.where(levels.shown, *both)
            for both in zip(_parts(seasonal), _parts(found), strict=True)
        )
    )


def _parts(found: trends.Trend) -> list[Floats]:
    return [getattr(found, one.name) for one in fields(found)]


def _row(series: Series, scores: list[Estimate], one: int, question: Question, found: Found) -> Row:
    unit, n = series.cells.metric.unit, round(series.n[one].sum())
    every, level = question.every or "", question.level
    slope, low, high = (float(part[one]) for part in _parts(found.trend)[:3])
    enough = bool(series.enough[one]) and np.isfinite(slope)
    estimate = Estimate(
        slope, low, high, n, f"{unit} per {every}", METHOD, level
    ) if enough else Estimate(
        None, None, None, n, f"{unit} per {every}", METHOD, level, State.TOO_FEW
    )  # fmt: skip
    more: dict[str, Any] = {
        "verdict": _verdict(estimate, found.adjusted[one], every, series.cells, level),
        "p": float(found.trend.p_value[one]) if enough else None,
        "p_adjusted": float(found.adjusted[one]) if enough else None,
        "changes": found.changes[one],
        "alarm": found.alarms[one],
        "season": _season(found.levels, one, every),
        "season_effects": _effects(series, found.levels, one),
        "series": _points(series, scores, one),
    }
    return Row(estimate, series.labels[one], None, more)


def _verdict(estimate: Estimate, p: float, every: str, cells: Cells, level: float) -> str:
    """`no_trend` when even the ends of the interval would not move a year by what matters."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "too_short"
    if p < 1 - level and estimate.value:
        return "rising" if estimate.value > 0 else "falling"
    furthest = max(-estimate.low, estimate.high) * IN_A_YEAR[every]
    return "no_trend" if furthest <= RELEVANT[cells.metric.kind] else "cannot_tell"


def _watched(
    value: Floats, error: Floats, periods: list[Period], changed: list[breaks.Break]
) -> tuple[list[Period | None], dict[str, Any] | None]:
    """When somebody who watched every period would have been sure of each change, and what alarms since."""
    starts = [0, *(each.place for each in changed)]
    ends = [*starts[2:], len(periods), len(periods)]
    noticed: list[Period | None] = []
    for start, each, end in zip(starts, changed, ends, strict=False):
        seen = _sums(value[start:end], error[start:end])
        sums = (seen.up if each.size > 0 else seen.down)[each.place - start :]
        over = np.flatnonzero(sums > cusum.ALARM)
        noticed.append(periods[each.place + int(over[0])] if over.size else None)
    since = _sums(value[starts[-1] :], error[starts[-1] :])
    return noticed, _alarm(since.alarm_up, since.alarm_down, periods[starts[-1] :])


def _alarm(up: Any, down: Any, periods: list[Period]) -> dict[str, Any] | None:
    """The first of both."""
    alarms = [(int(up), "up"), (int(down), "down")]
    place, direction = min(
        (one for one in alarms if one[0] != cusum.NEVER), default=(cusum.NEVER, "")
    )
    if place == cusum.NEVER:
        return None
    return {"period": periods[place], "direction": direction}


def _sums(value: Floats, error: Floats) -> cusum.Cusum:
    return cusum.cusum(cusum.self_starting(value, error))


def _season(levels: Levels, one: int, every: str) -> str:
    if every not in SEASONS or not levels.known[one]:
        return "unknown"
    return "shown" if levels.shown[one] else "none_shown"


def _effects(series: Series, levels: Levels, one: int) -> dict[str, float] | None:
    """The effect of each season, by the number of its month or quarter."""
    if not levels.shown[one]:
        return None
    months = len({period.first.month for period in series.periods})
    found = {
        (period.first.month - 1) * months // 12 + 1: float(levels.season[one, place])
        for place, period in enumerate(series.periods)
    }
    return {str(number): found[number] for number in sorted(found)}


def _points(series: Series, scores: list[Estimate], one: int) -> list[dict[str, Any]]:
    """The score of each period with its interval, for the chart."""
    found = []
    for period, place in zip(series.periods, series.place[one].tolist(), strict=True):
        if place >= 0:
            score = scores[place]
            numbers = {"value": score.value, "low": score.low, "high": score.high, "n": score.n}
            found.append({"period": period, **numbers})
    return found


def _caveats(found: Found, series: Series, every: str) -> tuple[str, ...]:
    codes = {
        "season_unknown": every in SEASONS and not found.levels.known.all(),
        "slope_or_step": any(found.changes),
    }
    return tuple(code for code, holds in codes.items() if holds)
