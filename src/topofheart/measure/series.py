"""The cells of a question laid out over time: one row per group, one column per whole period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from topofheart.kernel.period import EVERY, Period, period_of
from topofheart.measure.cells import Cells, Key
from topofheart.measure.compare import last_whole
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import labels_of
from topofheart.stats.shrinkage import borrowed_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_PERIODS = 6
FEWEST_ANSWERS = 10  # in the middle period of a series
IN_A_YEAR = {"day": 365.25, "week": 52.18, "month": 12.0, "quarter": 4.0, "year": 1.0}


@dataclass(frozen=True)
class Series:
    """The cells of each group laid out over the same periods; nan where nobody answered."""

    cells: Cells
    keys: list[Key]
    labels: list[dict[str, str | None]]
    periods: list[Period]
    place: NDArray[np.int_]
    value: Floats
    error: Floats
    n: Floats

    @property
    def enough(self) -> NDArray[np.bool_]:
        return (self.n > 0).sum(axis=1) >= FEWEST_PERIODS


def series_of(reader: Reader, question: Question) -> tuple[Series, Question, tuple[str, ...]]:
    """The series over whole periods, wider ones where the asked ones hold too few answers."""
    first, last = reader.span(question)
    asked = question.every
    while True:
        assert question.every
        end = last_whole(last, question.every)
        unfinished = period_of(last, question.every) != end
        whole = replace(question, until=end.last) if unfinished else question
        cells, understood = reader.cells(whole)
        found = _laid_out(cells, _between(first, end))
        wider = _wider(found, question.every)
        if wider is None:
            break
        question = replace(question, every=wider)
    notes = {"last_period_left_out": unfinished, "periods_widened": question.every != asked}
    return found, understood, tuple(code for code, holds in notes.items() if holds)


def _between(first: date, end: Period) -> list[Period]:
    periods = [end]
    while periods[-1].first > first:
        periods.append(periods[-1].before())
    return periods[::-1]


def _laid_out(cells: Cells, periods: list[Period]) -> Series:
    at = {period: place for place, period in enumerate(periods)}
    labels: dict[Key, dict[str, str | None]] = {}
    for key, label in zip(cells.keys, labels_of(cells), strict=True):
        labels.setdefault(key._replace(period=None), label)
    groups = {key: place for place, key in enumerate(labels)}
    rows = [groups[key._replace(period=None)] for key in cells.keys]
    columns = [at[key.period] for key in cells.keys if key.period]

    def spread(values: Floats, empty: float) -> Floats:
        grid = np.full((len(groups), len(periods)), empty)
        grid[rows, columns] = values
        return grid

    error = borrowed_errors(spread(cells.variance, np.nan), spread(cells.effective, 0.0))
    return Series(
        cells,
        list(labels),
        list(labels.values()),
        periods,
        spread(np.arange(len(rows), dtype=float), -1.0).astype(int),
        spread(cells.value, np.nan),
        np.where(error > 0, error, np.nan),
        spread(cells.n, 0.0),
    )


def _wider(series: Series, every: str) -> str | None:
    """The next wider period, when the middle one holds few answers and enough would be left."""
    if every == "year" or not len(series.keys):
        return None
    with_answers = series.n[series.n > 0]
    if not with_answers.size or np.median(with_answers) >= FEWEST_ANSWERS:
        return None
    wider = EVERY[EVERY.index(every) + 1]
    first, last = series.periods[0].first, series.periods[-1].last
    left = (last - first).days / 365.25 * IN_A_YEAR[wider]
    return wider if left >= FEWEST_PERIODS else None
