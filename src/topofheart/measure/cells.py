"""The cells of a question: one per combination of group and period, with its sums as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from topofheart.kernel.period import Period, period_of
from topofheart.measure.metrics import MEAN, NET, Metric
from topofheart.stats import clusters, means, net, shares, weights

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

APART = ("kind", "scale")
UNKNOWN_VARIANCE = 1e6
PER_CELL = ("n", "total", "squares", "low", "high", "effective", "people", "plain")


class Key(NamedTuple):
    """What one cell is of."""

    group: tuple[tuple[str, str | None], ...]
    apart: tuple[tuple[str, str | None], ...] = ()
    period: Period | None = None


@dataclass(frozen=True)
class Cells:
    """Sums per cell of one score. Every array has one value per key.

    `people` are the customers who answered, as far as they are known; `plain` is the total before
    weighting; `withheld` are cells that a door does not let through.
    """

    metric: Metric
    keys: list[Key]
    n: Floats
    total: Floats
    squares: Floats
    low: Floats
    high: Floats
    effective: Floats
    people: Floats
    plain: Floats
    unknown: float = 0.0
    caveats: tuple[str, ...] = ()
    withheld: tuple[Key, ...] = ()

    @cached_property
    def counts(self) -> tuple[Floats, Floats, Floats]:
        """Low, middle and high answers of a net, shrunk to as many as are independent."""
        middle = self.n - self.low - self.high
        low, mid, high = clusters.effective_counts(self.effective, self.low, middle, self.high)
        return low, mid, high

    @cached_property
    def value(self) -> Floats:
        """The score itself; nan in an empty cell."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.total / self.n

    @cached_property
    def variance(self) -> Floats:
        """Variance of one answer, counting each answer once."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.maximum(self.squares / self.n - self.value**2, 0)

    @property
    def cautious_variance(self) -> Floats:
        """The variance after the answers that tests add, so that one answer is not certainty."""
        if self.metric.kind == NET:
            _, error = net.adjusted_net(*self.counts)
            return error**2 * (self.effective + net.PSEUDO_ANSWERS)
        if self.metric.kind == MEAN:
            _, error, freedom = self.mean_estimate()
            return np.nan_to_num(error**2 * (freedom + 1), nan=UNKNOWN_VARIANCE)
        share = (self.value_share() * self.effective + 1) / (self.effective + 2)
        return share * (1 - share)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """The interval of each score: Tango for nets, Wilson for shares, t for means."""
        if self.metric.kind == NET:
            return net.score_interval(*self.counts, level=level)
        if self.metric.kind == MEAN:
            low, high = means.t_interval(*self.mean_estimate(), level=level)
            if not self.metric.scale:
                return low, high
            lowest, highest = map(float, self.metric.scale.split("-"))
            return np.maximum(low, lowest), np.minimum(high, highest)
        return shares.wilson_interval(
            self.value_share() * self.effective, self.effective, level=level
        )

    def value_share(self) -> Floats:
        return np.where(self.n > 0, np.clip(np.nan_to_num(self.value), 0, 1), 0)

    def mean_estimate(self) -> tuple[Floats, Floats, Floats]:
        """Mean, standard error and degrees of freedom, on as many answers as are independent."""
        with np.errstate(invalid="ignore", divide="ignore"):
            usable = np.where(self.effective > 1, self.effective, np.nan)
            spread = np.where(self.variance > 1e-15, self.variance, np.nan)
            error = np.sqrt(spread * self.n / (self.n - 1) / usable)
            return self.value, error, usable - 1

    def of_population(self, population: float | None) -> Cells:
        """The same out of so many customers in all."""
        if population is None:
            return self
        effective = weights.of_finite_population(self.effective, self.people, population)
        return replace(self, effective=effective)

    def pooled(self, places: list[int], key: Key) -> Cells:
        """One cell that holds these together."""
        return self._taken([key], lambda values: np.array([values[places].sum()]))

    def only(self, places: list[int]) -> Cells:
        """These cells alone."""
        return self._taken([self.keys[place] for place in places], lambda values: values[places])

    def _taken(self, keys: list[Key], take: Callable[[Floats], Floats]) -> Cells:
        arrays: dict[str, Any] = {name: take(getattr(self, name)) for name in PER_CELL}
        return replace(self, keys=keys, **arrays)


def joined(parts: list[Cells]) -> Cells:
    """Cells of the same question together, in the order of group and period."""
    keys = [key for part in parts for key in part.keys]
    order = sorted(range(len(keys)), key=lambda place: _order(keys[place]))
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])[order] for name in PER_CELL
    }
    unknown = sum(part.unknown for part in parts)
    return replace(parts[0], keys=[keys[place] for place in order], unknown=unknown, **arrays)


def cells_of(sums: pa.Table, metric: Metric, names: dict[str, str], every: str | None) -> Cells:
    """Cells out of the engine's sums, in the order of group and period.

    `names` maps the stored dimension columns to the names that people use.
    """
    told = [name for name in sums.column_names if name in (*names, *APART, "period")]
    keys = _keys({name: sums[name].to_pylist() for name in told}, names, every, sums.num_rows)
    numbers = {
        name: np.nan_to_num(np.asarray(sums[name].to_numpy(zero_copy_only=False), dtype=float))
        for name in sums.column_names
        if name not in told
    }
    filled = np.flatnonzero(numbers["n"] > 0).tolist()
    at = np.array(sorted(filled, key=lambda row: _order(keys[row])), dtype=int)
    arrays = completed({name: values[at] for name, values in numbers.items()}, metric)
    return Cells(
        metric,
        [keys[row] for row in at],
        arrays["n"],
        arrays["total"],
        arrays["squares"],
        arrays["low"],
        arrays["high"],
        arrays["effective"] if "effective" in arrays else _effective(arrays),
        arrays.get("people", arrays.get("clusters", arrays["n"])),
        arrays.get("plain", arrays["total"]),
        float(arrays["unknown"].sum()) if "unknown" in arrays else 0.0,
    )


def completed(arrays: dict[str, Floats], metric: Metric) -> dict[str, Floats]:
    """Totals and squares of −1, 0 and 1, or of 0 and 1, follow from the counts."""
    if "total" in arrays:
        return arrays
    high, low = arrays["high"], arrays["low"] if metric.kind == NET else 0
    return arrays | {"total": high - low, "squares": high + low}


def _keys(
    columns: dict[str, list[Any]], names: dict[str, str], every: str | None, count: int
) -> list[Key]:
    """What each row of the sums is of. Equal parts are made once: there are many rows and few parts."""
    starts = columns.get("period", [None] * count)
    periods = {day: period_of(day, every) if day and every else None for day in set(starts)}
    groups = {shown: _texts(columns[stored]) for stored, shown in names.items()}
    apart = {name: columns[name] for name in APART if name in columns and name not in names}
    return [
        Key(group, other, periods[start])
        for group, other, start in zip(
            _pairs(groups, count), _pairs(apart, count), starts, strict=True
        )
    ]


def _texts(values: list[Any]) -> list[str | None]:
    """Yes and no are text too."""
    return [value if value is None else str(value) for value in values]


def _pairs(
    columns: dict[str, list[str | None]], count: int
) -> list[tuple[tuple[str, str | None], ...]]:
    """The columns row by row, each value with its column's name."""
    if not columns:
        return [()] * count
    return [tuple(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _effective(arrays: dict[str, Floats]) -> Floats:
    """How many independent answers each cell is worth."""
    n = arrays["n"]
    if "clusters" not in arrays:
        return n.copy()
    groups = arrays["clusters"]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = arrays["total"] / n
        variance = np.maximum(arrays["squares"] / n - mean**2, 0)
    error = clusters.standard_error(
        groups, n, arrays["total"],
        sum_s2=arrays["sum_s2"], sum_sn=arrays["sum_sn"], sum_n2=arrays["sum_n2"],
    )  # fmt: skip
    repeated = groups < n
    return np.where(repeated, clusters.effective_size(variance, error, n, groups), n)


def _order(key: Key) -> tuple[object, ...]:
    parts = [part or "\uffff" for _, part in key.group + key.apart]
    return parts, key.period.first if key.period else date.min
