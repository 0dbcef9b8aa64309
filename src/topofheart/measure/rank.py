"""Which units are truly ahead: scores drawn towards each other, with the chance of being at the top.

Never a bare league table: where units spread no more than chance would make them, that is the answer,
and a wider window is looked at when the asked one was narrow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite
from typing import Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.period import Period
from topofheart.measure.cells import Cells
from topofheart.measure.metrics import MEAN, NET
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import caveats_of, estimates_of, labels_of, withheld_rows
from topofheart.stats import shrinkage
from topofheart.stats.normal import critical_value

METHOD = "empirical Bayes (DerSimonian–Laird)"
LOWEST = {NET: -1.0}
LEAST_UNITS = 3
MOST_AT_TOP = 10
SHARE_AT_TOP = 5  # one in five


@dataclass(frozen=True)
class Family:
    """The units that may be ranked together: of one kind of survey, on one scale."""

    places: list[int]
    units: shrinkage.Shrunken
    k: int

    @property
    def enough(self) -> bool:
        return int(np.isfinite(self.units.value).sum()) >= LEAST_UNITS

    @property
    def differs(self) -> bool:
        return self.enough and self.units.differ


def rank(reader: Reader, question: Question, *, k: int | None = None) -> Answer:
    """Rank the groups of `by`, by the probability of each to be among the `k` best or worst.

    `k` is one in five of the groups when it is not given, at most 10.
    Raises InvalidInput without `by`, with `every`, or for a `k` that is not possible.
    """
    _check(question, k)
    cells, understood = _units(reader, question)
    families = _families(cells, k)
    widened = None
    if question.since and not any(family.differs for family in families):
        widened = _wider(reader, question, k)
    if widened:
        cells, understood, families = widened
    labels = labels_of(cells)
    rows = [row for family in families for row in _rows(cells, labels, family, question.level)]
    rows += withheld_rows(cells, cells.metric.unit, question.level)
    if not rows:
        nothing = Estimate(None, None, None, 0, cells.metric.unit, METHOD, question.level,
                           State.NO_EVIDENCE)  # fmt: skip
        rows = [Row(nothing)]
    asked = understood.as_dict() | {"rank": [_summary(cells, family) for family in families]}
    caveats = (*_caveats(cells, families, bool(widened)), *caveats_of(cells, understood))
    return Answer(tuple(rows), asked, tuple(code for code in caveats if code != "few_answers"))


def _check(question: Question, k: int | None) -> None:
    if not question.by or question.every:
        raise InvalidInput(
            "There is nothing to rank.",
            code="nothing_to_rank",
            hint="Give by=, such as by='unit', and no every=; for periods ask for the trend.",
        )
    if k is not None and k < 1:
        raise InvalidInput(f"The {k} best cannot be named.", code="bad_k", hint="Give 1 or more.")


def _units(reader: Reader, question: Question) -> tuple[Cells, Question]:
    """Answers without a unit are nobody's."""
    cells, understood = reader.cells(question)
    named = [i for i, key in enumerate(cells.keys) if all(value for _, value in key.group)]
    return cells.only(named), understood


def _families(cells: Cells, k: int | None) -> list[Family]:
    found = []
    for apart in dict.fromkeys(key.apart for key in cells.keys):
        places = [place for place, key in enumerate(cells.keys) if key.apart == apart]
        errors = shrinkage.borrowed_errors(cells.variance[places], cells.effective[places])
        units = shrinkage.shrink(cells.value[places], errors)
        most = max(1, int(np.isfinite(units.value).sum()))
        if k is not None and k > most:
            raise InvalidInput(
                f"There are only {most} groups to rank, not {k}.",
                code="bad_k",
                hint=f"Give {most} or fewer.",
            )
        found.append(Family(places, units, k or min(MOST_AT_TOP, max(1, most // SHARE_AT_TOP))))
    return found


def _wider(
    reader: Reader, question: Question, k: int | None
) -> tuple[Cells, Question, list[Family]] | None:
    """The first wider window, back from the same last day, in which units do differ."""
    first, last = reader.span(replace(question, since=None))
    assert question.since
    end = min(question.until or last, last)
    asked = Period(question.since, end)
    if asked.days < 1:
        return None
    for looks, steps in enumerate(reader.widened, start=2):
        since: date = end - timedelta(asked.days * steps - 1)
        cells, understood = _units(reader, replace(question, since=max(since, first)))
        families = _families(cells, k)
        # Each further look at the same answers has its share of the risk.
        if any(
            one.differs and one.units.p_value < (1 - question.level) / looks for one in families
        ):
            return cells, understood, families
        if since <= first:
            return None
    return None


def _rows(
    cells: Cells, labels: list[dict[str, str | None]], family: Family, level: float
) -> list[Row]:
    members = cells.only(family.places)
    named = [labels[place] for place in family.places]
    raw = estimates_of(members, level)
    if not family.differs:
        state = State.NO_EVIDENCE if family.enough else State.CANNOT_TELL
        return [
            Row(_untold(one, state), label, None, {"raw": one, "top": None, "bottom": None})
            for label, one in zip(named, raw, strict=True)
        ]
    top, bottom = shrinkage.extreme_probabilities(family.units, family.k)
    estimates = _shrunken(members, family.units, raw, level)
    order = np.lexsort((-family.units.value, bottom - top)).tolist()
    return [
        Row(
            estimates[place],
            named[place],
            None,
            {"raw": raw[place], "top": _number(top[place]), "bottom": _number(bottom[place])},
        )
        for place in order
    ]


def _untold(raw: Estimate, state: State) -> Estimate:
    return replace(raw, value=None, low=None, high=None, method=METHOD, state=state, caveats=())


def _shrunken(
    cells: Cells, units: shrinkage.Shrunken, raw: list[Estimate], level: float
) -> list[Estimate]:
    lowest, highest = _domain(cells)
    half = critical_value(level) * units.error
    low, high = np.maximum(units.value - half, lowest), np.minimum(units.value + half, highest)
    numbers = zip(raw, units.value.tolist(), low.tolist(), high.tolist(), strict=True)
    return [
        replace(
            one, value=middle, low=start, high=end, method=METHOD, state=State.SHOWN, caveats=()
        )
        if isfinite(middle)
        else _untold(one, State.TOO_FEW)
        for one, middle, start, end in numbers
    ]


def _domain(cells: Cells) -> tuple[float, float]:
    if cells.metric.kind != MEAN:
        return LOWEST.get(cells.metric.kind, 0.0), 1.0
    if not cells.metric.scale:
        return -np.inf, np.inf
    lowest, highest = map(float, cells.metric.scale.split("-"))
    return lowest, highest


def _summary(cells: Cells, family: Family) -> dict[str, Any]:
    """What is true of all units of a family together, in the score's own unit."""
    units = family.units
    return {
        **{name: value for name, value in cells.keys[family.places[0]].apart if value},
        "k": family.k,
        "units": int(np.isfinite(units.value).sum()),
        "mean": _number(units.mean),
        "spread": float(np.sqrt(units.between_variance)),
        "p": _number(units.p_value),
    }


def _caveats(cells: Cells, families: list[Family], widened: bool) -> tuple[str, ...]:
    alike = [one for one in families if one.enough and not one.differs]
    doubtful = [one for one in families if one.differs and one.units.p_value >= 0.05]
    found = {
        "units_do_not_differ": bool(alike),
        "units_may_be_equal": bool(doubtful),
        "few_units": any(not one.enough for one in families),
        "window_widened": widened,
    }
    return tuple(code for code, holds in found.items() if holds)


def _number(value: Any) -> float | None:
    return float(value) if isfinite(value) else None
