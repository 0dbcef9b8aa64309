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
from topofheart.measure.compare import RELEVANT
from topofheart.measure.explanations import explained
from topofheart.measure.levels import SEASONS, Levels, Watched, levels_of, watched
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import caveats_of, estimates_of
from topofheart.measure.series import IN_A_YEAR, Series, series_of
from topofheart.stats import breaks, multiple, trends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "Theil–Sen slope, Mann–Kendall test"


@dataclass(frozen=True)
class Found:
    """What was found of all series; every part has one value per series."""

    slopes: trends.Trend
    adjusted: Floats
    levels: Levels
    watched: list[Watched]
    changes: list[list[dict[str, Any]]]
    scores: list[Estimate]


def trend(reader: Reader, question: Question) -> Answer:
    """Answer how a score moved over the periods of `every` (months when it is not given)."""
    question = replace(question, every=question.every or "month")
    series, understood, notes = series_of(reader, question)
    asked = understood.as_dict() | {"trend": True}
    if not series.keys:
        return Answer((Row(_untold(series, understood, 0, State.NO_EVIDENCE)),), asked, notes)
    found = _found(reader, series, understood)
    rows = [_row(series, one, understood, found) for one in range(len(series.keys))]
    codes = (*notes, *_caveats(found, understood), *caveats_of(series.cells, understood))
    return Answer(tuple(rows), asked, tuple(code for code in codes if code != "few_answers"))


def _found(reader: Reader, series: Series, question: Question) -> Found:
    level = question.level
    levels = levels_of(series, question.every or "")
    slopes = _slopes(series, levels, question)
    calm = series.value - levels.season
    changed = [
        breaks.breaks(calm[one], levels.error[one], places, level=level)
        for one, places in enumerate(levels.places)
    ]
    return Found(
        slopes,
        multiple.benjamini_hochberg(np.where(series.enough, slopes.p_value, np.nan)),
        levels,
        watched(calm, levels.error, series.periods, changed),
        explained(reader, question, series, changed),
        estimates_of(series.cells, level),
    )


def _slopes(series: Series, levels: Levels, question: Question) -> trends.Trend:
    """The slope of each series; months against the same months where a season shows."""
    found = trends.trend(series.value, level=question.level)
    if not levels.shown.any():
        return found
    seasons = SEASONS[question.every or ""]
    seasonal = trends.trend(series.value, seasons=seasons, level=question.level)
    names = [one.name for one in fields(trends.Trend)]
    return trends.Trend(
        *(np.where(levels.shown, getattr(seasonal, name), getattr(found, name)) for name in names)
    )


def _row(series: Series, one: int, question: Question, found: Found) -> Row:
    estimate = _slope(series, one, question, found)
    told = estimate.state is State.SHOWN
    seen = found.watched[one]
    changes = [
        change | {"noticed": sure}
        for change, sure in zip(found.changes[one], seen.sure, strict=True)
    ]
    more = {
        "verdict": _verdict(estimate, found.adjusted[one], series, question),
        "p": float(found.slopes.p_value[one]) if told else None,
        "p_adjusted": float(found.adjusted[one]) if told else None,
        "changes": changes,
        "alarm": seen.alarm,
        "season": _season(found.levels, one),
        "season_effects": _effects(series, found.levels, one),
        "series": _points(series, found.scores, one),
    }
    return Row(estimate, series.labels[one], None, more)


def _slope(series: Series, one: int, question: Question, found: Found) -> Estimate:
    n, slopes = round(series.n[one].sum()), found.slopes
    nothing = _untold(series, question, n, State.TOO_FEW)
    if not series.enough[one]:
        return nothing
    value, low, high = (float(part[one]) for part in (slopes.slope, slopes.low, slopes.high))
    return replace(nothing, value=value, low=low, high=high, state=State.SHOWN)


def _untold(series: Series, question: Question, n: int, state: State) -> Estimate:
    unit = f"{series.cells.metric.unit} per {question.every}"
    return Estimate(None, None, None, n, unit, METHOD, question.level, state)


def _verdict(estimate: Estimate, p: float, series: Series, question: Question) -> str:
    """`no_trend` when even the ends of the interval would not move a year by what matters."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "too_short"
    if p < 1 - question.level and estimate.value:
        return "rising" if estimate.value > 0 else "falling"
    in_a_year = max(-estimate.low, estimate.high) * IN_A_YEAR[question.every or ""]
    return "no_trend" if in_a_year <= RELEVANT[series.cells.metric.kind] else "cannot_tell"


def _season(levels: Levels, one: int) -> str:
    if not levels.known[one]:
        return "unknown"
    return "shown" if levels.shown[one] else "none_shown"


def _effects(series: Series, levels: Levels, one: int) -> dict[str, float] | None:
    """The effect of each season, by the number of the month in which it begins."""
    if not levels.shown[one]:
        return None
    by_month = {
        period.first.month: float(effect)
        for period, effect in zip(series.periods, levels.season[one], strict=True)
    }
    return {str(month): by_month[month] for month in sorted(by_month)}


def _points(series: Series, scores: list[Estimate], one: int) -> list[dict[str, Any]]:
    """The score of each period with its interval, for the chart."""
    found = []
    for period, place in zip(series.periods, series.place[one].tolist(), strict=True):
        if place >= 0:
            score = scores[place]
            numbers = {"value": score.value, "low": score.low, "high": score.high, "n": score.n}
            found.append({"period": period, **numbers})
    return found


def _caveats(found: Found, question: Question) -> tuple[str, ...]:
    codes = {
        "season_unknown": question.every in SEASONS and not found.levels.known.all(),
        "slope_or_step": any(found.changes),
    }
    return tuple(code for code, holds in codes.items() if holds)
