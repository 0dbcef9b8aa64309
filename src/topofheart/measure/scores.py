"""Scores with their intervals: one row per group and period."""

from __future__ import annotations

from math import isnan
from typing import Any

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.cells import APART, Cells
from topofheart.measure.metrics import MEAN, NET, Metric
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.stats import shares

FEW_ANSWERS = 30
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
    if not rows:
        unit = unit_of(cells.metric, ())
        none = Estimate(None, None, None, 0, unit, METHODS.get(cells.metric.kind, SHARE_METHOD),
                        question.level, State.NO_EVIDENCE)  # fmt: skip
        rows = [Row(none)]
    return Answer(tuple(rows), question.as_dict(), caveats_of(cells, question))


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


def labels_of(cells: Cells) -> list[dict[str, str | None]]:
    """The group of each row; kind and scale are named when there is more than one of them."""
    named = [name for name in APART if _several(cells, name)]
    return [
        dict(key.group) | {name: value for name, value in key.apart if name in named}
        for key in cells.keys
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
        "repeats_ignored": not question.clusters and question.source == "answers",
    }
    return (*(code for code, holds in found.items() if holds), *cells.caveats)


def _several(cells: Cells, name: str) -> bool:
    return len({dict(key.apart).get(name) for key in cells.keys}) > 1


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
