"""Scores with their intervals: one row per group and period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isnan
from typing import Any

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import WITHHELD, Estimate, State
from topofheart.measure.cells import APART, Cells, Key
from topofheart.measure.metrics import MEAN, NET, Metric
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.stats import shares

FEW_ANSWERS = 30
FEW_CUSTOMERS = 5
LAST = "\uffff"
METHODS = {NET: "score interval (Tango 1998)", MEAN: "t interval"}
SHARE_METHOD = "Wilson interval"


def score(reader: Reader, question: Question) -> Answer:
    """Answer a question of one score."""
    cells, question = reader.cells(question)
    certain = cells.of_population(question.population)
    estimates = estimates_of(certain, question.level)
    labels = labels_of(cells)
    rows = [
        Row(
            estimate,
            label,
            key.period,
            _companions(certain, place, question.level) | _worth(cells, place, question),
        )
        for place, (key, label, estimate) in enumerate(
            zip(cells.keys, labels, estimates, strict=True)
        )
    ]
    if cells.withheld:
        rows = sorted([*rows, *withheld_rows(cells, cells.metric.unit, question.level)], key=_place)
    if not rows:
        unit = unit_of(cells.metric, ())
        none = Estimate(None, None, None, 0, unit, METHODS.get(cells.metric.kind, SHARE_METHOD),
                        question.level, State.NO_EVIDENCE)  # fmt: skip
        rows = [Row(none)]
    return Answer(tuple(rows), question.as_dict(), caveats_of(cells, question))


def withheld_rows(cells: Cells, unit: str, level: float) -> list[Row]:
    """A row without any number for each cell that the door keeps back."""
    none = Estimate(None, None, None, 0, unit, METHODS.get(cells.metric.kind, SHARE_METHOD), level,
                    State.TOO_FEW, (WITHHELD,))  # fmt: skip
    labels = labels_of(cells, cells.withheld)
    return [Row(none, label, key.period) for key, label in zip(cells.withheld, labels, strict=True)]


def _place(row: Row) -> tuple[list[str], date]:
    """Where a row stands: by group, then by period."""
    groups = [value or LAST for value in row.group.values()]
    return groups, row.period.first if row.period else date.min


def estimates_of(cells: Cells, level: float) -> list[Estimate]:
    """One estimate per cell; a mean of answers without spread cannot tell how sure it is."""
    method = METHODS.get(cells.metric.kind, SHARE_METHOD)
    limits = (limit.tolist() for limit in cells.interval(level))
    found = []
    for key, count, value, low, high in zip(
        cells.keys, cells.n.tolist(), cells.value.tolist(), *limits, strict=True
    ):
        n, unit = round(count), unit_of(cells.metric, key.apart)
        if isnan(low) or isnan(value):
            state = State.TOO_FEW if n < 2 else State.CANNOT_TELL
            found.append(Estimate(None, None, None, n, unit, method, level, state))
            continue
        caveats = ("few_answers",) if n < FEW_ANSWERS else ()
        found.append(Estimate(value, low, high, n, unit, method, level, caveats=caveats))
    return found


def unit_of(metric: Metric, apart: tuple[tuple[str, str | None], ...]) -> str:
    return metric.unit


def labels_of(cells: Cells, keys: Sequence[Key] | None = None) -> list[dict[str, str | None]]:
    """The group of each row, or of these keys; kind and scale are named when there is more than one of them."""
    named = [name for name in APART if _several(cells, name)]
    return [
        dict(key.group) | {name: value for name, value in key.apart if name in named}
        for key in (cells.keys if keys is None else keys)
    ]


def caveats_of(cells: Cells, question: Question) -> tuple[str, ...]:
    """What a reader must know of the whole answer, as codes."""
    answers = cells.n.sum()
    found = {
        "few_answers": bool(len(cells.n)) and bool((cells.n < FEW_ANSWERS).any()),
        "kind_unknown": bool(answers)
        and {dict(key.apart).get("kind") for key in cells.keys} == {None},
        "kinds_not_pooled": _several(cells, "kind"),
        "scales_not_pooled": _several(cells, "scale"),
        "customers_unknown": question.clusters and cells.unknown > answers / 2,
        "from_totals": question.source == "answer_counts",
        "weighted": question.targets is not None,
        "finite_population": question.population is not None,
        "small_cells": bool((cells.people < FEW_CUSTOMERS).any()),
        "repeats_ignored": not question.clusters and question.source == "answers",
    }
    return (*(code for code, holds in found.items() if holds), *cells.caveats)


def _several(cells: Cells, name: str) -> bool:
    keys = (*cells.keys, *cells.withheld)
    return len({dict(key.apart).get(name) for key in keys}) > 1


def _companions(cells: Cells, place: int, level: float) -> dict[str, Any]:
    """Beside a grade: the shares at its two ends, which a mean hides."""
    if not cells.metric.scale:
        return {}
    effective, n = cells.effective[place], cells.n[place]
    found: dict[str, Any] = {}
    for name, count in (("share_high", cells.high[place]), ("share_low", cells.low[place])):
        low, high = shares.wilson_interval(count / n * effective, effective, level=level)
        found[name] = Estimate(
            float(count / n), float(low), float(high), round(n), "share", SHARE_METHOD, level
        )
    return found


def _worth(cells: Cells, place: int, question: Question) -> dict[str, Any]:
    """Beside a weighted score: what it was, how many equal answers know as much, the design effect."""
    if question.targets is None:
        return {}
    n, effective = float(cells.n[place]), float(cells.effective[place])
    unweighted = float(cells.plain[place]) / n
    return {"unweighted": unweighted, "n_effective": effective, "design_effect": n / effective}
