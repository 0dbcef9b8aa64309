"""Each change of level as it is told: its dates, its size, and what may explain it.

Dated events near it come first, then what was measured otherwise. None of these is proof: they are the
first things to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.kernel.estimate import Estimate
from topofheart.kernel.period import Period
from topofheart.measure.events import Event, events_of, near
from topofheart.measure.metrics import metric_named
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.series import Series
from topofheart.measure.suspects import Measuring, Sides, measuring
from topofheart.stats.breaks import Break

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Change = dict[str, Any]


def explained(
    reader: Reader, question: Question, series: Series, changed: list[list[Break]]
) -> list[list[Change]]:
    """The changes of each series; nothing is asked of the lake when there is none."""
    if not any(changed):
        return [[] for _ in changed]
    periods = series.periods
    events = events_of(reader, periods[0].first, periods[-1].last)
    places = {key: place for place, key in enumerate(series.keys) if changed[place]}
    how = measuring(reader, question, places, periods, series.n)
    unit = f"difference of {metric_named(question.metric).unit}"
    return [
        _changes(one, breaks, periods, events, how, unit, question.level)
        for one, breaks in enumerate(changed)
    ]


def _changes(
    one: int,
    breaks: list[Break],
    periods: list[Period],
    events: list[Event],
    how: Measuring,
    unit: str,
    level: float,
) -> list[Change]:
    edges = [0, *(each.place for each in breaks), len(periods)]
    found = []
    for number, each in enumerate(breaks):
        sides = Sides(slice(edges[number], each.place), slice(each.place, edges[number + 2]))
        change = {
            "period": periods[each.place],
            "earliest": periods[each.earliest],
            "latest": periods[each.latest],
            "size": _size(each, how.n[one], sides, unit, level),
            "before": each.before,
            "after": each.after,
            "events": near(events, each, periods),
            "suspects": how.suspects(one, sides),
        }
        found.append(change)
    return found


def _size(each: Break, n: NDArray[np.float64], sides: Sides, unit: str, level: float) -> Estimate:
    answers = round(n[sides.before].sum() + n[sides.after].sum())
    return Estimate(each.size, each.low, each.high, answers, unit, "weighted levels", level)
