"""An attacker at the statistics door: asks questions one step apart and subtracts their figures.

The attacker sees answers only. Whom a subtraction would lay bare is worked out here from the rows, in numpy,
by what the question says and not by how the door works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import topofheart as toh
from small_organisation import make
from topofheart.answer.answer import Answer
from topofheart.kernel.estimate import State
from topofheart.kernel.period import Period, period_of

FEWEST = 5
UNEVEN = 0.7
MISSING, NOT_SAID = 0.02, -1
LAST_DAY = 20
FIRST = date(2024, 1, 1)
DAY_ONE = datetime(2024, 1, 1, 9, tzinfo=UTC)
LEVELS = ("month", "quarter", "year")
Packed = Any
Values = tuple[tuple[str, frozenset[str | None]], ...]


@dataclass(frozen=True)
class Size:
    """An organisation: its customers, how many values each dimension has, and its months of answers."""

    customers: int
    months: int
    values: tuple[tuple[str, int], ...]

    @property
    def last_month(self) -> Period:
        whole, left = divmod(FIRST.month - 1 + self.months - 1, 12)
        return period_of(date(FIRST.year + whole, left + 1, 1), "month")


def sized(customers: int, months: int, **values: int) -> Size:
    return Size(customers, months, tuple(values.items()))


SIZES = {
    1_000: sized(1_000, 24, unit=8, touchpoint=6, channel=4, segment=4),
    5_000: sized(5_000, 24, unit=12, touchpoint=6, channel=4, segment=4),
    50_000: sized(50_000, 36, unit=24, touchpoint=8, channel=4, segment=5),
}


@dataclass
class Population:
    """Answers of customers who answer one to five times, in groups of unequal size; two in a hundred without a touchpoint, and the
    last month not yet over."""

    size: Size
    seed: int = 1
    columns: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        draw = np.random.default_rng(self.seed)
        repeats = np.minimum(1 + draw.poisson(0.8, self.size.customers), 5)
        customer = np.repeat(np.arange(self.size.customers), repeats)
        n = len(customer)
        days = (self.size.last_month.first - FIRST).days + LAST_DAY
        self.columns = {
            "customer": customer,
            "day": np.sort(draw.integers(0, days, n)),
            "score": draw.integers(0, 11, n),
        }
        for name, count in self.size.values:
            shares = 1 / np.arange(1, count + 1) ** UNEVEN
            per = draw.choice(count, self.size.customers, p=shares / shares.sum())
            each = draw.choice(count, n, p=shares / shares.sum())
            self.columns[name] = per[customer] if name in ("unit", "segment") else each
        self.columns["touchpoint"][draw.random(n) < MISSING] = NOT_SAID

    @cached_property
    def months(self) -> np.ndarray:
        first = np.datetime64(FIRST) + self.columns["day"].astype("m8[D]")
        return first.astype("M8[M]")

    def table(self, rows: slice = slice(None), first: int = 0) -> pa.Table:
        take = {name: values[rows] for name, values in self.columns.items()}
        return pa.table(
            {
                "answer_id": [f"A{first + i}" for i in range(len(take["score"]))],
                "customer_id": [f"K{one}" for one in take["customer"]],
                "answered_at": pa.array(
                    [DAY_ONE + timedelta(days=int(day)) for day in take["day"]],
                    pa.timestamp("us", "UTC"),
                ),
                "kind": ["relationship"] * len(take["score"]),
                "unit": [f"U{one}" for one in take["unit"]],
                "touchpoint": [
                    None if one == NOT_SAID else f"T{one}" for one in take["touchpoint"]
                ],
                "channel": [f"C{one}" for one in take["channel"]],
                "d_segment": [f"S{one}" for one in take["segment"]],
                "recommend": pa.array(take["score"], pa.int64()),
            }
        )


@dataclass(frozen=True)
class Cell:
    """A set of answers as an attacker describes it: values allowed per dimension, and a period."""

    values: Values
    period: Period | None = None

    def where(self, population: Population, masks: dict[Any, np.ndarray]) -> np.ndarray:
        """Which rows it holds."""
        found = np.ones(len(population.columns["score"]), bool)
        for name, listed in self.values:
            key = (name, listed)
            if key not in masks:
                codes = [NOT_SAID if one is None else int(one[1:]) for one in listed]
                masks[key] = np.isin(population.columns[name], codes)
            found &= masks[key]
        if self.period:
            if self.period not in masks:
                first, last = (
                    np.datetime64(day, "M") for day in (self.period.first, self.period.last)
                )
                masks[self.period] = (population.months >= first) & (population.months <= last)
            found &= masks[self.period]
        return found


@dataclass
class Attacker:
    """Collects what the door shows, and subtracts.

    Where answers came in several imports, `cuts` tells how many there were after each of them.
    """

    workspace: toh.Workspace
    size: Size
    statistics: bool = True
    as_of: int | None = None
    cuts: tuple[int, ...] = ()
    shown: dict[Cell, tuple[float, int]] = field(default_factory=dict)
    asked: int = 0
    _rows: dict[Cell, Packed] = field(default_factory=dict)
    _masks: dict[Any, Packed] = field(default_factory=dict)

    def ask(self, by: tuple[str, ...] = (), every: str | None = None, where: Values = (),
            period: Period | None = None) -> Answer:  # fmt: skip
        listed = {name: sorted(str(one) for one in values) for name, values in where}
        window = {"since": period.first, "until": period.last} if period else {}
        door = self.workspace.statistics if self.statistics else self.workspace
        answer = door.nps(by=by, every=every, where=listed, as_of=self.as_of, **window)
        self.asked += 1
        for row in answer:
            if row.estimate.state is State.SHOWN:
                own = tuple((name, frozenset([row.group[name]])) for name in by)
                cell = Cell(
                    tuple(sorted({**dict(where), **dict(own)}.items())), row.period or period
                )
                figure = (row.estimate.value or 0.0, row.estimate.n)
                assert self.shown.setdefault(cell, figure) == figure, "asked twice, told otherwise"
        return answer

    def ask_everything(self) -> None:
        """All tables of up to two dimensions, at all times and by every level; and lists of values."""
        names = tuple(name for name, _ in self.size.values)
        splits = [(), *((one,) for one in names), *combinations(names, 2)]
        for by in splits:
            for every in (None, *LEVELS):
                self.ask(by, every)
        for name, other in zip(names, (*names[1:], names[0]), strict=True):
            for listed in self.lists(name):
                where: Values = ((name, frozenset(listed)),)
                self.ask((), None, where)
                self.ask((other,), None, where)
                self.ask((), "quarter", where)
        for period in self.periods():
            self.ask(("unit",), None, (), period)

    def lists(self, name: str) -> Iterator[tuple[str, ...]]:
        """One value, two values, and all but one or two."""
        every = [f"{name[0].upper()}{one}" for one in range(dict(self.size.values)[name])]
        for some in (*combinations(every[-3:], 1), *combinations(every[-3:], 2)):
            yield some
            yield tuple(one for one in every if one not in some)

    def periods(self) -> Iterator[Period]:
        """Three of each: the same cells as by month, quarter and year."""
        for months in (0, 1, 7):
            yield from (period_of(FIRST + timedelta(31 * months), every) for every in LEVELS)

    def pairs(self) -> Iterator[tuple[Cell, Cell]]:
        """Every two shown cells that are one step apart."""
        by_rest: dict[Any, list[Cell]] = {}
        for cell in self.shown:
            for wider in self._wider(cell):
                if wider in self.shown:
                    yield cell, wider
            for place, (name, _) in enumerate(cell.values):
                rest = (*cell.values[:place], *cell.values[place + 1 :])
                by_rest.setdefault((name, rest, cell.period), []).append(cell)
        for (name, *_), cells in by_rest.items():
            for one, other in combinations(cells, 2):
                if len(dict(one.values)[name] ^ dict(other.values)[name]) == 1:
                    yield one, other

    def _wider(self, cell: Cell) -> Iterator[Cell]:
        for place in range(len(cell.values)):
            yield replace(cell, values=(*cell.values[:place], *cell.values[place + 1 :]))
        if cell.period:
            yield replace(cell, period=None)
            for every in LEVELS[LEVELS.index(cell.period.every) + 1 :]:
                yield replace(cell, period=period_of(cell.period.first, every))

    def isolated(self, population: Population) -> tuple[int, list[tuple[Cell, Cell, int]]]:
        """How many pairs there are, and those whose difference is somebody, but fewer than the threshold."""
        customer, found, count = population.columns["customer"], [], 0
        for one, other in self.pairs():
            count += 1
            people = apart(self.rows(one, population), self.rows(other, population), customer)
            if 0 < people < FEWEST:
                found.append((one, other, people))
        return count, found

    def rows(self, cell: Cell, population: Population) -> Packed:
        """The rows that the figure of a cell is made of: all of an earlier state, if the figure is of that."""
        if cell not in self._rows:
            mask = cell.where(population, self._masks)
            n = self.shown[cell][1]
            seen = (self.cuts or (len(mask),))[: self.as_of]
            cut = next(cut for cut in seen if mask[:cut].sum() == n)
            mask[cut:] = False
            self._rows[cell] = np.packbits(mask)
        return self._rows[cell]


def apart(one: Packed, other: Packed, customer: Packed) -> int:
    """How many customers gave the answers in which two sets of rows differ."""
    rows = np.unpackbits(one ^ other)[: len(customer)].astype(bool)
    return len(np.unique(customer[rows]))


def moved_by_few(
    earlier: Attacker, later: Attacker, population: Population
) -> list[tuple[Cell, int]]:
    """Figures of one cell at two snapshots that differ by somebody, but fewer than the threshold."""
    customer = population.columns["customer"]
    steps = (
        (cell, apart(earlier.rows(cell, population), later.rows(cell, population), customer))
        for cell in earlier.shown.keys() & later.shown.keys()
    )
    return [(cell, people) for cell, people in steps if 0 < people < FEWEST]


def questions(size: Size) -> dict[str, dict[str, Any]]:
    """What people ordinarily ask: the plain list by which the share still shown is measured."""
    last = size.last_month
    quarter, year = (period_of(last.first, every) for every in ("quarter", "year"))
    segment: Values = (("segment", frozenset(["S0"])),)
    unit: Values = (("unit", frozenset(["U1"])),)
    return {
        "overall": {},
        "by month": {"every": "month"},
        "by quarter": {"every": "quarter"},
        "by touchpoint": {"by": ("touchpoint",)},
        "by channel": {"by": ("channel",)},
        "by segment": {"by": ("segment",)},
        "by unit": {"by": ("unit",)},
        "by touchpoint and month": {"by": ("touchpoint",), "every": "month"},
        "by segment and quarter": {"by": ("segment",), "every": "quarter"},
        "by unit and quarter": {"by": ("unit",), "every": "quarter"},
        "by unit and month": {"by": ("unit",), "every": "month"},
        "by touchpoint and segment": {"by": ("touchpoint", "segment")},
        "by unit and touchpoint": {"by": ("unit", "touchpoint")},
        "one segment by month": {"where": segment, "every": "month"},
        "one segment by touchpoint": {"where": segment, "by": ("touchpoint",)},
        "one unit by month": {"where": unit, "every": "month"},
        "one unit by touchpoint": {"where": unit, "by": ("touchpoint",)},
        "last month by touchpoint": {"period": last, "by": ("touchpoint",)},
        "last quarter by unit": {"period": quarter, "by": ("unit",)},
        "last year by unit and touchpoint": {"period": year, "by": ("unit", "touchpoint")},
        "by touchpoint and segment and quarter": {
            "by": ("touchpoint", "segment"), "every": "quarter"},
        "by unit and touchpoint and month": {"by": ("unit", "touchpoint"), "every": "month"},
    }  # fmt: skip


def share_shown(attacker: Attacker) -> dict[str, float]:
    """For each ordinary question the share of its rows that has a figure."""
    found = {}
    for name, question in questions(attacker.size).items():
        rows = attacker.ask(**question)
        found[name] = sum(row.estimate.state is State.SHOWN for row in rows) / len(rows)
    return found


def organisation(
    folder: Path, size: Size, seed: int = 1, cuts: tuple[int, ...] = ()
) -> tuple[toh.Workspace, Population]:
    """A workspace with that population, in one import or cut into several; its segment declared."""
    population = Population(size, seed)
    ends = cuts or (len(population.columns["score"]),)
    parts = [
        population.table(slice(first, last), first)
        for first, last in zip((0, *ends), ends, strict=False)
    ]
    workspace = make(folder, {"answers": parts})
    settings = replace(workspace.settings, dimensions=("segment",))
    return replace(workspace, settings=settings), population
